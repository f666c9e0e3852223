"""Chapter 10, convolution: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "conv_output_size",
    "cross_correlate",
    "unfold",
    "conv2d",
    "fold",
    "conv2d_backward",
    "conv_params",
    "separable_conv2d",
    "receptive_field",
    "bilinear_sample",
)
