"""The command line: what may be typed, what comes back, and what an error looks like."""

import csv
import json
import os
import subprocess
import sys
from zipfile import ZipFile

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader import cli, course
from grader.cli.arguments import resolve
from grader.course import ROOT
from grader.grading import settle as settling
from grader.judging.evaluate import our_error
from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop
from tests.grader.test_autograde import RECORDS
from tests.strongest_isolation import LEVEL

COMMANDS = [
    "build",
    "update",
    "mylib",
    "release",
    "collect",
    "extend",
    "doctor",
    "autograde",
    "mark",
    "feedback",
    "report",
    "export",
    "demo",
]
NAMES = ["ch02_activations", "ch03_losses", "ch12_conv"]


def run(*arguments):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments], catch_exceptions=False)


def main(monkeypatch, capsys, *arguments):
    """(exit code, standard output, standard error) of the console script."""
    monkeypatch.setattr(sys, "argv", ["grader", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    captured = capsys.readouterr()
    return stop.value.code, captured.out, captured.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: grader {command}" in result.output


def test_nothing_heavy_is_imported_for_help():
    heavy = "numpy", "nbgrader", "nbformat", "nbconvert", "matplotlib", "grader.record.exercise", "nnlib"
    code = f"import sys, grader.cli; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("text", ["ch02", "02", "2", "ch2", "ch02_activations"])
def test_a_chapter_may_be_given_as(text):
    assert resolve(text, NAMES) == "ch02_activations"


@pytest.mark.parametrize("text", ["", "ch", "4", "activations", "ch02_", "../ch02", "²", "1"])
def test_an_unknown_chapter(text):
    with pytest.raises(Problem, match="ch03_losses"):
        resolve(text, NAMES)


ERRORS = [
    (["release", "77"], "there is no chapter '77'; there are: ch01_data, ch02_activations"),
    (["autograde", "ch02"], "grader release ch02_activations"),
    (["feedback", "ch02"], "grader autograde ch02_activations"),
    (["collect", ".", "ch02"], "grader release ch02_activations"),
    (["collect", "nowhere.zip", "ch02", "--roster", "nowhere.csv"], "nowhere.csv cannot be read"),
    (["collect", ".", "ch02", "--due", "soon"], "2026-03-01 23:59"),
    (["collect", ".", "ch02", "--pattern", "("], "no regular expression"),
    (["report", "ch02"], "grader release ch02_activations"),
    (["export", "ch02", "--to", "xlsx"], "csv, canvas, moodle and moodle-worksheet"),
    (["export", "ch02"], "grader release ch02_activations"),
]


@pytest.mark.parametrize(("arguments", "words"), ERRORS)
def test_an_error_is_one_line(monkeypatch, capsys, tmp_path, arguments, words):
    code, _, error = main(monkeypatch, capsys, *arguments, "--course", tmp_path / "course")
    assert code == 2
    assert words in error
    assert error.startswith("grader: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize("arguments", [["autograde"], ["nonsense"], ["autograde", "2", "--workers", "0"]])
def test_wrong_usage(arguments):
    assert run(*arguments).exit_code == 2


def test_a_class_from_release_to_export(monkeypatch, tmp_path):
    """Through the commands; the grading itself is put in."""
    root = tmp_path / "course"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    done = run("release", "2", "--course", root)
    assert "hand out: course/release/ch02_activations/ch02_activations.ipynb" in done.output
    hand_in(course.Class(root), "ada", workshop(course.Class(root)).answered())
    done = run("autograde", "ch02", "--course", root, "--workers", 1, "--isolation", LEVEL)
    assert done.exit_code == 0
    assert "ada" in done.output
    assert "course/feedback/ada" in run("feedback", "02", "--course", root, "--student", "ada").output
    assert run("report", "2", "--course", root).output == f"report: course/reports/{CHAPTER}.html\n"
    done = run("export", CHAPTER, "--course", root, "-o", tmp_path / "grades.csv")
    assert done.stdout == "grades: grades.csv\n"
    assert "answers to mark" in done.stderr
    assert (tmp_path / "grades.csv").read_text().count("\n") == 2
    (root / "roster.csv").write_text("Student,ID,SIS Login ID,Section\n'L, Ada',12,ada,A\n".replace("'", '"'))
    done = run("export", "2", "--course", root, "--to", "canvas")
    assert done.stdout == f"grades: course/grades/{CHAPTER}-canvas.csv\n"
    assert '"L, Ada",12,ada,A,' in (root / "grades" / f"{CHAPTER}-canvas.csv").read_text()
    assert run("export", "2", "--course", root, "--to", "moodle").exit_code == 0


def test_there_and_back_by_moodle(monkeypatch, tmp_path):
    """From the zip that Moodle gives to the zip and the worksheet that it takes."""
    root = tmp_path / "course"
    made = course.Class(root)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    run("release", "2")
    notebook = workshop(made).answered()
    next(cell for cell in notebook.cells if cell.id == "why-nonlinear").source = "As $AB$ is a matrix."
    folder = "Ada Lovelace_101_assignsubmission_file_"
    with ZipFile("all.zip", "w") as archive:
        archive.writestr(f"{folder}/my work.ipynb", json.dumps(notebook))
    sheet = "Identifier,Full name,Email address,Grade,Maximum Grade\nParticipant 101,Ada Lovelace,a@u.example,,10\n"
    root.joinpath("roster.csv").write_text(sheet + "Participant 102,Zoë Ng,z@u.example,4,10\n")
    assert run("collect", "all.zip", "2").exit_code == 0
    run("autograde", "ch02", "--workers", 1, "--isolation", LEVEL)
    with Gradebook(made.db_url, COURSE_ID) as book:
        assert {s.id: s.last_name for s in book.students} == {
            "a@u.example": "Ada Lovelace",
            "z@u.example": "Zoë Ng",
        }
    assert "why-nonlinear: 1 answer to mark\n" in run("mark", "ch02").output
    typed = CliRunner().invoke(cli.app, ["mark", "ch02", "why-nonlinear"], input="1.5 Why?\n")
    assert "1 marked" in typed.output
    assert "Ada" not in typed.output
    done = run("feedback", "ch02", "--to", "moodle")
    assert done.output.startswith("1 page, 1 changed")
    with ZipFile(root / "feedback" / f"{CHAPTER}-moodle.zip") as archive:
        assert archive.namelist() == [f"{folder}/{CHAPTER}.html"]
        assert "why-nonlinear: 1.5 / 2 (by hand)" in archive.read(archive.namelist()[0]).decode()
    assert run("feedback", "ch02").output.startswith("1 page, 0 changed")
    most = sum(record.points for record in RECORDS.values())
    done = run("export", "ch02", "--to", "moodle-worksheet")
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "1 student with answers to mark; these count as 0 until then",
        "1 student without a hand-in here; no grade",
        f"0 to 10 points; {most + 4} points here are 10 there",
    ]
    with (root / "grades" / f"{CHAPTER}-moodle-worksheet.csv").open(encoding="utf-8", newline="") as file:
        ada, zoe = csv.DictReader(file)
    assert float(ada["Grade"]) == pytest.approx(10 * (most + 1.5) / (most + 4), abs=0.005)
    assert zoe["Grade"] == "4"
    html = root / "reports" / f"{CHAPTER}.html"
    run("report", "2")
    assert "Zoë Ng" in html.read_text(encoding="utf-8")


def test_the_old_form_of_export_names_the_new_one(monkeypatch, capsys, tmp_path):
    code, _, error = main(monkeypatch, capsys, "export", "2", "--to", "grades.csv", "--course", tmp_path)
    assert code == 2
    assert "--to csv --output grades.csv" in error


def test_collecting_says_what_needs_a_decision(course, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "ada.ipynb").write_text('{"cells": []}')
    done = run("collect", source, "2", "--course", course.root, "--dry-run")
    assert (done.exit_code, "1 new" in done.output) == (0, True)
    assert not course.submission("ada", CHAPTER).exists()
    (source / "no name.ipynb").write_text("{}")
    done = run("collect", source, "2", "--course", course.root)
    assert (done.exit_code, "1 new; 1 to do" in done.output) == (1, True)
    assert course.submission("ada", CHAPTER).exists()
    (course.root / "roster.csv").write_text("id\nada\nbo\n")
    done = run("collect", source, "2", "--course", course.root)
    assert "1 unchanged; 1 missing; 1 to do" in done.output


def test_what_is_cut_off_is_to_be_asked_for(course, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "ada.ipynb").write_text('{"cells": [')
    for what in ("1 new", "1 unchanged"):
        done = run("collect", source, "2", "--course", course.root)
        assert (done.exit_code, what in done.output) == (1, True)


def test_our_error_ends_with_one(monkeypatch, course):
    first = next(iter(RECORDS))
    found = {**outcomes(), first: our_error(RECORDS[first], "disagrees with itself")}
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(found))
    hand_in(course, "ada", workshop(course).answered())
    done = run("autograde", "2", "--course", course.root, "--workers", 1, "--isolation", LEVEL)
    assert done.exit_code == 1
    assert "our error, ada: disagrees with itself" in done.output


def test_build_check_and_update(monkeypatch, tmp_path):
    from grader.build import build

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "check", lambda names: [f"notebooks/{names[0]}: cell 'x' is missing"])
    monkeypatch.setattr(build, "lint", lambda name: [])
    done = run("build", "--check", "2")
    assert (done.exit_code, done.output) == (1, "notebooks/ch02_activations: cell 'x' is missing\n")
    monkeypatch.setattr(build, "check", lambda names: [])
    done = run("build", "--check", "2")
    assert (done.exit_code, done.output) == (0, "1 chapter up to date\n")
    monkeypatch.setattr(build, "build", lambda names: [tmp_path / "notebooks" / f"{names[0]}.ipynb"])
    assert "written: notebooks/ch02_activations.ipynb" in run("build", "2").output
    assert "new" in run("update", "ch02").output
    assert (tmp_path / "work" / CHAPTER / f"{CHAPTER}.ipynb").exists()
    monkeypatch.chdir(tmp_path / "work" / CHAPTER)
    assert "up to date" in run("update", "ch02").output
    mine = tmp_path / "work" / CHAPTER / f"{CHAPTER}.ipynb"
    mine.write_text(
        mine.read_text(encoding="utf-8").replace("# Chapter 02", "# An older chapter 02"), encoding="utf-8"
    )
    assert "Reload Notebook from Disk" in run("update", "ch02").output


def test_a_flaw_in_a_source_stops_the_build(monkeypatch):
    from grader.build import build

    monkeypatch.setattr(build, "lint", lambda name: ["solutions/x.py:3: no guide"])
    monkeypatch.setattr(build, "build", lambda names: pytest.fail("must not build"))
    done = run("build", "2")
    assert (done.exit_code, done.output) == (1, "solutions/x.py:3: no guide\n")


ESCAPED = rb"\u738b\u5c0f\u660e"
UNABLE = [
    ({"PYTHONIOENCODING": "ascii"}, ESCAPED),
    ({"PYTHONIOENCODING": "latin-1"}, ESCAPED),
    ({"LC_ALL": "C"}, "王小明".encode()),  # Python takes UTF-8 there
]


@pytest.mark.parametrize(("environment", "shown"), UNABLE)
def test_what_cannot_be_shown_stops_nothing(environment, shown, released_class, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "王小明.ipynb").write_text('{"cells": []}', encoding="utf-8")
    options = ["collect", tmp_path / "in", "ch02", "--course", released_class.root, "--dry-run"]
    command = [sys.executable, "-m", "grader.cli", *map(str, options)]
    environment = {**os.environ, "COLUMNS": "250", **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert shown in done.stdout
