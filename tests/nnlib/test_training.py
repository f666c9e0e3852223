"""Training: the same weights as torch, resumed to the bit, and a fast loop that equals the plain one."""

import copy
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import special

from benchmarks.training import peers
from nnlib import losses, modules, optim, training
from nnlib.regularization import EarlyStopping, minibatch_l2_step
from nnlib.training import History, accuracy, evaluate, fast_epoch, fit
from tests.nnlib.small_networks import data, network, quiet, rng
from tests.nnlib.spec import agree

# The fast loop


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy_with_logits"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_fast_loop_equals_the_plain_one(activation, loss, weight_decay, dtype):
    X, y = data(dtype=dtype)
    target = y if loss == "cross_entropy" else np.eye(3)[y]
    models = [network(1, activation, dtype) for _ in range(2)]
    runs = []
    for model, fast in zip(models, (True, False)):
        optimizer = optim.SGD(model.params, lr=0.5, weight_decay=weight_decay)
        pair = getattr(losses, loss), getattr(losses, f"{loss}_backward")
        assert fast_epoch(model, optimizer, pair, target) is not None
        runs.append(quiet(model, optimizer, X, target, loss=loss, epochs=5, rng=rng(2), fast=fast))
    for p, q in zip(models[0].params, models[1].params):
        assert p.dtype == dtype
        np.testing.assert_allclose(p, q, rtol=0, atol=1e-11 if dtype == np.float64 else 2e-5)
    np.testing.assert_allclose(runs[0]["loss"], runs[1]["loss"], rtol=1e-10 if dtype == np.float64 else 1e-5)
    assert runs[0]["loss"][-1] < runs[0]["loss"][0]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_fast_loop_decays_weights_alone_and_knows_the_quadratic_cost(dtype):
    X, y = data(dtype=dtype)
    models, runs = (
        [modules.Sequential(*network(1, "tanh", dtype).modules, modules.Sigmoid()) for _ in range(2)],
        [],
    )
    for model, fast in zip(models, (True, False)):
        groups = [{"params": [p], "weight_decay": 0.1 if p.ndim == 2 else 0.0} for p in model.params]
        optimizer = optim.SGD(groups, lr=0.5)
        target, pair = np.eye(3)[y], (losses.quadratic_cost, losses.quadratic_cost_backward)
        assert fast_epoch(model, optimizer, pair, target) is not None
        runs.append(
            quiet(model, optimizer, X, target, loss="quadratic_cost", epochs=5, rng=rng(2), fast=fast)
        )
    for p, q in zip(models[0].params, models[1].params):
        assert p.dtype == dtype
        np.testing.assert_allclose(p, q, rtol=0, atol=1e-11 if dtype == np.float64 else 2e-5)
    np.testing.assert_allclose(runs[0]["loss"], runs[1]["loss"], rtol=1e-10 if dtype == np.float64 else 1e-5)
    assert runs[0]["loss"][-1] < runs[0]["loss"][0]


def test_the_fast_loop_bears_huge_logits():
    X, y = data()
    model = network()
    model.params[-1][:] = [1e4, -1e4, 0]
    for loss, target in (("cross_entropy", y), ("binary_cross_entropy_with_logits", np.eye(3)[y])):
        history = quiet(model, optim.SGD(model.params, lr=1.0), X, target, loss=loss, epochs=1, rng=rng())
        assert np.isfinite(history["loss"]).all()


def test_the_fast_loop_is_for_simple_networks_only():
    _, y = data()
    pair = losses.cross_entropy, losses.cross_entropy_backward
    model = network()

    def applies(model, optimizer, pair=pair, y=y):
        return fast_epoch(model, optimizer, pair, y) is not None

    assert applies(model, optim.SGD(model.params))
    assert applies(modules.Linear(5, 3, rng=rng()), optim.SGD([np.zeros(1)])) is False
    assert not applies(model, optim.SGD(model.params, momentum=0.9))
    assert not applies(model, optim.Adam(model.params))
    assert not applies(model, optim.SGD(model.params[:2]))
    halves = {"params": model.params[:2]}, {"params": model.params[2:]}
    assert applies(model, optim.SGD(halves))
    assert not applies(model, optim.SGD([halves[0], {**halves[1], "lr": 0.5}]))
    assert not applies(model, optim.SGD(halves[::-1]))
    quadratic = losses.quadratic_cost, losses.quadratic_cost_backward
    assert not applies(model, optim.SGD(model.params), quadratic, np.eye(3)[y])
    squashed = modules.Sequential(*model.modules, modules.Sigmoid())
    assert applies(squashed, optim.SGD(model.params), quadratic, np.eye(3)[y])
    assert not applies(squashed, optim.SGD(model.params))
    squashed = modules.Sequential(*model.modules, modules.Tanh())
    assert not applies(squashed, optim.SGD(model.params), quadratic, np.eye(3)[y])
    assert not applies(model, optim.SGD(model.params), (losses.nll_loss, losses.nll_loss_backward))
    assert not applies(model, optim.SGD(model.params), y=np.eye(3)[y])
    for other in (
        network(activation="gelu"),
        network(middle=(modules.Dropout(),)),
        modules.Sequential(*network().modules[:2]),
        modules.Residual(modules.Linear(5, 5, rng=rng())),
        modules.Sequential(modules.Linear(5, 3, bias=False, rng=rng())),
        modules.Sequential(modules.Linear(5, 3, rng=rng(), ops=training)),
    ):
        assert not applies(other, optim.SGD(other.params))


def test_the_fast_loop_refuses_the_targets_that_the_loss_refuses():
    X, y = data()
    model = network()
    for wrong in (np.where(y == 2, 3, y), np.where(y == 2, -1, y)):
        with pytest.raises(ValueError, match="cross_entropy: target must be at least 0 and below 3"):
            quiet(model, optim.SGD(model.params), X, wrong, epochs=1, rng=rng())


# Against torch


@pytest.mark.parametrize(("dtype", "atol"), [(np.float64, 1e-11), (np.float32, 2e-5)])
@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_the_weights_are_those_that_torch_reaches(name, dtype, atol):
    import torch

    X, y = data(dtype=dtype)
    model = network(3, "tanh", dtype)
    theirs = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 3))
    theirs = theirs.double() if dtype == np.float64 else theirs
    with torch.no_grad():
        for p, q in zip(theirs.parameters(), model.params):
            p.copy_(torch.from_numpy(q))
    other = getattr(torch.optim, name)(theirs.parameters(), lr=0.05, weight_decay=0.01)
    losses_seen = []
    draws = rng(4)
    for _ in range(3):
        order, total = draws.permutation(len(X)), 0.0
        for start in range(0, len(X), 8):
            batch = order[start : start + 8]
            other.zero_grad()
            output = theirs(torch.from_numpy(X[batch]))
            value = torch.nn.functional.cross_entropy(output, torch.from_numpy(y[batch]))
            value.backward()
            other.step()
            total += value.item() * len(batch)
        losses_seen.append(total / len(X))
    ours = getattr(optim, name)(model.params, lr=0.05, weight_decay=0.01)
    history = quiet(model, ours, X, y, epochs=3, rng=rng(4))
    for p, q in zip(model.params, theirs.parameters()):
        np.testing.assert_allclose(p, q.detach().numpy(), rtol=0, atol=atol)
    np.testing.assert_allclose(history["loss"], losses_seen, rtol=1e-5)


@pytest.mark.parametrize("batches", [peers.columns_joined, peers.rows_gathered])
def test_the_peers_of_the_benchmark_do_the_same(batches):
    X, y = data()
    target = np.eye(3)[y]
    model, copied = network(6), network(6)
    weights, biases = copied.params[::2], [b[:, None] for b in copied.params[1::2]]
    drawn = batches(X, target, batch_size=8, rng=rng(1))
    for _ in range(2):
        peers.full_matrix(weights, biases, drawn, lr=0.5, n=len(X))
    # the plain algorithm sums over the outputs, the loss takes the mean of three
    options = {"loss": "binary_cross_entropy_with_logits", "epochs": 2, "rng": rng(1)}
    quiet(model, optim.SGD(model.params, lr=1.5), X, target, **options)
    for p, w in zip(model.params, (weights[0], biases[0], weights[1], biases[1])):
        np.testing.assert_allclose(p, w.reshape(p.shape), rtol=0, atol=1e-12)


def test_the_compiled_peer_of_the_benchmark_does_the_same():
    pytest.importorskip("jax", reason="an optional peer: pip install nn-workbook[bench]")
    X, y = data(dtype=np.float32)
    target = np.eye(3, dtype=np.float32)[y]
    model = network(6, dtype=np.float32)
    epoch, params = peers.xla_epoch(model.params, X, target, lr=1.5, batch_size=9, rng=rng(1))
    losses_seen = [epoch() for _ in range(2)]
    options = {"loss": "binary_cross_entropy_with_logits", "epochs": 2, "batch_size": 9, "rng": rng(1)}
    history = quiet(model, optim.SGD(model.params, lr=1.5), X, target, **options)
    np.testing.assert_allclose(history["loss"], losses_seen, rtol=1e-5)
    for p, q in zip(model.params, params):
        np.testing.assert_allclose(p, q, rtol=0, atol=2e-5)


def test_the_penalty_of_the_plain_algorithm_is_weight_decay():
    X, y = data(n=40)
    target = np.eye(3)[y]
    W, b = np.zeros((3, 5)) + 0.1, np.zeros((3, 1))
    weights, biases = [W.copy()], [b.copy()]
    drawn = peers.rows_gathered(X, target, batch_size=40, rng=rng(1))
    peers.full_matrix(weights, biases, drawn, lr=0.5, lam=2.0, n=40)
    delta = special.expit(X @ W.T) - target
    want, _ = minibatch_l2_step(W, b[:, 0], delta.T @ X, delta.sum(axis=0), lr=0.5, lam=2.0, n=40, m=40)
    agree(weights[0], want)


# What fit does on the way


def test_early_stopping_puts_the_best_parameters_back():
    X, y = data(n=30)
    X_val, y_val = data(1, n=200)  # another problem: training can only spoil it
    model = network()
    stop = EarlyStopping(patience=2, mode="max")
    seen = []

    def watch(output, target):
        seen.append([p.copy() for p in model.params])
        return accuracy(output, target)

    history = quiet(
        model,
        optim.Adam(model.params, lr=0.05),
        X,
        y,
        epochs=50,
        rng=rng(1),
        validation=(X_val, y_val),
        metrics={"accuracy": watch},
        early_stopping=stop,
        monitor="val_accuracy",
    )
    assert history.stopped
    assert len(history) == stop.best_step + 3 < 50
    assert stop.best == history["val_accuracy"].max()
    for p, best in zip(model.params, seen[stop.best_step]):
        assert (p == best).all()


def test_early_stopping_looks_at_the_training_loss_without_validation_data():
    X, y = data()
    model = network()
    stop = EarlyStopping(patience=1, min_delta=10.0)
    history = quiet(model, optim.SGD(model.params), X, y, epochs=9, rng=rng(), early_stopping=stop)
    assert len(history) == 2
    assert stop.best == history["loss"][0]


@pytest.mark.parametrize("options", [{"clip_norm": 1e-3}, {"clip_value": 1e-4}])
def test_clipping_bounds_the_steps(options):
    X, y = data()
    model = network()
    before = [p.copy() for p in model.params]
    history = quiet(
        model, optim.SGD(model.params, lr=1.0), X, y, epochs=1, batch_size=90, rng=rng(), **options
    )
    moved = np.concatenate([(p - q).ravel() for p, q in zip(model.params, before)])
    assert len(history) == 1
    if "clip_norm" in options:
        assert np.linalg.norm(moved) == pytest.approx(1e-3, rel=1e-3)
    else:
        assert np.abs(moved).max() == pytest.approx(1e-4)
        assert np.linalg.norm(moved) > 2e-4


def test_the_schedule_sets_the_rate_of_each_epoch():
    X, y = data()
    model = network()
    start = copy.deepcopy(model.params)
    optimizer = optim.SGD(model.params, lr=7.0)
    history = quiet(
        model, optimizer, X, y, epochs=3, rng=rng(), schedule=lambda epoch: 0.0 if epoch < 2 else 0.5
    )
    agree(history["lr"], [0, 0, 0.5])
    assert history["loss"][0] == pytest.approx(history["loss"][1])
    assert (model.params[0] != start[0]).any()


def test_the_data_are_cast_once_and_left_alone():
    X, y = data(dtype=np.float64)
    X.setflags(write=False)
    y.setflags(write=False)
    model = network(dtype=np.float32)
    history = quiet(
        model, optim.Adam(model.params), X, y, epochs=2, rng=rng(), validation=(X, y), batch_size=1000
    )
    assert all(p.dtype == np.float32 for p in model.params)
    assert history["val_loss"][0] == pytest.approx(history["loss"][1], rel=1e-5)  # one batch: the same loss


def test_evaluate_is_without_noise_and_does_not_depend_on_its_batches():
    X, y = data()
    model = network(middle=(modules.Dropout(),))
    whole = evaluate(model, X, y, loss="cross_entropy", metrics={"accuracy": accuracy})
    parts = evaluate(model, X, y, loss="cross_entropy", metrics={"accuracy": accuracy}, batch_size=7)
    assert whole == pytest.approx(parts, rel=1e-12)
    assert whole["loss"] == pytest.approx(float(losses.cross_entropy(model(X), y)))
    assert whole["accuracy"] == np.mean(model(X).argmax(axis=1) == y)
    with pytest.raises(ValueError, match="evaluate: y must be 90 samples, as X; got 3 samples"):
        evaluate(model, X, y[:3], loss="cross_entropy")


def test_accuracy_takes_labels_or_rows():
    scores = np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]])
    assert accuracy(scores, np.array([0, 0, 0])) == pytest.approx(2 / 3)
    assert accuracy(scores, np.eye(2)[[0, 1, 1]]) == pytest.approx(2 / 3)
    assert np.isnan(accuracy(np.zeros((0, 2)), np.zeros(0, dtype=int)))
    with pytest.raises(ValueError, match=r"accuracy: target must be of shape \(3,\) or \(3, 2\)"):
        accuracy(scores, np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"accuracy: output must be of shape \(n, k\)"):
        accuracy(np.zeros(3), np.zeros(3))


def test_fit_refuses_data_that_do_not_match():
    X, y = data()
    model = network()
    with pytest.raises(ValueError, match="fit: y must be 90 samples, as X; got 1 samples"):
        quiet(model, optim.Adam(model.params), X, y[:1], epochs=1, rng=rng())
    with pytest.raises(ValueError, match="fit: X must be at least one sample"):
        quiet(model, optim.Adam(model.params), X[:0], y[:0], epochs=1, rng=rng())


def test_progress_is_shown_on_stderr(capsys):
    X, y = data()
    model = network()
    fit(model, optim.Adam(model.params), X, y, loss="cross_entropy", epochs=2, rng=rng())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "epoch" in shown.err
    quiet(model, optim.Adam(model.params), X, y, epochs=2, rng=rng())
    assert capsys.readouterr().err == ""


def test_history_draws_its_losses():
    history = History([{"loss": 2.0, "lr": 0.1, "val_loss": 3.0}, {"loss": 1.0, "lr": 0.1, "val_loss": 2.5}])
    agree(history["val_loss"], [3.0, 2.5])
    ax = history.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loss", "val_loss"]
    assert "least 2.5 after epoch 2" in ax.alt_text
    plt.close("all")


def test_a_pair_of_your_own_is_a_loss():
    X, y = data()
    model = network()

    def half_squares(output, target):
        return np.sum((output - np.eye(3)[target]) ** 2) / 2 / len(output)

    def half_squares_backward(grad_output, output, target):
        return grad_output * (output - np.eye(3)[target]) / len(output)

    history = quiet(
        model,
        optim.Adam(model.params),
        X,
        y,
        loss=(half_squares, half_squares_backward),
        epochs=30,
        rng=rng(),
    )
    assert history["loss"][-1] < 0.6 * history["loss"][0]


def test_a_namespace_of_your_own_gives_the_loss():
    X, y = data()
    model, called = network(), []

    def cross_entropy(logits, target):
        called.append(len(target))
        return losses.cross_entropy(logits, target)

    mine = SimpleNamespace(cross_entropy=cross_entropy)
    quiet(model, optim.SGD(model.params), X, y, epochs=1, batch_size=40, rng=rng(), ops=mine)
    assert called == [40, 40, 10]
