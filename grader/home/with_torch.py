"""compare_with_torch: the reader's function against the framework's, values and gradients, CPU and CUDA."""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, cast

import numpy as np

from grader.calls import local
from grader.calls.plain import Call, Returned, float_arrays
from grader.home.check import name_of
from grader.judging.compare import compare, scale_of
from grader.judging.judge import trials
from grader.record.exercise import Exercise
from grader.record.registry import find_exercise

__all__ = ["TorchComparison", "compare_with_torch", "torch_run"]

Answer = Callable[..., Any]
DTYPES = ("float64", "float32")


@dataclass(frozen=True)
class Row:
    device: str
    dtype: str
    quantity: str  # "values" or "gradients"
    cases: int
    ratio: float  # largest error, as a share of what the tolerance allows

    @property
    def ok(self) -> bool:
        return self.ratio <= 1.0


@dataclass(frozen=True)
class TorchComparison:
    """Agreement with torch, a row per device, dtype and quantity; `note` says why where there is none."""

    function: str
    op: str = ""
    rows: tuple[Row, ...] = ()
    note: str = ""

    @property
    def ok(self) -> bool:
        return bool(self.rows) and all(row.ok for row in self.rows)

    def __repr__(self) -> str:
        lines = [self.note] if self.note else []
        for device in dict.fromkeys(row.device for row in self.rows):
            mine = [row for row in self.rows if row.device == device]
            wrong = [f"{row.quantity} in {row.dtype}" for row in mine if not row.ok]
            about = f"{self.function} and {self.op} on {device}"
            if wrong:
                lines.append(f"✗ {about} differ: {', '.join(wrong)}")
            else:
                quantities = " and ".join(dict.fromkeys(row.quantity for row in mine))
                lines.append(f"✓ {about} agree: {quantities}, {' and '.join(DTYPES)}, {mine[0].cases} cases")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return "<br>".join(escape(line) for line in repr(self).splitlines())


class TorchComparisons(tuple[TorchComparison, ...]):
    """Several comparisons; what they say alike is said once."""

    def __repr__(self) -> str:
        return "\n".join(dict.fromkeys(line for one in self for line in repr(one).splitlines()))

    def _repr_html_(self) -> str:
        return "<br>".join(escape(line) for line in repr(self).splitlines())


def compare_with_torch(f: Answer | str, *more: Answer | str) -> TorchComparison | TorchComparisons:
    """Compare answers with torch's ops on the exercises' own cases; without torch it says so and goes on.

    A forward function is compared by its values, and its gradient (the notebook's or nnlib's `_backward`) with
    torch's autograd; a backward function with autograd of the op that it is the backward of.
    """
    return TorchComparisons(map(_compare_one, (f, *more))) if more else _compare_one(f)


def _compare_one(f: Answer | str) -> TorchComparison:
    exercise = find_exercise(name_of(f))
    name = exercise.function
    if exercise.torch is None:
        return TorchComparison(name, note=f"torch has no counterpart of {name}.")
    try:
        import torch
    except ImportError:
        return TorchComparison(name, note="torch is not installed here; this comparison is skipped.")
    if not callable(f):
        raise TypeError("give the function itself, as in compare_with_torch(softmax)")
    rows = []
    with _exact_matmul(torch), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kl_div warns about the reduction that a case is about
        for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
            label = torch.cuda.get_device_name() if device == "cuda" else "CPU"
            for dtype in DTYPES:
                for quantity, ask in _quantities(f, exercise):
                    found = _compare(exercise, ask, quantity, torch, device, dtype)
                    if isinstance(found, str):
                        return TorchComparison(name, exercise.torch, note=found)
                    if found:
                        rows.append(Row(label, dtype, quantity, len(found), max(found)))
    return TorchComparison(name, exercise.torch, tuple(rows))


def _quantities(f: Answer, exercise: Exercise) -> Iterator[tuple[str, Answer]]:
    if exercise.gradient_of is not None:
        yield "gradients", f
        return
    yield "values", f
    module = importlib.import_module(exercise.reference.__module__)
    name = f"{exercise.function}_backward"
    backward = getattr(module, name, None)
    if backward is not None:
        yield "gradients", backward


def _compare(
    exercise: Exercise, ask: Answer, quantity: str, torch: Any, device: str, dtype: str
) -> list[float] | str:
    """Error ratios of the exercise's cases, or why they cannot be compared."""
    op = _resolve_op(exercise.torch or "", torch)
    ratios = []
    for trial in trials(exercise):
        if trial.case.script or trial.case.measure:
            continue
        call = _with_defaults(exercise, trial.call, dtype)
        if quantity == "gradients" and exercise.gradient_of is None:
            values = op_values(op, call, torch, device)
            upstream = np.random.default_rng(0).normal(size=values.shape).astype(values.dtype)
            call = Call((upstream, *call.args), call.kwargs)
        reply = local.ask(ask, call, seconds=exercise.seconds)
        if not isinstance(reply, Returned):
            return f"{exercise.function} does not run yet: check({exercise.function}) says why."
        want: Any = (
            op_values(op, call, torch, device)
            if quantity == "values"
            else op_gradients(op, call, torch, device, exercise)
        )
        ratios.append(compare(reply.value, want, scale=scale_of(float_arrays(call))).ratio)
    return ratios


def op_values(op: Answer, call: Call, torch: Any, device: str) -> np.ndarray:
    return np.asarray(_prepared(op, call, torch, device)().cpu().numpy())


def op_gradients(op: Answer, call: Call, torch: Any, device: str, exercise: Exercise) -> Any:
    """The gradient of sum(grad_output * op(*args)) with respect to the arguments in exercise.wrt."""
    gradients = tuple(g.cpu().numpy() for g in _prepared(op, call, torch, device, exercise.wrt)())
    return gradients if len(gradients) > 1 else gradients[0]


def torch_run(exercise: Exercise, call: Call, dtype: str) -> Callable[[], Any] | None:
    """What does on the CPU in torch what the exercise does, its tensors made beforehand; None where torch has no
    counterpart, or is not here."""
    if exercise.torch is None:
        return None
    try:
        import torch
    except ImportError:
        return None
    wrt = exercise.wrt if exercise.gradient_of else ()
    op = _resolve_op(exercise.torch, torch)
    return _prepared(op, _with_defaults(exercise, call, dtype), torch, "cpu", wrt)


def _prepared(
    op: Answer, call: Call, torch: Any, device: str, wrt: tuple[int, ...] = ()
) -> Callable[[], Any]:
    """The op at this call, or its gradient with respect to the arguments at `wrt`, as often as one likes."""
    options = _options(call, torch, device)
    tensors = [_tensor(a, torch, device) for a in call.args]
    if not wrt:
        return partial(op, *tensors, **options)
    grad_output, *args = tensors
    inputs = [args[p] for p in wrt if p < len(args) and args[p] is not None]  # an array may be left out
    for tensor in inputs:
        tensor.requires_grad_(True)
    values = op(*args, **options)
    upstream = torch.as_tensor(grad_output, dtype=values.dtype, device=device)
    return partial(torch.autograd.grad, values, inputs, upstream, retain_graph=True)


def _with_defaults(exercise: Exercise, call: Call, dtype: str) -> Call:
    """The call in another float type, its arrays in their places, its options written out (torch's softmax has no
    default axis)."""
    signature = inspect.signature(exercise.reference).parameters.values()
    defaults = {p.name: p.default for p in signature if p.kind is p.KEYWORD_ONLY}
    typed = call.map_arrays(lambda a: a.astype(dtype) if a.dtype.kind == "f" else a)
    args, named = list(typed.args), dict(typed.kwargs)
    for p in list(signature)[len(args) :]:
        if p.kind is not p.POSITIONAL_OR_KEYWORD or p.name not in named:
            break
        args.append(named.pop(p.name))
    return Call(tuple(args), {**defaults, **named})


def _options(call: Call, torch: Any, device: str) -> dict[str, Any]:
    options = {"dim" if name == "axis" else name: value for name, value in call.kwargs.items()}
    return {name: _tensor(value, torch, device) for name, value in options.items()}


def _tensor(value: Any, torch: Any, device: str) -> Any:
    """torch's labels are of one type: int64."""
    if not isinstance(value, np.ndarray):
        return value
    return torch.tensor(value.astype(np.int64) if value.dtype.kind == "i" else value, device=device)


def _resolve_op(dotted: str, torch: Any) -> Answer:
    value = torch
    for part in dotted.split(".")[1:]:
        value = getattr(value, part)
    return cast(Answer, value)


@contextmanager
def _exact_matmul(torch: Any) -> Iterator[None]:
    """TF32 off: its 10-bit products would look like errors."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before
