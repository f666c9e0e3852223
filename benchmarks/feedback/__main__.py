"""Write a class's feedback pages, in turn with nbgrader: python -m benchmarks.feedback [--students 50] [--rounds 3]

The same graded class, whole commands timed by the clock, start of Python and gradebook included, medians.
"""

import argparse
import shutil
import statistics
import sys

from benchmarks import measure
from benchmarks.autograde.__main__ import nbgrader, ours, timed
from benchmarks.autograde.course import CHAPTER, FOLDER, as_stock, fresh, make
from grader.course import Class

PEER = "nbgrader generate_feedback"


def classes(students):
    """The class as we graded it, and the same for nbgrader as it comes."""
    course = make("pages", students)
    fresh(course)
    timed(ours(course, "--isolation", "process"))
    stock = Class(FOLDER / "pages-stock")
    shutil.rmtree(stock.root, ignore_errors=True)
    shutil.copytree(course.root, stock.root)
    as_stock(stock)
    return course, stock


def pages(course):
    return sum(1 for _ in course.root.glob(f"feedback/*/{CHAPTER}/*.html"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    course, stock = classes(options.students)
    feedback = [sys.executable, "-m", "grader.cli", "feedback", CHAPTER, "--course", str(course.root)]
    variants = {
        PEER: (stock, nbgrader("generate_feedback", CHAPTER)),
        "the same command in a class of ours": (course, nbgrader("generate_feedback", CHAPTER)),
        "grader feedback": (course, feedback),
    }
    seconds = {name: [] for name in [*variants, "grader feedback, nothing changed"]}
    for number in range(options.rounds):
        for name, (graded, command) in variants.items():
            shutil.rmtree(graded.root / "feedback", ignore_errors=True)
            seconds[name].append(timed(command, graded.root))
            assert pages(graded) == options.students, name
            print(f"round {number + 1}: {name}: {seconds[name][-1]:.1f} s", flush=True)
        seconds["grader feedback, nothing changed"].append(timed(feedback, course.root))
    rows = []
    for name, found in seconds.items():
        ratio = statistics.median(peer / own for peer, own in zip(seconds[PEER], found))
        middle = statistics.median(found)
        rows.append([name, f"{middle:.1f}", f"{1000 * middle / options.students:.0f}", f"{ratio:.1f}"])
    table = measure.table(["", "seconds", "ms a page", "x nbgrader"], rows)
    measure.write(
        "feedback",
        "Writing feedback pages",
        TEXT.format(students=options.students, table=table, rounds=options.rounds),
    )


TEXT = """Chapter 02, the demo's honest students, graded once. nbgrader as it comes writes its own page; ours
is the page of `grader feedback`, also where nbgrader's command writes it. Whole commands by the clock, in turn;
ratios are medians over the rounds.

{students} pages, {rounds} rounds.

{table}
"""


if __name__ == "__main__":
    main()
