"""The fast gradient method: a step of given length for each sample."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, options, shape, spread
from nnlib import adversarial


def texts(size, scale=1.0, large=1.0, **given):
    """Samples, `large` times as large, and gradients whose lengths differ from sample to sample."""

    def draw(rng):
        n = size[0]
        lengths = np.resize([0.05, 20.0, 3.0, 0.04], n).reshape((n,) + (1,) * (len(size) - 1))
        return call(large * rng.normal(size=size), scale * lengths * (spread(rng, size) + 0.3), **given)

    return draw


def some_zeros(size, **given):
    """Every second sample has the gradient 0."""

    def draw(rng):
        known = texts(size, **given)(rng)
        emb, grad = known.args
        on = (np.arange(size[0]) % 2).reshape((-1,) + (1,) * (len(size) - 1))
        return call(emb, grad * on, **given)

    return draw


def around_eps(size):
    """Gradients shorter and longer than an eps of 0.5."""

    def draw(rng):
        rows = rng.uniform(1, 2, size=size) * np.sign(rng.normal(size=size))
        lengths = np.resize([0.2, 0.7, 0.35], size[0])[:, None]
        return call(rng.normal(size=size), lengths * rows / np.sqrt((rows**2).sum(1, keepdims=True)), eps=0.5)

    return draw


def _allowed(rng):
    size = shape(rng, (1, 2, 3), longest=4)
    grad = floats(rng, size)
    return call(
        floats(rng, size, (1.0, 10.0)),
        grad,
        **options(rng, epsilon=(1.0, 0.1, 0.0, 30.0), eps=(1e-12, 0.5, 1e-6)),
    )


FGM = Exercise(
    function="fgm",
    topics=("C15-03",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=adversarial.fgm,
    forbid=("nnlib.adversarial.pgd",),
    allowed=_allowed,
    large=texts((32, 20, 50)),
    cases=(
        Case(
            "three samples",
            texts((3, 4)),
            weight=3,
            example=call([[0, 0], [1, 1], [2, 0]], [[3, 4], [0, -20], [0.06, -0.08]]),
        ),
        Case("texts, (n, T, d)", texts((3, 4, 2)), weight=3),
        Case("epsilon given", texts((2, 3), epsilon=0.2), weight=2),
        Case("some gradients are 0", some_zeros((4, 3), epsilon=0.5), weight=2),
        Case("gradients shorter and longer than eps", around_eps((3, 4)), weight=3),
        in_turn(
            "one number a sample, one sample, epsilon 0, tiny and large gradients",
            texts((4,)),
            texts((1,), epsilon=30.0),
            texts((1, 3), epsilon=0.0),
            texts((3, 1), 1e-6, epsilon=0.1),
            texts((2, 1, 3), 1e3, 100.0, eps=1e-9),
            texts((1, 2, 1), eps=1e-12, epsilon=1.0),
            some_zeros((4,), eps=0.5),
            some_zeros((3, 2, 2)),
            texts((3, 3), 1e-9),
            edge=True,
        ),
    ),
    hints=(
        "Which axes does the norm go over? All but the first. How many lengths are there? n.",
        "grad_emb.reshape(n, -1) makes a row of each sample; then the norm is over axis 1.",
        "emb + epsilon * g / np.maximum(length, eps), with a length for each sample that broadcasts.",
    ),
)


@FGM.wrong
def fgm_one_norm_for_all(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You take one norm over the whole batch; each sample has its own."""
    return emb + epsilon * grad_emb / max(np.sqrt(np.sum(grad_emb**2)), eps)


@FGM.wrong(case="texts, (n, T, d)")
def fgm_norm_of_each_word(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You take a norm over the last axis only; it goes over all numbers of a sample."""
    length = np.sqrt(np.sum(grad_emb**2, axis=-1, keepdims=True))
    return emb + epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong(case="texts, (n, T, d)")
def fgm_norm_over_words(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You take the norm over axis 1 only; it goes over all axes but the first."""
    axis = 1 if emb.ndim > 1 else ()
    return emb + epsilon * grad_emb / np.maximum(np.sqrt(np.sum(grad_emb**2, axis=axis, keepdims=True)), eps)


@FGM.wrong
def fgm_norm_over_samples(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You take the norm over axis 0, the samples; it goes over all the other axes."""
    return emb + epsilon * grad_emb / np.maximum(np.sqrt(np.sum(grad_emb**2, axis=0)), eps)


@FGM.wrong
def fgm_not_divided(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You move along the gradient itself; divide it by its length, so that the change has the length epsilon."""
    return emb + epsilon * grad_emb


@FGM.wrong
def fgm_downhill(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """Your minus makes the loss fall; along the gradient of the loss there is a plus."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb - epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong
def fgm_sign(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You move each number by epsilon, as FGSM does; here the whole sample moves by the length epsilon."""
    return emb + epsilon * np.sign(grad_emb)


@FGM.wrong
def fgm_squared_length(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You divide by the squared length: the root is missing."""
    length = np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True)
    return emb + epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong
def fgm_largest_entry(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You divide by the largest entry of a sample; the length is the root of the sum of squares."""
    length = np.max(np.abs(grad_emb), axis=tuple(range(1, emb.ndim)), keepdims=True)
    return emb + epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong
def fgm_sum_of_sizes(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You divide by the sum of the absolute values; the length is the root of the sum of squares."""
    length = np.sum(np.abs(grad_emb), axis=tuple(range(1, emb.ndim)), keepdims=True)
    return emb + epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong
def fgm_root_of_the_mean(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You divide by the root of the *mean* square; the length is the root of the sum."""
    length = np.sqrt(np.mean(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong(case="some gradients are 0")
def fgm_no_eps(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """A gradient of 0 gives 0/0 = nan: divide by max(length, eps)."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        return emb + epsilon * grad_emb / length


@FGM.wrong(case="gradients shorter and longer than eps")
def fgm_eps_added(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You add eps to the length; divide by the larger of the two."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + epsilon * grad_emb / (length + eps)


@FGM.wrong(case="gradients shorter and longer than eps")
def fgm_eps_in_the_root(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You add eps below the root; divide by the larger of the length and eps."""
    square = np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True)
    return emb + epsilon * grad_emb / np.sqrt(square + eps)


@FGM.wrong(case="gradients shorter and longer than eps")
def fgm_eps_for_the_square(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You hold eps against the squared length; it is a bound of the length."""
    square = np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True)
    return emb + epsilon * grad_emb / np.sqrt(np.maximum(square, eps))


@FGM.wrong(case="gradients shorter and longer than eps")
def fgm_short_ones_stay(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You do not move a sample whose gradient is shorter than eps; it is divided by eps."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + epsilon * grad_emb / np.maximum(length, eps) * (length >= eps)


@FGM.wrong(case="gradients shorter and longer than eps")
def fgm_own_eps(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You do not use the `eps` that is given: a gradient shorter than that is divided by eps."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + epsilon * grad_emb / np.maximum(length, 1e-12)


@FGM.wrong
def fgm_short_gradients_as_they_are(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You shorten gradients longer than epsilon and leave the others; every change has the length epsilon."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + grad_emb * np.minimum(1, epsilon / np.maximum(length, eps))


@FGM.wrong
def fgm_the_change(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You return the change; return the changed samples."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong(case="epsilon given")
def fgm_own_epsilon(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You move by the length 1 whatever the caller gives as `epsilon`."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + grad_emb / np.maximum(length, eps)


@FGM.wrong(case="arguments unchanged")
def fgm_in_place(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You change the samples in place; they belong to who called. emb = emb + … makes a new array."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    emb += epsilon * grad_emb / np.maximum(length, eps)
    return emb


@FGM.wrong
def fgm_lengths_without_axes(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """Your lengths have shape (n,): give them axes, keepdims=True, so that each goes with its sample."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim))))
    return emb + epsilon * grad_emb / np.maximum(length, eps)


@FGM.wrong
def fgm_guard_of_1(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """You lift every length below 1 to 1; the bound is eps."""
    length = np.sqrt(np.sum(grad_emb**2, axis=tuple(range(1, emb.ndim)), keepdims=True))
    return emb + epsilon * grad_emb / np.maximum(length, 1)


@FGM.right
def fgm_sample_by_sample(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    moved = np.array(emb)
    for i in range(len(emb)):
        g = grad_emb[i]
        moved[i] = emb[i] + epsilon * g / max(np.sqrt((g * g).sum()), eps)
    return moved


@FGM.right
def fgm_over_the_other_axes(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    others = tuple(a for a in range(emb.ndim) if a > 0)
    square = np.sum(grad_emb * grad_emb, axis=others, keepdims=True)
    return emb + epsilon * grad_emb / np.sqrt(np.maximum(square, eps**2))


@FGM.right
def fgm_by_einsum(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    flat = grad_emb.reshape(emb.shape[0], -1)
    length = np.sqrt(np.einsum("nd,nd->n", flat, flat))
    factor = epsilon / np.where(length < eps, eps, length)
    return (emb.reshape(flat.shape) + factor[:, None] * flat).reshape(emb.shape)


@FGM.right
def fgm_by_norm(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    length = np.array([np.linalg.norm(np.ravel(g)) for g in grad_emb])
    moved = (grad_emb.T * (epsilon / np.maximum(length, eps))).T
    return moved + emb
