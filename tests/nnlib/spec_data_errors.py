"""Rows for nnlib.data: calls that are refused."""

import numpy as np

from nnlib import data as D
from tests.nnlib.spec import Error

ROW = np.array([[1.0, 2.0, 3.0]])
RNG = {"rng": np.random.default_rng(0)}

ERRORS = (
    Error(D.center, (np.zeros((0, 2)),), "X must be not empty where mean is not given; got shape (0, 2)"),
    Error(D.covariance, ([1.0, 2.0],), "X must be of shape (n, d) with n > 0; got shape (2,)"),
    Error(D.covariance, (np.zeros((0, 2)),), "with n > 0; got shape (0, 2)"),
    Error(D.covariance, ([[1.0]],), "X must be of more than ddof = 1 rows; got 1 rows", {"ddof": 1}),
    Error(D.decorrelate, (np.zeros((0, 2)),), "X must be of shape (n, d) with n > 0"),
    Error(D.decorrelate, ([[np.nan], [1.0]],), "X must be finite; got nan or inf"),
    Error(D.whiten, ([[np.inf], [1.0]],), "X must be finite; got nan or inf"),
    Error(D.whiten, ([[1.0]],), "eps must be at least 0; got -1", {"eps": -1}),
    Error(D.whiten, (np.zeros((0, 2)),), "X must be of shape (n, d) with n > 0"),
    Error(D.whiten, ([[1.0], [1.0]],), "eps must be positive where a direction does not vary", {"eps": 0}),
    Error(D.class_sampling_probs, ([1, 2],), "q must be from 0 to 1; got 1.5", {"q": 1.5}),
    Error(D.class_sampling_probs, ([[1, 2]],), "counts must be of shape (C,); got shape (1, 2)"),
    Error(D.class_sampling_probs, ([1, -2],), "counts must be at least 0; got the value -2"),
    Error(D.class_sampling_probs, ([0, 0],), "counts must be positive for some class"),
    Error(D.class_sampling_probs, ([],), "counts must be positive for some class"),
    Error(
        D.horizontal_flip, (np.zeros((2, 3, 4)), [True]), "mask must be one for each image; got shape (1,)"
    ),
    Error(D.horizontal_flip, (np.zeros((2, 3)), [True, False]), "mask must be one for each image"),
    Error(D.horizontal_flip, (np.zeros(3), True), "x must be of shape (..., H, W), H and W > 0"),
    Error(D.vertical_flip, (np.zeros((2, 3, 4)), [[True], [True]]), "mask must be one for each image"),
    Error(D.vertical_flip, (np.zeros((2, 0)), True), "x must be of shape (..., H, W)"),
    Error(
        D.crop,
        (np.zeros((3, 4)), 2, 0, 2, 4),
        "the window must be inside x of shape (3, 4); got 2 x 4 at (2, 0)",
    ),
    Error(D.crop, (np.zeros((3, 4)), 0, -1, 2, 2), "the window must be inside x"),
    Error(D.crop, (np.zeros(4), 0, 0, 1, 1), "the window must be inside x"),
    Error(D.translate, (np.zeros(4), 1, 1), "x must be of shape (..., H, W)"),
    Error(D.translate, (ROW, 1, 1), "order must be 0 (nearest) or 1 (bilinear); got 3", {"order": 3}),
    Error(D.rotate, (ROW, 1), "order must be 0 (nearest) or 1 (bilinear)", {"order": 2}),
    Error(D.rotate, (np.zeros((0, 4)), 1), "x must be of shape (..., H, W)"),
    Error(D.zoom, (ROW, 0), "factor must be positive; got 0"),
    Error(D.zoom, (ROW, 1), "order must be 0 (nearest) or 1 (bilinear)", {"order": -1}),
    Error(
        D.elastic_distort,
        (ROW, np.zeros((1, 3))),
        "displacement must be of shape (2, 1, 3); got shape (1, 3)",
    ),
    Error(D.elastic_distort, (ROW, np.zeros((2, 1, 3))), "order must be 0 (nearest)", {"order": 2}),
    Error(D.resize, (ROW, (0, 3)), "size must be positive; got (0, 3)"),
    Error(D.resize, (np.zeros(3), 2), "x must be of shape (..., H, W)"),
    Error(D.adjust_brightness, ([0.5], -1), "factor must be at least 0; got -1"),
    Error(D.adjust_contrast, (np.zeros((1, 2, 2)), -0.1), "factor must be at least 0"),
    Error(D.adjust_contrast, (np.zeros((2, 2, 2)), 1), "x must be of shape (..., C, H, W) with C = 1 or 3"),
    Error(D.adjust_contrast, (np.zeros((3, 2)), 1), "x must be of shape (..., C, H, W) with C = 1 or 3"),
    Error(D.adjust_hue, (np.zeros((3, 2, 2)), 0.6), "factor must be from -0.5 to 0.5; got 0.6"),
    Error(D.adjust_hue, (np.zeros((1, 2, 2)), 0.1), "x must be of shape (..., C, H, W) with C = 3"),
    Error(D.add_gaussian_noise, ([0.0],), "std must be at least 0; got -1", {"std": -1, **RNG}),
    Error(D.flip_mask, (3,), "p must be from 0 to 1; got 2", {"p": 2, **RNG}),
    Error(
        D.random_crop,
        (np.zeros((2, 4, 4)), 5),
        "size must be from 1 to the padded image's (4, 4); got 5",
        RNG,
    ),
    Error(D.random_crop, (np.zeros((4, 4)), 2), "x must be of shape (N, ..., H, W); got shape (4, 4)", RNG),
    Error(D.random_box, (4, 4), "scale must be (low, high) with 0 < low <= high", {"scale": (0, 1), **RNG}),
    Error(D.random_box, (4, 4), "ratio must be (low, high) with 0 < low <= high", {"ratio": (2, 1), **RNG}),
    Error(D.random_resized_crop, (np.zeros((4, 4)), 2), "x must be of shape (N, ..., H, W)", RNG),
    Error(
        D.make_blobs,
        (3,),
        "centers must be a number or (classes, d); got shape (2,)",
        {"centers": [1, 2], **RNG},
    ),
    Error(
        D.iterate_minibatches,
        (np.zeros(3), np.zeros(2)),
        "arrays must be of one length; got lengths [3, 2]",
        RNG,
    ),
    Error(D.iterate_minibatches, (), "arrays must be at least one array; got none", RNG),
    Error(
        D.iterate_minibatches, (np.zeros(3),), "batch_size must be positive; got 0", {"batch_size": 0, **RNG}
    ),
    Error(D.iterate_minibatches, (np.zeros(3),), "rng must be a numpy.random.Generator to shuffle; got None"),
    Error(D.minibatch_indices, (3,), "batch_size must be positive; got 0", {"batch_size": 0, **RNG}),
    Error(D.minibatch_indices, (3,), "rng must be a numpy.random.Generator to shuffle; got None"),
    Error(D.split_indices, ([[1]],), "order must be of shape (n,); got shape (1, 1)"),
    Error(D.split_indices, ([1],), "which add to 0.9", {"ratios": (0.5, 0.4)}),
    Error(D.split_indices, ([1],), "ratios must be positive", {"ratios": (1.0, 0.0)}),
    Error(
        D.stratified_indices,
        ([0, 1], [0]),
        "labels must be one for each entry of order, (1,); got shape (2,)",
    ),
    Error(D.stratified_indices, ([0], [0]), "ratios must be positive", {"ratios": (1.0, 0.0)}),
    Error(D.standardize, (np.zeros((0, 2)),), "X must be of shape (n, d) with n > 0"),
    Error(
        D.minmax_scale, (np.zeros((2, 2)),), "feature_range must be (low, high)", {"feature_range": (1, 0)}
    ),
    Error(D.map_coordinates, (np.zeros(4), 0, 0), "x must be of shape (..., H, W)"),
    Error(D.map_coordinates, (ROW, 0, 0), "order must be 0 (nearest) or 1 (bilinear); got 3", {"order": 3}),
    Error(D.kfold_indices, (5,), "k must be from 2 to n = 5; got 1", {"k": 1}),
    Error(D.kfold_indices, (5,), "k must be from 2 to n = 5; got 6", {"k": 6}),
    Error(D.kfold_indices, (9,), "rng must be a numpy.random.Generator", {"shuffle": True}),
    Error(D.train_val_test_split, (np.zeros(3), np.zeros(4)), "arrays must be of one length", RNG),
    Error(D.train_val_test_split, (np.zeros(3),), "rng must be a numpy.random.Generator to shuffle"),
    Error(
        D.train_val_test_split,
        (np.zeros(3),),
        "ratios must be adding to 1; got (0.5, 0.4), which add to 0.9",
        {"ratios": (0.5, 0.4), **RNG},
    ),
    Error(D.train_val_test_split, (np.zeros(3),), "ratios must be positive", {"ratios": (1.0, 0.0), **RNG}),
    Error(
        D.train_val_test_split,
        (np.zeros(3),),
        "stratify must be of shape (3,); got shape (4,)",
        {"stratify": np.zeros(4), **RNG},
    ),
    Error(
        D.train_val_test_split,
        (np.zeros(3),),
        "stratify must be used with shuffle=True",
        {"stratify": np.zeros(3), "shuffle": False},
    ),
    Error(D.one_hot, ([0.0, 1.0],), "y must be of ints; got dtype float64"),
    Error(D.one_hot, ([-1, 1],), "y must be from 0 to 1; got values from -1 to 1"),
    Error(D.one_hot, ([0, 3],), "y must be from 0 to 2; got values from 0 to 3", {"num_classes": 3}),
    Error(D.one_hot, (np.zeros(0, int),), "num_classes must be given where y is empty; got -1"),
)
