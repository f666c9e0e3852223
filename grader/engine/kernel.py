"""The few Linux calls that Python's standard library lacks. Each raises OSError that names the call."""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache
from typing import Any

__all__ = ["NEW", "bounding_set_off", "drop_capabilities", "mount", "prctl", "syscall"]
__all__ += ["pivot_root", "setns", "umount", "unshare"]

NEW = {  # clone(2): the namespaces by the name they have in /proc/self/ns
    "mnt": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
MOUNT = {"ro": 1, "nosuid": 2, "nodev": 4, "noexec": 8, "remount": 32, "bind": 4096, "rec": 16384}
MOUNT |= {"private": 1 << 18}
DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CAPABILITIES_V3 = 0x20080522


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def syscall(number: int, *args: Any, what: str) -> int:
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return _checked(_libc().syscall(ctypes.c_long(number), *values), what)


def prctl(option: int, *args: Any, what: str = "prctl") -> int:
    values = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in args]
    values += [ctypes.c_ulong(0)] * (4 - len(values))
    return _checked(_libc().prctl(ctypes.c_int(option), *values), what)


def unshare(*names: str) -> None:
    flags = 0
    for name in names:
        flags |= NEW[name]
    _checked(_libc().unshare(ctypes.c_int(flags)), f"unshare({', '.join(names)})")


def setns(descriptor: int, name: str) -> None:
    _checked(_libc().setns(ctypes.c_int(descriptor), ctypes.c_int(NEW[name])), f"setns({name})")


def mount(source: str, target: str, kind: str | None, flags: str, data: str = "") -> None:
    """flags: names of MOUNT, separated by spaces."""
    number = sum(MOUNT[flag] for flag in flags.split())
    texts = [t.encode() if t is not None else None for t in (source, target, kind)]
    result = _libc().mount(*texts, ctypes.c_ulong(number), data.encode() or None)
    _checked(result, f"mount({source} on {target}, {flags})")


def umount(target: str) -> None:
    _checked(_libc().umount2(target.encode(), ctypes.c_int(DETACH)), f"umount({target})")


def pivot_root(new: str, old: str) -> None:
    number = PIVOT_ROOT[platform.machine()]
    syscall(number, ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode()), what="pivot_root")


# ── capabilities ─────────────────────────────────────────────────────────────────────────────────────────


def bounding_set_off() -> None:
    """No program started from here on can gain a capability."""
    for number in range(64):
        try:
            prctl(24, number, what="PR_CAPBSET_DROP")
        except OSError as error:
            if number == 0 or error.errno != 22:  # EINVAL: beyond the last one this kernel knows
                raise
            return


def drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc().capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")
