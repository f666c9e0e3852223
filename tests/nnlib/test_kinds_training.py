"""Paths that combine functions: the fast epoch and the plain one over all options, batches of any size, states."""

import copy
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from nnlib import losses, lr_scheduler, modules, optim
from nnlib.regularization import EarlyStopping
from nnlib.training import evaluate, load_checkpoint
from tests.nnlib.small_networks import data, network, quiet, rng
from tests.nnlib.spec import agree


def pair(name, **options):
    """A loss with options, as a reader binds them."""
    return tuple(partial(getattr(losses, f"{name}{end}"), **options) for end in ("", "_backward"))


def labelled(y):
    return y


def some_ignored(y):
    return np.where(np.arange(len(y)) % 3 == 1, -100, y)


def half_ignored(y):  # at batch size 8 and less there are whole batches of nothing
    return np.where(rng(len(y)).random(len(y)) < 0.8, -100, y)


def one_hot(y):
    return np.eye(3)[y]


def soft(y):
    return 0.7 * np.eye(3)[y] + 0.1


WEIGHT = np.array([1.0, 0.0, 2.5])
# what fit is given as its loss, and how its targets follow from labels
LOSSES = {
    "labels": ("cross_entropy", labelled),
    "labels of 8 bits": ("cross_entropy", np.uint8),
    "some ignored": ("cross_entropy", some_ignored),
    "most ignored": ("cross_entropy", half_ignored),
    "nll": (pair("nll_loss"), some_ignored),
    "another ignored": (pair("cross_entropy", ignore_index=2), labelled),
    "weights": (pair("cross_entropy", weight=WEIGHT), labelled),
    "weights, some ignored": (pair("cross_entropy", weight=WEIGHT), some_ignored),
    "sum": (pair("cross_entropy", reduction="sum"), some_ignored),
    "smoothing": (pair("cross_entropy", label_smoothing=0.2), some_ignored),
    "soft labels": ("cross_entropy", soft),
    "soft labels, weights, smoothing": (pair("cross_entropy", weight=WEIGHT, label_smoothing=0.2), soft),
    "nnlib's own pair": ((losses.cross_entropy, losses.cross_entropy_backward), some_ignored),
    "yes or no": ("binary_cross_entropy_with_logits", one_hot),
    "yes or no as ints": ("binary_cross_entropy_with_logits", lambda y: np.eye(3, dtype=int)[y]),
    "yes or no as bools": ("binary_cross_entropy_with_logits", lambda y: np.eye(3, dtype=bool)[y]),
    "yes or no, soft": ("binary_cross_entropy_with_logits", soft),
    "yes or no, weights": (pair("binary_cross_entropy_with_logits", weight=WEIGHT), one_hot),
    "yes or no, pos_weight": (pair("binary_cross_entropy_with_logits", pos_weight=WEIGHT), one_hot),
    "numbers": ("mse_loss", one_hot),
    "another backward": ((losses.cross_entropy, pair("cross_entropy", reduction="sum")[1]), labelled),
}
SIZES = [(1, 8), (7, 1), (19, 8), (19, 19), (19, 10**9)]  # samples, batch size


def run(target, loss, *, fast, dtype=np.float64, n=19, activation="sigmoid", optimizer=None, **options):
    X, y = data(n=n, dtype=dtype)
    model = network(1, activation, dtype)
    made = (optimizer or (lambda m: optim.SGD(m.params, lr=0.5)))(model)
    options = {"epochs": 3, "rng": rng(2), **options}
    return model, quiet(model, made, X, target(y), loss=loss, fast=fast, **options)


def assert_same(runs, dtype=np.float64):
    (model, history), (plain, wanted) = runs
    atol = 1e-11 if dtype == np.float64 else 3e-5
    for p, q in zip(model.params, plain.params, strict=True):
        assert p.dtype == dtype
        np.testing.assert_allclose(p, q, rtol=0, atol=atol)
    np.testing.assert_allclose(history["loss"], wanted["loss"], rtol=1e-10 if dtype == np.float64 else 1e-4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("n", "batch_size"), SIZES)
@pytest.mark.parametrize("kind", LOSSES)
def test_fast_is_plain_for_every_loss_and_size(kind, n, batch_size, dtype):
    loss, target = LOSSES[kind]
    runs = [run(target, loss, fast=f, n=n, batch_size=batch_size, dtype=dtype) for f in (True, False)]
    assert_same(runs, dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu"])
@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_fast_is_plain_for_every_activation(activation, decay, dtype):
    def sgd(model):
        return optim.SGD(model.params, lr=0.3, weight_decay=decay)

    for kind in ("labels", "some ignored", "yes or no"):
        loss, target = LOSSES[kind]
        options = {
            "activation": activation,
            "optimizer": sgd,
            "dtype": dtype,
            "schedule": lambda e: 0.3 / (1 + e),
        }
        assert_same([run(target, loss, fast=f, **options) for f in (True, False)], dtype)


@pytest.mark.parametrize("classes", [1, 2, 120])
def test_fast_is_plain_for_any_number_of_classes(classes):
    X = rng(0).normal(size=(20, 4))
    y = rng(1).integers(classes, size=20)
    y[:6] = -100
    models = [modules.Linear(4, classes, rng=rng(0)) for _ in range(2)]
    for model, fast in zip(models, (True, False)):
        quiet(model, optim.SGD(model.params, lr=0.1), X, y, epochs=2, rng=rng(0), batch_size=5, fast=fast)
    np.testing.assert_allclose(*(m.params[0] for m in models), rtol=0, atol=1e-12)


OPTIMIZERS = {
    "first layer frozen": lambda m: optim.SGD(m.params[2:], lr=0.5),
    "last layer frozen": lambda m: optim.SGD(m.params[:2], lr=0.5),
    "other order": lambda m: optim.SGD(m.params[::-1], lr=0.5),
    "groups": lambda m: optim.SGD(
        [{"params": m.params[::2], "lr": 0.5}, {"params": m.params[1::2], "lr": 0.1}]
    ),
    "decay of weights only": lambda m: optim.Adam(
        optim.param_groups({f"{i}.{'bias' if p.ndim == 1 else 'weight'}": p for i, p in enumerate(m.params)})
    ),
    "momentum": lambda m: optim.SGD(m.params, lr=0.1, momentum=0.9, nesterov=True),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_gradient_meets_its_parameter(kind):
    make = OPTIMIZERS[kind]
    runs = [run(labelled, "cross_entropy", fast=f, optimizer=make) for f in (True, False)]
    assert_same(runs)
    start, end = network(1), runs[0][0]
    chosen = {id(p) for p in make(end).params}
    for p, q in zip(start.params, end.params):
        assert (p == q).all() == (id(q) not in chosen)
    # by hand: the same optimizer, its gradients looked up one by one
    model = network(1)
    optimizer, (X, y), order = make(model), data(n=19), rng(2)
    for _ in range(3):
        shuffled = order.permutation(19)
        for batch in (shuffled[:8], shuffled[8:16], shuffled[16:]):
            output = model(X[batch])
            model.backward(losses.cross_entropy_backward(1.0, output, y[batch]))
            grads = {id(p): g for p, g in zip(model.params, model.grads)}
            optimizer.step([grads[id(p)] for p in optimizer.params])
    for p, q in zip(model.params, end.params):
        np.testing.assert_allclose(p, q, rtol=0, atol=1e-11)


def test_an_optimizer_of_another_network_is_refused():
    X, y = data()
    with pytest.raises(ValueError, match="fit: optimizer must be made with parameters of the model"):
        quiet(network(), optim.SGD(network().params), X, y, epochs=1, rng=rng())


@pytest.mark.parametrize("batch_size", [0, -1])
def test_batches_must_hold_something(batch_size):
    X, y = data()
    model = network()
    with pytest.raises(ValueError, match="fit: batch_size must be positive"):
        quiet(model, optim.SGD(model.params), X, y, epochs=1, rng=rng(), batch_size=batch_size)
    with pytest.raises(ValueError, match="evaluate: batch_size must be positive"):
        evaluate(model, X, y, loss="cross_entropy", batch_size=batch_size)


# Batches of any size tell the same


@pytest.mark.parametrize("kind", LOSSES)
def test_evaluate_and_the_history_do_not_depend_on_the_batch_size(kind):
    loss, target = LOSSES[kind]
    X, y = data(n=50)
    model, y = network(3), target(y)
    f = loss[0] if isinstance(loss, tuple) else getattr(losses, loss)
    want = float(f(model(X), y))
    for batch_size in (1, 7, 50, 1000):
        assert evaluate(model, X, y, loss=loss, batch_size=batch_size)["loss"] == pytest.approx(
            want, rel=1e-12
        )
        for fast in (True, False):
            still = optim.SGD(model.params, lr=0.0)
            history = quiet(
                model,
                still,
                X,
                y,
                loss=loss,
                epochs=1,
                rng=rng(),
                fast=fast,
                batch_size=batch_size,
                validation=(X, y),
            )
            np.testing.assert_allclose([*history["loss"], *history["val_loss"]], want, rtol=1e-12)


def test_where_nothing_counts_the_loss_is_nan_and_nothing_moves():
    X, _ = data(n=9)
    for loss in ("cross_entropy", pair("cross_entropy"), pair("nll_loss")):
        model, start = network(), network()
        history = quiet(
            model,
            optim.SGD(model.params, lr=1.0),
            X,
            np.full(9, -100),
            loss=loss,
            epochs=1,
            rng=rng(),
            batch_size=4,
        )
        assert np.isnan(history["loss"]).all()
        assert all((p == q).all() for p, q in zip(model.params, start.params))


def test_evaluate_on_nothing():
    assert np.isnan(evaluate(network(), np.zeros((0, 5)), np.zeros(0, int), loss="cross_entropy")["loss"])


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
@pytest.mark.parametrize("twice", [modules.Tanh, modules.Dropout, lambda: modules.Linear(5, 5, rng=rng())])
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


def test_a_stopped_fast_run_equals_a_longer_one():
    """Epochs in pieces are epochs in one go, fast or plain."""
    X, y = data()
    for fast in (True, False):
        model, whole, draws = network(), network(), rng(4)
        for _ in pairwise(range(4)):
            quiet(model, optim.SGD(model.params, lr=0.2), X, y, epochs=1, rng=draws, fast=fast)
        quiet(whole, optim.SGD(whole.params, lr=0.2), X, y, epochs=3, rng=rng(4), fast=fast)
        assert all((p == q).all() for p, q in zip(model.params, whole.params))


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
