"""The readers' edition: a site, cheat sheets and a book, all from solutions/ and the docstrings of nnlib."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = REPOSITORY / "build"
