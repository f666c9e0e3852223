"""Convolution beyond its rows: every pair of options, blocks of all sizes, torchvision's answers, counts."""

import itertools
import warnings

import numpy as np
import pytest

from nnlib import conv, nn
from nnlib.conv import _columns, _winograd
from nnlib.conv._geometry import geometry
from tests.nnlib.oracles import deform_conv2d as frozen
from tests.nnlib.oracles import load
from tests.nnlib.spec import agree

OPTIONS = [
    {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    for stride, padding, dilation, groups in itertools.product(
        (1, (3, 2)), (0, (2, 1), "same"), (1, (1, 2)), (1, 2)
    )
    if not (padding == "same" and stride != 1)
]


def drawn(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def by_loops(x, weight, stride, padding, dilation, groups):
    """conv2d as its formula says: one multiplication after the other."""
    (sh, sw), (dh, dw) = ((v, v) if isinstance(v, int) else v for v in (stride, dilation))
    out, channels, kh, kw = weight.shape
    if padding == "same":
        sides = [conv.same_padding(k, dilation=d) for k, d in zip((kh, kw), (dh, dw))]
    else:
        sides = [(p, p) for p in ((padding, padding) if isinstance(padding, int) else padding)]
    x = np.pad(x, ((0, 0), (0, 0), *sides))
    height = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1
    width = (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
    y = np.zeros((len(x), out, height, width))
    for n, o, r, q in np.ndindex(y.shape):
        first = o // (out // groups) * channels
        for c, i, j in np.ndindex(channels, kh, kw):
            y[n, o, r, q] += weight[o, c, i, j] * x[n, first + c, r * sh + i * dh, q * sw + j * dw]
    return y


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_is_the_formula_in_loops(options):
    x, weight = drawn(0, (2, 4, 5, 6), (4, 4 // options["groups"], 2, 3))
    agree(conv.conv2d(x, weight, **options), by_loops(x, weight, **options))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kernel", [(1, 1), (2, 3)], ids=str)
def test_blocks_of_any_size_and_torch(options, kernel, monkeypatch):
    """A buffer of one row of windows, of some, of one image, of all images."""
    import torch

    x, weight, bias = drawn(1, (3, 4, 7, 6), (6, 4 // options["groups"], *kernel), 6)
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, weight, bias)]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        value = torch.nn.functional.conv2d(*tensors, **options)
    (grad_output,) = drawn(2, value.shape)
    grads = torch.autograd.grad(value, tensors, torch.tensor(grad_output))
    for size in (1, 3000, 9000, 2**20):
        monkeypatch.setattr(_columns, "BUFFER", size)
        agree(conv.conv2d(x, weight, bias, **options), value.detach())
        for got, want in zip(
            conv.conv2d_backward(grad_output, x, weight, bias, **options), grads, strict=True
        ):
            agree(got, want)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_adding_up_and_mirrored_kernels_give_the_same(options):
    """Many kernels for few channels take one way back, few kernels for many channels the other."""
    x, weight = drawn(3, (2, 2, 7, 6), (20, 2 // options["groups"], 2, 3))
    (g,) = drawn(4, conv.conv2d(x, weight, **options).shape)
    many, _ = conv.conv2d_backward(g, x, weight, **options)
    few = 0
    groups = options["groups"]
    for part in range(10):  # two kernels at a time, one of each group
        kernels = np.arange(part, 20, 10) if groups == 2 else np.arange(2 * part, 2 * part + 2)
        few = few + conv.conv2d_backward(g[:, kernels], x, weight[kernels], **options)[0]
    agree(few, many)


def test_transposed_is_the_gradient_of_the_image():
    for seed in range(3):
        x, weight = drawn(seed, (2, 4, 8, 7), (6, 4, 3, 2))
        y = conv.conv2d(x, weight, stride=2, padding=1)
        (g,) = drawn(seed + 9, y.shape)
        back, _ = conv.conv2d_backward(g, x, weight, stride=2, padding=1)
        agree(conv.conv_transpose2d(g, weight, stride=2, padding=1, output_padding=(1, 1)), back)
        agree((g * y).sum(), (back * x).sum())  # <g, A x> = <A^T g, x>


def test_separable_is_a_convolution_with_products_as_kernels():
    for seed in range(3):
        x, dw, pw, bias = drawn(seed, (2, 3, 6, 6), (3, 1, 3, 3), (5, 3, 1, 1), 5)
        agree(
            conv.separable_conv2d(x, dw, pw, bias, padding=1), conv.conv2d(x, pw * dw[:, 0], bias, padding=1)
        )


def test_fully_connected_layer_on_a_larger_image_slides():
    for seed in range(3):
        x, weight, bias = drawn(seed, (2, 5, 4, 6), (7, 45), 7)
        agree(
            conv.fc_as_conv(x[:, :, :3, :3], weight, bias),
            nn.linear(x[:, :, :3, :3].reshape(2, -1), weight, bias),
        )
        slid = conv.conv2d(x, weight.reshape(7, 5, 3, 3), bias)
        agree(conv.fc_as_conv(x[:, :, 1:, 3:], weight, bias), slid[:, :, 1, 3])


@pytest.mark.parametrize(("groups", "parts"), [(1, 1), (2, 1), (1, 2), (2, 4)])
def test_deformable_with_offsets_zero_is_plain(groups, parts):
    for seed in range(3):
        x, weight, bias = drawn(seed, (2, 4, 6, 7), (6, 4 // groups, 3, 2), 6)
        options = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}
        want = conv.conv2d(x, weight, bias, groups=groups, **options)
        offset = np.zeros((2, parts * 12, *want.shape[2:]))
        agree(conv.deform_conv2d(x, offset, weight, bias, **options), want)
        (g,) = drawn(seed + 5, want.shape)
        got = conv.deform_conv2d_backward(g, x, offset, weight, bias, **options)
        plain = conv.conv2d_backward(g, x, weight, bias, groups=groups, **options)
        for ours, theirs in zip((got[0], *got[2:]), plain, strict=True):
            agree(ours, theirs)


def test_whole_offsets_shift_the_image():
    x, weight = drawn(0, (1, 2, 8, 8), (3, 2, 3, 3))
    offset = np.zeros((1, 9, 2, 6, 6))
    offset[:, :, 0], offset[:, :, 1] = 2, -1
    shifted = np.pad(x, ((0, 0), (0, 0), (0, 2), (1, 0)))[:, :, 2:, :8]
    agree(conv.deform_conv2d(x, offset.reshape(1, 18, 6, 6), weight), conv.conv2d(shifted, weight))


def compare_deformable(answers):
    """Against the answers {"case: name": array}."""
    for key, (given, options) in frozen.inputs().items():
        args = [given[name] for name in frozen.ARGUMENTS]
        dtype = np.dtype(key.rpartition(" ")[2])
        agree(
            conv.deform_conv2d(*args, **options), answers(key, given, options)["value"], dtype=dtype, what=key
        )
        grads = conv.deform_conv2d_backward(given["grad_output"], *args, **options)
        names = [name for name in frozen.ARGUMENTS if given[name] is not None]
        for name, grad in zip(names, grads, strict=True):
            want = answers(key, given, options)[f"grad_{name}"]
            agree(grad, want, dtype=dtype, what=f"{key}: {name}")


def test_deformable_agrees_with_torchvision():
    """Offsets real and whole: values and gradients, at kinks too."""
    stored = load("deform_conv2d")

    def answers(key, given, options):
        return {name.removeprefix(f"{key}: "): a for name, a in stored.items() if name.startswith(f"{key}: ")}

    compare_deformable(answers)


def test_deformable_agrees_with_live_torchvision():
    try:
        from torchvision import ops
    except (ImportError, RuntimeError):  # not there, or made for another torch
        pytest.skip("torchvision cannot be imported")
    assert ops
    compare_deformable(lambda key, given, options: frozen.answers(given, options))


def test_bilinear_sample_is_grid_sample():
    import torch

    for seed in range(3):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(2, 3, 5, 7))
        py, px = rng.uniform(-2, 6, size=(2, 4, 6)), rng.uniform(-2, 8, size=(2, 4, 6))
        grid = np.stack([2 * px / 6 - 1, 2 * py / 4 - 1], axis=-1)
        want = torch.nn.functional.grid_sample(torch.tensor(x), torch.tensor(grid), align_corners=True)
        agree(conv.bilinear_sample(x, py, px), want)


def test_output_sizes_are_torchs():
    import torch

    for n, k, stride, padding, dilation in itertools.product(
        (1, 5, 8), (1, 2, 3), (1, 2, 4), (0, 1, 2), (1, 2)
    ):
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        if dilation * (k - 1) + 1 > n + 2 * padding:
            with pytest.raises(ValueError, match=r"^conv_output_size: k must be no larger than"):
                conv.conv_output_size(n, k, **options)
        else:
            y = torch.nn.functional.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), **options)
            assert conv.conv_output_size(n, k, **options) == y.shape[2]
    assert conv.conv_output_size(5, 3, padding="same") == 5
    assert conv.conv_output_size(5, 3, padding="valid") == 3


def test_same_padding_keeps_the_size():
    for n, k, dilation in itertools.product((1, 4, 9), range(1, 6), range(1, 4)):
        before, after = conv.same_padding(k, dilation=dilation)
        assert 0 <= after - before <= 1
        assert n + before + after - dilation * (k - 1) == n


@pytest.mark.parametrize("seed", range(5))
def test_receptive_field_is_where_a_gradient_arrives(seed):
    rng = np.random.default_rng(seed)
    layers = [(int(k), int(d), int(s)) for k, d, s in rng.integers(1, 4, size=(3, 3))]
    kernels, dilations, strides = zip(*layers)
    inputs = [np.ones((1, 1, 200))]
    for k, d, s in layers:
        inputs.append(conv.conv1d(inputs[-1], np.ones((1, 1, k)), dilation=d, stride=s))
    g = np.zeros(inputs[-1].shape)
    g[..., g.shape[2] // 2] = 1
    for (k, d, s), x in zip(layers[::-1], inputs[-2::-1]):
        g, _ = conv.conv1d_backward(g, x, np.ones((1, 1, k)), dilation=d, stride=s)
    seen = np.flatnonzero(g)
    assert seen[-1] - seen[0] + 1 == conv.receptive_field(kernels, dilations, strides)


def test_parameters_are_those_of_torchs_layers():
    from torch.nn import Conv2d

    def count(*layers):
        return sum(p.numel() for layer in layers for p in layer.parameters())

    for c, out, k, bias in itertools.product((2, 6), (4, 12), (1, 3, (3, 5)), (False, True)):
        assert conv.conv_params(c, out, k, bias=bias) == count(Conv2d(c, out, k, bias=bias))
        assert conv.conv_params(c, out, k, groups=2, bias=bias) == count(
            Conv2d(c, out, k, groups=2, bias=bias)
        )
        depthwise = Conv2d(c, 2 * c, k, groups=c, bias=bias)
        assert conv.conv_params(c, 2 * c, k, kind="depthwise", bias=bias) == count(depthwise)
        pointwise = Conv2d(c, out, 1, bias=bias)
        assert conv.conv_params(c, out, k, kind="pointwise", bias=bias) == count(pointwise)
        separable = Conv2d(c, c, k, groups=c, bias=False), pointwise
        assert conv.conv_params(c, out, k, kind="separable", bias=bias) == count(*separable)


def test_operations_are_counted_in_the_loops():
    """Each output is a sum of as many products as weights of one kernel."""
    for groups in (1, 2):
        x, weight = np.ones((1, 4, 5, 6)), np.ones((6, 4 // groups, 3, 2))
        y = conv.conv2d(x, weight, groups=groups)
        assert conv.conv_macs(4, 6, (3, 2), *y.shape[2:], groups=groups) == y.sum()
    separable = conv.conv_macs(16, 32, 3, 10, 10, kind="separable")
    assert separable / conv.conv_macs(16, 32, 3, 10, 10) == pytest.approx(1 / 32 + 1 / 9)
    parts = conv.conv_macs(16, 16, 3, 10, 10, kind="depthwise"), conv.conv_macs(16, 32, 1, 10, 10)
    assert separable == sum(parts)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: conv.conv_output_size(0, 1), "conv_output_size: n must be an int, at least 1"),
        (lambda: conv.conv_output_size(5, 3, stride=2, padding="same"), "conv_output_size: stride must be 1"),
        (lambda: conv.same_padding(0), "same_padding: k must be an int, at least 1"),
        (lambda: conv.receptive_field([3, 3], [1]), "receptive_field: dilations must be an int or 2 of them"),
        (lambda: conv.receptive_field([3, 0]), "receptive_field: kernel_sizes must be"),
        (lambda: conv.conv_params(3, 4, 3, kind="full"), "conv_params: kind must be one of regular"),
        (lambda: conv.conv_params(3, 4, 3, kind="depthwise"), "conv_params: c_out must be a multiple of 3"),
        (lambda: conv.conv_params(3, 4, 3, groups=2), "conv_params: groups must be a divisor of 3 and 4"),
        (
            lambda: conv.conv_params(4, 4, 3, kind="separable", groups=2),
            "conv_params: groups must be left at 1",
        ),
        (lambda: conv.conv_macs(3, 4, 3, 0, 5), "conv_macs: h must be an int, at least 1"),
    ],
)
def test_counts_refuse_by_name(call, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        call()


def test_no_layers_see_one_pixel():
    assert conv.receptive_field([]) == 1


@pytest.mark.parametrize("padding", [0, 1, "same", 3])
@pytest.mark.parametrize("size", [(8, 8), (9, 14), (6, 7)])
def test_winograd_agrees_up_to_its_rounding(padding, size, monkeypatch):
    """float32 only, against the columns of the same numbers in float64; blocks of one image and of several."""
    x, weight, bias = (a.astype(np.float32) for a in drawn(0, (3, 64, *size), (65, 64, 3, 3), 65))
    place = geometry("conv2d", size, (3, 3), 1, padding, 1, 1)
    assert _winograd.fits(x, weight, place)
    exact = [a.astype(np.float64) for a in (x, weight, bias)]
    want = conv.conv2d(*exact, padding=padding)
    (g,) = drawn(1, want.shape)
    wanted = conv.conv2d_backward(g, *exact, padding=padding)
    for buffer in (1, 2**20):
        monkeypatch.setattr(_winograd, "BUFFER", buffer)
        got = conv.conv2d(x, weight, bias, padding=padding)
        grads = conv.conv2d_backward(g.astype(np.float32), x, weight, bias, padding=padding)
        for ours, theirs in zip((got, *grads), (want, *wanted), strict=True):
            assert ours.dtype == np.float32
            assert ours.flags.c_contiguous
            assert np.abs(ours - theirs).max() < 2e-5 * np.abs(theirs).max()


def test_winograd_is_for_float32_and_plain_kernels_with_many_channels():
    x, weight = np.ones((1, 64, 8, 8), np.float32), np.ones((64, 64, 3, 3), np.float32)
    plain = {"size": (8, 8), "kernel": (3, 3), "stride": 1, "padding": 0, "dilation": 1, "groups": 1}

    def fits(x=x, weight=weight, **changed):
        return _winograd.fits(x, weight, geometry("conv2d", **plain | changed))

    assert fits()
    assert not fits(x=x.astype(np.float64))
    assert not fits(weight=weight[:63])
    assert not fits(weight=weight[:, :63])
    assert not any(
        fits(**other) for other in ({"stride": 2}, {"dilation": 2}, {"groups": 2}, {"kernel": (2, 3)})
    )
