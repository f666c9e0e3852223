"""Mean 0 and standard deviation 1, by the training part alone."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import data


def part(rng, n, d, offset=3.0, scale=2.0):
    """Numbers around an offset, every column with its own width."""
    return offset + scale * rng.normal(size=(n, d)) * (1 + np.arange(d))


def of(d, *lengths):
    """Draws a training part and others, each of them elsewhere and wider than the one before."""

    def draw(rng):
        return call(*(part(rng, n, d, 3 - 4 * i, 2 + i) for i, n in enumerate(lengths)))

    return draw


def with_constant(d, *lengths, scale=1.0):
    """The first column of the training part does not vary; it holds a whole number."""

    def draw(rng):
        parts = [scale * part(rng, n, d) for n in lengths]
        parts[0][:, 0] = rng.integers(2, 9)
        return call(*parts)

    return draw


def odd(d, *lengths, scale=1.0):
    """The other parts go beyond the first."""
    return lambda rng: call(*(spread(rng, (n, d), scale * (3 if i else 1)) for i, n in enumerate(lengths)))


def _allowed(rng):
    d, n = int(rng.integers(1, 5)), int(one_of(rng, 1, 2, 5, 9))
    scales = (1.0, 10.0, 1e3, 1e-5)
    train = floats(rng, (n, d), scales) + one_of(rng, 0, 0, 3)
    others = [floats(rng, (int(rng.integers(1, 5)), d), scales) for _ in range(int(rng.integers(0, 3)))]
    if rng.random() < 0.2:
        train[:, 0] = one_of(rng, 0, 4, -2)
    return call(train, *others)


STANDARDIZE = Exercise(
    function="standardize",
    topics=("C01-06", "C01-09"),
    points=2,
    difficulty=2,
    minutes=15,
    reference=data.standardize,
    forbid=(
        "sklearn.preprocessing.StandardScaler",
        "sklearn.preprocessing.scale",
        "nnlib.data.StandardScaler",
    ),
    allowed=_allowed,
    cases=(
        Case("a training part", of(3, 6), weight=2, example=call([[100, 1], [101, 5], [102, 3]])),
        Case(
            "a test part beside it",
            of(3, 6, 4),
            weight=3,
            example=call([[1, 10], [3, 30]], [[2, 50], [6, 10]]),
        ),
        Case("training, validation and test part", of(2, 7, 3, 4), weight=2),
        Case("a feature that does not vary", with_constant(3, 5, 4), weight=2),
        in_turn(
            "single samples and features, zeros, tiny and large numbers",
            odd(3, 1, 2),
            odd(1, 4, 1, scale=1e3),
            odd(1, 1),
            odd(4, 6, 3, 2, scale=1e-5),
            odd(2, 5, 1, 1, scale=1e3),
            with_constant(1, 3, 1, scale=1e3),
            with_constant(2, 4, 3, 1, scale=1e-5),
            lambda rng: call(np.zeros((3, 2)), part(rng, 2, 2)),
        ),
    ),
    hints=(
        "mean and std of the columns: X_train.mean(axis=0), X_train.std(axis=0). Only X_train is asked.",
        "The same two numbers for all parts: (X - mean) / std for X in (X_train, *others).",
        "np.where(std == 0, 1, std) divides a feature that does not vary by 1.",
    ),
)


@STANDARDIZE.wrong(case="a test part beside it")
def standardize_leak(X_train, *others):
    """A leak: your mean and standard deviation come from all parts together, so the test samples change what
    is trained on.

    Ask X_train alone."""
    together = np.concatenate([X_train, *others])
    mean, std = together.mean(axis=0), together.std(axis=0)
    std = np.where(std == 0, 1, std)
    return tuple((X - mean) / std for X in (X_train, *others))


@STANDARDIZE.wrong(case="a test part beside it")
def standardize_each_by_itself(X_train, *others):
    """You scale each part by its own mean and standard deviation; then the same sample has other numbers in
    another part.

    All parts take those of X_train."""
    parts = []
    for X in (X_train, *others):
        std = X.std(axis=0)
        parts.append((X - X.mean(axis=0)) / np.where(std == 0, 1, std))
    return tuple(parts)


@STANDARDIZE.wrong(case="a test part beside it")
def standardize_own_mean(X_train, *others):
    """The other parts are centred by their own mean; it is X_train's that is subtracted from all."""
    std = X_train.std(axis=0)
    std = np.where(std == 0, 1, std)
    return tuple((X - X.mean(axis=0)) / std for X in (X_train, *others))


@STANDARDIZE.wrong(case="a test part beside it")
def standardize_others_as_they_are(X_train, *others):
    """You leave the other parts as they are; they are scaled, too, with the numbers of X_train."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return ((X_train - mean) / np.where(std == 0, 1, std), *(1.0 * X for X in others))


@STANDARDIZE.wrong(case="a test part beside it")
def standardize_only_train(X_train, *others):
    """You return the training part only; asked for are all parts, in their order."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return ((X_train - mean) / np.where(std == 0, 1, std),)


@STANDARDIZE.wrong
def standardize_n_minus_one(X_train, *others):
    """You divide by n − 1 in the standard deviation (ddof=1); here it is n."""
    mean, square = X_train.mean(axis=0), np.sum((X_train - X_train.mean(axis=0)) ** 2, axis=0)
    std = np.sqrt(square / max(len(X_train) - 1, 1))
    return tuple((X - mean) / np.where(std == 0, 1, std) for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_by_variance(X_train, *others):
    """You divide by the variance; divide by its root, the standard deviation."""
    mean, var = X_train.mean(axis=0), X_train.var(axis=0)
    return tuple((X - mean) / np.where(var == 0, 1, var) for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_about_zero(X_train, *others):
    """Under the root the mean is missing: the spread is measured about μ, not about 0."""
    mean, size = X_train.mean(axis=0), np.sqrt(np.mean(X_train**2, axis=0))
    return tuple((X - mean) / np.where(size == 0, 1, size) for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_one_for_all_features(X_train, *others):
    """You take one mean and one deviation for all features; each column has its own, axis=0."""
    mean, std = X_train.mean(), X_train.std()
    return tuple((X - mean) / (std if std else 1) for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_rows(X_train, *others):
    """You scale each sample by itself; a feature is a column, so average over axis 0."""
    parts = []
    for X in (X_train, *others):
        std = X.std(axis=1, keepdims=True)
        parts.append((X - X.mean(axis=1, keepdims=True)) / np.where(std == 0, 1, std))
    return tuple(parts)


@STANDARDIZE.wrong
def standardize_not_centred(X_train, *others):
    """The mean is not subtracted."""
    std = X_train.std(axis=0)
    return tuple(X / np.where(std == 0, 1, std) for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_not_divided(X_train, *others):
    """You only centre; divide by the standard deviation as well."""
    mean = X_train.mean(axis=0)
    return tuple(X - mean for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_brackets(X_train, *others):
    """Brackets are missing: X - mean / std divides the mean only."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return tuple(X - mean / np.where(std == 0, 1, std) for X in (X_train, *others))


@STANDARDIZE.wrong(case="a feature that does not vary")
def standardize_constant_becomes_zero(X_train, *others):
    """A feature that does not vary in X_train may do so in the other parts: there it is centred and divided
    by 1, not set to 0."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return tuple(np.where(std == 0, 0, (X - mean) / np.where(std == 0, 1, std)) for X in (X_train, *others))


@STANDARDIZE.wrong(case="a feature that does not vary")
def standardize_divides_by_zero(X_train, *others):
    """You divide by 0 where a feature does not vary; divide by 1 there."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    with np.errstate(all="ignore"):
        return tuple((X - mean) / std for X in (X_train, *others))


@STANDARDIZE.wrong
def standardize_eps(X_train, *others):
    """You add a small number under the root; nothing is added here. Divide by 1 where the deviation is 0.

    np.where(std == 0, 1, std)"""
    mean, std = X_train.mean(axis=0), np.sqrt(X_train.var(axis=0) + 1e-5)
    return tuple((X - mean) / std for X in (X_train, *others))


@STANDARDIZE.right
def standardize_by_loop(X_train, *others):
    mean = np.mean(X_train, axis=0, keepdims=True)
    std = np.std(X_train, axis=0, keepdims=True)
    std[std == 0] = 1
    parts = [(X_train - mean) / std]
    for X in others:
        parts.append((X - mean) / std)
    return parts


@STANDARDIZE.right
def standardize_by_formula(X_train, *others):
    n = len(X_train)
    mean = X_train.sum(axis=0) / n
    square = ((X_train - mean) ** 2).sum(axis=0)
    factor = np.array([np.sqrt(n / s) if s > 0 else 1.0 for s in square], X_train.dtype)
    return tuple((X - mean) * factor for X in (X_train,) + others)


@STANDARDIZE.right
def standardize_column_by_column(X_train, *others):
    parts = [np.array(X) for X in (X_train, *others)]
    for j in range(X_train.shape[1]):
        m, s = X_train[:, j].mean(), X_train[:, j].std()
        for X in parts:
            X[:, j] = (X[:, j] - m) / (s or 1)
    return tuple(parts)


@STANDARDIZE.right
def standardize_in_one_array(X_train, *others):
    parts = (X_train, *others)
    mean, std = X_train.mean(0), X_train.std(0)
    Z = np.divide(np.concatenate(parts) - mean, std + (std == 0))
    return tuple(np.split(Z, np.cumsum([len(X) for X in parts])[:-1]))
