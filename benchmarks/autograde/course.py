"""The class that is graded: the demo's honest students, as often as needed, and the same for other graders."""

import json
import shutil
import zipfile
from itertools import cycle

import nbformat

from grader.course import ROOT, Class
from grader.demo.made_class import make_class
from grader.nbgrader_bridge.release import release
from grader.record.registry import registry

CHAPTER = "ch02_activations"
FOLDER = ROOT / "build" / "benchmark"
STOCK = '''"""nbgrader as it comes: its own execution, its own grades from outputs."""

c = get_config()  # noqa: F821
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "nn-workbook"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook.db"
c.Execute.timeout = 120
'''


def honest():
    """Hand-ins of people who only try: all right, right in another way, with misconceptions, half done."""
    course = Class(FOLDER / "template")
    shutil.rmtree(course.root, ignore_errors=True)
    notebook = release(course, CHAPTER)
    source = course.root / "source" / CHAPTER / notebook.name
    made = make_class(
        CHAPTER, nbformat.read(source, 4), nbformat.read(notebook, 4), registry(CHAPTER), quick=True
    )
    kinds = ("all right", "misconception", "half done")
    return course, [m for m in made.values() if any(kind in m.made_as for kind in kinds)]


def make(name, students):
    """A class folder with so many hand-ins, ready to be graded."""
    template, made = honest()
    course = Class(FOLDER / name)
    shutil.rmtree(course.root, ignore_errors=True)
    shutil.copytree(template.root, course.root)
    for number, hand_in in zip(range(students), cycle(made)):
        path = course.submission(f"s{number:04}", CHAPTER)
        path.parent.mkdir(parents=True)
        path.write_bytes(hand_in.files[path.name])
        path.with_name("timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")
    return course


def fresh(course):
    """The same class with nothing graded."""
    for folder in (course.root / "autograded", course.root / "feedback", course.private / "verdicts"):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copy(FOLDER / "template" / "gradebook.db", course.root / "gradebook.db")


def as_stock(course):
    (course.root / "nbgrader_config.py").write_text(STOCK.format(root=str(course.root.resolve())))


def as_otter(folder, course):
    """For otter: the notebooks, and an archive with a test for each exercise that wants all its points."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "results").mkdir(parents=True)
    archive = zipfile.ZipFile(folder / "autograder.zip", "w")
    archive.writestr("otter_config.json", '{"print_score": false, "print_summary": false}')
    for name, record in registry(CHAPTER).items():
        code = f">>> from grader import check\n>>> check({name}).points == {record.points}\nTrue"
        case = {"code": code, "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": name, "points": record.points, "suites": [suite]}
        archive.writestr(f"tests/{name}.py", f"OK_FORMAT = True\n\ntest = {test!r}\n")
    archive.close()
    for path in sorted(course.root.glob(f"submitted/*/{CHAPTER}/*.ipynb")):
        notebook = json.loads(path.read_text())
        notebook["metadata"]["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        (folder / f"{path.parts[-3]}.ipynb").write_text(json.dumps(notebook))
    return folder
