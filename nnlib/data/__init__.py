"""Data: where it comes from, how it is split and scaled, varied, and dealt out in batches.

Samples lie along the first axis, images are (N, C, H, W) or (..., H, W), labels are integers from 0. Random
functions take a ``rng``; the functions that move or recolour images take what was drawn as an argument.
"""

from nnlib.data.colours import add_gaussian_noise, adjust_brightness, adjust_contrast, adjust_hue
from nnlib.data.components import PCA, covariance, decorrelate, whiten
from nnlib.data.framing import (
    crop,
    flip_mask,
    horizontal_flip,
    random_box,
    random_crop,
    random_resized_crop,
    vertical_flip,
)
from nnlib.data.loaders import Dataset, load_digits, load_mnist, load_mnist_small, read_idx
from nnlib.data.sampling import (
    WeightedRandomSampler,
    class_sampling_probs,
    iterate_minibatches,
    minibatch_indices,
    one_hot,
)
from nnlib.data.scaling import (
    MinMaxScaler,
    StandardScaler,
    center,
    fit_transform_splits,
    minmax_scale,
    standardize,
)
from nnlib.data.splits import kfold_indices, split_indices, stratified_indices, train_val_test_split
from nnlib.data.synthetic import (
    make_blobs,
    make_moons,
    make_multilabel,
    make_sine,
    make_spirals,
    make_xor,
)
from nnlib.data.warps import (
    elastic_displacement,
    elastic_distort,
    map_coordinates,
    resize,
    rotate,
    translate,
    zoom,
)

__all__ = [
    "PCA",
    "Dataset",
    "MinMaxScaler",
    "StandardScaler",
    "WeightedRandomSampler",
    "add_gaussian_noise",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_hue",
    "center",
    "class_sampling_probs",
    "covariance",
    "crop",
    "decorrelate",
    "elastic_displacement",
    "elastic_distort",
    "fit_transform_splits",
    "flip_mask",
    "horizontal_flip",
    "iterate_minibatches",
    "kfold_indices",
    "load_digits",
    "load_mnist",
    "load_mnist_small",
    "make_blobs",
    "make_moons",
    "make_multilabel",
    "make_sine",
    "make_spirals",
    "make_xor",
    "map_coordinates",
    "minibatch_indices",
    "minmax_scale",
    "one_hot",
    "random_box",
    "random_crop",
    "random_resized_crop",
    "read_idx",
    "resize",
    "rotate",
    "split_indices",
    "standardize",
    "stratified_indices",
    "train_val_test_split",
    "translate",
    "vertical_flip",
    "whiten",
    "zoom",
]
