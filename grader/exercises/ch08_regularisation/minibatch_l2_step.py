"""A step on a mini-batch with an L2 penalty."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import regularization


def layer(size, biases, scale=1.0, slope=1.0, make=None, **options):
    """Draws weights, biases and the sums of their gradients."""

    def draw(rng):
        if make is not None:
            w, b = make(rng, size, scale), make(rng, biases, scale)
            return call(
                w, b, np.roll(make(rng, size, slope), 1), np.roll(make(rng, biases, slope), 1), **options
            )
        w, b, dw, db = (rng.uniform(0.5, 2, size=s) for s in (size, biases, size, biases))
        sign = np.where(np.arange(w.size).reshape(w.shape) % 3 == 1, -1, 1)
        return call(scale * sign * w, scale * b, slope * dw, -slope * db, **options)

    return draw


def only_decay(rng):
    w, b, dw, db = layer((3, 2), (3,))(rng).args
    return call(w, b, 0 * dw, db, lr=0.3, lam=2.0, n=5, m=2)


def _allowed(rng):
    size, biases = shape(rng), shape(rng, (1, 2))
    scale = one_of(rng, 1.0, 1.0, 100.0, 1e-5)
    n = int(one_of(rng, 1, 10, 100))
    return call(
        floats(rng, size, (scale,)),
        floats(rng, biases, (scale,)),
        floats(rng, size, (scale, 10.0)),
        floats(rng, biases, (scale, 10.0)),
        lr=float(one_of(rng, 0.1, 0.5, 1.0)),
        lam=float(one_of(rng, 0.0, 0.1, 1.0, 5.0)),
        n=n,
        m=int(rng.integers(1, n + 1)),
    )


MINIBATCH_L2_STEP = Exercise(
    function="minibatch_l2_step",
    topics=("C08-09", "C08-10", "C08-11"),
    points=2,
    difficulty=2,
    minutes=15,
    reference=regularization.minibatch_l2_step,
    forbid=("nnlib.regularization.weight_decay_step",),
    returns=("w", "b"),
    edge_returns=("b",),
    allowed=_allowed,
    large=lambda rng: call(
        *(rng.normal(size=s) for s in ((50, 784), (50,), (50, 784), (50,))), lr=0.1, lam=3.0, n=1000, m=50
    ),
    cases=(
        Case(
            "a layer",
            layer((2, 3), (2,), lr=0.5, lam=4.0, n=10, m=4),
            weight=2,
            example=call([1.0, -2.0], [1.0], [4.0, 8.0], [2.0], lr=0.5, lam=8.0, n=20, m=4),
        ),
        Case("weights without a gradient: nothing but decay", only_decay),
        Case("large gradients", layer((2, 2), (2,), slope=10.0, lr=0.2, lam=9.0, n=8, m=5), weight=3),
        in_turn(
            "odd shapes, lam 0, all samples in the batch, zeros, tiny and large numbers",
            layer((1,), (1,), lr=0.1, lam=0.0, n=10, m=1),
            layer((1, 3), (1, 1), lr=1.0, lam=3.0, n=6, m=6),
            layer((3, 1), (3,), lr=1.0, lam=0.1, n=1, m=1),
            layer((2, 1, 3), (2, 1), scale=1e-5, slope=1e-5, lr=0.1, lam=5.0, n=10, m=3),
            layer((2, 3, 1), (1, 4), scale=300.0, slope=300.0, lr=0.1, lam=5.0, n=10, m=7),
            layer((1, 3, 1), (4,), scale=300.0, slope=1.0, make=spread, lr=0.5, lam=1.0, n=100, m=8),
            layer((4,), (4, 1), scale=-1.0, slope=-1.0, lr=0.5, lam=1.0, n=100, m=8),
            weight=2,
        ),
    ),
    hints=(
        "The gradient: the sum divided by m. The decay: the factor 1 − lr * lam / n on the old weights.",
        "Biases have the same gradient step, and no decay.",
        "w = (1 - lr * lam / n) * w - lr / m * grad_w_sum and b = b - lr / m * grad_b_sum",
    ),
)


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_bias_decays(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """Your biases decay as well; the penalty spares them."""
    shrink = 1 - lr * lam / n
    return shrink * w - lr / m * grad_w_sum, shrink * b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_batch_in_the_decay(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You divide the decay by the size of the batch; it belongs to the cost of all n samples: lam / n."""
    return (1 - lr * lam / m) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_training_set_in_the_gradient(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You divide the gradients by n; they are sums over the m samples of the batch."""
    return (1 - lr * lam / n) * w - lr / n * grad_w_sum, b - lr / n * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_exchanged(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You have n and m exchanged: n is the training set and belongs to the decay, m the batch."""
    return (1 - lr * lam / m) * w - lr / n * grad_w_sum, b - lr / n * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_sums(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You step along the sums; divide them by m."""
    return (1 - lr * lam / n) * w - lr * grad_w_sum, b - lr * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_sum_for_the_biases(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """Your biases step along the sum of their gradients; divide it by m, too."""
    return (1 - lr * lam / n) * w - lr / m * grad_w_sum, b - lr * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_decay_without_rate(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """The rate is missing in the decay: the factor is 1 − lr * lam / n."""
    return (1 - lam / n) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong(case="a layer")
def minibatch_l2_step_decay_at_the_end(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You shrink after the step, and so the gradient's step as well; only the old weights shrink."""
    return (1 - lr * lam / n) * (w - lr / m * grad_w_sum), b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_twice_the_decay(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You decay twice as much: the penalty has a ½, so that its gradient is lam / n * w."""
    return (1 - 2 * lr * lam / n) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_half_the_decay(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You decay half as much: the ½ of the penalty is gone in its gradient, which is lam / n * w."""
    return (1 - lr * lam / (2 * n)) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_penalty_in_the_sum(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You add the penalty's gradient to the sum, which divides it by m once more; it is lam / n * w as it is."""
    return w - lr / m * (grad_w_sum + lam / n * w), b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_no_decay(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """Your weights do not decay: `lam` is not used."""
    return w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_n_forgotten(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You do not divide `lam` by `n`."""
    return (1 - lr * lam) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_grows(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """Your weights grow: the factor is 1 minus, not 1 plus."""
    return (1 + lr * lam / n) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_uphill(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You step up the gradient; subtract it."""
    return (1 - lr * lam / n) * w + lr / m * grad_w_sum, b + lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong
def minibatch_l2_step_l1(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """That is the step of L1, with the sign of the weights; L2 shrinks each by its share."""
    return w - lr * lam / n * np.sign(w) - lr / m * grad_w_sum, b - lr / m * grad_b_sum


@MINIBATCH_L2_STEP.wrong(case="arguments unchanged")
def minibatch_l2_step_in_place(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """You change `w` and `b` themselves with -= or *=; make new arrays."""
    w *= 1 - lr * lam / n
    w -= lr / m * grad_w_sum
    b -= lr / m * grad_b_sum
    return w, b


@MINIBATCH_L2_STEP.right
def minibatch_l2_step_by_gradients(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    return w - lr * (grad_w_sum / m + lam / n * w), b - lr * grad_b_sum / m


@MINIBATCH_L2_STEP.right
def minibatch_l2_step_on_copies(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    w, b = w.copy(), b.copy()
    w -= lr * lam / n * w
    w -= lr / m * grad_w_sum
    b -= lr / m * grad_b_sum
    return w, b


@MINIBATCH_L2_STEP.right
def minibatch_l2_step_by_helper(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    def step(p, total, decay):
        return (1 - decay) * p - total * lr / m

    return step(w, grad_w_sum, lr * lam / n), step(b, grad_b_sum, 0)


@MINIBATCH_L2_STEP.right
def minibatch_l2_step_weights_first(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    shrunk = np.multiply(w, 1 - lr * lam / n)
    return np.subtract(shrunk, np.multiply(lr, grad_w_sum) / m), np.subtract(
        b, np.multiply(lr, grad_b_sum) / m
    )
