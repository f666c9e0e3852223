"""How far a stack of convolutions sees."""

import numpy as np

from grader.calls.plain import as_list
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import conv


def stack(*kernels, dilations=None, strides=None):
    """Draws the kernel of the last layer."""

    def draw(rng):
        *first, last = kernels
        sizes = [*first, last + int(rng.integers(0, 30))]
        return call(as_list(sizes), *(v if v is None else as_list(list(v)) for v in (dilations, strides)))

    return draw


def short(*kernels):
    """Without dilations and strides."""
    return lambda rng: call(as_list([*kernels[:-1], kernels[-1] + int(rng.integers(0, 30))]))


def _allowed(rng):
    layers = int(rng.integers(0, 6))
    sizes = as_list([int(one_of(rng, 1, 2, 3, 5, 7)) for _ in range(layers)])
    more = [
        one_of(rng, None, *[as_list([int(one_of(rng, 1, 1, 2, 3, 4)) for _ in range(layers)]) for _ in "ab"])
        for _ in "ds"
    ]
    return call(sizes, *more[: int(rng.integers(0, 3))])


RECEPTIVE_FIELD = Exercise(
    function="receptive_field",
    topics=("C10-09",),
    points=1,
    difficulty=3,
    minutes=15,
    reference=conv.receptive_field,
    allowed=_allowed,
    cases=(
        Case("kernels alone", short(3, 2, 6, 4), example=call(as_list([3, 5, 4]))),
        Case(
            "dilations",
            stack(3, 2, 6, 4, dilations=(2, 3, 1, 5)),
            example=call(as_list([3, 3, 3]), as_list([1, 2, 4])),
            weight=3,
        ),
        Case(
            "strides",
            stack(3, 2, 6, 4, strides=(2, 3, 4, 5)),
            example=call(as_list([3, 2, 5]), None, as_list([2, 3, 2])),
            weight=3,
        ),
        Case(
            "dilations and strides", stack(3, 4, 6, 4, dilations=(2, 3, 1, 5), strides=(3, 2, 4, 5)), weight=2
        ),
        in_turn(
            "one layer, none, kernels of one pixel",
            lambda rng: call(as_list([])),
            stack(3, dilations=(4,), strides=(3,)),
            lambda rng: call(as_list([1, 1, 3]), as_list([5, 2, 1]), as_list([1, 4, 1])),
            lambda rng: call(as_list([]), as_list([]), as_list([])),
            lambda rng: call(as_list([2]), None, None),
            lambda rng: call(as_list([1, 5]), as_list([7, 2])),
            edge=True,
        ),
    ),
    hints=(
        "Go through the layers from the image upwards, and keep two numbers: the field so far, and the step.",
        "The step is by how many pixels of the image two neighbouring inputs of this layer lie apart: 1 at first.",
        "field += d * (k - 1) * step, then step *= s: the stride of a layer counts for the layers above it.",
    ),
)


@RECEPTIVE_FIELD.wrong
def receptive_field_without_the_pixel(kernel_sizes, dilations=None, strides=None):
    """You start from 0; without any layer one pixel is seen, so start from 1."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 0, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong
def receptive_field_whole_kernels_added(kernel_sizes, dilations=None, strides=None):
    """You add the whole span of each kernel; a layer adds its span less one."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * k * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong
def receptive_field_spans_added(kernel_sizes, dilations=None, strides=None):
    """You add d (k − 1) + 1 for each layer; the 1 is there once, for the first pixel."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 0, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += (d * (k - 1) + 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong
def receptive_field_spans_multiplied(kernel_sizes, dilations=None, strides=None):
    """You multiply the spans of the layers; each layer adds to what is seen."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field *= d * (k - 1) + 1
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_strides_ignored(kernel_sizes, dilations=None, strides=None):
    """You do not use the strides: those of the layers before make a layer's steps larger."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    field = 1
    for k, d in zip(kernel_sizes, dilations):
        field += d * (k - 1)
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_own_stride_counted(kernel_sizes, dilations=None, strides=None):
    """You count the layer's own stride with those before it; it counts for the layers above only."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        step *= s
        field += d * (k - 1) * step
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_only_own_stride(kernel_sizes, dilations=None, strides=None):
    """You multiply by the layer's own stride; it is the product of the strides *before* it."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field = 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * s
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_only_last_stride(kernel_sizes, dilations=None, strides=None):
    """You multiply by the stride of the layer before only; the strides of all layers before multiply up."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * step
        step = s
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_strides_added(kernel_sizes, dilations=None, strides=None):
    """You add up the strides; they multiply."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * step
        step += s
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_field_multiplied(kernel_sizes, dilations=None, strides=None):
    """You multiply the whole field by the stride; only what the layers above add is multiplied."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field = 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1)
        field *= s
    return field


@RECEPTIVE_FIELD.wrong(case="dilations")
def receptive_field_dilations_ignored(kernel_sizes, dilations=None, strides=None):
    """You do not use the dilations: the weights of a layer lie d inputs apart."""
    layers = len(kernel_sizes)
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, s in zip(kernel_sizes, strides):
        field += (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="dilations")
def receptive_field_dilations_add(kernel_sizes, dilations=None, strides=None):
    """You add the dilation once; there is a distance d between any two neighbouring weights, d (k − 1)."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += (k - 1 + d - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="dilations")
def receptive_field_dilations_multiply_up(kernel_sizes, dilations=None, strides=None):
    """You multiply the dilations up from layer to layer; each layer has its own."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step, seen = 1, 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        seen *= d
        field += seen * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_from_the_top(kernel_sizes, dilations=None, strides=None):
    """You go through the layers from the top; the strides that count for a layer are those between it and
    the image."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in list(zip(kernel_sizes, dilations, strides))[::-1]:
        field += d * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong
def receptive_field_last_layer_only(kernel_sizes, dilations=None, strides=None):
    """You return what the last layer adds alone; all layers add up."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field = 1 + d * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="dilations")
def receptive_field_defaults_of_one_layer(kernel_sizes, dilations=None, strides=None):
    """Your default is a list of one number, and zip ends with the shortest: it has to be 1 for every
    layer."""
    dilations = [1] if dilations is None else dilations
    strides = [1] if strides is None else strides
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="dilations")
def receptive_field_dilations_need_strides(kernel_sizes, dilations=None, strides=None):
    """Without strides you do not use the dilations; either may be given alone."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    if strides == [1] * layers:
        dilations = [1] * layers
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="dilations")
def receptive_field_none_forgotten(kernel_sizes, dilations=None, strides=None):
    """dilations or strides may be None, alone or both: then it is 1 in all layers."""
    layers = len(kernel_sizes)
    if dilations is None and strides is None:
        dilations = strides = [1] * layers
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations, strides):
        field += d * (k - 1) * step
        step *= s
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_from_the_top_r_s(kernel_sizes, dilations=None, strides=None):
    """From the top down R pixels have R − 1 distances, and only those grow by the stride:
    (R − 1) s + d (k − 1) + 1."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    field = 1
    for k, d, s in list(zip(kernel_sizes, dilations, strides))[::-1]:
        field = field * s + d * (k - 1)
    return field


@RECEPTIVE_FIELD.wrong(case="strides")
def receptive_field_pixels_counted(kernel_sizes, dilations=None, strides=None):
    """You count the pixels that are seen; there may be gaps: the field goes from the first of them to the last."""
    layers = len(kernel_sizes)
    dilations = [1] * layers if dilations is None else dilations
    strides = [1] * layers if strides is None else strides
    seen = {0}
    for k, d, s in list(zip(kernel_sizes, dilations, strides))[::-1]:
        seen = {p * s + i * d for p in seen for i in range(k)}
    return len(seen)


@RECEPTIVE_FIELD.right
def receptive_field_backward(kernel_sizes, dilations=None, strides=None):
    layers = len(kernel_sizes)
    dilations, strides = dilations or [1] * layers, strides or [1] * layers
    seen = 1
    for k, d, s in list(zip(kernel_sizes, dilations, strides))[::-1]:
        seen = (seen - 1) * s + d * (k - 1) + 1
    return seen


@RECEPTIVE_FIELD.right
def receptive_field_as_a_sum(kernel_sizes, dilations=None, strides=None):
    layers = range(len(kernel_sizes))
    d = [1 for _ in layers] if dilations is None else dilations
    s = [1 for _ in layers] if strides is None else strides
    return 1 + sum(d[l] * (kernel_sizes[l] - 1) * int(np.prod(s[:l])) for l in layers)


@RECEPTIVE_FIELD.right
def receptive_field_by_cumprod(kernel_sizes, dilations=None, strides=None):
    k = np.array(kernel_sizes, dtype=int)
    d = np.ones_like(k) if dilations is None else np.array(dilations, dtype=int)
    s = np.ones_like(k) if strides is None else np.array(strides, dtype=int)
    steps = np.cumprod(np.concatenate([[1], s]))[: len(k)]
    return int(1 + np.sum(d * (k - 1) * steps))


@RECEPTIVE_FIELD.right
def receptive_field_by_places(kernel_sizes, dilations=None, strides=None):
    layers = len(kernel_sizes)
    places = {0}
    dilations = dilations if dilations is not None else [1] * layers
    strides = strides if strides is not None else [1] * layers
    for k, d, s in reversed(list(zip(kernel_sizes, dilations, strides))):
        lowest, highest = min(places), max(places)
        places = {lowest * s, highest * s + d * (k - 1)}
    return max(places) - min(places) + 1
