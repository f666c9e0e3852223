"""Files that are no notebook, or a broken one; things that are no file; names that a page might read."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.attacks.attack import CHAPTER, TARGET, WRONG, Attack, Kit, Notebook, Place, at, changed, own, text

NOT_JSON = "the file is not JSON"


def raw(technique: str, tries: str, file: bytes, *words: str) -> Attack:
    return Attack(technique, tries, lambda kit: file, 0.0, "unreadable", words)


def written(technique: str, tries: str, change: Callable[[str], bytes], *words: str, **more: Any) -> Attack:
    """The text of a good hand-in, written in another way."""
    return Attack(technique, tries, lambda kit: change(text(kit)), words=words, **more)


def laid(technique: str, tries: str, lay: Callable[[Kit], Place], *words: str) -> Attack:
    return Attack(technique, tries, lay, 0.0, "unreadable", words)


UNREADABLE: dict[str, Any] = {"points": 0.0, "status": "unreadable"}


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(depth):
        tree = {"a": tree}
    return tree


def outputs(notebook: Notebook) -> None:
    odd = [5, None, {}, {"output_type": ["x"]}, {"output_type": "stream", "text": 7}]
    odd += [
        {"output_type": "display_data", "data": {"text/html": 5, "image/png": [1]}, "metadata": nested(300)}
    ]
    notebook["cells"].append(own("1", outputs=[*odd, {"output_type": "error", "traceback": [5]}]))


def attachments(notebook: Notebook) -> None:
    for value in ({"a": 5}, {"a": {"image/png": 5}}, nested(300), [1]):
        notebook["cells"].append(own("![](attachment:a)", "markdown", attachments=value))


def metadata(notebook: Notebook) -> None:
    notebook["metadata"]["x"] = notebook["cells"][3]["metadata"]["x"] = nested(300)
    notebook["cells"][4]["metadata"]["nbgrader"] = {"grade_id": {"a": 1}}
    notebook["cells"][5]["metadata"]["nbgrader"] = [1]


def cells(value: Any) -> Callable[[Notebook], None]:
    return lambda notebook: notebook.update(cells=value)


def source(value: Any) -> Callable[[Notebook], None]:
    return lambda notebook: at(notebook, TARGET).update(source=value)


def version(value: Any) -> Callable[[Notebook], None]:
    return lambda notebook: notebook.update(nbformat=value)


def version_3(notebook: Notebook) -> None:
    cells = notebook.pop("cells")
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    notebook.update(nbformat=3, worksheets=[{"cells": cells}])


def another_chapter(notebook: Notebook) -> None:
    notebook["metadata"]["nn_workbook"] = {"chapter": "ch03_losses", "release": "0" * 12}
    notebook["cells"] = [own("def mse(pred, target):\n    return 0")]


def same_ids(notebook: Notebook) -> None:
    notebook["cells"] += [own("1", id="x"), own("2", id="x"), own("3", id=7), own("4", id="i" * 10**6)]


def link_to(where: Callable[[Kit], str]) -> Callable[[Kit], Place]:
    return lambda kit: lambda path: path.symlink_to(where(kit))


def hard_link_to(where: Callable[[Kit], str]) -> Callable[[Kit], Place]:
    return lambda kit: lambda path: os.link(where(kit), path)


def linked_folder(kit: Kit) -> Place:
    def lay(path: Path) -> None:
        path.parent.rmdir()
        path.parent.symlink_to(Path(kit.goals["course"]) / "source" / CHAPTER)

    return lay


def pipe(kit: Kit) -> Place:
    return lambda path: os.mkfifo(path)


def folder(kit: Kit) -> Place:
    return lambda path: path.mkdir()


def nothing(kit: Kit) -> Place:
    return lambda path: None


def listening(kit: Kit) -> Place:
    def lay(path: Path) -> None:
        here = os.getcwd()
        os.chdir(path.parent)  # the name of a socket is short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
        os.chdir(here)

    return lay


def sparse(kit: Kit) -> Place:
    def lay(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(4 << 30)

    return lay


def other_name(kit: Kit) -> Place:
    return lambda path: path.with_name("homework (1).ipynb").write_text(text(kit)) and None


def named(technique: str, tries: str, student: str, **more: Any) -> Attack:
    return Attack(technique, tries, lambda kit: kit.hand_in(softmax=WRONG), student=student, **more)


TABLE = [
    raw("no notebook", "Is empty.", b"", "the file is empty"),
    raw("no notebook", "Is a zip archive.", b"PK\x03\x04" + bytes(99), NOT_JSON),
    raw("no notebook", "Is the HTML page of a login.", b"<!DOCTYPE html><html></html>", "a web page"),
    changed(
        "another chapter",
        "Is the notebook of another chapter.",
        another_chapter,
        "the notebook of chapter ch03_losses",
        **UNREADABLE,
    ),
    written(
        "conflict markers",
        "Holds git's conflict markers, with two answers.",
        lambda t: f"<<<<<<< HEAD\n{t}\n=======\n{t.replace('0 * x', '1 * x')}\n>>>>>>> b\n".encode(),
        "its two sides differ in cell",
        **UNREADABLE,
    ),
    written(
        "conflict markers",
        "Holds git's conflict markers, with one answer.",
        lambda t: f"<<<<<<< HEAD\n{t}\n=======\n{t}\n>>>>>>> b\n".encode(),
        "both sides had the same cells",
    ),
    raw("broken JSON", "Breaks off in the middle.", b'{"cells": [{"cell_type": "co', "it breaks off"),
    raw("broken JSON", "Is nested a hundred thousand levels deep.", b"[" * 100_000, "nested too deeply"),
    raw("broken JSON", "Is a number of a million digits.", b"9" * 10**6, "not JSON that a notebook can have"),
    written("odd encoding", "Is not UTF-8.", lambda t: t.encode() + b"\xff", "it is not text", **UNREADABLE),
    written("odd encoding", "Is UTF-16.", lambda t: t.encode("utf-16")),
    written("odd encoding", "Begins with a byte order mark.", lambda t: b"\xef\xbb\xbf" + t.encode()),
    written(
        "odd constants",
        "Holds NaN and infinities.",
        lambda t: t.replace("{", '{"z": [NaN, -Infinity, 1e999],', 1).encode(),
    ),
    written(
        "odd constants", "Has the key `cells` twice.", lambda t: t.replace("{", '{"cells": 5,', 1).encode()
    ),
    changed("another version", "Is a notebook of version 3.", version_3, "it was converted"),
    changed("another version", "Says that it is version 5.", version(5)),
    changed("another version", "Says that its version is true.", version(True)),
    changed("no cells", "Has an object for its cells.", cells({}), "it has no cells", **UNREADABLE),
    changed("no cells", "Has a number for a cell.", cells([5]), "neither code nor text", **UNREADABLE),
    changed("no cells", "Is a list of notebooks.", cells([{}]), "neither code nor text", **UNREADABLE),
    changed("odd source", "Has a source of numbers.", source([1, 2]), "has no source", **UNREADABLE),
    changed(
        "odd source",
        "Has null bytes in an answer.",
        source("def softmax(x):\0\n    pass"),
        "SyntaxError",
    ),
    changed("odd source", "Has half characters in an answer.", source("# \ud800\n" + WRONG)),
    changed("malformed fields", "Has outputs of no form.", outputs),
    changed("malformed fields", "Has attachments of no form, deeply nested.", attachments),
    changed("malformed fields", "Has metadata of no form, deeply nested.", metadata),
    changed("duplicate ids", "Has one id twice, a number for an id and one of a megabyte.", same_ids),
    changed(
        "huge file", "Has 100 000 cells.", cells([own("1")] * 100_000), "the limit is 2000", **UNREADABLE
    ),
    changed(
        "huge file", "Has an answer of 600 000 characters.", source("x = 1\n" * 100_000), "longer than 500000"
    ),
    laid("huge file", "Is 4 GB of nothing.", sparse, "the limit is 100 MB"),
    laid("no file", "Is a folder.", folder, "not a regular file"),
    laid("no file", "Is a pipe that nobody writes to.", pipe, "not a regular file"),
    laid("no file", "Is a socket.", listening, "cannot be opened"),
    laid(
        "links",
        "Links to the model solution.",
        link_to(lambda kit: kit.goals["source"]),
        "is a link, not a file",
    ),
    laid(
        "links",
        "Links to the class's secret seed.",
        link_to(lambda kit: kit.goals["seed"]),
        "is a link, not a file",
    ),
    laid(
        "hard links",
        "Is another name of the model solution.",
        hard_link_to(lambda kit: kit.goals["source"]),
        "is a hard link",
    ),
    laid(
        "hard links",
        "Is another name of an honest student's hand-in.",
        hard_link_to(lambda kit: f"{kit.goals['course']}/submitted/aaa-honest/{CHAPTER}/{CHAPTER}.ipynb"),
        "is a hard link",
    ),
    laid(
        "links",
        "Is handed in as a link to the folder of the solution.",
        linked_folder,
        "not a folder of its own",
    ),
    laid("wrong name", "Is called homework (1).ipynb.", other_name, "rename the notebook"),
    laid("wrong name", "Is an empty folder.", nothing, "is empty"),
    named(
        "hostile name",
        "Is called a tag.",
        "<img src=x onerror=alert(1)>",
        words=("no plain text in one line",),
        **UNREADABLE,
    ),
    named("hostile name", "Is called a piece of SQL.", "a'; DROP TABLE grade;--"),
    named("hostile name", "Is called a piece of the printed table's markup.", "[red] [link=x]%d{} $x$"),
    named(
        "a name that is no text",
        "Has a line break in its name.",
        "a\nb",
        words=("no plain text in one line",),
        **UNREADABLE,
    ),
    named(
        "a name that is no text",
        "Has a name that is not UTF-8.",
        "a\udcff",
        words=("no plain text in one line",),
        **UNREADABLE,
    ),
]
