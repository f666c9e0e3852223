"""Each layer of the sandbox does what it says, on this machine and, by simulation, on both kinds of processor."""

import errno
import os
import platform
import signal
import time

import pytest

from grader.calls.plain import Raised, Returned, Stopped
from grader.course import PACKAGES
from grader.engine import doctor, layers, nursery, seccomp
from grader.engine.cgroup import available
from grader.engine.doctor import require, usable
from grader.engine.limits import EngineError, Limits
from grader.engine.session import Session
from grader.problem import Problem
from tests import REPOSITORY
from tests.grader.test_engine import asked

pytestmark = pytest.mark.skipif(not usable("full"), reason="this machine does not give isolation `full`")
PATIENT = Limits(cell=30.0, notebook=600.0, first=0.0)


@pytest.fixture(scope="module")
def inside():
    with Session({}, PATIENT, "full") as session:
        session.run("import ctypes, errno, os, socket, numpy as np\nlibc = ctypes.CDLL(None, use_errno=True)")
        yield session


# ── system calls, by running the program on made-up calls ────────────────────────────────────────────────

ALLOW, KILL = seccomp.ALLOW, seccomp.KILL
ARCH = seccomp.AUDIT_ARCH


def verdict(machine, number, arguments=(0, 0), arch=None):
    """What a kernel makes of the filter: a few instructions of classic BPF."""
    data = {0: number, 4: ARCH[machine] if arch is None else arch, 16: arguments[0], 24: arguments[1]}
    program, at, accumulator = seccomp.program(machine), 0, 0
    tests = {
        seccomp.EQUAL: lambda a, k: a == k,
        seccomp.AT_LEAST: lambda a, k: a >= k,
        seccomp.ANY_BIT: lambda a, k: a & k != 0,
    }
    while True:
        code, yes, no, k = program[at]
        at += 1
        if code == seccomp.LOAD:
            accumulator = data[k]
        elif code == seccomp.RETURN:
            return k
        else:
            at += yes if tests[code](accumulator, k) else no


def refused(code):
    return seccomp.ERRNO | code


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_listed_calls_are_refused(machine):
    at = seccomp.MACHINES.index(machine)
    numbers = [n[at] for n in seccomp.DENIED.values() if n[at] != seccomp.ABSENT]
    assert len(set(numbers)) == len(numbers) > 60
    assert {verdict(machine, n) for n in numbers} == {refused(errno.EPERM)}


ROWS = [
    # (call, arguments, outcome), numbers for x86_64 and aarch64
    ((0, 63), (0, 0), ALLOW),  # read
    ((59, 221), (0, 0), ALLOW),  # execve
    (seccomp.CLONE, (0x01200011, 0), ALLOW),  # fork
    (seccomp.CLONE, (0x003D0F00, 0), ALLOW),  # a thread
    (seccomp.CLONE, (0x10000011, 0), refused(errno.EPERM)),  # a user namespace
    (seccomp.CLONE, (0x20000011, 0), refused(errno.EPERM)),  # a process namespace
    (seccomp.CLONE3, (0, 0), refused(errno.ENOSYS)),
    (seccomp.SOCKET, (1, 1), ALLOW),
    (seccomp.SOCKET, (2, 1), refused(errno.EACCES)),
    (seccomp.SOCKET, (16, 3), refused(errno.EACCES)),  # netlink
    (seccomp.SOCKETPAIR, (1, 1), ALLOW),
    (seccomp.SOCKETPAIR, (2, 1), refused(errno.EACCES)),
    (seccomp.IOCTL, (0, 0x5401), ALLOW),
    (seccomp.IOCTL, (0, 0x5412), refused(errno.EPERM)),  # type into the terminal
    ((451, 451), (0, 0), refused(errno.ENOSYS)),
    ((0x40000000, 0x40000000), (0, 0), refused(errno.ENOSYS)),  # the x32 numbering
]


@pytest.mark.parametrize("machine", seccomp.MACHINES)
@pytest.mark.parametrize(("numbers", "arguments", "outcome"), ROWS)
def test_what_becomes_of_a_call(machine, numbers, arguments, outcome):
    assert verdict(machine, numbers[seccomp.MACHINES.index(machine)], arguments) == outcome


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_calls_of_another_processor_end_the_process(machine):
    assert verdict(machine, 0, arch=0x40000003) == KILL


def test_the_kernel_refuses_them(inside):
    at = seccomp.MACHINES.index(platform.machine())
    numbers = {name: n[at] for name, n in seccomp.DENIED.items() if n[at] != seccomp.ABSENT}
    body = f"numbers = {list(numbers.values())}\nfound = []\nfor n in numbers:\n    libc.syscall(n, 0, 0, 0, 0, 0)\n"
    body += "    found.append(ctypes.get_errno())\nreturn found"
    assert dict(zip(numbers, asked(inside, body).value)) == dict.fromkeys(numbers, errno.EPERM)


# ── what is there, and what is not ───────────────────────────────────────────────────────────────────────

LOOKS = {
    "the first process of its namespace": ("return os.getpid(), os.getppid()", (1, 0)),
    "nobody": ("return os.getuid(), os.geteuid(), os.getgid()", (65534, 65534, 65534)),
    "no capability": (
        "data = (ctypes.c_uint32 * 6)(*[9] * 6)\n"
        "libc.capget(ctypes.byref((ctypes.c_uint32 * 2)(0x20080522, 0)), ctypes.byref(data))\nreturn list(data)",
        [0] * 6,
    ),
    "and none to gain": ("return [libc.prctl(23, n, 0, 0, 0) for n in range(38)]", [0] * 38),
    "no new privileges": ("return libc.prctl(39, 0, 0, 0, 0)", 1),
    "only its own folder": (
        "return [p for p in ('/', '/usr', '/etc', '/dev', '/student', '/student/work')"
        " if not libc.access(p.encode(), 2)]",
        ["/student", "/student/work"],
    ),
    "no /proc, /sys, home, variable data": (
        "return [p for p in ('/proc', '/sys', '/home', '/var', '/run', '/etc/shadow', '/etc/hosts')"
        " if os.path.exists(p)]",
        [],
    ),
    "no records, no tests, no solutions": (
        f"places = {[str(PACKAGES), str(REPOSITORY)]}\n"
        "names = ('grader', 'nnlib', 'notebooks', 'solutions', 'tests')\n"
        "return sorted({n for p in places for n in names if os.path.exists(os.path.join(p, n))})",
        ["nnlib"],
    ),
    "no interface but a dead loopback": ("return [n for _, n in socket.if_nameindex()]", None),
    "an empty folder": ("return os.listdir()", []),
    "files are limited": (
        "try:\n    with open('big', 'wb') as f:\n        for _ in range(100): f.write(bytes(1 << 20))\n"
        "except OSError as e: return e.errno",
        errno.EFBIG,
    ),
    "all files together too": (
        "try:\n    for i in range(100):\n        with open(f'part{i}', 'wb') as f: f.write(bytes(1 << 20))\n"
        "except OSError as e: return e.errno\n"
        "finally:\n    for name in os.listdir(): os.remove(name)",
        errno.ENOSPC,
    ),
    "processes are limited": (
        "import subprocess\nmany = []\ntry:\n    for _ in range(200): many.append(subprocess.Popen(['sleep', '9']))\n"
        "except OSError as e: return e.errno\nfinally:\n    for p in many: p.kill()\n    for p in many: p.wait()",
        errno.EAGAIN,
    ),
}


@pytest.mark.parametrize(("body", "wanted"), LOOKS.values(), ids=LOOKS)
def test_what_a_student_finds(inside, body, wanted):
    reply = asked(inside, body)
    if wanted is None:
        assert isinstance(reply, Raised)  # even to ask needs a socket
    else:
        assert reply == Returned(wanted)


def test_nothing_passes_from_one_submission_to_the_next():
    for _ in range(2):
        with Session({}, PATIENT, "full") as session:
            session.run("import os, sys, numpy as np, nnlib")
            body = "left = sorted(os.listdir('.') + os.listdir('/student/tmp') + os.listdir('/dev/shm'))\n"
            body += "left += [n for n in ('MARK',) if n in os.environ] + [m for m in sys.modules if m == 'mark']\n"
            body += (
                "left += [str(np.pi)[:4]]\nopen('mark', 'w').close()\nopen('/dev/shm/mark', 'w').close()\n"
            )
            body += (
                "open('/student/tmp/mark', 'w').close()\nos.environ['MARK'] = '1'\nsys.modules['mark'] = os\n"
            )
            body += "np.pi = 3.0\nreturn left"
            assert asked(session, body) == Returned(["3.14"])


@pytest.mark.skipif(not available(), reason="no control group can be made here")
def test_many_processes_share_one_limit_of_memory():
    with Session({}, Limits(memory_mb=1000, cell=60.0, first=0.0), "full") as session:
        session.run("import os\nimport numpy as np")
        body = "for _ in range(8):\n    if os.fork() == 0:\n        try: a = np.ones(50_000_000)\n"
        body += "        finally: os._exit(0 if len(a) else 1)\n"
        body += "return [os.waitpid(-1, 0)[1] for _ in range(8)]"
        reply = asked(
            session, body.replace("finally:", "finally:\n            import time; time.sleep(4)\n           ")
        )
        assert isinstance(reply, Stopped) or signal.SIGKILL in reply.value
        assert asked(session, "return 1") == Returned(1)


# ── the zygote ───────────────────────────────────────────────────────────────────────────────────────────


def zygote_of(session):
    return nursery.nursery("full", session.limits.memory_mb, session.limits.processes)


def test_a_killed_zygote_is_replaced():
    with Session({}, PATIENT, "full") as session:
        session.run("import os\na = 1")
        for _ in range(3):
            os.kill(zygote_of(session)._process.pid, signal.SIGKILL)
            time.sleep(0.3)
            assert session.run("a") == Returned(None)


def test_a_zygote_that_cannot_start_is_our_error(monkeypatch):
    monkeypatch.setattr(nursery, "environment", lambda home: {"PYTHONHOME": "/nowhere"})
    with (
        pytest.raises(EngineError, match=r"isolation 'full': the zygote does not start .*grader doctor"),
        Session({}, Limits(memory_mb=1999), "full") as session,
    ):
        session.run("1")


# ── a missing layer ──────────────────────────────────────────────────────────────────────────────────────


def broken(layer):
    def fail():
        raise OSError(errno.EPERM, "Operation not permitted")

    return layers.Layer(layer.name, layer.what, layer.levels, fail, layer.remedy)


@pytest.mark.parametrize("name", [layer.name for layer in layers.LAYERS if "full" in layer.levels])
def test_a_missing_layer_is_a_refusal_with_a_reason(monkeypatch, name):
    found = tuple(broken(layer) if layer.name == name else layer for layer in layers.LAYERS)
    monkeypatch.setattr(layers, "LAYERS", found)
    remedy = next(layer.remedy for layer in found if layer.name == name)
    assert not usable("full")
    with pytest.raises(Problem) as problem:
        require("full")
    for words in (
        f"- {name}: ",
        "Operation not permitted",
        remedy,
        "Nothing was graded",
        "--isolation process",
    ):
        assert words in str(problem.value)


def test_the_doctor_tells_the_layers_and_the_levels(capsys):
    from rich.console import Console

    assert doctor.examine(Console(width=200))
    said = capsys.readouterr().out
    assert all(layer.name in said for layer in layers.LAYERS)
    assert "✓ --isolation full (the default)" in said
