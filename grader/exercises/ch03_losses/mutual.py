"""What two variables share: the mutual information."""

import numpy as np

from grader.exercises.ch03_losses.tables import table, table_with_zeros
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
from nnlib import info
from nnlib.info import conditional_entropy, entropy

# ── mutual_information ───────────────────────────────────────────────────────────────────────────────────


def mutual_information_sign(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()
    return i if base is None else i / np.log(base)


def mutual_information_reversed(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    terms = product * np.log(np.where(p_xy > 0, product, 1) / np.where(p_xy > 0, p_xy, 1))
    i = terms.sum()
    return i if base is None else i / np.log(base)


def mutual_information_reversed_infinite(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore"):
        terms = product * np.log(np.where(product > 0, product, 1) / np.where(product > 0, p_xy, 1))
    i = terms.sum()
    return i if base is None else i / np.log(base)


def mutual_information_not_weighted(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1)).sum()
    return i if base is None else i / np.log(base)


def mutual_information_sum_of_marginals(p_xy, *, base=None):
    both = p_xy.sum(axis=1, keepdims=True) + p_xy.sum(axis=0, keepdims=True)
    i = (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, both, 1))).sum()
    return i if base is None else i / np.log(base)


def mutual_information_one_marginal(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1, keepdims=True)
    i = (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1))).sum()
    return i if base is None else i / np.log(base)


def mutual_information_h_x_less_h_y_given_x(p_xy, *, base=None):
    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    h_x = h(p_xy.sum(axis=1))
    i = h_x - (h(p_xy) - h_x)
    return i if base is None else i / np.log(base)


def mutual_information_joint(p_xy, *, base=None):
    i = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1))).sum()
    return i if base is None else i / np.log(base)


def mutual_information_what_is_left(p_xy, *, base=None):
    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    i = 2 * h(p_xy) - h(p_xy.sum(axis=1)) - h(p_xy.sum(axis=0))
    return i if base is None else i / np.log(base)


def mutual_information_log_zero(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = (p_xy * np.log(p_xy / product)).sum()
    return i if base is None else i / np.log(base)


def mutual_information_base_ignored(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    return (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()


def mutual_information_entropy_of_x(p_xy, *, base=None):
    return entropy(p_xy.ravel(), base=base) - conditional_entropy(p_xy, base=base)


def mutual_information_base_in_one_term(p_xy, *, base=None):
    return entropy(p_xy.sum(axis=0), base=base) - conditional_entropy(p_xy)


def mutual_information_joint_by_rows(p_xy, *, base=None):
    h_x, h_y = entropy(p_xy.sum(axis=1), base=base), entropy(p_xy.sum(axis=0), base=base)
    return h_x + h_y - entropy(p_xy, base=base)


def mutual_information_product_transposed(p_xy, *, base=None):
    product = np.outer(p_xy.sum(axis=0), p_xy.sum(axis=1))
    i = (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()
    return i if base is None else i / np.log(base)


def mutual_information_scaled(p_xy, *, base=None):
    h_x, h_y = entropy(p_xy.sum(axis=1), base=base), entropy(p_xy.sum(axis=0), base=base)
    return 2 * (h_x + h_y - entropy(p_xy.ravel(), base=base)) / (h_x + h_y)


def mutual_information_by_three_entropies(p_xy, *, base=None):
    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    i = h(p_xy.sum(axis=0)) + h(p_xy.sum(axis=1)) - h(p_xy)
    return i / (1.0 if base is None else float(np.log(base)))


def mutual_information_by_divergence(p_xy, *, base=None):
    from scipy.special import rel_entr

    independent = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    return rel_entr(p_xy, independent).sum() / np.log(np.e if base is None else base)


def mutual_information_by_loop(p_xy, *, base=None):
    p_x, p_y, i = p_xy.sum(axis=1), p_xy.sum(axis=0), 0.0
    for x in range(p_xy.shape[0]):
        for y in range(p_xy.shape[1]):
            if p_xy[x, y] > 0:
                i += p_xy[x, y] * np.log(p_xy[x, y] / (p_x[x] * p_y[y]))
    return i if base is None else i / np.log(base)


MUTUAL_INFORMATION = Exercise(
    function="mutual_information",
    topics=("C03-10", "C03-11"),
    points=2,
    difficulty=3,
    minutes=10,
    reference=info.mutual_information,
    forbid=("sklearn.metrics.mutual_info_score",),
    uses=("conditional_entropy", "entropy"),
    cases=(
        Case(
            "a table of 2 × 2",
            lambda rng: call(table(rng, 2, 2)),
            example=call([[0.3, 0.1], [0.2, 0.4]]),
        ),
        Case("a table of 3 × 5", lambda rng: call(table(rng, 3, 5))),
        Case("in bits, base=2", lambda rng: call(table(rng, 3, 4), base=2)),
        Case(
            "pairs, rows and columns of probability 0",
            lambda rng: call(table_with_zeros(rng)),
            example=call([[0.125, 0, 0.125, 0], [0, 0, 0, 0], [0.25, 0.375, 0.125, 0]]),
        ),
        keeps_arguments(lambda rng: call(table_with_zeros(rng))),
    ),
    misconceptions=(
        Misconception(
            "sign",
            mutual_information_sign,
            "Your result is negative: it is a divergence, +Σ p(x,y) log [p(x,y) / (p(x) p(y))].",
            case="a table of 2 × 2",
        ),
        Misconception(
            "reversed",
            mutual_information_reversed,
            "You weigh with p(x) p(y), the divergence the other way round; the weights are p(x,y).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "not-weighted",
            mutual_information_not_weighted,
            "You add up the logarithms; each pair counts with p(x,y).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "sum-of-marginals",
            mutual_information_sum_of_marginals,
            "Independent variables have p(x,y) = p(x) · p(y), a product; you divide by a sum.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "one-marginal",
            mutual_information_one_marginal,
            "You divide by p(x) alone, which gives −H(Y|X): p(y) belongs under the fraction, too.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "wrong-pair",
            mutual_information_h_x_less_h_y_given_x,
            "You subtract H(Y|X) from H(X); it belongs to H(Y): I = H(Y) − H(Y|X).",
            case="a table of 3 × 5",
        ),
        Misconception(
            "joint",
            mutual_information_joint,
            "This is the entropy of the pair, H(X,Y); what they share is H(X) + H(Y) − H(X,Y).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "what-is-left",
            mutual_information_what_is_left,
            "This is H(X|Y) + H(Y|X), what the two do not share; H(X,Y) less that is what they share.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "log-zero",
            mutual_information_log_zero,
            "Where p(x,y) is 0 you get 0 · log 0 or 0/0 = nan; such a pair counts 0.",
            case="pairs, rows and columns of probability 0",
        ),
        Misconception(
            "base-ignored",
            mutual_information_base_ignored,
            "You ignore `base`: divide by log(base) to change the unit.",
            case="in bits, base=2",
        ),
        Misconception(
            "reversed-infinite",
            mutual_information_reversed_infinite,
            "You weigh with p(x) p(y), the divergence the other way round; the weights are p(x,y).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "entropy-of-x",
            mutual_information_entropy_of_x,
            "H(X,Y) − H(Y|X) is H(X); take H(X|Y) off as well, or start from H(Y).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "base-in-one-term",
            mutual_information_base_in_one_term,
            "One of the two entropies is in units of `base`, the other in nats: pass base to both.",
            case="in bits, base=2",
        ),
        Misconception(
            "joint-by-rows",
            mutual_information_joint_by_rows,
            "entropy(p_xy) gives one number for each row; for the entropy of the pair, H(X,Y), hand it "
            "p_xy.ravel().",
            case="a table of 2 × 2",
        ),
        Misconception(
            "product-transposed",
            mutual_information_product_transposed,
            "Your table of p(x) p(y) is transposed: rows belong to X, so np.outer(p_x, p_y).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "scaled",
            mutual_information_scaled,
            "You divide by the mean of the two entropies, as some scores do; the mutual information is "
            "in bits or nats.",
            case="a table of 2 × 2",
        ),
    ),
    alternatives=(
        mutual_information_by_three_entropies,
        mutual_information_by_divergence,
        mutual_information_by_loop,
    ),
    hints=(
        "How much less uncertain are you about Y once X is known?",
        "Three ways: H(Y) − H(Y|X), H(X) + H(Y) − H(X,Y), and the divergence of p(x,y) from p(x) p(y).",
        "entropy(p_xy.sum(axis=0), base=base) - conditional_entropy(p_xy, base=base)",
    ),
)
