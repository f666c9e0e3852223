"""What a regularised network minimises."""

import numpy as np

from grader.calls.plain import as_list
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import regularization


def layers(*shapes, scale=1.0, loss=1.0, make=None, **options):
    """Draws a loss and a weight matrix for each shape, of both signs, neither of whose sums is near 0."""

    def draw(rng):
        weights = [scale * rng.uniform(0.5, 2, size=size) for size in shapes]
        weights = [np.where(np.arange(w.size).reshape(w.shape) % 3 == 1, -w, w) for w in weights]
        if make is not None:
            weights = [make(rng, size, scale) for size in shapes]
        return call(float(loss * rng.uniform(0.5, 1.5)), as_list(weights), **options)

    return draw


def _allowed(rng):
    scales = (1.0, 1.0, 10.0, 1e3, 1e-3)
    weights = [floats(rng, shape(rng), scales) for _ in range(int(rng.integers(0, 4)))]
    given = options(rng, kind=("l1", "l2"), n=(1, 10, 1000))
    return call(
        float(one_of(rng, rng.uniform(0.1, 3), 300.0, 1e-5)),
        as_list(weights),
        lam=float(one_of(rng, 0.1, 1.0, 5.0, 0.0, 1e-5)),
        **given,
    )


# The sum of float32 weights is a number of seven digits, so float64's tolerance is too strict for it.
SEVEN_DIGITS = (1e-6, 1e-8)

REGULARIZED_LOSS = Exercise(
    function="regularized_loss",
    topics=("C08-06", "C08-07", "C08-08"),
    points=1,
    difficulty=1,
    minutes=10,
    reference=regularization.regularized_loss,
    forbid=tuple(
        f"nnlib.regularization.{name}" for name in ("l1_penalty", "l2_penalty", "frobenius_penalty")
    ),
    allowed=_allowed,
    cases=(
        Case(
            "one layer, L2",
            layers((2, 3), lam=0.5),
            weight=2,
            example=call(0.5, as_list([np.array([[3.0, -4.0]])]), lam=0.2),
            tol=SEVEN_DIGITS,
        ),
        Case("two layers", layers((3, 2), (2, 3), lam=0.7), weight=2, tol=SEVEN_DIGITS),
        Case("n samples", layers((2, 2), (4,), lam=3.0, n=5), weight=2, tol=SEVEN_DIGITS),
        Case("L1, n samples", layers((2, 3), (3, 2), lam=2.0, kind="l1", n=4), weight=3, tol=SEVEN_DIGITS),
        in_turn(
            "no layer, odd shapes, lam 0, zeros, tiny and large numbers",
            layers((1,), (1, 3), (3, 1), lam=0.3, kind="l2"),
            layers(lam=0.3),
            layers((2, 1, 3), lam=0.0, n=1),
            layers((2, 2), lam=1e-5, scale=1e4),
            layers((2, 2), (1, 3, 1), (3,), lam=5.0, scale=1e3, loss=300.0, kind="l1", n=1),
            layers((2, 3), lam=1.0, scale=1e-5, loss=1e-5, kind="l1"),
            layers((2, 3), lam=1.0, scale=1e-3, loss=1e-5),
            layers((2, 3), (2,), lam=1.5, kind="l2", n=100, make=spread),
            layers((2, 3), (2,), lam=1.5, kind="l1", n=100, make=spread),
            lambda rng: call(0.0, as_list([rng.normal(size=(2, 2))]), lam=1.0, n=10),
            tol=SEVEN_DIGITS,
        ),
    ),
    hints=(
        "np.sum(w**2) is the squared norm of one layer, np.sum(np.abs(w)) its L1 norm. Sum over the layers.",
        "L2 is multiplied by lam / (2 * n), L1 by lam / n. The loss is not divided: it is a mean already.",
        "return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights), and the like for L1.",
    ),
)


@REGULARIZED_LOSS.wrong
def regularized_loss_no_half(data_loss, weights, *, lam, kind="l2", n=1):
    """The ½ of L2 is missing: its factor is lam / (2 * n)."""
    if kind == "l2":
        return data_loss + lam / n * sum(np.sum(w**2) for w in weights)
    return data_loss + lam / n * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong(case="L1, n samples")
def regularized_loss_half_of_l1(data_loss, weights, *, lam, kind="l2", n=1):
    """Your L1 has a ½; only L2 has one, since only there a derivative brings a 2."""
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights)
    return data_loss + lam / (2 * n) * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong(case="two layers")
def regularized_loss_first_layer(data_loss, weights, *, lam, kind="l2", n=1):
    """You penalise the first layer only; sum over all of them."""
    for w in weights:
        if kind == "l2":
            return data_loss + lam / (2 * n) * np.sum(w**2)
        return data_loss + lam / n * np.sum(np.abs(w))
    return data_loss


@REGULARIZED_LOSS.wrong(case="two layers")
def regularized_loss_mean_of_layers(data_loss, weights, *, lam, kind="l2", n=1):
    """You average over the layers; their penalties are summed."""
    layers = max(len(weights), 1)
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights) / layers
    return data_loss + lam / n * sum(np.sum(np.abs(w)) for w in weights) / layers


@REGULARIZED_LOSS.wrong(case="n samples")
def regularized_loss_n_forgotten(data_loss, weights, *, lam, kind="l2", n=1):
    """You do not divide by `n`."""
    if kind == "l2":
        return data_loss + lam / 2 * sum(np.sum(w**2) for w in weights)
    return data_loss + lam * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong(case="n samples")
def regularized_loss_everything_over_n(data_loss, weights, *, lam, kind="l2", n=1):
    """You divide the loss by `n`, too; it is a mean over the samples already."""
    if kind == "l2":
        return (data_loss + lam / 2 * sum(np.sum(w**2) for w in weights)) / n
    return (data_loss + lam * sum(np.sum(np.abs(w)) for w in weights)) / n


@REGULARIZED_LOSS.wrong
def regularized_loss_norm_not_squared(data_loss, weights, *, lam, kind="l2", n=1):
    """You take the Frobenius norm itself; L2 has its square, without a root."""
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sqrt(np.sum(w**2)) for w in weights)
    return data_loss + lam / n * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong
def regularized_loss_square_of_the_sum(data_loss, weights, *, lam, kind="l2", n=1):
    """You square the sum, where weights of both signs cancel; square each weight, then sum."""
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sum(w) ** 2 for w in weights)
    return data_loss + lam / n * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong
def regularized_loss_means(data_loss, weights, *, lam, kind="l2", n=1):
    """You take the mean over a layer's weights; the penalty is a sum over them."""
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.mean(w**2) for w in weights)
    return data_loss + lam / n * sum(np.mean(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong(case="L1, n samples")
def regularized_loss_no_sizes(data_loss, weights, *, lam, kind="l2", n=1):
    """Your L1 sums the weights with their signs; take np.abs first."""
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights)
    return data_loss + lam / n * sum(np.sum(w) for w in weights)


@REGULARIZED_LOSS.wrong(case="L1, n samples")
def regularized_loss_matrix_norm(data_loss, weights, *, lam, kind="l2", n=1):
    """np.linalg.norm(W, 1) of a matrix is its largest column sum; L1 here sums the sizes of all entries."""
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights)
    return data_loss + lam / n * sum(np.linalg.norm(w, 1) for w in weights)


@REGULARIZED_LOSS.wrong(case="L1, n samples")
def regularized_loss_kind_ignored(data_loss, weights, *, lam, kind="l2", n=1):
    """You do not use `kind`: with "l1" it is the sizes that count."""
    return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights)


@REGULARIZED_LOSS.wrong
def regularized_loss_penalty_alone(data_loss, weights, *, lam, kind="l2", n=1):
    """You return the penalty alone; add it to `data_loss`."""
    if kind == "l2":
        return lam / (2 * n) * sum(np.sum(w**2) for w in weights)
    return lam / n * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.wrong
def regularized_loss_subtracted(data_loss, weights, *, lam, kind="l2", n=1):
    """You subtract the penalty, which rewards large weights; add it."""
    if kind == "l2":
        return data_loss - lam / (2 * n) * sum(np.sum(w**2) for w in weights)
    return data_loss - lam / n * sum(np.sum(np.abs(w)) for w in weights)


@REGULARIZED_LOSS.right
def regularized_loss_by_vectors(data_loss, weights, *, lam, kind="l2", n=1):
    w = np.concatenate([np.zeros(1), *(a.ravel() for a in weights)])
    return data_loss + (lam * (w @ w) / 2 if kind == "l2" else lam * np.abs(w).sum()) / n


@REGULARIZED_LOSS.right
def regularized_loss_by_loop(data_loss, weights, *, lam, kind="l2", n=1):
    total = data_loss
    for w in weights:
        total = total + (lam / (2 * n) * (w**2).sum() if kind == "l2" else lam / n * abs(w).sum())
    return total


@REGULARIZED_LOSS.right
def regularized_loss_by_norms(data_loss, weights, *, lam, kind="l2", n=1):
    power = 2 if kind == "l2" else 1
    total = sum(np.linalg.norm(w.ravel(), power) ** power for w in weights)
    return data_loss + lam * total / (n * power)


@REGULARIZED_LOSS.right
def regularized_loss_by_signs(data_loss, weights, *, lam, kind="l2", n=1):
    penalty = 0.0
    for w in weights:
        factor = w / 2 if kind == "l2" else np.sign(w)
        penalty += np.vdot(factor, w)
    return data_loss + penalty * lam / n
