"""Loops that numba compiles, where it is installed: one pass over memory for what NumPy does in many.

They are for float32 arrays of some size: to compile one takes up to a second, once on a machine. What is float64 is
the same with and without numba. NNLIB_FAST=0 in the environment turns them off, NNLIB_FAST=1 takes them for float32
arrays of any size. One thread.
"""

import math
import os
from functools import cache, cached_property
from importlib import import_module

import numpy as np

LEAST = {"0": math.inf, "1": 0}.get(os.environ.get("NNLIB_FAST"), 2**12)  # numbers from which a loop pays


class Loop:
    """A function of loops, compiled when it is first called; other loops may call it."""

    def __init__(self, function):
        self.function = function

    @cached_property
    def compiled(self):
        # sums may be taken in any order, as NumPy's are; nan and inf stay what they are
        options = {"fastmath": {"contract", "reassoc"}, "error_model": "numpy"}
        try:
            return _numba().njit(self.function, cache=True, **options)
        except RuntimeError:  # nowhere to keep it
            return _numba().njit(self.function, **options)

    @property
    def _numba_type_(self):
        return self.compiled._numba_type_

    def __call__(self, *args):
        try:
            return self.compiled(*args)
        except OSError:  # compiled, but there is no room to keep it
            return self.compiled(*args)


def pays(dtype, n):
    """Whether a loop over n numbers should be taken."""
    return n >= LEAST and dtype == np.float32 and _numba() is not None


@cache
def _numba():
    """None where it is missing, or made for another NumPy."""
    try:
        return import_module("numba")
    except ImportError:
        return None
