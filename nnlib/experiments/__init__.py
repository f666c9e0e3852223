"""Small experiments that show what the chapters claim: each returns numbers, most can plot themselves."""

from nnlib.experiments.activations import (
    Zigzag,
    dead_unit_fraction,
    gelu_as_random_mask,
    gelu_sigma,
    gradient_chain,
    plot_gelu_sigma,
    plot_gradient_chain,
    sparsity,
    tanh_from_sigmoid,
    zigzag,
)
from nnlib.experiments.units import DyingUnits, Saturation, digits, dying_units, saturation

__all__ = [
    "DyingUnits",
    "Saturation",
    "Zigzag",
    "dead_unit_fraction",
    "digits",
    "dying_units",
    "gelu_as_random_mask",
    "gelu_sigma",
    "gradient_chain",
    "plot_gelu_sigma",
    "plot_gradient_chain",
    "saturation",
    "sparsity",
    "tanh_from_sigmoid",
    "zigzag",
]
