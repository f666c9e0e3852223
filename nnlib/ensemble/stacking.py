"""Stacking: a model that learns how far to trust other models, from what they say about unseen samples."""

from copy import deepcopy

import numpy as np

from nnlib._check import as_float, need


class StackingClassifier:
    """A classifier whose features are the probabilities that other classifiers give.

    base_models have `fit(X, y)` and `predict_proba(X)`, meta_model `fit(F, y)` and `predict(F)`; all are copied, none
    is changed.  cv is the number of folds, or a list of pairs (train, validate) of indices.

    `fit` trains copies of every base model on all folds but one and asks them about that one: the features F have
    shape (n, M K), or (n, M) for two classes, where one probability says all.  On F and y it trains the meta-model,
    and then each base model on all samples.  Had the base models seen the samples that F is made of, the meta-model
    would trust the one that overfits most.
    Wolpert (1992), "Stacked generalization", section 2; ``sklearn.ensemble.StackingClassifier``.

    >>> from nnlib.nn import LogisticRegression
    >>> X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1])
    >>> stack = StackingClassifier([LogisticRegression(), LogisticRegression(lam=1.0)], LogisticRegression(), cv=2)
    >>> stack.fit(X, y).predict(np.array([[-3.0], [3.0]]))
    array([0, 1])
    """

    def __init__(self, base_models, meta_model, *, cv=5):
        self.base_models, self.meta_model, self.cv = list(base_models), meta_model, cv
        need(len(self.base_models) > 0, "StackingClassifier", "base_models", "none", "at least one model")
        self.fitted = self.meta = self.features = None

    def fit(self, X, y):
        """Learn from samples X (n, ...) and labels y (n,); returns the classifier."""
        op, X, y = "StackingClassifier.fit", as_float(X), np.asarray(y)
        need(y.ndim == 1 and len(y) == len(X), op, "y", f"shape {y.shape}", f"of shape {(len(X),)}")
        folds = stratified_folds(y, k=self.cv) if isinstance(self.cv, int) else self.cv
        self.features = np.concatenate([_out_of_fold(m, X, y, folds) for m in self.base_models], axis=1)
        self.meta = deepcopy(self.meta_model)
        self.meta.fit(self.features, y)
        self.fitted = [deepcopy(model) for model in self.base_models]
        for model in self.fitted:
            model.fit(X, y)
        return self

    def transform(self, X):
        """The features of new samples: what the base models, trained on everything, say about them."""
        need(self.fitted is not None, "StackingClassifier", "the model", "one that was not", "fitted first")
        return np.concatenate([_probabilities(model, as_float(X)) for model in self.fitted], axis=1)

    def predict(self, X):
        """Labels, shape (n,), as the meta-model gives them."""
        features = self.transform(X)
        return self.meta.predict(features)

    def predict_proba(self, X):
        """Probabilities, shape (n, K), as the meta-model gives them."""
        features = self.transform(X)
        return self.meta.predict_proba(features)


def stratified_folds(y, *, k=5):
    """Indices for k-fold cross-validation in which every fold holds its share of each class.

    Parameters
    ----------
    y : array, shape (n,), the labels
    k : int from 2 to n, default 5

    Returns
    -------
    list of k pairs (train, val) of sorted int arrays

    Raises
    ------
    ValueError : y is not (n,), k is not from 2 to n, or no class has k samples

    Notes
    -----
    Sorted by class, samples are dealt out in turn: that says how many of each class a fold gets; it gets them in the
    order in which they stand.  ``sklearn.model_selection.StratifiedKFold`` without shuffling.
    Kohavi (1995), "A study of cross-validation and bootstrap for accuracy estimation and model selection", section 2.

    Examples
    --------
    >>> [val.tolist() for _, val in stratified_folds(np.array([0, 0, 0, 0, 1, 1]), k=2)]
    [[0, 1, 4], [2, 3, 5]]
    """
    y = np.asarray(y)
    need(y.ndim == 1, "stratified_folds", "y", f"shape {y.shape}", "of shape (n,)")
    need(2 <= k <= len(y), "stratified_folds", "k", k, f"from 2 to n = {len(y)}")
    _, first, c, counts = np.unique(y, return_index=True, return_inverse=True, return_counts=True)
    need(
        counts.max() >= k,
        "stratified_folds",
        "k",
        k,
        f"at most {counts.max()}, the size of the largest class",
    )
    c = np.argsort(np.argsort(first))[
        c
    ]  # classes in the order in which they appear, as scikit-learn has them
    ordered, fold = np.sort(c), np.empty(len(y), int)
    shares = np.array([np.bincount(ordered[i::k], minlength=len(counts)) for i in range(k)])
    for label in range(len(counts)):
        fold[c == label] = np.repeat(np.arange(k), shares[:, label])
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def _out_of_fold(model, X, y, folds):
    """What copies of a model say about the samples that they were not trained on."""
    said = [(val, _probabilities(_trained(model, X[train], y[train]), X[val])) for train, val in folds]
    seen = np.sort(np.concatenate([val for val, _ in said]))
    partition = np.array_equal(seen, np.arange(len(X)))
    need(
        partition, "StackingClassifier.fit", "cv", "folds that do not", "such that each sample validates once"
    )
    features = np.empty((len(X), said[0][1].shape[1]))
    for val, probs in said:
        features[val] = probs
    return features


def _trained(model, X, y):
    model = deepcopy(model)
    model.fit(X, y)
    return model


def _probabilities(model, X):
    """Probabilities of the classes; of two only that of the second, since they add to 1."""
    probs = model.predict_proba(X)
    return probs[:, 1:] if probs.shape[1] == 2 else probs
