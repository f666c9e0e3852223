"""Write a file as a whole or not at all: who reads it sees the old content or the new, never half of one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from grader.beneath import folder

__all__ = ["write_whole"]


def write_whole(
    path: Path,
    content: str | bytes,
    *,
    private: bool = False,
    changed: float | None = None,
    beneath: Path | None = None,
) -> None:
    """Put the content in the place of what was there. private: for its owner's eyes only. changed: the moment
    that the file is said to be from, in seconds since 1970. beneath: a folder below which no link is followed."""
    root = beneath or path.parent
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with folder(root, *path.parent.relative_to(root).parts, make=True) as here:
        draft.unlink(missing_ok=True)  # of a process that had this number and was killed
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            if changed is not None:
                os.utime(draft, (changed, changed))
            if not os.path.samestat(here.status(draft.name), draft.stat()):  # a link came in between
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
            os.replace(draft, path)
        except BaseException:  # a full disk, say
            draft.unlink(missing_ok=True)
            raise
