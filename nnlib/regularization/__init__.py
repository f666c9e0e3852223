"""What keeps a network from learning its training set by heart: penalties, priors, noise and early stopping.

Operations come in pairs: ``f(x, ..., *, options)``, and ``f_backward(grad_output, x, ..., *, options)`` for the
gradient of ``sum(grad_output * f(x))``.  Random ones take their mask or noise as an argument.
"""

from nnlib.regularization.connections import (
    dropconnect,
    dropconnect_backward,
    dropconnect_inference,
    dropconnect_moments,
)
from nnlib.regularization.noise import (
    dropout,
    dropout_backward,
    dropout_mask,
    dropout_vanilla,
    dropout_vanilla_backward,
    gaussian_noise,
    gaussian_noise_backward,
    multi_sample_dropout_loss,
    standard_noise,
)
from nnlib.regularization.penalties import (
    elastic_net_penalty,
    elastic_net_penalty_backward,
    frobenius_penalty,
    frobenius_penalty_backward,
    l1_penalty,
    l1_penalty_backward,
    l2_penalty,
    l2_penalty_backward,
    regularized_loss,
)
from nnlib.regularization.priors import (
    gaussian_neg_log_prior,
    gaussian_neg_log_prior_backward,
    laplace_neg_log_prior,
    laplace_neg_log_prior_backward,
    soft_weight_sharing,
    soft_weight_sharing_backward,
)
from nnlib.regularization.stopping import EarlyStopping, early_stopping
from nnlib.regularization.updates import (
    l1_step,
    max_norm,
    minibatch_l2_step,
    soft_threshold,
    weight_decay_step,
)

__all__ = [
    "EarlyStopping",
    "dropconnect",
    "dropconnect_backward",
    "dropconnect_inference",
    "dropconnect_moments",
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "dropout_vanilla",
    "dropout_vanilla_backward",
    "early_stopping",
    "elastic_net_penalty",
    "elastic_net_penalty_backward",
    "frobenius_penalty",
    "frobenius_penalty_backward",
    "gaussian_neg_log_prior",
    "gaussian_neg_log_prior_backward",
    "gaussian_noise",
    "gaussian_noise_backward",
    "l1_penalty",
    "l1_penalty_backward",
    "l1_step",
    "l2_penalty",
    "l2_penalty_backward",
    "laplace_neg_log_prior",
    "laplace_neg_log_prior_backward",
    "max_norm",
    "minibatch_l2_step",
    "multi_sample_dropout_loss",
    "regularized_loss",
    "soft_threshold",
    "soft_weight_sharing",
    "soft_weight_sharing_backward",
    "standard_noise",
    "weight_decay_step",
]
