"""Figures for the course: one style, safe for colour-blind readers, and alt text for every figure."""

from nnlib.plotting.figures import Shown, alt_text, curves, show, use_style
from nnlib.plotting.insides import activation_histograms, filters, optimizer_paths_plot
from nnlib.plotting.results import confusion_matrix_plot, decision_boundary, loss_curves

__all__ = [
    "Shown",
    "activation_histograms",
    "alt_text",
    "confusion_matrix_plot",
    "curves",
    "decision_boundary",
    "filters",
    "loss_curves",
    "optimizer_paths_plot",
    "show",
    "use_style",
]
