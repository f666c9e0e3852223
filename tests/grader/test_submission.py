"""What was handed in becomes the released notebook with the student's answers: accidents cost nothing."""

import copy
import json

import nbformat
import pytest

from grader.collect.submitted import MAX_BYTES
from grader.grading.submission import Unreadable, read, rebuild
from tests.grader import three_exercises
from tests.grader.three_exercises import CHAPTER, RIGHT, at, hand_in, own, released, stub


def built(notebook):
    return rebuild(read(json.dumps(notebook)), read(released()), CHAPTER)


def answers(submission):
    return {s.name: s.source for s in submission.steps if s.kind == "answer" and not s.untouched}


def order(submission):
    return [s.name for s in submission.steps if s.kind in ("answer", "check")]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

FULL = json.dumps(released(), indent=1)
UNREADABLE = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n ", "the file is empty"),
    "cut": (FULL[: FULL.index("### `sigmoid`")], "breaks off at line"),
    "word": (b"{\n nonsense", "the first mistake is in line 2"),
    "binary": (b"%PDF\xff\xfe\x00\x93", "not text"),
    "a page": (b"<!DOCTYPE html>", "a web page"),
    "list": (b"[1]", "no object"),
    "no cells": (b'{"nbformat": 4}', "no cells"),
    "cells are a word": (b'{"nbformat": 4, "cells": "x"}', "no cells"),
    "old": (b'{"nbformat": 3, "worksheets": [{"cells": [7]}]}', "cell 1 is neither"),
    "cell is a number": (b'{"cells": [7]}', "cell 1 is neither"),
    "cell type": (b'{"cells": [{"cell_type": "heading", "source": ""}]}', "cell 1 is neither"),
    "cell type is a list": (b'{"cells": [{"cell_type": [], "source": ""}]}', "cell 1 is neither"),
    "source is a number": (b'{"cells": [{"cell_type": "code", "source": 3}]}', "cell 1 has no source"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "digits": (b"1" * 10_000, "not JSON"),
    "large": (b" " * (MAX_BYTES + 1), "larger than 20 MB"),
}


@pytest.mark.parametrize(("content", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_notebook_is_refused_in_words(content, reason):
    found = read(content)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


@pytest.mark.parametrize(
    "encode",
    [str, str.encode, lambda t: t.encode("utf-8-sig"), lambda t: t.encode("utf-16"), json.loads],
    ids=["text", "bytes", "byte order mark", "utf-16", "tree"],
)
def test_a_notebook_is_read_from_any_form(encode):
    assert [c.id for c in read(encode(FULL)).cells] == [c["id"] for c in released()["cells"]]


def test_sources_and_outputs_are_cleaned():
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"], "extra": 1},
        {"output_type": "display_data", "data": "no dict"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t", 3]},
        {"output_type": "execute_result", "data": {"text/plain": "1"}, "execution_count": "forged"},
        {"output_type": ["stream"]},
        {"output_type": "stream", "name": "stdout", "text": {}},
        "no output",
    ]
    notebook = {"cells": [own(["def f():\r\n", "    '\ud800'\r"], outputs=outputs, metadata=["no dict"])]}
    (cell,) = read(json.dumps(notebook)).cells
    assert cell.source == "def f():\n    '\ufffd'\n"
    assert [o.output_type for o in cell.outputs] == ["stream", "display_data", "error", "execute_result"]
    assert cell.outputs[0] == {"output_type": "stream", "name": "stdout", "text": "a\nb"}
    assert cell.outputs[1].data == {}
    assert cell.outputs[2].traceback == ["t"]
    assert cell.metadata == {}


# ── rebuilding: nothing to repair ────────────────────────────────────────────────────────────────────────


def test_an_untouched_notebook_is_the_released_one():
    submission = built(released())
    assert [s for s in submission.steps if s.kind == "answer" and not s.untouched] == []
    assert [c.source for c in submission.notebook.cells] == [c["source"] for c in released()["cells"]]
    assert submission.repairs == ()
    assert submission.release == "0123456789ab"


def test_steps_stand_in_the_order_of_the_notebook():
    steps = built(hand_in(**RIGHT)).steps
    wanted = [("setup", "import numpy as np")]
    wanted += [(kind, f) for f in three_exercises.FUNCTIONS for kind in ("answer", "check")]
    assert [(s.kind, s.name) for s in steps if s.kind != "demo"] == wanted


def test_the_arguments_are_left_as_they_were():
    notebook, skeleton = read(hand_in(**RIGHT)), read(released())
    before = copy.deepcopy((notebook, skeleton))
    rebuild(notebook, skeleton, CHAPTER).notebook.cells[1].metadata["spoiled"] = True
    assert (notebook, skeleton) == before


# ── rebuilding: every accident, and the sentence that tells of it ────────────────────────────────────────


def drop(notebook, id):
    del notebook["cells"][at(notebook, id)]


def edit(notebook, id, source):
    notebook["cells"][at(notebook, id)]["source"] = source


def retype(notebook, id, kind):
    notebook["cells"][at(notebook, id)]["cell_type"] = kind


def copy_below(notebook, id, source=None, new_id="99887766"):
    twin = copy.deepcopy(notebook["cells"][at(notebook, id)]) | {"id": new_id}
    twin["source"] = twin["source"] if source is None else source
    notebook["cells"].insert(at(notebook, id) + 1, twin)


def move_to_the_end(notebook, id):
    notebook["cells"].append(notebook["cells"].pop(at(notebook, id)))


def lose_ids(notebook):
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]


def lose_everything(notebook):
    lose_ids(notebook)
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def as_colab(notebook):
    lose_ids(notebook)
    for n, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"id": f"c{n}", "colab": {"base_uri": "https://localhost/"}}
    notebook["metadata"] |= {
        "colab": {"provenance": []},
        "kernelspec": {"name": "python3"},
        "accelerator": "GPU",
    }


def as_vscode(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] |= {"vscode": {"languageId": "python"}, "trusted": False, "collapsed": True}
    notebook["metadata"]["kernelspec"] = {"name": "venv", "display_name": "my venv", "language": "python"}


def windows_lines(notebook):
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")


def hostile_metadata(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] |= {"tags": ["skip-execution", "remove-cell"], "nbgrader": [1], "nn_workbook": "x"}


def move_answer_into_own_cell(notebook):
    edit(notebook, "softmax", stub("softmax"))
    notebook["cells"].append(own(RIGHT["softmax"]))


def answer_all_in_one_cell(notebook):
    edit(notebook, "sigmoid", "\n\n".join(RIGHT.values()))
    drop(notebook, "softmax")
    drop(notebook, "softmax_backward")


ACCIDENTS = {
    # what happens to a right hand-in: (change, the repair told; None where nothing was repaired)
    "id-less": (lose_ids, "lost their ids"),
    "id-less and without metadata": (lose_everything, "The cells had lost their ids"),
    "Colab": (as_colab, "lost their ids"),
    "VS Code": (as_vscode, None),
    "Windows line endings": (windows_lines, None),
    "foreign tags and metadata": (hostile_metadata, None),
    "check deleted": (lambda n: drop(n, "softmax-check"), "deleted: the check cell of `softmax`."),
    "setup deleted": (lambda n: drop(n, "imports"), "deleted: “import numpy as np”."),
    "text deleted": (lambda n: drop(n, "intro"), "deleted: “Activations”."),
    "check edited": (lambda n: edit(n, "softmax-check", "3.0"), "edited: the check cell of `softmax`."),
    "setup edited": (lambda n: edit(n, "imports", "import math"), "edited: “import numpy as np”."),
    "check retyped": (
        lambda n: retype(n, "softmax-check", "raw"),
        "check cell of `softmax` had become a raw cell",
    ),
    "check duplicated": (
        lambda n: copy_below(n, "softmax-check"),
        "duplicated: the check cell of `softmax`.",
    ),
    "answer duplicated": (lambda n: copy_below(n, "softmax"), "`softmax` is answered in 2 cells"),
    "answer duplicated, same id": (
        lambda n: copy_below(n, "softmax", new_id="softmax"),
        "answered in 2 cells",
    ),
    "stub kept below": (lambda n: copy_below(n, "softmax", stub("softmax")), "duplicated: the answer cell"),
    "answer as markdown": (
        lambda n: retype(n, "softmax", "markdown"),
        "`softmax` had become a markdown cell",
    ),
    "answer as raw": (lambda n: retype(n, "softmax", "raw"), "`softmax` had become a raw cell"),
    "answer moved": (lambda n: move_to_the_end(n, "softmax"), "Cells had been moved"),
    "check moved": (lambda n: move_to_the_end(n, "sigmoid-check"), "Cells had been moved"),
    "answer in an own cell": (move_answer_into_own_cell, "by what it defines: the answer to `softmax`"),
    "one cell for all": (answer_all_in_one_cell, "`softmax_backward`"),
    "another release": (
        lambda n: n["metadata"]["nn_workbook"].update(release="ffffffffffff"),
        "another release",
    ),
    "another chapter's label": (
        lambda n: n["metadata"]["nn_workbook"].update(chapter="ch99"),
        "chapter ch99",
    ),
}


@pytest.mark.parametrize(("change", "told"), ACCIDENTS.values(), ids=ACCIDENTS)
def test_an_accident_costs_no_answer_and_is_told(change, told):
    notebook = hand_in(**RIGHT)
    change(notebook)
    submission = built(notebook)
    found = answers(submission)
    assert all(RIGHT[function] in found[function] for function in three_exercises.FUNCTIONS)
    assert order(submission) == [f for f in three_exercises.FUNCTIONS for _ in range(2)]
    assert [c.source for c in submission.notebook.cells if c.id == "imports"] == [
        "import numpy as np\nfrom grader import check"
    ]
    if told is None:
        assert submission.repairs == ()
    else:
        assert any(told in repair for repair in submission.repairs), submission.repairs
    nbformat.validate(submission.notebook)


def test_a_deleted_answer_is_the_stub():
    notebook = hand_in(**RIGHT)
    drop(notebook, "softmax")
    submission = built(notebook)
    assert set(answers(submission)) == {"sigmoid", "softmax_backward"}
    assert "The answer cell of `softmax` is missing: not attempted." in submission.repairs


def test_of_two_answers_the_last_changed_one_counts():
    notebook = hand_in(**RIGHT)
    copy_below(notebook, "softmax", "def softmax(x):\n    return x")
    assert answers(built(notebook))["softmax"] == "def softmax(x):\n    return x"
    copy_below(notebook, "softmax", stub("softmax"))
    assert answers(built(notebook))["softmax"] == "def softmax(x):\n    return x"


def test_of_a_split_answer_the_part_with_the_function_counts_and_the_rest_is_kept():
    notebook = hand_in(**RIGHT)
    copy_below(notebook, "softmax", "print(softmax(np.ones(3)))")
    submission = built(notebook)
    assert answers(submission)["softmax"] == RIGHT["softmax"]
    assert [s.source for s in submission.steps if s.kind == "own"] == ["print(softmax(np.ones(3)))"]


@pytest.mark.parametrize(
    "source", ["def softmax(x:\n    retur", "softmax = lambda x: x", "%time\ndef softmax (x):\n  return x"]
)
def test_an_answer_is_recognised_without_being_parsed(source):
    notebook = hand_in()
    drop(notebook, "softmax")
    notebook["cells"].append(own(source))
    assert answers(built(notebook)) == {"softmax": source}


def test_a_use_of_the_name_is_no_answer():
    notebook = hand_in()
    notebook["cells"].append(own("y = softmax(x)\nsoftmax == 3\n  def softmax(x): pass"))
    assert answers(built(notebook)) == {}


def test_own_cells_stay_behind_the_same_cell():
    notebook = hand_in(**RIGHT)
    notebook["cells"].insert(0, own("first = 1"))
    notebook["cells"].insert(at(notebook, "softmax"), own("helper = 2"))
    notebook["cells"].insert(at(notebook, "softmax-check"), own("between = 3", metadata={"tags": ["x"]}))
    notebook["cells"].insert(at(notebook, "softmax-check"), own("A note.", "markdown"))
    submission = built(notebook)
    ids = [c.source if c.id.startswith("own-") else c.id for c in submission.notebook.cells]
    assert ids[:2] == ["first = 1", "intro"]
    middle = ["state-softmax", "helper = 2", "softmax", "between = 3", "A note.", "softmax-check"]
    assert ids[ids.index("state-softmax") : ids.index("softmax-check") + 1] == middle
    assert [s.source for s in submission.steps if s.kind == "own"] == [
        "first = 1",
        "helper = 2",
        "between = 3",
    ]
    assert all(
        c.metadata == {"nn_workbook": {"role": "own"}}
        for c in submission.notebook.cells
        if c.id[:4] == "own-"
    )
    assert submission.repairs == ()


def test_the_students_outputs_and_words_are_kept_for_the_feedback():
    notebook = hand_in(**RIGHT)
    output = {"output_type": "stream", "name": "stdout", "text": "mine"}
    forged = {
        "output_type": "execute_result",
        "data": {"text/plain": "3.0"},
        "metadata": {},
        "execution_count": 1,
    }
    notebook["cells"][at(notebook, "softmax")]["outputs"] = [output]
    notebook["cells"][at(notebook, "softmax-check")]["outputs"] = [forged]
    notebook["cells"][at(notebook, "why")] |= {"source": "Because.", "attachments": {"a.png": {}}}
    cells = {c.id: c for c in built(notebook).notebook.cells}
    assert cells["softmax"].outputs == [output]
    assert cells["softmax-check"].outputs == []
    assert (cells["why"].source, cells["why"].attachments) == ("Because.", {"a.png": {}})


def test_a_hand_in_of_thousands_of_cells_is_rebuilt_quickly():
    notebook = hand_in(**RIGHT)
    notebook["cells"] += [copy.deepcopy(notebook["cells"][at(notebook, "softmax")]) for _ in range(1900)]
    assert answers(built(notebook)) == RIGHT


def test_a_written_answer_without_metadata_is_known_by_its_question():
    notebook = hand_in()
    question = {"cell_type": "markdown", "id": "question", "metadata": {}, "source": "Why?"}
    skeleton = released()
    skeleton["cells"].insert(at(skeleton, "why"), question)
    notebook = json.loads(json.dumps(skeleton))
    answer = notebook["cells"][at(notebook, "why")]
    answer.update(id="other", metadata={}, source="Because.")
    found = rebuild(read(json.dumps(notebook)), read(json.dumps(skeleton)), CHAPTER)
    assert [c.source for c in found.notebook.cells if c.id == "why"] == ["Because."]
    assert "recognised by the question before it" in " ".join(found.repairs)
