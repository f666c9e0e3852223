"""What whole kinds of functions must bear: parts without samples, and second versions for speed."""

import numpy as np
import pytest

from nnlib import activations, init
from nnlib import data as D

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
