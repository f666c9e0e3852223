"""Average pooling in the plane."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import any_windows, planes, steady
from grader.record.exercise import Case, Exercise, call
from grader.record.inputs import floats, spread
from nnlib import pooling


def _allowed(rng):
    size, k, given = any_windows(rng)
    return call(floats(rng, size), k, **given)


def avg_pool2d(x, kernel_size, *, stride=None, padding=0):
    """nnlib's, of square windows, the padding counted."""
    return pooling.avg_pool2d(x, kernel_size, stride=stride, padding=padding)


AVG_POOL2D = Exercise(
    function="avg_pool2d",
    topics=("C11-03",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=avg_pool2d,
    torch="torch.nn.functional.avg_pool2d",
    forbid=("nnlib.pooling.avg_pool2d",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(32, 8, 28, 28)), 2),
    cases=(
        Case(
            "windows side by side",
            planes((2, 3, 4, 6), 2),
            example=call([[[[1, 3, -2, 0], [4, 2, -5, -6]], [[-7, -1, 8, 2], [0, -9, 5, 1]]]], 2),
            weight=2,
        ),
        Case("windows that overlap", planes((2, 2, 7, 5), 3, stride=1), weight=2),
        Case("a stride larger than the window", planes((2, 2, 8, 7), 2, stride=3)),
        Case("padding", planes((2, 2, 5, 6), 3, 1.0, 9.0, stride=2, padding=1), weight=2),
        Case("rows and columns left over", planes((2, 2, 7, 8), 3), weight=2),
        steady(
            "windows of 1, one window, other options, zeros, tiny and large numbers",
            planes((1, 1, 1, 1), 1, 1.0, 2.0),
            planes((1, 3, 1, 4), 1, stride=2),
            planes((3, 1, 4, 1), 1, stride=1, padding=0),
            planes((2, 1, 3, 3), 3, stride=None),
            planes((2, 1, 3, 5), 3, stride=1),
            planes((1, 2, 2, 3), 2, -9.0, -1.0, padding=1),
            planes((2, 2, 3, 4), 4, 100.0, 300.0, padding=2, stride=3),
            planes((1, 2, 1, 3), 3, 1e-6, 9e-6, padding=1),
            planes((2, 1, 3, 1), 3, 2e3, 9e3, padding=1, stride=1),
            lambda rng: call(spread(rng, (2, 2, 4, 4)), 2, stride=2),
            lambda rng: call(spread(rng, (2, 2, 5, 5), 1e-6), 3, stride=1),
            edge=True,
        ),
    ),
    hints=(
        "As max pooling, with the mean in place of the maximum and zeros in place of −inf.",
        "np.pad adds zeros if nothing else is said. The mean over the k × k numbers of a window then counts them.",
    ),
)


@AVG_POOL2D.wrong(case="padding")
def avg_pool2d_padding_not_counted(x, kernel_size, *, stride=None, padding=0):
    """You divide by the real pixels of a window; here the zeros of the padding count: always divide by k²."""
    k, s = kernel_size, kernel_size if stride is None else stride
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    view = np.lib.stride_tricks.sliding_window_view
    total, real = (
        view(np.pad(a, around), (k, k), axis=(2, 3))[:, :, ::s, ::s].sum(axis=(4, 5))
        for a in (x, np.ones_like(x))
    )
    return total / real


@AVG_POOL2D.wrong(case="padding")
def avg_pool2d_border_repeated(x, kernel_size, *, stride=None, padding=0):
    """You pad by repeating the border; the padding is zeros."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].mean(axis=(4, 5))


@AVG_POOL2D.wrong
def avg_pool2d_largest(x, kernel_size, *, stride=None, padding=0):
    """You take the largest number of each window; average pooling takes the mean."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].max(axis=(4, 5))


@AVG_POOL2D.wrong
def avg_pool2d_sum(x, kernel_size, *, stride=None, padding=0):
    """You take the sum of each window; divide by k²."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].sum(axis=(4, 5))


@AVG_POOL2D.wrong
def avg_pool2d_divided_by_the_side(x, kernel_size, *, stride=None, padding=0):
    """You divide by k; a window has k² numbers."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return (
        np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].sum(axis=(4, 5)) / k
    )


@AVG_POOL2D.wrong(case="windows that overlap")
def avg_pool2d_divided_by_stride(x, kernel_size, *, stride=None, padding=0):
    """You divide by the square of the stride; a window has k² numbers, wherever the next one begins."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return (
        np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].sum(axis=(4, 5))
        / s**2
    )


@AVG_POOL2D.wrong
def avg_pool2d_stride_one(x, kernel_size, *, stride=None, padding=0):
    """Without a stride you go one step at a time; None means the window's side, so that windows lie side by side."""
    k, s = kernel_size, 1 if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].mean(axis=(4, 5))


@AVG_POOL2D.wrong(case="windows that overlap")
def avg_pool2d_stride_ignored(x, kernel_size, *, stride=None, padding=0):
    """You do not use `stride`: your windows always lie side by side."""
    k = s = kernel_size
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s].mean(axis=(4, 5))


@AVG_POOL2D.wrong(case="padding")
def avg_pool2d_padding_ignored(x, kernel_size, *, stride=None, padding=0):
    """You do not use `padding`: windows may reach out of the image by so many pixels on each side."""
    k, s = kernel_size, kernel_size if stride is None else stride
    rows, columns = (max((n - k) // s + 1, 0) for n in x.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = x[:, :, i * s : i * s + k, j * s : j * s + k].mean(axis=(2, 3))
    return y


@AVG_POOL2D.wrong(case="padding")
def avg_pool2d_padded_on_one_side(x, kernel_size, *, stride=None, padding=0):
    """You pad above and to the left only; `padding` is for each of the four sides."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    rows, columns = (max((n - k) // s + 1, 0) for n in p.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = p[:, :, i * s : i * s + k, j * s : j * s + k].mean(axis=(2, 3))
    return y


@AVG_POOL2D.wrong(case="rows and columns left over")
def avg_pool2d_rounded_up(x, kernel_size, *, stride=None, padding=0):
    """You round the size of the result up, so that a last window hangs out of the image; it is rounded down."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = (-((k - n) // s) + 1 for n in p.shape[2:])
    y = np.empty((*x.shape[:2], rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = p[:, :, i * s : i * s + k, j * s : j * s + k].sum(axis=(2, 3)) / k**2
    return y


@AVG_POOL2D.wrong
def avg_pool2d_over_channels(x, kernel_size, *, stride=None, padding=0):
    """You average over the channels as well; each channel is by itself."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return np.broadcast_to(windows.mean(axis=(1, 4, 5), keepdims=True)[..., 0, 0], windows.shape[:4]).copy()


@AVG_POOL2D.wrong
def avg_pool2d_rows_for_columns(x, kernel_size, *, stride=None, padding=0):
    """Rows and columns of your result are exchanged: it has shape (N, C, H', W')."""
    k, s = kernel_size, kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return windows.mean(axis=(4, 5)).swapaxes(2, 3)


@AVG_POOL2D.right
def avg_pool2d_window_by_window(x, kernel_size, *, stride=None, padding=0):
    s = stride or kernel_size
    n, c, h, w = x.shape
    rows = (h + 2 * padding - kernel_size) // s + 1
    columns = (w + 2 * padding - kernel_size) // s + 1
    y = np.empty((n, c, rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * s - padding, j * s - padding
            window = x[:, :, max(top, 0) : top + kernel_size, max(left, 0) : left + kernel_size]
            y[:, :, i, j] = window.sum(axis=(2, 3)) / (kernel_size * kernel_size)
    return y


@AVG_POOL2D.right
def avg_pool2d_place_by_place(x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = ((m - kernel_size) // s + 1 for m in p.shape[2:])
    y = np.zeros((*x.shape[:2], rows, columns), x.dtype)
    for a in range(kernel_size):
        for b in range(kernel_size):
            y = (
                y
                + p[:, :, a : a + s * rows : s, b : b + s * columns : s][:, :, :rows, :columns]
                / kernel_size**2
            )
    return y


@AVG_POOL2D.right
def avg_pool2d_rows_then_columns(x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride

    def along(z):
        z = np.pad(z, ((0, 0), (0, 0), (0, 0), (padding, padding)))
        starts = range(0, z.shape[-1] - kernel_size + 1, s)
        return np.stack([z[..., a : a + kernel_size].mean(axis=-1) for a in starts], axis=-1)

    return along(along(x).swapaxes(2, 3)).swapaxes(2, 3)


@AVG_POOL2D.right
def avg_pool2d_by_matrices(x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride

    def means(n):
        begins = np.arange(0, n + 2 * padding - kernel_size + 1, s)[:, None] - padding
        within = (np.arange(n) >= begins) & (np.arange(n) < begins + kernel_size)
        return (within / kernel_size).astype(x.dtype)

    return means(x.shape[2]) @ x @ means(x.shape[3]).T
