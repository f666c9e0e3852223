"""Landlock: from here on, this process sees and changes only the files it is told.

Rights that this kernel does not know yet are left out; what it knows is all used. Source: linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable
from pathlib import Path

from grader.engine.kernel import syscall

__all__ = ["restrict", "version"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every machine
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
MAKE_SOCK, MAKE_FIFO, MAKE_SYM = 1 << 9, 1 << 10, 1 << 12
REFER, TRUNCATE = 1 << 13, 1 << 14
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}  # by version
NETWORK = 3  # bind and connect over TCP, from version 4
SCOPES = 3  # abstract Unix sockets and signals beyond this domain, from version 6

READ = READ_FILE | READ_DIR | EXECUTE
CHANGE = READ_FILE | READ_DIR | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG
CHANGE |= MAKE_SOCK | MAKE_FIFO | MAKE_SYM | REFER | TRUNCATE | EXECUTE
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("files", "network", "scopes"))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


def version() -> int:
    """Of this kernel's Landlock; 0 where there is none."""
    try:
        return syscall(CREATE_RULESET, None, 0, 1, what="Landlock")
    except OSError:
        return 0


def restrict(readable: Iterable[str | Path], writable: Iterable[str | Path]) -> None:
    """Read and execute beneath `readable`, change beneath `writable`, nothing else; no TCP. For good."""
    known = version()
    if not known:
        raise OSError(errno.EOPNOTSUPP, "Landlock is not there: a kernel before 5.13, or switched off")
    handled = FILE_RIGHTS[max(v for v in FILE_RIGHTS if v <= known)]
    ruleset = _Ruleset(handled, NETWORK if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = ctypes.sizeof(ruleset) if known >= 6 else 16 if known >= 4 else 8
    rules = syscall(CREATE_RULESET, ctypes.byref(ruleset), size, 0, what="landlock_create_ruleset")
    try:
        for paths, rights in ((readable, READ), (writable, CHANGE)):
            for path in paths:
                _allow(rules, path, rights & handled)
        syscall(RESTRICT_SELF, rules, 0, what="landlock_restrict_self")
    finally:
        os.close(rules)


def _allow(rules: int, path: str | Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            rights &= OF_A_FILE
        rule = _Beneath(rights, descriptor)
        syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0, what=f"landlock_add_rule({path})")
    finally:
        os.close(descriptor)
