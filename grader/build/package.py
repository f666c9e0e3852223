"""The course as a wheel: for the students of a class, without solutions/ and the right answers of its banks, and for
the browser, with them.

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

from grader.course import PACKAGES, notebook_path, solution_path
from grader.files import write_whole
from grader.problem import Problem
from grader.record.registry import FOLDER, chapters

__all__ = ["browser_package", "package", "without_right_answers"]

NAME, STEM = "nn-workbook", "nn_workbook"
IN_A_BROWSER = ("numpy", "scipy", "matplotlib", "scikit-learn", "tqdm")
SOURCES = ("grader", "nnlib")
LEFT_OUT = ("__pycache__", "course_files")
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same course gives the same bytes
WHEEL = "Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def package(folder: Path) -> Path:
    """Write the wheel for a class into the folder, and take away what is there of an older one."""
    installed, files = _installed(), dict(_course(whole=False))
    version = f"{installed.version}+class.{_hash(files)[:8]}"
    path = _wheel(folder, files, installed, version, _metadata(installed, version))
    for old in folder.glob(f"{STEM}-*+class.*.whl"):
        if old != path:
            old.unlink()
    return path


def browser_package(folder: Path, *, solutions: bool = True) -> Path:
    """Write the wheel for a browser into the folder; it asks only for what Pyodide has, in the versions that it has.
    solutions: else it holds what a class's does."""
    installed = _installed()
    headers, _, text = _metadata(installed, installed.version).partition("\n\n")
    kept = [
        line for line in headers.splitlines() if not line.startswith(("Requires-Dist:", "Provides-Extra:"))
    ]
    asked = [f"Requires-Dist: {name}" for name in IN_A_BROWSER]
    metadata = "\n".join([*kept, *asked, "", text])
    return _wheel(folder, dict(_course(whole=solutions)), installed, installed.version, metadata)


def _installed() -> Distribution:
    try:
        return distribution(NAME)
    except PackageNotFoundError:
        raise Problem(
            f"{NAME} is not installed here: run `python -m pip install -e .` in the course"
        ) from None


def _wheel(
    folder: Path, files: dict[str, bytes], installed: Distribution, version: str, metadata: str
) -> Path:
    about = f"{STEM}-{version}.dist-info"
    files[f"{about}/METADATA"] = metadata.encode()
    files[f"{about}/WHEEL"] = WHEEL.encode()
    for name in ("entry_points.txt", "licenses/LICENSE"):
        files[f"{about}/{name}"] = (installed.read_text(name) or "").encode()
    files[f"{about}/RECORD"] = _record(files, f"{about}/RECORD")
    path = folder / f"{STEM}-{version}-py3-none-any.whl"
    write_whole(path, _zipped(files))
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


def _course(*, whole: bool) -> Iterator[tuple[str, bytes]]:
    """(path in the wheel, content). whole: with the solutions."""
    for source in SOURCES:
        for path in sorted((PACKAGES / source).rglob("*")):
            inside = path.relative_to(PACKAGES)
            if not path.is_file() or any(part in LEFT_OUT or part.startswith(".") for part in inside.parts):
                continue
            data = path.read_bytes()
            if not whole and path.parent.parent == FOLDER and path.suffix == ".py":
                data = without_right_answers(data.decode()).encode()
            yield inside.as_posix(), data
    for chapter in chapters():
        path = notebook_path(chapter)
        if not path.exists():
            raise Problem(f"there is no notebook {path}; run `grader build {chapter}` first")
        yield f"grader/course_files/notebooks/{chapter}/{path.name}", path.read_bytes()
        if whole:
            path = solution_path(chapter)
            yield f"grader/course_files/solutions/{path.name}", path.read_bytes()


def _metadata(installed: Distribution, version: str) -> str:
    metadata = str(installed.metadata)  # also where the checkout has an egg-info, which keeps it in PKG-INFO
    return re.sub(r"(?m)^Version: .*$", f"Version: {version}", metadata, count=1)


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
