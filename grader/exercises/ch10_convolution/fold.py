"""Columns added up at the pixels that they were copied from."""

import numpy as np

from grader.exercises.ch10_convolution.unfold import geometry
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, spread
from nnlib import conv, experiments
from nnlib.conv import conv_output_size
from nnlib.experiments import unfold


def shape_of(some, size, kernel, given):
    """(N, C kh kw, L) for N images of C channels."""
    n, c = some
    places = [conv.conv_output_size(m, k, **given) for m, k in zip(size, kernel)]
    return n, c * kernel[0] * kernel[1], places[0] * places[1]


def columns(some, size, kernel, **given):
    return lambda rng: call(rng.normal(size=shape_of(some, size, kernel, given)), size, kernel, **given)


def uneven(some, size, kernel, scale=1.0, **given):
    """Numbers of one size, every third one 0."""
    return lambda rng: call(spread(rng, shape_of(some, size, kernel, given), scale), size, kernel, **given)


def _allowed(rng):
    size, kernel, given = geometry(rng)
    some = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    drawn = floats(rng, shape_of(some, size, kernel, given), (1.0, 1.0, 1e3, 1e-5))
    return call(drawn, size, kernel, **given)


FOLD = Exercise(
    function="fold",
    topics=("C10-02",),
    points=2,
    difficulty=4,
    minutes=25,
    reference=experiments.fold,
    torch="torch.nn.functional.fold",
    forbid=("nnlib.conv.conv_transpose2d",),
    uses=("conv_output_size", "unfold"),
    allowed=_allowed,
    large=columns((32, 8), (14, 14), (5, 5), stride=2, padding=2),
    cases=(
        Case(
            "one image, windows of 2 × 2",
            columns((1, 1), (4, 5), (2, 2)),
            example=call(
                [[[1, 2, 3, 4, 5, 6], [7, 8, 9, 0, 1, 2], [3, 4, 5, 6, 7, 8], [9, 0, 1, 2, 3, 4]]],
                (3, 4),
                (2, 2),
            ),
        ),
        Case("two images of three channels", columns((2, 3), (5, 6), (2, 3)), weight=2),
        Case("padding", columns((2, 2), (4, 5), (3, 2), padding=1), weight=2),
        Case("stride", columns((2, 2), (8, 5), (3, 2), stride=2), weight=2),
        Case("dilation", columns((2, 2), (7, 6), (3, 2), dilation=2), weight=2),
        Case(
            "stride, padding and dilation",
            columns((2, 2), (9, 8), (3, 2), stride=2, padding=1, dilation=3),
        ),
        in_turn(
            "windows of one pixel and of the whole image, pixels that nothing saw, large numbers",
            uneven((1, 2), (3, 4), (1, 1), 1e3, stride=1, padding=0, dilation=1),
            uneven((2, 1), (3, 4), (3, 4), 1e-5),
            uneven((2, 3), (1, 4), (1, 2), stride=3, dilation=1),
            uneven((1, 2), (4, 1), (2, 1), 1e3, padding=2, stride=1),
            uneven((2, 1), (1, 1), (1, 1)),
            uneven((2, 2), (1, 1), (3, 3), padding=1, dilation=1),
            uneven((1, 1), (4, 3), (2, 2), 1e3, dilation=2, padding=0),
            uneven((1, 1), (3, 5), (1, 1), stride=2, padding=1),
            uneven((1, 3), (5, 1), (3, 3), stride=1, padding=2, dilation=2),
            edge=True,
        ),
    ),
    hints=(
        "The loops of unfold, but now the numbers go the other way: from the columns to the padded image.",
        "Start from zeros (N, C, H + 2 p, W + 2 p); what unfold read for (i, j) gets += windows[:, :, i, j].",
        "windows is columns.reshape(n, -1, kh, kw, height, width). At the end cut the padding off.",
    ),
)


@FOLD.wrong
def fold_overwritten(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Copies of a pixel overwrite one another; they are added up.

    Use += in a loop over the weights; a single `a[index] += b` adds only one of those that have the same
    index."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] = windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_mean_of_copies(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You take the mean over the copies of a pixel, which would undo unfold; the way back adds them up."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    seen = np.zeros_like(padded)
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
        seen[:, :, rows[:, None], cols] += 1
    padded = padded / np.maximum(seen, 1)
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_first_copy_only(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You keep the first copy of each pixel only; all of them are added up."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] = np.where(
            padded[:, :, rows[:, None], cols] == 0, windows[:, :, i, j], padded[:, :, rows[:, None], cols]
        )
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="padding")
def fold_padding_not_cut(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your image still has its padding; cut it off: what was copied from there is dropped."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded


@FOLD.wrong(case="padding")
def fold_cut_behind_only(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You cut the padding off behind only, so the image is shifted; it is on all four sides."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, :h, :w]


@FOLD.wrong(case="padding")
def fold_cut_before_only(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You cut all of the padding off before the image, so it is shifted; half of it stands behind."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, 2 * padding :, 2 * padding :]


@FOLD.wrong
def fold_minus_zero(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You cut with padding:-padding, which is empty where padding is 0; padding : padding + h is right
    for all."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding:-padding, padding:-padding]


@FOLD.wrong(case="stride")
def fold_as_large_as_the_windows_reach(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your padded image ends where the last window does; what the stride leaves over belongs to it, too,
    with zeros."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros(
        (
            *windows.shape[:2],
            (height - 1) * stride + dilation * (kh - 1) + 1,
            (width - 1) * stride + dilation * (kw - 1) + 1,
        )
    )
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="padding")
def fold_no_padding(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not use `padding`, so the columns are too many for the image."""
    padding = 0
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="stride")
def fold_no_stride(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not use `stride`: the windows stand that many pixels apart."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + 1 * np.arange(height), j * dilation + 1 * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="dilation")
def fold_no_dilation(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not use `dilation`: the weights of a window stand that many pixels apart."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i + stride * np.arange(height), j + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="stride")
def fold_stride_and_dilation_exchanged(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You have exchanged stride and dilation: windows stand `stride` apart, the pixels in a window
    `dilation`."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    room = 20 * stride * dilation
    padded = np.zeros((*windows.shape[:2], h + room, w + room))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * stride + dilation * np.arange(height), j * stride + dilation * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_places_column_by_column(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You read the places of a column matrix column by column; they stand row by row."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, width, height).swapaxes(4, 5)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_window_column_by_column(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You read the numbers of a window column by column; they stand row by row."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kw, kh, height, width).swapaxes(2, 3)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="two images of three channels")
def fold_channels_inside(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You read all channels of a pixel together; a column goes channel by channel, (C, kh, kw)."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), kh, kw, -1, height, width)
    windows = np.moveaxis(windows, 3, 1)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_mirrored(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your windows are mirrored: the first number of a window belongs above and to the left."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, kh - 1 - i, kw - 1 - j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_size_exchanged(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You take output_size for (W, H); it is (H, W), rows first."""
    (w, h), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="two images of three channels")
def fold_kernel_on_its_side(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You take kernel_size for (kw, kh); it is (kh, kw), rows first."""
    (h, w), (kw, kh) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="two images of three channels")
def fold_channels_added(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You add up the channels; each channel has its own image."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    padded = padded.sum(axis=1, keepdims=True)
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="two images of three channels")
def fold_images_added(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You add up the images of the batch; each has its own result."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    padded = padded.sum(axis=0, keepdims=True)
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="two images of three channels")
def fold_one_image(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You return the first image only."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    padded = padded[:1]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong
def fold_last_weight_missing(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Your loops stop one weight too early, in rows and columns."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(max(kh - 1, 1), max(kw - 1, 1)):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.wrong(case="padding")
def fold_negative_indices(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Places in the padding before the image have negative indices, which NumPy counts from the end; drop them."""
    (h, w), (kh, kw) = output_size, kernel_size
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    width = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    windows = columns.reshape(len(columns), -1, kh, kw, height, width)
    image = np.zeros((*windows.shape[:2], h, w))
    for i, j, r, q in np.ndindex(kh, kw, height, width):
        a, b = r * stride + i * dilation - padding, q * stride + j * dilation - padding
        if a < h and b < w:
            image[:, :, a, b] += windows[:, :, i, j, r, q]
    return image


@FOLD.wrong(case="dilation")
def fold_size_undilated(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """You do not hand dilation to conv_output_size: a dilated kernel is longer, so it has fewer places."""
    n, (h, w), (kh, kw) = len(columns), output_size, kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding)
    width = conv_output_size(w, kw, stride=stride, padding=padding)
    windows = columns.reshape(n, -1, kh, kw, height, width)
    padded = np.zeros((*windows.shape[:2], h + 2 * padding, w + 2 * padding))
    for i, j in np.ndindex(kh, kw):
        rows, cols = i * dilation + stride * np.arange(height), j * dilation + stride * np.arange(width)
        padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.right
def fold_by_slices(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    n, (h, w), (kh, kw) = len(columns), output_size, kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    windows = columns.reshape(n, -1, kh, kw, height, width)
    padded = np.zeros((n, windows.shape[1], h + 2 * padding, w + 2 * padding))
    for i in range(kh):
        for j in range(kw):
            seen = padded[:, :, i * dilation :: stride, j * dilation :: stride][:, :, :height, :width]
            seen += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.right
def fold_place_by_place(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    n, (h, w), (kh, kw) = len(columns), output_size, kernel_size
    tall, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    padded = np.zeros((n, columns.shape[1] // (kh * kw), h + 2 * padding, w + 2 * padding))
    at = 0
    for r in range(0, h + 2 * padding - tall + 1, stride):
        for q in range(0, w + 2 * padding - wide + 1, stride):
            window = columns[:, :, at].reshape(n, -1, kh, kw)
            padded[:, :, r : r + tall : dilation, q : q + wide : dilation] += window
            at += 1
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.right
def fold_by_add_at(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    n, (h, w), (kh, kw) = len(columns), output_size, kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    i, j, r, q = np.ix_(np.arange(kh), np.arange(kw), np.arange(height), np.arange(width))
    windows = columns.reshape(n, -1, kh, kw, height, width)
    padded = np.zeros((n, windows.shape[1], h + 2 * padding, w + 2 * padding))
    np.add.at(
        padded, (slice(None), slice(None), r * stride + i * dilation, q * stride + j * dilation), windows
    )
    return padded[:, :, padding : padding + h, padding : padding + w]


@FOLD.right
def fold_as_a_transpose(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    h, w = output_size
    pixels = np.eye(h * w).reshape(h * w, 1, h, w)
    seen = unfold(pixels, kernel_size, stride=stride, padding=padding, dilation=dilation)
    kernel = kernel_size[0] * kernel_size[1]
    parts = columns.reshape(len(columns), -1, kernel, columns.shape[2])
    return np.einsum("pkl,nckl->ncp", seen, parts).reshape(*parts.shape[:2], h, w)
