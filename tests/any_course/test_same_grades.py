"""On honest notebooks the gradebook is the one that `nbgrader autograde` writes, cell by cell."""

import shutil
from pathlib import Path

import nbgrader
import pytest

from grader.any_course.autograde import autograde
from grader.any_course.course import find
from tests.any_course.assignments import ASSIGNMENTS
from tests.any_course.made import configure, grades, make, stock
from tests.any_course.made import nbgrader as nbgrader_commands

NBGRADER = Path(nbgrader.__file__).parent
THEIR_TESTS = NBGRADER / "tests" / "apps" / "files"
QUICKSTART = NBGRADER / "docs" / "source" / "user_guide"
SIMPLE, QUICK = "submitted-unchanged", "quickstart"
# the source, and what is handed in
THEIR_NOTEBOOKS = {
    "changed": (
        SIMPLE,
        [SIMPLE, "submitted-changed", "submitted-grade-cell-changed", "submitted-locked-cell-changed"],
    ),
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


def lay_notebook(folder, notebook):
    folder.mkdir(parents=True)
    where = (
        THEIR_TESTS
        if (THEIR_TESTS / f"{notebook}.ipynb").exists()
        else NBGRADER / "tests" / "ui-tests" / "files"
    )
    shutil.copy(where / f"{notebook}.ipynb", folder / "p1.ipynb")
    shutil.copy(THEIR_TESTS / "data.txt", folder)


@pytest.fixture(scope="session")
def graded_by_nbgrader(tmp_path_factory):
    """{course: its folder}, of all, each beside a copy that is not graded."""
    everywhere = tmp_path_factory.mktemp("courses")
    for assignment in ASSIGNMENTS:
        make(everywhere / assignment.name, assignment)
    ps1 = [QUICK, *THEIR_NOTEBOOKS]
    shutil.copytree(
        QUICKSTART / "source", everywhere / QUICK / "source", ignore=shutil.ignore_patterns("ps1_*")
    )
    configure(everywhere / QUICK, {"IncludeHeaderFooter": {"header": "source/header.ipynb"}})
    for name, (source, _) in THEIR_NOTEBOOKS.items():
        lay_notebook(everywhere / name / "source" / "ps1", source)
        configure(everywhere / name, OPTIONS.get(name, {}))
        shutil.copy(THEIR_TESTS / "autotests.yml", everywhere / name)
    assert set(nbgrader_commands([(everywhere / name, ["generate_assignment", "ps1"]) for name in ps1])) == {
        0
    }
    shutil.copytree(QUICKSTART / "submitted", everywhere / QUICK / "submitted")
    for name, (_, hand_ins) in THEIR_NOTEBOOKS.items():
        for notebook in hand_ins:
            lay_notebook(everywhere / name / "submitted" / notebook / "ps1", notebook)
    shutil.copytree(everywhere, everywhere.with_name("ours"))
    found = [(everywhere / a.name, a.name) for a in ASSIGNMENTS] + [
        (everywhere / name, "ps1") for name in ps1
    ]
    assert set(stock(found)) == {0}
    return everywhere


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(assignment.name for assignment in ASSIGNMENTS), QUICK, *THEIR_NOTEBOOKS])
def test_grades_are_nbgraders(name, graded_by_nbgrader):
    theirs, ours = graded_by_nbgrader / name, graded_by_nbgrader.with_name("ours") / name
    assignment = name if name in {a.name for a in ASSIGNMENTS} else "ps1"
    course = find(ours, assignment)
    assert course is not None
    assert autograde(course, assignment).failed == {}
    found = grades(ours, assignment)
    assert found == grades(theirs, assignment)
    assert found != {}
