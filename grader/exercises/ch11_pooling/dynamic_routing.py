"""Routing by agreement, standard and reversed."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import pooling
from nnlib.activations import softmax
from nnlib.pooling import squash


def predictions(size, length=1.0, **given):
    """Predictions that partly agree: the first capsule above hears the same from all, the others do not."""

    def draw(rng):
        u_hat = rng.uniform(0.3, 1.2, size)
        below = np.arange(size[-3])[:, None, None] + np.arange(size[-2])[:, None] * np.arange(size[-1])
        return call(length * np.where(below % 2 == 1, -u_hat, u_hat), **given)

    return draw


def _allowed(rng):
    size = (*one_of(rng, (), (), (1,), (2,)), *(int(n) for n in rng.integers(1, 4, size=3)))
    return call(
        floats(rng, size, (1.0, 1.0, 3.0, 0.1, 1e-6)),
        **options(rng, n_iters=(1, 2, 3, 4), reverse=(True, True, False)),
    )


DYNAMIC_ROUTING = Exercise(
    function="dynamic_routing",
    topics=("C11-12", "C11-13"),
    points=3,
    difficulty=4,
    minutes=30,
    reference=pooling.dynamic_routing,
    forbid=("nnlib.pooling.routing_coefficients",),
    uses=("squash",),
    allowed=_allowed,
    cases=(
        Case(
            "three rounds",
            predictions((4, 3, 2)),
            example=call([[[1, 0], [0, 1]], [[1, 0], [0, -1]], [[0, 2], [1, 1]]]),
            weight=2,
        ),
        Case("reversed", predictions((4, 3, 2), reverse=True), weight=3),
        Case("one round", predictions((5, 3, 2), n_iters=1)),
        Case("one round, reversed", predictions((5, 3, 2), n_iters=1, reverse=True)),
        Case("five rounds", predictions((4, 2, 3), n_iters=5), weight=2),
        Case("a batch", predictions((3, 4, 2, 5)), weight=2),
        Case("a batch, reversed, two rounds", predictions((3, 4, 2, 5), n_iters=2, reverse=True), weight=4),
        in_turn(
            "one capsule below, one above, one feature, zeros, tiny and large numbers",
            predictions((1, 1, 1), n_iters=3),
            predictions((1, 3, 2), reverse=False),
            predictions((3, 1, 2), reverse=True),
            predictions((3, 2, 1), n_iters=3, reverse=False),
            predictions((1, 2, 3, 2), n_iters=4),
            predictions((2, 1, 2, 2), reverse=True),
            predictions((2, 3, 1, 1), n_iters=2),
            predictions((2, 2, 2, 1), 150.0, n_iters=1),
            predictions((3, 2, 2), 1e-6, n_iters=1),
            predictions((2, 3, 2, 2), 1e-6),
            lambda rng: call(spread(rng, (3, 2, 2)), n_iters=2),
            lambda rng: call(spread(rng, (2, 3, 2, 2)), reverse=True),
            lambda rng: call(np.abs(spread(rng, (3, 2, 3))), n_iters=4, reverse=True),
            lambda rng: call(-np.abs(spread(rng, (2, 2, 2))), n_iters=4),
            lambda rng: call(np.zeros((2, 3, 2))),
            edge=True,
            differentiable=False,
        ),
    ),
    hints=(
        "b and c have shape (..., L, M). c[..., None] * u_hat has shape (..., L, M, D); sum over L, axis −3.",
        "The agreement: v[..., None, :, :] * u_hat, summed over the features, has the shape of b.",
        "Standard shares out among those above, axis −1 of b; reversed among those below, axis −2.",
    ),
)


@DYNAMIC_ROUTING.wrong
def dynamic_routing_exchanged(u_hat, *, n_iters=3, reverse=False):
    """Standard and reversed are exchanged: in the standard routing each capsule below shares out 1, over the last
    axis of b."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-1 if reverse else -2)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong(case="reversed")
def dynamic_routing_reverse_ignored(u_hat, *, n_iters=3, reverse=False):
    """You do not use `reverse`: then the softmax goes over the capsules below, axis −2."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        v = squash((softmax(b, axis=-1)[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong(case="a batch, reversed, two rounds")
def dynamic_routing_over_the_batch(u_hat, *, n_iters=3, reverse=False):
    """Reversed, your softmax goes over axis 0, which in a batch are the samples; the capsules below are axis −2 of
    b."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=0 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_one_round_more(u_hat, *, n_iters=3, reverse=False):
    """You make one round more than n_iters."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters + 1):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_one_round_less(u_hat, *, n_iters=3, reverse=False):
    """You make one round less than n_iters: the first one, with equal shares, counts."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(max(n_iters - 1, 1)):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong(case="one round")
def dynamic_routing_always_three(u_hat, *, n_iters=3, reverse=False):
    """You make three rounds whatever n_iters says."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(3):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_not_added_up(u_hat, *, n_iters=3, reverse=False):
    """Your b is the agreement of the last round only; agreements add up over the rounds."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_agreement_before_squash(u_hat, *, n_iters=3, reverse=False):
    """You measure the agreement with s; it is with v, the squashed one."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        s = (c[..., None] * u_hat).sum(axis=-3)
        b = b + (u_hat * s[..., None, :, :]).sum(axis=-1)
    return squash(s)


@DYNAMIC_ROUTING.wrong
def dynamic_routing_agreement_of_shares(u_hat, *, n_iters=3, reverse=False):
    """You measure the agreement of v with the message c · û; it is with the prediction û itself."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        messages = c[..., None] * u_hat
        v = squash(messages.sum(axis=-3))
        b = b + (messages * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_not_squashed(u_hat, *, n_iters=3, reverse=False):
    """You return s of the last round; return it squashed."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        s = (c[..., None] * u_hat).sum(axis=-3)
        b = b + (u_hat * squash(s)[..., None, :, :]).sum(axis=-1)
    return s


@DYNAMIC_ROUTING.wrong
def dynamic_routing_mean(u_hat, *, n_iters=3, reverse=False):
    """You average over the capsules below; what they send is added up."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).mean(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_starts_with_ones_as_shares(u_hat, *, n_iters=3, reverse=False):
    """In your first round everybody sends all to all; with b = 0 the softmax gives equal shares that sum to 1."""
    b = np.zeros_like(u_hat[..., 0])
    for t in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1) if t else np.ones_like(b)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_squashed_across(u_hat, *, n_iters=3, reverse=False):
    """You squash across the capsules above; each capsule is a vector of D features, along the last axis."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3), axis=-2)
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong(case="a batch")
def dynamic_routing_one_for_all_samples(u_hat, *, n_iters=3, reverse=False):
    """The samples of a batch share one b in your answer; each sample is routed by itself."""
    b = np.zeros(u_hat.shape[-3:-1], u_hat.dtype)
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        agreement = (u_hat * v[..., None, :, :]).sum(axis=-1)
        b = b + (agreement.sum(axis=0) if agreement.ndim == 3 else agreement)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_sent_over_everything(u_hat, *, n_iters=3, reverse=False):
    """Your shares sum to 1 over all pairs of a sample; they sum to 1 for each capsule: of those below, or reversed,
    above."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        e = np.exp(b - b.max(axis=(-2, -1), keepdims=True))
        c = e / e.sum(axis=(-2, -1), keepdims=True)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong(case="a batch")
def dynamic_routing_one_sample_only(u_hat, *, n_iters=3, reverse=False):
    """You unpack three axes; a batch has four, (N, L, M, D)."""
    L, M, D = u_hat.shape
    b = np.zeros((L, M), u_hat.dtype)
    for _ in range(n_iters):
        c = softmax(b, axis=0 if reverse else 1)
        v = squash((c[:, :, None] * u_hat).sum(axis=0))
        b = b + (u_hat * v).sum(axis=2)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_updated_before(u_hat, *, n_iters=3, reverse=False):
    """You add the agreement to the shares c; it is added to b, and the softmax makes shares of it."""
    c = softmax(np.zeros_like(u_hat[..., 0]), axis=-2 if reverse else -1)
    for _ in range(n_iters):
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        c = c + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong
def dynamic_routing_shares_never_change(u_hat, *, n_iters=3, reverse=False):
    """You compute the shares once, before the rounds; each round begins with the softmax of the new b."""
    b = np.zeros_like(u_hat[..., 0])
    c = softmax(b, axis=-2 if reverse else -1)
    for _ in range(n_iters):
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.wrong(case="a batch")
def dynamic_routing_axes_from_the_front(u_hat, *, n_iters=3, reverse=False):
    """You count the axes of b from the front, 0 and 1; in a batch axis 0 are the samples. From the end they are −2
    and −1."""
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=0 if reverse else 1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v


@DYNAMIC_ROUTING.right
def dynamic_routing_by_einsum(u_hat, *, n_iters=3, reverse=False):
    b = np.zeros(u_hat.shape[:-1], u_hat.dtype)
    for _ in range(n_iters):
        c = softmax(b, axis=-2) if reverse else softmax(b)
        v = squash(np.einsum("...lm,...lmd->...md", c, u_hat))
        b += np.einsum("...md,...lmd->...lm", v, u_hat)
    return v


@DYNAMIC_ROUTING.right
def dynamic_routing_own_softmax(u_hat, *, n_iters=3, reverse=False):
    b, axis = np.zeros_like(u_hat[..., :1]), -3 if reverse else -2
    for _ in range(n_iters):
        e = np.exp(b - b.max(axis=axis, keepdims=True))
        s = (e / e.sum(axis=axis, keepdims=True) * u_hat).sum(axis=-3, keepdims=True)
        square = (s * s).sum(axis=-1, keepdims=True)
        v = s * np.sqrt(square) / (1 + square)
        b = b + (u_hat * v).sum(axis=-1, keepdims=True)
    return v[..., 0, :, :]


@DYNAMIC_ROUTING.right
def dynamic_routing_sample_by_sample(u_hat, *, n_iters=3, reverse=False):
    if u_hat.ndim == 4:
        routed = [dynamic_routing_sample_by_sample(u, n_iters=n_iters, reverse=reverse) for u in u_hat]
        return np.stack(routed)
    L, M, D = u_hat.shape
    b = np.zeros((L, M), u_hat.dtype)
    for _ in range(n_iters):
        c = softmax(b, axis=0 if reverse else 1)
        v = squash(np.stack([c[:, j] @ u_hat[:, j] for j in range(M)]))
        b = b + np.stack([u_hat[:, j] @ v[j] for j in range(M)], axis=1)
    return v


@DYNAMIC_ROUTING.right
def dynamic_routing_by_the_sum_of_votes(u_hat, *, n_iters=3, reverse=False):
    votes = 0 * u_hat[..., 0, :, :]
    for _ in range(n_iters):
        b = (u_hat * votes[..., None, :, :]).sum(axis=-1)
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        votes = votes + v
    return v
