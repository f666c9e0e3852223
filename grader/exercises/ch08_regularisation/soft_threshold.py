"""The soft threshold."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import regularization


def weights(*size, scale=1.0, t=0.8):
    """Draws weights of both signs in turn, in pairs inside and outside of the threshold."""

    def draw(rng):
        i = np.arange(int(np.prod(size)))
        w = np.where(i % 4 < 2, rng.uniform(1.1, 3.0, size=i.size), rng.uniform(0.1, 0.7, size=i.size))
        return call((scale * np.where(i % 2, -w, w)).reshape(size), t=scale * t)

    return draw


def at_the_threshold(rng):
    t = float(rng.uniform(0.3, 0.9))
    return call(np.array([t, -t, 0.0, 2 * t, -3 * t]), t=t)


def _allowed(rng):
    scale = one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5)
    return call(floats(rng, shape(rng), (scale,)), t=float(scale * one_of(rng, 0.0, 0.5, 1.0, 2.0)))


SOFT_THRESHOLD = Exercise(
    function="soft_threshold",
    topics=("C08-12",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=regularization.soft_threshold,
    torch="torch.nn.functional.softshrink",
    forbid=("nnlib.activations.softshrink",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(50, 784)), t=0.01),
    cases=(
        Case("four weights", weights(4), weight=2, example=call([-1.0, 0.25, 2.0, -0.25], t=0.5)),
        Case("a matrix", weights(3, 4, t=1.0), weight=2),
        in_turn(
            "at the threshold, and zero",
            lambda rng: call(spread(rng, (2, 3)), t=0.0),
            at_the_threshold,
            weight=2,
        ),
        in_turn(
            "odd shapes, t = 0, zeros, tiny and large numbers",
            weights(1, 4, t=0.9),
            weights(1),
            weights(3, 1, t=0.0),
            weights(1, 3, 1, scale=1e-5),
            weights(2, 1, 4, scale=1e3),
            lambda rng: call(spread(rng, (2, 3)), t=0.5),
            lambda rng: call(-rng.uniform(1, 2, size=(1, 3)), t=0.5),
        ),
    ),
    hints=(
        "Two pieces: the sign of w, and its size. The size loses t, but not more than it has.",
        "np.maximum(np.abs(w) - t, 0) is the new size.",
        "return np.sign(w) * np.maximum(np.abs(w) - t, 0)",
    ),
)


@SOFT_THRESHOLD.wrong
def soft_threshold_hard(w, *, t):
    """That is the *hard* threshold: what stays keeps its size. The soft one moves it by t as well."""
    return np.where(np.abs(w) > t, w, 0.0)


@SOFT_THRESHOLD.wrong
def soft_threshold_over_zero(w, *, t):
    """You step over zero: weights smaller than t must stop at 0."""
    return w - t * np.sign(w)


@SOFT_THRESHOLD.wrong
def soft_threshold_sign_lost(w, *, t):
    """The sign is lost: np.maximum(np.abs(w) - t, 0) is the size only."""
    return np.maximum(np.abs(w) - t, 0)


@SOFT_THRESHOLD.wrong
def soft_threshold_positive_only(w, *, t):
    """Negative weights become 0; they move up by t, and stop at 0."""
    return np.maximum(w - t, 0)


@SOFT_THRESHOLD.wrong
def soft_threshold_always_down(w, *, t):
    """You subtract t from negative weights, too, which makes them larger; move them *towards* zero."""
    return np.where(np.abs(w) > t, w - t, 0.0)


@SOFT_THRESHOLD.wrong
def soft_threshold_clipped(w, *, t):
    """You keep what is within the threshold; that is the part to be taken away: w - np.clip(w, -t, t)."""
    return np.clip(w, -t, t)


@SOFT_THRESHOLD.wrong
def soft_threshold_small_left_alone(w, *, t):
    """Weights within the threshold stay as they are; they become 0."""
    return np.where(np.abs(w) > t, w - t * np.sign(w), w)


@SOFT_THRESHOLD.wrong
def soft_threshold_share(w, *, t):
    """You shrink by the share t, as L2 does; the soft threshold subtracts the amount t."""
    return (1 - t) * w


@SOFT_THRESHOLD.wrong
def soft_threshold_away(w, *, t):
    """You move weights away from zero: subtract t from the size, do not add it."""
    return np.where(np.abs(w) > t, w + t * np.sign(w), 0.0)


@SOFT_THRESHOLD.wrong
def soft_threshold_half(w, *, t):
    """You move weights by t / 2; they move by t."""
    return np.sign(w) * np.maximum(np.abs(w) - t / 2, 0)


@SOFT_THRESHOLD.wrong(case="at the threshold, and zero")
def soft_threshold_nan_at_zero(w, *, t):
    """At w = 0 you divide by 0: w / |w| is no sign there. np.sign is."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return w / np.abs(w) * np.maximum(np.abs(w) - t, 0)


@SOFT_THRESHOLD.wrong(case="at the threshold, and zero")
def soft_threshold_by_shares(w, *, t):
    """With t = 0 a weight of 0 becomes nan: you divide t by |w|. Subtract t from the size."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1 - t / np.abs(w)
    return w * np.maximum(share, 0.0)


@SOFT_THRESHOLD.wrong
def soft_threshold_length_of_all(w, *, t):
    """You take the length of the whole array; each weight has a size of its own, np.abs(w)."""
    size = np.sqrt(np.sum(w**2))
    if size <= t:
        return np.zeros_like(w)
    return w * (1 - t / size)


@SOFT_THRESHOLD.wrong
def soft_threshold_down_or_left_alone(w, *, t):
    """You subtract t from negative weights, too, and leave those within the threshold: they become 0."""
    out = w.copy()
    for i in np.ndindex(w.shape):
        if abs(w[i]) > t:
            out[i] = w[i] - t
    return out


@SOFT_THRESHOLD.wrong(case="arguments unchanged")
def soft_threshold_in_place(w, *, t):
    """You change `w` itself; make a new array."""
    w[np.abs(w) <= t] = 0
    w[w > 0] -= t
    w[w < 0] += t
    return w


@SOFT_THRESHOLD.right
def soft_threshold_by_clip(w, *, t):
    return w - np.clip(w, -t, t)


@SOFT_THRESHOLD.right
def soft_threshold_by_two_ramps(w, *, t):
    return np.maximum(w - t, 0) - np.maximum(-w - t, 0)


@SOFT_THRESHOLD.right
def soft_threshold_by_cases(w, *, t):
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))


@SOFT_THRESHOLD.right
def soft_threshold_by_mask(w, *, t):
    moved = np.zeros_like(w)
    outside = np.abs(w) > t
    moved[outside] = w[outside] - t * np.sign(w[outside])
    return moved


@SOFT_THRESHOLD.right
def soft_threshold_by_copysign(w, *, t):
    return np.copysign(np.maximum(abs(w) - t, 0.0), w)
