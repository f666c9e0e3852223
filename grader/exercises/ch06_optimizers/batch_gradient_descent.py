"""Gradient descent on all samples."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of
from nnlib import optim


def data(rng, n, weights, scale=1.0):
    """Where to start, samples for it and their targets; every second target is far off, so that all of them pull."""
    d, *outputs = weights
    params = rng.uniform(1, 2, size=weights)
    X = scale * (rng.uniform(0.5, 1.5, size=(n, d)) * np.where(np.arange(n * d) % 2, -1, 1).reshape(n, d))
    y = scale * rng.uniform(3, 6, size=(n, *outputs))
    return params, X, np.where(np.arange(y.size).reshape(y.shape) % 3 == 1, -y, y)


def of(n, weights, f="least_squares", scale=1.0, **options):
    """Draws a call for n samples, options given."""
    return lambda rng: call(Fixture(f), *data(rng, n, weights, scale), **options)


def with_zeros(n, weights, **options):
    def draw(rng):
        params, X, y = data(rng, n, weights)
        params.ravel()[0] = X.ravel()[-1] = y.ravel()[0] = 0
        return call(Fixture("least_squares"), -params, X, y, **options)

    return draw


def tiny(n, weights, **options):
    def draw(rng):
        params, X, y = data(rng, n, weights)
        return call(Fixture("least_squares"), 1e-5 * params, X, 1e-5 * y, **options)

    return draw


def large(n, weights, **options):
    def draw(rng):
        params, X, y = data(rng, n, weights)
        return call(Fixture("least_squares"), 200 * params, X, 200 * y, **options)

    return draw


def any_data(rng):
    """grad_fn, params, X, y that the texts of the section allow."""
    weights = one_of(rng, (1,), (3,), (4,), (3, 2), (2, 1), (1, 3))
    params, X, y = data(rng, int(rng.integers(1, 7)), weights)
    scale = one_of(rng, 1.0, 1.0, 1e-5, 200.0)
    X = np.where(rng.random(X.shape) < one_of(rng, 0.0, 0.0, 0.2), 0.0, X)
    f = one_of(rng, "least_squares", "least_squares", "logistic")
    return Fixture(f), scale * params * one_of(rng, 1, 1, -1, 0), X, scale * y


def _allowed(rng):
    return call(*any_data(rng), lr=float(one_of(rng, 0.1, 0.3, 1e-3)), epochs=int(rng.integers(0, 6)))


BATCH_GRADIENT_DESCENT = Exercise(
    function="batch_gradient_descent",
    topics=("C06-02",),
    points=1,
    difficulty=2,
    minutes=12,
    reference=optim.batch_gradient_descent,
    forbid=("nnlib.optim.minibatch_gradient_descent", "nnlib.optim.stochastic_gradient_descent"),
    allowed=_allowed,
    cases=(
        Case(
            "one weight",
            of(4, (1,), lr=0.2, epochs=2),
            weight=2,
            example=call(Fixture("least_squares"), [0.0], [[1.0], [1.0]], [4.0, 8.0], lr=0.5, epochs=2),
        ),
        Case("three weights", of(5, (3,), lr=0.1, epochs=4), weight=3),
        Case("a matrix of weights", of(6, (3, 2), lr=0.1, epochs=3), weight=2),
        Case("another cost", of(5, (3,), "logistic", lr=0.3, epochs=3)),
        in_turn(
            "no epoch, one, one sample, zeros, tiny and large numbers",
            of(3, (2,), lr=0.1, epochs=0),
            of(1, (4,), lr=0.3, epochs=1),
            with_zeros(4, (3,), lr=0.1, epochs=3),
            tiny(2, (1, 3), lr=0.01, epochs=5),
            large(5, (2, 1), lr=0.1, epochs=3),
            of(4, (1, 1), lr=0.2, epochs=2),
            with_zeros(1, (1, 2), lr=0.1, epochs=2),
        ),
    ),
    hints=(
        "The path begins with params. What is the next entry, given the last one?",
        "path.append(path[-1] - lr * grad_fn(path[-1], X, y)): the gradient is that at the newest parameters.",
        "np.stack(path) makes one array of a list of arrays of one shape.",
    ),
)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_uphill(grad_fn, params, X, y, *, lr, epochs):
    """You go up: the gradient points uphill, so it is subtracted."""
    path = [params]
    for _ in range(epochs):
        path.append(path[-1] + lr * grad_fn(path[-1], X, y))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_slope_of_the_start(grad_fn, params, X, y, *, lr, epochs):
    """You use the gradient at the start for every step; each step asks for it at the newest parameters."""
    path, g = [params], grad_fn(params, X, y)
    for _ in range(epochs):
        path.append(path[-1] - lr * g)
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_from_the_start_each_time(grad_fn, params, X, y, *, lr, epochs):
    """Every step of yours begins at the start again; it begins where the last one ended."""
    path = [params]
    for _ in range(epochs):
        path.append(params - lr * grad_fn(path[-1], X, y))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_start_left_out(grad_fn, params, X, y, *, lr, epochs):
    """The start is missing: the first entry of the path is `params`."""
    path = []
    for _ in range(epochs):
        params = params - lr * grad_fn(params, X, y)
        path.append(params)
    return np.array(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_end_only(grad_fn, params, X, y, *, lr, epochs):
    """You return the end of the path; asked for is the whole of it, from the start on."""
    for _ in range(epochs):
        params = params - lr * grad_fn(params, X, y)
    return params


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_one_array_many_times(grad_fn, params, X, y, *, lr, epochs):
    """Your path holds one and the same array many times: -= changes it in all places.

    Make a new array in each step: w = w - lr * g."""
    w = params.copy()
    path = [w]
    for _ in range(epochs):
        w -= lr * grad_fn(w, X, y)
        path.append(w)
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong(case="arguments unchanged")
def batch_gradient_descent_in_place(grad_fn, params, X, y, *, lr, epochs):
    """You change `params` of who called: -= works in place.

    Write params = params - ..., which makes a new array."""
    path = [params.copy()]
    for _ in range(epochs):
        params -= lr * grad_fn(params, X, y)
        path.append(params.copy())
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_one_step_too_few(grad_fn, params, X, y, *, lr, epochs):
    """There is a step too few: `epochs` steps make a path of 1 + epochs entries."""
    path = [params]
    for _ in range(1, epochs):
        path.append(path[-1] - lr * grad_fn(path[-1], X, y))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_one_step_too_many(grad_fn, params, X, y, *, lr, epochs):
    """There is a step too many: `epochs` steps make a path of 1 + epochs entries."""
    path = [params]
    for _ in range(epochs + 1):
        path.append(path[-1] - lr * grad_fn(path[-1], X, y))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_mean_again(grad_fn, params, X, y, *, lr, epochs):
    """You divide by the number of samples; grad_fn gives the gradient of the *mean* cost already."""
    path = [params]
    for _ in range(epochs):
        path.append(path[-1] - lr * grad_fn(path[-1], X, y) / len(X))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_no_rate(grad_fn, params, X, y, *, lr, epochs):
    """The learning rate is missing: a step is lr times the gradient."""
    path = [params]
    for _ in range(epochs):
        path.append(path[-1] - grad_fn(path[-1], X, y))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_gradients(grad_fn, params, X, y, *, lr, epochs):
    """You collect the gradients; asked for are the parameters."""
    path = [params]
    for _ in range(epochs):
        g = grad_fn(params, X, y)
        params = params - lr * g
        path.append(g)
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_sample_by_sample(grad_fn, params, X, y, *, lr, epochs):
    """You make a step for each sample; batch gradient descent makes one for all of them together."""
    path = [params]
    for _ in range(epochs):
        w = path[-1]
        for i in range(len(X)):
            w = w - lr * grad_fn(w, X[i : i + 1], y[i : i + 1])
        path.append(w)
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong
def batch_gradient_descent_falling_rate(grad_fn, params, X, y, *, lr, epochs):
    """Your rate falls from step to step; here it is `lr` throughout."""
    path = [params]
    for t in range(epochs):
        path.append(path[-1] - lr / (1 + t) * grad_fn(path[-1], X, y))
    return np.stack(path)


@BATCH_GRADIENT_DESCENT.wrong(case="a matrix of weights")
def batch_gradient_descent_one_axis_only(grad_fn, params, X, y, *, lr, epochs):
    """You make room for parameters of one axis; they may have more: (1 + epochs, *params.shape)."""
    path = np.zeros((1 + epochs, len(params)))
    path[0] = params
    for t in range(epochs):
        path[t + 1] = path[t] - lr * grad_fn(path[t], X, y)
    return path


@BATCH_GRADIENT_DESCENT.right
def batch_gradient_descent_filled(grad_fn, params, X, y, *, lr, epochs):
    path = np.empty((1 + epochs, *params.shape), dtype=params.dtype)
    path[0] = params
    for t in range(epochs):
        path[t + 1] = path[t] - lr * grad_fn(path[t], X, y)
    return path


@BATCH_GRADIENT_DESCENT.right
def batch_gradient_descent_copies(grad_fn, params, X, y, *, lr, epochs):
    w = params.copy()
    path = [w.copy()]
    for _ in range(epochs):
        w -= lr * grad_fn(w, X, y)
        path.append(w.copy())
    return np.array(path)


@BATCH_GRADIENT_DESCENT.right
def batch_gradient_descent_recursive(grad_fn, params, X, y, *, lr, epochs):
    def walk(w, left):
        return [w] if left == 0 else [w, *walk(w - lr * grad_fn(w, X, y), left - 1)]

    return np.stack(walk(params, epochs))


@BATCH_GRADIENT_DESCENT.right
def batch_gradient_descent_by_while(grad_fn, params, X, y, *, lr, epochs):
    path = params[None]
    while len(path) <= epochs:
        step = lr * grad_fn(path[-1], X, y)
        path = np.concatenate([path, [path[-1] - step]])
    return path
