"""The zip of pages: what Canvas and Moodle make of its names, told by their own rules."""

import re
from zipfile import ZipFile

import pytest

from grader.collect.downloaded import keep_names, names
from grader.collect.roster import read_roster
from grader.course import Class
from grader.problem import Problem
from grader.report.pages_back import zip_pages

CHAPTER = "ch02_activations"
WORKSHEET = "Identifier,Full name,Email address\nParticipant 77,Cy_Lo Ng,cy@uni.example\n"


def moodle_reads(path):
    """(participant, file) as assignfeedback_file_zip_importer::is_valid_filename_for_import finds them, or None."""
    parts = path.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdigit() or info[2:4] != ["assignsubmission", "file"]:
            continue
        rest = [*info[4:], *parts]
        return int(info[1]), "/".join(part for part in rest if part)
    return None


def canvas_reads(path):
    """(user, attachment) as Assignment#infer_comment_context_from_filename finds them."""
    name = path.rsplit("/", 1)[-1]
    numbers = [part for part in name.split("_") if re.fullmatch(r"\d+", part)]
    return tuple(map(int, numbers[:2]))


def sent(tmp_path, to, taken, roster=None):
    """({student: name in the zip}, remarks) of a class with these hand-ins; a page says whose it is."""
    course = Class(tmp_path / "course")
    keep_names(course, CHAPTER, taken)
    pages = {}
    for student in {student for student, _ in taken} | ({"cy@uni.example"} if roster else set()):
        pages[student] = tmp_path / f"{student}.html"
        pages[student].write_text(student)
    target = tmp_path / "back.zip"
    remarks = zip_pages(course, CHAPTER, to, pages, roster, target)
    with ZipFile(target) as archive:
        return {archive.read(name).decode(): name for name in archive.namelist()}, remarks


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("Ada Lovelace_1234567_assignsubmission_file_/my work.ipynb", 1234567),
        ("Ada Lovelace_1234567_assignsubmission_file/my work.ipynb", 1234567),
        ("Zoë Ñandú_5_assignsubmission_file_my_work_2.ipynb", 5),
        ("submissions/Ada Lovelace_42_assignsubmission_file_/src/ch02.ipynb", 42),
        ("Ada L_9_assignsubmission_file_/work.zip/ch02.ipynb", 9),
    ],
)
def test_moodle_knows_whose_page_it_is(tmp_path, path, number):
    found, remarks = sent(tmp_path, "moodle", [("ada", path)])
    assert moodle_reads(found["ada"]) == (number, f"{CHAPTER}.html")
    assert remarks == []


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("lovelaceada_1234_567890_my work-1.ipynb", (1234, 567890)),
        ("lovelaceada_LATE_1234_567890_ch02_activations.ipynb", (1234, 567890)),
        ("submissions/doejo_12_900_hw_2_777_ch02.ipynb", (12, 900)),
        ("doejo_12_900_all.zip/ch02_activations/ch02_activations.ipynb", (12, 900)),
    ],
)
def test_canvas_knows_whose_page_it_is(tmp_path, path, numbers):
    found, remarks = sent(tmp_path, "canvas", [("ada", path)])
    assert canvas_reads(found["ada"]) == numbers
    assert found["ada"].endswith(".html")
    assert "/" not in found["ada"]
    assert remarks == []


def test_who_came_another_way_is_said(tmp_path):
    taken = [("ada", "Ada L_9_assignsubmission_file_/x.ipynb"), ("bo", "bo/ch02.ipynb")]
    found, remarks = sent(tmp_path, "moodle", taken)
    assert set(found) == {"ada"}
    assert len(remarks) == 1
    assert "left out, because Moodle's names for them are not known: bo. `grader collect`" in remarks[0]
    with pytest.raises(Problem, match=r"no hand-in has a name of Canvas's\. `grader collect`"):
        sent(tmp_path, "canvas", taken)


def test_a_worksheet_says_moodle_s_numbers(tmp_path):
    (tmp_path / "sheet.csv").write_text(WORKSHEET)
    found, _ = sent(tmp_path, "moodle", [("bo", "bo.ipynb")], read_roster(tmp_path / "sheet.csv"))
    assert {s: moodle_reads(name) for s, name in found.items()} == {"cy@uni.example": (77, f"{CHAPTER}.html")}


def test_collected_again_from_elsewhere_the_name_stays(tmp_path):
    course = Class(tmp_path / "course")
    first = "Ada L_9_assignsubmission_file_/x.ipynb"
    keep_names(course, CHAPTER, [("ada", first), ("bo", "bo.ipynb")])
    keep_names(course, CHAPTER, [("ada", "mail/ada.ipynb"), ("bo", "Bo B_8_assignsubmission_file_/y.ipynb")])
    assert names(course, CHAPTER) == {"ada": first, "bo": "Bo B_8_assignsubmission_file_/y.ipynb"}


def test_the_same_pages_make_the_same_zip(tmp_path):
    taken = [("ada", "Ada L_9_assignsubmission_file_/x.ipynb")]
    sent(tmp_path, "moodle", taken)
    before = (tmp_path / "back.zip").read_bytes()
    sent(tmp_path, "moodle", taken)
    assert (tmp_path / "back.zip").read_bytes() == before
