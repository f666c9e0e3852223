"""One thread for NumPy and torch: at these sizes, on a busy machine, their barriers cost more than the arithmetic."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
