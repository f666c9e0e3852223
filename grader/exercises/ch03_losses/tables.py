"""Two variables and their table of probabilities: conditional entropy and mutual information."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import info

# ── conditional_entropy ──────────────────────────────────────────────────────────────────────────────────


def conditional_entropy_sign(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1)
    h = (p_xy * np.log(ratio)).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_transposed(p_xy, *, base=None):
    p_y = p_xy.sum(axis=0, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_y, 1)
    h = -(p_xy * np.log(ratio)).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_joint(p_xy, *, base=None):
    h = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1))).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_of_y(p_xy, *, base=None):
    p_y = p_xy.sum(axis=0)
    h = -(p_y * np.log(np.where(p_y > 0, p_y, 1))).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_of_x(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    h = -(p_x * np.log(np.where(p_x > 0, p_x, 1))).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_plain_mean(p_xy, *, base=None):
    rows = [row / row.sum() for row in p_xy if row.sum() > 0]
    h = np.mean([-(r * np.log(np.where(r > 0, r, 1))).sum() for r in rows])
    return h if base is None else h / np.log(base)


def conditional_entropy_plain_sum(p_xy, *, base=None):
    rows = [row / row.sum() for row in p_xy if row.sum() > 0]
    h = np.sum([-(r * np.log(np.where(r > 0, r, 1))).sum() for r in rows])
    return h if base is None else h / np.log(base)


def conditional_entropy_rows_not_normalised(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    h_rows = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1))).sum(axis=1)
    h = (p_x * h_rows).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_log_zero(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1, keepdims=True)
    h = -(p_xy * np.log(p_xy / p_x)).sum()
    return h if base is None else h / np.log(base)


def conditional_entropy_base_ignored(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1)
    return -(p_xy * np.log(ratio)).sum()


def conditional_entropy_by_chain_rule(p_xy, *, base=None):
    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    return (h(p_xy) - h(p_xy.sum(axis=1))) / (1.0 if base is None else float(np.log(base)))


def conditional_entropy_by_rows(p_xy, *, base=None):
    h = 0.0
    for row in p_xy:
        p_x = row.sum()
        for p in row[row > 0]:
            h += p_x * (-(p / p_x) * np.log(p / p_x))
    return h if base is None else h / np.log(base)


def _table(rng, n_x, n_y):
    weights = rng.uniform(0.2, 2, size=(n_x, n_y)) * np.arange(1, n_x + 1)[:, None]
    return weights / weights.sum()


def _table_with_zeros(rng):
    p = _table(rng, 4, 3)
    p[0, 1] = p[2, 0] = p[2, 2] = 0
    p[1] = 0
    return p / p.sum()


CONDITIONAL_ENTROPY = Exercise(
    function="conditional_entropy",
    topics=("C03-07",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=info.conditional_entropy,
    uses=("entropy",),
    cases=(
        Case(
            "a table of 2 × 2",
            lambda rng: call(_table(rng, 2, 2)),
            example=call([[0.3, 0.1], [0.2, 0.4]]),
        ),
        Case("a table of 3 × 5", lambda rng: call(_table(rng, 3, 5))),
        Case("in bits, base=2", lambda rng: call(_table(rng, 3, 3), base=2)),
        Case(
            "pairs and rows of probability 0",
            lambda rng: call(_table_with_zeros(rng)),
            example=call([[0.25, 0, 0.25], [0, 0, 0], [0, 0.125, 0], [0.125, 0.125, 0.125]]),
        ),
    ),
    misconceptions=(
        Misconception(
            "sign",
            conditional_entropy_sign,
            "Your result is negative: H(Y|X) is a mean of entropies, +Σ p(x) H(Y|X=x). (In Σ p(x,y) log p(y|x) a "
            "minus stands in front.)",
            case="a table of 2 × 2",
        ),
        Misconception(
            "transposed",
            conditional_entropy_transposed,
            "This is H(X|Y): the rows of p_xy are the values of X, so p(x) is the sum of a row, axis 1.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "joint",
            conditional_entropy_joint,
            "This is the entropy of the pair, H(X,Y); the logarithm is of p(y|x) = p(x,y) / p(x).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "entropy-of-y",
            conditional_entropy_of_y,
            "This is the entropy of Y alone; knowing X must be used: each row is a distribution of Y.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "entropy-of-x",
            conditional_entropy_of_x,
            "This is the entropy of X, of the row sums; each row is a distribution of Y, and their entropies are "
            "wanted.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "plain-mean",
            conditional_entropy_plain_mean,
            "You average the rows' entropies with equal weights; row x counts with p(x).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "plain-sum",
            conditional_entropy_plain_sum,
            "You add up the rows' entropies; each counts with its p(x).",
            case="a table of 2 × 2",
        ),
        Misconception(
            "rows-not-normalised",
            conditional_entropy_rows_not_normalised,
            "The rows of the table sum to p(x), not to 1: divide by p(x) before you take the entropy of a row.",
            case="a table of 2 × 2",
        ),
        Misconception(
            "log-zero",
            conditional_entropy_log_zero,
            "Where p(x,y) is 0 you get 0 · log 0 or 0/0 = nan; such a pair counts 0.",
            case="pairs and rows of probability 0",
        ),
        Misconception(
            "base-ignored",
            conditional_entropy_base_ignored,
            "You ignore `base`: divide by log(base) to change the unit.",
            case="in bits, base=2",
        ),
    ),
    alternatives=(conditional_entropy_by_chain_rule, conditional_entropy_by_rows),
    hints=(
        "How uncertain are you about the pair, and how much of that is about X alone?",
        "H(Y|X) = H(X,Y) − H(X): the entropy of all entries, less that of the row sums.",
        "entropy(p_xy.ravel(), base=base) - entropy(p_xy.sum(axis=1), base=base)",
    ),
)

# ── mutual_information ───────────────────────────────────────────────────────────────────────────────────


def mutual_information_sign(p_xy, *, base=None):
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()
    return i if base is None else i / np.log(base)


def mutual_information_reversed(p_xy, *, base=None):
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
            lambda rng: call(_table(rng, 2, 2)),
            example=call([[0.3, 0.1], [0.2, 0.4]]),
        ),
        Case("a table of 3 × 5", lambda rng: call(_table(rng, 3, 5))),
        Case("in bits, base=2", lambda rng: call(_table(rng, 3, 4), base=2)),
        Case(
            "pairs and rows of probability 0",
            lambda rng: call(_table_with_zeros(rng)),
            example=call([[0.25, 0, 0.25], [0, 0, 0], [0, 0.125, 0], [0.125, 0.125, 0.125]]),
        ),
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
            case="pairs and rows of probability 0",
        ),
        Misconception(
            "base-ignored",
            mutual_information_base_ignored,
            "You ignore `base`: divide by log(base) to change the unit.",
            case="in bits, base=2",
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
