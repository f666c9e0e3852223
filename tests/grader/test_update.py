"""A reader's working copy: what is the course's is renewed, what is the reader's stays."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from grader import course
from grader.build import build
from grader.home.update import KEPT, update
from grader.home.working_copy import working_copy
from grader.problem import Problem
from tests.grader import made_up_chapter
from tests.grader.made_up_chapter import SOURCE

CHECK = "from grader import check  # so that this cell works after a restart, too\n\ncheck(double)"
ANSWER = "def double(x, *, times=2.0):\n    return  times*x   # mine\n\n"


@pytest.fixture
def work(monkeypatch, tmp_path):
    """A work folder with the first version of the chapter in it."""
    made_up_chapter.install(monkeypatch, tmp_path)
    build.build()
    update(made_up_chapter.CHAPTER, tmp_path / "work")
    return tmp_path / "work"


def path(work):
    return work / made_up_chapter.CHAPTER / f"{made_up_chapter.CHAPTER}.ipynb"


def read(work):
    return nbformat.read(path(work), as_version=4)


def edit(work, change):
    """Change the working copy as a reader would, and give it back as it then is."""
    notebook = read(work)
    change(notebook)
    nbformat.write(notebook, path(work))
    return notebook


def cell(notebook, id):
    return next(c for c in notebook.cells if c.id == id)


def order(notebook):
    return [c.id for c in notebook.cells]


def answer(notebook):
    mine = cell(notebook, "double")
    mine.source, mine.execution_count = ANSWER, 7
    mine.outputs = [new_output("stream", text="hi\n")]
    mine.metadata["collapsed"] = True
    cell(notebook, "double-check").outputs = [new_output("stream", text="passed\n")]


def new_version(*changes):
    text = SOURCE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    made_up_chapter.write(text)
    build.build()


def backups(work):
    return sorted(p.name for p in path(work).parent.glob("*.bak*"))


def test_a_new_copy_is_the_released_notebook(work):
    assert path(work).read_bytes() == course.notebook_path(made_up_chapter.CHAPTER).read_bytes()
    assert (work / ".nn-workbook").is_dir()


def test_nothing_new_changes_nothing(work):
    edit(work, answer)
    before = path(work).read_bytes()
    report = update(made_up_chapter.CHAPTER, work)
    assert path(work).read_bytes() == before
    assert backups(work) == []
    assert str(report).endswith("up to date")


def test_answers_stay_and_the_course_is_renewed(work):
    before = edit(work, answer)
    new_version(("What follows is a demo.", "Look:"), ("Return times * x.", "Return x times `times`."))
    report = update(made_up_chapter.CHAPTER, work)
    after = read(work)
    for key in ("source", "outputs", "execution_count"):
        assert cell(after, "double")[key] == cell(before, "double")[key]
    assert cell(after, "double").metadata.collapsed is True
    assert cell(after, "double-check").outputs == cell(before, "double-check").outputs
    assert "Look:" in [c.source for c in after.cells]
    assert "What follows is a demo." not in [c.source for c in after.cells]
    assert (report.added, report.removed) == (('"Look:"',), ('"What follows is a demo."',))
    new = nbformat.read(course.notebook_path(made_up_chapter.CHAPTER), as_version=4)
    assert order(after) == order(new)
    assert after.metadata.nn_workbook == new.metadata.nn_workbook
    assert cell(after, "double").metadata.nbgrader == cell(new, "double").metadata.nbgrader
    nbformat.validate(after)


def test_the_old_copy_is_kept_under_a_number(work):
    first = path(work).read_bytes()
    for number in (1, 2, 3):
        new_version(("What follows is a demo.", f"Version {number}."))
        assert update(made_up_chapter.CHAPTER, work).backup is not None
    stem = path(work).stem
    assert backups(work) == [f"{stem}.bak.ipynb", f"{stem}.bak2.ipynb", f"{stem}.bak3.ipynb"]
    assert path(work).with_name(f"{stem}.bak.ipynb").read_bytes() == first


@pytest.mark.parametrize("touched", [False, True])
def test_a_stub_is_renewed_only_while_it_is_untouched(work, touched):
    if touched:
        edit(work, answer)
    new_version(("Return times * x.", "Return x times `times`."))
    report = update(made_up_chapter.CHAPTER, work)
    assert ("Return x times" in cell(read(work), "double").source) is not touched
    assert report.changed == (() if touched else ("exercise `double`",))


def test_a_written_answer_stays(work):
    edit(work, lambda nb: cell(nb, "why").update(source="Because\n\n of zero. "))
    new_version(("points=3", "points=5"), ("What follows is a demo.", "Look:"))
    update(made_up_chapter.CHAPTER, work)
    assert cell(read(work), "why").source == "Because\n\n of zero. "
    assert cell(read(work), "why").metadata.nbgrader.points == 5


def test_an_edited_check_is_restored(work):
    edit(
        work,
        lambda nb: cell(nb, "double-check").update(source="4.0", outputs=[new_output("stream", text="x")]),
    )
    report = update(made_up_chapter.CHAPTER, work)
    restored = cell(read(work), "double-check")
    assert (restored.source, restored.outputs) == (CHECK, [])
    assert report.changed == ("check of `double`",)
    assert "updated: check of `double` (before: ch99_tiny.bak.ipynb)" in str(report)


def test_a_deleted_cell_comes_back_in_its_place(work):
    before = order(read(work))
    edit(work, lambda nb: nb.cells.remove(cell(nb, "double")))
    report = update(made_up_chapter.CHAPTER, work)
    assert order(read(work)) == before
    assert report.added == ("exercise `double`",)


OWN_CELLS = [
    # behind which cell, what changes in the course, what then stands before the own cell
    ("double-check", [], CHECK),
    ("double-check", [("What follows is a demo.", "Look:")], CHECK),
    ("demo text", [("What follows is a demo.", "Look:")], "Look:"),
    ("demo text", [("# %% [markdown]\n# What follows is a demo.\n", "")], CHECK),
    ("first", [("# # Tiny\n# A chapter", "# # Small\n# A chapter")], "# Small\nA chapter about doubling."),
    (None, [("# # Tiny", "# # Small")], None),
]


@pytest.mark.parametrize(("behind", "changes", "before"), OWN_CELLS)
def test_own_cells_stay_where_they_were(work, behind, changes, before):
    own = [
        new_code_cell("mine", id="own1", outputs=[new_output("stream", text="1")]),
        new_markdown_cell("m", id="own2"),
    ]

    def insert(notebook):
        texts = {"demo text": "What follows is a demo.", "double-check": CHECK}
        sources = [c.source for c in notebook.cells]
        index = {None: 0, "first": 1}.get(behind)
        index = sources.index(texts[behind]) + 1 if index is None else index
        notebook.cells[index:index] = own

    edit(work, insert)
    new_version(("points=3", "points=4"), *changes)
    update(made_up_chapter.CHAPTER, work)
    after = read(work)
    place = order(after).index("own1")
    assert after.cells[place : place + 2] == own
    assert (after.cells[place - 1].source if place else None) == before


def test_a_copy_of_an_answer_becomes_an_own_cell(work):
    def copy(notebook):
        answer(notebook)
        twin = nbformat.from_dict(json.loads(json.dumps(cell(notebook, "double"))))
        twin.id, twin.source = "3f2a", "def double(x): ..."
        notebook.cells.insert(order(notebook).index("double"), twin)

    edit(work, copy)
    update(made_up_chapter.CHAPTER, work)
    after = read(work)
    assert cell(after, "double").source == ANSWER
    assert cell(after, "3f2a").source == "def double(x): ..."
    assert set(cell(after, "3f2a").metadata) == {"collapsed"}


def test_answers_are_found_without_cell_ids(work):
    notebook = edit(work, answer)
    data = json.loads(nbformat.writes(notebook))
    data["nbformat_minor"] = 4
    for c in data["cells"]:
        del c["id"]
    path(work).write_text(json.dumps(data), encoding="utf-8")
    update(made_up_chapter.CHAPTER, work)
    assert order(read(work)) == order(notebook)
    assert cell(read(work), "double").source == ANSWER


def test_a_removed_exercise_is_kept_at_the_end(work):
    edit(work, answer)
    cut = SOURCE[SOURCE.index("# %% [markdown]\n# Double") : SOURCE.index("# %% [markdown]\n# What")]
    new_version((cut, ""))
    report = update(made_up_chapter.CHAPTER, work)
    after = read(work)
    assert [c.source for c in after.cells[-2:]] == [KEPT, ANSWER]
    assert set(after.cells[-1].metadata) == {"collapsed"}
    assert report.kept == ("exercise `double`",)
    assert CHECK not in [c.source for c in after.cells]
    assert str(update(made_up_chapter.CHAPTER, work)).endswith("up to date")

    new_version(("points=3", "points=4"))  # it comes back, with the answer that was kept
    update(made_up_chapter.CHAPTER, work)
    assert cell(read(work), "double").source == ANSWER
    assert cell(read(work), "double").metadata.nbgrader.solution is True


def test_a_removed_exercise_that_was_never_begun_goes(work):
    cut = SOURCE[SOURCE.index("# %% [markdown]\n# Double") : SOURCE.index("# %% [markdown]\n# What")]
    new_version((cut, ""))
    report = update(made_up_chapter.CHAPTER, work)
    assert KEPT not in [c.source for c in read(work).cells]
    assert "exercise `double`" in report.removed


def test_what_was_kept_once_stays_when_more_is_kept(work):
    edit(work, answer)
    edit(work, lambda nb: cell(nb, "shift").update(source="def shift(x, by=1.0): return x + by"))
    cuts = [("# Double", "# What"), ("# Shift", "# Why")]
    cuts = [SOURCE[SOURCE.index(f"# %% [markdown]\n{a}") : SOURCE.index(f"# %% [markdown]\n{b}")]
            for a, b in cuts]  # fmt: skip
    new_version((cuts[0], ""))
    update(made_up_chapter.CHAPTER, work)
    new_version((cuts[0], ""), (cuts[1], ""))
    update(made_up_chapter.CHAPTER, work)
    assert order(read(work))[-5:] == ["why", "kept", "double", "kept-2", "shift"]


def test_an_update_that_cannot_be_written_leaves_the_copy(work, monkeypatch):
    edit(work, answer)
    before = path(work).read_bytes()
    new_version(("What follows is a demo.", "Look:"))

    def full(*args):
        raise OSError("no space left")

    monkeypatch.setattr("grader.files.os.replace", full)
    with pytest.raises(OSError, match="no space left"):
        update(made_up_chapter.CHAPTER, work)
    assert path(work).read_bytes() == before


BROKEN = ["", "not json", "[]", "{}", '{"nbformat": 4, "nbformat_minor": 5, "cells": [1]}', '{"cells": [{}]}',
          '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}']  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_corrupt_copy_is_left_alone(work, text):
    path(work).write_text(text, encoding="utf-8")
    with pytest.raises(
        Problem, match=r"ch99_tiny\.ipynb cannot be read as a notebook .* nothing was changed"
    ):
        update(made_up_chapter.CHAPTER, work)
    assert path(work).read_text(encoding="utf-8") == text
    assert [p.name for p in path(work).parent.iterdir()] == ["ch99_tiny.ipynb"]


def test_without_a_built_notebook_it_says_what_to_do(tmp_path):
    with pytest.raises(Problem, match="run `grader build ch98_none`"):
        update("ch98_none", tmp_path, tmp_path / "ch98_none.ipynb")
    assert list(tmp_path.iterdir()) == []


def test_a_rewritten_text_is_said_once(work):
    new_version(("Double every entry: $y = t x$.", "Twice every entry: $y = t x$."))
    said = str(update(made_up_chapter.CHAPTER, work))
    assert "updated: " in said
    assert said.count("Exercise 1 · `double`") == 1
    assert "gone" not in said


def test_the_working_copy_is_found_from_inside_it(work, tmp_path):
    chapter = work / made_up_chapter.CHAPTER
    for here in (work, chapter, chapter / "data"):
        assert working_copy(here) == work
    assert working_copy(tmp_path) == work
    assert working_copy(tmp_path / "elsewhere") == tmp_path / "elsewhere" / "work"


def test_a_copied_chapter_is_updated_where_it_lies(work, tmp_path):
    there = tmp_path / "usb" / made_up_chapter.CHAPTER
    there.parent.mkdir()
    (work / made_up_chapter.CHAPTER).rename(there)
    assert working_copy(there) == there.parent


def test_the_committed_notebooks_are_no_working_copy(work):
    committed = course.notebook_path(made_up_chapter.CHAPTER).parent
    assert working_copy(committed) == committed / "work"
