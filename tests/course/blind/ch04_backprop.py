"""Answers to chapter 04 in the manner of hand-ins that a teaching assistant has marked, the cases unseen."""

BANK = []


def _add(name, kind, label, source):
    BANK.append((name, kind, label, source.strip("\n") + "\n"))


# ---------------------------------------------------------------- 1 linear
_add(
    "linear",
    "wrong",
    "weight not transposed: silent in a square layer",
    """
def linear(x, weight, bias=None):
    if bias is None:
        return x @ weight
    return x @ weight + bias
""",
)
_add(
    "linear",
    "wrong",
    "truth value of an array: 'if bias'",
    """
def linear(x, weight, bias=None):
    z = x @ weight.T
    if bias:
        z = z + bias
    return z
""",
)
_add(
    "linear",
    "wrong",
    "no branch for bias None",
    """
def linear(x, weight, bias=None):
    return np.dot(x, weight.T) + bias
""",
)
_add(
    "linear",
    "wrong",
    "bias added inside the loop over the inputs, so once per input",
    """
def linear(x, weight, bias=None):
    if bias is None:
        bias = np.zeros(len(weight))
    z = 0.0
    for k in range(weight.shape[1]):
        z = z + x[..., k, None] * weight[:, k] + bias
    return z
""",
)
_add(
    "linear",
    "wrong",
    "one sample comes back as a batch of one",
    """
def linear(x, weight, bias=None):
    x = np.atleast_2d(x)
    z = np.zeros((x.shape[0], weight.shape[0]))
    for i in range(x.shape[0]):
        z[i] = weight @ x[i]
        if bias is not None:
            z[i] += bias
    return z
""",
)
_add(
    "linear",
    "wrong",
    "bias as a column: one bias a sample instead of one a unit",
    """
def linear(x, weight, bias=None):
    z = x @ weight.T
    if bias is not None:
        z = z + bias[:, None]
    return z
""",
)
_add(
    "linear",
    "wrong",
    "bias argument never used",
    """
def linear(x, weight, bias=None):
    return np.inner(x, weight)
""",
)
_add(
    "linear",
    "wrong",
    "sum collected in the bias array, which belongs to the caller",
    """
def linear(x, weight, bias=None):
    z = x @ weight.T
    if bias is None:
        return z
    if z.ndim == 1:
        bias += z
        return bias
    return z + bias
""",
)
_add(
    "linear",
    "right",
    "inner product of rows with rows",
    """
def linear(x, weight, bias=None):
    z = np.inner(x, weight)
    return z if bias is None else z + bias
""",
)
_add(
    "linear",
    "right",
    "bias as one more weight, whose input is 1",
    """
def linear(x, weight, bias=None):
    x = np.asarray(x)
    if bias is None:
        bias = np.zeros(weight.shape[0])
    ones = np.ones(x.shape[:-1] + (1,))
    extended_x = np.concatenate([x, ones], axis=-1)
    extended_w = np.column_stack([weight, bias])
    return extended_x @ extended_w.T
""",
)
_add(
    "linear",
    "right",
    "a list of outputs, unit by unit",
    """
def linear(x, weight, bias=None):
    columns = []
    for j in range(weight.shape[0]):
        z_j = (x * weight[j]).sum(axis=-1)
        if bias is not None:
            z_j = z_j + bias[j]
        columns.append(z_j)
    return np.stack(columns, axis=-1)
""",
)

# ---------------------------------------------------------------- 2 linear_backward
_add(
    "linear_backward",
    "wrong",
    "grad_x with the transposed weight",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = grad_output @ weight.T
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.sum(axis=0)
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "wrong",
    "gradient of the weights transposed, (in, out)",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = grad_output @ weight
    grad_weight = x.T @ grad_output
    grad_bias = grad_output.sum(axis=0)
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "wrong",
    "mean over the samples for weight and bias",
    """
def linear_backward(grad_output, x, weight, bias=None):
    n = x.shape[0]
    dx = grad_output @ weight
    dW = grad_output.T @ x / n
    db = grad_output.sum(axis=0) / n
    return dx, dW, db
""",
)
_add(
    "linear_backward",
    "wrong",
    "mean for the bias only",
    """
def linear_backward(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, np.mean(grad_output, axis=0)
""",
)
_add(
    "linear_backward",
    "wrong",
    "bias summed over the outputs instead of the samples",
    """
def linear_backward(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=1)
""",
)
_add(
    "linear_backward",
    "wrong",
    "bias gradient keeps the sample axis as (1, out)",
    """
def linear_backward(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=0, keepdims=True)
""",
)
_add(
    "linear_backward",
    "wrong",
    "tuple in the order weight, bias, x",
    """
def linear_backward(grad_output, x, weight, bias=None):
    dW = np.einsum("nj,nk->jk", grad_output, x)
    db = np.einsum("nj->j", grad_output)
    dx = np.einsum("nj,jk->nk", grad_output, weight)
    return dW, db, dx
""",
)
_add(
    "linear_backward",
    "wrong",
    "loop over the samples overwrites instead of adding up",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = np.zeros(x.shape)
    for i in range(len(x)):
        grad_x[i] = weight.T @ grad_output[i]
        grad_weight = np.outer(grad_output[i], x[i])
        grad_bias = grad_output[i]
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "wrong",
    "slope of the bias is 1, so its gradient is n: grad_output left out",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_bias = np.ones((len(x), weight.shape[0])).sum(axis=0)
    return grad_output @ weight, grad_output.T @ x, grad_bias
""",
)
_add(
    "linear_backward",
    "right",
    "sample by sample with outer products",
    """
def linear_backward(grad_output, x, weight, bias=None):
    rows = []
    dW = np.zeros(weight.shape)
    db = np.zeros(weight.shape[0])
    for g, sample in zip(grad_output, x):
        rows.append(weight.T.dot(g))
        dW = dW + np.outer(g, sample)
        db = db + g
    return np.array(rows), dW, db
""",
)
_add(
    "linear_backward",
    "right",
    "products by broadcasting, bias by a row of ones",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = np.sum(grad_output[:, :, None] * weight[None], axis=1)
    grad_weight = np.sum(grad_output[:, :, None] * x[:, None, :], axis=0)
    grad_bias = np.ones(grad_output.shape[0]) @ grad_output
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "right",
    "einsum three times",
    """
def linear_backward(grad_output, x, weight, bias=None):
    return (
        np.einsum("ij,jk->ik", grad_output, weight),
        np.einsum("ij,ik->jk", grad_output, x),
        np.einsum("ij->j", grad_output),
    )
""",
)

# ---------------------------------------------------------------- 3 forward_2_2_2
_add(
    "forward_2_2_2",
    "wrong",
    "x W in both layers: columns and rows exchanged",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "second layer fed with z1 instead of a1",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ z1 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "order z1, z2, a1, a2",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = np.dot(W1, x) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(W2, a1) + b2
    a2 = sigmoid(z2)
    return z1, z2, a1, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "scalar equations with w12 twice in the first layer",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = np.array([
        W1[0, 0] * x[0] + W1[0, 1] * x[1] + b1[0],
        W1[0, 1] * x[0] + W1[1, 1] * x[1] + b1[1],
    ])
    a1 = sigmoid(z1)
    z2 = np.array([
        W2[0, 0] * a1[0] + W2[0, 1] * a1[1] + b2[0],
        W2[1, 0] * a1[0] + W2[1, 1] * a1[1] + b2[1],
    ])
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "outputs linear: no activation after the second layer",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, z2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "copied line: b1 in both layers",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b1
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "z1 and b1 are the same array, so += changes the bias",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = b1
    z1 += W1 @ x
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "bias outside of the activation",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = W1 @ x
    a1 = sigmoid(z1) + b1
    z2 = W2 @ a1
    a2 = sigmoid(z2) + b2
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "right",
    "loops over units and inputs",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1, z2 = np.zeros(2), np.zeros(2)
    for j in range(2):
        z1[j] = b1[j]
        for k in range(2):
            z1[j] += W1[j, k] * x[k]
    a1 = sigmoid(z1)
    for j in range(2):
        z2[j] = b2[j]
        for k in range(2):
            z2[j] += W2[j, k] * a1[k]
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "right",
    "a list that grows, layer by layer, rows on the left",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    results = []
    a = x
    for W, b in ((W1, b1), (W2, b2)):
        z = a @ W.T + b
        a = sigmoid(z)
        results += [z, a]
    return tuple(results)
""",
)

# ---------------------------------------------------------------- 4 hidden_layer_grads
_add(
    "hidden_layer_grads",
    "wrong",
    "W2 delta2 instead of its transpose",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2 @ delta2, z1)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "slope of the hidden layer left out",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = W2.T @ delta2
    grad_W1 = np.outer(delta1, x)
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "gradient of the weights transposed",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    s = sigmoid(z1)
    delta1 = W2.T @ delta2 * s * (1 - s)
    return delta1, np.outer(x, delta1)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "sigmoid itself in the place of its slope",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = (W2.T @ delta2) * sigmoid(z1)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "slope taken at a1: sigmoid_backward given the activation",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = sigmoid_backward(W2.T @ delta2, a1)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "only the way through output 1",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = np.zeros(2)
    grad_W1 = np.zeros((2, 2))
    for k in range(2):
        delta1[k] = sigmoid_backward(delta2[0] * W2[0, k], z1[k])
        for i in range(2):
            grad_W1[k, i] = delta1[k] * x[i]
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "weights with the errors of the outputs",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, np.outer(delta2, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "arguments of sigmoid_backward exchanged",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = sigmoid_backward(z1, delta2 @ W2)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "a1 at the lower end of the weights instead of x",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = (delta2 @ W2) * a1 * (1 - a1)
    return delta1, np.outer(delta1, a1)
""",
)
_add(
    "hidden_layer_grads",
    "right",
    "everything by scalars, as on the blackboard",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    d_1 = (delta2[0] * W2[0, 0] + delta2[1] * W2[1, 0]) * a1[0] * (1 - a1[0])
    d_2 = (delta2[0] * W2[0, 1] + delta2[1] * W2[1, 1]) * a1[1] * (1 - a1[1])
    table = np.array([[d_1 * x[0], d_1 * x[1]], [d_2 * x[0], d_2 * x[1]]])
    return np.array([d_1, d_2]), table
""",
)
_add(
    "hidden_layer_grads",
    "right",
    "diagonal matrix of slopes, column times row",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    slopes = np.diag(sigmoid_backward(np.ones(2), z1))
    d = slopes @ W2.T @ delta2
    return d, d[:, None] @ x[None, :]
""",
)

# ---------------------------------------------------------------- 5 cost_delta
_add(
    "cost_delta",
    "wrong",
    "a - y for everything: slope missing with the quadratic cost",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "sigmoid":
        a = sigmoid(z)
    elif output == "softmax":
        a = softmax(z)
    else:
        a = z
    return a - y
""",
)
_add(
    "cost_delta",
    "wrong",
    "slope kept with cross-entropy",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "linear":
        return z - y
    if output == "softmax":
        return softmax(z) - y
    a = sigmoid(z)
    return (a - y) * a * (1 - a)
""",
)
_add(
    "cost_delta",
    "wrong",
    "branch on the cost alone: sigmoid and its slope for the linear output too",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if cost == "log_likelihood":
        return softmax(z) - y
    a = sigmoid(z)
    if cost == "quadratic":
        return (a - y) * a * (1 - a)
    return a - y
""",
)
_add(
    "cost_delta",
    "wrong",
    "y - a: the sign of the step, not of the gradient",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"sigmoid": sigmoid, "softmax": softmax, "linear": lambda v: v}[output](z)
    delta = y - a
    if output == "sigmoid" and cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta
""",
)
_add(
    "cost_delta",
    "wrong",
    "mean over the samples of a batch",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"sigmoid": sigmoid, "softmax": softmax, "linear": lambda v: v}[output](z)
    delta = a - y
    if (output, cost) == ("sigmoid", "quadratic"):
        delta = delta * a * (1 - a)
    if delta.ndim == 2:
        delta = delta / len(delta)
    return delta
""",
)
_add(
    "cost_delta",
    "wrong",
    "softmax over the samples (first axis)",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "linear":
        return z - y
    if output == "softmax":
        e = np.exp(z - np.max(z, axis=0))
        return e / e.sum(axis=0) - y
    a = sigmoid(z)
    if cost == "cross_entropy":
        return a - y
    return (a - y) * a * (1 - a)
""",
)
_add(
    "cost_delta",
    "wrong",
    "log-likelihood stops at the slope by a: -y / a",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "sigmoid":
        a = sigmoid(z)
        return a - y if cost == "cross_entropy" else (a - y) * a * (1 - a)
    if output == "linear":
        return z - y
    return -y / softmax(z)
""",
)
_add(
    "cost_delta",
    "wrong",
    "linear output: a is z itself, and a -= y changes it",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    a = z
    slope = 1.0
    if output == "sigmoid":
        a = sigmoid(z)
        if cost == "quadratic":
            slope = a * (1 - a)
    if output == "softmax":
        a = softmax(z)
    a -= y
    return a * slope
""",
)
_add(
    "cost_delta",
    "wrong",
    "quadratic cost without its one half: factor 2",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        return softmax(z) - y
    a = sigmoid(z) if output == "sigmoid" else z
    if cost == "cross_entropy":
        return a - y
    slope = a * (1 - a) if output == "sigmoid" else 1
    return 2 * (a - y) * slope
""",
)
_add(
    "cost_delta",
    "wrong",
    "slope written with z: z (1 - z)",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        return softmax(z) - y
    if output == "linear":
        return z - y
    if cost == "cross_entropy":
        return sigmoid(z) - y
    return (sigmoid(z) - y) * z * (1 - z)
""",
)
_add(
    "cost_delta",
    "right",
    "slope by sigmoid_backward, dictionary of outputs",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    outputs = {"sigmoid": sigmoid, "linear": lambda v: v, "softmax": softmax}
    error = outputs[output](z) - y
    if cost == "quadratic" and output == "sigmoid":
        return sigmoid_backward(error, z)
    return error
""",
)
_add(
    "cost_delta",
    "right",
    "full sums: cross-entropy by (1 - y) a - y (1 - a), softmax by a sum(y) - y",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "sigmoid" and cost == "quadratic":
        a = sigmoid(z)
        return a * (1 - a) * a - y * (a - a**2)
    if output == "sigmoid":
        a = sigmoid(z)
        return (1 - y) * a - y * (1 - a)
    if output == "linear":
        return np.subtract(z, y)
    shifted = np.exp(z - z.max(axis=-1, keepdims=True))
    a = shifted / shifted.sum(axis=-1, keepdims=True)
    return a * y.sum(axis=-1, keepdims=True) - y
""",
)

# ---------------------------------------------------------------- 6 delta_hidden
_add(
    "delta_hidden",
    "wrong",
    "W_next transposed: silent when the layers are equally wide",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    return f_backward(delta_next @ W_next.T, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "formula for columns used as it is: good for one sample only",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    return f_backward(W_next.T @ delta_next, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "f(z) instead of its slope",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    return (delta_next @ W_next) * f(z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "slope at the activation f(z), not at z",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    a = f(z)
    return f_backward(delta_next @ W_next, a)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "slope dropped because the cost is cross-entropy",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    return delta_next @ W_next
""",
)
_add(
    "delta_hidden",
    "wrong",
    "always the slope of the sigmoid",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    return sigmoid_backward(delta_next @ W_next, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "slope squared: f_backward has multiplied already, not seen with relu",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    g = delta_next @ W_next
    slope = f_backward(np.ones(z.shape), z)
    return f_backward(g, z) * slope
""",
)
_add(
    "delta_hidden",
    "wrong",
    "divided by the number of samples on the way down",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    g = delta_next @ W_next
    if g.ndim > 1:
        g = g / g.shape[0]
    return f_backward(g, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "atleast_2d: one sample comes back with shape (1, here)",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    delta_next, z = np.atleast_2d(delta_next), np.atleast_2d(z)
    return f_backward(delta_next @ W_next, z)
""",
)
_add(
    "delta_hidden",
    "right",
    "sum over the next units one by one, slope apart",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    slope = f_backward(np.ones(z.shape), z)
    total = np.zeros(z.shape)
    for j, weights in enumerate(W_next):
        total = total + delta_next[..., j, None] * weights
    return total * slope
""",
)
_add(
    "delta_hidden",
    "right",
    "one sample at a time, calling itself for a batch",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    if z.ndim == 2:
        return np.array([delta_hidden(W_next, d, zz, activation=activation) for d, zz in zip(delta_next, z)])
    backward = pair(activation)[1]
    return backward(W_next.T.dot(delta_next), z)
""",
)
_add(
    "delta_hidden",
    "right",
    "einsum with ellipsis",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    arriving = np.einsum("jk,...j->...k", W_next, delta_next)
    return f_backward(arriving, z)
""",
)

# ---------------------------------------------------------------- 7 grad_weight
_add(
    "grad_weight",
    "wrong",
    "transposed, (in, out)",
    """
def grad_weight(delta, a_prev):
    delta, a_prev = np.atleast_2d(delta), np.atleast_2d(a_prev)
    return a_prev.T @ delta
""",
)
_add(
    "grad_weight",
    "wrong",
    "mean over the samples",
    """
def grad_weight(delta, a_prev):
    if delta.ndim == 1:
        return np.outer(delta, a_prev)
    return np.mean(delta[:, :, None] * a_prev[:, None, :], axis=0)
""",
)
_add(
    "grad_weight",
    "wrong",
    "batch only: for one sample .T does nothing",
    """
def grad_weight(delta, a_prev):
    return delta.T @ a_prev
""",
)
_add(
    "grad_weight",
    "wrong",
    "np.outer of whole batches, which flattens them",
    """
def grad_weight(delta, a_prev):
    return np.outer(delta, a_prev)
""",
)
_add(
    "grad_weight",
    "wrong",
    "sums first, then one outer product: mixes the samples",
    """
def grad_weight(delta, a_prev):
    if delta.ndim == 2:
        delta = delta.sum(axis=0)
        a_prev = a_prev.sum(axis=0)
    return np.outer(delta, a_prev)
""",
)
_add(
    "grad_weight",
    "wrong",
    "one gradient for each sample, (n, out, in): the sum is missing",
    """
def grad_weight(delta, a_prev):
    return delta[..., :, None] * a_prev[..., None, :]
""",
)
_add(
    "grad_weight",
    "wrong",
    "loop begins at sample 1 without the first one",
    """
def grad_weight(delta, a_prev):
    if delta.ndim == 1:
        return np.outer(delta, a_prev)
    total = np.zeros((delta.shape[1], a_prev.shape[1]))
    for i in range(1, len(delta)):
        total += np.outer(delta[i], a_prev[i])
    return total
""",
)
_add(
    "grad_weight",
    "right",
    "reshape to rows, tensordot over the samples",
    """
def grad_weight(delta, a_prev):
    d = delta.reshape(-1, delta.shape[-1])
    a = a_prev.reshape(-1, a_prev.shape[-1])
    return np.tensordot(d, a, axes=(0, 0))
""",
)
_add(
    "grad_weight",
    "right",
    "entry by entry",
    """
def grad_weight(delta, a_prev):
    n_out, n_in = delta.shape[-1], a_prev.shape[-1]
    table = np.empty((n_out, n_in))
    for j in range(n_out):
        for k in range(n_in):
            table[j, k] = np.sum(delta[..., j] * a_prev[..., k])
    return table
""",
)

# ---------------------------------------------------------------- 8 mlp
_add(
    "mlp",
    "wrong",
    "activation after the last layer too",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    a = x
    for i in range(0, len(parameters), 2):
        a = f(linear(a, parameters[i], parameters[i + 1]))
    return a
""",
)
_add(
    "mlp",
    "wrong",
    "stops one layer early: returns the hidden activations",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    L = len(parameters) // 2
    a = x
    for l in range(L - 1):
        a = f(linear(a, parameters[2 * l], parameters[2 * l + 1]))
    return a
""",
)
_add(
    "mlp",
    "wrong",
    "option activation never looked at: always relu",
    """
def mlp(x, *parameters, activation="relu"):
    a = x
    for i in range(0, len(parameters) - 2, 2):
        a = np.maximum(0, linear(a, parameters[i], parameters[i + 1]))
    return linear(a, parameters[-2], parameters[-1])
""",
)
_add(
    "mlp",
    "wrong",
    "written for two layers of weights only",
    """
def mlp(x, *parameters, activation="relu"):
    W1, b1, W2, b2 = parameters
    f, _ = pair(activation)
    a1 = f(linear(x, W1, b1))
    return linear(a1, W2, b2)
""",
)
_add(
    "mlp",
    "wrong",
    "activation before each layer: the inputs pass through it",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    a = x
    for W, b in zip(parameters[::2], parameters[1::2]):
        z = linear(f(a), W, b)
        a = z
    return z
""",
)
_add(
    "mlp",
    "wrong",
    "bias outside of the activation in the hidden layers",
    """
def mlp(x, *parameters, activation="relu"):
    f = pair(activation)[0]
    a = x
    for W, b in zip(parameters[:-2:2], parameters[1:-2:2]):
        a = f(linear(a, W)) + b
    return linear(a, parameters[-2], parameters[-1])
""",
)
_add(
    "mlp",
    "wrong",
    "a hidden layer is always there: a single layer is used twice",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    a = f(linear(x, parameters[0], parameters[1]))
    for i in range(2, len(parameters) - 2, 2):
        a = f(linear(a, parameters[i], parameters[i + 1]))
    return linear(a, parameters[-2], parameters[-1])
""",
)
_add(
    "mlp",
    "wrong",
    "activation only after the first layer, the other hidden ones linear",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    layers = [parameters[i:i + 2] for i in range(0, len(parameters), 2)]
    z = linear(x, *layers[0])
    if len(layers) > 1:
        z = f(z)
    for W, b in layers[1:]:
        z = linear(z, W, b)
    return z
""",
)
_add(
    "mlp",
    "wrong",
    "bias of the last layer forgotten",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    *hidden, W_last, b_last = parameters
    a = x
    while hidden:
        W, b, *hidden = hidden
        a = f(a @ W.T + b)
    return a @ W_last.T
""",
)
_add(
    "mlp",
    "wrong",
    "recursion without the option: relu from the second hidden layer on",
    """
def mlp(x, *parameters, activation="relu"):
    z = linear(x, parameters[0], parameters[1])
    if len(parameters) == 2:
        return z
    f, _ = pair(activation)
    return mlp(f(z), *parameters[2:])
""",
)
_add(
    "mlp",
    "right",
    "recursion on the remaining layers",
    """
def mlp(x, *parameters, activation="relu"):
    W, b, *rest = parameters
    z = linear(x, W, b)
    if not rest:
        return z
    f, _ = pair(activation)
    return mlp(f(z), *rest, activation=activation)
""",
)
_add(
    "mlp",
    "right",
    "samples in columns inside, activation before every layer but the first",
    """
def mlp(x, *parameters, activation="relu"):
    f = pair(activation)[0]
    a = x.T
    first = True
    for W, b in zip(parameters[0::2], parameters[1::2]):
        if not first:
            a = f(a)
        a = W @ a + b.reshape(-1, 1)
        first = False
    return a.T
""",
)
_add(
    "mlp",
    "right",
    "one sample after the other",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    number_of_layers = len(parameters) // 2
    outputs = []
    for sample in x:
        values = sample
        for l in range(1, number_of_layers + 1):
            values = linear(values, parameters[2 * l - 2], parameters[2 * l - 1])
            if l < number_of_layers:
                values = f(values)
        outputs.append(values)
    return np.array(outputs)
""",
)

# ---------------------------------------------------------------- 9 mlp_backward
_add(
    "mlp_backward",
    "wrong",
    "slope of the hidden layers left out",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    inputs = [x]
    for W, b in layers[:-1]:
        inputs.append(f(linear(inputs[-1], W, b)))
    grads = []
    g = grad_output
    for (W, b), a in zip(reversed(layers), reversed(inputs)):
        g, gW, gb = linear_backward(g, a, W, b)
        grads = [gW, gb] + grads
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "slope at the activation a_l instead of z_l: not seen with relu",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    a = [x]
    for W, b in layers[:-1]:
        a.append(f(linear(a[-1], W, b)))
    grads = []
    g = grad_output
    for l in range(len(layers) - 1, -1, -1):
        g, gW, gb = linear_backward(g, a[l], *layers[l])
        grads = [gW, gb] + grads
        if l > 0:
            g = f_backward(g, a[l])
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "activation slope at the last layer as well",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    a, zs, inputs = x, [], []
    for i in range(0, len(parameters), 2):
        inputs.append(a)
        z = linear(a, parameters[i], parameters[i + 1])
        zs.append(z)
        a = f(z)
    grads = []
    g = grad_output
    for i in reversed(range(len(zs))):
        g = f_backward(g, zs[i])
        g, gW, gb = linear_backward(g, inputs[i], parameters[2 * i], parameters[2 * i + 1])
        grads = [gW, gb] + grads
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "gradients in the order in which they are found: last layer first",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    inputs, zs = [x], []
    for i in range(0, len(parameters) - 2, 2):
        zs.append(linear(inputs[-1], parameters[i], parameters[i + 1]))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for i in range(len(inputs) - 1, -1, -1):
        g, gW, gb = linear_backward(g, inputs[i], parameters[2 * i], parameters[2 * i + 1])
        grads.append(gW)
        grads.append(gb)
        if i:
            g = f_backward(g, zs[i - 1])
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "list reversed as a whole: bias before weight in every layer",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    inputs, zs = [x], []
    for i in range(0, len(parameters) - 2, 2):
        zs.append(linear(inputs[-1], parameters[i], parameters[i + 1]))
        inputs.append(f(zs[-1]))
    g, found = grad_output, []
    for i in range(len(inputs) - 1, -1, -1):
        g, gW, gb = linear_backward(g, inputs[i], parameters[2 * i], parameters[2 * i + 1])
        found += [gW, gb]
        if i:
            g = f_backward(g, zs[i - 1])
    found.append(g)
    return tuple(found[::-1])
""",
)
_add(
    "mlp_backward",
    "wrong",
    "mean over the samples at every layer",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    n = x.shape[0]
    inputs, zs = [x], []
    for i in range(0, len(parameters) - 2, 2):
        zs.append(linear(inputs[-1], parameters[i], parameters[i + 1]))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for i in range(len(inputs) - 1, -1, -1):
        g, gW, gb = linear_backward(g, inputs[i], parameters[2 * i], parameters[2 * i + 1])
        grads = [gW / n, gb / n] + grads
        if i:
            g = f_backward(g, zs[i - 1])
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "weight gradients with z of the layer before, not its activation",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W, b = parameters[::2], parameters[1::2]
    z = [x]
    for l in range(len(W) - 1):
        z.append(linear(f(z[-1]) if l else x, W[l], b[l]))
    g, grads = grad_output, ()
    for l in reversed(range(len(W))):
        g, gW, gb = linear_backward(g, z[l], W[l], b[l])
        grads = (gW, gb) + grads
        if l:
            g = f_backward(g, z[l])
    return (g,) + grads
""",
)
_add(
    "mlp_backward",
    "wrong",
    "forward pass forgets the activation between the hidden layers",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W, b = parameters[::2], parameters[1::2]
    a, z = [x], []
    current = x
    for l in range(len(W) - 1):
        current = linear(current, W[l], b[l])
        z.append(current)
        a.append(f(current))
    g, grads = grad_output, ()
    for l in reversed(range(len(W))):
        g, gW, gb = linear_backward(g, a[l], W[l], b[l])
        grads = (gW, gb) + grads
        if l:
            g = f_backward(g, z[l - 1])
    return (g,) + grads
""",
)
_add(
    "mlp_backward",
    "wrong",
    "grad_x missing in the tuple",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W, b = parameters[::2], parameters[1::2]
    a, z = [x], []
    for l in range(len(W) - 1):
        z.append(linear(a[l], W[l], b[l]))
        a.append(f(z[l]))
    g, grads = grad_output, []
    for l in reversed(range(len(W))):
        g, gW, gb = linear_backward(g, a[l], W[l], b[l])
        grads = [gW, gb] + grads
        if l:
            g = f_backward(g, z[l - 1])
    return tuple(grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "first and last layer by hand around a loop: a single layer is passed twice",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W, b = parameters[::2], parameters[1::2]
    z = [linear(x, W[0], b[0])]
    for l in range(1, len(W) - 1):
        z.append(linear(f(z[-1]), W[l], b[l]))
    g, gW, gb = linear_backward(grad_output, f(z[-1]), W[-1], b[-1])
    grads = [gW, gb]
    for l in range(len(W) - 2, 0, -1):
        g, gW, gb = linear_backward(f_backward(g, z[l]), f(z[l - 1]), W[l], b[l])
        grads = [gW, gb] + grads
    g, gW, gb = linear_backward(f_backward(g, z[0]), x, W[0], b[0])
    return (g, gW, gb, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "written for one hidden layer only",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    W1, b1, W2, b2 = parameters
    f, f_backward = pair(activation)
    z1 = linear(x, W1, b1)
    grad_a1, grad_W2, grad_b2 = linear_backward(grad_output, f(z1), W2, b2)
    grad_x, grad_W1, grad_b1 = linear_backward(f_backward(grad_a1, z1), x, W1, b1)
    return grad_x, grad_W1, grad_b1, grad_W2, grad_b2
""",
)
_add(
    "mlp_backward",
    "wrong",
    "recursion without the option: relu from the second hidden layer on",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    W, b = parameters[:2]
    rest = parameters[2:]
    if not rest:
        return linear_backward(grad_output, x, W, b)
    f, f_backward = pair(activation)
    z = linear(x, W, b)
    above = mlp_backward(grad_output, f(z), *rest)
    here = linear_backward(f_backward(above[0], z), x, W, b)
    return tuple(here) + tuple(above[1:])
""",
)
_add(
    "mlp_backward",
    "wrong",
    "slope of relu on the way back, whatever the activation",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, _ = pair(activation)
    W, b = parameters[::2], parameters[1::2]
    a, z = [x], []
    for l in range(len(W) - 1):
        z.append(linear(a[l], W[l], b[l]))
        a.append(f(z[l]))
    g, grads = grad_output, []
    for l in reversed(range(len(W))):
        g, gW, gb = linear_backward(g, a[l], W[l], b[l])
        grads = [gW, gb] + grads
        if l:
            g = g * (z[l - 1] > 0)
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "mean taken at the top, inside of the caller's grad_output",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W, b = parameters[::2], parameters[1::2]
    grad_output /= x.shape[0]
    a, z = [x], []
    for l in range(len(W) - 1):
        z.append(linear(a[l], W[l], b[l]))
        a.append(f(z[l]))
    g, grads = grad_output, []
    for l in reversed(range(len(W))):
        if l < len(W) - 1:
            g = f_backward(g, z[l])
        g, gW, gb = linear_backward(g, a[l], W[l], b[l])
        grads = [gW, gb] + grads
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "right",
    "recursion: the layers above give the error of this one",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    W, b, *rest = parameters
    if len(rest) == 0:
        return linear_backward(grad_output, x, W, b)
    f, f_backward = pair(activation)
    z = linear(x, W, b)
    grad_a, *above = mlp_backward(grad_output, f(z), *rest, activation=activation)
    grad_x, grad_W, grad_b = linear_backward(f_backward(grad_a, z), x, W, b)
    return (grad_x, grad_W, grad_b, *above)
""",
)
_add(
    "mlp_backward",
    "right",
    "the four equations with matrices, slopes kept on the way up",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    weights, biases = parameters[0::2], parameters[1::2]
    L = len(weights)
    a = {0: x}
    slope = {}
    for l in range(1, L):
        z = a[l - 1] @ weights[l - 1].T + biases[l - 1]
        a[l] = f(z)
        slope[l] = f_backward(np.ones(z.shape), z)
    result = [None] * (2 * L + 1)
    delta = grad_output
    for l in range(L, 0, -1):
        result[2 * l - 1] = np.einsum("nj,nk->jk", delta, a[l - 1])
        result[2 * l] = np.sum(delta, axis=0)
        delta = delta @ weights[l - 1]
        if l > 1:
            delta = delta * slope[l - 1]
    result[0] = delta
    return tuple(result)
""",
)
_add(
    "mlp_backward",
    "right",
    "sample by sample, gradients added up",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    Ws, bs = parameters[::2], parameters[1::2]
    sums = [np.zeros(np.shape(p)) for p in parameters]
    rows = []
    for sample, g in zip(x, grad_output):
        stack = []
        a = sample
        for W, b in zip(Ws, bs):
            z = W @ a + b
            stack.append((a, z))
            a = f(z)
        delta = g
        for l in range(len(Ws) - 1, -1, -1):
            a, z = stack[l]
            if l < len(Ws) - 1:
                delta = f_backward(delta, z)
            sums[2 * l] += np.outer(delta, a)
            sums[2 * l + 1] += delta
            delta = Ws[l].T @ delta
        rows.append(delta)
    return (np.array(rows), *sums)
""",
)

# ---------------------------------------------------------------- 10 numerical_gradient
_add(
    "numerical_gradient",
    "wrong",
    "difference to one side",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    base = f(x)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += eps
        grad[index] = (f(moved) - base) / eps
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "divided by eps instead of 2 eps",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (f(up) - f(down)) / eps
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "precedence: divided by 2, then multiplied by eps",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = eps
        grad[index] = (f(x + step) - f(x - step)) / 2 * eps
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "all entries moved at once",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    slope = (f(x + eps) - f(x - eps)) / (2 * eps)
    return np.full(x.shape, slope)
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "loop over len(x): in a matrix a whole row moves",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "step written as 1e-5, eps ignored",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    h = 1e-5
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        grad[index] = (f(x + step) - f(x - step)) / (2 * h)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "entry not put back: the point wanders by -eps each time",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    z = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        z[index] += eps
        up = f(z)
        z[index] -= 2 * eps
        down = f(z)
        grad[index] = (up - down) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "no cast: float32 stays float32 and the step is lost",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "entries of x itself moved up and down, left with the rounding",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    if x.dtype != float:
        x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += eps
        up = f(x)
        x[index] -= 2 * eps
        down = f(x)
        x[index] += eps
        grad[index] = (up - down) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "flat result: the shape of x is lost",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    flat = x.astype(float).ravel()
    grad = []
    for i in range(flat.size):
        step = np.zeros(flat.size)
        step[i] = eps
        up = f((flat + step).reshape(x.shape))
        down = f((flat - step).reshape(x.shape))
        grad.append((up - down) / (2 * eps))
    return np.array(grad)
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "result made with zeros_like of the original x, so float32 for float32",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    grad = np.zeros_like(x)
    x = x.astype(float)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        grad[index] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "right",
    "rows of an identity as steps",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    point = np.array(x, dtype=np.float64)
    steps = eps * np.identity(point.size).reshape((point.size,) + point.shape)
    differences = [f(point + step) - f(point - step) for step in steps]
    return np.array(differences, dtype=np.float64).reshape(point.shape) / (2 * eps)
""",
)
_add(
    "numerical_gradient",
    "right",
    "one working copy, the old value put back",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    work = x.astype(float)
    grad = np.empty_like(work)
    for index, old in np.ndenumerate(x.astype(float)):
        work[index] = old + eps
        f_plus = f(work)
        work[index] = old - eps
        f_minus = f(work)
        work[index] = old
        grad[index] = 0.5 * (f_plus - f_minus) / eps
    return grad
""",
)

# ---------------------------------------------------------------- 11 gradient_agrees
_add(
    "gradient_agrees",
    "wrong",
    "absolute error only: right gradients that are large are refused",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    return bool(np.all(np.abs(u - v) <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "relative error only: gradients with zeros are refused",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = np.maximum(np.abs(u), np.abs(v))
    return bool(np.all(np.abs(u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "'any too large' lets a nan through",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    error = np.abs(u - v) / scale
    if np.any(error > tol):
        return False
    return True
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "shape not looked at: broadcasting makes it fit",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    v = numerical_gradient(f, x, eps=eps)
    scale = np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(np.all(np.abs(u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "both flattened first: another shape with as many entries passes",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = np.ravel(grad(x))
    v = numerical_gradient(f, x, eps=eps).ravel()
    if len(u) != len(v):
        return False
    for p, q in zip(u, v):
        if not abs(p - q) / max(1, abs(p), abs(q)) <= tol:
            return False
    return True
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "mean error of all entries: one wrong among many is averaged away",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    error = np.abs(u - v) / np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(error.mean() <= tol)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "norms compared: a small entry beside large ones may be anything",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = max(1.0, np.linalg.norm(u), np.linalg.norm(v))
    return bool(np.linalg.norm(u - v) / scale <= tol)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "no absolute value: too small a gradient is always fine",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(np.all((u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "np.any in the place of np.all",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(np.any(np.abs(u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "np.allclose with its own tolerances, tol not used",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if np.shape(u) != np.shape(x):
        return False
    return bool(np.allclose(u, numerical_gradient(f, x, eps=eps)))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "eps not handed on",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape or np.isnan(u).any():
        return False
    v = numerical_gradient(f, x)
    scale = np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(np.all(np.abs(u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "cosine between the two: length does not count",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape or np.isnan(u).any():
        return False
    v = numerical_gradient(f, x, eps=eps)
    lengths = np.sqrt(np.sum(u**2) * np.sum(v**2))
    return bool(1 - np.sum(u * v) / max(lengths, 1e-30) <= tol)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "one scale for the whole array, its largest entry",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = max(1, np.abs(u).max(), np.abs(v).max())
    return bool(np.abs(u - v).max() / scale <= tol)
""",
)
_add(
    "gradient_agrees",
    "right",
    "entry by entry with an early no",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    claimed = np.asarray(grad(x))
    if claimed.shape != np.shape(x):
        return False
    measured = numerical_gradient(f, x, eps=eps)
    for index in np.ndindex(measured.shape):
        u, v = float(claimed[index]), float(measured[index])
        if u != u or v != v:
            return False
        if not abs(u - v) / max(1.0, abs(u), abs(v)) <= tol:
            return False
    return True
""",
)
_add(
    "gradient_agrees",
    "right",
    "finite first, then the bound multiplied out, counted",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    g = np.array(grad(x), dtype=float)
    if g.shape != x.shape or not np.all(np.isfinite(g)):
        return False
    reference = numerical_gradient(f, x, eps=eps)
    bound = tol * np.max([np.ones(g.shape), np.abs(g), np.abs(reference)], axis=0)
    good = np.count_nonzero(np.abs(g - reference) <= bound)
    return bool(good == g.size)
""",
)

# ---------------------------------------------------------------- 12 xor_closed_form
_add(
    "xor_closed_form",
    "wrong",
    "truth table: right at the corners only",
    """
def xor_closed_form(X):
    a = X[:, 0] > 0.5
    b = X[:, 1] > 0.5
    return np.logical_xor(a, b).astype(float)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "relu on the second unit only: fails for a negative sum",
    """
def xor_closed_form(X):
    s = X[:, 0] + X[:, 1]
    return s - 2 * np.maximum(0, s - 1)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "absolute difference of the inputs, another function with the same corners",
    """
def xor_closed_form(X):
    return np.abs(X[:, 0] - X[:, 1])
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "bias -1 for both hidden units",
    """
def xor_closed_form(X):
    W = np.array([[1.0, 1.0], [1.0, 1.0]])
    c = -1.0
    w = np.array([1.0, -2.0])
    return np.maximum(0, X @ W.T + c) @ w
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "output as a column, (n, 1)",
    """
def xor_closed_form(X):
    W, c, w = np.ones((2, 2)), np.array([0.0, -1.0]), np.array([[1.0], [-2.0]])
    return np.maximum(X @ W.T + c, 0) @ w
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "relu after the output as well",
    """
def xor_closed_form(X):
    s = X.sum(axis=1)
    out = np.maximum(s, 0) - 2 * np.maximum(s - 1, 0)
    return np.maximum(out, 0)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "output weight -1 instead of -2",
    """
def xor_closed_form(X):
    s = X.sum(axis=1)
    return np.maximum(s, 0) - np.maximum(s - 1, 0)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "bias inside the output, not inside the hidden unit",
    """
def xor_closed_form(X):
    hidden = np.maximum(X @ np.ones((2, 2)), 0) + np.array([0.0, -1.0])
    return hidden @ np.array([1.0, -2.0])
""",
)
_add(
    "xor_closed_form",
    "right",
    "three straight pieces",
    """
def xor_closed_form(X):
    s = X[:, 0] + X[:, 1]
    return np.where(s <= 0, 0.0, np.where(s <= 1, s, 2.0 - s))
""",
)
_add(
    "xor_closed_form",
    "right",
    "row by row in plain Python",
    """
def xor_closed_form(X):
    out = []
    for p, q in X:
        h1 = max(0.0, p + q)
        h2 = max(0.0, p + q - 1.0)
        out.append(h1 - 2.0 * h2)
    return np.array(out)
""",
)
_add(
    "xor_closed_form",
    "right",
    "the smaller of two lines: min(relu(s), 2 - s)",
    """
def xor_closed_form(X):
    s = np.einsum("nk->n", X)
    return np.minimum(np.clip(s, 0, None), 2 - s)
""",
)

# ---------------------------------------------------------------- 13 staircase
_add(
    "staircase",
    "wrong",
    "heights used as the sizes of the steps",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    return sigmoid(steepness * (x[:, None] - edges)) @ heights
""",
)
_add(
    "staircase",
    "wrong",
    "np.diff without h_0: the first step is missing",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    sizes = np.diff(heights)
    return sigmoid(steepness * (x[:, None] - edges[1:])) @ sizes
""",
)
_add(
    "staircase",
    "wrong",
    "h_0 taken as the first height: the first step has size 0",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    sizes = np.diff(heights, prepend=heights[0])
    return np.sum(sizes * sigmoid(steepness * (x[:, None] - edges)), axis=1)
""",
)
_add(
    "staircase",
    "wrong",
    "steps face the other way: e - x",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    out = np.zeros(len(x))
    last = 0.0
    for e, h in zip(edges, heights):
        out += (h - last) * sigmoid(steepness * (e - x))
        last = h
    return out
""",
)
_add(
    "staircase",
    "wrong",
    "steepness ignored, 100 written into the formula",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    out = np.zeros(len(x))
    last = 0.0
    for e, h in zip(edges, heights):
        out = out + (h - last) * sigmoid(100.0 * (x - e))
        last = h
    return out
""",
)
_add(
    "staircase",
    "wrong",
    "bracket missing: s x - e",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    sizes = np.diff(heights, prepend=0)
    return sigmoid(steepness * x[:, None] - edges) @ sizes
""",
)
_add(
    "staircase",
    "wrong",
    "differences made in the caller's heights",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    heights[1:] = np.diff(heights)
    return sigmoid(steepness * (x[:, None] - edges)) @ heights
""",
)
_add(
    "staircase",
    "wrong",
    "hard steps: steepness has no effect",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    sizes = np.diff(heights, prepend=0.0)
    return (x[:, None] > edges).astype(float) @ sizes
""",
)
_add(
    "staircase",
    "wrong",
    "every step measured from the first height, seen from three steps on",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    total = heights[0] * sigmoid(steepness * (x - edges[0]))
    for k in range(1, len(edges)):
        total = total + (heights[k] - heights[0]) * sigmoid(steepness * (x - edges[k]))
    return total
""",
)
_add(
    "staircase",
    "wrong",
    "off by one: the last edge is left out",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    total = heights[0] * sigmoid(steepness * (x - edges[0]))
    for k in range(1, len(edges) - 1):
        total = total + (heights[k] - heights[k - 1]) * sigmoid(steepness * (x - edges[k]))
    return total
""",
)
_add(
    "staircase",
    "wrong",
    "default of steepness changed to 1",
    """
def staircase(x, edges, heights, *, steepness=1.0):
    sizes = np.concatenate([heights[:1], heights[1:] - heights[:-1]])
    return sigmoid(steepness * (x[:, None] - edges)) @ sizes
""",
)
_add(
    "staircase",
    "right",
    "each height times the difference of its two steps",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    steps = sigmoid(steepness * (x[:, None] - edges[None, :]))
    after = np.hstack([steps[:, 1:], np.zeros((len(x), 1))])
    return (steps - after) @ heights
""",
)
_add(
    "staircase",
    "right",
    "a running sum with the previous height remembered",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    previous = 0.0
    result = np.zeros(np.shape(x))
    for k in range(len(edges)):
        step = sigmoid(steepness * (x - edges[k]))
        result = result + (heights[k] - previous) * step
        previous = heights[k]
    return result
""",
)
_add(
    "staircase",
    "right",
    "a network of two layers: weights s, biases -s e",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    W = np.full(edges.shape, steepness)
    b = -steepness * edges
    hidden = sigmoid(np.outer(x, W) + b)
    out_weights = heights - np.concatenate(([0.0], heights[:-1]))
    return hidden.dot(out_weights)
""",
)
