"""Manners: arguments untouched, dtype kept, bad shapes refused by name, signatures that are torch's."""

import ast
import inspect
import re

import numpy as np
import pytest

from nnlib import activations as A
from nnlib import nn
from tests.nnlib.spec import RENAMED, agree, as_tuple, ids, is_float, rows, torch_function

CASES = rows("CASES")
WITH_BACKWARD = [case for case in CASES if case.wrt]

# Arguments of torch that nnlib lacks, and defaults that differ: each is in docs/departures.md.
LEFT_OUT = {"inplace", "_stacklevel", "dtype", "size_average", "reduce"}
# What nnlib calls the first argument of a loss, torch's input.
INPUTS = {"pred", "logits", "probs", "log_probs"}
OTHER_DEFAULTS = {("softmax", "axis"), ("log_softmax", "axis"), ("logsumexp", "axis")}
# Options that torch's users pass by position, and so do ours.
REQUIRED_OPTIONS = {("neuron", "activation"), *rows("REQUIRED_OPTIONS")}
POSITIONAL_OPTIONS = {("heaviside", "values"), *rows("POSITIONAL_OPTIONS")}


def calls(case, *args):
    """The results of the operation and, with grad_output 1, of its backward function."""
    yield from as_tuple(case.op(*args, **case.kwargs))
    if case.wrt:
        yield from as_tuple(case.backward(1.0, *args, **case.kwargs))


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_arguments_are_read_only_and_not_returned(case):
    args = case.draw(0)
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    for array in arrays:
        array.setflags(write=False)
    for result in calls(case, *args):
        assert not any(np.shares_memory(result, array) for array in arrays)


@pytest.mark.parametrize("case", WITH_BACKWARD, ids=ids)
def test_grad_output_is_read_only(case):
    args = case.draw(0)
    grad_output = np.ones(np.shape(case.output(*args, **case.kwargs)))
    grad_output.setflags(write=False)
    for result in as_tuple(case.backward(grad_output, *args, **case.kwargs)):
        assert not np.shares_memory(result, grad_output)


@pytest.mark.parametrize("case", CASES, ids=ids)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("float32", "float32"),
        ("float64", "float64"),
        ("int64", "float64"),
        ("bool", "float64"),
        ("float16", "float64"),
    ],
)
def test_dtype(case, given, kept):
    args = case.draw(0)
    if not (isinstance(args[0], np.ndarray) and is_float(args[0])):
        assert case.op(*args, **case.kwargs).dtype == np.float64
        return
    args = tuple(np.abs(a).astype(given) if isinstance(a, np.ndarray) and is_float(a) else a for a in args)
    with np.errstate(divide="ignore"):
        for result in calls(case, *args):
            assert np.asarray(result).dtype == kept


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_lists_and_strided_views_are_arrays_too(case):
    args = case.draw(0)
    lists = tuple(a.tolist() if isinstance(a, np.ndarray) else a for a in args)
    views = tuple(np.repeat(a, 2, axis=0)[::2] if isinstance(a, np.ndarray) and a.ndim else a for a in args)
    want = list(calls(case, *args))
    for other in (lists, views):
        for g, w in zip(calls(case, *other), want, strict=True):
            agree(g, w, what=str(case))


@pytest.mark.parametrize("case", WITH_BACKWARD, ids=ids)
def test_one_number_as_grad_output_means_it_for_all(case):
    args = case.draw(0)
    full = np.full(np.shape(case.output(*args, **case.kwargs)), -2.5)
    got = as_tuple(case.backward(-2.5, *args, **case.kwargs))
    for g, w in zip(got, as_tuple(case.backward(full, *args, **case.kwargs))):
        agree(g, w, what=str(case))


@pytest.mark.parametrize("case", WITH_BACKWARD, ids=ids)
def test_grad_output_of_another_shape_is_refused(case):
    args = case.draw(0)
    shape = np.shape(case.output(*args, **case.kwargs))
    for wrong in ((*shape, 1), (1, *shape), (*shape[:-1], 9)):
        if wrong == shape:
            continue
        with pytest.raises(
            ValueError, match=f"{case.op.__name__}_backward: grad_output must be the shape of"
        ):
            case.backward(np.ones(wrong), *args, **case.kwargs)


@pytest.mark.parametrize("row", rows("ERRORS"), ids=ids)
def test_refused_by_name(row):
    with pytest.raises(ValueError, match=f"^{row.op.__name__}: .*{re.escape(row.words)}"):
        row.op(*row.args, **row.kwargs)


def parameters(function):
    return list(inspect.signature(function).parameters.values())


@pytest.mark.parametrize("case", WITH_BACKWARD, ids=ids)
def test_backward_takes_grad_output_and_then_the_same(case):
    first, *others = parameters(case.backward)
    assert first.name == "grad_output"
    assert others == parameters(case.op)


@pytest.mark.parametrize(
    "op", sorted({case.op for case in CASES}, key=lambda op: op.__name__), ids=lambda op: op.__name__
)
def test_arrays_are_positional_and_options_keyword_only(op):
    for p in parameters(op):
        if p.kind == p.VAR_POSITIONAL:  # any number of arrays
            continue
        option = p.default is not p.empty or p.name == "rng" or (op.__name__, p.name) in REQUIRED_OPTIONS
        wanted = (
            p.KEYWORD_ONLY
            if option and (op.__name__, p.name) not in POSITIONAL_OPTIONS
            else p.POSITIONAL_OR_KEYWORD
        )
        assert p.kind == wanted, f"{op.__name__}: {p.name}"


def torch_parameters(function):
    """Names and defaults in torch's order; for a function written in C, from the first line of its docstring."""
    try:
        found = parameters(function)
    except ValueError:
        line = re.search(r"\w+\((.*?)\)", function.__doc__.strip().splitlines()[0]).group(1)
        pairs = [part.strip().split("=") for part in line.replace("*,", "").split(",")]
        return {name.strip(): ast.literal_eval(default[0]) if default else None for name, *default in pairs}
    return {p.name: None if p.default is p.empty else p.default for p in found}


@pytest.mark.parametrize(
    "case", [case for case in CASES if isinstance(case.torch, str)], ids=lambda case: case.op.__name__
)
def test_names_order_and_defaults_are_torchs(case):
    function = torch_function(case.torch)
    theirs = {
        RENAMED.get(n, n): d
        for n, d in torch_parameters(function).items()
        if n not in LEFT_OUT and n != "out" and (case.op.__name__, n) not in rows("LEFT_OUT")
    }
    ours = {p.name: None if p.default is p.empty else p.default for p in parameters(case.op)}
    if "x" in theirs and next(iter(ours)) in INPUTS:
        ours = {"x" if name in INPUTS else name: default for name, default in ours.items()}
    assert list(ours) == list(theirs)
    for name, default in theirs.items():
        if (case.op.__name__, name) not in OTHER_DEFAULTS:
            assert ours[name] == default, name


def test_random_slopes_come_from_the_generator_alone():
    def draw(seed):
        return A.rrelu_slope((400, 50), training=True, rng=np.random.default_rng(seed))

    assert (draw(0) == draw(0)).all()
    assert (draw(0) != draw(1)).any()
    for seed in range(3):
        slope = draw(seed)
        assert slope.min() >= 1 / 8
        assert slope.max() <= 1 / 3
        spread = (1 / 3 - 1 / 8) / np.sqrt(12)
        assert abs(slope.mean() - 11 / 48) < 5 * spread / np.sqrt(slope.size)
        assert slope.std() == pytest.approx(spread, rel=0.02)


def test_softmax_inverse_inverts_up_to_its_constant():
    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=6)
        shift = A.softmax_inverse(A.softmax(x), c=3.0) - x
        agree(shift, np.full(6, shift[0]))
        agree(A.softmax(A.softmax_inverse(A.softmax(x), c=3.0)), A.softmax(x))


def test_softmax_backward_is_the_jacobians_product():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x, grad_output = rng.normal(size=6), rng.normal(size=6)
        agree(A.softmax_backward(grad_output, x), grad_output @ A.softmax_jacobian(x))


def test_one_layer_computes_what_two_compute():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        W1, b1, W2, b2, x = (rng.normal(size=s) for s in ((4, 3), 4, (2, 4), 2, 3))
        W, b = nn.collapse_linear(W1, b1, W2, b2)
        agree(W @ x + b, W2 @ (W1 @ x + b1) + b2)
