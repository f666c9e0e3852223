"""What chapter 03 says about its experiments, over three seeds, and the numbers its prose quotes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import experiments as E
from nnlib import info
from nnlib import losses as L
from nnlib.activations import sigmoid, softmax
from nnlib.data import load_mnist_small

SEEDS = range(3)
MNIST = load_mnist_small()


def layer(cost, seed, **options):
    return E.layer_slowdown(MNIST, cost, rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_costs_read_digits_from_a_small_start(seed):
    for cost in ("quadratic", "cross_entropy"):
        assert layer(cost, seed, spread=0.01).accuracy[-1] > 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_a_saturated_layer_hardly_learns_under_the_quadratic_cost(seed):
    quadratic, entropy = (layer(cost, seed) for cost in ("quadratic", "cross_entropy"))
    assert quadratic.accuracy[-1] < 0.4
    assert entropy.accuracy[-1] > 0.8
    assert quadratic.error[0] == entropy.error[0]  # the same start and the same batch
    assert 0.35 < quadratic.error[0] < 0.6
    assert 0.019 < quadratic.gradient[0] < 0.021
    np.testing.assert_allclose(entropy.gradient, entropy.error, rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_learning_rate_rescues_the_quadratic_cost(seed):
    rates = (0.5, 2.0, 10.0, 20.0, 50.0)
    quadratic, entropy = (
        [layer(cost, seed, lr=lr).accuracy[-1] for lr in rates] for cost in ("quadratic", "cross_entropy")
    )
    assert max(quadratic) == quadratic[rates.index(20.0)] < 0.65
    assert min(entropy) > 0.75


def test_a_layer_s_curve_has_a_point_every_tenth_of_the_steps():
    curve = layer("quadratic", 0, steps=20, batch=10)
    assert isinstance(curve, E.LayerCurve)
    assert curve.step.tolist() == list(range(0, 21, 2))
    assert curve.accuracy.shape == (11,)
    assert curve.error.shape == curve.gradient.shape == (20,)
    again = layer("quadratic", 0, steps=20, batch=10)
    assert all((one == other).all() for one, other in zip(curve, again))
    with pytest.raises(ValueError, match="layer_slowdown: cost must be 'quadratic' or 'cross_entropy'"):
        layer("mse", 0)
    ax = curve.plot(label="quadratic")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["quadratic"]
    assert curve.plot(ax) is ax
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    plt.close("all")


def test_the_worse_the_neuron_s_mistake_the_later_it_learns():
    mild, bad = (E.learning_slowdown("quadratic", w=w, b=b) for w, b in ((0.6, 0.9), (2.0, 2.0)))
    assert mild.gradient.argmax() == 20
    assert bad.gradient.argmax() == 215
    for w, b in ((0.6, 0.9), (2.0, 2.0)):
        assert E.learning_slowdown("cross_entropy", w=w, b=b).gradient.argmax() == 0


def test_the_quadratic_pull_is_strongest_at_ln_2():
    z = np.linspace(-6, 6, 12001)
    pull = sigmoid(z) ** 2 * sigmoid(-z)
    assert z[pull.argmax()] == pytest.approx(np.log(2), abs=1e-3)
    assert pull.max() == pytest.approx(4 / 27)


def test_more_outcomes_are_not_more_entropy_and_divergence_is_symmetric_now_and_then():
    assert info.entropy([0.98, 0.01, 0.01]) < info.entropy([0.5, 0.5])
    p, q = np.array([0.3, 0.7]), np.array([0.7, 0.3])
    assert info.kl_divergence(p, q) == pytest.approx(info.kl_divergence(q, p))
    assert info.kl_divergence(p, q) == pytest.approx(0.3389, abs=5e-5)


def test_pixels_together_tell_more_bits_than_there_are():
    X, y = E.digits()
    bright, told = (X > 0.5).astype(int), []
    for pixel in bright.T:
        table = np.zeros((2, 10))
        np.add.at(table, (pixel, y), 1 / len(y))
        told.append(info.mutual_information(table, base=2))
    assert 0.4 < max(told) < 0.5
    assert sum(told) > 2 * info.entropy(np.bincount(y) / len(y), base=2)
    assert abs(told[0]) < 1e-12


def test_label_smoothing_makes_the_best_lead_finite():
    for s in (0.1, 0.2):
        lead = np.linspace(0, 12, 1201)
        logits = np.stack([lead, *np.zeros((3, 1201))], axis=1)
        loss = L.cross_entropy(logits, np.zeros(1201, int), reduction="none", label_smoothing=s)
        wanted = L.smooth_labels(np.array([0]), 4, eps=s)[0]
        assert lead[loss.argmin()] == pytest.approx(np.log(wanted[0] / wanted[1]), abs=0.01)
    hard = L.cross_entropy(logits, np.zeros(1201, int), reduction="none")
    assert (np.diff(hard) < 0).all()


def test_an_untrained_classifier_costs_ln_k():
    assert L.log_likelihood_cost(softmax(np.zeros((3, 10))), [0, 4, 9]) == pytest.approx(np.log(10))
