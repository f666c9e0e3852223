"""Several networks out of one run: kept at the end of each cycle of the learning rate, or averaged into one."""

import math

import numpy as np

from nnlib._check import as_float, need
from nnlib.ensemble.combine import average_probs
from nnlib.lr_scheduler import snapshot_lr
from nnlib.lr_scheduler._steps import as_rate, as_step, need_positive


class SnapshotEnsemble:
    """Trains with a learning rate that falls and starts again, and keeps the network at the end of each fall.

    train_step(lr) makes one training step, in which params, a list of arrays, change in place; running statistics of
    norms belong to them.  The rate is that of `nnlib.lr_scheduler.snapshot_lr`; a cycle has
    ceil(total_steps / cycles) steps, the last one what is left.
    Huang et al. (2017), "Snapshot ensembles: train 1, get M for free", section 3.

    >>> w = np.array([8.0])
    >>> def train_step(lr):
    ...     w[0] -= lr * w[0]
    >>> SnapshotEnsemble(train_step, [w], lr=0.5, total_steps=4, cycles=2).run()
    [[array([3.])], [array([1.125])]]
    """

    def __init__(self, train_step, params, *, lr, total_steps, cycles):
        need_positive("SnapshotEnsemble", total_steps=total_steps, cycles=cycles)
        self.train_step, self.params = train_step, list(params)
        self.rates = np.atleast_1d(
            snapshot_lr(np.arange(total_steps), lr=lr, total_steps=total_steps, cycles=cycles)
        )
        self.cycle = math.ceil(total_steps / cycles)
        self.checkpoints = []

    def run(self):
        """Train; returns the checkpoints, one list of arrays for each cycle."""
        self.checkpoints = []
        for step, lr in enumerate(self.rates, start=1):
            self.train_step(float(lr))
            if step % self.cycle == 0 or step == len(self.rates):
                self.checkpoints.append([p.copy() for p in self.params])
        return self.checkpoints

    def predict_proba(self, probs, *, last=None):
        """Mean over the last checkpoints (all by default) of what probs(), the network's probabilities, gives.

        The parameters are back where they were when it returns.
        """
        op, there = "SnapshotEnsemble.predict_proba", len(self.checkpoints)
        need(there > 0, op, "checkpoints", "none", "there: run it first")
        need(last is None or 1 <= last <= there, op, "last", last, f"from 1 to {there}")
        chosen = self.checkpoints[there - (last or there) :]
        now = [p.copy() for p in self.params]
        try:
            return average_probs([_with(self.params, checkpoint, probs) for checkpoint in chosen])
        finally:
            _put(self.params, now)


def fge_lr(step, *, cycle, lr1, lr2):
    """Rate that falls in a straight line from lr1 to lr2 and comes back, in short cycles.

    Parameters
    ----------
    step : int or array, steps done
    cycle : int, even, steps of a cycle, usually those of 2 to 4 epochs
    lr1, lr2 : float, the highest and the lowest rate

    Returns
    -------
    float or array, shape of step; a network is kept where it is lowest, in the middle of each cycle

    Raises
    ------
    ValueError : step is negative, or cycle is not positive and even

    Notes
    -----
    With t = (mod(i - 1, c) + 1) / c for the i-th step: (1 - 2t) lr1 + 2t lr2 in the first half, (2 - 2t) lr2 +
    (2t - 1) lr1 in the second.  The rate is lowest for i = c / 2, that is c / 2 - 1 steps done, and lr1 for i = c.
    Garipov et al. (2018), "Loss surfaces, mode connectivity, and fast ensembling of DNNs", section 5.

    Examples
    --------
    >>> fge_lr(np.arange(4), cycle=4, lr1=1.0, lr2=0.2)
    array([0.6, 0.2, 0.6, 1. ])
    """
    s = as_step("fge_lr", step)
    need(cycle > 0 and cycle % 2 == 0, "fge_lr", "cycle", cycle, "positive and even")
    t = (s % cycle + 1) / cycle
    return as_rate(np.where(t <= 0.5, (1 - 2 * t) * lr1 + 2 * t * lr2, (2 - 2 * t) * lr2 + (2 * t - 1) * lr1))


def swa_average(checkpoints):
    """Mean of the weights of several checkpoints of one run: one network, no dearer to use than any of them.

    Parameters
    ----------
    checkpoints : sequence of sequences of arrays, the parameters at several times

    Returns
    -------
    list of arrays

    Raises
    ------
    ValueError : there is no checkpoint, or their shapes differ

    Notes
    -----
    w_SWA = 1/n sum_i w_i.  The checkpoints must come from one trajectory: units of networks trained apart have no
    common order, and their mean computes something else.  Statistics of batch normalization do not belong to the
    mean: compute them anew.
    Izmailov et al. (2018), "Averaging weights leads to wider optima and better generalization", section 3.

    Examples
    --------
    >>> swa_average([[np.array([1.0, 2.0])], [np.array([3.0, 6.0])]])
    [array([2., 4.])]
    """
    checkpoints = [list(checkpoint) for checkpoint in checkpoints]
    need(len(checkpoints) > 0, "swa_average", "checkpoints", "none", "at least one")
    mean = [as_float(p).copy() for p in checkpoints[0]]
    for n, checkpoint in enumerate(checkpoints[1:], start=1):
        _alike("swa_average", "checkpoints", mean, checkpoint)
        mean = swa_update(mean, checkpoint, n)
    return mean


def swa_update(w_swa, w, n):
    """The mean of n + 1 checkpoints from the mean of n and the newest.

    Parameters
    ----------
    w_swa : sequence of arrays, the mean so far
    w : sequence of arrays, the newest parameters
    n : int, how many checkpoints are in the mean; 0 gives w

    Returns
    -------
    list of arrays

    Raises
    ------
    ValueError : the shapes differ, or n is negative

    Notes
    -----
    w_SWA + (w - w_SWA) / (n + 1), which is (n w_SWA + w) / (n + 1): only one copy of the weights is kept.
    Izmailov et al. (2018), algorithm 1; ``torch.optim.swa_utils.AveragedModel``.

    Examples
    --------
    >>> swa_update([np.array([2.0])], [np.array([5.0])], 2)
    [array([3.])]
    """
    w_swa = [as_float(mean) for mean in w_swa]
    need(n >= 0, "swa_update", "n", n, "at least 0")
    _alike("swa_update", "w", w_swa, w)
    return [mean + (np.asarray(p, mean.dtype) - mean) / (n + 1) for mean, p in zip(w_swa, w)]


def update_bn(model, batches, *, rng=None):
    """Compute the running statistics of a network's batch norms anew, as for weights that were averaged.

    Parameters
    ----------
    model : Module; the buffers of its batch norms are changed in place, its parameters are not
    batches : iterable of arrays, inputs in batches as in training
    rng : numpy.random.Generator for the noise of the layers, or None for a network without

    Returns
    -------
    None

    Raises
    ------
    ValueError : there are no samples

    Notes
    -----
    Mean over the batches of their means and unbiased variances, each batch counting alike: the running average with
    the momentum 1 / n at the n-th batch.  The average weights never saw a batch, so no statistics belong to them yet.
    Izmailov et al. (2018), section 3.2; ``torch.optim.swa_utils.update_bn``.

    Examples
    --------
    >>> from nnlib.modules import BatchNorm1d
    >>> layer = BatchNorm1d(1)
    >>> update_bn(layer, [np.array([[0.0], [2.0]]), np.array([[4.0], [8.0]])])
    >>> layer.buffers
    [array([3.5]), array([5.])]
    """
    norms = [layer for layer in _layers(model) if layer.buffers and "momentum" in layer.options]
    momenta, n = [norm.options["momentum"] for norm in norms], 0
    try:
        for n, x in enumerate((x for x in batches if len(x)), start=1):
            for norm in norms:
                norm.options["momentum"] = 1 / n
            model.forward(x, training=True, rng=rng)
    finally:
        for norm, momentum in zip(norms, momenta):
            norm.options["momentum"] = momentum
    need(n > 0, "update_bn", "batches", "none", "at least one, of at least one sample")


def _layers(model):
    """The layers inside a network, those of its parts included."""
    if hasattr(model, "modules"):
        for part in model.modules:
            yield from _layers(part)
    else:
        yield model


def _alike(op, argument, first, second):
    got, wanted = ([np.shape(p) for p in params] for params in (second, first))
    need(got == wanted, op, argument, f"the shapes {got}", f"of the shapes {wanted}")


def _with(params, values, f):
    _put(params, values)
    return f()


def _put(params, values):
    for param, value in zip(params, values):
        param[...] = value
