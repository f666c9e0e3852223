"""What goes on inside: activations of layers, weights as pictures, the way an optimizer takes."""

import numpy as np

from nnlib._check import need
from nnlib.plotting.figures import COLOURS, LINES, _new_axes


def activation_histograms(activations, *, bins=50, ax=None):
    """Draw how the values of each layer are distributed.

    Parameters
    ----------
    activations : dict {layer: array of any shape}
    bins : int, default 50, the same for all layers
    ax : matplotlib Axes, default those of a new figure

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> activation_histograms({"layer 1": [-1.0, 1.0]}).alt_text
    'Distribution of the values in 1 layers. layer 1: mean 0, standard deviation 1.'
    """
    ax = _new_axes(ax)
    values = {name: np.ravel(np.asarray(a, dtype=float)) for name, a in activations.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), bins)
    for (name, a), colour, line in zip(values.items(), COLOURS, LINES, strict=False):
        share = np.histogram(a, edges)[0] / a.size
        ax.stairs(share, edges, color=colour, linestyle=line, label=name)
    ax.set(xlabel="activation", ylabel="share of the values")
    ax.legend()
    told = [f"{name}: mean {a.mean():.3g}, standard deviation {a.std():.3g}" for name, a in values.items()]
    ax.alt_text = f"Distribution of the values in {len(values)} layers. {'; '.join(told)}."
    return ax


def filters(weights, *, columns=8, ax=None):
    """Draw the weights of units as small pictures, side by side, on one scale around zero.

    Parameters
    ----------
    weights : array, shape (n, height, width), or (n, height, width, 3) for colour
    columns : int, default 8, pictures in a row
    ax : matplotlib Axes, default those of a new figure

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError : weights has another shape

    Examples
    --------
    >>> filters(np.eye(4).reshape(4, 2, 2), columns=2).alt_text
    'The weights of 4 units as pictures of 2 by 2, in 2 rows; they range from 0 to 1.'
    """
    weights = np.asarray(weights, dtype=float)
    fits = weights.ndim == 3 or (weights.ndim == 4 and weights.shape[-1] == 3)
    need(
        fits and weights.size,
        "filters",
        "weights",
        f"shape {weights.shape}",
        "of shape (n, height, width[, 3])",
    )
    n, height, width, *colour = weights.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    low, high = float(weights.min()), float(weights.max())
    size = max(abs(low), abs(high)) or 1.0

    # one array of rows x columns tiles, a line of nothing between them
    sheet = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1, *colour), np.nan)
    for k, tile in enumerate(weights):
        top, left = (k // columns) * (height + 1), (k % columns) * (width + 1)
        sheet[top : top + height, left : left + width] = tile
    ax = _new_axes(ax, figsize=(columns * 0.7, rows * 0.7))
    if colour:
        ax.imshow(np.where(np.isnan(sheet), 1.0, 0.5 + sheet / (2 * size)))
    else:
        ax.imshow(sheet, cmap="PuOr", vmin=-size, vmax=size)
    ax.set_axis_off()
    ax.alt_text = (
        f"The weights of {n} units as pictures of {height} by {width}, in {rows} rows; "
        f"they range from {low:.3g} to {high:.3g}."
    )
    return ax


def optimizer_paths_plot(f, paths, *, ax=None, levels=20, resolution=120):
    """Draw the ways of optimizers over the level lines of a function of two variables.

    Parameters
    ----------
    f : function of (x, y), arrays of one shape, that returns such an array
    paths : dict {name: array (steps + 1, 2)}
    ax : matplotlib Axes, default those of a new figure
    levels : int, default 20, how many level lines
    resolution : int, default 120, points on either side of the grid

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError : a path is not (steps + 1, 2)

    Examples
    --------
    >>> path = np.array([[1.0, 1.0], [0.5, 0.5]])
    >>> optimizer_paths_plot(lambda x, y: x**2 + y**2, {"sgd": path}).alt_text
    'Ways over level lines of a function. sgd: 1 steps from (1, 1), where it is 2, to (0.5, 0.5), where it is 0.5.'
    """
    paths = {name: np.asarray(path, dtype=float) for name, path in paths.items()}
    for name, path in paths.items():
        fits = path.ndim == 2 and path.shape[1] == 2 and len(path) > 0
        need(fits, "optimizer_paths_plot", name, f"shape {path.shape}", "of shape (steps + 1, 2)")
    points = np.concatenate(list(paths.values()))
    points = points[np.isfinite(points).all(axis=1)]
    margin = 0.15 * np.ptp(points, axis=0).max() + 1e-9
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    x, y = np.meshgrid(*(np.linspace(a, b, resolution) for a, b in zip(low, high)))

    ax = _new_axes(ax)
    ax.contour(x, y, f(x, y), levels=levels, cmap="Greys", linewidths=0.6)
    told = []
    for (name, path), colour, line in zip(paths.items(), COLOURS, LINES, strict=False):
        ax.plot(*path.T, color=colour, linestyle=line, marker=".", markersize=3, label=name)
        ax.plot(*path[-1], "o", color=colour)
        ends = [f"({p[0]:.3g}, {p[1]:.3g}), where it is {float(f(*p)):.3g}" for p in (path[0], path[-1])]
        told.append(f"{name}: {len(path) - 1} steps from {ends[0]}, to {ends[1]}")
    ax.set(xlabel="first variable", ylabel="second variable", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.legend()
    ax.alt_text = f"Ways over level lines of a function. {'; '.join(told)}."
    return ax
