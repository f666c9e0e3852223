"""The exercise record: all the course knows about an exercise, written once.

From a record come the check in the notebook, the grading, the diagnosis a student reads, the tests that prove
the check, the demo class and the item statistics. The records of a chapter are the tuple EXERCISES of
`grader.exercises.<chapter>`, in the order of the chapter.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar, overload
from zlib import crc32

import numpy as np

from grader.calls.arrays import changeable
from grader.calls.plain import Call, Fixture, Rng, as_list, call, float_arrays

__all__ = [
    "Call",
    "Case",
    "Exercise",
    "Fixture",
    "Misconception",
    "Rng",
    "as_list",
    "call",
    "in_any_order",
    "in_turn",
    "keeps_arguments",
    "keeps_float32",
    "source_of",
]

HOME_SEED = 0  # of the draws that `check` shows to everybody
FLOAT32 = "float32 stays float32"
NO_DTYPE = "list"
UNCHANGED = "arguments unchanged"
HUGE = 100.0  # what an answer may want to cut off

Answer = TypeVar("Answer", bound=Callable[..., Any])


def source_of(fn: Callable[..., Any], name: str = "") -> str:
    """An answer of the bank as a student would type it: no decorator, no docstring, the name of the exercise."""
    text = textwrap.dedent(inspect.getsource(fn))
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    said = node.body[0] if ast.get_docstring(node) else None
    gone = range(said.lineno, (said.end_lineno or 0) + 1) if said else ()
    lines = enumerate(text.splitlines(), start=1)
    source = "\n".join(line for i, line in lines if i >= node.lineno and i not in gone).rstrip() + "\n"
    return re.sub(rf"\b{re.escape(fn.__name__)}\b", name, source) if name else source


@dataclass(frozen=True)
class Case:
    """One situation in which the answer is tried. With weight 0 it is a remark, never a failure.

    make(rng) draws the arguments; an `example`, small and made by hand, stands in for the draw that `check`
    shows. Every core case draws, so that in class a table of the numbers shown at home is worth nothing.
    `edge` cases (a trivial answer may pass them) pay only behind a right core case. A `script`, the name of a
    function of `grader.calls.fixtures`, runs several steps on the student's side: script(function, *args).
    `measure(result, *args)` turns a result into plain numbers that are judged in its place. `tol` is
    (rtol, share), with a comment that says why. `differentiable=False` keeps central differences away from
    kinks and huge values.
    """

    title: str
    make: Callable[[np.random.Generator], Call]
    weight: int = 1
    edge: bool = False
    example: Call | None = None
    draws: int = 1
    script: str | None = None
    measure: Callable[..., Any] | None = None
    tol: tuple[float, float] | None = None
    differentiable: bool = True
    stage: str = "values"
    turns: tuple[Case, ...] = ()  # cases whose draws are this one's, in turn (an example by hand is none)

    @property
    def shown(self) -> int:
        """How many calls `check` shows: small numbers made by hand are coarse, so a draw comes after them."""
        return self.draws + (self.example is not None)

    def draw(self, seed: int, number: int = 0) -> Call:
        """The arguments of draw `number`. The title enters the stream, so a new case moves no other."""
        if self.turns:
            turn, which = divmod(number, len(self.turns))
            return self.turns[which].draw(seed, turn + 1)
        if self.example is not None and seed == HOME_SEED and number == 0:
            return self.example
        return self.make(np.random.default_rng([seed, crc32(self.title.encode()), number]))


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that students really write: its slug, the answer, one sentence to the student, the title of
    the case that must catch it, and how to mend it, for who fails twice.

    `fn` is a plain `def` of its own that uses only np, erf and earlier functions of the chapter: its source
    is what a student could have typed.
    """

    slug: str
    fn: Callable[..., Any]
    hint: str
    case: str
    repair: str = ""


@dataclass(frozen=True)
class Exercise:
    """One function for the reader to write. See CONTRIBUTING.md for how to add one."""

    function: str
    topics: tuple[str, ...]
    points: int
    difficulty: int
    minutes: int
    reference: Callable[..., Any]
    cases: tuple[Case, ...]
    hints: tuple[str, ...]
    torch: str | None = None
    forbid: tuple[str, ...] = ()  # further twins of the answer, dotted names; nnlib's and torch's are implied
    uses: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()  # names of several outputs, each credited on its own
    edge_returns: tuple[
        str, ...
    ] = ()  # those that anybody would guess: credited beside another right one only
    gradient_of: Callable[..., Any] | None = None  # the forward function that this answer is the backward of
    wrt: tuple[int, ...] = (0,)  # positions of the forward's differentiable arguments
    seconds: float = 2.0  # limit for one call
    allowed: Callable[[np.random.Generator], Call] | None = (
        None  # draws a call that the text allows: wider than the cases
    )
    # draws a call of the size at which later cells use the function: `check` says if an answer is slow there
    large: Callable[[np.random.Generator], Call] | None = None
    unasked: dict[str, str] = field(default_factory=dict)  # what no case asks, though allowed: why
    spared: dict[str, str] = field(default_factory=dict)  # changes of right answers that may pass: why
    misconceptions: tuple[Misconception, ...] = ()  # filled by @X.wrong
    alternatives: tuple[Callable[..., Any], ...] = ()  # filled by @X.right

    def __post_init__(self) -> None:
        """Add the two cases that every exercise has, unless the record brings its own."""
        cases = list(self.cases)
        titles = [case.title for case in cases]
        if len(set(titles)) != len(titles):
            raise ValueError(f"{self.function}: two cases have the same title")
        make = partial(_first_draw, cases[0])
        if UNCHANGED not in titles and changeable(cases[0].draw(0).args):
            others = sum(case.weight for case in cases)  # so that it is worth a fifth
            cases.append(keeps_arguments(make, weight=-(-others // 4)))
        cases = [_watching(case, cases) if case.title == UNCHANGED else case for case in cases]
        if FLOAT32 not in titles and float_arrays(cases[0].draw(0)):
            cases.append(keeps_float32(make))
        object.__setattr__(self, "cases", tuple(cases))

    def case(self, title: str) -> Case:
        return next(case for case in self.cases if case.title == title)

    # ── the bank: wrong and right answers stand below their record ──

    @overload
    def wrong(self, fn: Answer) -> Answer: ...
    @overload
    def wrong(self, *, case: str = "", slug: str = "") -> Callable[[Answer], Answer]: ...
    def wrong(self, fn: Any = None, *, case: str = "", slug: str = "") -> Any:
        """Bank the function below as a wrong answer that students really write. Its docstring is the sentence to
        the student, which says what is wrong, and perhaps a second paragraph that says what to write instead; its
        name is the slug; `case`: the title of the case that must catch it, by default the first."""

        def bank(fn: Answer) -> Answer:
            found = self._misconception(fn, slug or self._slug(fn), case)
            object.__setattr__(self, "misconceptions", (*self.misconceptions, found))
            return fn

        return bank if fn is None else bank(fn)

    def right(self, fn: Answer) -> Answer:
        """Bank the function below as a right answer by another method."""
        object.__setattr__(self, "alternatives", (*self.alternatives, fn))
        return fn

    def _slug(self, fn: Callable[..., Any]) -> str:
        return fn.__name__.removeprefix(f"{self.function}_").replace("_", "-")

    def _misconception(self, fn: Callable[..., Any], slug: str, case: str) -> Misconception:
        hint, _, repair = (
            " ".join(part.split()) for part in inspect.cleandoc(fn.__doc__ or "").partition("\n\n")
        )
        titles = [c.title for c in self.cases]
        if not hint:
            raise ValueError(
                f"{self.function}, {slug!r}: the docstring must say to the student what is wrong"
            )
        if case and case not in titles:
            raise ValueError(f"{self.function}, {slug!r}: there is no case {case!r}; there are {titles}")
        if slug in [m.slug for m in self.misconceptions]:
            raise ValueError(f"{self.function}: two wrong answers are called {slug!r}")
        return Misconception(slug, fn, hint, case or titles[0], repair)

    @property
    def twins(self) -> tuple[str, ...]:
        """Dotted names of the ready-made functions that would be this answer."""
        own = f"{self.reference.__module__}.{self.reference.__name__}"
        return (own, *([self.torch] if self.torch else []), *self.forbid)


def _first_draw(case: Case, rng: np.random.Generator) -> Call:
    """The arguments of a case for the automatic cases: what is judged there does not depend on the numbers."""
    return case.example or case.make(rng)


def in_turn(title: str, *makes: Callable[[np.random.Generator], Call], **rest: Any) -> Case:
    """A case of several calls, all of which must be right: odd shapes, options left out and given, tiny numbers."""
    turns = tuple(Case(f"{title}, {i}", make) for i, make in enumerate(makes))
    return Case(title, makes[0], draws=len(turns), turns=turns, **rest)


def in_any_order(result: Any, *args: Any) -> list[Any]:
    """A measure for exercises with several results: all are there, in whatever order."""
    try:
        return sorted(map(np.asarray, result), key=lambda a: (a.shape, a.ravel().tolist()))
    except (TypeError, ValueError):
        return ["no arrays"]


def _watching(unchanged: Case, cases: list[Case]) -> Case:
    """The case "arguments unchanged" that looks at a call of every form the cases have, and of its own.

    At draws, not at the example: a hand-made 0 or 1 may be left as it is by what changes every other number.
    """
    forms: dict[Any, Case] = {}
    for case in (unchanged, *cases):
        if (case.stage == "values" and case.script is None) or case is unchanged:
            for turn in case.turns or (case,):
                forms.setdefault(_form(turn.draw(HOME_SEED + 1)), turn)
    return replace(unchanged, turns=tuple(forms.values()), draws=len(forms))


def _form(call: Call) -> Any:
    """Which arguments are arrays, of how many axes, whether huge and with zeros, and what the options say."""

    def kind(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(kind, value))
        if not isinstance(value, (np.ndarray, float)) or np.asarray(value).dtype.kind not in "iuf":
            return str(np.shape(value)) if isinstance(value, np.ndarray) else str(value)
        x = np.abs(np.asarray(value))
        return np.ndim(x), bool(np.max(x, initial=0.0) > HUGE), bool((x == 0).any())

    return tuple(map(kind, call.args)), tuple((name, kind(value)) for name, value in call.kwargs.items())


def keeps_float32(make: Callable[[np.random.Generator], Call], weight: int = 0) -> Case:
    """The automatic case "float32 stays float32": judged by the dtype of each output, not by its values.

    A remark unless the record gives it weight: of right answers written by people who were not told, almost
    half return float64.
    """

    def as_float32(rng: np.random.Generator) -> Call:
        return make(rng).map_arrays(lambda a: a.astype(np.float32) if a.dtype.kind == "f" else a)

    return Case(
        FLOAT32, as_float32, weight, edge=True, measure=_dtypes, differentiable=False, stage="dtype kept"
    )


def keeps_arguments(make: Callable[[np.random.Generator], Call], weight: int = 1) -> Case:
    """The automatic case "arguments unchanged": judged by the arguments after the call, bit for bit."""
    return Case(
        UNCHANGED,
        make,
        weight,
        edge=True,
        script="arguments_after",
        tol=(0.0, 0.0),
        differentiable=False,
        stage=UNCHANGED,
    )


def _dtypes(result: Any, *args: Any) -> Any:
    """The dtype name of every array in a result; scalars, 0-d arrays and lists of numbers have none to keep."""
    if isinstance(result, np.ndarray) and result.ndim:
        return result.dtype.name
    if isinstance(result, list) and not any(isinstance(r, np.ndarray) for r in result):
        return NO_DTYPE
    return tuple(map(_dtypes, result)) if isinstance(result, (tuple, list)) else None
