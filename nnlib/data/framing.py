"""Look at an image in a mirror, or through a window: flips and crops."""

import numpy as np

from nnlib._check import as_float, fail, need
from nnlib.data._arrays import image
from nnlib.data.warps import resize


def _selected(op, x, mask):
    """mask as an array that broadcasts against x, whose first axes it selects from."""
    mask = np.asarray(mask, dtype=bool)
    leading = x.shape[: mask.ndim]
    need(
        mask.ndim <= x.ndim - 2 and mask.shape == leading,
        op,
        "mask",
        f"shape {mask.shape}",
        "one for each image",
    )
    return mask.reshape(mask.shape + (1,) * (x.ndim - mask.ndim))


def flip_mask(n, *, p=0.5, rng):
    """Draw which of n images to flip, each with probability p.

    Parameters
    ----------
    n : int
    p : float from 0 to 1, default 0.5
    rng : numpy.random.Generator

    Returns
    -------
    array of bool, shape (n,)

    Raises
    ------
    ValueError : p is not from 0 to 1

    Notes
    -----
    Independent Bernoulli(p).  ``torchvision.transforms.RandomHorizontalFlip`` draws one for a whole batch.

    Examples
    --------
    >>> flip_mask(4, p=1.0, rng=np.random.default_rng(0))
    array([ True,  True,  True,  True])
    """
    need(0 <= p <= 1, "flip_mask", "p", p, "from 0 to 1")
    return rng.random(n) < p


def horizontal_flip(x, mask):
    """Mirror images left to right.

    Parameters
    ----------
    x : array, shape (..., H, W)
    mask : array of bool of the shape of x's first axes, which images to flip, or True for all

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : x has no rows or columns, or mask is not one for each image

    Notes
    -----
    x[..., ::-1].  A mirrored b is a d: leave it out where left and right tell classes apart.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 7.4.

    Examples
    --------
    >>> horizontal_flip(np.array([[[1.0, 2.0]], [[1.0, 2.0]]]), [True, False])
    array([[[2., 1.]],
    <BLANKLINE>
           [[1., 2.]]])
    """
    x = image("horizontal_flip", x)
    return np.where(_selected("horizontal_flip", x, mask), x[..., ::-1], x)


def vertical_flip(x, mask):
    """Turn images upside down in a mirror; rarely what a photograph looks like.

    Parameters
    ----------
    x : array, shape (..., H, W)
    mask : array of bool of the shape of x's first axes, which images to flip, or True for all

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : x has no rows or columns, or mask is not one for each image

    Notes
    -----
    x[..., ::-1, :].  Goodfellow, Bengio & Courville (2016), "Deep learning", section 7.4.

    Examples
    --------
    >>> vertical_flip(np.array([[1.0, 2.0], [3.0, 4.0]]), True)
    array([[3., 4.],
           [1., 2.]])
    """
    x = image("vertical_flip", x)
    return np.where(_selected("vertical_flip", x, mask), x[..., ::-1, :], x)


def crop(x, top, left, height, width):
    """Cut a window out of images.

    Parameters
    ----------
    x : array, shape (..., H, W)
    top, left : int, the first row and column of the window
    height, width : int, its size

    Returns
    -------
    array, shape (..., height, width)

    Raises
    ------
    ValueError : the window does not lie in the image

    Notes
    -----
    x[..., top : top + height, left : left + width], where a slice alone would clip the window silently.

    Examples
    --------
    >>> crop(np.arange(12.0).reshape(3, 4), 1, 1, 2, 2)
    array([[ 5.,  6.],
           [ 9., 10.]])
    """
    x = as_float(x)
    inside = x.ndim >= 2 and min(top, left, height, width) >= 0
    inside = inside and top + height <= x.shape[-2] and left + width <= x.shape[-1]
    if not inside:
        fail("crop", "the window", f"{height} x {width} at {(top, left)}", f"inside x of shape {x.shape}")
    return x[..., top : top + height, left : left + width].copy()


def random_crop(x, size, *, padding=0, fill=0.0, rng):
    """Cut a window at a random place out of each image.

    Parameters
    ----------
    x : array, shape (N, ..., H, W)
    size : int or (int, int), height and width of the windows
    padding : int, default 0, pixels added on every side first
    fill : float, default 0, their value
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (N, ..., *size), one window for each of the N images

    Raises
    ------
    ValueError : x has not three axes or more, or the window is larger than the padded image

    Notes
    -----
    All places are equally likely.  ``torchvision.transforms.RandomCrop`` draws one place for a whole batch.
    He et al. (2016), "Deep residual learning for image recognition", section 4.2.

    Examples
    --------
    >>> random_crop(np.ones((2, 1, 4, 4)), 3, padding=1, rng=np.random.default_rng(0)).shape
    (2, 1, 3, 3)
    """
    x = as_float(x)
    need(x.ndim >= 3, "random_crop", "x", f"shape {x.shape}", "of shape (N, ..., H, W)")
    x = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2, constant_values=fill)
    height, width = (size, size) if np.ndim(size) == 0 else size
    fits = 0 < height <= x.shape[-2] and 0 < width <= x.shape[-1]
    need(fits, "random_crop", "size", size, f"from 1 to the padded image's {x.shape[-2:]}")
    tops = rng.integers(x.shape[-2] - height + 1, size=len(x))
    lefts = rng.integers(x.shape[-1] - width + 1, size=len(x))
    windows = np.empty((*x.shape[:-2], height, width), x.dtype)
    for i, (top, left) in enumerate(zip(tops, lefts)):
        windows[i] = crop(x[i], top, left, height, width)
    return windows


def random_box(height, width, *, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), rng):
    """Draw a window of random area, shape and place, for `random_resized_crop`.

    Parameters
    ----------
    height, width : int > 0, the size of the image
    scale : (float, float), default (0.08, 1), least and largest share of the area
    ratio : (float, float), default (3/4, 4/3), least and largest width over height
    rng : numpy.random.Generator

    Returns
    -------
    (top, left, height, width) : ints

    Raises
    ------
    ValueError : scale or ratio is not positive and in order

    Notes
    -----
    The area is uniform, the logarithm of the ratio is uniform.  A window that does not fit is drawn again, ten
    times; then the largest central window of an allowed ratio is taken.
    Szegedy et al. (2015), "Going deeper with convolutions", section 6.
    ``torchvision.transforms.RandomResizedCrop.get_params``.

    Examples
    --------
    >>> random_box(10, 10, scale=(1.0, 1.0), ratio=(1.0, 1.0), rng=np.random.default_rng(0))
    (0, 0, 10, 10)
    """
    need(0 < scale[0] <= scale[1], "random_box", "scale", scale, "(low, high) with 0 < low <= high")
    need(0 < ratio[0] <= ratio[1], "random_box", "ratio", ratio, "(low, high) with 0 < low <= high")
    for _ in range(10):
        area = height * width * rng.uniform(*scale)
        shape = np.exp(rng.uniform(*np.log(ratio)))
        h, w = round(np.sqrt(area / shape)), round(np.sqrt(area * shape))
        if 0 < h <= height and 0 < w <= width:
            return int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1)), h, w

    shape = np.clip(width / height, *ratio)
    h, w = min(height, round(width / shape)), min(width, round(height * shape))
    return (height - h) // 2, (width - w) // 2, h, w


def random_resized_crop(x, size, *, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), rng):
    """Cut a random window out of each image and enlarge or shrink it to one size.

    Parameters
    ----------
    x : array, shape (N, ..., H, W)
    size : int or (int, int), the new height and width
    scale : (float, float), default (0.08, 1), least and largest share of the area
    ratio : (float, float), default (3/4, 4/3), least and largest width over height
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (N, ..., *size), one window for each of the N images

    Raises
    ------
    ValueError : x has not three axes or more, or scale, ratio or size is not as above

    Notes
    -----
    `resize` of a `crop` at a `random_box`.  Szegedy et al. (2015), "Going deeper with convolutions", section 6.
    ``torchvision.transforms.RandomResizedCrop`` draws one window for a whole batch and smooths where it shrinks.

    Examples
    --------
    >>> random_resized_crop(np.ones((2, 3, 8, 8)), 4, rng=np.random.default_rng(0)).shape
    (2, 3, 4, 4)
    """
    x = as_float(x)
    need(x.ndim >= 3, "random_resized_crop", "x", f"shape {x.shape}", "of shape (N, ..., H, W)")
    height, width = (size, size) if np.ndim(size) == 0 else size
    windows = np.empty((*x.shape[:-2], height, width), x.dtype)
    for i in range(len(x)):
        windows[i] = resize(crop(x[i], *random_box(*x.shape[-2:], scale=scale, ratio=ratio, rng=rng)), size)
    return windows
