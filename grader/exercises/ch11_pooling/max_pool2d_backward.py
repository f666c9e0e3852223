"""The way back through max pooling."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import any_windows, apart, max_pool2d, steady, with_ties
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, spread
from nnlib import pooling


def arriving(rng, size, kernel_size, *, stride=None, padding=0):
    """A gradient for each window, from 1 to 9 and of both signs."""
    shape = max_pool2d(np.zeros(size), kernel_size, stride=stride, padding=padding).shape
    g = rng.uniform(1, 9, shape)
    return np.where(np.arange(g.size).reshape(shape) % 3 == 2, -g, g)


def way_back(size, kernel_size, low=-3.0, high=3.0, **given):
    def draw(rng):
        return call(
            arriving(rng, size, kernel_size, **given), apart(rng, size, low, high), kernel_size, **given
        )

    return draw


def ones_arrive(make):
    def draw(rng):
        drawn = make(rng)
        return call(np.ones_like(drawn.args[0]), *drawn.args[1:], **drawn.kwargs)

    return draw


def ties(kernel_size, make=with_ties, size=(2, 2, 6, 6), **given):
    def draw(rng):
        return call(arriving(rng, size, kernel_size, **given), make(rng, size), kernel_size, **given)

    return draw


def _allowed(rng):
    size, k, given = any_windows(rng)
    shape = arriving(rng, size, k, **given).shape
    return call(floats(rng, shape), floats(rng, size), k, **given)


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0):
    """nnlib's, of square windows."""
    return pooling.max_pool2d_backward(grad_output, x, kernel_size, stride=stride, padding=padding)


MAX_POOL2D_BACKWARD = Exercise(
    function="max_pool2d_backward",
    topics=("C11-03",),
    points=2,
    difficulty=4,
    minutes=30,
    reference=max_pool2d_backward,
    gradient_of=max_pool2d,
    forbid=("nnlib.pooling.max_pool2d_backward",),
    uses=("max_pool2d",),
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
        Case("equal winners: the first gets all", ties(2), weight=3, differentiable=False),
        Case(
            "padding, all numbers negative",
            way_back((2, 2, 5, 6), 3, -9.0, -1.0, stride=2, padding=1),
            weight=3,
        ),
        in_turn(
            "only ones arrive",
            ones_arrive(way_back((2, 2, 5, 6), 3, -9.0, -1.0, stride=1, padding=1)),
            ones_arrive(ties(2)),
            weight=4,
            differentiable=False,
        ),
        Case("a stride larger than the window, pixels left over", way_back((2, 2, 9, 7), 2, stride=3)),
        steady(
            "windows of 1, one window, other options, zeros, tiny and large numbers",
            way_back((1, 1, 1, 1), 1, 1.0, 2.0),
            way_back((1, 3, 1, 4), 1, stride=2),
            way_back((3, 1, 4, 1), 1, stride=1, padding=0),
            way_back((2, 1, 3, 3), 3, stride=None),
            way_back((1, 2, 6, 7), 3),
            way_back((2, 1, 6, 3), 3, -9.0, -1.0, padding=1),
            way_back((1, 2, 2, 3), 2, -9.0, -1.0, padding=1),
            way_back((2, 2, 3, 4), 4, -3e5, -1e5, padding=2, stride=3),
            way_back((1, 2, 1, 3), 3, -9e-6, -1e-6, padding=1),
            way_back((1, 2, 4, 4), 2, 1.0, 1.0 + 1e-9),
            way_back((2, 1, 3, 1), 3, 2e3, 9e3, padding=1, stride=1),
            ties(3, stride=1, padding=1),
            ties(2, lambda rng, size: np.zeros(size), (1, 1, 3, 3), stride=1, padding=1),
            lambda rng: call(
                np.roll(3000 * spread(rng, (2, 2, 2, 2)), 1),
                np.round(2 * spread(rng, (2, 2, 4, 4))),
                2,
                stride=2,
            ),
            lambda rng: call(1e-6 * arriving(rng, (1, 2, 4, 4), 2), spread(rng, (1, 2, 4, 4)), 2),
            lambda rng: call(np.zeros((1, 2, 1, 1)), spread(rng, (1, 2, 2, 2)), 2),
            edge=True,
            differentiable=False,
        ),
    ),
    hints=(
        "Go through the windows. In each, find the place of the first maximum (argmax of the flattened window"
        " does), and add g there.",
        "Work on a padded x and a padded gradient, and cut the border off at the end.",
        "For all windows at once: for each place (a, b) within a window, compare x[:, :, a::s, b::s] with y, "
        "and remember which windows have their winner already.",
    ),
)


@MAX_POOL2D_BACKWARD.wrong(case="equal winners: the first gets all")
def max_pool2d_backward_all_winners(grad_output, x, kernel_size, *, stride=None, padding=0):
    """All equal winners of a window get the whole gradient in your answer; the first gets it, the others nothing."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    p = np.pad(x, around, constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            wins = p[at] == p[at].max(axis=(2, 3), keepdims=True)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="equal winners: the first gets all")
def max_pool2d_backward_shared(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You share the gradient among equal winners; that is a choice as well, but here the first one gets all."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    p = np.pad(x, around, constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            wins = p[at] == p[at].max(axis=(2, 3), keepdims=True)
            grad[at] += wins / wins.sum(axis=(2, 3), keepdims=True) * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="equal winners: the first gets all")
def max_pool2d_backward_last_winner(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Of equal winners the last one gets the gradient in your answer; it is the first, row by row."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            last = k * k - 1 - p[at].reshape(n, c, -1)[:, :, ::-1].argmax(axis=2)
            wins = (np.arange(k * k) == last[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="equal winners: the first gets all")
def max_pool2d_backward_column_by_column(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You look for the first winner column by column; it is the first row by row, as one reads."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].swapaxes(2, 3).reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k).swapaxes(2, 3)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="windows that overlap")
def max_pool2d_backward_overwritten(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Where a number wins several windows the last one overwrites what was there; add up, += for =."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] = np.where(wins, grad_output[:, :, i : i + 1, j : j + 1], grad[at])
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="windows that overlap")
def max_pool2d_backward_erased(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Each window overwrites all its places, also with zeros; add what a window brings to what is there."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] = wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_no_upstream(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You count how many windows a number wins; each of them brings its grad_output."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            grad[at] += (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_as_average(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You give every place of a window its share, as average pooling does; the winner gets all."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1] / k**2
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_every_place(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You give the gradient to every place of a window; only the winner gets it."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    grad = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            grad[:, :, i * s : i * s + k, j * s : j * s + k] += grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_times_x(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You multiply by x; the slope of a maximum at its winner is 1, whatever the winner is."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += np.where(wins, p[at], 0) * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="padding, all numbers negative")
def max_pool2d_backward_padded_with_zeros(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Your border of zeros wins where all numbers are negative, and its gradient is lost; what lies outside never
    wins."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong(case="padding, all numbers negative")
def max_pool2d_backward_border_left_on(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Your result still has the border; cut it off: the gradient has the shape of x."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c = x.shape[:2]
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad


@MAX_POOL2D_BACKWARD.wrong(case="windows that overlap")
def max_pool2d_backward_stride_ignored(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You do not use `stride`: your windows begin k pixels apart, whatever it says."""
    k = s = kernel_size
    n, c, h, w = x.shape
    rows, columns = grad_output.shape[2:]
    high, wide = max(k * rows - h - padding, padding), max(k * columns - w - padding, padding)
    p = np.pad(x, ((0, 0), (0, 0), (padding, high), (padding, wide)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(rows):
        for j in range(columns):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_one_for_all_channels(grad_output, x, kernel_size, *, stride=None, padding=0):
    """You send the gradient of all channels to where the first channel has its winner; each has one of its own."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c, h, w = x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at][:, :1].reshape(n, 1, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, 1, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_cut_by_minus_padding(grad_output, x, kernel_size, *, stride=None, padding=0):
    """[padding:-padding] is empty where padding is 0; end at padding + H and padding + W."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c = x.shape[:2]
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding:-padding, padding:-padding]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_stride_one(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Without a stride your windows begin one pixel apart; None means the window's side."""
    k, s = kernel_size, 1 if stride is None else stride
    n, c = x.shape[:2]
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[at] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


@MAX_POOL2D_BACKWARD.wrong
def max_pool2d_backward_corner_forgotten(grad_output, x, kernel_size, *, stride=None, padding=0):
    """argmax counts within the window, and so does your place; add the window's corner, i·s and j·s."""
    k, s = kernel_size, kernel_size if stride is None else stride
    n, c = x.shape[:2]
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            first = p[at].reshape(n, c, -1).argmax(axis=2)
            wins = (np.arange(k * k) == first[..., None]).reshape(n, c, k, k)
            grad[:, :, :k, :k] += wins * grad_output[:, :, i : i + 1, j : j + 1]
    return grad[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


@MAX_POOL2D_BACKWARD.right
def max_pool2d_backward_window_by_window(grad_output, x, kernel_size, *, stride=None, padding=0):
    s, (n, c) = stride or kernel_size, x.shape[:2]
    grad = np.zeros_like(x)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            top, left = max(i * s - padding, 0), max(j * s - padding, 0)
            window = x[:, :, top : i * s - padding + kernel_size, left : j * s - padding + kernel_size]
            for b in range(n):
                for k in range(c):
                    r, q = np.unravel_index(window[b, k].argmax(), window.shape[2:])
                    grad[b, k, top + r, left + q] += grad_output[b, k, i, j]
    return grad


@MAX_POOL2D_BACKWARD.right
def max_pool2d_backward_by_add_at(grad_output, x, kernel_size, *, stride=None, padding=0):
    s, k = kernel_size if stride is None else stride, kernel_size
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(p, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    first = windows.reshape(*windows.shape[:4], k * k).argmax(axis=-1)
    n, c, i, j = np.indices(first.shape)
    grad = np.zeros(p.shape, x.dtype)
    np.add.at(grad, (n, c, i * s + first // k, j * s + first % k), grad_output)
    return grad[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


@MAX_POOL2D_BACKWARD.right
def max_pool2d_backward_by_masks(grad_output, x, kernel_size, *, stride=None, padding=0):
    s, k, (n, c, h, w) = kernel_size if stride is None else stride, kernel_size, x.shape
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad = np.zeros_like(p)
    for i, j in np.ndindex(*grad_output.shape[2:]):
        at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
        wins = (p[at] == p[at].max(axis=(2, 3), keepdims=True)).reshape(n, c, -1)
        wins = wins & (wins.cumsum(axis=2) == 1)
        grad[at] += wins.reshape(n, c, k, k) * grad_output[:, :, i, j, None, None]
    return grad[:, :, padding : padding + h, padding : padding + w]


@MAX_POOL2D_BACKWARD.right
def max_pool2d_backward_place_by_place(grad_output, x, kernel_size, *, stride=None, padding=0):
    y = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    s, (rows, columns) = kernel_size if stride is None else stride, y.shape[2:]
    p = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad, left = np.zeros_like(p), np.array(grad_output)
    for a, b in np.ndindex(kernel_size, kernel_size):
        at = np.s_[:, :, a : a + s * (rows - 1) + 1 : s, b : b + s * (columns - 1) + 1 : s]
        given = np.where(p[at] == y, left, 0)
        grad[at] += given
        left = left - given
    return grad[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
