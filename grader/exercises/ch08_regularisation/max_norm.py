"""Weight vectors of a limited length."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import regularization


def layer(rows, columns, c=3.0):
    """Draws rows that are too long and short ones in turn: 1.5 to 3 times c, and 0.3 to 0.8."""

    def draw(rng):
        w = rng.uniform(0.5, 2, size=(rows, columns))
        w = np.where(np.arange(w.size).reshape(w.shape) % 3 == 1, -w, w)
        long = np.where(np.arange(rows) % 2, rng.uniform(0.3, 0.8, size=rows), rng.uniform(1.5, 3, size=rows))
        return call(c * (long / np.linalg.norm(w, axis=1))[:, None] * w)

    return draw


def with_zeros(rng):
    w = layer(3, 4)(rng).args[0]
    w[1] = 0
    w[2] = [0, 0, 3, 0]  # as long as it may be
    return call(w)


def _allowed(rng):
    size = shape(rng, (2,))
    scale = one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5)
    w = floats(rng, size, (scale,))
    if rng.random() < 0.2:
        w[0] = 0
    return call(w, **options(rng, c=(3.0, 4.0, 1.0, 0.5, 1e-5, 300.0)))


def max_norm(weight, *, c=3.0):
    """nnlib's, of the rows."""
    return regularization.max_norm(weight, c=c)


MAX_NORM = Exercise(
    function="max_norm",
    topics=("C08-18",),
    points=2,
    difficulty=2,
    minutes=15,
    reference=max_norm,
    torch="torch.renorm",
    forbid=("nnlib.regularization.max_norm",),
    allowed=_allowed,
    cases=(
        Case("two units", layer(2, 3), weight=2, example=call([[6.0, 8.0], [0.3, 0.4]])),
        Case("as many units as inputs", layer(3, 3), weight=2),
        Case("another c", lambda rng: call(layer(3, 4, c=0.5)(rng).args[0], c=0.5), weight=2),
        Case("a unit of zeros", with_zeros, weight=3),
        in_turn(
            "one unit, one input, all short, all long, tiny and large numbers",
            layer(1, 3, c=3.0),
            layer(3, 1, c=3.0),
            lambda rng: call(layer(1, 1, c=300.0)(rng).args[0], c=300.0),
            lambda rng: call(layer(4, 2, c=1e-5)(rng).args[0], c=1e-5),
            lambda rng: call(rng.uniform(-2, 2, size=(3, 2)), c=300.0),
            lambda rng: call(layer(2, 5)(rng).args[0], c=3.0),
            lambda rng: call(spread(rng, (3, 4), 300.0), c=4.0),
            lambda rng: call(spread(rng, (3, 4), 1e-5)),
            lambda rng: call(-rng.uniform(200, 300, size=(3, 1)), c=1.0),
        ),
    ),
    hints=(
        "np.linalg.norm(weight, axis=1, keepdims=True) gives the length of each row, with shape (out, 1).",
        "A row longer than c is multiplied by c / length, any other by 1. Do not divide by a length of 0.",
        "return weight * (c / np.maximum(length, c))",
    ),
)


@MAX_NORM.wrong
def max_norm_columns(weight, *, c=3.0):
    """You limit the columns; the weights of a unit are a row: axis=1."""
    length = np.linalg.norm(weight, axis=0, keepdims=True)
    return weight * (c / np.maximum(length, c))


@MAX_NORM.wrong
def max_norm_whole_matrix(weight, *, c=3.0):
    """You limit the whole matrix; each row has a length of its own."""
    return weight * (c / max(np.linalg.norm(weight), c))


@MAX_NORM.wrong
def max_norm_longest_row(weight, *, c=3.0):
    """You shorten all rows by what the longest needs; short rows are left alone."""
    return weight * (c / max(np.linalg.norm(weight, axis=1).max(), c))


@MAX_NORM.wrong
def max_norm_always(weight, *, c=3.0):
    """You bring all rows to the length c; those that are shorter are left alone."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return weight * c / np.where(length == 0, 1, length)


@MAX_NORM.wrong
def max_norm_lengthens(weight, *, c=3.0):
    """You lengthen the short rows and leave the long ones: it is the smaller of 1 and c / length."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return weight * np.maximum(1, c / np.where(length == 0, c, length))


@MAX_NORM.wrong
def max_norm_unit_length(weight, *, c=3.0):
    """You bring long rows to the length 1; they get the length c."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return np.where(length > c, weight / np.maximum(length, c), weight)


@MAX_NORM.wrong
def max_norm_squared(weight, *, c=3.0):
    """You compare the squared length; take the root."""
    length = np.sum(weight**2, axis=1, keepdims=True)
    return weight * (c / np.maximum(length, c))


@MAX_NORM.wrong
def max_norm_sum_of_sizes(weight, *, c=3.0):
    """Your length is the sum of the sizes, the 1-norm; it is the root of the sum of squares."""
    length = np.abs(weight).sum(axis=1, keepdims=True)
    return weight * (c / np.maximum(length, c))


@MAX_NORM.wrong
def max_norm_largest_entry(weight, *, c=3.0):
    """Your length is the largest entry; it is the root of the sum of squares."""
    length = np.abs(weight).max(axis=1, keepdims=True)
    return weight * (c / np.maximum(length, c))


@MAX_NORM.wrong
def max_norm_entries_clipped(weight, *, c=3.0):
    """You clip single entries at c; it is the length of the row that is limited."""
    return np.clip(weight, -c, c)


@MAX_NORM.wrong
def max_norm_zeroed(weight, *, c=3.0):
    """You set long rows to 0; shorten them to the length c."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return np.where(length > c, 0.0, weight)


@MAX_NORM.wrong(case="as many units as inputs")
def max_norm_no_keepdims(weight, *, c=3.0):
    """Without keepdims=True the lengths, of shape (out,), are taken for one a column."""
    length = np.linalg.norm(weight, axis=1)
    return weight * (c / np.maximum(length, c))


@MAX_NORM.wrong(case="another c")
def max_norm_default_only(weight, *, c=3.0):
    """You do not use `c`: 3 is only its default."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return weight * (3.0 / np.maximum(length, 3.0))


@MAX_NORM.wrong
def max_norm_another_default(weight, *, c=4.0):
    """Your default for `c` is 4; it is 3."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return weight * (c / np.maximum(length, c))


@MAX_NORM.wrong(case="a unit of zeros")
def max_norm_nan(weight, *, c=3.0):
    """A row of zeros becomes nan, for you compute 0 · c / 0: divide by max(length, c)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.linalg.norm(weight, axis=1, keepdims=True)
        return weight / length * np.minimum(length, c)


@MAX_NORM.wrong(case="arguments unchanged")
def max_norm_in_place(weight, *, c=3.0):
    """You change `weight` itself; make a new array."""
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    weight *= c / np.maximum(length, c)
    return weight


@MAX_NORM.right
def max_norm_by_rows(weight, *, c=3.0):
    rows = []
    for row in weight:
        length = np.sqrt(row @ row)
        rows.append(row * c / length if length > c else row)
    return np.array(rows)


@MAX_NORM.right
def max_norm_by_where(weight, *, c=3.0):
    length = np.sqrt((weight**2).sum(axis=1))[:, None]
    return np.where(length > c, weight * c / np.where(length > c, length, 1.0), weight)


@MAX_NORM.right
def max_norm_by_index(weight, *, c=3.0):
    limited = weight.copy()
    length = np.linalg.norm(weight, axis=1)
    too_long = length > c
    limited[too_long] *= c / length[too_long][:, None]
    return limited


@MAX_NORM.right
def max_norm_by_transposing(weight, *, c=3.0):
    length = np.sqrt(np.einsum("ij,ij->i", weight, weight))
    return (weight.T / np.maximum(length / c, 1)).T
