"""Stochastic pooling: one number of each window, drawn."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import scaled_only
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import pooling


def positive(size, kernel_size, draws=True, scale=1.0):
    """Numbers of a window one to nine; where a window's number u points is not near a border."""

    def draw(rng):
        x = scale * rng.uniform(1, 9, size)
        return call(x, pointing(rng, x, kernel_size) if draws else None, kernel_size)

    return draw


def pointing(rng, x, kernel_size):
    rows, columns = (n // kernel_size for n in x.shape[2:])
    return rng.uniform(0.01, 0.99, (*x.shape[:2], rows, columns))


def some_zeros(size, kernel_size, draws=True, scale=1.0):
    """Windows whose first number is 0, and windows of zeros; the last number of all others is none."""

    def draw(rng):
        x = scale * rng.uniform(1, 9, size)
        x[:, :, ::kernel_size, ::kernel_size] = 0
        x[:, :1, :kernel_size, :kernel_size] = 0
        return call(x, pointing(rng, x, kernel_size) if draws else None, kernel_size)

    return draw


def at_the_border(rng):
    """Whole numbers with a sum of 16, and numbers u that point exactly between two of them."""
    windows = np.array([[1.0, 3.0, 4.0, 8.0], [8.0, 2.0, 5.0, 1.0], [2.0, 6.0, 7.0, 1.0]])
    so_far = windows.cumsum(axis=1).diagonal()
    x = 2.0 ** rng.integers(0, 4) * windows.reshape(1, 3, 2, 2)
    return call(x, (so_far / 16).reshape(1, 3, 1, 1), 2)


def _allowed(rng):
    k = int(rng.integers(1, 4))
    size = (int(rng.integers(1, 3)), int(rng.integers(1, 3)), *(k + int(rng.integers(0, 5)) for _ in "HW"))
    x = one_of(rng, 1.0, 1.0, 1e3, 1e-6) * rng.uniform(0, 3, size)
    kind = rng.integers(4)
    x = np.round(x) if kind == 0 else np.where(rng.random(size) < 0.4, 0, x) if kind == 1 else x
    return call(x, one_of(rng, None, pointing(rng, x, k), pointing(rng, x, k)), k)


def stochastic_pool2d(x, samples, kernel_size):
    """nnlib's, of square windows side by side."""
    return pooling.stochastic_pool2d(x, samples, kernel_size)


STOCHASTIC_POOL2D = Exercise(
    function="stochastic_pool2d",
    topics=("C11-18",),
    points=2,
    difficulty=4,
    minutes=25,
    reference=stochastic_pool2d,
    forbid=("nnlib.pooling.stochastic_pool2d",),
    allowed=_allowed,
    large=lambda rng: call(rng.random((32, 8, 28, 28)), rng.random((32, 8, 14, 14)), 2),
    cases=(
        Case(
            "drawn",
            positive((2, 3, 6, 8), 2),
            example=call([[[[1, 4, 1, 3], [2, 1, 2, 2]]]], [[[[0.2, 0.1]]]], 2),
            weight=1,
        ),
        Case("in use: the expected value", positive((2, 3, 6, 8), 2, False), weight=1),
        Case("zeros among the numbers, windows of zeros", some_zeros((2, 2, 4, 6), 2), weight=4),
        Case("windows of zeros, in use", some_zeros((2, 2, 4, 6), 2, False), weight=4),
        in_turn(
            "rows and columns left over",
            positive((2, 2, 7, 8), 3),
            positive((2, 2, 7, 8), 3, False),
            weight=4,
        ),
        Case("u points exactly between two numbers", at_the_border, weight=4),
        in_turn(
            "windows of 1, one window, tiny and large numbers",
            *map(
                scaled_only,
                (
                    positive((1, 1, 1, 1), 1),
                    positive((2, 1, 3, 3), 3),
                    positive((1, 3, 1, 4), 1),
                    positive((3, 1, 4, 1), 1, False),
                    positive((1, 2, 5, 4), 3, False, 1e-6),
                    positive((1, 2, 5, 4), 2, True, 1e-6),
                    positive((2, 2, 2, 3), 2, True, 200.0),
                    positive((2, 2, 2, 3), 2, False, 200.0),
                    some_zeros((1, 2, 3, 3), 3, True, 1e3),
                    some_zeros((1, 1, 2, 2), 2, False),
                    lambda rng: call(rng.uniform(1, 9, (1, 2, 4, 4)), np.zeros((1, 2, 2, 2)), 2),
                ),
            ),
            at_the_border,
            edge=True,
        ),
    ),
    hints=(
        "First the windows, their k² numbers along a last axis: reshape to (N, C, H', k, W', k), swap the "
        "middle two, reshape.",
        "a.cumsum(axis=-1) gives a₁ + … + a_l. The place is how many of these sums are not larger than u "
        "times the total.",
        "A window of zeros: the sums are never larger, so the place would be k², one too far. And 0 / 0 in "
        "use: divide by 1 there.",
    ),
)


@STOCHASTIC_POOL2D.wrong(case="in use: the expected value")
def stochastic_pool2d_plain_mean_in_use(x, samples, kernel_size):
    """In use you take the plain mean; the expected value weights each number by its share: the sum of a² over that
    of a."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    if samples is None:
        return a.mean(axis=-1)
    place = (a.cumsum(axis=-1) <= (samples * a.sum(axis=-1))[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong(case="in use: the expected value")
def stochastic_pool2d_largest_in_use(x, samples, kernel_size):
    """In use you take the largest number; it is the expected value of the draw, the sum of a² over that of a."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    if samples is None:
        return a.max(axis=-1)
    place = (a.cumsum(axis=-1) <= (samples * a.sum(axis=-1))[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong(case="in use: the expected value")
def stochastic_pool2d_not_divided_in_use(x, samples, kernel_size):
    """In use you add up the squares and divide by k²; divide by the sum of the window."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    if samples is None:
        return (a * a).mean(axis=-1)
    place = (a.cumsum(axis=-1) <= (samples * a.sum(axis=-1))[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_equal_chances(x, samples, kernel_size):
    """All places of a window are equally likely in your answer; a number is drawn with its share of the sum."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    if samples is None:
        total = a.sum(axis=-1)
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = np.minimum(samples * k * k, k * k - 1).astype(int)
    return np.take_along_axis(a, place[..., None], axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_softmax(x, samples, kernel_size):
    """Your probabilities are a softmax; they are the numbers themselves, divided by their sum."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    p = np.exp(a - a.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    if samples is None:
        return (p * a).sum(axis=-1)
    place = (p.cumsum(axis=-1) <= samples[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_largest(x, samples, kernel_size):
    """You take the largest number whatever u is; it is drawn more often, not always."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    return (a * a).sum(axis=-1) / np.where(total > 0, total, 1) if samples is None else a.max(axis=-1)


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_expected_in_training(x, samples, kernel_size):
    """You return the expected value in training as well; with samples a number of the window is drawn."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_own_draw(x, samples, kernel_size):
    """You draw numbers of your own; use the ones in `samples`."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    u = np.random.default_rng(0).random(total.shape)
    place = (a.cumsum(axis=-1) <= (u * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_from_the_end(x, samples, kernel_size):
    """You lay the numbers on the line from the last to the first; the first place begins at 0."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)[..., ::-1]
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_column_by_column(x, samples, kernel_size):
    """You count the places of a window column by column; they are counted row by row."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).transpose(0, 1, 2, 4, 5, 3)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_windows_not_swapped(x, samples, kernel_size):
    """Your windows are not squares: after the reshape to (N, C, H', k, W', k) the axes 3 and 4 must be swapped."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = np.ascontiguousarray(x[:, :, : rows * k, : columns * k]).reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_the_next_one(x, samples, kernel_size):
    """You take the number after the one that u points at; the place is how many sums are not above u times the
    total."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True) + 1
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_not_of_the_total(x, samples, kernel_size):
    """You compare the sums with u itself; u runs from 0 to 1, so compare with u times the total."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= samples[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong(case="u points exactly between two numbers")
def stochastic_pool2d_the_one_before(x, samples, kernel_size):
    """Where u points exactly between two numbers you take the first of them; the sum must be larger than u times
    the total."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) < (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong(case="windows of zeros, in use")
def stochastic_pool2d_nan_for_zeros(x, samples, kernel_size):
    """A window of zeros gives 0 / 0 = nan in your answer; it gives 0."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        with np.errstate(invalid="ignore"):
            return (a * a).sum(axis=-1) / total
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong(case="zeros among the numbers, windows of zeros")
def stochastic_pool2d_beyond_the_window(x, samples, kernel_size):
    """In a window of zeros no sum is larger than u times the total, and your place lies behind the last number."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = a.reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, place, axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong(case="rows and columns left over")
def stochastic_pool2d_nothing_left_over(x, samples, kernel_size):
    """Rows and columns that fill no window make your reshape fail; cut them off first."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x.reshape(n, c, rows, k, columns, k).swapaxes(3, 4).reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a * a).sum(axis=-1) / np.where(total > 0, total, 1)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.wrong
def stochastic_pool2d_sorted(x, samples, kernel_size):
    """You sort the numbers of a window before you lay them on the line; they lie there row by row, as one reads."""
    n, c, h, w = x.shape
    k, rows, columns = kernel_size, h // kernel_size, w // kernel_size
    a = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k).swapaxes(3, 4)
    a = np.sort(a.reshape(n, c, rows, columns, k * k), axis=-1)
    total = a.sum(axis=-1)
    if samples is None:
        return (a**2).sum(axis=-1) / np.where(total == 0, 1, total)
    place = (a.cumsum(axis=-1) <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]


@STOCHASTIC_POOL2D.right
def stochastic_pool2d_window_by_window(x, samples, kernel_size):
    k = kernel_size
    y = np.zeros((*x.shape[:2], x.shape[2] // k, x.shape[3] // k), x.dtype)
    for n, c, i, j in np.ndindex(y.shape):
        a = x[n, c, i * k : (i + 1) * k, j * k : (j + 1) * k].ravel()
        if a.sum() == 0:
            continue
        if samples is None:
            y[n, c, i, j] = np.sum(a * a) / a.sum()
            continue
        for so_far, value in zip(a.cumsum(), a):
            y[n, c, i, j] = value
            if so_far > samples[n, c, i, j] * a.sum():
                break
    return y


@STOCHASTIC_POOL2D.right
def stochastic_pool2d_by_shares(x, samples, kernel_size):
    k, (rows, columns) = kernel_size, (m // kernel_size for m in x.shape[2:])
    a = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::k, ::k]
    a = a.reshape(*x.shape[:2], rows, columns, k * k)
    total = a.sum(axis=-1, keepdims=True)
    p = a / np.where(total == 0, 1, total)
    if samples is None:
        return np.sum(p * a, axis=-1)
    so_far = np.concatenate([np.zeros_like(total), p.cumsum(axis=-1)[..., :-1]], axis=-1)
    place = (so_far <= samples[..., None]).cumsum(axis=-1)[..., -1:] - 1
    return np.take_along_axis(a, place, axis=-1)[..., 0]


@STOCHASTIC_POOL2D.right
def stochastic_pool2d_by_masks(x, samples, kernel_size):
    k, (rows, columns) = kernel_size, (m // kernel_size for m in x.shape[2:])
    x = x[:, :, : rows * k, : columns * k]
    a = np.stack([x[:, :, r::k, q::k] for r in range(k) for q in range(k)])
    total = a.sum(axis=0)
    if samples is None:
        return np.where(total > 0, (a**2).sum(axis=0) / np.where(total > 0, total, 1), 0.0)
    y, so_far, waiting = a[-1].copy(), np.zeros_like(total), np.ones(total.shape, bool)
    for value in a:
        so_far = so_far + value
        here = waiting & (so_far > samples * total)
        y[here] = value[here]
        waiting = waiting & ~here
    return y


@STOCHASTIC_POOL2D.right
def stochastic_pool2d_by_searchsorted(x, samples, kernel_size):
    k, (rows, columns) = kernel_size, (m // kernel_size for m in x.shape[2:])
    windows = x[:, :, : rows * k, : columns * k].reshape(*x.shape[:2], rows, k, columns, k)
    a = windows.transpose(0, 1, 2, 4, 3, 5).reshape(-1, k * k)
    totals = a.sum(axis=1)
    if samples is None:
        y = np.array([row @ row / t if t else 0.0 for row, t in zip(a, totals)])
    else:
        places = (
            np.searchsorted(row.cumsum(), u * t, side="right")
            for row, u, t in zip(a, samples.ravel(), totals)
        )
        y = np.array([row[min(place, k * k - 1)] for row, place in zip(a, places)])
    return y.reshape(*x.shape[:2], rows, columns).astype(x.dtype)
