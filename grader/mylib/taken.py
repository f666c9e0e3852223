"""What is taken along of the course's own code: the functions that are wanted, unchanged, and what they need."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.home.slices import Code, Import, Statement, attributes, in_lines

__all__ = ["COURSE", "Wanted", "file_of", "home_of", "taken", "through"]

COURSE = ("nnlib", "grader")
Wanted = tuple[str, str]  # module, name


def taken(wanted: Iterable[Wanted], at: str) -> dict[str, str]:
    """{file name: text} of modules that hold these functions, and no more than they need. at: "." where the files are
    one package, "" where they lie on Python's path."""
    names: dict[str, set[str]] = {}
    waiting = list(wanted)
    while waiting:
        module, name = waiting.pop()
        if name not in names.setdefault(module, set()):
            names[module].add(name)
            statements = _code(module).slice(*sorted(names[module]))
            waiting += [
                found for s in statements if s.imported for found in _leads_to(s.imported, statements)
            ]
    return {f"{file_of(module)}.py": _text(module, names[module], at) for module in sorted(names)}


def through(imported: Import, statements: Sequence[Statement]) -> Iterator[Wanted]:
    """What these statements read of a module that they import by this name."""
    module = f"{imported.module}.{imported.name}"
    read = attributes(statements, imported.bound)
    names = sorted(importlib.import_module(module).__all__) if read is None else sorted(read)
    yield from ((module, name) for name in names)


def home_of(value: Any, module: str, name: str) -> Wanted:
    """Where a function is written, which a package may only hand on."""
    home = getattr(value, "__module__", None) or module
    known = home.partition(".")[0] in COURSE and getattr(importlib.import_module(home), name, None) is value
    return (home if known else module), name


def file_of(module: str) -> str:
    """nnlib.optim.moments is optim_moments.py."""
    return "_".join(module.split(".")[1:])


def _leads_to(imported: Import, statements: Sequence[Statement]) -> Iterator[Wanted]:
    if imported.module.partition(".")[0] not in COURSE:
        return
    value = getattr(importlib.import_module(imported.module), imported.name)
    if isinstance(value, ModuleType):
        yield from through(imported, statements)
    else:
        yield home_of(value, imported.module, imported.name)


def _text(module: str, names: set[str], at: str) -> str:
    statements = _code(module).slice(*sorted(names))
    imports = in_lines(_moved(s.imported, at) for s in statements if s.imported)
    head = f'"""From the course\'s {module}, unchanged, as far as it is used here."""'
    rest = [s.text for s in statements if not s.imported]
    return "\n\n\n".join(["\n".join([head, *([""] if imports else []), *imports]), *rest]) + "\n"


def _moved(imported: Import, at: str) -> Import:
    """The same import where the course's modules lie in one folder."""
    if imported.module.partition(".")[0] not in COURSE:
        return imported
    value = getattr(importlib.import_module(imported.module), imported.name)
    if isinstance(value, ModuleType):
        file = file_of(value.__name__)
        return Import(at, file, imported.bound) if at else Import(file, "", imported.bound)
    home, name = home_of(value, imported.module, imported.name)
    return Import(at + file_of(home), name, imported.bound)


@cache
def _code(module: str) -> Code:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Code([Path(spec.origin).read_text(encoding="utf-8")])
