"""The equations of back-propagation in matrices: BP2, one layer down, and BP4, the weights."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import nn
from nnlib._pair import pair
from nnlib.activations import sigmoid_backward

# ── delta_hidden ─────────────────────────────────────────────────────────────────────────────────────────


def delta_hidden_not_transposed(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next.T, z)


def delta_hidden_no_slope(W_next, delta_next, z, *, activation):
    return delta_next @ W_next


def delta_hidden_slope_at_a(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    return f_backward(delta_next @ W_next, f(z))


def delta_hidden_activation_for_slope(W_next, delta_next, z, *, activation):
    f, _ = pair(activation)
    return delta_next @ W_next * f(z)


def delta_hidden_always_sigmoid(W_next, delta_next, z, *, activation):
    return sigmoid_backward(delta_next @ W_next, z)


def delta_hidden_times_z(W_next, delta_next, z, *, activation):
    return delta_next @ W_next * z


def delta_hidden_no_weights(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return f_backward(delta_next.sum(axis=-1, keepdims=True) * np.ones_like(z), z)


def delta_hidden_mean(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next / len(W_next), z)


def delta_hidden_slope_without_error(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return delta_next @ W_next + f_backward(np.ones_like(z), z)


def delta_hidden_column_by_column(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    columns = [(delta_next * W_next[:, h]).sum(axis=-1) for h in range(W_next.shape[1])]
    return np.stack(columns, axis=-1) * f_backward(np.ones_like(z), z)


def delta_hidden_by_einsum(W_next, delta_next, z, *, activation):
    slope = pair(activation)[1](np.ones_like(z), z)
    return np.einsum("kh,...k,...h->...h", W_next, delta_next, slope)


def next_layer(h, k, *samples, activation):
    def draw(rng):
        shapes = (k, h), (*samples, k), (*samples, h)
        return call(*(rng.normal(size=shape) for shape in shapes), activation=activation)

    return draw


DELTA_HIDDEN = Exercise(
    function="delta_hidden",
    topics=("C04-08",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=nn.delta_hidden,
    cases=(
        Case(
            "one sample, sigmoid",
            next_layer(3, 2, activation="sigmoid"),
            example=call([[1, 2, 0], [0.5, -1, 3]], [0.5, -0.25], [0, 1, -2], activation="sigmoid"),
        ),
        Case("a batch, tanh", next_layer(4, 3, 5, activation="tanh"), weight=2),
        Case("a square batch, relu", next_layer(4, 4, 4, activation="relu")),
    ),
    misconceptions=(
        Misconception(
            "not-transposed",
            delta_hidden_not_transposed,
            "The error goes back along the same weights: for samples in rows it is delta_next @ W_next.",
            case="a square batch, relu",
        ),
        Misconception(
            "no-slope",
            delta_hidden_no_slope,
            "The slope f'(z) of this layer is missing. It stays whatever the cost is.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "slope-at-a",
            delta_hidden_slope_at_a,
            "You take the slope at f(z); f_backward wants the input of f, which is z.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "activation-for-slope",
            delta_hidden_activation_for_slope,
            "You multiply by f(z); the chain rule wants the slope f'(z): use f_backward.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "always-sigmoid",
            delta_hidden_always_sigmoid,
            "You use the sigmoid whatever `activation` says: f, f_backward = pair(activation).",
            case="a batch, tanh",
        ),
        Misconception(
            "times-z",
            delta_hidden_times_z,
            "You multiply by z itself; the factor is the slope f'(z).",
            case="one sample, sigmoid",
        ),
        Misconception(
            "no-weights",
            delta_hidden_no_weights,
            "You add up the errors as they are; each comes back through its weight: delta_next @ W_next.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "mean-of-outputs",
            delta_hidden_mean,
            "You average over the units of the next layer; their errors add up.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "added-slope",
            delta_hidden_slope_without_error,
            "You add the slope; the chain rule multiplies.",
            case="one sample, sigmoid",
        ),
    ),
    alternatives=(delta_hidden_column_by_column, delta_hidden_by_einsum),
    hints=(
        "One sample: hidden unit j reaches every unit k of the next layer, with weight W_next[k, j].",
        "∂C/∂a_j = Σ_k delta_next[k] W_next[k, j]. For samples in rows that is delta_next @ W_next.",
        "Then through the activation: f_backward(∂C/∂a, z) multiplies by f'(z).",
    ),
)

# ── grad_weight ──────────────────────────────────────────────────────────────────────────────────────────


def grad_weight_mean(delta, a_prev):
    delta, a_prev = np.atleast_2d(delta), np.atleast_2d(a_prev)
    return delta.T @ a_prev / len(delta)


def grad_weight_last_sample(delta, a_prev):
    for d, a in zip(np.atleast_2d(delta), np.atleast_2d(a_prev)):
        grad = np.outer(d, a)
    return grad


def grad_weight_transposed(delta, a_prev):
    return np.atleast_2d(a_prev).T @ np.atleast_2d(delta)


def grad_weight_sums_first(delta, a_prev):
    return np.outer(np.atleast_2d(delta).sum(axis=0), np.atleast_2d(a_prev).sum(axis=0))


def grad_weight_batches_only(delta, a_prev):
    return np.einsum("nj,nk->jk", delta, a_prev)


def grad_weight_no_sum(delta, a_prev):
    return delta[..., :, None] * a_prev[..., None, :]


def grad_weight_always_outer(delta, a_prev):
    return np.outer(delta, a_prev)


def grad_weight_by_loop(delta, a_prev):
    delta, a_prev = np.atleast_2d(delta), np.atleast_2d(a_prev)
    grad = np.zeros((delta.shape[1], a_prev.shape[1]), delta.dtype)
    for d, a in zip(delta, a_prev):
        grad += np.outer(d, a)
    return grad


def grad_weight_by_tensordot(delta, a_prev):
    if delta.ndim == 1:
        return np.multiply.outer(delta, a_prev)
    return np.tensordot(delta, a_prev, axes=(0, 0))


GRAD_WEIGHT = Exercise(
    function="grad_weight",
    topics=("C04-10",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=nn.grad_weight,
    cases=(
        Case(
            "two samples",
            lambda rng: call(rng.normal(size=(2, 2)), rng.normal(size=(2, 3))),
            example=call([[1, 2], [10, -20]], [[1, 0, 3], [2, 1, 0]]),
        ),
        Case("a batch", lambda rng: call(rng.normal(size=(6, 4)), rng.normal(size=(6, 3))), weight=2),
        Case(
            "one sample of shape (out,)", lambda rng: call(rng.normal(size=4), rng.normal(size=3)), weight=2
        ),
    ),
    misconceptions=(
        Misconception(
            "mean",
            grad_weight_mean,
            "You divide by the number of samples; here the contributions add up.",
            case="two samples",
        ),
        Misconception(
            "last-sample",
            grad_weight_last_sample,
            "Each sample overwrites the one before it; the contributions add up: += instead of =.",
            case="two samples",
        ),
        Misconception(
            "transposed",
            grad_weight_transposed,
            "Your result is transposed: like the weights it has shape (out, in), delta.T @ a_prev.",
            case="two samples",
        ),
        Misconception(
            "sums-first",
            grad_weight_sums_first,
            "You multiply the sums; it is the sum of the products: every sample pairs its own delta and a.",
            case="two samples",
        ),
        Misconception(
            "batches-only",
            grad_weight_batches_only,
            "A single sample has shapes (out,) and (in,): np.outer, or np.atleast_2d before the product.",
            case="one sample of shape (out,)",
        ),
        Misconception(
            "no-sum",
            grad_weight_no_sum,
            "You keep a matrix for each sample; add them up over the samples.",
            case="a batch",
        ),
        Misconception(
            "always-outer",
            grad_weight_always_outer,
            "np.outer flattens a batch and pairs all samples with all; use delta.T @ a_prev.",
            case="a batch",
        ),
    ),
    alternatives=(grad_weight_by_loop, grad_weight_by_tensordot),
    hints=(
        "For one sample it is np.outer(delta, a_prev). For several: the sum of these.",
        "delta.T @ a_prev sums over the samples by itself: (out, n) @ (n, in).",
        "np.atleast_2d turns shape (out,) into (1, out).",
    ),
)
