"""Build the page: the course as a wheel, its notebooks, and JupyterLite around them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docs.lite.notebook import in_a_browser
from grader.build.package import browser_package
from grader.home.progress import FOLDER
from grader.problem import Problem
from grader.record.registry import chapters

__all__ = ["BIN", "PUBLIC", "PYODIDE", "build"]

HERE = Path(__file__).parent
BIN = HERE.parents[1] / "build" / "lite" / "environment" / "bin"  # made by `make lite`
BESIDE = ("comm", "tqdm")  # pure Python, needed by the kernel and by nnlib: not every Pyodide has it
PYODIDE = "0.27.7"  # of JupyterLite's kernel 0.6; with NumPy 2.0 and Python 3.12
PUBLIC = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/pyodide.js"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


def build(output: Path, pyodide: Path | None = None, *, solutions: bool = True) -> None:
    """Write the page into the folder. solutions: else it is a class's. pyodide: an unpacked Pyodide that the page
    takes along; by default the reader's browser gets Pyodide and NumPy from their public address."""
    if output.exists() and any(output.iterdir()) and not (output / "jupyter-lite.json").exists():
        raise Problem(f"{output} holds something else than such a page; give a new folder")
    with TemporaryDirectory() as folder:
        _build(Path(folder), output, pyodide, solutions)


def _build(site: Path, output: Path, pyodide: Path | None, solutions: bool) -> None:
    _files(site / "files")
    browser_package(site / "wheels", solutions=solutions)
    pinned = ["--constraint", HERE.parents[1] / "constraints.txt"]
    _run(BIN / "pip", "download", "--quiet", "--no-deps", *pinned, "--dest", "wheels", *BESIDE, cwd=site)
    if pyodide is not None:
        shutil.copytree(pyodide, site / "static" / "pyodide")
    _write(site / "jupyter-lite.json", _configuration(local=pyodide is not None))
    _write(site / "jupyter_lite_config.json", {"ContentsManager": {"allow_hidden": True}})
    shutil.copy(HERE / "overrides.json", site)
    shutil.rmtree(output, ignore_errors=True)
    options = ["--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages", "--contents", "files"]
    wheels = [part for wheel in (site / "wheels").iterdir() for part in ("--piplite-wheels", wheel)]
    _run(BIN / "jupyter", "lite", "build", *options, *wheels, "--output-dir", output.resolve(), cwd=site)


def _run(*command: object, cwd: Path) -> None:
    """A command says nothing unless it fails."""
    words = [str(part) for part in command]
    done = subprocess.run(
        words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise Problem(
            f"this failed, with exit code {done.returncode}: {shlex.join(words)}\n{done.stdout.strip()}"
        )


def _files(folder: Path) -> None:
    """What the reader's browser finds at first: a working copy, as `grader update` makes one."""
    _write(folder / FOLDER / "progress.json", {})
    for chapter in chapters():
        _write(folder / chapter / f"{chapter}.ipynb", in_a_browser(chapter))


def _configuration(*, local: bool) -> dict[str, Any]:
    kernel: dict[str, Any] = {"pyodideUrl": "./static/pyodide/pyodide.js" if local else PUBLIC}
    if local:
        kernel["disablePyPIFallback"] = True
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"appName": "nn-workbook", "litePluginSettings": {KERNEL: kernel}},
    }


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
