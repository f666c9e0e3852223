"""Formulas are set without a script, all that the course has, and nothing of a student's acts in one."""

import re
from html.parser import HTMLParser
from time import process_time
from xml.etree import ElementTree

import nbformat
import pytest

from grader.course import ROOT
from grader.grading.formulas import ATTRIBUTES, ELEMENTS, MAX_TEX, mathml
from grader.grading.sanitise import render_markdown

DOLLARS = re.compile(r"(?<!\\)\$\$(.*?)(?<!\\)\$\$|(?<![$\\])\$(.+?)(?<![$\\])\$", re.DOTALL)
NOTEBOOKS = sorted(ROOT.glob("notebooks/*/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_formula_of_the_course_is_set(path):
    texts = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown"]
    formulas = [found for text in texts for found in DOLLARS.findall(text)]
    assert len(formulas) > 50
    for display, inline in formulas:
        tree = ElementTree.fromstring(mathml(display or inline, bool(display)))
        assert tree.tag == "math"
        assert not set("\\&") & set("".join(tree.itertext())), display or inline
        assert all(space.attrib for space in tree.iter("mspace")), (
            display or inline
        )  # else it was the end of a row
    for text in texts:
        assert (
            DOLLARS.findall(re.sub(r"<(code|pre).*?</\1>", "", render_markdown(text), flags=re.DOTALL)) == []
        )


ROWS = "".join(
    f'<mtr><mtd columnalign="right"><mi>{a}</mi></mtd>'
    f'<mtd columnalign="left"><mi /><mo>=</mo><mn>{n}</mn></mtd></mtr>'
    for a, n in (("a", 1), ("b", 2))
)


@pytest.mark.parametrize(
    ("tex", "wanted"),
    [
        ("x_1", "<msub><mi>x</mi><mn>1</mn></msub>"),
        (r"\frac{a}{2}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"a \le b", "<mi>a</mi><mo>≤</mo><mi>b</mi>"),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
        (r"\sigma", "<mi>σ</mi>"),
        (
            r"\begin{aligned} a &= 1 \\ b &= 2 \end{aligned}",
            f'<mtable displaystyle="true" rowspacing="3pt" columnspacing="0em 2em">{ROWS}</mtable>',
        ),
        (
            r"\begin{gathered} a \\ b \end{gathered}",
            '<mtable displaystyle="true"><mtr><mtd columnalign="center"><mi>a</mi></mtd></mtr>'
            '<mtr><mtd columnalign="center"><mi>b</mi></mtd></mtr></mtable>',
        ),
    ],
)
def test_as_mathml(tex, wanted):
    assert mathml(tex) == f'<math display="inline"><mrow>{wanted}</mrow></math>'


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


HOSTILE = [
    r"\text{<script>alert(1)</script>}",
    r"\text{&lt;img src=x onerror=alert(1)&gt;}",
    r"\text{&amp;lt;script&amp;gt;}",
    r"\href{javascript:alert(1)}{x}",
    r"\style{position:fixed}{x}",
    r"\class{modal}{x}",
    r"\color{red\" onclick=\"alert(1)}{x}",
    r"\hspace{1px;position:fixed}x",
    r"\text{' onerror=alert(1) x='}",
    r"\begin{array}{c\" onclick=\"alert(1)}x\end{array}",
]


@pytest.mark.parametrize("tex", HOSTILE)
def test_nothing_acts_in_a_formula(tex):
    found = Tags(mathml(tex))
    assert found.tags <= ELEMENTS | {"code"}
    assert {name for _, name, _ in found.attributes} <= ATTRIBUTES


@pytest.mark.parametrize("tex", HOSTILE)
@pytest.mark.parametrize(
    "around", ["${}$", "$${}$$", '![${}$ "](data:image/png;base64,AAAA)', "[a](https://x.example '${}$\"')"]
)
def test_nothing_acts_in_markdown_with_a_formula(around, tex):
    found = Tags(render_markdown(around.replace("{}", tex)))
    assert found.tags <= ELEMENTS | {"code", "pre", "p", "img", "a"}
    for tag, name, value in found.attributes:
        assert name in ATTRIBUTES | {"alt", "src", "href", "title"}, (tag, name)
        assert not (value or "").startswith("javascript:") or name in ("alt", "title")


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 390,
        "x_" * 190,
        r"\sqrt" * 75,
        "a_1^2" * 75,
        "x" + "'" * 390,
        r"\frac" * 75,
        "x^{" * 90 + "}" * 90,
        "a" * (MAX_TEX + 1),
        r"\newcommand{\a}{\a\a}\a",
        r"\left(" * 60,
    ],
    ids=lambda tex: tex[:12],
)
def test_what_cannot_be_set_stays_as_it_was_written_and_takes_no_time(tex):
    start = process_time()
    page = render_markdown(f"${tex}$ " * 30)
    assert process_time() - start < 5
    assert Tags(page).tags <= ELEMENTS | {"code", "p"}
