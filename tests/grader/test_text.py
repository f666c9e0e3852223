"""Text that somebody else wrote is put in order where it comes in."""

import pytest

from grader.calls.plain import Raised, Returned
from grader.calls.wire import HEADER, decode, encode
from grader.html import text
from grader.report.lms import Sheet
from grader.text import plain, plain_line, whole

TEXTS = [
    ("plain Grüße 数学\t1\n2", "plain Grüße 数学\t1\n2"),
    ("half \ud800", "half \ufffd"),
    ("null \0 and \x9b", "null \ufffd and \ufffd"),
    ("\x1b[31mred\x1b[0m \x1b]0;title\x07x\x1b[2J\x1bc", "red x"),
    ("\x1b", "\ufffd"),
    ("turned \u202etfel\u2069 \u200f", "turned \ufffdtfel\ufffd \ufffd"),
    ("a\r\nb\rc\x0bd\u2028e", "a\nb\nc\ufffdd\ufffde"),
]


@pytest.mark.parametrize(("given", "clean"), TEXTS)
def test_plain(given, clean):
    assert plain(given) == clean
    assert clean.encode()
    assert "\n" not in plain_line(given)
    assert "\x1b" not in text(given)


@pytest.mark.parametrize(("given", "clean"), TEXTS)
def test_a_reply_is_clean_in_every_place(given, clean):
    reply = Returned({given: [given, (given,)]})
    frame = encode(reply)
    body, _data = HEADER.unpack(frame[: HEADER.size])
    found = decode(frame[HEADER.size :][:body], b"", plain)
    assert found.value == {clean: [clean, (clean,)]}
    error = encode(Raised(given, given, 1, given, given))[HEADER.size :]
    assert decode(error, b"", plain) == Raised(clean, clean, 1, clean, clean)


def test_a_file_keeps_its_colours_and_marks():
    assert whole("\x1b[31m \u200f\f \0\ud800") == "\x1b[31m \u200f\f \ufffd\ufffd"


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1 x",
        "-1 x",
        "@x",
        " =1",
        "a;=1",
        "a\n=1",
        "a\t@x",
        'a,"=1',
        "x; ' -1",
        "＝1",
        "a|=1",
        "\r=1",
    ],
)
def test_no_cell_is_a_formula_under_any_separator(cell):
    found = Sheet(["a"], [[cell]]).text()
    assert "'" + cell.strip("ax;,|'\"\n\t\r ") in found.replace("'''", "'")


def test_what_is_no_formula_stays():
    assert Sheet(["a"], [["-", "Lovelace, Ada", "softmax: 2 of 3", -1.5]]).text() == (
        'a\n-,"Lovelace, Ada",softmax: 2 of 3,-1.5\n'
    )
