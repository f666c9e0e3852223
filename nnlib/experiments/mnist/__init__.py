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

__all__ = [
    "InitComparison",
    "Network",
    "NetworkAndSVM",
    "Run",
    "SeedSpread",
    "SizeSweep",
    "data_size_sweep",
    "digits_split",
    "init_comparison",
    "mean_sigmoid_prime",
    "nn_vs_svm",
    "run_cross_entropy",
    "run_l2_full",
    "run_l2_small",
    "run_overfit",
    "run_quadratic",
    "seed_spread",
]
