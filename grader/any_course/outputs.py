"""The outputs of a cell in the notebook that teachers look at and students get back."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode, from_dict

from grader.any_course.points import NUMBER, kind_of
from grader.any_course.run import Ran
from grader.grading.sanitise import render_markdown, safe_outputs

__all__ = ["outputs_of"]

RED, PLAIN = "\x1b[0;31m", "\x1b[0m"
RENDERED = ("text/latex", "text/markdown")


def outputs_of(ran: Ran, *, graded: bool) -> list[NotebookNode]:
    """Cleaned of what acts. Of a graded cell no output is a result but the number that is its partial credit:
    nbgrader reads results as points."""
    found = []
    for output in ran.outputs:
        for safe in safe_outputs([from_dict(_with_html(output))]):
            if output["output_type"] == "execute_result" and not graded:
                safe = NotebookNode(safe, output_type="execute_result", execution_count=ran.count)
            found.append(safe)
    if graded and ran.status == "ok" and kind_of(ran.value) == NUMBER:
        found = [output for output in found if output.get("data", {}).get("text/plain") != str(ran.value)]
        data = NotebookNode({"text/plain": str(ran.value)})
        found.append(
            NotebookNode(
                output_type="execute_result", data=data, metadata=NotebookNode(), execution_count=ran.count
            )
        )
    return found + _error(ran)


def _with_html(output: dict[str, Any]) -> dict[str, Any]:
    """A formula or a text as HTML, which all pages can show."""
    data = output.get("data", {})
    for kind in RENDERED:
        if kind in data and "text/html" not in data:
            return {**output, "data": {**data, "text/html": render_markdown(data[kind])}}
    return output


def _error(ran: Ran) -> list[NotebookNode]:
    if ran.error is not None and ran.status == "error":
        lines = (ran.error.traceback or f"{ran.error.kind}: {ran.error.message}").splitlines()
        kind, message = ran.error.kind, ran.error.message
    elif ran.status != "ok":
        kind = {"time": "CellTimeoutError", "died": "DeadKernelError"}.get(ran.status, "NotRun")
        message, lines = ran.reason, [f"{RED}{kind}{PLAIN}: {ran.reason}"]
    else:
        return []
    return [NotebookNode(output_type="error", ename=kind, evalue=message, traceback=lines)]
