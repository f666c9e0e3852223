"""`grader report`: one HTML page about a class and a chapter. No script, nothing from elsewhere, light and dark."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean, median

from grader.collect.roster import Roster
from grader.collect.submitted import find_hand_ins, require_release
from grader.course import Class
from grader.files import write_whole
from grader.grading.grades import Grades
from grader.grading.settle import newest_release
from grader.html import document, prose, text
from grader.judging.outcome import explained
from grader.problem import Problem
from grader.report.class_view import ClassView, Mistake, Notice, view
from grader.report.item_statistics import ENOUGH, Item
from grader.report.pieces import STYLE, facts, fold, table
from grader.report.plots import histogram, stacks
from grader.text import counted

__all__ = ["page", "report"]


def report(course: Class, chapter: str, to: Path | None = None, roster: Roster | None = None) -> Path:
    """Write the page; without `to` it is reports/<chapter>.html in the class folder."""
    from grader.nbgrader_bridge.read_grades import read_grades
    from grader.record.registry import registry

    require_release(course, chapter)
    there = [h.student for h in find_hand_ins(course, chapter) if os.path.lexists(h.path.parent)]
    if not there:
        raise Problem(f"nothing is handed in for {chapter}; put the files there with `grader collect`")
    path = to or course.root / "reports" / f"{chapter}.html"
    found = view(read_grades(course, chapter, roster), there, registry(chapter))
    write_whole(path, page(found, origin(course, chapter, found)))
    return path


def origin(course: Class, chapter: str, found: ClassView) -> str:
    """When it was written, of which class, by which releases of the chapter: what one asks of a printed page."""
    newest = newest_release(course, chapter).metadata.nn_workbook.release
    older = {paper.release for paper in found.papers} - {newest, ""}
    also = f", and hand-ins made from {', '.join(sorted(older))}" if older else ""
    return f"{course.root.name}, {datetime.now():%Y-%m-%d %H:%M}. Release {newest}{also}."


def page(found: ClassView, origin: str = "") -> str:
    chapter = found.grades.chapter
    parts = [f"<h1>{text(chapter)}</h1>", f'<p class="soft">{text(origin)}</p>', _summary(found)]
    if found.graded < found.handed_in:
        parts.append(
            f'<p class="notice"><b>Half graded:</b> {found.graded} of {found.handed_in} hand-ins have a verdict.'
            f" All numbers are of these; <code>grader autograde {text(chapter)}</code> grades the rest.</p>"
        )
    if found.papers:
        told = explained(o for paper in found.papers for o in paper.outcomes.values())
        parts += [_scores(found), _exercises(found), _misconceptions(found.mistakes, told)]
    parts += [_students(found), *_alike(found), _everybody(found.grades)]
    body = "\n".join(parts)
    return document(title=text(f"{chapter}: class report"), style=STYLE, body=body)


# ── sections ─────────────────────────────────────────────────────────────────────────────────────────────


def _summary(found: ClassView) -> str:
    shown = [
        ("in the class", str(len(found.grades.rows))),
        ("handed in", str(found.handed_in)),
        ("graded", f"{found.graded} of {found.handed_in}"),
        ("not readable", str(found.unreadable)),
        ("with answers to mark by hand", str(found.to_mark)),
    ]
    if found.papers:
        shares = [found.total_share(paper) for paper in found.papers]
        most = sum(found.points.values())
        shown += [
            ("median", f"{median(shares) * most:.3g} of {most:g}"),
            ("mean", f"{mean(shares) * most:.3g} of {most:g}"),
        ]
    return facts(shown)


def _scores(found: ClassView) -> str:
    shares = [found.total_share(paper) for paper in found.papers]
    note = (
        "Points for the exercises, marks given by hand included; written questions and files that could not"
    )
    return (
        f"<section><h2>Scores</h2><figure>{histogram(shares)}</figure>"
        f'<p class="soft">{note} be read are left out.</p></section>'
    )


def _exercises(found: ClassView) -> str:
    bars = stacks([(item.name, _kinds(found, item)) for item in found.items])
    head: tuple[str, ...]
    head = ("exercise", "points", "right", "mean share", "discrimination", "not attempted", "stopped", "look")
    rows = [_exercise(item, found.points[item.name]) for item in found.items]
    if not any(row[-1] for row in rows):
        head, rows = head[:-1], [row[:-1] for row in rows]
    drawn = table("Exercises in numbers", head, rows, left=(0, 7))
    return (
        f"<section><h2>Exercises</h2><figure>{bars}</figure>{drawn}"
        '<p class="soft"><b>Right</b>: every case passes. <b>Mean share</b> (difficulty): the points that the'
        " class earns of those there are; near 1 is easy. <b>Discrimination</b>: the correlation of an exercise"
        " with the points of all others, from −1 to 1; above 0.2 it tells the strong from the weak, near 0 or"
        f" below look at its text and its check. “–”: fewer than {ENOUGH} students, or everybody alike."
        " <b>Stopped</b>: too long, too much memory, or a crash.</p></section>"
    )


def _kinds(found: ClassView, item: Item) -> tuple[int, int, int, int]:
    """How many are right, right in part, wrong, untouched."""
    statuses = [
        (p.outcomes[item.name].status, p.shares[item.name])
        for p in found.papers
        if item.name in p.outcomes and item.name in p.shares
    ]
    partly = sum(status == "failed" and share > 0 for status, share in statuses)
    wrong = sum(status == "failed" and share <= 0 for status, share in statuses)
    return item.passed, partly, wrong, item.untouched


def _exercise(item: Item, points: float) -> list[str]:
    r = item.discrimination
    passed = f"{item.passed} of {item.students} ({item.passed / item.students:.0%})" if item.students else "–"
    look = []
    if r is not None and r < 0.1:
        look.append("does not tell strong from weak")
    if item.difficulty is not None and item.students >= ENOUGH and item.difficulty < 0.4:
        look.append("hard")
    return [
        f"<code>{text(item.name)}</code>",
        f"{points:g}",
        passed,
        "–" if item.difficulty is None else f"{item.difficulty:.2f}",
        "–" if r is None else f"{r:.2f}".replace("-", "−"),
        str(item.untouched),
        str(item.stopped),
        ", ".join(look),
    ]


def _misconceptions(mistakes: Sequence[Mistake], told: str) -> str:
    soft = f'<p class="soft">{text(told)}.</p>' if told else ""
    if not mistakes:
        return f"<section><h2>Misconceptions</h2><p>None was named.</p>{soft}</section>"
    rows = [
        [
            str(len(mistake.students)),
            f"<code>{text(mistake.exercise)}</code> · {text(mistake.slug)}<br>{prose(mistake.hint)}"
            + fold("who", ", ".join(map(text, mistake.students))),
        ]
        for mistake in mistakes
    ]
    head = ("students", "misconception, and what the student is told")
    drawn = table("Misconceptions, the commonest first", head, rows, left=(1,))
    return f"<section><h2>Misconceptions</h2>{drawn}{soft}</section>"


def _students(found: ClassView) -> str:
    if not found.notices:
        return "<section><h2>Students to look at</h2><p>Nobody stands out.</p></section>"
    first = found.look_at
    body = _reasons("Who has no points by our fault, or by the file's, comes first", first)
    if others := found.notices[len(first) :]:
        many = f"{len(others)} more, for smaller reasons" if len(others) > 1 else "One more"
        body += fold(many, _reasons("Smaller reasons", others))
    return f"<section><h2>Students to look at</h2>{body}</section>"


def _reasons(title: str, notices: Sequence[Notice]) -> str:
    rows = []
    for notice in notices:
        who = f"<b>{text(notice.student)}</b>" + (f" {text(notice.name)}" if notice.name else "")
        points = "–" if notice.points is None else f"{notice.points:g}"
        reasons = "".join(f"<li>{prose(reason)}</li>" for reason in notice.reasons)
        rows.append([who, points, f"<ul>{reasons}</ul>"])
    return table(title, ("student", "points", "why"), rows, left=(0, 2))


def _alike(found: ClassView) -> Iterable[str]:
    """Nothing where nobody is: most classes need not think of it."""
    if not found.alike:
        return
    rows = [
        [
            ", ".join(f"<b>{text(student)}</b>" for student in alike.students),
            ", ".join(f"<code>{text(name)}</code>" for name in alike.exercises),
        ]
        for alike in found.alike
    ]
    drawn = table("Those with the most in common come first", ("students", "exercises"), rows, (0, 1))
    yield (
        f"<section><h2>Answers alike</h2>{drawn}"
        '<p class="soft">These answers differ in names, comments and layout only, if at all. Short answers are left'
        " out, and so is what a fifth of the class has, or our bank of answers. It is no proof: they may have"
        " learnt together, or from one book. No points depend on it, and students are not shown it.</p></section>"
    )


def _everybody(grades: Grades) -> str:
    rows = [
        [f"<b>{text(row.student)}</b>", text(row.name), text(row.standing(grades.most))]
        for row in grades.rows
    ]
    drawn = table(
        "Marks given by hand and written questions included", ("student", "name", "points"), rows, (0, 1, 2)
    )
    return f"<section><h2>Everybody</h2>{fold(counted(len(rows), 'student'), drawn)}</section>"
