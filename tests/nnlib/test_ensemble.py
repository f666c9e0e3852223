"""Votes, stacking, snapshots, averaged weights, early exits: against scikit-learn, SciPy, torch and plain loops."""

import numpy as np
import pytest
from scipy import special, stats

from nnlib import ensemble as E
from nnlib import experiments, nn
from nnlib.data import make_blobs, make_moons
from nnlib.modules import Linear, ReLU, Sequential
from nnlib.optim import SGD
from tests.nnlib.spec import agree

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_votes_are_scipys_mode(seed):
    labels = np.random.default_rng(seed).integers(3, size=(5, 200))
    assert (E.majority_vote(labels) == stats.mode(labels, axis=0).mode).all()
    assert E.majority_vote(labels, num_classes=7).shape == (200,)


def test_ties_are_broken_as_told():
    labels = np.array([[0, 0], [1, 0], [1, 1], [2, 1], [2, 2]])  # 1 and 2 tie; 0 and 1 tie
    probs = np.tile([0.5, 0.2, 0.3], (5, 2, 1))  # 0 has no chance in the first column, though it is likeliest
    assert E.majority_vote(labels).tolist() == [1, 0]
    assert E.majority_vote(labels, tie_break="probs", probs=probs).tolist() == [2, 0]
    # one model is sure of class 1, four rank class 2 higher
    probs = np.array([[[0.0, 1.0, 0.0]]] + 4 * [[[0.35, 0.3, 0.35]]])
    column = np.array([[1], [1], [2], [2], [0]])
    assert E.majority_vote(column, tie_break="probs", probs=probs).tolist() == [1]
    assert E.majority_vote(column, tie_break="rank", probs=probs).tolist() == [2]
    assert E.majority_vote(column, tie_break="rank", probs=np.full((5, 1, 3), 1 / 3)).tolist() == [1]
    # all probability is on a class that nobody voted for
    elsewhere = np.tile([1.0, 0.0, 0.0], (2, 1, 1))
    assert E.majority_vote([[1], [2]], tie_break="probs", probs=elsewhere).tolist() == [1]
    assert E.majority_vote(np.zeros((3, 0), int)).shape == (0,)


@pytest.mark.parametrize("seed", SEEDS)
def test_folds_are_scikit_learns(seed):
    from sklearn.model_selection import StratifiedKFold

    rng = np.random.default_rng(seed)
    y = np.array(["c", "a", "b"])[rng.choice(3, p=[0.6, 0.3, 0.1], size=83)]
    y[:15] = "b"
    for (train, val), (their_train, their_val) in zip(
        E.stratified_folds(y, k=4), StratifiedKFold(4).split(y, y), strict=True
    ):
        assert (train == their_train).all()
        assert (val == their_val).all()


@pytest.mark.parametrize("centers", [2, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_stacking_is_scikit_learns(seed, centers):
    from sklearn.ensemble import StackingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.tree import DecisionTreeClassifier

    X, y = make_blobs(150, centers=centers, cluster_std=4.0, rng=np.random.default_rng(seed))
    base = [GaussianNB(), DecisionTreeClassifier(random_state=0), LogisticRegression()]
    ours = E.StackingClassifier(base, LogisticRegression(), cv=4).fit(X[:100], y[:100])
    theirs = StackingClassifier([(str(i), m) for i, m in enumerate(base)], LogisticRegression(), cv=4)
    theirs.fit(X[:100], y[:100])
    agree(ours.transform(X), theirs.transform(X))
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-10)
    assert (ours.predict(X) == theirs.predict(X)).all()
    assert not hasattr(base[0], "theta_"), "the models that were handed in stay as they were"


def test_out_of_fold_features_do_not_show_the_labels():
    """A tree that learns labels by heart gets them all right on what it saw, and half of them on what it did not."""
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 5)), rng.integers(2, size=400)
    stack = E.StackingClassifier([DecisionTreeClassifier(random_state=0)], nn.LogisticRegression()).fit(X, y)
    seen = stack.transform(X)[:, 0] > 0.5
    unseen = stack.features[:, 0] > 0.5
    assert (seen == y).mean() == 1
    assert abs((unseen == y).mean() - 0.5) < 0.1


def test_stacking_takes_folds_and_refuses_what_is_none():
    X, y = make_moons(40, noise=0.2, rng=np.random.default_rng(0))
    base, halves = (
        [nn.LogisticRegression()],
        [(np.arange(20), np.arange(20, 40)), (np.arange(20, 40), np.arange(20))],
    )
    stack = E.StackingClassifier(base, nn.LogisticRegression(), cv=halves)
    with pytest.raises(ValueError, match="StackingClassifier: the model must be fitted first"):
        stack.predict(X)
    stack.fit(X, y)
    agree(stack.features[:20, 0], nn.LogisticRegression().fit(X[20:], y[20:]).predict_proba(X[:20])[:, 1])
    with pytest.raises(ValueError, match="cv must be such that each sample validates once"):
        E.StackingClassifier(base, base[0], cv=halves[:1]).fit(X, y)
    with pytest.raises(ValueError, match="base_models must be at least one model"):
        E.StackingClassifier([], base[0])
    with pytest.raises(ValueError, match=r"StackingClassifier.fit: y must be of shape \(40,\)"):
        stack.fit(X, y[:, None])


def run_of_snapshots(seed, *, cycles=3, steps=60):
    rng = np.random.default_rng(seed)
    X, y = make_moons(80, noise=0.3, rng=rng)
    model = Sequential(Linear(2, 8, rng=rng), ReLU(), Linear(8, 2, rng=rng))
    optimizer, rates = SGD(model.params, lr=1.0), []

    def train_step(lr):
        from nnlib.losses import cross_entropy_with_gradient

        rates.append(lr)
        batch = rng.integers(80, size=16)
        model.backward(cross_entropy_with_gradient(model(X[batch]), y[batch])[1])
        optimizer.param_groups[0]["lr"] = lr
        optimizer.step(model.grads)

    ensemble = E.SnapshotEnsemble(train_step, model.params, lr=0.5, total_steps=steps, cycles=cycles)
    return ensemble, model, X, rates


@pytest.mark.parametrize("seed", SEEDS)
def test_snapshots_are_taken_where_the_rate_is_lowest(seed):
    from nnlib.lr_scheduler import snapshot_lr

    ensemble, model, X, rates = run_of_snapshots(seed)
    with pytest.raises(
        ValueError, match=r"SnapshotEnsemble\.predict_proba: checkpoints must be there: run it first"
    ):
        ensemble.predict_proba(lambda: None)
    checkpoints = ensemble.run()
    assert len(checkpoints) == 3
    agree(rates, snapshot_lr(np.arange(60), lr=0.5, total_steps=60, cycles=3))
    assert min(rates) == pytest.approx(rates[19]) == pytest.approx(rates[59])
    for last, param in zip(checkpoints[-1], model.params):
        assert (last == param).all()
        assert not np.shares_memory(last, param)
    assert any((a != b).any() for a, b in zip(*checkpoints[:2]))

    def probs():
        return special.softmax(model(X), axis=1)

    each = []
    for checkpoint in checkpoints:
        for param, value in zip(model.params, checkpoint):
            param[...] = value
        each.append(probs())
    model.params[0][...] = 0.5
    now = probs()
    agree(ensemble.predict_proba(probs), np.mean(each, axis=0))
    agree(ensemble.predict_proba(probs, last=2), np.mean(each[1:], axis=0))
    agree(ensemble.predict_proba(probs, last=3), np.mean(each, axis=0))
    agree(probs(), now)  # the parameters are back
    for last in (0, 4):
        with pytest.raises(ValueError, match=r"SnapshotEnsemble\.predict_proba: last must be from 1 to 3"):
            ensemble.predict_proba(probs, last=last)


def test_the_last_cycle_may_be_shorter():
    ensemble, *_ = run_of_snapshots(0, cycles=3, steps=8)
    assert len(ensemble.run()) == 3
    assert len(ensemble.run()) == 3  # not six


@pytest.mark.parametrize("seed", SEEDS)
def test_averaged_weights_are_torchs(seed):
    import torch
    from torch.optim.swa_utils import AveragedModel

    rng = np.random.default_rng(seed)
    checkpoints = [[rng.normal(size=(3, 2)), rng.normal(size=3)] for _ in range(5)]
    net = torch.nn.Linear(2, 3, dtype=torch.float64)
    averaged, w = AveragedModel(net), None
    for n, checkpoint in enumerate(checkpoints):
        with torch.no_grad():
            for param, value in zip(net.parameters(), checkpoint):
                param.copy_(torch.from_numpy(value))
        averaged.update_parameters(net)
        w = E.swa_update(w or checkpoint, checkpoint, n)
    for ours, whole, theirs, *values in zip(
        w, E.swa_average(checkpoints), averaged.module.parameters(), *checkpoints
    ):
        agree(ours, theirs.detach().numpy())
        agree(whole, np.mean(values, axis=0))
    agree(E.swa_update([[1.0]], [[3.0]], 0)[0], [3])
    assert E.swa_average([[np.ones(2, np.float32)]] * 2)[0].dtype == np.float32
    assert not np.shares_memory(E.swa_average(checkpoints[:1])[0], checkpoints[0][0])


def loop_of_exits(z, leave):
    """Sample by sample, exit by exit, as the papers' algorithms read."""
    labels, places = [], []
    for i in range(z.shape[1]):
        for j in range(len(z)):
            if j == len(z) - 1 or leave(z[: j + 1, i]):
                labels.append(np.argmax(z[j, i]))
                places.append(j)
                break
    return labels, places


def same_class_for(patience):
    def leave(z):
        labels = z.argmax(axis=1).tolist()
        return len(labels) > patience and len(set(labels[-patience - 1 :])) == 1

    return leave


@pytest.mark.parametrize("seed", SEEDS)
def test_exits_are_those_of_the_loop(seed):
    z = np.random.default_rng(seed).normal(size=(6, 300, 3)) * np.arange(1, 7)[:, None, None]
    for got, leave in (
        (E.confidence_exit(z), lambda z: special.softmax(z[-1]).max() >= 0.9),
        (E.confidence_exit(z, threshold=0.6), lambda z: special.softmax(z[-1]).max() >= 0.6),
        (E.entropy_exit(z, threshold=0.4), lambda z: stats.entropy(special.softmax(z[-1])) < 0.4),
        (E.patience_exit(z, patience=1), same_class_for(1)),
        (E.patience_exit(z), same_class_for(3)),
        (E.budgeted_exit(z, 2), lambda z: len(z) == 3),
    ):
        labels, places = loop_of_exits(z, leave)
        assert got.label.tolist() == labels
        assert got.exit.tolist() == places
        assert len(set(places)) > 1 or set(places) == {2}


def test_exits_at_their_limits():
    z = np.array([[[0.0, 0.0], [800.0, 0.0]], [[0.0, 1.0], [0.0, 800.0]]])
    assert E.confidence_exit(z, threshold=0.5).exit.tolist() == [0, 0]
    assert E.confidence_exit(z, threshold=1.0).exit.tolist() == [1, 0]  # a probability that rounds to 1
    assert E.confidence_exit(z, threshold=1.1).exit.tolist() == [1, 1]
    assert E.entropy_exit(z, threshold=0.0).exit.tolist() == [1, 1]
    assert E.entropy_exit(z, threshold=1e-300).exit.tolist() == [1, 0]
    assert E.entropy_exit(z, threshold=1.0).label.tolist() == [0, 0]  # a tie goes to the first class
    assert E.patience_exit(z, patience=1).exit.tolist() == [1, 1]
    assert E.patience_exit(z[:1]).exit.tolist() == [0, 0]
    assert isinstance(E.budgeted_exit(np.zeros((2, 0, 3)), 1), E.Exits)
    for f, options in ((E.confidence_exit, {}), (E.entropy_exit, {"threshold": 1.0}), (E.patience_exit, {})):
        assert f(np.zeros((2, 0, 3)), **options).label.shape == (0,)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_neighbours_measure_the_curvature(seed):
    rng = np.random.default_rng(seed)
    H = np.diag(rng.uniform(0.5, 5, size=6))
    found = experiments.flat_sharp(
        lambda p: p[0] @ H @ p[0] / 2, [np.zeros(6)], radius=0.3, samples=20_000, relative=False, rng=rng
    )
    assert isinstance(found, experiments.Sharpness)
    assert found.loss == 0
    assert found.mean == pytest.approx(0.3**2 * np.trace(H) / 6, rel=0.03)
    assert found.mean < found.worst <= 0.3**2 * np.trace(H) / 2
    wide = experiments.flat_sharp(lambda p: np.abs(p[0]).max() - 9, [np.full(50, 9.0)], radius=0.1, rng=rng)
    assert 0.95 < wide.worst <= 1.0  # a weight of 9 moves by up to 0.1 (9 + 1)
    small = experiments.flat_sharp(lambda p: np.abs(p[0]).max(), [np.zeros(50)], radius=0.1, rng=rng)
    assert 0.09 < small.worst <= 0.1
    with pytest.raises(ValueError, match="flat_sharp: radius must be at least 0"):
        experiments.flat_sharp(lambda p: 0.0, [np.zeros(1)], radius=-1, rng=rng)
    with pytest.raises(ValueError, match="flat_sharp: samples must be positive"):
        experiments.flat_sharp(lambda p: 0.0, [np.zeros(1)], radius=1, samples=0, rng=rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_flat_minimum_suffers_less_from_new_data(seed):
    """Two minima of equal training loss, on data that move the loss a little to the side."""
    rng = np.random.default_rng(seed)

    def train(w, shift=0.0):
        return float(np.minimum((w + 3 - shift) ** 2, 25 * (w - 3 - shift) ** 2))

    rise = {
        w: experiments.flat_sharp(lambda p: train(p[0]), [np.array(w)], radius=0.2, relative=False, rng=rng)
        for w in (-3.0, 3.0)
    }
    assert rise[-3.0].loss == rise[3.0].loss == 0
    assert rise[3.0].mean > 10 * rise[-3.0].mean
    shifts = rng.uniform(-0.2, 0.2, size=200)
    on_new_data = {w: np.mean([train(w, s) for s in shifts]) for w in rise}
    assert on_new_data[3.0] > 10 * on_new_data[-3.0]


def test_overthinking_counts_what_a_late_exit_forgot():
    import matplotlib.pyplot as plt

    # right at exit 0, 1, 2 for four samples
    right = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0]])
    found = experiments.overthinking(np.eye(2)[right], np.ones(4, int))
    assert isinstance(found, experiments.Overthinking)
    agree(found.accuracy, [0.5, 0.5, 0.5])
    assert (found.any_exit, found.destructive, found.wasteful) == (0.75, 0.25, 0.5)
    ax = found.plot()
    assert ax.get_xlabel() == "exit"
    plt.close("all")
    for z, y, words in (
        (np.zeros((2, 3)), np.zeros(3, int), "exit_logits must be of shape"),
        (np.zeros((2, 3, 4)), np.zeros((3, 1), int), r"y must be of shape \(3,\)"),
        (np.zeros((2, 0, 4)), np.zeros(0, int), "exit_logits must be of shape"),
    ):
        with pytest.raises(ValueError, match=f"overthinking: {words}"):
            experiments.overthinking(z, y)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_average_of_models_beats_their_mean(seed):
    """Models trained on different samples err in different places."""
    rng = np.random.default_rng(seed)
    X, y = make_moons(1000, noise=0.35, rng=rng)
    order = rng.permutation(1000)
    X, y = X[order], y[order]
    probs = []
    for _ in range(7):
        batch = rng.integers(60, size=30)
        model = Sequential(Linear(2, 16, rng=rng), ReLU(), Linear(16, 2, rng=rng))
        optimizer = SGD(model.params, lr=0.3)
        for _ in range(400):
            p = special.softmax(model(X[batch]), axis=1)
            model.backward((p - np.eye(2)[y[batch]]) / len(batch))
            optimizer.step(model.grads)
        probs.append(special.softmax(model(X[60:]), axis=1))
    alone = np.mean([(p.argmax(axis=1) == y[60:]).mean() for p in probs])
    assert (E.average_probs(probs).argmax(axis=1) == y[60:]).mean() > alone
    assert (E.majority_vote(np.argmax(probs, axis=2)) == y[60:]).mean() > alone


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ratio", [10, 50])
def test_remedies_for_a_rare_class_buy_recall_with_accuracy(seed, ratio):
    best = stats.norm.cdf(1.0)  # of the boundary in the middle, two standard deviations apart
    runs = {
        method: experiments.imbalance(ratio, method=method, rng=np.random.default_rng(seed))
        for method in ("none", "resample", "weight", "focal")
    }
    plain = runs.pop("none")
    assert isinstance(plain, experiments.Imbalance)
    assert plain.accuracy > ratio / (1 + ratio)
    assert plain.recall[1] < 0.5
    for run in runs.values():
        assert run.balanced == pytest.approx(best, abs=0.02)
        assert run.recall[1] > plain.recall[1] + 0.3
        assert run.accuracy < plain.accuracy - 0.05


def test_equal_classes_need_no_remedy():
    runs = [experiments.imbalance(1, method=m, rng=np.random.default_rng(0)) for m in ("none", "weight")]
    agree(runs[0].recall, runs[1].recall)
    with pytest.raises(ValueError, match="imbalance: method must be one of none, resample, weight, focal"):
        experiments.imbalance(2, method="smote", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"imbalance: ratio must be at least 1; got 0\.5"):
        experiments.imbalance(0.5, rng=np.random.default_rng(0))
