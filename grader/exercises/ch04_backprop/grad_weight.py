"""The fourth equation of back-propagation, BP4: the weights."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import nn


def _allowed(rng):
    n, d, k = shape(rng, (3,))
    samples = one_of(rng, (n,), ())
    return call(floats(rng, (*samples, k)), floats(rng, (*samples, d)))


def odd_layer(inputs, outputs, *scales, n=()):
    """Draws delta and a_prev, each of its own size."""
    shapes = (*n, outputs), (*n, inputs)
    return lambda rng: call(*(spread(rng, size, s) for size, s in zip(shapes, scales)))


GRAD_WEIGHT = Exercise(
    function="grad_weight",
    topics=("C04-10",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=nn.grad_weight,
    allowed=_allowed,
    cases=(
        Case(
            "two samples",
            lambda rng: call(rng.normal(size=(2, 2)), rng.normal(size=(2, 3))),
            example=call([[1, 2], [10, -20]], [[1, 0, 3], [2, 1, 0]]),
        ),
        Case("a square batch", lambda rng: call(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))),
        Case("a batch", lambda rng: call(rng.normal(size=(6, 4)), rng.normal(size=(6, 3))), weight=2),
        Case(
            "one sample of shape (out,)", lambda rng: call(rng.normal(size=4), rng.normal(size=3)), weight=2
        ),
        in_turn(
            "odd shapes, tiny and large numbers",
            odd_layer(1, 3, 1, 1e3),
            odd_layer(3, 1, 1e3, 1),
            odd_layer(1, 3, 1e-6, 1, n=(3,)),
            odd_layer(3, 1, 1, 1e-6, n=(3,)),
            odd_layer(3, 3, 1, 1, n=(1,)),
            odd_layer(3, 3, 1, 1),
            odd_layer(3, 2, 1e3, 1, n=(2,)),
        ),
    ),
    hints=(
        "Weight (j, k) leads from a_prev[k] to unit j. What is its gradient, for one sample?",
        "For one sample it is np.outer(delta, a_prev). For several: the sum of these.",
        "delta.T @ a_prev sums by itself, (out, n) @ (n, in); np.atleast_2d turns shape (out,) into (1, "
        "out).",
    ),
)


@GRAD_WEIGHT.wrong
def grad_weight_mean(delta, a_prev):
    """You divide by the number of samples; here the contributions add up."""
    delta, a_prev = np.atleast_2d(delta), np.atleast_2d(a_prev)
    return delta.T @ a_prev / len(delta)


@GRAD_WEIGHT.wrong
def grad_weight_last_sample(delta, a_prev):
    """Each sample overwrites the one before it; the contributions add up.

    Write += instead of =."""
    for d, a in zip(np.atleast_2d(delta), np.atleast_2d(a_prev)):
        grad = np.outer(d, a)
    return grad


@GRAD_WEIGHT.wrong
def grad_weight_transposed(delta, a_prev):
    """Your result is transposed: like the weights it has shape (out, in).

    Write delta.T @ a_prev."""
    return np.atleast_2d(a_prev).T @ np.atleast_2d(delta)


@GRAD_WEIGHT.wrong
def grad_weight_sums_first(delta, a_prev):
    """You multiply the sums; it is the sum of the products: every sample pairs its own delta and a."""
    return np.outer(np.atleast_2d(delta).sum(axis=0), np.atleast_2d(a_prev).sum(axis=0))


@GRAD_WEIGHT.wrong(case="one sample of shape (out,)")
def grad_weight_batches_only(delta, a_prev):
    """You take batches only; a single sample has shapes (out,) and (in,).

    Use np.outer, or np.atleast_2d before the product."""
    return np.einsum("nj,nk->jk", delta, a_prev)


@GRAD_WEIGHT.wrong(case="a batch")
def grad_weight_no_sum(delta, a_prev):
    """You keep a matrix for each sample; all of them use the same weights.

    Add them up over the samples."""
    return delta[..., :, None] * a_prev[..., None, :]


@GRAD_WEIGHT.wrong(case="a batch")
def grad_weight_always_outer(delta, a_prev):
    """np.outer flattens a batch and pairs all samples with all.

    Use delta.T @ a_prev."""
    return np.outer(delta, a_prev)


@GRAD_WEIGHT.wrong
def grad_weight_first_sample_lost(delta, a_prev):
    """The first sample is missing from your sum: samples are counted from 0."""
    if delta.ndim == 1:
        return np.outer(delta, a_prev)
    return delta[1:].T @ a_prev[1:]


@GRAD_WEIGHT.wrong(case="a square batch")
def grad_weight_samples_in_columns(delta, a_prev):
    """delta @ a_prev.T is for samples in columns; here they are rows.

    Write delta.T @ a_prev."""
    return delta @ a_prev.T


@GRAD_WEIGHT.right
def grad_weight_by_loop(delta, a_prev):
    delta, a_prev = np.atleast_2d(delta), np.atleast_2d(a_prev)
    grad = np.zeros((delta.shape[1], a_prev.shape[1]), delta.dtype)
    for d, a in zip(delta, a_prev):
        grad += np.outer(d, a)
    return grad


@GRAD_WEIGHT.right
def grad_weight_by_tensordot(delta, a_prev):
    if delta.ndim == 1:
        return np.multiply.outer(delta, a_prev)
    return np.tensordot(delta, a_prev, axes=(0, 0))


@GRAD_WEIGHT.right
def grad_weight_entry_by_entry(delta, a_prev):
    n_out, n_in = delta.shape[-1], a_prev.shape[-1]
    table = np.empty((n_out, n_in))
    for j in range(n_out):
        for k in range(n_in):
            table[j, k] = np.sum(delta[..., j] * a_prev[..., k])
    return table


@GRAD_WEIGHT.right
def grad_weight_entry_by_entry_in(delta, a_prev):
    result = np.empty((delta.shape[-1], a_prev.shape[-1]))
    for j in range(result.shape[0]):
        for k in range(result.shape[1]):
            result[j, k] = np.sum(delta[..., j] * a_prev[..., k])
    return result


@GRAD_WEIGHT.right
def grad_weight_einsum_over_reshaped(delta, a_prev):
    d = delta.reshape(-1, delta.shape[-1])
    a = a_prev.reshape(-1, a_prev.shape[-1])
    return np.einsum("no,ni->oi", d, a)
