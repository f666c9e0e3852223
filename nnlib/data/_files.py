"""Find a data file, unpack it, make sure that it is the right one, and decode it."""

import gzip
import hashlib
import math
from pathlib import Path

import numpy as np

from nnlib._check import need

IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def find(folder, name):
    """The file of this name, also where an unpacker wrote a dot for the last dash but one, packed or not."""
    for candidate in (name, name.replace("-idx", ".idx")):
        for path in (folder / candidate, folder / f"{candidate}.gz"):
            if path.is_file():
                return path
    raise FileNotFoundError(
        f"load_mnist: no {name} (or .gz) in {folder}. torchvision.datasets.MNIST(folder, download=True) fetches "
        "the four files into folder/MNIST/raw; load_mnist_small() needs none."
    )


def contents(path):
    data = Path(path).read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def verify(op, path, data, checksum):
    digest = hashlib.sha256(data).hexdigest()
    got, wanted = f"SHA-256 {digest[:12]}...", f"the original, SHA-256 {checksum[:12]}..."
    need(digest == checksum, op, str(path), got, wanted)


def decode(op, path, data):
    known = len(data) >= 4 and data[:2] == b"\0\0" and data[2] in IDX_TYPES and len(data) >= 4 + 4 * data[3]
    got = f"the bytes {list(data[:4])}"
    need(known, op, str(path), got, "an IDX file, which begins with 0, 0, its type and its axes")

    start, dtype = 4 + 4 * data[3], np.dtype(IDX_TYPES[data[2]])
    shape = tuple(np.frombuffer(data[4:start], ">u4").tolist())
    length = start + math.prod(shape) * dtype.itemsize
    need(len(data) == length, op, str(path), f"{len(data)} bytes", f"{length} bytes long for shape {shape}")
    return np.frombuffer(data, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))
