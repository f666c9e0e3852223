"""How many numbers a convolution learns."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import conv


def layer(k, c_in, c_out=None, **given):
    """Draws channels in and, as a multiple of them or not, out; in groups both are multiples of the groups."""

    def draw(rng):
        groups = given.get("groups", 1)
        inputs = groups * int(rng.integers(*c_in))
        outputs = inputs * int(rng.integers(3, 6)) if c_out is None else groups * int(rng.integers(*c_out))
        return call(inputs, outputs, k, **given)

    return draw


def _allowed(rng):
    kind = one_of(rng, "regular", "regular", "depthwise", "pointwise", "separable")
    given = {} if kind == "regular" and rng.random() < 0.5 else {"kind": kind}
    if rng.random() < 0.6:
        given["groups"] = one_of(rng, 1, 2, 3) if kind == "regular" else 1
    if rng.random() < 0.6:
        given["bias"] = one_of(rng, True, False)
    groups = given.get("groups", 1)
    c_in, c_out = (groups * int(one_of(rng, 1, 2, 3, 64)) for _ in "io")
    return call(
        c_in, c_in * c_out if kind == "depthwise" else c_out, int(one_of(rng, 1, 2, 3, 5, 7)), **given
    )


FEW, MANY = (170, 200), (520, 700)

CONV_PARAMS = Exercise(
    function="conv_params",
    topics=("C10-07",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=conv.conv_params,
    allowed=_allowed,
    cases=(
        Case("regular", layer(5, FEW, MANY), example=call(3, 4, 3)),
        Case("regular, in groups", layer(5, FEW, MANY, groups=4), weight=2),
        Case("depthwise, several kernels a channel", layer(5, FEW, kind="depthwise"), weight=2),
        Case("pointwise", layer(5, FEW, MANY, kind="pointwise"), weight=2),
        Case(
            "separable",
            layer(5, FEW, MANY, kind="separable"),
            example=call(3, 4, 3, kind="separable"),
            weight=2,
        ),
        in_turn(
            "with a bias",
            layer(5, FEW, MANY, kind="pointwise", bias=True),
            layer(5, FEW, MANY, bias=True),
            layer(5, FEW, MANY, bias=True, groups=4),
            layer(5, FEW, kind="depthwise", bias=True),
            weight=4,
        ),
        Case("separable, with a bias", layer(5, FEW, MANY, kind="separable", bias=True), weight=4),
        in_turn(
            "one channel, one pixel, defaults given",
            lambda rng: call(1, 1, 1, kind="regular", groups=1, bias=False),
            lambda rng: call(2, 1, 1, kind="pointwise", groups=1, bias=False),
            layer(3, FEW, (1, 2), kind="separable", groups=1),
            layer(1, (1, 2), kind="depthwise", groups=1, bias=True),
            layer(3, (1, 2), (1, 2), groups=3, kind="regular", bias=False),
            edge=True,
        ),
    ),
    hints=(
        "How many weights has one kernel of that kind, and how many kernels are there?",
        "regular: c_out kernels of k² c_in / groups; depthwise: c_out of k²; pointwise: c_out of c_in.",
        "separable: c_in kernels of k², and c_out of c_in. A bias belongs to what comes out at the end: c_out more.",
    ),
)


@CONV_PARAMS.wrong(case="regular, in groups")
def conv_params_groups_ignored(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You do not use `groups`: a kernel sees c_in / groups channels only."""
    if kind == "regular":
        weights = k**2 * c_in * c_out
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="regular, in groups")
def conv_params_groups_divide_twice(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You divide by `groups` twice: the kernels have fewer channels, but there are still c_out of them."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups**2
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="regular, in groups")
def conv_params_groups_multiply(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You multiply by `groups`; the groups save weights: each kernel sees c_in / groups channels."""
    if kind == "regular":
        weights = k**2 * c_in * c_out * groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong
def conv_params_one_row_of_weights(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You count k weights a kernel and channel; a kernel has k rows and k columns."""
    if kind == "regular":
        weights = k * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong
def conv_params_one_channel_a_kernel(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """Your regular kernels have one channel each; they look at all channels of their group."""
    if kind == "regular":
        weights = k * k * c_out
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong
def conv_params_in_plus_out(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You add the channels in to those out; each of the c_out kernels has c_in channels, so multiply."""
    if kind == "regular":
        weights = k**2 * (c_in + c_out) // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="depthwise, several kernels a channel")
def conv_params_depthwise_as_regular(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """Your depthwise kernels look at all channels; each looks at one."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_in * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="depthwise, several kernels a channel")
def conv_params_depthwise_one_kernel_a_channel(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You count one depthwise kernel for each channel in; there are c_out of them, perhaps several a
    channel."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_in
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="pointwise")
def conv_params_pointwise_with_k(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You use k for a pointwise convolution; its kernels are one pixel large."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = k**2 * c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="pointwise")
def conv_params_pointwise_added(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You add c_in and c_out; each of the c_out kernels has c_in weights."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in + c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="separable")
def conv_params_separable_multiplied(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You multiply the two parts of a separable convolution; they come one after the other, so their
    weights add up."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in * c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="separable")
def conv_params_separable_depthwise_out(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """Your depthwise part has c_out kernels; it has one for each channel in."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_out + c_in * c_out
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="separable")
def conv_params_separable_only_depthwise(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """The pointwise part is missing in separable: c_in c_out weights more."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in
    return weights + c_out if bias else weights


@CONV_PARAMS.wrong(case="with a bias")
def conv_params_no_bias(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You do not use `bias`: there is one number more for each channel that comes out."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights


@CONV_PARAMS.wrong(case="with a bias")
def conv_params_pointwise_without_bias(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You leave out the bias of a pointwise convolution; it has one for each channel that comes out, too."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias and kind != "pointwise" else weights


@CONV_PARAMS.wrong(case="separable, with a bias")
def conv_params_separable_without_bias(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You leave out the bias of a separable convolution; it has one for each channel that comes out."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out if bias and kind != "separable" else weights


@CONV_PARAMS.wrong
def conv_params_bias_always(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You always count a bias; it is there only if `bias` is True."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_out


@CONV_PARAMS.wrong(case="with a bias")
def conv_params_one_bias(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You count one bias for the layer; each channel that comes out has its own."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + 1 if bias else weights


@CONV_PARAMS.wrong(case="with a bias")
def conv_params_bias_of_inputs(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You count a bias for each channel in; it belongs to those that come out."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    return weights + c_in if bias else weights


@CONV_PARAMS.wrong(case="separable, with a bias")
def conv_params_bias_for_both_parts(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """You count a bias for the depthwise part of separable, too; there is one for what comes out at the
    end."""
    if kind == "regular":
        weights = k**2 * c_in * c_out // groups
    elif kind == "depthwise":
        weights = k**2 * c_out
    elif kind == "pointwise":
        weights = c_in * c_out
    else:
        weights = k**2 * c_in + c_in * c_out
    if kind == "separable" and bias:
        weights += c_in
    return weights + c_out if bias else weights


@CONV_PARAMS.right
def conv_params_kernel_by_kernel(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    pixels = k * k
    of_a_kernel = pixels * (c_in // groups)
    if kind == "depthwise":
        of_a_kernel = pixels
    elif kind == "pointwise":
        of_a_kernel = c_in
    total = c_out * of_a_kernel
    if kind == "separable":
        total = c_in * pixels + c_out * c_in
    if bias:
        total += c_out
    return total


@CONV_PARAMS.right
def conv_params_as_regular_ones(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    if kind == "separable":
        return c_in * k * k + c_out * (c_in + int(bias))
    if kind == "pointwise":
        k = 1
    if kind == "depthwise":
        groups = c_in
    return c_out * (k * k * c_in // groups + int(bias))


@CONV_PARAMS.right
def conv_params_by_shapes(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    shapes = {
        "regular": [(c_out, c_in // groups, k, k)],
        "depthwise": [(c_out, 1, k, k)],
        "pointwise": [(c_out, c_in, 1, 1)],
        "separable": [(c_in, 1, k, k), (c_out, c_in, 1, 1)],
    }
    total = sum(int(np.prod(shape)) for shape in shapes[kind])
    return total + c_out if bias else total


@CONV_PARAMS.right
def conv_params_by_match(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    match kind:
        case "regular":
            weights = c_out * (c_in // groups) * k**2
        case "depthwise":
            weights = c_out * k**2
        case "pointwise":
            weights = c_out * c_in
        case _:
            weights = c_in * (k**2 + c_out)
    return weights + bias * c_out
