"""Clipping by norm: all gradients shortened together."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import optim

# The norm of float32 gradients is a float64 number of seven digits, so float64's tolerance is too strict for it.
SEVEN_DIGITS = (5e-7, 1e-8)


def of(*shapes, scale=100.0, limit=0.4, **options):
    """Draws gradients of these shapes, each `scale` long, and a limit as a share of their joint length.

    So long that 1e-6 does not show, unless the case is about it. The largest entry of each is below 0."""
    p = options.get("norm_type", 2.0)

    def draw(rng):
        grads = [rng.normal(size=size) for size in shapes]
        grads = [-g * np.sign(g.flat[np.abs(g).argmax()]) for g in grads]
        grads = [scale * rng.uniform(0.9, 1.1) * g / np.linalg.norm(g.ravel(), p) for g in grads]
        norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), p)
        return call(tuple(grads), float(limit * norm), **options)

    return draw


def odd(*shapes, scale=1.0, max_norm=1.0, **options):
    return lambda rng: call(tuple(spread(rng, size, scale) for size in shapes), max_norm, **options)


def as_long_as_the_limit(rng):
    unit = 2.0 ** rng.integers(-12, -8)  # so that the norm is exact
    return call((unit * np.array([3.0, -4.0]),), 5 * unit)


def _allowed(rng):
    scales = (1.0, 1.0, 10.0, 1e3, 1e-3)
    grads = tuple(floats(rng, shape(rng), scales) for _ in range(int(rng.integers(1, 4))))
    return call(
        grads, float(one_of(rng, 1.0, 0.1, 3.0, 300.0, 1e-5)), **options(rng, norm_type=(2.0, 1.0, np.inf))
    )


CLIP_GRAD_NORM = Exercise(
    function="clip_grad_norm",
    topics=("C05-03",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=optim.clip_grad_norm,
    allowed=_allowed,
    cases=(
        Case(
            "two gradients, too long together",
            of((2,), (2,)),
            weight=2,
            example=call((np.array([300.0, 0.0]), np.array([0.0, 400.0])), 100.0),
            tol=SEVEN_DIGITS,
        ),
        Case(
            "a weight and a bias, each short, together too long",
            of((3, 4), (3,), limit=0.9),
            weight=2,
            tol=SEVEN_DIGITS,
        ),
        Case(
            "short enough: nothing changes",
            of((3, 2), (3,), limit=1.5),
            weight=2,
            edge=True,
            tol=SEVEN_DIGITS,
        ),
        Case("norm_type 1", of((2, 3), (2,), norm_type=1.0), tol=SEVEN_DIGITS),
        Case("norm_type np.inf", of((2, 3), (2,), norm_type=np.inf), weight=2, tol=SEVEN_DIGITS),
        Case("tiny gradients, where 1e-6 counts", of((3, 3), (3,), scale=1e-3), weight=2, tol=SEVEN_DIGITS),
        in_turn(
            "odd shapes, one gradient, zeros, tiny and large numbers, norm_type given as 2",
            odd((1,), scale=1e3),
            odd((1, 3), (3, 1), max_norm=300.0, norm_type=2.0),
            odd((2, 1, 3), (1,), (4,), scale=1e3, max_norm=0.3, norm_type=1.0),
            odd((1, 3, 1), (2, 2, 1), (1, 2, 2), scale=1e-5, max_norm=1e-5, norm_type=np.inf),
            odd((3,), scale=1e-3, max_norm=300.0),
            lambda rng: call((np.zeros(3), np.zeros((2, 2))), float(rng.uniform(1, 2))),
            as_long_as_the_limit,
            tol=SEVEN_DIGITS,
        ),
    ),
    hints=(
        "One norm for all gradients: np.concatenate of the raveled arrays puts all entries into one long vector.",
        "np.linalg.norm(vector, norm_type) knows all three norms.",
        "One factor for all: min(1, max_norm / (total_norm + 1e-6)). The total norm is that before clipping.",
    ),
)


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_each(grads, max_norm, *, norm_type=2.0):
    """You clip each gradient by its own norm; that turns the step. One norm and one factor for all together."""
    clipped, total = [], np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    for g in grads:
        clipped.append(g * min(1, max_norm / (np.linalg.norm(g.ravel(), norm_type) + 1e-6)))
    return tuple(clipped), total


@CLIP_GRAD_NORM.wrong(case="short enough: nothing changes")
def clip_grad_norm_always_scaled(grads, max_norm, *, norm_type=2.0):
    """You make short gradients longer; clipping only shortens: the factor is at most 1."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    return tuple(g * (max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_unit_length(grads, max_norm, *, norm_type=2.0):
    """You shorten to length 1; the length wanted is max_norm."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    scale = 1 / (total + 1e-6) if total > max_norm else 1
    return tuple(g * scale for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_norm_after(grads, max_norm, *, norm_type=2.0):
    """You return the norm after clipping, which says nothing new; asked for is the one before."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    clipped = tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads)
    return clipped, np.linalg.norm(np.concatenate([g.ravel() for g in clipped]), norm_type)


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_by_value(grads, max_norm, *, norm_type=2.0):
    """You limit each entry, which is clipping by value; by norm all entries are multiplied by one factor."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    return tuple(np.clip(g, -max_norm, max_norm) for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_sum_of_norms(grads, max_norm, *, norm_type=2.0):
    """You add the norms of the arrays; the norm of all entries is not their sum (3 and 4 make 5).

    Put all entries into one vector."""
    total = sum(np.linalg.norm(g.ravel(), norm_type) for g in grads)
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_squared(grads, max_norm, *, norm_type=2.0):
    """You compare the *squared* norm; the root is missing."""
    if norm_type == 2:
        total = sum(np.sum(g**2) for g in grads)
    else:
        total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong(case="norm_type 1")
def clip_grad_norm_always_two(grads, max_norm, *, norm_type=2.0):
    """You take the 2-norm whatever `norm_type` says: np.linalg.norm(vector, norm_type)."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong(case="tiny gradients, where 1e-6 counts")
def clip_grad_norm_no_eps(grads, max_norm, *, norm_type=2.0):
    """The 1e-6 is missing: max_norm / (total_norm + 1e-6), as torch has it."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    scale = max_norm / total if total > max_norm else 1.0
    return tuple(g * scale for g in grads), total


@CLIP_GRAD_NORM.wrong(case="tiny gradients, where 1e-6 counts")
def clip_grad_norm_eps_in_the_norm(grads, max_norm, *, norm_type=2.0):
    """You return the norm with 1e-6 added; it belongs to the fraction only."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type) + 1e-6
    return tuple(g * min(1, max_norm / total) for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_mean(grads, max_norm, *, norm_type=2.0):
    """You take a mean over the arrays; however many there are, it is one vector with one norm."""
    norms = [np.linalg.norm(g.ravel(), norm_type) for g in grads]
    total = np.mean(norms)
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_only_grads(grads, max_norm, *, norm_type=2.0):
    """You return the gradients only; asked for is the pair (gradients, total norm)."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads)


@CLIP_GRAD_NORM.wrong(case="a weight and a bias, each short, together too long")
def clip_grad_norm_of_a_matrix(grads, max_norm, *, norm_type=2.0):
    """For an array with two axes np.linalg.norm is another norm (that of a matrix), and for three it raises.

    Ravel each gradient first."""
    total = np.linalg.norm([np.linalg.norm(g, norm_type) for g in grads], norm_type)
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong(case="norm_type np.inf")
def clip_grad_norm_power_of_infinity(grads, max_norm, *, norm_type=2.0):
    """∞ cannot be a power: for np.inf take the largest |g|, or np.linalg.norm."""
    total = sum(np.linalg.norm(g.ravel(), norm_type) ** norm_type for g in grads) ** (1 / norm_type)
    return tuple(g * min(1, max_norm / (total + 1e-6)) for g in grads), total


@CLIP_GRAD_NORM.wrong
def clip_grad_norm_one_vector(grads, max_norm, *, norm_type=2.0):
    """You return one long vector; asked for is a tuple of arrays in the shapes of the given ones.

    Cut the vector up again, or multiply each gradient by the factor."""
    flat = np.concatenate([g.ravel() for g in grads])
    total = np.linalg.norm(flat, norm_type)
    return flat * min(1, max_norm / (total + 1e-6)), total


@CLIP_GRAD_NORM.right
def clip_grad_norm_norm_of_norms(grads, max_norm, *, norm_type=2.0):
    norms = [np.linalg.norm(g.ravel(), norm_type) for g in grads]
    total = np.linalg.norm(norms, norm_type)
    scale = np.minimum(max_norm / (total + 1e-6), 1.0).astype(grads[0].dtype)
    return [scale * g for g in grads], total


@CLIP_GRAD_NORM.right
def clip_grad_norm_by_hand(grads, max_norm, *, norm_type=2.0):
    if norm_type == np.inf:
        total = max(np.abs(g).max() for g in grads)
    elif norm_type == 1:
        total = sum(np.abs(g).sum() for g in grads)
    else:
        total = np.sqrt(sum((g**2).sum() for g in grads))
    scale = max_norm / (total + 1e-6)
    if scale >= 1:
        return tuple(g.copy() for g in grads), total
    return tuple(g * scale for g in grads), total


@CLIP_GRAD_NORM.right
def clip_grad_norm_in_one_vector(grads, max_norm, *, norm_type=2.0):
    flat = np.concatenate([g.reshape(-1) for g in grads])
    total = np.linalg.norm(flat, ord=norm_type)
    flat = flat * np.clip(max_norm / (total + 1e-6), 0, 1)
    clipped, start = [], 0
    for g in grads:
        clipped.append(flat[start : start + g.size].reshape(g.shape))
        start += g.size
    return tuple(clipped), total


@CLIP_GRAD_NORM.right
def clip_grad_norm_divided(grads, max_norm, *, norm_type=2.0):
    total = float(np.linalg.norm(np.hstack([g.flatten() for g in grads]), norm_type))
    divide = max(1.0, (total + 1e-6) / max_norm)
    return tuple(g / divide for g in grads), total
