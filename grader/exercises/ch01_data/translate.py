"""Images shifted: every pixel asks where it comes from."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import data
from nnlib.data import map_coordinates


def image(rng, size, scale=1.0):
    """Pixels away from 0 and from one another."""
    return scale * rng.uniform(1, 2, size=size)


def of(*size, by, **options):
    return lambda rng: call(image(rng, size), *by, **options)


def odd(*size, by, scale=1.0, **options):
    return lambda rng: call(spread(rng, size, scale), *by, **options)


def _allowed(rng):
    lead = one_of(rng, (), (), (1,), (3,), (2, 3))
    x = floats(rng, (*lead, *(int(n) for n in rng.integers(1, 6, size=2))), (1.0, 255.0, 1e-5))
    dx, dy = (one_of(rng, 0, 1, -2, 3, 9, 0.25, -1.3) for _ in range(2))
    return call(x, dx, dy, **options(rng, order=(0, 1), fill=(0.0, 0.5, -2.0, 200.0)))


TRANSLATE = Exercise(
    function="translate",
    topics=("C01-18",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=data.translate,
    large=lambda rng: call(rng.random((50, 1, 28, 28), dtype=np.float32), 1, 0),
    allowed=_allowed,
    cases=(
        Case(
            "to the right and down",
            of(4, 6, by=(2, 1)),
            weight=2,
            example=call([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2, 1),
        ),
        Case("to the left and up, with a fill", of(5, 6, by=(-3, -2), fill=7.0), weight=2),
        Case("half a pixel and more", of(5, 6, by=(1.5, -0.75)), weight=2),
        Case("the nearest pixel", of(5, 6, by=(0.75, 1.25), order=0), weight=3),
        Case("a batch with channels", of(2, 3, 4, 5, by=(1, -2)), weight=2),
        in_turn(
            "single rows and columns, out of the picture, zeros, tiny and large numbers, defaults given",
            odd(1, 5, by=(2, 0), scale=1e3, order=1),
            odd(4, 1, by=(0, -1.25), scale=1e-5, fill=0.0),
            odd(3, 4, by=(9, 0), fill=200.0, order=0),
            odd(1, 3, 4, by=(0, 0), fill=-2.0),
            odd(1, 1, 2, 3, by=(-1, 0.3), fill=0.5, order=1),
            odd(3, 1, 4, by=(1.25, 0), fill=0.0, order=0),
            odd(2, 4, 1, by=(0.3, 1), fill=-2.0, order=1),
            odd(2, 2, 1, 3, by=(-0.75, 1)),
            odd(2, 1, 3, 1, by=(1, -1), order=0, scale=1e3),
            odd(3, 3, by=(-2, 3), fill=200.0, order=1, scale=1e-5),
            odd(3, 3, by=(-1.25, 1.3), fill=0.0, order=1),
            odd(2, 3, 3, by=(-9, 1), fill=-2.0, order=0),
        ),
    ),
    hints=(
        "rows = np.arange(H)[:, None] and cols = np.arange(W)[None, :] are the places of all pixels; H and W are "
        "x.shape[-2] and x.shape[-1].",
        "Each new pixel is read where it came from: in row i − dy, column j − dx.",
        "map_coordinates(x, rows - dy, cols - dx, order=order, fill=fill)",
    ),
)


@TRANSLATE.wrong
def translate_the_other_way(x, dx, dy, *, order=1, fill=0.0):
    """You shift the other way: a pixel that moved to the right is read further to the *left*, cols - dx."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows + dy, cols + dx, order=order, fill=fill)


@TRANSLATE.wrong
def translate_swapped(x, dx, dy, *, order=1, fill=0.0):
    """dx and dy have changed places: dx moves along the columns, dy along the rows."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows - dx, cols - dy, order=order, fill=fill)


@TRANSLATE.wrong
def translate_y_upwards(x, dx, dy, *, order=1, fill=0.0):
    """You shift up by dy; rows count downwards, and dy goes down."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows + dy, cols - dx, order=order, fill=fill)


@TRANSLATE.wrong
def translate_rolled(x, dx, dy, *, order=1, fill=0.0):
    """What leaves the picture on one side comes back on the other with you, as np.roll has it; there belongs
    `fill`."""
    rows, cols = np.arange(x.shape[-2])[:, None] - dy, np.arange(x.shape[-1])[None, :] - dx
    height, width = x.shape[-2:]
    wrapped = np.concatenate([x, x[..., :1]], axis=-1)
    wrapped = np.concatenate([wrapped, wrapped[..., :1, :]], axis=-2)
    return map_coordinates(wrapped, rows % height, cols % width, order=order, fill=fill)


@TRANSLATE.wrong
def translate_edge_repeated(x, dx, dy, *, order=1, fill=0.0):
    """You repeat the edge of the picture where nothing is left of it; there belongs `fill`."""
    rows, cols = np.arange(x.shape[-2])[:, None] - dy, np.arange(x.shape[-1])[None, :] - dx
    height, width = x.shape[-2:]
    return map_coordinates(
        x, np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1), order=order, fill=fill
    )


@TRANSLATE.wrong(case="to the left and up, with a fill")
def translate_fill_not_handed_on(x, dx, dy, *, order=1, fill=0.0):
    """You do not hand `fill` on to map_coordinates: outside of the picture there is always 0."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows - dy, cols - dx, order=order)


@TRANSLATE.wrong(case="the nearest pixel")
def translate_order_not_handed_on(x, dx, dy, *, order=1, fill=0.0):
    """You do not hand `order` on to map_coordinates: it says whether to interpolate or to take the nearest pixel."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows - dy, cols - dx, fill=fill)


@TRANSLATE.wrong(case="half a pixel and more")
def translate_whole_pixels(x, dx, dy, *, order=1, fill=0.0):
    """You round the shift to whole pixels; in between the neighbours are mixed."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows - int(np.trunc(dy)), cols - int(np.trunc(dx)), order=order, fill=fill)


@TRANSLATE.wrong
def translate_last_row_lost(x, dx, dy, *, order=1, fill=0.0):
    """Your result lacks a row and a column: np.arange(H) goes up to H − 1 by itself."""
    rows, cols = np.arange(x.shape[-2] - 1)[:, None], np.arange(x.shape[-1] - 1)[None, :]
    return map_coordinates(x, rows - dy, cols - dx, order=order, fill=fill)


@TRANSLATE.wrong
def translate_only_columns(x, dx, dy, *, order=1, fill=0.0):
    """You do not use `dy`: the picture moves down as well."""
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows, cols - dx, order=order, fill=fill)


@TRANSLATE.wrong
def translate_counted_from_one(x, dx, dy, *, order=1, fill=0.0):
    """You count rows and columns from 1, so all is shifted by one more; they count from 0."""
    rows, cols = np.arange(1, x.shape[-2] + 1)[:, None], np.arange(1, x.shape[-1] + 1)[None, :]
    return map_coordinates(x, rows - dy, cols - dx, order=order, fill=fill)


@TRANSLATE.wrong(case="a batch with channels")
def translate_first_axes(x, dx, dy, *, order=1, fill=0.0):
    """You take the length of the first axes for height and width; rows and columns are the last two:
    x.shape[-2], x.shape[-1]."""
    rows, cols = np.arange(x.shape[0])[:, None], np.arange(x.shape[1])[None, :]
    return map_coordinates(x, rows - dy, cols - dx, order=order, fill=fill)


@TRANSLATE.right
def translate_by_meshgrid(x, dx, dy, *, order=1, fill=0.0):
    rows, cols = np.meshgrid(np.arange(x.shape[-2]), np.arange(x.shape[-1]), indexing="ij")
    return map_coordinates(x, rows - dy, cols - dx, order=order, fill=fill)


@TRANSLATE.right
def translate_by_indices(x, dx, dy, *, order=1, fill=0.0):
    places = np.indices(x.shape[-2:]) - np.array([dy, dx])[:, None, None]
    return map_coordinates(x, places[0], places[1], order=order, fill=fill)


@TRANSLATE.right
def translate_in_two_steps(x, dx, dy, *, order=1, fill=0.0):
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    down = map_coordinates(x - fill, rows - dy, cols, order=order)
    return map_coordinates(down, rows, cols - dx, order=order) + fill


@TRANSLATE.right
def translate_by_ranges(x, dx, dy, *, order=1, fill=0.0):
    height, width = x.shape[-2], x.shape[-1]
    rows = np.linspace(-dy, height - 1 - dy, height).reshape(height, 1)
    cols = np.linspace(-dx, width - 1 - dx, width).reshape(1, width)
    return map_coordinates(x, rows, cols, order=order, fill=fill)
