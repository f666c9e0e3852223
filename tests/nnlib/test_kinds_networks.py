"""Paths through norms and convolutions: short last batches, batches of any size, frozen parameters, torch's run."""

import numpy as np
import pytest

from nnlib import adversarial, losses, optim
from nnlib import modules as M
from nnlib.regularization import EarlyStopping
from nnlib.training import evaluate
from tests.nnlib.small_networks import data, network, quiet, rng
from tests.nnlib.spec import agree


def images(n=19, dtype=np.float64):
    """Three classes of 6 x 6 images: each has a bright row of its own."""
    draws = rng(7)
    y = draws.integers(3, size=n)
    X = draws.normal(size=(n, 1, 6, 6))
    X[np.arange(n), :, 2 * y] += 2
    return X.astype(dtype), y


def of_images(*norm, dtype=np.float64, p=0.0):
    draws = rng(3)
    return M.Sequential(
        M.Conv2d(1, 4, 3, padding=1, rng=draws, dtype=dtype),
        *norm,
        M.ReLU(),
        M.MaxPool2d(2),
        M.Conv2d(4, 6, 2, rng=draws, dtype=dtype),
        M.AvgPool2d(2),
        M.Flatten(),
        *([M.Dropout(p=p)] if p else []),
        M.Linear(6, 3, rng=draws, dtype=dtype),
    )


# a network, and its data
NETWORKS = {
    "batch norm": (lambda: network(middle=[M.BatchNorm1d(7)]), data),
    "batch norm, residual": (lambda: network(middle=[M.Residual(M.BatchNorm1d(7), M.Tanh())]), data),
    "layer norm": (lambda: network(middle=[M.LayerNorm(7)]), data),
    "group norm": (lambda: network(middle=[M.GroupNorm(1, 7)]), data),
    "images": (of_images, images),
    "images, batch norm": (lambda: of_images(M.BatchNorm2d(4)), images),
    "images, group norm": (lambda: of_images(M.GroupNorm(2, 4)), images),
    "images, batch norm, dropout": (lambda: of_images(M.BatchNorm2d(4), p=0.3), images),
}


def arrays(model):
    return [*model.params, *model.buffers]


def trained(kind, *, n=19, optimizer=lambda params: optim.SGD(params, lr=0.1), **options):
    build, draw = NETWORKS[kind]
    (X, y), model = draw(n=n), build()
    history = quiet(model, optimizer(model.params), X, y, **{"epochs": 3, "rng": rng(1), **options})
    return model, history


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("batch_size", [8, 19, 100])
def test_fast_is_plain_for_every_network(kind, batch_size):
    (model, history), (plain, wanted) = (trained(kind, fast=f, batch_size=batch_size) for f in (True, False))
    for a, b in zip(arrays(model), arrays(plain), strict=True):
        np.testing.assert_array_equal(a, b)
    assert history.epochs == wanted.epochs


@pytest.mark.parametrize("kind", NETWORKS)
def test_evaluate_does_not_depend_on_the_batch_size(kind):
    model, _ = trained(kind)
    X, y = NETWORKS[kind][1](n=50)
    kept = [a.copy() for a in arrays(model)]
    want = float(losses.cross_entropy(model(X), y))
    for batch_size in (1, 7, 50, 1000):
        measured = evaluate(model, X, y, loss="cross_entropy", batch_size=batch_size)
        assert measured["loss"] == pytest.approx(want, rel=1e-11)
    assert np.isnan(evaluate(model, X[:0], y[:0], loss="cross_entropy")["loss"])
    assert all((a == b).all() for a, b in zip(arrays(model), kept))  # no statistics moved


def test_a_last_batch_of_one():
    """Of one image a channel still has many values; of one row it has one, which has no variance."""
    for kind in ("images", "images, batch norm", "layer norm"):
        model, history = trained(kind, n=17)
        assert np.isfinite(history["loss"]).all()
        assert all(np.isfinite(a).all() for a in arrays(model))
    with pytest.raises(
        ValueError, match="batch_norm: x must be more than one value a channel while training"
    ):
        trained("batch norm", n=17)


@pytest.mark.parametrize("n", [17, 19, 24])  # batches of 8, the last of 1, 3 and 8
def test_a_run_on_images_is_torchs(n):
    import torch

    T, d = torch.nn, {"dtype": torch.float64}
    theirs = T.Sequential(
        T.Conv2d(1, 4, 3, padding=1, **d),
        T.BatchNorm2d(4, **d),
        T.ReLU(),
        T.MaxPool2d(2),
        T.Conv2d(4, 6, 2, **d),
        T.AvgPool2d(2),
        T.Flatten(),
        T.Linear(6, 3, **d),
    )
    with torch.no_grad():
        start = of_images(M.BatchNorm2d(4)).params
        for p, value in zip(theirs.parameters(), start, strict=True):
            p.copy_(torch.from_numpy(value))
    step = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    X, y = images(n)
    y[::4] = -100
    order, means = rng(1), []
    for _ in range(3):
        shuffled, total = order.permutation(n), 0.0
        for batch in (shuffled[i : i + 8] for i in range(0, n, 8)):
            target = torch.from_numpy(y[batch])
            loss = T.functional.cross_entropy(theirs(torch.from_numpy(X[batch])), target, reduction="sum")
            step.zero_grad()
            counted = int((target != -100).sum())
            (loss / max(counted, 1)).backward()
            step.step()
            total += loss.item()
        means.append(total / np.count_nonzero(y != -100))

    model = of_images(M.BatchNorm2d(4))
    ours = optim.SGD(model.params, lr=0.1, momentum=0.9, weight_decay=0.01)
    history = quiet(model, ours, X, y, epochs=3, rng=rng(1))
    np.testing.assert_allclose(history["loss"], means, rtol=1e-10)
    wanted = [p.detach().numpy() for p in theirs.parameters()]
    wanted += [b.numpy() for name, b in theirs.named_buffers() if "running" in name]
    for got, want in zip(arrays(model), wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-10)


CHOSEN = {  # of Linear, BatchNorm1d, Linear: weight and bias each
    "the norm frozen": [0, 1, 4, 5],
    "the norm alone": [2, 3],
    "the last layer alone": [5, 4],
    "other order": [5, 3, 1, 0, 2, 4],
}


@pytest.mark.parametrize("kind", CHOSEN)
def test_frozen_parameters_of_norms_stay_and_statistics_move(kind):
    chosen, start = CHOSEN[kind], arrays(NETWORKS["batch norm"][0]())
    model, _ = trained("batch norm", optimizer=lambda params: optim.SGD([params[i] for i in chosen], lr=0.1))
    for i, (p, q) in enumerate(zip(arrays(model), start, strict=True)):
        assert (p == q).all() == (i not in chosen and i < 6)
    # by hand: gradients looked up one by one
    other, (X, y), order = NETWORKS["batch norm"][0](), data(n=19), rng(1)
    for _ in range(3):
        shuffled = order.permutation(19)
        for batch in (shuffled[:8], shuffled[8:16], shuffled[16:]):
            output = other.forward(X[batch], training=True)
            other.backward(losses.cross_entropy_backward(1.0, output, y[batch]))
            for i in chosen:
                other.params[i][...] -= 0.1 * other.grads[i]
    for a, b in zip(arrays(model), arrays(other)):
        agree(a, b)


def test_a_batch_norm_given_twice_is_refused():
    norm = M.BatchNorm1d(7)
    with pytest.raises(ValueError, match="share no memory"):
        optim.SGD([*norm.params, *norm.params])
    one, other = M.BatchNorm1d(7), M.BatchNorm1d(7)
    other.params[0] = one.params[0]
    tied = M.Sequential(one, other)
    with pytest.raises(ValueError, match="share no memory"):
        optim.SGD(tied.params)


@pytest.mark.parametrize("kind", ["batch norm", "images, batch norm"])
def test_the_best_statistics_come_back_with_the_best_parameters(kind):
    X, y = NETWORKS[kind][1](n=19)
    model = NETWORKS[kind][0]()
    stop = EarlyStopping(patience=1)
    options = {"epochs": 30, "rng": rng(1), "validation": (X, (y + 1) % 3), "early_stopping": stop}
    history = quiet(model, optim.SGD(model.params, lr=0.5), X, y, **options)
    assert history.stopped
    measured = evaluate(model, X, (y + 1) % 3, loss="cross_entropy")["loss"]
    assert measured == pytest.approx(min(history["val_loss"]), rel=1e-12)


def attack(x, grad_fn):
    return adversarial.fgsm(x, grad_fn(x), epsilon=0.1)


@pytest.mark.parametrize("chosen", [range(4), [3, 1, 0, 2], [2, 3], [1]])
def test_an_adversarial_step_finds_each_gradient_its_parameter(chosen):
    X, y = data(n=12)
    model, start = network(), network()
    optimizer = optim.SGD([model.params[i] for i in chosen], lr=0.2)
    adversarial.adversarial_training_step(model, "cross_entropy", optimizer, X, y, attack=attack)
    x_adv = attack(X, lambda x: adversarial.input_gradient(start, "cross_entropy", x, y))
    grads = [0.0] * 4
    for x in (X, x_adv):
        start.backward(losses.cross_entropy_backward(0.5, start(x), y))
        grads = [g + h for g, h in zip(grads, start.grads)]
    for i, (p, q) in enumerate(zip(model.params, start.params)):
        agree(p, q - 0.2 * grads[i] if i in chosen else q)


def test_an_adversarial_step_with_the_optimizer_of_another_network_is_refused():
    X, y = data(n=12)
    model, other = network(), network()
    with pytest.raises(ValueError, match="adversarial_training_step: optimizer must be made with parameters"):
        adversarial.adversarial_training_step(
            model, "cross_entropy", optim.SGD(other.params), X, y, attack=attack
        )
    assert all((p == q).all() for p, q in zip(model.params, network().params))


def test_an_attack_leaves_statistics_alone():
    """The gradient by the input is that of the network in use."""
    X, y = data(n=12)
    model = network(middle=[M.BatchNorm1d(7)])
    before = [b.copy() for b in model.buffers]
    adversarial.input_gradient(model, "cross_entropy", X, y)
    assert all((a == b).all() for a, b in zip(model.buffers, before))
