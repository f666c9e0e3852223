"""Whose functions an experiment runs on: the reader's where they are right and fast enough, else nnlib's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.home.answer import Answer
from grader.home.check import check, name_of
from grader.home.speed import Pace, pace
from grader.judging.evaluate import evaluate
from grader.record.registry import find_exercise

__all__ = ["Doubt", "Usable", "doubt", "listed", "usable"]

Function = Callable[..., Any]


class Usable(dict[str, Function]):
    """{name: function} to run an experiment with. It prints as sentences that say whose they are."""

    sentence = ""

    def __repr__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Doubt:
    """Why a function of the reader's is not run on: it is not right, or rests on others that are not, or is slow."""

    rests: tuple[str, ...] = ()
    pace: Pace | None = None


def doubt(answer: Answer, status: str) -> Doubt | None:
    """What speaks against an answer whose check gave this status; None where it may be used."""
    if status != "passed":
        return Doubt()
    if rests := _wrong_below(answer):
        return Doubt(rests)
    if (measured := pace(answer.function, answer.exercise)) and measured.slow:
        return Doubt(pace=measured)
    return None


def usable(*functions: Function) -> Usable:
    """Each function by its name: the reader's own if it is right, on the earlier functions that it calls, and not
    many times slower than nnlib's; else nnlib's."""
    found = Usable()
    own, waiting, slow = [], [], []
    for function in functions:
        name = name_of(function)
        answer = Answer(function, find_exercise(name))
        against = doubt(answer, check(function).status)
        found[name] = answer.exercise.reference if against else function
        if against is None:
            own.append(f"`{name}`")
        elif against.pace:
            slow.append(f"takes nnlib's `{name}`, to spare you the wait: {against.pace}.")
        elif against.rests:
            waiting.append(f"`{name}`, which rests on your {listed(against.rests)},")
        else:
            waiting.append(f"`{name}`")
    said = [f"runs on your {_list(own)}."] if own else []
    if waiting:
        said.append(
            f"takes nnlib's {_list(waiting)} until {'yours is' if len(waiting) == 1 else 'yours are'} right."
        )
    found.sentence = "\n".join(
        f"{'It' if n else 'The next experiment'} {what}" for n, what in enumerate(said + slow)
    )
    return found


def _wrong_below(answer: Answer) -> tuple[str, ...]:
    """Where a function passes only with ours in place of earlier ones: those of the reader that are not right."""
    exercise = answer.exercise
    if not exercise.uses or evaluate(exercise, answer.ask).status == "passed":
        return ()
    return tuple(name for name in exercise.uses if answer.state(name) != "right")


def listed(names: Sequence[str]) -> str:
    return _list([f"`{name}`" for name in names])


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
