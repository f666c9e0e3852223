"""What is believed to pass has passed as it stands, and a change of what it depends on is noticed."""

from types import SimpleNamespace

import pytest

from tests import passed
from tests.passed import Run


@pytest.fixture
def course(monkeypatch, tmp_path):
    """Three chapters and an experiment, each of a file of its own; all have passed."""
    monkeypatch.delenv("PROVE", raising=False)
    monkeypatch.setattr(passed, "REPOSITORY", tmp_path)
    for name in ("ch01", "ch02", "ch03", "other", "test_long", "test_short"):
        (tmp_path / f"{name}.py").write_text(name)
    long, short = tmp_path / "test_long.py", tmp_path / "test_short.py"
    runs = [
        Run(part, long, part, lambda part: [tmp_path / f"{part}.py"]) for part in ("ch01", "ch02", "ch03")
    ]
    runs.append(Run("short", short, "", lambda part: [tmp_path / "other.py"]))
    monkeypatch.setattr(passed, "runs", lambda: {run.name: run for run in runs})
    monkeypatch.setattr(passed, "_hash", lambda path: path.read_text())
    noted = {run.name: run.text() for run in runs}
    monkeypatch.setattr(passed, "passed", lambda: noted)
    return tmp_path


def items(folder):
    """(file, chapter) of four tests of each chapter, and eleven of the experiment."""
    spec = [("long", part) for part in ("ch01", "ch02", "ch03") for _ in range(4)] + [("short", None)] * 11
    return [Item(folder / f"test_{name}.py", part) for name, part in spec]


class Item:
    def __init__(self, path, part):
        self.path = path
        if part:
            self.callspec = SimpleNamespace(params={"chapter": part})


def run_of(folder):
    all = items(folder)
    out = passed.left_out(all)
    stay = [i for i in all if i not in out]
    short = [i for i in stay if i.path.stem == "test_short"]
    return [i.callspec.params["chapter"] for i in stay if i not in short], len(short)


def test_a_part_of_what_has_passed_is_tried(course):
    chapters, experiments = run_of(course)
    assert len(chapters) == 4  # all that is asked of it
    assert len(set(chapters)) == 1
    assert experiments == 3


@pytest.mark.parametrize("name", ["ch02", "test_long", "other", "test_short"])
def test_what_has_changed_is_run(name, course):
    (course / f"{name}.py").write_text("changed")
    chapters, experiments = run_of(course)
    assert experiments == (11 if name in ("other", "test_short") else 3)
    expected = {"ch02": {"ch02"}, "test_long": {"ch01", "ch02", "ch03"}}.get(name, set())
    assert expected <= set(chapters)
    assert len(set(chapters)) == {"ch02": 2, "test_long": 3}.get(name, 1)


def test_another_version_of_a_library_changes_all(course, monkeypatch):
    monkeypatch.setattr(passed, "versions", lambda: "numpy 9")
    assert run_of(course) == (["ch01"] * 4 + ["ch02"] * 4 + ["ch03"] * 4, 11)


def test_nothing_is_believed_where_all_is_to_be_proved(course, monkeypatch):
    monkeypatch.setenv("PROVE", "1")
    assert not passed.left_out(items(course))


def test_every_long_run_is_noted():
    assert sorted(passed.passed()) == sorted(passed.runs()), "run `make prove`"


def test_a_record_that_others_take_from_is_among_their_files():
    names = {path.name for path in passed.of_prices("ch14_ensembles")}
    assert {"fge_lr.py", "inverse_time_decay.py", "judge.py", "evaluate.py"} <= names
    assert "explain.py" not in names
