"""The outputs of a cell: caught in the student's process, checked and cut outside it.

Caught as Jupyter shows them: what is printed (by subprocesses too), figures, displayed objects, the value of
the last line, a readable error. They are for people to look at; points never depend on them.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from grader.calls.plain import Raised

__all__ = ["Catcher", "accepted", "error_output"]

Output = dict[str, Any]
MIMES = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "image/svg+xml")
STREAMS = {"stdout": 1, "stderr": 2}
CUT = "… (cut: more than is kept)\n"
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
MAX_OUTPUTS = 200


class Catcher:
    """In the student's process: catches the outputs of one cell at a time."""

    def __init__(self, shell: Any, limit: int) -> None:
        self.shell, self.limit, self.left = shell, limit, limit
        self.outputs: list[Output] = []
        self.quiet = False  # a semicolon at the end
        self.files = {}
        self.seen = dict.fromkeys(STREAMS, 0)
        for name, descriptor in STREAMS.items():
            file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
            os.dup2(file.fileno(), descriptor)
            os.set_blocking(descriptor, True)
            self.files[name] = file
        shell.display_pub.publish = self.publish
        self._show_figures()

    def _show_figures(self) -> None:
        with contextlib.suppress(ImportError):
            import matplotlib
            from matplotlib_inline import backend_inline, config

            matplotlib.use("module://matplotlib_inline.backend_inline")
            config.InlineBackend.instance(parent=self.shell).shell = self.shell
            backend_inline.configure_inline_support(self.shell, "inline")  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def catching(self, source: str) -> Iterator[list[Output]]:
        """Collects what this cell shows into the list that it gives."""
        self.outputs, self.left = [], self.limit
        self.quiet = False
        with contextlib.suppress(Exception):  # no Python: the cell itself will say so
            self.quiet = self.shell.displayhook.semicolon_at_end_of_expression(source)
        before = self.shell.display_trap.hook
        self.shell.display_trap.hook = self.value
        try:
            yield self.outputs
        finally:
            self.printed()
            self.shell.display_trap.hook = before

    def publish(self, data: Mapping[str, Any], metadata: Any = None, *args: Any, **options: Any) -> None:
        self.keep("display_data", data)

    def value(self, result: object = None) -> None:
        if result is not None and not self.quiet:
            data, _ = self.shell.display_formatter.format(result)
            self.keep("execute_result", data)

    def keep(self, kind: str, data: Mapping[str, Any]) -> None:
        self.printed()
        texts = {str(mime): str(text) for mime, text in data.items() if mime in MIMES}
        self.left -= sum(map(len, texts.values()))
        if self.left < 0 or len(self.outputs) >= MAX_OUTPUTS:
            texts = {"text/plain": CUT}
        if len(self.outputs) <= MAX_OUTPUTS:
            self.outputs.append({"output_type": kind, "data": texts})

    def printed(self) -> None:
        """Add what has been printed since the last time."""
        for name, file in self.files.items():
            with contextlib.suppress(Exception):  # the student may have put anything there
                getattr(sys, name).flush()
            size = os.fstat(file.fileno()).st_size
            if size <= self.seen[name]:
                continue
            data = os.pread(file.fileno(), max(self.left, 0), self.seen[name])
            text = data.decode(errors="replace") + (CUT if size > self.seen[name] + len(data) else "")
            self.seen[name] = size
            self.left -= len(data)
            if len(self.outputs) <= MAX_OUTPUTS:
                self.outputs.append({"output_type": "stream", "name": name, "text": text})


# ── outside ──────────────────────────────────────────────────────────────────────────────────────────────


def accepted(outputs: Any, limit: int) -> list[Output]:
    """What of a reply has the form of a notebook's outputs, cut to `limit` characters; the rest is dropped."""
    found: list[Output] = []
    for output in outputs[: MAX_OUTPUTS + 1] if isinstance(outputs, list) else []:
        checked = _accepted(output)
        if checked is None:
            continue
        limit -= len(str(checked))
        if limit < 0:
            found.append({"output_type": "stream", "name": "stderr", "text": CUT})
            break
        found.append(checked)
    return found


def _accepted(output: Any) -> Output | None:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream" and output.get("name") in STREAMS and isinstance(output.get("text"), str):
        return {"output_type": "stream", "name": output["name"], "text": output["text"]}
    if kind not in ("display_data", "execute_result") or not isinstance(output.get("data"), dict):
        return None
    data = {mime: text for mime, text in output["data"].items() if mime in MIMES and isinstance(text, str)}
    data = {
        mime: text
        for mime, text in data.items()
        if mime not in ("image/png", "image/jpeg") or BASE64.fullmatch(text)
    }
    count = {"execution_count": None} if kind == "execute_result" else {}
    return {"output_type": kind, "data": data, "metadata": {}, **count} if data else None


def error_output(error: Raised) -> Output:
    """The error of a cell as a notebook holds it."""
    text = error.traceback or f"{error.kind}: {error.message}"
    return {
        "output_type": "error",
        "ename": error.kind,
        "evalue": error.message,
        "traceback": text.splitlines(),
    }
