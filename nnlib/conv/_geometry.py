"""The arguments of a convolution, checked, and what follows from them: zeros around the image, size of the output."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, fail, need


class Geometry(NamedTuple):
    """Everything about a convolution but its numbers; one entry for each axis of the image."""

    kernel: tuple  # (kh, kw)
    stride: tuple
    padding: tuple  # ((top, bottom), (left, right))
    dilation: tuple
    size: tuple  # of the output, (H', W')
    groups: int

    @property
    def is_pointwise(self):
        """Whether each window is one pixel, and each pixel a window."""
        return self.kernel == self.stride == (1, 1) and self.padding == ((0, 0), (0, 0))

    def padded(self, size):
        """Size of an image with its ring of zeros."""
        return tuple(n + before + after for n, (before, after) in zip(size, self.padding))

    def one_row(self):
        """The same along the second axis of an image that is one row high."""
        kernel, stride, padding, dilation, size, groups = self
        return Geometry((1, *kernel), (1, *stride), ((0, 0), *padding), (1, *dilation), (1, *size), groups)

    def mirror(self, size):
        """The convolution that leads back to an image of this size; None if there is none without more zeros."""
        reach = [d * (k - 1) for k, d in zip(self.kernel, self.dilation)]
        before = [r - first for r, (first, _) in zip(reach, self.padding)]
        after = [n + r - out - b for n, r, out, b in zip(size, reach, self.size, before)]
        if self.stride != (1, 1) or min(*before, *after) < 0:
            return None
        return self._replace(padding=tuple(zip(before, after)), size=tuple(size))

    def inside(self, size):
        """Where in the padded image the image lies."""
        return ..., *(slice(before, before + n) for n, (before, _) in zip(size, self.padding))


def per_axis(op, name, value, axes, least):
    """An option as one int for each axis of the image."""
    values = (value,) * axes if np.ndim(value) == 0 else tuple(value)
    whole = all(isinstance(v, int | np.integer) and v >= least for v in values)
    kind = "an int" if axes == 1 else f"an int or {axes} of them"
    need(whole and len(values) == axes, op, name, repr(value), f"{kind}, at least {least}")
    return tuple(int(v) for v in values)


def output_size(n, kernel, stride, padding, dilation):
    """floor((n + padding - span) / stride) + 1, for padding on both sides together."""
    return (n + padding - (dilation * (kernel - 1) + 1)) // stride + 1


def geometry(op, size, kernel, stride, padding, dilation, groups):
    """The options of a convolution over an image of this size, checked."""
    axes = len(size)
    stride = per_axis(op, "stride", stride, axes, 1)
    dilation = per_axis(op, "dilation", dilation, axes, 1)
    padding = sides(op, kernel, stride, padding, dilation)
    for n, k, p, d in zip(size, kernel, padding, dilation):
        if d * (k - 1) + 1 > n + sum(p):
            got = f"{kernel} at dilation {dilation}, for an image of {tuple(size)} padded by {padding}"
            fail(op, "kernel", got, "no larger than the padded image")
    out = [output_size(n, k, s, sum(p), d) for n, k, s, p, d in zip(size, kernel, stride, padding, dilation)]
    return Geometry(tuple(kernel), stride, padding, dilation, tuple(out), groups)


def sides(op, kernel, stride, padding, dilation):
    """Zeros before and after each axis; "same" puts an odd one after, as torch does."""
    if isinstance(padding, str):
        need(padding in ("same", "valid"), op, "padding", repr(padding), '"same", "valid" or numbers')
        if padding == "valid":
            return ((0, 0),) * len(kernel)
        need(set(stride) == {1}, op, "stride", stride, '1 for padding "same"')
        total = [d * (k - 1) for k, d in zip(kernel, dilation)]
        return tuple((t // 2, t - t // 2) for t in total)
    return tuple((p, p) for p in per_axis(op, "padding", padding, len(kernel), 0))


def transposed(op, size, kernel, stride, padding, output_padding, dilation, groups):
    """The convolution that a transposed one turns round, and the size of the image it leads to."""
    axes = len(size)
    stride = per_axis(op, "stride", stride, axes, 1)
    padding = per_axis(op, "padding", padding, axes, 0)
    dilation = per_axis(op, "dilation", dilation, axes, 1)
    extra = per_axis(op, "output_padding", output_padding, axes, 0)
    for e, s, d in zip(extra, stride, dilation):
        wanted = f"smaller than the stride {stride} or dilation {dilation}"
        need(e < max(s, d), op, "output_padding", extra, wanted)
    image = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, k, s, p, d, e in zip(size, kernel, stride, padding, dilation, extra)
    )
    need(min(image) > 0, op, "padding", padding, f"smaller: the output would have the size {image}")
    return Geometry(tuple(kernel), stride, tuple(zip(padding, padding)), dilation, tuple(size), groups), image


def images(op, x, weight, bias, stride, padding, dilation, groups, name="weight"):
    """The arguments of conv2d, and its geometry."""
    x, weight, bias = arguments(op, 2, x, weight, bias, groups, name)
    return x, weight, bias, geometry(op, x.shape[2:], weight.shape[2:], stride, padding, dilation, groups)


def signals(op, x, weight, bias, stride, padding, dilation, groups):
    """The arguments of conv1d, and the geometry of the same convolution over an image of one row."""
    x, weight, bias = arguments(op, 1, x, weight, bias, groups)
    place = geometry(op, x.shape[2:], weight.shape[2:], stride, padding, dilation, groups)
    return x, weight, bias, place.one_row()


def arguments(op, axes, x, weight, bias, groups, name="weight"):
    """x (N, C, ...), weight (O, C / groups, ...) and bias (O,) as arrays of one dtype, their shapes checked."""
    x = as_float(x)
    wanted = "(N, C, L)" if axes == 1 else "(N, C, H, W)"
    need(x.ndim == 2 + axes, op, "x", f"shape {x.shape}", f"of shape {wanted}")
    weight = np.asarray(weight, dtype=x.dtype)
    channels = x.shape[1]
    need_groups(op, groups, channels)
    kernel = ("k",) if axes == 1 else ("kh", "kw")
    fits = weight.ndim == 2 + axes and weight.shape[1] == channels // groups and min(weight.shape[2:]) > 0
    wanted = f"of shape (out, {', '.join(map(str, (channels // groups, *kernel)))})"
    need(fits, op, name, f"shape {weight.shape}", wanted)
    divided = len(weight) % groups == 0 < len(weight)
    need(divided, op, name, f"{len(weight)} kernels", f"a multiple of {groups} groups")
    return x, weight, bias_of(op, bias, len(weight), x.dtype)


def need_groups(op, groups, channels):
    whole = isinstance(groups, int | np.integer) and groups > 0
    need(whole and channels % groups == 0, op, "groups", repr(groups), f"a divisor of {channels} channels")


def bias_of(op, bias, out, dtype):
    if bias is None:
        return None
    bias = np.asarray(bias, dtype=dtype)
    need(bias.shape == (out,), op, "bias", f"shape {bias.shape}", f"of shape ({out},)")
    return bias
