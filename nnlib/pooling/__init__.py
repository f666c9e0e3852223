"""Pooling: many values become few, in the plane, over regions and over time."""

from nnlib.pooling.planes import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

__all__ = ["avg_pool2d", "avg_pool2d_backward", "max_pool2d", "max_pool2d_backward"]
