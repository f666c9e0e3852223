"""What losses say of each other: one is a case of another, or the same but for a factor."""

import numpy as np
import pytest
from scipy import special

from nnlib import activations as A
from nnlib import experiments as E
from nnlib import losses as L
from tests.nnlib.spec import agree, as_tuple, rows

SEEDS = range(5)


def rng(seed):
    return np.random.default_rng(seed)


def logits_and_labels(seed, n=6, k=4):
    draws = rng(seed)
    return 3 * draws.normal(size=(n, k)), draws.integers(k, size=n)


ROWS = [
    row for row in rows("CASES") if row.op.__module__.startswith("nnlib.losses") and "reduction" in row.kwargs
]
REDUCED = list({row.op: row for row in ROWS}.values())
# The mean of these is a weighted one, or each loss is first divided by something.
OWN_MEAN = {"nll_loss", "cross_entropy", "ctc_loss"}


@pytest.mark.parametrize("case", REDUCED, ids=lambda case: case.op.__name__)
def test_sum_and_mean_are_those_of_the_single_losses(case):
    args = case.draw(0)
    single, total, mean = (case.op(*args, **{**case.kwargs, "reduction": r}) for r in ("none", "sum", "mean"))
    agree(total, np.sum(single))
    if case.op.__name__ not in OWN_MEAN:
        agree(mean, np.mean(single))
    for r in ("sum", "mean"):
        kwargs = {**case.kwargs, "reduction": r}
        once, twice = (as_tuple(case.backward(g, *args, **kwargs)) for g in (1.0, 2.0))
        for g, h in zip(once, twice):
            agree(h, 2 * g)


def test_reduce_itself():
    assert len(REDUCED) == 36
    loss = np.array([[1.0, 2.0], [3.0, 6.0]])
    assert L._reduce(loss, "none") is loss
    agree(L._reduce(loss, "sum"), 12.0)
    agree(L._reduce(loss), 3.0)
    agree(L._reduce(np.zeros(0), "sum"), 0.0)
    agree(L._reduce(np.zeros(0)), np.nan)
    with pytest.raises(ValueError, match="reduction must be 'none', 'mean' or 'sum'; got 'all'"):
        L._reduce(loss, "all")


@pytest.mark.parametrize("seed", SEEDS)
def test_cross_entropy_is_log_softmax_and_nll(seed):
    z, c = logits_and_labels(seed)
    weight = rng(seed).uniform(size=4)
    for kwargs in ({}, {"weight": weight}, {"ignore_index": int(c[0]), "reduction": "sum"}):
        agree(L.cross_entropy(z, c, **kwargs), L.nll_loss(A.log_softmax(z), c, **kwargs))
        by_parts = A.log_softmax_backward(L.nll_loss_backward(1.0, A.log_softmax(z), c, **kwargs), z)
        agree(L.cross_entropy_backward(1.0, z, c, **kwargs), by_parts)
    agree(L.cross_entropy(z, c), L.log_likelihood_cost(A.softmax(z), c))
    agree(L.cross_entropy(z, c), L.categorical_cross_entropy(A.softmax(z), np.eye(4)[c]))
    agree(L.cross_entropy(z, c), L.cross_entropy(z, np.eye(4)[c]))


@pytest.mark.parametrize("seed", SEEDS)
def test_label_smoothing_is_smooth_labels(seed):
    z, c = logits_and_labels(seed)
    agree(L.cross_entropy(z, c, label_smoothing=0.2), L.cross_entropy(z, L.smooth_labels(c, 4, eps=0.2)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [2, 10, 64, 65, 200])
def test_one_pass_gives_what_two_give(k, dtype):
    """Few and many classes are laid out differently in memory."""
    z, c = logits_and_labels(k, n=30, k=k)
    z = z.astype(dtype)
    for scores in (z, np.asfortranarray(z)):
        loss, gradient = L.cross_entropy_with_gradient(scores, c)
        agree(loss, L.cross_entropy(z, c), dtype=dtype)
        agree(gradient, L.cross_entropy_backward(1.0, z, c), dtype=dtype)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_classes_are_yes_and_no(seed):
    z, c = logits_and_labels(seed, k=2)
    yes = z[:, 1] - z[:, 0]
    agree(L.cross_entropy(z, c), L.binary_cross_entropy_with_logits(yes, c))
    agree(L.binary_cross_entropy_with_logits(yes, c), L.binary_cross_entropy(special.expit(yes), c))
    agree(L.binary_cross_entropy_with_logits(yes, c), L.soft_margin_loss(yes, 2 * c - 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_sigmoid_and_softmax_leave_a_minus_y(seed):
    z, c = logits_and_labels(seed)
    y = np.eye(4)[c]
    agree(L.cross_entropy_backward(1.0, z, c, reduction="none"), A.softmax(z) - y)
    a = A.sigmoid(z)
    agree(A.sigmoid_backward(L.sigmoid_cross_entropy_cost_backward(1.0, a, y, reduction="sum"), z), a - y)
    agree(L.binary_cross_entropy_with_logits_backward(1.0, z, y, reduction="sum"), a - y)
    quadratic = A.sigmoid_backward(L.quadratic_cost_backward(1.0, a, y, reduction="sum"), z)
    agree(quadratic, (a - y) * a * (1 - a))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_neurons_gradients_are_the_chain_rule(seed):
    draws = rng(seed)
    x, y, w, b = draws.normal(size=(6, 3)), draws.integers(2, size=6) * 1.0, draws.normal(size=3), 0.3
    z = x @ w + b
    costs = {"quadratic": L.quadratic_cost_backward, "cross_entropy": L.binary_cross_entropy_backward}
    for cost, backward in costs.items():
        delta = A.sigmoid_backward(backward(1.0, A.sigmoid(z), y), z)
        dw, db = L.neuron_gradients(x, y, w, b, cost=cost)
        agree(dw, delta @ x)
        agree(db, delta.sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_divergence_and_cross_entropy_have_one_gradient(seed):
    draws = rng(seed)
    z, q = draws.normal(size=(5, 4)), draws.dirichlet(np.ones(4), size=5)
    log_p = A.log_softmax(z)
    divergence = L.kl_div_backward(1.0, log_p, q, reduction="batchmean")
    agree(A.log_softmax_backward(divergence, z), L.cross_entropy_backward(1.0, z, q))
    entropy = -special.xlogy(q, q).sum(axis=1).mean()
    agree(L.cross_entropy(z, q), L.kl_div(log_p, q, reduction="batchmean") + entropy)


def test_sums_over_outputs_are_k_times_the_means():
    a, y = rng(0).uniform(size=(5, 3)), rng(1).uniform(size=(5, 3))
    agree(L.sigmoid_cross_entropy_cost(a, y), 3 * L.binary_cross_entropy(a, y))
    agree(L.quadratic_cost(a, y), 3 / 2 * L.mse_loss(a, y))
    agree(L.l2_regression_loss(a, y), 3 * L.mse_loss(a, y))
    agree(L.l1_regression_loss(a, y), 3 * L.l1_loss(a, y))


def test_several_labels_are_several_coins():
    z, y = rng(0).normal(size=(5, 3)), rng(1).integers(2, size=(5, 3))
    agree(L.multilabel_soft_margin_loss(z, y), L.binary_cross_entropy_with_logits(z, y))


@pytest.mark.parametrize("swap", [False, True])
def test_triplets_measure_lengths_by_default(swap):
    a, p, n = rng(0).normal(size=(3, 6, 4))
    kwargs = {"swap": swap, "margin": 2.0, "reduction": "none"}
    own = {"distance_function": (L.pairwise_distance, L.pairwise_distance_backward), **kwargs}
    agree(L.triplet_margin_with_distance_loss(a, p, n, **kwargs), L.triplet_margin_loss(a, p, n, **kwargs))
    agree(L.triplet_margin_with_distance_loss(a, p, n, **own), L.triplet_margin_loss(a, p, n, **kwargs))


# Sequences


@pytest.mark.parametrize("target", [[], [1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 1]])
def test_ctc_sums_all_alignments(target):
    for seed in SEEDS:
        log_p = A.log_softmax(rng(seed).normal(size=(5, 3)))
        alignments = np.array(E.ctc_alignments(target, 5, n_symbols=3))
        by_path = log_p[np.arange(5), alignments].sum(axis=1)
        agree(
            L.ctc_loss(log_p, np.array(target, int), 5, len(target), reduction="sum"),
            -special.logsumexp(by_path),
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_ctc_gradient_by_logits_is_torchs(seed):
    """torch's derivative by the log-probabilities is already that by the logits before them."""
    torch = pytest.importorskip("torch")
    draws = rng(seed)
    logits, targets = draws.normal(size=(12, 4, 6)), draws.integers(1, 6, size=(4, 4))
    frames, lengths = np.array([12, 10, 8, 12]), np.array([4, 2, 1, 3])
    log_p = A.log_softmax(logits)
    ours = A.log_softmax_backward(L.ctc_loss_backward(1.0, log_p, targets, frames, lengths), logits)
    x = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.ctc_loss(
        x.log_softmax(-1), *(torch.tensor(a) for a in (targets, frames, lengths))
    )
    loss.backward()
    agree(L.ctc_loss(log_p, targets, frames, lengths), loss.item())
    agree(ours, x.grad.numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_each_frame_shows_some_symbol(seed):
    draws = rng(seed)
    log_p = A.log_softmax(draws.normal(size=(8, 3, 5)))
    frames = np.array([8, 6, 7])
    gradient = L.ctc_loss_backward(
        1.0, log_p, draws.integers(1, 5, size=(3, 2)), frames, np.array([2, 2, 1]), reduction="sum"
    )
    agree(gradient.sum(axis=2), -1.0 * (np.arange(8)[:, None] < frames))


def test_long_sequences_do_not_underflow():
    log_p = A.log_softmax(rng(0).normal(size=(2000, 1, 5)))
    targets = rng(1).integers(1, 5, size=(1, 200))
    loss = L.ctc_loss(log_p, targets, [2000], [200], reduction="sum")
    assert 1000 < loss < np.inf  # exp(-loss) is 0 in float64
    gradient = L.ctc_loss_backward(1.0, log_p, targets, [2000], [200], reduction="sum")
    np.testing.assert_allclose(gradient.sum(axis=2), -1, rtol=1e-9)
