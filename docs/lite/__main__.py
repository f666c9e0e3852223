"""Write the course as a page that needs no server: its Python runs in the reader's browser."""

import argparse
import sys
from pathlib import Path

from docs.lite.build import build
from grader.problem import Problem

parser = argparse.ArgumentParser(prog="python -m docs.lite", description=__doc__)
parser.add_argument("output", type=Path, help="where the page is to lie")
parser.add_argument("--pyodide", type=Path, help="an unpacked Pyodide, for places without the Internet")
parser.add_argument("--without-solutions", action="store_true", help="for a class")
options = parser.parse_args()
try:
    build(options.output, options.pyodide, solutions=not options.without_solutions)
except Problem as problem:
    sys.exit(f"lite: {problem}")
print(f"written: {options.output}")
