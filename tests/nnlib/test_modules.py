"""Layers that hold parameters: values and gradients of whole networks against torch, and whose functions run."""

from types import SimpleNamespace

import numpy as np
import pytest

import nnlib
from nnlib import init
from nnlib import modules as M
from tests.nnlib import spec
from tests.nnlib.spec import agree

ACTIVATIONS = [M.ReLU, M.LeakyReLU, M.ELU, M.GELU, M.SiLU, M.Softplus, M.Sigmoid, M.Tanh]


def rng(seed=0):
    return np.random.default_rng(seed)


def numerical(module, x, grad_output, array, **how):
    """Central differences of sum(grad_output * module(x)) for an array that the module sees."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        values = []
        for moved in (kept + 1e-6, kept - 1e-6):
            array[index] = moved
            values.append(np.sum(grad_output * module.forward(x, **how)))
        array[index] = kept
        gradient[index] = (values[0] - values[1]) / 2e-6
    return gradient


def check(module, x, **how):
    """The gradients of x and of all parameters against central differences."""
    grad_output = np.cos(1 + np.arange(module.forward(x, **how).size)).reshape(module.forward(x, **how).shape)
    module.forward(x, **how)
    got = [module.backward(grad_output), *[np.array(g) for g in module.grads]]
    assert len(got) == 1 + len(module.params)
    for g, array in zip(got, [x, *module.params]):
        np.testing.assert_allclose(g, numerical(module, x, grad_output, array, **how), rtol=1e-5, atol=1e-7)
        spec.compared += g.size


def same_as_torch(ours, theirs, x):
    """Copy the parameters over; compare the output and all gradients."""
    import torch

    with torch.no_grad():
        for mine, other in zip(ours.params, theirs.parameters(), strict=True):
            other.copy_(torch.from_numpy(mine))
    tensor = torch.from_numpy(x).requires_grad_()
    output = theirs(tensor)
    grad_output = rng(5).normal(size=output.shape).astype(x.dtype)
    output.backward(torch.from_numpy(grad_output))
    agree(ours(x), output.detach().numpy(), dtype=x.dtype.type)
    agree(ours.backward(grad_output), tensor.grad.numpy(), dtype=x.dtype.type)
    for mine, other in zip(ours.grads, theirs.parameters(), strict=True):
        agree(mine, other.grad.numpy(), dtype=x.dtype.type)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_is_torchs(activation, dtype):
    import torch

    for seed in range(3):
        draws = rng(seed)
        ours = M.Sequential(
            M.Linear(4, 6, rng=draws, dtype=dtype), activation(), M.Linear(6, 3, rng=draws, dtype=dtype)
        )
        middle = getattr(torch.nn, activation.__name__)()
        kind = torch.float32 if dtype == np.float32 else torch.float64
        theirs = torch.nn.Sequential(torch.nn.Linear(4, 6), middle, torch.nn.Linear(6, 3)).to(kind)
        same_as_torch(ours, theirs, draws.normal(size=(5, 4)).astype(dtype))


def test_options_of_activations_and_layers_without_bias():
    import torch

    ours = M.Sequential(M.Linear(3, 4, bias=False, rng=rng()), M.LeakyReLU(negative_slope=0.3))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4, bias=False), torch.nn.LeakyReLU(0.3)).double()
    assert len(ours.params) == 1
    same_as_torch(ours, theirs, rng(1).normal(size=(5, 3)))
    assert M.Activation("softplus", beta=2.0)(0.0) == pytest.approx(np.log(2) / 2)


def test_linear_starts_as_torch_does():
    layer = M.Linear(400, 300, rng=rng())
    for p in layer.params:
        assert np.abs(p).max() <= 1 / 20
        assert p.std() == pytest.approx(1 / 20 / np.sqrt(3), rel=0.1)
    drawn = M.Linear(400, 300, init=init.kaiming_normal, rng=rng(), dtype=np.float32)
    assert drawn.params[0].std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert drawn.params[0].dtype == np.float32
    assert (drawn.params[1] == 0).all()


def test_gradients_of_a_deep_network_are_central_differences():
    draws = rng(2)
    model = M.Sequential(
        M.Flatten(),
        M.Linear(6, 5, rng=draws),
        M.Residual(M.Linear(5, 5, rng=draws), M.Tanh(), M.Linear(5, 5, rng=draws)),
        M.GELU(),
        M.Linear(5, 2, rng=draws),
    )
    check(model, draws.normal(size=(3, 2, 3)))
    assert len(model.params) == 8


@pytest.mark.parametrize("noise", [M.Dropout(p=0.4), M.GaussianNoise(std=0.5)])
def test_noise_layers_are_quiet_in_use_and_keep_their_mask(noise):
    x = rng().normal(size=(200, 50))
    assert (noise(x) == x).all()
    loud = noise.forward(x, training=True, rng=rng(3))
    assert (loud == noise.forward(x, training=True, rng=rng(3))).all()
    assert (loud != noise.forward(x, training=True, rng=rng(4))).any()
    assert abs((loud - x).mean()) < 5 * (loud - x).std() / np.sqrt(x.size)
    noise.forward(x, training=True, rng=rng(3))
    if isinstance(noise, M.Dropout):
        agree(noise.backward(np.ones_like(x)), np.where(loud != 0, 1 / 0.6, 0))
        assert np.mean(loud == 0) == pytest.approx(0.4, abs=5 * np.sqrt(0.24 / x.size))
    else:
        agree(noise.backward(np.ones_like(x)), np.ones_like(x))
        assert (loud - x).std() == pytest.approx(0.5, rel=0.03)
    noise(x)
    agree(noise.backward(np.ones_like(x)), np.ones_like(x))
    with pytest.raises(ValueError, match=f"{type(noise).__name__}: rng must be a Generator while training"):
        noise.forward(x, training=True)


def test_a_network_with_dropout_differentiates_the_mask_it_drew():
    draws = rng(6)
    model = M.Sequential(M.Linear(3, 8, rng=draws), M.Tanh(), M.Dropout(), M.Linear(8, 2, rng=draws))

    class Fixed(M.Sequential):
        def forward(self, x, **how):
            return super().forward(x, training=True, rng=rng(7))

    check(Fixed(*model.modules), draws.normal(size=(4, 3)))


def test_a_namespace_of_your_own_is_called():
    calls = []

    def linear(x, weight, bias):
        calls.append("linear")
        return nnlib.nn.linear(x, weight, bias)

    def relu_backward(grad_output, x):
        calls.append("relu_backward")
        return nnlib.activations.relu_backward(grad_output, x)

    flat = SimpleNamespace(linear=linear)
    nested = SimpleNamespace(activations=SimpleNamespace(relu_backward=relu_backward))
    model = M.Sequential(
        M.Linear(2, 3, rng=rng(), ops=flat), M.ReLU(ops=nested), M.Residual(M.Tanh(), ops=flat)
    )
    model.backward(model(np.ones((4, 2))))
    assert calls == ["linear", "relu_backward"]
    assert M.find(nnlib, "activations.relu") is nnlib.activations.relu
    with pytest.raises(AttributeError, match=r"nnlib has no activations\.rely"):
        M.find(nnlib, "activations.rely")


def test_a_module_of_your_own_must_say_what_it_does():
    with pytest.raises(NotImplementedError):
        M.Module()(1.0)
    with pytest.raises(NotImplementedError):
        M.Module().backward(1.0)


# Norms

IMAGES = (4, 6, 3, 2)


# class of both libraries, arguments, options, shape of x
NORMS = [
    (M.BatchNorm1d, (6,), {"eps": 0.1, "momentum": 0.3}, (5, 6)),
    (M.BatchNorm1d, (6,), {}, (5, 6, 2)),
    (M.BatchNorm1d, (6,), {"affine": False}, (5, 6)),
    (M.BatchNorm2d, (6,), {}, IMAGES),
    (M.LayerNorm, (2,), {}, IMAGES),
    (M.LayerNorm, ((3, 2),), {"eps": 0.1}, IMAGES),
    (M.LayerNorm, (2,), {"bias": False}, IMAGES),
    (M.LayerNorm, ((6, 3, 2),), {"elementwise_affine": False}, IMAGES),
    (M.GroupNorm, (3, 6), {}, IMAGES),
    (M.GroupNorm, (2, 6), {"eps": 0.1, "affine": False}, (5, 6)),
]


@pytest.mark.parametrize(("layer", "args", "options", "shape"), NORMS)
def test_norms_are_torchs_in_training_and_in_use(layer, args, options, shape):
    import torch

    ours, theirs = layer(*args, **options), getattr(torch.nn, layer.__name__)(*args, **options)
    theirs = theirs.double()
    draws = rng(4)
    for p in ours.params:
        p += draws.normal(size=p.shape)
    with torch.no_grad():
        for mine, other in zip(ours.params, theirs.parameters(), strict=True):
            other.copy_(torch.from_numpy(mine))
    for training in (True, True, False):
        x, grad_output = draws.normal(1, 2, shape), draws.normal(size=shape)
        tensor = torch.from_numpy(x).requires_grad_()
        theirs.train(training)
        output = theirs(tensor)
        output.backward(torch.from_numpy(grad_output))
        agree(ours.forward(x, training=training), output.detach().numpy())
        agree(ours.backward(grad_output), tensor.grad.numpy())
        for mine, other in zip(ours.grads, theirs.parameters(), strict=True):
            agree(mine, other.grad.numpy())
        theirs.zero_grad()
    kept = [b.numpy() for b in theirs.buffers() if b.ndim]
    for mine, other in zip(ours.buffers, kept, strict=True):
        agree(mine, other)


def test_running_statistics_are_buffers_that_move_in_training_only():
    model = M.Sequential(
        M.Linear(3, 4, rng=rng()), M.BatchNorm1d(4, dtype=np.float32), M.ReLU(), M.Residual(M.BatchNorm1d(4))
    )
    assert [b.shape for b in model.buffers] == [(4,)] * 4
    assert [b.dtype for b in model.buffers] == [np.float32] * 2 + [np.float64] * 2
    kept, before = model.buffers, [b.copy() for b in model.buffers]
    x = rng(1).normal(size=(6, 3))
    model(x)
    assert all((b == c).all() for b, c in zip(kept, before))
    model.forward(x, training=True)
    assert all((b != c).all() for b, c in zip(kept, before))
    assert all(b is c for b, c in zip(kept, model.buffers))  # in place


def test_gradients_of_a_network_with_norms_are_central_differences():
    draws = rng(3)

    class Training(M.Sequential):
        def forward(self, x, **how):
            return super().forward(x, training=True)

    model = Training(
        M.Linear(4, 6, rng=draws, bias=False),
        M.BatchNorm1d(6),
        M.Tanh(),
        M.GroupNorm(2, 6),
        M.Linear(6, 5, rng=draws),
        M.LayerNorm(5),
    )
    check(model, draws.normal(size=(7, 4)))


def test_norms_refuse_other_shapes_by_name():
    with pytest.raises(
        ValueError, match=r"BatchNorm1d: x must be of shape \(N, C\) or \(N, C, L\); got shape \(2, 3, 4, 5\)"
    ):
        M.BatchNorm1d(3)(np.ones((2, 3, 4, 5)))
    with pytest.raises(
        ValueError, match=r"BatchNorm2d: x must be of shape \(N, C, H, W\); got shape \(2, 3\)"
    ):
        M.BatchNorm2d(3)(np.ones((2, 3)))
    with pytest.raises(
        ValueError, match="batch_norm: x must be more than one value a channel while training"
    ):
        M.BatchNorm1d(3).forward(np.ones((1, 3)), training=True)
    with pytest.raises(ValueError, match="GroupNorm: num_groups must be a divisor of the 6 channels; got 4"):
        M.GroupNorm(4, 6)


def test_norms_call_a_namespace_of_your_own():
    def batch_norm(x, running_mean, running_var, weight, bias, **options):
        return x, running_mean + 1, running_var

    layer = M.BatchNorm1d(2, ops=SimpleNamespace(batch_norm=batch_norm))
    assert (layer.forward(np.ones((3, 2)), training=True) == 1).all()
    assert layer.buffers[0].tolist() == [1, 1]


# Images


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False, "padding": 1},
        {"stride": 2, "padding": (1, 0)},
        {"groups": 2, "dilation": 2, "padding": "same"},
    ],
    ids=str,
)
def test_a_network_of_images_is_torchs(options, dtype):
    import torch

    kind = torch.float32 if dtype == np.float32 else torch.float64
    for seed in range(2):
        draws = rng(seed)
        ours = M.Sequential(
            M.Conv2d(2, 4, 3, rng=draws, dtype=dtype, **options),
            M.BatchNorm2d(4, dtype=dtype),
            M.ReLU(),
            M.MaxPool2d(2, stride=1),
            M.Conv2d(4, 3, (1, 2), rng=draws, dtype=dtype),
            M.AvgPool2d((2, 1), padding=(1, 0), count_include_pad=False),
            M.MaxPool2d(3, padding=1),
            M.Flatten(),
        )
        theirs = torch.nn.Sequential(
            torch.nn.Conv2d(2, 4, 3, **options),
            torch.nn.BatchNorm2d(4).eval(),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2, stride=1),
            torch.nn.Conv2d(4, 3, (1, 2)),
            torch.nn.AvgPool2d((2, 1), padding=(1, 0), count_include_pad=False),
            torch.nn.MaxPool2d(3, padding=1),
            torch.nn.Flatten(),
        ).to(kind)
        same_as_torch(ours, theirs, draws.normal(size=(3, 2, 9, 8)).astype(dtype))


def test_conv2d_starts_as_torch_does():
    layer = M.Conv2d(8, 64, (3, 5), groups=2, rng=rng())
    bound = 1 / np.sqrt(4 * 15)
    assert layer.params[0].shape == (64, 4, 3, 5)
    for p in layer.params:
        assert np.abs(p).max() <= bound
        assert p.std() == pytest.approx(bound / np.sqrt(3), rel=0.1)
    drawn = M.Conv2d(8, 64, 3, init=init.kaiming_normal, rng=rng(), dtype=np.float32)
    assert drawn.params[0].std() == pytest.approx(np.sqrt(2 / 72), rel=0.05)
    assert drawn.params[0].dtype == np.float32
    assert (drawn.params[1] == 0).all()


def test_gradients_of_a_network_of_images_are_central_differences():
    draws = rng(4)

    class Training(M.Sequential):
        def forward(self, x, **how):
            return super().forward(x, training=True, rng=rng(5))

    model = Training(
        M.Conv2d(1, 2, 3, padding=1, rng=draws, bias=False),
        M.BatchNorm2d(2),
        M.Tanh(),
        M.MaxPool2d(2),
        M.Conv2d(2, 2, 2, rng=draws),
        M.AvgPool2d(2, stride=1),
        M.Flatten(),
        M.Dropout(p=0.3),
        M.Linear(8, 2, rng=draws),
    )
    check(model, draws.normal(size=(3, 1, 8, 8)))


def test_a_fused_network_computes_the_same():
    draws = rng(6)
    conv, norm = M.Conv2d(2, 3, 3, rng=draws), M.BatchNorm2d(3)
    x = draws.normal(1, 2, size=(5, 2, 6, 6))
    norm.forward(conv(x), training=True)
    norm.params[0][:] = [2.0, -1.0, 0.5]
    fused = M.Conv2d(2, 3, 3, rng=draws)
    fused.params = list(nnlib.norm.fuse_bn_weights(*conv.params, *norm.buffers, *norm.params))
    agree(fused(x), norm(conv(x)))
