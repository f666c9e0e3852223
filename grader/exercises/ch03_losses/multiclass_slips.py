"""Answers to the softmax cross-entropy, wrong and right."""

import numpy as np

from nnlib.activations import log_softmax, softmax


def cross_entropy_softmax_first(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = log_softmax(softmax(logits))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_log_of_softmax(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = np.log(softmax(logits))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -np.where(q > 0, w * q * log_a, 0).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_no_shift(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -np.where(q > 0, w * q * log_a, 0).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_epsilon(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = np.log(softmax(logits) + 1e-12)
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_no_minus(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = (w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_columns(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits, axis=0)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_all_elements(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    terms = -w * q * log_softmax(logits)
    return {"none": terms.sum(axis=1), "sum": terms.sum(), "mean": terms.mean()}[reduction]


def cross_entropy_divided_by_n(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def cross_entropy_weight_ignored(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def cross_entropy_smoothing_ignored(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_smoothing_over_others(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / (k - 1) * (1 - q)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_smoothing_lost(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_hard_targets(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    c = target if target.ndim == 1 else target.argmax(axis=1)
    q = (1 - label_smoothing) * np.eye(k)[c] + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w[c].sum()}[reduction]


def cross_entropy_softmax_of_targets(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else softmax(target)
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_from_one(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target - 1] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target - 1].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_always_mean(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)


def cross_entropy_log_of_zero(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * np.log(softmax(logits))).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_no_shift_nan(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    log_a = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_soft_by_weights(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    total = (w * q).sum()
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_smoothed_divisor(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = (w * q).sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_all_weights(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w.sum() if target.ndim == 1 and weight is not None else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_weight_of_the_label(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    if target.ndim == 1:
        w = w[target][:, None]
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w.sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_soft_not_smoothed(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    if target.ndim == 1:
        q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_soft_not_weighted(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    if target.ndim == 2:
        w = np.ones(k)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_soft_as_it_is(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    if target.ndim == 1:
        q = (1 - label_smoothing) * q + label_smoothing / k
    else:
        w = np.ones(k)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_labels_only(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = (1 - label_smoothing) * np.eye(k)[target] + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w[target].sum()}[reduction]


def cross_entropy_by_logaddexp(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    minus_log_a = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
    hard = target.ndim == 1
    w = np.ones_like(logits[0]) if weight is None else weight
    q = (target[:, None] == np.arange(len(w))) if hard else target
    wanted = (w * q * minus_log_a).sum(axis=1)
    spread = (w * minus_log_a).mean(axis=1)
    loss = (1 - label_smoothing) * wanted + label_smoothing * spread
    if reduction == "none":
        return loss
    if reduction == "sum":
        return np.sum(loss)
    return np.sum(loss) / (np.sum(w[target]) if hard else len(loss))


def cross_entropy_by_loop(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    k, loss, counted = logits.shape[1], [], 0.0
    for z, t in zip(logits, target):
        m = z.max()
        log_sum = m + np.log(np.sum(np.exp(z - m)))
        total = 0.0
        for c in range(k):
            w = 1.0 if weight is None else weight[c]
            y = t[c] if target.ndim == 2 else float(c == t)
            total += w * ((1 - label_smoothing) * y + label_smoothing / k) * (log_sum - z[c])
        loss.append(total)
        counted += 1.0 if target.ndim == 2 or weight is None else weight[t]
    loss = np.array(loss, dtype=logits.dtype)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / counted}[reduction]
