"""The way back through average pooling."""

import numpy as np

from grader.exercises.ch11_pooling.avg_pool2d import avg_pool2d
from grader.exercises.ch11_pooling.max_pool2d import any_windows
from grader.exercises.ch11_pooling.max_pool2d_backward import arriving, ones_arrive, way_back
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, spread
from nnlib import pooling


def _allowed(rng):
    size, k, given = any_windows(rng)
    shape = arriving(rng, size, k, **given).shape
    return call(floats(rng, shape), floats(rng, size), k, **given)


def avg_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0):
    """nnlib's, of square windows, the padding counted."""
    return pooling.avg_pool2d_backward(grad_output, x, kernel_size, stride=stride, padding=padding)


AVG_POOL2D_BACKWARD = Exercise(
    function="avg_pool2d_backward",
    topics=("C11-03",),
    points=1,
    difficulty=3,
    minutes=15,
    reference=avg_pool2d_backward,
    gradient_of=avg_pool2d,
    forbid=("nnlib.pooling.avg_pool2d_backward",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(32, 8, 14, 14)), rng.normal(size=(32, 8, 28, 28)), 2),
    cases=(
        Case(
            "windows side by side",
            way_back((2, 3, 4, 6), 2),
            example=call(
                [[[[1, 2]], [[3, 4]]]],
                [[[[1, 3, -2, 0], [4, 2, -5, -6]], [[-7, -1, 8, 2], [0, -9, 5, 1]]]],
                2,
            ),
            weight=2,
        ),
        Case("windows that overlap", way_back((2, 2, 5, 6), 3, stride=1), weight=3),
        Case("padding", way_back((2, 2, 5, 6), 3, stride=2, padding=1), weight=2),
        Case(
            "a stride larger than the window, pixels left over", way_back((2, 2, 9, 7), 2, stride=3), weight=2
        ),
        Case("only ones arrive", ones_arrive(way_back((2, 2, 5, 7), 3, stride=1, padding=1)), weight=3),
        in_turn(
            "windows of 1, one window, other options, zeros, tiny and large numbers",
            way_back((1, 1, 1, 1), 1, 1.0, 2.0),
            way_back((1, 3, 1, 4), 1, stride=2),
            way_back((3, 1, 4, 1), 1, stride=1, padding=0),
            way_back((2, 1, 3, 3), 3, stride=None),
            way_back((1, 2, 6, 7), 3),
            way_back((2, 1, 6, 3), 3, padding=1),
            way_back((1, 2, 2, 3), 2, -9.0, -1.0, padding=1),
            way_back((2, 2, 3, 4), 4, 100.0, 300.0, padding=2, stride=3),
            way_back((1, 2, 1, 3), 3, -9e-6, -1e-6, padding=1),
            way_back((2, 1, 3, 1), 3, 2e3, 9e3, padding=1, stride=1),
            lambda rng: call(
                3000 * spread(rng, (2, 2, 2, 2)), np.round(2 * spread(rng, (2, 2, 4, 4))), 2, stride=2
            ),
            lambda rng: call(1e-6 * arriving(rng, (1, 2, 4, 4), 2), spread(rng, (1, 2, 4, 4)), 2),
            lambda rng: call(np.zeros((1, 2, 1, 1)), spread(rng, (1, 2, 2, 2)), 2),
            edge=True,
            differentiable=False,
        ),
    ),
    hints=(
        "Make zeros of the padded shape. For each window (i, j) add g[:, :, i, j] / k² at all its places.",
        "x is needed for its shape only. Cut the border off at the end.",
    ),
)


@AVG_POOL2D_BACKWARD.wrong
def avg_pool2d_backward_not_divided(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Each place gets the whole gradient in your answer; in the mean it has the weight 1 / k²."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong
def avg_pool2d_backward_divided_by_the_side(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You divide by k; a window has k² numbers."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1] / k
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong(case="windows that overlap")
def avg_pool2d_backward_overwritten(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Where windows overlap the last one overwrites what was there; add up, += for =."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] = grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong(case="windows that overlap")
def avg_pool2d_backward_mean_of_windows(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You average over the windows that a number lies in; their contributions add up."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad, count = np.zeros((2, n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            grad[at] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
            count[at] += 1
    return (grad / np.maximum(count, 1))[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong(case="padding")
def avg_pool2d_backward_padding_not_counted(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You divide by the real pixels of a window; forward the zeros of the padding count, so it is k² here, too."""
    k, s, (h, w) = kernel_size, kernel_size if stride is None else stride, x.shape[2:]
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    real = np.pad(np.ones_like(x), around)
    grad = np.zeros_like(real)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            grad[at] += grad_output[:, :, i : i + 1, j : j + 1] / real[at].sum(axis=(2, 3), keepdims=True)
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong(case="padding")
def avg_pool2d_backward_border_left_on(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Your result still has the border; cut it off: the gradient has the shape of x."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad


@AVG_POOL2D_BACKWARD.wrong(case="padding")
def avg_pool2d_backward_padding_ignored(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You do not use `padding`: with it the first window begins so many pixels before the image."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad[:, :, :h, :w]


@AVG_POOL2D_BACKWARD.wrong(case="windows that overlap")
def avg_pool2d_backward_stride_ignored(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You do not use `stride`: your windows begin k pixels apart, whatever it says."""
    k, (n, c, h, w) = kernel_size, x.shape
    rows, columns = (max(k * m, size + 2 * padding) for m, size in zip(grad_output.shape[2:], (h, w)))
    grad = np.zeros((n, c, rows, columns), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * k : i * k + k, j * k : j * k + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong
def avg_pool2d_backward_no_upstream(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You give every place 1 / k² for each of its windows; what arrives there, grad_output, is missing."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += 1 / k**2
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong
def avg_pool2d_backward_times_x(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You multiply by x; the slope of a mean is 1 / k², whatever the numbers are."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad[:, :, padding : padding + h, padding : padding + w] * x


@AVG_POOL2D_BACKWARD.wrong
def avg_pool2d_backward_to_the_winner(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You send the gradient to the largest number of a window, as max pooling does; here each place has a share."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong(case="arguments unchanged")
def avg_pool2d_backward_in_place(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You divide grad_output in place; it belongs to who called. grad_output / k**2 makes a new array."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad_output /= k**2
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@AVG_POOL2D_BACKWARD.wrong
def avg_pool2d_backward_cut_by_minus_padding(grad_output, x, kernel_size, *, stride=None, padding=0):
    """[padding:-padding] is empty where padding is 0; end at padding + H and padding + W."""
    k, s, (n, c, h, w) = kernel_size, kernel_size if stride is None else stride, x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad[:, :, padding:-padding, padding:-padding]


@AVG_POOL2D_BACKWARD.wrong(case="padding")
def avg_pool2d_backward_negative_start(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Your slices begin at i·s − padding, which may be negative, and a negative start counts from the end in NumPy;
    take max(…, 0)."""
    k, s, grad = kernel_size, kernel_size if stride is None else stride, np.zeros_like(x)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            top, left = i * s - padding, j * s - padding
            grad[:, :, top : top + k, left : left + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad


@AVG_POOL2D_BACKWARD.right
def avg_pool2d_backward_window_by_window(grad_output, x, kernel_size, *, stride=None, padding=0):
    s = stride or kernel_size
    grad = np.zeros_like(x)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            top, left = i * s - padding, j * s - padding
            at = np.s_[:, :, max(top, 0) : top + kernel_size, max(left, 0) : left + kernel_size]
            grad[at] += grad_output[:, :, i, j, None, None] / (kernel_size * kernel_size)
    return grad


@AVG_POOL2D_BACKWARD.right
def avg_pool2d_backward_by_matrices(grad_output, x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride

    def means(n, out):
        begins = s * np.arange(out)[:, None] - padding
        within = (np.arange(n) >= begins) & (np.arange(n) < begins + kernel_size)
        return (within / kernel_size).astype(x.dtype)

    rows, columns = (means(n, out) for n, out in zip(x.shape[2:], grad_output.shape[2:]))
    return rows.T @ grad_output @ columns


@AVG_POOL2D_BACKWARD.right
def avg_pool2d_backward_number_by_number(grad_output, x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride
    grad = np.zeros(x.shape, x.dtype)
    for r, q in np.ndindex(*x.shape[2:]):
        for i, j in np.ndindex(*grad_output.shape[2:]):
            a, b = r + padding - i * s, q + padding - j * s
            if 0 <= a < kernel_size and 0 <= b < kernel_size:
                grad[:, :, r, q] += grad_output[:, :, i, j] / kernel_size**2
    return grad


@AVG_POOL2D_BACKWARD.right
def avg_pool2d_backward_place_by_place(grad_output, x, kernel_size, *, stride=None, padding=0):
    s = kernel_size if stride is None else stride
    rows, columns = grad_output.shape[2:]
    grad, share = (
        np.pad(np.zeros_like(x), ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2)),
        1 / kernel_size**2,
    )
    for place in range(kernel_size**2):
        a, b = divmod(place, kernel_size)
        grad[:, :, a : a + s * (rows - 1) + 1 : s, b : b + s * (columns - 1) + 1 : s] += share * grad_output
    return grad[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
