"""What a student's cells may show on a page: text, tables, pictures; no script, no tricks, no requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, lru_cache
from html import escape
from secrets import token_hex
from typing import Any

from jinja2 import pass_context
from nbformat import NotebookNode, from_dict

from grader.grading.formulas import mathml

__all__ = ["clean", "cut_texts", "render_markdown", "safe_markdown", "safe_outputs"]

WORDS = re.compile(r"\w+")
TAGS = frozenset(
    WORDS.findall(
        "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr"
        " i img kbd li mark ol p pre s small span strong sub summary sup table tbody td tfoot th thead tr u ul"
    )
)
ATTRIBUTES = frozenset(WORDS.findall("align alt border class colspan height rowspan start style title width"))
CLASS = re.compile(r"nnw-[\w-]+|dataframe|highlight|tex2jax_ignore|mathjax_ignore|[a-z][a-z0-9]?")
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
MAX_TEXT = 20_000
MAX_PICTURE = 5 << 20
MAX_HTML = 200_000  # without its pictures' data
MAX_CODE = 100_000
MAX_FORMULAS = 4000  # of one text
MAX_ALL = 1_000_000  # of a whole notebook's own text, and of its HTML
TAG_WITH_VALUES = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
ODD = re.compile(r"&|<(?![A-Za-z/])|</(?![A-Za-z])")
MAX_DEPTH, MAX_ATTRIBUTES, MAX_ODD, MAX_TAG = (
    200,
    60,
    5000,
    10_000,
)  # the parser's time grows with their squares


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and LINK.match(value) is not None
    if name == "src":  # a picture from elsewhere would tell its owner who looked
        return tag == "img" and PICTURE.match(value) is not None
    if name == "class":  # no other: formgrader's style sheet can lay an element over the whole page
        return all(map(CLASS.fullmatch, value.split()))
    return name in ATTRIBUTES


@cache
def _cleaner() -> Any:
    import bleach  # type: ignore[import-untyped]
    from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]

    return bleach.Cleaner(
        tags=TAGS,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(),
        strip=True,
    )


INVISIBLE = re.compile(
    r"<(script|style|title|textarea|iframe)\b.*?(</\1\s*>|\Z)|<!.*?(?:>|\Z)", re.IGNORECASE | re.DOTALL
)


TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)([^>]*)")
NEVER_CLOSED = frozenset(WORDS.findall("area base br col embed hr img input link meta source track wbr"))
DATA = re.compile(r"data:image/\w+;base64,[A-Za-z0-9+/=\s]*")


def clean(html: str) -> str:
    """The same HTML without anything that acts; the text of scripts and style sheets goes too."""
    html = INVISIBLE.sub("", html)
    if _simple(html):
        with suppress(Exception):  # of bleach and its parser, which promise none
            return str(_cleaner().clean(html))
    return "<p>(HTML that is too involved to be shown)</p>"


def _simple(html: str) -> bool:
    """Is this cleaned in a moment? Not so a page made of ten thousand open tags."""
    html = DATA.sub("", html)
    if len(html) > MAX_HTML or len(ODD.findall(html)) > MAX_ODD:
        return False
    depth = 0
    for closes, name, rest in TAG.findall(html):
        if closes:
            depth = max(depth - 1, 0)
        elif name.lower() not in NEVER_CLOSED and not rest.endswith("/"):
            depth += 1
        if depth > MAX_DEPTH or rest.count("=") > MAX_ATTRIBUTES or len(rest) > MAX_TAG:
            return False
    return True


def cut_texts(cells: Iterable[NotebookNode]) -> None:
    """Cut texts and HTML, in place, to what a page is made of in seconds. Neither outputs nor a student's own cells
    take room from the chapter and its answers."""
    own = shown = MAX_ALL
    for cell in cells:
        if cell.cell_type == "markdown":
            is_own = str(cell.get("id", "")).startswith("own-")
            room = min(own, MAX_TEXT) if is_own else MAX_TEXT
            if len(cell.source) > room:
                cell.source = _text(cell.source, room)
            own -= min(len(cell.source), own) if is_own else 0
        elif len(cell.source) > MAX_CODE:
            cell.source = _text(cell.source, MAX_CODE)
        for output in cell.get("outputs", []):
            if "text/html" not in output.get("data", {}):
                continue
            html = DATA.sub("", _text(output["data"]["text/html"], None))
            if len(html) > min(shown, MAX_HTML):
                del output["data"]["text/html"]
                output["data"].setdefault("text/plain", f"(HTML of {len(html)} characters)")
            else:
                shown -= len(html)


@pass_context
def safe_markdown(context: Any, source: str) -> str:
    """The template filter `markdown2html` with a cleaned result."""
    return render_markdown(source, (context.get("cell") or {}).get("attachments"))


def render_markdown(source: str, attachments: Any = None) -> str:
    """Markdown as clean HTML, its formulas as MathML."""
    return _render(source, attachments) if attachments else _render_again(source)


def _render(source: str, attachments: Any = None) -> str:
    """Markdown as HTML; as it was written where that cannot be (a picture that is not attached, say)."""
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    renderer = _with_marks()(attachments=attachments or {})
    try:
        return _set(clean(MarkdownWithMath(renderer=renderer).render(source)), renderer)
    except Exception:  # nbconvert's is an error of the whole page
        return f"<pre>{escape(source)}</pre>"


@cache
def _with_marks() -> Any:
    """A renderer that leaves a mark in the place of a formula: what is set goes in when all else is clean."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer

    class WithMarks(IPythonRenderer):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            super().__init__(escape=False, exclude_anchor_links=True, **options)
            self.mark = f"formula-{token_hex(8)}-"  # that nobody can have written
            self.formulas: list[tuple[str, bool]] = []

        def keep(self, tex: str, display: bool) -> str:
            self.formulas.append((tex, display))
            return f"{self.mark}{len(self.formulas) - 1}."

        def inline_math(self, body: str) -> str:
            return self.keep(body, False)

        def block_math(self, body: str) -> str:
            return self.keep(body, True)

        def latex_environment(self, name: str, body: str) -> str:
            return self.keep(rf"\begin{{{name}}}{body}\end{{{name}}}", True)

    return WithMarks


def _set(html: str, renderer: Any) -> str:
    """The clean HTML with its formulas: set in text, as TeX in an attribute."""
    left = MAX_FORMULAS

    def put(found: re.Match[str]) -> str:
        nonlocal left
        if found["number"] is None:
            return re.sub(mark, lambda inner: escape(renderer.formulas[int(inner[1])][0]), found[0])
        tex, display = renderer.formulas[int(found["number"])]
        left -= len(tex)
        return mathml(tex, display) if left >= 0 else f"<code>{escape(tex)}</code>"

    mark = rf"{renderer.mark}(\d+)\."
    return re.sub(rf"{TAG_WITH_VALUES}|{renderer.mark}(?P<number>\d+)\.", put, html)


_render_again = lru_cache(1000)(_render)  # a class's notebooks share the chapter's text


def safe_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """A student's outputs, each reduced to what may be shown."""
    return [safe for output in outputs if (safe := _safe_output(output)) is not None]


def _safe_output(output: NotebookNode) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return NotebookNode(output_type="stream", name=name, text=_text(output.get("text", "")))
    if kind == "error":
        return NotebookNode(
            output_type="error",
            ename=_text(output.get("ename", ""), 200),
            evalue=_text(output.get("evalue", ""), 2000),
            traceback=[_text(line, 4000) for line in list(output.get("traceback", []))[:60]],
        )
    if kind in ("display_data", "execute_result"):
        data = _safe_data(output.get("data", {}))
        if not data:
            return None
        # a display_data: nbgrader must never read a student's result as points
        return NotebookNode(output_type="display_data", data=NotebookNode(data), metadata=_alt(data))
    return None


def _alt(data: dict[str, str]) -> NotebookNode:
    return from_dict({kind: {"alt": "a picture made by this cell"} for kind in data if kind[:6] == "image/"})


def _safe_data(data: Any) -> dict[str, str]:
    safe = {}
    if "text/html" in data:
        html = _text(data["text/html"], None)
        if len(html) <= MAX_PICTURE:
            safe["text/html"] = clean(html)
    for kind in ("image/png", "image/jpeg"):
        picture = _text(data.get(kind, ""), None)
        if picture and len(picture) <= MAX_PICTURE and BASE64.match(picture):
            safe[kind] = picture
    if "text/plain" in data:
        safe["text/plain"] = _text(data["text/plain"])
    return safe


def _text(value: Any, limit: int | None = MAX_TEXT) -> str:
    """Text of an output, which may be stored as a list of lines; long text is cut."""
    text = "".join(map(str, value)) if isinstance(value, list) else str(value)
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit]}\n… ({len(text) - limit} more characters)"
