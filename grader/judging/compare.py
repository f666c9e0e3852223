"""Do two values agree, and if not, where do they first differ?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Agreement", "Difference", "agree", "compare", "scale_of"]

# |got - want| <= rtol*|want| + share*max(max|want|, floor*max|inputs|), as (rtol, share, floor). The floor is for
# answers that cancel to 0: one rounding of the inputs remains, 1e-16 or 6e-8 of them.
TOLERANCE = {"float64": (1e-8, 1e-10, 1e-3), "float32": (1e-4, 2e-5, 0.1)}
CLOSE = 1e-4  # an error below this share of max|want| is worth a word

EXACT = (0.0, 0.0)

Index = tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """The first place where two values differ.

    stage: "type", "shape", "finite" or "values". path: how to get there ("grad_x", "[1]"). index: of the
    first wrong entry of an array. got and want: the two entries, or what stands for them ("shape (3,)").
    arrays: (got, want, wrong entries) where both are arrays of one shape. parts: of how many the whole should be.
    """

    stage: str
    got: Any
    want: Any
    path: str = ""
    index: Index = ()
    close: bool = False
    arrays: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    parts: int = 0


@dataclass(frozen=True)
class Agreement:
    """ratio: largest error over what is allowed (inf where types, shapes or inf/nan positions differ)."""

    ratio: float
    difference: Difference | None = None

    @property
    def ok(self) -> bool:
        return self.difference is None


def scale_of(arrays: list[np.ndarray]) -> float:
    """max|x| over the finite entries of some arrays; 0 where there are none."""
    return max(map(_largest, arrays), default=0.0)


def _largest(array: np.ndarray) -> float:
    found = float(np.abs(array).max(initial=0.0))
    return found if math.isfinite(found) else float(np.abs(array[np.isfinite(array)]).max(initial=0.0))


def agree(got: Any, want: Any, *, scale: float = 0.0, tol: tuple[float, float] | None = None) -> bool:
    return compare(got, want, scale=scale, tol=tol).ok


def compare(
    got: Any,
    want: Any,
    *,
    scale: float = 0.0,
    tol: tuple[float, float] | None = None,
    path: str = "",
    mildness: float = 1.0,
) -> Agreement:
    """Compare plain data with what was wanted; `scale` is max|inputs|, the floor of the tolerance; `mildness` is a
    factor to the whole of it."""
    if want is None or isinstance(want, (str, bool, np.bool_)):
        return _compare_exact(got, want, path)
    if isinstance(want, dict):
        if not isinstance(got, dict) or set(got) != set(want):
            return _differs("type", _describe(got), _describe(want), path)
        pairs = [(got[k], want[k], f"{path}[{k!r}]") for k in want]
    elif isinstance(want, (tuple, list)):
        if not isinstance(got, (tuple, list)) or len(got) != len(want):
            return _differs("type", _describe(got), _describe(want), path, parts=len(want))
        names = getattr(want, "_fields", None)
        pairs = [
            (g, w, f"{path}.{names[i]}" if names else f"{path}[{i}]")
            for i, (g, w) in enumerate(zip(got, want))
        ]
    else:
        return _compare_arrays(got, np.asarray(want), scale, tol, path, mildness)
    parts = [compare(g, w, scale=scale, tol=tol, path=p, mildness=mildness) for g, w, p in pairs]
    wrong = [part for part in parts if not part.ok]
    return wrong[0] if wrong else Agreement(max((p.ratio for p in parts), default=0.0))


def _compare_exact(got: Any, want: Any, path: str) -> Agreement:
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got.item()
    if type(got) is type(want) and got == want:
        return Agreement(0.0)
    stage = "values" if isinstance(want, str) and isinstance(got, str) else "type"
    if isinstance(want, (bool, np.bool_)) and isinstance(got, (bool, np.bool_)):
        stage = "values"
    return _differs(stage, got if stage == "values" else _describe(got), want, path)


def _compare_arrays(
    got: Any, want: np.ndarray, scale: float, tol: tuple[float, float] | None, path: str, mildness: float
) -> Agreement:
    if _same_bits(got, want):
        return Agreement(0.0)
    array = _as_array(got)
    if array is None or (array.dtype.kind == "U") != (want.dtype.kind == "U"):
        return _differs("type", _describe(got), _describe(want), path)
    if array.shape != want.shape:
        return _differs("shape", f"shape {array.shape}", f"shape {want.shape}", path)
    if want.dtype.kind != "f":
        return _first_wrong(array != want, array, want, "values", path)

    array = array.astype(np.float64, copy=False)
    exact = want.astype(np.float64, copy=False)
    finite = np.isfinite(exact)
    same = np.isfinite(array)
    if not finite.all():
        same = np.where(finite, same, (array == exact) | (np.isnan(array) & np.isnan(exact)))
    if not same.all():
        bad_finite = finite & ~np.isfinite(array)
        return _first_wrong(~same, array, want, "finite" if bad_finite.any() else "values", path)

    rtol, share, floor = TOLERANCE.get(want.dtype.name, TOLERANCE["float64"])
    if tol == EXACT or (tol and want.dtype != np.float32):
        rtol, share = tol
    elif tol:  # a case may ask for less than float32 can give, not for more
        rtol, share = max(rtol, tol[0]), max(share, tol[1])
    largest = _largest(exact)
    allowed = mildness * (rtol * np.abs(exact[finite]) + share * max(largest, floor * scale))
    with np.errstate(over="ignore"):  # an answer may be as far off as it likes
        error = np.abs(array[finite] - exact[finite])
        ratios = np.divide(error, allowed, out=np.where(error > 0, np.inf, 0.0), where=allowed > 0)
    ratio = float(ratios.max(initial=0.0))
    if ratio <= 1.0:
        return Agreement(ratio)
    wrong = np.zeros(want.shape, bool)
    wrong[finite] = ratios > 1.0
    close = bool(error.max() <= CLOSE * largest)
    return _first_wrong(wrong, array, want, "values", path, ratio, close)


def _same_bits(got: Any, want: np.ndarray) -> bool:
    """The commonest case by far, when a class or a bank of wrong answers is compared."""
    return (
        type(got) is np.ndarray
        and got.dtype == want.dtype
        and got.shape == want.shape
        and got.tobytes() == want.tobytes()
    )


def _first_wrong(
    wrong: np.ndarray,
    got: np.ndarray,
    want: np.ndarray,
    stage: str,
    path: str,
    ratio: float = math.inf,
    close: bool = False,
) -> Agreement:
    if not wrong.any():
        return Agreement(0.0)
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
    arrays = (got, want, wrong)
    return Agreement(
        ratio, Difference(stage, got[index].item(), want[index].item(), path, index, close, arrays)
    )


def _differs(stage: str, got: Any, want: Any, path: str, parts: int = 0) -> Agreement:
    return Agreement(math.inf, Difference(stage, got, want, path, parts=parts))


def _as_array(value: Any) -> np.ndarray | None:
    """Arrays, numbers and (nested) lists of numbers as an array; None for anything else."""
    if value is None or isinstance(value, (str, dict)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        return None
    return array if array.dtype.kind in "biufU" else None


def _describe(value: Any) -> str:
    """What a value is, in a few words: "None", "an array of shape (3,)", "a tuple of 2"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return f"a dict with keys {', '.join(map(str, value))}" if value else "an empty dict"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    return "a number"
