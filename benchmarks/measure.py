"""Fair timing: one process, one thread, all variants in turn, medians, and a table that names the machine."""

import os
import platform
import statistics
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent


def alternate(variants, *, rounds):
    """Seconds of processor time for each variant, round by round: {name: [seconds, ...]}.

    Every round calls each variant once, in turn, so that whatever slows the machine down slows down all of them;
    processor time leaves out what other programs take. A first, uncounted round warms up.
    """
    from threadpoolctl import threadpool_limits

    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    seconds = {name: [] for name in variants}
    with threadpool_limits(1):
        for counted in [False] + [True] * rounds:
            for name, run in variants.items():
                start = time.process_time()
                run()
                elapsed = time.process_time() - start
                if counted:
                    seconds[name].append(elapsed)
    return seconds


def ratio(seconds, peer, ours):
    """How many times faster than its peer: the median over the rounds of (peer's time / our time)."""
    return statistics.median(p / o for p, o in zip(seconds[peer], seconds[ours]))


def repeats(run, *, budget=0.02):
    """How often a quick function must be called for a measurement of about budget seconds."""
    run()
    start = time.perf_counter()
    run()
    return max(1, round(budget / max(time.perf_counter() - start, 1e-7)))


def times(run, n):
    def many():
        for _ in range(n):
            run()

    return many


def machine():
    """Processor, system, versions, and how many programs were running, in a line."""
    import numpy as np

    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = f"{names[0]}, {len(names)} cores" if names else cpu
    versions = [f"Python {platform.python_version()}", f"NumPy {np.__version__}"]
    try:
        import torch

        versions.append(f"torch {torch.__version__}")
    except ImportError:
        versions.append("without torch")
    load = f"; load average {os.getloadavg()[1]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{cpu}; {platform.system()}; {', '.join(versions)}; one thread{load}"


def table(header, rows):
    """A markdown table."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def write(name, title, text):
    """Write benchmarks/<name>/README.md, and print it."""
    page = f"# {title}\n\nMeasured on {date.today().isoformat()}: {machine()}.\n\n{text}\n"
    (HERE / name / "README.md").write_text(page, encoding="utf-8")
    print(page)
