"""Rows for nnlib.lr_scheduler: schedules as functions. The classes are judged in test_lr_scheduler.py."""

import numpy as np

from nnlib import lr_scheduler as L
from tests.nnlib.spec import Case, Edge, Error

CHAPTERS = ("07",)
FUNCTIONS = (
    L.cosine_annealing_warm_restarts,
    L.cyclic_lr,
    L.exponential_lr,
    L.inverse_time_decay,
    L.linear_warmup_decay,
    L.one_cycle_lr,
    L.one_cycle_momentum,
    L.snapshot_lr,
    L.step_lr,
    L.transformer_lr,
)
NO_GRADIENT = FUNCTIONS
ELSEWHERE = tuple(getattr(L, name) for name in L.__all__ if getattr(L, name) not in FUNCTIONS)
REQUIRED_OPTIONS = (
    *(("cosine_annealing_warm_restarts", name) for name in ("lr", "T_0")),
    *(("cyclic_lr", name) for name in ("base_lr", "max_lr")),
    *(("exponential_lr", name) for name in ("lr", "gamma")),
    *(("inverse_time_decay", name) for name in ("lr", "decay_rate")),
    *(("linear_warmup_decay", name) for name in ("lr", "warmup_steps", "total_steps")),
    *(("one_cycle_lr", name) for name in ("max_lr", "total_steps")),
    ("one_cycle_momentum", "total_steps"),
    *(("snapshot_lr", name) for name in ("lr", "total_steps", "cycles")),
    *(("step_lr", name) for name in ("lr", "step_size")),
    *(("transformer_lr", name) for name in ("lr", "warmup_steps")),
)
NAN = np.nan


def steps(last):
    """Some steps in any order, and in every dtype exactly: whole numbers from 1."""
    return lambda rng: (rng.integers(1, last + 1, size=20).astype(float),)


def torchs(name, optimizer_lr=1.0, momentum=None, **options):
    """What torch's scheduler writes into its optimizer, looked up at the steps asked for."""

    def want(step, **_):
        import warnings

        import torch

        w = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=optimizer_lr, momentum=0.9)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its order of calls
            scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
            found = []
            for _ in range(int(step.max()) + 1):
                found.append(optimizer.param_groups[0][momentum or "lr"])
                if len(found) <= step.max():
                    scheduler.step()
        return np.array(found)[step.astype(int)]

    return want


def beside_torch(op, name, last, *, lr=None, **options):
    ours = {"lr": lr, **options} if lr is not None else options
    return Case(op, steps(last), ours, wrt=(), want=torchs(name, lr or 1.0, **options))


def one_cycle(last=100, **options):
    return beside_torch(L.one_cycle_lr, "OneCycleLR", last - 1, total_steps=last, **options)


def one_cycle_momentum(last=100, **options):
    theirs = {"total_steps": last, "max_lr": 1.0, **options}
    want = torchs("OneCycleLR", 1.0, "momentum", **theirs)
    return Case(L.one_cycle_momentum, steps(last - 1), {"total_steps": last, **options}, wrt=(), want=want)


def noam(width):
    """The schedule as its paper writes it, d^-1/2 min(t^-1/2, t w^-3/2)."""
    return lambda t, lr, warmup_steps: width**-0.5 * np.minimum(t**-0.5, t * warmup_steps**-1.5)


def hugging_face(t, lr, warmup_steps, total_steps):
    def one(t):
        if t < warmup_steps:
            return lr * t / max(1, warmup_steps)
        return lr * max(0.0, (total_steps - t) / max(1, total_steps - warmup_steps))

    return np.array([one(t) for t in t])


def huang(t, lr, total_steps, cycles):
    """The paper counts iterations from 1: t steps done are its iteration t + 1."""
    c = -(-total_steps // cycles)
    return lr / 2 * (np.cos(np.pi * np.mod((t + 1) - 1, c) / c) + 1)


CASES = (
    beside_torch(L.step_lr, "StepLR", 50, lr=0.3, step_size=7),
    beside_torch(L.step_lr, "StepLR", 50, lr=0.3, step_size=1, gamma=0.9),
    beside_torch(L.exponential_lr, "ExponentialLR", 60, lr=0.3, gamma=0.95),
    beside_torch(L.exponential_lr, "ExponentialLR", 10, lr=0.3, gamma=1.5),
    Case(
        L.inverse_time_decay,
        steps(60),
        {"lr": 0.2, "decay_rate": 0.5},
        wrt=(),
        want=lambda t, lr, decay_rate: 1 / (1 / lr + decay_rate / lr * t),
    ),
    Case(
        L.transformer_lr, steps(400), {"lr": (64 * 100) ** -0.5, "warmup_steps": 100}, wrt=(), want=noam(64)
    ),
    Case(L.transformer_lr, steps(400), {"lr": (512 * 1) ** -0.5, "warmup_steps": 1}, wrt=(), want=noam(512)),
    Case(
        L.linear_warmup_decay,
        steps(120),
        {"lr": 0.3, "warmup_steps": 10, "total_steps": 100},
        wrt=(),
        want=hugging_face,
    ),
    Case(
        L.linear_warmup_decay,
        steps(20),
        {"lr": 0.3, "warmup_steps": 0, "total_steps": 15},
        wrt=(),
        want=hugging_face,
    ),
    *(
        beside_torch(
            L.cyclic_lr,
            "CyclicLR",
            60,
            base_lr=0.1,
            max_lr=0.4,
            step_size_up=up,
            step_size_down=down,
            mode=mode,
            gamma=gamma,
        )
        for (up, down) in ((4, None), (3, 9), (1, 1))
        for mode, gamma in (("triangular", 1.0), ("triangular2", 1.0), ("exp_range", 0.97))
    ),
    one_cycle(max_lr=0.4),
    one_cycle(max_lr=0.4, three_phase=True),
    one_cycle(
        37, max_lr=0.4, pct_start=0.45, anneal_strategy="linear", div_factor=5.0, final_div_factor=10.0
    ),
    one_cycle(40, max_lr=0.4, pct_start=0.4, anneal_strategy="linear", three_phase=True),
    one_cycle(20, max_lr=0.4, pct_start=1.0),
    one_cycle(20, max_lr=0.4, pct_start=0.0),
    one_cycle_momentum(),
    one_cycle_momentum(50, three_phase=True),
    one_cycle_momentum(30, pct_start=0.5, anneal_strategy="linear", base_momentum=0.5, max_momentum=0.9),
    beside_torch(L.cosine_annealing_warm_restarts, "CosineAnnealingWarmRestarts", 60, lr=0.3, T_0=7),
    beside_torch(
        L.cosine_annealing_warm_restarts,
        "CosineAnnealingWarmRestarts",
        200,
        lr=0.3,
        T_0=3,
        T_mult=2,
        eta_min=0.01,
    ),
    beside_torch(
        L.cosine_annealing_warm_restarts, "CosineAnnealingWarmRestarts", 130, lr=0.3, T_0=1, T_mult=3
    ),
    Case(L.snapshot_lr, steps(60), {"lr": 0.3, "total_steps": 60, "cycles": 6}, wrt=(), want=huang),
    Case(L.snapshot_lr, steps(50), {"lr": 0.3, "total_steps": 50, "cycles": 7}, wrt=(), want=huang),
)

TRIANGLE = {"base_lr": 1.0, "max_lr": 2.0, "step_size_up": 2}
CYCLE = {"max_lr": 25.0, "total_steps": 10}

EDGES = (
    Edge(L.inverse_time_decay, (0,), 0.2, {"lr": 0.2, "decay_rate": 1.0}),
    Edge(L.inverse_time_decay, (10_000,), 0.2, {"lr": 0.2, "decay_rate": 0.0}),
    Edge(L.inverse_time_decay, (np.zeros(0),), np.zeros(0), {"lr": 0.2, "decay_rate": 0.0}),
    Edge(L.exponential_lr, (0,), 0.2, {"lr": 0.2, "gamma": 0.5}),
    Edge(L.exponential_lr, ([10_000, NAN],), [0.0, NAN], {"lr": 0.2, "gamma": 0.5}),
    Edge(
        L.step_lr,
        ([0, 9, 10, 19, 20],),
        [1.0, 1.0, 0.5, 0.5, 0.25],
        {"lr": 1.0, "step_size": 10, "gamma": 0.5},
    ),
    Edge(L.transformer_lr, ([0, 1, 4, 10_000],), [0.0, 1.0, 0.5, 0.01], {"lr": 1.0, "warmup_steps": 1}),
    Edge(
        L.linear_warmup_decay,
        ([0, 1, 2, 4, 6, 10_000],),
        [0.0, 0.5, 1.0, 0.5, 0.0, 0.0],
        {"lr": 1.0, "warmup_steps": 2, "total_steps": 6},
    ),
    Edge(L.linear_warmup_decay, (0,), 1.0, {"lr": 1.0, "warmup_steps": 0, "total_steps": 1}),
    Edge(L.cyclic_lr, ([0, 1, 2, 3, 4, 6],), [1.0, 1.5, 2.0, 1.5, 1.0, 2.0], TRIANGLE),
    Edge(L.cyclic_lr, ([2, 6, 10],), [2.0, 1.5, 1.25], {**TRIANGLE, "mode": "triangular2"}),
    Edge(L.cyclic_lr, (10_002,), 2.0, TRIANGLE),
    Edge(L.one_cycle_lr, ([0, 2, 9],), [1.0, 25.0, 1e-4], CYCLE),
    # one more step than there are: as the last
    Edge(L.one_cycle_lr, (10,), 1e-4, CYCLE),
    # no time to rise, or nothing but
    Edge(L.one_cycle_lr, (0,), 25.0, {**CYCLE, "pct_start": 0.1}),
    Edge(L.one_cycle_lr, (9,), 25.0, {**CYCLE, "pct_start": 1.0}),
    Edge(L.one_cycle_lr, (0,), 25.0, {**CYCLE, "total_steps": 1, "pct_start": 1.0}),
    Edge(L.one_cycle_momentum, ([0, 2, 9, 10],), [0.95, 0.85, 0.95, 0.95], {"total_steps": 10}),
    Edge(L.cosine_annealing_warm_restarts, ([0, 1, 2, 3.0],), [1.0, 0.5, 1.0, 0.5], {"lr": 1.0, "T_0": 2}),
    Edge(L.cosine_annealing_warm_restarts, (2.5,), 0.5 + 8**-0.5, {"lr": 1.0, "T_0": 2}),
    # each restart at 1, 3, 7, 15, ... exactly
    Edge(
        L.cosine_annealing_warm_restarts,
        (2.0 ** np.arange(1, 30) - 1,),
        np.ones(29),
        {"lr": 1.0, "T_0": 1, "T_mult": 2},
    ),
    Edge(
        L.snapshot_lr,
        ([0, 1, 2, 3, 4],),
        [1.0, 0.5, 1.0, 0.5, 1.0],
        {"lr": 1.0, "total_steps": 4, "cycles": 2},
    ),
    Edge(L.snapshot_lr, ([0, 1],), [1.0, 1.0], {"lr": 1.0, "total_steps": 4, "cycles": 4}),
)

LR = {"lr": 0.1}
ERRORS = (
    Error(L.inverse_time_decay, (-1,), "step must be at least 0; got -1", {**LR, "decay_rate": 1.0}),
    Error(L.inverse_time_decay, (1,), "decay_rate must be at least 0", {**LR, "decay_rate": -1.0}),
    Error(L.exponential_lr, ([1, -2],), "step must be at least 0; got -2", {**LR, "gamma": 0.9}),
    Error(L.exponential_lr, (1,), "gamma must be positive; got 0", {**LR, "gamma": 0}),
    Error(L.step_lr, (1,), "step_size must be positive; got 0", {**LR, "step_size": 0}),
    Error(L.transformer_lr, (1,), "warmup_steps must be positive", {**LR, "warmup_steps": 0}),
    Error(
        L.linear_warmup_decay,
        (1,),
        "warmup_steps must be at least 0 and below total_steps, 5; got 5",
        {**LR, "warmup_steps": 5, "total_steps": 5},
    ),
    Error(L.cyclic_lr, (1,), "step_size_down must be positive", {**TRIANGLE, "step_size_down": 0}),
    Error(L.cyclic_lr, (1,), "mode must be one of triangular, triangular2", {**TRIANGLE, "mode": "sine"}),
    Error(L.one_cycle_lr, (11,), "step must be at most 10; got 11", CYCLE),
    Error(L.one_cycle_lr, (1,), "pct_start must be between 0 and 1; got 30", {**CYCLE, "pct_start": 30}),
    Error(L.one_cycle_lr, (1,), "anneal_strategy must be", {**CYCLE, "anneal_strategy": "cosine"}),
    Error(L.one_cycle_momentum, (1,), "total_steps must be positive", {"total_steps": 0}),
    Error(L.cosine_annealing_warm_restarts, (1,), "T_0 must be positive", {**LR, "T_0": 0}),
    Error(L.cosine_annealing_warm_restarts, (1,), "T_mult must be at least 1", {**LR, "T_0": 1, "T_mult": 0}),
    Error(L.snapshot_lr, (1,), "cycles must be positive", {**LR, "total_steps": 5, "cycles": 0}),
)
