"""What a student's process is told of its surroundings."""

from __future__ import annotations

import os
import site
import sys

from grader.course import PACKAGES

__all__ = ["environment"]


def environment(folder: str) -> dict[str, str]:
    """Nothing of the grader's own environment but what an interpreter needs to start."""
    sites = (*site.getsitepackages(), site.getusersitepackages())
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    homes = ("HOME", "USERPROFILE", "IPYTHONDIR")
    return {
        **kept,
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([str(PACKAGES), *(p for p in sites if p in sys.path)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "LANG": "C.UTF-8",
        **dict.fromkeys(homes, f"{folder}/home"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), f"{folder}/tmp"),
        "MPLBACKEND": "Agg",
        "NNLIB_FAST": "0",  # one way to compute, whether numba is installed here or not
        "NN_WORKBOOK_QUICK": "1",  # where the demos are executed, with fewer repetitions
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
