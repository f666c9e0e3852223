"""A loss that asks for a margin: the hinge of several classes."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses


def _scores(rng, n):
    """Scores of five classes: two beat the true one, one comes close to it, one lies far below."""
    steps = np.array([0, 1, 2, -0.25, -4]) + rng.uniform(-0.1, 0.1, size=(n, 5))
    order = np.argsort(rng.random(size=(n, 5)), axis=1)
    return np.take_along_axis(steps + rng.normal(size=(n, 1)), order, axis=1), order.argmin(axis=1)


def _one_row(rng):
    return np.array([[1, 2.5, 0.3]]) + rng.uniform(-0.1, 0.1, size=(1, 3)), np.array([0])


def _two_classes(rng):
    return np.array([[0, 1], [1, 0.5], [0.2, 0.6]]) + rng.uniform(-0.1, 0.1, size=(3, 2)), np.array([0, 0, 1])


def _thousands(rng):
    x, c = _scores(rng, 3)
    return 1000 * x, c


def _tied(rng):
    """A rival with the true class's own score."""
    x = rng.uniform(1, 2)
    return call([[x, x, x - rng.uniform(0.2, 0.8)]], np.array([0]))


def _far_apart(rng):
    return call(*_thousands(rng), p=1, margin=600.0, weight=None, reduction="none")


def _allowed(rng):
    """Scores, now and then equal ones; two classes at least."""
    n, k = shape(rng, axes=(2,))
    x = one_of(rng, 1, 1, 10, 1000) * rng.normal(size=(n, k + 1))
    chosen = options(rng, p=(1, 2), margin=(1.0, 0.3, 2.5, 3), weight=(None,), reduction=REDUCTIONS)
    return call(one_of(rng, x, x, np.round(x)), rng.integers(0, k + 1, size=n), **chosen)


MULTI_MARGIN_LOSS = Exercise(
    function="multi_margin_loss",
    topics=("C03-48",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.multi_margin_loss,
    torch="torch.nn.functional.multi_margin_loss",
    forbid=("nnlib.losses.multiclass_hinge_loss",),
    allowed=_allowed,
    cases=(
        Case(
            "one row of three scores",
            lambda rng: call(*_one_row(rng)),
            example=call([[1, 2.5, 0.3]], np.array([0])),
        ),
        Case(
            "the mean of a batch, another margin",
            lambda rng: call(*_scores(rng, 4), margin=rng.uniform(0.5, 0.7), reduction="mean"),
        ),
        Case(
            'p=2, another margin, reduction="none"',
            lambda rng: call(*_scores(rng, 3), p=2, margin=rng.uniform(0.5, 0.7), reduction="none"),
        ),
        Case(
            "p=2, the mean",
            lambda rng: call(*_scores(rng, 4), p=2, margin=rng.uniform(1.5, 2), reduction="mean"),
        ),
        Case('reduction="sum"', lambda rng: call(*_scores(rng, 3), reduction="sum")),
        in_turn(
            "odd shapes, scores in the thousands, the other options",
            _far_apart,
            lambda rng: call(*_one_row(rng), reduction="none", margin=1.0, p=1),
            lambda rng: call(*_one_row(rng), reduction="sum", p=2, weight=None),
            lambda rng: call([[rng.uniform(1, 2), 0, rng.uniform(2, 3)]], np.array([0])),
            lambda rng: call(*_thousands(rng), reduction="mean"),
            lambda rng: call(*_thousands(rng), reduction="sum", margin=3),
            lambda rng: call(*_scores(rng, 4)),
            lambda rng: call(*_two_classes(rng)),
            _tied,
        ),
    ),
    hints=(
        "By how much must the true class lead another, and what does a smaller lead cost?",
        "Take the true class's score as a column and compare every score with it, all classes at once. A lead "
        "beyond the margin costs 0, and the true class does not compete with itself.",
        "np.maximum(0, margin − x_y + x) ** p with x_y = x[np.arange(n), target][:, None]; set the true class's "
        "entry to 0, sum along the row and divide by x.shape[1].",
    ),
)


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_not_divided(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You do not divide by the number of classes K, as some books do; this loss, and torch's, divides."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    loss = z.sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_divided_by_the_others(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You divide by K − 1, the number of terms; the divisor is K, the number of classes."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    loss = z.sum(axis=1) / (x.shape[1] - 1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_true_class_too(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You count the true class, too, which adds margin^p to every row: it does not compete with itself."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case="the mean of a batch, another margin")
def multi_margin_loss_no_hinge(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """A class that lies far enough below earns you a reward, where its term should be 0.

    Cut the term off at 0: max(0, margin − x_y + x_j)."""
    rows = np.arange(len(x))
    z = (margin - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_sign(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """Your sign is reversed: a class costs you more the lower its score is.

    A class costs when its score is high: max(0, margin − x_y + x_j)."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin + x[rows, target][:, None] - x) ** p
    z[rows, target] = 0
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case="the mean of a batch, another margin")
def multi_margin_loss_margin_ignored(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You use a margin of 1, whatever `margin` is."""
    rows = np.arange(len(x))
    z = np.maximum(0, 1 - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_no_margin(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You are content with x_y > x_j; the true class must lead by margin."""
    rows = np.arange(len(x))
    z = np.maximum(0, x - x[rows, target][:, None]) ** p
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case='p=2, another margin, reduction="none"')
def multi_margin_loss_p_ignored(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You ignore `p`: every term is raised to the power p."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x)
    z[rows, target] = 0
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case='p=2, another margin, reduction="none"')
def multi_margin_loss_power_of_the_mean(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You raise the mean of the terms to the power p; each term is raised on its own."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x)
    z[rows, target] = 0
    loss = z.mean(axis=1) ** p
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_worst_only(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You count the worst class only; every class that comes too close costs."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    loss = z.max(axis=1) / x.shape[1]
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case='p=2, another margin, reduction="none"')
def multi_margin_loss_always_mean(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    return z.mean(axis=1).mean()


@MULTI_MARGIN_LOSS.wrong(case='p=2, another margin, reduction="none"')
def multi_margin_loss_margin_off(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You take the true class off again as margin, which is its term for p = 1 only.

    Its term is margin^p."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    loss = (z.sum(axis=1) - margin) / x.shape[1]
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case='p=2, another margin, reduction="none"')
def multi_margin_loss_power_of_the_sum(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You raise the sum of the terms to the power p; each term is raised on its own."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x)
    z[rows, target] = 0
    loss = z.sum(axis=1) ** p / x.shape[1]
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_divided_twice(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """Your mean divides by K a second time; it is the mean of the n losses."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x)
    z[rows, target] = 0
    loss = (z**p).mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean() / x.shape[1]}[reduction]


@MULTI_MARGIN_LOSS.wrong
def multi_margin_loss_labels_from_1(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """Labels count from 0: class 2 is the third column."""
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target - 1][:, None] + x) ** p
    z[rows, target - 1] = 0
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.wrong(case='p=2, another margin, reduction="none"')
def multi_margin_loss_power_inside(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """You raise to the power p first, and a square is never negative, so the cut at 0 has nothing to cut.

    max(0, ...) first, then the power."""
    rows = np.arange(len(x))
    z = np.maximum(0, (margin - x[rows, target][:, None] + x) ** p)
    z[rows, target] = 0
    loss = z.mean(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MULTI_MARGIN_LOSS.right
def multi_margin_loss_by_take(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    k = x.shape[1]
    true = np.take_along_axis(x, target[:, None], axis=1)
    others = target[:, None] != np.arange(k)
    loss = (others * np.clip(margin - true + x, 0, None) ** p).sum(axis=1) / k
    if reduction == "none":
        return loss
    return np.sum(loss) if reduction == "sum" else np.mean(loss)


@MULTI_MARGIN_LOSS.right
def multi_margin_loss_by_loop(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    loss = np.zeros_like(x[:, 0])
    for i, c in enumerate(target):
        for j in range(x.shape[1]):
            if j != c:
                loss[i] += max(0.0, margin - x[i, c] + x[i, j]) ** p / x.shape[1]
    if reduction == "none":
        return loss
    return sum(loss) / (len(loss) if reduction == "mean" else 1)


@MULTI_MARGIN_LOSS.right
def multi_margin_loss_lead_of_the(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    K = x.shape[-1]
    label = np.asarray(target).reshape(-1, 1)
    lead = np.take_along_axis(x, label, axis=1) - x
    others = label != np.arange(K)
    hinge = np.where(others & (lead < margin), margin - lead, 0.0)
    loss = np.power(hinge, p).sum(axis=1) / K
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@MULTI_MARGIN_LOSS.right
def multi_margin_loss_loops_in_plain(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    values = []
    for scores, c in zip(x, target):
        s = 0.0
        for j, xj in enumerate(scores):
            missing = margin - float(scores[c]) + float(xj)
            if j == c or missing <= 0:
                continue
            s += missing**p
        values.append(s / len(scores))
    if reduction == "none":
        return np.array(values)
    if reduction == "sum":
        return sum(values)
    return sum(values) / len(values)


@MULTI_MARGIN_LOSS.right
def multi_margin_loss_mask_of_the(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    mask = np.ones((n, K))
    mask[np.arange(n), target] = 0.0
    own = np.einsum("nk,nk->n", x, 1 - mask)
    short = margin + x - own[:, None]
    short = short * (short > 0)
    if p == 2:
        short = short * short
    rows = np.einsum("nk,nk->n", short, mask) / K
    if reduction == "sum":
        return rows.sum()
    return rows if reduction == "none" else rows.sum() / n
