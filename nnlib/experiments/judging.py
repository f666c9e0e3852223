"""How many samples train, choose and judge; and how a judge is misled: by copies, by choosing, by chance."""

from typing import NamedTuple

import numpy as np

from nnlib.data import add_gaussian_noise


def recommended_split(m, *, with_validation=True):
    """Shares of the training, validation and test parts for m samples, by rule of thumb.

    Parameters
    ----------
    m : int
    with_validation : bool, default True; False for a training and a test part

    Returns
    -------
    tuple of floats that add to 1

    Notes
    -----
    Few samples: 60/20/20, or 70/30 without validation.  Many: some 10 000 samples are enough to judge a model to
    a percent, so 98/1/1 for a million; beyond that 99.5/0.25/0.25.  Ng (2018), "Machine learning yearning",
    chapter 7.

    Examples
    --------
    >>> recommended_split(1000), recommended_split(1000, with_validation=False)
    ((0.6, 0.2, 0.2), (0.7, 0.3))
    >>> recommended_split(10**6), recommended_split(10**7)
    ((0.98, 0.01, 0.01), (0.995, 0.0025, 0.0025))
    """
    most = 0.2 if with_validation else 0.3
    held_out = 0.0025 if m > 10**6 else min(most, 10_000 / m)
    parts = (held_out,) * (2 if with_validation else 1)
    return (round(1 - sum(parts), 10), *parts)


def suggest_batch_size(m):
    """Batch sizes worth trying for m samples, by rule of thumb.

    Parameters
    ----------
    m : int

    Returns
    -------
    tuple of int : all m samples where they are few, else powers of two

    Notes
    -----
    m up to 2000: the whole set; above: 64, 128, 256, 512, as memory allows.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.1.3.

    Examples
    --------
    >>> suggest_batch_size(1500), suggest_batch_size(60_000)
    ((1500,), (64, 128, 256, 512))
    """
    return (m,) if m <= 2000 else (64, 128, 256, 512)


def neighbour_accuracy(X_train, y_train, X_test, y_test):
    """Share of test samples whose nearest training sample has the right label.

    Parameters
    ----------
    X_train, X_test : arrays, samples along the first axis, otherwise of one shape
    y_train, y_test : arrays of labels

    Returns
    -------
    float

    Notes
    -----
    The nearest by Euclidean distance; of equally near ones the first.  ``sklearn.neighbors.KNeighborsClassifier(1)``.

    Examples
    --------
    >>> neighbour_accuracy(np.array([[0.0], [4.0]]), np.array([0, 1]), np.array([[1.0], [3.0]]), np.array([0, 0]))
    0.5
    """
    X_train, X_test = X_train.reshape(len(X_train), -1), X_test.reshape(len(X_test), -1)
    distance = np.sum(X_train**2, axis=1) - 2 * X_test @ X_train.T  # squared, less what all of them share
    return float(np.mean(y_train[distance.argmin(axis=1)] == y_test))


class Leak(NamedTuple):
    """Accuracy on the validation part where copies were made before the split, and after it."""

    augment_then_split: float
    split_then_augment: float


def augmentation_leak(*, n=200, d=20, copies=5, std=0.1, rng):
    """Classify noise by its nearest neighbour, with noisy copies made before the split or after it.

    The labels are coin tosses, so that no honest accuracy is above one half by more than chance.

    Parameters
    ----------
    n, d : int, default 200 samples of 20 features
    copies : int, default 5, of each sample
    std : float, default 0.1, how far the copies lie from the samples
    rng : numpy.random.Generator

    Returns
    -------
    Leak

    Notes
    -----
    Half trains, half validates.  A copy in the training half tells the label of its sibling in the other.
    Kaufman et al. (2012), "Leakage in data mining", section 2.

    Examples
    --------
    >>> leak = augmentation_leak(rng=np.random.default_rng(0))
    >>> leak.augment_then_split > 0.9, 0.3 < leak.split_then_augment < 0.7
    (True, True)
    """
    X, y = rng.normal(size=(n, d)), rng.integers(2, size=n)

    def augmented(samples):
        return add_gaussian_noise(np.repeat(X[samples], copies, axis=0), std=std, rng=rng), np.repeat(
            y[samples], copies
        )

    everything, labels = augmented(np.arange(n))
    first, second = np.array_split(rng.permutation(len(labels)), 2)
    leaky = neighbour_accuracy(everything[first], labels[first], everything[second], labels[second])
    first, second = np.array_split(rng.permutation(n), 2)
    return Leak(leaky, neighbour_accuracy(*augmented(first), X[second], y[second]))


def accuracy_gap_z(a, b, *, n):
    """How many standard errors lie between two accuracies measured on n samples each.

    Parameters
    ----------
    a, b : float from 0 to 1
    n : int, size of each test set

    Returns
    -------
    float, positive where b is larger; below 2 or so the two are a tie

    Notes
    -----
    (b - a) / sqrt(2 p (1 - p) / n) with p = (a + b) / 2: the two-proportion z test.
    Casella & Berger (2002), "Statistical inference", example 10.3.5.

    Examples
    --------
    >>> round(accuracy_gap_z(0.9487, 0.9499, n=10_000), 2), round(accuracy_gap_z(0.9499, 0.9629, n=10_000), 2)
    (0.39, 4.5)
    """
    p = (a + b) / 2
    return float((b - a) / np.sqrt(2 * p * (1 - p) / n))


class Winner(NamedTuple):
    """Mean accuracy of the model that did best, on the samples that chose it and on fresh ones."""

    where_chosen: float
    on_fresh_samples: float


def choose_the_best(*, models=30, accuracy=0.95, n=1000, trials=2000, rng):
    """Choose the best of models that are all equally good: the number that chose it flatters it.

    Parameters
    ----------
    models : int, default 30: epochs, seeds or settings to choose from
    accuracy : float, default 0.95, what each of them truly has
    n : int, default 1000 samples to choose by, and as many fresh ones
    trials : int, default 2000, to average over
    rng : numpy.random.Generator

    Returns
    -------
    Winner

    Notes
    -----
    The best of k accuracies lies above their mean by about sqrt(2 ln k) standard errors at most; on samples that
    took no part in the choice it does not.  That is why the test part must not choose.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 7.2.

    Examples
    --------
    >>> winner = choose_the_best(rng=np.random.default_rng(0))
    >>> winner.where_chosen > 0.96, abs(winner.on_fresh_samples - 0.95) < 0.001
    (True, True)
    """
    chosen_by = rng.binomial(n, accuracy, size=(trials, models)).max(axis=1) / n
    fresh = rng.binomial(n, accuracy, size=trials) / n
    return Winner(float(chosen_by.mean()), float(fresh.mean()))
