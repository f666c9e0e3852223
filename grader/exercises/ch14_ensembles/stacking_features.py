"""What models say about samples that they were not trained on."""

import numpy as np

from grader.exercises.ch14_ensembles.budgeted_exit import steady
from grader.record.exercise import Case, Exercise, Fixture, as_list, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments

CLASSES = {
    "a neighbour": 3,
    "a neighbour and distances": 3,
    "three models": 3,
    "three models of two classes": 2,
}
ORDER = "folds in any order"
SMALL = "a class that is missing, two classes, one column, a fold for each sample, large and tiny numbers"


def folds_of(order, k):
    """Folds of the samples in this order, one as long as the next or one longer."""
    cut = np.array_split(order, k)
    return [(np.sort(np.concatenate(cut[:i] + cut[i + 1 :])), fold) for i, fold in enumerate(cut)]


def of(models, n, d, k, mixed=True, scale=1.0, missing=0):
    """Samples whose classes overlap; every class, but the last `missing`, occurs outside of every fold."""

    def draw(rng):
        y = rng.permutation(np.arange(n) % (CLASSES[models] - missing))
        X = scale * (rng.normal(size=(n, d)) + y[:, None])
        # every second number first: no fold is a run, and the samples of a fold do not stand in order
        order = np.concatenate([np.arange(n)[::-2], np.arange(n)[n % 2 :: 2]]) if mixed else np.arange(n)
        return call(Fixture(models), X, y, as_list(folds_of(order, k)))

    return draw


def neighbours_of_another_class(rng):
    """Nine samples in two folds; right beside each of the second fold lies one of the first, of another class."""
    X, y = rng.normal(size=(5, 2)), (np.arange(5) + rng.integers(3)) % 3
    X = np.concatenate([X, X[:4] + rng.uniform(-1e-3, 1e-3, size=(4, 2))])
    return call(Fixture("a neighbour"), X, np.append(y, (y[:4] + 1) % 3), as_list(folds_of(np.arange(9), 2)))


def _allowed(rng):
    models, k = one_of(rng, *CLASSES), int(rng.integers(2, 5))
    n, d = int(rng.integers(max(k, 4), 12)), int(rng.integers(1, 4))
    y = rng.integers(CLASSES[models], size=n)
    folds = folds_of(rng.permutation(n), k)
    return call(
        Fixture(models), one_of(rng, 1.0, 1.0, 300.0, 1e-5) * rng.normal(size=(n, d)), y, as_list(folds)
    )


STACKING_FEATURES = Exercise(
    function="stacking_features",
    topics=("C14-04",),
    points=3,
    difficulty=4,
    minutes=25,
    reference=experiments.stacking_features,
    allowed=_allowed,
    cases=(
        Case("one model, two folds", neighbours_of_another_class, weight=2),
        Case("two models", of("a neighbour and distances", 12, 2, 3, mixed=False), weight=3),
        Case(ORDER, of("three models", 14, 3, 4), weight=4),
        in_turn(
            SMALL,
            steady(of("a neighbour and distances", 9, 2, 3, missing=1)),
            steady(of("three models of two classes", 9, 1, 3)),
            steady(of("three models of two classes", 6, 2, 6)),
            steady(of("a neighbour and distances", 11, 1, 2, scale=300.0)),
            steady(of("three models", 8, 2, 2, scale=1e-5)),
            steady(of("a neighbour", 7, 2, 3)),
            edge=True,
            weight=4,
        ),
    ),
    hints=(
        "Two loops: over the folds, and in each over the models.",
        "Train on X[train], y[train] only: probs = model(X[train], y[train]); then ask probs(X[val]).",
        "Put what is said into the rows of the fold: features[val] = …, the models side by side along axis 1.",
    ),
)


@STACKING_FEATURES.wrong
def stacking_features_training_set(models, X, y, folds):
    """Your models are asked about samples that they were trained on, and one that learns by heart looks best:
    train on X[train], y[train] only, ask about X[val].

    model(X[train], y[train])(X[val]), fold by fold."""
    return np.concatenate([model(X, y)(X) for model in models], axis=1)


@STACKING_FEATURES.wrong(case="two models")
def stacking_features_exchanged(models, X, y, folds):
    """You train on the fold and ask about the rest; train on `train`, ask about `val`."""
    features = None
    for train, val in folds:
        said = np.concatenate([model(X[val], y[val])(X[train]) for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[train] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_trained_on_the_fold(models, X, y, folds):
    """You train on the fold that you then ask about; train on `train`, all the others."""
    features = None
    for _, val in folds:
        said = np.concatenate([model(X[val], y[val])(X[val]) for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_asked_about_training(models, X, y, folds):
    """You train on `train` and then ask about `train`, too: those samples are known by heart. Ask about `val`."""
    features = None
    for train, _ in folds:
        said = np.concatenate([model(X[train], y[train])(X[train]) for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[train] = said
    return features


@STACKING_FEATURES.wrong(case=ORDER)
def stacking_features_order_of_folds(models, X, y, folds):
    """Your rows stand in the order of the folds; row i belongs to sample i: write into features[val]."""
    rows = []
    for train, val in folds:
        rows.append(np.concatenate([model(X[train], y[train])(X[val]) for model in models], axis=1))
    return np.concatenate(rows)


@STACKING_FEATURES.wrong(case=ORDER)
def stacking_features_sorted_folds(models, X, y, folds):
    """You put the answers into the sorted numbers of the fold, but asked in the order of `val`: use `val` for
    both."""
    features = None
    for train, val in folds:
        said = np.concatenate([model(X[train], y[train])(X[val]) for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[np.sort(val)] = said
    return features


@STACKING_FEATURES.wrong(case=ORDER)
def stacking_features_inverse_order(models, X, y, folds):
    """You put the rows back the wrong way round: rows[order] takes them from there; features[order] = rows puts
    them there."""
    rows = [
        np.concatenate([model(X[train], y[train])(X[val]) for model in models], axis=1)
        for train, val in folds
    ]
    return np.concatenate(rows)[np.concatenate([val for _, val in folds])]


@STACKING_FEATURES.wrong(case="two models")
def stacking_features_class_by_class(models, X, y, folds):
    """Your columns go class by class; they go model by model: all K probabilities of the first, then those of
    the second."""
    features = None
    for train, val in folds:
        said = np.stack([model(X[train], y[train])(X[val]) for model in models], axis=2)
        said = said.reshape(len(val), -1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong(case="two models")
def stacking_features_mean(models, X, y, folds):
    """You average the models; the meta-model wants to see each of them: side by side, (n, M K)."""
    features = None
    for train, val in folds:
        said = np.mean([model(X[train], y[train])(X[val]) for model in models], axis=0)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong(case="two models")
def stacking_features_three_axes(models, X, y, folds):
    """You give the models an axis of their own; asked for is one row for each sample, (n, M K)."""
    features = None
    for train, val in folds:
        said = np.stack([model(X[train], y[train])(X[val]) for model in models], axis=1)
        features = np.zeros((len(X), *said.shape[1:])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_labels(models, X, y, folds):
    """You keep the predicted class only; the features are the probabilities of all K classes."""
    features = np.empty((len(X), len(models)))
    for train, val in folds:
        for m, model in enumerate(models):
            features[val, m] = model(X[train], y[train])(X[val]).argmax(axis=1)
    return features


@STACKING_FEATURES.wrong
def stacking_features_without_last_class(models, X, y, folds):
    """You leave out the last class, since probabilities add up to 1; here all K columns are asked for."""
    features = None
    for train, val in folds:
        said = np.concatenate([model(X[train], y[train])(X[val])[:, :-1] for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_one_probability(models, X, y, folds):
    """You keep one probability of each model; all K columns are asked for."""
    features = np.empty((len(X), len(models)))
    for train, val in folds:
        for m, model in enumerate(models):
            features[val, m] = model(X[train], y[train])(X[val])[:, 1]
    return features


@STACKING_FEATURES.wrong(case=SMALL)
def stacking_features_classes_of_y(models, X, y, folds):
    """You count the classes in y, where one may be missing; K is how many columns the models give."""
    classes = len(np.unique(y))
    features = np.zeros((len(X), len(models) * classes))
    for train, val in folds:
        said = [model(X[train], y[train])(X[val])[:, :classes] for model in models]
        features[val] = np.concatenate(said, axis=1)
    return features


@STACKING_FEATURES.wrong(case="two models")
def stacking_features_first_model(models, X, y, folds):
    """You ask the first model only; the columns of all M models stand side by side."""
    features = None
    for train, val in folds:
        said = models[0](X[train], y[train])(X[val])
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_last_fold(models, X, y, folds):
    """You make a new array in each fold, so only the rows of the last one are filled: make it once, before the
    loop."""
    for train, val in folds:
        said = np.concatenate([model(X[train], y[train])(X[val]) for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1]))
        features[val] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_mean_of_folds(models, X, y, folds):
    """You average over the folds what all their models say about every sample; each but one has seen it. Ask the
    one that has not."""
    said = [np.concatenate([model(X[train], y[train])(X) for model in models], axis=1) for train, _ in folds]
    return np.mean(said, axis=0)


@STACKING_FEATURES.wrong
def stacking_features_first_fold_for_all(models, X, y, folds):
    """You train once, on the `train` of the first fold, and ask about everything; each fold has models of its
    own."""
    train = folds[0][0]
    return np.concatenate([model(X[train], y[train])(X) for model in models], axis=1)


@STACKING_FEATURES.wrong
def stacking_features_samples_too(models, X, y, folds):
    """You put the samples beside what is said about them; the features are the M K probabilities only."""
    features = None
    for train, val in folds:
        said = [model(X[train], y[train])(X[val]) for model in models]
        said = np.concatenate([*said, X[val]], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.wrong
def stacking_features_transposed(models, X, y, folds):
    """Your samples are columns; each is a row: (n, M K)."""
    features = None
    for train, val in folds:
        said = np.concatenate([model(X[train], y[train])(X[val]) for model in models], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features.T


@STACKING_FEATURES.wrong(case="two models")
def stacking_features_models_reversed(models, X, y, folds):
    """Your columns begin with the last model; they go in the order of `models`."""
    features = None
    for train, val in folds:
        said = np.concatenate([model(X[train], y[train])(X[val]) for model in models[::-1]], axis=1)
        features = np.zeros((len(X), said.shape[1])) if features is None else features
        features[val] = said
    return features


@STACKING_FEATURES.right
def stacking_features_model_by_model(models, X, y, folds):
    columns = []
    for model in models:
        column = [None] * len(X)
        for train, val in folds:
            for i, row in zip(val, model(X[train], y[train])(X[val])):
                column[i] = row
        columns.append(np.array(column))
    return np.hstack(columns)


@STACKING_FEATURES.right
def stacking_features_sample_by_sample(models, X, y, folds):
    rows = [None] * len(X)
    for train, val in folds:
        trained = [model(X[train], y[train]) for model in models]
        for i in val:
            rows[i] = np.concatenate([probs(X[i : i + 1])[0] for probs in trained])
    return np.array(rows)


@STACKING_FEATURES.right
def stacking_features_put_back(models, X, y, folds):
    rows = np.vstack([np.hstack([m(X[t], y[t])(X[v]) for m in models]) for t, v in folds])
    features = np.zeros_like(rows)
    features[np.concatenate([v for _, v in folds])] = rows
    return features


@STACKING_FEATURES.right
def stacking_features_by_mask(models, X, y, folds):
    features = 0
    for _, val in folds:
        inside = np.zeros(len(X), dtype=bool)
        inside[val] = True
        said = np.concatenate([model(X[~inside], y[~inside])(X) for model in models], axis=1)
        features = features + said * inside[:, None]
    return features
