"""Kinks, ties, limits; huge, empty and nan arguments. Overflow, division by zero and invalid are errors."""

import numpy as np
import pytest

from nnlib import activations as A
from tests.nnlib.spec import agree, as_tuple, ids, is_float, rows

EDGES = rows("EDGES")
# Cases whose first argument is a float array that the tests below may replace.
CASES = [
    case for case in rows("CASES") if isinstance(case.draw(0)[0], np.ndarray) and is_float(case.draw(0)[0])
]
# Those of one argument, less the operations whose EDGES say what an empty argument gives.
ALONE = [case for case in CASES if len(case.draw(0)) == 1 and case.op not in rows("EMPTY_IN_EDGES")]


@pytest.fixture(autouse=True)
def strict():
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.mark.parametrize("edge", EDGES, ids=ids)
def test_edge(edge):
    # a tuple for an operation with several results, anything else for one
    got, want = as_tuple(edge.op(*edge.args, **edge.kwargs)), as_tuple(edge.want)
    assert len(got) == len(want)
    for g, w in zip(got, want):
        agree(g, w)


@pytest.mark.parametrize(
    ("op", "x", "want"),
    [(A.sigmoid, -40.0, 4.248354255291589e-18), (A.gelu, -10.0, -7.619853024160527e-23)],
)
def test_small_values_are_relatively_exact(op, x, want):
    assert op(x) == pytest.approx(want, rel=1e-12, abs=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", [case for case in CASES if case.op not in rows("OVERFLOWS")], ids=ids)
def test_huge_arguments_stay_finite(case, dtype):
    x, *others = case.draw(0, dtype)
    for size in (1e2, 1e3, 1e4):
        huge = (np.sign(x) * dtype(size)).astype(dtype)
        if (x > 0).all():  # probabilities stay probabilities
            huge = x
        assert np.isfinite(
            np.concatenate([np.ravel(y) for y in as_tuple(case.op(huge, *others, **case.kwargs))])
        ).all()
        if case.wrt:
            for gradient in as_tuple(case.backward(1.0, huge, *others, **case.kwargs)):
                assert np.isfinite(gradient).all()


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_nan_is_not_hidden(case):
    x, *others = case.draw(1)
    holed = x.copy()
    holed.flat[0] = np.nan
    if case.nan == "refused":
        with pytest.raises(ValueError, match=f"^{case.op.__name__}: .* got nan"):
            case.op(holed, *others, **case.kwargs)
        return
    got = as_tuple(case.op(holed, *others, **case.kwargs))[0]
    assert np.isnan(got).any() or case.nan == "may leave"
    if case.nan == "stays" and got.shape == x.shape and case.op.__name__ not in ("softmax", "log_softmax"):
        assert np.isnan(got).sum() == 1, "one nan must not spread over other elements"


@pytest.mark.parametrize("shape", [(0,), (0, 4), (2, 0)])
@pytest.mark.parametrize("case", ALONE, ids=ids)
def test_empty_in_empty_out(case, shape):
    if "axis" in case.kwargs:
        shape = (*shape, 2, 2)  # so that every axis of the row exists and can be halved
    empty = np.zeros(shape)
    got = case.op(empty, **case.kwargs)
    assert got.size == 0 or case.op is A.logsumexp
    if case.wrt:
        assert case.backward(np.zeros(got.shape), empty, **case.kwargs).shape == shape
