"""Collecting: whose file it is, which version counts, what may not happen, and that nobody is guessed."""

import io
import os
import stat
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from grader.collect import archive
from grader.collect import collect as collecting
from grader.collect.collect import (
    MISSING,
    NEW,
    OLDER,
    SAME,
    TROUBLE,
    UPDATED,
    collect,
    parse_due,
    print_rows,
)
from grader.collect.filenames import HIDDEN, OTHER_CHAPTER, compiled, read_name, version
from grader.collect.names import is_safe
from grader.collect.roster import read_roster
from grader.collect.rows import LEFT_OUT
from grader.collect.stamp import parse_stamp, read_stamp
from grader.collect.submitted import MAX_FILE, find_hand_ins, released
from grader.collect.worksheet import told
from grader.problem import Problem
from tests.grader.made_up_class import CHAPTER

MARCH = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,ch01 (77),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",1234,S1,ada,A,9,90
"Müller, Jörg",1235,S2,joerg,A,8,80
"Doe, Jo",1236,S3,jo,B,,
"Doe, Jo",1237,S4,jo2,B,,
"Student, Test",9999,,,A,,
"""
MOODLE = """\
Identifier,Full name,Username,Email address,Status
Participant 501,Ada Lovelace,ada,ada@uni.example,Submitted
Participant 502,Jo Doe,jo,jo@uni.example,Submitted
Participant 503,Jo Doe,jo2,jo2@uni.example,Submitted
"""


def zipped(files, when=MARCH, **options):
    """A zip's bytes. `when`: its entries' clock, this computer's."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, content in files.items() if isinstance(files, dict) else files:
            info = zipfile.ZipInfo(name, when.astimezone().timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return out.getvalue()


SHORT = "cut off, or no notebook: ask for it again"  # as most hand-ins here are


@pytest.fixture
def take(course, tmp_path):
    """take(files or zip bytes, roster text) -> {(student or file): row}, without what is left out; each folder or zip
    is a new one."""
    count = iter(range(100))

    def take(files, roster=None, when=MARCH, moments=None, **options):
        source = tmp_path / f"source{next(count)}"
        if isinstance(files, bytes):
            source = source.with_suffix(".zip")
            source.write_bytes(files)
        else:
            for name, content in files.items():
                path = source / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                moment = moments[name] if moments else when
                os.utime(path, (moment.timestamp(), moment.timestamp()))
        if roster is not None:
            (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
            options["roster"] = read_roster(tmp_path / "roster.csv")
        rows = collect(course, CHAPTER, source, **options)
        rows = [replace(row, note=row.note.replace(SHORT, "").strip("; ")) for row in rows]
        return {row.student or row.file: row for row in rows if row.what != LEFT_OUT}

    return take


def content(course, student):
    (found,) = find_hand_ins(course, CHAPTER, student)
    return found.read()


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────

PATHS = [  # path, (name, number, order, late, the student's own name) or why not
    ("lovelaceada_1234_5678_work.ipynb", ("lovelaceada", "1234", 5678, False, "work.ipynb")),
    ("lovelaceada_LATE_1234_5678_my work-1.ipynb", ("lovelaceada", "1234", 5678, True, "my work-1.ipynb")),
    ("müllerjörg_1235_56789_a_b_c.ipynb", ("müllerjörg", "1235", 56789, False, "a_b_c.ipynb")),
    ("sub/van_dyk_12_3456_x.ipynb", ("van_dyk", "12", 3456, False, "x.ipynb")),
    ("lovelaceada_1234_text.html", ("lovelaceada", "1234", 0, False, "text.html")),
    ("anon_a1B2c_5678_work.ipynb", "is anonymous"),
    ("LATE_anon_a1B2c_5678_work.ipynb", "is anonymous"),
    ("Ada Lovelace_501_assignsubmission_file_/work.ipynb", ("Ada Lovelace", "501", 0, None, "work.ipynb")),
    ("Ada Lovelace_501_assignsubmission_file/work.ipynb", ("Ada Lovelace", "501", 0, None, "work.ipynb")),
    ("top/Ada Lovelace_501_assignsubmission_file_work.ipynb", ("Ada Lovelace", "501", 0, None, "work.ipynb")),
    (
        "Ada L_501_assignsubmission_onlinetext_/onlinetext.html",
        ("Ada L", "501", 0, None, "onlinetext.html"),
    ),
    ("ada.ipynb", ("ada", "", 0, None, "ada.ipynb")),
    ("ada_ch02.ipynb", ("ada", "", 0, None, "ada_ch02.ipynb")),
    (f"ada-{CHAPTER}.ipynb", ("ada", "", 0, None, f"ada-{CHAPTER}.ipynb")),
    (f"{CHAPTER}_ada.ipynb", ("ada", "", 0, None, f"{CHAPTER}_ada.ipynb")),
    ("ada/any thing.ipynb", ("ada", "", 0, None, "any thing.ipynb")),
    (f"submitted/ada/{CHAPTER}/{CHAPTER}.ipynb", ("ada", "", 0, None, f"{CHAPTER}.ipynb")),
    ("ada/ch03_losses/ch03_losses.ipynb", OTHER_CHAPTER),
    ("notes.pdf", ("notes", "", 0, None, "notes.pdf")),
    (".notes.ipynb", HIDDEN),
    (f"{CHAPTER}.ipynb", "does not say whose"),
    (f"{CHAPTER}/work.ipynb", "does not say whose"),
]


@pytest.mark.parametrize(("path", "expected"), PATHS)
def test_what_a_name_says(path, expected):
    found = read_name(path, CHAPTER)
    if isinstance(expected, str):
        assert isinstance(found, str)
        assert expected in found
    else:
        assert (found.name, found.number, found.order, found.late, found.file) == expected


def test_a_pattern_reads_what_nothing_else_does():
    pattern = compiled(r"hw-(?P<student>\w+)-final")
    assert read_name("group A/hw-ada-final.ipynb", CHAPTER, pattern).name == "ada"
    assert read_name("ada.ipynb", CHAPTER, pattern) == "does not match --pattern"


@pytest.mark.parametrize(("pattern", "words"), [("(", "no regular expression"), ("(.*)", "needs a group")])
def test_a_wrong_pattern(pattern, words):
    with pytest.raises(Problem, match=words):
        compiled(pattern)


@pytest.mark.parametrize(
    ("name", "expected"), [("hw-2.ipynb", ("hw", 2)), ("HW (3).ipynb", ("hw", 3)), ("a/hw.ipynb", ("hw", 0))]
)
def test_versions(name, expected):
    assert version(name) == expected


SAFE = ["ada", "ada@uni.example", "müller", "a.b-c_d+e", "12345"]
UNSAFE = [
    "",
    ".",
    "..",
    ".ada",
    "-ada",
    "a/b",
    "a\\b",
    "a b",
    "a:b",
    "con",
    "NUL.txt",
    "a\0",
    "a\n",
    "x" * 101,
    "a.",
]


@pytest.mark.parametrize("student", SAFE + UNSAFE)
def test_ids_that_may_be_folders(student):
    assert is_safe(student) == (student in SAFE)


# ── who is who ───────────────────────────────────────────────────────────────────────────────────────────


def test_canvas(course, take):
    files = {
        "lovelaceada_1234_5678_work.ipynb": b"old",
        "lovelaceada_1234_5999_work-1.ipynb": b"newest",
        "lovelaceada_1234_5800_work-2.ipynb": b"in between",
        "müllerjörg_LATE_1235_6001_hw.ipynb": b"joerg",
        "doejo_1237_6002_hw.ipynb": b"the other Jo",
        "strangereve_1300_6003_hw.ipynb": b"eve",
    }
    rows = take(zipped(files), CANVAS)
    assert {student: row.what for student, row in rows.items()} == {
        "ada": NEW,
        "joerg": NEW,
        "jo2": NEW,
        "jo": MISSING,
        "strangereve_1300_6003_hw.ipynb": TROUBLE,
    }
    assert content(course, "ada") == b"newest"
    assert content(course, "jo2") == b"the other Jo"
    assert [rows[s].late for s in ("ada", "joerg", "jo2")] == [False, True, False]
    assert "not in the roster" in rows["strangereve_1300_6003_hw.ipynb"].note
    assert rows["ada"].note == "the newest of 3 versions"
    # the zip's clock is the download's, not the student's
    assert rows["ada"].when is None
    assert not course.submission("ada", CHAPTER).with_name("timestamp.txt").exists()


def test_canvas_names_without_numbers_are_not_guessed(take):
    roster = "name,login\n'Lovelace, Ada',ada\n".replace("'", '"') + '"Doe, Jo",jo\n"Doe, Jo",jo2\n'
    rows = take({"lovelaceada_1234_5678_a.ipynb": b"1", "doejo_1236_5679_a.ipynb": b"2"}, roster)
    assert rows["ada"].what == NEW
    assert "may be jo or jo2" in rows["doejo_1236_5679_a.ipynb"].note


def test_moodle(course, take):
    files = {
        "Ada Lovelace_501_assignsubmission_file_/work.ipynb": b"ada",
        "Ada Lovelace_501_assignsubmission_onlinetext_/onlinetext.html": b"<p>see the file",
        "Jo Doe_503_assignsubmission_file_/work.ipynb": b"jo2",
        "Jo Doe_502_assignsubmission_onlinetext_/onlinetext.html": b"<p>no file",
    }
    rows = take(zipped(files), MOODLE)
    assert {student: row.what for student, row in rows.items()} == {"ada": NEW, "jo": TROUBLE, "jo2": NEW}
    assert content(course, "jo2") == b"jo2"
    assert "no notebook" in rows["jo"].note
    assert rows["ada"].when is None


LOCAL = datetime(2026, 3, 1, 21, 5).astimezone(UTC)  # Moodle writes no zone: this computer's
CELLS = [  # Last modified (submission), Status: the moment, late
    (
        "Sunday, 1 March 2026, 9:05 PM",
        "Submitted for grading - 3 mins 31 secs late - Released - ",
        LOCAL,
        True,
    ),
    ("Sunday, March 1, 2026, 9:05 PM", "Submitted for grading - ", LOCAL, False),
    ("1 March 2026, 21:05", "Submitted for grading", LOCAL, False),
    ("2026-03-01 21:05", "Zur Bewertung abgegeben", LOCAL, None),
    ("-", "No submission - 2 days overdue - ", None, None),
    ("Sonntag, 1. März 2026, 21:05", "Zur Bewertung abgegeben", None, None),
    ("", "", None, None),
]


@pytest.mark.parametrize(("cell", "status", "moment", "late"), CELLS)
def test_what_the_worksheet_tells(cell, status, moment, late):
    found = told({"Last modified (submission)": cell, "Status": status})
    assert (found.moment, found.late) == (moment, late)
    assert bool(found.remark) == (moment is None and cell not in ("", "-"))


WORKSHEET = [  # status, our due date: late, what the row says
    (" - 1 hour late", None, True, ""),
    ("", None, False, ""),
    (" - 1 hour late", timedelta(hours=-1), True, ""),
    (" - 1 hour late", timedelta(hours=1), False, "after Moodle's due date, before this one"),
    ("", timedelta(hours=-1), True, "before Moodle's due date, after this one"),
    ("", timedelta(hours=1), False, ""),
]


@pytest.mark.parametrize(("status", "due", "late", "note"), WORKSHEET)
def test_moodle_s_worksheet_says_when(course, take, status, due, late, note):
    files = {"Ada Lovelace_501_assignsubmission_file_/work.ipynb": b"ada"}
    worksheet = (
        "Identifier,Full name,Username,Status,Last modified (submission)\n"
        f'Participant 501,Ada Lovelace,ada,Submitted for grading{status},"Sunday, 1 March 2026, 9:05 PM"\n'
    )
    take(files, MOODLE, LOCAL + timedelta(days=4))  # a list that does not say when
    options = {"due": LOCAL + due} if due else {}
    row = take(files, worksheet, LOCAL + timedelta(days=4), **options)["ada"]
    assert (row.what, row.when, row.late, row.note) == (SAME, LOCAL, late, note)
    folder = course.submission("ada", CHAPTER).parent
    assert parse_stamp(read_stamp(folder)) == LOCAL


def test_without_a_roster_names_are_ids(course, take):
    files = {
        "Ada Lovelace_501_assignsubmission_file_/work.ipynb": b"ada",
        "Jo Doe_502_assignsubmission_file_/work.ipynb": b"jo",
        "Jo Doe_503_assignsubmission_file_/work.ipynb": b"another jo",
    }
    rows = take(files)
    assert rows.pop("ada-lovelace").what == NEW
    assert all(row.what == TROUBLE and "two people may be jo-doe" in row.note for row in rows.values())
    assert len(rows) == 2


def test_ids_that_differ_in_case_only_are_one_folder_on_some_machines(take):
    rows = take(zipped({"Ada/x.ipynb": b"1", "ada/x.ipynb": b"2"}))
    assert {row.what for row in rows.values()} == {TROUBLE}


def test_a_plain_folder(course, take):
    files = {
        "ada.ipynb": b"ada",
        "bo/whatever.ipynb": b"bo",
        "bo/data.csv": b"1",
        "eve (1).ipynb": b"eve",
        "kim/report.pdf": b"%PDF",
        "lea/a.ipynb": b"1",
        "lea/b.ipynb": b"2",
        "max/a.ipynb": b"1",
        "max/ch02.ipynb": b"named like the chapter",
        "readme.txt": b"",
        ".DS_Store": b"",
        "zoe/.ipynb_checkpoints/x.ipynb": b"",
    }
    rows = take(files)
    assert {k: r.what for k, r in rows.items()} == {
        "ada": NEW,
        "bo": NEW,
        "max": NEW,
        "eve (1).ipynb": TROUBLE,
        "kim": TROUBLE,
        "lea": TROUBLE,
        "zoe": TROUBLE,
    }
    assert rows["ada"].when == MARCH
    assert "which of 2 notebooks" in rows["lea"].note
    assert content(course, "max") == b"named like the chapter"
    stamp = course.submission("ada", CHAPTER).with_name("timestamp.txt").read_text()
    assert stamp == "2026-03-01 12:00:00 UTC\n"
    assert not (course.root / "submitted" / "eve (1)").exists()


def test_roster_maps_what_a_name_carries(course, take):
    roster = (
        "student_id;first_name;last_name;email\ns1;Ada;Lovelace;ada@uni.example\ns2;Jo;Doe;jo@uni.example\n"
    )
    files = {"ada@uni.example.ipynb": b"1", "Jo Doe/x.ipynb": b"2", "who.ipynb": b"3"}
    rows = take(files, roster)
    assert {k: r.what for k, r in rows.items()} == {"s1": NEW, "s2": NEW, "who.ipynb": TROUBLE}


def test_nbgrader_folders_with_their_times(course, take):
    files = {
        f"ada/{CHAPTER}/{CHAPTER}.ipynb": b"ada",
        f"ada/{CHAPTER}/timestamp.txt": b"2026-02-27 08:30:00.123456 UTC",
        "ada/ch03_losses/ch03_losses.ipynb": b"",
    }
    rows = take(files)
    assert list(rows) == ["ada"]
    assert rows["ada"].when == datetime(2026, 2, 27, 8, 30, 0, 123456, UTC)


NB = f"{CHAPTER}/{CHAPTER}.ipynb"
FOUR = "id,name\nada,Ada Lovelace\nbob,Bob Ross\nmallory,Mallory M\nzoe,Zoe Z\n"
TO_DO = None  # nobody's: a row says what to do
WHOSE = {  # kind: (files, roster, whose each is)
    "another's folder in one's own": (["mallory/bob/a.ipynb", "zoe/a.ipynb"], "", ["mallory", "zoe"]),
    "another's folder, nbgrader's layout": ([f"mallory/bob/{NB}", f"zoe/{NB}"], "", ["mallory", "zoe"]),
    "another's folder, alone": ([f"mallory/bob/{NB}"], "", ["mallory"]),
    "another's folder, with a roster": ([f"mallory/bob/{NB}", f"bob/{NB}"], FOUR, ["mallory", "bob"]),
    "another's folder, alone, with a roster": ([f"mallory/bob/{NB}"], FOUR, ["mallory"]),
    "of somebody who is in no roster": ([f"eve/bob/{NB}", f"zoe/{NB}"], FOUR, [TO_DO, "zoe"]),
    "of somebody who is in no roster, alone": ([f"eve/bob/{NB}"], FOUR, [TO_DO]),
    "submitted in one's own": ([f"mallory/submitted/bob/{NB}", f"bob/{NB}"], "", ["mallory", "bob"]),
    "submitted in one's own, with a roster": ([f"mallory/submitted/bob/{NB}"], FOUR, ["mallory"]),
    "another's login in a file's name": (["mallory/bob.ipynb", "zoe/a.ipynb"], FOUR, ["mallory", "zoe"]),
    "a chapter in a chapter": ([f"mallory/{CHAPTER}/bob/{NB}", f"bob/{NB}"], FOUR, ["mallory", "bob"]),
    "Moodle's name in one's own folder": (
        ["mallory/Bob Ross_502_assignsubmission_file_/a.ipynb", "bob/a.ipynb"],
        FOUR,
        ["mallory", "bob"],
    ),
    "Moodle's name in Moodle's folder": (
        [
            "Mallory M_501_assignsubmission_file_/Bob Ross_502_assignsubmission_file_/a.ipynb",
            "Bob Ross_502_assignsubmission_file_/a.ipynb",
        ],
        FOUR,
        ["mallory", "bob"],
    ),
    "Moodle's name in a file's": (
        ["Mallory M_501_assignsubmission_file_Bob Ross_502_assignsubmission_file_a.ipynb"],
        FOUR,
        ["mallory"],
    ),
    "Canvas's name in Moodle's folder": (
        ["Mallory M_501_assignsubmission_file_/rossbob_1236_5678_a.ipynb"],
        FOUR,
        ["mallory"],
    ),
    "Canvas's name in one's own folder": (
        ["mallory/bob_1236_5678_a.ipynb", "zoe/a.ipynb"],
        "",
        ["mallory", "zoe"],
    ),
    "Canvas's name in one's own folder, alone": (["mallory/bob_1236_5678_a.ipynb"], "", [TO_DO]),
    "Canvas's name in Canvas's file": (["mallory_1300_5678_Bob_1236_9999_a.ipynb"], "", ["mallory"]),
    "two of Canvas's names in one's own folder": (
        ["mallory/bob_1236_5678_a.ipynb", "mallory/zoe_1237_5679_a.ipynb", "eve/a.ipynb"],
        "",
        [TO_DO, TO_DO, "eve"],
    ),
    "look-alikes": (["bob/a.ipynb", "b\u043eb/a.ipynb", "\uff42ob/a.ipynb"], FOUR, ["bob", TO_DO, TO_DO]),
    "the same name composed and not": (["m\xfcller/a.ipynb", "mu\u0308ller/a.ipynb"], "", [TO_DO, TO_DO]),
    "the same name, sharp s": (["gro\xdf/a.ipynb", "gross/a.ipynb"], "", [TO_DO, TO_DO]),
    "capitals, with a roster": (["bob/a.ipynb", "BOB/a.ipynb"], FOUR, [TO_DO, TO_DO]),
    "invisible characters": (["bob\u200b/a.ipynb", "bob/a.ipynb"], "", [TO_DO, "bob"]),
    "a section around each": (["A/ada/a.ipynb", "B/bob/a.ipynb"], FOUR, ["ada", "bob"]),
    "folders around all": (["x/y/ada/a.ipynb", "x/y/bob/a.ipynb"], "", ["ada", "bob"]),
    "the chapter around all": ([f"{CHAPTER}/ada/a.ipynb", f"{CHAPTER}/bob/a.ipynb"], "", ["ada", "bob"]),
    "submitted around one": ([f"submitted/ada/{NB}"], "", ["ada"]),
    "one student with folders": (["ada/a.ipynb", "ada/img/b.png", "ada/data/c.csv"], "", ["ada"] * 3),
    "one student with two chapters": ([f"ada/{NB}", "ada/ch03_losses/ch03_losses.ipynb"], "", ["ada"]),
    "Canvas around which is a folder": (
        ["s/lovelaceada_1_5678_a.ipynb", "s/rossbob_2_5679_a.ipynb"],
        "",
        ["lovelaceada", "rossbob"],
    ),
    "Canvas by section": (
        ["A/lovelaceada_1_5678_a.ipynb", "A/rossbob_2_5679_a.ipynb", "B/zzoe_3_5680_a.ipynb"],
        "",
        [TO_DO, TO_DO, "B"],
    ),
    "a number in Canvas's place, with a zero": (
        ["hw_02_4012345_ch02.ipynb", "hw_02_4012346_ch02.ipynb"],
        "",
        ["hw_02_4012345", "hw_02_4012346"],
    ),
}


@pytest.mark.parametrize(("files", "roster", "owners"), WHOSE.values(), ids=WHOSE)
def test_whose_file_it_is(course, tmp_path, files, roster, owners):
    source = tmp_path / "in"
    for number, name in enumerate(files):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(b"%d" % number)
    (tmp_path / "r.csv").write_text(roster)
    rows = collect(course, CHAPTER, source, roster=read_roster(tmp_path / "r.csv") if roster else None)
    taken = {h.student: h.read() for h in find_hand_ins(course, CHAPTER)}
    notebooks = [(b"%d" % i, who) for i, (n, who) in enumerate(zip(files, owners)) if n.endswith(".ipynb")]
    assert taken == {who: data for data, who in notebooks if who}
    to_do = " ".join(row.file for row in rows if row.what == TROUBLE)
    assert {name for name in files if name in to_do} == {n for n, who in zip(files, owners) if who is TO_DO}


def test_what_is_in_a_section_without_a_roster_is_not_one_persons(course, take):
    rows = take({f"{name}/{NB}": name.encode() for name in ("A/ada", "A/bob", "B/zoe")})
    assert rows["A"].what == TROUBLE
    assert "which of 2 notebooks" in rows["A"].note
    assert not course.submission("A", CHAPTER).exists()


CANVAS_READINGS = {  # kind: (files of others, the one in question, roster, who has a hand-in then)
    "a number at the end of one's name": (
        {"doejo_1236_5678_a.ipynb"},
        "doejo_1236_1300_5999_a.ipynb",
        "",
        {"doejo"},
    ),
    "numbers in one's name": (
        {"doejo_1236_5678_a.ipynb"},
        "doejo_1236_9999_1300_5999_a.ipynb",
        "",
        {"doejo"},
    ),
    "numbers in one's name, with Canvas's roster": (
        {"doejo_1236_5678_a.ipynb"},
        "doejo_1236_9999_1235_5999_a.ipynb",
        CANVAS,
        {"jo"},
    ),
    "numbers in one's name, whom nobody knows": (set(), "doe_77_9999_1235_5999_a.ipynb", CANVAS, {"joerg"}),
    "numbers in one's file": (set(), "m\xfcllerj\xf6rg_1235_5999_4012345_ch02.ipynb", CANVAS, {"joerg"}),
    "numbers in one's file, without a roster": (set(), "eve_1235_5999_hw_2_2026_a.ipynb", "", {"eve"}),
}


@pytest.mark.parametrize(
    ("others", "name", "roster", "takers"), CANVAS_READINGS.values(), ids=CANVAS_READINGS
)
def test_numbers_in_a_name_are_nobody_elses(course, take, others, name, roster, takers):
    take({**dict.fromkeys(others, b"honest"), name: b"mine"}, roster or None)
    taken = {h.student: h.read() for h in find_hand_ins(course, CHAPTER)}
    assert taken == dict.fromkeys(takers, b"honest" if others else b"mine")


LATE_NAMES = [
    "mallory_1_222_LATE_1300_5999_a.ipynb",
    "mallory_LATE_1300_5999_a.ipynb",
    "mallory_1300_222_LATE_1300_5999_a.ipynb",
    "mallory2_007_999_LATE_1300_5999_LATE_1_222_a.ipynb",
]


@pytest.mark.parametrize("name", LATE_NAMES)
def test_nothing_in_a_name_hides_that_canvas_calls_it_late(take, name):
    (row,) = take({name: b"1"}, due=MARCH + timedelta(days=1)).values()
    assert row.late is True or row.what == TROUBLE


FORGED = {  # kind: (the notebook, the stamp beside it)
    "plain": ("mallory/a.ipynb", "mallory/timestamp.txt"),
    "in a folder of one's own": ("mallory/x/a.ipynb", "mallory/x/timestamp.txt"),
    "in another's name": (f"mallory/bob/{NB}", f"mallory/bob/{CHAPTER}/timestamp.txt"),
    "Moodle": (
        "Mallory_501_assignsubmission_file_/a.ipynb",
        "Mallory_501_assignsubmission_file_/timestamp.txt",
    ),
    "Moodle, nbgrader's layout": (
        f"Mallory_501_assignsubmission_file_/{NB}",
        f"Mallory_501_assignsubmission_file_/{CHAPTER}/timestamp.txt",
    ),
    "Canvas": ("mallory_LATE_1300_5999_a.ipynb", "timestamp.txt"),
}


@pytest.mark.parametrize(("notebook", "stamp"), FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("beside", [{}, {f"zoe/{NB}": b"2"}])
def test_a_stamp_that_a_student_hands_in_makes_nothing_punctual(course, take, notebook, stamp, beside):
    early = b"2026-01-01 12:00:00 UTC"
    rows = take({notebook: b"1", stamp: early, **beside}, due=MARCH - timedelta(days=1))
    (row,) = (row for name, row in rows.items() if name != "zoe")
    assert row.what == TROUBLE or row.late or (row.late is None and row.when is None)
    if row.what != TROUBLE:
        assert "does not count" in row.note
        assert "2026-01-01" not in read_stamp(course.submission(row.student, CHAPTER).parent)


def test_a_stamp_of_nbgraders_that_the_files_date_contradicts_is_remarked(take):
    files = {f"ada/{NB}": b"1", f"ada/{CHAPTER}/timestamp.txt": b"2026-02-01 12:00:00 UTC"}
    row = take(files, due=MARCH - timedelta(days=1))["ada"]
    assert row.late is False
    assert "dated after the deadline" in row.note


OF_VERSIONS = {  # kind: ({file: days after MARCH}, which is taken)
    "dates beat numbers": ({"ada/hw-9.ipynb": 0, "ada/hw.ipynb": 1}, "ada/hw.ipynb"),
    "dates beat dates in names": ({"ada/hw-2026-03-09.ipynb": 0, "ada/hw-2.ipynb": 1}, "ada/hw-2.ipynb"),
    "of one date, the number": ({"ada/hw-2.ipynb": 0, "ada/hw (10).ipynb": 0}, "ada/hw (10).ipynb"),
    "of one date, the date in the name": (
        {"ada/hw-9.ipynb": 0, "ada/hw 2026-02-28.ipynb": 0},
        "ada/hw 2026-02-28.ipynb",
    ),
    "a date is no name": (
        {"ada/hw-2026-02-28.ipynb": 0, "ada/hw-2026-03-01.ipynb": 1},
        "ada/hw-2026-03-01.ipynb",
    ),
    "in two folders": ({"ada/old/hw.ipynb": 1, "ada/new/hw.ipynb": 0}, None),
    "in and above a folder": ({"ada/old/hw.ipynb": 1, "ada/hw.ipynb": 0}, None),
    "Canvas's numbers beat dates": (
        {"ada_1_5999_hw.ipynb": 0, "ada_1_5678_hw-1.ipynb": 1},
        "ada_1_5999_hw.ipynb",
    ),
    "numbers that only look like Canvas's": (
        {"hw_2_4012345_ch02.ipynb": 0, "hw_2_4012346_ch02.ipynb": 1},
        None,
    ),
}


@pytest.mark.parametrize(("files", "taken"), OF_VERSIONS.values(), ids=OF_VERSIONS)
def test_which_version_counts(course, take, files, taken):
    moments = {name: MARCH + timedelta(days=days) for name, days in {**files, "zoe/hers.ipynb": 0}.items()}
    rows = take({name: name.encode() for name in moments}, moments=moments)
    assert rows.pop("zoe").what == NEW
    (row,) = rows.values()
    if taken is None:
        assert row.what == TROUBLE
        assert [found.student for found in find_hand_ins(course, CHAPTER)] == ["zoe"]
    else:
        assert content(course, "ada") == taken.encode()


def test_the_newest_of_a_students_zips_counts(course, take):
    zips = {f"ada/work{number}.zip": zipped({"hw.ipynb": number.encode()}) for number in ("", "-1", "-2")}
    take(zips)
    assert content(course, "ada") == b"-2"


NAMES = [
    "a_1_" + "9" * 5000 + "_x.ipynb",
    "hw-" + "9" * 5000 + ".ipynb",
    "-" * 60_000 + ".ipynb",
    "d/" * 3000 + "x.ipynb",
]


@pytest.mark.parametrize("name", NAMES, ids=["a number", "a version", "dashes", "folders"])
def test_no_name_in_a_zip_stops_the_others(take, name):
    rows = take(zipped({name: b"1", "bo.ipynb": b"2"}))
    assert rows["bo"].what == NEW
    assert len(rows) == 2


ROSTERS = [
    ("", "no column for the student's id"),
    ("colour\nred\n", "headings: colour"),
    ("id,name\n../x,Ada\n", "no name for a folder"),
    ("id\nada\nADA\n", "two rows for"),
]


@pytest.mark.parametrize(("text", "words"), ROSTERS)
def test_a_wrong_roster(tmp_path, text, words):
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(Problem, match=words):
        read_roster(tmp_path / "r.csv")


def test_a_roster_saved_by_a_spreadsheet(tmp_path):
    (tmp_path / "r.csv").write_bytes("\ufeffID number;Surname;First name\n7;Müller;Jörg\n".encode())
    (person,) = read_roster(tmp_path / "r.csv").people
    assert (person.id, person.last) == ("7", "Müller")
    (tmp_path / "r.csv").write_bytes("ID number;Surname\n7;Müller\n".encode("cp1252"))
    assert read_roster(tmp_path / "r.csv").people[0].last == "Müller"


# ── again, newer, older ──────────────────────────────────────────────────────────────────────────────────


def test_again_changes_nothing(course, take):
    take({"ada.ipynb": b"1"})
    path = course.submission("ada", CHAPTER)
    before = path.stat()
    rows = take({"ada.ipynb": b"1"}, when=MARCH + timedelta(days=1))
    assert rows["ada"].what == SAME
    assert (path.stat().st_ino, path.stat().st_mtime) == (before.st_ino, before.st_mtime)


def test_a_newer_one_replaces_and_the_old_one_is_kept(course, take):
    take({"ada.ipynb": b"first"})
    rows = take({"ada.ipynb": b"second"}, when=MARCH + timedelta(hours=1))
    assert rows["ada"].what == UPDATED
    assert content(course, "ada") == b"second"
    (kept,) = (course.private / "replaced" / CHAPTER / "ada").iterdir()
    assert (kept.name, kept.read_bytes()) == ("2026-03-01T120000Z.ipynb", b"first")
    take(
        {"ada.ipynb": b"third"}, when=MARCH + timedelta(hours=1)
    )  # the same moment: what is given now counts
    assert content(course, "ada") == b"third"
    assert len(list(kept.parent.iterdir())) == 2


def test_an_older_one_is_left_out(course, take):
    take({"ada.ipynb": b"second"})
    rows = take({"ada.ipynb": b"first"}, when=MARCH - timedelta(hours=1))
    assert rows["ada"].what == OLDER
    assert content(course, "ada") == b"second"
    assert not (course.private / "replaced").exists()


def test_an_older_download_from_canvas_is_left_out(course, take):
    take(zipped({"lovelaceada_1234_5999_w.ipynb": b"second"}, MARCH + timedelta(days=1)), CANVAS)
    rows = take(zipped({"lovelaceada_1234_5678_w.ipynb": b"first"}, MARCH), CANVAS)
    assert rows["ada"].what == OLDER
    assert content(course, "ada") == b"second"


def test_the_time_of_a_replaced_hand_in_does_not_stay(course, take):
    take({"ada.ipynb": b"first"})
    stamp = course.submission("ada", CHAPTER).with_name("timestamp.txt")
    assert stamp.exists()
    later = zipped({"lovelaceada_1234_5999_w.ipynb": b"second"}, MARCH + timedelta(days=1))
    assert take(later, CANVAS)["ada"].what == UPDATED
    assert not stamp.exists()


def test_an_earlier_hand_in_is_not_missing(take):
    take({"ada.ipynb": b"1"}, "id\nada\nbo\n")
    rows = take({"x.txt": b""}, "id\nada\nbo\n")
    assert {student: row.what for student, row in rows.items()} == {"bo": MISSING}


def test_a_dry_run_writes_nothing(course, take):
    rows = take({"ada.ipynb": b"1"}, dry_run=True)
    assert rows["ada"].what == NEW
    assert not (course.root / "submitted").exists()


@pytest.mark.parametrize(("hours", "late"), [(-1, False), (1, True)])
def test_due(take, hours, late):
    rows = take({"ada.ipynb": b"1"}, due=MARCH - timedelta(hours=hours))
    assert rows["ada"].late is late


def test_due_is_a_moment():
    assert parse_due("2026-03-01 12:00+00:00") == MARCH
    assert parse_due("2026-03-01T13:00:00+01:00") == MARCH
    assert parse_due("2026-03-01 23:59") == datetime(2026, 3, 1, 23, 59).astimezone(UTC)
    with pytest.raises(Problem, match="2026-03-01 23:59"):
        parse_due("tomorrow")


@pytest.mark.parametrize("text", ["2026-03-01 12:00:00 UTC", "2026-03-01T13:00:00+01:00", "2026-03-01 12:00"])
def test_stamps(text):
    assert parse_stamp(text) == MARCH


def test_the_same_file_twice_is_said(course, take):
    blank = released(course, CHAPTER).read_bytes()
    rows = take({"ada.ipynb": b"1", "bo.ipynb": b"1", "eve.ipynb": blank, "kim.ipynb": blank})
    assert rows["bo"].note == "the same file as ada"
    assert [rows[s].note for s in ("ada", "eve", "kim")] == ["", "", ""]  # untouched is not copied


# ── what may not happen ──────────────────────────────────────────────────────────────────────────────────


def test_paths_that_leave_the_folder(course, take, tmp_path):
    files = {"../../ada.ipynb": b"x", "/etc/bo.ipynb": b"x", "..\\eve.ipynb": b"x", "ok/../kim.ipynb": b"x"}
    before = sorted(p for p in tmp_path.rglob("*") if p.suffix != ".zip")
    rows = take(zipped(files))
    assert len(rows) == 4
    assert all(row.what == TROUBLE and "leaves the folder" in row.note for row in rows.values())
    assert sorted(p for p in tmp_path.rglob("*") if p.suffix != ".zip") == before


def test_links_in_a_zip(take):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        link = zipfile.ZipInfo("ada.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    rows = take(out.getvalue())
    assert "is a link" in rows["ada.ipynb"].note


def test_links_in_a_folder(course, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.ipynb").write_bytes(b"canary")
    source = tmp_path / "source"
    source.mkdir()
    (source / "ada.ipynb").symlink_to(secret / "x.ipynb")
    (source / "bo").symlink_to(secret)
    os.mkfifo(source / "eve.ipynb")
    rows = collect(course, CHAPTER, source)
    assert {row.what for row in rows} == {TROUBLE}
    assert {row.file: row.note.partition(";")[0] for row in rows} == {
        "ada.ipynb": "is a link",
        "bo": "is a link",
        "eve.ipynb": "is not a regular file",
    }
    assert not (course.root / "submitted").exists()


@pytest.mark.parametrize("level", [0, 1])
def test_a_link_where_it_would_be_put(course, take, tmp_path, level):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = course.submission("ada", CHAPTER).parents[level]
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    rows = take({"ada.ipynb": b"1"})
    assert rows["ada"].what == TROUBLE
    assert list(elsewhere.iterdir()) == []


def test_a_link_at_the_hand_in_is_put_aside(course, take, tmp_path):
    (tmp_path / "target").write_bytes(b"canary")
    path = course.submission("ada", CHAPTER)
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "target")
    take({"ada.ipynb": b"1"}, when=datetime.now(UTC) + timedelta(hours=1))
    assert content(course, "ada") == b"1"
    assert (tmp_path / "target").read_bytes() == b"canary"


def test_a_zip_bomb_costs_one_student(take):
    rows = take(zipped({"ada.ipynb": b"\0" * (archive.SMALL + 1), "bo.ipynb": b"1"}))
    assert "zip bomb" in rows["ada.ipynb"].note
    assert rows["bo"].what == NEW


LIMITS = [
    ("MAX_FILES", 1, "holds 2 files"),
    ("MAX_TOTAL", 3, "would unpack to"),
    ("SMALL", 0, "zip bomb"),
]


@pytest.mark.parametrize(("name", "limit", "words"), LIMITS)
def test_limits_of_a_students_own_zip(take, monkeypatch, name, limit, words):
    monkeypatch.setattr(archive, name, limit)
    monkeypatch.setattr(archive, "MAX_RATIO", 1 if name == "SMALL" else 200)
    inner = zipped({"a.ipynb": bytes(300), "b.ipynb": bytes(300)})
    monkeypatch.setattr(archive, "_objection", lambda info, path: "")
    rows = take(zipped({"ada/work.zip": inner, "bo.ipynb": b"34"}))
    assert rows["ada"].what == TROUBLE
    assert words in rows["ada"].note
    assert rows["bo"].what == NEW


def test_a_file_that_is_too_large(take):
    rows = take(zipped({"ada.ipynb": os.urandom(MAX_FILE + 1), "bo.ipynb": b"1"}))
    assert "larger than 100 MB" in rows["ada"].note
    assert rows["bo"].what == NEW


def entry(data, name):
    """Where the directory's entry of this name begins."""
    return data.rindex(b"PK\x01\x02", 0, data.rindex(name) + 1)


def directory(at, values):
    """Change the entry of mallory in the directory."""

    def change(data):
        start = entry(data, b"mallory.ipynb")
        data[start + at : start + at + len(values)] = values

    return change


def name_of(data):
    start = entry(data, b"mallory.ipynb")
    data[start + 46 : start + 53] = b"m\xff\xfelory"
    data[start + 9] |= 8


MEMBERS = {
    "encrypted": directory(8, b"\x01\0"),
    "strong encryption": directory(8, b"\x41\0"),
    "patched data": directory(8, b"\x20\0"),
    "a version of the future": directory(6, b"\xff\xff"),
    "an unknown compression": directory(10, b"\x63\0"),
    "LZMA": directory(10, b"\x0e\0"),
    "4 GB unpacked": directory(24, b"\xff\xff\xff\xff"),
    "4 GB packed": directory(20, b"\xfe\xff\xff\xff"),
    "no bytes packed": directory(20, bytes(4)),
    "far behind the end": directory(42, b"\xff\xff\xff\x7f"),
    "where another file is": directory(42, bytes(4)),
    "a wrong sum": directory(16, b"1234"),
    "a date that is none": directory(12, b"\xff\xff\xff\xff"),
    "a name that is not UTF-8": name_of,
    "a link": directory(38, b"\0\0\xff\xa1"),
}


@pytest.mark.parametrize("change", MEMBERS.values(), ids=MEMBERS)
def test_no_member_of_an_archive_stops_the_others(take, course, change):
    data = bytearray(zipped({"ada.ipynb": b"1", "mallory.ipynb": b"22", "zoe.ipynb": b"333"}))
    change(data)
    rows = take(bytes(data))
    assert rows["ada"].what == rows["zoe"].what == NEW
    assert content(course, "zoe") == b"333"
    assert len(rows) == 3


@pytest.mark.parametrize(
    "extra", [b"\x01\0\x08\0abc", b"UT\xff\xff", b"UT\x05\0\x01abcd", b"\x01", b"\x01\0\x02\0ab"]
)
def test_extra_fields_of_any_form(take, extra):
    data = bytearray(zipped({"ada.ipynb": b"1", "mallory.ipynb": b"22", "zoe.ipynb": b"333"}))
    start = entry(data, b"mallory.ipynb")
    at = start + 46 + len("mallory.ipynb")
    data[start + 30] = len(extra)
    data[start + 24 : start + 28] = b"\xff\xff\xff\xff"
    data[at:at] = extra
    end = data.rindex(b"PK\x05\x06")
    data[end + 12] += len(extra)
    rows = take(bytes(data))
    assert rows["ada"].what == rows["zoe"].what == NEW


def test_a_name_of_ninety_wide_characters(take):
    rows = take({"数" * 80 + ".ipynb": b"1", "bo.ipynb": b"1"})
    assert rows["bo"].what == NEW
    assert sum(row.what == TROUBLE for row in rows.values()) == 1


def test_twenty_thousand_files_and_a_very_deep_folder(take, tmp_path):
    files = {f"mallory/x{n}.txt": b"" for n in range(20_000)}
    rows = take(zipped({**files, "bo.ipynb": b"1"}))
    assert rows["bo"].what == NEW
    assert "no notebook among the files" in rows["mallory"].note
    assert len(rows["mallory"].file) < 200
    deep = tmp_path / "deep"
    deep.mkdir()
    (deep / "bo.ipynb").write_bytes(b"2")
    here = os.getcwd()
    os.chdir(deep)
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)
    try:
        assert len(archive._folder(deep).items) == 1
    finally:
        subprocess.run(["rm", "-rf", deep], check=True)  # pytest's own broom is recursive


def test_what_fails_in_placing_costs_one_student(take, monkeypatch):
    honest = collecting.place

    def place(course, chapter, student, *more):
        if student == "mallory":
            raise OSError(28, "No space left on device")
        honest(course, chapter, student, *more)

    monkeypatch.setattr(collecting, "place", place)
    rows = take({"ada.ipynb": b"1", "mallory.ipynb": b"2", "zoe.ipynb": b"3"})
    assert rows["mallory"].what == TROUBLE
    assert "No space left" in rows["mallory"].note
    assert rows["ada"].what == rows["zoe"].what == NEW


STAMPS = [
    "0001-01-01 00:00:00 UTC",
    "9999-12-31 23:59:59 UTC",
    "9" * 32,
    "\0",
    "2026-01-01 00:00 " + "9" * 32,
    "x" * 999,
]


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_timestamp_of_any_content_is_a_remark(take, stamp):
    files = {f"ada/{CHAPTER}/{CHAPTER}.ipynb": b"1", f"ada/{CHAPTER}/timestamp.txt": stamp.encode()}
    row = take(files)["ada"]
    assert row.what == NEW
    assert row.when == MARCH
    assert "names no moment" in row.note
    print_rows(Console(quiet=True), [row])


def test_a_damaged_entry_costs_one_student(take):
    data = zipped({"ada.ipynb": b"A" * 1000, "bo.ipynb": b"1"})
    at = data.index(b"ada.ipynb") + len("ada.ipynb")
    rows = take(data[:at] + b"\xff\xff\xff" + data[at + 3 :])
    assert rows["ada"].what == TROUBLE
    assert "damaged" in rows["ada"].note
    assert rows["bo"].what == NEW


def test_a_students_own_zip_is_looked_into(course, take):
    inner = zipped({"mine/ch02.ipynb": b"inside", "../x.ipynb": b"", "pic.png": b""})
    files = {
        "ada.zip": inner,
        "bo.zip": zipped({"deeper.zip": zipped({"pic.png": b"", "b.ipynb": b"deeper"})}),
        "eve.zip": b"no zip at all",
        "kim/kim.ipynb": b"beside",
        "kim/extra.zip": inner,
    }
    rows = take(files)
    assert content(course, "ada") == b"inside"
    assert rows["ada"].file == "ada.zip/mine/ch02.ipynb"
    assert content(course, "bo") == b"deeper"
    assert rows["bo"].file == "bo.zip/deeper.zip/b.ipynb"
    assert "eve.zip" in rows["eve"].note
    assert content(course, "kim") == b"beside"


def test_the_same_name_twice_in_a_zip(course, take):
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("ada.ipynb", b"one"), ("ada.ipynb", b"two")])
    rows = take(data)
    assert rows["ada"].note == "the newest of 2 versions"
    assert content(course, "ada") == b"two"


def test_a_folder_wrapped_around_everything(take):
    rows = take(zipped({"source0/ada.ipynb": b"1", "source0/bo/x.ipynb": b"2", "__MACOSX/._ada.ipynb": b""}))
    assert {student: row.what for student, row in rows.items()} == {"ada": NEW, "bo": NEW}


def test_times_in_utc_where_the_zip_has_them(course, tmp_path):
    extra = b"UT\x05\x00\x01" + int(MARCH.timestamp()).to_bytes(4, "little")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        info = zipfile.ZipInfo("ada.ipynb", (1999, 1, 1, 0, 0, 0))
        info.extra = extra
        file.writestr(info, b"1")
    (row,) = collect(course, CHAPTER, tmp_path / "all.zip")
    assert row.when == MARCH


def test_names_in_utf8_that_do_not_say_so(tmp_path):
    data = zipped({"müller.ipynb": b"1"})
    (tmp_path / "a.zip").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        info = file.infolist()[0]
    info.filename, info.flag_bits = "müller.ipynb".encode().decode("cp437"), 0
    assert archive._path(info) == "müller.ipynb"


SOURCES = [
    ("nothing", "does not exist"),
    ("a.txt", "neither a folder nor a zip"),
    ("cut.zip", "nor a zip|damaged"),
]


@pytest.mark.parametrize(("name", "words"), SOURCES)
def test_no_source(course, tmp_path, name, words):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "cut.zip").write_bytes(zipped({"ada.ipynb": b"1"})[:40])
    with pytest.raises(Problem, match=words):
        collect(course, CHAPTER, tmp_path / name)


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table(take):
    files = {"lovelaceada_LATE_1234_5678_[red]x.ipynb": b"1", "eve_5_6789_x.ipynb": b"2"}
    rows = list(take(zipped(files), CANVAS, dry_run=True).values())
    console = Console(record=True, width=200, file=io.StringIO())
    print_rows(console, rows, dry_run=True)
    text = console.export_text()
    for words in (
        "[red]x.ipynb",
        "late",
        "1 new; 3 missing; 1 to do; 1 late",
        "nothing was written",
        "not export",
    ):
        assert words in text
