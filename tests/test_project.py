"""The project's own files agree with each other."""

import json
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from grader.course import ROOT as COURSE
from tests import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def test_conda_s_environment_has_the_same_names_and_floors():
    conda = re.findall(r"^  - ([\w-]+>=[\d.]+)$", (REPOSITORY / "environment.yml").read_text(), re.MULTILINE)
    python = f"python{PROJECT['requires-python']}"
    assert sorted(conda) == sorted([python, *PROJECT["dependencies"]])
    assert (REPOSITORY / "environment.yml").read_text().rstrip().endswith("- -e .")


def test_the_version_is_one():
    import grader

    assert grader.__version__ == PROJECT["version"]


@pytest.mark.parametrize(
    "link", re.findall(r"\]\((?!http)([^)#]+)\)", (REPOSITORY / "README.md").read_text())
)
def test_readme_links_exist(link):
    assert (REPOSITORY / link).exists()


def test_readme_names_only_targets_and_commands_that_exist():
    text = (REPOSITORY / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets
    from grader.cli import app

    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert set(re.findall(r"\bgrader ([a-z]+)\b(?= ch| --|\s|$|`|&)", text)) - {"takes", "import"} <= commands


def test_committed_notebooks_have_no_outputs():
    assert not [p for p in COURSE.glob("notebooks/**/*.ipynb") if '"output_type"' in p.read_text()]


def test_binder_installs_the_course_on_the_python_that_it_needs():
    lines = (REPOSITORY / "binder" / "requirements.txt").read_text().splitlines()
    assert "-e ." in lines
    (constraints,) = (line.removeprefix("-c ") for line in lines if line.startswith("-c "))
    assert (REPOSITORY / "binder" / constraints).exists()  # relative to the file that names it
    assert (REPOSITORY / "binder" / "runtime.txt").read_text().strip() == PROJECT["requires-python"].replace(
        ">=", "python-"
    )


NOTEBOOKS = sorted(COURSE.glob("notebooks/*/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opened_alone_says_how_to_get_the_course(path, monkeypatch):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    monkeypatch.setitem(sys.modules, "grader", None)  # not there
    with pytest.raises(SystemExit, match=r"make lab.*\.venv.*%pip install"):
        exec(first, {})


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_a_moved_environment_is_told(tmp_path):
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    pip = tmp_path / ".venv" / "bin" / "pip"
    pip.parent.mkdir(parents=True)
    pip.write_text("#!/where/it/was/.venv/bin/python\n")
    make = ["make", "--dry-run", "--always-make"]
    done = subprocess.run([*make, "lab"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "This folder was moved or copied" in done.stderr
    assert subprocess.run([*make, "clean"], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    pip.write_text(f"#!{pip.parent.resolve()}/python\n")
    done = subprocess.run([*make, "lab"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "moved" not in done.stderr
