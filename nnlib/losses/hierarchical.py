"""Hierarchical softmax: a class is a path of left-or-right decisions, so that it costs log2 K steps and not K."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import logsigmoid, sigmoid
from nnlib.losses._common import _reduce, labels, spread, times


def hierarchical_softmax_loss(h, target, tree, node_weights, *, reduction="mean"):
    """Negative log-likelihood of a class that a binary tree of yes-or-no decisions leads to.

    Parameters
    ----------
    h : array, shape (n, d), the features
    target : array of int, shape (n,), the true classes from 0 to K - 1
    tree : nested pairs with the classes 0 ... K - 1 as leaves, each once: ((0, 1), 2)
    node_weights : array, shape (K - 1, d), a weight vector for each pair of the tree, in the order in which they
        open when the tree is written down
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, the tree does not hold each class once or has
        a node that is no pair, or reduction is none of the three

    Notes
    -----
    -sum log sigmoid(+- w_k . h) over the pairs k on the way to the class: + to go left, - to go right.  A path in
    a balanced tree has log2 K of them.  The mean of nothing is nan.
    Morin & Bengio (2005), "Hierarchical probabilistic neural network language model", section 4; Mikolov et al.
    (2013), "Distributed representations of words and phrases and their compositionality", eq. (3).

    Examples
    --------
    >>> hierarchical_softmax_loss(np.array([[1.0]]), np.array([2]), ((0, 1), 2), np.array([[0.0], [5.0]])).round(4)
    np.float64(0.6931)
    """
    op = "hierarchical_softmax_loss"
    h, w, nodes, turns = _paths(op, h, tree, node_weights)
    c = labels(op, target, h.shape[:1], len(nodes))
    log_p = times(abs(turns[c]), logsigmoid(times(turns[c], _scores(h, w, nodes[c])))).sum(axis=1)
    return _reduce(0 - log_p, reduction, op=op)


def hierarchical_softmax_loss_backward(grad_output, h, target, tree, node_weights, *, reduction="mean"):
    """Gradients with respect to h and node_weights: sums of delta_k w_k and of delta_k h.

    delta_k = sigmoid(w_k . h) - 1 where the way to the class goes left at k, else sigmoid(w_k . h).
    """
    op = "hierarchical_softmax_loss_backward"
    h, w, nodes, turns = _paths(op, h, tree, node_weights)
    c = labels(op, target, h.shape[:1], len(nodes))
    k, turn = nodes[c], turns[c]
    delta = (
        -turn * sigmoid(-turn * _scores(h, w, k)) * spread(grad_output, h, reduction, op, shape=h.shape[:1])
    )
    grad_w = np.zeros_like(w)
    np.add.at(grad_w, k, delta[:, :, None] * h[:, None, :])
    return np.einsum("nl,nld->nd", delta, w[k]), grad_w


def hierarchical_softmax_probs(h, tree, node_weights):
    """Probabilities of all classes under a binary tree of decisions.

    Parameters
    ----------
    h : array, shape (n, d), the features
    tree : nested pairs with the classes 0 ... K - 1 as leaves, each once
    node_weights : array, shape (K - 1, d), as for `hierarchical_softmax_loss`

    Returns
    -------
    array, shape (n, K); each row adds to 1, whatever the weights, since the two ways out of a node do

    Raises
    ------
    ValueError : a shape is not as above, or the tree does not hold each class once or has a node that is no pair

    Notes
    -----
    P(c) = prod sigmoid(+- w_k . h) over the pairs k on the way to c.
    Mikolov et al. (2013), "Distributed representations of words and phrases and their compositionality", eq. (3).

    Examples
    --------
    >>> hierarchical_softmax_probs(np.array([[1.0]]), ((0, 1), 2), np.zeros((2, 1)))
    array([[0.25, 0.25, 0.5 ]])
    """
    h, w, nodes, turns = _paths("hierarchical_softmax_probs", h, tree, node_weights)
    decisions = times(turns, (h @ w.T)[:, nodes]) if len(w) else np.zeros((len(h), *nodes.shape), h.dtype)
    return np.exp(times(abs(turns), logsigmoid(decisions)).sum(axis=2))


def _scores(h, w, nodes):
    """w_k . h for the nodes on each sample's path, shape (n, longest path)."""
    return np.einsum("nd,nld->nl", h, w[nodes])


def _paths(op, h, tree, node_weights):
    """h and the weights; for each class the nodes on its path and the turns taken there, 1, -1, or 0 past its end."""
    h = as_float(h)
    need(h.ndim == 2, op, "h", f"shape {h.shape}", "of shape (n, d)")
    paths, n_nodes = {}, 0
    pending = [(tree, ())]
    while pending:  # deep trees would exhaust recursion
        node, path = pending.pop()
        if not isinstance(node, tuple | list):
            need(node not in paths, op, "tree", f"the class {node} twice", "of each class once")
            paths[node] = path
            continue
        need(len(node) == 2, op, "tree", f"a node of {len(node)} parts", "of pairs")
        left, right = node
        pending += [(right, (*path, (n_nodes, -1))), (left, (*path, (n_nodes, 1)))]
        n_nodes += 1
    wanted = set(range(len(paths)))
    need(
        set(paths) == wanted,
        op,
        "tree",
        f"the classes {sorted(paths)}",
        f"of the classes 0 ... {len(paths) - 1}",
    )

    w = np.asarray(node_weights, h.dtype)
    shape = (n_nodes, h.shape[1])
    need(w.shape == shape, op, "node_weights", f"shape {w.shape}", f"of shape {shape}")
    longest = max(len(path) for path in paths.values())
    nodes, turns = np.zeros((len(paths), longest), int), np.zeros((len(paths), longest), h.dtype)
    for c, path in paths.items():
        for step, (node, turn) in enumerate(path):
            nodes[c, step], turns[c, step] = node, turn
    return h, w, nodes, turns
