"""Text: a number of things, and what somebody else wrote, without what acts on a screen or in a database."""

from __future__ import annotations

import re

__all__ = ["REPLACED", "counted", "plain", "plain_line", "whole"]

REPLACED = "\ufffd"
# Halves of surrogate pairs, control characters, non-characters, and marks that turn the direction of writing.
BROKEN = "\x00\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
CONTROL = "\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029"
UNFIT = re.compile(f"[{BROKEN}{CONTROL}\u202a-\u202e\u2066-\u2069]")
UNPRINTABLE = re.compile(f"[{BROKEN}{CONTROL}{TURNING}\x0c\x1b]")
# What a terminal obeys: colours and movements (ESC [ … m), titles and links (ESC ] … BEL), the short ones.
ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|[\]P^_X][^\x07\x1b]{0,4000}(?:\x07|\x1b\\)|[ -/]{0,8}[0-Z\\^-~])"
)


def plain(text: str) -> str:
    """The same text with line breaks and tabs, and nothing else that is not seen."""
    if text.isascii() and text.isprintable():
        return text
    text = ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return UNPRINTABLE.sub(REPLACED, text)


def plain_line(text: str) -> str:
    """`plain`, in one line."""
    return " ".join(plain(text).split())


def whole(text: str) -> str:
    """Text of a file: what no file, database or page can hold is replaced; a terminal's colours stay."""
    return UNFIT.sub(REPLACED, text)


def counted(count: int, what: str) -> str:
    """'1 answer', '2 answers'."""
    return f"{count} {what}{'s' if count != 1 else ''}"
