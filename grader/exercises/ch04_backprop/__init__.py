"""Chapter 04, back-propagation: its exercises in the order of the chapter.

Each file holds a family: for every exercise the wrong answers that its check must name, independent right
answers, and the record. All answers are plain defs that use np, what the chapter's setup cell imports, and
earlier functions of the chapter.
"""

from grader.exercises.ch04_backprop import (
    by_hand,
    checking,
    differences,
    drawing,
    equations,
    layer,
    network,
    network_backward,
    top,
)

EXERCISES = (
    layer.LINEAR,
    layer.LINEAR_BACKWARD,
    by_hand.FORWARD_2_2_2,
    by_hand.HIDDEN_LAYER_GRADS,
    top.COST_DELTA,
    equations.DELTA_HIDDEN,
    equations.GRAD_WEIGHT,
    network.MLP,
    network_backward.MLP_BACKWARD,
    differences.NUMERICAL_GRADIENT,
    checking.GRADIENT_AGREES,
    drawing.XOR_CLOSED_FORM,
    drawing.STAIRCASE,
)
