"""Gradient descent on a few samples at a time."""

import numpy as np

from grader.calls.plain import Rng
from grader.exercises.ch06_optimizers.batch_gradient_descent import any_data, data
from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of
from nnlib import optim


def seed(rng):
    return Rng(int(rng.integers(2**32)))


def of(n, weights, f="least_squares", scale=1.0, zero=False, **options):
    """Draws a call for n samples, options given."""

    def draw(rng):
        params, X, y = data(rng, n, weights)
        if zero:
            params.ravel()[0] = X.ravel()[-1] = y.ravel()[0] = 0
        return call(Fixture(f), scale * params, X, abs(scale) * y, **options, rng=seed(rng))

    return draw


def _allowed(rng):
    return call(
        *any_data(rng),
        lr=float(one_of(rng, 0.1, 0.3, 1e-3)),
        batch_size=int(rng.integers(1, 6)),
        epochs=int(rng.integers(0, 4)),
        rng=seed(rng),
    )


MINIBATCH_GRADIENT_DESCENT = Exercise(
    function="minibatch_gradient_descent",
    topics=("C06-04",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=optim.minibatch_gradient_descent,
    forbid=("nnlib.optim.batch_gradient_descent", "nnlib.optim.stochastic_gradient_descent"),
    allowed=_allowed,
    cases=(
        Case("one epoch, four batches of 4", of(16, (3,), lr=0.1, batch_size=4, epochs=1), weight=2),
        Case("three epochs", of(12, (2,), lr=0.1, batch_size=4, epochs=3), weight=2),
        Case("a smaller last batch", of(13, (3,), lr=0.1, batch_size=4, epochs=2), weight=2),
        Case("a matrix of weights", of(14, (3, 2), lr=0.1, batch_size=4, epochs=2)),
        # so many samples that no order comes about by chance
        in_turn(
            "one sample a batch, all in one, more than there are, no epoch, zeros, tiny and large numbers",
            of(9, (2,), lr=0.1, batch_size=1, epochs=2),
            of(5, (3,), lr=0.3, batch_size=5, epochs=2),
            of(4, (1,), scale=200, lr=0.1, batch_size=7, epochs=3),
            of(11, (1, 3), scale=1e-5, lr=0.1, batch_size=3, epochs=1),
            of(3, (2, 1), lr=0.1, batch_size=2, epochs=0),
            of(13, (3,), "logistic", scale=-1.0, lr=0.3, batch_size=4, epochs=2),
            of(12, (3,), zero=True, lr=0.1, batch_size=5, epochs=1),
            of(1, (2, 2), lr=0.1, batch_size=1, epochs=2),
            of(1, (3,), lr=0.1, batch_size=2, epochs=1),
        ),
    ),
    hints=(
        "One loop over the epochs, within it order = rng.permutation(len(X)) and a loop over the batches.",
        "range(0, n, batch_size) gives where each batch begins; order[start : start + batch_size] are its samples.",
        "X[batch], y[batch] with the same batch, a step at the newest parameters, and an entry of the path for each.",
    ),
)


@MINIBATCH_GRADIENT_DESCENT.wrong(case="a smaller last batch")
def minibatch_gradient_descent_rest_dropped(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You leave the last batch out where it is a smaller one: every sample is used once an epoch."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for b in range(len(X) // batch_size):
            batch = order[b * batch_size : (b + 1) * batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_not_shuffled(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You take the samples as they lie there; in each epoch rng.permutation(n) gives the order."""
    path = [params]
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            batch = slice(start, start + batch_size)
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong(case="three epochs")
def minibatch_gradient_descent_shuffled_once(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You shuffle once for all epochs; each epoch has an order of its own."""
    path, order = [params], rng.permutation(len(X))
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_targets_left_behind(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You shuffle X and leave y as it is, so that samples get the targets of others. One order for both."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[start : start + batch_size]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_two_orders(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You shuffle X and y apart, so that samples get the targets of others. One order for both."""
    path = [params]
    for _ in range(epochs):
        inputs, targets = X[rng.permutation(len(X))], y[rng.permutation(len(X))]
        for start in range(0, len(X), batch_size):
            batch = slice(start, start + batch_size)
            path.append(path[-1] - lr * grad_fn(path[-1], inputs[batch], targets[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_one_batch_an_epoch(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You take one batch an epoch; an epoch goes once through all samples."""
    path = [params]
    for _ in range(epochs):
        batch = rng.permutation(len(X))[:batch_size]
        path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_with_replacement(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You draw every batch anew, so that some samples come twice in an epoch and others never.

    Call rng.permutation(n) once an epoch and cut it into batches."""
    path = [params]
    for _ in range(epochs):
        for _ in range(0, len(X), batch_size):
            batch = rng.integers(len(X), size=batch_size)
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_own_generator(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You make a generator of your own; the order is drawn from `rng`."""
    rng, path = np.random.default_rng(0), [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_sum(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You multiply by the number of samples of the batch; the step follows the *mean* cost, which grad_fn knows."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * len(batch) * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_mean_again(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You divide by the batch size; grad_fn gives the gradient of the *mean* cost already."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr / batch_size * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_once_an_epoch(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You note the parameters once an epoch; the path has an entry for each step."""
    path = [params]
    for _ in range(epochs):
        order, w = rng.permutation(len(X)), path[-1]
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            w = w - lr * grad_fn(w, X[batch], y[batch])
        path.append(w)
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_slope_of_the_epoch(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """Within an epoch you use the gradients where it began; each step asks for it at the newest parameters."""
    path = [params]
    for _ in range(epochs):
        order, begin = rng.permutation(len(X)), path[-1]
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(begin, X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_uphill(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You go up: the gradient points uphill, so it is subtracted."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] + lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_start_left_out(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """The start is missing: the first entry of the path is `params`."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.array(path[1:])


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_overlapping(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """Your batches overlap: the next one begins where the last one ended, batch_size further on."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(len(X)):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_one_array_many_times(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """Your path holds one and the same array many times: -= changes it in all places.

    Make a new array in each step: w = w - lr * g."""
    w = params.copy()
    path = [w]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            w -= lr * grad_fn(w, X[batch], y[batch])
            path.append(w)
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong(case="arguments unchanged")
def minibatch_gradient_descent_in_place(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You change `params` of who called: -= works in place.

    Write params = params - ..., which makes a new array."""
    path = [params.copy()]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            params -= lr * grad_fn(params, X[batch], y[batch])
            path.append(params.copy())
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong(case="three epochs")
def minibatch_gradient_descent_shuffled_again(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You shuffle what is shuffled already; each order is one of the samples as they were given."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
        for start in range(0, len(X), batch_size):
            batch = slice(start, start + batch_size)
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_one_batch_too_many(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You make n // batch_size + 1 steps an epoch; where batch_size divides n the last batch is empty."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for b in range(len(X) // batch_size + 1):
            batch = order[b * batch_size : (b + 1) * batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong(case="three epochs")
def minibatch_gradient_descent_as_many_as_a_batch_holds(
    grad_fn, params, X, y, *, lr, batch_size, epochs, rng
):
    """You make batch_size batches; so many samples are in each. They begin at range(0, n, batch_size)."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for b in range(batch_size):
            batch = order[b * batch_size : (b + 1) * batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong(case="a smaller last batch")
def minibatch_gradient_descent_equally_large(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """You make the batches equally large; all have batch_size samples but the last."""
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for batch in np.array_split(order, -(-len(X) // batch_size)):
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.wrong
def minibatch_gradient_descent_by_choice(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """rng.choice gives another order; only rng.permutation(n) gives the one that is asked for."""
    path = [params]
    for _ in range(epochs):
        order = rng.choice(len(X), size=len(X), replace=False)
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.right
def minibatch_gradient_descent_by_split(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for batch in np.split(order, range(batch_size, len(X), batch_size)):
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.array(path)


@MINIBATCH_GRADIENT_DESCENT.right
def minibatch_gradient_descent_shuffled_data(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    w, path = params, [params]
    for _ in range(epochs):
        order = rng.permutation(X.shape[0])
        inputs, targets = X[order], y[order]
        for b in range(-(-len(X) // batch_size)):
            part = slice(b * batch_size, (b + 1) * batch_size)
            w = w - lr * grad_fn(w, inputs[part], targets[part])
            path.append(w)
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.right
def minibatch_gradient_descent_by_while(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    path = [params]
    for _ in range(epochs):
        left = list(rng.permutation(len(X)))
        while left:
            batch, left = left[:batch_size], left[batch_size:]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


@MINIBATCH_GRADIENT_DESCENT.right
def minibatch_gradient_descent_all_batches_first(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    n, batches = len(X), []
    for _ in range(epochs):
        order = rng.permutation(n)
        batches += [order[i : i + batch_size] for i in range(0, n, batch_size)]
    path = np.empty((1 + len(batches), *params.shape), dtype=params.dtype)
    path[0] = params
    for t, batch in enumerate(batches):
        path[t + 1] = path[t] - lr * grad_fn(path[t], X[batch], y[batch])
    return path
