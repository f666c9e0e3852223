"""The gradebook in PostgreSQL, on a server of our own; and what is said where it cannot be used."""

import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from traitlets.config import Config
from typer.testing import CliRunner

from grader import cli
from grader.autograde.autograde import autograde
from grader.course import Class
from grader.nbgrader_bridge.config import COURSE_ID, configure
from grader.nbgrader_bridge.database import normalised, shown
from grader.nbgrader_bridge.feedback import generate_feedback
from grader.nbgrader_bridge.release import release
from grader.problem import Problem
from grader.record.registry import registry
from grader.report.export import export_csv, grade_rows
from tests.grader.made_up_class import CHAPTER, hand_in, workshop
from tests.strongest_isolation import LEVEL

PASSWORD, QUOTED = "p@ss:w/rd", "p%40ss%3Aw%2Frd"
FULL = sum(record.points for record in registry(CHAPTER).values())


def binary(name):
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture(scope="module")
def server():
    """The port of a PostgreSQL server. It refuses to run as root, so then it runs as somebody else."""
    if not binary("initdb") or not binary("postgres"):
        pytest.skip("no PostgreSQL here; on Debian: apt install postgresql")
    folder = tempfile.mkdtemp(prefix="postgres-")
    who = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": folder, **who}
    secret = Path(folder, "secret")
    secret.write_text(PASSWORD)
    if who:
        os.chown(secret, who["user"], who["group"])
    make = ["--pgdata=data", "--username=teacher", "--pwfile=secret", "--auth=scram-sha-256", "--no-sync"]
    subprocess.run([binary("initdb"), *make, "--encoding=UTF8", "--locale=C"], check=True, **quiet)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", folder, "-c", "fsync=off"]
    with subprocess.Popen([binary("postgres"), "-D", "data", *where], **quiet) as process:
        ready = [binary("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
        try:
            while subprocess.run(ready).returncode:
                assert process.poll() is None
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(20)
            shutil.rmtree(folder)


def url(port, name="postgres", password=QUOTED):
    return f"postgresql://teacher:{password}@127.0.0.1:{port}/{name}"


def mark(course, student, score):
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade("why-nonlinear", CHAPTER, CHAPTER, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("why-nonlinear", CHAPTER, CHAPTER, student).manual_comment = "Good."
        book.db.commit()


def rows(course):
    return {row["student"]: row for row in grade_rows(course, CHAPTER)}


@pytest.mark.slow
def test_a_class_in_postgresql(server, tmp_path):
    course = Class(tmp_path / "course")
    made = CliRunner().invoke(
        cli.app, ["release", CHAPTER, "--course", str(course.root), "--gradebook", url(server)]
    )
    assert made.exit_code == 0, made.output
    assert f"gradebook: postgresql://teacher:***@127.0.0.1:{server}/postgres" in made.output
    kept = course.private / "gradebook"
    assert (stat.S_IMODE(kept.stat().st_mode), kept.stat().st_size > 0) == (0o600, True)
    assert course.db_url == url(server).replace("postgresql", "postgresql+psycopg2")
    assert not (course.root / "gradebook.db").exists()

    shop = workshop(course)
    hand_in(course, "ada", shop.answered())
    hand_in(course, "bo", b"{")
    options = {"isolation": LEVEL, "console": Console(quiet=True), "workers": 1}
    ada, bo = autograde(course, CHAPTER, **options)
    assert (ada.verdict.points, bo.verdict.points) == (FULL, 0)
    mark(course, "ada", 1.5)
    before = rows(course)
    assert {s: float(r["total"]) for s, r in before.items()} == {"ada": FULL + 1.5, "bo": 0}

    release(course, CHAPTER)  # again, without the option: it stays where it is
    assert course.db_url.startswith("postgresql")
    assert all(result.reused for result in autograde(course, CHAPTER, **options))
    assert rows(course) == before
    autograde(course, CHAPTER, force=True, **options)  # nbgrader asks to look again, and keeps the mark
    assert {s: (r["why-nonlinear"], r["total"]) for s, r in rows(course).items()} == {
        s: (r["why-nonlinear"], r["total"]) for s, r in before.items()
    }
    assert "ada" in export_csv(course, CHAPTER).read_text()
    assert "Good." in next(iter(generate_feedback(course, CHAPTER, "ada"))).read_text()

    config = Config()
    configure(config, course.root)  # plain nbgrader and formgrader
    assert config.CourseDirectory.db_url == course.db_url
    listed = ["nbgrader", "db", "student", "list"]
    found = subprocess.run(listed, cwd=course.root, capture_output=True, text=True, check=True)
    assert "ada" in found.stdout + found.stderr


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [("postgres", "wr%40ng", "password authentication failed"), ("nowhere", QUOTED, "does not exist")],
)
def test_a_server_that_refuses(server, tmp_path, name, password, words):
    course = Class(tmp_path / "course")
    with pytest.raises(Problem, match=words) as problem:
        release(course, CHAPTER, url(server, name, password))
    told_nothing_of(problem, PASSWORD, QUOTED, "wr@ng", "wr%40ng")
    assert not (course.private / "gradebook").exists()


def test_a_server_that_is_gone(released_class, tmp_path):
    """Every command says so in one line."""
    shutil.copytree(released_class.root, tmp_path / "course")
    course = Class(tmp_path / "course")
    (course.root / "autograded" / "ada" / CHAPTER).mkdir(parents=True)
    (course.root / "autograded" / "ada" / CHAPTER / f"{CHAPTER}.ipynb").touch()
    hand_in(course, "ada", b"{")
    course.keep_gradebook(normalised(url(1)))
    for command in (
        lambda: release(course, CHAPTER),
        lambda: autograde(course, CHAPTER, isolation=LEVEL, workers=1, console=Console(quiet=True)),
        lambda: export_csv(course, CHAPTER),
        lambda: generate_feedback(course, CHAPTER),
    ):
        with pytest.raises(Problem, match=r"cannot be opened: .*Connection refused") as problem:
            command()
        told_nothing_of(problem, PASSWORD, QUOTED)


def told_nothing_of(problem, *secrets):
    text = str(problem.value)
    assert "\n" not in text
    assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("postgresql://teacher:s3cret/x@host:port/db", "it has the form postgresql://user:password@"),
        ("s3cret", "it has the form postgresql://user:password@"),
        ("oracle8://teacher:s3cret@host/db", "is no database that is known here"),
        ("postgresql+pg8000://teacher:s3cret@host/db", "its driver is missing; `pip install 'pg8000'`"),
        ("sqlite:////nowhere/at/all.db", "unable to open database file"),
        ("postgresql://teacher@127.0.0.1:1/db?password=s3cret", "Connection refused"),
    ],
)
def test_urls_that_are_of_no_use(tmp_path, text, words):
    with pytest.raises(Problem) as problem:
        release(Class(tmp_path / "course"), CHAPTER, text)
    assert words in str(problem.value)
    told_nothing_of(problem, "s3cret")


def test_without_a_driver(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(Problem, match=r"pip install 'nn-workbook\[postgres\]'"):
        release(Class(tmp_path / "course"), CHAPTER, url(1))


def test_secrets_are_not_shown():
    assert shown("postgresql://a:s3cret@h/d?sslpassword=s3cret&sslmode=require") == (
        "postgresql://a:***@h/d?sslmode=require"
    )
    assert normalised("postgres://a:b@h/d") == "postgresql+psycopg2://a:b@h/d"
    assert normalised("postgresql+psycopg://a:b@h/d") == "postgresql+psycopg://a:b@h/d"
