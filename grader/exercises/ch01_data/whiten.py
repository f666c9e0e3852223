"""Decorrelated, and every direction of the same width."""

import numpy as np

from grader.exercises.ch01_data.decorrelate import signs, three_of, turned
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import data
from nnlib.data import covariance, decorrelate


def one_way(result, X):
    """(Xwhite, mean, W) with each column of W, and of Xwhite with it, multiplied by 1 or -1."""
    if not three_of(result, X, turn=2):
        return result
    Xwhite, mean, W = result
    return Xwhite * signs(W), mean, W * signs(W)


def of(n, d, scale=1.0, **options):
    return lambda rng: call(turned(rng, n, d, scale), **options)


def _allowed(rng):
    d = int(rng.integers(1, 5))
    x = turned(rng, d + int(rng.integers(1, 9)), d, one_of(rng, 1.0, 1.0, 1e3))
    return call(x, **options(rng, eps=(0.0, 1e-5, 0.1, 2.0)))


WHITEN = Exercise(
    function="whiten",
    topics=("C01-14",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=data.whiten,
    uses=("decorrelate", "covariance"),
    returns=("Xwhite", "mean", "W"),
    edge_returns=("mean",),
    allowed=_allowed,
    cases=(
        Case(
            "eps = 0: the covariance becomes 1",
            of(8, 3, eps=0.0),
            weight=2,
            measure=one_way,
            example=call([[4, 1, 0], [-2, 3, 1], [0, -3, 2], [-3, -2, -1], [6, 1, 3]], eps=0.0),
        ),
        Case("a larger eps", of(12, 3, eps=4.0), weight=2, measure=one_way),
        Case("1e-5 by default", of(9, 4), weight=2, measure=one_way),
        in_turn(
            "one feature, two, few samples, large numbers, eps given as 1e-5",
            of(5, 1, eps=0.1),
            of(4, 3, 1e3),
            of(3, 2),
            of(9, 4, eps=1e-5),
            of(9, 2, eps=0.0),
            of(6, 3, 10.0, eps=2.0),
            measure=one_way,
        ),
    ),
    hints=(
        "Xrot, U, S = decorrelate(X) gives the turned data and their variances S.",
        "The factor of column j is 1 / np.sqrt(S[j] + eps): with gain = 1 / np.sqrt(S + eps), Xrot * gain "
        "scales columns.",
        "W = U * gain scales the columns of U in the same way. The mean is X.mean(axis=0).",
    ),
)


@WHITEN.wrong
def whiten_by_eigenvalues(X, *, eps=1e-5):
    """You divide by the eigenvalues; they are variances: divide by their root."""
    Xrot, U, S = decorrelate(X)
    return Xrot / (S + eps), X.mean(axis=0), U / (S + eps)


@WHITEN.wrong(case="a larger eps")
def whiten_eps_outside(X, *, eps=1e-5):
    """Your eps is added outside of the root; it stands inside: √(S + ε)."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / (np.sqrt(S) + eps)
    return Xrot * gain, X.mean(axis=0), U * gain


@WHITEN.wrong(case="a larger eps")
def whiten_no_eps(X, *, eps=1e-5):
    """You do not use `eps`: it is added to the variances, under the root."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S)
    return Xrot * gain, X.mean(axis=0), U * gain


@WHITEN.wrong(case="a larger eps")
def whiten_eps_as_a_bound(X, *, eps=1e-5):
    """You take eps for a lower bound of the variances; it is added to them."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(np.maximum(S, eps))
    return Xrot * gain, X.mean(axis=0), U * gain


@WHITEN.wrong
def whiten_only_turned(X, *, eps=1e-5):
    """You only turn the data; divide each column by the root of its variance plus eps."""
    Xrot, U, _ = decorrelate(X)
    return Xrot, X.mean(axis=0), U


@WHITEN.wrong
def whiten_only_divided(X, *, eps=1e-5):
    """You standardise without turning; then the features still go together. Turn first, then divide."""
    std = np.sqrt(X.var(axis=0) + eps)
    return (X - X.mean(axis=0)) / std, X.mean(axis=0), np.diag(1 / std)


@WHITEN.wrong
def whiten_rows_of_u(X, *, eps=1e-5):
    """You scale the rows of U in W; its columns are the directions, U * gain."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S + eps)
    return Xrot * gain, X.mean(axis=0), U * gain[:, None]


@WHITEN.wrong
def whiten_w_is_u(X, *, eps=1e-5):
    """Your W only turns: it is to hold the division, too, so that (X - mean) @ W is white."""
    Xrot, U, S = decorrelate(X)
    return Xrot / np.sqrt(S + eps), X.mean(axis=0), U


@WHITEN.wrong
def whiten_zca(X, *, eps=1e-5):
    """You turn the white data back to the old axes (ZCA); here they stay along the eigenvectors: W = U diag(…)."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S + eps)
    return Xrot * gain @ U.T, X.mean(axis=0), U * gain @ U.T


@WHITEN.wrong
def whiten_not_centred(X, *, eps=1e-5):
    """The mean is not subtracted from the white data."""
    _, U, S = decorrelate(X)
    W = U / np.sqrt(S + eps)
    return X @ W, X.mean(axis=0), W


@WHITEN.wrong
def whiten_multiplied(X, *, eps=1e-5):
    """You multiply by the root; divide by it: wide directions become narrower."""
    Xrot, U, S = decorrelate(X)
    gain = np.sqrt(S + eps)
    return Xrot * gain, X.mean(axis=0), U * gain


@WHITEN.wrong
def whiten_ascending(X, *, eps=1e-5):
    """The direction of the smallest variance comes first with you; the largest is to come first."""
    S, U = np.linalg.eigh(covariance(X))
    W = U / np.sqrt(S + eps)
    return (X - X.mean(axis=0)) @ W, X.mean(axis=0), W


@WHITEN.wrong
def whiten_only_the_data(X, *, eps=1e-5):
    """You return the white data only; mean and W belong to it, to whiten other samples with."""
    Xrot, _, S = decorrelate(X)
    return Xrot / np.sqrt(S + eps)


@WHITEN.wrong
def whiten_ddof(X, *, eps=1e-5):
    """You take the covariance with n − 1; here it is n."""
    U, S, _ = np.linalg.svd(covariance(X, ddof=1))
    W = U / np.sqrt(S + eps)
    return (X - X.mean(axis=0)) @ W, X.mean(axis=0), W


@WHITEN.wrong(case="1e-5 by default")
def whiten_other_default(X, *, eps=1e-5):
    """You add another number where nothing is said; the default of eps is 1e-5."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S + (1e-8 if eps == 1e-5 else eps))
    return Xrot * gain, X.mean(axis=0), U * gain


@WHITEN.wrong
def whiten_transposed(X, *, eps=1e-5):
    """Your W is transposed: Xwhite is to be (X - mean) @ W."""
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S + eps)
    return Xrot * gain, X.mean(axis=0), (U * gain).T


@WHITEN.right
def whiten_by_matrix(X, *, eps=1e-5):
    _, U, S = decorrelate(X)
    W = U @ np.diag((S + eps) ** -0.5)
    mean = X.mean(axis=0)
    return (X - mean) @ W, mean, W


@WHITEN.right
def whiten_by_eigh(X, *, eps=1e-5):
    mean = np.mean(X, axis=0)
    values, vectors = np.linalg.eigh(covariance(X))
    W = (vectors / np.sqrt(values + eps))[:, ::-1]
    return np.dot(X - mean, W), mean, W


@WHITEN.right
def whiten_by_svd_of_the_data(X, *, eps=1e-5):
    mean = X.mean(axis=0)
    _, s, Vt = np.linalg.svd(X - mean, full_matrices=False)
    W = Vt.T / np.sqrt(s**2 / len(X) + eps)
    return [(X - mean) @ W, mean, W]


@WHITEN.right
def whiten_column_by_column(X, *, eps=1e-5):
    Xrot, U, S = decorrelate(X)
    Xwhite, W = Xrot.copy(), U.copy()
    for j in range(len(S)):
        Xwhite[:, j] /= np.sqrt(S[j] + eps)
        W[:, j] /= np.sqrt(S[j] + eps)
    return Xwhite, X.sum(axis=0) / len(X), W
