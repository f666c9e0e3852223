"""Courses of nbgrader to measure with: its quickstart course, and one whose notebook imports NumPy and Matplotlib."""

import copy
import shutil
import subprocess
import sys

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grader.course import ROOT

__all__ = ["COURSES", "FOLDER", "make", "run"]

FOLDER = ROOT / "build" / "benchmark-any-course"
SQUARES = {
    "right": "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i**2 for i in range(1, n + 1)]",
    "no error": "def squares(n):\n    return [i**2 for i in range(1, n + 1)]",
    "wrong": "def squares(n):\n    return [i for i in range(n)]",
    "silent": "# YOUR CODE HERE\nraise NotImplementedError()",
}
SUMS = ("def sum_of_squares(n):\n    return sum(squares(n))", "def sum_of_squares(n):\n    return 385", "")
WAVE = {
    "right": "def wave(x):\n    return np.sin(x) / 2",
    "wrong": "def wave(x):\n    return np.sin(x)",
    "silent": "raise NotImplementedError()",
}


def run(root, *words):
    """A command of nbgrader in a course; what it said, where it fails."""
    command = [sys.executable, "-W", "ignore", "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stderr[-2000:]}")


def make(name, students):
    """The course, released and handed in; its folder and its assignment."""
    shutil.rmtree(FOLDER / name, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    assignment, answers = COURSES[name](FOLDER / name)
    run(FOLDER / name, "generate_assignment", assignment)
    release = FOLDER / name / "release" / assignment
    for number in range(students):
        folder = FOLDER / name / "submitted" / f"student-{number:03d}" / assignment
        shutil.copytree(release, folder)
        for path in folder.glob("*.ipynb"):
            nb = nbformat.read(path, 4)
            for cell in nb.cells:
                choice = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
                if choice:
                    cell.source = choice[number % len(choice)]
            nbformat.write(nb, path)
    return FOLDER / name, assignment


def quickstart(root):
    run(root.parent, "quickstart", root.name)
    return "ps1", {"squares": list(SQUARES.values()), "sum_of_squares": SUMS}


def plots(root):
    locked = {"grade": False, "solution": False, "locked": True, "schema_version": 3, "cell_type": "code"}
    about = {
        "setup": locked,
        "wave": {**locked, "solution": True, "locked": False},
        "half": {**locked, "grade": True, "points": 2},
        "curve": {**locked, "grade": True, "points": 1},
    }
    cells = {
        "setup": "import numpy as np\nimport matplotlib.pyplot as plt\nx = np.linspace(0, 6, 200)",
        "wave": f"### BEGIN SOLUTION\n{WAVE['right']}\n### END SOLUTION",
        "half": "assert np.allclose(wave(x), np.sin(x) / 2)",
        "curve": "assert wave(x).shape == x.shape",
    }
    made = [
        new_code_cell(source, metadata={"nbgrader": about[id] | {"grade_id": id}})
        for id, source in cells.items()
    ]
    made.insert(2, new_code_cell("plt.plot(x, wave(x));"))
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (root / "source" / "waves").mkdir(parents=True)
    notebook = new_notebook(cells=copy.deepcopy(made), metadata={"kernelspec": spec})
    nbformat.write(notebook, root / "source" / "waves" / "waves.ipynb")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'plots'\n")
    return "waves", {"wave": list(WAVE.values())}


COURSES = {"quickstart": quickstart, "plots": plots}
