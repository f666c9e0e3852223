"""Chapter 01, data and preprocessing: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "one_hot",
    "split_indices",
    "stratified_indices",
    "kfold_indices",
    "minibatch_indices",
    "class_sampling_probs",
    "center",
    "standardize",
    "minmax_scale",
    "covariance",
    "decorrelate",
    "pca_reconstruct",
    "whiten",
    "horizontal_flip",
    "crop",
    "translate",
    "rotate",
    "adjust_brightness",
    "adjust_contrast",
)
