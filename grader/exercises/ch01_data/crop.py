"""A window of an image."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import data


def of(*size, window):
    return lambda rng: call(rng.normal(size=size), *window)


def odd(*size, window, scale=1.0):
    return lambda rng: call(spread(rng, size, scale), *window)


def _allowed(rng):
    lead = one_of(rng, (), (), (1,), (3,), (2, 3), (1, 1))
    height, width = (int(n) for n in rng.integers(1, 8, size=2))
    top, left = int(rng.integers(height)), int(rng.integers(width))
    h, w = int(rng.integers(1, height - top + 1)), int(rng.integers(1, width - left + 1))
    return call(floats(rng, (*lead, height, width), (1.0, 255.0, 1e-5)), top, left, h, w)


CROP = Exercise(
    function="crop",
    topics=("C01-17",),
    points=1,
    difficulty=1,
    minutes=6,
    reference=data.crop,
    allowed=_allowed,
    cases=(
        Case("one image", of(5, 8, window=(1, 2, 2, 5)), weight=2),
        Case("a batch with channels", of(3, 4, 9, 10, window=(2, 4, 4, 3)), weight=2),
        Case("up to the lower right corner", of(2, 6, 7, window=(3, 1, 3, 6)), weight=2),
        Case("from the upper left corner", of(7, 6, window=(0, 0, 3, 2))),
        in_turn(
            "single rows, columns and images, zeros, tiny and large numbers",
            odd(1, 6, window=(0, 2, 1, 3), scale=1e3),
            odd(7, 1, window=(2, 0, 3, 1), scale=1e-5),
            odd(1, 5, 6, window=(4, 3, 1, 2), scale=1e3),
            odd(1, 1, 4, 3, window=(1, 1, 2, 1)),
            odd(2, 1, 1, 7, window=(0, 5, 1, 1)),
            odd(3, 4, 1, window=(0, 0, 3, 1)),
            odd(2, 1, 5, window=(0, 1, 1, 3)),
            odd(1, 2, 3, 1, window=(1, 0, 2, 1)),
            odd(4, 5, 5, window=(0, 1, 5, 4)),
        ),
    ),
    hints=(
        "A slice begin:end goes up to, not including, end. Rows begin at top; where do they end?",
        "The three dots stand for all axes before: x[..., rows, columns].",
        "x[..., top : top + height, left : left + width]",
    ),
)


@CROP.wrong
def crop_height_as_end(x, top, left, height, width):
    """You take height and width for the ends of the slices; they are lengths: the rows end at top + height."""
    return x[..., top:height, left:width]


@CROP.wrong
def crop_swapped(x, top, left, height, width):
    """You take top and height for the columns; rows come first, then columns."""
    return x[..., left : left + width, top : top + height]


@CROP.wrong
def crop_corner_swapped(x, top, left, height, width):
    """The window begins at the wrong corner: rows begin at top, columns at left."""
    return x[..., left : left + height, top : top + width]


@CROP.wrong
def crop_size_swapped(x, top, left, height, width):
    """Height and width have changed places: height is for the rows, width for the columns."""
    return x[..., top : top + width, left : left + height]


@CROP.wrong(case="a batch with channels")
def crop_first_axes(x, top, left, height, width):
    """You cut the first two axes; rows and columns are the *last* two: x[..., rows, columns]."""
    return x[top : top + height, left : left + width]


@CROP.wrong
def crop_one_more(x, top, left, height, width):
    """The window is one row and one column too large: a slice ends *before* its second number."""
    return x[..., top : top + height + 1, left : left + width + 1]


@CROP.wrong
def crop_one_less(x, top, left, height, width):
    """The window is one row and one column too small: it ends before top + height, not before top + height − 1."""
    return x[..., top : top + height - 1, left : left + width - 1]


@CROP.wrong
def crop_one_based(x, top, left, height, width):
    """You count rows and columns from 1; they count from 0."""
    return x[..., top - 1 : top + height - 1, left - 1 : left + width - 1]


@CROP.wrong
def crop_corner_ignored(x, top, left, height, width):
    """Your window begins in the upper left corner of the image; it begins in row top and column left."""
    return x[..., :height, :width]


@CROP.wrong
def crop_centre(x, top, left, height, width):
    """You take top and left for the middle of the window; they are its first row and column."""
    return x[..., max(top - height // 2, 0) :, max(left - width // 2, 0) :][..., :height, :width]


@CROP.wrong
def crop_from_below(x, top, left, height, width):
    """You count the rows from below; row 0 is the top one."""
    bottom = x.shape[-2] - top
    return x[..., bottom - height : bottom, left : left + width]


@CROP.wrong
def crop_masked(x, top, left, height, width):
    """You set what lies outside of the window to 0; cut it off: the result has height rows and width columns."""
    result = np.zeros_like(x)
    result[..., top : top + height, left : left + width] = x[..., top : top + height, left : left + width]
    return result


@CROP.right
def crop_by_take(x, top, left, height, width):
    rows = np.take(x, range(top, top + height), axis=-2)
    return np.take(rows, range(left, left + width), axis=-1)


@CROP.right
def crop_by_moving_axes(x, top, left, height, width):
    y = np.moveaxis(x, (-2, -1), (0, 1))[top : top + height, left : left + width]
    return np.moveaxis(y, (0, 1), (-2, -1))


@CROP.right
def crop_by_loop(x, top, left, height, width):
    result = np.empty((*x.shape[:-2], height, width), x.dtype)
    for i in range(height):
        for j in range(width):
            result[..., i, j] = x[..., top + i, left + j]
    return result


@CROP.right
def crop_in_two_steps(x, top, left, height, width):
    rest = x[..., top:, left:]
    return rest[..., :height, :width].copy()
