"""Using up what there is: time, memory, disk, processes, and the patience of the grader itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.attacks.attack import WRONG, Attack, Kit, Notebook, answer, cheat, own

LATE = ("it ran longer",)
BURN = """\
import os
for _ in range(60):
    try:
        if os.fork() == 0:
            while True: pass
    except OSError: break"""
BOMB = """\
import os
for _ in range(5000):
    try: os.fork()
    except OSError as error: pass"""
TOUCH = "import numpy as np\nkeep = []\nwhile True: keep.append(np.ones(8_000_000))"
CROWD = """\
import os, time
import numpy as np
for _ in range(50):
    try:
        if os.fork() == 0:
            keep = np.ones(12_000_000)
            time.sleep(600)
    except OSError: break
time.sleep(1)"""
ONE_FILE = "with open('flood', 'wb') as file:\n    while True: file.write(bytes(1 << 20))"
FILES = "for i in range(10**6):\n    with open(f'f{i}', 'wb') as file: file.write(bytes(1 << 16))"
NAMES = "import os\nfor i in range(10**6): os.mkdir(f'd{i}')"
SWALLOW = """\
def stay():
    while True:
        try:
            while True: pass
        except BaseException: pass
"""
NO_SIGNAL = (
    "import signal\nfor s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: "
    "signal.signal(s, signal.SIG_IGN)\nwhile True: pass"
)


def all_wrong(source: str, **more: Any) -> Attack:
    """Every exercise answered by the same function."""

    def make(kit: Kit) -> Notebook:
        answers = {name: f"def {name}(*args, **kwargs):\n{source}" for name in kit.solutions}
        return kit.hand_in(**answers)

    return Attack(make=make, points=0.0, **more)


def many(count: int, source: str) -> Callable[[Kit], Notebook]:
    def make(kit: Kit) -> Notebook:
        notebook = kit.hand_in(softmax=WRONG)
        notebook["cells"] += [own(source) for _ in range(count)]
        return notebook

    return make


NAMED = "x" * 9000
PARAMETERS = f"def softmax({', '.join(f'{NAMED}{i}' for i in range(40))}):\n    return 0"

TABLE = [
    cheat("endless loops", "Never ends, in a cell.", "while True: pass", LATE),
    cheat("endless loops", "Swallows whatever would stop it.", SWALLOW + "stay()", LATE),
    cheat("endless loops", "Ignores every signal.", NO_SIGNAL, LATE, slow=True),
    answer(
        "ending Python",
        "Ends the process in the function.",
        "    import os\n    os._exit(0)",
        ("it ended the whole Python",),
    ),
    cheat("ending Python", "Crashes Python.", "import ctypes\nctypes.string_at(0)", ("a crash",)),
    cheat(
        "ending Python",
        "Stops itself.",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nwhile True: pass",
        LATE,
    ),
    cheat("fork bomb", "Forks five thousand times, and its children too.", BOMB, ()),
    cheat(
        "fork bomb",
        "Starts threads until none can be started.",
        (
            "import threading, time\nfor _ in range(9999): "
            "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
        ),
        ("Error",),
    ),
    cheat("fork bomb", "Lets sixty processes compute.", BURN, (), slow=True),
    cheat("memory flood", "Fills memory page by page.", TOUCH),
    answer("memory flood", "Asks for 80 GB at once.", "    return np.ones(10**10)", ("MemoryError",)),
    cheat("memory flood", "Fills memory from fifty processes, each below the limit.", CROWD, (), slow=True),
    cheat("disk flood", "Writes one endless file.", ONE_FILE, ("Error",)),
    cheat("disk flood", "Writes a million files.", FILES, ("No space left",)),
    cheat("disk flood", "Makes a million folders.", NAMES, ("No space left",)),
    cheat("output flood", "Prints 100 MB.", "for _ in range(100): print('x' * 10**6)"),
    cheat(
        "output flood",
        "Writes 100 MB to the descriptor of stderr.",
        "import os\nfor _ in range(100): os.write(2, bytes(10**6))",
    ),
    cheat("output flood", "Raises an error of 100 MB.", "raise ValueError('x' * 10**8)", ("ValueError",)),
    all_wrong(
        "    return np.zeros(6 << 20)",
        technique="result flood",
        tries="Returns 48 MB from every call.",
        words=("MiB of results",),
        slow=True,
    ),
    answer(
        "result flood",
        "Returns lists of lists of numbers.",
        "    return [[1.5] * 9999] * 150",
        slow=True,
    ),
    answer(
        "result flood",
        "Takes forty arguments with names of nine thousand letters.",
        PARAMETERS,
        ("there is no argument",),
    ),
    Attack(
        "many cells",
        "Has 1800 cells that fail with a long message.",
        many(1800, "raise ValueError('x' * 5000)"),
        words=("more.",),
    ),
    Attack(
        "many cells",
        "Has 1800 cells that end Python.",
        many(1800, "import os\nos._exit(0)"),
        words=("more.",),
        slow=True,
    ),
    Attack(
        "many cells",
        "Has 300 cells that each sleep as long as they may.",
        many(300, "import time\ntime.sleep(1)"),
        words=("your own cells together took",),
        slow=True,
    ),
    all_wrong(
        "    import time\n    time.sleep(1)\n    return 0.0",
        technique="slow calls",
        tries="Makes every call last nearly as long as it may.",
        words=("the notebook has used up its",),
        slow=True,
    ),
    answer(
        "slow calls",
        "Hangs while it is described.",
        WRONG
        + (
            "\nimport inspect\nclass S:\n    __call__ = lambda *a, **k: None\n    "
            "@property\n    def __signature__(self):\n        while True: pass\nsoftmax = S()"
        ),
        LATE,
    ),
]
