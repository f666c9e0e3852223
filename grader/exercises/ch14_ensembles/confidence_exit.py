"""A sample leaves at the first exit that is sure of it."""

import numpy as np

from grader.exercises.ch14_ensembles.budgeted_exit import moving, steady
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import ensemble


def certain(rng, p, classes, shift=0.0, apart=False):
    """Scores (E, n, K) whose largest probability is p (E, n), at a class that goes on from exit to exit; the others
    share the rest unevenly. Only differences of scores count, so each sample has a shift of its own at each exit,
    and with `apart` some are thousands above others."""
    p = np.asarray(p)
    top = moving(rng, *p.shape, classes)
    rest = np.arange(1.0, classes) if classes > 2 else np.ones(1)
    shares = (1 - p)[..., None] * rest / rest.sum()
    z = np.empty((*p.shape, classes))
    np.put_along_axis(z, top[..., None], np.log(p)[..., None], axis=2)
    others = (top[..., None] + np.arange(1, classes)) % classes
    np.put_along_axis(z, others, np.log(shares), axis=2)
    levels = (np.add.outer(*map(np.arange, p.shape)) % 3 - 1)[..., None]
    return z + shift + 2000.0 * apart * levels + rng.uniform(-3, 3, size=(*p.shape, 1))


def sure(rows, classes=7, shift=0.0, apart=False, **given):
    """Largest probabilities (n, E), which waver a little."""

    def draw(rng):
        p = np.array(rows).T
        p = p + rng.uniform(-0.005, 0.005, size=p.shape)
        return call(certain(rng, p, classes, shift, apart), **given)

    return draw


def away_from(rng, size, threshold):
    """Largest probabilities above 0.55, none within 0.02 of the threshold."""
    p = rng.uniform(0.55, 0.98, size=size)
    return np.where(np.abs(p - threshold) < 0.02, 0.5 if threshold > 0.6 else 0.97, p)


def _allowed(rng):
    exits, n, classes = int(rng.integers(1, 6)), int(rng.integers(1, 6)), int(rng.integers(3, 7))
    given = one_of(rng, {}, {"threshold": 0.9}, {"threshold": 0.7}, {"threshold": 0.8}, {"threshold": 0.3})
    p = away_from(rng, (exits, n), given.get("threshold", 0.9))
    shift, apart = one_of(rng, (0.0, False), (2000.0, False), (-2000.0, False), (0.0, True))
    return call(certain(rng, p, classes, shift, apart), **given)


SOME = [
    [0.9, 0.5, 0.95, 0.6],
    [0.5, 0.85, 0.6, 0.9],
    [0.6, 0.5, 0.88, 0.55],
    [0.85, 0.93, 0.97, 0.98],
    [0.55, 0.9, 0.96, 0.5],
    [0.6, 0.7, 0.75, 0.95],
    [0.72, 0.55, 0.93, 0.86],
    [0.83, 0.5, 0.6, 0.95],  # ahead of the second class by less than 0.8
]
NOBODY = [[0.7, 0.5, 0.6, 0.55], [0.5, 0.75, 0.7, 0.6], [0.6, 0.72, 0.5, 0.7], [0.55, 0.6, 0.74, 0.5]]
LEFT_OUT = [[0.85, 0.93, 0.5], [0.95, 0.6, 0.97], [0.7, 0.8, 0.86], [0.6, 0.96, 0.85], [0.87, 0.85, 0.94]]
NEVER, DEFAULT, HUGE = "some are nowhere sure", "0.9, if nothing is said", "scores of some thousands"

CONFIDENCE_EXIT = Exercise(
    function="confidence_exit",
    topics=("C14-12",),
    points=2,
    difficulty=4,
    minutes=20,
    reference=ensemble.confidence_exit,
    returns=("label", "exit"),
    allowed=_allowed,
    cases=(
        Case("some leave early", sure(SOME, threshold=0.8), weight=4),
        Case(NEVER, sure(NOBODY + SOME[:2], threshold=0.8), weight=5),
        Case(DEFAULT, sure(LEFT_OUT), weight=4),
        Case(HUGE, sure(SOME, apart=True, threshold=0.8), weight=5),
        in_turn(
            "one exit, one sample, three classes, another threshold, very negative scores",
            steady(sure([[0.95], [0.5], [0.7]], threshold=0.9)),
            steady(sure([[0.5, 0.6, 0.95, 0.5]], threshold=0.9)),
            steady(sure([[0.6, 0.95], [0.92, 0.5]], classes=3)),
            steady(sure([[0.55, 0.65, 0.75]] * 2, threshold=0.6)),
            steady(sure([[0.4, 0.5, 0.6], [0.5, 0.4, 0.35]], threshold=0.3)),
            steady(sure(SOME[:3], shift=-2000.0, threshold=0.8)),
            steady(sure(SOME[3:6], shift=2000.0, threshold=0.8)),
            steady(sure([[0.5]], classes=3)),
            steady(sure([[0.95]], classes=4)),
            edge=True,
            weight=2,
        ),
    ),
    hints=(
        "First the softmax over the classes, axis 2, and its maximum: (E, n).",
        "sure = … >= threshold; at the last exit everybody leaves: sure[-1] = True.",
        "argmax of a boolean array along axis 0 is the first True. labels[exit, np.arange(n)] picks the labels.",
    ),
)


@CONFIDENCE_EXIT.wrong
def confidence_exit_raw_scores(exit_logits, *, threshold=0.9):
    """You compare the scores with the threshold; they are no probabilities: softmax first."""
    sure = exit_logits.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_last_sure(exit_logits, *, threshold=0.9):
    """You take the last exit that is sure; a sample leaves at the first one, and the rest is not computed."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    left = len(p) - 1 - sure[::-1].argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong(case=NEVER)
def confidence_exit_nobody_sure(exit_logits, *, threshold=0.9):
    """In yours a sample that no exit is sure of leaves at the first, since argmax of nothing but False is 0; it
    leaves at the last.

    sure[-1] = True before the argmax."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_most_sure(exit_logits, *, threshold=0.9):
    """You take the exit that is surest of all; a sample leaves at the first that reaches the threshold, and later
    ones are not known then."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    p = p.max(axis=2)
    left = np.where((p >= threshold).any(axis=0), p.argmax(axis=0), len(p) - 1)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong(case=NEVER)
def confidence_exit_else_most_sure(exit_logits, *, threshold=0.9):
    """A sample that no exit is sure of leaves at the exit that is surest in yours; it leaves at the last."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    p = p.max(axis=2)
    sure = p >= threshold
    left = np.where(sure.any(axis=0), sure.argmax(axis=0), p.argmax(axis=0))
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_labels_of_the_last(exit_logits, *, threshold=0.9):
    """Your labels are those of the last exit; a sample gets the one of the exit where it leaves."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    return exit_logits[-1].argmax(axis=1), sure.argmax(axis=0)


@CONFIDENCE_EXIT.wrong
def confidence_exit_labels_of_the_first(exit_logits, *, threshold=0.9):
    """Your labels are those of the first exit; a sample gets the one of the exit where it leaves."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    return exit_logits[0].argmax(axis=1), sure.argmax(axis=0)


@CONFIDENCE_EXIT.wrong
def confidence_exit_counted_from_one(exit_logits, *, threshold=0.9):
    """You count the exits from 1; the first is exit 0."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left + 1


@CONFIDENCE_EXIT.wrong
def confidence_exit_below(exit_logits, *, threshold=0.9):
    """Your samples leave where the network is *not* sure: the largest probability must be at least the threshold."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_softmax_over_samples(exit_logits, *, threshold=0.9):
    """Your softmax is over the samples; it is over the classes, axis 2."""
    e = np.exp(exit_logits - exit_logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_softmax_over_exits(exit_logits, *, threshold=0.9):
    """Your softmax is over the exits; it is over the classes, axis 2."""
    e = np.exp(exit_logits - exit_logits.max(axis=0))
    p = e / e.sum(axis=0)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_softmax_over_everything(exit_logits, *, threshold=0.9):
    """Your softmax is over all numbers together; each sample has one of its own at each exit, over axis 2."""
    e = np.exp(exit_logits - exit_logits.max())
    p = e / e.sum()
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_sigmoid(exit_logits, *, threshold=0.9):
    """You take a sigmoid of each score; the probabilities of K classes are a softmax."""
    p = (1 + np.tanh(exit_logits / 2)) / 2
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_all_together(exit_logits, *, threshold=0.9):
    """Your samples leave all together, where all are sure; each leaves by itself."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = np.repeat((p.max(axis=2) >= threshold).all(axis=1)[:, None], p.shape[1], axis=1)
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_mean_of_the_batch(exit_logits, *, threshold=0.9):
    """Your samples leave all together, where the mean confidence is high; each leaves by itself."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = np.repeat((p.max(axis=2).mean(axis=1) >= threshold)[:, None], p.shape[1], axis=1)
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_averaged_so_far(exit_logits, *, threshold=0.9):
    """You average the probabilities of the exits so far; each exit is asked alone."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    p = np.cumsum(p, axis=0) / np.arange(1, len(p) + 1)[:, None, None]
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_margin(exit_logits, *, threshold=0.9):
    """You compare the lead over the second class with the threshold; it is the largest probability itself."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    ordered = np.sort(p, axis=2)
    sure = ordered[:, :, -1] - ordered[:, :, -2] >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_threshold_unused(exit_logits, *, threshold=0.9):
    """You always compare with 0.9; the threshold is an argument."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= 0.9
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong(case=DEFAULT)
def confidence_exit_other_default(exit_logits, *, threshold=0.5):
    """Your threshold is 0.5 if nothing is said; the default is 0.9."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong(case=HUGE)
def confidence_exit_overflow(exit_logits, *, threshold=0.9):
    """exp overflows for scores of some thousands, and inf / inf is nan: subtract the largest score first."""
    with np.errstate(all="ignore"):
        p = np.exp(exit_logits) / np.exp(exit_logits).sum(axis=2, keepdims=True)
        sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong(case=HUGE)
def confidence_exit_one_largest_for_all(exit_logits, *, threshold=0.9):
    """You subtract the largest score of all; where another exit's scores are thousands lower, every exp is 0, and
    0 / 0 is nan: subtract the largest of each row, axis 2."""
    e = np.exp(exit_logits - exit_logits.max())
    with np.errstate(all="ignore"):
        p = e / e.sum(axis=2, keepdims=True)
        sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_zero_is_nowhere(exit_logits, *, threshold=0.9):
    """You take exit 0 for "nowhere sure"; argmax is 0 there, but also where the first exit is sure. Ask any(axis=0),
    or set sure[-1] = True."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    left = (p.max(axis=2) >= threshold).argmax(axis=0)
    left[left == 0] = len(p) - 1
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_goes_on(exit_logits, *, threshold=0.9):
    """Your loop goes on after an exit that is sure, so the last one wins; and who is nowhere sure gets label 0, exit
    0: break, and begin with the last exit."""
    exits, n, _ = exit_logits.shape
    label, left = np.zeros(n, int), np.zeros(n, int)
    for i in range(n):
        for j in range(exits):
            e = np.exp(exit_logits[j, i] - exit_logits[j, i].max())
            if e.max() / e.sum() >= threshold:
                label[i], left[i] = e.argmax(), j
    return label, left


@CONFIDENCE_EXIT.wrong
def confidence_exit_exchanged(exit_logits, *, threshold=0.9):
    """You have exchanged the results: first the labels, then the exits."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return left, exit_logits.argmax(axis=2)[left, np.arange(len(left))]


@CONFIDENCE_EXIT.wrong
def confidence_exit_label_only(exit_logits, *, threshold=0.9):
    """You return the labels only; asked for is the pair (label, exit)."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))]


@CONFIDENCE_EXIT.wrong
def confidence_exit_all_exits_in_a_table(exit_logits, *, threshold=0.9):
    """You return the labels at the exits where each of the samples leaves, (n, n); take the one of each sample
    itself: labels[left, np.arange(n)]."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left], left


@CONFIDENCE_EXIT.wrong(case="arguments unchanged")
def confidence_exit_in_place(exit_logits, *, threshold=0.9):
    """You change exit_logits: -= writes into the caller's array. Make a new one."""
    exit_logits -= exit_logits.max(axis=2, keepdims=True)
    p = np.exp(exit_logits)
    p = p / p.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@CONFIDENCE_EXIT.wrong
def confidence_exit_confidence_returned(exit_logits, *, threshold=0.9):
    """You return how sure the exit is; asked for is where the sample leaves, a number from 0 to E − 1."""
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    sure = p.max(axis=2) >= threshold
    sure[-1] = True
    left, one = sure.argmax(axis=0), np.arange(p.shape[1])
    return exit_logits.argmax(axis=2)[left, one], p.max(axis=2)[left, one]


@CONFIDENCE_EXIT.right
def confidence_exit_by_loop(exit_logits, *, threshold=0.9):
    exits, n = exit_logits.shape[:2]
    label, left = np.empty(n, int), np.empty(n, int)
    for i in range(n):
        for j in range(exits):
            z = exit_logits[j, i]
            p = np.exp(z - z.max())
            if p.max() / p.sum() >= threshold or j == exits - 1:
                label[i], left[i] = z.argmax(), j
                break
    return label, left


@CONFIDENCE_EXIT.right
def confidence_exit_backward(exit_logits, *, threshold=0.9):
    label = exit_logits[-1].argmax(axis=1)
    left = np.full(len(label), len(exit_logits) - 1)
    for j in reversed(range(len(exit_logits) - 1)):
        z = exit_logits[j]
        p = 1 / np.sum(np.exp(z - np.max(z, axis=1, keepdims=True)), axis=1)
        label = np.where(p >= threshold, z.argmax(axis=1), label)
        left = np.where(p >= threshold, j, left)
    return label, left


@CONFIDENCE_EXIT.right
def confidence_exit_in_logarithms(exit_logits, *, threshold=0.9):
    top = exit_logits.max(axis=2)
    rest = np.log(np.exp(exit_logits - top[:, :, None]).sum(axis=2))
    sure = -rest >= np.log(threshold)
    left = np.where(sure.any(axis=0), np.argmax(sure, axis=0), len(sure) - 1)
    z = np.take_along_axis(exit_logits, left[None, :, None], axis=0)[0]
    return np.argmax(z, axis=1), left


@CONFIDENCE_EXIT.right
def confidence_exit_still_inside(exit_logits, *, threshold=0.9):
    n = exit_logits.shape[1]
    label, left, inside = np.zeros(n, int), np.zeros(n, int), np.ones(n, bool)
    for j, z in enumerate(exit_logits):
        e = np.exp(z - z.max(axis=1)[:, None])
        goes = inside & (e.max(axis=1) >= threshold * e.sum(axis=1))
        if j == len(exit_logits) - 1:
            goes = inside
        label[goes], left[goes] = z[goes].argmax(axis=1), j
        inside = inside & ~goes
    return label, left
