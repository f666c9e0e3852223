"""What kernels see: the edges of a digit, and windows that grow and turn."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.conv import conv2d
from nnlib.experiments._pair import axes


class EdgeMaps(NamedTuple):
    """Steps from dark to bright, to the right and downwards, of each image.

    images (N, H, W);  rightward, downward (N, H, W): large along upright and along level strokes;  upright (N,):
    the share of the rightward map in the energy of both.
    """

    images: np.ndarray
    rightward: np.ndarray
    downward: np.ndarray
    upright: np.ndarray

    def plot(self, ax=None, index=0):
        """Draw an image beside its two maps; returns the axes."""
        ax = axes(ax)
        image, *maps = (m[index] for m in self[:3])
        size = np.abs(maps).max() or 1.0
        ax.imshow(
            np.hstack([image / (np.abs(image).max() or 1.0), *(m / size for m in maps)]),
            "gray",
            vmin=-1,
            vmax=1,
        )
        width = image.shape[1]
        ax.set_xticks([width * (k + 0.5) - 0.5 for k in range(3)], ["image", "step right", "step down"])
        ax.set_yticks([])
        return ax


def edge_maps(images):
    """Find the edges of images by two kernels that nobody trained.

    Parameters
    ----------
    images : array, shape (N, H, W)

    Returns
    -------
    EdgeMaps

    Raises
    ------
    ValueError : images are not of that shape

    Notes
    -----
    conv2d, padding 1, with Sobel's kernel [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] and its transpose: a difference
    across the edge, smoothed along it.  The share is nan for an image without any edge.
    Gonzalez & Woods (2018), "Digital image processing", section 10.2.

    Examples
    --------
    >>> stroke = np.zeros((1, 5, 5))
    >>> stroke[:, :, 2] = 1.0
    >>> maps = edge_maps(stroke)
    >>> maps.rightward[0, 2]
    array([ 0.,  4.,  0., -4.,  0.])
    >>> maps.downward[0, 2]
    array([0., 0., 0., 0., 0.])
    """
    images = as_float(images)
    need(images.ndim == 3, "edge_maps", "images", f"shape {images.shape}", "of shape (N, H, W)")
    across = np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])
    maps = conv2d(images[:, None], np.stack([across, across.T])[:, None], padding=1)
    energy = np.sum(maps**2, axis=(2, 3))
    with np.errstate(invalid="ignore"):  # 0 / 0: no edge at all
        upright = energy[:, 0] / energy.sum(axis=1)
    return EdgeMaps(images, maps[:, 0], maps[:, 1], upright)


def grid_offsets(kernel_size, *, scale=1.0, angle=0.0):
    """Offsets with which a deformable convolution scales and turns its windows: what it learns where this helps.

    Parameters
    ----------
    kernel_size : (int, int), kh and kw
    scale : float, default 1; 2 spreads the window as dilation 2 does
    angle : float, default 0; degrees, clockwise on the screen, where rows point down

    Returns
    -------
    array, shape (2 kh kw,), for every window: row and column of each weight in turn

    Notes
    -----
    (scale R - I) p for each place p of the kernel, counted from its middle, with R the rotation by angle.  Every
    place is thus moved to scale R p.  For use in deform_conv2d repeat it: offsets[None, :, None, None] *
    np.ones((N, 1, H', W')).
    Dai et al. (2017), "Deformable convolutional networks", figure 2 (c) and (d).

    Examples
    --------
    >>> grid_offsets((1, 3), scale=2.0)  # the left and the right one, a pixel further out
    array([ 0., -1.,  0.,  0.,  0.,  1.])
    >>> grid_offsets((1, 3), angle=90.0).round(9)  # left goes up, right goes down
    array([-1.,  1.,  0.,  0.,  1., -1.])
    """
    kh, kw = kernel_size
    places = np.stack(np.meshgrid(np.arange(kh), np.arange(kw), indexing="ij"), axis=-1).reshape(-1, 2)
    places = places - [(kh - 1) / 2, (kw - 1) / 2]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    turn = np.array([[cos, sin], [-sin, cos]])  # of (row, column)
    return (scale * places @ turn.T - places).ravel() + 0.0  # no -0
