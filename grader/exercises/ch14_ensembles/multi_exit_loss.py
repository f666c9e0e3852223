"""The joint loss of several exits."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, spread
from nnlib import ensemble


def at(exits, n, scale=1.0):
    return lambda rng: call(scale * rng.uniform(0.5, 3, size=(exits, n)))


def odd(exits, n, scale=1.0):
    return lambda rng: call(np.abs(spread(rng, (exits, n), scale)))


def _allowed(rng):
    exits, n = (int(a) for a in rng.integers(1, 6, size=2))
    return call(np.abs(floats(rng, (exits, n))))


MULTI_EXIT_LOSS = Exercise(
    function="multi_exit_loss",
    topics=("C14-09",),
    points=1,
    difficulty=1,
    minutes=8,
    reference=ensemble.multi_exit_loss,
    allowed=_allowed,
    cases=(
        Case("three exits", at(3, 4), weight=3, example=call([[3.0, 1.0], [0.0, 1.0], [1.0, 4.0]])),
        Case("five exits", at(5, 7), weight=3),
        in_turn(
            "as many exits as samples, one exit, one sample, zeros, large and tiny losses",
            at(4, 4),
            at(1, 3),
            odd(3, 1),
            odd(2, 5, 1e3),
            odd(4, 2, 1e-7),
            odd(1, 1),
            odd(6, 3),
            lambda rng: call(np.zeros((2, 3))),
            weight=2,
        ),
    ),
    hints=(
        "The weights are np.arange(1, E + 1), E = len(losses).",
        "j[:, None] * losses multiplies the row of each exit; sum over the exits, axis 0.",
        "Divide by the sum of the weights, j.sum().",
    ),
)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_plain_mean(losses):
    """All exits count alike; exit j counts j times."""
    return losses.mean(axis=0)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_not_divided(losses):
    """You do not divide by the sum of the weights, 1 + 2 + … + E."""
    return (np.arange(1, len(losses) + 1)[:, None] * losses).sum(axis=0)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_divided_by_exits(losses):
    """You divide by the number of exits; divide by the sum of the weights, 1 + 2 + … + E."""
    return (np.arange(1, len(losses) + 1)[:, None] * losses).mean(axis=0)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_from_zero(losses):
    """Your weights begin at 0, so the first exit does not count; they begin at 1."""
    j = np.arange(len(losses))
    return (j[:, None] * losses).sum(axis=0) / max(j.sum(), 1)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_from_zero_by_exits(losses):
    """Your weights begin at 0 and you divide by the number of exits; they begin at 1, and you divide by their sum."""
    return (np.arange(len(losses))[:, None] * losses).mean(axis=0)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_weights_on_samples(losses):
    """Your weights meet the samples, the last axis; they belong to the exits, axis 0: w[:, None]."""
    w = np.arange(1, len(losses) + 1)
    return (losses * w).sum(axis=0) / w.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_reshaped(losses):
    """reshape mixes exits and samples, as it keeps the order of the numbers; losses.T exchanges the axes."""
    exits, n = losses.shape
    w = np.arange(1, exits + 1)
    return losses.reshape(n, exits) @ w / w.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_early_count_more(losses):
    """Your weights are reversed: later exits count more."""
    j = np.arange(len(losses), 0, -1)
    return (j[:, None] * losses).sum(axis=0) / j.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_one_over_j(losses):
    """Your weights are 1/j, so that early exits count more; exit j counts j times."""
    j = 1 / np.arange(1, len(losses) + 1)
    return (j[:, None] * losses).sum(axis=0) / j.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_squares(losses):
    """Your weights are j²; exit j counts j times."""
    j = np.arange(1, len(losses) + 1) ** 2
    return (j[:, None] * losses).sum(axis=0) / j.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_last_only(losses):
    """You return the loss of the last exit; all exits count."""
    return losses[-1].copy()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_over_samples(losses):
    """You sum over the samples; the exits are the first axis, and one loss is asked for each sample."""
    j = np.arange(1, losses.shape[1] + 1)
    return (losses * j).sum(axis=1) / j.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_one_number(losses):
    """You take the mean over the samples, too; asked for is the joint loss of each, shape (n,)."""
    j = np.arange(1, len(losses) + 1)
    return ((j[:, None] * losses).sum(axis=0) / j.sum()).mean()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_axis_kept(losses):
    """Your result still has an axis for the exits, of length 1; its shape is (n,)."""
    j = np.arange(1, len(losses) + 1)
    return (j[:, None] * losses).sum(axis=0, keepdims=True) / j.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_no_sum(losses):
    """You return the weighted losses of all exits; add them up over the exits."""
    j = np.arange(1, len(losses) + 1)
    return j[:, None] * losses / j.sum()


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_wrong_sum(losses):
    """You divide by E (E − 1) / 2; the sum from 1 to E is E (E + 1) / 2."""
    exits = len(losses)
    j = np.arange(1, exits + 1)
    return (j[:, None] * losses).sum(axis=0) / max(exits * (exits - 1) / 2, 1)


@MULTI_EXIT_LOSS.wrong
def multi_exit_loss_weights_by_sample(losses):
    """You take the number of samples for the number of exits: E is len(losses), axis 0."""
    exits, n = losses.shape
    j = np.arange(1, exits + 1)
    return (j[:, None] * losses).sum(axis=0) / (n * (n + 1) / 2)


@MULTI_EXIT_LOSS.wrong(case="arguments unchanged")
def multi_exit_loss_in_place(losses):
    """You change losses: *= writes into the caller's array. Make a new one."""
    j = np.arange(1, len(losses) + 1)
    losses *= j[:, None] / j.sum()
    return losses.sum(axis=0)


@MULTI_EXIT_LOSS.right
def multi_exit_loss_by_loop(losses):
    total, weights = 0.0, 0
    for j, loss in enumerate(losses, start=1):
        total = total + j * loss
        weights += j
    return total / weights


@MULTI_EXIT_LOSS.right
def multi_exit_loss_average(losses):
    return np.average(losses, axis=0, weights=np.arange(1, len(losses) + 1))


@MULTI_EXIT_LOSS.right
def multi_exit_loss_shares(losses):
    exits = losses.shape[0]
    share = 2 * np.arange(1, exits + 1) / (exits * (exits + 1))
    return np.einsum("e,en->n", share, losses)


@MULTI_EXIT_LOSS.right
def multi_exit_loss_columns(losses):
    j = 1.0 + np.arange(len(losses))
    return (losses.T * j).sum(axis=1) / np.sum(j)


@MULTI_EXIT_LOSS.right
def multi_exit_loss_sums_of_tails(losses):
    tails = np.cumsum(losses[::-1], axis=0)
    return 2 * tails.sum(axis=0) / (len(losses) * (len(losses) + 1))
