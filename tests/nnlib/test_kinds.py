"""What a whole kind of functions must bear, the functions found by looking: sums of float32 data, sizes near the ends
of the float range, 0 log 0, parts without samples."""

import ast
import inspect
import itertools
from pathlib import Path

import numpy as np
import pytest

import nnlib
from nnlib import activations, experiments, info, init, losses, metrics, optim, regularization
from nnlib import data as D
from tests.nnlib.modules import below

NAN, INF = np.nan, np.inf


def calls(function):
    """Names of what a function calls: "mean" for x.mean() and np.mean(x)."""
    nodes = ast.walk(ast.parse(inspect.getsource(inspect.getmodule(function))))
    return {n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}


def library_calls(*names):
    """Calls of np.f(...) or x.f(...) in nnlib: (file, line, call); not in experiments and drawings."""
    root = Path(nnlib.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if {"experiments", "plotting", "files"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in names
            ):
                yield path.relative_to(root).as_posix(), node


# Means of float32 data are summed in float64

FAR = (np.array([181.0, 219.0, 240.0]), np.array([3.0, 2.0, 1.0]))  # means and standard deviations
# means of truth values, whose sum is a count; and of squares that are float64 already
EXACT_MEANS = {"training/evaluation.py": 1, "metrics.py": 2, "data/scaling.py": 1}


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


def centred_moments(X):
    centred, mean = D.center(X)
    return mean[0] + of_columns(centred)[0], of_columns(centred)[1]


MOMENTS = {
    "PCA": pca_moments,
    "StandardScaler": scaled_moments,
    "center": centred_moments,
    "covariance": lambda X: (of_columns(X)[0], np.diag(D.covariance(X))),
    "decorrelate": decorrelated_moments,
    "whiten": whitened_moments,
}


@pytest.mark.parametrize("name", MOMENTS)
def test_mean_and_variance_of_a_million_float32_samples(name, far):
    mean, variance = MOMENTS[name](far)
    want_mean, want_variance = of_columns(far)
    np.testing.assert_allclose(mean, want_mean, rtol=1e-6)
    np.testing.assert_allclose(variance, want_variance, rtol=2e-4)


def test_nobody_who_subtracts_a_mean_of_data_is_forgotten():
    """Functions of nnlib.data.components and scaling that learn from X have their row above."""
    learn = {n for n in below(D) if below(D)[n].__module__ in ("nnlib.data.components", "nnlib.data.scaling")}
    assert learn - {"MinMaxScaler", "fit_transform_splits"} == set(MOMENTS)  # minima, and another scaler


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


# Lengths near the ends of the float range

VECTOR = np.array([[3.0, -4.0, 12.0], [0.0, 2.0, -1.0]])


def clipped(v, dtype):
    (short,), norm = optim.clip_grad_norm([v], 1.0)
    return short, norm


def hypotenuse(v):
    return init.preactivation_std(v.dtype.type(4), np.abs(v), b_std=float(np.abs(v).max()))


def backwards(v):
    """Of two layers the gradient of the first is proportional to the second."""
    layers = [np.eye(3, dtype=v.dtype), np.zeros(3, v.dtype), v, np.zeros(2, v.dtype)]
    identity = (lambda x: x, lambda grad_output, x: grad_output)
    return experiments.gradient_norms(layers, np.ones((1, 3), v.dtype), activation=identity)[0]


# (f, degree, of vectors): f(c v) = c^degree f(v)
HOMOGENEOUS = {
    "clip_grad_norm, the norm": (lambda v: np.float64(optim.clip_grad_norm([v[0], v[1]], 1.0)[1]), 1),
    "clip_grad_norm of p = 1": (lambda v: np.float64(optim.clip_grad_norm([v], 1.0, norm_type=1.0)[1]), 1),
    "clip_grad_norm of p = 3": (lambda v: np.float64(optim.clip_grad_norm([v], 1.0, norm_type=3.0)[1]), 1),
    "clip_grad_norm of p = inf": (lambda v: np.float64(optim.clip_grad_norm([v], 1.0, norm_type=INF)[1]), 1),
    "max_norm": (lambda v: regularization.max_norm(v, c=float(np.abs(v).max() / 2)), 1),
    "max_norm of all": (lambda v: regularization.max_norm(v, c=float(np.abs(v).max() / 2), axis=(0, 1)), 1),
    "directional_derivative": (lambda v: optim.directional_derivative(np.ones(3, v.dtype), v[0]), 0),
    "pairwise_distance": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0), 1),
    "pairwise_distance of p = 1": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0, p=1.0), 1),
    "pairwise_distance of p = 3": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0, p=3.0), 1),
    "pairwise_distance of p = inf": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0, p=INF), 1),
    "its gradient": (lambda v: losses.pairwise_distance_backward(np.ones(2), v, 0 * v, eps=0.0)[0], 0),
    "its gradient, p = 3": (
        lambda v: losses.pairwise_distance_backward(np.ones(2), v, 0 * v, eps=0.0, p=3.0)[0],
        0,
    ),
    "triplet_margin_loss": (
        lambda v: losses.triplet_margin_loss(v / 4, v, 0 * v, margin=0.0, eps=0.0, reduction="none"),
        1,
    ),
    "preactivation_std": (hypotenuse, 1),
    "gradient_norms": (backwards, 1),
}
SCALES = {np.float64: (1e200, 1e-200, 1e300, 1e-300), np.float32: (1e30, 1e-30, 1e37, 1e-37)}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", HOMOGENEOUS)
def test_lengths_of_any_size(name, dtype):
    f, degree = HOMOGENEOUS[name]
    v = VECTOR.astype(dtype)
    want = np.asarray(f(v), dtype=np.float64)
    for scale in SCALES[dtype]:
        got = np.asarray(f(v * dtype(scale)), dtype=np.float64) / float(scale) ** degree
        np.testing.assert_allclose(got, want, rtol=1e-12 if dtype == np.float64 else 2e-6)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, INF])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clipped_gradients_of_any_size_keep_their_direction(dtype, p):
    for scale in (*SCALES[dtype], dtype(1)):
        for max_norm in (1.0, 1e-6, 1e-20):
            grads = [VECTOR[0].astype(dtype) * dtype(scale), VECTOR[1].astype(dtype) * dtype(scale)]
            clipped, norm = optim.clip_grad_norm(grads, max_norm, norm_type=p)
            longdouble = [g.astype(np.longdouble) for g in grads]
            length = np.linalg.norm(np.concatenate(grads).astype(float) / float(scale), p) * float(scale)
            np.testing.assert_allclose(norm, length, rtol=1e-12 if dtype == np.float64 else 1e-6)
            factor = np.minimum(np.longdouble(1), np.longdouble(max_norm) / (np.longdouble(length) + 1e-6))
            for g, wide in zip(clipped, longdouble):
                assert g.dtype == dtype
                np.testing.assert_allclose(
                    g, (wide * factor).astype(dtype), rtol=1e-12 if dtype == np.float64 else 1e-5, atol=1e-44
                )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, INF])
@pytest.mark.parametrize("bad", [INF, -INF, NAN])
def test_gradients_that_are_no_numbers_end_as_in_torch(bad, p, dtype):
    import torch

    arrays = [np.array([1.0, bad, 0.0], dtype), np.array([[2.0]], dtype)]
    tensors = [torch.zeros(a.shape, dtype=getattr(torch, dtype), requires_grad=True) for a in arrays]
    for tensor, array in zip(tensors, arrays):
        tensor.grad = torch.from_numpy(array.copy())
    want = torch.nn.utils.clip_grad_norm_(tensors, 1.0, p)
    clipped, norm = optim.clip_grad_norm(arrays, 1.0, norm_type=p)
    np.testing.assert_equal(norm, want.item())
    for got, tensor in zip(clipped, tensors):
        np.testing.assert_array_equal(got, tensor.grad.numpy())


@pytest.mark.parametrize("scale", [1e200, 1e-3, 1.0])
def test_the_cosine_of_long_vectors(scale):
    x1, x2 = VECTOR * scale, VECTOR[::-1] * scale
    for target in (1.0, -1.0):
        want = losses.cosine_embedding_loss(VECTOR, VECTOR[::-1], target, reduction="none")
        got = losses.cosine_embedding_loss(x1, x2, target, reduction="none")
        np.testing.assert_allclose(got, want, rtol=1e-6)
        want = losses.cosine_embedding_loss_backward(1.0, VECTOR, VECTOR[::-1], target)[0] / scale
        got = losses.cosine_embedding_loss_backward(1.0, x1, x2, target)[0]
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-12 / scale)


def test_lengths_are_taken_in_one_place():
    """numpy.linalg.norm squares what it is given; nnlib._norms.norm bears all sizes."""
    assert {file for file, _ in library_calls("norm")} == {"_norms.py"}


# 0 log 0, and what does not count

PROBABILITIES = np.array([0.0, 0.25, 0.5, 1.0])
TINY = 1e-300
ONE = {"self_information"}  # -log 0 itself, which is inf


@pytest.mark.parametrize("base", [None, 2])
@pytest.mark.parametrize("name", sorted(below(info)))
def test_information_at_0_is_its_limit(name, base):
    """Every function of nnlib.info, on all tables of 0, 1/4, 1/2 and 1: the value at 0 is that next to 0."""
    f = getattr(info, name)
    n = sum(p.default is p.empty for p in inspect.signature(f).parameters.values())
    joint = next(iter(inspect.signature(f).parameters)) == "p_xy"
    for p in itertools.product(PROBABILITIES, repeat=2 * n if not joint else 4):
        tables = np.reshape(p, (2, 2) if joint else (n, 2))
        arguments = (tables,) if joint else tuple(tables)
        near = tuple(np.maximum(a, TINY) for a in arguments)
        got, want = f(*arguments, base=base), f(*near, base=base)
        assert not np.isnan(got).any()
        finite = np.isfinite(got)
        np.testing.assert_allclose(got, np.where(finite, want, INF), rtol=1e-12, atol=1e-12)
        assert np.all(finite | (np.abs(want) > 100))  # inf only where it grows without bound


def test_mutual_information_of_rare_events():
    p = np.array([[1e-200, 0.0], [0.0, 1.0]])
    assert info.mutual_information(p) == pytest.approx(-1e-200 * np.log(1e-200), abs=1e-190)
    rare = np.full((3, 3), 1e-30, np.float32)
    assert np.isfinite(info.mutual_information(rare))


LOG2 = np.log(2)
NONE = {"reduction": "none"}
Z = [[0.0, -INF]]  # scores whose softmax is (1, 0)
# f, arguments, options, what is documented: 0 log 0 = 0, 0 of a weight times an infinite loss is 0
ZEROS = [
    (losses.kl_div, (Z, [[1.0, 0.0]]), {}, [[0, 0]]),
    (losses.kl_div, (Z, [[0.0, -INF]]), {"log_target": True}, [[0, 0]]),
    (losses.kl_div, ([[-LOG2, -LOG2]], [[0.0, -INF]]), {"log_target": True}, [[LOG2, 0]]),
    (losses.kl_div, ([[-LOG2, -LOG2]], [[1.0, 0.0]]), {}, [[LOG2, 0]]),
    (losses.kl_div, (Z, [[-INF, 0.0]]), {"log_target": True}, [[0, INF]]),
    (losses.kl_div, (Z, [[0.0, 1.0]]), {}, [[0, INF]]),
    (losses.nll_loss, (Z, [0]), {}, [0]),
    (losses.nll_loss, (Z, [1]), {"weight": [1.0, 0.0]}, [0]),
    (losses.nll_loss, (Z, [1]), {"weight": [0.0, 1.0]}, [INF]),
    (losses.nll_loss, ([[0.0, -INF], [0.0, -INF]], [1, 0]), {"ignore_index": 1}, [0, 0]),
    (losses.cross_entropy, (Z, [0]), {}, [0]),
    (losses.cross_entropy, (Z, [1]), {"weight": [1.0, 0.0]}, [0]),
    (losses.cross_entropy, (Z, [1]), {"ignore_index": 1}, [0]),
    (losses.cross_entropy, (Z, [1]), {"ignore_index": 1, "label_smoothing": 0.1}, [0]),
    (losses.cross_entropy, (Z, [0]), {"weight": [1.0, 0.0], "label_smoothing": 0.1}, [0]),
    (losses.cross_entropy, (Z, [0]), {"label_smoothing": 0.1}, [INF]),
    (losses.cross_entropy, (Z, [[1.0, 0.0]]), {}, [0]),
    (losses.cross_entropy, (Z, [[0.5, 0.5]]), {"weight": [1.0, 0.0]}, [0]),
    (losses.cross_entropy, (Z, [[0.5, 0.5]]), {}, [INF]),
    (losses.cross_entropy, ([[NAN, 0.0], [0.0, -INF]], [1, 0]), {"ignore_index": 1}, [0, 0]),
    (losses.cross_entropy, ([[NAN, 0.0]], [1]), {"ignore_index": 1, "label_smoothing": 0.1}, [0]),
    (losses.categorical_cross_entropy, ([[1.0, 0.0]], [[1.0, 0.0]]), {}, [0]),
    (losses.categorical_cross_entropy, ([[1.0, 0.0]], [[0.0, 1.0]]), {}, [INF]),
    (losses.categorical_cross_entropy, ([[1.0, 0.0]], [[0.0, 1.0]]), {"eps": 0.25}, [2 * LOG2]),
    (losses.log_likelihood_cost, ([[1.0, 0.0]], [0]), {}, [0]),
    (losses.log_likelihood_cost, ([[1.0, 0.0]], [1]), {}, [INF]),
    (losses.binary_cross_entropy, ([0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]), {}, [0, 0, 100, 100]),
    (losses.binary_cross_entropy, ([0.0, 1.0], [1.0, 0.0]), {"weight": [0.0, 0.0]}, [0, 0]),
    (losses.sigmoid_cross_entropy_cost, ([[0.0, 1.0]], [[0.0, 1.0]]), {}, [0]),
    (
        losses.binary_cross_entropy_with_logits,
        ([INF, -INF, INF, -INF], [1.0, 0.0, 0.0, 1.0]),
        {},
        [0, 0, INF, INF],
    ),
    (losses.binary_cross_entropy_with_logits, ([INF, -INF], [0.0, 1.0]), {"weight": [0.0, 0.0]}, [0, 0]),
    (
        losses.binary_cross_entropy_with_logits,
        ([-INF, -INF], [1.0, 1.0]),
        {"pos_weight": [0.0, 2.0]},
        [0, INF],
    ),
    (losses.multilabel_soft_margin_loss, ([[INF, -INF]], [[1.0, 0.0]]), {}, [0]),
    (losses.multilabel_soft_margin_loss, ([[INF, 0.0]], [[0.0, 1.0]]), {"weight": [0.0, 1.0]}, [LOG2 / 2]),
    (losses.soft_margin_loss, ([INF, -INF, -INF], [1.0, -1.0, 1.0]), {}, [0, 0, INF]),
    (losses.poisson_nll_loss, ([-INF, -INF], [0.0, 1.0]), {}, [0, INF]),
    (losses.poisson_nll_loss, ([0.0, 0.0], [0.0, 1.0]), {"log_input": False, "eps": 0.0}, [0, INF]),
    (losses.poisson_nll_loss, ([2.0], [0.0]), {"log_input": False, "full": True}, [2]),
]
# losses that take a logarithm but never of 0 times something
NEVER_0_LOG_0 = {
    "cross_entropy_with_gradient",  # of labels, unweighted
    "ctc_loss",  # in logarithms throughout, where -inf is no path
    "gaussian_nll_loss",  # of a variance that is at least eps
    "log_cosh_loss",
    "smooth_labels",
    "zero_one_loss",
}


@pytest.mark.parametrize(("f", "arguments", "options", "want"), ZEROS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_counts_0_times_is_0(f, arguments, options, want, dtype):
    x, y = (np.asarray(a) for a in arguments)
    y = y.astype(dtype) if y.dtype.kind == "f" else y
    options = {k: np.asarray(v, dtype) if isinstance(v, list) else v for k, v in options.items()}
    got = f(x.astype(dtype), y, **options, reduction="none")
    assert got.dtype == dtype
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(
        f(x.astype(dtype), y, **options, reduction="sum"), np.sum(want), rtol=1e-6, atol=1e-7
    )


def test_no_loss_with_a_logarithm_is_forgotten():
    taking = {
        name for name, f in below(losses).items() if not name.endswith("_backward") and takes_logarithm(f)
    }
    assert taking - {f.__name__ for f, *_ in ZEROS} - NEVER_0_LOG_0 == set()


def takes_logarithm(f):
    """Whether its module takes one at all: rather a row too many than one too few."""
    return bool(calls(f) & {"log", "log1p"}) and "_nll" not in f.__name__.removesuffix("_loss").replace(
        "poisson_nll", ""
    )


GRADIENTS = [
    (losses.kl_div_backward, (Z, [[0.0, -INF]]), {"log_target": True}, [[-1, 0]]),
    (losses.cross_entropy_backward, (Z, [[1.0, 0.0]]), {}, [[0, 0]]),
    (losses.cross_entropy_backward, (Z, [1]), {"ignore_index": 1}, [[0, 0]]),
    (
        losses.cross_entropy_backward,
        ([[NAN, 0.0], [0.0, -INF]], [1, 0]),
        {"ignore_index": 1},
        np.zeros((2, 2)),
    ),
    (
        losses.cross_entropy_backward,
        ([[NAN, 0.0]], [1]),
        {"ignore_index": 1, "label_smoothing": 0.1},
        [[0, 0]],
    ),
    (losses.categorical_cross_entropy_backward, ([[1.0, 0.0]], [[1.0, 0.0]]), {}, [[-1, 0]]),
    (losses.binary_cross_entropy_backward, ([0.0, 1.0], [0.0, 1.0]), {}, [0, 0]),
    (losses.binary_cross_entropy_with_logits_backward, ([INF, -INF], [1.0, 0.0]), {}, [0, 0]),
    (losses.poisson_nll_loss_backward, ([0.0], [0.0]), {"log_input": False, "eps": 0.0}, [1]),
    (losses.poisson_nll_loss_backward, ([-INF], [0.0]), {}, [0]),
]


@pytest.mark.parametrize(("f", "arguments", "options", "want"), GRADIENTS)
def test_gradients_there(f, arguments, options, want):
    np.testing.assert_allclose(
        f(1.0, *map(np.asarray, arguments), **options, reduction="sum"), want, atol=1e-15
    )


def test_the_share_of_mistakes_where_nothing_counts():
    assert np.isnan(losses.zero_one_loss([0, 1], [0, 0], sample_weight=[0.0, 0.0]))
    assert losses.zero_one_loss([0, 1], [0, 0], sample_weight=[0.0, 2.0]) == 1
    assert losses.zero_one_loss([0, 1], [0, 0], sample_weight=[0.0, 0.0], normalize=False) == 0


# Parts of a split

RATIOS = [
    (0.75, 0.25),
    (0.6, 0.2, 0.2),
    (0.9, 0.05, 0.05),
    (0.98, 0.01, 0.01),
    (0.05, 0.95),
    (0.25,) * 4,
    (1.0,),
]
LABELS = {
    "none": lambda n: None,
    "two classes": lambda n: np.arange(n) % 2,
    "a class each": np.arange,
    "one class": lambda n: np.zeros(n),
    "some nan": lambda n: np.where(np.arange(n) % 3 == 0, NAN, np.arange(n) % 2),
    "all nan": lambda n: np.full(n, NAN),
    "words": lambda n: np.resize(["cat", "dog", "hen"], n),
}


@pytest.mark.parametrize("ratios", RATIOS)
@pytest.mark.parametrize("kind", LABELS)
def test_no_part_of_a_split_is_empty(ratios, kind):
    for n in (*range(1, 30), 100, 101):
        for seed in range(3):
            y, rng = LABELS[kind](n), np.random.default_rng(seed)
            try:
                parts = D.train_val_test_split(np.arange(n), ratios=ratios, stratify=y, rng=rng)
            except ValueError as error:
                refused = str(error)
                parts = None
            if parts is None:
                assert (
                    f"train_val_test_split: n must be enough for a sample in every part; got {n}" in refused
                )
                assert n * min(ratios) < 1  # the smallest part would get less than a whole sample
            else:
                assert min(len(part) for part in parts) > 0
                assert sorted(np.concatenate(parts)) == list(range(n))


def test_missing_labels_are_stratified_as_a_class():
    y = np.repeat([NAN, 0.0, 1.0], [50, 30, 20])
    for seed in range(20):
        for part, share in zip(
            D.train_val_test_split(y, stratify=y, rng=np.random.default_rng(seed)), (6, 2, 2)
        ):
            assert [np.isnan(part).sum(), (part == 0).sum(), (part == 1).sum()] == [
                5 * share,
                3 * share,
                2 * share,
            ]


def test_no_fold_is_empty():
    for n in range(2, 15):
        for k in range(2, n + 1):
            for train, val in D.kfold_indices(n, k=k):
                assert len(train) > 0 < len(val)
        with pytest.raises(ValueError, match="kfold_indices: k must be from 2 to"):
            D.kfold_indices(n, k=n + 1)


# Second versions, for speed


@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (40_000,), (200, 201), (0, 3)])
def test_gelu_of_float32_is_that_of_float64(shape):
    from scipy import special

    x = np.asarray(4 * np.random.default_rng(0).normal(size=shape)).astype(np.float32)
    wide = x.astype(np.float64)
    phi = np.exp(-(wide**2) / 2) / np.sqrt(2 * np.pi)
    for y, want in (
        (activations.gelu(x), wide * special.ndtr(wide)),
        (activations.gelu_backward(1.0, x), special.ndtr(wide) + wide * phi),
    ):
        assert y.dtype == np.float32
        assert y.shape == shape
        assert np.all(np.abs(y - want) <= 5e-7 * np.maximum(1, np.abs(want)))
    turned = np.array(x, order="F")
    assert np.array_equal(activations.gelu(turned), activations.gelu(x))


def test_gelu_of_float32_far_out():
    from scipy import special

    x = np.concatenate([np.linspace(-50, 50, 200_001), [-3e38, -1e20, 1e20, 3e38, np.inf, np.nan]]).astype(
        np.float32
    )
    cdf = activations.gelu(x[:-2]) / np.where(x[:-2] == 0, 1, x[:-2])
    np.testing.assert_allclose(
        cdf, np.where(x[:-2] == 0, 0, special.ndtr(x[:-2].astype(float))), rtol=0, atol=2e-7
    )
    assert np.array_equal(activations.gelu(x[-2:]), x[-2:], equal_nan=True)


def test_draws_of_a_variance_are_those_of_a_normal_distribution():
    for draw, std in (
        (init.lecun_normal, 0.5),
        (init.xavier_normal, (2 / 7) ** 0.5),
        (init.kaiming_normal, 0.5**0.5),
    ):
        np.testing.assert_array_equal(
            draw((3, 4), rng=np.random.default_rng(0)), np.random.default_rng(0).normal(0, std, (3, 4))
        )
