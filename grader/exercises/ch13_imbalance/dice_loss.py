"""How little two sets overlap."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import losses


def truths(size):
    """Of the elements of each sample some are positive, of each sample another number."""
    n, inside = size[0], int(np.prod(size[1:]))
    return (np.arange(inside) % (np.arange(n)[:, None] % 3 + 2) == 0).astype(float).reshape(size)


def masks(*size, low=0.0, high=1.0, **given):
    """Probabilities that find part of the positives, of each sample another part."""

    def draw(rng):
        y = truths(size)
        p = 0.6 * rng.random(size) + 0.3 * np.roll(y, 1, axis=-1) + 0.1 * y
        return call(low + (high - low) * p, y, **given)

    return draw


def certain(*size, **given):
    """Decisions, some of them wrong."""

    def draw(rng):
        y = truths(size)
        return call(np.where(np.arange(y.size).reshape(size) % 3 == 1, 1 - y, y), y, **given)

    return draw


def nothing_there(*size, **given):
    """The last sample has no positive."""

    def draw(rng):
        drawn = masks(*size)(rng)
        y = drawn.args[1] * (np.arange(size[0]) < size[0] - 1).reshape(-1, *[1] * (len(size) - 1))
        return call(drawn.args[0], y, **given)

    return draw


def _allowed(rng):
    size = tuple(int(n) for n in rng.integers(1, 5, size=one_of(rng, 2, 3, 4)))
    p = one_of(rng, rng.random(size), rng.random(size), 1e-6 * rng.random(size), np.round(rng.random(size)))
    given = options(rng, eps=(1.0, 0.0, 1e-5, 0.5, 3, 200.0), reduction=REDUCTIONS)
    y = np.round(rng.random(size))
    if given.get("eps") == 0:
        y.reshape(len(y), -1)[:, 0] = 1
    return call(p, y, **given)


DICE_LOSS = Exercise(
    function="dice_loss",
    topics=("C13-04",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.dice_loss,
    forbid=("nnlib.metrics.f1_score",),
    allowed=_allowed,
    cases=(
        Case("one sample", masks(1, 5), example=call([[0.5, 0.1, 0, 0.9, 0.4]], [[1, 0, 0, 1, 0]])),
        Case("three samples, the mean", masks(3, 6)),
        Case('images, reduction="none"', masks(3, 4, 5, reduction="none")),
        Case("another eps", masks(2, 6, eps=0.25), weight=2),
        Case('no eps, reduction="sum"', masks(3, 7, eps=0.0, reduction="sum")),
        in_turn(
            "nothing there, decisions, one element, many axes",
            masks(2, 3, 1, 2, eps=1.0, reduction="none"),
            nothing_there(2, 4, eps=1.0),
            nothing_there(3, 2, 3, reduction="none", eps=1e-5),
            certain(2, 6, reduction="none"),
            certain(3, 2, 2, eps=0.0, reduction="mean"),
            masks(1, 1, reduction="none"),
            masks(2, 1, 1, eps=3, reduction="sum"),
            masks(3, 1, 4, 2),
            masks(1, 2, 3, reduction="sum"),
            masks(2, 2, 2, 1, eps=200.0),
            masks(1, 1, 3, 1, reduction="mean", eps=0.5),
            masks(2, 3, high=1e-6, eps=1e-5),
            masks(3, 2, 3, high=1e-6, reduction="none"),
            lambda rng: call(np.zeros((2, 3)), np.zeros((2, 3))),
            weight=3,
        ),
    ),
    hints=(
        "Three sums for each sample: of p y, of p and of y. Over which axes?",
        "All but the first: axis=tuple(range(1, probs.ndim)), or probs.reshape(len(probs), -1).",
        "eps is added above and below, so that a sample with nothing in it costs 1 − eps / eps = 0.",
    ),
)


@DICE_LOSS.wrong
def dice_loss_no_two(probs, target, *, eps=1.0, reduction="mean"):
    """The 2 above is missing: a perfect answer would cost about a half."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_not_a_loss(probs, target, *, eps=1.0, reduction="mean"):
    """You return the overlap, which is large for good answers; the loss is 1 minus it."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_eps_above_missing(probs, target, *, eps=1.0, reduction="mean"):
    """You add eps below only; it stands above, too, so that a sample with nothing in it costs 0."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - 2 * both / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_eps_below_missing(probs, target, *, eps=1.0, reduction="mean"):
    """You add eps above only; it stands below, too."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    with np.errstate(all="ignore"):
        loss = 1 - (2 * both + eps) / sizes
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong(case="another eps")
def dice_loss_eps_ignored(probs, target, *, eps=1.0, reduction="mean"):
    """You add 1, whatever `eps` is."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + 1) / (sizes + 1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_no_eps(probs, target, *, eps=1.0, reduction="mean"):
    """You leave eps out; it is added above and below."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    with np.errstate(all="ignore"):
        loss = 1 - 2 * both / sizes
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_eps_doubled(probs, target, *, eps=1.0, reduction="mean"):
    """eps stands outside the factor 2: 2 Σ p y + eps."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - 2 * (both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_eps_twice_below(probs, target, *, eps=1.0, reduction="mean"):
    """You add eps to each of the two sums below; once is right."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + 2 * eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong(case="three samples, the mean")
def dice_loss_one_sum(probs, target, *, eps=1.0, reduction="mean"):
    """You add up over all samples at once; each sample has its own overlap."""
    loss = 1 - (2 * np.sum(probs * target) + eps) / (np.sum(probs) + np.sum(target) + eps)
    return np.full(len(probs), loss) if reduction == "none" else loss


@DICE_LOSS.wrong(case='images, reduction="none"')
def dice_loss_last_axis_only(probs, target, *, eps=1.0, reduction="mean"):
    """You add up along the last axis only; all axes but the first belong to one sample."""
    both = np.sum(probs * target, axis=-1)
    sizes = np.sum(probs, axis=-1) + np.sum(target, axis=-1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_over_the_samples(probs, target, *, eps=1.0, reduction="mean"):
    """You add up over axis 0, the samples; a sample's own elements make its overlap."""
    both = np.sum(probs * target, axis=0)
    sizes = np.sum(probs, axis=0) + np.sum(target, axis=0)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_each_element(probs, target, *, eps=1.0, reduction="mean"):
    """You compute a quotient for each element; the sums come first, then one quotient a sample."""
    loss = 1 - (2 * probs * target + eps) / (probs + target + eps + 1e-300)
    loss = loss.reshape(len(loss), -1).mean(axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_squares(probs, target, *, eps=1.0, reduction="mean"):
    """You add up squares below; here the sums are of p and of y as they are."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p**2, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_union(probs, target, *, eps=1.0, reduction="mean"):
    """You compute intersection over union; Dice has 2 Σ p y above and both sizes below."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (both + eps) / (sizes - both + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_decided(probs, target, *, eps=1.0, reduction="mean"):
    """You make decisions of the probabilities first; they enter as they are."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum((p > 0.5) * y, axis=1)
    sizes = np.sum(p > 0.5, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong(case="another eps")
def dice_loss_means(probs, target, *, eps=1.0, reduction="mean"):
    """You take means where the formula has sums; eps then weighs more."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.mean(p * y, axis=1)
    sizes = np.mean(p, axis=1) + np.mean(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong(case='images, reduction="none"')
def dice_loss_always_mean(probs, target, *, eps=1.0, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return np.mean(loss)


@DICE_LOSS.wrong(case="three samples, the mean")
def dice_loss_sum_for_mean(probs, target, *, eps=1.0, reduction="mean"):
    """Your mean is a sum: it divides by the number of samples."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss)}[reduction]


@DICE_LOSS.wrong
def dice_loss_mean_of_elements(probs, target, *, eps=1.0, reduction="mean"):
    """Your mean divides by the number of elements; a sample has one loss."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y, axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss) / probs.size}[reduction]


@DICE_LOSS.wrong
def dice_loss_negatives_too(probs, target, *, eps=1.0, reduction="mean"):
    """You count the elements that are rightly left out as overlap, too; the many negatives do not enter."""
    p, y = probs.reshape(len(probs), -1), target.reshape(len(probs), -1)
    both = np.sum(p * y + (1 - p) * (1 - y), axis=1)
    sizes = np.sum(p, axis=1) + np.sum(y, axis=1)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.wrong(case="nothing there, decisions, one element, many axes")
def dice_loss_two_axes_at_most(probs, target, *, eps=1.0, reduction="mean"):
    """You add up over two axes at most; all axes but the first belong to one sample, however many."""
    axis = 1 if probs.ndim == 2 else (1, 2)
    both = np.sum(probs * target, axis=axis)
    sizes = np.sum(probs, axis=axis) + np.sum(target, axis=axis)
    loss = 1 - (2 * both + eps) / (sizes + eps)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@DICE_LOSS.right
def dice_loss_by_einsum(probs, target, *, eps=1.0, reduction="mean"):
    n = len(probs)
    p, y = probs.reshape(n, -1), target.reshape(n, -1)
    above = 2 * np.einsum("ij,ij->i", p, y) + eps
    below = np.einsum("ij->i", p) + np.einsum("ij->i", y) + eps
    each = (below - above) / below
    if reduction == "none":
        return each
    return each.sum() / (n if reduction == "mean" else 1)


@DICE_LOSS.right
def dice_loss_by_loop(probs, target, *, eps=1.0, reduction="mean"):
    each = []
    for p, y in zip(probs, target):
        overlap = size = 0.0
        for a, b in zip(p.ravel(), y.ravel()):
            overlap += 2 * a * b
            size += a + b
        each.append(1 - (overlap + eps) / (size + eps))
    total = sum(each)
    return np.array(each) if reduction == "none" else total if reduction == "sum" else total / len(each)


@DICE_LOSS.right
def dice_loss_by_axes(probs, target, *, eps=1.0, reduction="mean"):
    axes = tuple(range(1, np.ndim(probs)))
    found = np.where(target == 1, probs, 0).sum(axis=axes)
    wanted, called = target.sum(axis=axes), probs.sum(axis=axes)
    missing = (called - found + wanted - found) / (called + wanted + eps)
    return missing if reduction == "none" else getattr(np, reduction)(missing)


@DICE_LOSS.right
def dice_loss_by_dots(probs, target, *, eps=1.0, reduction="mean"):
    rows = [(p.ravel(), y.ravel()) for p, y in zip(probs, target)]
    dice = np.array([(2 * p.dot(y) + eps) / (np.concatenate([p, y]).sum() + eps) for p, y in rows])
    out = {"none": 1 - dice, "sum": len(dice) - dice.sum()}
    out["mean"] = out["sum"] / len(dice)
    return out[reduction]
