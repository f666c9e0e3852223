"""The claims of chapter 11, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import experiments as E
from nnlib import pooling as P
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


# ── digits that move ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", SEEDS)
def test_max_pooling_softens_a_shift_and_only_the_whole_plane_forgives_it(seed):
    runs = {down: E.pooled_digits(down, rng=rng(seed)) for down in ("stride", "average", "max", "plane")}
    stride, average, largest, plane = (run.accuracy for run in runs.values())
    assert min(a[0] for a in (stride, average, largest)) > 0.87
    assert plane[0] > 0.75
    for other in (stride, average):
        assert (largest[2:4] > other[2:4] + 0.05).all()
    assert max(a[3] for a in (stride, average, largest)) < 0.55
    assert max(a[5] for a in (stride, average, largest)) < 0.25
    assert plane[5] > 0.6
    assert runs["plane"].parameters < runs["max"].parameters == runs["stride"].parameters == 9098
    assert all(run.change[0] == 0 for run in runs.values())
    assert runs["max"].change[1] < runs["stride"].change[1]
    assert (runs["plane"].change < 0.5).all()


def test_without_pooling_a_shift_hurts_as_much():
    run = E.pooled_digits("neither", epochs=1, n_train=1000, pixels=4, rng=rng(0))
    assert isinstance(run, E.PooledRun)
    assert run.parameters == 126698
    assert run.accuracy[0] > 0.75
    assert run.accuracy[3] < 0.5
    ax = run.plot(label="neither")
    assert len(ax.lines) == 1
    plt.close(ax.figure)
    with pytest.raises(ValueError, match="pooled_digits: down must be one of neither, stride"):
        E.pooled_digits("median", rng=rng(0))


# ── words in order ───────────────────────────────────────────────────────────────────────────────────────


def by_size(h, k):
    return -np.sort(-h, axis=-2)[..., :k, :]


@pytest.mark.parametrize("seed", SEEDS)
def test_only_what_keeps_the_order_tells_it(seed):
    for pool, *options in ((P.max_pool_time,), (P.avg_pool_time,), (by_size, 2)):
        assert abs(E.order_of_words(pool, None, *options, rng=rng(seed)) - 0.5) < 0.06
    assert E.order_of_words(P.kmax_pool, None, 2, rng=rng(seed)) > 0.99
    for n_chunks, apart in ((2, 10 / 19), (4, 15 / 19)):
        right = E.order_of_words(P.chunk_max_pool, None, n_chunks, rng=rng(seed))
        assert right == pytest.approx((1 + apart) / 2, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_learnt_encodings_stop_k_max_half_way(seed):
    learnt = E.order_of_words(P.kmax_pool, P.kmax_pool_backward, 2, learn=True, rng=rng(seed))
    assert 0.6 < learnt < 0.85
    in_chunks = E.order_of_words(P.chunk_max_pool, P.chunk_max_pool_backward, 4, learn=True, rng=rng(seed))
    assert in_chunks > 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_the_maximum_finds_one_word_in_a_long_text_and_the_mean_loses_it(seed):
    noise = rng(seed).normal(size=(1000, 320, 1))
    marked = noise.copy()
    marked[:, 0] += 4

    def right(pool):
        without, with_it = pool(noise)[:, 0], pool(marked)[:, 0]
        limit = (without.mean() + with_it.mean()) / 2
        return ((without < limit).mean() + (with_it > limit).mean()) / 2

    assert right(P.max_pool_time) > 0.75
    assert right(P.avg_pool_time) < 0.6


def test_two_storeys_count_sentences_and_not_words():
    words = np.array([[5.0, 0.0], *[[0.0, 1.0]] * 9])
    agree(words.mean(axis=0), [0.5, 0.9])
    agree(P.hierarchical_pool(words, [1, 9], np.zeros(2), np.zeros(2)), [2.5, 0.5])
    assert P.hierarchical_pool(words, [1, 9], np.zeros(2), np.array([1.0, 0.0]))[0] > 4.9


# ── routing and chance ───────────────────────────────────────────────────────────────────────────────────

ANGLES = np.deg2rad([[0, 0], [10, 90], [-10, 180], [5, 270], [120, 40], [240, 50]])


@pytest.mark.parametrize("reverse", [False, True])
def test_who_agrees_gains_over_the_rounds(reverse):
    u_hat = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=-1)
    shares = np.array([P.routing_coefficients(u_hat, n_iters=n, reverse=reverse) for n in range(1, 8)])
    agree(shares[0], np.full((6, 2), 1 / 6 if reverse else 0.5))
    assert (np.diff(shares[:, 4:, 0], axis=0) < 0).all()
    assert shares[-1, :4, 0].min() > (0.2 if reverse else 0.9)
    assert shares[-1, 4:, 0].max() < 0.01
    agree(shares.sum(axis=1 if reverse else 2), np.ones((7, 2 if reverse else 6)))


def test_stochastic_pooling_draws_by_share():
    window = np.array([[1.0, 0.0], [2.0, 5.0]])
    many = np.tile(window, (10_000, 1, 1))
    drawn = P.stochastic_pool2d(many, P.stochastic_samples(many.shape, 2, rng=rng(0)), 2).ravel()
    for a in (0.0, 1.0, 2.0, 5.0):
        p = a / 8
        assert abs(np.mean(drawn == a) - p) <= 5 * np.sqrt(p * (1 - p) / 10_000)
    agree(P.stochastic_pool2d(window, None, 2), [[3.75]])


def test_fractional_pooling_takes_nine_steps_of_two_and_five_of_one():
    columns = np.tile(np.arange(25.0), (500, 25, 1))
    samples = P.fractional_samples(columns.shape, rng=rng(0))
    steps = np.diff(P.fractional_max_pool2d(columns, samples, 2, output_size=15)[:, 0], axis=1)
    agree(np.sort(steps, axis=1), np.tile([1.0] * 5 + [2.0] * 9, (500, 1)))
    assert len(np.unique(steps, axis=0)) == 14
