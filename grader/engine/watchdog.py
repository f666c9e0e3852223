"""What all processes of a student hold together, counted from outside: the kernel's limits count each by itself, and
not every user may make a control group.

Counted are pages in memory and in swap, page tables, and for each place in the table of descriptors what a socket
may hold; whatever else the kernel keeps without counting it for a process, seccomp refuses.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
from pathlib import Path
from time import monotonic

__all__ = ["watch"]

PERIOD = 0.05
PATIENCE = 2.0  # seconds to ask what processes have in common; whoever is not reached counts in full
BEHIND = 256 << 10  # bytes that the kernel may keep behind a descriptor: a socket's buffer
PAGES = re.compile(r"(?m)^(?:RssAnon|RssShmem|VmSwap|VmPTE):\s+(\d+)")
PLACES = re.compile(r"(?m)^FDSize:\s+(\d+)")
RESIDENT = re.compile(r"(?m)^(?:RssAnon|RssShmem):\s+(\d+)")
SHARE = re.compile(r"(?m)^Pss_(?:Anon|Shmem):\s+(\d+)")


def watch(zygote: int, limit: int) -> int:
    """Until this child of ours ends: as soon as all that it has started holds more than `limit` bytes, kill the child
    of it that holds most, with all that this one has started. Returns the status of ours."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    while True:
        ended, status = os.waitpid(zygote, os.WNOHANG)
        if ended:
            return status
        students = [{pid: held(pid) for pid in tree(child)} for child in children(zygote)]
        if together(students) > limit:
            until = monotonic() + PATIENCE
            for _ in range(2):  # who ends meanwhile leaves a share to the others, and has been counted
                for student in students:
                    for pid in student:
                        if monotonic() < until:  # anew: it may have ended
                            student[pid] = held(pid) - in_common(pid)
                if together(students) <= limit:
                    break
            else:
                for pid in max(students, key=lambda student: sum(student.values())):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        signal.sigtimedwait([signal.SIGCHLD], PERIOD)


def together(students: list[dict[int, int]]) -> int:
    return sum(sum(student.values()) for student in students)


def tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:  # which grows
        found += children(parent)
    return found


def children(pid: int) -> list[int]:
    return [int(child) for text in of_threads(pid, "children") for child in text.split()]


def held(pid: int) -> int:
    """Bytes. Every thread is asked: the first one may have ended, and each may have descriptors of its own."""
    threads = of_threads(pid, "status")
    pages = max((kilobytes(PAGES, text) for text in threads), default=0)
    return pages + sum(int(n) * BEHIND for text in threads for n in PLACES.findall(text))


def in_common(pid: int) -> int:
    """Bytes of it that are others' too: a page that n processes have counts 1/n for each."""
    rollup = read(Path(f"/proc/{pid}/smaps_rollup"))  # takes the kernel longer, and may not be ours to read
    resident = kilobytes(RESIDENT, read(Path(f"/proc/{pid}/status")))
    return max(resident - kilobytes(SHARE, rollup), 0) if SHARE.search(rollup) else 0


def kilobytes(kind: re.Pattern[str], text: str) -> int:
    return sum(map(int, kind.findall(text))) << 10


def of_threads(pid: int, name: str) -> list[str]:
    """What this file says of each thread; nothing, where the process has ended."""
    try:
        return [read(Path(f"/proc/{pid}/task/{thread}/{name}")) for thread in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def read(path: Path) -> str:
    """Nothing, where the process has ended."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
