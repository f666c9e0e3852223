"""The command line: `grader COMMAND`. Nothing but typer is imported before a command runs."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from grader.collect.roster import Roster
    from grader.course import Class

__all__ = ["app", "main"]

# nbformat brings jsonschema, which builds a grammar of internationalised addresses when it is there: a second of
# work in every process, for a check that no notebook needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

app = typer.Typer(
    help="Build the course; run a class: release, collect, autograde, feedback, report, export."
    " See `grader COMMAND --help`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Chapter = Annotated[str, typer.Argument(help="ch02, 02, 2 or the full name.", show_default=False)]
Chapters = Annotated[
    list[str] | None,
    typer.Argument(help="ch02, 02, 2 or the full name; default: all.", show_default=False),
]
CourseFolder = Annotated[Path, typer.Option("--course", metavar="DIR", help="The class folder.")]
Student = Annotated[str | None, typer.Option("--student", metavar="ID", help="This student only.")]
RosterFile = Annotated[
    Path | None,
    typer.Option("--roster", metavar="CSV", help="Who is who; default: roster.csv in the class folder."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to; default: in the class folder."),
]
COURSE = Path("course")


@app.command()
def build(
    chapters: Chapters = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say what differs.")] = False,
) -> None:
    """Write the student notebooks from solutions/, after checking the sources.

    Example: grader build 02
    """
    from grader.build import build as builder

    names = [resolve(c, builder.sources()) for c in chapters] if chapters else builder.sources()
    problems = [problem for name in names for problem in builder.lint(name)]
    if check:
        problems += builder.check(names)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    if check:
        typer.echo(f"{len(names)} chapter{'s' if len(names) != 1 else ''} up to date")
        return
    changed = builder.build(names)
    for path in changed:
        typer.echo(f"written: {_short(path)}")
    typer.echo(f"{len(changed)} of {len(names)} notebooks changed")


@app.command()
def update(
    chapters: Chapters = None,
    work: Annotated[
        Path | None,
        typer.Option(
            "--work",
            metavar="DIR",
            help="Your working copy; default: the one around this folder, else ./work.",
        ),
    ] = None,
) -> None:
    """Make or update your working copy; your answers and own cells stay as they are.

    Without a checkout the course comes from the installed package: update that first.

    Example: grader update ch02
    """
    from grader.build import build as builder
    from grader.home.update import RELOAD
    from grader.home.update import update as update_one
    from grader.home.working_copy import working_copy

    folder = work or Path(_short(working_copy(Path.cwd())))
    names = [resolve(c, builder.sources()) for c in chapters] if chapters else builder.sources()
    reports = [update_one(name, folder) for name in names]
    for report in reports:
        typer.echo(str(report))
    if any(report.backup for report in reports):
        typer.echo(RELOAD)


@app.command()
def release(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    gradebook: Annotated[
        str | None,
        typer.Option(metavar="URL", help="postgresql://user:password@host/database; default: as it was."),
    ] = None,
    solutions: Annotated[
        bool, typer.Option("--solutions", help="solution() works in the notebook that is handed out.")
    ] = False,
    points: Annotated[
        list[str] | None,
        typer.Option("--points", metavar="NAME=N", help="A question's points in this class."),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="NAME", help="A question that does not count.")
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option("--free", metavar="NAME", help="A question that all who handed in get in full."),
    ] = None,
    undo: Annotated[
        list[str] | None,
        typer.Option("--undo", metavar="NAME", help="A question as the course has it, again."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would change.")] = False,
) -> None:
    """Make a chapter's assignment for a class: source, release, gradebook, secret seed.

    Again in mid-term: it says whose points change, and changes them. A class is
    graded by what was released to it, whatever the course has now. Corrections
    (--points, --drop, --free) are kept until --undo. Marks by hand stay; those of
    a dropped question come back with it.

    Example: grader release ch02 --course spring

    Example: grader release ch02 --free softmax --points sigmoid=3 --dry-run
    """
    from grader.grading.asked import Corrections
    from grader.nbgrader_bridge.database import shown
    from grader.nbgrader_bridge.release import release as release_one

    into, name = _class(course), _known(chapter)
    corrections = Corrections.of(into, name).changed(points or (), drop or (), free or (), undo or ())
    said: list[str] = []
    how: dict[str, Any] = {"solutions": solutions, "corrections": corrections, "dry_run": dry_run}
    path = release_one(into, name, gradebook, **how, say=said.append)
    for text in said:
        typer.echo(text)
    if dry_run:
        typer.echo("A dry run: nothing was written.")
        return
    if said:
        typer.echo(f"then: `grader feedback {chapter}` writes the pages that this changes")
    if gradebook:
        typer.echo(f"gradebook: {shown(gradebook)}")
    typer.echo(f"hand out: {_short(path)}")
    typer.echo(f"hand-ins: {_short(course / 'submitted' / '<student>' / path.stem / path.name)}")


@app.command()
def collect(
    source: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder, or a zip as Canvas and Moodle make it.")
    ],
    chapter: Chapter,
    course: CourseFolder = COURSE,
    roster: RosterFile = None,
    pattern: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Finds the student in a path: a group (?P<student>...)."),
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help='"2026-03-01 23:59"; later is late, in the gradebook too.'),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would happen.")] = False,
) -> None:
    """Take hand-ins from a folder or a zip into the class folder. Running it again does no harm.

    Whose a file is, its name says: as Canvas, Moodle and nbgrader write it,
    or ada.ipynb, or ada/work.ipynb. The outermost name that identifies somebody
    counts. With a roster every name must be in it.

    A newer hand-in is never overwritten by an older one; what is replaced is
    kept in .grader/replaced. Exit code 1: some files need a decision.

    Example: grader collect submissions.zip ch02 --roster gradebook.csv
    """
    from rich.console import Console

    from grader.collect import collect as collecting
    from grader.collect.filenames import compiled

    name, into, moment = _known(chapter), _class(course), collecting.parse_due(due)
    who = _roster(course, roster)
    rows = collecting.collect(
        into,
        name,
        source,
        roster=who,
        pattern=compiled(pattern),
        due=moment,
        dry_run=dry_run,
    )
    collecting.print_rows(Console(), rows, dry_run)
    if not dry_run:
        from grader.collect.downloaded import keep_names
        from grader.nbgrader_bridge.gradebook import set_due, set_names

        keep_names(into, name, ((row.student, row.file) for row in rows if row.what in collecting.TAKEN))
        if who:
            set_names(into, who)  # formgrader shows them
        if moment:
            set_due(into, name, moment)  # late policies go by it
    if any(row.what == collecting.TROUBLE for row in rows):
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Say how well this machine can fence in student code, and what to do about what is missing.

    Example: grader doctor
    """
    from rich.console import Console

    from grader.engine.doctor import examine

    if not examine(Console()):
        raise typer.Exit(1)


@app.command()
def autograde(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    isolation: Annotated[
        str | None,
        typer.Option(metavar="LEVEL", help="full, landlock or process; default: the strongest. See doctor."),
    ] = None,
    execute: Annotated[
        str, typer.Option(metavar="WHAT", help="points: what points depend on. all: the demos too.")
    ] = "points",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a CPU.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what did not change.")] = False,
    student: Student = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler, for example tcp://10.0.0.1:8786."),
    ] = None,
) -> None:
    """Grade a class. A run that was stopped goes on where it was; unchanged hand-ins keep their verdicts.

    Example: grader autograde ch02 --workers 4
    """
    from rich.console import Console

    from grader.autograde.autograde import autograde as grade_class
    from grader.autograde.summary import print_summary

    console, name = Console(), _known(chapter)
    before = signal.signal(signal.SIGINT, _interrupt_once)
    try:
        results = grade_class(
            _class(course),
            name,
            isolation=isolation,
            execute=execute,
            workers=workers,
            force=force,
            student=student,
            console=console,
            scheduler=scheduler,
        )
    except KeyboardInterrupt:
        typer.echo("grader: stopped; nothing is lost, run the same command again to go on", err=True)
        raise typer.Exit(130) from None
    signal.signal(signal.SIGINT, before)
    from grader.nbgrader_bridge.read_grades import read_grades  # nbgrader takes a second to import

    if people := _roster(course, None):
        from grader.nbgrader_bridge.gradebook import set_names

        set_names(_class(course), people)  # formgrader shows them
    print_summary(console, read_grades(_class(course), name), results)
    broken = [(r.student, text) for r in results for text in r.broken]
    for who, text in broken:
        typer.echo(f"our error, {who}: {text}", err=True)
    if broken:
        typer.echo("Nothing was entered as a zero for these; please report the errors.", err=True)
        raise typer.Exit(1)


@app.command()
def mark(
    chapter: Chapter,
    question: Annotated[
        str | None, typer.Argument(help="Its name; default: which questions wait.", show_default=False)
    ] = None,
    course: CourseFolder = COURSE,
    everybody: Annotated[bool, typer.Option("--all", help="Also what is marked already.")] = False,
) -> None:
    """Mark the answers to one question in a row, without names: the guide, then each answer, then you type.

    1.5 Say why. enters points and a comment; Enter leaves it for later, b goes back, q stops.

    Example: grader mark ch02 why-nonlinear
    """
    from grader.nbgrader_bridge import mark as marking
    from grader.nbgrader_bridge.read_grades import read_grades

    into, name = _class(course), _known(chapter)
    if question:

        def ask(prompt: str) -> str:
            try:
                return input(prompt)
            except EOFError:
                return "q"

        count = marking.mark(into, name, question, ask, typer.echo, everybody=everybody)
        typer.echo(f"{count} marked; `grader feedback {chapter}` writes the pages that this changes")
        return
    for waits, count in marking.waiting(read_grades(into, name)).items():
        typer.echo(f"{waits}: {count} answer{'s' if count != 1 else ''} to mark")


@app.command()
def feedback(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    student: Student = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="LMS", help="canvas or moodle: also a zip that it takes.")
    ] = None,
    output: Output = None,
    roster: RosterFile = None,
) -> None:
    """Write the pages that students get back.

    canvas, moodle: the zip has the names by which the LMS knows the hand-ins, as they were collected.

    Example: grader feedback ch02 --to moodle
    """
    from grader.nbgrader_bridge.feedback import generate_feedback
    from grader.problem import Problem
    from grader.report.pages_back import HOW, zip_pages

    name, into = _known(chapter), _class(course)
    if output and not to:
        raise Problem("--output is the zip's; it needs --to canvas or --to moodle")
    if to and to not in HOW:
        raise Problem(f"--to {to}: the formats are {' and '.join(HOW)}")
    pages = generate_feedback(into, name, student)
    many = f"{len(pages)} page{'s' if len(pages) != 1 else ''}, {sum(pages.values())} changed"
    typer.echo(f"{many}, for example {_short(next(iter(pages)))}")
    if to:
        path = output or into.root / "feedback" / f"{name}-{to}.zip"
        by_student = {page.parents[1].name: page for page in pages}
        for remark in zip_pages(into, name, to, by_student, _roster(course, roster), path):
            typer.echo(remark, err=True)
        typer.echo(f"zip: {_short(path)}; {HOW[to]}")


@app.command()
def report(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    output: Output = None,
    roster: RosterFile = None,
) -> None:
    """Write one page about a class: scores, each exercise, misconceptions, whom to look at. Half graded will do.

    Example: grader report ch02
    """
    from grader.report.page import report as write_report

    path = write_report(_class(course), _known(chapter), output, _roster(course, roster))
    typer.echo(f"report: {_short(path)}")


@app.command()
def export(
    chapters: Annotated[list[str], typer.Argument(help="ch02, 02, 2 or the full name.", show_default=False)],
    course: CourseFolder = COURSE,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="csv, canvas, moodle or moodle-worksheet.")
    ] = "csv",
    output: Output = None,
    roster: RosterFile = None,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="canvas, moodle: the grade's column; default: the chapter."),
    ] = None,
    exercises: Annotated[
        bool, typer.Option("--exercises", help="canvas, moodle: a column for each exercise, too.")
    ] = False,
    points: Annotated[
        float | None,
        typer.Option(min=0.01, help="canvas, moodle: the most that the column can be; default: as here."),
    ] = None,
) -> None:
    """Write the grades, with the marks given by hand: a full table, or what Canvas or Moodle imports.

    csv: points per exercise and written question, penalty, total, reasons.

    canvas: for Grades > Import; --roster is the file from Grades > Export. Points are scaled to those of an
    assignment that is there.

    moodle: for Grades > Import > CSV file.

    moodle-worksheet: --roster is the assignment's grading worksheet; it is filled in, scaled to its maximum.

    Example: grader export ch02 --to canvas --roster gradebook.csv
    """
    from grader.problem import Problem
    from grader.report import lms
    from grader.report.export import read_all, write_sheet

    if to not in ("csv", "canvas", "moodle", "moodle-worksheet"):
        form = f"; the file goes to --output: --to csv --output {to}" if Path(to).suffix else ""
        raise Problem(f"--to {to}: the formats are csv, canvas, moodle and moodle-worksheet{form}")
    names, who = [_known(chapter) for chapter in chapters], _roster(course, roster)
    grades = read_all(_class(course), names, who)
    if to == "csv":
        sheet = lms.csv_sheet(grades)
    elif to == "moodle-worksheet":
        sheet = lms.worksheet(grades, who, column=column, exercises=exercises or points is not None)
    else:
        make = lms.canvas_sheet if to == "canvas" else lms.moodle_sheet
        sheet = make(grades, who, column=column, exercises=exercises, points=points)
    stem = "_".join(n.split("_")[0] for n in names) if len(names) > 1 else names[0]
    path = output or course / "grades" / (f"{stem}.csv" if to == "csv" else f"{stem}-{to}.csv")
    for remark in sheet.remarks:
        typer.echo(remark, err=True)
    typer.echo(f"grades: {_short(write_sheet(sheet, path))}")


@app.command()
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Go on with the last demo: keep what it graded.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a CPU.")] = None,
) -> None:
    """Make a small class of right, wrong and broken hand-ins, grade it, and compare with what was expected.

    Example: grader demo
    """
    from grader.demo.demo import run_demo

    raise typer.Exit(run_demo(keep=keep, workers=workers))


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────


def resolve(text: str, names: list[str]) -> str:
    """The chapter meant by ch02, 02, 2 or its full name."""
    from grader.problem import Problem

    number = text.removeprefix("ch")
    key = f"ch{int(number):02d}" if number.isascii() and number.isdigit() else text
    found = [name for name in names if name == text or name.split("_")[0] == key]
    if len(found) != 1:
        raise Problem(f"there is no chapter {text!r}; there are: {', '.join(names) or 'none yet'}")
    return found[0]


def _known(chapter: str) -> str:
    from grader.record.registry import chapters

    return resolve(chapter, list(chapters()))


def _class(folder: Path) -> Class:
    from grader.course import Class

    return Class(folder.resolve())


def _roster(course: Path, roster: Path | None) -> Roster | None:
    """The roster that was named, else the class's own, else none."""
    from grader.collect.roster import read_roster

    own = course / "roster.csv"
    path = roster or (own if own.exists() else None)
    return read_roster(path) if path else None


def _interrupt_once(number: int, frame: object) -> None:
    """Ctrl-C: people press it twice, and the second would break the clearing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _short(path: Path) -> str:
    """A path as one would type it here."""
    path, here = path.resolve(), Path.cwd().resolve()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def main() -> None:
    """The console script. A Problem is one line and exit code 2; anything else is a bug and shows itself."""
    from grader.problem import Problem

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show stops nothing
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Problem as problem:
        typer.echo(f"grader: {problem}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
