"""Where the windows of a pooling lie: how many fit, and which inputs each place in them sees."""

from nnlib._check import as_float, fail, need


def image(op, x):
    """x as a float array with at least the two axes of an image, which must not be empty."""
    x = as_float(x)
    if x.ndim < 2 or 0 in x.shape[-2:]:
        fail(op, "x", f"shape {x.shape}", "of shape (..., H, W), H and W at least 1")
    return x


def two(op, argument, value, least):
    """One int for both axes, or one for each."""
    pair = (value, value) if isinstance(value, int) else tuple(value)
    wanted = f"an int or two, at least {least}"
    need(len(pair) == 2 and all(v >= least for v in pair), op, argument, value, wanted)
    return pair


def at(axis, s):
    """Index that takes s along one of the last two axes."""
    return (..., s, slice(None)) if axis == -2 else (..., s)


def windows(op, shape, kernel_size, stride, padding, dilation=1, ceil_mode=False):
    """For each of the last two axes: (outputs, kernel, stride, padding, dilation)."""
    kernel = two(op, "kernel_size", kernel_size, 1)
    stride = kernel if stride is None else two(op, "stride", stride, 1)
    padding, dilation = two(op, "padding", padding, 0), two(op, "dilation", dilation, 1)
    found = []
    for n, k, s, p, d in zip(shape[-2:], kernel, stride, padding, dilation):
        reach = d * (k - 1) + 1
        need(2 * p <= reach, op, "padding", p, f"at most half the window, {reach // 2}")
        out = (n + 2 * p - reach + (s - 1 if ceil_mode else 0)) // s + 1
        out -= ceil_mode and (out - 1) * s >= n + p  # the last window must begin before the padding behind
        need(out > 0, op, "kernel_size", f"a window of {reach}", f"at most the padded input, {n + 2 * p}")
        found.append((out, k, s, p, d))
    return found


def taps(n, out, k, s, p, d=1):
    """For each place in the window: the outputs for which it lies in the input, and the inputs it then sees.

    Output o sees inputs s o - p + d a for a = 0, ..., k - 1.
    """
    for a in range(k):
        shift = d * a - p
        first = max(0, -(shift // s))
        last = min(out - 1, (n - 1 - shift) // s)
        if first <= last:
            yield slice(first, last + 1), slice(s * first + shift, s * last + shift + 1, s)
