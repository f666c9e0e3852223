"""The course in a browser without a server: the page opens, checks and help work, and what was reached is kept."""

import json
import urllib.error
import urllib.request
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from docs.lite.build import BIN, PUBLIC, PYODIDE, build
from tests.browser.pyodide import NotToBeHad, pyodide
from tests.browser.served import CHROMIUM, FLAGS

ANSWERS = {
    "neuron": "def neuron(x, w, b, *, activation):\n    return activation(x @ w + b)\n",
    "collapse_linear": "def collapse_linear(W1, b1, W2, b2):\n    while True:\n        pass\n",
    "sigmoid": "def sigmoid(x):\n    return np.exp(x) / (1 + np.exp(x))\n",
}
OWN = [
    "hint(sigmoid)",
    "solution(sigmoid)",
    "compare_with_torch(sigmoid)",
    "again(sigmoid)",
    "from grader import my\nprint('mine:', my.neuron.__code__.co_filename)",
    "print('counted:', np.bincount(np.array([0, 1, 1], np.int64)))",
    "progress()",
]
REPORTS = [
    "✓ passed neuron: all",
    "stopped: it ran longer than",
    "✗ not right yet sigmoid:",
    "Hint 1 of",
    "One way to write sigmoid:",
    "torch is not installed here; this comparison is skipped.",
    "sigmoid returns",
    "mine: <your neuron>",
    "counted: [1 2]",
    "1 of 14 exercises right",
]

# JupyterLab draws only what is in view, so a step further down, and from the top again, until the text is there.
SCROLL_TO = """text => {
    const notebook = document.querySelector('.jp-Notebook');
    if (!notebook) return false;
    if (notebook.innerText.includes(text)) return true;
    const panel = document.querySelector('.jp-WindowedPanel-outer');
    const bottom = panel.scrollTop + panel.clientHeight >= panel.scrollHeight - 1;
    panel.scrollTop = bottom ? 0 : panel.scrollTop + panel.clientHeight / 2;
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
    pytest.mark.skipif(not BIN.exists(), reason="needs JupyterLite: make lite"),
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *what):
        pass


@contextmanager
def served(folder):
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page with a Pyodide of its own, its chapter 02 short and with answers."""
    try:
        local = pyodide()
    except NotToBeHad as reason:
        pytest.skip(f"no kernel was tried in a browser: {reason}")
    folder = tmp_path_factory.mktemp("lite")
    build(folder, local)
    prepare(folder)
    with served(folder) as address:  # a browser keeps things by address
        yield address


def prepare(folder):
    shorten(folder, "ch02_activations", "sigmoid-check", OWN)
    shorten(folder, "ch03_losses", "", ["from grader import progress\nprogress()"])


def shorten(folder, chapter, last, own):
    """The notebook up to a cell, its first one if there is none such, with answers and then these cells."""
    path = folder / "files" / chapter / f"{chapter}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [n for n, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
    end = next((n for n in code if notebook["cells"][n]["id"] == last), code[0])
    cells = notebook["cells"][: end + 1]
    for cell in cells:
        cell["source"] = ANSWERS.get(cell["id"], cell["source"])
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells += [{**empty, "id": f"own-{n}", "source": source} for n, source in enumerate(own)]
    path.write_text(json.dumps({**notebook, "cells": cells}), encoding="utf-8")


@contextmanager
def opened(address, profile):
    """(open a chapter; the addresses outside of the page that were asked for)."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=FLAGS, viewport={"width": 1200, "height": 1600}
        )
        outside = []
        browser.on("request", lambda r: outside.append(r.url) if is_outside(r.url, address) else None)

        def chapter(name):
            page = browser.new_page()
            page.goto(f"{address}/lab/index.html?path={name}/{name}.ipynb")
            return page

        yield chapter, outside
        browser.close()


def is_outside(url, address):
    return not url.startswith((address, "data:", "blob:"))


def run_all(page):
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=180_000)
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")


def wait_for(page, text):
    page.wait_for_function(SCROLL_TO, arg=text, polling=300, timeout=300_000)


def test_a_reader_works_and_comes_back(address, tmp_path):
    with opened(address, tmp_path / "profile") as (chapter, outside):
        page = chapter("ch02_activations")
        run_all(page)
        for report in REPORTS:
            wait_for(page, report)
        page.screenshot(path=tmp_path / "1-worked.png")
        page.keyboard.press("Control+s")
        page.close()

        page = chapter("ch03_losses")  # with a kernel of its own, which knows what was reached
        run_all(page)
        wait_for(page, "1 of 14 exercises right")
        page.close()
        assert outside == []

    with opened(address, tmp_path / "profile") as (chapter, _):  # another day
        page = chapter("ch02_activations")
        for kept in REPORTS:
            wait_for(page, kept)
        page.screenshot(path=tmp_path / "2-back.png")


def test_the_page_asks_for_pyodide_and_for_nothing_else_from_elsewhere(tmp_path):
    build(tmp_path / "lite")
    with served(tmp_path / "lite") as there, opened(there, tmp_path / "profile") as (chapter, outside):
        page = chapter("ch02_activations")
        wait_for(page, "Here, in your browser,")
        page.wait_for_timeout(10_000)  # the kernel starts, or would
        assert PUBLIC in outside
        assert [url for url in outside if not url.startswith(PUBLIC.removesuffix("pyodide.js"))] == []


def test_pyodide_from_its_public_address(tmp_path):
    try:
        urllib.request.urlopen(PUBLIC, timeout=10).close()
    except (OSError, urllib.error.URLError):
        pytest.skip(
            f"not tried: Pyodide {PYODIDE} and its NumPy from {PUBLIC}, which cannot be reached from here"
        )
    folder = tmp_path / "lite"
    build(folder)
    prepare(folder)
    with served(folder) as there, opened(there, tmp_path / "profile") as (chapter, outside):
        page = chapter("ch02_activations")
        run_all(page)
        for report in REPORTS:
            wait_for(page, report)
        assert {url.split("/")[2] for url in outside} == {"cdn.jsdelivr.net"}
