"""Rows for nnlib.ensemble: operations on floats. Votes, exits, stacking and snapshots are in test_ensemble.py."""

import numpy as np
from scipy import special, stats

from nnlib import ensemble as E
from tests.nnlib.spec import Case, Edge, Error
from tests.nnlib.spec_losses import REDUCTIONS, each

CHAPTERS = ("14",)
NO_GRADIENT = (E.average_probs, E.fge_lr, E.rank_average)
ELSEWHERE = (
    E.Exits,
    E.SnapshotEnsemble,
    E.StackingClassifier,
    E.budgeted_exit,
    E.confidence_exit,
    E.entropy_exit,
    E.majority_vote,
    E.patience_exit,
    E.stratified_folds,
    E.swa_average,
    E.swa_update,
    E.update_bn,
)
REQUIRED_OPTIONS = (("fge_lr", "cycle"), ("fge_lr", "lr1"), ("fge_lr", "lr2"))
EMPTY_IN_EDGES = (E.average_probs, E.multi_exit_loss, E.rank_average)
NAN = np.nan


def models(rng):
    return (rng.dirichlet(np.ones(4), size=(3, 5)),)


def scores(rng):
    """Scores of three models for four classes, with ties."""
    z = rng.normal(size=(3, 5, 4))
    z[0, 0] = [0.5, 0.5, 0.1, 0.5]
    return (z,)


def exits(rng):
    return 2 * rng.normal(size=(4, 5, 3)), 2 * rng.normal(size=(4, 5, 3))


def two_exits(rng):
    return 2 * rng.normal(size=(2, 5, 3)), 2 * rng.normal(size=(2, 5, 3))


def divergences(z, teachers, reduction="mean", temperature=1.0):
    """Pair after pair, each by SciPy's relative entropy."""
    p, q = (special.softmax(s / temperature, axis=2) for s in (teachers, z))
    pairs = [(i, j) for i in range(len(z)) for j in range(len(z)) if i != j]
    loss = temperature**2 * np.mean([special.rel_entr(p[i], q[j]).sum(axis=1) for i, j in pairs], axis=0)
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](loss)


def torch_mutual(z, teachers, *, temperature=1.0, reduction="mean"):
    """One direction and then the other, between two exits."""
    from torch.nn import functional as F

    def kl(i, j):
        q = F.log_softmax(z[j] / temperature, dim=1)
        return F.kl_div(q, F.softmax(teachers[i] / temperature, dim=1), reduction="none").sum(1)

    loss = temperature**2 * (kl(0, 1) + kl(1, 0)) / 2
    return loss if reduction == "none" else getattr(loss, reduction)()


def triangle(step, cycle, lr1, lr2):
    """From corner to corner: the rate is lr1 after each whole cycle and lr2 in its middle."""
    corners = np.arange(0, 200, cycle // 2)
    return np.interp(step + 1, corners, np.where(np.arange(len(corners)) % 2, lr2, lr1))


CASES = (
    Case(E.average_probs, models, wrt=(), want=lambda p: np.average(p, axis=0)),
    Case(
        E.average_probs,
        models,
        {"weights": np.array([5.0, 3.0, 0.5])},
        wrt=(),
        want=lambda p, weights: np.average(p, axis=0, weights=weights),
    ),
    Case(
        E.rank_average, scores, wrt=(), want=lambda s: stats.rankdata(s, axis=-1).mean(axis=0), nan="spreads"
    ),
    Case(
        E.rank_average,
        scores,
        {"axis": 1},
        wrt=(),
        want=lambda s, axis: stats.rankdata(s, axis=1).mean(axis=0),
        nan="spreads",
    ),
    Case(
        E.multi_exit_loss,
        lambda rng: (rng.normal(size=4),),
        want=lambda x: np.average(x, weights=range(1, 5)),
    ),
    Case(
        E.multi_exit_loss,
        lambda rng: (rng.normal(size=(3, 2, 2)),),
        want=lambda x: np.average(x, axis=0, weights=[1, 2, 3]),
    ),
    *(Case(E.mutual_distillation_loss, exits, {"reduction": r}, want=divergences) for r in REDUCTIONS),
    Case(E.mutual_distillation_loss, exits, {"temperature": 3.0}, want=divergences),
    *each(E.mutual_distillation_loss, two_exits, torch=torch_mutual, temperature=2.0),
    Case(
        E.fge_lr,
        lambda rng: (rng.integers(1, 90, size=20).astype(float),),
        {"cycle": 6, "lr1": 0.5, "lr2": 0.1},
        wrt=(),
        want=triangle,
        nan="stays",
    ),
)

SAME = np.log([[[0.5, 0.5]], [[0.75, 0.25]]])
KL = np.log(2) - np.log(3) / 2, 0.75 * np.log(3) - np.log(2)  # of 1/2, 1/2 from 3/4, 1/4, and the reverse
EDGES = (
    Edge(E.average_probs, ([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]],), [0.64, 0.36], {"weights": [5, 3, 2]}),
    Edge(
        E.average_probs, ([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]],), [0.64, 0.36], {"weights": [0.5, 0.3, 0.2]}
    ),
    Edge(E.average_probs, ([[0.9, 0.1], [0.5, 0.5]],), [0.5, 0.5], {"weights": [0, 1]}),
    Edge(E.average_probs, ([0.25],), 0.25),
    Edge(E.average_probs, (np.zeros((2, 0, 3)),), np.zeros((0, 3))),
    Edge(E.rank_average, ([[0.1, 0.9, 0.2], [30.0, 20.0, 20.0]],), [2, 2.25, 1.75]),
    Edge(E.rank_average, ([[7.0, 7.0, 7.0]],), [2, 2, 2]),
    Edge(E.rank_average, ([[1.0, np.inf, -np.inf]],), [2, 3, 1]),
    Edge(E.rank_average, ([[[1.0, NAN], [0.0, 1.0]]],), [[NAN, NAN], [1, 2]]),
    Edge(E.rank_average, (np.zeros((2, 0)),), np.zeros(0)),
    Edge(E.multi_exit_loss, ([3.0, 0.0, 1.0],), 1.0),
    Edge(E.multi_exit_loss, ([2.5],), 2.5),
    Edge(E.multi_exit_loss, (np.zeros((3, 0)),), np.zeros(0)),
    Edge(E.multi_exit_loss_backward, (6.0, [3.0, 0.0, 1.0]), [1, 2, 3]),
    Edge(E.multi_exit_loss_backward, ([3.0, 0.0], [[1.0, 1.0], [1.0, 1.0]]), [[1, 0], [2, 0]]),
    Edge(E.mutual_distillation_loss, (SAME, SAME), sum(KL) / 2),
    Edge(E.mutual_distillation_loss, (SAME[[0, 0]], SAME[[1, 1]]), KL[1]),
    Edge(E.mutual_distillation_loss, (SAME[:1], SAME[:1]), 0.0),  # one exit has nobody to learn from
    Edge(
        E.mutual_distillation_loss,
        ([[[1e4, 0.0]], [[0.0, 0.0]]],) * 2,
        (1e4 - np.log(2)) / 2 / 2 + np.log(2) / 2 - np.log(2) / 4,
    ),
    Edge(E.mutual_distillation_loss, (np.zeros((2, 0, 3)),) * 2, NAN),
    Edge(E.mutual_distillation_loss, (np.zeros((2, 0, 3)),) * 2, 0.0, {"reduction": "sum"}),
    Edge(E.mutual_distillation_loss_backward, (1.0, SAME, SAME), [[[-0.125, 0.125]], [[0.125, -0.125]]]),
    Edge(E.mutual_distillation_loss_backward, (1.0, SAME[:1], SAME[:1]), [[[0.0, 0.0]]]),
    Edge(
        E.mutual_distillation_loss_backward,
        (1.0, np.zeros((2, 0, 3)), np.zeros((2, 0, 3))),
        np.zeros((2, 0, 3)),
    ),
    Edge(E.fge_lr, (np.arange(4),), [0.6, 0.2, 0.6, 1], {"cycle": 4, "lr1": 1.0, "lr2": 0.2}),
    Edge(E.fge_lr, (np.arange(4),), [0.5, 1, 0.5, 1], {"cycle": 2, "lr1": 1.0, "lr2": 0.5}),
    Edge(E.fge_lr, ([],), np.zeros(0), {"cycle": 2, "lr1": 1.0, "lr2": 0.5}),
)

ZZ = np.zeros((2, 1, 2))
ERRORS = (
    Error(
        E.average_probs,
        ([[0.5], [0.5]],),
        "weights must be of shape (2,); got shape (3,)",
        {"weights": [1, 1, 1]},
    ),
    Error(
        E.average_probs, ([[0.5], [0.5]],), "weights must be at least 0 and not all 0", {"weights": [1, -1]}
    ),
    Error(
        E.average_probs, ([[0.5], [0.5]],), "weights must be at least 0 and not all 0", {"weights": [0, 0]}
    ),
    Error(E.average_probs, (np.zeros((0, 2)),), "probs must be of shape (M, ...), M > 0; got shape (0, 2)"),
    Error(E.rank_average, ([0.1, 0.2],), "scores must be of shape (M, ...), M > 0; got shape (2,)"),
    Error(E.rank_average, ([[0.1, 0.2]],), "axis must be another axis", {"axis": 0}),
    Error(E.multi_exit_loss, (1.0,), "losses must be of shape (E, ...), E > 0"),
    Error(E.multi_exit_loss_backward, (1.0, []), "losses must be of shape (E, ...), E > 0"),
    Error(E.mutual_distillation_loss, (ZZ, ZZ[:1]), "teacher_logits must be of shape (2, 1, 2)"),
    Error(E.mutual_distillation_loss, (ZZ[0], ZZ[0]), "exit_logits must be of shape (E, n, K)"),
    Error(E.mutual_distillation_loss, (ZZ, ZZ), "temperature must be positive; got 0", {"temperature": 0}),
    Error(E.mutual_distillation_loss, (ZZ, ZZ), "reduction must be", {"reduction": "average"}),
    Error(E.fge_lr, (0,), "cycle must be positive and even; got 3", {"cycle": 3, "lr1": 1.0, "lr2": 0.5}),
    Error(E.fge_lr, (-1,), "step must be at least 0", {"cycle": 2, "lr1": 1.0, "lr2": 0.5}),
    Error(E.budgeted_exit, (ZZ, 2), "k must be from 0 to 1; got 2"),
    Error(E.patience_exit, (ZZ,), "patience must be at least 1; got 0", {"patience": 0}),
    Error(E.confidence_exit, (ZZ[0],), "exit_logits must be of shape (E, n, K)"),
    Error(E.entropy_exit, (ZZ[:0],), "exit_logits must be of shape (E, n, K)", {"threshold": 0.5}),
    Error(E.majority_vote, ([0, 1],), "labels must be whole numbers of shape (M, n)"),
    Error(E.majority_vote, ([[0.0]],), "labels must be whole numbers"),
    Error(E.majority_vote, ([[0, -1]],), "labels must be from 0 to 0; got values from -1 to 0"),
    Error(E.majority_vote, ([[0, 3]],), "labels must be from 0 to 2", {"num_classes": 3}),
    Error(
        E.majority_vote,
        ([[0]],),
        "tie_break must be 'first', 'probs' or 'rank'; got 'last'",
        {"tie_break": "last"},
    ),
    Error(
        E.majority_vote, ([[0]],), "probs must be of shape (1, 1, 1); got shape ()", {"tie_break": "probs"}
    ),
    Error(E.stratified_folds, ([0, 0, 1, 1],), "k must be from 2 to n = 4; got 5", {"k": 5}),
    Error(E.stratified_folds, ([0, 0, 1, 1],), "k must be at most 2", {"k": 3}),
    Error(E.stratified_folds, ([[0, 0]],), "y must be of shape (n,)", {"k": 2}),
    Error(E.swa_average, ([],), "checkpoints must be at least one"),
    Error(
        E.swa_average,
        ([[[1.0]], [[1.0, 2.0]]],),
        "checkpoints must be of the shapes [(1,)]; got the shapes [(2,)]",
    ),
    Error(E.swa_update, ([[1.0]], [[1.0], [2.0]], 1), "w must be of the shapes [(1,)]"),
    Error(E.swa_update, ([[1.0]], [[1.0]], -1), "n must be at least 0; got -1"),
)
