"""Formulas about data that one meets and that are wrong, beside those that are right."""

import numpy as np
import pytest
from scipy import stats
from sklearn import decomposition

from nnlib import data as D
from nnlib import experiments as E
from tests.nnlib.spec import agree


def test_the_standard_deviation_subtracts_the_mean():
    """The root of the mean square is the spread about 0, not about the mean."""
    x = np.array([100.0, 101.0, 102.0])
    about_zero = np.sqrt(np.mean(x**2))
    assert about_zero == pytest.approx(101.003, abs=5e-4)
    assert ((x - x.mean()) / about_zero).std() == pytest.approx(0.0081, abs=5e-5)
    scaler = D.StandardScaler().fit(x[:, None])
    assert scaler.scale_[0] == pytest.approx(0.8165, abs=5e-5)
    assert scaler.transform(x[:, None]).std() == pytest.approx(1)
    # on data that is centred already the two agree
    agree(np.sqrt(np.mean((x - 101) ** 2)), D.StandardScaler().fit(x[:, None] - 101).scale_[0])


def test_a_tenth_of_a_percent_is_a_tie_and_a_percent_is_not():
    """Ten thousand test samples: one standard error is 0.22 points."""
    assert E.accuracy_gap_z(0.9487, 0.9499, n=10_000) == pytest.approx(0.39, abs=5e-3)
    assert E.accuracy_gap_z(0.9499, 0.9629, n=10_000) == pytest.approx(4.50, abs=5e-3)
    assert np.sqrt(0.95 * 0.05 / 10_000) == pytest.approx(0.0022, abs=5e-5)


@pytest.fixture
def X():
    rng = np.random.default_rng(0)
    return rng.normal(size=(50, 3)) @ rng.normal(size=(3, 3))


def test_singular_values_of_a_covariance_are_its_eigenvalues(X):
    """Not their squares; and it is the squared singular values of the data that are n times as large."""
    S = D.decorrelate(X)[2]
    agree(S, np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1])
    assert (np.abs(S / S**2 - 1) > 0.1).all()
    agree(S, np.linalg.svd(X - X.mean(axis=0))[1] ** 2 / len(X))
    left, singular, right = np.linalg.svd(D.covariance(X))
    agree(left @ np.diag(singular) @ right, D.covariance(X))  # the third result is already transposed
    assert np.abs(left @ np.diag(singular) @ right.T - D.covariance(X)).max() > 0.1


def test_whitening_divides_by_the_root_of_the_eigenvalues(X):
    white, _, _ = D.whiten(X, eps=0.0)
    agree(D.covariance(white), np.eye(3))
    Xrot, _, S = D.decorrelate(X)
    agree(np.diag(D.covariance(Xrot / S)), 1 / S)
    assert np.abs(np.diag(D.covariance(Xrot / S)) - 1).max() > 0.5


def test_the_first_k_eigenvectors_begin_at_0():
    """Rows 1:k of the transposed eigenvectors leave out the first, and are one too few."""
    X, _ = D.load_digits(dtype=np.float64)
    Xrot, U, S = D.decorrelate(X)
    k = 20
    assert U.T[1:k, :].shape == (k - 1, 64)
    with pytest.raises(ValueError, match="mismatch in its core dimension"):
        Xrot[:, :k] @ U.T[1:k, :]
    agree(Xrot[:, :k] @ U[:, :k].T + X.mean(axis=0), E.pca_reconstruct(X, k))
    without_first = Xrot[:, 1:k] @ U.T[1:k, :] + X.mean(axis=0)
    lost = np.mean(np.sum((without_first - X) ** 2, axis=1)) - S[k:].sum()
    assert lost == pytest.approx(S[0])
    assert S[0] > 0.14 * S.sum()


def test_labels_count_from_0():
    """Of the scores 1, 2, 5, 2 the third belongs to class 2, and its gradient is softmax - 1 there."""
    scores = np.array([1.0, 2.0, 5.0, 2.0])
    p = np.exp(scores) / np.exp(scores).sum()
    right = p - D.one_hot(2, num_classes=4)
    wrong = p - D.one_hot(3, num_classes=4)
    agree(right.round(4), [0.0164, 0.0445, -0.1055, 0.0445])
    assert wrong[3] == pytest.approx(-0.9555, abs=5e-5)
    assert D.one_hot(7, num_classes=10).argmax() == 7
    # samples along the first axis: X @ W.T, not W @ X
    with pytest.raises(ValueError, match="not aligned"):
        np.dot(np.ones((5, 3)), np.ones((10, 3)))
    assert (np.ones((10, 3)) @ np.ones((5, 3)).T).shape == (10, 5)


def test_copies_before_the_split_flatter_the_validation():
    """Coin-toss labels cannot be predicted; copies on both sides of the split make them seem so."""
    leak = E.augmentation_leak(rng=np.random.default_rng(0))
    assert leak.augment_then_split > 0.85
    assert leak.split_then_augment < 0.65


def test_scaling_does_not_make_data_normal():
    X = np.random.default_rng(0).exponential(size=(200_000, 2))
    Z = D.StandardScaler().fit(X).transform(X)
    agree(stats.skew(Z), stats.skew(X))
    assert stats.skew(X)[0] == pytest.approx(2, abs=0.1)
    assert stats.kurtosis(D.whiten(X)[0])[0] > 2  # a normal distribution has 0


def test_b_turns_into_d_by_a_flip_and_not_by_half_a_turn():
    bitmaps, labels = E.glyphs()
    assert E.label_preserving(np.fliplr, bitmaps, labels)["b"] == "d"
    turned = E.label_preserving(lambda bitmap: np.rot90(bitmap, 2), bitmaps, labels)
    assert (turned["b"], turned["6"]) == ("q", "9")


def test_mean_0_and_the_range_from_minus_1_to_1_are_two_things():
    x = np.array([[0.0], [0.0], [0.0], [4.0]])
    scaled = D.MinMaxScaler(feature_range=(-1, 1)).fit(x).transform(x)
    assert (scaled.min(), scaled.max(), scaled.mean()) == (-1, 1, -0.5)
    centred, _ = D.center(x)
    agree((centred / np.abs(centred).max()).ravel(), [-1 / 3, -1 / 3, -1 / 3, 1])


def test_one_over_n_or_n_minus_1():
    X = np.random.default_rng(1).normal(size=(10, 3))
    biased = np.linalg.eigvalsh(D.covariance(X))[-1]
    theirs = decomposition.PCA(1).fit(X).explained_variance_[0]
    assert theirs / biased == pytest.approx(10 / 9)
    agree(D.PCA(1).fit(X).explained_variance_, [theirs])
    agree(D.covariance(X, ddof=1), np.cov(X.T))
    pixels = np.array([[200, 100]], np.uint8)
    with pytest.raises(TypeError, match="Cannot cast"):
        pixels -= pixels.mean()
    agree(D.center(pixels, axis=None)[0], [[50.0, -50.0]])


def test_the_exponent_of_resampling_may_be_0_and_1():
    counts = np.array([900, 90, 10])
    agree(D.class_sampling_probs(counts, q=0), np.full(3, 1 / 3))
    agree(D.class_sampling_probs(counts, q=1), counts / 1000)
