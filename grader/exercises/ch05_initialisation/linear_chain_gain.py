"""How much a chain of linear layers can stretch a signal."""

from itertools import pairwise

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import experiments

# What the first stretches most, the second does not.
TWO = np.array([[3.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])


def chain(*sizes):
    """Draws W1, W2, ... for layers of these sizes."""

    def draw(rng):
        return call(tuple(rng.normal(size=(out, inputs)) for inputs, out in pairwise(sizes)))

    return draw


def _same(rng, W, depth=4):
    return call((rng.uniform(1, 2) * W,) * depth)


def _allowed(rng):
    sizes = rng.integers(1, 5, size=int(rng.integers(2, 6)))
    scales = one_of(rng, (1.0,), (10.0,), (1e-3,), (1.0, 1e3))
    return call(tuple(floats(rng, (out, inputs), scales) for inputs, out in pairwise(sizes)))


def odd_chain(*sizes, scale=1.0):
    """The zeros of two layers lie apart, so that one does not stretch what the other has stretched."""

    def draw(rng):
        layers = enumerate(pairwise(sizes))
        return call(tuple(np.roll(spread(rng, (out, inputs), scale), l) for l, (inputs, out) in layers))

    return draw


LINEAR_CHAIN_GAIN = Exercise(
    function="linear_chain_gain",
    topics=("C05-01",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.linear_chain_gain,
    allowed=_allowed,
    cases=(
        Case(
            "two layers",
            lambda rng: call(tuple(W + rng.uniform(-0.2, 0.2, size=(2, 2)) for W in TWO)),
            weight=2,
            example=call(TWO),
        ),
        Case("layers of different sizes", chain(3, 4, 2, 5), weight=2),
        Case("an entry of 2 that vanishes", lambda rng: _same(rng, np.array([[0.0, 1.0], [0.0, 0.0]]))),
        Case("weights between 0 and 1 that explode", lambda rng: _same(rng, np.full((4, 4), 0.4))),
        in_turn(
            "one layer, odd shapes, zeros, tiny and large weights",
            odd_chain(3, 2, scale=1000),
            odd_chain(1, 3, 1, 2),
            odd_chain(2, 1, 3, scale=1e-6),
            odd_chain(1, 1, scale=300),
            odd_chain(4, 3, 3, 2),
        ),
    ),
    hints=(
        "After layer l the signal is W_l ... W_1 x: the new matrix is multiplied from the left.",
        "The largest stretch of a matrix is its largest singular value: np.linalg.svd(P, compute_uv=False)[0], or "
        "np.linalg.norm(P, 2).",
        "P = W1 at first, then P = W @ P for each further W; note the largest singular value each time.",
    ),
)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_product_of_norms(weights):
    """You multiply the layers' own gains; that is only a bound, for one layer may shrink what the last one stretched.

    Take the singular value of the product."""
    return np.cumprod([np.linalg.norm(W, 2) for W in weights])


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_from_the_right(weights):
    """You multiply each new layer from the right; the signal meets the first layer first.

    The product is W_l ... W_1: P = W @ P."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else product @ W
        gains.append(np.linalg.norm(product, 2))
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_frobenius(weights):
    """np.linalg.norm of a matrix is the root of all squared entries; the largest stretch has ord=2.

    Write np.linalg.norm(P, 2)."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W @ product
        gains.append(np.linalg.norm(product))
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_largest_entry(weights):
    """You take the largest entry of the product; what a matrix stretches most is no entry.

    It is the largest singular value."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W @ product
        gains.append(np.abs(product).max())
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_each_layer(weights):
    """You give each layer's own gain; asked for is that of the chain up to it.

    Multiply the matrices on the way."""
    return np.array([np.linalg.norm(W, 2) for W in weights])


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_smallest(weights):
    """You take the smallest singular value, the least that the chain stretches.

    They come sorted, the largest first: [0]."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W @ product
        gains.append(np.linalg.svd(product, compute_uv=False)[-1])
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_last_only(weights):
    """You give the gain of the whole chain only; asked for is one number after each layer, shape (L,)."""
    product = weights[0]
    for W in weights[1:]:
        product = W @ product
    return np.array([np.linalg.norm(product, 2)])


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_infinity_norm(weights):
    """You take the largest sum over a row, which is another norm of the matrix.

    The largest singular value has ord=2."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W @ product
        gains.append(np.linalg.norm(product, np.inf))
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_squared(weights):
    """You give the squares of the singular values; those are the eigenvalues of PᵀP.

    Take the root."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W @ product
        gains.append(np.linalg.norm(product, 2) ** 2)
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_entry_by_entry(weights):
    """`*` multiplies entry by entry; one layer after the other is a matrix product, `@`."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W * product
        gains.append(np.linalg.norm(product, 2))
    return np.array(gains)


@LINEAR_CHAIN_GAIN.wrong
def linear_chain_gain_eigenvalues(weights):
    """Eigenvalues are not singular values; a matrix that is not square has none."""
    product, gains = None, []
    for W in weights:
        product = W if product is None else W @ product
        gains.append(np.abs(np.linalg.eigvals(product)).max())
    return np.array(gains)


@LINEAR_CHAIN_GAIN.right
def linear_chain_gain_by_svd(weights):
    gains = []
    product = np.eye(weights[0].shape[1], dtype=weights[0].dtype)
    for W in weights:
        product = W @ product
        _, s, _ = np.linalg.svd(product)
        gains.append(s[0])
    return np.array(gains)


@LINEAR_CHAIN_GAIN.right
def linear_chain_gain_from_scratch(weights):
    gains = []
    for l in range(len(weights)):
        product = weights[l]
        for W in weights[:l][::-1]:
            product = product @ W
        gains.append(np.linalg.norm(product, 2))
    return np.array(gains)


@LINEAR_CHAIN_GAIN.right
def linear_chain_gain_transposed(weights):
    gains = np.zeros(len(weights))
    product = weights[0].T
    gains[0] = np.linalg.norm(product, ord=2)
    for l in range(1, len(weights)):
        product = product.dot(weights[l].T)
        gains[l] = np.linalg.norm(product, ord=2)
    return gains


@LINEAR_CHAIN_GAIN.right
def linear_chain_gain_all_values(weights):
    products = [weights[0]]
    for W in weights[1:]:
        products.append(np.einsum("ij,jk->ik", W, products[-1]))
    return np.array([max(np.linalg.svd(P, compute_uv=False)) for P in products])
