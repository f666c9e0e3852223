"""Train a network: batches, validation, early stopping, clipping, checkpoints."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

import nnlib
from nnlib._check import need
from nnlib._gradients import taken
from nnlib.optim import clip_grad_norm, clip_grad_value
from nnlib.training._fast import fast_epoch
from nnlib.training.checkpoints import load_checkpoint, save_checkpoint
from nnlib.training.evaluation import History, _loss_pair, _MeanLoss, evaluate


def fit(
    model,
    optimizer,
    X,
    y,
    *,
    loss,
    epochs,
    rng,
    batch_size=32,
    validation=None,
    metrics=None,
    early_stopping=None,
    monitor=None,
    clip_norm=None,
    clip_value=None,
    schedule=None,
    checkpoint=None,
    resume=False,
    progress=True,
    fast=True,
    ops=nnlib,
):
    """Train a network on shuffled batches.

    Parameters
    ----------
    model : Module; its parameters, and the running statistics of its norms, are changed in place
    optimizer : of nnlib.optim, made with model.params; parameters that it was not given stay as they are
    X, y : arrays, n samples along the first axis; X is cast to the dtype of the parameters
    loss : name of a loss of nnlib.losses ("cross_entropy", ...), or (f, f_backward)
    epochs : int, how many in all, those before a resumed checkpoint included
    rng : numpy.random.Generator, for the order of the samples and the noise of the layers
    batch_size : int, default 32; the last batch of an epoch may be smaller
    validation : (X, y) or None
    metrics : dict {name: function of (output, target)} for the validation data, such as {"accuracy": accuracy}
    early_stopping : EarlyStopping or None; the best parameters are put back at the end, with the running statistics
        that went with them
    monitor : what early stopping looks at: "val_loss" (default with validation data), "loss", "val_accuracy", ...
    clip_norm, clip_value : float or None, bounds for the gradients of a step (nnlib.optim.clip_grad_norm, ..._value)
    schedule : function of the epoch, counted from 0, that gives its learning rate, or None
    checkpoint : path or None; the state of the run is written there after every epoch
    resume : bool, default False; go on from the checkpoint, if there is one
    progress : bool, default True, show a progress bar
    fast : bool, default True; plain SGD on fully connected layers takes `fast_epoch`, equal up to rounding
    ops : namespace of the losses, default nnlib

    Returns
    -------
    History

    Raises
    ------
    ValueError : X and y differ in length, there are no samples, batch_size is not positive, the optimizer or the
        checkpoint belongs to another network, two layers share a parameter, resume without checkpoint, or, from
        `batch_norm`, the last batch is a single row

    Notes
    -----
    A run that is resumed ends with the very bits of one that was not: parameters, running statistics, the
    optimizer's state, the generator and early stopping are all in the checkpoint.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.1.3.

    Examples
    --------
    >>> from nnlib.modules import Linear
    >>> from nnlib.optim import SGD
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(100, 2))
    >>> model = Linear(2, 1, rng=rng)
    >>> history = fit(model, SGD(model.params, lr=0.1), X, X @ [[2.0], [-1.0]], loss="mse_loss", epochs=20, rng=rng,
    ...     progress=False)
    >>> model.params[0].round(3)
    array([[ 2., -1.]])
    """
    dtype = model.params[0].dtype if model.params else np.float64
    X, y = np.asarray(X, dtype=dtype), np.asarray(y)
    y = y.astype(dtype, copy=False) if y.dtype.kind == "f" else y
    need(len(X) == len(y), "fit", "y", f"{len(y)} samples", f"{len(X)} samples, as X")
    need(len(X) > 0, "fit", "X", "no samples", "at least one sample")
    need(batch_size > 0, "fit", "batch_size", batch_size, "positive")
    need(checkpoint is not None or not resume, "fit", "checkpoint", None, "a path to resume from")
    places = taken("fit", model, optimizer)
    pair = _loss_pair(loss, ops)
    clip = _clipping(clip_norm, clip_value)
    history = History()
    run = _Run(model, optimizer, rng, early_stopping, history)
    if resume and Path(checkpoint).exists():
        run.restore(load_checkpoint(checkpoint))

    quick = fast_epoch(model, optimizer, pair, y) if fast and clip is None else None
    for epoch in _bar(range(len(history), epochs), progress, history):
        if history.stopped:
            break
        if schedule is not None:
            for group in optimizer.param_groups:
                group["lr"] = schedule(epoch)
        order = rng.permutation(len(X))
        train = quick or _epoch(model, optimizer, pair, places, clip, rng, _MeanLoss(loss, pair[0]))
        record = {"loss": train(X, y, order, batch_size), "lr": float(optimizer.param_groups[0]["lr"])}
        if validation is not None:
            X_val, y_val = validation
            measured = evaluate(model, np.asarray(X_val, dtype=dtype), y_val, loss=pair, metrics=metrics)
            record.update({f"val_{name}": value for name, value in measured.items()})
        history.epochs.append(record)
        if early_stopping is not None:
            watched = monitor or ("val_loss" if validation is not None else "loss")
            history.stopped = early_stopping.step(record[watched], _weights(model))
        if checkpoint is not None:
            save_checkpoint(checkpoint, run.state())

    if early_stopping is not None and early_stopping.best_params is not None:
        _put_back(model, early_stopping.best_params, "early_stopping")
    return history


def _weights(model):
    """All that training changes: parameters, and running statistics."""
    return [*model.params, *model.buffers]


def _epoch(model, optimizer, loss, places, clip, rng, mean):
    """The loop as the text-book has it: forward, loss, backward, step."""
    f_backward = loss[1]

    def train(X, y, order, batch_size):
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            x, target = X[batch], y[batch]
            output = model.forward(x, training=True, rng=rng)
            mean.add(output, target)
            model.backward(f_backward(1.0, output, target))
            grads = model.grads
            grads = [grads[i] for i in places]
            optimizer.step(clip(grads) if clip else grads)
        return mean.value()

    return train


def _check_shapes(model, weights, argument):
    mine = _weights(model)
    for array, kept in zip(mine, weights):
        got, wanted = f"shape {np.shape(kept)}", f"of shape {array.shape}"
        need(np.shape(kept) == array.shape, "fit", argument, got, wanted)
    count, wanted = len(weights), len(mine)
    need(count == wanted, "fit", argument, f"{count} parameters", f"for {wanted} parameters")


def _put_back(model, weights, argument):
    """Write kept parameters and running statistics into the model, all or none."""
    _check_shapes(model, weights, argument)
    for array, kept in zip(_weights(model), weights):
        array[...] = kept


@dataclass
class _Run:
    """Everything that the next epoch depends on, as plain data."""

    model: object
    optimizer: object
    rng: np.random.Generator
    early_stopping: object
    history: History

    def state(self):
        return {
            "params": self.model.params,
            "buffers": self.model.buffers,
            "optimizer": self.optimizer.state_dict(),
            "rng": self.rng.bit_generator.state,
            "early_stopping": self.early_stopping and self.early_stopping.state_dict(),
            "epochs": self.history.epochs,
            "stopped": self.history.stopped,
        }

    def restore(self, state):
        kind, mine = state["rng"]["bit_generator"], self.rng.bit_generator.state["bit_generator"]
        need(kind == mine, "fit", "rng", f"a {mine}", f"a {kind}, as in the checkpoint")
        weights = [*state["params"], *state.get("buffers", [])]
        _check_shapes(self.model, weights, "checkpoint")
        count, wanted = len(state["params"]), len(self.model.params)  # (weight, bias) or (mean, variance)?
        need(count == wanted, "fit", "checkpoint", f"{count} parameters", f"for {wanted} parameters")
        self.optimizer.load_state_dict(state["optimizer"])
        _put_back(self.model, weights, "checkpoint")
        self.rng.bit_generator.state = state["rng"]
        if self.early_stopping is not None and state["early_stopping"] is not None:
            self.early_stopping.load_state_dict(state["early_stopping"])
        self.history.epochs[:] = state["epochs"]
        self.history.stopped = state["stopped"]


def _clipping(norm, value):
    if norm is None and value is None:
        return None

    def clip(grads):
        grads = grads if value is None else clip_grad_value(grads, value)
        return grads if norm is None else clip_grad_norm(grads, norm)[0]

    return clip


def _bar(epochs, progress, history):
    """The epochs, with a progress bar that shows the last losses."""
    if not progress:
        yield from epochs
        return
    from tqdm import tqdm

    with tqdm(epochs, unit="epoch", leave=False) as bar:
        for epoch in bar:
            yield epoch
            if history.epochs:
                losses = {k: f"{v:.4g}" for k, v in history.epochs[-1].items() if k.endswith("loss")}
                bar.set_postfix(losses)
