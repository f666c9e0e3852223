"""Paths that combine functions: the fast epoch and the plain one over all options, batches of any size."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from nnlib import losses, modules, optim
from nnlib.training import evaluate
from tests.nnlib.small_networks import data, network, quiet, rng
from tests.nnlib.spec import rows


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


def signs(y):
    return 2 * np.eye(3)[y] - 1


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
    "focal": ("focal_loss", labelled),
    "focal, weights": (pair("focal_loss", gamma=1.5, alpha=WEIGHT), labelled),
    "yes or no, focal": (pair("sigmoid_focal_loss", reduction="mean"), one_hot),
    "temperature": (pair("soft_cross_entropy", temperature=2.0), labelled),
    "temperature, soft labels": ("soft_cross_entropy", soft),
    "hinge": ("multiclass_hinge_loss", labelled),
    "squared hinge": (pair("multiclass_hinge_loss", p=2), labelled),
    "attributes": ("attribute_logistic_loss", one_hot),
    "attributes, hinge": ("attribute_hinge_loss", signs),
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


def by_samples():
    """Rows of losses of (output, target), several samples each."""
    for row in rows("CASES"):
        args = (
            row.draw(0) if row.op.__module__.startswith("nnlib.losses") and "reduction" in row.kwargs else ()
        )
        if len(args) == 2 and np.ndim(args[0]) > 1 and np.shape(args[1])[:1] == (len(args[0]),):
            yield row


COUNTED_OTHERWISE = {"nll_loss", "cross_entropy"}  # by labels that are not ignored; among the LOSSES above
MEANS = [row for row in by_samples() if row.op.__name__ not in COUNTED_OTHERWISE]


@pytest.mark.parametrize("case", MEANS, ids=str)
def test_the_mean_of_a_loss_is_that_over_samples(case):
    """So that fit may add up the means of its batches: of any loss that it is given by name."""
    (x, y), options = case.draw(0), {**case.kwargs, "reduction": "mean"}
    first, others = (case.op(x[part], y[part], **options) for part in (slice(0, 1), slice(1, None)))
    mean = (first + (len(x) - 1) * others) / len(x)
    np.testing.assert_allclose(mean, case.op(x, y, **options), rtol=1e-12)


def test_many_losses_have_such_a_row():
    assert len({row.op for row in MEANS}) >= 20


def test_a_loss_for_each_element_is_refused():
    X, y = data()
    model = network()
    for call in (
        lambda: evaluate(model, X, one_hot(y), loss="sigmoid_focal_loss"),
        lambda: quiet(
            model, optim.SGD(model.params), X, one_hot(y), loss="sigmoid_focal_loss", epochs=1, rng=rng()
        ),
    ):
        with pytest.raises(ValueError, match=r"(fit|evaluate): loss must be one number: bind reduction; got"):
            call()


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


def test_a_stopped_fast_run_equals_a_longer_one():
    """Epochs in pieces are epochs in one go, fast or plain."""
    X, y = data()
    for fast in (True, False):
        model, whole, draws = network(), network(), rng(4)
        for _ in pairwise(range(4)):
            quiet(model, optim.SGD(model.params, lr=0.2), X, y, epochs=1, rng=draws, fast=fast)
        quiet(whole, optim.SGD(whole.params, lr=0.2), X, y, epochs=3, rng=rng(4), fast=fast)
        assert all((p == q).all() for p, q in zip(model.params, whole.params))
