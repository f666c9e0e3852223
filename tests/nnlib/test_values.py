"""Forward values against torch and against a second formula, in both dtypes."""

import numpy as np
import pytest

from tests.nnlib.spec import SEEDS, agree, as_tuple, ids, rows, torch_call

CASES = rows("CASES")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", [case for case in CASES if case.torch], ids=ids)
def test_value_is_torchs(case, dtype):
    for seed in SEEDS:
        args = case.draw(seed, dtype)
        got = as_tuple(case.op(*args, **case.kwargs))
        # a function of torch's own returns y alone and changes running statistics in place
        for g, w in zip(got, torch_call(case, args), strict=not isinstance(case.torch, str)):
            agree(g, w, dtype=dtype, what=f"{case}, seed {seed}")


@pytest.mark.parametrize("case", [case for case in CASES if case.want], ids=ids)
def test_value_is_the_formulas(case):
    for seed in SEEDS:
        args = case.draw(seed)
        got = as_tuple(case.op(*args, **case.kwargs))
        want = as_tuple(case.want(*args, **case.kwargs))
        assert len(got) == len(want)
        for g, w in zip(got, want):
            agree(g, w, what=f"{case}, seed {seed}")


def test_every_case_has_an_oracle():
    assert [str(case) for case in CASES if not (case.torch or case.want)] == []
