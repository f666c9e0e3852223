"""A failing result in words: where, what was found, what to try."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from grader.calls.plain import Call, Fixture, Raised, Rng, Stopped, float_arrays
from grader.judging.compare import agree, scale_of
from grader.judging.judge import CaseResult
from grader.record.exercise import Exercise

__all__ = ["CLOSE", "describe", "show_call", "show_number", "show_pair"]

CLOSE = " (close: off by less than a ten-thousandth of the largest number)"


def describe(exercise: Exercise, result: CaseResult) -> tuple[str, str, str]:
    """(call, found, advice) of one failing result. Numbers drawn from a class's secret are never shown."""
    trial, reply = result.trial, result.reply
    if not trial.home:
        return (
            "",
            "right on the numbers that `check` shows, wrong on other numbers of the same kind",
            "",
        )
    where = show_call(exercise.function, trial.call)
    if isinstance(reply, Stopped):
        return where, f"stopped: {reply.reason}", advise_on_stop(reply)
    if isinstance(reply, Raised):
        if reply.kind == "NotPlain":
            got, _, advice = reply.message.partition("; ")
            return where, f"{exercise.function} returned {got}", advice[:1].upper() + advice[1:]
        line = f" · line {reply.line}: {reply.source}".rstrip(": ") if reply.line else ""
        return where, f"{reply.kind}: {reply.message}{line}", advise_on_error(reply)
    if result.unmeasured:
        return where, f"the result cannot be measured ({result.unmeasured})", ""
    assert result.difference is not None
    return where, _describe_difference(exercise, result), _advise(exercise, result)


ONE_NUMBER = (
    "`int`, `float` and the functions of `math` take one number; NumPy's take whole arrays: "
    "np.exp for math.exp, // or np.floor for int."
)
ONE_TO_LOOP_OVER = (
    "This loops over a single number: range(n) counts up to it; where it may be an array or one number, np.ravel "
    "makes an array of it, and np.shape says what shape to give back."
)

# What beginners meet most often, by the words of Python's or NumPy's message.
ERRORS = (
    (
        "truth value of an array",
        "`if`, `max` and `and` look at one number, but this is a whole array: np.where "
        "chooses entry by entry, np.maximum compares entry by entry, np.all asks whether all are true.",
    ),
    ("only 0-dimensional arrays", ONE_NUMBER),
    ("only length-1 arrays", ONE_NUMBER),
    ("'int' object is not iterable", ONE_TO_LOOP_OVER),
    ("iteration over a 0-d array", ONE_TO_LOOP_OVER),
    (
        "Integers to negative integer powers",
        "NumPy's whole numbers have no negative powers: begin with a float, 2.0 ** -n or 0.5 ** n.",
    ),
    ("positional-only", "Hand these arguments over by position, without their names."),
    (
        "missing 1 required positional argument",
        "Does a call hand on too little? A dict of arguments is unpacked with two stars: fn(**params).",
    ),
    (
        "with casting rule 'same_kind'",
        "`-=` and its like write into the array, which holds whole numbers: `x - m` makes a new array of floats.",
    ),
    ("can't set attribute", "A named tuple cannot be changed: make a new one."),
    ("bitwise_xor", "`^` is no power in Python: x**2."),
    ("unexpected keyword", "Compare the names of the arguments with those in the exercise."),
    ("is not defined", "This name is not known here: is it misspelt, or defined in a cell that has not run?"),
    ("high - low < 0", "The smaller limit comes first: rng.uniform(low, high)."),
    (
        "Improper number of dimensions to norm",
        "np.linalg.norm takes a vector or a matrix, and for a matrix it is another norm: ravel the array first.",
    ),
    (
        "dimensions of the array must be square",
        "Only a square matrix has eigenvalues; singular values exist always.",
    ),
    ("read-only", "Work on a copy of the array that you were given."),
)


def advise_on_stop(stopped: Stopped) -> str:
    return {
        "time": "Is there a loop that never ends, or one over every element?",
        "budget": "Earlier calls took all the time that there is. Mend the slow ones first.",
        "memory": "Does the code use too much memory, for example an array for every pair of entries?",
        "exit": "Does the code end the program, with sys.exit or os._exit? A function only returns.",
    }.get(stopped.kind, "The code broke the Python process that ran it. Run it by itself first.")


def advise_on_error(error: Raised) -> str:
    """What is true of the error whatever the mistake is, read off its message; "" where that is nothing."""
    for words, advice in ERRORS:
        if words in error.message:
            return advice
    for pattern, say in SHAPES:
        if found := re.search(pattern, error.message):
            return say(*found.groups())
    return ""


def _axes(text: str) -> list[str]:
    return [part for part in re.split(r"[,\s]+", text) if part]


def _not_broadcast(first: str, second: str) -> str:
    a, b = sorted((_axes(first), _axes(second)), key=len, reverse=True)
    together = f"({', '.join(a)}) and ({', '.join(b)})"
    if b == a[:-1] and b:
        return (
            f"{together}: the second lacks the last axis of the first. A sum or a maximum loses its axis; "
            "keepdims=True keeps it, and x[:, None] adds one."
        )
    if len(a) == len(b) == 2 and _axes(first)[1] == _axes(second)[0]:
        return f"{together} fit as factors of a matrix product, which is `@`; `*` and `+` go entry by entry."
    return f"{together} do not fit entry by entry: compare both with the shapes in the exercise."


def _no_such_axis(axis: str, axes: str) -> str:
    count = f"{axes} ax{'i' if axes == '1' else 'e'}s"
    return f"The array has {count}, counted from 0: there is no axis {axis}. Print its shape."


SHAPES: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"broadcast together with shapes \(([^)]*)\) \(([^)]*)\)", _not_broadcast),
    (r"axis (-?\d+) is out of bounds for array of dimension (\d+)", _no_such_axis),
    (
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        lambda index, axis, size: (
            f"Axis {axis} has {size} entries, with the indices 0 to {int(size) - 1}, or -{size} to -1 from the end: "
            f"{index} is none of them."
        ),
    ),
    (
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        lambda axes, given: f"The array has {axes} of the {given} axes that you index. Print its shape.",
    ),
    (
        r"size (\d+) is different from (\d+)",
        lambda inner, other: (
            f"A matrix product sums over one axis of each factor; here these have {inner} and {other} "
            "entries. Print both shapes."
        ),
    ),
    (
        r"arrays used as indices must be of integer",
        lambda: (
            "An array of floats stands where an index belongs; only integers and booleans can be indices."
        ),
    ),
)


def _describe_difference(exercise: Exercise, result: CaseResult) -> str:
    d = result.difference
    assert d is not None
    named = d.parts == len(exercise.returns) > 1 and not result.trial.case.script
    if named and not d.path:
        return f"got {d.got}, expected {len(exercise.returns)} results: ({', '.join(exercise.returns)})"
    path = d.path.strip(".")
    if result.trial.case.stage == "dtype kept":
        return f"{path + ': ' if path else ''}float32 input gives {d.got}"
    if result.trial.case.script == "arguments_after":
        return "the function changed an argument"
    if d.stage in ("type", "shape"):
        return f"{path + ': ' if path else ''}got {d.got}, expected {d.want}"
    index = f"[{', '.join(map(str, d.index))}]" if d.index else ""
    place = f"{path}{index}" if path else (f"at {index}" if index else "")
    got, want = show_pair(d.got, d.want)
    close = CLOSE if d.close else ""
    return f"{place + ': ' if place else ''}got {got}, expected {want}{close}"


def _advise(exercise: Exercise, result: CaseResult) -> str:
    d = result.difference
    assert d is not None
    if from_shapes := _right_but(exercise, result):
        return from_shapes
    if d.stage == "values" and _is_float32(result.got) and not _is_float32(result.want):
        return "Your result is float32 for float64 input and has lost digits: keep the dtype of the input."
    if result.got is None:
        return "The function returned None here: it came to its end without a `return`, or returned what is None."
    if result.stage == "dtype kept":
        return (
            "The usual reasons are an array made without the input's dtype (np.zeros, np.eye), or np.sqrt(2)."
        )
    if result.trial.case.script == "arguments_after":
        return "Work on a copy, or use operations that make a new array: `x = x - m`, not `x -= m`."
    if result.stage == "finite":
        return "A number got too large, too small, or was divided by zero on the way."
    return ""


def _right_but(exercise: Exercise, result: CaseResult) -> str:
    """Where the numbers are right and only their order or shape is not: a sentence that is true of what was seen."""
    got, want, names = result.got, result.want, exercise.returns
    scale = scale_of(float_arrays(result.trial.call))
    if isinstance(want, tuple) and isinstance(got, (tuple, list)):
        if len(got) != len(want) or len(names) != len(want):
            return ""
        for order in permutations(range(len(want))):
            if all(agree(got[i], want[j], scale=scale) for j, i in enumerate(order)):
                return f"The results are right, in another order: ({', '.join(names)}) is asked for."
        wrong = [(g, w, n) for g, w, n in zip(got, want, names) if not agree(g, w, scale=scale)]
    else:
        wrong = [(got, want, "")]
    g, w, name = wrong[0]
    if not (isinstance(g, (np.ndarray, np.generic)) and isinstance(w, (np.ndarray, np.generic))):
        return ""
    of = f" of {name}" if name else ""
    if g.ndim > 1 and g.shape != (1, 1) and agree(g.T, w, scale=scale):
        return f"The numbers{of} are right, in the transpose of what is asked for."
    if g.shape != w.shape and g.size == w.size and agree(g.reshape(w.shape), w, scale=scale):
        return f"The numbers{of} are right, their shape is not: {g.shape} for {w.shape}."
    return ""


def _is_float32(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float32


# ── showing values ───────────────────────────────────────────────────────────────────────────────────────


def show_number(value: Any, digits: int = 6) -> str:
    if isinstance(value, (bool, np.bool_, str)):
        return repr(value) if len(repr(value)) <= 80 else repr(value)[:77] + "..."
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return f"{float(value):.{digits}g}"


def show_pair(got: Any, want: Any) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ."""
    for digits in (6, 10, 17):
        pair = show_number(got, digits), show_number(want, digits)
        if pair[0] != pair[1]:
            break
    return pair


def show_value(value: Any) -> str:
    """An argument as a reader would write it; large arrays by their shape."""
    if isinstance(value, np.ndarray):
        if value.size > 8:
            return f"array {value.shape}"
        return _nested(value.tolist())
    if isinstance(value, tuple) and any(isinstance(v, np.ndarray) for v in value):
        names = getattr(value, "_fields", None)
        parts = [show_value(v) for v in value]
        if names:
            return f"{type(value).__name__}({', '.join(f'{n}={p}' for n, p in zip(names, parts))})"
        return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
    if isinstance(value, Fixture):
        return value.name
    if isinstance(value, Rng):
        return f"default_rng({value.seed})"
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return show_number(value)
    return repr(value)


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    return show_number(value)


def show_call(function: str, call: Call) -> str:
    parts = [show_value(a) for a in call.args]
    parts += [f"{k}={show_value(v)}" for k, v in call.kwargs.items()]
    return f"{function}({', '.join(parts)})"
