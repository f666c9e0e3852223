"""A network with a classifier after each part: easy samples leave at the first that is sure, hard ones go on."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.activations import log_softmax, softmax
from nnlib.losses._common import _reduce, spread, times


class Exits(NamedTuple):
    """label (n,): the class predicted for each sample;  exit (n,): where it left, from 0."""

    label: np.ndarray
    exit: np.ndarray


def multi_exit_loss(losses):
    """Joint loss of all exits, the later ones counting more.

    Parameters
    ----------
    losses : array, shape (E,) or (E, ...), the losses of E exits, the first exit first

    Returns
    -------
    one number, or an array of shape (...)

    Raises
    ------
    ValueError : there is no exit

    Notes
    -----
    sum_j j L_j / sum_j j for j = 1 ... E.
    Zhou et al. (2020), "BERT loses patience: fast and robust inference with early exit", eq. (5).

    Examples
    --------
    >>> multi_exit_loss(np.array([3.0, 0.0, 1.0]))
    np.float64(1.0)
    """
    losses, share = _shares("multi_exit_loss", losses)
    return (share * losses).sum(axis=0)


def multi_exit_loss_backward(grad_output, losses):
    """Gradient with respect to losses: j / sum j times grad_output."""
    op = "multi_exit_loss_backward"
    losses, share = _shares(op, losses)
    return share * as_grad(op, grad_output, losses, losses.shape[1:]) * np.ones_like(losses)


def budgeted_exit(exit_logits, k):
    """Let every sample leave at the same exit.

    Parameters
    ----------
    exit_logits : array, shape (E, n, K), scores at E exits
    k : int from 0 to E - 1

    Returns
    -------
    Exits

    Raises
    ------
    ValueError : exit_logits is not (E, n, K), or k is out of range

    Notes
    -----
    Of equal scores the first class counts, here and below.
    Huang et al. (2018), "Multi-scale dense networks for resource efficient image classification", section 3.

    Examples
    --------
    >>> budgeted_exit(np.array([[[1.0, 0.0]], [[0.0, 1.0]]]), 1)
    Exits(label=array([1]), exit=array([1]))
    """
    z = _logits("budgeted_exit", exit_logits)
    need(0 <= k < len(z), "budgeted_exit", "k", k, f"from 0 to {len(z) - 1}")
    return Exits(z[k].argmax(axis=1), np.full(z.shape[1], k))


def confidence_exit(exit_logits, *, threshold=0.9):
    """Let a sample leave at the first exit whose largest probability is at least threshold, else at the last.

    Parameters
    ----------
    exit_logits : array, shape (E, n, K), scores at E exits
    threshold : float, default 0.9

    Returns
    -------
    Exits

    Raises
    ------
    ValueError : exit_logits is not (E, n, K)

    Notes
    -----
    max_c softmax(z)_c >= threshold.
    Kaya, Hong & Dumitras (2019), "Shallow-deep networks: understanding and mitigating network overthinking",
    section 5.

    Examples
    --------
    >>> confidence_exit(np.array([[[3.0, 0.0], [0.1, 0.0]], [[3.0, 0.0], [0.0, 0.1]]]))
    Exits(label=array([0, 1]), exit=array([0, 1]))
    """
    z = _logits("confidence_exit", exit_logits)
    return _leave(z, softmax(z).max(axis=2) >= threshold)


def entropy_exit(exit_logits, *, threshold):
    """Let a sample leave at the first exit whose probabilities have an entropy below threshold, else at the last.

    Parameters
    ----------
    exit_logits : array, shape (E, n, K), scores at E exits
    threshold : float, in nats; the entropy lies between 0 and log K

    Returns
    -------
    Exits

    Raises
    ------
    ValueError : exit_logits is not (E, n, K)

    Notes
    -----
    -sum_c p_c log p_c < threshold.
    Teerapittayanon, McDanel & Kung (2016), "BranchyNet: fast inference via early exiting", algorithm 1.

    Examples
    --------
    >>> entropy_exit(np.array([[[3.0, 0.0], [0.1, 0.0]], [[3.0, 0.0], [0.0, 0.1]]]), threshold=0.3)
    Exits(label=array([0, 1]), exit=array([0, 1]))
    """
    z = _logits("entropy_exit", exit_logits)
    log_p = log_softmax(z)
    return _leave(z, -times(np.exp(log_p), log_p).sum(axis=2) < threshold)


def patience_exit(exit_logits, *, patience=3):
    """Let a sample leave once its predicted class has stayed the same over patience further exits, else at the last.

    Parameters
    ----------
    exit_logits : array, shape (E, n, K), scores at E exits
    patience : int, default 3, at least 1; patience + 1 exits in a row must agree

    Returns
    -------
    Exits

    Raises
    ------
    ValueError : exit_logits is not (E, n, K), or patience is below 1

    Notes
    -----
    A counter goes up where an exit predicts what the one before it did, and back to 0 where it does not; the sample
    leaves where it reaches patience.
    Zhou et al. (2020), "BERT loses patience: fast and robust inference with early exit", section 3.2.

    Examples
    --------
    >>> z = np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[0.0, 1.0]], [[1.0, 0.0]]])
    >>> patience_exit(z, patience=1)
    Exits(label=array([1]), exit=array([2]))
    """
    z = _logits("patience_exit", exit_logits)
    need(patience >= 1, "patience_exit", "patience", patience, "at least 1")
    label = z.argmax(axis=2)
    agreed = np.zeros(label.shape, int)
    for j in range(1, len(z)):
        agreed[j] = np.where(label[j] == label[j - 1], agreed[j - 1] + 1, 0)
    return _leave(z, agreed >= patience)


def mutual_distillation_loss(exit_logits, teacher_logits, *, temperature=1.0, reduction="mean"):
    """How far the exits are from what the other exits say: each learns from all of them.

    Parameters
    ----------
    exit_logits : array, shape (E, n, K), scores of the exits as learners
    teacher_logits : array of the same shape, scores of the exits as teachers: the same array once more.  It is a
        target and gets no gradient, so that a good exit is not drawn towards a bad one more than it learns from it
    temperature : float, default 1, positive, that softens both
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ or are not (E, n, K), temperature is not positive, or reduction is unknown

    Notes
    -----
    T^2 / (E (E - 1)) sum_{i != j} KL(p_i || q_j) with p_i the softened probabilities of teacher i and q_j those of
    learner j.  One exit has nobody to learn from: 0.  The mean of nothing is nan.
    Sun et al. (2019), "Deeply-supervised knowledge synergy", eq. (4); Zhang et al. (2018), "Deep mutual learning".

    Examples
    --------
    >>> z = np.log([[[0.5, 0.5]], [[0.75, 0.25]]])
    >>> mutual_distillation_loss(z, z).round(4)
    np.float64(0.1373)
    """
    p, log_p, log_q, pairs = _softened("mutual_distillation_loss", exit_logits, teacher_logits, temperature)
    others = p.sum(axis=0) - p  # for each learner j the sum of p_i over its teachers i
    loss = ((len(p) - 1) * times(p, log_p) - times(others, log_q)).sum(axis=(0, 2))
    return _reduce(temperature**2 / pairs * loss, reduction, op="mutual_distillation_loss")


def mutual_distillation_loss_backward(
    grad_output, exit_logits, teacher_logits, *, temperature=1.0, reduction="mean"
):
    """Gradient with respect to exit_logits: T / (E (E - 1)) sum_{i != j} (q_j - p_i) at exit j."""
    op = "mutual_distillation_loss_backward"
    p, _, log_q, pairs = _softened(op, exit_logits, teacher_logits, temperature)
    grad_output = spread(grad_output, log_q[0], reduction, op, shape=log_q.shape[1:2])
    others = p.sum(axis=0) - p
    return grad_output * temperature / pairs * ((len(p) - 1) * np.exp(log_q) - others)


def _logits(op, exit_logits, name="exit_logits"):
    z = as_float(exit_logits)
    fits = z.ndim == 3 and len(z) > 0 and z.shape[2] > 0
    need(fits, op, name, f"shape {z.shape}", "of shape (E, n, K), E > 0, K > 0")
    return z


def _leave(z, sure):
    """The first exit where a sample is sure, else the last; and what is predicted there."""
    at = np.where(sure.any(axis=0), sure.argmax(axis=0), len(z) - 1)
    return Exits(z[at, np.arange(z.shape[1])].argmax(axis=1), at)


def _shares(op, losses):
    losses = as_float(losses)
    need(
        losses.ndim > 0 and len(losses) > 0, op, "losses", f"shape {losses.shape}", "of shape (E, ...), E > 0"
    )
    j = np.arange(1, len(losses) + 1, dtype=losses.dtype)
    return losses, (j / j.sum()).reshape(-1, *(1,) * (losses.ndim - 1))


def _softened(op, exit_logits, teacher_logits, temperature):
    """Probabilities of the teachers, their logarithms, those of the learners, and the number of ordered pairs."""
    z = _logits(op, exit_logits)
    teachers = np.asarray(teacher_logits, z.dtype)
    need(teachers.shape == z.shape, op, "teacher_logits", f"shape {teachers.shape}", f"of shape {z.shape}")
    need(temperature > 0, op, "temperature", temperature, "positive")
    log_p = log_softmax(teachers / temperature)
    return np.exp(log_p), log_p, log_softmax(z / temperature), max(len(z) * (len(z) - 1), 1)
