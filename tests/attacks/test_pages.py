"""What students get back and what an instructor looks at: of a hostile hand-in nothing acts on either page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers

from grader.engine.doctor import usable
from grader.grading.shown import autograded_path
from grader.nbgrader_bridge.config import class_config
from grader.nbgrader_bridge.feedback import feedback_path, generate_feedback
from tests.attacks.attack import CHAPTER, Attack
from tests.attacks.attacked_class import FIRST, LAST, Room, run
from tests.attacks.corpus import TABLES

pytestmark = pytest.mark.skipif(not usable("full"), reason="this machine does not give isolation full")
ACTS = ("iframe", "object", "embed", "form", "base", "applet", "svg", "math", "noscript")


class Acting(HTMLParser):
    """Collects what a browser would run, load or lay over the page; `words` are an attacker's."""

    words = ("attack", "192.0.2.1", "javascript:", "vbscript:", "position", "alert(")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.tag = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        if tag in ACTS:
            self.found.add(tag)
        for name, value in attributes:
            value = (value or "").lower()
            inert = name in ("title", "alt")
            if name.startswith("on") or (not inert and any(word in value for word in self.words)):
                self.found.add(f"<{tag} {name}={value[:80]!r}>")
            if name in ("src", "srcset", "data", "action", "background") and value and tag != "script":
                self.found |= (
                    set() if value.startswith("data:image/png") else {f"<{tag} {name}={value[:80]!r}>"}
                )

    def handle_data(self, data: str) -> None:
        if self.tag in ("script", "style"):
            self.found |= {f"<{self.tag}> {word}" for word in self.words[:2] if word in data.lower()}

    def handle_endtag(self, tag: str) -> None:
        self.tag = ""


def formgrader(room: Room, student: str) -> str:
    """The page as formgrader's server makes it."""
    config = class_config(room.course.root)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = {"assignment_id": CHAPTER, "notebook_id": CHAPTER, "student": student, "submission_id": "1"}
    more = {"base_url": "/", "index": 1, "total": 1, "mathjax_url": "", "last_name": "", "first_name": ""}
    path = str(autograded_path(room.course, student, CHAPTER))
    return HTMLExporter(config=config).from_filename(path, resources={**names, **more})[0]


def pages_of(room: Room, student: str) -> list[str]:
    return [feedback_path(room.course, student, CHAPTER).read_text(), formgrader(room, student)]


def check(room: Room, attacks: list[Attack], **how: str) -> None:
    run(room, attacks, **how)
    generate_feedback(room.course, CHAPTER)
    ours = [Acting(page).found for page in pages_of(room, FIRST)]
    assert all("our page" in page or "leaky_relu" in page for page in pages_of(room, LAST))
    for attack in attacks:
        for page, honest in zip(pages_of(room, attack.row), ours):
            assert Acting(page).found - honest == set(), attack.tries
            assert len(page) < 5_000_000


@pytest.fixture
def attacks() -> list[Attack]:
    named = [attack for attack in TABLES["files"] if attack.technique == "hostile name"]
    return TABLES["pages"] + named


@pytest.mark.slow
def test_nothing_acts_on_a_page(room, attacks):
    check(room, attacks)


@pytest.mark.slow
def test_nothing_acts_that_was_made_while_grading(room):
    check(room, [a for a in TABLES["pages"] if "made" in a.technique], execute="all")


@pytest.mark.parametrize(
    "html",
    [
        "<script>attack</script>",
        "<b onclick=x>",
        "<img src=//192.0.2.1/x>",
        "<iframe>",
        "<a href='JavaScript:x'>",
        "<p style='position:fixed'>",
        "<style>p {background: url(//192.0.2.1)}</style>",
    ],
)
def test_the_test_would_notice(html):
    assert Acting(html).found
