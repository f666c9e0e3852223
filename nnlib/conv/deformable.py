"""Deformable convolution: a convolution whose windows bend, read between the pixels."""

import numpy as np

from nnlib._check import as_float, as_grad, fail, need
from nnlib.conv._geometry import bias_of, geometry
from nnlib.conv._sampling import as_images, as_pixels, corners, dots, matrix, slopes, weights


def bilinear_sample(x, py, px):
    """Read images at positions between pixels: each value is weighed from the four pixels around it.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    py, px : arrays, shape (N, ...); rows and columns in pixels, 0 for the first and H - 1 or W - 1 for the last

    Returns
    -------
    array, shape (N, C, ...)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    y = sum_{r, q} max(0, 1 - |py - r|) max(0, 1 - |px - q|) x[r, q], pixels outside the image counted as 0.
    On a whole pixel the slope is the one towards larger positions.  No images or positions give none.
    This is torch's grid_sample with align_corners=True and zeros as padding, in pixels instead of -1 ... 1.
    Jaderberg et al. (2015), "Spatial transformer networks", equation 5.

    Examples
    --------
    >>> x = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
    >>> bilinear_sample(x, np.array([[0.0, 0.5, 1.0]]), np.array([[0.5, 0.5, 1.5]]))
    array([[[0.5, 1.5, 1.5]]])
    """
    x, py, px = _sample_arguments("bilinear_sample", x, py, px)
    rows, a, b = corners(py, px, x.shape[2:])
    pixels = as_pixels(x)
    values = matrix(rows, weights(a, b), len(pixels)) @ pixels
    return np.moveaxis(values.reshape(*py.shape, x.shape[1]), -1, 1).copy()


def bilinear_sample_backward(grad_output, x, py, px):
    """Gradients of bilinear_sample: (grad_x, grad_py, grad_px), shapes of the arguments.

    A pixel gets each gradient times the weight it was read with; a position gets the slope of the image there.
    """
    op = "bilinear_sample_backward"
    x, py, px = _sample_arguments(op, x, py, px)
    shape = len(x), x.shape[1], *py.shape[1:]
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    g = np.moveaxis(g, 1, -1).reshape(py.size, x.shape[1])
    rows, a, b = corners(py, px, x.shape[2:])
    pixels = as_pixels(x)
    grad_pixels = matrix(rows, weights(a, b), len(pixels)).T @ g
    of_corners = dots(g, pixels, rows.reshape(-1, 4)).reshape(rows.shape)
    by_y, by_x = slopes(a, b)
    return as_images(grad_pixels, x.shape), (of_corners * by_y).sum(axis=-1), (of_corners * by_x).sum(axis=-1)


def _sample_arguments(op, x, py, px):
    x = as_float(x)
    need(x.ndim == 4, op, "x", f"shape {x.shape}", "of shape (N, C, H, W)")
    py, px = np.asarray(py, dtype=x.dtype), np.asarray(px, dtype=x.dtype)
    need(py.ndim and len(py) == len(x), op, "py", f"shape {py.shape}", f"of shape ({len(x)}, ...)")
    need(px.shape == py.shape, op, "px", f"shape {px.shape}", f"of shape {py.shape}, as py")
    return x, py, px


def deform_conv2d(x, offset, weight, bias=None, mask=None, *, stride=1, padding=0, dilation=1):
    """Deformable convolution: every weight of every window reads the image at a place of its own.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    offset : array, shape (N, D 2 kh kw, H', W'); for each of the D groups of channels and each weight the offset of
        its row, then of its column, in pixels
    weight : array, shape (O, C / groups, kh, kw), the groups of conv2d; their number follows from the shapes
    bias : array, shape (O,), or None for no bias
    mask : array, shape (N, D kh kw, H', W'), factors of what is read; or None for 1
    stride, padding, dilation : as conv2d

    Returns
    -------
    array, shape (N, O, H', W'), H' as conv2d

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is larger than the padded image

    Notes
    -----
    y[n, o, r, q] = bias[o] + sum_{c, i, j} weight[o, c, i, j] mask[n, i j, r, q] x[n, c, p], read as
    bilinear_sample does at p = (r stride - padding + i dilation + dy, q stride - padding + j dilation + dx).  With
    offsets 0 it is conv2d.  The offsets come from a convolution of their own, whose weights start at 0.  No images
    give none.
    Dai et al. (2017), "Deformable convolutional networks", equations 2 to 4; Zhu et al. (2019), "Deformable ConvNets
    v2: more deformable, better results", equation 1, for the mask.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> offset = np.zeros((1, 2, 3, 3))
    >>> offset[:, 1] = 0.5  # half a pixel to the right; to the right of the image there are zeros
    >>> deform_conv2d(x, offset, np.ones((1, 1, 1, 1)))
    array([[[[0.5, 1.5, 1. ],
             [3.5, 4.5, 2.5],
             [6.5, 7.5, 4. ]]]])
    """
    x, offset, weight, bias, mask, place = _arguments(
        "deform_conv2d", x, offset, weight, bias, mask, stride, padding, dilation
    )
    y = np.empty((len(x), len(weight), *place.size), x.dtype)
    kernels = _kernels(weight, place)
    for n in range(len(x)):
        columns = [reads @ pixels for pixels, reads, *_ in _readings(x[n], offset[n], mask[n], place)]
        product = kernels @ _by_group(columns, place).swapaxes(1, 2)
        y[n] = product.reshape(y.shape[1:])
    if bias is not None:
        y += bias[:, None, None]
    return y


def deform_conv2d_backward(
    grad_output, x, offset, weight, bias=None, mask=None, *, stride=1, padding=0, dilation=1
):
    """Gradients of deform_conv2d: (grad_x, grad_offset, grad_weight, grad_bias, grad_mask); none for what is None.

    As conv2d with columns that were read between pixels: from the gradient of a column, weight^T g, its pixels get
    their weights' share, its offset the slope of the image, its mask what was read.
    """
    op = "deform_conv2d_backward"
    biased, masked = bias is not None, mask is not None
    x, offset, weight, bias, mask, place = _arguments(
        op, x, offset, weight, bias, mask, stride, padding, dilation
    )
    shape = len(x), len(weight), *place.size
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    grad_x, grad_offset, grad_mask = np.empty_like(x), np.empty_like(offset), np.empty_like(mask)
    kernels = _kernels(weight, place)
    grad_kernels = np.zeros_like(kernels)
    for n in range(len(x)):
        readings = _readings(x[n], offset[n], mask[n], place)
        columns = _by_group([reads @ pixels for pixels, reads, *_ in readings], place)
        g_image = g[n].reshape(place.groups, -1, columns.shape[1])
        grad_kernels += g_image @ columns
        grad_columns = _by_channel(g_image.swapaxes(1, 2) @ kernels, len(readings), place)
        back = [_read_backward(*pair) for pair in zip(grad_columns, readings)]
        images, places, factors = (np.stack(parts) for parts in zip(*back))
        of_parts = len(images), images.shape[2], *x.shape[2:]
        grad_x[n] = as_images(images.reshape(-1, of_parts[1]), of_parts).reshape(x.shape[1:])
        grad_offset[n] = _by_tap(places, offset[n].shape)
        grad_mask[n] = _by_tap(factors[:, None], mask[n].shape)
    grads = [grad_x, grad_offset, _kernels_back(grad_kernels, weight.shape)]
    return *grads, *([g.sum(axis=(0, 2, 3))] if biased else []), *([grad_mask] if masked else [])


def _readings(x, offset, mask, place):
    """How each group of channels of one image is read: (pixels, sparse matrix, rows of the corners, a, b, factors).

    Places are in the order (H' W', kh kw), so that the taps of a window lie side by side.
    """
    taps, windows = place.kernel[0] * place.kernel[1], place.size[0] * place.size[1]
    at = offset.reshape(-1, taps, 2, windows) + _regular_grid(place, offset.dtype)
    py, px = at.transpose(2, 0, 3, 1).reshape(2, len(at), -1)
    factors = mask.reshape(len(at), taps, windows).swapaxes(1, 2).reshape(len(at), -1)
    found = []
    for group, channels in enumerate(np.split(x, len(at))):
        pixels = as_pixels(channels[None])
        rows, a, b = (of_image[0] for of_image in corners(py[group, None], px[group, None], x.shape[1:]))
        reads = matrix(rows, weights(a, b) * factors[group, :, None], len(pixels))
        found.append((pixels, reads, rows, a, b, factors[group]))
    return found


def _regular_grid(place, dtype):
    """Where the windows of conv2d read, (kh kw, 2, H' W')."""
    (kh, kw), (sh, sw), (dh, dw), (height, width) = place.kernel, place.stride, place.dilation, place.size
    (top, _), (left, _) = place.padding
    y = np.arange(kh)[:, None, None, None] * dh + np.arange(height)[:, None] * sh - top
    x = np.arange(kw)[:, None, None] * dw + np.arange(width) * sw - left
    y, x = np.broadcast_arrays(y, x)
    return np.stack([y, x], axis=2).reshape(kh * kw, 2, height * width).astype(dtype)


def _read_backward(g, reading):
    """From the gradient of the columns those of the pixels, of the places (2, H' W' kh kw) and of the factors."""
    pixels, reads, rows, a, b, factors = reading
    of_corners = dots(g, pixels, rows)
    by_y, by_x = ((of_corners * slope).sum(axis=-1) * factors for slope in slopes(a, b))
    return reads.T @ g, np.stack([by_y, by_x]), (of_corners * weights(a, b)).sum(axis=-1)


def _by_tap(parts, shape):
    """(D, m, H' W' kh kw) in the order of the argument, (D kh kw m, H', W')."""
    groups, m, _ = parts.shape
    windows = shape[1] * shape[2]
    return parts.reshape(groups, m, windows, -1).transpose(0, 3, 1, 2).reshape(shape)


def _by_group(columns, place):
    """What the groups of channels read, (H' W' kh kw, C / D) each, as matrices (groups, H' W', kh kw C / groups)."""
    columns = np.concatenate(columns, axis=1) if len(columns) > 1 else columns[0]
    windows = place.size[0] * place.size[1]
    columns = columns.reshape(windows, len(columns) // windows, place.groups, -1)
    return columns.transpose(2, 0, 1, 3).reshape(place.groups, windows, -1)


def _by_channel(columns, parts, place):
    """The way back from _by_group: a list of (H' W' kh kw, C / parts)."""
    groups, windows, _ = columns.shape
    taps = place.kernel[0] * place.kernel[1]
    columns = columns.reshape(groups, windows, taps, -1).transpose(1, 2, 0, 3).reshape(windows * taps, -1)
    return [np.ascontiguousarray(part) for part in np.split(columns, parts, axis=1)]


def _kernels(weight, place):
    """(O, C / groups, kh, kw) as matrices (groups, O / groups, kh kw C / groups)."""
    return np.moveaxis(weight, 1, -1).reshape(place.groups, len(weight) // place.groups, -1)


def _kernels_back(kernels, shape):
    out, channels, kh, kw = shape
    return np.moveaxis(kernels.reshape(out, kh, kw, channels), -1, 1).copy()


def _arguments(op, x, offset, weight, bias, mask, stride, padding, dilation):
    x = as_float(x)
    need(x.ndim == 4, op, "x", f"shape {x.shape}", "of shape (N, C, H, W)")
    weight, offset = np.asarray(weight, dtype=x.dtype), np.asarray(offset, dtype=x.dtype)
    n, channels = x.shape[:2]
    fits = weight.ndim == 4 and min(weight.shape) > 0 and channels % weight.shape[1] == 0 < channels
    need(fits, op, "weight", f"shape {weight.shape}", f"of shape (out, {channels} / groups, kh, kw)")
    groups = channels // weight.shape[1]
    need(len(weight) % groups == 0, op, "weight", f"{len(weight)} kernels", f"a multiple of {groups} groups")
    place = geometry(op, x.shape[2:], weight.shape[2:], stride, padding, dilation, groups)

    taps = weight.shape[2] * weight.shape[3]
    parts = offset.shape[1] // (2 * taps) if offset.ndim == 4 else 0
    if not parts or channels % parts or offset.shape != (n, parts * 2 * taps, *place.size):
        wanted = f"of shape ({n}, D {2 * taps}, {place.size[0]}, {place.size[1]}), D a divisor of {channels} channels"
        fail(op, "offset", f"shape {offset.shape}", wanted)
    of_mask = n, parts * taps, *place.size
    mask = np.ones(of_mask, x.dtype) if mask is None else np.asarray(mask, dtype=x.dtype)
    need(mask.shape == of_mask, op, "mask", f"shape {mask.shape}", f"of shape {of_mask}")
    return x, offset, weight, bias_of(op, bias, len(weight), x.dtype), mask, place
