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
from dataclasses import fields, is_dataclass
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
DTYPES = {f"{kind}{size}" for kind, sizes in SIZES.items() for size in sizes}
RECORDS = {cls.__name__: cls for cls in (Call, Fixture, Rng, Returned, Raised, Shown, Stopped)}


class BadFrame(ValueError):
    """A message that breaks the protocol."""


def encode(message: Any) -> bytes:
    buffers: list[bytes] = []
    body = json.dumps(_pack(message, buffers)).encode()
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


def decode(body: bytes, data: bytes, text: Callable[[str], str] = str) -> Any:
    """The message of one frame. Raises BadFrame for anything that encode cannot have written. text: what is done
    to every text in it."""
    try:
        tree = json.loads(body, parse_constant=_no_constant, parse_int=_parse_int)
        return _Reader(data, text).unpack(tree)
    except BadFrame:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise BadFrame(f"not a message: {type(error).__name__}: {error}") from None


def _no_constant(name: str) -> float:
    raise BadFrame(f"{name} in JSON")


def _parse_int(digits: str) -> int:
    if len(digits) > 20:
        raise BadFrame("an integer beyond 64 bits")
    return int(digits)


def _pack(value: Any, buffers: list[bytes]) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind == "U":
            return {
                "text": array.tolist(),
                "shape": list(array.shape),
                "scalar": isinstance(value, np.generic),
            }
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:  # long double: only some machines have it
            array = array.astype(np.float64)
        if array.dtype.kind not in SIZES:
            raise TypeError(f"an array of dtype {array.dtype} cannot cross the boundary")
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
        at = sum(map(len, buffers))
        buffers.append(array.tobytes())
        spec = [f"{array.dtype.kind}{array.dtype.itemsize}", list(array.shape), at]
        return {"array": spec, "scalar": isinstance(value, np.generic)}
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, list):
        return [_pack(v, buffers) for v in value]
    if state := state_of(value):
        return {"state": state, "parts": [_pack(v, buffers) for v in value]}
    if isinstance(value, tuple):
        return {"tuple": [_pack(v, buffers) for v in value]}
    if isinstance(value, dict):
        return {"dict": [[str(k), _pack(v, buffers)] for k, v in value.items()]}
    if is_dataclass(value) and type(value).__name__ in RECORDS:
        body = {f.name: _pack(getattr(value, f.name), buffers) for f in fields(value)}
        return {"record": type(value).__name__, "fields": body}
    raise TypeError(f"{type(value).__name__} cannot cross the boundary")


class _Reader:
    """Unpacks one message; `left` is how many bytes of arrays it may still allocate."""

    def __init__(self, data: bytes, text: Callable[[str], str]) -> None:
        self.data = memoryview(data)
        self.clean = text
        self.left = MAX_FRAME

    def unpack(self, tree: Any) -> Any:
        if isinstance(tree, list):
            return [self.unpack(v) for v in tree]
        if not isinstance(tree, dict):
            return self.clean(tree) if isinstance(tree, str) else tree
        if "array" in tree:
            return self.array(*tree["array"], scalar=bool(tree["scalar"]))
        if "text" in tree:
            return self.text(tree["text"], tree["shape"], scalar=bool(tree["scalar"]))
        if "float" in tree:
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[tree["float"]]
        if "state" in tree:
            return STATES[tree["state"]](*(self.unpack(v) for v in tree["parts"]))
        if "tuple" in tree:
            return tuple(self.unpack(v) for v in tree["tuple"])
        if "dict" in tree:
            return {self.clean(str(k)): self.unpack(v) for k, v in tree["dict"]}
        cls = RECORDS[tree["record"]]
        return cls(**{str(k): self.unpack(v) for k, v in tree["fields"].items()})

    def array(self, dtype: Any, shape: Any, at: Any, *, scalar: bool) -> Any:
        if dtype not in DTYPES:
            raise BadFrame(f"dtype {dtype!r}")
        if type(at) is not int or at < 0:
            raise BadFrame(f"offset {at!r}")
        kind = np.dtype(f"<{dtype}") if dtype != "b1" else np.dtype(bool)
        size = _entries(shape) * kind.itemsize
        if at + size > len(self.data):
            raise BadFrame(f"an array of {size} bytes at {at} in {len(self.data)} bytes")
        self.spend(size)
        array = np.frombuffer(self.data[at : at + size], kind).reshape(shape).copy()
        return array[()] if scalar and array.ndim == 0 else array

    def text(self, values: Any, shape: Any, *, scalar: bool) -> Any:
        """An array of strings; `values` is nested as the shape says."""
        entries = _entries(shape)
        flat = [values]
        for _ in shape:
            flat = [v for row in flat for v in row]
        if len(flat) != entries or not all(isinstance(v, str) for v in flat):
            raise BadFrame(f"not strings in shape {shape!r}")
        self.spend(4 * entries * max(map(len, flat), default=0))
        array = np.array([self.clean(v) for v in flat], dtype=str).reshape(shape)
        return array[()] if scalar else array

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise BadFrame(f"arrays of more than {MAX_FRAME} bytes")


def _entries(shape: Any) -> int:
    """How many entries an array of this shape has."""
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise BadFrame("a shape that is no short list")
    if not all(type(n) is int and 0 <= n <= MAX_FRAME for n in shape):
        raise BadFrame("a shape that is not made of sizes")
    return math.prod(shape)
