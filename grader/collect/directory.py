"""Open a zip although some entries of its directory are wrong: they come from students, the others do not."""

from __future__ import annotations

import struct
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile

__all__ = ["opened"]

END = b"PK\x05\x06"
ENTRY = struct.Struct("<4s2BHHHHHLLLHHHHHLL")  # as in the central directory
SIZE, VERSION, FLAGS, PACKED, UNPACKED, NAME, EXTRA, COMMENT, OFFSET = 46, 6, 8, 20, 24, 28, 30, 32, 42
UTF8, ZIP64, OTHER = 0x800, 1, 0xFFFF
NEWEST = 63  # version of the format that zipfile reads; it refuses the whole file for one entry
MAX_DIRECTORY = 256 << 20


def opened(file: IO[bytes]) -> ZipFile:
    """The zip in a file. zipfile refuses the whole of it for one wrong entry; such entries are put in order."""
    try:
        return ZipFile(file)
    except Exception:  # of many kinds
        return ZipFile(cast("IO[bytes]", Mended(file)))


class Mended:
    """A file with another text in one place: that of the directory."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        length = file.seek(0, 2)
        start = max(length - (1 << 16) - 22, 0)
        file.seek(start)
        tail = file.read()
        end = tail.rfind(END)
        if end < 0 or len(tail) < end + 22:
            raise BadZipFile("it has no directory")
        (size,) = struct.unpack_from("<L", tail, end + 12)
        self.at = start + end - size
        if not self.at >= 0 or size > MAX_DIRECTORY:
            raise BadZipFile("its directory is not where it should be")
        file.seek(self.at)
        self.directory = mended(file.read(size))
        file.seek(0)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        here = self.file.tell()
        data = bytearray(self.file.read(size))
        first, last = max(here, self.at), min(here + len(data), self.at + len(self.directory))
        if first < last:
            data[first - here : last - here] = self.directory[first - self.at : last - self.at]
        return bytes(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def mended(directory: bytes) -> bytes:
    """A directory of the same length in which every entry can be read."""
    data = bytearray(directory)
    at = 0
    while at + SIZE <= len(data) and data[at : at + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<HHH", data, at + NAME)
        name = bytes(data[at + SIZE : at + SIZE + lengths[0]])
        if data[at + VERSION] > NEWEST:
            data[at + VERSION] = 20
        (flags,) = struct.unpack_from("<H", data, at + FLAGS)
        if flags & UTF8 and not _is_utf8(name):
            struct.pack_into("<H", data, at + FLAGS, flags & ~UTF8)
        _mend_extra(data, at, at + SIZE + lengths[0], lengths[1])
        at += SIZE + sum(lengths)
    return bytes(data)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
        return True
    except UnicodeDecodeError:
        return False


def _mend_extra(data: bytearray, entry: int, start: int, length: int) -> None:
    """Extra fields of wrong lengths become one that means nothing."""
    sizes = struct.unpack_from("<LL", data, entry + PACKED) + struct.unpack_from("<L", data, entry + OFFSET)
    needs = 8 * sizes.count(0xFFFFFFFF)
    at, stop = start, min(start + length, len(data))
    while at + 4 <= stop:
        kind, size = struct.unpack_from("<HH", data, at)
        if at + 4 + size > stop or (kind == ZIP64 and size < needs):
            struct.pack_into("<HH", data, at, OTHER, stop - at - 4)
            return
        at += 4 + size
