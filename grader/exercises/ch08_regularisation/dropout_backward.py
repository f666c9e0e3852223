"""The way back through inverted dropout."""

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

DROPOUT_BACKWARD = Exercise(
    function="dropout_backward",
    topics=("C08-21",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=regularization.dropout_backward,
    gradient_of=regularization.dropout,
    forbid=("nnlib.regularization.dropout_vanilla_backward",),
    allowed=any_dropout(2),
    large=lambda rng: call(
        rng.normal(size=(50, 50)), rng.normal(size=(50, 50)), (rng.random((50, 50)) < 0.5).astype(float)
    ),
    cases=(
        Case(
            "training",
            masked((4,), arrays=2),
            example=call([1.0, 2.0, 3.0], [-5.0, -6.0, 7.0], [1.0, 0.0, 1.0]),
        ),
        Case("training, another p", some_p(masked, (2, 3), 0.1, 0.28, arrays=2), weight=2),
        Case("a large p", some_p(masked, (3, 4), 0.6, 0.9, arrays=2), weight=2),
        Case("in use", in_use((4,), 2), edge=True),
        in_turn(ODD, *odd_masks(2), weight=2),
    ),
    hints=(
        "y is x times a factor that does not depend on x: the mask, divided by 1 − p. The slope is that factor.",
        "The chain rule multiplies grad_output by it, entry by entry. In use the factor is 1.",
        "return grad_output * mask / (1 - p) if training else grad_output",
    ),
)


@DROPOUT_BACKWARD.wrong
def dropout_backward_no_scaling(grad_output, x, mask, *, p=0.5, training=True):
    """The factor 1 / (1 − p) of the forward pass is missing: it scales the gradient, too."""
    return grad_output * mask if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_mask_forgotten(grad_output, x, mask, *, p=0.5, training=True):
    """You do not use the mask: a dropped unit gets no gradient."""
    return grad_output / (1 - p) if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_times_keep(grad_output, x, mask, *, p=0.5, training=True):
    """You multiply by 1 − p; the forward pass divides by it, and so does the way back."""
    return grad_output * mask * (1 - p) if training else grad_output


@DROPOUT_BACKWARD.wrong(case="training, another p")
def dropout_backward_divided_by_p(grad_output, x, mask, *, p=0.5, training=True):
    """You divide by p, the probability to *drop*; divide by that to keep, 1 − p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return grad_output * mask / p if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_forward(grad_output, x, mask, *, p=0.5, training=True):
    """You run the forward pass on `x`; it is `grad_output` that goes back."""
    return x * mask / (1 - p) if training else x


@DROPOUT_BACKWARD.wrong
def dropout_backward_times_x(grad_output, x, mask, *, p=0.5, training=True):
    """You multiply by `x`; the slope of m x / (1 − p) does not depend on x."""
    return grad_output * x * mask / (1 - p) if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_mask_inverted(grad_output, x, mask, *, p=0.5, training=True):
    """You send the gradient to the dropped units: 1 means that a unit stays."""
    return grad_output * (1 - mask) / (1 - p) if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_relu(grad_output, x, mask, *, p=0.5, training=True):
    """You also drop where x is below 0, as a ReLU would; dropout asks the mask only."""
    return grad_output * mask * (x > 0) / (1 - p) if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_scaled_twice(grad_output, x, mask, *, p=0.5, training=True):
    """You divide by 1 − p twice."""
    return grad_output * mask / (1 - p) ** 2 if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_as_vanilla(grad_output, x, mask, *, p=0.5, training=True):
    """That is the way back through vanilla dropout; the inverted one scales in training."""
    return grad_output * mask if training else grad_output * (1 - p)


@DROPOUT_BACKWARD.wrong(case="in use")
def dropout_backward_scaled_in_use(grad_output, x, mask, *, p=0.5, training=True):
    """You scale in use as well; there the gradient stays as it is."""
    return grad_output * mask / (1 - p) if training else grad_output * (1 - p)


@DROPOUT_BACKWARD.wrong(case="in use")
def dropout_backward_always_in_training(grad_output, x, mask, *, p=0.5, training=True):
    """You do not look at `training`: in use the gradient stays as it is."""
    return grad_output * mask / (1 - p)


@DROPOUT_BACKWARD.wrong(case="in use")
def dropout_backward_zero_in_use(grad_output, x, mask, *, p=0.5, training=True):
    """In use you return no gradient; y is x there, so that it stays as it is."""
    return grad_output * mask / (1 - p) if training else np.zeros_like(x)


@DROPOUT_BACKWARD.wrong(case=ODD)
def dropout_backward_asks_the_mask(grad_output, x, mask, *, p=0.5, training=True):
    """You ask whether there is a mask; ask `training`: in use nothing is dropped, mask or none."""
    return grad_output if mask is None else grad_output * mask / (1 - p)


@DROPOUT_BACKWARD.wrong
def dropout_backward_not_training_by_default(grad_output, x, mask, *, p=0.5, training=False):
    """Your default for `training` is False; it is True."""
    return grad_output * mask / (1 - p) if training else grad_output


@DROPOUT_BACKWARD.wrong(case="training, another p")
def dropout_backward_always_twice(grad_output, x, mask, *, p=0.5, training=True):
    """You do not use `p`: 0.5 is only its default."""
    return grad_output * mask * 2 if training else grad_output


@DROPOUT_BACKWARD.wrong
def dropout_backward_own_mask(grad_output, x, mask, *, p=0.5, training=True):
    """You draw a mask of your own; the way back needs the mask of the forward pass."""
    return (
        grad_output * (np.random.default_rng(0).random(x.shape) >= p) / (1 - p) if training else grad_output
    )


@DROPOUT_BACKWARD.wrong(case="arguments unchanged")
def dropout_backward_in_place(grad_output, x, mask, *, p=0.5, training=True):
    """You change `grad_output` itself with *=; make a new array."""
    if training:
        grad_output *= mask / (1 - p)
    return grad_output


@DROPOUT_BACKWARD.right
def dropout_backward_by_where(grad_output, x, mask, *, p=0.5, training=True):
    if not training:
        return grad_output
    return np.where(mask > 0, grad_output / (1 - p), 0)


@DROPOUT_BACKWARD.right
def dropout_backward_by_slope(grad_output, x, mask, *, p=0.5, training=True):
    slope = np.ones(x.shape) if not training else mask / (1 - p)
    return grad_output * slope


@DROPOUT_BACKWARD.right
def dropout_backward_by_dropout(grad_output, x, mask, *, p=0.5, training=True):
    if training:
        return np.multiply(grad_output, mask) * (1 / (1 - p))
    return grad_output.copy()


@DROPOUT_BACKWARD.right
def dropout_backward_by_index(grad_output, x, mask, *, p=0.5, training=True):
    if not training:
        return np.array(grad_output)
    grad = np.zeros_like(grad_output)
    kept = mask == 1
    grad[kept] = grad_output[kept] / (1 - p)
    return grad
