"""What the grader needs of a student process, whoever has started it."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Child", "Lost"]


class Lost(Exception):
    """The process went because ours did that had started it."""


class Child(Protocol):
    """A process that serves the other end of a socket."""

    def interrupt(self) -> None:
        """As Ctrl-C would."""

    def end(self, grace: float) -> int | None:
        """Kill it with all that it started. Its exit status if it ended by itself within `grace` seconds.
        Raises Lost if it is gone with what had started it."""
