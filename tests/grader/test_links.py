"""Links, soft, hard and swapped in while we look, are neither followed nor deleted through."""

import os
import shutil
import time

import pytest
from nbformat.v4 import new_code_cell
from rich.console import Console

from grader import files
from grader.autograde.autograde import autograde
from grader.beneath import BY_DESCRIPTOR, cut_links, folder
from grader.collect import collect as collecting
from grader.collect.archive import listing
from grader.collect.collect import TROUBLE, collect
from grader.collect.stamp import read_stamp
from grader.collect.submitted import find_hand_ins
from grader.files import write_whole
from grader.grading import settle as settling
from grader.grading import shown
from grader.grading.shown import autograded_path, is_graded
from grader.nbgrader_bridge.feedback import feedback_path, generate_feedback
from tests.grader.made_up_class import CHAPTER, hand_in, nbgrader, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

SECRET = b"what only the canary knows"
swapped = pytest.mark.skipif(not BY_DESCRIPTOR, reason="this system opens by paths only")


def state(root):
    """{path: its bytes} of all files beneath a folder, and where links lead."""
    return {
        path.relative_to(root).as_posix(): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture
def elsewhere(tmp_path):
    """A folder that nobody may touch, with a student's folder of each kind in it."""
    place = tmp_path / "elsewhere"
    for name in (f"{CHAPTER}.ipynb", f"{CHAPTER}.html", "timestamp.txt", f"{CHAPTER}/{CHAPTER}.ipynb"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(SECRET)
    (place / CHAPTER / f"{CHAPTER}.html").write_bytes(SECRET)
    return place


# What lies at <room>/<student>: each gets that folder, the file's name in it, and the folder elsewhere.


def student_folder(place, name, elsewhere):
    place.symlink_to(elsewhere)


def chapter_folder(place, name, elsewhere):
    place.mkdir()
    (place / CHAPTER).symlink_to(elsewhere)


def the_file(place, name, elsewhere):
    (place / CHAPTER).mkdir(parents=True)
    (place / CHAPTER / name).symlink_to(elsewhere / name)


def the_file_hard(place, name, elsewhere):
    (place / CHAPTER).mkdir(parents=True)
    os.link(elsewhere / name, place / CHAPTER / name)


def files_beside(place, name, elsewhere):
    (place / CHAPTER).mkdir(parents=True)
    (place / CHAPTER / "timestamp.txt").symlink_to(elsewhere / "timestamp.txt")
    (place / CHAPTER / "more").symlink_to(elsewhere)


def a_draft(place, name, elsewhere):
    (place / CHAPTER).mkdir(parents=True)
    (place / CHAPTER / f".{name}.{os.getpid()}.tmp").symlink_to(elsewhere / name)


def into_nothing(place, name, elsewhere):
    place.symlink_to(elsewhere / "nothing")


def in_a_circle(place, name, elsewhere):
    place.symlink_to(place)


def to_another_student(place, name, elsewhere):
    place.symlink_to("bob")


PLANTED = {
    plant.__name__: plant
    for plant in (
        student_folder,
        chapter_folder,
        the_file,
        the_file_hard,
        files_beside,
        a_draft,
        into_nothing,
        in_a_circle,
        to_another_student,
    )
}


@pytest.fixture
def planters(course, monkeypatch):
    """Bob, and a student for each kind of link, whose own cells say whose the notebook is; graded."""
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    for student in ("bob", *PLANTED):
        notebook = workshop(course).answered()
        notebook.cells.append(new_code_cell(f"# written by {student}"))
        hand_in(course, student, notebook)
    grade_class(course)
    return course


def grade_class(course, **options):
    quiet = Console(quiet=True)
    return autograde(course, CHAPTER, isolation=LEVEL, console=quiet, workers=1, **options)


def plant_all(course, room, name, elsewhere):
    for student, plant in PLANTED.items():
        place = course.root / room / student
        place.parent.mkdir(exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        plant(place, name, elsewhere)


def outside(course, room, elsewhere):
    """What nobody may change."""
    return state(elsewhere), state(course.root / room / "bob")


@pytest.mark.parametrize("force", [False, True])
def test_in_autograded(planters, elsewhere, force):
    plant_all(planters, "autograded", f"{CHAPTER}.ipynb", elsewhere)
    before = state(elsewhere)
    assert [result.broken for result in grade_class(planters, force=force)] == [[]] * (len(PLANTED) + 1)
    assert state(elsewhere) == before
    for student in ("bob", *PLANTED):
        assert is_graded(planters, student, CHAPTER)
        assert f"written by {student}" in autograded_path(planters, student, CHAPTER).read_text()


def test_in_feedback(planters, elsewhere):
    generate_feedback(planters, CHAPTER)
    plant_all(planters, "feedback", f"{CHAPTER}.html", elsewhere)
    before = outside(planters, "feedback", elsewhere)
    generate_feedback(planters, CHAPTER)
    assert outside(planters, "feedback", elsewhere) == before
    for student in PLANTED:
        page = feedback_path(planters, student, CHAPTER)
        assert f"written by {student}" in page.read_text(encoding="utf-8")
        assert not page.parents[1].is_symlink()


def test_no_page_shows_what_a_link_in_autograded_leads_to(planters, elsewhere):
    plant_all(planters, "autograded", f"{CHAPTER}.ipynb", elsewhere)
    assert list(generate_feedback(planters, CHAPTER)) == [feedback_path(planters, "bob", CHAPTER)]
    assert [path.name for path in (planters.root / "feedback").iterdir()] == ["bob"]


def test_nbgraders_own_command_follows_none(planters, elsewhere):
    plant_all(planters, "autograded", f"{CHAPTER}.ipynb", elsewhere)
    before = state(elsewhere)
    nbgrader(planters.root, "autograde", CHAPTER, "--force", f"--HandInExporter.isolation={LEVEL}")
    assert state(elsewhere) == before
    for student in ("bob", *PLANTED):
        assert f"written by {student}" in autograded_path(planters, student, CHAPTER).read_text()


def test_in_submitted(course, tmp_path, elsewhere):
    """Where collecting puts what is newer."""
    bob = hand_in(course, "bob", b"bob's")
    plant_all(course, "submitted", f"{CHAPTER}.ipynb", elsewhere)
    before = state(elsewhere)
    (tmp_path / "in").mkdir()
    for student in PLANTED:
        (tmp_path / "in" / f"{student}.ipynb").write_text(f"by {student}")
    rows = collect(course, CHAPTER, tmp_path / "in")
    assert state(elsewhere) == before
    assert bob.read_bytes() == b"bob's"
    found = {hand_in.student: hand_in.read() for hand_in in find_hand_ins(course, CHAPTER)}
    for row in rows:
        if row.what == TROUBLE:
            assert isinstance(found.get(row.student, ""), str)
        else:
            assert found[row.student] == f"by {row.student}".encode()
    assert {row.student for row in rows if row.what != TROUBLE} == {
        "the_file",
        "the_file_hard",
        "files_beside",
        "a_draft",
    }


# ── where hand-ins come from ─────────────────────────────────────────────────────────────────────────────


def test_hard_links_in_a_source(course, tmp_path, elsewhere):
    source = tmp_path / "in"
    for name in ("bob", "mallory", "eve"):
        (source / name).mkdir(parents=True)
    os.link(elsewhere / f"{CHAPTER}.ipynb", source / "mallory" / "a.ipynb")
    os.link(elsewhere / "timestamp.txt", source / "eve" / "timestamp.txt")
    (source / "eve" / "a.ipynb").write_bytes(b"eve's")
    (source / "bob" / "a.ipynb").write_bytes(b"bob's")
    rows = {row.file: row for row in collect(course, CHAPTER, source)}
    assert "is a hard link" in rows["mallory/a.ipynb"].note
    assert {h.student: h.read() for h in find_hand_ins(course, CHAPTER)} == {"bob": b"bob's", "eve": b"eve's"}


def test_a_hard_link_to_anothers_hand_in_costs_the_other_nothing(course, tmp_path):
    source = tmp_path / "in"
    for name in ("bob", "mallory"):
        (source / name).mkdir(parents=True)
    (source / "bob" / "a.ipynb").write_bytes(b"bob's")
    bob = hand_in(course, "bob", b"bob's", **{"timestamp.txt": b"2026-01-01 00:00:00 UTC"})
    mallory = course.submission("mallory", CHAPTER)
    mallory.parent.mkdir(parents=True)
    time.sleep(0.05)  # file systems have clocks of a few milliseconds
    os.link(source / "bob" / "a.ipynb", source / "mallory" / "a.ipynb")
    os.link(bob, mallory)
    os.link(bob.with_name("timestamp.txt"), mallory.with_name("timestamp.txt"))
    with listing(source) as found:
        assert [(item.path, item.read()) for item in found.items] == [("bob/a.ipynb", b"bob's")]
        assert [path for path, _ in found.refused] == ["mallory/a.ipynb"]
    read = {h.student: h.read() for h in find_hand_ins(course, CHAPTER)}
    assert read["bob"] == b"bob's"
    assert "it is a hard link" in read["mallory"]
    assert (read_stamp(bob.parent), read_stamp(mallory.parent)) == ("2026-01-01 00:00:00 UTC", "")


def test_a_backup_of_hard_links_costs_nobody_anything(course, tmp_path):
    path = hand_in(course, "bob", b"bob's", **{"timestamp.txt": b"2026-01-01 00:00:00 UTC"})
    time.sleep(0.05)
    shutil.copytree(course.root / "submitted", tmp_path / "backup", copy_function=os.link)
    (found,) = find_hand_ins(course, CHAPTER)
    assert found.read() == b"bob's"
    assert read_stamp(path.parent)


def swap_file(place, elsewhere):
    (place / "a.ipynb").unlink()
    (place / "a.ipynb").symlink_to(elsewhere / f"{CHAPTER}.ipynb")


def swap_file_hard(place, elsewhere):
    (place / "a.ipynb").unlink()
    os.link(elsewhere / f"{CHAPTER}.ipynb", place / "a.ipynb")


def swap_folder(place, elsewhere):
    place.rename(place.with_name("away"))
    (elsewhere / "a.ipynb").write_bytes(SECRET)
    place.symlink_to(elsewhere)


def swap_outer_folder(place, elsewhere):
    place.parent.rename(place.parent.with_name("away"))
    (elsewhere / place.name).mkdir()
    (elsewhere / place.name / "a.ipynb").write_bytes(SECRET)
    place.parent.symlink_to(elsewhere)


@swapped
@pytest.mark.parametrize("swap", [swap_file, swap_file_hard, swap_folder, swap_outer_folder])
def test_what_is_swapped_between_looking_and_reading_is_not_read(tmp_path, elsewhere, swap):
    place = tmp_path / "in" / "mallory" / "x"
    place.mkdir(parents=True)
    (place / "a.ipynb").write_bytes(b"honest")
    with listing(tmp_path / "in") as found:
        (item,) = found.items
        assert item.read() == b"honest"
        swap(place, elsewhere)
        assert isinstance(item.read(), str)


@swapped
@pytest.mark.parametrize("level", [0, 1])
def test_a_hand_in_that_is_swapped_before_it_is_graded(course, elsewhere, level):
    path = hand_in(course, "mallory", b"honest", **{"timestamp.txt": b"2026-01-01 00:00:00 UTC"})
    (found,) = find_hand_ins(course, CHAPTER)
    place = path.parents[level]
    place.rename(place.with_name("away"))
    place.symlink_to(elsewhere)
    assert isinstance(found.read(), str)
    assert read_stamp(path.parent) == ""


@swapped
@pytest.mark.parametrize("level", [0, 1])
def test_a_folder_that_is_swapped_before_a_hand_in_is_placed(course, tmp_path, elsewhere, monkeypatch, level):
    honest, path = collecting.place, hand_in(course, "mallory", b"old")
    before = state(elsewhere)
    place = path.parents[level]

    def late(*arguments):
        place.rename(place.with_name("away"))
        place.symlink_to(elsewhere)
        honest(*arguments)

    monkeypatch.setattr(collecting, "place", late)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mallory.ipynb").write_bytes(b"new")
    (row,) = collect(course, CHAPTER, tmp_path / "in")
    assert row.what == TROUBLE
    assert state(elsewhere) == before


@pytest.fixture
def graded(course, monkeypatch):
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    hand_in(course, "mallory", workshop(course).answered())
    return course


@swapped
@pytest.mark.parametrize("moment", ["cleared", "opened", "written"])
def test_a_folder_that_is_swapped_while_a_notebook_is_written(graded, elsewhere, monkeypatch, moment):
    before = state(elsewhere)
    place = autograded_path(graded, "mallory", CHAPTER).parent

    def swap():
        if place.is_dir():
            place.rename(place.with_name("away"))
        place.symlink_to(elsewhere)

    def then(honest, first):
        def called(*arguments, **how):
            if not first:
                result = honest(*arguments, **how)
            if str(place) in str(arguments[0]) or moment == "cleared":
                swap()
            return honest(*arguments, **how) if first else result

        return called

    if moment == "cleared":
        monkeypatch.setattr(shown, "clear", then(shown.clear, False))
    elif moment == "opened":
        monkeypatch.setattr(files.os, "open", then(os.open, True))
    else:
        monkeypatch.setattr(files.os, "replace", then(os.replace, True))
    (result,) = grade_class(graded)
    assert "Error: " in result.error
    assert state(elsewhere) == before


def test_a_draft_that_is_a_link_is_not_written_through(tmp_path, elsewhere):
    before = state(elsewhere)
    path = tmp_path / "verdict.json"
    path.with_name(f".{path.name}.{os.getpid()}.tmp").symlink_to(elsewhere / "timestamp.txt")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert state(elsewhere) == before


def test_the_root_may_be_a_link_and_nothing_below_it(tmp_path, elsewhere):
    (tmp_path / "disk" / "a").mkdir(parents=True)
    (tmp_path / "disk" / "a" / "b").symlink_to(elsewhere)
    (tmp_path / "root").symlink_to(tmp_path / "disk")
    with folder(tmp_path / "root", "a") as here:
        assert here.names() == ["b"]
    with pytest.raises(OSError, match="b"), folder(tmp_path / "root", "a", "b"):
        pass
    cut_links(tmp_path / "root", "a", "b", "c")
    assert sorted(p.name for p in (tmp_path / "root" / "a").iterdir()) == []
    assert elsewhere.is_dir()
