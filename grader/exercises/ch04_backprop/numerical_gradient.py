"""Central differences."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, shape, spread
from nnlib import gradcheck

# One rounding of f, 1e-16, is divided by eps = 1e-5: 1e-11 of the values is noise, in any order of the steps.
DIFFERENCES = (1e-7, 1e-8)


def in_float32(rng):
    return call(Fixture("cubes"), rng.uniform(1, 2, size=4).astype(np.float32))


def dtype_of(gradient, *args):
    return np.asarray(gradient).dtype.name


def _allowed(rng):
    f = one_of(rng, "cubes", "log_sum_exp", "log_sum_exp_of_rows", "mean_square", "first_entry", "last_entry")
    size = {"log_sum_exp_of_rows": (one_of(rng, 1, 2), 3), "mean_square": (3, 3)}.get(f, shape(rng))
    x = rng.normal(size=size)
    dtype = one_of(rng, np.float64, np.float64, np.float32)
    return call(Fixture(f), x.astype(dtype), **options(rng, eps=(1e-5, 1e-4, 1e-2, 0.3)))


def odd_point(size, f, **options):
    return lambda rng: call(Fixture(f), spread(rng, size), **options)


NUMERICAL_GRADIENT = Exercise(
    function="numerical_gradient",
    topics=("C04-18",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=gradcheck.numerical_gradient,
    allowed=_allowed,
    forbid=("nnlib.gradcheck.numerical_vjp",),
    cases=(
        Case(
            "three numbers",
            lambda rng: call(Fixture("log_sum_exp"), rng.normal(size=3), eps=0.01),
            example=call(Fixture("log_sum_exp"), [0, 1, -1], eps=0.01),
        ),
        Case(
            "a matrix",
            lambda rng: call(Fixture("log_sum_exp_of_rows"), rng.normal(size=(2, 3)), eps=0.01),
            weight=3,
        ),
        Case("a large step", lambda rng: call(Fixture("cubes"), rng.uniform(1, 2, size=4), eps=0.1)),
        Case(
            "the default step",
            lambda rng: call(Fixture("waves"), rng.uniform(1, 2, size=4) * np.array([1, -1, 1, -1])),
            weight=3,
            tol=DIFFERENCES,
        ),
        # a one-sided difference is as good as that, and earns this case alone
        Case(
            "right to three digits",
            lambda rng: call(Fixture("cubes"), rng.uniform(1, 2, size=3)),
            weight=2,
            tol=(1e-3, 1e-3),
        ),
        Case(
            "x in float32, work in float64",
            in_float32,
            weight=4,
            tol=DIFFERENCES,
        ),
        Case("x in float32, result in float64", in_float32, weight=4, edge=True, measure=dtype_of),
        # many entries: moved by eps and back again, some are left with the rounding
        keeps_arguments(lambda rng: call(Fixture("log_sum_exp"), rng.normal(size=40)), weight=1),
        in_turn(
            "odd shapes, a function that sees one entry",
            odd_point((1,), "last_entry", eps=0.1),
            odd_point((1, 3), "log_sum_exp", eps=0.01),
            odd_point((3, 1), "cubes", eps=1e-5),
            odd_point((1, 3, 1), "first_entry", eps=0.1),
            odd_point((2, 1, 3), "log_sum_exp", eps=0.01),
            odd_point((3, 3), "waves"),
            odd_point((2, 1, 3), "log_sum_exp_of_rows", eps=0.3),
            tol=DIFFERENCES,
        ),
    ),
    hints=(
        "How does f change when one entry moves? np.ndindex(x.shape) gives every index, for any number of "
        "axes.",
        "For each index: a copy of x with that entry moved up by eps, another moved down.",
        "(f(up) - f(down)) / (2 * eps), from x.astype(float): a float64 copy, so that neither the dtype nor "
        "x itself gets in the way.",
    ),
)


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_forward_difference(f, x, *, eps=1e-5):
    """You step to one side only, which is less exact; central differences step to both.

    The slope is (f(x + h) − f(x − h)) / 2h."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        moved = x.copy()
        moved[i] += eps
        gradient[i] = (f(moved) - f(x)) / eps
    return gradient


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_two_lost(f, x, *, eps=1e-5):
    """x + h and x − h are 2h apart; you divide by h.

    Divide by 2 · eps."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / eps
    return gradient


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_brackets(f, x, *, eps=1e-5):
    """`d / 2 * eps` divides by 2 and multiplies by eps.

    Write d / (2 * eps)."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / 2 * eps
    return gradient


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_all_at_once(f, x, *, eps=1e-5):
    """You move all entries together, which gives one slope for all.

    Move one entry at a time."""
    x = x.astype(np.float64)
    return np.full_like(x, (f(x + eps) - f(x - eps)) / (2 * eps))


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_not_put_back(f, x, *, eps=1e-5):
    """An entry stays moved while the next ones are tried.

    Put it back, or start from a fresh copy."""
    moved = x.astype(np.float64)
    gradient = np.empty_like(moved)
    for i in np.ndindex(x.shape):
        moved[i] += eps
        above = f(moved)
        moved[i] -= 2 * eps
        gradient[i] = (above - f(moved)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="a matrix")
def numerical_gradient_flat(f, x, *, eps=1e-5):
    """For a matrix you return a flat array; the gradient has the shape of x."""
    x = x.astype(np.float64)
    gradient = []
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient.append((f(x + step) - f(x - step)) / (2 * eps))
    return np.array(gradient)


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_sign(f, x, *, eps=1e-5):
    """Your sign is reversed: you subtract the value above from the value below.

    Write f(x + h) − f(x − h), in this order."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x - step) - f(x + step)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="a large step")
def numerical_gradient_own_eps(f, x, *, eps=1e-5):
    """You use a step of your own; `eps` says how large it is."""
    eps = 1e-5
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="x in float32, work in float64")
def numerical_gradient_in_float32(f, x, *, eps=1e-5):
    """In float32 the step of 1e-5 is lost in the rounding of x.

    Begin with x = x.astype(float)."""
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="a matrix")
def numerical_gradient_rows(f, x, *, eps=1e-5):
    """range(len(x)) moves whole rows of a matrix, so a row has one slope for all its entries.

    Use np.ndindex(x.shape), which gives every entry."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="a large step")
def numerical_gradient_half_a_step(f, x, *, eps=1e-5):
    """You step half of eps to each side; x + eps and x − eps are 2 · eps apart."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps / 2
        gradient[i] = (f(x + step) - f(x - step)) / eps
    return gradient


@NUMERICAL_GRADIENT.wrong(case="x in float32, result in float64")
def numerical_gradient_result_in_float32(f, x, *, eps=1e-5):
    """np.zeros_like(x) takes the dtype of x, so your result is float32.

    Use np.zeros(x.shape), which is float64."""
    gradient = np.zeros_like(x)
    x = x.astype(np.float64)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="x in float32, work in float64")
def numerical_gradient_steps_in_float32(f, x, *, eps=1e-5):
    """Your result is float64, your steps are not: a copy of a float32 array is float32.

    Use x.astype(float)."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="a matrix")
def numerical_gradient_f_of_a_flat_array(f, x, *, eps=1e-5):
    """You hand f a flat array; it takes the shape of x.

    Reshape before the call."""
    flat = x.astype(np.float64).ravel()
    steps = eps * np.eye(flat.size)
    return np.array([(f(flat + s) - f(flat - s)) / (2 * eps) for s in steps]).reshape(x.shape)


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_one_slope(f, x, *, eps=1e-5):
    """You move all entries together, which gives one number.

    Move one entry at a time, and keep its slope."""
    x = x.astype(np.float64)
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@NUMERICAL_GRADIENT.wrong
def numerical_gradient_same_array(f, x, *, eps=1e-5):
    """Up and down are one array under two names, so nothing is moved.

    Make two copies."""
    gradient = np.zeros(x.shape)
    up = down = x.astype(np.float64)
    for i in np.ndindex(x.shape):
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.wrong(case="the default step")
def numerical_gradient_other_default(f, x, *, eps=1e-4):
    """The default of `eps` is 1e-5; you changed it.

    Leave the line with the `def` as it is."""
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        gradient[i] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


@NUMERICAL_GRADIENT.right
def numerical_gradient_by_flattening(f, x, *, eps=1e-5):
    flat = np.asarray(x, dtype=np.float64).ravel()
    steps = eps * np.eye(flat.size)
    slopes = [(f((flat + s).reshape(x.shape)) - f((flat - s).reshape(x.shape))) / (2 * eps) for s in steps]
    return np.array(slopes).reshape(x.shape)


@NUMERICAL_GRADIENT.right
def numerical_gradient_save_and_restore(f, x, *, eps=1e-5):
    moved = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        kept = moved[i]
        moved[i] = kept + eps
        above = f(moved)
        moved[i] = kept - eps
        below = f(moved)
        moved[i] = kept
        gradient[i] = 0.5 * (above - below) / eps
    return gradient


@NUMERICAL_GRADIENT.right
def numerical_gradient_one_float64_copy(f, x, *, eps=1e-5):
    work = x.astype(float)
    result = np.zeros(x.shape)
    for index, old in np.ndenumerate(x.astype(float)):
        work[index] = old + eps
        above = f(work)
        work[index] = old - eps
        below = f(work)
        work[index] = old
        result[index] = 0.5 * (above - below) / eps
    return result


@NUMERICAL_GRADIENT.right
def numerical_gradient_flat_list_reshaped(f, x, *, eps=1e-5):
    flat = [float(v) for v in x.ravel()]

    def value(i, change):
        moved = list(flat)
        moved[i] = moved[i] + change
        return f(np.array(moved).reshape(x.shape))

    grad = [(value(i, eps) - value(i, -eps)) / (2 * eps) for i in range(len(flat))]
    return np.array(grad).reshape(x.shape)


@NUMERICAL_GRADIENT.right
def numerical_gradient_rows_of_the(f, x, *, eps=1e-5):
    start = np.asarray(x, dtype=np.float64)
    slopes = []
    for unit in np.eye(start.size):
        step = eps * unit.reshape(start.shape)
        slopes.append((f(start + step) - f(start - step)) / (2 * eps))
    return np.array(slopes, dtype=np.float64).reshape(start.shape)
