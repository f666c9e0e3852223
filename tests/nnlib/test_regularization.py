"""What no row says: early stopping, random masks, and the claims of chapter 08 as numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import special, stats

from nnlib import experiments as E
from nnlib import metrics as M
from nnlib import regularization as R
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed=0):
    return np.random.default_rng(seed)


# Early stopping


def run(stop, metrics):
    return [stop.step(value, [np.array([float(i)])]) for i, value in enumerate(metrics)]


def test_it_stops_after_so_many_steps_without_an_improvement():
    stop = R.EarlyStopping(patience=3)
    assert run(stop, [5, 4, 4, 4.5, 3.9, 4, 4, 3.9]) == [False] * 7 + [True]
    assert (stop.best, stop.best_step, stop.waited) == (3.9, 4, 3)
    agree(stop.best_params[0], [4.0])


@pytest.mark.parametrize(
    ("options", "values", "best"),
    [
        ({"mode": "max"}, [0.1, 0.3, 0.2], 1),
        ({"min_delta": 0.5}, [3.0, 2.75, 2.4, 2.0], 2),
        ({"min_delta": 0.5}, [3.0, 2.5], 0),  # just as much is not more
        ({}, [np.nan, 1.0, np.nan], 1),
        ({"mode": "max"}, [-np.inf, -5.0], 1),
    ],
)
def test_what_counts_as_an_improvement(options, values, best):
    stop = R.EarlyStopping(patience=9, **options)
    assert run(stop, values) == [False] * len(values)
    assert stop.best_step == best
    assert stop.best == values[best]


def test_the_best_parameters_are_a_copy_and_can_be_left_out():
    params = [np.zeros(2)]
    keeping, not_keeping = R.EarlyStopping(), R.EarlyStopping(restore_best=False)
    for stop in (keeping, not_keeping):
        stop.step(1.0, params)
    params[0] += 7
    agree(keeping.best_params[0], [0.0, 0.0])
    assert not_keeping.best_params is None


def test_it_goes_on_from_its_state():
    values = [3.0, 2.0, 2.5, 2.5, 2.5]
    stop = R.EarlyStopping(patience=3)
    run(stop, values[:3])
    again = R.EarlyStopping(patience=3)
    again.load_state_dict(stop.state_dict())
    assert run(again, values[3:]) == run(stop, values[3:]) == [False, True]
    assert again.state_dict() == stop.state_dict()


@pytest.mark.parametrize(
    ("values", "options", "kept"),
    [
        ([5, 4, 4, 4.5, 3.9, 4, 4, 3.9, 1], {"patience": 3}, (4, 7)),
        ([3, 2, 1], {"patience": 1}, (2, 2)),
        ([3, 4, 1], {"patience": 1}, (0, 1)),
        ([1.0], {}, (0, 0)),
        ([0.1, 0.3, 0.2, 0.4], {"mode": "max", "patience": 2}, (3, 3)),
        (
            [3.0, 2.5, 2.0, 1.0],
            {"min_delta": 0.5, "patience": 3},
            (3, 3),
        ),  # the second is just as much, not more
        ([3.0, 2.75, 2.5, 1.0], {"min_delta": 0.5, "patience": 2}, (0, 2)),
        (range(12), {}, (0, 10)),
    ],
)
def test_where_training_would_have_stopped(values, options, kept):
    assert R.early_stopping(values, **options) == kept


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "least"}, "mode must be 'min' or 'max'; got 'least'"),
        ({"patience": 0}, "patience must be at least 1; got 0"),
        ({"min_delta": -1.0}, "min_delta must be at least 0"),
    ],
)
def test_bad_options_of_early_stopping_are_refused(options, words):
    with pytest.raises(ValueError, match=f"EarlyStopping: {words}"):
        R.EarlyStopping(**options)


def test_an_empty_series_is_refused():
    with pytest.raises(ValueError, match="early_stopping: values must be not empty; got an empty sequence"):
        R.early_stopping([])


# Random masks


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_masks_keep_the_right_share_and_dropout_its_mean(p):
    for seed in SEEDS:
        mask = R.dropout_mask((300, 200), p=p, rng=rng(seed))
        spread = np.sqrt(p * (1 - p) / mask.size)
        assert abs(mask.mean() - (1 - p)) < 5 * spread
        assert set(np.unique(mask)) == {0.0, 1.0}
        assert abs(R.dropout(np.ones(mask.shape), mask, p=p).mean() - 1) < 5 * spread / (1 - p)
        assert (mask == R.dropout_mask((300, 200), p=p, rng=rng(seed))).all()
        assert (mask != R.dropout_mask((300, 200), p=p, rng=rng(seed + 10))).any()


def test_dropout_given_torchs_mask_is_torchs():
    import torch

    for p in (0.2, 0.5, 0.9):
        torch.manual_seed(3)
        x = torch.randn(40, 30, dtype=torch.float64, requires_grad=True)
        y = torch.nn.functional.dropout(x, p=p)
        y.sum().backward()
        mask = (y != 0).double().numpy()
        agree(R.dropout(x.detach().numpy(), mask, p=p), y.detach().numpy())
        agree(R.dropout_backward(1.0, x.detach().numpy(), mask, p=p), x.grad.numpy())


def test_standard_noise_is_standard_normal():
    for seed in SEEDS:
        z = R.standard_noise((20_000,), rng=rng(seed))
        assert stats.kstest(z, "norm").pvalue > 1e-6
        y = R.gaussian_noise(np.full(z.shape, 3.0), z, std=0.5)
        assert abs(y.mean() - 3) < 5 * 0.5 / np.sqrt(z.size)
        assert y.std() == pytest.approx(0.5, rel=0.03)


def test_masks_cut_connections_as_the_moments_say():
    for seed in SEEDS:
        draws = rng(seed)
        x, weight, bias = draws.normal(size=(2, 6)), draws.normal(size=(3, 6)), draws.normal(size=3)
        mean, variance = R.dropconnect_moments(x, weight, bias, p=0.3)
        # all 2^6 masks of a row of weights, with their probabilities
        masks = np.array(np.meshgrid(*[[0.0, 1.0]] * 6)).reshape(6, -1).T
        share = np.prod(np.where(masks == 1, 0.7, 0.3), axis=1)
        outputs = np.array([R.dropconnect(x, weight, bias, np.tile(mask, (3, 1))) for mask in masks])
        agree(np.tensordot(share, outputs, 1), mean)
        agree(np.tensordot(share, (outputs - mean) ** 2, 1), variance)


# Several samples of the noise


@pytest.mark.parametrize("seed", SEEDS)
def test_multi_sample_loss_is_the_mean_of_losses(seed):
    draws = rng(seed)
    h, weight, target = draws.normal(size=(4, 5)), draws.normal(size=(3, 5)), draws.normal(size=(4, 3))
    masks = R.dropout_mask((8, 4, 5), p=0.25, rng=draws)
    got = R.multi_sample_dropout_loss(
        h, masks, head=lambda x: x @ weight.T, loss=lambda y: ((y - target) ** 2).mean(), p=0.25
    )
    agree(got, np.mean((np.einsum("mnd,kd->mnk", h * masks / 0.75, weight) - target) ** 2))


def test_multi_sample_loss_keeps_the_dtype():
    single = R.multi_sample_dropout_loss(np.ones(2, np.float32), np.ones((1, 2)), head=np.sum, loss=np.abs)
    assert single.dtype == np.float32


def test_the_mean_loss_does_not_depend_on_the_number_of_masks_but_its_spread_does():
    draws = rng()
    h, weight = draws.normal(size=20), draws.normal(size=20)
    means, spreads = [], []
    for m in (1, 8):
        values = [
            R.multi_sample_dropout_loss(
                h, R.dropout_mask((m, 20), rng=draws), head=lambda x: x @ weight, loss=np.square
            )
            for _ in range(2000)
        ]
        means.append(np.mean(values))
        spreads.append(np.std(values))
    assert abs(means[0] - means[1]) < 5 * spreads[0] / np.sqrt(2000)
    assert spreads[0] / spreads[1] == pytest.approx(np.sqrt(8), rel=0.15)


def test_more_samples_tighten_the_bound():
    for seed in SEEDS:
        log_p = np.log(rng(seed).uniform(size=(20_000, 8)))
        values = [E.iw_log_likelihood(log_p[:, :m]).mean() for m in (1, 2, 4, 8)]
        assert values == sorted(values)
        assert values[-1] < np.log(0.5)
        agree(E.iw_log_likelihood(log_p[:, :1]), log_p[:, 0])
    agree(E.iw_log_likelihood([[-1000.0, -1000.0]]), [-1000.0])
    agree(E.iw_log_likelihood([[0.0], [np.log(3)]], axis=0), [np.log(2)])


@pytest.mark.parametrize("seed", SEEDS)
def test_sampled_prediction_approaches_the_analytic_mean(seed):
    draws = rng(seed)
    x, w = draws.normal(size=10), draws.normal(size=10)

    def model(x, draws):
        return w @ R.dropout(x, R.dropout_mask(x.shape, p=0.3, rng=draws), p=0.3)

    result = E.mc_predict(model, x, n_samples=4000, rng=draws)
    assert isinstance(result, E.Sampled)
    assert result.n_samples == 4000
    assert abs(result.mean - w @ x) < 5 * result.std / np.sqrt(4000)
    assert result.std == pytest.approx(np.sqrt(0.3 / 0.7 * np.sum((w * x) ** 2)), rel=0.1)


# Ensembles


def one_hidden_layer(seed, units=6):
    draws = rng(seed)
    W1, W2 = draws.normal(size=(units, 4)), draws.normal(size=(3, units))

    def model(x, mask):
        return special.softmax(W2 @ (mask * np.tanh(W1 @ x)))

    return model, draws.normal(size=4)


@pytest.mark.parametrize("seed", SEEDS)
def test_scaling_is_the_geometric_mean_of_all_sub_networks(seed):
    model, x = one_hidden_layer(seed)
    for p in (0.5, 0.2):
        result = E.dropout_ensemble(model, x, units=6, p=p, n_masks=3000, rng=rng(seed))
        assert isinstance(result, E.DropoutEnsemble)
        agree(result.scaled, result.geometric)
        assert 1e-4 < np.abs(result.scaled - result.arithmetic).max() < 0.15
        assert np.abs(result.sampled[-1] - result.arithmetic).max() < 5 * 0.5 / np.sqrt(3000)
        assert result.arithmetic.sum() == pytest.approx(1)
    assert result.sampled.shape == (3000, 3)
    with pytest.raises(ValueError, match="dropout_ensemble: units must be from 1 to 16; got 17"):
        E.dropout_ensemble(model, x, units=17, rng=rng())


def test_dropout_before_squared_error_is_a_penalty():
    for seed in SEEDS:
        draws = rng(seed)
        h, w, y = draws.normal(size=5), draws.normal(size=5), 0.7
        plain, penalty = E.dropout_squared_error(h, w, y, p=0.3)
        masks = np.array(np.meshgrid(*[[0.0, 1.0]] * 5)).reshape(5, -1).T
        share = np.prod(np.where(masks == 1, 0.7, 0.3), axis=1)
        agree(plain + penalty, share @ (masks @ (h * w) / 0.7 - y) ** 2)
    with pytest.raises(ValueError, match="dropout_squared_error: w must be of shape"):
        E.dropout_squared_error(np.ones(2), np.ones(3), 0.0)


# Weights and errors


@pytest.mark.parametrize("seed", SEEDS)
def test_l1_selects_and_l2_shrinks(seed):
    from sklearn.linear_model import Lasso, Ridge

    draws = rng(seed)
    X = draws.normal(size=(80, 12))
    true = np.zeros(12)
    true[:3] = [2.0, -1.5, 1.0]
    y = X @ true + 0.3 * draws.normal(size=80)
    lams = [0.01, 0.1, 0.5]
    result = E.l1_vs_l2(X, y, lams=lams)
    assert isinstance(result, E.Shrinkage)
    for lam, l1, l2 in zip(lams, result.l1, result.l2):
        lasso = Lasso(alpha=lam, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y)
        np.testing.assert_allclose(l1, lasso.coef_, atol=1e-6)
        np.testing.assert_allclose(l2, Ridge(alpha=lam * 80, fit_intercept=False).fit(X, y).coef_, atol=1e-9)
    zeros = np.sum(result.l1 == 0, axis=1)
    assert zeros[0] <= zeros[1] <= zeros[2]
    assert zeros[2] >= 8
    assert (result.l1[1][:3] != 0).all()
    assert (result.l2 != 0).all()
    with pytest.raises(ValueError, match=r"l1_vs_l2: y must be of shape \(80,\)"):
        E.l1_vs_l2(X, y[:, None], lams=lams)
    with pytest.raises(ValueError, match=r"l1_vs_l2: X must be of shape \(n, d\)"):
        E.l1_vs_l2(y, y, lams=lams)


def test_small_weights_make_tanh_a_line():
    bends = [E.tanh_linear_regime(scale) for scale in (0.01, 0.1, 1.0, 3.0)]
    assert bends == sorted(bends)
    assert bends[0] < 2e-5
    assert bends[-1] > 0.3
    with pytest.raises(ValueError, match="tanh_linear_regime: scale must be positive; got 0"):
        E.tanh_linear_regime(0)


@pytest.mark.parametrize("seed", SEEDS)
def test_bias_falls_and_variance_grows_with_the_degree(seed):
    result = E.bias_variance_of_polynomials(rng=rng(seed))
    assert isinstance(result, E.BiasVariance)
    agree(result.bias2 + result.variance, result.error)
    assert (np.diff(result.variance) > 0).all()
    assert result.bias2[0] > 0.4 > 0.01 > result.bias2[-1]
    assert 3 <= result.degrees[result.error.argmin()] <= 5
    # a polynomial of degree k spends k + 1 parameters, each adding noise^2 / n to the variance in sample
    assert result.variance[3] == pytest.approx(0.3**2 * 4 / 20, rel=0.3)


@pytest.mark.parametrize("seed", SEEDS)
def test_bias_variance_and_noise_add_up_to_the_error_on_fresh_labels(seed):
    draws = rng(seed)
    truth = draws.normal(size=50)
    preds = truth + 0.3 + 0.5 * draws.normal(size=(400, 50))
    parts = M.bias_variance_decomposition(truth, preds, noise_var=0.04)
    fresh = truth + 0.2 * draws.normal(size=(400, 50))
    assert sum(parts) == pytest.approx(np.mean((preds - fresh) ** 2), rel=0.03)
    assert parts[0] == pytest.approx(0.09, rel=0.1)
    assert parts[1] == pytest.approx(0.25, rel=0.1)


def test_the_four_diagnoses():
    found = [E.diagnose_fit(*errors) for errors in ((0.01, 0.11), (0.15, 0.16), (0.15, 0.30), (0.005, 0.01))]
    assert found == ["high variance", "high bias", "high bias and high variance", "good fit"]
    assert E.diagnose_fit(0.15, 0.16, target_err=0.14) == "good fit"
    assert E.diagnose_fit(0.01, 0.11, tol=0.2) == "good fit"


def test_penalties_are_priors_up_to_a_constant():
    for seed in SEEDS:
        w = rng(seed).normal(size=7)
        b = R.laplace_neg_log_prior(w, b=0.5) - R.l1_penalty(w, lam=1 / 0.5)
        agree(b, R.laplace_neg_log_prior(np.zeros(7), b=0.5))
        g = R.gaussian_neg_log_prior(w, sigma=0.5) - R.l2_penalty(w, lam=1 / 0.25)
        agree(g, R.gaussian_neg_log_prior(np.zeros(7), sigma=0.5))
        shared = R.soft_weight_sharing(w, [1.0], [0.0], [0.5])
        agree(shared, R.gaussian_neg_log_prior(w, sigma=0.5))


def test_soft_weight_sharing_draws_weights_together():
    """Descent on the penalty alone, the centres learnt too, ends with weights in two tight groups."""
    w = np.concatenate([rng(0).normal(-1, 0.2, 20), rng(1).normal(1, 0.2, 20)])
    before = w[:20].std(), w[20:].std()
    pi, mu, sigma = np.array([0.5, 0.5]), np.array([-0.5, 0.5]), np.array([0.3, 0.3])
    for _ in range(300):
        grad_w, _, grad_mu, _ = R.soft_weight_sharing_backward(1.0, w, pi, mu, sigma)
        w, mu = w - 1e-3 * grad_w, mu - 1e-3 * grad_mu
    assert w[:20].std() < 0.1 * before[0]
    assert w[20:].std() < 0.1 * before[1]
    np.testing.assert_allclose(mu, [w[:20].mean(), w[20:].mean()], atol=1e-3)


def test_results_draw_themselves():
    model, x = one_hidden_layer(0, units=3)
    plots = (
        E.bias_variance_of_polynomials((0, 1), sets=5, rng=rng()).plot(),
        E.l1_vs_l2(np.eye(3), np.ones(3), lams=[0.1, 0.5], steps=10).plot(),
        E.dropout_ensemble(model, x, units=3, n_masks=20, rng=rng()).plot(),
    )
    for ax in plots:
        assert ax.get_xlabel()
        assert ax.get_ylabel()
        assert len(ax.get_legend().get_texts()) >= 2
    plt.close("all")
