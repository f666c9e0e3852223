"""Layers that hold their parameters and call the pairs: forward keeps its argument, backward hands it on.

A module computes nothing itself. It calls ``f`` and ``f_backward`` from the namespace it is given as ``ops``:
``nnlib`` by default, or any object with functions of your own, by name; what it lacks is taken from nnlib.
"""

import math

import numpy as np

import nnlib
from nnlib._check import fail, need

__all__ = [
    "ELU",
    "GELU",
    "Activation",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "LeakyReLU",
    "Linear",
    "Module",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "find",
]


def find(ops, path):
    """The function that a module calls.

    Parameters
    ----------
    ops : nnlib, or a namespace with functions of your own
    path : str, "module.function" as in nnlib

    Returns
    -------
    function : ops.function, else ops.module.function, else nnlib's

    Notes
    -----
    Function names are unique over nnlib's modules for networks, so a namespace of your own can be flat.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> mine = SimpleNamespace(relu=lambda x: "mine")
    >>> find(mine, "activations.relu")(0.0), find(mine, "activations.tanh")(0.0)
    ('mine', np.float64(0.0))
    """
    module, _, name = path.partition(".")
    for place in (ops, getattr(ops, module, None), getattr(nnlib, module)):
        function = getattr(place, name, None)
        if callable(function):
            return function
    raise AttributeError(f"nnlib has no {path}")


class Module:
    """A layer: parameters, their gradients after a backward, and the argument of the last forward.

    Attributes
    ----------
    params : list of arrays, changed in place by an optimizer
    grads : list of arrays, gradients of the parameters after `backward`
    ops : the namespace of functions that it calls
    """

    def __init__(self, *, ops=nnlib):
        self.params, self.grads, self.ops = [], [], ops

    def __call__(self, x, **how):
        return self.forward(x, **how)

    def forward(self, x, *, training=False, rng=None):
        """The output for x; training turns noise on, which is drawn from rng."""
        raise NotImplementedError

    def backward(self, grad_output):
        """The gradient with respect to the x of the last forward; those of the parameters go to `grads`."""
        raise NotImplementedError

    def _pair(self, path):
        return find(self.ops, path), find(self.ops, f"{path}_backward")


class Linear(Module):
    """Fully connected layer y = x W^T + b.

    Without init, weights and biases are uniform between -1 / sqrt(in) and 1 / sqrt(in), as in torch.nn.Linear;
    with init, a function of (shape, *, rng) such as those of nnlib.init, weights are drawn by it and biases are 0.

    >>> layer = Linear(2, 3, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(self, in_features, out_features, *, bias=True, init=None, dtype=np.float64, rng, ops=nnlib):
        super().__init__(ops=ops)
        self.call, self.call_backward = self._pair("nn.linear")
        shape, bound = (out_features, in_features), 1 / math.sqrt(max(in_features, 1))
        weight = rng.uniform(-bound, bound, shape) if init is None else init(shape, rng=rng)
        self.params = [np.array(weight, dtype=dtype)]
        if bias:
            start = rng.uniform(-bound, bound, out_features) if init is None else np.zeros(out_features)
            self.params.append(start.astype(dtype))

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, *self.params)

    def backward(self, grad_output):
        grad_x, *self.grads = self.call_backward(grad_output, self.x, *self.params)
        return grad_x


class Activation(Module):
    """Any activation of nnlib.activations by its name, with its options.

    >>> Activation("leaky_relu", negative_slope=0.5)(np.array([-2.0, 2.0]))
    array([-1.,  2.])
    """

    def __init__(self, name, *, ops=nnlib, **options):
        super().__init__(ops=ops)
        self.name, self.options = name, options
        self.call, self.call_backward = self._pair(f"activations.{name}")

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, **self.options)

    def backward(self, grad_output):
        return self.call_backward(grad_output, self.x, **self.options)


class _Named(Activation):
    name = ""

    def __init__(self, *, ops=nnlib, **options):
        super().__init__(self.name, ops=ops, **options)


class ReLU(_Named):
    """`relu` as a layer."""

    name = "relu"


class LeakyReLU(_Named):
    """`leaky_relu` as a layer."""

    name = "leaky_relu"


class ELU(_Named):
    """`elu` as a layer."""

    name = "elu"


class GELU(_Named):
    """`gelu` as a layer."""

    name = "gelu"


class SiLU(_Named):
    """`silu` as a layer."""

    name = "silu"


class Softplus(_Named):
    """`softplus` as a layer."""

    name = "softplus"


class Sigmoid(_Named):
    """`sigmoid` as a layer."""

    name = "sigmoid"


class Tanh(_Named):
    """`tanh` as a layer."""

    name = "tanh"


class _Noise(Module):
    """Draws its mask anew in each training forward, and keeps it for the backward."""

    draw = op = ""

    def __init__(self, *, ops=nnlib, **options):
        super().__init__(ops=ops)
        self.options = options
        self.call, self.call_backward = self._pair(f"regularization.{self.op}")

    def sample(self, shape, rng):
        return find(self.ops, f"regularization.{self.draw}")(shape, rng=rng)

    def forward(self, x, *, training=False, rng=None):
        need(rng is not None or not training, type(self).__name__, "rng", rng, "a Generator while training")
        noise = self.sample(np.shape(x), rng) if training else None
        self.kept = (x, noise, training)
        return self.call(x, noise, training=training, **self.options)

    def backward(self, grad_output):
        x, noise, training = self.kept
        return self.call_backward(grad_output, x, noise, training=training, **self.options)


class Dropout(_Noise):
    """Inverted dropout while training, nothing in use; p is the probability to drop a unit.

    >>> Dropout(p=0.5)(np.ones(4), training=True, rng=np.random.default_rng(0))
    array([2., 0., 0., 0.])
    """

    draw, op = "dropout_mask", "dropout"

    def __init__(self, *, p=0.5, ops=nnlib):
        super().__init__(p=p, ops=ops)

    def sample(self, shape, rng):
        return find(self.ops, "regularization.dropout_mask")(shape, p=self.options["p"], rng=rng)


class GaussianNoise(_Noise):
    """Normal noise of standard deviation std while training, nothing in use."""

    draw, op = "standard_noise", "gaussian_noise"

    def __init__(self, *, std=0.1, ops=nnlib):
        super().__init__(std=std, ops=ops)


class Flatten(Module):
    """All axes but the first made one, as between convolutions and fully connected layers."""

    def forward(self, x, *, training=False, rng=None):
        self.shape = np.shape(x)
        return np.reshape(x, (self.shape[0], -1))

    def backward(self, grad_output):
        return np.reshape(grad_output, self.shape)


class Sequential(Module):
    """Modules one after the other, each in one place: it keeps the argument of one forward only.

    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(4, 8, rng=rng), ReLU(), Linear(8, 3, rng=rng))
    >>> model(np.ones((2, 4))).shape, model.backward(np.ones((2, 3))).shape, len(model.grads)
    ((2, 3), (2, 4), 4)
    """

    checked = ()

    def __init__(self, *modules):
        self.modules = list(modules)
        self._each_once()

    def _each_once(self):
        if self.modules == self.checked:  # else they are new, or the list has grown
            return
        every = list(_inside(self))
        if len({id(module) for module in every}) < len(every):
            twice = next(m for m in every if sum(m is other for other in every) > 1)
            name, got = type(self).__name__, f"one {type(twice).__name__} twice"
            fail(name, "modules", got, "different objects, one for each place")
        self.checked = list(self.modules)

    @property
    def params(self):
        return [p for module in self.modules for p in module.params]

    @property
    def grads(self):
        return [g for module in self.modules for g in module.grads]

    def forward(self, x, *, training=False, rng=None):
        self._each_once()
        for module in self.modules:
            x = module.forward(x, training=training, rng=rng)
        return x

    def backward(self, grad_output):
        for module in reversed(self.modules):
            grad_output = module.backward(grad_output)
        return grad_output


def _inside(module):
    """A module and all that it is made of, one item for each place where it stands."""
    yield module
    for inner in getattr(module, "modules", ()):
        yield from _inside(inner)


class Residual(Sequential):
    """x + F(x), with F the modules one after the other.

    >>> Residual(ReLU())(np.array([-1.0, 2.0]))
    array([-1.,  4.])
    """

    def __init__(self, *modules, ops=nnlib):
        super().__init__(*modules)
        self.call, self.call_backward = (
            find(ops, "nn.residual_block"),
            find(ops, "nn.residual_block_backward"),
        )

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        inside = super().forward
        return self.call(x, fn=(lambda x: inside(x, training=training, rng=rng), None))

    def backward(self, grad_output):
        inside = super().backward
        return self.call_backward(grad_output, self.x, fn=(None, lambda grad_output, x: inside(grad_output)))
