"""Handwritten digits: two sets that are here offline, and the whole of MNIST from files of the reader's."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib.data._files import contents, decode, find, verify

FILES = Path(__file__).parent / "files"
MNIST_SMALL = "909f44b10aa890920c5cb0cfa436b3dfe5a8081f5f9b76f923f5c9a464e36648"
# SHA-256 of the four files, unpacked.
MNIST = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class Dataset(NamedTuple):
    """Samples to learn from and samples to be judged by; labels are int64, from 0."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def _as_samples(images, *, top, flat, dtype):
    """Grey levels 0 ... top as (n, pixels) or (n, 1, H, W), from 0 to 1."""
    shape = (len(images), -1) if flat else (len(images), 1, *images.shape[1:])
    return images.reshape(shape).astype(dtype) / dtype(top)


def load_digits(*, flat=True, dtype=np.float32):
    """The 1797 handwritten digits of 8 x 8 pixels that come with scikit-learn.

    Parameters
    ----------
    flat : bool, default True: an image is a row of 64; False: (1, 8, 8)
    dtype : float type of the images, default numpy.float32

    Returns
    -------
    (X, y) : X (1797, 64) or (1797, 1, 8, 8) from 0 to 1, y (1797,) int64

    Notes
    -----
    Grey levels 0 ... 16, divided by 16.  Alpaydin & Kaynak (1998), "Cascading classifiers".

    Examples
    --------
    >>> X, y = load_digits()
    >>> X.shape, X.dtype, y[:5].tolist()
    ((1797, 64), dtype('float32'), [0, 1, 2, 3, 4])
    """
    from sklearn import datasets

    data = datasets.load_digits()
    return _as_samples(data.images, top=16, flat=flat, dtype=dtype), data.target.astype(np.int64)


def load_mnist_small(*, flat=True, dtype=np.float32):
    """5000 digits of MNIST: 4000 to learn from, 1000 to be judged by, as many of each digit.

    Parameters
    ----------
    flat : bool, default True: an image is a row of 784; False: (1, 28, 28)
    dtype : float type of the images, default numpy.float32

    Returns
    -------
    Dataset : X_train (4000, 784) and X_test (1000, 784), or with (1, 28, 28), from 0 to 1; y_train, y_test

    Raises
    ------
    ValueError : the file that comes with nnlib was changed

    Notes
    -----
    The order is shuffled once and fixed: any 100 images in a row show all ten digits.  Source and licences are
    in ``nnlib/data/files/README.md``.  LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning
    applied to document recognition".

    Examples
    --------
    >>> mnist = load_mnist_small()
    >>> mnist.X_train.shape, mnist.X_test.shape, np.bincount(mnist.y_test).tolist()
    ((4000, 784), (1000, 784), [100, 100, 100, 100, 100, 100, 100, 100, 100, 100])
    """
    path = FILES / "mnist_small.npz"
    with np.load(path) as file:
        images, labels = file["images"], file["labels"]
    verify("load_mnist_small", path, images.tobytes() + labels.tobytes(), MNIST_SMALL)
    X, y = _as_samples(images, top=255, flat=flat, dtype=dtype), labels.astype(np.int64)
    return Dataset(X[:4000], y[:4000], X[4000:], y[4000:])


def load_mnist(folder, *, flat=True, dtype=np.float32):
    """All 70,000 digits of MNIST, from its four files in a folder of yours.

    Parameters
    ----------
    folder : path that holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
        t10k-labels-idx1-ubyte, unpacked or with .gz
    flat : bool, default True: an image is a row of 784; False: (1, 28, 28)
    dtype : float type of the images, default numpy.float32

    Returns
    -------
    Dataset : X_train (60000, 784) and X_test (10000, 784), or with (1, 28, 28), from 0 to 1; y_train, y_test

    Raises
    ------
    FileNotFoundError : a file is missing
    ValueError : a file is not the original

    Notes
    -----
    LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning applied to document recognition".

    Examples
    --------
    >>> load_mnist("no-such-folder")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: load_mnist: no train-images-idx3-ubyte (or .gz) in no-such-folder. ...
    """
    arrays = []
    for name, checksum in MNIST.items():
        path = find(Path(folder), name)
        data = contents(path)
        verify("load_mnist", path, data, checksum)
        arrays.append(decode("load_mnist", path, data))
    X_train, y_train, X_test, y_test = arrays
    return Dataset(
        _as_samples(X_train, top=255, flat=flat, dtype=dtype),
        y_train.astype(np.int64),
        _as_samples(X_test, top=255, flat=flat, dtype=dtype),
        y_test.astype(np.int64),
    )


def read_idx(path):
    """Read an array from a file in the IDX format of MNIST.

    Parameters
    ----------
    path : the file, unpacked or packed by gzip

    Returns
    -------
    array, of the shape and type that the file names

    Raises
    ------
    ValueError : the file is not in this format, or not of the length it announces

    Notes
    -----
    Two zero bytes, one for the type, one for the number of axes, then each axis's length in four bytes and the
    numbers, the largest byte first.  LeCun, Cortes & Burges, "The MNIST database of handwritten digits".

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "three")
    >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    >>> read_idx(path)
    array([7, 8, 9], dtype=uint8)
    """
    return decode("read_idx", path, contents(path))
