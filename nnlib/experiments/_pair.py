"""Experiments take an activation by name, as a function of nnlib.activations, or as a pair of your own."""

from nnlib import activations


def pair(activation):
    """(f, f_backward) for a name such as "relu", a function of nnlib.activations, or such a pair itself."""
    if isinstance(activation, tuple):
        return activation
    name = activation if isinstance(activation, str) else activation.__name__
    return getattr(activations, name), getattr(activations, f"{name}_backward")


def axes(ax):
    """The matplotlib axes to draw on: the given ones, or those of a new figure."""
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(5, 3.2), layout="constrained")[1]
    return ax
