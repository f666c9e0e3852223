"""A machine for a test: its own users, folders and processes, which nobody else sees and which end with it.

It is a namespace of mounts and one of processes: /etc is a copy, /srv and /home are empty, the rest is as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import REPOSITORY

# $1: a folder for it. Then, what its users must reach, and what is in their way: that is covered.
SET_UP = """set -e
cd "$1"; shift
cp -a /etc etc
mkdir srv home
for place in etc srv home; do mount --bind $place /$place; done
while [ $# -gt 0 ]; do
  kept=$(mktemp -d kept.XXXX); cover=$(mktemp -d cover.XXXX); chmod 755 $cover
  mount --bind "$1" $kept
  mount --bind $cover "$2"
  mkdir -p "$1"
  mount --bind $kept "$1"
  shift 2
done
echo ready
exec sleep infinity"""


def possible() -> bool:
    """Only root may; and not in every container."""
    if sys.platform != "linux" or os.getuid() or not shutil.which("unshare"):
        return False
    done = subprocess.run([*UNSHARE, "mount", "--bind", "/usr", "/srv"], capture_output=True, check=False)
    return done.returncode == 0


UNSHARE = [
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
]


class Machine:
    def __init__(self, process: int) -> None:
        self.enter = ["nsenter", "--target", str(process), "--mount", "--pid", "--wd=/"]

    def start(self, text: str, log: Path) -> subprocess.Popen[bytes]:
        """As root, in the background."""
        with log.open("wb") as said:
            return subprocess.Popen([*self.enter, "sh", "-ec", text], stdout=said, stderr=subprocess.STDOUT)

    def run(self, user: str, text: str, *, fails: bool = False) -> str:
        """What a shell says: a login shell, but root's has this process's variables."""
        command = ["sh", "-ec", text] if user == "root" else ["su", "-", user, "-c", f"set -e\n{text}"]
        done = subprocess.run([*self.enter, *command], capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == fails, f"{user}: {text}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    folder.mkdir()
    folder.chmod(0o755)
    ways = [str(path) for kept in (sys.base_prefix, sys.prefix, REPOSITORY) for path in _way(Path(kept))]
    started = subprocess.Popen(
        [*UNSHARE, "sh", "-c", SET_UP, "sh", str(folder), *ways], stdout=subprocess.PIPE, text=True
    )
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        children = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()
        yield Machine(int(children[0]))
    finally:
        started.kill()
        started.communicate()


def _way(kept: Path) -> list[Path]:
    """It, and the outermost folder around it that is not everybody's to enter; nothing where all are."""
    shut = [path for path in reversed(kept.resolve().parents) if not path.stat().st_mode & 0o001]
    return [kept.resolve(), shut[0]] if shut else []
