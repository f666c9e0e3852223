"""The data along the eigenvectors of their covariance; an eigenvector may point either way."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import data
from nnlib.data import covariance

WIDTHS = (5.0, 2.5, 1.3, 0.7)


def signs(U):
    """For each column of U the sign by which it points to one side of a slanting plane."""
    U = np.asarray(U)
    return np.where((1 / (np.arange(len(U)) + 1.618)) @ U < 0, -1, 1).astype(U.dtype)


def one_way(result, X):
    """(Xrot, U, S) with each column of U, and of Xrot with it, multiplied by 1 or -1."""
    if not three_of(result, X, turn=1):
        return result
    Xrot, U, S = result
    return Xrot * signs(U), U * signs(U), S


def three_of(result, X, turn):
    """Are there three results, and has the one that turns a row and a column for each feature?"""
    d = np.shape(X)[1]
    return (
        isinstance(result, (tuple, list))
        and len(result) == 3
        and np.shape(result[turn]) == (d, d)
        and np.shape(result[0])[-1:] == (d,)
    )


def turned(rng, n, d, scale=1.0):
    """Features that go together: widths of their own along directions of their own, and a mean."""
    directions, _ = np.linalg.qr(rng.normal(size=(d, d)))
    flat = rng.normal(size=(n, d))
    flat, _ = np.linalg.qr(flat - flat.mean(axis=0))
    return scale * (np.sqrt(n) * flat * WIDTHS[:d] @ directions + 2 * rng.normal(size=d))


def of(n, d, scale=1.0):
    return lambda rng: call(turned(rng, n, d, scale))


def _allowed(rng):
    d = int(rng.integers(1, 5))
    return call(turned(rng, d + int(rng.integers(1, 9)), d, one_of(rng, 1.0, 1.0, 1e3)))


DECORRELATE = Exercise(
    function="decorrelate",
    topics=("C01-11",),
    points=2,
    difficulty=3,
    minutes=18,
    reference=data.decorrelate,
    forbid=("sklearn.decomposition.PCA", "nnlib.data.PCA"),
    uses=("covariance",),
    returns=("Xrot", "U", "S"),
    allowed=_allowed,
    cases=(
        Case(
            "three features",
            of(8, 3),
            weight=2,
            measure=one_way,
            example=call([[4, 1, 0], [-2, 3, 1], [0, -3, 2], [-3, -2, -1], [6, 1, 3]]),
        ),
        Case("four features", of(12, 4), weight=2, measure=one_way),
        in_turn(
            "one feature, two, few samples, large numbers",
            of(5, 1),
            of(4, 3, 1e3),
            of(3, 2),
            measure=one_way,
        ),
    ),
    hints=(
        "covariance(X) first; then U, S, Vt = np.linalg.svd(C), or eigenvalues, U = np.linalg.eigh(C).",
        "eigh gives the smallest eigenvalue first: turn both round, eigenvalues[::-1] and U[:, ::-1] (columns!).",
        "Xrot = (X - X.mean(axis=0)) @ U. The third result of svd is the transpose of its matrix V; it is "
        "not needed.",
    ),
)


@DECORRELATE.wrong
def decorrelate_ascending(X):
    """The smallest eigenvalue comes first with you, as np.linalg.eigh has it; the largest is to come first.

    Turn the eigenvalues and the *columns* of U round."""
    S, U = np.linalg.eigh(covariance(X))
    return (X - X.mean(axis=0)) @ U, U, S


@DECORRELATE.wrong
def decorrelate_rows(X):
    """Your eigenvectors stand in the rows; they belong into the columns of U (the third result of svd is
    transposed)."""
    _, S, Vt = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ Vt.T, Vt, S


@DECORRELATE.wrong
def decorrelate_turned_back(X):
    """You turn with the transpose of U, the other way: Xrot = Xc @ U."""
    U, S, _ = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ U.T, U, S


@DECORRELATE.wrong
def decorrelate_squares(X):
    """Your S are the squares of the eigenvalues; those of a covariance are its singular values as they are."""
    U, S, _ = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ U, U, S**2


@DECORRELATE.wrong
def decorrelate_roots(X):
    """Your S are standard deviations, the roots; asked for are the eigenvalues, which are variances."""
    U, S, _ = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ U, U, np.sqrt(S)


@DECORRELATE.wrong
def decorrelate_not_centred(X):
    """Xrot is not centred: subtract the mean of each feature before you turn."""
    U, S, _ = np.linalg.svd(covariance(X))
    return X @ U, U, S


@DECORRELATE.wrong
def decorrelate_raw_moments(X):
    """Your matrix is X.T @ X / n of the data as they are; the covariance takes the mean off first."""
    U, S, _ = np.linalg.svd(X.T @ X / len(X))
    return (X - X.mean(axis=0)) @ U, U, S


@DECORRELATE.wrong
def decorrelate_ddof(X):
    """You divide by n − 1 in the covariance; here it is n, so your eigenvalues are n/(n − 1) times too large."""
    U, S, _ = np.linalg.svd(covariance(X, ddof=1))
    return (X - X.mean(axis=0)) @ U, U, S


@DECORRELATE.wrong
def decorrelate_singular_values_of_the_data(X):
    """Your S are the singular values of the data; their squares over n are the eigenvalues of the covariance."""
    Xc = X - X.mean(axis=0)
    _, S, Vt = np.linalg.svd(Xc, full_matrices=False)
    return Xc @ Vt.T, Vt.T, S


@DECORRELATE.wrong
def decorrelate_not_divided(X):
    """You leave out the division by n: your S are n times the eigenvalues of the covariance."""
    Xc = X - X.mean(axis=0)
    U, S, _ = np.linalg.svd(Xc.T @ Xc)
    return Xc @ U, U, S


@DECORRELATE.wrong
def decorrelate_whitened(X):
    """You divide by the standard deviations; that is whitening, which comes later. Here the data are only turned."""
    U, S, _ = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ U / np.sqrt(S), U, S


@DECORRELATE.wrong
def decorrelate_values_first(X):
    """You return eigenvalues and eigenvectors in the order of eigh; asked for is (Xrot, U, S)."""
    S, U = np.linalg.eigh(covariance(X))
    S, U = S[::-1], U[:, ::-1]
    return (X - X.mean(axis=0)) @ U, S, U


@DECORRELATE.wrong
def decorrelate_rows_turned_round(X):
    """You turn the rows of U round; the eigenvectors are its columns: U[:, ::-1]."""
    S, U = np.linalg.eigh(covariance(X))
    S, U = S[::-1], U[::-1]
    return (X - X.mean(axis=0)) @ U, U, S


@DECORRELATE.wrong
def decorrelate_only_the_values_turned_round(X):
    """You turn the eigenvalues round, but not the eigenvectors that belong to them: U[:, ::-1] as well."""
    S, U = np.linalg.eigh(covariance(X))
    return (X - X.mean(axis=0)) @ U, U, S[::-1]


@DECORRELATE.wrong
def decorrelate_diagonal(X):
    """You return S as a matrix with zeros beside its diagonal; asked for is the vector of eigenvalues."""
    U, S, _ = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ U, U, np.diag(S)


@DECORRELATE.right
def decorrelate_by_eigh(X):
    eigenvalues, U = np.linalg.eigh(covariance(X))
    U = U[:, ::-1]
    return (X - X.mean(axis=0)) @ U, U, eigenvalues[::-1]


@DECORRELATE.right
def decorrelate_by_svd_of_the_data(X):
    Xc = X - X.mean(axis=0)
    _, singular, Vt = np.linalg.svd(Xc, full_matrices=False)
    return Xc @ Vt.T, Vt.T, singular**2 / len(X)


@DECORRELATE.right
def decorrelate_by_sorting(X):
    Xc = X - np.mean(X, axis=0)
    values, vectors = np.linalg.eigh(Xc.T @ Xc / len(Xc))
    order = np.argsort(-values)
    return np.dot(Xc, vectors[:, order]), vectors[:, order], values[order]


@DECORRELATE.right
def decorrelate_variances_of_the_turned(X):
    Xc = X - X.mean(axis=0, keepdims=True)
    _, _, Vt = np.linalg.svd(covariance(X), hermitian=True)
    Xrot = Xc @ Vt.T
    return Xrot, Vt.T, Xrot.var(axis=0)
