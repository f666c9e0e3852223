"""Convolution of checked arguments, by whichever way is fastest."""

from nnlib.conv import _columns, _fast, _winograd


def convolve(x, weight, bias, place):
    y = forward(x, weight, place)
    if bias is not None:
        y += bias[:, None, None]
    return y


def convolve_backward(g, x, weight, bias, place):
    """(grad_x, grad_weight, grad_bias) of convolve; no third without a bias."""
    grads = grad_x(g, x.shape[2:], weight, place), grad_weight(g, x, weight, place)
    return grads if bias is None else (*grads, g.sum(axis=(0, 2, 3)))


def grad_x(g, size, weight, place):
    """At stride 1 a convolution of g with the mirrored kernels, unless these are so many that adding up is less."""
    mirror = place.mirror(size)
    if mirror and len(weight) <= 3 * weight.shape[1] * place.groups:
        return forward(g, mirrored(weight, place.groups), mirror)
    return _columns.grad_x(g, size, weight, place)


def forward(x, weight, place):
    if _winograd.fits(x, weight, place):
        return _winograd.forward(x, weight, place)
    if _fast.fits(x, weight, place):
        return _fast.forward(x, weight, place)
    return _columns.forward(x, weight, place)


def grad_weight(g, x, weight, place):
    if _winograd.fits(x, weight, place):
        return _winograd.grad_weight(g, x, weight, place)
    if _fast.fits(x, weight, place):
        return _fast.grad_weight(g, x, weight, place)
    return _columns.grad_weight(g, x, weight, place)


def mirrored(weight, groups):
    """Kernels turned by 180 degrees, inputs and outputs exchanged."""
    out, of_group, *kernel = weight.shape
    w = weight[..., ::-1, ::-1].reshape(groups, out // groups, of_group, *kernel).swapaxes(1, 2)
    return w.reshape(groups * of_group, out // groups, *kernel)
