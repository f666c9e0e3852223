"""A Jupyter server of its own for a test, and the browser's options."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.course import PACKAGES

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def jupyter(folder: Path, root: Path, log: Path | None = None) -> Iterator[str]:
    """The address of a JupyterLab started in `folder` that shows `root`; the token is `t`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    private = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    path = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options = ["--ServerApp.token=t", "--allow-root", f"--ServerApp.root_dir={root}"]
    with (log or Path(os.devnull)).open("w") as said:
        server = subprocess.Popen(
            [*command, *options],
            cwd=folder,
            env={**os.environ, **private, "PYTHONPATH": path, "NN_WORKBOOK_QUICK": "1"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api/status?token=t", timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait()
