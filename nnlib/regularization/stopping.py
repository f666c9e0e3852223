"""When to stop training: as soon as the validation metric has not improved for a while."""

import math

import numpy as np

from nnlib._check import need


class EarlyStopping:
    """Watches a metric, remembers the best parameters, and says when to stop.

    Parameters
    ----------
    patience : int >= 1, default 10; stop after so many steps in a row without an improvement
    min_delta : float >= 0, default 0; a smaller change is no improvement
    mode : "min" (default) for a loss, "max" for an accuracy
    restore_best : bool, default True; keep a copy of the best parameters

    Attributes
    ----------
    best : float, the best metric so far (inf or -inf before the first step)
    best_step : int, when that was, counted from 0; -1 before
    best_params : list of arrays, copies, or None
    waited : int, steps since the last improvement

    Raises
    ------
    ValueError : mode is neither "min" nor "max", patience is below 1, or min_delta is negative

    Notes
    -----
    Patience, how often the metric is taken, and which metric it is are hyper-parameters too.  A nan is never an
    improvement.  Prechelt (1998), "Early stopping, but when?", section 2.

    Examples
    --------
    >>> stop = EarlyStopping(patience=2)
    >>> [stop.step(loss, [np.array([loss])]) for loss in (3.0, 1.0, 2.0, 1.0)]
    [False, False, False, True]
    >>> stop.best, stop.best_step, stop.best_params
    (1.0, 1, [array([1.])])
    """

    def __init__(self, *, patience=10, min_delta=0.0, mode="min", restore_best=True):
        need(mode in ("min", "max"), "EarlyStopping", "mode", repr(mode), "'min' or 'max'")
        need(patience >= 1, "EarlyStopping", "patience", patience, "at least 1")
        need(min_delta >= 0, "EarlyStopping", "min_delta", min_delta, "at least 0")
        self.patience, self.min_delta, self.mode, self.restore_best = patience, min_delta, mode, restore_best
        self.best = math.inf if mode == "min" else -math.inf
        self.best_step, self.best_params = -1, None
        self.waited, self.steps = 0, 0

    def step(self, metric, params):
        """Take in the metric and the parameters (a list of arrays) of one evaluation; True means stop."""
        gain = self.best - metric if self.mode == "min" else metric - self.best
        if gain > self.min_delta:
            self.best, self.best_step, self.waited = float(metric), self.steps, 0
            if self.restore_best:
                self.best_params = [np.array(p) for p in params]
        else:
            self.waited += 1
        self.steps += 1
        return self.waited >= self.patience

    def state_dict(self):
        """What has to be kept to go on later; the options are not in it."""
        return {name: getattr(self, name) for name in ("best", "best_step", "best_params", "waited", "steps")}

    def load_state_dict(self, state):
        """Go on from a state_dict."""
        for name in ("best", "best_step", "best_params", "waited", "steps"):
            setattr(self, name, state[name])


def early_stopping(values, *, patience=10, min_delta=0.0, mode="min"):
    """Where training would have stopped, from the whole series of a metric, and whose parameters are kept.

    Parameters
    ----------
    values : sequence of float, n >= 1, the metric after each epoch
    patience, min_delta, mode : as `EarlyStopping`

    Returns
    -------
    (best, last) : ints, indices from 0 of the best value and of the last one that was looked at, n - 1 at most

    Raises
    ------
    ValueError : values is empty, or an option is not as `EarlyStopping` wants it

    Notes
    -----
    A value is an improvement if it is better than the best so far by more than min_delta.
    Prechelt (1998), "Early stopping, but when?", section 2.

    Examples
    --------
    >>> early_stopping([3.0, 1.0, 2.0, 1.0, 0.5], patience=2)
    (1, 3)
    """
    need(len(values) > 0, "early_stopping", "values", "an empty sequence", "not empty")
    stop = EarlyStopping(patience=patience, min_delta=min_delta, mode=mode, restore_best=False)
    last = next((i for i, value in enumerate(values) if stop.step(value, [])), len(values) - 1)
    return stop.best_step, last
