"""Weighted means of a sequence, the weights found by learnt queries; also in two storeys, words and sentences."""

import math

import numpy as np

from nnlib._check import as_grad, fail
from nnlib.activations import softmax
from nnlib.pooling._tokens import tokens


def self_attention_weights(x, query, mask=None, *, scale=None):
    """How much each query takes of each vector of a sequence: the weights of self_attention_pool.

    Parameters
    ----------
    x : array, shape (..., L, D), L vectors
    query : array, shape (M, D), learnt
    mask : bool array, shape (..., L), True for a vector that counts; None for all
    scale : float, None for 1 / sqrt(D)

    Returns
    -------
    array, shape (..., M, L), each row summing to 1

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    a_{ml} = softmax over l of scale q_m . x_l.  A vector that does not count has the weight 0; where none counts, all
    weights are 0.
    Vaswani et al. (2017), "Attention is all you need", equation 1, with queries that are parameters.

    Examples
    --------
    >>> self_attention_weights(np.array([[1.0], [2.0], [9.0]]), np.zeros((1, 1)), [True, True, False])
    array([[0.5, 0.5, 0. ]])
    """
    return _weights("self_attention_weights", x, query, mask, scale)[2]


def self_attention_pool(x, query, mask=None, *, scale=None):
    """Weighted means of L vectors: M of them, whatever L, one for each learnt query.

    Parameters
    ----------
    x : array, shape (..., L, D), L vectors
    query : array, shape (M, D), learnt
    mask : bool array, shape (..., L), True for a vector that counts; None for all
    scale : float, None for 1 / sqrt(D)

    Returns
    -------
    array, shape (..., M, D)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    v_m = sum_l a_{ml} x_l with the weights a = softmax(scale q x^T) of self_attention_weights: keys and values are
    the vectors themselves.  A sequence in which none counts gives 0.
    Lin et al. (2017), "A structured self-attentive sentence embedding", section 2.1;  Vaswani et al. (2017),
    "Attention is all you need", equation 1, for the scale.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> self_attention_pool(x, np.array([[0.0, 0.0], [9.0, 0.0]])).round(3)
    array([[0.5  , 0.5  ],
           [0.998, 0.002]])
    """
    x, _, a, _ = _weights("self_attention_pool", x, query, mask, scale)
    return a @ x


def self_attention_pool_backward(grad_output, x, query, mask=None, *, scale=None):
    """Gradients of self_attention_pool: (grad_x, grad_query), shapes of the arguments."""
    op = "self_attention_pool_backward"
    x, query, a, scale = _weights(op, x, query, mask, scale)
    shape = (*a.shape[:-1], x.shape[-1])
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    grad_a = g @ np.swapaxes(x, -2, -1)
    grad_scores = scale * a * (grad_a - (grad_a * a).sum(axis=-1, keepdims=True))
    grad_x = np.swapaxes(a, -2, -1) @ g + np.swapaxes(grad_scores, -2, -1) @ query
    return grad_x, (grad_scores @ x).sum(axis=tuple(range(x.ndim - 2)))


def _weights(op, x, query, mask, scale):
    x, counts = tokens(op, x, mask, "x")
    query = np.asarray(query, dtype=x.dtype)
    if query.ndim != 2 or query.shape[1] != x.shape[-1]:
        fail(op, "query", f"shape {query.shape}", f"of shape (M, {x.shape[-1]})")
    scale = 1 / math.sqrt(max(x.shape[-1], 1)) if scale is None else scale
    counts = np.swapaxes(counts, -2, -1)
    scores = np.where(counts, scale * query @ np.swapaxes(x, -2, -1), -np.inf)
    scores = np.where(counts.any(axis=-1, keepdims=True), scores, 0)  # -inf alone has no softmax
    return x, query, counts * softmax(scores), scale


def hierarchical_pool(x, sent_lengths, word_query, sent_query):
    """One vector for a document: words become sentences, sentences the document, each by attention.

    Parameters
    ----------
    x : array, shape (L, D), the encodings of all words, sentence after sentence
    sent_lengths : sequence of int, shape (S,), words in each sentence; their sum is L
    word_query, sent_query : arrays, shape (D,), learnt

    Returns
    -------
    array, shape (D,)

    Raises
    ------
    ValueError : a shape is not as above, or the lengths do not add up

    Notes
    -----
    s_i = sum_t a_{it} x_{it} with a_{it} = softmax over t of w . x_{it};  v = sum_i b_i s_i with b = softmax over i
    of u . s_i, for the queries w and u.  Softmax runs over a sentence, then over the sentences, so that long
    documents cost no long softmax.  An empty sentence does not count; a document without words is 0.
    Yang et al. (2016), "Hierarchical attention networks for document classification", equations 5 to 10, with the
    encodings in place of a further layer.

    Examples
    --------
    >>> words = np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 8.0]])
    >>> hierarchical_pool(words, [2, 1], np.zeros(2), np.zeros(2))
    array([1., 4.])
    """
    sentences, _, _, counts, _ = _sentences("hierarchical_pool", x, sent_lengths, word_query, sent_query)
    return self_attention_pool(sentences, [sent_query], counts, scale=1)[0]


def hierarchical_pool_backward(grad_output, x, sent_lengths, word_query, sent_query):
    """Gradients of hierarchical_pool: (grad_x, grad_word_query, grad_sent_query), shapes of the arguments."""
    op = "hierarchical_pool_backward"
    sentences, words, places, counts, x = _sentences(op, x, sent_lengths, word_query, sent_query)
    g = np.broadcast_to(as_grad(op, grad_output, x, x.shape[1:]), x.shape[1:])
    g, grad_sent = self_attention_pool_backward(g[None], sentences, [sent_query], counts, scale=1)
    g, grad_word = self_attention_pool_backward(g[:, None], words, [word_query], places, scale=1)
    return g[places], grad_word[0], grad_sent[0]


def _sentences(op, x, sent_lengths, word_query, sent_query):
    """Vectors of the sentences, the words padded to (S, longest, D), where there are words, where sentences."""
    x, _ = tokens(op, x, None, "x")
    lengths = np.asarray(sent_lengths, dtype=int)
    if x.ndim != 2:
        fail(op, "x", f"shape {x.shape}", "of shape (L, D)")
    if lengths.ndim != 1 or lengths.sum() != len(x) or (lengths < 0).any():
        fail(op, "sent_lengths", sent_lengths, f"numbers of words that add up to {len(x)}")
    for name, query in (("word_query", word_query), ("sent_query", sent_query)):
        if np.shape(query) != x.shape[1:]:
            fail(op, name, f"shape {np.shape(query)}", f"of shape {x.shape[1:]}")
    places = np.arange(lengths.max(initial=0)) < lengths[:, None]
    words = np.zeros((*places.shape, x.shape[1]), x.dtype)
    words[places] = x
    sentences = self_attention_pool(words, [word_query], places, scale=1)[:, 0]
    return sentences, words, places, lengths > 0, x
