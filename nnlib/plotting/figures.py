"""Figures for the course: one style, safe for colour-blind readers, and alt text for every figure."""

import base64
import io
from html import escape

import numpy as np

# Okabe & Ito (2008), "Color universal design": colours that stay apart for all common kinds of vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
CARD = "background:white;padding:8px;border-radius:8px;box-sizing:border-box;max-width:100%"  # in dark themes, too
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), "-")


def use_style():
    """Set matplotlib's defaults for the course: colours and line styles change together, thin grid, no clutter."""
    import matplotlib.pyplot as plt
    from cycler import cycler

    plt.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=LINES),
            "axes.grid": True,
            "grid.alpha": 0.3,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "figure.figsize": (6, 3.4),
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "legend.frameon": False,
        }
    )


class Shown:
    """A figure as Jupyter shows it: a picture with alt text. Its figure is closed, so nothing is drawn twice."""

    def __init__(self, figure, alt):
        import matplotlib.pyplot as plt

        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", facecolor="white")
        plt.close(figure)
        self.png, self.alt = buffer.getvalue(), alt
        self.width = int(figure.get_figwidth() * figure.dpi * 0.9)

    def __repr__(self):
        return f"Figure: {self.alt}"

    def _repr_html_(self):
        data = base64.b64encode(self.png).decode()
        size = f'width="{self.width}" style="{CARD}"'
        return f'<img src="data:image/png;base64,{data}" alt="{escape(self.alt)}" {size}>'


def show(figure, *, alt):
    """Show a figure with alt text: what a reader who cannot see it needs to know.

    Parameters
    ----------
    figure : matplotlib Figure, or Axes of one
    alt : str, one or two sentences

    Returns
    -------
    Shown : display it as the last line of a cell

    Raises
    ------
    ValueError : alt is empty

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> fig, ax = plt.subplots()
    >>> show(fig, alt="Empty axes.")
    Figure: Empty axes.
    """
    if not alt.strip():
        raise ValueError("show: alt must say what the figure shows")
    return Shown(getattr(figure, "figure", figure), alt)


def curves(x, functions, *, ax=None, **labels):
    """Draw several functions of x on one pair of axes.

    Parameters
    ----------
    x : array, shape (n,)
    functions : dict, {label: function of an array, or array of shape (n,)}
    ax : matplotlib Axes, default those of a new figure
    labels : further properties of the axes (title, xlabel, ylabel, ylim)

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> ax = curves(np.linspace(-1, 1, 5), {"x squared": np.square}, title="a parabola")
    >>> ax.get_title()
    'a parabola'
    """
    import matplotlib.pyplot as plt

    if ax is None:
        ax = plt.subplots()[1]
    for label, f in functions.items():
        ax.plot(x, f(np.asarray(x)) if callable(f) else f, label=label)
    ax.set(**{"xlabel": "x", **labels})
    if len(functions) > 1:
        ax.legend()
    return ax


def alt_text(ax):
    """What a picture says, in words, for `show`: what its plot function noted, or title, axes and labels.

    Parameters
    ----------
    ax : matplotlib Axes

    Returns
    -------
    str

    Examples
    --------
    >>> ax = curves(np.linspace(-1, 1, 5), {"square": np.square, "cube": lambda x: x**3}, title="powers", ylabel="y")
    >>> alt_text(ax)
    'powers: y over x; square, cube.'
    """
    noted = getattr(ax, "alt_text", "")
    if noted:
        return noted
    legend = ax.get_legend()
    labels = [text.get_text() for text in legend.get_texts()] if legend else []
    axes = " over ".join(label for label in (ax.get_ylabel(), ax.get_xlabel()) if label)
    parts = "; ".join(part for part in (axes, ", ".join(labels)) if part)
    return ": ".join(part for part in (ax.get_title(), parts) if part) + "."


def _new_axes(ax, **size):
    """The given axes, or those of a new figure."""
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained", **size)[1] if ax is None else ax
