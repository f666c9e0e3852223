"""What stands in two places, and states that belong to others: right, or refused before anything changes."""

import copy

import numpy as np
import pytest

from nnlib import lr_scheduler, modules, optim
from nnlib.adversarial import adversarial_training_step
from nnlib.regularization import EarlyStopping
from nnlib.training import load_checkpoint
from tests.nnlib.small_networks import data, network, quiet, rng
from tests.nnlib.spec import agree

# What stands in two places


@pytest.mark.parametrize(
    "build",
    [
        lambda a, b: modules.Sequential(b, a, a),
        lambda a, b: modules.Sequential(a, modules.Sequential(b, a)),
        lambda a, b: modules.Sequential(modules.Residual(a), modules.Residual(b, modules.Sequential(a))),
        lambda a, b: modules.Residual(a, b, a),
    ],
)
@pytest.mark.parametrize(
    "twice",
    [
        modules.Tanh,
        modules.Dropout,
        modules.Flatten,
        lambda: modules.Linear(5, 5, rng=rng()),
        lambda: modules.LayerNorm(5),
        lambda: modules.BatchNorm1d(5),
    ],
)
def test_a_module_in_two_places_is_refused(build, twice):
    with pytest.raises(ValueError, match="modules must be different objects, one for each place; got one"):
        build(twice(), modules.Linear(5, 5, rng=rng()))
    model = modules.Sequential(twice())
    model.modules += model.modules
    with pytest.raises(ValueError, match="got one"):
        model(np.zeros((2, 5)))


def subclasses(cls):
    return [cls, *(found for inner in cls.__subclasses__() for found in subclasses(inner))]


OPTIMIZER_CLASSES = [
    c for c in subclasses(optim.Optimizer) if c.__name__ in optim.__all__ and c is not optim.Optimizer
]


def test_the_optimizers_are_found():
    assert len(OPTIMIZER_CLASSES) >= 7


@pytest.mark.parametrize("cls", OPTIMIZER_CLASSES)
def test_a_parameter_given_twice_is_refused(cls):
    w = np.zeros((3, 3))
    for params in (
        [w, w],
        [w, np.zeros(2), w],
        [w, w.T],
        [w, w[0]],
        [{"params": [w]}, {"params": [np.ones(1), w[1:, 1:]]}],
    ):
        with pytest.raises(ValueError, match=f"{cls.__name__}: params must be arrays that share no memory"):
            cls(params, lr=0.1)
    cls([w[:, 0], w[:, 1], w[:, 2], np.zeros(0)], lr=0.1)  # parts of one array that do not meet
    tied = modules.Sequential(modules.Linear(3, 3, rng=rng()), modules.Linear(3, 3, rng=rng()))
    tied.modules[1].params[0] = tied.modules[0].params[0]
    with pytest.raises(ValueError, match="share no memory"):
        cls(tied.params, lr=0.1)


@pytest.mark.parametrize("tie", [lambda w: w, lambda w: w.T, lambda w: w[:]])
@pytest.mark.parametrize("fast", [True, False])
def test_a_parameter_of_two_layers_is_refused_where_its_gradients_would_be_lost(tie, fast):
    """The optimizer is given it once, as it must be; each layer has a gradient of its own for it."""
    model = modules.Sequential(*(modules.Linear(5, 5, rng=rng(k)) for k in range(2)))
    first, last = model.modules
    last.params[0] = tie(first.params[0])
    start = [p.copy() for p in model.params]
    X, y = data()
    message = "model must be one whose parameters share no memory; got one with an array in two places"
    for params in (first.params, [*first.params, last.params[1]], last.params):
        optimizer = optim.SGD(params, lr=0.1)
        with pytest.raises(ValueError, match=f"fit: {message}"):
            quiet(model, optimizer, X, y, epochs=1, rng=rng(), fast=fast)
        with pytest.raises(ValueError, match=f"adversarial_training_step: {message}"):
            adversarial_training_step(model, "cross_entropy", optimizer, X, y, attack=lambda x, grad_fn: x)
    assert all((p == q).all() for p, q in zip(model.params, start))


# States of others


def stepped(cls, shapes, dtype=np.float64, steps=2):
    draws = rng(5)
    params = [draws.normal(size=shape).astype(dtype) for shape in shapes]
    optimizer = cls(params, lr=0.1)
    for _ in range(steps):
        optimizer.step([draws.normal(size=shape).astype(dtype) for shape in shapes])
    return optimizer


SHAPES = ((2, 3), (3,))


@pytest.mark.parametrize("cls", OPTIMIZER_CLASSES)
@pytest.mark.parametrize("other", OPTIMIZER_CLASSES)
def test_a_state_of_another_rule_is_refused_before_anything_changes(cls, other):
    optimizer, saved = stepped(cls, SHAPES), stepped(other, SHAPES).state_dict()
    before = optimizer.state_dict()
    names = [set(s["param_groups"][0]) for s in (before, saved)]
    fields = [set(s["state"][0]) for s in (before, saved)]
    if names[0] == names[1] and fields[0] == fields[1]:
        optimizer.load_state_dict(saved)  # Adam and AdamW keep the same numbers
        return
    with pytest.raises(ValueError, match=rf"{cls.__name__}\.load_state_dict: .* must be"):
        optimizer.load_state_dict(saved)
    assert repr(optimizer.state_dict()) == repr(before)


@pytest.mark.parametrize("cls", OPTIMIZER_CLASSES)
def test_a_state_of_another_network_is_refused_before_anything_changes(cls):
    for shapes in (
        ((3, 2), (3,)),
        ((2, 3), (4,)),
        ((2, 3), (1,)),
        ((2, 3), ()),
        ((2, 3),),
        ((2, 3), (3,), (1,)),
    ):
        optimizer, saved = stepped(cls, SHAPES), stepped(cls, shapes).state_dict()
        before = optimizer.state_dict()
        holds_arrays = any(isinstance(v, np.ndarray) for s in saved["state"] for v in s.values())
        if len(shapes) == len(SHAPES) and not holds_arrays:
            continue  # plain SGD remembers nothing of the network
        with pytest.raises(ValueError, match=rf"{cls.__name__}\.load_state_dict: .* must be"):
            optimizer.load_state_dict(saved)
        assert repr(optimizer.state_dict()) == repr(before)
    two = cls([{"params": [np.ones(2)]}, {"params": [np.ones(2)]}], lr=0.1)
    one = cls([np.ones(2), np.ones(2)], lr=0.2)
    for a, b in ((one, two), (two, one)):
        with pytest.raises(ValueError, match="param_groups must be of"):
            a.load_state_dict(b.state_dict())
    named = cls([{"params": [np.ones(2)], "param_names": ["a"]}], lr=0.1)
    renamed = cls([{"params": [np.ones(2)], "param_names": ["b"]}], lr=0.1)
    with pytest.raises(ValueError, match="param_names must be"):
        named.load_state_dict(renamed.state_dict())


@pytest.mark.parametrize("cls", OPTIMIZER_CLASSES)
def test_a_fitting_state_goes_on_in_the_dtype_of_its_parameters(cls):
    for dtype in (np.float32, np.float64):
        here, there = stepped(cls, SHAPES, dtype, steps=0), stepped(cls, SHAPES, np.float64)
        here.load_state_dict(copy.deepcopy(there.state_dict()))
        grads = [np.ones(shape, dtype) for shape in SHAPES]
        here.step(grads)
        assert all(p.dtype == dtype for p in here.params)
        assert {v.dtype for s in here.state for v in s if isinstance(v, np.ndarray)} <= {np.dtype(dtype)}


def test_a_checkpoint_of_another_network_is_refused_before_anything_changes(tmp_path):
    X, y = data()
    path = tmp_path / "run.npz"
    model = network()
    quiet(model, optim.Adam(model.params), X, y, epochs=1, rng=rng(), checkpoint=path)
    larger = modules.Sequential(*network().modules, modules.Tanh(), modules.Linear(3, 3, rng=rng()))
    smaller = modules.Sequential(network().modules[0])
    for other, make, draws in (
        (larger, optim.Adam, rng()),
        (smaller, optim.Adam, rng()),
        (network(), optim.RMSprop, rng()),
        (network(), optim.Adam, np.random.Generator(np.random.MT19937(0))),
    ):
        start = [p.copy() for p in other.params]
        optimizer = make(other.params)
        before = repr(optimizer.state_dict())
        with pytest.raises(ValueError, match="must be"):
            quiet(other, optimizer, X, y, epochs=2, rng=draws, checkpoint=path, resume=True)
        assert all((p == q).all() for p, q in zip(other.params, start))
        assert repr(optimizer.state_dict()) == before
    assert len(load_checkpoint(path)["epochs"]) == 1


def test_parameters_are_not_taken_for_running_statistics(tmp_path):
    """A batch norm without weights and a layer norm keep two rows each: (mean, variance) and (weight, bias)."""
    X, y = data()
    path = tmp_path / "run.npz"
    layers = [modules.BatchNorm1d(3, affine=False), modules.LayerNorm(3)]
    kept, other = (modules.Sequential(modules.Linear(5, 3, rng=rng()), layer) for layer in layers)
    quiet(kept, optim.SGD(kept.params), X, y, epochs=1, rng=rng(), checkpoint=path)
    start = [p.copy() for p in other.params]
    with pytest.raises(ValueError, match="fit: checkpoint must be for 4 parameters; got 2 parameters"):
        quiet(other, optim.SGD(other.params), X, y, epochs=2, rng=rng(), checkpoint=path, resume=True)
    assert all((p == q).all() for p, q in zip(other.params, start))


def test_early_stopping_of_another_network_is_refused():
    X, y = data()
    stop = EarlyStopping()
    stop.step(-1.0, [np.zeros(2)])
    model = network()
    with pytest.raises(ValueError, match="fit: early_stopping must be"):
        quiet(model, optim.Adam(model.params), X, y, epochs=1, rng=rng(), early_stopping=stop)


def test_a_schedule_of_another_optimizer_is_refused():
    one, two = optim.SGD([np.ones(1)]), optim.SGD([{"params": [np.ones(1)]}, {"params": [np.ones(1)]}])
    schedules = [lr_scheduler.StepLR(o, step_size=2) for o in (one, two)]
    for a, b in (schedules, schedules[::-1]):
        with pytest.raises(ValueError, match=r"StepLR\.load_state_dict: base_lrs must be one for each of"):
            a.load_state_dict(b.state_dict())


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("centered", [False, True])
def test_rmsprop_in_place_is_its_rule(centered, momentum, weight_decay, dtype):
    options = {"lr": 0.1, "centered": centered, "momentum": momentum, "weight_decay": weight_decay}
    draws = rng(3)
    param = draws.normal(size=(4, 3)).astype(dtype)
    w, state = param.copy(), optim.rmsprop_init(param)
    optimizer = optim.RMSprop([param], **options)
    for _ in range(6):
        grad = draws.normal(size=(4, 3)).astype(dtype)
        grad[0] = 1.0  # of equal gradients the variance is 0
        kept = grad.copy()
        w, state = optim.rmsprop_step(w, grad, state, **options)
        optimizer.step([grad])
        assert (grad == kept).all()
        agree(param, w, dtype=dtype)
        for name, value in optimizer.state_dict()["state"][0].items():
            agree(value, getattr(state, name), dtype=dtype)
