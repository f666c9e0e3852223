"""What needs what: read from each chapter's "You need", drawn with the first chapters on top."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from grader.build.build import sources
from grader.build.source import read_source

__all__ = ["drawing", "needs"]

NEED = re.compile(r"\*\*You need\*\*(.*?)(?=\n\n|\Z)", re.DOTALL)
NAMED = re.compile(r"\bchapters? ((?:\d\d(?:, | and | to )?)+)")
BOX, GAP, MARGIN = (176, 66), (26, 46), 4  # width and height, in the drawing's units
LINE = 18  # between two lines of text


def needs() -> dict[str, tuple[str, ...]]:
    """{chapter: the chapters that its header names as needed}, in order."""
    by_number = {chapter[2:4]: chapter for chapter in sources()}
    found = {}
    for chapter in sources():
        said = NEED.search(read_source(chapter)[0].source)
        text = " ".join(said[1].split()) if said else ""
        numbers = {n for group in NAMED.findall(text) for n in _numbers(group)}
        found[chapter] = tuple(by_number[n] for n in sorted(numbers) if n in by_number)
    return found


def _numbers(group: str) -> list[str]:
    """'04 to 06' means three, '02 and 03' two."""
    ranged = re.fullmatch(r"(\d\d) to (\d\d)\W*", group)
    if ranged:
        return [f"{n:02}" for n in range(int(ranged[1]), int(ranged[2]) + 1)]
    return re.findall(r"\d\d", group)


def drawing(titles: Mapping[str, str], links: Mapping[str, str]) -> str:
    """An SVG: a box a chapter, which leads to it, and a line from each chapter to those that build on it at once."""
    direct = _direct(needs())
    rows, ways = _rows(direct)
    widths = [sum(_width(place) + GAP[0] for place in row) - GAP[0] for row in rows]
    wide, tall = max(widths) + 2 * MARGIN, len(rows) * (BOX[1] + GAP[1]) - GAP[1] + 2 * MARGIN
    places: dict[str, tuple[float, float]] = {}  # the middle of the upper edge
    for y, (row, width) in enumerate(zip(rows, widths)):
        x = (wide - width) / 2
        for place in row:
            places[place] = (x + _width(place) / 2, MARGIN + y * (BOX[1] + GAP[1]))
            x += _width(place) + GAP[0]
    lines = [_line([places[place] for place in way]) for way in ways]
    boxes = [_box(titles[chapter], links[chapter], *places[chapter]) for chapter in direct]
    return (
        f'<div class="course-map"><svg viewBox="0 0 {wide} {tall}" width="{wide}" role="group" '
        f'aria-label="The chapters, each below those that it needs; the table below says the same">'
        + "".join(lines + boxes)
        + "</svg></div>"
    )


def _width(place: str) -> float:
    return BOX[0] if place.startswith("ch") else 0  # else a line passes here


def _rows(direct: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Each chapter one row below the lowest that it needs, and the ways from chapter to chapter through the rows
    between; in a row all stand below the middle of what leads to them."""
    depth: dict[str, int] = {}
    for chapter, needed in direct.items():  # a chapter needs earlier ones only
        depth[chapter] = 1 + max((depth[n] for n in needed), default=-1)
    rows = [[c for c in direct if depth[c] == d] for d in range(max(depth.values()) + 1)]
    ways = []
    for chapter, needed in direct.items():
        for need in needed:
            between = [
                f"{need} to {chapter}, {d}".replace("ch", "way ", 1)
                for d in range(depth[need] + 1, depth[chapter])
            ]
            ways.append([need, *between, chapter])
            for place in between:
                rows[int(place.rpartition(" ")[2])].append(place)
    above: dict[str, list[str]] = {}
    for way in ways:
        for upper, lower in pairwise(way):
            above.setdefault(lower, []).append(upper)
    at: dict[str, float] = {}
    for row in rows:
        row.sort(
            key=lambda place: sum(at[u] for u in above.get(place, ())) / max(len(above.get(place, ())), 1)
        )
        at |= {place: (n + 1) / (len(row) + 1) for n, place in enumerate(row)}
    return rows, ways


def _direct(graph: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Without what is needed by something needed anyway."""
    behind: dict[str, set[str]] = {}
    for chapter, needed in graph.items():
        behind[chapter] = set(needed).union(*(behind[n] for n in needed))
    return {
        chapter: [n for n in needed if not any(n in behind[other] for other in needed if other != n)]
        for chapter, needed in graph.items()
    }


def _line(points: Sequence[tuple[float, float]]) -> str:
    """From box to box, straight through the rows between."""
    x, y = points[0]
    path = f"M{x:g} {y + BOX[1]:g}"
    for (x0, y0), (x1, y1) in pairwise(points):
        begin = y0 + BOX[1]
        bend = (y1 - begin) / 2
        path += f" L{x0:g} {begin:g} C{x0:g} {begin + bend:g} {x1:g} {y1 - bend:g} {x1:g} {y1:g}"
    return f'<path d="{path}"/>'


def _box(title: str, link: str, middle: float, top: float) -> str:
    number, name = re.fullmatch(r"Chapter (\d\d) · (.*)", title).groups()  # type: ignore[union-attr]
    words = textwrap.wrap(f"{number} · {name}", 19, break_on_hyphens=False)
    first = top + BOX[1] / 2 - (len(words) - 1) * LINE / 2 + 5
    text = "".join(
        f'<tspan x="{middle:g}" y="{first + n * LINE:g}">{escape(word)}</tspan>'
        for n, word in enumerate(words)
    )
    return (
        f'<a href="{link}"><rect x="{middle - BOX[0] / 2:g}" y="{top:g}" width="{BOX[0]}" height="{BOX[1]}" rx="8"/>'
        f"<text>{text}</text></a>"
    )
