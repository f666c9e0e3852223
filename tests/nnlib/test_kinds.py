"""What whole kinds of functions must bear: parts without samples, nothing at all, and second versions for speed."""

import numpy as np
import pytest

from nnlib import activations, adversarial, ensemble, init, metrics, pooling
from nnlib import data as D
from nnlib.ensemble import stratified_folds
from tests.nnlib.small_networks import network

NAN = np.nan

# Parts of a split

RATIOS = [
    (0.75, 0.25),
    (0.6, 0.2, 0.2),
    (0.9, 0.05, 0.05),
    (0.98, 0.01, 0.01),
    (0.05, 0.95),
    (0.25,) * 4,
    (1.0,),
]
LABELS = {
    "none": lambda n: None,
    "two classes": lambda n: np.arange(n) % 2,
    "a class each": np.arange,
    "one class": lambda n: np.zeros(n),
    "some nan": lambda n: np.where(np.arange(n) % 3 == 0, NAN, np.arange(n) % 2),
    "all nan": lambda n: np.full(n, NAN),
    "words": lambda n: np.resize(["cat", "dog", "hen"], n),
}


@pytest.mark.parametrize("ratios", RATIOS)
@pytest.mark.parametrize("kind", LABELS)
def test_no_part_of_a_split_is_empty(ratios, kind):
    for n in (*range(1, 30), 100, 101):
        for seed in range(3):
            y, rng = LABELS[kind](n), np.random.default_rng(seed)
            try:
                parts = D.train_val_test_split(np.arange(n), ratios=ratios, stratify=y, rng=rng)
            except ValueError as error:
                refused = str(error)
                parts = None
            if parts is None:
                assert (
                    f"train_val_test_split: n must be enough for a sample in every part; got {n}" in refused
                )
                assert n * min(ratios) < 1  # the smallest part would get less than a whole sample
            else:
                assert min(len(part) for part in parts) > 0
                assert sorted(np.concatenate(parts)) == list(range(n))


def test_missing_labels_are_stratified_as_a_class():
    y = np.repeat([NAN, 0.0, 1.0], [50, 30, 20])
    for seed in range(20):
        for part, share in zip(
            D.train_val_test_split(y, stratify=y, rng=np.random.default_rng(seed)), (6, 2, 2)
        ):
            assert [np.isnan(part).sum(), (part == 0).sum(), (part == 1).sum()] == [
                5 * share,
                3 * share,
                2 * share,
            ]


def test_no_fold_is_empty():
    for n in range(2, 15):
        for k in range(2, n + 1):
            for train, val in D.kfold_indices(n, k=k):
                assert len(train) > 0 < len(val)
        with pytest.raises(ValueError, match="kfold_indices: k must be from 2 to"):
            D.kfold_indices(n, k=n + 1)


@pytest.mark.parametrize("kind", [kind for kind in LABELS if kind != "none"])
def test_no_stratified_fold_is_empty_or_lacks_a_class(kind):
    """A nan is a label like any other: numpy.unique counts all of them as one."""
    for n in (2, 3, 5, 12, 30, 31):
        y = LABELS[kind](n)
        _, c, counts = np.unique(y, return_inverse=True, return_counts=True)
        for k in range(2, n + 1):
            if counts.max() < k:
                with pytest.raises(ValueError, match="stratified_folds: k must be at most"):
                    stratified_folds(y, k=k)
                continue
            folds = stratified_folds(y, k=k)
            for train, val in folds:
                assert min(len(train), len(val)) > 0
                assert sorted([*train, *val]) == list(range(n))
                of_class = np.bincount(c[val], minlength=len(counts))
                assert ((of_class == counts // k) | (of_class == -(-counts // k))).all()
            assert sorted(np.concatenate([val for _, val in folds])) == list(range(n))


# No samples, no boxes, no votes

NO_BOXES, NO_LABELS, NO_EXITS = np.zeros((0, 4)), np.zeros(0, int), np.zeros((2, 0, 3))
# f, arguments, options, the answer; beside the empty rows in the edges of each function
NOTHING = [
    (pooling.squash, (np.zeros((0, 3)),), {}, np.zeros((0, 3))),
    (pooling.squash, (np.zeros((3, 0)),), {}, np.zeros((3, 0))),
    (pooling.squash_backward, (1.0, np.zeros((0, 3))), {}, np.zeros((0, 3))),
    (pooling.self_attention_weights, (np.zeros((0, 4, 2)), np.ones((3, 2))), {}, np.zeros((0, 3, 4))),
    (pooling.self_attention_weights, (np.zeros((2, 0, 2)), np.ones((3, 2))), {}, np.zeros((2, 3, 0))),
    (pooling.dr_agg_loss, (np.zeros((0, 3)), NO_LABELS), {"lam": 0.1}, NAN),
    (metrics.nms, (NO_BOXES, np.zeros(0), 0.5), {}, NO_LABELS),
    (metrics.match_detections, (NO_BOXES, np.zeros(0), [[0, 0, 1, 1]]), {}, (NO_LABELS, NO_LABELS, 1)),
    (metrics.match_detections, ([[0, 0, 1, 1]], [0.5], NO_BOXES), {}, ([False], [True], 0)),
    (metrics.mask_iou, (np.zeros((0, 5)), np.zeros((0, 5))), {}, 0.0),
    (metrics.mask_iou, (np.zeros(0), np.zeros(0)), {"zero_division": 1.0}, 1.0),
    (metrics.dice_coefficient, (np.zeros((0, 5)), np.zeros((0, 5))), {}, 0.0),
    (ensemble.majority_vote, (np.zeros((3, 0), int),), {}, NO_LABELS),
    (
        ensemble.majority_vote,
        (np.zeros((3, 0), int),),
        {"tie_break": "rank", "probs": np.zeros((3, 0, 4))},
        NO_LABELS,
    ),
    (ensemble.budgeted_exit, (NO_EXITS, 1), {}, (NO_LABELS, NO_LABELS)),
    (ensemble.confidence_exit, (NO_EXITS,), {}, (NO_LABELS, NO_LABELS)),
    (ensemble.entropy_exit, (NO_EXITS,), {"threshold": 0.1}, (NO_LABELS, NO_LABELS)),
    (ensemble.patience_exit, (NO_EXITS,), {}, (NO_LABELS, NO_LABELS)),
    (ensemble.swa_update, ([], [], 0), {}, ()),
    (adversarial.pgd, (np.zeros((0, 3)), lambda x: x), {}, np.zeros((0, 3))),
    (adversarial.pgd, (np.zeros((0, 3)), lambda x: x), {"norm": "l2"}, np.zeros((0, 3))),
    (
        adversarial.input_gradient,
        (network(), "cross_entropy", np.zeros((0, 5)), NO_LABELS),
        {},
        np.zeros((0, 5)),
    ),
]


@pytest.mark.parametrize(("f", "arguments", "options", "want"), NOTHING)
def test_of_nothing_comes_what_is_documented(f, arguments, options, want):
    got = f(*arguments, **options)
    pairs = zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]
    for g, w in pairs:
        assert np.shape(g) == np.shape(w)
        np.testing.assert_array_equal(g, w)


@pytest.mark.parametrize(
    ("f", "arguments"),
    [
        (metrics.auc, ([], [])),
        (metrics.top_k_accuracy_score, ([], np.zeros((0, 3)))),
        (metrics.f1_score, ([], [])),
        (metrics.roc_curve, ([], [])),
        (ensemble.stratified_folds, ([],)),
        (ensemble.average_probs, (np.zeros((0, 4)),)),
        (ensemble.swa_average, ([],)),
    ],
)
def test_a_number_about_nothing_is_refused_by_name(f, arguments):
    with pytest.raises(ValueError, match=f"^{f.__name__}: "):
        f(*arguments)


# Second versions, for speed


@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (40_000,), (200, 201), (0, 3)])
def test_gelu_of_float32_is_that_of_float64(shape):
    from scipy import special

    x = np.asarray(4 * np.random.default_rng(0).normal(size=shape)).astype(np.float32)
    wide = x.astype(np.float64)
    phi = np.exp(-(wide**2) / 2) / np.sqrt(2 * np.pi)
    for y, want in (
        (activations.gelu(x), wide * special.ndtr(wide)),
        (activations.gelu_backward(1.0, x), special.ndtr(wide) + wide * phi),
    ):
        assert y.dtype == np.float32
        assert y.shape == shape
        assert np.all(np.abs(y - want) <= 5e-7 * np.maximum(1, np.abs(want)))
    turned = np.array(x, order="F")
    assert np.array_equal(activations.gelu(turned), activations.gelu(x))


def test_gelu_of_float32_far_out():
    from scipy import special

    x = np.concatenate([np.linspace(-50, 50, 200_001), [-3e38, -1e20, 1e20, 3e38, np.inf, np.nan]]).astype(
        np.float32
    )
    cdf = activations.gelu(x[:-2]) / np.where(x[:-2] == 0, 1, x[:-2])
    np.testing.assert_allclose(
        cdf, np.where(x[:-2] == 0, 0, special.ndtr(x[:-2].astype(float))), rtol=0, atol=2e-7
    )
    assert np.array_equal(activations.gelu(x[-2:]), x[-2:], equal_nan=True)


def test_draws_of_a_variance_are_those_of_a_normal_distribution():
    for draw, std in (
        (init.lecun_normal, 0.5),
        (init.xavier_normal, (2 / 7) ** 0.5),
        (init.kaiming_normal, 0.5**0.5),
    ):
        np.testing.assert_array_equal(
            draw((3, 4), rng=np.random.default_rng(0)), np.random.default_rng(0).normal(0, std, (3, 4))
        )
