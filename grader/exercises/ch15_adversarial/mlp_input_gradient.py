"""The gradient of a small network's loss with respect to its input."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of
from nnlib import experiments


def steady(rng, size, phase):
    """Numbers of both signs and many sizes, almost the same in each draw: which units are on does not change."""
    i = np.arange(int(np.prod(size)))
    x: np.ndarray = 1.3 * np.cos(phase + 2.4 * i + 0.03 * i**2) * rng.uniform(0.97, 1.03, i.size)
    return x.reshape(size)


def network(rng, d, h, c, scale=1.0):
    """W1, b1, W2, b2."""
    return (
        steady(rng, (h, d), 2.0),
        steady(rng, (h,), 3.0),
        scale * steady(rng, (c, h), 4.0),
        scale * steady(rng, (c,), 5.0),
    )


def classes(n, c):
    """Every class, if there are so many samples; not in order."""
    return (np.arange(n) * 2 + 1) % c if c % 2 else (np.arange(n) + 1) % c


def batch(n, d, h, c, scale=1.0):
    return lambda rng: call(steady(rng, (n, d), 1.0), classes(n, c), *network(rng, d, h, c, scale))


def last_class_missing(n, d, h, c):
    def draw(rng):
        x, _, *parameters = batch(n, d, h, c)(rng).args
        return call(x, classes(n, c - 1), *parameters)

    return draw


def at_the_kink(n, d, h, c):
    """The first sample is 0 and so are the biases of the units: there a = 0 for every unit."""

    def draw(rng):
        W1, b1, W2, b2 = network(rng, d, h, c)
        return call(np.eye(n, d, k=-1) * rng.uniform(1, 2), classes(n, c), W1, 0 * b1, W2, b2)

    return draw


def allowed_network(rng):
    d, h, c = (int(one_of(rng, 1, 2, 2, 3, 4)) for _ in range(3))
    shapes = (h, d), (h,), (c, h), (c,)
    return d, c, tuple(floats(rng, size, (1.0, 1.0, 0.1)) for size in shapes)


def _allowed(rng):
    n = int(one_of(rng, 1, 2, 3, 5))
    d, c, parameters = allowed_network(rng)
    return call(floats(rng, (n, d), (1.0, 1.0, 3.0, 1e-2)), rng.integers(c, size=n), *parameters)


MLP_INPUT_GRADIENT = Exercise(
    function="mlp_input_gradient",
    topics=("C15-02",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=experiments.mlp_input_gradient,
    forbid=("nnlib.nn.mlp_backward", "nnlib.adversarial.input_gradient"),
    allowed=_allowed,
    large=batch(32, 784, 64, 10, 0.1),
    cases=(
        Case(
            "one sample",
            batch(1, 4, 6, 3),
            example=call(
                [[1, 2]],
                np.array([0]),
                [[1, 0], [0, 1], [-1, -1]],
                [0.5, -3, 0],
                [[1, 0, 2], [-2, 2, 1]],
                [1, 0],
            ),
        ),
        Case("a batch", batch(5, 4, 6, 3), weight=2),
        Case("as many samples as pixels, units and classes", batch(4, 4, 4, 4)),
        Case("a class that no sample has", last_class_missing(3, 4, 6, 3), weight=3),
        Case("large logits", batch(3, 4, 6, 3, 6.0)),
        Case("units at 0", at_the_kink(4, 3, 6, 3), weight=3),
        in_turn(
            "one pixel, one unit, one class, two samples",
            batch(1, 1, 1, 1),
            batch(2, 1, 3, 2),
            batch(3, 2, 1, 4),
            batch(2, 5, 2, 1),
            batch(1, 1, 2, 2),
            batch(6, 2, 2, 2),
            edge=True,
        ),
    ),
    hints=(
        "Forward first: a, max(a, 0), z. Then back in the order of the formulas: delta_2, delta_1, the gradient.",
        "delta_2 is softmax(z) with 1 taken off at [np.arange(n), y], all divided by n.",
        "(delta_2 @ W2 * (a > 0)) @ W1: the slope of the maximum is 1 where a > 0, else 0.",
    ),
)


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_of_the_weights(x, y, W1, b1, W2, b2):
    """That is the gradient with respect to W1; the gradient at the input has the shape of x."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    delta = (p - np.eye(len(b2))[y]) / len(x)
    return (delta @ W2 * (a > 0)).T @ x


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_sum(x, y, W1, b1, W2, b2):
    """The 1/n is missing: the loss is the mean over the batch."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_no_slope(x, y, W1, b1, W2, b2):
    """The slope of the maximum is missing: through units with a ≤ 0 nothing flows back."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (p - np.eye(len(b2))[y]) / len(x) @ W2 @ W1


@MLP_INPUT_GRADIENT.wrong(case="units at 0")
def mlp_input_gradient_slope_1_at_0(x, y, W1, b1, W2, b2):
    """At a = 0 you take the slope 1; here it is 0."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a >= 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="units at 0")
def mlp_input_gradient_slope_half_at_0(x, y, W1, b1, W2, b2):
    """At a = 0 you take the slope ½; here it is 0."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * np.heaviside(a, 0.5)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_of_the_likelihood(x, y, W1, b1, W2, b2):
    """Your sign is that of ln p; the loss is −ln p, so softmax minus the target, not the reverse."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((np.eye(len(b2))[y] - p) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_no_target(x, y, W1, b1, W2, b2):
    """You send softmax(z) back without taking off the 1 of the true class."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (p / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_no_softmax(x, y, W1, b1, W2, b2):
    """You send z minus the target back; it is softmax(z) minus the target."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    return ((z - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_softmax_over_samples(x, y, W1, b1, W2, b2):
    """Your softmax adds up over the samples; it goes over the classes, axis 1."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=0)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_softmax_over_everything(x, y, W1, b1, W2, b2):
    """Your softmax adds up over the whole batch; each sample has its own sum, over axis 1."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum()
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_true_class_only(x, y, W1, b1, W2, b2):
    """You send back through the logit of the true class only; the other logits count with their probabilities."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    Y = np.eye(len(b2))[y]
    return (Y * (p - 1) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_of_the_true_logit(x, y, W1, b1, W2, b2):
    """That is the gradient of minus the logit of the true class; the loss has the softmax, too."""
    a = x @ W1.T + b1
    return -(W2[y] / len(x) * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="as many samples as pixels, units and classes")
def mlp_input_gradient_transposed(x, y, W1, b1, W2, b2):
    """You send back through the transposed weights; back it is W2 and W1 as they are."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2.T * (a > 0)) @ W1.T


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_at_the_hidden_units(x, y, W1, b1, W2, b2):
    """You stop at the hidden units; one product with W1 more leads to the input."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_slope_of_the_flow(x, y, W1, b1, W2, b2):
    """You let back what is positive; what counts is whether the unit was on, a > 0."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return np.maximum((p - np.eye(len(b2))[y]) / len(x) @ W2, 0) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_hidden_as_slope(x, y, W1, b1, W2, b2):
    """You multiply by max(a, 0); the slope of the maximum is 1 where a > 0, not a."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * np.maximum(a, 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_linear_forward(x, y, W1, b1, W2, b2):
    """Forward you leave out the maximum: z is made of max(a, 0), not of a."""
    a = x @ W1.T + b1
    z = a @ W2.T + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_no_biases(x, y, W1, b1, W2, b2):
    """You leave out the biases: they decide which units are on, and what the logits are."""
    a = x @ W1.T
    z = np.maximum(a, 0) @ W2.T
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_no_second_bias(x, y, W1, b1, W2, b2):
    """You leave out b2: the logits are max(a, 0) W2ᵀ + b2."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_mean_over_classes(x, y, W1, b1, W2, b2):
    """You divide by n times the number of classes; the mean is over the n samples."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / p.size @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_averaged(x, y, W1, b1, W2, b2):
    """You average the gradients of the samples; each sample keeps its own row, divided by n."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (((p - np.eye(len(b2))[y]) @ W2 * (a > 0)) @ W1).mean(axis=0)


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_sign(x, y, W1, b1, W2, b2):
    """You return the sign of the gradient; the sign is taken later, by FGSM."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return np.sign(((p - np.eye(len(b2))[y]) / len(x) @ W2 * (a > 0)) @ W1)


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_whole_columns(x, y, W1, b1, W2, b2):
    """You subtract 1 in the columns of all classes in y, for every row; one number a row: [np.arange(n), y]."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    delta = np.exp(z - z.max(axis=1, keepdims=True))
    delta /= delta.sum(axis=1, keepdims=True)
    delta[:, y] -= 1
    return (delta / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="a class that no sample has")
def mlp_input_gradient_classes_of_the_batch(x, y, W1, b1, W2, b2):
    """You make as many classes as y reaches; there are as many as W2 has rows, even if no sample is of the last."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(y.max() + 1)[y]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_mask_without_bias(x, y, W1, b1, W2, b2):
    """You ask whether x W1ᵀ is above 0; a unit is on where a, which has the bias in it, is."""
    before = x @ W1.T
    z = np.maximum(before + b1, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(x) @ W2 * (before > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_divided_by_the_classes(x, y, W1, b1, W2, b2):
    """You divide by the number of classes; the mean is over the n samples."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) / len(b2) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong(case="a batch")
def mlp_input_gradient_weights_wiped(x, y, W1, b1, W2, b2):
    """`W = W1` makes no copy: the rows that you set to 0 are those of W1, also for the samples that follow."""
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        a = W1 @ x[i] + b1
        e = np.exp(W2 @ np.maximum(a, 0) + b2)
        delta = e / e.sum()
        delta[y[i]] -= 1
        W = W1
        W[a <= 0] = 0
        grad[i] = delta @ W2 @ W / len(x)
    return grad


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_softmax_slope_again(x, y, W1, b1, W2, b2):
    """You multiply by p(1 − p) once more; softmax(z) − Y is already the gradient at z."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - np.eye(len(b2))[y]) * p * (1 - p) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.wrong
def mlp_input_gradient_number_of_the_class(x, y, W1, b1, W2, b2):
    """You subtract the number of the class from every probability; subtract its row of Y, a 1 in one place."""
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - y[:, None]) / len(x) @ W2 * (a > 0)) @ W1


@MLP_INPUT_GRADIENT.right
def mlp_input_gradient_sample_by_sample(x, y, W1, b1, W2, b2):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        on = W1 @ x[i] + b1 > 0
        z = W2[:, on] @ (W1 @ x[i] + b1)[on] + b2
        weight = np.exp(z)
        delta = weight / weight.sum()
        delta[y[i]] -= 1
        grad[i] = (delta @ W2[:, on]) @ W1[on] / len(x)
    return grad


@MLP_INPUT_GRADIENT.right
def mlp_input_gradient_by_jacobians(x, y, W1, b1, W2, b2):
    a = np.einsum("nd,hd->nh", x, W1) + b1
    jacobian = np.einsum("ch,nh,hd->ncd", W2, np.where(a > 0, 1.0, 0.0), W1)
    z = np.where(a > 0, a, 0) @ W2.T + b2
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    true = jacobian[np.arange(len(y)), y]
    return (np.einsum("nc,ncd->nd", p, jacobian) - true) / len(y)


@MLP_INPUT_GRADIENT.right
def mlp_input_gradient_columns(x, y, W1, b1, W2, b2):
    a = W1 @ x.T + b1[:, None]
    z = W2 @ np.clip(a, 0, None) + b2[:, None]
    log_p = z - np.log(np.exp(z).sum(axis=0))
    delta = np.exp(log_p) - (np.arange(len(b2))[:, None] == y)
    back = W2.T @ delta
    back[a <= 0] = 0
    return (W1.T @ back).T / x.shape[0]


@MLP_INPUT_GRADIENT.right
def mlp_input_gradient_by_the_other_classes(x, y, W1, b1, W2, b2):
    a = x @ W1.T + b1
    z = np.maximum(0, a) @ W2.T + b2
    rows = np.arange(len(x))
    odds = np.exp(z - z[rows, y][:, None])
    odds[rows, y] = 0
    weights = odds / (1 + odds.sum(axis=1, keepdims=True))
    towards = weights @ W2 - weights.sum(axis=1, keepdims=True) * W2[y]
    return (towards * (np.sign(a) == 1)) @ W1 / len(x)
