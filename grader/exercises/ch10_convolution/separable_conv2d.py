"""Each channel by itself, then each pixel by itself."""

import numpy as np

from grader.exercises.ch10_convolution.unfold import geometry
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import conv
from nnlib.conv import conv2d


def layers(size, many, out, kernel, biased=True, **given):
    """x, `many` depthwise kernels a channel, pointwise ones, and biases as large as what they are added to."""

    def draw(rng):
        maps = many * size[1]
        bias = rng.uniform(2, 4, out) * np.where(np.arange(out) % 2, -1, 1) if biased else None
        parts = (rng.normal(size=s) for s in (size, (maps, 1, *kernel), (out, maps, 1, 1)))
        return call(*parts, bias, **given)

    return draw


def uneven(size, many, out, kernel, biased=True, scales=(1.0, 1.0, 1.0), **given):
    """Numbers of one size, every third one 0."""

    def draw(rng):
        maps = many * size[1]
        shapes = size, (maps, 1, *kernel), (out, maps, 1, 1)
        parts = [
            np.roll(spread(rng, shape, scale), i) for i, (shape, scale) in enumerate(zip(shapes, scales))
        ]
        return call(*parts, np.roll(spread(rng, out, 1e3), 1) if biased else None, **given)

    return draw


def _allowed(rng):
    size, kernel, given = geometry(rng)
    n, c, many, out = (int(one_of(rng, 1, 1, 2, 3)) for _ in range(4))
    x = floats(rng, (n, c, *size), (1.0, 1.0, 1e3, 1e-5))
    dw, pw = (floats(rng, s, (1.0, 1.0, 1e3)) for s in ((many * c, 1, *kernel), (out, many * c, 1, 1)))
    return call(x, dw, pw, one_of(rng, None, *[floats(rng, out, (1.0, 1e3))] * 2), **given)


SEPARABLE_CONV2D = Exercise(
    function="separable_conv2d",
    topics=("C10-04", "C10-05", "C10-06"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=conv.separable_conv2d,
    forbid=("nnlib.conv.depthwise_conv2d", "nnlib.conv.deform_conv2d"),
    uses=("conv2d",),
    allowed=_allowed,
    cases=(
        Case(
            "two channels, two maps",
            layers((1, 2, 4, 5), 1, 2, (2, 3)),
            example=call(
                [[[[1, 2, 0], [0, 3, 1]], [[2, 0, 5], [1, 1, 4]]]],
                [[[[2, 1]]], [[[0, -1]]]],
                [[[[1]], [[3]]], [[[-1]], [[2]]]],
                [4, 1],
            ),
        ),
        Case("three channels, four maps", layers((2, 3, 5, 4), 1, 4, (3, 2)), weight=2),
        Case("two depthwise kernels a channel", layers((2, 3, 5, 4), 2, 4, (3, 2)), weight=3),
        Case("without bias", layers((2, 2, 4, 5), 1, 3, (2, 2), False), weight=3),
        Case("padding", layers((2, 2, 4, 5), 1, 3, (3, 2), padding=1), weight=2),
        Case("stride", layers((2, 2, 8, 5), 1, 3, (3, 2), stride=2), weight=2),
        Case("dilation", layers((2, 2, 7, 6), 1, 3, (3, 2), dilation=2), weight=2),
        Case(
            "stride, padding and dilation, without bias",
            layers((2, 2, 9, 8), 2, 3, (3, 2), False, stride=2, padding=1, dilation=3),
            weight=4,
        ),
        in_turn(
            "one pixel, one channel, one map, zeros, large numbers",
            uneven((1, 2, 3, 4), 1, 1, (1, 1), scales=(1e3, 1e3, 1.0), stride=1, padding=0, dilation=1),
            uneven((2, 1, 3, 4), 2, 2, (3, 4), False, (1e-5, 1.0, 1.0)),
            uneven((2, 2, 1, 4), 1, 2, (1, 2), stride=3, dilation=1),
            uneven((1, 2, 4, 1), 2, 3, (2, 1), True, (1.0, 1.0, 1e3), padding=2, stride=1),
            uneven((2, 2, 1, 1), 1, 1, (3, 3), padding=1, dilation=1),
            uneven((1, 1, 1, 1), 1, 1, (1, 1), False, (1e3, 1.0, 1.0)),
            uneven((1, 1, 4, 3), 1, 2, (2, 2), dilation=2, padding=0),
            uneven((1, 3, 3, 5), 1, 3, (1, 1), stride=2, padding=1),
            uneven((1, 2, 5, 1), 2, 2, (3, 3), stride=1, padding=2, dilation=2),
            edge=True,
        ),
    ),
    hints=(
        "Two calls of conv2d, one behind the other.",
        "The first has dw_weight, all the options, and as many groups as there are channels: groups=x.shape[1].",
        "The second has pw_weight and the bias, and no options.",
    ),
)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_no_bias(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You do not use `bias`: each map gets its own number added at the end."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_bias_in_between(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You add the bias behind the depthwise part; it is added at the end, to the maps that come out."""
    seen = conv2d(x, dw_weight, bias, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight)


@SEPARABLE_CONV2D.wrong(case="padding")
def separable_conv2d_options_twice(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You hand the options on to both parts; they belong to the depthwise part only."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias, stride=stride, padding=padding, dilation=dilation)


@SEPARABLE_CONV2D.wrong(case="three channels, four maps")
def separable_conv2d_one_bias_for_all(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You add the first bias to all maps; each map has its own."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    y = conv2d(seen, pw_weight)
    return y if bias is None else y + bias[0]


@SEPARABLE_CONV2D.wrong(case="without bias")
def separable_conv2d_none_forgotten(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """bias may be None, which cannot be added: then nothing is."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight) + bias.reshape(-1, 1, 1)


@SEPARABLE_CONV2D.wrong(case="padding")
def separable_conv2d_no_padding(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You do not use `padding`: hand it on to the depthwise part."""
    seen = conv2d(x, dw_weight, stride=stride, padding=0, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="stride")
def separable_conv2d_no_stride(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You do not use `stride`: hand it on to the depthwise part."""
    seen = conv2d(x, dw_weight, stride=1, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="dilation")
def separable_conv2d_no_dilation(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You do not use `dilation`: hand it on to the depthwise part."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=1, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="stride")
def separable_conv2d_stride_twice(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You hand the stride on to both parts; it belongs to the depthwise part only."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias, stride=stride)


@SEPARABLE_CONV2D.wrong(case="padding")
def separable_conv2d_padding_twice(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You hand the padding on to both parts; it belongs to the depthwise part only."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias, padding=padding)


@SEPARABLE_CONV2D.wrong(case="two channels, two maps")
def separable_conv2d_pointwise_first(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You mix the channels first; the depthwise part comes first, the pointwise one behind it."""
    many = len(dw_weight) // x.shape[1]
    mixed = conv2d(np.repeat(x, many, axis=1), pw_weight)
    kernels = np.resize(dw_weight, (mixed.shape[1], *dw_weight.shape[1:]))
    y = conv2d(mixed, kernels, stride=stride, padding=padding, dilation=dilation, groups=len(kernels))
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_only_depthwise(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """The pointwise part is missing: pw_weight mixes what the depthwise part gives."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    out = len(pw_weight)
    seen = seen[:, np.arange(out) % seen.shape[1]]
    return seen if bias is None else seen + bias.reshape(-1, 1, 1)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_only_pointwise_mean(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """You take the mean over the maps of the depthwise part; pw_weight says how much of each is added."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    seen = seen.mean(axis=1, keepdims=True) + np.zeros((len(pw_weight), 1, 1))
    return seen if bias is None else seen + bias.reshape(-1, 1, 1)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_channels_mixed_twice(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """Your depthwise kernels see the sum of all channels; each sees its own, with groups=x.shape[1]."""
    mixed = x.sum(axis=1, keepdims=True)
    seen = conv2d(mixed, dw_weight, stride=stride, padding=padding, dilation=dilation)
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="two depthwise kernels a channel")
def separable_conv2d_kernels_in_turn(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You deal the depthwise kernels out to the channels in turn; kernels m c to m c + m − 1 belong to
    channel c."""
    many = len(dw_weight) // x.shape[1]
    seen = conv2d(
        np.tile(x, (1, many, 1, 1)),
        dw_weight,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=len(dw_weight),
    )
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="two depthwise kernels a channel")
def separable_conv2d_first_kernel_of_a_channel(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """You use one depthwise kernel a channel; there may be several, len(dw_weight) / C of them."""
    many = len(dw_weight) // x.shape[1]
    first = np.repeat(dw_weight[::many], many, axis=0)
    seen = conv2d(x, first, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_one_kernel_for_all(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """All channels have the first depthwise kernel; each channel has kernels of its own."""
    seen = conv2d(
        x,
        np.repeat(dw_weight[:1], len(dw_weight), axis=0),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=x.shape[1],
    )
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="two channels, two maps")
def separable_conv2d_pointwise_transposed(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """You take the first axis of pw_weight for the channels; it counts the maps: (O, m C, 1, 1)."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    square = pw_weight.shape[0] == pw_weight.shape[1]
    return conv2d(seen, pw_weight.swapaxes(0, 1) if square else pw_weight[::-1], bias)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_mirrored(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You mirror the depthwise kernels; the weight (0, 0) meets the pixel above and to the left."""
    seen = conv2d(
        x, dw_weight[..., ::-1, ::-1], stride=stride, padding=padding, dilation=dilation, groups=x.shape[1]
    )
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong(case="three channels, four maps")
def separable_conv2d_one_image(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """You compute the first image only."""
    seen = conv2d(x[:1], dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(seen, pw_weight, bias)


@SEPARABLE_CONV2D.wrong
def separable_conv2d_activation_between(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """You put a ReLU between the two parts; there is nothing between them."""
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1])
    return conv2d(np.maximum(seen, 0), pw_weight, bias)


@SEPARABLE_CONV2D.right
def separable_conv2d_as_one_kernel(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    many = len(dw_weight) // x.shape[1]
    parts = pw_weight * dw_weight[:, 0]
    out, _, kh, kw = parts.shape
    kernels = parts.reshape(out, x.shape[1], many, kh, kw).sum(axis=2)
    return conv2d(x, kernels, bias, stride=stride, padding=padding, dilation=dilation)


@SEPARABLE_CONV2D.right
def separable_conv2d_channel_by_channel(
    x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    many = len(dw_weight) // x.shape[1]
    maps = []
    for c in range(x.shape[1]):
        maps.append(
            conv2d(
                x[:, c : c + 1],
                dw_weight[many * c : many * c + many],
                stride=stride,
                padding=padding,
                dilation=dilation,
            )
        )
    seen = np.concatenate(maps, axis=1)
    y = np.einsum("oc,ncrq->norq", pw_weight[:, :, 0, 0], seen)
    return y if bias is None else y + bias[:, None, None]


@SEPARABLE_CONV2D.right
def separable_conv2d_as_a_product(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    many = len(dw_weight) // x.shape[1]
    repeated = np.repeat(x, many, axis=1)
    seen = conv2d(
        repeated, dw_weight, None, stride=stride, padding=padding, dilation=dilation, groups=len(dw_weight)
    )
    n, maps, height, width = seen.shape
    y = pw_weight.reshape(-1, maps) @ seen.reshape(n, maps, height * width)
    y = y.reshape(n, -1, height, width)
    if bias is not None:
        y = y + bias.reshape(-1, 1, 1)
    return y


@SEPARABLE_CONV2D.right
def separable_conv2d_by_windows(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2)
    kh, kw = dw_weight.shape[2:]
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    kernels = dw_weight.reshape(x.shape[1], -1, kh, kw)
    maps = np.einsum("ncrqij,cmij->nrqcm", seen, kernels)
    maps = maps.reshape(*maps.shape[:3], -1)
    y = maps @ pw_weight[:, :, 0, 0].T + (0 if bias is None else bias)
    return np.moveaxis(y, -1, 1)
