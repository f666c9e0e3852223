"""Attacks on networks, and training against them."""

from functools import partial

import numpy as np
import pytest

from nnlib import adversarial as A
from nnlib import losses as L
from nnlib.data import load_digits
from nnlib.gradcheck import numerical_gradient
from nnlib.modules import Dropout, Linear, ReLU, Sequential
from nnlib.optim import SGD
from nnlib.training import accuracy, fit
from tests.nnlib.spec import agree

SEEDS = range(3)


def network(rng, sizes=(4, 6, 3)):
    first, hidden, last = sizes
    return Sequential(Linear(first, hidden, rng=rng), ReLU(), Linear(hidden, last, rng=rng))


def sign_step(x, grad_fn, *, epsilon):
    return A.fgsm(x, grad_fn(x), epsilon=epsilon, clip=(0, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_reaches_the_input(seed):
    rng = np.random.default_rng(seed)
    model, x, y = network(rng), rng.normal(size=(5, 4)), rng.integers(3, size=5)
    before = [p.copy() for p in model.params]
    got = A.input_gradient(model, "cross_entropy", x, y)
    want = numerical_gradient(lambda x: L.cross_entropy(model(x), y), x)
    np.testing.assert_allclose(got, want, atol=1e-8)
    agree(got, A.input_gradient(model, (L.cross_entropy, L.cross_entropy_backward), x, y))
    for p, q in zip(model.params, before):
        assert (p == q).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_input_gradient_is_torchs(seed):
    import torch

    rng = np.random.default_rng(seed)
    model, x, y = network(rng), rng.normal(size=(5, 4)), rng.integers(3, size=5)
    W1, b1, W2, b2 = (torch.from_numpy(p) for p in model.params)
    t = torch.from_numpy(x).requires_grad_()
    loss = torch.nn.functional.cross_entropy(torch.relu(t @ W1.T + b1) @ W2.T + b2, torch.from_numpy(y))
    agree(A.input_gradient(model, "cross_entropy", x, y), torch.autograd.grad(loss, t)[0].numpy())


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_attack_on_a_linear_loss_is_the_best_there_is(seed, norm):
    """The loss g . x rises most by epsilon times the dual norm of g: the 1-norm, or the 2-norm itself."""
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 3, 2))
    start = A.pgd_start(x.shape, epsilon=0.5, norm=norm, rng=rng)
    for first in (None, start):
        x_adv = A.pgd(x, lambda x: g, epsilon=0.5, alpha=0.1, steps=200, norm=norm, start=first)
        rise = ((x_adv - x) * g).sum(axis=(1, 2))
        flat = g.reshape(4, -1)
        dual = np.abs(flat).sum(axis=1) if norm == "linf" else np.linalg.norm(flat, axis=1)
        np.testing.assert_allclose(rise, 0.5 * dual, rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_long_step_is_the_fast_method(seed):
    rng = np.random.default_rng(seed)
    x, g = rng.uniform(size=(4, 6)), rng.normal(size=(4, 6))
    one = {"epsilon": 0.1, "alpha": 0.1, "steps": 1, "clip": (0, 1)}
    agree(A.pgd(x, lambda x: g, **one), A.fgsm(x, g, epsilon=0.1, clip=(0, 1)))
    agree(A.pgd(x, lambda x: g, norm="l2", **{**one, "clip": None}), A.fgm(x, g, epsilon=0.1))
    assert (A.pgd(x, lambda x: g, steps=0) == x).all()
    assert A.pgd(x.astype(np.float32), lambda x: g, steps=3).dtype == np.float32


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("seed", SEEDS)
def test_attacks_stay_in_the_ball_and_among_the_pixels(seed, norm):
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(20, 5))
    x[0], x[1] = 0, 1
    visited = []

    def grad_fn(x):
        visited.append(x)
        return rng.normal(size=x.shape)

    start = A.pgd_start(x.shape, epsilon=0.4, norm=norm, rng=rng)
    x_adv = A.pgd(x, grad_fn, epsilon=0.4, alpha=0.3, norm=norm, start=start, clip=(0, 1))
    assert len(visited) == 40
    for point in (*visited, x_adv):
        change = np.abs(point - x).max(axis=1) if norm == "linf" else np.linalg.norm(point - x, axis=1)
        assert change.max() <= 0.4 + 1e-12
        assert point.min() >= 0
        assert point.max() <= 1


def test_random_starts_fill_their_ball():
    rng = np.random.default_rng(0)
    r = A.pgd_start((20_000, 2, 2), epsilon=0.5, norm="l2", rng=rng)
    length = np.linalg.norm(r.reshape(-1, 4), axis=1)
    assert length.max() <= 0.5
    for share in (0.25, 0.5, 0.9):  # the volume within that share of the points
        assert np.mean(length <= 0.5 * share ** (1 / 4)) == pytest.approx(share, abs=0.015)
    assert np.abs(r.mean(axis=0)).max() < 0.01
    cube = A.pgd_start((20_000, 3), epsilon=0.5, rng=rng)
    assert np.abs(cube).max() <= 0.5
    assert cube.std() == pytest.approx(0.5 / np.sqrt(3), rel=0.02)
    assert A.pgd_start((0, 3), epsilon=0.5, norm="l2", rng=rng).shape == (0, 3)


def test_a_step_takes_both_gradients():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(6, 4)), rng.integers(3, size=6)
    attack = partial(sign_step, epsilon=0.1)
    for alpha in (0.0, 0.3, 1.0):
        model = network(np.random.default_rng(1))
        before = [p.copy() for p in model.params]
        x_adv = attack(x, lambda x, model=model: A.input_gradient(model, "cross_entropy", x, y))
        grads, wanted_losses = [], []
        for batch in (x, x_adv):
            output = model(batch)
            wanted_losses.append(L.cross_entropy(output, y))
            model.backward(L.cross_entropy_backward(1.0, output, y))
            grads.append(model.grads)
        optimizer = SGD(model.params, lr=0.5)
        found = A.adversarial_training_step(
            model, "cross_entropy", optimizer, x, y, attack=attack, alpha=alpha
        )
        agree(found, wanted_losses)
        assert found[1] > found[0]
        for p, q, g, h in zip(model.params, before, *grads):
            agree(p, q - 0.5 * (alpha * g + (1 - alpha) * h))


def test_noise_of_the_layers_is_drawn_from_rng():
    rng = np.random.default_rng(0)
    model = Sequential(Linear(4, 50, rng=rng), Dropout(), Linear(50, 3, rng=rng))
    x, y, optimizer = rng.uniform(size=(6, 4)), rng.integers(3, size=6), SGD(model.params, lr=0.1)
    attack = partial(sign_step, epsilon=0.1)
    with pytest.raises(ValueError, match="Dropout: rng must be a Generator while training"):
        A.adversarial_training_step(model, "cross_entropy", optimizer, x, y, attack=attack)
    state = rng.bit_generator.state
    A.adversarial_training_step(model, "cross_entropy", optimizer, x, y, attack=attack, rng=rng)
    assert rng.bit_generator.state != state


@pytest.mark.parametrize("seed", SEEDS)
def test_training_against_an_attack_makes_it_fail(seed):
    """Digits of 8 x 8 pixels, changes of at most 0.1 a pixel."""
    X, y = load_digits()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    (X, X_test), (y, y_test) = ((a[order[:1200]], a[order[1200:]]) for a in (X, y))
    plain, robust = (network(np.random.default_rng(seed), (64, 64, 10)) for _ in range(2))
    fit(plain, SGD(plain.params, lr=0.5), X, y, loss="cross_entropy", epochs=20, rng=rng, progress=False)
    optimizer, attack = SGD(robust.params, lr=0.5), partial(sign_step, epsilon=0.1)
    for _ in range(20):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 32):
            batch = order[start : start + 32]
            A.adversarial_training_step(robust, "cross_entropy", optimizer, X[batch], y[batch], attack=attack)

    def under_attack(model, attack):
        x_adv = attack(X_test, lambda x: A.input_gradient(model, "cross_entropy", x, y_test))
        return accuracy(model(x_adv), y_test)

    assert accuracy(plain(X_test), y_test) > 0.93
    assert accuracy(robust(X_test), y_test) > 0.9
    noise = rng.choice([-0.1, 0.1], X_test.shape)
    assert accuracy(plain(X_test + noise), y_test) > 0.92  # changes of that size that are not aimed do little
    stronger = partial(A.pgd, epsilon=0.1, alpha=0.02, steps=20, clip=(0, 1))
    for against in (attack, stronger):
        assert under_attack(plain, against) < 0.65
        assert under_attack(robust, against) > under_attack(plain, against) + 0.1
    assert under_attack(robust, stronger) <= under_attack(robust, attack) + 0.005
