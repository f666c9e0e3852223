"""The class loop: what is found, what is kept, what one bad hand-in or a killed run costs."""

import json
import os
import re
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import nbformat
import pytest
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import determine_grade, is_grade, is_solution
from rich.console import Console

from grader.autograde import autograde as loop
from grader.autograde.autograde import autograde
from grader.autograde.summary import common_misconceptions, print_summary, remark
from grader.collect.submitted import MAX_FILE, HandIn, find_hand_ins
from grader.files import write_whole
from grader.grading import settle as settling
from grader.grading.grades import Grade, Grades, Mark
from grader.grading.journal import Journal, Kept, content_key
from grader.grading.settle import Job, Result, settle
from grader.grading.shown import autograded_path
from grader.judging.evaluate import our_error
from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem
from grader.record.registry import registry
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
FIRST = next(iter(RECORDS))
TOTAL = sum(record.points for record in RECORDS.values())


def grade_class(course, **options):
    options = {"isolation": LEVEL} | options
    return autograde(course, CHAPTER, console=Console(quiet=True), workers=1, **options)


@pytest.fixture
def fake_grade(monkeypatch):
    """No sandbox: everybody gets the same verdict. Returns the list of those graded, by their first line."""
    given = verdict(outcomes({FIRST: 0}))
    graded = []

    def grade(job, notebook, skeleton, only=None):
        graded.append(job.hand_in.student)
        return given

    monkeypatch.setattr(settling, "_grade", grade)
    return graded


# ── the journal ──────────────────────────────────────────────────────────────────────────────────────────


def test_journal_gives_back_what_was_put(tmp_path):
    journal, given = Journal(tmp_path / "verdicts"), verdict(outcomes({FIRST: 0}), repairs=("a", "b"))
    assert journal.get("ada", "key") is None
    journal.put("ada", "key", Kept(given))
    assert journal.get("ada", "key") == given
    assert journal.get("ada") == given
    assert journal.get("ada", "another key") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"key": "key", "verdict": {}}', '{"key": "key", "verdict": 1}']
)
def test_a_broken_journal_entry_is_graded_again(tmp_path, text):
    journal = Journal(tmp_path)
    write_whole(journal.path("ada"), text)
    assert journal.get("ada", "key") is None


PARTS = (b"notebook", CHAPTER, 7, "process", "version")
OTHERS = (b"notebook ", "ch03_losses", 8, "full", "version 2")


@pytest.mark.parametrize("changed", range(len(PARTS)))
def test_a_verdict_depends_on(changed):
    parts = [OTHERS[i] if i == changed else PARTS[i] for i in range(len(PARTS))]
    assert content_key(*parts) != content_key(*PARTS)
    assert content_key(*PARTS) == content_key(*PARTS)


def test_writing_leaves_no_half_file(tmp_path, monkeypatch):
    path = tmp_path / "verdict.json"
    write_whole(path, "old")
    monkeypatch.setattr("grader.files.os.replace", lambda *args: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, "new")
    assert path.read_text() == "old"


# ── what was handed in ───────────────────────────────────────────────────────────────────────────────────


def make_link(folder, path):
    path.symlink_to(folder.root / "release" / CHAPTER / path.name)


def make_hard_link(folder, path):
    os.link(folder.root / "source" / CHAPTER / path.name, path)


def make_directory(folder, path):
    path.mkdir()


def make_pipe(folder, path):
    os.mkfifo(path)


def make_large(folder, path):
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)


def make_other_name(folder, path):
    path.with_name("homework.ipynb").write_bytes(b"{}")


def make_nothing(folder, path):
    pass


ODD = [
    (make_link, "is a link"),
    (make_hard_link, "it is a hard link"),
    (make_directory, "not a regular file"),
    (make_pipe, "not a regular file"),
    (make_large, "the limit is 100 MB"),
    (make_other_name, "only homework.ipynb; rename"),
    (make_nothing, "the folder of the hand-in is empty"),
]


@pytest.mark.parametrize(("make", "words"), ODD)
def test_odd_hand_ins(course, make, words):
    path = course.submission("ada", CHAPTER)
    path.parent.mkdir(parents=True)
    make(course, path)
    (found,) = find_hand_ins(course, CHAPTER)
    assert words in found.read()


def test_a_linked_folder_is_not_followed(course, tmp_path):
    (course.root / "submitted" / "ada").mkdir(parents=True)
    (course.root / "submitted" / "ada" / CHAPTER).symlink_to(course.root / "source" / CHAPTER)
    (course.root / "submitted" / "bo").symlink_to(course.root / "source")
    found = find_hand_ins(course, CHAPTER)
    assert [h.student for h in found] == ["ada", "bo"]
    assert all("not a folder of its own" in h.read() for h in found)


def test_who_handed_in(course):
    for student in ("bo", "ada", "o'neill", "[x]*"):
        hand_in(course, student, b"{}", **{"data.csv": b"1"})
    (course.root / "submitted" / "cy" / "another_chapter").mkdir(parents=True)
    (course.root / "submitted" / ".DS_Store").write_text("")
    assert [h.student for h in find_hand_ins(course, CHAPTER)] == ["[x]*", "ada", "bo", "cy", "o'neill"]
    (absent,) = find_hand_ins(course, CHAPTER, "cy")
    assert absent.read() == f"nothing was handed in for {CHAPTER}"
    (only,) = find_hand_ins(course, CHAPTER, "[x]*")
    assert (only.student, only.extra, only.read()) == ("[x]*", ("data.csv",), b"{}")


PROBLEMS = [
    (lambda course: grade_class(course), "nothing is handed in"),
    (lambda course: grade_class(course, isolation="none"), "this system has: .*process"),
    (lambda course: autograde(course, "ch03_losses"), "grader release ch03_losses"),
]


@pytest.mark.parametrize(("run", "words"), PROBLEMS)
def test_problems(course, run, words):
    with pytest.raises(Problem, match=words):
        run(course)


# ── a run ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_class(course):
    """Through the real engine: right, wrong, broken, and the wrong file name."""
    shop = workshop(course)
    slip = shop.notebook({**shop.solutions, FIRST: f"def {FIRST}(*args, **kwargs):\n    return 0.0"})
    hand_in(course, "ada", shop.answered())
    hand_in(course, "bo", slip)
    hand_in(course, "cy", b"{")
    hand_in(course, "di", b"{}").rename(course.submission("di", CHAPTER).with_name("x.ipynb"))
    ada, bo, cy, di = grade_class(course)
    assert [r.verdict.points for r in (ada, bo, cy, di)] == [TOTAL, TOTAL - RECORDS[FIRST].points, 0, 0]
    assert [r.verdict.status for r in (ada, bo, cy, di)] == ["graded", "graded", "unreadable", "unreadable"]
    assert "JSON" in remark(cy)
    assert "rename" in remark(di)

    with Gradebook(course.db_url, COURSE_ID) as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(CHAPTER)}
    assert scores == {r.student: pytest.approx(r.verdict.points) for r in (ada, bo, cy, di)}
    for result in (ada, bo, cy, di):  # nbgrader reads the same from the notebook that formgrader shows
        notebook = nbformat.read(autograded_path(course, result.student, CHAPTER), 4)
        nbformat.validate(notebook)
        points = [determine_grade(c)[0] for c in notebook.cells if is_grade(c) and not is_solution(c)]
        assert sum(points) == pytest.approx(result.verdict.points)
    assert "rename" in nbformat.read(autograded_path(course, "di", CHAPTER), 4).cells[0].source

    again = grade_class(course)
    assert [r.reused for r in again] == [True] * 4
    assert [r.verdict for r in again] == [r.verdict for r in (ada, bo, cy, di)]


def test_only_what_changed_is_graded_again(course, fake_grade):
    notebook = workshop(course).answered()
    for student in ("ada", "bo"):
        hand_in(course, student, notebook)
    grade_class(course)
    notebook.cells[0].source += " "
    hand_in(course, "bo", notebook)
    grade_class(course)
    assert fake_grade == ["ada", "bo", "bo"]
    grade_class(course, force=True)
    assert fake_grade[3:] == ["ada", "bo"]
    grade_class(course, force=True, student="bo")
    assert fake_grade[5:] == ["bo"]


def test_a_changed_record_is_the_only_one_judged_again(course, monkeypatch):
    hand_in(course, "ada", workshop(course).answered())
    (before,) = grade_class(course)
    versions = dict(settling.record_versions(CHAPTER))
    monkeypatch.setattr(settling, "record_versions", lambda chapter: versions | {FIRST: "changed"})
    honest, asked = settling._grade, []

    def counted(job, notebook, skeleton, only):
        asked.append(only)
        return replace(honest(job, notebook, skeleton, only), log=("judged again",))

    monkeypatch.setattr(settling, "_grade", counted)
    (after,) = grade_class(course)
    assert asked == [[FIRST]]
    assert after.verdict.outcomes == before.verdict.outcomes
    assert (after.verdict.log, after.reused) == (("judged again",), False)
    assert list(after.verdict.outcomes) == list(RECORDS)
    (again,) = grade_class(course)
    assert (again.reused, len(asked)) == (True, 1)


def test_a_class_is_judged_by_what_it_was_asked(course, monkeypatch):
    """A record that is gone leaves what it judged; one that is new judges what waited for it."""
    versions = dict(settling.record_versions(CHAPTER))
    without = {name: version for name, version in versions.items() if name != FIRST}
    honest = settling._grade

    def as_known(job, notebook, skeleton, only):
        found = honest(job, notebook, skeleton, only)
        known = settling.record_versions(CHAPTER)
        return replace(found, outcomes={n: o for n, o in found.outcomes.items() if n in known})

    monkeypatch.setattr(settling, "_grade", as_known)
    answered = workshop(course).answered()
    before, after = ("passed", TOTAL), ("by hand", TOTAL - RECORDS[FIRST].points)
    for student, known, expected in (
        ("ada", versions, {"ada": before}),
        ("bo", without, {"ada": before, "bo": after}),
        ("cy", versions, {"ada": before, "bo": before, "cy": before}),
    ):
        hand_in(course, student, answered)
        monkeypatch.setattr(settling, "record_versions", lambda chapter, known=known: known)
        found = {r.student: r.verdict for r in grade_class(course)}
        assert {s: (v.outcomes[FIRST].status, v.points) for s, v in found.items()} == expected
        assert all(list(v.outcomes) == list(RECORDS) for v in found.values())


def test_a_run_of_all_cells_is_kept_by_the_next_of_what_points_need(course, monkeypatch):
    hand_in(course, "ada", workshop(course).answered())
    shown = replace(verdict(outcomes()), outputs={"x": []})
    monkeypatch.setattr(settling, "_grade", lambda *args: shown)
    for execute, reused in (("points", False), ("all", False), ("points", True), ("all", True)):
        (result,) = grade_class(course, execute=execute)
        assert (result.reused, result.verdict.outputs) == (reused, {"x": []})


def test_force_does_not_ask_again_for_what_has_been_marked(course, fake_grade):
    hand_in(course, "ada", workshop(course).answered())
    grade_class(course)
    (question,) = [c.id for c in workshop(course).released.cells if role(c) == "written"][:1]
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade(question, CHAPTER, CHAPTER, "ada")
        grade.manual_score, grade.needs_manual_grade = 1.0, False
        book.db.commit()
    (result,) = grade_class(course, force=True)
    assert (result.reused, result.unchanged) == (False, True)
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade(question, CHAPTER, CHAPTER, "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.0, False)


def role(cell):
    return cell.metadata.get("nn_workbook", {}).get("role")


def test_a_kept_verdict_writes_no_file_again(course, fake_grade):
    hand_in(course, "ada", workshop(course).answered())
    grade_class(course)
    path = autograded_path(course, "ada", CHAPTER)
    before = path.stat().st_mtime_ns
    grade_class(course)
    assert path.stat().st_mtime_ns == before
    path.unlink()
    grade_class(course)
    assert path.exists()
    assert fake_grade == ["ada"]


def test_a_killed_run_goes_on(course, monkeypatch, fake_grade):
    notebook = workshop(course).answered()
    for student in ("ada", "bo", "cy"):
        hand_in(course, student, notebook)
    honest = settling._grade

    def killed(job, *args):
        if job.hand_in.student == "bo":
            raise KeyboardInterrupt
        return honest(job, *args)

    monkeypatch.setattr(settling, "_grade", killed)
    with pytest.raises(KeyboardInterrupt):
        grade_class(course)
    monkeypatch.setattr(settling, "_grade", honest)
    results = grade_class(course)
    assert fake_grade == ["ada", "bo", "cy"]
    assert [r.reused for r in results] == [True, False, False]


def test_our_exception_is_nobodys_zero(course, monkeypatch, fake_grade):
    notebook = workshop(course).answered()
    for student in ("ada", "bo"):
        hand_in(course, student, notebook)
    honest = settling._grade
    monkeypatch.setattr(
        settling, "_grade", lambda job, *a: 1 / 0 if job.hand_in.student == "ada" else honest(job, *a)
    )
    ada, bo = grade_class(course)
    assert ada.verdict is None
    assert "ZeroDivisionError" in ada.error
    assert bo.verdict is not None
    with Gradebook(course.db_url, COURSE_ID) as book:
        book.find_submission(CHAPTER, "bo")
        with pytest.raises(MissingEntry):
            book.find_submission(CHAPTER, "ada")
    monkeypatch.setattr(settling, "_grade", honest)
    assert [r.verdict is not None for r in grade_class(course)] == [True, True]


def test_a_broken_check_is_tried_again(course, monkeypatch):
    hand_in(course, "ada", workshop(course).answered())
    found = {**outcomes(), FIRST: our_error(RECORDS[FIRST], "disagrees with itself")}
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(found))
    (result,) = grade_class(course)
    assert result.broken == ["disagrees with itself"]
    assert Journal.of(course, CHAPTER).get("ada") is None
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    (result,) = grade_class(course)
    assert (result.broken, result.reused) == ([], False)


@pytest.mark.parametrize(
    "release", ["../../../../etc/passwd", "/etc/passwd", "f" * 12, 7, None, ["x"], "../seeds/x"]
)
def test_the_release_id_is_not_trusted(course, fake_grade, release):
    notebook = workshop(course).answered()
    notebook.metadata["nn_workbook"] = {"chapter": CHAPTER, "release": release}
    hand_in(course, "ada", notebook)
    (result,) = grade_class(course)
    assert result.verdict is not None


def test_an_older_release_is_graded_from_its_own_skeleton(course, monkeypatch):
    shop = workshop(course)
    old = json.loads(course.skeleton(shop.released.metadata.nn_workbook.release).read_text())
    old["metadata"]["nn_workbook"]["release"] = "0" * 12
    old["cells"][0]["source"] = "An older title"
    course.skeleton("0" * 12).write_text(json.dumps(old))
    notebook = shop.answered()
    notebook.metadata.nn_workbook.release = "0" * 12
    hand_in(course, "ada", notebook)
    used = []
    monkeypatch.setattr(
        settling, "_grade", lambda job, n, skeleton, only: used.append(skeleton) or verdict(outcomes())
    )
    grade_class(course)
    assert used[0].cells[0].source == "An older title"


def test_links_in_autograded_are_replaced_not_followed(course, fake_grade):
    hand_in(course, "ada", workshop(course).answered())
    target = course.root / "source" / CHAPTER
    before = sorted(p.name for p in target.iterdir())
    (course.root / "autograded" / "ada").mkdir(parents=True)
    (course.root / "autograded" / "ada" / CHAPTER).symlink_to(target)
    grade_class(course)
    assert sorted(p.name for p in target.iterdir()) == before
    assert not autograded_path(course, "ada", CHAPTER).parent.is_symlink()


# ── the pool ─────────────────────────────────────────────────────────────────────────────────────────────


def settle_or_die(job):
    """Runs in a worker: bo's takes the whole process with it."""
    if job.hand_in.student == "bo":
        os._exit(3)
    return Result(job.hand_in.student, verdict({}))


def test_a_dying_worker_takes_nobody_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "settle", settle_or_die)
    names = ("ada", "bo", "cy", "di")
    jobs = [Job(tmp_path, CHAPTER, HandIn(n, tmp_path / n), 1, "process", "v") for n in names]
    results = {r.student: r for r in loop.run(jobs, workers=2)}
    assert set(results) == set(names)
    assert results["bo"].error == "the worker process died twice"
    assert all(results[n].verdict is not None for n in names if n != "bo")


class Unlucky(ProcessPoolExecutor):
    """Its first worker dies while the second is being started."""

    def lose_one(self):
        next(iter(self._processes.values())).kill()
        until = time.monotonic() + 2  # some versions of Python notice it only after the start
        while not self._broken and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)  # all workers that are known by then are ended


class BeforeTheStart(Unlucky):
    def _spawn_process(self):
        if self._processes:
            self.lose_one()
        super()._spawn_process()


class AfterTheStart(Unlucky):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._processes = Known(self)


class Known(dict):
    """The workers, by number."""

    def __init__(self, pool):
        self.pool = pool

    def __setitem__(self, number, process):
        if self:
            self.pool.lose_one()
        super().__setitem__(number, process)


def done(job):
    return Result(job.hand_in.student, verdict({}))


@pytest.mark.parametrize("unlucky", [BeforeTheStart, AfterTheStart])
def test_a_worker_that_starts_while_another_dies_is_not_waited_for(unlucky, tmp_path, monkeypatch):
    pools = iter([unlucky])

    def pool(*args, **options):
        return next(pools, ProcessPoolExecutor)(*args, **options)

    monkeypatch.setattr(loop, "settle", done)
    monkeypatch.setattr(loop, "ProcessPoolExecutor", pool)
    jobs = [Job(tmp_path, CHAPTER, HandIn(n, tmp_path / n), 1, "process", "v") for n in ("ada", "bo", "cy")]
    assert {r.student for r in loop.run(jobs, workers=2)} == {"ada", "bo", "cy"}


def test_settle_never_raises(tmp_path):
    result = settle(Job(tmp_path / "nowhere", CHAPTER, HandIn("ada", tmp_path / "x"), 1, "process", "v"))
    assert result.verdict is None
    assert "FileNotFoundError" in result.error


# ── the summary ──────────────────────────────────────────────────────────────────────────────────────────


def test_common_misconceptions_are_counted():
    one, two = verdict(outcomes({FIRST: 0})), verdict(outcomes({FIRST: 1}))
    results = [Result("ada", one), Result("bo", two), Result("cy", one), Result("di", error="oops")]
    slugs = [m.slug for m in RECORDS[FIRST].misconceptions[:2]]
    assert common_misconceptions(results) == [(FIRST, slugs[0], 2), (FIRST, slugs[1], 1)]


@pytest.mark.parametrize("width", [80, 200])
def test_summary_shows_marks_remarks_and_hints(width):
    console = Console(width=width, record=True, quiet=False, file=open(os.devnull, "w"))  # noqa: SIM115
    good = replace(verdict(outcomes({FIRST: 0})), repairs=("Restored [bold]a cell[/].",))
    results = [Result("ada", good), Result("bo", error="KeyError: [x]")]
    marked = Mark(1.5, by_hand=True), Mark(None, waits=True)
    rows = (Grade("ada", marks=dict(zip((FIRST, "why"), marked)), penalty=0.5, verdict=good),)
    print_summary(console, Grades(CHAPTER, {FIRST: 2.0}, {"why": 3.0}, rows), results, {"ada": "a slip"})
    console.file.close()
    text = console.export_text()
    for words in ("✓", "✗", "!", "Restored [bold]a cell[/].", "our error: KeyError: [x]", "a slip"):
        assert words in text
    hint = RECORDS[FIRST].misconceptions[0].hint
    assert hint.split()[0] in text
    assert "1 / 5" in text  # the gradebook's, not the check's
    assert bool(re.search(r"[✓✗]\d", text)) == (width == 200)
    assert "1 wrong answer: 1 named" in text


@pytest.mark.parametrize(("number", "listed"), [(100, 100), (101, 1)])
def test_of_many_only_what_is_new_is_listed(number, listed):
    console = Console(width=80, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    found = [Result(f"s{n}", verdict(outcomes()), reused=n > 0) for n in range(number)]
    rows = tuple(Grade(r.student, verdict=r.verdict) for r in found)
    print_summary(console, Grades(CHAPTER, {FIRST: 2.0}, {}, rows), found)
    console.file.close()
    text = console.export_text()
    assert len(re.findall(r"(?m)^ s\d+ ", text)) == listed
    assert (f"{number - listed} submissions as before" in text) == (listed < number)
