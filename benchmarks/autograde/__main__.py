"""Grade a class, in turn with stock nbgrader and otter: python -m benchmarks.autograde [--students 8] [--rounds 3]

The same hand-ins, the same machine, whole commands timed by the clock, medians; the same grades are asserted.
`--scale` grades 10, 100 and 1000 submissions instead. `--otter PATH` names an otter command in an environment of
its own.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from benchmarks import measure
from benchmarks.autograde.course import CHAPTER, FOLDER, as_otter, as_stock, fresh, make
from grader.course import ROOT
from grader.engine.doctor import usable
from grader.grading.grade import grade
from grader.report.export import grade_rows

PYTHONPATH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
ENVIRONMENT = {**os.environ, "NN_WORKBOOK_QUICK": "1", "PYTHONPATH": PYTHONPATH, "MPLBACKEND": "Agg"}


def timed(command, cwd=None):
    """Seconds by the clock; a command that fails ends the benchmark with what it said."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return seconds


def ours(course, *options):
    return [sys.executable, "-m", "grader.cli", "autograde", CHAPTER, "--course", str(course.root), *options]


def nbgrader(*arguments):
    return [sys.executable, "-m", "nbgrader", *arguments]


def totals(course):
    return {row["student"]: round(float(row["total"]), 2) for row in grade_rows(course, CHAPTER)}


def engine(course, isolation, execute="points"):
    """grade() for every hand-in, in this process."""
    seed = course.seed(CHAPTER)
    for path in sorted(course.root.glob(f"submitted/*/{CHAPTER}/*.ipynb")):
        grade(path, CHAPTER, seed, isolation=isolation, execute=execute)


def clock(run, *args):
    start = time.perf_counter()
    run(*args)
    return time.perf_counter() - start


def compare(students, rounds, otter):
    course, stock = make("ours", students), make("stock", students)
    as_stock(stock)
    paths = as_otter(FOLDER / "otter", course) if otter else None
    isolation = "full" if usable("full") else "process"
    variants = {
        "nbgrader autograde": lambda: timed(nbgrader("autograde", CHAPTER), stock.root),
        "grader autograde, 1 worker": lambda: timed(ours(course, "--workers", "1")),
        "grader autograde, 2 workers": lambda: timed(ours(course, "--workers", "2")),
        "grader autograde, 2 workers, --execute all": lambda: timed(
            ours(course, "--workers", "2", "--execute", "all")
        ),
        "the engine alone, one process": lambda: clock(engine, course, isolation),
        "the engine alone, --execute all": lambda: clock(engine, course, isolation, "all"),
    }
    if otter:
        variants["otter run, one notebook after the other"] = lambda: sum(
            timed([otter, "run", "-a", "autograder.zip", "-o", "results", path.name], paths)
            for path in sorted(paths.glob("*.ipynb"))
        )
    seconds = {name: [] for name in variants}
    for number in range(rounds):
        for name, run in variants.items():
            graded = stock if "nbgrader" in name else course
            if "alone" not in name and "otter" not in name:
                fresh(graded)
            seconds[name].append(run())
            print(f"round {number + 1}: {name}: {seconds[name][-1]:.1f} s", flush=True)
        assert totals(stock) == totals(course), "the grades differ"
    peer = seconds["nbgrader autograde"]
    rows = []
    for name, found in seconds.items():
        ratio = statistics.median(p / f for p, f in zip(peer, found))
        rows.append(
            [
                name,
                f"{statistics.median(found):.1f}",
                f"{1000 * statistics.median(found) / students:.0f}",
                f"{ratio:.1f}",
            ]
        )
    return measure.table(["", "seconds", "ms a submission", "x nbgrader"], rows), isolation


def scale(sizes):
    rows = []
    for size in sizes:
        course = make("scale", size)
        fresh(course)
        start = time.perf_counter()
        run = subprocess.Popen(ours(course), env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(run.pid, 0)
        seconds = time.perf_counter() - start
        assert status == 0
        again = timed(ours(course))
        mib = usage.ru_maxrss / 1024
        rows.append([size, f"{seconds:.1f}", f"{1000 * seconds / size:.0f}", f"{again:.1f}", f"{mib:.0f}"])
        print(rows[-1], flush=True)
    header = [
        "submissions",
        "seconds",
        "ms a submission",
        "seconds, once more unchanged",
        "MiB, main process",
    ]
    return measure.table(header, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--otter", default="")
    parser.add_argument("--scale", action="store_true")
    options = parser.parse_args()
    kept = FOLDER / "tables.json"
    FOLDER.mkdir(parents=True, exist_ok=True)
    tables = json.loads(kept.read_text()) if kept.exists() else {}
    if options.scale:
        tables["scale"] = scale((10, 100, 1000))
    else:
        table, isolation = compare(options.students, options.rounds, options.otter)
        tables["compare"] = (
            f"{options.students} submissions, {options.rounds} rounds, isolation `{isolation}`.\n\n{table}"
        )
    kept.write_text(json.dumps(tables))
    found = {"compare": "", "scale": ""} | tables
    measure.write(
        "autograde",
        "Grading a class",
        TEXT.format(**found, otter=OTTER if "otter run" in found["compare"] else ""),
    )


TEXT = """Chapter 02 as released, the demo's honest students. Every command as a user types it, start of Python and
gradebook included, by the clock, in turn; ratios are medians over the rounds. The totals of both gradebooks are
asserted to be equal. Demos run at their quick size. nbgrader runs every cell, ours what points depend on, or, with
`--execute all`, every cell too.{otter}

{compare}

{scale}
"""
OTTER = " otter runs every cell, too, and judges one test an exercise with the notebook's own `check`."

if __name__ == "__main__":
    main()
