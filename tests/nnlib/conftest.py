"""Counts the numbers that the table tests compare, and says so at the end of a run."""

import matplotlib
import pytest
from threadpoolctl import threadpool_limits

from tests.nnlib import spec

matplotlib.use("Agg")


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Small matrix products are faster on one thread, by far where other work shares the machine."""
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True)
def count_comparisons(request):
    before = spec.compared
    yield
    request.node.user_properties.append(("numbers compared", spec.compared - before))


def pytest_terminal_summary(terminalreporter):
    reports = [r for group in terminalreporter.stats.values() for r in group if hasattr(r, "user_properties")]
    counts = [v for r in reports for name, v in r.user_properties if name == "numbers compared"]
    if any(counts):
        terminalreporter.write_line(f"nnlib: {sum(counts):,} numbers compared with an independent answer")
