"""nnlib.pooling: random windows, ways that must agree, and how it treats what only looks like a detail."""

from itertools import product

import numpy as np
import pytest

from nnlib import pooling as P
from nnlib.pooling import _fast
from nnlib.pooling._along import largest, largest_backward
from nnlib.pooling._windows import Windows
from tests.nnlib.spec import agree


@pytest.fixture
def torch():
    """On one thread: these tensors are small, and the machine may be busy."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield torch
    torch.set_num_threads(threads)


def tied(rng, *shape):
    """Few different values, so that most windows have ties."""
    return rng.integers(3, size=shape) * 1.0


@pytest.mark.parametrize(
    ("op", "name"), [(P.max_pool2d, "max_pool2d"), (P.avg_pool2d, "avg_pool2d")], ids=["max", "avg"]
)
def test_every_combination_of_options_is_torchs(op, name, torch):
    """Values and gradients, on images full of ties; what torch refuses is refused."""
    backward, theirs = getattr(P, f"{name}_backward"), getattr(torch.nn.functional, name)
    sizes, seen = ((6, 3), (5, 7)), 0
    for (H, W), k, s, p, ceil in product(sizes, (1, 2, 3, (3, 2)), (None, 1, 2, 3), (0, 1), (False, True)):
        options = {"stride": s, "padding": p, "ceil_mode": ceil}
        for more in (
            [{"dilation": 1}, {"dilation": 2}]
            if op is P.max_pool2d
            else [{}, {"count_include_pad": False}, {"divisor_override": 3}]
        ):
            rng = np.random.default_rng([H, W, seen])
            x = tied(rng, 1, 2, H, W)
            t = torch.tensor(x, requires_grad=True)
            try:
                y = theirs(t, k, **options, **more)
            except RuntimeError:
                with pytest.raises(ValueError, match=f"^{name}: (kernel_size|padding)"):
                    op(x, k, **options, **more)
                continue
            g = rng.normal(size=y.shape)
            agree(op(x, k, **options, **more), y.detach().numpy())
            want = torch.autograd.grad(y, t, torch.tensor(g))[0].numpy()
            agree(backward(g, x, k, **options, **more), want)
            seen += 1
    assert seen > 150


@pytest.mark.parametrize("name", ["adaptive_max_pool2d", "adaptive_avg_pool2d"])
def test_every_size_is_torchs(name, torch):
    op, backward, theirs = (
        getattr(P, name),
        getattr(P, f"{name}_backward"),
        getattr(torch.nn.functional, name),
    )
    for n, out in product(range(1, 9), range(1, 11)):
        rng = np.random.default_rng([n, out])
        x = tied(rng, 2, n, 3)
        t = torch.tensor(x, requires_grad=True)
        y = theirs(t, (out, 2))
        g = rng.normal(size=y.shape)
        agree(op(x, (out, 2)), y.detach().numpy())
        agree(backward(g, x, (out, 2)), torch.autograd.grad(y, t, torch.tensor(g))[0].numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fractional_windows_are_torchs(dtype, torch):
    for k, (height, width), seed in product((1, 2, (3, 2)), ((1, 1), (4, 5), (7, 7), (6, 3)), range(3)):
        rng = np.random.default_rng([seed, height])
        x = tied(rng, 2, 3, 9, 8).astype(dtype)
        samples = P.fractional_samples(x.shape, rng=rng).astype(dtype)
        t = torch.tensor(x, requires_grad=True)
        y = torch.nn.functional.fractional_max_pool2d(
            t, k, (height, width), _random_samples=torch.tensor(samples)
        )
        g = rng.normal(size=y.shape).astype(dtype)
        agree(P.fractional_max_pool2d(x, samples, k, output_size=(height, width)), y.detach(), dtype=dtype)
        want = torch.autograd.grad(y, t, torch.tensor(g))[0].numpy()
        got = P.fractional_max_pool2d_backward(g, x, samples, k, output_size=(height, width))
        agree(got, want, dtype=dtype)


def test_samples_come_from_the_generator_alone():
    for draw in (P.fractional_samples, lambda shape, rng: P.stochastic_samples(shape, 2, rng=rng)):
        first, again, other = (draw((5, 3, 8, 8), rng=np.random.default_rng(seed)) for seed in (0, 0, 1))
        assert (first == again).all()
        assert (first != other).any()
        assert 0 <= first.min() < first.max() < 1


def test_stochastic_pooling_draws_by_share_and_predicts_its_mean():
    n, window = 40_000, np.array([[1.0, 2.0], [0.0, 5.0]])
    x = np.broadcast_to(window, (n, 2, 2))
    drawn = P.stochastic_pool2d(x, P.stochastic_samples(x.shape, 2, rng=np.random.default_rng(0)), 2)
    for value, share in ((1, 1 / 8), (2, 2 / 8), (5, 5 / 8)):
        assert abs(np.mean(drawn == value) - share) < 5 * np.sqrt(share * (1 - share) / n)
    assert drawn.mean() == pytest.approx(
        P.stochastic_pool2d(window, None, 2).item(), abs=5 * drawn.std() / n**0.5
    )


@pytest.mark.parametrize("axis", [-2, -1])
def test_shortcuts_give_the_gradient_to_the_same_inputs(axis):
    """Windows apart, and rows laid end to end, where ties tempt it to look into the neighbouring row."""
    for k, s, p, d, out, more in product((1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2), (1, 2, 5), (0, 1)):
        w = Windows(s * out + more, out, k, s, p, d)
        if 2 * p > d * (k - 1) + 1:
            continue
        rng = np.random.default_rng([k, s, p, d, out])
        x = np.swapaxes(tied(rng, 4, 3, w.n), -1, axis)
        y = largest(x, axis, out, w.taps())
        g = rng.normal(size=y.shape)
        agree(_fast.largest_backward(g, x, y, axis, w), largest_backward(g, x, y, axis, w.taps()))


def test_maxima_over_time_without_ties_need_no_search():
    h = np.random.default_rng(0).normal(size=(3, 5, 4))
    g = np.random.default_rng(1).normal(size=(3, 4))
    want = np.where(np.arange(5)[:, None] == h.argmax(axis=1)[:, None], g[:, None], 0)
    agree(_fast.max_pool_time_backward(g[:, None], h), want)
    agree(P.max_pool_time_backward(g, h), want)
    for spoilt in (h[1, 2].max(), np.nan):
        h[1, :, 0] = spoilt
        assert _fast.max_pool_time_backward(g[:, None], h) is None
    agree(P.max_pool_time_backward(g, h)[[0, 2]], want[[0, 2]])


@pytest.mark.parametrize("fill", ["real", "tied", "nan", "infinite"])
def test_the_partition_finds_what_the_sort_finds(fill):
    for seed in range(60):
        rng = np.random.default_rng(seed)
        L = int(rng.integers(2, 10))
        k, h = int(rng.integers(1, L)), rng.normal(size=(2, L, 3))
        if fill != "real":
            h = tied(rng, 2, L, 3)
        if fill in ("nan", "infinite"):
            h[rng.random(h.shape) < 0.3] = np.nan if fill == "nan" else -np.inf
        everyone = np.ones((2, L), bool)
        y = P.kmax_pool(h, k, everyone)
        agree(_fast.kmax_pool(h, k), y)
        agree(P.kmax_pool(h, k), y)
        g = rng.normal(size=y.shape)
        want = P.kmax_pool_backward(g, h, k, everyone)
        agree(_fast.kmax_pool_backward(g, h, k), want)
        agree(P.kmax_pool_backward(g, h, k), want)


def test_what_does_not_count_may_as_well_not_be_there():
    """Every pooling over time of padded sequences is that of the sequences."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        h, query = rng.normal(size=(5, 3)), rng.normal(size=(2, 3))
        padded = np.concatenate([h, np.full((4, 3), 1e3)])
        mask = np.arange(9) < 5
        agree(P.max_pool_time(padded, mask), P.max_pool_time(h))
        agree(P.avg_pool_time(padded, mask), P.avg_pool_time(h))
        for k in (2, 5, 7):
            agree(P.kmax_pool(padded, k, mask), P.kmax_pool(h, k))
            agree(P.kavg_pool(padded, k, mask), P.kavg_pool(h, k))
        agree(P.self_attention_pool(padded, query, mask), P.self_attention_pool(h, query))


def test_k_of_1_and_of_all():
    h = np.random.default_rng(0).normal(size=(4, 6, 3))
    agree(P.kmax_pool(h, 1)[:, 0], P.max_pool_time(h))
    agree(P.kavg_pool(h, 1), P.max_pool_time(h))
    agree(P.kmax_pool(h, 6), h)
    agree(P.kavg_pool(h, 6), P.avg_pool_time(h))
    agree(P.chunk_max_pool(h, 1)[:, 0], P.max_pool_time(h))
    agree(P.chunk_avg_pool(h, 6), h)


def test_order_is_lost_by_the_maximum_and_kept_by_the_k_largest():
    up, down = np.array([[1.0], [2.0], [3.0]]), np.array([[3.0], [2.0], [1.0]])
    agree(P.max_pool_time(up), P.max_pool_time(down))
    agree(P.kmax_pool(up, 2).ravel(), [2.0, 3.0])
    agree(P.kmax_pool(down, 2).ravel(), [3.0, 2.0])


def test_one_sentence_is_one_attention():
    rng = np.random.default_rng(0)
    x, words, sentences = rng.normal(size=(6, 4)), rng.normal(size=4), rng.normal(size=4)
    got = P.hierarchical_pool(x, [6], words, sentences)
    agree(got, P.self_attention_pool(x, words[None], scale=1)[0])


def test_routing_turns_to_the_output_on_which_the_inputs_agree():
    """Three inputs agree about output 0; about output 1 each says something else."""
    u_hat = np.zeros((3, 2, 3))
    u_hat[:, 0, 0] = 1.0
    u_hat[:, 1] = np.eye(3)
    shares = [P.routing_coefficients(u_hat, n_iters=n)[0, 0] for n in (1, 2, 3, 4)]
    assert shares[0] == 0.5
    assert np.all(np.diff(shares) > 0)
    lengths = np.linalg.norm(P.dynamic_routing(u_hat), axis=-1)
    assert lengths[0] > lengths[1]


def test_messages_in_equal_shares_are_the_first_round():
    rng = np.random.default_rng(0)
    h, theta = rng.normal(size=(2, 5, 3)), rng.normal(size=(4, 6, 3))
    u_hat = P.capsule_predictions(h, theta)
    c = P.routing_coefficients(u_hat, n_iters=1)
    agree(c, np.full((2, 5, 4), 0.25))
    agree(P.dynamic_routing(u_hat, n_iters=1), P.squash(P.capsule_messages(h, theta, c)))


def test_squash_keeps_directions_and_orders_lengths():
    directions = np.random.default_rng(0).normal(size=(50, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    lengths = np.linspace(0.01, 20, 50)
    got = P.squash(lengths[:, None] * directions)
    agree(np.linalg.norm(got, axis=1), lengths**2 / (1 + lengths**2))
    agree(got / np.linalg.norm(got, axis=1, keepdims=True), directions)
