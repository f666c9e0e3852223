"""The notebooks that come from a chapter's source: what is in them, and what must not be."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import nbformat
import pytest
from jsonschema import ValidationError

from grader import course
from grader.build import build
from grader.build.opening import buttons
from grader.build.source import read_source
from grader.nbgrader_bridge.database import gradebook
from grader.problem import Problem
from tests.grader import made_up_chapter


@pytest.fixture(autouse=True)
def chapter(monkeypatch, tmp_path):
    made_up_chapter.install(monkeypatch, tmp_path)
    return made_up_chapter.CHAPTER


def student(text=made_up_chapter.SOURCE):
    return build.student_notebook(build.source_notebook(made_up_chapter.CHAPTER, text))


def cells(notebook):
    return {cell.id: cell for cell in notebook.cells}


FLAGS = [
    # id, grade, solution, locked, points, role
    ("double", False, True, False, None, "answer"),
    ("double-check", True, False, True, 2, "check"),
    ("shift-check", True, False, True, 1, "check"),
    ("why", True, True, False, 3, "written"),
]


@pytest.mark.parametrize(("id", "grade", "solution", "locked", "points", "role"), FLAGS)
def test_metadata(id, grade, solution, locked, points, role):
    cell = cells(student())[id]
    ours = cell.metadata.nbgrader
    assert (ours.grade, ours.solution, ours.locked, ours.get("points")) == (grade, solution, locked, points)
    assert (ours.grade_id, ours.task, ours.schema_version) == (id, False, 3)
    assert cell.metadata.nn_workbook.role == role


def test_every_other_cell_is_locked_under_its_own_id():
    notebook = student()
    others = [c for c in notebook.cells if c.metadata.nn_workbook.role in ("text", "setup")]
    assert len(others) == 9
    for cell in others:
        ours = cell.metadata.nbgrader
        assert (ours.grade, ours.solution, ours.locked, ours.grade_id) == (False, False, True, cell.id)
        assert "deletable" in cell.metadata
        assert set(cell.metadata) == {"nbgrader", "nn_workbook", "deletable", "editable"}
    assert [c.source for c in others if c.metadata.nn_workbook.role == "setup"] == [
        "import numpy as np\nfrom grader import check"
    ]


def test_ids_are_unique_and_text_moves_no_other_id():
    before, after = student(), student(made_up_chapter.SOURCE.replace("What follows is a demo.", "Look:"))
    ids = [cell.id for cell in before.cells]
    assert len(set(ids)) == len(ids)
    changed = set(ids) ^ {cell.id for cell in after.cells}
    assert len(changed) == 2


def test_the_same_source_gives_the_same_bytes():
    assert build.to_text(student()) == build.to_text(student())


def test_answers_become_stubs_with_their_check_behind():
    order = [cell.id for cell in student().cells]
    assert order[order.index("double") + 1] == "double-check"
    got = cells(student())
    assert got["double"].source == (
        'def double(x, *, times=2.0):\n    """Return times * x."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert got["double-check"].source == (
        "from grader import check  # so that this cell works after a restart, too\n\ncheck(double)"
    )
    assert got["why"].source == "YOUR ANSWER HERE"


def test_the_statement_says_what_the_record_says():
    texts = [cell.source for cell in student().cells if cell.source.startswith("### Exercise")]
    assert texts[0] == (
        "### Exercise 1 · `double`\n\n*2 points · difficulty 1 of 5 · about 5 minutes · "
        "off limits, being ready-made: `tests.grader.made_up_chapter.double`*\n\n"
        "Double every entry: $y = t x$.\n\n"
        "*Checked:* a row; arguments unchanged"
    )
    assert texts[1].startswith(
        "### Exercise 2 · `shift`\n\n*1 point · difficulty 1 of 5 · about 1 minute · may use `double` · off limits"
    )


def leaks(source, notebook):
    """Lines of a solution or a marking guide that the students' notebook still has."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.metadata.nbgrader.solution)
    lines = {line.strip() for cell in source for line in cell.solution}
    telling = {line for line in lines if any(map(str.isalnum, line)) and not line.startswith("return ")}
    return sorted(line for line in telling if line in text)


def test_no_solution_leaks():
    source = read_source(made_up_chapter.CHAPTER)
    assert leaks(source, student()) == []
    assert leaks(source, build.source_notebook(made_up_chapter.CHAPTER)) == [
        "Zero stays zero: one point for the word linear.",
        "factor = np.asarray(times)",
        "moved = x + by",
    ]


def test_topics_come_from_the_cell_and_the_record():
    got = cells(
        student(made_up_chapter.SOURCE.replace('exercise="double"', 'exercise="double" topics="C99-03"'))
    )
    assert got["double"].metadata.nn_workbook.topics == ["C99-01", "C99-03"]


def test_notebook_metadata():
    metadata = student().metadata
    assert set(metadata) == {"kernelspec", "language_info", "nn_workbook"}
    assert metadata.kernelspec.name == "python3"
    assert metadata.nn_workbook.chapter == made_up_chapter.CHAPTER


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("moved = x + by", "moved = by + x", True),  # a better solution is no new release
        ("by=1.0", "by=2.0", False),
        ("Shift every entry.", "Move every entry.", False),
        ("points=3", "points=4", False),
    ],
)
def test_release_names_what_students_see(old, new, same):
    first, second = student(), student(made_up_chapter.SOURCE.replace(old, new))
    assert (first.metadata.nn_workbook.release == second.metadata.nn_workbook.release) is same


def test_an_exercise_without_record_is_named():
    text = made_up_chapter.SOURCE.replace('exercise="shift"', 'exercise="shfit"')
    with pytest.raises(Problem, match=r"ch99_tiny\.py:35: exercise 'shfit' has no record"):
        build.source_notebook(made_up_chapter.CHAPTER, text)


PUBLIC = "https://github.com/somebody/course"


def test_the_public_notebook_says_below_its_title_where_it_opens(chapter, monkeypatch):
    monkeypatch.setattr(build, "buttons", partial(buttons, repository=PUBLIC))
    public, plain = build.public_notebook(chapter), student()
    title, _, links, *rest = public.cells[0].source.splitlines()
    assert [title, *rest] == plain.cells[0].source.splitlines()
    assert re.findall(r"\]\((.*?)\)", links) == [
        "https://colab.research.google.com/github/somebody/course/blob/main/notebooks/ch99_tiny/ch99_tiny.ipynb",
        "https://mybinder.org/v2/gh/somebody/course/HEAD?urlpath=lab/tree/work/ch99_tiny/ch99_tiny.ipynb",
    ]
    assert public.cells[1:] == plain.cells[1:]
    assert public.metadata == plain.metadata  # the same release
    assert [c.id for c in public.cells] == [c.id for c in plain.cells]
    nbformat.validate(public)


@pytest.mark.parametrize("repository", ["", "https://gitlab.com/somebody/course", "<address>"])
def test_there_are_no_links_that_lead_nowhere(chapter, monkeypatch, repository):
    monkeypatch.setattr(build, "buttons", partial(buttons, repository=repository))
    assert build.public_notebook(chapter) == student()


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def test_build_writes_what_check_accepts(chapter):
    assert build.check() == ["notebooks/ch99_tiny/ch99_tiny.ipynb: missing"]
    path = course.notebook_path(chapter)
    assert build.build() == [path]
    assert build.check() == []
    assert build.build() == []
    nbformat.validate(nbformat.read(path, as_version=4))


def edit(path, change):
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def first_answer(data):
    return next(cell for cell in data["cells"] if cell["id"] == "double")


def run_it(data):
    first_answer(data)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]


DIFFERENCES = [
    (lambda data: data["cells"].remove(first_answer(data)), "cell 'double' is missing"),
    (lambda data: first_answer(data).update(source="x"), "cell 'double': source differ"),
    (lambda data: first_answer(data)["metadata"].update(tags=["x"]), "cell 'double': metadata differ"),
    (run_it, "cell 'double': outputs differ"),
    (
        lambda data: data["cells"].append(dict(data["cells"][0], id="x")),
        "cell 'x' does not come from the source",
    ),
    (
        lambda data: data["cells"].reverse(),
        "the order of the cells, the notebook's metadata or its layout differ",
    ),
    (
        lambda data: data["metadata"].update(jupytext={}),
        "the order of the cells, the notebook's metadata or its layout differ",
    ),
    (lambda data: data.pop("cells"), "cannot be read as a notebook"),
]


@pytest.mark.parametrize(("change", "problem"), DIFFERENCES)
def test_check_says_which_cell_differs(chapter, change, problem):
    build.build()
    edit(course.notebook_path(chapter), change)
    assert build.check() == [f"notebooks/ch99_tiny/ch99_tiny.ipynb: {problem}"]


def released_by_nbgrader(source, folder):
    """What `nbgrader generate_assignment` makes of a source notebook in a new class folder."""
    chapter = source.metadata.nn_workbook.chapter
    path = folder / "source" / chapter / f"{chapter}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(build.to_text(source), encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", chapter, "--create"]
    # nbgrader finds alembic on the path only
    env = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return nbformat.read(folder / "release" / chapter / f"{chapter}.ipynb", as_version=4)


def test_nbgrader_itself_makes_the_same_notebook(chapter, tmp_path):
    """The real command, on the source notebook that instructors get."""
    released = released_by_nbgrader(build.source_notebook(chapter), tmp_path / "class")
    assert released.cells == student().cells
    assert released.metadata.nn_workbook == student().metadata.nn_workbook
    with gradebook(f"sqlite:///{tmp_path / 'ours.db'}"):
        assert version_of_tables(tmp_path / "ours.db") == version_of_tables(
            tmp_path / "class" / "gradebook.db"
        )


def version_of_tables(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchall()


@pytest.mark.parametrize(("key", "value"), [("grade", "yes"), ("points", -1), ("cell_type", 3)])
def test_nbgrader_s_schema_holds(key, value, chapter):
    notebook = build.source_notebook(chapter)
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade"))
    cell.metadata.nbgrader[key] = value
    with pytest.raises(ValidationError):
        build.student_notebook(notebook)


def test_a_cell_that_only_draws_is_folded():
    text = made_up_chapter.SOURCE.replace("# %%\n1 + 1", '# %% tags=["folded", "slow"]\n1 + 1')
    cell = next(c for c in student(text).cells if "1 + 1" in c.source)
    assert cell.metadata.jupyter == {"source_hidden": True}
    assert cell.metadata.tags == ["slow"]
