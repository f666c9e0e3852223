"""Do two values agree, and is the first difference the right one?"""

import math

import numpy as np
import pytest

from grader.judging.compare import TOLERANCE, agree, compare

A = np.array


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (A([1.0, 2.0]), A([1.0, 2.0])),
        (A([1, 2]), A([1.0, 2.0])),
        ([1.0, 2.0], A([1.0, 2.0])),
        ([[1, 2], [3, 4]], A([[1.0, 2.0], [3.0, 4.0]])),
        (A([np.nan, np.inf, -np.inf]), A([np.nan, np.inf, -np.inf])),
        (2.0, np.float64(2.0)),
        (A(2.0), 2.0),
        (A([1.0 + 1e-9]), A([1.0])),
        (A([1.0 + 5e-5], np.float32), A([1.0], np.float32)),
        ((A([1.0]), 2), (A([1.0]), 2)),
        ([A([1.0]), 2], (A([1.0]), 2)),
        ({"a": A([1.0])}, {"a": A([1.0])}),
        (None, None),
        ("float32", "float32"),
        (True, True),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_agrees(got, want):
    assert agree(got, want)


@pytest.mark.parametrize(
    ("got", "want", "stage", "index"),
    [
        (None, A([1.0]), "type", ()),
        ("one", A([1.0]), "type", ()),
        ({"a": 1}, A([1.0]), "type", ()),
        ([[1.0], [1.0, 2.0]], A([1.0]), "type", ()),
        (A([1.0]), None, "type", ()),
        ((A([1.0]),), (A([1.0]), A([1.0])), "type", ()),
        (A([1.0, 2.0]), A([1.0]), "shape", ()),
        (A([[1.0]]), A([1.0]), "shape", ()),
        (A([1.0, np.nan]), A([1.0, 2.0]), "finite", (1,)),
        (A([[1.0, 2.0], [3.0, np.inf]]), A([[1.0, 2.0], [3.0, 4.0]]), "finite", (1, 1)),
        (A([1.0, 2.0]), A([1.0, np.inf]), "values", (1,)),
        (A([1.0, -np.inf]), A([1.0, np.inf]), "values", (1,)),
        (A([1.0, 2.1]), A([1.0, 2.0]), "values", (1,)),
        (A([1.0 + 1e-6]), A([1.0]), "values", (0,)),
        (A([1, 3]), A([1, 2]), "values", (1,)),
        ("float64", "float32", "values", ()),
        (True, False, "values", ()),
        (1, True, "type", ()),
        ({"b": 1.0}, {"a": 1.0}, "type", ()),
    ],
)
def test_differs(got, want, stage, index):
    found = compare(got, want).difference
    assert (found.stage, found.index) == (stage, index)


def test_the_floor_of_the_tolerance_comes_from_the_inputs():
    rounding = A([-8.7e-19])
    assert not agree(rounding, A([0.0]))
    assert agree(rounding, A([0.0]), scale=1.0)
    assert not agree(A([1e-9]), A([0.0]), scale=1.0)


def test_float32_gets_float32_s_tolerance_only_where_it_is_wanted():
    rounded = A([0.1, 0.7], np.float32)
    assert not agree(rounded, A([0.1, 0.7]))
    assert agree(rounded, A([0.1, 0.7], np.float32))


def test_ratio_is_the_error_in_tolerances():
    rtol, share, _ = TOLERANCE["float64"]
    allowed = rtol * 2.0 + share * 2.0
    assert math.isclose(compare(A([2.0 + 3 * allowed]), A([2.0])).ratio, 3.0, rel_tol=1e-6)


@pytest.mark.parametrize(("error", "close"), [(1e-6, True), (1e-3, False)])
def test_close_is_told_from_wrong(error, close):
    assert compare(A([1.0 + error]), A([1.0])).difference.close is close


def test_the_path_names_the_output():
    found = compare((A([1.0]), A([1.0, 5.0])), (A([1.0]), A([1.0, 2.0]))).difference
    assert (found.path, found.index, found.got, found.want) == ("[1]", (1,), 5.0, 2.0)
