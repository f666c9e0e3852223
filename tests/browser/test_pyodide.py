"""Every check in Pyodide, as far as one can be had here, without a browser: right answers pass, on 32 bits, too."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from grader.build.package import browser_package
from grader.record.registry import registry
from tests.browser.pyodide import NotToBeHad, pyodide

HERE = Path(__file__).parent


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_every_solution_passes_its_check(tmp_path):
    try:
        local = pyodide()
    except NotToBeHad as reason:
        pytest.skip(f"no check was tried in Pyodide: {reason}")
    with zipfile.ZipFile(browser_package(tmp_path)) as wheel:
        wheel.extractall(tmp_path / "course")
    command = ["node", HERE / "pyodide.mjs", local, tmp_path / "course", HERE / "every_check.py"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("CHECKS ")]
    found = json.loads(line.removeprefix("CHECKS "))
    assert found == dict.fromkeys(registry(), "passed")
