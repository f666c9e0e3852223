"""Inverted dropout."""

import numpy as np

from grader.exercises.ch08_regularisation.dropout_vanilla import (
    ODD,
    any_dropout,
    in_use,
    masked,
    odd_masks,
    some_p,
)
from grader.record.exercise import Case, Exercise, call, in_turn
from nnlib import regularization

DROPOUT = Exercise(
    function="dropout",
    topics=("C08-21",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=regularization.dropout,
    forbid=("nnlib.regularization.dropout_vanilla",),
    allowed=any_dropout(1),
    large=lambda rng: call(rng.normal(size=(50, 50)), (rng.random((50, 50)) < 0.5).astype(float)),
    cases=(
        Case(
            "training, another p",
            some_p(masked, (2, 3), 0.1, 0.28),
            weight=2,
            example=call([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], p=0.2),
        ),
        Case("training", masked((4,)), edge=True, example=call([1.0, 2.0, 3.0], [1.0, 0.0, 1.0])),
        Case("a large p", some_p(masked, (3, 4), 0.6, 0.9), weight=2),
        Case("in use", in_use((4,)), edge=True, example=call([1.0, 2.0, 3.0], None, training=False)),
        in_turn(ODD, *odd_masks(), weight=2),
    ),
    hints=(
        "In training the mask silences, and what is kept gets louder at once; in use nothing happens.",
        "A unit is kept with the probability 1 − p, so x * mask is on average (1 − p) x: divide by that.",
        "return x * mask / (1 - p) if training else x",
    ),
)


@DROPOUT.wrong
def dropout_no_scaling(x, mask, *, p=0.5, training=True):
    """You do not scale: divide by 1 − p in training, so that the mean stays what it is in use."""
    return x * mask if training else x


@DROPOUT.wrong(case="training, another p")
def dropout_divided_by_p(x, mask, *, p=0.5, training=True):
    """You divide by p, the probability to *drop*; divide by that to keep, 1 − p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return x * mask / p if training else x


@DROPOUT.wrong
def dropout_times_keep(x, mask, *, p=0.5, training=True):
    """You multiply by 1 − p in training; divide, so that what is kept gets louder."""
    return x * mask * (1 - p) if training else x


@DROPOUT.wrong
def dropout_as_vanilla(x, mask, *, p=0.5, training=True):
    """That is the vanilla convention, which scales in use; inverted dropout scales in training."""
    return x * mask if training else x * (1 - p)


@DROPOUT.wrong(case="in use")
def dropout_scaled_in_use_too(x, mask, *, p=0.5, training=True):
    """You scale in use as well; there x stays as it is."""
    return x * mask / (1 - p) if training else x * (1 - p)


@DROPOUT.wrong(case="in use")
def dropout_louder_in_use(x, mask, *, p=0.5, training=True):
    """You divide by 1 − p in use as well; there x stays as it is."""
    return x * mask / (1 - p) if training else x / (1 - p)


@DROPOUT.wrong(case="in use")
def dropout_silent_in_use(x, mask, *, p=0.5, training=True):
    """In use you return zeros; there x stays as it is."""
    return x * mask / (1 - p) if training else np.zeros_like(x)


@DROPOUT.wrong
def dropout_mask_forgotten(x, mask, *, p=0.5, training=True):
    """You scale without the mask: nothing is dropped."""
    return x / (1 - p) if training else x


@DROPOUT.wrong
def dropout_mask_inverted(x, mask, *, p=0.5, training=True):
    """You drop what the mask keeps: 1 means that a unit stays."""
    return x * (1 - mask) / (1 - p) if training else x


@DROPOUT.wrong
def dropout_by_the_kept_share(x, mask, *, p=0.5, training=True):
    """You divide by the share that this mask happens to keep; divide by the probability, 1 − p."""
    if not training:
        return x
    with np.errstate(invalid="ignore"):
        return x * mask / mask.mean()


@DROPOUT.wrong
def dropout_own_mask(x, mask, *, p=0.5, training=True):
    """You draw a mask of your own; use the one that you are given."""
    return x * (np.random.default_rng(0).random(x.shape) >= p) / (1 - p) if training else x


@DROPOUT.wrong
def dropout_training_is_use(x, mask, *, p=0.5, training=True):
    """Training and use are exchanged."""
    if not training and mask is not None:
        return x * mask / (1 - p)
    return x


@DROPOUT.wrong(case=ODD)
def dropout_asks_the_mask(x, mask, *, p=0.5, training=True):
    """You ask whether there is a mask; ask `training`: in use nothing is dropped, mask or none."""
    return x if mask is None else x * mask / (1 - p)


@DROPOUT.wrong(case="in use")
def dropout_always_in_training(x, mask, *, p=0.5, training=True):
    """You do not look at `training`: in use x stays as it is."""
    return x * mask / (1 - p)


@DROPOUT.wrong(case="in use")
def dropout_masked_first(x, mask, *, p=0.5, training=True):
    """You use the mask before you ask `training`; in use it may be None."""
    dropped = x * mask / (1 - p)
    return dropped if training else x


@DROPOUT.wrong(case="training")
def dropout_not_training_by_default(x, mask, *, p=0.5, training=False):
    """Your default for `training` is False; it is True."""
    return x * mask / (1 - p) if training else x


@DROPOUT.wrong(case="training, another p")
def dropout_always_twice(x, mask, *, p=0.5, training=True):
    """You do not use `p`: 0.5 is only its default."""
    return x * mask * 2 if training else x


@DROPOUT.wrong
def dropout_root(x, mask, *, p=0.5, training=True):
    """You divide by the root of 1 − p, which keeps the mean square; it is the mean that is kept: divide by 1 − p."""
    return x * mask / np.sqrt(1 - p) if training else x


@DROPOUT.wrong(case="arguments unchanged")
def dropout_in_place(x, mask, *, p=0.5, training=True):
    """You change `x` itself with *=; make a new array."""
    if training:
        x *= mask / (1 - p)
    return x


@DROPOUT.right
def dropout_by_where(x, mask, *, p=0.5, training=True):
    if not training:
        return x
    return np.where(mask > 0, x / (1 - p), 0)


@DROPOUT.right
def dropout_by_scaled_mask(x, mask, *, p=0.5, training=True):
    keep = 1 - p
    return np.multiply(x, mask / keep) if training else np.array(x)


@DROPOUT.right
def dropout_by_index(x, mask, *, p=0.5, training=True):
    y = x.copy()
    if training:
        y[mask == 0] = 0
        y = y / (1 - p)
    return y


@DROPOUT.right
def dropout_by_factor(x, mask, *, p=0.5, training=True):
    factor = mask * (1 / (1 - p)) if training else np.ones(x.shape)
    return factor * x
