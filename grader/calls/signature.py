"""Can the answer be called the way the exercise says?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

__all__ = ["Parameter", "parameters", "problem", "signature_problem"]

Parameter = tuple[str, str, bool]  # name, kind (inspect's word), has a default


def parameters(function: Callable[..., Any]) -> list[Parameter] | None:
    """The parameters of a function as plain data; None where Python cannot say."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [(p.name, p.kind.name, p.default is not p.empty) for p in signature.parameters.values()]


def signature_problem(function: Callable[..., Any], reference: Callable[..., Any]) -> str:
    """What is wrong with the signature, "" where every call of the exercise can be made."""
    return problem(parameters(function), parameters(reference) or [])


def problem(mine: Sequence[Parameter] | None, wanted: Sequence[Parameter]) -> str:
    if mine is None:
        return ""
    kinds = {kind for _, kind, _ in mine}
    arrays = [name for name, kind, _ in wanted if kind != "KEYWORD_ONLY"]
    options = [name for name, kind, _ in wanted if kind == "KEYWORD_ONLY"]
    positional = [p for p in mine if p[1] in ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD")]
    by_name = {name for name, kind, _ in mine if kind in ("KEYWORD_ONLY", "POSITIONAL_OR_KEYWORD")}

    if len(positional) < len(arrays) and "VAR_POSITIONAL" not in kinds:
        return f"the function takes {', '.join(arrays)}; yours takes {_names(p[0] for p in positional)}"
    surplus = [
        name
        for name, kind, default in mine
        if not default and kind != "VAR_POSITIONAL" and kind != "VAR_KEYWORD" and name not in options
    ][len(arrays) :]
    if surplus:
        return f"there is no argument {_names(surplus)}: the function takes {', '.join([*arrays, *options])}"
    missing = [name for name in options if name not in by_name]
    if missing and "VAR_KEYWORD" not in kinds:
        others = [name for name, _, default in mine if default and name not in options]
        yours = f"; yours is called {_names(others)}" if others else ""
        return f"the option {_names(missing)} is missing{yours}"
    return ""


def _names(names: Iterable[str]) -> str:
    shown = [f"`{name[:40]}`" for name in names]
    return ", ".join([*shown[:8], *(["..."] if len(shown) > 8 else [])]) or "nothing"
