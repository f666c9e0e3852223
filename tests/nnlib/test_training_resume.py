"""Stop after any epoch and go on: the same bits; and what a checkpoint holds."""

import numpy as np
import pytest

from nnlib import modules, optim
from nnlib.regularization import EarlyStopping
from nnlib.training import accuracy, evaluate, load_checkpoint, save_checkpoint
from tests.nnlib.small_networks import data, network, quiet, rng

MIDDLES = {
    "quiet": lambda: (),
    "noisy": lambda: (modules.Dropout(p=0.3), modules.GaussianNoise()),
    "normed": lambda: (modules.BatchNorm1d(7), modules.Dropout(p=0.3), modules.LayerNorm(7)),
}


def same_bits(a, b):
    pairs = zip([*a.params, *a.buffers], [*b.params, *b.buffers], strict=True)
    return all((p == q).all() for p, q in pairs)


def everything(model, optimizer, path, epochs, *, resume, seed=8, **options):
    X, y = data()
    extra = {
        "validation": data(1),
        "metrics": {"accuracy": accuracy},
        "schedule": lambda epoch: 0.1 / (1 + epoch),
    }
    return quiet(
        model,
        optimizer,
        X,
        y,
        epochs=epochs,
        rng=rng(seed),
        checkpoint=path,
        resume=resume,
        **extra,
        **options,
    )


@pytest.mark.parametrize("stop", [1, 3, 5])
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01), {}),
        (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True), {"clip_norm": 0.5}),
        (lambda p: optim.Adam(p, amsgrad=True), {"clip_value": 0.01}),
        (lambda p: optim.RMSprop(p, momentum=0.5, centered=True), {}),
        (lambda p: optim.Adadelta(p), {}),
    ],
    ids=["plain", "nesterov", "adam", "rmsprop", "adadelta"],
)
@pytest.mark.parametrize("middle", MIDDLES)
def test_a_resumed_run_ends_with_the_same_bits(tmp_path, make, options, stop, middle):
    def start():
        model = network(5, middle=MIDDLES[middle]())
        return model, make(model.params), {**options, "early_stopping": EarlyStopping(patience=3)}

    model, optimizer, extra = start()
    straight = everything(model, optimizer, tmp_path / "a.npz", 6, resume=False, **extra)

    broken, optimizer, extra = start()
    everything(broken, optimizer, tmp_path / "b.npz", stop, resume=False, **extra)
    resumed, optimizer, extra = start()
    for array in (*resumed.params, *resumed.buffers):
        array += 1  # nothing of the new start may remain
    history = everything(resumed, optimizer, tmp_path / "b.npz", 6, resume=True, seed=99, **extra)
    assert same_bits(model, resumed)
    assert history.epochs == straight.epochs
    assert history.stopped == straight.stopped
    # the very file is the same, so the next epochs are too
    first, second = (load_checkpoint(tmp_path / name) for name in ("a.npz", "b.npz"))
    assert str(first) == str(second)


def test_another_start_or_another_seed_gives_other_bits(tmp_path):
    model, other = network(5), network(5)
    everything(model, optim.Adam(model.params), tmp_path / "a.npz", 2, resume=False)
    everything(other, optim.Adam(other.params), tmp_path / "b.npz", 2, resume=False, seed=9)
    assert not same_bits(model, other)


def test_resume_without_a_file_starts_at_the_beginning_and_needs_a_path(tmp_path):
    model = network()
    assert len(everything(model, optim.Adam(model.params), tmp_path / "new.npz", 2, resume=True)) == 2
    with pytest.raises(ValueError, match="fit: checkpoint must be a path to resume from; got None"):
        everything(model, optim.Adam(model.params), None, 2, resume=True)
    small = modules.Sequential(modules.Linear(5, 3, rng=rng()))
    with pytest.raises(ValueError, match=r"fit: checkpoint must be of shape \(3, 5\)"):
        everything(small, optim.Adam(small.params), tmp_path / "new.npz", 3, resume=True)


def test_running_statistics_are_part_of_a_checkpoint(tmp_path):
    normed, plain = (
        network(5, middle=MIDDLES["normed"]()),
        network(5, middle=(modules.LayerNorm(7), modules.LayerNorm(7))),
    )
    everything(normed, optim.SGD(normed.params), tmp_path / "normed.npz", 1, resume=False)
    kept = load_checkpoint(tmp_path / "normed.npz")["buffers"]
    assert [b.tolist() for b in kept] == [b.tolist() for b in normed.buffers]
    assert (kept[0] != 0).all()
    everything(plain, optim.SGD(plain.params), tmp_path / "plain.npz", 1, resume=False)
    with pytest.raises(ValueError, match="fit: checkpoint must be for 10 parameters; got 8 parameters"):
        everything(normed, optim.SGD(normed.params), tmp_path / "plain.npz", 2, resume=True)


@pytest.mark.parametrize("resumed", [False, True])
def test_the_best_parameters_come_back_with_their_running_statistics(tmp_path, resumed):
    model, seen = network(5, middle=MIDDLES["normed"]()), []
    stop = EarlyStopping(patience=2)

    def remember(output, target):
        seen.append([b.copy() for b in model.buffers])
        return 0.0

    options = {"validation": data(1), "metrics": {"none": remember}, "early_stopping": stop, "rng": rng(8)}
    options |= {"checkpoint": tmp_path / "run.npz"}
    X, y = data()
    optimizer = optim.SGD(model.params, lr=2.0, momentum=0.9)
    if resumed:
        quiet(model, optimizer, X, y, epochs=1, **options)
    history = quiet(model, optimizer, X, y, epochs=50, resume=resumed, **options)
    assert history.stopped
    assert 0 <= stop.best_step < len(history) - 1
    assert all((b == c).all() for b, c in zip(model.buffers, seen[stop.best_step], strict=True))
    assert any((b != c).any() for b, c in zip(seen[-1], seen[stop.best_step]))
    # so that the network scores what it scored then
    best = evaluate(model, *data(1), loss="cross_entropy")["loss"]
    assert best == history["val_loss"][stop.best_step] == history["val_loss"].min()


def test_checkpoints_keep_every_bit_and_replace_the_file_at_once(tmp_path):
    path = tmp_path / "run.npz"
    state = {
        "params": [np.array([0.1, -0.0, np.nan, np.inf]), np.float32([1 / 3]), np.zeros((0, 2))],
        "rng": np.random.Generator(np.random.MT19937(3)).bit_generator.state,
        "none": None,
        "numbers": [1 / 3, 2**100, True, float("inf"), np.float64(0.1)],
        "text": "arrays",
    }
    save_checkpoint(path, {"old": 1})
    save_checkpoint(path, state)
    back = load_checkpoint(path)
    for a, b in zip(back["params"], state["params"]):
        assert a.dtype == b.dtype
        assert a.tobytes() == b.tobytes()
    assert (back["rng"]["state"]["key"] == state["rng"]["state"]["key"]).all()
    assert back["numbers"] == state["numbers"]
    assert back["none"] is None
    assert back["text"] == "arrays"
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
    with pytest.raises(TypeError):
        save_checkpoint(path, {"f": data})
    assert load_checkpoint(path)["text"] == "arrays"  # the failure left the file alone
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "nothing.npz")
