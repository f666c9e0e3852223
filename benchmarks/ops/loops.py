"""What the loops that numba compiles bring, and what their first call costs."""

import json
import math
import os
import subprocess
import sys
import tempfile

from benchmarks import measure
from nnlib import _compiled

ROWS = ("gelu", "batch_norm", "layer_norm", "group_norm", "instance_norm", "conv2d", "conv_transpose2d")
FIRST_CALLS = """
import json, time
import numpy as np
from nnlib import activations, conv, norm

x, w = np.ones((8, 64, 28, 28), np.float32), np.ones((64, 1, 3, 3), np.float32)
few, kernels = np.ones((32, 3, 32, 32), np.float32), np.ones((16, 3, 3, 3), np.float32)
seconds = {}

def taken(name, f):
    begin = time.process_time()
    f()
    seconds[name] = time.process_time() - begin

def numba():
    import numba

taken("`import numba`", numba)
taken("`gelu`", lambda: activations.gelu(x))
taken("`gelu_backward`", lambda: activations.gelu_backward(x, x))
taken("`batch_norm`", lambda: norm.batch_norm(x, None, None, training=True))
taken("`batch_norm_backward`", lambda: norm.batch_norm_backward(x, x, None, None, training=True))
taken("`layer_norm`", lambda: norm.layer_norm(x, 28))
taken("`layer_norm_backward`", lambda: norm.layer_norm_backward(x, x, 28))
taken("`conv2d`, depthwise", lambda: conv.conv2d(x, w, groups=64, padding=1))
taken("`conv2d_backward`, depthwise", lambda: conv.conv2d_backward(x, x, w, groups=64, padding=1))
grad = np.ones((32, 16, 30, 30), np.float32)
taken("`conv2d_backward`, 3 > 16", lambda: conv.conv2d_backward(grad, few, kernels))
print(json.dumps(seconds))
"""


def counts(name):
    """Is it one of the rows that loops can change?"""
    return name.split(",")[0].split()[0] in ROWS and "tanh" not in name


def ratios(runs, compare):
    """{by: (× forward, × forward and backward)} by NumPy, and by loops at any size."""
    found, usual = {}, _compiled.LEAST
    for by, least in (("NumPy", math.inf), ("loops", 0)):
        _compiled.LEAST = least
        found[by] = [compare(*run)[2] for run in runs]
    _compiled.LEAST = usual
    return found


def speed_table(families, compare):
    lines = []
    for rows in families.values():
        for name, size, runs in rows():
            if counts(name):
                found = ratios(runs, compare)
                shape = " × ".join(map(str, size))
                cells = [f"{found[by][k]:.2f}" for k in (0, 1) for by in ("NumPy", "loops")]
                lines.append([f"`{name}`", shape, *cells])
    return measure.table(("operation", "size", "× f", "f, loops", "× f+b", "f+b, loops"), lines)


def first_calls():
    """Processor time of a process's first calls, where nothing is compiled yet, and where another process did."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        runs = [
            subprocess.run(
                [sys.executable, "-c", FIRST_CALLS],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            for _ in range(2)
        ]
    compiled, kept = (json.loads(run.stdout) for run in runs)
    lines = [[name, f"{compiled[name]:.2f}", f"{kept[name]:.2f}"] for name in compiled]
    lines.append(["all", *(f"{sum(seconds.values()):.2f}" for seconds in (compiled, kept))])
    return measure.table(("first call of", "compiled, s", "kept from before, s"), lines)


def text(families, compare):
    try:
        import numba
    except ImportError:
        return "Measured without numba, which nnlib would use.\n"
    return f"""## Loops that numba compiles

With `pip install nn-workbook[fast]`, here numba {numba.__version__}, the functions that a `_fast.py` of nnlib marks
as a `Loop` are compiled, and taken for float32 arrays of {_compiled.LEAST:,} numbers and more; the tables above are
with them. `NNLIB_FAST=0` in the environment turns them off, `NNLIB_FAST=1` takes them at any size. Here is × as
above, by NumPy alone and by loops at any size:

{speed_table(families, compare)}

What is compiled is kept, beside nnlib or in the user's cache, where one of the two can be written. Processor time of
the first call in a process that has imported and compiled nothing yet, of 401,408 numbers (98,304 of the last); each
line without what the lines above it brought:

{first_calls()}
"""
