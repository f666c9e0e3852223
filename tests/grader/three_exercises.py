"""A small released notebook of three real exercises, and hand-ins made from it."""

from __future__ import annotations

import copy
from typing import Any

CHAPTER = "ch02_activations"
FUNCTIONS = ("sigmoid", "softmax", "softmax_backward")
HEADS = {"sigmoid": "x", "softmax": "x, *, axis=-1", "softmax_backward": "grad_output, x, *, axis=-1"}

RIGHT = {
    "sigmoid": """\
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))""",
    "softmax": """\
def softmax(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)""",
    "softmax_backward": """\
def softmax_backward(grad_output, x, *, axis=-1):
    a = softmax(x, axis=axis)
    return a * (grad_output - (grad_output * a).sum(axis=axis, keepdims=True))""",
}


def stub(function: str) -> str:
    return f"def {function}({HEADS[function]}):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def cell(kind: str, id: str, source: str, role: str, **more: Any) -> dict[str, Any]:
    locked = role not in ("answer", "written")
    metadata = {
        "nbgrader": {"grade_id": id, "locked": locked, "solution": not locked, "schema_version": 3},
        "nn_workbook": {"role": role, **more},
    }
    made: dict[str, Any] = {"cell_type": kind, "id": id, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def own(source: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    """A cell that the student added."""
    made = {"cell_type": kind, "id": "0a1b2c3d", "metadata": {}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


def released() -> dict[str, Any]:
    cells = [
        cell("markdown", "intro", "# Activations\n\nBend the sum.", "text"),
        cell("code", "imports", "import numpy as np\nfrom grader import check", "setup"),
    ]
    for function in FUNCTIONS:
        cells += [
            cell("markdown", f"state-{function}", f"### `{function}`", "text"),
            cell("code", function, stub(function), "answer", function=function),
            cell("code", f"{function}-check", f"check({function})", "check", function=function),
        ]
    cells += [
        cell("code", "demo", "import matplotlib.pyplot as plt\nplt.plot([0, 1])", "text"),
        cell("markdown", "why", "YOUR ANSWER HERE", "written"),
    ]
    ours = {"chapter": CHAPTER, "release": "0123456789ab"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"nn_workbook": ours}, "cells": cells}


def at(notebook: dict[str, Any], id: str) -> int:
    return next(i for i, c in enumerate(notebook["cells"]) if c.get("id") == id)


def hand_in(**answers: str) -> dict[str, Any]:
    """The released notebook with these answers."""
    notebook = copy.deepcopy(released())
    for function, source in answers.items():
        notebook["cells"][at(notebook, function)]["source"] = source
    return notebook
