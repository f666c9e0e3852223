"""Means of float32 data are summed in float64."""

import numpy as np
import pytest

from nnlib import data as D
from nnlib import experiments, metrics, norm, pooling, regularization
from tests.nnlib.modules import below, library_calls

FAR = (np.array([181.0, 219.0, 240.0]), np.array([3.0, 2.0, 1.0]))  # means and standard deviations
# means of truth values, whose sum is a count; of squares, which float32 adds in pairs to seven digits; of scores
# that are float64 already
EXACT_MEANS = {
    "data/scaling.py": 1,
    "init/variance.py": 2,
    "metrics/areas.py": 2,
    "metrics/bias_variance.py": 2,
    "metrics/f_scores.py": 1,
    "training/evaluation.py": 1,
}


def test_every_mean_in_the_library_says_in_which_type_it_sums():
    """A new mean names its dtype, or is counted above."""
    bare = [
        file for file, call in library_calls("mean", "var", "std", "cov", "average") if not says_dtype(call)
    ]
    assert {file: bare.count(file) for file in bare} == EXACT_MEANS


def says_dtype(call):
    return "dtype" in [keyword.arg for keyword in call.keywords]


@pytest.fixture(scope="module")
def far():
    mean, std = FAR
    return (mean + np.random.default_rng(0).normal(size=(1_000_000, 3)) * std).astype(np.float32)


def of_columns(X):
    return X.mean(axis=0, dtype=np.float64), X.var(axis=0, dtype=np.float64)


def pca_moments(X):
    p = D.PCA(3).fit(X)
    order = np.argsort(of_columns(X)[1])[::-1]
    return p.mean_, p.explained_variance_[np.argsort(order)]


def decorrelated_moments(X):
    _, U, S = D.decorrelate(X)
    return of_columns(X)[0], S[np.abs(U).argmax(axis=1)]


def whitened_moments(X):
    white, mean, _ = D.whiten(X, eps=0.0)
    return mean, of_columns(white)[1] * of_columns(X)[1]


def scaled_moments(X):
    scaler = D.StandardScaler().fit(X)
    z_mean, z_var = of_columns(scaler.transform(X))
    assert np.abs(z_mean).max() < 1e-4
    return scaler.mean_, scaler.var_ * z_var


def standardized_moments(X):
    """From what becomes of 0 and 1 in another part."""
    z, zero, one = D.standardize(X, np.zeros((1, 3)), np.ones((1, 3)))
    assert np.abs(of_columns(z)[0]).max() < 1e-4
    std = 1 / (one - zero)[0]
    return -zero[0] * std, std**2 * of_columns(z)[1]


def centred_moments(X):
    centred, mean = D.center(X)
    return mean[0] + of_columns(centred)[0], of_columns(centred)[1]


def running_moments(f):
    """What a norm keeps of the data, with momentum 1; what it makes of them has mean 0 and variance 1."""

    def moments(X):
        none = np.zeros(3, np.float32), np.ones(3, np.float32)
        y, mean, var = f(X, *none)
        z_mean, z_var = of_columns(np.moveaxis(y, 1, -1).reshape(-1, 3))
        assert np.abs(z_mean).max() < 1e-5
        np.testing.assert_allclose(z_var, 1, rtol=1e-5)
        return mean, var

    return moments


def batch_norm(x, *running):
    return norm.batch_norm(x, *running, training=True, momentum=1.0, eps=1e-8)


def instance_norm(x, *running):
    return norm.instance_norm(x.T[None], *running, momentum=1.0, eps=1e-8)


def of_batches(X):
    batches = X.reshape(1000, 1000, 3)
    return norm.population_stats(batches.mean(axis=1), batches.var(axis=1), m=1000)


MOMENTS = {
    "PCA": pca_moments,
    "StandardScaler": scaled_moments,
    "center": centred_moments,
    "covariance": lambda X: (of_columns(X)[0], np.diag(D.covariance(X))),
    "decorrelate": decorrelated_moments,
    "standardize": standardized_moments,
    "whiten": whitened_moments,
}


NORMS = {
    "batch_norm": running_moments(batch_norm),
    "batch_norm of sequences": running_moments(
        lambda X, *running: batch_norm(X.reshape(1000, 1000, 3).swapaxes(1, 2), *running)
    ),
    "instance_norm": running_moments(instance_norm),
    "population_stats": of_batches,
}
MOMENTS_OF_ALL = MOMENTS | NORMS


@pytest.mark.parametrize("name", MOMENTS_OF_ALL)
def test_mean_and_variance_of_a_million_float32_samples(name, far):
    mean, variance = MOMENTS_OF_ALL[name](far)
    want_mean, want_variance = of_columns(far)
    np.testing.assert_allclose(mean, want_mean, rtol=1e-6)
    np.testing.assert_allclose(variance, want_variance, rtol=2e-4)


def test_nobody_who_subtracts_a_mean_of_data_is_forgotten():
    """Functions of nnlib.data.components and scaling that learn from X have their row above."""
    learn = {n for n in below(D) if below(D)[n].__module__ in ("nnlib.data.components", "nnlib.data.scaling")}
    minima, another = {"MinMaxScaler", "minmax_scale"}, {"fit_transform_splits"}
    assert learn - minima - another == set(MOMENTS)


def test_means_over_many_models_masks_and_pixels():
    n = 400_000
    values = (240 + np.random.default_rng(1).normal(size=(n, 2))).astype(np.float32)
    mean, variance = of_columns(values)
    truth = mean.astype(np.float32)
    bias2, spread, _ = metrics.bias_variance_decomposition(truth, values)
    assert bias2 < 1e-8
    np.testing.assert_allclose(spread, variance.mean(), rtol=1e-4)
    one = np.ones((1, 1), np.float32)
    noise = values[:, :1, None]
    used = regularization.dropconnect_inference(
        one, one, np.zeros(1, np.float32), noise, activation=lambda z: z
    )
    assert used.dtype == np.float32
    np.testing.assert_allclose(used[0, 0], 0.5 + 0.5 * mean[0], rtol=1e-6)
    image = values[:, 0].reshape(1, 1, -1) / np.float32(300)
    grey = D.adjust_contrast(image, 0.0)
    np.testing.assert_allclose(grey[0, 0, 0], mean[0] / 300, rtol=1e-6)
    rows = iter(values)
    sampled = experiments.mc_predict(lambda x, rng: next(rows), one, n_samples=n, rng=None)
    np.testing.assert_allclose(sampled.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(sampled.std, variance**0.5, rtol=1e-4)
    layers = [np.eye(2, dtype=np.float32), np.zeros(2, np.float32)]
    stats = experiments.activation_stats(layers, values, activation=(lambda z: z, None))
    np.testing.assert_allclose(
        [stats.mean[0], stats.std[0]], [values.mean(dtype=float), values.std(dtype=float)], 1e-5
    )


@pytest.mark.parametrize(
    "f",
    [
        lambda x: norm.layer_norm(x, 1_000_000, eps=1e-8),
        lambda x: norm.group_norm(x[None], 3, eps=1e-8)[0],
        lambda x: norm.group_norm(x.reshape(3, 1, 1_000_000), 1, eps=1e-8)[:, 0],
    ],
)
def test_a_million_features_are_normalised(f, far):
    mean, var = of_columns(f(np.ascontiguousarray(far.T)).T)
    assert np.abs(mean).max() < 1e-6
    np.testing.assert_allclose(var, 1, rtol=1e-5)


# of (n, 3) samples the mean of each column
POOLED = {
    "avg_pool_time": pooling.avg_pool_time,
    "avg_pool_time, padded": lambda X: pooling.avg_pool_time(
        np.concatenate([X, X[:9]]), np.arange(len(X) + 9) < len(X)
    ),
    "chunk_avg_pool": lambda X: pooling.chunk_avg_pool(X, 1)[0],
    "kavg_pool": lambda X: pooling.kavg_pool(X, len(X)),
    "avg_pool2d": lambda X: pooling.avg_pool2d(plane(X), 1000)[:, 0, 0],
    "adaptive_avg_pool2d": lambda X: pooling.adaptive_avg_pool2d(plane(X), 1)[:, 0, 0],
}


def plane(X):
    return np.ascontiguousarray(X.T).reshape(3, 1000, 1000)


@pytest.mark.parametrize("name", POOLED)
def test_the_mean_over_a_million_tokens_and_pixels(name, far):
    got = POOLED[name](far)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, of_columns(far)[0], rtol=1e-6)


def test_scores_of_a_million_float32_samples(far):
    log_p = -far[:, 0] / np.float32(100)
    np.testing.assert_allclose(
        np.log(metrics.perplexity(log_p)), of_columns(far)[0][0] / 100, rtol=0, atol=1e-6
    )
    ious = far[:, 1] / np.float32(300)
    want = 2 * np.maximum(ious.astype(float) - 0.5, 0).mean()
    np.testing.assert_allclose(metrics.average_recall(ious), want, rtol=1e-6)
    for dtype in (np.float32, np.float64):
        recall = np.linspace(0, 1, 1_000_000).astype(dtype)
        precision = np.full(recall.shape, 0.7, dtype)
        for method in ("11point", "101point", "all"):
            got = metrics.average_precision(recall, precision, method=method)
            assert got.dtype == dtype
            np.testing.assert_allclose(got, dtype(0.7), rtol=1e-6)
        got = metrics.auc(recall, precision)
        assert got.dtype == dtype
        np.testing.assert_allclose(got, dtype(0.7), rtol=1e-6)
