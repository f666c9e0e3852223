"""What a notebook imports: from grader import check, again, hint, solution, reset, progress, my, usable,
compare_with_torch."""

from __future__ import annotations

import importlib
import sys
from typing import Any

__version__ = "0.1.0"
__all__ = ["again", "check", "compare_with_torch", "hint", "my", "progress", "reset", "solution", "usable"]

# nbformat brings jsonschema, which builds a grammar of internationalised addresses when it is there: a second of
# work in every process, for a check that no notebook needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

_HOMES = {
    "check": "grader.home.check",
    **dict.fromkeys(("again", "hint", "solution", "reset", "progress"), "grader.home.help"),
    "my": "grader.home.my",
    "usable": "grader.home.usable",
    "compare_with_torch": "grader.home.with_torch",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
