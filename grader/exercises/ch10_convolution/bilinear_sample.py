"""Images read between their pixels."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import conv

CORNERS = (0.3, 0.6, 0.2, 0.7)  # shares of a pixel: some are nearer to the next one, none is half way


def pixels(rng, n, positions, length):
    """Each of the first pixels of an axis, if there are so many positions, and others in each image."""
    return (rng.permutation(np.resize(np.arange(length), positions)) + np.arange(n)[:, None]) % length


def between(size, positions=6, scale=1.0):
    """Positions between the pixels of the image, each with four pixels around it."""

    def draw(rng):
        n, _, h, w = size
        py, px = (
            pixels(rng, n, positions, length - 1) + np.resize(CORNERS[i:], (n, positions))
            for i, length in enumerate((h, w))
        )
        return call(scale * (rng.normal(size=size) + 2), py, px)

    return draw


def outside(*places, size=(2, 3, 4, 5)):
    """Positions at given distances before the first, and behind the last, row and column."""

    def draw(rng):
        n, _, h, w = size
        inside = pixels(rng, n, len(places), min(h, w) - 1) + 0.3
        before = np.broadcast_to(-np.array(places), (n, len(places)))
        behind = [length - 1 + np.broadcast_to(np.array(places), (n, len(places))) for length in (h, w)]
        py = np.concatenate([before, behind[0], inside, inside, before], axis=1)
        px = np.concatenate([inside, inside, before, behind[1], behind[1]], axis=1)
        return call(rng.normal(size=size) + 2, py, px)

    return draw


def at(size, py, px, scale=1.0):
    return lambda rng: call(spread(rng, size, scale), np.array(py, float), np.array(px, float))


def _allowed(rng):
    n, c, h, w, many = (int(one_of(rng, 1, 2, 2, 3, 4)) for _ in range(5))
    py, px = (
        one_of(
            rng,
            *[rng.uniform(-2, length + 1, (n, many))] * 3,
            rng.integers(-2, length + 2, (n, many)) * 1.0,
            250 * rng.normal(size=(n, many)),
        )
        for length in (h, w)
    )
    return call(floats(rng, (n, c, h, w), (1.0, 1.0, 1e3, 1e-5)), py, px)


BILINEAR_SAMPLE = Exercise(
    function="bilinear_sample",
    topics=("C10-10",),
    points=3,
    difficulty=4,
    minutes=35,
    reference=conv.bilinear_sample,
    torch="torch.nn.functional.grid_sample",
    forbid=("nnlib.conv.deform_conv2d", "nnlib.data.map_coordinates"),
    allowed=_allowed,
    large=between((2, 3, 7, 7), 225),
    cases=(
        Case(
            "between the pixels of one map",
            between((1, 1, 4, 5)),
            example=call([[[[1, 3, 0], [2, 8, 5]]]], [[0.25, 0.75]], [[0.75, 1.25]]),
        ),
        Case("two images, three channels", between((2, 3, 4, 5)), weight=3),
        Case("square images", between((2, 3, 4, 4)), weight=2),
        Case("less than a pixel outside", outside(0.3, 0.6), weight=3),
        Case("far outside", outside(1.3, 1.6, 3.2, 9.4), weight=2, edge=True),
        Case(
            "on whole pixels",
            lambda rng: call(
                rng.normal(size=(2, 2, 3, 4)) + 2,
                rng.permuted(np.tile([0.0, 1.0, 2.0, 2.0, 0.0], (2, 1)), axis=1),
                rng.permuted(np.tile([0.0, 3.0, 1.0, 3.0, 2.0], (2, 1)), axis=1),
            ),
            weight=2,
        ),
        in_turn(
            "images of one row, of one pixel, zeros, large numbers",
            at((1, 2, 1, 4), [[0, 0.25, -0.5]], [[1.5, 2.25, 3]], 1e3),
            at((2, 1, 4, 1), [[1.5], [2.25]], [[0.25], [-0.25]]),
            at((1, 1, 1, 1), [[0.0, 0.5, -0.25, 1]], [[0.0, -0.5, 0.5, 0]], 1e-5),
            at((1, 1, 2, 2), [[150.0, 0.5, -150.0]], [[0.5, 0.5, 200.0]]),
            at((2, 2, 2, 3), [[0.5, 1], [1, 0]], [[0, 1000.0], [2, -1000.0]]),
            at((3, 2, 3, 3), [[0.0], [0.0], [0.0]], [[0.0], [0.0], [0.0]]),
            edge=True,
        ),
    ),
    hints=(
        "The formula as it stands: a weight for each position and row (N, P, H), one for each position and column.",
        "np.maximum(0, 1 - np.abs(py[..., None] - np.arange(H))) has all weights of the rows; most of them are 0.",
        'np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols) sums over rows and columns.',
    ),
)


@BILINEAR_SAMPLE.wrong(case="square images")
def bilinear_sample_rows_and_columns_exchanged(x, py, px):
    """You read rows at px and columns at py; py are rows, px are columns."""
    py, px = px, py
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_nearest_pixel(x, py, px):
    """You read the nearest pixel; between pixels the four around the position count, each by its
    nearness."""
    py, px = np.round(py), np.round(px)
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_pixel_before(x, py, px):
    """You read the pixel above and to the left of a position; the four around it count, each by its
    nearness."""
    py, px = np.floor(py), np.floor(px)
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_mean_of_the_four(x, py, px):
    """You take the plain mean of the four pixels around; the nearer one counts more."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = (np.abs(py[..., None] - rows) < 1) / 2
    of_cols = (np.abs(px[..., None] - cols) < 1) / 2
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_weights_exchanged(x, py, px):
    """Your far pixels count most: a pixel at the distance a has the weight 1 − a."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.abs(py[..., None] - rows)
    of_rows = np.where(of_rows < 1, of_rows, 0)
    of_cols = np.abs(px[..., None] - cols)
    of_cols = np.where(of_cols < 1, of_cols, 0)
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_rows_only(x, py, px):
    """You interpolate between rows only; columns are weighted in the same way."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = 1.0 * (np.floor(px)[..., None] == cols)
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_columns_only(x, py, px):
    """You interpolate between columns only; rows are weighted in the same way."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = 1.0 * (np.floor(py)[..., None] == rows)
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong(case="less than a pixel outside")
def bilinear_sample_clamped_to_the_edge(x, py, px):
    """You move positions outside to the edge of the image; outside there are zeros."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    py, px = np.clip(py, 0, rows[-1]), np.clip(px, 0, cols[-1])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong(case="less than a pixel outside")
def bilinear_sample_zero_all_around(x, py, px):
    """You return 0 for every position outside; less than a pixel away, the pixels at the edge still
    count."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    inside = (py >= 0) & (py <= rows[-1]) & (px >= 0) & (px <= cols[-1])
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols) * inside[:, None]


@BILINEAR_SAMPLE.wrong(case="less than a pixel outside")
def bilinear_sample_wrapped_around(x, py, px):
    """Outside you read the other side of the image, as a negative index does; there are zeros."""
    (_, _, h, w), image = x.shape, np.arange(len(x))[:, None]
    top, left = np.floor(py).astype(int), np.floor(px).astype(int)
    a, b = (py - top)[..., None], (px - left)[..., None]
    upper = (1 - b) * x[image, :, top % h, left % w] + b * x[image, :, top % h, (left + 1) % w]
    lower = (1 - b) * x[image, :, (top + 1) % h, left % w] + b * x[image, :, (top + 1) % h, (left + 1) % w]
    return np.moveaxis((1 - a) * upper + a * lower, -1, 1)


@BILINEAR_SAMPLE.wrong(case="less than a pixel outside")
def bilinear_sample_cut_towards_zero(x, py, px):
    """astype(int) cuts towards 0, so −0.3 becomes 0, not −1; np.floor goes down."""
    (_, _, h, w), image = x.shape, np.arange(len(x))[:, None]
    top, left = py.astype(int), px.astype(int)
    total = 0.0
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        r, q = top + i, left + j
        a, b = py - top, px - left
        share = (a if i else 1 - a) * (b if j else 1 - b) * ((r >= 0) & (r < h) & (q >= 0) & (q < w))
        total = total + share[..., None] * x[image, :, np.clip(r, 0, h - 1), np.clip(q, 0, w - 1)]
    return np.moveaxis(total, -1, 1)


@BILINEAR_SAMPLE.wrong(case="less than a pixel outside")
def bilinear_sample_clipped_and_cut(x, py, px):
    """astype(int) cuts towards 0, so −0.3 becomes 0, not −1; np.floor goes down."""
    (_, _, h, w), image = x.shape, np.arange(len(x))[:, None]
    py, px = np.clip(py, -1, h), np.clip(px, -1, w)
    top, left = py.astype(int), px.astype(int)
    total = 0.0
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        r, q = top + i, left + j
        a, b = py - top, px - left
        share = (a if i else 1 - a) * (b if j else 1 - b) * ((r >= 0) & (r < h) & (q >= 0) & (q < w))
        total = total + share[..., None] * x[image, :, np.clip(r, 0, h - 1), np.clip(q, 0, w - 1)]
    return np.moveaxis(total, -1, 1)


@BILINEAR_SAMPLE.wrong(case="arguments unchanged")
def bilinear_sample_in_place(x, py, px):
    """You change the positions in place; they belong to who called. py = py - top makes a new array."""
    (_, _, h, w), image = x.shape, np.arange(len(x))[:, None]
    ringed = np.pad(x, ((0, 0), (0, 0), (1, 2), (1, 2)))
    np.clip(py, -1, h, out=py)
    np.clip(px, -1, w, out=px)
    top, left = np.floor(py).astype(int), np.floor(px).astype(int)
    py -= top
    px -= left
    a, b, r, q = py[..., None], px[..., None], top + 1, left + 1
    upper = (1 - b) * ringed[image, :, r, q] + b * ringed[image, :, r, q + 1]
    lower = (1 - b) * ringed[image, :, r + 1, q] + b * ringed[image, :, r + 1, q + 1]
    return np.moveaxis((1 - a) * upper + a * lower, -1, 1)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_positions_from_0_to_1(x, py, px):
    """You take positions for shares of the image; they are in pixels, from 0 to H − 1 and W − 1."""
    py, px = py * (x.shape[2] - 1), px * (x.shape[3] - 1)
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_centres_at_a_half(x, py, px):
    """You put the first pixel at 0.5; it is at 0, the last at H − 1 and W − 1."""
    py, px = py - 0.5, px - 0.5
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_counted_from_1(x, py, px):
    """You count rows and columns from 1; the first ones are 0."""
    py, px = py - 1, px - 1
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_weights_added(x, py, px):
    """You add the weights of row and column; multiply them."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    pairs = of_rows[..., None] * (of_cols[:, :, None] > 0) + (of_rows[..., None] > 0) * of_cols[:, :, None]
    return np.einsum("nprq,ncrq->ncp", pairs, x) / 2


@BILINEAR_SAMPLE.wrong
def bilinear_sample_distance_as_weight(x, py, px):
    """You weigh by the distance to each of the four pixels; the weight is the product of 1 − distance
    along each axis."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    far = np.sqrt((py[..., None] - rows)[..., None] ** 2 + (px[..., None] - cols)[:, :, None] ** 2)
    return np.einsum("nprq,ncrq->ncp", np.maximum(0, 1 - far), x)


@BILINEAR_SAMPLE.wrong(case="two images, three channels")
def bilinear_sample_first_image(x, py, px):
    """You read all positions in the first image; each image has its own."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, np.repeat(x[:1], len(x), axis=0), of_cols)


@BILINEAR_SAMPLE.wrong(case="two images, three channels")
def bilinear_sample_first_channel(x, py, px):
    """You read the first channel only; all channels are read at the same positions."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, np.repeat(x[:, :1], x.shape[1], axis=1), of_cols)


@BILINEAR_SAMPLE.wrong(case="two images, three channels")
def bilinear_sample_positions_of_the_first_image(x, py, px):
    """You use the positions of the first image for all; each image has its own."""
    py, px = py[:1] + 0 * py, px[:1] + 0 * px
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong(case="two images, three channels")
def bilinear_sample_channels_last(x, py, px):
    """Your channels are the last axis; the result is (N, C, P)."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,npq->npc", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong
def bilinear_sample_a_grid_of_positions(x, py, px):
    """You read every row position with every column position; they go together in pairs: (N, C, P)."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    return np.einsum("npr,ncrq,noq->ncpo", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong(case="on whole pixels")
def bilinear_sample_last_row_and_column_missing(x, py, px):
    """You never read the last row and the last column; positions up to H − 1 and W − 1 are inside."""
    rows, cols = np.arange(x.shape[2]), np.arange(x.shape[3])
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - rows))
    of_rows[:, :, -1] = 0
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - cols))
    of_cols[:, :, -1] = 0
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols)


@BILINEAR_SAMPLE.wrong(case="less than a pixel outside")
def bilinear_sample_mean_of_those_inside(x, py, px):
    """Outside you divide by the weights of the pixels that are there; the zeros outside count with theirs."""
    of_rows = np.maximum(0, 1 - np.abs(py[..., None] - np.arange(x.shape[2])))
    of_cols = np.maximum(0, 1 - np.abs(px[..., None] - np.arange(x.shape[3])))
    total = (of_rows.sum(axis=2) * of_cols.sum(axis=2))[:, None]
    return np.einsum("npr,ncrq,npq->ncp", of_rows, x, of_cols) / np.where(total > 0, total, 1)


@BILINEAR_SAMPLE.right
def bilinear_sample_four_pixels(x, py, px):
    n, _, h, w = x.shape
    image = np.arange(n)[:, None]
    top, left = np.floor(py), np.floor(px)
    total = 0.0
    for r, q in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        inside = (r >= 0) & (r < h) & (q >= 0) & (q < w)
        share = (1 - np.abs(py - r)) * (1 - np.abs(px - q)) * inside
        row, col = np.clip(r, 0, h - 1).astype(int), np.clip(q, 0, w - 1).astype(int)
        total = total + share[..., None] * x[image, :, row, col]
    return np.moveaxis(total, -1, 1)


@BILINEAR_SAMPLE.right
def bilinear_sample_padded(x, py, px):
    n, c, h, w = x.shape
    image = np.arange(n)[:, None]
    ringed = np.pad(x, ((0, 0), (0, 0), (1, 2), (1, 2)))
    py, px = np.minimum(np.maximum(py, -1), h), np.minimum(np.maximum(px, -1), w)
    top, left = np.floor(py).astype(int), np.floor(px).astype(int)
    a, b = (py - top)[..., None], (px - left)[..., None]
    upper = (1 - b) * ringed[image, :, top + 1, left + 1] + b * ringed[image, :, top + 1, left + 2]
    lower = (1 - b) * ringed[image, :, top + 2, left + 1] + b * ringed[image, :, top + 2, left + 2]
    return np.swapaxes((1 - a) * upper + a * lower, 1, 2)


@BILINEAR_SAMPLE.right
def bilinear_sample_position_by_position(x, py, px):
    n, c, h, w = x.shape
    y = np.zeros((n, c, py.shape[1]))
    for i in range(n):
        for p in range(py.shape[1]):
            for r in range(h):
                for q in range(w):
                    share = max(0, 1 - abs(py[i, p] - r)) * max(0, 1 - abs(px[i, p] - q))
                    y[i, :, p] += share * x[i, :, r, q]
    return y


@BILINEAR_SAMPLE.right
def bilinear_sample_rows_then_columns(x, py, px):
    of_rows = np.clip(1 - np.abs(py[:, :, None] - np.arange(x.shape[2])), 0, None)
    of_cols = np.clip(1 - np.abs(px[:, :, None] - np.arange(x.shape[3])), 0, None)
    lines = of_rows[:, None] @ x
    return np.sum(lines * of_cols[:, None], axis=-1)
