"""Every one-step change of every right answer fails its check, or is right on all that the text allows.

A changed answer that passes at home must pass in class, and agree with the reference on calls that the record's
`allowed` draws, the arguments unchanged. One that does not shows what the cases never ask: the test prints the
change and the call. `spared` in the record names what may stay, and why. One that fails at home must fail by what a
class is asked first.
"""

import contextlib
import io
import os
import resource

import numpy as np

from grader.calls import local
from grader.calls.arrays import arrays
from grader.calls.plain import Returned, Stopped, float_arrays
from grader.calls.signature import signature_problem
from grader.judging.compare import agree, scale_of
from grader.judging.judge import judge_reply, rounds, trials, wanted
from tests.course.answers import every_exercise, run_source, solved, source, typed, with_allowed
from tests.course.changes import changes
from tests.course.proofs import known

CALLS = 300  # of `allowed`; a tenth for a record that is proved
SECONDS = 0.5  # a call
ROOM = 2 << 30  # bytes that a changed answer may take
ONE_OF = 20  # changes of a record that is proved
CLASSES = (54321, 54322, 54323)  # seeds; what is wrong at home by chance may be right in one


def right_answers(chapter, exercise):
    """{name: source} of the solution and the alternatives."""
    solution = next(cell.source for cell in source(chapter).cells if cell.id == exercise.function)
    return {"solution": solution} | {
        fn.__name__: typed(fn, exercise.function) for fn in exercise.alternatives
    }


def show(value):
    return " ".join(str(value).split())[:160]


class Judge:
    """Says whether an answer passes, at home and in class, and whether it is right on all that is allowed."""

    def __init__(self, chapter, exercise):
        self.exercise = exercise
        self.space = solved(chapter)
        self.home = [t for t in trials(exercise) if t.case.weight]
        more = trials(exercise, seed=12345, draws=3)
        self.class_ = [t for t in more if t.case.weight and not t.home]
        asked_first = [rounds(trials(exercise, seed, draws=1))[0] for seed in CLASSES]
        self.first = [[t for t in plan if t.case.weight] for plan in asked_first]
        rng = np.random.default_rng(0)
        calls = CALLS // 10 if known(chapter, exercise) else CALLS
        self.allowed = [exercise.allowed(rng) for _ in range(calls)]
        self.wanted = [self.ask(exercise.reference, call) for call in self.allowed]
        for call, reply in zip(self.allowed, self.wanted):
            assert isinstance(reply, Returned), f"the reference refuses an allowed call: {call}: {reply}"
        self.tol, self.measure = exercise.cases[0].tol, exercise.cases[0].measure

    def function(self, text):
        space = dict(self.space)
        run_source(text, space, name="<change>")
        return space[self.exercise.function]

    @staticmethod
    def ask(fn, call, script="both"):
        with contextlib.redirect_stdout(io.StringIO()):
            if script != "both":
                return local.ask(fn, call, script, seconds=SECONDS)

            def both(*args, **kwargs):
                value = fn(*args, **kwargs)
                return value, tuple(arrays((*args, *kwargs.values())))

            return local.ask(both, call, seconds=SECONDS)

    def measured(self, got, *args):
        try:
            return self.measure(got, *args)
        except Exception:  # a result of the wrong kind
            return got

    def passes(self, fn, plan, mildness=None):
        """The trial that an answer fails is asked first the next time."""
        for i, trial in enumerate(plan):
            want, reply = wanted(self.exercise, trial), self.ask(fn, trial.call, trial.case.script)
            if not judge_reply(self.exercise, trial, reply, want, mildness).ok:
                plan.insert(0, plan.pop(i))
                return False
        return True

    def difference(self, fn):
        """The first allowed call on which an answer differs from the reference, in words; "" if there is none."""
        for call, reply in zip(self.allowed, self.wanted):
            mine = self.ask(fn, call)
            if not isinstance(mine, Returned):
                why = mine.reason if isinstance(mine, Stopped) else f"{mine.kind}: {mine.message}"
                return f"{show(call)}: {why}"
            (got, after), (want, before) = mine.value, reply.value
            if self.measure:  # up to what the text leaves open
                args, _ = call.realise()
                got, want = self.measured(got, *args), self.measure(want, *args)
            if not agree(got, want, scale=scale_of(float_arrays(call)), tol=self.tol):
                return f"{show(call)}: {show(got)} instead of {show(want)}"
            if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(after, before)):
                return f"{show(call)}: an argument was changed"
        return ""

    def verdict(self, text):
        """ "" where a change is found out or harmless, else what is wrong."""
        try:
            fn = self.function(text)
        except Exception:
            return ""
        if signature_problem(fn, self.exercise.reference):
            return ""
        if not self.passes(fn, self.home):
            in_class = (self.passes(fn, plan, mildness=1.0) for plan in self.first)
            return "wrong at home, right in class" if all(in_class) else ""
        if not self.passes(fn, self.class_):
            return "right at home, wrong in class"
        return self.difference(fn)


@contextlib.contextmanager
def little_memory():
    """A changed number may ask for an array of any size."""
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@every_exercise
def test_a_record_says_which_inputs_its_text_allows(chapter, exercise):
    assert exercise.allowed is not None


@with_allowed
def test_right_answers_are_right_on_all_that_is_allowed(chapter, exercise):
    judge = Judge(chapter, exercise)
    for name, text in right_answers(chapter, exercise).items():
        assert not judge.difference(judge.function(text)), name


@with_allowed
def test_a_changed_answer_fails_or_is_right_all_the_same(chapter, exercise):
    judge = Judge(chapter, exercise)
    step = ONE_OF if known(chapter, exercise) else 1
    found, unused = [], set(exercise.spared)
    with little_memory():
        for name, text in right_answers(chapter, exercise).items():
            for change in changes(text, exercise.function, every=step):
                if why := judge.verdict(change.source):
                    spared = {s for s in exercise.spared if s in str(change)}
                    unused -= spared
                    if not spared:
                        found.append((change.kind, f"{name}, {change}\n    {why}"))
    first_of_a_kind = dict(reversed(found)).values()
    assert not found, "\n".join([f"{len(found)} changes that nothing finds:", *first_of_a_kind])
    assert step > 1 or not unused, f"spared for nothing: {unused}"
