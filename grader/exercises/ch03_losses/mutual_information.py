"""What two variables share: the mutual information."""

import numpy as np

from grader.exercises.ch03_losses.conditional_entropy import table, table_with_zeros, tables_allowed
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from nnlib import info
from nnlib.info import conditional_entropy, entropy

ROUGH = (
    1e-5,
    1e-5,
)  # an eps of 1e-7 costs the sharp cases, not all; in float32 a difference of entropies loses digits


def _rare(rng):
    """The last values of X and Y come once in a million, together: an eps of 1e-12 beside p(x) p(y) = 1e-12 shows."""
    p = np.zeros((3, 4))
    p[:2, :3] = (1 - 1e-6) * table(rng, 2, 3)
    p[2, 3] = 1e-6
    return call(p, base=10)


MUTUAL_INFORMATION = Exercise(
    function="mutual_information",
    topics=("C03-10", "C03-11"),
    points=2,
    difficulty=3,
    minutes=10,
    reference=info.mutual_information,
    forbid=("sklearn.metrics.mutual_info_score",),
    uses=("conditional_entropy", "entropy"),
    allowed=tables_allowed,
    cases=(
        Case(
            "a table of 2 × 2",
            lambda rng: call(table(rng, 2, 2)),
            example=call([[0.35, 0.05], [0.2, 0.4]]),
        ),
        Case("a table of 3 × 5", lambda rng: call(table(rng, 3, 5)), draws=3),
        Case("in bits, base=2", lambda rng: call(table(rng, 3, 4), base=2), tol=ROUGH),
        Case(
            "pairs, rows and columns of probability 0",
            lambda rng: call(table_with_zeros(rng), base=None),
            example=call([[0.1, 0, 0.15, 0], [0, 0, 0, 0], [0.25, 0.4, 0.1, 0]], base=None),
            tol=ROUGH,
        ),
        Case("a pair that is rare", _rare, weight=2),
        in_turn(
            "one value of X or Y tells nothing",
            lambda rng: call([[0, 1, 0]]),
            lambda rng: call(table(rng, 1, 4), base=2),
            lambda rng: call(table(rng, 4, 1)),
            edge=True,
        ),
        keeps_arguments(lambda rng: call(table_with_zeros(rng))),
    ),
    hints=(
        "How much less uncertain are you about Y once X is known?",
        "Three ways: H(Y) − H(Y|X), H(X) + H(Y) − H(X,Y), and the divergence of p(x,y) from p(x) p(y).",
        "entropy(p_xy.sum(axis=0), base=base) - conditional_entropy(p_xy, base=base)",
    ),
)


@MUTUAL_INFORMATION.wrong
def mutual_information_sign(p_xy, *, base=None):
    """Your result is negative, but it is a divergence, and no divergence is.

    +Σ p(x,y) log [p(x,y) / (p(x) p(y))]."""
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_reversed(p_xy, *, base=None):
    """You weigh with p(x) p(y), which is the divergence the other way round.

    The weights are p(x,y)."""
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    terms = product * np.log(np.where(p_xy > 0, product, 1) / np.where(p_xy > 0, p_xy, 1))
    i = terms.sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_not_weighted(p_xy, *, base=None):
    """You add up the logarithms, however seldom a pair comes.

    Each pair counts with p(x,y)."""
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1)).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_sum_of_marginals(p_xy, *, base=None):
    """You divide by a sum, p(x) + p(y), which is not what p(x,y) would be if X and Y were independent.

    Independent variables have p(x,y) = p(x) · p(y), a product."""
    both = p_xy.sum(axis=1, keepdims=True) + p_xy.sum(axis=0, keepdims=True)
    i = (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, both, 1))).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_one_marginal(p_xy, *, base=None):
    """You divide by p(x) alone, which gives −H(Y|X).

    p(y) belongs under the fraction, too: p(x,y) / (p(x) p(y))."""
    p_x = p_xy.sum(axis=1, keepdims=True)
    i = (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1))).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong(case="a table of 3 × 5")
def mutual_information_wrong_pair(p_xy, *, base=None):
    """You subtract H(Y|X) from H(X), but it is what is left of the uncertainty about Y.

    It belongs to H(Y): I = H(Y) − H(Y|X)."""

    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    h_x = h(p_xy.sum(axis=1))
    i = h_x - (h(p_xy) - h_x)
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_joint(p_xy, *, base=None):
    """This is the entropy of the pair, H(X,Y), not what the two share.

    What they share is H(X) + H(Y) − H(X,Y)."""
    i = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1))).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_what_is_left(p_xy, *, base=None):
    """This is H(X|Y) + H(Y|X), what the two do not share.

    H(X,Y) less that is what they share, H(X) + H(Y) − H(X,Y)."""

    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    i = 2 * h(p_xy) - h(p_xy.sum(axis=1)) - h(p_xy.sum(axis=0))
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong(case="pairs, rows and columns of probability 0")
def mutual_information_log_zero(p_xy, *, base=None):
    """Where p(x,y) is 0 you get 0 · log 0 or 0/0 = nan; such a pair counts 0."""
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    i = (p_xy * np.log(p_xy / product)).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong(case="in bits, base=2")
def mutual_information_base_ignored(p_xy, *, base=None):
    """You ignore `base`: your result is in nats, whatever unit is asked for.

    Divide by np.log(base) if base is not None."""
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    return (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()


@MUTUAL_INFORMATION.wrong
def mutual_information_reversed_infinite(p_xy, *, base=None):
    """You weigh with p(x) p(y), which is the divergence the other way round.

    The weights are p(x,y)."""
    product = p_xy.sum(axis=1, keepdims=True) * p_xy.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore"):
        terms = product * np.log(np.where(product > 0, product, 1) / np.where(product > 0, p_xy, 1))
    i = terms.sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_entropy_of_x(p_xy, *, base=None):
    """H(X,Y) − H(Y|X) is H(X), which knows nothing of Y.

    Take H(X|Y) off as well, or start from H(Y)."""
    return entropy(p_xy.ravel(), base=base) - conditional_entropy(p_xy, base=base)


@MUTUAL_INFORMATION.wrong(case="in bits, base=2")
def mutual_information_base_in_one_term(p_xy, *, base=None):
    """One of the two entropies is in units of `base`, the other in nats.

    Pass base=base to both."""
    return entropy(p_xy.sum(axis=0), base=base) - conditional_entropy(p_xy)


@MUTUAL_INFORMATION.wrong
def mutual_information_joint_by_rows(p_xy, *, base=None):
    """entropy(p_xy) gives one number for each row; H(X,Y), the entropy of the pair, is one number for the whole
    table.

    Hand it the flat table: entropy(p_xy.ravel(), base=base)."""
    h_x, h_y = entropy(p_xy.sum(axis=1), base=base), entropy(p_xy.sum(axis=0), base=base)
    return h_x + h_y - entropy(p_xy, base=base)


@MUTUAL_INFORMATION.wrong
def mutual_information_product_transposed(p_xy, *, base=None):
    """Your table of p(x) p(y) is transposed: the rows belong to X.

    np.outer(p_x, p_y)."""
    product = np.outer(p_xy.sum(axis=0), p_xy.sum(axis=1))
    i = (p_xy * np.log(np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, product, 1))).sum()
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.wrong
def mutual_information_scaled(p_xy, *, base=None):
    """You divide by the mean of the two entropies, as some scores do; the mutual information is in bits or
    nats."""
    h_x, h_y = entropy(p_xy.sum(axis=1), base=base), entropy(p_xy.sum(axis=0), base=base)
    return 2 * (h_x + h_y - entropy(p_xy.ravel(), base=base)) / (h_x + h_y)


@MUTUAL_INFORMATION.wrong(case="a pair that is rare")
def mutual_information_epsilon(p_xy, *, base=None):
    """You add a small number inside the logarithm. Where a pair is rare, p(x) p(y) is smaller still, and the
    number is no longer small beside it.

    Leave out the pairs of probability 0 instead."""
    product = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    shared = (p_xy * np.log((p_xy + 1e-12) / (product + 1e-12))).sum()
    return shared if base is None else shared / np.log(base)


@MUTUAL_INFORMATION.right
def mutual_information_by_three_entropies(p_xy, *, base=None):
    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    i = h(p_xy.sum(axis=0)) + h(p_xy.sum(axis=1)) - h(p_xy)
    return i / (1.0 if base is None else float(np.log(base)))


@MUTUAL_INFORMATION.right
def mutual_information_by_divergence(p_xy, *, base=None):
    from scipy.special import rel_entr

    independent = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    return rel_entr(p_xy, independent).sum() / np.log(np.e if base is None else base)


@MUTUAL_INFORMATION.right
def mutual_information_by_loop(p_xy, *, base=None):
    p_x, p_y, i = p_xy.sum(axis=1), p_xy.sum(axis=0), 0.0
    for x in range(p_xy.shape[0]):
        for y in range(p_xy.shape[1]):
            if p_xy[x, y] > 0:
                i += p_xy[x, y] * np.log(p_xy[x, y] / (p_x[x] * p_y[y]))
    return i if base is None else i / np.log(base)


@MUTUAL_INFORMATION.right
def mutual_information_joint_minus_both(p_xy, *, base=None):
    joint = entropy(p_xy.flatten(), base=base)
    y_if_x = conditional_entropy(p_xy, base=base)
    x_if_y = conditional_entropy(p_xy.T, base=base)
    return joint - x_if_y - y_if_x


@MUTUAL_INFORMATION.right
def mutual_information_loops_over_the(p_xy, *, base=None):
    log = np.log
    px = [sum(row) for row in p_xy]
    py = [sum(col) for col in p_xy.T]
    total = 0.0
    for i, j in zip(*np.nonzero(p_xy)):
        total += p_xy[i, j] * (log(p_xy[i, j]) - log(px[i]) - log(py[j]))
    if base is None:
        return total
    return total / log(base)
