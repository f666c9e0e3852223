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
    facts = [
        ("in the class", str(len(found.grades.rows))),
        ("handed in", str(found.handed_in)),
        ("graded", f"{found.graded} of {found.handed_in}"),
        ("not readable", str(found.unreadable)),
        ("with answers to mark by hand", str(found.to_mark)),
    ]
    if found.papers:
        shares = [found.total_share(paper) for paper in found.papers]
        most = sum(found.points.values())
        facts += [
            ("median", f"{median(shares) * most:.3g} of {most:g}"),
            ("mean", f"{mean(shares) * most:.3g} of {most:g}"),
        ]
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<dl class="facts">{items}</dl>'


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
    table = _table("Exercises in numbers", head, rows, left=(0, 7))
    return (
        f"<section><h2>Exercises</h2><figure>{bars}</figure>{table}"
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
            + _fold("who", ", ".join(map(text, mistake.students))),
        ]
        for mistake in mistakes
    ]
    head = ("students", "misconception, and what the student is told")
    table = _table("Misconceptions, the commonest first", head, rows, left=(1,))
    return f"<section><h2>Misconceptions</h2>{table}{soft}</section>"


def _students(found: ClassView) -> str:
    if not found.notices:
        return "<section><h2>Students to look at</h2><p>Nobody stands out.</p></section>"
    first = found.look_at
    body = _reasons("Who has no points by our fault, or by the file's, comes first", first)
    if others := found.notices[len(first) :]:
        many = f"{len(others)} more, for smaller reasons" if len(others) > 1 else "One more"
        body += _fold(many, _reasons("Smaller reasons", others))
    return f"<section><h2>Students to look at</h2>{body}</section>"


def _reasons(title: str, notices: Sequence[Notice]) -> str:
    rows = []
    for notice in notices:
        who = f"<b>{text(notice.student)}</b>" + (f" {text(notice.name)}" if notice.name else "")
        points = "–" if notice.points is None else f"{notice.points:g}"
        reasons = "".join(f"<li>{prose(reason)}</li>" for reason in notice.reasons)
        rows.append([who, points, f"<ul>{reasons}</ul>"])
    return _table(title, ("student", "points", "why"), rows, left=(0, 2))


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
    table = _table("Those with the most in common come first", ("students", "exercises"), rows, (0, 1))
    yield (
        f"<section><h2>Answers alike</h2>{table}"
        '<p class="soft">These answers differ in names, comments and layout only, if at all. Short answers are left'
        " out, and so is what a fifth of the class has, or our bank of answers. It is no proof: they may have"
        " learnt together, or from one book. No points depend on it, and students are not shown it.</p></section>"
    )


def _everybody(grades: Grades) -> str:
    rows = [
        [f"<b>{text(row.student)}</b>", text(row.name), text(row.standing(grades.most))]
        for row in grades.rows
    ]
    table = _table(
        "Marks given by hand and written questions included", ("student", "name", "points"), rows, (0, 1, 2)
    )
    return f"<section><h2>Everybody</h2>{_fold(counted(len(rows), 'student'), table)}</section>"


# ── pieces of HTML ───────────────────────────────────────────────────────────────────────────────────────


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int]) -> str:
    """Cells are HTML already. `left`: columns of words; numbers stand on the right."""

    def kind(i: int) -> str:
        return ' class="left"' if i in left else ""

    top = "".join(f'<th scope="col"{kind(i)}>{name}</th>' for i, name in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f"<td{kind(i)}>{cell}</td>" for i, cell in enumerate(row)) + "</tr>" for row in rows
    )
    table = f"<table><caption>{caption}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">{table}</div>'


def _fold(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>{content}</details>"


STYLE = """
:root { color-scheme: light dark; --ink: #1f1f1f; --paper: #fff; --soft: #555; --line: #d5d5d5;
  --right: #0072b2; --partly: #e6b800; --wrong: #c04e00; --untouched: #b5b5b5; --on-dark: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e4e4; --paper: #161616; --soft: #b4b4b4;
  --line: #444; --right: #4aa3df; --partly: #f0e442; --wrong: #e8834a; --untouched: #8c8c8c; --on-dark: #111 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 16px 20px 48px; overflow-wrap: break-word }
h1 { font-size: 24px; margin: 8px 0 12px } h2 { font-size: 19px; margin: 32px 0 8px }
.facts { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 }
.facts dt { color: var(--soft); font-size: 13px } .facts dd { margin: 0; font-size: 20px }
.notice { border-left: 4px solid var(--partly); padding: 6px 12px; margin: 16px 0 }
.soft { color: var(--soft); font-size: 13px; max-width: 72ch }
figure { margin: 8px 0 } svg { display: block; width: 100%; max-width: 640px; height: auto }
svg text { fill: var(--ink); font-size: 12px }
svg .count { paint-order: stroke; stroke: var(--paper); stroke-width: 4px }
svg .grid { stroke: var(--line); fill: none }
svg .right { fill: var(--right) } svg .partly { fill: var(--partly) } svg .wrong { fill: var(--wrong) }
svg .untouched { fill: var(--untouched) } svg .on-right, svg .on-wrong { fill: var(--on-dark) }
svg .on-partly, svg .on-untouched { fill: #111 }
.wide { overflow-x: auto; margin: 12px 0 } table { border-collapse: collapse; font-size: 14px }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 4px }
th, td { text-align: right; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-weight: 600; font-size: 13px } .left { text-align: left }
td:not(.left) { white-space: nowrap; font-variant-numeric: tabular-nums }
code { font: 13px ui-monospace, monospace; overflow-wrap: normal } td ul { margin: 0; padding-left: 16px }
details { color: var(--soft); font-size: 13px } summary { cursor: pointer }
"""
