"""Every family of operations at the sizes of the course, in turn with torch: python -m benchmarks.ops

Metrics, which torch has not, in turn with those who have them.
"""

import statistics
from importlib.metadata import version

from benchmarks import measure
from benchmarks.ops import loops, metrics
from benchmarks.ops.rows import FAMILIES

ROUNDS = 7
BEHIND = """## Where nnlib stays behind, and why

A pass of NumPy over float32 numbers in the cache takes 0.13 ns a number, a call half a microsecond; torch does many
passes in one. What follows from that, measured piece by piece:

- **Exact GELU by NumPy alone**, a fifth to a third of torch's speed. NumPy has no erf. torch needs 0.5 ns a number;
  the exponential (0.47), the division (0.29) and the way to memory (0.3) alone take twice that, before the function
  in the exponent: eight passes and two divisions more, 1.5 ns, at the 2e-7 that the tests ask for. As a compiled
  loop it takes 0.5 ns.
- **kaiming_normal**, 0.2 to 0.4. The draws are all of it: `Generator.standard_normal` takes 13 ns a float64, one at
  a time, torch 4 ns a float32 by vectors. float32 draws would be a tenth faster and other numbers.
- **Norms of small batches** by NumPy alone, forward and backward: batch norm 0.7 to 1.0 at 16 × 8 × 14 × 14 and 0.5
  to 0.8 at 32 × 128, layer norm 0.5. Forty to sixty calls of NumPy are most of it. Loops bring 1.0, 1.2 and 1.7.
- **Convolution** from 16 channels, 0.5 to 0.8, and 1.4 and more from 64 on, where Winograd's products are used: as
  fast as the products and the columns or tiles written for them allow. Depthwise by NumPy alone, 0.2 to 0.4:
  eighteen passes, and no product; as a loop 0.6 to 0.8 forward.
- **Max pooling of small images**, 2 to 5 forward: two passes in loops of 14 and 7 numbers are two thirds of its 29
  µs, the arguments 5. A compiled loop over the windows took 38: it does one number at a time.
"""


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
        + f"\n\n{BEHIND}\n"
        + loops.text(FAMILIES, compare)
        + "\n## Metrics\n\nMilliseconds a call, measured in the same way; × is the peer's time over nnlib's.\n\n"
        + metrics_table()
    )
    measure.write("ops", "Speed of operations", text)


if __name__ == "__main__":
    main()
