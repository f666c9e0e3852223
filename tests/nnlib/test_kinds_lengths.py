"""Lengths of vectors near the ends of the float range: they neither overflow nor vanish."""

import ast

import numpy as np
import pytest

from nnlib import adversarial, experiments, init, losses, optim, pooling, regularization
from tests.nnlib.modules import library_calls

NAN, INF = np.nan, np.inf
VECTOR = np.array([[3.0, -4.0, 12.0], [0.0, 2.0, -1.0]])


def clipped(v, dtype):
    (short,), norm = optim.clip_grad_norm([v], 1.0)
    return short, norm


def hypotenuse(v):
    return init.preactivation_std(v.dtype.type(4), np.abs(v), b_std=float(np.abs(v).max()))


def backwards(v):
    """Of two layers the gradient of the first is proportional to the second."""
    layers = [np.eye(3, dtype=v.dtype), np.zeros(3, v.dtype), v, np.zeros(2, v.dtype)]
    identity = (lambda x: x, lambda grad_output, x: grad_output)
    return experiments.gradient_norms(layers, np.ones((1, 3), v.dtype), activation=identity)[0]


# (f, degree, of vectors): f(c v) = c^degree f(v)
HOMOGENEOUS = {
    "clip_grad_norm, the norm": (lambda v: np.float64(optim.clip_grad_norm([v[0], v[1]], 1.0)[1]), 1),
    "clip_grad_norm of p = 1": (lambda v: np.float64(optim.clip_grad_norm([v], 1.0, norm_type=1.0)[1]), 1),
    "clip_grad_norm of p = 3": (lambda v: np.float64(optim.clip_grad_norm([v], 1.0, norm_type=3.0)[1]), 1),
    "clip_grad_norm of p = inf": (lambda v: np.float64(optim.clip_grad_norm([v], 1.0, norm_type=INF)[1]), 1),
    "max_norm": (lambda v: regularization.max_norm(v, c=float(np.abs(v).max() / 2)), 1),
    "max_norm of all": (lambda v: regularization.max_norm(v, c=float(np.abs(v).max() / 2), axis=(0, 1)), 1),
    "directional_derivative": (lambda v: optim.directional_derivative(np.ones(3, v.dtype), v[0]), 0),
    "pairwise_distance": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0), 1),
    "pairwise_distance of p = 1": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0, p=1.0), 1),
    "pairwise_distance of p = 3": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0, p=3.0), 1),
    "pairwise_distance of p = inf": (lambda v: losses.pairwise_distance(v, 0 * v, eps=0.0, p=INF), 1),
    "its gradient": (lambda v: losses.pairwise_distance_backward(np.ones(2), v, 0 * v, eps=0.0)[0], 0),
    "its gradient, p = 3": (
        lambda v: losses.pairwise_distance_backward(np.ones(2), v, 0 * v, eps=0.0, p=3.0)[0],
        0,
    ),
    "triplet_margin_loss": (
        lambda v: losses.triplet_margin_loss(v / 4, v, 0 * v, margin=0.0, eps=0.0, reduction="none"),
        1,
    ),
    "fgm": (lambda v: adversarial.fgm(0 * v, v, epsilon=2.0, eps=0.0), 0),
    "project": (lambda v: adversarial.project(v, 0 * v, epsilon=float(np.abs(v).max() / 2), norm="l2"), 1),
    "pgd": (lambda v: adversarial.pgd(0 * v, lambda x: v, epsilon=1.0, alpha=0.3, norm="l2"), 0),
    "preactivation_std": (hypotenuse, 1),
    "gradient_norms": (backwards, 1),
}
SCALES = {np.float64: (1e200, 1e-200, 1e300, 1e-300), np.float32: (1e30, 1e-30, 1e37, 1e-37)}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", HOMOGENEOUS)
def test_lengths_of_any_size(name, dtype):
    f, degree = HOMOGENEOUS[name]
    v = VECTOR.astype(dtype)
    want = np.asarray(f(v), dtype=np.float64)
    for scale in SCALES[dtype]:
        got = np.asarray(f(v * dtype(scale)), dtype=np.float64) / float(scale) ** degree
        np.testing.assert_allclose(got, want, rtol=1e-12 if dtype == np.float64 else 2e-6)


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, INF])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clipped_gradients_of_any_size_keep_their_direction(dtype, p):
    for scale in (*SCALES[dtype], dtype(1)):
        for max_norm in (1.0, 1e-6, 1e-20):
            grads = [VECTOR[0].astype(dtype) * dtype(scale), VECTOR[1].astype(dtype) * dtype(scale)]
            clipped, norm = optim.clip_grad_norm(grads, max_norm, norm_type=p)
            longdouble = [g.astype(np.longdouble) for g in grads]
            length = np.linalg.norm(np.concatenate(grads).astype(float) / float(scale), p) * float(scale)
            np.testing.assert_allclose(norm, length, rtol=1e-12 if dtype == np.float64 else 1e-6)
            factor = np.minimum(np.longdouble(1), np.longdouble(max_norm) / (np.longdouble(length) + 1e-6))
            for g, wide in zip(clipped, longdouble):
                assert g.dtype == dtype
                np.testing.assert_allclose(
                    g, (wide * factor).astype(dtype), rtol=1e-12 if dtype == np.float64 else 1e-5, atol=1e-44
                )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, INF])
@pytest.mark.parametrize("bad", [INF, -INF, NAN])
def test_gradients_that_are_no_numbers_end_as_in_torch(bad, p, dtype):
    import torch

    arrays = [np.array([1.0, bad, 0.0], dtype), np.array([[2.0]], dtype)]
    tensors = [torch.zeros(a.shape, dtype=getattr(torch, dtype), requires_grad=True) for a in arrays]
    for tensor, array in zip(tensors, arrays):
        tensor.grad = torch.from_numpy(array.copy())
    want = torch.nn.utils.clip_grad_norm_(tensors, 1.0, p)
    clipped, norm = optim.clip_grad_norm(arrays, 1.0, norm_type=p)
    np.testing.assert_equal(norm, want.item())
    for got, tensor in zip(clipped, tensors):
        np.testing.assert_array_equal(got, tensor.grad.numpy())


@pytest.mark.parametrize("scale", [1e200, 1e-3, 1.0])
def test_the_cosine_of_long_vectors(scale):
    x1, x2 = VECTOR * scale, VECTOR[::-1] * scale
    for target in (1.0, -1.0):
        want = losses.cosine_embedding_loss(VECTOR, VECTOR[::-1], target, reduction="none")
        got = losses.cosine_embedding_loss(x1, x2, target, reduction="none")
        np.testing.assert_allclose(got, want, rtol=1e-6)
        want = losses.cosine_embedding_loss_backward(1.0, VECTOR, VECTOR[::-1], target)[0] / scale
        got = losses.cosine_embedding_loss_backward(1.0, x1, x2, target)[0]
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-12 / scale)


def test_lengths_are_taken_in_one_place():
    """numpy.linalg.norm squares what it is given; nnlib._norms.norm bears all sizes."""
    assert {file for file, _ in library_calls("norm")} == {"_norms.py"}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_capsules_of_any_length_are_squashed(dtype):
    """|s|^2 / (1 + |s|^2) is 1 far out and |s|^2 near 0; gradients are those of s / |s| and of |s| s."""
    v, g = VECTOR.astype(dtype), VECTOR[::-1].astype(dtype)
    unit = VECTOR / np.linalg.norm(VECTOR, axis=1, keepdims=True)
    along = (VECTOR[::-1] * unit).sum(axis=1, keepdims=True)
    rtol = 1e-12 if dtype == np.float64 else 2e-6
    for scale in SCALES[dtype]:
        s = v * dtype(scale)
        length = np.linalg.norm(VECTOR, axis=1, keepdims=True) * float(scale)
        far = scale > 1
        want = unit if far else np.where(length > 1e-150, length**2, 0) * unit
        wanted = (VECTOR[::-1] - along * unit) / length if far else length * (VECTOR[::-1] + along * unit)
        np.testing.assert_allclose(pooling.squash(s), want, rtol=rtol, atol=1e-45)
        got = pooling.squash_backward(g, s).astype(np.float64)
        np.testing.assert_allclose(got, wanted, rtol=10 * rtol, atol=1e-45 + rtol * np.abs(wanted).max())


def test_no_root_of_a_sum_of_squares_is_taken_elsewhere():
    """np.sqrt(x.sum(...)) overflows or vanishes where x is a square."""
    found = {
        file
        for file, call in library_calls("sqrt")
        for inner in ast.walk(call)
        if isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "sum"
    }
    assert found == {"_norms.py"}
