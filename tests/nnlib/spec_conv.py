"""Rows for nnlib.conv."""

import numpy as np

from nnlib import conv
from tests.nnlib.spec import Case, Edge

CHAPTERS = ("10",)
ELSEWHERE = (
    conv.conv_macs,
    conv.conv_output_size,
    conv.conv_params,
    conv.receptive_field,
    conv.same_padding,
)
POSITIONAL_OPTIONS = (
    ("conv1d", "bias"),
    ("conv2d", "bias"),
    ("conv_transpose2d", "bias"),
    ("deform_conv2d", "bias"),
    ("deform_conv2d", "mask"),
    ("depthwise_conv2d", "bias"),
    ("fc_as_conv", "bias"),
    ("pointwise_conv2d", "bias"),
    ("separable_conv2d", "bias"),
)


def normal(*shapes):
    return lambda rng: tuple(rng.normal(size=shape) for shape in shapes)


def signal(*, groups=1, kernel=3, bias=True, length=6):
    shapes = (2, 4, length), (6, 4 // groups, kernel), (6,)
    return normal(*shapes[: 2 + bias])


def image(*, groups=1, kernel=(3, 3), bias=True, size=(5, 4), out=2, n=2):
    shapes = (n, 4, *size), (out, 4 // groups, *kernel), (out,)
    return normal(*shapes[: 2 + bias])


def small(*, groups=1, kernel=(2, 3), bias=True):
    shapes = (2, 4, 3, 2), (4, 4 // groups, *kernel), (4,)
    return normal(*shapes[: 2 + bias])


def positions(*shape):
    """Between the pixels of a 4 x 5 image, a few outside."""
    return lambda rng: (
        rng.normal(size=(2, 3, 4, 5)),
        rng.uniform(-1.8, 4.8, size=(2, *shape)),
        rng.uniform(-1.8, 5.8, size=(2, *shape)),
    )


def bent(*, groups=1, parts=1, kernel=(2, 2), size=(2, 2), bias=True, mask=True):
    """On images of 3 x 3, few numbers: there is a central difference for each of them."""
    taps, n = parts * kernel[0] * kernel[1], 2 if parts == 1 else 1
    channels = 2 if groups == parts == 1 else 4
    shapes = (
        (n, channels, 3, 3),
        (n, 2 * taps, *size),
        (2, channels // groups, *kernel),
        (2,),
        (n, taps, *size),
    )
    return normal(*shapes[: 3 + bias + (bias and mask)])


def torch_conv(x, weight, bias=None, **options):
    import torch

    return torch.nn.functional.conv2d(x, weight, bias, **options)


def torch_depthwise(x, weight, bias=None, **options):
    return torch_conv(x, weight, bias, groups=x.shape[1], **options)


def torch_separable(x, dw_weight, pw_weight, bias=None, **options):
    return torch_conv(torch_depthwise(x, dw_weight, **options), pw_weight, bias)


def torch_fc(x, weight, bias=None):
    import torch

    return torch.nn.functional.linear(x.flatten(1), weight, bias)


def hat(p, n):
    """max(0, 1 - |p - r|) for every pixel r along an axis."""
    import torch

    return torch.relu(1 - (p[..., None] - torch.arange(n, dtype=p.dtype)).abs())


def torch_bilinear(x, py, px):
    """The formula over all pixels."""
    import torch

    return torch.einsum("n...r,n...q,ncrq->nc...", hat(py, x.shape[2]), hat(px, x.shape[3]), x)


def torch_deform(x, offset, weight, bias=None, mask=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Weight by weight: its place in every window, read from all pixels by the formula."""
    import torch

    (n, channels, height, width), (kh, kw) = x.shape, weight.shape[2:]
    groups, size = channels // weight.shape[1], offset.shape[2:]
    parts = offset.shape[1] // (2 * kh * kw)
    offset = offset.reshape(n, parts, kh, kw, 2, *size)
    mask = torch.ones_like(offset[:, :, :, :, 0]) if mask is None else mask.reshape(n, parts, kh, kw, *size)
    pixels = x.reshape(n, parts, channels // parts, height, width)
    y = 0
    for i in range(kh):
        for j in range(kw):
            r = torch.arange(size[0], dtype=x.dtype)[:, None] * stride[0] - padding[0] + i * dilation[0]
            q = torch.arange(size[1], dtype=x.dtype) * stride[1] - padding[1] + j * dilation[1]
            by_row, by_column = hat(offset[:, :, i, j, 0] + r, height), hat(offset[:, :, i, j, 1] + q, width)
            read = torch.einsum("ndhwr,ndhwq,ndcrq->ndchw", by_row, by_column, pixels)
            read = (read * mask[:, :, i, j][:, :, None]).reshape(n, groups, channels // groups, *size)
            kernels = weight[:, :, i, j].reshape(groups, -1, channels // groups)
            y = y + torch.einsum("goc,ngchw->ngohw", kernels, read).reshape(n, -1, *size)
    return y if bias is None else y + bias[:, None, None]


def conv_case(options, torch="torch.nn.functional.conv2d", **sizes):
    wrt = (0, 1, 2) if sizes.get("bias", True) else (0, 1)
    return Case(conv.conv2d, image(**sizes), options, wrt=wrt, torch=torch, nan="spreads")


def row_case(options, **sizes):
    wrt = (0, 1, 2) if sizes.get("bias", True) else (0, 1)
    torch = "torch.nn.functional.conv1d"
    return Case(conv.conv1d, signal(**sizes), options, wrt=wrt, torch=torch, nan="spreads")


def transposed_case(options, **sizes):
    wrt = (0, 1, 2) if sizes.get("bias", True) else (0, 1)
    torch = "torch.nn.functional.conv_transpose2d"

    def draw(rng):
        x, weight, *bias = small(**sizes)(rng)
        groups = options.get("groups", 1)
        return x, weight, *(b[: weight.shape[1] * groups] for b in bias)

    return Case(conv.conv_transpose2d, draw, options, wrt=wrt, torch=torch, nan="spreads")


def bent_case(options, **sizes):
    arrays = 3 + sizes.get("bias", True) + (sizes.get("bias", True) and sizes.get("mask", True))
    wrt = tuple(range(arrays))
    return Case(conv.deform_conv2d, bent(**sizes), options, wrt=wrt, torch=torch_deform, nan="may leave")


CASES = (
    conv_case({}),
    conv_case({}, bias=False),
    conv_case({"padding": 1}, out=3),
    conv_case({"padding": "same"}, kernel=(3, 1)),
    conv_case({"padding": "valid", "stride": 2}, kernel=(2, 2)),
    conv_case({"padding": (2, 1), "stride": (1, 3)}),
    conv_case({"padding": 3, "dilation": 2}, kernel=(2, 3)),
    conv_case({"padding": "same", "dilation": (1, 2)}, bias=False),
    conv_case({"groups": 2}, groups=2, out=4),
    conv_case({"groups": 4, "padding": 1, "stride": 2}, groups=4, out=8, bias=False),
    conv_case({"padding": 1}, out=13, n=1, kernel=(2, 2)),
    conv_case({"stride": 7}),
    conv_case({}, kernel=(1, 1), out=3),
    conv_case({}, kernel=(5, 4)),
    row_case({}),
    row_case({"stride": 2, "padding": 1}, bias=False),
    row_case({"padding": "same", "dilation": 2}),
    row_case({"padding": 2, "groups": 2, "dilation": 3}, groups=2),
    row_case({}, kernel=1, length=1),
    transposed_case({}),
    transposed_case({"stride": 2}, bias=False),
    transposed_case({"stride": (3, 1), "padding": (1, 0), "output_padding": (2, 0)}),
    transposed_case({"groups": 2, "stride": 2, "padding": 1, "output_padding": 1}, groups=2, kernel=(3, 3)),
    transposed_case({"dilation": (2, 1), "padding": (0, 1), "output_padding": (1, 0)}, kernel=(2, 2)),
    transposed_case({"groups": 4, "dilation": 2}, groups=4),
    Case(
        conv.depthwise_conv2d,
        normal((2, 3, 4, 4), (3, 1, 3, 3), 3),
        {"padding": 1},
        wrt=(0, 1, 2),
        torch=torch_depthwise,
        nan="spreads",
    ),
    Case(
        conv.depthwise_conv2d,
        normal((2, 3, 4, 5), (6, 1, 2, 3)),
        {"stride": 2, "dilation": (1, 2)},
        wrt=(0, 1),
        torch=torch_depthwise,
        nan="spreads",
    ),
    Case(
        conv.pointwise_conv2d,
        normal((2, 3, 4, 2), (5, 3, 1, 1), 5),
        wrt=(0, 1, 2),
        torch=torch_conv,
        nan="spreads",
    ),
    Case(
        conv.pointwise_conv2d, normal((1, 2, 1, 3), (1, 2, 1, 1)), wrt=(0, 1), torch=torch_conv, nan="spreads"
    ),
    Case(
        conv.separable_conv2d,
        normal((2, 3, 4, 4), (3, 1, 3, 3), (4, 3, 1, 1), 4),
        {"padding": 1, "stride": (1, 2)},
        wrt=(0, 1, 2, 3),
        torch=torch_separable,
        nan="spreads",
    ),
    Case(
        conv.separable_conv2d,
        normal((2, 2, 5, 4), (4, 1, 2, 2), (3, 4, 1, 1)),
        {"dilation": 2},
        wrt=(0, 1, 2),
        torch=torch_separable,
        nan="spreads",
    ),
    Case(
        conv.fc_as_conv,
        normal((2, 5, 3, 3), (4, 45), 4),
        wrt=(0, 1, 2),
        torch=torch_fc,
        nan="spreads",
    ),
    Case(conv.fc_as_conv, normal((3, 2, 1, 2), (2, 4)), wrt=(0, 1), torch=torch_fc, nan="spreads"),
    Case(conv.bilinear_sample, positions(7), wrt=(0, 1, 2), torch=torch_bilinear, nan="may leave"),
    Case(conv.bilinear_sample, positions(3, 2), wrt=(0, 1, 2), torch=torch_bilinear, nan="may leave"),
    Case(conv.bilinear_sample, positions(), wrt=(0, 1, 2), torch=torch_bilinear, nan="may leave"),
    bent_case({}),
    bent_case({}, bias=False),
    bent_case({"padding": (1, 1), "stride": (2, 2)}, mask=False),
    bent_case({"padding": (1, 1), "dilation": (2, 2)}, size=(3, 3), groups=2),
    bent_case({"stride": (1, 2), "padding": (0, 1)}, parts=2, groups=2, kernel=(2, 1), size=(2, 3)),
    bent_case({"stride": (2, 1)}, parts=4, kernel=(1, 2), size=(2, 2), mask=False),
)

ONE = np.ones((1, 1, 1, 1))
NO_IMAGES = np.zeros((0, 2, 3, 3))
FOUR = np.arange(4.0).reshape(1, 1, 2, 2)
TWO_BY_TWO = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])

EDGES = (
    # not mirrored: the last weight falls on the last pixel
    Edge(conv.conv2d, (FOUR, TWO_BY_TWO), [[[[1 * 0 + 2 * 1 + 3 * 2 + 4 * 3]]]]),
    Edge(conv.conv2d, (ONE, ONE, [5.0]), [[[[6.0]]]]),
    Edge(conv.conv2d, (NO_IMAGES, np.ones((3, 2, 2, 2)), np.ones(3)), np.zeros((0, 3, 2, 2))),
    Edge(conv.conv2d, (NO_IMAGES, np.ones((3, 2, 1, 1))), np.zeros((0, 3, 3, 3))),
    # one pixel in the middle of zeros
    Edge(conv.conv2d, (ONE, np.arange(9.0).reshape(1, 1, 3, 3)), [[[[4.0]]]], {"padding": 1}),
    # a stride beyond the image leaves one window
    Edge(conv.conv2d, (FOUR, ONE), [[[[0.0]]]], {"stride": 5}),
    # "same" puts the odd zero below and to the right
    Edge(conv.conv2d, (FOUR, np.ones((1, 1, 2, 2))), [[[[6.0, 4.0], [5.0, 3.0]]]], {"padding": "same"}),
    # more zeros than the kernel spans: windows of nothing but zeros
    Edge(conv.conv2d, (2 * ONE, ONE), np.pad(2 * ONE, ((0, 0), (0, 0), (2, 2), (2, 2))), {"padding": 2}),
    Edge(
        conv.conv2d_backward,
        (np.zeros((0, 3, 2, 2)), NO_IMAGES, np.ones((3, 2, 2, 2)), np.ones(3)),
        (NO_IMAGES, np.zeros((3, 2, 2, 2)), np.zeros(3)),
    ),
    Edge(conv.conv2d_backward, (1.0, FOUR, TWO_BY_TWO, [0.0]), (TWO_BY_TWO, FOUR, [1.0])),
    # pixels that no window sees get nothing
    Edge(
        conv.conv2d_backward,
        (1.0, FOUR, 3 * ONE),
        ([[[[3.0, 0.0], [0.0, 0.0]]]], [[[[0.0]]]]),
        {"stride": 2},
    ),
    Edge(conv.conv2d_backward, (1.0, 2 * ONE, 3 * ONE), (3 * ONE, 2 * ONE), {"padding": 2}),
    Edge(conv.conv1d, (np.zeros((0, 1, 4)), np.ones((2, 1, 3))), np.zeros((0, 2, 2))),
    Edge(conv.conv1d, ([[[1.0, 2.0, 4.0]]], [[[-1.0, 1.0]]], [0.5]), [[[1.5, 2.5]]]),
    Edge(
        conv.conv1d_backward,
        ([[[1.0, 10.0]]], [[[1.0, 2.0, 4.0]]], [[[-1.0, 1.0]]]),
        ([[[-1.0, -9.0, 10.0]]], [[[21.0, 42.0]]]),
    ),
    Edge(conv.conv_transpose2d, (NO_IMAGES, np.ones((2, 3, 2, 2)), np.ones(3)), np.zeros((0, 3, 4, 4))),
    Edge(conv.conv_transpose2d, (2 * ONE, TWO_BY_TWO, [1.0]), 2 * TWO_BY_TWO + 1),
    # gaps that no pixel writes into hold the bias
    Edge(
        conv.conv_transpose2d,
        ([[[[1.0, 2.0]]]], ONE, [0.5]),
        [[[[1.5, 0.5, 2.5, 0.5], [0.5, 0.5, 0.5, 0.5]]]],
        {"stride": 2, "output_padding": 1},
    ),
    Edge(
        conv.conv_transpose2d_backward,
        (np.zeros((0, 3, 4, 4)), NO_IMAGES, np.ones((2, 3, 2, 2))),
        (NO_IMAGES, np.zeros((2, 3, 2, 2))),
    ),
    Edge(conv.conv_transpose2d_backward, (1.0, 2 * ONE, TWO_BY_TWO, [0.0]), (10 * ONE, 2 + 0 * FOUR, [4.0])),
    Edge(conv.depthwise_conv2d, (NO_IMAGES, np.ones((2, 1, 3, 3))), np.zeros((0, 2, 1, 1))),
    # two kernels for one channel
    Edge(conv.depthwise_conv2d, (ONE, np.array([2.0, 3.0]).reshape(2, 1, 1, 1)), [[[[2.0]], [[3.0]]]]),
    Edge(
        conv.depthwise_conv2d_backward,
        (1.0, ONE, np.array([2.0, 3.0]).reshape(2, 1, 1, 1), [0.0, 0.0]),
        (5 * ONE, np.ones((2, 1, 1, 1)), [1.0, 1.0]),
    ),
    Edge(conv.pointwise_conv2d, (NO_IMAGES, np.ones((4, 2, 1, 1)), np.ones(4)), np.zeros((0, 4, 3, 3))),
    Edge(
        conv.pointwise_conv2d_backward,
        (np.zeros((0, 4, 3, 3)), NO_IMAGES, np.ones((4, 2, 1, 1)), np.ones(4)),
        (NO_IMAGES, np.zeros((4, 2, 1, 1)), np.zeros(4)),
    ),
    Edge(
        conv.separable_conv2d,
        (NO_IMAGES, np.ones((2, 1, 3, 3)), np.ones((4, 2, 1, 1)), np.ones(4)),
        np.zeros((0, 4, 1, 1)),
    ),
    Edge(conv.separable_conv2d_backward, (1.0, ONE, 2 * ONE, 3 * ONE), (6 * ONE, 3 * ONE, 2 * ONE)),
    Edge(conv.fc_as_conv, (NO_IMAGES, np.ones((4, 18)), np.ones(4)), np.zeros((0, 4))),
    Edge(conv.fc_as_conv, (FOUR, [[1.0, 2.0, 3.0, 4.0]], [1.0]), [[21.0]]),
    Edge(
        conv.fc_as_conv_backward,
        (1.0, FOUR, [[1.0, 2.0, 3.0, 4.0]], [0.0]),
        (TWO_BY_TWO, [[0.0, 1.0, 2.0, 3.0]], [1.0]),
    ),
    Edge(conv.bilinear_sample, (NO_IMAGES, np.zeros((0, 5)), np.zeros((0, 5))), np.zeros((0, 2, 5))),
    Edge(conv.bilinear_sample, (FOUR, np.zeros((1, 0)), np.zeros((1, 0))), np.zeros((1, 1, 0))),
    # on pixels, half outside, and far outside
    Edge(
        conv.bilinear_sample,
        (FOUR, [[1.0, 1.5, -1.0, 1e30, -np.inf, np.inf]], [[1.0, 1.0, 0.0, 0.0, 1.0, -1e30]]),
        [[[3.0, 1.5, 0.0, 0.0, 0.0, 0.0]]],
    ),
    Edge(conv.bilinear_sample, (FOUR, [[np.nan, 0.0]], [[0.0, 1.0]]), [[[np.nan, 1.0]]]),
    # on a pixel the slope is the one towards larger positions: down 2, right 1; beyond -1 it is 0
    Edge(
        conv.bilinear_sample_backward,
        (1.0, FOUR, [[0.0, -1.5]], [[0.0, 0.0]]),
        ([[[[1.0, 0.0], [0.0, 0.0]]]], [[2.0, 0.0]], [[1.0, 0.0]]),
    ),
    # at -1 the slope leads into the image
    Edge(
        conv.bilinear_sample_backward,
        (1.0, FOUR + 1, [[-1.0]], [[1.0]]),
        (np.zeros((1, 1, 2, 2)), [[2.0]], [[0.0]]),
    ),
    Edge(
        conv.deform_conv2d,
        (NO_IMAGES, np.zeros((0, 8, 2, 2)), np.ones((3, 2, 2, 2)), np.ones(3)),
        np.zeros((0, 3, 2, 2)),
    ),
    # a pixel down and a pixel left; outside there are zeros
    Edge(
        conv.deform_conv2d,
        (FOUR, np.stack([np.ones((2, 2)), -np.ones((2, 2))])[None], ONE),
        [[[[0.0, 2.0], [0.0, 0.0]]]],
    ),
    Edge(
        conv.deform_conv2d_backward,
        (np.zeros((0, 3, 2, 2)), NO_IMAGES, np.zeros((0, 8, 2, 2)), np.ones((3, 2, 2, 2))),
        (NO_IMAGES, np.zeros((0, 8, 2, 2)), np.zeros((3, 2, 2, 2))),
    ),
    # the mask scales what is read and what goes back; the offset starts at a kink, slopes 2 down and 1 right
    Edge(
        conv.deform_conv2d_backward,
        (1.0, FOUR, np.zeros((1, 2, 1, 1)), 3 * ONE, [0.0], 0.5 * ONE),
        ([[[[1.5, 0.0], [0.0, 0.0]]]], [[[[3.0]], [[1.5]]]], 0 * ONE, [1.0], 0 * ONE),
        {"stride": 2},
    ),
)
