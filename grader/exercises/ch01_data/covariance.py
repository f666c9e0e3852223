"""Covariance of every pair of features."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import data


def of(n, d, scale=2.0, **options):
    """Draws features that go together, each with a mean of its own."""

    def draw(rng):
        mixed = rng.normal(size=(n, d)) @ (np.eye(d) + 0.6 * rng.uniform(0.5, 1, size=(d, d)))
        return call(scale * mixed + 2 + np.arange(d), **options)

    return draw


def odd(n, d, scale=1.0, **options):
    return lambda rng: call(spread(rng, (n, d), scale), **options)


def _allowed(rng):
    n = int(one_of(rng, 2, 3, 5, 12))
    x = floats(rng, (n, int(rng.integers(1, 5))), (1.0, 10.0, 1e3, 1e-5)) + one_of(rng, 0, 0, 3)
    return call(x[:1]) if rng.random() < 0.1 else call(x, **options(rng, ddof=(0, 1)))


COVARIANCE = Exercise(
    function="covariance",
    topics=("C01-10",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=data.covariance,
    forbid=("numpy.cov", "torch.cov"),
    allowed=_allowed,
    spared={"argument: {0} + 1e-8": "a covariance does not change where all samples are shifted"},
    cases=(
        Case("three features", of(6, 3), weight=3, example=call([[1, 2], [3, 8], [5, 5]])),
        Case("divided by n - 1", of(5, 2, ddof=1), weight=2),
        Case("more features than samples", of(3, 5), weight=2),
        in_turn(
            "one sample, one feature, zeros, tiny and large numbers, ddof given as 0",
            odd(1, 3),
            odd(5, 1, scale=1e3, ddof=1),
            odd(4, 3, scale=1e-5, ddof=0),
            odd(4, 4, scale=1e3),
            odd(3, 2, scale=1e-5, ddof=1),
            odd(1, 1),
        ),
    ),
    hints=(
        "Subtract the mean of each column first: X - X.mean(axis=0).",
        "Entry (j, k) is a sum over the samples of column j times column k: that is the matrix product Xc.T"
        " @ Xc, shape (d, d).",
        "Divide by len(X) - ddof.",
    ),
)


@COVARIANCE.wrong
def covariance_not_centred(X, *, ddof=0):
    """The mean is not subtracted: what you have is the mean of products, not of the distances from the mean."""
    return X.T @ X / (len(X) - ddof)


@COVARIANCE.wrong
def covariance_n_minus_one(X, *, ddof=0):
    """You divide by n − 1, as np.cov does; divide by n − ddof, and ddof is 0 if nothing is said."""
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc / max(len(X) - 1, 1)


@COVARIANCE.wrong(case="divided by n - 1")
def covariance_ddof_ignored(X, *, ddof=0):
    """You do not use `ddof`: divide by n − ddof."""
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc / len(X)


@COVARIANCE.wrong(case="divided by n - 1")
def covariance_ddof_added(X, *, ddof=0):
    """You divide by n + ddof; ddof is taken off."""
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc / (len(X) + ddof)


@COVARIANCE.wrong
def covariance_of_samples(X, *, ddof=0):
    """You have the covariance of the samples, (n, n); that of the features has the shape (d, d).

    Xc.T @ Xc, not Xc @ Xc.T."""
    Xc = X - X.mean(axis=0)
    return Xc @ Xc.T / (len(X) - ddof)


@COVARIANCE.wrong
def covariance_rows_as_features(X, *, ddof=0):
    """You take the rows for features, as np.cov does without rowvar=False; here a sample is a row."""
    Xc = X - X.mean(axis=1, keepdims=True)
    return Xc @ Xc.T / max(X.shape[1] - ddof, 1)


@COVARIANCE.wrong
def covariance_sum(X, *, ddof=0):
    """That is the sum over the samples; divide by n − ddof."""
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc


@COVARIANCE.wrong
def covariance_overall_mean(X, *, ddof=0):
    """You subtract one mean of all numbers; each feature has its own, axis=0."""
    Xc = X - X.mean()
    return Xc.T @ Xc / (len(X) - ddof)


@COVARIANCE.wrong
def covariance_row_means(X, *, ddof=0):
    """You subtract the mean of each sample; subtract that of each feature, axis=0."""
    Xc = X - X.mean(axis=1, keepdims=True)
    return Xc.T @ Xc / (len(X) - ddof)


@COVARIANCE.wrong
def covariance_by_features(X, *, ddof=0):
    """You divide by the number of features; the mean is taken over the samples, n of them."""
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc / max(X.shape[1] - ddof, 1)


@COVARIANCE.wrong
def covariance_correlation(X, *, ddof=0):
    """You divide by the standard deviations: that is the correlation, with 1 on its diagonal."""
    Xc = X - X.mean(axis=0)
    C = Xc.T @ Xc / (len(X) - ddof)
    std = np.sqrt(np.diag(C))
    std = np.where(std == 0, 1, std)
    return C / np.outer(std, std)


@COVARIANCE.wrong
def covariance_variances_only(X, *, ddof=0):
    """You have the variances only; the covariance of every pair of features belongs beside them."""
    return np.diag(X.var(axis=0) * len(X) / (len(X) - ddof))


@COVARIANCE.wrong
def covariance_entry_by_entry(X, *, ddof=0):
    """You square each entry, Xc * Xc, shape (n, d); products of columns are summed by Xc.T @ Xc."""
    Xc = X - X.mean(axis=0)
    return Xc * Xc / (len(X) - ddof)


@COVARIANCE.wrong(case="divided by n - 1")
def covariance_of_products_and_means(X, *, ddof=0):
    """The mean of products minus the product of means holds for ddof 0 only; subtract the mean first."""
    mean = X.mean(axis=0)
    return X.T @ X / (len(X) - ddof) - np.outer(mean, mean)


@COVARIANCE.right
def covariance_by_loops(X, *, ddof=0):
    n, d = X.shape
    C = np.zeros((d, d), X.dtype)
    distance = X - X.mean(axis=0)
    for j in range(d):
        for k in range(d):
            C[j, k] = sum(distance[:, j] * distance[:, k]) / (n - ddof)
    return C


@COVARIANCE.right
def covariance_by_einsum(X, *, ddof=0):
    Xc = X - np.mean(X, axis=0, keepdims=True)
    return np.einsum("nj,nk->jk", Xc, Xc) / (X.shape[0] - ddof)


@COVARIANCE.right
def covariance_by_samples(X, *, ddof=0):
    mean = X.mean(axis=0)
    total = sum(np.outer(x - mean, x - mean) for x in X)
    return total / (len(X) - ddof)


@COVARIANCE.right
def covariance_by_tensordot(X, *, ddof=0):
    n = len(X)
    Xc = X - X.sum(axis=0) / n
    return np.tensordot(Xc, Xc, axes=(0, 0)) * (1 / (n - ddof))
