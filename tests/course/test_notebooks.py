"""Every chapter runs from start to end, as its solution and as a reader who has not begun; figures have alt text."""

import os
import subprocess
import sys

import nbformat
import pytest

from grader.record.registry import chapters, registry
from tests.course.answers import source, student


def executed(notebook, folder):
    """The notebook after a run in a kernel of its own, at the quick size. A cell that raises fails the run."""
    path = folder / "notebook.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", path]
    environment = {**os.environ, "NN_WORKBOOK_QUICK": "1", "MPLBACKEND": "Agg"}
    environment.pop("NBGRADER_EXECUTION", None)
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return nbformat.reads(run.stdout, as_version=4).cells


def texts(cell, kind="text/plain"):
    return [o["data"][kind] for o in cell["outputs"] if kind in o.get("data", {})]


@pytest.fixture(scope="module", params=chapters())
def both(request, tmp_path_factory):
    chapter = request.param
    folders = [tmp_path_factory.mktemp(name) for name in ("solved", "untouched")]
    return chapter, *map(executed, (source(chapter), student(chapter)), folders)


def test_checks_say_passed_or_not_attempted(both):
    chapter, solved, untouched = both
    for cells, mark in ((solved, "✓"), (untouched, "○")):
        checks = {c["id"].removesuffix("-check"): texts(c) for c in cells if c["id"].endswith("-check")}
        assert list(checks) == list(registry(chapter))
        assert all(text[0].startswith(mark) for text in checks.values()), checks


def test_nothing_is_printed_to_stderr(both):
    for cells in both[1:]:
        noise = [o["text"] for c in cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
        assert noise == []


def test_every_figure_has_alt_text(both):
    for cells in both[1:]:
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
    _, solved, untouched = both
    printed = [
        {c["id"]: "".join(o.get("text", "") for o in c.get("outputs", [])) for c in cells}
        for cells in (solved, untouched)
    ]
    timed = {c["id"] for c in solved if "timeit" in c["source"]}
    for key in printed[0].keys() - timed:
        assert printed[0][key] == printed[1].get(key, printed[0][key]), key
