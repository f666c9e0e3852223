"""Sample numbers dealt out in batches: each once."""

import numpy as np

from grader.exercises.ch01_data.kfold_indices import seed
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import data


def of(size, full, rest=0, **given):
    """Draws n = size · full + rest, `full` from two limits, and an rng unless shuffle=False."""

    def draw(rng):
        n = size * int(rng.integers(*full)) + rest
        return call(n, **given, **({} if given.get("shuffle") is False else {"rng": seed(rng)}))

    return draw


def _allowed(rng):
    n = int(one_of(rng, 1, 3, 9, 10, 20, 33, 250))
    given = options(rng, batch_size=(1, 4, 10, 300), shuffle=(True, False), drop_last=(True, False))
    return call(n, **given, **({} if given.get("shuffle") is False else {"rng": seed(rng)}))


MINIBATCH_INDICES = Exercise(
    function="minibatch_indices",
    topics=("C01-26",),
    points=2,
    difficulty=2,
    minutes=14,
    reference=data.minibatch_indices,
    forbid=("nnlib.data.iterate_minibatches", "torch.utils.data.BatchSampler"),
    allowed=_allowed,
    cases=(
        Case("batches of 4, the last one smaller", of(4, (3, 6), 2, batch_size=4), weight=3),
        Case("batches of 10 by default", of(10, (2, 4), 3), weight=2),
        Case("drop_last", of(5, (3, 6), 1, batch_size=5, drop_last=True), weight=2),
        Case(
            "not shuffled",
            of(3, (4, 7), 1, batch_size=3, shuffle=False),
            weight=2,
            example=call(7, batch_size=3, shuffle=False),
        ),
        in_turn(
            "no rest, one batch, none, batches of one, defaults given",
            of(6, (3, 5), batch_size=6, drop_last=True, shuffle=True),
            of(4, (2, 4), batch_size=4),
            lambda rng: call(int(rng.integers(8, 10)), rng=seed(rng)),
            lambda rng: call(int(rng.integers(8, 10)), drop_last=True, rng=seed(rng)),
            lambda rng: call(1, batch_size=10, drop_last=False, rng=seed(rng)),
            of(1, (11, 15), batch_size=1, drop_last=False),
            of(10, (2, 4), 7, shuffle=True, drop_last=False),
            of(10, (2, 4), 7, shuffle=False, drop_last=True),
            of(10, (2, 4), 7, batch_size=10, shuffle=False, drop_last=True),
            of(10, (2, 4), 7, shuffle=False, drop_last=False, batch_size=10),
            of(7, (2, 4), 3, batch_size=7, shuffle=True),
            of(10, (20, 24), 7, shuffle=False),
        ),
    ),
    hints=(
        "order = rng.permutation(n) if shuffle else np.arange(n); then cut it, as a pack of cards is dealt.",
        "The batches begin at 0, batch_size, 2 · batch_size, …: range(0, n, batch_size). A slice that goes "
        "beyond the end "
        "stops there by itself.",
        "drop_last leaves a batch out if its length is not batch_size.",
    ),
)


@MINIBATCH_INDICES.wrong
def minibatch_indices_with_replacement(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You draw each number for itself, so some samples come twice in an epoch and a third of them never.

    Shuffle once, rng.permutation(n), then cut."""
    order = rng.integers(n, size=n) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[i : min(i + batch_size, end)] for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_each_drawn(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You shuffle anew for each batch, so that a sample may come in two of them and another in none; one
    order for all."""
    end = n - n % batch_size if drop_last else n
    order = rng.permutation(n) if shuffle else np.arange(n)
    batches = []
    for i in range(0, end, batch_size):
        batches.append(order[i : min(i + batch_size, end)])
        order = rng.permutation(n) if shuffle else order
    return batches


@MINIBATCH_INDICES.wrong
def minibatch_indices_never_shuffled(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You do not shuffle: the order is rng.permutation(n), unless shuffle is False."""
    order = np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[i : min(i + batch_size, end)] for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_batches_shuffled(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You shuffle the batches, but neighbours stay together in them; shuffle the samples before you cut."""
    batches = [np.arange(i, min(i + batch_size, n)) for i in range(0, n, batch_size)]
    if drop_last and n % batch_size:
        batches.pop()
    return [batches[i] for i in rng.permutation(len(batches))] if shuffle else batches


@MINIBATCH_INDICES.wrong(case="drop_last")
def minibatch_indices_keeps_the_last(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You do not use `drop_last`: with it a last batch that is not full is left out."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_always_drops(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """Your last batch is missing where it is not full; it is left out with drop_last=True only."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_equal_sizes(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You make all batches about equally large; they have batch_size samples, and the last one what is left."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    if drop_last:
        order = order[: n - n % batch_size]
    return np.array_split(order, -(-len(order) // batch_size)) if len(order) else []


@MINIBATCH_INDICES.wrong
def minibatch_indices_so_many_batches(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You take batch_size for the *number* of batches; it is how many samples one of them has."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return np.array_split(order, batch_size)


@MINIBATCH_INDICES.wrong
def minibatch_indices_filled_up(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You fill the last batch up with samples from the start, which then come twice; it is smaller than the
    others."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[np.arange(i, i + batch_size) % n] for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_sorted(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You sort each batch; the samples stay in the order that was drawn."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [np.sort(order[i : min(i + batch_size, end)]) for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.wrong(case="not shuffled")
def minibatch_indices_always_shuffled(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You shuffle always; with shuffle=False the order is 0, 1, 2, …, and there is no rng."""
    order = rng.permutation(n)
    end = n - n % batch_size if drop_last else n
    return [order[i : min(i + batch_size, end)] for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_own_generator(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """You make a generator of your own, so that every epoch has the same order.

    Draw from `rng`."""
    order = np.random.default_rng(0).permutation(n) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[i : min(i + batch_size, end)] for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.wrong
def minibatch_indices_other_draws(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """Your batches have every number once, but in another order than asked for.

    Draw it with rng.permutation(n): then the same rng gives the same batches as ours."""
    order = rng.choice(n, size=n, replace=False) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[i : min(i + batch_size, end)] for i in range(0, end, batch_size)]


@MINIBATCH_INDICES.right
def minibatch_indices_by_slices(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    order = rng.permutation(n) if shuffle else np.arange(n)
    batches = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    return [b for b in batches if len(b) == batch_size] if drop_last else batches


@MINIBATCH_INDICES.right
def minibatch_indices_by_split(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    order = np.arange(n)
    if shuffle:
        rng.shuffle(order)
    batches = np.split(order, np.arange(batch_size, n, batch_size))
    if drop_last and len(batches[-1]) < batch_size:
        batches = batches[:-1]
    return batches


@MINIBATCH_INDICES.right
def minibatch_indices_by_while(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    left = list(rng.permutation(n)) if shuffle else list(range(n))
    batches = []
    while len(left) >= (batch_size if drop_last else 1):
        batches.append(np.array(left[:batch_size]))
        left = left[batch_size:]
    return batches


@MINIBATCH_INDICES.right
def minibatch_indices_by_rows(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    order = rng.permutation(np.arange(n)) if shuffle else np.arange(n)
    full = n // batch_size
    batches = list(order[: full * batch_size].reshape(full, batch_size))
    rest = order[full * batch_size :]
    if len(rest) and not drop_last:
        batches.append(rest)
    return tuple(batches)
