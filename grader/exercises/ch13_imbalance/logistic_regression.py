"""One linear unit and a sigmoid, by gradient descent."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib.activations import sigmoid
from nnlib.experiments import logistic_regression


def two_classes(n, d, *, scale=1.0, **given):
    """A third of the samples are of class 1; the classes lie apart, and neither around 0."""

    def draw(rng):
        y = (np.arange(n) % 3 == 0).astype(int)
        return call(scale * (rng.normal(size=(n, d)) + 0.7 + y[:, None]), y, **given)

    return draw


def of_one_class(n, d, label, **given):
    return lambda rng: call(rng.normal(size=(n, d)) + 0.5, np.full(n, label), **given)


def _allowed(rng):
    n, d = shape(rng, axes=(2,))
    given = options(rng, lam=(0.0, 0.1, 1.0), lr=(0.1, 1.0, 0.01), epochs=(100, 0, 1, 2, 7))
    x = one_of(rng, 1.0, 1.0, 1e-5, 3.0) * rng.normal(size=(n, d))
    x = one_of(rng, x, x, np.round(x))
    steepest = (np.mean(np.sum(x**2, axis=1)) + 1) / 4 + given.get("lam", 0.0)
    if steepest * given.get("lr", 0.1) > 1:  # descent would not settle, and the last bit decide
        given["lr"] = 1 / steepest
    return call(x, rng.integers(2, size=n), **given)


LOGISTIC_REGRESSION = Exercise(
    function="logistic_regression",
    topics=("C13-11",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=logistic_regression,
    allowed=_allowed,
    returns=("weight", "bias"),
    cases=(
        Case(
            "one step",
            two_classes(5, 2, epochs=1, lr=0.5),
            example=call([[1, 2], [0, 1], [3, 1], [0, 0]], np.array([1, 0, 1, 1]), epochs=1, lr=0.5),
        ),
        Case("two steps", two_classes(5, 3, epochs=2, lr=1.0), weight=2),
        Case("a hundred steps, the defaults", two_classes(9, 2), weight=2),
        Case("with a penalty", two_classes(6, 3, lam=0.5, lr=0.5, epochs=20), weight=3),
        Case(
            "all results, whatever their order",
            two_classes(5, 3, epochs=3, lr=1.0),
            measure=in_any_order,
            weight=2,
        ),
        in_turn(
            "one sample, one feature, one class, no step, options given and left out",
            two_classes(1, 3, epochs=5),
            two_classes(6, 1, lr=0.3, lam=0.0),
            two_classes(6, 1, lam=1.0),
            of_one_class(3, 2, 0, epochs=4, lr=0.1),
            of_one_class(2, 3, 1, lam=0.2),
            two_classes(3, 2, epochs=0),
            two_classes(4, 2, epochs=100, lr=0.1, lam=0.3),
            two_classes(5, 3, scale=1e-5, lr=1.0, epochs=3),
            two_classes(1, 1, epochs=2, lam=0.0),
            lambda rng: call([[5.0], [-1.0], [5.0], [-1.0]], np.array([1, 1, 0, 0]), lr=0.25),
            lambda rng: call(np.zeros((3, 2)), np.array([1, 0, 1]), lr=rng.uniform(0.5, 1), epochs=3),
            edge=True,
        ),
    ),
    hints=(
        "Start: weight = np.zeros(X.shape[1]), bias = 0.0. In each step p = sigmoid(X @ weight + bias).",
        "The error p − y, divided by n, gives both gradients: (error @ X) and error.sum().",
        "The penalty adds lam * weight to the first gradient. Change weight and bias after both gradients are known.",
    ),
)


@LOGISTIC_REGRESSION.wrong(case="two steps")
def logistic_regression_bias_after_weight(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You compute the bias' gradient with the new weights; both gradients belong to the old ones."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        w = w - lr * grad_w
        b = b - lr * np.mean(sigmoid(X @ w + b) - y)
    return w, b


@LOGISTIC_REGRESSION.wrong(case="two steps")
def logistic_regression_weight_after_bias(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You compute the weights' gradient with the new bias; both gradients belong to the old values."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        b = b - lr * np.mean(sigmoid(X @ w + b) - y)
        error = sigmoid(X @ w + b) - y
        w = w - lr * (X.T @ error / len(y) + lam * w)
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_sums(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Your gradients are sums over the samples; J is a mean, so divide by n."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error + lam * w
        grad_b = np.sum(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_weight_sum(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Your weights' gradient is a sum over the samples; J is a mean, so divide by n."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_bias_sum(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Your bias' gradient is a sum over the samples; J is a mean, so divide by n."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.sum(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_penalty_divided(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You divide the penalty's gradient by n, too; λ/2 ‖w‖² stands outside the mean."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = (X.T @ error + lam * w) / len(y)
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_penalty_halved(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """The ½ of λ/2 ‖w‖² goes when the square is differentiated: the gradient is λ w."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam / 2 * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_penalty_doubled(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """The square's derivative has a 2, but λ/2 takes it away: the gradient is λ w."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + 2 * lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_no_penalty(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You leave the penalty out: it adds λ w to the weights' gradient."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y)
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_penalty_sign(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You subtract the penalty's gradient, so that weights grow; it is added."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) - lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_bias_penalised(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You give the bias a penalty; only the weights have one."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error) + lam * b
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_penalty_of_signs(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Your penalty is that of absolute values; the gradient of λ/2 ‖w‖² is λ w."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * np.sign(w)
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_ascent(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You add the gradient, which makes the loss larger; descent subtracts it."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w + lr * grad_w, b + lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_no_bias(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Your bias stays 0; it learns, too."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        w = w - lr * grad_w
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_one_step_more(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You make one step too many: `epochs` steps."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs + 1):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_one_step_less(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You make one step too few: `epochs` steps."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs - 1):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_lr_ignored(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Your step is 0.1, whatever `lr` is."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - 0.1 * grad_w, b - 0.1 * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_slope_kept(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You keep the sigmoid's slope p (1 − p), which belongs to the squared error; with the cross-entropy p − y
    is all."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        p = sigmoid(X @ w + b)
        error = (p - y) * p * (1 - p)
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_no_sigmoid(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You take the score for the probability: that is linear regression. The sigmoid is missing."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = (X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_signed_labels(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You make −1 and 1 of the labels; in p − y they are 0 and 1."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - (2 * y - 1)
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_starts_at_one(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You start from ones; descent starts from 0."""
    w, b = np.ones(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_one_sample_a_step(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You take one sample a step; each step uses all of them."""
    w, b = np.zeros(X.shape[1]), 0.0
    for step in range(epochs):
        chosen = np.arange(len(y)) == step % len(y)
        error = len(y) * chosen * (sigmoid(X @ w + b) - y)
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@LOGISTIC_REGRESSION.wrong
def logistic_regression_results_reversed(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You return the bias first; the order is weight, bias."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        grad_w = X.T @ error / len(y) + lam * w
        grad_b = np.mean(error)
        w, b = w - lr * grad_w, b - lr * grad_b
    return b, w


@LOGISTIC_REGRESSION.wrong(case="with a penalty")
def logistic_regression_penalty_of_the_new(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """You shrink the new weights: the penalty's gradient is λ times the old ones, as the other gradient is at the old
    ones."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        error = sigmoid(X @ w + b) - y
        w = (w - lr * X.T @ error / len(y)) * (1 - lr * lam)
        b = b - lr * np.mean(error)
    return w, b


@LOGISTIC_REGRESSION.right
def logistic_regression_with_ones(X, y, *, lam=0.0, lr=0.1, epochs=100):
    Z = np.hstack([X, np.ones((len(X), 1))])
    theta, shrink = np.zeros(Z.shape[1]), np.full(Z.shape[1], lam)
    shrink[-1] = 0
    for _ in range(epochs):
        theta = theta - lr * ((sigmoid(Z @ theta) - y) @ Z / len(Z) + shrink * theta)
    return theta[:-1], theta[-1]


@LOGISTIC_REGRESSION.right
def logistic_regression_by_loop(X, y, *, lam=0.0, lr=0.1, epochs=100):
    n, d = X.shape
    w, b = [0.0] * d, 0.0
    for _ in range(epochs):
        step_w, step_b = [lam * v for v in w], 0.0
        for x, label in zip(X, y):
            z = b + sum(v * float(u) for v, u in zip(w, x))
            miss = float(sigmoid(z)) - float(label)
            for j in range(d):
                step_w[j] += miss * float(x[j]) / n
            step_b += miss / n
        w = [v - lr * s for v, s in zip(w, step_w)]
        b -= lr * step_b
    return np.array(w), b


@LOGISTIC_REGRESSION.right
def logistic_regression_decay_first(X, y, *, lam=0.0, lr=0.1, epochs=100):
    w, b = np.zeros(X.shape[1]), np.zeros(1)
    for _ in range(epochs):
        z = np.einsum("ij,j->i", X, w) + b
        missing = (y - 0.5 * (1 + np.tanh(z / 2))) / len(y)
        w = (1 - lr * lam) * w + lr * missing @ X
        b = b + lr * missing.sum()
    return w, b[0]


@LOGISTIC_REGRESSION.right
def logistic_regression_in_place(X, y, *, lam=0.0, lr=0.1, epochs=100):
    params = [np.zeros((X.shape[1], 1)), 0.0]
    target = y.reshape(-1, 1)
    done = 0
    while done < epochs:
        delta = np.divide(sigmoid(X.dot(params[0]) + params[1]) - target, target.shape[0])
        params[0] = params[0] - lr * (X.T.dot(delta) + lam * params[0])
        params[1] = params[1] - lr * float(np.sum(delta))
        done += 1
    return params[0].reshape(-1), params[1]
