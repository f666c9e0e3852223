"""Rows for nnlib.pooling in the plane and over regions: cases. Edges and errors are beside them."""

import numpy as np

from nnlib import pooling as P
from tests.nnlib.spec import Case

ELSEWHERE = (P.fractional_samples, P.stochastic_samples)
LEFT_OUT = (("max_pool2d", "return_indices"), ("adaptive_max_pool2d", "return_indices"))


def image(*shape, then=()):
    return lambda rng: (rng.normal(size=shape), *then)


def with_samples(*shape, kernel, predict=False):
    """Positive images, samples for windows of the kernel side by side, and the kernel."""

    def draw(rng):
        x = rng.gamma(2.0, size=shape)
        return x, None if predict else P.stochastic_samples(shape, kernel, rng=rng), kernel

    return draw


def fractional(*shape, kernel):
    return lambda rng: (rng.normal(size=shape), P.fractional_samples(shape, rng=rng), kernel)


def torch_fractional(x, samples, kernel_size, **options):
    from torch.nn import functional as F

    samples = samples if x.ndim == 4 else samples[None]
    return F.fractional_max_pool2d(x, kernel_size, **options, _random_samples=samples)


def drawn_one_by_one(x, samples, kernel, stride=None):
    stride = stride or kernel
    rows, columns = ((n - kernel) // stride + 1 for n in x.shape[-2:])
    y = np.zeros((*x.shape[:-2], rows, columns))
    for index in np.ndindex(y.shape):
        *plane, i, j = index
        window = x[tuple(plane)][i * stride : i * stride + kernel, j * stride : j * stride + kernel].ravel()
        share = window / window.sum()
        if samples is None:
            y[index] = share @ window
        else:
            y[index] = window[np.searchsorted(share.cumsum(), samples[index], side="right")]
    return y


def boxed(*shape, then=()):
    """Images, and boxes on them: the first covers all of the first image, one is half outside."""

    def draw(rng):
        height, width = shape[-2:]
        boxes = [[0, 0, 0, width - 1, height - 1], [1, 1.3, 0.6, 4.9, 3.2], [1, -2.2, 1.7, 2.1, height + 1.4]]
        return rng.normal(size=shape), np.array(boxes), *(t(rng) if callable(t) else t for t in then)

    return draw


def offsets(*bins):
    return lambda rng: rng.normal(size=(3, 2, *bins))


def largest_of_bins(x, boxes, size, spatial_scale=1.0):
    """By the set of pixels that each bin holds."""
    y = np.zeros((len(boxes), x.shape[1], size, size))
    for k, (of, *box) in enumerate(boxes):
        x1, y1, x2, y2 = np.trunc(np.asarray(box) * spatial_scale + np.copysign(0.5, box)).astype(int)
        for i, j in np.ndindex(size, size):
            pixels = [
                (row, column)
                for row in range(x.shape[2])
                for column in range(x.shape[3])
                if touches(row - y1, max(y2 - y1 + 1, 1), i, size)
                and touches(column - x1, max(x2 - x1 + 1, 1), j, size)
            ]
            if pixels:
                y[k, :, i, j] = np.max([x[int(of), :, row, column] for row, column in pixels], axis=0)
    return y


def touches(pixel, length, i, bins):
    """Does the pixel, one long, share more than a border with bin i of a side?"""
    return pixel * bins < (i + 1) * length and (pixel + 1) * bins > i * length


def points(box, bins, ratio):
    """Coordinates of the points of all bins along one side, (bins, points)."""
    first, end = box
    step = (end - first) / bins
    n = ratio if ratio > 0 else int(np.ceil(step))
    return first + (np.arange(bins)[:, None] + (np.arange(n) + 0.5) / n) * step


def read_point(image, y, x):
    """Bilinear interpolation in (C, H, W), 0 further out than one pixel."""
    height, width = image.shape[-2:]
    if not (-1 <= y <= height and -1 <= x <= width):
        return np.zeros(len(image))
    y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
    low, left = min(int(y), max(height - 2, 0)), min(int(x), max(width - 2, 0))
    down, right = min(low + 1, height - 1), min(left + 1, width - 1)
    top = (1 - (x - left)) * image[:, low, left] + (x - left) * image[:, low, right]
    bottom = (1 - (x - left)) * image[:, down, left] + (x - left) * image[:, down, right]
    return (1 - (y - low)) * top + (y - low) * bottom


def means_of_points(x, boxes, size, spatial_scale=1.0, sampling_ratio=-1, aligned=False, shift=None):
    """Point by point; shift (K, 2, size, size) moves the bins, in pixels."""
    y = np.zeros((len(boxes), x.shape[1], size, size))
    for k, (of, *box) in enumerate(boxes):
        x1, y1, x2, y2 = np.array(box) * spatial_scale - (0.5 if aligned else 0)
        if not aligned:
            x2, y2 = max(x2, x1 + 1), max(y2, y1 + 1)
        down, across = points((y1, y2), size, sampling_ratio), points((x1, x2), size, sampling_ratio)
        for i, j in np.ndindex(size, size):
            dx, dy = (0, 0) if shift is None else shift[k, :, i, j]
            read = [read_point(x[int(of)], p + dy, q + dx) for p in down[i] for q in across[j]]
            y[k, :, i, j] = np.mean(read, axis=0)
    return y


def moved_points(x, boxes, offset, spatial_scale=1.0, sampling_ratio=0, gamma=0.1):
    sides = (boxes[:, 3:] - boxes[:, 1:3]) * spatial_scale
    shift = gamma * sides[:, :, None, None] * offset
    return means_of_points(x, boxes, offset.shape[2], spatial_scale, sampling_ratio, True, shift)


MAX, ADAPTIVE_MAX = "torch.nn.functional._max_pool2d", "torch.nn.functional._adaptive_max_pool2d"
AVG, ADAPTIVE_AVG = "torch.nn.functional.avg_pool2d", "torch.nn.functional.adaptive_avg_pool2d"

CASES = (
    Case(P.max_pool2d, image(2, 2, 4, 6, then=(2,)), torch=MAX),
    Case(P.max_pool2d, image(2, 7, 5, then=(3,)), {"stride": 2, "padding": 1}, torch=MAX),
    Case(P.max_pool2d, image(2, 1, 5, 7, then=((2, 3),)), {"stride": (1, 2), "padding": (1, 0)}, torch=MAX),
    Case(P.max_pool2d, image(2, 7, 8, then=(2,)), {"dilation": (2, 3), "stride": 2}, torch=MAX),
    Case(P.max_pool2d, image(1, 2, 6, 7, then=(3,)), {"ceil_mode": True, "stride": 2}, torch=MAX),
    Case(
        P.max_pool2d, image(1, 2, 5, 5, then=(2,)), {"ceil_mode": True, "stride": 3, "padding": 1}, torch=MAX
    ),
    Case(P.avg_pool2d, image(2, 2, 4, 6, then=(2,)), torch=AVG),
    Case(P.avg_pool2d, image(2, 7, 5, then=(3,)), {"stride": 2, "padding": 1}, torch=AVG),
    Case(
        P.avg_pool2d,
        image(2, 5, 6, then=(3,)),
        {"stride": 2, "padding": 1, "count_include_pad": False, "ceil_mode": True},
        torch=AVG,
    ),
    Case(P.avg_pool2d, image(2, 6, 4, then=((3, 2),)), {"ceil_mode": True, "padding": (1, 0)}, torch=AVG),
    Case(P.avg_pool2d, image(2, 5, 5, then=(3,)), {"divisor_override": 2, "stride": 1}, torch=AVG),
    *(
        Case(op, image(2, 6, 7, then=(size,)), torch=torch)
        for op, torch in ((P.adaptive_max_pool2d, ADAPTIVE_MAX), (P.adaptive_avg_pool2d, ADAPTIVE_AVG))
        for size in (1, (3, 4), (6, 3), (None, 2), (7, 9))
    ),
    Case(
        P.fractional_max_pool2d, fractional(2, 2, 7, 6, kernel=2), {"output_size": 4}, torch=torch_fractional
    ),
    Case(
        P.fractional_max_pool2d,
        fractional(2, 9, 6, kernel=(3, 2)),
        {"output_size": (6, 1)},
        torch=torch_fractional,
        nan="may leave",
    ),
    Case(
        P.fractional_max_pool2d,
        fractional(2, 9, 8, kernel=2),
        {"output_ratio": (0.7, 0.6)},
        torch=torch_fractional,
    ),
    Case(P.stochastic_pool2d, with_samples(2, 2, 6, 4, kernel=2), want=drawn_one_by_one),
    Case(P.stochastic_pool2d, with_samples(7, 8, kernel=3), want=drawn_one_by_one),
    Case(P.stochastic_pool2d, with_samples(2, 6, 7, kernel=2, predict=True), want=drawn_one_by_one),
    Case(
        P.stochastic_pool2d,
        with_samples(2, 6, 7, kernel=3, predict=True),
        {"stride": 2},
        want=drawn_one_by_one,
    ),
    Case(P.roi_pool, boxed(2, 2, 5, 6, then=(2,)), want=largest_of_bins),
    Case(P.roi_pool, boxed(2, 1, 5, 6, then=(3,)), {"spatial_scale": 0.7}, want=largest_of_bins),
    Case(P.roi_align, boxed(2, 2, 5, 6, then=(2,)), want=means_of_points, nan="spreads"),
    Case(
        P.roi_align,
        boxed(2, 1, 5, 6, then=(3,)),
        {"spatial_scale": 0.7, "sampling_ratio": 2, "aligned": True},
        want=means_of_points,
        nan="spreads",
    ),
    Case(P.roi_align, boxed(2, 1, 5, 6, then=(2,)), {"aligned": True}, want=means_of_points, nan="spreads"),
    Case(
        P.deform_roi_pool,
        boxed(2, 1, 5, 6, then=(offsets(2, 2),)),
        {"sampling_ratio": 2},
        wrt=(0, 2),
        want=moved_points,
        nan="may leave",
    ),
    Case(
        P.deform_roi_pool,
        boxed(2, 1, 5, 6, then=(offsets(3, 3),)),
        {"spatial_scale": 0.8, "gamma": 0.3},
        wrt=(0, 2),
        want=moved_points,
        nan="may leave",
    ),
)
