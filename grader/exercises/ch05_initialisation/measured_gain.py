"""What an activation takes from a signal, measured."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import init

NAMES = ("identity", "relu", "leaky_relu", "tanh", "square")


def draws(rng, size, scale=1.0):
    """Numbers of both signs, the first positive, with a mean above 0."""
    z = scale * rng.uniform(0.3, 2, size=size)
    return np.where(np.arange(z.size).reshape(z.shape) % 3 == 1, -z, z)


def _allowed(rng):
    z = draws(rng, shape(rng), one_of(rng, 1.0, 1.0, 0.3, 3.0, 200.0, 1e-5))
    if z.size > 2 and rng.random() < 0.3:
        z.ravel()[1] = 0.0
    return call(Fixture(one_of(rng, *NAMES)), z)


def of(name, *size, scale=1.0, zero=False):
    def make(rng):
        z = draws(rng, size, scale)
        z.ravel()[-1] *= not zero
        return call(Fixture(name), z)

    return make


MEASURED_GAIN = Exercise(
    function="measured_gain",
    topics=("C05-10", "C05-11"),
    points=1,
    difficulty=2,
    minutes=10,
    reference=init.measured_gain,
    allowed=_allowed,
    cases=(
        Case("relu", of("relu", 8), weight=2, example=call(Fixture("relu"), [1, -1, 2, -2])),
        Case("tanh", of("tanh", 20), weight=2),
        Case("leaky_relu, draws for a whole layer", of("leaky_relu", 6, 4), weight=2),
        Case("square, a function without negative values", of("square", 12)),
        in_turn(
            "one number, odd shapes, zeros, tiny and large numbers",
            of("tanh", 1, scale=2.0),
            of("relu", 3, 1, zero=True),
            of("identity", 1, 3, scale=200.0),
            of("leaky_relu", 1, 3, 1, scale=1e-5, zero=True),
            of("square", 2, 1, 3),
            of("tanh", 4, 1, 1, scale=200.0),
            of("tanh", 5, zero=True),
        ),
    ),
    hints=(
        "How large the numbers of a signal are is measured by the mean of their squares, before f and after it.",
        "The ratio says what f takes from the *squares*. The gain multiplies the numbers: take the root.",
        "np.sqrt(np.mean(z**2) / np.mean(f(z)**2))",
    ),
)


@MEASURED_GAIN.wrong
def measured_gain_upside_down(f, z):
    """You give what f leaves of the signal; the gain makes up for it and is one over that."""
    return np.sqrt(np.mean(f(z) ** 2) / np.mean(z**2))


@MEASURED_GAIN.wrong
def measured_gain_no_root(f, z):
    """That is gain², the factor on the variance of the weights; the gain is its root."""
    return np.mean(z**2) / np.mean(f(z) ** 2)


@MEASURED_GAIN.wrong
def measured_gain_by_std(f, z):
    """np.std takes the mean off first; but the next layer sums the numbers as they are, mean and all.

    Take the mean of the squares."""
    return np.std(z) / np.std(f(z))


@MEASURED_GAIN.wrong
def measured_gain_variance_after(f, z):
    """np.var takes the mean of the activations off; but the next layer sums the numbers as they are.

    Take the mean of the squares."""
    return np.sqrt(np.mean(z**2) / np.var(f(z)))


@MEASURED_GAIN.wrong
def measured_gain_absolute(f, z):
    """You compare mean absolute values; the variance of a sum is made of squares."""
    return np.mean(np.abs(z)) / np.mean(np.abs(f(z)))


@MEASURED_GAIN.wrong
def measured_gain_mean_of_ratios(f, z):
    """You average ratios of single numbers; take the ratio of the two averages."""
    return np.sqrt(np.mean(z**2 / np.maximum(f(z) ** 2, 1e-12)))


@MEASURED_GAIN.wrong
def measured_gain_z_taken_as_one(f, z):
    """You take 1 for the mean square of z; the draws at hand have another one.

    Divide np.mean(z**2) by that of f(z)."""
    return 1 / np.sqrt(np.mean(f(z) ** 2))


@MEASURED_GAIN.wrong
def measured_gain_square_of_the_mean(f, z):
    """You square the means; asked for are the means of the squares."""
    return np.sqrt(np.mean(z) ** 2 / np.mean(f(z)) ** 2)


@MEASURED_GAIN.wrong(case="leaky_relu, draws for a whole layer")
def measured_gain_along_an_axis(f, z):
    """You average along one axis; z holds draws for one activation, and the gain is one number."""
    return np.sqrt(np.mean(z**2, axis=0) / np.mean(f(z) ** 2, axis=0))


@MEASURED_GAIN.wrong
def measured_gain_of_squares(f, z):
    """You square before f; f takes z, and its *results* are squared."""
    return np.sqrt(np.mean(z**2) / np.mean(f(z**2)))


@MEASURED_GAIN.wrong
def measured_gain_square_of_the_mean_after(f, z):
    """You square the mean of f(z); the mean of the squares is asked for."""
    return np.sqrt(np.mean(z**2) / np.mean(f(z)) ** 2)


@MEASURED_GAIN.right
def measured_gain_by_norms(f, z):
    return np.linalg.norm(z.ravel()) / np.linalg.norm(f(z).ravel())


@MEASURED_GAIN.right
def measured_gain_by_dots(f, z):
    a = f(z)
    return (np.vdot(z, z) / np.vdot(a, a)) ** 0.5


@MEASURED_GAIN.right
def measured_gain_by_loop(f, z):
    before = after = 0.0
    for number, bent in zip(z.ravel(), f(z).ravel()):
        before += number * number
        after += bent * bent
    return np.sqrt(before / after)


@MEASURED_GAIN.right
def measured_gain_by_roots(f, z):
    def size(values):
        return np.sqrt(np.mean(np.square(values)))

    return size(z) / size(f(z))
