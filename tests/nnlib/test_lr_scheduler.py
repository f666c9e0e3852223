"""Schedulers at work: what they write into an optimizer, step for step as torch's."""

import inspect
import warnings

import numpy as np
import pytest

from nnlib import lr_scheduler as L
from nnlib import optim
from tests.nnlib.spec import agree

RUNS = [
    (L.StepLR, {"step_size": 4}, 30),
    (L.ExponentialLR, {"gamma": 0.9}, 30),
    (L.CosineAnnealingWarmRestarts, {"T_0": 3, "T_mult": 2, "eta_min": 0.01}, 40),
    (L.CyclicLR, {"base_lr": 0.1, "max_lr": 0.4, "step_size_up": 4, "mode": "triangular2"}, 40),
    (
        L.CyclicLR,
        {"base_lr": 0.1, "max_lr": 0.4, "step_size_up": 3, "step_size_down": 5, "cycle_momentum": False},
        40,
    ),
    (L.OneCycleLR, {"max_lr": 0.4, "total_steps": 30}, 29),
    (
        L.OneCycleLR,
        {"max_lr": 0.4, "epochs": 5, "steps_per_epoch": 6, "three_phase": True, "cycle_momentum": False},
        29,
    ),
]


def pair(driver, options, which):
    """Our optimizer and scheduler, and torch's: two groups with rates of their own."""
    import torch

    made = {"SGD": {"momentum": 0.9}, "AdamW": {"betas": (0.9, 0.99)}}[which]
    ours = optim.__dict__[which](
        [{"params": [np.zeros(1)]}, {"params": [np.zeros(2)], "lr": 0.5}], lr=0.2, **made
    )
    tensors = [torch.zeros(n, requires_grad=True) for n in (1, 2)]
    theirs = getattr(torch.optim, which)(
        [{"params": tensors[:1]}, {"params": tensors[1:], "lr": 0.5}], lr=0.2, **made
    )
    return (
        ours,
        driver(ours, **options),
        theirs,
        getattr(torch.optim.lr_scheduler, driver.__name__)(theirs, **options),
    )


def seen(optimizer):
    groups = optimizer.param_groups
    return [[g["lr"], *g["betas"]] if "betas" in g else [g["lr"], g["momentum"]] for g in groups]


@pytest.mark.parametrize("which", ["SGD", "AdamW"])
@pytest.mark.parametrize(("driver", "options", "steps"), RUNS, ids=str)
def test_optimizers_see_what_torchs_see(driver, options, steps, which):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, of its order of calls
        ours, scheduler, theirs, their_scheduler = pair(driver, options, which)
        for t in range(steps):
            agree(seen(ours), seen(theirs), what=f"{driver.__name__} {options}, step {t}")
            agree(scheduler.get_last_lr(), their_scheduler.get_last_lr())
            scheduler.step()
            their_scheduler.step()
        agree(seen(ours), seen(theirs))
    assert scheduler.last_epoch == steps
    assert all(type(g["lr"]) is float for g in ours.param_groups)


def test_any_schedule_works_by_lambda():
    ours = optim.SGD([np.zeros(1)], lr=0.5)
    scheduler = L.LambdaLR(ours, lambda t: L.transformer_lr(t, lr=1.0, warmup_steps=4))
    rates = []
    for _ in range(20):
        rates.append(scheduler.get_last_lr()[0])
        scheduler.step()
    agree(rates, L.transformer_lr(np.arange(20), lr=0.5, warmup_steps=4))


@pytest.mark.parametrize(("driver", "options", "steps"), RUNS, ids=str)
def test_a_saved_scheduler_goes_on(driver, options, steps):
    first, second = (optim.SGD([np.zeros(1)], lr=0.2, momentum=0.9) for _ in range(2))
    scheduler = driver(first, **options)
    for _ in range(7):
        scheduler.step()
    again = driver(second, **options)
    again.load_state_dict(scheduler.state_dict())
    for _ in range(steps - 7):
        assert seen(first) == seen(second)
        scheduler.step()
        again.step()
    assert seen(first) == seen(second)


def test_signatures_are_torchs():
    import torch

    left_out = {"last_epoch", "optimizer", "scale_fn", "scale_mode"}
    for name in (
        "StepLR",
        "ExponentialLR",
        "CosineAnnealingWarmRestarts",
        "CyclicLR",
        "OneCycleLR",
        "LambdaLR",
    ):
        theirs = inspect.signature(getattr(torch.optim.lr_scheduler, name)).parameters.items()
        ours = inspect.signature(getattr(L, name)).parameters.items()
        assert {n: p.default for n, p in ours if n != "optimizer"} == {
            n: p.default for n, p in theirs if n not in left_out and p.default != "deprecated"
        }


def test_refusals():
    plain = optim.Adagrad([np.zeros(1)])
    with pytest.raises(
        ValueError, match="OneCycleLR: total_steps must be given, or epochs and steps_per_epoch"
    ):
        L.OneCycleLR(plain, max_lr=1.0)
    with pytest.raises(
        ValueError, match="CyclicLR: cycle_momentum must be False for an optimizer without momentum"
    ):
        L.CyclicLR(plain, base_lr=0.1, max_lr=1.0)
    scheduler = L.OneCycleLR(plain, max_lr=1.0, total_steps=2, cycle_momentum=False)
    assert isinstance(scheduler, L.LRScheduler)
    scheduler.step()
    scheduler.step()
    with pytest.raises(ValueError, match="one_cycle_lr: step must be at most 2; got 3"):
        scheduler.step()
