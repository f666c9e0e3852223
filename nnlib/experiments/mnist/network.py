"""The network of sigmoid units that reads handwritten digits, its two costs, and its training."""

from itertools import pairwise

import numpy as np

from nnlib import losses
from nnlib._check import need
from nnlib.activations import sigmoid
from nnlib.init import normal
from nnlib.modules import Linear, Sequential, Sigmoid
from nnlib.optim import SGD
from nnlib.training import fit

COSTS = ("quadratic", "cross_entropy")
INITS = ("default", "large")


class Network:
    """Layers of sigmoid units, such as (784, 30, 10), one output for each digit.

    cost is "cross_entropy" (default) or "quadratic"; both are summed over the outputs and averaged over the images.
    init is "default", weights N(0, 1 / in), or "large", weights N(0, 1); biases are N(0, 1) in both.
    epoch trains for one epoch: a function with the arguments and result of `sgd_epoch`, or None (default) for the
    faster loop of nnlib.training, which does the same.
    Nielsen (2015), "Neural networks and deep learning", chapters 1 to 3, class ``Network``.

    >>> net = Network((4, 5, 2), rng=np.random.default_rng(0))
    >>> X, y = np.eye(4), np.array([0, 1, 0, 1])
    >>> _, _, costs, accuracies = net.SGD((X, y), 200, 2, 3.0, monitor_training_cost=True,
    ...     monitor_training_accuracy=True)
    >>> costs[-1] < 0.1 < costs[0], accuracies[-1]
    (True, 1.0)
    """

    def __init__(
        self, sizes=(784, 30, 10), *, cost="cross_entropy", init="default", dtype=np.float32, epoch=None, rng
    ):
        need(cost in COSTS, "Network", "cost", repr(cost), " or ".join(COSTS))
        need(init in INITS, "Network", "init", repr(init), " or ".join(INITS))
        self.sizes, self.cost, self.epoch, self.rng = tuple(sizes), cost, epoch, rng

        def draw(shape, *, rng):
            return normal(shape, std=1 if init == "large" else 1 / np.sqrt(shape[1]), rng=rng)

        layers = []
        for inputs, outputs in pairwise(sizes):
            layer = Linear(inputs, outputs, init=draw, dtype=dtype, rng=rng)
            layer.params[1][:] = rng.normal(size=outputs)
            layers += [layer, Sigmoid()]
        # The cross-entropy takes the last layer's scores: exact also where a sigmoid would round to 0 or 1.
        self.model = Sequential(*(layers if cost == "quadratic" else layers[:-1]))

    def feedforward(self, X):
        """Outputs between 0 and 1, shape (n, 10), for images X of shape (n, 784)."""
        output = self.model.forward(X)
        return output if self.cost == "quadratic" else sigmoid(output)

    def predict(self, X):
        """The digit with the largest output, shape (n,)."""
        return self.model.forward(X).argmax(axis=1)

    def accuracy(self, data):
        """Share of the images of data = (X, y) that are read right."""
        X, y = data
        return float(np.mean(self.predict(X) == y))

    def total_cost(self, data, lmbda=0.0):
        """Mean cost of the images of data = (X, y), and lmbda / (2 n) times the sum of all squared weights."""
        X, y = data
        output, target = self.model.forward(X), self._one_hot(y)
        loss, times = self._loss()
        penalty = sum(float((w**2).sum()) for w in self.model.params[::2])
        return float(times * getattr(losses, loss)(output, target)) + lmbda / (2 * len(X)) * penalty

    def SGD(
        self,
        training_data,
        epochs,
        mini_batch_size,
        eta,
        *,
        lmbda=0.0,
        evaluation_data=None,
        monitor_evaluation_cost=False,
        monitor_evaluation_accuracy=False,
        monitor_training_cost=False,
        monitor_training_accuracy=False,
    ):
        """Train on (X, y) for some epochs; returns four lists, an entry for each epoch or empty where not monitored:
        evaluation cost, evaluation accuracy, training cost, training accuracy.

        w <- (1 - eta lmbda / n) w - eta / m sum_x dC_x/dw, and the same without the decay for biases, with n training
        images and m in a batch.
        """
        X, y = training_data
        target, (loss, times) = self._one_hot(y), self._loss()
        # torch's mean is also over the outputs: a rate as many times larger, and a decay as many times smaller
        optimizer = SGD(
            [
                {"params": [p], "weight_decay": lmbda / len(X) / times if p.ndim == 2 else 0.0}
                for p in self.model.params
            ],
            lr=eta * times,
        )
        watched = (
            (monitor_evaluation_cost, lambda: self.total_cost(evaluation_data, lmbda)),
            (monitor_evaluation_accuracy, lambda: self.accuracy(evaluation_data)),
            (monitor_training_cost, lambda: self.total_cost(training_data, lmbda)),
            (monitor_training_accuracy, lambda: self.accuracy(training_data)),
        )
        found = [], [], [], []
        for _ in range(epochs):
            if self.epoch is None:
                fit(
                    self.model,
                    optimizer,
                    X,
                    target,
                    loss=loss,
                    epochs=1,
                    batch_size=mini_batch_size,
                    rng=self.rng,
                    progress=False,
                )
            else:
                options = {"cost": self.cost, "eta": eta, "mini_batch_size": mini_batch_size, "lmbda": lmbda}
                stepped = self.epoch(X, y, *self.model.params, **options, rng=self.rng)
                for param, new in zip(self.model.params, stepped):
                    param[...] = new
            for values, (wanted, measure) in zip(found, watched):
                if wanted:
                    values.append(measure())
        return found

    def _loss(self):
        """Name of the loss in nnlib, and how many times that the cost is."""
        if self.cost == "quadratic":
            return "quadratic_cost", 1
        return "binary_cross_entropy_with_logits", self.sizes[-1]

    def _one_hot(self, y):
        return np.eye(self.sizes[-1], dtype=self.model.params[0].dtype)[y]
