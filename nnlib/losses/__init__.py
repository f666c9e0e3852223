"""Losses: one number that says how wrong predictions are, each beside its derivative.

``f(pred, target, *, options)`` is the loss and ``f_backward(grad_output, pred, target, *, options)`` the gradient of
``grad_output * f`` with respect to the predictions; targets get none. ``reduction`` says what becomes of the single
losses: their "mean" (nan where there are none), their "sum", or "none" for all of them; ``grad_output`` has the shape
of the result, or is one number for all of it. The dtype of the predictions decides: float32 gives float32, any other
float64.
"""

from nnlib.losses._common import _reduce as _reduce
from nnlib.losses._fast import cross_entropy_with_gradient
from nnlib.losses.binary import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    multilabel_soft_margin_loss,
    multilabel_soft_margin_loss_backward,
    sigmoid_cross_entropy_cost,
    sigmoid_cross_entropy_cost_backward,
    soft_margin_loss,
    soft_margin_loss_backward,
)
from nnlib.losses.classes import (
    categorical_cross_entropy,
    categorical_cross_entropy_backward,
    log_likelihood_cost,
    log_likelihood_cost_backward,
    smooth_labels,
    zero_one_loss,
)
from nnlib.losses.ctc import (
    ctc_loss,
    ctc_loss_backward,
)
from nnlib.losses.distances import (
    cosine_embedding_loss,
    cosine_embedding_loss_backward,
    pairwise_distance,
    pairwise_distance_backward,
)
from nnlib.losses.hierarchical import (
    hierarchical_softmax_loss,
    hierarchical_softmax_loss_backward,
    hierarchical_softmax_probs,
)
from nnlib.losses.hinge import (
    attribute_hinge_loss,
    attribute_hinge_loss_backward,
    attribute_logistic_loss,
    attribute_logistic_loss_backward,
    multiclass_hinge_loss,
    multiclass_hinge_loss_backward,
    structured_hinge_loss,
    structured_hinge_loss_backward,
)
from nnlib.losses.imbalance import (
    dice_loss,
    dice_loss_backward,
    focal_loss,
    focal_loss_backward,
    sigmoid_focal_loss,
    sigmoid_focal_loss_backward,
    soft_cross_entropy,
    soft_cross_entropy_backward,
)
from nnlib.losses.likelihood import (
    gaussian_nll_loss,
    gaussian_nll_loss_backward,
    kl_div,
    kl_div_backward,
    poisson_nll_loss,
    poisson_nll_loss_backward,
)
from nnlib.losses.margins import (
    hinge_embedding_loss,
    hinge_embedding_loss_backward,
    margin_ranking_loss,
    margin_ranking_loss_backward,
    multi_margin_loss,
    multi_margin_loss_backward,
    multilabel_margin_loss,
    multilabel_margin_loss_backward,
)
from nnlib.losses.multiclass import (
    cross_entropy,
    cross_entropy_backward,
    nll_loss,
    nll_loss_backward,
)
from nnlib.losses.neurons import (
    neuron_gradients,
)
from nnlib.losses.regression import (
    huber_loss,
    huber_loss_backward,
    l1_loss,
    l1_loss_backward,
    l1_regression_loss,
    l1_regression_loss_backward,
    l2_regression_loss,
    l2_regression_loss_backward,
    mse_loss,
    mse_loss_backward,
    quadratic_cost,
    quadratic_cost_backward,
    smooth_l1_loss,
    smooth_l1_loss_backward,
)
from nnlib.losses.triplets import (
    triplet_margin_loss,
    triplet_margin_loss_backward,
    triplet_margin_with_distance_loss,
    triplet_margin_with_distance_loss_backward,
)

__all__ = [
    "attribute_hinge_loss",
    "attribute_hinge_loss_backward",
    "attribute_logistic_loss",
    "attribute_logistic_loss_backward",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
    "categorical_cross_entropy",
    "categorical_cross_entropy_backward",
    "cosine_embedding_loss",
    "cosine_embedding_loss_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_with_gradient",
    "ctc_loss",
    "ctc_loss_backward",
    "dice_loss",
    "dice_loss_backward",
    "focal_loss",
    "focal_loss_backward",
    "gaussian_nll_loss",
    "gaussian_nll_loss_backward",
    "hierarchical_softmax_loss",
    "hierarchical_softmax_loss_backward",
    "hierarchical_softmax_probs",
    "hinge_embedding_loss",
    "hinge_embedding_loss_backward",
    "huber_loss",
    "huber_loss_backward",
    "kl_div",
    "kl_div_backward",
    "l1_loss",
    "l1_loss_backward",
    "l1_regression_loss",
    "l1_regression_loss_backward",
    "l2_regression_loss",
    "l2_regression_loss_backward",
    "log_likelihood_cost",
    "log_likelihood_cost_backward",
    "margin_ranking_loss",
    "margin_ranking_loss_backward",
    "mse_loss",
    "mse_loss_backward",
    "multi_margin_loss",
    "multi_margin_loss_backward",
    "multiclass_hinge_loss",
    "multiclass_hinge_loss_backward",
    "multilabel_margin_loss",
    "multilabel_margin_loss_backward",
    "multilabel_soft_margin_loss",
    "multilabel_soft_margin_loss_backward",
    "neuron_gradients",
    "nll_loss",
    "nll_loss_backward",
    "pairwise_distance",
    "pairwise_distance_backward",
    "poisson_nll_loss",
    "poisson_nll_loss_backward",
    "quadratic_cost",
    "quadratic_cost_backward",
    "sigmoid_cross_entropy_cost",
    "sigmoid_cross_entropy_cost_backward",
    "sigmoid_focal_loss",
    "sigmoid_focal_loss_backward",
    "smooth_l1_loss",
    "smooth_l1_loss_backward",
    "smooth_labels",
    "soft_cross_entropy",
    "soft_cross_entropy_backward",
    "soft_margin_loss",
    "soft_margin_loss_backward",
    "structured_hinge_loss",
    "structured_hinge_loss_backward",
    "triplet_margin_loss",
    "triplet_margin_loss_backward",
    "triplet_margin_with_distance_loss",
    "triplet_margin_with_distance_loss_backward",
    "zero_one_loss",
]
