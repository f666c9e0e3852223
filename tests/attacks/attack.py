"""One entry of the corpus, and what it is made from: a hand-in of the released chapter, or a file that is none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "CHAPTER",
    "HONEST",
    "TARGET",
    "Attack",
    "Kit",
    "Place",
    "answer",
    "attempt",
    "changed",
    "cheat",
    "own",
]

CHAPTER = "ch02_activations"
HONEST = "leaky_relu"  # answered rightly in every hand-in: 1 point
TARGET = "softmax"  # attacked: 3 points, undeserved unless the entry says otherwise
DEF = "def softmax(x, *, axis=-1):\n"
WRONG = DEF + "    return 0 * x"

Notebook = dict[str, Any]
Place = Callable[[Path], None]


@dataclass(frozen=True)
class Attack:
    """make: the notebook, or the bytes of the file, or what lays something else at its path. points: what must
    come of it, exactly. words: each must appear in the reason, the repairs, the log or the reports. known: what
    it tries works, and docs/threats.md says so. student: the folder's name, if that is the attack."""

    technique: str
    tries: str
    make: Callable[[Kit], Notebook | bytes | Place]
    points: float = 1.0
    status: str = "graded"
    words: tuple[str, ...] = ()
    slow: bool = False
    known: bool = False
    student: str = ""

    @property
    def row(self) -> str:
        """The student as the gradebook knows them."""
        return "".join(c if c.isprintable() and c not in '<>"' else f"%{ord(c):02x}" for c in self.name)

    @property
    def name(self) -> str:
        return self.student or "".join(c if c.isalnum() else "-" for c in self.tries.lower()).strip("-")[:60]


@dataclass(frozen=True)
class Kit:
    """The released notebook, right answers, and what an attacker would like to reach: {word: value}, which
    stands as @word@ in the code of an attack."""

    released: Notebook
    solutions: dict[str, str]
    goals: dict[str, str]

    def hand_in(self, **answers: str) -> Notebook:
        notebook = copy.deepcopy(self.released)
        for name, source in ({HONEST: self.solutions[HONEST]} | answers).items():
            at(notebook, name)["source"] = self.fill(source)
        return notebook

    def fill(self, source: str) -> str:
        for word, value in self.goals.items():
            source = source.replace(f"@{word}@", value)
        return source


def at(notebook: Notebook, id: str) -> Notebook:
    """The cell of this id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def own(source: str, kind: str = "code", **more: Any) -> Notebook:
    made: Notebook = {"cell_type": kind, "id": "", "metadata": {}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


def answer(technique: str, tries: str, source: str, words: tuple[str, ...] = (), **more: Any) -> Attack:
    """An answer to the target that is the attack; `source` is the body of the function if it is indented."""
    source = DEF + source if source.startswith("    ") else source
    return Attack(technique, tries, lambda kit: kit.hand_in(softmax=source), words=words, **more)


def cheat(technique: str, tries: str, source: str, words: tuple[str, ...] = (), **more: Any) -> Attack:
    """A cell of the student's own in front of everything; the answer to the target is wrong."""

    def make(kit: Kit) -> Notebook:
        notebook = kit.hand_in(softmax=WRONG)
        notebook["cells"].insert(0, own(kit.fill(source)))
        return notebook

    return Attack(technique, tries, make, words=words, **more)


def attempt(technique: str, tries: str, source: str, error: str, **more: Any) -> Attack:
    """A cell that reaches for something outside; it must fail with this error, and says so if it does not."""
    return cheat(technique, tries, f"{source}\nraise RuntimeError('REACHED')", (error,), **more)


def changed(
    technique: str, tries: str, change: Callable[[Notebook], None], *words: str, **more: Any
) -> Attack:
    """A hand-in with a wrong answer to the target whose cells or metadata are changed."""

    def make(kit: Kit) -> Notebook | bytes:
        notebook = kit.hand_in(softmax=WRONG)
        change(notebook)
        return notebook

    return Attack(technique, tries, make, words=words, **more)


def text(kit: Kit, **answers: str) -> str:
    """The file of a hand-in with a right and a wrong answer."""
    return json.dumps(kit.hand_in(**{TARGET: WRONG} | answers))
