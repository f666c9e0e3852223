"""Minus the log density of weights under a mixture of normal distributions."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import regularization


def of(size, k, scale=1.0, total=1.0, zero=False):
    """Draws weights between the last and the first of k centres, and components whose proportions sum to about
    k times the total."""

    def draw(rng):
        mu = scale * (np.arange(k)[::-1] - rng.uniform(0.3, 0.7))
        sigma = scale * rng.uniform(0.6, 0.95, size=k)
        pi = total * rng.uniform(0.6, 0.9, size=k)
        w = scale * rng.uniform(-1.2, k - 0.3, size=size)
        if zero:
            w.flat[0] = mu[-1] = 0
        return call(w, pi, mu, sigma)

    return draw


def far_from_all(rng):
    """Weights seven to eight widths from the one centre."""
    return call(1 + rng.uniform(7, 8, size=3), [2.0], [1.0], [1.0])


def _allowed(rng):
    scale = one_of(rng, 1.0, 1.0, 300.0)
    k = int(rng.integers(1, 5))
    mu, sigma = rng.normal(size=k), rng.uniform(0.3, 2, size=k)
    size = shape(rng)
    w = mu[rng.integers(k, size=size)] + rng.uniform(-3, 3, size=size) * sigma.min()
    if rng.random() < 0.2:
        w.flat[0] = mu[0] = 0.0
    pi = rng.uniform(0.1, 1, size=k) * one_of(rng, 1.0, 1.0, 300.0)
    return call(scale * w, pi, scale * mu, scale * sigma)


SOFT_WEIGHT_SHARING = Exercise(
    function="soft_weight_sharing",
    topics=("C08-29",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=regularization.soft_weight_sharing,
    forbid=(
        "nnlib.regularization.soft_weight_sharing_backward",
        "nnlib.regularization.gaussian_neg_log_prior",
    ),
    allowed=_allowed,
    cases=(
        Case(
            "two components",
            of((3,), 2),
            weight=2,
            example=call([0.0, 1.0], [0.75, 1.0], [1.0, 0.0], [0.75, 0.625]),
        ),
        Case("one component", of((4,), 1)),
        Case("as many weights as components", of((3,), 3), weight=2),
        Case("a matrix", of((2, 3), 2)),
        Case("proportions that sum to much more than 1", of((2, 2), 3, total=3.0)),
        in_turn(
            "one weight, odd shapes, zeros, large numbers, many weights",
            of((1,), 3),
            of((1, 3), 2, total=2.5),
            of((4, 1, 5), 2, scale=3000.0),
            of((1, 3, 1), 3),
            of((3, 1), 2),
            of((2, 1, 3), 2, total=300.0, zero=True),
            of((2, 2), 1, total=0.9),
            of((2,), 4),
            of((2000,), 2),
            far_from_all,
        ),
    ),
    hints=(
        "w[..., None] has an axis more at its end, so that (w[..., None] - mu) / sigma has shape (*w.shape, K).",
        "Sum over the components *inside* of the logarithm, over the weights outside: (density * pi).sum(axis=-1).",
        "density = np.exp(-z**2 / 2) / (sigma * np.sqrt(2 * np.pi)), then -np.sum(np.log(density @ pi))",
    ),
)


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_logs_mixed(w, pi, mu, sigma):
    """You mix the logarithms; mix the densities, and take the logarithm of that."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(pi * np.log(density))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_log_of_the_sum(w, pi, mu, sigma):
    """You sum the densities of all weights before the logarithm; each weight has a logarithm of its own."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.log(np.sum(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_no_minus(w, pi, mu, sigma):
    """The minus is missing: R is small where the density is large."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return np.sum(np.log(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_no_factor(w, pi, mu, sigma):
    """Your densities lack the factor 1 / (sigma √(2π)), so that wide components count too much."""
    z = (w[..., None] - mu) / sigma
    return -np.sum(np.log(np.exp(-(z**2) / 2) @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_no_two_pi(w, pi, mu, sigma):
    """The factor √(2π) is missing in the densities."""
    z = (w[..., None] - mu) / sigma
    return -np.sum(np.log((np.exp(-(z**2) / 2) / sigma) @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_no_sigma(w, pi, mu, sigma):
    """sigma is missing in the factor: it is 1 / (sigma √(2π)), narrower is higher."""
    z = (w[..., None] - mu) / sigma
    return -np.sum(np.log((np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)) @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_root_of_sigma(w, pi, mu, sigma):
    """You take sigma for the variance; it is the width, the standard deviation."""
    density = np.exp(-((w[..., None] - mu) ** 2) / (2 * sigma)) / np.sqrt(2 * np.pi * sigma)
    return -np.sum(np.log(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_no_half(w, pi, mu, sigma):
    """The ½ in the exponent is missing: it is −(w − μ)² / (2σ²)."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2)) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_sigma_not_squared(w, pi, mu, sigma):
    """In the exponent you divide by σ; it is (w − μ)² / (2σ²)."""
    density = np.exp(-((w[..., None] - mu) ** 2) / (2 * sigma)) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_times_the_square(w, pi, mu, sigma):
    """x / 2 * sigma**2 multiplies by the square of the width; divide by (2 * sigma**2), in brackets."""
    d = w[..., None] - mu
    density = np.exp(-(d**2) / 2 * sigma**2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_no_proportions(w, pi, mu, sigma):
    """You do not use `pi`: each component counts in its proportion."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(density.sum(axis=-1)))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_mean_of_components(w, pi, mu, sigma):
    """You take the mean over the components; with the proportions it is a sum."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log((density * pi).mean(axis=-1)))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_nearest(w, pi, mu, sigma):
    """You take the largest component only; all are summed."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log((density * pi).max(axis=-1)))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_mean(w, pi, mu, sigma):
    """You take the mean over the weights; R is a sum over them."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.mean(np.log(density @ pi))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_each(w, pi, mu, sigma):
    """You return a number for each weight; sum them."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.log(density @ pi)


@SOFT_WEIGHT_SHARING.wrong(case="as many weights as components")
def soft_weight_sharing_one_to_one(w, pi, mu, sigma):
    """You pair weight i with component i; each weight sees all components, so w needs an axis more."""
    z = (w - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(pi * density))


@SOFT_WEIGHT_SHARING.wrong(case="a matrix")
def soft_weight_sharing_second_axis(w, pi, mu, sigma):
    """w[:, None] puts the new axis second, which is last for a vector only; w[..., None] always puts it last."""
    z = (w[:, None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log((density * pi).sum(axis=-1)))


@SOFT_WEIGHT_SHARING.wrong
def soft_weight_sharing_divided_by_the_sum(w, pi, mu, sigma):
    """You divide by the sum of the densities, which gives shares; R has the mixture itself."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log((density @ pi) / density.sum(axis=-1)))


@SOFT_WEIGHT_SHARING.wrong(case="as many weights as components")
def soft_weight_sharing_normalised(w, pi, mu, sigma):
    """You make the proportions sum to 1; take them as they are."""
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(density @ (pi / pi.sum())))


@SOFT_WEIGHT_SHARING.right
def soft_weight_sharing_by_loop(w, pi, mu, sigma):
    total = 0.0
    for value in w.ravel():
        mixture = 0.0
        for p, m, s in zip(pi, mu, sigma):
            mixture += p * np.exp(-((value - m) ** 2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))
        total -= np.log(mixture)
    return total


@SOFT_WEIGHT_SHARING.right
def soft_weight_sharing_by_components(w, pi, mu, sigma):
    mixture = np.zeros(w.shape)
    for k in range(len(pi)):
        mixture = mixture + pi[k] / (sigma[k] * np.sqrt(2 * np.pi)) * np.exp(
            -0.5 * ((w - mu[k]) / sigma[k]) ** 2
        )
    return -np.log(mixture).sum()


@SOFT_WEIGHT_SHARING.right
def soft_weight_sharing_by_log_sum_exp(w, pi, mu, sigma):
    z = (w.reshape(-1, 1) - mu) / sigma
    log_terms = np.log(pi) - z * z / 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)
    top = log_terms.max(axis=1)
    return -np.sum(top + np.log(np.sum(np.exp(log_terms - top[:, None]), axis=1)))


@SOFT_WEIGHT_SHARING.right
def soft_weight_sharing_by_columns(w, pi, mu, sigma):
    z = (w.ravel()[None, :] - mu[:, None]) / sigma[:, None]
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi) / sigma[:, None]
    return -np.log(pi @ density).sum()
