"""On honest notebooks the gradebook is the one that `nbgrader autograde` writes, cell by cell."""

import shutil

import pytest

from grader.any_course.autograde import autograde
from grader.any_course.course import find
from tests.any_course.assignments import ASSIGNMENTS
from tests.any_course.made import grades, make, stock


def ours(root, name, **how):
    course = find(root, name)
    assert course is not None
    return autograde(course, name, **how)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_grades_are_nbgraders(assignment, tmp_path):
    theirs = make(tmp_path / "theirs", assignment)
    shutil.copytree(theirs, tmp_path / "ours")
    stock(theirs, assignment)
    graded = ours(tmp_path / "ours", assignment.name)
    assert graded.failed == {}
    assert grades(tmp_path / "ours", assignment.name) == grades(theirs, assignment.name)
