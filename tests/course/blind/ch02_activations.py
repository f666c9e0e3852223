"""Answers to chapter 02 by somebody who had seen the exercises but not their cases: four wrong, two right each."""

BANK = []


def _add(name, kind, label, source):
    BANK.append((name, kind, label, source.strip("\n") + "\n"))


# ---------------------------------------------------------------- 1 neuron
_add(
    "neuron",
    "wrong",
    "bias added after the activation: f(x.w) + b",
    """
def neuron(x, w, b, *, activation):
    z = np.dot(x, w)
    return activation(z) + b
""",
)
_add(
    "neuron",
    "wrong",
    "bias added to every product before the sum (counts d times)",
    """
def neuron(x, w, b, *, activation):
    z = np.sum(x * w + b, axis=-1)
    return activation(z)
""",
)
_add(
    "neuron",
    "wrong",
    "sum over the whole batch, axis forgotten",
    """
def neuron(x, w, b, *, activation):
    weighted = x * w
    total = np.sum(weighted) + b
    return activation(total)
""",
)
_add(
    "neuron",
    "wrong",
    "single sample comes back as a (1,) array instead of a number",
    """
def neuron(x, w, b, *, activation):
    x = np.atleast_2d(x)
    out = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        out[i] = x[i] @ w + b
    return activation(out)
""",
)
_add(
    "neuron",
    "right",
    "einsum with ellipsis",
    """
def neuron(x, w, b, *, activation):
    z = np.einsum("...d,d->...", x, w) + b
    return activation(z)
""",
)
_add(
    "neuron",
    "right",
    "explicit loops over samples and features",
    """
def neuron(x, w, b, *, activation):
    x = np.asarray(x)
    if x.ndim == 1:
        z = b
        for j in range(len(w)):
            z = z + x[j] * w[j]
        return activation(z)
    zs = []
    for row in x:
        z = b
        for j in range(len(w)):
            z = z + row[j] * w[j]
        zs.append(z)
    return activation(np.array(zs))
""",
)

# ------------------------------------------------------- 2 collapse_linear
_add(
    "collapse_linear",
    "wrong",
    "bias of the second layer forgotten",
    """
def collapse_linear(W1, b1, W2, b2):
    W = W2 @ W1
    b = W2 @ b1
    return W, b
""",
)
_add(
    "collapse_linear",
    "wrong",
    "first bias dropped: only b2 is kept",
    """
def collapse_linear(W1, b1, W2, b2):
    W_new = np.matmul(W2, W1)
    b_new = b2.copy()
    return W_new, b_new
""",
)
_add(
    "collapse_linear",
    "wrong",
    "product in the wrong order, W1 @ W2",
    """
def collapse_linear(W1, b1, W2, b2):
    W = np.dot(W1, W2)
    b = np.dot(W2, b1) + b2
    return (W, b)
""",
)
_add(
    "collapse_linear",
    "wrong",
    "W comes back transposed, shape (d, k)",
    """
def collapse_linear(W1, b1, W2, b2):
    W = W1.T @ W2.T
    b = b1 @ W2.T + b2
    return W, b
""",
)
_add(
    "collapse_linear",
    "right",
    "explicit triple loop",
    """
def collapse_linear(W1, b1, W2, b2):
    h, d = W1.shape
    k = W2.shape[0]
    W = np.zeros((k, d))
    b = np.zeros(k)
    for i in range(k):
        for j in range(d):
            for m in range(h):
                W[i, j] += W2[i, m] * W1[m, j]
        b[i] = b2[i]
        for m in range(h):
            b[i] += W2[i, m] * b1[m]
    return W, b
""",
)
_add(
    "collapse_linear",
    "right",
    "probe the composed map at zero and at the unit vectors",
    """
def collapse_linear(W1, b1, W2, b2):
    d = W1.shape[1]
    b = np.einsum("kh,h->k", W2, b1) + b2
    E = np.eye(d)
    columns = [W2 @ (W1 @ E[:, j]) for j in range(d)]
    return np.stack(columns, axis=1), b
""",
)

# --------------------------------------------------------------- 3 sigmoid
_add(
    "sigmoid",
    "wrong",
    "exp(x)/(1+exp(x)): inf/inf = nan for large x",
    """
def sigmoid(x):
    e = np.exp(x)
    return e / (1 + e)
""",
)
_add(
    "sigmoid",
    "wrong",
    "sign of the exponent: 1/(1+exp(x))",
    """
def sigmoid(x):
    x = np.clip(x, -500, 500)
    return 1.0 / (1.0 + np.exp(x))
""",
)
_add(
    "sigmoid",
    "wrong",
    "tanh identity without the factor 1/2 in the argument",
    """
def sigmoid(x):
    return 0.5 * (1 + np.tanh(x))
""",
)
_add(
    "sigmoid",
    "wrong",
    "input clipped far too tightly (at +-10)",
    """
def sigmoid(x):
    # avoid overflow
    x_safe = np.clip(x, -10, 10)
    return 1 / (1 + np.exp(-x_safe))
""",
)
_add(
    "sigmoid",
    "right",
    "tanh identity",
    """
def sigmoid(x):
    return 0.5 * (np.tanh(0.5 * np.asarray(x)) + 1.0)
""",
)
_add(
    "sigmoid",
    "right",
    "two branches with boolean masks",
    """
def sigmoid(x):
    x = np.asarray(x, dtype=float)
    out = np.empty(x.shape)
    pos = x >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-x[pos]))
    e = np.exp(x[~pos])
    out[~pos] = e / (1.0 + e)
    return out
""",
)

# ------------------------------------------------------ 4 sigmoid_backward
_add(
    "sigmoid_backward",
    "wrong",
    "x treated as the output: x (1 - x)",
    """
def sigmoid_backward(grad_output, x):
    return grad_output * x * (1 - x)
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "chain rule forgotten: grad_output ignored",
    """
def sigmoid_backward(grad_output, x):
    s = sigmoid(x)
    grad = s * (1 - s)
    return grad
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "missing parentheses: g * s * 1 - s",
    """
def sigmoid_backward(grad_output, x):
    return grad_output * sigmoid(x) * 1 - sigmoid(x)
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "inner derivative of -x forgotten: sign flipped",
    """
def sigmoid_backward(grad_output, x):
    # d/dx u^-1 = -u^-2 * u'
    s = sigmoid(x)
    u_prime_over_u = 1 - s
    ds = -s * u_prime_over_u
    return grad_output * ds
""",
)
_add(
    "sigmoid_backward",
    "right",
    "sigma(x) sigma(-x)",
    """
def sigmoid_backward(grad_output, x):
    x = np.asarray(x)
    return grad_output * sigmoid(x) * sigmoid(-x)
""",
)
_add(
    "sigmoid_backward",
    "right",
    "exp(-|x|) / (1 + exp(-|x|))^2, no sigmoid used",
    """
def sigmoid_backward(grad_output, x):
    e = np.exp(-np.abs(x))
    slope = e / np.square(1.0 + e)
    return np.multiply(grad_output, slope)
""",
)

# --------------------------------------------------------- 5 tanh_backward
_add(
    "tanh_backward",
    "wrong",
    "x treated as the output: 1 - x^2",
    """
def tanh_backward(grad_output, x):
    return grad_output * (1 - x ** 2)
""",
)
_add(
    "tanh_backward",
    "wrong",
    "chain rule forgotten: grad_output ignored",
    """
def tanh_backward(grad_output, x):
    t = np.tanh(x)
    return 1 - t ** 2
""",
)
_add(
    "tanh_backward",
    "wrong",
    "sigmoid's rule used: t (1 - t)",
    """
def tanh_backward(grad_output, x):
    t = np.tanh(x)
    dt = t * (1 - t)
    return grad_output * dt
""",
)
_add(
    "tanh_backward",
    "wrong",
    "square around the wrong parenthesis: (1 - t)^2",
    """
def tanh_backward(grad_output, x):
    derivative = (1 - np.tanh(x)) ** 2
    return derivative * grad_output
""",
)
_add(
    "tanh_backward",
    "right",
    "entry-by-entry loop over ndindex",
    """
def tanh_backward(grad_output, x):
    g = np.asarray(grad_output, dtype=float)
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        t = np.tanh(x[idx])
        grad[idx] = g[idx] * (1.0 - t) * (1.0 + t)
    return grad
""",
)
_add(
    "tanh_backward",
    "right",
    "sech^2 written with exp(-2|x|)",
    """
def tanh_backward(grad_output, x):
    e = np.exp(-2.0 * np.abs(x))
    sech2 = 4.0 * e / (1.0 + e) ** 2
    return grad_output * sech2
""",
)

# --------------------------------------------------------- 6 relu_backward
_add(
    "relu_backward",
    "wrong",
    "grad_output changed in place through an alias",
    """
def relu_backward(grad_output, x):
    grad = grad_output
    grad[x <= 0] = 0
    return grad
""",
)
_add(
    "relu_backward",
    "wrong",
    "slope 1 at x == 0 (>= instead of >)",
    """
def relu_backward(grad_output, x):
    return np.where(x >= 0, grad_output, 0.0)
""",
)
_add(
    "relu_backward",
    "wrong",
    "mask taken from grad_output instead of x",
    """
def relu_backward(grad_output, x):
    mask = grad_output > 0
    return grad_output * mask
""",
)
_add(
    "relu_backward",
    "wrong",
    "local slope only, grad_output ignored",
    """
def relu_backward(grad_output, x):
    grad = np.zeros_like(x)
    grad[x > 0] = 1
    return grad
""",
)
_add(
    "relu_backward",
    "right",
    "copy, then zero the inactive entries",
    """
def relu_backward(grad_output, x):
    grad = np.array(grad_output, copy=True)
    inactive = np.logical_not(np.asarray(x) > 0)
    grad[inactive] = 0
    return grad
""",
)
_add(
    "relu_backward",
    "right",
    "heaviside step with value 0 at 0",
    """
def relu_backward(grad_output, x):
    step = np.heaviside(np.asarray(x, dtype=float), 0.0)
    return grad_output * step
""",
)

# ------------------------------------------------------------ 7 leaky_relu
_add(
    "leaky_relu",
    "wrong",
    "max(x, slope*x): wrong for slopes larger than 1",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)
""",
)
_add(
    "leaky_relu",
    "wrong",
    "x changed in place",
    """
def leaky_relu(x, *, negative_slope=0.01):
    neg = x <= 0
    x[neg] = x[neg] * negative_slope
    return x
""",
)
_add(
    "leaky_relu",
    "wrong",
    "option ignored, 0.01 hard-coded",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.where(x > 0, x, 0.01 * x)
""",
)
_add(
    "leaky_relu",
    "wrong",
    "sign of the negative part: slope * |x|",
    """
def leaky_relu(x, *, negative_slope=0.01):
    pos = np.maximum(0, x)
    neg = np.maximum(0, -x)
    return pos + negative_slope * neg
""",
)
_add(
    "leaky_relu",
    "right",
    "max(0, x) + slope * min(0, x)",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)
""",
)
_add(
    "leaky_relu",
    "right",
    "loop over the flattened entries",
    """
def leaky_relu(x, *, negative_slope=0.01):
    x = np.asarray(x, dtype=float)
    values = []
    for v in x.ravel():
        if v > 0:
            values.append(v)
        else:
            values.append(negative_slope * v)
    return np.array(values, dtype=float).reshape(x.shape)
""",
)

# -------------------------------------------------------- 8 prelu_backward
_add(
    "prelu_backward",
    "wrong",
    "grad_weight averaged over the batch instead of summed",
    """
def prelu_backward(grad_output, x, weight):
    grad_x = np.where(x > 0, grad_output, grad_output * weight)
    grad_weight = np.mean(grad_output * np.minimum(0, x), axis=0)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "wrong",
    "grad_weight without grad_output (chain rule forgotten)",
    """
def prelu_backward(grad_output, x, weight):
    slope = np.where(x > 0, 1.0, weight)
    grad_x = grad_output * slope
    dw = np.minimum(0, x)
    grad_weight = dw.sum(axis=0)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "wrong",
    "right side taken at x == 0",
    """
def prelu_backward(grad_output, x, weight):
    grad_x = np.zeros_like(grad_output)
    grad_weight = np.zeros_like(weight)
    n, c = x.shape
    for i in range(n):
        for j in range(c):
            if x[i, j] < 0:
                grad_x[i, j] = grad_output[i, j] * weight[j]
                grad_weight[j] += grad_output[i, j] * x[i, j]
            else:
                grad_x[i, j] = grad_output[i, j]
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "wrong",
    "grad_weight also counts the positive x",
    """
def prelu_backward(grad_output, x, weight):
    positive = x > 0
    grad_x = grad_output * (positive + (1 - positive) * weight)
    grad_weight = np.sum(grad_output * x, axis=0)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "right",
    "explicit double loop",
    """
def prelu_backward(grad_output, x, weight):
    n, c = x.shape
    grad_x = np.zeros((n, c))
    grad_weight = np.zeros(c)
    for i in range(n):
        for j in range(c):
            g = grad_output[i, j]
            if x[i, j] > 0:
                grad_x[i, j] = g
            else:
                grad_x[i, j] = g * weight[j]
                grad_weight[j] += g * x[i, j]
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "right",
    "np.where and einsum over the samples",
    """
def prelu_backward(grad_output, x, weight):
    left = x <= 0
    slopes = np.where(left, weight[np.newaxis, :], 1.0)
    grad_x = grad_output * slopes
    grad_weight = np.einsum("nc,nc->c", grad_output, np.where(left, x, 0.0))
    return grad_x, grad_weight
""",
)

# -------------------------------------------------------------- 9 softplus
_add(
    "softplus",
    "wrong",
    "threshold compared with x instead of beta * x",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    soft = np.logaddexp(0, beta * x) / beta
    return np.where(x > threshold, x, soft)
""",
)
_add(
    "softplus",
    "wrong",
    "division by beta forgotten",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    z = beta * x
    big = z > threshold
    return np.where(big, x, np.log1p(np.exp(np.where(big, 0, z))))
""",
)
_add(
    "softplus",
    "wrong",
    "threshold ignored (stable formula everywhere)",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    z = beta * x
    # stable: max(z, 0) + log(1 + e^-|z|)
    return (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
""",
)
_add(
    "softplus",
    "wrong",
    "branches mixed by multiplying masks: 0 * inf = nan",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    mask = (beta * x > threshold).astype(float)
    formula = np.log(1 + np.exp(beta * x)) / beta
    return mask * x + (1 - mask) * formula
""",
)
_add(
    "softplus",
    "right",
    "logaddexp and np.where",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    z = beta * np.asarray(x)
    return np.where(z > threshold, x, np.logaddexp(0.0, z) / beta)
""",
)
_add(
    "softplus",
    "right",
    "loop over entries, max(z, 0) + log1p(exp(-|z|))",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    x = np.asarray(x, dtype=float)
    out = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        z = beta * x[idx]
        if z > threshold:
            out[idx] = x[idx]
        else:
            out[idx] = (max(z, 0.0) + np.log1p(np.exp(-abs(z)))) / beta
    return out
""",
)

# ---------------------------------------------------------------- 10 gelu
_add(
    "gelu",
    "wrong",
    "erf(x) without the division by sqrt(2)",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        return 0.5 * x * (1 + erf(x))
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)
    return 0.5 * x * (1 + np.tanh(inner))
""",
)
_add(
    "gelu",
    "wrong",
    "option ignored: always the tanh formula",
    """
def gelu(x, *, approximate="none"):
    c = np.sqrt(2.0 / np.pi)
    return 0.5 * x * (1.0 + np.tanh(c * (x + 0.044715 * x ** 3)))
""",
)
_add(
    "gelu",
    "wrong",
    "sqrt(2/pi) multiplies only the linear term",
    """
def gelu(x, *, approximate="none"):
    if approximate == "tanh":
        u = np.sqrt(2 / np.pi) * x + 0.044715 * np.power(x, 3)
        phi = 0.5 * (1 + np.tanh(u))
    else:
        phi = 0.5 * (1 + erf(x / np.sqrt(2)))
    return x * phi
""",
)
_add(
    "gelu",
    "wrong",
    "'tanh' answered with the sigmoid approximation x sigma(1.702 x)",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        return x * 0.5 * (1 + erf(x / np.sqrt(2)))
    elif approximate == "tanh":
        return x * sigmoid(1.702 * x)
""",
)
_add(
    "gelu",
    "right",
    "cdf helper variable, cube by multiplication",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        inner = erf(x / np.sqrt(2.0))
    elif approximate == "tanh":
        inner = np.tanh(np.sqrt(2.0 / np.pi) * x * (1.0 + 0.044715 * x * x))
    else:
        raise ValueError(approximate)
    cdf = (1.0 + inner) / 2.0
    return x * cdf
""",
)
_add(
    "gelu",
    "right",
    "entry-by-entry loop; tanh form as a sigmoid of 2u",
    """
def gelu(x, *, approximate="none"):
    x = np.asarray(x, dtype=float)
    out = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        v = x[idx]
        if approximate == "tanh":
            u = np.sqrt(2 / np.pi) * (v + 0.044715 * v ** 3)
            e = np.exp(-2 * abs(u))
            p = 1 / (1 + e) if u >= 0 else e / (1 + e)
        else:
            p = 0.5 + 0.5 * erf(v / 2 ** 0.5)
        out[idx] = v * p
    return out
""",
)

# ------------------------------------------------------- 11 silu_backward
_add(
    "silu_backward",
    "wrong",
    "product rule half done: only x sigma'(x)",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * x * s * (1 - s)
""",
)
_add(
    "silu_backward",
    "wrong",
    "grad_output multiplies only the first term",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * s + x * s * (1 - s)
""",
)
_add(
    "silu_backward",
    "wrong",
    "wrong derivative: s + x (1 - s), factor s missing",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    d_silu = s + x * (1 - s)
    return d_silu * grad_output
""",
)
_add(
    "silu_backward",
    "wrong",
    "quotient rule with exp(-x): nan for very negative x",
    """
def silu_backward(grad_output, x):
    e = np.exp(-x)
    numerator = 1 + e + x * e
    derivative = numerator / (1 + e) ** 2
    return grad_output * derivative
""",
)
_add(
    "silu_backward",
    "right",
    "y + s (1 - y) with y = x s",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    y = x * s
    return grad_output * (y + s * (1 - y))
""",
)
_add(
    "silu_backward",
    "right",
    "without sigmoid, exp(-|x|) and np.where",
    """
def silu_backward(grad_output, x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1.0, e) / (1.0 + e)
    ds = e / (1.0 + e) ** 2
    return grad_output * (s + x * ds)
""",
)

# -------------------------------------------------------------- 12 softmax
_add(
    "softmax",
    "wrong",
    "one global maximum: 0/0 when rows are far apart",
    """
def softmax(x, *, axis=-1):
    e = np.exp(x - np.max(x))
    return e / np.sum(e, axis=axis, keepdims=True)
""",
)
_add(
    "softmax",
    "wrong",
    "x changed in place by -=",
    """
def softmax(x, *, axis=-1):
    x -= np.max(x, axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)
""",
)
_add(
    "softmax",
    "wrong",
    "axis ignored, always the last one",
    """
def softmax(x, *, axis=-1):
    shifted = x - x.max(axis=-1, keepdims=True)
    exps = np.exp(shifted)
    return exps / exps.sum(axis=-1, keepdims=True)
""",
)
_add(
    "softmax",
    "wrong",
    "maximum not subtracted: overflow to nan",
    """
def softmax(x, *, axis=-1):
    numerator = np.exp(x)
    denominator = np.sum(numerator, axis=axis, keepdims=True)
    return numerator / denominator
""",
)
_add(
    "softmax",
    "right",
    "apply_along_axis with a one-dimensional helper",
    """
def softmax(x, *, axis=-1):
    def one(v):
        e = np.exp(v - v.max())
        return e / e.sum()
    return np.apply_along_axis(one, axis, np.asarray(x, dtype=float))
""",
)
_add(
    "softmax",
    "right",
    "exp(x - logaddexp.reduce)",
    """
def softmax(x, *, axis=-1):
    x = np.asarray(x, dtype=float)
    lse = np.logaddexp.reduce(x, axis=axis)
    return np.exp(x - np.expand_dims(lse, axis))
""",
)

# ---------------------------------------------------------- 13 log_softmax
_add(
    "log_softmax",
    "wrong",
    "log of the softmax: -inf for far-off logits",
    """
def log_softmax(x, *, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    p = e / np.sum(e, axis=axis, keepdims=True)
    return np.log(p)
""",
)
_add(
    "log_softmax",
    "wrong",
    "log(softmax + 1e-12): finite but wrong",
    """
def log_softmax(x, *, axis=-1):
    m = np.max(x, axis=axis, keepdims=True)
    e = np.exp(x - m)
    probs = e / e.sum(axis=axis, keepdims=True)
    return np.log(probs + 1e-12)
""",
)
_add(
    "log_softmax",
    "wrong",
    "maximum not put back: x - log sum exp(x - m)",
    """
def log_softmax(x, *, axis=-1):
    m = x.max(axis=axis, keepdims=True)
    lse = np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))
    return x - lse
""",
)
_add(
    "log_softmax",
    "wrong",
    "sum taken along the last axis whatever axis says",
    """
def log_softmax(x, *, axis=-1):
    z = x - np.max(x, axis=axis, keepdims=True)
    log_sum = np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    return z - log_sum
""",
)
_add(
    "log_softmax",
    "right",
    "logaddexp.reduce",
    """
def log_softmax(x, *, axis=-1):
    x = np.asarray(x, dtype=float)
    m = np.max(x, axis=axis, keepdims=True)
    z = x - m
    return z - np.logaddexp.reduce(z, axis=axis, keepdims=True)
""",
)
_add(
    "log_softmax",
    "right",
    "move the axis last, loop over rows",
    """
def log_softmax(x, *, axis=-1):
    x = np.asarray(x, dtype=float)
    moved = np.moveaxis(x, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    out = np.empty(rows.shape)
    for i in range(rows.shape[0]):
        shifted = rows[i] - max(rows[i])
        total = 0.0
        for v in shifted:
            total += np.exp(v)
        out[i] = shifted - np.log(total)
    return np.moveaxis(out.reshape(moved.shape), -1, axis)
""",
)

# ------------------------------------------------------ 14 softmax_backward
_add(
    "softmax_backward",
    "wrong",
    "diagonal of the Jacobian only: g s (1 - s)",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    s = softmax(x, axis=axis)
    return grad_output * s * (1 - s)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "one sum over the whole array instead of one per row",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    s = softmax(x, axis=axis)
    dot = np.sum(grad_output * s)
    return s * (grad_output - dot)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "x taken as the probabilities (softmax output)",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    inner = (grad_output * x).sum(axis=axis, keepdims=True)
    return x * (grad_output - inner)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "axis not handed to softmax",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    p = softmax(x)
    weighted_sum = np.sum(p * grad_output, axis=axis, keepdims=True)
    return p * (grad_output - weighted_sum)
""",
)
_add(
    "softmax_backward",
    "right",
    "explicit Jacobian per row",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    s = np.moveaxis(softmax(x, axis=axis), axis, -1)
    g = np.moveaxis(np.asarray(grad_output, dtype=float), axis, -1)
    out = np.empty(s.shape)
    for idx in np.ndindex(*s.shape[:-1]):
        p = s[idx]
        jacobian = np.diag(p) - np.outer(p, p)
        out[idx] = jacobian @ g[idx]
    return np.moveaxis(out, -1, axis)
""",
)
_add(
    "softmax_backward",
    "right",
    "einsum on the moved axis",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    s = np.moveaxis(softmax(x, axis=axis), axis, -1)
    g = np.moveaxis(np.asarray(grad_output), axis, -1)
    dot = np.einsum("...i,...i->...", s, g)
    grad = s * g - s * dot[..., np.newaxis]
    return np.moveaxis(grad, -1, axis)
""",
)
