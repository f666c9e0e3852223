"""What chapter 07 says of its experiments, over three seeds."""

from functools import cache, partial

import numpy as np
import pytest

from nnlib import experiments as E
from nnlib import lr_scheduler as L
from nnlib import nn, optim, search

SEEDS = range(3)


@cache
def split():
    return E.digits_split()


def train(schedule, seed, *, steps=300, width=30, **options):
    rng = np.random.default_rng(seed)
    return E.train_with_schedule(
        *split()[0], schedule, steps=steps, width=width, batch_size=20, rng=rng, **options
    )


def read(run, which=1):
    """Share of the validation images, or of the test images, that a run reads right."""
    images, labels = split()[which]
    with np.errstate(invalid="ignore", over="ignore"):
        return np.mean(nn.mlp(images, *run.parameters).argmax(axis=1) == labels)


def at(rate, seed):
    return read(train(lambda t: rate, seed))


# ── a line with noise, one sample at a time ──────────────────────────────────────────────────────────────


def last_epoch(schedule, seed):
    """Cost above the smallest possible one, mean over the last 100 of 4000 steps."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(200, 2)) * [1.0, 0.4]
    y = X @ [2.0, -1.0] + rng.normal(0, 0.5, size=200)
    order = np.concatenate([rng.permutation(200) for _ in range(20)])
    best = np.linalg.lstsq(X, y)[0]
    w, path = np.zeros(2), []
    for step, i in enumerate(order):
        w = w - schedule(step) * (X[i] @ w - y[i]) * X[i]
        path.append(w)
    gap = np.array(path[-100:]) - best
    return np.mean((gap @ X.T) ** 2) / 2  # the residuals of the best line are orthogonal to X


@pytest.mark.parametrize("seed", SEEDS)
def test_rates_that_fall_arrive_and_one_that_falls_too_fast_does_not(seed):
    constant = [last_epoch(lambda t, lr=lr: lr, seed) for lr in (0.3, 0.05, 0.002)]
    falling = [
        last_epoch(partial(L.inverse_time_decay, lr=0.3, decay_rate=0.02), seed),
        last_epoch(partial(L.exponential_lr, lr=0.3, gamma=0.999), seed),
        last_epoch(partial(L.step_lr, lr=0.3, step_size=1000), seed),
    ]
    assert 5 * max(falling) < min(constant)
    assert last_epoch(partial(L.exponential_lr, lr=0.3, gamma=0.9), seed) > 20 * max(falling)
    assert sum(L.exponential_lr(np.arange(4000), lr=0.3, gamma=0.9)) == pytest.approx(3.0)


# ── which rate ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", SEEDS)
def test_the_range_test_shows_the_rates_that_train(seed):
    run = train(partial(L.exponential_lr, lr=1e-3, gamma=(100 / 0.001) ** (1 / 299)), seed)
    loss = np.convolve(run.loss, np.full(10, 0.1), mode="valid")
    lowest = int(np.nanargmin(loss))
    back = lowest + int(np.argmax(loss[lowest:] > loss[0]))
    assert 0.2 < run.lr[lowest + 5] < 0.31
    assert 0.7 < run.lr[back + 5] < 1.3
    assert loss[lowest] < 0.9 < 2.3 < loss[0] < 2.4


@pytest.mark.parametrize("seed", SEEDS)
def test_what_fixed_rates_do(seed):
    by_rate = {rate: at(rate, seed) for rate in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)}
    assert by_rate[0.003] < 0.6 < by_rate[0.01] < by_rate[0.03] < min(by_rate[0.1], by_rate[0.3])
    assert by_rate[1.0] < 0.4
    assert by_rate[3.0] < 0.11


def test_the_cost_falls_up_to_a_rate_of_1():
    def costs(lr, epochs):
        return train(lambda t: lr, 0, steps=167 * epochs).loss.reshape(epochs, -1).mean(axis=1)

    assert search.lr_threshold(costs) == pytest.approx(1.0)


# ── warm-up ──────────────────────────────────────────────────────────────────────────────────────────────


def test_adams_steps_are_long_at_first():
    rng = np.random.default_rng(0)
    w = np.zeros(1000)
    state, moved = optim.adam_init(w), []
    for _ in range(300):
        new, state = optim.adam_step(w, rng.normal(size=1000), state, lr=1.0)
        moved.append(np.abs(new - w).mean())
        w = new
    assert np.round([moved[i - 1] for i in (1, 2, 5, 20, 300)], 2).tolist() == [1.0, 0.65, 0.38, 0.21, 0.18]


@pytest.mark.parametrize("seed", SEEDS)
def test_warm_up_makes_large_rates_bearable(seed):
    def run(lr, warmup_steps):
        schedule = partial(L.linear_warmup_decay, lr=lr, warmup_steps=warmup_steps, total_steps=400)
        return train(schedule, seed, steps=400, width=(30,) * 5, optimizer=optim.Adam)

    for lr in (0.003, 0.01):
        assert abs(read(run(lr, 0)) - read(run(lr, 50))) < 0.02
    without, warm = run(0.03, 0), run(0.03, 50)
    assert read(warm) > read(without) + 0.05
    assert warm.loss[:60].max() < 2.7 < without.loss[:60].max()
    assert len(warm.parameters) == 12


def test_the_optimizer_is_the_one_that_is_asked_for():
    by_default = train(lambda t: 0.1, 0, steps=20, momentum=0.9)
    same = train(lambda t: 0.1, 0, steps=20, optimizer=lambda p: optim.SGD(p, lr=0.0, momentum=0.9))
    adam = train(lambda t: 0.1, 0, steps=20, optimizer=optim.Adam)
    assert np.array_equal(by_default.loss, same.loss)
    assert not np.array_equal(by_default.loss[1:], adam.loss[1:])
    assert by_default.parameters[0].dtype == split()[0][0].dtype


# ── cycles ───────────────────────────────────────────────────────────────────────────────────────────────


def test_three_rules_at_their_best_rate_are_alike_and_one_cycle_scatters_least():
    rules = {
        "constant": lambda t: 0.3,
        "one cycle": partial(L.one_cycle_lr, max_lr=0.3, total_steps=300),
        "triangular": partial(L.cyclic_lr, base_lr=0.075, max_lr=0.3, step_size_up=75),
    }
    test = {name: np.array([read(train(rule, seed), 2) for seed in SEEDS]) for name, rule in rules.items()}
    means = [runs.mean() for runs in test.values()]
    assert np.ptp(means) < 0.02 < 0.9 < min(means)
    assert np.ptp(test["one cycle"]) < 0.01 < min(np.ptp(test["constant"]), np.ptp(test["triangular"]))


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────


def contest(weight, seed):
    """How far the best of 16 trials is below the best score: (grid, random)."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(-4, 0, size=2)
    values = 10.0 ** np.array([-3.5, -2.5, -1.5, -0.5])

    def score(lr, decay):
        return -((np.log10(lr) - a) ** 2) - weight * (np.log10(decay) - b) ** 2

    def draw(rng):
        return search.log_uniform(1e-4, 1.0, rng=rng)

    grid = search.grid_search(score, {"lr": values, "decay": values})
    return -grid.best_score, -search.random_search(
        score, {"lr": draw, "decay": draw}, n_iter=16, rng=rng
    ).best_score


def test_random_search_is_better_where_one_of_two_hardly_matters_and_worse_where_both_do():
    seen = {}
    for weight in (0.0, 0.01, 0.05, 1.0):
        grid, random = np.array([contest(weight, seed) for seed in range(1000)]).T
        seen[weight] = (*np.round([grid.mean(), random.mean()], 3), round(np.mean(random < grid), 2))
    assert seen[0.0] == (0.086, 0.035, 0.74)
    assert seen[0.01] == (0.087, 0.054, 0.63)
    assert seen[0.05] == (0.090, 0.098, 0.51)
    assert seen[1.0] == (0.168, 0.401, 0.33)


def test_a_penalty_does_nothing_in_a_short_run_until_it_does_harm():
    def score(penalty):
        return np.mean([read(train(lambda t: 0.1, seed, weight_decay=penalty)) for seed in SEEDS])

    found = E.choose_lambda(score, (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0))
    assert np.ptp(found.scores[:4]) < 0.01
    assert found.scores[0] - found.scores[4] > 0.05
    assert found.scores[5] < 0.11
