"""How long `check` takes, right answers and wrong ones with their explanation: python -m benchmarks.check

Right answers are those of the bank by other methods; wrong ones are the banked mistakes, which have a name, and
one-step changes of right answers, every twentieth, most of which have none.
"""

import linecache
import os
import statistics
import tempfile
import time
from itertools import islice

from benchmarks import measure
from grader.build.build import source_notebook
from grader.home.check import check
from grader.judging.changes import changes, functions_of
from grader.record.exercise import source_of
from grader.record.registry import chapters, registry

EVERY = 20


def answers(exercise):
    """The sources that are timed."""
    for fn in (*exercise.alternatives, *(m.fn for m in exercise.misconceptions)):
        yield source_of(fn, exercise.function)
    for fn in exercise.alternatives:
        (function, *_) = functions_of(source_of(fn, exercise.function))
        for change in islice(changes(function, texts=True), 0, None, EVERY):
            yield change.text


def namespace(chapter):
    """What the cells that answers need, and the solutions, define."""
    space = {}
    for cell in source_notebook(chapter).cells:
        if cell.metadata.get("nn_workbook", {}).get("role") in ("setup", "answer"):
            exec(cell.source, space)
    return space


def timed(notebook, exercise):
    """(how it was explained, or "right"; seconds) of every answer."""
    for number, source in enumerate(answers(exercise)):
        space, name = dict(notebook), f"<{exercise.function} {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)  # as IPython does
        exec(compile(source, name, "exec"), space)
        begin = time.process_time()
        outcome = check(space[exercise.function])
        seconds = time.process_time() - begin
        yield "right" if outcome.status == "passed" else outcome.explained or "unexplained", seconds


def main():
    os.chdir(tempfile.mkdtemp())
    found = {}
    for chapter in chapters():
        notebook = namespace(chapter)
        for exercise in registry(chapter).values():
            for kind, seconds in timed(notebook, exercise):
                found.setdefault(kind, []).append(1e3 * seconds)
    rows = []
    for kind in ("right", "named", "placed", "formula", "unexplained"):
        times = sorted(found.get(kind, []))
        if times:
            shown = statistics.median(times), times[int(0.9 * len(times))], times[-1]
            rows.append((kind, len(times), *(f"{t:.0f}" for t in shown)))
    text = "Milliseconds of processor time for one `check`, first calls of an exercise included.\n\n"
    text += measure.table(("answer", "how many", "median", "90th percentile", "worst"), rows)
    measure.write("check", "Speed of a check", text)


if __name__ == "__main__":
    main()
