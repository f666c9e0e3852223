"""Reaching out: files, other processes, the network, the kernel, and whoever is graded next."""

from __future__ import annotations

from tests.attacks.attack import Attack, Kit, Notebook, attempt, cheat, own

NO_FILE, DENIED, REFUSED = "FileNotFoundError", "PermissionError", "Operation not permitted"

C = """\
import ctypes, os, platform
def c(name, *args):
    result = getattr(ctypes.CDLL(None, use_errno=True), name)(*args)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def call(intel, arm, *args):
    c('syscall', intel if platform.machine() == 'x86_64' else arm, *args)
"""


def kernel(technique: str, tries: str, source: str, error: str = REFUSED) -> Attack:
    return attempt(technique, tries, C + source, error)


def told(technique: str, tries: str, path: str) -> Attack:
    """Read a file and tell of it in an error; the canary's words must not come out."""
    return attempt(technique, tries, f"raise RuntimeError(open({path!r}, 'rb').read())", NO_FILE)


def forks(source: str) -> str:
    """Run this twice removed, in a session of its own."""
    inner = source.replace("\n", "\n        ")
    return (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n "
        f"   if os.fork() == 0:\n        {inner}\n    os._exit(0)"
    )


WRITE = "try:\n    open('@canary@', 'w').write('changed')\nexcept OSError: pass\ntime.sleep(600)"

LEAVE = """\
import multiprocessing.shared_memory as m, os, pathlib, socket, sys, numpy
for folder in ('/tmp', '/dev/shm', '/student/tmp', '/student/work', os.path.expanduser('~'), '.'):
    try: pathlib.Path(folder, 'left').write_text('a hint')
    except OSError: pass
try: m.SharedMemory('left', create=True, size=9)
except OSError: pass
keep = socket.socket(socket.AF_UNIX)
try: keep.bind('\\0left')
except OSError: pass
os.environ['LEFT'] = sys.left = numpy.left = 'a hint'
os.umask(0)"""
LOOK = """\
import os, pathlib, socket, sys, numpy
found = [f for f in ('/tmp', '/dev/shm', '/student/tmp', '/student/work', os.path.expanduser('~'), '.')
         if pathlib.Path(f, 'left').exists()]
found += [n for n in ('LEFT',) if n in os.environ] + [m for m in (sys, numpy) if hasattr(m, 'left')]
try:
    with socket.socket(socket.AF_UNIX) as s: s.connect('\\0left')
    found.append('socket')
except OSError: pass
if found: raise RuntimeError(f'REACHED {found}')"""


def look_again(kit: Kit) -> Notebook:
    notebook = kit.hand_in()
    notebook["cells"].insert(0, own(LOOK))
    return notebook


NETWORK = "import socket\ns = socket.socket(socket.{family}, socket.{kind})\ns.settimeout(2)\n{do}"
TCP = NETWORK.format(family="AF_INET", kind="SOCK_STREAM", do="s.connect(('127.0.0.1', @tcp@))")
UDP = NETWORK.format(family="AF_INET", kind="SOCK_DGRAM", do="s.sendto(b'x', ('127.0.0.1', @udp@))")
FAR = NETWORK.format(family="AF_INET6", kind="SOCK_STREAM", do="s.connect(('::ffff:192.0.2.1', 80))")
URL = "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=2)"
UNIX = NETWORK.format(family="AF_UNIX", kind="SOCK_STREAM", do="s.connect('@unix@')")
ABSTRACT = NETWORK.format(family="AF_UNIX", kind="SOCK_STREAM", do="s.connect('\\0@abstract@')")

IDS = (
    "import os\nfor to in (0, 1000, 65534):\n    try: os.setuid(to)\n   "
    " except OSError as e: error = e\n    else: break\nelse: raise error"
)
SUID = (
    "import subprocess\nout = subprocess.run(['su', '-c', 'id -u'], capture_output=True, "
    "text=True, input='')\nif out.stdout.strip() != '0': raise PermissionError"
)
KILL = "import os, signal\nfor pid in (@pid@, os.getppid() or 2**22):\n    os.kill(pid, signal.SIGKILL)"
CORE = "open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/true')"

TABLE = [
    told("reading files", "Reads the model solution.", "@source@"),
    told("reading files", "Reads the gradebook.", "@course@/gradebook.db"),
    told("reading files", "Reads the class's secret seed.", "@seed@"),
    told(
        "other students' work",
        "Reads another hand-in.",
        "@course@/submitted/aaa-honest/ch02_activations/ch02_activations.ipynb",
    ),
    attempt(
        "other students' work",
        "Deletes another hand-in.",
        "import shutil\nshutil.rmtree('@course@/submitted/aaa-honest')",
        NO_FILE,
    ),
    told("reading /proc", "Reads the memory map of the grader.", "/proc/@pid@/environ"),
    attempt("reading /proc", "Lists all processes.", "import os\nos.listdir('/proc')", NO_FILE),
    told("reading /proc", "Reads its own descriptors through /proc.", "/proc/self/environ"),
    attempt("writing files", "Writes into the course.", "open('@course@/mark', 'w').write('x')", NO_FILE),
    attempt(
        "writing files",
        "Changes nnlib for everybody who is graded later.",
        "import nnlib\nopen(nnlib.__file__, 'a').write('')",
        "Error",  # whose file it is decides which
    ),
    attempt(
        "writing files",
        "Writes into /usr, /etc and the root.",
        (
            "for f in ('/usr', '/etc', ''):\n    try: open(f'{f}/mark', 'w')\n  "
            "  except OSError as e: error = e\n    else: break\nelse: raise error"
        ),
        "Error",
    ),
    attempt(
        "symlinks",
        "Leaves a link to a file of the class for the grader to follow.",
        "import os\nos.symlink('@seed@', 'ch02_activations.ipynb')\nopen('ch02_activations.ipynb').read()",
        NO_FILE,
    ),
    cheat("background writer", "Leaves a process behind that writes into the class.", forks(WRITE)),
    cheat(
        "background writer",
        "Leaves a sleeping program behind.",
        (
            "import subprocess\nfor new in (True, False):\n    "
            "subprocess.Popen(['sleep', '@mark@'], start_new_session=new)"
        ),
    ),
    attempt("killing others", "Kills a process of the grader's user, and its own parent.", KILL, "Error"),
    cheat(
        "killing others",
        "Kills everything that it may.",
        "import os, signal\ntry: os.kill(-1, signal.SIGKILL)\nexcept OSError: pass\nos.killpg(0, signal.SIGKILL)",
    ),
    attempt("network", "Connects over TCP.", TCP, DENIED),
    attempt("network", "Sends a UDP packet.", UDP, DENIED),
    attempt("network", "Fetches a page.", URL, "URLError"),
    attempt("sockets", "Connects to a server of the grader's user by path.", UNIX, REFUSED),
    attempt("sockets", "Connects to a server with an abstract name.", ABSTRACT, REFUSED),
    attempt("sockets", "Connects over IPv6.", FAR, DENIED),
    kernel("namespaces", "Makes a user namespace, to be root in it.", "c('unshare', 0x10000000)"),
    kernel("namespaces", "Makes one through clone.", "call(56, 220, 0x10000000 | 17, 0, 0, 0, 0)"),
    attempt(
        "namespaces",
        "Makes one with unshare(1).",
        "import subprocess\nsubprocess.run(['unshare', '-Ur', 'true'], check=True)",
        "Error",
    ),
    kernel("mounts", "Mounts a file system.", "c('mount', b'none', b'/student/tmp', b'tmpfs', 0, None)"),
    kernel("mounts", "Takes the root away from over the old one.", "c('umount2', b'/', 2)"),
    kernel("mounts", "Changes its root.", "os.chroot('/student')"),
    kernel("other processes' memory", "Traces a process.", "c('ptrace', 16, @pid@, 0, 0)"),
    kernel(
        "other processes' memory", "Reads another process's memory.", "call(310, 270, @pid@, 0, 0, 0, 0, 0)"
    ),
    attempt("rights", "Becomes another user.", IDS, "Error"),
    attempt("rights", "Starts a program that is root's.", SUID, "Error"),
    attempt("devices", "Opens the machine's memory.", "open('/dev/mem', 'rb')", NO_FILE),
    attempt(
        "devices",
        "Makes a device.",
        "import os, stat\nos.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0))",
        REFUSED,
    ),
    attempt("devices", "Sets the program that handles crashes.", CORE, NO_FILE),
    kernel("kernel's doors", "Sets up io_uring.", "call(425, 425, 4, ctypes.create_string_buffer(256))"),
    kernel(
        "kernel's doors", "Loads a BPF program.", "call(321, 280, 5, ctypes.create_string_buffer(128), 128)"
    ),
    kernel("kernel's doors", "Joins the grader's keyring.", "call(250, 219, 1, None)"),
    cheat(
        "left for the next",
        "Leaves files, shared memory, a socket and variables behind.",
        LEAVE,
        student="left-1",
    ),
    Attack("left for the next", "Looks for what the one before has left.", look_again, student="left-2"),
    kernel("left for the next", "Makes System V shared memory.", "call(29, 194, 7, 4096, 0o1666)"),
]
