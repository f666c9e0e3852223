"""On other ground than a developer's: `python -m tests.elsewhere wheel`, `... floors`, `... colab`, `... binder`.

wheel: the built wheel, installed in an environment of its own; the tests run in a folder with all that is committed
and not in the wheel.
floors: the checkout, with the lowest version of everything that pyproject.toml declares.
colab, binder: a chapter's first cells and a check, where there is only what these give.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any

from grader.build.opening import OPENING, opening

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "elsewhere"
PACKED = {"grader", "nnlib", "notebooks", "solutions"}  # in the wheel
OPTIONS = ("-n", "auto", "--dist", "worksteal", "-q", "-m", "not slow and not browser")
EXTRAS = "dev,torch"


def python_of(folder: Path) -> Path:
    """A new environment, or the one that was made before; its interpreter."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


def run(*command: object, cwd: Path = ROOT, beside: object = None) -> None:
    """beside: the program whose neighbours are found first; by default, the one that is run."""
    path = os.pathsep.join([str(Path(str(beside or command[0])).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "MPLBACKEND": "Agg"}
    subprocess.run([str(part) for part in command], cwd=cwd, env=environment, check=True)


def wheel() -> None:
    """What a reader gets who has no checkout."""
    made, there = BUILD / "dist", BUILD / "wheel-tests"
    shutil.rmtree(made, ignore_errors=True)
    shutil.rmtree(there, ignore_errors=True)
    python = python_of(BUILD / "wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", made, ROOT)
    (file,) = made.glob("*.whl")
    pip = [python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt"]
    run(*pip, f"{file}[{EXTRAS}]")
    run(*pip, "--force-reinstall", "--no-deps", file)  # the same version, built anew
    for name in committed():
        if name.split("/")[0] not in PACKED:
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, there / name)
    run(python, "-m", "pytest", *OPTIONS, cwd=there)


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.strip("\0").split("\0")


def floors() -> None:
    python = python_of(BUILD / "floors")
    lowest = BUILD / "floors.txt"
    lowest.write_text("\n".join(floor_pins()) + "\n", encoding="utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", "--constraint", lowest]
    run(*pip, "--editable", f"{ROOT}[{EXTRAS}]")
    run(python, "-m", "pytest", *OPTIONS, "-W", "default")  # others' old warnings are theirs


def floor_pins() -> list[str]:
    """name==version for every floor that is declared."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(r for e in project["optional-dependencies"].values() for r in e)]
    found = (re.fullmatch(r"([\w-]+)>=([\w.]+)", requirement) for requirement in wanted)
    return [f"{match[1]}=={match[2]}" for match in found if match]


# As far as it can be tried here: Colab has its own, old IPython and the packages that everybody uses, not ours.
ON_COLAB = ("ipykernel<7", "ipython==7.34.0", "matplotlib", "numpy", "scikit-learn", "scipy", "tqdm")
CHAPTER = "ch02_activations"


def colab() -> None:
    """The course comes by its first cell, out of what is committed here."""
    python = python_of(BUILD / "colab")
    run(python, "-m", "pip", "install", "--quiet", *ON_COLAB)
    run(python, "-m", "pip", "uninstall", "--quiet", "--yes", "nn-workbook")
    here = BUILD / "colab-content"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    (here / "google").mkdir()
    (here / "google" / "colab.py").write_text("", encoding="utf-8")
    first = public_cells(f"file://{ROOT}")
    first[0] = f"import google.colab\n{first[0]}"
    run_cells(python, here, first)


def binder() -> None:
    """What repo2docker does with `binder/`, in a copy of what is committed here."""
    there = BUILD / "binder-copy"
    shutil.rmtree(there, ignore_errors=True)
    run("git", "clone", "--quiet", ROOT, there)
    python = python_of(BUILD / "binder")
    run(python, "-m", "pip", "install", "--quiet", "-r", "binder/requirements.txt", cwd=there)
    run("sh", "binder/postBuild", cwd=there, beside=python)
    notebook = json.loads((there / "work" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    run_cells(python, there / "work" / CHAPTER, beginning(notebook["cells"]))


def public_cells(repository: str) -> list[str]:
    """A chapter's first cells, as they are once the course's repository is at this address."""
    notebook = json.loads((ROOT / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    first, *rest = beginning(notebook["cells"])
    return [first.replace(OPENING, opening(repository)), *rest]


def beginning(cells: list[dict[str, Any]]) -> list[str]:
    """The code up to the first check, whose answer is right, and what stands around it."""
    answer = "def neuron(x, w, b, *, activation):\n    return activation(x @ w + b)\n"
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    end = next(n for n, source in enumerate(code) if "check(neuron)" in source)
    found = [answer if "def neuron" in source else source for source in code[:end]]
    return [*found, "print(check(neuron)); print(hint(neuron)); print(progress())"]


def run_cells(python: Path, folder: Path, cells: list[str]) -> None:
    """In IPython, one after another; the check passes."""
    script = BUILD / "cells.py"
    script.write_text(RUN.format(cells=cells), encoding="utf-8")
    run(python, script, cwd=folder)


RUN = """
import sys
from IPython.core.interactiveshell import InteractiveShell

sys.path.insert(0, "")
shell = InteractiveShell.instance()
for cell in {cells!r}:
    shell.run_cell(cell).raise_error()
assert shell.user_ns["check"](shell.user_ns["neuron"]).status == "passed"
"""


if __name__ == "__main__":
    BUILD.mkdir(parents=True, exist_ok=True)
    {"wheel": wheel, "floors": floors, "colab": colab, "binder": binder}[sys.argv[1]]()
