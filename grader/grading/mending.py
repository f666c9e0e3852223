"""What can be mended in the text of a file, so that a notebook can be read from it. Each in one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["cells_of_version_3", "sides_of_conflict", "without_outputs"]

TOKEN = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
OUTPUTS = re.compile(rb'"outputs"\s*:\s*')
CELL = 3  # how deep the fields of a cell lie: in the notebook, in its list, in the cell
MAX_TOKENS = 10_000_000
MARKER = re.compile(r"(?m)^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?\n?")


def without_outputs(file: str | bytes) -> bytes:
    """The text of a notebook with an empty list for every cell's outputs. Nothing is parsed: parsed, a hundred
    megabytes of brackets are gigabytes."""
    data = file.encode("utf-8", "surrogatepass") if isinstance(file, str) else file
    kept: list[bytes] = []
    start, depth, quoted, left_out = 0, 0, False, 0
    for n, token in enumerate(TOKEN.finditer(data)):
        sign, at = token[0], token.start()
        if n > MAX_TOKENS:
            return data
        if sign == b'"':
            quoted = not quoted
        elif quoted or sign[:1] == b"\\":
            continue
        elif sign in b"[{":
            depth += 1
            if sign == b"[" and depth == CELL + 1 and _is_outputs(data, at):
                kept.append(data[start : at + 1])
                left_out = depth
        else:
            if depth == left_out:
                start, left_out = at, 0
            depth -= 1
    return b"".join([*kept, data[start:]]) if not left_out else b"".join(kept)


def _is_outputs(data: bytes, at: int) -> bool:
    """Does the list that begins here stand under this name?"""
    before = data.rfind(b'"outputs"', max(at - 40, 0), at)
    return before >= 0 and OUTPUTS.fullmatch(data, before, at) is not None


def sides_of_conflict(text: str) -> tuple[str, str] | None:
    """The two texts that git's conflict markers stand between; None where there are none."""
    if "<<<<<<<" not in text or not re.search(r"(?m)^<{7}(?: |\r?$)", text):
        return None
    ours: list[str] = []
    theirs: list[str] = []
    takes: Sequence[list[str]] = (ours, theirs)
    last = 0
    for found in MARKER.finditer(text):
        for side in takes:
            side.append(text[last : found.start()])
        last = found.end()
        takes = {"<": (ours,), "|": (), "=": (theirs,), ">": (ours, theirs)}[found[1][0]]
    for side in (ours, theirs):
        side.append(text[last:])
    return "".join(ours), "".join(theirs)


def cells_of_version_3(worksheets: Sequence[Any]) -> list[Any]:
    """The cells of a notebook of nbformat 2 or 3 in the form of nbformat 4."""
    found: list[Any] = []
    for sheet in worksheets:
        cells = sheet.get("cells") if isinstance(sheet, Mapping) else None
        found += [_cell(cell) for cell in cells] if isinstance(cells, list) else []
    return found


def _cell(cell: Any) -> Any:
    if not isinstance(cell, Mapping):
        return cell
    kind = cell.get("cell_type")
    if kind == "code":
        outputs = cell.get("outputs")
        outputs = [_output(o) for o in outputs if isinstance(o, Mapping)] if isinstance(outputs, list) else []
        return {**cell, "source": cell.get("input", ""), "outputs": outputs}
    if kind == "heading":
        level = cell.get("level")
        signs = "#" * (level if type(level) is int and 1 <= level <= 6 else 1)
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        return {**cell, "cell_type": "markdown", "source": f"{signs} {text}"}
    return {**cell, "cell_type": "markdown"} if kind == "html" else cell


TYPES = {"text": "text/plain", "html": "text/html", "png": "image/png", "jpeg": "image/jpeg"}


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    kind = output.get("output_type")
    if kind == "stream":
        return {**output, "name": output.get("stream", "stdout")}
    if kind == "pyerr":
        return {**output, "output_type": "error"}
    data = {new: output[old] for old, new in TYPES.items() if old in output}
    return {
        "output_type": "execute_result" if kind == "pyout" else "display_data",
        "data": data,
        "metadata": {},
    }
