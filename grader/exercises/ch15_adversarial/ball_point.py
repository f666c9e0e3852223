"""Points spread evenly over a ball."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import experiments

SHARES = (0.3, 0.8, 0.05, 0.6)


def points(size, scale=1.0, epsilon=1.0):
    """Directions whose lengths differ from sample to sample, and radii near the middle as well as near the edge."""

    def draw(rng):
        n = size[0]
        lengths = np.resize([0.7, 2.0, 1.3], n).reshape((n,) + (1,) * (len(size) - 1))
        sign = np.resize([1.0, -1.0, 1.0], int(np.prod(size))).reshape(size)
        direction = scale * lengths * sign * rng.uniform(0.3, 2, size)
        return call(direction, np.resize(SHARES, n) + rng.uniform(0, 0.1, n), epsilon=epsilon)

    return draw


def at_the_ends(rng):
    return call(rng.uniform(0.3, 2, (3, 2)), np.array([0.0, 1.0, 0.5]), epsilon=0.5)


def _allowed(rng):
    size = shape(rng, (1, 2, 3), longest=4)
    direction = np.where(rng.random(size) < 0.5, -1, 1) * rng.uniform(0.1, 3, size)
    return call(
        one_of(rng, 1.0, 1.0, 30.0, 1e-3) * direction,
        one_of(rng, rng.uniform(size=len(direction)), rng.integers(2, size=len(direction)) * 1.0),
        epsilon=one_of(rng, 1.0, 0.1, 0.0, 8.0),
    )


BALL_POINT = Exercise(
    function="ball_point",
    topics=("C15-04",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=experiments.ball_point,
    forbid=("nnlib.adversarial.pgd_start",),
    allowed=_allowed,
    large=points((1000, 784)),
    cases=(
        Case(
            "two points in space",
            points((2, 3)),
            weight=2,
            example=call([[3, 4, 0], [0, 0, -2]], [0.125, 0.5], epsilon=1.0),
        ),
        Case("in four and five dimensions", points((4, 5), epsilon=0.5), weight=2),
        Case("as many points as dimensions", points((4, 4), epsilon=2.0)),
        Case("images, (n, H, W)", points((4, 2, 3)), weight=3),
        in_turn(
            "one number a sample, one sample, epsilon 0, u = 0 and 1",
            points((4,), epsilon=0.1),
            points((1,), epsilon=8.0),
            points((1, 3), 1000.0),
            points((3, 1), 30.0),
            points((2, 1, 3), 1e-3, 0.1),
            points((1, 2, 1), epsilon=8.0),
            points((3, 2), epsilon=0.0),
            at_the_ends,
            edge=True,
        ),
    ),
    hints=(
        "A length for each sample, over all axes but the first, as in fgm.",
        "d is how many numbers one sample has: direction.reshape(n, -1).shape[1].",
        "The radius epsilon * u ** (1 / d) has shape (n,): give it axes, so that it goes along the samples.",
    ),
)


@BALL_POINT.wrong
def ball_point_no_root(direction, u, *, epsilon):
    """Your radius is epsilon u: the points crowd in the middle. Take the d-th root of u."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_power(direction, u, *, epsilon):
    """You take the d-th power of u; take the d-th root, u ** (1 / d)."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** rows.shape[1]
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_square_root(direction, u, *, epsilon):
    """You always take the square root, which is right in the plane; take the d-th root."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * np.sqrt(u)
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_on_the_sphere(direction, u, *, epsilon):
    """All your points lie on the edge; u says how far from the middle each one lies."""
    rows = direction.reshape(len(u), -1)
    return epsilon * (rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="images, (n, H, W)")
def ball_point_d_of_the_last_axis(direction, u, *, epsilon):
    """You take the length of the last axis for d; it is how many numbers a sample has in all."""
    rows = direction.reshape(len(u), -1)
    d = direction.shape[-1]
    radius = epsilon * u ** (1 / d)
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="images, (n, H, W)")
def ball_point_number_of_axes(direction, u, *, epsilon):
    """You take the number of axes for d; it is how many numbers a sample has."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / direction.ndim)
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="in four and five dimensions")
def ball_point_d_of_the_samples(direction, u, *, epsilon):
    """You take the number of samples for d; it is how many numbers one sample has."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / len(u))
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_d_of_the_batch(direction, u, *, epsilon):
    """You take the size of the whole batch for d; it is how many numbers one sample has."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / rows.size)
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_not_divided(direction, u, *, epsilon):
    """You do not divide the direction by its length, so points lie outside of the ball."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius[:, None] * rows).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_one_norm_for_all(direction, u, *, epsilon):
    """You take one length over the whole batch; each direction has its own."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius[:, None] * rows / np.sqrt(np.sum(rows**2))).reshape(direction.shape)


@BALL_POINT.wrong(case="images, (n, H, W)")
def ball_point_norm_of_each_row(direction, u, *, epsilon):
    """You take a length over the last axis only; it goes over all numbers of a sample."""
    d = direction[0].size
    length = np.sqrt(np.sum(direction**2, axis=-1, keepdims=True))
    radius = epsilon * u ** (1 / d)
    return radius.reshape((-1,) + (1,) * (direction.ndim - 1)) * direction / length


@BALL_POINT.wrong
def ball_point_squared_length(direction, u, *, epsilon):
    """You divide by the squared length: the root is missing."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius[:, None] * rows / np.sum(rows**2, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong
def ball_point_sum_of_sizes(direction, u, *, epsilon):
    """You divide by the sum of the absolute values; the length is the root of the sum of squares."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius[:, None] * rows / np.abs(rows).sum(axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="as many points as dimensions")
def ball_point_radius_along_the_numbers(direction, u, *, epsilon):
    """You lay the radii along the numbers of a sample, not along the samples: give them an axis, radius[:, None]."""
    rows = direction.reshape(len(u), -1)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="in four and five dimensions")
def ball_point_no_epsilon(direction, u, *, epsilon):
    """Your ball has the radius 1: the factor epsilon is missing."""
    rows = direction.reshape(len(u), -1)
    radius = u ** (1 / rows.shape[1])
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="in four and five dimensions")
def ball_point_epsilon_in_the_root(direction, u, *, epsilon):
    """You take the root of epsilon, too; only u stands in it."""
    rows = direction.reshape(len(u), -1)
    radius = (epsilon * u) ** (1 / rows.shape[1])
    return (radius[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)).reshape(direction.shape)


@BALL_POINT.wrong(case="arguments unchanged")
def ball_point_in_place(direction, u, *, epsilon):
    """You change the directions in place; they belong to who called. Divide into a new array."""
    rows = direction.reshape(len(u), -1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius[:, None] * rows).reshape(direction.shape)


@BALL_POINT.right
def ball_point_sample_by_sample(direction, u, *, epsilon):
    out = np.zeros(direction.shape)
    for i in range(len(u)):
        g = np.ravel(direction[i])
        out[i] = epsilon * u[i] ** (1 / len(g)) * direction[i] / np.sqrt(g @ g)
    return out


@BALL_POINT.right
def ball_point_by_logarithms(direction, u, *, epsilon):
    others = tuple(range(1, direction.ndim))
    d = direction.size / len(direction)
    share = np.where(u > 0, np.exp(np.log(np.where(u > 0, u, 1)) / d), 0)
    length = np.sqrt(np.sum(direction * direction, axis=others, keepdims=True))
    return epsilon * share.reshape(length.shape) * (direction / length)


@BALL_POINT.right
def ball_point_by_einsum(direction, u, *, epsilon):
    flat = direction.reshape(u.size, -1)
    factor = epsilon * np.power(u, 1.0 / flat.shape[-1]) / np.sqrt(np.einsum("nd,nd->n", flat, flat))
    return np.einsum("n,nd->nd", factor, flat).reshape(direction.shape)


@BALL_POINT.right
def ball_point_axes_turned(direction, u, *, epsilon):
    turned = direction.T
    length = np.array([np.linalg.norm(np.ravel(g)) for g in direction])
    d = 1
    for n in direction.shape[1:]:
        d *= n
    return (turned * (epsilon * u ** (1 / d) / length)).T
