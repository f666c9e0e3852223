"""In the student's process: IPython, and the modules that tests rest on, as they were before the student's code ran.

A fence, no wall: code in the same process can get past it (docs/threats.md says how far it reaches).
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable
from typing import Any

__all__ = ["Untouched"]

MODULES = (
    *("builtins", "math", "cmath", "operator", "functools", "itertools", "collections", "random", "re", "copy"),
    *("numpy", "numpy.linalg", "numpy.testing", "numpy.testing._private.utils", "pandas", "pandas.testing"),
    *("unittest", "unittest.mock", "inspect", "ast", "types", "json", "os", "os.path", "pathlib", "io"),
)
HOLDS_ON_IMPORT = ("__builtins__", "__warningregistry__")


class Untouched:
    """Remembers, and puts back. What was added to a module stays (packages fill themselves as they are used)."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.modules = [(vars(sys.modules[n]), dict(vars(sys.modules[n]))) for n in MODULES if n in sys.modules]
        classes = [*type(shell).__mro__[:-1], unittest.TestCase, type(shell.events), type(shell.compile)]
        classes += [type(shell.input_transformer_manager), type(shell.display_trap), type(shell.displayhook)]
        self.classes = [(c, dict(vars(c))) for c in classes]
        parts = [shell, shell.events, shell.compile, shell.display_trap, shell.displayhook, shell.display_pub]
        parts += [shell.input_transformer_manager]
        self.objects = [(part, dict(vars(part))) for part in parts]
        lists = [shell.ast_transformers, shell.input_transformers_post]
        lists += [shell.input_transformer_manager.cleanup_transforms]
        lists += [shell.input_transformer_manager.line_transforms]
        lists += [shell.input_transformer_manager.token_transformers]
        lists += list(shell.events.callbacks.values())
        self.lists = [(each, list(each)) for each in lists]
        self.traits = dict(shell._trait_values)
        self.interactivity = shell.ast_node_interactivity

    def restore(self) -> None:
        sys.settrace(None)
        sys.setprofile(None)
        for there, before in self.modules:
            _put_back(before, there.get, there.__setitem__)
        for owner, before in self.classes:
            for name in [n for n in vars(owner) if n not in before]:
                type.__delattr__(owner, name)
            _put_back(before, vars(owner).get, lambda name, value, owner=owner: type.__setattr__(owner, name, value))
        for part, before in self.objects:
            for name in [n for n in vars(part) if n not in before and hasattr(type(part), n)]:
                del vars(part)[name]
            _put_back(
                {n: v for n, v in before.items() if callable(v)}, vars(part).get, vars(part).__setitem__
            )
        self.shell._trait_values.update(
            {n: self.traits[n] for n in ("ast_transformers", "input_transformers_post") if n in self.traits}
        )
        for each, before in self.lists:
            each[:] = before
        self.shell.ast_node_interactivity = self.interactivity


def _put_back(
    before: dict[str, Any], now: Callable[[str, object], Any], put: Callable[[str, Any], None]
) -> None:
    missing = object()
    for name, value in before.items():
        if now(name, missing) is not value and name not in HOLDS_ON_IMPORT:
            put(name, value)
