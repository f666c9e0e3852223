"""Which modules and public names nnlib has, found by looking."""

import importlib
import pkgutil
from functools import cache

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
