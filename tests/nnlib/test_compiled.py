"""The loops that numba compiles, against the NumPy that they stand for: every option, any array."""

import math
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest

from nnlib import _compiled, activations, conv, experiments, norm

numba = pytest.importorskip("numba")


def float32(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@dataclass(frozen=True)
class Row:
    """A function whose first `arrays` arguments, of these shapes, are what the kinds below change."""

    function: object
    shapes: tuple
    more: tuple = ()
    options: dict = field(default_factory=dict)
    empty: bool = True  # whether it takes arrays of no samples

    def __str__(self):
        options = ", ".join(f"{name}={value}" for name, value in self.options.items())
        return f"{self.function.__name__} {self.shapes[0]} {options}"


def norms(name, *more, arguments=(), **options):
    """The norm and its gradient, of images and of signals, and without weights."""
    f, f_backward = getattr(norm, name), getattr(norm, f"{name}_backward")
    weights = (float32(6, seed=7), float32(6, seed=8))
    for shape in ((5, 6, 7, 9), (4, 6, 35), *([(40, 6)] if name in ("batch_norm", "group_norm") else [])):
        for of_channels in (weights, ()):
            given = (*more, *of_channels)
            yield Row(f, (shape,), given, options)
            yield Row(f_backward, (shape, shape), given, options)


def convolutions():
    """Depthwise, where the loops do all, and others, where they add up the gradient of x."""
    bias = float32(6, seed=9)
    for channels, kernels, options in (
        (6, (6, 1, 3, 3), {"groups": 6}),
        (6, (6, 1, 3, 3), {"groups": 6, "padding": 1}),
        (6, (6, 1, 2, 5), {"groups": 6, "padding": (0, 2), "dilation": (3, 1)}),
        (6, (6, 1, 4, 4), {"groups": 6, "padding": "same"}),
        (6, (6, 1, 1, 1), {"groups": 6, "padding": 3}),
        (6, (6, 1, 9, 8), {"groups": 6}),  # as large as the image
        (6, (6, 1, 3, 3), {"groups": 6, "stride": (1, 2)}),
        (3, (6, 1, 3, 3), {"groups": 3, "padding": 1}),
        (1, (6, 1, 3, 3), {}),
        (1, (6, 1, 3, 2), {"stride": (2, 3), "padding": 1, "dilation": (1, 2)}),
    ):
        x, g = (5, channels, 9, 8), conv.conv2d(np.zeros((5, channels, 9, 8)), np.zeros(kernels), **options)
        yield Row(conv.conv2d, (x,), (float32(*kernels, seed=4), bias), options)
        yield Row(conv.conv2d_backward, (g.shape, x), (float32(*kernels, seed=4), bias), options)
    options = {"stride": 2, "padding": 1, "output_padding": 1}
    yield Row(conv.conv_transpose2d, ((5, 3, 4, 6),), (float32(3, 6, 3, 3, seed=4), bias), options)
    yield Row(
        experiments.fold,
        ((5, 24, 20),),
        ((7, 9), (2, 3)),
        {"stride": (2, 1), "padding": 1, "dilation": (1, 3)},
    )
    yield Row(conv.conv1d, ((5, 6, 20),), (float32(6, 1, 3, seed=4),), {"groups": 6})
    yield Row(conv.conv1d_backward, ((5, 6, 18), (5, 6, 20)), (float32(6, 1, 3, seed=4),), {"groups": 6})


RUNNING = float32(6, seed=5), np.abs(float32(6, seed=6))
FEATURES = float32(7, 9, seed=7), float32(7, 9, seed=8)
ROWS = [
    Row(activations.gelu, ((41, 53),)),
    Row(activations.gelu_backward, ((41, 53), (41, 53))),
    Row(activations.gelu, ((),), empty=False),
    *norms("batch_norm", *RUNNING, training=True),
    *norms("batch_norm", *RUNNING),
    *norms("batch_norm", None, None, training=True),
    *norms("instance_norm", None, None),
    *norms("instance_norm", *RUNNING),
    *norms("instance_norm", *RUNNING, use_input_stats=False),
    *norms("group_norm", 3),
    Row(norm.layer_norm, ((5, 6, 7, 9),), ((7, 9), *FEATURES)),
    Row(norm.layer_norm, ((40, 9),), (9,), {"eps": 0.1}),
    Row(norm.layer_norm_backward, ((5, 6, 7, 9),) * 2, ((7, 9), *FEATURES)),
    Row(norm.layer_norm_backward, ((40, 9),) * 2, (9,), {"eps": 0.1}),
    *convolutions(),
]


def with_places(value):
    def change(a):
        a = a.copy()
        a.reshape(-1)[::5] = value
        return a

    return change


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


KINDS = {
    "plain": lambda a: a,
    "turned": lambda a: np.array(a.T).T,
    "every other": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a,
    "backwards": lambda a: a[::-1] if a.ndim else a,
    "read-only": read_only,
    "far from zero": lambda a: a + np.float32(1000),
    "large": lambda a: a * np.float32(1e15),
    "tiny": lambda a: a * np.float32(1e-25),
    "constant": np.ones_like,
    "nan": with_places(np.nan),
    "inf": with_places(np.inf),
    "-inf": with_places(-np.inf),
    "empty": lambda a: a[:0],
}


def run(monkeypatch, least, row, arrays):
    monkeypatch.setattr(_compiled, "LEAST", least)
    with np.errstate(all="ignore"):
        results = row.function(*arrays, *row.more, **row.options)
    return results if isinstance(results, tuple) else (results,)


def agree(monkeypatch, row, arrays, rounding=0.0):
    """As near to float64's as NumPy's float32 is, and finite at the same places."""
    ours, numpys = (run(monkeypatch, least, row, arrays) for least in (0, math.inf))
    exact = run(monkeypatch, math.inf, row, [np.asarray(a, np.float64) for a in arrays])
    for a, b, c in zip(ours, numpys, exact, strict=True):
        assert (a is None) == (b is None)
        if b is None:
            continue
        assert type(a) is type(b)
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        finite = np.isfinite(b)
        np.testing.assert_array_equal(np.isfinite(a), finite)
        a, b, c = (np.float64(numbers[finite]) for numbers in (a, b, c))
        ours_off, numpys_off, size = (np.abs(numbers).max(initial=0) for numbers in (a - c, b - c, c))
        assert ours_off <= 3 * numpys_off + 1e-6 * size + rounding


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_loop_gives_what_numpy_gives(row, kind, monkeypatch):
    if kind == "empty" and not row.empty:
        pytest.skip("one number")
    arrays = [KINDS[kind](float32(*shape, seed=k)) for k, shape in enumerate(row.shapes)]
    before = [a.copy() for a in arrays]
    agree(monkeypatch, row, arrays)
    for a, b in zip(arrays, before):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("row", [r for r in ROWS if "backward" in r.function.__name__], ids=str)
def test_one_number_as_the_gradient(row, monkeypatch):
    arrays = [np.float32(2.0), *(float32(*shape) for shape in row.shapes[1:])]
    agree(monkeypatch, row, arrays, rounding=1e-6)  # of a norm's gradients that are 0


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_float64_is_numpys(row, monkeypatch):
    arrays = [float32(*shape).astype(np.float64) for shape in row.shapes]
    ours, theirs = (run(monkeypatch, least, row, arrays) for least in (0, math.inf))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


def test_gelu_of_the_loop_is_as_near_as_numpys(monkeypatch):
    from scipy.special import ndtr

    x = np.linspace(-12, 12, 100_001, dtype=np.float32)
    monkeypatch.setattr(_compiled, "LEAST", 0)
    z = x.astype(np.float64)
    slope = ndtr(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    assert np.abs(activations.gelu(x) / np.where(z, z, 1) - ndtr(z) * (z != 0)).max() < 2e-7
    assert np.abs(activations.gelu_backward(1.0, x) - slope).max() < 3e-7


# ── where and when ───────────────────────────────────────────────────────────────────────────────────────


CALLS = """
import sys
import numpy as np
from nnlib import activations
activations.gelu(np.ones({n}, np.{dtype}))
print("numba" in sys.modules)
"""


@pytest.mark.parametrize(
    ("n", "dtype", "fast", "loaded"),
    [
        (4095, "float32", "", False),
        (4096, "float32", "", True),
        (4096, "float64", "", False),
        (4096, "float32", "0", False),
        (1, "float32", "1", True),
    ],
)
def test_numba_is_loaded_for_large_float32_arrays_only(n, dtype, fast, loaded, monkeypatch):
    monkeypatch.setenv("NNLIB_FAST", fast)
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", CALLS.format(n=n, dtype=dtype)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"{loaded}\n"
    assert said.stderr == ""


def test_without_numba_it_is_numpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(_compiled, "LEAST", 0)
    _compiled._numba.cache_clear()
    try:
        assert not _compiled.pays(np.dtype("float32"), 10**9)
    finally:
        _compiled._numba.cache_clear()


def double(x):
    for i in range(x.size):
        x[i] *= 2


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(monkeypatch):
    njit = numba.njit

    def nowhere(function, *, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(function, **options)

    monkeypatch.setattr(numba, "njit", nowhere)
    x = np.ones(3, np.float32)
    _compiled.Loop(double)(x)
    np.testing.assert_array_equal(x, 2)


def test_a_full_disk_is_no_error(monkeypatch):
    from numba.core.caching import Cache

    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(Cache, "save_overload", full)
    loop, x = _compiled.Loop(double), np.ones(3, np.float32)
    for _ in range(2):
        loop(x)
    np.testing.assert_array_equal(x, 4)
