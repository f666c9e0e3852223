"""Images turned about their middle."""

import numpy as np

from grader.exercises.ch01_data.translate import image
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import data
from nnlib.data import map_coordinates


def of(*size, angle, **options):
    """The angle is drawn from two limits."""
    return lambda rng: call(image(rng, size), float(rng.uniform(*angle)), **options)


def exactly(*size, angle, scale=1.0, **options):
    return lambda rng: call(spread(rng, size, scale), angle, **options)


def _allowed(rng):
    lead = one_of(rng, (), (), (1,), (3,), (2, 3))
    x = floats(rng, (*lead, *(int(n) for n in rng.integers(1, 6, size=2))), (1.0, 255.0, 1e-5))
    angle = float(one_of(rng, 0, 90, -90, 180, 30, *rng.uniform(-200, 200, size=3)))
    given = options(rng, order=(0, 1), fill=(0.0, 0.5, -2.0, 200.0))
    if given.get("order") == 0:  # no ties
        x, angle = floats(rng, (*lead, 5, 5), (1.0, 255.0, 1e-5)), one_of(rng, 0.0, 90.0, -90.0, 20.0, -130.0)
    return call(x, angle, **given)


ROTATE = Exercise(
    function="rotate",
    topics=("C01-19",),
    points=2,
    difficulty=4,
    minutes=20,
    reference=data.rotate,
    forbid=("scipy.ndimage.rotate",),
    large=lambda rng: call(rng.random((50, 1, 28, 28), dtype=np.float32), 10.0),
    allowed=_allowed,
    cases=(
        Case("a right angle", exactly(5, 5, angle=90.0), weight=2, example=call([[1, 2], [3, 4]], 90.0)),
        Case("a few degrees", of(6, 6, angle=(10, 35)), weight=2),
        Case("clockwise, with a fill", of(5, 5, angle=(-80, -50), fill=7.0), weight=3),
        Case("not square", of(4, 7, angle=(15, 40)), weight=2),
        Case("the nearest pixel", of(7, 7, angle=(17, 22), order=0), weight=3),
        Case("a batch with channels", of(2, 3, 5, 6, angle=(100, 130))),
        in_turn(
            "single rows and columns, half turns, zeros, tiny and large numbers, defaults given",
            exactly(1, 5, angle=30.0, scale=1e3, order=1),
            exactly(4, 1, angle=-90.0, scale=1e-5, fill=0.0),
            exactly(1, 3, 4, angle=180.0, fill=-2.0),
            exactly(1, 1, 2, 3, angle=70.0, fill=0.5, order=1),
            exactly(3, 1, 4, angle=0.0, fill=0.5),
            exactly(2, 4, 1, angle=-140.0, fill=-2.0, order=1),
            exactly(2, 2, 1, 3, angle=100.0),
            exactly(2, 1, 3, 1, angle=90.0, scale=1e3),
            exactly(3, 3, angle=-30.0, fill=200.0, order=1, scale=1e-5),
            exactly(3, 3, angle=130.0, fill=0.0, order=1),
            exactly(5, 5, angle=-130.0, fill=-2.0, order=0, scale=1e3),
            exactly(1, 5, 5, angle=90.0, fill=0.0, order=0),
            exactly(2, 3, 5, 5, angle=20.0, fill=0.5, order=0),
            exactly(5, 5, angle=20.0, fill=200.0, order=0, scale=1e-5),
            exactly(5, 5, angle=0.0, order=0),
        ),
    ),
    hints=(
        "v = np.arange(H)[:, None] - (H - 1) / 2 and u = np.arange(W)[None, :] - (W - 1) / 2 count from the"
        " middle, v down, u to the right.",
        "The place to read lies at u cos a − v sin a to the right of the middle, and u sin a + v cos a "
        "below it, with "
        "a = np.deg2rad(angle).",
        "Add the middle again: rows = u * sin + v * cos + (H - 1) / 2, cols = u * cos - v * sin + (W - 1) /"
        " 2. Then map_coordinates.",
    ),
)


@ROTATE.wrong
def rotate_clockwise(x, angle, *, order=1, fill=0.0):
    """You turn clockwise; counter-clockwise was asked for. The minus stands before v sin a."""
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, v * cos - u * sin + middle, u * cos + v * sin + centre, order=order, fill=fill)


@ROTATE.wrong
def rotate_radians(x, angle, *, order=1, fill=0.0):
    """You take the angle for radians; it is in degrees: np.deg2rad(angle)."""
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(angle), np.sin(angle)
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + centre, order=order, fill=fill)


@ROTATE.wrong
def rotate_about_the_corner(x, angle, *, order=1, fill=0.0):
    """You turn about the upper left corner; count from the middle, and add it again at the end."""
    v, u = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos, u * cos - v * sin, order=order, fill=fill)


@ROTATE.wrong
def rotate_middle_at_half(x, angle, *, order=1, fill=0.0):
    """Your middle is H/2 and W/2, half a pixel off: rows go from 0 to H − 1, so it is (H − 1)/2."""
    middle, centre = x.shape[-2] / 2, x.shape[-1] / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + centre, order=order, fill=fill)


@ROTATE.wrong
def rotate_middle_not_added(x, angle, *, order=1, fill=0.0):
    """You count from the middle, but do not add it again: map_coordinates counts from the corner."""
    v = np.arange(x.shape[-2])[:, None] - (x.shape[-2] - 1) / 2
    u = np.arange(x.shape[-1])[None, :] - (x.shape[-1] - 1) / 2
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos, u * cos - v * sin, order=order, fill=fill)


@ROTATE.wrong
def rotate_both_minus(x, angle, *, order=1, fill=0.0):
    """Both formulas have a minus with you; that is no rotation. One has a minus, the other a plus."""
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, v * cos - u * sin + middle, u * cos - v * sin + centre, order=order, fill=fill)


@ROTATE.wrong
def rotate_cos_and_sin_swapped(x, angle, *, order=1, fill=0.0):
    """Cosine and sine have changed places: at 0 degrees nothing moves, so u goes with the cosine."""
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * cos + v * sin + middle, u * sin - v * cos + centre, order=order, fill=fill)


@ROTATE.wrong(case="a few degrees")
def rotate_right_angles_only(x, angle, *, order=1, fill=0.0):
    """You round the angle to right angles; any number of degrees is allowed."""
    turns = 90 * np.round(angle / 90)
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(turns)), np.sin(np.deg2rad(turns))
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + centre, order=order, fill=fill)


@ROTATE.wrong(case="clockwise, with a fill")
def rotate_fill_not_handed_on(x, angle, *, order=1, fill=0.0):
    """You do not hand `fill` on to map_coordinates: the corners are always 0."""
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + centre, order=order)


@ROTATE.wrong(case="the nearest pixel")
def rotate_order_not_handed_on(x, angle, *, order=1, fill=0.0):
    """You do not hand `order` on to map_coordinates: it says whether to interpolate or to take the nearest pixel."""
    middle, centre = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + centre, fill=fill)


@ROTATE.wrong(case="not square")
def rotate_one_middle(x, angle, *, order=1, fill=0.0):
    """You take the same middle for rows and columns; a picture need not be square: (H − 1)/2 and (W − 1)/2."""
    middle = (x.shape[-2] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - middle
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + middle, order=order, fill=fill)


@ROTATE.wrong(case="not square")
def rotate_middles_swapped(x, angle, *, order=1, fill=0.0):
    """The two middles have changed places: (H − 1)/2 is for the rows, (W − 1)/2 for the columns."""
    middle, centre = (x.shape[-1] - 1) / 2, (x.shape[-2] - 1) / 2
    v, u = np.arange(x.shape[-2])[:, None] - middle, np.arange(x.shape[-1])[None, :] - centre
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return map_coordinates(x, u * sin + v * cos + middle, u * cos - v * sin + centre, order=order, fill=fill)


@ROTATE.right
def rotate_by_matrix(x, angle, *, order=1, fill=0.0):
    a = angle * np.pi / 180
    back = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])  # of (row, column)
    middle = (np.array(x.shape[-2:]) - 1) / 2
    places = np.indices(x.shape[-2:]) - middle[:, None, None]
    rows, cols = np.tensordot(back, places, axes=1) + middle[:, None, None]
    return map_coordinates(x, rows, cols, order=order, fill=fill)


@ROTATE.right
def rotate_by_complex_numbers(x, angle, *, order=1, fill=0.0):
    height, width = x.shape[-2:]
    middle = (width - 1) / 2 + 1j * (height - 1) / 2
    z = np.arange(width)[None, :] + 1j * np.arange(height)[:, None] - middle
    z = z * np.exp(1j * np.radians(angle)) + middle
    return map_coordinates(x, z.imag, z.real, order=order, fill=fill)


@ROTATE.right
def rotate_by_meshgrid(x, angle, *, order=1, fill=0.0):
    a = np.deg2rad(angle)
    v, u = np.meshgrid(
        np.arange(x.shape[-2]) - (x.shape[-2] - 1) / 2,
        np.arange(x.shape[-1]) - (x.shape[-1] - 1) / 2,
        indexing="ij",
    )
    right, below = u * np.cos(a) - v * np.sin(a), u * np.sin(a) + v * np.cos(a)
    return map_coordinates(
        x, below + (x.shape[-2] - 1) / 2, right + (x.shape[-1] - 1) / 2, order=order, fill=fill
    )


@ROTATE.right
def rotate_by_loop(x, angle, *, order=1, fill=0.0):
    height, width = x.shape[-2:]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    rows, cols = np.zeros((height, width)), np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            v, u = i - (height - 1) / 2, j - (width - 1) / 2
            rows[i, j] = u * sin + v * cos + (height - 1) / 2
            cols[i, j] = u * cos - v * sin + (width - 1) / 2
    return map_coordinates(x, rows, cols, order=order, fill=fill)
