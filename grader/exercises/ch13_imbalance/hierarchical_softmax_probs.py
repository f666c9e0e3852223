"""A softmax made of yes-or-no decisions along a tree."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import losses
from nnlib.activations import sigmoid, softmax

THREE = ((0, 1), 2)
FOUR = ((2, 0), (3, 1))
SEVEN = ((4, (0, 6)), ((1, (5, 2)), 3))
RIGHT = (3, (1, (4, (0, 2))))
LEFT = ((((2, 1), 3), 0), 4)


def leaves(tree):
    return sum(map(leaves, tree)) if isinstance(tree, tuple) else 1


def features(n, d, tree, scale=1.0):
    """Scores of both signs at every node; no decision is an even one."""

    def draw(rng):
        nodes = leaves(tree) - 1
        w = rng.uniform(0.3, 1, size=(nodes, d)) * np.where(np.arange(nodes)[:, None] % 3 == 1, -1, 1)
        h = rng.uniform(0.5, 1.5, size=(n, d)) * np.where(np.arange(n)[:, None] % 2, -1, 1)
        return call(scale * h, tree, w)

    return draw


def large_and_larger(tree):
    """Every score is that of the larger feature, less that of the other: cut off alike, they decide otherwise."""

    def draw(rng):
        nodes = leaves(tree) - 1
        w = np.where(np.arange(nodes)[:, None] % 3 == 1, -1, 1) * np.array([0.3, -0.6])
        h = np.array([[3000.0, 1000.0], [-3000.0, -1000.0]])
        return call(
            h * rng.uniform(0.95, 1.05, size=h.shape), tree, w * rng.uniform(0.95, 1.05, size=w.shape)
        )

    return draw


def deep(n):
    """A chain of n pairs."""
    tree = n
    for c in range(n - 1, -1, -1):
        tree = (c, tree)
    return tree


def _some_tree(rng, classes):
    if len(classes) == 1:
        return int(classes[0])
    cut = int(rng.integers(1, len(classes)))
    return _some_tree(rng, classes[:cut]), _some_tree(rng, classes[cut:])


def _allowed(rng):
    k, n, d = int(rng.integers(2, 10)), int(rng.integers(1, 5)), int(rng.integers(1, 5))
    h = one_of(rng, 1.0, 1.0, 1e3, 1e-5) * rng.normal(size=(n, d))
    return call(
        one_of(rng, h, h, np.round(h)), _some_tree(rng, rng.permutation(k)), rng.normal(size=(k - 1, d))
    )


HIERARCHICAL_SOFTMAX_PROBS = Exercise(
    function="hierarchical_softmax_probs",
    topics=("C13-12",),
    points=3,
    difficulty=4,
    minutes=25,
    reference=losses.hierarchical_softmax_probs,
    forbid=("nnlib.losses.hierarchical_softmax_loss",),
    allowed=_allowed,
    cases=(
        Case("three classes", features(1, 2, THREE), example=call([[1, 2]], THREE, [[0.5, 0.5], [-1, 0.25]])),
        Case("four classes, a balanced tree, in another order", features(3, 2, FOUR)),
        Case("seven classes", features(4, 3, SEVEN)),
        Case("a tree that leans to the right", features(2, 3, RIGHT)),
        Case("a tree that leans to the left", features(2, 3, LEFT)),
        in_turn(
            "two classes, one feature, a deep tree, large and tiny features",
            features(1, 1, (0, 1)),
            features(3, 2, (1, 0)),
            features(2, 1, SEVEN),
            features(1, 3, RIGHT),
            features(2, 2, deep(19)),
            features(3, 3, SEVEN, scale=300.0),
            features(3, 2, FOUR, scale=1e-5),
            large_and_larger(SEVEN),
            lambda rng: call(np.zeros((2, 2)), THREE, rng.normal(size=(2, 2))),
            lambda rng: call(np.array([[0.0, 1.0], [-2.0, 0.0]]), LEFT, rng.normal(size=(4, 2))),
            edge=True,
        ),
    ),
    hints=(
        "sigmoid(h @ node_weights.T) has, for each sample and each node, the probability to go left.",
        "Walk through the tree from the root with the probability that arrives: 1 at the root, times σ to the left, "
        "times 1 − σ to the right.",
        "Give a pair its number before you walk into its left child, and then into its right child.",
    ),
)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_sides_swapped(h, tree, node_weights):
    """Your sides are swapped: σ(w·h) is the probability to go left."""
    go_left = sigmoid(-h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_level_by_level(h, tree, node_weights):
    """You number the nodes level by level; their brackets open in another order: a node, all of its left side,
    then its right side."""
    go_left = sigmoid(h @ node_weights.T)
    found, waiting, k = {}, [(tree, np.ones(len(h)))], 0
    while waiting:
        node, arrives = waiting.pop(0)
        if isinstance(node, int):
            found[node] = arrives
            continue
        waiting.append((node[0], arrives * go_left[:, k]))
        waiting.append((node[1], arrives * (1 - go_left[:, k])))
        k += 1
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_children_first(h, tree, node_weights):
    """You number a pair after its children; its bracket opens before theirs."""
    go_left = sigmoid(h @ node_weights.T)
    found, numbers = {}, iter(range(len(node_weights)))

    def number(node):
        if isinstance(node, int):
            return node
        left, right = number(node[0]), number(node[1])
        return next(numbers), left, right

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k, left, right = node
            visit(left, arrives * go_left[:, k])
            visit(right, arrives * (1 - go_left[:, k]))

    visit(number(tree), np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="four classes, a balanced tree, in another order")
def hierarchical_softmax_probs_right_side_first(h, tree, node_weights):
    """You number the nodes of the right side before those of the left; brackets open from left to right."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[1], arrives * (1 - go_left[:, k]))
            visit(node[0], arrives * go_left[:, k])

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="four classes, a balanced tree, in another order")
def hierarchical_softmax_probs_leaves_in_order(h, tree, node_weights):
    """Your columns are the leaves from left to right; column c is class c."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in found], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_right_not_complemented(h, tree, node_weights):
    """You multiply by σ to the right as well; there it is 1 − σ."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * go_left[:, k])

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_last_decision_only(h, tree, node_weights):
    """You keep the last decision alone; all decisions on the path multiply."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], go_left[:, k])
            visit(node[1], 1 - go_left[:, k])

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_sum(h, tree, node_weights):
    """You add up along the path; probabilities of decisions multiply."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives + go_left[:, k])
            visit(node[1], arrives + 1 - go_left[:, k])

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_mean_of_the_path(h, tree, node_weights):
    """You take the geometric mean along the path; the product is the probability."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives, depth=0):
        if isinstance(node, int):
            found[node] = arrives ** (1 / depth)
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k], depth + 1)
            visit(node[1], arrives * (1 - go_left[:, k]), depth + 1)

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_logarithms(h, tree, node_weights):
    """You return logarithms; probabilities are asked."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([np.log(found[c] + 1e-300) for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_no_sigmoid(h, tree, node_weights):
    """You multiply the scores w·h; each needs a sigmoid."""
    go_left = h @ node_weights.T
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_same_node(h, tree, node_weights):
    """You use the root's weights at every node; each node has its own."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = 0
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_depth_as_number(h, tree, node_weights):
    """You take the weights by depth; every node has a row of its own, also on the same level."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}

    def visit(node, arrives, k=0):
        if isinstance(node, int):
            found[node] = arrives
        else:
            visit(node[0], arrives * go_left[:, k], k + 1)
            visit(node[1], arrives * (1 - go_left[:, k]), k + 1)

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_softmax_of_scores(h, tree, node_weights):
    """You take a softmax over the nodes' scores; each node decides by itself, with a sigmoid."""
    go_left = softmax(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_normalised_again(h, tree, node_weights):
    """You make a softmax of the probabilities; they add up to 1 already."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return softmax(np.stack([found[c] for c in sorted(found)], axis=1))


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="four classes, a balanced tree, in another order")
def hierarchical_softmax_probs_classes_in_rows(h, tree, node_weights):
    """Your classes are the rows; a sample is a row."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives
        else:
            k = next(numbers)
            visit(node[0], arrives * go_left[:, k])
            visit(node[1], arrives * (1 - go_left[:, k]))

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=0)


@HIERARCHICAL_SOFTMAX_PROBS.wrong
def hierarchical_softmax_probs_right_after_left(h, tree, node_weights):
    """Your right side gets σ (1 − σ): what arrives there is multiplied by σ already. It goes to each side anew."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}
    numbers = iter(range(len(node_weights)))

    def visit(node, arrives):
        if isinstance(node, int):
            found[node] = arrives.copy()
        else:
            k = next(numbers)
            arrives = arrives * go_left[:, k]
            visit(node[0], arrives)
            arrives = arrives * (1 - go_left[:, k])
            visit(node[1], arrives)

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_one_node_to_the_left(h, tree, node_weights):
    """You count one node at most in a left side; the number of the right child comes after all nodes of the left
    side, however deep."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}

    def visit(node, arrives, k):
        if isinstance(node, int):
            found[node] = arrives
        else:
            visit(node[0], arrives * go_left[:, k], k + 1)
            visit(node[1], arrives * (1 - go_left[:, k]), k + 1 + isinstance(node[0], tuple))

    visit(tree, np.ones(len(h)), 0)
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.wrong(case="seven classes")
def hierarchical_softmax_probs_numbers_of_a_heap(h, tree, node_weights):
    """You number the children of node k 2k + 1 and 2k + 2, which goes level by level and fits full trees only;
    brackets open in another order."""
    go_left = sigmoid(h @ node_weights.T)
    found = {}

    def visit(node, arrives, k=0):
        if isinstance(node, int):
            found[node] = arrives
        else:
            visit(node[0], arrives * go_left[:, k], 2 * k + 1)
            visit(node[1], arrives * (1 - go_left[:, k]), 2 * k + 2)

    visit(tree, np.ones(len(h)))
    return np.stack([found[c] for c in sorted(found)], axis=1)


@HIERARCHICAL_SOFTMAX_PROBS.right
def hierarchical_softmax_probs_by_paths(h, tree, node_weights):
    z = h @ node_weights.T
    signs, stack, opened = {}, [(tree, [])], 0
    while stack:
        node, path = stack.pop()
        if not isinstance(node, tuple):
            signs[node] = path
            continue
        stack.append((node[1], [*path, (opened, -1.0)]))
        stack.append((node[0], [*path, (opened, 1.0)]))
        opened += 1
    columns = [np.prod([sigmoid(s * z[:, k]) for k, s in signs[c]], axis=0) for c in range(len(signs))]
    return np.column_stack(columns)


@HIERARCHICAL_SOFTMAX_PROBS.right
def hierarchical_softmax_probs_by_sizes(h, tree, node_weights):
    def count(node):
        return count(node[0]) + count(node[1]) if isinstance(node, tuple) else 1

    probs = np.ones((len(h), count(tree)))

    def leaves_of(node):
        return leaves_of(node[0]) + leaves_of(node[1]) if isinstance(node, tuple) else [node]

    def walk(node, k):
        if isinstance(node, tuple):
            s = h @ node_weights[k]
            probs[:, leaves_of(node[0])] *= sigmoid(s)[:, None]
            probs[:, leaves_of(node[1])] *= sigmoid(-s)[:, None]
            walk(node[0], k + 1)
            walk(node[1], k + count(node[0]))

    walk(tree, 0)
    return probs


@HIERARCHICAL_SOFTMAX_PROBS.right
def hierarchical_softmax_probs_by_parts(h, tree, node_weights):
    def below(node, first):
        """Probabilities below a node, by class, and the number of the next node."""
        if not isinstance(node, tuple):
            return {node: np.ones(h.shape[0])}, first
        left, after = below(node[0], first + 1)
        right, after = below(node[1], after)
        p = sigmoid(np.einsum("nd,d->n", h, node_weights[first]))
        return {c: p * v for c, v in left.items()} | {c: (1 - p) * v for c, v in right.items()}, after

    table, _ = below(tree, 0)
    return np.array([table[c] for c in range(len(table))]).T


@HIERARCHICAL_SOFTMAX_PROBS.right
def hierarchical_softmax_probs_by_brackets(h, tree, node_weights):
    text = str(tree).replace(" ", "")
    z = np.dot(h, node_weights.T)
    result, path, opened, number = {}, [], 0, ""
    for sign in text:
        if sign == "(":
            path.append([opened, 1.0])
            opened += 1
        elif sign.isdigit():
            number += sign
            continue
        if number:
            result[int(number)] = [tuple(step) for step in path]
            number = ""
        if sign == ",":
            path[-1][1] = -1.0
        elif sign == ")":
            path.pop()
    out = np.ones((z.shape[0], len(result)))
    for c, steps in result.items():
        for k, turn in steps:
            out[:, c] = out[:, c] * sigmoid(turn * z[:, k])
    return out
