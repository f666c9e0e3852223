"""Each layer of the sandbox does what it says, on this machine and, by simulation, on both kinds of processor."""

import errno
import os
import platform
import signal
import socket
import time

import pytest

from grader.calls.plain import Raised, Returned, Stopped
from grader.course import PACKAGES
from grader.engine import doctor, layers, nursery, seccomp
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


def verdict(machine, number, arguments=(), arch=None):
    """What a kernel makes of the filter: a few instructions of classic BPF."""
    data = {0: number, 4: ARCH[machine] if arch is None else arch}
    data |= {16 + 8 * i: value for i, value in enumerate((*arguments, 0, 0, 0, 0, 0, 0)[:6])}
    program, at, accumulator = seccomp.program(machine), 0, 0
    tests = {seccomp.EQUAL: lambda a, k: a == k, seccomp.AT_LEAST: lambda a, k: a >= k}
    while True:
        code, yes, no, k = program[at]
        at += 1
        if code == seccomp.LOAD:
            accumulator = data[k]
        elif code == seccomp.AND:
            accumulator &= k
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
    (seccomp.FCNTL, (3, 1), ALLOW),  # get a flag
    (seccomp.FCNTL, (3, 5), ALLOW),  # ask for a lock
    (seccomp.FCNTL, (3, 6), refused(errno.EPERM)),  # lock
    (seccomp.FCNTL, (3, 37), refused(errno.EPERM)),  # lock, for an open file
    (seccomp.FCNTL, (3, 1024), refused(errno.EPERM)),  # a lease
    (seccomp.FCNTL, (3, 1030), ALLOW),  # duplicate, to be closed
    (seccomp.FCNTL, (3, 1031), refused(errno.EPERM)),  # the size of a pipe
    (seccomp.MMAP, (0, 4096, 3, 0x22), ALLOW),  # private, of no file
    (seccomp.MMAP, (0, 4096, 3, 0x21), refused(errno.EPERM)),  # shared, of no file
    (seccomp.MMAP, (0, 4096, 3, 0x23), refused(errno.EPERM)),  # the same, validated
    (seccomp.MMAP, (0, 4096, 3, 0x01), ALLOW),  # shared, of a file
    (seccomp.MMAP, (0, 4096, 3, 0x40022), refused(errno.EPERM)),  # huge pages
    ((42, 203), (3, 0x1000, 110), refused(errno.EPERM)),  # connect
    (seccomp.SENDTO, (3, 0x1000, 9, 0, 0, 0), ALLOW),  # send
    (seccomp.SENDTO, (3, 0x1000, 9, 0, 0x2000, 110), refused(errno.EPERM)),  # to a name
    (seccomp.SETSOCKOPT, (3, 1, 2), ALLOW),  # use an address again
    (seccomp.SETSOCKOPT, (3, 1, 7), refused(errno.EPERM)),  # a buffer's size
    (seccomp.SETSOCKOPT, (3, 1, 26), refused(errno.EPERM)),  # a filter
    (seccomp.PRCTL, (15, 0), ALLOW),  # a thread's name
    (seccomp.PRCTL, (4, 0), refused(errno.EPERM)),  # hide from the watchdog
    (seccomp.PRLIMIT, (0, 7), ALLOW),
    (seccomp.PRLIMIT, (9, 7), refused(errno.EPERM)),  # another process's
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


@pytest.mark.parametrize("level", ["full", "landlock"])
def test_nobody_who_listens_at_a_name_is_reached(level, tmp_path):
    """The user's own systemd does, which would start anything for them outside."""
    if not usable(level):
        pytest.skip(f"this machine does not give isolation {level}")
    with (
        socket.socket(socket.AF_UNIX) as stream,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as letters,
        Session({}, PATIENT, level) as session,
    ):
        stream.bind(f"{tmp_path}/stream")
        stream.listen()
        letters.bind(f"{tmp_path}/letters")
        tried = (
            f"s.connect('{tmp_path}/stream')",
            f"d.connect('{tmp_path}/letters')",
            f"d.sendto(b'', '{tmp_path}/letters')",
        )
        session.run("import socket as m\ns, d = m.socket(m.AF_UNIX), m.socket(m.AF_UNIX, m.SOCK_DGRAM)")
        for source in tried:
            assert session.run(source).kind == "PermissionError"


HONEST = {
    "a pool of processes": "import multiprocessing as m\nwith m.Pool(3) as pool: assert pool.map(abs, [-1]) == [1]",
    "a pool of threads": (
        "from concurrent.futures import ThreadPoolExecutor as T\nwith T(20) as pool: list(pool.map(abs, [1] * 99))"
    ),
    "futures in processes": (
        "from concurrent.futures import ProcessPoolExecutor as P\nwith P(3) as pool: list(pool.map(abs, [1] * 9))"
    ),
    "shared arrays": "import multiprocessing as m\nm.Array('d', 9)[0] = 1.0",
    "shared memory": (
        "from multiprocessing.shared_memory import SharedMemory as S\ns = S(create=True, size=99)\n"
        "s.buf[0] = 1\ns.close()\ns.unlink()"
    ),
    "waiting": "import asyncio\nawait asyncio.gather(asyncio.sleep(0), asyncio.to_thread(abs, 1))",
    "a program": "import subprocess\nassert subprocess.run(['echo', 'a'], capture_output=True).stdout == b'a\\n'",
    "another Python that waits": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import asyncio; asyncio.run(asyncio.sleep(0))'], check=True)"
    ),
    "an array in a file": "a = np.memmap('a', float, 'w+', shape=9)\na.flush()\nnp.save('b', a)\nnp.load('b.npy')",
    "a data base in memory": "import sqlite3\nsqlite3.connect(':memory:').execute('create table a (b)')",
    "a timer": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 60)\nsignal.setitimer(signal.ITIMER_REAL, 0)",
    "a function for C": "assert ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 3)() == 3",
    "temporary files": "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'a')",
    "a figure": "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.savefig('a.png')",
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_what_notebooks_do_is_not_refused(inside, source):
    assert inside.run(source) == Returned(None)


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


# ── memory of all processes together, without a control group ────────────────────────────────────────────

GATHER = """\
import ctypes, os, socket, threading, time
def fork(work):
    if os.fork() == 0:
        work()
        os._exit(0)
def fork_in_a_thread(work):
    thread = threading.Thread(target=fork, args=(work,))
    thread.start()
    thread.join()
def leave(work):
    def go():
        os.setsid()
        fork(work)
    fork(go)
def pages():
    held = bytearray(b'x') * (400 << 20)
    time.sleep(20)
def tables():
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    for gigabytes in range(1000, 60000):
        at = libc.mmap(gigabytes << 30, 4096, 1, 0x100022, -1, 0)
        ctypes.string_at(at, 1)
    time.sleep(20)
def sockets():
    held = [socket.socketpair() for _ in range(100)]
    for a, b in held:
        a.setblocking(False)
        while a.send(bytes(1 << 16), socket.MSG_NOSIGNAL) == 1 << 16: pass
    time.sleep(20)
def headless():
    threading.Thread(target=lambda: (time.sleep(1), pages())).start()
    ctypes.CDLL(None).syscall(@EXIT@, 0)
def share(): time.sleep(2)
"""
GATHER = GATHER.replace("@EXIT@", {"x86_64": "60", "aarch64": "93"}.get(platform.machine(), ""))
CROWDS = {  # each process holds less than the limit
    "children": "for _ in range(8): fork(pages)",
    "children of threads": "for _ in range(8): fork_in_a_thread(pages)",
    "orphans in sessions of their own": "for _ in range(8): leave(pages)",
    "processes whose first thread has ended": "for _ in range(8): fork(headless)",
    "page tables": "for _ in range(8): fork(tables)",
    "sockets": "for _ in range(40): fork(sockets)",
}


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(nursery.Group, "around", lambda *limits: None)
    monkeypatch.setattr(nursery, "_zygotes", {})
    yield lambda level: Session({}, Limits(memory_mb=1000, cell=60.0, first=0.0), level)
    nursery.close_all()


@pytest.mark.parametrize(
    ("level", "crowd"),
    [*(("full", name) for name in CROWDS), ("landlock", "children"), ("process", "children")],
)
def test_many_processes_share_one_limit_of_memory(watched, level, crowd):
    if not usable(level):
        pytest.skip(f"this machine does not give isolation {level}")
    with watched(level) as session:
        session.run(GATHER)
        before = time.monotonic()
        reply = session.run(CROWDS[crowd] + "\ntime.sleep(20)")
        assert reply == Stopped("it was killed, perhaps for want of memory", "memory")
        assert time.monotonic() - before < 15
        assert session.run("fork") == Returned(None)


def test_what_processes_have_in_common_counts_once(watched):
    with watched("full") as session:
        session.run(GATHER)
        source = "held = bytearray(b'x') * (300 << 20)\nfor _ in range(8): fork(share)\n"
        assert session.run(source + "for _ in range(8): assert os.wait()[1] == 0") == Returned(None)


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
