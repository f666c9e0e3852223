"""Rows for nnlib.losses of numbers, of yes or no, and likelihoods. Others are in spec_losses_classes.py."""

import warnings

import numpy as np
from scipy import special, stats

from nnlib import losses as L
from nnlib import nn
from tests.nnlib.spec import Case

CHAPTERS = ("03",)
NO_GRADIENT = (L.cross_entropy_with_gradient, L.neuron_gradients, L.smooth_labels, L.zero_one_loss)
# Trained, not computed: test_losses_regression.py.
ELSEWHERE = (nn.SoftmaxRegression, nn.softmax_regression)
OVERFLOWS = (L.poisson_nll_loss,)  # exp(1e4)
# The newest versions of torch have these, older ones have not.
LEFT_OUT = (("mse_loss", "weight"), ("l1_loss", "weight"), ("huber_loss", "weight"))

REDUCTIONS = ("mean", "sum", "none")
SHAPES = ((), (1,), (7,), (3, 5), (2, 3, 4))


def some_shape(rng):
    return SHAPES[rng.integers(len(SHAPES))]


def numbers(rng):
    """Predictions and targets, some close and some far apart."""
    shape = some_shape(rng)
    target = 3 * rng.normal(size=shape)
    return np.asarray(target + rng.choice([0.3, 3.0]) * rng.normal(size=shape)), np.asarray(target)


def vectors(rng):
    return rng.normal(size=(4, 3)), rng.normal(size=(4, 3))


def single_outputs(rng):
    return rng.normal(size=5), rng.normal(size=5)


def images(rng):
    return rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 3, 2))


def yes_or_no(rng):
    """Probabilities and labels of 0 and 1."""
    shape = some_shape(rng)
    return np.asarray(rng.uniform(0.02, 0.98, size=shape)), np.asarray(rng.integers(2, size=shape) * 1.0)


def soft_yes_or_no(rng):
    return rng.uniform(0.02, 0.98, size=(4, 3)), rng.uniform(size=(4, 3))


def logits(rng):
    probs, target = yes_or_no(rng)
    return np.asarray(5 * rng.normal(size=probs.shape)), target


def soft_logits(rng):
    return 3 * rng.normal(size=(4, 3)), rng.uniform(size=(4, 3))


def signed(rng):
    x, target = logits(rng)
    return x, 2 * target - 1


def log_probs(rng):
    return np.log(rng.dirichlet(np.ones(4), size=5)), rng.dirichlet(np.ones(4), size=5)


def one_hot_targets(rng):
    rows = np.eye(4)[rng.integers(4, size=5)]
    rows[0] = np.eye(4)[0]
    return np.log(rng.dirichlet(np.ones(4), size=5)), rows


def log_targets(rng):
    x, target = log_probs(rng)
    return x, np.log(target)


def counts(rng):
    shape = some_shape(rng)
    return np.asarray(rng.normal(size=shape)), np.asarray(rng.integers(6, size=shape) * 1.0)


def rates(rng):
    x, target = counts(rng)
    return np.exp(x), target


def normals(*var_shape):
    def args(rng):
        return rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.uniform(0.2, 3, size=var_shape)

    return args


def neuron(rng):
    return rng.normal(size=(6, 3)), rng.uniform(size=6), rng.normal(size=3), rng.normal()


def each(op, args, want=None, *, torch=None, wrt=(0,), **kwargs):
    """A row for each reduction: torch's function of the same name, and for "none" a second formula."""
    torch = torch or f"torch.nn.functional.{op.__name__}"
    return tuple(
        Case(op, args, {"reduction": r, **kwargs}, torch=torch, wrt=wrt, want=want if r == "none" else None)
        for r in REDUCTIONS
    )


def once(op, args, want=None, *, torch=None, wrt=(0,), **kwargs):
    """A row for reduction "none" only."""
    return each(op, args, want, torch=torch, wrt=wrt, **kwargs)[-1]


def by_sample(op, args, want):
    """A row for each reduction of a cost that sums over a sample and averages over samples."""

    def reduced(x, target, reduction, **options):
        loss = want(x, target, **options)
        return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](loss)

    return tuple(Case(op, args, {"reduction": r}, want=reduced) for r in REDUCTIONS)


def rest(x):
    """Sum over all axes but the first."""
    return x.reshape(len(x), -1).sum(axis=1)


def torch_kl_div(*args, **kwargs):
    import torch

    with warnings.catch_warnings():  # that "mean" is not the divergence
        warnings.simplefilter("ignore")
        return torch.nn.functional.kl_div(*args, **kwargs)


def torch_neuron(cost):
    def gradients(x, y, w, b, **_):
        import torch

        x, y, w, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, y, w, b))
        a = torch.sigmoid(x @ w + b)
        if cost == "quadratic":
            loss = ((a - y) ** 2 / 2).mean()
        else:
            loss = torch.nn.functional.binary_cross_entropy(a, y)
        return tuple(g.numpy() for g in torch.autograd.grad(loss, (w, b)))

    return gradients


def error(x, target, **_):
    return np.abs(x - target)


REGRESSION = (
    *each(L.mse_loss, numbers, lambda x, t, reduction: x**2 - 2 * x * t + t**2),
    *each(L.l1_loss, numbers, lambda x, t, reduction: np.maximum(x, t) - np.minimum(x, t)),
    *each(L.smooth_l1_loss, numbers, lambda x, t, reduction: special.huber(1.0, x - t)),
    once(L.smooth_l1_loss, numbers, lambda x, t, reduction, beta: special.huber(0.4, x - t) / 0.4, beta=0.4),
    once(L.smooth_l1_loss, numbers, error, beta=0.0),
    *each(L.huber_loss, numbers, lambda x, t, reduction: special.huber(1.0, x - t)),
    once(L.huber_loss, numbers, lambda x, t, reduction, delta: special.huber(2.5, x - t), delta=2.5),
    Case(
        L.mse_loss, lambda rng: (rng.normal(size=6), 0.5), want=lambda x, t: np.var(x) + (x.mean() - t) ** 2
    ),
    Case(L.l1_loss, lambda rng: (rng.normal(size=6), 0.5), want=lambda x, t: np.linalg.norm(x - t, 1) / 6),
    Case(L.mse_loss, numbers, torch="torch.nn.functional.mse_loss"),
    Case(L.l1_loss, numbers, torch="torch.nn.functional.l1_loss"),
    *by_sample(L.quadratic_cost, vectors, lambda a, y: np.linalg.norm(a - y, axis=1) ** 2 / 2),
    by_sample(L.quadratic_cost, single_outputs, lambda a, y: error(a, y) ** 2 / 2)[-1],
    by_sample(L.quadratic_cost, images, lambda a, y: rest((a - y) ** 2) / 2)[-1],
    *by_sample(L.l2_regression_loss, vectors, lambda f, y: np.linalg.norm(f - y, axis=1) ** 2),
    by_sample(L.l2_regression_loss, images, lambda f, y: rest((f - y) ** 2))[-1],
    *by_sample(L.l1_regression_loss, vectors, lambda f, y: np.linalg.norm(f - y, 1, axis=1)),
    by_sample(L.l1_regression_loss, images, lambda f, y: rest(error(f, y)))[-1],
)

CLASS_WEIGHTS = np.array([0.5, 2.0, 1.0])


def entropy_of_coins(p, y, **_):
    return -special.xlogy(y, p) - special.xlog1py(1 - y, -p)


YES_OR_NO = (
    *each(L.binary_cross_entropy, yes_or_no, entropy_of_coins),
    once(L.binary_cross_entropy, soft_yes_or_no, entropy_of_coins),
    once(
        L.binary_cross_entropy,
        soft_yes_or_no,
        lambda p, y, reduction, weight: weight * entropy_of_coins(p, y),
        weight=CLASS_WEIGHTS,
    ),
    *each(
        L.binary_cross_entropy_with_logits,
        logits,
        lambda x, y, reduction: entropy_of_coins(special.expit(x), y),
    ),
    once(L.binary_cross_entropy_with_logits, soft_logits, weight=CLASS_WEIGHTS),
    once(
        L.binary_cross_entropy_with_logits,
        soft_logits,
        lambda x, y, reduction, pos_weight: (
            -pos_weight * y * special.log_expit(x) - (1 - y) * special.log_expit(-x)
        ),
        pos_weight=CLASS_WEIGHTS,
    ),
    once(
        L.binary_cross_entropy_with_logits, soft_logits, weight=CLASS_WEIGHTS, pos_weight=CLASS_WEIGHTS[::-1]
    ),
    *by_sample(L.sigmoid_cross_entropy_cost, soft_yes_or_no, lambda a, y: entropy_of_coins(a, y).sum(axis=1)),
    *each(L.soft_margin_loss, signed, lambda x, y, reduction: np.logaddexp(0, -y * x)),
    *each(L.multilabel_soft_margin_loss, soft_logits),
    once(
        L.multilabel_soft_margin_loss,
        soft_logits,
        lambda x, y, reduction, weight: (weight * entropy_of_coins(special.expit(x), y)).mean(axis=1),
        weight=CLASS_WEIGHTS,
    ),
    Case(L.neuron_gradients, neuron, wrt=(), want=torch_neuron("quadratic")),
    Case(L.neuron_gradients, neuron, {"cost": "cross_entropy"}, wrt=(), want=torch_neuron("cross_entropy")),
)

LIKELIHOODS = (
    *each(L.kl_div, log_probs, lambda x, t, reduction: t * np.log(t / np.exp(x)), torch=torch_kl_div),
    once(L.kl_div, one_hot_targets, lambda x, t, reduction: -t * x, torch=torch_kl_div),
    once(L.kl_div, log_targets, torch=torch_kl_div, log_target=True),
    Case(
        L.kl_div,
        log_probs,
        {"reduction": "batchmean"},
        torch="torch.nn.functional.kl_div",
        want=lambda x, t, reduction: special.rel_entr(t, np.exp(x)).sum(axis=1).mean(),
    ),
    Case(
        L.kl_div,
        log_targets,
        {"reduction": "batchmean", "log_target": True},
        torch="torch.nn.functional.kl_div",
        want=lambda x, t, **_: np.mean([stats.entropy(np.exp(b), np.exp(a)) for a, b in zip(x, t)]),
    ),
    *each(
        L.poisson_nll_loss,
        counts,
        lambda x, t, reduction: -stats.poisson.logpmf(t, np.exp(x)) - special.gammaln(t + 1),
    ),
    once(L.poisson_nll_loss, counts, full=True),
    once(L.poisson_nll_loss, rates, log_input=False),
    once(L.poisson_nll_loss, rates, log_input=False, full=True, eps=0.1),
    *each(
        L.gaussian_nll_loss,
        normals(3, 4),
        lambda x, t, v, reduction: -stats.norm.logpdf(t, x, np.sqrt(v)) - np.log(2 * np.pi) / 2,
        wrt=(0, 2),
    ),
    once(
        L.gaussian_nll_loss,
        normals(3, 1),
        lambda x, t, v, reduction, full: -stats.norm.logpdf(t, x, np.sqrt(v)),
        wrt=(0, 2),
        full=True,
    ),
    once(L.gaussian_nll_loss, normals(3), wrt=(0, 2), eps=0.1),
    Case(
        L.gaussian_nll_loss,
        normals(),
        {"reduction": "none"},
        wrt=(0, 2),
        want=lambda x, t, v, reduction: (np.log(v) + (x - t) ** 2 / v) / 2,
    ),
)

CASES = REGRESSION + YES_OR_NO + LIKELIHOODS
