"""Answers to chapter 03 as they come back in a pile of hand-ins, written without sight of the cases."""

BANK = []


def _add(name, kind, label, source):
    BANK.append((name, kind, label, source.strip("\n") + "\n"))


# ---------------------------------------------------------------- 1 entropy
_add(
    "entropy",
    "wrong",
    "formula as it stands: 0 log 0 is nan",
    """
def entropy(p, *, axis=-1, base=None):
    H = -np.sum(p * np.log(p), axis=axis)
    if base is not None:
        H = H / np.log(base)
    return H
""",
)
_add(
    "entropy",
    "wrong",
    "boolean mask flattens the array, right for a single distribution only",
    """
def entropy(p, *, axis=-1, base=None):
    nz = p[p > 0]
    H = -(nz * np.log(nz)).sum()
    return H if base is None else H / np.log(base)
""",
)
_add(
    "entropy",
    "wrong",
    "axis accepted but always the last one used",
    """
def entropy(p, *, axis=-1, base=None):
    logs = np.log(np.where(p > 0, p, 1.0))
    if base is not None:
        logs /= np.log(base)
    return -np.sum(p * logs, axis=-1)
""",
)
_add(
    "entropy",
    "wrong",
    "knows base 2 and nats, every other base gives nats",
    """
def entropy(p, *, axis=-1, base=None):
    safe = np.where(p == 0, 1, p)
    log = np.log2 if base == 2 else np.log
    return -(p * log(safe)).sum(axis=axis)
""",
)
_add(
    "entropy",
    "wrong",
    "multiplies by log(base) instead of dividing",
    """
def entropy(p, *, axis=-1, base=None):
    safe = np.where(p == 0, 1, p)
    h = -(p * np.log(safe)).sum(axis=axis)
    if base:
        h = h * np.log(base)
    return h
""",
)
_add(
    "entropy",
    "wrong",
    "scales the probabilities to sum 1 first",
    """
def entropy(p, *, axis=-1, base=None):
    p = p / p.sum(axis=axis, keepdims=True)
    safe = np.where(p == 0, 1, p)
    h = -(p * np.log(safe)).sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "entropy",
    "wrong",
    "writes 1 over the zeros of the caller's array",
    """
def entropy(p, *, axis=-1, base=None):
    p[p == 0] = 1
    h = -(p * np.log(p)).sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "entropy",
    "wrong",
    "keepdims left in, result has an axis of length 1",
    """
def entropy(p, *, axis=-1, base=None):
    terms = np.zeros(p.shape)
    np.log(p, out=terms, where=p > 0)
    H = -np.sum(p * terms, axis=axis, keepdims=True)
    return H if base is None else H / np.log(base)
""",
)
_add(
    "entropy",
    "wrong",
    "mean over the outcomes instead of the sum",
    """
def entropy(p, *, axis=-1, base=None):
    info = -np.log(np.where(p > 0, p, 1.0))
    if base is not None:
        info = info / np.log(base)
    return np.mean(p * info, axis=axis)
""",
)
_add(
    "entropy",
    "right",
    "moves the axis to the end and loops over every distribution",
    """
def entropy(p, *, axis=-1, base=None):
    rows = np.moveaxis(np.asarray(p, dtype=np.float64), axis, -1)
    unit = 1.0 if base is None else np.log(base)
    result = np.zeros(rows.shape[:-1])
    for index in np.ndindex(rows.shape[:-1]):
        for value in rows[index]:
            if value > 0:
                result[index] -= value * np.log(value) / unit
    return result[()]
""",
)
_add(
    "entropy",
    "right",
    "nan_to_num under errstate",
    """
def entropy(p, *, axis=-1, base=None):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.nan_to_num(p * np.log(p), nan=0.0)
    total = -terms.sum(axis=axis)
    if base is None:
        return total
    return total / np.log(base)
""",
)
_add(
    "entropy",
    "right",
    "adds slice by slice, log2 changed to the base",
    """
def entropy(p, *, axis=-1, base=None):
    factor = np.log(2.0) if base is None else 1.0 / np.log2(base)
    h = 0.0
    for part in np.moveaxis(p, axis, 0):
        h = h - part * np.log2(np.where(part > 0, part, 1.0))
    return h * factor
""",
)

# ---------------------------------------------------------------- 2 cross_entropy_of_distributions
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "p and q exchanged",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(q > 0, q * np.log(p), 0.0)
    h = -terms.sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "small eps in the logarithm: large where it must be inf",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    eps = 1e-12
    h = -np.sum(p * np.log(q + eps), axis=axis)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "formula as it stands: nan where p and q are both 0",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        h = -(p * np.log(q)).sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "guards q instead of p, so an impossible event costs nothing",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    logq = np.log(np.where(q > 0, q, 1.0))
    h = -(p * logq).sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "nan_to_num turns the infinity into 1.8e308 as well",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        terms = np.nan_to_num(p * np.log(q))
    h = -np.sum(terms, axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "writes 1 into q where p is 0, in the caller's array",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    q[p == 0] = 1.0
    with np.errstate(divide="ignore"):
        h = -(p * np.log(q)).sum(axis=axis)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "base never used",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    q = np.where(p > 0, q, 1.0)
    with np.errstate(divide="ignore"):
        return -np.sum(p * np.log(q), axis=axis)
""",
)
_add(
    "cross_entropy_of_distributions",
    "wrong",
    "sum over the whole array, axis forgotten",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    q = np.where(p > 0, q, 1.0)
    with np.errstate(divide="ignore"):
        h = -np.sum(p * np.log(q))
    return h if base is None else h / np.log(base)
""",
)
_add(
    "cross_entropy_of_distributions",
    "right",
    "loops over distributions and outcomes, early stop at inf",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    P = np.moveaxis(np.asarray(p, float), axis, -1)
    Q = np.moveaxis(np.asarray(q, float), axis, -1)
    out = np.zeros(P.shape[:-1])
    for i in np.ndindex(*P.shape[:-1]):
        h = 0.0
        for a, b in zip(P[i], Q[i]):
            if a == 0:
                continue
            if b == 0:
                h = np.inf
                break
            h -= a * np.log(b)
        out[i] = h
    if base is not None:
        out = out / np.log(base)
    return out[()]
""",
)
_add(
    "cross_entropy_of_distributions",
    "right",
    "q replaced by 1 where p is 0; NumPy warns where the answer is inf",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    lengths = -np.log(np.where(p > 0, q, 1.0))
    if base is not None:
        lengths = lengths / np.log(base)
    return (p * lengths).sum(axis=axis)
""",
)
_add(
    "cross_entropy_of_distributions",
    "right",
    "masked logarithm into an array of zeros",
    """
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    wanted = p != 0
    logs = np.zeros(np.shape(p))
    with np.errstate(divide="ignore"):
        np.log(q, out=logs, where=wanted)
    total = np.add.reduce(p * logs, axis=axis)
    scale = 1 if base is None else np.log(base)
    return -total / scale
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
        terms = np.where(q > 0, q * np.log(q / p), 0.0)
    kl = terms.sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "sign: minus the sum of p log(p/q)",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        terms = np.where(p > 0, p * np.log(p / q), 0.0)
    kl = -terms.sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "H(q) - H(p): each logarithm weighted with its own distribution",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    def plogp(a):
        return a * np.log(np.where(a > 0, a, 1.0))
    kl = (plogp(p) - plogp(q)).sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "eps in both places keeps the result finite where q is 0",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    eps = 1e-15
    kl = np.sum(p * np.log((p + eps) / (q + eps)), axis=axis)
    if base is not None:
        kl /= np.log(base)
    return kl
""",
)
_add(
    "kl_divergence",
    "wrong",
    "no care for p = 0: nan",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        kl = (p * (np.log(p) - np.log(q))).sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "skips every outcome where p or q is 0",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    both = (p > 0) & (q > 0)
    ratio = np.ones(p.shape)
    np.divide(p, q, out=ratio, where=both)
    kl = np.sum(p * np.log(ratio), axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "divides by log2(base), so bits come out as nats",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        kl = np.where(p > 0, p * np.log(p / q), 0.0).sum(axis=axis)
    if base is not None:
        kl = kl / np.log2(base)
    return kl
""",
)
_add(
    "kl_divergence",
    "wrong",
    "absolute value of every term, because a divergence is not negative",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        terms = np.where(p > 0, np.abs(p * np.log(p / q)), 0.0)
    kl = terms.sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "wrong",
    "overwrites the zeros of p with a tiny number in the caller's array",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    safe_q = np.where(p > 0, q, 1.0)
    p[p == 0] = 1e-300
    with np.errstate(divide="ignore"):
        kl = (p * (np.log(p) - np.log(safe_q))).sum(axis=axis)
    return kl if base is None else kl / np.log(base)
""",
)
_add(
    "kl_divergence",
    "right",
    "cross-entropy minus entropy, both written out",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    here = p > 0
    with np.errstate(divide="ignore"):
        cross = -np.sum(p * np.log(np.where(here, q, 1.0)), axis=axis)
    own = -np.sum(p * np.log(np.where(here, p, 1.0)), axis=axis)
    nats = cross - own
    return nats if base is None else nats / np.log(base)
""",
)
_add(
    "kl_divergence",
    "right",
    "loops, list of results turned into an array",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    pp = np.moveaxis(np.asarray(p, float), axis, -1)
    qq = np.moveaxis(np.asarray(q, float), axis, -1)
    shape, k = pp.shape[:-1], pp.shape[-1]
    results = []
    for u, v in zip(pp.reshape(-1, k), qq.reshape(-1, k)):
        d = 0.0
        for j in range(k):
            if u[j] > 0 and v[j] > 0:
                d += u[j] * (np.log(u[j]) - np.log(v[j]))
            elif u[j] > 0:
                d = np.inf
        results.append(d if base is None else d / np.log(base))
    return results[0] if shape == () else np.array(results).reshape(shape)
""",
)
_add(
    "kl_divergence",
    "right",
    "np.where on the ratio under errstate, log2 rescaled",
    """
def kl_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(p == 0, 1.0, p / q)
    bits = (p * np.log2(ratio)).sum(axis=axis)
    return bits * np.log(2) if base is None else bits / np.log2(base)
""",
)

# ---------------------------------------------------------------- 4 conditional_entropy
_add(
    "conditional_entropy",
    "wrong",
    "H(X|Y): divides by the sums of the columns",
    """
def conditional_entropy(p_xy, *, base=None):
    p_y = p_xy.sum(axis=0)
    return entropy(p_xy.ravel(), base=base) - entropy(p_y, base=base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "joint entropy, the division by p(x) forgotten",
    """
def conditional_entropy(p_xy, *, base=None):
    return entropy(p_xy.reshape(-1), base=base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "plain mean of the row entropies instead of the weighted one",
    """
def conditional_entropy(p_xy, *, base=None):
    hs = []
    for row in p_xy:
        if row.sum() > 0:
            hs.append(entropy(row / row.sum(), base=base))
    return np.mean(hs)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "minus twice: minus in front of the mean of entropies",
    """
def conditional_entropy(p_xy, *, base=None):
    h = 0.0
    for row in p_xy:
        px = row.sum()
        if px > 0:
            h += px * entropy(row / px, base=base)
    return -h
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "a row that is all 0 is divided by 0",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    with np.errstate(all="ignore"):
        rows = p_xy / p_x[:, None]
    logs = np.log(np.where(rows == 0, 1.0, rows))
    h = -np.sum(p_xy * logs)
    return h if base is None else h / np.log(base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "base divided out twice",
    """
def conditional_entropy(p_xy, *, base=None):
    h = entropy(p_xy.ravel(), base=base) - entropy(p_xy.sum(axis=1), base=base)
    if base is not None:
        h = h / np.log(base)
    return h
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "base handed to one entropy only: bits minus nats",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    return entropy(p_xy.ravel(), base=base) - entropy(p_x)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "divides the caller's table by the row sums in place",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    p_xy /= np.where(p_x > 0, p_x, 1.0)[:, None]
    return np.sum(p_x * entropy(p_xy, axis=1, base=base))
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "p_xy / p_x without the new axis: divides column j by p(x_j)",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    with np.errstate(all="ignore"):
        logs = np.log(p_xy / p_x)
    h = -np.where(p_xy > 0, p_xy * logs, 0.0).sum()
    return h if base is None else h / np.log(base)
""",
)
_add(
    "conditional_entropy",
    "wrong",
    "one value per row instead of one number",
    """
def conditional_entropy(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1)
    safe = np.where(p_x > 0, p_x, 1.0)
    return p_x * entropy(p_xy / safe[:, None], axis=-1, base=base)
""",
)
_add(
    "conditional_entropy",
    "right",
    "chain rule, H(X, Y) - H(X)",
    """
def conditional_entropy(p_xy, *, base=None):
    joint = entropy(np.ravel(p_xy), base=base)
    first = entropy(np.sum(p_xy, axis=1), base=base)
    return joint - first
""",
)
_add(
    "conditional_entropy",
    "right",
    "two loops and the formula with p(x, y)",
    """
def conditional_entropy(p_xy, *, base=None):
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
""",
)
_add(
    "conditional_entropy",
    "right",
    "entropies of the rows that come at all, dot product with their weights",
    """
def conditional_entropy(p_xy, *, base=None):
    weights = p_xy.sum(axis=1)
    keep = weights > 0
    rows = p_xy[keep] / weights[keep, None]
    return float(np.dot(weights[keep], entropy(rows, base=base)))
""",
)

# ---------------------------------------------------------------- 5 mutual_information
_add(
    "mutual_information",
    "wrong",
    "with a minus in front, so never positive",
    """
def mutual_information(p_xy, *, base=None):
    p_x = p_xy.sum(axis=1, keepdims=True)
    p_y = p_xy.sum(axis=0, keepdims=True)
    with np.errstate(all="ignore"):
        terms = np.where(p_xy > 0, p_xy * np.log(p_xy / (p_x * p_y)), 0.0)
    i = -terms.sum()
    return i if base is None else i / np.log(base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "H(X) - H(Y|X), the variables mixed up",
    """
def mutual_information(p_xy, *, base=None):
    return entropy(p_xy.sum(axis=1), base=base) - conditional_entropy(p_xy, base=base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "outer product the wrong way round",
    """
def mutual_information(p_xy, *, base=None):
    p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
    product = np.outer(p_y, p_x)
    with np.errstate(all="ignore"):
        terms = np.where(p_xy > 0, p_xy * np.log(p_xy / product), 0.0)
    i = terms.sum()
    return i if base is None else i / np.log(base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "nan as soon as the table holds a 0",
    """
def mutual_information(p_xy, *, base=None):
    p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
    with np.errstate(all="ignore"):
        i = np.sum(p_xy * np.log(p_xy / np.outer(p_x, p_y)))
    return i if base is None else i / np.log(base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "base reaches H(Y) but not H(Y|X)",
    """
def mutual_information(p_xy, *, base=None):
    h_y = entropy(p_xy.sum(axis=0), base=base)
    return h_y - conditional_entropy(p_xy)
""",
)
_add(
    "mutual_information",
    "wrong",
    "entropy of the table without ravel: one value per row",
    """
def mutual_information(p_xy, *, base=None):
    h_x = entropy(p_xy.sum(axis=1), base=base)
    h_y = entropy(p_xy.sum(axis=0), base=base)
    return h_x + h_y - entropy(p_xy, base=base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "H(X, Y) - H(Y|X): takes off one conditional entropy instead of both",
    """
def mutual_information(p_xy, *, base=None):
    joint = entropy(p_xy.ravel(), base=base)
    return joint - conditional_entropy(p_xy, base=base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "puts 1e-300 over the zeros of the caller's table",
    """
def mutual_information(p_xy, *, base=None):
    p_xy[p_xy == 0] = 1e-300
    lx = np.log(p_xy.sum(axis=1, keepdims=True))
    ly = np.log(p_xy.sum(axis=0, keepdims=True))
    i = (p_xy * (np.log(p_xy) - lx - ly)).sum()
    return i if base is None else i / np.log(base)
""",
)
_add(
    "mutual_information",
    "wrong",
    "the divergence the wrong way: weights p(x)p(y)",
    """
def mutual_information(p_xy, *, base=None):
    q = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    with np.errstate(all="ignore"):
        terms = np.where((q > 0) & (p_xy > 0), q * np.log(q / p_xy), 0.0)
    i = terms.sum()
    return i if base is None else i / np.log(base)
""",
)
_add(
    "mutual_information",
    "right",
    "three entropies",
    """
def mutual_information(p_xy, *, base=None):
    hx, hy, hxy = (entropy(t, base=base) for t in (p_xy.sum(1), p_xy.sum(0), p_xy.flatten()))
    return hx + hy - hxy
""",
)
_add(
    "mutual_information",
    "right",
    "double loop over the table",
    """
def mutual_information(p_xy, *, base=None):
    rows = [sum(r) for r in p_xy]
    cols = [sum(c) for c in p_xy.T]
    shared = 0.0
    for i, px in enumerate(rows):
        for j, py in enumerate(cols):
            if p_xy[i, j] != 0:
                shared += p_xy[i, j] * np.log(p_xy[i, j] / px / py)
    return shared if base is None else shared / np.log(base)
""",
)
_add(
    "mutual_information",
    "right",
    "by symmetry, H(X) - H(X|Y) on the transposed table",
    """
def mutual_information(p_xy, *, base=None):
    flipped = p_xy.T
    h_x = entropy(flipped.sum(axis=0), base=base)
    return h_x - conditional_entropy(flipped, base=base)
""",
)

# ---------------------------------------------------------------- 6 mse_loss
_add(
    "mse_loss",
    "wrong",
    "divides by the number of rows instead of all elements",
    """
def mse_loss(pred, target, *, reduction="mean"):
    sq = (pred - target) ** 2
    if reduction == "none":
        return sq
    if reduction == "sum":
        return sq.sum()
    return sq.sum() / len(pred)
""",
)
_add(
    "mse_loss",
    "wrong",
    "extra factor one half",
    """
def mse_loss(pred, target, *, reduction="mean"):
    sq = 0.5 * (pred - target) ** 2
    return {"none": sq, "sum": sq.sum(), "mean": sq.mean()}[reduction]
""",
)
_add(
    "mse_loss",
    "wrong",
    "mean first, then squared",
    """
def mse_loss(pred, target, *, reduction="mean"):
    d = pred - target
    if reduction == "none":
        return d**2
    if reduction == "sum":
        return np.sum(d**2)
    return np.mean(d) ** 2
""",
)
_add(
    "mse_loss",
    "wrong",
    "reduction never looked at",
    """
def mse_loss(pred, target, *, reduction="mean"):
    return np.mean(np.square(pred - target))
""",
)
_add(
    "mse_loss",
    "wrong",
    "mean along the last axis: one number a row",
    """
def mse_loss(pred, target, *, reduction="mean"):
    sq = np.square(pred - target)
    if reduction == "mean":
        return sq.mean(axis=-1)
    return sq.sum() if reduction == "sum" else sq
""",
)
_add(
    "mse_loss",
    "wrong",
    "root of the mean square",
    """
def mse_loss(pred, target, *, reduction="mean"):
    sq = np.square(pred - target)
    if reduction == "none":
        return sq
    if reduction == "sum":
        return sq.sum()
    return np.sqrt(sq.mean())
""",
)
_add(
    "mse_loss",
    "wrong",
    "subtracts into the caller's predictions",
    """
def mse_loss(pred, target, *, reduction="mean"):
    d = pred
    d -= target
    if reduction == "none":
        return d * d
    return (d * d).sum() if reduction == "sum" else (d * d).mean()
""",
)
_add(
    "mse_loss",
    "wrong",
    'flattens first, so "none" loses the shape',
    """
def mse_loss(pred, target, *, reduction="mean"):
    losses = [(a - b) ** 2 for a, b in zip(pred.ravel(), target.ravel())]
    if reduction == "none":
        return np.array(losses)
    total = sum(losses)
    return total if reduction == "sum" else total / len(losses)
""",
)
_add(
    "mse_loss",
    "wrong",
    '"none" gives the differences, not squared',
    """
def mse_loss(pred, target, *, reduction="mean"):
    diff = pred - target
    if reduction == "mean":
        return np.mean(diff**2)
    if reduction == "sum":
        return np.sum(diff**2)
    return diff
""",
)
_add(
    "mse_loss",
    "right",
    "loop over all indices, float64 throughout",
    """
def mse_loss(pred, target, *, reduction="mean"):
    pred, target = np.asarray(pred, np.float64), np.asarray(target, np.float64)
    single = np.empty(pred.shape)
    for i in np.ndindex(pred.shape):
        single[i] = (target[i] - pred[i]) * (target[i] - pred[i])
    if reduction == "none":
        return single
    s = 0.0
    for v in single.flat:
        s += v
    return s / single.size if reduction == "mean" else s
""",
)
_add(
    "mse_loss",
    "right",
    "dot product of the flat difference with itself",
    """
def mse_loss(pred, target, *, reduction="mean"):
    diff = np.subtract(pred, target)
    if reduction == "none":
        return diff * diff
    flat = diff.ravel()
    total = flat @ flat
    if reduction == "sum":
        return total
    return total / flat.size
""",
)
_add(
    "mse_loss",
    "right",
    "squared norm",
    """
def mse_loss(pred, target, *, reduction="mean"):
    e = np.abs(pred - target)
    if reduction not in ("mean", "sum"):
        return np.power(e, 2)
    norm = np.linalg.norm(e.reshape(-1))
    return norm**2 / (e.size if reduction == "mean" else 1)
""",
)

# ---------------------------------------------------------------- 7 huber_loss
_add(
    "huber_loss",
    "wrong",
    "line without the factor delta",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, 0.5 * d**2, d - 0.5 * delta)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "line delta d - 1/2: jumps at delta unless it is 1",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, 0.5 * d**2, delta * d - 0.5)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "no one half in front of the parabola",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2, delta * (d - 0.5 * delta))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "no absolute value: large negative errors stay on the parabola",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = pred - target
    loss = np.where(d <= delta, 0.5 * d**2, delta * (d - 0.5 * delta))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "smooth L1: parabola over 2 delta, line d - delta/2",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d < delta, d**2 / (2 * delta), d - delta / 2)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "threshold 1 typed in, delta only in the line",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= 1.0, 0.5 * d**2, delta * (d - 0.5 * delta))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "small errors first, then large ones: order and shape lost",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    inside = 0.5 * d[d <= delta] ** 2
    outside = delta * (d[d > delta] - 0.5 * delta)
    loss = np.concatenate([inside, outside])
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "wrong",
    "mean over the rows only",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, 0.5 * d**2, delta * (d - 0.5 * delta))
    if reduction == "mean":
        return loss.mean(axis=0)
    return np.sum(loss) if reduction == "sum" else loss
""",
)
_add(
    "huber_loss",
    "wrong",
    "absolute difference written into pred",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.subtract(pred, target, out=pred)
    np.abs(d, out=d)
    loss = np.where(d <= delta, 0.5 * d**2, delta * (d - 0.5 * delta))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "huber_loss",
    "right",
    "splits d into the part up to delta and the rest",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(np.asarray(pred) - np.asarray(target))
    near = np.minimum(d, delta)
    loss = near * near / 2 + delta * (d - near)
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    return loss
""",
)
_add(
    "huber_loss",
    "right",
    "loop with if and else",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    values = []
    for a, b in zip(np.ravel(pred), np.ravel(target)):
        error = float(a) - float(b)
        if error < 0:
            error = -error
        if error > delta:
            values.append(delta * error - delta**2 / 2)
        else:
            values.append(error**2 / 2)
    if reduction == "none":
        return np.array(values).reshape(np.shape(pred))
    return sum(values) / len(values) if reduction == "mean" else sum(values)
""",
)
_add(
    "huber_loss",
    "right",
    "boolean masks assigned into an array, both sides of the kink by sign",
    """
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    r = pred - target
    out = 0.5 * r**2
    up, down = r > delta, r < -delta
    out[up] = delta * (r[up] - 0.5 * delta)
    out[down] = -delta * (r[down] + 0.5 * delta)
    if reduction == "none":
        return out
    return np.average(out) if reduction == "mean" else np.sum(out)
""",
)

# ---------------------------------------------------------------- 8 smooth_l1_loss_backward
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "1/N of the mean forgotten",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    return grad_output * np.where(np.abs(d) < beta, d / beta, np.sign(d))
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "gradient with respect to target: sign turned",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = target - pred
    g = grad_output * np.where(np.abs(d) < beta, d / beta, np.sign(d))
    return g / pred.size if reduction == "mean" else g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "Huber's gradient, clipped at beta",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    g = grad_output * np.clip(pred - target, -beta, beta)
    return g / pred.size if reduction == "mean" else g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "slope d inside instead of d / beta, right for beta = 1 only",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = grad_output * np.where(np.abs(d) < beta, d, np.sign(d))
    if reduction == "mean":
        g = g / d.size
    return g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "grad_output taken for 1",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    return g / d.size if reduction == "mean" else g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "mean divided by the number of rows",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = grad_output * np.clip(d / beta, -1, 1)
    if reduction == "mean":
        g = g / pred.shape[0]
    return g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "compares d, not its absolute value: no cap below -beta",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = grad_output * np.where(d < beta, d / beta, 1.0)
    return g / d.size if reduction == "mean" else g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "slope outside is +1 on both sides",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = grad_output * np.where(np.abs(d) < beta, d / beta, 1.0)
    return g / d.size if reduction == "mean" else g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "divides by N for the sum as well",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    g = grad_output * np.clip(d / beta, -1.0, 1.0)
    if reduction != "none":
        g = g / d.size
    return g
""",
)
_add(
    "smooth_l1_loss_backward",
    "wrong",
    "multiplies into the upstream gradient, which is an array for none",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip((pred - target) / beta, -1.0, 1.0)
    if reduction == "mean":
        slope = slope / slope.size
    grad_output *= slope
    return grad_output
""",
)
_add(
    "smooth_l1_loss_backward",
    "right",
    "difference over the larger of beta and its size",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    diff = pred - target
    slope = diff / np.maximum(np.abs(diff), beta)
    n = diff.size if reduction == "mean" else 1
    return slope * grad_output / n
""",
)
_add(
    "smooth_l1_loss_backward",
    "right",
    "loop over the elements, upstream spread out first",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    up = np.broadcast_to(np.asarray(grad_output, dtype=float), np.shape(pred))
    grad = np.zeros(np.shape(pred))
    for i in np.ndindex(grad.shape):
        e = pred[i] - target[i]
        if e >= beta:
            s = 1.0
        elif e <= -beta:
            s = -1.0
        else:
            s = e / beta
        grad[i] = up[i] * s
    if reduction == "mean":
        grad /= grad.size
    return grad
""",
)
_add(
    "smooth_l1_loss_backward",
    "right",
    "np.select, early return for the mean",
    """
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = np.subtract(pred, target)
    s = np.select([d > beta, d < -beta], [1.0, -1.0], default=d / beta)
    if reduction == "mean":
        return grad_output * s / s.size
    return grad_output * s
""",
)

# ---------------------------------------------------------------- 9 binary_cross_entropy
_add(
    "binary_cross_entropy",
    "wrong",
    "only the first term: label 0 costs nothing",
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
    "clips the probabilities at 1e-7, certain and wrong costs 16",
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
    "clips to [e^-100, 1 - e^-100], but the upper end rounds to 1",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    tiny = np.exp(-100.0)
    a = np.clip(probs, tiny, 1 - tiny)
    with np.errstate(all="ignore"):
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
    "no floor for the logarithms: inf and nan",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(all="ignore"):
        loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
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
    "floor of -100 only where the probability is exactly 0",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    def log(a):
        return np.where(a == 0, -100.0, np.log(np.where(a == 0, 1.0, a)))
    loss = -(target * log(probs) + (1 - target) * log(1 - probs))
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
    "weighted mean: divides by the sum of the weights",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    if weight is None:
        weight = np.ones(probs.shape)
    with np.errstate(divide="ignore"):
        la, lb = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -weight * (target * la + (1 - target) * lb)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / weight.sum()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "weight on the yes term only",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    w = 1.0 if weight is None else weight
    with np.errstate(divide="ignore"):
        la, lb = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(w * target * la + (1 - target) * lb)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "wrong",
    "labels rounded to 0 and 1, soft labels lost",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        loss = -np.where(target > 0.5, np.log(probs), np.log(1 - probs))
    loss = np.minimum(loss, 100.0)
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
    "bits instead of nats",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        la, lb = np.maximum(np.log2(probs), -100), np.maximum(np.log2(1 - probs), -100)
    loss = -(target * la + (1 - target) * lb)
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
    "clips the caller's probabilities in place",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    np.maximum(probs, 1e-44, out=probs)
    with np.errstate(divide="ignore"):
        la, lb = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * la + (1 - target) * lb)
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
    "weights forgotten in the sum",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        la, lb = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * la + (1 - target) * lb)
    if reduction == "sum":
        return loss.sum()
    if weight is not None:
        loss = loss * weight
    return loss if reduction == "none" else loss.mean()
""",
)
_add(
    "binary_cross_entropy",
    "right",
    "loop over the elements, logarithm with a floor as an inner function",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    def floor_log(v):
        return max(float(np.log(v)), -100.0) if v > 0 else -100.0

    losses = np.zeros(np.shape(probs))
    for i in np.ndindex(losses.shape):
        a, y = float(probs[i]), float(target[i])
        losses[i] = -y * floor_log(a) - (1 - y) * floor_log(1 - a)
        if weight is not None:
            losses[i] *= weight[i]
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
""",
)
_add(
    "binary_cross_entropy",
    "right",
    "logarithms clipped from below, log1p for the no term",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        yes = np.clip(np.log(probs), -100, None)
        no = np.clip(np.log1p(-probs), -100, None)
    loss = -(no + target * (yes - no))
    if weight is not None:
        loss = weight * loss
    if reduction == "mean":
        return loss.sum() / loss.size
    return loss if reduction == "none" else loss.sum()
""",
)
_add(
    "binary_cross_entropy",
    "right",
    "the argument of each logarithm kept above e^-100, weights of ones",
    """
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    a = np.asarray(probs, dtype=np.float64)
    y = np.asarray(target, dtype=np.float64)
    w = np.ones_like(a) if weight is None else np.asarray(weight)
    least = np.exp(-100.0)
    surprise = -y * np.log(np.maximum(a, least)) - (1.0 - y) * np.log(np.maximum(1.0 - a, least))
    reduce = {"none": lambda t: t, "sum": np.sum, "mean": np.mean}
    return reduce[reduction](w * surprise)
""",
)

# ---------------------------------------------------------------- 10 neuron_gradients
_add(
    "neuron_gradients",
    "wrong",
    "sum over the batch instead of the mean",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return x.T @ delta, delta.sum()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "sigma' missing in the quadratic cost",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "sigma' left in the cross-entropy",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = (a - y) * a * (1 - a)
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "y - a: the direction of descent instead of the gradient",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = y - a
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "pair in the order (db, dw)",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta.mean(), x.T @ delta / len(y)
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "db comes back per sample, not averaged",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    dw = (delta[:, None] * x).mean(axis=0)
    return dw, delta
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "slope taken at a instead of z: the sigmoid applied twice",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * sigmoid(a) * (1 - sigmoid(a))
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "factor 2, derivative of (a - y)^2 without the one half",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    if cost == "quadratic":
        delta = 2 * (a - y) * a * (1 - a)
    else:
        delta = a - y
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "quadratic cost: slope in dw, forgotten in db",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    n = x.shape[0]
    a = sigmoid(np.dot(x, w) + b)
    error = (a - y) / n
    dz = error * a * (1 - a) if cost == "quadratic" else error
    return dz @ x, error.sum()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "divides by the number of inputs d instead of the samples n",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta *= a * (1 - a)
    return x.T @ delta / len(w), delta.sum() / len(w)
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "bias left out of z",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return x.T @ delta / len(y), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "scales the rows of the caller's x in place",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    for i in range(len(x)):
        x[i] *= delta[i]
    return x.mean(axis=0), delta.mean()
""",
)
_add(
    "neuron_gradients",
    "wrong",
    "mean of the errors times mean of the inputs",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    db = delta.mean()
    return db * x.mean(axis=0), db
""",
)
_add(
    "neuron_gradients",
    "right",
    "one sample after the other, sums divided at the end",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    n, d = x.shape
    dw, db = np.zeros(d), 0.0
    for i in range(n):
        z = b
        for j in range(d):
            z = z + w[j] * x[i, j]
        a = sigmoid(z)
        slope = a * (1 - a) if cost == "quadratic" else 1.0
        pull = (a - y[i]) * slope
        for j in range(d):
            dw[j] += pull * x[i, j]
        db += pull
    return dw / n, db / n
""",
)
_add(
    "neuron_gradients",
    "right",
    "einsum, slope as sigmoid(z) sigmoid(-z), early return",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    z = np.einsum("nd,d->n", x, w) + b
    err = (sigmoid(z) - y) / len(x)
    if cost == "cross_entropy":
        return np.einsum("n,nd->d", err, x), np.sum(err)
    err = err * sigmoid(z) * sigmoid(-z)
    return np.einsum("n,nd->d", err, x), np.sum(err)
""",
)
_add(
    "neuron_gradients",
    "right",
    "bias as a column of ones, gradient split again",
    """
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    ones = np.ones((x.shape[0], 1))
    X = np.hstack([x, ones])
    theta = np.append(w, b)
    a = sigmoid(X @ theta)
    dL_da = a - y if cost == "quadratic" else None
    dL_dz = (a - y) if dL_da is None else dL_da * (a - a**2)
    g = np.mean(dL_dz[:, np.newaxis] * X, axis=0)
    return g[:-1], g[-1]
""",
)

# ---------------------------------------------------------------- 11 binary_cross_entropy_with_logits
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "sigmoid first, logarithms floored at -100",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    a = sigmoid(logits)
    r = 1.0 if pos_weight is None else pos_weight
    with np.errstate(divide="ignore"):
        la, lb = np.maximum(np.log(a), -100), np.maximum(np.log(1 - a), -100)
    loss = -(r * target * la + (1 - target) * lb)
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
    "log(1 + exp(z)) typed in: overflows to inf and nan",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    w = 1.0 if weight is None else weight
    with np.errstate(all="ignore"):
        yes, no = np.log(1 + np.exp(-logits)), np.log(1 + np.exp(logits))
        loss = w * (r * target * yes + (1 - target) * no)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "logits clipped to +-500 against the overflow",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    z = np.clip(logits, -500, 500)
    r = 1.0 if pos_weight is None else pos_weight
    w = 1.0 if weight is None else weight
    loss = w * (r * target * np.log1p(np.exp(-z)) + (1 - target) * np.log1p(np.exp(z)))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "pos_weight multiplies the whole loss",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    loss = target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    for factor in (weight, pos_weight):
        if factor is not None:
            loss = loss * factor
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "pos_weight on the term of no",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    loss = target * np.logaddexp(0, -logits) + r * (1 - target) * np.logaddexp(0, logits)
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
    "signs of z exchanged between the terms",
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
    "mean divides by the sum of weight",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    w = np.broadcast_to(1.0 if weight is None else weight, logits.shape)
    loss = w * (r * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "elif: weight forgotten when pos_weight is given",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    yes = target * np.logaddexp(0, -logits)
    no = (1 - target) * np.logaddexp(0, logits)
    if pos_weight is not None:
        loss = pos_weight * yes + no
    elif weight is not None:
        loss = weight * (yes + no)
    else:
        loss = yes + no
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "short formula with the factor r on softplus for every label",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    soft = np.log1p(np.exp(-np.abs(logits))) + np.maximum(-logits, 0)
    loss = (1 - target) * logits + r * soft
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
    "weight given a new axis: one weight a sample, not one a column",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    loss = r * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    if weight is not None:
        loss = loss * np.asarray(weight)[:, None]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "wrong",
    "label decides by target > 0.5, soft labels lost",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    r = 1.0 if pos_weight is None else pos_weight
    loss = np.where(target > 0.5, r * np.logaddexp(0, -logits), np.logaddexp(0, logits))
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
    "turns the signs of the caller's logits and leaves them turned",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    no = (1 - target) * np.logaddexp(0, logits)
    logits *= -1
    yes = target * np.logaddexp(0, logits)
    if pos_weight is not None:
        yes = yes * pos_weight
    loss = yes + no if weight is None else weight * (yes + no)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "right",
    "torch's formula: (1 - y) z + (1 + (r - 1) y) softplus(-z)",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    softplus = np.log1p(np.exp(-np.abs(logits))) + np.maximum(-logits, 0)
    if pos_weight is None:
        loss = (1 - target) * logits + softplus
    else:
        loss = (1 - target) * logits + (1 + (pos_weight - 1) * target) * softplus
    if weight is not None:
        loss = weight * loss
    if reduction == "none":
        return loss
    return np.mean(loss) if reduction == "mean" else np.sum(loss)
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "right",
    "loop, branch by the sign of the logit",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    shape = np.shape(logits)
    W = np.broadcast_to(np.float64(1) if weight is None else weight, shape)
    R = np.broadcast_to(np.float64(1) if pos_weight is None else pos_weight, shape)

    def softplus(t):
        if t > 0:
            return t + np.log1p(np.exp(-t))
        return np.log1p(np.exp(t))

    out = np.zeros(shape)
    for i in np.ndindex(shape):
        z, y = float(logits[i]), float(target[i])
        out[i] = W[i] * (R[i] * y * softplus(-z) + (1 - y) * softplus(z))
    if reduction == "sum":
        return out.sum()
    if reduction == "mean":
        return out.sum() / out.size
    return out
""",
)
_add(
    "binary_cross_entropy_with_logits",
    "right",
    "log-probabilities of both answers by the two-column log_softmax",
    """
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    pair = np.stack([np.zeros_like(logits), logits], axis=-1)
    lp = log_softmax(pair, axis=-1)
    yes = target if pos_weight is None else target * pos_weight
    loss = -(yes * lp[..., 1] + (1 - target) * lp[..., 0])
    loss = loss if weight is None else loss * weight
    return loss if reduction == "none" else getattr(loss, reduction)()
""",
)

# ---------------------------------------------------------------- 12 nll_loss
_add(
    "nll_loss",
    "wrong",
    "weighted losses averaged over n",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    counts = target != ignore_index
    c = np.where(counts, target, 0)
    w = np.ones(log_probs.shape[1]) if weight is None else weight
    loss = -w[c] * log_probs[np.arange(len(c)), c]
    loss = np.where(counts, loss, 0.0)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / counts.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "ignored samples still in the divisor",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    counts = target != ignore_index
    c = np.where(counts, target, 0)
    w = np.ones(len(c)) if weight is None else weight[c]
    loss = np.where(counts, -w * log_probs[np.arange(len(c)), c], 0.0)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "minus forgotten",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    counts = target != ignore_index
    c = np.where(counts, target, 0)
    w = np.where(counts, 1.0 if weight is None else weight[c], 0.0)
    loss = np.where(counts, w * log_probs[np.arange(len(c)), c], 0.0)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "takes negative labels for ignored and never looks at ignore_index",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    valid = target >= 0
    c = np.where(valid, target, 0)
    w = np.where(valid, 1.0 if weight is None else weight[c], 0.0)
    loss = np.where(valid, -w * log_probs[np.arange(len(c)), c], 0.0)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "takes the logarithm of its input again, as if it were probabilities",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    counts = target != ignore_index
    c = np.where(counts, target, 0)
    w = np.where(counts, 1.0 if weight is None else weight[c], 0.0)
    with np.errstate(all="ignore"):
        loss = np.where(counts, -w * np.log(log_probs[np.arange(len(c)), c]), 0.0)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "log_probs[:, target] picks n columns for every row",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = np.where(keep, 1.0 if weight is None else weight[c], 0.0)
    loss = -w * log_probs[:, c]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "ignored labels overwritten with 0 in the caller's array",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    ignored = target == ignore_index
    target[ignored] = 0
    w = np.ones(len(target)) if weight is None else weight[target].astype(float)
    w[ignored] = 0.0
    loss = -w * log_probs[np.arange(len(target)), target]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    'ignored samples dropped, so "none" is shorter than n',
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    keep = target != ignore_index
    log_probs, target = log_probs[keep], target[keep]
    w = np.ones(len(target)) if weight is None else weight[target]
    loss = -w * log_probs[np.arange(len(target)), target]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "wrong",
    "divides by the sum of the weights of all classes",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = np.ones(log_probs.shape[1]) if weight is None else weight
    loss = np.where(keep, -w[c] * log_probs[np.arange(len(c)), c], 0.0)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (keep.sum() if weight is None else weight.sum())
""",
)
_add(
    "nll_loss",
    "wrong",
    "weights only in the mean, the sum is unweighted",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    loss = np.where(keep, -log_probs[np.arange(len(c)), c], 0.0)
    if reduction == "none":
        return loss if weight is None else loss * weight[c]
    if reduction == "sum":
        return loss.sum()
    w = keep * (1.0 if weight is None else weight[c])
    return (w * loss).sum() / w.sum()
""",
)
_add(
    "nll_loss",
    "right",
    "plain loop with continue",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    losses = np.zeros(len(target))
    divisor = 0.0
    for i, c in enumerate(target):
        if c == ignore_index:
            continue
        w = 1.0 if weight is None else weight[c]
        losses[i] = -w * log_probs[i, c]
        divisor += w
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / divisor
""",
)
_add(
    "nll_loss",
    "right",
    "take_along_axis and np.average over the samples that count",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    target = np.asarray(target)
    use = np.flatnonzero(target != ignore_index)
    labels = target[use]
    plain = -np.take_along_axis(log_probs[use], labels[:, None], axis=1)[:, 0]
    w = np.ones(len(use)) if weight is None else np.take(weight, labels)
    if reduction == "mean":
        return np.average(plain, weights=w)
    if reduction == "sum":
        return np.dot(w, plain)
    full = np.zeros(len(target))
    full[use] = w * plain
    return full
""",
)
_add(
    "nll_loss",
    "right",
    "comparison with arange as a table of booleans",
    """
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    chosen = target[:, None] == np.arange(K)
    chosen &= (target != ignore_index)[:, None]
    w = np.ones(K) if weight is None else weight
    single = -np.sum(np.where(chosen, w * log_probs, 0.0), axis=1)
    if reduction == "none":
        return single
    total = single.sum()
    if reduction == "sum":
        return total
    return total / np.sum(chosen @ w)
""",
)

# ---------------------------------------------------------------- 13 cross_entropy
_add(
    "cross_entropy",
    "wrong",
    "softmax and then the logarithm: inf for a logit far behind",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    with np.errstate(all="ignore"):
        loss = -(w * y * np.log(softmax(logits))).sum(axis=1)
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
    "probabilities clipped at 1e-12, a lead of 1000 costs 27.6",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    loss = -(w * y * np.log(np.clip(softmax(logits, axis=1), 1e-12, 1.0))).sum(axis=1)
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
    "softmax before log_softmax",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    loss = -(w * y * log_softmax(softmax(logits))).sum(axis=1)
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
    "smoothing spread over the K - 1 other classes",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    s = label_smoothing
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - s) * y + s / (K - 1) * (1 - y)
    w = np.ones(K) if weight is None else weight
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
    "mean over n for labels with weights, too",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "cross_entropy",
    "wrong",
    "weighted mean for soft targets: divides by the sum of w times y",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    w = np.ones(K) if weight is None else weight
    divisor = (y * w).sum()
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / divisor
""",
)
_add(
    "cross_entropy",
    "wrong",
    "divisor from the smoothed labels instead of the labels",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    hard = target.ndim == 1
    y = np.eye(K)[target] if hard else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / ((w * y).sum() if hard else n)
""",
)
_add(
    "cross_entropy",
    "wrong",
    "weight of the true class on all terms of the smoothed sum",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    lp = log_softmax(logits)
    if target.ndim == 1:
        y = (1 - label_smoothing) * np.eye(K)[target] + label_smoothing / K
        loss = -w[target] * (y * lp).sum(axis=1)
        divisor = w[target].sum()
    else:
        y = (1 - label_smoothing) * target + label_smoothing / K
        loss = -(w * y * lp).sum(axis=1)
        divisor = n
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / divisor
""",
)
_add(
    "cross_entropy",
    "wrong",
    "soft targets sent through softmax",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else softmax(target)
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
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
    "soft targets turned into labels by argmax",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    if target.ndim == 2:
        target = target.argmax(axis=1)
    y = (1 - label_smoothing) * np.eye(K)[target] + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w[target].sum()
""",
)
_add(
    "cross_entropy",
    "wrong",
    "smoothing for labels only",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    if target.ndim == 1:
        y = (1 - label_smoothing) * np.eye(K)[target] + label_smoothing / K
        divisor = w[target].sum()
    else:
        y, divisor = target, n
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / divisor
""",
)
_add(
    "cross_entropy",
    "wrong",
    "log_softmax down the columns",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
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
    "largest logit subtracted from the caller's array",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    logits -= logits.max(axis=1, keepdims=True)
    lp = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    y = np.eye(K)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    w = np.ones(K) if weight is None else weight
    loss = -(w * y * lp).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)
""",
)
_add(
    "cross_entropy",
    "right",
    "true class and even share added up separately",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    nl = -log_softmax(logits, axis=1)
    n, K = nl.shape
    w = np.ones(K) if weight is None else np.asarray(weight)
    even = nl @ w / K
    if target.ndim == 1:
        own = w[target] * nl[range(n), target]
        divisor = w[target].sum()
    else:
        own = (target * nl) @ w
        divisor = n
    loss = (1 - label_smoothing) * own + label_smoothing * even
    if reduction == "mean":
        return loss.sum() / divisor
    return loss if reduction == "none" else loss.sum()
""",
)
_add(
    "cross_entropy",
    "right",
    "loops over samples and classes, logarithm of the sum by hand",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    losses, norm = [], 0.0
    for i in range(n):
        z = [float(v) for v in logits[i]]
        top = max(z)
        lse = top + np.log(sum(np.exp(v - top) for v in z))
        li = 0.0
        for c in range(K):
            if target.ndim == 1:
                y = 1.0 if target[i] == c else 0.0
            else:
                y = target[i, c]
            y = (1 - label_smoothing) * y + label_smoothing / K
            li += (1.0 if weight is None else weight[c]) * y * (lse - z[c])
        losses.append(li)
        norm += weight[target[i]] if weight is not None and target.ndim == 1 else 1.0
    if reduction == "none":
        return np.array(losses)
    return sum(losses) if reduction == "sum" else sum(losses) / norm
""",
)
_add(
    "cross_entropy",
    "right",
    "logaddexp.reduce and einsum, rows of the targets built with add.at",
    """
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    n, K = logits.shape
    w = np.ones(K) if weight is None else weight
    hard = target.ndim == 1
    rows = np.full((n, K), label_smoothing / K)
    if hard:
        np.add.at(rows, (np.arange(n), target), 1 - label_smoothing)
    else:
        rows += (1 - label_smoothing) * target
    behind = np.logaddexp.reduce(logits, axis=1)[:, None] - logits
    loss = np.einsum("c,nc,nc->n", w, rows, behind)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return np.sum(loss)
    return np.sum(loss) / (np.sum(w[target]) if hard else n)
""",
)

# ---------------------------------------------------------------- 14 cross_entropy_backward
_add(
    "cross_entropy_backward",
    "wrong",
    "a - 1 at the true class, 0 elsewhere",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = y * (softmax(logits) - y)
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
    "1/n of the mean forgotten",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "mean divided by all n K elements",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (g.size if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "upstream (n,) multiplied along the classes, no new axis",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = (softmax(logits) - y) * grad_output
    if reduction == "mean":
        g = g / n
    return g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "own softmax without subtracting the largest: nan near 1000",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    with np.errstate(all="ignore"):
        e = np.exp(logits)
        g = e / e.sum(axis=1, keepdims=True) - y
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "largest of the whole batch subtracted: rows far below become 0 / 0",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    with np.errstate(all="ignore"):
        e = np.exp(logits - logits.max())
        g = e / e.sum(axis=1, keepdims=True) - y
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "grad_output never used",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    return g / n if reduction == "mean" else g
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "softmax down the columns",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = softmax(logits, axis=0) - y
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "another a (1 - a) multiplied on, as for the quadratic cost",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    a = softmax(logits)
    g = (a - y) * a * (1 - a)
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "divides by n for the sum as well",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    g = softmax(logits) - y
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / n
""",
)
_add(
    "cross_entropy_backward",
    "wrong",
    "soft targets overwritten with the difference",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    y = np.eye(K)[target] if target.ndim == 1 else target
    y -= softmax(logits)
    if reduction == "none":
        return -np.asarray(grad_output)[:, None] * y
    return -grad_output * y / (n if reduction == "mean" else 1)
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
    c = target if target.ndim == 1 else target.argmax(axis=1)
    g = softmax(logits)
    g[np.arange(n), c] -= 1
    if reduction == "none":
        return np.asarray(grad_output)[:, None] * g
    return grad_output * g / (n if reduction == "mean" else 1)
""",
)
_add(
    "cross_entropy_backward",
    "right",
    "one upstream number a row first, then a - y by subtraction at the labels",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    target = np.asarray(target)
    n = logits.shape[0]
    per_row = np.broadcast_to(grad_output, (n,))
    if reduction == "mean":
        per_row = per_row / n
    grad = np.array(softmax(logits), dtype=float)
    if target.ndim == 2:
        grad = grad - target
    else:
        np.subtract.at(grad, (np.arange(n), target), 1.0)
    return grad * per_row.reshape(n, 1)
""",
)
_add(
    "cross_entropy_backward",
    "right",
    "loop over rows through softmax's Jacobian, without dividing by a",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    rows = []
    for i in range(n):
        shifted = logits[i] - np.max(logits[i])
        a = np.exp(shifted) / np.exp(shifted).sum()
        y = np.zeros(K)
        if target.ndim == 1:
            y[target[i]] = 1.0
        else:
            y[:] = target[i]
        # sum over c of -y_c (1[c = j] - a_j)
        row = -(y[:, None] * (np.eye(K) - a[None, :])).sum(axis=0)
        up = grad_output[i] if reduction == "none" else grad_output
        rows.append(up * row / n if reduction == "mean" else up * row)
    return np.array(rows)
""",
)
_add(
    "cross_entropy_backward",
    "right",
    "exp of log_softmax, upstream by einsum",
    """
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    wanted = target if target.ndim == 2 else (target[:, None] == np.arange(K)).astype(float)
    error = np.exp(log_softmax(logits, axis=-1)) - wanted
    if reduction == "none":
        return np.einsum("n,nk->nk", grad_output, error)
    scale = 1.0 / n if reduction == "mean" else 1.0
    return scale * grad_output * error
""",
)

# ---------------------------------------------------------------- 15 kl_div
_add(
    "kl_div",
    "wrong",
    "logarithm of log_probs taken, as if they were probabilities",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        terms = np.where(y > 0, y * (np.log(y) - np.log(log_probs)), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "batchmean divides by the number of classes",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        terms = np.where(y > 0, y * (np.log(y) - log_probs), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": terms.shape[-1], "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "mean and batchmean the same, both over the rows",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        terms = np.where(y > 0, y * (np.log(y) - log_probs), 0.0)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum(axis=1).mean()
""",
)
_add(
    "kl_div",
    "wrong",
    "nan where a target is 0",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    with np.errstate(all="ignore"):
        ln_y = target if log_target else np.log(target)
        terms = np.exp(ln_y) * (ln_y - log_probs)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "log_target never looked at",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    safe = np.where(target > 0, target, 1.0)
    terms = np.where(target > 0, target * (np.log(safe) - log_probs), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "log_target: weight left as ln y, exp forgotten",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    if log_target:
        with np.errstate(all="ignore"):
            terms = target * (target - log_probs)
    else:
        safe = np.where(target > 0, target, 1.0)
        terms = np.where(target > 0, target * (np.log(safe) - log_probs), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "ln a - ln y: the sign",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        terms = np.where(y > 0, y * (log_probs - np.log(y)), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    '"none" adds up every row, shape (n,) instead of (n, K)',
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    with np.errstate(all="ignore"):
        terms = np.where(y > 0, y * (np.log(y) - log_probs), 0.0)
    if reduction == "none":
        return terms.sum(axis=1)
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "the other direction, weights a",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    with np.errstate(all="ignore"):
        ln_y = target if log_target else np.log(target)
        terms = np.where(ln_y > -np.inf, np.exp(log_probs) * (log_probs - ln_y), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "mean over the terms with y > 0 only",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    pos = y > 0
    terms = np.zeros(y.shape)
    terms[pos] = y[pos] * (np.log(y[pos]) - log_probs[pos])
    if reduction == "none":
        return terms
    if reduction == "mean":
        return terms[pos].mean()
    return terms.sum() / (len(terms) if reduction == "batchmean" else 1)
""",
)
_add(
    "kl_div",
    "wrong",
    "y ln y left out: the cross-entropy",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else target
    terms = np.where(y > 0, -y * np.where(y > 0, log_probs, 0.0), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "wrong",
    "exponentials written over the caller's log targets",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    if log_target:
        np.exp(target, out=target)
    with np.errstate(all="ignore"):
        terms = np.where(target > 0, target * (np.log(target) - log_probs), 0.0)
    if reduction == "none":
        return terms
    s = terms.sum()
    return s / {"mean": terms.size, "batchmean": len(terms), "sum": 1}[reduction]
""",
)
_add(
    "kl_div",
    "right",
    "loop over rows and classes, divisor looked up in a dictionary",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    n, K = np.shape(log_probs)
    out = np.zeros((n, K))
    for i in range(n):
        for c in range(K):
            y = np.exp(target[i, c]) if log_target else target[i, c]
            if y == 0:
                continue
            ln_y = target[i, c] if log_target else np.log(y)
            out[i, c] = y * (ln_y - log_probs[i, c])
    if reduction == "none":
        return out
    divisor = {"sum": 1, "batchmean": n, "mean": n * K}
    return out.sum() / divisor[reduction]
""",
)
_add(
    "kl_div",
    "right",
    "both logarithms masked to 0 where y is 0",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    if log_target:
        y, ln_y = np.exp(target), target
    else:
        y = target
        ln_y = np.log(np.where(y > 0, y, 1.0))
    there = y > 0
    loss = y * (np.where(there, ln_y, 0.0) - np.where(there, log_probs, 0.0))
    if reduction == "none":
        return loss
    if reduction == "batchmean":
        return loss.sum(axis=1).mean()
    return loss.mean() if reduction == "mean" else loss.sum()
""",
)
_add(
    "kl_div",
    "right",
    "boolean index assignment",
    """
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    probs = np.exp(target) if log_target else np.array(target, dtype=float)
    hit = np.nonzero(probs)
    p = probs[hit]
    values = p * (np.log(p) - log_probs[hit])
    if reduction == "none":
        table = np.zeros(probs.shape)
        table[hit] = values
        return table
    total = np.sum(values)
    if reduction == "mean":
        total = total / probs.size
    elif reduction == "batchmean":
        total = total / probs.shape[0]
    return total
""",
)

# ---------------------------------------------------------------- 16 multi_margin_loss
_add(
    "multi_margin_loss",
    "wrong",
    "no 1/K, as in many books",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = np.maximum(0, margin - x[i, target][:, None] + x) ** p
    h[i, target] = 0
    loss = h.sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "true class not left out: every row too large by margin^p / K",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    xy = x[np.arange(n), target]
    loss = (np.maximum(0, margin - xy[:, None] + x) ** p).sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "true class taken off as margin, not margin^p",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    xy = x[np.arange(n), target]
    loss = ((np.maximum(0, margin - xy[:, None] + x) ** p).sum(axis=1) - margin) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "power of the sum instead of the sum of powers",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = np.maximum(0, margin - x[i, target][:, None] + x)
    h[i, target] = 0
    loss = h.sum(axis=1) ** p / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "margin 1 typed in",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = np.maximum(0, 1 - x[i, target][:, None] + x) ** p
    h[i, target] = 0
    loss = h.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "x_y and x_j exchanged",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = np.maximum(0, margin + x[i, target][:, None] - x) ** p
    h[i, target] = 0
    loss = h.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "divides by the K - 1 other classes",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    others = np.arange(K) != np.asarray(target)[:, None]
    xy = x[np.arange(n), target][:, None]
    missing = np.maximum(0, margin - xy + x)[others].reshape(n, K - 1)
    loss = (missing**p).mean(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "mean divides by K a second time",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = np.maximum(0, margin - x[i, target][:, None] + x) ** p / K
    h[i, target] = 0
    if reduction == "none":
        return h.sum(axis=1)
    return h.sum() if reduction == "sum" else h.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "max(0, .) forgotten: classes far behind count negative",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = (margin - x[i, target][:, None] + x) ** p
    h[i, target] = 0
    loss = h.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "only the strongest rival counts",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i = np.arange(n)
    h = np.maximum(0, margin - x[i, target][:, None] + x) ** p
    h[i, target] = 0
    loss = h.max(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "p never used",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    loss = []
    for row, y in zip(x, target):
        total = 0.0
        for j in range(len(row)):
            if j != y:
                total += max(0.0, margin - row[y] + row[j])
        loss.append(total / len(row))
    if reduction == "none":
        return np.array(loss)
    return sum(loss) if reduction == "sum" else sum(loss) / len(loss)
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "true class set to -inf in the caller's scores",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    xy = x[np.arange(n), target].copy()
    x[np.arange(n), target] = -np.inf
    loss = (np.maximum(0, margin - xy[:, None] + x) ** p).sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "wrong",
    "labels counted from 1",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    i, y = np.arange(n), np.asarray(target) - 1
    h = np.maximum(0, margin - x[i, y][:, None] + x) ** p
    h[i, y] = 0
    loss = h.sum(axis=1) / K
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
""",
)
_add(
    "multi_margin_loss",
    "right",
    "loop over rows, true class taken out with np.delete",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    losses = []
    for scores, label in zip(x, target):
        rivals = np.delete(scores, label)
        gap = margin - (scores[label] - rivals)
        gap = gap[gap > 0]
        losses.append(float((gap**p).sum()) / len(scores))
    losses = np.array(losses)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()
""",
)
_add(
    "multi_margin_loss",
    "right",
    "all classes, then margin^p of the true one taken off",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    x = np.asarray(x, dtype=np.float64)
    own = np.take_along_axis(x, np.asarray(target).reshape(-1, 1), axis=1)
    hinge = np.clip(margin - own + x, 0, None)
    loss = (np.sum(hinge**p, axis=1) - margin**p) / x.shape[1]
    return {"none": lambda: loss, "sum": loss.sum, "mean": loss.mean}[reduction]()
""",
)
_add(
    "multi_margin_loss",
    "right",
    "mask of the other classes as 0 and 1, einsum",
    """
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    n, K = x.shape
    mask = np.ones((n, K))
    mask[np.arange(n), target] = 0.0
    own = np.einsum("nk,nk->n", x, 1 - mask)
    short = margin + x - own[:, None]
    short = short * (short > 0)
    if p == 2:
        short = short * short
    rows = np.einsum("nk,nk->n", short, mask) / K
    if reduction == "sum":
        return rows.sum()
    return rows if reduction == "none" else rows.sum() / n
""",
)
