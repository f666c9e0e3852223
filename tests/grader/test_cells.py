"""The check speaks of the cell as it stands: in a real kernel, cell after cell as a reader runs them."""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

SETUP = "import numpy as np\nfrom grader import again, check, hint, reset"
RIGHT = "def sigmoid(x):\n    return 0.5 * np.tanh(0.5 * x) + 0.5"
WRONG = "def sigmoid(x):\n    print('x is', x)\n    return 1 / (1 + np.exp(x))"


def run(folder, *sources, ids=()):
    """What each cell shows, as text."""
    cells = [new_code_cell(source) for source in (SETUP, *sources)]
    for cell, name in zip(cells[1:], ids):
        cell.id = name or cell.id
    notebook = new_notebook(cells=cells)
    (folder / ".nn-workbook").mkdir(exist_ok=True)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True, resources=resources
    ).execute()
    return [
        "\n".join(o.get("text") or o.get("evalue") or o["data"].get("text/plain", "") for o in cell.outputs)
        for cell in notebook.cells[1:]
    ]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("def sigmoid(x):\n    return 1 / (1 +", "The last run of its cell failed (SyntaxError"),
        (
            "import numpi\ndef sigmoid(x):\n    return x",
            "failed (ModuleNotFoundError: No module named 'numpi')",
        ),
        (RIGHT.replace("sigmoid", "sigmoyd"), "Its cell does not define `sigmoid` but `sigmoyd`"),
    ],
)
def test_a_check_of_an_older_version_says_so(tmp_path, broken, words):
    shown = run(tmp_path, RIGHT, "check(sigmoid)", broken, "check(sigmoid)", ids=("sigmoid",))
    assert words not in shown[1]
    shown = run(tmp_path, RIGHT, broken, "check(sigmoid)", ids=("", "sigmoid"))
    assert words in shown[2].partition("→")[2]
    assert "all" in shown[2]


def test_where_there_is_no_older_version_the_failed_run_is_told(tmp_path):
    shown = run(tmp_path, "def sigmoid(x)\n    return x", "check(sigmoid)")
    assert "`sigmoid` is not defined in this kernel. The last run of its cell failed (SyntaxError" in shown[1]


def test_a_cell_that_fails_after_the_function_is_the_version_that_is_checked(tmp_path):
    shown = run(tmp_path, RIGHT + "\nsigmoid('text')", "check(sigmoid)")
    assert "version before" not in shown[1]


def test_prints_and_warnings_of_the_case_that_is_shown_are_kept(tmp_path):
    loud = WRONG.replace("return", "import warnings; warnings.warn('careful')\n    return")
    shown = run(
        tmp_path, loud, "print(check(sigmoid).printed)", "arguments = again(sigmoid)", "print(arguments)"
    )
    assert "x is [" in shown[1]
    assert "UserWarning: careful" in shown[1]
    assert "x is [" in shown[2]
    assert shown[3].startswith("{'x': array(")


def test_again_shows_the_whole_traceback_and_returns_the_arguments(tmp_path):
    shown = run(tmp_path, "def sigmoid(x):\n    return np.expo(x)", "check(sigmoid);", "again(sigmoid)")
    assert "AttributeError" in shown[2]
    assert "help.py" not in shown[2]
    assert "np.expo(x)" in shown[2]
    assert "'x': array(" in shown[2]


@pytest.mark.parametrize("wait", ["input()", "breakpoint()"])
def test_nobody_is_there_while_an_answer_is_checked(tmp_path, wait):
    shown = run(tmp_path, f"def sigmoid(x):\n    {wait}\n    return x", "check(sigmoid)")
    assert "waits for a person" in shown[1]


def test_a_name_that_a_restart_took_costs_no_progress(tmp_path):
    shown = run(
        tmp_path,
        RIGHT,
        "check(sigmoid)",
        "del np",
        "check(sigmoid)",
        "from grader import progress; progress()",
    )
    assert "`np` is not defined in this kernel" in shown[3]
    assert "✓ sigmoid " in shown[4]


def test_after_a_restart_a_missing_name_is_told_in_a_sentence(tmp_path):
    shown = run(tmp_path, "check(softplus)", "del np", RIGHT, "check(sigmoid)", "np.ones(3)")
    assert "run the cell that defines `softplus`" in shown[0]
    assert "`np`" in shown[3]
    assert "the cell that begins `import numpy as np` makes it" in shown[3]
    assert "the cell that begins `import numpy as np` makes it" in shown[4]
