"""Two commands at once in one class: the second ends in one clear line, and nothing of the first is lost."""

import subprocess
import sys

import pytest

from grader.alone import alone
from grader.collect.collect import collect
from grader.course import ROOT
from grader.grading import settle as settling
from grader.nbgrader_bridge.feedback import generate_feedback
from grader.problem import Problem
from grader.report.export import export_csv
from grader.report.page import report
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop
from tests.grader.test_cli import main
from tests.grader.test_links import grade_class
from tests.strongest_isolation import LEVEL

HOLD = "import sys, pathlib; from grader.alone import alone; from grader.course import Class\n" + (
    "with alone(Class(pathlib.Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
)
COMMANDS = {
    "autograde": ("autograde", CHAPTER, "--isolation", LEVEL),
    "collect": ("collect", "in", CHAPTER),
    "feedback": ("feedback", CHAPTER),
    "release": ("release", CHAPTER),
}


@pytest.fixture
def graded(course, monkeypatch, tmp_path):
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    monkeypatch.chdir(tmp_path)
    hand_in(course, "ada", workshop(course).answered())
    grade_class(course)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bo.ipynb").write_bytes(b"{}")
    return course


@pytest.fixture
def other(course):
    """Another process that grades the class."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(course.root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_second_command_says_so_in_one_line(graded, other, monkeypatch, capsys, command):
    code, _, error = main(monkeypatch, capsys, *command, "--course", graded.root)
    assert code == 2
    assert error == f"grader: another grader command is at work in {graded.root}; wait until it ends\n"
    assert not (graded.root / "submitted" / "bo").exists()


def test_what_only_looks_may_run_beside(graded, other, tmp_path):
    assert collect(graded, CHAPTER, tmp_path / "in", dry_run=True)
    assert report(graded, CHAPTER).exists()
    assert export_csv(graded, CHAPTER).exists()


def test_whoever_was_killed_stops_nobody(graded, other):
    with pytest.raises(Problem, match="is at work"):
        generate_feedback(graded, CHAPTER)
    other.kill()
    other.wait()
    assert generate_feedback(graded, CHAPTER)


def test_it_ends_with_the_block_and_with_an_error(course):
    with pytest.raises(KeyError), alone(course):
        raise KeyError
    with (
        alone(course),
        pytest.raises(Problem, match="at work"),
        alone(course),
    ):
        pass
    with alone(course):
        pass
