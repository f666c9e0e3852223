"""Accidents that a fair teacher would not count: what was there, and works, is graded."""

import types

import pytest

from tests.grader.test_grade import FULL, graded, points
from tests.grader.three_exercises import RIGHT, at, hand_in, own

SOFTMAX = RIGHT["softmax"]
USES = "def softmax(x, *, axis=-1):\n    return shifted(x, axis)"
HELPER = (
    "def shifted(x, axis):\n    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
    "    return e / e.sum(axis=axis, keepdims=True)\n"
)


ANSWERS = {
    "torch": f"import torch\nimport torch.nn.functional as F\nfrom torch import nn\n{SOFTMAX}",
    "what is not installed": f"from google.colab import drive\nimport nowhere.at.all as n\n{SOFTMAX}",
    "a file of one's own": f"from my_helpers import *\n{SOFTMAX}",
    "an annotation": f"import torch\nT = torch.Tensor | None\n{SOFTMAX}",
    "an import within": SOFTMAX.replace("):\n", "):\n    import torch\n    isinstance(x, torch.Tensor)\n", 1),
    "an import that is waited for": f"try:\n    import torch as t\nexcept ImportError:\n    t = np\nt.e\n{SOFTMAX}",
    "input above": f"n = int(input('how many?'))\n{SOFTMAX}",
    "an error above": f"print(1 / 0)\n{SOFTMAX}",
    "an error below": f"{SOFTMAX}\nprint(1 / 0)",
    "a mount above": f"from google.colab import drive\ndrive.mount('/content/drive')\n{SOFTMAX}",
    "an endless demo below": f"{SOFTMAX}\nwhile True:\n    pass",
    "an end below": f"{SOFTMAX}\nimport os\nos._exit(0)",
}


@pytest.mark.parametrize("source", ANSWERS.values(), ids=ANSWERS)
def test_what_stands_beside_an_answer_costs_nothing(source):
    from grader.engine.limits import Limits

    verdict = graded(hand_in(**RIGHT | {"softmax": source}), limits=Limits(call=0.6, cell=2.0))
    assert points(verdict) == FULL, verdict.outcomes["softmax"].message


OWN = {
    "a mount and a helper in one cell": f"from google.colab import drive\ndrive.mount('/x')\n{HELPER}",
    "a helper and an error": f"{HELPER}\nraise ValueError",
    "a helper and a plot that is not there": f"import seaborn as sns\nsns.set_theme()\n{HELPER}",
    "a helper that needs another": "def exp(x):\n    return np.exp(x)\n1 / 0\n"
    + HELPER.replace("np.exp(", "exp("),
    "a file of one's own": f"%%writefile mine.py\nimport numpy as np\n{HELPER}",
}


@pytest.mark.parametrize("source", OWN.values(), ids=OWN)
@pytest.mark.parametrize("where", ["in front", "last", "behind the check"])
def test_a_helper_is_found_wherever_it_stands(source, where):
    notebook = hand_in(**RIGHT | {"softmax": USES})
    if "%%" in source:
        notebook["cells"][at(notebook, "softmax")]["source"] = "from mine import shifted\n" + USES
    place = {
        "in front": 0,
        "last": len(notebook["cells"]),
        "behind the check": at(notebook, "softmax-check") + 1,
    }
    if "%%" in source:
        where = "in front"  # a file is there once it is written
    notebook["cells"].insert(place[where], own(source))
    verdict = graded(notebook)
    assert points(verdict) == FULL, verdict.outcomes["softmax"].message


def test_an_answer_and_its_helper_below_the_check():
    notebook = hand_in(**RIGHT | {"softmax": USES})
    cells = notebook["cells"]
    answer = cells.pop(at(notebook, "softmax"))
    behind = at(notebook, "softmax-check") + 1
    cells[behind:behind] = [own(HELPER), answer]
    assert points(graded(notebook)) == FULL


def test_a_long_chain_of_helpers_is_read_once(monkeypatch):
    """Each cell needs the next one. A hand-in of 2000 such cells must not keep the grader for hours."""
    from grader.grading import grade
    from grader.grading.submission import Step

    read = []
    words = grade.WORD
    monkeypatch.setattr(
        grade, "WORD", types.SimpleNamespace(findall=lambda s: read.append(s) or words.findall(s))
    )
    chain = [Step("own", "", f"own-{i}", f"def h{i}(x):\n    return h{i + 1}(x)") for i in range(200)]
    alone = Step("own", "", "own-alone", "def nobody_needs_this(x):\n    return h0(x)")
    steps = [Step("check", "softmax", "softmax-check"), *reversed(chain), alone]
    found = grade.helpers_behind(steps, 0, "def softmax(x):\n    return h0(x)")
    assert found == list(reversed(chain))
    assert len(read) == len(chain) + 1


def test_a_helper_behind_helps_nothing_that_is_defined_before():
    notebook = hand_in(**RIGHT | {"softmax": USES})
    notebook["cells"].insert(0, own("def shifted(x, axis):\n    return x"))
    notebook["cells"].append(own(HELPER))
    assert graded(notebook).outcomes["softmax"].points == 0


def test_a_helper_behind_is_as_locked_as_the_answer():
    notebook = hand_in(**RIGHT | {"softmax": USES})
    late = own(
        "from nnlib.activations import softmax as theirs\ndef shifted(x, axis):\n    return theirs(x, axis=axis)"
    )
    notebook["cells"].append(late)
    assert graded(notebook).outcomes["softmax"].points == 0


def test_using_what_is_not_there_says_so():
    for source in ("import torch\n", "    import torch\n"):
        head = source if source[0] != " " else ""
        body = "" if head else source
        answer = f"{head}def softmax(x, *, axis=-1):\n{body}    return torch.softmax(torch.tensor(x), axis).numpy()"
        outcome = graded(hand_in(**RIGHT | {"softmax": answer})).outcomes["softmax"]
        assert outcome.points == 0
        assert "torch is not available while grading" in outcome.message
