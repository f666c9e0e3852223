"""Two variables and their table of probabilities: the conditional entropy."""

import numpy as np

from grader.exercises.ch03_losses.entropy import ROUGH
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, probabilities, shape
from nnlib import info
from nnlib.info import entropy


def table(rng, n_x, n_y):
    weights = rng.uniform(0.2, 2, size=(n_x, n_y)) * np.arange(1, n_x + 1)[:, None]
    return weights / weights.sum()


def uneven(rng, n):
    """The rows come more and more often, and tell less and less."""
    weights = rng.uniform(0.5, 1, size=(n, n)) + 4 * np.diag(np.arange(n, 0, -1))
    weights *= (3.0 ** np.arange(n) / weights.sum(axis=1))[:, None]
    return weights / weights.sum()


def table_with_zeros(rng):
    """Some pairs, the second row and the fourth column never come."""
    p = table(rng, 4, 5)
    p[0, 1] = p[2, 0] = p[2, 2] = 0
    p[1] = p[:, 3] = 0
    return p / p.sum()


def known(rng):
    """X tells Y: one entry a row."""
    p = table(rng, 3, 1)
    return call(p * np.eye(3)[[0, 2, 1]])


def tables_allowed(rng):
    """Tables of any shape; in some of them some pairs are rare."""
    n_x, n_y = shape(rng, axes=(2,))
    p = probabilities(rng, n_x * n_y) * one_of(rng, 1, 1, 10.0 ** rng.integers(-7, 1, size=n_x * n_y))
    return call((p / p.sum()).reshape(n_x, n_y), **options(rng, base=(None, 2, 10, 3.5)))


CONDITIONAL_ENTROPY = Exercise(
    function="conditional_entropy",
    topics=("C03-07",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=info.conditional_entropy,
    forbid=("nnlib.info.joint_entropy",),
    uses=("entropy",),
    allowed=tables_allowed,
    cases=(
        Case(
            "a table of 2 × 2",
            lambda rng: call(table(rng, 2, 2)),
            example=call([[0.35, 0.05], [0.2, 0.4]]),
        ),
        Case("a table of 3 × 5", lambda rng: call(table(rng, 3, 5)), draws=3),
        Case("in bits, base=2", lambda rng: call(uneven(rng, 3), base=2), weight=2, tol=ROUGH),
        Case(
            "pairs, rows and columns of probability 0",
            lambda rng: call(table_with_zeros(rng), base=None),
            example=call([[0.1, 0, 0.15, 0], [0, 0, 0, 0], [0.25, 0.4, 0.1, 0]], base=None),
            tol=ROUGH,
        ),
        Case(
            "one value of X",
            lambda rng: call(table(rng, 1, 4), base=10),
            example=call([[0.4, 0.3, 0.2, 0.1]], base=10),
        ),
        in_turn(
            "exactly 0 where X tells Y",
            known,
            lambda rng: call(table(rng, 4, 1)),
            lambda rng: call(np.ones((1, 1)), base=2),
            edge=True,
        ),
        keeps_arguments(lambda rng: call(table_with_zeros(rng))),
    ),
    hints=(
        "How uncertain are you about the pair, and how much of that is about X alone?",
        "H(Y|X) = H(X,Y) − H(X): the entropy of all entries, less that of the row sums.",
        "entropy(p_xy.ravel(), base=base) - entropy(p_xy.sum(axis=1), base=base)",
    ),
)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_sign(p_xy, *, base=None):
    """Your result is negative, but H(Y|X) is a mean of entropies, and no entropy is negative.

    Put a minus in front: −Σ p(x,y) log p(y|x), which is +Σ p(x) H(Y|X=x)."""
    p_x = p_xy.sum(axis=1, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1)
    h = (p_xy * np.log(ratio)).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_transposed(p_xy, *, base=None):
    """This is H(X|Y): the rows of p_xy are the values of X, and you take them for those of Y.

    p(x) is the sum of a row, axis 1: p_xy.sum(axis=1)."""
    p_y = p_xy.sum(axis=0, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_y, 1)
    h = -(p_xy * np.log(ratio)).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_joint(p_xy, *, base=None):
    """This is the entropy of the pair, H(X,Y): the uncertainty about X is still in it.

    The logarithm is of p(y|x) = p(x,y) / p(x)."""
    h = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1))).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_entropy_of_y(p_xy, *, base=None):
    """This is the entropy of Y alone: that X is known changes nothing in it.

    Each row, divided by its sum p(x), is a distribution of Y: add up their entropies, row x with the weight
    p(x)."""
    p_y = p_xy.sum(axis=0)
    h = -(p_y * np.log(np.where(p_y > 0, p_y, 1))).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_entropy_of_x(p_xy, *, base=None):
    """This is the entropy of X, of the row sums: what a row says about Y is not in it.

    Each row, divided by its sum p(x), is a distribution of Y: add up their entropies, row x with the weight
    p(x)."""
    p_x = p_xy.sum(axis=1)
    h = -(p_x * np.log(np.where(p_x > 0, p_x, 1))).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_plain_mean(p_xy, *, base=None):
    """You average the rows' entropies with equal weights, though some rows come more often than others.

    Row x counts with p(x): Σ p(x) H(Y|X=x)."""
    rows = [row / row.sum() for row in p_xy if row.sum() > 0]
    h = np.mean([-(r * np.log(np.where(r > 0, r, 1))).sum() for r in rows])
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_plain_sum(p_xy, *, base=None):
    """You add up the rows' entropies in full, though each row comes only now and then.

    Each counts with its p(x): Σ p(x) H(Y|X=x)."""
    rows = [row / row.sum() for row in p_xy if row.sum() > 0]
    h = np.sum([-(r * np.log(np.where(r > 0, r, 1))).sum() for r in rows])
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_rows_not_normalised(p_xy, *, base=None):
    """You take the rows of the table for distributions, but they sum to p(x), not to 1.

    Divide a row by p(x) before you take its entropy."""
    p_x = p_xy.sum(axis=1)
    h_rows = -(p_xy * np.log(np.where(p_xy > 0, p_xy, 1))).sum(axis=1)
    h = (p_x * h_rows).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong(case="pairs, rows and columns of probability 0")
def conditional_entropy_log_zero(p_xy, *, base=None):
    """Where p(x,y) is 0 you get 0 · log 0 or 0/0 = nan; such a pair counts 0."""
    p_x = p_xy.sum(axis=1, keepdims=True)
    h = -(p_xy * np.log(p_xy / p_x)).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong(case="in bits, base=2")
def conditional_entropy_base_ignored(p_xy, *, base=None):
    """You ignore `base`: your result is in nats, whatever unit is asked for.

    Divide by np.log(base) if base is not None."""
    p_x = p_xy.sum(axis=1, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1)
    return -(p_xy * np.log(ratio)).sum()


@CONDITIONAL_ENTROPY.wrong(case="in bits, base=2")
def conditional_entropy_base_twice(p_xy, *, base=None):
    """You change the unit twice: entropy(..., base=base) is in units of base already."""
    h = entropy(p_xy.ravel(), base=base) - entropy(p_xy.sum(axis=1), base=base)
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong(case="in bits, base=2")
def conditional_entropy_base_in_one_term(p_xy, *, base=None):
    """One of the two entropies is in units of `base`, the other in nats.

    Pass base=base to both."""
    return entropy(p_xy.ravel(), base=base) - entropy(p_xy.sum(axis=1))


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_no_new_axis(p_xy, *, base=None):
    """p_xy / p_x divides column j by the sum of row j: NumPy lines a vector up with the columns.

    Make p(x) a column, p_x[:, None] or keepdims=True."""
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_xy.sum(axis=1), 1)
    h = -(p_xy * np.log(ratio)).sum()
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_not_summed(p_xy, *, base=None):
    """You return one number for each row; H(Y|X) is one number for the whole table.

    Add them up: H(Y|X) is the sum of p(x) H(Y|X=x)."""
    p_x = p_xy.sum(axis=1, keepdims=True)
    ratio = np.where(p_xy > 0, p_xy, 1) / np.where(p_xy > 0, p_x, 1)
    h = -(p_xy * np.log(ratio)).sum(axis=1)
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.wrong
def conditional_entropy_joint_by_rows(p_xy, *, base=None):
    """entropy(p_xy) gives one number for each row; H(X,Y), the entropy of the pair, is one number for the whole
    table.

    Hand it the flat table: entropy(p_xy.ravel(), base=base)."""
    return entropy(p_xy, base=base) - entropy(p_xy.sum(axis=1), base=base)


@CONDITIONAL_ENTROPY.right
def conditional_entropy_by_chain_rule(p_xy, *, base=None):
    def h(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    return (h(p_xy) - h(p_xy.sum(axis=1))) / (1.0 if base is None else float(np.log(base)))


@CONDITIONAL_ENTROPY.right
def conditional_entropy_by_rows(p_xy, *, base=None):
    h = 0.0
    for row in p_xy:
        p_x = row.sum()
        for p in row[row > 0]:
            h += p_x * (-(p / p_x) * np.log(p / p_x))
    return h if base is None else h / np.log(base)


@CONDITIONAL_ENTROPY.right
def conditional_entropy_double_loop_over(p_xy, *, base=None):
    n_x, n_y = p_xy.shape
    h = 0.0
    for i in range(n_x):
        px = float(p_xy[i].sum())
        for j in range(n_y):
            pij = float(p_xy[i, j])
            if pij == 0:
                continue
            h = h - pij * np.log(pij / px)
    if base is not None:
        h = h / np.log(base)
    return h


@CONDITIONAL_ENTROPY.right
def conditional_entropy_chain_rule_h(p_xy, *, base=None):
    joint = entropy(np.ravel(p_xy), base=base)
    first = entropy(np.sum(p_xy, axis=1), base=base)
    return joint - first


@CONDITIONAL_ENTROPY.right
def conditional_entropy_two_loops_and(p_xy, *, base=None):
    n_x, n_y = p_xy.shape
    total = 0.0
    for i in range(n_x):
        px = 0.0
        for j in range(n_y):
            px += p_xy[i, j]
        for j in range(n_y):
            pij = p_xy[i, j]
            if pij > 0:
                total += pij * (np.log(px) - np.log(pij))
    if base is None:
        return total
    return total / np.log(base)
