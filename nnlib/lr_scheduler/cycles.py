"""Rates that rise and fall: once, or again and again."""

import math

import numpy as np

from nnlib._check import need
from nnlib.lr_scheduler._steps import as_rate, as_step, need_positive


def cyclic_lr(step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0):
    """Rate that goes up and down in straight lines between two limits.

    Parameters
    ----------
    step : int or array, steps done
    base_lr, max_lr : float, the limits; a base of a third or a quarter of the maximum is usual
    step_size_up : int, default 2000, steps from base to maximum, usually 2 to 10 epochs; training ends at the base
    step_size_down : int, steps back, or None for as many
    mode : "triangular" (default), "triangular2" to halve the height each cycle, "exp_range" to scale it with
        gamma^step
    gamma : float, default 1

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative, a number of steps is not positive, or mode is unknown

    Notes
    -----
    base + (max - base) h s: h is the position in the triangle, from 0 to 1 and back, s is 1, 2^(-cycle) or
    gamma^t.  Smith (2017), "Cyclical learning rates for training neural networks", section 3.

    Examples
    --------
    >>> cyclic_lr(np.arange(7), base_lr=1.0, max_lr=4.0, step_size_up=3)
    array([1., 2., 3., 4., 3., 2., 1.])
    """
    t = as_step("cyclic_lr", step)
    up, down = step_size_up, step_size_up if step_size_down is None else step_size_down
    need_positive("cyclic_lr", step_size_up=up, step_size_down=down)
    cycle = np.floor(t / (up + down))
    position = t - cycle * (up + down)
    height = np.where(position <= up, position / up, (up + down - position) / down)
    scales = {"triangular": lambda: 1.0, "triangular2": lambda: 0.5**cycle, "exp_range": lambda: gamma**t}
    need(mode in scales, "cyclic_lr", "mode", repr(mode), f"one of {', '.join(scales)}")
    return as_rate(base_lr + (max_lr - base_lr) * height * scales[mode]())


def one_cycle_lr(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Rate that rises once and then falls far below where it began.

    Parameters
    ----------
    step : int or array, steps done, at most total_steps
    max_lr : float, the peak
    total_steps : int
    pct_start : float in [0, 1], default 0.3, share of the steps spent rising
    anneal_strategy : "cos" (default) for half a cosine in each phase, "linear" for straight lines
    div_factor : float, default 25; the rate begins at max_lr / div_factor
    final_div_factor : float, default 10000; it ends at the first rate / final_div_factor
    three_phase : bool, default False, fall as long as the rise took, then on to the end

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is out of range, or an option is

    Notes
    -----
    Within a phase, from a to b at the share s of it: b + (a - b) (1 + cos(pi s)) / 2, or a + (b - a) s.
    The rise ends at step pct_start total_steps - 1, the fall at total_steps - 1; one step more gives the same.
    Smith & Topin (2018), "Super-convergence", section 3, in the form of torch.optim.lr_scheduler.OneCycleLR.

    Examples
    --------
    >>> one_cycle_lr(np.array([0, 29, 99]), max_lr=1.0, total_steps=100)
    array([4.e-02, 1.e+00, 4.e-06])
    """
    first = max_lr / div_factor
    values = (
        [first, max_lr, first, first / final_div_factor]
        if three_phase
        else [first, max_lr, first / final_div_factor]
    )
    return _one_cycle("one_cycle_lr", step, values, total_steps, pct_start, anneal_strategy)


def one_cycle_momentum(
    step,
    *,
    total_steps,
    base_momentum=0.85,
    max_momentum=0.95,
    pct_start=0.3,
    anneal_strategy="cos",
    three_phase=False,
):
    """Momentum to go with `one_cycle_lr`: it falls while the rate rises and rises while the rate falls.

    Parameters
    ----------
    step : int or array, steps done, at most total_steps
    total_steps : int
    base_momentum, max_momentum : float, default 0.85 and 0.95
    pct_start, anneal_strategy, three_phase : as `one_cycle_lr`

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is out of range, or an option is

    Notes
    -----
    The phases of `one_cycle_lr`, between max_momentum and base_momentum.  Smith & Topin (2018), section 3.

    Examples
    --------
    >>> one_cycle_momentum(np.array([0, 29, 99]), total_steps=100)
    array([0.95, 0.85, 0.95])
    """
    values = [max_momentum, base_momentum, max_momentum, max_momentum][: 4 if three_phase else 3]
    return _one_cycle("one_cycle_momentum", step, values, total_steps, pct_start, anneal_strategy)


def _one_cycle(op, step, values, total_steps, pct_start, anneal_strategy):
    """From each value to the next, in two or three phases."""
    need(0 <= pct_start <= 1, op, "pct_start", pct_start, "between 0 and 1")
    known = anneal_strategy in ("cos", "linear")
    need(known, op, "anneal_strategy", repr(anneal_strategy), '"cos" or "linear"')
    need_positive(op, total_steps=total_steps)
    # The step after the last one is asked for by a loop that steps after each batch; it is no longer used.
    t = np.minimum(as_step(op, step, last=total_steps), total_steps - 1)
    peak = pct_start * total_steps - 1
    ends = [0, peak, 2 * peak, total_steps - 1] if len(values) == 4 else [0, peak, total_steps - 1]

    rate = np.full_like(t, np.nan)
    for a, b, start, end in reversed(list(zip(values, values[1:], ends, ends[1:]))):
        share = (t - start) / (end - start) if end != start else np.ones_like(t)
        weight = (1 + np.cos(np.pi * share)) / 2 if anneal_strategy == "cos" else 1 - share
        rate = np.where(t <= end, b + (a - b) * weight, rate)
    return as_rate(rate)


def cosine_annealing_warm_restarts(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Rate that falls along half a cosine and then starts again from the top, each time for longer.

    Parameters
    ----------
    step : float or array, epochs done; parts of an epoch count
    lr : float, the rate at each start
    T_0 : int, epochs until the first restart
    T_mult : int, default 1, factor of that time after each restart
    eta_min : float, default 0, where the rate falls to

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative, T_0 is not positive, or T_mult is below 1

    Notes
    -----
    eta_min + (lr - eta_min) (1 + cos(pi T_cur / T_i)) / 2.
    Loshchilov & Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", eq. (5).

    Examples
    --------
    >>> cosine_annealing_warm_restarts(np.array([0, 1, 2, 3, 4, 6]), lr=1.0, T_0=2, T_mult=2).round(3)
    array([1.   , 0.5  , 1.   , 0.854, 0.5  , 1.   ])
    """
    t = as_step("cosine_annealing_warm_restarts", step)
    need_positive("cosine_annealing_warm_restarts", T_0=T_0)
    need(T_mult >= 1, "cosine_annealing_warm_restarts", "T_mult", T_mult, "at least 1")
    if T_mult == 1:
        T_i, T_cur = T_0, t % T_0
    else:
        # After n restarts T_0 (1 + T_mult + ... + T_mult^(n-1)) epochs are done.
        n = np.floor(np.log1p(t / T_0 * (T_mult - 1)) / math.log(T_mult) + 1e-12)
        T_i = T_0 * T_mult**n
        T_cur = t - T_0 * (T_mult**n - 1) / (T_mult - 1)
    return as_rate(eta_min + (lr - eta_min) * (1 + np.cos(np.pi * T_cur / T_i)) / 2)


def snapshot_lr(step, *, lr, total_steps, cycles):
    """Rate that falls from lr to almost 0 in each of several cycles; at the end of each one keeps the network.

    Parameters
    ----------
    step : int or array, steps done
    lr : float, the rate at the start of each cycle
    total_steps : int, of the whole run
    cycles : int, number of networks kept

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative, or a number is not positive

    Notes
    -----
    lr / 2 (cos(pi mod(t, c) / c) + 1) with c = ceil(total_steps / cycles) and t steps done (the paper counts from
    1 and writes t - 1).  Huang et al. (2017), "Snapshot ensembles", eq. (2).

    Examples
    --------
    >>> snapshot_lr(np.arange(5), lr=1.0, total_steps=6, cycles=2)
    array([1.  , 0.75, 0.25, 1.  , 0.75])
    """
    t = as_step("snapshot_lr", step)
    need_positive("snapshot_lr", total_steps=total_steps, cycles=cycles)
    c = math.ceil(total_steps / cycles)
    return as_rate(lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
