"""Whose functions an experiment runs on: the reader's where they are right and fast enough, else nnlib's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grader.home.answer import Answer
from grader.home.check import check, name_of
from grader.home.speed import pace
from grader.judging.evaluate import evaluate
from grader.record.registry import find_exercise

__all__ = ["Usable", "usable"]

Function = Callable[..., Any]


class Usable(dict[str, Function]):
    """{name: function} to run an experiment with. It prints as sentences that say whose they are."""

    sentence = ""

    def __repr__(self) -> str:
        return self.sentence


def usable(*functions: Function) -> Usable:
    """Each function by its name: the reader's own if it is right, on the earlier functions that it calls, and not
    many times slower than nnlib's; else nnlib's."""
    found = Usable()
    own, waiting, slow = [], [], []
    for function in functions:
        name = name_of(function)
        answer = Answer(function, find_exercise(name))
        found[name] = answer.exercise.reference
        if check(function).status != "passed":
            waiting.append(f"`{name}`")
        elif rest := _wrong_below(answer):
            waiting.append(f"`{name}`, which rests on your {rest},")
        elif (measured := pace(function, answer.exercise)) and measured.slow:
            slow.append(f"takes nnlib's `{name}`, to spare you the wait: {measured}.")
        else:
            found[name] = function
            own.append(f"`{name}`")
    said = [f"runs on your {_list(own)}."] if own else []
    if waiting:
        said.append(
            f"takes nnlib's {_list(waiting)} until {'yours is' if len(waiting) == 1 else 'yours are'} right."
        )
    found.sentence = "\n".join(
        f"{'It' if n else 'The next experiment'} {what}" for n, what in enumerate(said + slow)
    )
    return found


def _wrong_below(answer: Answer) -> str:
    """Where a function passes only with ours in place of earlier ones: those of the reader that are not right."""
    exercise = answer.exercise
    if not exercise.uses or evaluate(exercise, answer.ask).status == "passed":
        return ""
    return _list([f"`{name}`" for name in exercise.uses if answer.state(name) != "right"])


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
