"""Answers to chapter 03 as several beginners type them, without the cases: at least four wrong, two right each."""

BANK = []


def _add(name, kind, label, source):
    BANK.append((name, kind, label, source.strip("\n") + "\n"))


# ---------------------------------------------------------------- 1 entropy
_add(
    "entropy",
    "wrong",
    "no base is taken for bits",
    """
def entropy(p, *, axis=-1, base=None):
    if base is None:
        base = 2
    safe = np.where(p > 0, p, 1.0)
    return -(p * np.log(safe)).sum(axis=axis) / np.log(base)
""",
)
_add(
    "entropy",
    "wrong",
    "scales the probabilities to sum 1, as scipy.stats.entropy does",
    """
def entropy(p, *, axis=-1, base=None):
    p = p / np.sum(p, axis=axis, keepdims=True)
    logs = np.log(np.where(p > 0, p, 1.0))
    h = -np.sum(p * logs, axis=axis)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "entropy",
    "wrong",
    "p[p > 0] flattens: one number for many rows",
    """
def entropy(p, *, axis=-1, base=None):
    p = p[p > 0]
    H = -np.sum(p * np.log(p), axis=-1)
    return H if base is None else H / np.log(base)
""",
)
_add(
    "entropy",
    "wrong",
    "zeros are replaced by 1 in the caller's array",
    """
def entropy(p, *, axis=-1, base=None):
    p[p == 0] = 1  # log(1) = 0, so these terms are gone
    h = -np.sum(p * np.log(p), axis=axis)
    if base:
        h /= np.log(base)
    return h
""",
)
_add(
    "entropy",
    "wrong",
    "any base means bits",
    """
def entropy(p, *, axis=-1, base=None):
    log = np.log if base is None else np.log2
    safe = np.where(p > 0, p, 1.0)
    return -np.sum(p * log(safe), axis=axis)
""",
)
_add(
    "entropy",
    "wrong",
    "the axis stays behind with length 1",
    """
def entropy(p, *, axis=-1, base=None):
    safe = np.where(p == 0, 1.0, p)
    h = -np.sum(safe * np.log(safe), axis=axis, keepdims=True)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "entropy",
    "wrong",
    "average of the k terms instead of the sum",
    """
def entropy(p, *, axis=-1, base=None):
    # the entropy is the average information
    info = -np.log(np.where(p > 0, p, 1.0))
    if base is not None:
        info = info / np.log(base)
    return np.mean(p * info, axis=axis)
""",
)
_add(
    "entropy",
    "wrong",
    "p = 0 gives nan",
    """
def entropy(p, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        h = -np.sum(p * np.log(p), axis=axis)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "entropy",
    "right",
    "a function for one distribution and apply_along_axis",
    """
def entropy(p, *, axis=-1, base=None):
    def one(row):
        total = 0.0
        for value in row:
            if value > 0:
                total -= value * np.log(value)
        return total

    h = np.apply_along_axis(one, axis, np.asarray(p, dtype=float))
    if base is None:
        return h
    return h / np.log(base)
""",
)
_add(
    "entropy",
    "right",
    "np.where after the multiplication (NumPy warns, the values are right)",
    """
def entropy(p, *, axis=-1, base=None):
    unit = 1.0 if base is None else np.log(base)
    terms = np.where(p == 0, 0.0, p * np.log(p))
    return -terms.sum(axis) / unit
""",
)
_add(
    "entropy",
    "right",
    "log with where= and out=",
    """
def entropy(p, *, axis=-1, base=None):
    p = np.asarray(p, dtype=np.float64)
    logs = np.zeros_like(p)
    np.log(p, out=logs, where=p > 0)
    if base is not None:
        logs /= np.log(base)
    return 0.0 - np.sum(p * logs, axis=axis)
""",
)

# ---------------------------------------------------------------- 2 cross_entropy_of_distributions
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "p and q exchanged: logarithm of p, weights q",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        terms = np.where(q > 0, q * np.log(p), 0.0)
    h = -terms.sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "q clipped at 1e-12, so never inf",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    q = np.clip(q, 1e-12, 1.0)
    h = -np.sum(p * np.log(q), axis=axis)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "terms with q = 0 count 0, the condition is on the wrong array",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    logq = np.log(np.where(q > 0, q, 1.0))
    h = -np.sum(p * logq, axis=axis)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "np.log(q, base) as in math.log: NumPy takes the second argument for out",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        terms = np.where(p > 0, p * np.log(q, base), 0.0)
    return -terms.sum(axis=axis)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "subtracts H(p): that is the divergence",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        terms = np.where(p > 0, p * np.log(q) - p * np.log(p), 0.0)
    h = -np.sum(terms, axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "takes p for a one-hot label: -log q at the largest p",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    label = np.expand_dims(np.argmax(p, axis=axis), axis)
    with np.errstate(divide="ignore"):
        h = -np.log(np.take_along_axis(q, label, axis=axis)).squeeze(axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "0 times inf gives nan where p and q are both 0",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    scale = 1.0 if base is None else np.log(base)
    with np.errstate(all="ignore"):
        return -(p * np.log(q)).sum(axis=axis) / scale
""",
)
_add(
    "cross_entropy_of_distributions",
    "right",
    "q is replaced where it does not count",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    used = np.where(p == 0, 1.0, q)
    with np.errstate(divide="ignore"):
        lengths = -np.log(used)
    if base is not None:
        lengths = lengths / np.log(base)
    return (p * lengths).sum(axis=axis)
""",
)
_add(
    "cross_entropy_of_distributions",
    "right",
    "loops over rows after moveaxis",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    P = np.moveaxis(np.asarray(p, dtype=float), axis, -1)
    Q = np.moveaxis(np.asarray(q, dtype=float), axis, -1)
    k = P.shape[-1]
    out = []
    for prow, qrow in zip(P.reshape(-1, k), Q.reshape(-1, k)):
        s = 0.0
        for pi, qi in zip(prow, qrow):
            if pi == 0:
                continue
            if qi == 0:
                s = np.inf
                break
            s += pi * -np.log(qi)
        out.append(s)
    out = np.array(out).reshape(P.shape[:-1])
    if base is not None:
        out = out / np.log(base)
    return out
""",
)

# ---------------------------------------------------------------- 3 kl_divergence
_add(
    "kl_divergence",
    "wrong",
    "the other direction, KL(q, p)",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        t = np.where(q > 0, q * np.log(q / p), 0.0)
    kl = t.sum(axis=axis)
    if base is not None:
        kl = kl / np.log(base)
    return kl
""",
)
_add(
    "kl_divergence",
    "wrong",
    "made symmetric, since it should be a distance",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        one = np.where(p > 0, p * np.log(p / q), 0.0).sum(axis=axis)
        two = np.where(q > 0, q * np.log(q / p), 0.0).sum(axis=axis)
    kl = (one + two) / 2
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "negative terms cut to 0, because KL >= 0",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        t = np.where(p > 0, p * np.log(p / q), 0.0)
    t = np.maximum(t, 0.0)
    kl = t.sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "torch's convention: the first argument already a logarithm",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        t = np.where(q > 0, q * (np.log(q) - p), 0.0)
    kl = np.sum(t, axis=axis)
    if base is not None:
        kl = kl / np.log(base)
    return kl
""",
)
_add(
    "kl_divergence",
    "wrong",
    "only the cross-entropy is changed to the base, the entropy stays in nats",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    unit = 1.0 if base is None else np.log(base)
    with np.errstate(all="ignore"):
        cross = -np.where(p > 0, p * np.log(q), 0.0).sum(axis=axis) / unit
        own = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=axis)
    return cross - own
""",
)
_add(
    "kl_divergence",
    "wrong",
    "H(p) - H(p, q): the sign",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        kl = np.where(p > 0, p * (np.log(q) - np.log(p)), 0.0).sum(axis=axis)
    if base is not None:
        kl = kl / np.log(base)
    return kl
""",
)
_add(
    "kl_divergence",
    "wrong",
    "a small number in the denominator: finite where it is inf",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    eps = 1e-15
    ratio = np.where(p > 0, p / (q + eps), 1.0)
    kl = np.sum(p * np.log(ratio), axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "the mask flattens: one number for all rows, axis not used",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    m = p > 0
    with np.errstate(divide="ignore"):
        kl = np.sum(p[m] * np.log(p[m] / q[m]))
    if base is not None:
        kl = kl / np.log(base)
    return kl
""",
)
_add(
    "kl_divergence",
    "right",
    "nansum: only terms with p = 0 are nan",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore", invalid="ignore"):
        t = p * (np.log(p) - np.log(q))
    t = np.where(p == 0, np.nan, t)
    kl = np.nansum(t, axis=axis)
    if base is None:
        return kl
    return kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "right",
    "table of terms filled by boolean indices, inf put in by hand",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    p = np.asarray(p, dtype=float)
    q = np.asarray(q, dtype=float)
    terms = np.zeros(p.shape)
    both = (p > 0) & (q > 0)
    terms[both] = p[both] * np.log(p[both] / q[both])
    terms[(p > 0) & (q == 0)] = np.inf
    result = np.sum(terms, axis=axis)
    return result / (np.log(base) if base is not None else 1.0)
""",
)

# ---------------------------------------------------------------- 4 conditional_entropy
_add(
    "conditional_entropy",
    "wrong",
    "H(X|Y): sums of the columns",
    """
def conditional_entropy(p_xy, *, base=None):
    p_y = p_xy.sum(axis=0)
    h = entropy(p_xy.ravel()) - entropy(p_y)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "plain mean of the rows' entropies, not weighted by p(x)",
    """
def conditional_entropy(p_xy, *, base=None):
    hs = []
    for row in p_xy:
        s = row.sum()
        if s == 0:
            continue
        hs.append(entropy(row / s, base=base))
    return np.mean(hs)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "rows not divided by p(x)",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    return p_x @ entropy(p_xy, base=base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "minus sum p(x) H(Y|X=x): one minus too many",
    """
def conditional_entropy(p_xy, *, base=None):
    total = 0.0
    for row in p_xy:
        px = np.sum(row)
        if px > 0:
            total += px * entropy(row / px, base=base)
    return -total
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "base not handed on",
    """
def conditional_entropy(p_xy, *, base=None):
    return entropy(p_xy.ravel()) - entropy(p_xy.sum(axis=1))
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "one entropy for each x instead of one number",
    """
def conditional_entropy(p_xy, *, base=None):
    px = p_xy.sum(axis=1, keepdims=True)
    cond = p_xy / np.where(px > 0, px, 1.0)
    return px[:, 0] * entropy(cond, axis=1, base=base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "turns the caller's table into conditional probabilities",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    p_xy /= np.where(p_x > 0, p_x, 1.0)[:, None]
    return float(p_x @ entropy(p_xy, base=base))
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "weights p(y|x) instead of p(x, y) in the double sum",
    """
def conditional_entropy(p_xy, *, base=None):
    h = 0.0
    for row in p_xy:
        for value in row:
            if value > 0:
                c = value / row.sum()
                h -= c * np.log(c)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "conditional_entropy",
    "right",
    "chain rule H(X,Y) - H(X)",
    """
def conditional_entropy(p_xy, *, base=None):
    joint = entropy(p_xy.reshape(-1), base=base)
    return joint - entropy(np.sum(p_xy, axis=1), base=base)
""",
)
_add(
    "conditional_entropy",
    "right",
    "double loop over the formula",
    """
def conditional_entropy(p_xy, *, base=None):
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
""",
)

# ---------------------------------------------------------------- 5 mutual_information
_add(
    "mutual_information",
    "wrong",
    "minus in front of the sum",
    """
def mutual_information(p_xy, *, base=None):
    px = p_xy.sum(axis=1)
    py = p_xy.sum(axis=0)
    m = p_xy > 0
    value = -np.sum(p_xy[m] * np.log(p_xy[m] / np.outer(px, py)[m]))
    return value if base is None else value / np.log(base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "H(X) - H(Y|X)",
    """
def mutual_information(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    return entropy(p_x, base=base) - conditional_entropy(p_xy, base=base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "np.outer with the sums in the wrong order",
    """
def mutual_information(p_xy, *, base=None):
    rows = p_xy.sum(axis=1)
    cols = p_xy.sum(axis=0)
    indep = np.outer(cols, rows)
    with np.errstate(all="ignore"):
        t = np.where(p_xy > 0, p_xy * np.log(p_xy / indep), 0.0)
    return t.sum() if base is None else t.sum() / np.log(base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "entropy(p_xy) goes along the rows: a vector instead of the joint entropy",
    """
def mutual_information(p_xy, *, base=None):
    hx = entropy(p_xy.sum(axis=1), base=base)
    hy = entropy(p_xy.sum(axis=0), base=base)
    return hx + hy - entropy(p_xy, base=base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "normalised by the entropies, as a clustering score",
    """
def mutual_information(p_xy, *, base=None):
    hx = entropy(p_xy.sum(axis=1), base=base)
    hy = entropy(p_xy.sum(axis=0), base=base)
    hxy = entropy(p_xy.ravel(), base=base)
    return (hx + hy - hxy) / ((hx + hy) / 2)
""",
)
_add(
    "mutual_information",
    "wrong",
    "pairs of probability 0 give nan",
    """
def mutual_information(p_xy, *, base=None):
    px = p_xy.sum(axis=1, keepdims=True)
    py = p_xy.sum(axis=0, keepdims=True)
    with np.errstate(all="ignore"):
        out = np.sum(p_xy * np.log(p_xy / (px * py)))
    if base is not None:
        out = out / np.log(base)
    return out
""",
)
_add(
    "mutual_information",
    "wrong",
    "base given to H(Y) only",
    """
def mutual_information(p_xy, *, base=None):
    p_y = p_xy.sum(axis=0)
    return entropy(p_y, base=base) - conditional_entropy(p_xy)
""",
)
_add(
    "mutual_information",
    "wrong",
    "joint minus one conditional entropy: H(X,Y) - H(Y|X) is H(X)",
    """
def mutual_information(p_xy, *, base=None):
    joint = entropy(p_xy.ravel(), base=base)
    return joint - conditional_entropy(p_xy, base=base)
""",
)
_add(
    "mutual_information",
    "right",
    "joint minus both conditional entropies, with the table transposed",
    """
def mutual_information(p_xy, *, base=None):
    joint = entropy(p_xy.flatten(), base=base)
    y_if_x = conditional_entropy(p_xy, base=base)
    x_if_y = conditional_entropy(p_xy.T, base=base)
    return joint - x_if_y - y_if_x
""",
)
_add(
    "mutual_information",
    "right",
    "loops over the non-zero pairs",
    """
def mutual_information(p_xy, *, base=None):
    log = np.log
    px = [sum(row) for row in p_xy]
    py = [sum(col) for col in p_xy.T]
    total = 0.0
    for i, j in zip(*np.nonzero(p_xy)):
        total += p_xy[i, j] * (log(p_xy[i, j]) - log(px[i]) - log(py[j]))
    if base is None:
        return total
    return total / log(base)
""",
)

# ---------------------------------------------------------------- 6 mse_loss
_add(
    "mse_loss",
    "wrong",
    "root of the mean (RMSE)",
    """
def mse_loss(pred, target, *, reduction="mean"):
    d = (pred - target) ** 2
    if reduction == "none":
        return d
    if reduction == "sum":
        return d.sum()
    return np.sqrt(d.mean())
""",
)
_add(
    "mse_loss",
    "wrong",
    "the mean divides by the number of rows",
    """
def mse_loss(pred, target, *, reduction="mean"):
    d = (pred - target) ** 2
    if reduction == "none":
        return d
    total = d.sum()
    if reduction == "mean":
        total = total / len(pred)
    return total
""",
)
_add(
    "mse_loss",
    "wrong",
    "Keras' convention: none averages over the last axis",
    """
def mse_loss(pred, target, *, reduction="mean"):
    sq = np.square(pred - target)
    if reduction == "none":
        return sq.mean(axis=-1)
    if reduction == "sum":
        return sq.sum()
    return sq.mean()
""",
)
_add(
    "mse_loss",
    "wrong",
    'asks for None, not for the string "none"',
    """
def mse_loss(pred, target, *, reduction="mean"):
    sq = np.square(pred - target)
    if reduction is None:
        return sq
    elif reduction == "sum":
        return np.sum(sq)
    else:
        return np.mean(sq)
""",
)
_add(
    "mse_loss",
    "wrong",
    "pred -= target overwrites the argument",
    """
def mse_loss(pred, target, *, reduction="mean"):
    pred -= target
    losses = pred**2
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.mean()
""",
)
_add(
    "mse_loss",
    "wrong",
    "square of the mean difference",
    """
def mse_loss(pred, target, *, reduction="mean"):
    d = pred - target
    if reduction == "mean":
        return np.mean(d) ** 2
    if reduction == "sum":
        return np.sum(d**2)
    return d**2
""",
)
_add(
    "mse_loss",
    "wrong",
    "half of the square",
    """
def mse_loss(pred, target, *, reduction="mean"):
    e = 0.5 * (target - pred) ** 2
    if reduction == "mean":
        return e.mean()
    if reduction == "sum":
        return e.sum()
    return e
""",
)
_add(
    "mse_loss",
    "right",
    "loop over the flat arrays, list, then reshape",
    """
def mse_loss(pred, target, *, reduction="mean"):
    out = []
    for a, b in zip(np.ravel(pred), np.ravel(target)):
        d = float(a) - float(b)
        out.append(d * d)
    if reduction == "none":
        return np.array(out).reshape(np.shape(pred))
    if reduction == "sum":
        return sum(out)
    return sum(out) / len(out)
""",
)
_add(
    "mse_loss",
    "right",
    "dictionary of the reductions, sum by vdot",
    """
def mse_loss(pred, target, *, reduction="mean"):
    diff = np.subtract(target, pred)
    total = np.vdot(diff, diff)
    return {"none": diff * diff, "sum": total, "mean": total / diff.size}[reduction]
""",
)

# ---------------------------------------------------------------- 7 huber_loss
_add(
    "huber_loss",
    "wrong",
    "that is smooth L1: divided by delta",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / (2 * delta), d - 0.5 * delta)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "line without the square of delta: delta d - delta / 2",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, 0.5 * d**2, delta * d - 0.5 * delta)
    if reduction == "mean":
        return np.mean(loss)
    elif reduction == "sum":
        return np.sum(loss)
    return loss
""",
)
_add(
    "huber_loss",
    "wrong",
    "signed difference in the condition: large negative errors stay on the parabola",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    e = pred - target
    loss = np.where(e <= delta, 0.5 * e**2, delta * (np.abs(e) - 0.5 * delta))
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    return loss
""",
)
_add(
    "huber_loss",
    "wrong",
    "one if for the whole array",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    if np.all(d <= delta):
        loss = 0.5 * d**2
    else:
        loss = delta * (d - 0.5 * delta)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "pseudo-Huber, the smooth formula from elsewhere",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    r = (pred - target) / delta
    loss = delta**2 * (np.sqrt(1 + r**2) - 1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "mean of the small errors plus mean of the large ones",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d * d / 2, delta * (d - delta / 2))
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    small, large = loss[d <= delta], loss[d > delta]
    result = 0.0
    if small.size:
        result += small.mean()
    if large.size:
        result += large.mean()
    return result
""",
)
_add(
    "huber_loss",
    "wrong",
    "line delta (d - delta): a jump at delta",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(target - pred)
    quad = d**2 / 2
    lin = delta * (d - delta)
    loss = np.where(d <= delta, quad, lin)
    if reduction == "none":
        return loss
    return getattr(np, reduction)(loss)
""",
)
_add(
    "huber_loss",
    "right",
    "one formula with c = min(d, delta)",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(np.asarray(pred) - target)
    c = np.minimum(d, delta)
    loss = c * (d - 0.5 * c)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / loss.size
""",
)
_add(
    "huber_loss",
    "right",
    "loop with an if for every element",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    result = np.zeros(pred.shape)
    for where in np.ndindex(*pred.shape):
        d = abs(float(pred[where]) - float(target[where]))
        if d > delta:
            result[where] = delta * d - delta * delta / 2
        else:
            result[where] = d * d / 2
    if reduction == "mean":
        return np.mean(result)
    if reduction == "sum":
        return np.sum(result)
    return result
""",
)

# ---------------------------------------------------------------- 8 smooth_l1_loss_backward
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "Huber's gradient: not divided by beta",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    g = np.clip(pred - target, -beta, beta)
    if reduction == "mean":
        g = g / g.size
    return grad_output * g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "the mean's 1/N forgotten",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    local = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    return grad_output * local
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "gradient with respect to the target",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = target - pred
    local = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    if reduction == "mean":
        local = local / d.size
    return grad_output * local
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "sign of the difference lost: slope 1 on both sides",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = np.abs(pred - target)
    local = np.where(d < beta, d / beta, 1.0)
    if reduction == "mean":
        local = local / d.size
    return grad_output * local
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "1/N also for the sum and for none",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    local = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    return grad_output * local / d.size
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "grad_output not used",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    grad = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    if reduction == "mean":
        grad /= grad.size
    return grad
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "derivative of d²/(2β) keeps the 2: d/(2β)",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    grad = np.where(np.abs(d) < beta, d / (2 * beta), np.sign(d))
    if reduction == "mean":
        grad = grad / d.size
    return grad_output * grad
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "gives back both gradients as a pair",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    if reduction == "mean":
        g = g / d.size
    return grad_output * g, -grad_output * g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "line beyond beta has slope beta",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = np.where(np.abs(d) < beta, d / beta, beta * np.sign(d))
    if reduction == "mean":
        g = g / d.size
    return grad_output * g
""",
)
_add(
    "smooth_l1_loss_backward",
    "right",
    "clip of d / beta, the upstream gradient spread first",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    g = np.broadcast_to(np.asarray(grad_output, dtype=float), np.shape(pred))
    if reduction == "mean":
        g = g / np.size(pred)
    return g * np.clip((pred - target) / beta, -1, 1)
""",
)
_add(
    "smooth_l1_loss_backward",
    "right",
    "loop over the elements",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    out = np.empty(pred.shape)
    for idx in np.ndindex(pred.shape):
        d = pred[idx] - target[idx]
        if d >= beta:
            slope = 1.0
        elif d <= -beta:
            slope = -1.0
        else:
            slope = d / beta
        if reduction == "none":
            out[idx] = slope * grad_output[idx]
        elif reduction == "sum":
            out[idx] = slope * grad_output
        else:
            out[idx] = slope * grad_output / pred.size
    return out
""",
)

# ---------------------------------------------------------------- 9 binary_cross_entropy
_add(
    "binary_cross_entropy",
    "wrong",
    "Keras' epsilon: probabilities clipped to 1e-7, certain and wrong costs 16",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    a = np.clip(probs, 1e-7, 1 - 1e-7)
    loss = -(target * np.log(a) + (1 - target) * np.log(1 - a))
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "second term forgotten",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        loss = -target * np.maximum(np.log(probs), -100)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "a weighted mean: divides by the sum of the weights",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        yes = np.maximum(np.log(probs), -100)
        no = np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    if weight is None:
        weight = np.ones_like(loss)
    loss = loss * weight
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / weight.sum()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "y_true first, y_pred second, as in Keras",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    y_true, y_pred = probs, target
    with np.errstate(divide="ignore"):
        loss = -y_true * np.maximum(np.log(y_pred), -100)
        loss = loss - (1 - y_true) * np.maximum(np.log(1 - y_pred), -100)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "nan_to_num on the loss: half a label at output 0 costs 100, not 50; e^-200 costs 200",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(all="ignore"):
        loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = np.nan_to_num(loss, nan=0.0, posinf=100.0)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "labels above a half are taken for 1, soft labels lost",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        yes = np.maximum(np.log(probs), -100)
        no = np.maximum(np.log(1 - probs), -100)
    loss = np.where(target > 0.5, -yes, -no)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "weight on the term of yes only",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    w = 1.0 if weight is None else weight
    with np.errstate(divide="ignore"):
        loss = -w * target * np.maximum(np.log(probs), -100)
        loss = loss - (1 - target) * np.maximum(np.log(1 - probs), -100)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "mean of the losses times mean of the weights",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    w = np.ones(probs.shape) if weight is None else weight
    with np.errstate(divide="ignore"):
        loss = -target * np.maximum(np.log(probs), -100)
        loss = loss - (1 - target) * np.maximum(np.log(1 - probs), -100)
    if reduction == "none":
        return w * loss
    if reduction == "sum":
        return np.sum(w * loss)
    return np.mean(w) * np.mean(loss)
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "weight forgotten when the single losses are asked for",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        yes = np.clip(np.log(probs), -100, 0)
        no = np.clip(np.log(1 - probs), -100, 0)
    loss = -(target * yes + (1 - target) * no)
    if reduction == "none":
        return loss
    if weight is not None:
        loss = loss * weight
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "right",
    "floor of e^-100 under both probabilities, in float64",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    a = np.asarray(probs, dtype=np.float64)
    y = np.asarray(target, dtype=np.float64)
    floor = np.exp(-100.0)
    ln_yes = np.log(np.maximum(a, floor))
    ln_no = np.log(np.maximum(1.0 - a, floor))
    each = (y - 1.0) * ln_no - y * ln_yes
    if weight is not None:
        each = each * weight
    if reduction == "none":
        return each
    elif reduction == "sum":
        return each.sum()
    else:
        return each.mean()
""",
)
_add(
    "binary_cross_entropy",
    "right",
    "small function for the logarithm, loop, list",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    def ln(v):
        if v <= 0:
            return -100.0
        return max(float(np.log(v)), -100.0)

    result = []
    for a, y in zip(probs.ravel().tolist(), target.ravel().tolist()):
        result.append(-(y * ln(a) + (1 - y) * ln(1 - a)))
    result = np.array(result).reshape(probs.shape)
    if weight is not None:
        result = result * weight
    if reduction == "none":
        return result
    total = result.sum()
    return total if reduction == "sum" else total / probs.size
""",
)

# ---------------------------------------------------------------- 10 neuron_gradients
_add(
    "neuron_gradients",
    "wrong",
    "no sigma' in the quadratic cost",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    return x.T @ delta / len(x), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "sigmoid applied twice inside sigma'",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    def sigmoid_prime(t):
        return sigmoid(t) * (1 - sigmoid(t))

    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * sigmoid_prime(a)
    n = x.shape[0]
    return x.T @ delta / n, delta.sum() / n
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "sum over the batch instead of the mean",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(np.dot(x, w) + b)
    delta = a - y
    if cost == "quadratic":
        delta *= a * (1 - a)
    return np.dot(x.T, delta), np.sum(delta)
""",
)
_add(
    "neuron_gradients",
    "wrong",
    '"cross-entropy" with a hyphen never matches: always the quadratic gradient',
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    if cost == "cross-entropy":
        delta = a - y
    else:
        delta = (a - y) * a * (1 - a)
    return (delta[:, None] * x).mean(axis=0), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "bias gradient first",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = (a - y) if cost == "cross_entropy" else (a - y) * a * (1 - a)
    dw = (delta[:, None] * x).mean(axis=0)
    db = delta.mean()
    return db, dw
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "bias gradient summed, weight gradient averaged",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    n = len(y)
    a = sigmoid(x @ w + b)
    delta = (a - y) if cost == "cross_entropy" else (a - y) * a * (1 - a)
    dw = np.zeros(len(w))
    db = 0.0
    for i in range(n):
        dw += delta[i] * x[i] / n
        db += delta[i]
    return dw, db
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "y - a, the step instead of the gradient",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    error = y - a
    if cost == "quadratic":
        error = error * a * (1 - a)
    return x.T @ error / len(y), np.mean(error)
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "mean error times mean input",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    db = np.mean(delta)
    dw = db * np.mean(x, axis=0)
    return dw, db
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "the quadratic cost without its half: factor 2",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = 2 * delta * a * (1 - a)
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "right",
    "sample by sample, chain rule in steps",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    dws, dbs = [], []
    for sample, label in zip(x, y):
        z = float(np.sum(sample * w)) + b
        a = sigmoid(z)
        if cost == "quadratic":
            dz = (a - label) * (a * (1 - a))
        else:
            dz = a - label
        dws.append(dz * sample)
        dbs.append(dz)
    return np.mean(dws, axis=0), np.mean(dbs)
""",
)
_add(
    "neuron_gradients",
    "right",
    "bias as one more input of 1",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    n, d = x.shape
    ones = np.hstack([x, np.ones((n, 1))])
    z = ones @ np.append(w, b)
    a = sigmoid(z)
    slope = {"quadratic": a - a**2, "cross_entropy": np.ones(n)}[cost]
    grad = np.einsum("n,n,nd->d", a - y, slope, ones) / n
    return grad[:d], grad[d]
""",
)

# ---------------------------------------------------------------- 11 binary_cross_entropy_with_logits
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "sigmoid, then logarithms not below -100: a logit of 1000 costs 100",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    a = sigmoid(logits)
    r = 1.0 if pos_weight is None else pos_weight
    with np.errstate(divide="ignore"):
        loss = -r * target * np.maximum(np.log(a), -100)
        loss = loss - (1 - target) * np.maximum(np.log(1 - a), -100)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "logits clipped to 500 against overflow",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    z = np.clip(logits, -500, 500)
    r = 1.0 if pos_weight is None else pos_weight
    loss = r * target * np.log1p(np.exp(-z)) + (1 - target) * np.log1p(np.exp(z))
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "ln(1 + e^z) as it stands: inf for large logits",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1 if pos_weight is None else pos_weight
    w = 1 if weight is None else weight
    with np.errstate(all="ignore"):
        yes = np.log(1 + np.exp(-logits))
        no = np.log(1 + np.exp(logits))
        loss = w * (r * target * yes + (1 - target) * no)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "pos_weight multiplies both terms",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    yes = np.logaddexp(0, -logits)
    no = np.logaddexp(0, logits)
    loss = target * yes + (1 - target) * no
    if pos_weight is not None:
        loss = pos_weight * loss
    if weight is not None:
        loss = weight * loss
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "factor 1 + (r - 1) y on the whole loss: right for hard labels only",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    loss = np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))
    if pos_weight is not None:
        loss = (1 + (pos_weight - 1) * target) * loss
    if weight is not None:
        loss = weight * loss
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "z and -z exchanged",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    loss = r * target * np.logaddexp(0, logits) + (1 - target) * np.logaddexp(0, -logits)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "the mean divides by the sum of the weights",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    w = np.ones(logits.shape) if weight is None else np.broadcast_to(weight, logits.shape)
    r = np.ones(logits.shape) if pos_weight is None else np.broadcast_to(pos_weight, logits.shape)
    loss = w * (r * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    if reduction == "mean":
        return loss.sum() / w.sum()
    return loss if reduction == "none" else loss.sum()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "stable formula remembered without the absolute value",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    def softplus(t):
        with np.errstate(over="ignore"):
            return np.maximum(t, 0) + np.log1p(np.exp(-t))

    r = 1.0 if pos_weight is None else pos_weight
    loss = r * target * softplus(-logits) + (1 - target) * softplus(logits)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "mean over the samples of the sum over the outputs",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    pos = target * np.logaddexp(0, -logits)
    neg = (1 - target) * np.logaddexp(0, logits)
    if pos_weight is not None:
        pos = pos * pos_weight
    loss = pos + neg
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / loss.shape[0]
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "weight and pos_weight exchanged",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    pos = target * np.logaddexp(0, -logits)
    neg = (1 - target) * np.logaddexp(0, logits)
    if weight is not None:
        pos = pos * weight
    loss = pos + neg
    if pos_weight is not None:
        loss = loss * pos_weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "right",
    "own softplus, max(t, 0) + log1p(e^-|t|)",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    tail = np.log1p(np.exp(-np.abs(logits)))
    minus_ln_a = np.maximum(-logits, 0) + tail
    minus_ln_not_a = np.maximum(logits, 0) + tail
    if pos_weight is not None:
        minus_ln_a = minus_ln_a * pos_weight
    single = target * minus_ln_a + (1 - target) * minus_ln_not_a
    single = single if weight is None else single * weight
    if reduction == "none":
        return single
    if reduction == "sum":
        return np.sum(single)
    return np.average(single)
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "right",
    "element by element with broadcast weights",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    z = np.asarray(logits, dtype=float)
    w = np.broadcast_to(1.0 if weight is None else weight, z.shape)
    r = np.broadcast_to(1.0 if pos_weight is None else pos_weight, z.shape)
    out = np.empty(z.shape)
    for k in np.ndindex(z.shape):
        y = float(target[k])
        yes = np.logaddexp(0.0, -z[k])
        no = np.logaddexp(0.0, z[k])
        out[k] = w[k] * (r[k] * y * yes + (1.0 - y) * no)
    if reduction == "none":
        return out
    if reduction == "sum":
        return out.sum()
    return out.mean()
""",
)

# ---------------------------------------------------------------- 12 nll_loss
_add(
    "nll_loss",
    "wrong",
    "weighted mean divided by n",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    w = np.ones(K) if weight is None else weight
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    loss = np.where(keep, -w[c] * log_probs[np.arange(n), c], 0.0)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / keep.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "ignored samples still in the divisor",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    w = np.ones(K) if weight is None else weight
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    wc = w[c]
    loss = -wc * log_probs[np.arange(n), c] * keep
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / wc.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "minus forgotten",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    losses = []
    total_w = 0.0
    for row, c in zip(log_probs, target):
        if c == ignore_index:
            losses.append(0.0)
            continue
        w = 1.0 if weight is None else weight[c]
        losses.append(w * row[c])
        total_w += w
    losses = np.array(losses)
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / total_w
""",
)
_add(
    "nll_loss",
    "wrong",
    "weight taken by sample, not by class",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    losses = []
    divisor = 0.0
    for i, c in enumerate(target):
        if c == ignore_index:
            losses.append(0.0)
            continue
        w = 1.0 if weight is None else weight[i]
        losses.append(-w * log_probs[i, c])
        divisor += w
    losses = np.array(losses)
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / divisor
""",
)
_add(
    "nll_loss",
    "wrong",
    "ignored samples filtered out: none returns fewer than n losses",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    keep = target != ignore_index
    log_probs, target = log_probs[keep], target[keep]
    w = np.ones(len(target)) if weight is None else weight[target]
    loss = -w * log_probs[np.arange(len(target)), target]
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "negative labels are ignored, ignore_index itself is not looked at",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    keep = target >= 0
    c = np.where(keep, target, 0)
    w = (np.ones(K) if weight is None else weight)[c] * keep
    loss = -w * log_probs[np.arange(n), c]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "ignored labels set to 0 in the caller's array",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    ignored = target == ignore_index
    target[ignored] = 0
    w = np.ones(n) if weight is None else weight[target].astype(float)
    w[ignored] = 0
    loss = -w * log_probs[np.arange(n), target]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "takes the logarithm of the probabilities once more",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = (np.ones(K) if weight is None else weight)[c] * keep
    with np.errstate(all="ignore"):
        loss = -w * np.log(log_probs[np.arange(n), c])
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "log_probs[:, target] is a table of n times n",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = np.ones(log_probs.shape[1]) if weight is None else weight
    wc = w[c] * keep
    loss = -wc * log_probs[:, c]
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / wc.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "class weights scaled to sum 1 first",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    w = np.ones(K) if weight is None else weight / weight.sum()
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    wc = np.where(keep, w[c], 0.0)
    loss = np.where(keep, -wc * log_probs[np.arange(n), c], 0.0)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / wc.sum()
""",
)
_add(
    "nll_loss",
    "right",
    "one loop, early continue",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    result = np.zeros(len(target))
    counted = 0.0
    for i, c in enumerate(target):
        if c == ignore_index:
            continue
        w_c = 1.0 if weight is None else float(weight[c])
        result[i] = w_c * -float(log_probs[i][c])
        counted += w_c
    if reduction == "none":
        return result
    total = result.sum()
    if reduction == "mean":
        total = total / counted
    return total
""",
)
_add(
    "nll_loss",
    "right",
    "a table of booleans, True at the true class",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    labels = np.asarray(target)[:, np.newaxis]
    K = log_probs.shape[1]
    hit = (labels == np.arange(K)) & (labels != ignore_index)
    w = np.ones(K) if weight is None else np.asarray(weight)
    picked = np.where(hit, -log_probs, 0.0) * w
    if reduction == "none":
        return picked.sum(axis=1)
    if reduction == "sum":
        return picked.sum()
    return picked.sum() / (hit * w).sum()
""",
)

# ---------------------------------------------------------------- 13 cross_entropy
_add(
    "cross_entropy",
    "wrong",
    "logarithm of softmax plus epsilon: 1000 behind costs 21",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -np.sum(w * y * np.log(softmax(logits) + 1e-9), axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)
""",
)
_add(
    "cross_entropy",
    "wrong",
    "softmax of the soft targets, too",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    if target.ndim == 1:
        y = np.eye(K)[target]
        div = w[target].sum()
    else:
        y = softmax(target)
        div = n
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / div
""",
)
_add(
    "cross_entropy",
    "wrong",
    "the mean divides by n for labels with weights, too",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    K = logits.shape[1]
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    terms = y * log_softmax(logits)
    if weight is not None:
        terms = terms * weight
    loss = -terms.sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "cross_entropy",
    "wrong",
    "for soft targets the mean divides by the weights of the rows",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    K = logits.shape[1]
    w = np.ones(K) if weight is None else weight
    hard = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * hard + label_smoothing / K
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (hard * w).sum()
""",
)
_add(
    "cross_entropy",
    "wrong",
    "smoothing spread over the K - 1 other classes",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    s = label_smoothing
    w = np.ones(K) if weight is None else weight
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - s) * y + s / (K - 1) * (1 - y)
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)
""",
)
_add(
    "cross_entropy",
    "wrong",
    "the label's weight on the whole smoothed loss",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    s = label_smoothing
    w = np.ones(K) if weight is None else weight
    logp = log_softmax(logits)
    if target.ndim == 1:
        y = (1 - s) * np.eye(K)[target] + s / K
        loss = -w[target] * (y * logp).sum(axis=1)
        div = w[target].sum()
    else:
        y = (1 - s) * target + s / K
        loss = -(w * y * logp).sum(axis=1)
        div = n
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / div
""",
)
_add(
    "cross_entropy",
    "wrong",
    "smoothing for labels only, soft targets stay as they are",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    if target.ndim == 2:
        y, div = target, n
    else:
        y = np.eye(K)[target] * (1 - label_smoothing) + label_smoothing / K
        div = w[target].sum()
    loss = -np.einsum("c,nc,nc->n", w, y, log_softmax(logits))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / div
""",
)
_add(
    "cross_entropy",
    "wrong",
    "with smoothing the mean divides by the smoothed weights",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(y * log_softmax(logits)) @ w
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / ((y @ w).sum() if target.ndim == 1 else n)
""",
)
_add(
    "cross_entropy",
    "wrong",
    "softmax down the columns",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(w * y * log_softmax(logits, axis=0)).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)
""",
)
_add(
    "cross_entropy",
    "wrong",
    "log_softmax of the softmax: the outputs taken for probabilities",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    a = softmax(logits)
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(w * y * log_softmax(a)).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)
""",
)
_add(
    "cross_entropy",
    "wrong",
    "class weights only for labels, left out with soft targets",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K)
    y = target
    div = n
    if target.ndim == 1:
        if weight is not None:
            w = weight
        y = np.zeros((n, K))
        y[np.arange(n), target] = 1
        div = w[target].sum()
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / div
""",
)
_add(
    "cross_entropy",
    "right",
    "rows in a loop, logsumexp with the largest logit taken out",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    s = label_smoothing
    w = [1.0] * K if weight is None else [float(v) for v in weight]
    labels = target.ndim == 1
    loss, divisor = [], 0.0
    for i in range(n):
        z = np.asarray(logits[i], dtype=float)
        top = z.max()
        lse = top + np.log(np.sum(np.exp(z - top)))
        value = 0.0
        for c in range(K):
            y = float(c == target[i]) if labels else float(target[i, c])
            y = (1 - s) * y + s / K
            value += w[c] * y * (lse - z[c])
        loss.append(value)
        divisor += w[int(target[i])] if labels else 1.0
    loss = np.array(loss)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / divisor
""",
)
_add(
    "cross_entropy",
    "right",
    "weighted costs of all classes, then hard and uniform part mixed",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    z = np.asarray(logits, dtype=float)
    cost = np.logaddexp.reduce(z, axis=1)[:, None] - z
    if weight is not None:
        cost = cost * weight
    if target.ndim == 1:
        own = np.take_along_axis(cost, target[:, None], axis=1)[:, 0]
        scale = len(target) if weight is None else np.sum(weight[target])
    else:
        own = np.einsum("ij,ij->i", cost, target)
        scale = len(target)
    each = (1 - label_smoothing) * own + label_smoothing * cost.mean(axis=1)
    if reduction == "none":
        return each
    total = each.sum()
    return total / scale if reduction == "mean" else total
""",
)

# ---------------------------------------------------------------- 14 cross_entropy_backward
_add(
    "cross_entropy_backward",
    "wrong",
    "not divided by n for the mean",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    if reduction == "none":
        return grad_output[:, None] * g
    return grad_output * g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "gradient in the true class only: [0, 0, a - 1]",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = np.where(y > 0, softmax(logits) - y, 0.0)
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "y - a",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = y - softmax(logits)
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "grad_output of shape (n,) multiplies the columns",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    if reduction == "mean":
        g = g / n
    return grad_output * g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "softmax typed in as it stands: nan near 1000",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    with np.errstate(all="ignore"):
        e = np.exp(logits)
        a = e / e.sum(axis=1, keepdims=True)
    y = np.eye(K)[target] if target.ndim == 1 else target
    if reduction == "none":
        scale = np.asarray(grad_output).reshape(n, 1)
    elif reduction == "sum":
        scale = grad_output
    else:
        scale = grad_output / n
    return scale * (a - y)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "the mean divides by all n K elements",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    if reduction == "none":
        return grad_output[:, None] * g
    if reduction == "sum":
        return grad_output * g
    return grad_output * g / g.size
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "divided by n for every reduction",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n = len(logits)
    g = softmax(logits)
    if target.ndim == 1:
        g[np.arange(n), target] -= 1
    else:
        g -= target
    g /= n
    if reduction == "none":
        grad_output = grad_output[:, None]
    return grad_output * g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "soft targets reduced to their largest class",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n = len(logits)
    if target.ndim == 2:
        target = target.argmax(axis=1)
    g = softmax(logits)
    g[np.arange(n), target] -= 1
    if reduction == "none":
        return g * grad_output[:, None]
    if reduction == "mean":
        g = g / n
    return g * grad_output
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "a (1 - a) multiplied in as for a sigmoid with the quadratic cost",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    a = softmax(logits)
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = (a - y) * a * (1 - a)
    if reduction == "none":
        return grad_output[:, None] * g
    if reduction == "mean":
        g = g / n
    return grad_output * g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "the caller's logits are shifted in place",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    logits -= logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    g = e / e.sum(axis=1, keepdims=True)
    n, K = g.shape
    g = g - (np.eye(K)[target] if target.ndim == 1 else target)
    if reduction == "none":
        return grad_output[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "only the diagonal of softmax's Jacobian: -y (1 - a)",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = -y * (1 - softmax(logits, axis=1))
    if reduction == "none":
        return grad_output[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "right",
    "Jacobian of log-softmax written out, einsum",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    one = np.identity(K)
    Y = one[target] if np.ndim(target) == 1 else np.asarray(target)
    A = np.exp(log_softmax(logits, axis=1))
    J = one[None, :, :] - A[:, None, :]  # d ln a_c / d z_j
    up = np.ones(n) * grad_output
    if reduction == "mean":
        up = up / n
    return -np.einsum("n,nc,ncj->nj", up, Y, J)
""",
)
_add(
    "cross_entropy_backward",
    "right",
    "row by row",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    rows = []
    for i, z in enumerate(logits):
        e = np.exp(z - np.max(z))
        row = e / np.sum(e)
        if target.ndim == 1:
            row[int(target[i])] -= 1
        else:
            row = row - target[i]
        if reduction == "none":
            row = row * grad_output[i]
        elif reduction == "sum":
            row = row * grad_output
        else:
            row = row * (grad_output / len(logits))
        rows.append(row)
    return np.array(rows)
""",
)

# ---------------------------------------------------------------- 15 kl_div
_add(
    "kl_div",
    "wrong",
    "the predictions taken for probabilities: logarithm once more",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        t = np.where(y > 0, y * (np.log(y) - np.log(log_probs)), 0.0)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    return t.sum() / (len(t) if reduction == "batchmean" else t.size)
""",
)
_add(
    "kl_div",
    "wrong",
    '"mean" divides by the rows, like "batchmean"',
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        t = np.where(y > 0, y * (np.log(y) - log_probs), 0.0)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    return t.sum(axis=1).mean()
""",
)
_add(
    "kl_div",
    "wrong",
    "with log_target the weights stay logarithms",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    if log_target:
        t = target * (target - log_probs)
    else:
        safe = np.where(target > 0, target, 1.0)
        t = np.where(target > 0, target * (np.log(safe) - log_probs), 0.0)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    if reduction == "batchmean":
        return t.sum() / t.shape[0]
    return t.mean()
""",
)
_add(
    "kl_div",
    "wrong",
    "the other direction: a (ln a - ln y)",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    with np.errstate(divide="ignore"):
        ln_y = target if log_target else np.log(target)
    t = np.exp(log_probs) * (log_probs - ln_y)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    if reduction == "batchmean":
        return t.sum() / len(t)
    return t.mean()
""",
)
_add(
    "kl_div",
    "wrong",
    "y ln y left out: the cross-entropy",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    t = -y * log_probs
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    if reduction == "batchmean":
        return t.sum() / len(t)
    return t.mean()
""",
)
_add(
    "kl_div",
    "wrong",
    "batchmean divides by the number of classes",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    safe = np.where(y > 0, y, 1.0)
    t = np.where(y > 0, y * (np.log(safe) - log_probs), 0.0)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    if reduction == "batchmean":
        return t.sum() / t.shape[1]
    return t.mean()
""",
)
_add(
    "kl_div",
    "wrong",
    "none returns one divergence a row",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    safe = np.where(y > 0, y, 1.0)
    rows = (y * np.log(safe) - np.where(y > 0, y * log_probs, 0.0)).sum(axis=1)
    if reduction == "none":
        return rows
    if reduction == "sum":
        return rows.sum()
    if reduction == "batchmean":
        return rows.mean()
    return rows.sum() / log_probs.size
""",
)
_add(
    "kl_div",
    "wrong",
    "target > 0 asked of logarithms: all terms 0 with log_target",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    with np.errstate(all="ignore"):
        if log_target:
            t = np.exp(target) * (target - log_probs)
        else:
            t = target * (np.log(target) - log_probs)
    t = np.where(target > 0, t, 0.0)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    return t.sum() / (t.shape[0] if reduction == "batchmean" else t.size)
""",
)
_add(
    "kl_div",
    "wrong",
    "zeros of the caller's target overwritten by a tiny number",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    if log_target:
        y = np.exp(target)
        ln_y = np.where(y > 0, target, -1000.0)  # any number, y is 0 there
    else:
        target[target == 0] = 1e-300
        y, ln_y = target, np.log(target)
    t = y * (ln_y - log_probs)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    return t.sum() / (t.shape[0] if reduction == "batchmean" else t.size)
""",
)
_add(
    "kl_div",
    "wrong",
    "0 log 0 gives nan",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    with np.errstate(all="ignore"):
        y = np.exp(target) if log_target else target
        t = y * (np.log(y) - log_probs)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    return t.sum() / (t.shape[0] if reduction == "batchmean" else t.size)
""",
)
_add(
    "kl_div",
    "wrong",
    "negative terms cut to 0, because a divergence is not negative",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    safe = np.where(y > 0, y, 1.0)
    t = np.maximum(np.where(y > 0, y * (np.log(safe) - log_probs), 0.0), 0.0)
    if reduction == "none":
        return t
    if reduction == "sum":
        return t.sum()
    return t.sum() / (t.shape[0] if reduction == "batchmean" else t.size)
""",
)
_add(
    "kl_div",
    "right",
    "only the terms that count are filled in",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else np.asarray(target)
    out = np.zeros(y.shape)
    on = y > 0
    out[on] = y[on] * (np.log(y[on]) - log_probs[on])
    if reduction == "none":
        return out
    divisor = {"sum": 1, "batchmean": out.shape[0], "mean": out.size}[reduction]
    return out.sum() / divisor
""",
)
_add(
    "kl_div",
    "right",
    "double loop",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    n, K = log_probs.shape
    terms = [[0.0] * K for _ in range(n)]
    for i in range(n):
        for c in range(K):
            if log_target:
                ln_y = float(target[i, c])
                y = float(np.exp(ln_y))
            else:
                y = float(target[i, c])
                ln_y = float(np.log(y)) if y > 0 else 0.0
            if y == 0:
                continue
            terms[i][c] = y * (ln_y - float(log_probs[i, c]))
    terms = np.array(terms)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    if reduction == "batchmean":
        return terms.sum() / n
    return terms.sum() / (n * K)
""",
)

# ---------------------------------------------------------------- 16 multi_margin_loss
_add(
    "multi_margin_loss",
    "wrong",
    "no 1/K, as in many books",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n = len(x)
    own = x[np.arange(n), target][:, None]
    m = np.maximum(0, margin - own + x) ** p
    m[np.arange(n), target] = 0
    loss = m.sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "the true class counts, too",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    own = x[np.arange(n), target][:, None]
    loss = (np.maximum(0, margin - own + x) ** p).sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "average over the K - 1 other classes",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    losses = []
    for row, c in zip(x, target):
        others = np.delete(row, c)
        losses.append(np.mean(np.maximum(0, margin - row[c] + others) ** p))
    losses = np.array(losses)
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "power of the sum, not of every term",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    m = np.maximum(0, margin - x[i, target][:, None] + x)
    m[i, target] = 0
    loss = m.sum(axis=1) ** p / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "margin always 1",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    m = np.maximum(0, 1 - x[i, target][:, None] + x) ** p
    m[i, target] = 0
    loss = m.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "only the strongest rival (Crammer and Singer)",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    m = np.maximum(0, margin - x[i, target][:, None] + x) ** p
    m[i, target] = 0
    loss = m.max(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "difference the wrong way round: margin - x_j + x_y",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    losses = np.zeros(n)
    for i in range(n):
        for j in range(K):
            if j != target[i]:
                losses[i] += max(0, margin - x[i, j] + x[i, target[i]]) ** p
    losses = losses / K
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "the mean divides by K a second time",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    m = np.maximum(0, margin - x[i, target][:, None] + x) ** p / K
    m[i, target] = 0
    if reduction == "none":
        return m.sum(axis=1)
    if reduction == "sum":
        return m.sum()
    return m.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "the true scores are overwritten in x",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    own = x[i, target].copy()
    x[i, target] = -np.inf
    loss = (np.maximum(0, margin - own[:, None] + x) ** p).sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "the option p not used",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    m = (margin - x[i, target][:, None] + x).clip(0)
    m[i, target] = 0
    loss = m.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "power inside the maximum: a class far behind costs with p=2",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    m = np.maximum(0, (margin - x[i, target][:, None] + x) ** p)
    m[i, target] = 0
    loss = m.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "right",
    "loops in plain Python",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    values = []
    for scores, c in zip(x, target):
        s = 0.0
        for j, xj in enumerate(scores):
            missing = margin - float(scores[c]) + float(xj)
            if j == c or missing <= 0:
                continue
            s += missing**p
        values.append(s / len(scores))
    if reduction == "none":
        return np.array(values)
    if reduction == "sum":
        return sum(values)
    return sum(values) / len(values)
""",
)
_add(
    "multi_margin_loss",
    "right",
    "lead of the true class, then np.where over the others",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    K = x.shape[-1]
    label = np.asarray(target).reshape(-1, 1)
    lead = np.take_along_axis(x, label, axis=1) - x
    others = label != np.arange(K)
    hinge = np.where(others & (lead < margin), margin - lead, 0.0)
    loss = np.power(hinge, p).sum(axis=1) / K
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]
""",
)
