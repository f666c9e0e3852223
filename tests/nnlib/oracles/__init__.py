"""Answers of libraries that the tests do not need: frozen in .npz files beside the scripts that wrote them.

``python -m tests.nnlib.oracles.<name>`` writes <name>.npz, in any environment that has the library; the tests compare
with the file, and where the library can be imported with its live answers too.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def save(name, arrays):
    np.savez_compressed(HERE / f"{name}.npz", **arrays)


def load(name):
    with np.load(HERE / f"{name}.npz") as arrays:
        return dict(arrays)
