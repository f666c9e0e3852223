"""Target and yours side by side, as data: a table around the first difference, or a curve over the input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from grader.judging.compare import Difference
from grader.judging.explain import show_number
from grader.judging.judge import CaseResult

__all__ = ["Picture", "picture_of"]


@dataclass(frozen=True)
class Picture:
    """Target and yours side by side: a "table" around the first wrong entry, or a "curve" over the input."""

    kind: Literal["table", "curve"]
    expected: list[Any]
    yours: list[Any]
    x: list[float] = field(default_factory=list)  # curve: the inputs
    wrong: list[list[bool]] = field(default_factory=list)  # table: which entries differ
    corner: tuple[int, ...] = ()  # table: index of the entry shown first
    shape: tuple[int, ...] = ()  # table: shape of the whole array
    name: str = ""  # which of several outputs


WINDOW = 6
CURVE_POINTS = 200


def picture_of(result: CaseResult) -> Picture | None:
    """The two arrays around the first difference; an elementwise function of enough points as a curve."""
    d = result.difference
    if d is None or d.arrays is None or not result.trial.home or result.trial.case.stage != "values":
        return None
    if not d.index or d.arrays[1].dtype.kind == "U":
        return None
    return _curve(result, d) or _table(d)


def _table(d: Difference) -> Picture:
    """The last two axes of both arrays, cut to a window around the first wrong entry."""
    assert d.arrays is not None
    lead, last = d.index[:-2], d.index[-2:]
    got, want, wrong = (a[lead] for a in d.arrays)
    corner = tuple(max(0, min(i - WINDOW // 2, n - WINDOW)) for i, n in zip(last, want.shape))
    part = tuple(slice(c, c + WINDOW) for c in corner)
    yours, expected, marks = (np.atleast_2d(a[part]) for a in (got, want, wrong))
    return Picture(
        "table",
        _rows(expected),
        _rows(yours),
        wrong=marks.tolist(),
        corner=(*lead, *corner),
        shape=want.shape if not lead else d.arrays[1].shape,
        name=d.path,
    )


def _curve(result: CaseResult, d: Difference) -> Picture | None:
    assert d.arrays is not None
    got, want, _ = d.arrays
    inputs = [a for a in result.trial.call.args if isinstance(a, np.ndarray) and a.shape == want.shape]
    if want.ndim != 1 or not inputs or d.path or not 8 <= want.size <= CURVE_POINTS:
        return None
    x = inputs[-1]
    if not (np.isfinite(got).all() and np.isfinite(want).all() and np.isfinite(x).all()):
        return None
    order = np.argsort(x, kind="stable")
    expected, yours = (a[order].astype(float).tolist() for a in (want, got))
    return Picture("curve", expected, yours, x[order].tolist())


def _rows(array: np.ndarray) -> list[list[str]]:
    return [[show_number(v, 4) for v in row] for row in array.tolist()]
