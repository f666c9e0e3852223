"""More answers by somebody who had not seen the cases, as beginners hand them in: five wrong, three right each."""

BANK = []


def _add(name, verdict, label, source):
    BANK.append((name, verdict, label, source.strip("\n") + "\n"))


# ------------------------------------------------------------------ neuron
_add(
    "neuron",
    "wrong",
    "bias added after the activation",
    """
def neuron(x, w, b, *, activation):
    return activation(np.dot(x, w)) + b
""",
)
_add(
    "neuron",
    "wrong",
    "np.sum without axis: one number for the whole batch",
    """
def neuron(x, w, b, *, activation):
    # weighted sum
    z = np.sum(x * w) + b
    return activation(z)
""",
)
_add(
    "neuron",
    "wrong",
    "hard-coded sigmoid, ignores activation",
    """
def neuron(x, w, b, *, activation):
    z = x @ w + b
    a = 1 / (1 + np.exp(-z))
    return a
""",
)
_add(
    "neuron",
    "wrong",
    "atleast_2d: single sample gives shape (1,)",
    """
def neuron(x, w, b, *, activation):
    X = np.atleast_2d(x)
    out = X.dot(w) + b
    return activation(out)
""",
)
_add(
    "neuron",
    "wrong",
    "return inside the loop: only first sample",
    """
def neuron(x, w, b, *, activation):
    if x.ndim == 1:
        return activation(np.dot(x, w) + b)
    results = []
    for row in x:
        total = 0
        for i in range(len(w)):
            total += row[i] * w[i]
        results.append(total + b)
        return activation(np.array(results))
""",
)
_add(
    "neuron",
    "right",
    "textbook one-liner",
    """
def neuron(x, w, b, *, activation):
    return activation(x @ w + b)
""",
)
_add(
    "neuron",
    "right",
    "naive loops building a list",
    """
def neuron(x, w, b, *, activation):
    if x.ndim == 1:
        z = 0.0
        for i in range(len(w)):
            z = z + x[i] * w[i]
        return activation(z + b)
    zs = []
    for sample in x:
        z = 0.0
        for i in range(len(w)):
            z = z + sample[i] * w[i]
        zs.append(z + b)
    return activation(np.array(zs))
""",
)
_add(
    "neuron",
    "right",
    "sum over last axis, annotations, asserts, extra default",
    """
def neuron(x: np.ndarray, w: np.ndarray, b: float = 0.0, *, activation, verbose: bool = False):
    assert w.ndim == 1
    assert x.shape[-1] == w.shape[0], "x and w do not fit"
    pre: np.ndarray = np.sum(np.multiply(x, w), axis=-1) + b
    if verbose:
        print("pre-activation:", pre)
    return activation(pre)
""",
)

# --------------------------------------------------------- collapse_linear
_add(
    "collapse_linear",
    "wrong",
    "product in the wrong order W1 @ W2",
    """
def collapse_linear(W1, b1, W2, b2):
    W = W1 @ W2
    b = W2 @ b1 + b2
    return W, b
""",
)
_add(
    "collapse_linear",
    "wrong",
    "forgot b2",
    """
def collapse_linear(W1, b1, W2, b2):
    W = np.dot(W2, W1)
    b = np.dot(W2, b1)
    return (W, b)
""",
)
_add(
    "collapse_linear",
    "wrong",
    "W returned transposed (d, k)",
    """
def collapse_linear(W1, b1, W2, b2):
    # x W1^T W2^T
    W = W1.T.dot(W2.T)
    b = b1.dot(W2.T) + b2
    return W, b
""",
)
_add(
    "collapse_linear",
    "wrong",
    "loop off by one over the hidden units",
    """
def collapse_linear(W1, b1, W2, b2):
    h, d = W1.shape
    k = W2.shape[0]
    W = np.zeros((k, d))
    for i in range(k):
        for j in range(d):
            for m in range(h - 1):
                W[i, j] += W2[i, m] * W1[m, j]
    b = W2 @ b1 + b2
    return W, b
""",
)
_add(
    "collapse_linear",
    "wrong",
    "bias not multiplied by W2 (b1 summed in)",
    """
def collapse_linear(W1, b1, W2, b2):
    W_new = np.matmul(W2, W1)
    b_new = np.sum(b1) + b2
    return W_new, b_new
""",
)
_add(
    "collapse_linear",
    "right",
    "textbook",
    """
def collapse_linear(W1, b1, W2, b2):
    return W2 @ W1, W2 @ b1 + b2
""",
)
_add(
    "collapse_linear",
    "right",
    "triple loop with nested lists",
    """
def collapse_linear(W1, b1, W2, b2):
    k = len(W2)
    h = len(W1)
    d = len(W1[0])
    W = []
    b = []
    for i in range(k):
        row = []
        for j in range(d):
            s = 0.0
            for m in range(h):
                s += W2[i][m] * W1[m][j]
            row.append(s)
        W.append(row)
        t = b2[i]
        for m in range(h):
            t = t + W2[i][m] * b1[m]
        b.append(t)
    return np.array(W), np.array(b)
""",
)
_add(
    "collapse_linear",
    "right",
    "probes the two layers with 0 and unit vectors",
    """
def collapse_linear(W1, b1, W2, b2):
    def both(x):
        return W2 @ (W1 @ x + b1) + b2
    d = W1.shape[1]
    b = both(np.zeros(d))
    columns = [both(e) - b for e in np.eye(d)]
    W = np.stack(columns, axis=1)
    assert W.shape == (W2.shape[0], d)
    return W, b
""",
)

# ----------------------------------------------------------------- sigmoid
_add(
    "sigmoid",
    "wrong",
    "exp(x)/(1+exp(x)) overflows to nan",
    """
def sigmoid(x):
    e = np.exp(x)
    return e / (1 + e)
""",
)
_add(
    "sigmoid",
    "wrong",
    "missing parentheses 1 / 1 + exp(-x)",
    """
def sigmoid(x):
    x = np.clip(x, -500, 500)
    return 1 / 1 + np.exp(-x)
""",
)
_add(
    "sigmoid",
    "wrong",
    "if on a whole array",
    """
def sigmoid(x):
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    else:
        z = np.exp(x)
        return z / (1 + z)
""",
)
_add(
    "sigmoid",
    "wrong",
    "tanh form without x/2",
    """
def sigmoid(x):
    # sigmoid is a shifted and scaled tanh
    return 0.5 * (np.tanh(x) + 1)
""",
)
_add(
    "sigmoid",
    "wrong",
    "negative branch never filled",
    """
def sigmoid(x):
    result = np.zeros_like(x)
    pos = x >= 0
    neg = x < 0
    result[pos] = 1 / (1 + np.exp(-x[pos]))
    z = np.exp(x[neg])
    z / (1 + z)
    return result
""",
)
_add(
    "sigmoid",
    "right",
    "plain formula, finite (overflow warning only)",
    """
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
""",
)
_add(
    "sigmoid",
    "right",
    "scalar helper with np.vectorize",
    """
def sigmoid(x):
    import math

    def one(v):
        if v >= 0:
            return 1.0 / (1.0 + math.exp(-v))
        e = math.exp(v)
        return e / (1.0 + e)

    return np.vectorize(one, otypes=[float])(x)
""",
)
_add(
    "sigmoid",
    "right",
    "half-angle tanh identity",
    """
def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * x)
""",
)

# -------------------------------------------------------- sigmoid_backward
_add(
    "sigmoid_backward",
    "wrong",
    "takes x for the output: x(1-x)",
    """
def sigmoid_backward(grad_output, x):
    return grad_output * x * (1 - x)
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "forgets grad_output",
    """
def sigmoid_backward(grad_output, x):
    s = sigmoid(x)
    ds = s * (1 - s)
    return ds
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "sigmoid(1 - x) instead of 1 - sigmoid(x)",
    """
def sigmoid_backward(grad_output, x):
    return grad_output * sigmoid(x) * sigmoid(1 - x)
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "sums everything to a number",
    """
def sigmoid_backward(grad_output, x):
    sig = sigmoid(x)
    grad = np.sum(grad_output * sig * (1.0 - sig))
    return grad
""",
)
_add(
    "sigmoid_backward",
    "wrong",
    "sigmoid applied twice",
    """
def sigmoid_backward(grad_output, x):
    out = sigmoid(x)
    return grad_output * sigmoid(out) * (1 - sigmoid(out))
""",
)
_add(
    "sigmoid_backward",
    "right",
    "textbook",
    """
def sigmoid_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * s * (1 - s)
""",
)
_add(
    "sigmoid_backward",
    "right",
    "s(x) * s(-x), annotations and assert",
    """
def sigmoid_backward(grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
    assert grad_output.shape == x.shape
    return sigmoid(x) * sigmoid(-x) * grad_output
""",
)
_add(
    "sigmoid_backward",
    "right",
    "flat loop building a list, then reshape",
    """
def sigmoid_backward(grad_output, x):
    s = np.asarray(sigmoid(x)).ravel()
    g = np.asarray(grad_output).ravel()
    res = []
    for i in range(len(s)):
        res.append(g[i] * (s[i] - s[i] ** 2))
    return np.array(res, dtype=float).reshape(np.shape(x))
""",
)

# ----------------------------------------------------------- tanh_backward
_add(
    "tanh_backward",
    "wrong",
    "takes x for the output: 1 - x**2",
    """
def tanh_backward(grad_output, x):
    return grad_output * (1 - x**2)
""",
)
_add(
    "tanh_backward",
    "wrong",
    "tanh(x**2) instead of tanh(x)**2",
    """
def tanh_backward(grad_output, x):
    return grad_output * (1 - np.tanh(x**2))
""",
)
_add(
    "tanh_backward",
    "wrong",
    "sech not squared",
    """
def tanh_backward(grad_output, x):
    # derivative of tanh is sech
    sech = 1 / np.cosh(x)
    return sech * grad_output
""",
)
_add(
    "tanh_backward",
    "wrong",
    "missing parentheses",
    """
def tanh_backward(grad_output, x):
    t = np.tanh(x)
    return grad_output * 1 - t ** 2
""",
)
_add(
    "tanh_backward",
    "wrong",
    "math.tanh on an array",
    """
def tanh_backward(grad_output, x):
    import math
    t = math.tanh(x)
    return grad_output * (1 - t * t)
""",
)
_add(
    "tanh_backward",
    "right",
    "textbook",
    """
def tanh_backward(grad_output, x):
    return grad_output * (1 - np.tanh(x) ** 2)
""",
)
_add(
    "tanh_backward",
    "right",
    "factored (1-t)(1+t)",
    """
def tanh_backward(grad_output, x):
    t = np.tanh(x)
    slope = (1 - t) * (1 + t)
    grad_x = np.multiply(grad_output, slope)
    assert grad_x.shape == np.shape(x)
    return grad_x
""",
)
_add(
    "tanh_backward",
    "right",
    "scalar helper, vectorized over both",
    """
def tanh_backward(grad_output, x):
    from math import tanh

    def f(g, v):
        return g * (1.0 - tanh(v) * tanh(v))

    vf = np.vectorize(f, otypes=[np.float64])
    return vf(grad_output, x)
""",
)

# ----------------------------------------------------------- relu_backward
_add(
    "relu_backward",
    "wrong",
    "writes into grad_output",
    """
def relu_backward(grad_output, x):
    grad_output[x <= 0] = 0
    return grad_output
""",
)
_add(
    "relu_backward",
    "wrong",
    "slope 1 at zero (>=)",
    """
def relu_backward(grad_output, x):
    return np.where(x >= 0, grad_output, 0)
""",
)
_add(
    "relu_backward",
    "wrong",
    "relu of grad_output",
    """
def relu_backward(grad_output, x):
    return np.maximum(0, grad_output)
""",
)
_add(
    "relu_backward",
    "wrong",
    "mask only, forgets grad_output",
    """
def relu_backward(grad_output, x):
    mask = x > 0
    return mask.astype(float)
""",
)
_add(
    "relu_backward",
    "wrong",
    "multiplies by relu(x) instead of its slope",
    """
def relu_backward(grad_output, x):
    relu = np.where(x > 0, x, 0)
    return grad_output * relu
""",
)
_add(
    "relu_backward",
    "right",
    "mask product",
    """
def relu_backward(grad_output, x):
    return grad_output * (x > 0)
""",
)
_add(
    "relu_backward",
    "right",
    "copy then zero",
    """
def relu_backward(grad_output, x):
    grad_x = np.array(grad_output, copy=True)
    grad_x[x <= 0] = 0.0
    return grad_x
""",
)
_add(
    "relu_backward",
    "right",
    "flat zip with list comprehension",
    """
def relu_backward(grad_output, x):
    values = [g if v > 0 else 0.0 for g, v in zip(grad_output.flatten(), x.flatten())]
    return np.array(values, dtype=float).reshape(x.shape)
""",
)

# -------------------------------------------------------------- leaky_relu
_add(
    "leaky_relu",
    "wrong",
    "maximum(x, slope*x), breaks for slope > 1",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)
""",
)
_add(
    "leaky_relu",
    "wrong",
    "hard-coded 0.01",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.where(x > 0, x, 0.01 * x)
""",
)
_add(
    "leaky_relu",
    "wrong",
    "returns the slope, forgets * x",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope)
""",
)
_add(
    "leaky_relu",
    "wrong",
    "loop over first axis only, fails beyond 1-D",
    """
def leaky_relu(x, *, negative_slope=0.01):
    out = []
    for v in x:
        if v > 0:
            out.append(v)
        else:
            out.append(negative_slope * v)
    return np.array(out)
""",
)
_add(
    "leaky_relu",
    "wrong",
    "minus sign too many on the negative side",
    """
def leaky_relu(x, *, negative_slope=0.01):
    positive = np.maximum(0, x)
    negative = -negative_slope * np.minimum(0, x)
    return positive + negative
""",
)
_add(
    "leaky_relu",
    "right",
    "np.where",
    """
def leaky_relu(x, *, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)
""",
)
_add(
    "leaky_relu",
    "right",
    "max plus slope times min",
    """
def leaky_relu(x: np.ndarray, *, negative_slope: float = 0.01) -> np.ndarray:
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)
""",
)
_add(
    "leaky_relu",
    "right",
    "absolute-value algebra",
    """
def leaky_relu(x, *, negative_slope=0.01):
    a = (1 + negative_slope) / 2
    c = (1 - negative_slope) / 2
    return a * x + c * abs(x)
""",
)

# ---------------------------------------------------------- prelu_backward
_add(
    "prelu_backward",
    "wrong",
    "mean instead of sum for the weight",
    """
def prelu_backward(grad_output, x, weight):
    grad_x = grad_output * np.where(x > 0, 1, weight)
    grad_weight = np.mean(grad_output * np.minimum(0, x), axis=0)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "wrong",
    "sum over axis=1",
    """
def prelu_backward(grad_output, x, weight):
    grad_x = np.where(x > 0, grad_output, weight * grad_output)
    grad_weight = (grad_output * np.minimum(0, x)).sum(axis=1)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "wrong",
    "weight gradient also counts the positive entries",
    """
def prelu_backward(grad_output, x, weight):
    slope = np.where(x > 0, 1.0, weight)
    grad_x = grad_output * slope
    grad_weight = np.sum(grad_output * x, axis=0)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "wrong",
    "right side at zero",
    """
def prelu_backward(grad_output, x, weight):
    dx = np.ones_like(x)
    dx = np.where(x < 0, weight, dx)
    dw = np.where(x < 0, x, 0)
    return grad_output * dx, np.sum(grad_output * dw, axis=0)
""",
)
_add(
    "prelu_backward",
    "wrong",
    "= instead of += : only the last sample counts",
    """
def prelu_backward(grad_output, x, weight):
    n, c = x.shape
    grad_x = np.zeros((n, c))
    grad_weight = np.zeros(c)
    for i in range(n):
        for j in range(c):
            if x[i, j] > 0:
                grad_x[i, j] = grad_output[i, j]
                grad_weight[j] += 0
            else:
                grad_x[i, j] = grad_output[i, j] * weight[j]
                grad_weight[j] = grad_output[i, j] * x[i, j]
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "right",
    "textbook",
    """
def prelu_backward(grad_output, x, weight):
    grad_x = grad_output * np.where(x > 0, 1.0, weight)
    grad_weight = np.sum(grad_output * np.minimum(0, x), axis=0)
    return grad_x, grad_weight
""",
)
_add(
    "prelu_backward",
    "right",
    "double loop",
    """
def prelu_backward(grad_output, x, weight):
    rows, cols = x.shape
    gx = np.zeros((rows, cols))
    gw = np.zeros(cols)
    for r in range(rows):
        for k in range(cols):
            if x[r, k] > 0:
                gx[r, k] = grad_output[r, k]
            else:
                gx[r, k] = weight[k] * grad_output[r, k]
                gw[k] += x[r, k] * grad_output[r, k]
    return gx, gw
""",
)
_add(
    "prelu_backward",
    "right",
    "einsum and 0/1 masks",
    """
def prelu_backward(grad_output, x, weight):
    assert x.shape == grad_output.shape and weight.shape == (x.shape[1],)
    left = (x <= 0).astype(x.dtype)
    grad_x = grad_output + grad_output * left * (weight[None, :] - 1)
    grad_weight = np.einsum("nc,nc,nc->c", grad_output, left, x)
    return grad_x, grad_weight
""",
)

# ---------------------------------------------------------------- softplus
_add(
    "softplus",
    "wrong",
    "forgets / beta",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    bx = beta * x
    return np.where(bx > threshold, x, np.logaddexp(0, bx))
""",
)
_add(
    "softplus",
    "wrong",
    "compares x, not beta*x, with the threshold",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    soft = np.logaddexp(0.0, beta * x) / beta
    return np.where(x > threshold, x, soft)
""",
)
_add(
    "softplus",
    "wrong",
    "hard-coded threshold 20",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    z = beta * x
    safe = np.minimum(z, 20)
    return np.where(z > 20, x, np.log(1 + np.exp(safe)) / beta)
""",
)
_add(
    "softplus",
    "wrong",
    "no threshold: overflows to inf",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    return np.log(1 + np.exp(beta * x)) / beta
""",
)
_add(
    "softplus",
    "wrong",
    "one decision for the whole array (np.any)",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    if np.any(beta * x > threshold):
        return x
    return np.log1p(np.exp(beta * x)) / beta
""",
)
_add(
    "softplus",
    "right",
    "np.where with the naive formula (finite for thresholds below 709, warning only)",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.log(1 + np.exp(beta * x)) / beta)
""",
)
_add(
    "softplus",
    "right",
    "logaddexp with masked assignment",
    """
def softplus(x: np.ndarray, *, beta: float = 1.0, threshold: float = 20.0) -> np.ndarray:
    y = np.array(x, dtype=float)
    small = beta * y <= threshold
    y[small] = np.logaddexp(0, beta * y[small]) / beta
    return y
""",
)
_add(
    "softplus",
    "right",
    "flat loop with a scalar helper",
    """
def softplus(x, *, beta=1.0, threshold=20.0):
    import math

    def sp(v):
        t = beta * v
        if t > threshold:
            return v
        # log(1+e^t) = max(t,0) + log(1+e^-|t|)
        return (max(t, 0.0) + math.log1p(math.exp(-abs(t)))) / beta

    x = np.asarray(x)
    out = np.empty(x.shape)
    for idx in np.ndindex(*x.shape):
        out[idx] = sp(float(x[idx]))
    return out
""",
)

# -------------------------------------------------------------------- gelu
_add(
    "gelu",
    "wrong",
    "erf(x) without sqrt(2)",
    """
def gelu(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + erf(x))
""",
)
_add(
    "gelu",
    "wrong",
    "constant mistyped 0.44715",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        return x * 0.5 * (1 + erf(x / np.sqrt(2)))
    elif approximate == "tanh":
        inner = np.sqrt(2 / np.pi) * (x + 0.44715 * x**3)
        return x * 0.5 * (1 + np.tanh(inner))
""",
)
_add(
    "gelu",
    "wrong",
    "x*sigmoid(1.702x) in place of the tanh formula",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        phi = 0.5 * (1 + erf(x / np.sqrt(2)))
        return x * phi
    else:
        # fast approximation of gelu
        return x / (1 + np.exp(-1.702 * x))
""",
)
_add(
    "gelu",
    "wrong",
    "sqrt(2)/pi instead of sqrt(2/pi)",
    """
def gelu(x, *, approximate="none"):
    if approximate == "tanh":
        c = np.sqrt(2) / np.pi
        return 0.5 * x * (1 + np.tanh(c * (x + 0.044715 * np.power(x, 3))))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))
""",
)
_add(
    "gelu",
    "wrong",
    "tanh branch has no return",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        return 0.5 * x * (1.0 + erf(x / np.sqrt(2.0)))
    if approximate == "tanh":
        y = 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x ** 3)))
""",
)
_add(
    "gelu",
    "right",
    "textbook both forms",
    """
def gelu(x, *, approximate="none"):
    if approximate == "none":
        return x * 0.5 * (1 + erf(x / np.sqrt(2)))
    elif approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    else:
        raise ValueError(approximate)
""",
)
_add(
    "gelu",
    "right",
    "math scalar helpers with np.vectorize",
    """
def gelu(x, *, approximate="none"):
    import math

    def exact(v):
        return 0.5 * v * (1 + math.erf(v / math.sqrt(2)))

    def by_tanh(v):
        u = math.sqrt(2 / math.pi) * (v + 0.044715 * v * v * v)
        return 0.5 * v * (1 + math.tanh(u))

    f = by_tanh if approximate == "tanh" else exact
    return np.vectorize(f, otypes=[float])(x)
""",
)
_add(
    "gelu",
    "right",
    "factored cubic, hard-typed sqrt(2/pi), annotations, assert",
    """
def gelu(x: np.ndarray, *, approximate: str = "none", coeff: float = 0.044715) -> np.ndarray:
    assert approximate in ("none", "tanh")
    if approximate == "tanh":
        gate = np.tanh(0.7978845608028654 * x * (1.0 + coeff * x * x))
    else:
        gate = erf(x * 0.7071067811865476)
    return x / 2 + x / 2 * gate
""",
)

# ----------------------------------------------------------- silu_backward
_add(
    "silu_backward",
    "wrong",
    "quotient-rule formula with exp(x): nan for large x",
    """
def silu_backward(grad_output, x):
    ex = np.exp(x)
    deriv = ex * (ex + x + 1) / (ex + 1) ** 2
    return grad_output * deriv
""",
)
_add(
    "silu_backward",
    "wrong",
    "product rule without the x",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * (s + s * (1 - s))
""",
)
_add(
    "silu_backward",
    "wrong",
    "forgets a factor sigmoid in the second term",
    """
def silu_backward(grad_output, x):
    sig = sigmoid(x)
    d = sig + x * (1 - sig)
    return d * grad_output
""",
)
_add(
    "silu_backward",
    "wrong",
    "uses the function instead of its derivative",
    """
def silu_backward(grad_output, x):
    return grad_output * (x * sigmoid(x))
""",
)
_add(
    "silu_backward",
    "wrong",
    "missing parentheses: grad_output on the first term only",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * s + x * s * (1 - s)
""",
)
_add(
    "silu_backward",
    "right",
    "textbook",
    """
def silu_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * (s + x * s * (1 - s))
""",
)
_add(
    "silu_backward",
    "right",
    "from the output: y + s(1-y)",
    """
def silu_backward(grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
    s = sigmoid(x)
    y = x * s
    return (y + s * (1 - y)) * grad_output
""",
)
_add(
    "silu_backward",
    "right",
    "element loop with scalar helper, no sigmoid()",
    """
def silu_backward(grad_output, x):
    from math import exp

    def slope(v):
        e = exp(-abs(v))
        s = 1 / (1 + e) if v >= 0 else e / (1 + e)
        return s * (1 + v * (1 - s))

    flat = []
    for g, v in zip(np.ravel(grad_output), np.ravel(x)):
        flat.append(g * slope(v))
    return np.array(flat, dtype=float).reshape(np.shape(x))
""",
)

# ----------------------------------------------------------------- softmax
_add(
    "softmax",
    "wrong",
    "no max subtracted: nan",
    """
def softmax(x, *, axis=-1):
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)
""",
)
_add(
    "softmax",
    "wrong",
    "max of the whole array: a low row becomes 0/0",
    """
def softmax(x, *, axis=-1):
    e = np.exp(x - np.max(x))
    return e / e.sum(axis=axis, keepdims=True)
""",
)
_add(
    "softmax",
    "wrong",
    "ignores axis, always the last one",
    """
def softmax(x, *, axis=-1):
    shifted = x - x.max(axis=-1, keepdims=True)
    ex = np.exp(shifted)
    return ex / ex.sum(axis=-1, keepdims=True)
""",
)
_add(
    "softmax",
    "wrong",
    "keepdims forgotten in the sum",
    """
def softmax(x, *, axis=-1):
    x = x - np.max(x, axis=axis, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=axis)
""",
)
_add(
    "softmax",
    "wrong",
    "changes x in place with -=",
    """
def softmax(x, *, axis=-1):
    x -= np.max(x, axis=axis, keepdims=True)
    e = np.exp(x)
    e /= np.sum(e, axis=axis, keepdims=True)
    return e
""",
)
_add(
    "softmax",
    "right",
    "textbook",
    """
def softmax(x, *, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
""",
)
_add(
    "softmax",
    "right",
    "apply_along_axis on a 1-D list helper",
    """
def softmax(x, *, axis=-1):
    import math

    def soft1d(v):
        biggest = max(v)
        exps = [math.exp(t - biggest) for t in v]
        total = sum(exps)
        return np.array([t / total for t in exps])

    return np.apply_along_axis(soft1d, axis, x)
""",
)
_add(
    "softmax",
    "right",
    "moves axis to the front, no keepdims needed",
    """
def softmax(x: np.ndarray, *, axis: int = -1) -> np.ndarray:
    z = np.moveaxis(x, axis, 0)
    z = np.exp(z - z.max(axis=0))
    p = z / z.sum(axis=0)
    out = np.moveaxis(p, 0, axis)
    assert out.shape == x.shape
    return out
""",
)

# ------------------------------------------------------------- log_softmax
_add(
    "log_softmax",
    "wrong",
    "log of the softmax: -inf",
    """
def log_softmax(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    return np.log(p)
""",
)
_add(
    "log_softmax",
    "wrong",
    "epsilon inside the log",
    """
def log_softmax(x, *, axis=-1):
    z = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return np.log(z / np.sum(z, axis=axis, keepdims=True) + 1e-9)
""",
)
_add(
    "log_softmax",
    "wrong",
    "max not taken off the first term",
    """
def log_softmax(x, *, axis=-1):
    m = np.max(x, axis=axis, keepdims=True)
    lse = np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))
    return x - lse
""",
)
_add(
    "log_softmax",
    "wrong",
    "hard-coded axis=1",
    """
def log_softmax(x, *, axis=-1):
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))
""",
)
_add(
    "log_softmax",
    "wrong",
    "sum over everything, axis forgotten in np.sum",
    """
def log_softmax(x, *, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted)))
    return shifted - log_sum
""",
)
_add(
    "log_softmax",
    "right",
    "textbook shifted log-sum-exp",
    """
def log_softmax(x, *, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
""",
)
_add(
    "log_softmax",
    "right",
    "logaddexp.reduce",
    """
def log_softmax(x: np.ndarray, *, axis: int = -1) -> np.ndarray:
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)
""",
)
_add(
    "log_softmax",
    "right",
    "swapaxes and a loop over rows",
    """
def log_softmax(x, *, axis=-1):
    moved = np.swapaxes(x, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    done = []
    for r in rows:
        top = max(r)
        total = 0.0
        for v in r:
            total += np.exp(v - top)
        done.append([(v - top) - np.log(total) for v in r])
    return np.swapaxes(np.array(done).reshape(moved.shape), axis, -1)
""",
)

# -------------------------------------------------------- softmax_backward
_add(
    "softmax_backward",
    "wrong",
    "diagonal only: p(1-p)",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    p = softmax(x, axis=axis)
    return grad_output * p * (1 - p)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "takes x for the probabilities",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    s = np.sum(grad_output * x, axis=axis, keepdims=True)
    return x * (grad_output - s)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "axis not passed to softmax",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    y = softmax(x)
    dot = (grad_output * y).sum(axis=axis, keepdims=True)
    return y * (grad_output - dot)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "sum of grad_output without the probabilities",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    p = softmax(x, axis=axis)
    total = np.sum(grad_output, axis=axis, keepdims=True)
    return p * (grad_output - total)
""",
)
_add(
    "softmax_backward",
    "wrong",
    "one sum for the whole batch",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    p = softmax(x, axis=axis)
    gp = grad_output * p
    return gp - p * np.sum(gp)
""",
)
_add(
    "softmax_backward",
    "right",
    "textbook",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    p = softmax(x, axis=axis)
    return p * (grad_output - np.sum(grad_output * p, axis=axis, keepdims=True))
""",
)
_add(
    "softmax_backward",
    "right",
    "full Jacobian diag(p) - p p^T row by row",
    """
def softmax_backward(grad_output, x, *, axis=-1):
    g = np.moveaxis(grad_output, axis, -1)
    z = np.moveaxis(x, axis, -1)
    shape = z.shape
    g2 = g.reshape(-1, shape[-1])
    z2 = z.reshape(-1, shape[-1])
    rows = []
    for gi, zi in zip(g2, z2):
        p = softmax(zi)
        J = np.diag(p) - np.outer(p, p)
        rows.append(J @ gi)
    return np.moveaxis(np.array(rows).reshape(shape), -1, axis)
""",
)
_add(
    "softmax_backward",
    "right",
    "expand_dims, two terms, annotations and assert",
    """
def softmax_backward(grad_output: np.ndarray, x: np.ndarray, *, axis: int = -1) -> np.ndarray:
    assert grad_output.shape == x.shape
    probs = softmax(x, axis=axis)
    weighted = probs * grad_output
    row_total = np.expand_dims(weighted.sum(axis=axis), axis)
    result = weighted - probs * row_total
    return result
""",
)
