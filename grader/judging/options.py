"""A value of an option that the code spells otherwise than the exercise: "avg" where "mean" is asked for."""

from __future__ import annotations

import ast
from difflib import get_close_matches

from grader.judging.changes import functions_of
from grader.record.exercise import HOME_SEED, Exercise

__all__ = ["misspelt"]


def misspelt(exercise: Exercise, source: str) -> str:
    """A sentence about the first value that the code does not know, but nearly; "" where it knows all."""
    said = {
        node.value
        for function in functions_of(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    asked = _values(exercise)
    others = said - {value for _, value in asked}
    for option, value in asked:
        near = get_close_matches(value, others, n=1, cutoff=0.7)
        same = [text for text in said if text.lower() == value.lower()]
        if value not in said and (near or same):
            return f"`{option}` is {value!r} in the exercise; your code says {(same or near)[0]!r}."
    return ""


def _values(exercise: Exercise) -> list[tuple[str, str]]:
    """(option, value) of every text that the cases pass by name."""
    calls = (case.draw(HOME_SEED, i) for case in exercise.cases for i in range(case.draws))
    found = ((k, v) for call in calls for k, v in call.kwargs.items() if isinstance(v, str))
    return list(dict.fromkeys(found))
