"""The windows of images as columns."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import experiments
from nnlib.conv import conv_output_size


def images(size, kernel_size, **given):
    return lambda rng: call(rng.normal(size=size), kernel_size, **given)


def uneven(size, kernel_size, scale=1.0, **given):
    """Numbers of one size, every third one 0."""
    return lambda rng: call(spread(rng, size, scale), kernel_size, **given)


def geometry(rng, **more):
    """An image (H, W), a kernel (kh, kw) and options that fit one another."""
    given = options(rng, stride=(1, 1, 2, 3), padding=(0, 1, 1, 2), dilation=(1, 1, 2), **more)
    kernel = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    reach = [given.get("dilation", 1) * (k - 1) + 1 - 2 * given.get("padding", 0) for k in kernel]
    size = tuple(max(1, least) + int(one_of(rng, 0, 0, 1, 2, 3)) for least in reach)
    return size, kernel, given


def _allowed(rng):
    size, kernel, given = geometry(rng)
    some = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    return call(floats(rng, (*some, *size), (1.0, 1.0, 1e3, 1e-5)), kernel, **given)


UNFOLD = Exercise(
    function="unfold",
    topics=("C10-01", "C10-03"),
    points=3,
    difficulty=4,
    minutes=35,
    reference=experiments.unfold,
    torch="torch.nn.functional.unfold",
    uses=("conv_output_size",),
    allowed=_allowed,
    large=images((32, 8, 14, 14), (5, 5), stride=2, padding=2),
    cases=(
        Case(
            "one image, windows of 2 × 2",
            images((1, 1, 4, 5), (2, 2)),
            example=call([[[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]]], (2, 2)),
        ),
        Case("two images of three channels", images((2, 3, 5, 6), (2, 3)), weight=2),
        Case("padding", images((2, 2, 4, 5), (3, 2), padding=1), weight=2),
        Case("stride", images((2, 2, 8, 5), (3, 2), stride=2), weight=2),
        Case("dilation", images((2, 2, 7, 6), (3, 2), dilation=2), weight=2),
        Case(
            "stride, padding and dilation",
            images((2, 2, 9, 8), (3, 2), stride=2, padding=1, dilation=3),
        ),
        in_turn(
            "windows of one pixel and of the whole image, zeros, large numbers",
            uneven((1, 2, 3, 4), (1, 1), 1e3, stride=1, padding=0, dilation=1),
            uneven((2, 1, 3, 4), (3, 4), 1e-5),
            uneven((2, 3, 1, 4), (1, 2), stride=3, dilation=1),
            uneven((1, 2, 4, 1), (2, 1), 1e3, padding=2, stride=1),
            uneven((2, 2, 1, 1), (3, 3), padding=1, dilation=1),
            uneven((1, 1, 4, 3), (2, 2), 1e3, dilation=2, padding=0),
            uneven((1, 1, 3, 5), (1, 1), stride=2, padding=1),
            uneven((1, 3, 5, 1), (3, 3), stride=1, padding=2, dilation=2),
            edge=True,
        ),
    ),
    hints=(
        "First the padding, by np.pad for the last two axes only; then one window, or one weight, at a time.",
        "For the weight (i, j), all places together are padded[:, :, i d : i d + s H' : s, j d : j d + s W' : s].",
        "Put that into columns[:, :, i, j] of an array (N, C, kh, kw, H', W'), and reshape it at the end.",
    ),
)


@UNFOLD.wrong(case="two images of three channels")
def unfold_channels_inside(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your columns take all channels of a pixel together; they go channel by channel, (C, kh, kw), as the
    weights do."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 4, 5, 1, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong
def unfold_windows_as_rows(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Each window is a row of your result; it is a column: (N, C kh kw, L)."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 2, 3, 1, 4, 5).reshape(len(x), seen.shape[2] * seen.shape[3], -1)


@UNFOLD.wrong
def unfold_places_column_by_column(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You go through the places of an image column by column; they stand row by row, as in the output."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 3, 2).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong
def unfold_window_column_by_column(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You write a window out column by column; its pixels stand row by row, as the weights do."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 5, 4, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="padding")
def unfold_no_padding(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not use `padding`: that many zeros come before and behind the rows and the columns."""
    kh, kw = kernel_size
    padded = x
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="padding")
def unfold_padding_before_only(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You put zeros above and to the left only; they come on all four sides."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="padding")
def unfold_padding_halved(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You share `padding` out between the two sides; it is what each side gets."""
    kh, kw = kernel_size
    padded = np.pad(
        x, ((0, 0), (0, 0), (padding // 2, padding - padding // 2), (padding // 2, padding - padding // 2))
    )
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="padding")
def unfold_rows_padded_only(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You pad the rows only; the columns get zeros on both sides, too."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="padding")
def unfold_all_axes_padded(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You pad all four axes, so images and channels of zeros come in; pad the last two only.

    Give np.pad a pair for each axis."""
    kh, kw = kernel_size
    padded = np.pad(x, padding)
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(padded), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="padding")
def unfold_edge_repeated(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You pad with the pixels at the edge; the padding is zeros."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), "edge")
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="stride")
def unfold_no_stride(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not use `stride`: the window moves by that many pixels."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::1, ::1, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="stride")
def unfold_rows_strided_only(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You use the stride for the rows only; the window moves by it along the columns, too."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::1, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong
def unfold_side_by_side(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your windows lie side by side, as they do with a stride as large as the kernel; they move by
    `stride`."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::kh, ::kw, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="dilation")
def unfold_no_dilation(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not use `dilation`: neighbouring weights see pixels that lie so far apart."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = kh, kw
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::1, ::1]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="dilation")
def unfold_rows_dilated_only(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You use the dilation for the rows of the window only; its columns lie as far apart."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, kw
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::1]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="dilation")
def unfold_dilation_in_the_size_only(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You use the dilation for the number of places only; the pixels in a window lie that far apart, too."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, :kh, :kw]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="dilation")
def unfold_dilation_is_gap(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You take the dilation for the number of pixels in a gap; it is the distance of two weights, d = 2
    leaves out one."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dilation = dilation + 1 if dilation > 1 else 1
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="stride")
def unfold_stride_and_dilation_exchanged(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You have exchanged stride and dilation: windows move by `stride`, the pixels in a window lie
    `dilation` apart."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    stride, dilation = dilation, stride
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong
def unfold_mirrored(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your windows are mirrored: the weight (0, 0) sees the pixel above and to the left."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation][..., ::-1, ::-1]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="two images of three channels")
def unfold_kernel_on_its_side(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You take kernel_size for (kw, kh); it is (kh, kw), rows first."""
    kw, kh = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong
def unfold_last_place_missing(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """The last row and the last column of places are missing: there are n − k + 1 of them, for stride 1."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation][:, :, :-1, :-1]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="two images of three channels")
def unfold_one_image(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You return the windows of the first image only."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation][:1]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(seen), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong(case="two images of three channels")
def unfold_channels_added(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You add up the channels; each has its own numbers in a column."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    seen = seen.sum(axis=1, keepdims=True)
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.wrong
def unfold_not_reshaped(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your result has six axes; join the first three behind N, and the last two: (N, C kh kw, L)."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3)


@UNFOLD.wrong
def unfold_channels_apart(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your channels have an axis of their own; all that one window holds is one column: (N, C kh kw, L)."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(*x.shape[:2], kh * kw, -1)


@UNFOLD.wrong
def unfold_images_side_by_side(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You put the columns of all images side by side in one matrix; each image has a matrix of its own:
    (N, C kh kw, L)."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(1, 4, 5, 0, 2, 3).reshape(x.shape[1] * kh * kw, -1)


@UNFOLD.wrong(case="stride")
def unfold_windows_one_apart(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your windows start one pixel apart; the one at the place (r, q) starts at the pixel (r s, q s)."""
    kh, kw = kernel_size
    n, c, h, w = x.shape
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    tall, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    columns = []
    for r in range(height):
        for q in range(width):
            columns.append(padded[:, :, r : r + tall : dilation, q : q + wide : dilation].reshape(n, -1))
    return np.stack(columns, axis=-1)


@UNFOLD.wrong(case="dilation")
def unfold_size_undilated(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not hand dilation to conv_output_size: a dilated kernel is longer, so it has fewer places."""
    n, c, h, w = x.shape
    kh, kw = kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding)
    width = conv_output_size(w, kw, stride=stride, padding=padding)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    columns = np.empty((n, c, kh, kw, height, width))
    for i in range(kh):
        for j in range(kw):
            rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
            columns[:, :, i, j] = padded[:, :, rows[:, None], cols]
    return columns.reshape(n, c * kh * kw, height * width)


@UNFOLD.wrong(case="two images of three channels")
def unfold_images_last(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """You bring the images to the front by reshape, which leaves the numbers where they are; move the axis,
    with np.moveaxis or np.stack(…, axis=0)."""
    kh, kw = kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return seen.transpose(1, 4, 5, 2, 3, 0).reshape(len(x), -1, seen.shape[2] * seen.shape[3])


@UNFOLD.right
def unfold_weight_by_weight(x, kernel_size, *, stride=1, padding=0, dilation=1):
    n, c, h, w = x.shape
    kh, kw = kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    seen = []
    for i in range(kh):
        for j in range(kw):
            part = padded[:, :, i * dilation :: stride, j * dilation :: stride]
            seen.append(part[:, :, :height, :width].reshape(n, c, height * width))
    return np.stack(seen, axis=2).reshape(n, c * kh * kw, height * width)


@UNFOLD.right
def unfold_place_by_place(x, kernel_size, *, stride=1, padding=0, dilation=1):
    kh, kw = kernel_size
    n, c, h, w = x.shape
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    tall, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    columns = []
    for r in range(0, h + 2 * padding - tall + 1, stride):
        for q in range(0, w + 2 * padding - wide + 1, stride):
            window = padded[:, :, r : r + tall : dilation, q : q + wide : dilation]
            columns.append(window.reshape(n, -1))
    return np.stack(columns, axis=-1)


@UNFOLD.right
def unfold_by_windows(x, kernel_size, *, stride=1, padding=0, dilation=1):
    kh, kw = kernel_size
    padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2)
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return np.moveaxis(seen, (4, 5), (2, 3)).reshape(len(x), x.shape[1] * kh * kw, -1)


@UNFOLD.right
def unfold_by_index(x, kernel_size, *, stride=1, padding=0, dilation=1):
    n, c, h, w = x.shape
    kh, kw = kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    i, j, r, q = np.ix_(np.arange(kh), np.arange(kw), np.arange(height), np.arange(width))
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    seen = padded[:, :, r * stride + i * dilation, q * stride + j * dilation]
    return seen.reshape(n, c * kh * kw, height * width)
