"""The way back through a convolution."""

import numpy as np

from grader.exercises.ch10_convolution.conv2d import layer, sizes
from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import floats, spread
from nnlib import conv
from nnlib.experiments import fold, unfold


def output_of(size, weight, given):
    """The shape of the output."""
    plain = {name: value for name, value in given.items() if name != "groups"}
    places = [conv.conv_output_size(n, k, **plain) for n, k in zip(size[2:], weight[2:])]
    return size[0], weight[0], *places


def way_back(size, weight, **given):
    forward = layer(size, weight, **given)

    def draw(rng):
        drawn = forward(rng)
        return call(rng.normal(size=output_of(size, weight, given)) + 0.5, *drawn.args, **drawn.kwargs)

    return draw


def uneven(size, weight, scales=(1.0, 1.0, 1.0), **given):
    """Numbers of one size, every third one 0."""

    def draw(rng):
        shapes = output_of(size, weight, given), size, weight, weight[0]
        sizes_of = zip(shapes, (*scales, 1e3))
        parts = [np.roll(spread(rng, shape, scale), i) for i, (shape, scale) in enumerate(sizes_of)]
        return call(*parts, **given)

    return draw


def ones_arrive(rng):
    draw = way_back((2, 2, 5, 4), (3, 2, 2, 3))(rng)
    return call(np.ones_like(draw.args[0]), *draw.args[1:])


def no_biases(rng):
    """They change nothing, whatever they are."""
    draw = way_back((1, 2, 3, 3), (3, 2, 2, 2))(rng)
    return call(*draw.args[:3], np.zeros(3))


def _allowed(rng):
    size, kernels, given = sizes(rng)
    g = floats(rng, output_of(size, kernels, given), (1.0, 1.0, 1e3))
    x, weight = floats(rng, size, (1.0, 1.0, 1e3, 1e-5)), floats(rng, kernels, (1.0, 1.0, 1e3))
    return call(g, x, weight, floats(rng, kernels[0], (1.0, 1e3)), **given)


CONV2D_BACKWARD = Exercise(
    function="conv2d_backward",
    topics=("C10-02",),
    points=3,
    difficulty=5,
    minutes=35,
    reference=conv.conv2d_backward,
    torch="torch.nn.functional.conv2d",
    forbid=(
        "nnlib.conv.depthwise_conv2d_backward",
        "nnlib.conv.conv_transpose2d",
        "nnlib.conv.fc_as_conv_backward",
    ),
    gradient_of=conv.conv2d,
    wrt=(0, 1, 2),
    uses=("unfold", "fold"),
    allowed=_allowed,
    large=way_back((32, 8, 14, 14), (16, 8, 5, 5), stride=2, padding=2),
    returns=("grad_x", "grad_weight", "grad_bias"),
    edge_returns=("grad_bias",),
    cases=(
        Case(
            "one image, one kernel",
            way_back((1, 1, 4, 5), (1, 1, 2, 2)),
            example=call(
                [[[[1, 0, 2], [0, -1, 3]]]],
                [[[[1, 2, 0, 1], [0, 3, 1, 2], [2, 0, 5, 1]]]],
                [[[[2, 1], [0, -1]]]],
                [4],
            ),
        ),
        Case("two images, two channels, three kernels", way_back((2, 2, 5, 4), (3, 2, 3, 2)), weight=2),
        Case("as many kernels as channels", way_back((2, 3, 4, 4), (3, 3, 2, 2)), weight=2),
        Case("padding", way_back((2, 2, 4, 5), (3, 2, 3, 2), padding=1), weight=3),
        Case("stride", way_back((2, 2, 8, 5), (3, 2, 3, 2), stride=2), weight=3),
        Case("dilation", way_back((2, 2, 7, 6), (3, 2, 3, 2), dilation=2), weight=3),
        Case("two groups", way_back((2, 4, 5, 4), (6, 2, 2, 3), groups=2), weight=3),
        Case(
            "stride, padding, dilation and groups",
            way_back((2, 4, 9, 8), (4, 2, 3, 2), stride=2, padding=1, dilation=3, groups=2),
            weight=6,
        ),
        Case("only ones arrive", ones_arrive, weight=6),
        Case(
            "all three results, whatever their order",
            way_back((2, 2, 5, 4), (3, 2, 3, 2)),
            measure=in_any_order,
            differentiable=False,
            weight=4,
        ),
        in_turn(
            "one pixel, one channel, one map, zeros, large numbers",
            uneven((1, 2, 3, 4), (1, 2, 1, 1), (1e3, 1e3, 1e3), stride=1, padding=0, dilation=1, groups=1),
            uneven((2, 1, 3, 4), (2, 1, 3, 4), (1.0, 1e-5, 1.0)),
            uneven((2, 2, 1, 4), (2, 1, 1, 2), stride=3, dilation=1, groups=2),
            uneven((1, 2, 4, 1), (3, 2, 2, 1), (1.0, 1e3, 1.0), padding=2, stride=1, groups=1),
            uneven((2, 2, 1, 1), (1, 2, 3, 3), padding=1, dilation=1),
            uneven((1, 1, 1, 1), (1, 1, 1, 1), (1e3, 1.0, 1.0)),
            uneven((1, 1, 4, 3), (2, 1, 2, 2), (1.0, 1.0, 1e3), dilation=2, padding=0, groups=1),
            uneven((1, 3, 3, 5), (3, 1, 1, 1), stride=2, padding=1, groups=3),
            uneven((1, 4, 5, 1), (2, 2, 3, 3), stride=1, padding=2, dilation=2, groups=2),
            no_biases,
            edge=True,
            differentiable=False,
        ),
    ),
    hints=(
        "As in conv2d: g as (N, G, O / G, L), kernels as (G, O / G, ...), columns as (N, G, ..., L).",
        "grad_weight: g times the columns transposed, summed over the images; grad_bias: g summed but for axis 1.",
        "grad_columns: the kernels transposed times g, reshaped to (N, C kh kw, L); grad_x is their fold.",
    ),
)


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_mean_of_images(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_weight is the mean over the images; it is the sum."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.mean(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_mean_of_places(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_weight is the mean over the places; it is the sum: one kernel serves them all."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape) / g.shape[3]
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_weight_of_the_first_image(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_weight comes from the first image only; sum over all images."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = (g[0] @ columns[0].swapaxes(1, 2)).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_weight_without_upstream(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_weight adds up the windows alone; each is multiplied with the gradient g that arrives at
    its place."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(np.ones_like(g) @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_bias_mean_of_images(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_bias is the mean over the images; it is the sum."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(2, 3)).mean(axis=0)


@CONV2D_BACKWARD.wrong
def conv2d_backward_bias_mean(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_bias is a mean; the bias is added everywhere, so it is the sum over images and places."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.mean(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_bias_of_each_image(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_bias has one row an image; sum over the images, too."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_bias_of_each_place(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_bias has a number for each place; sum over images, rows and columns."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=0)


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_bias_one_number(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_bias is one number; there is one for each map, axis 1."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum()


@CONV2D_BACKWARD.wrong
def conv2d_backward_bias_counts(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_bias counts the places; it is the sum of the g that arrive there."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, np.full(out, grad_output[:, 0].size) * 1.0


@CONV2D_BACKWARD.wrong
def conv2d_backward_kernel_mirrored(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You mirror the kernel for grad_x, and fold puts it in place as well; hand the kernels on as they
    are."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (weight[..., ::-1, ::-1].reshape(kernels.shape).swapaxes(1, 2) @ g).reshape(
        n, groups * kernels.shape[2], -1
    )
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_copies_overwritten(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """In your grad_x the copies of a pixel overwrite one another; their gradients are added up."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    places = unfold(
        np.arange(1.0, x[0, 0].size + 1).reshape(1, 1, *x.shape[2:]),
        kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )
    places = places.reshape(kernel[0] * kernel[1], -1).astype(int)
    grad_x = np.zeros((n, x.shape[1], x[0, 0].size + 1))
    parts = grad_columns.reshape(n, x.shape[1], len(places), -1)
    for k, at in enumerate(places):
        grad_x[:, :, at] = parts[:, :, k]
    grad_x = grad_x[:, :, 1:].reshape(x.shape)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_mean_of_copies(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_x is the mean over the windows that see a pixel; it is the sum."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    seen = fold(
        np.ones_like(grad_columns), x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation
    )
    grad_x = grad_x / np.maximum(seen, 1)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_x_without_kernel(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_x only spreads g over the windows; each copy is multiplied with its weight."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (np.ones_like(kernels).swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_x_without_upstream(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_x adds up the weights alone; they are multiplied with the gradient g that arrives."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ np.ones_like(g)).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_no_upstream(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You do not use grad_output: all three gradients are multiplied with what arrives."""
    grad_output = np.ones_like(grad_output)
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="padding")
def conv2d_backward_no_padding(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You do not use `padding`: hand it on to unfold and fold."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=0, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=0, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="stride")
def conv2d_backward_no_stride(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You do not use `stride`: hand it on to unfold and fold."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=1, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=1, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="dilation")
def conv2d_backward_no_dilation(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You do not use `dilation`: hand it on to unfold and fold."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=1)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=1)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two groups")
def conv2d_backward_no_groups(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You do not use `groups`: kernels and channels of a group belong together."""
    groups = 1
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two groups")
def conv2d_backward_groups_of_every_gth_channel(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your groups take every G-th channel; a group is C / G neighbours."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    size = kernel[0] * kernel[1]
    columns = columns.reshape(n, -1, groups, size, g.shape[3]).swapaxes(1, 2)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups, -1, size, g.shape[3])
    grad_columns = grad_columns.swapaxes(1, 2).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two groups")
def conv2d_backward_maps_in_turn(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You deal the maps out to the groups in turn; the first O / G maps are those of the first group."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, out // groups, groups, -1).swapaxes(1, 2)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong
def conv2d_backward_weight_first(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your results are in another order: (grad_x, grad_weight, grad_bias)."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_weight, grad_output.sum(axis=(0, 2, 3)), grad_x


@CONV2D_BACKWARD.wrong
def conv2d_backward_no_grad_bias(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You return two results; the third, grad_bias, is the sum of g over images and places."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight


@CONV2D_BACKWARD.wrong
def conv2d_backward_left_as_a_matrix(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_weight is still a matrix; bring it into the shape of weight, with reshape(weight.shape)."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(out, -1)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_kernels_transposed_by_reshape(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You transpose the kernels with reshape, which keeps the order of the numbers; swapaxes(1, 2) exchanges
    the axes."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.reshape(groups, -1, out // groups) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="two images, two channels, three kernels")
def conv2d_backward_weight_transposed(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """Your grad_weight is transposed before it gets its shape: the kernels are the rows, g times the columns
    transposed."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(columns @ g.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.wrong(case="arguments unchanged")
def conv2d_backward_sum_into_bias(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """out=bias writes your sum into the bias of who called; leave out= away."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, np.sum(grad_output, axis=(0, 2, 3), out=bias)


@CONV2D_BACKWARD.wrong
def conv2d_backward_bias_times_bias(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    """You multiply grad_bias with the bias, whose value changes nothing: it is added, so the derivative is 1."""
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    columns = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ columns.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(n, groups * kernels.shape[2], -1)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3)) * bias


@CONV2D_BACKWARD.right
def conv2d_backward_weight_by_weight(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    n, c, h, w = x.shape
    out, size, kh, kw = weight.shape
    _, _, height, width = grad_output.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    grad_padded, grad_weight = np.zeros(padded.shape), np.zeros(weight.shape)
    for o in range(out):
        first = o // (out // groups) * size
        g = grad_output[:, o][:, None]
        for i in range(kh):
            for j in range(kw):
                rows = i * dilation + stride * np.arange(height)
                cols = j * dilation + stride * np.arange(width)
                at = (slice(None), slice(first, first + size), rows[:, None], cols)
                grad_weight[o, :, i, j] = np.sum(g * padded[at], axis=(0, 2, 3))
                grad_padded[at] += g * weight[o, :, i, j].reshape(1, -1, 1, 1)
    grad_x = grad_padded[:, :, padding : padding + h, padding : padding + w]
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


@CONV2D_BACKWARD.right
def conv2d_backward_group_by_group(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    out, size, *kernel = weight.shape
    many, kernel = out // groups, tuple(kernel)
    grads_x, grads_weight = [], []
    for k in range(groups):
        w = weight[k * many : (k + 1) * many].reshape(many, -1)
        g = grad_output[:, k * many : (k + 1) * many].reshape(len(x), many, -1)
        columns = unfold(
            x[:, k * size : (k + 1) * size], kernel, stride=stride, padding=padding, dilation=dilation
        )
        grads_weight.append(np.einsum("nol,nkl->ok", g, columns).reshape(many, size, *kernel))
        grads_x.append(fold(w.T @ g, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation))
    grad_x, grad_weight = np.concatenate(grads_x, axis=1), np.concatenate(grads_weight)
    return grad_x, grad_weight, np.einsum("norq->o", grad_output)


@CONV2D_BACKWARD.right
def conv2d_backward_by_einsum(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, stride=stride, padding=padding, dilation=dilation)
    grouped = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.einsum("ngol,ngkl->gok", g, grouped).reshape(weight.shape)
    grad_columns = np.einsum("gok,ngol->ngkl", kernels, g).reshape(columns.shape)
    grad_x = fold(grad_columns, x.shape[2:], kernel, stride=stride, padding=padding, dilation=dilation)
    return grad_x, grad_weight, g.sum(axis=(0, 3)).ravel()


@CONV2D_BACKWARD.right
def conv2d_backward_image_by_image(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1
):
    out, kernel = len(weight), weight.shape[2:]
    kernels = weight.reshape(groups, out // groups, -1)
    grad_x, grad_weight, grad_bias = [], np.zeros(kernels.shape), np.zeros(out)
    for image, above in zip(x, grad_output):
        g = above.reshape(groups, out // groups, -1)
        columns = unfold(image[None], kernel, stride=stride, padding=padding, dilation=dilation)
        grad_weight += g @ columns.reshape(groups, kernels.shape[2], -1).swapaxes(1, 2)
        grad_bias += above.sum(axis=(1, 2))
        back = (kernels.swapaxes(1, 2) @ g).reshape(columns.shape)
        grad_x.append(fold(back, image.shape[1:], kernel, stride=stride, padding=padding, dilation=dilation))
    return np.concatenate(grad_x), grad_weight.reshape(weight.shape), grad_bias
