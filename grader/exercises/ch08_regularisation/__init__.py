"""Chapter 08, generalisation and regularisation: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "bias_variance_decomposition",
    "regularized_loss",
    "minibatch_l2_step",
    "soft_threshold",
    "elastic_net_penalty_backward",
    "laplace_neg_log_prior",
    "soft_weight_sharing",
    "max_norm",
    "dropout_vanilla",
    "dropout",
    "dropout_backward",
    "multi_sample_dropout_loss",
    "dropconnect",
    "early_stopping",
    "residual_block_backward",
)
