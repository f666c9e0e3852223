"""The frames between the grader and a student's process: what goes in comes out, and nothing hostile gets far."""

import json
import math

import numpy as np
import pytest

from grader.calls import wire
from grader.calls.plain import Call, Fixture, Raised, Returned, Rng, Stopped
from grader.calls.states import STATES
from grader.calls.wire import HEADER, BadFrame, decode, encode, lengths


def through(message):
    frame = encode(message)
    body, data = lengths(frame[: HEADER.size])
    rest = frame[HEADER.size :]
    assert len(rest) == body + data
    return decode(rest[:body], rest[body:])


def same(a, b):
    if isinstance(a, np.ndarray):
        return (
            isinstance(b, np.ndarray)
            and a.dtype == b.dtype
            and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or (a != a and b != b))


VALUES = [
    None,
    True,
    -7,
    2**63 - 1,
    0.1,
    math.inf,
    -math.inf,
    math.nan,
    "é\u2028",
    (1, [2.0, (None,)]),
    np.float32(0.5),
    np.int8(-3),
    np.bool_(True),
    np.array(2.5),
    np.arange(6.0).reshape(2, 3)[:, ::-1],
    np.asfortranarray(np.ones((2, 3), np.float32)),
    np.array([1.0, np.nan, -np.inf]),
    np.zeros((0, 3)),
    np.array([[True, False]]),
    np.array([1, 2], dtype=">i4").astype("i4"),
    np.array([["a", "longer"], ["", "ü"]]),
    np.zeros((0, 2), dtype=str),
    *(state(*np.arange(2.0 * len(state._fields)).reshape(-1, 2)) for state in STATES.values()),
    (np.ones(2), STATES["SGDState"](None)),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_out_as_it_went_in(value):
    assert same(through(value), value)


def test_records_and_dicts_come_out_as_they_went_in():
    call = Call((Rng(3), Fixture("tanh")), {"axis": 0})
    assert through({"call": call, "script": None}) == {"call": call, "script": None}
    for reply in (Raised("E", "m", 3, "x = 1", "tb", True), Stopped("why"), Returned({"k": (1, 2)})):
        assert through(reply) == reply


def test_big_endian_and_long_double_arrive_as_native_float64():
    for dtype in (">f8", np.longdouble):
        assert same(through(np.array([1.5, -2.0], dtype)), np.array([1.5, -2.0]))


@pytest.mark.parametrize(
    "value",
    [object(), 1j, np.array([1j]), np.array([None]), b"bytes", {1, 2}],
    ids=lambda v: type(v).__name__,
)
def test_what_is_not_plain_is_not_sent_or_not_read(value):
    with pytest.raises((TypeError, BadFrame)):
        through(value)


@pytest.mark.parametrize(
    "sizes", [(2**32 - 1, 0), (0, 2**32 - 1), (wire.MAX_JSON + 1, 0), (10, wire.MAX_FRAME)]
)
def test_a_header_beyond_the_limits_is_refused(sizes):
    with pytest.raises(BadFrame):
        lengths(HEADER.pack(*sizes))


def array(dtype="f8", shape=(1,), at=0):
    return {"array": [dtype, list(shape), at, False]}


def text(values, shape):
    return {"text": [values, shape, False]}


MIB = 1 << 20

HOSTILE = {
    "object dtype": array("O8"),
    "void dtype": array("V8"),
    "dtype that is no text": array([1]),
    "745 GiB": array(shape=(10**11,)),
    "more than there is": array(shape=(MIB // 8 + 1,)),
    "negative size": array(shape=(-1,)),
    "size that is no number": array(shape=("1",)),
    "overflowing product": array(shape=(2**40, 2**40, 0)),
    "nine dimensions": array(shape=(1,) * 9),
    "negative offset": array(at=-8),
    "offset beyond": array(at=10**9),
    "float offset": array(at=0.5),
    "array of three": {"array": ["f8", [1], 0]},
    "array of an array": {"array": array()},
    "many arrays of one buffer": [array("f8", (MIB // 8,))] * (wire.MAX_FRAME // MIB + 1),
    "one long text among many": text(["x" * 10_000, *[""] * 10_000], [10_001]),
    "text of another shape": text(["a"], [2]),
    "text that is a number": text([1], [1]),
    "text with a shape that is no list": text("ab", "2"),
    "unknown record": {"record": ["Popen", []]},
    "record that is no name": {"record": [["Call"], []]},
    "record with a field too many": {"record": ["Rng", [1, 2]]},
    "record without fields": {"record": "Rng"},
    "tuple that is a number": {"tuple": 5},
    "tuple of an array": {"tuple": array()},
    "two kinds in one": {"tuple": [], "float": "nan"},
    "no kind": {},
    "dict of threes": {"dict": [["a", 1, 2]]},
    "float that is a word": {"float": "1e400"},
    "nothing known": {"spam": 1},
}


@pytest.mark.parametrize("tree", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_is_refused_before_it_costs_memory(tree):
    with pytest.raises(BadFrame):
        decode(json.dumps(tree).encode(), bytes(MIB))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"NaN", b"1" * 5000, b"[" * 100_000, b"9" * 30, b"1 2"],
    ids=lambda b: repr(b[:8]),
)
def test_what_is_no_json_is_refused(body):
    with pytest.raises(BadFrame):
        decode(body, b"")
