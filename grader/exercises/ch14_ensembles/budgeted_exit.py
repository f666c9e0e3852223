"""Every sample leaves at the same exit."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import ensemble


def scores(exits, n, classes, k, scale=1.0, shift=0.0):
    """At each exit every sample has another class with the highest score, as long as there are classes."""

    def draw(rng):
        return call(scale * told(rng, moving(rng, exits, n, classes), classes) + shift, k)

    return draw


def steady(make):
    """The same numbers each time, for calls so small that a wrong answer may be right by chance."""
    return lambda rng: make(np.random.default_rng(1))


def moving(rng, exits, n, classes):
    """Classes (E, n) that go on by one from exit to exit."""
    return (np.arange(n) * 2 + rng.integers(classes) + np.arange(exits)[:, None]) % classes


def told(rng, labels, classes):
    """Scores (E, n, K) whose highest is at these classes (E, n), and exceeds the next by 1 to 2."""
    z = rng.normal(size=(*labels.shape, classes))
    top = z.max(axis=2, keepdims=True) + rng.uniform(1, 2, size=(*labels.shape, 1))
    np.put_along_axis(z, labels[..., None], top, axis=2)
    return z


def _allowed(rng):
    exits, n, classes = int(rng.integers(1, 5)), int(rng.integers(1, 6)), int(rng.integers(2, 6))
    z = told(rng, rng.integers(classes, size=(exits, n)), classes)
    scale, shift = one_of(rng, (1.0, 0.0), (1e3, 0.0), (1e-6, 0.0), (1.0, 2000.0), (1.0, -2000.0))
    return call(scale * z + shift, int(rng.integers(exits)))


HUGE = "scores of some thousands"

BUDGETED_EXIT = Exercise(
    function="budgeted_exit",
    topics=("C14-11",),
    points=1,
    difficulty=1,
    minutes=8,
    reference=ensemble.budgeted_exit,
    returns=("label", "exit"),
    edge_returns=("exit",),
    allowed=_allowed,
    cases=(
        Case(
            "the second of four exits",
            scores(4, 16, 5, 1),
            weight=3,
            example=call(
                [
                    [[3.0, 0.0], [0.0, 2.0], [1.0, 0.0]],
                    [[0.0, 1.0], [1.0, 0.0], [0.0, 2.0]],
                    [[1.0, 0.0], [0.0, 1.0], [0.0, 3.0]],
                    [[1.0, 0.0], [0.0, 1.0], [4.0, 0.0]],
                ],
                1,
            ),
        ),
        Case("the first of five", scores(5, 7, 6, 0), weight=3),
        Case("the last but one", scores(5, 8, 7, 3), weight=4),
        Case(HUGE, scores(4, 12, 6, 2, shift=2000.0), weight=4),
        in_turn(
            "the last exit, one exit, one sample, large and tiny scores",
            steady(scores(3, 5, 4, 2)),
            steady(scores(1, 4, 3, 0)),
            steady(scores(4, 1, 5, 2, 1e3)),
            steady(scores(3, 6, 2, 1, 1e-6)),
            steady(scores(3, 4, 5, 1, shift=-2000.0)),
            edge=True,
            weight=2,
        ),
    ),
    hints=(
        "exit_logits[k] are the scores at that exit, (n, K).",
        "argmax over the classes, axis 1, gives the labels.",
        "np.full(n, k) is the exit of every sample.",
    ),
)


@BUDGETED_EXIT.wrong
def budgeted_exit_counted_from_one(exit_logits, k):
    """You count the exits from 1; the first is exit 0, exit_logits[0]."""
    label = exit_logits[max(k - 1, 0)].argmax(axis=1)
    return label, np.full(len(label), k)


@BUDGETED_EXIT.wrong
def budgeted_exit_one_later(exit_logits, k):
    """You let the samples leave one exit later; exit k is exit_logits[k]."""
    at = min(k + 1, len(exit_logits) - 1)
    label = exit_logits[at].argmax(axis=1)
    return label, np.full(len(label), at)


@BUDGETED_EXIT.wrong
def budgeted_exit_last(exit_logits, k):
    """Your labels are those of the last exit; what lies behind exit k is not computed at all."""
    label = exit_logits[-1].argmax(axis=1)
    return label, np.full(len(label), k)


@BUDGETED_EXIT.wrong(case="the last but one")
def budgeted_exit_mean_so_far(exit_logits, k):
    """You average the scores of all exits up to k; the prediction is that of exit k alone."""
    label = exit_logits[: k + 1].mean(axis=0).argmax(axis=1)
    return label, np.full(len(label), k)


@BUDGETED_EXIT.wrong
def budgeted_exit_mean_of_all(exit_logits, k):
    """You average the scores of all exits; the prediction is that of exit k alone."""
    label = exit_logits.mean(axis=0).argmax(axis=1)
    return label, np.full(len(label), k)


@BUDGETED_EXIT.wrong
def budgeted_exit_over_samples(exit_logits, k):
    """Your argmax is over the samples; it is over the classes, the last axis."""
    return exit_logits[k].argmax(axis=0), np.full(exit_logits.shape[1], k)


@BUDGETED_EXIT.wrong
def budgeted_exit_lowest(exit_logits, k):
    """You take the class with the lowest score; the prediction is the one with the highest."""
    label = exit_logits[k].argmin(axis=1)
    return label, np.full(len(label), k)


@BUDGETED_EXIT.wrong(case=HUGE)
def budgeted_exit_overflow(exit_logits, k):
    """exp overflows for scores of some thousands, and inf / inf is nan; the class with the highest score has the
    highest probability, so no softmax is needed."""
    with np.errstate(all="ignore"):
        e = np.exp(exit_logits[k])
        p = e / e.sum(axis=1, keepdims=True)
    return p.argmax(axis=1), np.full(len(p), k)


@BUDGETED_EXIT.wrong
def budgeted_exit_one_for_each_exit(exit_logits, k):
    """Your result has a number for each exit, since len(exit_logits) is E; each sample has one, shape (n,)."""
    return exit_logits[k].argmax(axis=1), np.full(len(exit_logits), k)


@BUDGETED_EXIT.wrong
def budgeted_exit_exchanged(exit_logits, k):
    """You have exchanged the results: first the labels, then the exits."""
    label = exit_logits[k].argmax(axis=1)
    return np.full(len(label), k), label


@BUDGETED_EXIT.wrong
def budgeted_exit_label_only(exit_logits, k):
    """You return the labels only; asked for is the pair (label, exit)."""
    return exit_logits[k].argmax(axis=1)


@BUDGETED_EXIT.wrong
def budgeted_exit_one_number(exit_logits, k):
    """Your exit is one number; each sample has its own, shape (n,): np.full(n, k)."""
    return exit_logits[k].argmax(axis=1), k


@BUDGETED_EXIT.wrong
def budgeted_exit_highest_score(exit_logits, k):
    """You return the highest score; asked for is which class has it: argmax, not max."""
    return exit_logits[k].max(axis=1), np.full(exit_logits.shape[1], k)


@BUDGETED_EXIT.wrong
def budgeted_exit_from_the_end(exit_logits, k):
    """You count the exits from the end; exit 0 is the first, exit_logits[0]."""
    label = exit_logits[-1 - k].argmax(axis=1)
    return label, np.full(len(label), k)


@BUDGETED_EXIT.wrong
def budgeted_exit_parts_computed(exit_logits, k):
    """Your exits are counted from 1, k + 1: that is how many parts were computed. The exit is k."""
    label = exit_logits[k].argmax(axis=1)
    return label, np.full(len(label), k + 1)


@BUDGETED_EXIT.wrong
def budgeted_exit_all_exits(exit_logits, k):
    """You return the labels at all exits, (E, n); asked for are those at exit k, (n,)."""
    return exit_logits.argmax(axis=2), np.full(exit_logits.shape[1], k)


@BUDGETED_EXIT.wrong
def budgeted_exit_column(exit_logits, k):
    """Your labels keep the axis of the classes, of length 1; their shape is (n,)."""
    return exit_logits[k].argmax(axis=1, keepdims=True), np.full(exit_logits.shape[1], k)


@BUDGETED_EXIT.right
def budgeted_exit_all_then_one(exit_logits, k):
    label = np.argmax(exit_logits, axis=2)[k]
    return label, k * np.ones(len(label), dtype=int)


@BUDGETED_EXIT.right
def budgeted_exit_by_loop(exit_logits, k):
    label, left = [], []
    for sample in range(exit_logits.shape[1]):
        label.append(int(np.argmax(exit_logits[k, sample])))
        left.append(k)
    return np.array(label), np.array(left)


@BUDGETED_EXIT.right
def budgeted_exit_sorted(exit_logits, k):
    order = np.argsort(-exit_logits[k], axis=-1, kind="stable")
    return order[:, 0], np.repeat(k, exit_logits.shape[1])


@BUDGETED_EXIT.right
def budgeted_exit_by_key(exit_logits, k):
    rows = exit_logits[k].tolist()
    label = np.array([max(range(len(row)), key=row.__getitem__) for row in rows])
    return label, np.full(label.shape, k)
