"""Max pooling in the plane."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, options, spread
from nnlib import pooling


def apart(rng, size, low=-3.0, high=3.0):
    """Numbers from low to high in any order, no two of them near each other."""
    n = int(np.prod(size))
    return rng.uniform(1, 1.2) * rng.permutation(np.linspace(low, high, n)).reshape(size)


def planes(size, kernel_size, low=-3.0, high=3.0, **given):
    """Where there are numbers of both signs, those of the first window are negative."""

    def draw(rng):
        x = apart(rng, size, low, high)
        if low < 0 < high:
            x[0, 0, :kernel_size, :kernel_size] = -np.abs(x[0, 0, :kernel_size, :kernel_size])
        return call(x, kernel_size, **given)

    return draw


def steady(title, *makes, **rest):
    """in_turn, of calls that differ from seed to seed in their scale alone, so that the same wrong answers fail."""
    return in_turn(title, *map(scaled_only, makes), **rest)


def scaled_only(make):
    def draw(rng):
        drawn = make(np.random.default_rng(0))
        return call(drawn.args[0] * rng.uniform(1, 1.2), *drawn.args[1:], **drawn.kwargs)

    return draw


def with_ties(rng, size=(2, 2, 6, 6)):
    """Whole numbers. Of the first window the first winner row by row is not the first column by column."""
    x = rng.integers(0, 2, size).astype(float)
    x[:, :, :2, :2] = [[0, 3], [3, 3]]
    x[:, :, 2:4, 2:4] = 0
    return x


def any_windows(rng):
    """A shape (N, C, H, W), the window's side, and options with which a window fits."""
    k = int(rng.integers(1, 4))
    given = options(rng, stride=(None, 1, 2, 3), padding=(0, 1, k // 2))
    given = given | ({"padding": k // 2} if given.get("padding", 0) > k // 2 else {})
    least = max(k - 2 * given.get("padding", 0), 1)
    sides = (int(rng.integers(least, least + 5)) for _ in "HW")
    return (int(rng.integers(1, 3)), int(rng.integers(1, 3)), *sides), k, given


def _allowed(rng):
    size, k, given = any_windows(rng)
    return call(floats(rng, size), k, **given)


def max_pool2d(x, kernel_size, *, stride=None, padding=0):
    """nnlib's, of square windows."""
    return pooling.max_pool2d(x, kernel_size, stride=stride, padding=padding)


MAX_POOL2D = Exercise(
    function="max_pool2d",
    topics=("C11-03",),
    points=2,
    difficulty=2,
    minutes=20,
    reference=max_pool2d,
    torch="torch.nn.functional.max_pool2d",
    forbid=("nnlib.pooling.max_pool2d",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(32, 8, 28, 28)), 2),
    cases=(
        Case(
            "windows side by side",
            planes((2, 3, 4, 6), 2),
            example=call([[[[1, 3, -2, -1], [4, 2, -5, -6]], [[-7, -1, 8, 2], [0, -9, 5, 1]]]], 2),
            weight=3,
        ),
        Case("windows that overlap", planes((2, 2, 7, 5), 3, stride=1), weight=2),
        Case("a stride larger than the window", planes((2, 2, 8, 7), 2, stride=3)),
        Case(
            "padding, all numbers negative",
            planes((2, 2, 5, 6), 3, -9.0, -1.0, stride=2, padding=1),
            weight=3,
        ),
        Case("rows and columns left over", planes((2, 2, 7, 8), 3), weight=2),
        steady(
            "windows of 1, one window, other options, zeros, tiny and large numbers",
            planes((1, 1, 1, 1), 1, 1.0, 2.0),
            planes((1, 3, 1, 4), 1, stride=2),
            planes((3, 1, 4, 1), 1, stride=1, padding=0),
            planes((2, 1, 3, 3), 3, stride=None),
            planes((2, 1, 3, 5), 3, stride=1),
            planes((1, 2, 2, 3), 2, -9.0, -1.0, padding=1),
            planes((2, 2, 3, 4), 4, -3e5, -1e5, padding=2, stride=3),
            planes((1, 2, 1, 3), 3, -9e-6, -1e-6, padding=1),
            planes((2, 1, 3, 1), 3, 2e3, 9e3, padding=1, stride=1),
            lambda rng: call(spread(rng, (2, 2, 4, 4)), 2, stride=2),
            lambda rng: call(-np.abs(spread(rng, (2, 2, 5, 5), 1e-6)), 3, stride=1),
            lambda rng: call(with_ties(rng), 2),
            edge=True,
        ),
    ),
    hints=(
        "np.pad(x, ..., constant_values=-np.inf) makes the border; only the last two axes get one.",
        "For each place (i, j) of the result: the maximum of x[:, :, i*s : i*s + k, j*s : j*s + k] over its "
        "last two axes.",
        "np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3)) has all windows with stride 1; take"
        " every s-th.",
    ),
)


@MAX_POOL2D.wrong
def max_pool2d_stride_one(x, kernel_size, *, stride=None, padding=0):
    """Without a stride you go one step at a time; None means the window's side, so that windows lie side by side."""
    k, s = kernel_size, 1 if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].max(axis=(4, 5))


@MAX_POOL2D.wrong(case="windows that overlap")
def max_pool2d_stride_ignored(x, kernel_size, *, stride=None, padding=0):
    """You do not use `stride`: your windows always lie side by side."""
    k = s = kernel_size
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].max(axis=(4, 5))


@MAX_POOL2D.wrong(case="padding, all numbers negative")
def max_pool2d_padded_with_zeros(x, kernel_size, *, stride=None, padding=0):
    """You pad with zeros, which win where all numbers are negative; what lies outside never wins.

    np.pad(..., constant_values=-np.inf)."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].max(axis=(4, 5))


@MAX_POOL2D.wrong(case="padding, all numbers negative")
def max_pool2d_padding_ignored(x, kernel_size, *, stride=None, padding=0):
    """You do not use `padding`: windows may reach out of the image by so many pixels on each side."""
    k, s = kernel_size, kernel_size if stride is None else stride
    rows, columns = (max((n - k) // s + 1, 0) for n in x.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = x[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
    return y


@MAX_POOL2D.wrong(case="padding, all numbers negative")
def max_pool2d_padded_on_one_side(x, kernel_size, *, stride=None, padding=0):
    """You pad above and to the left only; `padding` is for each of the four sides."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)), constant_values=-np.inf)
    rows, columns = (max((n - k) // s + 1, 0) for n in p.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = p[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
    return y


@MAX_POOL2D.wrong(case="padding, all numbers negative")
def max_pool2d_padded_everywhere(x, kernel_size, *, stride=None, padding=0):
    """You pad all four axes, the samples and the channels as well; only rows and columns have a border."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, padding, constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].max(axis=(4, 5))


@MAX_POOL2D.wrong(case="rows and columns left over")
def max_pool2d_rounded_up(x, kernel_size, *, stride=None, padding=0):
    """You round the size of the result up, so that a last window hangs out of the image; it is rounded down."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    rows, columns = (-((k - n) // s) + 1 for n in p.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = p[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3), initial=-np.inf)
    return y


@MAX_POOL2D.wrong(case="windows that overlap")
def max_pool2d_size_by_stride(x, kernel_size, *, stride=None, padding=0):
    """Your result has H / s rows; a window must fit as well: (H + 2p − k) / s + 1, rounded down."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    rows, columns = (n // s for n in p.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = p[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
    return y


@MAX_POOL2D.wrong
def max_pool2d_last_window_missing(x, kernel_size, *, stride=None, padding=0):
    """The last window of each row and column is missing: + 1 in the size of the result."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    rows, columns = ((n - k) // s for n in p.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = p[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
    return y


@MAX_POOL2D.wrong
def max_pool2d_mean(x, kernel_size, *, stride=None, padding=0):
    """You take the mean of each window; max pooling takes the largest number."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].mean(axis=(4, 5))


@MAX_POOL2D.wrong
def max_pool2d_smallest(x, kernel_size, *, stride=None, padding=0):
    """You take the smallest number of each window; take the largest."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=np.inf)
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].min(axis=(4, 5))


@MAX_POOL2D.wrong
def max_pool2d_of_absolute_values(x, kernel_size, *, stride=None, padding=0):
    """You take the number farthest from 0; the largest one is asked for, and −5 is smaller than 1."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    flat = windows.reshape(*windows.shape[:4], -1)
    return np.take_along_axis(flat, np.abs(flat).argmax(axis=-1)[..., None], axis=-1)[..., 0]


@MAX_POOL2D.wrong
def max_pool2d_over_channels(x, kernel_size, *, stride=None, padding=0):
    """You take the maximum over the channels as well; each channel is by itself."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return np.broadcast_to(windows.max(axis=(1, 4, 5), keepdims=True)[..., 0, 0], windows.shape[:4]).copy()


@MAX_POOL2D.wrong
def max_pool2d_rows_for_columns(x, kernel_size, *, stride=None, padding=0):
    """Rows and columns of your result are exchanged: it has shape (N, C, H', W')."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return windows.max(axis=(4, 5)).swapaxes(2, 3)


@MAX_POOL2D.wrong
def max_pool2d_along_rows_only(x, kernel_size, *, stride=None, padding=0):
    """Your windows are one row high; they are k × k: the maximum over both axes of a window."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return windows[..., k // 2, :].max(axis=-1)


@MAX_POOL2D.wrong
def max_pool2d_top_left(x, kernel_size, *, stride=None, padding=0):
    """You keep the first number of each window, as a stride does; keep the largest."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s, 0, 0].copy()


@MAX_POOL2D.wrong
def max_pool2d_starts_at_zero(x, kernel_size, *, stride=None, padding=0):
    """Your running maximum starts at 0, and wins where all numbers of a window are negative; start at −inf."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    return np.maximum(
        np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].max(axis=(4, 5)), 0
    )


@MAX_POOL2D.wrong(case="windows that overlap")
def max_pool2d_in_place(x, kernel_size, *, stride=None, padding=0):
    """Without padding your running maximum is a part of x itself, and you write into x; begin with a copy."""
    k, s = kernel_size, kernel_size if stride is None else stride
    if padding:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    rows, columns = ((n - k) // s + 1 for n in x.shape[2:])
    best = x[:, :, : s * (rows - 1) + 1 : s, : s * (columns - 1) + 1 : s]
    for a in range(k):
        for b in range(k):
            np.maximum(
                best,
                x[:, :, a : a + s * (rows - 1) + 1 : s, b : b + s * (columns - 1) + 1 : s],
                out=best,
            )
    return best


@MAX_POOL2D.right
def max_pool2d_window_by_window(x, kernel_size, *, stride=None, padding=0):
    s = stride or kernel_size
    n, c, h, w = x.shape
    rows = (h + 2 * padding - kernel_size) // s + 1
    columns = (w + 2 * padding - kernel_size) // s + 1
    y = np.empty((n, c, rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * s - padding, j * s - padding
            window = x[:, :, max(top, 0) : top + kernel_size, max(left, 0) : left + kernel_size]
            y[:, :, i, j] = window.max(axis=(2, 3))
    return y


@MAX_POOL2D.right
def max_pool2d_place_by_place(x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride
    p = np.pad(
        x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="constant", constant_values=-np.inf
    )
    rows, columns = ((m - kernel_size) // s + 1 for m in p.shape[2:])
    y = np.full((*x.shape[:2], rows, columns), -np.inf, x.dtype)
    for a in range(kernel_size):
        for b in range(kernel_size):
            y = np.maximum(y, p[:, :, a : a + s * rows : s, b : b + s * columns : s][:, :, :rows, :columns])
    return y


@MAX_POOL2D.right
def max_pool2d_border_repeated(x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(p, (kernel_size, kernel_size), axis=(2, 3))
    return np.max(windows[:, :, ::s, ::s], axis=(-1, -2))


@MAX_POOL2D.right
def max_pool2d_rows_then_columns(x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride

    def along(z):
        length = z.shape[-1]
        starts = range(-padding, length + padding - kernel_size + 1, s)
        return np.stack([z[..., max(a, 0) : a + kernel_size].max(axis=-1) for a in starts], axis=-1)

    return along(along(x).swapaxes(2, 3)).swapaxes(2, 3)
