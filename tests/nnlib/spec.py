"""The rows that every table test reads: what a row is, where rows are found, and what counts as agreement.

A file ``spec_<what>.py`` beside this one lists CASES, EDGES, ERRORS and NO_GRADIENT for some functions of
nnlib; it is found by its name. CHAPTERS names the chapters whose topics it completes, ELSEWHERE the functions
and classes that no row fits (random, stateful, not of floats), which a test file beside it must name instead.
REQUIRED_OPTIONS and POSITIONAL_OPTIONS hold (function, argument) that are keyword-only without a default, and
positional with one; BETTER_NAMES holds (symbol of the topic table, name in nnlib); LEFT_OUT holds (function,
argument of torch's) that nnlib lacks; OVERFLOWS holds functions whose true value at 1e4 is no float.
"""

import importlib
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEEDS = range(6)

# What torch calls its arguments, and what nnlib does (docs/departures.md).
RENAMED = {"input": "x", "dim": "axis", "keepdim": "keepdims"}

compared = 0  # numbers compared so far; conftest.py reports the total


@dataclass(frozen=True)
class Case:
    """One kind of call, judged on its values, gradients and manners for several seeds."""

    op: Callable
    args: Callable[[np.random.Generator], tuple]
    kwargs: dict = field(default_factory=dict)
    wrt: tuple[int, ...] = (0,)  # positions that op_backward returns a gradient for
    torch: str | Callable | None = None  # dotted name, or a function of tensors
    want: Callable | None = None  # an independent NumPy or SciPy formula
    differentiate: Callable | None = None  # function of tensors, where the derivative of `torch` is rounded
    nan: str = "stays"  # one nan in: "stays" one nan out, "spreads", "may leave" (crops), or is "refused"

    def __str__(self):
        options = ",".join(f"{k}={v}" for k, v in self.kwargs.items())
        return without_addresses(f"{self.op.__name__}({options})")

    @property
    def backward(self):
        module = importlib.import_module(self.op.__module__)
        return getattr(module, f"{self.op.__name__}_backward")

    def output(self, *args, **kwargs):
        """What op_backward differentiates: the first result, where there are several."""
        result = self.op(*args, **kwargs)
        return result[0] if isinstance(result, tuple) else result

    def draw(self, seed, dtype=np.float64):
        """Arguments that depend on the row and the seed, not on the order of the rows."""
        args = self.args(np.random.default_rng([seed, zlib.crc32(str(self).encode())]))
        return tuple(np.asarray(a, dtype) if is_float(a) else a for a in args)


@dataclass(frozen=True)
class Edge:
    """One call with its answer written out."""

    op: Callable
    args: tuple
    want: object
    kwargs: dict = field(default_factory=dict)

    def __str__(self):
        return without_addresses(f"{self.op.__name__}{self.args}{self.kwargs or ''}")[:70].replace("\n", " ")


@dataclass(frozen=True)
class Error:
    """One call that must be refused, and words the message must hold beside the name of the operation."""

    op: Callable
    args: tuple
    words: str
    kwargs: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.op.__name__}: {self.words}"


def without_addresses(text):
    """The name of a row, which also seeds it, must be the same in every run."""
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


def is_float(a):
    return isinstance(a, np.ndarray | np.floating) and a.dtype.kind == "f"


@cache
def rows(kind):
    """All rows of a kind (CASES, EDGES, ERRORS, NO_GRADIENT, CHAPTERS, ELSEWHERE, ...) in all spec files."""
    found = []
    for path in sorted(HERE.glob("spec_*.py")):
        found += getattr(importlib.import_module(f"{__package__}.{path.stem}"), kind, ())
    return tuple(found)


def ids(row):
    return str(row)


def agree(got, want, *, dtype=np.float64, what="value"):
    """Assert the dtype, the shape, the positions of nan and inf, and values that differ by rounding only."""
    global compared
    got, want = np.asarray(got), np.asarray(want)
    rtol, share = (1e-5, 2e-6) if dtype == np.float32 else (1e-11, 1e-12)
    assert got.shape == want.shape, f"{what}: shape {got.shape}, want {want.shape}"
    assert got.dtype == dtype, f"{what}: dtype {got.dtype}, want {np.dtype(dtype)}"
    finite = np.abs(want[np.isfinite(want)])
    atol = share * max(1.0, finite.max(initial=0.0))
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol, err_msg=what)
    compared += got.size


def as_tuple(result):
    """All results, less those that are None: running statistics that were not given."""
    return tuple(r for r in result if r is not None) if isinstance(result, tuple) else (result,)


def torch_function(name):
    """The function behind a dotted name such as "torch.nn.functional.relu"."""
    import torch  # noqa: F401  (torch.nn.functional must be loaded before it is looked up)

    if callable(name):
        return name
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def torch_kwargs(kwargs):
    back = {ours: theirs for theirs, ours in RENAMED.items()}
    return {back.get(name, name): value for name, value in kwargs.items()}


def torch_call(case, args, grad_output=None):
    """The values as torch computes them; given grad_output, the gradients for case.wrt instead."""
    import torch

    tensors = [torch.from_numpy(np.array(a)) if isinstance(a, np.ndarray) else a for a in args]
    if grad_output is not None:
        for position in case.wrt:
            tensors[position].requires_grad_()
    f = case.torch if grad_output is None else case.differentiate or case.torch
    kwargs = {
        name: torch.tensor(np.array(v), dtype=tensors[0].dtype) if is_float(v) else v
        for name, v in case.kwargs.items()
    }
    value = torch_function(f)(*tensors, **torch_kwargs(kwargs))
    if grad_output is None:
        return tuple(v.detach().numpy() for v in as_tuple(value))
    value, *_ = as_tuple(value)
    wanted = [tensors[position] for position in case.wrt]
    gradients = torch.autograd.grad(value, wanted, torch.from_numpy(np.array(grad_output)))
    return tuple(g.numpy() for g in gradients)
