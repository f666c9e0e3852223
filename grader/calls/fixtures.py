"""Functions that both sides of the boundary can import: arguments by name (FIXTURES) and scripts (SCRIPTS).

A script runs on the student's side, script(function, *args, **kwargs), and returns plain data. Nothing here may
be an exercise's answer: fixtures are written out on their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

import numpy as np

from grader.calls.arrays import arrays

__all__ = ["FIXTURES", "SCRIPTS"]


def arguments_after(function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
    """The array arguments as they are after the call. What it raises is no matter here: other cases ask that."""
    try:
        function(*args, **kwargs)
    except NotImplementedError:
        raise
    except Exception:
        pass
    return tuple(arrays((*args, *kwargs.values())))


def verdicts(function: Callable[..., Any], suite: dict[str, Any], x: Any) -> dict[str, Any]:
    """What a gradient check says: suite holds (f, gradient, options) by name. They are asked in an order that x
    decides, so that to count the calls tells nothing."""
    order = np.random.default_rng(crc32(np.asarray(x).tobytes())).permutation(len(suite))
    said = {}
    for name in np.array(list(suite))[order].tolist():
        f, gradient, options = suite[name]
        said[name] = function(f, gradient, x, **options)
    return {name: said[name] for name in suite}


SCRIPTS: dict[str, Callable[..., Any]] = {"arguments_after": arguments_after, "verdicts": verdicts}

FIXTURES: dict[str, Any] = {
    "identity": lambda z: z,
    "step": lambda z: np.where(np.asarray(z) > 0, 1.0, 0.0),
    "square": np.square,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(np.asarray(z) > 0, z, 0.1 * np.asarray(z)),
    "sigmoid": lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2,
}


# ── costs and their gradients, right and wrong ───────────────────────────────────────────────────────────

INPUTS = np.cos(1.0 + np.arange(15)).reshape(5, 3)
TARGETS = np.sin(2.0 * np.arange(15)).reshape(5, 3)


def mean_square(W: Any) -> Any:
    """Half the squared error of tanh(x W^T), the mean over five samples."""
    return 0.5 * np.sum((np.tanh(INPUTS @ np.asarray(W, float).T) - TARGETS) ** 2) / 5


def mean_square_gradient(W: Any) -> Any:
    a = np.tanh(INPUTS @ np.asarray(W, float).T)
    return ((a - TARGETS) * (1 - a**2)).T @ INPUTS / 5


def log_sum_exp(x: Any) -> Any:
    return np.log(np.sum(np.exp(np.asarray(x))))


def log_sum_exp_of_rows(x: Any) -> Any:
    """Needs an array of shape (n, 3)."""
    return log_sum_exp(np.asarray(x) @ np.array([1.0, -0.5, 0.75]))


def cubes(x: Any) -> Any:
    return np.sum(np.asarray(x) ** 3) / 3


def cubes_gradient(x: Any) -> Any:
    return np.asarray(x, float) ** 2


def waves(x: Any) -> Any:
    """So steep and curved that the step of a central difference shows."""
    return np.sum(np.sin(3000 * np.asarray(x))) / 3000


def first_entry(x: Any) -> Any:
    return np.sin(np.ravel(x)[0])


def last_entry(x: Any) -> float:
    """A plain float of Python's."""
    return float(np.sin(np.ravel(x)[-1]))


def first_column(x: Any) -> Any:
    """Sees the first column only."""
    return np.sum(np.sin(np.asarray(x)[:, 0]))


def first_column_gradient(x: Any) -> Any:
    gradient = np.zeros(np.shape(x))
    gradient[:, 0] = np.cos(np.asarray(x, float)[:, 0])
    return gradient


def column_sums(x: Any) -> Any:
    return np.sum(np.sin(np.sum(np.asarray(x), axis=0)))


def column_sums_row(x: Any) -> Any:
    """One row of the gradient, which has equal rows."""
    return np.cos(np.sum(np.asarray(x, float), axis=0))


def with_entry(change: float) -> Callable[..., Any]:
    def gradient(W: Any) -> Any:
        g = mean_square_gradient(W)
        g[1, 2] += change
        return g

    return gradient


def scaled(gradient: Callable[..., Any], factor: float) -> Callable[..., Any]:
    return lambda x: factor * gradient(x)


RIGHT = mean_square_gradient


def steep_entry(W: Any) -> Any:
    """Very steep in its first entry only."""
    return mean_square(W) + 1e4 * W[0, 0]


def steep_entry_gradient(W: Any) -> Any:
    g = RIGHT(W)
    g[0, 0] += 1e4
    return g


def steep_entry_wrong(W: Any) -> Any:
    g = steep_entry_gradient(W)
    g[1, 2] += 1.0
    return g


def gentle(x: Any) -> Any:
    """Its gradient stays below 1, so that errors are absolute ones."""
    return np.sum(np.sin(np.asarray(x))) / 2


def gentle_gradient(x: Any) -> Any:
    return np.cos(np.asarray(x, float)) / 2


def faint(x: Any) -> Any:
    """Every second entry of its gradient is 1e-7, where the rounding of f shows."""
    x = np.ravel(x)
    return np.sum(np.sin(x[::2])) / 2 + 1e-7 * np.sum(np.sin(x[1::2]))


def faint_gradient(x: Any) -> Any:
    slope = np.cos(np.asarray(x, float))
    slope.ravel()[::2] /= 2
    slope.ravel()[1::2] *= 1e-7
    return slope


def off_in_entry(gradient: Callable[..., Any], entry: int, change: float) -> Callable[..., Any]:
    def off(x: Any) -> Any:
        g = np.array(gradient(x))
        g.ravel()[entry] += change
        return g

    return off


def least_squares(w: Any, X: Any, y: Any) -> Any:
    """Gradient of half the mean squared error of X w."""
    return X.T @ (X @ w - y) / len(X)


def logistic(w: Any, X: Any, y: Any) -> Any:
    """Gradient of the mean binary cross-entropy with logits X w."""
    return X.T @ ((1 + np.tanh(X @ w / 2)) / 2 - y) / len(X)


GRADIENTS = {  # of cubes, right and wrong
    "right": cubes_gradient,
    "negative": scaled(cubes_gradient, -1.0),
    "times 1.001": scaled(cubes_gradient, 1.001),
    "first entry off": off_in_entry(cubes_gradient, 0, 0.5),
    "last entry off": off_in_entry(cubes_gradient, -1, -0.5),
    "last entry nan": off_in_entry(cubes_gradient, -1, np.nan),
    "right for positive numbers only": lambda x: np.abs(x) * x,
    "right for whole numbers only": lambda x: np.round(x) ** 2,
    "raveled": lambda x: np.ravel(cubes_gradient(x)),
    "an axis more": lambda x: cubes_gradient(x)[None],
}
FIXTURES |= {f"gradient of cubes, {name}": gradient for name, gradient in GRADIENTS.items()}
FIXTURES |= {
    "mean_square": mean_square,
    "mean_square_gradient": mean_square_gradient,
    "log_sum_exp": log_sum_exp,
    "log_sum_exp_of_rows": log_sum_exp_of_rows,
    "cubes": cubes,
    "waves": waves,
    "first_entry": first_entry,
    "least_squares": least_squares,
    "logistic": logistic,
    "last_entry": last_entry,
    "right and wrong": {
        "right": (mean_square, RIGHT, {}),
        "wrong sign": (mean_square, scaled(RIGHT, -1.0), {}),
        "no 1/N": (mean_square, scaled(RIGHT, 5.0), {}),
        "transposed": (mean_square, lambda W: RIGHT(W).T, {}),
        "times 1.001": (mean_square, scaled(RIGHT, 1.001), {}),
    },
    "wrong in places": {
        "right": (mean_square, RIGHT, {"tol": 0.007}),
        "one entry too small by 0.03, tol=0.007": (mean_square, with_entry(-0.03), {"tol": 0.007}),
        "the first too large by 0.02, tol=0.01": (
            gentle,
            off_in_entry(gentle_gradient, 0, 0.02),
            {"tol": 0.01},
        ),
        "the last too small by 0.02, tol=0.01": (
            gentle,
            off_in_entry(gentle_gradient, -1, -0.02),
            {"tol": 0.01},
        ),
        "all too large by 0.007, tol=0.01": (gentle, lambda x: gentle_gradient(x) + 0.007, {"tol": 0.01}),
        "one entry is nan": (mean_square, with_entry(np.nan), {}),
        "right, all rows alike": (column_sums, lambda x: column_sums_row(x) * np.ones(np.shape(x)), {}),
        "only one row, where all are alike": (column_sums, column_sums_row, {}),
        "right, with an axis too many": (mean_square, lambda W: RIGHT(W)[None], {}),
    },
    "large and zero": {
        "large": (scaled(mean_square, 1e8), scaled(RIGHT, 1e8), {}),
        "large, times 1.001": (scaled(mean_square, 1e8), scaled(RIGHT, 1.001e8), {}),
        "large, times 1.000005": (scaled(mean_square, 1e8), scaled(RIGHT, 1.000005e8), {}),
        "one large entry, tol=0.001": (steep_entry, steep_entry_gradient, {"tol": 0.001}),
        "a small entry wrong by 1, tol=0.001": (steep_entry, steep_entry_wrong, {"tol": 0.001}),
        "every second entry is 1e-7": (faint, faint_gradient, {}),
        "with zeros": (first_column, first_column_gradient, {}),
        "with zeros, times 1.1": (first_column, scaled(first_column_gradient, 1.1), {}),
    },
    "of any shape": {
        **{name: (cubes, gradient, {}) for name, gradient in GRADIENTS.items()},
        "right, tol=1e-6 given": (cubes, cubes_gradient, {"eps": 1e-5, "tol": 1e-6}),
        "first entry off by 1, tol=0.6": (cubes, off_in_entry(cubes_gradient, 0, 1.0), {"tol": 0.6}),
        "last entry off by 1, tol=0.95": (cubes, off_in_entry(cubes_gradient, -1, -1.0), {"tol": 0.95}),
        "last entry off by 0.5, tol=0.3": (cubes, off_in_entry(cubes_gradient, -1, -0.5), {"tol": 0.3}),
        "last entry off by 0.5, tol=0.7": (cubes, off_in_entry(cubes_gradient, -1, -0.5), {"tol": 0.7}),
        "right, eps=0.0001": (cubes, cubes_gradient, {"eps": 1e-4}),
        "right, eps=0.1": (cubes, cubes_gradient, {"eps": 0.1, "tol": 1e-3}),
    },
    "with options": {
        "off by 1 %, tol=0.1": (cubes, scaled(cubes_gradient, 1.01), {"tol": 0.1}),
        "off by 25 %, tol=0.1": (cubes, scaled(cubes_gradient, 1.25), {"tol": 0.1}),
        "the derivative, eps=0.5": (cubes, cubes_gradient, {"eps": 0.5}),
        "the difference quotient, eps=0.5": (cubes, lambda x: cubes_gradient(x) + 0.25 / 3, {"eps": 0.5}),
    },
}


# ── trainings and scores, as a search meets them ─────────────────────────────────────────────────────────


def training(beyond: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    """Costs that fall at rates below 0.5, rise from 8 on, and between are what `beyond` makes of the epochs."""

    def costs(lr: float, epochs: int, /) -> np.ndarray:
        t = np.arange(epochs + 1.0)
        return np.asarray(2.0**-t if lr < 0.5 else beyond(t) if lr < 8 else 2.0**t)

    return costs


def parabola(lr: float, epochs: int, /) -> np.ndarray:
    """The cost of one weight under gradient descent: it falls for rates below 2/3."""
    return np.asarray((1 - 3 * lr) ** (2.0 * np.arange(epochs + 1)))


def falls_again(lr: float, epochs: int, /) -> np.ndarray:
    """Costs that fall at rates below 0.5 and, once more, from 30 to 400."""
    t = np.arange(epochs + 1.0)
    return np.asarray(2.0**-t if lr < 0.5 or 30 <= lr < 400 else 2.0**t)


def score_of(lr: float, width: float) -> float:
    """Best at a rate of 0.1 and 30 units; no two widths are equally good."""
    return float(-((np.log10(lr) + 1) ** 2) - (width - 30.3) ** 2 / 400)


FIXTURES |= {
    "a parabola": parabola,
    "costs that oscillate": training(lambda t: 3.0 - 0.5 * t - 0.8 * (t % 2)),
    "costs that become nan": training(lambda t: np.where(t > 0, np.nan, 1.0)),
    "costs with a nan among them": training(lambda t: np.where(t == 1, np.nan, 2.0**-t)),
    "costs that fall again": falls_again,
    "costs that rise late": training(lambda t: np.where(t < 4, 4 - t, 2 * t)),
    "costs that stand still": training(lambda t: np.ones_like(t)),
    "costs that pause": training(lambda t: 2.0 ** -np.maximum(t - 1, 0)),
    "score of lr and width": lambda lr, width: score_of(lr, width),
    "score of width": lambda width: score_of(0.2, width),
    "score with ties": lambda lr, width: float(lr < 0.5) + float(width > 20),
    "score with nan": lambda lr, width: float("nan") if lr > 0.5 else score_of(lr, width),
    "rates and widths": {
        "width": lambda rng: int(rng.integers(10, 50)),
        "lr": lambda rng: float(10 ** rng.uniform(-3, 0)),
    },
    "widths": {"width": lambda rng: int(rng.integers(10, 50))},
    "three widths": {"width": lambda rng: int(rng.integers(10, 13))},
}
