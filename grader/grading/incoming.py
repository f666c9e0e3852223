"""Read a file that a student handed in: a notebook with clean cells, or the reason why it is none.

Nothing is validated against a schema: what a notebook needs is taken, the rest is left behind.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from nbformat import NotebookNode, from_dict

from grader.collect.submitted import MAX_BYTES
from grader.grading.mending import cells_of_version_3, sides_of_conflict, without_outputs
from grader.text import REPLACED, whole

__all__ = ["Unreadable", "as_dict", "read"]

REMARKS = "remarks of the reader"
WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
CONFLICT = "the file holds git's conflict markers (<<<<<<<)"
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
    remarks = list(tree.get(REMARKS, ())) if isinstance(file, (str, bytes)) else []
    cells = tree.get("cells")
    if not isinstance(cells, list) and isinstance(tree.get("worksheets"), list):
        cells = cells_of_version_3(tree["worksheets"])
        remarks.append("The notebook had the format of 2013 (nbformat 3); it was converted.")
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
            **({"remarks": remarks} if remarks else {}),
        }
    )


def _parse(file: str | bytes) -> Any:
    cut = ""
    if len(file) > MAX_BYTES:
        whole_size, file = len(file), without_outputs(file)
        cut = f"The file had {whole_size >> 20} MB, nearly all of them outputs; they were left out."
    if len(file) > MAX_BYTES:
        raise _NoNotebook(f"the file is larger than {MAX_BYTES >> 20} MB even without its outputs")
    if isinstance(file, bytes):
        try:
            utf16 = file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            file = file.decode("utf-16" if utf16 else "utf-8")
        except UnicodeDecodeError:
            raise _NoNotebook("the file is not a notebook: it is not text") from None
    text = file.removeprefix("\ufeff")
    if not text.strip():
        raise _NoNotebook("the file is empty")
    if text.lstrip()[:1] == "<" and WEB_PAGE.match(text):
        raise _NoNotebook(
            "this is a web page (HTML), not the notebook: in Jupyter or Colab choose File → Download → .ipynb"
        )
    sides = sides_of_conflict(text)
    if sides:
        return _merged([_json(side) for side in sides])
    tree = _json(text)
    return {**tree, REMARKS: [cut] if cut else []} if isinstance(tree, dict) else tree


def _merged(sides: Sequence[Any]) -> Any:
    """The notebook of a file with git's conflict markers, where both sides have the same cells."""
    cells = [side.get("cells") if isinstance(side, dict) else None for side in sides]
    if not all(isinstance(some, list) for some in cells):
        raise _NoNotebook(f"{CONFLICT}, and what is between them is no notebook; resolve the conflict")
    texts = [[_text(as_dict(cell).get("source")) for cell in some or []] for some in cells]
    if texts[0] != texts[1]:
        pairs = enumerate(zip_longest(*texts), start=1)
        number = next(n for n, (one, other) in pairs if one != other)
        raise _NoNotebook(f"{CONFLICT}, and its two sides differ in cell {number}; resolve the conflict")
    return {**sides[0], REMARKS: ["The file held git's conflict markers; both sides had the same cells."]}


def _json(text: str) -> Any:
    try:
        return _well_formed(json.loads(text))
    except json.JSONDecodeError as error:
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        what = "it breaks off at" if ends else "the first mistake is in"
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
