"""What a test cell is worth: by whether it raised and what its last line was, never by what it shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from grader.any_course.run import Ran

__all__ = ["NO_REFERENCE", "NUMBER", "kind_of", "points"]

NO_REFERENCE = "unknown"
NUMBER = "a number"
OURS = {NO_REFERENCE, NUMBER, "nothing", "True", "False"}  # a student may call a class so


def kind_of(value: object) -> str:
    """nothing, a number, True, False, or the name of another type."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return NUMBER
    return f"the class {value}" if value in OURS else str(value)


def points(
    ran: Ran | None, outputs: Iterable[Mapping[str, Any]], most: float, reference: str = NO_REFERENCE
) -> tuple[float, str]:
    """(points, why there are none). reference: the kind of its last line where the course's own solution runs."""
    if ran is None:
        return 0.0, "the cell was not run"
    if ran.status != "ok":
        return 0.0, ran.reason
    if any(output.get("output_type") == "stream" and output.get("name") == "stderr" for output in outputs):
        return 0.0, "the test wrote to stderr, which nbgrader takes for a failure (see IgnorePattern)"
    value: Any = ran.value
    kind = kind_of(value)
    if kind == NUMBER:
        if math.isfinite(value) and 0 <= value <= most:
            return float(value), ""
        return 0.0, f"its last line gives {value}, which is not between 0 and {most:g}"
    if kind == reference:  # the course meant it so
        return most, ""
    if value is None and reference != NUMBER:
        return most, ""
    if value is True:
        return most, ""
    given = "False" if value is False else "nothing" if value is None else f"an object of type {kind}"
    return 0.0, f"its last line gives {given}, which is no number"
