"""Turn the axes along the directions of largest variance: covariance, decorrelation, PCA, whitening."""

import numpy as np

from nnlib._check import fail, need
from nnlib.data._arrays import features, finite_matrix, matrix


def covariance(X, *, ddof=0):
    """Covariance of every pair of features.

    Parameters
    ----------
    X : array, shape (n, d), n > ddof
    ddof : int, default 0: divide by n; 1: by n - 1

    Returns
    -------
    array, shape (d, d), symmetric, no negative eigenvalue, variances on its diagonal

    Raises
    ------
    ValueError : X has not two axes or too few rows

    Notes
    -----
    C = Xc^T Xc / (n - ddof) with Xc = X - mean.  ``numpy.cov(X, rowvar=False, ddof=ddof)``, whose own default
    is n - 1.  Sums run in float64, whatever X is.  Bishop (2006), "Pattern recognition and machine learning",
    eq. (12.3).

    Examples
    --------
    >>> covariance(np.array([[0.0, 0.0], [2.0, 4.0]]))
    array([[1., 2.],
           [2., 4.]])
    """
    X = matrix("covariance", X)
    need(len(X) > ddof, "covariance", "X", f"{len(X)} rows", f"of more than ddof = {ddof} rows")
    Xc = X - X.mean(axis=0, dtype=np.float64)  # a float32 sum of a million values of 200 is off by percents
    return (Xc.T @ Xc / (len(X) - ddof)).astype(X.dtype)


def decorrelate(X):
    """Rotate centred data so that its features are uncorrelated, largest variance first.

    Parameters
    ----------
    X : array, shape (n, d), n > 0

    Returns
    -------
    (Xrot, U, S) : arrays of shape (n, d), (d, d) and (d,): the rotated data, the unit eigenvectors of the
        covariance in the columns of U, and its eigenvalues, the variances of the columns of Xrot

    Raises
    ------
    ValueError : X has not two axes, no rows, or nan or inf

    Notes
    -----
    C = U diag(S) U^T and Xrot = Xc U.  For a symmetric matrix without negative eigenvalues the singular values
    are the eigenvalues, not their squares.  An eigenvector may point either way: here its largest entry is
    positive.  Bishop (2006), "Pattern recognition and machine learning", section 12.1.

    Examples
    --------
    >>> Xrot, U, S = decorrelate(np.array([[3.0, 3.0], [-3.0, -3.0], [1.0, -1.0], [-1.0, 1.0]]))
    >>> S.round(6)
    array([9., 1.])
    >>> (U * np.sqrt(2)).round(6)
    array([[ 1.,  1.],
           [ 1., -1.]])
    """
    X = finite_matrix("decorrelate", X)
    Xrot, _, U, S = _decorrelate(X)
    return tuple(a.astype(X.dtype) for a in (Xrot, U, S))


def _decorrelate(X):
    """Xrot, the mean, U and S of data X, all float64."""
    X = X.astype(np.float64)
    mean = X.mean(axis=0, dtype=np.float64)
    U, S, _ = np.linalg.svd(covariance(X))
    U = _point_up(U)
    return (X - mean) @ U, mean, U, S


def _point_up(U):
    """Each column with its sign such that its largest entry is positive."""
    largest = np.abs(U).argmax(axis=0)
    return U * np.where(U[largest, np.arange(U.shape[1])] < 0, -1, 1).astype(U.dtype)


class PCA:
    """Keep the k directions of largest variance, as ``sklearn.decomposition.PCA``.

    Z = (X - mean) U_k and X_hat = Z U_k^T + mean, where U_k are the first k eigenvectors of the covariance.
    X_hat is the best approximation of X by points of a k-dimensional plane.
    Bishop (2006), "Pattern recognition and machine learning", section 12.1.

    Attributes, after fit: ``mean_`` (d,), ``components_`` (k, d), ``explained_variance_`` (k,) with 1/(n - 1),
    ``explained_variance_ratio_`` (k,).

    >>> X = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> pca = PCA(1).fit(X)
    >>> pca.transform(X).round(4).ravel()
    array([-1.4142,  0.    ,  1.4142])
    >>> bool(np.allclose(pca.inverse_transform(pca.transform(X)), X))
    True
    """

    def __init__(self, n_components=None):
        self.n_components = n_components
        self.mean_ = self.components_ = None
        self.explained_variance_ = self.explained_variance_ratio_ = None

    def fit(self, X):
        """Find the directions in X (n, d), n > 1; returns self."""
        X = finite_matrix("PCA.fit", X)
        n, d = X.shape
        k = min(n, d) if self.n_components is None else self.n_components
        need(n > 1, "PCA.fit", "X", f"{n} row", "of more than one row")
        if not 1 <= k <= min(n, d):
            fail("PCA.fit", "n_components", k, f"from 1 to {min(n, d)}, the smaller side of X")
        _, mean, U, S = _decorrelate(X)
        self.mean_ = mean.astype(X.dtype)
        self.components_ = U[:, :k].T.astype(X.dtype)
        self.explained_variance_ = (S[:k] * (n / (n - 1))).astype(X.dtype)
        self.explained_variance_ratio_ = (S[:k] / S.sum()).astype(X.dtype)
        return self

    def transform(self, X):
        """Coordinates (n, k) of X (n, d) along the components."""
        X = features("PCA.transform", X, self.mean_)
        return ((X - self.mean_) @ self.components_.T).astype(X.dtype)

    def inverse_transform(self, Z):
        """The points (n, d) with coordinates Z (n, k)."""
        Z = features("PCA.inverse_transform", Z, self.explained_variance_)
        return (Z @ self.components_ + self.mean_).astype(Z.dtype)


def whiten(X, *, eps=1e-5):
    """Decorrelate and divide by the standard deviations: the covariance becomes the identity.

    Parameters
    ----------
    X : array, shape (n, d), n > 0
    eps : float >= 0, default 1e-5; larger values hold back directions of little variance, which are mostly
        noise; with 0 every direction must vary

    Returns
    -------
    (Xwhite, mean, W) : arrays of shape (n, d), (d,) and (d, d), with Xwhite = (X - mean) W; other samples are
        whitened by the same mean and W

    Raises
    ------
    ValueError : X has not two axes, no rows, or nan or inf; eps is negative, or it is 0 and a direction does not vary

    Notes
    -----
    W = U diag(1 / sqrt(S + eps)) with U and S of `decorrelate`: the root, for S are variances.  The covariance
    of Xwhite is diag(S / (S + eps)).  The shape of the distribution is not made normal.
    Krizhevsky (2009), "Learning multiple layers of features from tiny images", appendix A.

    Examples
    --------
    >>> X = np.array([[3.0, 3.0], [-3.0, -3.0], [1.0, -1.0], [-1.0, 1.0]])
    >>> Xwhite, mean, W = whiten(X, eps=0.0)
    >>> bool(np.allclose(covariance(Xwhite), np.eye(2)))
    True
    """
    need(eps >= 0, "whiten", "eps", eps, "at least 0")
    X = finite_matrix("whiten", X)
    Xrot, mean, U, S = _decorrelate(X)
    need(S[-1] + eps > 0, "whiten", "eps", eps, "positive where a direction does not vary")
    gain = 1 / np.sqrt(S + eps)
    return tuple(a.astype(X.dtype) for a in (Xrot * gain, mean, U * gain))
