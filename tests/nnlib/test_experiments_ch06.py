"""What chapter 06 says of its experiments, over three seeds."""

import numpy as np
import pytest

from nnlib import experiments as E
from nnlib import optim

SEEDS = range(3)
BEST = {  # the rates that the chapter finds for the digits
    "SGD": lambda p: optim.SGD(p, lr=0.3),
    "momentum": lambda p: optim.SGD(p, lr=0.03, momentum=0.9),
    "AdaGrad": lambda p: optim.Adagrad(p, lr=0.03),
    "AdaDelta": lambda p: optim.Adadelta(p, lr=3.0),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.003),
    "Adam": lambda p: optim.Adam(p, lr=0.001),
}


def bowl(w):
    return (w[..., 0] ** 2 + 20 * w[..., 1] ** 2) / 2


def on_the_bowl(steps, **optimizers):
    run = E.optimizer_paths(bowl, lambda w: w * [1.0, 20.0], np.array([-9.0, 1.5]), optimizers, steps=steps)
    return {name: bowl(path) for name, path in run.paths.items()}


def test_six_optimizers_at_their_best_rates_are_alike():
    test = np.array([[digits(make, s).test for s in SEEDS] for make in BEST.values()])
    last = test[..., -1]
    assert last.mean(axis=1).min() > 0.9
    assert np.ptp(last.mean(axis=1)) < 0.025
    assert (
        np.ptp(last, axis=1).max() > np.ptp(last.mean(axis=1)) - 0.005
    )  # the starts of one differ by as much
    assert last.max(axis=1).min() > last.min(axis=1).max() - 0.012  # the ranges overlap, or nearly so
    first = dict(zip(BEST, test[..., 0].mean(axis=1), strict=True))
    assert (min(first, key=first.get), max(first, key=first.get)) == ("SGD", "AdaGrad")


def test_a_rate_above_the_list_is_worse_for_gradient_descent():
    read = [np.mean([too_fast("SGD", by, 100 + s).validation[-1] for s in SEEDS]) for by in (1, 10 / 3)]
    assert read[1] < 0.4 < 0.9 < read[0]


@pytest.mark.parametrize("name", BEST)
def test_ten_times_the_best_rate_is_too_much_without_a_division(name):
    read = too_fast(name, 10, 0).test[-1]
    best = digits(BEST[name], 0).test[-1]
    assert read < 0.2 if name in ("SGD", "momentum") else best - 0.15 < read < best


def too_fast(name, by, seed):
    def make(params):
        held = BEST[name](params)
        held.param_groups[0]["lr"] *= by
        return held

    return digits(make, seed)


def digits(make, seed, epochs=5):
    return E.optimizer_digits(make, epochs=epochs, rng=np.random.default_rng(seed))


def test_an_optimizer_of_a_rule_trains_as_its_class_does():
    rule = digits(lambda p: optim.Optimizer(p, optim.adam_init, optim.adam_step, lr=0.003), 0, epochs=1)
    assert isinstance(rule, E.OptimizerRun)
    same = digits(lambda p: optim.Adam(p, lr=0.003), 0, epochs=1)
    assert rule.validation == pytest.approx(same.validation, abs=0.01)


def test_momentum_is_ahead_on_a_narrow_bowl():
    cost = on_the_bowl(
        40,
        plain=lambda p: optim.SGD(p, lr=0.03),
        fast=lambda p: optim.SGD(p, lr=0.09),
        momentum=lambda p: optim.SGD(p, lr=0.03, momentum=0.8),
        nesterov=lambda p: optim.SGD(p, lr=0.03, momentum=0.8, nesterov=True),
    )
    end = {name: path[-1] for name, path in cost.items()}
    assert end["plain"] > 100 * end["fast"] > 500 * end["momentum"] > 500 * 50 * end["nesterov"]
    assert (round(end["fast"], 4), round(end["momentum"], 4)) == (0.0214, 0.0033)


def test_what_the_marking_guide_says_of_the_two_conventions():
    def path(make):
        (w,) = params = [np.zeros(1)]
        held, seen = make(params), []
        for _ in range(3):
            held.step([np.ones(1)])
            seen.append(float(w[0]))
        return np.round(seen, 4).tolist()

    assert path(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.9)) == [-0.1, -0.2, -0.3]
    assert path(lambda p: optim.Momentum(p, lr=0.1)) == [-0.01, -0.029, -0.0561]


def test_adagrad_without_its_root_is_lost_on_a_bowl():
    def printed(param, grad, state, *, lr):
        s = state.sum + grad**2
        return param - lr / (s + 1e-10) * grad, optim.AdagradState(state.step + 1, s)

    cost = on_the_bowl(
        40,
        right=lambda p: optim.Adagrad(p, lr=1.5),
        printed=lambda p: optim.Optimizer(p, optim.adagrad_init, printed, lr=1.5),
    )
    assert cost["right"][-1] < 0.05 < 50 < cost["printed"][-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rare_feature_is_learnt_by_adagrad(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2000, 100, 2))
    X[np.arange(2000) % 50 > 0, :, 1] = 0
    noise = rng.normal(size=(2000, 100))

    def off(name, lr):
        init, step = getattr(optim, f"{name}_init"), getattr(optim, f"{name}_step")
        w, state = np.zeros((100, 2)), init(np.zeros((100, 2)))
        for x, e in zip(X, noise, strict=True):
            w, state = step(w, ((x * (w - 1)).sum(axis=1) - e)[:, None] * x, state, lr=lr)
        return np.sqrt(np.mean((w - 1) ** 2, axis=0))

    plain = np.array([off("sgd", lr) for lr in (0.01, 0.03, 0.1)])
    assert plain[0, 0] < plain[1, 0] < plain[2, 0]
    assert (off("adagrad", 0.3) < plain.min(axis=0)).all()


def test_who_leaves_the_saddle():
    makes = {
        "plain": lambda p: optim.SGD(p, lr=0.01),
        "mean": lambda p: optim.Momentum(p, lr=0.01),
        "sum": lambda p: optim.SGD(p, lr=0.01, momentum=0.9),
        "AdaGrad": lambda p: optim.Adagrad(p, lr=0.01),
        "AdaDelta": lambda p: optim.Adadelta(p),
        "RMSprop": lambda p: optim.RMSprop(p, lr=0.01),
        "RMSprop at 0.001": lambda p: optim.RMSprop(p, lr=0.001),
        "Adam": lambda p: optim.Adam(p, lr=0.01),
    }
    steps = E.saddle_escape(makes, steps=2000)
    assert steps["RMSprop"] < steps["AdaDelta"] < 100 < 300 < steps["plain"] < steps["mean"] < 500
    assert steps["sum"] < 100 > steps["Adam"]
    assert (steps["RMSprop at 0.001"], steps["AdaGrad"]) == (670, 1263)
    assert set(E.saddle_escape(makes, x0=(1.0, 0.0), steps=1000).values()) == {1001}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_penalty_spares_large_gradients_and_decay_does_not(seed):
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(100, 2000, 2)) * [10.0, 0.1]

    def end(step):
        w = np.ones((2000, 2))
        state = optim.adam_init(w)
        for g in signs:
            w, state = step(w, g, state, lr=0.01, weight_decay=0.1)
        return w.mean(axis=0)

    large, small = end(optim.adam_step)
    assert large > 0.97
    assert small < 0.5
    assert end(optim.adamw_step) == pytest.approx(0.99**10, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sample_at_a_time_never_settles(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(200, 2)) * [1.0, 0.4]
    y = X @ [2.0, -1.0] + rng.normal(0, 0.5, size=200)
    order = np.concatenate([rng.permutation(200) for _ in range(10)])
    path = optim.stochastic_gradient_descent(
        lambda w, X, y: X.T @ (X @ w - y) / len(X), np.zeros(2), X, y, order, lr=0.05
    )
    cost = np.mean((path @ X.T - y) ** 2, axis=1) / 2
    best = np.mean((X @ np.linalg.lstsq(X, y)[0] - y) ** 2) / 2
    assert cost[200] - best < 0.05 * (cost[0] - best)
    assert 0.4 < np.mean(np.diff(cost[200:]) > 0) < 0.6
