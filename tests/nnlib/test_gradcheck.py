"""The tools that judge: derivatives against closed forms, and proof that each judge rejects a wrong answer."""

import dataclasses

import numpy as np
import pytest

from nnlib import activations as A
from nnlib.gradcheck import (
    GradientCheck,
    check_gradient,
    gradient_agrees,
    numerical_gradient,
    numerical_vjp,
)
from tests.nnlib.spec import agree


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 0)])
def test_numerical_gradient_against_the_closed_form(shape):
    for seed in range(5):
        x = np.asarray(np.random.default_rng(seed).normal(size=shape))
        np.testing.assert_allclose(
            numerical_gradient(lambda a: np.sum(np.sin(a)), x), np.cos(x), rtol=0, atol=1e-9
        )
        assert numerical_gradient(lambda a: np.sum(a**3), x).dtype == np.float64


def test_numerical_gradient_leaves_the_array_alone():
    x = np.array([1.0, 2.0])
    x.setflags(write=False)

    def hostile(a):
        a *= 2
        return float(a.sum())

    agree(numerical_gradient(hostile, x).round(6), [2.0, 2.0])
    agree(x, [1.0, 2.0])


def test_numerical_gradient_takes_float32_and_integers_to_float64():
    for x in (np.array([1, 2]), np.array([1, 2], dtype=np.float32), [1, 2]):
        agree(numerical_gradient(lambda a: np.sum(a**2), x).round(6), [2.0, 4.0])


def test_numerical_gradient_at_a_kink_is_the_mean_slope():
    assert numerical_gradient(lambda a: np.maximum(a, 0), 0.0) == pytest.approx(0.5)


def test_numerical_gradient_wants_one_number():
    with pytest.raises(ValueError, match=r"numerical_gradient: f\(x\) must be one number; got shape \(2,\)"):
        numerical_gradient(lambda a: a, np.zeros(2))


def test_numerical_vjp_against_matrix_products():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        a, b, g = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
        grad_a, grad_b = numerical_vjp(np.matmul, (a, b), g, wrt=(0, 1))
        np.testing.assert_allclose(grad_a, g @ b.T, atol=1e-8)
        np.testing.assert_allclose(grad_b, a.T @ g, atol=1e-8)
        np.testing.assert_allclose(numerical_vjp(np.matmul, (a, b), g, wrt=1), a.T @ g, atol=1e-8)


def test_numerical_vjp_passes_options():
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    got = numerical_vjp(A.softmax, (x,), np.eye(2), kwargs={"axis": 0})
    np.testing.assert_allclose(got, A.softmax_backward(np.eye(2), x, axis=0), atol=1e-9)


def test_numerical_vjp_wants_the_shape_of_the_output():
    with pytest.raises(
        ValueError, match=r"numerical_vjp: grad_output must be the shape of the output, \(2,\)"
    ):
        numerical_vjp(np.sin, (np.zeros(2),), np.zeros((2, 1)))


X = np.array([[-1.5, 0.3, 2.0], [0.7, -0.2, 1.1]])
W = np.array([0.3, 0.2, 0.1])

# Wrong backward functions, each a slip that people make.
WRONG = {
    "derivative of the wrong variable": (A.sigmoid, lambda g, x: g * x * (1 - x), (X,)),
    "sigmoid, factor forgotten": (A.sigmoid, lambda g, x: g * A.sigmoid(x), (X,)),
    "grad_output ignored": (A.tanh, lambda g, x: 1 - np.tanh(x) ** 2, (X,)),
    "sign": (A.relu, lambda g, x: -g * (x > 0), (X,)),
    "passes everything": (A.relu, lambda g, x: g, (X,)),
    "softmax diagonal only": (A.softmax, lambda g, x: g * A.softmax(x) * (1 - A.softmax(x)), (X,)),
    "softmax over the wrong axis": (A.softmax, lambda g, x: A.softmax_backward(g, x, axis=0), (X,)),
    "log_softmax without the sum": (A.log_softmax, lambda g, x: g - A.softmax(x), (X,)),
    "gelu without x phi": (A.gelu, lambda g, x: g * A.gelu(x) / x, (X,)),
    "gelu tanh for exact": (A.gelu, lambda g, x: A.gelu_backward(g, x, approximate="tanh"), (X,)),
    "tiny error": (A.tanh, lambda g, x: A.tanh_backward(g, x) * (1 + 1e-5), (X,)),
    "nan": (A.tanh, lambda g, x: A.tanh_backward(g, x) * np.where(x > 1, np.nan, 1), (X,)),
    "mean for sum": (
        A.prelu,
        lambda g, x, w: (A.prelu_backward(g, x, w)[0], A.prelu_backward(g, x, w)[1] / len(x)),
        (X, W),
    ),
    "halves swapped": (A.glu, lambda g, x: np.roll(A.glu_backward(g, x), 2, axis=-1), (np.c_[X, X[:, :1]],)),
}


@pytest.mark.parametrize(("f", "wrong", "args"), WRONG.values(), ids=WRONG)
def test_a_wrong_backward_is_caught(f, wrong, args):
    result = check_gradient(f, wrong, args)
    assert not result.ok
    assert result.max_error > 1e-6
    assert "gradient is wrong" in str(result)


def test_check_gradient_says_where_and_what():
    def wrong(grad_output, x, weight):
        grad_x, grad_weight = A.prelu_backward(grad_output, x, weight)
        grad_weight[1] += 3
        return grad_x, grad_weight

    result = check_gradient(A.prelu, wrong, (X, W))
    right = A.prelu_backward(np.cos(1.0 + np.arange(6)).reshape(2, 3), X, W)[1][1]
    assert (result.argument, result.index) == (1, (1,))
    assert result.numeric == pytest.approx(right)
    assert result.analytic == pytest.approx(right + 3)
    assert "argument 1, element (1,)" in str(result)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.ok = True


def test_check_gradient_agrees_with_the_right_one():
    result = check_gradient(A.prelu, A.prelu_backward, (X, W))
    assert isinstance(result, GradientCheck)
    assert result.ok
    assert result.max_error < 1e-8
    assert str(result).startswith("gradient agrees: largest error")
    assert check_gradient(A.prelu, A.prelu_backward, (X, W), np.ones((2, 3)), wrt=(0, 1)).ok
    assert check_gradient(A.softmax, A.softmax_backward, (X,), wrt=0, kwargs={"axis": 0}).ok
    assert check_gradient(A.relu, A.relu_backward, (np.zeros((0, 2)),)).ok


def test_check_gradient_refuses_another_shape_or_number_of_gradients():
    with pytest.raises(
        ValueError, match=r"gradient of argument 0 must be of shape \(2, 3\); got shape \(3,\)"
    ):
        check_gradient(A.tanh, lambda g, x: A.tanh_backward(g, x).sum(axis=0), (X,))
    with pytest.raises(ValueError, match="f_backward's result must be 2 arrays; got 1"):
        check_gradient(A.prelu, lambda g, x, w: A.prelu_backward(g, x, w)[0], (X, W), wrt=(0, 1))


def sum_of_squares(x):
    return np.sum(x**2)


def test_gradient_agrees_with_the_right_gradient_only():
    for x in (X, np.float32(X), np.array([1, 2]), np.zeros((0, 2)), np.float64(3.0)):
        assert gradient_agrees(sum_of_squares, lambda x: 2 * x, x) is True
    wrong = {
        "sign": lambda x: -2 * x,
        "factor": lambda x: 2.001 * x,
        "one entry": lambda x: 2 * x + 1e-3 * np.eye(*x.shape),
        "nan": lambda x: np.where(x == X[0, 0], np.nan, 2 * x),
        "shape": lambda x: 2 * x[None],
        "one row": lambda x: 2 * x[0],
    }
    for name, grad in wrong.items():
        assert gradient_agrees(sum_of_squares, grad, X) is False, name
    assert gradient_agrees(sum_of_squares, wrong["factor"], X, tol=1e-2)


def test_gradient_agrees_is_relative_for_large_and_absolute_for_small_entries():
    assert gradient_agrees(lambda x: 1e8 * np.sum(np.sin(x)), lambda x: 1e8 * np.cos(x), X)
    assert not gradient_agrees(lambda x: 1e8 * np.sum(np.sin(x)), lambda x: 1.001e8 * np.cos(x), X)
    assert gradient_agrees(
        lambda x: np.sin(x[0, 0]), lambda x: np.cos(x) * (np.arange(6).reshape(2, 3) == 0), X
    )


def test_gradient_agrees_takes_the_step_it_is_given():
    def cubes(x):
        return np.sum(x**3) / 3

    assert not gradient_agrees(cubes, np.square, X, eps=0.5)
    assert gradient_agrees(cubes, lambda x: x**2 + 0.25 / 3, X, eps=0.5)


def test_gradient_agrees_leaves_the_array_alone():
    x = np.array([1.0, 2.0])
    x.setflags(write=False)

    def hostile(x):
        x *= 2
        return x

    assert gradient_agrees(sum_of_squares, hostile, x)
    agree(x, [1.0, 2.0])


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ([1.0, 2.0], [1.0, 2.0 + 1e-9]),
        ([[1.0], [2.0]], [1.0, 2.0]),
        ([1.0, np.nan], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, np.nan]),
        ([np.inf], [-np.inf]),
        (np.array([1.0], dtype=np.float32), [1.0]),
    ],
)
def test_agree_rejects(got, want):
    with pytest.raises(AssertionError):
        agree(got, want)


def test_agree_rejects_float32_beyond_rounding():
    with pytest.raises(AssertionError):
        agree(np.float32([1.0]), [1.0001], dtype=np.float32)
    agree(np.float32([1.0]), [1.000005], dtype=np.float32)
