"""The two drawings of a class report as SVG: no script, no ids; a title and a description say what one sees.

Colours are the page's variables, so that they follow light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

__all__ = ["KINDS", "bins", "histogram", "stacks"]

BINS = 10
KINDS = ("right", "partly", "wrong", "untouched")  # of answers, from left to right
WIDTH = 460
LEFT, RIGHT, TOP, BASE = 34, WIDTH - 14, 22, 170
ROW, NAMES = 24, 136


def bins(shares: Sequence[float]) -> list[int]:
    """How many of the shares lie in each tenth; the last one holds 1 and above."""
    counts = [0] * BINS
    for share in shares:
        counts[min(max(math.floor(share * BINS + 1e-9), 0), BINS - 1)] += 1
    return counts


def histogram(shares: Sequence[float]) -> str:
    """Students over the share of the points."""
    counts = bins(shares)
    most = max(counts)
    step = next(s for k in range(9) for s in (10**k, 2 * 10**k, 5 * 10**k) if s * 4 >= most)
    top = step * max(1, math.ceil(most / step))
    width = (RIGHT - LEFT) / BINS
    drawing = []
    for tick in range(0, top + 1, step):
        y = BASE - (BASE - TOP) * tick / top
        drawing += [_line(LEFT, y, RIGHT, y), _text(LEFT - 6, y + 4, str(tick), "end")]
    for i, count in enumerate(counts):
        x, height = LEFT + i * width, (BASE - TOP) * count / top
        if count:
            drawing.append(_bar(x + 1.5, BASE - height, width - 3, height, "right"))
            drawing.append(_text(x + width / 2, BASE - height - 5, str(count), kind="count"))
    drawing += [_text(LEFT + i * width, BASE + 16, f"{10 * i}") for i in range(0, BINS + 1, 2)]
    drawing.append(_text((LEFT + RIGHT) / 2, BASE + 34, "percent of the points of all exercises"))
    drawing.append(_text(LEFT - 26, 11, "students", "start"))
    parts = [
        f"{n} from {10 * i} to {10 * (i + 1)} percent" for i, n in reversed(list(enumerate(counts))) if n
    ]
    return _svg(BASE + 40, "Students by their share of the points", f"{'; '.join(parts)}.", drawing)


def stacks(rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """For each exercise a bar of all students, split into KINDS."""
    drawing, x = [], float(NAMES)
    for kind in KINDS:
        drawing += [_bar(x, 4, 11, 11, kind), _text(x + 16, 14, kind, "start")]
        x += 34 + 7 * len(kind)
    said = []
    for i, (name, counts) in enumerate(rows):
        y, x, total = 28 + i * ROW, float(NAMES), sum(counts)
        drawing.append(_text(NAMES - 8, y + 13, name, "end"))
        said.append(f"{name}: " + ", ".join(f"{n} {kind}" for n, kind in zip(counts, KINDS) if n))
        for count, kind in zip(counts, KINDS):
            width = (WIDTH - 4 - NAMES) * count / total if total else 0
            if count:
                drawing.append(_bar(x, y, max(width - 1.5, 1), 17, kind))
                if width > 9 * len(str(count)) + 4:
                    drawing.append(_text(x + width / 2, y + 13, str(count), "middle", f"on-{kind}"))
            x += width
    return _svg(32 + len(rows) * ROW, "Answers by exercise", "; ".join(said) + ".", drawing)


def _svg(height: float, title: str, description: str, drawing: Sequence[str]) -> str:
    label = escape(f"{title}. {description}", quote=True)
    head = f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}">'
    return f"{head}<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(drawing)}</svg>"


def _bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="grid" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
