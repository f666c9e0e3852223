"""Rows for nnlib.losses of classes, margins, distances and sequences."""

import numpy as np
from scipy import special
from scipy.spatial import distance

from nnlib import losses as L
from tests.nnlib.spec import Case
from tests.nnlib.spec_losses import by_sample, each, once

WEIGHT = np.array([0.5, 2.0, 1.0, 0.25])


def first_class_first(labels):
    """The first sample belongs to class 0, so that a nan put there must be seen."""
    labels.flat[0] = 0
    return labels


def scores(*more):
    """Logits of four classes (N, 4, ...) and labels."""

    def args(rng):
        return 3 * rng.normal(size=(5, 4, *more)), first_class_first(rng.integers(4, size=(5, *more)))

    return args


def one_sample(rng):
    return rng.normal(size=4), np.array(0)


def log_probs(*more):
    def args(rng):
        x, labels = scores(*more)(rng)
        return special.log_softmax(x, axis=1), labels

    return args


def soft(*more):
    """Logits and the probabilities of four classes."""

    def args(rng):
        x = rng.normal(size=(5, 4, *more))
        return 3 * x, special.softmax(rng.normal(size=x.shape), axis=1)

    return args


def one_soft_sample(rng):
    return rng.normal(size=4), rng.dirichlet(np.ones(4))


def many_classes(rng):
    return rng.normal(size=(2, 65)), first_class_first(rng.integers(65, size=2))


def probabilities(rng):
    return rng.dirichlet(np.full(4, 9), size=5), rng.dirichlet(np.ones(4), size=5)


def labelled_probabilities(rng):
    return rng.dirichlet(np.full(4, 9), size=5), first_class_first(rng.integers(4, size=5))


def label_lists(rng):
    """Scores and the true classes of each sample, in any order, ended by -1 or by the end of the row."""
    lists = np.array([rng.permutation(4) for _ in range(5)])
    for row, length in zip(lists, rng.integers(1, 4, size=5)):
        row[length] = -1
    lists[1] = [3, 3, 1, -1]
    return 2 * rng.normal(size=(5, 4)), lists


def one_label_list(rng):
    return rng.normal(size=4), np.array([2, 0, -1, 1])


def decisions(rng):
    return rng.integers(3, size=8), rng.integers(3, size=8)


def label_sets(rng):
    return rng.integers(2, size=(8, 3)), rng.integers(2, size=(8, 3))


def rankings(rng):
    return rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.choice([-1.0, 1.0], size=(4, 3))


def distances(rng):
    return np.abs(2 * rng.normal(size=(4, 3))), rng.choice([-1.0, 1.0], size=(4, 3))


def pairs(rng):
    return rng.normal(size=(4, 3)), rng.normal(size=(4, 3))


def deep_pairs(rng):
    return rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 2, 3))


def pairs_alike_or_not(rng):
    return rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), rng.choice([-1.0, 1.0], size=6)


def one_pair(rng):
    return rng.normal(size=3), rng.normal(size=3), np.array(1.0)


def triplets(rng):
    return tuple(rng.normal(size=(6, 3)) for _ in range(3))


def sequences(rng):
    """Five frames of three sequences over four symbols; targets with a repeat, of lengths 3, 2 and 0."""
    targets = rng.integers(1, 4, size=(3, 3))
    targets[0] = [1, 1, 3]
    log_p = special.log_softmax(rng.normal(size=(5, 3, 4)), axis=2)
    return log_p, targets, np.array([5, 3, 4]), np.array([3, 2, 0])


def sequences_in_a_row(rng):
    log_p, targets, frames, lengths = sequences(rng)
    return log_p, np.concatenate([t[:n] for t, n in zip(targets, lengths)]), frames, lengths


def one_sequence(rng):
    return special.log_softmax(rng.normal(size=(4, 3)), axis=1), np.array([1, 2]), np.array(4), np.array(2)


def blank_last(rng):
    log_p, targets, *lengths = sequences(rng)
    return log_p, targets - 1, *lengths


def torch_ctc(log_probs, targets, input_lengths, target_lengths, *, blank=0, reduction="mean"):
    """ctc_loss by torch's operations: the derivative of its own is one with respect to logits."""
    import torch

    losses, start = [], 0
    x = log_probs[:, None] if log_probs.ndim == 2 else log_probs
    frames, lengths = (torch.atleast_1d(n).tolist() for n in (input_lengths, target_lengths))
    for n, (T, U) in enumerate(zip(frames, lengths)):
        target = targets[n] if targets.ndim == 2 else targets[start:]
        start += U
        path = [blank]
        for symbol in target[:U].tolist():
            path += [symbol, blank]
        alpha = [x[0, n, s] if i < 2 else None for i, s in enumerate(path)]
        for t in range(1, T):
            before = alpha
            alpha = []
            for i, s in enumerate(path):
                skip = i > 1 and s != blank and s != path[i - 2]
                ways = [before[j] for j in (i, i - 1, *[i - 2] * skip) if j >= 0 and before[j] is not None]
                alpha.append(x[t, n, s] + torch.logsumexp(torch.stack(ways), 0) if ways else None)
        losses.append(-torch.logsumexp(torch.stack([a for a in alpha[-2:] if a is not None]), 0))
    loss = torch.stack(losses)
    if reduction == "none":
        return loss if log_probs.ndim == 3 else loss[0]
    return loss.sum() if reduction == "sum" else (loss / torch.tensor(lengths).clamp(min=1)).mean()


def ctc(args, **kwargs):
    return tuple(
        Case(
            L.ctc_loss,
            args,
            {"reduction": r, **kwargs},
            torch="torch.nn.functional.ctc_loss",
            differentiate=torch_ctc,
        )
        for r in ("mean", "sum", "none")
    )


class CityBlock(tuple):
    """A distance and its gradients, with a name that does not change from run to run."""

    def __new__(cls):
        return super().__new__(cls, (cls.d, cls.d_backward))

    def __repr__(self):
        return "city block"

    @staticmethod
    def d(x1, x2):
        return np.abs(x1 - x2).sum(axis=-1)

    @staticmethod
    def d_backward(grad_output, x1, x2):
        gradient = np.sign(x1 - x2) * np.asarray(grad_output)[..., None]
        return gradient, -gradient


def torch_city_block(*args, distance_function, **kwargs):
    import torch

    def d(x1, x2):
        return (x1 - x2).abs().sum(-1)

    return torch.nn.functional.triplet_margin_with_distance_loss(*args, distance_function=d, **kwargs)


def picked(x, labels):
    return np.array([row[label] for row, label in zip(x, labels)])


def value_and_gradient(x, labels):
    p = special.softmax(x, axis=1)
    return -np.log(picked(p, labels)).mean(), (p - np.eye(x.shape[1])[labels]) / len(x)


def sklearn_log_loss(p, y, reduction="mean", eps=0.0):
    from sklearn.metrics import log_loss

    hard = [log_loss([c], [row], labels=range(4)) for row, c in zip(p, y.argmax(axis=1))]
    assert set(np.unique(y)) <= {0.0, 1.0}
    return {"mean": np.mean, "sum": np.sum, "none": np.array}[reduction](hard)


def sklearn_zero_one(y_true, y_pred, **kwargs):
    from sklearn.metrics import zero_one_loss

    return np.float64(zero_one_loss(y_true, y_pred, **kwargs))


def one_hot_probabilities(rng):
    p, labels = labelled_probabilities(rng)
    return p, np.eye(4)[labels]


CLASSES = (
    *each(L.nll_loss, log_probs(), lambda x, c, reduction: -picked(x, c)),
    once(L.nll_loss, log_probs(2, 3)),
    once(L.nll_loss, one_sample),
    *each(L.nll_loss, log_probs(2), weight=WEIGHT, ignore_index=2),
    *each(L.cross_entropy, scores(), lambda x, c, reduction: -picked(special.log_softmax(x, axis=1), c)),
    once(L.cross_entropy, scores(3)),
    once(L.cross_entropy, one_sample),
    once(L.cross_entropy, many_classes),
    *each(L.cross_entropy, scores(2), weight=WEIGHT, ignore_index=1),
    *each(L.cross_entropy, scores(2), weight=WEIGHT, ignore_index=1, label_smoothing=0.3),
    once(
        L.cross_entropy,
        soft(),
        lambda x, q, reduction: -(q * special.log_softmax(x, axis=1)).sum(axis=1),
    ),
    *each(L.cross_entropy, soft(2), weight=WEIGHT, label_smoothing=0.2),
    once(L.cross_entropy, one_soft_sample),
    Case(L.cross_entropy_with_gradient, scores(), wrt=(), want=value_and_gradient),
    Case(L.cross_entropy_with_gradient, many_classes, wrt=(), want=value_and_gradient),
    *by_sample(L.categorical_cross_entropy, probabilities, lambda p, y: -special.xlogy(y, p).sum(axis=1)),
    Case(L.categorical_cross_entropy, one_hot_probabilities, want=sklearn_log_loss),
    Case(
        L.categorical_cross_entropy,
        probabilities,
        {"eps": 0.1},
        want=lambda p, y, eps: np.mean([-y[i] @ np.log(np.clip(p[i], eps, 1 - eps)) for i in range(5)]),
    ),
    *by_sample(L.log_likelihood_cost, labelled_probabilities, lambda a, y: -np.log(picked(a, y))),
    Case(
        L.smooth_labels,
        lambda rng: (rng.integers(5, size=(2, 3)), 5),
        {"eps": 0.3},
        wrt=(),
        want=lambda y, k, eps: np.where(np.arange(k) == y[..., None], 1 - eps + eps / k, eps / k),
    ),
    Case(L.zero_one_loss, decisions, wrt=(), want=sklearn_zero_one),
    Case(L.zero_one_loss, decisions, {"normalize": False}, wrt=(), want=sklearn_zero_one),
    Case(L.zero_one_loss, label_sets, wrt=(), want=sklearn_zero_one),
    Case(L.zero_one_loss, decisions, {"sample_weight": np.arange(1.0, 9)}, wrt=(), want=sklearn_zero_one),
)

MARGINS = (
    *each(
        L.margin_ranking_loss,
        rankings,
        lambda a, b, y, reduction: np.maximum(0, np.where(y > 0, b - a, a - b)),
        wrt=(0, 1),
    ),
    once(L.margin_ranking_loss, rankings, wrt=(0, 1), margin=0.7),
    *each(
        L.hinge_embedding_loss, distances, lambda x, y, reduction: np.where(y > 0, x, np.maximum(0, 1 - x))
    ),
    once(L.hinge_embedding_loss, distances, margin=2.0),
    *each(L.multi_margin_loss, scores()),
    once(L.multi_margin_loss, one_sample),
    once(L.multi_margin_loss, scores(), p=2, margin=0.5, weight=WEIGHT),
    *each(L.multilabel_margin_loss, label_lists),
    once(L.multilabel_margin_loss, one_label_list),
)


def cosines(x1, x2):
    return np.array([1 - distance.cosine(a, b) for a, b in zip(x1, x2)])


def pairwise(op_args, want=None, **kwargs):
    return Case(
        L.pairwise_distance,
        op_args,
        kwargs,
        wrt=(0, 1),
        torch="torch.nn.functional.pairwise_distance",
        want=want,
    )


THREE = (0, 1, 2)
DISTANCES = (
    pairwise(pairs),
    pairwise(pairs, lambda a, b, eps: np.diag(distance.cdist(a, b)), eps=0.0),
    pairwise(pairs, lambda a, b, eps, p: np.diag(distance.cdist(a, b, "cityblock")), eps=0.0, p=1.0),
    pairwise(pairs, lambda a, b, eps, p: np.diag(distance.cdist(a, b, "minkowski", p=3)), eps=0.0, p=3.0),
    pairwise(pairs, lambda a, b, eps, p: np.diag(distance.cdist(a, b, "chebyshev")), eps=0.0, p=np.inf),
    pairwise(deep_pairs, keepdims=True, p=1.5),
    *each(
        L.cosine_embedding_loss,
        pairs_alike_or_not,
        lambda a, b, y, reduction: np.where(y > 0, 1 - cosines(a, b), np.maximum(0, cosines(a, b))),
        wrt=(0, 1),
    ),
    once(L.cosine_embedding_loss, pairs_alike_or_not, wrt=(0, 1), margin=-0.3),
    once(L.cosine_embedding_loss, one_pair, wrt=(0, 1)),
    *each(L.triplet_margin_loss, triplets, wrt=THREE),
    once(L.triplet_margin_loss, triplets, wrt=THREE, swap=True, margin=2.0),
    once(
        L.triplet_margin_loss,
        triplets,
        lambda a, near, far, **_: np.maximum(
            0, np.abs(a - near).sum(axis=1) - np.abs(a - far).sum(axis=1) + 1
        ),
        wrt=THREE,
        p=1.0,
        eps=0.0,
    ),
    *each(L.triplet_margin_with_distance_loss, triplets, wrt=THREE),
    once(
        L.triplet_margin_with_distance_loss,
        triplets,
        torch=torch_city_block,
        wrt=THREE,
        distance_function=CityBlock(),
        swap=True,
        margin=2.0,
    ),
)

SEQUENCES = (
    *ctc(sequences),
    ctc(sequences_in_a_row)[-1],
    ctc(blank_last, blank=3)[-1],
    ctc(one_sequence)[-1],
    ctc(one_sequence)[0],
)

CASES = CLASSES + MARGINS + DISTANCES + SEQUENCES
