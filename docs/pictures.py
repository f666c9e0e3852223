"""python -m docs.pictures: the README's pictures, of a real check and of the class of `grader demo`."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console

from grader.course import Class
from grader.demo.demo import CHAPTER, run_demo
from grader.report.page import report

IMAGES = Path(__file__).parent / "images"
FLAGS = ["--no-sandbox", "--disable-gpu"]
WRONG = """def softmax(x, *, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)"""


def main() -> int:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("The pictures need Chromium. On Debian or Ubuntu: sudo apt install chromium", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pages = {"failing-check": failing_check(Path(folder)), **demo(Path(folder))}
        for name, (html, what, width, height) in pages.items():
            picture(browser, html, what, width, height, IMAGES / f"{name}.png")
            print(IMAGES / f"{name}.png")
        browser.close()
    return 0


Page = tuple[str, str, int, int]  # HTML, what of it, how wide, how much of it from the top


def failing_check(folder: Path) -> Page:
    """A check as Jupyter shows it."""
    sources = ["import numpy as np\nfrom grader import check", WRONG, "check(softmax)"]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, kernel_name="python3", resources=resources)
    client.extra_arguments = ["--log-level=ERROR"]  # else it warns of listeners on this machine
    client.execute()
    notebook.cells.pop(0)
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    return html, "#notebook-container", 900, 372


def demo(folder: Path) -> dict[str, Page]:
    """What the terminal says, and how the exercises went, of the report."""
    console = Console(
        record=True, width=80, file=io.StringIO(), force_terminal=False, color_system="truecolor"
    )
    if run_demo(folder=folder / "class", console=console):
        raise SystemExit("grader demo: the verdicts are not as expected")
    said = console.export_svg(title="grader demo")
    page = report(Class(folder / "class"), CHAPTER).read_text(encoding="utf-8")
    return {"class-graded": (said, "svg", 1000, 700), "class-report": (page, "svg >> nth=1", 900, 660)}


def picture(browser: Browser, html: str, what: str, width: int, part: int, path: Path) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 700}, device_scale_factor=1.5)
    tab.route(
        "**/*", lambda route: route.abort()
    )  # nbconvert's page asks for scripts that nothing here needs
    tab.set_content(html, wait_until="domcontentloaded")
    box = tab.locator(what).first.bounding_box()
    assert box is not None
    clip = {**box, "height": min(box["height"], part)}
    tab.screenshot(path=path, clip=clip, full_page=True)  # type: ignore[arg-type]
    tab.close()


if __name__ == "__main__":
    sys.exit(main())
