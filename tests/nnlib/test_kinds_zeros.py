"""0 log 0 is 0, and what does not count costs nothing, be it infinite."""

import inspect
import itertools

import numpy as np
import pytest

from nnlib import ensemble, info, losses
from tests.nnlib.modules import below, module_calls

NAN, INF = np.nan, np.inf
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
    (losses.focal_loss, (Z, [0]), {}, [0]),
    (losses.focal_loss, (Z, [0]), {"gamma": 0.0}, [0]),
    (losses.focal_loss, (Z, [0]), {"gamma": 0.5}, [0]),
    (losses.focal_loss, (Z, [1]), {}, [INF]),
    (losses.focal_loss, (Z, [1]), {"alpha": [1.0, 0.0]}, [0]),
    (losses.focal_loss, (Z, [1]), {"alpha": [1.0, 0.0], "gamma": 0.0}, [0]),
    (losses.sigmoid_focal_loss, ([INF, -INF, INF, -INF], [1.0, 0.0, 0.0, 1.0]), {}, [0, 0, INF, INF]),
    (losses.sigmoid_focal_loss, ([INF, -INF], [1.0, 0.0]), {"gamma": 0.0, "alpha": -1}, [0, 0]),
    (losses.sigmoid_focal_loss, ([INF, -INF], [0.0, 1.0]), {"alpha": 1.0}, [0, INF]),
    (losses.sigmoid_focal_loss, ([INF, -INF], [0.0, 1.0]), {"alpha": 0.0, "gamma": 0.0}, [INF, 0]),
    (losses.soft_cross_entropy, (Z, [0]), {"temperature": 2.0}, [0]),
    (losses.soft_cross_entropy, (Z, [1]), {"temperature": 2.0}, [INF]),
    (losses.soft_cross_entropy, (Z, [[1.0, 0.0]]), {"temperature": 0.5}, [0]),
    (losses.soft_cross_entropy, (Z, [[0.5, 0.5]]), {}, [INF]),
    (losses.attribute_logistic_loss, ([[INF, -INF], [INF, 0.0]], [[1.0, 0.0], [0.0, 1.0]]), {}, [0, INF]),
    (losses.dice_loss, ([[0.0, 0.0]], [[0.0, 0.0]]), {"eps": 0.0}, [0]),
    (losses.dice_loss, ([[0.0, 0.0]], [[0.0, 1.0]]), {"eps": 0.0}, [1]),
    (ensemble.mutual_distillation_loss, ([Z, Z], [Z, Z]), {}, [0]),
    (ensemble.mutual_distillation_loss, ([Z], [Z]), {"temperature": 2.0}, [0]),
    (ensemble.mutual_distillation_loss, ([Z, [[0.0, 0.0]]], [Z, [[0.0, 0.0]]]), {}, [INF]),
    (
        ensemble.mutual_distillation_loss,
        ([[[0.0, 0.0]], [[0.0, 0.0]]], [Z, [[0.0, 0.0]]]),
        {"temperature": 2.0},
        [2 * LOG2],
    ),
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
    return bool(module_calls(f) & {"log", "log1p"}) and "_nll" not in f.__name__.removesuffix(
        "_loss"
    ).replace("poisson_nll", "")


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
    (losses.focal_loss_backward, (Z, [0]), {}, [[0, 0]]),
    (losses.focal_loss_backward, (Z, [0]), {"gamma": 0.0}, [[0, 0]]),
    (losses.focal_loss_backward, (Z, [1]), {}, [[1, -1]]),
    (losses.focal_loss_backward, (Z, [1]), {"alpha": np.array([1.0, 0.0])}, [[0, 0]]),
    (losses.sigmoid_focal_loss_backward, ([INF, -INF], [1.0, 0.0]), {}, [0, 0]),
    (losses.sigmoid_focal_loss_backward, ([INF, -INF], [0.0, 1.0]), {"alpha": -1}, [1, -1]),
    (losses.sigmoid_focal_loss_backward, ([INF, -INF], [0.0, 1.0]), {"alpha": 0.0, "gamma": 0.0}, [1, 0]),
    (losses.soft_cross_entropy_backward, (Z, [[1.0, 0.0]]), {"temperature": 2.0}, [[0, 0]]),
    (losses.soft_cross_entropy_backward, (Z, [1]), {"temperature": 2.0}, [[0.5, -0.5]]),
    (losses.attribute_logistic_loss_backward, ([[INF, -INF]], [[1.0, 0.0]]), {}, [[0, 0]]),
    (losses.dice_loss_backward, ([[0.0, 0.0]], [[0.0, 0.0]]), {"eps": 0.0}, [[0, 0]]),
    (ensemble.mutual_distillation_loss_backward, ([Z, Z], [Z, Z]), {}, np.zeros((2, 1, 2))),
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


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_paths_and_exits_at_infinite_scores(dtype):
    """A class that is out of the question (-inf) costs nobody anything; a sure answer has the entropy 0."""
    h, w = np.array([[INF], [1.0]], dtype), np.array([[1.0], [1.0]], dtype)
    tree = ((0, 1), 2)
    got = losses.hierarchical_softmax_loss(h, np.array([0, 0]), tree, w, reduction="none")
    np.testing.assert_allclose(got, [0, 2 * np.log(1 + np.exp(-1))], rtol=1e-6)
    got = losses.hierarchical_softmax_loss(h[:1], np.array([2]), tree, w, reduction="none")
    np.testing.assert_array_equal(got, [INF])
    np.testing.assert_array_equal(losses.hierarchical_softmax_probs(h[:1], tree, w), [[1, 0, 0]])
    z = np.array([[[0.0, -INF], [0.0, 0.0]], [[0.0, 0.0], [0.0, -INF]]], dtype)
    np.testing.assert_array_equal(ensemble.entropy_exit(z, threshold=0.1).exit, [0, 1])
    np.testing.assert_array_equal(ensemble.confidence_exit(z).exit, [0, 1])
