"""Sources as Canvas, Moodle, Blackboard, Gradescope, Google Classroom and people make them: who has which hand-in
then, which files are for somebody to decide, and that every file is in a row or counted."""

import io
import json
import re
import time
import zipfile
from datetime import UTC, datetime
from functools import reduce

import pytest
from rich.console import Console

from grader.collect.collect import TROUBLE, collect
from grader.collect.roster import read_roster
from grader.collect.rows import MOST, print_rows
from grader.collect.submitted import find_hand_ins
from grader.course import Class
from grader.problem import Problem
from tests.grader.made_up_class import CHAPTER

MARCH = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
NB = f"{CHAPTER}/{CHAPTER}.ipynb"
FILE = "_assignsubmission_file_"
AT = "attempt_2026-03-01-12-00-00"
LATER = "attempt_2026-03-02-08-30-00"
PAGE = b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html><title>ch02</title></html>"


def notebook(text):
    cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0)), content)
    return out.getvalue()


def wrapped(times, name="hw.ipynb"):
    """A notebook, in so many zips one inside the other."""
    return reduce(
        lambda data, n: zipped({f"z{n}.zip": data}), range(times - 1), zipped({name: notebook("in")})
    )


IN = notebook("in")
MANY = {name: notebook(name) for name in ("a.ipynb", "b.ipynb")}
CUT = notebook("cut off")[:60]


def gradescope(**people):
    """submission_metadata.yml. people: submission_1="Name|number|email", several with / between."""
    text = "---\n"
    for folder, who in people.items():
        text += f"{folder}:\n  :submitters:\n"
        for name, sid, email in (one.split("|") for one in who.split("/")):
            text += f"  - :name: {name}\n    :sid: '{sid}'\n    :email: {email}\n"
        text += "  :created_at: 2026-02-27 08:30:00.123456000 Z\n  :score: 10.0\n  :status: processed\n"
        text += (
            f"  :results:\n    tests:\n    - output: |-\n        {folder}x:\n          :submitters: nobody\n"
        )
    return text.encode()


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,ch01 (77),Current Score
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",1234,S1,ada,A,9,90
"Müller, Jörg",1235,S2,joerg,A,8,80
"शर्मा, अदिति",1236,S3,aditi,A,8,80
"Student, Test",9999,,,A,,
"""
NAMES = """\
id,name,email
ada,Ada Lovelace,ada@uni.example
ada1,Adam One,adam@uni.example
bob,Bob Ross,bob@uni.example
joerg,Jörg Müller,jm@uni.example
aditi,अदिति शर्मा,aditi@uni.example
adati,अदाति शर्मा,adati@uni.example
reza,علی‌رضا کریمی,reza@uni.example
nok,สุดารัตน์ แก้ว,nok@uni.example
linh,Nguyễn Văn Linh,linh@uni.example
brien,Síle O’Brien-Ní Dhálaigh,sile@uni.example
ilk,İlkay Şahin,ilk@uni.example
wang,王小明,wang@uni.example
c_l,Cy Low,cl@uni.example
"""
NONE = ()
# kind: (files, roster, {student: whose notebook is taken}, what somebody must decide). A file that is only named
# holds a notebook of its own; "in" is the one inside an archive.
SOURCES = {
    # names in any script, composed or not
    "Canvas, Devanagari": (["शर्माअदिति_1236_5678_hw.ipynb"], CANVAS, {"aditi": 0}, NONE),
    "Canvas, Devanagari, by name": (["शर्माअदिति_7_5678_hw.ipynb"], NAMES, {"aditi": 0}, NONE),
    "Canvas, one vowel sign apart": (
        ["अदितिशर्मा_7_5678_hw.ipynb", "अदातिशर्मा_8_5679_hw.ipynb"],
        NAMES,
        {"aditi": 0, "adati": 1},
        NONE,
    ),
    "Canvas, Devanagari, late": (["शर्माअदिति_LATE_1236_5678_hw.ipynb"], CANVAS, {"aditi": 0}, NONE),
    "Canvas, Thai": (["สุดารัตน์แก้ว_7_5678_hw.ipynb"], NAMES, {"nok": 0}, NONE),
    "Canvas, Thai, no roster": (["สุดารัตน์แก้ว_7_5678_hw.ipynb"], "", {"สุดารัตน์แก้ว": 0}, NONE),
    "Canvas, Persian with a joiner": (["علی\u200cرضاکریمی_7_5678_hw.ipynb"], NAMES, {"reza": 0}, NONE),
    "Canvas, Persian, joiner lost": (["علیرضاکریمی_7_5678_hw.ipynb"], NAMES, {"reza": 0}, NONE),
    "Canvas, Turkish": (["i̇lkayşahin_7_5678_hw.ipynb"], NAMES, {"ilk": 0}, NONE),
    "Canvas, Chinese": (["王小明_7_5678_hw.ipynb"], NAMES, {"wang": 0}, NONE),
    "Canvas, decomposed": (["mu\u0308llerjo\u0308rg_1235_5678_hw.ipynb"], CANVAS, {"joerg": 0}, NONE),
    "Canvas, decomposed, by name": (["mu\u0308llerjo\u0308rg_7_5678_hw.ipynb"], NAMES, {"joerg": 0}, NONE),
    "Moodle, decomposed": (
        [f"Nguye\u0302\u0303n Va\u0306n Linh_501{FILE}/a.ipynb"],
        NAMES,
        {"linh": 0},
        NONE,
    ),
    "Moodle, Devanagari, no roster": (
        [f"अदिति शर्मा_501{FILE}/a.ipynb", f"अदाति शर्मा_502{FILE}/a.ipynb"],
        "",
        {"अदिति-शर्मा": 0, "अदाति-शर्मा": 1},
        NONE,
    ),
    "Moodle, apostrophe": ([f"Síle O’Brien-Ní Dhálaigh_501{FILE}/a.ipynb"], NAMES, {"brien": 0}, NONE),
    "folders, Devanagari": (["अदिति/a.ipynb", "ada/a.ipynb"], "", {"अदिति": 0, "ada": 1}, NONE),
    "folders, an invisible mark": (["bob\u034f/a.ipynb", "bob/a.ipynb"], "", {"bob": 1}, [0]),
    "files, decomposed": (
        ["Jo\u0308rg Mu\u0308ller.ipynb", "ada.ipynb"],
        NAMES,
        {"joerg": 0, "ada": 1},
        NONE,
    ),
    "a number is not part of an id": (["ada.ipynb", "ada (1).ipynb"], NAMES, {"ada": 0}, [1]),
    # several people are not several versions
    "Moodle, flat, one name, two people": (
        [f"Ada Lovelace_501{FILE}hw.ipynb", f"Ada Lovelace_777{FILE}hw.ipynb"],
        NAMES,
        {},
        [0, 1],
    ),
    "Moodle, one name, two people": (
        [f"Ada Lovelace_501{FILE}/hw.ipynb", f"Ada Lovelace_777{FILE}/hw.ipynb"],
        NAMES,
        {},
        [0, 1],
    ),
    "Canvas, one name, two people": (
        ["lovelaceada_1_5678_hw.ipynb", "lovelaceada_2_5679_hw.ipynb"],
        NAMES,
        {},
        [0, 1],
    ),
    "one student in two folders": (
        ["A/ada/hw.ipynb", "B/ada/hw-1.ipynb", "B/bob/x.ipynb"],
        NAMES,
        {"bob": 2},
        [0, 1],
    ),
    "one student by two spellings": (["ada.ipynb", "ADA.ipynb", "bob.ipynb"], NAMES, {"bob": 2}, [0, 1]),
    "one student by two names": (["ada.ipynb", "Ada Lovelace.ipynb", "bob.ipynb"], NAMES, {"bob": 2}, [0, 1]),
    "folders with the same file": (["ada/hw.ipynb", "bob/hw.ipynb"], "", {"ada": 0, "bob": 1}, NONE),
    "downloads of one name": (["ch02.ipynb", "ch02 (1).ipynb", "ch02 (2).ipynb"], "", {}, [0, 1, 2]),
    "copies of one name": ([f"{CHAPTER}-1.ipynb", f"{CHAPTER}-2.ipynb"], "", {}, [0, 1]),
    "copies, named so": (
        [f"Copy of {CHAPTER}.ipynb", f"{CHAPTER} - Copy.ipynb", f"{CHAPTER}_copy.ipynb"],
        "",
        {},
        [0, 1, 2],
    ),
    "a folder around files": (["class/ada.ipynb", "class/bob.ipynb"], NAMES, {"ada": 0, "bob": 1}, NONE),
    "a folder around files, no roster": (["class/ada.ipynb", "class/bob.ipynb"], "", {}, [0, 1]),
    # Blackboard
    "Blackboard": (
        [f"HW1_ada_{AT}_a.ipynb", f"HW1_ada_{AT}.txt", f"HW1_bob_{AT}_my_work.ipynb"],
        "",
        {"ada": 0, "bob": 2},
        NONE,
    ),
    "Blackboard, with a roster": (
        [f"HW1_ada_{AT}_a.ipynb", f"HW1_bob_{AT}_a.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    "Blackboard, blanks and _": ([f"Home work_2_ada_{AT}_a.ipynb"], NAMES, {"ada": 0}, NONE),
    "Blackboard, a user with _": ([f"HW1_c_l_{AT}_a.ipynb"], NAMES, {"c_l": 0}, NONE),
    "Blackboard, users with _, no roster": (
        [f"HW1_c_l_{AT}_a.ipynb", f"HW1_d_l_{AT}_a.ipynb"],
        "",
        {},
        [0, 1],
    ),
    "Blackboard, two attempts": ([f"HW1_ada_{LATER}_z.ipynb", f"HW1_ada_{AT}_a.ipynb"], "", {"ada": 0}, NONE),
    "Blackboard, no file": ([f"HW1_ada_{AT}.txt", f"HW1_bob_{AT}_a.ipynb"], NAMES, {"bob": 1}, [0]),
    "Blackboard, a PDF": ([f"HW1_ada_{AT}_a.pdf", f"HW1_bob_{AT}_a.ipynb"], NAMES, {"bob": 1}, [0]),
    "Blackboard's name in a file's": ([f"HW1_ada_{AT}_x_bob_{LATER}_a.ipynb"], NAMES, {"ada": 0}, NONE),
    "Blackboard, a user who is a number": (
        [f"homework_2_1234567_{AT}_a.ipynb", f"homework_2_1234568_{AT}_a.ipynb"],
        "",
        {"1234567": 0, "1234568": 1},
        NONE,
    ),
    "Blackboard's name in Canvas's file": (
        [f"lovelaceada_1234_5678_x_bob_{AT}_a.ipynb", "rossbob_7_5679_a.ipynb"],
        "",
        {"lovelaceada": 0, "rossbob": 1},
        NONE,
    ),
    "Blackboard's name in an anonymous file": ([f"anon_a1B2c_5678_bob_{AT}_a.ipynb"], "", {}, [0]),
    "Moodle's name in Canvas's file": (
        [f"lovelaceada_1234_5678_Bob Ross_502{FILE}a.ipynb"],
        CANVAS,
        {"ada": 0},
        NONE,
    ),
    "Moodle's name in Blackboard's file": (
        [f"HW1_ada_{AT}_Bob Ross_502{FILE}a.ipynb"],
        NAMES,
        {"ada": 0},
        NONE,
    ),
    "Blackboard's name in one's folder": (
        [f"ada/HW1_bob_{AT}_a.ipynb", "bob/a.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    # Gradescope
    "Gradescope": (
        {
            "submission_metadata.yml": gradescope(
                submission_9000001="Ada Lovelace|77|ada@uni.example",
                submission_9000002="Bob Ross||bob@uni.example",
            ),
            "submission_9000001/a.ipynb": None,
            "submission_9000001/data.csv": b"",
            "submission_9000002/hw.ipynb": None,
        },
        "",
        {"77": 1, "bob@uni.example": 3},
        NONE,
    ),
    "Gradescope, with a roster": (
        {
            "assignment_5_export/submission_metadata.yml": gradescope(
                submission_9000001="Ada Lovelace|77|a.l@mail.example",
                submission_9000002="Bobby|78|bob@uni.example",
            ),
            "assignment_5_export/submission_9000001/a.ipynb": None,
            "assignment_5_export/submission_9000002/a.ipynb": None,
        },
        NAMES,
        {"ada": 1, "bob": 2},
        NONE,
    ),
    "Gradescope, one student": (
        {
            "assignment_5_export/submission_metadata.yml": gradescope(
                submission_9000001="Ada Lovelace|77|ada@uni.example"
            ),
            "assignment_5_export/submission_9000001/a.ipynb": None,
        },
        "",
        {"77": 1},
        NONE,
    ),
    "Gradescope, a group": (
        {
            "submission_metadata.yml": gradescope(
                submission_9000001="Ada Lovelace|1|ada@uni.example/Bob Ross|2|bob@uni.example",
                submission_9000002="Jörg Müller|3|jm@uni.example",
            ),
            "submission_9000001/a.ipynb": None,
            "submission_9000002/a.ipynb": None,
        },
        NAMES,
        {"joerg": 2},
        [1],
    ),
    "Gradescope, no list": (["submission_9000001/a.ipynb", "submission_9000002/a.ipynb"], "", {}, [0, 1]),
    "Gradescope, not in the list": (
        {
            "submission_metadata.yml": gradescope(submission_9000001="Ada Lovelace|1|ada@uni.example"),
            "submission_9000001/a.ipynb": None,
            "submission_9000002/a.ipynb": None,
        },
        NAMES,
        {"ada": 1},
        [2],
    ),
    "Gradescope's list in one's folder": (
        {
            "bob/submission_metadata.yml": gradescope(submission_9000001="Ada Lovelace|1|ada@uni.example"),
            "bob/submission_9000001/a.ipynb": None,
            "ada/a.ipynb": None,
        },
        NAMES,
        {"bob": 1, "ada": 2},
        NONE,
    ),
    "Gradescope, a list that is none": (
        {"submission_metadata.yml": b"\t- {", "submission_9000001/a.ipynb": None},
        NAMES,
        {},
        [1],
    ),
    # Google Classroom and Drive
    "Classroom": (
        [f"Ada Lovelace - {CHAPTER}.ipynb", f"Bob Ross - {CHAPTER}.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    "Classroom, no roster": (
        [f"Ada Lovelace - {CHAPTER}.ipynb", f"अदिति शर्मा - {CHAPTER}.ipynb"],
        "",
        {"ada-lovelace": 0, "अदिति-शर्मा": 1},
        NONE,
    ),
    "Classroom, Drive's folder": (
        [f"ch02 Activations/Ada Lovelace - {CHAPTER}.ipynb", f"ch02 Activations/Bob Ross - {CHAPTER}.ipynb"],
        "",
        {"ada-lovelace": 0, "bob-ross": 1},
        NONE,
    ),
    "Classroom, a copy": (
        [f"Ada Lovelace - Copy of {CHAPTER}.ipynb", "bob.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    "Classroom, the title first": (
        [f"{CHAPTER} - Ada Lovelace.ipynb", f"Copy of {CHAPTER} - Bob Ross.ipynb"],
        "",
        {"ada-lovelace": 0, "bob-ross": 1},
        NONE,
    ),
    "Classroom, another title": (
        ["Ada Lovelace - Homework two.ipynb", "Bob Ross - Homework two.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    "Classroom, another title, no roster": (
        ["Ada Lovelace - Homework two.ipynb", "Bob Ross - Homework two.ipynb"],
        "",
        {},
        [0, 1],
    ),
    "Classroom, one name twice": (
        [f"Ada Lovelace - {CHAPTER}.ipynb", f"Ada Lovelace - {CHAPTER} (1).ipynb"],
        NAMES,
        {"ada": 0},
        [1],
    ),
    "Classroom's name in one's folder": (
        [f"ada/Bob Ross - {CHAPTER}.ipynb", "bob/a.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    # what a browser or Windows adds to a name
    "ipynb.txt": (["ada/ch02.ipynb.txt", "bob/a.ipynb"], "", {"ada": 0, "bob": 1}, NONE),
    "ipynb.json, flat": (["ada.ipynb.json", "bob.ipynb"], "", {"ada": 0, "bob": 1}, NONE),
    "ipynb.ipynb": (["ada.ipynb.ipynb", "bob.ipynb"], NAMES, {"ada": 0, "bob": 1}, NONE),
    "ipynb.zip": ({"ada.ipynb.zip": wrapped(1), "bob.ipynb": None}, NAMES, {"ada": "in", "bob": 1}, NONE),
    "zip.zip": ({"ada.zip.zip": wrapped(1), "bob.pdf.ipynb": None}, "", {"ada": "in", "bob": 1}, NONE),
    "an address in Paraguay": (
        ["ada@uni.edu.py.ipynb", "bob.ipynb"],
        "",
        {"ada@uni.edu.py": 0, "bob": 1},
        NONE,
    ),
    "Canvas, ipynb.txt": (["lovelaceada_1234_5678_hw.ipynb.txt"], CANVAS, {"ada": 0}, NONE),
    "Moodle, flat, ipynb.json": ([f"Ada Lovelace_501{FILE}hw.ipynb.json"], NAMES, {"ada": 0}, NONE),
    "said to be a copy": (
        ["ada/ch02.ipynb (1)", "bob/ch02.ipynb adlı not defterinin kopyası", "joerg.ipynb.txt (2)"],
        NAMES,
        {"ada": 0, "bob": 1, "joerg": 2},
        NONE,
    ),
    "capitals": (["ada.IPYNB", "bob/A.IPYNB.TXT"], "", {"ada": 0, "bob": 1}, NONE),
    "ipynb.html": ({"ada/ch02.ipynb.html": PAGE, "bob/a.ipynb": None}, "", {"bob": 1}, [0]),
    "ipynb.html, flat": ({"ada.ipynb.html": PAGE, "bob.ipynb": None}, NAMES, {"bob": 1}, [0]),
    # no notebook at all
    "a PDF, flat": (["ada.pdf", "bob.ipynb"], "", {"bob": 1}, [0]),
    "a script, flat": (["ada_ch02.py", "bob.ipynb"], NAMES, {"bob": 1}, [0]),
    "a document, flat": (["ada.docx", "bob.ipynb"], "", {"bob": 1}, [0]),
    "a text of somebody's, flat": (["ada.txt", "bob.ipynb"], NAMES, {"bob": 1}, [0]),
    "a text of nobody's, flat": (["readme.txt", "bob.ipynb"], "", {"bob": 1}, NONE),
    "a list, flat": (["grades.csv", "bob.ipynb"], NAMES, {"bob": 1}, NONE),
    "archives that are not read": (
        ["ada.tar.gz", "joerg.rar", "linh/x.7z", "bob.ipynb"],
        NAMES,
        {"bob": 3},
        [0, 1, 2],
    ),
    "a PDF in Moodle's folder": (
        [f"Ada Lovelace_501{FILE}/a.pdf", f"Bob Ross_502{FILE}/a.ipynb"],
        NAMES,
        {"bob": 1},
        [0],
    ),
    "only a checkpoint": (["ada/.ipynb_checkpoints/a-checkpoint.ipynb", "bob/a.ipynb"], "", {"bob": 1}, [0]),
    "only a time": ([f"ada/{CHAPTER}/timestamp.txt", f"bob/{NB}"], NAMES, {"bob": 1}, [0]),
    "an empty folder": (["ada/", "bob/a.ipynb"], NAMES, {"bob": 1}, [0]),
    "an empty file": ({"ada/a.ipynb": b"", "bob/a.ipynb": None}, NAMES, {"bob": 1}, [0]),
    "another chapter, flat": (
        ["ada_ch02.ipynb", "ada_ch03.ipynb", "bob-ch03_losses.ipynb"],
        "",
        {"ada": 0},
        NONE,
    ),
    "another chapter's notebook": (
        [f"Ada Lovelace_501{FILE}/ch03_losses.ipynb", f"Bob Ross_502{FILE}/a.ipynb"],
        NAMES,
        {"ada": 0, "bob": 1},
        NONE,
    ),
    "another chapter's notebook, one's folder": (
        ["ada/ch03_losses.ipynb", "bob/bob_ch03.ipynb", "bob/ch02.ipynb"],
        "",
        {"ada": 0, "bob": 2},
        NONE,
    ),
    "another chapter's notebook, alone": (["ada/ch03_losses.ipynb"], NAMES, {"ada": 0}, NONE),
    "another chapter's folder": ([f"ada/{NB}", "ada/ch03_losses/ch03_losses.ipynb"], NAMES, {"ada": 0}, NONE),
    "hidden": (
        [".DS_Store", "__MACOSX/._ada.ipynb", "ada.ipynb", "bob.ipynb"],
        "",
        {"ada": 2, "bob": 3},
        NONE,
    ),
    "things beside": (
        ["ada/a.ipynb", "ada/data/x.csv", "ada/.git/HEAD", "bob/a.ipynb"],
        "",
        {"ada": 0, "bob": 3},
        NONE,
    ),
    # archives in archives
    "a zip in a zip": ({"ada.zip": wrapped(2), "bob.ipynb": None}, "", {"ada": "in", "bob": 1}, NONE),
    "a zip in a zip in a zip": (
        {"ada/a.zip": wrapped(3), "bob/a.ipynb": None},
        "",
        {"ada": "in", "bob": 1},
        NONE,
    ),
    "zips without an end": ({"ada.zip": wrapped(30), "bob.ipynb": None}, "", {"bob": 1}, [0]),
    "two notebooks in zips": (
        {"ada.zip": zipped({"x.zip": zipped(MANY)}), "bob.ipynb": None},
        "",
        {"bob": 1},
        [0],
    ),
    "a zip of a class": (
        {"all.zip": zipped({f"A B_1{FILE}/a.ipynb": IN, f"C D_2{FILE}/a.ipynb": IN}), "bob.ipynb": None},
        "",
        {"bob": 1},
        [0],
    ),
    "a checkpoint in a zip": (
        {"ada.zip": zipped({".ipynb_checkpoints/a.ipynb": IN}), "bob.ipynb": None},
        "",
        {"bob": 1},
        [0],
    ),
    "a rar in a zip": ({"ada.zip": zipped({"a.rar": b"Rar!"}), "bob.ipynb": None}, "", {"bob": 1}, [0]),
    "a zip from a Mac": (
        {"ada.zip": zipped({"__MACOSX/._a.ipynb": b"x", "a.ipynb": IN}), "bob.ipynb": None},
        "",
        {"ada": "in", "bob": 1},
        NONE,
    ),
    "a web page beside it in a zip": (
        {"ada.zip": zipped({"b.ipynb": PAGE, "a.ipynb": IN}), "bob.ipynb": None},
        "",
        {"ada": "in", "bob": 1},
        NONE,
    ),
    # a saved web page
    "a web page, newer": (
        {"lovelaceada_1234_5999_hw-1.ipynb": PAGE, "lovelaceada_1234_5678_hw.ipynb": None},
        CANVAS,
        {"ada": 1},
        NONE,
    ),
    "a web page, named as the chapter": (
        {f"ada/{NB}": PAGE, "ada/mine.ipynb": None, "bob/a.ipynb": None},
        "",
        {"ada": 1, "bob": 2},
        NONE,
    ),
    "a web page, in its own clothes": (
        {"ada/ch02.html": PAGE, "ada/ch02_files/x.js": b"", "ada/ch02.ipynb": None, "bob/a.ipynb": None},
        "",
        {"ada": 2, "bob": 3},
        NONE,
    ),
    "a web page, alone": ({"ada/ch02.ipynb": PAGE, "bob/a.ipynb": None}, "", {"bob": 1}, [0]),
    "cut off, newer": (
        {f"HW1_ada_{LATER}_a.ipynb": CUT, f"HW1_ada_{AT}_a.ipynb": None},
        NAMES,
        {"ada": 1},
        NONE,
    ),
    "empty, newer": (
        {"lovelaceada_1234_5999_hw.ipynb": b"", "lovelaceada_1234_5678_hw.ipynb": None},
        CANVAS,
        {"ada": 1},
        NONE,
    ),
    # Canvas's Test Student
    "Test Student": (
        ["studenttest_9999_5678_hw.ipynb", "lovelaceada_1234_5679_hw.ipynb"],
        CANVAS,
        {"ada": 1},
        NONE,
    ),
    "Test Student, no roster": (
        ["studenttest_9999_5678_hw.ipynb", "lovelaceada_1234_5679_hw.ipynb"],
        "",
        {"lovelaceada": 1},
        NONE,
    ),
    "Test Student, late, typed": (
        [
            "studenttest_LATE_9999_text.html",
            "studenttest_LATE_9999_5678_hw.ipynb",
            "lovelaceada_1234_5679_hw.ipynb",
        ],
        CANVAS,
        {"ada": 2},
        NONE,
    ),
    "somebody who is called so": (
        ["studenttest_12_5678_hw.ipynb", "lovelaceada_1234_5679_hw.ipynb"],
        CANVAS + '"Student, Tess",12,S9,tess,A,,\n',
        {"ada": 1, "tess": 0},
        NONE,
    ),
}


def laid(folder, files):
    """The source on disk, and what is in each of its files."""
    contents = {}
    for name, content in (files if isinstance(files, dict) else dict.fromkeys(files)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir()
        else:
            path.write_bytes(notebook(name) if content is None else content)
        contents[name] = notebook(name) if content is None else content
    return contents


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(("files", "roster", "taken", "decide"), SOURCES.values(), ids=SOURCES)
def test_nobody_is_lost(course, tmp_path, files, roster, taken, decide, packed):
    source = tmp_path / "in"
    source.mkdir()
    contents = laid(source, files)
    names = list(contents)
    if packed:
        source = tmp_path / "all.zip"
        source.write_bytes(zipped(contents))
    (tmp_path / "r.csv").write_text(roster)
    rows = collect(course, CHAPTER, source, roster=read_roster(tmp_path / "r.csv") if roster else None)
    found = {h.student: h.read() for h in find_hand_ins(course, CHAPTER)}
    assert found == {who: IN if at == "in" else contents[names[at]] for who, at in taken.items()}
    to_do = {name for row in rows if row.what == TROUBLE for name in row.files}
    assert to_do == {names[at] for at in decide}
    assert sorted(name for row in rows for name in row.files) == sorted(names)
    assert all(row.note for row in rows if row.files and not row.student)


# ── rosters ──────────────────────────────────────────────────────────────────────────────────────────────


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows, inline=False):
    """A workbook as Excel (shared texts) or a program (inline texts) writes it; numbers are numbers."""
    texts = []

    def cell(at, row, value):
        where = f'r="{chr(ord("A") + at)}{row}"'
        if not isinstance(value, str):
            return f"<c {where}><v>{value!r}</v></c>"
        if inline:
            return f'<c {where} t="inlineStr"><is><t>{value}</t></is></c>'
        texts.append(value)
        return f'<c {where} t="s"><v>{len(texts) - 1}</v></c>'

    lines = ""
    for number, row in enumerate(rows, 1):
        cells = (cell(at, number, value) for at, value in enumerate(row) if value != "")
        lines += f'<row r="{number}">{"".join(cells)}</row>'
    shared = "".join(
        f"<si><r><t>{t[:2]}</t></r><r><t>{t[2:]}</t></r><rPh><t>yomi</t></rPh></si>" for t in texts
    )
    files = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="A" r:id="rId7"/>'
        f'<sheet name="B" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet2.xml"/>'
        '<Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": "<worksheet/>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
    }
    return zipped({name: text.encode() for name, text in files.items() if shared or "shared" not in name})


HEAD = ["ID number", "Surname", "", "First name", "Email address"]
TABLE = [
    HEAD,
    [7, "Müller", "", "Jörg", "j@uni.example"],
    [1234567.0, "शर्मा", "", "अदिति", ""],
    ["x1", "Doe", "", "", ""],
]
PEOPLE = [("7", "Müller", "Jörg"), ("1234567", "शर्मा", "अदिति"), ("x1", "Doe", "")]
LINES = "ID number;Surname;First name\n7;Müller;Jörg\n1234567;शर्मा;अदिति\nx1;Doe;\n"
ROSTERS = {
    "Excel": xlsx(TABLE),
    "Excel, inline texts": xlsx(TABLE, inline=True),
    "Excel, an empty row first": xlsx([[], *TABLE]),
    "sep=;": b"sep=;\n" + LINES.encode(),
    "sep=; of Windows": b"\xef\xbb\xbfsep=;\r\n" + LINES.replace("\n", "\r\n").encode(),
    "SEP=| in quotes": b'"SEP=|"\n' + LINES.replace(";", "|").encode(),
    "sep=tab, commas in it": b"sep=\t\n" + LINES.replace(";", "\t").replace("Surname", "Surname,,,").encode(),
    "Blackboard": LINES.replace(";", "\t").encode("utf-16"),
    "UTF-16, the other way round": b"\xfe\xff" + LINES.replace(";", "\t").encode("utf-16-be"),
    "commas in quotes": LINES.replace("Surname", '"Surname,,,"').encode(),
    "line breaks in quotes": LINES.replace("Surname", '"Sur\nname"').replace(";", ",").encode(),
    "line breaks of a Mac": LINES.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("data", ROSTERS.values(), ids=ROSTERS)
def test_rosters_as_spreadsheets_write_them(tmp_path, data):
    (tmp_path / "roster").write_bytes(data)
    people = read_roster(tmp_path / "roster").people
    assert [(p.id, p.last, p.first) for p in people] == PEOPLE


LISTS = {  # of which LMS: (the list, the name of a file, whose it is)
    "Gradescope": (
        "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,77,ada@uni.example,A\n",
        "77",
        "77",
    ),
    "Classroom": (
        "Last Name,First Name,Email Address,ch01\nLovelace,Ada,a@u.example,9\n",
        "Ada Lovelace",
        "a@u.example",
    ),
    "Blackboard": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\nLovelace\tAda\tadal\t77\n',
        "adal",
        "77",
    ),
}


@pytest.mark.parametrize(("text", "name", "student"), LISTS.values(), ids=LISTS)
def test_lists_as_they_are(course, tmp_path, text, name, student):
    laid(tmp_path / "in", [f"{name}.ipynb", "eve.ipynb"])
    (tmp_path / "r.csv").write_text(text)
    collect(course, CHAPTER, tmp_path / "in", roster=read_roster(tmp_path / "r.csv"))
    assert [h.student for h in find_hand_ins(course, CHAPTER)] == [student]


NO_ROSTERS = {
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel file; save it as .xlsx or CSV"),
    "OpenDocument": (zipped({"content.xml": b"<x/>"}), "another kind of spreadsheet; save it"),
    "a web page called .xls": (b"\n<html><table>", "a web page; save it"),
    "a damaged Excel": (zipped({"xl/workbook.xml": b"<x/>"}), "damaged .xlsx"),
}


@pytest.mark.parametrize(("data", "words"), NO_ROSTERS.values(), ids=NO_ROSTERS)
def test_what_is_no_roster_is_said(tmp_path, data, words):
    (tmp_path / "roster").write_bytes(data)
    with pytest.raises(Problem, match=words):
        read_roster(tmp_path / "roster")


# ── a whole class ────────────────────────────────────────────────────────────────────────────────────────


def a_class(tmp_path, students, **more):
    """A source as Moodle's, and its roster."""
    tmp_path.mkdir(exist_ok=True)
    numbers = range(students)
    files = {f"Vor{i} Nach{i}_{7000 + i}{FILE}/a.ipynb": notebook(str(i)) for i in numbers}
    (tmp_path / "all.zip").write_bytes(zipped({**files, **more}))
    lines = "".join(f"s{i:04d},Vor{i},Nach{i}\n" for i in numbers)
    (tmp_path / "r.csv").write_text("id,first name,last name\nlazy,La,Zy\n" + lines)
    return tmp_path / "all.zip", read_roster(tmp_path / "r.csv")


def printed(rows, width=250):
    console = Console(record=True, width=width, file=io.StringIO())
    print_rows(console, rows)
    return console.export_text()


def test_a_large_class_is_twenty_lines_and_a_count(course, tmp_path):
    more = {f"Vor7 Nach7_7007{FILE}/data.csv": b"", f"Who Is_9{FILE}/a.ipynb": b"{}", "notes.txt": b""}
    source, roster = a_class(tmp_path, 120, **more)
    text = printed(collect(course, CHAPTER, source, roster=roster))
    assert len(re.findall(r"assignsubmission_file_/a\.ipynb +", text)) == MOST
    for words in (
        "120 new; 1 missing; 1 to do",
        "Who Is (Moodle user 9) is not in the roster",
        "101 more new: s00",
        "and 96 more",
        "1 more missing: lazy",
        "1 left out (is no notebook): notes.txt",
        f"1 left out beside a notebook: Vor7 Nach7_7007{FILE}/data.csv",
    ):
        assert words in text


def test_the_lines_are_lines_on_a_narrow_screen(course, tmp_path):
    source, roster = a_class(tmp_path, 120)
    text = printed(collect(course, CHAPTER, source, roster=roster), width=80)
    assert len(text.splitlines()) <= MOST + 10


def test_all_that_is_to_do_is_shown(course, tmp_path):
    source, _ = a_class(tmp_path, 30)
    (tmp_path / "r.csv").write_text("id\nlazy\n")
    text = printed(collect(course, CHAPTER, source, roster=read_roster(tmp_path / "r.csv")))
    assert text.count("is not in the roster") == 30


def test_time_grows_with_the_class(course, tmp_path):
    took = []
    for students in (250, 1000):
        source, roster = a_class(tmp_path / str(students), students)
        start = time.process_time()
        assert len(collect(course, CHAPTER, source, roster=roster, dry_run=True)) == students + 1
        took.append(time.process_time() - start)
    assert took[1] < 10 * took[0]  # four times as many: with the square it would be 16


# ── what was there before ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "bad", [PAGE, CUT, b"", b"no notebook"], ids=["a web page", "cut off", "empty", "a text"]
)
def test_nothing_worse_replaces_a_hand_in(course, tmp_path, bad):
    contents = laid(tmp_path / "first", ["ada/a.ipynb", "bob/a.ipynb"])
    collect(course, CHAPTER, tmp_path / "first")
    laid(tmp_path / "second", {"ada/a.ipynb": bad, "bob/b.ipynb": None})
    rows = {row.student: row for row in collect(course, CHAPTER, tmp_path / "second")}
    assert rows["ada"].what == TROUBLE
    assert find_hand_ins(course, CHAPTER, "ada")[0].read() == contents["ada/a.ipynb"]
    assert find_hand_ins(course, CHAPTER, "bob")[0].read() == notebook("bob/b.ipynb")


def test_what_is_cut_off_is_remarked(course, tmp_path):
    laid(tmp_path / "in", {"ada/a.ipynb": CUT, "bob/a.ipynb": None})
    notes = {row.student: row.note for row in collect(course, CHAPTER, tmp_path / "in")}
    assert notes == {"ada": "cut off, or no notebook: ask for it again", "bob": ""}


def test_gradescope_says_when(course, tmp_path):
    files = {
        "submission_metadata.yml": gradescope(submission_9000001="A|1|a@u", submission_9000002="B|2|b@u"),
        "submission_9000001/a.ipynb": None,
        "submission_9000002/b.ipynb": None,
    }
    laid(tmp_path / "in", files)
    for due, late in ((MARCH, False), (datetime(2026, 2, 27, 8, 0, tzinfo=UTC), True)):
        rows = [r for r in collect(course, CHAPTER, tmp_path / "in", due=due) if r.student]
        assert [(r.when, r.late, r.note, r.said) for r in rows] == [
            (datetime(2026, 2, 27, 8, 30, 0, 123456, UTC), late, "", None)
        ] * 2


SAYING = {  # of whom: (the file, what the worksheet says, the word that is kept)
    "Canvas, late": ("adalovelace_LATE_1234_5678_a.ipynb", "", ("canvas", True)),
    "Canvas, in time": ("adalovelace_1234_5678_a.ipynb", "", ("canvas", False)),
    "Moodle, late": (f"Ada Lovelace_501{FILE}/a.ipynb", "1 hour late,2026-02-27 08:30", ("moodle", True)),
    "Moodle, late, no moment": (f"Ada Lovelace_501{FILE}/a.ipynb", "1 hour late,-", ("moodle", True)),
    "Moodle, in time": (f"Ada Lovelace_501{FILE}/a.ipynb", "Submitted,2026-02-27 08:30", None),
    "Moodle, in time, no moment": (f"Ada Lovelace_501{FILE}/a.ipynb", "Submitted,-", ("moodle", False)),
    "Moodle, no worksheet": (f"Ada Lovelace_501{FILE}/a.ipynb", "", None),
    "Blackboard": (f"hw_ada_{AT}_a.ipynb", "", None),
    "Classroom": (f"Ada Lovelace - {CHAPTER}.ipynb", "", None),
    "a folder": ("ada/a.ipynb", "", None),
}


@pytest.mark.parametrize(("file", "cells", "word"), SAYING.values(), ids=SAYING)
def test_only_what_an_lms_says_is_its_word(course, tmp_path, file, cells, word):
    laid(tmp_path / "in", [file])
    headings = "Identifier,id,Full name,Status,Last modified (submission)\n"
    (tmp_path / "r.csv").write_text(f"{headings}501,ada,Ada Lovelace,{cells or ','}\n")
    roster = read_roster(tmp_path / "r.csv")
    for due in (None, datetime(2026, 1, 1, tzinfo=UTC), MARCH):
        (row,) = (r for r in collect(course, CHAPTER, tmp_path / "in", roster=roster, due=due) if r.student)
        assert (row.said and (row.said.lms, row.said.late)) == word, due


@pytest.mark.parametrize(
    ("folder", "option"), [("course", ""), ("spring", " --course spring"), ("a b", " --course 'a b'")]
)
def test_the_hint_means_the_same_class(tmp_path, monkeypatch, folder, option):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problem, match=f"`grader release {CHAPTER}{option}`"):
        collect(Class(tmp_path / folder), CHAPTER, tmp_path)
