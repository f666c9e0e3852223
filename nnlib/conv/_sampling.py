"""Reading an image between its pixels: a sparse matrix whose rows weigh the four pixels around a position.

Pixels are rows of channels, image after image, each image with two rings of zeros: a position outside reads zeros
there, and no index needs a condition.
"""

import numpy as np

RING = 2  # one ring would do for values; the slope at -1 and beyond needs the second


def as_pixels(x):
    """(N, C, H, W) as rows (N (H + 4) (W + 4), C)."""
    ringed = np.pad(x, ((0, 0), (0, 0), (RING, RING), (RING, RING)))
    return np.ascontiguousarray(ringed.transpose(0, 2, 3, 1)).reshape(-1, x.shape[1])


def as_images(pixels, shape):
    """The way back: rows as images of this shape, without the rings."""
    n, channels, height, width = shape
    ringed = pixels.reshape(n, height + 2 * RING, width + 2 * RING, channels)
    return ringed[:, RING : RING + height, RING : RING + width].transpose(0, 3, 1, 2).copy()


def corners(py, px, size):
    """(rows of the four pixels around each position (..., 4), its distances (a, b) from the upper left one)."""
    (top, a), (left, b) = (_below(p, n) for p, n in zip((py, px), size))
    width = size[1] + 2 * RING
    image = np.arange(len(py)).reshape(-1, *[1] * (py.ndim - 1)) * ((size[0] + 2 * RING) * width)
    first = image + (top + RING) * width + left + RING
    return first[..., None] + np.array([0, 1, width, width + 1]), a, b


def _below(p, n):
    """The pixel at or before each position along an axis, and the rest; far outside is just outside."""
    p = np.clip(p, -RING, n)
    pixel = np.floor(np.fmax(p, -RING))  # nan has no pixel; the rest keeps it
    return pixel.astype(np.intp), p - pixel


def weights(a, b):
    """How the four pixels count: upper left, upper right, lower left, lower right."""
    return np.stack([(1 - a) * (1 - b), (1 - a) * b, a * (1 - b), a * b], axis=-1)


def slopes(a, b):
    """Derivatives of the weights with respect to a and to b."""
    return np.stack([b - 1, -b, 1 - b, b], axis=-1), np.stack([a - 1, 1 - a, -a, a], axis=-1)


def matrix(rows, w, n):
    """The sparse matrix of as many rows as positions and n columns: w in the columns that rows names."""
    from scipy.sparse import csr_array

    start = np.arange(0, rows.size + 1, 4, dtype=np.int32)
    return csr_array((w.ravel(), rows.ravel().astype(np.int32), start), shape=(rows.size // 4, n))


def dots(grads, pixels, rows):
    """The product of each gradient (positions, C) with the four pixels of its position: (positions, 4)."""
    of_corner = [np.einsum("pc,pc->p", grads, pixels.take(rows[:, k], axis=0)) for k in range(4)]
    return np.stack(of_corner, axis=-1)
