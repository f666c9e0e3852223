"""Running statistics computed anew for averaged weights, against torch."""

import numpy as np
import pytest

from nnlib import ensemble as E
from nnlib.modules import BatchNorm1d, Linear, ReLU, Residual, Sequential, Tanh
from nnlib.optim import SGD
from nnlib.training import evaluate
from tests.nnlib.small_networks import data, network, quiet
from tests.nnlib.spec import agree


@pytest.mark.parametrize("seed", range(3))
def test_refreshed_statistics_are_torchs(seed):
    import torch
    from torch.optim.swa_utils import update_bn

    rng = np.random.default_rng(seed)
    inner = Linear(6, 6, rng=rng), BatchNorm1d(6)
    model = Sequential(
        Linear(4, 6, rng=rng), BatchNorm1d(6), ReLU(), Residual(*inner, Tanh()), Linear(6, 2, rng=rng)
    )
    batches = [rng.normal(size=(n, 4)) for n in (8, 8, 5)]
    params = [p.copy() for p in model.params]
    model.forward(batches[0] + 7, training=True)  # statistics of other weights
    E.update_bn(model, iter(batches))

    class Skip(torch.nn.Module):
        def __init__(self, *parts):
            super().__init__()
            self.inside = torch.nn.Sequential(*parts)

        def forward(self, x):
            return x + self.inside(x)

    d = {"dtype": torch.float64}
    T = torch.nn
    theirs = T.Sequential(
        T.Linear(4, 6, **d),
        T.BatchNorm1d(6, **d),
        T.ReLU(),
        Skip(T.Linear(6, 6, **d), T.BatchNorm1d(6, **d), T.Tanh()),
        T.Linear(6, 2, **d),
    )
    with torch.no_grad():
        for p, value in zip(theirs.parameters(), params, strict=True):
            p.copy_(torch.from_numpy(value))
    update_bn([torch.from_numpy(x) for x in batches], theirs)
    wanted = [b.numpy() for name, b in theirs.named_buffers() if "running" in name]
    for got, want in zip(model.buffers, wanted, strict=True):
        agree(got, want)
    for p, q in zip(model.params, params):
        assert (p == q).all()
    assert model.modules[1].options["momentum"] == 0.1
    agree(model(batches[0]), theirs.eval()(torch.from_numpy(batches[0])).detach().numpy())
    with pytest.raises(ValueError, match="update_bn: batches must be at least one"):
        E.update_bn(model, [])


def test_batches_without_samples_do_not_count():
    x = np.random.default_rng(0).normal(size=(10, 3)) + 5
    want, got = BatchNorm1d(3), BatchNorm1d(3)
    E.update_bn(want, [x[:6], x[6:]])
    E.update_bn(got, [x[:0], x[:6], x[:0], x[6:]])
    for a, b in zip(got.buffers, want.buffers):
        agree(a, b)
    with pytest.raises(ValueError, match="update_bn: batches must be at least one, of at least one sample"):
        E.update_bn(got, [x[:0]])
    with pytest.raises(ValueError, match="more than one value a channel"):
        E.update_bn(got, [x[:6], x[:1]])
    assert got.options["momentum"] == 0.1


@pytest.mark.parametrize("seed", range(3))
def test_averaged_weights_need_statistics_of_their_own(seed):
    """As torch's recipe has it: train, average the weights of the last epochs, refresh, use."""
    X, y = data(seed, n=300)
    model = network(seed, "relu", middle=[BatchNorm1d(7)])
    optimizer, draws, checkpoints = SGD(model.params, lr=0.1), np.random.default_rng(seed), []
    for epoch in range(8):
        quiet(model, optimizer, X, y, epochs=1, rng=draws, batch_size=30)
        if epoch >= 4:
            checkpoints.append([p.copy() for p in model.params])
    of_one = evaluate(model, X, y, loss="cross_entropy")["loss"]
    for p, mean in zip(model.params, E.swa_average(checkpoints)):
        p[...] = mean
    for buffer, start in zip(model.buffers, BatchNorm1d(7).buffers):
        buffer[...] = start  # nothing is known about the new weights
    stale = evaluate(model, X, y, loss="cross_entropy")["loss"]
    E.update_bn(model, np.split(X, 10))
    refreshed = evaluate(model, X, y, loss="cross_entropy")["loss"]
    assert abs(refreshed - of_one) < 0.05 < 0.1 < stale - of_one
