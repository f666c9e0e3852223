"""Statements of chapter 10 that one meets and that are not right, beside those that are."""

import numpy as np
import pytest

from nnlib import conv


def seen_through(dilations):
    """Height and width of the patch of the image that one output of stacked 3 x 3 kernels depends on."""
    inputs = [np.ones((1, 1, 41, 41))]
    for d in dilations:
        inputs.append(conv.conv2d(inputs[-1], np.ones((1, 1, 3, 3)), dilation=d, padding=d))
    g = np.zeros((1, 1, 41, 41))
    g[..., 20, 20] = 1
    for d, x in zip(dilations[::-1], inputs[-2::-1]):
        g, _ = conv.conv2d_backward(g, x, np.ones((1, 1, 3, 3)), dilation=d, padding=d)
    return tuple(np.ptp(axis) + 1 for axis in np.nonzero(g[0, 0]))


@pytest.mark.parametrize(
    ("dilations", "field"),
    [([1], 3), ([1, 2], 7), ([1, 2, 4], 15), ([1, 3, 4], 17), ([2, 2, 2], 13), ([4], 9), ([2], 5)],
)
def test_seven_and_fifteen_belong_to_the_stack(dilations, field):
    """One dilated kernel spans 5 or 9; before the layer of dilation 4 comes 2, since 3 would give 17."""
    assert conv.receptive_field([3] * len(dilations), dilations) == field
    assert seen_through(dilations) == (field, field)


def test_the_field_doubles_only_where_dilations_do():
    doubling = [conv.receptive_field([3] * n, [2**l for l in range(n)]) for n in range(1, 7)]
    assert doubling == [2 ** (n + 1) - 1 for n in range(1, 7)]
    equal = [conv.receptive_field([3] * n, [2] * n) for n in range(1, 7)]
    assert np.diff(equal).tolist() == [4] * 5


def test_depthwise_may_have_more_kernels_than_channels():
    """Three channels need not give three maps."""
    x = np.random.default_rng(0).normal(size=(1, 3, 5, 5))
    assert conv.depthwise_conv2d(x, np.ones((6, 1, 3, 3)), padding=1).shape == (1, 6, 5, 5)


def test_separable_needs_39_parameters_where_a_plain_one_needs_108():
    assert conv.conv_params(3, 4, 3) == 108
    parts = conv.conv_params(3, 3, 3, kind="depthwise"), conv.conv_params(3, 4, 3, kind="pointwise")
    assert parts == (27, 12)
    assert conv.conv_params(3, 4, 3, kind="separable") == 39
    x = np.zeros((1, 3, 5, 5))
    assert conv.conv2d(x, np.zeros((4, 3, 3, 3)), padding="same").shape == (1, 4, 5, 5)
    assert conv.conv2d(x, np.zeros((4, 3, 3, 3))).shape == (1, 4, 3, 3)
