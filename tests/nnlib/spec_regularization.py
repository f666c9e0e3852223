"""Rows for nnlib.regularization and nnlib.metrics."""

import numpy as np
from scipy import special, stats

from nnlib import metrics as M
from nnlib import regularization as R
from tests.nnlib.spec import Case, Edge, Error

CHAPTERS = ("08",)
NO_GRADIENT = (
    R.dropconnect_inference,
    R.dropconnect_moments,
    R.dropout_mask,
    R.l1_step,
    R.max_norm,
    R.minibatch_l2_step,
    R.multi_sample_dropout_loss,
    R.regularized_loss,
    R.soft_threshold,
    R.standard_noise,
    R.weight_decay_step,
    M.bias_variance_decomposition,
)
ELSEWHERE = (R.EarlyStopping, R.dropout_mask, R.standard_noise, R.multi_sample_dropout_loss)
REQUIRED_OPTIONS = (
    *((op.__name__, "lam") for op in (R.l2_penalty, R.l1_penalty, R.frobenius_penalty, R.regularized_loss)),
    *((op.__name__, name) for op in (R.weight_decay_step, R.l1_step) for name in ("lr", "lam")),
    *(("minibatch_l2_step", name) for name in ("lr", "lam", "n", "m")),
    ("elastic_net_penalty", "l1"),
    ("elastic_net_penalty", "l2"),
    ("laplace_neg_log_prior", "b"),
    ("gaussian_neg_log_prior", "sigma"),
    ("soft_threshold", "t"),
    ("dropconnect_inference", "activation"),
)
EMPTY_IN_EDGES = (
    R.l2_penalty,
    R.l1_penalty,
    R.elastic_net_penalty,
    R.frobenius_penalty,
    R.laplace_neg_log_prior,
    R.gaussian_neg_log_prior,
    R.max_norm,
)
SHAPES = ((1,), (7,), (3, 5), (2, 3, 4), (1, 2, 2, 3))
NAN = np.nan


def weights(rng):
    return (rng.normal(size=SHAPES[rng.integers(len(SHAPES))]),)


def matrix(rng):
    return (rng.normal(size=rng.integers(1, 6, size=2)),)


def weights_and_gradient(rng):
    (w,) = weights(rng)
    return w, rng.normal(size=w.shape)


def two_parameters(rng):
    w, grad_w = weights_and_gradient(rng)
    return w, rng.normal(size=3), grad_w, rng.normal(size=3)


def masked(rng):
    (x,) = weights(rng)
    return x, (rng.random(x.shape) < 0.6).astype(float)


def noisy(rng):
    return weights_and_gradient(rng)


def mixture(rng):
    # proportions that stay positive as integers too
    return rng.normal(size=(3, 2)), rng.uniform(1, 2, 4), rng.normal(size=4), rng.uniform(1, 2, 4)


def connections(samples):
    def draw(rng):
        n, d, k = rng.integers(1, 5, size=3)
        mask = rng.random((n, k, d) if samples else (k, d)) < 0.5
        return rng.normal(size=(n, d)), rng.normal(size=(k, d)), rng.normal(size=k), mask.astype(float)

    return draw


def layer(rng):
    x, weight, bias, _ = connections(False)(rng)
    return x, weight, bias


def layer_and_noise(rng):
    x, weight, bias = layer(rng)
    return x, weight, bias, rng.normal(size=(9, len(x), len(bias)))


def predictions(rng):
    n = rng.integers(1, 6)
    return rng.normal(size=n), rng.normal(size=(rng.integers(1, 6), n))


def sgd(w, grad, lr, lam, n=1):
    """One step of torch.optim.SGD."""
    import torch

    w = torch.nn.Parameter(w)
    w.grad = grad
    torch.optim.SGD([w], lr=lr, weight_decay=lam / n).step()
    return w


def torch_mixture(w, pi, mu, sigma):
    import torch

    normal = torch.distributions.Normal(mu, sigma)
    return -torch.logsumexp(torch.log(pi) + normal.log_prob(w[..., None]), -1).sum()


def torch_cut(x, weight, bias, mask):
    import torch

    return torch.baddbmm(
        bias[None, :, None].expand(len(x), -1, -1), mask.expand(len(x), *weight.shape) * weight, x[..., None]
    )[..., 0]


def torch_dropout(scale):
    return lambda x, mask, p=0.5, training=True: x * mask * scale


def renorm(weight, c=3.0, axis=1, eps=0.0):
    import torch

    return torch.renorm(weight, 2, 0, c)


def inference(x, weight, bias, noise, p=0.5, activation=None):
    """Element by element, the normal law written out."""
    y = np.zeros((len(x), len(bias)))
    for i, o in np.ndindex(y.shape):
        terms = weight[o] * x[i]
        law = stats.norm((1 - p) * terms.sum() + bias[o], np.sqrt(p * (1 - p) * (terms**2).sum()))
        y[i, o] = activation(law.ppf(stats.norm.cdf(noise[:, i, o]))).mean()
    return y


def decomposition(y_true, y_preds, noise_var=0.0):
    total = ((y_preds - y_true) ** 2).mean()
    variance = y_preds.var(axis=0).mean()
    return total - variance, variance, np.asarray(noise_var, dtype=float)


PENALTIES = (
    Case(R.l2_penalty, weights, {"lam": 0.3}, torch=lambda w, lam, n=1: lam / 2 * (w * w).sum() / n),
    Case(
        R.l2_penalty,
        weights,
        {"lam": 5.0, "n": 50},
        want=lambda w, lam, n: lam * np.linalg.norm(w.ravel()) ** 2 / 2 / n,
    ),
    Case(R.l1_penalty, weights, {"lam": 0.3}, torch=lambda w, lam: lam * w.norm(1)),
    Case(
        R.l1_penalty,
        weights,
        {"lam": 5.0, "n": 50},
        want=lambda w, lam, n: lam * np.linalg.norm(w.ravel(), 1) / n,
    ),
    Case(
        R.elastic_net_penalty,
        weights,
        {"l1": 0.3, "l2": 0.7},
        torch=lambda w, l1, l2: l1 * w.abs().sum() + l2 * w.square().sum(),
    ),
    Case(
        R.frobenius_penalty,
        matrix,
        {"lam": 0.4, "n": 10},
        torch=lambda w, lam, n: lam / (2 * n) * w.norm("fro") ** 2,
        want=lambda w, lam, n: lam / (2 * n) * np.linalg.norm(w, "fro") ** 2,
    ),
    Case(
        R.regularized_loss,
        lambda rng: (
            rng.normal(size=()),
            [rng.normal(size=(2, 3)).tolist(), rng.normal(size=(1, 2)).tolist()],
        ),
        {"lam": 0.4, "n": 10},
        wrt=(),
        want=lambda loss, ws, lam, n: loss + 0.2 / 10 * sum(np.linalg.norm(w) ** 2 for w in ws),
    ),
    Case(
        R.regularized_loss,
        lambda rng: (rng.normal(size=()), [rng.normal(size=4).tolist()]),
        {"lam": 0.4, "kind": "l1"},
        wrt=(),
        want=lambda loss, ws, lam, kind: loss + 0.4 * np.linalg.norm(ws[0], 1),
    ),
)

PRIORS = (
    Case(
        R.laplace_neg_log_prior,
        weights,
        {"b": 0.7},
        want=lambda w, b: -stats.laplace(scale=b).logpdf(w).sum(),
        torch=lambda w, b: w.new_tensor(np.log(2 * b) * w.numel()) + w.abs().sum() / b,
    ),
    Case(
        R.gaussian_neg_log_prior,
        weights,
        {"sigma": 0.7},
        want=lambda w, sigma: -stats.norm(scale=sigma).logpdf(w).sum(),
        torch=lambda w, sigma: (
            0.5 * (w / sigma).square().sum() + np.log(sigma * np.sqrt(2 * np.pi)) * w.numel()
        ),
    ),
    Case(
        R.soft_weight_sharing,
        mixture,
        wrt=(0, 1, 2, 3),
        torch=torch_mixture,
        want=lambda w, pi, mu, sigma: (
            -np.log(sum(k * stats.norm(m, s).pdf(w) for k, m, s in zip(pi, mu, sigma))).sum()
        ),
    ),
)

UPDATES = (
    Case(
        R.weight_decay_step,
        weights_and_gradient,
        {"lr": 0.1, "lam": 0.3},
        wrt=(),
        torch=sgd,
    ),
    Case(
        R.weight_decay_step,
        weights_and_gradient,
        {"lr": 0.5, "lam": 5.0, "n": 50},
        wrt=(),
        want=lambda w, g, lr, lam, n: w - lr * (g + R.l2_penalty_backward(1.0, w, lam=lam, n=n)),
    ),
    Case(
        R.minibatch_l2_step,
        two_parameters,
        {"lr": 0.5, "lam": 5.0, "n": 50, "m": 10},
        wrt=(),
        want=lambda w, b, gw, gb, lr, lam, n, m: (w - 0.5 * (gw / 10 + 5 / 50 * w), b - 0.5 * gb / 10),
    ),
    Case(
        R.l1_step,
        weights_and_gradient,
        {"lr": 0.5, "lam": 2.0, "n": 10},
        wrt=(),
        want=lambda w, g, lr, lam, n: w - lr * (g + R.l1_penalty_backward(1.0, w, lam=lam, n=n)),
    ),
    Case(
        R.soft_threshold,
        weights,
        {"t": 0.4},
        wrt=(),
        want=lambda w, t: np.maximum(w - t, 0) - np.maximum(-w - t, 0),
    ),
    Case(
        R.max_norm,
        matrix,
        {"c": 1.0},
        wrt=(),
        want=lambda w, c: np.array([r if np.hypot.reduce(r) <= c else c * r / np.hypot.reduce(r) for r in w]),
    ),
    Case(R.max_norm, matrix, {"c": 1.0, "eps": 1e-7}, wrt=(), torch=renorm),
    Case(
        R.max_norm,
        lambda rng: (2 * rng.normal(size=(3, 2, 2, 2)),),
        {"axis": (1, 2, 3)},
        wrt=(),
        want=lambda w, axis: np.array([r * min(1, 3 / np.linalg.norm(r.ravel())) for r in w]),
    ),
)

NOISE = (
    Case(R.dropout, masked, torch=torch_dropout(2.0), want=lambda x, m: np.where(m == 1, 2 * x, 0)),
    Case(R.dropout, masked, {"p": 0.2}, torch=torch_dropout(1.25), want=lambda x, m, p: 1.25 * x * m),
    Case(R.dropout, masked, {"p": 0.0}, want=lambda x, m, p: x * m),
    Case(R.dropout, masked, {"training": False}, want=lambda x, m, training: x),
    Case(R.dropout_vanilla, masked, torch=torch_dropout(1.0), want=lambda x, m: x * m),
    Case(
        R.dropout_vanilla, masked, {"p": 0.2, "training": False}, want=lambda x, m, p, training: x - 0.2 * x
    ),
    Case(R.gaussian_noise, noisy, torch=lambda x, z: x + 0.1 * z, want=lambda x, z: x + z / 10),
    Case(R.gaussian_noise, noisy, {"std": 2.0}, want=lambda x, z, std: x + z + z),
    Case(R.gaussian_noise, noisy, {"training": False}, want=lambda x, z, training: x),
)

CUT = (
    Case(R.dropconnect, connections(True), wrt=(0, 1, 2), torch=torch_cut, nan="spreads"),
    Case(
        R.dropconnect,
        connections(False),
        wrt=(0, 1, 2),
        torch=torch_cut,
        want=lambda x, w, b, m: np.tensordot(x, w * m, axes=(1, 1)) + b,
        nan="spreads",
    ),
    Case(
        R.dropconnect_moments,
        layer,
        {"p": 0.3},
        wrt=(),
        want=lambda x, w, b, p: (
            np.einsum("ni,oi->no", x, 0.7 * w) + b,
            0.21 * np.square(x[:, None] * w).sum(axis=-1),
        ),
        nan="spreads",
    ),
    Case(
        R.dropconnect_inference,
        layer_and_noise,
        {"p": 0.3, "activation": np.abs},
        wrt=(),
        want=inference,
        nan="spreads",
    ),
    Case(
        R.dropconnect_inference,
        layer_and_noise,
        {"activation": special.expit},
        wrt=(),
        want=inference,
        nan="spreads",
    ),
)

SPLIT = (
    Case(M.bias_variance_decomposition, predictions, wrt=(), want=decomposition),
    Case(M.bias_variance_decomposition, predictions, {"noise_var": 0.25}, wrt=(), want=decomposition),
)

CASES = PENALTIES + PRIORS + UPDATES + NOISE + CUT + SPLIT

E1, E2 = np.zeros(0), np.zeros((0, 3))
ONE = np.array([[1.0, 2.0]])

EDGES = (
    Edge(R.l2_penalty, (E1,), 0.0, {"lam": 1.0}),
    Edge(R.l2_penalty, ([1e4, -1e4],), 1e8, {"lam": 1.0}),
    Edge(R.l2_penalty_backward, (1.0, [0.0, 2.0]), [0.0, 0.2], {"lam": 5.0, "n": 50}),
    Edge(R.l1_penalty, (E1,), 0.0, {"lam": 1.0}),
    Edge(R.l1_penalty, ([1e4, -1e4],), 2e4, {"lam": 1.0}),
    Edge(R.l1_penalty_backward, (1.0, [-1e4, 0.0, -0.0, 1e-9]), [-1.0, 0.0, 0.0, 1.0], {"lam": 1.0}),
    Edge(R.l1_penalty_backward, (2.0, E2), E2, {"lam": 1.0}),
    Edge(R.elastic_net_penalty, (E1,), 0.0, {"l1": 1.0, "l2": 1.0}),
    Edge(R.elastic_net_penalty_backward, (1.0, [-1.0, 0.0]), [-0.5, 0.0], {"l1": 0.3, "l2": 0.1}),
    Edge(R.frobenius_penalty, (np.eye(3),), 1.5, {"lam": 1.0}),
    Edge(R.frobenius_penalty, (E2,), 0.0, {"lam": 1.0}),
    Edge(R.frobenius_penalty_backward, (1.0, np.eye(2)), np.eye(2), {"lam": 1.0}),
    Edge(R.regularized_loss, (0.5, []), 0.5, {"lam": 1.0}),
    Edge(R.regularized_loss, (0.0, [[-3.0], [[4.0]]]), 7.0, {"lam": 1.0, "kind": "l1"}),
    Edge(R.laplace_neg_log_prior, (E1,), 0.0, {"b": 3.0}),
    Edge(R.laplace_neg_log_prior, ([0.0],), 0.0, {"b": 0.5}),
    Edge(R.laplace_neg_log_prior_backward, (1.0, [0.0, -1e4]), [0.0, -2.0], {"b": 0.5}),
    Edge(R.gaussian_neg_log_prior, (E1,), 0.0, {"sigma": 3.0}),
    Edge(R.gaussian_neg_log_prior, ([0.0],), 0.0, {"sigma": 0.3989422804014327}),
    Edge(R.gaussian_neg_log_prior_backward, (1.0, [0.0, -1e4]), [0.0, -2500.0], {"sigma": 2.0}),
    Edge(R.soft_weight_sharing, (E1, [1.0], [0.0], [1.0]), 0.0),
    # one component at 0 is the normal prior; 100 widths away the density is exp(-5000), not 0
    Edge(R.soft_weight_sharing, ([100.0], [1.0], [0.0], [1.0]), 5000.9189385332046),
    # a component of proportion 0 changes nothing, however near it is
    Edge(R.soft_weight_sharing, ([100.0], [1.0, 0.0], [0.0, 100.0], [1.0, 1.0]), 5000.9189385332046),
    # halfway between two equal components the pulls cancel
    Edge(
        R.soft_weight_sharing_backward,
        (1.0, np.array([0.0]), [0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]),
        ([0.0], [-1.0, -1.0], [-0.5, 0.5], [0.0, 0.0]),
    ),
    Edge(R.weight_decay_step, (E1, E1), E1, {"lr": 1.0, "lam": 1.0}),
    Edge(R.weight_decay_step, ([1e4, 0.0], [0.0, 0.0]), [9e3, 0.0], {"lr": 0.1, "lam": 1.0}),
    Edge(
        R.minibatch_l2_step,
        ([1.0], [1.0], [0.0], [0.0]),
        ([0.95], [1.0]),
        {"lr": 0.5, "lam": 10.0, "n": 100, "m": 1},
    ),
    Edge(R.l1_step, ([0.01, 0.0], [0.0, 0.0]), [-0.09, 0.0], {"lr": 0.1, "lam": 1.0}),
    Edge(R.soft_threshold, ([0.5, -0.5, 0.0, 1e4],), [0.0, 0.0, 0.0, 9999.5], {"t": 0.5}),
    Edge(R.soft_threshold, ([1.0, -2.0],), [1.0, -2.0], {"t": 0.0}),
    Edge(R.max_norm, ([[3.0, 4.0]],), [[3.0, 4.0]], {"c": 5.0}),
    Edge(R.max_norm, ([[3.0, 4.0], [0.0, 0.0]],), [[0.0, 0.0], [0.0, 0.0]], {"c": 0.0}),
    Edge(R.max_norm, ([[1e4, 0.0], [0.0, 0.0]],), [[3.0, 0.0], [0.0, 0.0]]),
    Edge(R.max_norm, (E2,), E2),
    Edge(R.max_norm, (np.zeros((2, 0)),), np.zeros((2, 0))),
    Edge(R.max_norm, ([[NAN, 4.0]],), [[NAN, 4.0]], {"c": 1.0}),
    Edge(R.max_norm, ([[3.0], [4.0]],), [[0.6], [0.8]], {"c": 1.0, "axis": 0}),
    Edge(R.dropout, ([1.0, 2.0], [1, 1]), [0.0, 0.0], {"p": 1.0}),
    Edge(R.dropout, ([1.0, -2.0], [1, 1]), [1.0, -2.0], {"p": 0.0}),
    Edge(R.dropout, ([1.0, 2.0], None), [1.0, 2.0], {"p": 0.9, "training": False}),
    Edge(R.dropout, (E2, E2), E2),
    Edge(R.dropout_backward, (1.0, [5.0, 5.0], [0, 1]), [0.0, 5.0], {"p": 0.8}),
    Edge(R.dropout_backward, (1.0, [5.0, 5.0], [1, 1]), [0.0, 0.0], {"p": 1.0}),
    Edge(R.dropout_mask, ((0, 2),), np.zeros((0, 2)), {"rng": np.random.default_rng(0)}),
    Edge(R.dropout_mask, ((2,),), [0.0, 0.0], {"p": 1.0, "rng": np.random.default_rng(0)}),
    Edge(R.dropout_mask, ((2,),), [1.0, 1.0], {"p": 0.0, "rng": np.random.default_rng(0)}),
    Edge(R.dropout_vanilla, ([1.0, 2.0], [0, 1]), [0.0, 2.0], {"p": 0.9}),
    Edge(R.dropout_vanilla, ([1.0, 2.0], None), [0.0, 0.0], {"p": 1.0, "training": False}),
    Edge(R.dropout_vanilla, (E2, E2), E2),
    Edge(R.dropout_vanilla_backward, (1.0, [5.0], None), [0.75], {"p": 0.25, "training": False}),
    Edge(R.gaussian_noise, (E2, E2), E2),
    Edge(R.gaussian_noise, ([1e4], [1.0]), [1e4], {"std": 0.0}),
    Edge(R.gaussian_noise, ([1.0], None), [1.0], {"training": False}),
    Edge(R.gaussian_noise_backward, (3.0, [1.0, 2.0], None), [3.0, 3.0]),
    Edge(R.standard_noise, ((0, 2),), np.zeros((0, 2)), {"rng": np.random.default_rng(0)}),
    Edge(R.dropconnect, (np.zeros((0, 2)), np.ones((3, 2)), np.ones(3), np.ones((3, 2))), np.zeros((0, 3))),
    Edge(R.dropconnect, (ONE, ONE, [7.0], 0 * ONE), [[7.0]]),
    Edge(R.dropconnect_backward, (1.0, ONE, 10 * ONE, [7.0], [[1, 0]]), ([[10.0, 0.0]], [[1.0, 0.0]], [1.0])),
    Edge(R.dropconnect_backward, (1.0, ONE, ONE, [7.0], [[[0, 1]]]), ([[0.0, 2.0]], [[0.0, 2.0]], [1.0])),
    Edge(R.dropconnect_moments, (ONE, ONE, [7.0]), ([[12.0]], [[0.0]]), {"p": 0.0}),
    Edge(R.dropconnect_moments, (ONE, ONE, [7.0]), ([[7.0]], [[0.0]]), {"p": 1.0}),
    Edge(
        R.dropconnect_inference, (ONE, ONE, [7.0], [[[9.0]]]), [[-7.0]], {"p": 1.0, "activation": np.negative}
    ),
    Edge(M.bias_variance_decomposition, ([2.0], [[5.0]]), (9.0, 0.0, 0.0)),
    Edge(M.bias_variance_decomposition, ([0.0, 0.0], [[1.0, 1e4], [-1.0, 1e4]]), (5e7, 0.5, 0.0)),
)

ERRORS = (
    Error(R.regularized_loss, (0.0, []), "kind must be 'l1' or 'l2'; got 'L2'", {"lam": 1.0, "kind": "L2"}),
    Error(R.laplace_neg_log_prior, ([1.0],), "b must be positive; got 0", {"b": 0}),
    Error(R.gaussian_neg_log_prior, ([1.0],), "sigma must be positive; got -1.0", {"sigma": -1.0}),
    Error(
        R.soft_weight_sharing,
        ([1.0], [1.0], [0.0, 1.0], [1.0]),
        "mu must be of shape (K,), as pi is; got shape (2,)",
    ),
    Error(R.soft_weight_sharing, ([1.0], [1.0], [0.0], [[1.0]]), "sigma must be of shape (K,)"),
    Error(R.soft_weight_sharing, ([1.0], [1.0], [0.0], [0.0]), "sigma must be positive"),
    Error(R.soft_weight_sharing_backward, (1.0, [1.0], [-1.0], [0.0], [1.0]), "pi must be at least 0"),
    Error(
        R.weight_decay_step,
        (np.zeros(3), np.zeros((3, 1))),
        "grad must be of shape (3,); got shape (3, 1)",
        {"lr": 1.0, "lam": 1.0},
    ),
    Error(R.l1_step, (np.zeros(3), np.zeros(1)), "grad must be of shape (3,)", {"lr": 1.0, "lam": 1.0}),
    Error(
        R.minibatch_l2_step,
        (np.zeros(3), np.zeros(2), np.zeros(3), 0.0),
        "grad_b_sum must be of shape (2,); got shape ()",
        {"lr": 1.0, "lam": 1.0, "n": 1, "m": 1},
    ),
    Error(R.soft_threshold, ([1.0],), "t must be at least 0; got -1", {"t": -1}),
    Error(R.max_norm, ([[1.0]],), "c must be at least 0; got -1", {"c": -1}),
    Error(R.dropout_mask, ((2,),), "p must be from 0 to 1; got 1.5", {"p": 1.5, "rng": None}),
    Error(R.dropout, ([1.0], [1.0]), "p must be from 0 to 1; got -0.1", {"p": -0.1}),
    Error(R.dropout, (np.zeros((2, 3)), np.zeros(3)), "mask must be of shape (2, 3); got shape (3,)"),
    Error(R.dropout_backward, (1.0, np.zeros((2, 1)), np.zeros(2)), "mask must be of shape (2, 1)"),
    Error(R.dropout_vanilla, (np.zeros(3), None), "mask must be of shape (3,); got shape ()"),
    Error(R.dropout_vanilla, ([1.0], [1.0]), "p must be from 0 to 1", {"p": 2}),
    Error(R.gaussian_noise, (np.zeros((2, 3)), np.zeros(3)), "noise must be of shape (2, 3)"),
    Error(
        R.multi_sample_dropout_loss,
        (np.zeros(3), np.zeros(3)),
        "masks must be of shape (m, *(3,)) with m >= 1",
        {"head": np.sum, "loss": np.sum},
    ),
    Error(
        R.multi_sample_dropout_loss,
        (np.zeros(3), np.zeros((0, 3))),
        "masks must be",
        {"head": np.sum, "loss": np.sum},
    ),
    Error(R.dropconnect, ([1.0], ONE, [0.0], ONE), "x must be of shape (n, in); got shape (1,)"),
    Error(R.dropconnect, (ONE, ONE[:, :1], [0.0], ONE), "weight must be of shape (out, 2); got shape (1, 1)"),
    Error(R.dropconnect, (ONE, ONE, [0.0, 0.0], ONE), "bias must be of shape (1,); got shape (2,)"),
    Error(R.dropconnect, (ONE, ONE, [0.0], ONE[0]), "mask must be of shape (1, 2) or (1, 1, 2)"),
    Error(R.dropconnect_moments, (ONE, ONE, [0.0]), "p must be from 0 to 1", {"p": -1}),
    Error(
        R.dropconnect_inference,
        (ONE, ONE, [0.0], [[1.0]]),
        "noise must be of shape (s, *(1, 1)) with s >= 1",
        {"activation": np.abs},
    ),
    Error(M.bias_variance_decomposition, ([], np.zeros((2, 0))), "y_true must be of shape (n,), n >= 1"),
    Error(M.bias_variance_decomposition, ([1.0, 2.0], [1.0, 2.0]), "y_preds must be of shape (r, 2), r >= 1"),
    Error(M.bias_variance_decomposition, ([1.0], np.zeros((0, 1))), "y_preds must be of shape (r, 1)"),
)
