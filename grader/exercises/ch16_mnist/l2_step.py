"""A step with weight decay whose strength was found on another number of images."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib.experiments import mnist


def layer(size, biases, *, scale=1.0, slope=1.0, **given):
    """Draws weights, biases and the sums of their gradients, of both signs, none near 0."""

    def draw(rng):
        drawn = (
            s * rng.uniform(0.5, 2, size=of) for of, s in ((size, scale), (biases, scale), (size, slope))
        )
        w, b, dw = (x * np.where(np.arange(x.size).reshape(x.shape) % 3 == 1, -1, 1) for x in drawn)
        return call(w, b, dw, -slope * rng.uniform(0.5, 2, size=biases), **given)

    return draw


def even(size, biases, scale, slope, **given):
    """Every third number 0."""

    def draw(rng):
        parts = (size, scale), (biases, scale), (size, slope), (biases, slope)
        return call(*(np.roll(spread(rng, of, s), i) for i, (of, s) in enumerate(parts)), **given)

    return draw


def _allowed(rng):
    size, biases, n = shape(rng), shape(rng, (1, 2)), int(one_of(rng, 1, 10, 1000))
    eta, given = float(one_of(rng, 0.1, 0.5, 1.0)), options(rng, tuned_on=(None, n, 1, 7, 100))
    decay = float(one_of(rng, 0.0, 1e-4, 0.1, 0.9))
    scale = one_of(rng, 1.0, 1.0, 100.0, 1e-5)
    return call(
        *(floats(rng, s, (scale, 10.0)) for s in (size, biases, size, biases)),
        eta=eta,
        lmbda=decay / eta * (given.get("tuned_on") or n),
        n=n,
        m=int(rng.integers(1, n + 1)),
        **given,
    )


L2_STEP = Exercise(
    function="l2_step",
    topics=("C16-08",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=mnist.l2_step,
    returns=("w", "b"),
    edge_returns=("b",),
    allowed=_allowed,
    large=layer((30, 784), (30,), eta=0.5, lmbda=0.1, n=1000, m=10),
    cases=(
        Case(
            "lmbda for the n images",
            layer((2, 3), (2,), eta=0.5, lmbda=4.0, n=10, m=4),
            weight=4,
            example=call([1.0, -2.0], [1.0], [4.0, 8.0], [2.0], eta=0.5, lmbda=8.0, n=20, m=4),
        ),
        Case(
            "tuned on fewer images", layer((2, 3), (2,), eta=0.5, lmbda=2.0, n=22, m=4, tuned_on=5), weight=3
        ),
        Case(
            "tuned on more images", layer((3, 2), (3,), eta=0.4, lmbda=5.0, n=6, m=5, tuned_on=24), weight=2
        ),
        Case("large gradients", layer((2, 2), (2,), slope=10.0, eta=0.2, lmbda=9.0, n=8, m=5, tuned_on=3)),
        in_turn(
            "odd shapes, lmbda 0, all images in the batch, zeros, tiny and large numbers",
            layer((1,), (1,), eta=0.1, lmbda=0.0, n=10, m=1),
            layer((1, 3), (1, 1), eta=1.0, lmbda=3.0, n=6, m=6, tuned_on=6),
            layer((3, 1), (3,), eta=1.0, lmbda=0.1, n=1, m=1, tuned_on=1),
            layer((2, 1, 3), (2, 1), scale=1e-5, slope=1e-5, eta=0.1, lmbda=5.0, n=10, m=3, tuned_on=100),
            layer((2, 3, 1), (1, 4), scale=300.0, slope=300.0, eta=0.1, lmbda=5.0, n=10, m=7, tuned_on=None),
            even((1, 3, 1), (4,), 300.0, 1.0, eta=0.5, lmbda=1.0, n=100, m=8, tuned_on=7),
            layer((4,), (4, 1), scale=-1.0, slope=-1.0, eta=0.5, lmbda=150.0, n=1000, m=8),
            weight=2,
        ),
    ),
    hints=(
        "What is meant for tuned_on images becomes λ n / tuned_on for n of them; with None it stays.",
        "The rest is the step of chapter 08: n in the decay, m in the gradient, no decay for biases.",
        "lam = lmbda if tuned_on is None else ...; then my.minibatch_l2_step, with lr=eta and lam=lam.",
    ),
)


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_not_rescaled(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You do not rescale: `tuned_on` is not used."""
    return (1 - eta * lmbda / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_rescaled_the_other_way(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You rescale the other way round: more images want a larger λ, so it is times n / tuned_on."""
    lam = lmbda if tuned_on is None else lmbda * tuned_on / n
    return (1 - eta * lam / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_rescaled_by_the_root(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You rescale by the root of n / tuned_on; what stays the same is λ / n, so it is by n / tuned_on itself."""
    lam = lmbda if tuned_on is None else lmbda * np.sqrt(n / tuned_on)
    return (1 - eta * lam / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_rescaled_and_not_divided(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """Your rescaled λ is not divided by n any more; it is a λ like any other, and the decay is ηλ'/n."""
    decay = lmbda / n if tuned_on is None else lmbda * n / tuned_on
    return (1 - eta * decay) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_rescaled_to_the_batch(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You rescale λ to the batch, by m / tuned_on; it is rescaled to the n training images."""
    lam = lmbda if tuned_on is None else lmbda * m / tuned_on
    return (1 - eta * lam / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_whole_factor(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You rescale by a whole number, n // tuned_on; it is n / tuned_on, which may be a fraction.

    Write / and not //."""
    lam = lmbda if tuned_on is None else lmbda * (n // tuned_on)
    return (1 - eta * lam / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on more images")
def l2_step_only_up(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You rescale up only; if λ was found on more images than n it becomes smaller."""
    lam = lmbda * max(1, n / (tuned_on or n))
    return (1 - eta * lam / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong(case="tuned on fewer images")
def l2_step_rate_rescaled(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You rescale the rate, and so the step along the gradient as well; it is λ that is rescaled."""
    eta = eta if tuned_on is None else eta * n / tuned_on
    return (1 - eta * lmbda / n) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_bias_decays(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """Your biases decay as well; the penalty spares them."""
    shrink = 1 - eta * lmbda / (tuned_on or n)
    return shrink * w - eta / m * grad_w_sum, shrink * b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_batch_in_the_decay(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You divide the decay by the size of the batch; it belongs to the cost of all n images: λ / n."""
    lam = lmbda if tuned_on is None else lmbda * n / tuned_on
    return (1 - eta * lam / m) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_training_set_in_the_gradient(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You divide the gradients by n; they are sums over the m images of the batch."""
    shrink = 1 - eta * lmbda / (tuned_on or n)
    return shrink * w - eta / n * grad_w_sum, b - eta / n * grad_b_sum


@L2_STEP.wrong
def l2_step_exchanged(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You have n and m exchanged: n belongs to the decay, m to the gradient."""
    lam = lmbda if tuned_on is None else lmbda * n / tuned_on
    return (1 - eta * lam / m) * w - eta / n * grad_w_sum, b - eta / n * grad_b_sum


@L2_STEP.wrong
def l2_step_sums(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You step along the sums; divide them by m."""
    shrink = 1 - eta * lmbda / (tuned_on or n)
    return shrink * w - eta * grad_w_sum, b - eta * grad_b_sum


@L2_STEP.wrong
def l2_step_no_decay(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """Your weights do not decay: `lmbda` is not used."""
    return w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_decay_when_tuned_only(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """With `tuned_on=None` your weights do not decay; then λ is meant for the n images as it is."""
    decay = 0 if tuned_on is None else lmbda / tuned_on
    return (1 - eta * decay) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_not_divided_by_n(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """With `tuned_on=None` you do not divide λ by n; the decay is ηλ/n there, too."""
    decay = lmbda if tuned_on is None else lmbda / tuned_on
    return (1 - eta * decay) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_decay_without_rate(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """The rate is missing in the decay: the factor is 1 − ηλ/n."""
    shrink = 1 - lmbda / (tuned_on or n)
    return shrink * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_twice_the_decay(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You decay twice as much: the penalty has a ½, so that its gradient is λ / n times w."""
    shrink = 1 - 2 * eta * lmbda / (tuned_on or n)
    return shrink * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_half_the_decay(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You decay half as much: the ½ of the penalty is gone in its gradient, which is λ / n times w."""
    shrink = 1 - eta * lmbda / (2 * (tuned_on or n))
    return shrink * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_grows(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """Your weights grow: the factor is 1 minus, not 1 plus."""
    shrink = 1 + eta * lmbda / (tuned_on or n)
    return shrink * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_decay_at_the_end(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You shrink after the step, and so the gradient's step as well; only the old weights shrink."""
    shrink = 1 - eta * lmbda / (tuned_on or n)
    return shrink * (w - eta / m * grad_w_sum), b - eta / m * grad_b_sum


@L2_STEP.wrong
def l2_step_uphill(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You step up the gradient; subtract it."""
    shrink = 1 - eta * lmbda / (tuned_on or n)
    return shrink * w + eta / m * grad_w_sum, b + eta / m * grad_b_sum


@L2_STEP.wrong(case="arguments unchanged")
def l2_step_in_place(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """You change `w` and `b` themselves with -= or *=; make new arrays."""
    w *= 1 - eta * lmbda / (tuned_on or n)
    w -= eta / m * grad_w_sum
    b -= eta / m * grad_b_sum
    return w, b


@L2_STEP.right
def l2_step_by_gradients(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    lam = lmbda if tuned_on is None else lmbda / tuned_on * n
    return w - eta * (grad_w_sum / m + lam / n * w), b - eta * grad_b_sum / m


@L2_STEP.right
def l2_step_n_cancels(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    if tuned_on is None:
        tuned_on = n
    return (1 - eta * lmbda / tuned_on) * w - eta / m * grad_w_sum, b - eta / m * grad_b_sum


@L2_STEP.right
def l2_step_on_copies(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    images = [tuned_on, n][tuned_on is None]
    w, b = w.copy(), b.copy()
    w -= eta * lmbda / images * w
    w -= eta / m * grad_w_sum
    b -= eta / m * grad_b_sum
    return w, b


@L2_STEP.right
def l2_step_by_helper(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    def step(p, total, decay):
        return (1 - decay) * p - total * eta / m

    factor = 1 if tuned_on is None else n / tuned_on
    return [step(w, grad_w_sum, eta * lmbda * factor / n), step(b, grad_b_sum, 0)]
