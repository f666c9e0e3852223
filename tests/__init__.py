"""The tests. They lie beside the repository's own texts; the packages may be installed elsewhere (elsewhere.py)."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
