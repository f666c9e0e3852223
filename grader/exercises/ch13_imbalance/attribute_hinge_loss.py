"""A hinge for each attribute."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses

LEADS = np.array(
    [0.4, -0.7, 2.5, -1.6, 1.7]
)  # y f: some within the margin, some on the wrong side, some far off


def attributes(n, k, *, scale=1.0, **given):
    """Labels of both signs in turn, and the leads above for them."""

    def draw(rng):
        i = np.arange(n * k).reshape(n, k)
        y = np.where(i % 3 == 1, -1.0, 1.0)
        return call(scale * y * (LEADS[i % 5] + rng.uniform(-0.2, 0.2, size=(n, k))), y, **given)

    return draw


def _allowed(rng):
    size = rng.integers(1, 3), rng.integers(2, 5)
    n, k = one_of(rng, size, shape(rng, axes=(2,)))
    f = one_of(rng, 1.0, 1.0, 3.0, 1e3, 1e-5) * rng.normal(size=(n, k))
    return call(
        one_of(rng, f, f, np.round(f)),
        2.0 * rng.integers(2, size=(n, k)) - 1,
        **options(rng, reduction=REDUCTIONS),
    )


ATTRIBUTE_HINGE_LOSS = Exercise(
    function="attribute_hinge_loss",
    topics=("C13-09",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=losses.attribute_hinge_loss,
    allowed=_allowed,
    cases=(
        Case("one sample", attributes(1, 5), example=call([[2.0, 0.5, 0.5, -1.5]], [[1, 1, -1, 1]])),
        Case("four samples, the mean", attributes(4, 6)),
        Case('reduction="none"', attributes(3, 5, reduction="none")),
        Case('reduction="sum"', attributes(3, 4, reduction="sum")),
        in_turn(
            "one attribute, scores in the thousands, the mean given",
            attributes(3, 1, reduction="none"),
            attributes(1, 2, reduction="none"),
            attributes(4, 1),
            attributes(3, 6, scale=1000.0),
            attributes(3, 5, scale=1000.0, reduction="none"),
            attributes(3, 4, scale=1000.0, reduction="sum"),
            attributes(2, 6, reduction="mean"),
            attributes(2, 6, scale=1e-5),
            attributes(1, 4, reduction="sum"),
            lambda rng: call([[rng.uniform(1.2, 2)]], [[-1]]),
            lambda rng: call([[1.0], [2.0], [-1.0], [-1.0]], [[-1], [1], [1], [-1]], reduction="none"),
            lambda rng: call([[0.0, rng.uniform(0.2, 0.8), 1.0], [-1.0, 0.0, 3.0]], [[1, 1, 1], [-1, -1, 1]]),
        ),
    ),
    hints=(
        "y f says how far an attribute is on the right side. What is missing to 1 costs.",
        "np.maximum(0, 1 − y * f), summed along each row; then reduce over the rows.",
    ),
)


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_mean_of_attributes(f, y, *, reduction="mean"):
    """You take the mean over the attributes; a sample's loss is their sum."""
    missing = np.maximum(1 - y * f, 0)
    loss = np.mean(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong(case='reduction="none"')
def attribute_hinge_loss_over_the_samples(f, y, *, reduction="mean"):
    """You add up over the samples first; a sample's attributes belong together: axis 1."""
    missing = np.maximum(1 - y * f, 0)
    loss = np.sum(missing, axis=0)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_no_hinge(f, y, *, reduction="mean"):
    """An attribute that is far on the right side earns you a reward, where its term should be 0.

    Cut it off: max(0, 1 − y f)."""
    missing = 1 - y * f
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_hinge_of_the_sum(f, y, *, reduction="mean"):
    """You cut off the sum; each attribute is cut off at 0 on its own."""
    missing = 1 - y * f
    loss = np.maximum(np.sum(missing, axis=1), 0)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_sign(f, y, *, reduction="mean"):
    """Your sign is reversed: y f > 0 is right and should cost less."""
    missing = np.maximum(1 + y * f, 0)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_no_margin(f, y, *, reduction="mean"):
    """You are content with the right side; a lead of 1 is asked: 1 − y f."""
    missing = np.maximum(-y * f, 0)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_yes_only(f, y, *, reduction="mean"):
    """Your terms of the attributes with a no are missing."""
    missing = np.maximum(1 - y * f, 0) * (y > 0)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_zero_one_labels(f, y, *, reduction="mean"):
    """You make 0 and 1 of the labels; here a no is −1 and turns the sign of its score."""
    missing = np.maximum(1 - (y + 1) / 2 * f, 0)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_labels_doubled(f, y, *, reduction="mean"):
    """You map the labels from 0, 1 to ±1, but they are ±1 already."""
    missing = np.maximum(1 - (2 * y - 1) * f, 0)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_squared(f, y, *, reduction="mean"):
    """You square the terms; this hinge is linear."""
    missing = np.maximum(1 - y * f, 0) ** 2
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_distance(f, y, *, reduction="mean"):
    """You take the distance between label and score; beyond the margin nothing is missing."""
    missing = np.abs(y - f)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_mistakes(f, y, *, reduction="mean"):
    """You count the attributes that are on the wrong side; the hinge says by how much they miss."""
    missing = (y * f <= 0) * 1.0
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_worst_attribute(f, y, *, reduction="mean"):
    """You take the worst attribute; all of them add up."""
    missing = np.maximum(1 - y * f, 0)
    loss = np.max(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong(case='reduction="none"')
def attribute_hinge_loss_always_mean(f, y, *, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    missing = np.maximum(1 - y * f, 0)
    loss = np.sum(missing, axis=1)
    return np.mean(loss)


@ATTRIBUTE_HINGE_LOSS.wrong(case="four samples, the mean")
def attribute_hinge_loss_sum_for_mean(f, y, *, reduction="mean"):
    """Your mean is a sum: it divides by the number of samples."""
    missing = np.maximum(1 - y * f, 0)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong(case='reduction="none"')
def attribute_hinge_loss_each_attribute(f, y, *, reduction="mean"):
    """For "none" you return a number for each attribute; a sample has one loss, the sum of its row."""
    missing = np.maximum(1 - y * f, 0)
    loss = np.sum(missing, axis=1)
    return {"none": missing, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_logistic(f, y, *, reduction="mean"):
    """You take the logistic loss ln(1 + e^(−y f)); the hinge is max(0, 1 − y f)."""
    missing = np.logaddexp(0, -y * f)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong
def attribute_hinge_loss_capped(f, y, *, reduction="mean"):
    """No attribute of yours costs more than 2; a hinge goes on rising, the further a score is on the wrong side."""
    missing = 1 - np.clip(y * f, -1, 1)
    loss = np.sum(missing, axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.wrong(case="four samples, the mean")
def attribute_hinge_loss_never_added(f, y, *, reduction="mean"):
    """You do not add up the attributes: your mean is over n K numbers, and your "none" has a row a sample."""
    loss = np.maximum(0, 1 - y * f)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@ATTRIBUTE_HINGE_LOSS.right
def attribute_hinge_loss_by_where(f, y, *, reduction="mean"):
    lead = f * y
    each = np.where(lead < 1, 1 - lead, 0.0).sum(axis=-1)
    if reduction == "none":
        return each
    return each.sum() / (len(each) if reduction == "mean" else 1)


@ATTRIBUTE_HINGE_LOSS.right
def attribute_hinge_loss_by_loop(f, y, *, reduction="mean"):
    each = []
    for scores, labels in zip(f, y):
        each.append(sum(max(0.0, 1 - float(b) * float(a)) for a, b in zip(scores, labels)))
    total = sum(each)
    return np.array(each) if reduction == "none" else total if reduction == "sum" else total / len(each)


@ATTRIBUTE_HINGE_LOSS.right
def attribute_hinge_loss_by_sides(f, y, *, reduction="mean"):
    yes, no = np.clip(1 - f, 0, None), np.clip(1 + f, 0, None)
    each = np.einsum("ij,ij->i", yes, (y > 0) * 1.0) + np.einsum("ij,ij->i", no, (y < 0) * 1.0)
    return each if reduction == "none" else getattr(np, reduction)(each)


@ATTRIBUTE_HINGE_LOSS.right
def attribute_hinge_loss_by_columns(f, y, *, reduction="mean"):
    each = np.zeros(len(f))
    for j in range(f.shape[1]):
        short = 1 - np.multiply(f[:, j], y[:, j])
        each += short * (short > 0)
    if reduction == "mean":
        return each.sum() / each.shape[0]
    return each if reduction == "none" else each.sum()
