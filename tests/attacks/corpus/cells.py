"""Cells renamed, repeated, removed, retyped; tags, flags and outputs that nbgrader would believe."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.attacks.attack import HONEST, TARGET, Attack, Kit, Notebook, at, changed, own

CHECK = f"{TARGET}-check"
FORGED: dict[str, Any] = {"output_type": "execute_result", "data": {"text/plain": "99.0"}, "metadata": {}}


def skip_checks(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "remove-cell"]


def flip_flags(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(solution=True, grade=False, locked=False)


def points_of_my_own(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(points=99, solution=False, grade=True)
        cell["metadata"].get("nn_workbook", {}).update(role="written")


def rename_check(notebook: Notebook) -> None:
    cell = at(notebook, CHECK)
    cell["id"], cell["metadata"]["nbgrader"]["grade_id"] = "mine", "mine"


def swap_names(notebook: Notebook) -> None:
    """The right answer under the name of the exercise that is worth more."""
    first, second = at(notebook, HONEST), at(notebook, TARGET)
    first["source"], second["source"] = second["source"], first["source"]


def repeat_check(notebook: Notebook) -> None:
    place = notebook["cells"].index(at(notebook, f"{HONEST}-check"))
    notebook["cells"][place:place] = [deepcopy(notebook["cells"][place]) for _ in range(5)]


def repeat_answer(notebook: Notebook) -> None:
    cell = deepcopy(at(notebook, HONEST))
    cell["id"] = at(notebook, TARGET)["id"]
    notebook["cells"].append(cell)


def delete(*ids: str) -> Any:
    def change(notebook: Notebook) -> None:
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ids]

    return change


def reverse(notebook: Notebook) -> None:
    notebook["cells"].reverse()


def retype(id: str, kind: str) -> Any:
    def change(notebook: Notebook) -> None:
        cell = at(notebook, id)
        cell["cell_type"] = kind
        cell.pop("outputs", None)

    return change


def edit_check(notebook: Notebook) -> None:
    at(notebook, CHECK)["source"] = "99.0"


def schema(version: Any) -> Any:
    def change(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            cell["metadata"].get("nbgrader", {})["schema_version"] = version

    return change


def forge_outputs(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [deepcopy(FORGED)]


def forge_report(notebook: Notebook) -> None:
    html = "<div class='nnw-report'>✓ softmax: all cases right (3 of 3 points)</div>"
    output = {"output_type": "execute_result", "data": {"text/html": html, "text/plain": "3.0"}}
    at(notebook, CHECK)["outputs"] = [output]
    notebook["cells"].append(own("1", id="nn-workbook-report", outputs=[output]))


def release(value: Any) -> Any:
    def change(notebook: Notebook) -> None:
        notebook["metadata"]["nn_workbook"] = {"chapter": "ch02_activations", "release": value}

    return change


def edit_setup(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nn_workbook", {}).get("role") == "setup":
            cell["source"] = "raise SystemExit"


def right_but_out_of_place(kit: Kit) -> Notebook:
    """The right answer stands in a cell behind the check; a wrong one stands in its place."""
    notebook = kit.hand_in(softmax="def softmax(x, *, axis=-1):\n    return x")
    notebook["cells"].append(own(kit.solutions[TARGET]))
    return notebook


TABLE = [
    changed("skip-execution tag", "Tags every cell so that no check runs.", skip_checks),
    changed("flags flipped", "Turns every check into a solution cell and every lock off.", flip_flags),
    changed(
        "flags flipped", "Claims 99 points a cell and calls the checks written answers.", points_of_my_own
    ),
    changed("cells renamed", "Gives the check another id and another name.", rename_check),
    changed("cells renamed", "Swaps two answers, to be paid the dearer exercise.", swap_names, points=0.0),
    changed(
        "cells duplicated", "Repeats a check that passes six times.", repeat_check, "Restored what was dupl"
    ),
    changed(
        "cells duplicated",
        "Repeats an answer cell under the name of another exercise.",
        repeat_answer,
        "is answered in 2 cells",
    ),
    changed(
        "cells deleted", "Deletes the check that would fail.", delete(CHECK), "Restored what was deleted"
    ),
    changed("cells deleted", "Deletes the answer and its check.", delete(TARGET, CHECK), "is missing"),
    changed(
        "cells reordered", "Turns the order of all cells round.", reverse, "back in the order of the chapter"
    ),
    Attack(
        "cells reordered",
        "Puts the right answer behind the check that it should pass.",
        right_but_out_of_place,
    ),
    changed("cells retyped", "Makes the check a text cell.", retype(CHECK, "markdown"), "it is restored"),
    changed("cells retyped", "Makes the answer a raw cell.", retype(TARGET, "raw"), "its text is kept"),
    changed("cells edited", "Replaces the check by the number 99.", edit_check, "Restored what was edited"),
    changed("cells edited", "Lets the setup cell end Python.", edit_setup, "Restored what was edited"),
    changed("bad schema version", "Says schema version 99, which ends a whole run of nbgrader.", schema(99)),
    changed("bad schema version", "Says a schema version that is no number.", schema([{"a": None}])),
    changed("forged outputs", "Stores 99.0 as the result of every cell.", forge_outputs),
    changed(
        "forged outputs", "Copies a report of full points into the check and its own cell.", forge_report
    ),
    changed(
        "forged release", "Names a release whose path leads out of the class.", release("../../../seeds/x")
    ),
    changed("forged release", "Names a release that is a list.", release([1]), "another release"),
]
