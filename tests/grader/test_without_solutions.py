"""A class without solutions: no line of one is in what its students get, and what they install still works."""

import ast
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from functools import cache
from html import unescape
from importlib.metadata import distribution

import nbformat
import pytest

from grader.build.package import IN_A_BROWSER, browser_package, package, without_right_answers
from grader.build.source import read_source
from grader.calls import local
from grader.collect.submitted import released
from grader.course import Class, notebook_path, solution_path
from grader.grading.grades import Grade, Grades, Mark
from grader.grading.shown import autograded_notebook
from grader.grading.verdict import Verdict, seed_hash
from grader.judging.evaluate import evaluate
from grader.nbgrader_bridge.page import page
from grader.nbgrader_bridge.release import release
from grader.record.exercise import source_of
from grader.record.registry import chapters, registry

TRIVIAL = 20  # characters without spaces: `return terms.sum()`, `if output == "linear":`


def plain(line):
    return re.sub(r"\s+", "", line.partition("#")[0])


@cache
def solution_lines(chapter):
    lines = {plain(line) for cell in read_source(chapter) if cell.role == "answer" for line in cell.solution}
    return {line for line in lines if len(line) > TRIVIAL}


@cache
def guide_lines(chapter):
    """Of the written questions' marking guides."""
    lines = {plain(line) for cell in read_source(chapter) if cell.role == "written" for line in cell.solution}
    return {line for line in lines if len(line) > TRIVIAL}


def leaked(chapter, text):
    """The lines of a chapter's solutions that are lines of this text, too."""
    return sorted(
        (solution_lines(chapter) | guide_lines(chapter)) & {plain(line) for line in text.splitlines()}
    )


def in_cells(text):
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def without_wrong_answers(record):
    """They stay, as a check needs them, and each is a right answer but for a slip."""
    lines = record.splitlines()
    for node in ast.parse(record).body:
        if isinstance(node, ast.FunctionDef) and any(".wrong" in ast.unparse(m) for m in node.decorator_list):
            first, last = node.decorator_list[0].lineno, node.end_lineno
            lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return package(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def files(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", folder]
    subprocess.run([*pip, wheel], check=True)
    return folder


# ── no line of a solution ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("chapter", chapters())
def test_there_is_something_to_look_for(chapter):
    source = solution_path(chapter).read_text(encoding="utf-8")
    assert len(solution_lines(chapter)) > 10
    assert set(leaked(chapter, source)) >= solution_lines(chapter)
    right = [source_of(fn) for record in registry(chapter).values() for fn in record.alternatives]
    assert leaked(chapter, "\n".join(right))  # so that a bank that stays in would be noticed


@pytest.mark.parametrize("chapter", chapters())
def test_the_notebook_that_is_handed_out(chapter, tmp_path):
    course = Class(tmp_path / "course")
    release(course, chapter)
    assert leaked(chapter, in_cells(released(course, chapter).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("chapter", chapters())
def test_the_package(chapter, files):
    """But for nnlib, which is the reference, and other chapters' records, whose helpers answer nothing here."""
    found = {}
    for name, data in files.items():
        record = name.startswith("grader/exercises/ch")
        if name.startswith("nnlib/") or (record and f"/{chapter}/" not in name):
            continue
        text = data.decode()
        text = in_cells(text) if name.endswith(".ipynb") else without_wrong_answers(text) if record else text
        if lines := leaked(chapter, text):
            found[name] = lines
    assert found == {}


@pytest.mark.parametrize("chapter", chapters())
def test_the_page_of_somebody_who_is_wrong(chapter):
    """Every banked mistake, the first of each exercise, then the second: what is shown beside one's own answer."""
    records = registry(chapter)
    points = {name: float(record.points) for name, record in records.items()}
    notebook = nbformat.v4.reads(notebook_path(chapter).read_text(encoding="utf-8"))
    for number in range(2):
        wrong = {name: record.misconceptions[number].fn for name, record in records.items()}
        outcomes = {
            name: evaluate(record, lambda call, script, f=wrong[name]: local.ask(f, call, script))
            for name, record in records.items()
        }
        verdict = Verdict(chapter, "0" * 12, "graded", "process", seed_hash(1), outcomes=outcomes)
        marks = {name: Mark(outcome.points) for name, outcome in outcomes.items()}
        row = Grade("bo", marks=marks, verdict=verdict)
        shown, own = nbformat.from_dict(notebook), {}
        for cell in shown.cells:
            if cell.id in wrong:
                cell.source = own[cell.id] = source_of(wrong[cell.id], cell.id)
        shown = autograded_notebook(shown, notebook, verdict, notebook)
        html = page(shown, Grades(chapter, points, {}, (row,)), row, "key")
        text = re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", "", html)))
        assert plain(own[next(iter(own))].splitlines()[0]) in text
        hints = "".join(hint for record in records.values() for hint in record.hints)
        given = "".join([*own.values(), hints, *(cell.source for cell in notebook.cells)])
        given = re.sub(r"\s+", "", given)
        assert [line for line in solution_lines(chapter) if line in text and line not in given] == []


# ── what is installed ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_in_the_package(files):
    assert not [name for name in files if "solutions" in name]
    there = {name.split("/")[-2] for name in files if name.endswith(".ipynb")}
    assert there == set(chapters())
    assert not [name for name, data in files.items() if "/exercises/ch" in name and b".right\n" in data]


def test_the_record_of_the_package_is_true(wheel, files):
    (record,) = (name for name in files if name.endswith(".dist-info/RECORD"))
    rows = [line.rsplit(",", 2) for line in files[record].decode().splitlines()]
    assert [row[0] for row in rows] == list(files)
    for name, digest, size in rows:
        if name != record:
            sha = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).decode().rstrip("=")
            assert (digest, int(size)) == (f"sha256={sha}", len(files[name]))
    version = wheel.name.split("-")[1]
    assert f"\nVersion: {version}\n" in files[record.replace("RECORD", "METADATA")].decode()


def test_the_same_course_gives_the_same_package(wheel, tmp_path):
    (tmp_path / "nn_workbook-0.0.9+class.00000000-py3-none-any.whl").write_text("of before")
    (tmp_path / "other.whl").write_text("not ours")
    again = package(tmp_path)
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([wheel.name, "other.whl"])


RECORD = """\
import numpy as np

X = Exercise()


@X.wrong(case="a")
def x_wrong(a):
    return a


# by a loop
@X.right
def x_right(a):
    def right(b):
        return b
    return right(a)
{between}

@X.wrong
def x_again(a):
    return -a
"""


@pytest.mark.parametrize("between", ["", "\n\n@X.right\n# why\ndef x_other(a): return a + 0\n"])
def test_right_answers_are_cut_out(between):
    text = without_right_answers(RECORD.replace("{between}", between))
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert names == ["x_wrong", "x_again"]
    assert "right" not in text


WORK = """\
import numpy as np
import grader
from grader import check, hint, progress, reset, solution

def softmax(x, *, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)

said = [check(softmax), *(hint(softmax) for _ in range(5)), solution(softmax), solution("why-nonlinear")]
print(grader.__file__, *map(repr, said), repr(reset("softmax")), repr(progress()), sep="\\n")

def softmax(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

print(repr(check(softmax)))
"""
SAID = (
    "exp overflows to inf",  # the mistake by its name, from the bank
    "Hint 3 of 3: ",
    "That was the last hint.\n",
    "Your course gives out solutions by itself: your copy comes without them.",
    "The untouched cell of softmax:",
    "✓ softmax: all 10 cases right",
)


@pytest.fixture(scope="module")
def at_home(installed, tmp_path_factory):
    """Run in a folder of a student's, who has the package and nothing else of the course."""
    folder = tmp_path_factory.mktemp("home")

    def run(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(folder), "PYTHONUTF8": "1"}
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_check_hint_and_solution_at_home(at_home, installed):
    done = at_home("-c", WORK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))
    assert [words for words in SAID if words not in done.stdout] == []
    assert leaked("ch02_activations", done.stdout) == []


def test_the_notebooks_come_with_it(at_home):
    done = at_home("-m", "grader.cli", "update")
    assert done.stdout.count(": new") == len(chapters()), done.stderr


@pytest.mark.parametrize("command", [["release", "ch02"], ["demo"]])
def test_no_class_can_be_made_from_it(at_home, command):
    done = at_home("-m", "grader.cli", *command)
    assert done.returncode == 2
    assert "comes without solutions" in done.stderr


def test_a_browser_gets_the_same_course_and_asks_for_no_more_than_it_has(files, tmp_path):
    def content(**options):
        with zipfile.ZipFile(browser_package(tmp_path, **options)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def course(found):
        return {name: data for name, data in found.items() if ".dist-info/" not in name}

    for_a_class, whole = content(solutions=False), content()
    assert course(for_a_class) == course(files)
    more = {f"grader/course_files/solutions/{chapter}.py" for chapter in chapters()}
    assert course(whole).keys() - course(files).keys() == more
    (metadata,) = [data.decode() for name, data in whole.items() if name.endswith("/METADATA")]
    assert re.findall(r"(?m)^Requires-Dist: (.*)$", metadata) == list(IN_A_BROWSER)
    assert re.findall(r"(?m)^Version: (.*)$", metadata) == [distribution("nn-workbook").version]
