"""Answers to chapter 04 by several beginners who had not seen the cases: misread formulas, foreign conventions."""

BANK = []


def _add(name, kind, label, source):
    BANK.append((name, kind, label, source.strip("\n") + "\n"))


# ---------------------------------------------------------------- 1 linear
_add(
    "linear",
    "wrong",
    "weights taken as (in, out), as Keras stores them",
    """
def linear(x, weight, bias=None):
    out = np.dot(x, weight)
    if bias is not None:
        out = out + bias
    return out
""",
)
_add(
    "linear",
    "wrong",
    "samples in columns: W x + b with the bias as a column",
    """
def linear(x, weight, bias=None):
    z = weight @ x.T
    if bias is not None:
        if x.ndim == 1:
            z = z + bias
        else:
            z = z + bias.reshape(-1, 1)
    return z
""",
)
_add(
    "linear",
    "wrong",
    "no bias means the bias unit 1",
    """
def linear(x, weight, bias=None):
    if bias is None:
        bias = 1
    return x @ weight.T + bias
""",
)
_add(
    "linear",
    "wrong",
    "row is another name for bias: the samples add up in it, and bias changes",
    """
def linear(x, weight, bias=None):
    if bias is None:
        return x @ weight.T
    if x.ndim == 1:
        return weight @ x + bias
    rows = []
    for sample in x:
        row = bias
        row += weight @ sample
        rows.append(row)
    return np.array(rows)
""",
)
_add(
    "linear",
    "wrong",
    "single sample comes back as (1, out)",
    """
def linear(x, weight, bias=None):
    x = np.atleast_2d(x)
    b = np.zeros(weight.shape[0]) if bias is None else bias
    return np.matmul(x, weight.T) + b
""",
)
_add(
    "linear",
    "wrong",
    "truth value of the bias array",
    """
def linear(x, weight, bias=None):
    y = x @ weight.T
    if bias:
        y += bias
    return y
""",
)
_add(
    "linear",
    "wrong",
    "zeros for the missing bias have the length of the inputs",
    """
def linear(x, weight, bias=None):
    if bias is None:
        bias = np.zeros(x.shape[-1])
    return x @ np.transpose(weight) + bias
""",
)
_add(
    "linear",
    "wrong",
    "a unit fires: sigmoid around the sum",
    """
def linear(x, weight, bias=None):
    z = x @ weight.T
    if bias is not None:
        z = z + bias
    return sigmoid(z)
""",
)
_add(
    "linear",
    "right",
    "einsum, float64",
    """
def linear(x, weight, bias=None):
    x = np.asarray(x, dtype=np.float64)
    out = np.einsum("...i,oi->...o", x, weight)
    return out if bias is None else out + bias
""",
)
_add(
    "linear",
    "right",
    "three loops for a batch, the single sample as a batch of one",
    """
def linear(x, weight, bias=None):
    single = x.ndim == 1
    batch = [x] if single else x
    table = []
    for sample in batch:
        line = []
        for j in range(len(weight)):
            s = 0.0
            for k in range(len(sample)):
                s = s + weight[j][k] * sample[k]
            if bias is not None:
                s = s + bias[j]
            line.append(s)
        table.append(line)
    return np.array(table[0]) if single else np.array(table)
""",
)
_add(
    "linear",
    "right",
    "bias as one more column of the weights, a 1 as one more input",
    """
def linear(x, weight, bias=None):
    b = np.zeros(weight.shape[0]) if bias is None else bias
    big = np.hstack([weight, b[:, None]])
    ones = np.ones(x.shape[:-1] + (1,))
    return np.concatenate([x, ones], axis=-1) @ big.T
""",
)

# ---------------------------------------------------------------- 2 linear_backward
_add(
    "linear_backward",
    "wrong",
    "grad_weight as (in, out), copied from a course with x @ W",
    """
def linear_backward(grad_output, x, weight, bias=None):
    dx = grad_output @ weight
    dw = x.T @ grad_output
    db = np.sum(grad_output, axis=0)
    return dx, dw, db
""",
)
_add(
    "linear_backward",
    "wrong",
    "grad_bias is the mean over the samples, the others are sums",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = grad_output @ weight
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.mean(axis=0)
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "wrong",
    "grad_weight divided by n, as 1/m dZ A in a well-known course",
    """
def linear_backward(grad_output, x, weight, bias=None):
    m = x.shape[0]
    dA_prev = np.dot(grad_output, weight)
    dW = 1 / m * np.dot(grad_output.T, x)
    db = np.sum(grad_output, axis=0)
    return dA_prev, dW, db
""",
)
_add(
    "linear_backward",
    "wrong",
    "tuple begins with the weights",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_weight = grad_output.T @ x
    grad_bias = grad_output.sum(0)
    grad_x = grad_output @ weight
    return grad_weight, grad_bias, grad_x
""",
)
_add(
    "linear_backward",
    "wrong",
    "grad_bias kept as (1, out)",
    """
def linear_backward(grad_output, x, weight, bias=None):
    return (
        grad_output.dot(weight),
        grad_output.T.dot(x),
        np.sum(grad_output, axis=0, keepdims=True),
    )
""",
)
_add(
    "linear_backward",
    "wrong",
    "= for += in the loop over the samples: only the last one counts for the weights",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = np.zeros(x.shape)
    grad_weight = np.zeros(weight.shape)
    grad_bias = np.zeros(weight.shape[0])
    for i in range(len(x)):
        grad_x[i] = grad_output[i] @ weight
        grad_weight = np.outer(grad_output[i], x[i])
        grad_bias += grad_output[i]
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "wrong",
    "grad_bias multiplied by the bias, slope b for 1",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = grad_output @ weight
    grad_weight = grad_output.T @ x
    grad_bias = (grad_output * bias).sum(axis=0)
    return grad_x, grad_weight, grad_bias
""",
)
_add(
    "linear_backward",
    "wrong",
    "grad_weight is written into weight itself",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_x = grad_output @ weight
    grad_weight = weight
    for j in range(weight.shape[0]):
        for k in range(weight.shape[1]):
            grad_weight[j, k] = np.sum(grad_output[:, j] * x[:, k])
    return grad_x, grad_weight, np.sum(grad_output, axis=0)
""",
)
_add(
    "linear_backward",
    "wrong",
    "one number for all biases: the sum over samples and outputs",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_bias = np.zeros_like(bias)
    grad_bias += np.sum(grad_output)
    return grad_output @ weight, grad_output.T @ x, grad_bias
""",
)
_add(
    "linear_backward",
    "right",
    "four nested sums written out",
    """
def linear_backward(grad_output, x, weight, bias=None):
    n, outs = grad_output.shape
    ins = x.shape[1]
    gx = [[0.0] * ins for _ in range(n)]
    gw = [[0.0] * ins for _ in range(outs)]
    gb = [0.0] * outs
    for i in range(n):
        for j in range(outs):
            g = grad_output[i, j]
            gb[j] += g
            for k in range(ins):
                gx[i][k] += g * weight[j, k]
                gw[j][k] += g * x[i, k]
    return np.array(gx), np.array(gw), np.array(gb)
""",
)
_add(
    "linear_backward",
    "right",
    "einsum for all three",
    """
def linear_backward(grad_output, x, weight, bias=None):
    a = np.einsum("no,oi->ni", grad_output, weight)
    b = np.einsum("no,ni->oi", grad_output, x)
    c = np.einsum("no->o", grad_output)
    return a, b, c
""",
)
_add(
    "linear_backward",
    "right",
    "x.T @ g turned round, ones @ g for the bias",
    """
def linear_backward(grad_output, x, weight, bias=None):
    grad_weight = (x.T @ grad_output).T
    grad_bias = np.ones(len(x)) @ grad_output
    grad_x = (weight.T @ grad_output.T).T
    return (grad_x, grad_weight, grad_bias)
""",
)

# ---------------------------------------------------------------- 3 forward_2_2_2
_add(
    "forward_2_2_2",
    "wrong",
    "w_kj for w_jk: the matrices read by columns",
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
    "one index slip written out: w12 in the place of w21 in the hidden layer",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z11 = W1[0, 0] * x[0] + W1[0, 1] * x[1] + b1[0]
    z12 = W1[0, 1] * x[0] + W1[1, 1] * x[1] + b1[1]
    z1 = np.array([z11, z12])
    a1 = sigmoid(z1)
    z21 = W2[0, 0] * a1[0] + W2[0, 1] * a1[1] + b2[0]
    z22 = W2[1, 0] * a1[0] + W2[1, 1] * a1[1] + b2[1]
    z2 = np.array([z21, z22])
    return z1, a1, z2, sigmoid(z2)
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "tuple sorted by letter: (z1, z2, a1, a2)",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    return z1, z2, a1, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "the output layer is fed with z1",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = np.dot(W1, x) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(W2, z1) + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "weighted inputs clipped to -10 ... 10 against overflow",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = np.clip(W1 @ x + b1, -10, 10)
    a1 = 1 / (1 + np.exp(-z1))
    z2 = np.clip(W2 @ a1 + b2, -10, 10)
    a2 = 1 / (1 + np.exp(-z2))
    return z1, a1, z2, a2
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "output units without sigmoid, as in a regression network",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = W1.dot(x) + b1
    a1 = sigmoid(z1)
    z2 = W2.dot(a1) + b2
    a2 = z2
    return (z1, a1, z2, a2)
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "weighted inputs collected in the bias arrays",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    z1 = b1
    z1 += W1 @ x
    a1 = sigmoid(z1)
    z2 = b2
    z2 += W2 @ a1
    return z1, a1, z2, sigmoid(z2)
""",
)
_add(
    "forward_2_2_2",
    "wrong",
    "b1 in both layers, copy and paste",
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
    "right",
    "scalars, one line each",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    h1 = W1[0, 0] * x[0] + W1[0, 1] * x[1] + b1[0]
    h2 = W1[1, 0] * x[0] + W1[1, 1] * x[1] + b1[1]
    s1, s2 = sigmoid(np.array([h1, h2]))
    o1 = W2[0, 0] * s1 + W2[0, 1] * s2 + b2[0]
    o2 = W2[1, 0] * s1 + W2[1, 1] * s2 + b2[1]
    out = sigmoid(np.array([o1, o2]))
    return np.array([h1, h2]), np.array([s1, s2]), np.array([o1, o2]), out
""",
)
_add(
    "forward_2_2_2",
    "right",
    "loop over the two layers, results appended, sigmoid by tanh",
    """
def forward_2_2_2(x, W1, b1, W2, b2):
    results = []
    a = x
    for W, b in [(W1, b1), (W2, b2)]:
        z = (W * a).sum(axis=1) + b
        a = 0.5 * (1 + np.tanh(z / 2))
        results += [z, a]
    return tuple(results)
""",
)

# ---------------------------------------------------------------- 4 hidden_layer_grads
_add(
    "hidden_layer_grads",
    "wrong",
    "W2 not transposed on the way back",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2 @ delta2, z1)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "slope z(1 - z) for a(1 - a)",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = (W2.T @ delta2) * z1 * (1 - z1)
    grad_W1 = np.outer(delta1, x)
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "each hidden unit hears only the output of its own number",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = np.zeros(2)
    for k in range(2):
        delta1[k] = delta2[k] * W2[k, k] * a1[k] * (1 - a1[k])
    grad_W1 = delta1[:, None] * x[None, :]
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "outer product the wrong way round: row = input",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    g = delta2 @ W2
    delta1 = sigmoid_backward(g, z1)
    grad_W1 = np.outer(x, delta1)
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "arguments of sigmoid_backward swapped",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    delta1 = sigmoid_backward(z1, W2.T @ delta2)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "the two ways averaged instead of added",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    ways = W2 * delta2[:, None]
    delta1 = sigmoid_backward(ways.mean(axis=0), z1)
    grad_W1 = np.outer(delta1, x)
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "grad_W1 with the activations of the hidden layer in the place of the inputs",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = np.dot(W2.T, delta2) * a1 * (1 - a1)
    grad_W1 = np.outer(delta1, a1)
    return delta1, grad_W1
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "slope taken twice: sigmoid_backward already multiplies by it",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = sigmoid_backward(W2.T @ delta2, z1) * a1 * (1 - a1)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "wrong",
    "slope of tanh, 1 - a squared",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1, np.outer(delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "right",
    "written out by k and i",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    s = sigmoid(z1)
    d1 = (delta2[0] * W2[0, 0] + delta2[1] * W2[1, 0]) * s[0] * (1 - s[0])
    d2 = (delta2[0] * W2[0, 1] + delta2[1] * W2[1, 1]) * s[1] * (1 - s[1])
    table = [[d1 * x[0], d1 * x[1]], [d2 * x[0], d2 * x[1]]]
    return np.array([d1, d2]), np.array(table)
""",
)
_add(
    "hidden_layer_grads",
    "right",
    "slope of ones first, einsum after",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    slope = sigmoid_backward(np.ones(2), z1)
    delta1 = np.einsum("j,jk,k->k", delta2, W2, slope)
    return delta1, np.einsum("k,i->ki", delta1, x)
""",
)
_add(
    "hidden_layer_grads",
    "right",
    "columns as (2, 1) matrices, ravel at the end",
    """
def hidden_layer_grads(x, z1, W2, delta2):
    column = delta2.reshape(2, 1)
    slope = sigmoid(z1) * sigmoid(-z1)
    delta = (W2.T @ column) * slope.reshape(2, 1)
    grad = delta @ x.reshape(1, 2)
    return delta.ravel(), grad
""",
)

# ---------------------------------------------------------------- 5 cost_delta
_add(
    "cost_delta",
    "wrong",
    "target less output",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "linear":
        return y - z
    if output == "softmax":
        return y - softmax(z)
    a = sigmoid(z)
    if cost == "cross_entropy":
        return y - a
    return (y - a) * a * (1 - a)
""",
)
_add(
    "cost_delta",
    "wrong",
    "a is z for a linear output, and a -= y changes z",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "sigmoid":
        a = sigmoid(z)
        slope = a * (1 - a) if cost == "quadratic" else 1.0
    elif output == "softmax":
        a, slope = softmax(z), 1.0
    else:
        a, slope = z, 1.0
    a -= y
    return a * slope
""",
)
_add(
    "cost_delta",
    "wrong",
    "every quadratic cost gets the sigmoid slope, the linear output too",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    f = {"sigmoid": sigmoid, "linear": lambda v: v, "softmax": softmax}[output]
    a = f(z)
    if cost == "quadratic":
        return (a - y) * a * (1 - a)
    return a - y
""",
)
_add(
    "cost_delta",
    "wrong",
    "the factor 1/2 forgotten in the quadratic cost",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if cost == "quadratic":
        if output == "sigmoid":
            a = sigmoid(z)
            return 2 * (a - y) * a * (1 - a)
        return 2 * (z - y)
    if cost == "cross_entropy":
        return sigmoid(z) - y
    return softmax(z) - y
""",
)
_add(
    "cost_delta",
    "wrong",
    "softmax gets a slope a(1 - a) as well",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "linear":
        return z - y
    a = sigmoid(z) if output == "sigmoid" else softmax(z)
    delta = a - y
    if cost == "cross_entropy":
        return delta
    return delta * a * (1 - a)
""",
)
_add(
    "cost_delta",
    "wrong",
    "softmax over the samples, axis 0",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        e = np.exp(z - z.max(axis=0))
        a = e / e.sum(axis=0)
        return a - y
    if output == "linear":
        return z - y
    a = sigmoid(z)
    return a - y if cost == "cross_entropy" else sigmoid_backward(a - y, z)
""",
)
_add(
    "cost_delta",
    "wrong",
    "only the classes with y = 1 count in cross-entropy, -y(1 - a)",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        return softmax(z) - y
    if output == "linear":
        return z - y
    a = sigmoid(z)
    if cost == "cross_entropy":
        return -y * (1 - a)
    return (a - y) * a * (1 - a)
""",
)
_add(
    "cost_delta",
    "wrong",
    "divided by the number of samples at the top",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    n = z.shape[0] if z.ndim == 2 else 1
    if output == "softmax":
        d = softmax(z) - y
    elif output == "linear":
        d = z - y
    elif cost == "cross_entropy":
        d = sigmoid(z) - y
    else:
        d = sigmoid_backward(sigmoid(z) - y, z)
    return d / n
""",
)
_add(
    "cost_delta",
    "wrong",
    "the sigmoid slope at a instead of z: sigmoid_backward(a - y, a)",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if (output, cost) == ("sigmoid", "quadratic"):
        a = sigmoid(z)
        return sigmoid_backward(a - y, a)
    if (output, cost) == ("sigmoid", "cross_entropy"):
        return sigmoid(z) - y
    if (output, cost) == ("linear", "quadratic"):
        return z - y
    return softmax(z) - y
""",
)
_add(
    "cost_delta",
    "wrong",
    "the derivative with respect to a, without the step to z, for cross-entropy",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "sigmoid":
        a = sigmoid(z)
        if cost == "cross_entropy":
            return (a - y) / (a * (1 - a))
        return (a - y) * a * (1 - a)
    if output == "linear":
        return z - y
    return softmax(z) - y
""",
)
_add(
    "cost_delta",
    "right",
    "a table of functions",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    table = {
        ("sigmoid", "quadratic"): lambda: sigmoid_backward(sigmoid(z) - y, z),
        ("sigmoid", "cross_entropy"): lambda: sigmoid(z) - y,
        ("linear", "quadratic"): lambda: z - y,
        ("softmax", "log_likelihood"): lambda: softmax(z) - y,
    }
    return table[output, cost]()
""",
)
_add(
    "cost_delta",
    "right",
    "loop over the samples, softmax by hand with the largest taken off",
    """
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    if z.ndim == 2:
        return np.array([cost_delta(zi, yi, output=output, cost=cost) for zi, yi in zip(z, y)])
    if output == "linear":
        a = 1.0 * z
    elif output == "softmax":
        e = np.exp(z - np.max(z))
        a = e / np.sum(e)
    else:
        a = sigmoid(z)
    delta = a - y
    if output == "sigmoid" and cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta
""",
)

# ---------------------------------------------------------------- 6 delta_hidden
_add(
    "delta_hidden",
    "wrong",
    "W.T as in the printed BP2, behind the row vectors",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    return f_backward(delta_next @ W_next.T, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "W.T @ delta as in the book, samples in columns",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    g = W_next.T @ delta_next
    return f_backward(g, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "f in the place of its slope",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    return (delta_next @ W_next) * f(z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "g multiplied in once more",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    _, f_backward = pair(activation)
    g = delta_next @ W_next
    return g * f_backward(g, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "slope at the activation f(z) instead of z",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    a = f(z)
    back = np.dot(delta_next, W_next)
    return f_backward(back, a)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "arguments of f_backward swapped",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    back = np.dot(delta_next, W_next)
    return f_backward(z, back)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "the sigmoid slope whatever the name",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    a = sigmoid(z)
    return (delta_next @ W_next) * a * (1 - a)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "errors of the next layer averaged over the samples first",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    if delta_next.ndim == 2:
        delta_next = np.ones((len(z), 1)) * delta_next.mean(axis=0)
    return f_backward(delta_next @ W_next, z)
""",
)
_add(
    "delta_hidden",
    "wrong",
    "divided by the number of samples once more",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f, f_backward = pair(activation)
    d = f_backward(delta_next @ W_next, z)
    if z.ndim == 2:
        d = d / z.shape[0]
    return d
""",
)
_add(
    "delta_hidden",
    "right",
    "slope of ones times a broadcast sum",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    _, back = pair(activation)
    slope = back(np.ones(z.shape), z)
    ways = delta_next[..., :, None] * W_next
    return ways.sum(axis=-2) * slope
""",
)
_add(
    "delta_hidden",
    "right",
    "column form and back, transposed twice",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    f_backward = pair(activation)[1]
    columns = W_next.T @ delta_next.T
    return f_backward(columns.T, z)
""",
)
_add(
    "delta_hidden",
    "right",
    "row by row, own formulas for sigmoid and tanh",
    """
def delta_hidden(W_next, delta_next, z, *, activation):
    if z.ndim == 2:
        rows = [delta_hidden(W_next, d, zi, activation=activation) for d, zi in zip(delta_next, z)]
        return np.array(rows)
    g = np.zeros(len(z))
    for j in range(len(delta_next)):
        g = g + delta_next[j] * W_next[j]
    if activation == "sigmoid":
        s = sigmoid(z)
        return g * (s - s**2)
    if activation == "tanh":
        return g * (1 - np.tanh(z) ** 2)
    return pair(activation)[1](g, z)
""",
)

# ---------------------------------------------------------------- 7 grad_weight
_add(
    "grad_weight",
    "wrong",
    "shape (in, out): a_prev.T @ delta",
    """
def grad_weight(delta, a_prev):
    if delta.ndim == 1:
        return np.outer(a_prev, delta)
    return a_prev.T @ delta
""",
)
_add(
    "grad_weight",
    "wrong",
    "delta.T @ a_prev for one sample too: 1-D has no transpose",
    """
def grad_weight(delta, a_prev):
    return delta.T @ a_prev
""",
)
_add(
    "grad_weight",
    "wrong",
    "np.outer for a batch: flattens both",
    """
def grad_weight(delta, a_prev):
    return np.outer(delta, a_prev)
""",
)
_add(
    "grad_weight",
    "wrong",
    "mean over the samples",
    """
def grad_weight(delta, a_prev):
    delta = np.atleast_2d(delta)
    a_prev = np.atleast_2d(a_prev)
    return delta.T @ a_prev / len(delta)
""",
)
_add(
    "grad_weight",
    "wrong",
    "sums over the samples first, the product after",
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
    "one table a sample, the sum forgotten",
    """
def grad_weight(delta, a_prev):
    return delta[..., :, None] * a_prev[..., None, :]
""",
)
_add(
    "grad_weight",
    "wrong",
    "loop starts at sample 1",
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
    "sum over a generator of outer products",
    """
def grad_weight(delta, a_prev):
    if delta.ndim == 1:
        delta, a_prev = [delta], [a_prev]
    return sum(np.outer(d, a) for d, a in zip(delta, a_prev))
""",
)
_add(
    "grad_weight",
    "right",
    "einsum over reshaped arrays",
    """
def grad_weight(delta, a_prev):
    d = delta.reshape(-1, delta.shape[-1])
    a = a_prev.reshape(-1, a_prev.shape[-1])
    return np.einsum("no,ni->oi", d, a)
""",
)
_add(
    "grad_weight",
    "right",
    "entry by entry in float64",
    """
def grad_weight(delta, a_prev):
    result = np.empty((delta.shape[-1], a_prev.shape[-1]))
    for j in range(result.shape[0]):
        for k in range(result.shape[1]):
            result[j, k] = np.sum(delta[..., j] * a_prev[..., k])
    return result
""",
)

# ---------------------------------------------------------------- 8 mlp
_add(
    "mlp",
    "wrong",
    "activation after the last layer as well",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    for i in range(0, len(parameters), 2):
        x = f(linear(x, parameters[i], parameters[i + 1]))
    return x
""",
)
_add(
    "mlp",
    "wrong",
    "first all weights, then all biases",
    """
def mlp(x, *parameters, activation="relu"):
    L = len(parameters) // 2
    weights, biases = parameters[:L], parameters[L:]
    f = pair(activation)[0]
    a = x
    for l in range(L - 1):
        a = f(linear(a, weights[l], biases[l]))
    return linear(a, weights[-1], biases[-1])
""",
)
_add(
    "mlp",
    "wrong",
    "activation only after the first layer",
    """
def mlp(x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    L = len(parameters) // 2
    a = x
    for l in range(L):
        a = linear(a, parameters[2 * l], parameters[2 * l + 1])
        if l == 0 and L > 1:
            a = f(a)
    return a
""",
)
_add(
    "mlp",
    "wrong",
    "always relu, the option is not read",
    """
def mlp(x, *parameters, activation="relu"):
    z = x
    while len(parameters) > 2:
        W, b, *parameters = parameters
        z = np.maximum(0, z @ W.T + b)
    W, b = parameters
    return z @ W.T + b
""",
)
_add(
    "mlp",
    "wrong",
    "off by one: the output layer is left out",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    L = len(parameters) // 2
    a = x
    for l in range(1, L):
        W = parameters[2 * (l - 1)]
        b = parameters[2 * (l - 1) + 1]
        z = linear(a, W, b)
        a = f(z)
    return a
""",
)
_add(
    "mlp",
    "wrong",
    "the inputs go through the activation too",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    z = x
    for W, b in zip(parameters[0::2], parameters[1::2]):
        z = linear(f(z), W, b)
    return z
""",
)
_add(
    "mlp",
    "wrong",
    "bias outside of the activation",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    a = x
    for W, b in zip(parameters[:-2:2], parameters[1:-2:2]):
        a = f(linear(a, W)) + b
    return linear(a, parameters[-2], parameters[-1])
""",
)
_add(
    "mlp",
    "wrong",
    "softmax on the result",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    a = x
    n_layers = len(parameters) // 2
    for i in range(n_layers):
        z = linear(a, parameters[2 * i], parameters[2 * i + 1])
        a = f(z) if i < n_layers - 1 else softmax(z)
    return a
""",
)
_add(
    "mlp",
    "wrong",
    "tanh is the default",
    """
def mlp(x, *parameters, activation="tanh"):
    f, _ = pair(activation)
    *hidden, W_last, b_last = parameters
    a = x
    for i in range(0, len(hidden), 2):
        a = f(linear(a, hidden[i], hidden[i + 1]))
    return linear(a, W_last, b_last)
""",
)
_add(
    "mlp",
    "wrong",
    "weights and biases zipped the wrong way: the bias of the layer above",
    """
def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    W = parameters[::2]
    b = parameters[1::2]
    a = x
    for l in range(len(W) - 1):
        a = f(a @ W[l].T + b[l + 1])
    return a @ W[-1].T + b[-1]
""",
)
_add(
    "mlp",
    "right",
    "recursion on the rest of the parameters",
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
    "activation before every layer but the first, own product",
    """
def mlp(x, *parameters, activation="relu"):
    f = pair(activation)[0]
    z = np.array(x, dtype=float)
    for i in range(len(parameters) // 2):
        if i > 0:
            z = f(z)
        z = np.einsum("ni,oi->no", z, parameters[2 * i]) + parameters[2 * i + 1]
    return z
""",
)
_add(
    "mlp",
    "right",
    "sample by sample in columns, popping a list",
    """
def mlp(x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    outputs = []
    for sample in x:
        todo = list(parameters)
        a = sample
        while True:
            W, b = todo.pop(0), todo.pop(0)
            z = W @ a + b
            if len(todo) == 0:
                break
            a = f(z)
        outputs.append(z)
    return np.array(outputs)
""",
)

# ---------------------------------------------------------------- 9 mlp_backward
_add(
    "mlp_backward",
    "wrong",
    "slope of the activation at the output layer as well",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    inputs, zs = [x], []
    for W, b in zip(parameters[::2], parameters[1::2]):
        zs.append(linear(inputs[-1], W, b))
        inputs.append(f(zs[-1]))
    g = grad_output
    grads = []
    for l in reversed(range(len(zs))):
        g = f_backward(g, zs[l])
        g, gW, gb = linear_backward(g, inputs[l], parameters[2 * l], parameters[2 * l + 1])
        grads = [gW, gb] + grads
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "the gradients stay in the order in which they were found",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    L = len(parameters) // 2
    a, z = [x], []
    for l in range(L):
        z.append(linear(a[l], parameters[2 * l], parameters[2 * l + 1]))
        a.append(f(z[l]))
    delta = grad_output
    grads = []
    for l in range(L - 1, -1, -1):
        delta, dW, db = linear_backward(delta, a[l], parameters[2 * l], parameters[2 * l + 1])
        grads.append(dW)
        grads.append(db)
        if l > 0:
            delta = f_backward(delta, z[l - 1])
    return (delta, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "slopes at the activations instead of the weighted inputs",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    activations_ = [x]
    for i in range(0, len(parameters) - 2, 2):
        activations_.append(f(linear(activations_[-1], parameters[i], parameters[i + 1])))
    out = []
    g = grad_output
    for l in range(len(activations_) - 1, -1, -1):
        g, gw, gb = linear_backward(g, activations_[l], parameters[2 * l], parameters[2 * l + 1])
        if l > 0:
            g = f_backward(g, activations_[l])
        out = [gw, gb, *out]
    return tuple([g] + out)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "weights get z of the layer before, not its activation",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    Ws, bs = parameters[::2], parameters[1::2]
    z_list = [x]
    a = x
    for W, b in zip(Ws, bs):
        z = linear(a, W, b)
        z_list.append(z)
        a = f(z)
    delta = grad_output
    grads = []
    for l in range(len(Ws) - 1, -1, -1):
        grads.insert(0, delta.sum(axis=0))
        grads.insert(0, delta.T @ z_list[l])
        delta = delta @ Ws[l]
        if l > 0:
            delta = f_backward(delta, z_list[l])
    return (delta, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "weights are moved on the way back, the layer below sees the new ones",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    params = [p.copy() for p in parameters]
    L = len(params) // 2
    a, z = [x], [None]
    for l in range(L):
        z.append(linear(a[-1], params[2 * l], params[2 * l + 1]))
        a.append(f(z[-1]))
    d = grad_output
    grads = []
    for l in reversed(range(L)):
        gW = d.T @ a[l]
        gb = d.sum(axis=0)
        params[2 * l] -= 0.1 * gW
        params[2 * l + 1] -= 0.1 * gb
        d = d @ params[2 * l]
        if l:
            d = f_backward(d, z[l])
        grads = [gW, gb] + grads
    return (d,) + tuple(grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "the first hidden slope left out when there are two (off by one)",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    L = len(parameters) // 2
    a, z = [x], []
    for l in range(L):
        z.append(linear(a[l], *parameters[2 * l : 2 * l + 2]))
        a.append(f(z[l]))
    grads = []
    g = grad_output
    for l in range(L, 0, -1):
        W, b = parameters[2 * l - 2], parameters[2 * l - 1]
        g, gW, gb = linear_backward(g, a[l - 1], W, b)
        if l == L and L > 1:
            g = f_backward(g, z[l - 2])
        grads = [gW, gb, *grads]
    return (g, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "divided by n at every layer",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    m = len(x)
    caches = []
    A = x
    for W, b in zip(parameters[::2], parameters[1::2]):
        Z = A @ W.T + b
        caches.append((A, W, Z))
        A = f(Z)
    dZ = grad_output
    grads = []
    while caches:
        A_prev, W, _ = caches.pop()
        dW = 1 / m * dZ.T @ A_prev
        db = 1 / m * np.sum(dZ, axis=0)
        dA = dZ @ W
        grads = [dW, db] + grads
        if caches:
            dZ = f_backward(dA, caches[-1][2])
    return (dA, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "biases forgotten in the second forward pass",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W, b = parameters[0::2], parameters[1::2]
    z, a = [], [x]
    for l in range(len(W)):
        z.append(a[l] @ W[l].T)
        a.append(f(z[l]))
    g, grads = grad_output, ()
    for l in range(len(W) - 1, -1, -1):
        g, gW, gb = linear_backward(g, a[l], W[l], b[l])
        grads = (gW, gb) + grads
        if l > 0:
            g = f_backward(g, z[l - 1])
    return (g,) + grads
""",
)
_add(
    "mlp_backward",
    "wrong",
    "bias before weight in every layer",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers = []
    a = x
    for i in range(0, len(parameters), 2):
        z = linear(a, parameters[i], parameters[i + 1])
        layers.append((a, z, parameters[i], parameters[i + 1]))
        a = f(z)
    g = grad_output
    result = []
    for i in range(len(layers) - 1, -1, -1):
        a, z, W, b = layers[i]
        if i != len(layers) - 1:
            g = f_backward(g, z)
        g, gW, gb = linear_backward(g, a, W, b)
        result = [gb, gW] + result
    return tuple([g] + result)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "slope applied to grad_x too: the inputs have no activation",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    zs = [x]
    acts = [x]
    for W, b in zip(parameters[::2], parameters[1::2]):
        zs.append(linear(acts[-1], W, b))
        acts.append(f(zs[-1]))
    delta = grad_output
    grads = []
    for l in reversed(range(len(parameters) // 2)):
        delta, dW, db = linear_backward(delta, acts[l], parameters[2 * l], parameters[2 * l + 1])
        delta = f_backward(delta, zs[l])
        grads = [dW, db] + grads
    return (delta, *grads)
""",
)
_add(
    "mlp_backward",
    "wrong",
    "one hidden layer only: first and last pair of the parameters",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W1, b1, W2, b2 = parameters[0], parameters[1], parameters[-2], parameters[-1]
    z1 = linear(x, W1, b1)
    a1 = f(z1)
    g1, grad_W2, grad_b2 = linear_backward(grad_output, a1, W2, b2)
    grad_x, grad_W1, grad_b1 = linear_backward(f_backward(g1, z1), x, W1, b1)
    return grad_x, grad_W1, grad_b1, grad_W2, grad_b2
""",
)
_add(
    "mlp_backward",
    "right",
    "recursion: the rest of the network first",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    W, b, *rest = parameters
    if not rest:
        return tuple(linear_backward(grad_output, x, W, b))
    f, f_backward = pair(activation)
    z = linear(x, W, b)
    grad_a, *later = mlp_backward(grad_output, f(z), *rest, activation=activation)
    return (*linear_backward(f_backward(grad_a, z), x, W, b), *later)
""",
)
_add(
    "mlp_backward",
    "right",
    "the four equations with own products, nothing called but pair",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    L = len(parameters) // 2
    W = {l: parameters[2 * l - 2] for l in range(1, L + 1)}
    b = {l: parameters[2 * l - 1] for l in range(1, L + 1)}
    a, z = {0: x}, {}
    for l in range(1, L):
        z[l] = np.einsum("ni,oi->no", a[l - 1], W[l]) + b[l]
        a[l] = f(z[l])
    delta = {L: grad_output}
    for l in range(L - 1, 0, -1):
        slope = f_backward(np.ones(z[l].shape), z[l])
        delta[l] = (delta[l + 1] @ W[l + 1]) * slope
    out = [delta[1] @ W[1]]
    for l in range(1, L + 1):
        out.append(np.einsum("no,ni->oi", delta[l], a[l - 1]))
        out.append(np.einsum("no->o", delta[l]))
    return tuple(out)
""",
)
_add(
    "mlp_backward",
    "right",
    "sample by sample, tables added up",
    """
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    weights = parameters[::2]
    biases = parameters[1::2]
    totals = [np.zeros(p.shape) for p in parameters]
    grad_x = []
    for g, sample in zip(grad_output, x):
        a_list = [sample]
        z_list = []
        for W, b in zip(weights, biases):
            z_list.append(W @ a_list[-1] + b)
            a_list.append(f(z_list[-1]))
        for l in range(len(weights) - 1, -1, -1):
            totals[2 * l] += np.outer(g, a_list[l])
            totals[2 * l + 1] += g
            g = weights[l].T @ g
            if l > 0:
                g = f_backward(g, z_list[l - 1])
        grad_x.append(g)
    return (np.array(grad_x), *totals)
""",
)

# ---------------------------------------------------------------- 10 numerical_gradient
_add(
    "numerical_gradient",
    "wrong",
    "one-sided difference",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    base = f(x)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        moved = x.copy()
        moved[i] += eps
        grad[i] = (f(moved) - base) / eps
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "divided by eps, not 2 eps",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / eps
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "half a step to each side",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps / 2
        down[i] -= eps / 2
        grad[i] = (f(up) - f(down)) / eps
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "the result has the dtype of x",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = eps
        grad[i] = (f(x.astype(float) + e) - f(x.astype(float) - e)) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "nudges in the dtype of x, only the result is float64",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
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
    "an entry stays at x - eps for the entries after it",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    p = x.astype(float)
    grad = np.zeros(p.shape)
    for i in np.ndindex(p.shape):
        p[i] += eps
        high = f(p)
        p[i] -= 2 * eps
        low = f(p)
        grad[i] = (high - low) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "all entries moved at once, a directional slope everywhere",
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
    "five-point formula from a numerics book",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = np.array(x, dtype=np.float64)
    out = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        h = np.zeros(x.shape)
        h[i] = eps
        out[i] = (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * eps)
    return out
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "step scaled with the entry",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        h = eps * max(1.0, abs(x[i]))
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "rows of a matrix moved as a whole",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        up = x.copy()
        down = x.copy()
        up[i] += eps
        down[i] -= eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
)
_add(
    "numerical_gradient",
    "wrong",
    "a flat gradient for a matrix",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    slopes = []
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = eps
        slopes.append((f(x.astype(float) + e) - f(x.astype(float) - e)) / (2 * eps))
    return np.array(slopes)
""",
)
_add(
    "numerical_gradient",
    "right",
    "rows of the identity, reshaped",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    start = np.asarray(x, dtype=np.float64)
    slopes = []
    for unit in np.eye(start.size):
        step = eps * unit.reshape(start.shape)
        slopes.append((f(start + step) - f(start - step)) / (2 * eps))
    return np.array(slopes, dtype=np.float64).reshape(start.shape)
""",
)
_add(
    "numerical_gradient",
    "right",
    "one float64 copy, each entry put back",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    work = x.astype(float)
    result = np.zeros(x.shape)
    for index, old in np.ndenumerate(x.astype(float)):
        work[index] = old + eps
        above = f(work)
        work[index] = old - eps
        below = f(work)
        work[index] = old
        result[index] = 0.5 * (above - below) / eps
    return result
""",
)
_add(
    "numerical_gradient",
    "right",
    "flat list, reshaped for every call",
    """
def numerical_gradient(f, x, *, eps=1e-5):
    flat = [float(v) for v in x.ravel()]

    def value(i, change):
        moved = list(flat)
        moved[i] = moved[i] + change
        return f(np.array(moved).reshape(x.shape))

    grad = [(value(i, eps) - value(i, -eps)) / (2 * eps) for i in range(len(flat))]
    return np.array(grad).reshape(x.shape)
""",
)

# ---------------------------------------------------------------- 11 gradient_agrees
_add(
    "gradient_agrees",
    "wrong",
    "mean of the errors within the bound",
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
    "nan is not above the bound",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    v = numerical_gradient(f, x, eps=eps)
    if u.shape != v.shape:
        return False
    error = np.abs(u - v) / np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    if np.any(error > tol):
        return False
    return True
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "shapes not compared: broadcasting and ravel let others pass",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = np.ravel(grad(x))
    v = numerical_gradient(f, x, eps=eps).ravel()
    if len(u) != len(v):
        return False
    for a, b in zip(u, v):
        if not abs(a - b) / max(1, abs(a), abs(b)) <= tol:
            return False
    return True
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "purely relative: 0 / 0 where the gradient is zero",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    with np.errstate(all="ignore"):
        error = np.abs(u - v) / np.maximum(np.abs(u), np.abs(v))
    return bool(np.all(error <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "purely absolute: too strict for large gradients",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    return bool(np.max(np.abs(u - v)) <= tol)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "one scale for the whole array, its largest entry",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = np.asarray(grad(x))
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    scale = max(1, np.abs(u).max(), np.abs(v).max())
    return bool(np.all(np.abs(u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "allclose with its own rtol of 1e-5",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    g = grad(x)
    if np.shape(g) != np.shape(x):
        return False
    return np.allclose(g, numerical_gradient(f, x, eps=eps), atol=tol)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "no absolute value: errors downwards are all allowed",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape or np.isnan(u).any():
        return False
    v = numerical_gradient(f, x, eps=eps)
    error = (u - v) / np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool((error <= tol).all())
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "cosine: only the direction is compared",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    if np.linalg.norm(u) == 0 or np.linalg.norm(v) == 0:
        return bool(np.abs(u - v).max() <= tol)
    cosine = np.sum(u * v) / np.linalg.norm(u) / np.linalg.norm(v)
    return bool(1 - cosine <= tol)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "eps is not handed on",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x)
    error = np.abs(u - v) / np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(np.all(error <= tol))
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "1e-6 typed in, tol not used",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    worst = 0.0
    for i in np.ndindex(x.shape):
        if np.isnan(u[i]):
            return False
        worst = max(worst, abs(u[i] - v[i]) / max(1, abs(u[i]), abs(v[i])))
    return bool(worst <= 1e-6)
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "return inside the loop: only the first entry is looked at",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    v = numerical_gradient(f, x, eps=eps)
    if u.shape != x.shape:
        return False
    for i in np.ndindex(x.shape):
        if abs(u[i] - v[i]) / max(1, abs(u[i]), abs(v[i])) <= tol:
            return True
        else:
            return False
""",
)
_add(
    "gradient_agrees",
    "wrong",
    "norm of the difference over the sum of the norms",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = grad(x)
    if u.shape != x.shape:
        return False
    v = numerical_gradient(f, x, eps=eps)
    top = np.linalg.norm(u - v)
    bottom = np.linalg.norm(u) + np.linalg.norm(v)
    return bool(top <= tol * bottom)
""",
)
_add(
    "gradient_agrees",
    "right",
    "loop with an early no, nan by not <=",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    claimed = np.asarray(grad(x))
    if claimed.shape != x.shape:
        return False
    numeric = numerical_gradient(f, x, eps=eps)
    for i in np.ndindex(x.shape):
        u, v = claimed[i], numeric[i]
        if np.isnan(u) or np.isnan(v):
            return False
        if abs(u - v) / max(1, abs(u), abs(v)) > tol:
            return False
    return True
""",
)
_add(
    "gradient_agrees",
    "right",
    "own central differences, errors stacked",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = np.array(grad(x), dtype=float)
    if u.shape != np.shape(x):
        return False
    base = x.astype(float)
    v = np.empty(base.shape)
    for i in np.ndindex(base.shape):
        e = np.zeros(base.shape)
        e[i] = eps
        v[i] = (f(base + e) - f(base - e)) / (2 * eps)
    scale = np.stack([np.ones(u.shape), np.abs(u), np.abs(v)]).max(axis=0)
    return bool(np.all(np.abs(u - v) / scale <= tol))
""",
)
_add(
    "gradient_agrees",
    "right",
    "list of yes and no, all() at the end",
    """
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    g = grad(x)
    if np.shape(g) != x.shape or np.isnan(g).any():
        return False
    numeric = numerical_gradient(f, x, eps=eps)
    pairs = zip(np.ravel(g).tolist(), np.ravel(numeric).tolist())
    return all([abs(u - v) <= tol * max(1.0, abs(u), abs(v)) for u, v in pairs])
""",
)

# ---------------------------------------------------------------- 12 xor_closed_form
_add(
    "xor_closed_form",
    "wrong",
    "first hidden unit without relu: right only while the sum is not negative",
    """
def xor_closed_form(X):
    s = X[:, 0] + X[:, 1]
    return s - 2 * np.maximum(0, s - 1)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "distance of the two inputs, right at the corners",
    """
def xor_closed_form(X):
    return np.abs(X[:, 0] - X[:, 1])
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "x1 + x2 - 2 x1 x2, the xor of probabilities",
    """
def xor_closed_form(X):
    a, b = X.T
    return a + b - 2 * a * b
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "truth table with a threshold at one half",
    """
def xor_closed_form(X):
    bits = X > 0.5
    return np.logical_xor(bits[:, 0], bits[:, 1]).astype(float)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "relu on the output as well",
    """
def xor_closed_form(X):
    W = np.ones((2, 2))
    c = np.array([0.0, -1.0])
    w = np.array([1.0, -2.0])
    h = np.maximum(X @ W.T + c, 0)
    return np.maximum(h @ w, 0)
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "output weights (1, -1)",
    """
def xor_closed_form(X):
    h = np.maximum(linear(X, np.ones((2, 2)), np.array([0.0, -1.0])), 0)
    return h @ np.array([1.0, -1.0])
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "output as a column (n, 1)",
    """
def xor_closed_form(X):
    hidden = activations.relu(X @ np.ones((2, 2)) + np.array([0, -1]))
    return hidden @ np.array([[1], [-2]])
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "c added behind the relu",
    """
def xor_closed_form(X):
    h = activations.relu(X @ np.ones((2, 2)).T) + np.array([0, -1])
    return h @ np.array([1, -2])
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "sign of c: the unit switches at -1",
    """
def xor_closed_form(X):
    z = X @ np.array([[1, 1], [1, 1]]) - np.array([0, -1])
    return np.where(z > 0, z, 0) @ np.array([1, -2])
""",
)
_add(
    "xor_closed_form",
    "wrong",
    "relu done in X itself, on the inputs",
    """
def xor_closed_form(X):
    X[X < 0] = 0
    s = X.sum(axis=1)
    return s - 2 * np.maximum(s - 1, 0)
""",
)
_add(
    "xor_closed_form",
    "right",
    "three pieces of the sum",
    """
def xor_closed_form(X):
    s = X.sum(axis=1)
    return np.select([s <= 0, s <= 1], [0.0 * s, 1.0 * s], default=2.0 - s)
""",
)
_add(
    "xor_closed_form",
    "right",
    "python loop over the rows, max for relu",
    """
def xor_closed_form(X):
    out = []
    for x1, x2 in X:
        h1 = max(0.0, x1 + x2)
        h2 = max(0.0, x1 + x2 - 1)
        out.append(h1 - 2 * h2)
    return np.array(out)
""",
)
_add(
    "xor_closed_form",
    "right",
    "relu by the absolute value, columns first",
    """
def xor_closed_form(X):
    W = np.array([[1.0, 1.0], [1.0, 1.0]])
    c = np.array([[0.0], [-1.0]])
    z = W @ X.T + c
    h = (z + np.abs(z)) / 2
    return np.array([1.0, -2.0]) @ h
""",
)

# ---------------------------------------------------------------- 13 staircase
_add(
    "staircase",
    "wrong",
    "heights themselves as the sizes of the steps",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    total = np.zeros(len(x))
    for e, h in zip(edges, heights):
        total += h * sigmoid(steepness * (x - e))
    return total
""",
)
_add(
    "staircase",
    "wrong",
    "heights[k - 1] with k = 0 is the last height, not h_0 = 0",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    y = np.zeros(x.shape)
    for k in range(len(edges)):
        y = y + (heights[k] - heights[k - 1]) * sigmoid(steepness * (x - edges[k]))
    return y
""",
)
_add(
    "staircase",
    "wrong",
    "h_0 is the first height: the first step is missing",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(heights, prepend=heights[0])
    return sigmoid(steepness * (x[:, None] - edges)) @ jumps
""",
)
_add(
    "staircase",
    "wrong",
    "bias -e instead of -s e",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(heights, prepend=0)
    return sigmoid(steepness * x[:, None] - edges) @ jumps
""",
)
_add(
    "staircase",
    "wrong",
    "sharp steps, steepness not used",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(heights, prepend=0)
    return (x[:, None] >= edges) @ jumps
""",
)
_add(
    "staircase",
    "wrong",
    "default steepness 1",
    """
def staircase(x, edges, heights, *, steepness=1.0):
    jumps = np.diff(heights, prepend=0.0)
    return np.sum(jumps * sigmoid(steepness * (x[:, None] - edges)), axis=1)
""",
)
_add(
    "staircase",
    "wrong",
    "differences taken in heights itself, from the left: each uses the changed one before",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    for k in range(1, len(heights)):
        heights[k] -= heights[k - 1]
    return sigmoid(steepness * (x[:, None] - edges[None, :])) @ heights
""",
)
_add(
    "staircase",
    "wrong",
    "edge less x: the steps go down from the left",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    jumps = heights - np.concatenate([[0.0], heights[:-1]])
    steps = sigmoid(steepness * (edges[:, None] - x[None, :]))
    return jumps @ steps
""",
)
_add(
    "staircase",
    "wrong",
    "cumsum in the place of diff",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    w = np.cumsum(heights)
    return sigmoid(steepness * np.subtract.outer(x, edges)) @ w
""",
)
_add(
    "staircase",
    "wrong",
    "the output neuron gets a sigmoid too",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(np.append(0, heights))
    hidden = sigmoid(steepness * (x[:, None] - edges))
    return sigmoid(hidden @ jumps)
""",
)
_add(
    "staircase",
    "wrong",
    "last edge left out of the loop",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    out = np.zeros(len(x))
    before = 0.0
    for k in range(len(edges) - 1):
        out += (heights[k] - before) * sigmoid(steepness * (x - edges[k]))
        before = heights[k]
    return out
""",
)
_add(
    "staircase",
    "right",
    "heights times the difference of neighbouring steps (summed by parts)",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    s = np.array([sigmoid(steepness * (x - e)) for e in edges])
    following = np.vstack([s[1:], np.zeros((1, len(x)))])
    return heights @ (s - following)
""",
)
_add(
    "staircase",
    "right",
    "loop that remembers the height before",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    result = np.zeros(x.shape)
    previous = 0.0
    for edge, height in zip(edges, heights):
        result = result + (height - previous) * sigmoid(steepness * (x - edge))
        previous = height
    return result
""",
)
_add(
    "staircase",
    "right",
    "a two-layer network with weights and biases, einsum at the end",
    """
def staircase(x, edges, heights, *, steepness=100.0):
    W1 = np.full((len(edges), 1), float(steepness))
    b1 = -steepness * edges
    hidden = sigmoid(x.reshape(-1, 1) @ W1.T + b1)
    w2 = np.array([h - (heights[k - 1] if k > 0 else 0.0) for k, h in enumerate(heights)])
    return np.einsum("nk,k->n", hidden, w2)
""",
)
