"""One epoch of mini-batches."""

import numpy as np

from grader.calls.plain import Rng
from grader.exercises.ch16_mnist.batch_gradients import all_together, labels
from grader.exercises.ch16_mnist.feedforward import shapes
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib.experiments import mnist
from nnlib.experiments.mnist import batch_gradients, l2_step


def of(n, *units, **given):
    """Draws images, labels and parameters that saturate no unit."""

    def draw(rng):
        X = rng.uniform(0.5, 1.5, size=(n, units[0]))
        drawn = [rng.uniform(0.3, 1.0, s) * rng.choice([-1, 1], s) for s in shapes(units)]
        return call(X, labels(rng, n, units[-1]), *drawn, **given, rng=Rng(int(rng.integers(2**32))))

    return draw


def even(n, *units, scale=1.0, weights=0.5, **given):
    """Of one size, every third number 0."""

    def draw(rng):
        drawn = [spread(rng, (n, units[0]), scale), labels(rng, n, units[-1])]
        drawn += [spread(rng, s, weights) for s in shapes(units)]
        return call(*drawn, **given, rng=Rng(int(rng.integers(2**32))))

    return draw


def _allowed(rng):
    n, *units = shape(rng, (3, 4), longest=6)
    X = floats(rng, (n, units[0]), (1.0, 1.0, 3.0, 1e-3))
    y = rng.integers(units[-1], size=n)
    return call(
        X,
        y,
        *(floats(rng, s, (1.0, 1.0, 1e-3)) for s in shapes(units)),
        eta=float(one_of(rng, 0.1, 0.5, 0.9)),
        mini_batch_size=int(rng.integers(1, 8)),
        **options(rng, cost=("cross_entropy", "quadratic"), lmbda=(0.0, 0.1, 1.0)),
        rng=Rng(int(rng.integers(2**32))),
    )


SGD_EPOCH = Exercise(
    function="sgd_epoch",
    topics=("C16-02",),
    points=3,
    difficulty=4,
    minutes=25,
    reference=mnist.sgd_epoch,
    allowed=_allowed,
    large=of(300, 784, 30, 10, eta=0.5, mini_batch_size=10, lmbda=0.1),
    uses=("batch_gradients", "l2_step"),
    returns=("W1", "b1", "W2", "b2"),
    cases=(
        Case("four batches of 4", of(16, 3, 4, 4, eta=0.5, mini_batch_size=4), weight=2),
        Case("a smaller last batch", of(13, 3, 3, 5, eta=0.5, mini_batch_size=5), weight=3),
        Case(
            "weight decay",
            of(13, 3, 3, 5, eta=0.4, mini_batch_size=6, lmbda=3.0, cost="cross_entropy"),
            weight=4,
        ),
        Case(
            "quadratic cost",
            of(11, 3, 3, 4, eta=0.8, mini_batch_size=5, lmbda=0.0, cost="quadratic"),
            weight=4,
        ),
        in_turn(
            "other depths",
            of(11, 3, 6, eta=0.5, mini_batch_size=5, lmbda=2.0),
            of(13, 3, 2, 4, 6, eta=0.5, mini_batch_size=4, lmbda=2.0, cost="quadratic"),
            measure=all_together,
            weight=5,
        ),
        in_turn(
            "one image a batch, all in one, one image in all, one unit, zeros, tiny and large numbers",
            of(8, 3, 7, eta=0.1, mini_batch_size=1),
            of(8, 3, 2, 8, eta=0.5, mini_batch_size=8, cost="quadratic", lmbda=1.0),
            even(10, 3, 2, 10, scale=3.0, weights=0.2, eta=1.0, mini_batch_size=12, lmbda=0.1),
            of(1, 2, 2, 2, eta=0.5, mini_batch_size=1, lmbda=0.2),
            even(9, 1, 1, 1, eta=0.5, mini_batch_size=2),
            even(10, 2, 3, 10, scale=1e-3, weights=1e-3, eta=1.0, mini_batch_size=3, lmbda=1.0),
            measure=all_together,
        ),
    ),
    hints=(
        "order = rng.permutation(n), once; range(0, n, mini_batch_size) gives where each batch begins.",
        "X[batch], y[batch] with the same batch; the sums of batch_gradients at the newest parameters, with `cost`.",
        "Then l2_step for each pair of weights and biases, with n=n and m=len(batch), into new parameters.",
    ),
)


@SGD_EPOCH.wrong
def sgd_epoch_not_shuffled(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You take the images as they lie there; rng.permutation(n) gives the order."""
    for start in range(0, len(X), mini_batch_size):
        stop = min(start + mini_batch_size, len(X))
        sums = batch_gradients(X[start:stop], y[start:stop], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=stop - start) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_labels_left_behind(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You shuffle X and leave y as it is, so that images get the labels of others. One order for both."""
    X = X[rng.permutation(len(X))]
    for start in range(0, len(X), mini_batch_size):
        stop = min(start + mini_batch_size, len(X))
        sums = batch_gradients(X[start:stop], y[start:stop], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=stop - start) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_two_orders(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You shuffle X and y apart, so that images get the labels of others. One order for both."""
    X, y = X[rng.permutation(len(X))], y[rng.permutation(len(X))]
    for start in range(0, len(X), mini_batch_size):
        stop = min(start + mini_batch_size, len(X))
        sums = batch_gradients(X[start:stop], y[start:stop], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=stop - start) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_own_generator(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You make a generator of your own; the order is drawn from `rng`."""
    order = np.random.default_rng(0).permutation(len(X))
    X, y = X[order], y[order]
    for start in range(0, len(X), mini_batch_size):
        stop = min(start + mini_batch_size, len(X))
        sums = batch_gradients(X[start:stop], y[start:stop], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=stop - start) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_batches_drawn_anew(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You draw an order for every batch, so that some images come twice and others never.

    Call rng.permutation(n) once and cut it into batches."""
    for start in range(0, len(X), mini_batch_size):
        batch = rng.permutation(len(X))[: min(mini_batch_size, len(X) - start)]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_one_batch(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You take one batch; an epoch goes through all images."""
    batch = rng.permutation(len(X))[:mini_batch_size]
    sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
    pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
    return sum((l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs), ())


@SGD_EPOCH.wrong
def sgd_epoch_all_at_once(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You take one step on all images; an epoch has a step for each mini-batch."""
    sums = batch_gradients(X, y, *parameters, cost=cost)
    pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
    return sum((l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(X)) for p in pairs), ())


@SGD_EPOCH.wrong(case="a smaller last batch")
def sgd_epoch_rest_dropped(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You leave out the last batch where it is smaller; every image is used once."""
    order = rng.permutation(len(X))
    for b in range(len(X) // mini_batch_size):
        batch = order[b * mini_batch_size : (b + 1) * mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="a smaller last batch")
def sgd_epoch_same_size_for_all(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You divide the gradients of the last batch by mini_batch_size; m is the number of images that it has."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=mini_batch_size) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_sums(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You step along the sums of the gradients; they are divided by m, the number of images in the batch."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=1) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_divided_by_n(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You divide the gradients by the number of all images; m is that of the batch."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(X)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_old_gradients(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You take all gradients at the parameters of the start; take those of a batch at the newest ones."""
    order, first = rng.permutation(len(X)), parameters
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *first, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_last_step_only(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Each of your steps begins at the parameters of the start, so that only the last one counts; go on from
    the newest."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
    return sum(new, ())


@SGD_EPOCH.wrong
def sgd_epoch_layer_by_layer(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """A layer steps before you take the gradients of the next one; take those of all layers first."""
    order, parameters = rng.permutation(len(X)), list(parameters)
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        for l in range(0, len(parameters), 2):
            sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
            layer = (*parameters[l : l + 2], *sums[l : l + 2])
            parameters[l : l + 2] = l2_step(*layer, eta=eta, lmbda=lmbda, n=len(X), m=len(batch))
    return tuple(parameters)


@SGD_EPOCH.wrong(case="weight decay")
def sgd_epoch_no_decay(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Your weights do not decay: `lmbda` is not handed on."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=0.0, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="weight decay")
def sgd_epoch_decay_by_batch(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Your decay has the size of the batch for n; `lmbda` is meant for all n images."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(batch), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="weight decay")
def sgd_epoch_bias_decays(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Your biases decay as well; the penalty spares them."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        shrink = 1 - eta * lmbda / len(X)
        parameters = tuple(shrink * p - eta / len(batch) * g for p, g in zip(parameters, sums))
    return parameters


@SGD_EPOCH.wrong(case="weight decay")
def sgd_epoch_decay_once(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Your weights decay once an epoch; they do so in each step."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        strength = lmbda if start == 0 else 0.0
        new = [l2_step(*p, eta=eta, lmbda=strength, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="quadratic cost")
def sgd_epoch_always_cross_entropy(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You train with the cross-entropy whatever `cost` says: hand it on to batch_gradients."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_quadratic_by_default(X, y, *parameters, eta, mini_batch_size, cost="quadratic", lmbda=0.0, rng):
    """Your default is the quadratic cost; it is the cross-entropy."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="other depths")
def sgd_epoch_two_layers(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Only two layers step; there may be one, or more than two."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[:4:2], parameters[1:4:2], sums[:4:2], sums[1:4:2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = (*sum(new, ()), *parameters[4:])
    return parameters[:4] if len(parameters) > 4 else (*parameters, *parameters)[:4]


@SGD_EPOCH.wrong
def sgd_epoch_uphill(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You step up the gradients; subtract them."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = [-g for g in batch_gradients(X[batch], y[batch], *parameters, cost=cost)]
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_weights_then_biases(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You return all weights, then all biases; the order is that of the arguments, W1, b1, W2, b2."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return (*parameters[::2], *parameters[1::2])


@SGD_EPOCH.wrong(case="arguments unchanged")
def sgd_epoch_in_place(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You change the given parameters themselves; return new arrays."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        for i, (p, g) in enumerate(zip(parameters, sums)):
            if i % 2 == 0:
                p *= 1 - eta * lmbda / len(X)
            p -= eta / len(batch) * g
    return parameters


@SGD_EPOCH.wrong(case="arguments unchanged")
def sgd_epoch_images_shuffled_in_place(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You shuffle the given X and y themselves; take X[order] and y[order]."""
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    for start in range(0, len(X), mini_batch_size):
        stop = min(start + mini_batch_size, len(X))
        sums = batch_gradients(X[start:stop], y[start:stop], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=stop - start) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="quadratic cost")
def sgd_epoch_last_image_dropped(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You leave out a last batch of a single image: range(0, n, mini_batch_size), and not n - 1."""
    order = rng.permutation(len(X))
    for start in range(0, len(X) - 1, mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="a smaller last batch")
def sgd_epoch_equal_parts(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You cut the order into parts of nearly equal size; all batches but the last have mini_batch_size images."""
    for batch in np.array_split(rng.permutation(len(X)), -(-len(X) // mini_batch_size)):
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="a smaller last batch")
def sgd_epoch_size_of_the_first(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You divide the gradients of every batch by the size of the first one; m is what the batch itself has."""
    order, m = rng.permutation(len(X)), min(mini_batch_size, len(X))
    for start in range(0, len(X), m):
        batch = order[start : start + m]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=m) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong
def sgd_epoch_back_through_new_weights(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You send the error down through weights that have stepped already; take the gradients of all layers first."""
    order, parameters = rng.permutation(len(X)), list(parameters)
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        a = [X[batch]]
        for W, b in zip(parameters[::2], parameters[1::2]):
            a.append(1 / (1 + np.exp(-(a[-1] @ W.T + b))))
        g = a[-1] - np.eye(a[-1].shape[1])[y[batch]]
        g = g * a[-1] * (1 - a[-1]) if cost == "quadratic" else g
        for l in range(len(parameters) - 2, -1, -2):
            layer = (*parameters[l : l + 2], g.T @ a[l // 2], g.sum(axis=0))
            parameters[l : l + 2] = l2_step(*layer, eta=eta, lmbda=lmbda, n=len(X), m=len(batch))
            g = g @ parameters[l] * a[l // 2] * (1 - a[l // 2])
    return tuple(parameters)


@SGD_EPOCH.wrong
def sgd_epoch_parts_of_new_orders(
    X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng
):
    """You draw a new order for each batch and take its part of that, so that some images come twice and others never.

    Call rng.permutation(n) once, before the loop."""
    for start in range(0, len(X), mini_batch_size):
        batch = rng.permutation(len(X))[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        new = [l2_step(*p, eta=eta, lmbda=lmbda, n=len(X), m=len(batch)) for p in pairs]
        parameters = sum(new, ())
    return parameters


@SGD_EPOCH.wrong(case="weight decay")
def sgd_epoch_rescaled(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """You rescale `lmbda`; here it is meant for the n images: leave tuned_on out."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        pairs = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        of = {"n": len(X), "m": len(batch), "tuned_on": 1000}
        parameters = sum((l2_step(*p, eta=eta, lmbda=lmbda, **of) for p in pairs), ())
    return parameters


@SGD_EPOCH.right
def sgd_epoch_shuffled_first(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    order = rng.permutation(len(X))
    cuts = range(mini_batch_size, len(X), mini_batch_size)
    for images, digits in zip(np.split(X[order], cuts), np.split(y[order], cuts)):
        sums = batch_gradients(images, digits, *parameters, cost=cost)
        new = []
        for i in range(0, len(parameters), 2):
            new += l2_step(
                *parameters[i : i + 2], *sums[i : i + 2], eta=eta, lmbda=lmbda, n=len(X), m=len(images)
            )
        parameters = new
    return parameters


@SGD_EPOCH.right
def sgd_epoch_on_copies(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    own = [p.copy() for p in parameters]
    left = list(rng.permutation(len(X)))
    while left:
        batch, left = left[:mini_batch_size], left[mini_batch_size:]
        sums = batch_gradients(X[batch], y[batch], *own, cost=cost)
        for p, g in zip(own, sums):
            if p.ndim == 2:
                p -= eta * lmbda / len(X) * p
            p -= eta / len(batch) * g
    return tuple(own)


@SGD_EPOCH.right
def sgd_epoch_by_generator(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    def batches(order):
        while len(order):
            yield order[:mini_batch_size]
            order = order[mini_batch_size:]

    weights, biases = list(parameters[::2]), list(parameters[1::2])
    for batch in batches(rng.permutation(len(X))):
        both = [p for layer in zip(weights, biases) for p in layer]
        sums = batch_gradients(X[batch], y[batch], *both, cost=cost)
        for l in range(len(weights)):
            weights[l], biases[l] = l2_step(
                weights[l], biases[l], *sums[2 * l : 2 * l + 2], eta=eta, lmbda=lmbda, n=len(X), m=len(batch)
            )
    return tuple(p for layer in zip(weights, biases) for p in layer)


@SGD_EPOCH.right
def sgd_epoch_shuffles_places(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    n, places, first = len(X), rng.permutation(len(X)), 0
    while first < n:
        batch = places[first : first + mini_batch_size]
        first += len(batch)
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        means = [g / len(batch) for g in sums]
        decay = [lmbda / n * (i % 2 == 0) for i in range(len(parameters))]
        parameters = [p - eta * (g + d * p) for p, g, d in zip(parameters, means, decay)]
    return parameters
