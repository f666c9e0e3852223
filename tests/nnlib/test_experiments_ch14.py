"""What chapter 14 builds in small steps, against other libraries; and what it says of digits."""

import numpy as np
import pytest
from scipy import special, stats

from nnlib import ensemble, nn
from nnlib import experiments as E
from nnlib.nn import LogisticRegression
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_ranks_and_votes_are_scipys(seed):
    scores = rng(seed).integers(5, size=(3, 20, 6)).astype(float)
    agree(E.rank_average(scores), stats.rankdata(scores, axis=2).mean(axis=0))
    labels, probs = rng(seed).integers(4, size=(6, 50)), rng(seed).dirichlet(np.ones(4), size=(6, 50))
    np.testing.assert_array_equal(E.majority_vote(labels, num_classes=4), stats.mode(labels, axis=0).mode)
    by_probs = {"num_classes": 4, "tie_break": "probs", "probs": probs}
    np.testing.assert_array_equal(
        E.majority_vote(labels, **by_probs), ensemble.majority_vote(labels, **by_probs)
    )
    for words, call in {
        "scores must be of shape": lambda: E.rank_average(scores[0]),
        "labels must be of shape": lambda: E.majority_vote(labels[0], num_classes=4),
        "labels must be from 0 to 2": lambda: E.majority_vote(labels, num_classes=3),
        "tie_break must be 'first' or 'probs'": lambda: E.majority_vote(
            labels, num_classes=4, tie_break="last"
        ),
        "probs must be of shape": lambda: E.majority_vote(labels, num_classes=4, tie_break="probs"),
    }.items():
        with pytest.raises(ValueError, match=words):
            call()


@pytest.mark.parametrize("seed", SEEDS)
def test_stacked_features_are_those_of_the_classifier(seed):
    X, y = rng(seed).normal(size=(30, 2)), rng(seed).integers(2, size=30)
    folds = ensemble.stratified_folds(y, k=3)
    models = [LogisticRegression(), LogisticRegression(lam=1.0)]
    trained = [lambda X, y, m=m: LogisticRegression(lam=m.lam).fit(X, y).predict_proba for m in models]
    stack = ensemble.StackingClassifier(models, LogisticRegression(), cv=folds).fit(X, y)
    agree(E.stacking_features(trained, X, y, folds)[:, 1::2], stack.features)
    with pytest.raises(ValueError, match="models must be at least one"):
        E.stacking_features([], X, y, folds)
    with pytest.raises(ValueError, match="folds must be such that each sample validates once"):
        E.stacking_features(trained, X, y, folds[:2])


def test_snapshots_are_those_of_the_ensemble():
    def train_step(params, lr):
        params[0] -= lr * np.sin(params[0])

    start, options = [np.array([1.0, 2.0])], {"lr": 0.4, "total_steps": 12, "cycles": 3}
    kept = E.snapshots(train_step, start, **options)
    w = start[0].copy()
    known = ensemble.SnapshotEnsemble(lambda lr: train_step([w], lr), [w], **options).run()
    agree(np.array(kept), np.array(known))
    np.testing.assert_array_equal(start[0], [1.0, 2.0])
    with pytest.raises(ValueError, match="total_steps must be a positive multiple"):
        E.snapshots(train_step, start, lr=0.4, total_steps=7, cycles=3)


def loss(params, X, y):
    log_p = special.log_softmax(nn.mlp(X, *params).astype(np.float64), axis=1)
    return -log_p[np.arange(len(y)), y].mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mean_of_one_walk_helps_and_that_of_two_harms(seed):
    (X, y), _, (X_test, y_test) = E.digits_split()
    ends, means = [], []
    for draws in (rng(seed), rng(seed + 100)):
        params, train_step, walk = E.digit_mlp(draws), E.digit_steps(X, y, draws), []
        for step in range(400):
            train_step(params, 0.4)
            if step >= 200 and step % 10 == 9:
                walk.append([p.copy() for p in params])
        ends.append(params)
        means.append(ensemble.swa_average(walk))
    at_the_ends = [loss(params, X_test, y_test) for params in ends]
    assert loss(means[0], X_test, y_test) < at_the_ends[0]
    assert loss(ensemble.swa_average(ends), X_test, y_test) > 1.5 * max(at_the_ends)


@pytest.mark.parametrize("seed", SEEDS)
def test_patience_is_as_good_as_the_last_exit_and_cheaper(seed):
    logits, y = E.exit_digits(rng=rng(seed))
    label, left_at = ensemble.patience_exit(logits, patience=2)
    found = E.overthinking(logits, y)
    assert np.mean(label == y) > found.accuracy[-1] - 0.01
    assert left_at.mean() + 1 < 0.7 * len(logits)
    assert found.destructive > 0.03
    assert found.any_exit > found.accuracy.max() + 0.03


def test_what_chapter_14_says_of_its_exits():
    """Ten epochs, seed 0: overthinking undone, parts that are no work, and a budget as good as a threshold."""
    logits, y = E.exit_digits(exits=6, epochs=10, rng=rng(0))
    last = np.mean(logits[-1].argmax(axis=1) == y)

    def point(label, left_at):
        return left_at.mean() + 1, np.mean(label == y)

    patience = [point(*ensemble.patience_exit(logits, patience=t)) for t in range(1, 6)]
    assert patience[0][1] > last
    assert patience[0][0] < 3
    assert [right for _, right in patience] == sorted((right for _, right in patience), reverse=True)
    assert patience[-1][1] == last
    work = np.array([784 * 24, *[24 * 24] * 5]) + 24 * 10
    assert 0.78 < work[0] / work.sum() < 0.83
    left_at = ensemble.patience_exit(logits, patience=2)[1]
    assert 0 < 1 - np.cumsum(work)[left_at].mean() / work.sum() < 0.1
    assert 1 - patience[1][0] / 6 > 0.4
    three_parts = point(*ensemble.budgeted_exit(logits, 2))[1]
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99):
        assert point(*ensemble.confidence_exit(logits, threshold=threshold))[1] <= three_parts
    for threshold in (1.8, 1.5, 1.2, 0.9, 0.6, 0.4, 0.2, 0.1):
        assert point(*ensemble.entropy_exit(logits, threshold=threshold))[1] <= three_parts


def test_exits_that_are_not_trained_guess():
    found = E.exit_digits([0, 0, 1], exits=3, epochs=2, rng=rng(0))
    assert isinstance(found, E.ExitDigits)
    logits, y = found
    right = np.mean(logits.argmax(axis=2) == y, axis=1)
    assert right[:2].max() < 0.4 < 0.7 < right[2]
    with pytest.raises(ValueError, match="shares must be of shape"):
        E.exit_digits([1, 1], exits=3, rng=rng(0))
    with pytest.raises(ValueError, match="hidden must be positive"):
        E.digit_mlp(rng(0), hidden=0)
    with pytest.raises(ValueError, match="batch_size must be positive"):
        E.digit_steps(logits[0], y, rng(0), batch_size=0)
