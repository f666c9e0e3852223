"""`python -m lite FOLDER` writes the page into the folder; `--pyodide FOLDER` takes Pyodide along."""

import argparse
import sys
from pathlib import Path

from grader.problem import Problem
from lite.build import build

parser = argparse.ArgumentParser(prog="python -m lite", description=__doc__)
parser.add_argument("output", type=Path, help="where the page is to lie")
parser.add_argument("--pyodide", type=Path, help="an unpacked Pyodide, for places without the Internet")
options = parser.parse_args()
try:
    build(options.output, options.pyodide)
except Problem as problem:
    sys.exit(f"lite: {problem}")
print(f"written: {options.output}")
