"""Move the pixels of an image: shift, turn, zoom, distort, resize. Each asks where a new pixel comes from."""

import numpy as np

from nnlib._check import need
from nnlib.data._arrays import image
from nnlib.data._grid import centred, sample


def map_coordinates(x, rows, cols, *, order=1, fill=0.0):
    """Read images at any places, also between their pixels.

    Parameters
    ----------
    x : array, shape (..., H, W)
    rows, cols : arrays that broadcast to the shape (h, w) of the result, where each of its pixels is read: row 0
        is the first row of x, 0.5 lies half way to the second
    order : 1 (default) interpolates bilinearly, 0 takes the nearest pixel
    fill : float, default 0, the value outside the image

    Returns
    -------
    array, shape (..., h, w)

    Raises
    ------
    ValueError : x has no rows or columns, or order is another number

    Notes
    -----
    y[i, j] = x[rows[i, j], cols[i, j]].  ``scipy.ndimage.map_coordinates`` with mode "grid-constant".

    Examples
    --------
    >>> map_coordinates(np.array([[1.0, 2.0], [3.0, 4.0]]), [[0], [1]], [[1, 0.5, 5]])
    array([[2. , 1.5, 0. ],
           [4. , 3.5, 0. ]])
    """
    x, rows, cols = image("map_coordinates", x), *np.broadcast_arrays(rows, cols)
    return sample("map_coordinates", x, rows.astype(np.float64), cols.astype(np.float64), order, fill)


def translate(x, dx, dy, *, order=1, fill=0.0):
    """Shift images to the right by dx and down by dy.

    Parameters
    ----------
    x : array, shape (..., H, W)
    dx, dy : float, in pixels; negative to the left and up
    order : 1 (default) interpolates bilinearly, 0 takes the nearest pixel
    fill : float, default 0, the value outside the image

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : x has no rows or columns, or order is another number

    Notes
    -----
    y[i, j] = x[i - dy, j - dx].  Whole shifts are exact.  ``scipy.ndimage.shift`` with mode "grid-constant".
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 7.4.

    Examples
    --------
    >>> translate(np.array([[1.0, 2.0, 3.0]]), 1, 0)
    array([[0., 1., 2.]])
    >>> translate(np.array([[1.0, 2.0, 3.0]]), 0.5, 0)
    array([[0.5, 1.5, 2.5]])
    """
    x = image("translate", x)
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return sample("translate", x, rows - dy, cols - dx, order, fill)


def rotate(x, angle, *, order=1, fill=0.0):
    """Turn images about their centre, counter-clockwise as one looks at them.

    Parameters
    ----------
    x : array, shape (..., H, W), row 0 at the top
    angle : float, in degrees
    order : 1 (default) interpolates bilinearly, 0 takes the nearest pixel
    fill : float, default 0, the value outside the image

    Returns
    -------
    array, shape of x: the corners are cut off

    Raises
    ------
    ValueError : x has no rows or columns, or order is another number

    Notes
    -----
    A new pixel at (u to the right, v down) of the centre comes from (u cos a - v sin a, u sin a + v cos a).
    90 degrees is ``numpy.rot90`` for a square image.  ``scipy.ndimage.rotate`` with reshape=False and mode
    "grid-constant".

    Examples
    --------
    >>> rotate(np.array([[1.0, 2.0], [3.0, 4.0]]), 90).round(6)
    array([[2., 4.],
           [1., 3.]])
    """
    x = image("rotate", x)
    v, u, middle, centre = centred(x)
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return sample("rotate", x, u * sin + v * cos + middle, u * cos - v * sin + centre, order, fill)


def zoom(x, factor, *, order=1, fill=0.0):
    """Enlarge images about their centre, or shrink them, on a canvas of the same size.

    Parameters
    ----------
    x : array, shape (..., H, W)
    factor : float > 0: 2 doubles every length
    order : 1 (default) interpolates bilinearly, 0 takes the nearest pixel
    fill : float, default 0, the value outside the image

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : factor is not positive, x has no rows or columns, or order is another number

    Notes
    -----
    A new pixel at (u, v) from the centre comes from (u, v) / factor.

    Examples
    --------
    >>> zoom(np.array([[0.0, 4.0, 0.0]]), 2)
    array([[2., 4., 2.]])
    """
    x = image("zoom", x)
    need(factor > 0, "zoom", "factor", factor, "positive")
    v, u, middle, centre = centred(x)
    return sample("zoom", x, v / factor + middle, u / factor + centre, order, fill)


def elastic_displacement(height, width, *, alpha=34.0, sigma=4.0, rng):
    """Draw a smooth random displacement for each pixel of an image, for `elastic_distort`.

    Parameters
    ----------
    height, width : int
    alpha : float, default 34, strength
    sigma : float, default 4, over how many pixels neighbours move together
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (2, height, width), in pixels: down, then to the right

    Notes
    -----
    alpha times independent uniform numbers from (-1, 1), blurred by a Gaussian of width sigma with zeros
    around.  The defaults suit digits of 28 x 28 pixels.
    Simard, Steinkraus & Platt (2003), "Best practices for convolutional neural networks", section 2.

    Examples
    --------
    >>> elastic_displacement(28, 28, rng=np.random.default_rng(0)).shape
    (2, 28, 28)
    """
    from scipy.ndimage import gaussian_filter

    noise = rng.uniform(-1, 1, size=(2, height, width))
    return alpha * gaussian_filter(noise, (0, sigma, sigma), mode="constant")


def elastic_distort(x, displacement, *, order=1, fill=0.0):
    """Distort images: every pixel is fetched from a place of its own.

    Parameters
    ----------
    x : array, shape (..., H, W)
    displacement : array, shape (2, H, W), in pixels: down, then to the right; see `elastic_displacement`
    order : 1 (default) interpolates bilinearly, 0 takes the nearest pixel
    fill : float, default 0, the value outside the image

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : displacement has another shape, x has no rows or columns, or order is another number

    Notes
    -----
    y[i, j] = x[i + displacement[0, i, j], j + displacement[1, i, j]].
    Simard, Steinkraus & Platt (2003), "Best practices for convolutional neural networks", section 2.

    Examples
    --------
    >>> elastic_distort(np.array([[1.0, 2.0, 3.0]]), np.array([[[0, 0, 0]], [[1, 0, -1]]]))
    array([[2., 2., 2.]])
    """
    x = image("elastic_distort", x)
    displacement, wanted = np.asarray(displacement, dtype=np.float64), (2, *x.shape[-2:])
    got = f"shape {displacement.shape}"
    need(displacement.shape == wanted, "elastic_distort", "displacement", got, f"of shape {wanted}")
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return sample("elastic_distort", x, rows + displacement[0], cols + displacement[1], order, fill)


def resize(x, size):
    """Give images another number of pixels, bilinearly.

    Parameters
    ----------
    x : array, shape (..., H, W)
    size : int or (int, int), the new height and width

    Returns
    -------
    array, shape (..., *size)

    Raises
    ------
    ValueError : x has no rows or columns, or size is not positive

    Notes
    -----
    The centre of pixel i lies at (i + 1/2) H / height - 1/2 of the old rows, not beyond the first and last.
    ``torch.nn.functional.interpolate`` with mode "bilinear" and its defaults: shrinking skips pixels.

    Examples
    --------
    >>> resize(np.array([[0.0, 4.0]]), (1, 4))
    array([[0., 1., 3., 4.]])
    """
    x = image("resize", x)
    height, width = (size, size) if np.ndim(size) == 0 else size
    need(height > 0 and width > 0, "resize", "size", size, "positive")

    def source(new, old):
        return np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)

    rows, cols = source(height, x.shape[-2]), source(width, x.shape[-1])
    return sample("resize", x, rows[:, None], cols[None, :], 1, 0.0)
