"""The functions that the tests hand to a check: solutions, stubs, banked and trivial answers."""

import linecache
from functools import cache

import numpy as np
import pytest

from grader.build.build import source_notebook, student_notebook
from grader.calls import local
from grader.judging.judge import Trial, judge
from grader.record.exercise import source_of
from grader.record.registry import chapters, registry

EXERCISES = [(chapter, exercise) for chapter in chapters() for exercise in registry(chapter).values()]


def for_each(exercises):
    """A test for every one of these (chapter, exercise), under the exercise's name."""
    names = [exercise.function for _, exercise in exercises]
    return pytest.mark.parametrize(("chapter", "exercise"), exercises, ids=names)


every_exercise = for_each(EXERCISES)
with_allowed = for_each([(chapter, exercise) for chapter, exercise in EXERCISES if exercise.allowed])


def run_cells(notebook, roles=("setup", "answer")):
    """The namespace after the cells of these roles, as a kernel would leave it."""
    space = {}
    for cell in notebook.cells:
        role = cell.metadata.get("nn_workbook", {}).get("role")
        if cell.cell_type == "code" and role in roles:
            run_source(cell.source, space, name=f"<cell {cell.id}>")
    return space


def run_source(source, space, name):
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)  # as IPython does
    exec(compile(source, name, "exec"), space)


@cache
def source(chapter):
    return source_notebook(chapter)


@cache
def student(chapter):
    return student_notebook(source(chapter))


def solutions(chapter):
    return run_cells(source(chapter))


def solved(chapter):
    """A copy of the chapter's solutions, for an answer that takes one's place: the others see no change."""
    return dict(_solved(chapter))


_solved = cache(solutions)


def stubs(chapter):
    return run_cells(student(chapter))


def typed(fn, function):
    """The source of an answer of the bank, renamed, as a student would have typed it."""
    return source_of(fn, function)


def results(exercise, fn, plan):
    return judge(exercise, plan, lambda call, script: local.ask(fn, call, script))


def plan_for(exercise, seed, change=None):
    """One draw of every case from `seed`, of every form that a case has; `change` alters the arrays."""
    calls = [(case, case.draw(seed, i)) for case in exercise.cases for i in range(case.draws)]
    return [Trial(case, call.map_arrays(change) if change else call) for case, call in calls]


def trivial_answers(exercise):
    """Answers that know nothing: each argument, zeros, ones, sign, constants, None."""
    arrays = len([a for a in exercise.cases[0].draw(0).args if isinstance(a, np.ndarray)])
    outputs = len(exercise.returns) or 1

    def all_of(make):
        def answer(*args, **kwargs):
            values = tuple(make(np.asarray(args[min(i, len(args) - 1)], float)) for i in range(outputs))
            return values if outputs > 1 else values[0]

        return answer

    def argument(i):
        return lambda *args, **kwargs: args[i]

    bank = {f"argument {i}": argument(i) for i in range(arrays)}
    bank |= {
        "zeros": all_of(np.zeros_like),
        "ones": all_of(np.ones_like),
        "sign": all_of(np.sign),
        "half": all_of(lambda a: np.full_like(a, 0.5)),
        "zero": lambda *args, **kwargs: 0.0,
        "one": lambda *args, **kwargs: 1.0,
        "None": lambda *args, **kwargs: None,
    }
    return bank
