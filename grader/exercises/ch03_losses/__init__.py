"""Chapter 03, losses and information: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "entropy",
    "cross_entropy_of_distributions",
    "kl_divergence",
    "conditional_entropy",
    "mutual_information",
    "mse_loss",
    "huber_loss",
    "smooth_l1_loss_backward",
    "binary_cross_entropy",
    "neuron_gradients",
    "binary_cross_entropy_with_logits",
    "nll_loss",
    "cross_entropy",
    "cross_entropy_backward",
    "kl_div",
    "multi_margin_loss",
)
