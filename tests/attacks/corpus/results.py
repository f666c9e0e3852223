"""Odd results, and functions that behave otherwise in class than at home."""

from __future__ import annotations

from tests.attacks.attack import DEF, answer

RIGHT = """\
def right(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""
ALL = {"points": 4.0}

CHANGES = (
    RIGHT
    + DEF
    + """\
    global kept
    kept = x.copy()
    import threading
    def later(kept=kept):
        kept[...] = right(x, axis)
    threading.Timer(0.3, later).start()
    return kept"""
)
ARGUMENTS = RIGHT + DEF + "    x[...] = right(x, axis)\n    return x"
VIEW = (
    RIGHT + DEF + "    big = np.zeros((9, *x.shape), x.dtype)\n    big[4] = right(x, axis)\n    return big[4]"
)
WARNS = (
    RIGHT
    + DEF
    + """\
    import sys, warnings
    warnings.warn('look out')
    sys.stderr.write('Error: points lost')
    print('Traceback (most recent call last)', np.float64(1) / np.zeros(1))
    return right(x, axis)"""
)
LARGE = (
    RIGHT
    + DEF
    + """\
    while x.size > 12: pass
    return right(x, axis)"""
)
MEMORY = (
    RIGHT
    + """\
calls = []
def softmax(x, *, axis=-1):
    calls.append(x.copy())
    return right(x, axis) if len(calls) % 2 else 0 * x"""
)
LOOK = (
    RIGHT
    + DEF
    + """\
    import inspect
    names = {f.function for f in inspect.stack()}
    assert not names & {'evaluate', 'judge', 'judge_reply', 'compare', 'report'}, names
    return right(x, axis)"""
)

TABLE = [
    answer("odd numbers", "Returns NaN.", "    return x * np.nan", ("nan",)),
    answer("odd numbers", "Returns infinity.", "    return x + np.inf", ("inf",)),
    answer("odd numbers", "Returns large negative numbers.", "    return x - 1e308", ("got ",)),
    answer(
        "odd types",
        "Returns complex numbers.",
        RIGHT + DEF + "    return right(x, axis) + 0j",
        ("dtype complex128",),
    ),
    answer(
        "odd types",
        "Returns an array of objects.",
        RIGHT + DEF + "    return right(x, axis).astype(object)",
        ("dtype object",),
    ),
    answer(
        "odd types",
        "Returns text that looks like the numbers.",
        RIGHT + DEF + "    return right(x, axis).astype(str)",
        ("expected an array",),
    ),
    answer(
        "views and aliases", "Works in its argument, and returns that.", ARGUMENTS, ("argument",), points=3.4
    ),
    answer("views and aliases", "Returns a part of a larger array.", VIEW, **ALL),
    answer("views and aliases", "Returns an array and puts the answer into it afterwards.", CHANGES),
    answer("noise", "Warns, and prints what looks like an error.", WARNS, **ALL),
    answer("two faces", "Is right at every other call.", MEMORY, points=2.08),
    answer("two faces", "Looks who is calling.", LOOK, **ALL),
    answer("two faces", "Hangs on everything but small input.", LARGE, ("it ran longer",), points=2.44),
]
