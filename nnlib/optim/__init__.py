"""Optimizers: each a pure rule for one array, and a class that applies it to all parameters of a network.

``adam_init(param)`` gives the state before the first step and ``adam_step(param, grad, state, *, lr, ...)`` the
next parameter and state; nothing is changed in place. ``Adam(params, lr=...)`` holds parameters and states, and its
``step(grads)`` writes the new values into the parameters. Names and defaults are those of torch.optim.
"""

from nnlib.optim._fast import adam_step_in_place, sgd_step_in_place
from nnlib.optim.adaptive import (
    AdadeltaState,
    AdagradState,
    RMSpropState,
    adadelta_init,
    adadelta_step,
    adagrad_init,
    adagrad_step,
    rmsprop_init,
    rmsprop_step,
)
from nnlib.optim.averages import ewma, ewma_weights
from nnlib.optim.clipping import clip_grad_norm, clip_grad_value
from nnlib.optim.descent import (
    batch_gradient_descent,
    directional_derivative,
    minibatch_gradient_descent,
    stochastic_gradient_descent,
)
from nnlib.optim.moments import AdamState, adam_init, adam_step, adamw_init, adamw_step
from nnlib.optim.momentum import (
    MomentumState,
    SGDState,
    momentum_init,
    momentum_step,
    sgd_init,
    sgd_step,
)
from nnlib.optim.wrappers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    Optimizer,
    RMSprop,
    param_groups,
)

__all__ = [
    "SGD",
    "Adadelta",
    "AdadeltaState",
    "Adagrad",
    "AdagradState",
    "Adam",
    "AdamState",
    "AdamW",
    "Momentum",
    "MomentumState",
    "Optimizer",
    "RMSprop",
    "RMSpropState",
    "SGDState",
    "adadelta_init",
    "adadelta_step",
    "adagrad_init",
    "adagrad_step",
    "adam_init",
    "adam_step",
    "adam_step_in_place",
    "adamw_init",
    "adamw_step",
    "batch_gradient_descent",
    "clip_grad_norm",
    "clip_grad_value",
    "directional_derivative",
    "ewma",
    "ewma_weights",
    "minibatch_gradient_descent",
    "momentum_init",
    "momentum_step",
    "param_groups",
    "rmsprop_init",
    "rmsprop_step",
    "sgd_init",
    "sgd_step",
    "sgd_step_in_place",
    "stochastic_gradient_descent",
]
