"""The project's own files agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_conda_s_environment_has_the_same_names_and_floors():
    conda = re.findall(r"^  - ([\w-]+>=[\d.]+)$", (ROOT / "environment.yml").read_text(), re.MULTILINE)
    python = f"python{PROJECT['requires-python']}"
    assert sorted(conda) == sorted([python, *PROJECT["dependencies"]])
    assert (ROOT / "environment.yml").read_text().rstrip().endswith("- -e .")


def test_the_version_is_one():
    import grader

    assert grader.__version__ == PROJECT["version"]


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / "README.md").read_text()))
def test_readme_links_exist(link):
    assert (ROOT / link).exists()


def test_readme_names_only_targets_and_commands_that_exist():
    text = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets
    from grader.cli import app

    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert set(re.findall(r"\bgrader ([a-z]+)\b(?= ch| --|\s|$|`|&)", text)) - {"takes"} <= commands


def test_committed_notebooks_have_no_outputs():
    assert not [p for p in ROOT.glob("notebooks/**/*.ipynb") if '"output_type"' in p.read_text()]
