"""The built site on paper: a sheet for each chapter and all chapters as a book, printed by Chromium.

In the book what stands behind folds comes at the end of its chapter; code that only draws is left out.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, sync_playwright

from grader.problem import Problem

__all__ = ["print_site"]

FLAGS = ["--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
NUMBER = (
    '<div style="width:100%;font-size:8px;text-align:center;color:#555">'
    '<span class="title"></span> · <span class="pageNumber"></span></div>'
)
MARGIN = {"top": "16mm", "bottom": "16mm", "left": "16mm", "right": "16mm"}
TITLE = "Neural networks, written by yourself"


def print_site(site: Path) -> Iterator[Path]:
    """Write site/pdf/<chapter>.pdf and site/pdf/book.pdf."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise Problem("PDFs need Chromium. On Debian or Ubuntu: sudo apt install chromium")
    (site / "pdf").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page(color_scheme="light")
        for page in sorted((site / "sheets").glob("ch*.html")):
            tab.goto(page.as_uri())
            yield _sheet(tab, site / "pdf" / f"{page.stem}.pdf")
        book = site / "book.html"
        try:
            book.write_text(_book(site), encoding="utf-8")
            tab.goto(book.as_uri())
            yield _printed(tab, site / "pdf" / "book.pdf", outline=True)
        finally:
            book.unlink(missing_ok=True)
        browser.close()


def _sheet(tab: Page, path: Path) -> Path:
    """On one page of A4: smaller where it would not fit."""
    for percent in range(100, 55, -5):
        tab.evaluate(f"document.documentElement.style.fontSize = '{percent * 0.75:g}%'")
        if _pages(_printed(tab, path)) == 1:
            return path
    raise Problem(f"{path.stem} does not fit on one page; shorten the summary of its chapter")


def _printed(tab: Page, path: Path, *, outline: bool = False) -> Path:
    tab.pdf(
        path=path,
        format="A4",
        margin=MARGIN,  # type: ignore[arg-type]
        print_background=True,
        tagged=True,
        outline=outline,
        display_header_footer=outline,
        header_template="<span></span>",
        footer_template=NUMBER,
    )
    return path


def _pages(path: Path) -> int:
    data = path.read_bytes()
    return data.count(b"/Type /Page") - data.count(b"/Type /Pages")


# ── the book ─────────────────────────────────────────────────────────────────────────────────────────────


def _book(site: Path) -> str:
    """The articles of all chapters as one page."""
    chapters = [(page.stem, _soup(page)) for page in sorted((site / "chapters").glob("ch*.html"))]
    book = chapters[0][1]
    articles = [_article(name, soup) for name, soup in chapters]
    contents = "".join(
        f'<li><a href="#{name}">{article.h1.get_text()}</a></li>' for name, article in articles
    )
    cover = f'<div class="cover"><h1>{TITLE}</h1><ol>{contents}</ol></div>'
    for sheet in book.find_all("link", rel="stylesheet"):
        sheet["href"] = sheet["href"].removeprefix("../")
    body = "".join(str(article) for _, article in articles)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
        + "".join(str(sheet) for sheet in book.find_all("link", rel="stylesheet"))
        + f'</head><body class="book" data-theme="light">{cover}{body}</body></html>'
    )


def _soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def _article(name: str, soup: BeautifulSoup) -> tuple[str, Tag]:
    """The chapter's text with its folds behind it, its pictures found from the site's folder, its anchors its own."""
    article = soup.find(id="furo-main-content")
    assert isinstance(article, Tag)
    for unwanted in article.select("details.hide, .headerlink, .admonition.work, .nnw-report details"):
        unwanted.decompose()
    _folds_behind(soup, article)
    for image in article.find_all("img"):
        image["src"] = image["src"].removeprefix("../")
    for anchored in article.find_all(id=True):
        anchored["id"] = f"{name}-{anchored['id']}"
    for link in article.find_all("a", href=True):
        if link["href"].startswith("#"):
            link["href"] = f"#{name}-{link['href'][1:]}"
        elif "//" not in link["href"]:
            del link["href"]  # to a page that the book has not
    article["id"] = name
    return name, article


def _folds_behind(soup: BeautifulSoup, article: Tag) -> None:
    folds = article.select("details.fold")
    if not folds:
        return
    end = soup.new_tag("section")
    title = soup.new_tag("h2")
    title.string = "Hints and solutions"
    end.append(title)
    section = None
    for fold in folds:
        if fold.find_parent("section") is not section:
            section = fold.find_parent("section")
            assert section is not None
            heading = section.find(["h2", "h3", "h4"])
            assert isinstance(heading, Tag)
            name = soup.new_tag("h3")
            name.string = heading.get_text()
            end.append(name)
        fold["open"] = ""
        end.append(fold.extract())
    article.append(end)
