"""Values moved away from the mean grey of their image."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import data


def of(*size, factor, least=0.3, most=0.7):
    """Draws images of which each channel is as bright as no other."""

    def draw(rng):
        tone = rng.permuted(np.linspace(least, most, int(np.prod(size[:-2]))))
        return call(tone.reshape(*size[:-2], 1, 1) + rng.uniform(-0.1, 0.1, size=size), factor)

    return draw


def with_ends(*size, factor, scale=1.0):
    """Draws zeros, ones and what lies between."""

    def draw(rng):
        i = np.arange(np.prod(size)).reshape(size)
        x = np.where(i % 4 == 1, 0.0, np.where(i % 4 == 2, 1.0, rng.uniform(0.4, 0.45, size)))
        return call(scale * x, factor)

    return draw


def _allowed(rng):
    lead = one_of(rng, (), (), (1,), (3,), (2, 2))
    x = rng.random((*lead, one_of(rng, 1, 3), *(int(n) for n in rng.integers(1, 5, size=2))))
    x = np.where(rng.random(x.shape) < one_of(rng, 0.0, 0.2), np.round(x), x)
    return call(one_of(rng, 1.0, 1.0, 1e-5) * x, one_of(rng, 0, 0.3, 0.5, 1, 1.7, 20.0))


ADJUST_CONTRAST = Exercise(
    function="adjust_contrast",
    topics=("C01-22",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=data.adjust_contrast,
    allowed=_allowed,
    cases=(
        Case("one grey image", of(1, 3, 4, factor=1.5), weight=2, example=call([[[0.1, 0.4, 0.7]]], 1.2)),
        Case("red, green and blue", of(3, 2, 3, factor=1.4), weight=2),
        Case("several images", of(3, 1, 2, 3, factor=0.5), weight=2),
        Case("several images in colour, cut off", of(2, 3, 3, 2, factor=6.0), weight=2),
        in_turn(
            "single rows and columns, black and white, factors 0 and 1, tiny and large ones",
            with_ends(1, 1, 5, factor=1.7),
            with_ends(3, 4, 1, factor=0.5),
            with_ends(3, 1, 2, factor=20.0, scale=1e-5),
            with_ends(1, 3, 2, 3, factor=0),
            with_ends(2, 1, 1, 4, factor=1),
            with_ends(2, 3, 3, 1, factor=1.7),
            with_ends(2, 2, 3, 2, 2, factor=0.3),
            with_ends(2, 2, 1, 3, 1, factor=1.7),
            with_ends(2, 2, 3, 1, 2, factor=0.5),
        ),
    ),
    hints=(
        "First the grey of each pixel: for C = 3 the weighted sum over the channels, axis −3; for C = 1 the"
        " value itself.",
        "Then one mean for each image, over rows and columns; keepdims=True lets it broadcast against x again.",
        "np.clip(factor * x + (1 - factor) * mean, 0, 1)",
    ),
)


@ADJUST_CONTRAST.wrong(case="red, green and blue")
def adjust_contrast_plain_mean(x, factor):
    """Your grey is the plain mean of the channels; green counts most, 0.587, and blue least, 0.114."""
    mean = x.mean(axis=(-3, -2, -1), keepdims=True)
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)


@ADJUST_CONTRAST.wrong(case="red, green and blue")
def adjust_contrast_each_channel(x, factor):
    """You take a mean for each channel; it is one grey for all three."""
    mean = x.mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)


@ADJUST_CONTRAST.wrong(case="red, green and blue")
def adjust_contrast_each_pixel(x, factor):
    """You move each pixel away from its own grey, which changes the colours (saturation); take the mean over
    the image."""
    if x.shape[-3] == 3:
        grey = np.einsum("c,...chw->...hw", np.array([0.2989, 0.587, 0.114]), x)[..., None, :, :]
    else:
        grey = x.mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * x + (1 - factor) * grey, 0, 1)


@ADJUST_CONTRAST.wrong(case="several images")
def adjust_contrast_one_for_all(x, factor):
    """You take one mean for the whole batch; each image has its own."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    mean = np.sum(weights[:, None, None] * x, axis=-3).mean()
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)


@ADJUST_CONTRAST.wrong(case="several images in colour, cut off")
def adjust_contrast_not_cut_off(x, factor):
    """Your result goes beyond 0 and 1; cut it off: np.clip(…, 0, 1)."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    mean = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True).mean(axis=(-2, -1), keepdims=True)
    return factor * x + (1 - factor) * mean


@ADJUST_CONTRAST.wrong
def adjust_contrast_brightness(x, factor):
    """You multiply by the factor, which is brightness; contrast leaves the mean grey where it is: + (1 − f) m."""
    return np.clip(factor * x, 0, 1)


@ADJUST_CONTRAST.wrong
def adjust_contrast_about_half(x, factor):
    """You move the values away from 0.5; move them away from the mean grey of the image."""
    return np.clip(factor * x + (1 - factor) * 0.5, 0, 1)


@ADJUST_CONTRAST.wrong
def adjust_contrast_mean_not_added(x, factor):
    """You subtract the mean and do not add it again: f (x − m) + m."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    mean = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True).mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * (x - mean), 0, 1)


@ADJUST_CONTRAST.wrong
def adjust_contrast_sign(x, factor):
    """The sign of the second term is wrong: 1 − f, so that for f = 1 nothing changes."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    mean = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True).mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * x + (factor - 1) * mean, 0, 1)


@ADJUST_CONTRAST.wrong
def adjust_contrast_swapped(x, factor):
    """f and 1 − f have changed places: for f = 1 the picture is to stay as it is."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    mean = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True).mean(axis=(-2, -1), keepdims=True)
    return np.clip((1 - factor) * x + factor * mean, 0, 1)


@ADJUST_CONTRAST.wrong(case="red, green and blue")
def adjust_contrast_blue_first(x, factor):
    """Your weights are in the order blue, green, red; the channels are red, green, blue."""
    weights = np.array([0.114, 0.587, 0.2989] if x.shape[-3] == 3 else [1.0])
    mean = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True).mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)


@ADJUST_CONTRAST.wrong(case="red, green and blue")
def adjust_contrast_grey_result(x, factor):
    """Your result is grey; the channels keep their values, and only the mean is that of the grey."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    grey = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True)
    mean = grey.mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * grey + (1 - factor) * mean, 0, 1) + 0 * x


@ADJUST_CONTRAST.wrong(case="red, green and blue")
def adjust_contrast_weights_over_three(x, factor):
    """You take the mean of the weighted channels; take their sum: the weights add to 1 already."""
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    mean = (weights[:, None, None] * x).mean(axis=(-3, -2, -1), keepdims=True)
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)


@ADJUST_CONTRAST.right
def adjust_contrast_by_distance(x, factor):
    weights = [0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0]
    grey = np.tensordot(x, weights, axes=(-3, 0))
    mean = grey.mean(axis=(-2, -1))[..., None, None, None]
    return np.clip(mean + factor * (x - mean), 0, 1)


@ADJUST_CONTRAST.right
def adjust_contrast_by_means(x, factor):
    means = x.mean(axis=(-2, -1), keepdims=True)
    if x.shape[-3] == 3:
        r, g, b = means[..., :1, :, :], means[..., 1:2, :, :], means[..., 2:, :, :]
        means = 0.2989 * r + 0.587 * g + 0.114 * b
    return np.minimum(np.maximum(factor * x + (1 - factor) * means, 0), 1)


@ADJUST_CONTRAST.right
def adjust_contrast_by_loop(x, factor):
    images = x.reshape(-1, *x.shape[-3:])
    result = np.empty_like(images)
    for i, image in enumerate(images):
        if len(image) == 3:
            m = np.mean(0.2989 * image[0] + 0.587 * image[1] + 0.114 * image[2])
        else:
            m = np.mean(image)
        result[i] = factor * image + (1 - factor) * m
    return np.clip(result, 0, 1).reshape(x.shape)


@ADJUST_CONTRAST.right
def adjust_contrast_by_einsum(x, factor):
    weights = np.array([0.2989, 0.587, 0.114]) if x.shape[-3] == 3 else np.ones(1)
    m = np.einsum("...chw,c->...", x, weights) / (x.shape[-1] * x.shape[-2])
    y = factor * x + (1 - factor) * m[..., None, None, None]
    return np.where(y < 0, 0, np.where(y > 1, 1, y))
