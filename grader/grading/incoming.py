"""Read a file that a student handed in: a notebook with clean cells, or the reason why it is none.

Nothing is validated against a schema: what a notebook needs is taken, the rest is left behind.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, from_dict

from grader.collect.submitted import MAX_BYTES
from grader.text import REPLACED, whole

__all__ = ["Unreadable", "as_dict", "read"]

MAX_CELLS = 2000  # ten times a chapter
OUTPUTS: dict[str, dict[str, type]] = {  # what an output of each type must have, and as what
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
}


@dataclass(frozen=True)
class Unreadable:
    """The file is no notebook; the reason is in words for the student."""

    reason: str


class _NoNotebook(ValueError):
    pass


def read(file: str | bytes | Mapping[str, Any]) -> NotebookNode | Unreadable:
    """The notebook in a file's content, with clean cells."""
    try:
        return _read(file)
    except _NoNotebook as error:
        return Unreadable(str(error))
    except RecursionError:
        return Unreadable("this is not a notebook: its JSON is nested too deeply")


def _read(file: str | bytes | Mapping[str, Any]) -> NotebookNode:
    tree = file if isinstance(file, Mapping) else _parse(file)
    if not isinstance(tree, Mapping):
        raise _NoNotebook("this is not a notebook: its JSON is no object")
    if type(tree.get("nbformat")) is int and tree["nbformat"] < 4:
        raise _NoNotebook(
            f"this is an nbformat-{tree['nbformat']} notebook: open it in Jupyter, save it and hand it in again"
        )
    cells = tree.get("cells")
    if not isinstance(cells, list):
        raise _NoNotebook("this is not a notebook: it has no cells")
    if len(cells) > MAX_CELLS:
        raise _NoNotebook(f"the notebook has {len(cells)} cells; the limit is {MAX_CELLS}")
    return from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": as_dict(tree.get("metadata")),
            "cells": [_clean_cell(cell, n) for n, cell in enumerate(cells, start=1)],
        }
    )


def _parse(file: str | bytes) -> Any:
    if len(file) > MAX_BYTES:
        raise _NoNotebook(
            f"the file is larger than {MAX_BYTES >> 20} MB: clear its outputs and save it again"
        )
    if isinstance(file, bytes):
        try:
            utf16 = file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            file = file.decode("utf-16" if utf16 else "utf-8")
        except UnicodeDecodeError:
            raise _NoNotebook("the file is not a notebook: it is not text") from None
    text = file.removeprefix("\ufeff")
    if not text.strip():
        raise _NoNotebook("the file is empty")
    try:
        return _well_formed(json.loads(text))
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        what = "it breaks off at" if cut else "the first mistake is in"
        raise _NoNotebook(f"the file is not JSON ({what} line {error.lineno})") from None
    except ValueError:  # a number of thousands of digits
        raise _NoNotebook("the file is not JSON that a notebook can have") from None


def _well_formed(value: Any) -> Any:
    """The same tree without half characters and the like, which no file or page can be written with."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_well_formed(v) for v in value]
    if isinstance(value, dict):
        return {_well_formed(k): _well_formed(v) for k, v in value.items()}
    return value


def _clean_cell(cell: Any, number: int) -> dict[str, Any]:
    if not isinstance(cell, Mapping) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise _NoNotebook(f"this is not a notebook: cell {number} is neither code nor text")
    source = _text(cell.get("source"))
    if source is None:
        raise _NoNotebook(f"this is not a notebook: cell {number} has no source")
    clean: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": cell["id"] if isinstance(cell.get("id"), str) else "",
        "metadata": as_dict(cell.get("metadata")),
        "source": source.replace("\r\n", "\n").replace("\r", "\n").replace("\x1b", REPLACED),
    }
    if cell["cell_type"] == "code":
        outputs = cell.get("outputs")
        clean["outputs"] = [o for o in map(_output, outputs if isinstance(outputs, list) else []) if o]
        clean["execution_count"] = None
    elif attachments := _attachments(cell.get("attachments")):
        clean["attachments"] = attachments
    return clean


def _attachments(value: Any) -> dict[str, dict[str, str]]:
    """Pictures that a text cell carries, {name: {type: text}}; what has another form is left behind."""
    return {name: _texts(kinds) for name, kinds in as_dict(value).items()}


def _texts(value: Any) -> dict[str, str]:
    """{type: text}; what is no text, nobody shows."""
    return {kind: text for kind, entry in as_dict(value).items() if (text := _text(entry)) is not None}


def _output(output: Any) -> dict[str, Any] | None:
    """An output with the fields that its type has, None where it is malformed."""
    kind = as_dict(output).get("output_type")
    if not isinstance(kind, str) or kind not in OUTPUTS:
        return None
    clean: dict[str, Any] = {"output_type": kind}
    for name, type_ in OUTPUTS[kind].items():
        value = output.get(name)
        clean[name] = _text(value) if type_ is str else value if isinstance(value, type_) else type_()
    if kind == "error":
        clean["traceback"] = [line for line in clean["traceback"] if isinstance(line, str)]
    if "data" in clean:
        clean["data"], clean["metadata"] = _texts(clean["data"]), {}
    if kind == "execute_result":
        clean["execution_count"] = None
    return None if None in (clean.get("text", ""), clean.get("name", "")) else clean


def _text(value: Any) -> str | None:
    """Text as notebooks store it: a string or a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def as_dict(value: Any) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return dict(value) if isinstance(value, Mapping) else {}
