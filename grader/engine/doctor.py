"""`grader doctor`: which isolation this machine gives, and what to do about what is missing."""

from __future__ import annotations

from time import perf_counter

from rich.console import Console

from grader.engine.layers import LAYERS, missing, probe
from grader.engine.limits import EngineError, Limits
from grader.engine.process import LEVELS
from grader.engine.session import Session
from grader.problem import Problem

__all__ = ["examine", "require", "usable"]

WORDS = {
    "full": "namespaces, own root, no network, Landlock, seccomp, limits",
    "landlock": "Landlock, seccomp, limits; sees other processes",
    "process": "limits only: no wall against hostile code",
}


def usable(level: str) -> bool:
    """Are all layers of this level there?"""
    return level in LEVELS and not any(missing(level))


def require(level: str) -> None:
    """Raises Problem, with the reasons and what to do, where a layer of this level is missing."""
    if level not in LEVELS:
        raise Problem(f"unknown isolation {level!r}; this system has: {', '.join(LEVELS)}")
    found = list(missing(level))
    if found:
        lines = [f"- {layer.name}: {reason}\n  {layer.remedy}" for layer, reason in found]
        others = [f"`--isolation {other}` ({WORDS[other]})" for other in LEVELS if usable(other)]
        raise Problem(
            f"this machine does not give isolation {level!r}:\n" + "\n".join(lines) + "\n"
            f"Nothing was graded. What works here: {', '.join(others)}. More: `grader doctor`."
        )


def examine(console: Console) -> bool:
    """Print the layers and try every level for real; True where the strongest one works."""
    for layer in LAYERS:
        reason = probe(layer)
        console.print(f"{'[red]✗[/]' if reason else '[green]✓[/]'} {layer.name}: {layer.what}")
        if reason:
            console.print(f"    {reason}\n    {layer.remedy}", markup=False, soft_wrap=True)
    console.print()
    works = [_try(console, level) for level in LEVELS]
    return works[0]


def _try(console: Console, level: str) -> bool:
    try:
        with Session({}, Limits(), level) as session:
            session.run("1")
        before = perf_counter()
        with Session({}, Limits(), level) as session:
            session.run("1")
            seconds = perf_counter() - before
    except EngineError as error:
        console.print(f"[red]✗[/] --isolation {level}: {error}", soft_wrap=True)
        return False
    default = " (the default)" if level == LEVELS[0] else ""
    console.print(
        f"[green]✓[/] --isolation {level}{default}: {WORDS[level]}; starts in {seconds * 1000:.0f} ms",
        soft_wrap=True,
    )
    return True
