"""Chapter 03, losses and information: its exercises in the order of the chapter.

Each file holds a family: for every exercise the wrong answers that its check must name, independent right
answers, and the record. All answers are plain defs that use np, sigmoid, softmax and log_softmax of the setup
cell, and earlier functions of the chapter.
"""

from grader.exercises.ch03_losses import (
    binary,
    classes,
    distributions,
    divergence,
    huber,
    kl_div,
    logits,
    margins,
    multiclass,
    multiclass_backward,
    mutual,
    neuron,
    regression,
    robust,
    tables,
    two_distributions,
)

EXERCISES = (
    distributions.ENTROPY,
    two_distributions.CROSS_ENTROPY_OF_DISTRIBUTIONS,
    divergence.KL_DIVERGENCE,
    tables.CONDITIONAL_ENTROPY,
    mutual.MUTUAL_INFORMATION,
    regression.MSE_LOSS,
    huber.HUBER_LOSS,
    robust.SMOOTH_L1_LOSS_BACKWARD,
    binary.BINARY_CROSS_ENTROPY,
    neuron.NEURON_GRADIENTS,
    logits.BINARY_CROSS_ENTROPY_WITH_LOGITS,
    classes.NLL_LOSS,
    multiclass.CROSS_ENTROPY,
    multiclass_backward.CROSS_ENTROPY_BACKWARD,
    kl_div.KL_DIV,
    margins.MULTI_MARGIN_LOSS,
)
