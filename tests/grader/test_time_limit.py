"""The limit on one call in this process: it comes through, and only where somebody sees it."""

import gc
import sys
import time
import types
import weakref

from grader.calls import local
from grader.calls.plain import Call, Stopped

COLLECTS = """
def answer():
    while True:
        sum(range(100_000))
        litter()
        collect()
"""


class Knot:
    """Goes only with a collection: it holds itself."""

    def __init__(self):
        self.itself = self


def test_a_limit_within_a_limit_does_not_lift_it():
    def answer():
        local.ask(lambda: None, Call((), {}), seconds=5.0)
        while True:
            pass

    assert local.ask(answer, Call((), {}), seconds=0.2) == Stopped("it ran longer than 0.2 s", "time")


def test_it_is_not_lost_while_garbage_is_collected(monkeypatch):
    """An exception in another's finalizer is ignored, and a warning is all that is left of it."""
    lost, watched = [], []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)

    def litter():
        watched.append(weakref.ref(Knot(), lambda gone: time.sleep(0.02)))

    theirs = types.ModuleType("theirs").__dict__
    theirs.update(litter=litter, collect=gc.collect)
    exec(COLLECTS, theirs)
    reply = local.ask(theirs["answer"], Call((), {}), seconds=0.2)
    assert reply == Stopped("it ran longer than 0.2 s", "time")
    assert not lost
