"""A released class, made once and copied for every test that needs one."""

import shutil

import pytest

from grader.course import Class
from grader.nbgrader_bridge.release import release
from tests.grader.made_up_class import CHAPTER


@pytest.fixture(scope="session")
def released_class(tmp_path_factory):
    course = Class(tmp_path_factory.mktemp("released") / "course")
    release(course, CHAPTER)
    return course


@pytest.fixture
def course(released_class, tmp_path):
    shutil.copytree(released_class.root, tmp_path / "course")
    return Class(tmp_path / "course")
