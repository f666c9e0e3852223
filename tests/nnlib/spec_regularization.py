"""Rows for nnlib.regularization and the rest of chapter 08: values and gradients."""

import numpy as np
from scipy import special, stats

from nnlib import metrics as M
from nnlib import nn
from nnlib import regularization as R
from tests.nnlib.spec import Case

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
ELSEWHERE = (R.EarlyStopping, R.early_stopping, R.dropout_mask, R.standard_noise, R.multi_sample_dropout_loss)
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
    ("residual_block", "fn"),
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

BLOCKS = (
    Case(
        nn.residual_block,
        weights,
        {"fn": "tanh"},
        torch=lambda x, fn: x + x.tanh(),
        want=lambda x, fn: x + 1 - 2 / (np.exp(2 * x) + 1),
    ),
    Case(
        nn.residual_block,
        weights,
        {"fn": (np.square, lambda grad_output, x: 2 * x * grad_output)},
        want=lambda x, fn: x * (1 + x),
    ),
)

CASES = PENALTIES + PRIORS + UPDATES + NOISE + CUT + SPLIT + BLOCKS
