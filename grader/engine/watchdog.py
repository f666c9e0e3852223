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
from itertools import chain
from pathlib import Path

__all__ = ["watch"]

PERIOD = 0.05
BEHIND = 256 << 10  # bytes that the kernel may keep behind a descriptor: a socket's buffer
HELD = re.compile(r"(?m)^(RssAnon|RssShmem|VmSwap|VmPTE|FDSize):\s+(\d+)")
SHARE = re.compile(r"(?m)^Pss_(?:Anon|Shmem):\s+(\d+)")


def watch(zygote: int, limit: int) -> int:
    """Until this child of ours ends: as soon as all that it has started holds more than `limit` bytes, kill the child
    of it that holds most, with all that this one has started. Returns the status of ours."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    while True:
        ended, status = os.waitpid(zygote, os.WNOHANG)
        if ended:
            return status
        students = [tree(child) for child in children(zygote)]
        if (
            sum(map(with_all_pages, chain(*students))) > limit
            and sum(map(with_its_share, chain(*students))) > limit
        ):
            for pid in max(students, key=lambda pids: sum(map(with_its_share, pids))):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        signal.sigtimedwait([signal.SIGCHLD], PERIOD)


def tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:  # which grows
        found += children(parent)
    return found


def children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has ended
        for task in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def with_all_pages(pid: int) -> int:
    return sum(_held(pid).values())


def with_its_share(pid: int) -> int:
    """A page that n processes have in common counts 1/n for each. This takes the kernel longer to say."""
    held = _held(pid)
    with contextlib.suppress(OSError):  # not ours to read
        if shares := SHARE.findall(Path(f"/proc/{pid}/smaps_rollup").read_text()):
            held |= {"RssAnon": sum(map(int, shares)) << 10, "RssShmem": 0}
    return sum(held.values())


def _held(pid: int) -> dict[str, int]:
    """{what: bytes}"""
    try:
        text = Path(f"/proc/{pid}/status").read_text(errors="replace")
    except OSError:
        return {}
    return {name: int(n) * BEHIND if name == "FDSize" else int(n) << 10 for name, n in HELD.findall(text)}
