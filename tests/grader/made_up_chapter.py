"""A throw-away chapter of two exercises and a written question, installed where the course would lie."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import numpy as np
import pytest

from grader import course
from grader.record import registry
from grader.record.exercise import Case, Exercise, call

CHAPTER = "ch99_tiny"


def double(x, *, times=2.0):
    return times * x


def shift(x, by=1.0):
    return x + by


def record(function, reference, topics, **options):
    case = Case("a row", lambda rng: call(rng.normal(size=4)))
    options = {"points": 2, "difficulty": 1, "minutes": 5} | options
    return Exercise(
        function,
        topics,
        reference=reference,
        cases=(case,),
        hints=(),
        **options,
    )


RECORDS = (
    record("double", double, ("C99-01",)),
    record("shift", shift, ("C99-02",), points=1, minutes=1, uses=("double",)),
)

TOPICS = """\
id,chapter,topic,zh,symbol,kind
C99-01,99,Doubling,加倍,nnlib.tiny.double,implement
C99-02,99,Shifting,平移,nnlib.tiny.shift,implement
C99-03,99,Halving,减半,nnlib.tiny.halve,implement
C99-04,99,Why,为什么,,text
C98-01,98,Elsewhere,别处,,text
"""

SOURCE = '''\
# %% [markdown] topics="C99-04"
# # Tiny
# A chapter about doubling.

# %% tags=["setup"]
import numpy as np
from grader import check

# %% [markdown]
# Double every entry: $y = t x$.

# %% exercise="double"
def double(x, *, times=2.0):
    """Return times * x."""
    ### BEGIN SOLUTION
    factor = np.asarray(times)
    return factor * x
    ### END SOLUTION

# %% [markdown]
# What follows is a demo.

# %% topics="C99-03"
print(list(map(halve, [1.0, 2.0])))

# %%
1 + 1

# %%
1 + 1

# %% [markdown]
# Shift every entry.

# %% exercise="shift"
def shift(x, by=1.0):
    ### BEGIN SOLUTION
    moved = x + by
    return moved
    ### END SOLUTION

# %% [markdown]
# Why does doubling not shift?

# %% [markdown] written="why" points=3
# ### BEGIN SOLUTION
# Zero stays zero: one point for the word linear.
# ### END SOLUTION
'''


def install(monkeypatch: pytest.MonkeyPatch, root: Path, records=RECORDS, text: str = SOURCE) -> None:
    """Make `root` the course, with this chapter only."""
    (root / "solutions").mkdir()
    (root / "solutions" / "topics.csv").write_text(TOPICS, encoding="utf-8")
    (root / "records").mkdir()
    (root / "records" / f"{CHAPTER}.py").touch()
    module = types.ModuleType(f"grader.exercises.{CHAPTER}")
    module.EXERCISES = records  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(course, "ROOT", root)
    monkeypatch.setattr(registry, "FOLDER", root / "records")
    registry.registry.cache_clear()
    write(text)


def write(text: str) -> None:
    course.solution_path(CHAPTER).write_text(text, encoding="utf-8")


def halve(x):
    return np.asarray(x) / 2
