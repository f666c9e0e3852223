"""Random starting values: their distribution beside torch's and SciPy's, and that the generator alone decides."""

import numpy as np
import pytest
from scipy import stats

from nnlib import init, nn
from tests.nnlib.spec import agree

SEEDS = range(3)
SHAPE, CONV = (60, 90), (8, 6, 5, 3)


def normal(std, mean=0.0):
    return stats.norm(mean, std)


def uniform(low, high):
    return stats.uniform(low, high - low)


# (draw, shape, options, the distribution written out)
DRAWS = [
    (init.normal, (50, 70), {}, normal(1)),
    (init.normal, (5000,), {"mean": -2.0, "std": 0.01}, normal(0.01, -2)),
    (init.uniform, (5000,), {}, uniform(0, 1)),
    (init.uniform, (50, 2, 50), {"a": -3.0, "b": -1.0}, uniform(-3, -1)),
    (init.lecun_normal, SHAPE, {}, normal((1 / 90) ** 0.5)),
    (init.lecun_normal, CONV, {}, normal((1 / (6 * 15)) ** 0.5)),
    (init.xavier_normal, SHAPE, {}, normal((2 / 150) ** 0.5)),
    (init.xavier_normal, CONV, {"gain": 5 / 3}, normal(5 / 3 * (2 / (14 * 15)) ** 0.5)),
    (init.xavier_uniform, SHAPE, {}, uniform(-0.2, 0.2)),
    (init.xavier_uniform, CONV, {"gain": 2.0}, uniform(-2 * (6 / 210) ** 0.5, 2 * (6 / 210) ** 0.5)),
    (init.kaiming_normal, SHAPE, {}, normal((2 / 90) ** 0.5)),
    (init.kaiming_normal, SHAPE, {"mode": "fan_out"}, normal((2 / 60) ** 0.5)),
    (init.kaiming_normal, CONV, {"a": 0.5, "mode": "fan_out"}, normal((2 / 1.25 / (8 * 15)) ** 0.5)),
    (init.kaiming_normal, SHAPE, {"nonlinearity": "tanh"}, normal(5 / 3 / 90**0.5)),
    (init.kaiming_uniform, SHAPE, {}, uniform(-((6 / 90) ** 0.5), (6 / 90) ** 0.5)),
    (init.kaiming_uniform, SHAPE, {"a": 5**0.5}, uniform(-1 / 90**0.5, 1 / 90**0.5)),
    (
        init.kaiming_uniform,
        CONV,
        {"nonlinearity": "selu"},
        uniform(-0.75 * (3 / 90) ** 0.5, 0.75 * (3 / 90) ** 0.5),
    ),
]
NAMES = [f"{draw.__name__}{shape}{options}" for draw, shape, options, _ in DRAWS]


@pytest.mark.parametrize(("draw", "shape", "options", "law"), DRAWS, ids=NAMES)
def test_distribution(draw, shape, options, law):
    for seed in SEEDS:
        values = draw(shape, rng=np.random.default_rng(seed), **options)
        assert values.shape == shape
        assert values.dtype == np.float64
        assert stats.kstest(values.ravel(), law.cdf).pvalue > 1e-4
        n = values.size
        assert abs(values.mean() - law.mean()) < 5 * law.std() / np.sqrt(n)
        # the variance of a sample variance is below 2 sigma^4 / n for both laws
        assert abs(values.var() / law.var() - 1) < 5 * np.sqrt(2 / n)
        # neighbours have nothing to do with one another
        assert abs(np.corrcoef(values.ravel()[:-1], values.ravel()[1:])[0, 1]) < 5 / np.sqrt(n)


@pytest.mark.parametrize(("draw", "shape", "options", "law"), DRAWS, ids=NAMES)
def test_spread_is_torchs(draw, shape, options, law):
    import torch

    if draw is init.lecun_normal:
        return  # torch has none
    torch.manual_seed(0)
    theirs = (
        getattr(torch.nn.init, draw.__name__ + "_")(torch.empty(400, *shape), **options)
        if len(shape) == 1
        else (
            torch.stack(
                [
                    getattr(torch.nn.init, draw.__name__ + "_")(torch.empty(shape), **options)
                    for _ in range(40)
                ]
            )
        )
    )
    assert theirs.std().item() == pytest.approx(law.std(), rel=0.02)
    assert theirs.mean().item() == pytest.approx(law.mean(), abs=0.02 * law.std() + 1e-6)


@pytest.mark.parametrize(("draw", "shape", "options", "law"), DRAWS, ids=NAMES)
def test_generator_alone_decides(draw, shape, options, law):
    first, again, other = (draw(shape, rng=np.random.default_rng(seed), **options) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).mean() > 0.99


@pytest.mark.parametrize(
    "draw", [init.xavier_uniform, init.kaiming_uniform, init.lecun_normal, init.kaiming_normal]
)
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0), (1, 1)])
def test_layers_without_units(draw, shape):
    with np.errstate(all="raise"):
        assert draw(shape, rng=np.random.default_rng(0)).shape == shape


def test_gains_are_torchs():
    import torch

    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        agree(init.calculate_gain(name), torch.nn.init.calculate_gain(name))
    for slope in (0, 0.2, 1.0, 5**0.5):
        agree(init.calculate_gain("leaky_relu", slope), torch.nn.init.calculate_gain("leaky_relu", slope))


@pytest.mark.parametrize("seed", SEEDS)
def test_sparse_columns_are_torchs(seed):
    import torch

    torch.manual_seed(seed)
    for sparsity in (0.0, 0.1, 0.34, 1.0):
        ours = init.sparse((30, 40), sparsity, std=0.5, rng=np.random.default_rng(seed))
        theirs = torch.nn.init.sparse_(torch.empty(30, 40), sparsity, std=0.5)
        assert ((ours == 0).sum(axis=0) == (theirs == 0).sum(dim=0).numpy()).all()
    ours = init.sparse((300, 40), 0.9, std=0.5, rng=np.random.default_rng(seed))
    assert stats.kstest(ours[ours != 0], normal(0.5).cdf).pvalue > 1e-4
    # every row is as likely to be kept
    assert stats.chisquare((ours != 0).sum(axis=1)).pvalue > 1e-4
    assert init.sparse((4, 2), 0.5, rng=np.random.default_rng(0)).std() < 0.05
    assert init.sparse((0, 3), 0.5, rng=np.random.default_rng(0)).shape == (0, 3)


@pytest.mark.parametrize(
    ("shape", "want"), [((30, 784), (784, 30)), ((16, 3, 5, 4), (60, 320)), ((3, 0), (1, 3))]
)
def test_fans(shape, want):
    assert init.fans(shape) == want


@pytest.mark.parametrize("seed", SEEDS)
def test_keep_k_counts_who_is_ahead(seed):
    rng = np.random.default_rng(seed)
    weight, scores = rng.normal(size=(6, 8)), rng.random((6, 8))
    for k in (0, 1, 3, 8, 10):
        ahead = (scores[:, None, :] > scores[:, :, None]).sum(axis=2)
        agree(init.keep_k(weight, scores, k=k), np.where(ahead < k, weight, 0))
    agree(init.keep_k(np.ones((2, 3)), np.zeros((2, 3)), k=1), [[1.0, 0.0, 0.0]] * 2)  # ties: the first


@pytest.mark.parametrize("seed", SEEDS)
def test_sparse_k_keeps_k_a_unit(seed):
    rng = np.random.default_rng(seed)
    w = init.sparse_k((40, 200), k=15, std=2.0, rng=rng)
    assert ((w != 0).sum(axis=1) == 15).all()
    assert stats.kstest(w[w != 0], normal(2.0).cdf).pvalue > 1e-4
    assert stats.chisquare((w != 0).sum(axis=0)).pvalue > 1e-4
    assert (init.sparse_k((3, 4), rng=rng) != 0).all()
    assert (init.sparse_k((3, 4), k=0, rng=rng) == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_spread_as_the_formulas_say(seed):
    rng = np.random.default_rng(seed)
    active = np.arange(1000) < 500
    z = rng.normal(size=(4000, 1000)) @ active + rng.normal(size=4000)
    assert z.std() == pytest.approx(init.preactivation_std(500, 1.0), rel=0.06)
    w, x = rng.normal(0.5, 2.0, size=(4000, 50)), rng.normal(-1.0, 0.7, size=(4000, 50))
    want = init.preactivation_variance(50, 4.0, 0.49, mean_w=0.5, mean_x=-1.0)
    assert (w * x).sum(axis=1).var() == pytest.approx(want, rel=0.12)


@pytest.mark.parametrize("seed", SEEDS)
def test_mlp_parameters(seed):
    parameters = nn.mlp_parameters([20, 200, 7], rng=np.random.default_rng(seed))
    assert [p.shape for p in parameters] == [(200, 20), (200,), (7, 200), (7,)]
    assert stats.kstest(parameters[0].ravel(), normal(0.1**0.5).cdf).pvalue > 1e-4
    assert (parameters[1] == 0).all()
    flat = nn.mlp_parameters([2, 3], init=lambda shape, *, rng: init.constant(shape, 0.5), rng=None)
    agree(flat[0], np.full((3, 2), 0.5))
    with pytest.raises(ValueError, match="mlp_parameters: sizes must be at least inputs and outputs; got 1"):
        nn.mlp_parameters([3], rng=None)


def test_names_and_defaults_are_torchs():
    import inspect

    import torch

    for name in (
        "normal",
        "uniform",
        "xavier_normal",
        "xavier_uniform",
        "kaiming_normal",
        "kaiming_uniform",
        "sparse",
        "constant",
        "zeros",
    ):
        theirs = dict(inspect.signature(getattr(torch.nn.init, name + "_")).parameters)
        ours = dict(inspect.signature(getattr(init, name)).parameters)
        assert ours.pop("shape").default is inspect.Parameter.empty
        theirs.pop("tensor")
        theirs.pop("generator", None)
        ours.pop("rng", None)
        assert {n: p.default for n, p in ours.items()} == {n: p.default for n, p in theirs.items()}, name
    assert inspect.signature(init.calculate_gain).parameters["param"].default is None
