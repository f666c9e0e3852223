"""The experiments of Nielsen's book on handwritten digits: on 4000 images, or on MNIST where it is there."""

from nnlib.experiments.mnist.comparisons import (
    InitComparison,
    NetworkAndSVM,
    SeedSpread,
    SizeSweep,
    data_size_sweep,
    init_comparison,
    nn_vs_svm,
    seed_spread,
)
from nnlib.experiments.mnist.network import Network
from nnlib.experiments.mnist.runs import (
    Run,
    digits_split,
    mean_sigmoid_prime,
    run_cross_entropy,
    run_l2_full,
    run_l2_small,
    run_overfit,
    run_quadratic,
)
from nnlib.experiments.mnist.steps import (
    Chosen,
    batch_gradients,
    choose_and_test,
    feedforward,
    l2_step,
    sgd_epoch,
)

__all__ = [
    "Chosen",
    "InitComparison",
    "Network",
    "NetworkAndSVM",
    "Run",
    "SeedSpread",
    "SizeSweep",
    "batch_gradients",
    "choose_and_test",
    "data_size_sweep",
    "digits_split",
    "feedforward",
    "init_comparison",
    "l2_step",
    "mean_sigmoid_prime",
    "nn_vs_svm",
    "run_cross_entropy",
    "run_l2_full",
    "run_l2_small",
    "run_overfit",
    "run_quadratic",
    "seed_spread",
    "sgd_epoch",
]
