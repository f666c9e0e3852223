"""Grade any nbgrader course, in turn with nbgrader: python -m benchmarks.any_course [--students 8] [--rounds 3]

The same hand-ins, whole commands as one types them, by the clock; the same points are asserted.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import time

from nbgrader.api import Gradebook

from benchmarks import measure
from benchmarks.any_course.course import COURSES, FOLDER, make
from grader.engine.process import default_level

NBGRADER = [sys.executable, "-m", "nbgrader", "autograde"]
OURS = [sys.executable, "-m", "grader.cli", "autograde"]


def timed(command, root):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return seconds


def points(root, assignment):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        found = book.assignment_submissions(assignment)
        return {s.student_id: {g.name: g.auto_score for n in s.notebooks for g in n.grades} for s in found}


def compare(name, students, rounds):
    """Rows of the table of one course. A round grades everybody, then one student only, by each command."""
    theirs, assignment = make(name, students)
    ours = theirs.with_name(f"{name}-ours")
    shutil.rmtree(ours, ignore_errors=True)
    shutil.copytree(theirs, ours)
    commands = {"nbgrader autograde": (NBGRADER, theirs), "grader autograde": (OURS, ours)}
    whole = {name: [] for name in commands}
    one = {name: [] for name in commands}
    for number in range(rounds):
        for label, (command, root) in commands.items():
            whole[label].append(timed([*command, assignment, "--force"], root))
            one[label].append(timed([*command, assignment, "--force", "--student=student-000"], root))
            print(f"{name}, round {number + 1}: {label}: {whole[label][-1]:.1f} s", flush=True)
        assert points(ours, assignment) == points(theirs, assignment), "the points differ"
    each = {k: [(w - o) / (students - 1) for w, o in zip(whole[k], one[k])] for k in commands}
    peer_whole, peer_each = whole["nbgrader autograde"], each["nbgrader autograde"]
    rows = []
    for label in commands:
        rows.append(
            [
                f"{name}: {label}",
                f"{statistics.median(whole[label]):.1f}",
                f"{statistics.median(p / f for p, f in zip(peer_whole, whole[label])):.1f}",
                f"{1000 * statistics.median(each[label]):.0f}",
                f"{statistics.median(p / f for p, f in zip(peer_each, each[label])):.1f}",
            ]
        )
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rows = [row for name in COURSES for row in compare(name, options.students, options.rounds)]
    head = ["", "seconds", "x nbgrader", "ms a hand-in", "x nbgrader, a hand-in"]
    table = measure.table(head, rows)
    how = f"{options.students} hand-ins, {options.rounds} rounds, isolation `{default_level()}`."
    measure.write("any_course", "Grading any nbgrader course", TEXT.format(how=how, table=table))
    shutil.rmtree(FOLDER, ignore_errors=True)


TEXT = """Whole commands as one types them, by the clock, in turn; the points of every cell in both gradebooks are
asserted to be equal. **quickstart** is the course that `nbgrader quickstart` makes: two notebooks a hand-in, no
imports. **plots** has one notebook that imports NumPy and Matplotlib and draws once. Every cell runs in both.
*ms a hand-in* is what a further hand-in costs: the command for all, less the command for one of them, by the number
of the others. Ratios are medians over the rounds. The cells themselves compute for milliseconds.

{how}

{table}
"""

if __name__ == "__main__":
    main()
