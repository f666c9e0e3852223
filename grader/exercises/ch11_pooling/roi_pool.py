"""The largest number of each bin of each box."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import apart, scaled_only
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of
from nnlib import pooling


def boxed(size, boxes, output_size, low=-3.0, high=3.0, **given):
    """A map, and boxes whose corners lie up to 0.3 below a whole number, times the scale."""
    scale = given.get("spatial_scale", 1.0)

    def draw(rng):
        drawn = np.array(boxes, float)
        drawn[:, 1:] = (drawn[:, 1:] - np.where(drawn[:, 1:] > 0, rng.uniform(0, 0.3), 0)) / scale
        return call(apart(rng, size, low, high), drawn, output_size, **given)

    return scaled_only(draw)


def exact(size, boxes, output_size, low=-3.0, high=3.0, **given):
    return scaled_only(
        lambda rng: call(apart(rng, size, low, high), np.array(boxes, float), output_size, **given)
    )


def slopes(size, boxes, output_size, **given):
    """Maps that grow, in turn, to the right and down, to the left and up, so that the edges of all bins show."""

    def draw(rng):
        rows, columns = np.arange(size[2]), np.arange(size[3])
        x = rows[:, None] + columns + rng.uniform(0.1, 0.4, size)
        x[:, 1::2] *= -1
        return call(x, np.array(boxes, float), output_size, **given)

    return scaled_only(draw)


def _allowed(rng):
    size = (
        int(rng.integers(1, 3)),
        int(rng.integers(1, 3)),
        int(rng.integers(1, 8)),
        int(rng.integers(1, 8)),
    )
    given = {"spatial_scale": one_of(rng, 1.0, 0.5, 0.25, 2.0)} if rng.random() < 0.6 else {}
    scale = given.get("spatial_scale", 1.0)
    boxes = np.empty((int(rng.integers(1, 4)), 5))
    for box in boxes:
        top, left = rng.uniform(0, np.array(size[2:]) - 0.6)
        high, wide = rng.uniform(0, 6, 2)
        box[:] = [rng.integers(size[0]), *(np.array([left, top, left + wide, top + high]) / scale)]
    if rng.random() < 0.5:
        boxes = np.floor(2 * boxes) / 2
    boxes[:, 0] = np.floor(boxes[:, 0])
    return call(floats(rng, size), boxes, int(rng.integers(1, 5)), **given)


def roi_pool(x, boxes, output_size, *, spatial_scale=1.0):
    """nnlib's, of as many rows of bins as columns."""
    return pooling.roi_pool(x, boxes, output_size, spatial_scale=spatial_scale)


TWO_IMAGES = ((1, 1, 0, 4, 5), (0, 2, 1, 5, 4), (1, 4, 4, 11, 11))

ROI_POOL = Exercise(
    function="roi_pool",
    topics=("C11-16",),
    points=3,
    difficulty=4,
    minutes=30,
    reference=roi_pool,
    forbid=("nnlib.pooling.roi_pool",),
    allowed=_allowed,
    cases=(
        Case(
            "one box, bins that fit",
            exact((2, 2, 6, 7), [[0, 1, 0, 6, 3]], 2),
            example=call(
                [[[[1, 2, 3, 4], [8, 7, 6, 5], [0, -1, -2, 9], [3, 8, 5, 2]]]], [[0, 0, 1, 3, 2]], 2
            ),
            weight=2,
        ),
        Case(
            "bins that share rows and columns",
            slopes((2, 2, 7, 8), [[0, 1, 0, 5, 6], [0, 2, 1, 4, 5]], 3),
            weight=3,
        ),
        Case("several boxes in two images", exact((2, 2, 6, 6), TWO_IMAGES, 2), weight=2),
        in_turn(
            "corners are rounded, halves up",
            slopes(
                (2, 2, 7, 7),
                [[0, 2.5, 0.5, 4.5, 4.5], [0, 0.5, 2.5, 2.5, 6.5], [1, 1.49, 2.49, 4.49, 5.49]],
                2,
            ),
            boxed((2, 2, 7, 7), [[0, 2, 1, 5, 6], [0, 1, 3, 4, 6]], 2),
            weight=2,
        ),
        in_turn(
            "a map of a quarter or half of the size",
            boxed((2, 2, 6, 7), TWO_IMAGES, 2, spatial_scale=0.25),
            slopes((2, 2, 7, 7), [[1, 5, 1, 9, 9], [1, 1, 5, 5, 13]], 2, spatial_scale=0.5),
            weight=4,
        ),
        Case("boxes smaller than their bins", exact((2, 2, 5, 6), [[0, 2, 3, 2, 3], [0, 1, 1, 2, 1]], 3)),
        Case(
            "boxes that reach out of the map, all numbers negative",
            exact((2, 2, 5, 6), [[0, 4, 3, 9, 9], [0, 1, 2, 8, 4]], 3, -9.0, -1.0),
            weight=3,
        ),
        in_turn(
            "one bin, one pixel, one channel, other scales, zeros, tiny and large numbers",
            exact((1, 1, 5, 4), [[0, 0, 0, 3, 4]], 1, -900.0, -200.0),
            exact((1, 1, 1, 1), [[0, 0, 0, 0, 0]], 1, 1.0, 2.0),
            exact((2, 1, 1, 5), [[1, 0, 0, 4, 0]], 2, 200.0, 900.0, spatial_scale=1.0),
            exact((1, 2, 5, 1), [[0, 0, 1, 0, 3]], 2, -9e-6, -1e-6),
            exact((1, 1, 6, 6), [[0, 0, 0, 2, 2]], 2, 1e-6, 9e-6, spatial_scale=2.0),
            exact((1, 1, 3, 3), [[0, 2, 1, 7, 7]], 2, -9.0, -1.0),
            exact((2, 2, 8, 8), [[1, 16, 32, 96, 112]], 4, spatial_scale=1 / 16),
            exact((1, 3, 7, 7), [[0, 200, 240, 400, 400]], 2, spatial_scale=1 / 64),
            lambda rng: call(np.zeros((1, 2, 3, 3)), np.array([[0.0, 0, 0, 2, 2]]), 2),
            edge=True,
        ),
    ),
    hints=(
        "x1 and x2 belong to the columns, y1 and y2 to the rows. np.floor(v * spatial_scale + 0.5) rounds "
        "halves up; box[0] is not scaled.",
        "With h = bottom - top + 1: rows top + i*h // n up to top - (-(i + 1)*h // n), not included; -(-a // "
        "n) rounds up.",
        "A slice that begins behind the end of the map is empty and has no maximum: check its size.",
    ),
)


@ROI_POOL.wrong
def roi_pool_x_for_rows(x, boxes, output_size, *, spatial_scale=1.0):
    """You take x1 and x2 for rows; x runs along the columns, the last axis."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        top, left, bottom, right = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong
def roi_pool_columns_first(x, boxes, output_size, *, spatial_scale=1.0):
    """In your result the columns come before the rows; it has shape (K, C, n, n), rows before columns."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, j, i] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong
def roi_pool_end_not_included(x, boxes, output_size, *, spatial_scale=1.0):
    """Your box ends before its last row and column; both corners belong to it: h = bottom − top + 1."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = max(bottom - top, 1), max(right - left, 1)
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong
def roi_pool_always_one_further(x, boxes, output_size, *, spatial_scale=1.0):
    """Your bins reach a row and a column too far where the sides are multiples of n: ⌈(i + 1) h / n⌉ is not
    ⌊(i + 1) h / n⌋ + 1 there."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top + (i + 1) * h // n + 1)
                columns = slice(left + j * w // n, left + (j + 1) * w // n + 1)
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="bins that share rows and columns")
def roi_pool_bins_side_by_side(x, boxes, output_size, *, spatial_scale=1.0):
    """Your bins end where the next one begins, rounded down; the end is rounded up, so that neighbours may share a
    row."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top + (i + 1) * h // n)
                columns = slice(left + j * w // n, left + (j + 1) * w // n)
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="bins that share rows and columns")
def roi_pool_bins_of_equal_size(x, boxes, output_size, *, spatial_scale=1.0):
    """Your bins are all ⌊h / n⌋ rows high, and what is left over is lost; edges are at i h / n, the end rounded
    up."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = max((bottom - top + 1) // n, 1), max((right - left + 1) // n, 1)
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h, top + (i + 1) * h)
                columns = slice(left + j * w, left + (j + 1) * w)
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="bins that share rows and columns")
def roi_pool_bins_by_array_split(x, boxes, output_size, *, spatial_scale=1.0):
    """You split the rows without sharing any, the first bins longer; here a bin's end is rounded up, and neighbours
    share rows."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        part = x[int(box[0]), :, top : bottom + 1, left : right + 1]
        for i, rows in enumerate(np.array_split(part, n, axis=1)):
            for j, both in enumerate(np.array_split(rows, n, axis=2)):
                if both.size:
                    y[k, :, i, j] = both.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="several boxes in two images")
def roi_pool_first_image(x, boxes, output_size, *, spatial_scale=1.0):
    """You cut all boxes out of the first image; box[0] says out of which."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[0, :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="corners are rounded, halves up")
def roi_pool_truncated(x, boxes, output_size, *, spatial_scale=1.0):
    """You cut the corners' decimals off; round to the nearest: ⌊v + ½⌋."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = (box[1:] * spatial_scale).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="corners are rounded, halves up")
def roi_pool_halves_to_even(x, boxes, output_size, *, spatial_scale=1.0):
    """np.round takes 2.5 to 2, the even neighbour; halves are rounded up here, ⌊v + ½⌋."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.round(box[1:] * spatial_scale).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="a map of a quarter or half of the size")
def roi_pool_scale_ignored(x, boxes, output_size, *, spatial_scale=1.0):
    """You do not use `spatial_scale`: corners are in pixels of the image and must be multiplied by it."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="a map of a quarter or half of the size")
def roi_pool_rounded_before_scaling(x, boxes, output_size, *, spatial_scale=1.0):
    """You round the corners of the image and multiply afterwards; multiply by the scale first, then round."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = (np.floor(box[1:] + 0.5) * spatial_scale).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="a map of a quarter or half of the size")
def roi_pool_index_scaled(x, boxes, output_size, *, spatial_scale=1.0):
    """You multiply box[0] by the scale as well; it is the index of the image, only the corners are scaled."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes * spatial_scale):
        left, top, right, bottom = np.floor(box[1:] + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]) % len(x), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="a map of a quarter or half of the size")
def roi_pool_divided_by_scale(x, boxes, output_size, *, spatial_scale=1.0):
    """You divide the corners by `spatial_scale`; multiply: it says how many pixels of the map one of the image is."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] / spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="boxes that reach out of the map, all numbers negative")
def roi_pool_never_below_zero(x, boxes, output_size, *, spatial_scale=1.0):
    """Your maximum starts at 0, so that a bin of negative numbers gives 0; only a bin with nothing in it does."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                y[k, :, i, j] = x[int(box[0]), :, rows, columns].max(axis=(1, 2), initial=0)
    return y


@ROI_POOL.wrong(case="boxes that reach out of the map, all numbers negative")
def roi_pool_empty_bins_raise(x, boxes, output_size, *, spatial_scale=1.0):
    """A bin outside the map has no numbers, and no maximum; it gives 0."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                y[k, :, i, j] = x[int(box[0]), :, rows, columns].max(axis=(1, 2))
    return y


@ROI_POOL.wrong(case="boxes that reach out of the map, all numbers negative")
def roi_pool_box_cut_first(x, boxes, output_size, *, spatial_scale=1.0):
    """You cut the box off at the edge of the map and make bins of the rest; bins are made of the whole box, then
    cut off."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = min(bottom, x.shape[2] - 1) - top + 1, min(right, x.shape[3] - 1) - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.wrong
def roi_pool_mean(x, boxes, output_size, *, spatial_scale=1.0):
    """You take the mean of each bin; take the largest number."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = bottom - top + 1, right - left + 1
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.mean(axis=(1, 2))
    return y


@ROI_POOL.wrong
def roi_pool_width_for_corner(x, boxes, output_size, *, spatial_scale=1.0):
    """You take the last two numbers of a box for width and height; they are the right and the bottom corner."""
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        left, top, w, h = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        h, w = max(h, 1), max(w, 1)
        for i in range(n):
            for j in range(n):
                rows = slice(top + i * h // n, top - (-(i + 1) * h // n))
                columns = slice(left + j * w // n, left - (-(j + 1) * w // n))
                part = x[int(box[0]), :, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y


@ROI_POOL.right
def roi_pool_pixel_by_pixel(x, boxes, output_size, *, spatial_scale=1.0):
    n = output_size
    y = np.full((len(boxes), x.shape[1], n, n), -np.inf, x.dtype)
    for k, box in enumerate(boxes):
        left, top, right, bottom = (int(np.floor(v * spatial_scale + 0.5)) for v in box[1:])
        for r in range(top, min(bottom + 1, x.shape[2])):
            for q in range(left, min(right + 1, x.shape[3])):
                h, w = bottom - top + 1, right - left + 1
                for i in range((r - top) * n // h, -(-(r - top + 1) * n // h)):
                    for j in range((q - left) * n // w, -(-(q - left + 1) * n // w)):
                        y[k, :, i, j] = np.maximum(y[k, :, i, j], x[int(box[0]), :, r, q])
    return np.where(np.isneginf(y), 0, y)


@ROI_POOL.right
def roi_pool_rows_then_columns(x, boxes, output_size, *, spatial_scale=1.0):
    def along(z, first, last):
        h = last - first + 1
        bins = []
        for i in range(output_size):
            part = z[..., first + i * h // output_size : first - (-(i + 1) * h // output_size)]
            bins.append(part.max(axis=-1, initial=-np.inf))
        return np.stack(bins, axis=-1)

    y = []
    for index, *corners in boxes:
        x1, y1, x2, y2 = (int(v * spatial_scale + 0.5) for v in corners)
        of_columns = along(x[int(index)], x1, x2)
        y.append(along(of_columns.swapaxes(1, 2), y1, y2).swapaxes(1, 2))
    y = np.stack(y)
    return np.where(y == -np.inf, 0, y)


@ROI_POOL.right
def roi_pool_by_masks(x, boxes, output_size, *, spatial_scale=1.0):
    n, i = output_size, np.arange(output_size)[:, None]
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    corners = np.floor(boxes[:, 1:] * spatial_scale + 0.5).astype(int)
    for k, (left, top, right, bottom) in enumerate(corners):
        h, w = bottom - top + 1, right - left + 1
        r, q = np.arange(x.shape[2]) - top, np.arange(x.shape[3]) - left
        rows = (r >= i * h // n) & (r * n < (i + 1) * h)
        columns = (q >= i * w // n) & (q * n < (i + 1) * w)
        within = rows[:, None, :, None] & columns[None, :, None, :]
        image = x[int(boxes[k, 0])][:, None, None]
        largest = np.where(within, image, -np.inf).max(axis=(-2, -1))
        y[k] = np.where(within.any(axis=(-2, -1)), largest, 0)
    return y


@ROI_POOL.right
def roi_pool_by_lists(x, boxes, output_size, *, spatial_scale=1.0):
    n = output_size

    def edges(first, last, size):
        h = last - first + 1
        starts = [min(first + int(np.floor(i * h / n)), size) for i in range(n)]
        ends = [min(first + int(np.ceil((i + 1) * h / n)), size) for i in range(n)]
        return list(zip(starts, ends))

    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k in range(len(boxes)):
        image = x[int(boxes[k, 0])]
        x1, y1, x2, y2 = np.floor(0.5 + spatial_scale * boxes[k, 1:]).astype(int).tolist()
        for i, (a, b) in enumerate(edges(y1, y2, x.shape[2])):
            for j, (c, d) in enumerate(edges(x1, x2, x.shape[3])):
                if a < b and c < d:
                    y[k, :, i, j] = np.max(image[:, a:b, c:d], axis=(1, 2))
    return y
