"""Ten assignments as teachers write them, and hand-ins of honest students."""

from tests.any_course.made import Assignment, answer, by_hand, check, essay, given, locked, task, text

SQUARES = [
    text("Write `squares(n)`."),
    answer("squares", "def squares(n):\n    return [i * i for i in range(1, n + 1)]"),
    given("squares(3)"),
    check(
        "few",
        2,
        "assert squares(3) == [1, 4, 9]\n### BEGIN HIDDEN TESTS\nassert squares(0) == []\n### END HIDDEN TESTS",
    ),
    check("many", 1.5, "assert sum(squares(100)) == 338350"),
]

PARTIAL = Assignment(
    "partial",
    {
        "main": [
            answer("double", "def double(x):\n    return 2 * x"),
            check("cases", 4, "right = sum(double(x) == 2 * x for x in (0, 1, 2, 3))\nright"),
            check("float", 3, "3 * sum(double(x) == 2 * x for x in (0, 1, 2)) / 3"),
            check("none", 1, "assert double('a') == 'aa'"),
            check("zero", 0, "double(1) == 2"),
        ]
    },
    {
        "right": {},
        "half": {"double": "def double(x):\n    return 2 * x if x in (0, 1) else 0"},
        "never": {"double": "def double(x):\n    return -1"},
        "untouched": {"double": None},
        "broken": {"double": "def double(x) return 2"},
    },
)

BY_HAND = Assignment(
    "by_hand",
    {
        "main": [
            text("# Written"),
            essay("why", 3, "Because."),
            by_hand("plan", 2, "plan = [1, 2, 3]\nplan"),
            task("look", 4, "Look around and say what you see."),
            answer("f", "def f():\n    return 1"),
            check("t", 1, "assert f() == 1"),
        ]
    },
    {
        "right": {"why": "It is so."},
        "silent": {"why": None, "plan": None, "f": None},
        "other": {"plan": "1 / 0"},
    },
)

SEVERAL = Assignment(
    "several",
    {
        "first": SQUARES,
        "second": [answer("g", "def g(x):\n    return x"), check("tg", 1, "assert g(3) == 3")],
    },
    {"both": {}, "one": {"squares": "def squares(n):\n    return []"}, "lost": {}},
    without={"lost": ["second"]},
)

FILES = Assignment(
    "files",
    {
        "main": [
            locked(
                "setup",
                "import csv, os\nfrom helper import scale\nrows = list(csv.reader(open('data/points.csv')))",
            ),
            answer("total", "def total(rows):\n    return sum(scale(float(x)) for _, x in rows)"),
            check("sum", 2, "assert total(rows) == 60\nassert os.path.exists('notes.txt')"),
            check("read", 1, "assert open('data/points.csv').read().count('\\n') == 3"),
            answer("write", "open('made.txt', 'w').write('made')"),
            check("made", 1, "assert open('made.txt').read() == 'made'"),
        ]
    },
    {
        "right": {},
        "wrong": {"total": "def total(rows):\n    return 0"},
        "silent": {"write": None, "total": None},
    },
    files={"data/points.csv": "a,1\nb,2\nc,3\n", "helper.py": "def scale(x):\n    return 10 * x\n"},
    handed={"notes.txt": "mine", "helper.py": "def scale(x):\n    return 0\n"},
)

PLOTS = Assignment(
    "plots",
    {
        "main": [
            locked("setup", "%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt"),
            answer(
                "draw",
                "def draw(x):\n    plt.plot(x, x**2)\n    plt.title('square')\n    return plt.gca()",
            ),
            given("draw(np.linspace(0, 1, 5));"),
            check(
                "title", 1, "ax = draw(np.arange(3.0))\nassert ax.get_title() == 'square'\nplt.close('all')"
            ),
            check(
                "line", 2, "ax = draw(np.arange(3.0))\nassert np.allclose(ax.lines[0].get_ydata(), [0, 1, 4])"
            ),
            given(
                "from IPython.display import HTML, display\ndisplay(HTML('<table><tr><td>1</td></tr></table>'))"
            ),
        ]
    },
    {
        "right": {},
        "untitled": {
            "draw": "def draw(x):\n    fig, ax = plt.subplots()\n    ax.plot(x, x ** 2)\n    return ax"
        },
        "wrong": {
            "draw": "def draw(x):\n    plt.plot(x, x)\n    plt.title('square')\n    return plt.gca()",
        },
    },
)

KERNEL = Assignment(
    "kernel",
    {
        "main": [
            given("%%time\nimport asyncio\nstarted = True"),
            answer("wait", "async def wait(x):\n    await asyncio.sleep(0)\n    return x"),
            check("awaited", 1, "assert await wait(3) == 3"),
            check("together", 1, "assert await asyncio.gather(wait(1), wait(2)) == [1, 2]"),
            answer(
                "ask",
                "def ask():\n    try:\n        return input('who? ')\n    except Exception:\n        return 'nobody'",
            ),
            check("asked", 1, "assert ask() == 'nobody'"),
            given("!echo shell\nlisting = !echo one"),
            check("shell", 1, "assert listing == ['one']"),
            check("last", 1, "x = 5\nx - 4"),
            given("class Table:\n    def _repr_html_(self):\n        return '<b>table</b>'\nTable()"),
            check("out", 1, "assert started and _ is not None"),
            check("main", 1, "assert __name__ == '__main__' and get_ipython() is not None"),
        ]
    },
    {
        "right": {},
        "sync": {"wait": "def wait(x):\n    return x"},
        "asks": {"ask": "def ask():\n    return input('name? ')"},
        "exits": {"ask": "def ask():\n    raise SystemExit(1)"},
    },
)

NOISE = Assignment(
    "noise",
    {
        "main": [
            answer("f", "def f(x):\n    return x + 1"),
            check("quiet", 1, "assert f(1) == 2"),
            check("again", 2, "assert f(2) == 3\nprint('fine')"),
        ]
    },
    {
        "right": {},
        "prints": {"f": "def f(x):\n    print('called', x)\n    return x + 1"},
        "warns": {"f": "import warnings\ndef f(x):\n    warnings.warn('old')\n    return x + 1"},
        "stderr": {"f": "import sys\ndef f(x):\n    print('hm', file=sys.stderr)\n    return x + 1"},
        "raises": {"f": "def f(x):\n    return x + 1\n1 / 0"},
        "half": {"f": "def f(x):\n    if x == 2:\n        raise KeyError(x)\n    return x + 1"},
    },
)

IGNORED = Assignment(
    "ignored",
    NOISE.notebooks,
    {name: NOISE.hand_ins[name] for name in ("warns", "stderr")},
    options={"IgnorePattern": {"enabled": True, "pattern": "UserWarning"}},
)

LATE = Assignment(
    "late",
    {"main": SQUARES},
    {"early": {}, "tardy": {}, "tardy_wrong": {"squares": "def squares(n):\n    return [1, 4, 9]"}},
    due="2026-03-01 12:00:00 UTC",
    handed_in_at={
        "early": "2026-02-28 12:00:00 UTC",
        "tardy": "2026-03-02 12:00:00 UTC",
        "tardy_wrong": "2026-03-03 12:00:00 UTC",
    },
    options={"LateSubmissionPlugin": {"penalty_method": "zero"}},
)

MISSING = Assignment(
    "missing",
    {"main": [*SQUARES, essay("why", 1, "?")]},
    {"whole": {"why": "So."}, "less": {}, "untested": {}},
    without={"less": ["squares"], "untested": ["few", "why"]},
    options={"OverwriteCells": {"add_missing_cells": True}},
)

LEFT_OUT = Assignment("left_out", MISSING.notebooks, MISSING.hand_ins, without=MISSING.without)

LOOPS = Assignment(
    "loops",
    {
        "main": [
            answer("a", "a = 1"),
            check("ta", 1, "assert a == 1"),
            answer("b", "b = 2"),
            check("tb", 1, "assert a == 1 and b == 2"),
            check("tc", 1, "assert a == 1"),
        ]
    },
    {
        "right": {},
        "endless": {"b": "b = 2\nwhile True:\n    pass"},
        "slow": {"a": "a = 1\nimport time\ntime.sleep(60)"},
    },
    options={"Execute": {"timeout": 3}},
)

ASSIGNMENTS = [
    PARTIAL,
    BY_HAND,
    SEVERAL,
    FILES,
    PLOTS,
    KERNEL,
    NOISE,
    IGNORED,
    LATE,
    MISSING,
    LEFT_OUT,
    LOOPS,
]
