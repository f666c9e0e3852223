"""Rows for nnlib.pooling: ties, padding, windows over the border, nothing to pool, and what is refused."""

import numpy as np

from nnlib import pooling as P
from tests.nnlib.spec import Edge, Error

FOUR = np.arange(16.0).reshape(4, 4)
TIED = [[1.0, 5.0, 5.0], [5.0, 2.0, 5.0], [0.0, 5.0, 5.0]]
NONE = np.zeros((0, 3, 4, 4))
NINE = np.arange(9.0).reshape(1, 1, 3, 3)
NO_BOXES = np.zeros((0, 5))
# outside of the image, and beyond both ends of it
OUTSIDE, AROUND = [0, 9.0, 9.0, 12.0, 12.0], [0, -9.0, -9.0, 12.0, 12.0]
STILL = np.zeros((1, 2, 1, 1))

EDGES = (
    Edge(P.max_pool2d, (FOUR, 2), [[5, 7], [13, 15]]),
    Edge(P.max_pool2d, (FOUR, 4), [[15]]),
    Edge(P.max_pool2d, (NONE, 2), np.zeros((0, 3, 2, 2))),
    Edge(
        P.max_pool2d, (-1 - FOUR, 3), [[-1, -2], [-5, -6]], {"stride": 2, "padding": 1}
    ),  # padding never wins
    Edge(P.max_pool2d, (FOUR[:3, :3], 2), [[5, 6], [9, 10]], {"ceil_mode": True}),
    # the last window would begin in the padding behind the image: it is left out
    Edge(
        P.max_pool2d,
        ([[1.0, 2.0]], (1, 2)),
        [[1, 2]],
        {"stride": (1, 2), "padding": (0, 1), "ceil_mode": True},
    ),
    Edge(P.max_pool2d, ([[-np.inf, -np.inf]], (1, 2)), [[-np.inf]]),
    Edge(P.max_pool2d, ([[np.nan, 1.0, 2.0, 1.0]], (1, 2)), [[np.nan, 2.0]]),
    Edge(
        P.max_pool2d, ([[3.0]], 2), [[-np.inf]], {"dilation": 4, "padding": 2}
    ),  # no place lies in the image
    # of equal maxima the first, row by row
    Edge(P.max_pool2d_backward, (1.0, TIED, 3), [[0, 1, 0], [0, 0, 0], [0, 0, 0]]),
    Edge(P.max_pool2d_backward, (1.0, TIED, 2), [[0, 2, 0], [1, 0, 1], [0, 0, 0]], {"stride": 1}),
    Edge(P.max_pool2d_backward, ([[2.0]], [[-np.inf, -np.inf]], (1, 2)), [[2.0, 0.0]]),
    Edge(P.max_pool2d_backward, (1.0, NONE, 2), NONE),
    Edge(P.max_pool2d_backward, (1.0, [[3.0]], 2), [[0.0]], {"dilation": 4, "padding": 2}),
    Edge(P.avg_pool2d, (FOUR, 2), [[2.5, 4.5], [10.5, 12.5]]),
    Edge(P.avg_pool2d, (NONE, 2), np.zeros((0, 3, 2, 2))),
    Edge(P.avg_pool2d, (np.ones((2, 2)), 2), [[0.25, 0.25], [0.25, 0.25]], {"padding": 1}),
    Edge(P.avg_pool2d, (np.ones((2, 2)), 2), [[1, 1], [1, 1]], {"padding": 1, "count_include_pad": False}),
    Edge(P.avg_pool2d, (np.ones((3, 3)), 2), [[1, 1], [1, 1]], {"ceil_mode": True}),
    Edge(P.avg_pool2d, (np.ones((2, 2)), 2), [[-4.0]], {"divisor_override": -1}),
    Edge(P.avg_pool2d_backward, (1.0, np.ones((3, 3)), 2), [[0.25, 0.25, 0], [0.25, 0.25, 0], [0, 0, 0]]),
    Edge(
        P.avg_pool2d_backward,
        (4.0, np.ones((1, 3)), (1, 2)),
        [[2, 4, 2]],
        {"stride": 1},
    ),
    Edge(P.avg_pool2d_backward, (1.0, NONE, 2), NONE),
    Edge(P.adaptive_avg_pool2d, (FOUR, 1), [[7.5]]),
    Edge(P.adaptive_avg_pool2d, (FOUR[:1, :3], (1, 2)), [[0.5, 1.5]]),  # the middle one is in both
    Edge(P.adaptive_avg_pool2d, ([[1.0, 2.0]], (2, 4)), [[1, 1, 2, 2], [1, 1, 2, 2]]),  # more than there are
    Edge(P.adaptive_avg_pool2d, (NONE, 2), np.zeros((0, 3, 2, 2))),
    Edge(P.adaptive_avg_pool2d_backward, (1.0, FOUR[:1, :3], (1, 2)), [[0.5, 1.0, 0.5]]),
    Edge(P.adaptive_avg_pool2d_backward, (1.0, NONE, 3), NONE),
    Edge(P.adaptive_max_pool2d, (FOUR, (None, 1)), [[3], [7], [11], [15]]),
    Edge(P.adaptive_max_pool2d, (NONE, 3), np.zeros((0, 3, 3, 3))),
    Edge(P.adaptive_max_pool2d_backward, (1.0, TIED, 1), [[0, 1, 0], [0, 0, 0], [0, 0, 0]]),
    Edge(P.adaptive_max_pool2d_backward, (1.0, TIED, 2), [[0, 2, 0], [1, 0, 1], [0, 0, 0]]),
    Edge(P.adaptive_max_pool2d_backward, (1.0, NONE, 3), NONE),
    Edge(P.fractional_max_pool2d, (FOUR, [0.5, 0.5], 1), FOUR, {"output_size": 4}),
    Edge(P.fractional_max_pool2d, (FOUR, [0.5, 0.5], 2), [[15]], {"output_size": 1}),  # the last place
    Edge(P.fractional_max_pool2d, (NONE, np.zeros((0, 3, 2)), 2), np.zeros((0, 3, 3, 3)), {"output_size": 3}),
    Edge(
        P.fractional_max_pool2d_backward,
        (1.0, TIED, [0.0, 0.0], 2),
        [[0, 2, 0], [1, 0, 1], [0, 0, 0]],
        {"output_size": 2},
    ),
    Edge(P.fractional_max_pool2d_backward, (1.0, NONE, np.zeros((0, 3, 2)), 2), NONE, {"output_size": 3}),
    # the shares are 1/8, 2/8, 0, 5/8: a place without a share is never drawn
    *(
        Edge(P.stochastic_pool2d, ([[1.0, 2.0], [0.0, 5.0]], [[u]], 2), [[want]])
        for u, want in ((0.0, 1), (0.124, 1), (0.125, 2), (0.374, 2), (0.375, 5), (1 - 2**-53, 5))
    ),
    Edge(P.stochastic_pool2d, ([[1.0, 2.0], [0.0, 5.0]], None, 2), [[30 / 8]]),
    Edge(P.stochastic_pool2d, (np.zeros((2, 2)), [[0.7]], 2), [[0]]),
    Edge(P.stochastic_pool2d, (np.zeros((2, 2)), None, 2), [[0]]),
    Edge(P.stochastic_pool2d, (NONE, np.zeros((0, 3, 2, 2)), 2), np.zeros((0, 3, 2, 2))),
    Edge(P.stochastic_pool2d, ([[1.0, np.nan]], [[0.1]], (1, 2)), [[np.nan]]),
    Edge(P.stochastic_pool2d_backward, (3.0, [[1.0, 2.0], [0.0, 5.0]], [[0.5]], 2), [[0, 0], [0, 3]]),
    Edge(P.stochastic_pool2d_backward, (3.0, np.zeros((2, 2)), [[0.5]], 2), [[3, 0], [0, 0]]),
    Edge(P.stochastic_pool2d_backward, (3.0, np.zeros((2, 2)), None, 2), [[0, 0], [0, 0]]),
    Edge(P.roi_pool, (NINE, [[0, 0, 0, 2, 2]], 1), [[[[8]]]]),
    Edge(P.roi_pool, (NINE, [OUTSIDE], 2), np.zeros((1, 1, 2, 2))),
    Edge(P.roi_pool, (NINE, [AROUND], 1), [[[[8]]]]),
    Edge(P.roi_pool, (NINE, [[0, 1, 1, 1, 1]], 2), np.full((1, 1, 2, 2), 4.0)),  # a pixel for every bin
    Edge(P.roi_pool, (NINE, [[0, 2, 2, 1, 1]], 1), [[[[8]]]]),  # the wrong way round: one pixel
    # halves are rounded away from 0: column 1, not 0; and column -1, not 0
    Edge(P.roi_pool, (NINE, [[0, 0.5, 0, 0.5, 0]], 1), [[[[1]]]]),
    Edge(P.roi_pool, (NINE, [[0, -0.5, 0, -0.5, 0]], 1), [[[[0]]]]),
    Edge(P.roi_pool, (1 + NINE, [[0, -0.5, 0, -0.5, 0]], 1), [[[[0]]]]),
    Edge(P.roi_pool, (NINE, NO_BOXES, 2), np.zeros((0, 1, 2, 2))),
    Edge(
        P.roi_pool_backward,
        (1.0, np.ones((1, 1, 3, 3)), [[0, 1, 1, 2, 2]], 1),
        [[[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]],
    ),
    Edge(P.roi_pool_backward, (1.0, NINE, [OUTSIDE], 1), np.zeros((1, 1, 3, 3))),
    Edge(P.roi_pool_backward, (1.0, NINE, NO_BOXES, 1), np.zeros((1, 1, 3, 3))),
    Edge(P.roi_align, (NINE, [[0, 0, 0, 2, 2]], 1), [[[[4]]]], {"sampling_ratio": 1}),
    Edge(P.roi_align, (NINE, [OUTSIDE], 2), np.zeros((1, 1, 2, 2))),
    Edge(P.roi_align, (NINE, [[0, 1, 1, 1, 1]], 1), [[[[6]]]]),  # no size, taken as 1 by 1
    Edge(P.roi_align, (NINE, [[0, 1, 1, 1, 1]], 1), [[[[0]]]], {"aligned": True}),
    Edge(P.roi_align, (NINE, NO_BOXES, 2), np.zeros((0, 1, 2, 2))),
    Edge(P.roi_align, (np.full((1, 1, 1, 1), 7.0), [[0, 0, 0, 1, 1]], 1), [[[[7]]]]),  # one pixel is a border
    Edge(P.roi_align_backward, (1.0, NINE, [OUTSIDE], 1), np.zeros((1, 1, 3, 3))),
    Edge(P.roi_align_backward, (1.0, NINE, NO_BOXES, 1), np.zeros((1, 1, 3, 3))),
    Edge(
        P.roi_align_backward,
        (1.0, NINE, [[0, 0, 0, 1, 1]], 1),
        [[[[0.25, 0.25, 0], [0.25, 0.25, 0], [0, 0, 0]]]],
    ),
    Edge(P.deform_roi_pool, (NINE, [[0, 0.5, 0.5, 2.5, 2.5]], STILL), [[[[4]]]]),
    # an offset of -5 is half the width: two columns to the left of 2 to 4 lie 0 to 2
    Edge(
        P.deform_roi_pool,
        (
            np.broadcast_to(np.arange(6.0), (1, 1, 2, 6)),
            [[0, 1.5, 0, 5.5, 2]],
            np.array([[[[-5.0]], [[0.0]]]]),
        ),
        [[[[1.0]]]],
        {"sampling_ratio": 1},
    ),
    Edge(P.deform_roi_pool, (NINE, [OUTSIDE], STILL), [[[[0]]]]),
    Edge(P.deform_roi_pool, (NINE, NO_BOXES, np.zeros((0, 2, 3, 3))), np.zeros((0, 1, 3, 3))),
    # the point lies on pixel 1 of 0, 1, 4, 9: to the right it rises by 3, to the left it falls by 1; 0.1 of width 2
    Edge(
        P.deform_roi_pool_backward,
        (1.0, [[[[0.0, 1.0, 4.0, 9.0]]]], [[0, 0.5, 0, 2.5, 1]], STILL),
        ([[[[0, 1, 0, 0]]]], [[[[0.6]], [[0]]]]),
        {"sampling_ratio": 1},
    ),
    # and on the last pixel, behind which nothing changes
    Edge(
        P.deform_roi_pool_backward,
        (1.0, [[[[0.0, 1.0, 4.0, 9.0]]]], [[0, 2.5, 0, 4.5, 1]], STILL),
        ([[[[0, 0, 0, 1]]]], [[[[0]], [[0]]]]),
        {"sampling_ratio": 1},
    ),
    Edge(P.deform_roi_pool_backward, (1.0, NINE, [OUTSIDE], STILL), (np.zeros((1, 1, 3, 3)), STILL)),
    Edge(
        P.deform_roi_pool_backward,
        (1.0, NINE, NO_BOXES, np.zeros((0, 2, 3, 3))),
        (np.zeros((1, 1, 3, 3)), np.zeros((0, 2, 3, 3))),
    ),
)

ERRORS = (
    Error(
        P.max_pool2d, (np.zeros(4), 2), "x must be of shape (..., H, W), H and W at least 1; got shape (4,)"
    ),
    Error(P.max_pool2d, (np.zeros((2, 0)), 1), "x must be of shape (..., H, W), H and W at least 1"),
    Error(P.max_pool2d, (FOUR, 5), "kernel_size must be at most the padded input, 4; got a window of 5"),
    Error(P.max_pool2d, (FOUR, 2), "a window of 5", {"dilation": 4}),
    Error(P.max_pool2d, (FOUR, 2), "padding must be at most half the window, 1; got 2", {"padding": 2}),
    Error(P.max_pool2d, (FOUR, 0), "kernel_size must be an int or two, at least 1; got 0"),
    Error(P.max_pool2d, (FOUR, (2, 2, 2)), "kernel_size must be an int or two"),
    Error(P.max_pool2d, (FOUR, 2.5), "kernel_size must be an int or two, at least 1; got 2.5"),
    Error(P.max_pool2d, (FOUR, 2), "stride must be an int or two, at least 1; got 0", {"stride": 0}),
    Error(P.max_pool2d, (FOUR, 2), "dilation must be an int or two, at least 1", {"dilation": (1, 0)}),
    Error(P.max_pool2d_backward, (1.0, FOUR, 5), "kernel_size must be at most the padded input, 4"),
    Error(P.avg_pool2d, (FOUR, 5), "kernel_size must be at most the padded input, 4; got a window of 5"),
    Error(P.avg_pool2d, (FOUR, 2), "divisor_override must be a number other than 0", {"divisor_override": 0}),
    Error(
        P.avg_pool2d_backward, (1.0, FOUR, 2), "padding must be an int or two, at least 0", {"padding": -1}
    ),
    Error(P.adaptive_avg_pool2d, (FOUR, 0), "output_size must be at least 1; got (0, 0)"),
    Error(P.adaptive_avg_pool2d, (np.zeros((2, 0)), 1), "x must be of shape (..., H, W)"),
    Error(P.adaptive_max_pool2d, (FOUR, (1, 2, 3)), "output_size must be one size or two"),
    Error(P.adaptive_max_pool2d_backward, (1.0, FOUR, -1), "output_size must be at least 1"),
    Error(
        P.fractional_max_pool2d,
        (FOUR, [0.0, 0.0], 3),
        "output_size must be at most 2; got 3 windows of 3",
        {"output_size": 3},
    ),
    Error(P.fractional_max_pool2d, (FOUR, [0.0, 0.0], 2), "output_size must be given, or else output_ratio"),
    Error(
        P.fractional_max_pool2d,
        (FOUR, [0.0, 0.0], 2),
        "got both or neither",
        {"output_size": 2, "output_ratio": 0.5},
    ),
    Error(P.fractional_max_pool2d, (FOUR, [0.0, 0.0], 2), "between 0 and 1; got 1.0", {"output_ratio": 1.0}),
    Error(P.fractional_max_pool2d, (FOUR, [0.0, 0.0], 2), "large enough for one", {"output_ratio": 0.2}),
    Error(
        P.fractional_max_pool2d, (FOUR, [0.0, np.nan], 2), "samples must be from 0 to 1", {"output_size": 2}
    ),
    Error(P.fractional_max_pool2d, (FOUR, [-0.5, 0.0], 2), "samples must be from 0 to 1", {"output_size": 2}),
    Error(P.fractional_max_pool2d, (FOUR, [0.0], 2), "samples must be of shape (2,)", {"output_size": 2}),
    Error(P.stochastic_pool2d, (-FOUR, None, 2), "x must be at least 0; got a negative value"),
    Error(P.stochastic_pool2d, (FOUR, [[0.5]], 2), "samples must be of the shape of the output, (2, 2)"),
    Error(P.stochastic_pool2d_backward, (1.0, FOUR, None, 5), "kernel_size must be at most the padded input"),
    Error(
        P.stochastic_samples, ((4, 4), 5), "kernel_size must be at most", {"rng": np.random.default_rng(0)}
    ),
    Error(P.roi_pool, (FOUR, NO_BOXES, 2), "x must be of shape (N, C, H, W), H and W at least 1"),
    Error(P.roi_pool, (NINE, [[0, 0, 1, 1]], 2), "boxes must be of shape (K, 5): image, x1, y1, x2, y2"),
    Error(P.roi_pool, (NINE, [[1, 0, 0, 1, 1]], 2), "boxes must be from 0 to 0; got the images [1]"),
    Error(P.roi_pool, (NINE, [[0, 0, 0, np.nan, 1]], 2), "boxes must be finite"),
    Error(P.roi_pool, (NINE, NO_BOXES, 0), "output_size must be an int or two, at least 1"),
    Error(P.roi_pool_backward, (1.0, NINE, [[-1, 0, 0, 1, 1]], 2), "boxes must be from 0 to 0"),
    Error(P.roi_align, (NINE, [[1, 0, 0, 1, 1]], 2), "boxes must be from 0 to 0; got the images [1]"),
    Error(P.roi_align_backward, (1.0, NINE, [[0, 0, 1, 1]], 2), "boxes must be of shape (K, 5)"),
    Error(
        P.deform_roi_pool,
        (NINE, [[0, 0, 0, 1, 1]], np.zeros((1, 18))),
        "offset must be of shape (1, 2, H', W'); got shape (1, 18)",
    ),
    Error(P.deform_roi_pool_backward, (1.0, NINE, NO_BOXES, STILL), "offset must be of shape (0, 2, H', W')"),
)
