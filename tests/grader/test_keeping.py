"""Copies of the gradebook and back, a class as one file, a student who is forgotten, a class of several teachers."""

import os
import shutil
import stat
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook, MissingEntry

from grader.course import Class
from grader.grading import settle as settling
from grader.keeping import backup
from grader.keeping.archive import archive
from grader.keeping.backup import FORM, back_up, backups, restore
from grader.keeping.forget import forget
from grader.nbgrader_bridge.config import COURSE_ID
from grader.nbgrader_bridge.feedback import generate_feedback
from grader.nbgrader_bridge.release import release
from grader.problem import Problem
from grader.report.export import export_csv
from grader.report.page import report
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop
from tests.grader.test_cli import main
from tests.grader.test_links import grade_class

ADA, BO = "ada-of-the-test", "bo-of-the-test"


@pytest.fixture(scope="module")
def graded_class(released_class, tmp_path_factory):
    """Made once; each test has its copy."""
    course = Class(tmp_path_factory.mktemp("graded") / "course")
    shutil.copytree(released_class.root, course.root)
    for student in (ADA, BO):
        hand_in(course, student, workshop(course).answered())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
        patch.chdir(course.root.parent)
        grade_class(course)
    return course


@pytest.fixture
def graded(graded_class, monkeypatch, tmp_path):
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(graded_class.root, tmp_path / "course")
    return Class(tmp_path / "course")


def manual(course, student, points=None):
    """The mark by hand of the first written question; with points, entered first."""
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade("why-nonlinear", CHAPTER, CHAPTER, student)
        if points is not None:
            grade.manual_score, grade.needs_manual_grade = points, False
            book.db.commit()
        return grade.manual_score


def test_every_command_that_changes_the_gradebook_copies_it_first(graded, monkeypatch, capsys):
    made = {}
    (graded.root.parent / "in").mkdir()
    for command in (
        ("autograde", CHAPTER, "--isolation", "process"),
        ("collect", "in", CHAPTER),
        ("extend", CHAPTER, ADA, "--until", "2026-03-05 23:59"),
        ("mark", CHAPTER, "why-nonlinear"),
        ("release", CHAPTER),
        ("release", CHAPTER, "--dry-run"),
        ("report", CHAPTER),
        ("feedback", CHAPTER),
        ("export", CHAPTER),
    ):
        manual(graded, ADA, len(made) / 10)  # it has changed
        before = len(backups(graded))
        monkeypatch.setattr("builtins.input", lambda prompt: "q")
        main(monkeypatch, capsys, *command, "--course", graded.root)
        made[" ".join(c for c in command if c.isalpha() or c[0] == "-")] = len(backups(graded)) - before
    assert {words for words, count in made.items() if not count} == {
        "release --dry-run", "report", "feedback", "export"
    }  # fmt: skip
    assert set(made.values()) == {0, 1}


def test_what_has_not_changed_is_not_copied_again(graded):
    assert back_up(graded).name == back_up(graded).name
    manual(graded, ADA, 1.0)
    back_up(graded)
    assert len(backups(graded)) == 2


def test_there_and_back(graded, monkeypatch, capsys):
    manual(graded, ADA, 1.5)
    first = back_up(graded)
    manual(graded, ADA, 0.0)
    code, said, _ = main(monkeypatch, capsys, "restore", first.name, "--course", graded.root)
    assert (code, manual(graded, ADA)) == (0, 1.5)
    undo = said.splitlines()[-1].split("grader restore ")[1].split()[0]
    main(monkeypatch, capsys, "restore", undo, "--course", graded.root)
    assert manual(graded, ADA) == 0.0
    _, listed, _ = main(monkeypatch, capsys, "restore", "--course", graded.root)
    assert "2 hand-ins, 1 mark by hand" in listed.splitlines()[0]


def test_a_program_that_has_the_gradebook_open_sees_the_change(graded):
    first = back_up(graded)
    with Gradebook(graded.db_url, COURSE_ID) as book:
        book.remove_student(ADA)
        restore(graded, first.name)
        book.db.expire_all()
        assert book.find_student(ADA).id == ADA


@pytest.mark.parametrize(("name", "words"), [("1999", "no copy begins with '1999'"), ("2", "several copies")])
def test_which_copy_must_be_clear(graded, name, words):
    back_up(graded)
    manual(graded, ADA, 1.0)
    back_up(graded)
    with pytest.raises(Problem, match=words):
        restore(graded, name)


def test_on_a_server_it_is_the_server_s(graded):
    graded.keep_gradebook("postgresql+psycopg2://teacher:secret@db.example.org/spring")
    assert back_up(graded) is None
    with pytest.raises(Problem, match="on a server"):
        restore(graded, "2026")


def test_the_newest_are_kept_and_the_last_of_each_day(graded, monkeypatch):
    monkeypatch.setattr(backup, "RECENT", 3)
    folder = graded.private / "backups"
    folder.mkdir()
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    names = [(begin + timedelta(hours=h)).strftime(FORM) for h in (1, 2, 25, 26, 49, 50, 51)]
    for name in names:
        (folder / f"{name}.db").write_bytes(b"")
        os.utime(folder / f"{name}.db", (0, 0))
    now = back_up(graded).name
    assert [kept.name for kept in backups(graded)] == [names[1], names[3], names[5], names[6], now]


# ── an archive ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_archive_is_the_class_again(graded, monkeypatch, capsys, tmp_path):
    manual(graded, ADA, 1.5)
    (graded.root / "roster.csv").symlink_to("/etc/passwd")
    code, said, _ = main(monkeypatch, capsys, "archive", "-o", "a.zip", "--course", graded.root)
    assert code == 0
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "a.zip") as zipped:
        assert f"{len(zipped.namelist())} files" in said
        assert not [name for name in zipped.namelist() if "roster" in name or "backups" in name]
        zipped.extractall(tmp_path / "shelf")
    again = Class(tmp_path / "shelf" / graded.root.name)
    assert manual(again, ADA) == 1.5
    assert all(result.reused for result in grade_class(again))
    assert again.seed(CHAPTER) == graded.seed(CHAPTER)


def test_an_archive_replaces_nothing_and_is_not_in_itself(graded, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"")
    for path, words in (
        (tmp_path / "a.zip", "there already"),
        (graded.root / "b.zip", "in itself"),
        (tmp_path / "nowhere" / "c.zip", "no folder that you can write in; --output says where to"),
    ):
        with pytest.raises(Problem, match=words):
            archive(graded, path)
    assert (tmp_path / "a.zip").read_bytes() == b""


# ── forgotten ────────────────────────────────────────────────────────────────────────────────────────────


def files_that_name(course, student):
    return {
        path.relative_to(course.root).as_posix()
        for path in course.root.rglob("*")
        if path.is_file() and (student in path.as_posix() or student.encode() in path.read_bytes())
    }


def test_nothing_is_left_of_who_is_forgotten(graded, monkeypatch, capsys):
    main(monkeypatch, capsys, "extend", CHAPTER, ADA, "--until", "2026-03-05 23:59", "--course", graded.root)
    graded.keep("late", CHAPTER, {ADA: {"lms": "canvas", "late": True, "taken": "2026-03-01"}})
    graded.keep("set_aside", CHAPTER, {"a-cell": {ADA: 1.0, BO: 2.0}})
    back_up(graded)
    generate_feedback(graded, CHAPTER)
    report(graded, CHAPTER)
    export_csv(graded, CHAPTER)
    (graded.root / "roster.csv").write_text(f"id,name\n{ADA},Ada\n")
    dry = list(forget(graded, ADA, dry_run=True))
    code, said, _ = main(monkeypatch, capsys, "forget", ADA, "--yes", "--course", graded.root)
    assert code == 0
    assert [line.removeprefix("removed: ") for line in said.splitlines()] == [
        *dry,
        "still named in roster.csv",
    ]
    assert files_that_name(graded, ADA) == {"roster.csv"}
    assert files_that_name(graded, BO)
    assert graded.kept("set_aside", CHAPTER) == {"a-cell": {BO: 2.0}}
    with Gradebook(graded.db_url, COURSE_ID) as book, pytest.raises(MissingEntry):
        book.find_student(ADA)
    grade_class(graded)
    assert ADA not in files_that_name(graded, ADA)


@pytest.mark.parametrize(("student", "words"), [("nobody", "nothing here is about"), ("../x", "nobody's id")])
def test_who_is_not_there_cannot_be_forgotten(graded, student, words):
    with pytest.raises(Problem, match=words):
        list(forget(graded, student))


def test_it_asks_first(graded, monkeypatch, capsys):
    monkeypatch.setattr("typer.confirm", lambda *args, **kwargs: (_ for _ in ()).throw(SystemExit(1)))
    main(monkeypatch, capsys, "forget", ADA, "--course", graded.root)
    assert files_that_name(graded, ADA)


# ── seeds, and several teachers ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [None, "", "no number"])
def test_a_lost_seed_says_what_to_do(graded, text):
    path = graded.private / "seeds" / CHAPTER
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(
        Problem, match=r"seed of ch02_activations is lost: .* `grader release ch02_activations"
    ):
        grade_class(graded)
    release(graded, CHAPTER)
    assert not any(result.reused for result in grade_class(graded))


def modes(course):
    return {stat.S_IMODE(path.stat().st_mode) for path in course.root.rglob("*") if path.is_file()}


def test_a_class_of_several_teachers(graded, monkeypatch, capsys):
    other = next(
        (group for group in os.getgroups() if group != os.getgid()), 12345 if os.getuid() == 0 else -1
    )
    os.chown(graded.root, -1, other)  # the teachers', which need not be the group that its owner has at first
    before = os.umask(0o022)
    try:
        main(monkeypatch, capsys, "release", CHAPTER, "--groupshared", "--package", "--course", graded.root)
        main(monkeypatch, capsys, "autograde", CHAPTER, "--force", "--course", graded.root)
        main(
            monkeypatch,
            capsys,
            "extend",
            CHAPTER,
            ADA,
            "--until",
            "2026-03-05 23:59",
            "--course",
            graded.root,
        )
    finally:
        os.umask(before)
    assert modes(graded) == {0o660}
    folders = {
        path.stat().st_mode & 0o7777 for path in (graded.root, *graded.root.rglob("*")) if path.is_dir()
    }
    assert folders == {0o2770}
    assert {path.stat().st_gid for path in graded.root.rglob("*")} == {graded.root.stat().st_gid}


@pytest.mark.parametrize(("place", "shared"), [(".grader/gradebook", True), ("submitted/ada", False)])
def test_what_is_somebody_else_s_is_one_line(graded, monkeypatch, capsys, place, shared):
    def refuse(*args):
        raise PermissionError(13, "Permission denied", str(graded.root / place))

    monkeypatch.setattr("grader.keeping.backup.backups", refuse)
    code, _, said = main(monkeypatch, capsys, "restore", "--course", graded.root)
    assert (code, said.count("\n")) == (2, 1)
    assert f"{place}: Permission denied" in said
    assert ("--groupshared" in said) == shared


def test_else_what_is_private_is_its_owner_s(graded):
    graded.keep("late", CHAPTER, {"a": 1})
    assert stat.S_IMODE(graded.private.stat().st_mode) == 0o700
    assert stat.S_IMODE((graded.private / "seeds" / CHAPTER).stat().st_mode) == 0o600
    assert stat.S_IMODE((graded.private / "late" / f"{CHAPTER}.json").stat().st_mode) == 0o600
