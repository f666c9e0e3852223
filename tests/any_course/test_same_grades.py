"""On honest notebooks the gradebook is the one that `nbgrader autograde` writes, cell by cell."""

import shutil
from pathlib import Path

import nbgrader
import pytest

from grader.any_course.autograde import autograde
from grader.any_course.course import find
from tests.any_course.assignments import ASSIGNMENTS
from tests.any_course.made import configure, grades, make, stock
from tests.any_course.made import nbgrader as nbgrader_command

NBGRADER = Path(nbgrader.__file__).parent
THEIR_TESTS = NBGRADER / "tests" / "apps" / "files"
QUICKSTART = NBGRADER / "docs" / "source" / "user_guide"
SIMPLE = "submitted-unchanged"
# the source, and what is handed in
THEIR_NOTEBOOKS = {
    "changed": (
        SIMPLE,
        [SIMPLE, "submitted-changed", "submitted-grade-cell-changed", "submitted-locked-cell-changed"],
    ),
    "types": (SIMPLE, ["submitted-answer-cell-type-changed", "submitted-grade-cell-type-changed"]),
    "hidden": ("test-hidden-tests", ["test-hidden-tests"]),
    "outputs": ("test", ["test", "test-with-output"]),
    "file": ("open_relative_file", ["open_relative_file"]),
    "variable": ("validating-environment-variable", ["validating-environment-variable"]),
    "zero": ("validation-zero-points", ["validation-zero-points"]),
    "slow": ("timeout", ["timeout"]),
    "simple": ("autotest-simple", ["autotest-simple-unchanged", "autotest-simple-changed"]),
    "hashed": ("autotest-hashed", ["autotest-hashed-unchanged", "autotest-hashed-changed"]),
    "multi": ("autotest-multi", ["autotest-multi-unchanged", "autotest-multi-changed"]),
    "secret": (
        "autotest-hidden",
        ["autotest-hidden-unchanged", "autotest-hidden-changed-wrong", "autotest-hidden-changed-right"],
    ),
    "effects": ("side-effects", ["side-effects"]),
}
OPTIONS = {"slow": {"Execute": {"timeout": 2}}}


def compare(theirs, name):
    """Grade two copies of a course, by nbgrader and by us, and compare every row."""
    ours = theirs.with_name("ours")
    shutil.copytree(theirs, ours)
    assert stock(theirs, name) == 0
    course = find(ours, name)
    assert course is not None
    assert autograde(course, name).failed == {}
    found = grades(ours, name)
    assert found == grades(theirs, name)
    assert found != {}


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_of_an_assignment(assignment, tmp_path):
    compare(make(tmp_path / "theirs", assignment), assignment.name)


def lay_notebook(folder, notebook):
    folder.mkdir(parents=True)
    where = (
        THEIR_TESTS
        if (THEIR_TESTS / f"{notebook}.ipynb").exists()
        else NBGRADER / "tests" / "ui-tests" / "files"
    )
    shutil.copy(where / f"{notebook}.ipynb", folder / "p1.ipynb")
    shutil.copy(THEIR_TESTS / "data.txt", folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", THEIR_NOTEBOOKS)
def test_of_nbgraders_own_notebooks(name, tmp_path):
    source, hand_ins = THEIR_NOTEBOOKS[name]
    theirs = tmp_path / "theirs"
    lay_notebook(theirs / "source" / "ps1", source)
    configure(theirs, OPTIONS.get(name, {}))
    shutil.copy(THEIR_TESTS / "autotests.yml", theirs)
    assert nbgrader_command(theirs, "generate_assignment", "ps1") == 0
    for notebook in hand_ins:
        lay_notebook(theirs / "submitted" / notebook / "ps1", notebook)
    compare(theirs, "ps1")


@pytest.mark.slow
def test_of_the_quickstart_course(tmp_path):
    assert nbgrader_command(tmp_path, "quickstart", "theirs") == 0
    assert nbgrader_command(tmp_path / "theirs", "generate_assignment", "ps1") == 0
    shutil.copytree(QUICKSTART / "submitted", tmp_path / "theirs" / "submitted")
    compare(tmp_path / "theirs", "ps1")
