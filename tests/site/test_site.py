"""The site as built, at the quick size: links, pictures, headings, no solution for a class, and in a browser."""

import fcntl
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

from docs.site import BUILD, REPOSITORY
from grader.build.source import read_source
from grader.record.registry import chapters, registry
from tests.browser.served import CHROMIUM, FLAGS
from tests.course.answers import student

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="needs node"),
]
in_browser = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def built(*options):
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "site-quick.lock").open("w") as lock:  # several workers may want it
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "docs.site", "--quick", *options]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site():
    built()
    return BUILD / "site-quick"


@pytest.fixture(scope="module")
def class_site():
    built("--without-solutions")
    return BUILD / "site-for-a-class-quick"


def pages(site):
    found = sorted(site.rglob("*.html"))
    assert len(found) > 40
    return [page for page in found if page.relative_to(site).parts[0] != "lite"]


@cache
def parsed(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def links(page):
    """(address, attribute) of everything that a page leads to or loads."""
    for tag in parsed(page).find_all(True):
        for attribute in ("href", "src"):
            if tag.get(attribute) is not None:
                yield tag[attribute], f"{tag.name} {attribute}"


def test_every_link_inside_leads_somewhere(site):
    broken = []
    for page in pages(site):
        for address, _ in links(page):
            path, anchor = urldefrag(address)
            if re.match(r"[a-z]+:", address):
                continue
            target = (page.parent / unquote(path.partition("?")[0])).resolve() if path else page
            ends = not anchor or target.suffix != ".html" or parsed(target).find(id=unquote(anchor))
            if not target.is_file() or not ends:
                broken.append((page.name, address))
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site):
    outside = {(address, where) for page in pages(site) for address, where in links(page) if "//" in address}
    assert {where for _, where in outside} <= {"a href"}
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", styles) == []


def test_every_picture_says_what_it_shows(site):
    pictures = [(page, image) for page in pages(site) for image in parsed(page).find_all("img")]
    assert len(pictures) > 100
    assert [(page.name, image) for page, image in pictures if len(image.get("alt", "")) < 12] == []


def test_headings_go_down_step_by_step(site):
    for page in pages(site):
        article = parsed(page).find("article")
        if page.name == "search.html":  # its title comes by script
            continue
        levels = [int(tag.name[1]) for tag in article.find_all(re.compile("^h[1-6]$"))]
        assert levels[:1] == [1], page.name
        assert all(lower <= upper + 1 for upper, lower in pairwise(levels)), page.name
        assert levels.count(1) == 1, page.name


def test_formulas_are_set(site):
    for chapter in chapters():
        page = BeautifulSoup(
            (site / "chapters" / f"{chapter}.html").read_text(encoding="utf-8"), "html.parser"
        )
        assert len(page.find_all("math")) > 30
        for code in page.find_all(["pre", "code", "script", "style"]):
            code.extract()
        assert re.findall(r"\$[^$]*\\[a-z]+|\\(?:frac|begin|sum)", page.get_text()) == [], chapter


def test_a_class_sees_no_solution(site, class_site):
    """Neither on a page nor in the search nor in a download."""
    texts = {
        path: " ".join(path.read_text(encoding="utf-8").split())
        for path in class_site.rglob("*")
        if path.suffix in (".html", ".js", ".ipynb", ".txt") and path.parts[-2] != "_static"
    }
    assert any(path.suffix == ".ipynb" for path in texts)
    for chapter in chapters():
        ours = " ".join(parsed(class_site / "chapters" / f"{chapter}.html").get_text().split())
        hints = (hint for record in registry(chapter).values() for hint in record.hints)
        given = (*(cell.source for cell in student(chapter).cells), *hints)
        handed_out = " ".join(" ".join(text.split()) for text in given)
        solved = " ".join(parsed(site / "chapters" / f"{chapter}.html").get_text().split())
        for cell in read_source(chapter):
            lines = [" ".join(line.split()) for line in cell.solution]
            if cell.role == "answer":
                assert all(line in solved for line in lines)
                assert [line for line in lines if line in ours and line not in handed_out] == []
    for path, text in texts.items():
        assert not re.search(
            r"BEGIN SOLUTION|Marking guide|One way to write it|What a good answer says", text
        ), path


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, "--allow-file-access-from-files"]
        )
        yield browser
        browser.close()


SHAPES = {"telephone, dark": (390, "dark"), "desk, light": (1280, "light")}


def opened(browser, page, shape, requests=None):
    width, scheme = SHAPES[shape]
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    if requests is not None:
        tab.on("request", lambda request: requests.append(request.url))
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    return tab


class TestInABrowser:
    pytestmark = in_browser

    @pytest.mark.parametrize("shape", SHAPES)
    def test_no_page_is_wider_than_the_screen(self, site, browser, shape):
        wide, requests = [], []
        for page in pages(site):
            tab = opened(browser, page, shape, requests)
            width = tab.evaluate("document.documentElement.scrollWidth")
            wide += [(page.name, width)] if width > SHAPES[shape][0] else []
            tab.close()
        assert wide == []
        assert [url for url in requests if not url.startswith(("file:", "data:"))] == []

    @pytest.mark.parametrize("shape", SHAPES)
    def test_wcag_aa(self, site, browser, shape):
        """Every page but some chapters and modules: they are made alike, and each takes half a minute."""
        from axe_playwright_python.sync_playwright import Axe

        alike = [page for page in pages(site) if page.parent.name in ("chapters", "reference")]
        some = alike[:: 6 if shape == "desk, light" else 7]
        found = {}
        for page in [*(page for page in pages(site) if page not in alike), *some]:
            tab = opened(browser, page, shape)
            tab.wait_for_timeout(300)  # what scrolls gets its place in the order of the keyboard
            violations = Axe().run(tab, options=AXE).response["violations"]
            found |= {(page.name, v["id"]): v["nodes"][0]["html"][:200] for v in violations}
            tab.close()
        assert found == {}

    def test_sheets_have_one_page_and_the_book_all_chapters(self, site, browser):
        built("--pdf")
        sheets = sorted((site / "pdf").glob("ch*.pdf"))
        assert [sheet.stem for sheet in sheets] == list(chapters())
        assert {len(re.findall(rb"/Type /Page\b", sheet.read_bytes())) for sheet in sheets} == {1}
        book = (site / "pdf" / "book.pdf").read_bytes()
        assert len(re.findall(rb"/Type /Page\b", book)) > 300
        assert b"/Outlines" in book

    def test_search_finds_a_chapter_and_a_function(self, site, browser):
        tab = browser.new_page()
        tab.goto(f"{(site / 'search.html').as_uri()}?q=softmax")
        tab.wait_for_selector("ul.search li a", timeout=60_000)
        tab.wait_for_function("document.querySelector('.search-summary')?.innerText.includes('finished')")
        found = tab.evaluate(
            "[...document.querySelectorAll('ul.search li a')].map(a => a.getAttribute('href'))"
        )
        assert any("chapters/ch02_activations.html" in address for address in found)
        assert any("reference/activations.html#nnlib.activations.softmax" in address for address in found)
        tab.close()

    def test_one_leads_to_the_next(self, site, browser):
        """From the first page by "next" through all chapters."""
        tab = browser.new_page()
        tab.goto((site / "index.html").as_uri())
        seen = []
        for _ in chapters():
            tab.click("a.next-page")
            seen.append(tab.url.rpartition("/")[2].removesuffix(".html"))
        assert seen == list(chapters())
        tab.close()
