"""Every backward function against central differences, element by element, and against torch's autograd."""

import numpy as np
import pytest

from nnlib.gradcheck import check_gradient
from tests.nnlib import spec
from tests.nnlib.spec import SEEDS, agree, as_tuple, ids, rows, torch_call

CASES = [case for case in rows("CASES") if case.wrt]


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_gradient_is_the_central_difference(case):
    for seed in SEEDS:
        args = case.draw(seed)
        result = check_gradient(case.output, case.backward, args, wrt=case.wrt, kwargs=case.kwargs)
        assert result.ok, f"{case}, seed {seed}: {result}"
        spec.compared += sum(args[position].size for position in case.wrt)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", [case for case in CASES if case.torch], ids=ids)
def test_gradient_is_autograds(case, dtype):
    for seed in SEEDS:
        args = case.draw(seed, dtype)
        output = case.output(*args, **case.kwargs)
        grad_output = np.asarray(np.random.default_rng(seed).normal(size=output.shape), dtype)
        got = as_tuple(case.backward(grad_output, *args, **case.kwargs))
        want = torch_call(case, args, grad_output)
        assert len(got) == len(want)
        for position, g, w in zip(case.wrt, got, want):
            agree(g, w, dtype=dtype, what=f"{case}, seed {seed}, argument {position}")
