"""Which sequences of frames spell a target?"""

from itertools import product


def ctc_alignments(target, frames, *, n_symbols, blank=0):
    """All ways to write a target over some frames: merging repeats, then dropping blanks, gives it back.

    Parameters
    ----------
    target : sequence of int
    frames : int
    n_symbols : int, the blank included
    blank : int, default 0

    Returns
    -------
    list of tuples of int, each of length frames

    Notes
    -----
    n_symbols^frames paths are tried: for small examples, and for checking ctc_loss, which sums their
    probabilities without listing them.
    Graves, Fernández, Gomez & Schmidhuber (2006), "Connectionist temporal classification", section 3.1.

    Examples
    --------
    >>> ctc_alignments([1], 2, n_symbols=2)
    [(0, 1), (1, 0), (1, 1)]
    >>> ctc_alignments([1, 1], 3, n_symbols=2)
    [(1, 0, 1)]
    """

    def spelt(path):
        merged = [s for s, before in zip(path, (None, *path[:-1])) if s != before]
        return [s for s in merged if s != blank]

    return [path for path in product(range(n_symbols), repeat=frames) if spelt(path) == list(target)]
