"""Every family of operations at the sizes of the course, in turn with torch: python -m benchmarks.ops

Metrics, which torch has not, in turn with those who have them.
"""

import statistics
from importlib.metadata import version

from benchmarks import measure
from benchmarks.ops import metrics
from benchmarks.ops.rows import FAMILIES

ROUNDS = 7


def compare(ours, theirs):
    """(microseconds of ours, of theirs, ratio of medians by round)."""
    calls = measure.repeats(ours), measure.repeats(theirs)
    seconds = measure.alternate(
        {"ours": measure.times(ours, calls[0]), "torch": measure.times(theirs, calls[1])}, rounds=ROUNDS
    )
    per_call = {name: [s / n for s in taken] for (name, taken), n in zip(seconds.items(), calls)}
    medians = (statistics.median(per_call[name]) * 1e6 for name in ("ours", "torch"))
    return *medians, measure.ratio(per_call, "torch", "ours")


def cells(ours, theirs, ratio):
    return [f"{ours:.1f}", f"{theirs:.1f}", f"{ratio:.2f}"]


def metrics_table():
    """The table of metrics: milliseconds, and the peer of each row."""
    lines = []
    for name, size, peer, ours, theirs in metrics.rows():
        microseconds = compare(ours, theirs)
        milliseconds = [f"{t / 1000:.3g}" for t in microseconds[:2]]
        lines.append([f"`{name}`", size, peer, *milliseconds, f"{microseconds[2]:.1f}"])
    peers = ", ".join(f"{name} {version(name)}" for name in ("scikit-learn", "pycocotools"))
    return f"Peers: {peers}.\n\n" + measure.table(("metric", "size", "peer", "nnlib", "peer", "×"), lines)


def means(ratios):
    return [f"{statistics.geometric_mean(column):.2f}" for column in zip(*ratios)]


def main():
    lines, summary, everything = [], [], []
    for family, rows in FAMILIES.items():
        of_family = []
        for name, size, runs in rows():
            line = [f"`{name}`", " × ".join(map(str, size)) if isinstance(size, tuple) else size]
            forward, both = (run and compare(*run) for run in runs)
            for measured in (forward, both):
                line += cells(*measured) if measured else ["", "", ""]
            lines.append(line)
            of_family.append(((forward or both)[2], (both or forward)[2]))
        everything += of_family
        summary.append((family, len(of_family), *means(of_family)))
    summary.append(("**all**", len(everything), *means(everything)))

    header = ["operation", "size", "nnlib f", "torch f", "×", "nnlib f+b", "torch f+b", "×"]
    text = (
        "Microseconds a call in float32, f for the forward and f+b for forward and backward (torch: autograd). "
        f"Processor time, {ROUNDS} rounds, nnlib and torch in turn; × is torch's time over nnlib's, median over the "
        "rounds: above 1 nnlib is faster. The summary has geometric means; where f or f+b is missing, the other "
        "stands for it.\n\n"
        + measure.table(("family", "rows", "× f", "× f+b"), summary)
        + "\n\n"
        + measure.table(header, lines)
        + "\n\n## Metrics\n\nMilliseconds a call, measured in the same way; × is the peer's time over nnlib's.\n\n"
        + metrics_table()
    )
    measure.write("ops", "Speed of operations", text)


if __name__ == "__main__":
    main()
