"""Some images mirrored left to right."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import data


def of(*size, mask, scale=1.0):
    return lambda rng: call(scale * rng.normal(size=size), np.array(mask))


def odd(*size, mask, scale=1.0):
    return lambda rng: call(spread(rng, size, scale), np.array(mask))


def _allowed(rng):
    size = tuple(int(n) for n in rng.integers(1, 5, size=4))
    return call(floats(rng, size, (1.0, 255.0, 1e-5)), rng.random(size[0]) < one_of(rng, 0.5, 0.5, 0.0, 1.0))


HORIZONTAL_FLIP = Exercise(
    function="horizontal_flip",
    topics=("C01-16",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=data.horizontal_flip,
    forbid=("nnlib.data.vertical_flip",),
    allowed=_allowed,
    cases=(
        Case("one image of two", of(2, 1, 2, 3, mask=[True, False]), weight=2),
        Case("three channels", of(3, 3, 4, 5, mask=[False, True, True]), weight=3),
        Case("as many images as columns", of(4, 2, 4, 4, mask=[True, False, False, True]), weight=2),
        Case("none", of(2, 1, 3, 3, mask=[False, False]), edge=True),
        in_turn(
            "single images, rows and columns, zeros, tiny and large numbers",
            odd(1, 1, 1, 4, mask=[True], scale=1e3),
            odd(2, 3, 4, 1, mask=[True, False], scale=1e-5),
            odd(3, 1, 2, 2, mask=[True, True, True]),
            odd(1, 2, 1, 3, mask=[False]),
            odd(2, 1, 3, 5, mask=[False, True], scale=1e3),
        ),
    ),
    hints=(
        "x[..., ::-1] goes through the last axis backwards: all images mirrored.",
        "np.where(condition, a, b) takes from a where the condition holds, else from b; it broadcasts.",
        "mask[:, None, None, None] has the shape (N, 1, 1, 1), which broadcasts against (N, C, H, W).",
    ),
)


@HORIZONTAL_FLIP.wrong
def horizontal_flip_upside_down(x, mask):
    """You turn the images upside down: rows are the last axis but one. Left to right is the last axis."""
    return np.where(mask[:, None, None, None], x[..., ::-1, :], x)


@HORIZONTAL_FLIP.wrong
def horizontal_flip_both(x, mask):
    """You reverse rows and columns, which is a half turn; only the columns are reversed."""
    return np.where(mask[:, None, None, None], x[..., ::-1, ::-1], x)


@HORIZONTAL_FLIP.wrong
def horizontal_flip_transposed(x, mask):
    """You exchange rows and columns; a mirror reverses the columns."""
    result = x.copy()
    for i in np.flatnonzero(mask):
        result[i] = np.resize(np.swapaxes(x[i], -1, -2), x[i].shape)
    return result


@HORIZONTAL_FLIP.wrong
def horizontal_flip_all(x, mask):
    """You flip all images; only those whose mask is True are flipped."""
    return x[..., ::-1].copy()


@HORIZONTAL_FLIP.wrong
def horizontal_flip_the_others(x, mask):
    """You flip the images whose mask is False; it is the others that are to be flipped."""
    return np.where(mask[:, None, None, None], x, x[..., ::-1])


@HORIZONTAL_FLIP.wrong
def horizontal_flip_only_the_flipped(x, mask):
    """You return the flipped images only; the others belong in the result as they are, in their places."""
    return x[mask][..., ::-1]


@HORIZONTAL_FLIP.wrong(case="three channels")
def horizontal_flip_channels_too(x, mask):
    """You reverse the channels: red becomes blue. Only the last axis is reversed."""
    return np.where(mask[:, None, None, None], x[:, ::-1, :, ::-1], x)


@HORIZONTAL_FLIP.wrong(case="three channels")
def horizontal_flip_first_channel(x, mask):
    """You flip the first channel only; all channels of an image go together."""
    result = x.copy()
    result[mask, 0] = x[mask, 0][..., ::-1]
    return result


@HORIZONTAL_FLIP.wrong(case="as many images as columns")
def horizontal_flip_mask_along_columns(x, mask):
    """The mask broadcasts along the columns with you; it belongs to the first axis.

    mask[:, None, None, None]"""
    return np.where(mask, x[..., ::-1], x)


@HORIZONTAL_FLIP.wrong(case="three channels")
def horizontal_flip_if_any(x, mask):
    """One decision for the whole batch; each image has its own entry of the mask."""
    return x[..., ::-1].copy() if mask.any() else x.copy()


@HORIZONTAL_FLIP.wrong(case="three channels")
def horizontal_flip_order_of_images(x, mask):
    """You reverse the order of the images; each one stays in its place, and its columns are reversed."""
    return np.where(mask[:, None, None, None], x[::-1], x)


@HORIZONTAL_FLIP.wrong(case="one image of two")
def horizontal_flip_rolled(x, mask):
    """You shift the columns by one; a mirror reverses them, ::-1."""
    return np.where(mask[:, None, None, None], np.roll(x, 1, axis=-1), x)


@HORIZONTAL_FLIP.right
def horizontal_flip_by_index(x, mask):
    result = x.copy()
    result[mask] = x[mask][:, :, :, ::-1]
    return result


@HORIZONTAL_FLIP.right
def horizontal_flip_by_loop(x, mask):
    return np.stack([np.flip(image, axis=-1) if flip else image for image, flip in zip(x, mask)])


@HORIZONTAL_FLIP.right
def horizontal_flip_by_columns(x, mask):
    N, C, H, W = x.shape
    result = np.empty_like(x)
    for n in range(N):
        for j in range(W):
            result[n, :, :, j] = x[n, :, :, W - 1 - j] if mask[n] else x[n, :, :, j]
    return result


@HORIZONTAL_FLIP.right
def horizontal_flip_by_take(x, mask):
    width = x.shape[-1]
    columns = np.where(mask[:, None], np.arange(width)[::-1], np.arange(width))
    return np.take_along_axis(x, columns[:, None, None, :], axis=-1)
