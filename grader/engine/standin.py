"""What stands in class for a module that is not there: it can be imported, and fails where it is used.

An import that an answer does not need costs nothing. One for which a `try` waits fails as it does everywhere.
"""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any

__all__ = ["StandIn", "absent", "imported_without_care"]


def absent(top: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"{top} is not available while grading; use NumPy", name=top)


def imported_without_care(source: str) -> set[str]:
    """The packages that a cell imports where no `try` waits for one that is missing."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
        elif not isinstance(node, ast.Try):
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return found


class StandIn(ModuleType):
    """The module."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self.__name__}.{name}")


class Missing:
    """A name from it, or a name of that."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}")

    def __instancecheck__(self, instance: object) -> bool:
        return False  # there can be none

    def __or__(self, other: object) -> Missing:
        return self  # in annotations

    __ror__ = __or__


def _fails(self: Missing, *args: Any, **kwargs: Any) -> Any:
    raise absent(self._name.partition(".")[0])


USES = (
    "call setattr getitem setitem iter len bool enter exit mro_entries add radd sub rsub mul rmul truediv rtruediv"
    " pow rpow matmul rmatmul neg abs float int index array lt le gt ge contains"
)
for _use in USES.split():
    setattr(Missing, f"__{_use}__", _fails)
