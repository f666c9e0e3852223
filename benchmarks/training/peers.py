"""The same training, done by others: one function each that trains in place for one epoch."""

import numpy as np


def full_matrix(weights, biases, X, Y, *, lr, batch_size, rng):
    """The plain algorithm with a batch as a matrix of columns, as it is usually first written down; float64.

    Sigmoid units, cross-entropy cost; the gradients of a batch are collected in new arrays, then applied.
    """

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    order = rng.permutation(len(X))
    X, Y = X[order], Y[order]
    for start in range(0, len(X), batch_size):
        x, y = X[start : start + batch_size].T, Y[start : start + batch_size].T
        activation, activations, zs = x, [x], []
        for b, w in zip(biases, weights):
            zs.append(np.dot(w, activation) + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)

        nabla_b = [np.zeros(b.shape) for b in biases]
        nabla_w = [np.zeros(w.shape) for w in weights]
        delta = activations[-1] - y
        nabla_b[-1] = delta.sum(axis=1, keepdims=True)
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, len(weights) + 1):
            slope = sigmoid(zs[-l]) * (1 - sigmoid(zs[-l]))
            delta = np.dot(weights[-l + 1].T, delta) * slope
            nabla_b[-l] = delta.sum(axis=1, keepdims=True)
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)

        m = x.shape[1]
        weights[:] = [w - lr / m * nw for w, nw in zip(weights, nabla_w)]
        biases[:] = [b - lr / m * nb for b, nb in zip(biases, nabla_b)]


def torch_eager(sizes, X, Y, *, lr, batch_size, seed):
    """A function that trains for one epoch with torch as its tutorials write it, and the model; the dtype of X."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Sigmoid()]
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    model = torch.nn.Sequential(*layers[:-1]).to(X.dtype)
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def epoch():
        order = torch.randperm(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            optimizer.zero_grad()
            loss(model(X[batch]), Y[batch]).backward()
            optimizer.step()

    return epoch, model


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
