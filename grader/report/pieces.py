"""Pieces of the report pages: tables, facts, what is folded, and their style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["STYLE", "facts", "fold", "table"]


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values in a row, large."""
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f'<dl class="facts">{items}</dl>'


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int]) -> str:
    """Cells are HTML already. `left`: columns of words; numbers stand on the right."""

    def kind(i: int) -> str:
        return ' class="left"' if i in left else ""

    top = "".join(f'<th scope="col"{kind(i)}>{name}</th>' for i, name in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f"<td{kind(i)}>{cell}</td>" for i, cell in enumerate(row)) + "</tr>" for row in rows
    )
    drawn = f"<table><caption>{caption}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">{drawn}</div>'


def fold(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>{content}</details>"


STYLE = """
:root { color-scheme: light dark; --ink: #1f1f1f; --paper: #fff; --soft: #555; --line: #d5d5d5;
  --right: #0072b2; --partly: #e6b800; --wrong: #c04e00; --untouched: #b5b5b5; --on-dark: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e4e4; --paper: #161616; --soft: #b4b4b4;
  --line: #444; --right: #4aa3df; --partly: #f0e442; --wrong: #e8834a; --untouched: #8c8c8c; --on-dark: #111 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 16px 20px 48px; overflow-wrap: break-word }
h1 { font-size: 24px; margin: 8px 0 12px } h2 { font-size: 19px; margin: 32px 0 8px }
.facts { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 }
.facts dt { color: var(--soft); font-size: 13px } .facts dd { margin: 0; font-size: 20px }
.notice { border-left: 4px solid var(--partly); padding: 6px 12px; margin: 16px 0 }
.soft { color: var(--soft); font-size: 13px; max-width: 72ch }
figure { margin: 8px 0 } svg { display: block; width: 100%; max-width: 640px; height: auto }
svg text { fill: var(--ink); font-size: 12px }
svg .count { paint-order: stroke; stroke: var(--paper); stroke-width: 4px }
svg .grid { stroke: var(--line); fill: none }
svg .right { fill: var(--right) } svg .partly { fill: var(--partly) } svg .wrong { fill: var(--wrong) }
svg .untouched { fill: var(--untouched) } svg .on-right, svg .on-wrong { fill: var(--on-dark) }
svg .on-partly, svg .on-untouched { fill: #111 }
.wide { overflow-x: auto; margin: 12px 0 } table { border-collapse: collapse; font-size: 14px }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 4px }
th, td { text-align: right; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-weight: 600; font-size: 13px } .left { text-align: left }
td:not(.left) { white-space: nowrap; font-variant-numeric: tabular-nums }
code { font: 13px ui-monospace, monospace; overflow-wrap: normal } td ul { margin: 0; padding-left: 16px }
details { color: var(--soft); font-size: 13px } summary { cursor: pointer }
"""
