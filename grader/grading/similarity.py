"""How much does an answer read like the reference's own source? Reported to the teacher, never punished.

Compared are the words of the code, without comments and docstrings. The text is cut into tokens, not parsed: it
may be made to break a parser.
"""

from __future__ import annotations

import inspect
import io
import tokenize
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache
from typing import Any

__all__ = ["LIKE", "similarity"]

LIKE = 0.9  # from here on it is worth a look
LEAST = 50  # tokens: the shorter ones can hardly be written in two ways
MAX_SOURCE = 20_000
SKIPPED = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
)


def similarity(source: str, reference: Callable[..., Any]) -> float:
    """From 0 to 1, of the function of a cell that is most alike; 0 where the reference is too short to say, or the
    two are far from alike."""
    ours = _reference(reference)
    if len(ours) < LEAST:
        return 0.0
    return max((_ratio(words, ours) for words in _functions(source[:MAX_SOURCE])), default=0.0)


def _ratio(words: list[str], ours: list[str]) -> float:
    matcher = SequenceMatcher(None, words, ours, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < LIKE:
        return 0.0
    return round(matcher.ratio(), 2)


@cache
def _reference(function: Callable[..., Any]) -> list[str]:
    return _functions(inspect.getsource(function))[0]


def _functions(source: str) -> list[list[str]]:
    """The tokens from each `def` at the margin to the next one."""
    found: list[list[str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            docstring = token.type == tokenize.STRING and token.string.lstrip("rRbBuUfF").startswith(
                ('"""', "'''")
            )
            if token.string == "def" and token.start[1] == 0:
                found.append([])
            if found and token.type not in SKIPPED and not docstring:
                found[-1].append(token.string)
    except (tokenize.TokenError, SyntaxError):
        return []
    return found
