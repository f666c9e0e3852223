"""Running statistics computed anew for averaged weights, against torch."""

import numpy as np
import pytest

from nnlib import ensemble as E
from nnlib.modules import BatchNorm1d, Linear, ReLU, Residual, Sequential, Tanh
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
