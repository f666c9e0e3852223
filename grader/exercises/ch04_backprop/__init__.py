"""Chapter 04, back-propagation: its exercises in the order of the chapter.

Each file holds a family: for every exercise the wrong answers that its check must name, independent right
answers, and the record. All answers are plain defs that use np, what the chapter's setup cell imports, and
earlier functions of the chapter.
"""

from grader.exercises.ch04_backprop import (
    by_hand,
    by_hand_backward,
    checking,
    differences,
    exclusive_or,
    layer,
    layer_backward,
    network,
    network_backward,
    one_layer_down,
    staircase,
    top,
    weights,
)

EXERCISES = (
    layer.LINEAR,
    layer_backward.LINEAR_BACKWARD,
    by_hand.FORWARD_2_2_2,
    by_hand_backward.HIDDEN_LAYER_GRADS,
    top.COST_DELTA,
    one_layer_down.DELTA_HIDDEN,
    weights.GRAD_WEIGHT,
    network.MLP,
    network_backward.MLP_BACKWARD,
    differences.NUMERICAL_GRADIENT,
    checking.GRADIENT_AGREES,
    exclusive_or.XOR_CLOSED_FORM,
    staircase.STAIRCASE,
)
