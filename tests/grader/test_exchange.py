"""There and back by nbgrader's real exchange: two students, each with a folder of their own, fetch their pages."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from grader.autograde.autograde import autograde
from grader.collect.submitted import MAX_FILE
from grader.course import PACKAGES, Class
from grader.grading.shown import beside
from grader.nbgrader_bridge.config import COURSE_ID, class_config, course_directory
from grader.nbgrader_bridge.exchange import Collect
from grader.nbgrader_bridge.feedback import feedback_path, generate_feedback
from tests.grader.made_up_class import CHAPTER, hand_in, nbgrader, workshop
from tests.strongest_isolation import LEVEL

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange is for Unix")
# nbgrader asks the system who one is: here a student answers.
AS_STUDENT = """import os, pwd, sys
me = pwd.struct_passwd([os.environ["STUDENT"], *pwd.getpwuid(os.getuid())[1:]])
pwd.getpwuid = lambda number: me
sys.modules["rfc3987_syntax"] = None
from nbgrader.apps.nbgraderapp import main
main()"""
SLIPS = {"ada": "the bias", "bo": "not attempted"}


def as_student(home, name, command, *arguments):
    """`nbgrader COMMAND` in the folder of a student."""
    folders = {f"JUPYTER_{kind}_DIR": str(home / name / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own = {"HOME": str(home / name), "IPYTHONDIR": str(home / name / "ipython"), "STUDENT": name}
    options = [f"--course={COURSE_ID}", f"--Exchange.root={home / 'exchange'}"]
    done = subprocess.run(
        [sys.executable, "-c", AS_STUDENT, command, CHAPTER, *options, *arguments],
        cwd=home / name,
        env={**os.environ, **folders, **own, "PYTHONPATH": str(PACKAGES)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def reach(course, home):
    """Let the class use this exchange."""
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"get_config().Exchange.root = {str(home / 'exchange')!r}\n")
        file.write("get_config().ExchangeCollect.check_owner = False\n")  # all are one user here
        file.write(f"get_config().HandInExporter.isolation = {LEVEL!r}\n")


@pytest.fixture(scope="module")
def term(released_class, tmp_path_factory):
    """Handed out, fetched, answered, handed in (by ada twice) and collected; cy's work came by mail."""
    home = tmp_path_factory.mktemp("term")
    course = Class(home / "course")
    shutil.copytree(released_class.root, course.root)
    (home / "exchange").mkdir()
    (home / "exchange").chmod(0o777)
    reach(course, home)
    nbgrader(course.root, "release_assignment", CHAPTER)
    shop = workshop(course)
    slip = {"neuron": "def neuron(x, w, b, *, activation):\n    return activation(x @ w)"}
    work = {"ada": [{}, shop.solutions | slip], "bo": [{}]}
    for name, versions in work.items():
        (home / name).mkdir()
        as_student(home, name, "fetch_assignment")
        for answers in versions:
            (home / name / CHAPTER / f"{CHAPTER}.ipynb").write_bytes(
                json.dumps(shop.notebook(answers)).encode()
            )
            as_student(home, name, "submit")
    nbgrader(course.root, "collect", CHAPTER)
    hand_in(course, "cy", shop.answered())
    return home


@pytest.fixture
def collected(term, tmp_path):
    """The same with a course, an exchange and homes of its own."""
    shutil.copytree(term, tmp_path / "term")
    course = Class(tmp_path / "term" / "course")
    reach(course, tmp_path / "term")
    return course, tmp_path / "term"


def ours(course):
    autograde(course, CHAPTER, isolation=LEVEL, workers=1)


def ours_again(course):
    """A class that was graded before the exchange's files came along."""
    ours(course)
    for path in course.root.glob("autograded/*/*/submission_secret.txt"):
        path.unlink()
    ours(course)


def theirs(course):
    nbgrader(course.root, "autograde", CHAPTER)


def pages(course):
    generate_feedback(course, CHAPTER)


def their_pages(course):
    nbgrader(course.root, "generate_feedback", CHAPTER)


def release(course):
    return nbgrader(course.root, "release_feedback", CHAPTER)


def buttons(course):
    """What formgrader calls."""
    config = PyFileConfigLoader("nbgrader_config.py", str(course.root)).load_config()
    api = NbGraderAPI(course_directory(course, CHAPTER), config=config)
    for student in ("ada", "bo", "cy"):
        made = api.generate_feedback(CHAPTER, student)
        assert made["success"], made
    released = api.release_feedback(CHAPTER)
    assert released["success"], released
    return released["log"]


# nbgrader's own: a misspelt option, and files that it does not close
@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*timestamp.txt:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("grade", "write", "give_back"),
    [
        (ours_again, pages, release),
        pytest.param(theirs, their_pages, release, marks=pytest.mark.slow),
        pytest.param(ours, lambda course: None, buttons, marks=pytest.mark.slow),
    ],
    ids=["ours", "plain", "buttons"],
)
def test_feedback_comes_back(collected, grade, write, give_back):
    course, home = collected
    grade(course)
    write(course)
    said = give_back(course)
    assert "cy did not hand in by the exchange" in said
    for student, slip in SLIPS.items():
        as_student(home, student, "fetch_feedback")
        found = list((home / student).glob(f"{CHAPTER}/feedback/*/*.html"))
        stamp = (course.submission(student, CHAPTER).parent / "timestamp.txt").read_text().strip()
        assert [path.parent.name for path in found] == [stamp], student  # of ada's two, the one collected
        assert slip in found[0].read_text(encoding="utf-8")
        assert found[0].read_bytes() == feedback_path(course, student, CHAPTER).read_bytes()
    assert len(list((home / "exchange" / COURSE_ID / "feedback").glob("*.html"))) == len(SLIPS)


@pytest.mark.parametrize("secret", [b"../../etc/passwd\n", b"\xff" * 64, b"", b"x" * 10_000_000, b"a b" * 20])
def test_what_is_no_secret_stays_away(course, secret):
    """The exchange's folders are the students': what lies there is theirs to write."""
    path = hand_in(course, "eve", b"{}", **{"submission_secret.txt": secret, "timestamp.txt": b"yesterday"})
    assert beside(path.parent) == {}


# ── what students can put into the exchange, beside what `nbgrader submit` writes ────────────────────────


def other_s(place, canary):
    """A folder of ours, in the name of somebody else."""
    place.mkdir()
    (place / NOTEBOOK).write_bytes(b"forged")


def linked_folder(place, canary):
    place.symlink_to(canary.parent)


def dangling(place, canary):
    place.symlink_to("nowhere")


def no_folder(place, canary):
    place.write_bytes(b"forged")


def linked_file(place, canary):
    place.mkdir()
    (place / NOTEBOOK).symlink_to(canary)


def pipe(place, canary):
    place.mkdir()
    os.mkfifo(place / NOTEBOOK)


def large(place, canary):
    place.mkdir()
    with (place / NOTEBOOK).open("wb") as file:
        file.truncate(MAX_FILE + 1)


NOTEBOOK = f"{CHAPTER}.ipynb"
EARLY, LATE = f"{CHAPTER}+2026-01-01 00:00:00 UTC+a", f"{CHAPTER}+2099-01-01 00:00:00 UTC+b"


@pytest.mark.parametrize(
    ("name", "make", "words", "kept"),
    [
        ("{me}+" + LATE, other_s, "", b"forged"),  # it is one's own
        ("sys+" + LATE, other_s, "not by whom its name says", b"honest"),
        ("no such user+" + LATE, other_s, "not by whom its name says", b"honest"),
        ("..+" + LATE, other_s, "", b"honest"),  # nobody looks for it
        ("{me}+" + CHAPTER + "+soon+b", other_s, "not by whom its name says", b"honest"),
        ("{me}+" + CHAPTER + "+9999999999999-01-01 UTC+b", other_s, "not by whom its name says", b"honest"),
        ("{me}+" + LATE, linked_folder, "cannot be read", None),
        ("{me}+" + LATE, dangling, "cannot be read", None),
        ("{me}+" + LATE, no_folder, "cannot be read", None),
        ("{me}+" + LATE, linked_file, "cannot be opened", None),
        ("{me}+" + LATE, pipe, "not a regular file", None),
        ("{me}+" + LATE, large, "the limit is 100 MB", None),
    ],
)
def test_collect(course, tmp_path, caplog, name, make, words, kept):
    me, inbound = user(), tmp_path / "exchange" / COURSE_ID / "inbound"
    honest, canary = inbound / f"{me}+{EARLY}" / NOTEBOOK, tmp_path / "elsewhere" / NOTEBOOK
    for path, content in {honest: b"honest", canary: b"secret"}.items():
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    os.utime(honest, (1e9, 1e9))
    make(inbound / name.format(me=me), canary)
    config = class_config(course.root)
    config.Exchange.root = str(tmp_path / "exchange")
    with caplog.at_level("WARNING", "traitlets"):
        Collect(coursedir=course_directory(course, CHAPTER), config=config).start()
    assert words in caplog.text
    assert bool(words) == bool(caplog.records)
    found = {
        p.relative_to(course.root / "submitted"): p.read_bytes()
        for p in course.root.rglob("submitted/**/*.*")
    }
    assert found.get(Path(me, CHAPTER, NOTEBOOK)) == kept
    if kept == b"honest":  # its date comes along
        assert course.submission(me, CHAPTER).stat().st_mtime == 1e9
    assert {path.parts[:2] for path in found} <= {(me, CHAPTER)}
    assert b"secret" not in found.values()
    assert not list(course.root.glob(CHAPTER))


def user():
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
