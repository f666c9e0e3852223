"""The system calls that a student's process may not make, as a BPF program.

What is on the list fails with "operation not permitted", as do the arguments below; clone3, whose flags a filter
cannot see, and every call newer than this list "does not exist", so that the C library falls back to what it
knows. Sockets other than Unix ones are refused: there is no network. What the kernel counts for a user, or keeps
where no process is charged for it, is refused too (docs/threats.md).
Source: linux/seccomp.h, linux/filter.h; call numbers of arch/x86 and of the generic table (aarch64).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator

from grader.engine.kernel import NEW, prctl

__all__ = ["DENIED", "MACHINES", "install", "program"]

ABSENT = -1
DENIED = {  # name: (x86_64, aarch64)
    # the file tree
    **{"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431)},
    **{"fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442)},
    **{"mknod": (133, ABSENT), "mknodat": (259, 33), "swapon": (167, 224), "swapoff": (168, 225)},
    **{"open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "lookup_dcookie": (212, 18)},
    **{"quotactl": (179, 60), "quotactl_fd": (443, 443), "acct": (163, 89)},
    **{"fanotify_init": (300, 262), "fanotify_mark": (301, 263)},
    # namespaces
    **{"unshare": (272, 97), "setns": (308, 268)},
    # other processes
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"process_madvise": (440, 440), "pidfd_getfd": (438, 438), "kcmp": (312, 272)},
    **{"migrate_pages": (256, 238), "move_pages": (279, 239)},
    # what has been the way into many a kernel
    **{"bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282)},
    **{"io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427)},
    **{"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    **{"personality": (135, 92), "modify_ldt": (154, ABSENT), "memfd_secret": (447, 447)},
    # the machine
    **{"init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106)},
    **{"kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "syslog": (103, 116)},
    **{"settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266)},
    **{"adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58)},
    **{"iopl": (172, ABSENT), "ioperm": (173, ABSENT), "uselib": (134, ABSENT)},
    **{"_sysctl": (156, ABSENT), "nfsservctl": (180, 42)},
    # what all processes of a user share: locks, leases and watches on files, places in queues
    **{"flock": (73, 32), "inotify_init": (253, ABSENT), "inotify_init1": (294, 26)},
    **{"epoll_create": (213, ABSENT), "epoll_create1": (291, 20), "io_setup": (206, 0)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sync": (162, 81), "syncfs": (306, 267)},
    # memory that no process is charged for; descriptors and data that wait at a name or on their way
    **{"memfd_create": (319, 279), "vmsplice": (278, 75), "landlock_create_ruleset": (444, 444)},
    **{"bind": (49, 200), "sendmsg": (46, 211), "sendmmsg": (307, 269)},
    # who listens at a name: with `landlock` the user's own systemd, which starts anything
    "connect": (42, 203),
    # memory, semaphores and queues that outlive a process
    **{"shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190)},
    **{"semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186)},
    **{"msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180)},
}
NEWEST = 450  # of the calls in the tables that this list was made from
CLONE, CLONE3, SOCKET, SOCKETPAIR, IOCTL = (56, 220), (435, 435), (41, 198), (53, 199), (16, 29)
FCNTL, MMAP, SETSOCKOPT, PRCTL, PRLIMIT = (72, 25), (9, 222), (54, 208), (157, 167), (302, 261)
SENDTO = (44, 206)
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
MACHINES = tuple(AUDIT_ARCH)

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
REFUSED, NO_NETWORK, UNKNOWN = ERRNO | errno.EPERM, ERRNO | errno.EACCES, ERRNO | errno.ENOSYS

ALL = 0xFFFFFFFF
AF_UNIX, SO_REUSEADDR, PR_SET_DUMPABLE = 1, 2, 4
MAP_SHARED, MAP_ANONYMOUS, MAP_HUGETLB = 0x1, 0x20, 0x40000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW = 6, 7, 37, 38
F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ = 1024, 1026, 1031
COMMANDS = (F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ)

# (call, number of an argument, its (mask, value) pairs, what becomes of the call if one matches, and if none does)
ARGUMENTS = (
    (CLONE, 0, tuple((flag, flag) for flag in NEW.values()), REFUSED, ALLOW),
    (SOCKET, 0, ((ALL, AF_UNIX),), ALLOW, NO_NETWORK),
    (SOCKETPAIR, 0, ((ALL, AF_UNIX),), ALLOW, NO_NETWORK),
    (SENDTO, 5, ((ALL, 0),), ALLOW, REFUSED),  # an address has a length
    (SETSOCKOPT, 2, ((ALL, SO_REUSEADDR),), ALLOW, REFUSED),  # no larger buffers, no filters
    (IOCTL, 1, ((ALL, TIOCSTI), (ALL, TIOCLINUX)), REFUSED, ALLOW),
    (FCNTL, 1, tuple((ALL, command) for command in COMMANDS), REFUSED, ALLOW),
    (MMAP, 3, ((MAP_SHARED | MAP_ANONYMOUS,) * 2, (MAP_HUGETLB,) * 2), REFUSED, ALLOW),
    (PRCTL, 0, ((ALL, PR_SET_DUMPABLE),), REFUSED, ALLOW),  # the watchdog looks in
    (PRLIMIT, 0, ((ALL, 0),), ALLOW, REFUSED),  # one's own only
)

LOAD, EQUAL, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
NUMBER, ARCH, FIRST = 0, 4, 16  # offsets in seccomp_data; arguments have 8 bytes, the low half comes first

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, k


def program(machine: str) -> list[Instruction]:
    return list(_program(machine))


def _program(machine: str) -> Iterator[Instruction]:
    at = MACHINES.index(machine)
    yield LOAD, 0, 0, ARCH
    yield EQUAL, 1, 0, AUDIT_ARCH[machine]
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER
    yield AT_LEAST, 0, 1, NEWEST + 1  # also x32, whose numbers begin at 2**30
    yield RETURN, 0, 0, UNKNOWN
    yield EQUAL, 0, 1, CLONE3[at]
    yield RETURN, 0, 0, UNKNOWN
    for numbers in DENIED.values():
        if numbers[at] != ABSENT:
            yield EQUAL, 0, 1, numbers[at]
            yield RETURN, 0, 0, REFUSED
    for call, argument, tests, matched, otherwise in ARGUMENTS:
        yield EQUAL, 0, 4 * len(tests) + 1, call[at]
        for mask, value in tests:
            yield LOAD, 0, 0, FIRST + 8 * argument
            yield AND, 0, 0, mask
            yield EQUAL, 0, 1, value
            yield RETURN, 0, 0, matched
        yield RETURN, 0, 0, otherwise
    yield RETURN, 0, 0, ALLOW


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install() -> None:
    """For this process and all it starts, for good. Needs no_new_privs."""
    machine = platform.machine()
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}; there is: {', '.join(MACHINES)}")
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program(machine))
    memory = ctypes.create_string_buffer(code)
    bpf = _Filter(len(code) // 8, ctypes.addressof(memory))
    prctl(22, 2, ctypes.byref(bpf), what="seccomp")  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
