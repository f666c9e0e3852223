"""Convolution as one matrix product."""

import numpy as np

from grader.exercises.ch10_convolution.unfold import geometry
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import conv
from nnlib.conv import conv_output_size
from nnlib.experiments import unfold


def layer(size, weight, biased=True, **given):
    """Images, kernels, biases of about the size of what they are added to."""

    def draw(rng):
        bias = rng.uniform(2, 4, weight[0]) * np.where(np.arange(weight[0]) % 2, -1, 1) if biased else None
        return call(rng.normal(size=size), rng.normal(size=weight), bias, **given)

    return draw


def uneven(size, weight, biased=True, scales=(1.0, 1.0), **given):
    """Numbers of one size, every third one 0."""

    def draw(rng):
        bias = np.roll(spread(rng, weight[0], scales[0] * scales[1]), 2) if biased else None
        return call(spread(rng, size, scales[0]), np.roll(spread(rng, weight, scales[1]), 1), bias, **given)

    return draw


def sizes(rng):
    """Shapes of x and weight, and options that fit them."""
    size, kernel, given = geometry(rng, groups=(1, 1, 2, 3))
    groups = given.get("groups", 1)
    inputs, outputs = (int(one_of(rng, 1, 1, 2)) for _ in "io")
    x = int(rng.integers(1, 4)), inputs * groups, *size
    return x, (outputs * groups, inputs, *kernel), given


def _allowed(rng):
    size, kernels, given = sizes(rng)
    bias = one_of(rng, None, *[floats(rng, kernels[0], (1.0, 1e3))] * 2)
    x, weight = floats(rng, size, (1.0, 1.0, 1e3, 1e-5)), floats(rng, kernels, (1.0, 1.0, 1e3))
    return call(x, weight, bias, **given)


CONV2D = Exercise(
    function="conv2d",
    topics=("C10-01", "C10-08"),
    points=3,
    difficulty=4,
    minutes=30,
    reference=conv.conv2d,
    torch="torch.nn.functional.conv2d",
    forbid=("nnlib.conv.deform_conv2d", "nnlib.conv.depthwise_conv2d", "nnlib.conv.fc_as_conv"),
    uses=("conv_output_size", "unfold"),
    allowed=_allowed,
    large=layer((32, 8, 14, 14), (16, 8, 5, 5), stride=2, padding=2),
    cases=(
        Case(
            "one image, one kernel",
            layer((1, 1, 4, 5), (1, 1, 2, 2)),
            example=call([[[[1, 2, 0, 1], [0, 3, 1, 2], [2, 0, 5, 1]]]], [[[[2, 1], [0, -1]]]], [4]),
        ),
        Case("two images, two channels, three kernels", layer((2, 2, 5, 4), (3, 2, 3, 2)), weight=2),
        Case("as many kernels as channels, square maps", layer((2, 3, 4, 4), (3, 3, 2, 2)), weight=2),
        Case("without bias", layer((2, 2, 4, 5), (3, 2, 2, 2), biased=False), weight=3),
        Case("padding", layer((2, 2, 4, 5), (3, 2, 3, 2), padding=1), weight=2),
        Case("stride", layer((2, 2, 8, 5), (3, 2, 3, 2), stride=2), weight=2),
        Case("dilation", layer((2, 2, 7, 6), (3, 2, 3, 2), dilation=2), weight=2),
        Case("two groups", layer((2, 4, 5, 4), (6, 2, 2, 3), groups=2), weight=3),
        Case(
            "every channel by itself, without bias",
            layer((2, 3, 5, 4), (6, 1, 2, 3), False, groups=3),
            weight=2,
        ),
        Case(
            "stride, padding, dilation and groups",
            layer((2, 4, 9, 8), (4, 2, 3, 2), stride=2, padding=1, dilation=3, groups=2),
            weight=4,
        ),
        in_turn(
            "one pixel, one channel, one map, zeros, large numbers",
            uneven((1, 2, 3, 4), (1, 2, 1, 1), scales=(1e3, 1e3), stride=1, padding=0, dilation=1, groups=1),
            uneven((2, 1, 3, 4), (2, 1, 3, 4), False, (1e-5, 1.0)),
            uneven((2, 2, 1, 4), (2, 1, 1, 2), stride=3, dilation=1, groups=2),
            uneven((1, 2, 4, 1), (3, 2, 2, 1), True, (1e3, 1.0), padding=2, stride=1, groups=1),
            uneven((2, 2, 1, 1), (1, 2, 3, 3), padding=1, dilation=1),
            uneven((1, 1, 1, 1), (1, 1, 1, 1), False, (1e3, 1.0)),
            uneven((1, 1, 4, 3), (2, 1, 2, 2), True, (1.0, 1e3), dilation=2, padding=0, groups=1),
            uneven((1, 3, 3, 5), (3, 1, 1, 1), stride=2, padding=1, groups=3),
            uneven((1, 4, 5, 1), (2, 2, 3, 3), stride=1, padding=2, dilation=2, groups=2),
            edge=True,
        ),
    ),
    hints=(
        "columns = unfold(x, (kh, kw), ...) and kernels = weight.reshape(O, -1): without groups kernels @ columns.",
        "For groups give both one more axis: weight.reshape(G, O / G, -1), and columns as (N, G, ..., L).",
        "The product is (N, G, O / G, L): reshape it to (N, O, H', W'). The bias has to stand along axis 1.",
    ),
)


@CONV2D.wrong
def conv2d_no_bias(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You do not use `bias`: each map gets its own number added."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y


@CONV2D.wrong
def conv2d_bias_subtracted(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You subtract the bias; it is added."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y - bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="as many kernels as channels, square maps")
def conv2d_bias_along_the_columns(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your bias goes along the last axis, the columns of a map; there is one for each map, axis 1.

    bias.reshape(-1, 1, 1) brings it there."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias


@CONV2D.wrong(case="as many kernels as channels, square maps")
def conv2d_bias_along_the_rows(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your bias goes along the rows of a map; there is one for each map, axis 1.

    bias.reshape(-1, 1, 1) brings it there."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1)


@CONV2D.wrong(case="two images, two channels, three kernels")
def conv2d_one_bias_for_all(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You add the first bias to all maps; each map has its own."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias[0]


@CONV2D.wrong(case="without bias")
def conv2d_none_forgotten(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """bias may be None, which cannot be added: then nothing is."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="padding")
def conv2d_no_padding(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You do not use `padding`: hand it on to unfold and conv_output_size."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=0, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=0, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="stride")
def conv2d_no_stride(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You do not use `stride`: hand it on to unfold and conv_output_size."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=1, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=1, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="dilation")
def conv2d_no_dilation(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You do not use `dilation`: hand it on to unfold and conv_output_size."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=1)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=1)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two groups")
def conv2d_all_see_the_first_group(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """All your kernels see the channels of the first group; those of group g see group g."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(out, -1)
    y = kernels @ columns[:, : kernels.shape[1]]
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two groups")
def conv2d_groups_of_every_gth_channel(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your groups take every G-th channel; a group is C / G neighbours."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ np.swapaxes(columns.reshape(n, -1, groups, kh * kw, columns.shape[2]), 1, 2).reshape(
        n, groups, kernels.shape[2], -1
    )
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two groups")
def conv2d_kernels_dealt_out(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You deal the kernels out to the groups in turn; the first O / G kernels are the first group's, and
    so on."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(out // groups, groups, -1).swapaxes(0, 1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.swapaxes(1, 2).reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two groups")
def conv2d_maps_in_turn(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your maps come from the groups in turn; the maps of the first group come first."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.swapaxes(1, 2).reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two groups")
def conv2d_groups_added(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You add up the groups; each group has maps of its own."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = np.repeat(y.sum(axis=1), groups, axis=1).reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two groups")
def conv2d_groups_as_depthwise(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Each of your kernels sees one channel; in groups it sees all C / G channels of its group."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    if groups > 1:
        first = columns.reshape(n, groups, -1, kh * kw, columns.shape[2])[:, :, 0]
        y = weight[:, 0].reshape(groups, out // groups, -1) @ first
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two images, two channels, three kernels")
def conv2d_bias_along_the_places(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your bias goes along the places; there is one for each map, which is axis 1.

    bias.reshape(-1, 1, 1) brings it there."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, -1)
    y = y if bias is None else y + bias
    return y.reshape(n, out, height, -1)


@CONV2D.wrong
def conv2d_mirrored(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You mirror the kernels; the weight (0, 0) meets the pixel above and to the left."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight[..., ::-1, ::-1].reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong
def conv2d_kernel_column_by_column(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You write the kernels out column by column, but the windows row by row."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.swapaxes(2, 3).reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two images, two channels, three kernels")
def conv2d_channels_inside(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You write the kernels out with the channels inside, but the columns of unfold go channel by
    channel."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.transpose(0, 2, 3, 1).reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="as many kernels as channels, square maps")
def conv2d_out_and_in_exchanged(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You take the first axis of weight for the channels; it counts the kernels: (O, C / G, kh, kw)."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = (weight.swapaxes(0, 1) if groups == 1 else weight).reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong
def conv2d_left_as_columns(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your result has the places in one axis, (N, O, L); bring them into rows and columns: (N, O, H',
    W')."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    y = y.reshape(n, out, -1)
    return y if bias is None else y + bias.reshape(-1, 1)


@CONV2D.wrong
def conv2d_rows_and_columns_exchanged(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your maps have H' and W' exchanged; the places stand row by row: (N, O, H', W')."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, -1, height)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong
def conv2d_maps_last(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Your maps are the last axis, (N, H', W', O); they are axis 1."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    y = y if bias is None else y + bias.reshape(-1, 1, 1)
    return y.transpose(0, 2, 3, 1)


@CONV2D.wrong(case="two images, two channels, three kernels")
def conv2d_one_image(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You compute the first image only."""
    n, (out, _, kh, kw) = 1, weight.shape
    columns = unfold(x[:1], (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two images, two channels, three kernels")
def conv2d_images_added(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You add up the images of the batch; each has its own maps."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1).sum(axis=0, keepdims=True)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong
def conv2d_mean_of_products(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You take the mean of the products; they are added up."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y / kernels.shape[2]
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="two images, two channels, three kernels")
def conv2d_mean_of_channels(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You take the mean over the channels; they are added up."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y / weight.shape[1]
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)


@CONV2D.wrong(case="arguments unchanged")
def conv2d_bias_reshaped_in_place(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """You set bias.shape, which changes the array of who called; bias.reshape(-1, 1, 1) is a new view."""
    n, (out, _, kh, kw) = len(x), weight.shape
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    if bias is not None:
        bias.shape = (out, 1, 1)
        y = y + bias
    return y


@CONV2D.right
def conv2d_group_by_group(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    n, (out, size, kh, kw) = len(x), weight.shape
    many = out // groups
    maps = []
    for g in range(groups):
        columns = unfold(
            x[:, g * size : (g + 1) * size], (kh, kw), stride=stride, padding=padding, dilation=dilation
        )
        maps.append(weight[g * many : (g + 1) * many].reshape(many, -1) @ columns)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = np.concatenate(maps, axis=1).reshape(n, out, height, -1)
    if bias is not None:
        y = y + bias[:, None, None]
    return y


@CONV2D.right
def conv2d_weight_by_weight(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    n, c, h, w = x.shape
    out, size, kh, kw = weight.shape
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((n, out, height, width))
    for o in range(out):
        first = o // (out // groups) * size
        for i in range(kh):
            for j in range(kw):
                part = padded[:, first : first + size, i * dilation :: stride, j * dilation :: stride]
                part = part[:, :, :height, :width]
                y[:, o] += np.sum(weight[o, :, i, j].reshape(-1, 1, 1) * part, axis=1)
        if bias is not None:
            y[:, o] += bias[o]
    return y


@CONV2D.right
def conv2d_by_einsum(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    n, c, _, _ = x.shape
    out, size, kh, kw = weight.shape
    padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2)
    span = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    seen = np.lib.stride_tricks.sliding_window_view(padded, span, axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride, ::dilation, ::dilation]
    seen = seen.reshape(n, groups, size, *seen.shape[2:])
    kernels = weight.reshape(groups, out // groups, size, kh, kw)
    y = np.einsum("ngcrqij,gocij->ngorq", seen, kernels)
    y = y.reshape(n, out, *y.shape[3:])
    return y if bias is None else y + np.expand_dims(bias, (1, 2))


@CONV2D.right
def conv2d_image_by_image(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    out, size, kh, kw = weight.shape
    bias = np.zeros(out) if bias is None else bias
    maps = []
    for image in x:
        columns = unfold(image[None], (kh, kw), stride=stride, padding=padding, dilation=dilation)[0]
        parts = np.split(columns, groups)
        kernels = np.split(weight.reshape(out, -1), groups)
        maps.append(np.concatenate([k @ part for k, part in zip(kernels, parts)]) + bias[:, None])
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    return np.stack(maps).reshape(len(x), out, height, -1)
