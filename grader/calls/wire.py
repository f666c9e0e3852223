"""Messages between the grader and a student's process: JSON with array buffers, never pickle.

A frame is an 8-byte header (lengths of the JSON and of the buffers), the JSON, the buffers. The reader checks
every length before it allocates: no header, no shape, and no crowd of arrays that share one buffer can make
it hold more than MAX_FRAME bytes of arrays.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from grader.calls.plain import Call, Fixture, Raised, Returned, Rng, Shown, Stopped
from grader.calls.states import STATES, state_of

__all__ = ["HEADER", "MAX_FRAME", "BadFrame", "decode", "encode", "lengths"]

HEADER = struct.Struct("<II")
MAX_FRAME = 64 << 20
MAX_JSON = 8 << 20  # a list in JSON costs the reader twenty times its text
MAX_DIMENSIONS = 8
SIZES = {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "b": (1,)}
DTYPES = {f"{kind}{size}": np.dtype(f"<{kind}{size}") for kind, sizes in SIZES.items() for size in sizes}
DTYPES["b1"] = np.dtype(bool)
RECORDS = {cls.__name__: cls for cls in (Call, Fixture, Rng, Returned, Raised, Shown, Stopped)}
FIELDS = {cls: [field.name for field in fields(cls)] for cls in RECORDS.values()}


class BadFrame(ValueError):
    """A message that breaks the protocol."""


def encode(message: Any) -> bytes:
    buffers: list[bytes] = []
    body = WRITER.encode(_pack(message, buffers)).encode()
    data = b"".join(buffers)
    return HEADER.pack(len(body), len(data)) + body + data


def lengths(header: bytes) -> tuple[int, int]:
    """(JSON bytes, buffer bytes) that follow a header. Raises BadFrame beyond MAX_JSON or MAX_FRAME."""
    body, data = HEADER.unpack(header)
    if body > MAX_JSON:
        raise BadFrame(f"{body} bytes of JSON; the limit is {MAX_JSON}")
    if body + data > MAX_FRAME:
        raise BadFrame(f"a message of {body + data} bytes; the limit is {MAX_FRAME}")
    return body, data


def decode(body: bytes, data: bytes, text: Callable[[str], str] | None = None) -> Any:
    """The message of one frame. Raises BadFrame for anything that encode cannot have written. text: what is done
    to every text in it."""
    try:
        found = _Reader(data).read(body.decode())
        # what is written without a backslash holds nothing but visible ASCII
        return found if text is None or _is_visible(body) else _cleaned(found, text)
    except BadFrame:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise BadFrame(f"not a message: {type(error).__name__}: {error}") from None


def _is_visible(body: bytes) -> bool:
    return b"\\" not in body and body.isascii() and b"\x7f" not in body


def _no_constant(name: str) -> float:
    raise BadFrame(f"{name} in JSON")


def _parse_int(digits: str) -> int:
    if len(digits) > 20:
        raise BadFrame("an integer beyond 64 bits")
    return int(digits)


# ── writing: what JSON has not is an object of one key, its kind ─────────────────────────────────────────

WRITER = json.JSONEncoder(separators=(",", ":"))


def _pack(value: Any, buffers: list[bytes]) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return _pack_array(np.asarray(value), isinstance(value, np.generic), buffers)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, (list, tuple)):
        parts = [_pack(v, buffers) for v in value]
        if isinstance(value, list):
            return parts
        state = state_of(value)
        return {"state": [state, parts]} if state else {"tuple": parts}
    if isinstance(value, dict):
        return {"dict": [[str(k), _pack(v, buffers)] for k, v in value.items()]}
    if names := FIELDS.get(type(value)):
        return {"record": [type(value).__name__, [_pack(getattr(value, name), buffers) for name in names]]}
    raise TypeError(f"{type(value).__name__} cannot cross the boundary")


def _pack_array(array: np.ndarray, scalar: bool, buffers: list[bytes]) -> Any:
    if array.dtype.kind == "U":
        return {"text": [array.tolist(), list(array.shape), scalar]}
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:  # long double: only some machines have it
        array = array.astype(np.float64)
    if array.dtype.kind not in SIZES:
        raise TypeError(f"an array of dtype {array.dtype} cannot cross the boundary")
    at = sum(map(len, buffers))
    buffers.append(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
    return {"array": [f"{array.dtype.kind}{array.dtype.itemsize}", list(array.shape), at, scalar]}


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────


class _Reader:
    """Reads one message; `left` is how many bytes of arrays it may still allocate."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = MAX_FRAME

    def read(self, body: str) -> Any:
        return json.JSONDecoder(
            object_hook=self.known, parse_constant=_no_constant, parse_int=_parse_int
        ).decode(body)

    def known(self, tree: dict[str, Any]) -> Any:
        """What an object of one key stands for; its parts are read already."""
        ((kind, body),) = tree.items()
        if kind == "array":
            return self.array(*body)
        if kind == "record":
            name, values = body
            return RECORDS[name](*values)
        if kind == "tuple":
            return tuple(_parts(body))
        if kind == "dict":
            return {str(k): v for k, v in _parts(body)}
        if kind == "float":
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[body]
        if kind == "state":
            name, values = body
            return STATES[name](*values)
        if kind == "text":
            return self.text(*body)
        raise BadFrame(f"an object of kind {kind[:20]!r}")

    def array(self, dtype: Any, shape: Any, at: Any, scalar: Any) -> Any:
        kind = DTYPES.get(dtype)
        if kind is None:
            raise BadFrame(f"dtype {dtype!r}")
        if type(at) is not int or at < 0:
            raise BadFrame(f"offset {at!r}")
        entries = _entries(shape)
        size = entries * kind.itemsize
        if at + size > len(self.data):
            raise BadFrame(f"an array of {size} bytes at {at} in {len(self.data)} bytes")
        self.spend(size)
        if not size:
            return np.zeros(shape, kind)
        array = np.frombuffer(self.data, kind, entries, at).reshape(shape).copy()
        return array[()] if scalar and array.ndim == 0 else array

    def text(self, values: Any, shape: Any, scalar: Any) -> Any:
        """An array of strings; `values` is nested as the shape says."""
        entries = _entries(shape)
        flat = [values]
        for _ in shape:
            flat = [v for row in flat for v in row]
        if len(flat) != entries or not all(isinstance(v, str) for v in flat):
            raise BadFrame(f"not strings in shape {shape!r}")
        self.spend(4 * entries * max(map(len, flat), default=0))
        array = np.array(flat, dtype=str).reshape(shape)
        return array[()] if scalar else array

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise BadFrame(f"arrays of more than {MAX_FRAME} bytes")


def _parts(body: Any) -> list[Any]:
    if not isinstance(body, list):
        raise BadFrame("parts that are no list")
    return body


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """The same message with every text clean."""
    if isinstance(value, (np.ndarray, np.str_)) and value.dtype.kind == "U":
        array = np.array([clean(text) for text in value.ravel().tolist()], dtype=str).reshape(value.shape)
        return array[()] if isinstance(value, np.str_) else array
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(k): _cleaned(v, clean) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [_cleaned(v, clean) for v in value]
        if isinstance(value, list):
            return parts
        state = state_of(value)
        return STATES[state](*parts) if state else tuple(parts)
    if names := FIELDS.get(type(value)):
        return type(value)(*(_cleaned(getattr(value, name), clean) for name in names))
    return value


def _entries(shape: Any) -> int:
    """How many entries an array of this shape has."""
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise BadFrame("a shape that is no short list")
    entries = 1
    for n in shape:
        if type(n) is not int or not 0 <= n <= MAX_FRAME:
            raise BadFrame("a shape that is not made of sizes")
        entries *= n
    return entries
