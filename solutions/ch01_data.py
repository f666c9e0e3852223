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
# # Chapter 01 · Data and preprocessing
#
# A network learns from examples. Before it sees the first one, somebody has decided which examples it learns from and
# which ones judge it, how the numbers are scaled, and whether a mirrored picture is still the same thing. These
# decisions, **data preprocessing** 数据预处理, cost a few lines each. Taken wrongly, they make training a hundred times as
# long, or the result look better than it is. This chapter writes those lines and measures what each is worth.
#
# **After this chapter you can**
#
# * cut a data set into parts that train, choose and judge, and say where a leak lies;
# * deal samples out in mini-batches, and draw rare classes more often;
# * centre, standardise and rescale features with what the training part alone says;
# * find the directions of largest variance, keep a few of them, and whiten;
# * flip, crop, shift, turn and brighten images, and say which of that a label survives.
#
# **You need** NumPy: arrays, shapes, slices, **broadcasting** 广播 (how `(n, d)` minus `(d,)` works), and matrix
# products. From section 5 on you need **eigenvalues and eigenvectors** 特征值与特征向量 of a symmetric matrix. No earlier
# chapter. Chinese terms stand beside the English ones where they first occur.
#
# **Time** a little under seven hours, a third of it reading and experiments, in four sittings: 19 exercises for 29
# points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1, 2 | 1¾ | labels as vectors, and parts that train, choose and judge |
# | 2 | 3 to 5 | 1½ | batches, and features of one size, without a leak |
# | 3 | 6 to 8 | 1½ | images in a third of their numbers, and what whitening does to noise |
# | 4 | 9 to 13 | 2 | more training images from the ones you have, with a measure of what helps |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below
# it checks your function and says what is wrong. `hint(one_hot)` gives a hint, each call one more. `again(one_hot)`
# runs the case that failed as Python would, with your prints, and returns its arguments. `solution(one_hot)` shows one
# way, once you have tried. No function may change its arguments; the check looks at that in every exercise.
# `reset(one_hot)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code. Section 1 goes through all of it once.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, plotting, regularization

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

from nnlib.data import map_coordinates

# %% [markdown]
# ## What it is for
#
# **Gradient descent** 梯度下降 is how networks learn: a **cost** 代价 says how wrong they are, and each step changes the
# **weights** 权重, the numbers that a network learns, a little in the direction in which the cost falls fastest. Chapter
# 04 is about that direction. For now it is enough to see the cost as a bowl over the weights, with the best weights at
# its bottom. Below is the bowl of the **mean squared error** 均方误差 of a sum of two products, weight times feature. On
# the left the second feature spreads five times as wide as the first. On the right both were **standardised** 标准化
# first: the mean subtracted, the rest divided by the standard deviation. Both descents take steps of their own best
# size.

# %% tags=["folded"]
rng = np.random.default_rng(0)
X = rng.normal(size=(400, 2)) * [1, 5]
fig, panels = plt.subplots(1, 2, figsize=(9, 3.6))
for ax, name, features in zip(panels, ["as they came", "standardised"], [X, data.standardize(X)[0]]):
    H = features.T @ features / len(X)
    low, high = np.linalg.eigvalsh(H)
    descent = experiments.gd_iterations_on_quadratic(H, np.ones(2), lr=2 / (low + high))
    descent.plot(ax)
    ax.set(title=f"{name}: {descent.iterations} steps", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
    print(f"{name:>13}: {descent.iterations} steps until the gradient is a millionth of what it was")
plotting.show(
    fig,
    alt="Two bowls from above, with the path of gradient descent from the same start. On the left the bowl is a long valley, "
    "and the path jumps from wall to wall for 170 steps. On the right it is round, and three steps lead to the bottom.",
)

# %% [markdown]
# The data say the same in both, only in other units. The left descent needs 170 steps, the right one three.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Samples, features, labels
#
# A data set has $n$ **samples** 样本. Each is a row of $d$ numbers, its **features** 特征: the pixels of a picture, or the
# size and age of a flat. All rows together are a matrix $X$ of shape `(n, d)`; sample $i$ is `X[i]`, and it stays that
# way in this course: *samples lie along the first axis*. Pictures keep their rows and columns: $n$ pictures with $C$
# **channels** 通道 (1 for grey, 3 for red, green and blue) of $H$ by $W$ pixels are an array of shape `(n, C, H, W)`.
#
# Where a sample belongs to one of $K$ **classes** 类别, its **label** 标签 is an integer from 0 to $K - 1$. Here are 4000
# handwritten digits:

# %%
mnist = data.load_mnist_small(flat=False)
print("pictures", mnist.X_train.shape, "  grey levels from", mnist.X_train.min(), "to", mnist.X_train.max())
print("the first ten labels", mnist.y_train[:10])
plotting.show(
    experiments.plot_images(mnist.X_train[:10, 0], columns=10),
    alt="Ten handwritten digits in a row, white on black, 28 by 28 pixels each.",
)

# %% [markdown]
# A network that tells ten digits apart has ten outputs, one for each, and the output for the right digit should be 1,
# all others 0. So it needs the label as a vector: all 0 but for a single 1 in the place of the class. That is **one-hot
# encoding** 独热编码. Why not hand over the 7 as a number? Because then 7 would lie between 6 and 8, and to answer 1 for a
# 7 would be six times as far off as to answer 8. Digits as pictures know no such order.
#
# In the formula, $y_i$ is a label and $Y_{ik}$ the entry of $Y$, of shape `(n, K)`, for sample $i$ and class $k$:
#
# $$Y_{ik} = \begin{cases} 1 & \text{if } y_i = k \\ 0 & \text{else} \end{cases}$$
#
# **Your first exercise.** The text says what to write; read it to the end, since the check asks for all of it. Replace
# the line `raise NotImplementedError` in the cell below it, run your cell, then run the locked cell with `check(one_hot)`
# under it. It shows each case that was tried. Where one fails, it shows the arguments, what came back, what was expected,
# and, if it knows the mistake, a sentence that names it. Change your cell and run both again, as often as you like. If
# you are stuck, open a new cell (press *b*), type `hint(one_hot)`, and run it.

# %% [markdown]
# Write the encoding. `y` is an array of ints (`int64`, NumPy's usual ones), of any shape, with labels counted from 0.
# `num_classes` is the number of classes $K$; with $-1$, the default, it is one more than the largest label in `y`.
# Return an array of 0s and 1s (True and False count as such) with one more axis than `y`, the last, of length $K$. No
# label is $K$ or more, and `y` is never empty. (A trick that saves a loop: `y[..., None]` has the shape of `y` and one
# axis of length 1 behind it.)


# %% exercise="one_hot"
def one_hot(y, *, num_classes=-1):
    """Labels as vectors of one 1 and else 0. Shape of y, and one more axis of length num_classes."""
    ### BEGIN SOLUTION
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return (y[..., None] == np.arange(classes)).astype(int)
    ### END SOLUTION


# %% [markdown]
# Did it pass? Then look at what `solution(one_hot)` does differently; there is often more than one good way. The cell
# below shows what later cells do with your answers: `usable` takes your function if it is right, else the one of `nnlib`,
# the library of this course, so that an unfinished answer stops nobody.

# %%
mine = usable(one_hot)
mine

# %% topics="C01-28"
print("label 7 of ten classes:", mine["one_hot"](np.array(7), num_classes=10))
print("back again, the place of the 1:", mine["one_hot"](np.array([7, 0, 2])).argmax(axis=-1))
print("samples of each class, by a sum of vectors:", mine["one_hot"](mnist.y_train).sum(axis=0))

# %% [markdown]
# ## 2 · Who trains, who chooses, who judges
#
# ### Three parts
#
# A network that knows its examples by heart makes no mistakes on them. That says nothing about new ones; if it does
# worse on those, that is **overfitting** 过拟合. So the samples are cut into parts *before* anything else happens:
#
# | part | what it is for |
# | --- | --- |
# | **training set** 训练集 | the weights are fitted to it |
# | **validation set** 验证集 | it chooses: between models, step sizes (**learning rates** 学习率), the moment to stop |
# | **test set** 测试集 | at the very end, once: how good is the chosen one? |
#
# To set a validation part aside is the **hold-out method** 留出法. Why is a third part needed? Suppose you have 30 models,
# all equally good, with a true **accuracy** 准确率 (share of samples that they get right) of 95 %, and choose the one that
# does best on 1000 samples:

# %% topics="C01-01"
for seed in seeds:
    winner = experiments.choose_the_best(rng=np.random.default_rng(seed))
    print(
        f"seed {seed}: on the samples that chose it {winner.where_chosen:.2%}, on fresh ones {winner.on_fresh_samples:.2%}"
    )

# %% [markdown]
# The winner seems to have 96.3 % (the mean of 2000 such choices). It has 95 %, as all of them: it was lucky on those
# samples, and it is for its luck that it was chosen. Every number by which you *choose* is flattered in this way: the
# best of 30 learning rates, of 30 seeds, of 30 **epochs** 迭代期 (also 轮), as passes through the samples are called.
# (Epochs of one training resemble each other, so there the flattery is smaller.) The test part stays honest only as
# long as nothing is chosen by it.
#
# And how large must a difference be? With accuracy $p$ measured on $n$ samples, the **standard error** 标准误差 is
# $\sqrt{p(1-p)/n}$. From notes that one finds in print, with 10 000 test images: a step from 94.87 % to 94.99 % is told
# as progress, and one from 94.99 % to 96.29 % as well:

# %% topics="C01-01"
print(f"standard error at 95 %, 10 000 samples: {np.sqrt(0.95 * 0.05 / 10_000):.2%}")
for a, b in [(0.9487, 0.9499), (0.9499, 0.9629)]:
    print(
        f"{a:.2%} and {b:.2%}: {experiments.accuracy_gap_z(a, b, n=10_000):.2f} standard errors of a difference apart"
    )

# %% [markdown]
# The first is a tie, the second a gain. (In those notes every number is the best epoch by the test part, so all of them
# are flattered; the gap may be off either way. The formula takes the two test sets for independent. And one training is
# one draw: report three seeds or more.)
#
# ### How large
#
# With few samples, up to some ten thousand, one takes 60 / 20 / 20 %, or 70 / 30 % where there is nothing to choose. With
# millions the share of the held-out parts falls, for what judges is a *number* of samples, not a share: 10 000 give a
# standard error of a fifth of a percent, and for a single model 1000 may do.

# %% topics="C01-03"
for m in [1000, 10_000, 100_000, 10**6, 10**7]:
    shares = " / ".join(f"{100 * share:g}" for share in experiments.recommended_split(m))
    print(f"{m:>10} samples: {shares} %")
print(
    "99.5 / 0.4 / 0.1 % of 10 million:", " / ".join(f"{share * 10**7:.0f}" for share in [0.995, 0.004, 0.001])
)

# %% [markdown]
# Samples often lie in some order in their file: all zeros, then all ones. So first they are put in a random order,
# `order = rng.permutation(n)`, the numbers from 0 to $n - 1$ **shuffled** 打乱. (`rng`, a NumPy **generator** 随机数生成器
# `np.random.default_rng(seed)`, is where all randomness of this course comes from. The same seed gives the same
# numbers.) Then that order is cut. With **ratios** $r_1, r_2, \dots$ that add to 1, the cut behind part $j$ lies at
#
# $$c_j = \lfloor\, n\,(r_1 + \dots + r_j) \,\rfloor ,$$
#
# where $\lfloor \cdot \rfloor$ rounds down. Computers add badly: `0.7 + 0.1` is 0.7999999999999999, ten times that is
# less than 8, and rounded down it is 7. So add $10^{-9}$ before rounding down.

# %% [markdown]
# Write the cut. `order` is an array of ints of shape `(n,)`, $n \ge 1$; `ratios` is a tuple of two or more positive
# numbers that add to 1. Return a tuple of arrays of ints, one for each ratio: part $j$ holds the entries of `order`
# from $c_{j-1}$ (for the first: from the start) up to $c_j$, without the latter; the last part goes to the end. Each
# $c_j$ is $\lfloor n\,(r_1 + \dots + r_j) + 10^{-9} \rfloor$: first the ratios are added, then that is multiplied by
# $n$, then $10^{-9}$ is added. A part may be empty. Where a tuple is asked for, a list is as good, here and later.


# %% exercise="split_indices"
def split_indices(order, *, ratios=(0.6, 0.2, 0.2)):
    """The order cut into consecutive parts by ratios. A tuple of arrays."""
    ### BEGIN SOLUTION
    cuts = np.floor(len(order) * np.cumsum(ratios[:-1]) + 1e-9).astype(int)
    return tuple(np.split(order, cuts))
    ### END SOLUTION


# %% [markdown]
# (A part is a list of sample *numbers*: with `train, val, test = split_indices(order)` the training samples are
# `X[train]` and their labels `y[train]`.)
#
# ### Rare classes
#
# One sample in fifty is ill, and you have 200. How many of the four ill ones are in the test part of 40? Chance decides,
# and in four splits of ten it decides: none. **Stratified** 分层 means: cut each class by the same ratios, on its own.

# %% topics="C01-02"
y = np.repeat([0, 1], [196, 4])  # 1: ill
ill = [
    data.train_val_test_split(y, rng=np.random.default_rng(seed))[2].sum()
    for seed in range(100 if quick else 1000)
]
print("ill ones in a random test part:", {k: f"{np.mean(np.array(ill) == k):.0%}" for k in range(5)})

# %% [markdown]
# Write a stratified split. `labels` is an array of ints of shape `(n,)`, the class of each sample; `order` is a
# permutation of 0 … $n-1$, shape `(n,)`; `ratios` is as before. Go through the classes, the smallest label first. Take
# the samples of the class as they stand *in `order`*, and cut them with `split_indices`. Part $j$ of the result is the
# $j$-th piece of the first class, then the $j$-th piece of the second, and so on. Return a tuple of arrays, one for each
# ratio.


# %% exercise="stratified_indices"
def stratified_indices(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """Each class cut by the same ratios. A tuple of arrays of sample numbers, class after class."""
    ### BEGIN SOLUTION
    pieces = [split_indices(order[labels[order] == c], ratios=ratios) for c in np.unique(labels)]
    return tuple(np.concatenate(part) for part in zip(*pieces))
    ### END SOLUTION


# %%
mine = usable(stratified_indices)
mine

# %%
parts = mine["stratified_indices"](y, np.random.default_rng(0).permutation(200))
print("ill ones in the three parts:", [int(y[part].sum()) for part in parts])
order = np.random.default_rng(1).permutation(len(mnist.y_train))
parts = mine["stratified_indices"](mnist.y_train, order)
for name, part in zip(["training", "validation", "test"], parts):
    print(f"{name:>10}: {len(part)} images, of each digit {np.bincount(mnist.y_train[part]).tolist()}")

# %% [markdown]
# The parts come out class by class. That does no harm: before they are used, they are shuffled again (section 3).
#
# ### Folds
#
# With few samples, a validation part of 20 % is small, and its verdict shaky. **$k$-fold cross-validation** $k$ 折交叉验证
# lets every sample take its turn: cut all into $k$ **folds** 折, train $k$ times, each time on all folds but one, and
# validate on that one. The mean of the $k$ results uses each sample once for judging. (Where it *chose* between models,
# it is flattered, too.) It costs $k$ trainings. (The test part stays outside of this, too.)

# %% [markdown]
# Write the folds. `n` is the number of samples, `k` the number of folds, $2 \le k \le n$. The order is 0 … $n-1$, or,
# with `shuffle=True`, `rng.permutation(n)`: that one call and no other, so that the same `rng` gives you the same folds
# as ours does. (Without `shuffle` there may be no `rng`, and one that is there is not used.) Cut the order into $k$
# runs; the first $n \bmod k$ of them have one sample more than the others. Return a list of $k$ tuples `(train, val)`,
# in the order of the runs: `val` is an array of ints, the sample numbers in the run, `train` one of all other numbers,
# each from the smallest to the largest.


# %% exercise="kfold_indices"
def kfold_indices(n, *, k=5, shuffle=False, rng=None):
    """For each of k folds (train, val): all other sample numbers, and those of the fold, sorted. A list of tuples."""
    ### BEGIN SOLUTION
    order = rng.permutation(n) if shuffle else np.arange(n)
    folds = [np.sort(fold) for fold in np.array_split(order, k)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]
    ### END SOLUTION


# %%
mine = usable(kfold_indices)
mine

# %% topics="C01-04"
X, y = mnist.X_train[:200], mnist.y_train[:200]
folds = mine["kfold_indices"](len(X), shuffle=True, rng=np.random.default_rng(0))
each = [experiments.neighbour_accuracy(X[train], y[train], X[val], y[val]) for train, val in folds]
print("five folds of 200 digits:", ", ".join(f"{a:.1%}" for a in each), f"  mean {np.mean(each):.1%}")
print(
    f"200 digits against 1000 others: {experiments.neighbour_accuracy(X, y, mnist.X_test, mnist.y_test):.1%}"
)

# %% [markdown]
# The model here is the simplest there is, the **nearest neighbour** 最近邻: a new picture gets the label of the training
# picture that is most like it. Single folds of 40 pictures differ by ten points. Their mean, 76 %, is within three of
# what 1000 fresh pictures say, and it is of models that had 160 pictures, not 200.

# %% [markdown]
# **Written question.** A team has 3000 photographs of 300 plants, ten of each plant, and wants to recognise diseases.
# They shuffle the photographs, cut 60 / 20 / 20, train 40 networks with different settings, take the one with the highest
# accuracy on the test part, 93.1 %, and report that number. The best on the validation part had 92.8 % there. (a) Name
# the two mistakes, and say for each in which direction the reported number is off. (b) How would you cut these
# photographs, and what would you report?

# %% [markdown] written="who-saw-the-test" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: photographs of the same plant lie in the training part and in the test part, so
# the network may recognise the plant instead of the disease; and the test part chose among 40 networks, so the best
# number is partly luck. Both make 93.1 % too high. Half a point for one of the two, or for both without the direction.
# (b) 1 point: cut the *plants*, 180 / 60 / 60, so that all ten photographs of a plant fall into one part (by disease,
# stratified, where one is rare); choose by the validation part; then measure the chosen network once on the test part,
# and report that number with its standard error. With 60 plants that is wide: photographs of one plant are not
# independent. Half a point for one of the two halves.
# ### END SOLUTION

# %% [markdown]
# **End of the first sitting.** You can say who trains, who chooses and who judges, and write the cuts.

# %% [markdown]
# # Sitting 2
#
# ## 3 · Batches
#
# To compute one step from all samples is slow where there are many; from a single one it is noisy, and the computer
# works one row at a time where it could multiply matrices. In between lies the **mini-batch** 小批量: a step from, say, 64
# samples. One pass in which every sample was used once is an epoch. With $n$ samples and batches of $B$ it has $\lceil
# n/B \rceil$ steps, $\lceil\cdot\rceil$ for rounding up; the last batch may be smaller. In the next epoch the order is
# a new one, since otherwise the same samples would always stand together.
#
# It is tempting to draw each batch for itself, `rng.integers(n, size=B)`, until $n$ samples were drawn. What is wrong
# with it?

# %% topics="C01-26"
rng = np.random.default_rng(0)
n, B = 1000, 10
drawn = np.concatenate([rng.integers(n, size=B) for _ in range(n // B)])
dealt = np.concatenate(list(data.iterate_minibatches(np.arange(n), batch_size=B, rng=rng)))
for name, numbers in {"drawn": drawn, "dealt out": dealt}.items():
    times = np.bincount(numbers, minlength=n)
    print(f"{name:>9}: {np.mean(times == 0):.0%} of the samples never seen, one of them {times.max()} times")

# %% [markdown]
# More than a third of the samples are not seen in this pass, about $1/e = 37\,\%$ as a rule. So batches are not drawn but
# dealt out, like cards: shuffle once, then cut.

# %% [markdown]
# Write it. `n` $\ge 1$ is the number of samples, `batch_size` $\ge 1$ the size of a batch. The order is
# `rng.permutation(n)`: that one call and no other, so that the same `rng` gives you the same batches as ours does. With
# `shuffle=False` it is 0 … $n-1$; then there may be no `rng`, and one that is there is not used. Cut it into
# consecutive batches of `batch_size`; a last one that is not full is smaller, or, with `drop_last=True`, left out.
# Return a list of arrays of ints.


# %% exercise="minibatch_indices"
def minibatch_indices(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """The numbers 0 ... n-1, each once, in batches. A list of arrays."""
    ### BEGIN SOLUTION
    order = rng.permutation(n) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[start : min(start + batch_size, end)] for start in range(0, end, batch_size)]
    ### END SOLUTION


# %% [markdown]
# How large should a batch be? As a rule of thumb: up to 2000 samples take all at once, since with few samples a whole
# pass is cheap; else try 64, 128, 256 and 512, as far as memory allows. (Powers of two by custom; hardware works in
# blocks of such sizes, but a batch of 100 is hardly slower.) A batch of 1 is **stochastic gradient descent** 随机梯度下降 in
# the narrow sense, a batch of $n$ is **batch gradient descent** 批量梯度下降; both ends are rarely best, and the size is a
# setting, a **hyperparameter** 超参数, that the validation part chooses.

# %% topics="C01-27"
for m in [1500, 60_000]:
    for size in experiments.suggest_batch_size(m):
        steps = len(data.minibatch_indices(m, batch_size=size, shuffle=False))
        print(f"{m} samples, batches of {size}: {steps} steps in an epoch")

# %% [markdown]
# ### Rare classes again
#
# If 900 samples are healthy and 100 ill, a model that always says "healthy" is right nine times out of ten. One remedy
# is to draw ill samples more often than they occur, **re-sampling** 重采样. With $n_i$ samples in class $i$ of $K$ and a
# number $q$ from 0 to 1, class $i$ is drawn with probability
#
# $$p_i = \frac{n_i^{\,q}}{\sum_{j=1}^{K} n_j^{\,q}}$$
#
# With $q = 1$ every *sample* is drawn equally often, with $q = 0$ every *class*; $q = ½$ lies in between. (Both ends are
# allowed. Within a class all samples are equally likely, $p_i / n_i$ each.)

# %% [markdown]
# Write these probabilities. `counts` has shape `(K,)` and holds the numbers of samples, ints or whole floats, 0 or
# more, at least one of them positive; `q` is from 0 to 1. Return floats of shape `(K,)`, adding to 1. A class without
# samples gets 0, whatever `q` is. (NumPy's `0.0 ** 0` is 1.)


# %% exercise="class_sampling_probs"
def class_sampling_probs(counts, *, q=0.5):
    """n_i^q over the sum of all n_j^q; 0 for an empty class. Shape (K,)."""
    ### BEGIN SOLUTION
    weights = np.where(counts == 0, 0, counts**q)
    return weights / weights.sum()
    ### END SOLUTION


# %%
mine = usable(class_sampling_probs)
mine

# %% topics="C01-29 C01-30"
counts, y = np.array([900.0, 90.0, 10.0]), np.repeat([0, 1, 2], [900, 90, 10])
for q in [0, 0.5, 1]:
    p = mine["class_sampling_probs"](counts, q=q)
    sampler = data.WeightedRandomSampler(p[y] / counts[y], 3000, rng=np.random.default_rng(0))
    drawn = np.bincount(y[list(sampler)], minlength=3)
    print(f"q = {q}: probabilities {p.round(3)}, drawn in 3000 times {drawn.tolist()}")

# %% [markdown]
# (`WeightedRandomSampler` 加权随机采样器 draws sample numbers in proportion to weights; torch has it ready, under the same
# name. Here samples *are* drawn, with replacement: an "epoch" is then so and so many draws, and some samples do not
# come.) With $q = 0$ each of the ten samples of the rarest class comes about a hundred times. Nothing new is learnt
# from the hundredth time: that is why $q$ is often left above 0. And only *training* batches are drawn so; the
# validation and test parts stay as they are.

# %% [markdown]
# ## 4 · The middle
#
# Pixels lie between 0 and 255, years around 2000. Whatever is far from 0 on one side only makes long valleys of the bowl,
# as you will see in section 5. So the first step is **zero-centring** 零中心化, or **mean subtraction** 均值减法. Which mean?
# That depends on `axis`, the axes that are averaged over:
#
# | `X` | `axis` | mean of | shape of the mean, `keepdims=True` |
# | --- | --- | --- | --- |
# | `(n, d)` | `0` | each feature over the samples | `(1, d)` |
# | `(n, C, H, W)` | `0` | each pixel: the "mean picture" | `(1, C, H, W)` |
# | `(n, C, H, W)` | `(0, 2, 3)` | each channel | `(1, C, 1, 1)` |
# | any | `None` | all numbers | `(1, …, 1)` |
#
# For pictures one number, or one for each channel, is usual: all pixels are measured in the same unit already. Because of
# `keepdims=True` the mean broadcasts against `X` in every row of the table.

# %% [markdown]
# Write it. `X` is an array with one axis or more, of floats or of ints (pixels are often `uint8`, whole numbers from 0
# to 255). `axis` is an int, a tuple of one int or more, or `None`; negative ones count from the back. `mean` is `None`,
# or an array of floats, a mean that was computed before, from other samples; it broadcasts against `X` and leaves the
# shape of `X`. Then `axis` does not matter. Return the tuple `(X_centered, mean)`: $X$ minus the mean, and the mean
# that was subtracted: one that you computed with an axis of length 1 for each one that was averaged over, a given one
# as it is. `X` must stay as it is.


# %% exercise="center"
def center(X, *, axis=0, mean=None):
    """(X - mean, mean), with the mean over axis, or the one that is given."""
    ### BEGIN SOLUTION
    if mean is None:
        mean = X.mean(axis=axis, keepdims=True)
    return X - mean, mean
    ### END SOLUTION


# %%
mine = usable(center)
mine

# %% topics="C01-05"
pixels = np.random.default_rng(0).integers(0, 256, size=(6, 3, 4, 4)).astype(np.uint8)
for axis in [None, (0, 2, 3), 0]:
    centred, mean = mine["center"](pixels, axis=axis)
    print(f"axis {axis}: mean of shape {mean.shape}, left of it {abs(centred.mean(axis=axis)).max():.0e}")
try:
    pixels -= pixels.mean()
except TypeError as error:
    print("X -= X.mean() on uint8:", error)
print("and in whole numbers 20 - 30 is", np.uint8(20) - np.array([30], np.uint8))

# %% [markdown]
# `X -= np.mean(X)`, found in many notes, is refused for whole numbers, since the result does not fit into them. Where
# both sides are `uint8`, NumPy does not complain but counts round: 20 − 30 is 246. Make floats of pixels first.
#
# ## 5 · The size
#
# ### Standardising
#
# With the mean $\mu_j$ of feature $j$, its **standard deviation** 标准差 is the root of the mean squared distance from it:
#
# $$\begin{gathered}
# \mu_j = \frac1n \sum_{i=1}^n X_{ij}, \\
# \sigma_j = \sqrt{\frac1n \sum_{i=1}^n (X_{ij} - \mu_j)^2}, \\
# Z_{ij} = \frac{X_{ij} - \mu_j}{\sigma_j}
# \end{gathered}$$
#
# $\mu$ and $\sigma$ have shape `(d,)`. Each feature of $Z$ has mean 0 and standard deviation 1. One finds $\sigma$ in
# print without the $\mu$ under the root. For 100, 101, 102 it makes a difference:

# %%
x = np.array([100.0, 101.0, 102.0])
for name, sigma in {"root of the mean square": np.sqrt(np.mean(x**2)), "standard deviation": x.std()}.items():
    z = (x - x.mean()) / sigma
    print(
        f"{name:>23}: {sigma:.4f}, (x - mean) divided by it {z.round(4)}, of standard deviation {z.std():.4f}"
    )

# %% [markdown]
# ### Whose mean?
#
# The validation and test parts stand for samples that do not exist yet. So $\mu$ and $\sigma$ come from the *training
# part alone*, and all parts are scaled with these same two. Three other ways look as good and are not:
#
# * **All samples together.** Then what you train on depends on the test samples: a **leak** 数据泄漏. Often it is small. But
#   it is a number that nobody can vouch for, and with an **outlier** 异常值 in the test part it is not small.
# * **Each part by its own mean and deviation.** Then the same flat has other numbers in another part. In the extreme the
#   test part is one sample.
# * **Each sample by its own.** That is another thing (chapter 09 has uses for it), and does not make features comparable.

# %% [markdown]
# Write it. `X_train` is an array of floats of shape `(n, d)`, $n \ge 1$; `others` are zero or more arrays of shapes
# `(m, d)`, $m \ge 1$ their own number of samples. Return a tuple of as many arrays as there are arguments, in their
# order (with one argument, too, a tuple, of one array), all scaled with mean and standard deviation of the columns of
# `X_train`. A column that does not vary in `X_train` has $\sigma = 0$: subtract its mean, in all parts, and
# divide by 1. (Such columns hold whole numbers here, so that their $\sigma$ is exactly 0.)


# %% exercise="standardize"
def standardize(X_train, *others):
    """All parts, with mean and standard deviation of the features of X_train. A tuple of arrays."""
    ### BEGIN SOLUTION
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(std == 0, 1, std)
    return tuple((X - mean) / std for X in (X_train, *others))
    ### END SOLUTION


# %%
mine = usable(standardize)
mine

# %% topics="C01-06 C01-09"
rng = np.random.default_rng(0)
flats = np.stack(
    [rng.normal(80, 25, 60), rng.normal(1980, 20, 60)], axis=1
)  # square metres, year of building
train, test = flats[:40], flats[40:]
odd = np.array([[9000.0, 1990.0]])  # somebody left out a dot
_, one = mine["standardize"](train, test[:1])
print("one test sample, by the training part:", one.round(2))
print("the same sample, by itself:           ", mine["standardize"](test[:1])[0])
for name, part in {"the training part": train, "all samples": np.concatenate([flats, odd])}.items():
    _, z = mine["standardize"](part, train)
    print(f"scaled by {name:>17}: training areas of standard deviation {z[:, 0].std():.3f}")
scaler = data.StandardScaler()  # the same as an object that remembers mean_ and scale_ for later
Z_train, Z_test = data.fit_transform_splits(scaler, train, test)
print(
    "StandardScaler:", scaler.mean_.round(1), scaler.scale_.round(1), " agrees:", np.allclose(Z_test[:1], one)
)

# %% [markdown]
# By itself the one sample is a row of zeros: nothing is left of it. And a single typing error in the test part, 9000
# square metres, squeezes all *training* areas into less than a fiftieth of their width. A part that is only there to
# judge must not be able to do that.
#
# ### What it is worth
#
# Back to the bowl. For a sum $\hat y = \sum_j w_j x_j$ and *half* the mean squared error, the bowl over the weights $w$
# is decided by the matrix $H = X^{\mathsf T} X / n$, shape `(d, d)`: along its eigenvectors it is as steep as the
# eigenvalues say. A step fits the steepest direction, else it would jump out on the other side; in the flattest it then
# gets on slowly. The ratio of the largest to the smallest eigenvalue is the **condition number** 条件数 $\kappa$. Flats
# with three features, a column of ones for the constant term, and the best step size each time, $2/(\lambda_{\min} +
# \lambda_{\max})$:


# %% topics="C01-07"
def steps(X, most=20_000):
    """Condition number of H, and the steps of gradient descent until the gradient is a millionth of what it was."""
    H = X.T @ X / len(X)
    eigenvalues = np.linalg.eigvalsh(H)
    rate = 2 / (eigenvalues[0] + eigenvalues[-1])
    descent = experiments.gd_iterations_on_quadratic(H, np.ones(len(H)), lr=rate, max_iter=most)
    return eigenvalues[-1] / eigenvalues[0], descent.iterations if descent.converged else f"more than {most}"


rng = np.random.default_rng(0)
area, year = rng.normal(80, 25, 500), rng.normal(1980, 20, 500)
rooms = np.round(area / 28 + rng.normal(0, 0.6, 500))
flats = np.stack([area, rooms, year], axis=1)
for name, X in {
    "as they came": flats,
    "centred": data.center(flats)[0],
    "standardised": mine["standardize"](flats)[0],
}.items():
    kappa, n_steps = steps(np.column_stack([np.ones(500), X]))
    print(f"{name:>12}: condition number {kappa:.2g}, steps: {n_steps}")

# %% [markdown]
# As they came, the descent is nowhere near the bottom after 20 000 steps. Centring alone brings it to 9162, standardising
# to 62. Not to one: area and rooms go together, and no scaling of single features changes that. (Section 6 turns the
# axes.) Now for two features that are independent, the second $s$ times as wide as the first:

# %% topics="C01-07"
rng = np.random.default_rng(0)
before, after = [], []
for s in [1, 2, 3, 5, 10, 20, 30]:
    X = rng.normal(size=(400, 2)) * [1, s]
    before.append(steps(X))
    after.append(steps(mine["standardize"](X)[0]))
    print(
        f"s = {s:>2}: condition number {before[-1][0]:>6.1f}, steps {before[-1][1]:>5}; standardised {after[-1][1]}"
    )

# %% tags=["folded"]
fig, ax = plt.subplots()
ax.loglog(*np.array(before).T, "o-", label="as they came")
ax.loglog([kappa for kappa, _ in before], [n for _, n in after], "s--", label="the same data, standardised")
ax.set(xlabel="condition number before", ylabel="steps of gradient descent")
ax.legend()
plotting.show(
    ax,
    alt="Steps of gradient descent against the condition number, both logarithmic. As the data came the steps grow in proportion, "
    "from 4 to 5804. Standardised they stay at 3 to 7.",
)

# %% [markdown]
# The steps grow in proportion to the condition number, about 7 for each unit of it. With standardising there are 3 to 7,
# whatever the units were. It costs two lines.
#
# ### Min-max
#
# The other usual way is **min-max scaling** 最小-最大归一化: map the smallest value of each feature to `low`, its largest to
# `high`.
#
# $$Z_{ij} = \text{low} + \frac{X_{ij} - \min_j}{\max_j - \min_j}\,(\text{high} - \text{low})$$
#
# $\min_j$ and $\max_j$ are taken over the column $j$ of the *training part*. A test sample beyond them lands beyond the
# range, and that is as it should be: cut off, it would look like an ordinary one.

# %% [markdown]
# Write it. `X_train` and `others` are as in `standardize`; `feature_range` is the tuple `(low, high)`, $\text{low} <
# \text{high}$. Return a tuple of all parts, in their order (with one argument, too, a tuple, of one array). For a
# column that does not vary in `X_train` divide by 1: it becomes $\text{low} + (X_{ij} - \min_j)(\text{high} -
# \text{low})$ in all parts. Nothing is cut off.


# %% exercise="minmax_scale"
def minmax_scale(X_train, *others, feature_range=(0.0, 1.0)):
    """All parts, mapped so that each feature of X_train fills feature_range. A tuple of arrays."""
    ### BEGIN SOLUTION
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    scale = (high - low) / np.where(width == 0, 1, width)
    return tuple((X - smallest) * scale + low for X in (X_train, *others))
    ### END SOLUTION


# %%
mine = usable(minmax_scale)
mine

# %% topics="C01-08"
x = np.array([[0.0], [0.0], [0.0], [4.0]])
(scaled,) = mine["minmax_scale"](x, feature_range=(-1.0, 1.0))
print("to [-1, 1]:            ", scaled.ravel(), " mean", scaled.mean())
print("standardised:          ", data.standardize(x)[0].ravel().round(3), " mean 0")
centred = data.center(x)[0]
print(
    "centred, divided by max|x|:",
    (centred / abs(centred).max()).ravel().round(3),
    " mean 0, but not all of [-1, 1]",
)
scaler = data.MinMaxScaler(feature_range=(-1.0, 1.0)).fit(x)
print("a later sample of 6:   ", scaler.transform([[6.0]]).ravel())

# %% [markdown]
# "Centre the data, and scale them to $[-1, 1]$", say some notes. Both at once does not go in general: mapped to $[-1,
# 1]$ these four have the mean −0.5. Decide for one. Standardising is the usual choice; min-max suits what has natural
# ends; where these are known, as with pixels, divide by them (`X / 255`), and nothing is learnt from the data. One
# outlier decides the whole range, as here.

# %% [markdown]
# **End of the second sitting.** Samples come in batches, features in one size, and the test part has no say in either.

# %% [markdown]
# # Sitting 3
#
# ## 6 · Directions
#
# Area and number of rooms say nearly the same. How much do two features go together? The **covariance** 协方差 of features
# $j$ and $k$ is the mean product of their distances from the mean. For all pairs at once, with $\bar X$ for $X$ minus the
# mean of each column:
#
# $$\Sigma = \frac{1}{n - \text{ddof}}\; \bar X^{\mathsf T} \bar X$$
#
# $X$ and $\bar X$ have shape `(n, d)`, $\Sigma$, the **covariance matrix** 协方差矩阵, has `(d, d)`. On its diagonal are the
# **variances** 方差, the squares of the standard deviations; $\Sigma_{jk} = \Sigma_{kj}$. With `ddof` $= 0$ it is the
# mean over the samples there are. With 1 it is an **unbiased** 无偏 estimate for the source they come from; that is what
# `np.cov` and scikit-learn's PCA take. This course takes 0 unless it says otherwise.

# %% [markdown]
# Write it. `X` has shape `(n, d)`; `ddof` is an int, 0 or more, smaller than $n$. Return shape `(d, d)`, also for $d =
# 1$. (`np.cov` would be the whole answer; the check refuses it.)


# %% exercise="covariance"
def covariance(X, *, ddof=0):
    """Covariance of every pair of features, divided by n - ddof. Shape (d, d)."""
    ### BEGIN SOLUTION
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc / (len(X) - ddof)
    ### END SOLUTION


# %%
mine = usable(covariance)
mine

# %% topics="C01-10"
Z = data.standardize(flats)[0]
print("area, rooms, year, standardised:\n", mine["covariance"](Z).round(2))
ten = np.random.default_rng(1).normal(size=(10, 3))
ratio = mine["covariance"](ten, ddof=1)[0, 0] / mine["covariance"](ten)[0, 0]
print(f"ten samples, divided by 9 instead of 10: {ratio:.4f} times as large")

# %% [markdown]
# Area and rooms have 0.8: they say much the same. The year goes its own way.
#
# ### Turn the axes
#
# A symmetric matrix has $d$ eigenvectors at right angles. Put them, with length 1, into the columns of a matrix $U$,
# and the eigenvalues $\lambda_1 \ge \lambda_2 \ge \dots$ into a vector $S$. Then $\Sigma = U\, \mathrm{diag}(S)\,
# U^{\mathsf T}$. Look at the data along these columns:
#
# $$X_{\text{rot}} = \bar X U$$
#
# That is a rotation (perhaps with a mirroring): no distance changes. The covariance of the new features is $U^{\mathsf
# T} \Sigma\, U = \mathrm{diag}(S)$: they are **decorrelated** 去相关, and feature $j$ has the variance $S_j$.


# %% tags=["folded"]
rng = np.random.default_rng(3)
cloud = rng.normal(size=(300, 2)) @ np.array([[1.6, 0.7], [0.0, 0.45]]) + [2, 1]
turned, U, S = data.decorrelate(cloud)
white, _, _ = data.whiten(cloud, eps=0.0)
fig, panels = plt.subplots(1, 3, figsize=(10, 3.4))
for ax, points, title in zip(
    panels, [cloud, turned, white], ["the data", "decorrelated", "whitened (section 8)"]
):
    ax.plot(*points.T, ".", markersize=3, color="#0072B2")
    ax.set(title=title, aspect="equal", xlim=(-5, 6), ylim=(-4, 4))
for k, colour in enumerate(["#D55E00", "#009E73"]):
    tip = cloud.mean(axis=0) + 2 * np.sqrt(S[k]) * U[:, k]
    panels[0].annotate(
        "",
        xy=tip,
        xytext=cloud.mean(axis=0),
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2},
    )
plotting.show(
    fig,
    alt="Three scatter plots. Left: a slanting cloud away from the origin, with an arrow along it and a shorter one across. "
    "Middle: the same cloud, centred and turned so that it lies along the first axis. Right: whitened, the cloud is round.",
)

# %% [markdown]
# Write it. `X` has shape `(n, d)`, and no two eigenvalues of its covariance (`ddof` 0) are equal, so that $n \ge d$.
# Return the tuple `(Xrot, U, S)` of shapes `(n, d)`, `(d, d)` and `(d,)`: the rotated data, the eigenvectors in the
# *columns* of $U$, the eigenvalues, the largest first. An eigenvector may point either way: whether a column of $U$,
# and of `Xrot` with it, is multiplied by −1 does not matter. Two functions help. With `cov` for $\Sigma$,
# `np.linalg.eigh(cov)` returns `(eigenvalues, U)`, the *smallest* first. `np.linalg.svd(cov)` returns `(U, S, Vt)`, the
# largest first; the **singular values** 奇异值 `S` of a covariance are its eigenvalues.


# %% exercise="decorrelate"
def decorrelate(X):
    """(Xrot, U, S): rotated data, eigenvectors of the covariance in columns, eigenvalues, largest first."""
    ### BEGIN SOLUTION
    U, S, _ = np.linalg.svd(covariance(X))
    return (X - X.mean(axis=0)) @ U, U, S
    ### END SOLUTION


# %%
mine = usable(decorrelate)
mine

# %% topics="C01-11"
Xrot, U, S = mine["decorrelate"](Z)
print("variances of the new features:", S.round(3), "  sum", S.sum().round(3))
print("largest covariance between two of them:", f"{abs(data.covariance(Xrot) - np.diag(S)).max():.0e}")
print("eigenvalues:            ", np.linalg.eigvalsh(data.covariance(Z))[::-1].round(3))
print("their squares:          ", (S**2).round(3))
print("singular values of the centred data, squared, over n:", (np.linalg.svd(Z)[1] ** 2 / len(Z)).round(3))
X_descent = Xrot / np.sqrt(S)
print("steps of gradient descent, standardised:", steps(Z)[1], "  turned, too:", steps(X_descent)[1])

# %% [markdown]
# In print one reads that the $S$ of `svd(cov)` are the *squares* of the eigenvalues. They are the eigenvalues. (What is
# squared are the singular values of the *data*: over $n$, their squares are the eigenvalues of $\Sigma$.) Turned, and
# each new feature divided by its standard deviation, the flats need a single step: the bowl is round. That is
# whitening, and section 8 has more of it.
#
# ## 7 · A few directions are enough
#
# If most of the variance lies along the first $k$ columns of $U$, the other coordinates can go. That is **principal
# component analysis** 主成分分析, PCA: with $U_k$, shape `(d, k)`, for the first $k$ columns, $Z = \bar X U_k$ has shape
# `(n, k)`: $k$ numbers stand for $d$, **dimensionality reduction** 降维. To look at it as a picture, turn it back and add
# the mean $\mu$:
#
# $$\hat X = \bar X\, U_k\, U_k^{\mathsf T} + \mu$$
#
# $\hat X$ has the shape of $X$ again. Of all planes with $k$ dimensions this one loses least: the mean squared distance
# between $X$ and $\hat X$ is the sum of the eigenvalues that were dropped.

# %% [markdown]
# Write it. `X` has shape `(n, d)`, `k` is an int from 1 to $d$; the first $k$ eigenvalues are different from the others.
# Return $\hat X$, shape `(n, d)`.


# %% exercise="pca_reconstruct"
def pca_reconstruct(X, k):
    """The samples from their first k principal components. Shape (n, d)."""
    ### BEGIN SOLUTION
    Xrot, U, _ = decorrelate(X)
    return Xrot[:, :k] @ U[:, :k].T + X.mean(axis=0)
    ### END SOLUTION


# %%
mine = usable(pca_reconstruct)
mine

# %% [markdown]
# Now pictures. Nearly all of a digit lies in the 20 by 20 pixels in the middle, 400 numbers. How much of them do 144
# keep? (The next cell takes a few seconds.)

# %% topics="C01-12 C01-13"
pictures = mnist.X_train[: 1000 if quick else None]
digits = data.crop(pictures, 4, 4, 20, 20).reshape(-1, 400).astype(float)
pca = data.PCA(400).fit(digits)
kept = np.cumsum(pca.explained_variance_ratio_)
for k in [1, 10, 20, 50, 100, 144, 200]:
    print(f"{k:>3} components keep {kept[k - 1]:.1%} of the variance")
numbers = [1, 10, 50, 144]
rebuilt = {k: mine["pca_reconstruct"](digits, k) for k in numbers}
lost = np.mean(np.sum((digits - rebuilt[144]) ** 2, axis=1))
total = np.mean(np.sum((digits - digits.mean(axis=0)) ** 2, axis=1))
print(f"lost with 144: a mean square of {lost:.3f} of {total:.3f}, {lost / total:.1%}")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(10, 3.6), gridspec_kw={"width_ratios": [1, 1.5]})
panels[0].plot(np.arange(1, 401), kept, color="#0072B2")
panels[0].plot(144, kept[143], "o", color="#D55E00")
panels[0].set(xlabel="components", ylabel="share of the variance", title="what k components keep")
experiments.plot_images(
    np.concatenate([x[:10] for x in (digits, *rebuilt.values())]), columns=10, ax=panels[1]
)
panels[1].set(title="the pictures, then k = 1, 10, 50, 144")
plotting.show(
    fig,
    alt="Left: share of the variance against the number of components; the curve rises steeply and is at 96 percent with 144 of "
    "400. Right: ten digits in five rows. With one component all look alike, with 10 they are blurred but can be read, with 144 "
    "they are hardly different from the originals.",
)

# %% [markdown]
# 144 numbers of 400 keep 96.2 % of the variance, and to the eye the whole digit. Ten keep half, and most digits can be
# read. What goes first is fine detail: the last components are the fast changes from pixel to pixel. A network that
# gets 144 inputs for 400 trains faster; convolutional networks, which want pictures as pictures, are fed without PCA.
#
# ## 8 · Whitening
#
# Turned, and divided by the standard deviation of each new feature, the data have the unit matrix for a covariance. This
# is called **whitening** 白化, since white light has all frequencies alike. A direction in which next to nothing varies
# would be divided by next to 0, so a small number $\varepsilon$ is added, under the root:
#
# $$\begin{gathered}
# W = U\, \mathrm{diag}\Big(\frac{1}{\sqrt{S_j + \varepsilon}}\Big), \\
# X_{\text{white}} = \bar X\, W
# \end{gathered}$$
#
# The root, for the $S_j$ are variances. $W$ has shape `(d, d)`: column $j$ of $U$, times its factor. Mean and $W$ of the
# training part are kept, to whiten other samples with.

# %% [markdown]
# Write it. `X` has shape `(n, d)`, and no two eigenvalues of its covariance (`ddof` 0) are equal, so that $n \ge d$;
# `eps` $\ge 0$ is $\varepsilon$, and all $S_j + \varepsilon$ are positive. Return the tuple `(Xwhite, mean, W)` of
# shapes `(n, d)`, `(d,)` and `(d, d)`. The columns are in the order of the eigenvalues, the largest first; their signs
# do not matter, those of `Xwhite` go with those of $W$.


# %% exercise="whiten"
def whiten(X, *, eps=1e-5):
    """(Xwhite, mean, W) with Xwhite = (X - mean) W, of covariance 1 but for eps."""
    ### BEGIN SOLUTION
    Xrot, U, S = decorrelate(X)
    gain = 1 / np.sqrt(S + eps)
    return Xrot * gain, X.mean(axis=0), U * gain
    ### END SOLUTION


# %%
mine = usable(whiten)
mine

# %% topics="C01-14"
rng = np.random.default_rng(0)
X = rng.normal(size=(2000, 3)) @ np.array([[3, 1, 0], [0, 1, 0.5], [0, 0, 0.2]])
_, U, S = data.decorrelate(X)
Xwhite, mean, W = mine["whiten"](X, eps=0.0)
print("variances before, largest first:       ", S.round(3))
print("covariance, divided by the root of S:  ", np.diag(data.covariance(Xwhite)).round(3))
print("divided by S, as one reads in print:   ", np.diag(data.covariance((X - mean) @ U / S)).round(3))
skewed = rng.exponential(size=(20_000, 2)) * [1, 3]
z = data.whiten(skewed)[0]
print(
    f"whitened waiting times: mean of the fourth powers {np.mean(z**4):.1f}; of a normal distribution it would be 3"
)

# %% [markdown]
# Divide by the *root* of the eigenvalues: else the variances come out as $1/S$. And whitening, like standardising, sets
# mean and covariance, not the shape: waiting times have long tails before and after. Nothing "becomes normally
# distributed".
#
# What does it do to pictures? Back to pixels, $X_{\text{white}} U_k^{\mathsf T}$, with the gain $1/\sqrt{S_j +
# \varepsilon}$ of each component:

# %% topics="C01-14 C01-31"
small, _ = data.load_digits()  # 1797 digits of 8 by 8 pixels
seen = {eps: experiments.whitened_images(small, 48, eps=eps) for eps in [1e-5, 1e-2, 1e-1]}
for eps, white in seen.items():
    print(
        f"eps {eps:g}: gain of the first component {white.gain[0]:.1f}, of the 48th {white.gain[-1]:.1f}; "
        f"roughness {white.roughness_before:.1f} before, {white.roughness_after:.1f} after"
    )

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(10, 3.4), gridspec_kw={"width_ratios": [1, 1.5]})
for eps, white in seen.items():
    white.plot(panels[0], label=f"eps {eps:g}")
bright = max(abs(white.images[:10]).max() for white in seen.values())
rows = [small[:10] * bright, *(white.images[:10] for white in seen.values())]
experiments.plot_images(np.concatenate(rows), columns=10, ax=panels[1])
panels[1].set(title="digits; whitened, eps 1e-5, 0.01, 0.1")
plotting.show(
    fig,
    alt="Left: the gain of whitening for 48 components. With eps 1e-5 it rises from 1 to 17, with 0.01 to 9, with 0.1 to 3. "
    "Right: ten small digits, and below them whitened ones, full of fine patterns, the less so the larger eps.",
)

# %% [markdown]
# The 48th component, which hardly varies, is made 17 times as large, the first hardly changes. (*Roughness* is the mean
# square of the difference between neighbouring pixels, over that of the pixels.) High frequencies, and with them noise,
# are blown up. A larger $\varepsilon$ smooths. So whitening is good to know, and rare in front of networks; what chapter
# 09 does inside of them is its cheap cousin, standardising.

# %% [markdown]
# **End of the third sitting.** You can turn, shorten and whiten data, and you know which of it hurts.

# %% [markdown]
# # Sitting 4
#
# ## 9 · More pictures than there are
#
# The best cure for a network that has learnt its examples by heart is more examples. They are dear. **Data augmentation**
# 数据增强 makes some out of those you have: a cat moved by two pixels is a cat, and to a network those are all new numbers.
# Two conditions hold, and both are broken every day:
#
# 1. Only the *training part* is augmented, *after* the split. (Section 12 measures what happens else.)
# 2. The transform must keep the **label**. (Section 11.)
#
# The images in this sitting have shape `(..., H, W)`: any axes, then rows and columns. Row 0 is the top row.
#
# ### Flips
#
# The plainest transform is the mirror. **Flipping** 翻转 left to right suits photographs; upside down hardly ever does.
# Which images are flipped is drawn: `mask` says yes or no for each, half of them as a rule.

# %% [markdown]
# Write the flip. `x` has shape `(N, C, H, W)`, `mask` has shape `(N,)` and holds `True` and `False`. Return an array of
# the shape of `x`: the images whose mask is `True` mirrored left to right, the others as they are.


# %% exercise="horizontal_flip"
def horizontal_flip(x, mask):
    """The images where mask is True mirrored left to right. Shape of x."""
    ### BEGIN SOLUTION
    return np.where(mask[:, None, None, None], x[..., ::-1], x)
    ### END SOLUTION


# %% [markdown]
# ### Crops
#
# **Cropping** 裁剪 cuts a window out. At random places, it shows the network the same thing in different positions;
# enlarged to the old size, also in different sizes.

# %% [markdown]
# Write the crop. `x` has shape `(..., H, W)`; the window of `height` rows and `width` columns, both positive, begins in
# row `top` and column `left`, and lies inside of the image. Return shape `(..., height, width)`; a view of `x` is as
# good as a copy.


# %% exercise="crop"
def crop(x, top, left, height, width):
    """The window of height by width pixels whose first row is top, whose first column left."""
    ### BEGIN SOLUTION
    return x[..., top : top + height, left : left + width]
    ### END SOLUTION


# %%
windows = usable(horizontal_flip, crop)
windows

# %% topics="C01-16 C01-17"
rng = np.random.default_rng(0)
four = mnist.X_train[:4]
mask = data.flip_mask(4, rng=rng)
flipped = windows["horizontal_flip"](four, mask)
print("flipped:", mask, "  windows", windows["crop"](four, 4, 4, 20, 20).shape)
print("flipped twice is the same:", np.array_equal(windows["horizontal_flip"](flipped, mask), four))
print("random crop and enlarge:", data.random_resized_crop(four, 28, scale=(0.5, 1.0), rng=rng).shape)

# %% [markdown]
# (`data.random_resized_crop` draws a window for each image and enlarges it.)
#
# ## 10 · Where does a pixel come from?
#
# To shift a picture, you could go through its pixels and say where each *goes*. If the picture is turned, that leaves
# holes. So ask the other way round: go through the pixels of the *new* picture, and ask where in the old one each *comes
# from*. Usually that is a place between four pixels, with the **bilinear** 双线性 mean of the four: the nearer, the more
# weight. Outside of the picture there is `fill`.
#
# `map_coordinates(x, rows, cols, order=1, fill=0.0)` is imported and does the reading. `x` has shape `(..., H, W)`: all
# images are read at the same places. `rows` and `cols` hold, for each new pixel, the place where it is read; they
# broadcast against each other. `order=1` is bilinear, and a place less than one pixel beyond the edge mixes edge and
# `fill`. `order=0` takes the nearest pixel, and the picture reaches half a pixel beyond its edge.

# %%
x = np.array([[0.0, 10.0, 20.0], [30.0, 40.0, 50.0]])
print("row 0, columns 0, 0.5, 1.25 and 9:", map_coordinates(x, 0, np.array([[0, 0.5, 1.25, 9]])))
print("the middle of the first four:     ", map_coordinates(x, np.array([[0.5]]), np.array([[0.5]])))
rows, cols = np.arange(2)[:, None], np.arange(3)[None, :]  # of the picture itself, shapes (2, 1) and (1, 3)
print("every pixel from its own place:   ", map_coordinates(x, rows, cols).tolist())

# %% [markdown]
# ### Shifts
#
# Shift a picture by $d_x$ to the right and $d_y$ down, its **translation** 平移. The new pixel in row $i$ and column $j$
# comes from
#
# $$\text{row } i - d_y, \quad \text{column } j - d_x .$$
#
# Minus: what stands there now stood further up and to the left before.

# %% [markdown]
# Write the shift. `x` has shape `(..., H, W)`; `dx` and `dy` are numbers, whole or not, negative for left and up. `order`
# and `fill` are those of `map_coordinates`; hand them on. Return the shape of `x`. What leaves the picture on one side
# does *not* come back on the other. (With `order=0`, `dx` and `dy` are never half-way between two whole numbers.)


# %% exercise="translate"
def translate(x, dx, dy, *, order=1, fill=0.0):
    """Images shifted to the right by dx and down by dy. Shape of x."""
    ### BEGIN SOLUTION
    rows, cols = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])[None, :]
    return map_coordinates(x, rows - dy, cols - dx, order=order, fill=fill)
    ### END SOLUTION


# %% [markdown]
# ### Turns
#
# For a **rotation** 旋转 by the angle $a$ count from the middle of the picture, which lies at row $(H-1)/2$ and column
# $(W-1)/2$. Let the new pixel lie $u$ columns to the right of it and $v$ rows *below* it. If the picture is turned
# **counter-clockwise** 逆时针 as you look at it, that pixel comes from the place that is turned back, clockwise:
#
# $$\begin{gathered}
# u' = u \cos a - v \sin a \quad \text{to the right}, \\
# v' = u \sin a + v \cos a \quad \text{below}
# \end{gathered}$$
#
# of the middle. (Rows count downwards. That is why the signs are not those of the book where $y$ points up.)

# %% [markdown]
# Write the rotation. `x` has shape `(..., H, W)`, `angle` is in **degrees** 度 (`np.deg2rad` makes radians of them),
# counter-clockwise. `order` and `fill` are as before. Return the shape of `x`; the corners are cut off. (With `order=0`
# no place lies half-way between pixels.)


# %% exercise="rotate"
def rotate(x, angle, *, order=1, fill=0.0):
    """Images turned counter-clockwise about their middle by an angle in degrees. Shape of x."""
    ### BEGIN SOLUTION
    middle_row, middle_col = (x.shape[-2] - 1) / 2, (x.shape[-1] - 1) / 2
    v = np.arange(x.shape[-2])[:, None] - middle_row
    u = np.arange(x.shape[-1])[None, :] - middle_col
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    rows, cols = u * sin + v * cos + middle_row, u * cos - v * sin + middle_col
    return map_coordinates(x, rows, cols, order=order, fill=fill)
    ### END SOLUTION


# %%
moves = usable(translate, rotate)
moves

# %% topics="C01-18 C01-19 C01-20 C01-21"
seven = mnist.X_train[mnist.y_train == 7][0, 0]
bent = data.elastic_distort(seven, data.elastic_displacement(28, 28, rng=np.random.default_rng(0)))
versions = {
    "as it is": seven,
    "4 right, 2 up": moves["translate"](seven, 4, -2),
    "turned by 20°": moves["rotate"](seven, 20),
    "turned by 90°": moves["rotate"](seven, 90),
    "zoomed by 1.3": data.zoom(seven, 1.3),
    "bent": bent,
}
print("90 degrees is np.rot90:", np.allclose(versions["turned by 90°"], np.rot90(seven)))
there_and_back = moves["rotate"](moves["rotate"](seven, 20), -20)
print(f"turned by 20° and back: the pixels differ by {abs(there_and_back - seven).mean():.3f} on average")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 6, figsize=(10, 2.1))
for ax, (name, image) in zip(panels, versions.items()):
    experiments.plot_images(image[None], ax=ax)
    ax.set_title(name, fontsize=9)
plotting.show(
    fig,
    alt="A handwritten seven six times: as it is, shifted to the upper right, turned a little to the left, turned by a right angle, "
    "enlarged, and bent as if drawn on rubber.",
)

# %% [markdown]
# A turn and its opposite do not give the picture back exactly: each reading between pixels blurs a little. So turn the
# original once by the sum, not twice. **Zooming** 缩放 works the same way, with places divided by the factor; an **elastic
# distortion** 弹性扭曲 gives every pixel a small displacement of its own, smooth over the picture.
#
# ### Light
#
# Here pixels stay where they are, and their values change. `x` lies between 0 and 1. **Brightness** 亮度 multiplies
# everything; what goes beyond 1 is cut off: $\min(\max(f x, 0), 1)$ with the factor $f \ge 0$.

# %% [markdown]
# Write it. `x` is an array with one axis or more and values from 0 to 1, `factor` $\ge 0$ a number. Return the shape of
# `x`.


# %% exercise="adjust_brightness"
def adjust_brightness(x, factor):
    """Images times a factor, cut off at 0 and 1. Shape of x."""
    ### BEGIN SOLUTION
    return np.clip(factor * x, 0, 1)
    ### END SOLUTION


# %% [markdown]
# **Contrast** 对比度 moves every value away from the mean grey $m$ of its picture, or towards it:
#
# $$f\, x + (1 - f)\, m$$
#
# For $f = 0$ all is grey, for 1 nothing changes. The grey of a pixel is its value, or, with red, green and blue,
# $0.2989\, r + 0.587\, g + 0.114\, b$, since green looks brightest to the eye. (These weights add to 0.9999, and that
# is not made up for.) $m$ is the mean over all pixels of *one* picture; it is the same for its three channels.

# %% [markdown]
# Write it. `x` has shape `(..., C, H, W)` with $C = 1$ or $C = 3$, values from 0 to 1; `factor` $\ge 0$ is $f$. Each
# picture, each place in the axes before `C`, has its own $m$. Cut off at 0 and 1. Return the shape of `x`.


# %% exercise="adjust_contrast"
def adjust_contrast(x, factor):
    """Values moved away from the mean grey of their image by a factor, cut off at 0 and 1. Shape of x."""
    ### BEGIN SOLUTION
    weights = np.array([0.2989, 0.587, 0.114] if x.shape[-3] == 3 else [1.0])
    grey = np.sum(weights[:, None, None] * x, axis=-3, keepdims=True)
    mean = grey.mean(axis=(-2, -1), keepdims=True)
    return np.clip(factor * x + (1 - factor) * mean, 0, 1)
    ### END SOLUTION


# %%
mine = usable(adjust_brightness, adjust_contrast)
mine

# %% topics="C01-22 C01-23 C01-24"
rng = np.random.default_rng(0)
photo = rng.uniform(0.2, 0.8, size=(3, 2, 2))
print(
    "brighter by 1.5, red:   ",
    mine["adjust_brightness"](photo, 1.5)[0].round(2).tolist(),
    "from",
    photo[0].round(2).tolist(),
)
print("contrast 2, red:        ", mine["adjust_contrast"](photo, 2.0)[0].round(2).tolist())
print("hue turned by a third: red is now green:", np.allclose(data.adjust_hue(photo, 1 / 3)[1], photo[0]))
noisy = data.add_gaussian_noise(mnist.X_train[:100], std=0.1, rng=rng)
print(f"noise: the pixels change by {(noisy - mnist.X_train[:100]).std():.3f} (standard deviation)")
hidden = regularization.gaussian_noise(np.ones((2, 3)), rng.normal(size=(2, 3)), std=0.1)
print("hidden units with noise: ", hidden.round(2).tolist())

# %% [markdown]
# **Hue** 色调 turns the colours around the colour wheel. **Noise** 噪声 on the inputs is an augmentation, too: what is
# nearly the same should get the same answer. The same on the numbers *inside* a network (its **hidden units** 隐藏单元,
# chapter 04) augments what it has made of the picture, on a more abstract level (chapter 08). Sometimes the opposite
# helps more: to remove the noise that is there.

# %% [markdown]
# ## 11 · Does the label survive?
#
# A mirrored cat is a cat. A mirrored b is a d. Some letters and digits on 5 by 3 pixels, and what they read as after a
# flip, and after half a turn:

# %% topics="C01-25"
glyphs, names = experiments.glyphs()
for transform, what in [
    (np.fliplr, "mirrored left to right"),
    (lambda glyph: np.rot90(glyph, 2), "turned by 180°"),
]:
    read = experiments.label_preserving(transform, glyphs, names)
    print(f"{what:>22}:", ", ".join(f"{a} → {b or '?'}" for a, b in read.items()))

# %% tags=["folded"]
fig, panels = plt.subplots(3, 1, figsize=(5, 4.2))
for ax, images, title in zip(
    panels,
    [glyphs, glyphs[:, :, ::-1], glyphs[:, ::-1, ::-1]],
    ["as they are", "mirrored left to right", "turned by 180°"],
):
    experiments.plot_images(1 - images, columns=6, ax=ax)
    ax.set_title(title, fontsize=9)
plotting.show(
    fig,
    alt="The glyphs b, d, p, q, 6, 9 in three rows: as they are; mirrored, where b and d, p and q have changed places; turned by "
    "180 degrees, where b and q, d and p, 6 and 9 have.",
)

# %% [markdown]
# "Turning by 180 degrees confuses b and d", one reads. It confuses b with *q*; b with d is done by the mirror, the very
# transform that is recommended for photographs. And 6 with 9 is the half turn. No transform is harmless as such; it
# depends on the labels.
#
# With handwritten digits we can measure it. Each training picture is joined by one, two or four transformed copies
# *with its label*; the nearest neighbour then reads 1000 pictures that were not transformed. (A few seconds.)

# %% topics="C01-15"
ways = {
    "nothing added": [],
    "shifted by one pixel": [
        lambda x, s=s: moves["translate"](x, *s) for s in [(1, 0), (-1, 0), (0, 1), (0, -1)]
    ],
    "turned by ±10°": [lambda x, a=a: moves["rotate"](x, a) for a in (10, -10)],
    "mirrored": [lambda x: windows["horizontal_flip"](x, np.ones(len(x), bool))],
    "turned by 180°": [lambda x: moves["rotate"](x, 180)],
    "turned by ±60°": [lambda x, a=a: moves["rotate"](x, a) for a in (60, -60)],
}
accuracy = {name: [] for name in ways}
for seed in seeds:
    chosen = np.random.default_rng(seed).permutation(4000)[: 300 if quick else 1000]
    X, y = mnist.X_train[chosen], mnist.y_train[chosen]
    for name, transforms in ways.items():
        more = np.concatenate([X, *(transform(X) for transform in transforms)])
        labels = np.tile(y, 1 + len(transforms))
        accuracy[name].append(experiments.neighbour_accuracy(more, labels, mnist.X_test, mnist.y_test))
for name, each in accuracy.items():
    print(f"{name:>21}: {', '.join(f'{a:.1%}' for a in each)}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3))
for place, each in enumerate(accuracy.values()):
    ax.plot(each, [place] * len(each), "o", color="#0072B2", alpha=0.7)
ax.axvline(np.mean(accuracy["nothing added"]), color="#999999", linestyle="--")
ax.set(xlabel="accuracy on 1000 pictures", yticks=range(len(ways)), yticklabels=list(ways))
ax.invert_yaxis()
plotting.show(
    ax,
    alt="Accuracy for six ways to augment, a dot for each seed. Shifts and small turns lie to the right of the line of nothing "
    "added, by one to three points; mirrored and half turns lie to the left by one to two points, turns by 60 degrees by three to five.",
)

# %% [markdown]
# With 1000 pictures, shifts and small turns gain one to three points. Mirrored copies cost about one, half turns about
# two, turns by 60 degrees three to five: a 6 on its way to a 9 and a 7 on its side are examples of what never comes,
# and of what is something else. What happens if the turns are too large? A network would learn features of digits that
# do not exist.

# %% [markdown]
# ## 12 · A leak, in numbers
#
# "Augmentation gives more training *and validation* samples", one reads. Suppose you augment first and split then. 200
# samples of 20 random numbers, with labels by the toss of a coin: there is nothing to learn, and no honest accuracy is
# far from 50 %. Five slightly noisy copies are made of each, and the nearest neighbour is to read the labels.

# %% topics="C01-15"
for seed in seeds:
    leak = experiments.augmentation_leak(rng=np.random.default_rng(seed))
    print(
        f"seed {seed}: augmented, then split {leak.augment_then_split:.0%};  split, then augmented {leak.split_then_augment:.0%}"
    )

# %% [markdown]
# 95 % and more, for coin tosses. For nearly every validation sample a sibling lies in the training part and tells it
# the label. Split first, then augment the training part, and it is what it must be, chance: with 100 validation samples
# one standard error is five points, so 59 % is not even two of them away from 50.

# %% [markdown]
# **Written question.** Which of these would you use to augment, and why (not)? Mirror left to right, turn by up to 10°,
# turn by up to 180°, brightness ±30 %. (a) For photographs of house numbers; (b) for **X-ray pictures** X 光片 of the
# chest, in which the heart lies to the left as a rule, and the label says whether it lies to the right; (c) for pictures
# of cells under a microscope. Say for one of them how you would find out whether your choice helps.

# %% [markdown] written="which-transforms" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1½ points, half a point for each: (a) small turns and brightness; no mirror (a mirrored 2
# is no digit) and no half turn (6 and 9); (b) small turns and, with care, brightness (the grey level means density
# here); no mirror, since it exchanges the very thing that the label says, and no large turns, for nobody is X-rayed
# upside down; (c) all, brightness only if the label does not depend on the stain: under a microscope no direction is
# special. Half a point for the measure: train with and without it on the same training part, over several seeds, and
# compare on the *validation* part, which is not augmented; the difference counts if it is larger than the spread over
# the seeds.
# ### END SOLUTION

# %% [markdown]
# ## 13 · Against NumPy, scikit-learn and torch
#
# The next cell compares your functions, where they are right, with the libraries'.

# %%
ours = usable(one_hot, kfold_indices, standardize, minmax_scale, covariance, decorrelate, translate)
ours

# %%
from scipy import ndimage
from sklearn import decomposition, model_selection, preprocessing

rng = np.random.default_rng(0)
train, test = rng.normal(3, 2, size=(50, 4)), rng.normal(3, 2, size=(20, 4))
standard, ranged = preprocessing.StandardScaler().fit(train), preprocessing.MinMaxScaler().fit(train)
Xrot, _, S = ours["decorrelate"](train)
pca = decomposition.PCA().fit(train)
image = rng.random((9, 9))
compared = {
    "standardize": (ours["standardize"](train, test)[1], standard.transform(test)),
    "minmax_scale": (ours["minmax_scale"](train, test)[1], ranged.transform(test)),
    "covariance, ddof 1": (ours["covariance"](train, ddof=1), np.cov(train, rowvar=False)),
    "decorrelate, up to sign": (abs(Xrot), abs(pca.transform(train))),
    "eigenvalues, times n/(n-1)": (S * 50 / 49, pca.explained_variance_),
    "kfold_indices": (
        ours["kfold_indices"](10, k=5)[3][1],
        list(model_selection.KFold(5).split(train[:10]))[3][1],
    ),
    "translate": (
        ours["translate"](image, 0.5, -1.25),
        ndimage.shift(image, (-1.25, 0.5), order=1, mode="grid-constant"),
    ),
}
for name, (mine_here, theirs) in compared.items():
    print(f"{name:>26}: differences below 1e-12: {np.abs(mine_here - theirs).max() < 1e-12}")
try:
    import torch
except ImportError:
    print("torch is not installed here; its comparison is skipped.")
else:
    y = rng.integers(5, size=(3, 4))
    theirs = torch.nn.functional.one_hot(torch.tensor(y), 5).numpy()
    print(
        f"{'one_hot':>26}: the same as torch's: {np.array_equal(ours['one_hot'](y, num_classes=5), theirs)}"
    )
    theirs = torch.cov(torch.tensor(train).T, correction=0).numpy()
    print(
        f"{'covariance':>26}: differences below 1e-12: {np.abs(ours['covariance'](train) - theirs).max() < 1e-12}"
    )

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading, and a few numbers show it.
#
# | found in print | right | shown in |
# | --- | --- | --- |
# | $\sigma = \sqrt{\frac1m \sum x^2}$ | the mean belongs under the root | section 5 |
# | the epoch with the best *test* accuracy | the validation part chooses | section 2 |
# | "94.87 % → 94.99 %" as progress | a tie: 0.39 standard errors | section 2 |
# | "$S$ holds the squares of the eigenvalues"; "divide by the eigenvalues" | the eigenvalues; their root | sections 6, 8 |
# | `U, S, V = np.linalg.svd(cov)` | the third is $V^{\mathsf T}$ already | below |
# | `U.T[1:144, :]` for 144 components | `U[:, :144].T` | below |
# | "standardising makes the data normal" | mean and variance only | section 8 |
# | preprocessing matters "nearly as much as the learning algorithm" | the original: scaled features matter *equally to* the algorithm | section 5 |
# | "centre, then scale to $[-1, 1]$" | one or the other | section 5 |
# | `X -= np.mean(X)` on pixels | make floats first | section 4 |
# | $q \in (0, 1)$, and then $q = 0$ and $q = 1$ | $q \in [0, 1]$ | section 3 |
# | "turning by 180° confuses b and d" | b and q; b and d is the mirror | section 11 |
# | "more training and validation samples" | augment the training part only | section 12 |
# | digit 7 is class 7, and "class 3 is the third place" | count from 0 everywhere | below |
# | samples in columns here, in rows there | rows: `X @ W.T` | below |

# %%
Xrot, U, S = data.decorrelate(small)
print(
    "U.T[1:20] has",
    U.T[1:20].shape[0],
    "rows, and the first direction is not among them:",
    f"{S[0] / S.sum():.0%} of the variance",
)
try:
    Xrot[:, :20] @ U.T[1:20]
except ValueError as error:
    print("Xrot[:, :20] @ U.T[1:20]:", error)
cov = data.covariance(small.astype(float))
left, singular, Vt = np.linalg.svd(cov)
for name, right in {"Vt": Vt, "Vt.T": Vt.T}.items():
    print(
        f"U, S, Vt = svd(cov): cov and U diag(S) {name:<4} differ by {abs(left * singular @ right - cov).max():.0e} at most"
    )
scores = np.array([1.0, 2.0, 5.0, 2.0])
share = np.exp(scores) / np.exp(scores).sum()
for place in (2, 3):
    print(
        f"scores minus the one-hot target, class {place}:",
        (share - data.one_hot(np.array(place), num_classes=4)).round(4),
    )
W, X = np.ones((10, 3)), np.ones((5, 3))
print("five samples of three features, ten outputs: X @ W.T has the shape", (X @ W.T).shape)
try:
    W @ X
except ValueError as error:
    print("W @ X:", error)

# %% [markdown]
# For the scores 1, 2, 5, 2 "the third" is class 2: only with that one is the largest share compared with 1. (The shares
# are the scores' **softmax**, from chapter 02.)
#
# ## Summary
#
# | what | formula | learnt from |
# | --- | --- | --- |
# | one-hot | $Y_{ik} = 1$ where $y_i = k$ | – |
# | split, strata, folds | cuts at $\lfloor n(r_1 + \dots + r_j) \rfloor$, per class | before everything else |
# | mini-batches | shuffle, then cut: $\lceil n/B \rceil$ steps | training part |
# | re-sampling | $p_i = n_i^q / \sum_j n_j^q$ | training part |
# | centring, standardising | $(x - \mu)/\sigma$ | training part |
# | min-max | $\text{low} + \frac{x - \min}{\max - \min}(\text{high} - \text{low})$ | training part |
# | decorrelating, PCA | $\bar X U$, $\bar X U_k$ | training part |
# | whitening | $\bar X U\, \mathrm{diag}(1/\sqrt{S + \varepsilon})$ | training part |
# | flips, crops, shifts, turns, light | where does a pixel come from? | training part, after the split |
#
# | watch out for | why |
# | --- | --- |
# | statistics of all samples, or of each part | the test part must not change what is trained |
# | copies on both sides of a split | 95 % for coin tosses |
# | a number that chose | it is flattered |
# | which axis | samples lie along the first |
# | whole numbers | `uint8` counts round |
# | the sign of an eigenvector | means nothing |
# | small eigenvalues | whitening blows up their noise |
# | a transform that changes the label | b and d, 6 and 9 |
#
# **Further reading.** LeCun, Bottou, Orr, Müller, *Efficient BackProp* (1998), sections 4.3 and 5 · Hastie, Tibshirani,
# Friedman, *The elements of statistical learning* (2009), sections 7.2 and 7.10 · Kaufman, Rosset, Perlich, *Leakage in
# data mining* (2012) · Bishop, *Pattern recognition and machine learning* (2006), section 12.1 · Krizhevsky, *Learning
# multiple layers of features from tiny images* (2009), appendix A · Simard, Steinkraus, Platt, *Best practices for
# convolutional neural networks* (2003) · Kang and others, *Decoupling representation and classifier for long-tailed
# recognition* (2020) · Goodfellow, Bengio, Courville, *Deep Learning* (2016), sections 5.3, 7.4 and 8.1.3.

# %%
progress()
