"""Learning-rate schedules: each a pure function of the step, and a class that drives an optimizer with it.

A schedule takes the number of steps (or epochs) taken so far, 0 before the first, and options; it returns the rate
for the next one. An array of steps gives an array of rates, which is what one plots.
"""

from nnlib.lr_scheduler.cycles import (
    cosine_annealing_warm_restarts,
    cyclic_lr,
    one_cycle_lr,
    one_cycle_momentum,
    snapshot_lr,
)
from nnlib.lr_scheduler.decay import exponential_lr, inverse_time_decay, step_lr
from nnlib.lr_scheduler.drivers import (
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LRScheduler,
    OneCycleLR,
    StepLR,
)
from nnlib.lr_scheduler.warmup import linear_warmup_decay, transformer_lr

__all__ = [
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "OneCycleLR",
    "StepLR",
    "cosine_annealing_warm_restarts",
    "cyclic_lr",
    "exponential_lr",
    "inverse_time_decay",
    "linear_warmup_decay",
    "one_cycle_lr",
    "one_cycle_momentum",
    "snapshot_lr",
    "step_lr",
    "transformer_lr",
]
