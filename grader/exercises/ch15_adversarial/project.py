"""The projection onto a ball, and onto valid pixels."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import adversarial

LENGTHS = (0.4, 2.5, 0.7, 1.6, 6.0)  # of the changes, in units of epsilon: inside and outside of the ball


def changed(size, epsilon, low=-1.0, high=1.0, **given):
    """Each sample has a change of given length, with large numbers and small ones."""

    def draw(rng):
        n = size[0]
        x = low + (high - low) * rng.uniform(0.02, 0.98, size)
        r = rng.permuted(np.resize([1.0, -0.3, 0.6, -0.1], x.size).reshape(n, -1), axis=1)
        r = r * rng.uniform(0.8, 1.2, r.shape)
        r *= (np.resize(LENGTHS, n) * epsilon / np.sqrt((r**2).sum(axis=1)))[:, None]
        return call(x + r.reshape(size), x, epsilon=epsilon, **given)

    return draw


def near_the_edges(size, epsilon, low, high, **given):
    """Originals near both ends of the range, changed far out of it, so that the clip has something to do."""

    def draw(rng):
        x = low + (high - low) * np.resize([0.02, 0.95, 0.5, 0.98, 0.06], size)
        outward = np.resize([-1.0, 1.0, 0.4, -1.0, -1.0], size) * rng.uniform(0.8, 1.2, size)
        return call(x + 2 * epsilon * outward, x, epsilon=epsilon, clip=(low, high), **given)

    return draw


def unchanged(size, **given):
    """Every second sample equals its original."""

    def draw(rng):
        x = rng.uniform(-1, 1, size)
        on = (np.arange(size[0]) % 2).reshape((-1,) + (1,) * (len(size) - 1))
        return call(x + on * spread(rng, size), x, **given)

    return draw


def _allowed(rng):
    size = shape(rng, (1, 2, 3), longest=4)
    low, high = one_of(rng, (0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
    x = low + (high - low) * rng.uniform(size=size)
    r = floats(rng, size, (1.0, 0.1, 10.0, 1e-3))
    given = options(rng, norm=("linf", "l2", "l2"), clip=((low, high), None))
    return call(x + r, x, epsilon=one_of(rng, 0.1, 0.5, 0.0, 8.0), **given)


PROJECT = Exercise(
    function="project",
    topics=("C15-04",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=adversarial.project,
    forbid=("nnlib.adversarial.pgd",),
    allowed=_allowed,
    large=changed((1000, 784), 0.1, 0.0, 1.0, clip=(0.0, 1.0)),
    cases=(
        Case("L-infinity", changed((5, 4), 0.3, norm="linf")),
        Case("L2", changed((5, 4), 0.5, norm="l2"), weight=3),
        Case(
            "images, L2, some equal their originals", unchanged((4, 2, 3), epsilon=0.5, norm="l2"), weight=3
        ),
        Case("norm not given, clipped to 0 and 1", near_the_edges((4, 5), 0.2, 0.0, 1.0), weight=3),
        Case("L2, clipped to another range", near_the_edges((4, 5), 0.7, -2.0, 1.0, norm="l2"), weight=3),
        in_turn(
            "one number a sample, one sample, epsilon 0",
            changed((5,), 0.5, norm="l2"),
            changed((5,), 0.5),
            changed((1,), 0.5, 0.6, 1.0, norm="l2"),
            changed((1, 2, 1), 0.1, 0.3),
            changed((1, 3), 0.1, -0.9, -0.3, norm="l2", clip=(-1.0, 1.0)),
            changed((5, 1), 0.1, clip=None),
            changed((5, 1), 0.1, norm="l2", clip=None),
            changed((2, 1, 3), 8.0, 0.0, 255.0, clip=(0.0, 255.0)),
            changed((3, 2, 1), 8.0, norm="l2"),
            unchanged((3, 2), epsilon=0.0, norm="l2"),
            unchanged((3, 2), epsilon=0.0),
            unchanged((1, 2), epsilon=0.1, norm="l2"),
            near_the_edges((1, 5), 60.0, 0.0, 255.0, norm="l2"),
            near_the_edges((2, 5), 0.5, -1.0, 1.0, norm="linf"),
            edge=True,
        ),
    ),
    hints=(
        "Work with r = x_adv - x: bring r into the ball around 0, then add x.",
        'For "linf": np.clip(r, -epsilon, epsilon). For "l2": a length for each sample, over all axes but the first.',
        "r * np.minimum(1, epsilon / np.maximum(length, tiny)) shortens only what is too long; clip at the end.",
    ),
)


@PROJECT.wrong
def project_around_0(x_adv, x, *, epsilon, norm="linf", clip=None):
    """Your ball lies around 0; it lies around x, so work with r = x_adv − x."""
    if norm == "linf":
        out = np.clip(x_adv, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(x_adv**2, axis=tuple(range(1, x.ndim)), keepdims=True))
        out = x_adv * epsilon / np.maximum(length, epsilon) if epsilon else 0 * x_adv
    return out if clip is None else np.clip(out, *clip)


@PROJECT.wrong
def project_the_change(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You return the change; return x plus the change."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return r if clip is None else np.clip(r + x, *clip) - x


@PROJECT.wrong(case="L2")
def project_always_linf(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You take the L-infinity ball whatever `norm` says."""
    out = x + np.clip(x_adv - x, -epsilon, epsilon)
    return out if clip is None else np.clip(out, *clip)


@PROJECT.wrong
def project_always_l2(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You take the L2 ball whatever `norm` says."""
    r = x_adv - x
    length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
    out = x + r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return out if clip is None else np.clip(out, *clip)


@PROJECT.wrong(case="norm not given, clipped to 0 and 1")
def project_default_l2(x_adv, x, *, epsilon, norm="l2", clip=None):
    """Your default of norm is "l2"; it is "linf"."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_always_to_the_edge(x_adv, x, *, epsilon, norm="linf", clip=None):
    """For L2 you bring every sample to the edge of the ball; one inside stays as it is."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = epsilon * r / np.maximum(length, 1e-300)
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong
def project_corners(x_adv, x, *, epsilon, norm="linf", clip=None):
    """For L-infinity you move every number by epsilon; smaller changes stay as they are."""
    r = x_adv - x
    if norm == "linf":
        r = epsilon * np.sign(r)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong
def project_linf_scaled(x_adv, x, *, epsilon, norm="linf", clip=None):
    """For L-infinity you shorten the whole change; the nearest point has only the numbers that are too large cut."""
    r = x_adv - x
    axes = tuple(range(1, r.ndim))
    if norm == "linf":
        length = np.abs(r).max(axis=axes, keepdims=True)
    else:
        length = np.sqrt(np.sum(r**2, axis=axes, keepdims=True))
    r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong
def project_above_only(x_adv, x, *, epsilon, norm="linf", clip=None):
    """For L-infinity you cut positive changes only; −epsilon is a bound, too."""
    r = x_adv - x
    if norm == "linf":
        r = np.minimum(r, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_l2_of_the_batch(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You take one length over the whole batch; each sample has its own ball."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        r = r * min(1, epsilon / max(np.sqrt(np.sum(r**2)), 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="images, L2, some equal their originals")
def project_l2_of_each_row(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You take a length over the last axis only; it goes over all numbers of a sample."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=-1, keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_squared_length(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You take the squared length for the length: the root is missing."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True)
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_l1_length(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You measure L2 by the sum of absolute values; it is the root of the sum of squares."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sum(np.abs(r), axis=tuple(range(1, r.ndim)), keepdims=True)
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_unit_length(x_adv, x, *, epsilon, norm="linf", clip=None):
    """For L2 you shorten to the length 1, the factor epsilon is missing."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = np.where(length > epsilon, r / np.maximum(length, 1e-300), r)
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_one_factor(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You shorten all samples as soon as one is outside; each is shortened by its own length, or not at all."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        if (length > epsilon).any():
            r = epsilon * r / np.maximum(length, 1e-300)
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="norm not given, clipped to 0 and 1")
def project_not_clipped(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You do not clip to valid pixels."""
    r = x_adv - x
    if norm == "linf":
        return x + np.clip(r, -epsilon, epsilon)
    length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
    return x + r * np.minimum(1, epsilon / np.maximum(length, 1e-300))


@PROJECT.wrong(case="L2, clipped to another range")
def project_not_clipped_for_l2(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You clip to valid pixels for L-infinity only; do it for both norms."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
        return x + r if clip is None else np.clip(x + r, *clip)
    length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
    return x + r * np.minimum(1, epsilon / np.maximum(length, 1e-300))


@PROJECT.wrong(case="L2, clipped to another range")
def project_always_0_to_1(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You clip to 0 and 1 whatever `clip` says."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, 0, 1)


@PROJECT.wrong(case="L2, clipped to another range")
def project_clipped_first(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You clip to valid pixels before you go back into the ball; first the ball, then the clip."""
    r = x_adv - x if clip is None else np.clip(x_adv, *clip) - x
    if norm == "linf":
        return x + np.clip(r, -epsilon, epsilon)
    length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
    return x + r * np.minimum(1, epsilon / np.maximum(length, 1e-300))


@PROJECT.wrong(case="norm not given, clipped to 0 and 1")
def project_change_clipped(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You clip the change to the range of pixels; it is the pixels that must lie in it."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + (r if clip is None else np.clip(r, *clip))


@PROJECT.wrong(case="images, L2, some equal their originals")
def project_0_by_0(x_adv, x, *, epsilon, norm="linf", clip=None):
    """Where x_adv equals x you divide 0 by 0, and get nan; such a sample stays as it is."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        with np.errstate(invalid="ignore", divide="ignore"):
            r = r / length * np.minimum(length, epsilon)
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="arguments unchanged")
def project_in_place(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You change x_adv in place; it belongs to who called. r = x_adv - x makes a new array."""
    x_adv -= x
    if norm == "linf":
        r = np.clip(x_adv, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(x_adv**2, axis=tuple(range(1, x.ndim)), keepdims=True))
        r = x_adv * np.minimum(1, epsilon / np.maximum(length, 1e-300))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.wrong(case="L2")
def project_guard_of_1(x_adv, x, *, epsilon, norm="linf", clip=None):
    """You lift every length below 1 to 1; only a length of 0 must not be divided by."""
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = r * np.minimum(1, epsilon / np.maximum(length, 1))
    return x + r if clip is None else np.clip(x + r, *clip)


@PROJECT.right
def project_between_two_bounds(x_adv, x, *, epsilon, norm="linf", clip=None):
    if norm == "l2":
        far = x_adv - x
        length = np.sqrt(np.sum(far**2, axis=tuple(range(1, x.ndim)), keepdims=True))
        near = np.where(length <= epsilon, x_adv, x + epsilon * far / np.maximum(length, 1e-200))
    else:
        near = np.minimum(np.maximum(x_adv, x - epsilon), x + epsilon)
    return near if clip is None else np.minimum(np.maximum(near, clip[0]), clip[1])


@PROJECT.right
def project_sample_by_sample(x_adv, x, *, epsilon, norm="linf", clip=None):
    low, high = (-np.inf, np.inf) if clip is None else clip
    out = np.array(x)
    for i, (new, old) in enumerate(zip(x_adv, x)):
        r = np.asarray(new - old)
        if norm == "linf":
            r = np.sign(r) * np.minimum(np.abs(r), epsilon)
        elif np.linalg.norm(np.ravel(r)) > epsilon:
            r = r * (epsilon / np.linalg.norm(np.ravel(r)))
        out[i] = np.clip(old + r, low, high)
    return out


@PROJECT.right
def project_by_rows(x_adv, x, *, epsilon, norm="linf", clip=None):
    rows = (x_adv - x).reshape(len(x), -1)
    if norm == "linf":
        rows = rows.clip(-epsilon, epsilon)
    else:
        square = np.einsum("nd,nd->n", rows, rows)
        outside = square > epsilon**2
        shorter = np.ones(len(x))
        shorter[outside] = epsilon / np.sqrt(square[outside])
        rows = rows * shorter[:, None]
    out = x + rows.reshape(x.shape)
    return np.clip(out, *clip) if clip is not None else out


@PROJECT.right
def project_by_dividing_by_the_larger(x_adv, x, *, epsilon, norm="linf", clip=None):
    r = x_adv - x
    if norm != "l2":
        bounded = np.where(np.abs(r) > epsilon, np.copysign(epsilon, r), r)
    elif epsilon == 0:
        bounded = np.zeros(r.shape)
    else:
        length = np.sqrt((r**2).sum(axis=tuple(np.arange(1, r.ndim)), keepdims=True))
        bounded = epsilon * r / np.maximum(length, epsilon)
    moved = x + bounded
    if clip is not None:
        moved = moved.clip(*clip)
    return moved
