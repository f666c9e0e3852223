"""The strongest isolation of this machine: what submissions are graded with in tests."""

from grader.engine.doctor import usable
from grader.engine.process import LEVELS

LEVEL = next(level for level in LEVELS if usable(level))
