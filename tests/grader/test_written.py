"""Written questions at home: the marking guide once something is written, and a line in progress()."""

import json

import pytest

from grader.course import notebook_path
from grader.home import written
from grader.home.help import progress, solution
from grader.record.registry import chapters

CHAPTER, NAME = "ch04_backprop", "what-the-theorem-says"


@pytest.fixture
def notebook(monkeypatch, tmp_path):
    """A reader's notebook, untouched, where the kernel is."""
    (tmp_path / ".nn-workbook").mkdir()
    path = tmp_path / f"{CHAPTER}.ipynb"
    path.write_text(notebook_path(CHAPTER).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return path


def change(path, edit):
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def write(path, text):
    def edit(content):
        next(c for c in content["cells"] if c["id"] == NAME)["source"] = text

    change(path, edit)


def test_every_written_question_has_a_guide():
    for chapter in chapters():
        found = written.questions(chapter)
        assert len(found) == 2
        for question in found.values():
            assert "Marking guide" in written.guide(question)


def test_first_an_answer_then_the_guide(notebook):
    assert "Write your own answer first" in repr(solution(NAME))
    write(notebook, "  \n")
    assert "Write your own answer first" in repr(solution(NAME))
    write(notebook, "It says that weights exist, not that training finds them.")
    said = repr(solution(NAME))
    assert "1 point for each of two different reasons" in said
    assert "###" not in said


def test_progress_counts_it(notebook):
    assert progress().written[NAME] is False
    write(notebook, "Weights exist.")
    found = progress()
    assert found.written[NAME] is True
    assert f"✎ {NAME}: answered" in repr(found)
    asked = sum(len(written.questions(chapter)) for chapter in chapters())
    assert f"1 of {asked} written questions answered" in found.summary()
    assert NAME in found._repr_html_()


def test_from_a_working_copy_s_folder(notebook, monkeypatch, tmp_path):
    (tmp_path / "work" / CHAPTER).mkdir(parents=True)
    write(notebook, "Weights exist.")
    notebook.rename(tmp_path / "work" / CHAPTER / notebook.name)
    assert written.answered(written.find(NAME))


def test_a_class_has_none_unless_its_teacher_says_so(notebook):
    write(notebook, "Weights exist.")
    change(notebook, lambda content: content["metadata"]["nn_workbook"].update(solutions=False))
    assert "Your course gives out solutions by itself" in repr(solution(NAME))
    assert "Your course gives out solutions by itself" in repr(solution("linear"))
    change(notebook, lambda content: content["metadata"]["nn_workbook"].update(solutions=True))
    assert "Marking guide" in repr(solution(NAME))


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_broken_notebook_holds_no_answer(notebook, text):
    notebook.write_text(text, encoding="utf-8")
    assert not written.answered(written.find(NAME))


def test_an_unknown_name_is_still_told():
    with pytest.raises(LookupError):
        solution("what-the-theorem-sais")
