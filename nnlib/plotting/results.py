"""How training went and what it led to: losses, decision regions, confusions."""

import numpy as np

from nnlib._check import need
from nnlib.plotting.figures import COLOURS, LINES, _new_axes

MARKERS = "osD^vPX*<>"


def loss_curves(losses, *, ax=None, log=False):
    """Draw losses over the epochs, and mark the least value of each.

    Parameters
    ----------
    losses : dict {name: array of one value an epoch}
    ax : matplotlib Axes, default those of a new figure
    log : bool, default False, a logarithmic axis

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError : a loss is not of shape (epochs,) with one epoch at least

    Examples
    --------
    >>> loss_curves({"val_loss": [2.0, 1.5, 1.75]}).alt_text
    'Loss over 3 epochs. val_loss: from 2 to 1.75, least 1.5 after epoch 2.'
    """
    ax = _new_axes(ax)
    told, epochs = [], 0
    for (name, values), colour, line in zip(losses.items(), COLOURS, LINES, strict=False):
        values = np.asarray(values, dtype=float)
        need(
            values.ndim == 1 and values.size > 0,
            "loss_curves",
            name,
            f"shape {values.shape}",
            "of shape (epochs,)",
        )
        epochs = max(epochs, len(values))
        ax.plot(np.arange(1, len(values) + 1), values, color=colour, linestyle=line, label=name)
        if np.isfinite(values).any():
            least = int(np.nanargmin(values))
            ax.plot(least + 1, values[least], "o", color=colour)
            course = f"from {values[0]:.3g} to {values[-1]:.3g}"
            told.append(f"{name}: {course}, least {values[least]:.3g} after epoch {least + 1}")
    ax.set(xlabel="epoch", ylabel="loss", yscale="log" if log else "linear")
    ax.legend()
    ax.alt_text = f"Loss over {epochs} epochs. {'; '.join(told)}."
    return ax


def decision_boundary(predict, X, y, *, ax=None, resolution=150):
    """Draw samples of two features, and the regions in which a classifier gives each label.

    Parameters
    ----------
    predict : function of an array (m, 2) that returns m labels
    X : array, shape (n, 2)
    y : array of int, shape (n,), labels 0, 1, ...
    ax : matplotlib Axes, default those of a new figure
    resolution : int, default 150, points on either side of the grid

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError : X is not (n, 2) or y is not (n,)

    Examples
    --------
    >>> X, y = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]), np.array([0, 1, 1])
    >>> decision_boundary(lambda x: (x[:, 1] > 0.5).astype(int), X, y).alt_text
    'Decision regions of 2 classes over two features, with 3 samples, 2 of them in the region of their class.'
    """
    from matplotlib.colors import ListedColormap

    X, y = np.asarray(X, dtype=float), np.asarray(y)
    need(X.ndim == 2 and X.shape[1] == 2, "decision_boundary", "X", f"shape {X.shape}", "of shape (n, 2)")
    need(y.shape == X.shape[:1], "decision_boundary", "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
    ax = _new_axes(ax)
    margin = 0.1 * np.ptp(X, axis=0) + 1e-9
    sides = [np.linspace(low, high, resolution) for low, high in zip(X.min(0) - margin, X.max(0) + margin)]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    region = np.asarray(predict(grid.reshape(-1, 2))).reshape(resolution, resolution)

    classes = int(max(y.max(), region.max())) + 1
    colours = ListedColormap([COLOURS[k % len(COLOURS)] for k in range(classes)])
    ax.pcolormesh(*sides, region, cmap=colours, vmin=-0.5, vmax=classes - 0.5, alpha=0.25, rasterized=True)
    for k in range(classes):
        style = {"marker": MARKERS[k % len(MARKERS)], "color": COLOURS[k % len(COLOURS)]}
        ax.scatter(*X[y == k].T, s=18, edgecolor="black", linewidth=0.4, label=f"class {k}", **style)
    ax.set(xlabel="feature 1", ylabel="feature 2")
    ax.grid(False)
    ax.legend()
    right = int(np.sum(np.asarray(predict(X)) == y))
    ax.alt_text = (
        f"Decision regions of {classes} classes over two features, with {len(X)} samples, "
        f"{right} of them in the region of their class."
    )
    return ax


def confusion_matrix_plot(matrix, *, labels=None, ax=None):
    """Draw a confusion matrix with its counts.

    Parameters
    ----------
    matrix : array of int, shape (k, k); entry (i, j) counts samples of class i that were taken for class j
    labels : sequence of k str, default the numbers 0 ... k - 1
    ax : matplotlib Axes, default those of a new figure

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError : matrix is not (k, k)

    Examples
    --------
    >>> confusion_matrix_plot([[8, 2], [1, 9]]).alt_text
    'Confusion matrix of 2 classes: 17 of 20 samples are right. The most frequent mistake: 0 taken for 1, 2 times.'
    """
    matrix = np.asarray(matrix)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1]
    need(square, "confusion_matrix_plot", "matrix", f"shape {matrix.shape}", "of shape (k, k)")
    k = len(matrix)
    labels = [str(i) for i in range(k)] if labels is None else list(labels)
    ax = _new_axes(ax, figsize=(1.5 + 0.4 * k, 1.2 + 0.4 * k))
    ax.imshow(matrix, cmap="Blues")
    for (i, j), count in np.ndenumerate(matrix):
        dark = count > matrix.max() / 2
        ax.text(j, i, f"{count:g}", ha="center", va="center", color="white" if dark else "black", fontsize=8)
    ax.set(xticks=range(k), yticks=range(k), xticklabels=labels, yticklabels=labels)
    ax.set(xlabel="predicted", ylabel="true")
    ax.grid(False)

    wrong = matrix - np.diag(np.diag(matrix))
    i, j = np.unravel_index(wrong.argmax(), wrong.shape)
    worst = f" The most frequent mistake: {labels[i]} taken for {labels[j]}, {wrong[i, j]:g} times."
    right = f"{np.trace(matrix):g} of {matrix.sum():g} samples are right."
    ax.alt_text = f"Confusion matrix of {k} classes: {right}{worst if wrong.any() else ''}"
    return ax
