"""3 x 3 convolution with a quarter of the multiplications: Winograd's F(4, 3).

Four neighbouring outputs of a row, from six inputs and three weights, need six products instead of twelve:
y = A^T ((G w) * (B^T d)). In two dimensions each matrix acts on rows, then on columns, and * becomes, for each of the
36 places of a tile, a matrix product over the channels. The gradient of the weights goes back through the same three
matrices.

Differences of large numbers cost about two digits: up to 2e-5 of the largest output in float32, against 1e-6.
Lavin & Gray (2016), "Fast algorithms for convolutional neural networks", equations 8 and 9, section 4.3.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnlib.conv._columns import first, slices

B = [[4, 0, 0, 0, 0, 0], [0, -4, 4, -2, 2, 4], [-5, -4, -4, -1, -1, 0], [0, 1, -1, 2, -2, -5]]
B = np.array([*B, [1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 1]])
G = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
A = np.array([[1, 0, 0, 0], [1, 1, 1, 1], [1, -1, 1, -1], [1, 2, 4, 8], [1, -2, 4, -8], [0, 0, 0, 1]])
B, G, A = (m.astype(np.float32) for m in (B, G, A))
TILE = 4  # outputs along an axis
BUFFER = 2**20  # bytes of tiles at a time
MANY = 64  # channels in and out from which it is faster


def fits(x, weight, place):
    """Whether this way is right, exact enough and faster."""
    plain = place.kernel == (3, 3) and place.stride == place.dilation == (1, 1) and place.groups == 1
    return plain and x.dtype == np.float32 and min(weight.shape[:2]) >= MANY and min(place.size) >= TILE


def forward(x, weight, place):
    """A^T ((G w) * (B^T d)), tile by tile."""
    n, out = len(x), len(weight)
    down, across = tiles_of(place)
    y = np.empty((n, down, TILE, across, TILE, out), x.dtype)
    kernels = both_ways(G, weight.transpose(2, 3, 1, 0).reshape(3, 3, -1)).reshape(36, -1, out)
    buffer, rows = np.empty((2, 36 * at_once(x, place) * down * across * out), x.dtype)
    for images, tiles in blocks(x, place):
        products = np.matmul(tiles, kernels, out=first(buffer, (*tiles.shape[:2], out)))
        tiled = both_ways(A.T, products.reshape(6, 6, -1), rows, buffer).reshape(
            TILE, TILE, -1, down, across, out
        )
        y[images] = tiled.transpose(2, 3, 0, 4, 1, 5)
    height, width = place.size
    y = y.reshape(n, down * TILE, across * TILE, out)[:, :height, :width]
    return np.ascontiguousarray(y.transpose(0, 3, 1, 2))


def grad_weight(g, x, weight, place):
    """The same products the other way round: G^T ((A g) * (B^T d)), summed over all tiles."""
    out = len(weight)
    height, width = place.size
    down, across = tiles_of(place)
    spread = np.zeros((len(g), down * TILE, across * TILE, out), g.dtype)
    spread[:, :height, :width] = g.transpose(0, 2, 3, 1)
    spread = spread.reshape(-1, down, TILE, across, TILE, out)
    grad_kernels = np.zeros((36, weight.shape[1], out), g.dtype)
    for images, tiles in blocks(x, place):
        g_tiles = spread[images].transpose(2, 4, 0, 1, 3, 5).reshape(TILE, TILE, -1)
        grad_kernels += tiles.swapaxes(1, 2) @ both_ways(A, g_tiles).reshape(36, -1, out)
    grad = both_ways(G.T, grad_kernels.reshape(6, 6, -1))
    return grad.reshape(3, 3, weight.shape[1], out).transpose(3, 2, 0, 1).copy()


def both_ways(m, tiles, rows=None, out=None):
    """m d m^T for the tiles d: (rows, columns, all of them). Into buffers, if given; out may be the one of tiles."""
    (n, k), count = m.shape, tiles.shape[2]
    rows, out = (
        np.empty((n, by, count), m.dtype) if buffer is None else first(buffer, (n, by, count))
        for buffer, by in ((rows, k), (out, n))
    )
    np.matmul(m, tiles.reshape(k, -1), out=rows.reshape(n, -1))
    return np.matmul(m, rows, out=out)


def blocks(x, place):
    """(images, B^T d for their tiles d, (36, tiles, C)) in turn."""
    channels = x.shape[1]
    down, across = tiles_of(place)
    some = at_once(x, place)
    padded = np.zeros((some, down * TILE + 2, across * TILE + 2, channels), x.dtype)
    (top, _), (left, _) = place.padding
    height, width = (min(n, p - first) for n, p, first in zip(x.shape[2:], padded.shape[1:3], (top, left)))
    image = padded[:, top : top + height, left : left + width]
    seen = sliding_window_view(padded, (6, 6), axis=(1, 2))[:, ::TILE, ::TILE].transpose(4, 5, 0, 1, 2, 3)
    buffer, mixed = np.empty((2, seen.size), x.dtype)
    for images in slices(len(x), some):
        n = images.stop - images.start
        image[:n] = x[images, :, :height, :width].transpose(0, 2, 3, 1)
        tiles = first(buffer, (6, 6, n, *seen.shape[3:]))
        tiles[...] = seen[:, :, :n]
        yield images, both_ways(B.T, tiles.reshape(6, 6, -1), mixed, buffer).reshape(36, -1, channels)


def at_once(x, place):
    """How many images have their tiles in the buffer."""
    down, across = tiles_of(place)
    return max(1, min(len(x), BUFFER // (36 * down * across * x.shape[1] * x.itemsize)))


def tiles_of(place):
    """Tiles down and across that cover the output."""
    return tuple(-(-n // TILE) for n in place.size)
