"""The fast gradient sign method."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import adversarial


def pixels(size, low=0.3, high=0.7, **given):
    """Inputs, and gradients of both signs in turn, of all sizes."""

    def draw(rng):
        x = rng.uniform(low, high, size)
        sizes = np.resize([0.01, 3.0, 0.5, 40.0, 0.02], size)
        return call(x, sizes * np.sign(spread(rng, size) + 1e-9), **given)

    return draw


def at_the_edges(low, high, size=(4, 6), **given):
    """Every second pair of pixels lies near an end of the range, and is moved out of it or away from it."""

    def draw(rng):
        place = np.resize([0.01, 0.99, 0.02, 0.97, 0.5, 0.4], size) + rng.uniform(-0.005, 0.005, size)
        outward = np.resize([-1.0, 1.0, 1.0, -1.0, 1.0, -1.0], size)
        sizes = np.resize([0.15, 2.0, 0.05, 4.0, 0.08], size) * rng.uniform(0.9, 1.1, size)
        return call(low + (high - low) * place, outward * sizes, clip=(low, high), **given)

    return draw


def some_zeros(size, **given):
    return lambda rng: call(rng.uniform(0.3, 0.7, size), spread(rng, size), **given)


def _allowed(rng):
    size = shape(rng, (1, 2, 3, 4), longest=4)
    low, high = one_of(rng, (0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-2.5, 2.0))
    x = low + (high - low) * rng.uniform(size=size)
    grad = floats(rng, size)
    return call(x, grad, **options(rng, epsilon=(0.03, 0.1, 0.0, 8.0), clip=((low, high), None)))


FGSM = Exercise(
    function="fgsm",
    topics=("C15-02",),
    points=2,
    difficulty=1,
    minutes=10,
    reference=adversarial.fgsm,
    forbid=("nnlib.adversarial.pgd",),
    allowed=_allowed,
    large=pixels((100, 784), clip=(0.0, 1.0)),
    cases=(
        Case(
            "gradients of all sizes",
            pixels((3, 4)),
            weight=2,
            example=call([[0.5, 0.25, 0.75]], [[2, -0.01, 30]]),
        ),
        Case("epsilon given, no clip", pixels((2, 3, 4), -2.0, 3.0, epsilon=0.2), weight=3),
        Case("clipped to 0 and 1", at_the_edges(0.0, 1.0, epsilon=0.1), weight=2),
        Case("clipped to another range", at_the_edges(-2.0, 3.0, epsilon=0.4), weight=2),
        Case("some gradients are 0", some_zeros((3, 4), epsilon=0.1), weight=2),
        in_turn(
            "other shapes, epsilon 0, tiny gradients, the defaults",
            pixels((5,), 0.55, 0.7, epsilon=0.5),
            pixels((1, 3), epsilon=0.0),
            pixels((3, 1), clip=(0.0, 1.0)),
            pixels((1, 2, 1), epsilon=0.1),
            pixels((2, 1, 1, 1), epsilon=0.1, clip=(-1.0, 1.0)),
            pixels((2, 1, 3), 150.0, 250.0, epsilon=8.0),
            at_the_edges(0.0, 255.0, (1, 3, 2, 2), epsilon=8.0),
            lambda rng: call(rng.uniform(0.1, 0.9, (2, 3)), 1e-9 * spread(rng, (2, 3)), clip=None),
            lambda rng: call(
                rng.uniform(0.2, 0.7, (1,)), 1e3 * spread(rng, (1,)), epsilon=0.03, clip=(-1.0, 1.0)
            ),
            lambda rng: call(rng.uniform(size=(2, 3)), np.zeros((2, 3))),
            at_the_edges(-1.0, 1.0, (2, 3)),
            edge=True,
        ),
    ),
    hints=(
        "np.sign gives −1, 0 or 1 for each number.",
        "x + epsilon * np.sign(grad_x), and then the clip, if there is one.",
        "np.clip(x_adv, low, high) with low, high = clip.",
    ),
)


@FGSM.wrong
def fgsm_raw_gradient(x, grad_x, *, epsilon=0.03, clip=None):
    """You move along the gradient itself; every pixel moves by the same epsilon, so take its sign."""
    moved = x + epsilon * grad_x
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong
def fgsm_downhill(x, grad_x, *, epsilon=0.03, clip=None):
    """Your minus makes the loss fall; an attack goes uphill."""
    moved = x - epsilon * np.sign(grad_x)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong
def fgsm_unit_gradient(x, grad_x, *, epsilon=0.03, clip=None):
    """You divide the gradient by its length, as FGM does; FGSM takes the sign of each number."""
    moved = x + epsilon * grad_x / max(np.sqrt(np.sum(grad_x**2)), 1e-12)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong
def fgsm_by_the_largest(x, grad_x, *, epsilon=0.03, clip=None):
    """You divide the gradient by its largest entry, so that one pixel moves by epsilon; all of them do."""
    moved = x + epsilon * grad_x / max(np.abs(grad_x).max(), 1e-300)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong
def fgsm_bounded_gradient(x, grad_x, *, epsilon=0.03, clip=None):
    """You clip the gradient to epsilon; small gradients, too, move their pixel by all of epsilon."""
    moved = x + np.clip(grad_x, -epsilon, epsilon)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong(case="clipped to 0 and 1")
def fgsm_not_clipped(x, grad_x, *, epsilon=0.03, clip=None):
    """You do not clip: with `clip` given, pixels outside its range come back to its ends."""
    return x + epsilon * np.sign(grad_x)


@FGSM.wrong(case="clipped to another range")
def fgsm_always_0_to_1(x, grad_x, *, epsilon=0.03, clip=None):
    """You clip to 0 and 1 whatever `clip` says."""
    moved = x + epsilon * np.sign(grad_x)
    return moved if clip is None else np.clip(moved, 0, 1)


@FGSM.wrong(case="epsilon given, no clip")
def fgsm_clipped_unasked(x, grad_x, *, epsilon=0.03, clip=None):
    """With clip=None you clip to 0 and 1; then nothing is clipped."""
    low, high = (0.0, 1.0) if clip is None else clip
    return np.clip(x + epsilon * np.sign(grad_x), low, high)


@FGSM.wrong(case="clipped to 0 and 1")
def fgsm_clipped_above_only(x, grad_x, *, epsilon=0.03, clip=None):
    """You clip at the upper end only; the range has two ends."""
    moved = x + epsilon * np.sign(grad_x)
    return moved if clip is None else np.minimum(moved, clip[1])


@FGSM.wrong(case="clipped to 0 and 1")
def fgsm_clipped_below_only(x, grad_x, *, epsilon=0.03, clip=None):
    """You clip at the lower end only; the range has two ends."""
    moved = x + epsilon * np.sign(grad_x)
    return moved if clip is None else np.maximum(moved, clip[0])


@FGSM.wrong(case="clipped to 0 and 1")
def fgsm_change_clipped(x, grad_x, *, epsilon=0.03, clip=None):
    """You clip the change; what must lie in the range is the changed pixel."""
    change = epsilon * np.sign(grad_x)
    return x + (change if clip is None else np.clip(change, *clip))


@FGSM.wrong(case="clipped to 0 and 1")
def fgsm_out_of_range_not_moved(x, grad_x, *, epsilon=0.03, clip=None):
    """You leave a pixel where it is if its step leads out of the range; it goes to the end of the range."""
    moved = x + epsilon * np.sign(grad_x)
    return moved if clip is None else np.where((moved < clip[0]) | (moved > clip[1]), x, moved)


@FGSM.wrong
def fgsm_the_change(x, grad_x, *, epsilon=0.03, clip=None):
    """You return the change; return the changed input."""
    change = epsilon * np.sign(grad_x)
    return change if clip is None else np.clip(x + change, *clip) - x


@FGSM.wrong(case="some gradients are 0")
def fgsm_down_at_0(x, grad_x, *, epsilon=0.03, clip=None):
    """Where the gradient is 0 you move the pixel down; it stays."""
    moved = x + epsilon * np.where(grad_x > 0, 1, -1)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong(case="some gradients are 0")
def fgsm_up_at_0(x, grad_x, *, epsilon=0.03, clip=None):
    """Where the gradient is 0 you move the pixel up; it stays."""
    moved = x + epsilon * np.where(grad_x >= 0, 1, -1)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong(case="epsilon given, no clip")
def fgsm_own_epsilon(x, grad_x, *, epsilon=0.03, clip=None):
    """You use 0.03 whatever the caller gives as `epsilon`."""
    moved = x + 0.03 * np.sign(grad_x)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong
def fgsm_other_default(x, grad_x, *, epsilon=0.3, clip=None):
    """Your default of epsilon is 0.3; it is 0.03."""
    moved = x + epsilon * np.sign(grad_x)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong
def fgsm_whole_sign(x, grad_x, *, epsilon=0.03, clip=None):
    """You move every pixel by 1: the factor epsilon is missing."""
    moved = x + np.sign(grad_x)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.wrong(case="arguments unchanged")
def fgsm_in_place(x, grad_x, *, epsilon=0.03, clip=None):
    """You change x in place; it belongs to who called. x = x + … makes a new array."""
    x += epsilon * np.sign(grad_x)
    return x if clip is None else np.clip(x, *clip)


@FGSM.wrong(case="clipped to 0 and 1")
def fgsm_bound_of_0(x, grad_x, *, epsilon=0.03, clip=None):
    """Where a bound is 0 you do not clip, since 0 counts as False; ask `clip is not None`."""
    moved = x + epsilon * np.sign(grad_x)
    return np.clip(moved, *clip) if clip and all(clip) else moved


@FGSM.wrong(case="some gradients are 0")
def fgsm_0_by_0(x, grad_x, *, epsilon=0.03, clip=None):
    """0 / |0| is nan; np.sign gives 0 there."""
    with np.errstate(invalid="ignore"):
        moved = x + epsilon * grad_x / np.abs(grad_x)
    return moved if clip is None else np.clip(moved, *clip)


@FGSM.right
def fgsm_by_where(x, grad_x, *, epsilon=0.03, clip=None):
    moved = np.where(grad_x > 0, x + epsilon, np.where(grad_x < 0, x - epsilon, x))
    if clip is None:
        return moved
    low, high = clip
    return np.minimum(np.maximum(moved, low), high)


@FGSM.right
def fgsm_by_comparison(x, grad_x, *, epsilon=0.03, clip=None):
    up, down = grad_x > 0, grad_x < 0
    moved = x + epsilon * up - epsilon * down
    if clip is not None:
        moved[moved < clip[0]] = clip[0]
        moved[moved > clip[1]] = clip[1]
    return moved


@FGSM.right
def fgsm_pixel_by_pixel(x, grad_x, *, epsilon=0.03, clip=None):
    low, high = (-np.inf, np.inf) if clip is None else clip
    moved = np.array(x)
    for place in np.ndindex(x.shape):
        g = grad_x[place]
        step = epsilon if g > 0 else -epsilon if g < 0 else 0.0
        moved[place] = min(max(x[place] + step, low), high)
    return moved


@FGSM.right
def fgsm_by_copysign(x, grad_x, *, epsilon=0.03, clip=None):
    change = np.copysign(epsilon, grad_x) * (grad_x != 0)
    moved = x + change
    return moved if clip is None else moved.clip(clip[0], clip[1])
