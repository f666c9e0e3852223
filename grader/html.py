"""Text of any origin as a piece of HTML."""

from __future__ import annotations

import re
from html import escape

from grader.text import plain

__all__ = ["prose", "text"]


def text(words: str, limit: int = 800) -> str:
    words = words if len(words) <= limit else words[:limit] + " …"
    return escape(plain(words))


def prose(words: str, limit: int = 800) -> str:
    """Text in which `names` are set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(words, limit))
