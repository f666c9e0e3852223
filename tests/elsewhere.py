"""The fast tests on other ground than a developer's: `python -m tests.elsewhere wheel`, `... floors`.

wheel: the built wheel, installed in an environment of its own; the tests run in a folder with all that is committed
and not in the wheel.
floors: the checkout, with the lowest version of everything that pyproject.toml declares.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

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


def run(*command: object, cwd: Path = ROOT) -> None:
    path = os.pathsep.join([str(Path(str(command[0])).parent), os.environ.get("PATH", "")])
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


if __name__ == "__main__":
    BUILD.mkdir(parents=True, exist_ok=True)
    {"wheel": wheel, "floors": floors}[sys.argv[1]]()
