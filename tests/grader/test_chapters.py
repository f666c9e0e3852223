"""Every chapter of the course: its source is complete, its notebook is the committed one and holds no solution."""

import re
import subprocess
import sys
from contextlib import nullcontext
from types import ModuleType

import pytest

from grader.build import build
from grader.build.opening import ADDRESS, opening
from grader.build.source import read_source
from grader.record.registry import chapters
from tests import REPOSITORY
from tests.grader.test_build import leaks, released_by_nbgrader


def test_every_chapter_with_records_has_a_source():
    assert build.sources() == list(chapters())


@pytest.mark.parametrize("chapter", chapters())
def test_the_source_is_complete(chapter):
    assert build.lint(chapter) == []


@pytest.mark.parametrize("chapter", chapters())
def test_the_committed_notebook_is_up_to_date(chapter):
    assert build.check([chapter]) == []


@pytest.mark.parametrize("chapter", chapters())
def test_whoever_opens_a_chapter_alone_is_told_how_to_get_the_course(chapter, monkeypatch):
    cells = build.student_notebook(build.source_notebook(chapter)).cells
    first = next(cell.source for cell in cells if cell.cell_type == "code")
    monkeypatch.setitem(sys.modules, "grader", None)  # as if it were not installed
    with pytest.raises(SystemExit, match=re.escape(f"%pip install git+{ADDRESS}")):
        exec(first, {})


@pytest.mark.parametrize("on_colab", [True, False])
def test_the_first_cell_gets_the_course_on_colab_only(on_colab, monkeypatch):
    said = []
    monkeypatch.setitem(sys.modules, "grader", None)
    monkeypatch.setattr(subprocess, "run", lambda command, check: said.append(command))
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    address = "https://github.com/somebody/course"
    with nullcontext() if on_colab else pytest.raises(SystemExit, match=f"git\\+{address}, then"):
        exec(opening(address), {})
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", f"git+{address}"]
    assert said == ([pip] if on_colab else [])


def test_the_readme_gives_the_same_address():
    assert f"git clone {ADDRESS} " in (REPOSITORY / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", chapters())
def test_no_solution_leaks(chapter):
    assert leaks(read_source(chapter), build.student_notebook(build.source_notebook(chapter))) == []


FIRST, *REST = chapters()


# One chapter shows that the steps are nbgrader's own; seven seconds for each of the others are for `make test-all`.
@pytest.mark.parametrize("chapter", [FIRST, *(pytest.param(c, marks=pytest.mark.slow) for c in REST)])
def test_nbgrader_itself_makes_the_same_notebook(chapter, tmp_path):
    source = build.source_notebook(chapter)
    assert released_by_nbgrader(source, tmp_path / "class").cells == build.student_notebook(source).cells
