"""Kernels over one image, by loops."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, spread
from nnlib import experiments


def over(image, kernels, scale=1.0):
    return lambda rng: call(scale * rng.normal(size=image), rng.normal(size=kernels))


def uneven(image, kernels, x_scale=1.0, scale=1.0):
    """Numbers of one size, every third one 0."""
    return lambda rng: call(spread(rng, image, x_scale), np.roll(spread(rng, kernels, scale), 1))


def _allowed(rng):
    c, h, w = (int(n) for n in rng.integers(1, 5, size=3))
    kernels = int(rng.integers(1, 4)), c, int(rng.integers(1, h + 1)), int(rng.integers(1, w + 1))
    scales = (1.0, 1.0, 1e3, 1e-5)
    return call(floats(rng, (c, h, w), scales), floats(rng, kernels, (1.0, 1.0, 1e3)))


CROSS_CORRELATE = Exercise(
    function="cross_correlate",
    topics=("C10-01",),
    points=2,
    difficulty=3,
    minutes=25,
    reference=experiments.cross_correlate,
    forbid=("nnlib.conv.conv2d",),
    allowed=_allowed,
    seconds=4.0,
    cases=(
        Case(
            "one channel, one kernel",
            over((1, 5, 6), (1, 1, 2, 3)),
            example=call([[[1, 2, 0], [0, 3, 1], [2, 0, 5]]], [[[[2, 1], [0, -1]]]]),
        ),
        Case("three channels, two kernels", over((3, 6, 5), (2, 3, 3, 2)), weight=2),
        Case("as many kernels as channels, square kernels", over((3, 5, 5), (3, 3, 2, 2)), weight=2),
        in_turn(
            "kernels of one weight and as large as the image, zeros, tiny and large numbers",
            uneven((2, 3, 4), (3, 2, 1, 1), 1e3, 1e3),
            uneven((2, 3, 4), (2, 2, 3, 4), 1e-5),
            uneven((1, 1, 4), (1, 1, 1, 2), 1.0, 1e3),
            uneven((1, 4, 1), (1, 1, 2, 1), 1e3),
            uneven((1, 1, 1), (2, 1, 1, 1)),
            uneven((2, 4, 4), (1, 2, 3, 1)),
            uneven((2, 4, 4), (1, 2, 1, 3)),
            edge=True,
        ),
    ),
    hints=(
        "Three loops, over the kernels, the rows and the columns of the output; inside, a sum over a window.",
        "The window at row r and column q is x[:, r : r + kh, q : q + kw], of all channels at once.",
        "y[o, r, q] = np.sum(weight[o] * window), for np.ndindex(O, H - kh + 1, W - kw + 1).",
    ),
)


@CROSS_CORRELATE.wrong
def cross_correlate_mirrored(x, weight):
    """You mirror the kernel, as mathematics does; here the weight (i, j) meets the pixel (r + i, q + j)."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o, :, ::-1, ::-1] * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="as many kernels as channels, square kernels")
def cross_correlate_kernel_transposed(x, weight):
    """Your kernel lies on its side: rows of the kernel go with rows of the image."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o].swapaxes(1, 2) * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_first_channel(x, weight):
    """You use the first channel only; a kernel looks at all channels and adds them up."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o, 0] * x[0, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_last_channel(x, weight):
    """Your result is that of the last channel: each channel overwrites the ones before. Add them up, with +=."""
    (out, channels, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        for c in range(channels):
            y[o, r, q] = np.sum(weight[o, c] * x[c, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_mean_of_channels(x, weight):
    """You take the mean over the channels; they are added up."""
    (out, channels, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * x[:, r : r + kh, q : q + kw]) / channels
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_mean(x, weight):
    """You take the mean of the products; they are added up."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.mean(weight[o] * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_first_kernel(x, weight):
    """You use the first kernel for every map; map o has the kernel weight[o]."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[0] * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_kernels_added(x, weight):
    """You add the kernels up into one map; each kernel has a map of its own."""
    (_, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((1, h - kh + 1, w - kw + 1))
    for _, r, q in np.ndindex(y.shape):
        y[0, r, q] = np.sum(weight * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong(case="as many kernels as channels, square kernels")
def cross_correlate_out_and_in_exchanged(x, weight):
    """You take the first axis of weight for the channels; it counts the kernels: (O, C, kh, kw)."""
    (_, out, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[:, o] * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_last_place_missing(x, weight):
    """You stop one place too early in rows and columns: there are H − kh + 1 and W − kw + 1."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh, w - kw))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_last_place_empty(x, weight):
    """Your loops stop one place too early, so the last row and the last column stay 0."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(out, h - kh, w - kw):
        y[o, r, q] = np.sum(weight[o] * x[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_padded(x, weight):
    """You pad the image, so your maps are as large as it; here there is no padding: H − kh + 1 rows."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    above, left = (kh - 1) // 2, (kw - 1) // 2
    padded = np.pad(x, ((0, 0), (above, kh - 1 - above), (left, kw - 1 - left)))
    y = np.zeros((out, h, w))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * padded[:, r : r + kh, q : q + kw])
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_last_weight_only(x, weight):
    """You overwrite y with each product, so that only the last weight is left; add the products up, with +=."""
    (out, channels, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        for c, i, j in np.ndindex(channels, kh, kw):
            y[o, r, q] = weight[o, c, i, j] * x[c, r + i, q + j]
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_window_does_not_move(x, weight):
    """Your window does not move: every place of a map has the result of the first one."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * x[:, :kh, :kw])
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_windows_side_by_side(x, weight):
    """Your window moves by its own size; it moves by one pixel from place to place."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h // kh, w // kw))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * x[:, r * kh : r * kh + kh, q * kw : q * kw + kw])
    return y


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_channels_kept(x, weight):
    """Your maps still have an axis for the channels; a kernel adds over the channels, too."""
    (out, channels, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, channels, h - kh + 1, w - kw + 1))
    for o, c, r, q in np.ndindex(y.shape):
        y[o, c, r, q] = np.sum(weight[o, c] * x[c, r : r + kh, q : q + kw])
    return y if channels > 1 else y[:, 0]


@CROSS_CORRELATE.wrong(case="three channels, two kernels")
def cross_correlate_maps_last(x, weight):
    """Your axes are (H', W', O); the maps come first: (O, H', W')."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * x[:, r : r + kh, q : q + kw])
    return y.transpose(1, 2, 0) if out > 1 else y


@CROSS_CORRELATE.wrong(case="arguments unchanged")
def cross_correlate_in_place(x, weight):
    """You multiply the image in place; x belongs to who called. window * weight[o] makes a new array."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        window = x[:, r : r + kh, q : q + kw]
        y[o, r, q] = np.sum(weight[o] * window)
        if o == out - 1:
            window[:, 0, 0] *= weight[o, :, 0, 0]
    return y


@CROSS_CORRELATE.wrong
def cross_correlate_window_multiplied_in_place(x, weight):
    """A window is a view of the image: `window *= …` changes x, and the windows that follow see products.

    window * weight[o] makes a new array."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o, r, q in np.ndindex(y.shape):
        window = x[:, r : r + kh, q : q + kw]
        window *= weight[o]
        y[o, r, q] = window.sum()
    return y


@CROSS_CORRELATE.wrong(case="as many kernels as channels, square kernels")
def cross_correlate_summed_over_kernels(x, weight):
    """You add up over the kernels, axis 0, and leave the channels; add up over the channels, axis 1."""
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for r, q in np.ndindex(y.shape[1:]):
        y[:, r, q] = np.sum(weight * x[:, r : r + kh, q : q + kw], axis=(0, 2, 3))
    return y


@CROSS_CORRELATE.right
def cross_correlate_six_loops(x, weight):
    (out, channels, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.zeros((out, h - kh + 1, w - kw + 1))
    for o in range(out):
        for r in range(h - kh + 1):
            for q in range(w - kw + 1):
                for c in range(channels):
                    for i in range(kh):
                        for j in range(kw):
                            y[o, r, q] += weight[o, c, i, j] * x[c, r + i, q + j]
    return y


@CROSS_CORRELATE.right
def cross_correlate_weight_by_weight(x, weight):
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    height, width = h - kh + 1, w - kw + 1
    y = np.zeros((out, height, width))
    for o, c, i, j in np.ndindex(weight.shape):
        y[o] += weight[o, c, i, j] * x[c, i : i + height, j : j + width]
    return y


@CROSS_CORRELATE.right
def cross_correlate_by_einsum(x, weight):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(1, 2))
    return np.einsum("ocij,crqij->orq", weight, windows)


@CROSS_CORRELATE.right
def cross_correlate_by_columns(x, weight):
    out, _, kh, kw = weight.shape
    height, width = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    columns = [x[:, r : r + kh, q : q + kw].ravel() for r in range(height) for q in range(width)]
    return (weight.reshape(out, -1) @ np.array(columns).T).reshape(out, height, width)


@CROSS_CORRELATE.right
def cross_correlate_by_tensordot(x, weight):
    kh, kw = weight.shape[2:]
    rows = []
    for r in range(x.shape[1] - kh + 1):
        places = range(x.shape[2] - kw + 1)
        row = [np.tensordot(weight, x[:, r : r + kh, q : q + kw], axes=3) for q in places]
        rows.append(np.stack(row, axis=-1))
    return np.stack(rows, axis=1)
