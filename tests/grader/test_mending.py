"""Files that are not quite a notebook, and what of them can be graded."""

import copy
import json
from time import process_time

import pytest
from nbformat import from_dict

from grader.collect.submitted import MAX_BYTES, find_hand_ins, is_copy
from grader.course import Class
from grader.grading.incoming import Unreadable, read
from grader.grading.mending import sides_of_conflict, without_outputs
from grader.grading.sanitise import cut_texts
from tests.grader.test_grade import FULL, graded, points
from tests.grader.three_exercises import RIGHT, hand_in, own


def version_3(notebook):
    cells = []
    for cell in copy.deepcopy(notebook)["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["outputs"] = [
                {"output_type": "pyout", "text": "1", "prompt_number": 1},
                {"output_type": "stream"},
                5,
            ]
        cells.append(cell)
    cells += [
        {"cell_type": "heading", "level": 2, "source": ["About ", "me"]},
        {"cell_type": "html", "source": "x"},
    ]
    return {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": cells}, {"cells": []}],
    }


def test_version_3_is_converted():
    old = version_3(hand_in(**RIGHT))
    verdict = graded(old)
    assert points(verdict) == FULL
    assert any("nbformat 3" in repair for repair in verdict.repairs)
    sources = [cell.source for cell in read(json.dumps(old)).cells]
    assert sources[-2:] == ["## About me", "x"]


@pytest.mark.parametrize(
    "sheets", [[], [5], [{"cells": 5}], [{"cells": [5]}], [{"cells": [{"cell_type": "code", "input": 5}]}]]
)
def test_worksheets_of_no_form_are_unreadable_or_empty(sheets):
    found = read(json.dumps({"nbformat": 3, "worksheets": sheets}))
    assert isinstance(found, Unreadable) or found.cells == []


def conflicting(text, change):
    """The file as git leaves it when two people ran the same notebook, or one of them wrote something else."""
    lines = text.splitlines()
    n = next(n for n, line in enumerate(lines) if change[0] in line)
    theirs = lines[n].replace(*change)
    lines[n : n + 1] = ["<<<<<<< HEAD", lines[n], "||||||| base", "=======", theirs, ">>>>>>> theirs"]
    return "\n".join(lines)


def test_conflict_markers_where_both_sides_have_the_same_cells():
    notebook = hand_in(**RIGHT)
    notebook["metadata"]["seen"] = "yesterday"
    text = json.dumps(notebook, indent=1)
    assert isinstance(read(conflicting(text, ('"yesterday"', '"today"'))), dict)
    found = read(conflicting(text, ('"yesterday"', '"today"')))
    assert found.remarks == ["The file held git's conflict markers; both sides had the same cells."]
    differ = read(conflicting(json.dumps(hand_in(**RIGHT), indent=1), ("sigmoid(x)", "sigmoid(y)")))
    assert isinstance(differ, Unreadable)
    assert "conflict markers" in differ.reason
    assert "differ in cell" in differ.reason
    broken = read("<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x\n")
    assert "no notebook" in broken.reason


def test_markers_within_a_cell_are_no_conflict():
    notebook = hand_in(**RIGHT)
    notebook["cells"].append(own("'''\n<<<<<<< HEAD\n'''"))
    assert sides_of_conflict(json.dumps(notebook, indent=1)) is None


@pytest.mark.parametrize("form", ["one long text", "many lines", "a picture", "nested"])
def test_outputs_of_more_than_20_mb_are_left_out(form):
    notebook = hand_in(**RIGHT)
    size = MAX_BYTES + 1
    output = {
        "one long text": {
            "output_type": "stream",
            "name": "stdout",
            "text": ('a"\\[{' + "x" * 95) * (size // 99),
        },
        "many lines": {
            "output_type": "stream",
            "name": "stdout",
            "text": ["ab[]" + "y" * 95 + "\n"] * (size // 99),
        },
        "a picture": {"output_type": "display_data", "data": {"image/png": "A" * size}, "metadata": {}},
        "nested": {
            "output_type": "display_data",
            "data": {"x": [{"outputs": [["z" * 89]]}] * (size // 99)},
            "metadata": {},
        },
    }[form]
    notebook["cells"][2:2] = [own("'\"outputs\": ['", outputs=[output, output])]
    text = json.dumps(notebook)
    before = process_time()
    small = without_outputs(text)
    assert process_time() - before < 20
    emptied = copy.deepcopy(notebook)
    for cell in emptied["cells"]:
        if "outputs" in cell:
            cell["outputs"] = []
    assert json.loads(small) == emptied
    found = read(text.encode())
    assert "outputs; they were left out" in found.remarks[0]
    assert found.cells[2].outputs == []


@pytest.mark.parametrize(
    "file", [b'{"cells": [{"outputs": [' + b"[" * 99, b'"', b"\\", b"]]]]", b'{"outputs": [']
)
def test_what_breaks_off_is_no_trouble(file):
    without_outputs(file)
    assert isinstance(read(file + b" " * MAX_BYTES), Unreadable)


def test_a_large_output_hides_no_answer():
    notebook = read(json.dumps(hand_in(**RIGHT)))
    large = from_dict({**own("1"), "id": "own-1"})
    html = {"output_type": "display_data", "data": {"text/html": "<p>x</p>" * 150_000}, "metadata": {}}
    large["outputs"] = [html]
    wordy = [from_dict({**own("y" * 19_999, "markdown"), "id": "own-2"}) for _ in range(99)]
    before = [cell.source for cell in notebook.cells]
    cut_texts([large, *wordy, *notebook.cells])
    assert [cell.source for cell in notebook.cells] == before
    assert "text/html" not in large["outputs"][0]["data"]
    assert sum(len(cell["source"]) for cell in wordy) < 1_100_000


NAMES = [
    "Copy of CH",
    "Copy of Copy of CH",
    "CH (1)",
    "CH(2)",
    "CH-1",
    "CH-Copy1",
    "CH - Copy",
    "CH_copy 2",
    "Kopie von CH (3)",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_taken_with_a_remark(tmp_path, name):
    chapter = "ch02_activations"
    path = Class(tmp_path).submission("ada", chapter).with_name(name.replace("CH", chapter) + ".ipynb")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"1")
    (path.parent / "notes.txt").write_bytes(b"2")
    (found,) = find_hand_ins(Class(tmp_path), chapter)
    assert (found.read(), found.problem, found.extra) == (b"1", "", ("notes.txt",))
    assert path.name in found.remark
    path.with_name(f"{chapter} (7).ipynb").write_bytes(b"3")
    assert "rename the notebook" in find_hand_ins(Class(tmp_path), chapter)[0].problem


def test_other_names_are_no_copies():
    for name in ("homework (1)", "ch02_activations2", "my ch02_activations", "ch02", ""):
        assert not is_copy(name, "ch02_activations")
