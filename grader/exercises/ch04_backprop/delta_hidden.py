"""The second equation of back-propagation, BP2: one layer down."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import nn
from nnlib._pair import pair
from nnlib.activations import sigmoid_backward


def next_layer(h, k, *samples, activation):
    def draw(rng):
        shapes = (k, h), (*samples, k), (*samples, h)
        return call(*(rng.normal(size=shape) for shape in shapes), activation=activation)

    return draw


def _allowed(rng):
    n, here, above = shape(rng, (3,))
    samples = one_of(rng, (n,), ())
    sizes = (above, here), (*samples, above), (*samples, here)
    activation = one_of(rng, "sigmoid", "tanh", "relu")
    return call(*(floats(rng, size) for size in sizes), activation=activation)


def odd_layer(here, above, activation, *scales, n=()):
    """Draws W_next, delta_next and z, each of its own size; z has zeros."""
    shapes = (above, here), (*n, above), (*n, here)
    return lambda rng: call(*(spread(rng, size, s) for size, s in zip(shapes, scales)), activation=activation)


DELTA_HIDDEN = Exercise(
    function="delta_hidden",
    topics=("C04-08",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=nn.delta_hidden,
    allowed=_allowed,
    cases=(
        Case(
            "one sample, sigmoid",
            next_layer(3, 2, activation="sigmoid"),
            example=call([[1, 2, 0], [0.5, -1, 3]], [0.5, -0.25], [0, 1, -2], activation="sigmoid"),
        ),
        Case("a batch, tanh", next_layer(4, 3, 5, activation="tanh"), weight=2),
        Case("a square batch, relu", next_layer(4, 4, 4, activation="relu")),
        Case(
            "relu at the kink z = 0 has slope 0",
            lambda rng: call(
                rng.uniform(0.5, 1, size=(2, 3)),
                rng.uniform(0.5, 1, size=(2, 2)),
                np.array([[0, 1, -1], [2, 0, 0]]) * rng.uniform(1, 2),
                activation="relu",
            ),
            example=call(
                [[1, 2, 3], [3, 2, 1]], [[1, 0], [0, 1]], [[0, 1, -1], [2, 0, 0]], activation="relu"
            ),
        ),
        in_turn(
            "odd shapes, tiny and large numbers",
            odd_layer(3, 1, "sigmoid", 1, 1, 1),
            odd_layer(1, 3, "tanh", 1e3, 1, 1e-6),
            odd_layer(1, 3, "sigmoid", 1, 1e3, 1, n=(3,)),
            odd_layer(3, 1, "sigmoid", 1e-6, 1, 1, n=(2,)),
            odd_layer(3, 3, "tanh", 1, 1e-6, 1, n=(1,)),
            odd_layer(4, 3, "relu", 1, 1, 1e3, n=(2,)),
            odd_layer(1, 3, "sigmoid", 1, 1e3, 60, n=(1,)),
        ),
    ),
    hints=(
        "One sample: which units of the next layer does hidden unit k reach, and with which weights?",
        "It reaches every unit j with weight W_next[j, k], so ∂C/∂a_k = Σ_j delta_next[j] W_next[j, k].",
        "For samples in rows that is g = delta_next @ W_next; then f_backward(g, z) multiplies by f'(z).",
    ),
)


@DELTA_HIDDEN.wrong(case="a square batch, relu")
def delta_hidden_not_transposed(W_next, delta_next, z, *, activation):
    """You transpose the weights; for samples in rows the error goes back along them as they are.

    Write delta_next @ W_next."""
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next.T, z)


@DELTA_HIDDEN.wrong
def delta_hidden_no_slope(W_next, delta_next, z, *, activation):
    """The slope f'(z) of this layer is missing. It stays whatever the cost is."""
    return delta_next @ W_next


@DELTA_HIDDEN.wrong
def delta_hidden_slope_at_a(W_next, delta_next, z, *, activation):
    """You take the slope at f(z); f_backward wants the input of f, which is z."""
    f, f_backward = pair(activation)
    return f_backward(delta_next @ W_next, f(z))


@DELTA_HIDDEN.wrong
def delta_hidden_activation_for_slope(W_next, delta_next, z, *, activation):
    """You multiply by f(z); the chain rule wants the slope f'(z).

    Use f_backward."""
    f, _ = pair(activation)
    return delta_next @ W_next * f(z)


@DELTA_HIDDEN.wrong(case="a batch, tanh")
def delta_hidden_always_sigmoid(W_next, delta_next, z, *, activation):
    """You use the sigmoid whatever `activation` says.

    Write f, f_backward = pair(activation)."""
    return sigmoid_backward(delta_next @ W_next, z)


@DELTA_HIDDEN.wrong
def delta_hidden_times_z(W_next, delta_next, z, *, activation):
    """You multiply by z itself; the factor is the slope f'(z)."""
    return delta_next @ W_next * z


@DELTA_HIDDEN.wrong
def delta_hidden_no_weights(W_next, delta_next, z, *, activation):
    """You add up the errors as they are; each comes back through its weight.

    Write delta_next @ W_next."""
    _, f_backward = pair(activation)
    return f_backward(delta_next.sum(axis=-1, keepdims=True) * np.ones_like(z), z)


@DELTA_HIDDEN.wrong
def delta_hidden_mean_of_outputs(W_next, delta_next, z, *, activation):
    """You average over the units of the next layer; their errors add up."""
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next / len(W_next), z)


@DELTA_HIDDEN.wrong
def delta_hidden_added_slope(W_next, delta_next, z, *, activation):
    """You add the slope; the chain rule multiplies."""
    _, f_backward = pair(activation)
    return delta_next @ W_next + f_backward(np.ones_like(z), z)


@DELTA_HIDDEN.wrong(case="a square batch, relu")
def delta_hidden_samples_in_columns(W_next, delta_next, z, *, activation):
    """W.T @ delta is for samples in columns; here they are rows.

    Write delta_next @ W_next."""
    _, f_backward = pair(activation)
    return f_backward(W_next.T @ delta_next, z)


@DELTA_HIDDEN.wrong
def delta_hidden_slope_twice(W_next, delta_next, z, *, activation):
    """The slope is in your result twice: f_backward(grad_output, z) has multiplied by it already."""
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next, z) * f_backward(np.ones_like(z), z)


@DELTA_HIDDEN.wrong
def delta_hidden_error_twice(W_next, delta_next, z, *, activation):
    """f_backward(g, z) is g times the slope already; you multiply by g once more."""
    g = delta_next @ W_next
    return g * pair(activation)[1](g, z)


@DELTA_HIDDEN.wrong
def delta_hidden_arguments_swapped(W_next, delta_next, z, *, activation):
    """The arguments of f_backward are swapped.

    First the gradient that arrives, then z."""
    return pair(activation)[1](z, delta_next @ W_next)


@DELTA_HIDDEN.wrong(case="a batch, tanh")
def delta_hidden_mean_of_samples(W_next, delta_next, z, *, activation):
    """You divide by the number of samples; each keeps its own error, and a mean is taken once, at the top."""
    _, f_backward = pair(activation)
    delta = f_backward(delta_next @ W_next, z)
    return delta / len(z) if z.ndim == 2 else delta


@DELTA_HIDDEN.wrong
def delta_hidden_one_sample_as_batch(W_next, delta_next, z, *, activation):
    """A single sample comes back as a batch of one, (1, here).

    Return the shape of z."""
    _, f_backward = pair(activation)
    return f_backward(np.atleast_2d(delta_next) @ W_next, np.atleast_2d(z))


@DELTA_HIDDEN.wrong(case="relu at the kink z = 0 has slope 0")
def delta_hidden_kink_one(W_next, delta_next, z, *, activation):
    """At z = 0 the slope of ReLU is 0; yours is 1.

    `pair` gives the slopes as they are wanted."""
    g = delta_next @ W_next
    if activation == "relu":
        return g * (z >= 0)
    return pair(activation)[1](g, z)


@DELTA_HIDDEN.right
def delta_hidden_column_by_column(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    columns = [(delta_next * W_next[:, h]).sum(axis=-1) for h in range(W_next.shape[1])]
    return np.stack(columns, axis=-1) * f_backward(np.ones_like(z), z)


@DELTA_HIDDEN.right
def delta_hidden_by_einsum(W_next, delta_next, z, *, activation):
    slope = pair(activation)[1](np.ones_like(z), z)
    return np.einsum("kh,...k,...h->...h", W_next, delta_next, slope)


@DELTA_HIDDEN.right
def delta_hidden_sum_over_the(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    slope = f_backward(np.ones(z.shape), z)
    total = np.zeros(z.shape)
    for j, weights in enumerate(W_next):
        total = total + delta_next[..., j, None] * weights
    return total * slope


@DELTA_HIDDEN.right
def delta_hidden_column_form_and(W_next, delta_next, z, *, activation):
    f_backward = pair(activation)[1]
    columns = W_next.T @ delta_next.T
    return f_backward(columns.T, z)


@DELTA_HIDDEN.right
def delta_hidden_slope_of_ones(W_next, delta_next, z, *, activation):
    _, back = pair(activation)
    slope = back(np.ones(z.shape), z)
    ways = delta_next[..., :, None] * W_next
    return ways.sum(axis=-2) * slope
