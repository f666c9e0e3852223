"""What a teacher types in a course folder of nbgrader, and what they see."""

import json
import shutil
import sys

import nbformat
import pytest

from grader import cli
from tests.any_course.made import Assignment, answer, check, configure, essay, grades, make, nbgrader, text

HW1 = Assignment(
    "hw1",
    {
        "main": [
            text("# Squares"),
            answer("squares", "def squares(n):\n    return [i * i for i in range(n)]"),
            check("few", 2, "assert squares(3) == [0, 1, 4]"),
            check("share", 3, "3 * sum(squares(n) == [i * i for i in range(n)] for n in (0, 5, 9)) / 3"),
            essay("why", 1, "Because."),
        ]
    },
    {
        "ada": {"why": "So."},
        "bob": {"squares": "def squares(n):\n    return []"},
        "cy": {"squares": None, "why": None},
        "di": {
            "squares": "def squares(n):\n    import os\n    print(os.getcwd(), os.listdir('/'))\n    os._exit(0)"
        },
    },
)
POINTS = {"ada": 5.0, "bob": 1.0, "cy": 0.0, "di": 0.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("theirs") / "course", HW1)


@pytest.fixture
def course(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "course"


@pytest.fixture
def typed(monkeypatch, capsys):
    """(exit code, standard output and error) of a command line."""

    def run(line):
        monkeypatch.setattr(sys, "argv", line.split())
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def points(root):
    found = grades(root, "hw1")
    return {student: row[0] for (student, notebook, _), row in found.items() if not notebook}


def test_three_commands(course, typed):
    code, said = typed("grader autograde hw1 --workers 2")
    assert (code, points(course)) == (0, POINTS)
    assert "4 hand-ins graded, 0 not changed" in said
    assert "di: Cell 'few': no points, because it ended the whole Python process" in said
    code, said = typed("grader report hw1")
    assert (code, said) == (0, "report: reports/hw1.html\n")
    page = (course / "reports" / "hw1.html").read_text()
    assert "NameError" in page
    assert "<b>cy</b>" in page
    assert nbgrader([(course, ["generate_feedback", "hw1"])]) == [0]
    assert "CellTimeoutError" not in (course / "feedback" / "ada" / "hw1" / "main.html").read_text()


def test_what_has_not_changed_is_not_run_again(course, typed):
    typed("grader autograde hw1")
    nb = nbformat.read(course / "submitted" / "bob" / "hw1" / "main.ipynb", 4)
    nb.cells[1].source = "def squares(n):\n    return [i * i for i in range(n)]"
    nbformat.write(nb, course / "submitted" / "bob" / "hw1" / "main.ipynb")
    _, said = typed("grader autograde hw1")
    assert "0 hand-ins graded, 4 not changed since they were (--force grades them again)" in said
    assert points(course) == POINTS
    code, said = typed("grader autograde hw1 --student bob --force")
    assert (code, points(course)) == (0, {**POINTS, "bob": 5.0})
    assert "1 hand-in graded" in said


def test_a_run_that_was_killed_is_taken_up(course, typed):
    typed("grader autograde hw1")
    (course / "autograded" / "bob" / "hw1" / ".unfinished").touch()
    assert "1 hand-in graded, 3 not changed" in typed("grader autograde hw1")[1]
    assert not (course / "autograded" / "bob" / "hw1" / ".unfinished").exists()


def test_a_broken_hand_in_is_a_line(course, typed):
    (course / "submitted" / "bob" / "hw1" / "main.ipynb").write_text("{")
    code, said = typed("grader autograde hw1")
    assert (code, points(course)) == (1, {**POINTS, "bob": 0.0})
    assert "bob: not graded: Notebook does not appear to be JSON" in said
    assert not (course / "autograded" / "bob").exists() or not list((course / "autograded" / "bob").iterdir())


def test_links_are_left_out(course, typed):
    (course / "submitted" / "bob" / "hw1" / "book.txt").symlink_to(course / "gradebook.db")
    path = course / "submitted" / "cy" / "hw1" / "main.ipynb"
    path.unlink()
    path.symlink_to(course / "submitted" / "ada" / "hw1" / "main.ipynb")
    _, said = typed("grader autograde hw1")
    assert "book.txt is a link, and is left out" in said
    assert not (course / "autograded" / "bob" / "hw1" / "book.txt").exists()
    assert points(course)["cy"] == 0.0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("grader autograde hw7", "has no assignment 'hw7'; there are: hw1"),
        ("grader autograde hw1 --student nobody", "No notebooks were matched"),
        (
            "grader autograde hw1 --scheduler tcp://127.0.0.1:1",
            "--scheduler is for the chapters of this course",
        ),
        ("grader autograde hw1 --isolation bunker", "isolation 'bunker'"),
        ("grader report hw1", "nothing of hw1 is graded; first: `grader autograde hw1`"),
    ],
)
def test_what_cannot_be_done_is_a_line(line, words, course, typed):
    code, said = typed(line)
    assert code == 2
    assert words in said


def test_what_was_not_generated_says_so(course, typed):
    shutil.copytree(course / "source" / "hw1", course / "source" / "hw2")
    assert "first: `nbgrader generate_assignment hw2`" in typed("grader autograde hw2")[1]


def test_another_kernel_is_refused(course, typed):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        kernel = {"name": "ir", "display_name": "R 4.4", "language": "R"}
        book.find_notebook("main", "hw1").kernelspec = json.dumps(kernel)
        book.db.commit()
    code, said = typed("grader autograde hw1")
    assert code == 2
    assert "main.ipynb is written for R 4.4 (R); only Python runs here" in said


def test_the_course_can_be_elsewhere(course, typed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert typed("grader autograde hw1 --course course")[0] == 0
    assert points(course) == POINTS


def test_a_chapter_of_ours_is_ours_also_here(course, typed):
    assert "hw1" not in typed("grader autograde ch02")[1]


def test_nbgraders_own_command_uses_it_where_the_configuration_says_so(course):
    configure(course, {})
    path = course / "nbgrader_config.py"
    path.write_text(path.read_text() + "\nfrom grader.any_course.config import use_grader\nuse_grader(c)\n")
    assert nbgrader([(course, ["autograde", "hw1"])]) == [0]
    assert points(course) == POINTS
    nb = (course / "autograded" / "di" / "hw1" / "main.ipynb").read_text()
    assert "it ended the whole Python process" in nb
