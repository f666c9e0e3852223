"""While hand-ins hold all that they could get of what a user's processes share, an honest one is graded beside them,
and the user outside still has everything."""

from __future__ import annotations

import ctypes
import fcntl
import json
import re
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import nnlib
from grader.calls.plain import Returned
from grader.engine.session import Session
from grader.grading.grade import Limits, grade
from tests.attacks.attack import CHAPTER
from tests.attacks.corpus import TABLES
from tests.attacks.test_corpus import FULL, sandboxed

PATIENT = Limits(cell=30.0, notebook=600.0)
NEIGHBOUR = Limits(memory_mb=PATIENT.memory_mb - 1)  # of another zygote, as of another worker


@sandboxed
def test_an_honest_hand_in_is_graded_and_the_user_misses_nothing(room):
    with ExitStack() as held:
        for attack in TABLES["shared"]:
            session = held.enter_context(Session({}, PATIENT, "full"))
            cell = attack.make(room.kit)["cells"][0]["source"]
            reply = session.run(cell)
            assert "REACHED" not in str(reply), attack.tries
        honest = json.dumps(room.kit.hand_in(**room.shop.solutions))
        verdict = grade(honest, CHAPTER, 5, isolation="full", skeleton=room.kit.released, limits=NEIGHBOUR)
        assert (verdict.points, verdict.log, verdict.repairs) == (FULL, (), ())

        before = monotonic()
        with open(nnlib.__file__) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        assert monotonic() - before < 1
        libc = ctypes.CDLL(None)
        for get in (libc.inotify_init1, libc.epoll_create1):
            with open(get(0)):
                pass
        queued, limit = map(int, re.findall(r"SigQ:\s+(\d+)/(\d+)", Path("/proc/self/status").read_text())[0])
        assert queued < limit / 2


FORKS = """\
import os, time
made = 0
try:
    while made < {most}:
        if os.fork() == 0:
            time.sleep(60)
        made += 1
except OSError: pass
assert {least} <= made < 64, made"""


@sandboxed
def test_processes_count_for_each_sandbox_alone():
    with Session({}, PATIENT, "full") as bomb, Session({}, NEIGHBOUR, "full") as honest:
        assert bomb.run(FORKS.format(most=999, least=50)) == Returned(None)
        assert honest.run(FORKS.format(most=40, least=40)) == Returned(None)
