"""Connectionist temporal classification: labels for a sequence without knowing where each one lies."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.losses._common import _reduce, known, refuse


def ctc_loss(
    log_probs, targets, input_lengths, target_lengths, *, blank=0, reduction="mean", zero_infinity=False
):
    """Minus the log-probability that a sequence of frames spells the target, summed over all alignments.

    Parameters
    ----------
    log_probs : array, shape (T, N, C), or (T, C) for one sequence; logarithms of the probabilities of C
        symbols at each of T frames
    targets : array of int, shape (N, S), rows padded at will; or all targets one after another, shape
        (sum of target_lengths,)
    input_lengths : array of int, shape (N,), at most T; one number for one sequence
    target_lengths : array of int, shape (N,), at most S
    blank : int, default 0, the symbol for "nothing"
    reduction : "mean" (default) of the losses divided by their target lengths, "sum" or "none"
    zero_infinity : bool, default False; count sequences that fit no alignment as 0

    Returns
    -------
    one number, or an array of shape (N,) or () for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a length, a label or blank is out of range, or reduction is none of
        the three

    Notes
    -----
    -log sum_pi prod_t p_t(pi_t) over all paths pi that become the target when repeats are merged and then
    blanks removed.  The sum runs over prefixes, in logarithms: with l' the target with blanks around every
    symbol, alpha_t(s) = p_t(l'_s) (alpha_(t-1)(s) + alpha_(t-1)(s - 1) + alpha_(t-1)(s - 2)), the last term only
    where l'_s is neither blank nor l'_(s-2).  inf where a target is too long for its frames.  An empty target
    means blanks only; the mean counts its length as 1.  The mean of nothing is nan.
    Graves, Fernández, Gomez & Schmidhuber (2006), "Connectionist temporal classification", section 4.1.

    Examples
    --------
    >>> halves = np.log(np.full((2, 1, 2), 0.5))  # of the 4 paths, 11, 01 and 10 spell "1"
    >>> np.exp(-ctc_loss(halves, np.array([[1]]), np.array([2]), np.array([1]))).round(4)
    np.float64(0.75)
    """
    problem = _problem("ctc_loss", log_probs, targets, input_lengths, target_lengths, blank)
    loss = -_log_likelihood(problem, _alpha(problem))
    if zero_infinity:
        loss = np.where(loss == np.inf, 0, loss)
    if reduction == "mean":
        loss = loss / np.maximum(problem.target_lengths, 1).astype(loss.dtype)
    return _reduce(loss.reshape(problem.batch), reduction, op="ctc_loss")


def ctc_loss_backward(
    grad_output,
    log_probs,
    targets,
    input_lengths,
    target_lengths,
    *,
    blank=0,
    reduction="mean",
    zero_infinity=False,
):
    """Gradient with respect to log_probs: minus the probability of each symbol at each frame, given the target.

    gamma_t(s) = alpha_t(s) beta_t(s) / p(target), summed over the places s of a symbol.  It is the partial
    derivative by each log-probability: followed by log_softmax_backward it becomes p - gamma.  Sequences that
    fit no alignment get nan, or 0 with zero_infinity; frames beyond a sequence's length 0.
    """
    op = "ctc_loss_backward"
    known(op, reduction)
    problem = _problem(op, log_probs, targets, input_lengths, target_lengths, blank)
    x, n = problem.log_probs, len(problem.symbols)
    grad_output = as_grad(op, grad_output, x, problem.batch if reduction == "none" else ()).reshape(-1)
    if reduction == "mean":
        grad_output = grad_output / (n * np.maximum(problem.target_lengths, 1)).astype(x.dtype)
    alpha = _alpha(problem)
    total = _log_likelihood(problem, alpha)
    impossible = total == -np.inf
    gamma = np.exp((alpha + _beta(problem))[1:] - np.where(impossible, 0, total)[:, None])
    gamma[:, impossible] = 0 if zero_infinity else np.nan
    gamma[np.arange(len(gamma))[:, None] >= problem.input_lengths] = 0

    gradient = np.zeros_like(x)
    for s, symbol in enumerate(problem.symbols.T):
        gradient[:, np.arange(n), symbol] -= gamma[:, :, s]
    return (grad_output[:, None] * gradient).reshape(np.shape(log_probs))


class _Problem(NamedTuple):
    """The arguments of a call, ready for the recursions; S is the longest target."""

    log_probs: np.ndarray  # (T, N, C)
    symbols: np.ndarray  # (N, 2S + 1): the target with blanks around each symbol, more blanks behind
    emitted: np.ndarray  # (T, N, 2S + 1): the log-probability of each of them at each frame
    jump: np.ndarray  # (N, 2S + 1): 0 where the blank before may be left out, else log(0)
    input_lengths: np.ndarray
    target_lengths: np.ndarray
    batch: tuple  # (N,), or () for one sequence without a batch axis


def _problem(op, log_probs, targets, input_lengths, target_lengths, blank):
    x = as_float(log_probs)
    need(x.ndim in (2, 3), op, "log_probs", f"shape {x.shape}", "of shape (T, N, C) or (T, C)")
    batch = x.shape[1:-1]
    x = x if batch else x[:, None]
    frames, n, n_classes = x.shape
    need(0 <= blank < n_classes, op, "blank", blank, f"at least 0 and below {n_classes}")
    targets = np.asarray(targets)
    shaped = targets.ndim == 1 or (targets.ndim == 2 and len(targets) == n)
    need(shaped, op, "targets", f"shape {targets.shape}", f"of shape ({n}, S), or (S,) for all in a row")
    input_lengths = _lengths(op, "input_lengths", input_lengths, n, frames)
    target_lengths = _lengths(op, "target_lengths", target_lengths, n, targets.shape[-1])
    longest = target_lengths.max(initial=0)
    inside = np.arange(longest) < target_lengths[:, None]
    listed = targets if targets.ndim == 1 else targets[:, :longest][inside]
    got, wanted = f"{listed.size} symbols", f"{inside.sum()} symbols, the sum of target_lengths"
    need(listed.size == inside.sum(), op, "targets", got, wanted)
    refuse((listed < 0) | (listed >= n_classes), op, "targets", listed, f"at least 0 and below {n_classes}")
    refuse(listed == blank, op, "targets", listed, "different from blank")

    symbols = np.full((n, 2 * longest + 1), blank)
    symbols[:, 1::2][inside] = listed
    skip = symbols != blank
    skip[:, 2:] &= symbols[:, 2:] != symbols[:, :-2]
    skip[:, :2] = False
    jump = np.where(skip, x.dtype.type(0), -np.inf)
    emitted = np.take_along_axis(x, symbols[None], axis=2)
    return _Problem(x, symbols, emitted, jump, input_lengths, target_lengths, batch)


def _lengths(op, argument, lengths, n, longest):
    lengths = np.atleast_1d(np.asarray(lengths))
    need(lengths.shape == (n,), op, argument, f"shape {lengths.shape}", f"of shape {(n,)}")
    refuse((lengths < 0) | (lengths > longest), op, argument, lengths, f"from 0 to {longest}")
    return lengths.astype(int)


def _alpha(problem):
    """Row t, of T + 1: log-probability of all beginnings of t frames that end at each place."""
    frames, n, places = problem.emitted.shape
    alpha = np.full((frames + 1, n, places), -np.inf, dtype=problem.emitted.dtype)
    alpha[0, :, 0] = 0  # before the first frame, as if a blank had been seen
    behind = np.full((n, places + 2), -np.inf, dtype=alpha.dtype)  # two places that nothing comes from
    for t in range(frames):
        behind[:, 2:] = alpha[t]
        stay, step, jump = behind[:, 2:], behind[:, 1:-1], behind[:, :-2] + problem.jump
        alpha[t + 1] = problem.emitted[t] + _log_sum(stay, step, jump)
    return alpha


def _beta(problem):
    """Row t, of T + 1: log-probability of all ways to go on to the end from each place after t frames."""
    frames, n, places = problem.emitted.shape
    last = 2 * problem.target_lengths[:, None]
    at_end = np.where((np.arange(places) == last) | (np.arange(places) == last - 1), 0.0, -np.inf)
    beta = np.full((frames + 1, n, places), -np.inf, dtype=problem.emitted.dtype)
    ahead = np.full((n, places + 2), -np.inf, dtype=beta.dtype)  # two places that lead nowhere
    jumps = np.full_like(problem.jump, -np.inf)
    jumps[:, :-2] = problem.jump[:, 2:]
    for t in reversed(range(frames + 1)):
        if t < frames:
            ahead[:, :-2] = beta[t + 1] + problem.emitted[t]
            stay, step, jump = ahead[:, :-2], ahead[:, 1:-1], ahead[:, 2:] + jumps
            beta[t] = _log_sum(stay, step, jump)
        ends = problem.input_lengths == t
        beta[t, ends] = at_end[ends]
    return beta


def _log_likelihood(problem, alpha):
    """Both last places of the target, after the last frame of the sequence."""
    samples = np.arange(len(problem.symbols))
    end = alpha[problem.input_lengths, samples]
    last = 2 * problem.target_lengths
    without_blank = np.where(last > 0, end[samples, last - 1], -np.inf)
    return _log_sum(end[samples, last], without_blank, -np.inf)


def _log_sum(a, b, c):
    """log(e^a + e^b + e^c)."""
    with np.errstate(invalid="ignore"):  # of a nan, which stays one
        return np.logaddexp(np.logaddexp(a, b), c)
