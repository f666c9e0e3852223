"""One thread for NumPy and torch: at these sizes, on a busy machine, their barriers cost more than the arithmetic.
What has passed as it stands is left out, but for a part (passed.py)."""

import os
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.modules.setdefault("rfc3987_syntax", None)  # a second at each start; see grader/__init__.py


def pytest_collection_modifyitems(config, items):
    from tests.passed import left_out

    out = left_out(items)
    config.hook.pytest_deselected(items=[item for item in items if item in out])
    items[:] = [item for item in items if item not in out]
