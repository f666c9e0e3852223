"""The gradients of adversarial training."""

import numpy as np

from grader.exercises.ch15_adversarial.mlp_input_gradient import allowed_network, classes, network, steady
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options
from nnlib import experiments


def batches(n, d, h, c, scale=1.0, **given):
    """A batch, and one that is so different that other units are on."""

    def draw(rng):
        return call(
            steady(rng, (n, d), 1.0),
            steady(rng, (n, d), 2.5),
            classes(n, c),
            *network(rng, d, h, c, scale),
            **given,
        )

    return draw


def at_the_kink(n, d, h, c, **given):
    """Zeros everywhere: there a = 0 for every unit in the first samples, and for the first unit in all."""

    def draw(rng):
        W1, b1, W2, b2 = network(rng, d, h, c)
        W1[0] = W2[0] = b2[0] = 0
        x = np.eye(n, d, k=-1) * rng.uniform(1, 2)
        return call(x, -0.7 * x, classes(n, c), W1, 0 * b1, W2, b2, **given)

    return draw


def _allowed(rng):
    n = int(one_of(rng, 1, 2, 3, 5))
    d, c, parameters = allowed_network(rng)
    x, x_adv = (floats(rng, (n, d), (1.0, 1.0, 3.0, 1e-2)) for _ in range(2))
    return call(x, x_adv, rng.integers(c, size=n), *parameters, **options(rng, alpha=(0.5, 0.3, 0.0, 1.0)))


ADVERSARIAL_GRADS = Exercise(
    function="adversarial_grads",
    topics=("C15-01",),
    points=3,
    difficulty=3,
    minutes=25,
    reference=experiments.adversarial_grads,
    forbid=("nnlib.nn.mlp_backward", "nnlib.adversarial.adversarial_training_step"),
    returns=("grad_W1", "grad_b1", "grad_W2", "grad_b2"),
    allowed=_allowed,
    large=batches(32, 784, 64, 10, 0.1),
    cases=(
        Case("two batches", batches(5, 4, 6, 3), weight=2),
        Case("alpha given", batches(5, 4, 6, 3, alpha=0.8), weight=2),
        Case("changed samples only, alpha 0", batches(3, 4, 5, 3, alpha=0.0)),
        Case("as many samples as pixels, units and classes", batches(4, 4, 4, 4, alpha=0.3), weight=2),
        in_turn(
            "one pixel, one unit, one class, one sample, alpha 0 and 1",
            batches(1, 1, 1, 1),
            batches(2, 1, 3, 2, alpha=0.3),
            batches(3, 2, 1, 4, alpha=1.0),
            batches(2, 5, 2, 1, alpha=0.0),
            batches(1, 3, 4, 2, alpha=0.5),
            batches(6, 2, 2, 2),
            batches(3, 4, 6, 3, 2.0, alpha=0.3),
            batches(4, 3, 5, 3, alpha=0.0),
            batches(4, 3, 5, 3, alpha=1.0),
            at_the_kink(4, 3, 6, 3, alpha=0.3),
            edge=True,
        ),
    ),
    hints=(
        "Write a function of your own that gives the four gradients of J for one batch; call it for x and for x_adv.",
        "delta_1.T @ x has the shape of W1; the bias's gradient is the sum of delta_1 over the samples.",
        "alpha * clean + (1 - alpha) * changed, for each of the four.",
    ),
)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_added(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You add both gradients as they are; the clean one counts alpha, the other 1 − alpha."""
    grads = []
    for batch in (x, x_adv):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads.append((delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)))
    return tuple(g + h for g, h in zip(*grads))


@ADVERSARIAL_GRADS.wrong(case="alpha given")
def adversarial_grads_shares_exchanged(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """alpha is the share of the clean batch; you give it to the changed one."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, 1 - alpha), (x_adv, alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong(case="alpha given")
def adversarial_grads_always_half(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You weigh both batches by ½ whatever `alpha` says: the mean over all 2n samples does that."""
    both, labels = np.concatenate([x, x_adv]), np.concatenate([y, y])
    a = both @ W1.T + b1
    e = np.exp(np.maximum(a, 0) @ W2.T + b2)
    delta2 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[labels]) / len(labels)
    delta1 = delta2 @ W2 * (a > 0)
    return delta1.T @ both, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_of_the_mixed_batch(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You mix the two batches and take one gradient; weigh the two losses, and so their gradients."""
    mixed = alpha * x + (1 - alpha) * x_adv
    a = mixed @ W1.T + b1
    e = np.exp(np.maximum(a, 0) @ W2.T + b2)
    delta2 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
    delta1 = delta2 @ W2 * (a > 0)
    return delta1.T @ mixed, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_clean_only(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Yours is the gradient of the clean batch alone; the changed batch counts 1 − alpha."""
    a = x @ W1.T + b1
    e = np.exp(np.maximum(a, 0) @ W2.T + b2)
    delta2 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
    delta1 = delta2 @ W2 * (a > 0)
    return delta1.T @ x, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_changed_only(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Yours is the gradient of the changed batch alone; the clean batch counts alpha."""
    a = x_adv @ W1.T + b1
    e = np.exp(np.maximum(a, 0) @ W2.T + b2)
    delta2 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
    delta1 = delta2 @ W2 * (a > 0)
    return delta1.T @ x_adv, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_summed(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """The 1/n is missing: J is the mean over the batch."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y])
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_over_both(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You divide by 2n; each loss is the mean over its n samples, and the shares weigh the two."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / (2 * len(y))
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_bias_means(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You average over the samples for the biases; delta already has the 1/n, so add up."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.mean(axis=0), delta2.T @ np.maximum(a, 0), delta2.mean(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_clean_input_for_both(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """For W1 you multiply both deltas by x; that of the changed batch goes with x_adv."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ x, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_clean_units_for_both(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """For both batches you send back through the units that are on for x; for x_adv others are on."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (x @ W1.T + b1 > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_no_slope(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """The slope of the maximum is missing: through units with a ≤ 0 nothing flows back."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_a_for_the_hidden(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """For W2 you multiply by a; what W2 was multiplied by is max(a, 0)."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ a, delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_of_the_likelihood(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Your sign is that of ln p; the loss is −ln p, so softmax minus the target, not the reverse."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (np.eye(len(b2))[y] - e / e.sum(axis=1, keepdims=True)) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_against_the_change(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You subtract the gradient of the changed batch; training makes both losses fall, so add both."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, alpha - 1)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_of_the_last_layer(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """For W1 and b1 you take the changed batch alone; all four gradients have both parts."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        W2_and_b2 = delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [delta1.T @ batch, delta1.sum(axis=0), *(t + g for t, g in zip(total[2:], W2_and_b2))]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong(case="two batches")
def adversarial_grads_transposed(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Your gradients of the weights are transposed: each has the shape of its weights, (out, in)."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = batch.T @ delta1, delta1.sum(axis=0), np.maximum(a, 0).T @ delta2, delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_last_layer_first(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Your gradients are right, but in another order: W1, b1, W2, b2."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta2.T @ np.maximum(a, 0), delta2.sum(axis=0), delta1.T @ batch, delta1.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong(case="changed samples only, alpha 0")
def adversarial_grads_half_for_0(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Your `alpha or 0.5` makes ½ of the alpha 0, which is allowed: only changed samples."""
    total, alpha = [0, 0, 0, 0], alpha or 0.5
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.wrong
def adversarial_grads_clean_pass_for_both(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """You compute a and both deltas from x for both batches; for the changed one they come from x_adv."""
    total = [0, 0, 0, 0]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        a = x @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        delta2 = share * (e / e.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
        delta1 = delta2 @ W2 * (a > 0)
        grads = delta1.T @ batch, delta1.sum(axis=0), delta2.T @ np.maximum(a, 0), delta2.sum(axis=0)
        total = [t + g for t, g in zip(total, grads)]
    return tuple(total)


@ADVERSARIAL_GRADS.right
def adversarial_grads_batch_by_batch(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    def grads(batch):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(0, a) @ W2.T + b2)
        back2 = e / np.sum(e, axis=1, keepdims=True)
        back2[np.arange(len(y)), y] -= 1
        back1 = back2 @ W2
        back1[a <= 0] = 0
        return [g / len(y) for g in (back1.T @ batch, back1.sum(0), back2.T @ np.maximum(0, a), back2.sum(0))]

    return tuple(alpha * g + (1 - alpha) * h for g, h in zip(grads(x), grads(x_adv)))


@ADVERSARIAL_GRADS.right
def adversarial_grads_sample_by_sample(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    total = [np.zeros(p.shape) for p in (W1, b1, W2, b2)]
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        for one, target in zip(batch, y):
            on = W1 @ one + b1 > 0
            unit = np.where(on, W1 @ one + b1, 0)
            e = np.exp(W2 @ unit + b2)
            back = share / len(y) * (e / e.sum() - (np.arange(len(b2)) == target))
            below = on * (back @ W2)
            for t, g in zip(total, (np.outer(below, one), below, np.outer(back, unit), back)):
                t += g
    return tuple(total)


@ADVERSARIAL_GRADS.right
def adversarial_grads_stacked(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    both = np.stack([x, x_adv])
    a = np.einsum("knd,hd->knh", both, W1) + b1
    on = np.where(a > 0, 1.0, 0.0)
    z = np.einsum("knh,ch->knc", on * a, W2) + b2
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    back2 = (
        (np.exp(log_p) - np.eye(W2.shape[0])[y]) * np.array([alpha, 1 - alpha])[:, None, None] / x.shape[0]
    )
    back1 = np.einsum("knc,ch,knh->knh", back2, W2, on)
    return (
        np.einsum("knh,knd->hd", back1, both),
        np.einsum("knh->h", back1),
        np.einsum("knc,knh->ch", back2, on * a),
        np.einsum("knc->c", back2),
    )


@ADVERSARIAL_GRADS.right
def adversarial_grads_with_a_column_of_ones(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    n = len(y)
    weights = np.concatenate([np.full(n, alpha / n), np.full(n, (1 - alpha) / n)])
    inputs = np.hstack([np.vstack([x, x_adv]), np.ones((2 * n, 1))])
    a = inputs @ np.hstack([W1, b1[:, None]]).T
    units = np.hstack([np.clip(a, 0, None), np.ones((2 * n, 1))])
    e = np.exp(units @ np.hstack([W2, b2[:, None]]).T)
    back2 = (e / e.sum(axis=1)[:, None] - (np.concatenate([y, y])[:, None] == np.arange(len(b2)))) * weights[
        :, None
    ]
    back1 = (back2 @ W2) * np.heaviside(a, 0)
    first, last = back1.T @ inputs, back2.T @ units
    return first[:, :-1], first[:, -1], last[:, :-1], last[:, -1]
