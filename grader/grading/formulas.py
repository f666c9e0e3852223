"""A TeX formula as MathML, which browsers typeset without a script."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

__all__ = ["mathml"]

MAX_TEX, MAX_DEPTH = 400, 40  # characters, whose time grows with their square; braces inside braces
WORDS = re.compile(r"\w+")
ELEMENTS = frozenset(
    WORDS.findall(
        "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub"
        " msubsup msup mtable mtd mtext mtr munder munderover none"
    )
)
ATTRIBUTES = frozenset(
    WORDS.findall(
        "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height"
        " largeop linethickness lspace mathvariant maxsize minsize movablelimits rowlines rowspacing rspace"
        " scriptlevel separator stretchy symmetric voffset width"
    )
)
VALUE = re.compile(r"[\w .%#+-]*")
# The library forgets the rows of these: what it has instead.
STACKED = {
    r"\begin{aligned}": r"\begin{align*}",
    r"\end{aligned}": r"\end{align*}",
    r"\begin{gathered}": r"\begin{array}{c}",
    r"\end{gathered}": r"\end{array}",
}
BRACES = re.compile(r"(?<!\\)[{}]|\\(?:left|right|begin|end)\b")


@lru_cache(4000)  # a class's notebooks share the chapter's formulas
def mathml(tex: str, display: bool = False) -> str:
    """The formula; as it was written where it cannot be set."""
    tree = None if len(tex) > MAX_TEX or _depth(tex) > MAX_DEPTH else _tree(tex, display)
    if tree is None:
        tag = "pre" if display else "code"
        return f"<{tag}>{escape(tex.strip())}</{tag}>"
    return tostring(tree, encoding="unicode")


def _depth(tex: str) -> int:
    depth = most = 0
    for found in BRACES.findall(tex):
        depth += 1 if found in ("{", "\\left", "\\begin") else -1
        most = max(most, depth)
    return most


def _tree(tex: str, display: bool) -> Element | None:
    from latex2mathml.converter import convert_to_element

    try:
        rows = tex.strip()
        for theirs, instead in STACKED.items():
            rows = rows.replace(theirs, instead)
        tree: Element = convert_to_element(rows, display="block" if display else "inline")
        if r"\begin{gathered}" in tex and (table := tree.find(".//mtable")) is not None:
            table.set("displaystyle", "true")
        for element in tree.iter():
            if element.tag not in ELEMENTS:
                return None
            for name, value in list(element.attrib.items()):
                if name not in ATTRIBUTES or not VALUE.fullmatch(value):
                    del element.attrib[name]
            element.text = _plain(element.text)
            element.tail = None
        return tree
    except Exception:  # its own errors for what is no TeX, and whatever else a student's text brings about
        return None


def _plain(text: str | None) -> str | None:
    """It writes characters as entities, and would undo them in the finished page; here they never are in it."""
    return unescape(text) if text else None
