"""In the student's process: IPython, and the modules that tests rest on, as they were before the student's code ran.

A fence, no wall: code in the same process can get past it (docs/threats.md says how far it reaches).
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["Untouched"]

MODULES = (
    *(
        "builtins",
        "math",
        "cmath",
        "operator",
        "functools",
        "itertools",
        "collections",
        "random",
        "re",
        "copy",
    ),
    *("numpy", "numpy.linalg", "numpy.testing", "numpy.testing._private.utils", "pandas", "pandas.testing"),
    *("unittest", "unittest.mock", "inspect", "ast", "types", "json", "os", "os.path", "pathlib", "io"),
)
VARY = ("__builtins__", "__warningregistry__", "_")
TRAITS = ("ast_transformers", "input_transformers_post", "ast_node_interactivity")


class Untouched:
    """Remembers, and puts back. What was added to a module stays (packages fill themselves as they are used)."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        transforms = shell.input_transformer_manager
        parts = [shell, shell.events, shell.compile, shell.display_trap, shell.displayhook, shell.display_pub]
        classes = {c: None for part in (*parts, transforms) for c in type(part).__mro__[:-1]}
        lists = [shell.ast_transformers, shell.input_transformers_post, *shell.events.callbacks.values()]
        lists += [transforms.cleanup_transforms, transforms.line_transforms, transforms.token_transformers]
        self.modules = [
            (vars(sys.modules[n]), dict(vars(sys.modules[n]))) for n in MODULES if n in sys.modules
        ]
        self.classes = [
            (c, dict(vars(c))) for c in (*classes, unittest.TestCase) if c.__module__ != "builtins"
        ]
        self.methods = [(vars(part), _methods(part)) for part in (*parts, transforms)]
        self.kept = [(each, list(each)) for each in lists]
        self.traits = {name: shell._trait_values.get(name) for name in TRAITS}

    def restore(self) -> None:
        sys.settrace(None)
        sys.setprofile(None)
        for there, before in self.modules:
            _put_back(before, there.get, there.__setitem__)
        for owner, before in self.classes:
            for name in vars(owner).keys() - before.keys():
                type.__delattr__(owner, name)
            _put_back(before, vars(owner).get, partial(type.__setattr__, owner))
        for there, before in self.methods:
            for name in [n for n, value in there.items() if callable(value) and n not in before]:
                del there[name]
            there.update(before)
        for name, value in self.traits.items():
            if value is None:
                self.shell._trait_values.pop(name, None)
            else:
                self.shell._trait_values[name] = value
        for each, entries in self.kept:
            each[:] = entries


def _methods(part: Any) -> dict[str, Any]:
    """What stands in an object itself before the methods of its class."""
    return {name: value for name, value in vars(part).items() if callable(value)}


def _put_back(before: dict[str, Any], now: Callable[..., Any], put: Callable[[str, Any], None]) -> None:
    missing = object()
    for name, value in before.items():
        if name not in VARY and now(name, missing) is not value:
            put(name, value)
