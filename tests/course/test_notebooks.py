"""Every chapter runs from start to end, as its solution and as a reader who has not begun; figures have alt text.

What has not changed since `make prove` is left out, but for one chapter (passed.py).
"""

import os
from copy import deepcopy
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.record.registry import chapters, registry
from tests.course.answers import source, student
from tests.passed import at_home, library

OURS = """\
import sys
print(*(m.__file__ for name, m in sys.modules.items() if name.partition(".")[0] in ("grader", "nnlib")), sep="\\n")
"""
FRESH = "get_ipython().run_line_magic('reset', '-f'); import os; os.makedirs({0!r}); os.chdir({0!r})"


def executed(notebooks, folder):
    """The cells of each notebook after a run at the quick size, from an empty namespace. A cell that raises fails
    the run. One kernel serves them all: what starts and imports takes as long as the cells."""
    runs = {name: deepcopy(notebook.cells) for name, notebook in notebooks.items()}
    cells = []
    for name, run in runs.items():
        for cell in run:
            cell.id = f"{name}-{cell.id}"
        cells += [new_code_cell(FRESH.format(str(folder / name))), *run]
    environment = {**os.environ, "NN_WORKBOOK_QUICK": "1", "MPLBACKEND": "Agg"}
    environment.pop("NBGRADER_EXECUTION", None)
    NotebookClient(new_notebook(cells=cells), timeout=300, kernel_name="python3").execute(env=environment)
    for name, run in runs.items():
        for cell in run:
            cell.id = cell.id.removeprefix(f"{name}-")
    return runs


def texts(cell, kind="text/plain"):
    return [o["data"][kind] for o in cell["outputs"] if kind in o.get("data", {})]


@pytest.fixture(scope="module", params=chapters())
def both(request, tmp_path_factory):
    chapter = request.param
    ours = new_notebook(cells=[new_code_cell(OURS)])
    runs = executed(
        {"untouched": student(chapter), "solved": source(chapter), "ours": ours},
        tmp_path_factory.mktemp(chapter),
    )
    return chapter, runs["solved"], runs["untouched"], runs["ours"][0]["outputs"][0]["text"].split()


def test_checks_say_passed_or_not_attempted(both):
    chapter, solved, untouched, _ = both
    for cells, mark in ((solved, "✓"), (untouched, "○")):
        checks = {c["id"].removesuffix("-check"): texts(c) for c in cells if c["id"].endswith("-check")}
        assert list(checks) == list(registry(chapter))
        assert all(text[0].startswith(mark) for text in checks.values()), checks


def test_nothing_is_printed_to_stderr(both):
    for cells in both[1:3]:
        noise = [o["text"] for c in cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
        assert noise == []


def test_every_figure_has_alt_text(both):
    for cells in both[1:3]:
        figures = [c for c in cells if c["cell_type"] == "code" and "plt." in c["source"]]
        assert figures
        for cell in cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                assert "image/png" not in data, f"cell {cell['id']} shows a figure without plotting.show"
                if "<img" in data.get("text/html", ""):
                    assert 'alt="' in data["text/html"]


def test_experiments_do_not_depend_on_the_answers(both):
    """What the demos print is the same whether the reader has begun or not, but for times and torch."""
    _, solved, untouched, _ = both
    printed = [
        {c["id"]: "".join(o.get("text", "") for o in c.get("outputs", [])) for c in cells}
        for cells in (solved, untouched)
    ]
    timed = {c["id"] for c in solved if "timeit" in c["source"]}
    for key in printed[0].keys() - timed:
        assert printed[0][key] == printed[1].get(key, printed[0][key]), key


def test_what_was_imported_is_what_a_run_depends_on(both):
    assert {Path(path) for path in both[3]} <= {*library(), *at_home()}
