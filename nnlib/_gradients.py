"""Which gradient of a network belongs to which parameter of an optimizer."""

from itertools import combinations

import numpy as np

from nnlib._check import need


def taken(op, model, optimizer):
    """Places in model.grads of the gradients that the optimizer takes, in its order."""
    place = {id(p): i for i, p in enumerate(model.params)}
    strange = [p.shape for p in optimizer.params if id(p) not in place]
    got = f"one with other parameters, of shapes {strange}"
    need(not strange, op, "optimizer", got, "made with parameters of the model")
    tied = [p.shape for p, q in combinations(model.params, 2) if np.shares_memory(p, q)]
    got = f"one with an array in two places, of shapes {tied}"  # of whose two gradients one would be lost
    need(not tied, op, "model", got, "one whose parameters share no memory")
    return [place[id(p)] for p in optimizer.params]
