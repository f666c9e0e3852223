"""Which modules and public names nnlib has, and what they call, found by looking."""

import ast
import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path

import nnlib


@cache
def modules():
    """Every module of nnlib whose name has no underscore in front, packages and fast paths included."""
    names = [info.name for info in pkgutil.walk_packages(nnlib.__path__, "nnlib.")]
    return tuple(
        importlib.import_module(name)
        for name in names
        if not name.rpartition(".")[2].startswith("_") or is_fast(name)
    )


def is_fast(name):
    """Whether a module holds second versions of what stands beside it, for speed; some are exported."""
    return name.endswith("._fast")


def defined_in(module):
    """Public functions and classes written in this very module; of a fast path those that its package exports."""
    package = (
        importlib.import_module(module.__name__.rpartition(".")[0]) if is_fast(module.__name__) else None
    )
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (package is None or getattr(package, name, None) is value)
        and callable(value)
        and getattr(value, "__module__", "") == module.__name__
    }


def top_level():
    """The submodules a reader imports: nnlib.activations, nnlib.nn, ..."""
    return [module for module in modules() if module.__name__.count(".") == 1]


def below(module):
    """All public functions and classes written in a module or, for a package, in the modules of it."""
    inside = [
        m for m in modules() if m.__name__ == module.__name__ or m.__name__.startswith(module.__name__ + ".")
    ]
    return {name: value for m in inside for name, value in defined_in(m).items()}


def module_calls(function):
    """Names of what the module of a function calls: "mean" for x.mean() and np.mean(x)."""
    nodes = ast.walk(ast.parse(inspect.getsource(inspect.getmodule(function))))
    return {n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}


def library_calls(*names):
    """Calls of np.f(...) or x.f(...) in nnlib: (file, call); not in experiments and drawings."""
    root = Path(nnlib.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if {"experiments", "plotting", "files"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in names
            ):
                yield path.relative_to(root).as_posix(), node
