"""What lies in a folder or a zip: plain files by name, time and content. Nothing is unpacked, no link followed."""

from __future__ import annotations

import stat
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo, is_zipfile

from grader.beneath import HARD_LINK, folder
from grader.collect.directory import opened
from grader.collect.submitted import MAX_FILE, read_file
from grader.problem import Problem

__all__ = ["Item", "Listing", "inside", "listing"]

MAX_FILES = 20_000
MAX_DEPTH = 100  # folders
MAX_NAME = 255  # bytes: no file system takes more
MAX_TOTAL = 8 << 30
MAX_RATIO = 200  # unpacked to packed, of everything; a class's notebooks stay below 30
SMALL = 100 << 20  # below this no ratio is suspicious
PACKED = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2)  # LZMA asks for as much memory as its file says
EXTENDED_TIME = 0x5455  # the extra field of a zip entry that holds UTC
ENCRYPTED, UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class Item:
    """One regular file. read() gives its bytes, or in words why there are none."""

    path: str  # relative, with /
    when: datetime
    read: Callable[[], bytes | str]

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass
class Listing:
    items: list[Item] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # path, why


@contextmanager
def listing(path: Path) -> Iterator[Listing]:
    """The files of a folder or a zip, as long as the block lasts."""
    if path.is_dir():
        yield _folder(path)
    elif path.is_file() and is_zipfile(path):
        with path.open("rb") as file:
            try:
                found = _zip(opened(file), path.stem)
            except Exception as error:  # zipfile's own are many
                raise Problem(f"{path} is a damaged zip ({error}); download it again") from None
            yield found
    elif path.exists():
        raise Problem(f"{path} is neither a folder nor a zip")
    else:
        raise Problem(f"{path} does not exist")


def inside(item: Item) -> Listing | str:
    """The files of a zip that a student handed in, or why they cannot be had."""
    data = item.read()
    if isinstance(data, str):
        return data
    try:
        archive = ZipFile(BytesIO(data))
        _refuse_bomb(archive.infolist(), item.name)
        return _zip(archive, "")
    except Problem as problem:
        return str(problem)
    except Exception as error:  # zipfile's own are many
        return f"is a damaged zip ({error})"


def _hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def _folder(root: Path) -> Listing:
    found = Listing()
    folders: list[tuple[str, ...]] = [()]
    while folders:  # not recursive: a hand-in may be two thousand folders deep
        names = folders.pop()
        path = "/".join(names)
        if len(names) > MAX_DEPTH:
            found.refused.append((path, f"lies more than {MAX_DEPTH} folders deep"))
            continue
        try:
            with folder(root, *names) as here:
                seen = [(name, here.status(name)) for name in here.names() if not _hidden(name)]
                planted = {name for name, status in seen if here.planted(status)}
        except OSError as error:
            if not names:
                raise Problem(f"{root} cannot be read ({error.strerror})") from None
            found.refused.append((path, f"cannot be read ({error.strerror})"))
            continue
        beneath = []
        for name, status in seen:
            path = "/".join((*names, name))
            if stat.S_ISLNK(status.st_mode):
                found.refused.append((path, "is a link; links are not followed"))
            elif stat.S_ISDIR(status.st_mode):
                beneath.append((*names, name))
            elif not stat.S_ISREG(status.st_mode):
                found.refused.append((path, "is not a regular file"))
            elif name in planted:
                found.refused.append((path, HARD_LINK))
            else:
                moment = _since_1970(status.st_mtime)
                found.items.append(Item(path, moment, _file_reader(root, (*names, name))))
        folders += reversed(beneath)
    return found


def _file_reader(root: Path, names: tuple[str, ...]) -> Callable[[], bytes | str]:
    def read() -> bytes | str:
        try:
            return read_file(root, *names)
        except OSError as error:
            return f"{names[-1]} cannot be read ({error.strerror})"

    return read


def _zip(archive: ZipFile, stem: str) -> Listing:
    """`stem`: the folder that zipping a folder of this name wraps around everything; it is taken off."""
    entries = [info for info in archive.infolist() if not info.is_dir()]
    found = Listing()
    paths = [_path(info) for info in entries]
    wrapped = bool(stem) and all(p.startswith(f"{stem}/") or _hidden(p) for p in paths)
    for info, path in zip(entries, paths):
        if wrapped:
            path = path.removeprefix(f"{stem}/")
        if reason := _objection(info, path):
            found.refused.append((path, reason))
        elif not _hidden(path):
            found.items.append(Item(path, _moment(info), _reader(archive, info)))
    return found


def _refuse_bomb(entries: list[ZipInfo], name: str) -> None:
    total, packed = sum(i.file_size for i in entries), sum(i.compress_size for i in entries)
    if len(entries) > MAX_FILES:
        raise Problem(f"{name} holds {len(entries)} files; the limit is {MAX_FILES}")
    if total > MAX_TOTAL:
        raise Problem(f"{name} would unpack to {total >> 30} GB; the limit is {MAX_TOTAL >> 30} GB")
    if total > max(SMALL, MAX_RATIO * packed):
        raise Problem(f"{name} would unpack to {total // max(packed, 1)} times its size: this is a zip bomb")


def _path(info: ZipInfo) -> str:
    """The name in UTF-8, which many programs write without saying so."""
    name = info.filename
    if not info.flag_bits & UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _objection(info: ZipInfo, path: str) -> str:
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/"):
        return "has a path that leaves the folder"
    if max(len(part.encode("utf-8", "replace")) for part in path.split("/")) > MAX_NAME:
        return f"has a name of more than {MAX_NAME} bytes"
    if path.count("/") > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link; links are not followed"
    if info.flag_bits & ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in PACKED:
        return "is packed in a way that is not read here; zip it again"
    if info.file_size > max(SMALL, MAX_RATIO * info.compress_size):
        times = info.file_size // max(info.compress_size, 1)
        return f"would unpack to {times} times its size: this is a zip bomb"
    return ""


def _moment(info: ZipInfo) -> datetime:
    """In UTC where the entry says so; else its clock is taken for this computer's."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == EXTENDED_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return _since_1970(struct.unpack("<i", extra[5:9])[0])
        extra = extra[4 + size :]
    try:
        return datetime(*info.date_time).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime(1980, 1, 1, tzinfo=UTC)


def _since_1970(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(min(max(seconds, 0), 1 << 32), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(1980, 1, 1, tzinfo=UTC)


def _reader(archive: ZipFile, info: ZipInfo) -> Callable[[], bytes | str]:
    def read() -> bytes | str:
        try:
            with archive.open(info) as file:
                return _at_most(file)
        except Exception as error:  # zipfile's own are many
            return f"is damaged in the zip ({error or type(error).__name__})"

    return read


def _at_most(file: IO[bytes]) -> bytes | str:
    data = file.read(MAX_FILE + 1)
    return data if len(data) <= MAX_FILE else f"is larger than {MAX_FILE >> 20} MB"
