"""A chapter that is released again: the gradebook of a class with submissions takes the new list of questions.

nbgrader refuses that. Nothing that a person entered is deleted: the marks of a question that is dropped lie in
.grader/set_aside/<chapter>.json, and come back with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
)

from grader.course import Class
from grader.grading.asked import Asked, asked, priced
from grader.grading.journal import Journal
from grader.grading.settle import Result
from grader.nbgrader_bridge.gradebook import enter_result
from grader.nbgrader_bridge.late import LatePolicy
from grader.text import counted

__all__ = ["Change", "correct", "keep_aside"]

KEPT = ("grade", "solution", "locked")  # the kinds of cells that nbgrader keeps
ENTERED = ("manual_score", "extra_credit")  # by a person
SHOWN = 20  # students that are named


@dataclass
class Change:
    """What another list of questions does to a class: in words, and the total of each student before and after.
    aside: {cell: {student: what a person entered}}, kept for when it comes back. hand_ins: hashes of those graded."""

    hand_ins: Mapping[str, str]
    lines: list[str] = field(default_factory=list)
    totals: dict[str, tuple[float, float]] = field(default_factory=dict)
    aside: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def __str__(self) -> str:
        moved = {student: pair for student, pair in self.totals.items() if pair[0] != pair[1]}
        rows = [f"  {student}: {old:g} → {new:g}" for student, (old, new) in sorted(moved.items())]
        more = [f"  and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
        count = f"points change for {len(moved)} of {counted(len(self.totals), 'student')}"
        return "\n".join([*self.lines, *([count] if self.lines or moved else []), *rows[:SHOWN], *more])


def correct(
    book: Gradebook, course: Class, chapter: str, notebook: NotebookNode, new: Asked, policy: LatePolicy
) -> Change:
    """Bring the chapter's cells and everybody's points into the book's session, uncommitted; what that changes."""
    assignment = book.find_assignment(chapter)
    row = book.find_notebook(chapter, chapter)
    old, before = _in_gradebook(row, asked(course, chapter)), _totals(assignment)
    journal = Journal.of(course, chapter)
    graded = {student: kept for student in before if (kept := journal.kept(student))}
    hand_ins = {student: kept.content for student, kept in graded.items()}
    change = Change(hand_ins, _in_words(old, new), aside=course.kept("set_aside", chapter))
    _cells(book, row, notebook, change)
    book.db.flush()
    for submitted in row.submissions:
        student = submitted.assignment.student_id
        _freed(submitted, new, change)
        if kept := graded.get(student):
            verdict = priced(kept.verdict, new)
            result = Result(student, verdict, kept.written, unchanged=True)
            enter_result(result, submitted, row, new.free)
            policy.apply(book, submitted)
    book.db.flush()
    book.db.expire_all()
    change.totals = {s: (before[s], total) for s, total in _totals(assignment).items()}
    change.lines += _to_look_at(old, new, row)
    return change


def _in_gradebook(row: Notebook, old: Asked) -> Asked:
    """The list that the gradebook has: an older one than the class's where a copy was restored."""
    points = {cell.name: int(cell.max_score) for cell in row.grade_cells}
    exercises = {name.removesuffix("-check"): n for name, n in points.items() if name.endswith("-check")}
    written = {name: n for name, n in points.items() if not name.endswith("-check")}
    return replace(old, exercises=exercises, written=written)


def keep_aside(course: Class, chapter: str, change: Change) -> None:
    found = {cell: {s: marks for s, marks in some.items() if marks} for cell, some in change.aside.items()}
    course.keep("set_aside", chapter, {cell: some for cell, some in found.items() if some})


def _totals(assignment: Assignment) -> dict[str, float]:
    return {
        s.student_id: round(max(0.0, s.score - (s.late_submission_penalty or 0.0)), 2)
        for s in assignment.submissions
    }


# ── what changes, in words ───────────────────────────────────────────────────────────────────────────────


def _in_words(old: Asked, new: Asked) -> list[str]:
    was, now = old.points, new.points
    lines = [f"{name}: dropped, it had {counted(was[name], 'point')}" for name in was if name not in now]
    lines += [f"{name}: new, {counted(now[name], 'point')}" for name in now if name not in was]
    lines += [
        f"{name}: {counted(now[name], 'point')} instead of {was[name]}"
        for name in now
        if name in was and was[name] != now[name]
    ]
    lines += [f"{name}: given to all" for name in now if name in new.free and name not in old.free]
    lines += [f"{name}: no longer given to all" for name in now if name in old.free and name not in new.free]
    return lines


def _to_look_at(old: Asked, new: Asked, row: Notebook) -> list[str]:
    """Whose marks by hand were for other points, and whose answers nobody has judged."""
    lines = []
    names = {cell.id: cell.name.removesuffix("-check") for cell in row.grade_cells}
    for name, points in new.points.items():
        grades = [
            (g, s.assignment.student_id)
            for s in row.submissions
            for g in s.grades
            if names[g.cell_id] == name
        ]
        if old.points.get(name) != points:
            by_hand = [(g, student) for g, student in grades if g.manual_score is not None]
            for grade, _ in by_hand:
                grade.needs_manual_grade |= name in old.points  # what comes back knows for itself
            if again := sorted(student for grade, student in by_hand if grade.needs_manual_grade):
                lines.append(f"{name}: marks by hand stay as they are, look at them again: {_some(again)}")
        if name not in old.points:
            open_still = sorted(s for g, s in grades if g.auto_score is None and g.manual_score is None)
            if open_still:
                text = f"to be marked by hand (or --free {name}), their notebooks are older"
                lines.append(f"{name}: {text}: {_some(open_still)}")
    return lines


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


# ── the rows ─────────────────────────────────────────────────────────────────────────────────────────────


def _cells(book: Gradebook, row: Notebook, notebook: NotebookNode, change: Change) -> None:
    """The chapter's cells as nbgrader keeps them, with a grade and a comment for everybody who handed in."""
    theirs = [cell for cell in notebook.cells if any(cell.metadata.nbgrader[kind] for kind in KEPT)]
    wanted = {cell.metadata.nbgrader.grade_id: cell for cell in theirs}
    graded = {name: cell for name, cell in wanted.items() if cell.metadata.nbgrader.grade}
    solutions = {name: cell for name, cell in wanted.items() if cell.metadata.nbgrader.solution}
    for cell in [c for c in row.grade_cells if c.name not in graded]:
        for grade in list(cell.grades):
            _put_aside(change, grade)
            book.db.delete(grade)
        book.db.delete(cell)
    for cell in [c for c in row.solution_cells if c.name not in solutions]:
        for comment in list(cell.comments):
            if comment.manual_comment:
                _aside_of(change, cell.name, _student(comment))["manual_comment"] = comment.manual_comment
            book.db.delete(comment)
        book.db.delete(cell)
    for cell in [c for c in row.source_cells if c.name not in wanted]:
        book.db.delete(cell)
    book.db.flush()
    book.db.expire(row)
    with book.db.no_autoflush:
        known = {cell.name: cell for cell in row.grade_cells}
        for name, cell in graded.items():
            points = float(cell.metadata.nbgrader.points)
            if name in known:
                known[name].max_score = points
            else:
                made = GradeCell(name=name, notebook=row, max_score=points, cell_type=cell.cell_type)
                book.db.add(made)
                for submitted in row.submissions:
                    grade = Grade(cell=made, notebook=submitted)
                    book.db.add(grade)
                    _take_back(change, grade)
        for name in solutions.keys() - {cell.name for cell in row.solution_cells}:
            made = SolutionCell(name=name, notebook=row)
            book.db.add(made)
            for submitted in row.submissions:
                said = _aside_of(change, name, submitted.assignment.student_id).pop("manual_comment", None)
                book.db.add(Comment(cell=made, notebook=submitted, manual_comment=said))
        for name in wanted.keys() - {cell.name for cell in row.source_cells}:
            kept = {key: wanted[name].metadata.nbgrader.get(key) for key in ("locked", "checksum")}
            text = {"cell_type": wanted[name].cell_type, "source": wanted[name].source}
            book.db.add(SourceCell(name=name, notebook=row, **text, **kept))


def _freed(submitted: SubmittedNotebook, new: Asked, change: Change) -> None:
    """A mark by hand below what is given to all is put aside; it comes back when nothing is given any more."""
    for grade in submitted.grades:
        cell = grade.cell
        free = cell.name.removesuffix("-check") in new.free
        if free and grade.manual_score is not None and grade.manual_score < cell.max_score:
            _put_aside(change, grade, ENTERED[:1])
            grade.manual_score = None
        elif not free and grade.manual_score is None:
            _take_back(change, grade)


def _put_aside(change: Change, grade: Grade, entered: Sequence[str] = ENTERED) -> None:
    """What a person entered; with what it was entered beside, or it would have to be looked at again."""
    marks = {key: value for key in entered if (value := getattr(grade, key)) is not None}
    if marks:
        beside = {"auto_score": grade.auto_score, "needs_manual_grade": grade.needs_manual_grade}
        _aside_of(change, grade.cell.name, _student(grade)).update(
            marks | beside | {"of": _of(change, grade)}
        )


def _take_back(change: Change, grade: Grade) -> None:
    marks = _aside_of(change, grade.cell.name, _student(grade))
    of = marks.pop("of", None)
    for key in [key for key in marks if key in Grade.__table__.columns]:
        setattr(grade, key, marks.pop(key))
    if grade.manual_score is not None and of != _of(change, grade):
        grade.needs_manual_grade = True


def _of(change: Change, grade: Grade) -> list[Any]:
    """What a mark is of: so many points, and this hand-in."""
    return [grade.cell.max_score, change.hand_ins.get(_student(grade))]


def _student(row: Grade | Comment) -> str:
    return str(row.notebook.assignment.student_id)


def _aside_of(change: Change, cell: str, student: str) -> dict[str, Any]:
    return change.aside.setdefault(cell, {}).setdefault(student, {})
