"""A table that people keep: CSV as programs and spreadsheets write it, or the first sheet of an .xlsx."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from grader.problem import Problem

__all__ = ["read_table"]

SEPARATOR = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # how Excel is told
UTF16 = (b"\xff\xfe", b"\xfe\xff")
CELL = re.compile(r"([A-Z]{1,3})\d+")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
OTHERS = {  # how a file begins
    b"PK\x03\x04": "another kind of spreadsheet",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"<": "a web page",
    b"%PDF": "a PDF",
}


def read_table(path: Path) -> list[list[str]]:
    """The rows from the first that is not empty, cells as text. Problem where that is no table."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(f"the roster {path} cannot be read ({error.strerror})") from None
    try:
        rows = _xlsx(data) if data.startswith(b"PK") and b"xl/workbook.xml" in data else None
        if rows is None:
            if found := [what for start, what in OTHERS.items() if data.lstrip().startswith(start)]:
                raise Problem(f"the roster {path} is {found[0]}; save it as .xlsx or CSV")
            rows = _csv(_text(data))
    except csv.Error as error:
        raise Problem(f"the roster {path} is no CSV file: {error}") from None
    except Problem:
        raise
    except Exception as error:  # of a damaged zip, and of damaged XML in it
        raise Problem(f"the roster {path} is a damaged .xlsx ({error}); save it as CSV") from None
    rows = [[cell.strip() for cell in row] for row in rows]
    first = next((at for at, row in enumerate(rows) if any(row)), len(rows))
    return rows[first:]


def _text(data: bytes) -> str:
    if data.startswith(UTF16):  # Blackboard, and Excel's "Unicode text"
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # a spreadsheet's CSV on Windows


def _csv(text: str) -> list[list[str]]:
    if match := SEPARATOR.match(text):
        delimiter, text = match[1], text[match.end() :]
    else:
        bare = re.sub(r'"[^"]*"', "", text[:10_000]).lstrip().partition("\n")[0]
        delimiter = max(",;\t", key=bare.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _xlsx(data: bytes) -> list[list[str]]:
    with ZipFile(io.BytesIO(data)) as archive:

        def part(name: str) -> ElementTree.Element:
            return ElementTree.fromstring(archive.read(name))

        sheet = part("xl/workbook.xml").find("{*}sheets/{*}sheet")
        wanted = sheet.get(RELATION) if sheet is not None else None
        targets = {r.get("Id"): r.get("Target", "") for r in part("xl/_rels/workbook.xml.rels")}
        target = targets[wanted]
        shared = "xl/sharedStrings.xml"
        texts = [_said(entry) for entry in part(shared)] if shared in archive.namelist() else []
        content = part(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return [_row(row, texts) for row in content.iterfind("{*}sheetData/{*}row")]


def _row(row: ElementTree.Element, texts: Sequence[str]) -> list[str]:
    """Cells that are empty are not in the file."""
    cells: list[str] = []
    for cell in row.iterfind("{*}c"):
        if match := CELL.fullmatch(cell.get("r", "")):
            column = 0
            for letter in match[1]:
                column = 26 * column + ord(letter) - ord("A") + 1
            cells += [""] * (column - 1 - len(cells))
        value = cell.findtext("{*}v", "")
        kind = cell.get("t", "n")
        inline = cell.find("{*}is")
        if inline is not None:
            cells.append(_said(inline))
        elif kind == "s":
            cells.append(texts[int(value)])
        else:
            cells.append(_number(value) if kind == "n" else value)
    return cells


def _said(entry: ElementTree.Element) -> str:
    """A text and its pieces, without the readings that stand above Japanese."""
    pieces = [*entry.iterfind("{*}t"), *entry.iterfind("{*}r/{*}t")]
    return "".join(piece.text or "" for piece in pieces)


def _number(value: str) -> str:
    """1234567 is how an id is typed, 1.234567E6 how it may be kept."""
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and "." in value else value
