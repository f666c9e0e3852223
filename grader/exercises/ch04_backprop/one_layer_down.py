"""The second equation of back-propagation, BP2: one layer down."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
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


def delta_hidden_columns(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return f_backward(W_next.T @ delta_next, z)


def delta_hidden_slope_twice(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next, z) * f_backward(np.ones_like(z), z)


def delta_hidden_error_twice(W_next, delta_next, z, *, activation):
    g = delta_next @ W_next
    return g * pair(activation)[1](g, z)


def delta_hidden_swapped(W_next, delta_next, z, *, activation):
    return pair(activation)[1](z, delta_next @ W_next)


def delta_hidden_mean_of_samples(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    delta = f_backward(delta_next @ W_next, z)
    return delta / len(z) if z.ndim == 2 else delta


def delta_hidden_one_sample_as_batch(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    return f_backward(np.atleast_2d(delta_next) @ W_next, np.atleast_2d(z))


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
        Misconception(
            "samples-in-columns",
            delta_hidden_columns,
            "W.T @ delta is for samples in columns; here they are rows: delta_next @ W_next.",
            case="a square batch, relu",
        ),
        Misconception(
            "slope-twice",
            delta_hidden_slope_twice,
            "The slope is in your result twice: f_backward(grad_output, z) has multiplied by it already.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "error-twice",
            delta_hidden_error_twice,
            "f_backward(g, z) is g times the slope already; you multiply by g once more.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "arguments-swapped",
            delta_hidden_swapped,
            "The arguments of f_backward are swapped: first the gradient that arrives, then z.",
            case="one sample, sigmoid",
        ),
        Misconception(
            "mean-of-samples",
            delta_hidden_mean_of_samples,
            "You divide by the number of samples; each keeps its own error, and a mean is taken once, at the top.",
            case="a batch, tanh",
        ),
        Misconception(
            "one-sample-as-batch",
            delta_hidden_one_sample_as_batch,
            "A single sample comes back as a batch of one, (1, here); return the shape of z.",
            case="one sample, sigmoid",
        ),
    ),
    alternatives=(delta_hidden_column_by_column, delta_hidden_by_einsum),
    hints=(
        "One sample: hidden unit k reaches every unit j of the next layer, with weight W_next[j, k].",
        "∂C/∂a_k = Σ_j delta_next[j] W_next[j, k]. For samples in rows that is delta_next @ W_next.",
        "Then through the activation: f_backward(∂C/∂a, z) multiplies by f'(z).",
    ),
)
