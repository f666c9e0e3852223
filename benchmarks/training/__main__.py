"""Train a small and a convolutional network, each in turn with its peers: python -m benchmarks.training"""

import importlib.util
import os
import statistics

import numpy as np

import nnlib
from benchmarks import measure
from benchmarks.training import peers

SIZES, BATCH, LR, SAMPLES, ROUNDS = (784, 30, 10), 10, 0.5, 5000, 7
IMAGES, IMAGE_BATCH, IMAGE_ROUNDS = 1600, 32, 7
TORCH, PLAIN = "torch eager, float32", "plain full-matrix NumPy, columns joined, float64"


def images(rng):
    """Real handwritten digits, some of them twice: float32, from 0 to 1."""
    data = nnlib.data.load_mnist_small()
    pick = np.resize(rng.permutation(len(data.X_train)), SAMPLES)
    return data.X_train[pick], data.y_train[pick]


def ours(X, target, *, dtype, fast, rng):
    from nnlib.modules import Linear, Sequential, Sigmoid
    from nnlib.optim import SGD
    from nnlib.training import fit

    def linear(inputs, outputs):
        return Linear(inputs, outputs, rng=rng, dtype=dtype)

    model = Sequential(linear(SIZES[0], SIZES[1]), Sigmoid(), linear(SIZES[1], SIZES[2]))
    # torch's mean is over all outputs: the rate is as many times larger
    optimizer = SGD(model.params, lr=LR * SIZES[2])
    options = {"loss": "binary_cross_entropy_with_logits", "batch_size": BATCH, "progress": False}

    def epoch():
        fit(model, optimizer, X, target, epochs=1, rng=rng, fast=fast, **options)

    return epoch, model


def convolutional(X, labels, *, rng):
    """An epoch of two convolutions with batch norm, rectifier and pooling each, dropout, and a linear layer."""
    from nnlib.modules import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential
    from nnlib.optim import Adam
    from nnlib.training import fit

    def block(inputs, outputs):
        conv = Conv2d(inputs, outputs, 3, padding=1, bias=False, rng=rng, dtype=np.float32)
        return conv, BatchNorm2d(outputs, dtype=np.float32), ReLU(), MaxPool2d(2)

    last = Linear(16 * 7 * 7, 10, rng=rng, dtype=np.float32)
    model = Sequential(*block(1, 8), *block(8, 16), Flatten(), Dropout(p=0.25), last)
    optimizer = Adam(model.params, lr=1e-3)
    options = {"loss": "cross_entropy", "batch_size": IMAGE_BATCH, "progress": False}
    return lambda: fit(model, optimizer, X, labels, epochs=1, rng=rng, **options)


def of_images(X, labels, *, rng):
    """The table of the convolutional network."""
    X, labels = X[:IMAGES].reshape(-1, 1, 28, 28), labels[:IMAGES]
    variants = {
        "training.fit, float32": convolutional(X, labels, rng=rng),
        TORCH: peers.torch_convolutional(X, labels, lr=1e-3, batch_size=IMAGE_BATCH, seed=0),
    }
    seconds = measure.alternate(variants, rounds=IMAGE_ROUNDS)
    steps = IMAGES / IMAGE_BATCH
    rows = [
        (
            name,
            f"{statistics.median(taken) / steps * 1e3:.1f}",
            f"{min(taken) / steps * 1e3:.1f}",
            f"{measure.ratio(seconds, TORCH, name):.2f}",
        )
        for name, taken in seconds.items()
    ]
    return (
        f"A small convolutional network: twice a 3 × 3 convolution (8, then 16 channels), batch norm, rectifier and "
        f"2 × 2 max pooling, then dropout and a linear layer; {IMAGES} images of 28 × 28, batches of {IMAGE_BATCH}, "
        f"Adam. Processor time, {IMAGE_ROUNDS} rounds, in turn.\n\n"
        + measure.table(("one epoch", "ms a step, median", "ms a step, least", "× torch eager"), rows)
    )


def main():
    rng = np.random.default_rng(0)
    X, labels = images(rng)
    target = np.eye(10, dtype=np.float32)[labels]
    X64, target64 = X.astype(np.float64), target.astype(np.float64)

    def full_matrix(batches):
        weights = [rng.normal(size=shape) / 28 for shape in ((30, 784), (10, 30))]
        biases = [np.zeros((n, 1)) for n in (30, 10)]
        drawn = batches(X64, target64, batch_size=BATCH, rng=rng)
        return lambda: peers.full_matrix(weights, biases, drawn, lr=LR, n=SAMPLES)

    quick, model = ours(X, target, dtype=np.float32, fast=True, rng=rng)
    variants = {
        "training.fit, float32": quick,
        "training.fit, float64": ours(X64, target64, dtype=np.float64, fast=True, rng=rng)[0],
        "training.fit, float32, general loop (fast=False)": ours(
            X, target, dtype=np.float32, fast=False, rng=rng
        )[0],
        TORCH: peers.torch_eager(SIZES, X, target, lr=LR * 10, batch_size=BATCH, seed=0)[0],
        "torch by hand without autograd, float32": peers.torch_by_hand(
            model.params, X, target, lr=LR * 10, batch_size=BATCH
        ),
        PLAIN: full_matrix(peers.columns_joined),
        "the same, rows gathered at once": full_matrix(peers.rows_gathered),
        "scikit-learn MLPClassifier, float32": peers.sklearn_epoch(
            X, labels, hidden=30, lr=LR, batch_size=BATCH, seed=0
        ),
    }
    if importlib.util.find_spec("jax"):  # pip install nn-workbook[bench]
        flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        os.environ["XLA_FLAGS"] = flags  # one thread, as for all
        variants["XLA, a whole epoch compiled (jax.jit, lax.scan), float32"] = peers.xla_epoch(
            model.params, X, target, lr=LR * 10, batch_size=BATCH, rng=rng
        )[0]
    seconds = measure.alternate(variants, rounds=ROUNDS)
    steps = SAMPLES / BATCH
    rows = [
        (
            name,
            f"{statistics.median(taken) / steps * 1e6:.0f}",
            f"{min(taken) / steps * 1e6:.0f}",
            f"{measure.ratio(seconds, TORCH, name):.1f}",
            f"{measure.ratio(seconds, PLAIN, name):.1f}",
        )
        for name, taken in seconds.items()
    ]
    header = ("one epoch", "µs a step, median", "µs a step, least", "× torch eager", "× full matrix")
    text = (
        f"The network [784, 30, 10] with sigmoid units and cross-entropy, batches of {BATCH}, {SAMPLES} MNIST images "
        f"an epoch, plain SGD. Processor time, {ROUNDS} rounds, all variants in turn in each; the last two columns "
        "are medians over the rounds of the peer's time over the variant's.\n\n" + measure.table(header, rows)
    )
    measure.write("training", "Training speed", text + "\n\n" + of_images(X, labels, rng=rng))


if __name__ == "__main__":
    main()
