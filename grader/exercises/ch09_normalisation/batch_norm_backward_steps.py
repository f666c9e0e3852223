"""The way back through batch norm, node by node."""

import numpy as np

from grader.exercises.ch09_normalisation.normalize import uneven
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import experiments


def arriving(rng, size):
    """Gradients whose sums are far from 0 along every axis."""
    return rng.normal(size=size) + np.arange(1, 1 + size[0]).reshape(-1, *[1] * (len(size) - 1))


def way_back(n, c, scale=1.0, **given):
    def draw(rng):
        return call(arriving(rng, (n, c)), uneven(rng, (n, c), scale), rng.uniform(1.5, 3, c), **given)

    return draw


def with_zeros(rng):
    """Zeros in every array, a constant unit, numbers above 100."""
    g, x = 150 * spread(rng, (4, 4)), 150 * np.roll(spread(rng, (4, 4)), 1)
    x[:, 1] = 0.5
    return call(g, x, 150 * spread(rng, 4), eps=0.5)


def second_and_last(result, *args):
    return list(result[1::2]) if isinstance(result, (tuple, list)) else "no tuple"


def _allowed(rng):
    n, c = one_of(rng, (2, 1), (3, 2), (5, 1), (4, 4))
    g, x, weight = (floats(rng, size, (1.0, 1.0, 10.0)) for size in ((n, c), (n, c), c))
    return call(g, x, weight, **options(rng, eps=(1e-5, 0.1, 1.0)))


BATCH_NORM_BACKWARD_STEPS = Exercise(
    function="batch_norm_backward_steps",
    topics=("C09-03",),
    points=3,
    difficulty=4,
    minutes=30,
    reference=experiments.batch_norm_backward_steps,
    forbid=("nnlib.norm.batch_norm_backward",),
    allowed=_allowed,
    returns=("grad_xhat", "grad_var", "grad_mean", "grad_x"),
    edge_returns=("grad_xhat",),
    cases=(
        Case(
            "a batch",
            way_back(5, 3),
            example=call([[1, 2], [0, -1], [2, 0]], [[1, 2], [3, 6], [5, 1]], [2, 3]),
            weight=2,
        ),
        Case("as many samples as units", way_back(4, 4), weight=2),
        Case("ε given", way_back(4, 3, eps=2.0), weight=2),
        Case("grad_var and grad_x", way_back(4, 3), measure=second_and_last, differentiable=False),
        in_turn(
            "two samples, one unit, constants",
            way_back(2, 1, eps=1.0),
            way_back(2, 3, 3.0, eps=0.1),
            way_back(6, 1, eps=1e-5),
            with_zeros,
            lambda rng: call(150 * arriving(rng, (3, 2)), uneven(rng, (3, 2), 0.1), rng.uniform(2, 3, 2)),
            lambda rng: call(arriving(rng, (3, 2)), uneven(rng, (3, 2)), np.zeros(2)),
            edge=True,
        ),
    ),
    hints=(
        "Compute x − μ and s = sqrt(σ² + ε) first; the four steps use nothing else.",
        "grad_var and grad_mean are sums over axis 0, with shape (C,); grad_x has three terms.",
        "grad_x = grad_xhat / s + 2 (x − μ) / N · grad_var + grad_mean / N.",
    ),
)


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_no_weight(grad_output, x, weight, *, eps=1e-5):
    """γ is missing in step 1: the gradient of x̂ is γ g."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = grad_output + 0.0
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_sign_of_var(grad_output, x, weight, *, eps=1e-5):
    """The sign of step 2 is wrong: a larger variance makes x̂ smaller, so there is a minus."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = 0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_no_half(grad_output, x, weight, *, eps=1e-5):
    """The ½ is missing in step 2: the derivative of (σ² + ε)^(−1/2) is −½ (σ² + ε)^(−3/2)."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_power(grad_output, x, weight, *, eps=1e-5):
    """Step 2 divides by s³; you divide by s only. The derivative of 1/s with respect to σ² is −½ / s³."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_square_of_s(grad_output, x, weight, *, eps=1e-5):
    """Step 2 divides by s³; you divide by s². (σ² + ε)^(−3/2) is 1/s³."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**2
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_deviation(grad_output, x, weight, *, eps=1e-5):
    """Your second result is the gradient of the standard deviation; the variance's is −½ Σ … / s³."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_std = -np.sum(grad_xhat * centred, axis=0) / s**2
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_std, grad_mean, grad_xhat / s + centred * grad_std / (n * s) + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_not_centred(grad_output, x, weight, *, eps=1e-5):
    """In step 2 you multiply by x; it is x − μ."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * x, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_sign_of_mean(grad_output, x, weight, *, eps=1e-5):
    """The sign of step 3 is wrong: μ is subtracted, so there is a minus."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_means(grad_output, x, weight, *, eps=1e-5):
    """In steps 2 and 3 you average over the samples; the contributions of the samples add up.

    The 1/N comes in step 4."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.mean(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.mean(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_means_used_whole(grad_output, x, weight, *, eps=1e-5):
    """Your grad_x is right, but grad_var and grad_mean are means over the samples; they are sums.

    The 1/N comes in step 4."""
    centred, s = x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.mean(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.mean(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 * centred * grad_var + grad_mean


@BATCH_NORM_BACKWARD_STEPS.wrong(case="as many samples as units")
def batch_norm_backward_steps_wrong_axis(grad_output, x, weight, *, eps=1e-5):
    """In steps 2 and 3 you sum over the units; each unit has its own σ² and μ, and the samples are summed, axis 0."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=1) / s**3
    grad_mean = -np.sum(grad_xhat, axis=1) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_only_directly(grad_output, x, weight, *, eps=1e-5):
    """grad_x has the direct way only; x moves the mean and the variance as well, which are two more terms."""
    centred, s = x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    return grad_xhat, grad_var, -np.sum(grad_xhat, axis=0) / s, grad_xhat / s


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_not_through_the_variance(grad_output, x, weight, *, eps=1e-5):
    """In grad_x the way through the variance is missing: 2 (x − μ) / N · grad_var."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_not_through_the_mean(grad_output, x, weight, *, eps=1e-5):
    """In grad_x the way through the mean is missing: grad_mean / N."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_no_shares(grad_output, x, weight, *, eps=1e-5):
    """In step 4 the 1/N is missing: one sample of N moves the mean by 1/N, and the variance by 2 (x − μ) / N."""
    centred, s = x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 * centred * grad_var + grad_mean


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_mean_whole(grad_output, x, weight, *, eps=1e-5):
    """In step 4 you add grad_mean whole; one sample of N moves the mean by 1/N."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_variance_whole(grad_output, x, weight, *, eps=1e-5):
    """In step 4 the way through the variance lacks its 1/N: 2 (x − μ) / N · grad_var."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_no_two(grad_output, x, weight, *, eps=1e-5):
    """In step 4 the 2 is missing: the derivative of (x − μ)² is 2 (x − μ)."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + centred * grad_var / n + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_not_divided(grad_output, x, weight, *, eps=1e-5):
    """In step 4 the direct way is grad_xhat / s; you do not divide by s."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_direct_way_of_the_upstream(grad_output, x, weight, *, eps=1e-5):
    """In step 4 the direct way is that of x̂, grad_xhat / s; you take g / s, without γ."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_output / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong(case="ε given")
def batch_norm_backward_steps_own_eps(grad_output, x, weight, *, eps=1e-5):
    """You use an ε of 1e-5 whatever the caller gives as `eps`."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + 1e-5)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong(case="ε given")
def batch_norm_backward_steps_no_eps(grad_output, x, weight, *, eps=1e-5):
    """ε is missing: s = sqrt(σ² + ε)."""
    n, centred, s = len(x), x - x.mean(axis=0), x.std(axis=0)
    s = np.where(s > 0, s, 1)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_unbiased(grad_output, x, weight, *, eps=1e-5):
    """Your variance is divided by N − 1; the batch was standardized by the biased one, divided by N."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0, ddof=1) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / (n - 1) * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_mean_before_variance(grad_output, x, weight, *, eps=1e-5):
    """grad_mean and grad_var are in the wrong order; asked for is (grad_xhat, grad_var, grad_mean, grad_x)."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_mean, grad_var, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_units_together(grad_output, x, weight, *, eps=1e-5):
    """You sum over all units together; each unit has its own σ² and μ: axis=0."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred / s**3)
    grad_mean = -np.sum(grad_xhat / s)
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_xhat_for_the_centred(grad_output, x, weight, *, eps=1e-5):
    """You divide by s once more: ∂L/∂x̂ · (x − μ) / s³, not x̂ / s³."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred / s, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong
def batch_norm_backward_steps_slope_not_centred(grad_output, x, weight, *, eps=1e-5):
    """In step 4 the slope of σ² is 2 (x − μ) / N; you do not take the mean off."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    return grad_xhat, grad_var, grad_mean, grad_xhat / s + 2 / n * x * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.wrong(case="arguments unchanged")
def batch_norm_backward_steps_in_place(grad_output, x, weight, *, eps=1e-5):
    """You multiply grad_output in place; it belongs to who called. weight * grad_output makes a new array."""
    n, centred, s = len(x), x - x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    grad_output *= weight
    grad_var = -0.5 * np.sum(grad_output * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_output, axis=0) / s
    return grad_output, grad_var, grad_mean, grad_output / s + 2 / n * centred * grad_var + grad_mean / n


@BATCH_NORM_BACKWARD_STEPS.right
def batch_norm_backward_steps_by_powers(grad_output, x, weight, *, eps=1e-5):
    n = x.shape[0]
    mean, var = x.sum(axis=0) / n, x.var(axis=0)
    grad_xhat = grad_output * weight
    grad_var = (grad_xhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    grad_mean = (grad_xhat * -((var + eps) ** -0.5)).sum(axis=0) + grad_var * (-2 * (x - mean)).mean(axis=0)
    grad_x = grad_xhat * (var + eps) ** -0.5 + grad_var * 2 * (x - mean) / n + grad_mean / n
    return grad_xhat, grad_var, grad_mean, grad_x


@BATCH_NORM_BACKWARD_STEPS.right
def batch_norm_backward_steps_by_xhat(grad_output, x, weight, *, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / s
    grad_xhat = grad_output * weight
    along = (grad_xhat * xhat).sum(axis=0)
    grad_x = (grad_xhat - grad_xhat.mean(axis=0) - xhat * along / len(x)) / s
    return grad_xhat, -along / (2 * s * s), -grad_xhat.sum(axis=0) / s, grad_x


@BATCH_NORM_BACKWARD_STEPS.right
def batch_norm_backward_steps_unit_by_unit(grad_output, x, weight, *, eps=1e-5):
    n, c = x.shape
    grad_xhat, grad_x = np.empty_like(x), np.empty_like(x)
    grad_var, grad_mean = np.empty_like(weight), np.empty_like(weight)
    for j in range(c):
        mean = x[:, j].mean()
        s = np.sqrt(((x[:, j] - mean) ** 2).mean() + eps)
        grad_xhat[:, j] = weight[j] * grad_output[:, j]
        grad_var[j] = -((x[:, j] - mean) @ grad_xhat[:, j]) / (2 * s**3)
        grad_mean[j] = -grad_xhat[:, j].sum() / s
        grad_x[:, j] = grad_xhat[:, j] / s + (2 * (x[:, j] - mean) * grad_var[j] + grad_mean[j]) / n
    return grad_xhat, grad_var, grad_mean, grad_x


@BATCH_NORM_BACKWARD_STEPS.right
def batch_norm_backward_steps_by_jacobian(grad_output, x, weight, *, eps=1e-5):
    n = len(x)
    centring = np.eye(n) - np.full((n, n), 1 / n)
    centred = x - x.mean(axis=0)
    s = np.sqrt((centred**2).sum(axis=0) / n + eps)
    grad_xhat = grad_output * weight[None]
    grad_var = -np.einsum("nc,nc->c", grad_xhat, centred) / s**3 / 2
    grad_mean = -np.ones(n) @ grad_xhat / s
    grad_x = (centring @ grad_xhat) / s + 2 * centred * grad_var / n
    return grad_xhat, grad_var, grad_mean, grad_x.astype(x.dtype)
