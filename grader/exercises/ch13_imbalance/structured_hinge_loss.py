"""A margin as large as the mistake."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch13_imbalance.weighted_cross_entropy_backward import classes
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import losses

# by how much the structures behind the true one beat it, and what they cost: the worst has neither the largest score
# nor the largest cost, in every other sample; in the others the true structure wins by far
BEATEN = np.array([0.6, 0.3, -1.4, -3.0])
COSTS = np.array([0.5, 2.2, 3.1, 1.0])


def structures(n, size, *, scale=1.0, won=-8.0, **given):
    def draw(rng):
        c = classes(n, size)
        s, delta = np.zeros((n, size)), np.zeros((size, size))
        for j in range(1, size):
            for i in range(size):
                delta[i, (i + j) % size] = COSTS[(j - 1) % 4] + 0.4 * (i % 3) + rng.uniform(-0.05, 0.05)
            for i in range(n):
                lead = BEATEN[(j - 1) % 4] + rng.uniform(-0.05, 0.05) + won * (i % 2)
                s[i, (c[i] + j) % size] = lead
        return call(scale * (s + rng.normal(size=(n, 1))), c, scale * delta, **given)

    return draw


def _won(n, size, **given):
    def draw(rng):
        drawn = structures(n, size, won=0.0)(rng)
        s = drawn.args[0] - 20.0
        s[np.arange(n), drawn.args[1]] += 20.0
        return call(s, *drawn.args[1:], **given)

    return draw


def _allowed(rng):
    n, size = int(rng.integers(1, 5)), int(rng.integers(2, 6))
    s = one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5) * rng.normal(size=(n, size))
    delta = one_of(rng, 1.0, 1.0, 200.0) * rng.uniform(0, 3, size=(size, size)) * (1 - np.eye(size))
    delta = one_of(rng, delta, np.round(delta), 1 - np.eye(size))
    return call(
        one_of(rng, s, s, np.round(s)),
        rng.integers(size, size=n),
        delta,
        **options(rng, reduction=REDUCTIONS),
    )


STRUCTURED_HINGE_LOSS = Exercise(
    function="structured_hinge_loss",
    topics=("C13-13",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.structured_hinge_loss,
    allowed=_allowed,
    cases=(
        Case(
            "one sample",
            structures(1, 4),
            example=call(
                [[3, 2.5, 1.25, -4]], np.array([0]), [[0, 1, 3, 2], [1, 0, 2, 1], [2, 1, 0, 4], [1, 2, 1, 0]]
            ),
        ),
        Case("five samples, the mean", structures(5, 5)),
        Case('reduction="none"', structures(4, 4, reduction="none")),
        Case('reduction="sum"', structures(3, 5, reduction="sum")),
        Case("the true structure wins by far", _won(3, 4, reduction="none"), edge=True),
        in_turn(
            "two structures, large and small scores, the mean given",
            structures(1, 2, reduction="none"),
            structures(4, 2),
            structures(3, 4, scale=1000.0),
            structures(3, 3, scale=1e-5, reduction="mean"),
            structures(2, 5, reduction="none", scale=100.0),
            structures(1, 3, reduction="sum"),
            structures(3, 4, scale=1000.0, reduction="sum"),
            lambda rng: call(np.zeros((2, 3)), np.array([1, 2]), rng.uniform(1, 2) * (1 - np.eye(3))),
            lambda rng: call(
                [[1, 0.2, -0.5], [0.3, 2, 1.5]] + rng.uniform(0, 0.1, size=(2, 3)),
                np.array([2, 0]),
                np.zeros((3, 3)),
            ),
        ),
    ),
    hints=(
        "delta[y_index] has, for each sample, the row of costs of all answers.",
        "Add the scores, take the largest along the row, and take the true structure's score off.",
    ),
)


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_of_the_answer(scores, y_index, delta, *, reduction="mean"):
    """You take the cost of the highest-scored structure; the maximum is over cost and score together."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    best = np.argmax(scores, axis=1)
    loss = delta[y_index, best] + scores[rows, best] - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_two_maxima(scores, y_index, delta, *, reduction="mean"):
    """You take the largest cost and the largest score, each for itself; the maximum is over their sum."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores, axis=1) + np.max(delta[y_index], axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_no_cost(scores, y_index, delta, *, reduction="mean"):
    """The cost Δ is missing: every answer but the true one is to keep a distance."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores, axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_margin_of_1(scores, y_index, delta, *, reduction="mean"):
    """You take a margin of 1 for every wrong structure; it is delta."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores + (delta[y_index] > 0), axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_true_not_subtracted(scores, y_index, delta, *, reduction="mean"):
    """The true structure's score is not taken off."""
    loss = np.max(scores + delta[y_index], axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_transposed(scores, y_index, delta, *, reduction="mean"):
    """You take the column of delta; delta[i, j] is the cost of the answer j where i is true, so take row
    y_index."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores + delta[:, y_index].T, axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong(case="the true structure wins by far")
def structured_hinge_loss_true_left_out(scores, y_index, delta, *, reduction="mean"):
    """You leave the true structure out of the maximum, and your loss becomes negative."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = (
        np.max(
            np.where(np.arange(scores.shape[1]) == y_index[:, None], -np.inf, scores + delta[y_index]), axis=1
        )
        - true
    )
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_all_rivals(scores, y_index, delta, *, reduction="mean"):
    """You add up all violations; the worst one alone counts."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.maximum(0, scores + delta[y_index] - true[:, None]).sum(axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_mean_of_rivals(scores, y_index, delta, *, reduction="mean"):
    """You take the mean over the structures; it is the maximum."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.maximum(0, scores + delta[y_index] - true[:, None]).mean(axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_cost_subtracted(scores, y_index, delta, *, reduction="mean"):
    """You subtract the cost; it is added, so that a costly answer must stay further off."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores - delta[y_index], axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_scaled(scores, y_index, delta, *, reduction="mean"):
    """You multiply the violation of a margin of 1 by the cost; here the cost is the margin."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(delta[y_index] * np.maximum(0, 1 + scores - true[:, None]), axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_sign(scores, y_index, delta, *, reduction="mean"):
    """Your sign is reversed: the loss is the maximum minus the true score."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = true - np.max(scores + delta[y_index], axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_cost_of_the_worst(scores, y_index, delta, *, reduction="mean"):
    """You return the cost of the worst structure; how far it violates the margin is the loss."""
    worst = np.argmax(scores + delta[y_index], axis=1)
    loss = delta[y_index, worst]
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_over_the_samples(scores, y_index, delta, *, reduction="mean"):
    """Your maximum runs over the samples; the structures of a sample lie along its row."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.resize(np.max(scores + delta[y_index], axis=0), len(scores)) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong(case='reduction="none"')
def structured_hinge_loss_always_mean(scores, y_index, delta, *, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores + delta[y_index], axis=1) - true
    return np.mean(loss)


@STRUCTURED_HINGE_LOSS.wrong(case="five samples, the mean")
def structured_hinge_loss_sum_for_mean(scores, y_index, delta, *, reduction="mean"):
    """Your mean is a sum: it divides by the number of samples."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores + delta[y_index], axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_all_elements(scores, y_index, delta, *, reduction="mean"):
    """Your mean divides by the number of scores; a sample has one loss."""
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores + delta[y_index], axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss) / scores.size}[reduction]


@STRUCTURED_HINGE_LOSS.wrong
def structured_hinge_loss_numbers_from_1(scores, y_index, delta, *, reduction="mean"):
    """Structures count from 0: y_index = 2 is the third column."""
    y_index = y_index - 1
    rows = np.arange(len(scores))
    true = scores[rows, y_index]
    loss = np.max(scores + delta[y_index], axis=1) - true
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@STRUCTURED_HINGE_LOSS.right
def structured_hinge_loss_by_violations(scores, y_index, delta, *, reduction="mean"):
    true = np.take_along_axis(scores, y_index[:, None], axis=1)
    each = (np.take(delta, y_index, axis=0) + scores - true).max(axis=1)
    if reduction == "none":
        return each
    return each.sum() / (len(each) if reduction == "mean" else 1)


@STRUCTURED_HINGE_LOSS.right
def structured_hinge_loss_by_loop(scores, y_index, delta, *, reduction="mean"):
    each = []
    for s, i in zip(scores, y_index):
        worst = 0.0
        for j, value in enumerate(s):
            worst = max(worst, delta[i, j] + value - s[i])
        each.append(worst)
    total = sum(each)
    return np.array(each) if reduction == "none" else total if reduction == "sum" else total / len(each)


@STRUCTURED_HINGE_LOSS.right
def structured_hinge_loss_by_one_hot(scores, y_index, delta, *, reduction="mean"):
    hot = np.eye(len(delta))[y_index]
    augmented = scores + hot @ delta
    each = np.sort(augmented, axis=1)[:, -1] - np.einsum("ij,ij->i", hot, scores)
    return each if reduction == "none" else getattr(np, reduction)(each)


@STRUCTURED_HINGE_LOSS.right
def structured_hinge_loss_by_columns(scores, y_index, delta, *, reduction="mean"):
    own = np.array([s[i] for s, i in zip(scores, y_index)])
    each = np.zeros(len(own))
    for j in range(scores.shape[1]):
        each = np.maximum(each, delta[y_index, j] + (scores[:, j] - own))
    if reduction == "mean":
        return np.sum(each) / len(each)
    return each if reduction == "none" else np.sum(each)
