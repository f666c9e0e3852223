"""Answers to the binary cross-entropy, wrong and right."""

import numpy as np


def binary_cross_entropy_one_term(probs, target, *, weight=None, reduction="mean"):
    loss = -target * np.maximum(np.log(probs), -100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_sign(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_not_cut_off(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_clipped_probs(probs, target, *, weight=None, reduction="mean"):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_epsilon(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs + 1e-12) + (1 - target) * np.log(1 - probs + 1e-12))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_no_without_weight(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_labels_reversed(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -((1 - target) * yes + target * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_difference(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes - (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_hard_labels(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -np.where(target > 0.5, yes, no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_weighted_mean(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    w = np.ones_like(probs) if weight is None else weight
    loss = -w * (target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


def binary_cross_entropy_weight_ignored(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_always_mean(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    return (loss if weight is None else weight * loss).mean()


def binary_cross_entropy_clipped_at_1e12(probs, target, *, weight=None, reduction="mean"):
    p = np.clip(probs, 1e-12, 1 - 1e-12)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_clipped_at_1e15(probs, target, *, weight=None, reduction="mean"):
    p = np.clip(probs, 1e-15, 1 - 1e-15)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_epsilon_1e10(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs + 1e-10) + (1 - target) * np.log(1 - probs + 1e-10))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_epsilon_1e15(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs + 1e-15) + (1 - target) * np.log(1 - probs + 1e-15))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_clipped_at_exp(probs, target, *, weight=None, reduction="mean"):
    p = np.clip(probs, np.exp(-100), 1 - np.exp(-100))
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_zeros_only(probs, target, *, weight=None, reduction="mean"):
    yes = np.where(probs == 0, -100, np.log(np.where(probs == 0, 1, probs)))
    no = np.where(probs == 1, -100, np.log(np.where(probs == 1, 1, 1 - probs)))
    loss = -(target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_infinite_to_100(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = np.nan_to_num(loss, nan=0, posinf=100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_loss_cut_off(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = np.minimum(np.nan_to_num(loss), 100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_bits(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log2(probs), -100), np.maximum(np.log2(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_swapped(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(target), -100), np.maximum(np.log(1 - target), -100)
    loss = -(probs * yes + (1 - probs) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_weight_on_yes(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes * (1 if weight is None else weight) + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_none_without_weight(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    weighted = loss if weight is None else weight * loss
    return {"none": loss, "sum": weighted.sum(), "mean": weighted.mean()}[reduction]


def binary_cross_entropy_sum_without_weight(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    weighted = loss if weight is None else weight * loss
    return {"none": weighted, "sum": loss.sum(), "mean": weighted.mean()}[reduction]


def binary_cross_entropy_means_apart(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    w = np.ones_like(probs) if weight is None else weight
    loss = -(target * yes + (1 - target) * no)
    return {"none": w * loss, "sum": (w * loss).sum(), "mean": w.mean() * loss.mean()}[reduction]


def binary_cross_entropy_by_log1p(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        loss = target * np.minimum(-np.log(probs), 100) + (1 - target) * np.minimum(-np.log1p(-probs), 100)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return np.sum(loss) / (np.size(loss) if reduction == "mean" else 1)


def binary_cross_entropy_by_clip(probs, target, *, weight=None, reduction="mean"):
    both = np.stack([probs, 1 - probs])
    logs = np.clip(np.log(np.where(both > 0, both, 1)), -100, None) - 100.0 * (both == 0)
    loss = -(np.stack([target, 1 - target]) * logs).sum(axis=0)
    loss = loss * (1.0 if weight is None else weight)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]
