"""The way back through batch norm in one line, in training and in use."""

import numpy as np

from grader.exercises.ch09_normalisation.batch_norm import arguments, with_zeros
from grader.exercises.ch09_normalisation.batch_norm_backward_steps import arriving
from grader.exercises.ch09_normalisation.batch_norm_train import SHAPES
from grader.exercises.ch09_normalisation.normalize import uneven
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import norm
from nnlib.experiments import normalize


def y_of(*args, **kwargs):
    return norm.batch_norm(*args, **kwargs)[0]


def way_back(size, scale=1.0, **given):
    forward = arguments(size, scale=scale, **given)

    def draw(rng):
        drawn = forward(rng)
        return call(arriving(rng, size), *drawn.args, **drawn.kwargs)

    return draw


def some_zeros(size, **given):
    """Zeros in every array, and numbers above 100."""
    forward = with_zeros(size, **given)

    def draw(rng):
        drawn = forward(rng)
        return call(150 * np.roll(spread(rng, size), 1), *drawn.args, **drawn.kwargs)

    return draw


def unlearnt(rng):
    """Factors of 0: nothing gets through to x."""
    zeros = np.zeros(2)
    return call(arriving(rng, (3, 2)), uneven(rng, (3, 2)), zeros, zeros + 1, zeros, zeros, training=True)


def first_of(result, *args):
    return result[0] if isinstance(result, (tuple, list)) and result else "no tuple"


def _allowed(rng):
    given = options(rng, eps=(1e-5, 0.1, 1.0), momentum=(0.1, 0.5), training=(True, True, False))
    size = one_of(rng, *SHAPES, *(() if given.get("training") else ((1, 3), (1, 2, 1, 1))))
    c = size[1]
    g, x, mean, weight, bias = (floats(rng, s, (1.0, 1.0, 10.0)) for s in (size, size, c, c, c))
    return call(g, x, mean, np.abs(floats(rng, c, (1.0, 10.0))), weight, bias, **given)


BATCH_NORM_BACKWARD = Exercise(
    function="batch_norm_backward",
    topics=("C09-03",),
    points=3,
    difficulty=5,
    minutes=35,
    reference=norm.batch_norm_backward,
    torch="torch.nn.functional.batch_norm",
    gradient_of=y_of,
    wrt=(0, 3, 4),
    uses=("normalize", "batch_norm_backward_steps"),
    allowed=_allowed,
    large=way_back((32, 30), training=True),
    returns=("grad_x", "grad_weight", "grad_bias"),
    edge_returns=("grad_bias",),
    cases=(
        Case(
            "in training",
            way_back((5, 3), training=True),
            example=call(
                [[1, 2], [0, -1], [2, 0]],
                [[1, 2], [3, 6], [5, 1]],
                [0, 0],
                [1, 1],
                [2, 3],
                [0, 1],
                training=True,
            ),
            weight=2,
        ),
        Case("in use", way_back((5, 3)), weight=2),
        Case("in training, images", way_back((2, 3, 3, 3), training=True), weight=2),
        Case("in use, images", way_back((2, 3, 3, 3))),
        in_turn("ε given", way_back((4, 3), eps=2.0, training=True), way_back((4, 3), eps=2.0), weight=2),
        in_turn(
            "the first result, grad_x, in both modes",
            way_back((2, 3, 3, 3), training=True, eps=0.5),
            way_back((2, 3, 3, 3), eps=0.5),
            measure=first_of,
            differentiable=False,
            weight=2,
        ),
        in_turn(
            "odd shapes, a batch of one in use, zeros",
            way_back((2, 1), training=True, eps=1.0),
            way_back((1, 2, 2, 3), training=True, momentum=0.5, eps=0.1),
            way_back((2, 1, 3, 1), training=True, momentum=0.1, eps=1e-5),
            way_back((3, 2, 1, 1), 50.0, training=True, eps=1.0),
            way_back((1, 3), training=False, eps=1e-5),
            way_back((1, 2, 1, 1), 10.0, momentum=0.5, eps=1.0),
            way_back((2, 1, 1, 3), training=False, eps=1.0, momentum=0.5),
            some_zeros((4, 4)),
            unlearnt,
            some_zeros((4, 4), training=True, eps=0.5),
            edge=True,
        ),
    ),
    hints=(
        "First mean and variance, those of the mode, then x̂ and s = sqrt(σ² + ε), in shapes that stand along axis 1.",
        "grad_weight and grad_bias are sums over the axes of a channel, of g x̂ and of g, in both modes.",
        "grad_x: γ / s · g in use; in training γ / s · (g − ⟨g⟩ − x̂ ⟨g x̂⟩), means with keepdims=True.",
    ),
)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_constants(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In training you treat mean and variance as constants; they depend on x, and their ways back are missing."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    g, g_xhat = grad_output, grad_output * (x - mean.reshape(shape)) / s
    return weight.reshape(shape) / s * g, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_mean_only(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """The way through the variance is missing: − x̂ ⟨g x̂⟩ in the bracket."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    g, g_xhat = grad_output, grad_output * (x - mean.reshape(shape)) / s
    inner = g - g.mean(axis=axes, keepdims=True) if training else g
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_variance_only(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """The way through the mean is missing: − ⟨g⟩ in the bracket."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g - xhat * g_xhat.mean(axis=axes, keepdims=True) if training else g
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="in use")
def batch_norm_backward_training_in_use(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In use you take off ⟨g⟩ and x̂ ⟨g x̂⟩ as well; there mean and variance are constants: γ / s · g."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="in use")
def batch_norm_backward_always_the_batch(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """You do not use `training`: in use mean and variance are the running ones, and grad_x is γ / s · g."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    s = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    xhat = normalize(x, axes, eps=eps)
    g, g_xhat = grad_output, grad_output * xhat
    inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="in use")
def batch_norm_backward_batch_in_use(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In use your x̂ and s are those of the batch; there they are those of the running statistics."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    s = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    xhat = normalize(x, axes, eps=eps)
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_running_in_training(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In training your x̂ and s are those of the running statistics; there they are those of the batch."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    s = np.sqrt(running_var + eps).reshape(shape)
    xhat = (x - running_mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_no_weight(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """γ is missing in grad_x: weight / s times the bracket."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return inner / s, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_not_divided(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """1 / s is missing in grad_x: weight / s times the bracket."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_by_variance(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In grad_x you divide by the variance; it is s, its root."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s**2 * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_x_for_xhat(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Your grad_weight is the sum of g x; γ multiplies x̂, so it is the sum of g x̂."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, (g * x).sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_weight_in_grad_weight(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Your grad_weight has γ as a factor; y is γ x̂ + β, so its slope is x̂ alone."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, weight * g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_means_of_parameters(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """You average the gradients of weight and bias; the contributions add up, take sums."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.mean(axis=axes), g.mean(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_sums_in_the_bracket(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In the bracket you take sums; ⟨g⟩ and ⟨g x̂⟩ are means."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.sum(axis=axes, keepdims=True) - xhat * g_xhat.sum(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_product_of_means(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """⟨g x̂⟩ is the mean of the products; you do not multiply by x̂ before you average."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_xhat_forgotten(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """You take off ⟨g x̂⟩ as it is; in the bracket it is multiplied by x̂."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_sign_in_the_bracket(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """You add x̂ ⟨g x̂⟩; it is taken off, as ⟨g⟩ is."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) + xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_unbiased(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Your variance is divided by m − 1; the batch was standardized by the biased one, divided by m."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=1)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="ε given")
def batch_norm_backward_own_eps(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """You use an ε of 1e-5 whatever the caller gives as `eps`."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + 1e-5).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="ε given")
def batch_norm_backward_no_eps(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """ε is missing: s = sqrt(σ² + ε)."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(np.where(var > 1e-20, var, 1)).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="in training, images")
def batch_norm_backward_each_place(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In the bracket you average over axis 0 only; for images ⟨·⟩ is over the axes 0, 2 and 3."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g - g.mean(axis=0) - xhat * g_xhat.mean(axis=0) if training else g
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="in training, images")
def batch_norm_backward_samples_counted(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Your ⟨·⟩ divides by the number of samples N; a channel of images has N · H · W numbers."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        n = len(x)
        inner = g - g.sum(axis=axes, keepdims=True) / n - xhat * g_xhat.sum(axis=axes, keepdims=True) / n
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="in training, images")
def batch_norm_backward_along_the_last_axis(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """weight stands along the last axis of your images; the channels are axis 1.

    weight.reshape(1, -1, 1, 1) brings it there."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_bias_before_weight(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """grad_bias comes before grad_weight; the order is that of the arguments, (grad_x, grad_weight, grad_bias)."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g.sum(axis=axes), g_xhat.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong
def batch_norm_backward_weight_in_both(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Your grad_weight and grad_bias have γ as a factor: g was multiplied by it; they are sums of g x̂ and of g."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    g = grad_output * weight.reshape(shape)
    g_xhat, inner = g * xhat, g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return inner / s, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="ε given")
def batch_norm_backward_eps_not_handed_on(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """In training you do not hand `eps` on to normalize, which then takes 1e-5."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    var = x.var(axis=axes) if training else running_var
    s = np.sqrt(var + eps).reshape(shape)
    xhat = normalize(x, axes) if training else (x - running_mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    inner = g
    if training:
        inner = g - g.mean(axis=axes, keepdims=True) - xhat * g_xhat.mean(axis=axes, keepdims=True)
    return weight.reshape(shape) / s * inner, g_xhat.sum(axis=axes), g.sum(axis=axes)


@BATCH_NORM_BACKWARD.wrong(case="arguments unchanged")
def batch_norm_backward_in_place(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """You change grad_output in place; it belongs to who called. g = g - ... makes a new array."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps).reshape(shape)
    xhat = (x - mean.reshape(shape)) / s
    grad_weight, grad_bias = (grad_output * xhat).sum(axis=axes), grad_output.sum(axis=axes)
    if training:
        along = (grad_output * xhat).mean(axis=axes, keepdims=True)
        grad_output -= grad_output.mean(axis=axes, keepdims=True)
        grad_output -= xhat * along
    grad_output *= weight.reshape(shape) / s
    return grad_output, grad_weight, grad_bias


@BATCH_NORM_BACKWARD.right
def batch_norm_backward_by_steps(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    last = np.moveaxis(x, 1, -1)
    rows, g = last.reshape(-1, len(weight)), np.moveaxis(grad_output, 1, -1).reshape(-1, len(weight))
    mean, var = (rows.mean(axis=0), rows.var(axis=0)) if training else (running_mean, running_var)
    s = np.sqrt(var + eps)
    grad_rows = weight * g / s
    if training:
        n, grad_xhat = len(rows), weight * g
        grad_var = -0.5 * np.sum(grad_xhat * (rows - mean), axis=0) / s**3
        grad_rows = grad_xhat / s + 2 / n * (rows - mean) * grad_var - grad_xhat.sum(axis=0) / (n * s)
    grad_x = np.moveaxis(grad_rows.reshape(last.shape), -1, 1)
    return grad_x, np.sum(g * (rows - mean) / s, axis=0), g.sum(axis=0)


@BATCH_NORM_BACKWARD.right
def batch_norm_backward_in_two_branches(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    axes = tuple(a for a in range(x.ndim) if a != 1)
    gamma = np.expand_dims(weight, axes)
    if not training:
        inverse = np.expand_dims((running_var + eps) ** -0.5, axes)
        xhat = (x - np.expand_dims(running_mean, axes)) * inverse
        return gamma * inverse * grad_output, (grad_output * xhat).sum(axes), grad_output.sum(axes)
    m = x.size / x.shape[1]
    xhat = normalize(x, axes, eps=eps)
    grad_weight, grad_bias = np.sum(grad_output * xhat, axis=axes), np.sum(grad_output, axis=axes)
    inner = m * grad_output - np.expand_dims(grad_bias, axes) - xhat * np.expand_dims(grad_weight, axes)
    return gamma / np.sqrt(x.var(axis=axes, keepdims=True) + eps) * inner / m, grad_weight, grad_bias


@BATCH_NORM_BACKWARD.right
def batch_norm_backward_channel_by_channel(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    grad_x, grad_weight, grad_bias = np.empty_like(x), np.empty_like(weight), np.empty_like(weight)
    for c in range(x.shape[1]):
        g, values = grad_output[:, c], x[:, c]
        mean, var = (values.mean(), values.var()) if training else (running_mean[c], running_var[c])
        xhat = (values - mean) / np.sqrt(var + eps)
        grad_weight[c], grad_bias[c] = np.sum(g * xhat), np.sum(g)
        if training:
            g = g - g.mean() - xhat * np.mean(g * xhat)
        grad_x[:, c] = weight[c] / np.sqrt(var + eps) * g
    return grad_x, grad_weight, grad_bias


@BATCH_NORM_BACKWARD.right
def batch_norm_backward_by_einsum(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    n, c = x.shape[:2]
    rows, g = x.reshape(n, c, -1), grad_output.reshape(n, c, -1)
    m = n * rows.shape[2]
    mean, var = running_mean, running_var
    if training:
        mean = np.einsum("ncl->c", rows) / m
        var = np.einsum("ncl->c", (rows - mean[:, None]) ** 2) / m
    s = np.sqrt(var + eps)
    xhat = (rows - mean[:, None]) / s[:, None]
    grad_weight, grad_bias = np.einsum("ncl,ncl->c", g, xhat), np.einsum("ncl->c", g)
    grad_x = g
    if training:
        grad_x = g - (grad_bias / m)[:, None] - xhat * (grad_weight / m)[:, None]
    return ((weight / s)[:, None] * grad_x).reshape(x.shape), grad_weight, grad_bias
