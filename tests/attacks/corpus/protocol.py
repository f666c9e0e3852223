"""Replies that break the protocol: the socket to the grader lies open in the student's process."""

from __future__ import annotations

from tests.attacks.attack import answer, cheat

STREAM = """\
import gc, os, socket, struct, sys, time
import numpy as np
stream = next(fd for fd in range(3, 256) if fd in FDS)
""".replace(
    "FDS", "[int(s.fileno()) for s in gc.get_objects() if type(s) is socket.socket and s.fileno() >= 0]"
)
CALLS = "calls, wire = sys.modules['grader.calls.plain'], sys.modules['grader.calls.wire']\n"
BEGIN = "    " + (STREAM + CALLS).replace("\n", "\n    ")
BROKE = ("it broke into the grader's pipe",)

AHEAD = STREAM + CALLS + "os.write(stream, wire.encode(calls.Returned(None)) * 5)"
PASS = "os.write(stream, wire.encode(calls.Returned({'points': 3.0, 'status': 'passed', 'ok': True})))\nos._exit(0)"
JSON = "body = {body}\nos.write(stream, struct.pack('<II', len(body), 0) + body)\ntime.sleep(9)"

# In the process's own reader: the calls that were sent with this one.
WAITING = """\
import io
reader = next(o for o in gc.get_objects() if type(o) is io.BufferedReader)
waiting = reader.peek()
heads = waiting.split(b'"record":["Call"')[1:]
if not heads:
    raise RuntimeError('NONE WAIT')
"""


def body(source: str) -> str:
    return BEGIN + source.replace("\n", "\n    ")


TABLE = [
    cheat("replies ahead of time", "Answers five questions before they are asked.", AHEAD, points=0.0),
    answer("replies ahead of time", "Sends a reply that says it has passed, and is gone.", body(PASS)),
    answer(
        "calls that wait",
        "Looks at the calls to come and answers all of them with the first argument.",
        body(
            WAITING + "for message in heads:\n    os.write(stream, wire.encode(calls.Returned(x)))\nreturn x"
        ),
    ),
    answer(
        "calls that wait",
        "Takes the calls to come away from the process, and ends it.",
        body(WAITING + "reader.read(len(waiting))\nos._exit(0)"),
        ("it ended the whole Python process",),
    ),
    answer(
        "garbage on the pipe",
        "Writes bytes that are no message.",
        body("os.write(stream, b'garbage!' * 9)"),
        BROKE,
    ),
    answer(
        "garbage on the pipe",
        "Announces 4 GB.",
        body("os.write(stream, struct.pack('<II', 2**32 - 1, 2**32 - 1))"),
        BROKE,
    ),
    answer(
        "garbage on the pipe",
        "Sends half a message and waits.",
        body("os.write(stream, b'\\1\\0')\ntime.sleep(9)"),
        ("it ran longer",),
    ),
    answer("JSON bombs", "Sends JSON a million levels deep.", body(JSON.format(body="b'[' * 10**6")), BROKE),
    answer(
        "JSON bombs", "Sends an integer of a million digits.", body(JSON.format(body="b'1' * 10**6")), BROKE
    ),
    answer(
        "JSON bombs",
        "Sends an array of 2^60 entries that fit into no byte.",
        body(JSON.format(body='b\'{"array": ["f8", [1152921504606846976], 0, false]}\'')),
        BROKE,
    ),
    answer(
        "forged records",
        "Sends a reply that is a stop, which only the grader can say.",
        body("os.write(stream, wire.encode(calls.Stopped('x')))\ntime.sleep(9)"),
        BROKE,
    ),
    answer(
        "forged records",
        "Sends an error whose texts hold script and markup.",
        body(
            "os.write(stream, wire.encode(calls.Raised('<script>alert(1)</script>', "
            "'[red]$x$', 7, '<b>', '<script>')))\ntime.sleep(9)"
        ),
        ("<script>alert(1)</script>",),
    ),
    answer(
        "forged records",
        "Sends ten thousand lists of ten thousand names.",
        body(JSON.format(body="b'[' + b','.join([b'[' + b'0,' * 9999 + b'0]'] * 300) + b']'")),
        BROKE,
        slow=True,
    ),
]
