"""Classes that write the rate of a schedule into an optimizer, step after step."""

from nnlib._check import need
from nnlib.lr_scheduler.cycles import (
    cosine_annealing_warm_restarts,
    cyclic_lr,
    one_cycle_lr,
    one_cycle_momentum,
)
from nnlib.lr_scheduler.decay import exponential_lr, step_lr


class LRScheduler:
    """A schedule at work: each `step()` counts one on and writes the new rate into every group of the optimizer.

    rate is a function of (step, lr of the group at the start) that returns the rate; momentum, if given, a function
    of the step for the groups' "momentum" (of Adam the first of its "betas").  Call `step()` after the optimizer's,
    once an epoch or once a batch.
    """

    def __init__(self, optimizer, rate, momentum=None):
        self.optimizer, self._rate, self._momentum = optimizer, rate, momentum
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]
        self.last_epoch = 0
        self._write()

    def step(self):
        """Go on to the next epoch or batch."""
        self.last_epoch += 1
        self._write()

    def get_last_lr(self):
        """The rates now in use, one a group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self):
        """Where the schedule is, as plain data."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state_dict):
        """Go on from where `state_dict` was taken."""
        rates, groups = list(state_dict["base_lrs"]), len(self.optimizer.param_groups)
        name = f"{type(self).__name__}.load_state_dict"
        need(
            len(rates) == groups, name, "base_lrs", f"{len(rates)} rates", f"one for each of {groups} groups"
        )
        self.last_epoch, self.base_lrs = state_dict["last_epoch"], rates
        self._write()

    def _write(self):
        for group, lr in zip(self.optimizer.param_groups, self.base_lrs):
            group["lr"] = self._rate(self.last_epoch, lr)
            if self._momentum is not None:
                self._write_momentum(group, self._momentum(self.last_epoch))

    def _write_momentum(self, group, value):
        name = type(self).__name__
        have = "betas" in group or "momentum" in group
        need(have, name, "cycle_momentum", True, "False for an optimizer without momentum or betas")
        if "betas" in group:
            group["betas"] = (value, group["betas"][1])
        else:
            group["momentum"] = value


class LambdaLR(LRScheduler):
    """The rate at the start times lr_lambda(step): any schedule of this module, with lr=1.

    >>> from nnlib.optim import SGD
    >>> import numpy as np
    >>> optimizer = SGD([np.zeros(1)], lr=0.5)
    >>> scheduler = LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> scheduler.step()
    >>> optimizer.param_groups[0]["lr"]
    0.25
    """

    def __init__(self, optimizer, lr_lambda):
        super().__init__(optimizer, lambda t, lr: lr * lr_lambda(t))


class StepLR(LRScheduler):
    """`step_lr` at work."""

    def __init__(self, optimizer, *, step_size, gamma=0.1):
        super().__init__(optimizer, lambda t, lr: step_lr(t, lr=lr, step_size=step_size, gamma=gamma))


class ExponentialLR(LRScheduler):
    """`exponential_lr` at work."""

    def __init__(self, optimizer, *, gamma):
        super().__init__(optimizer, lambda t, lr: exponential_lr(t, lr=lr, gamma=gamma))


class CosineAnnealingWarmRestarts(LRScheduler):
    """`cosine_annealing_warm_restarts` at work."""

    def __init__(self, optimizer, *, T_0, T_mult=1, eta_min=0.0):
        options = {"T_0": T_0, "T_mult": T_mult, "eta_min": eta_min}
        super().__init__(optimizer, lambda t, lr: cosine_annealing_warm_restarts(t, lr=lr, **options))


class CyclicLR(LRScheduler):
    """`cyclic_lr` at work; the momentum cycles the other way, from max_momentum to base_momentum and back."""

    def __init__(
        self,
        optimizer,
        *,
        base_lr,
        max_lr,
        step_size_up=2000,
        step_size_down=None,
        mode="triangular",
        gamma=1.0,
        cycle_momentum=True,
        base_momentum=0.8,
        max_momentum=0.9,
    ):
        def cycle(low, high):
            steps = {"step_size_up": step_size_up, "step_size_down": step_size_down}
            return lambda t, _=None: cyclic_lr(t, base_lr=low, max_lr=high, mode=mode, gamma=gamma, **steps)

        momentum = cycle(max_momentum, base_momentum) if cycle_momentum else None
        super().__init__(optimizer, cycle(base_lr, max_lr), momentum)


class OneCycleLR(LRScheduler):
    """`one_cycle_lr` and `one_cycle_momentum` at work: one step a batch, total_steps or epochs * steps_per_epoch."""

    def __init__(
        self,
        optimizer,
        *,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
    ):
        if total_steps is None:
            known = epochs is not None and steps_per_epoch is not None
            need(known, "OneCycleLR", "total_steps", None, "given, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        phases = {
            "total_steps": total_steps,
            "pct_start": pct_start,
            "anneal_strategy": anneal_strategy,
            "three_phase": three_phase,
        }
        rates = {"max_lr": max_lr, "div_factor": div_factor, "final_div_factor": final_div_factor}
        limits = {"base_momentum": base_momentum, "max_momentum": max_momentum}

        def momentum(t):
            return one_cycle_momentum(t, **limits, **phases)

        super().__init__(
            optimizer, lambda t, _: one_cycle_lr(t, **rates, **phases), momentum if cycle_momentum else None
        )
