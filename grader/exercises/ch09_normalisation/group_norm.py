"""Group norm: the channels of each sample in groups."""

import numpy as np

from grader.exercises.ch09_normalisation.batch_norm_train import scales_and_shifts
from grader.exercises.ch09_normalisation.normalize import uneven
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import norm
from nnlib.experiments import normalize


def grouped(size, groups, parts="wb", scale=1.0, **given):
    """x, the number of groups, and weight and bias, None for those whose letter is missing."""

    def draw(rng):
        arrays = zip("wb", scales_and_shifts(rng, size[1]))
        weight, bias = (a if letter in parts else None for letter, a in arrays)
        return call(uneven(rng, size, scale), groups, weight, bias, **given)

    return draw


def still(size, groups, **given):
    """Equal numbers, factors of 0, no shifts."""

    def draw(rng):
        return call(np.full(size, 1.25), groups, np.arange(size[1]) * 150.0, np.zeros(size[1]), **given)

    return draw


def _allowed(rng):
    size, groups = one_of(
        rng, ((2, 6), 2), ((2, 4), 1), ((2, 6), 3), ((2, 4, 3), 2), ((1, 4, 3), 4), ((2, 4, 2, 3), 2),
        ((2, 6, 2, 2), 3), ((2, 3, 2, 2), 1), ((1, 2, 1, 3), 2), ((2, 2, 3, 1), 2), ((2, 2, 1), 1), ((1, 1, 2, 2), 1),
    )  # fmt: skip
    x = floats(rng, size, (1.0, 1.0, 10.0, 1e-3))
    weight, bias = (one_of(rng, None, *[floats(rng, size[1], (1.0, 10.0))] * 3) for _ in "wb")
    return call(x, groups, weight, bias, **options(rng, eps=(1e-5, 0.1, 1.0)))


GROUP_NORM = Exercise(
    function="group_norm",
    topics=("C09-14",),
    points=2,
    difficulty=4,
    minutes=25,
    reference=norm.group_norm,
    torch="torch.nn.functional.group_norm",
    uses=("normalize",),
    allowed=_allowed,
    cases=(
        Case(
            "features in two groups of three",
            grouped((4, 6), 2),
            example=call(
                [[1, 3, 8, 10, 50, 30], [2, 0, 1, 7, 3, 5]], 2, [1, 2, -1, 3, 1, -2], [0.5, 0, 1, -2, 0, 2]
            ),
        ),
        Case("images in three groups of two", grouped((2, 6, 3, 6), 3), weight=3),
        Case("as many groups as channels: instance norm", grouped((2, 3, 3, 3), 3)),
        Case("one group", grouped((2, 3, 3, 3), 1)),
        Case("small numbers: ε counts", grouped((2, 6), 2, scale=1e-3)),
        Case("ε given", grouped((2, 6), 2, eps=0.5), weight=3),
        in_turn(
            "without weight, without bias",
            grouped((2, 6), 2, "b"),
            grouped((2, 6), 3, ""),
            grouped((2, 4, 2, 3), 2, "w"),
            weight=3,
        ),
        in_turn(
            "one image, three axes, places of length 1, equal numbers",
            grouped((1, 4, 3), 2, eps=1e-5),
            grouped((2, 4, 1), 2, scale=100.0, eps=1.0),
            grouped((1, 2, 1, 3), 2, "b"),
            lambda rng: call(spread(rng, (2, 6)), 2, spread(rng, 6), spread(rng, 6)),
            grouped((2, 2, 3, 1), 1, eps=1.0),
            grouped((1, 1, 2, 2), 1, scale=1e-2),
            still((2, 4), 2),
            still((1, 4, 2, 2), 2),
            still((1, 3), 1),
            edge=True,
        ),
    ),
    hints=(
        "Give x one more axis: reshape it to (N, G, C / G, ...), normalize, and reshape back.",
        "The axes to average over are 2 and all after it: tuple(range(2, groups.ndim)).",
        "weight and bias belong to the channels, so they come after the way back: (1, -1, 1, 1) for images.",
    ),
)


@GROUP_NORM.wrong
def group_norm_every_second_channel(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Your groups take every G-th channel; a group is C / G neighbours.

    reshape(N, G, C // G, ...), the groups before their members."""
    n, c, *places = x.shape
    groups = x.reshape(n, c // num_groups, num_groups, *places)
    axes = (1, *range(3, groups.ndim))
    y, shape = normalize(groups, axes, eps=eps).reshape(x.shape), (1, -1) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong
def group_norm_size_for_number(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You take num_groups for the channels in a group; it is the number of groups."""
    n, c, *places = x.shape
    groups = x.reshape(n, c // num_groups, num_groups, *places)
    y = normalize(groups, tuple(range(2, groups.ndim)), eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong
def group_norm_over_the_batch(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You average over the samples as well; in group norm each sample is by itself."""
    n, c, *places = x.shape
    groups = x.reshape(n, num_groups, c // num_groups, *places)
    y = normalize(groups, (0, *range(2, groups.ndim)), eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="images in three groups of two")
def group_norm_each_place(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You average over the channels of a group only, place by place; all places of the group share the mean, too."""
    n, c, *places = x.shape
    groups = x.reshape(n, num_groups, c // num_groups, *places)
    y = normalize(groups, (2,), eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="images in three groups of two")
def group_norm_each_channel(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You standardize each channel of an image by itself; the channels of a group share one mean and one variance."""
    n, c, *places = x.shape
    groups = x.reshape(n, num_groups, c // num_groups, *places)
    axes = tuple(range(3, groups.ndim)) or (2,)
    y = normalize(groups, axes, eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong
def group_norm_one_group(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You do not use num_groups: all channels of a sample are one group in your answer."""
    y = normalize(x, tuple(range(1, x.ndim)), eps=eps)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong
def group_norm_as_batch_norm(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You average over the samples, channel by channel: that is batch norm; group norm stays within a sample."""
    y = normalize(x, (0, *range(2, x.ndim)), eps=eps)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong
def group_norm_unbiased(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Your variance is divided by n − 1; it is the biased one, divided by n."""
    n, c, *places = x.shape
    rows = x.reshape(n, num_groups, -1)
    var = np.sum((rows - rows.mean(axis=2, keepdims=True)) ** 2, axis=2, keepdims=True)
    var = var / max(rows.shape[2] - 1, 1)
    y = ((rows - rows.mean(axis=2, keepdims=True)) / np.sqrt(var + eps)).reshape(x.shape)
    shape = (1, -1) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong
def group_norm_by_variance(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You divide by the variance; divide by its root, the standard deviation."""
    rows = x.reshape(len(x), num_groups, -1)
    y = (rows - rows.mean(axis=2, keepdims=True)) / (rows.var(axis=2, keepdims=True) + eps)
    y, shape = y.reshape(x.shape), (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="small numbers: ε counts")
def group_norm_eps_outside(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You add ε to the standard deviation; it stands inside the root, added to the variance."""
    rows = x.reshape(len(x), num_groups, -1)
    y = (rows - rows.mean(axis=2, keepdims=True)) / (rows.std(axis=2, keepdims=True) + eps)
    y, shape = y.reshape(x.shape), (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="small numbers: ε counts")
def group_norm_no_eps(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """ε is missing: it is added to the variance before the root."""
    rows = x.reshape(len(x), num_groups, -1)
    std = rows.std(axis=2, keepdims=True)
    y = (rows - rows.mean(axis=2, keepdims=True)) / np.where(std > 0, std, 1)
    y, shape = y.reshape(x.shape), (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="ε given")
def group_norm_own_eps(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You do not hand `eps` on: 1e-5 is used whatever the caller gives."""
    y = normalize(x.reshape(len(x), num_groups, -1), (2,)).reshape(x.shape)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="images in three groups of two")
def group_norm_along_the_last_axis(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """weight and bias stand along the last axis of your images; the channels are axis 1.

    weight.reshape(1, -1, 1, 1) brings them there."""
    y = normalize(x.reshape(len(x), num_groups, -1), (2,), eps=eps).reshape(x.shape)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


@GROUP_NORM.wrong
def group_norm_no_weight(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You do not use `weight`: each channel is multiplied by its γ."""
    y = normalize(x.reshape(len(x), num_groups, -1), (2,), eps=eps).reshape(x.shape)
    return y if bias is None else y + bias.reshape((1, -1) + (1,) * (x.ndim - 2))


@GROUP_NORM.wrong
def group_norm_no_bias(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You do not use `bias`: each channel gets its β added."""
    y = normalize(x.reshape(len(x), num_groups, -1), (2,), eps=eps).reshape(x.shape)
    return y if weight is None else y * weight.reshape((1, -1) + (1,) * (x.ndim - 2))


@GROUP_NORM.wrong
def group_norm_left_in_groups(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Your result still has the axis of the groups; return the shape of x, with reshape(x.shape) at the end."""
    n, c, *places = x.shape
    groups = x.reshape(n, num_groups, c // num_groups, *places)
    y = normalize(groups, tuple(range(2, groups.ndim)), eps=eps)
    shape = (1, num_groups, c // num_groups) + (1,) * len(places)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.wrong(case="without weight, without bias")
def group_norm_one_without_the_other(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Where one of weight and bias is None you leave out the other as well; either may be given alone."""
    y = normalize(x.reshape(len(x), num_groups, -1), (2,), eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return y if weight is None or bias is None else y * weight.reshape(shape) + bias.reshape(shape)


@GROUP_NORM.wrong(case="without weight, without bias")
def group_norm_none_forgotten(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """weight or bias may be None, which has no values to multiply or add: then they are 1 and 0."""
    y = normalize(x.reshape(len(x), num_groups, -1), (2,), eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return y * weight.reshape(shape) + bias.reshape(shape)


@GROUP_NORM.wrong(case="arguments unchanged")
def group_norm_in_place(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """You change x in place, for reshape only looks at the same numbers; rows = rows - mean makes a new array."""
    rows = x.reshape(len(x), num_groups, -1)
    rows -= rows.mean(axis=2, keepdims=True)
    y = (rows / np.sqrt((rows**2).mean(axis=2, keepdims=True) + eps)).reshape(x.shape)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


@GROUP_NORM.right
def group_norm_as_rows(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    rows = x.reshape(x.shape[0] * num_groups, -1)
    centred = rows - rows.mean(axis=1, keepdims=True)
    y = (centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)).reshape(x.shape)
    axes = (0, *range(2, x.ndim))
    if weight is not None:
        y = y * np.expand_dims(weight, axes)
    return y if bias is None else y + np.expand_dims(bias, axes)


@GROUP_NORM.right
def group_norm_by_split(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    parts = np.split(x, num_groups, axis=1)
    y = np.concatenate([normalize(part, tuple(range(1, x.ndim)), eps=eps) for part in parts], axis=1)
    shape = (-1,) + (1,) * (x.ndim - 2)
    gamma = 1 if weight is None else weight.reshape(shape)
    beta = 0 if bias is None else bias.reshape(shape)
    return y * gamma + beta


@GROUP_NORM.right
def group_norm_group_by_group(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    y, size = np.empty_like(x), x.shape[1] // num_groups
    for i in range(len(x)):
        for start in range(0, x.shape[1], size):
            values = x[i, start : start + size]
            y[i, start : start + size] = (values - values.mean()) / np.sqrt(values.var() + eps)
    for c in range(x.shape[1]):
        if weight is not None:
            y[:, c] *= weight[c]
        if bias is not None:
            y[:, c] += bias[c]
    return y


@GROUP_NORM.right
def group_norm_channels_last(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    groups = x.reshape(len(x), num_groups, -1)
    mean, var = groups.mean(axis=-1)[..., None], groups.var(axis=-1)[..., None]
    y = np.moveaxis(((groups - mean) * (var + eps) ** -0.5).reshape(x.shape), 1, -1)
    y = y * (1 if weight is None else weight) + (0 if bias is None else bias)
    return np.moveaxis(y, -1, 1)
