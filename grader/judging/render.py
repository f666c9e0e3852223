"""An Outcome as a self-contained piece of HTML: under a check cell, and on a feedback page.

No script, no ids, no external files, and well-formed, so that it can be put anywhere. Every text is escaped:
error messages, source lines and results are the student's and may hold anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from grader.html import prose, text
from grader.judging.outcome import MARKS, CaseLine, Outcome, Picture

__all__ = ["STYLE", "badge", "outcome_html"]

WORDS = {
    "passed": "passed",
    "failed": "not right yet",
    "not attempted": "to do",
    "error": "our error",
    "by hand": "to be marked",
}
BROKE = {  # what a case line says of the stage that broke; a case about one property says it in its title
    "attempted": "not written yet",
    "waits": "counts as soon as a value is right",
    "runs": "raised an error or was stopped",
    "type": "wrong kind of result",
    "shape": "wrong shape",
    "finite": "inf or nan",
    "values": "wrong values",
    "edge cases": "wrong values",
}


def outcome_html(outcome: Outcome, *, style: bool = True) -> str:
    """The report: what happened, where, what was found, what to do about it, and a picture of it. style: with its
    style sheet; a page of many reports has it once."""
    mark, word = MARKS[outcome.status], WORDS[outcome.status]
    headline = outcome.headline.removeprefix(mark).strip()
    draw = _curve if outcome.picture and outcome.picture.kind == "curve" else _tables
    parts = (
        f"<style>{STYLE}</style>" if style else "",
        _tag("p", _tag("b", f"{mark} {word}", "badge") + " " + _tag("span", text(headline)), "head"),
        _tag(
            "p", text(outcome.case and f'Case "{outcome.case}" ') + _tag("code", text(outcome.call)), "where"
        ),
        _tag("p", prose(outcome.found), "found"),
        _tag("p", _tag("code", text(outcome.line)), "line"),
        _tag("p", prose(outcome.explanation), "advice"),
        _fold("How to mend it", _tag("p", prose(outcome.repair))) if outcome.repair else "",
        draw(outcome.picture) if outcome.picture else "",
        _cases(outcome.cases, unfold=outcome.status == "failed" and len(outcome.cases) <= 3),
        _fold("What your code printed", _tag("pre", text(outcome.printed, 4000), "trace")),
        _fold("Traceback", _tag("pre", text(outcome.traceback[-4000:], 4000), "trace")),
        _tag("p", prose(outcome.note), "note"),
    )
    # MathJax would read a student's $ signs as formulas
    name = f"report nnw-{outcome.status.replace(' ', '-')} tex2jax_ignore mathjax_ignore"
    return _tag("div", "\n".join(filter(None, parts)), name)


def badge(outcome: Outcome) -> str:
    """✓ passed, in its colour."""
    said = _tag("b", f"{MARKS[outcome.status]} {WORDS[outcome.status]}", "badge")
    return f'<span class="nnw-{outcome.status.replace(" ", "-")}">{said}</span>'


def _cases(cases: Sequence[CaseLine], unfold: bool) -> str:
    items = "".join(_tag("li", _case(case), "right" if case.right else "wrong") for case in cases)
    counted = [case for case in cases if case.weight]
    right = sum(case.right for case in counted)
    return _fold(f"Cases: {right} of {len(counted)} right", _tag("ul", items, "cases"), unfold)


def _case(case: CaseLine) -> str:
    said = [] if case.right else [BROKE.get(case.stage or "", "")]
    said += [f"weight {case.weight}" if case.weight else "a remark"] if case.weight != 1 else []
    aside = _tag("span", " · ".join(filter(None, said)), "aside")
    return f"<b>{'✓' if case.right else '✗'}</b> {text(case.title)} {aside}".rstrip()


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────


def _tables(picture: Picture) -> str:
    """Expected and yours, entry by entry, with the indices of the whole array."""
    tables = [_table(name, picture) for name in ("expected", "yours")]
    unseen = "the two differ by less than the digits shown" if picture.expected == picture.yours else ""
    notes = "; ".join(filter(None, (picture.name, _window(picture), unseen)))
    return _tag("div", "".join(tables), "tables") + _tag("p", notes, "note")


def _table(name: str, picture: Picture) -> str:
    values = picture.expected if name == "expected" else picture.yours
    top, left = (0, 0, *picture.corner)[-2:]
    head = "".join(f'<th scope="col">{left + j}</th>' for j in range(len(values[0])))
    rows = ["".join(_entry(v, w, name) for v, w in zip(*row)) for row in zip(values, picture.wrong)]
    if len(picture.shape) > 1:  # one axis alone needs no row numbers
        head = "<td></td>" + head
        rows = [f'<th scope="row">{top + i}</th>{row}' for i, row in enumerate(rows)]
    body = _tag("thead", _tag("tr", head)) + _tag("tbody", "".join(_tag("tr", row) for row in rows))
    return _tag("table", _tag("caption", name, name) + body)


def _entry(value: str, wrong: bool, name: str) -> str:
    """A wrong entry is bold and coloured in both tables, underlined and shaded in yours."""
    if not wrong:
        return f"<td>{text(value)}</td>"
    entry = _tag("u", text(value)) if name == "yours" else text(value)
    return f'<td class="nnw-{name}"><b>{entry}</b></td>'


def _window(picture: Picture) -> str:
    """ "rows 3–8, columns 0–5 of shape (20, 6)" where the tables show a part only."""
    height, width = len(picture.expected), len(picture.expected[0])
    if height * width == math.prod(picture.shape):
        return ""
    *lead, top, left = (0, 0, *picture.corner)[-max(2, len(picture.corner)) :]
    part = f"rows {top}–{top + height - 1}, columns {left}–{left + width - 1}"
    if len(picture.shape) < 2:
        part = f"entries {left}–{left + width - 1}"
    if lead:
        part = f"[{', '.join(map(str, lead))}]: {part}"
    return f"{part} of shape {picture.shape}"


WIDTH, HEIGHT = 420, 200
LEFT, RIGHT, TOP, BOTTOM = 52, WIDTH - 12, 28, HEIGHT - 34
# Okabe and Ito's blue and vermilion where the style is taken away; the dash tells the two apart as well.
SOLID = 'fill="none" stroke="var(--expected, #0072B2)" stroke-width="3"'
RING = 'fill="none" stroke="var(--yours, #D55E00)" stroke-width="2"'
DASHED = f'{RING} stroke-dasharray="6 4"'


def _curve(picture: Picture) -> str:
    """Both results over the input, as a line drawing; the ring marks the largest gap."""
    x, expected, yours = picture.x, picture.expected, picture.yours
    to_x, x_ticks = _axis(x, LEFT + 6, RIGHT - 6)
    to_y, y_ticks = _axis([*expected, *yours], BOTTOM - 6, TOP + 6)
    worst = max(range(len(x)), key=lambda i: abs(yours[i] - expected[i]))
    gap = f"largest gap at input {x[worst]:.4g}: yours {yours[worst]:.4g}, expected {expected[worst]:.4g}"
    lines = [" ".join(f"{to_x(a):.1f},{to_y(b):.1f}" for a, b in zip(x, y)) for y in (expected, yours)]
    drawing = [
        f"<title>Expected and your values over inputs from {x[0]:.4g} to {x[-1]:.4g}</title>",
        f"<desc>A solid line shows what is expected, a dashed line yours; {gap}.</desc>",
        _stroke(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}", 0.6) + _label((LEFT + RIGHT) / 2, HEIGHT - 5, "input"),
    ]
    for t in x_ticks:
        drawing += _stroke(f"M{to_x(t):.1f} {TOP}V{BOTTOM}"), _label(to_x(t), BOTTOM + 14, f"{t:g}")
    for t in y_ticks:
        drawing += _stroke(f"M{LEFT} {to_y(t):.1f}H{RIGHT}"), _label(LEFT - 6, to_y(t) + 4, f"{t:g}", "end")
    drawing += (
        f'<polyline points="{lines[0]}" {SOLID}/><polyline points="{lines[1]}" {DASHED}/>',
        f'<circle cx="{to_x(x[worst]):.1f}" cy="{to_y(yours[worst]):.1f}" r="5" {RING}/>',
        f'<path d="M{LEFT} 13h28" {SOLID}/>' + _label(LEFT + 34, 17, "expected", "start"),
        f'<path d="M{LEFT + 110} 13h28" {DASHED}/>' + _label(LEFT + 144, 17, "yours (dashed)", "start"),
    )
    start = f'<svg class="nnw-curve" role="img" width="{WIDTH}" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return start + "".join(drawing) + "</svg>" + _tag("p", gap, "note")


def _axis(values: Sequence[float], start: float, end: float) -> tuple[Callable[[float], float], list[float]]:
    """value -> pixel, and a few round values to label."""
    low, high = max(min(values), -1e300), min(max(values), 1e300)
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-290):  # a constant: a line in the middle
        pad = 0.5 * abs(low) or 1.0
        low, high = low - pad, high + pad
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10, 20) if m * power >= rough)
    ticks = [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return lambda v: start + (v - low) / (high - low) * (end - start), ticks


def _stroke(path: str, opacity: float = 0.15) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="{opacity}"/>'


def _label(x: float, y: float, words: str, anchor: str = "middle") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11"'
    return f'<text {place} fill="currentColor">{words}</text>'


# ── pieces of HTML ───────────────────────────────────────────────────────────────────────────────────────


def _tag(tag: str, content: str, name: str = "") -> str:
    """<tag class="nnw-name">content</tag>; nothing where there is no content."""
    kind = f' class="nnw-{name}"' if name else ""
    return f"<{tag}{kind}>{content}</{tag}>" if content else ""


def _fold(summary: str, content: str, unfold: bool = False) -> str:
    start = '<details open="">' if unfold else "<details>"
    return f"{start}<summary>{summary}</summary>{content}</details>" if content else ""


# One rule a colour: light-dark() follows color-scheme, which follows the theme of JupyterLab or VS Code,
# else the reader's system. The fallbacks of var() are for pages outside JupyterLab.
STYLE = """
.nnw-report { color-scheme: light dark; --line: light-dark(#d0d0d0, #4a4a4a);
  --soft: var(--jp-ui-font-color2, light-dark(#555, #b4b4b4)); --mono: var(--jp-code-font-family, monospace);
  --expected: light-dark(#0069a8, #56b4e9); --yours: light-dark(#ab4200, #f0974e); --accent: var(--soft);
  --right: light-dark(#00704f, #4ccba2); border-left: 4px solid var(--accent); padding: 2px 12px;
  color: var(--jp-ui-font-color1, light-dark(#1f1f1f, #e4e4e4)); max-width: 860px; overflow-wrap: anywhere;
  background: var(--jp-layout-color0, light-dark(#fff, #161616)); text-align: left;
  font: 14px/1.5 var(--jp-content-font-family, system-ui, sans-serif) }
[data-jp-theme-light="true"] .nnw-report, .vscode-light .nnw-report { color-scheme: light }
[data-jp-theme-light="false"] .nnw-report, .vscode-dark .nnw-report { color-scheme: dark }
@supports not (color: light-dark(red, red)) { .nnw-report { --expected: #2a8fd0; --yours: #d9701c } }
.nnw-passed { --accent: var(--right) } .nnw-failed { --accent: var(--yours) }
.nnw-error { --accent: light-dark(#7c5a00, #e3c04c) } .nnw-report p { margin: 6px 0 }
.nnw-head, .nnw-report caption { font-weight: 600 } .nnw-badge { color: var(--accent); margin-right: 6px }
.nnw-report :is(code, pre, .nnw-found) { font-family: var(--mono); font-size: 13px; color: inherit;
  background: none; padding: 0; white-space: pre-wrap }
.nnw-report .nnw-advice { font-size: 15px; margin: 10px 0; padding: 8px 12px; border-radius: 4px;
  background: color-mix(in srgb, var(--accent) 13%, transparent) }
.nnw-failed .nnw-advice { font-weight: 600 } .nnw-failed .nnw-advice::before { content: "→ " }
.nnw-report :is(.nnw-note, .nnw-aside, summary) { color: var(--soft); font-size: 13px }
.nnw-report .nnw-tables { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 10px 0; overflow-x: auto }
.nnw-report table { border-collapse: collapse; border: 0; margin: 0; width: auto; table-layout: auto }
.nnw-report table caption { text-align: left; padding: 0 0 2px; white-space: nowrap }
.nnw-report table :is(thead, tbody) tr:nth-child(n) { background: none; border: 0 }
.nnw-report table :is(td, th) { font: 12px/1.5 var(--mono); text-align: right; padding: 1px 5px;
  white-space: nowrap }
.nnw-report table th { color: var(--soft) } .nnw-report table tbody td { border: 1px solid var(--line) }
.nnw-report .nnw-expected { color: var(--expected) } .nnw-report .nnw-yours { color: var(--yours) }
.nnw-report td.nnw-yours { background: color-mix(in srgb, var(--yours) 16%, transparent) }
.nnw-report .nnw-curve { display: block; max-width: 100%; height: auto; margin-top: 8px }
.nnw-report .nnw-cases { list-style: none; margin: 4px 0; padding: 0 0 0 16px }
.nnw-right b { color: var(--right) } .nnw-wrong b { color: var(--yours) }
.nnw-report pre.nnw-trace { margin: 4px 0; padding: 8px; border: 1px solid var(--line); white-space: pre;
  overflow-wrap: normal; overflow-x: auto }
"""
