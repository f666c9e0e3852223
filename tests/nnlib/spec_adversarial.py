"""Rows for nnlib.adversarial. What needs a network or a generator is in test_adversarial.py."""

import numpy as np

from nnlib import adversarial as A
from tests.nnlib.spec import Case, Edge, Error

CHAPTERS = ("15", "16")  # chapter 16 is of experiments: test_experiments_mnist.py
NO_GRADIENT = (A.fgm, A.fgsm, A.project)
ELSEWHERE = (A.adversarial_training_step, A.input_gradient, A.pgd, A.pgd_start)
REQUIRED_OPTIONS = (("project", "epsilon"),)
NAN = np.nan


def images(rng):
    return rng.uniform(size=(3, 2, 4)), rng.normal(size=(3, 2, 4))


def texts(rng):
    return rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 2))


def near_and_far(rng):
    x = rng.normal(size=(4, 5))
    return x + np.array([0.01, 0.1, 1.0, 10.0])[:, None] * rng.normal(size=(4, 5)), x


def boxed(rng):
    x = rng.uniform(size=(4, 5))
    return x + 2 * rng.normal(size=(4, 5)), x


def whole_samples(emb, grad_emb, epsilon=1.0):
    flat = grad_emb.reshape(len(emb), -1)
    return emb + epsilon * (flat / np.linalg.norm(flat, axis=1, keepdims=True)).reshape(emb.shape)


def nearest(x_adv, x, epsilon, norm, clip=(-np.inf, np.inf)):
    """Sample by sample, and for l2 by bisection on the share of the change that is kept."""
    out = []
    for a, b in zip(x_adv, x):
        r = a - b
        if norm == "linf":
            out.append([min(max(p, q - epsilon), q + epsilon) for p, q in zip(a, b)])
            continue
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if np.linalg.norm(middle * r) <= epsilon else (low, middle)
        out.append(b + (r if np.linalg.norm(r) <= epsilon else low * r))
    return np.minimum(np.maximum(out, clip[0]), clip[1])


CASES = (
    Case(A.fgsm, images, wrt=(), want=lambda x, g: x + np.where(g > 0, 0.03, -0.03)),
    Case(
        A.fgsm,
        images,
        {"epsilon": 0.5, "clip": (0.0, 1.0)},
        wrt=(),
        want=lambda x, g, epsilon, clip: np.where(g > 0, np.minimum(x + 0.5, 1), np.maximum(x - 0.5, 0)),
    ),
    Case(A.fgm, texts, wrt=(), want=whole_samples),
    Case(A.fgm, texts, {"epsilon": 0.1}, wrt=(), want=whole_samples),
    *(
        Case(A.project, near_and_far, {"epsilon": 0.7, "norm": norm}, wrt=(), want=nearest, nan="spreads")
        for norm in ("linf", "l2")
    ),
    *(
        Case(
            A.project,
            boxed,
            {"epsilon": 0.7, "norm": norm, "clip": (0.0, 1.0)},
            wrt=(),
            want=nearest,
            nan="spreads",
        )
        for norm in ("linf", "l2")
    ),
)

TWO = np.zeros((1, 2))
EDGES = (
    Edge(A.fgsm, ([0.5, 0.5, 0.99], [2.0, -0.1, 3.0]), [0.6, 0.4, 1.0], {"epsilon": 0.1, "clip": (0, 1)}),
    Edge(A.fgsm, ([0.5, 0.5], [0.0, 1e-300]), [0.5, 0.75], {"epsilon": 0.25}),  # sign(0) = 0
    Edge(A.fgsm, ([0.5], [NAN]), [NAN]),
    Edge(A.fgsm, (0.5, -1.0), 0.5, {"epsilon": 0}),
    Edge(A.fgsm, (np.zeros((0, 3)), np.zeros((0, 3))), np.zeros((0, 3))),
    Edge(A.fgm, ([[0.0, 0.0], [1.0, 1.0]], [[3.0, 4.0], [0.0, -1e6]]), [[0.6, 0.8], [1, 0]]),
    Edge(A.fgm, ([[1.0, 2.0]], TWO), [[1, 2]]),  # no direction, no change
    Edge(A.fgm, (TWO, [[0.0, 1e-12]]), [[0, 1]]),
    Edge(A.fgm, (TWO, [[0.0, 1e-13]]), [[0, 0.1]]),  # shorter than eps
    Edge(A.fgm, ([0.0, 0.0], [-7.0, 2.0]), [-1, 1]),  # samples of one number
    Edge(A.fgm, (np.zeros((0, 3)), np.zeros((0, 3))), np.zeros((0, 3))),
    Edge(A.project, ([[3.0, 4.0]], TWO), [[1, 1]], {"epsilon": 1.0}),
    Edge(A.project, ([[3.0, 4.0]], TWO), [[0.6, 0.8]], {"epsilon": 1.0, "norm": "l2"}),
    Edge(A.project, ([[3.0, 4.0]], TWO), [[3, 4]], {"epsilon": 5.0, "norm": "l2"}),  # on the edge
    Edge(A.project, ([[3.0, 4.0]], TWO), [[0, 0]], {"epsilon": 0.0, "norm": "l2"}),
    Edge(A.project, ([[3.0, -4.0]], TWO), [[0.6, 0]], {"epsilon": 1.0, "norm": "l2", "clip": (0, 1)}),
    Edge(A.project, (TWO, TWO), TWO, {"epsilon": 0.0, "norm": "l2"}),
    Edge(A.project, (np.zeros((0, 2)), np.zeros((0, 2))), np.zeros((0, 2)), {"epsilon": 1.0, "norm": "l2"}),
)


def zeros_like(x):
    return np.zeros_like(x)


ERRORS = (
    Error(A.fgsm, ([0.5, 0.5], [1.0]), "grad_x must be of shape (2,); got shape (1,)"),
    Error(A.fgsm, ([0.5], [1.0]), "epsilon must be at least 0; got -0.1", {"epsilon": -0.1}),
    Error(A.fgsm, ([0.5], [1.0]), "clip must be (low, high) with low <= high", {"clip": (1, 0)}),
    Error(A.fgm, (TWO, [0.0, 1.0]), "grad_emb must be of shape (1, 2)"),
    Error(A.fgm, (0.5, 1.0), "emb must be of shape (n, ...)"),
    Error(A.fgm, (TWO, TWO), "epsilon must be at least 0", {"epsilon": -1}),
    Error(A.project, (TWO, [0.0, 1.0]), "x must be of shape (1, 2); got shape (2,)", {"epsilon": 1.0}),
    Error(A.project, (TWO, TWO), "norm must be 'linf' or 'l2'; got 'l1'", {"epsilon": 1.0, "norm": "l1"}),
    Error(A.project, (TWO, TWO), "epsilon must be at least 0", {"epsilon": -1.0}),
    Error(A.project, (TWO, TWO), "clip must be (low, high)", {"epsilon": 1.0, "clip": (1, 0)}),
    Error(A.pgd, (TWO, zeros_like), "norm must be 'linf' or 'l2'", {"norm": "l1"}),
    Error(A.pgd, (TWO, zeros_like), "start must be of shape (1, 2); got shape (2,)", {"start": [0.0, 0.0]}),
    Error(A.pgd, (TWO, lambda x: x[0]), "the gradient must be of shape (1, 2); got shape (2,)"),
    Error(A.pgd, (0.5, zeros_like), "x must be of shape (n, ...)"),
    Error(
        A.pgd_start, ((),), "x must be of shape (n, ...)", {"epsilon": 1.0, "rng": np.random.default_rng(0)}
    ),
    Error(A.pgd_start, ((2,),), "epsilon must be", {"epsilon": -1.0, "rng": np.random.default_rng(0)}),
    Error(
        A.adversarial_training_step,
        (None, "mse_loss", None, TWO, TWO),
        "alpha must be from 0 to 1; got 2",
        {"attack": None, "alpha": 2},
    ),
)
