"""The claims of chapter 01, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import data as D
from nnlib import experiments as E
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


# How many samples train, choose and judge


def test_recommended_splits():
    for m in (100, 1000, 10_000):
        assert E.recommended_split(m) == (0.6, 0.2, 0.2)
        assert E.recommended_split(m, with_validation=False) == (0.7, 0.3)
    assert E.recommended_split(10**6) == (0.98, 0.01, 0.01)
    assert E.recommended_split(10**6 + 1) == (0.995, 0.0025, 0.0025)
    assert E.recommended_split(10**5) == (0.8, 0.1, 0.1)
    for m in (1, 77, 30_000, 123_456, 10**8):
        for ratios in (E.recommended_split(m), E.recommended_split(m, with_validation=False)):
            assert sum(ratios) == pytest.approx(1, abs=1e-9)
            assert min(ratios) > 0


def test_batch_sizes_worth_trying():
    assert E.suggest_batch_size(2000) == (2000,)
    assert E.suggest_batch_size(2001) == (2**6, 2**7, 2**8, 2**9)
    assert all(1 < size < 2001 for size in E.suggest_batch_size(2001))


@pytest.mark.parametrize("seed", SEEDS)
def test_copies_made_before_the_split_leak(seed):
    leak = E.augmentation_leak(n=400, rng=rng(seed))
    assert leak.augment_then_split > 0.9
    assert abs(leak.split_then_augment - 0.5) < 5 * 0.5 / np.sqrt(200)
    assert E.augmentation_leak(n=400, rng=rng(seed)) == leak
    # copies far from their sample tell nothing about it
    far = E.augmentation_leak(n=400, std=100.0, rng=rng(seed))
    assert abs(far.augment_then_split - 0.5) < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_of_many_looks_better_than_it_is(seed):
    error = np.sqrt(0.95 * 0.05 / 1000)
    one, thirty = (E.choose_the_best(models=k, rng=rng(seed)) for k in (1, 30))
    assert abs(one.where_chosen - 0.95) < 5 * error / np.sqrt(2000)
    assert thirty.where_chosen - 0.95 == pytest.approx(
        2.04 * error, rel=0.1
    )  # mean of the largest of 30 normals
    assert abs(thirty.on_fresh_samples - 0.95) < 5 * error / np.sqrt(2000)
    assert isinstance(one, E.Winner)


def test_gaps_between_accuracies_in_standard_errors():
    from scipy import stats

    assert E.accuracy_gap_z(0.9, 0.9, n=50) == 0
    assert E.accuracy_gap_z(0.8, 0.9, n=400) == -E.accuracy_gap_z(0.9, 0.8, n=400)
    counts = np.array([[320, 80], [360, 40]])
    squared = stats.chi2_contingency(counts, correction=False).statistic
    assert E.accuracy_gap_z(0.8, 0.9, n=400) ** 2 == pytest.approx(squared)


# Scaling, PCA, whitening


def test_descent_takes_longer_down_a_longer_bowl():
    steps = [
        E.gd_iterations_on_quadratic(np.diag([1.0, k]), [1.0, 1.0], lr=1 / k).iterations for k in (1, 10, 100)
    ]
    assert steps == [1, 110, 917]
    round_bowl = E.gd_iterations_on_quadratic(np.eye(3), [3.0, -1.0, 2.0], lr=0.5)
    # each step halves the gradient: 2^-20 is the first power below a millionth
    assert round_bowl.iterations == 20
    assert round_bowl.converged
    agree(round_bowl.path[1], [1.5, -0.5, 1.0])
    assert not E.gd_iterations_on_quadratic(np.eye(2), [1.0, 1.0], lr=2.1, max_iter=50).converged
    assert E.gd_iterations_on_quadratic(np.eye(2), [1.0, 1.0], lr=2.1, max_iter=50).iterations == 50
    assert E.gd_iterations_on_quadratic(np.eye(2), [0.0, 0.0], lr=1.0).iterations == 0
    with pytest.raises(
        ValueError, match=r"gd_iterations_on_quadratic: H must be of shape \(3, 3\); got shape \(2, 2\)"
    ):
        E.gd_iterations_on_quadratic(np.eye(2), np.ones(3), lr=1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_standardised_features_need_fewer_steps(seed):
    X = rng(seed).normal(size=(200, 2)) * [1, 10] + [3, -5]
    bowls = [D.covariance(X), D.covariance(D.StandardScaler().fit(X).transform(X))]
    runs = [E.gd_iterations_on_quadratic(H, [1.0, 1.0], lr=1 / np.linalg.eigvalsh(H)[-1]) for H in bowls]
    assert runs[0].converged
    assert runs[0].iterations > 20 * runs[1].iterations


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_grow_with_the_condition_number_and_standardising_takes_it_away(seed):
    """About seven steps for each unit of it, at the best step size; three to eight afterwards."""
    for s in (3, 10, 30):
        X = rng(seed).normal(size=(400, 2)) * [1, s]
        steps = []
        for features in (X, *D.standardize(X)):
            H = features.T @ features / 400
            low, high = np.linalg.eigvalsh(H)
            steps.append(
                (high / low, E.gd_iterations_on_quadratic(H, np.ones(2), lr=2 / (low + high)).iterations)
            )
        (kappa, before), (_, after) = steps
        assert 6 < before / kappa < 8
        assert after < 10


def test_144_of_400_components_keep_a_digit():
    digits = D.crop(D.load_mnist_small(flat=False).X_train, 4, 4, 20, 20).reshape(4000, 400).astype(float)
    S = D.decorrelate(digits)[2]
    kept = np.cumsum(S) / S.sum()
    assert kept[143] == pytest.approx(0.962, abs=5e-4)
    assert kept[9] == pytest.approx(0.504, abs=5e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_keeps_the_label_helps_and_what_does_not_hurts(seed):
    mnist = D.load_mnist_small(flat=False)
    chosen = rng(seed).permutation(4000)[:1000]
    X, y = mnist.X_train[chosen], mnist.y_train[chosen]

    def accuracy(*transforms):
        more = np.concatenate([X, *(transform(X) for transform in transforms)])
        labels = np.tile(y, 1 + len(transforms))
        return E.neighbour_accuracy(more, labels, mnist.X_test, mnist.y_test)

    plain = accuracy()
    shifts = [lambda x, s=s: D.translate(x, *s) for s in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    assert accuracy(*shifts) > plain + 0.01
    assert accuracy(*(lambda x, a=a: D.rotate(x, a) for a in (10, -10))) > plain + 0.01
    assert accuracy(lambda x: x[..., ::-1]) < plain - 0.01
    assert accuracy(lambda x: D.rotate(x, 180)) < plain - 0.015
    assert accuracy(*(lambda x, a=a: D.rotate(x, a) for a in (60, -60))) < plain - 0.025


def test_the_nearest_neighbour_is_scikit_learns():
    from sklearn.neighbors import KNeighborsClassifier

    X, y = D.load_digits(dtype=np.float64)
    theirs = KNeighborsClassifier(1).fit(X[:300], y[:300]).score(X[300:], y[300:])
    assert E.neighbour_accuracy(X[:300], y[:300], X[300:], y[300:]) == pytest.approx(theirs)


def test_the_error_of_a_reconstruction_is_the_variance_dropped():
    X, _ = D.load_digits(dtype=np.float64)
    variance = np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1]
    for k in (1, 10, 32, 64):
        error = np.mean(np.sum((E.pca_reconstruct(X, k) - X) ** 2, axis=1))
        assert error == pytest.approx(variance[k:].sum(), abs=1e-12)
    # a quarter of the components keeps most of the picture
    assert variance[16:].sum() < 0.16 * variance.sum()


def test_whitening_exaggerates_detail_and_eps_holds_it_back():
    X, _ = D.load_digits(dtype=np.float64)
    sharp, smooth = E.whitened_images(X, 48), E.whitened_images(X, 48, eps=0.1)
    assert sharp.roughness_after > 1.4 * sharp.roughness_before
    assert sharp.roughness_before < smooth.roughness_after < 0.85 * sharp.roughness_after
    assert (np.diff(sharp.gain) >= 0).all()
    assert sharp.gain[-1] / sharp.gain[0] > 8
    assert smooth.gain[-1] / smooth.gain[0] < 3
    # on all components it is `whiten`, turned back
    white, _, W = D.whiten(X)
    _, U, _ = D.decorrelate(X)
    agree(E.whitened_images(X, 64).images, white @ U.T)
    agree(W @ U.T, U @ np.diag(E.whitened_images(X, 64).gain) @ U.T)
    with pytest.raises(
        ValueError, match=r"whitened_images: X must be of shape \(n, side \* side\); got shape \(5, 3\)"
    ):
        E.whitened_images(np.zeros((5, 3)), 2)


# Labels that a transform would change


def test_a_flip_reads_b_as_d_and_half_a_turn_6_as_9():
    bitmaps, labels = E.glyphs()
    assert bitmaps.shape == (6, 5, 3)
    assert len(np.unique(bitmaps, axis=0)) == 6
    flip = E.label_preserving(lambda bitmap: D.horizontal_flip(bitmap, True), bitmaps, labels)
    turn = E.label_preserving(lambda bitmap: D.rotate(bitmap, 180).round(), bitmaps, labels)
    upside = E.label_preserving(lambda bitmap: D.vertical_flip(bitmap, True), bitmaps, labels)
    assert flip == {"b": "d", "d": "b", "p": "q", "q": "p", "6": None, "9": None}
    assert turn == {"b": "q", "q": "b", "d": "p", "p": "d", "6": "9", "9": "6"}
    assert upside == {"b": "p", "p": "b", "d": "q", "q": "d", "6": None, "9": None}
    assert E.label_preserving(np.copy, bitmaps, labels) == dict(zip(labels, labels))


# Figures


def test_results_draw_themselves():
    descent = E.Descent(np.array([[1.0, 2.0], [0.5, 0.0]]), 1, True, np.eye(2))
    ax = descent.plot()
    assert ax.get_title() == "steps: 1"
    assert ax.get_lines()[0].get_xydata().tolist() == [[1, 2], [0.5, 0]]
    assert descent.plot(ax) is ax
    whitened = E.Whitened(np.zeros((2, 4)), np.array([1.0, 3.0]), 1.0, 2.0)
    ax = whitened.plot(label="eps = 0")
    assert ax.get_ylabel()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["eps = 0"]
    assert whitened.plot(ax) is ax
    assert E.Leak(0.9, 0.5).augment_then_split == 0.9
    plt.close("all")


def test_images_are_drawn_side_by_side():
    images = np.arange(1.0, 13).reshape(3, 2, 2)
    sheet = E.plot_images(images, columns=2).images[0].get_array().filled(0)
    agree(sheet, [[1, 2, 0, 5, 6], [3, 4, 0, 7, 8], [0, 0, 0, 0, 0], [9, 10, 0, 0, 0], [11, 12, 0, 0, 0]])
    ax = E.plot_images(images.reshape(3, 4))
    assert ax.images[0].get_array().shape == (2, 8)
    assert E.plot_images(images, ax=ax) is ax
    plt.close("all")
