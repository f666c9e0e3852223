"""What would be a ready-made answer is not there, or refuses to be called, until its exercise was asked.

In the student's process torch and scikit-learn are absent, nnlib's answers refuse to be called, whoever calls them,
and SciPy's are hidden, under all their names. `nnlib`, and the modules of SciPy that hold an answer, are facades:
modules that look up every name in the real one. The libraries' own code goes on seeing everything. Digging through a
library's internals gets past this: it is a fence, no wall.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, cast

from grader.calls.readymade import OwnWork, ReadyMade, called, not_here, refusal
from grader.engine.standin import StandIn, absent

__all__ = ["ABSENT", "Guard"]

ABSENT = ("torch", "sklearn", "solutions")
LIBRARIES = (
    "nnlib",
    "scipy",
    "sklearn",
)  # nnlib's loaders of data may use scikit-learn, a student's code may not


class Guard(MetaPathFinder, Loader):
    """Finds facades in place of guarded modules. `locked`: {dotted name: the exercise it answers}."""

    def __init__(self, locked: Mapping[str, str]) -> None:
        self.locked = dict(locked)
        modules = {dotted.rpartition(".")[0] for dotted in locked}
        self.guarded = {name for name in modules if name.partition(".")[0] == "scipy"}
        self.real: dict[str, ModuleType] = {}
        self.loading = False
        self.others: list[Any] = []
        self.forgiven: set[str] = set()  # what may be imported although it is not there
        self.lent: list[str] = []  # stand-ins that `import` has found
        self.known = ReadyMade({})
        self.refused: dict[str, tuple[FunctionType, CodeType]] = {}  # with its own code

    def install(self) -> None:
        """Stand before all other finders: what this one does not find is absent."""
        self.others = sys.meta_path[:]
        sys.meta_path[:] = [self]
        self.put_away()
        ours = [dotted for dotted in self.locked if dotted.startswith("nnlib.")]
        functions = {dotted: self.original(dotted) for dotted in ours}
        self.known = ReadyMade(functions)
        for dotted, function in zip(functions, map(called, functions.values())):
            self.refused[dotted] = function, function.__code__
            function.__code__ = refusal(function, self.locked[dotted])

    def unlock(self, names: Iterable[str]) -> None:
        for dotted in names:
            self.locked.pop(dotted, None)
            if dotted in self.refused:
                function, own = self.refused.pop(dotted)
                function.__code__ = own

    def ready_made(self, function: Any) -> str | None:
        """The locked answer that `function` is or reaches."""
        found = self.known.found_in(function)
        return found if found in self.locked or (found and "._" in found) else None

    def original(self, dotted: str) -> Any:
        """The object of a dotted name, locked or not."""
        module, _, name = dotted.rpartition(".")
        return getattr(self.load(module) if self.guards(module) else importlib.import_module(module), name)

    def guards(self, module: str) -> bool:
        return module.partition(".")[0] in ("nnlib", "sklearn") or module in self.guarded

    def hides(self, value: Any) -> str | None:
        """The exercise that `value` of SciPy answers, while it is locked. By identity, so that no alias helps."""
        for dotted, exercise in self.locked.items():
            module, _, name = dotted.rpartition(".")
            if (
                module in self.guarded
                and module in self.real
                and vars(self.real[module]).get(name, self) is value
            ):
                return exercise
        return None

    # ── importing ────────────────────────────────────────────────────────────────────────────────────────

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top = name.partition(".")[0]
        for_a_library = top in LIBRARIES and (self.loading or self.is_library(sys._getframe(1)))
        if top in ABSENT and not for_a_library:
            if sys._getframe(2).f_globals.get("__name__") == "importlib.util":
                return None  # only asked whether it is there
            if top in self.forgiven:
                return ModuleSpec(name, self, is_package=True)
            raise absent(top)
        if self.loading or not self.guards(name):
            return self.elsewhere(name, path, target)
        if private(name) and not for_a_library:
            raise OwnWork(f"{name} is nnlib's own affair")
        real = self.load(name)
        spec = ModuleSpec(name, self)
        spec.submodule_search_locations = list(real.__path__) if hasattr(real, "__path__") else None
        return spec

    def elsewhere(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """As Python finds it; else what the notebook itself has written into its folder; else a stand-in."""
        for finder in self.others:
            if spec := finder.find_spec(name, path, target):
                return cast(ModuleSpec, spec)
        if path is None and (spec := PathFinder.find_spec(name, [os.getcwd()])) and spec.loader:
            return spec
        whole = path is None or isinstance(sys.modules.get(name.rpartition(".")[0]), StandIn)
        forgiven = whole and name.partition(".")[0] in self.forgiven
        return ModuleSpec(name, self, is_package=True) if forgiven else None

    def forget(self) -> None:
        """Take the stand-ins from where `import` looks: the module may come, and libraries want the real one."""
        for name in self.lent:
            if isinstance(sys.modules.get(name), StandIn):
                del sys.modules[name]
        self.lent.clear()

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name not in self.real:
            self.lent.append(spec.name)
            return StandIn(spec.name)
        return Facade(self.real[spec.name], self)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: the real module has been executed."""

    def get_resource_reader(self, name: str) -> Any:
        """For importlib.resources: the data files of the real package."""
        spec = self.real[name].__spec__
        return getattr(spec and spec.loader, "get_resource_reader", lambda name: None)(name)

    def load(self, name: str) -> ModuleType:
        """The real module. While it loads, it finds real modules, not facades."""
        if name in self.real:
            return self.real[name]
        facades = {n: m for n, m in sys.modules.items() if isinstance(m, Facade)}
        sys.modules.update(self.real)
        self.loading = True
        try:
            importlib.import_module(name)
        finally:
            self.loading = False
            self.put_away()
            sys.modules.update(facades)
        return self.real[name]

    def put_away(self) -> None:
        """Take the real modules from where `import` looks."""
        for found in [n for n in sys.modules if self.guards(n)]:
            self.real[found] = sys.modules.pop(found)
            parent, _, child = found.rpartition(".")
            if not self.guards(parent) and parent in sys.modules:
                vars(sys.modules[parent]).pop(child, None)

    def is_library(self, frame: FrameType | None) -> bool:
        """Does this frame, or what it imports for, run a library's own code?"""
        while frame and str(frame.f_globals.get("__name__")).startswith("importlib"):
            frame = frame.f_back
        if frame is None:
            return False
        name = str(frame.f_globals.get("__name__"))
        module = self.real.get(name) or sys.modules.get(name)
        return name.partition(".")[0] in LIBRARIES and module is not None and vars(module) is frame.f_globals


def private(dotted: str) -> bool:
    parts = dotted.split(".")
    return parts[0] == "nnlib" and any(p.startswith("_") and not p.startswith("__") for p in parts)


class Facade(ModuleType):
    """A module that shows the real one's names, but for those that are locked."""

    def __init__(self, real: ModuleType, guard: Guard) -> None:
        super().__init__(real.__name__, real.__doc__)
        self._real, self._guard = real, guard

    def __getattr__(self, name: str) -> Any:
        top = self._real.__name__.partition(".")[0]
        if top in ABSENT and not name.startswith("__") and not self._guard.is_library(sys._getframe(1)):
            raise absent(top)
        value = getattr(self._real, name)
        if private(f"{self._real.__name__}.{name}") and not self._guard.is_library(sys._getframe(1)):
            raise OwnWork(f"{self._real.__name__}.{name} is nnlib's own affair")
        if isinstance(value, ModuleType) and self._guard.guards(value.__name__):
            return importlib.import_module(value.__name__)
        if name == "__all__":
            return [n for n in value if not self._guard.hides(vars(self._real).get(n))]
        exercise = self._guard.hides(value)
        if exercise and not self._guard.is_library(sys._getframe(1)):
            raise OwnWork(not_here(name, exercise))
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(value, Facade):  # the import system's: submodules are found through __getattr__
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [n for n in dir(self._real) if not self._guard.hides(vars(self._real).get(n))]
