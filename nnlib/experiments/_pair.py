"""What experiments share: an activation given in any of three ways, and the axes to draw on."""

from nnlib._pair import pair

__all__ = ["axes", "pair"]


def axes(ax):
    """The matplotlib axes to draw on: the given ones, or those of a new figure."""
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(5, 3.2), layout="constrained")[1]
    return ax
