"""What one kernel counts for a user and not for a process, and what it keeps beside a process's memory: all that a
hand-in could take from whoever is graded beside it, and from the user who grades."""

from __future__ import annotations

from tests.attacks.attack import Attack, attempt, cheat
from tests.attacks.corpus.outside import NO_FILE, REFUSED, kernel

FILE = "import fcntl, mmap, os, socket, nnlib\nfile = open(nnlib.__file__)\n"
QUEUE = """\
libc = ctypes.CDLL(None, use_errno=True)
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
queued = 0
while queued < 9999 and libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), None) == 0: queued += 1
if queued == 9999: raise RuntimeError('REACHED')"""
TIMERS = """\
libc = ctypes.CDLL('librt.so.1', use_errno=True)
made = 0
while made < 9999 and libc.timer_create(0, None, ctypes.byref(ctypes.c_void_p())) == 0: made += 1
if made == 9999: raise RuntimeError('REACHED')"""
CRASH = """\
import resource
if resource.getrlimit(resource.RLIMIT_CORE) != (1, 1): raise RuntimeError('REACHED')
resource.setrlimit(resource.RLIMIT_CORE, (9, 9))"""
NETLESS = "a, b = socket.socketpair()\n"


def file(technique: str, tries: str, source: str, error: str = REFUSED) -> Attack:
    return attempt(technique, tries, FILE + source, error)


TABLE = [
    file(
        "leases",
        "Takes a lease on a file that everybody imports, so that opening it hangs.",
        "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)",
    ),
    file(
        "leases",
        "Asks for a signal when a folder changes.",
        "fcntl.fcntl(os.open('/usr', os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_ACCESS)",
    ),
    file("file locks", "Locks a file that everybody imports.", "fcntl.flock(file, fcntl.LOCK_EX)"),
    file(
        "file locks",
        "Locks every second byte of a file.",
        "for i in range(10**5): fcntl.lockf(file, fcntl.LOCK_SH, 1, 2 * i)",
    ),
    file(
        "file locks",
        "Locks its own file through another command.",
        "fcntl.fcntl(open('mine', 'w'), 37, bytes(32))",
    ),
    kernel("watches", "Takes all inotify instances.", "for _ in range(200): c('inotify_init1', 0)"),
    kernel("watches", "Takes all fanotify groups.", "for _ in range(200): c('fanotify_init', 0x200, 0)"),
    kernel("watches", "Takes all epoll watches.", "for _ in range(200): c('epoll_create1', 0)"),
    kernel("queues", "Makes POSIX message queues.", "c('mq_open', b'/q', 66, 0o600, None)"),
    kernel("queues", "Makes System V message queues.", "c('msgget', 7, 0o1666)"),
    kernel("queues", "Makes System V semaphores.", "c('semget', 7, 1, 0o1666)"),
    kernel("keys", "Fills the user's quota of keys.", "call(248, 217, b'user', b'k', b'v', 1, -4)"),
    kernel("keys", "Asks for a key of the user's.", "call(249, 218, b'user', b'k', None, 0)"),
    cheat("pending signals", "Queues signals without end.", "import ctypes, os\n" + QUEUE),
    cheat("pending signals", "Makes timers without end.", "import ctypes, os\n" + TIMERS),
    kernel("locked memory", "Locks memory.", "c('mlock', ctypes.create_string_buffer(4096), 4096)"),
    kernel("locked memory", "Makes secret memory.", "call(447, 447, 0)"),
    kernel(
        "locked memory",
        "Takes the machine's huge pages.",
        "c('syscall', *((9, 222)[platform.machine() != 'x86_64'],), 0, 1 << 21, 3, 0x40022, -1, 0)",
    ),
    kernel(
        "counters",
        "Takes all places for asynchronous input and output.",
        "call(206, 0, 60000, ctypes.byref(ctypes.c_void_p()))",
    ),
    kernel(
        "counters",
        "Counts events of the processor.",
        "call(298, 241, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    ),
    file("unowned memory", "Shares memory that no process is charged for.", "mmap.mmap(-1, 1 << 20)"),
    attempt(
        "unowned memory", "Keeps memory in a file without a name.", "import os\nos.memfd_create('m')", REFUSED
    ),
    attempt("unowned memory", "Shares memory through /dev/zero.", "open('/dev/zero', 'r+b')", NO_FILE),
    file("pipes", "Makes its pipes larger.", "fcntl.fcntl(os.pipe()[1], fcntl.F_SETPIPE_SZ, 1 << 20)"),
    attempt(
        "pipes", "Makes pipes.", "import os\nkeep = [os.pipe() for _ in range(10**5)]", "Too many open files"
    ),
    kernel(
        "pipes",
        "Keeps pages in a pipe that are gone from its own memory.",
        "import struct\nkeep = ctypes.create_string_buffer(4096)\n"
        "iov = ctypes.create_string_buffer(struct.pack('PN', ctypes.addressof(keep), 4096))\n"
        "c('vmsplice', os.pipe()[1], iov, 1, 8)",
    ),
    file("socket buffers", "Lets senders wait at a name.", "socket.socket(socket.AF_UNIX).bind('\\0name')"),
    file(
        "socket buffers",
        "Makes its sockets larger.",
        NETLESS + "a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)",
    ),
    file(
        "socket buffers",
        "Fills the machine's memory for filters.",
        NETLESS + "a.setsockopt(socket.SOL_SOCKET, 26, bytes(16))",
    ),
    file(
        "descriptors on their way",
        "Sends descriptors that nobody receives.",
        NETLESS + "socket.send_fds(a, [b'x'], [0])",
    ),
    kernel(
        "others' limits", "Sets the limits of another process.", "call(302, 261, @pid@, 7, bytes(16), None)"
    ),
    kernel("others' limits", "Slows down all that the user runs.", "c('setpriority', 2, 0, 19)"),
    kernel(
        "others' limits",
        "Lets all of the user's processes wait for the disk.",
        "call(251, 30, 3, 0, 3 << 13)",
    ),
    attempt(
        "real time",
        "Takes the processor before all others.",
        "import os\nos.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
        "Error",
    ),
    attempt("crash dumps", "Has the machine write down its memory.", CRASH, "Error"),
]
