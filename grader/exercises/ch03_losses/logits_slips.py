"""Answers to the binary cross-entropy from logits, wrong and right."""

import numpy as np

from nnlib.activations import sigmoid


def binary_cross_entropy_with_logits_log_of_sigmoid(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(a) + (1 - target) * np.log(1 - a))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_cut_off(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    yes, no = np.maximum(np.log(a), -100), np.maximum(np.log(1 - a), -100)
    loss = -(c * target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_epsilon(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(a + 1e-12) + (1 - target) * np.log(1 - a + 1e-12))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_overflow(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    yes, no = np.log(1 + np.exp(-logits)), np.log(1 + np.exp(logits))
    loss = c * target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_probabilities(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(logits) + (1 - target) * np.log(1 - logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_sigmoid_twice(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -a) + (1 - target) * np.logaddexp(0, a)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_one_term(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_sign(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_labels_reversed(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, logits) + (1 - target) * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_pos_weight_on_all(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * (target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_pos_weight_ignored(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    loss = target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_weight_ignored(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_always_mean(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    return (loss if weight is None else weight * loss).mean()


def binary_cross_entropy_with_logits_through_probabilities(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    yes, no = np.maximum(np.log(a), -100), np.maximum(np.log(1 - a), -100)
    loss = -(target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_logits_clipped(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    z = np.clip(logits, -500, 500)
    loss = r * target * np.log(1 + np.exp(-z)) + (1 - target) * np.log(1 + np.exp(z))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_pos_weight_on_no(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = target * yes + (1 - target) * r * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_weighted_mean(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    w = np.broadcast_to(1.0 if weight is None else weight, logits.shape)
    loss = w * (r * target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


def binary_cross_entropy_with_logits_short_form(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    loss = (1 - target) * logits + r * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_weight_per_sample(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = r * target * yes + (1 - target) * no
    loss = loss if weight is None else weight[:, None] * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_hard_labels(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = np.where(target > 0.5, r * yes, no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_factor_of_all(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = (1 + (r - 1) * target) * (target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_weights_exchanged(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = r * ((1 if weight is None else weight) * target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_by_samples(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = r * target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / len(loss)}[reduction]


def binary_cross_entropy_with_logits_by_max(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    size = np.log1p(np.exp(-np.abs(logits)))  # at most log 2
    yes, no = size + np.maximum(-logits, 0), size + np.maximum(logits, 0)
    if pos_weight is not None:
        yes = yes * pos_weight
    loss = target * yes + (1 - target) * no
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return np.sum(loss) if reduction == "sum" else np.mean(loss)


def binary_cross_entropy_with_logits_by_softplus(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    softplus = np.logaddexp(0, logits)
    c = 1.0 if pos_weight is None else pos_weight
    loss = (1 - target) * softplus + c * target * (softplus - logits)
    loss = loss * (1.0 if weight is None else weight)
    return loss if reduction == "none" else loss.sum() / (loss.size if reduction == "mean" else 1)


def binary_cross_entropy_with_logits_by_log_softmax(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    scores = np.stack([logits, np.zeros_like(logits)])  # yes against no
    log_p = scores - np.logaddexp.reduce(scores, axis=0)
    c = 1.0 if pos_weight is None else pos_weight
    loss = -(c * target * log_p[0] + (1 - target) * log_p[1])
    loss = loss if weight is None else loss * weight
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]
