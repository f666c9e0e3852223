"""Text of any origin as a piece of HTML."""

from __future__ import annotations

import re
from html import escape

__all__ = ["prose", "text"]

# Control characters, halves of surrogate pairs and marks that turn the direction of writing.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def text(words: str, limit: int = 800) -> str:
    words = words if len(words) <= limit else words[:limit] + " …"
    return escape(UNPRINTABLE.sub("\ufffd", words))


def prose(words: str, limit: int = 800) -> str:
    """Text in which `names` are set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(words, limit))
