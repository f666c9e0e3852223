"""A sample leaves at the first exit whose entropy is low."""

import numpy as np

from grader.exercises.ch14_ensembles.budgeted_exit import steady
from grader.exercises.ch14_ensembles.confidence_exit import certain, sure
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import ensemble

# Of these largest probabilities of seven classes, the others uneven, the entropies in nats are
# 0.97: 0.18, 0.95: 0.28, 0.93: 0.37, 0.9: 0.49, 0.85: 0.67, 0.8: 0.83, 0.7: 1.11, 0.6: 1.34, 0.5: 1.52.
SOME = [
    [0.93, 0.6, 0.95, 0.7],
    [0.6, 0.93, 0.7, 0.97],
    [0.8, 0.9, 0.6, 0.7],
    [0.7, 0.85, 0.93, 0.6],
    [0.9, 0.95, 0.97, 0.98],
    [0.85, 0.6, 0.7, 0.95],
    [0.7, 0.8, 0.95, 0.97],
]
NOBODY = [[0.8, 0.6, 0.7, 0.6], [0.6, 0.85, 0.8, 0.7], [0.7, 0.8, 0.6, 0.8], [0.85, 0.8, 0.85, 0.7]]
NEVER, HUGE = "some are nowhere sure", "probabilities of 0, scores of some thousands"


def one_class_far_ahead(threshold):
    """Scores in the thousands, often thousands apart, so that probabilities are 0; at some exits two classes are near
    each other."""

    def draw(rng):
        near = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]], bool).T
        z = certain(rng, np.full(near.shape, 0.6), 5)
        top = z.argmax(axis=2)[..., None]
        z = rng.uniform(-3000, 0, size=z.shape)
        in_turns = np.add.outer(*map(np.arange, near.shape)) % 2
        highest = 1000.0 + 2000 * in_turns[..., None] + rng.uniform(0, 100, size=top.shape)
        np.put_along_axis(z, top, highest, axis=2)
        second = np.where(near[..., None], highest - rng.uniform(0.05, 0.2, size=top.shape), 0.0)
        np.put_along_axis(z, (top + 1) % 5, second, axis=2)
        return call(z, threshold=threshold)

    return draw


def entropies(p, classes):
    """Of distributions with the largest probability p, the others as 1, 2, 3, …"""
    rest = np.arange(1.0, classes) / np.arange(1.0, classes).sum()
    return -p * np.log(p) - (1 - p) * (np.log(1 - p) + np.sum(rest * np.log(rest)))


def _allowed(rng):
    exits, n, classes = int(rng.integers(1, 6)), int(rng.integers(1, 6)), int(rng.integers(3, 7))
    threshold = float(one_of(rng, 0.3, 0.5, 0.7, 1.1))
    p = rng.uniform(0.55, 0.98, size=(exits, n))
    p = np.where(np.abs(entropies(p, classes) - threshold) < 0.03, 0.99, p)
    shift, apart = one_of(rng, (0.0, False), (2000.0, False), (-2000.0, False), (0.0, True))
    return call(certain(rng, p, classes, shift, apart), threshold=threshold)


ENTROPY_EXIT = Exercise(
    function="entropy_exit",
    topics=("C14-13",),
    points=2,
    difficulty=4,
    minutes=15,
    reference=ensemble.entropy_exit,
    returns=("label", "exit"),
    allowed=_allowed,
    cases=(
        Case("some leave early", sure(SOME, threshold=0.57), weight=4),
        Case(NEVER, sure(NOBODY + SOME, threshold=0.57), weight=4),
        Case(HUGE, one_class_far_ahead(0.3), weight=4),
        Case(
            "a strict threshold",
            sure([[0.5, 0.99, 0.6], [0.6, 0.9, 0.99], [0.5, 0.95, 0.99]], threshold=0.2),
        ),
        Case(
            "a threshold above 1",
            steady(sure([[0.5, 0.6, 0.7], [0.7, 0.5, 0.8], [0.6, 0.5, 0.95]], threshold=1.29)),
            edge=True,
        ),
        in_turn(
            "one exit, one sample, three classes, another threshold, very negative scores",
            steady(sure([[0.95], [0.5], [0.7]], threshold=0.3)),
            steady(sure([[0.5, 0.6, 0.97, 0.5]], threshold=0.3)),
            steady(sure([[0.6, 0.95], [0.95, 0.5]], classes=3, threshold=0.4)),
            steady(sure(SOME[:3], apart=True, threshold=0.57)),
            steady(sure(SOME[3:6], shift=-2000.0, threshold=0.57)),
            steady(sure([[0.5]], classes=3, threshold=0.3)),
            steady(sure([[0.97]], classes=4, threshold=1.1)),
            steady(sure([[0.5, 0.4], [0.6, 0.9]], threshold=1.59)),
            edge=True,
            weight=2,
        ),
    ),
    hints=(
        "log p = z − max − log Σ exp(z − max): never the log of a probability that has become 0.",
        "The entropy is −(p log p) summed over the classes, axis 2: (E, n). It is low where the network is sure.",
        "Then as in confidence_exit: sure[-1] = True, argmax along the exits, and the label there.",
    ),
)


@ENTROPY_EXIT.wrong
def entropy_exit_above(exit_logits, *, threshold):
    """Your samples leave where the entropy is *high*; low entropy means that the network is sure."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h > threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_bits(exit_logits, *, threshold):
    """Your entropy is in bits, with the logarithm to base 2; it is in nats, with the natural one."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    h = h / np.log(2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_share_of_the_largest(exit_logits, *, threshold):
    """You divide the entropy by its largest value, ln K; the threshold is in nats."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    h = h / np.log(exit_logits.shape[2])
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_no_minus(exit_logits, *, threshold):
    """The minus is missing: your entropy is negative, so everybody leaves at the first exit."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    h = -h
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_mean_for_sum(exit_logits, *, threshold):
    """You take the mean over the classes; the entropy is the sum."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    h = h / exit_logits.shape[2]
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong(case=HUGE)
def entropy_exit_nan(exit_logits, *, threshold):
    """0 times the log of 0 is nan in NumPy, and nan is never below a threshold; that term is 0. Take log p from the
    scores, not from p."""
    p = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = p / p.sum(axis=2, keepdims=True)
    with np.errstate(all="ignore"):
        h = -(p * np.log(p)).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong(case=HUGE)
def entropy_exit_one_largest_for_all(exit_logits, *, threshold):
    """You subtract the largest score of all; where another exit's scores are thousands lower, every exp is 0, and the
    log of their sum is no number: subtract the largest of each row, axis 2."""
    z = exit_logits - exit_logits.max()
    with np.errstate(all="ignore"):
        log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
        sure = -(np.exp(log_p) * log_p).sum(axis=2) < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong(case=HUGE)
def entropy_exit_nan_of_the_sum(exit_logits, *, threshold):
    """np.nan_to_num around the sum makes the whole entropy 0 where one term is nan, and the sample leaves however
    unsure it is; only that term is 0."""
    p = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = p / p.sum(axis=2, keepdims=True)
    with np.errstate(all="ignore"):
        h = np.nan_to_num(-(p * np.log(p)).sum(axis=2))
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong(case=HUGE)
def entropy_exit_overflow(exit_logits, *, threshold):
    """exp overflows for scores of some thousands: subtract the largest score first."""
    with np.errstate(all="ignore"):
        e = np.exp(exit_logits)
        p = e / e.sum(axis=2, keepdims=True)
        h = np.log(e.sum(axis=2)) - (p * exit_logits).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_last_sure(exit_logits, *, threshold):
    """You take the last exit that is sure; a sample leaves at the first one, and the rest is not computed."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    left = len(h) - 1 - (h < threshold)[::-1].argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong(case=NEVER)
def entropy_exit_nobody_sure(exit_logits, *, threshold):
    """In yours a sample that no exit is sure of leaves at the first, since argmax of nothing but False is 0; it
    leaves at the last.

    sure[-1] = True before the argmax."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_lowest_of_all(exit_logits, *, threshold):
    """You take the exit with the lowest entropy of all; a sample leaves at the first that is below the threshold."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    left = np.where((h < threshold).any(axis=0), h.argmin(axis=0), len(h) - 1)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong(case=NEVER)
def entropy_exit_else_lowest(exit_logits, *, threshold):
    """A sample that no exit is sure of leaves at the exit with the lowest entropy in yours; it leaves at the last."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    left = np.where(sure.any(axis=0), sure.argmax(axis=0), h.argmin(axis=0))
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_confidence(exit_logits, *, threshold):
    """You compare the largest probability with the threshold; here it is the entropy of the whole distribution."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    sure = np.exp(log_p).max(axis=2) >= threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_surprise(exit_logits, *, threshold):
    """You take −log of the largest probability only; the entropy sums −p log p over all classes."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -log_p.max(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_largest_term_only(exit_logits, *, threshold):
    """You take −p log p of the most probable class only; the entropy is the sum over all classes."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -np.exp(log_p.max(axis=2)) * log_p.max(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_labels_of_the_last(exit_logits, *, threshold):
    """Your labels are those of the last exit; a sample gets the one of the exit where it leaves."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    return exit_logits[-1].argmax(axis=1), sure.argmax(axis=0)


@ENTROPY_EXIT.wrong
def entropy_exit_counted_from_one(exit_logits, *, threshold):
    """You count the exits from 1; the first is exit 0."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left + 1


@ENTROPY_EXIT.wrong
def entropy_exit_softmax_over_samples(exit_logits, *, threshold):
    """Your softmax is over the samples; it is over the classes, axis 2."""
    z = exit_logits - exit_logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_all_together(exit_logits, *, threshold):
    """Your samples leave all together, where the mean entropy is low; each leaves by itself."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    h = np.repeat(h.mean(axis=1)[:, None], h.shape[1], axis=1)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_averaged_so_far(exit_logits, *, threshold):
    """You average the entropies of the exits so far; each exit is asked alone."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    h = np.cumsum(h, axis=0) / np.arange(1, len(h) + 1)[:, None]
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.wrong
def entropy_exit_exchanged(exit_logits, *, threshold):
    """You have exchanged the results: first the labels, then the exits."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return left, exit_logits.argmax(axis=2)[left, np.arange(len(left))]


@ENTROPY_EXIT.wrong
def entropy_exit_label_only(exit_logits, *, threshold):
    """You return the labels only; asked for is the pair (label, exit)."""
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))]


@ENTROPY_EXIT.wrong(case="arguments unchanged")
def entropy_exit_in_place(exit_logits, *, threshold):
    """You change exit_logits: -= writes into the caller's array. Make a new one."""
    exit_logits -= exit_logits.max(axis=2, keepdims=True)
    log_p = exit_logits - np.log(np.exp(exit_logits).sum(axis=2, keepdims=True))
    h = -(np.exp(log_p) * log_p).sum(axis=2)
    sure = h < threshold
    sure[-1] = True
    left = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left, np.arange(len(left))], left


@ENTROPY_EXIT.right
def entropy_exit_by_loop(exit_logits, *, threshold):
    exits, n = exit_logits.shape[:2]
    label, left = np.full(n, -1), np.full(n, -1)
    for i in range(n):
        for j in range(exits):
            z = exit_logits[j, i]
            p = np.exp(z - z.max())
            p = p[p > 0] / p.sum()
            if j == exits - 1 or np.sum(p * np.log(p)) > -threshold:
                label[i], left[i] = z.argmax(), j
                break
    return label, left


@ENTROPY_EXIT.right
def entropy_exit_zero_terms_left_out(exit_logits, *, threshold):
    e = np.exp(exit_logits - exit_logits.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    h = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=2)
    sure = h < threshold
    left = np.where(sure.any(axis=0), np.argmax(sure, axis=0), len(sure) - 1)
    z = np.take_along_axis(exit_logits, left[None, :, None], axis=0)[0]
    return np.argmax(z, axis=1), left


@ENTROPY_EXIT.right
def entropy_exit_by_mean_score(exit_logits, *, threshold):
    label = exit_logits[-1].argmax(axis=1)
    left = np.full(len(label), len(exit_logits) - 1)
    for j in reversed(range(len(exit_logits) - 1)):
        lead = exit_logits[j] - exit_logits[j].max(axis=1, keepdims=True)
        e = np.exp(lead)
        total = e.sum(axis=1)
        h = np.log(total) - (e * lead).sum(axis=1) / total
        label = np.where(h < threshold, lead.argmax(axis=1), label)
        left = np.where(h < threshold, j, left)
    return label, left


@ENTROPY_EXIT.right
def entropy_exit_still_inside(exit_logits, *, threshold):
    n = exit_logits.shape[1]
    label, left, inside = np.zeros(n, int), np.zeros(n, int), np.ones(n, bool)
    for j, z in enumerate(exit_logits):
        log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
        goes = inside & (np.einsum("nk,nk->n", np.exp(log_p), log_p) > -threshold)
        if j == len(exit_logits) - 1:
            goes = inside
        label[goes], left[goes] = z[goes].argmax(axis=1), j
        inside = inside & ~goes
    return label, left
