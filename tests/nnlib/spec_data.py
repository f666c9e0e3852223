"""Rows for the functions of nnlib.data that work on the values of arrays."""

import numpy as np
from matplotlib import colors
from scipy import linalg, ndimage, special

from nnlib import data as D
from tests.nnlib.spec import Case, Edge

CHAPTERS = ("01",)
NO_GRADIENT = (
    D.adjust_brightness,
    D.adjust_contrast,
    D.adjust_hue,
    D.center,
    D.class_sampling_probs,
    D.covariance,
    D.crop,
    D.decorrelate,
    D.elastic_distort,
    D.horizontal_flip,
    D.map_coordinates,
    D.resize,
    D.rotate,
    D.translate,
    D.vertical_flip,
    D.whiten,
    D.zoom,
)
# Statistics of nothing are refused: spec_data_errors.py.
EMPTY_IN_EDGES = (D.center, D.class_sampling_probs, D.covariance, D.decorrelate, D.whiten)
# Random, stateful, of integers, or from files: test_data.py, test_data_classes.py, test_data_files.py.
ELSEWHERE = (
    D.PCA,
    D.Dataset,
    D.MinMaxScaler,
    D.StandardScaler,
    D.WeightedRandomSampler,
    D.add_gaussian_noise,
    D.elastic_displacement,
    D.fit_transform_splits,
    D.flip_mask,
    D.iterate_minibatches,
    D.kfold_indices,
    D.load_digits,
    D.load_mnist,
    D.load_mnist_small,
    D.make_blobs,
    D.make_moons,
    D.make_multilabel,
    D.make_sine,
    D.make_spirals,
    D.make_xor,
    D.minibatch_indices,
    D.minmax_scale,
    D.one_hot,
    D.random_box,
    D.random_crop,
    D.random_resized_crop,
    D.read_idx,
    D.split_indices,
    D.standardize,
    D.stratified_indices,
    D.train_val_test_split,
)


def normal(*shape):
    return lambda rng: (rng.normal(size=shape),)


def pixels(*shape, then=()):
    """Values from 0 to 1, none of them 0, and further arguments."""
    return lambda rng: (rng.uniform(0.05, 1, size=shape), *then)


def masked(*shape, axes):
    return lambda rng: (rng.uniform(0.05, 1, size=shape), rng.random(shape[:axes]) < 0.5)


def displaced(*shape):
    return lambda rng: (rng.uniform(0.05, 1, size=shape), rng.normal(0, 2, size=(2, *shape[-2:])))


def centred_by_sums(X, axis=0):
    axes = tuple(range(X.ndim)) if axis is None else np.atleast_1d(axis)
    mean = X
    for a in axes:
        mean = mean.sum(axis=a, keepdims=True) / X.shape[a]
    return X - mean, mean


def eigen(X):
    """Eigenvectors, their largest entry positive, and eigenvalues, both in falling order of the latter."""
    S, U = linalg.eigh(np.cov(X, rowvar=False, bias=True))
    U = U[:, ::-1]
    signs = [1 if column[np.abs(column).argmax()] > 0 else -1 for column in U.T]
    return U * signs, S[::-1]


def decorrelated(X):
    U, S = eigen(X)
    return (X - X.mean(axis=0)) @ U, U, S


def whitened(X, eps=1e-5):
    U, S = eigen(X)
    W = U @ np.diag((S + eps) ** -0.5)
    return (X - X.mean(axis=0)) @ W, X.mean(axis=0), W


def image_by_image(f):
    """A function of (H, W) images from SciPy, for images with axes in front."""

    def wanted(x, *args, **kwargs):
        images = x.reshape(-1, *x.shape[-2:])
        return np.stack([f(image, *args, **kwargs) for image in images]).reshape(x.shape)

    return wanted


@image_by_image
def shifted(x, dx, dy, order=1, fill=0.0):
    return ndimage.shift(x, (dy, dx), order=order, mode="grid-constant", cval=fill)


@image_by_image
def rotated(x, angle, order=1, fill=0.0):
    return ndimage.rotate(x, angle, reshape=False, order=order, mode="grid-constant", cval=fill)


@image_by_image
def zoomed(x, factor, order=1, fill=0.0):
    middle = (np.array(x.shape) - 1) / 2
    offset = middle - middle / factor
    return ndimage.affine_transform(x, [1 / factor] * 2, offset, order=order, mode="grid-constant", cval=fill)


@image_by_image
def fetched(x, displacement, order=1, fill=0.0):
    places = np.indices(x.shape) + displacement
    return ndimage.map_coordinates(x, places, order=order, mode="grid-constant", cval=fill)


def read_at(x, rows, cols, order=1, fill=0.0):
    return ndimage.map_coordinates(
        x, np.broadcast_arrays(rows, cols), order=order, mode="grid-constant", cval=fill
    )


def places(height, width, h, w):
    """An image, and places in it and around it."""
    return lambda rng: (
        rng.uniform(0.05, 1, size=(height, width)),
        rng.uniform(-2, height + 1, size=(h, 1)),
        rng.uniform(-2, width + 1, size=(h, w)),
    )


def flipped(axis):
    def wanted(x, mask):
        y = x.copy()
        for index in zip(*np.nonzero(np.atleast_1d(mask))):
            y[index if np.ndim(mask) else ()] = np.flip(y[index if np.ndim(mask) else ()], axis)
        return y

    return wanted


def cut_out(x, top, left, height, width):
    return x.take(range(top, top + height), axis=-2).take(range(left, left + width), axis=-1)


def interpolated(x, size):
    from torch.nn.functional import interpolate

    return interpolate(x, size, mode="bilinear")


def contrasted(x, factor):
    blend = np.empty_like(x)
    for index in np.ndindex(x.shape[:-3]):
        image = x[index]
        grey = image[0] if len(image) == 1 else 0.2989 * image[0] + 0.587 * image[1] + 0.114 * image[2]
        blend[index] = grey.mean() + factor * (image - grey.mean())
    return blend.clip(0, 1)


def turned_in_hsv(x, factor):
    hsv = colors.rgb_to_hsv(np.moveaxis(x, -3, -1))
    hsv[..., 0] = (hsv[..., 0] + factor) % 1
    return np.moveaxis(colors.hsv_to_rgb(hsv), -1, -3)


def case(op, args, want=None, nan="stays", torch=None, **kwargs):
    return Case(op, args, kwargs, wrt=(), want=want, nan=nan, torch=torch)


STATISTICS = (
    case(D.center, normal(7, 3), centred_by_sums, nan="spreads"),
    case(D.center, normal(5, 4), centred_by_sums, nan="spreads", axis=None),
    case(D.center, normal(4, 3, 5, 2), centred_by_sums, nan="spreads", axis=(0, 2, 3)),
    case(D.center, normal(6, 2), lambda X, mean: (X - 2.0, np.array(2.0)), mean=2.0),
    case(D.covariance, normal(9, 4), lambda X: np.cov(X, rowvar=False, bias=True), nan="spreads"),
    case(D.covariance, normal(9, 2), lambda X, ddof: np.cov(X, rowvar=False), nan="spreads", ddof=1),
    case(D.covariance, normal(1, 3), lambda X: np.zeros((3, 3)), nan="spreads"),
    case(D.decorrelate, normal(20, 5), decorrelated, nan="refused"),
    case(D.decorrelate, normal(30, 2), decorrelated, nan="refused"),
    case(D.whiten, normal(20, 5), whitened, nan="refused"),
    case(D.whiten, normal(20, 3), whitened, nan="refused", eps=0.5),
    case(
        D.class_sampling_probs,
        lambda rng: (rng.uniform(1, 1000, size=6),),
        lambda counts: special.softmax(0.5 * np.log(counts)),
        nan="spreads",
    ),
    case(
        D.class_sampling_probs,
        lambda rng: (rng.uniform(1, 9, size=3),),
        lambda n, q: n / n.sum(),
        nan="spreads",
        q=1.0,
    ),
    case(
        D.class_sampling_probs,
        lambda rng: (rng.uniform(1, 9, size=4),),
        lambda n, q: 0 * n + 0.25,
        nan="may leave",
        q=0,
    ),
)

MOVES = (
    case(D.horizontal_flip, masked(5, 2, 3, 4, axes=1), flipped(-1)),
    case(D.horizontal_flip, masked(3, 2, 4, 5, axes=2), flipped(-1)),
    case(D.horizontal_flip, pixels(3, 4, then=(True,)), lambda x, mask: np.fliplr(x)),
    case(D.vertical_flip, masked(5, 2, 3, 4, axes=1), flipped(-2)),
    case(D.vertical_flip, pixels(3, 4, then=(True,)), lambda x, mask: np.flipud(x)),
    case(D.crop, pixels(2, 3, 6, 7, then=(1, 2, 4, 3)), cut_out, nan="may leave"),
    case(D.crop, pixels(6, 7, then=(0, 0, 6, 7)), cut_out),
    case(D.map_coordinates, places(4, 5, 3, 6), read_at, nan="may leave"),
    case(D.map_coordinates, places(1, 3, 2, 2), read_at, nan="may leave", fill=0.3),
    case(D.map_coordinates, places(5, 4, 4, 1), read_at, nan="may leave", order=0),
    case(D.translate, pixels(2, 3, 6, 7, then=(2, -1)), shifted, nan="may leave"),
    case(D.translate, pixels(6, 7, then=(-1.25, 0.5)), shifted, nan="may leave", fill=0.3),
    case(D.translate, pixels(6, 7, then=(0.7, 0.2)), shifted, nan="may leave", order=0),
    case(D.translate, pixels(6, 7, then=(0, 0)), shifted),
    case(D.rotate, pixels(2, 1, 7, 7, then=(30.0,)), rotated, nan="may leave"),
    case(D.rotate, pixels(6, 9, then=(-110.0,)), rotated, nan="may leave", fill=0.5),
    case(D.rotate, pixels(8, 8, then=(17.0,)), rotated, nan="may leave", order=0),
    case(D.rotate, pixels(6, 6, then=(90,)), lambda x, angle: np.rot90(x), nan="spreads"),
    case(D.rotate, pixels(7, 7, then=(180,)), lambda x, angle: x[::-1, ::-1], nan="spreads"),
    case(D.rotate, pixels(7, 7, then=(-90,)), lambda x, angle: np.rot90(x, -1), nan="spreads"),
    case(D.zoom, pixels(2, 1, 7, 8, then=(1.5,)), zoomed, nan="may leave"),
    case(D.zoom, pixels(6, 5, then=(0.4,)), zoomed, nan="may leave", fill=0.2),
    case(D.zoom, pixels(6, 5, then=(1.3,)), zoomed, nan="may leave", order=0),
    case(D.zoom, pixels(6, 5, then=(1,)), lambda x, factor: x),
    case(D.elastic_distort, displaced(2, 3, 6, 7), fetched, nan="may leave"),
    case(D.elastic_distort, displaced(8, 8), fetched, nan="may leave", fill=1.0),
    case(D.elastic_distort, displaced(8, 8), fetched, nan="may leave", order=0),
    case(D.resize, pixels(2, 3, 6, 7, then=((9, 14),)), torch=interpolated),
    case(D.resize, pixels(1, 1, 6, 7, then=((3, 4),)), torch=interpolated, nan="may leave"),
    case(D.resize, pixels(1, 2, 5, 8, then=((5, 8),)), torch=interpolated),
)

COLOURS = (
    case(D.adjust_brightness, pixels(2, 3, 4, 5, then=(1.7,)), lambda x, f: np.minimum(x * 1.7, 1)),
    case(D.adjust_brightness, pixels(4, then=(0.25,)), lambda x, f: x / 4),
    case(D.adjust_contrast, pixels(2, 3, 4, 5, then=(1.8,)), contrasted, nan="spreads"),
    case(D.adjust_contrast, pixels(3, 1, 4, 5, then=(0.3,)), contrasted, nan="spreads"),
    case(D.adjust_hue, pixels(2, 3, 4, 5, then=(0.2,)), turned_in_hsv, nan="spreads"),
    case(D.adjust_hue, pixels(3, 4, 5, then=(-0.5,)), turned_in_hsv, nan="spreads"),
    case(D.adjust_hue, pixels(3, 4, 5, then=(0,)), lambda x, f: x, nan="spreads"),
)

CASES = STATISTICS + MOVES + COLOURS

ROW = np.array([[1.0, 2.0, 3.0]])
# Four pixels: red, green, blue, grey.
RGBK = np.array([[[1.0, 0.0, 0.0, 0.5]], [[0.0, 1.0, 0.0, 0.5]], [[0.0, 0.0, 1.0, 0.5]]])
CROSS = [[3.0, 3.0], [-3.0, -3.0], [1.0, -1.0], [-1.0, 1.0]]
H = 0.5**0.5

EDGES = (
    # pixels of one byte, which `X -= X.mean()` refuses; one sample; no variance
    Edge(D.center, (np.array([[200], [100]], np.uint8),), ([[50.0], [-50.0]], [[150.0]])),
    Edge(D.center, ([[7.0, 8.0]],), ([[0.0, 0.0]], [[7.0, 8.0]])),
    Edge(D.center, (np.zeros((0, 2)),), (np.zeros((0, 2)), [1.0, 2.0]), {"mean": [1.0, 2.0]}),
    Edge(D.covariance, ([[0.0, 0.0], [2.0, 4.0]],), [[1.0, 2.0], [2.0, 4.0]]),
    Edge(D.covariance, (np.full((4, 2), 1e4),), np.zeros((2, 2))),
    Edge(D.covariance, (np.zeros((3, 0)),), np.zeros((0, 0))),
    Edge(
        D.decorrelate,
        (CROSS,),
        ([[6 * H, 0], [-6 * H, 0], [0, 2 * H], [0, -2 * H]], [[H, H], [H, -H]], [9.0, 1.0]),
    ),
    Edge(D.decorrelate, ([[5.0, 1.0]],), ([[0.0, 0.0]], np.eye(2), [0.0, 0.0])),
    Edge(D.whiten, ([[1.0], [-1.0]],), ([[0.5], [-0.5]], [0.0], [[0.5]]), {"eps": 3.0}),
    Edge(D.whiten, ([[4.0]],), ([[0.0]], [4.0], [[2.0]]), {"eps": 0.25}),
    Edge(D.class_sampling_probs, ([900, 100],), [0.75, 0.25]),
    Edge(D.class_sampling_probs, ([5],), [1.0]),
    Edge(D.class_sampling_probs, ([4, 0, 1],), [0.5, 0.0, 0.5], {"q": 0}),
    Edge(D.class_sampling_probs, ([4, 0, 1],), [0.8, 0.0, 0.2], {"q": 1}),
    Edge(D.horizontal_flip, (ROW, False), ROW),
    Edge(D.horizontal_flip, (np.zeros((0, 2, 3)), np.zeros(0)), np.zeros((0, 2, 3))),
    Edge(D.vertical_flip, (ROW, True), ROW),
    Edge(D.vertical_flip, (ROW.T, True), [[3.0], [2.0], [1.0]]),
    Edge(D.crop, (ROW, 0, 1, 1, 1), [[2.0]]),
    Edge(D.crop, (ROW, 0, 3, 1, 0), np.zeros((1, 0))),
    Edge(D.map_coordinates, (ROW, 0, 1), 2.0),
    Edge(D.map_coordinates, (ROW, [[0], [9]], [[0.5, 2]]), [[1.5, 3.0], [7.0, 7.0]], {"fill": 7.0}),
    Edge(D.translate, (ROW, 9, 0), [[7.0, 7.0, 7.0]], {"fill": 7.0}),
    Edge(D.translate, (ROW, 0.5, 0), [[0.5, 1.5, 2.5]]),
    Edge(D.translate, (ROW, 1e4, -1e4), [[0.0, 0.0, 0.0]]),
    Edge(D.translate, ([[np.nan, 1.0, 2.0]], 1, 0), [[0.0, np.nan, 1.0]]),
    Edge(D.translate, (np.zeros((0, 2, 2)), 1, 1), np.zeros((0, 2, 2))),
    Edge(D.rotate, ([[5.0]], 45), [[5.0]]),
    Edge(D.rotate, (ROW, 360), ROW),
    Edge(D.rotate, (ROW, 90), [[0.0, 2.0, 0.0]]),
    Edge(D.zoom, ([[0.0, 4.0, 0.0]], 2), [[2.0, 4.0, 2.0]]),
    Edge(D.zoom, ([[0.0, 4.0, 0.0]], 1e4), [[4 - 4e-4, 4.0, 4 - 4e-4]]),
    Edge(D.zoom, (ROW, 0.5), [[0.0, 2.0, 0.0]]),
    Edge(D.elastic_distort, (ROW, np.zeros((2, 1, 3))), ROW),
    Edge(D.elastic_distort, (ROW, np.full((2, 1, 3), 1e4)), np.zeros((1, 3))),
    Edge(D.resize, (ROW, 1), [[2.0]]),
    Edge(D.resize, ([[0.0, 4.0]], (2, 4)), [[0.0, 1.0, 3.0, 4.0]] * 2),
    Edge(D.resize, (np.zeros((0, 2, 2)), 3), np.zeros((0, 3, 3))),
    Edge(D.adjust_brightness, ([0.0, 0.5, 1.0, np.nan], 2), [0.0, 1.0, 1.0, np.nan]),
    Edge(D.adjust_brightness, ([1e4], 0), [0.0]),
    Edge(D.adjust_brightness, ([], 2), []),
    Edge(D.adjust_contrast, ([[[0.2, 0.6]]], 0), [[[0.4, 0.4]]]),
    Edge(D.adjust_contrast, ([[[0.2, 0.6]]], 4), [[[0.0, 1.0]]]),
    Edge(D.adjust_contrast, (np.zeros((0, 3, 2, 2)), 2), np.zeros((0, 3, 2, 2))),
    # a third of a turn: red to green, green to blue, blue to red; grey stays
    Edge(D.adjust_hue, (RGBK, 1 / 3), np.roll(RGBK, 1, axis=0)),
    # half a turn, to the complement, either way round
    Edge(D.adjust_hue, (RGBK, 0.5), np.where(RGBK == 0.5, 0.5, 1 - RGBK)),
    Edge(D.adjust_hue, (RGBK, -0.5), np.where(RGBK == 0.5, 0.5, 1 - RGBK)),
    # two channels tie: yellow turns into cyan
    Edge(
        D.adjust_hue, (np.array([1.0, 1, 0]).reshape(3, 1, 1), 1 / 3), np.array([0.0, 1, 1]).reshape(3, 1, 1)
    ),
    Edge(D.adjust_hue, (np.zeros((0, 3, 2, 2)), 0.1), np.zeros((0, 3, 2, 2))),
)
