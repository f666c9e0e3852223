"""The corpus of hostile hand-ins against an assignment that is not ours: they reach nothing and cost nobody else
anything. The tests run beside the student's code, so some get points; which, is written down here.
"""

import hashlib
import json

import nbformat
import pytest

from grader.any_course.autograde import autograde
from grader.any_course.course import find
from grader.engine.doctor import usable
from tests.any_course.made import Assignment, answer, check, grades, locked, make, text
from tests.attacks.attack import CHAPTER, HONEST, TARGET, Kit
from tests.attacks.attacked_class import SECRET, Canaries
from tests.attacks.corpus import TABLES

NAME = CHAPTER  # where some of the corpus look for others' work
SOLUTIONS = {
    HONEST: "def leaky_relu(x, *, negative_slope=0.01):\n    return np.where(x > 0, x, negative_slope * x)",
    TARGET: "def softmax(x, *, axis=-1):\n    e = np.exp(x - x.max(axis, keepdims=True))\n"
    "    return e / e.sum(axis, keepdims=True)",
}
ACTS = Assignment(
    NAME,
    {
        NAME: [
            text("# Activations"),
            locked("setup", "import numpy as np"),
            text("Write them."),
            answer(HONEST, SOLUTIONS[HONEST]),
            check(f"{HONEST}-check", 1, "assert leaky_relu(np.array([-1.0, 2.0])).tolist() == [-0.01, 2.0]"),
            answer(TARGET, SOLUTIONS[TARGET]),
            check(
                f"{TARGET}-check",
                3,
                "p = softmax(np.array([[0.0, np.log(3.0)], [1000.0, 1000.0]]))\n"
                "assert p.shape == (2, 2)\nnp.testing.assert_allclose(p, [[0.25, 0.75], [0.5, 0.5]])\n"
                "assert [round(float(x), 3) for x in p[0]] == [0.25, 0.75]",
            ),
        ]
    },
    {"aaa-honest": {}, "zzz-honest": {}},
    options={"Execute": {"timeout": 2}, "WarmExecute": {"notebook_timeout": 20.0}},
)
# Hiding torch and nnlib is for our own exercises; here the environment is the course's.
HERE = [table for table in TABLES if table != "readymade"]
# What gets points that it does not deserve. docs/threats.md names the ways.
OVER_THE_FENCE = {
    "results": {
        "returns-a-part-of-a-larger-array",  # right in what this test asks
        "works-in-its-argument--and-returns-that",
        "is-right-at-every-other-call",
        "hangs-on-everything-but-small-input",
        "looks-who-is-calling",
    }
}


def lay(root, kit, attack):
    path = root / "submitted" / attack.name / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    file = attack.make(kit)
    if callable(file):
        file(path)
    else:
        path.write_bytes(file if isinstance(file, bytes) else json.dumps(file).encode())


def untouched(root):
    ours = ("autograded", "gradebook.db", ".grader")
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.relative_to(root).parts[0] not in ours and path.is_file() and path.stat().st_size < 1 << 30
    }


@pytest.fixture
def room(tmp_path):
    root = make(tmp_path / "course", ACTS)
    released = json.loads((root / "release" / NAME / f"{NAME}.ipynb").read_text())
    canaries = Canaries(tmp_path)
    goals = {
        "course": root,
        "seed": root / "nbgrader_config.py",
        "source": root / "source" / NAME / f"{NAME}.ipynb",
    }
    yield root, Kit(released, SOLUTIONS, canaries.goals | {k: str(v) for k, v in goals.items()}), canaries
    canaries.close()


def shown_in(path):
    """What cells said; not tracebacks, which quote the code."""
    outputs = [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]
    return "".join(str({**output, "traceback": ""}) for output in outputs)


def attacked(room, attacks):
    root, kit, canaries = room
    for attack in attacks:
        lay(root, kit, attack)
    before = untouched(root)
    said = autograde(find(root, NAME), NAME, isolation="full", workers=2)
    found = grades(root, NAME)
    points = {student: found[student, NAME, f"{TARGET}-check"][0] for student in said.graded}
    assert canaries.unhurt() == []
    assert untouched(root) == before
    for student in ("aaa-honest", "zzz-honest"):
        assert found[student, "", ""][:3] == (4.0, 4.0, False)
    shown = "".join(shown_in(path) for path in root.glob("autograded/*/*/*.ipynb")) + str(said.remarks)
    assert "REACHED" not in shown
    assert SECRET not in shown
    return {student for student, score in points.items() if score and "honest" not in student}


@pytest.mark.slow
@pytest.mark.skipif(not usable("full"), reason="this machine does not give isolation full")
@pytest.mark.parametrize("table", HERE)
def test_hostile_hand_ins_reach_nothing(table, room):
    attacks = [attack for attack in TABLES[table] if not attack.slow]
    earned = attacked(room, attacks)
    assert earned == OVER_THE_FENCE.get(table, set())


@pytest.mark.slow
@pytest.mark.skipif(not usable("full"), reason="this machine does not give isolation full")
def test_the_slow_ones_too(room):
    assert attacked(room, [attack for table in HERE for attack in TABLES[table] if attack.slow]) == set()
