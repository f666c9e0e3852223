"""Tables as a notebook shows them: plain text for a terminal, HTML for the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

__all__ = ["as_html", "as_text"]

LEFT = '<td style="text-align: left">'  # JupyterLab sets tables to the right


def as_text(rows: Sequence[Sequence[str]], left: Collection[int]) -> list[str]:
    """Lines with equal columns; `left`: columns of words, the others end below each other."""
    wide = [max(map(len, column)) for column in zip(*rows)]
    return [
        "  ".join(
            f"{t:<{w}}" if i in left else f"{t:>{w}}" for i, (t, w) in enumerate(zip(row, wide))
        ).rstrip()
        for row in rows
    ]


def as_html(head: Sequence[str], rows: Iterable[Sequence[str]], left: Collection[int]) -> str:
    """Cells are HTML already."""
    top = "".join(f"<th>{name}</th>" for name in head)
    body = "".join(
        "<tr>"
        + "".join(f"{LEFT if i in left else '<td>'}{cell}</td>" for i, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
