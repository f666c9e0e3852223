"""What the person at the keyboard can put right; the command line prints it as one line."""

from __future__ import annotations

__all__ = ["Problem"]


class Problem(Exception):
    """The message says what is wrong and what to do."""
