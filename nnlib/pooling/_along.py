"""Maximum and sum of windows along one of the last two axes, and the way back.

A tap is a place of the window: (outputs, inputs), both indices along the axis. The work goes tap by tap, each time on
whole arrays.
"""

import numpy as np


def at(axis, index):
    """The index that takes along axis -2 or -1."""
    return (..., index, slice(None)) if axis == -2 else (..., index)


def resized(x, axis, n):
    """The shape of x with n along the axis."""
    return (*x.shape[:-2], n, x.shape[-1]) if axis == -2 else (*x.shape[:-1], n)


def largest(x, axis, out, taps):
    """y_o = max of the x_i of its taps, -inf without any."""
    y = np.empty(resized(x, axis, out), x.dtype)
    everywhere = [tap for tap in taps if tap[0] == slice(0, out)][:2]
    if len(everywhere) == 2:  # begins with two taps at once: a pass over memory less
        np.maximum(*(x[at(axis, i)] for _, i in everywhere), out=y)
        taps = [tap for tap in taps if tap not in everywhere]
    else:
        y.fill(-np.inf)
    for o, i in taps:
        o = at(axis, o)
        np.maximum(y[o], x[at(axis, i)], out=y[o])
    return y


def largest_backward(g, x, y, axis, taps):
    """The gradient g of y goes to the first tap whose x is y; what no other tap took is the last one's."""
    grad, left = np.zeros_like(x), np.array(g)
    for o, i in taps[:-1]:
        o, i = at(axis, o), at(axis, i)
        given = (x[i] == y[o]) * left[o]
        left[o] -= given
        grad[i] += given
    for o, i in taps[-1:]:
        grad[at(axis, i)] += left[at(axis, o)]
    return grad


def total(x, axis, out, taps):
    """y_o = sum of the x_i of its taps."""
    y = np.zeros(resized(x, axis, out), x.dtype)
    for o, i in taps:
        y[at(axis, o)] += x[at(axis, i)]
    return y


def total_backward(g, axis, n, taps):
    """Every tap of an output gets its gradient."""
    grad = np.zeros(resized(g, axis, n), g.dtype)
    for o, i in taps:
        grad[at(axis, i)] += g[at(axis, o)]
    return grad
