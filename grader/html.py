"""Text of any origin as a piece of HTML, and pieces as a page."""

from __future__ import annotations

import re
from html import escape

from grader.text import plain

__all__ = ["document", "prose", "text"]

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{head}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'{allow}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def document(title: str, style: str, body: str, *, allow: str = "", head: str = "") -> str:
    """A page of its own, of HTML: no script, nothing from elsewhere. allow: what its policy allows besides styles;
    head: further lines."""
    return DOCUMENT.format(title=title, style=style, body=body, allow=allow, head=head)


def text(words: str, limit: int = 800) -> str:
    words = words if len(words) <= limit else words[:limit] + " …"
    return escape(plain(words))


def prose(words: str, limit: int = 800) -> str:
    """Text in which `names` are set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(words, limit))
