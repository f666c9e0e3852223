"""How many places a kernel has along an axis."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import conv


def axis(k, rest=0, least=20, **given):
    """Draws an axis with some number of places for a kernel of k weights, of which `rest` pixels are left over."""
    stride, dilation = given.get("stride", 1), given.get("dilation", 1)
    between = dilation * (k - 1)

    def draw(rng):
        places = int(rng.integers(least, 2 * least))
        return call(stride * (places - 1) + rest + between + 1 - 2 * given.get("padding", 0), k, **given)

    return draw


def _allowed(rng):
    given = options(rng, stride=(1, 2, 3, 7), padding=(0, 1, 2, 5), dilation=(1, 2, 3))
    k = int(rng.integers(1, 8))
    span = given.get("dilation", 1) * (k - 1) + 1
    least = max(1, span - 2 * given.get("padding", 0))
    return call(least + int(one_of(rng, 0, 1, 2, 3, 10, 200)), k, **given)


CONV_OUTPUT_SIZE = Exercise(
    function="conv_output_size",
    topics=("C10-03",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=conv.conv_output_size,
    allowed=_allowed,
    cases=(
        Case("valid: neither stride nor padding", axis(5), example=call(5, 3)),
        Case("padding", axis(4, padding=1), example=call(5, 4, padding=1), weight=3),
        Case("a stride that fits", axis(4, stride=3), example=call(10, 4, stride=3)),
        Case(
            "a stride that leaves pixels over",
            axis(4, rest=2, stride=3),
            example=call(12, 4, stride=3),
            weight=3,
        ),
        Case("dilation", axis(4, dilation=3), example=call(12, 4, dilation=3), weight=3),
        Case(
            "stride, padding and dilation",
            axis(4, stride=3, padding=1, dilation=2),
            example=call(11, 4, stride=3, padding=1, dilation=2),
            weight=2,
        ),
        in_turn(
            "one pixel, one weight, one place",
            lambda rng: call(1, 1, stride=1, padding=0, dilation=1),
            lambda rng: call(1, 4, padding=3, dilation=1, stride=7),
            axis(1, padding=0, dilation=4),
            axis(5, least=1, dilation=3, stride=2),
            axis(5, least=210, stride=1, padding=4),
            axis(4, least=210, padding=2),
            axis(6, dilation=1, padding=1),
            edge=True,
        ),
    ),
    hints=(
        "How many pixels does the kernel span? The last weight lies d (k - 1) pixels behind the first.",
        "The first window may move by n + 2 p - span pixels; each step takes s of them; // drops what is left over.",
        "(n + 2 * padding - span) // stride + 1, with span = dilation * (k - 1) + 1.",
    ),
)


@CONV_OUTPUT_SIZE.wrong
def conv_output_size_steps_not_places(n, k, *, stride=1, padding=0, dilation=1):
    """You count the steps; there is one place more than there are steps between them. Add 1."""
    return (n + 2 * padding - dilation * (k - 1) - 1) // stride


@CONV_OUTPUT_SIZE.wrong(case="padding")
def conv_output_size_padding_once(n, k, *, stride=1, padding=0, dilation=1):
    """You add the padding once; there are that many zeros on each side, so twice."""
    return (n + padding - dilation * (k - 1) - 1) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="padding")
def conv_output_size_no_padding(n, k, *, stride=1, padding=0, dilation=1):
    """You do not use `padding`: the axis is 2 p longer."""
    return (n - dilation * (k - 1) - 1) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="padding")
def conv_output_size_padding_taken_off(n, k, *, stride=1, padding=0, dilation=1):
    """You take the padding off; the zeros make the axis longer."""
    return (n - 2 * padding - dilation * (k - 1) - 1) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="a stride that leaves pixels over")
def conv_output_size_rounded_up(n, k, *, stride=1, padding=0, dilation=1):
    """You round up: a place that sticks out of the axis is none. Round down, with //."""
    return -(-(n + 2 * padding - dilation * (k - 1) - 1) // stride) + 1


@CONV_OUTPUT_SIZE.wrong(case="a stride that leaves pixels over")
def conv_output_size_rounded(n, k, *, stride=1, padding=0, dilation=1):
    """You round to the nearest whole number; a place that sticks out is none. Round down, with //."""
    return round((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1


@CONV_OUTPUT_SIZE.wrong(case="a stride that leaves pixels over")
def conv_output_size_a_fraction(n, k, *, stride=1, padding=0, dilation=1):
    """You divide with /, which leaves a fraction; there are only whole places. Round down, with //."""
    return (n + 2 * padding - dilation * (k - 1) - 1) / stride + 1


@CONV_OUTPUT_SIZE.wrong(case="a stride that fits")
def conv_output_size_one_inside(n, k, *, stride=1, padding=0, dilation=1):
    """You add 1 before you divide; the first place takes no step, so 1 is added behind the division."""
    return (n + 2 * padding - dilation * (k - 1) - 1 + 1) // stride


@CONV_OUTPUT_SIZE.wrong(case="a stride that fits")
def conv_output_size_no_stride(n, k, *, stride=1, padding=0, dilation=1):
    """You do not use `stride`: the kernel moves by that many pixels at once."""
    return n + 2 * padding - dilation * (k - 1)


@CONV_OUTPUT_SIZE.wrong(case="a stride that fits")
def conv_output_size_every_part_divided(n, k, *, stride=1, padding=0, dilation=1):
    """You divide only the pixels by the stride; it divides what is left beside the window, n + 2 p − span."""
    return (n + 2 * padding) // stride - dilation * (k - 1)


@CONV_OUTPUT_SIZE.wrong(case="dilation")
def conv_output_size_no_dilation(n, k, *, stride=1, padding=0, dilation=1):
    """You do not use `dilation`: the kernel spans d (k − 1) + 1 pixels."""
    return (n + 2 * padding - k) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="dilation")
def conv_output_size_span_is_product(n, k, *, stride=1, padding=0, dilation=1):
    """You take d k for the span of the kernel; k weights have k − 1 distances: d (k − 1) + 1."""
    return (n + 2 * padding - dilation * k) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="dilation")
def conv_output_size_one_gap(n, k, *, stride=1, padding=0, dilation=1):
    """You count one gap of d − 1 pixels; there is one between any two neighbouring weights, k − 1 in all."""
    return (n + 2 * padding - (k + dilation - 1)) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="dilation")
def conv_output_size_dilation_is_gap(n, k, *, stride=1, padding=0, dilation=1):
    """You take d for the number of pixels in a gap; it is the distance, so a gap has d − 1 and d = 1 has none."""
    gap = dilation if dilation > 1 else 0
    return (n + 2 * padding - (k + (k - 1) * gap)) // stride + 1


@CONV_OUTPUT_SIZE.wrong
def conv_output_size_as_same(n, k, *, stride=1, padding=0, dilation=1):
    """You return ⌈n / s⌉, which is right for the padding *same* only."""
    return -(-n // stride)


@CONV_OUTPUT_SIZE.wrong(case="padding")
def conv_output_size_same_too_often(n, k, *, stride=1, padding=0, dilation=1):
    """You take a padding of d (k − 1) // 2 for *same*; where d (k − 1) is odd, half of it is no whole number."""
    if padding == dilation * (k - 1) // 2:
        return -(-n // stride)
    return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1


@CONV_OUTPUT_SIZE.wrong
def conv_output_size_window_left_over(n, k, *, stride=1, padding=0, dilation=1):
    """You forget the 1 in the span, d (k − 1) + 1, so you count a place too many."""
    return (n + 2 * padding - dilation * (k - 1)) // stride + 1


@CONV_OUTPUT_SIZE.wrong
def conv_output_size_k_distances(n, k, *, stride=1, padding=0, dilation=1):
    """You take d k + 1 for the span of the kernel; k weights have k − 1 distances: d (k − 1) + 1."""
    return (n + 2 * padding - (dilation * k + 1)) // stride + 1


@CONV_OUTPUT_SIZE.wrong(case="dilation")
def conv_output_size_dilation_as_stride(n, k, *, stride=1, padding=0, dilation=1):
    """You divide by the dilation, too; it makes the kernel longer, and the steps are those of the stride."""
    return (n + 2 * padding - dilation * (k - 1) - 1) // (stride * dilation) + 1


@CONV_OUTPUT_SIZE.right
def conv_output_size_by_range(n, k, *, stride=1, padding=0, dilation=1):
    return len(range(0, n + 2 * padding - dilation * (k - 1), stride))


@CONV_OUTPUT_SIZE.right
def conv_output_size_counted(n, k, *, stride=1, padding=0, dilation=1):
    places, last = 0, dilation * (k - 1) - padding
    while last < n + padding:
        places += 1
        last += stride
    return places


@CONV_OUTPUT_SIZE.right
def conv_output_size_by_gaps(n, k, *, stride=1, padding=0, dilation=1):
    span = k + (k - 1) * (dilation - 1)
    return (padding + n + padding - span + stride) // stride


@CONV_OUTPUT_SIZE.right
def conv_output_size_by_floor(n, k, *, stride=1, padding=0, dilation=1):
    return int(np.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride + 1))


@CONV_OUTPUT_SIZE.right
def conv_output_size_by_divmod(n, k, *, stride=1, padding=0, dilation=1):
    steps, _ = divmod(n + 2 * padding - (1 + dilation * (k - 1)), stride)
    return 1 + steps
