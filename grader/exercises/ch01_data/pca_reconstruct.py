"""Samples from their first k principal components."""

import numpy as np

from grader.exercises.ch01_data.decorrelate import turned
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments
from nnlib.data import covariance, decorrelate


def of(n, d, k, scale=1.0):
    return lambda rng: call(turned(rng, n, d, scale), k)


def _allowed(rng):
    d = int(rng.integers(1, 5))
    x = turned(rng, d + int(rng.integers(1, 9)), d, one_of(rng, 1.0, 1.0, 1e3))
    return call(x, int(rng.integers(1, d + 1)))


PCA_RECONSTRUCT = Exercise(
    function="pca_reconstruct",
    topics=("C01-12", "C01-13"),
    points=2,
    difficulty=3,
    minutes=12,
    reference=experiments.pca_reconstruct,
    forbid=("sklearn.decomposition.PCA", "nnlib.data.PCA"),
    uses=("decorrelate", "covariance"),
    large=lambda rng: call(rng.normal(size=(200, 64)), 20),
    allowed=_allowed,
    cases=(
        Case(
            "one of three components",
            of(8, 3, 1),
            weight=2,
            example=call([[4, 1, 0], [-2, 3, 1], [0, -3, 2], [-3, -2, -1], [6, 1, 3]], 1),
        ),
        Case("two of four", of(12, 4, 2), weight=3),
        Case("all: nothing is lost", of(7, 3, 3), edge=True),
        in_turn(
            "one feature, few samples, large numbers",
            of(5, 1, 1),
            of(4, 3, 2, 1e3),
            of(4, 3, 1),
            of(9, 4, 3),
            of(9, 4, 1),
        ),
    ),
    hints=(
        "Xrot, U, S = decorrelate(X). The first k coordinates are Xrot[:, :k]; the others are dropped.",
        "Back to the features: times the transpose of the first k columns of U, U[:, :k].T.",
        "The mean was subtracted; add it again.",
    ),
)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_no_mean(X, k):
    """The mean is missing: it was subtracted before the data were turned, so add it at the end."""
    Xrot, U, _ = decorrelate(X)
    return Xrot[:, :k] @ U[:, :k].T


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_rows(X, k):
    """You take rows of U; the components are its columns, U[:, :k]."""
    _, U, _ = decorrelate(X)
    Xc = X - X.mean(axis=0)
    return Xc @ U[:k].T @ U[:k] + X.mean(axis=0)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_last(X, k):
    """You keep the last components, those of the smallest variance; keep the first k.

    np.linalg.eigh gives the smallest eigenvalue first."""
    Xrot, U, _ = decorrelate(X)
    return Xrot[:, -k:] @ U[:, -k:].T + X.mean(axis=0)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_without_the_first(X, k):
    """You leave out the first component, the largest: the first k begin at index 0."""
    Xrot, U, _ = decorrelate(X)
    return Xrot[:, 1:k] @ U[:, 1:k].T + X.mean(axis=0)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_one_more(X, k):
    """You keep one component too many: the slice :k has k of them."""
    Xrot, U, _ = decorrelate(X)
    return Xrot[:, : k + 1] @ U[:, : k + 1].T + X.mean(axis=0)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_coordinates(X, k):
    """You return the k coordinates, shape (n, k); turn them back into features: times U[:, :k].T, plus the mean."""
    return decorrelate(X)[0][:, :k]


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_not_centred(X, k):
    """You project the data as they are; subtract the mean first, and add it again at the end."""
    _, U, _ = decorrelate(X)
    return X @ U[:, :k] @ U[:, :k].T


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_not_centred_but_mean_added(X, k):
    """You add a mean that you have not subtracted: project X - mean."""
    _, U, _ = decorrelate(X)
    return X @ U[:, :k] @ U[:, :k].T + X.mean(axis=0)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_features_of_largest_variance(X, k):
    """You keep the k *features* that vary most and the mean of the others; a component is a direction, with a
    share of all features."""
    keep = np.argsort(-X.var(axis=0))[:k]
    result = np.repeat(X.mean(axis=0)[None], len(X), axis=0)
    result[:, keep] = X[:, keep]
    return result


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_whitened(X, k):
    """You divide by the standard deviations on the way; nothing is scaled here, else it is not the same picture."""
    Xrot, U, S = decorrelate(X)
    return (Xrot[:, :k] / np.sqrt(S[:k])) @ U[:, :k].T + X.mean(axis=0)


@PCA_RECONSTRUCT.wrong
def pca_reconstruct_one_mean(X, k):
    """You add one mean of all numbers; each feature has its own, axis=0."""
    Xrot, U, _ = decorrelate(X)
    return Xrot[:, :k] @ U[:, :k].T + X.mean()


@PCA_RECONSTRUCT.right
def pca_reconstruct_by_projection(X, k):
    U = np.linalg.svd(covariance(X))[0]
    P = U[:, :k] @ U[:, :k].T
    mean = X.mean(axis=0)
    return (X - mean) @ P + mean


@PCA_RECONSTRUCT.right
def pca_reconstruct_by_svd(X, k):
    mean = X.mean(axis=0)
    left, s, Vt = np.linalg.svd(X - mean, full_matrices=False)
    return left[:, :k] * s[:k] @ Vt[:k] + mean


@PCA_RECONSTRUCT.right
def pca_reconstruct_by_zeros(X, k):
    Xrot, U, _ = decorrelate(X)
    Xrot = Xrot.copy()
    Xrot[:, k:] = 0
    return Xrot @ U.T + X.mean(axis=0)


@PCA_RECONSTRUCT.right
def pca_reconstruct_by_sum(X, k):
    mean = np.mean(X, axis=0)
    _, vectors = np.linalg.eigh(covariance(X))
    result = np.zeros_like(X) + mean
    for u in vectors.T[::-1][:k]:
        result += np.outer((X - mean) @ u, u)
    return result
