# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Chapter 12 · Metrics
#
# A loss is there to be made small by descent. A **metric** 评价指标 is there for people: it says how good the answers are, in a
# number that means something. There are dozens of them, because "good" means something else for a mail filter, a test for a
# disease, a detector of pedestrians and a language model. This chapter builds the ones that you will meet, and shows for each
# what it does not see.
#
# **After this chapter you can**
#
# * read a confusion matrix, and say what precision, recall, accuracy and their averages make of it;
# * draw the ROC and the precision–recall curve, and say what the areas under them mean;
# * tell apart the numbers that are all called "average precision", or "macro F1";
# * match the boxes of a detector with the objects, and compute its mAP;
# * compute a perplexity without multiplying a thousand probabilities;
# * say which number to report when one class is rare, and why 99 % may be nothing.
#
# **You need** arrays and classes from chapter 01, softmax from chapter 02, the cross-entropy of chapter 03. Chinese terms stand
# beside the English ones where they first occur.
#
# **Time** about six and a half hours, a third of it reading and experiments, in four sittings: 14 exercises for 27 points, and
# two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 5 | 1¾ | counts, shares and averages: metrics of decisions |
# | 2 | 6 to 9 | 1¾ | curves and the areas under them: metrics of scores |
# | 3 | 10 to 12 | 1½ | the APs of detectors, and boxes matched with objects |
# | 4 | 13 to 16 | 1½ | mAP, average recall, perplexity, and the opinion of scikit-learn and torch |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(fbeta)` gives a hint, each call one more. `again(fbeta)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(fbeta)` shows one way, once you
# have tried. `reset(fbeta)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import experiments, metrics, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions

# %% tags=["setup"]
import numpy as np

# %% [markdown]
# ## What it is for
#
# A test for a rare disease: one of a hundred people has it. The test gives each person a score, on average 0 for the healthy
# and 1 for the ill, with a standard deviation of 1 for both. Bayes' rule turns a score into the probability of being ill, and
# whoever is more likely ill than not is called ill. No rule that looks at this score is right more often in the long run.

# %%
rng = np.random.default_rng(0)
ill = np.repeat([1, 0], [100, 9900])
test_score = rng.normal(size=ill.size) + ill
probability = 1 / (1 + 99 * np.exp(0.5 - test_score))  # of being ill, by Bayes' rule
called_ill = (probability > 0.5).astype(int)
print(
    f"accuracy {np.mean(called_ill == ill):.2%}; ill people that were found: {called_ill[ill == 1].sum()} of 100"
)
print(f"largest probability of being ill: {probability.max():.2f}")

# %% tags=["folded"]
cuts = np.linspace(-2, 5, 141)
caught = np.array([np.mean(test_score[ill == 1] >= cut) for cut in cuts])
agree = np.array([np.mean((test_score >= cut) == ill) for cut in cuts])
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
for value, name in ((0, "healthy"), (1, "ill")):
    left.hist(test_score[ill == value], bins=np.linspace(-4, 5, 46), alpha=0.6, label=name)
left.set(yscale="log", xlabel="score", ylabel="people")
left.legend()
right.plot(cuts, agree, label="accuracy")
right.plot(cuts, caught, "--", label="share of the ill that is found")
right.set(xlabel="called ill from this score on", ylim=(0, 1.05))
right.legend()
plotting.show(
    fig,
    alt="Left: histograms of the scores, counts on a logarithmic axis. The healthy are a hundred times more; the ill lie one unit "
    "to the right and are nowhere in the majority. Right: as the cut moves to the right, accuracy climbs to 0.99, and the share of "
    "the ill that is found falls to 0.",
)

# %% [markdown]
# 99 % accurate, and it finds nobody. Nothing is wrong with the test: its scores tell ill from healthy better than a coin. It
# is the question that is wrong, "how often are you right?". The picture on the right says more: one may find half of the ill,
# at a price. The rest of the chapter is about saying such prices.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Who is taken for whom
#
# Two classes first, 1 or **positive** 正 for what we look for, 0 or **negative** 负 for the rest. A decision can be right or
# wrong in two ways each:
#
# | | taken for positive | taken for negative |
# | --- | --- | --- |
# | positive | **TP**, true positive 真正例 | **FN**, false negative 假负例 |
# | negative | **FP**, false positive 假正例 | **TN**, true negative 真负例 |
#
# The second word is what the classifier said, the first whether that was true. With more classes the table has a row and a
# column for each: the **confusion matrix** 混淆矩阵 $C$, where $C_{ij}$ counts the samples of class $i$ that were taken for class
# $j$. What is right stands on the diagonal. (For the classes 0 and 1 in this order the table above is turned by half a turn:
# $C$ = [[TN, FP], [FN, TP]].)

# %% [markdown]
# Write the confusion matrix. `y_true` and `y_pred` have shape `(n,)`, $n \ge 1$, and hold whole numbers (dtype int) from 0 to
# `num_classes` − 1, the true and the predicted classes of the same samples; not every class need occur. Return an array of
# whole numbers, shape `(num_classes, num_classes)`: rows are the truth, columns the prediction. Do not change the arguments.


# %% exercise="confusion_matrix"
def confusion_matrix(y_true, y_pred, *, num_classes):
    """Counts of (true class, predicted class), shape (num_classes, num_classes)."""
    ### BEGIN SOLUTION
    cells = y_true * num_classes + y_pred
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)
    ### END SOLUTION


# %%
mine = usable(confusion_matrix)
mine

# %% [markdown]
# Digits again, and the simplest classifier: an image belongs to the class whose mean image is nearest. Its score for a class
# is minus the squared distance.

# %% topics="C12-02"
(X_train, y_train), _, (X_test, y_test) = experiments.digits_split()
means = np.stack([X_train[y_train == k].mean(axis=0) for k in range(10)]).astype(np.float64)
scores = -((X_test[:, None].astype(np.float64) - means) ** 2).sum(axis=-1)
y_pred = scores.argmax(axis=1)
C = mine["confusion_matrix"](y_test, y_pred, num_classes=10)
print(C)
print("nnlib agrees:", np.array_equal(C, metrics.confusion_matrix(y_test, y_pred)))
wrong = C - np.diag(np.diag(C))
i, j = np.unravel_index(wrong.argmax(), wrong.shape)
print(f"most often a {i} is taken for a {j}: {wrong[i, j]} times of {C[i].sum()}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(4.6, 4))
image = ax.imshow(C / C.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1)
ax.set(xticks=range(10), yticks=range(10), xlabel="predicted", ylabel="true")
ax.grid(False)
fig.colorbar(image, label="share of the row")
plotting.show(
    fig,
    alt="The confusion matrix of ten digits as shades, each row divided by its sum. The diagonal is dark, for the 5 least; beside it "
    "there are a few light spots, such as 5 taken for 3.",
)

# %% [markdown]
# ## 2 · Four shares
#
# From the four counts of two classes come four shares that have names:
#
# $$\begin{gathered}
# \text{precision} = \frac{TP}{TP + FP}, \\
# \text{recall} = \frac{TP}{TP + FN}, \\
# \text{false positive rate} = \frac{FP}{FP + TN}, \\
# \text{accuracy} = \frac{TP + TN}{TP + FP + FN + TN}
# \end{gathered}$$
#
# * **Precision** 精确率 (查准率): of those that were *called* positive, how many are.
# * **Recall** 召回率 (查全率): of those that *are* positive, how many were found. Also called sensitivity, or **true positive
#   rate** (TPR).
# * **False positive rate** 假正例率 (FPR): of those that are negative, how many were called positive.
# * **Accuracy** 准确率: of all, how many were right.
#
# What differs is the whole that the share is of. Recall and FPR stay within one row of the table, so it does not matter to them
# how many samples the other row has. Precision takes a column, and mixes the rows.

# %% [markdown]
# Write the four. `y_true` and `y_pred` have shape `(n,)`, $n \ge 1$, and hold the whole numbers 0 and 1, 1 for positive.
# Return the tuple `(precision, recall, fpr, accuracy)` of four numbers. Where a denominator is 0 the share is 0; NumPy's
# warning about 0/0 costs nothing, if what you return is 0. You may
# call your `confusion_matrix`. Do not change the arguments.


# %% exercise="binary_scores"
def binary_scores(y_true, y_pred):
    """(precision, recall, false positive rate, accuracy); 0 where a denominator is 0."""
    ### BEGIN SOLUTION
    (tn, fp), (fn, tp) = confusion_matrix(y_true, y_pred, num_classes=2)

    def share(part, whole):
        return part / whole if whole > 0 else 0.0

    return share(tp, tp + fp), share(tp, tp + fn), share(fp, fp + tn), share(tp + tn, len(y_true))
    ### END SOLUTION


# %%
mine |= (new := usable(binary_scores))
new

# %% [markdown]
# Three of ten positives found, with one false alarm among a thousand negatives; then the test of the beginning, as it was and
# with everybody called ill whose score is above 1.

# %% topics="C12-04 C12-05 C12-06 C12-07"
three_of_ten = np.repeat([1, 1, 0, 0], [3, 7, 1, 999]), np.repeat([1, 0, 1, 0], [3, 7, 1, 999])
situations = {
    "three of ten": three_of_ten,
    "ill if likely": (ill, called_ill),
    "ill above 1": (ill, (test_score > 1).astype(int)),
}
for name, pair in situations.items():
    found = mine["binary_scores"](*pair)
    print(
        f"{name:<14} precision {found[0]:.3f}, recall {found[1]:.3f}, fpr {found[2]:.3f}, accuracy {found[3]:.3f}"
    )
    same = (
        metrics.precision_score(*pair),
        metrics.recall_score(*pair),
        metrics.false_positive_rate(*pair),
        metrics.accuracy_score(*pair),
    )
    assert np.allclose(found, same)

# %% [markdown]
# Whoever describes recall as "the share of right ones among all predictions" describes precision: for three of ten that is
# 0.75, and the recall 0.3. And calling everybody ill above 1 costs accuracy, but finds half of the ill. Only 3 % of
# those who are called ill are, though: a reason for a second test, not for surgery.
#
# What should precision be where nobody was called positive, $0/0$? We say 0, like scikit-learn (which also warns). One
# may as well say that it is not defined.

# %% [markdown]
# ## 3 · Two in one: F
#
# Precision alone is easy to please: call only the surest sample positive. Recall, too: call all of them. Together they are
# hard, and so one wants a single number that is large only if both are. The mean $(P + R)/2$ is not it: with $P = 1$ and
# $R = 0.01$ it is over a half. The **harmonic mean** 调和平均 is, the reciprocal of the mean of the reciprocals:
#
# $$F_1 = \frac{2}{1/P + 1/R} = \frac{2 P R}{P + R}$$
#
# With weights, recall counting $\beta$ times as much as precision:
#
# $$F_\beta = (1 + \beta^2) \, \frac{P R}{\beta^2 P + R}$$
#
# (The weights are $1$ and $\beta^2$, so that $F_\beta$ has equal slopes in $P$ and $R$ where $R = \beta P$.) $F_2$ is for
# those who must not miss anything, $F_{0.5}$ for those who must not cry wolf.

# %% [markdown]
# Write $F_\beta$. `precision` and `recall` are arrays of floats of the same shape, with one axis or more, from 0 to 1; `beta` is
# above 0. Return $F_\beta$ of each pair, in that shape; 0 where both are 0. Do not change the arguments. (In this chapter,
# float32 arrays may become float64: the check remarks on it, no more.)


# %% exercise="fbeta"
def fbeta(precision, recall, *, beta=1.0):
    """F-beta of each precision and recall; 0 where both are 0."""
    ### BEGIN SOLUTION
    below = beta**2 * precision + recall
    return (1 + beta**2) * precision * recall / np.where(below > 0, below, 1)
    ### END SOLUTION


# %%
mine |= (new := usable(fbeta))
new

# %% topics="C12-09 C12-13"
P, R = np.array([1.0, 0.5, 0.9, 0.3]), np.array([0.01, 0.5, 0.3, 0.9])
print("precision:", P, " recall:", R)
print("mean:     ", ((P + R) / 2).round(3))
for beta in (1.0, 2.0, 0.5):
    print(f"F{beta:<4g}    ", mine["fbeta"](P, R, beta=beta).round(3))
truth, guess = three_of_ten
p, r, _, _ = mine["binary_scores"](truth, guess)
for beta in (1.0, 2.0):
    ours = mine["fbeta"](np.array([p]), np.array([r]), beta=beta)[0]
    print(f"three of ten, F{beta:g}: {ours:.4f}; nnlib: {metrics.fbeta_score(truth, guess, beta=beta):.4f}")
assert np.isclose(metrics.f1_score(truth, guess), metrics.fbeta_score(truth, guess, beta=1))

# %% tags=["folded"]
grid = np.linspace(0.005, 1, 200)
p, r = np.meshgrid(grid, grid)
fig, panels = plt.subplots(1, 3, figsize=(10.5, 3.4), sharey=True)
levels = np.arange(0.1, 1.0, 0.1)
for ax, (name, value) in zip(
    panels,
    (("mean", (p + r) / 2), ("F1", experiments.fbeta(p, r)), ("F2", experiments.fbeta(p, r, beta=2.0))),
):
    ax.clabel(ax.contour(p, r, value, levels=levels, cmap="viridis"), fontsize=8)
    ax.set(title=name, xlabel="precision", aspect="equal")
panels[0].set(ylabel="recall")
plotting.show(
    fig,
    alt="Lines of equal value over precision and recall. For the mean they are straight and reach both edges: recall 0 can be made up "
    "for. For F1 they are bent around the upper right corner and never reach an edge at 0; for F2 they are flatter: recall decides.",
)

# %% [markdown]
# Put the counts into $F_1$, and $TN$ is nowhere to be seen:
#
# $$F_1 = \frac{2\,TP}{2\,TP + FP + FN} = \frac{2\,|A \cap B|}{|A| + |B|}$$
#
# where $A$ is the set of samples that were called positive and $B$ the set of those that are. The right side is the
# **Dice coefficient** Dice 系数, known from comparing masks of images. Its rival is the intersection over the *union*,
# $J = |A \cap B| / |A \cup B|$. They say the same on two scales: $J = D / (2 - D)$.

# %% topics="C12-10"
rows, columns = np.mgrid[0:40, 0:40]
disc = (rows - 18) ** 2 + (columns - 18) ** 2 < 144
moved = (rows - 22) ** 2 + (columns - 20) ** 2 < 144
D, J = metrics.dice_coefficient(disc, moved), metrics.mask_iou(disc, moved)
as_labels = disc.ravel().astype(int), moved.ravel().astype(int)
print(f"Dice {D:.4f}, F1 {metrics.f1_score(*as_labels):.4f}, IoU {J:.4f}, D / (2 − D) {D / (2 - D):.4f}")

# %% [markdown]
# ## 4 · Many classes, one number
#
# With $K$ classes each class can take its turn at being the positive one: $TP_k = C_{kk}$, $FP_k$ is the rest of column $k$,
# $FN_k$ the rest of row $k$. That gives $K$ precisions, recalls and $F_1$. To make one number of them:
#
# * **macro** 宏平均: the mean of the $K$ numbers; every class counts the same;
# * **weighted** 加权平均: the mean weighted by how many samples each class really has;
# * **micro** 微平均: add up the $TP_k$, the $FP_k$ and the $FN_k$ over the classes first, then compute one $F_1$ of the sums.

# %% [markdown]
# Write $F_1$ of several classes. `confusion` is a confusion matrix, shape `(K, K)`, $K \ge 1$, of whole numbers that are not
# all 0; rows are the truth. `average` is `None` for the $F_1$ of each class, shape `(K,)`, or `"macro"`, `"weighted"` or
# `"micro"` for that average, a number. The $F_1$ of a class that neither occurs nor is predicted is 0, and counts in the
# macro average like any other; NumPy's warning about 0/0 costs nothing, if what you return is 0. You may call your `fbeta`.
# Do not change the argument.


# %% exercise="f1_scores"
def f1_scores(confusion, *, average=None):
    """F1 of each class, shape (K,), or one of its averages, a number."""
    ### BEGIN SOLUTION
    tp, predicted, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    if average == "micro":
        return tp.sum() / true.sum()  # precision and recall of the sums are both this
    f1 = fbeta(tp / np.maximum(predicted, 1), tp / np.maximum(true, 1))
    if average is None:
        return f1
    return f1.mean() if average == "macro" else (f1 * true).sum() / true.sum()
    ### END SOLUTION


# %%
mine |= (new := usable(f1_scores))
new

# %% topics="C12-11 C12-12"
print("F1 of the digits:", mine["f1_scores"](C).round(3))
y95, always0 = np.repeat([0, 1], [95, 5]), np.zeros(100, int)
for name, (truth, guess) in {"digits": (y_test, y_pred), "95 to 5, always 0": (y95, always0)}.items():
    table = mine["confusion_matrix"](truth, guess, num_classes=truth.max() + 1)
    ours = {a: mine["f1_scores"](table, average=a) for a in ("macro", "weighted", "micro")}
    assert all(np.isclose(v, metrics.f1_score(truth, guess, average=a)) for a, v in ours.items())
    print(
        f"{name:<18}",
        {a: round(float(v), 3) for a, v in ours.items()},
        f"accuracy {np.mean(truth == guess):.3f}",
    )

# %% [markdown]
# Micro-$F_1$ *is* the accuracy where each sample has one class and gets one: each mistake is a $FP$ for one class and a $FN$
# for another, so both sums are the number of mistakes. So it is not "the one for classes of unequal size", as one may read: the
# classifier that always says 0 has a micro-$F_1$ of 0.95. Macro says 0.487, and one asks why.
#
# And there are two numbers that are called macro-$F_1$. The one above, as scikit-learn has it, is the mean of the $F_1$. The
# other is the $F_1$ of the mean precision and the mean recall; one finds it even below a sentence that describes the first.

# %%
truth = np.repeat([0, 1, 2], [10, 4, 1])
guess = np.array([0] * 6 + [1] * 2 + [2] * 2 + [1] * 3 + [0] + [2])
each = [
    f(truth, guess, average=None) for f in (metrics.precision_score, metrics.recall_score, metrics.f1_score)
]
print("precision of the classes:", each[0].round(3), " recall:", each[1].round(3), " F1:", each[2].round(3))
print(f"mean of the F1:            {metrics.f1_score(truth, guess, average='macro'):.4f}")
print(f"F1 of the means:           {metrics.f1_of_macro_averages(truth, guess):.4f}")

# %% [markdown]
# The second is never the smaller one: a class with a high precision makes up for another's low one. Say which you report.

# %% [markdown]
# ## 5 · Near misses: top-k
#
# A classifier of a thousand kinds of things that says "malamute" to a husky is not as wrong as one that says "teapot". The
# **top-k accuracy** Top-k 准确率 counts a sample as right if its class is among the $k$ with the highest scores.

# %% [markdown]
# Write it. `y_true` has shape `(n,)`, $n \ge 1$, and holds whole numbers from 0 to $K - 1$; `y_score` has shape `(n, K)`, a
# score for each class, any numbers. No two scores of a sample are equal. `k` $\ge 1$ is a whole number; if it is $K$ or more,
# every sample is right. Return the share of right samples. Do not change the arguments.


# %% exercise="top_k_accuracy_score"
def top_k_accuracy_score(y_true, y_score, *, k=2):
    """The share of samples whose class is among the k with the highest scores."""
    ### BEGIN SOLUTION
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score > own[:, None]).sum(axis=1) < k)
    ### END SOLUTION


# %%
mine |= (new := usable(top_k_accuracy_score))
new

# %% topics="C12-08"
for k in (1, 2, 3, 5, 10):
    ours = mine["top_k_accuracy_score"](y_test, scores, k=k)
    print(f"top {k:>2}: {ours:.3f}; nnlib: {metrics.top_k_accuracy_score(y_test, scores, k=k):.3f}")

# %% [markdown]
# **End of the first sitting.** You have the metrics of decisions. They all depend on where the line between yes and no was
# drawn; the next ones do not.

# %% [markdown]
# # Sitting 2
#
# ## 6 · Every threshold at once: the ROC curve
#
# Most classifiers give a **score** 得分 first, such as a probability, and decide by a **threshold** 阈值: positive if score $\ge$
# threshold. Lower the threshold from above all scores to below all, and from "nobody" the decision turns into "everybody". On
# the way each positive that is passed raises the true positive rate by $1/P$, each negative the false positive rate by $1/N$,
# with $P$ positives and $N$ negatives in all (from here on $P$ is a number of samples, no longer a precision). The points
# (FPR, TPR) make the **ROC curve** ROC 曲线 (receiver operating characteristic; the first receivers were radar sets). It begins
# at (0, 0) and ends at (1, 1). Only the *order* of the scores counts.
#
# Samples with equal scores are passed at the same threshold: together they make one step, oblique if both classes are among
# them.

# %% [markdown]
# Write the ROC curve. `y_true` has shape `(n,)` and holds the whole numbers 0 and 1, at least one of each; `y_score` has shape
# `(n,)`, finite numbers, some of which may be equal. Return the tuple `(fpr, tpr, thresholds)`. `thresholds` are the $m$
# *distinct* scores, from the highest down, shape `(m,)`; `fpr` and `tpr` have shape `(m + 1,)`: first 0 and 0, where nobody is
# called positive, then the rates at each of the thresholds. Keep all points, those on straight lines, too. (scikit-learn leaves
# some of them out, and puts infinity before the thresholds, for the first point.) Do not change the arguments.


# %% exercise="roc_curve"
def roc_curve(y_true, y_score):
    """(fpr, tpr, thresholds): thresholds fall, and (0, 0) stands at the beginning of the curve."""
    ### BEGIN SOLUTION
    order = np.argsort(-y_score)
    y, s = y_true[order], y_score[order]
    last = np.append(s[1:] != s[:-1], True)  # of each run of equal scores
    tp, fp = np.cumsum(y)[last], np.cumsum(1 - y)[last]
    return np.append(0, fp) / fp[-1], np.append(0, tp) / tp[-1], s[last]
    ### END SOLUTION


# %%
mine |= (new := usable(roc_curve))
new

# %% [markdown]
# The digits, with one class in the place of the positive: is it an 8? The score is how much nearer the image is to the mean
# of the eights than to the nearest other mean.

# %% topics="C12-19"
is_eight = (y_test == 8).astype(int)
eight_score = scores[:, 8] - np.delete(scores, 8, axis=1).max(axis=1)
fpr, tpr, thresholds = mine["roc_curve"](is_eight, eight_score)
print(f"{len(fpr)} points for {len(is_eight)} images, {is_eight.sum()} of them eights")
for most in (0.01, 0.05, 0.2):
    at = (
        np.searchsorted(fpr, most, side="right") - 1
    )  # the last point; its threshold is the one before in the list
    print(
        f"false positive rate at most {most:4.0%}: threshold {thresholds[at - 1]:6.2f}, true positive rate {tpr[at]:.3f}"
    )
same = metrics.roc_curve(is_eight, eight_score, drop_intermediate=False)
print("nnlib agrees:", np.allclose((fpr, tpr), same[:2]) and np.allclose(thresholds, same[2][1:]))

# %% tags=["folded"]
backwards = mine["roc_curve"](is_eight, -eight_score)
fig, ax = plt.subplots(figsize=(4.6, 4.2))
ax.plot(fpr, tpr, label="an 8 by the nearest mean")
ax.plot(backwards[0], backwards[1], "--", label="the same with the sign reversed")
ax.plot([0, 1], [0, 1], ":", color="0.5", label="a coin")
ax.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
ax.legend()
plotting.show(
    fig,
    alt="ROC curve of the classifier for eights: it rises steeply to a true positive rate of about 0.9 and then bends to the upper "
    "right corner. With the sign of the score reversed the curve is turned by half a turn and lies as far below the diagonal. "
    "The diagonal is a coin.",
)

# %% [markdown]
# The upper left corner is perfect. "The farther from the diagonal, the better", as one reads, is half of it: far *below* the
# diagonal is a classifier that is reliably wrong.

# %% [markdown]
# ## 7 · The area, and what it is a probability of
#
# The **area under the curve** 曲线下面积 (AUC) is 1 for a perfect order, a half for a coin, 0 for the reverse. It is also a
# probability. Draw a positive and a negative sample at random; with which probability does the positive have the higher
# score?
#
# $$\mathrm{AUC} = \frac{1}{P N} \sum_{i:\, y_i = 1}\ \sum_{j:\, y_j = 0} \Big( [s_i > s_j] + \tfrac12\, [s_i = s_j] \Big)$$
#
# where $[\dots]$ is 1 if it holds and 0 if not. For a proof count squares: with no ties, the area under the staircase is made
# of cells of width $1/N$ and height $1/P$, one for each pair, and the cell of a pair lies under the curve just if the positive
# was passed first. A pair that ties is cut in half by the oblique step.

# %% [markdown]
# Write the AUC by this formula. `y_true` and `y_score` are as for `roc_curve`. Return the number. Do not change the arguments.


# %% exercise="auc_by_pairs"
def auc_by_pairs(y_true, y_score):
    """How often a positive scores above a negative; a tie counts one half."""
    ### BEGIN SOLUTION
    above, below = y_score[y_true == 1][:, None], y_score[y_true == 0]
    return np.mean((above > below) + 0.5 * (above == below))
    ### END SOLUTION


# %%
mine |= (new := usable(auc_by_pairs))
new

# %% topics="C12-20 C12-23"
coarse = np.round(eight_score / 5)  # few distinct scores, many ties
for name, s in {"scores": eight_score, "rounded to fives": coarse, "sign reversed": -eight_score}.items():
    x, y, _ = mine["roc_curve"](is_eight, s)
    print(
        f"{name:<16} by pairs {mine['auc_by_pairs'](is_eight, s):.4f}, area of the trapezia {metrics.auc(x, y):.4f}, "
        f"nnlib {metrics.roc_auc_score(is_eight, s):.4f}"
    )
assert np.isclose(metrics.auc_by_pairs(is_eight, coarse), metrics.roc_auc_score(is_eight, coarse))
x, y, _ = mine["roc_curve"](is_eight, coarse)
print(f"ties counted as lost: {np.sum(np.diff(x) * y[:-1]):.4f}, as won: {np.sum(np.diff(x) * y[1:]):.4f}")

# %% [markdown]
# With ties the staircase below or above the curve is not the area: the trapezia of `metrics.auc` are. A million samples have
# too many pairs; the sorted way takes $n \log n$ steps.

# %% [markdown]
# ## 8 · Precision against recall
#
# The ROC curve never looks at precision, the share of true ones among those called. The **precision–recall curve** PR 曲线 does.
# Its points are the pairs (recall, precision) over the thresholds. Recall rises as the threshold falls; precision goes up
# with each positive that is passed and down with each negative, in a zigzag (where it is 1 it stays with a positive, and where
# it is 0 with a negative). scikit-learn's form of it begins with the
# *lowest* score as threshold, where recall is 1, and adds a last point by hand, recall 0 and precision 1, that belongs to no
# threshold.

# %% [markdown]
# Write it in that form. `y_true` has shape `(n,)`, whole numbers 0 and 1, at least one 1 (perhaps no 0); `y_score` has shape
# `(n,)`, finite numbers, some of which may be equal. Return the tuple `(precision, recall, thresholds)`. `thresholds` are the
# $m$ distinct scores, rising, shape `(m,)`; `precision` and `recall` have shape `(m + 1,)`: their values at each of the
# thresholds (positive is score $\ge$ threshold), and at the end the 1 and the 0. Keep all points. Do not change the
# arguments.


# %% exercise="precision_recall_curve"
def precision_recall_curve(y_true, y_score):
    """(precision, recall, thresholds): thresholds rise; precision 1 and recall 0 stand at the end."""
    ### BEGIN SOLUTION
    thresholds = np.unique(y_score)
    positives = np.sort(y_score[y_true == 1])
    tp = len(positives) - np.searchsorted(positives, thresholds)
    called = len(y_score) - np.searchsorted(np.sort(y_score), thresholds)
    return np.append(tp / called, 1.0), np.append(tp / len(positives), 0.0), thresholds
    ### END SOLUTION


# %%
mine |= (new := usable(precision_recall_curve))
new

# %% [markdown]
# One number of this curve, too: the precision, averaged over the recall. scikit-learn's **average precision** 平均精确率 (AP) is the
# sum of the steps, $\sum_k (r_k - r_{k-1})\, p_k$ over the recalls $r_k$ and precisions $p_k$ from the highest threshold
# down; nothing is smoothed. It is the mean, over the positives, of the precision at the moment when each is found.

# %% topics="C12-14 C12-16"
precision, recall, thresholds = mine["precision_recall_curve"](is_eight, eight_score)
same = metrics.precision_recall_curve(is_eight, eight_score)
print("nnlib agrees:", all(np.allclose(a, b) for a, b in zip((precision, recall, thresholds), same)))
steps = np.sum(-np.diff(recall) * precision[:-1])
print(f"sum of the steps {steps:.4f}, nnlib {metrics.average_precision_score(is_eight, eight_score):.4f}")
print(f"a coin: {is_eight.mean():.3f}, the share of eights")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(5.2, 3.6))
ax.plot(recall, precision, label="an 8 by the nearest mean")
ax.axhline(is_eight.mean(), ls=":", color="0.5", label="a coin")
ax.set(xlabel="recall", ylabel="precision", ylim=(0, 1.05))
ax.legend()
plotting.show(
    fig,
    alt="Precision over recall for the eights. A zigzag, near 1 for small recall, falls slowly, and drops steeply to a tenth where "
    "recall comes near 1. The dotted line of a coin lies at a tenth.",
)

# %% [markdown]
# ## 9 · When positives are rare
#
# What we look for is often **rare** (class imbalance, 样本不平衡). Now the same classifier on tests with more and more
# negatives: a thousand positives that score 1.5 on average, and one to
# a thousand times as many negatives that score 0, with standard deviation 1 each. (Some seconds.)

# %% topics="C12-21"
positives = 100 if quick else 1000
run = experiments.roc_vs_pr((1, 10, 100, 1000), positives=positives, rng=np.random.default_rng(0))
for ratio, area, ap, chance in zip(run.ratio, run.auc, run.ap, run.chance):
    print(f"1 : {ratio:<4} AUC {area:.2f}, AP {ap:.3f}, AP of a coin {chance:.3f}")

# %% tags=["folded"]
axes = run.plot()
plotting.show(
    axes[0].figure,
    alt="Two panels with four curves each, for 1, 10, 100 and 1000 negatives to a positive. Left, ROC: all four lie on one another. "
    "Right, precision over recall: with each factor of ten in the negatives the curve sinks, the last one lies near 0.",
)

# %% [markdown]
# The ROC curve does not move, since both its rates are shares within one class. Precision falls:
#
# $$\text{precision} = \frac{P \cdot TPR}{P \cdot TPR + N \cdot FPR}$$
#
# With $N/P = 1000$ a false positive rate of 1 %, which looks like nothing on the ROC curve, is ten false alarms to each
# positive, found or not. Neither curve is the better one. ROC says how well the classifier tells the classes apart,
# whatever their sizes; precision says what its alarms are worth *here*. Whoever reports a PR curve must say how rare the
# positives are, and may compare it only with curves for the same share.

# %% [markdown]
# **Written question.** A firm sells a detector of faulty parts: "accuracy 99.5 %, AUC 0.97". In your factory one part of a
# thousand is faulty. (a) What would a detector reach that gives every part the same score and never says "faulty", in
# accuracy and in AUC? (b) At the threshold
# that you want, it finds 90 % of the faulty parts and has a false positive rate of 2 %. How many of the parts that it reports
# are faulty, and which number should the firm have named?

# %% [markdown] written="faulty-parts" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: accuracy 99.9 %, more than the firm's; the AUC of a score that is the same for all is
# a half, since all pairs tie. Half a point for one of them. (b) 1 point: of 1000 parts 1 is faulty, 0.9 found; of 999 good
# ones 20 are reported; the precision is $0.9 / (0.9 + 19.98) = 4.3\,\%$: of 23 reports one is right. It should have named the
# precision (or a PR curve, or the AP) at one faulty part of a thousand. Half a point for the number without the name or the
# other way round.
# ### END SOLUTION

# %% [markdown]
# **End of the second sitting.** You have the metrics of scores.

# %% [markdown]
# # Sitting 3
#
# ## 10 · Three more that are called AP
#
# Those who detect objects in images take the zigzag out of the curve first. The **interpolated precision** 插值精确率 at a recall
# $r$ is the best precision at that recall *or any higher one*, 0 where the curve does not reach:
#
# $$p_{\text{interp}}(r) = \max_{\hat r \,\ge\, r} p(\hat r)$$
#
# and the average precision is its mean over levels of recall, or its area:
#
# $$\begin{gathered}
# \mathrm{AP}_{11} = \frac{1}{11} \sum_{r \in \{0, 0.1, \dots, 1\}} p_{\text{interp}}(r) \quad \text{(VOC 2007)}, \\
# \mathrm{AP}_{101} = \frac{1}{101} \sum_{r \in \{0, 0.01, \dots, 1\}} p_{\text{interp}}(r) \quad \text{(COCO)}, \\
# \mathrm{AP}_{\text{all}} = \sum_{i=1}^{n} (r_i - r_{i-1})\, p_{\text{interp}}(r_i), \ r_0 = 0 \quad \text{(VOC from 2010)}
# \end{gathered}$$
#
# VOC and COCO are two collections of images, each with a yearly competition. Here $r_i$ and $p_i$ are recall and precision
# after the $i$ detections with the highest scores.

# %% [markdown]
# Write the three. `recall` has shape `(n,)`, numbers from 0 to 1 that never fall, and `precision` shape `(n,)`, the precision
# beside each. `method` is `"11point"`, `"101point"` or `"all"`. Return the number. $n$ may be 0: nothing was detected, and
# every method gives 0. The last recall may be below 1. Take `np.arange(11) / 10` and `np.arange(101) / 100` for the levels:
# 6 / 10 and 3 / 5 are the same number, while `np.linspace(0, 1, 11)[6]` is 0.6000000000000001, which a recall of 3 / 5 does not
# reach. (The check asks for no level in between that a recall meets exactly, so there both pass. That 1 reaches 1 it does
# ask.) Do not change the arguments.


# %% exercise="average_precision"
def average_precision(recall, precision, *, method="11point"):
    """Mean of the interpolated precision over 11 or 101 levels of recall, or its area."""
    ### BEGIN SOLUTION
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.arange(11) / 10 if method == "11point" else np.arange(101) / 100
    return best[np.searchsorted(recall, levels)].mean()
    ### END SOLUTION


# %%
mine |= (new := usable(average_precision))
new

# %% [markdown]
# Ten detections, five of them right, from the best score down: 1011001001. (If a second number stands beside yours, your levels
# are those of `np.linspace`.)

# %% topics="C12-15"
right = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 1])
tp = np.cumsum(right)
r, p = tp / 5, tp / np.arange(1, 11)
for method in ("11point", "101point", "all"):
    same = metrics.average_precision(r, p, method=method)
    ours = mine["average_precision"](r, p, method=method)
    print(f"{method:<9} {ours:.4f}", "" if np.isclose(ours, same) else f"; nnlib {same:.4f}")
print(f"steps     {metrics.average_precision_score(right, -np.arange(10)):.4f}")
ranks = np.round(np.linspace(0, 9, 11)).astype(int)
print(f"at eleven ranks instead of levels of recall: {p[ranks].mean():.4f}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(5.4, 3.6))
ax.plot(r, p, "o-", label="precision after each detection")
levels = np.linspace(0, 1, 401)
height = np.array([p[r >= level].max() for level in levels])
ax.plot(levels, height, label="interpolated")
eleven = np.arange(11) / 10
ax.plot(eleven, [p[r >= level].max() for level in eleven], "s", ms=5, label="the 11 levels")
ax.set(xlabel="recall", ylabel="precision", ylim=(0, 1.05))
ax.legend()
plotting.show(
    fig,
    alt="Precision over recall for ten detections, a zigzag between 1 and 0.44. The interpolated curve is a staircase that lies on its "
    "upper points and never rises: 1, then 0.75, 0.57 and 0.5. Squares mark it at the eleven levels of recall.",
)

# %% [markdown]
# Four numbers, one name, the same ten detections. The 11 are *levels of recall*, not ranks in the list, as one may read. Never
# compare two APs before you know which they are.

# %% [markdown]
# ## 11 · Boxes: intersection over union
#
# A **detector** 检测器 draws boxes around things in an image, each with a class and a score. A box is $(x_1, y_1, x_2, y_2)$,
# the upper left and the lower right corner, $y$ pointing down. It will hardly ever fit to the pixel, so one asks how much two
# boxes share, by the **intersection over union** 交并比 (IoU):
#
# $$\mathrm{IoU}(A, B) = \frac{\text{area}(A \cap B)}{\text{area}(A \cup B)}, \qquad
# \text{area}(A \cup B) = \text{area}(A) + \text{area}(B) - \text{area}(A \cap B)$$
#
# The intersection of two boxes is a box, too, from the larger of the left edges to the smaller of the right ones, and in the
# same way from top to bottom; if that has a negative width or height there is none.

# %% [markdown]
# Write the IoU of all pairs. `boxes1` has shape `(n, 4)`, `boxes2` shape `(m, 4)`, $n, m \ge 1$, arrays of floats, each row
# $(x_1, y_1, x_2, y_2)$; widths and heights are 1 or more. Return an array of shape `(n, m)`. Boxes that only touch have IoU 0.
# The coordinates are places on the plane, not counts of pixels: the width is $x_2 - x_1$, without adding 1. Do not change
# the arguments.


# %% exercise="box_iou"
def box_iou(boxes1, boxes2):
    """IoU of each box of one set with each of the other, shape (n, m)."""
    ### BEGIN SOLUTION
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)
    ### END SOLUTION


# %%
mine |= (new := usable(box_iou))
new

# %% topics="C12-01"
square = np.array([[0.0, 0, 10, 10]])
others = np.array(
    [[0, 0, 10, 10], [1, 1, 11, 11], [5, 0, 15, 10], [0, 0, 10, 5], [10, 0, 20, 10], [2.5, 2.5, 7.5, 7.5]]
)
print("a square of side 10 with others:", mine["box_iou"](square, others.astype(float)).round(3)[0])
print("nnlib:                          ", metrics.box_iou(square, others).round(3)[0])
for side in (8, 32, 128):
    box = np.array([[0.0, 0, side, side]])
    print(f"side {side:>3}, off by 2 pixels each way: IoU {mine['box_iou'](box, box + 2)[0, 0]:.2f}")

# %% [markdown]
# A square moved by half its side keeps an IoU of a third, not a half: the union grows while the intersection shrinks. And two
# pixels are nothing to a large box and ruin a small one.

# %% [markdown]
# ## 12 · Who has found whom
#
# A detection counts as right if its IoU with an object is at least a threshold, 0.5 say. But an object is found *once*. A
# second box around it is a false positive, or a detector that draws every box twice would have a recall of 2. So detections
# and objects are matched **one to one** 一一匹配, and the surest detections choose first:
#
# * go through the detections from the highest score down;
# * each takes, among the objects that are not taken yet, the one with which it has the largest IoU, if that is at least the
#   threshold; if not, it takes none.
#
# (So does COCO. VOC's own code looks at the object with the largest IoU only: if that is taken, the detection is a false
# positive.)
#
# Detections that took an object are true positives, the others false positives; objects that nobody took are false negatives.
# True negatives there are none: nobody can count the boxes that are rightly not there. So detectors have precision and
# recall, and neither accuracy nor a ROC curve.

# %% [markdown]
# Write the matching for the boxes of one class in one image. `iou` has shape `(n, m)`, $n, m \ge 1$: the IoU of each of $n$
# detections with each of $m$ objects; `scores` has shape `(n,)`. Return an array of integers, shape `(n,)`: for each
# detection, in the order of the rows of `iou`, the index of the object that it takes, or −1 for none. Of detections with equal
# scores the first one chooses first; of equal IoUs the first object is taken. `iou_threshold` is above 0. Do not change
# the arguments.


# %% exercise="match_by_iou"
def match_by_iou(iou, scores, *, iou_threshold=0.5):
    """For each detection the index of the object that it takes, or -1, shape (n,)."""
    ### BEGIN SOLUTION
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken
    ### END SOLUTION


# %%
mine |= (new := usable(match_by_iou))
new

# %% topics="C12-03"
objects = np.array([[0.0, 0, 10, 10], [20, 0, 30, 10]])
drawn = np.array([[0.0, 0, 10, 9], [1, 0, 11, 10], [50, 50, 60, 60]])
drawn_scores = np.array([0.8, 0.9, 0.7])
overlaps = mine["box_iou"](drawn, objects)
print("IoU with the two objects:", overlaps.round(2).tolist())
print("taken:", mine["match_by_iou"](overlaps, drawn_scores))
hit, miss, count = metrics.match_detections(drawn, drawn_scores, objects)
print(
    f"nnlib: true positives {hit.tolist()}, so recall {hit.sum()}/{count} and precision {hit.sum()}/{len(hit)}"
)
print(f"every box with IoU ≥ 0.5 counted: recall of the first object {np.sum(overlaps[:, 0] >= 0.5) / 1:.1f}")

# %% [markdown]
# The box that fits better (IoU 0.9, score 0.8) loses to the one that was surer (IoU 0.82, score 0.9). That is harsh, and
# meant: the detector should know which of its boxes is the best.

# %% [markdown]
# **End of the third sitting.** You have three more areas, and know which box has found which object.

# %% [markdown]
# # Sitting 4
#
# ## 13 · The mean of the averages: mAP
#
# For one class and one threshold of IoU: put the detections of *all images* into one list, sort it by score, and mark which
# are hits. After each the recall is hits / objects and the precision is hits / detections so far; the average precision of
# section 10 makes one number of them. Its mean over the classes is the **mAP** 平均精度均值 (mean average precision). Usually one
# averages over thresholds of IoU, too:
#
# * AP@50 and AP@75: the mAP at the threshold 0.5, or 0.75;
# * AP@[.5:.95]: the mean over the ten thresholds 0.5, 0.55, …, 0.95. COCO calls this one simply AP.

# %% [markdown]
# Write the last part of it, once it is known which detections are hits. `hits` has shape `(n, T)`, whole numbers 0 and 1: did
# detection $i$ take an object at threshold $t$? `scores` has shape `(n,)`, `labels` shape `(n,)`, the class of each
# detection, whole numbers from 0 to $K - 1$; $n, T, K \ge 1$. `num_objects` has shape `(K,)`, whole numbers: how many objects
# of each class there are in all images. For each class with objects and each threshold, rank the detections of that class by
# score (of equal scores the first comes first) and compute the average precision, method `"all"`. Return the mean over these
# classes and the thresholds, a number. Classes without objects are left out, and so are their detections; a class that has
# objects and no detections counts 0. At least one class has objects, and no class has, at any one threshold, more hits than
# objects. You may call your `average_precision`. Do not change the arguments.


# %% exercise="mean_average_precision"
def mean_average_precision(hits, scores, labels, num_objects):
    """Mean of the average precision over classes with objects and over thresholds."""
    ### BEGIN SOLUTION
    order = np.argsort(-scores, kind="stable")
    found = []
    for k in np.flatnonzero(num_objects):
        tp = np.cumsum(hits[order][labels[order] == k], axis=0)
        ranks = np.arange(1, len(tp) + 1)
        for t in tp.T:
            found.append(average_precision(t / num_objects[k], t / ranks, method="all"))
    return np.mean(found)
    ### END SOLUTION


# %%
mine |= (new := usable(mean_average_precision))
new

# %% [markdown]
# A hundred images with objects of five classes, and a made-up detector: nine objects of ten are found, a fifth of them twice,
# the boxes are a little off, and five boxes an image are around nothing. `judged` matches class by class and image by image
# with your functions.

# %% topics="C12-17"
THRESHOLDS = np.linspace(0.5, 0.95, 10)


def judged(detections, truths, thresholds):
    """(hits, scores, labels, num_objects) of all images, for mean_average_precision."""
    hits, score, label = [], [], []
    for found, truth in zip(detections, truths):
        for k in np.unique(found["labels"]):
            d, g = found["labels"] == k, truth["labels"] == k
            hit = np.zeros((d.sum(), len(thresholds)), int)
            if g.any():
                iou = mine["box_iou"](found["boxes"][d], truth["boxes"][g])
                for t, threshold in enumerate(thresholds):
                    hit[:, t] = mine["match_by_iou"](iou, found["scores"][d], iou_threshold=threshold) >= 0
            hits.append(hit)
            score.append(found["scores"][d])
            label.append(found["labels"][d])
    objects = np.bincount(np.concatenate([truth["labels"] for truth in truths]), minlength=5)
    return np.concatenate(hits), np.concatenate(score), np.concatenate(label), objects


images = 20 if quick else 100
detections, truths = experiments.made_up_detections(images, rng=np.random.default_rng(0))
hits, score, label, objects = judged(detections, truths, THRESHOLDS)
for name, t in {"AP@50": [0], "AP@75": [5], "AP@[.5:.95]": range(10)}.items():
    ours = mine["mean_average_precision"](hits[:, t], score, label, objects)
    same = metrics.mean_average_precision(detections, truths, iou_thresholds=THRESHOLDS[t], method="all")
    print(f"{name:<12} {ours:.3f}; nnlib {same:.3f}")

# %% [markdown]
# COCO's table has twelve numbers, with 101 levels of recall: AP over the thresholds, at 0.5 and 0.75, for small, medium and
# large objects; and the **average recall** (AR), the recall averaged over the same thresholds, with 1, 10 and 100 detections
# an image and class, and again by size. AP at 0.5 and 0.75 differ a little from yours: 101 levels instead of the area.

# %%
for name, value in metrics.coco_summary(detections, truths)._asdict().items():
    print(f"{name:<10} {value:.3f}")

# %% [markdown]
# This detector errs in parts of an object's size, so it does about as well for small objects as for large ones. Real ones
# are off by pixels, and small objects come off worst.

# %% [markdown]
# ## 14 · When boxes are a little off
#
# AP needs scores. Another question is only how exactly the objects are enclosed: for each object take the IoU with the box
# that fits it best (of whatever class), 0 if there is none. The **recall at $u$** is the share of objects for which this is
# at least $u$. Averaged over all $u$ from 0.5 to 1, it is the **average recall** 平均召回率:
#
# $$\mathrm{AR} = 2 \int_{0.5}^{1} \text{recall}(u)\, du = \frac2n \sum_{i=1}^n \max\big(\mathrm{IoU}_i - \tfrac12,\ 0\big)$$
#
# The 2 makes it 1 for perfect boxes, since the interval has length a half. (An object with $\mathrm{IoU}_i > \frac12$ is in
# recall$(u)$ for all $u$ up to $\mathrm{IoU}_i$: it adds $\mathrm{IoU}_i - \frac12$ to the integral.) COCO takes the mean
# over its ten thresholds instead.

# %% [markdown]
# Write both. `ious` has shape `(n,)`, $n \ge 1$, numbers from 0 to 1. `iou_thresholds` is `None` for the formula above, or an
# array of shape `(T,)`, $T \ge 1$: then return the mean over these thresholds of the share of `ious` that are at least the
# threshold (compared as they are, without a tolerance). Return a number. Do not change the arguments.


# %% exercise="average_recall"
def average_recall(ious, *, iou_thresholds=None):
    """Recall averaged over all thresholds from 0.5 to 1, or over those given."""
    ### BEGIN SOLUTION
    if iou_thresholds is None:
        return 2 * np.maximum(ious - 0.5, 0).mean()
    return np.mean(ious[:, None] >= iou_thresholds)
    ### END SOLUTION


# %%
mine |= (new := usable(average_recall))
new

# %% [markdown]
# Now the made-up detector without boxes around nothing, and with all its boxes in their true place and size, but shifted by a
# part $s$ of their width to the right and of their height down. The IoU with the object is then the same for all of them,
# $(1-s)^2 / (2 - (1-s)^2)$. (Some seconds.)

# %% topics="C12-18"
shifts = np.linspace(0, 0.3, 7 if quick else 31)
perfect, truths = experiments.made_up_detections(
    20 if quick else 60, false=0, jitter=0.0, rng=np.random.default_rng(1)
)
curves = {name: [] for name in ("AP@50", "AP@75", "AP@[.5:.95]", "AR", "AR, ten thresholds")}
for s in shifts:
    moved = []
    for found in perfect:
        box = found["boxes"]
        moved.append({**found, "boxes": box + s * np.tile(box[:, 2:] - box[:, :2], 2)})
    hits, *rest = judged(moved, truths, THRESHOLDS)
    for name, t in (("AP@50", [0]), ("AP@75", [5]), ("AP@[.5:.95]", range(10))):
        curves[name].append(mine["mean_average_precision"](hits[:, t], *rest))
    fits = []
    for found, truth in zip(moved, truths):
        if len(found["boxes"]) and len(truth["boxes"]):
            fits.append(mine["box_iou"](truth["boxes"], found["boxes"]).max(axis=1))
        else:
            fits.append(np.zeros(len(truth["boxes"])))
    fits = np.concatenate(fits)
    curves["AR"].append(mine["average_recall"](fits))
    curves["AR, ten thresholds"].append(mine["average_recall"](fits, iou_thresholds=THRESHOLDS))
    assert np.isclose(curves["AR"][-1], metrics.average_recall(fits))
for t in (0.5, 0.75):
    print(f"the IoU falls below {t} at a shift of {1 - np.sqrt(2 * t / (1 + t)):.3f}")
print("shift " + "  ".join(curves))
for i in range(0, len(shifts), 1 if quick else 5):
    row = "  ".join(f"{values[i]:{len(name)}.2f}" for name, values in curves.items())
    s = shifts[i]
    print(f"{s:5.2f} {row}   IoU {(1 - s) ** 2 / (2 - (1 - s) ** 2):.2f}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6, 3.6))
for (name, values), style in zip(curves.items(), ("-", "-", "-", "--", ":")):
    ax.plot(shifts, values, style, label=name)
ax.set(xlabel="shift, in sides of the box", ylim=(0, 1.02))
ax.legend()
plotting.show(
    fig,
    alt="Five numbers over the shift of the boxes from 0 to 0.3 sides. AP@75 is flat and falls to near 0 at 0.07, AP@50 at 0.18, both in "
    "one step. AP over ten thresholds goes down in small steps, average recall in a smooth curve, both reach 0 at 0.18.",
)

# %% [markdown]
# One threshold is a cliff: at 0.5 a shift of 18 % costs nothing and one of 19 % all; at 0.75 the edge is at 7 %. The mean over
# ten thresholds is ten small cliffs: that is what it is for. Over ten thresholds AR is a little higher, unless the boxes are
# perfect: each threshold stands for the 0.05 above it, and the recall is largest at the lower end. Without a shift AR is 0.89
# only, since one object in ten is never found; AP is lower still, since some boxes have the wrong class, and some objects are
# drawn twice.
#
# And the last question of detectors: how many boxes to draw? A good one and a poor one, allowed more and more boxes an image:

# %% topics="C12-24"
kinds = {"good": {"quality": 4.0, "jitter": 0.05}, "poor": {"quality": 0.5, "jitter": 0.3}}
most = (1, 2, 4, 8, 16, 32)
more = {}
for name, options in kinds.items():
    scene = experiments.made_up_detections(images, rng=np.random.default_rng(0), **options)
    more[name] = experiments.more_boxes(*scene, boxes=most)
    print(f"{name}: recall {more[name].recall.round(2)}, precision {more[name].precision.round(2)}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6, 3.4))
for name, run in more.items():
    run.plot(ax, label=name)
ax.set(xscale="log", xticks=most, xticklabels=most)
ax.minorticks_off()
plotting.show(
    fig,
    alt="Recall (solid) and precision (dashed) over 1 to 32 boxes an image for two detectors. Recall rises for both and levels off. The good "
    "one's precision falls slowly up to four boxes, from 1 to 0.9, and to a half at sixteen; the poor one's is low from the start.",
)

# %% [markdown]
# More boxes never lower the recall. The good detector's precision falls slowly at first, to 0.89 when half of the objects are
# found, and is about a half when no more are to be found: then there is nothing left to be right about. The poor one's is low
# from the start. It is *precision* that should hold, not accuracy, as a translation may have it.
#
# **Written question.** Detector A has AP@50 = 0.80 and AP@75 = 0.20; detector B has 0.70 and 0.60. (a) What do the two
# numbers of A say about its boxes? (b) Which would you take to count cars on a photo, and which for a robot that grasps? (c) A
# colleague matches each detection with any object that it overlaps enough, taken or not, and finds a recall of 1.3. What is
# wrong, and what becomes of the extra boxes when it is put right?

# %% [markdown] written="two-detectors" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) half a point: A finds the objects and ranks them well, but its boxes are inexact: most
# overlap by more than 0.5 and less than 0.75. (b) half a point: for counting A, it finds more; for grasping B, its boxes sit
# where the things are. Any choice with a reason that fits the numbers. (c) 1 point: an object may be found once only;
# several boxes on one object were counted as several hits (half a point). Matched one to one, the best score takes the object
# and the others are false positives: recall is at most 1, and precision falls (half a point).
# ### END SOLUTION

# %% [markdown]
# ## 15 · Perplexity
#
# A language model gives each next word a probability. It is good if it gave a high one to the words that came. For $N$ words
# with the probabilities $p_1, \dots, p_N$ the **perplexity** 困惑度 is
#
# $$\mathrm{ppl} = (p_1\, p_2 \cdots p_N)^{-1/N} = \exp\Big( -\frac1N \sum_{i=1}^N \ln p_i \Big)$$
#
# If all words had the probability $1/K$ it is $K$: the model is as undecided as between $K$ words. The two sides are equal on
# paper only. A product of several hundred probabilities may be 0 in floating point, its power infinite; so one works with the
# logarithms. The exponent on the right is the mean cross-entropy of chapter 03: perplexity is its exponential.

# %% [markdown]
# Write it from logarithms. `log_probs` holds natural logarithms of probabilities, all $\le 0$ and finite, with one axis or more
# and at least one entry. With `axis=None`, the default, return one number for all of them; with a whole number, from the
# front or from the back, average over that axis only, and return the shape without it. The logarithms may be so many that
# their sum is $-5000$ (each mean is above $-700$). Do not change the argument.


# %% exercise="perplexity"
def perplexity(log_probs, *, axis=None):
    """exp of minus the mean of the logarithms of the probabilities."""
    ### BEGIN SOLUTION
    return np.exp(-log_probs.mean(axis=axis))
    ### END SOLUTION


# %%
mine |= (new := usable(perplexity))
new

# %% [markdown]
# Three models of English letters: all 27 signs equally likely; each as often as in a text; each as often as it came *after the
# sign before it*. Every sign and every pair is counted once more than it occurred.

# %% topics="C12-22"
TEXT = (
    "a metric is there for people and a loss is there for machines the loss must have a slope everywhere so that "
    "something can roll down it while the metric may jump from one value to the next nobody cares as long as it says "
    "what they want to know when a doctor asks how good a test is she does not want the mean of a logarithm she wants "
    "to know how many of her patients will be sent home with a disease and how many will be frightened for nothing "
    "these are two numbers and no cleverness can make one number of them without saying which of the two is worse"
)
NEW = (
    "whoever trains a network looks at the loss and whoever pays for it looks at something else the art is to find a "
    "number that both of them can believe in and then to look at the mistakes one after another with patience"
)
SIGNS = " abcdefghijklmnopqrstuvwxyz"
learnt, new_text = (np.array([SIGNS.index(sign) for sign in text]) for text in (TEXT, NEW))
single = np.bincount(learnt, minlength=27) + 1.0
pairs = np.ones((27, 27))
np.add.at(pairs, (learnt[:-1], learnt[1:]), 1)
models = {
    "all alike": np.full(len(new_text) - 1, -np.log(27)),
    "single signs": np.log(single / single.sum())[new_text[1:]],
    "pairs of signs": np.log(pairs / pairs.sum(axis=1, keepdims=True))[new_text[:-1], new_text[1:]],
}
for name, log_probs in models.items():
    ours, same = mine["perplexity"](log_probs), metrics.perplexity(log_probs)
    print(
        f"{name:<15} perplexity {ours:5.2f} (nnlib {same:5.2f}), product of the probabilities {np.exp(log_probs.sum()):.0e}"
    )
long = np.tile(models["single signs"], 3)
print(
    f"a text three times as long: perplexity {mine['perplexity'](long):.2f}, product {np.exp(long.sum()):.0e}"
)

# %% [markdown]
# The model of pairs is as undecided as between a dozen signs. The product is of no use: even where it is not yet 0 it depends
# on the length of the text, and perplexity does not. It does depend on what a *word* is: a perplexity per letter and one per
# word cannot be compared.

# %% [markdown]
# ## 16 · Against scikit-learn and torch
#
# Where scikit-learn or torch is not installed the cell says so.

# %%
rng = np.random.default_rng(0)
K, n = 4, 300
y, guess = rng.integers(K, size=n), rng.integers(K, size=n)
logits = rng.normal(size=(n, K))
binary, s = (y == 1).astype(int), np.round(rng.normal(size=n) + (y == 1), 1)
table = mine["confusion_matrix"](y, guess, num_classes=K)
try:
    from sklearn import metrics as theirs
except ImportError:
    print("scikit-learn is not installed here; this comparison is skipped.")
else:
    pairs_of_values = {
        "confusion_matrix": (table, theirs.confusion_matrix(y, guess)),
        "f1, macro": (mine["f1_scores"](table, average="macro"), theirs.f1_score(y, guess, average="macro")),
        "top 2": (mine["top_k_accuracy_score"](y, logits, k=2), theirs.top_k_accuracy_score(y, logits, k=2)),
        "AUC": (mine["auc_by_pairs"](binary, s), theirs.roc_auc_score(binary, s)),
        "ROC": (
            np.stack(mine["roc_curve"](binary, s)[:2]),
            np.stack(theirs.roc_curve(binary, s, drop_intermediate=False)[:2]),
        ),
        "PR": (
            np.stack(mine["precision_recall_curve"](binary, s)[:2]),
            np.stack(theirs.precision_recall_curve(binary, s)[:2]),
        ),
    }
    for name, (ours, other) in pairs_of_values.items():
        print(f"{name:<17} within 1e-12: {np.abs(ours - other).max() < 1e-12}")
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(y))
    ours = mine["perplexity"](log_probs[np.arange(n), y])
    print(f"perplexity is exp(cross_entropy), within 1e-12: {abs(ours - float(torch.exp(loss))) < 1e-12}")

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | recall: "of all predictions, the share that is right" | of all positives, the share that was found | 2: 0.30, not 0.75 |
# | $F_1$: "the harmonic mean of accuracy and recall" | of precision and recall | 3 |
# | macro-$F_1$ "is the mean of the $F_1$", with the formula of the other | two numbers | 4 |
# | micro-$F_1$ "for classes of unequal size" | it is the accuracy | 4: 0.95 for always 0 |
# | ROC: "the farther from the diagonal, the better" | above it | 6: AUC near 0 with the sign reversed |
# | "11 ranks 0, 0.1, …, 1" | 11 levels of recall | 10 |
# | AP "is the area under the curve", with the sum over 11 levels | four numbers of one name | 10 |
# | a detection is right if it overlaps *any* object enough | one to one, the best score first | 12: recall 2.0 |
# | a true negative is an object that some box overlaps | detectors have no true negatives | 12 |
# | more boxes: "accuracy should hold" | precision | 14 |
#
# ## Summary
#
# | | formula | does not see |
# | --- | --- | --- |
# | accuracy | $(TP + TN) / n$ | rare classes |
# | precision | $TP / (TP + FP)$ | what was missed |
# | recall, TPR | $TP / (TP + FN)$ | false alarms |
# | FPR | $FP / (FP + TN)$ | how many negatives there are |
# | $F_\beta$ | $(1 + \beta^2) P R / (\beta^2 P + R)$ | true negatives |
# | AUC | share of pairs in order, ties half | how rare positives are; sizes of scores |
# | AP | mean of the precision over recall | sizes of scores |
# | IoU | intersection / union | how far apart, if 0 |
# | AR | $\frac2n \sum \max(\mathrm{IoU} - \frac12, 0)$ | false positives |
# | perplexity | $\exp(-\text{mean} \ln p)$ | what a word is |
#
# | watch out for | why |
# | --- | --- |
# | which class is positive | precision, recall, FPR, $F$ and AP change with it; accuracy does not, nor does the AUC if the score is turned, too |
# | 0/0 | a convention, not a number |
# | ties | one point of the curve, half a pair of the AUC |
# | a metric on training data, or a threshold chosen on the test data | it says nothing about new data |
# | two numbers of one name | macro-$F_1$, AP, mAP |
#
# **Further reading.** Van Rijsbergen, *Information retrieval* (1979), chapter 7 · Hanley, McNeil, *The meaning and use of the
# area under a ROC curve* (1982) · Fawcett, *An introduction to ROC analysis* (2006) · Davis, Goadrich, *The relationship
# between precision-recall and ROC curves* (2006) · Everingham and others, *The PASCAL visual object classes challenge* (2010)
# · Lin and others, *Microsoft COCO* (2014) · Saito, Rehmsmeier, *The precision-recall plot is more informative than the ROC
# plot* (2015) · Hosang and others, *What makes for effective detection proposals?* (2016) · Opitz, Burst, *Macro F1 and macro
# F1* (2019).

# %%
progress()
