"""The arithmetic of convolutions: sizes, receptive fields, numbers of parameters and of operations."""

from nnlib._check import need
from nnlib.conv._geometry import output_size, per_axis, sides

KINDS = ("regular", "depthwise", "pointwise", "separable")


def conv_output_size(n, k, *, stride=1, padding=0, dilation=1):
    """How many places a kernel has along one axis of an image.

    Parameters
    ----------
    n : int, pixels along the axis, at least 1
    k : int, weights of the kernel along the axis, at least 1
    stride : int, default 1
    padding : int, zeros on each side, or "same" or "valid", as conv2d; default 0
    dilation : int, default 1

    Returns
    -------
    int

    Raises
    ------
    ValueError : an argument is not as above, or the kernel is larger than the padded image

    Notes
    -----
    floor((n + 2 padding - dilation (k - 1) - 1) / stride) + 1.
    Dumoulin & Visin (2016), "A guide to convolution arithmetic for deep learning", relationship 15.

    Examples
    --------
    >>> conv_output_size(5, 3), conv_output_size(5, 3, padding=1), conv_output_size(224, 7, stride=2, padding=3)
    (3, 5, 112)
    """
    return _output_size("conv_output_size", n, k, stride, padding, dilation)


def _output_size(op, n, k, stride, padding, dilation):
    (n,), (k,) = per_axis(op, "n", n, 1, 1), per_axis(op, "k", k, 1, 1)
    (stride,), (dilation,) = per_axis(op, "stride", stride, 1, 1), per_axis(op, "dilation", dilation, 1, 1)
    ((before, after),) = sides(op, (k,), (stride,), padding, (dilation,))
    size = output_size(n, k, stride, before + after, dilation)
    need(
        size > 0,
        op,
        "k",
        f"{k} at dilation {dilation}",
        f"no larger than the {n + before + after} padded pixels",
    )
    return size


def same_padding(k, *, dilation=1):
    """Zeros before and after an axis so that a convolution of stride 1 keeps its size.

    Parameters
    ----------
    k : int, weights of the kernel along the axis, at least 1
    dilation : int, default 1

    Returns
    -------
    (int, int), before and after

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    dilation (k - 1) zeros in all, half of them on each side; where they are odd, one more after, as torch does.
    Dumoulin & Visin (2016), "A guide to convolution arithmetic for deep learning", section 2.2.1.

    Examples
    --------
    >>> same_padding(3), same_padding(3, dilation=2), same_padding(4)
    ((1, 1), (2, 2), (1, 2))
    """
    op = "same_padding"
    k, dilation = per_axis(op, "k", k, 1, 1), per_axis(op, "dilation", dilation, 1, 1)
    (both,) = sides(op, k, (1,), "same", dilation)
    return both


def receptive_field(kernel_sizes, dilations=None, strides=None):
    """How many pixels, along one axis, one output of a stack of convolutions depends on.

    Parameters
    ----------
    kernel_sizes : sequence of int, first layer first
    dilations, strides : sequences of int, or one for all layers; default 1

    Returns
    -------
    int

    Raises
    ------
    ValueError : the sequences differ in length, or a number is below 1

    Notes
    -----
    1 + sum_l (k_l - 1) dilation_l prod_{m < l} stride_m: each layer adds what its kernel spans beyond one pixel,
    in steps of the strides before it.  3 x 3 kernels add 2 a layer; with dilations 1, 2, 4, ... the field doubles.
    It belongs to the stack: a single kernel spans dilation (k - 1) + 1.  No layers see one pixel.
    Yu & Koltun (2016), "Multi-scale context aggregation by dilated convolutions", section 2; Araujo, Norris & Sim
    (2019), "Computing receptive fields of convolutional neural networks", equation 2.

    Examples
    --------
    >>> [receptive_field([3] * n, [1, 2, 4][:n]) for n in (1, 2, 3)]
    [3, 7, 15]
    >>> receptive_field([3, 3, 3])
    7
    """
    op, layers = "receptive_field", len(kernel_sizes)
    kernel_sizes = per_axis(op, "kernel_sizes", kernel_sizes, layers, 1)
    dilations = per_axis(op, "dilations", 1 if dilations is None else dilations, layers, 1)
    strides = per_axis(op, "strides", 1 if strides is None else strides, layers, 1)
    field, step = 1, 1
    for k, dilation, stride in zip(kernel_sizes, dilations, strides):
        field += (k - 1) * dilation * step
        step *= stride
    return field


def conv_params(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """How many numbers a convolution learns.

    Parameters
    ----------
    c_in, c_out : int, channels in and out
    k : int, or (int, int), size of the kernel
    kind : "regular", the default, "depthwise", "pointwise" or "separable"; depthwise keeps or multiplies c_in
    groups : int, default 1; of a regular convolution
    bias : bool, default False; one number more for each channel out

    Returns
    -------
    int

    Raises
    ------
    ValueError : an argument is not as above, or the channels cannot be divided so

    Notes
    -----
    regular k^2 c_in c_out / groups; depthwise k^2 c_out; pointwise c_in c_out; separable k^2 c_in + c_in c_out,
    1 / c_out + 1 / k^2 of the regular one.
    Howard et al. (2017), "MobileNets: efficient convolutional neural networks for mobile vision applications",
    section 3.1.

    Examples
    --------
    >>> [conv_params(3, 4, 3), conv_params(3, 3, 3, kind="depthwise"), conv_params(3, 4, 3, kind="pointwise")]
    [108, 27, 12]
    >>> conv_params(3, 4, 3, kind="separable")
    39
    """
    return _weights("conv_params", c_in, c_out, k, kind, groups) + (c_out if bias else 0)


def conv_macs(c_in, c_out, k, h, w, *, kind="regular", groups=1):
    """How many multiplications, each with an addition, a convolution of one image takes.

    Parameters
    ----------
    c_in, c_out : int, channels in and out
    k : int, or (int, int), size of the kernel
    h, w : int, size of the output, in pixels
    kind : "regular", the default, "depthwise", "pointwise" or "separable"; depthwise keeps or multiplies c_in
    groups : int, default 1; of a regular convolution

    Returns
    -------
    int

    Raises
    ------
    ValueError : an argument is not as above, or the channels cannot be divided so

    Notes
    -----
    Each weight is used once for each pixel of the output: h w times conv_params, multiplications by padded zeros
    counted, biases not.
    Howard et al. (2017), "MobileNets: efficient convolutional neural networks for mobile vision applications",
    equations 2 to 5.

    Examples
    --------
    >>> conv_macs(3, 4, 3, 5, 5), conv_macs(3, 4, 3, 5, 5, kind="separable")
    (2700, 975)
    """
    op = "conv_macs"
    (h, w) = (per_axis(op, name, value, 1, 1)[0] for name, value in (("h", h), ("w", w)))
    return h * w * _weights(op, c_in, c_out, k, kind, groups)


def _weights(op, c_in, c_out, k, kind, groups):
    (c_in,), (c_out,), (groups,) = (
        per_axis(op, name, value, 1, 1)
        for name, value in (("c_in", c_in), ("c_out", c_out), ("groups", groups))
    )
    kh, kw = per_axis(op, "k", k, 2, 1)
    need(kind in KINDS, op, "kind", repr(kind), f"one of {', '.join(KINDS)}")
    if kind == "regular":
        need(c_in % groups == c_out % groups == 0, op, "groups", groups, f"a divisor of {c_in} and {c_out}")
        return kh * kw * c_in * c_out // groups
    need(groups == 1, op, "groups", groups, 'left at 1 but for kind="regular"')
    if kind == "depthwise":
        need(c_out % c_in == 0, op, "c_out", c_out, f"a multiple of {c_in}")
        return kh * kw * c_out
    return c_in * c_out + (kh * kw * c_in if kind == "separable" else 0)
