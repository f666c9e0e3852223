"""A small convolutional network learns to read digits, and stops and goes on like any other."""

from functools import cache

import numpy as np
import pytest

from nnlib import data
from nnlib import modules as M
from nnlib.optim import Adam
from nnlib.regularization import EarlyStopping
from nnlib.training import accuracy, evaluate, fit
from tests.nnlib.small_networks import rng


@cache
def digits():
    """Real ones, 28 x 28: (X, y) to train and (X, y) to judge."""
    mnist = data.load_mnist_small()
    X = mnist.X_train.reshape(-1, 1, 28, 28)
    return (X[:800], mnist.y_train[:800]), (X[800:1200], mnist.y_train[800:1200])


def network(seed, dtype=np.float32):
    draws = rng(seed)
    return M.Sequential(
        M.Conv2d(1, 8, 3, padding=1, bias=False, rng=draws, dtype=dtype),
        M.BatchNorm2d(8, dtype=dtype),
        M.ReLU(),
        M.MaxPool2d(2),
        M.Conv2d(8, 16, 3, padding=1, bias=False, rng=draws, dtype=dtype),
        M.BatchNorm2d(16, dtype=dtype),
        M.ReLU(),
        M.AvgPool2d(2),
        M.Flatten(),
        M.Dropout(p=0.25),
        M.Linear(16 * 7 * 7, 10, rng=draws, dtype=dtype),
    )


def run(model, X, y, *, seed, **options):
    options = {"loss": "cross_entropy", "batch_size": 32, "progress": False, **options}
    return fit(model, Adam(model.params, lr=3e-3), X, y, rng=rng(seed), **options)


@pytest.mark.parametrize("seed", range(3))
def test_a_small_network_of_images_learns_to_read(seed):
    (X, y), (X_test, y_test) = digits()
    model = network(seed)
    history = run(model, X, y, seed=seed, epochs=3)
    assert history["loss"][-1] < 0.5 < history["loss"][0]
    judged = evaluate(model, X_test, y_test, loss="cross_entropy", metrics={"accuracy": accuracy})
    assert judged["accuracy"] > 0.88
    assert all(a.dtype == np.float32 for a in (*model.params, *model.buffers, *model.grads))
    # in use, an image does not see the others of its batch
    alone = np.concatenate([model(X_test[i : i + 1]) for i in range(20)])
    np.testing.assert_allclose(alone, model(X_test[:20]), rtol=1e-4, atol=1e-5)


def test_a_resumed_run_ends_with_the_very_bits(tmp_path):
    (X, y), validation = digits()
    models = [network(1) for _ in range(2)]
    path, half = tmp_path / "run.npz", X[:200]
    options = {"seed": 2, "validation": validation}
    straight = run(models[0], half, y[:200], epochs=4, early_stopping=EarlyStopping(patience=1), **options)
    options |= {"checkpoint": path}
    run(models[1], half, y[:200], epochs=2, early_stopping=EarlyStopping(patience=1), **options)
    for array in (*models[1].params, *models[1].buffers):
        array += 1
    options |= {"resume": True, "seed": 77}
    resumed = run(models[1], half, y[:200], epochs=4, early_stopping=EarlyStopping(patience=1), **options)
    assert resumed.epochs == straight.epochs
    for a, b in zip(
        (*models[0].params, *models[0].buffers), (*models[1].params, *models[1].buffers), strict=True
    ):
        assert (a == b).all()
