"""Rows for chapter 13: focal, dice, softened softmax, hinges, trees, structures."""

import numpy as np
from scipy import special

from nnlib import losses as L
from nnlib import nn
from tests.nnlib.spec import Case, Edge, Error
from tests.nnlib.spec_losses import REDUCTIONS, each, once, soft_yes_or_no, yes_or_no
from tests.nnlib.spec_losses_classes import WEIGHT, first_class_first, one_sample, picked, scores, soft
from tests.nnlib.spec_losses_edges import NAN, NOBODY, NONE, SUM, empty

CHAPTERS = ("13",)
NO_GRADIENT = (L.hierarchical_softmax_probs,)
# Trained, not computed: test_logistic.py.
ELSEWHERE = (nn.LogisticRegression,)

TREE = ((0, (3, 1)), (2, 4))  # five classes, the longest path has three turns


def logits(rng):
    probs, target = yes_or_no(rng)
    return np.asarray(4 * rng.normal(size=probs.shape)), target


def soft_logits(rng):
    return 3 * rng.normal(size=(4, 3)), rng.uniform(size=(4, 3))


def masks(rng):
    """Probabilities and labels of the pixels of two images."""
    return rng.uniform(0.02, 0.98, size=(2, 3, 4)), rng.integers(2, size=(2, 3, 4)) * 1.0


def attributes(rng):
    y = rng.choice([-1.0, 1.0], size=(5, 4))
    y[1] = -y[0]  # scikit-learn must see both answers
    return 2 * rng.normal(size=(5, 4)), y


def yes_no_attributes(rng):
    f, y = attributes(rng)
    return f, (y + 1) / 2


def structures(rng):
    """Scores of the eight words of three bits; how many bits differ, some errors costing more than their reverse."""
    bits = np.arange(8)[:, None] >> np.arange(3) & 1
    hamming = (bits[:, None] != bits).sum(axis=2) * rng.uniform(0.5, 2, size=(8, 8))
    return 2 * rng.normal(size=(5, 8)), first_class_first(rng.integers(8, size=5)), hamming


def leaves(rng):
    return rng.normal(size=(6, 3)), first_class_first(rng.integers(5, size=6)), TREE, rng.normal(size=(4, 3))


def all_leaves(rng):
    h, _, tree, w = leaves(rng)
    return h, tree, w


def reduced(loss, reduction):
    return loss if reduction == "none" else getattr(loss, reduction)()


def torch_focal(x, target, *, gamma=2.0, alpha=None, reduction="mean"):
    import torch

    ce = torch.nn.functional.cross_entropy(x, target, reduction="none")
    weight = 1 if alpha is None else alpha[target]
    return reduced(weight * (1 - torch.exp(-ce)) ** gamma * ce, reduction)


def torch_sigmoid_focal(x, target, *, alpha=0.25, gamma=2.0, reduction="none"):
    """As torchvision.ops.sigmoid_focal_loss is defined."""
    import torch

    p = torch.sigmoid(x)
    ce = torch.nn.functional.binary_cross_entropy_with_logits(x, target, reduction="none")
    loss = ce * (1 - (p * target + (1 - p) * (1 - target))) ** gamma
    if alpha >= 0:
        loss = (alpha * target + (1 - alpha) * (1 - target)) * loss
    return reduced(loss, reduction)


def torch_dice(p, y, *, eps=1.0, reduction="mean"):
    p, y = p.flatten(1), y.flatten(1)
    return reduced(1 - (2 * (p * y).sum(1) + eps) / (p.sum(1) + y.sum(1) + eps), reduction)


def torch_soft(x, target, *, temperature=1.0, reduction="mean"):
    import torch

    return torch.nn.functional.cross_entropy(x / temperature, target, reduction=reduction)


def torch_hinge(x, target, *, margin=1.0, p=1, reduction="mean"):
    import torch

    loss = torch.nn.functional.multi_margin_loss(x, target, margin=margin, p=p, reduction=reduction)
    return x.shape[-1] * loss


def sklearn_hinges(f, y, reduction="mean"):
    from sklearn.metrics import hinge_loss

    mean = sum(hinge_loss(answers, scores) for scores, answers in zip(f.T, y.T))
    return {"mean": mean, "sum": mean * len(f)}[reduction]


def torch_attributes(f, y, *, reduction="mean"):
    import torch

    loss = torch.nn.functional.binary_cross_entropy_with_logits(f, y, reduction="none").sum(-1)
    return reduced(loss, reduction)


def enumerated(s, truth, delta, reduction="mean"):
    loss = [max(delta[t, j] + row[j] - row[t] for j in range(len(row))) for row, t in zip(s, truth)]
    return {"mean": np.mean, "sum": np.sum, "none": np.array}[reduction](loss)


def leaf_probabilities(h, tree, w):
    """By recursion: what arrives at a node is shared between its two sides."""
    number = iter(range(len(w)))
    p = np.empty((len(h), len(w) + 1))

    def descend(node, arrived):
        if isinstance(node, int):
            p[:, node] = arrived
            return
        left = special.expit(h @ w[next(number)])
        descend(node[0], arrived * left)
        descend(node[1], arrived * (1 - left))

    descend(tree, np.ones(len(h)))
    return p


def by_leaf(h, target, tree, w, reduction="mean"):
    loss = -np.log(picked(leaf_probabilities(h, tree, w), target))
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](loss)


CASES = (
    *each(L.focal_loss, scores(), torch=torch_focal),
    *each(L.focal_loss, scores(2), torch=torch_focal, gamma=0.5, alpha=WEIGHT),
    once(
        L.focal_loss,
        scores(),
        lambda x, c, reduction, gamma: -picked(special.log_softmax(x, axis=1), c),
        torch=torch_focal,
        gamma=0.0,
    ),
    once(L.focal_loss, one_sample, torch=lambda x, c, **k: torch_focal(x[None], c[None], **k)[0]),
    *each(L.sigmoid_focal_loss, logits, torch=torch_sigmoid_focal),
    once(L.sigmoid_focal_loss, soft_logits, torch=torch_sigmoid_focal, gamma=3.0, alpha=-1),
    once(L.sigmoid_focal_loss, logits, torch=torch_sigmoid_focal, gamma=0.5, alpha=0.75),
    once(L.sigmoid_focal_loss, logits, torch=torch_sigmoid_focal, gamma=0.0),
    *each(L.dice_loss, masks, torch=torch_dice),
    once(L.dice_loss, soft_yes_or_no, torch=torch_dice, eps=0.0),
    *each(L.soft_cross_entropy, scores(), torch=torch_soft, temperature=3.0),
    once(L.soft_cross_entropy, soft(2), torch=torch_soft, temperature=0.5),
    once(L.soft_cross_entropy, scores(), torch=torch_soft),
    *each(L.multiclass_hinge_loss, scores(), torch=torch_hinge),
    once(L.multiclass_hinge_loss, scores(), torch=torch_hinge, p=2, margin=0.5),
    once(L.multiclass_hinge_loss, one_sample, torch=torch_hinge),
    Case(L.attribute_hinge_loss, attributes, want=sklearn_hinges),
    Case(L.attribute_hinge_loss, attributes, {"reduction": "sum"}, want=sklearn_hinges),
    Case(
        L.attribute_hinge_loss,
        attributes,
        {"reduction": "none"},
        want=lambda f, y, reduction: np.where(y * f < 1, 1 - y * f, 0).sum(axis=1),
    ),
    *each(L.attribute_logistic_loss, yes_no_attributes, torch=torch_attributes),
    *(Case(L.structured_hinge_loss, structures, {"reduction": r}, want=enumerated) for r in REDUCTIONS),
    *(
        Case(L.hierarchical_softmax_loss, leaves, {"reduction": r}, wrt=(0, 3), want=by_leaf)
        for r in REDUCTIONS
    ),
    Case(L.hierarchical_softmax_probs, all_leaves, wrt=(), want=leaf_probabilities),
)

Z, Y0 = np.log([[0.9, 0.1], [0.1, 0.9]]), np.array([0, 0])
CHAIN = (0, (1, (2, 3)))
TWO, ONE = np.zeros((2, 2)), np.array([0])
EDGES = (
    # an easy sample counts (1 - 0.9)^2, a hard one (1 - 0.1)^2
    Edge(L.focal_loss, (Z, Y0), [-0.01 * np.log(0.9), -0.81 * np.log(0.1)], NONE),
    Edge(L.focal_loss, (Z, Y0), (-0.005 * np.log(0.9) - 0.405 * np.log(0.1)) / 2, {"alpha": [0.5, 9.0]}),
    Edge(L.focal_loss, ([[0.0, 1e4], [1e4, 0.0]], Y0), [1e4, 0], NONE),
    Edge(
        L.focal_loss_backward, (1.0, [[0.0, 1e4], [1e4, 0.0]], Y0), [[-1, 1], [0, 0]], {"gamma": 0.5, **SUM}
    ),
    Edge(L.focal_loss_backward, (1.0, [[0.0, 0.0]], ONE), [[-0.5, 0.5]], {"gamma": 0.0}),
    Edge(L.focal_loss_backward, (1.0, np.zeros((0, 3)), np.zeros(0, int)), np.zeros((0, 3))),
    *empty(L.focal_loss, NOBODY, np.zeros(0, int)),
    Edge(L.sigmoid_focal_loss, ([0.0, 0.0], [1.0, 0.0]), [np.log(2) / 16, 3 * np.log(2) / 16]),
    Edge(L.sigmoid_focal_loss, ([1e4, -1e4], 1.0), [0, 2500]),
    Edge(L.sigmoid_focal_loss_backward, (1.0, [1e4, -1e4], 1.0), [0, -0.25], {"gamma": 0.5}),
    Edge(L.sigmoid_focal_loss_backward, (1.0, [0.0], [1.0]), [-0.5], {"gamma": 0.0, "alpha": -1}),
    Edge(L.sigmoid_focal_loss, ([], []), NAN, {"reduction": "mean"}),
    Edge(L.sigmoid_focal_loss, ([], []), np.zeros(0)),
    # right, all wrong, half of the overlap, and nothing to find
    Edge(L.dice_loss, ([[1.0, 0.0]], [[1.0, 0.0]]), 0.0, {"eps": 0.0}),
    Edge(L.dice_loss, ([[1.0, 0.0]], [[0.0, 1.0]]), 1.0, {"eps": 0.0}),
    Edge(L.dice_loss, ([[1.0, 1.0, 0.0]], [[1.0, 0.0, 1.0]]), 0.5, {"eps": 0.0}),
    Edge(L.dice_loss, (TWO, TWO), [0, 0], {"eps": 0.0, **NONE}),
    Edge(L.dice_loss, (TWO, TWO), [0, 0], NONE),
    Edge(L.dice_loss, ([0.5, 1.0], [1, 1]), [0.2, 0], NONE),
    Edge(L.dice_loss_backward, (1.0, TWO, TWO), TWO, {"eps": 0.0}),
    Edge(L.dice_loss_backward, (1.0, [[1.0, 1.0]], [[1.0, 0.0]]), [[-4 / 9, 2 / 9]], {"eps": 0.0}),
    *empty(L.dice_loss, NOBODY, NOBODY),
    Edge(L.soft_cross_entropy, ([[4.0, 0.0]], ONE), np.log1p(np.exp(-1)), {"temperature": 4}),
    Edge(L.soft_cross_entropy, ([[0.0, 1e4]], ONE), 100.0, {"temperature": 100}),
    Edge(L.soft_cross_entropy_backward, (1.0, [[0.0, 0.0]], ONE), [[-0.125, 0.125]], {"temperature": 4}),
    *empty(L.soft_cross_entropy, NOBODY, np.zeros(0, int)),
    Edge(L.multiclass_hinge_loss, ([[1.0, 2.5, 0.3]], ONE), 2.8),
    Edge(L.multiclass_hinge_loss, ([[1.0, 2.5, 0.3]], ONE), 2.5**2 + 0.3**2, {"p": 2}),
    Edge(L.multiclass_hinge_loss, ([[2.0, 1.0, 0.0]], ONE), 0.0),  # at the kink
    Edge(L.multiclass_hinge_loss, ([3.0], np.array(0)), 0.0),  # one class has no rival
    Edge(L.multiclass_hinge_loss_backward, (1.0, [[2.0, 1.0, 1.5]], ONE), [[-1, 0, 1]]),
    Edge(L.multiclass_hinge_loss_backward, (1.0, [[0.0, 1.0, -1.0]], ONE), [[-4, 4, 0]], {"p": 2}),
    *empty(L.multiclass_hinge_loss, NOBODY, np.zeros(0, int)),
    Edge(L.attribute_hinge_loss, ([[2.0, 0.5, 0.5]], [[1, 1, -1]]), 2.0),
    Edge(L.attribute_hinge_loss, ([1.0, -1.0], [1, -1]), 0.0),
    Edge(L.attribute_hinge_loss_backward, (1.0, [[1.0, 0.0, 0.0]], [[1, 1, -1]]), [[0, -1, 1]]),
    *empty(L.attribute_hinge_loss, NOBODY, NOBODY),
    Edge(L.attribute_logistic_loss, ([[0.0, 0.0]], [[1, 0]]), 2 * np.log(2)),
    Edge(L.attribute_logistic_loss, ([[1e4, -1e4]], [[0, 0]]), 1e4),
    Edge(
        L.attribute_logistic_loss_backward,
        (1.0, [[0.0, 0.0], [1e4, 0.0]], [[1, 0], [1, 1]]),
        [[-0.25, 0.25], [0, -0.25]],
    ),
    *empty(L.attribute_logistic_loss, NOBODY, NOBODY),
    # the margin is the cost: 2 for the last structure, 1 for the middle one
    Edge(
        L.structured_hinge_loss,
        ([[3.0, 2.0, 1.0], [0.0, 0.0, 0.0]], [0, 0], np.abs(np.subtract.outer([0, 1, 2], [0, 1, 2]))),
        [0, 2],
        NONE,
    ),
    Edge(L.structured_hinge_loss, ([[5.0]], [0], [[0.0]]), 0.0),
    Edge(
        L.structured_hinge_loss_backward,
        (1.0, [[1.0, 0.0], [0.0, 0.0]], [0, 0], 1 - np.eye(2)),
        [[0, 0], [-0.5, 0.5]],
    ),
    Edge(
        L.structured_hinge_loss_backward, (1.0, [[0.0, 0.0, 0.0]], [2], 1 - np.eye(3)), [[1, 0, -1]]
    ),  # a tie
    # no violation, though the structure that comes closest stands first
    Edge(L.structured_hinge_loss_backward, (1.0, [[0.0, 1.0]], [1], 1 - np.eye(2)), [[0, 0]]),
    *empty(L.structured_hinge_loss, NOBODY, np.zeros(0, int), 1 - np.eye(3)),
    Edge(L.hierarchical_softmax_loss, ([[1.0]], [3], CHAIN, np.zeros((3, 1))), 3 * np.log(2)),
    Edge(L.hierarchical_softmax_loss, ([[1.0]], [0], CHAIN, np.zeros((3, 1))), np.log(2)),
    Edge(L.hierarchical_softmax_loss, ([[1.0], [1.0]], [0, 1], (0, 1), [[1e4]]), [0, 1e4], NONE),
    Edge(L.hierarchical_softmax_loss, ([[1.0]], [0], 0, np.zeros((0, 1))), 0.0),  # one class: no decision
    Edge(L.hierarchical_softmax_loss_backward, (1.0, [[2.0]], [1], (0, 1), [[0.0]]), ([[0.0]], [[1.0]])),
    Edge(
        L.hierarchical_softmax_loss_backward,
        (1.0, [[2.0]], [0], 0, np.zeros((0, 1))),
        ([[0.0]], np.zeros((0, 1))),
    ),
    *empty(L.hierarchical_softmax_loss, np.zeros((0, 1)), np.zeros(0, int), (0, 1), [[0.0]]),
    Edge(L.hierarchical_softmax_probs, ([[1.0]], CHAIN, np.zeros((3, 1))), [[0.5, 0.25, 0.125, 0.125]]),
    Edge(L.hierarchical_softmax_probs, ([[1.0]], (1, 0), [[1e4]]), [[0, 1]]),
    Edge(L.hierarchical_softmax_probs, ([[1.0], [2.0]], 0, np.zeros((0, 1))), [[1], [1]]),
    Edge(L.hierarchical_softmax_probs, (np.zeros((0, 2)), (0, 1), [[0.0, 1.0]]), np.zeros((0, 2))),
)

H, W, C = [[1.0, 2.0]], np.zeros((2, 2)), [0]
TRIANGLE = ((0, 1), 2)
ERRORS = (
    Error(L.focal_loss, (Z, Y0), "gamma must be at least 0; got -1", {"gamma": -1}),
    Error(L.focal_loss, (Z, Y0), "weight must be of shape (2,)", {"alpha": [1.0, 2.0, 3.0]}),
    Error(L.focal_loss, (Z, [0, 2]), "target must be at least 0 and below 2; got the value 2"),
    Error(L.focal_loss, (Z, [[0], [0]]), "target must be of shape (2,); got shape (2, 1)"),
    Error(L.focal_loss_backward, (1.0, Z, Y0), "gamma must be at least 0", {"gamma": -0.5}),
    Error(L.focal_loss, (Z, Y0), "reduction must be", {"reduction": "average"}),
    Error(L.sigmoid_focal_loss, ([0.0], [1.0]), "gamma must be at least 0", {"gamma": -1}),
    Error(L.sigmoid_focal_loss, ([0.0], [1.0]), "alpha must be from 0 to 1, or -1; got 2", {"alpha": 2}),
    Error(L.sigmoid_focal_loss, (np.zeros(3), np.zeros((3, 1))), "target must be"),
    Error(L.dice_loss, ([[0.5]], [[1.0]]), "eps must be at least 0; got -1", {"eps": -1}),
    Error(L.dice_loss, ([[1.5]], [[1.0]]), "probs must be from 0 to 1; got the value 1.5"),
    Error(L.dice_loss, ([[0.5]], [1.0]), "target must be of shape (1, 1); got shape (1,)"),
    Error(L.dice_loss, (0.5, 1.0), "probs must be of shape (n, ...)"),
    Error(L.soft_cross_entropy, (Z, [0, 2]), "target must be at least 0 and below 2; got the value 2"),
    Error(L.soft_cross_entropy_backward, (1.0, Z, [0]), "target must be of shape (2,); got shape (1,)"),
    Error(L.soft_cross_entropy, (Z, Y0), "temperature must be positive; got 0", {"temperature": 0}),
    Error(L.soft_cross_entropy_backward, (1.0, Z, Y0), "temperature must be positive", {"temperature": -1}),
    Error(L.multiclass_hinge_loss, (Z, Y0), "p must be 1 or 2; got 3", {"p": 3}),
    Error(L.multiclass_hinge_loss, (Z, [0, -1]), "target must be at least 0 and below 2; got the value -1"),
    Error(L.attribute_hinge_loss, ([[1.0]], [[0.0]]), "target must be 1 or -1; got the value 0.0"),
    Error(L.attribute_hinge_loss, ([1.0], [[1.0]]), "y must be of shape (1,)"),
    Error(L.attribute_hinge_loss, (1.0, 1.0), "f must be of shape (..., K)"),
    Error(L.attribute_logistic_loss, (np.zeros(3), np.zeros((3, 1))), "y must be of shape (3,)"),
    Error(
        L.structured_hinge_loss, (Z, Y0, np.zeros((2, 3))), "delta must be of shape (2, 2); got shape (2, 3)"
    ),
    Error(L.structured_hinge_loss, (Z, Y0, [[0, -1], [1, 0]]), "delta must be at least 0; got the value -1"),
    Error(
        L.structured_hinge_loss, (Z, Y0, np.ones((2, 2))), "delta must be 0 on its diagonal; got the value 1"
    ),
    Error(L.structured_hinge_loss, (Z, [0, 2], 1 - np.eye(2)), "y_index must be at least 0 and below 2"),
    Error(L.structured_hinge_loss, (Z[0], 0, 1 - np.eye(2)), "scores must be of shape (n, S)"),
    Error(
        L.hierarchical_softmax_loss,
        (H, C, ((0, 1), 1), W),
        "tree must be of each class once; got the class 1 twice",
    ),
    Error(
        L.hierarchical_softmax_loss,
        (H, C, ((0, 1), 3), W),
        "tree must be of the classes 0 ... 2; got the classes [0, 1, 3]",
    ),
    Error(L.hierarchical_softmax_loss, (H, C, (0, 1, 2), W), "tree must be of pairs; got a node of 3 parts"),
    Error(
        L.hierarchical_softmax_loss,
        (H, C, TRIANGLE, np.zeros((3, 2))),
        "node_weights must be of shape (2, 2)",
    ),
    Error(L.hierarchical_softmax_loss, (H, [3], TRIANGLE, W), "target must be at least 0 and below 3"),
    Error(L.hierarchical_softmax_probs, (H[0], TRIANGLE, W), "h must be of shape (n, d); got shape (2,)"),
)
