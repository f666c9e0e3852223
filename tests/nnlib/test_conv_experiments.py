"""The claims of chapter 10, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import conv, data
from nnlib import experiments as E
from tests.nnlib.spec import agree

SEEDS = range(3)


def digits():
    X, y = data.load_digits()
    return X.reshape(-1, 8, 8).astype(np.float64), y


@pytest.mark.parametrize("seed", SEEDS)
def test_ones_are_upright_and_a_quarter_turn_exchanges_the_maps(seed):
    X, y = digits()
    rng = np.random.default_rng(seed)
    ones, others = (rng.choice(X[of], size=40) for of in (y == 1, y != 1))
    upright = E.edge_maps(ones).upright
    assert upright.mean() > 0.7
    assert upright.mean() > E.edge_maps(others).upright.mean() + 0.05
    agree(E.edge_maps(ones.swapaxes(1, 2)).upright, 1 - upright)


def test_edge_maps_are_sobels():
    from scipy import ndimage

    X, _ = digits()
    maps = E.edge_maps(X[:20])
    for image, rightward, downward in zip(X, maps.rightward, maps.downward):
        agree(rightward, ndimage.sobel(image, axis=1, mode="constant"))
        agree(downward, ndimage.sobel(image, axis=0, mode="constant"))
    assert isinstance(maps, E.EdgeMaps)
    _, ax = plt.subplots()
    assert [label.get_text() for label in maps.plot(ax).get_xticklabels()] == [
        "image",
        "step right",
        "step down",
    ]
    plt.close("all")


def test_edge_maps_of_nothing():
    maps = E.edge_maps(np.zeros((2, 4, 4)))
    assert np.isnan(maps.upright).all()
    assert (maps.rightward == 0).all()
    with pytest.raises(ValueError, match=r"^edge_maps: images must be of shape \(N, H, W\)"):
        E.edge_maps(np.zeros((4, 4)))


def deformed(x, weight, padding=0, **how):
    offsets = E.grid_offsets(weight.shape[2:], **how).round(9)
    size = [n + 2 * padding - k + 1 for n, k in zip(x.shape[2:], weight.shape[2:])]
    return conv.deform_conv2d(
        x, np.ones((len(x), 1, *size)) * offsets[:, None, None], weight, padding=padding
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_offsets_that_scale_are_a_dilation(seed):
    """Inside the image a window scaled by 2 is one of dilation 2, and by 3 of 3."""
    rng = np.random.default_rng(seed)
    x, weight = rng.normal(size=(2, 3, 9, 9)), rng.normal(size=(4, 3, 3, 3))
    for scale in (1, 2, 3):
        want = conv.conv2d(x, weight, dilation=scale, padding=scale)
        agree(deformed(x, weight, padding=1, scale=scale), want)


@pytest.mark.parametrize("seed", SEEDS)
def test_offsets_that_turn_see_an_image_turned_the_other_way(seed):
    """A window turned clockwise gives what the plain one gives on the image turned back, turned along."""
    rng = np.random.default_rng(seed)
    x, weight = rng.normal(size=(2, 3, 7, 7)), rng.normal(size=(4, 3, 3, 3))
    for quarter in range(4):
        back = np.rot90(x, quarter, axes=(2, 3))
        want = np.rot90(conv.conv2d(back, weight), -quarter, axes=(2, 3))
        agree(deformed(x, weight, angle=90 * quarter), want)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_turned_window_finds_a_turned_edge(seed):
    """On a slope, which interpolation reads exactly, an edge kernel answers with the cosine of the angle between."""
    angle = np.random.default_rng(seed).uniform(-90, 90)
    r, q = np.mgrid[-5:6, -5:6]
    slope = q * np.cos(np.deg2rad(angle)) + r * np.sin(
        np.deg2rad(angle)
    )  # brighter to the right, turned clockwise
    kernel = np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])[None, None]
    for turn in (angle, *range(-90, 91, 15)):
        answer = deformed(slope[None, None], kernel, angle=turn)[0, 0, 4, 4]
        assert answer == pytest.approx(8 * np.cos(np.deg2rad(turn - angle)), abs=1e-7)
