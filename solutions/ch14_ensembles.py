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
# # Chapter 14 · Ensembles and early exits
#
# Several networks that answer together, an **ensemble** 集成, are better than most of them alone. The chapter asks what that
# costs, three times. First there are several networks and one answer. Then there is one training that yields several networks,
# or one network that is the mean of several. At the end there are several classifiers inside *one* network, so that an easy
# sample need not run through all of it.
#
# **After this chapter you can**
#
# * combine models by their probabilities, their ranks or their votes, and say when each of them helps;
# * train a model on what other models say, without fooling yourself;
# * keep several networks from one training, or the mean of their weights, and say why the mean of the *weights* of networks
#   that were trained apart is worse than each of them;
# * train a network with several exits, and decide by confidence, entropy or patience where a sample leaves;
# * draw accuracy against cost, and count the samples on which a network overthinks.
#
# **You need** softmax from chapter 02, the cross-entropy and the entropy of chapter 03, folds from chapter 01, networks from
# chapter 04, rates that fall from chapter 07, batch norm from chapter 09. Section 3 needs a classifier that is quick to train: a
# logistic regression, which is a linear layer and a sigmoid, trained by cross-entropy. Chinese terms stand beside the English ones where
# they first occur.
#
# **Time** about five and a half hours, a third of it reading and experiments, in three sittings: 12 exercises for 24 points, and two
# written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 2 | averages, votes, and a model that learns whom to trust |
# | 2 | 4 to 7 | 1¾ | several networks, or their mean, out of one training |
# | 3 | 8 to 11 | 1¾ | a network with several exits, and the opinion of others |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(fge_lr)` gives a hint, each call one more. `again(fge_lr)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(fge_lr)` shows one way, once you
# have tried. `reset(fge_lr)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import activations, ensemble, experiments, info, lr_scheduler, modules, nn, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions

# %% tags=["setup"]
import numpy as np

# %% [markdown]
# ## What it is for
#
# Seven networks learn to read digits, each from 300 images of its own. They have the same form and were trained alike. None is
# good: 300 images are few. Then they answer together, by the mean of their probabilities. A few seconds.

# %%
(X, y), _, (X_test, y_test) = experiments.digits_split()
members = 3 if quick else 7
said = []
for seed in range(members):
    rng = np.random.default_rng(seed)
    params, own = experiments.digit_mlp(rng), rng.choice(len(X), size=300, replace=False)
    train_step = experiments.digit_steps(X[own], y[own], rng)
    for _ in range(100 if quick else 200):
        train_step(params, 0.2)
    said.append(activations.softmax(nn.mlp(X_test, *params)))
said = np.array(said, dtype=np.float64)  # (members, images, classes)
alone = np.mean(said.argmax(axis=2) == y_test, axis=1)
together = np.mean(said.mean(axis=0).argmax(axis=1) == y_test)
print("test images read right by each alone:", ", ".join(f"{a:.1%}" for a in alone))
print(f"together: {together:.1%}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6, 2.6))
ax.bar(range(1, members + 1), alone, label="each alone")
ax.axhline(together, color="k", linestyle="--", label="together")
ax.set(xlabel="network", ylabel="test images read right", ylim=(0.7, 1))
ax.legend(loc="upper right")
plotting.show(
    fig,
    alt="Bars: the share of test images that each network reads right. A dashed line above all bars: what they read together.",
)

# %% [markdown]
# Together they are better than any of them. Why? Each has mistakes of its own, and at a given image most of the others do not
# make it. Where all make the same mistakes nothing is gained. So an ensemble wants members that are good, *and that differ*.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Means of probabilities
#
# There are $M$ models. Model $i$ gives the sample $x$ a row of probabilities $h_i(x)$, shape `(K,)`. Some models are better, so
# let each have a weight $w_i \ge 0$, and take the **weighted mean** 加权平均 of the probabilities:
#
# $$H(x) = \frac{\sum_{i=1}^{M} w_i\, h_i(x)}{\sum_{i=1}^{M} w_i}$$
#
# Only the ratios of the weights count: 5, 3, 2 say the same as 0.5, 0.3, 0.2. What comes out is a row of probabilities again.

# %% [markdown]
# Write this mean. `probs` has shape `(M, n, K)`, what $M$ models say of $n$ samples and $K$ classes, all at least 1; each row of $K$
# probabilities adds up to 1. `weights` has shape `(M,)`: floats or whole numbers, at least 0, not all 0. Their sum may be more than 1
# or less. With `None` all models count
# alike. Return shape `(n, K)`. Do not change the arguments. (In this chapter float32 arrays may become float64: the check
# remarks on it, no more.)


# %% exercise="average_probs"
def average_probs(probs, *, weights=None):
    """Weighted mean of what M models say. Shape (n, K)."""
    ### BEGIN SOLUTION
    if weights is None:
        return probs.mean(axis=0)
    return np.einsum("m,mnk->nk", weights / weights.sum(), probs)
    ### END SOLUTION


# %%
mine = usable(average_probs)
mine

# %% [markdown]
# In print one finds $\frac{1}{M} \sum_i w_i h_i$ with weights that already add up to 1. That divides twice:

# %% topics="C14-01"
three = np.array([[[0.9, 0.1]], [[0.5, 0.5]], [[0.2, 0.8]]])
weights = np.array([0.5, 0.3, 0.2])
twice = np.einsum("m,mnk->nk", weights, three) / 3
print("divided twice:", twice[0].round(3), " sum", twice.sum().round(3))
ours = mine["average_probs"](three, weights=weights)
print("right:        ", ours[0].round(3), " sum", ours.sum().round(3))
print("nnlib agrees: ", np.allclose(ours, ensemble.average_probs(three, weights=weights)))

# %% [markdown]
# A theorem stands behind the gain. $-\log$ is convex, so the loss of the mean is at most the mean of the losses (Jensen's
# inequality): at every sample, for every choice of members, and with weights that add up to 1, $-\log \sum_i w_i p_i \le -\sum_i w_i \log p_i$, where $p_i$ is what
# member $i$ gives to the true class. It does not say that the mean beats the *best* member. A mean with bad members may lose.

# %%
losses_alone = -np.log(said[:, np.arange(len(y_test)), y_test])
mean = mine["average_probs"](said)
loss_together = -np.log(mean[np.arange(len(y_test)), y_test])
print(f"cross-entropy, mean of the members: {losses_alone.mean():.3f}, together: {loss_together.mean():.3f}")
print("at no image larger:", bool(np.all(loss_together <= losses_alone.mean(axis=0) + 1e-12)))
same = np.stack([said[0]] * members)
print(f"{members} times the same network is that network:", np.allclose(mine["average_probs"](same), said[0]))

# %% [markdown]
# ## 2 · Ranks and votes
#
# Some models give scores that are no probabilities: one from 0 to 1, another from −50 to 1000. Their mean is what the second
# says. **Ranks** 名次 forget the scale. For each sample and each model, the class with the lowest score has rank 1, the next
# rank 2, up to $K$; equal scores share the mean of their ranks: of 0.1, 0.5, 0.5, 0.9 the ranks are 1, 2.5, 2.5, 4. The mean
# of the ranks over the models is the **rank average** 排序平均; the class with the highest one wins. (Social choice knows it as
# Borda's count.)

# %% [markdown]
# Write it. `scores` has shape `(M, n, K)`, finite floats, large or tiny, all axes at least 1 long. Rank the $K$ scores of each sample
# and each model. Return the mean ranks over the models, shape `(n, K)`. Do not change the argument.


# %% exercise="rank_average"
def rank_average(scores):
    """Mean over M models of the rank of each class, 1 for the lowest score. Shape (n, K)."""
    ### BEGIN SOLUTION
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal + 1) / 2).mean(axis=0)
    ### END SOLUTION


# %%
mine |= (new := usable(rank_average))
new

# %% topics="C14-02"
scores = np.array([[[0.7, 0.2, 0.1]], [[0.6, 0.3, 0.1]], [[20.0, 1000.0, -50.0]]])
print("mean of the scores:", scores.mean(axis=0)[0].round(2), "→ class", scores.mean(axis=0)[0].argmax())
ranks = mine["rank_average"](scores)
print("mean of the ranks: ", ranks[0].round(2), "→ class", ranks[0].argmax())
print("nnlib agrees:      ", np.allclose(ranks, ensemble.rank_average(scores)))
stretched = said * np.array([1.0, *[1e3] * (members - 1)])[:, None, None]
print("stretched scores have the same ranks:", np.allclose(*map(mine["rank_average"], (said, stretched))))

# %% [markdown]
# One loud model decides the mean of the scores; its rank counts as much as any other. The price: ranks do not know by *how much*
# a class is ahead.
#
# A **vote** 投票 forgets even more. Each model names one class, the class with most votes wins. It needs no scores at all. But
# votes can be equal, and then something must decide: the lowest class, say, or the mean probability *among the classes that are
# tied*. A class with fewer votes is out, however probable it is.

# %% [markdown]
# Write the vote. `labels` has shape `(M, n)`, whole numbers (dtype int) from 0 to `num_classes` − 1: the votes of $M$ models on
# $n$ samples. Of the classes with most votes
#
# * `tie_break="first"` (default) takes the lowest;
# * `tie_break="probs"` takes the one with the highest mean probability. Then `probs` has shape `(M, n, num_classes)`, each row at least
#   0 and with the sum 1; the models count alike, and no two classes with most votes have equal means.
#
# With `"first"`, `probs` is not used, and mostly `None`. A vote need not be the class that its model finds most probable, and
# a class may win whose mean probability is 0. Return
# shape `(n,)`, whole numbers. You may call your functions from above. Do not change the arguments.


# %% exercise="majority_vote"
def majority_vote(labels, *, num_classes, tie_break="first", probs=None):
    """The class that most models vote for. Shape (n,)."""
    ### BEGIN SOLUTION
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return np.where(most, average_probs(probs), -1.0).argmax(axis=1)
    ### END SOLUTION


# %%
mine |= (new := usable(majority_vote))
new

# %% topics="C14-03"
votes = said.argmax(axis=2)
counted = np.sort((votes[..., None] == np.arange(10)).sum(axis=0), axis=1)
print("images on which all agree:", int(np.sum(counted[:, -1] == members)), "of", len(y_test))
print("images with a tie:        ", int(np.sum(counted[:, -1] == counted[:, -2])))
for tie_break in ("first", "probs"):
    won = mine["majority_vote"](votes, num_classes=10, tie_break=tie_break, probs=said)
    same = np.array_equal(won, ensemble.majority_vote(votes, num_classes=10, tie_break=tie_break, probs=said))
    print(f"tie_break={tie_break!r}: {np.mean(won == y_test):.1%} read right; nnlib agrees: {same}")
by_rank = mine["rank_average"](said).argmax(axis=1)
by_mean = mine["average_probs"](said).argmax(axis=1)
print(f"by rank: {np.mean(by_rank == y_test):.1%}, by mean probability: {np.mean(by_mean == y_test):.1%}")

# %% [markdown]
# What to notice: networks of one kind give probabilities that can be compared, so their mean reads most, and whatever
# forgets something costs a little. Ranks are for scores of different scales; votes are for models that only name a class. (nnlib knows
# a third way to break ties, the mean rank.)
#
# ## 3 · Stacking: learn whom to trust
#
# Which weights are right? Let a model find out: the **meta-model** 元模型. Its inputs are what the other models, the **base
# models** 基模型, say about a sample; it is trained like any classifier. That is **stacking** 堆叠.
#
# There is one trap, and it is deep. A base model knows the samples that it was trained on, some of them by heart. What it says
# about *those* is better than what it will say about new ones, and the model that learns by heart looks best of all. So the
# meta-model must be trained on what base models say about samples that they have *not* seen. Folds (chapter 01) make that
# possible for every sample:
#
# $$F_i = \big[\, h_1^{(-f)}(x_i),\; \ldots,\; h_M^{(-f)}(x_i) \,\big], \qquad f \text{ the fold that } x_i \text{ is in}$$
#
# where $h_m^{(-f)}$ is model $m$, trained on all folds but $f$. These are **out-of-fold predictions** 折外预测. With $K$
# probabilities from each of $M$ models the features $F$ have shape `(n, M K)`.

# %% [markdown]
# Write these features. `models` is a list of $M$ functions. Each trains a model: `model(X, y)` returns a function `probs`, and
# `probs(Z)` gives the probabilities of the samples `Z`, shape `(len(Z), K)`. `X` has shape `(n, d)`, floats, and `y` shape
# `(n,)`, whole numbers from 0 to $K - 1$, of which some may be missing. `folds` is a list of tuples `(train, val)` of arrays of sample numbers, as
# `kfold_indices` gave them: `val` are the samples of the fold, `train` all others, both in any order; each sample is in one fold.
# Return shape `(n, M * K)`, row $i$ for sample $i$: the $K$ probabilities of the first model, then those of the second, and so
# on, each by the model that was trained on the `train` of the sample's fold. Do not change the arguments.


# %% exercise="stacking_features"
def stacking_features(models, X, y, folds):
    """What each model says about samples that it was not trained on. Shape (n, M * K)."""
    ### BEGIN SOLUTION
    features = None
    for train, val in folds:
        said = np.concatenate([model(X[train], y[train])(X[val]) for model in models], axis=1)
        if features is None:
            features = np.empty((len(X), said.shape[1]))
        features[val] = said
    return features
    ### END SOLUTION


# %%
mine |= (new := usable(stacking_features))
new

# %% [markdown]
# Now the trap, sprung. Two base models for two classes that overlap: the nearest neighbour, which says what the nearest sample of
# its training was and so knows those by heart, and a logistic regression. The meta-model is a logistic regression, too. Of two
# classes one probability is enough, as the other is 1 minus it: `[:, 1::2]` keeps each model's second. Once the meta-model learns from
# out-of-fold predictions, once from what the base models say about their own training samples.

# %% topics="C14-04"
rng = np.random.default_rng(0)
y_two = np.arange(800) % 2
X_two = rng.normal(size=(800, 2)) + 0.7 * (2 * y_two[:, None] - 1)
seen, new_ones = slice(0, 200), slice(200, 800)


def neighbour(X, y):
    def probs(Z):
        nearest = ((Z[:, None] - X) ** 2).sum(axis=2).argmin(axis=1)
        return np.eye(2)[y[nearest]]

    return probs


def logistic(X, y):
    return nn.LogisticRegression(lr=1.0, epochs=500).fit(X, y).predict_proba


base = [neighbour, logistic]
order = np.arange(200)
folds = [(np.setdiff1d(order, order[i::5]), order[i::5]) for i in range(5)]
trained = [model(X_two[seen], y_two[seen]) for model in base]
of_new = np.concatenate([probs(X_two[new_ones]) for probs in trained], axis=1)[:, 1::2]
out_of_fold = mine["stacking_features"](base, X_two[seen], y_two[seen], folds)[:, 1::2]
of_training = np.concatenate([probs(X_two[seen]) for probs in trained], axis=1)[:, 1::2]
for name, probs in zip(("nearest neighbour", "logistic regression"), of_new.T):
    print(f"{name:>20} alone: {np.mean((probs > 0.5) == y_two[new_ones]):.1%} of the new samples right")
for name, features in (("out of fold", out_of_fold), ("training samples", of_training)):
    meta = nn.LogisticRegression(lr=1.0, epochs=500).fit(features, y_two[seen])
    right = np.mean(meta.predict(of_new) == y_two[new_ones])
    print(f"meta-model trained on {name:>16}: {right:.1%}; weights {meta.weight.round(2)}")
known = ensemble.StackingClassifier(
    [nn.LogisticRegression(lr=1.0, epochs=500)], nn.LogisticRegression(lr=1.0, epochs=500), cv=folds
)
known.fit(X_two[seen], y_two[seen])
print(
    "nnlib's StackingClassifier has the same features (of the logistic regression):",
    np.allclose(known.features, out_of_fold[:, 1:]),
)

# %% [markdown]
# On its own training samples the nearest neighbour is never wrong, so the meta-model gives it the last word, and is as bad as it is.
# Out of fold it is seen as it is. For *new* samples the base models are trained once more, on everything: that is what
# `of_new` asks.

# %% [markdown]
# **Written question.** Somebody stacks 20 networks, chooses among five meta-models by their accuracy on the out-of-fold features, and
# reports that accuracy. (a) Is the number what new data will show? Say in which direction it errs, and how you would find an honest
# one. (b) Name one thing that makes a mean with equal weights hard to beat when the members are alike.

# %% [markdown] written="an-honest-number" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: too good, since the best of five was *chosen* on these very samples (chapter 01), and
# the meta-model was trained on them: half a point for the direction with one of these reasons; half a point for a test part that
# neither base nor meta-models saw, or a second, outer round of folds. (b) 1 point: the weights must be learnt from few samples, and
# features that say nearly the same (20 similar networks) make learnt weights noisy; the equal weights have nothing to learn, so no variance.
# Half a point for "overfitting" alone.
# ### END SOLUTION

# %% [markdown]
# **End of the first sitting.** You can make one answer of several, and learn from several without being fooled.

# %% [markdown]
# # Sitting 2
#
# ## 4 · Many minima, flat and sharp
#
# Seven networks cost seven trainings. Could one training give several? The loss of a network has many minima 局部极小值. That is
# easy to see: exchange two hidden units, with their weights in and out, and the network computes the same with other weights. A
# layer of $m$ units has $m!$ such copies of each minimum. Others are really different networks, with about the same loss, and other
# mistakes. (One reads that the number of minima grows exponentially with the number of parameters, with a reference to Kawaguchi, 2016.
# The sentence is from the introduction of the paper on snapshots, Huang and others, 2017; what Kawaguchi shows is that in deep *linear*
# networks every local minimum is a global one.)

# %%
rng = np.random.default_rng(0)
W1, b1, W2, b2 = experiments.digit_mlp(rng)
order = rng.permutation(32)
same = np.allclose(
    nn.mlp(X_test, W1, b1, W2, b2), nn.mlp(X_test, W1[order], b1[order], W2[:, order], b2), atol=1e-4
)
print("hidden units in another order, the same answers:", same)

# %% [markdown]
# Minima of equal loss need not be equally good. On new data the loss is a little different, as if the landscape had moved. In a
# **flat** 平坦 minimum a step to the side changes little; in a **sharp** 尖锐 one it costs much. `flat_sharp` measures by how much
# the loss rises at random neighbours of a minimum.


# %% topics="C14-05"
def landscape(w, shift=0.0):
    """A flat minimum at −3, a sharp one at 3, both with loss 0; on new data they have moved by `shift`."""
    return np.minimum((w + 3 - shift) ** 2, 25 * (w - 3 - shift) ** 2)


rng = np.random.default_rng(0)
for name, at in (("flat", -3.0), ("sharp", 3.0)):
    found = experiments.flat_sharp(
        lambda p: float(landscape(p[0])), [np.array(at)], radius=0.2, relative=False, rng=rng
    )
    moved = np.mean([landscape(at, shift) for shift in np.linspace(-0.2, 0.2, 41)])
    print(
        f"{name:>5}: loss {found.loss:.0f}, around it {found.mean:.3f} on average, on moved data {moved:.3f}"
    )

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 2.8))
w = np.linspace(-5, 5, 600)
ax.plot(w, landscape(w), label="training loss")
ax.plot(w, landscape(w, 0.3), "--", label="on new data")
ax.set(xlabel="a weight", ylabel="loss", ylim=(0, 4))
ax.legend(loc="upper center")
plotting.show(
    fig,
    alt="A curve with a wide and a narrow valley, both down to 0; dashed, the same curve moved a little to the right. At the bottom of "
    "the wide valley the dashed curve is still low, at that of the narrow one it is high.",
)

# %% [markdown]
# The two rise as their curvatures, 25 to 1. Keskar and others (2017) found that training with large batches ends in sharp minima more
# often. (Careful: whoever rescales the weights rescales the sharpness, Dinh and others, 2017, so compare like with like.)
#
# ## 5 · Snapshots: train once, get M
#
# Let the rate fall in a cosine, so that the network settles; keep a copy, a **snapshot** 快照; set the rate up again, so that the
# network leaves its minimum; let it fall again: a **snapshot ensemble** 快照集成. With $T$ steps and $M$ cycles of $c = T/M$ steps, after $t$ steps the rate is
#
# $$\eta_t = \frac{\eta_0}{2} \left( \cos \frac{\pi\, (t \bmod c)}{c} + 1 \right), \qquad t = 0, 1, \ldots, T - 1$$
#
# The first step of each cycle has the rate $\eta_0$; a snapshot is taken after the last step of each. Then the $M$ networks are
# averaged: their *probabilities*, by section 1. (On the CIFAR images the paper takes 200 or 300 epochs, in cycles of 40 or 50. There $t$
# counts from 1, so $t - 1$ stands in place of it, and $c$ is rounded up. What restarts is the rate, not the network.)

# %% [markdown]
# Write the training. `params` is a tuple of arrays, the weights at the start. `train_step(params, lr)` takes one step: it takes a
# list or tuple of such arrays and changes the *arrays* in place (it does not put others in their places), and returns nothing. `lr` is $\eta_0$, `total_steps` is $T$, a
# multiple of `cycles`, which is $M \ge 1$. Take exactly $T$ steps with the rates above, from a copy of `params`: leave the arrays
# that you are given as they are. Return the list of $M$ snapshots, the oldest first, each a tuple of arrays with the shapes of
# `params`. (A list is as good as a tuple here.)


# %% exercise="snapshots"
def snapshots(train_step, params, *, lr, total_steps, cycles):
    """The networks at the ends of the cycles: a list of tuples of arrays."""
    ### BEGIN SOLUTION
    c = total_steps // cycles
    now, kept = [p.copy() for p in params], []
    for t in range(total_steps):
        train_step(now, lr / 2 * (np.cos(np.pi * (t % c) / c) + 1))
        if t % c == c - 1:
            kept.append(tuple(p.copy() for p in now))
    return kept
    ### END SOLUTION


# %%
mine |= (new := usable(snapshots))
new

# %% [markdown]
# Four snapshots of the digit network, and for comparison what the same number of steps gives with one single fall. Five to
# ten seconds.

# %% topics="C14-06"
steps = 200 if quick else 1200


def probabilities(params):
    return activations.softmax(nn.mlp(X_test, *params)).astype(np.float64)


def read(probs):
    """Share of test images read right, and cross-entropy."""
    own = np.maximum(probs[np.arange(len(y_test)), y_test], 1e-12)
    return (
        f"{np.mean(probs.argmax(axis=1) == y_test):.1%} read right, cross-entropy {-np.log(own).mean():.3f}"
    )


for name, cycles in (("one fall", 1), ("four falls", 4)):
    rng = np.random.default_rng(0)
    start = tuple(experiments.digit_mlp(rng))
    train_step = experiments.digit_steps(X, y, rng)
    kept = mine["snapshots"](train_step, start, lr=0.4, total_steps=steps, cycles=cycles)
    print(name)
    for number, params in enumerate(kept, start=1):
        print(f"  network {number}: {read(probabilities(params))}")
print("  together: ", read(mine["average_probs"](np.array([probabilities(params) for params in kept]))))


def halve(params, lr):
    """A step of gradient descent on half of w²."""
    params[0][...] -= lr * params[0]


w, eight = np.array([8.0]), {"lr": 0.5, "total_steps": 8, "cycles": 2}
theirs = ensemble.SnapshotEnsemble(lambda lr: halve([w], lr), [w], **eight).run()
print(
    "nnlib's SnapshotEnsemble agrees:",
    np.allclose(mine["snapshots"](halve, (np.array([8.0]),), **eight), theirs),
)
print("its rates:", lr_scheduler.snapshot_lr(np.arange(8), **eight).round(3))

# %% [markdown]
# The mean has a lower cross-entropy than its members have on average: the theorem of section 1. But look at "one fall": on a network
# as small as this, one long training reads about as many digits right as four short ones together (its cross-entropy is a little
# higher), and is *one* network. Snapshots pay where even
# a cycle is long enough to arrive, and where the minima differ.

# %% [markdown]
# ## 6 · Fast geometric ensembling
#
# Must one climb out of each minimum to find the next? Garipov and others (2018) found that minima are not separate basins: curves of
# low loss lead from one to the other. So a short walk suffices. **Fast geometric ensembling** 快速几何集成 (FGE) starts from a network that
# is almost trained and moves the rate up and down in short triangles, of two to four epochs. With a cycle of $c$ steps, $c$ even, the step $i =
# 1, 2, \ldots$ has the rate
#
# $$\alpha_i = \begin{cases} (1 - 2 t_i)\, \alpha_1 + 2 t_i\, \alpha_2 & 0 < t_i \le \tfrac12 \\
# (2 - 2 t_i)\, \alpha_2 + (2 t_i - 1)\, \alpha_1 & \tfrac12 < t_i \le 1 \end{cases}
# \qquad t_i = \frac{(i - 1) \bmod c + 1}{c}$$
#
# from $\alpha_1$ down to $\alpha_2 < \alpha_1$, and up again. The network is kept where the rate is lowest, in the middle of each cycle. This
# course counts the steps that are *done* (chapter 07): before the step $i$ they are $i - 1$.

# %% [markdown]
# Write this rate. `step` is the number of steps done, from 0: an array of whole numbers (dtype int) of any shape, not empty, or one whole number.
# `cycle` is $c$, even; `lr1` is $\alpha_1$, `lr2` is $\alpha_2$. Return the rate of the *next* step, in the shape of `step`. Do
# not change the argument.


# %% exercise="fge_lr"
def fge_lr(step, *, cycle, lr1, lr2):
    """Rate that falls from lr1 to lr2 and rises again, in short cycles. Shape of step."""
    ### BEGIN SOLUTION
    t = (step % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)
    ### END SOLUTION


# %%
mine |= (new := usable(fge_lr))
new

# %% [markdown]
# Two trainings, each with a walk of five cycles behind it. A few seconds.

# %% topics="C14-07"
print("cycle of 8, from 1 to 0.2: ", mine["fge_lr"](np.arange(8), cycle=8, lr1=1.0, lr2=0.2))
print(
    "nnlib agrees:              ",
    np.allclose(
        mine["fge_lr"](np.arange(50), cycle=8, lr1=1.0, lr2=0.2),
        ensemble.fge_lr(np.arange(50), cycle=8, lr1=1.0, lr2=0.2),
    ),
)
cycle, done = (20, 200) if quick else (120, 600)
walks = []
for seed in (0, 1):  # two trainings; each trains, then walks
    rng = np.random.default_rng(seed)
    params, train_step = experiments.digit_mlp(rng), experiments.digit_steps(X, y, rng)
    for _ in range(done):
        train_step(params, 0.4)
    kept = []
    for step in range(5 * cycle):
        train_step(params, float(mine["fge_lr"](step, cycle=cycle, lr1=0.4, lr2=0.02)))
        if (step + 1) % cycle == cycle // 2:
            kept.append(tuple(p.copy() for p in params))
    walks.append(kept)
print(
    "first walk, each network:",
    [f"{np.mean(probabilities(p).argmax(axis=1) == y_test):.1%}" for p in walks[0]],
)
print("together:", read(mine["average_probs"](np.array([probabilities(p) for p in walks[0]]))))

# %% [markdown]
# The last network of one walk, and two straight ways from it: to the first network of the same walk, and to the last network of
# the other training. The loss along the way:


# %%
def on_the_way(first, last, share):
    """The network whose weights are that share of the way from first to last."""
    return [(1 - share) * a + share * b for a, b in zip(first, last)]


def test_loss(params):
    own = np.maximum(probabilities(params)[np.arange(len(y_test)), y_test], 1e-12)
    return float(-np.log(own).mean())


shares = np.linspace(0, 1, 11)
ways = {"same training": (walks[0][-1], walks[0][0]), "two trainings": (walks[0][-1], walks[1][-1])}
along = {name: [test_loss(on_the_way(*ends, s)) for s in shares] for name, ends in ways.items()}
for name, found in along.items():
    print(f"{name}: at the ends {found[0]:.2f} and {found[-1]:.2f}, in the middle {found[5]:.2f}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 2.8))
for (name, found), mark in zip(along.items(), "os"):
    ax.plot(shares, found, f"{mark}-", label=name)
ax.set(xlabel="share of the way", ylabel="test loss", ylim=(0, None))
ax.legend()
plotting.show(
    fig,
    alt="Test loss along two straight ways. Between two networks of one training it is flat; between the networks of two trainings there is a "
    "hill, more than twice as high as the ends.",
)

# %% [markdown]
# Between the networks of one walk there is no hill. Between two trainings there is one, on the *straight* way; the low ways that were
# found are bent. That decides what the next section may do.
#
# ## 7 · The mean of the weights
#
# An ensemble of $M$ networks answers $M$ times as slowly. If the networks lie around a minimum, their **mean** lies nearer to its
# middle, and is one network: **stochastic weight averaging** 随机权重平均 (SWA). One keeps the rate high, or cyclic, so that the
# weights walk around, and averages them as they come. No need to store them all. With the mean $\bar w_n$ of the first $n$,
#
# $$\bar w_{n+1} = \frac{n\, \bar w_n + w_{n+1}}{n + 1} = \bar w_n + \frac{w_{n+1} - \bar w_n}{n + 1}$$

# %% [markdown]
# Write this step. `w_swa` is a tuple of arrays, the mean of the first `n` networks; `w` is a tuple of arrays of the same
# shapes, the newest network; `n` $\ge 0$ is a whole number. With `n` = 0 there is no mean yet: `w_swa` holds finite numbers
# that do not count, and the result equals `w`. Return a tuple of new arrays, none of them an array of `w_swa` or `w`: the mean of `n` + 1
# networks. (A list is as good.) Do not change the arguments.


# %% exercise="swa_update"
def swa_update(w_swa, w, n):
    """The mean of n + 1 networks from the mean of n and the newest. A tuple of arrays."""
    ### BEGIN SOLUTION
    return tuple((n * mean + new) / (n + 1) for mean, new in zip(w_swa, w))
    ### END SOLUTION


# %%
mine |= (new := usable(swa_update))
new

# %% [markdown]
# A training with a rate that stays large, and the mean of the weights over its second half. Beside it, what one sees in a picture caption:
# "three networks, trained independently, and their mean". The picture is of three networks of *one* run.
# A few seconds.

# %% topics="C14-08"
steps = 200 if quick else 800
ends, means = [], []
for seed in (0, 1):
    rng = np.random.default_rng(seed)
    params, train_step = experiments.digit_mlp(rng), experiments.digit_steps(X, y, rng)
    mean, n = params, 0
    for step in range(steps):
        train_step(params, 0.4)
        if step >= steps // 2 and step % 10 == 9:
            mean, n = mine["swa_update"](mean, [p.copy() for p in params], n), n + 1
    ends.append(params)
    means.append(mean)
rng = np.random.default_rng(0)
start = tuple(experiments.digit_mlp(rng))
fall = mine["snapshots"](experiments.digit_steps(X, y, rng), start, lr=0.4, total_steps=steps, cycles=1)[0]
print("end of one training:              ", read(probabilities(ends[0])))
print("as many steps, the rate falls:    ", read(probabilities(fall)))
print(f"mean of {n} networks of it:        ", read(probabilities(means[0])))
print("end of another training:          ", read(probabilities(ends[1])))
print("mean of the two ends' weights:    ", read(probabilities(ensemble.swa_average(ends))))
print("mean of the two's probabilities:  ", read(np.mean([probabilities(p) for p in ends], axis=0)))

# %% [markdown]
# The mean of one walk has a lower loss than its end, about what a rate that falls would have given. What SWA saves is knowing beforehand
# when to stop. The mean of two trainings is worse than either: the hill of section 6. In
# the smallest example, the network of chapter 04 that computes XOR, and the same with its hidden units exchanged:

# %%
X_xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
one = [np.ones((2, 2)), np.array([0.0, -1.0]), np.array([[1.0, -2.0]]), np.array([0.0])]
other = [one[0][::-1], one[1][::-1], one[2][:, ::-1], one[3]]
for name, params in (
    ("one", one),
    ("exchanged", other),
    ("mean of both", ensemble.swa_average([one, other])),
):
    print(f"{name:>12}:", nn.mlp(X_xor, *params, activation="relu")[:, 0])

# %% [markdown]
# One more trap. Batch norm (chapter 09) keeps running statistics of what comes in, and they belong to the weights that they were
# measured with. The mean weights have never seen a batch. So run the training images through the averaged network once more and measure
# anew: `update_bn`. A few seconds.

# %%
rng = np.random.default_rng(0)
model = modules.Sequential(
    modules.Linear(784, 32, rng=rng), modules.BatchNorm1d(32), modules.ReLU(), modules.Linear(32, 10, rng=rng)
)
mean, n = model.params, 0
for step in range(steps // 2):
    some = rng.integers(len(X), size=50)
    p = activations.softmax(model.forward(X[some].astype(np.float64), training=True))
    model.backward((p - np.eye(10)[y[some]]) / 50)
    for param, grad in zip(model.params, model.grads):
        param -= 0.4 * grad
    if step >= steps // 4 and step % 5 == 4:
        mean, n = ensemble.swa_update(mean, model.params, n), n + 1
images = X_test.astype(np.float64)
print("last network:                      ", read(activations.softmax(model.forward(images))))
for param, value in zip(model.params, mean):
    param[...] = value
print("mean weights, the last one's norms:", read(activations.softmax(model.forward(images))))
for buffer, at_first in zip(model.buffers, (0.0, 1.0)):
    buffer[...] = at_first
print("mean weights, norms never measured:", read(activations.softmax(model.forward(images))))
ensemble.update_bn(model, np.array_split(X.astype(np.float64), 30))
print("mean weights, norms measured anew: ", read(activations.softmax(model.forward(images))))

# %% [markdown]
# What to notice: measured anew, the mean is better than the last network. With the last one's statistics the gain is nearly lost, and
# with none at all much more than that.

# %% [markdown]
# **Written question.** A colleague has trained five networks, each from its own start, and has room for only one on a telephone. (a) They
# propose to average the five sets of weights. Say what will happen and why, with what you saw in sections 4, 6 and 7. (b) Propose two
# ways to end up with one network all the same, one of which uses all five. (What a network learns from need not be labels: it can be
# what others say.)

# %% [markdown] written="five-networks-one-telephone" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: the mean computes something else, mostly much worse: hidden units have no common order (each
# minimum has $m!$ copies), and between networks trained apart the straight way leads over a hill of high loss. Half a point for
# "worse" with only one of: order of units, hill, non-linear. (b) Half a point each: average the *probabilities* and train one network on
# them as targets (distillation); continue one of the networks with a high rate and average along its path (SWA), norms measured anew; take
# the best by validation. Pruning a network that averages all five outputs counts, too. No point for averaging after sorting the units, unless matching is explained.
# ### END SOLUTION

# %% [markdown]
# **End of the second sitting.** One training gives you several networks, or a better one.

# %% [markdown]
# # Sitting 3
#
# ## 8 · Several exits
#
# Now the models sit inside one another. A deep network gets a classifier after each of its $E$ parts, an **exit** 出口. Exit 0
# sees what the first part has computed, and so on; the last exit is the usual end. A sample may leave early, an **early exit** 早退, and all that
# lies behind is not computed: a **multi-exit** network 多出口网络.
#
# All exits are trained together. With $L_1, \ldots, L_E$ their cross-entropies, the **joint loss** 联合损失 is a weighted mean in which later exits count
# more ($L_1$ belongs to exit 0; as in PABEE, section 10):
#
# $$\mathcal L = \frac{\sum_{j=1}^{E} j\, L_j}{\sum_{j=1}^{E} j}$$
#
# Why more? The later exits are the ones that must decide the hard samples. The early ones pull the first layers towards features that are good
# at once, and not always good to build on.

# %% [markdown]
# Write the joint loss. `losses` has shape `(E, n)`, floats: the loss of $n$ samples at each of $E$ exits, the first exit first; both axes
# are at least 1 long. Return the joint loss of each sample, shape `(n,)`. Do not change the argument.


# %% exercise="multi_exit_loss"
def multi_exit_loss(losses):
    """Joint loss of E exits for each sample: the first counts once, the last E times. Shape (n,)."""
    ### BEGIN SOLUTION
    j = np.arange(1, len(losses) + 1)
    return j @ losses / j.sum()
    ### END SOLUTION


# %%
mine |= (new := usable(multi_exit_loss))
new

# %% [markdown]
# On the way back each exit's gradient is $j/\sum j$ times its own, and a layer gets the *sum* of what its exit sends and what comes from
# above. `exit_digits` trains so: six hidden layers of 24 units, an exit after each. A few seconds.

# %% topics="C14-09"
losses = np.array([[3.0, 1.0], [0.0, 1.0], [1.0, 1.0]])
print(
    "joint losses:",
    mine["multi_exit_loss"](losses),
    " nnlib agrees:",
    np.allclose(mine["multi_exit_loss"](losses), ensemble.multi_exit_loss(losses)),
)
print("plain mean:  ", losses.mean(axis=0).round(3))
E = 6
epochs = 4 if quick else 10
joint = experiments.exit_digits(exits=E, epochs=epochs, rng=np.random.default_rng(0))
last_only = experiments.exit_digits(np.eye(E)[-1], exits=E, epochs=epochs, rng=np.random.default_rng(0))
for name, found in (("joint loss", joint), ("loss of the last exit only", last_only)):
    right = np.mean(found.logits.argmax(axis=2) == found.y, axis=1)
    print(f"{name:>26}: {', '.join(f'{a:.1%}' for a in right)}")

# %% [markdown]
# Exits that were not trained guess. Trained together they all read digits. The last one pays for it: the layers below it serve six
# masters, and its own share of the loss is $6/21$.
#
# The simplest rule is a fixed **budget** 预算: every sample leaves at exit $k$. All rules below return the same pair: the label that is
# predicted, and the exit where the sample left.

# %% [markdown]
# Write it. `exit_logits` has shape `(E, n, K)`: the scores (logits, up to some thousands in size) of $K \ge 2$ classes for $n \ge 1$ samples at $E \ge 1$ exits. `k` is a whole
# number from 0 to $E - 1$. Return the tuple `(label, exit)` of two arrays of whole numbers (dtype int), shape `(n,)` each: the class with the
# highest score at exit `k`, and `k`. Here and below no two scores of a sample at one exit are so near each other
# that rounding could decide. Do not change the arguments.


# %% exercise="budgeted_exit"
def budgeted_exit(exit_logits, k):
    """(label, exit): every sample leaves at exit k. Shapes (n,)."""
    ### BEGIN SOLUTION
    label = exit_logits[k].argmax(axis=1)
    return label, np.full(len(label), k)
    ### END SOLUTION


# %%
mine |= (new := usable(budgeted_exit))
new

# %% [markdown]
# And is deeper better? `overthinking` compares: how often has the last exit wrong what an earlier one had right?

# %% topics="C14-10 C14-11"
for k in range(E):
    label, left_at = mine["budgeted_exit"](joint.logits, k)
    print(
        f"exit {k}: {np.mean(label == joint.y):.1%} read right, {left_at[0] + 1} parts computed for each image"
    )
found = experiments.overthinking(joint.logits, joint.y)
print(f"right at the first exit already:              {found.wasteful:.1%}")
print(f"right at some exit:                           {found.any_exit:.1%}")
print(f"right at an earlier exit, wrong at the last:  {found.destructive:.1%}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6, 3))
found.plot(ax=ax)
plotting.show(
    fig,
    alt="Accuracy of the exits 0 to 5: it rises steeply up to exit 2 and then falls a little. A dashed line far above: what one would "
    "reach if each sample left at its best exit.",
)

# %% [markdown]
# This is **overthinking** 过度思考, in two kinds. It is *wasteful* to compute on when the answer was right, and *destructive* to
# compute on until it is wrong. Whoever knew for each sample where to stop would read more digits right than any exit does, and faster. Nobody
# knows it, but one can guess: stop when the network is sure.
#
# ## 9 · Sure enough: confidence and entropy
#
# **By confidence** 置信度 (Shallow-Deep networks, 2019): leave at the first exit whose largest probability reaches a threshold. Exit $e$
# of a sample has the scores $z$, and $p = \mathrm{softmax}(z)$; leave if $\max_c p_c \ge \theta$. Who is nowhere sure leaves at the
# last exit.

# %% [markdown]
# Write it. `exit_logits` is as above; the scores of one exit may lie thousands above those of another. `threshold` is $\theta$, above 0 and below 1. No largest
# probability is so near the threshold that rounding could decide. Return `(label, exit)`, shape `(n,)` each: where the sample
# leaves, from 0, and the class with the highest score there. Do not change the arguments.


# %% exercise="confidence_exit"
def confidence_exit(exit_logits, *, threshold=0.9):
    """(label, exit): leave where the largest probability reaches threshold, else at the last exit."""
    ### BEGIN SOLUTION
    top = exit_logits.max(axis=2, keepdims=True)
    sure = 1 / np.exp(exit_logits - top).sum(axis=2) >= threshold
    sure[-1] = True
    left_at = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left_at, np.arange(len(left_at))], left_at
    ### END SOLUTION


# %%
mine |= (new := usable(confidence_exit))
new

# %% topics="C14-12"
for threshold in (0.5, 0.7, 0.9, 0.99):
    label, left_at = mine["confidence_exit"](joint.logits, threshold=threshold)
    same = all(
        map(np.array_equal, (label, left_at), ensemble.confidence_exit(joint.logits, threshold=threshold))
    )
    print(
        f"threshold {threshold:4}: {np.mean(label == joint.y):.1%} read right, {left_at.mean() + 1:.2f} parts on average; nnlib agrees: {same}"
    )

# %% [markdown]
# **By entropy** 熵 (BranchyNet, 2016; DeeBERT, 2020): the largest probability is one number of the distribution; the entropy (chapter 03)
# looks at all of them. Leave at the first exit with
#
# $$-\sum_{c=1}^{K} p_c \ln p_c < \theta$$
#
# In nats it lies between 0 and $\ln K$; so the threshold depends on the number of classes, and *smaller* is stricter here.

# %% [markdown]
# Write it. The arguments are as above; `threshold`, above 0, has no default. No entropy is so near the threshold that rounding could decide. Where a
# probability is 0, its term is 0. Return `(label, exit)` as above. Do not change the arguments.


# %% exercise="entropy_exit"
def entropy_exit(exit_logits, *, threshold):
    """(label, exit): leave where the entropy, in nats, is below threshold, else at the last exit."""
    ### BEGIN SOLUTION
    z = exit_logits - exit_logits.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    sure = -(np.exp(log_p) * log_p).sum(axis=2) < threshold
    sure[-1] = True
    left_at = sure.argmax(axis=0)
    return exit_logits.argmax(axis=2)[left_at, np.arange(len(left_at))], left_at
    ### END SOLUTION


# %%
mine |= (new := usable(entropy_exit))
new

# %% topics="C14-13"
print(f"ln 10 = {np.log(10):.3f}")
for threshold in (1.2, 0.8, 0.4, 0.1):
    label, left_at = mine["entropy_exit"](joint.logits, threshold=threshold)
    same = all(
        map(np.array_equal, (label, left_at), ensemble.entropy_exit(joint.logits, threshold=threshold))
    )
    print(
        f"threshold {threshold:3}: {np.mean(label == joint.y):.1%} read right, {left_at.mean() + 1:.2f} parts on average; nnlib agrees: {same}"
    )
p = np.array([[0.6, 0.4, 0.0], [0.6, 0.2, 0.2]])
print("the same confidence, 0.6, and entropies", info.entropy(p).round(3))

# %% [markdown]
# Both rules reach the last exit's accuracy with fewer than half of its parts. At the same confidence, doubt between three classes has
# more entropy than doubt between two.
#
# ## 10 · Patience
#
# Both rules believe what one exit says of itself, and networks are often sure *and* wrong. **Patience** 耐心 (PABEE, 2020) asks for agreement
# instead. A counter starts at 0. At each exit from the second on: if it predicts the same class as the exit before it, the counter goes up by
# 1; if not, back to 0. Where the counter reaches the patience $t$, the sample leaves. So $t + 1$ exits in a row agree, and nobody leaves before
# exit $t$ (counted from 0), but at the last exit. As in early stopping (chapter 08), but across exits, not epochs.

# %% [markdown]
# Write it. `exit_logits` is as above; `patience` is $t \ge 1$, a whole number, which may be larger than $E$. A sample whose counter never gets there leaves at the last exit.
# Return `(label, exit)` as above. Do not change the arguments.


# %% exercise="patience_exit"
def patience_exit(exit_logits, *, patience=3):
    """(label, exit): leave where patience + 1 exits in a row agree, else at the last exit."""
    ### BEGIN SOLUTION
    label = exit_logits.argmax(axis=2)
    enough, counter = np.zeros(label.shape, bool), 0
    for j in range(1, len(label)):
        counter = np.where(label[j] == label[j - 1], counter + 1, 0)
        enough[j] = counter >= patience
    enough[-1] = True
    left_at = enough.argmax(axis=0)
    return label[left_at, np.arange(len(left_at))], left_at
    ### END SOLUTION


# %%
mine |= (new := usable(patience_exit))
new

# %% [markdown]
# The three rules and the budget, accuracy against cost. Cost is the number of parts computed, on average; a part here is one layer and its
# exit.

# %% topics="C14-14"
rules = {
    "budget": [mine["budgeted_exit"](joint.logits, k) for k in range(E)],
    "confidence": [
        mine["confidence_exit"](joint.logits, threshold=t)
        for t in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99)
    ],
    "entropy": [
        mine["entropy_exit"](joint.logits, threshold=t) for t in (1.8, 1.5, 1.2, 0.9, 0.6, 0.4, 0.2, 0.1)
    ],
    "patience": [mine["patience_exit"](joint.logits, patience=t) for t in range(1, E)],
}
curves = {
    name: np.array([(left_at.mean() + 1, np.mean(label == joint.y)) for label, left_at in found])
    for name, found in rules.items()
}
for t, (cost, right) in enumerate(curves["patience"], start=1):
    same = np.array_equal(rules["patience"][t - 1], ensemble.patience_exit(joint.logits, patience=t))
    print(f"patience {t}: {right:.1%} read right, {cost:.2f} parts on average; nnlib agrees: {same}")
print(f"last exit:  {np.mean(rules['budget'][-1][0] == joint.y):.1%} read right, {E} parts")
work = np.array([784 * 24, *[24 * 24] * (E - 1)]) + 24 * 10  # multiplications of each part, with its exit
saved = 1 - np.cumsum(work)[rules["patience"][1][1]].mean() / work.sum()
print(
    f"of all multiplications the first part does {work[0] / work.sum():.0%}, and patience 2 saves {saved:.0%}"
)
print(f"were all parts alike, patience 2 would save {1 - curves['patience'][1, 0] / E:.0%}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3.4))
for (name, points), mark in zip(curves.items(), "os^D"):
    ax.plot(*points.T, f"{mark}-", label=name)
ax.set(xlabel="parts computed, on average", ylabel="test images read right")
ax.legend(loc="lower right")
plotting.show(
    fig,
    alt="Accuracy over cost for four rules. All rise steeply up to about two and a half parts. There the rules that look at the sample lie "
    "above the fixed budget; from three parts on the budget lies above confidence and entropy. Patience begins highest and falls.",
)

# %% [markdown]
# What to notice: with patience 1 the network reads more digits right than its last exit does, with fewer than half of its parts. With
# more patience it reads fewer, down to what the last exit reads: that is overthinking again. But parts are not work. Here the first layer sees 784 pixels and does four fifths of all
# multiplications, so patience 2 saves less than a tenth of them; were all parts alike, it would save more than two fifths. And look at the
# squares: a fixed budget of three parts is as good as the rules by threshold, or better. Whoever praises a rule draws that line, too. No
# threshold is right by itself: one moves it on validation images until the accuracy, or the cost, is what one can afford.
#
# One can do more with several exits: let them teach each other. **Knowledge synergy** 知识协同 (Sun and others, 2019) adds to the
# loss, for each pair of exits, the Kullback–Leibler divergence (chapter 03) from what one says to what the other says. A teacher counts
# as a constant: only the learner moves.

# %% topics="C14-15"
z = np.log([[[0.5, 0.5]], [[0.75, 0.25]]])  # two exits, one sample
p, q = np.array([0.5, 0.5]), np.array([0.75, 0.25])
pairs = [np.sum(a * np.log(a / b)) for a, b in ((p, q), (q, p))]
print(f"divergences of two exits: {pairs[0]:.4f} and {pairs[1]:.4f}, mean {np.mean(pairs):.4f}")
print(f"nnlib's mutual_distillation_loss: {ensemble.mutual_distillation_loss(z, z):.4f}")
stepped = z - 1.0 * ensemble.mutual_distillation_loss_backward(1.0, z, z)
print("probabilities after one step:", activations.softmax(stepped)[:, 0].round(3).tolist())

# %% [markdown]
# Each moves towards the other.
#
# ## 11 · The opinion of others
#
# Your functions, scikit-learn's, SciPy's and torch's. What is not installed is skipped.

# %%
rng = np.random.default_rng(0)
try:
    from scipy import stats
except ImportError:
    print("SciPy is not installed here; this comparison is skipped.")
else:
    scores = rng.integers(4, size=(3, 50, 6)).astype(float)
    theirs = stats.rankdata(scores, axis=2).mean(axis=0)
    print("rank_average, SciPy's rankdata:", np.allclose(mine["rank_average"](scores), theirs))
    labels = rng.integers(5, size=(7, 200))
    same = np.array_equal(mine["majority_vote"](labels, num_classes=5), stats.mode(labels, axis=0).mode)
    print("majority_vote, SciPy's mode:   ", same)
try:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_val_predict
except ImportError:
    print("scikit-learn is not installed here; this comparison is skipped.")
else:
    X_three, y_three = rng.normal(size=(90, 2)), np.arange(90) % 3
    cut = KFold(4, shuffle=True, random_state=0)
    theirs = cross_val_predict(LogisticRegression(), X_three, y_three, cv=cut, method="predict_proba")
    base = [lambda X, y: LogisticRegression().fit(X, y).predict_proba]
    ours = mine["stacking_features"](base, X_three, y_three, list(cut.split(X_three)))
    print("stacking_features, scikit-learn's cross_val_predict:", np.allclose(ours, theirs))
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    layer = torch.nn.Linear(3, 2, dtype=torch.float64)
    averaged, mean = torch.optim.swa_utils.AveragedModel(layer), ()
    for n in range(4):
        with torch.no_grad():
            for p in layer.parameters():
                p.add_(torch.tensor(rng.normal(size=p.shape)))
        averaged.update_parameters(layer)
        new = tuple(p.detach().numpy().copy() for p in layer.parameters())
        mean = mine["swa_update"](mean or new, new, n)
    theirs = [p.detach().numpy() for p in averaged.module.parameters()]
    print("swa_update, torch's AveragedModel:", all(map(np.allclose, mean, theirs)))
    z = rng.normal(size=(4, 6, 3))
    with_grad = torch.tensor(z, requires_grad=True)
    labels = torch.tensor(rng.integers(3, size=6))
    each = torch.stack(
        [
            torch.nn.functional.cross_entropy(exit_scores, labels, reduction="none")
            for exit_scores in with_grad
        ]
    )
    j = torch.arange(1, 5, dtype=torch.float64)
    theirs = (j[:, None] * each).sum(0) / j.sum()
    ours = mine["multi_exit_loss"](each.detach().numpy())
    print("multi_exit_loss, by torch:        ", np.allclose(ours, theirs.detach().numpy()))
    theirs.sum().backward()
    p = activations.softmax(z)
    p[:, np.arange(6), labels.numpy()] -= 1
    shares = np.arange(1, 5)[:, None, None] / 10
    print("its gradient, j / sum j · (p − y): ", np.allclose(shares * p, with_grad.grad.numpy()))

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in papers' captions. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | $H(x) = \frac{1}{M} \sum_i w_i h_i(x)$, with $\sum_i w_i = 1$ | without $\frac{1}{M}$; or weights that add to $M$. Divided twice, section 1 gives [0.213 0.12], which adds up to 1/3 | 1 |
# | SWA averages "independently trained networks" | networks of one run | 7 |
# | "the number of local minima grows exponentially", cited as Kawaguchi | from the introduction of Huang and others; Kawaguchi's theorem is another | 4 |
# | "all minima are separate basins" | low ways join them, though not straight ones | 6 |
# | "the last exit is the best" | not for every sample | 8 |
#
# ## Summary
#
# | | formula |
# | --- | --- |
# | weighted mean | $\sum_i w_i h_i / \sum_i w_i$ |
# | stacking | features of sample $i$ by models trained without its fold |
# | snapshots | $\frac{\eta_0}{2} (\cos \frac{\pi (t \bmod c)}{c} + 1)$, a copy at the end of each cycle |
# | FGE | from $\alpha_1$ to $\alpha_2$ and back in a line, a copy in the middle |
# | SWA | $\bar w + (w - \bar w)/(n + 1)$ |
# | joint loss | $\sum_j j L_j / \sum_j j$ |
# | exits | $\max p \ge \theta$; $-\sum p \ln p < \theta$; $t + 1$ exits agree |
#
# | watch out for | why |
# | --- | --- |
# | predictions for the training samples | a model that learns by heart looks best |
# | a snapshot without a copy | it changes as training goes on |
# | the mean of weights of networks trained apart | their units have no common order |
# | batch norm after averaging | its statistics belong to other weights |
# | the direction of a threshold | confidence must be high, entropy low |
#
# **Further reading.** Zhou, *Ensemble Methods* (2012), chapter 4 · Wolpert, *Stacked generalization* (1992) · Keskar and others, *On
# large-batch training for deep learning* (2017) · Huang and others, *Snapshot ensembles: train 1, get M for free* (2017) · Garipov and others,
# *Loss surfaces, mode connectivity, and fast ensembling of DNNs* (2018) · Izmailov and others, *Averaging weights leads to wider optima and
# better generalization* (2018) · Dinh and others, *Sharp minima can generalize for deep nets*
# (2017) · Teerapittayanon, McDanel, Kung, *BranchyNet* (2016) · Kaya, Hong, Dumitras, *Shallow-deep networks* (2019) ·
# Xin and others, *DeeBERT* (2020) · Zhou and others, *BERT loses patience* (2020) · Sun and others, *Deeply-supervised knowledge
# synergy* (2019).

# %%
progress()
