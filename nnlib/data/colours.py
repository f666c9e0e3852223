"""Change the light, the colours, or add noise, and leave the pixels in their places."""

import numpy as np

from nnlib._check import as_float, fail, need

GREY = (0.2989, 0.587, 0.114)  # ITU-R BT.601: how bright red, green and blue look


def _with_channels(op, x, channels):
    """x as floats of shape (..., C, H, W) with an allowed number of channels."""
    x = as_float(x)
    if x.ndim < 3 or x.shape[-3] not in channels:
        fail(
            op, "x", f"shape {x.shape}", f"of shape (..., C, H, W) with C = {' or '.join(map(str, channels))}"
        )
    return x


def adjust_brightness(x, factor):
    """Multiply images by a factor.

    Parameters
    ----------
    x : array of values from 0 to 1, any shape
    factor : float >= 0: 0 is black, 1 changes nothing, 2 is twice as bright

    Returns
    -------
    array, shape of x, cut off at 0 and 1

    Raises
    ------
    ValueError : factor is negative

    Notes
    -----
    min(max(factor x, 0), 1).  ``torchvision.transforms.functional.adjust_brightness``.  Empty in, empty out.

    Examples
    --------
    >>> adjust_brightness(np.array([0.25, 0.75]), 2)
    array([0.5, 1. ])
    """
    need(factor >= 0, "adjust_brightness", "factor", factor, "at least 0")
    return np.clip(factor * as_float(x), 0, 1)


def adjust_contrast(x, factor):
    """Move every value away from the mean grey of its image, or towards it.

    Parameters
    ----------
    x : array of values from 0 to 1, shape (..., C, H, W) with C = 1 (grey) or 3 (red, green, blue)
    factor : float >= 0: 0 is plain grey, 1 changes nothing, 2 doubles the contrast

    Returns
    -------
    array, shape of x, cut off at 0 and 1

    Raises
    ------
    ValueError : factor is negative, or x has another number of channels

    Notes
    -----
    factor x + (1 - factor) mean(grey), grey = 0.2989 red + 0.587 green + 0.114 blue, one mean an image.
    ``torchvision.transforms.functional.adjust_contrast``.

    Examples
    --------
    >>> adjust_contrast(np.array([[[0.4, 0.6]]]), 2).round(6)
    array([[[0.3, 0.7]]])
    """
    need(factor >= 0, "adjust_contrast", "factor", factor, "at least 0")
    x = _with_channels("adjust_contrast", x, (1, 3))
    weights = np.array(GREY if x.shape[-3] == 3 else (1.0,), x.dtype)
    grey = np.einsum("c,...chw->...hw", weights, x)
    mean = grey.mean(axis=(-2, -1), dtype=np.float64).astype(x.dtype)[..., None, None, None]
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)


def adjust_hue(x, factor):
    """Turn the colours of images around the colour wheel.

    Parameters
    ----------
    x : array of values from 0 to 1, shape (..., 3, H, W): red, green, blue
    factor : float from -0.5 to 0.5, share of a whole turn: 1/3 makes red green, green blue, blue red

    Returns
    -------
    array, shape of x; grey pixels stay as they are

    Raises
    ------
    ValueError : factor is outside, or x has not three channels

    Notes
    -----
    With v = max(r, g, b) and c = v - min(r, g, b), the hue h on a circle of length 6 is (g - b) / c where red is
    largest, 2 + (b - r) / c where green is, 4 + (r - g) / c where blue is.  At hue h + 6 factor the channels are
    v - c max(0, min(k, 4 - k, 1)), k = (n + h + 6 factor) mod 6, n = 5, 3, 1.
    Smith (1978), "Color gamut transform pairs".  ``torchvision.transforms.functional.adjust_hue``.

    Examples
    --------
    >>> red = np.array([0.75, 0.25, 0.25]).reshape(3, 1, 1)
    >>> adjust_hue(red, 1 / 3).round(6).ravel()
    array([0.25, 0.75, 0.25])
    """
    need(-0.5 <= factor <= 0.5, "adjust_hue", "factor", factor, "from -0.5 to 0.5")
    x = _with_channels("adjust_hue", x, (3,))
    r, g, b = np.moveaxis(x, -3, 0)
    v = np.maximum(np.maximum(r, g), b)
    c = v - np.minimum(np.minimum(r, g), b)
    span = np.where(c == 0, 1, c)  # a grey pixel has no hue, and c = 0 makes any hue grey
    h = np.where(v == r, (g - b) / span, np.where(v == g, 2 + (b - r) / span, 4 + (r - g) / span))
    k = (np.array([5, 3, 1], x.dtype).reshape(3, 1, 1) + (h + 6 * factor)[..., None, :, :]) % 6
    return v[..., None, :, :] - c[..., None, :, :] * np.clip(np.minimum(k, 4 - k), 0, 1)


def add_gaussian_noise(x, *, std=0.1, rng):
    """Add independent normal noise to every value.

    Parameters
    ----------
    x : array, any shape
    std : float >= 0, default 0.1
    rng : numpy.random.Generator

    Returns
    -------
    array, shape of x, not cut off

    Raises
    ------
    ValueError : std is negative

    Notes
    -----
    x + std e, e ~ N(0, 1).  For a linear model it acts as an L2 penalty on the weights.
    Bishop (1995), "Training with noise is equivalent to Tikhonov regularization".  Empty in, empty out.

    Examples
    --------
    >>> add_gaussian_noise(np.array([1.0, 2.0]), std=0.0, rng=np.random.default_rng(0))
    array([1., 2.])
    """
    need(std >= 0, "add_gaussian_noise", "std", std, "at least 0")
    x = as_float(x)
    return x + std * rng.standard_normal(x.shape, dtype=x.dtype)
