"""Dropout as first published."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import regularization


def masked(size, p=None, scale=1.0, arrays=1, make=None, **options):
    """Draws arrays of one shape without zeros, each with its own signs, and a mask that drops every fourth unit."""

    def draw(rng):
        given = [scale * rng.uniform(0.5, 2, size=size) for _ in range(arrays)]
        i = np.arange(given[0].size).reshape(size)
        given = [np.where((i + 2 * j) % 3 == 2, -x, x) for j, x in enumerate(given)]
        if make is not None:
            given = [np.roll(make(rng, size, scale), j) for j in range(arrays)]
        mask = (i % 4 != 1).astype(float)
        return call(*given, mask, **({} if p is None else {"p": p}), **options)

    return draw


def in_use(size, arrays=1, scale=1.0, **options):
    """The same without a mask: it is not looked at in use."""

    def draw(rng):
        return call(*masked(size, arrays=arrays, scale=scale)(rng).args[:-1], None, training=False, **options)

    return draw


def use_with_mask(size, arrays=1, **options):
    return masked(size, arrays=arrays, training=False, **options)


def some_p(make, size, low, high, **rest):
    return lambda rng: make(size, p=float(rng.uniform(low, high)), **rest)(rng)


def any_dropout(arrays):
    """Draws any call that the texts of the three functions allow."""

    def draw(rng):
        size, scale = shape(rng), one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5)
        given = options(rng, p=(0.5, 0.2, 0.9, 0.0), training=(True, False))
        mask = (rng.random(size) < 0.6).astype(float)
        if not given.get("training", True) and rng.random() < 0.5:
            mask = None
        return call(*(floats(rng, size, (scale,)) for _ in range(arrays)), mask, **given)

    return draw


def odd_masks(arrays=1):
    """Odd shapes, p of 0, in use with a mask, zeros, everything dropped, tiny and large numbers."""
    return (
        use_with_mask((2, 3), arrays, p=0.3),
        masked((1,), p=0.5, arrays=arrays, training=True),
        masked((1, 3), p=0.0, arrays=arrays),
        masked((3, 1), p=0.9, arrays=arrays, scale=1e3),
        masked((1, 3, 1), p=0.2, arrays=arrays, scale=1e-5, training=True),
        masked((2, 1, 3), arrays=arrays, make=spread, training=True),
        in_use((2, 1, 3), arrays, scale=1e3, p=0.5),
        in_use((1, 3, 1), arrays, scale=1e-5, p=0.0),
        in_use((3, 1), arrays, p=0.9),
        lambda rng: call(*(rng.normal(size=4) for _ in range(arrays)), np.zeros(4), p=0.25),
    )


ODD = "odd shapes, p = 0, all dropped, in use with a mask, zeros, tiny and large numbers"

DROPOUT_VANILLA = Exercise(
    function="dropout_vanilla",
    topics=("C08-20",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=regularization.dropout_vanilla,
    forbid=("nnlib.regularization.dropout_vanilla_backward",),
    allowed=any_dropout(1),
    cases=(
        # an argument itself is half right in use, and relu_backward(x, mask) right in training: both, or none
        in_turn("training, then use", masked((4,)), in_use((4,)), weight=2),
        in_turn(
            "training, then use, another p",
            some_p(masked, (2, 3), 0.1, 0.28),
            lambda rng: in_use((2, 3), p=float(rng.uniform(0.1, 0.28)))(rng),
            weight=3,
        ),
        Case("training", masked((4,)), edge=True, example=call([1.0, 2.0, 3.0], [1.0, 0.0, 1.0])),
        Case("in use", in_use((4,)), edge=True, example=call([1.0, 2.0, 3.0], None, training=False)),
        Case(
            "in use, another p",
            lambda rng: in_use((2, 3), p=float(rng.uniform(0.1, 0.28)))(rng),
            edge=True,
        ),
        in_turn(ODD, *odd_masks(), weight=3),
    ),
    hints=(
        "Two cases: if training, the mask does all; otherwise a factor does.",
        "In use each unit gives its mean in training: it is kept with the probability 1 − p.",
        "return x * mask if training else x * (1 - p)",
    ),
)


@DROPOUT_VANILLA.wrong(case="in use, another p")
def dropout_vanilla_times_p(x, mask, *, p=0.5, training=True):
    """In use you multiply by p; p is the probability to *drop*: it is 1 − p that stays."""
    return x * mask if training else x * p


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_inverted(x, mask, *, p=0.5, training=True):
    """That is the inverted convention, which scales in training; vanilla dropout scales in use."""
    return x * mask / (1 - p) if training else x


@DROPOUT_VANILLA.wrong(case="in use")
def dropout_vanilla_no_scaling(x, mask, *, p=0.5, training=True):
    """You do not scale at all: in use each unit is louder than in training. Multiply by 1 − p there."""
    return x * mask if training else x


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_scaled_twice(x, mask, *, p=0.5, training=True):
    """You scale in training and in use; once is enough: in use."""
    return x * mask / (1 - p) if training else x * (1 - p)


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_quiet_in_training(x, mask, *, p=0.5, training=True):
    """You multiply by 1 − p in training as well; the mask alone does it there."""
    return x * mask * (1 - p) if training else x * (1 - p)


@DROPOUT_VANILLA.wrong(case="in use")
def dropout_vanilla_divided(x, mask, *, p=0.5, training=True):
    """In use you divide by 1 − p; all units are there, so make them quieter: multiply."""
    return x * mask if training else x / (1 - p)


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_mask_inverted(x, mask, *, p=0.5, training=True):
    """You drop what the mask keeps: 1 means that a unit stays."""
    return x * (1 - mask) if training else x * (1 - p)


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_own_mask(x, mask, *, p=0.5, training=True):
    """You draw a mask of your own; use the one that you are given."""
    return x * (np.random.default_rng(0).random(x.shape) >= p) if training else x * (1 - p)


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_always_in_use(x, mask, *, p=0.5, training=True):
    """You do not look at `training`: you always return what use gives."""
    return x * (1 - p)


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_training_is_use(x, mask, *, p=0.5, training=True):
    """Training and use are exchanged."""
    if not training:
        return x * mask if mask is not None else x
    return x * (1 - p)


@DROPOUT_VANILLA.wrong(case=ODD)
def dropout_vanilla_asks_the_mask(x, mask, *, p=0.5, training=True):
    """You ask whether there is a mask; ask `training`: in use nothing is dropped, mask or none."""
    return x * (1 - p) if mask is None else x * mask


@DROPOUT_VANILLA.wrong(case="in use")
def dropout_vanilla_always_in_training(x, mask, *, p=0.5, training=True):
    """You do not look at `training`: in use nothing is dropped, and x is multiplied by 1 − p."""
    return x * mask


@DROPOUT_VANILLA.wrong(case="in use")
def dropout_vanilla_masked_first(x, mask, *, p=0.5, training=True):
    """You use the mask before you ask `training`; in use it may be None."""
    dropped = x * mask
    return dropped if training else x * (1 - p)


@DROPOUT_VANILLA.wrong(case="training")
def dropout_vanilla_not_training_by_default(x, mask, *, p=0.5, training=False):
    """Your default for `training` is False; it is True."""
    return x * mask if training else x * (1 - p)


@DROPOUT_VANILLA.wrong(case="in use, another p")
def dropout_vanilla_always_half(x, mask, *, p=0.5, training=True):
    """You do not use `p`: 0.5 is only its default."""
    return x * mask if training else x * 0.5


@DROPOUT_VANILLA.wrong(case="arguments unchanged")
def dropout_vanilla_in_place(x, mask, *, p=0.5, training=True):
    """You change `x` itself with *=; make a new array."""
    x *= mask if training else 1 - p
    return x


@DROPOUT_VANILLA.right
def dropout_vanilla_by_where(x, mask, *, p=0.5, training=True):
    if training:
        return np.where(mask == 1, x, 0.0)
    return (1 - p) * x


@DROPOUT_VANILLA.right
def dropout_vanilla_by_factor(x, mask, *, p=0.5, training=True):
    factor = mask if training else 1.0 - p
    return np.multiply(factor, x)


@DROPOUT_VANILLA.right
def dropout_vanilla_by_index(x, mask, *, p=0.5, training=True):
    if not training:
        return x - p * x
    y = x.copy()
    y[mask == 0] = 0
    return y


@DROPOUT_VANILLA.right
def dropout_vanilla_on_a_copy(x, mask, *, p=0.5, training=True):
    y = np.array(x)
    y *= mask if training else np.full(x.shape, 1 - p)
    return y
