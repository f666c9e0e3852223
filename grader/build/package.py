"""What the students of a class install: the course as a wheel, without solutions/ and the right answers of its banks.

It is put together from the course that runs here, a checkout or an installed wheel, so it needs no build tools and
no network. What a check needs stays: nnlib, whose functions are the reference, and the banks' wrong answers.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from grader.course import PACKAGES, notebook_path
from grader.files import write_whole
from grader.problem import Problem
from grader.record.registry import FOLDER, chapters

__all__ = ["package", "without_right_answers"]

NAME = "nn-workbook"
SOURCES = ("grader", "nnlib")
LEFT_OUT = ("__pycache__", "course_files")
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same course gives the same bytes
WHEEL = "Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def package(folder: Path) -> Path:
    """Write the wheel into the folder, and take away what is there of an older one."""
    try:
        installed = distribution(NAME)
    except PackageNotFoundError:
        raise Problem(
            f"{NAME} is not installed here: run `python -m pip install -e .` in the course"
        ) from None
    files = dict(_course())
    version = f"{installed.version}+class.{_hash(files)[:8]}"
    stem = f"{NAME.replace('-', '_')}-{version}"
    files |= {f"{stem}.dist-info/{name}": data for name, data in _about(installed, version)}
    record = f"{stem}.dist-info/RECORD"
    files[record] = _record(files, record)
    path = folder / f"{stem}-py3-none-any.whl"
    write_whole(path, _zipped(files))
    for old in folder.glob(f"{NAME.replace('-', '_')}-*+class.*.whl"):
        if old != path:
            old.unlink()
    return path


def without_right_answers(record: str) -> str:
    """The text of an exercise's file without the functions below `@X.right`."""
    lines = record.splitlines(keepends=True)
    for node in ast.parse(record).body:
        marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        if any(isinstance(mark, ast.Attribute) and mark.attr == "right" for mark in marks):
            first, last = marks[0].lineno, node.end_lineno or node.lineno
            lines[first - 1 : last] = [""] * (last - first + 1)
    return re.sub(r"\n{4,}", "\n\n\n", "".join(lines)).rstrip() + "\n"


def _course() -> Iterator[tuple[str, bytes]]:
    """(path in the wheel, content)."""
    for source in SOURCES:
        for path in sorted((PACKAGES / source).rglob("*")):
            inside = path.relative_to(PACKAGES)
            if not path.is_file() or any(part in LEFT_OUT or part.startswith(".") for part in inside.parts):
                continue
            data = path.read_bytes()
            if path.parent.parent == FOLDER and path.suffix == ".py":
                data = without_right_answers(data.decode()).encode()
            yield inside.as_posix(), data
    for chapter in chapters():
        path = notebook_path(chapter)
        if not path.exists():
            raise Problem(f"there is no notebook {path}; run `grader build {chapter}` first")
        yield f"grader/course_files/notebooks/{chapter}/{path.name}", path.read_bytes()


def _about(installed: Distribution, version: str) -> Iterator[tuple[str, bytes]]:
    metadata = str(installed.metadata)  # also where the checkout has an egg-info, which keeps it in PKG-INFO
    yield "METADATA", re.sub(r"(?m)^Version: .*$", f"Version: {version}", metadata, count=1).encode()
    yield "WHEEL", WHEEL.encode()
    yield "entry_points.txt", (installed.read_text("entry_points.txt") or "").encode()
    yield "licenses/LICENSE", (installed.read_text("licenses/LICENSE") or "").encode()


def _hash(files: dict[str, bytes]) -> str:
    return hashlib.sha256(
        b"".join(hashlib.sha256(d).digest() + n.encode() for n, d in files.items())
    ).hexdigest()


def _record(files: dict[str, bytes], own: str) -> bytes:
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(data)}")
    return "\n".join([*lines, f"{own},,", ""]).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
    return buffer.getvalue()
