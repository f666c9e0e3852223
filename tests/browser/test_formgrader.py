"""A teacher in formgrader: the autograde button, a mark by hand, the button again, the page for the student."""

import pytest
from nbgrader.api import Gradebook

from grader.course import Class
from grader.nbgrader_bridge.config import COURSE_ID
from grader.nbgrader_bridge.feedback import feedback_path
from grader.nbgrader_bridge.release import release
from grader.record.registry import registry
from tests import REPOSITORY
from tests.browser.served import CHROMIUM, FLAGS, jupyter
from tests.grader.made_up_class import CHAPTER, hand_in, workshop
from tests.strongest_isolation import LEVEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]
RECORDS = registry(CHAPTER)
QUESTION = "why-nonlinear"
SLIP = "def neuron(x, w, b, *, activation):\n    print('my own print')\n    return activation(x @ w)"


@pytest.fixture
def course(tmp_path):
    """A class as `grader release` makes it, below a folder with the repository's nbgrader_config.py."""
    made = Class(tmp_path / "course")
    release(made, CHAPTER)
    config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    level = f"\nget_config().HandInExporter.isolation = {LEVEL!r}\n"
    (tmp_path / "nbgrader_config.py").write_text(config + level, encoding="utf-8")
    shop = workshop(made)
    notebook = shop.notebook(shop.solutions | {"neuron": SLIP})
    next(cell for cell in notebook.cells if cell.id == QUESTION).source = "A product of matrices is a matrix."
    hand_in(made, "ada", notebook)
    hand_in(made, "bo", b"{")
    return made


@pytest.fixture
def page(course, tmp_path):
    """A browser without a network but for the server, in formgrader's list of hand-ins."""
    from playwright.sync_api import sync_playwright

    with jupyter(tmp_path, tmp_path, tmp_path / "jupyter.log") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 900}, base_url=address)
        own = (address, "file:", "data:")
        page.route("**/*", lambda r: r.continue_() if r.request.url.startswith(own) else r.abort())
        page.goto("/formgrader/?token=t")
        yield page
        browser.close()


def to_list(page):
    page.goto(f"/formgrader/manage_submissions/{CHAPTER}/")
    page.wait_for_selector("td.student-id:text-is('ada')")


def press(page, student, button="autograde"):
    """Press a student's button; what the dialog says."""
    page.click(f"tr:has(td.student-id:text-is('{student}')) td.{button} a")
    page.wait_for_selector(".modal.in .modal-title", timeout=120_000)
    said = page.inner_text(".modal.in")
    page.click(".modal.in button.close, .modal.in .modal-footer button")
    page.wait_for_selector(".modal", state="detached")
    return said


def expect_row(page, student, status, score):
    from playwright.sync_api import expect

    cells = page.locator(f"tr:has(td.student-id:text-is('{student}')) td")
    expect(cells.nth(3)).to_have_text(status)
    expect(cells.nth(4)).to_have_text(score)


def mark(course):
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade(QUESTION, CHAPTER, CHAPTER, "ada")
        comment = book.find_comment(QUESTION, CHAPTER, CHAPTER, "ada")
        return grade.manual_score, grade.needs_manual_grade, comment.manual_comment


def test_formgrader(course, page, tmp_path):
    to_list(page)
    page.screenshot(path=tmp_path / "1-list.png")
    expect_row(page, "ada", "needs autograding", "")

    assert "Success" in press(page, "ada")
    most = sum(record.points for record in RECORDS.values())
    with Gradebook(course.db_url, COURSE_ID) as book:
        submission = book.find_submission(CHAPTER, "ada")
        points, best, number = submission.score, submission.max_score, submission.notebooks[0].id
    assert most - RECORDS["neuron"].points <= points < most
    expect_row(page, "ada", "needs manual grading", f"{points:g} / {best:g}")
    said = press(page, "bo")
    assert "Success" in said
    assert "bo: nothing could be graded: the file is not JSON" in said
    page.screenshot(path=tmp_path / "2-graded.png")
    expect_row(page, "bo", "graded", f"0 / {best:g}")

    page.goto(f"/formgrader/submissions/{number}/")
    page.wait_for_load_state("networkidle")  # its scripts have fetched the marks
    assert "Marking guide" in page.locator("blockquote").first.inner_text()
    assert page.locator("math").count() > 50
    assert "the bias" in page.inner_text("div.nnw-failed")
    for kind, selector, text in (
        ("grade", f"input[id='{QUESTION}']", "1.5"),
        ("comment", f"textarea[id='{QUESTION}-comment']", "Say why."),
    ):
        with page.expect_response(
            lambda r, kind=kind: f"/api/{kind}/" in r.url and r.request.method == "PUT"
        ):
            page.fill(selector, text)
            page.press(selector, "Tab")
    page.locator(f"input[id='{QUESTION}']").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "3-marked.png")
    assert mark(course) == (1.5, False, "Say why.")

    to_list(page)
    assert "Success" in press(page, "ada")
    assert mark(course) == (1.5, False, "Say why.")
    expect_row(page, "ada", "graded", f"{points + 1.5:g} / {best:g}")  # nobody need look again
    assert "Success" in press(page, "ada", "generate-feedback")
    page.screenshot(path=tmp_path / "4-again.png")


def test_the_page_needs_no_network(course, page, tmp_path):
    to_list(page)
    press(page, "ada")
    press(page, "ada", "generate-feedback")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    path = feedback_path(course, "ada", CHAPTER)
    page.goto(path.as_uri())
    page.screenshot(path=tmp_path / "5-feedback.png")
    assert asked[0] == path.as_uri()
    assert not [url for url in asked if url.startswith("http")]
    assert page.locator("script").count() == 0
    index = page.locator("#toc li").all_inner_texts()
    assert len(index) >= len(RECORDS)
    assert index[0].startswith("neuron ")
    assert page.locator("math").count() > 50
    page.click("#toc a:text-is('softmax')")
    page.screenshot(path=tmp_path / "6-softmax.png")
    page.evaluate("document.querySelector('div.nnw-failed').scrollIntoView()")
    page.screenshot(path=tmp_path / "7-neuron.png")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
