"""Rows for nnlib.activations: values and gradients. Edges and errors are in spec_activations_edges.py."""

import numpy as np
from scipy import special

from nnlib import activations as A
from tests.nnlib.spec import Case

CHAPTERS = ("02",)
NO_GRADIENT = (A.heaviside, A.rrelu_slope, A.softmax_inverse, A.softmax_jacobian)

SHAPES = ((), (1,), (7,), (3, 5), (2, 3, 4), (1, 2, 2, 3))
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def anywhere(rng):
    """Numbers on both sides of every default kink, in a shape of up to four axes."""
    return (3 * rng.normal(size=SHAPES[rng.integers(len(SHAPES))]),)


def whole(rng):
    """Whole numbers, so that zero occurs."""
    return np.round(rng.normal(size=(4, 5))), 0.5


def scores(*shape):
    return lambda rng: (3 * rng.normal(size=shape) + 5 * rng.normal(),)


def slopes(shape, count):
    return lambda rng: (rng.normal(size=shape), rng.uniform(0.1, 0.5, size=count))


def random_slopes(rng):
    (x,) = anywhere(rng)
    return x, rng.uniform(1 / 8, 1 / 3, size=np.shape(x))


def maxout_arguments(rng):
    return rng.normal(size=(4, 3)), rng.normal(size=(3, 2, 3)), rng.normal(size=(3, 2))


def probabilities(rng):
    return (rng.dirichlet(np.ones(4), size=3),)


def torch_heaviside(x, values):
    import torch

    return torch.heaviside(x, x.new_tensor(values))


def torch_maxout(x, weight, bias):
    import torch

    return torch.amax(torch.einsum("nd,khd->nkh", x, weight) + bias, dim=1)


def torch_rrelu(x, slope):
    import torch

    return torch.where(x > 0, x, slope * x)


def torch_rrelu_at_test_time(x, slope):
    import torch

    assert slope == 11 / 48
    return torch.nn.functional.rrelu(x)


def torch_jacobian(x):
    import torch

    return torch.stack([torch.autograd.functional.jacobian(lambda r: torch.softmax(r, 0), row) for row in x])


def elementwise(op, want, **kwargs):
    """A row for an elementwise function that torch has under the same name; want has the options built in."""
    torch = f"torch.nn.functional.{op.__name__}"
    return Case(op, anywhere, kwargs, torch=torch, want=lambda x, **options: want(x))


def along(op, shape, axis, want=None, *, torch=None, **kwargs):
    """A row for a function of scores along an axis."""
    torch = torch or f"torch.nn.functional.{op.__name__}"
    return Case(op, scores(*shape), {"axis": axis, **kwargs}, torch=torch, want=want)


def exp_below(x):
    return np.exp(np.minimum(x, 0))


def torch_clamped_line(x):
    """hardsigmoid for autograd: torch's own backward multiplies float64 gradients by a float32 1/6."""
    return (x / 6 + 0.5).clamp(0, 1)


ELEMENTWISE = (
    elementwise(A.sigmoid, special.expit),
    elementwise(A.tanh, lambda x: np.sinh(x) / np.cosh(x)),
    elementwise(A.logsigmoid, special.log_expit),
    elementwise(A.softsign, lambda x: np.sign(x) * (1 - 1 / (1 + np.abs(x)))),
    Case(
        A.hardsigmoid,
        anywhere,
        torch="torch.nn.functional.hardsigmoid",
        want=lambda x: np.interp(x, [-3, 3], [0, 1]),
        differentiate=torch_clamped_line,
    ),
    elementwise(A.hardtanh, lambda x: np.interp(x, [-1, 1], [-1, 1])),
    elementwise(A.hardtanh, lambda x: np.interp(x, [-2, 0.5], [-2, 0.5]), min_val=-2.0, max_val=0.5),
    elementwise(A.relu6, lambda x: np.interp(x, [0, 6], [0, 6])),
    elementwise(A.relu, lambda x: (x + np.abs(x)) / 2),
    elementwise(A.leaky_relu, lambda x: np.where(x > 0, x, x / 100)),
    elementwise(A.leaky_relu, lambda x: np.where(x > 0, x, x * 1.5), negative_slope=1.5),
    elementwise(A.softplus, lambda x: np.where(x > 20, x, np.logaddexp(0, x))),
    elementwise(
        A.softplus, lambda x: np.where(2 * x > 1, x, np.logaddexp(0, 2 * x) / 2), beta=2.0, threshold=1.0
    ),
    elementwise(A.elu, lambda x: np.where(x > 0, x, exp_below(x) - 1)),
    elementwise(A.elu, lambda x: np.where(x > 0, x, 0.3 * exp_below(x) - 0.3), alpha=0.3),
    elementwise(A.selu, lambda x: SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * exp_below(x) - SELU_ALPHA)),
    elementwise(A.celu, lambda x: np.where(x > 0, x, exp_below(x) - 1)),
    elementwise(A.celu, lambda x: np.where(x > 0, x, 2 * exp_below(x / 2) - 2), alpha=2.0),
    elementwise(A.gelu, lambda x: x * special.ndtr(x)),
    elementwise(
        A.gelu,
        lambda x: x * special.expit(np.sqrt(8 / np.pi) * (x + 0.044715 * x**3)),
        approximate="tanh",
    ),
    elementwise(A.silu, lambda x: x * special.expit(x)),
    elementwise(A.mish, lambda x: x * (1 - 2 / ((1 + np.exp(x)) ** 2 + 1))),
    elementwise(A.hardswish, lambda x: x * np.interp(x, [-3, 3], [0, 1])),
    elementwise(A.hardshrink, lambda x: np.where(x**2 > 0.25, x, 0)),
    elementwise(A.hardshrink, lambda x: np.where(x**2 > 4, x, 0), lambd=2.0),
    elementwise(A.softshrink, lambda x: x - np.interp(x, [-0.5, 0.5], [-0.5, 0.5])),
    elementwise(A.softshrink, lambda x: x, lambd=0.0),
    elementwise(A.tanhshrink, lambda x: x - 1 + 2 / (np.exp(2 * x) + 1)),
)

WITH_PARAMETERS = (
    Case(A.heaviside, whole, wrt=(), torch=torch_heaviside, want=lambda x, values: (np.sign(x) + 1) / 2),
    Case(
        A.threshold,
        lambda rng: (*anywhere(rng), 0.1, -7.0),
        torch="torch.nn.functional.threshold",
        want=lambda x, threshold, value: (x - value) * (x > threshold) + value,
    ),
    Case(A.prelu, slopes((4, 3), 1), wrt=(0, 1), torch="torch.nn.functional.prelu"),
    Case(A.prelu, slopes((4, 3), 3), wrt=(0, 1), torch="torch.nn.functional.prelu"),
    Case(A.prelu, slopes((2, 3, 2, 2), 3), wrt=(0, 1), torch="torch.nn.functional.prelu"),
    Case(A.prelu, slopes((5,), 1), wrt=(0, 1), torch="torch.nn.functional.prelu"),
    Case(A.prelu, slopes((3, 1), 1), wrt=(0, 1), torch="torch.nn.functional.prelu"),
    Case(A.prelu, slopes((2, 3), ()), wrt=(0, 1), torch="torch.nn.functional.prelu"),
    Case(A.rrelu, random_slopes, torch=torch_rrelu),
    Case(A.rrelu, lambda rng: (*anywhere(rng), 11 / 48), torch=torch_rrelu_at_test_time),
    Case(A.rrelu_slope, lambda rng: ((3, 2),), wrt=(), want=lambda shape: np.full(shape, 11 / 48)),
    Case(A.maxout, maxout_arguments, wrt=(0, 1, 2), torch=torch_maxout),
)

ALONG_AN_AXIS = (
    along(A.glu, (3, 6), -1),
    along(A.glu, (2, 4, 3), 1),
    along(A.softmax, (3, 5), -1, lambda x, axis: special.softmax(x, axis)),
    along(A.softmax, (3, 4, 2), 0),
    along(A.softmax, (3, 4, 2), 1),
    along(A.log_softmax, (3, 5), -1, lambda x, axis: special.log_softmax(x, axis)),
    along(A.log_softmax, (3, 4, 2), 1),
    along(A.logsumexp, (3, 5), -1, lambda x, axis: special.logsumexp(x, axis), torch="torch.logsumexp"),
    along(A.logsumexp, (3, 4, 2), 1, torch="torch.logsumexp"),
    along(A.logsumexp, (3, 4, 2), -2, torch="torch.logsumexp", keepdims=True),
    Case(A.softmax_jacobian, scores(3, 5), wrt=(), torch=torch_jacobian),
    Case(A.softmax_inverse, probabilities, wrt=(), want=lambda a: special.xlogy(1.0, a)),
    Case(A.softmax_inverse, probabilities, {"c": 2.0}, wrt=(), want=lambda a, c: np.log(a * np.exp(2))),
)

CASES = ELEMENTWISE + WITH_PARAMETERS + ALONG_AN_AXIS
