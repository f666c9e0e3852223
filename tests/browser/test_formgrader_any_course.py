"""formgrader's autograde button in a course folder of nbgrader's own, where the configuration names this engine."""

import pytest

from tests.any_course.made import Assignment, answer, check, essay, grades, make
from tests.browser.served import CHROMIUM, FLAGS, jupyter
from tests.strongest_isolation import LEVEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]
HW1 = Assignment(
    "hw1",
    {
        "main": [
            answer("double", "def double(x):\n    return 2 * x"),
            check("few", 2, "assert double(3) == 6"),
            essay("why", 1, "Because."),
        ]
    },
    {"ada": {}, "di": {"double": "def double(x):\n    import os\n    os._exit(0)"}},
)
USE = (
    f"\nfrom grader.any_course.config import use_grader\nuse_grader(c)\nc.WarmExecute.isolation = {LEVEL!r}\n"
)


def test_the_button_runs_the_notebooks_here(tmp_path):
    from playwright.sync_api import sync_playwright

    course = make(tmp_path / "course", HW1)
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + USE)
    with jupyter(course, course, tmp_path / "jupyter.log") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url=address)
        page.goto("/formgrader/?token=t")
        page.goto("/formgrader/manage_submissions/hw1/")
        for student in ("ada", "di"):
            page.click(f"tr:has(td.student-id:text-is('{student}')) td.autograde a")
            page.wait_for_selector(".modal.in .modal-title", timeout=120_000)
            assert "Success" in page.inner_text(".modal.in")
            page.click(".modal.in button.close, .modal.in .modal-footer button")
            page.wait_for_selector(".modal", state="detached")
        browser.close()
    found = grades(course, "hw1")
    assert found["ada", "main", "few"][0] == 2.0
    assert found["di", "main", "few"][0] == 0.0  # stock nbgrader has no grade for a kernel that ended
    assert "it ended the whole Python process" in (course / "autograded/di/hw1/main.ipynb").read_text()
