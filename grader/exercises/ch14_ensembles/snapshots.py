"""Networks out of one training, each at the end of a fall of the rate."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import experiments


def training(*shapes, steps="steps towards cosines", low=1.0, lr=0.4, **given):
    """Weights that lie well away from where the steps lead."""

    def draw(rng):
        params = tuple(rng.uniform(low, 2 * low, size=size) for size in shapes)
        return call(Fixture(steps), params, lr=lr * float(rng.uniform(0.9, 1.1)), **given)

    return draw


def _allowed(rng):
    params = tuple(
        one_of(rng, 1.0, 1.0, 30.0) * rng.normal(size=shape(rng)) for _ in range(int(rng.integers(1, 4)))
    )
    cycles, length = int(rng.integers(1, 5)), int(rng.integers(1, 7))
    return call(
        Fixture(one_of(rng, "steps towards cosines", "steps downhill")),
        params,
        lr=float(one_of(rng, 0.1, 0.5, 0.9)),
        total_steps=cycles * length,
        cycles=cycles,
    )


ONE, SEVERAL = "one cycle", "three cycles"

SNAPSHOTS = Exercise(
    function="snapshots",
    topics=("C14-06",),
    points=3,
    difficulty=4,
    minutes=20,
    reference=experiments.snapshots,
    allowed=_allowed,
    cases=(
        Case(ONE, training((3,), total_steps=5, cycles=1), weight=2),
        Case(
            SEVERAL,
            training((2, 3), (2,), total_steps=12, cycles=3),
            weight=4,
        ),
        Case(
            "cycles of another length",
            training((3,), (2, 2), (1,), total_steps=10, cycles=2, lr=0.7),
            weight=3,
        ),
        in_turn(
            "cycles of one step, many cycles, three axes, one weight, large weights, other steps",
            training((2,), total_steps=3, cycles=3),
            training((1, 2, 2), total_steps=14, cycles=7),
            training((1,), total_steps=1, cycles=1),
            training((2, 1), steps="steps downhill", low=300.0, total_steps=6, cycles=2),
            training((1, 3), (3, 1, 1), total_steps=8, cycles=4, lr=1.2),
            lambda rng: call(
                Fixture("steps downhill"), (np.array([0.0, -1.5]),), lr=0.5, total_steps=4, cycles=2
            ),
            weight=3,
        ),
    ),
    hints=(
        "Copy the arrays of params first: train_step changes what it gets.",
        "A cycle has c = total_steps // cycles steps; the rate depends on t % c.",
        "After a step with t % c == c - 1: append copies of all arrays; the arrays themselves go on changing.",
    ),
)


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_not_copied(train_step, params, *, lr, total_steps, cycles):
    """Your snapshots are all the same network: you keep the arrays themselves, and training goes on changing
    them. Keep copies.

    tuple(p.copy() for p in now)"""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(now))
    return kept


@SNAPSHOTS.wrong(case="arguments unchanged")
def snapshots_start_changed(train_step, params, *, lr, total_steps, cycles):
    """You train the arrays that you were given; train copies, and leave the start as it is."""
    c = total_steps // cycles
    kept = []
    for t in range(total_steps):
        train_step(params, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in params))
    return kept


@SNAPSHOTS.wrong
def snapshots_step_assigned(train_step, params, *, lr, total_steps, cycles):
    """train_step returns nothing, it changes the arrays in place: call it, and do not assign what it returns."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        now = train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_counted_from_one(train_step, params, *, lr, total_steps, cycles):
    """Your steps are counted from 1; before the first step t is 0, and the rate is η0."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(1, total_steps + 1):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == 0:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_no_restart(train_step, params, *, lr, total_steps, cycles):
    """Your rate falls once, over the whole training; it starts again at each cycle: t mod c."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * t / total_steps) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_rises_again(train_step, params, *, lr, total_steps, cycles):
    """Your rate falls and then rises slowly, as t is not taken modulo c; it falls in each cycle, and jumps
    up."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * t / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_network_restarts(train_step, params, *, lr, total_steps, cycles):
    """You go back to the start at each cycle; only the rate restarts, the network goes on."""
    c = total_steps // cycles
    kept = []
    for t in range(total_steps):
        if t % c == 0:
            now = [p.copy() for p in params]
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_at_the_beginning(train_step, params, *, lr, total_steps, cycles):
    """You take the snapshot at the beginning of each cycle, where the rate is highest; it is taken after the
    last step, where the network has settled."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        if t % c == 0:
            kept.append(tuple(p.copy() for p in now))
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
    return kept


@SNAPSHOTS.wrong
def snapshots_after_the_first_step(train_step, params, *, lr, total_steps, cycles):
    """You take the snapshot after the first step of each cycle; it is taken after the last one, t mod c = c − 1."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == 0:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_constant_rate(train_step, params, *, lr, total_steps, cycles):
    """Your rate stays at η0; it falls in a cosine in each cycle."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr)
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_cycles_for_length(train_step, params, *, lr, total_steps, cycles):
    """You take `cycles` for the length of a cycle; it is their number, and each has total_steps / cycles
    steps."""
    c = cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_last_one_only(train_step, params, *, lr, total_steps, cycles):
    """You return the last network only; all M snapshots are asked for."""
    c = total_steps // cycles
    now = [p.copy() for p in params]
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
    return [tuple(now)]


@SNAPSHOTS.wrong
def snapshots_twice_the_rate(train_step, params, *, lr, total_steps, cycles):
    """Your rate is twice as large: the cosine plus 1 goes from 2 to 0, so it is η0 / 2 times that."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_bare_cosine(train_step, params, *, lr, total_steps, cycles):
    """Your rate becomes negative in the second half of a cycle: add 1 to the cosine and halve."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr * np.cos(np.pi * (t % c) / c))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_down_to_zero(train_step, params, *, lr, total_steps, cycles):
    """Your last step of a cycle has the rate 0: the formula divides by c, not by c − 1."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / max(c - 1, 1)) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_straight_fall(train_step, params, *, lr, total_steps, cycles):
    """Your rate falls in a straight line; it falls in a cosine."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr * (1 - (t % c) / c))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_without_pi(train_step, params, *, lr, total_steps, cycles):
    """The π is missing inside the cosine: the rate would fall by less than half of a half."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos((t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_newest_first(train_step, params, *, lr, total_steps, cycles):
    """Your list begins with the newest snapshot; the oldest comes first."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.insert(0, tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong
def snapshots_start_included(train_step, params, *, lr, total_steps, cycles):
    """Your list holds the start, too; only the M networks at the ends of the cycles belong there."""
    c = total_steps // cycles
    now = [p.copy() for p in params]
    kept = [tuple(p.copy() for p in now)]
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.wrong(case=SEVERAL)
def snapshots_mean_of_weights(train_step, params, *, lr, total_steps, cycles):
    """You average the weights of the snapshots; here the networks are kept, and their probabilities are averaged
    later."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return [tuple(np.mean(group, axis=0) for group in zip(*kept))]


@SNAPSHOTS.wrong
def snapshots_every_step(train_step, params, *, lr, total_steps, cycles):
    """You keep the network after every step; only the last of each cycle is kept."""
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.right
def snapshots_two_loops(train_step, params, *, lr, total_steps, cycles):
    c = total_steps // cycles
    now = [np.array(p) for p in params]
    kept = []
    for _ in range(cycles):
        for t in range(c):
            train_step(now, 0.5 * lr * (1 + np.cos(np.pi * t / c)))
        kept.append([p.copy() for p in now])
    return kept


@SNAPSHOTS.right
def snapshots_from_the_last(train_step, params, *, lr, total_steps, cycles):
    kept, steps = [tuple(params)], total_steps // cycles
    while len(kept) <= cycles:
        network = tuple(np.copy(p) for p in kept[-1])
        for t in range(steps):
            train_step(network, lr * np.cos(np.pi * t / steps / 2) ** 2)
        kept.append(network)
    return kept[1:]


@SNAPSHOTS.right
def snapshots_rates_first(train_step, params, *, lr, total_steps, cycles):
    t = np.arange(total_steps)
    c = total_steps / cycles
    rates = lr / 2 * (np.cos(np.pi * np.mod(t, c) / c) + 1)
    now, kept = tuple(p.copy() for p in params), []
    for step, rate in enumerate(rates, start=1):
        train_step(now, float(rate))
        if step % c == 0:
            kept.append(tuple(p.copy() for p in now))
    return kept


@SNAPSHOTS.right
def snapshots_by_counter(train_step, params, *, lr, total_steps, cycles):
    now, kept, inside = [p.copy() for p in params], [], 0
    length = total_steps // cycles
    for _ in range(total_steps):
        angle = np.pi * inside / length
        train_step(now, lr / 2 + lr / 2 * np.cos(angle))
        inside += 1
        if inside == length:
            kept.append(tuple(np.array(p) for p in now))
            inside = 0
    return kept
