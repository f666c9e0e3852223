"""Images times a factor."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import data


def grey(rng, size, least=0.0, most=1.0):
    return rng.uniform(least, most, size=size)


def with_ends(*size, factor, scale=1.0):
    """Draws zeros, ones and what lies between."""

    def draw(rng):
        x = grey(rng, size, 0.1, 0.5)
        i = np.arange(x.size).reshape(size)
        return call(scale * np.where(i % 3 == 1, 0.0, np.where(i % 3 == 2, 1.0, x)), factor)

    return draw


def _allowed(rng):
    x = one_of(rng, 1.0, 1.0, 1e-5) * grey(rng, shape(rng, (1, 2, 3, 4)))
    return call(
        np.where(rng.random(x.shape) < one_of(rng, 0.0, 0.2), np.round(x), x),
        one_of(rng, 0, 0.3, 0.5, 1, 1.7, 20.0),
    )


ADJUST_BRIGHTNESS = Exercise(
    function="adjust_brightness",
    topics=("C01-22",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=data.adjust_brightness,
    allowed=_allowed,
    cases=(
        Case(
            "brighter",
            lambda rng: call(np.append(grey(rng, 4, 0.05, 0.5), grey(rng, 2, 0.7, 0.95)), 1.6),
            weight=3,
            example=call([0.25, 0.5, 0.75], 1.6),
        ),
        Case("darker", lambda rng: call(grey(rng, (2, 3), 0.1, 0.9), 0.3), weight=2),
        in_turn(
            "images, black and white pixels, factors 0 and 1, tiny and large ones",
            with_ends(1, factor=1.7),
            with_ends(1, 4, factor=0.5),
            with_ends(3, 1, factor=20.0),
            with_ends(1, 3, 1, factor=0.3),
            with_ends(2, 1, 3, factor=0),
            with_ends(3, 2, 2, factor=1),
            with_ends(2, 3, 1, 2, factor=1.7, scale=1e-5),
            with_ends(1, 1, 3, 1, factor=0.5),
        ),
    ),
    hints=("Multiply, then cut off.", "np.clip(array, 0, 1) cuts off below 0 and above 1."),
)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_not_cut_off(x, factor):
    """Your result goes beyond 1; cut it off: np.clip(…, 0, 1)."""
    return factor * x


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_added(x, factor):
    """You add the factor; brightness multiplies."""
    return np.clip(x + factor, 0, 1)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_excess_added(x, factor):
    """You add factor − 1, the same to all pixels; multiply by the factor, so that black stays black."""
    return np.clip(x + (factor - 1), 0, 1)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_rescaled(x, factor):
    """You divide by the largest value where it goes beyond 1; cut off instead, so that each pixel depends on
    itself only."""
    y = factor * x
    return y / max(y.max(), 1)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_power(x, factor):
    """You take a power (that is a gamma correction); brightness multiplies by the factor."""
    return np.clip(x ** (1 / factor), 0, 1) if factor else np.zeros_like(x)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_one_plus(x, factor):
    """You multiply by 1 + factor; a factor of 1 is to change nothing."""
    return np.clip((1 + factor) * x, 0, 1)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_wrapped(x, factor):
    """What goes beyond 1 begins at 0 again with you; cut it off: it stays 1."""
    y = factor * x
    return np.where(y > 1, y % 1, y)


@ADJUST_BRIGHTNESS.wrong(case="darker")
def adjust_brightness_only_brighter(x, factor):
    """You never make a picture darker; a factor below 1 does."""
    return np.clip(max(factor, 1) * x, 0, 1)


@ADJUST_BRIGHTNESS.wrong
def adjust_brightness_contrast(x, factor):
    """You move the values away from their mean, which is contrast; brightness multiplies, and black stays black."""
    return np.clip(factor * x + (1 - factor) * x.mean(), 0, 1)


@ADJUST_BRIGHTNESS.right
def adjust_brightness_by_minimum(x, factor):
    return np.minimum(x * factor, 1)


@ADJUST_BRIGHTNESS.right
def adjust_brightness_by_where(x, factor):
    y = x * factor
    return np.where(y > 1, 1.0, y)


@ADJUST_BRIGHTNESS.right
def adjust_brightness_by_index(x, factor):
    y = np.array(x) * factor
    y[y > 1] = 1
    return y


@ADJUST_BRIGHTNESS.right
def adjust_brightness_by_loop(x, factor):
    return np.array([max(0, min(1, factor * v)) for v in x.ravel()]).reshape(x.shape)
