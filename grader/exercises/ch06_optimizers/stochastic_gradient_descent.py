"""Gradient descent on one sample at a time."""

import numpy as np

from grader.exercises.ch06_optimizers.batch_gradient_descent import any_data, data
from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of
from nnlib import optim


def of(n, weights, steps, f="least_squares", scale=1.0, zero=False, **options):
    """Draws a call of some steps; with more than one sample none comes in its own place."""

    def draw(rng):
        params, X, y = data(rng, n, weights)
        order = (rng.integers(1, max(n, 2)) - np.arange(steps)) % n
        if zero:
            params.ravel()[0] = X.ravel()[-1] = y.ravel()[0] = 0
        return call(Fixture(f), scale * params, X, scale * y, order, **options)

    return draw


def twice_the_same(rng):
    params, X, y = data(rng, 4, (3,))
    return call(Fixture("least_squares"), params, X, y, np.array([2, 0, 2, 2, 1]), lr=0.1)


def negative(rng):
    params, X, y = data(rng, 5, (2, 2))
    return call(Fixture("least_squares"), -params, X, y, np.array([4, 1, 3]), lr=0.1)


def _allowed(rng):
    f, params, X, y = any_data(rng)
    order = rng.integers(len(X), size=int(rng.integers(1, 9)))
    return call(f, params, X, y, order, lr=float(one_of(rng, 0.1, 0.3, 1e-3)))


STOCHASTIC_GRADIENT_DESCENT = Exercise(
    function="stochastic_gradient_descent",
    topics=("C06-03",),
    points=1,
    difficulty=2,
    minutes=12,
    reference=optim.stochastic_gradient_descent,
    forbid=("nnlib.optim.minibatch_gradient_descent", "nnlib.optim.batch_gradient_descent"),
    allowed=_allowed,
    cases=(
        Case(
            "two weights",
            of(3, (2,), 3, lr=0.1),
            weight=2,
            example=call(
                Fixture("least_squares"),
                [0.0, 0.0],
                [[1.0, 1.0], [0.0, 2.0], [1.0, 0.0]],
                [6.0, 8.0, 2.0],
                np.array([1, 0]),
                lr=0.25,
            ),
        ),
        Case("a sample comes twice, another never", twice_the_same, weight=3),
        Case("a matrix of weights", of(5, (3, 2), 4, lr=0.1), weight=2),
        Case("another cost", of(4, (3,), 6, "logistic", lr=0.3)),
        in_turn(
            "one sample, one step, one weight, zeros, tiny and large numbers",
            of(1, (2, 2), 2, lr=0.1),
            of(1, (3,), 2, lr=0.1),
            of(4, (3,), 1, lr=0.1),
            of(4, (1,), 6, zero=True, lr=0.1),
            of(3, (1, 3), 3, scale=1e-5, lr=0.01),
            of(5, (2, 1), 4, scale=200, lr=0.1),
            negative,
        ),
    ),
    hints=(
        "`for i in order:` gives the sample of each step.",
        "X[i : i + 1] and y[i : i + 1] are arrays of one sample. X[i] has lost the axis of the samples.",
        "path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1])), from path = [params] on.",
    ),
)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_bare_sample(grad_fn, params, X, y, order, *, lr):
    """X[i] has lost the axis of the samples, so that grad_fn takes its features for samples.

    X[i : i + 1] keeps the axis."""
    path = [params]
    for i in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X[i], y[i]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_all_samples(grad_fn, params, X, y, order, *, lr):
    """You use all samples in every step; a step takes the one that `order` names."""
    path = [params]
    for _ in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X, y))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_in_their_own_order(grad_fn, params, X, y, order, *, lr):
    """You take the samples as they lie there, 0, 1, 2, ...; `order` says which one comes when."""
    path = [params]
    for t in range(len(order)):
        i = t % len(X)
        path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_sorted(grad_fn, params, X, y, order, *, lr):
    """You sort the order; each step depends on where the last one ended, so the order counts."""
    path = [params]
    for i in np.sort(order):
        path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_up_to_the_sample(grad_fn, params, X, y, order, *, lr):
    """X[: i + 1] is all samples up to i; one alone is X[i : i + 1]."""
    path = [params]
    for i in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X[: i + 1], y[: i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_slope_of_the_start(grad_fn, params, X, y, order, *, lr):
    """Your gradients are all those at the start; each step asks for it at the newest parameters."""
    path = [params]
    for i in order:
        path.append(path[-1] - lr * grad_fn(params, X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_from_the_start_each_time(grad_fn, params, X, y, order, *, lr):
    """Every step of yours begins at the start again; it begins where the last one ended."""
    path = [params]
    for i in order:
        path.append(params - lr * grad_fn(params, X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_uphill(grad_fn, params, X, y, order, *, lr):
    """You go up: the gradient points uphill, so it is subtracted."""
    path = [params]
    for i in order:
        path.append(path[-1] + lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_start_left_out(grad_fn, params, X, y, order, *, lr):
    """The start is missing: the first entry of the path is `params`."""
    path = [params]
    for i in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path[1:])


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_end_only(grad_fn, params, X, y, order, *, lr):
    """You return the end of the path; asked for is the whole of it, from the start on."""
    for i in order:
        params = params - lr * grad_fn(params, X[i : i + 1], y[i : i + 1])
    return params


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_one_array_many_times(grad_fn, params, X, y, order, *, lr):
    """Your path holds one and the same array many times: -= changes it in all places.

    Make a new array in each step: w = w - lr * g."""
    w = params.copy()
    path = [w]
    for i in order:
        w -= lr * grad_fn(w, X[i : i + 1], y[i : i + 1])
        path.append(w)
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong(case="arguments unchanged")
def stochastic_gradient_descent_in_place(grad_fn, params, X, y, order, *, lr):
    """You change `params` of who called: -= works in place.

    Write params = params - ..., which makes a new array."""
    path = [params.copy()]
    for i in order:
        params -= lr * grad_fn(params, X[i : i + 1], y[i : i + 1])
        path.append(params.copy())
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_share_of_the_mean(grad_fn, params, X, y, order, *, lr):
    """You divide by the number of samples; a step is lr times the gradient of its one sample."""
    path = [params]
    for i in order:
        path.append(path[-1] - lr / len(X) * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_next_sample(grad_fn, params, X, y, order, *, lr):
    """You take the sample after the one that is named: indices count from 0."""
    path = [params]
    for i in order:
        i = (i + 1) % len(X)
        path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.wrong
def stochastic_gradient_descent_no_rate(grad_fn, params, X, y, order, *, lr):
    """The learning rate is missing: a step is lr times the gradient."""
    path = [params]
    for i in order:
        path.append(path[-1] - grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.right
def stochastic_gradient_descent_by_lists(grad_fn, params, X, y, order, *, lr):
    path = [params]
    for i in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X[[i]], y[[i]]))
    return np.array(path)


@STOCHASTIC_GRADIENT_DESCENT.right
def stochastic_gradient_descent_filled(grad_fn, params, X, y, order, *, lr):
    path = np.empty((1 + len(order), *params.shape), dtype=params.dtype)
    path[0] = params
    for t, i in enumerate(order):
        path[t + 1] = path[t] - lr * grad_fn(path[t], X[i][None], y[i][None])
    return path


@STOCHASTIC_GRADIENT_DESCENT.right
def stochastic_gradient_descent_shuffled_first(grad_fn, params, X, y, order, *, lr):
    X, y, path = X[order], y[order], [params]
    for t in range(len(order)):
        path.append(path[-1] - lr * grad_fn(path[-1], X[t : t + 1], y[t : t + 1]))
    return np.stack(path)


@STOCHASTIC_GRADIENT_DESCENT.right
def stochastic_gradient_descent_copies(grad_fn, params, X, y, order, *, lr):
    w = params.copy()
    path = [w.copy()]
    for i in order.tolist():
        w -= lr * grad_fn(w, X[i, np.newaxis], y[i, np.newaxis])
        path.append(w.copy())
    return np.stack(path)
