"""Splits, batches, labels and everything of nnlib.data that draws lots: counts, moments, and that a seed decides."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import ndimage, stats
from sklearn import datasets, linear_model, model_selection

from nnlib import data as D
from nnlib import experiments as E
from tests.nnlib.spec import agree, rows

SEEDS = range(5)


def rng(seed):
    return np.random.default_rng(seed)


# Splits


@pytest.mark.parametrize("n", [1, 2, 7, 10, 33, 100, 101, 997])
def test_two_parts_are_as_large_as_scikit_learns(n):
    for held_out in (0.1, 0.2, 0.25, 0.3, 0.5, 1 / 3):
        ratios = (1 - held_out, held_out)
        if n == 1:  # scikit-learn: "the resulting train set will be empty"
            with pytest.raises(ValueError, match="got 1, cut into"):
                D.train_val_test_split(np.arange(n), ratios=ratios, rng=rng(n))
            continue
        train, test = D.train_val_test_split(np.arange(n), ratios=ratios, rng=rng(n))
        assert sorted([*train, *test]) == list(range(n))
        theirs = model_selection.train_test_split(np.arange(n), test_size=held_out, random_state=0)
        assert [len(train), len(test)] == [len(part) for part in theirs]


@pytest.mark.parametrize(
    ("n", "ratios", "sizes"),
    [
        (100, (0.6, 0.2, 0.2), [60, 20, 20]),
        (1000, (0.7, 0.3), [700, 300]),
        (10_000, (0.98, 0.01, 0.01), [9800, 100, 100]),
        (100, (0.57, 0.43), [57, 43]),  # 0.57 * 100 is 56.99999999999999
        (7, (0.6, 0.2, 0.2), [4, 1, 2]),
        (0, (0.6, 0.2, 0.2), [0, 0, 0]),
    ],
)
def test_parts_have_their_shares(n, ratios, sizes):
    for seed in SEEDS:
        parts = D.train_val_test_split(np.arange(n), ratios=ratios, rng=rng(seed))
        assert [len(part) for part in parts] == sizes
        assert sorted(np.concatenate(parts)) == list(range(n))


def test_arrays_are_cut_together_and_in_scikit_learns_order():
    X, y = np.arange(40).reshape(20, 2), np.arange(20)
    X_train, X_val, X_test, y_train, y_val, y_test = D.train_val_test_split(X, y, rng=rng(0))
    for a, b in ((X_train, y_train), (X_val, y_val), (X_test, y_test)):
        assert (a[:, 0] == 2 * b).all()
    assert (y_train != np.sort(y_train)).any()
    again = D.train_val_test_split(X, y, rng=rng(0))
    assert all((a == b).all() for a, b in zip(again, (X_train, X_val, X_test, y_train, y_val, y_test)))
    assert (D.train_val_test_split(y, rng=rng(1))[0] != y_train).any()
    first, *_ = D.train_val_test_split([3, 1, 2], ratios=(2 / 3, 1 / 3), shuffle=False)
    assert first.tolist() == [3, 1]


def test_every_sample_is_as_likely_in_every_part():
    draws = [D.train_val_test_split(np.arange(10), rng=rng(seed))[2] for seed in range(2000)]
    counts = np.bincount(np.concatenate(draws), minlength=10)
    assert stats.chisquare(counts).pvalue > 1e-4


def test_stratified_parts_keep_the_shares_of_the_classes():
    for seed in SEEDS:
        y = rng(seed).choice(4, size=203, p=[0.6, 0.25, 0.1, 0.05])
        parts = D.train_val_test_split(y, stratify=y, rng=rng(seed))
        assert [len(part) for part in parts] == [121, 41, 41]
        for part, ratio in zip(parts, (0.6, 0.2, 0.2)):
            for label in range(4):
                assert abs(np.sum(part == label) - ratio * np.sum(y == label)) <= 2


def test_stratified_parts_are_exact_where_they_can_be():
    y = np.repeat(["cat", "dog", "hen"], [50, 30, 20])
    train, val, test = D.train_val_test_split(y, stratify=y, rng=rng(0))
    for part, share in ((train, 6), (val, 2), (test, 2)):
        assert [np.sum(part == name) for name in ("cat", "dog", "hen")] == [5 * share, 3 * share, 2 * share]


def test_stratified_parts_are_shuffled():
    y = np.arange(400) % 2
    for part in D.train_val_test_split(y, stratify=y, ratios=(0.5, 0.5), rng=rng(0)):
        assert 0.4 < np.mean(np.diff(part) == 0) < 0.6  # neighbours are of one class half the time


def test_a_class_of_one_sample_falls_in_every_part_by_its_share():
    y = np.repeat(np.arange(11), [20] + [1] * 10)
    parts = [D.train_val_test_split(y, stratify=y, rng=rng(seed)) for seed in range(300)]
    shares = [np.mean([np.sum(draw[part] > 0) for draw in parts]) / 10 for part in range(3)]
    np.testing.assert_allclose(shares, [0.6, 0.2, 0.2], atol=0.03)


def test_a_stratified_split_draws_every_member_of_a_class():
    y = np.array([0] * 8 + [1] * 2)
    draws = [
        D.train_val_test_split(np.arange(10), stratify=y, ratios=(0.5, 0.5), rng=rng(s))[0]
        for s in range(1000)
    ]
    assert stats.chisquare(np.bincount(np.concatenate(draws), minlength=10)).pvalue > 1e-4


@pytest.mark.parametrize("n", [0, 1, 2, 7, 10, 33, 100, 997])
@pytest.mark.parametrize("ratios", [(0.6, 0.2, 0.2), (0.7, 0.1, 0.2), (0.57, 0.43), (0.25, 0.25, 0.25, 0.25)])
def test_indices_are_cut_where_whole_numbers_say(n, ratios):
    """The cuts by fractions, which do not round."""
    exact = [Fraction(str(r)) for r in ratios]
    ends = [int(n * sum(exact[: j + 1])) for j in range(len(exact))]
    order = rng(n).permutation(n)
    parts = D.split_indices(order, ratios=ratios)
    assert [len(part) for part in parts] == np.diff([0, *ends]).tolist()
    assert np.concatenate(parts).tolist() == order.tolist()


def test_strata_are_cut_class_by_class():
    labels = np.repeat([3, 0, 7], [10, 33, 5])
    order = rng(0).permutation(48)
    parts = D.stratified_indices(labels, order)
    assert sorted(np.concatenate(parts)) == list(range(48))
    assert [[int(np.sum(labels[part] == c)) for c in (0, 3, 7)] for part in parts] == [
        [19, 6, 3],
        [7, 2, 1],
        [7, 2, 1],
    ]
    for part in parts:
        assert (np.diff(labels[part]) >= 0).all()
        for c in (0, 3, 7):  # within a class as they stand in the order
            place = [order.tolist().index(i) for i in part[labels[part] == c]]
            assert place == sorted(place)
    assert [part.tolist() for part in D.stratified_indices([], np.zeros(0, int))] == [[], [], []]


@pytest.mark.parametrize(("n", "k"), [(5, 5), (10, 5), (11, 4), (103, 10), (2, 2)])
def test_folds_are_scikit_learns(n, k):
    ours = D.kfold_indices(n, k=k)
    for (train, val), (t, v) in zip(ours, model_selection.KFold(k).split(np.zeros(n)), strict=True):
        assert (train == t).all()
        assert (val == v).all()


def test_shuffled_folds_cover_every_sample_once():
    for seed in SEEDS:
        folds = D.kfold_indices(23, k=5, shuffle=True, rng=rng(seed))
        assert sorted(np.concatenate([val for _, val in folds])) == list(range(23))
        assert [len(val) for _, val in folds] == [5, 5, 5, 4, 4]
        for train, val in folds:
            assert sorted([*train, *val]) == list(range(23))
        assert all((np.diff(val) > 0).all() for _, val in folds)
        assert any((np.diff(val) != 1).any() for _, val in folds)


# Batches and labels


@pytest.mark.parametrize(("n", "size"), [(100, 10), (101, 10), (7, 3), (5, 8), (1, 1), (0, 4)])
def test_an_epoch_shows_every_sample_once(n, size):
    X = np.arange(2 * n).reshape(n, 2)
    for seed in SEEDS:
        batches = list(D.iterate_minibatches(X, X[:, 0] // 2, batch_size=size, rng=rng(seed)))
        assert len(batches) == -(-n // size)
        assert all(len(x) == len(y) == size for x, y in batches[:-1])
        assert all((x[:, 0] == 2 * y).all() for x, y in batches)
        assert sorted(i for _, y in batches for i in y) == list(range(n))
        kept = list(D.iterate_minibatches(X, batch_size=size, drop_last=True, rng=rng(seed)))
        assert [len(x) for x in kept] == [size] * (n // size)


def test_batches_are_shuffled_anew_and_by_the_generator_alone():
    order = rng(3)
    epochs = [np.concatenate(list(D.iterate_minibatches(np.arange(50), rng=order))) for _ in range(2)]
    assert (epochs[0] != epochs[1]).any()
    assert (np.concatenate(list(D.iterate_minibatches(np.arange(50), rng=rng(3)))) == epochs[0]).all()
    plain = D.iterate_minibatches(np.arange(4), batch_size=3, shuffle=False)
    assert [batch.tolist() for batch in plain] == [[0, 1, 2], [3]]


def test_a_batch_is_a_copy():
    X = np.zeros((4, 2))
    for batch in D.iterate_minibatches(X, batch_size=2, shuffle=False):
        batch += 1
    assert (X == 0).all()


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (0,), (2, 1, 4)])
def test_one_hot_is_torchs(shape):
    import torch

    for seed in SEEDS:
        y = rng(seed).integers(6, size=shape)
        for options in ({"num_classes": 6}, {"num_classes": 9}, {} if y.size else {"num_classes": 2}):
            want = torch.nn.functional.one_hot(torch.tensor(y, dtype=torch.int64), **options).numpy()
            agree(D.one_hot(y, **options), want, dtype=np.int64)
            agree(D.one_hot(y.tolist(), **options), want, dtype=np.int64)
            agree(D.one_hot(y.astype(np.uint8), **options), want, dtype=np.int64)


# Augmentation by lot


def test_noise_has_its_moments():
    x = np.full((200, 500), 3.0)
    for seed in SEEDS:
        noise = D.add_gaussian_noise(x, std=0.5, rng=rng(seed)) - 3
        assert abs(noise.mean()) < 5 * 0.5 / np.sqrt(noise.size)
        assert abs(noise.std() / 0.5 - 1) < 5 / np.sqrt(2 * noise.size)
        assert stats.kstest(noise.ravel()[::10] / 0.5, "norm").pvalue > 1e-4
    assert D.add_gaussian_noise(np.float32(x), rng=rng(0)).dtype == np.float32
    assert D.add_gaussian_noise([1, 2], rng=rng(0)).dtype == np.float64
    assert D.add_gaussian_noise(np.zeros((0, 2)), rng=rng(0)).shape == (0, 2)
    assert np.isnan(D.add_gaussian_noise([np.nan, 1.0], rng=rng(0))).tolist() == [True, False]
    assert (D.add_gaussian_noise(x, rng=rng(1)) == D.add_gaussian_noise(x, rng=rng(1))).all()


def test_flips_happen_with_their_probability():
    mask = D.flip_mask(10_000, p=0.3, rng=rng(0))
    assert abs(mask.mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 10_000)
    assert not D.flip_mask(100, p=0.0, rng=rng(0)).any()
    assert D.flip_mask(100, p=1.0, rng=rng(0)).all()
    x = rng(1).random((10_000, 1, 2, 3))
    flipped = D.horizontal_flip(x, mask)
    assert ((flipped[:, 0, 0, 0] == x[:, 0, 0, 2]) == mask).all()


@pytest.mark.parametrize("padding", [0, 2])
def test_random_crops_are_windows_at_every_place(padding):
    image = np.arange(1.0, 31).reshape(5, 6)
    x = np.broadcast_to(image, (3000, 2, 5, 6))
    windows = D.random_crop(x, (3, 4), padding=padding, fill=-1.0, rng=rng(padding))
    assert windows.shape == (3000, 2, 3, 4)
    assert (windows[:, 0] == windows[:, 1]).all()
    padded = np.pad(image, padding, constant_values=-1)
    places = np.lib.stride_tricks.sliding_window_view(padded, (3, 4)).reshape(-1, 12)
    hits = (windows[:, 0].reshape(-1, 1, 12) == places).all(axis=2)
    assert (hits.sum(axis=1) == 1).all()
    assert stats.chisquare(hits.sum(axis=0)).pvalue > 1e-4
    assert D.random_crop(np.float32(x[:2]), 2, rng=rng(0)).dtype == np.float32


def test_random_boxes_have_area_and_shape_as_promised():
    draw = rng(0)
    boxes = np.array([D.random_box(200, 300, rng=draw) for _ in range(4000)])
    top, left, height, width = boxes.T
    assert (boxes >= 0).all()
    assert (top + height <= 200).all()
    assert (left + width <= 300).all()
    share, shape = height * width / 60_000, width / height
    assert share.min() > 0.078
    assert (np.abs(np.log(shape)) < np.log(4 / 3) + 0.03).all()
    # the largest shapes do not fit and are drawn again, so only small windows follow the uniform law
    small = share[share < 0.5]
    assert stats.kstest(small, stats.uniform(0.08, 0.42).cdf).pvalue > 1e-4
    assert (
        stats.kstest(np.log(shape[share < 0.5]), stats.uniform(-np.log(4 / 3), 2 * np.log(4 / 3)).cdf).pvalue
        > 1e-4
    )


def test_a_box_that_never_fits_becomes_the_largest_in_the_middle():
    draw = rng(0)
    assert D.random_box(4, 40, scale=(1.0, 1.0), ratio=(1.0, 1.0), rng=draw) == (0, 18, 4, 4)
    assert D.random_box(40, 4, scale=(1.0, 1.0), ratio=(0.5, 2.0), rng=draw) == (16, 0, 8, 4)
    assert D.random_box(6, 9, scale=(2.0, 2.0), rng=draw) == (0, 0, 6, 8)


def test_random_resized_crop_is_a_resized_window():
    import torch

    x = rng(5).random((6, 3, 12, 10))
    got = D.random_resized_crop(x, (7, 8), rng=rng(1))
    draw = rng(1)
    for image, window in zip(x, got):
        top, left, height, width = D.random_box(12, 10, rng=draw)
        tensor = torch.from_numpy(image[None, :, top : top + height, left : left + width])
        agree(window, torch.nn.functional.interpolate(tensor, (7, 8), mode="bilinear")[0].numpy())
    whole = D.random_resized_crop(x[..., :10, :], 10, scale=(1.0, 1.0), ratio=(1.0, 1.0), rng=rng(0))
    agree(whole, x[..., :10, :])
    assert D.random_resized_crop(np.float32(x), 4, rng=rng(0)).dtype == np.float32


def test_elastic_displacement_is_blurred_noise():
    field = D.elastic_displacement(28, 28, rng=rng(3))
    noise = rng(3).uniform(-1, 1, size=(2, 28, 28))
    agree(field, np.stack([34 * ndimage.gaussian_filter(plane, 4, mode="constant") for plane in noise]))
    assert 0.5 < np.abs(field).mean() < 4  # a pixel or two at the defaults: the digit stays readable
    assert np.abs(np.diff(field, axis=1)).max() < 0.5 * np.abs(field).max()
    agree(D.elastic_displacement(5, 7, alpha=0.0, rng=rng(0)), np.zeros((2, 5, 7)))


def test_float32_images_follow_float64_ones():
    for case in rows("CASES"):
        if case.op.__module__.startswith("nnlib.data") and case.want is not None:
            for seed in SEEDS:
                single, double = case.draw(seed, np.float32), case.draw(seed)
                if case.op in (
                    D.decorrelate,
                    D.whiten,
                ):  # eigenvectors of close eigenvalues turn with rounding
                    continue
                got, want = case.op(*single, **case.kwargs), case.want(*double, **case.kwargs)
                for g, w in zip(
                    got if isinstance(got, tuple) else (got,), want if isinstance(want, tuple) else (want,)
                ):
                    np.testing.assert_allclose(g, w, rtol=2e-5, atol=5e-6, err_msg=str(case))


def test_augmented_digits_keep_their_class():
    """A classifier of digits reads shifted, turned and distorted ones far better than chance, if not all of them."""
    X, y = D.load_digits(flat=False)
    model = linear_model.LogisticRegression(max_iter=300).fit(X.reshape(len(X), -1), y)
    moved = {
        "rotate": D.rotate(X, 10),
        "zoom": D.zoom(X, 0.95),
        "translate": D.translate(X, 0.3, 0),
        "elastic": D.elastic_distort(X, D.elastic_displacement(8, 8, alpha=2.0, sigma=2.0, rng=rng(0))),
        "brightness": D.adjust_brightness(X, 0.8),
        "noise": D.add_gaussian_noise(X, std=0.05, rng=rng(0)),
    }
    for name, images in moved.items():
        assert images.shape == X.shape
        assert model.score(images.reshape(len(X), -1), y) > 0.85, name
    # whereas upside down most digits are not themselves
    assert model.score(D.rotate(X, 180).reshape(len(X), -1), y) < 0.5


# Made-up problems


def test_xor_is_the_truth_table_with_noise():
    X, y = D.make_xor(4, noise=0.0, rng=rng(0))
    assert (y == np.array([0, 1, 1, 0])).all()
    X, y = D.make_xor(4000, noise=0.1, rng=rng(1))
    corners = X.round()
    assert (np.logical_xor(*corners.T.astype(bool)) == y).mean() > 0.999
    assert abs((X - corners).std() - 0.1) < 0.002
    line = linear_model.LogisticRegression().fit(X, y)
    assert line.score(X, y) < 0.6


def test_spirals_wind_around_each_other():
    for classes in (2, 3):
        X, y = D.make_spirals(600, classes=classes, turns=1.5, noise=0.0, rng=rng(classes))
        radius, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
        assert radius.max() < 1
        turn = (angle / (2 * np.pi) - 1.5 * radius - y / classes) % 1
        assert np.minimum(turn, 1 - turn).max() < 1e-9
        assert np.bincount(y).tolist() == [600 // classes] * classes
    X, y = D.make_spirals(1000, rng=rng(0))
    assert linear_model.LogisticRegression().fit(X, y).score(X, y) < 0.75


def test_moons_are_scikit_learns():
    X, y = D.make_moons(100, noise=0.0, rng=rng(0))
    theirs, labels = datasets.make_moons(100, shuffle=False, noise=None)
    for label in (0, 1):
        agree(X[y == label], theirs[labels == label])
    noisy, _ = D.make_moons(20_000, noise=0.2, rng=rng(1))
    still, _ = D.make_moons(20_000, noise=0.0, rng=rng(1))
    assert abs((noisy - still).std() - 0.2) < 0.005
    assert D.make_moons(3, rng=rng(0))[1].tolist() == [0, 1, 0]


def test_blobs_lie_around_their_centres():
    centers = np.array([[0.0, 0, 5], [9, -9, 0]])
    X, y = D.make_blobs(20_000, centers=centers, cluster_std=2.0, rng=rng(0))
    for label, center in enumerate(centers):
        cloud = X[y == label]
        assert np.abs(cloud.mean(axis=0) - center).max() < 5 * 2 / np.sqrt(len(cloud))
        np.testing.assert_allclose(np.cov(cloud.T), 4 * np.eye(3), atol=0.25)
    X, y = D.make_blobs(10, centers=4, n_features=3, cluster_std=0.0, rng=rng(0))
    assert X.shape == (10, 3)
    assert np.abs(X).max() < 10
    assert len(np.unique(X, axis=0)) == 4


def test_multilabel_samples_have_any_number_of_labels():
    X, Y = D.make_multilabel(3000, n_features=8, classes=4, noise=0.0, rng=rng(0))
    assert X.shape == (3000, 8)
    assert sorted(set(Y.sum(axis=1))) == [0, 1, 2, 3, 4]
    assert (np.abs(Y.mean(axis=0) - 0.5) < 5 * 0.5 / np.sqrt(3000)).all()
    for labels in Y.T:
        assert linear_model.LogisticRegression(C=100).fit(X, labels).score(X, labels) > 0.98


def test_sine_is_a_noisy_period():
    X, y = D.make_sine(5000, noise=0.3, rng=rng(0))
    assert X.shape == (5000, 1)
    assert 0 <= X.min() < 0.01 < 0.99 < X.max() < 1
    rest = y - np.sin(2 * np.pi * X[:, 0])
    assert abs(rest.mean()) < 5 * 0.3 / np.sqrt(5000)
    assert abs(rest.std() - 0.3) < 0.02


@pytest.mark.parametrize(
    "make", [D.make_xor, D.make_spirals, D.make_moons, D.make_blobs, D.make_multilabel, D.make_sine]
)
def test_problems_come_from_the_generator_alone(make):
    a, b, c = make(30, rng=rng(0)), make(30, rng=rng(0)), make(30, rng=rng(1))
    assert all((u == v).all() for u, v in zip(a, b))
    assert (a[0] != c[0]).any()
    assert a[0].dtype == np.float64
    assert [len(part) for part in make(0, rng=rng(0))] == [0, 0]


def test_experiments_digits_are_the_same_digits():
    X, y = E.digits()
    ours, labels = D.load_digits(dtype=np.float64)
    agree(ours, X)
    assert (labels == y).all()


def test_batch_numbers_are_those_of_the_batches():
    for options in ({}, {"batch_size": 4}, {"batch_size": 4, "drop_last": True}, {"batch_size": 100}):
        numbers = D.minibatch_indices(23, **options, rng=rng(1))
        batches = list(D.iterate_minibatches(np.arange(23), **options, rng=rng(1)))
        assert [b.tolist() for b in numbers] == [b.tolist() for b in batches]
    assert sorted(np.concatenate(D.minibatch_indices(23, rng=rng(0)))) == list(range(23))
    assert [len(b) for b in D.minibatch_indices(23, batch_size=5, drop_last=True, rng=rng(0))] == [5] * 4
    assert D.minibatch_indices(3, drop_last=True, shuffle=False) == []
