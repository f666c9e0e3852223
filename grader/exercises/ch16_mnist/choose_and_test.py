"""Choose by the validation images, measure on the test images."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import floats
from nnlib.experiments import mnist
from nnlib.experiments.mnist import feedforward

THE_FIRST, THE_SECOND, THE_LAST, NONE, ALL = (0, 2, 1), (2, 1, 0), (1, 0, 2), (1, 2, 0), (0, 1, 2)


def part(rng, counts):
    """Images of so many of each digit, in a random order; the pixel of its digit is the brightest."""
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return rng.uniform(-0.3, 0.3, size=(len(y), len(counts))) + np.eye(len(counts))[y], y


def reader(rng, answers, *, hidden=False):
    """A network that reads answers[d] where the digit is d; with hidden units, all weighted inputs of which are
    negative."""
    K = len(answers)
    out = 4 * np.eye(K)[list(answers)].T + rng.uniform(-0.1, 0.1, (K, K)), rng.uniform(-0.1, 0.1, K)
    if not hidden:
        return out
    first = 4 * np.eye(K) + rng.uniform(-0.1, 0.1, (K, K)), rng.uniform(-6.1, -6, K)
    return *first, out[0], np.linspace(0.1, 0, K)  # with relu, all that is left are these


def of(validation, test, *networks, deep=()):
    """Draws images, so many of each digit, and networks by what they read."""

    def draw(rng):
        parts = part(rng, validation), part(rng, test)
        return call(*parts, *(reader(rng, a, hidden=i in deep) for i, a in enumerate(networks)))

    return draw


def undecided(rng):
    """Networks whose outputs are all equal, or the last two of them: they read the first of these."""
    blind = np.zeros((3, 3)), np.zeros(3)
    late = np.zeros((3, 3)), np.array([-1.0, 1.0, 1.0])
    return call(part(rng, (3, 4, 2)), part(rng, (3, 2, 6)), blind, blind, late)


def _allowed(rng):
    d, K = (int(v) for v in rng.integers(1, 4, size=2))
    parts = [(floats(rng, (n, d), (1.0,)), rng.integers(K, size=n)) for n in rng.integers(1, 8, size=2)]
    networks = []
    for _ in range(int(rng.integers(1, 4))):
        h = int(rng.integers(1, 4))
        sizes = ((h, d), h, (K, h), K) if rng.random() < 0.5 else ((K, d), K)
        networks.append(tuple(rng.normal(size=s) for s in sizes))
    return call(*parts, *networks)


CHOOSE_AND_TEST = Exercise(
    function="choose_and_test",
    topics=("C16-06",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=mnist.choose_and_test,
    allowed=_allowed,
    uses=("feedforward",),
    returns=("best", "accuracy"),
    edge_returns=("best",),
    cases=(
        Case(
            "three networks",
            of((5, 2, 9), (4, 7, 6), THE_FIRST, THE_SECOND, THE_LAST),
            weight=1,
            example=call(
                (np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1, 0])),
                (
                    np.array([[0.0, 1.0], [1.0, 0.0], [0.2, 0.1], [0.3, 0.6], [0.9, 0.2]]),
                    np.array([1, 0, 1, 0, 1]),
                ),
                (np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2)),
                (np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2)),
                (np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2)),
            ),
        ),
        Case(
            "the best by the test images is another",
            of((8, 3, 4), (3, 4, 10), THE_LAST, THE_SECOND, THE_FIRST, NONE),
            weight=1,
        ),
        Case("equally good ones", of((2, 6, 6), (7, 4, 6), NONE, THE_FIRST, THE_SECOND, THE_LAST), weight=5),
        Case(
            "hidden units",
            of((3, 5, 9), (4, 8, 7), THE_FIRST, THE_SECOND, THE_LAST, deep=(0, 1, 2)),
            weight=7,
        ),
        Case(
            "both results, whatever their order",
            of((4, 2, 4), (5, 3, 6), THE_SECOND, NONE, THE_FIRST, THE_LAST),
            weight=3,
            measure=in_any_order,
        ),
        Case("equal outputs", undecided, weight=10, edge=True),
        Case(
            "no validation image is read right",
            of((2, 4, 0), (3, 2, 4), THE_LAST, NONE),
            weight=10,
            edge=True,
        ),
        in_turn(
            "networks of two depths, one only, one image, one digit, all or nothing right",
            of((3, 9, 5), (4, 3, 8), THE_FIRST, THE_SECOND, THE_LAST, deep=(1,)),
            of((5, 2, 4), (3, 2, 5), THE_FIRST),
            of((1, 0, 0), (0, 2, 3), NONE, THE_FIRST, ALL),
            of((2, 3, 4), (0, 1, 0), NONE, THE_LAST),
            of((4, 3, 4), (2, 3, 4), NONE, ALL),
            of((4,), (3,), (0,), (0,)),
            weight=3,
        ),
    ),
    hints=(
        "One helper for both parts: the share of (X, y) that a network reads right, by argmax over its outputs.",
        "np.argmax of a list gives the place of the largest, and of equally large ones the first.",
        "best from the shares of the validation images; then the share of the test images of networks[best] alone.",
    ),
)


@CHOOSE_AND_TEST.wrong(case="the best by the test images is another")
def choose_and_test_by_the_test_images(validation, test, *networks):
    """You choose by the test images, and so the number flatters; choose by the validation images."""
    X, y = test
    shares = [np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]
    return int(np.argmax(shares)), max(shares)


@CHOOSE_AND_TEST.wrong(case="the best by the test images is another")
def choose_and_test_best_on_each(validation, test, *networks):
    """Your accuracy is the largest of all networks on the test images; measure the chosen one."""
    of_part = []
    for X, y in (validation, test):
        of_part.append([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks])
    return int(np.argmax(of_part[0])), max(of_part[1])


@CHOOSE_AND_TEST.wrong
def choose_and_test_validation_accuracy(validation, test, *networks):
    """Your accuracy is that of the validation images, which chose; measure the chosen network on the test images."""
    X, y = validation
    shares = [np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]
    return int(np.argmax(shares)), max(shares)


@CHOOSE_AND_TEST.wrong
def choose_and_test_parts_exchanged(validation, test, *networks):
    """You have the two parts exchanged: the validation images choose, the test images measure."""
    of_part = []
    for X, y in (test, validation):
        of_part.append([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks])
    best = int(np.argmax(of_part[0]))
    return best, of_part[1][best]


@CHOOSE_AND_TEST.wrong(case="the best by the test images is another")
def choose_and_test_by_both(validation, test, *networks):
    """You choose by the validation and the test images together; the test images take no part in choosing."""
    X, y = np.concatenate([validation[0], test[0]]), np.concatenate([validation[1], test[1]])
    shares = [np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]
    best = int(np.argmax(shares))
    return best, np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong(case="equally good ones")
def choose_and_test_last_of_equals(validation, test, *networks):
    """Of equally good networks you take the last; take the first."""
    best, most = 0, -1.0
    for i, network in enumerate(networks):
        share = np.mean(feedforward(validation[0], *network).argmax(axis=1) == validation[1])
        if share >= most:
            best, most = i, share
    return best, np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong(case="equally good ones")
def choose_and_test_ties_by_the_test_images(validation, test, *networks):
    """Of networks that are equal on the validation images you take the better one on the test images; take the
    first."""
    shares = []
    for network in networks:
        of_both = [np.mean(feedforward(X, *network).argmax(axis=1) == y) for X, y in (validation, test)]
        shares.append(tuple(of_both))
    best = shares.index(max(shares))
    return best, shares[best][1]


@CHOOSE_AND_TEST.wrong
def choose_and_test_worst(validation, test, *networks):
    """You choose the network that reads fewest validation images right."""
    X, y = validation
    best = int(np.argmin([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best, np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong
def choose_and_test_counted_from_one(validation, test, *networks):
    """You count the networks from 1; count from 0."""
    X, y = validation
    best = int(np.argmax([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best + 1, np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong
def choose_and_test_percent(validation, test, *networks):
    """Your accuracy is in percent; it is a share from 0 to 1."""
    X, y = validation
    best = int(np.argmax([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best, 100 * np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong
def choose_and_test_count(validation, test, *networks):
    """You return how many test images are read right; return their share."""
    X, y = validation
    best = int(np.argmax([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best, np.sum(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong
def choose_and_test_share_of_errors(validation, test, *networks):
    """You return the share that is read wrong; return that which is read right."""
    X, y = validation
    best = int(np.argmax([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best, np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) != test[1])


@CHOOSE_AND_TEST.wrong
def choose_and_test_mean_of_all(validation, test, *networks):
    """Your accuracy is the mean over all networks; measure the chosen one alone."""
    of_part = []
    for X, y in (validation, test):
        of_part.append([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks])
    return int(np.argmax(of_part[0])), np.mean(of_part[1])


@CHOOSE_AND_TEST.wrong(case="the best by the test images is another")
def choose_and_test_the_last_network(validation, test, *networks):
    """You measure the last network; measure the chosen one."""
    X, y = validation
    best = int(np.argmax([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best, np.mean(feedforward(test[0], *networks[-1]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.wrong(case="hidden units")
def choose_and_test_relu(validation, test, *networks):
    """Your networks have relu in the hidden layers; they have sigmoids, as feedforward has."""

    def share(images, network):
        X, y = images
        *hidden, (W, b) = zip(network[::2], network[1::2])
        for weight, bias in hidden:
            X = np.maximum(X @ weight.T + bias, 0)
        return np.mean((X @ W.T + b).argmax(axis=1) == y)

    best = int(np.argmax([share(validation, network) for network in networks]))
    return best, share(test, networks[best])


@CHOOSE_AND_TEST.wrong
def choose_and_test_divided_by_the_other_part(validation, test, *networks):
    """You divide the test images that are read right by the number of validation images."""
    X, y = validation
    best = int(np.argmax([np.mean(feedforward(X, *network).argmax(axis=1) == y) for network in networks]))
    return best, np.sum(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1]) / len(y)


@CHOOSE_AND_TEST.wrong(case="equal outputs")
def choose_and_test_any_of_the_largest(validation, test, *networks):
    """You count an image as right if the output of its label equals the largest; of equal ones the first is read."""
    of_part = []
    for X, y in (validation, test):
        outputs = [feedforward(X, *network) for network in networks]
        of_part.append([np.mean(a[np.arange(len(y)), y] == a.max(axis=1)) for a in outputs])
    best = int(np.argmax(of_part[0]))
    return best, of_part[1][best]


@CHOOSE_AND_TEST.wrong(case="no validation image is read right")
def choose_and_test_none_at_first(validation, test, *networks):
    """Your search begins at 0 images and no network; where no network reads one right, it finds none. Then all are
    equally good: take the first."""
    best, most = -1, 0.0
    for i, network in enumerate(networks):
        share = np.mean(feedforward(validation[0], *network).argmax(axis=1) == validation[1])
        if share > most:
            best, most = i, share
    return best, np.mean(feedforward(test[0], *networks[best]).argmax(axis=1) == test[1])


@CHOOSE_AND_TEST.right
def choose_and_test_by_counts(validation, test, *networks):
    def right(images, network):
        X, y = images
        return int(np.sum(np.argmax(feedforward(X, *network), axis=1) == y))

    counts = [right(validation, network) for network in networks]
    best = counts.index(max(counts))
    return best, right(test, networks[best]) / len(test[1])


@CHOOSE_AND_TEST.right
def choose_and_test_by_loops(validation, test, *networks):
    best, most = 0, -1
    for i, network in enumerate(networks):
        count = 0
        for outputs, label in zip(feedforward(validation[0], *network), validation[1]):
            count += int(outputs.argmax() == label)
        if count > most:
            best, most = i, count
    hits = [
        outputs.argmax() == label for outputs, label in zip(feedforward(test[0], *networks[best]), test[1])
    ]
    return best, sum(hits) / len(hits)


@CHOOSE_AND_TEST.right
def choose_and_test_by_errors(validation, test, *networks):
    X, y = validation
    errors = [np.count_nonzero(feedforward(X, *network).argmax(axis=1) - y) for network in networks]
    chosen = min(range(len(networks)), key=errors.__getitem__)
    X, y = test
    return chosen, 1 - np.count_nonzero(feedforward(X, *networks[chosen]).argmax(axis=1) - y) / len(y)


@CHOOSE_AND_TEST.right
def choose_and_test_by_table(validation, test, *networks):
    X, y = validation
    read = np.array([feedforward(X, *network).argmax(axis=1) for network in networks])
    best = np.argmax((read == y).sum(axis=1))
    X, y = test
    return int(best), float((feedforward(X, *networks[best]).argmax(axis=1) == y).mean())
