"""A student in JupyterLab: the notebook opens, Run All runs it, and the reports stand under the checks."""

import json

import pytest

from grader.home.update import update
from tests.browser.served import CHROMIUM, FLAGS, jupyter

WRONG = {
    "sigmoid": "def sigmoid(x):\n    return np.exp(x) / (1 + np.exp(x))\n",
    "relu_backward": "def relu_backward(grad_output, x):\n    return grad_output * (x >= 0)\n",
    "leaky_relu": "def leaky_relu(x, *, negative_slope=0.01):\n    return np.where(x > 0, x, negative_slope * x)\n",
}
REPORTS = [
    "✗ not right yet sigmoid:",
    "✗ not right yet relu_backward:",
    "✓ passed leaky_relu: all",
    "○ to do softmax: not attempted yet",
]
# JupyterLab draws only what is in view, so a step further down, and from the top again, until the report is there.
SCROLL_TO = """report => {
    if ([...document.querySelectorAll('.nnw-head')].some(head => head.innerText.includes(report))) return true;
    const panel = document.querySelector('.jp-WindowedPanel-outer');
    const bottom = panel.scrollTop + panel.clientHeight >= panel.scrollHeight - 1;
    panel.scrollTop = bottom ? 0 : panel.scrollTop + panel.clientHeight / 2;
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab in a working copy with a few answers."""
    update("ch02_activations", tmp_path / "work")
    file = tmp_path / "work" / "ch02_activations" / "ch02_activations.ipynb"
    notebook = json.loads(file.read_text())
    for cell in notebook["cells"]:
        cell["source"] = WRONG.get(cell["id"], cell["source"])
    file.write_text(json.dumps(notebook))

    with jupyter(tmp_path, tmp_path / "work") as address:
        yield f"{address}/lab/tree/ch02_activations/ch02_activations.ipynb?token=t&reset"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_run_all_shows_reports(lab, theme):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 1400}, color_scheme=theme)
        page.goto(lab)
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=120_000)
        page.click(".lm-MenuBar-itemLabel:text-is('Run')")
        page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
        for report in REPORTS:
            page.wait_for_function(SCROLL_TO, arg=report, polling=100, timeout=180_000)
        browser.close()
