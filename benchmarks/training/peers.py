"""The same training, done by others: one function each that trains in place for one epoch."""

import itertools

import numpy as np


def columns_joined(X, Y, *, batch_size, rng):
    """Batches from a shuffled list of (x, y) columns, put side by side one after the other."""
    pairs = [(x[:, None], y[:, None]) for x, y in zip(X, Y)]

    def batches():
        order = rng.permutation(len(pairs))
        for start in range(0, len(pairs), batch_size):
            first, *others = (pairs[i] for i in order[start : start + batch_size])
            x, y = first
            for next_x, next_y in others:
                x = np.concatenate((x, next_x), axis=1)
                y = np.concatenate((y, next_y), axis=1)
            yield x, y

    return batches


def rows_gathered(X, Y, *, batch_size, rng):
    """Batches as rows of the data taken at once, seen as columns."""

    def batches():
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            yield X[batch].T, Y[batch].T

    return batches


def full_matrix(weights, biases, batches, *, lr, lam=0.0, n):
    """One epoch of the plain algorithm: a batch is a matrix of columns, and every formula a new array.

    Sigmoid units and cross-entropy, an L2 penalty of strength lam over n samples.
    """

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    for x, y in batches():
        m = x.shape[1]
        activation, activations, zs = x, [x], []
        for w, b in zip(weights, biases):
            z = np.dot(w, activation) + np.repeat(b, m, axis=1)
            activation = sigmoid(z)
            zs.append(z)
            activations.append(activation)

        grads_w = [np.zeros(w.shape) for w in weights]
        grads_b = [np.zeros(b.shape) for b in biases]
        delta = activations[-1] - y
        for l in reversed(range(len(weights))):
            if l < len(weights) - 1:
                slope = sigmoid(zs[l]) * (1 - sigmoid(zs[l]))
                delta = np.dot(weights[l + 1].T, delta) * slope
            grads_w[l] = np.dot(delta, activations[l].T)
            grads_b[l] = np.sum(delta, axis=1).reshape(-1, 1)
        weights[:] = [(1 - lr * lam / n) * w - lr / m * g for w, g in zip(weights, grads_w)]
        biases[:] = [b - lr / m * g for b, g in zip(biases, grads_b)]


def torch_eager(sizes, X, Y, *, lr, batch_size, seed):
    """A function that trains for one epoch with torch as its tutorials write it, and the model; the dtype of X."""
    import torch

    torch.manual_seed(seed)
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Sigmoid()]
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    model = torch.nn.Sequential(*layers[:-1]).to(X.dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return _torch_epoch(model, torch.nn.BCEWithLogitsLoss(), optimizer, X, Y, batch_size), model


def torch_convolutional(X, labels, *, lr, batch_size, seed):
    """A function that trains for one epoch with torch: two convolutions with batch norm and pooling, and dropout."""
    import torch

    torch.manual_seed(seed)
    nn = torch.nn
    blocks = [
        layer
        for inputs, outputs in ((1, 8), (8, 16))
        for layer in (
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
    ]
    model = nn.Sequential(*blocks, nn.Flatten(), nn.Dropout(0.25), nn.Linear(16 * 7 * 7, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    data = torch.from_numpy(X), torch.from_numpy(labels.astype(np.int64))
    return _torch_epoch(model, nn.CrossEntropyLoss(), optimizer, *data, batch_size)


def _torch_epoch(model, loss, optimizer, X, Y, batch_size):
    import torch

    def epoch():
        order = torch.randperm(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            optimizer.zero_grad()
            loss(model(X[batch]), Y[batch]).backward()
            optimizer.step()

    return epoch


def torch_by_hand(params, X, Y, *, lr, batch_size):
    """A function that trains for one epoch with torch's tensors and the formulas written out: its fastest way."""
    import torch

    W1, b1, W2, b2 = (torch.from_numpy(p.copy()) for p in params)
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)

    @torch.no_grad()
    def epoch():
        order = torch.randperm(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            x, y = X[batch], Y[batch]
            a = torch.addmm(b1, x, W1.T).sigmoid_()
            delta2 = torch.addmm(b2, a, W2.T).sigmoid_().sub_(y).mul_(-lr / y.numel())
            delta1 = (delta2 @ W2).mul_(a).mul_(1 - a)
            W2.addmm_(delta2.T, a)
            b2.add_(delta2.sum(0))
            W1.addmm_(delta1.T, x)
            b1.add_(delta1.sum(0))

    return epoch


def sklearn_epoch(X, labels, *, hidden, lr, batch_size, seed):
    """A function that trains for one epoch with scikit-learn's MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    options = {"hidden_layer_sizes": (hidden,), "activation": "logistic", "solver": "sgd", "momentum": 0.0}
    model = MLPClassifier(
        **options, alpha=0.0, batch_size=batch_size, learning_rate_init=lr, max_iter=1, random_state=seed
    )
    classes = np.unique(labels)

    def epoch():
        model.partial_fit(X, labels, classes=classes)

    return epoch


def xla_epoch(params, X, Y, *, lr, batch_size, rng):
    """A function that trains for one epoch compiled as a whole by JAX, one lax.scan over the batches."""
    import jax
    import jax.numpy as jnp

    params = [jnp.asarray(p) for p in params]
    X, Y = jnp.asarray(X), jnp.asarray(Y)

    def loss(params, x, y):
        W1, b1, W2, b2 = params
        z = jax.nn.sigmoid(x @ W1.T + b1) @ W2.T + b2
        return jnp.mean(jnp.logaddexp(0, z) - y * z)

    def step(params, batch):
        value, grads = jax.value_and_grad(loss)(params, X[batch], Y[batch])
        return [p - lr * g for p, g in zip(params, grads)], value

    compiled = jax.jit(lambda params, batches: jax.lax.scan(step, params, batches))

    def epoch():
        batches = rng.permutation(len(X)).reshape(-1, batch_size)
        params[:], losses = compiled(params, batches)
        return float(losses.mean())

    return epoch, params
