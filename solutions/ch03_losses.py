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
# # Chapter 03 · Losses and information
#
# Training changes a network so that one number falls: the **loss** 损失. What the network learns is whatever lowers that
# number, and how fast it learns depends on the slopes of that number. This chapter is about choosing it: where the losses
# come from, what each of them punishes, and how to write them so that no input breaks them.
#
# **After this chapter you can**
#
# * compute entropy, cross-entropy, divergence and mutual information, and say which identity ties them together;
# * choose between squared, absolute and Huber's loss by asking what an outlier should cost;
# * write the losses of yes-or-no and of one-of-many, from probabilities and from logits, exactly;
# * derive and write the gradient $a - y$, and say why the quadratic cost learns slowly from its worst mistakes;
# * read torch's options (`reduction`, `weight`, `ignore_index`, `label_smoothing`, `log_target`) without guessing.
#
# **You need** NumPy, derivatives up to the chain rule, and from chapter 02 the sigmoid, softmax, and what a backward pass
# `f_backward(grad_output, ...)` is. All of chapter 02's functions are at hand as `nnlib.activations`.
#
# **Time** about six hours, in four sittings: 16 exercises for 30 points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 1½ | entropy and what follows from it, tied together by identities |
# | 2 | 4, 5 | 1¾ | the losses of numbers and of yes or no, and why one of them learns slowly |
# | 3 | 6, 7 | 1¾ | cross-entropy from logits with its gradient: a classifier that reads digits |
# | 4 | 8 to 10 | 1 | the rest of the family, and a fair comparison of two costs |
#
# **What your functions get and return.** Arrays arrive as NumPy arrays, never as lists; labels as arrays of integers.
# Where one number is asked for, a Python number, a NumPy number or an array of shape `()` will do. NumPy's warnings, about
# $\log 0$ for example, never matter: only the result does.
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it checks
# your function and says what is wrong. `hint(entropy)` gives a hint, each call one more. `again(entropy)` runs the case that
# failed as Python would, with your prints, and returns its arguments. `solution(entropy)` shows one way, once you have tried.
# `reset(entropy)` brings the untouched cell back, `progress()` shows how far you are. Cells that only draw are folded: a click on
# the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, compare_with_torch, hint, progress, reset, solution, usable
from nnlib import data, experiments, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

from nnlib import activations, info, losses, nn
from nnlib.activations import log_softmax, sigmoid, softmax

# %% [markdown]
# ## Two ways to be told that you are wrong
#
# One neuron with a sigmoid, one input, which is always 1. It should answer 0, but starts with weights for which it answers
# 0.98: badly wrong. We train it twice from the same start (weight and bias 2) with the same learning rate 0.15 (the size of
# the steps). The two runs differ in the loss alone.

# %% tags=["folded"]
fig, ax = plt.subplots()
for cost in ["quadratic", "cross_entropy"]:
    experiments.learning_slowdown(cost).plot(ax, label=cost.replace("_", "-"))
ax.set_title("unlearning a bad mistake")
plotting.show(
    ax,
    alt="Output of a neuron over 300 steps; it should become 0. With the cross-entropy it falls at once. With the "
    "quadratic cost it stays near 0.98 for more than 100 steps and falls only then.",
)

# %% [markdown]
# With the squared error, the natural choice, the neuron hardly moves for half of the time: the worse the mistake, the
# less it learns. With the cross-entropy it learns fastest where it is most wrong. Section 5 explains the picture, and
# section 10 repeats it on handwritten digits.

# %% [markdown] topics="C03-01 C03-02"
# # Sitting 1
#
# ## 1 · What a loss is for
#
# * A **loss function** 损失函数 $L(\hat y, y)$ says how wrong a prediction $\hat y$ is for *one* sample with target $y$.
# * The **empirical risk** 经验风险 is its mean over the training samples, $\frac1n \sum_i L(\hat y_i, y_i)$. Training
#   lowers this number. With a penalty for large weights added it is the **structural risk** 结构风险 (chapter 06).
# * **Generalisation** 泛化 is how well the trained network does on samples that it has not seen: the same mean, over
#   new samples.
# * A **metric** 评价函数, such as accuracy, is what people want to know in the end. It need not have a slope.
#
# What do we ask of a loss? Two things are often named: it is never negative, and it is close to 0 when all
# predictions are close to their targets. A third matters as much: it must have a *useful slope*. The **0-1 loss** 0-1 损失,
# 1 for a wrong class and 0 for a right one, has the first two and not the third. Its mean is the share of wrong answers,
# and no small change of a weight changes it, as a rule.

# %% topics="C03-12"
y = np.array([1, 0, 1, 1])
for shift in [0.0, 0.01, 0.3]:
    a = np.array([0.9, 0.2, 0.45, 0.8]) + np.array([0, 0, shift, 0])
    wrong = losses.zero_one_loss(y, (a > 0.5).astype(int))
    entropy_like = losses.binary_cross_entropy(a, y.astype(float))
    print(f"third output {a[2]:.2f}: share wrong {wrong:.2f}, cross-entropy {entropy_like:.4f}")

# %% [markdown]
# Moving the third output from 0.45 to 0.46 is progress. The 0-1 loss does not see it; the cross-entropy does. So we train
# on the second and report the first.
#
# ### From many losses to one number
#
# The losses that you will write have an option `reduction` that says what becomes of the single losses: `"none"` returns all
# of them, `"sum"` adds them up, `"mean"`, the default, averages. The gradient follows: for the mean each single gradient is
# divided by the number of losses. Which number that is depends on the function, and texts differ:

# %% topics="C03-03 C03-13 C03-21"
rng = np.random.default_rng(0)
pred, target = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))  # three samples, four outputs each
total = losses.mse_loss(pred, target, reduction="sum")
print("sum of squares:", total.round(4))
print("mse_loss           ", losses.mse_loss(pred, target).round(4), "= sum / 12, all elements")
print("l2_regression_loss ", losses.l2_regression_loss(pred, target).round(4), "= sum / 3, the samples")
print("quadratic_cost     ", losses.quadratic_cost(pred, target).round(4), "= sum / 6, the samples, and ½")

# %% [markdown]
# All three are called "squared error" somewhere. They have the same minimum, but their gradients differ by factors, here
# up to four, and with them the learning rate that fits. In your own writing, name the divisor.
#
# **Letters.** In this chapter $n$ counts samples, $N$ all elements of an array, $K$ classes or outcomes; $c$ is a class. $y$
# is a target: a number, a label or a row of probabilities; $\hat y$, in code `pred`, is a prediction of it. $z$ is a logit (what
# the last linear layer puts out), $a$ the output after the activation, a probability. $p$ and $q$ are distributions: $p$ what
# is, $q$ what is assumed. $w$ and $b$ are the weights and the bias of a neuron, $w_c$ with a class $c$ is how much that class
# counts. $\ln$ is the natural logarithm, `np.log`; $\log$ is to any base. Where torch's signature uses one of these letters
# otherwise, the exercise says so.

# %% [markdown]
# ## 2 · Information
#
# How much does a message tell you? "The sun rose" tells little, "it snowed in June" a lot: the rarer, the more. And two
# independent messages should together tell the sum of both, while their probabilities multiply. The function that turns
# products into sums is the logarithm. The **self-information** 自信息 (信息量) of an event of probability $p$ is
#
# $$I = -\log p$$
#
# With $\log_2$ it is measured in **bits**: one bit is a fair coin. With $\ln$ the unit is the **nat**; one nat is 1.44
# bits. The functions below take `base`: `None` means nats, 2 means bits.

# %% topics="C03-04 C03-06"
print(
    "coin, one side of a die, one card of 52, in bits:",
    info.self_information([1 / 2, 1 / 6, 1 / 52], base=2).round(3),
)
grid = np.linspace(0, 1, 201)
ax = plotting.curves(
    grid,
    {"entropy of the coin": info.binary_entropy(grid, base=2)},
    title="a coin that shows heads with probability p",
    xlabel="p",
    ylabel="bits",
)
print(
    "a fair coin:", info.binary_entropy(0.5, base=2), " p = 0.9:", info.binary_entropy(0.9, base=2).round(3)
)
plotting.show(
    ax,
    alt="The entropy of a coin is 0 for p = 0 and p = 1, rises steeply from both ends and is 1 bit at p = one half.",
)

# %% [markdown]
# ### Entropy
#
# The **entropy** 信息熵 of a distribution $p = (p_1, \dots, p_K)$ is the information that an outcome brings on average:
#
# $$H(p) = -\sum_{i=1}^{K} p_i \log p_i$$
#
# It is 0 for a certain outcome and largest, $\log K$, when all $K$ are equally likely. For $K = 2$ it is the curve above. An
# outcome with $p_i = 0$ never comes and counts 0, since $p \log p \to 0$ as $p \to 0$. NumPy does not know that:

# %%
p = np.array([0.5, 0.5, 0.0])
with np.errstate(all="ignore"):  # silence the warnings, look at the values
    print("p * log(p):", p * np.log(p))

# %% [markdown]
# Write the entropy. `p` is an array of any shape with values from 0 to 1; the distributions lie along `axis`, the last one by
# default. Return an array of the shape of `p` without that axis (one number for a single distribution). `base=None`
# gives nats, `base=2` bits; any other base is possible, for example 10: divide by `np.log(base)`. Outcomes of probability 0
# count 0. Take the probabilities as they are, also where they do not sum to 1: do not scale them.


# %% exercise="entropy"
def entropy(p, *, axis=-1, base=None):
    """-Σ p log p along axis, 0 log 0 = 0. p: any shape. Returns the shape of p without axis."""
    ### BEGIN SOLUTION
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)
    ### END SOLUTION


# %% topics="C03-05"
two, three = np.array([0.5, 0.5]), np.array([0.98, 0.01, 0.01])
print("two outcomes:  ", info.entropy(two).round(3))
print("three outcomes:", info.entropy(three).round(3), " the bound ln 3:", np.log(3).round(3))
weather = np.array([0.5, 0.25, 0.125, 0.125])  # sun, cloud, rain, snow
words = np.array([1, 2, 3, 3])  # code words 0, 10, 110, 111
print("mean length of a word:", weather @ words, "bits; entropy:", info.entropy(weather, base=2))

# %% [markdown]
# You will read that a variable with more values has more entropy. The first two lines refute it: only the *bound*
# $\log K$ grows.
#
# The last line shows what entropy is good for. Give common outcomes short code words and rare ones long words: `0` for
# sun, `10` for cloud, `110` and `111` for rain and snow. No code that can be read back has shorter words on average than
# the entropy; this one reaches it.
#
# ### Cross-entropy: a code made for the wrong distribution
#
# Take a code made for a distribution $q$, with words of $-\log q_i$, and use it for messages that come with
# probabilities $p_i$. The mean length is the **cross-entropy** 交叉熵
#
# $$H(p, q) = -\sum_i p_i \log q_i$$
#
# $p$ holds the weights, $q$ the lengths: the two have different jobs. Where $p_i = 0$ the term is 0, whatever $q_i$
# is. Where only $q_i = 0$ the cross-entropy is infinite: the code has no word for what happens.

# %% [markdown]
# Write the cross-entropy of two distributions. `p` and `q` have the same shape; the distributions lie along `axis`. `axis`
# and `base` as in `entropy`. Return the shape of `p` without `axis`. Terms with $p = 0$ count 0, also where $q = 0$;
# the result is `inf` where some $q = 0$ and its $p$ is not, however small that $p$ is.


# %% exercise="cross_entropy_of_distributions"
def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    """-Σ p log q along axis; terms with p = 0 count 0. p, q: one shape. Returns it without axis."""
    ### BEGIN SOLUTION
    with np.errstate(divide="ignore"):  # -log 0 = inf is the answer where p is not 0
        h = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)
    ### END SOLUTION


# %% [markdown]
# ### Divergence: what the wrong code costs
#
# The words are never shorter than the right code's. The difference is the **Kullback-Leibler divergence** KL 散度, also
# **relative entropy** 相对熵:
#
# $$\begin{aligned}
# \mathrm{KL}(p \,\|\, q) &= H(p, q) - H(p) \\
# &= \sum_i p_i \log \frac{p_i}{q_i} \ge 0
# \end{aligned}$$
#
# It is 0 only for $p = q$. It is no distance: exchanging $p$ and $q$ changes it, in general.

# %% [markdown]
# Write the divergence. Arguments, options and result as in `cross_entropy_of_distributions`: terms with $p = 0$ count 0,
# and the result is `inf` where some $q = 0$ and its $p$ is not, however small that $p$ is.


# %% exercise="kl_divergence"
def kl_divergence(p, q, *, axis=-1, base=None):
    """Σ p log(p/q) along axis; terms with p = 0 count 0. p, q: one shape. Returns it without axis."""
    ### BEGIN SOLUTION
    with np.errstate(divide="ignore"):
        log_ratio = np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1))
    d = (p * log_ratio).sum(axis=axis)
    return d if base is None else d / np.log(base)
    ### END SOLUTION


# %% topics="C03-08 C03-09"
p, q = np.array([0.5, 0.4, 0.1]), np.array([0.6, 0.2, 0.2])
print("H(p, q)          ", info.cross_entropy_of_distributions(p, q).round(4))
print("H(p) + KL(p ‖ q) ", (info.entropy(p) + info.kl_divergence(p, q)).round(4))
print("KL(p ‖ q), KL(q ‖ p):", info.kl_divergence(p, q).round(4), info.kl_divergence(q, p).round(4))
p2, q2 = np.array([0.3, 0.7]), np.array([0.7, 0.3])
print("a pair with both alike:", info.kl_divergence(p2, q2).round(4), info.kl_divergence(q2, p2).round(4))

x = np.linspace(-6, 6, 601)


def bell(m, width):
    return np.exp(-((x - m) ** 2) / (2 * width**2)) / width


hills = bell(-2, 0.6) + bell(2, 0.6)
hills /= hills.sum()
means, widths = np.linspace(-3, 3, 61), np.linspace(0.4, 3, 53)
fits = [bell(m, width) / bell(m, width).sum() for m in means for width in widths]
there = min(fits, key=lambda q: info.kl_divergence(hills, q))
back = min(fits, key=lambda q: info.kl_divergence(q, hills))
ax = plotting.curves(
    x,
    {"p, two hills": hills, "best q by KL(p ‖ q)": there, "best q by KL(q ‖ p)": back},
    title="the two directions want different things",
    ylabel="probability per grid point",
)
plotting.show(
    ax,
    alt="A distribution with two hills. The bell curve with the least KL of p from q is wide and covers both; the one "
    "with the least KL of q from p is narrow and sits on one hill.",
)

# %% [markdown]
# In $\mathrm{KL}(p\,\|\,q)$ it is expensive to leave out anything that $p$ has: $q$ spreads over both hills. In
# $\mathrm{KL}(q\,\|\,p)$ it is expensive to be where $p$ is not: $q$ keeps to one hill. (The direction does not always
# matter: the pair in the last line has the same divergence both ways.)
#
# **Why this is in a chapter on losses.** Let $p$ be the true distribution of a label and $q$ what the network predicts. Then
# $H(p)$ does not depend on the network. So lowering the cross-entropy is the same as lowering the divergence: the gradients
# are equal. For a hard label, $p = (0, \dots, 1, \dots, 0)$, even the values are equal, since $H(p) = 0$.

# %% [markdown]
# ## 3 · Two variables
#
# Let $X$ and $Y$ be two variables with a table of probabilities $p(x, y)$, an array `p_xy` of shape `(n_x, n_y)`: a row for
# each value of $X$, a column for each value of $Y$. The sums of the rows are $p(x)$, those of the columns $p(y)$. Row $x$
# divided by $p(x)$ is the distribution of $Y$ if you know that $X = x$. It has an entropy; the mean of these entropies is
# the **conditional entropy** 条件熵, what is left to learn of $Y$ once $X$ is known:
#
# $$\begin{aligned}
# H(Y|X) &= \sum_x p(x)\, H(Y|X{=}x) \\
# &= -\sum_{x,y} p(x,y) \log \frac{p(x,y)}{p(x)}
# \end{aligned}$$
#
# The entropy of the pair, the **joint entropy** 联合熵 $H(X, Y) = -\sum_{x,y} p(x,y) \log p(x,y)$, splits in two: learn $X$
# first, then what is left of $Y$. That is the chain rule $H(X,Y) = H(X) + H(Y|X)$. (Mind the notation: with two *variables*
# $H(X, Y)$ is the joint entropy, with two *distributions* $H(p, q)$ was the cross-entropy. Both are customary.)

# %% [markdown]
# Write the conditional entropy $H(Y|X)$. `p_xy` has shape `(n_x, n_y)` and sums to 1; return one number. `base` as in
# `entropy`. Pairs of probability 0 count 0, and so does a row or a column that is all 0 (a value of $X$ or $Y$ that never comes).


# %% exercise="conditional_entropy"
def conditional_entropy(p_xy, *, base=None):
    """H(Y|X), X down the rows and Y along the columns. p_xy: (n_x, n_y). Returns a number."""
    ### BEGIN SOLUTION
    return entropy(p_xy.ravel(), base=base) - entropy(p_xy.sum(axis=1), base=base)
    ### END SOLUTION


# %% [markdown]
# ### Mutual information
#
# How much does $X$ tell about $Y$? The **mutual information** 互信息 is how far the table is from the table that two
# *independent* variables with the same sums would have:
#
# $$I(X;Y) = \sum_{x,y} p(x,y) \log \frac{p(x,y)}{p(x)\,p(y)} \ge 0$$
#
# It is a divergence, so never negative, and 0 only for independent variables. Multiply the fraction out and you find that
# it is also $H(Y) - H(Y|X)$, how much the uncertainty about $Y$ falls when you learn $X$; it is symmetric,
# $H(X) - H(X|Y)$; and it is what the two share:
#
# $$\begin{aligned}
# I(X;Y) &= H(X) + H(Y) - H(X,Y) \\
# &= H(X,Y) - H(X|Y) - H(Y|X)
# \end{aligned}$$

# %% [markdown]
# Write the mutual information. Arguments and result as in `conditional_entropy`; pairs, rows and columns of probability 0
# count 0. (For independent variables rounding may leave something like $-10^{-16}$ instead of 0; that is fine.)


# %% exercise="mutual_information"
def mutual_information(p_xy, *, base=None):
    """I(X; Y) of a table of probabilities. p_xy: (n_x, n_y). Returns a number."""
    ### BEGIN SOLUTION
    return entropy(p_xy.sum(axis=0), base=base) - conditional_entropy(p_xy, base=base)
    ### END SOLUTION


# %% topics="C03-07 C03-10 C03-11"
p_xy = np.array([[0.3, 0.1], [0.2, 0.4]])
p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
h_x, h_y, h_xy = info.entropy(p_x), info.entropy(p_y), info.joint_entropy(p_xy)
y_if_x, x_if_y = info.conditional_entropy(p_xy), info.conditional_entropy(p_xy.T)
shared = info.mutual_information(p_xy)
print(f"H(Y|X) = {y_if_x:.4f}, I(X;Y) = {shared:.4f}")
for name, value in {
    "H(X) + H(Y|X) − H(X,Y)": h_x + y_if_x - h_xy,
    "H(Y) − H(Y|X) − I": h_y - y_if_x - shared,
    "H(X) − H(X|Y) − I": h_x - x_if_y - shared,
    "H(X) + H(Y) − H(X,Y) − I": h_x + h_y - h_xy - shared,
    "H(X,Y) − H(X|Y) − H(Y|X) − I": h_xy - x_if_y - y_if_x - shared,
}.items():
    print(f"{name} = {abs(value):.0e}")

# %% [markdown]
# All identities hold to the last digits. They are a cheap test of your own formulas.
#
# Which pixels of a digit tell something about its class? Mutual information answers that without any network. The next cell
# says whose function is used: yours, if it is right, else nnlib's.

# %%
mine = usable(mutual_information)
mine

# %%
X, y = experiments.digits()
bright = (X > 0.5).astype(int)  # 1797 digits of 64 pixels, each bright or dark
tables = np.zeros((64, 2, 10))
for pixel in range(64):
    np.add.at(tables[pixel], (bright[:, pixel], y), 1 / len(y))  # each digit adds 1/1797 to its entry
told = np.array(
    [abs(mine["mutual_information"](table, base=2)) for table in tables]
)  # 0 may come out as −1e-16
fig, ax = plt.subplots(figsize=(3.6, 3))
fig.colorbar(ax.imshow(told.reshape(8, 8), cmap="cividis"), label="bits about the digit")
ax.set(title="what one pixel tells", xticks=[], yticks=[])
print(
    f"the class: {info.entropy(np.bincount(y) / len(y), base=2):.2f} bits; the best pixel tells {told.max():.2f} of them,"
)
print(f"the corner {told[0]:.2f}; added up over all pixels {told.sum():.1f}")
plotting.show(
    fig,
    alt="Map of 8 by 8 pixels. Those in the middle tell 0.2 to 0.45 bits about the digit, most of all left of the centre; "
    "the outermost columns tell almost nothing.",
)

# %% [markdown]
# The class has 3.3 bits. The pixels together seem to tell more than that, because neighbours tell the same thing twice:
# information adds up only for independent messages.

# %% [markdown]
# **End of the first sitting.** You can measure what a message, a wrong code and a second variable are worth.

# %% [markdown]
# # Sitting 2
#
# ## 4 · Losses of numbers
#
# Now the predictions are numbers: a price, a length. The **mean squared error** 均方误差 is
#
# $$\mathrm{MSE} = \frac1N \sum_{i=1}^{N} (\hat y_i - y_i)^2$$
#
# over all $N$ elements of the arrays, whatever their shape.

# %% [markdown]
# Write the mean squared error. `pred` and `target` have the same shape. `reduction` is `"mean"` over all elements (the
# default), `"sum"`, or `"none"`, which returns the array of single losses.


# %% exercise="mse_loss"
def mse_loss(pred, target, *, reduction="mean"):
    """Squared differences, reduced. pred, target: one shape. Returns a number, or that shape for "none"."""
    ### BEGIN SOLUTION
    loss = (pred - target) ** 2
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %% [markdown]
# The **mean absolute error** 平均绝对误差 (MAE, L1 loss) is $\frac1N \sum_i \lvert \hat y_i - y_i\rvert$. Compare the two
# on four predictions whose targets are 0, and again after one of them has gone wrong by 10:

# %% topics="C03-15 C03-16 C03-17 C03-18"
small, outlier = np.array([0.01, 0.03, 0.02, 0.01]), np.array([0.01, 0.03, 0.02, 10.0])
zero = np.zeros(4)
for name, loss in [("MSE", losses.mse_loss), ("MAE", losses.l1_loss)]:
    before, after = loss(small, zero), loss(outlier, zero)
    print(f"{name}: {before:.6g} → {after:.7g}, {after / before:.0f} times as much")
pred, target = np.array([1.0, 5.0]), np.array([3.0, 2.0])
print(
    'l1_loss, reduction="none":',
    losses.l1_loss(pred, target, reduction="none"),
    " target − pred:",
    target - pred,
)

# %% [markdown]
# One outlier multiplies the squared error by 66 668 and the absolute error by 144. (The last line: with `reduction="none"`
# the losses are absolute values too, not signed differences.)
#
# What do the losses *want*? If you may predict a single number $\theta$ for all targets, the squared error is least at their
# **mean**, the absolute error at their **median**. You may read that squaring a distance does not move the best
# parameters, because the square is monotonic. That is right for one sample and wrong for a sum:

# %% topics="C03-22"
y = np.array([0.0, 0.0, 10.0])
print("best θ for Σ|θ − y|:  ", round(experiments.best_constant(y, losses.l1_loss), 3))
print("best θ for Σ(θ − y)²: ", round(experiments.best_constant(y, losses.mse_loss), 3))
f, targets = np.array([[1.0, -2.0], [0.0, 2.0]]), np.zeros((2, 2))
print("L1 per sample:", losses.l1_regression_loss(f, targets, reduction="none"), end="   ")
print("squared L2 per sample:", losses.l2_regression_loss(f, targets, reduction="none"))
print(
    "slope of the squared L2 loss at a difference of 2:",
    losses.l2_regression_loss_backward(1.0, [2.0], [0.0]),
)

# %% [markdown]
# The slope of $d^2$ is $2d$, so 4 in the last line, not 2: a squared error pulls in proportion to the difference, an
# absolute error with the same force $\pm 1$ however large the difference is.
#
# ### In between: Huber and smooth L1
#
# The absolute error has a kink at 0, where the force jumps from −1 to 1 and a minimiser jitters. **Huber's loss** takes
# a parabola in the middle and straight lines outside. With $d = \lvert \hat y - y\rvert$ and a number $\delta > 0$:
#
# $$\mathrm{huber}(d) = \begin{cases} \tfrac12 d^2 & d \le \delta \\ \delta\,(d - \tfrac12 \delta) & d > \delta\end{cases}$$
#
# Value and slope agree at $d = \delta$. That fixes both constants of the line.

# %% [markdown]
# Write Huber's loss. `pred` and `target` have the same shape, `delta` is a positive number, 1 by default, and the border
# between the two pieces. `reduction` as in `mse_loss`: `"mean"` over all elements by default, `"sum"`, or `"none"` for
# the array of single losses.


# %% exercise="huber_loss"
def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    """½ d² up to delta, delta (d − ½ delta) beyond, with d = |pred − target|; reduced."""
    ### BEGIN SOLUTION
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %% [markdown]
# The **smooth L1 loss** 平滑 L1 损失 is its twin, with a number $\beta > 0$ in the place of $\delta$:
#
# $$\mathrm{smooth}(d) = \begin{cases} d^2 / (2\beta) & d < \beta \\ d - \tfrac12 \beta & d \ge \beta\end{cases}$$
#
# Its slope outside is always 1. The two are often said to be the same thing:

# %% topics="C03-19 C03-20"
d = np.array([0.1, 0.4, 3.0])
print("huber, δ = ½:    ", losses.huber_loss(d, np.zeros(3), reduction="none", delta=0.5))
print("smooth L1, β = ½:", losses.smooth_l1_loss(d, np.zeros(3), reduction="none", beta=0.5))
print(
    "at d = 0.1, β = 1: smooth L1",
    losses.smooth_l1_loss([0.1], [0.0]).round(4),
    " MSE",
    losses.mse_loss([0.1], [0.0]).round(4),
)
y = np.array([0.1, -0.2, 0.0, 0.3, -0.1, 10.0])
print("best θ: mean", round(experiments.best_constant(y, losses.mse_loss), 3), end=", ")
print("Huber", round(experiments.best_constant(y, losses.huber_loss), 3), end=", median between ")
print(*np.sort(y)[2:4])
grid = np.linspace(-3, 3, 301)
ax = plotting.curves(
    grid,
    {
        "½ squared": grid**2 / 2,
        "absolute": np.abs(grid),
        "Huber, δ = ½": losses.huber_loss(grid, np.zeros(301), reduction="none", delta=0.5),
        "smooth L1, β = ½": losses.smooth_l1_loss(grid, np.zeros(301), reduction="none", beta=0.5),
    },
    title="what an error costs",
    xlabel="prediction − target",
    ylabel="loss",
    ylim=(0, 3),
)
plotting.show(
    ax,
    alt="Loss against error. The parabola grows fastest; the absolute value has a kink at 0; Huber with delta one half "
    "ends in lines of slope one half, smooth L1 in lines of slope one.",
)

# %% [markdown]
# They are the same for $\delta = \beta = 1$ only; for $\delta = \beta$ Huber is $\delta$ times smooth L1. And for small errors
# smooth L1 is *half* the squared error (for $\beta = 1$), not the squared error. The last line printed is what Huber is for:
# one outlier among six numbers pulls the mean to 1.68, while Huber's best constant stays near the median.

# %% [markdown]
# Write the backward pass of the smooth L1 loss: the gradient with respect to `pred`, in its shape. `pred` and `target` have
# the same shape, `beta` is positive, 1 by default. For `reduction="mean"` over all elements (the default) and `"sum"`
# `grad_output` is one number, a Python float; for `"none"` it is an array of the shape of `pred`. (At $d = \beta$ both pieces
# have the same slope, and at $d = 0$ it is 0.)


# %% exercise="smooth_l1_loss_backward"
def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Gradient of smooth_l1_loss with respect to pred, same shape as pred."""
    ### BEGIN SOLUTION
    slope = np.clip((pred - target) / beta, -1, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)
    ### END SOLUTION


# %% [markdown]
# ### Does it have to be a number?
#
# A squared error is fragile. Suppose ratings of 1 to 5 stars are to be predicted, and somebody typed about 2 of 100 of
# them with two zeros too many. Below, least squares, and the same problem as a choice among five classes, of which the likeliest
# is the prediction. Classes cannot but put a typed 400 into the class of the nearest star, 5. To be fair, least squares gets the
# ratings cut to 1 … 5 as well, and its predictions are cut and rounded to whole stars.

# %% topics="C03-23"
features, typed, stars = experiments.star_ratings(400, slips=0.02, rng=np.random.default_rng(0))
stated = np.clip(typed, 1, 5)
as_typed = experiments.binned_regression(features, typed, bins=[1, 2, 3, 4, 5]).linear
fit = experiments.binned_regression(features, stated, bins=[1, 2, 3, 4, 5])
for name, prediction in {
    "least squares, ratings as typed": as_typed,
    "least squares, ratings cut to 1 … 5": np.clip(np.round(fit.linear), 1, 5),
    "five classes": fit.binned,
}.items():
    print(f"{name:>35}: off by {np.abs(prediction - stars).mean():.2f} stars on average")
ax = fit.plot(sample=1)
ax.axvline(stars[1], color="tab:orange", linestyle=":", label="true rating")
ax.set(xlabel="stars", title=f"one sample, true rating {stars[1]:.0f}")
ax.legend(loc="upper right", bbox_to_anchor=(0.92, 1))
plotting.show(
    ax,
    alt="Predicted distribution over one to five stars for one sample, highest at its true rating of four, and the "
    "prediction of least squares from the cut ratings as a vertical line just left of it.",
)

# %% [markdown]
# Most of the rescue is the cutting, not the classes: it bounds how hard a wrong label can pull, and with it least squares is off
# by 0.19 stars instead of 6.68. The classes still halve that, since the true rating is no straight line, and their prediction
# comes with a distribution: it says how sure it is. Where the answer has few values, think of classes first; but look at the
# data before all.

# %% [markdown]
# ## 5 · Yes or no
#
# A network says "yes" with probability $a$; the label $y$ is 1 or 0, or, if annotators disagree, something in between.
# The true coin is $(y, 1 - y)$, the predicted one $(a, 1 - a)$. The **binary cross-entropy** 二元交叉熵 is the cross-entropy of
# the two:
#
# $$L = -\big[\, y \ln a + (1 - y) \ln (1 - a) \,\big]$$
#
# Both terms are needed and the minus is needed. This is what happens without one of them:

# %% topics="C03-24"
sure = np.array([0.99])
print(
    "label 0, output 0.99:  −y ln a =",
    (-(0 * np.log(sure)))[0] + 0.0,
    "  both terms:",
    losses.binary_cross_entropy(sure, np.zeros(1)).round(3),
)
without_minus = with_minus = 0.5  # a logit, trained towards label 1 with learning rate 1
for _ in range(100):
    without_minus -= 1 - sigmoid(without_minus)
    with_minus -= sigmoid(with_minus) - 1
print(
    f"label 1, after 100 steps without the minus: a = {sigmoid(without_minus):.0e}, with it: a = {sigmoid(with_minus):.3f}"
)
grid = np.linspace(0.001, 0.999, 999)
for y in [1.0, 0.5]:
    loss = losses.binary_cross_entropy(grid, y, reduction="none")
    print(f"label {y}: least loss {loss.min():.4f} at a = {grid[loss.argmin()]:.3f}")

# %% [markdown]
# Without the second term every sample with label 0 costs nothing. Without the minus, gradient descent walks to the wrong
# answer with full conviction. The last line: for a soft label the least loss is not 0 but $H(y)$, here $\ln 2$. "Close
# to 0 when the predictions are right" holds for hard labels only.
#
# An output of exactly 0 or 1 that is wrong costs $-\ln 0 = \infty$, and $0 \cdot \ln 0$ is `nan`. torch's way out, and
# ours, is to let no logarithm fall below −100.

# %% [markdown]
# Write the binary cross-entropy from probabilities. `probs` and `target` have the same shape, with values from 0 to 1. *No
# logarithm* counts less than −100, whether $a$ is exactly 0 or $10^{-60}$: certain and wrong costs 100, certain and right
# costs 0, and $a = 0$ with the soft label ½ costs 50. `weight`, `None` or an array of the same shape, multiplies the single
# losses, whatever the reduction; the mean still divides by the number of elements. `reduction` as before.


# %% exercise="binary_cross_entropy"
def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    """−[y ln a + (1 − y) ln(1 − a)], logarithms at least −100, times weight; reduced."""
    ### BEGIN SOLUTION
    with np.errstate(divide="ignore"):
        log_yes, log_no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * log_yes + (1 - target) * log_no)
    if weight is not None:
        loss = weight * loss
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %% [markdown]
# ### The learning slowdown, explained
#
# Back to the neuron of the first picture, now with any inputs: $z = w \cdot x + b$ and $a = \sigma(z)$, for a batch of
# $n$ samples with $d$ inputs each. How does each loss depend on $w$? With the **quadratic cost** 二次代价
# $L = \frac12 (a - y)^2$ the chain rule gives, for one sample $x$,
#
# $$\begin{gathered}
# \frac{\partial L}{\partial w} = (a - y)\;\sigma'(z)\; x, \\
# \frac{\partial L}{\partial b} = (a - y)\,\sigma'(z), \\
# \sigma'(z) = a (1 - a)
# \end{gathered}$$
#
# and there is the slowdown: where the output is saturated, close to 0 or 1, $\sigma'(z)$ is almost 0, and the more
# certain the mistake, the smaller the gradient. With the cross-entropy
#
# $$\begin{gathered}
# \frac{\partial L}{\partial a} = \frac{a - y}{a (1 - a)} \\
# \Rightarrow\quad \frac{\partial L}{\partial w} = (a - y)\; x, \\
# \frac{\partial L}{\partial b} = a - y
# \end{gathered}$$
#
# The factor $a(1-a)$ cancels, and the gradient is the plain error times the input.

# %% [markdown]
# Write both gradients of a sigmoid neuron. `x` has shape `(n, d)`, `y` shape `(n,)`, `w` shape `(d,)`, `b` is a number. `cost` is
# `"quadratic"` (the default, $\frac12 (a-y)^2$) or `"cross_entropy"`. The cost of the batch is the *mean* over its samples.
# Return the pair `(dw, db)`: an array of shape `(d,)` and a number. No output is exactly 0 or 1 here. `sigmoid` is imported.


# %% exercise="neuron_gradients"
def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    """(dw, db): gradients of the mean cost of a sigmoid neuron. x: (n, d), y: (n,), w: (d,), b: number."""
    ### BEGIN SOLUTION
    a = sigmoid(x @ w + b)
    slope = a - y
    if cost == "quadratic":
        slope = slope * a * (1 - a)
    return slope @ x / len(x), slope.mean()
    ### END SOLUTION


# %% topics="C03-14 C03-25"
print("    z      a   quadratic  cross-entropy   (∂L/∂b for label 0)")
for z in [-2.0, 0.0, 1.0, 2.0, 4.0, 6.0]:
    at = (np.ones((1, 1)), np.zeros(1), np.array([z]), 0.0)
    gradients = [losses.neuron_gradients(*at, cost=cost)[1] for cost in ["quadratic", "cross_entropy"]]
    print(f"{z:5.1f} {sigmoid(z):6.3f}   {gradients[0]:9.4f}  {gradients[1]:13.4f}")
grid = np.linspace(-6, 6, 301)
a = sigmoid(grid)
ax = plotting.curves(
    grid,
    {"quadratic: a · a (1 − a)": a * a * (1 - a), "cross-entropy: a": a},
    title="the pull on a neuron that should say 0",
    xlabel="z",
    ylabel="∂L/∂z",
)
plotting.show(
    ax,
    alt="Gradient with respect to z for label 0. Under the cross-entropy it rises from 0 to 1 with z. Under the "
    "quadratic cost it rises to about 0.15 near z = 0.7 and falls back to 0 for larger z.",
)

# %% [markdown]
# The pull of the quadratic cost is strongest at $z = \ln 2 = 0.69$ and fades on both sides.
#
# ### The other way round
#
# Suppose we did not know the cross-entropy and asked: which loss has the gradient $(a - y)\,x$? Then
# $\partial L/\partial a$ must be $(a - y)/(a(1-a))$, and integrating that from $y$ to $a$ must give the loss:

# %% topics="C03-27 C03-26"
a, y = np.array([0.1, 0.5, 0.9, 0.99]), np.array([0.0, 0.0, 0.0, 1.0])
print("by integration:      ", experiments.cost_from_gradient(a, y).round(4))
print("binary_cross_entropy:", losses.binary_cross_entropy(a, y, reduction="none").round(4))
outputs, wanted = np.array([[0.9, 0.2, 0.3], [0.4, 0.8, 0.1]]), np.array([[1.0, 0, 0], [0, 1.0, 1.0]])
print("three outputs, summed:  ", losses.sigmoid_cross_entropy_cost(outputs, wanted).round(4))
print("three outputs, averaged:", losses.binary_cross_entropy(outputs, wanted).round(4))

# %% [markdown]
# A layer with several sigmoid outputs answers several yes-or-no questions at once. Its cost is the sum over the outputs,
# averaged over the samples (`sigmoid_cross_entropy_cost`); torch's `binary_cross_entropy` averages over the outputs as
# well, and is smaller by their number, here 3.
#
# **What cancels and what does not.** In a deep network only the slope of the *output* layer cancels. The slopes
# $\sigma'(z)$ of the hidden layers stay in the backward pass, whatever the loss is (chapter 04). To drop them as well gives a
# wrong gradient.
#
# ### From logits
#
# A sigmoid that is rounded to exactly 1 has forgotten by how much. So skip the probability and go from the logit
# to the loss in one step. From $1 - \sigma(z) = \sigma(-z)$:
#
# $$\begin{gathered}
# -\ln \sigma(z) = \ln(1 + e^{-z}), \\
# -\ln (1 - \sigma(z)) = \ln(1 + e^{z})
# \end{gathered}$$
#
# $e^{1000}$ overflows, but `np.logaddexp(0, z)` is $\ln(e^0 + e^z)$ without overflow. Two weights are in use: `weight` multiplies
# the whole loss of an element, `pos_weight`, $r$ below, only the term of "yes", for labels of which one is rare:
#
# $$\begin{aligned}
# L = \text{weight} \cdot \big[\, & r\, y \ln(1 + e^{-z}) \\
# & + (1 - y) \ln(1 + e^{z}) \,\big]
# \end{aligned}$$

# %% [markdown]
# Write the binary cross-entropy from logits, exactly: for a logit of 1000 and label 0 the loss is 1000, not 100 or `inf`.
# `logits` and `target` have the same shape; targets lie between 0 and 1, soft ones included. `weight` and `pos_weight` are
# `None` or arrays that broadcast to that shape as NumPy does it: here they may also have shape `(K,)` for logits `(n, K)`, one
# number a column. `reduction` as before; the mean divides by the number of elements.


# %% exercise="binary_cross_entropy_with_logits"
def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    """Cross-entropy of sigmoid(logits) and target, exact for huge logits; weighted; reduced."""
    ### BEGIN SOLUTION
    r = 1.0 if pos_weight is None else pos_weight
    loss = r * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    if weight is not None:
        loss = weight * loss
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %% topics="C03-28"
z, y = np.array([1.2, -0.7]), np.array([1.0, 0.0])
print("two logits, summed:", losses.binary_cross_entropy_with_logits(z, y, reduction="sum").round(4))
print("a − y:   ", (sigmoid(z) - y).round(4))
print("backward:", losses.binary_cross_entropy_with_logits_backward(1.0, z, y, reduction="sum").round(4))
far = np.array([-30.0, -40.0, -800.0])
with np.errstate(all="ignore"):
    print("label 1 at z =", far)
    print("  −ln σ(z) typed in as it stands:", -np.log(1 / (1 + np.exp(-far))))
    print("  label 0 at −z, −ln(1 − σ(−z)): ", -np.log(1 - 1 / (1 + np.exp(far))))
print(
    "  from the logits:               ",
    losses.binary_cross_entropy_with_logits(far, np.ones(3), reduction="none"),
)

# %% [markdown]
# From the logit the gradient is $a - y$, so it is computed without any division, too. And $1 - \sigma(z)$ is worse than
# $\sigma(z)$: near 1 a float64 has steps of $10^{-16}$, so already at $z = 40$ the difference is exactly 0.

# %% [markdown]
# **End of the second sitting.** You have the losses of numbers and of yes or no, and the reason why they are paired with an output.

# %% [markdown]
# # Sitting 3
#
# ## 6 · One of K
#
# Now each sample belongs to one of $K$ classes. The network puts out logits $z$ of shape `(n, K)`, softmax turns every row
# into probabilities $a$, and the **categorical cross-entropy** 多类交叉熵 of sample $i$ is
#
# $$\begin{aligned}
# L_i &= -\sum_{c=1}^{K} y_{ic} \ln a_{ic} \\
# &= -\ln a_{i,\,\text{true class}} \quad\text{for a hard label}
# \end{aligned}$$
#
# where $y_i$ is a row of wanted probabilities; for a hard label it is **one-hot** 独热: 1 at the true class, 0 elsewhere.
# A hard label may just as well be given by its number. *Class numbers count from 0*, here and in torch.

# %% topics="C03-29 C03-30 C03-32"
rows = np.array([[1.0, 0, 0], [0.7, 0.2, 0.1], [0.9625, 0.0009, 0.0366], [0, 0.5, 0.5]])
first = np.tile([1.0, 0, 0], (4, 1))
print(
    "−ln of 1, 0.7, 0.9625 and 0:",
    losses.categorical_cross_entropy(rows, first, reduction="none").round(4) + 0.0,
)
a = softmax(np.array([[1.0, 2.0, 0.5]]))
print(
    "without the minus, ln a:",
    np.log(a[0, 1]).round(4),
    "  −ln a:",
    losses.log_likelihood_cost(a, [1]).round(4),
)
print(
    "a product of 400 probabilities 0.1:",
    np.prod(np.full(400, 0.1)),
    "  the sum of their logarithms:",
    (400 * np.log(0.1)).round(2),
)

# %% [markdown]
# (This function cuts nothing off, so the last row costs `inf`.) $-\ln a_{\text{true}}$ is also called the
# **log-likelihood cost** 对数似然代价: the probability that the network gives to all labels together is the product
# $\prod_i a_{i,\text{true}}$, and the network under which the labels are most likely (the **maximum likelihood**
# 最大似然) is the one with the least sum of $-\ln a_{i,\text{true}}$. The logarithm turns the product into a sum, and it
# must: the product *underflows* to 0, as the last line shows.
#
# ### NLL: from log-probabilities
#
# torch splits the loss in two: `log_softmax`, and then `nll_loss`, the **negative log-likelihood** 负对数似然损失, which
# picks one entry a row and changes its sign. Its input must be *logarithms* of probabilities. Two options belong to it:
#
# * `weight`, shape `(K,)`: how much each *class* counts. The mean is then a weighted mean: it divides by the sum of the
#   weights $w_{c}$ of the samples' classes, not by $n$.
# * `ignore_index`: a label (−100 by default) that means "do not count this sample": loss 0, and left out of the divisor of
#   the mean. It may also be the number of a class, such as 0 for words that only fill up a line.

# %% [markdown]
# Write the negative log-likelihood. `log_probs` has shape `(n, K)` and is finite, `target` holds `n` labels (integers from 0
# to $K - 1$, or `ignore_index`), `weight` is `None`, which means 1 for every class, or has shape `(K,)`. `reduction="none"`
# returns all $n$ losses $-w_c \ln a_{ic}$, with 0 in the place of ignored samples; `"sum"` adds them up; `"mean"`, the default,
# divides their sum by the sum of the $w_c$ of the samples that are not ignored: a class counts there as often as it occurs. (At
# least one sample counts.)


# %% exercise="nll_loss"
def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """−w_c · log_probs[i, c] with c = target[i]; the mean is a weighted one. log_probs: (n, K), target: (n,)."""
    ### BEGIN SOLUTION
    counts = target != ignore_index
    c = np.where(counts, target, 0)
    w = counts * (np.ones_like(log_probs[0]) if weight is None else weight)[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / w.sum()
    ### END SOLUTION


# %% topics="C03-33"
a = np.array([[0.7, 0.2, 0.1]])
print("nll_loss of probabilities:    ", losses.nll_loss(a, [0]), " (a loss must not be negative)")
print("nll_loss of their logarithms:", losses.nll_loss(np.log(a), [0]).round(4))
z, c, w = np.array([[1.0, 2.0, 0.5], [0.3, 0.1, 4.0]]), np.array([0, 1]), np.array([3.0, 10.0, 1.0])
total = losses.nll_loss(log_softmax(z), c, weight=w, reduction="sum")
print(
    f"weights 3 and 10: sum {total:.2f}, over n {total / 2:.2f}, over the weights {losses.nll_loss(log_softmax(z), c, weight=w):.2f}"
)

# %% [markdown]
# ### Cross-entropy from logits
#
# `cross_entropy` is both steps in one: log-softmax of the logits, then the loss. It takes three kinds of targets.
#
# * **Labels**, shape `(n,)`: the row $y_i$ is one-hot.
# * **Soft targets** 软标签, shape `(n, K)`: the rows $y_i$ are probabilities, used as they are.
# * Either of them with **label smoothing** 标签平滑: a share $s$ of the probability is spread evenly over *all* $K$ classes,
#   $\tilde y_{ic} = (1 - s)\, y_{ic} + s/K$. The true class keeps $1 - s + s/K$.
#
# With class weights $w$, shape `(K,)`, the loss of a sample and the mean are
#
# $$\begin{gathered}
# L_i = -\sum_{c} w_c\, \tilde y_{ic}\, \ln \mathrm{softmax}(z_i)_c, \\
# \text{mean} = \begin{cases} \sum_i L_i \,/\, \sum_i w_{c_i} & \text{labels } c_i \\ \sum_i L_i \,/\, n & \text{soft targets} \end{cases}
# \end{gathered}$$

# %% [markdown]
# Write the cross-entropy from logits. `logits` has shape `(n, K)`; `target` holds either `n` integer labels or `(n, K)`
# probabilities (look at `target.ndim`). `weight` is `None`, which means 1 for every class, or `(K,)`; `label_smoothing`
# is $s$, from 0 to 1; both act on labels and on soft targets. `reduction` as in `nll_loss`: for labels the mean divides
# by the sum of the weights of the labels as they were before smoothing (without `weight` that is $n$), for soft targets
# by $n$. Huge logits stay exact: a logit that is behind by 1000 costs 1000. `ignore_index` stands in the signature as in
# torch; it is always left at its default here and no label equals it. `log_softmax(x, axis=-1)` of chapter 02 is
# imported.


# %% exercise="cross_entropy"
def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Softmax cross-entropy. logits: (n, K). target: (n,) labels or (n, K) probabilities."""
    ### BEGIN SOLUTION
    n, K = logits.shape
    w = np.ones_like(logits[0]) if weight is None else weight
    y = np.eye(K, dtype=logits.dtype)[target] if target.ndim == 1 else target
    y = (1 - label_smoothing) * y + label_smoothing / K
    loss = -(w * y * log_softmax(logits)).sum(axis=1)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)
    ### END SOLUTION


# %% topics="C03-34 C03-35"
z, label, one_hot = np.array([[0.0, 0.0, 10.0]]), np.array([2]), np.array([[0.0, 0.0, 1.0]])
print(f"label 2:                     {losses.cross_entropy(z, label):.1e}")
print(f"one-hot row:                 {losses.cross_entropy(z, one_hot):.1e}")
print(
    f"softmax of the one-hot row:  {losses.cross_entropy(z, softmax(one_hot)):.3f}   the row became",
    softmax(one_hot).round(3),
)
print(f"softmax of the logits first: {losses.cross_entropy(softmax(z), label):.3f}")
print("smoothed labels, s = 0.2:", *losses.smooth_labels(np.array([0, 3]), 4, eps=0.2))
grid = np.linspace(0, 12, 121)
lead = np.stack([grid, 0 * grid, 0 * grid, 0 * grid], axis=1)
curves = {
    f"s = {s}": losses.cross_entropy(lead, np.zeros(121, int), reduction="none", label_smoothing=s)
    for s in [0.0, 0.1, 0.2]
}
for name, loss in curves.items():
    print(f"{name}: least loss {loss.min():.3f} at a lead of {grid[loss.argmin()]:.1f}")
ax = plotting.curves(
    grid,
    curves,
    title="four classes, one ahead",
    xlabel="lead of the true class's logit",
    ylabel="loss",
    ylim=(0, 2),
)
plotting.show(
    ax,
    alt="Loss against the lead of the true class. Without smoothing it falls towards 0 for ever; with smoothing 0.1 and "
    "0.2 it has a minimum at a lead of 3.6 and 2.8 and rises beyond.",
)

# %% [markdown]
# Two mistakes that run without an error. A target that is already a distribution needs no softmax: it would turn "certainly
# class 2" into "probably". And logits need no softmax before `cross_entropy`: that squeezes them into $(0, 1)$, and a perfect
# prediction still costs half a nat.
#
# The picture shows what smoothing does: without it more certainty is always better; with it the best lead is finite,
# and the network has no reason to let its weights grow for ever.
#
# ### The gradient: $a - y$
#
# Put softmax's Jacobian (chapter 02) behind $\partial L/\partial a_c = -y_c / a_c$, for one sample whose targets sum to 1:
#
# $$\begin{aligned}
# \frac{\partial L}{\partial z_j} &= \sum_c -\frac{y_c}{a_c}\; a_c\,(\mathbb 1_{c=j} - a_j) \\
# &= -y_j + a_j \sum_c y_c = a_j - y_j
# \end{aligned}$$
#
# As in the sigmoid neuron, all denominators cancel. The gradient is the error itself, in *every* class: the true
# class is pulled up by $1 - a$, each other class is pushed down by its own $a_j$.

# %% [markdown]
# Write the backward pass of the cross-entropy: the gradient with respect to `logits`, shape `(n, K)`. `target` holds
# labels `(n,)` or soft targets `(n, K)`, whose rows sum to 1. For `reduction="mean"` (the default) and `"sum"`
# `grad_output` is one number, a Python float; for `"none"` it has shape `(n,)`. Logits near 1000 and −1000, also in one
# row, must not give `nan`. `weight`, `ignore_index` and `label_smoothing` are always left at their defaults here, so
# you need not use them. `softmax(x, axis=-1)` of chapter 02 is imported.


# %% exercise="cross_entropy_backward"
def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Gradient of cross_entropy with respect to logits, (n, K)."""
    ### BEGIN SOLUTION
    n, K = logits.shape
    y = np.eye(K, dtype=logits.dtype)[target] if target.ndim == 1 else target
    error = softmax(logits) - y
    if reduction == "none":
        return grad_output[:, None] * error
    return grad_output * error / (n if reduction == "mean" else 1)
    ### END SOLUTION


# %% topics="C03-36 C03-37"
z = np.array([[1.0, 2.0, 5.0, 2.0]])
gradient = losses.cross_entropy_backward(1.0, z, [2])
print("a:              ", softmax(z)[0].round(2))
print("third class, 2: ", gradient[0].round(2))
print(
    "label 3 instead: ", losses.cross_entropy_backward(1.0, z, [3])[0].round(2), " pulls at the fourth class"
)
from nnlib.gradcheck import numerical_gradient

z = np.array([[1.0, 2.0, 3.0]])
print("a − y:              ", losses.cross_entropy_backward(1.0, z, [2])[0].round(4))
print("central differences:", numerical_gradient(lambda z: losses.cross_entropy(z, [2]), z)[0].round(4))

# %% [markdown]
# The third class has label 2, because labels count from 0: label 3 pulls the wrong class up, without any error message.
# Below, everything of this section at work: **softmax regression** softmax 回归, one linear layer trained on 1797 handwritten digits of 64 pixels
# with the gradient $a - y$, yours if it is right.

# %%
mine = usable(cross_entropy_backward)
mine

# %% topics="C03-31"
X, y = experiments.digits()
weight, bias = np.zeros((10, 64)), np.zeros(10)
for step in range(201):
    if step % 100 == 0:
        model = nn.SoftmaxRegression(weight, bias, loss=np.zeros(0))
        loss = losses.log_likelihood_cost(model.predict_proba(X[1200:]), y[1200:])
        read = np.mean(model.predict(X[1200:]) == y[1200:])
        print(f"after {step:>3} steps: loss {loss:.3f}, new digits read {read:.0%}")
    slope = mine["cross_entropy_backward"](
        1.0, nn.linear(X[:1200], weight, bias), y[:1200]
    )  # ∂L/∂z, for 1200 digits
    weight, bias = weight - 0.5 * slope.T @ X[:1200], bias - 0.5 * slope.sum(axis=0)
print("ln 10 =", np.log(10).round(3))

# %% [markdown]
# An untrained classifier that gives every class 1/10 has loss $\ln 10 = 2.303$. It is the first number to look at in any
# training run: a start far above it says that the weights are too large.

# %% [markdown]
# ## 7 · The divergence as a loss
#
# torch's `kl_div` is the divergence of predicted probabilities $a$ from targets $y$ of shape `(n, K)`, as a loss. Its terms are
#
# $$y_{ic}\,(\ln y_{ic} - \ln a_{ic})$$
#
# and it has three traps. It takes *logarithms* of the predictions, as `nll_loss` does; the targets are probabilities, unless
# `log_target=True` says that they are logarithms, too. A target of 0 makes its term 0, not `nan`. And its four reductions:
# `"none"` returns all terms, `"sum"` adds them up, `"batchmean"` divides the sum by the number of rows, `"mean"` by
# the number of *elements*.

# %% [markdown]
# Write the loss. `log_probs` and `target` have the shape `(n, K)`. `reduction` is `"mean"` over all elements (the
# default), `"batchmean"`, `"sum"`, or `"none"`, which returns an array of shape `(n, K)`. If `log_target` is true,
# `target` holds $\ln y$, and all of it is finite. Without `log_target`, terms with $y = 0$ count 0; the means divide by
# all elements, or rows, all the same.


# %% exercise="kl_div"
def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    """Terms y (ln y − ln a), reduced: "mean", "batchmean", "sum" or "none". log_probs, target: (n, K)."""
    ### BEGIN SOLUTION
    y = np.exp(target) if log_target else target
    log_y = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = y * (log_y - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / (len(terms) if reduction == "batchmean" else terms.size)
    ### END SOLUTION


# %% topics="C03-38"
rng = np.random.default_rng(0)
y, a = rng.dirichlet(np.ones(5), size=4), rng.dirichlet(np.ones(5), size=4)
divergence = info.kl_divergence(y, a).mean()
batchmean, mean = losses.kl_div(np.log(a), y, reduction="batchmean"), losses.kl_div(np.log(a), y)
print(
    f"mean divergence of 4 rows: {divergence:.4f};  batchmean: {batchmean:.4f};  mean: {mean:.4f}, smaller by {batchmean / mean:.0f}"
)
one_hot, row = np.array([[0.0, 1.0]]), np.log([[0.25, 0.75]])
with np.errstate(all="ignore"):
    print("one-hot target, y * (log(y) − log a):", (one_hot * (np.log(one_hot) - row)).sum(), end="   ")
print("kl_div:", losses.kl_div(row, one_hot, reduction="batchmean").round(4))
soft = rng.dirichlet(np.ones(3), size=2)
z = rng.normal(size=(2, 3))
by_kl = numerical_gradient(lambda z: losses.kl_div(log_softmax(z), soft, reduction="batchmean"), z)
print(
    "gradients of the divergence and of the cross-entropy differ by",
    f"{np.abs(by_kl - losses.cross_entropy_backward(1.0, z, soft)).max():.0e}",
)
print(
    "their values by",
    (losses.cross_entropy(z, soft) - losses.kl_div(log_softmax(z), soft, reduction="batchmean")).round(4),
    "= mean H(y) =",
    info.entropy(soft).mean().round(4),
)

# %% [markdown]
# The divergence of a batch is `"batchmean"`. The default `"mean"` is smaller by the number of classes, here 5, and so is its
# gradient: torch prints a warning about it. The last lines confirm section 2: for fixed targets divergence and cross-entropy
# differ by a constant and have the same gradient.

# %% [markdown]
# **Written question.** A colleague trains a small network on the soft outputs $y$ of a large one, with `kl_div`, reduction
# `"mean"`, and 1000 classes. You train the same network with `cross_entropy` on the same soft targets, with the same learning
# rate. Your colleague's loss is much smaller than yours from the first step on, and the network learns much more slowly.
# Explain both observations. Which setting would make the two runs the same?

# %% [markdown] written="kl-or-cross-entropy" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point: the values differ by the constant H(y) and, with "mean", by a factor of 1000 as
# well, since "mean" divides by the number of elements instead of rows. 1 point: the gradients of divergence and cross-entropy
# are equal for fixed targets, but "mean" makes the colleague's 1000 times smaller; with reduction="batchmean" (or 1000 times
# the learning rate, for plain gradient descent) the runs are the same.
# ### END SOLUTION

# %% [markdown]
# **End of the third sitting.** You have what classifiers are trained with, down to the gradient.

# %% [markdown]
# # Sitting 4
#
# ## 8 · The rest of the family
#
# torch has a dozen more. They are variations of what you know: likelihoods of other distributions, and losses
# with a **margin** 间隔, which are content once a score is ahead by enough. Here $x$ is a score or a vector, $y$ a label.
#
# | name | loss of one sample | where it is used |
# | --- | --- | --- |
# | `poisson_nll_loss` | $e^{x} - y x$ | counts; $x$ is the logarithm of the rate |
# | `gaussian_nll_loss` | $\frac12 (\ln v + (x - y)^2 / v)$ | numbers with a predicted variance $v$ |
# | `ctc_loss` | $-\ln$ of the sum over all alignments | speech, handwriting |
# | `margin_ranking_loss` | $\max(0, -y (x_1 - x_2) + m)$ | which of two is better |
# | `hinge_embedding_loss` | $x$ if $y = 1$; $\max(0, m - x)$ if $y = -1$ | distances of pairs |
# | `soft_margin_loss` | $\ln(1 + e^{-y x})$ | yes or no with labels $\pm 1$ |
# | `multilabel_soft_margin_loss` | mean of $K$ binary cross-entropies | several labels at once |
# | `multilabel_margin_loss` | $\frac1K \sum \max(0, 1 - x_y + x_j)$ over true $y$, other $j$ | several labels at once |
# | `multi_margin_loss` | $\frac1K \sum_{j \ne y} \max(0, m - x_y + x_j)^p$ | one of $K$ |
# | `cosine_embedding_loss` | $1 - \cos$ if $y = 1$; $\max(0, \cos - m)$ if $y = -1$ | angles of pairs |
# | `triplet_margin_loss` | $\max(0, d_+ - d_- + m)$ | faces: nearer to one's own than to others |
# | `triplet_margin_with_distance_loss` | the same with a distance of yours | |
#
# $m$ is the margin (in the cells below 1 where none is given, 0 for the cosine), $x_j$ the score of class $j$, $p$ a power;
# $d_+$ and $d_-$ are distances to a sample of one's own class and of another. A list of true labels ends at the first −1.

# %% topics="C03-39 C03-40 C03-41"
counts, rate = np.array([2.0, 3.0]), np.array([2.0, 3.0])
for factor in [0.5, 1.0, 2.0]:
    print(
        f"Poisson, predicted rate {factor} times the count: {losses.poisson_nll_loss(np.log(factor * rate), counts):.4f}"
    )
error = np.array([2.0])
for v in [1.0, 4.0, 16.0]:
    print(
        f"Gauss, error 2, predicted variance {v:4}: {losses.gaussian_nll_loss(error, np.zeros(1), np.array([v])):.4f}"
    )
frames = np.log(np.random.default_rng(0).dirichlet(np.ones(3), size=4))  # 4 frames; symbols: blank, 1, 2
paths = experiments.ctc_alignments([1, 2], 4, n_symbols=3)
listed = np.logaddexp.reduce([frames[np.arange(4), path].sum() for path in paths])
loss = losses.ctc_loss(frames[:, None], np.array([[1, 2]]), np.array([4]), np.array([2]), reduction="sum")
print(
    f"CTC: {len(paths)} ways to write the word 12 over 4 frames; listed one by one {-listed:.4f}, ctc_loss {loss:.4f}"
)

# %% topics="C03-42 C03-43 C03-44 C03-45"
print("ranking, right by 0.5, margin 1:", losses.margin_ranking_loss([2.0], [1.5], [1], margin=1.0))
print(
    "pairs at distance 0.3, alike and unlike:",
    losses.hinge_embedding_loss([0.3, 0.3], [1, -1], reduction="none"),
)
print(
    "two true classes, 3 and 0:",
    losses.multilabel_margin_loss([[0.1, 0.2, 0.4, 0.8]], [[3, 0, -1, 1]]).round(4),
)
z = np.array([1.2, -0.7])
print("soft margin, labels ±1:", losses.soft_margin_loss(z, [1, -1]).round(4), end="   ")
print(
    "binary cross-entropy, labels 1 and 0:", losses.binary_cross_entropy_with_logits(z, [1.0, 0.0]).round(4)
)

# %% topics="C03-46 C03-47 C03-49 C03-50"
print("several labels:", losses.multilabel_soft_margin_loss([[1.2, -0.7]], [[1, 0]]).round(4))
u, v = np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]])
print(
    "angle of 45°, alike and unlike:",
    losses.cosine_embedding_loss(u, v, [1]).round(4),
    losses.cosine_embedding_loss(u, v, [-1]).round(4),
)
anchor, own, other = np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[1.5, 0.0]])
print("triplet at distances 1 and 1.5:", losses.triplet_margin_loss(anchor, own, other).round(4))


def city(x1, x2):
    return np.abs(x1 - x2).sum(axis=-1)


def city_backward(grad_output, x1, x2):
    g = np.asarray(grad_output)[..., None] * np.sign(x1 - x2)
    return g, -g


print(
    "with city-block distances:",
    losses.triplet_margin_with_distance_loss(anchor, own, other, distance_function=(city, city_backward)),
)

# %% [markdown]
# A Poisson loss is least when the rate equals the count, a Gaussian one when the variance equals the squared error: both
# can say how unsure they are. CTC sums over 15 alignments without listing them.
#
# One of the margin losses is worth writing. The **multi-class hinge** 多类折叶损失 asks the score $x_y$ of the true class to lead
# every other by a margin $m$; each class that comes closer costs what is missing, to the power $p$ (1 or 2). A class that is
# far enough behind costs nothing and gets no gradient: unlike the cross-entropy, this loss can be *exactly* 0.
#
# $$L = \frac1K \sum_{j \ne y} \max(0,\; m - x_y + x_j)^p$$
#
# Many books have no $1/K$:

# %% topics="C03-48"
scores = np.array([[1.0, 2.5, 0.3]])
missing = np.maximum(0, 1 - scores[0, 0] + scores[0, 1:])
print(
    "missing:",
    missing,
    " sum:",
    missing.sum(),
    " multi_margin_loss:",
    losses.multi_margin_loss(scores, [0]).round(4),
)

# %% [markdown]
# Write the multi-class hinge. `x` has shape `(n, K)`, `target` holds `n` labels from 0 to $K - 1$. `p` is 1 (the default)
# or 2, `margin` a positive number, 1 by default. `reduction="none"` returns the $n$ losses, `"mean"` (the default) and
# `"sum"` reduce over the samples. `weight` is always left at `None`. (Here $p$ is a power; the name is torch's.)


# %% exercise="multi_margin_loss"
def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """1/K Σ_{j≠y} max(0, margin − x_y + x_j)^p a row, reduced. x: (n, K), target: (n,)."""
    ### BEGIN SOLUTION
    rows = np.arange(len(x))
    z = np.maximum(0, margin - x[rows, target][:, None] + x) ** p
    z[rows, target] = 0
    loss = z.sum(axis=1) / x.shape[1]
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %% [markdown]
# ## 9 · Against torch
#
# If torch is installed, the cell below gives your functions and torch's the same inputs and compares values, and the
# gradients that torch finds by itself with yours (where you wrote the backward pass) or with those of `nnlib`. It does so in
# float64 and float32, on the CPU and on a GPU if there is one. Without torch it says so.

# %%
compare_with_torch(
    *[mse_loss, huber_loss, smooth_l1_loss_backward, binary_cross_entropy, binary_cross_entropy_with_logits],
    *[nll_loss, cross_entropy, cross_entropy_backward, kl_div, multi_margin_loss],
)

# %% [markdown]
# ## 10 · Experiment: the slowdown, in a neuron and in a layer
#
# First the neuron of the beginning, from two starts: moderately wrong (output 0.82) and badly wrong (0.98). Same learning
# rate, 300 steps, with your gradients if they are right.

# %%
mine = usable(neuron_gradients)
mine

# %%
fig, panels = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
for ax, (w, b, title) in zip(panels, [(0.6, 0.9, "start at 0.82"), (2.0, 2.0, "start at 0.98")]):
    for cost in ["quadratic", "cross_entropy"]:
        run = experiments.learning_slowdown(cost, w=w, b=b, **mine)
        run.plot(ax, label=cost.replace("_", "-"))
        print(
            f"{title}, {cost:>13}: first gradient {run.gradient[0]:.3f}, largest at step {run.gradient.argmax()}, "
            f"output after 50 steps {run.output[50]:.2f}, after 300 {run.output[-1]:.2f}"
        )
    ax.set_title(title)
panels[1].set(ylabel="")
plotting.show(
    fig,
    alt="Outputs over 300 steps from two starts. Under the cross-entropy both fall at once. Under the quadratic cost the "
    "moderately wrong neuron falls slowly and the badly wrong one waits for more than 150 steps.",
)

# %% [markdown]
# The neuron that was more wrong takes *longer* under the quadratic cost, and its gradient is largest only at
# step 215. Under the cross-entropy the first step is the largest.
#
# Is one neuron with one input a caricature? Take a layer of ten sigmoid outputs, one a digit, on images of 28 × 28
# pixels from MNIST: 4000 to learn from, 1000 to be judged by. A prediction is the output that is largest. We start from weights
# drawn with a standard deviation of 0.01, for which all outputs are near ½, and of 1, for which many are saturated. Both
# costs see the same weights and the same batches; the learning rate, 0.5, is one at which both do well from the small
# start.

# %%
mnist = data.load_mnist_small()
fig, panels = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
for ax, spread in zip(panels, [0.01, 1.0]):
    for cost in ["quadratic", "cross_entropy"]:
        runs = [
            experiments.layer_slowdown(mnist, cost, spread=spread, rng=np.random.default_rng(s))
            for s in seeds
        ]
        runs[0].plot(ax, label=cost.replace("_", "-"))
        print(
            f"weights of size {spread:4}, {cost:>13}:",
            "first error " + ", ".join(f"{r.error[0]:.2f}" for r in runs),
            "first gradient " + ", ".join(f"{r.gradient[0]:.3f}" for r in runs),
            "new digits read " + ", ".join(f"{r.accuracy[-1]:.0%}" for r in runs),
            sep="\n    ",
        )
    ax.set_title(f"weights of size {spread}")
panels[1].set(ylabel="")
plotting.show(
    fig,
    alt="Share of new digits read over 300 steps. From small weights both costs pass 85 percent. From large weights the "
    "cross-entropy reaches more than 80 percent, the quadratic cost stays below 40.",
)

# %% [markdown]
# The numbers stand for one run each, from three different starts. From small weights the two costs are nearly equal. From
# the saturated start the outputs are wrong by 0.38 to 0.59 on average, but the gradient of the quadratic cost is only 0.02,
# about 5 % of that or less: most of the wrong outputs are certain. The cross-entropy passes on all of the error.
#
# "But you chose the learning rate." A fair objection, since the two costs have gradients of different size. So give each
# cost the best of several rates, which takes a few seconds:

# %% topics="C03-14"
for cost in ["quadratic", "cross_entropy"]:
    best = {
        lr: np.mean(
            [
                experiments.layer_slowdown(
                    mnist, cost, spread=1.0, lr=lr, rng=np.random.default_rng(s)
                ).accuracy[-1]
                for s in seeds
            ]
        )
        for lr in ([0.5, 20.0] if quick else [0.5, 2.0, 10.0, 20.0, 50.0])
    }
    print(f"{cost:>13}:", ", ".join(f"rate {lr} {share:.0%}" for lr, share in best.items()))

# %% [markdown]
# No rate rescues the quadratic cost here: near 20 it is at its best and reads half of the digits, beyond that it falls
# again. The cross-entropy reads more than 80 % with every one of them. The cure is not a larger step; it is a loss whose
# gradient knows how wrong the output is, or a start that is not saturated (chapter 05), or both.
#
# What to choose, then?
#
# | the network predicts | output layer | loss |
# | --- | --- | --- |
# | a number | linear | squared error; with outliers Huber or absolute |
# | a number with few values | softmax over bins | cross-entropy |
# | yes or no, one or several at once | sigmoid, inside the loss | binary cross-entropy with logits |
# | one of $K$ classes | softmax, inside the loss | cross-entropy from logits |
# | a distribution that is known | log-softmax | KL with `"batchmean"`, or cross-entropy with soft targets |
# | a count | exponential, inside the loss | Poisson |
#
# With a *linear* output layer the squared error has no slowdown: there is no $\sigma'$ that could vanish.

# %% [markdown]
# **Written question.** A network has two hidden layers of sigmoid units and sigmoid outputs. Somebody replaces the
# quadratic cost by the cross-entropy and claims: "Now there is no $\sigma'$ left in the backward pass, so gradients cannot vanish any
# more." What is right in this, and what is wrong? Which layers learn faster, and why may the first layer still learn slowly?

# %% [markdown] written="what-cancels" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point: only the slope σ'(z) of the output layer cancels, because the cross-entropy's
# ∂L/∂a has a(1 − a) in its denominator; the output layer's weights get (a − y) times their inputs, and all layers below start from
# that larger error. 1 point: in the step from each hidden layer to the one before it σ' stays as a factor of at most ¼,
# whatever the loss is, so the first hidden layer's gradient is still multiplied by these slopes and can vanish.
# ### END SOLUTION

# %% [markdown]
# ## Formulas found in print
#
# | found in print | right | what is wrong |
# | --- | --- | --- |
# | $H(Y\|X) = -\sum_x p(x)\, H(Y\|X{=}x)$ | no minus in front | an entropy below 0 |
# | $I(X;Y) = -\sum p \log \frac{p}{p\,p}$ | no minus in front | the identities of section 3 fail |
# | gradient $(0, \dots, a_c - 1, \dots, 0)$ of the cross-entropy | $a - y$ in every class | the other classes are never pushed down |
# | "learning is slow where $z$ is near 1" | where the *activation* is near 0 or 1 | at $z = 1$ the pull is close to its maximum |

# %%
p_xy = np.array([[0.3, 0.1], [0.2, 0.4]])
p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
with_minus = -(p_x @ [info.entropy(row / row.sum()) for row in p_xy])
print(f"H(Y|X) = {info.conditional_entropy(p_xy):.4f};  with a minus {with_minus:.4f}")
with_minus = -(p_xy * np.log(p_xy / np.outer(p_x, p_y))).sum()
print(f"I(X;Y) = {info.mutual_information(p_xy):.4f};  with a minus {with_minus:.4f}")
z = np.array([[1.0, 2.0, 3.0]])
print("a − y:        ", losses.cross_entropy_backward(1.0, z, [2])[0].round(4))
print("[0, 0, a − 1]:", np.array([0, 0, softmax(z)[0, 2] - 1]).round(4))
a = sigmoid(np.array([1.0, 5.0]))
print("σ'(z) at z = 1 and z = 5:", (a * (1 - a)).round(4))

# %% [markdown]
# ## Summary
#
# | quantity | formula | watch out for |
# | --- | --- | --- |
# | entropy | −Σ p log p | 0 log 0 = 0; unit (`base`) |
# | cross-entropy | −Σ p log q | inf where q = 0 < p |
# | divergence | H(p, q) − H(p) | not symmetric |
# | mutual information | H(Y) − H(Y\|X) | never negative |
# | MSE, MAE | mean of d², of d | mean or median; outliers |
# | Huber, smooth L1 | parabola, then a line | equal for δ = β = 1 only |
# | binary cross-entropy | −[y ln a + (1−y) ln(1−a)] | both terms; from logits; gradient a − y |
# | cross-entropy | −Σ w ỹ ln softmax(z) | logits, not probabilities; weighted mean; gradient a − y in every class |
# | KL loss | y (ln y − ln a) | logarithms in; "batchmean" |
# | hinge | max(0, m − x_y + x_j)/K | 1/K |
#
# **Further reading.** Shannon, *A Mathematical Theory of Communication* (1948) · Kullback, Leibler, *On Information and
# Sufficiency* (1951) · Cover, Thomas, *Elements of Information Theory* (2006), chapter 2 · Huber, *Robust Estimation of a
# Location Parameter* (1964) · Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, on the slowdown · Goodfellow,
# Bengio, Courville, *Deep Learning* (2016), section 6.2 · Szegedy et al., *Rethinking the Inception Architecture* (2016), on
# label smoothing · Graves et al., *Connectionist Temporal Classification* (2006).

# %%
progress()
