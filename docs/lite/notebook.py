"""A chapter's notebook as the page has it: it gets the course from the page, and says what is different here."""

from __future__ import annotations

import json
from typing import Any

from grader.build.opening import OPENING
from grader.course import notebook_path

__all__ = ["in_a_browser"]

KERNEL = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
GET = """%pip install -q nn-workbook
import os
os.environ["NN_WORKBOOK_QUICK"] = "1"  # without this line experiments take all of their repetitions

"""
HERE = """

**Here, in your browser,** the first cell gets the course out of this page, which takes half a minute. What you write,
and your progress, stay in this browser only: download what you want to keep. There is no torch, so comparisons with
it are skipped, and no shell: `grader mylib` needs an installed course. A browser computes slowly, so experiments
take fewer repetitions. ■ stops nothing here: against a cell that never ends there is *Kernel ▸ Restart Kernel*."""


def in_a_browser(chapter: str) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(notebook_path(chapter).read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"] = KERNEL
    header, *rest = notebook["cells"]
    header["source"] = "".join(header["source"]) + HERE
    for cell in rest:
        source = "".join(cell["source"])
        if source.startswith(OPENING):
            cell["source"] = GET + source.removeprefix(OPENING)
    return notebook
