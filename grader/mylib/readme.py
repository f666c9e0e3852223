"""The README of the reader's library: what is theirs, what is the course's, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.mylib.modules import Module
from grader.record.registry import find_chapter

__all__ = ["readme"]

TEXT = """\
# mylib

Functions of neural networks in NumPy: {own} of the {all} that the course asks for are yours, as you wrote them.

```console
pip install ./mylib               # in the folder above; without a network: --no-build-isolation
python -m pytest mylib/tests
```

Run `grader mylib` again when you have written more. It never touches a file that you have added or changed.

## Yours

{yours}

## The course's

What your functions use and have not from you lies in `mylib/ours/`, unchanged, under the course's licence.

{theirs}

## Missing

{missing}
"""
NOTHING = "Nothing."


def readme(modules: Sequence[Module], missing: Mapping[str, str]) -> str:
    own = sum(len(module.names) for module in modules)
    yours = [f"* `{m.chapter}`: {_code(m.names)}" for m in modules]
    theirs = [f"* `{m.chapter}` takes {_some(m)}." for m in modules if m.wanted]
    absent = [f"* `{name}` ({find_chapter(name)}): {why}" for name, why in missing.items()]
    return TEXT.format(
        own=own,
        all=own + len(missing),
        **{
            key: "\n".join(lines) or NOTHING
            for key, lines in {"yours": yours, "theirs": theirs, "missing": absent}.items()
        },
    )


def _some(module: Module) -> str:
    """What a chapter takes, and what of it an exercise asks for."""
    whole = [f"what else it reads of `{it.name}`" for it in module.ours if it.module == ".ours"]
    names = [f"`{it.name}`" for it in module.ours if it.module != ".ours"]
    waits = f"; of these you have yet to write {_code(module.borrowed)}" if module.borrowed else ""
    return ", ".join(sorted({*names}) + sorted({*whole})) + waits


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
