"""How well does a language model predict?"""

import numpy as np

from nnlib._check import as_float, need


def perplexity(log_probs, *, axis=None):
    """Between how many words a language model is undecided, on average.

    Parameters
    ----------
    log_probs : array, natural logarithms of the probabilities that were given to the words that came
    axis : int or tuple of ints to average over; None (default) for all words

    Returns
    -------
    number, or an array without those axes: 1 for certainty, K for guessing among K words

    Raises
    ------
    ValueError : a value is positive (a probability instead of its logarithm?), or there is nothing to average

    Notes
    -----
    P(w_1 ... w_N)^(-1/N) = exp(-(1/N) sum log p_i), and computed so: the product itself is 0 in float64 after a few
    hundred words.  inf where a word had probability 0.  For padded sentences average over the words alone.
    Jelinek et al. (1977), "Perplexity, a measure of the difficulty of speech recognition tasks".

    Examples
    --------
    >>> perplexity(np.log([0.5, 0.125])).round(6)
    np.float64(4.0)
    >>> perplexity(np.full((2, 1000), np.log(0.1)), axis=1).round(6)
    array([10., 10.])
    """
    log_probs = as_float(log_probs)
    positive = (log_probs > 0).any()
    need(not positive, "perplexity", "log_probs", "a positive value", "logarithms of probabilities")
    mean_of = log_probs.shape if axis is None else np.take(log_probs.shape, axis)
    need(
        np.all(mean_of),
        "perplexity",
        "log_probs",
        f"shape {log_probs.shape}",
        "at least one word to average over",
    )
    with np.errstate(over="ignore"):  # inf is the answer
        return np.exp(-log_probs.mean(axis=axis, dtype=np.float64)).astype(log_probs.dtype)
