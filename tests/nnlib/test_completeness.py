"""Nothing is forgotten: every function has its rows, every topic its function, every import its direction."""

import ast
import csv
import importlib
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import nnlib
from grader.course import ROOT as COURSE
from tests import REPOSITORY
from tests.nnlib.modules import below, modules, top_level
from tests.nnlib.spec import rows

TESTS = Path(__file__).parent
# Modules that hold no operations: their functions are named in a test file of their own instead.
OWN_TESTS = {
    "nnlib.experiments": "test_*.py",
    "nnlib.gradcheck": "test_gradcheck.py",
    "nnlib.modules": "test_modules.py",
    "nnlib.plotting": "test_plotting.py",
    "nnlib.training": "test_training*.py",
}
# Imports point from right to left.
LAYERS = ("_check", "ops", "modules", "training", "experiments")
NOT_OPS = {"_check", "modules", "optim", "training", "experiments"}


def missing(functions, cases, edges, no_gradient):
    """What is lacking for a table test of these functions, in words."""
    with_value, with_edge = {case.op.__name__ for case in cases}, {edge.op.__name__ for edge in edges}
    with_gradient = {case.op.__name__ for case in cases if case.wrt}
    lacking = []
    for name in functions:
        forward = name.removesuffix("_backward")
        if name != forward:
            if forward not in functions:
                lacking.append(f"{name} has no {forward}")
            if forward not in with_gradient:
                lacking.append(f"{name} has no case with wrt")
        else:
            if name not in with_value:
                lacking.append(f"{name} has no case")
            if f"{name}_backward" not in functions and name not in no_gradient:
                lacking.append(f"{name} has neither a backward function nor a place in NO_GRADIENT")
        if name not in with_edge:
            lacking.append(f"{name} has no edge")
    return lacking


OPERATIONS = [module for module in top_level() if module.__name__ not in OWN_TESTS]


@pytest.mark.parametrize("module", OPERATIONS, ids=lambda module: module.__name__)
def test_every_operation_has_its_rows(module):
    no_gradient = {op.__name__ for op in rows("NO_GRADIENT")}
    operations = {name: value for name, value in below(module).items() if value not in rows("ELSEWHERE")}
    assert missing(operations, rows("CASES"), rows("EDGES"), no_gradient) == []


def test_a_new_operation_without_rows_is_noticed():
    lacking = missing({"brand_new": None, "relu_backward": None}, rows("CASES"), rows("EDGES"), set())
    assert len(lacking) == 4
    assert "brand_new has no case" in lacking
    assert "brand_new has no edge" in lacking
    assert "relu_backward has no relu" in lacking


def named_in(files):
    paths = (path for path in TESTS.glob(files) if path != Path(__file__))
    return {name for path in paths for name in names_in(path)}


@cache
def names_in(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize(("module", "file"), OWN_TESTS.items())
def test_every_other_function_is_named_in_its_tests(module, file):
    assert set(below(importlib.import_module(module))) - named_in(file) == set()


def test_what_has_no_rows_is_named_in_a_test():
    assert {value.__name__ for value in rows("ELSEWHERE")} - named_in("test_*.py") == set()


@pytest.mark.parametrize("module", top_level(), ids=lambda module: module.__name__)
def test_all_is_what_is_exported(module):
    assert sorted(module.__all__) == sorted(below(module))
    assert all(getattr(module, name) is value for name, value in below(module).items())


def test_nnlib_names_its_submodules():
    assert sorted(nnlib.__all__) == sorted(module.__name__.removeprefix("nnlib.") for module in top_level())
    assert dir(nnlib) == sorted(nnlib.__all__)
    with pytest.raises(AttributeError, match="no attribute 'softmaxx'"):
        _ = nnlib.softmaxx


def topics():
    with (COURSE / "solutions" / "topics.csv").open(encoding="utf-8") as file:
        written = {path.name[2:4] for path in (COURSE / "solutions").glob("ch[0-9][0-9]*.py")}
        chapters = set(rows("CHAPTERS")) | written
        found = [row for row in csv.DictReader(file) if row["chapter"] in chapters and row["symbol"]]
    return [row for row in found if row["kind"] != "text"]


@pytest.mark.parametrize("row", topics(), ids=lambda row: f"{row['id']} {row['symbol']}")
def test_every_topic_has_its_function(row):
    """An `implement` row stands where it says; a `demo` row may be an experiment of the same name."""
    module, _, name = dict(rows("BETTER_NAMES")).get(row["symbol"], row["symbol"]).rpartition(".")
    places = [module] if row["kind"] == "implement" else [module, "nnlib.experiments"]
    assert any(callable(getattr(found(place), name, None)) for place in places)


def found(place):
    """A module, or a class in one, whose methods are topics too."""
    module, _, name = place.rpartition(".")
    return (
        getattr(importlib.import_module(module), name)
        if name[0].isupper()
        else importlib.import_module(place)
    )


def test_better_names_are_written_down():
    text = (REPOSITORY / "docs" / "departures.md").read_text()
    for topic, name in rows("BETTER_NAMES"):
        assert f"`{topic}`" in text
        assert f"`{name}`" in text


def layer(name):
    part = name.split(".")[1] if "." in name else name
    part = "modules" if part == "optim" else part
    return LAYERS.index(part if part in NOT_OPS else "ops")


def imports(path):
    """(name, at module level) for every import of a file."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "nnlib":
            names = [f"nnlib.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        for name in names:
            yield name, node in tree.body


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_imports_point_one_way_and_are_cheap(module):
    heavy = {"scipy", "sklearn", "matplotlib", "torch", "pandas"}
    for name, at_top in imports(Path(module.__file__)):
        assert not (at_top and name.partition(".")[0] in heavy), (
            f"{name} belongs inside the function that needs it"
        )
        if name.startswith("nnlib."):
            assert layer(name) <= layer(module.__name__), f"{module.__name__} may not import {name}"


def test_importing_is_cheap():
    code = (
        "import sys, time; start = time.perf_counter(); import nnlib; seconds = time.perf_counter() - start\n"
        "assert seconds < 0.1, seconds\n"
        "assert 'numpy' not in sys.modules\n"
        "for name in nnlib.__all__: getattr(nnlib, name)\n"
        "heavy = {'scipy', 'sklearn', 'matplotlib', 'torch'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_departures_from_torch_are_written_down():
    from tests.nnlib.spec import RENAMED
    from tests.nnlib.test_contracts import LEFT_OUT, OTHER_DEFAULTS, POSITIONAL_OPTIONS

    text = (REPOSITORY / "docs" / "departures.md").read_text()
    for theirs, ours in RENAMED.items():
        assert f"`{theirs}`" in text
        assert f"`{ours}`" in text
    for name in LEFT_OUT | {op for op, _ in OTHER_DEFAULTS | POSITIONAL_OPTIONS | {*rows("LEFT_OUT")}}:
        assert f"`{name}`" in text, f"{name} is not in docs/departures.md"
