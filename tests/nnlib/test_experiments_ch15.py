"""What chapter 15 borrows from nnlib.experiments: the small steps, and digits under attack."""

import numpy as np
import pytest

from nnlib import adversarial as A
from nnlib import experiments as E
from nnlib import nn
from nnlib.data import load_mnist_small
from nnlib.gradcheck import numerical_gradient
from nnlib.losses import cross_entropy
from nnlib.modules import Linear, ReLU, Sequential
from nnlib.optim import SGD
from tests.nnlib.spec import agree

SEEDS = range(3)


def drawn(seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(size=(5, 4)), rng.integers(3, size=5), nn.mlp_parameters([4, 6, 3], rng=rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradients_are_those_of_the_loss(seed):
    x, y, parameters = drawn(seed)
    x_adv = x[::-1] + 0.3

    def weighted(i, p):
        changed = (*parameters[:i], p, *parameters[i + 1 :])
        return 0.3 * cross_entropy(nn.mlp(x, *changed), y) + 0.7 * cross_entropy(nn.mlp(x_adv, *changed), y)

    want = numerical_gradient(lambda x: cross_entropy(nn.mlp(x, *parameters), y), x)
    np.testing.assert_allclose(E.mlp_input_gradient(x, y, *parameters), want, atol=1e-8)
    grads = E.adversarial_grads(x, x_adv, y, *parameters, alpha=0.3)
    for i, (p, grad) in enumerate(zip(parameters, grads)):
        np.testing.assert_allclose(grad, numerical_gradient(lambda p, i=i: weighted(i, p), p), atol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_step_is_that_of_any_network(seed):
    x, y, parameters = drawn(seed)
    rng = np.random.default_rng(seed)
    model = Sequential(Linear(4, 6, rng=rng), ReLU(), Linear(6, 3, rng=rng))
    for p, value in zip(model.params, parameters):
        p[...] = value

    def attack(x, grad_fn):
        return A.fgsm(x, grad_fn(x), epsilon=0.2, clip=(0, 1))

    optimizer = SGD(model.params, lr=0.7)
    A.adversarial_training_step(model, "cross_entropy", optimizer, x, y, attack=attack, alpha=0.4)
    stepped = E.fgsm_training_step(x, y, *parameters, epsilon=0.2, alpha=0.4, lr=0.7)
    for p, want in zip(stepped, model.params):
        agree(p, want)


def test_points_fill_their_ball():
    rng = np.random.default_rng(0)
    r = E.ball_point(rng.normal(size=(20_000, 2, 2)), rng.uniform(size=20_000), epsilon=0.5)
    length = np.linalg.norm(r.reshape(-1, 4), axis=1)
    for share in (0.25, 0.5, 0.9):  # the volume within that share of the points
        assert np.mean(length <= 0.5 * share ** (1 / 4)) == pytest.approx(share, abs=0.015)
    assert np.abs(r.mean(axis=0)).max() < 0.01
    with pytest.raises(ValueError, match=r"u must be of shape \(2,\)"):
        E.ball_point(np.ones((2, 3)), np.ones(3), epsilon=1.0)
    with pytest.raises(ValueError, match="epsilon must be at least 0"):
        E.ball_point(np.ones((2, 3)), np.ones(2), epsilon=-1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_training_against_an_attack_pays_within_its_radius_and_beyond(seed):
    """Four epochs on 2000 digits; the chapter runs ten on 4000."""
    digits = load_mnist_small()
    data = digits.X_train[:2000], digits.y_train[:2000], digits.X_test[:300], digits.y_test[:300]
    clean, robust = (
        E.robust_digits(
            data, epsilon=epsilon, epochs=4, radii=(0.0, 0.1, 0.15), rng=np.random.default_rng(seed)
        )
        for epsilon in (0.0, 0.1)
    )
    assert isinstance(robust, E.RobustRun)
    assert clean.accuracy[0] > 0.85
    assert robust.accuracy[0] > clean.accuracy[0] - 0.06
    assert (robust.accuracy[1:] > clean.accuracy[1:] + 0.08).all()
    x, y = data[2:]
    noise = np.random.default_rng(seed).choice([-0.1, 0.1], x.shape)
    noisy = np.mean(nn.mlp(np.clip(x + noise, 0, 1), *clean.parameters).argmax(axis=1) == y)
    assert noisy > clean.accuracy[0] - 0.03  # changes of that size that are not aimed do little
    assert clean.accuracy[1] < clean.accuracy[0] - 0.4


def test_a_batch_must_fit():
    X, y = np.eye(2), np.array([0, 1])
    with pytest.raises(ValueError, match="batch_size must be from 1 to 2; got 3"):
        E.robust_digits((X, y, X, y), batch_size=3, rng=np.random.default_rng(0))
