"""The pages as Sphinx reads them, in a folder of their own. A page that is as it was is not written again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from docs.site import REPOSITORY
from docs.site.chapters import chapter_page, title_of
from docs.site.course_map import drawing, needs
from docs.site.formulas import NODE_MODULES
from docs.site.reference import modules, reference_page
from docs.site.sheets import sheet, sheets
from grader import course
from grader.build.build import to_text
from grader.files import write_whole
from grader.judging.render import STYLE
from grader.record.registry import registry

__all__ = ["stage"]

HERE = Path(__file__).parent
FONT = "noto-sans-math-latin-400-normal.woff2"
PROJECT = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
TIME = re.compile(r"\*\*Time\*\*\s+(.+?)[,:]", re.DOTALL)


def stage(
    folder: Path, executed: Iterable[NotebookNode], *, solutions: bool, lite: bool = False, pdf: bool = False
) -> None:
    """Write all pages below `folder`, and remove what is none of them. lite, pdf: will the site have the
    course in a browser, as lite/, and PDFs, in pdf/?"""
    pages = _Pages(folder)
    titles, times = {}, {}
    for solved in executed:
        chapter = solved.metadata.nn_workbook.chapter
        student = nbformat.read(course.notebook_path(chapter), as_version=4)
        page = chapter_page(chapter, solved, student, solutions=solutions, lite=lite)
        pages.add(f"chapters/{chapter}.ipynb", to_text(page))
        pages.add(f"notebooks/{chapter}.ipynb", to_text(student))
        titles[chapter], times[chapter] = title_of(student), _time(student)
        pages.add(f"sheets/{chapter}.md", sheet(chapter, titles[chapter]))
    for module in modules():
        pages.add(f"reference/{module}.md", reference_page(module))
    for path in (*REPOSITORY.glob("docs/*.md"), *(REPOSITORY / name for name in (*PROJECT, "LICENSE"))):
        pages.add(str(path.relative_to(REPOSITORY)), path.read_bytes())
    for image in (REPOSITORY / "docs" / "images").iterdir():
        pages.add(f"docs/images/{image.name}", image.read_bytes())
    pages.add("index.md", _first_page(titles, times, pdf))
    pages.add("reference/index.md", _reference())
    pages.add("sheets/index.md", sheets(titles))
    for name in ("site.css", "site.js"):
        pages.add(f"static/{name}", (HERE / "static" / name).read_bytes())
    temml = (NODE_MODULES / "temml" / "dist" / "Temml-NotoSans.css").read_text(encoding="utf-8")
    pages.add("static/formulas.css", temml.replace("NotoSansMath-Regular.ttf", FONT))
    pages.add(
        f"static/{FONT}", (NODE_MODULES / "@fontsource" / "noto-sans-math" / "files" / FONT).read_bytes()
    )
    pages.add("static/reports.css", STYLE)
    pages.remove_others()


class _Pages:
    def __init__(self, folder: Path) -> None:
        self.folder, self.paths = folder, set[Path]()

    def add(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        data = content.encode() if isinstance(content, str) else content
        self.paths.add(path)
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)

    def remove_others(self) -> None:
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in self.paths:
                path.unlink()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_dir() and not any(path.iterdir()):
                shutil.rmtree(path)


# ── pages that are not made elsewhere ────────────────────────────────────────────────────────────────────


def _time(student: NotebookNode) -> str:
    said = TIME.search(student.cells[0].source)
    return " ".join(said[1].split()).removeprefix("about ") if said else ""


def _first_page(titles: dict[str, str], times: dict[str, str], pdf: bool) -> str:
    graph = needs()
    rows = [
        f"| {{doc}}`{title.removeprefix('Chapter ')} <chapters/{chapter}>` | {times[chapter]} "
        f"| {len(registry(chapter))} | {', '.join(n[2:4] for n in graph[chapter]) or '–'} |"
        for chapter, title in titles.items()
    ]
    links = {chapter: f"chapters/{chapter}.html" for chapter in titles}
    text = (HERE / "index.md").read_text(encoding="utf-8")
    return (
        text.replace("MAP", drawing(titles, links))
        .replace("CHAPTERS", "\n".join(f"chapters/{chapter}" for chapter in titles))
        .replace("ROWS", "\n".join(rows))
        .replace("PRINTED", _printed(titles) if pdf else "")
    )


def _printed(titles: dict[str, str]) -> str:
    sheets = " · ".join(f'<a href="pdf/{chapter}.pdf">{chapter[2:4]}</a>' for chapter in titles)
    return (
        f'**As PDF:** <a href="pdf/book.pdf">all chapters as a book</a>; a page for each chapter: {sheets}.\n'
    )


def _reference() -> str:
    names = "\n".join(modules())
    return (
        "# nnlib, the reference library\n\nThe course's functions in plain NumPy, each beside its gradient. Names, "
        "defaults and shapes are those of torch and scikit-learn; {doc}`what differs </docs/departures>` is one "
        f"table.\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"
    )
