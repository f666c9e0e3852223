"""The squared error of a learning method in three parts."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, options
from nnlib import metrics


def models(r, n, scale=1.0, **options):
    """Draws a truth and the predictions of r models, which miss it on average by more than they scatter."""

    def draw(rng):
        truth = scale * rng.normal(size=n)
        miss = scale * rng.uniform(0.3, 1.0, size=n) * np.where(np.arange(n) % 3 == 1, -1, 1)
        return call(truth, truth + miss + 0.4 * scale * rng.normal(size=(r, n)), **options)

    return draw


def any_noise(r, n):
    return lambda rng: models(r, n, noise_var=float(rng.uniform(0.2, 0.8)))(rng)


def zeros(rng):
    return call(np.zeros(3), rng.normal(size=(4, 3)) * [1.0, 0.0, 1.0], noise_var=0.0)


def far_from_zero(rng):
    truth, predictions = models(4, 3)(rng).args
    return call(truth + 1e6, predictions + 1e6)


def _allowed(rng):
    r, n = rng.integers(1, 6, size=2)
    scales = (1.0, 1.0, 10.0, 1e3, 1e-3)
    return call(
        floats(rng, n, scales),
        floats(rng, (r, n), scales),
        **options(rng, noise_var=(0.0, float(rng.uniform(0, 2)), 1e-5, 300.0)),
    )


BIAS_VARIANCE_DECOMPOSITION = Exercise(
    function="bias_variance_decomposition",
    topics=("C08-01",),
    points=2,
    difficulty=2,
    minutes=15,
    reference=metrics.bias_variance_decomposition,
    returns=("bias2", "variance", "noise"),
    edge_returns=("noise",),
    allowed=_allowed,
    cases=(
        Case(
            "two models, three points",
            any_noise(2, 3),
            weight=2,
            example=call([1.0, 2.0, 0.0], [[0.0, 4.0, 1.0], [4.0, 5.0, 2.0]], noise_var=0.5),
        ),
        Case("more models", any_noise(4, 5), weight=2),
        Case("as many models as points", any_noise(4, 4), weight=2),
        in_turn(
            "one model, one point, zeros, tiny and large numbers",
            models(1, 4),
            models(5, 1, noise_var=0.0),
            models(1, 1, noise_var=1.5),
            models(3, 2, scale=1e-5, noise_var=1e-5),
            models(6, 3, scale=1e3, noise_var=300.0),
            far_from_zero,
            zeros,
        ),
    ),
    hints=(
        "First the mean prediction, point by point: y_preds.mean(axis=0), of shape (n,).",
        "Bias²: the mean over the points of (mean − y_true)². The variance: the mean of (y_preds − mean)² over all.",
        "return np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2), noise_var",
    ),
)


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_n_minus_one(y_true, y_preds, *, noise_var=0.0):
    """Your variance divides by r − 1; here it divides by r, so that the parts sum to the error."""
    mean = y_preds.mean(axis=0)
    spread = np.sum((y_preds - mean) ** 2) / max(len(y_preds) - 1, 1) / y_true.size
    return np.mean((mean - y_true) ** 2), spread, noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_whole_error(y_true, y_preds, *, noise_var=0.0):
    """Your bias² is the whole error, variance included: take the mean over the models first, then the difference."""
    mean = y_preds.mean(axis=0)
    return np.mean((y_preds - y_true) ** 2), np.mean((y_preds - mean) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_around_the_truth(y_true, y_preds, *, noise_var=0.0):
    """Your variance is around the truth; it is around the models' own mean."""
    mean = y_preds.mean(axis=0)
    return np.mean((mean - y_true) ** 2), np.mean((y_preds - y_true) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_mean_over_points(y_true, y_preds, *, noise_var=0.0):
    """You average over the points; the mean prediction is over the models, axis 0, one for each point."""
    mean = y_preds.mean(axis=1, keepdims=True)
    return np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_one_mean(y_true, y_preds, *, noise_var=0.0):
    """You take one mean of all predictions; each point has a mean of its own."""
    mean = y_preds.mean()
    return np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_squared_at_the_end(y_true, y_preds, *, noise_var=0.0):
    """You average over the points before you square, so that misses of both signs cancel; square first."""
    mean = y_preds.mean(axis=0)
    return np.mean(mean - y_true) ** 2, np.mean((y_preds - mean) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_bias_not_squared(y_true, y_preds, *, noise_var=0.0):
    """Your bias is not squared: the first part is the mean of its square."""
    mean = y_preds.mean(axis=0)
    return np.mean(np.abs(mean - y_true)), np.mean((y_preds - mean) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_standard_deviation(y_true, y_preds, *, noise_var=0.0):
    """Your second part is a standard deviation; the variance is its square."""
    mean = y_preds.mean(axis=0)
    return np.mean((mean - y_true) ** 2), np.mean(y_preds.std(axis=0)), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_variance_of_all(y_true, y_preds, *, noise_var=0.0):
    """np.var of all predictions at once also counts how the points differ; take it along axis 0, then the mean."""
    mean = y_preds.mean(axis=0)
    return np.mean((mean - y_true) ** 2), np.var(y_preds), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_sums(y_true, y_preds, *, noise_var=0.0):
    """You sum over the points; the parts are means over them."""
    mean = y_preds.mean(axis=0)
    return np.sum((mean - y_true) ** 2), np.sum(y_preds.var(axis=0)), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_exchanged(y_true, y_preds, *, noise_var=0.0):
    """Your first two parts are exchanged: bias² comes first."""
    mean = y_preds.mean(axis=0)
    return np.mean((y_preds - mean) ** 2), np.mean((mean - y_true) ** 2), noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_noise_in_the_variance(y_true, y_preds, *, noise_var=0.0):
    """You add the noise to the variance; it is a part of its own."""
    mean = y_preds.mean(axis=0)
    return np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2) + noise_var, noise_var


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_noise_squared(y_true, y_preds, *, noise_var=0.0):
    """You square the noise; `noise_var` is a variance already."""
    mean = y_preds.mean(axis=0)
    return np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2), noise_var**2


@BIAS_VARIANCE_DECOMPOSITION.wrong
def bias_variance_decomposition_no_noise(y_true, y_preds, *, noise_var=0.0):
    """Your third part is always 0; it is `noise_var`."""
    mean = y_preds.mean(axis=0)
    return np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2), 0.0


@BIAS_VARIANCE_DECOMPOSITION.right
def bias_variance_decomposition_by_var(y_true, y_preds, *, noise_var=0.0):
    bias = np.mean(y_preds, axis=0) - y_true
    return bias @ bias / bias.size, y_preds.var(axis=0).mean(), noise_var


@BIAS_VARIANCE_DECOMPOSITION.right
def bias_variance_decomposition_point_by_point(y_true, y_preds, *, noise_var=0.0):
    bias2, variance = [], []
    for truth, column in zip(y_true, y_preds.T):
        centre = sum(column) / len(column)
        bias2.append((centre - truth) ** 2)
        variance.append(sum((value - centre) ** 2 for value in column) / len(column))
    return np.mean(bias2), np.mean(variance), noise_var


@BIAS_VARIANCE_DECOMPOSITION.right
def bias_variance_decomposition_by_sums(y_true, y_preds, *, noise_var=0.0):
    r, n = y_preds.shape
    centre = y_preds.sum(axis=0) / r
    return np.sum((centre - y_true) ** 2) / n, np.sum((y_preds - centre) ** 2) / (r * n), float(noise_var)


@BIAS_VARIANCE_DECOMPOSITION.right
def bias_variance_decomposition_by_einsum(y_true, y_preds, *, noise_var=0.0):
    centre = np.average(y_preds, axis=0)
    rest = y_preds - centre[None, :]
    bias2 = np.linalg.norm(centre - y_true) ** 2 / len(y_true)
    return bias2, np.einsum("rn,rn->", rest, rest) / rest.size, noise_var
