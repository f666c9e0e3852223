"""A staircase, drawn by sigmoids that are placed by hand."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape
from nnlib import experiments
from nnlib.activations import sigmoid


def stairs(n, K, **options):
    """Draws x over [0, 1], K rising edges and their heights."""

    def draw(rng):
        edges = (np.arange(K) + rng.uniform(0.3, 0.7, size=K)) / K
        return call(rng.uniform(0, 1, size=n), edges, rng.normal(0, 2, size=K), **options)

    return draw


def _allowed(rng):
    x = floats(rng, shape(rng, (1,)), (1.0, 1.0, 10.0))
    edges = np.sort(one_of(rng, 1.0, 1.0, 10.0) * rng.normal(size=shape(rng, (1,))))
    return call(x, edges, floats(rng, edges.shape), **options(rng, steepness=(100.0, 1.0, 5.0, 1000.0)))


def odd_stairs(x, edges, heights, **options):
    """The same stairs at every draw but for their size."""
    return lambda rng: call(
        *(rng.uniform(1, 1.1) * np.array(a, dtype=float) for a in (x, edges, heights)), **options
    )


STAIRCASE = Exercise(
    function="staircase",
    topics=("C04-16",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.staircase,
    allowed=_allowed,
    cases=(
        Case(
            "two soft steps",
            stairs(4, 2, steepness=5.0),
            weight=2,
            example=call([0, 0.5, 1], [0.25, 0.75], [2, 1], steepness=5.0),
        ),
        Case("many soft steps", stairs(20, 6, steepness=20.0), weight=2),
        Case("as many points as steps", stairs(4, 4, steepness=10.0)),
        Case("steep by default", stairs(30, 4), weight=2),
        in_turn(
            "odd shapes, zeros, tiny and large heights",
            odd_stairs([-1], [0.5], [2], steepness=1.0),
            odd_stairs([0.5], [-1, 0, 1.5], [3000, 0, -1000], steepness=1.0),
            odd_stairs([-2, 0, 0.8, 3], [0.4], [3], steepness=100.0),
            odd_stairs([-2, 0, 1, 2, 3], [-1, 0, 1.5], [3e-6, -1e-6, 2e-6], steepness=2.0),
            odd_stairs([-2, 0.5, 1, 4], [-1, 0, 2.5], [-2, 1, 4], steepness=1000.0),
            odd_stairs([-26, -21, 24, 30], [-24, 22, 27], [2, -1, 3], steepness=0.5),
        ),
    ),
    hints=(
        "One unit, σ(s (x − e)), is 0 left of e and 1 right of it. What must it be multiplied by?",
        "By the jump at its edge, heights[k] − heights[k − 1], and heights[0] at the first.",
        "np.diff(heights) has the jumps from the second edge on; with prepend=0 it has the first one, too.",
        "x[:, None] - edges has shape (n, K): all samples against all edges. Then @ jumps.",
    ),
)


@STAIRCASE.wrong
def staircase_heights_for_jumps(x, edges, heights, *, steepness=100.0):
    """You take the heights for the weights of the units; but steps add up.

    The weight of a unit is the jump at its edge, the height after it minus the one before."""
    return sigmoid(steepness * (x[:, None] - edges)) @ heights


@STAIRCASE.wrong
def staircase_first_jump_lost(x, edges, heights, *, steepness=100.0):
    """The first edge is a jump too, from 0 to heights[0]; yours is missing.

    Use np.diff(heights, prepend=0)."""
    return sigmoid(steepness * (x[:, None] - edges[1:])) @ np.diff(heights)


@STAIRCASE.wrong
def staircase_edge_not_scaled(x, edges, heights, *, steepness=100.0):
    """σ(s x − e) steps at x = e/s, and not at e.

    For a step at e the bias is −s e: σ(s (x − e))."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * x[:, None] - edges) @ jumps


@STAIRCASE.wrong
def staircase_edge_sign(x, edges, heights, *, steepness=100.0):
    """σ(s (x + e)) steps at −e, and not at e.

    The bias is −s e."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (x[:, None] + edges)) @ jumps


@STAIRCASE.wrong
def staircase_own_steepness(x, edges, heights, *, steepness=100.0):
    """You fix the steepness at 100, whatever the option says.

    Use the option."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(100.0 * (x[:, None] - edges)) @ jumps


@STAIRCASE.wrong
def staircase_downwards(x, edges, heights, *, steepness=100.0):
    """Your units are on to the left of their edges; they should switch on to the right.

    A unit is σ(s (x − e))."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (edges - x[:, None])) @ jumps


@STAIRCASE.wrong
def staircase_sharp(x, edges, heights, *, steepness=100.0):
    """You use sharp steps; the units are sigmoids.

    A unit is σ(s (x − e))."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return (x[:, None] > edges) @ jumps


@STAIRCASE.wrong
def staircase_jumps_reversed(x, edges, heights, *, steepness=100.0):
    """Your jumps have the wrong sign.

    A jump is the height after the edge minus the height before it."""
    before = np.concatenate([[0.0], heights[:-1]])
    return sigmoid(steepness * (x[:, None] - edges)) @ (before - heights)


@STAIRCASE.wrong(case="many soft steps")
def staircase_from_first_height(x, edges, heights, *, steepness=100.0):
    """You measure every height from the first; a jump starts from the height just before it.

    That height is heights[k − 1]."""
    jumps = heights - heights[0]
    jumps[0] = heights[0]
    return sigmoid(steepness * (x[:, None] - edges)) @ jumps


@STAIRCASE.wrong
def staircase_last_edge_lost(x, edges, heights, *, steepness=100.0):
    """The last edge is missing: there are K of them, from 0 to K − 1, and `range` stops before its end."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (x[:, None] - edges[:-1])) @ jumps[:-1]


@STAIRCASE.wrong(case="steep by default")
def staircase_default_one(x, edges, heights, *, steepness=1.0):
    """The default of `steepness` is 100; you changed it.

    Leave the line with the `def` as it is."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (x[:, None] - edges)) @ jumps


@STAIRCASE.wrong
def staircase_wraps_around(x, edges, heights, *, steepness=100.0):
    """heights[k − 1] with k = 0 is the last height; no step comes before the first edge.

    Left of the first edge it is h_0 = 0."""
    jumps = heights - np.roll(heights, 1)
    return sigmoid(steepness * (x[:, None] - edges)) @ jumps


@STAIRCASE.wrong
def staircase_cumsum(x, edges, heights, *, steepness=100.0):
    """The steps add up by themselves; you add up the heights once more.

    The weights are the differences of the heights, not their sums."""
    return sigmoid(steepness * (x[:, None] - edges)) @ np.cumsum(heights)


@STAIRCASE.wrong
def staircase_output_sigmoid(x, edges, heights, *, steepness=100.0):
    """The output is linear; a sigmoid there holds it between 0 and 1."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(sigmoid(steepness * (x[:, None] - edges)) @ jumps)


@STAIRCASE.wrong(case="as many points as steps")
def staircase_no_grid(x, edges, heights, *, steepness=100.0):
    """x − edges pairs the first point with the first edge; every point meets every edge.

    Write x[:, None] - edges."""
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (x - edges)) @ jumps


@STAIRCASE.right
def staircase_by_loop(x, edges, heights, *, steepness=100.0):
    y, before = np.zeros_like(x), 0.0
    for edge, height in zip(edges, heights):
        y = y + (height - before) * sigmoid(steepness * (x - edge))
        before = height
    return y


@STAIRCASE.right
def staircase_by_parts(x, edges, heights, *, steepness=100.0):
    s = (1 + np.tanh(steepness * np.subtract.outer(x, edges) / 2)) / 2
    after = np.concatenate([s[:, 1:], np.zeros_like(s[:, :1])], axis=1)
    return ((s - after) * heights).sum(axis=1)


@STAIRCASE.right
def staircase_a_two_layer(x, edges, heights, *, steepness=100.0):
    W1 = np.full((len(edges), 1), float(steepness))
    b1 = -steepness * edges
    hidden = sigmoid(x.reshape(-1, 1) @ W1.T + b1)
    w2 = np.array([h - (heights[k - 1] if k > 0 else 0.0) for k, h in enumerate(heights)])
    return np.einsum("nk,k->n", hidden, w2)


@STAIRCASE.right
def staircase_a_running_sum(x, edges, heights, *, steepness=100.0):
    previous = 0.0
    result = np.zeros(np.shape(x))
    for k in range(len(edges)):
        step = sigmoid(steepness * (x - edges[k]))
        result = result + (heights[k] - previous) * step
        previous = heights[k]
    return result


@STAIRCASE.right
def staircase_loop_that_remembers(x, edges, heights, *, steepness=100.0):
    result = np.zeros(x.shape)
    previous = 0.0
    for edge, height in zip(edges, heights):
        result = result + (height - previous) * sigmoid(steepness * (x - edge))
        previous = height
    return result
