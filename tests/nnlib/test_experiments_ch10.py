"""Chapter 10: convolution in small steps, against loops and torch, and its claims about digits that move."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import conv, init
from nnlib import experiments as E
from nnlib import modules as M
from tests.nnlib.spec import agree

SEEDS = range(3)
OPTIONS = [{}, {"padding": 1}, {"stride": 2}, {"dilation": 2}, {"stride": 2, "padding": 2, "dilation": 3}]


def rng(seed):
    return np.random.default_rng(seed)


# ── the small steps ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("image", "kernels"), [((1, 5, 4), (1, 1, 2, 3)), ((3, 4, 4), (2, 3, 4, 1))])
def test_cross_correlation_is_six_loops(image, kernels):
    x, weight = rng(0).normal(size=image), rng(1).normal(size=kernels)
    want = np.zeros((kernels[0], image[1] - kernels[2] + 1, image[2] - kernels[3] + 1))
    for o, r, q in np.ndindex(want.shape):
        for c, i, j in np.ndindex(kernels[1:]):
            want[o, r, q] += weight[o, c, i, j] * x[c, r + i, q + j]
    agree(E.cross_correlate(x, weight), want)
    assert E.cross_correlate(x.astype(np.float32), weight).dtype == np.float32


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kernel", [(1, 1), (3, 2)])
def test_columns_there_and_back_are_torch_s(kernel, options):
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    x = rng(0).normal(size=(2, 3, 9, 8))
    columns = E.unfold(x, kernel, **options)
    agree(columns, F.unfold(torch.tensor(x), kernel, **options).numpy())
    back = E.fold(columns, (9, 8), kernel, **options)
    agree(back, F.fold(torch.tensor(columns), (9, 8), kernel, **options).numpy())
    assert E.fold(columns.astype(np.float32), (9, 8), kernel, **options).dtype == np.float32


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_fold_is_the_transpose_and_the_product_is_the_convolution(options):
    draws = rng(1)
    x, weight = draws.normal(size=(2, 3, 9, 8)), draws.normal(size=(4, 3, 3, 2))
    columns = E.unfold(x, (3, 2), **options)
    c = draws.normal(size=columns.shape)
    agree(np.sum(columns * c), np.sum(x * E.fold(c, (9, 8), (3, 2), **options)))
    y = conv.conv2d(x, weight, **options)
    agree((weight.reshape(4, -1) @ columns).reshape(y.shape), y)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: E.cross_correlate(np.ones((2, 2)), np.ones((1, 1, 1, 1))), "x must be of shape"),
        (lambda: E.cross_correlate(np.ones((2, 3, 3)), np.ones((1, 1, 2, 2))), "weight must be of shape"),
        (lambda: E.cross_correlate(np.ones((1, 3, 3)), np.ones((1, 1, 4, 2))), "kernel must be no larger"),
        (lambda: E.unfold(np.ones((3, 3)), (2, 2)), "x must be of shape"),
        (lambda: E.unfold(np.ones((1, 1, 3, 3)), 2), "kernel_size must be two positive ints"),
        (lambda: E.fold(np.ones((1, 4, 3)), (3, 3), (2, 2)), r"columns must be of shape \(N, C 4, 4\)"),
        (lambda: E.fold(np.ones((1, 4, 4)), (0, 3), (2, 2)), "output_size must be two positive ints"),
    ],
)
def test_what_does_not_fit_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ── digits ───────────────────────────────────────────────────────────────────────────────────────────────


def test_images_move_in_eight_directions_and_what_leaves_is_lost():
    images = np.zeros((400, 1, 5, 6))
    images[:, :, 2, 3] = 1
    moved = E.shift_images(images, 2, rng=rng(0))
    places = {tuple(map(int, np.argwhere(image[0])[0])) for image in moved}
    assert places == {(2 + dr, 3 + dq) for dr in (-2, 0, 2) for dq in (-2, 0, 2)} - {(2, 3)}
    assert (moved.sum(axis=(1, 2, 3)) == 1).all()
    agree(E.shift_images(images, 0, rng=rng(0)), images)
    # nothing comes in at the other side
    assert set(E.shift_images(np.ones((50, 1, 4, 4)), 3, rng=rng(1)).sum(axis=(1, 2, 3))) == {1, 4}
    with pytest.raises(ValueError, match="shift_images: pixels must be from 0 to 4"):
        E.shift_images(images, 5, rng=rng(0))


def fully_connected(hidden, draws):
    start = {"init": init.kaiming_normal, "dtype": np.float32, "rng": draws}
    return M.Sequential(M.Flatten(), M.Linear(784, hidden, **start), M.ReLU(), M.Linear(hidden, 10, **start))


def convolutional(draws):
    start = {"init": init.kaiming_normal, "dtype": np.float32, "rng": draws}
    return M.Sequential(
        M.Conv2d(1, 8, 5, stride=2, padding=2, **start),
        M.ReLU(),
        M.Conv2d(8, 16, 5, stride=2, padding=2, **start),
        M.ReLU(),
        M.Flatten(),
        M.Linear(784, 10, **start),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_convolution_is_ahead_and_moving_defeats_it_all_the_same(seed):
    """Of as many parameters, and of as many multiplications, at the best of the rates for all three, 0.3."""
    run = {}
    for name, network in (
        ("convolutional", convolutional),
        ("as many parameters", lambda draws: fully_connected(14, draws)),
        ("as many multiplications", lambda draws: fully_connected(256, draws)),
    ):
        draws = rng(seed)
        run[name] = E.shifted_digits(network(draws), lr=0.3, epochs=3, rng=draws)
    ahead = run["convolutional"].accuracy - np.maximum(
        run["as many parameters"].accuracy, run["as many multiplications"].accuracy
    )
    assert ahead[0] > 0.01
    assert (ahead[1:3] > 0.03).all()
    assert run["convolutional"].accuracy[0] > 0.93
    assert run["convolutional"].accuracy[4] < 0.3
    assert (np.diff(run["convolutional"].accuracy) < 0).all()


def test_a_run_says_how_it_went():
    draws = rng(0)
    run = E.shifted_digits(fully_connected(5, draws), lr=0.1, epochs=1, shifts=(0, 3), rng=draws)
    assert isinstance(run, E.ShiftRun)
    assert 0 < run.accuracy[1] < run.accuracy[0] <= 1
    assert abs(run.validation - run.accuracy[0]) < 0.1
    axes = run.plot(label="five units")
    assert axes.lines[0].get_xdata().tolist() == [0, 3]
    assert axes.get_legend() is not None
    plt.close(axes.figure)
    with pytest.raises(ValueError, match="shifted_digits: batch_size must be from 1 to 3334"):
        E.shifted_digits(fully_connected(5, draws), lr=0.1, batch_size=5000, rng=draws)
