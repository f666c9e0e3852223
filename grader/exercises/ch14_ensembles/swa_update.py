"""The mean of the weights, as networks come."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, shape, spread
from nnlib import ensemble

FIRST = "the first network"


def networks(*shapes, n, scale=1.0, apart=1.0):
    def draw(rng):
        mean = tuple(scale * (rng.normal(size=size) + apart) for size in shapes)
        new = tuple(scale * (rng.normal(size=size) - apart) for size in shapes)
        return call(mean, new, n)

    return draw


def odd(*shapes, n, scale=1.0):
    """Zeros in the one where there are none in the other."""
    return lambda rng: call(
        tuple(spread(rng, size, scale) for size in shapes),
        tuple(np.roll(spread(rng, size, scale), 1) for size in shapes),
        n,
    )


def _allowed(rng):
    shapes = [shape(rng) for _ in range(int(rng.integers(1, 4)))]
    mean, new = (tuple(floats(rng, size, (1.0, 1.0, 1e3, 1e-5)) for size in shapes) for _ in range(2))
    return call(mean, new, int(rng.choice([0, 1, 2, 5, 40, 1000])))


SWA_UPDATE = Exercise(
    function="swa_update",
    topics=("C14-08",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=ensemble.swa_update,
    forbid=("nnlib.ensemble.swa_average",),
    allowed=_allowed,
    cases=(
        Case(
            "the third network",
            networks((3,), n=2),
            weight=3,
            example=call((np.array([1.0, -2.0]),), (np.array([2.0, 8.0]),), 2),
        ),
        Case("weights and biases, six networks", networks((2, 3), (2,), (1, 2), n=6), weight=4),
        Case(FIRST, networks((2, 2), (2,), n=0), weight=2, edge=True),
        Case("the second network", networks((2, 3), (3,), n=1), weight=1),
        in_turn(
            "one weight, three axes, zeros, large and tiny weights, many networks",
            odd((1,), n=3),
            odd((1, 2, 2), (2, 1), n=1, scale=1e3),
            odd((3,), (2, 1, 3), (1, 3, 1), n=5, scale=1e-5),
            networks((2,), n=1000),
            odd((2, 2), n=0, scale=1e3),
            odd((2,), n=0, scale=1e-5),
            odd((1, 3), (2, 2, 1), n=40),
            lambda rng: call((np.zeros(2),), (np.zeros(2),), 2),
            lambda rng: call((np.full(3, 2000.0),), (np.array([0.0, 1e-3, 0.0]),), 0),
            weight=2,
        ),
    ),
    hints=(
        "A loop over zip(w_swa, w): for each pair of arrays a new one.",
        "The old mean stands for n networks, the new one for 1: together n + 1.",
        "(n * mean + new) / (n + 1); with n = 0 that is new.",
    ),
)


@SWA_UPDATE.wrong
def swa_update_half_and_half(w_swa, w, n):
    """You take the mean of the two; the old one stands for n networks and counts n times as much."""
    if n == 0:
        return tuple(new.copy() for new in w)
    return tuple((mean + new) / 2 for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_exchanged(w_swa, w, n):
    """You have exchanged the weights: the *old* mean counts n times, the newest network once."""
    if n == 0:
        return tuple(new.copy() for new in w)
    return tuple((mean + n * new) / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_divided_by_n(w_swa, w, n):
    """You divide by n; with the newest there are n + 1 networks."""
    return tuple((n * mean + new) / max(n, 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_step_too_long(w_swa, w, n):
    """Your step is 1/n of the difference; the newest is one of n + 1 networks, so it is 1/(n + 1)."""
    return tuple(mean + (new - mean) / max(n, 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_divided_by_zero(w_swa, w, n):
    """Your step is 1/n of the difference, for the first network 1/0; the newest is one of n + 1 networks, so it is
    1/(n + 1)."""
    with np.errstate(all="ignore"):
        return tuple(mean + (new - mean) / n for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_newest_divided_only(w_swa, w, n):
    """You divide the newest network only: brackets are missing, (n * mean + new) / (n + 1)."""
    return tuple(n * mean + new / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_generator(w_swa, w, n):
    """You return a generator: round brackets around "… for …" make no tuple. Write tuple(… for …)."""
    return ((n * mean + new) / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_step_too_short(w_swa, w, n):
    """Your step is 1/(n + 2) of the difference: n counts the networks before this one, so it is 1/(n + 1)."""
    return tuple(mean + (new - mean) / (n + 2) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_fixed_share(w_swa, w, n):
    """Yours is an exponentially weighted average, with a fixed share for the newest; in a mean all networks
    count alike, so the share is 1/(n + 1)."""
    if n == 0:
        return tuple(new.copy() for new in w)
    return tuple(0.9 * mean + 0.1 * new for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_sum(w_swa, w, n):
    """You add the weights up; asked for is their mean."""
    if n == 0:
        return tuple(new.copy() for new in w)
    return tuple(mean + new for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_mean_taken_for_a_sum(w_swa, w, n):
    """You treat w_swa as a sum; it is a mean already, of n networks, so it counts n times."""
    return tuple((mean * (n > 0) + new) / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_sign(w_swa, w, n):
    """You go away from the newest network; the difference is w − w_swa."""
    return tuple(mean + (mean - new) / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong(case=FIRST)
def swa_update_keeps_the_start(w_swa, w, n):
    """With n = 0 you keep w_swa, which stands for no network yet; the result is w."""
    if n == 0:
        return tuple(mean.copy() for mean in w_swa)
    return tuple((n * mean + new) / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong
def swa_update_newest(w_swa, w, n):
    """You return the newest network; asked for is the mean of all of them."""
    return tuple(new.copy() for new in w)


@SWA_UPDATE.wrong
def swa_update_old(w_swa, w, n):
    """You return the mean as it was; the newest network must enter it."""
    if n == 0:
        return tuple(new.copy() for new in w)
    return tuple(mean.copy() for mean in w_swa)


@SWA_UPDATE.wrong(case="weights and biases, six networks")
def swa_update_first_array(w_swa, w, n):
    """You average the first array only; all arrays of the network belong to the mean."""
    first = (n * w_swa[0] + w[0]) / (n + 1)
    return (first, *(new.copy() for new in w[1:]))


@SWA_UPDATE.wrong(case="weights and biases, six networks")
def swa_update_one_vector(w_swa, w, n):
    """You return one long vector; asked for is a tuple of arrays in the shapes of the given ones."""
    mean, new = (np.concatenate([p.ravel() for p in arrays]) for arrays in (w_swa, w))
    return ((n * mean + new) / (n + 1),)


@SWA_UPDATE.wrong
def swa_update_single_numbers(w_swa, w, n):
    """You make one number of each array; the mean is over the networks, weight by weight, and keeps the shapes."""
    return tuple(((n * mean + new) / (n + 1)).mean() for mean, new in zip(w_swa, w))


@SWA_UPDATE.wrong(case="arguments unchanged")
def swa_update_in_place(w_swa, w, n):
    """You change the arrays of w_swa: += and *= write into the caller's arrays. Make new ones."""
    for mean, new in zip(w_swa, w):
        mean *= n
        mean += new
        mean /= n + 1
    return tuple(w_swa)


@SWA_UPDATE.wrong
def swa_update_without_the_last_array(w_swa, w, n):
    """The last array is missing from your result: it holds as many arrays as w."""
    return tuple((n * mean + new) / (n + 1) for mean, new in zip(w_swa[:-1], w[:-1]))


@SWA_UPDATE.wrong
def swa_update_whole_division(w_swa, w, n):
    """You divide by //, which rounds down: divide by /."""
    return tuple((n * mean + new) // (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.right
def swa_update_by_difference(w_swa, w, n):
    return tuple(mean + (new - mean) / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.right
def swa_update_by_shares(w_swa, w, n):
    share = 1 / (n + 1)
    return [share * new + (1 - share) * mean for mean, new in zip(w_swa, w)]


@SWA_UPDATE.right
def swa_update_by_sum(w_swa, w, n):
    result = []
    for i in range(len(w)):
        total = n * w_swa[i]
        result.append((total + w[i]) / (n + 1))
    return result


@SWA_UPDATE.right
def swa_update_first_apart(w_swa, w, n):
    if n == 0:
        return tuple(p.copy() for p in w)
    return tuple(n / (n + 1) * mean + new / (n + 1) for mean, new in zip(w_swa, w))


@SWA_UPDATE.right
def swa_update_by_average(w_swa, w, n):
    return [np.average([mean, new], axis=0, weights=[n, 1]) for mean, new in zip(w_swa, w)]
