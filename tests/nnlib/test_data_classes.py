"""The objects of nnlib.data that remember what they were fitted on, or what to draw: as scikit-learn and torch."""

import numpy as np
import pytest
from scipy import stats
from sklearn import decomposition, preprocessing

from nnlib import data as D
from tests.nnlib import spec
from tests.nnlib.spec import agree

SHAPES = [(2, 1), (5, 3), (40, 7), (3, 6)]
PAIRS = [
    (D.StandardScaler, preprocessing.StandardScaler, {}),
    (D.MinMaxScaler, preprocessing.MinMaxScaler, {}),
    (D.MinMaxScaler, preprocessing.MinMaxScaler, {"feature_range": (-1, 1)}),
    (D.MinMaxScaler, preprocessing.MinMaxScaler, {"feature_range": (2.0, 5.0)}),
]
IDS = ["standard", "minmax", "minmax to (-1, 1)", "minmax to (2, 5)"]
ATTRIBUTES = {
    D.StandardScaler: ("mean_", "var_", "scale_"),
    D.MinMaxScaler: ("data_min_", "data_max_", "scale_"),
}


def draw(shape, seed, dtype=np.float64):
    """Features of very different size and offset."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, shape[1]) + rng.normal(size=shape[1])
    ).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("ours", "theirs", "options"), PAIRS, ids=IDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_scalers_are_scikit_learns(ours, theirs, options, shape, dtype):
    for seed in range(5):
        X, other = draw(shape, seed, dtype), draw((4, shape[1]), seed + 100, dtype)
        mine, reference = ours(**options).fit(X), theirs(**options).fit(X.astype(np.float64))
        tolerance = 1e-11 if dtype == np.float64 else 2e-6
        for name in ATTRIBUTES[ours]:
            np.testing.assert_allclose(getattr(mine, name), getattr(reference, name), rtol=tolerance)
        for data in (X, other):
            z = mine.transform(data)
            assert z.dtype == dtype
            want = reference.transform(data.astype(np.float64))
            np.testing.assert_allclose(z, want, rtol=tolerance, atol=tolerance)
            size = max(
                np.abs(X).max(), np.abs(data).max()
            )  # the back and forth rounds at the larger of the two
            back = mine.inverse_transform(z)
            np.testing.assert_allclose(back, data, rtol=tolerance, atol=tolerance * size)
            spec.compared += 2 * data.size


def test_standardised_features_have_mean_0_and_variance_1():
    for seed in range(5):
        Z = D.StandardScaler().fit(X := draw((50, 4), seed)).transform(X)
        agree(Z.mean(axis=0), np.zeros(4))
        agree(Z.var(axis=0), np.ones(4))
        W = D.MinMaxScaler(feature_range=(-1, 1)).fit(X).transform(X)
        agree(W.min(axis=0), -np.ones(4))
        agree(W.max(axis=0), np.ones(4))


def test_a_constant_feature_is_centred_and_not_divided():
    X = np.column_stack([np.full(6, 0.1), np.full(6, 1e4), np.arange(6.0)])
    with np.errstate(all="raise"):
        Z = D.StandardScaler().fit(X).transform(X)
        W = D.MinMaxScaler(feature_range=(-1, 1)).fit(X).transform(X)
    assert np.abs(Z[:, :2]).max() < 1e-12
    agree(W[:, :2], -np.ones((6, 2)))
    agree(D.StandardScaler().fit([[3.0]]).transform([[4.0]]), [[1.0]])
    assert preprocessing.StandardScaler().fit(X).scale_[:2].tolist() == [1, 1]


def test_eps_stands_under_the_root():
    agree(D.StandardScaler(eps=3.0).fit([[1.0], [-1.0]]).transform([[1.0]]), [[0.5]])


def test_float32_with_a_large_offset_keeps_its_spread():
    X = np.float32(1e4) + np.arange(4000, dtype=np.float32)[:, None] % 2
    agree(D.StandardScaler().fit(X).scale_, [0.5])
    agree(D.StandardScaler().fit(X).transform(X[:2]), [[-1.0], [1.0]], dtype=np.float32)


def test_nan_stays_in_its_feature():
    for scaler in (D.StandardScaler(), D.MinMaxScaler()):
        Z = scaler.fit([[np.nan, 1.0], [2.0, 3.0]]).transform([[0.0, 1.0]])
        assert np.isnan(Z).tolist() == [[True, False]]


@pytest.mark.parametrize("shape", [(30, 5), (6, 10), (4, 4), (2, 1)])
@pytest.mark.parametrize("k", [None, 1, 2])
def test_pca_is_scikit_learns(shape, k):
    if k == 2 and shape == (2, 1):
        k = 1
    for seed in range(5):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=shape) * np.linspace(1, 3, shape[1]) + 5
        other = rng.normal(size=(3, shape[1]))
        ours, theirs = D.PCA(k).fit(X), decomposition.PCA(k, svd_solver="full").fit(X)
        real = theirs.explained_variance_ > 1e-12  # the last component of too few samples points anywhere
        agree(ours.mean_, theirs.mean_)
        agree(ours.explained_variance_, theirs.explained_variance_)
        agree(ours.explained_variance_ratio_, theirs.explained_variance_ratio_)
        agree(ours.components_[real], theirs.components_[real])
        agree(ours.transform(other)[:, real], theirs.transform(other)[:, real])
        agree(ours.inverse_transform(ours.transform(X)), theirs.inverse_transform(theirs.transform(X)))


def test_pca_keeps_float32():
    X = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    pca = D.PCA(2).fit(X)
    assert {
        a.dtype
        for a in (pca.mean_, pca.components_, pca.transform(X), pca.inverse_transform(pca.transform(X)))
    } == {np.dtype(np.float32)}
    agree(
        pca.transform(X),
        decomposition.PCA(2, svd_solver="full").fit_transform(X.astype(float)).astype(np.float32),
        dtype=np.float32,
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: D.StandardScaler().fit(np.zeros((0, 2))),
            r"StandardScaler.fit: X must be of shape \(n, d\) with n > 0",
        ),
        (
            lambda: D.StandardScaler().transform(np.eye(2)),
            "StandardScaler.transform: the scaler must be fitted first",
        ),
        (
            lambda: D.MinMaxScaler().inverse_transform(np.eye(2)),
            "MinMaxScaler.inverse_transform: the scaler must be",
        ),
        (
            lambda: D.MinMaxScaler().fit(np.eye(2)).transform(np.eye(3)),
            r"MinMaxScaler.transform: X must be of shape \(n, 2\); got shape \(3, 3\)",
        ),
        (lambda: D.StandardScaler().fit(np.eye(2)).transform(np.ones(2)), r"X must be of shape \(n, 2\)"),
        (
            lambda: D.MinMaxScaler(feature_range=(1, 1)),
            "MinMaxScaler: feature_range must be .* with low < high",
        ),
        (
            lambda: D.PCA(3).fit(np.eye(2)),
            "PCA.fit: n_components must be from 1 to 2, the smaller side of X; got 3",
        ),
        (lambda: D.PCA(1).fit(np.ones((1, 2))), "PCA.fit: X must be of more than one row; got 1 row"),
        (lambda: D.PCA(1).fit([[np.nan, 0], [1, 2]]), "PCA.fit: X must be finite"),
        (lambda: D.PCA(1).transform(np.eye(2)), "PCA.transform: the scaler must be fitted first"),
        (
            lambda: D.PCA(1).fit(np.eye(2)).inverse_transform(np.eye(2)),
            r"PCA.inverse_transform: X must be of shape \(n, 1\)",
        ),
        (lambda: sampler([1.0], 0), "WeightedRandomSampler: num_samples must be positive; got 0"),
        (
            lambda: sampler([1.0, -1.0], 1),
            r"weights must be finite, at least 0, and not all 0; got \[1.0, -1.0\]",
        ),
        (lambda: sampler([np.nan], 1), "weights must be finite"),
        (lambda: sampler([0.0], 1), "weights must be finite, at least 0, and not all 0"),
        (lambda: sampler([[1.0]], 1), r"weights must be of shape \(n,\); got shape \(1, 1\)"),
        (
            lambda: sampler([1.0, 0.0], 2, replacement=False),
            "num_samples must be at most 1, the number of positive",
        ),
    ],
)
def test_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_arguments_stay_as_they_are():
    X = draw((6, 3), 0)
    X.setflags(write=False)
    for thing in (D.StandardScaler(), D.MinMaxScaler(), D.PCA(2)):
        Z = thing.fit(X).transform(X)
        Z.setflags(write=False)
        thing.inverse_transform(Z)


def test_statistics_come_from_the_training_part_alone():
    X_train, X_val, X_test = (draw((20, 3), seed) for seed in range(3))
    for scaler in (D.StandardScaler(), D.MinMaxScaler(), D.PCA(2)):
        first = D.fit_transform_splits(scaler, X_train, X_val, X_test)
        second = D.fit_transform_splits(scaler, X_train, 1e3 * X_val, X_test[:4] - 7)
        agree(first[0], second[0])
        agree(scaler.transform(X_val), first[1])
        assert len(first) == 3
    train, test = D.fit_transform_splits(D.StandardScaler(), X_train, X_test)
    reference = preprocessing.StandardScaler().fit(X_train)
    agree(test, reference.transform(X_test))
    # fitted on everything, the training part would not have mean 0
    assert (
        np.abs(
            preprocessing.StandardScaler().fit(np.vstack([X_train, X_test])).transform(X_train).mean(axis=0)
        ).max()
        > 0.01
    )
    agree(train.mean(axis=0), np.zeros(3))


def sampler(weights, num_samples, seed=0, **options):
    return D.WeightedRandomSampler(weights, num_samples, rng=np.random.default_rng(seed), **options)


def test_indices_are_drawn_by_weight():
    for seed in range(3):
        drawn = np.array(list(sampler([1, 0, 3, 6], 20_000, seed)))
        counts = np.bincount(drawn, minlength=4)
        assert counts[1] == 0
        assert stats.chisquare(counts[[0, 2, 3]], 20_000 * np.array([0.1, 0.3, 0.6])).pvalue > 1e-4


def test_the_sampler_draws_as_torchs():
    import torch

    weights = [0.5, 0.1, 0.0, 2.0]
    for replacement, n in ((True, 5000), (False, 3)):
        ours = np.array(
            [list(sampler(weights, n, s, replacement=replacement)) for s in range(1 if replacement else 3000)]
        )
        theirs = np.array(
            [
                list(
                    torch.utils.data.WeightedRandomSampler(
                        weights, n, replacement, torch.Generator().manual_seed(s)
                    )
                )
                for s in range(1 if replacement else 3000)
            ]
        )
        first = [
            np.bincount(d[:, 0] if not replacement else d[0], minlength=4)[[0, 1, 3]] for d in (ours, theirs)
        ]
        assert stats.chi2_contingency(first).pvalue > 1e-4
        assert ours.shape == theirs.shape
    assert all(sorted(row) == [0, 1, 3] for row in ours.tolist())


def test_the_sampler_is_an_iterable_that_draws_anew():
    draws = sampler([1.0] * 50, 20)
    first, second = list(draws), list(draws)
    assert len(draws) == len(first) == len(second) == 20
    assert first != second
    assert first == list(sampler([1.0] * 50, 20))
    assert all(type(i) is int for i in first)


def test_class_probabilities_balance_the_draws():
    y = np.repeat([0, 1], [900, 100])
    counts = np.bincount(y)
    for q, share in ((0, 0.5), (0.5, 0.25), (1, 0.1)):
        p = D.class_sampling_probs(counts, q=q)
        drawn = y[list(sampler((p / counts)[y], 10_000, 1))]
        assert abs(drawn.mean() - share) < 5 * np.sqrt(share * (1 - share) / 10_000)


@pytest.mark.parametrize("seed", range(3))
def test_scaling_in_one_call_is_scikit_learns_scaler_of_the_training_part(seed):
    train, val, test = draw((30, 4), seed), 3 + draw((7, 4), seed + 10), draw((1, 4), seed + 20)
    for ours, theirs in (
        (D.standardize(train, val, test), preprocessing.StandardScaler()),
        (D.minmax_scale(train, val, test), preprocessing.MinMaxScaler()),
        (D.minmax_scale(train, val, test, feature_range=(-1, 3)), preprocessing.MinMaxScaler((-1, 3))),
    ):
        theirs.fit(train)
        for part, wanted in zip(ours, (train, val, test), strict=True):
            agree(part, theirs.transform(wanted))
