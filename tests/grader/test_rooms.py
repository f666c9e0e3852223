"""The rooms of grader/: each imports from those below it only, so that a line has one place and no circle grows."""

import ast
from pathlib import Path

import pytest

import grader
from tests import REPOSITORY

HOUSE = Path(grader.__file__).parent
# From the ground up. What stands on one floor does not know each other; CONTRIBUTING.md says what each is for.
FLOORS = (
    ("problem", "beneath", "text"),
    ("files", "html"),
    ("course",),
    ("alone",),
    ("calls",),
    ("record", "engine", "collect"),
    ("exercises", "judging", "build"),
    ("grading", "home"),
    ("nbgrader_bridge", "mylib"),
    ("any_course",),
    ("report", "autograde", "keeping"),
    ("demo",),
    ("cli", "__init__"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(path for path in HOUSE.rglob("*.py") if "course_files" not in path.parts)  # the wheel's


def room_of(path):
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def rooms_imported(path):
    """{room: line} of what a file imports, also inside its functions; not for annotations only."""
    found = {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "grader":
            names = [f"grader.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("grader."):
                found.setdefault(name.split(".")[1], node.lineno)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_imports_go_down(path):
    mine = room_of(path)
    for room, line in rooms_imported(path).items():
        if room != mine:
            assert FLOOR[room] < FLOOR[mine], f"line {line}: {mine} may not import {room}"


def test_an_import_from_above_is_noticed(tmp_path):
    path = tmp_path / "wire.py"
    path.write_text("def f():\n    from grader.judging import judge\n")
    assert rooms_imported(path) == {"judging": 2}
    assert FLOOR["judging"] > FLOOR["calls"]


def test_the_map_names_every_room():
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {room_of(path) for path in FILES} - {"__init__"}
    assert rooms <= set(FLOOR)
    assert [room for room in sorted(rooms) if f"`grader/{room}" not in text] == []


def modules_imported(path):
    """The modules of grader/ that a file imports, also inside its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_there_is_no_circle():
    names = {".".join(("grader", *path.relative_to(HOUSE).with_suffix("").parts)): path for path in FILES}
    arrows = {n: {m for m in modules_imported(path) if m in names} - {n} for n, path in names.items()}
    while free := [name for name, to in arrows.items() if not to & set(arrows)]:
        for name in free:
            del arrows[name]
    assert sorted(arrows) == []
