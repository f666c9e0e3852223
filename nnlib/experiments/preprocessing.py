"""What scaling, PCA, whitening and augmentation do to data."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.data import PCA, decorrelate
from nnlib.experiments._pair import axes


class Descent(NamedTuple):
    """Gradient descent on w^T H w / 2.

    path (iterations + 1, d): the weights;  iterations: steps taken;  converged: whether the gradient became as
    small as wanted;  H (d, d).
    """

    path: np.ndarray
    iterations: int
    converged: bool
    H: np.ndarray

    def plot(self, ax=None):
        """Draw the path of the first two weights over the contours of the bowl; returns the axes."""
        ax = axes(ax)
        reach = 1.1 * np.abs(self.path[:, :2]).max()
        u, v = np.meshgrid(*[np.linspace(-reach, reach, 81)] * 2)
        bowl = (self.H[0, 0] * u**2 + 2 * self.H[0, 1] * u * v + self.H[1, 1] * v**2) / 2
        ax.contour(u, v, bowl, levels=12, cmap="Greys", linewidths=0.8)
        ax.plot(*self.path[:, :2].T, ".-", linewidth=0.8)
        ax.set(xlabel="weight 1", ylabel="weight 2", title=f"steps: {self.iterations}")
        return ax


def gd_iterations_on_quadratic(H, w0, *, lr, tol=1e-6, max_iter=10_000):
    """Count the steps that gradient descent needs down a quadratic bowl.

    Parameters
    ----------
    H : array, shape (d, d), symmetric: the second derivatives
    w0 : array, shape (d,), the start
    lr : float, the step size
    tol : float, default 1e-6: stop where the gradient is that share of what it was
    max_iter : int, default 10000

    Returns
    -------
    Descent

    Raises
    ------
    ValueError : H is not (d, d) for w0 of shape (d,)

    Notes
    -----
    f(w) = w^T H w / 2, w <- w - lr H w.  It converges for lr < 2 / (largest eigenvalue), and at the best lr each
    step shrinks the slowest direction by (kappa - 1) / (kappa + 1), kappa the ratio of the eigenvalues: the
    steps grow with kappa.  LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 5.1.

    Examples
    --------
    >>> [gd_iterations_on_quadratic(np.diag([1.0, k]), [1.0, 1.0], lr=1 / k).iterations for k in (1, 10, 100)]
    [1, 110, 917]
    """
    H, w = as_float(H), np.asarray(w0, dtype=np.float64)
    wanted = f"of shape {w.shape * 2}"
    need(
        w.ndim == 1 and H.shape == w.shape * 2, "gd_iterations_on_quadratic", "H", f"shape {H.shape}", wanted
    )
    path, small = [w], tol * np.linalg.norm(H @ w)
    while np.linalg.norm(H @ path[-1]) > small and len(path) <= max_iter:
        path.append(path[-1] - lr * H @ path[-1])
    converged = bool(np.linalg.norm(H @ path[-1]) <= small)
    return Descent(np.array(path), len(path) - 1, converged, H)


def pca_reconstruct(X, k):
    """Samples as they look after all but their first k principal components are dropped.

    Parameters
    ----------
    X : array, shape (n, d), n > 1
    k : int from 1 to min(n, d)

    Returns
    -------
    array, shape (n, d)

    Notes
    -----
    mean + (X - mean) U_k U_k^T: the first k columns of U.  The mean squared error is the sum of the variances
    dropped.  Bishop (2006), "Pattern recognition and machine learning", eq. (12.20).

    Examples
    --------
    >>> X = np.array([[2.0, 2.0], [-2.0, -2.0], [1.0, -1.0], [-1.0, 1.0]])
    >>> pca_reconstruct(X, 1).round(6) + 0.0
    array([[ 2.,  2.],
           [-2., -2.],
           [ 0.,  0.],
           [ 0.,  0.]])
    """
    pca = PCA(k).fit(X)
    return pca.inverse_transform(pca.transform(X))


class Whitened(NamedTuple):
    """Whitened samples, turned back into pixels.

    images (n, d);  gain (k,): what each component was multiplied by, 1 / sqrt(S + eps);  roughness_before and
    roughness_after: mean square of the difference of neighbouring pixels over the mean square of the pixels.
    """

    images: np.ndarray
    gain: np.ndarray
    roughness_before: float
    roughness_after: float

    def plot(self, ax=None, label=None):
        """Draw the gain of each component on a logarithmic axis; returns the axes."""
        ax = axes(ax)
        ax.semilogy(np.arange(1, len(self.gain) + 1), self.gain, label=label)
        ax.set(xlabel="component, largest variance first", ylabel="gain of whitening")
        if label is not None:
            ax.legend()
        return ax


def whitened_images(X, k, *, eps=1e-5):
    """Whiten images on their first k components and turn them back into pixels: fine detail is exaggerated.

    Parameters
    ----------
    X : array, shape (n, side * side), square images
    k : int from 1 to side * side
    eps : float > 0, default 1e-5; larger values hold the gain of the last components back

    Returns
    -------
    Whitened

    Raises
    ------
    ValueError : the rows of X are not square images

    Notes
    -----
    Xwhite U_k^T with Xwhite = Xrot / sqrt(S + eps).  The components of least variance are those of the highest
    frequency in natural images, and whitening gives all the same variance.
    Krizhevsky (2009), "Learning multiple layers of features from tiny images", appendix A.

    Examples
    --------
    >>> from nnlib.data import load_digits
    >>> X, y = load_digits()
    >>> seen = whitened_images(X, 48)
    >>> round(seen.roughness_before, 1), round(seen.roughness_after, 1)
    (2.7, 4.2)
    """
    X = as_float(X)
    side = round(np.sqrt(X.shape[-1]))
    need(
        X.shape[1:] == (side * side,), "whitened_images", "X", f"shape {X.shape}", "of shape (n, side * side)"
    )
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S[:k] + eps)
    images = (Xrot[:, :k] * gain) @ U[:, :k].T

    def roughness(pixels):
        squares = pixels.reshape(-1, side, side)
        steps = np.mean(np.diff(squares, axis=1) ** 2) + np.mean(np.diff(squares, axis=2) ** 2)
        return float(steps / np.mean(squares**2))

    return Whitened(images, gain, roughness(Xrot[:, :k] @ U[:, :k].T), roughness(images))


def glyphs():
    """Six letters and digits on 5 x 3 pixels, some of which turn into others.

    Returns
    -------
    (bitmaps, labels) : array (6, 5, 3) of 0 and 1, list of "b", "d", "p", "q", "6", "9"

    Notes
    -----
    A mirror turns b into d, half a turn turns b into q and 6 into 9.

    Examples
    --------
    >>> bitmaps, labels = glyphs()
    >>> labels[0], bitmaps[0].astype(int).tolist()
    ('b', [[1, 0, 0], [1, 0, 0], [1, 1, 1], [1, 0, 1], [1, 1, 1]])
    """
    rows = {
        "b": "x.. x.. xxx x.x xxx",
        "d": "..x ..x xxx x.x xxx",
        "p": "xxx x.x xxx x.. x..",
        "q": "xxx x.x xxx ..x ..x",
        "6": "xxx x.. xxx x.x xxx",
        "9": "xxx x.x xxx ..x xxx",
    }
    bitmaps = [[[pixel == "x" for pixel in row] for row in glyph.split()] for glyph in rows.values()]
    return np.array(bitmaps, dtype=np.float64), list(rows)


def label_preserving(transform, bitmaps, labels):
    """What each bitmap reads as after a transform: itself, another label, or nothing known.

    Parameters
    ----------
    transform : function of one bitmap
    bitmaps : array, shape (n, H, W)
    labels : list of n labels, each different

    Returns
    -------
    dict from each label to the label of the bitmap that the transform makes of it, or None

    Notes
    -----
    A transform may augment the data where no label reads as another.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 7.4.

    Examples
    --------
    >>> label_preserving(np.fliplr, *glyphs())
    {'b': 'd', 'd': 'b', 'p': 'q', 'q': 'p', '6': None, '9': None}
    >>> label_preserving(lambda bitmap: np.rot90(bitmap, 2), *glyphs())
    {'b': 'q', 'd': 'p', 'p': 'd', 'q': 'b', '6': '9', '9': '6'}
    """

    def read(bitmap):
        return next((label for label, known in zip(labels, bitmaps) if np.array_equal(bitmap, known)), None)

    return {label: read(transform(bitmap)) for label, bitmap in zip(labels, bitmaps)}


def plot_images(images, *, columns=10, ax=None):
    """Draw grey images side by side, from the darkest value among them to the lightest; returns the axes.

    Parameters
    ----------
    images : array, shape (n, H, W), or (n, side * side) for square ones
    columns : int, default 10
    ax : matplotlib axes, or None for those of a new figure

    Returns
    -------
    matplotlib axes

    Notes
    -----
    One pixel of space lies between the images.

    Examples
    --------
    >>> ax = plot_images(np.zeros((3, 16)), columns=2)
    >>> ax.images[0].get_array().shape
    (9, 9)
    """
    images, ax = as_float(images), axes(ax)
    if images.ndim == 2:
        side = round(np.sqrt(images.shape[1]))
        images = images.reshape(-1, side, side)
    n, height, width = images.shape
    columns = min(columns, n)
    sheet = np.full((-(-n // columns) * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for i, image in enumerate(images):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    ax.imshow(sheet, cmap="gray", interpolation="nearest")
    ax.set_axis_off()
    return ax
