"""Pooling of boxes against torchvision: frozen answers, and live ones where it can be imported."""

import numpy as np
import pytest

from nnlib import pooling as P
from tests.nnlib.oracles import load, roi
from tests.nnlib.spec import agree

FROZEN = load("roi")
KEYS = sorted({key.partition(":")[0] for key in FROZEN})
each = pytest.mark.parametrize(("key", "dtype"), [(key, dtype) for key in KEYS for dtype in roi.DTYPES])


def given(key, dtype):
    return key.rpartition(", ")[0], [FROZEN[f"{key}: {name}"].astype(dtype) for name in roi.ARGUMENTS]


def ours(setting, x, boxes, offset, g):
    """What nnlib makes of the arguments, under the names that roi.answers uses."""
    scale, size, options = roi.SETTINGS[setting]
    scaled = {"spatial_scale": scale}
    moved = scaled | {"sampling_ratio": 2, "gamma": roi.GAMMA}
    return {
        "roi_pool": P.roi_pool(x, boxes, size, **scaled),
        "roi_pool_backward": P.roi_pool_backward(g, x, boxes, size, **scaled),
        "roi_align": P.roi_align(x, boxes, size, **scaled, **options),
        "roi_align_backward": P.roi_align_backward(g, x, boxes, size, **scaled, **options),
        "deform_roi_pool": P.deform_roi_pool(x, boxes, offset, **moved),
        "deform_roi_pool_backward": P.deform_roi_pool_backward(g, x, boxes, offset, **moved)[0],
    }


@each
def test_boxes_are_pooled_as_by_torchvision(key, dtype):
    setting, args = given(key, dtype)
    for name, got in ours(setting, *args).items():
        agree(got, FROZEN[f"{key}: {name}, {dtype}"], dtype=np.dtype(dtype), what=f"{name}, {key}")


@each
def test_torchvision_still_says_so(key, dtype):
    pytest.importorskip("torchvision", exc_type=ImportError)
    setting, args = given(key, dtype)
    for name, value in roi.answers(setting, *args).items():
        agree(value, FROZEN[f"{key}: {name}, {dtype}"], dtype=np.dtype(dtype), what=f"{name}, {key}")


def test_the_frozen_arguments_are_those_of_the_script():
    assert sorted(roi.inputs()) == KEYS
    for key, (_, *args) in roi.inputs().items():
        for got, want in zip(given(key, "float64")[1], args, strict=True):
            agree(got, want)


def test_offsets_of_zero_leave_the_aligned_bins():
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x, boxes = rng.normal(size=(2, 3, 8, 9)), roi.boxes(rng, 0.5, whole=False)
        still = np.zeros((len(boxes), 2, 3, 2))
        got = P.deform_roi_pool(x, boxes, still, spatial_scale=0.5)
        agree(got, P.roi_align(x, boxes, (3, 2), spatial_scale=0.5, aligned=True))


def test_boxes_of_any_size_move_by_the_same_part_of_themselves():
    """On a ramp a shift shows in the value: 0.1 of the width for an offset of 1."""
    x = np.broadcast_to(np.arange(40.0), (1, 1, 40, 40))
    right = np.zeros((2, 2, 1, 1))
    right[:, 0] = 1.0
    boxes = [[0, 5.0, 5.0, 9.0, 9.0], [0, 5.0, 5.0, 25.0, 25.0]]
    moved = P.deform_roi_pool(x, boxes, right) - P.deform_roi_pool(x, boxes, 0 * right)
    agree(moved.ravel(), [0.4, 2.0])


def test_rounding_to_pixels_costs_roi_pool_its_place():
    """A box that moves by a third of a pixel: roi_align follows on a ramp, roi_pool does not notice."""
    x = np.broadcast_to(np.arange(20.0), (1, 1, 20, 20))
    here, there = [[0, 4.0, 4.0, 12.0, 12.0]], [[0, 4.3, 4.0, 12.3, 12.0]]
    agree(P.roi_pool(x, there, 2), P.roi_pool(x, here, 2))
    agree(P.roi_align(x, there, 2) - P.roi_align(x, here, 2), np.full((1, 1, 2, 2), 0.3))
