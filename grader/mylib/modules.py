"""The modules of the reader's library, one a chapter: their source as it stands in the notebook, and, above it, where
what it uses comes from."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from types import ModuleType

from grader.home.answers import Written
from grader.home.cells import Cell, imported
from grader.home.slices import Import, attributes, in_lines
from grader.mylib.taken import COURSE, Wanted, file_of, home_of, through
from grader.record.registry import find_chapter, find_exercise, registry

__all__ = ["Module", "requirements", "why_not_portable"]

PACKAGES = {"sklearn": "scikit-learn", "PIL": "pillow"}  # by another name than their modules
NOT_YOURS = "  # the course's, not yours"


class Module:
    """A chapter's module in the making."""

    def __init__(self, chapter: str, own: Mapping[str, Written]) -> None:
        """own: all functions of the reader's library, by name."""
        self.chapter, self.own = chapter, own
        self.names = [name for name in registry(chapter) if name in own]
        places = {s.place: s for name in self.names for s in own[name].statements}
        self.statements = list({places[place].text: places[place] for place in sorted(places)}.values())
        self.wanted: set[Wanted] = set()  # of the course's
        self.others, self.theirs, self.ours = list[Import](), list[Import](), list[Import]()
        self.tables: list[str] = []  # names that stand for a module of the course's, ...
        self.later: list[str] = []  # and what they get when this module's own functions are there
        for statement in self.statements:
            if statement.imported:
                self._bring(statement.imported)
        for name in self._missing():
            self._bring_function(name, name)

    @property
    def text(self) -> str:
        about = (importlib.import_module(f"grader.exercises.{self.chapter}").__doc__ or "").partition(":")[0]
        within = [*in_lines(self.theirs), *(line + NOT_YOURS for line in in_lines(self.ours))]
        head = [f'"""{about}: as you wrote it."""', "", *in_lines(self.others), "", *within]
        names = "\n".join(["__all__ = [", *(f'    "{name}",' for name in self.names), "]"])
        own = [s.text for s in self.statements if not s.imported]
        later = ["\n".join(self.later)] if self.later else []
        return "\n\n\n".join(["\n".join(head).strip(), names, *self.tables, *own, *later]) + "\n"

    @property
    def borrowed(self) -> list[str]:
        """What is the course's here, though exercises ask for it."""
        references = {home_of(e.reference, "", name) for name, e in registry().items()}
        return sorted(name for _, name in self.wanted & references)

    def _missing(self) -> list[str]:
        """Earlier exercises of the chapter that are read here and not the reader's."""
        read = {name for s in self.statements for name in s.needs}
        bound = {name for s in self.statements for name in s.binds}
        return [name for name in registry(self.chapter) if name in read - bound]

    def _bring(self, it: Import) -> None:
        if it.module.partition(".")[0] not in COURSE:
            self.others.append(it)
            return
        if it.module == "grader":
            self._bring_my(it)
            return
        value = getattr(importlib.import_module(it.module), it.name)
        if isinstance(value, ModuleType):
            self._bring_module(it, value)
        elif (
            getattr(value, "__name__", "") in registry() and find_exercise(value.__name__).reference is value
        ):
            self._bring_function(value.__name__, it.bound)
        else:
            self._take(home_of(value, it.module, it.name), it.bound)

    def _bring_function(self, name: str, bound: str) -> None:
        """An earlier exercise: the reader's own where it is theirs, in this module or in an earlier one."""
        if name in self.names and bound == name:
            return
        if self._is_theirs(name):
            self.theirs.append(Import(f".{find_chapter(name)}", name, bound))
        else:
            self._take(home_of(find_exercise(name).reference, "", name), bound)

    def _take(self, wanted: Wanted, bound: str) -> None:
        self.wanted.add(wanted)
        self.ours.append(Import(f".ours.{file_of(wanted[0])}", wanted[1], bound))

    def _bring_module(self, it: Import, value: ModuleType) -> None:
        """A module of the course's, with the reader's functions in place of its own."""
        mine, rest = {}, set()
        for wanted in through(it, self.statements):
            name = wanted[1]
            ours = name not in self.own or find_exercise(name).reference is not getattr(value, name)
            if not ours and self._is_theirs(name):
                mine[name] = self._theirs(name)
            elif not ours and name in self.names:
                self._set_later(it.bound, name)
            else:
                rest.add(wanted)
        self._table(it.bound, mine, self._ours(value.__name__, rest))

    def _bring_my(self, it: Import) -> None:
        """`my`: the functions that are read of it."""
        entries = {}
        for name in sorted(attributes(self.statements, it.bound) or ()):
            if self._is_theirs(name):
                entries[name] = self._theirs(name)
            elif name in self.names:
                self._set_later(it.bound, name)
            else:
                wanted = home_of(find_exercise(name).reference, "", name)
                entries[name] = f"{self._ours(wanted[0], {wanted})}.{name}"
        self._table(it.bound, entries)

    def _is_theirs(self, name: str) -> bool:
        """Is it an exercise of an earlier chapter that the reader has written?"""
        return name in self.own and find_chapter(name) < self.chapter

    def _theirs(self, name: str) -> str:
        chapter = find_chapter(name)
        self.theirs.append(Import(".", chapter, chapter))
        return f"{chapter}.{name}"

    def _ours(self, module: str, wanted: set[Wanted]) -> str:
        """The course's module, as far as it is wanted, under a name of its own."""
        if not wanted:
            return ""
        self.wanted |= wanted
        file = file_of(module)
        self.ours.append(Import(".ours", file, f"ours_{file}"))
        return f"ours_{file}"

    def _set_later(self, bound: str, name: str) -> None:
        self.later.append(f"{bound}.{name} = {name}")

    def _table(self, bound: str, entries: Mapping[str, str], rest: str = "") -> None:
        """What stands for a module: these entries, and all else of the rest."""
        self.others.append(Import("types", "SimpleNamespace", "SimpleNamespace"))
        lines = [*([f"**vars({rest})"] if rest else []), *(f'"{name}": {entries[name]}' for name in entries)]
        inside = "".join(f"        {line},\n" for line in lines)
        self.tables.append(f"{bound} = SimpleNamespace(\n    **{{\n{inside}    }}\n)")


def why_not_portable(written: Written) -> str:
    """What keeps an answer from leaving its notebook; "" where nothing does."""
    for statement in written.statements:
        it = statement.imported
        if it is None:
            if set(imported(Cell(statement.text).tree)) & set(COURSE):
                return "it imports from the course inside a function: put that line above the function"
        elif it.module.startswith(".") or it.name == "*":
            return f"`{it}` says nothing outside of its notebook: import names"
        elif it.module.partition(".")[0] == "nnlib" and not it.name:
            return f"`{it}` takes all of the course's library: write `from nnlib import ...`"
        elif it.module.partition(".")[0] == "grader" and (
            it.name != "my" or attributes(written.statements, it.bound) is None
        ):
            return f"it uses `{it}`, which belongs to the notebook"
    return ""


def requirements(texts: Iterable[str]) -> list[str]:
    """The packages that these modules import, as pip calls them."""
    tops = {top for text in texts for top in imported(Cell(text).tree)}
    return sorted(PACKAGES.get(top, top) for top in tops - sys.stdlib_module_names)
