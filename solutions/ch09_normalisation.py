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
# # Chapter 09 · Normalisation
#
# Chapter 01 gave the inputs of a network mean 0 and variance 1, because training likes that. The next layer has inputs, too:
# the outputs of the first. **Batch normalisation** 批标准化 (批量归一化), batch norm for short, standardizes them in the same way,
# in every step anew, in the middle of the network. This chapter builds it, forward and backward, and its relatives that look
# along other axes. Then it asks what it is good for, and where it goes wrong.
#
# **After this chapter you can**
#
# * write batch norm as torch has it, in training and in use, and its way back, step by step and in one line;
# * say what the running statistics are, and what happens to whoever mixes up the two modes;
# * fold a batch norm into the layer before it;
# * tell batch, layer, instance and group norm apart by the axes that they average over;
# * say which bad starts batch norm forgives, and which it does not.
#
# **You need** the mean and the variance of chapter 01, gradients from chapter 04, starts from chapter 05. Chinese terms stand
# beside the English ones where they first occur.
#
# **Time** about seven hours, less than half of it reading and experiments, in five sittings: 10 exercises for 22 points, and
# two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1, 2 | 1¼ | batch norm in training |
# | 2 | 3, 4 | 1¾ | batch norm in use, and how to make it disappear |
# | 3 | 5, 6 | 1½ | the way back, and what follows from it |
# | 4 | 7, 8, 9 | 1 | experiments on digits: bad starts, small batches, mixed-up modes |
# | 5 | 10 to 12 | 1½ | layer, instance and group norm, and torch's opinion |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(normalize)` gives a hint, each call one more. `again(normalize)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(normalize)` shows one way, once you
# have tried. `reset(normalize)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os
from types import SimpleNamespace

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, init, modules, nn, norm, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

# %% [markdown]
# ## What it is for
#
# Two moons of 64 points each, and a network of ten hidden layers with 20 ReLU units each. Its weights start with a standard
# deviation between a hundredth and 3, and it is trained for 100 steps, always at the rate 0.1: once as it is, once with a
# batch norm in each hidden layer.

# %% topics="C09-09"
run = experiments.bn_vs_init(
    [0.01, 0.1, 0.3, 1.0, 3.0], steps=50 if quick else 100, rng=np.random.default_rng(0)
)
for row in zip(run.stds, run.plain_spread, run.plain, run.normed_spread, run.normed):
    print("std {:<4}: layer 10 has std {:.0e}, loss {:.3f}; with batch norm {:.2f}, {:.3f}".format(*row))

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3.4))
run.plot(ax)
plotting.show(
    ax,
    alt="Loss after training over the standard deviation of the weights at the start, cut at 2. Without batch norm it is 0.69, "
    "that is guessing, at 0.01 and 0.1, 1.7 at 0.3, and at the upper edge, blown up, at 1 and 3. With batch norm it lies near 0 "
    "for all five starts.",
)

# %% [markdown]
# Without batch norm nothing of the signal is left in layer 10 if the weights are small, and with large ones it explodes;
# this is chapter 05, where the cure was to choose the weights with care. With batch norm every layer receives numbers of the
# same size whatever the weights are, and all five starts learn. Two words of caution. 0.693 is $\ln 2$, the loss of guessing
# between two classes. And 0.3 is about He's start for 20 units: its signal survives, it is the rate of 0.1 that is too large
# for it; at 0.03 it learns. The starts 0.1 and 1 would not be saved by a smaller rate, and section 7 lets each network
# choose its own.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Why in the middle?
#
# Standardized inputs make the first layer easy to train. But a layer deep inside gets whatever the layers below make of
# them, and those layers change in each step. How much do its inputs move? A network with five hidden layers reads digits;
# after each epoch the next cell looks at the weighted inputs $z$ of the five units that come first in the last hidden
# layer, over the validation images.

# %%
epochs = 2 if quick else 4
(_, _), (X_val, y_val), (X_test, y_test) = experiments.digits_split()


def last_weighted_inputs(model):
    """Means and spreads over the images of the last hidden layer's weighted inputs, the first five units."""
    z = modules.Sequential(*model.modules[:-2]).forward(X_val)[:, :5]
    return z.mean(axis=0), z.std(axis=0)


moving = experiments.norm_digits(
    False, tries={"z": last_weighted_inputs}, epochs=epochs, rng=np.random.default_rng(0)
)
for epoch, (means, stds) in enumerate(moving.accuracy["z"], start=1):
    print(f"after epoch {epoch}: means {means.round(2)}, standard deviations {stds.round(2)}")

# %% [markdown] topics="C09-01"
# The means wander: by up to one, where the values of such a unit spread by one to two and a half over the images. Each layer
# learns for inputs that are no longer the same in the next step; this is called **internal covariate shift** 内部协变量偏移 (ICS),
# and to reduce it was the reason that the authors of batch norm gave in 2015. Whether that is why it works is disputed:
# networks to which such a shift was added *after* the batch norm trained as well (Santurkar and others, 2018), and with
# batch norm the cost was seen to be smoother along the gradient. What is not disputed is what the first picture shows:
# signals and gradients keep their size.

# %% [markdown]
# ## 2 · A batch, standardized
#
# Take the weighted inputs $z$ of one unit for the $m$ samples of a mini-batch. Their mean and their variance are
#
# $$\begin{gathered}
# \mu = \frac1m \sum_{i=1}^m z_i, \\
# \sigma^2 = \frac1m \sum_{i=1}^m (z_i - \mu)^2
# \end{gathered}$$
#
# and the standardized values
#
# $$\hat z_i = \frac{z_i - \mu}{\sqrt{\sigma^2 + \varepsilon}}$$
#
# have mean 0 and, but for $\varepsilon$, variance 1. The variance is divided by $m$, not by $m - 1$: it is the **biased**
# 有偏 one, that of these very numbers. The small $\varepsilon$ stands *inside* the root, added to the variance. It is there for
# units that say the same for all samples: their variance is 0, and without it $0/0$ is nan.
#
# Which numbers share a mean and a variance? That is all in which the norms of this chapter differ. For a batch of shape
# `(N, C)`, $N$ samples and $C$ units, batch norm averages over axis 0, so that each unit has a $\mu$ of its own; for images
# of shape `(N, C, H, W)` it averages over the axes 0, 2 and 3, so that each of the $C$ **channels** 通道 has one. For the
# first exercise the axes come as an argument.

# %% [markdown]
# Write the standardization. `x` has any shape with at least one axis; `axes` is a tuple of one or more of its axes, counted
# from the front, in ascending order. All numbers that differ in these axes only share one mean and one biased variance.
# Return $(x - \mu)/\sqrt{\sigma^2 + \varepsilon}$, shape of `x`; `eps` is $\varepsilon > 0$, here and in all exercises. Each
# $\mu$ is over one number or more; over one number the result is 0. NumPy's `mean` and `var` take such a tuple as `axis`. Do
# not change the argument. (Here and in all exercises of this chapter, arrays hold floats, not integers. For float32 arrays
# you may return float64: the check remarks on it, no more.)


# %% exercise="normalize"
def normalize(x, axes, *, eps=1e-5):
    """Mean 0 and variance 1 over the axes. Shape of x."""
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    ### END SOLUTION


# %%
mine = usable(normalize)
mine

# %% [markdown]
# What $\varepsilon$ does, and where: a unit that is constant, and one that hardly varies, with the $10^{-5}$ of torch and a
# $10^{-8}$, which one meets as well.

# %%
constant, faint = np.array([[5.0], [5.0]]), np.array([[0.001], [0.003]])
with np.errstate(invalid="ignore"):
    print("constant, ε = 0:    ", mine["normalize"](constant, (0,), eps=0.0).ravel())
print("constant, ε = 1e-5: ", mine["normalize"](constant, (0,)).ravel())
print("faint,    ε = 1e-5: ", mine["normalize"](faint, (0,)).ravel().round(4))
print("faint,    ε = 1e-8: ", mine["normalize"](faint, (0,), eps=1e-8).ravel().round(4))

# %% [markdown]
# Now standardized values are not always what the next layer wants. A sigmoid with inputs between −1 and 1 is almost a straight
# line; a ReLU behind them is off half of the time. So each unit gets two parameters that are learnt like weights, a factor
# $\gamma$ and a shift $\beta$:
#
# $$y_i = \gamma\, \hat z_i + \beta$$
#
# `weight` and `bias` in code, both of shape `(C,)`. They start at 1 and 0. $y$ has mean $\beta$ and, but for $\varepsilon$,
# standard deviation $|\gamma|$. The *shape* of their distribution stays what it was. ("Mean $\beta$ and variance $\gamma$",
# as one may read, is off by a square.) With $\gamma = \sqrt{\sigma^2+\varepsilon}$ and $\beta = \mu$ the standardization of
# this batch would be undone: hardly anything that the layer could say before is lost. It only has two numbers to say its
# scale and its mean, instead of all its weights.

# %% topics="C09-06"
rng = np.random.default_rng(0)
z = rng.normal(3, 5, size=(1000, 1))
y = 2.5 * mine["normalize"](z, (0,)) + 1.0
print(f"γ = 2.5, β = 1: mean {y.mean():.3f}, standard deviation {y.std():.3f}, variance {y.var():.3f}")
undone = np.sqrt(z.var() + 1e-5) * mine["normalize"](z, (0,)) + z.mean()
print("γ = √(σ²+ε), β = μ gives the inputs back:", np.allclose(undone, z))
waits = rng.exponential(size=100_000)
for name, v in (("exponential numbers", waits), ("standardized", mine["normalize"](waits, (0,)))):
    print(f"{name}: skewness {np.mean((v - v.mean()) ** 3) / v.std() ** 3:.1f}")


# %% [markdown]
# Write batch norm in training, without running statistics. `x` has shape `(N, C)` or `(N, C, H, W)`, with two values or more
# in each channel; `weight` ($\gamma$) and `bias` ($\beta$) have shape `(C,)`. Return $\gamma\, \hat x + \beta$, shape of
# `x`, where each channel has its own $\mu$, $\sigma^2$, $\gamma$ and $\beta$. NumPy lines up shapes from the *last* axis,
# but the channels stand in axis 1: bring `weight` and `bias` into a shape that fits. You may call your `normalize`. Do not
# change the arguments.


# %% exercise="batch_norm_train"
def batch_norm_train(x, weight, bias, *, eps=1e-5):
    """Batch norm by the batch's own mean and variance. Shape of x."""
    ### BEGIN SOLUTION
    axes = (0, *range(2, x.ndim))
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, axes, eps=eps) + bias.reshape(shape)
    ### END SOLUTION


# %%
mine |= (new := usable(batch_norm_train))
new

# %% [markdown]
# Three channels of other means and sizes. nnlib's `batch_norm` also takes and returns the running statistics of section 3;
# here there are none.

# %% topics="C09-02"
rng = np.random.default_rng(0)
images = rng.normal(size=(8, 3, 4, 4)) * np.array([1.0, 10.0, 0.1]).reshape(3, 1, 1) + 5
y = mine["batch_norm_train"](images, np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, -1.0]))
print(
    "means of the channels:     ",
    images.mean(axis=(0, 2, 3)).round(2),
    "→",
    y.mean(axis=(0, 2, 3)).round(3) + 0.0,
)
print("standard deviations:       ", images.std(axis=(0, 2, 3)).round(2), "→", y.std(axis=(0, 2, 3)).round(3))
same, _, _ = norm.batch_norm(
    images, None, None, np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, -1.0]), training=True
)
print("nnlib's batch_norm agrees: ", np.allclose(y, same))

# %% [markdown]
# The third standard deviation is a little below 3: where the variance is a hundredth, an $\varepsilon$ of $10^{-5}$ shows in
# the fourth digit.
#
# Note what has happened to a single sample: its output depends on who else is in the batch. That is the price, and the rest
# of the chapter pays it in several coins. The first is the batch of one, with one value for each unit. The mean is the
# sample itself, so $\hat z = 0$, whatever the sample is; torch refuses it with a `ValueError`. And a batch of two:

# %%
pairs = rng.normal(size=(2, 6))
print("two samples:    ", pairs.round(2).tolist())
print("standardized:   ", mine["normalize"](pairs, (0,)).round(2).tolist())

# %% [markdown]
# Of two numbers one is above the mean and one below, equally far: 1 and −1, unless they are so close that $\varepsilon$
# counts (the second unit). All that is left is who is the larger one.
#
# **End of the first sitting.** You have batch norm as it works while a network trains.

# %% [markdown]
# # Sitting 2
#
# ## 3 · In use: what the batches leave behind
#
# A trained network is to read *one* digit. There is no batch, and if there were one, the answer should not depend on the
# others in it. So in use $\mu$ and $\sigma^2$ are replaced by fixed numbers, estimates for all data that were collected
# during training. Two ways to collect them are common.
#
# **Running statistics** 滑动统计量. Keep a mean and a variance for each channel, $r_\mu$ and $r_{\sigma^2}$ of shape `(C,)`, that
# start at 0 and 1, and after each batch of the training
#
# $$\begin{gathered}
# r_\mu \leftarrow (1 - \alpha)\, r_\mu + \alpha\, \mu, \\
# r_{\sigma^2} \leftarrow (1 - \alpha)\, r_{\sigma^2} + \alpha\, \frac{m}{m - 1}\, \sigma^2
# \end{gathered}$$
#
# That is the exponentially weighted average of chapter 06, with two traps. The $\alpha$, 0.1 by default, is called
# `momentum` in torch, though it is the share of the *new* value; chapter 06 called the share of the old one $\beta$. And the
# variance that goes in is the **unbiased** 无偏 one: $\frac{m}{m-1} \sigma^2 = \frac{1}{m-1} \sum (z_i - \mu)^2$. Here
# $m$ is how many numbers one channel has in the batch, $N$ for `(N, C)` and $N \cdot H \cdot W$ for `(N, C, H, W)`. So two
# variances of one batch are in play: the biased one standardizes the batch, the unbiased one, which estimates the variance
# of all data, is remembered.

# %% [markdown]
# Write the update. `running_mean` and `running_var` have shape `(C,)`, `x` has shape `(N, C)` or `(N, C, H, W)` with two
# values or more in each channel, `momentum` is $\alpha$, $0 \le \alpha \le 1$. Return the pair `(running_mean, running_var)`
# after the batch, each of shape `(C,)`. Do not change the arguments.


# %% exercise="update_running"
def update_running(running_mean, running_var, x, *, momentum=0.1):
    """Running statistics after one more batch: (running_mean, running_var)."""
    ### BEGIN SOLUTION
    axes = (0, *range(2, x.ndim))
    mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=1)
    return (
        (1 - momentum) * running_mean + momentum * mean,
        (1 - momentum) * running_var + momentum * var,
    )
    ### END SOLUTION


# %% [markdown]
# **Population statistics** 总体统计量. Or: after the training, run some batches through the network, note $\mu$ and $\sigma^2$ of
# each, and take
#
# $$\begin{gathered}
# \mathrm E[z] = \frac1B \sum_{b=1}^B \mu_b, \\
# \mathrm{Var}[z] = \frac{m}{m-1} \cdot \frac1B \sum_{b=1}^B \sigma_b^2
# \end{gathered}$$
#
# over the $B$ batches, all of $m$ values a channel. This is the way of the first paper. It costs a pass through the data,
# and has no memory of earlier weights. So it is the way for weights that no batch has ever run through, such as an average
# of checkpoints (SWA).

# %% [markdown]
# Write these two estimates. `batch_means` and `batch_vars` have shape `(B,)` or `(B, C)`, $B \ge 1$, a row for each batch;
# the variances are the biased ones. `m` $\ge 2$ is the number of values in a batch, the same for all. Return the pair
# `(mean, var)` of the two estimates, each without the first axis: shape `(C,)`, or a number for `(B,)`, plain or as an array
# without axes. Do not change the arguments.


# %% exercise="population_stats"
def population_stats(batch_means, batch_vars, *, m):
    """Mean and unbiased variance of the data from those of B batches: (mean, var)."""
    ### BEGIN SOLUTION
    return batch_means.mean(axis=0), m / (m - 1) * batch_vars.mean(axis=0)
    ### END SOLUTION


# %%
mine |= (new := usable(update_running, population_stats))
new

# %% [markdown]
# Does it matter which average one takes? 200 000 batches of 8 standard normal numbers, whose true standard deviation is 1.
# One also reads of the mean of the standard deviations $\sigma_b$, or of an "unbiased standard deviation":

# %% topics="C09-05"
rng = np.random.default_rng(0)
batches = rng.normal(size=(20_000 if quick else 200_000, 8))
means, variances = batches.mean(axis=1), batches.var(axis=1)
mean, var = mine["population_stats"](means, variances, m=8)
print(f"mean of the standard deviations:               {np.sqrt(variances).mean():.3f}")
print(f"root of the mean of the biased variances:      {np.sqrt(variances.mean()):.3f}")
print(f"root of the population variance:               {np.sqrt(var):.3f}")
fours = rng.normal(size=(20_000 if quick else 200_000, 4))
print(f"batches of 4, mean of the roots with m − 1:    {fours.std(axis=1, ddof=1).mean():.3f}")

# %% [markdown]
# The mean of the standard deviations is a tenth too small. The unbiased *variance* is unbiased, but its root is not: a mean of
# roots is smaller than the root of the mean. So average variances, with $m - 1$, and take the root last.
#
# Now the running way, on batches of 16 from a distribution with mean 4 and variance 9:

# %% topics="C09-04"
rng = np.random.default_rng(0)
running = np.zeros(1), np.ones(1)
for step in range(1, 101):
    running = mine["update_running"](*running, rng.normal(4, 3, size=(16, 1)))
    if step in (1, 5, 10, 20, 50, 100):
        print(
            f"after {step:>3} batches: mean {running[0][0]:.2f}, variance {running[1][0]:.2f}; 0.9^{step} = {0.9**step:.2g}"
        )

# %% [markdown]
# They start at 0 and 1 and are not corrected for it. After ten batches a third of the start is still in them; after fifty
# half a percent, and they waver, as averages over the last ten batches do. Whoever tries a network out after five steps of
# training in the mode of use sees numbers that are mostly start.
#
# With that, batch norm is complete, and has two **modes** 模式:
#
# | | standardized by | running statistics |
# | --- | --- | --- |
# | in training, `training=True` | $\mu$, $\sigma^2$ of the batch (biased) | are brought up to date (unbiased) |
# | in use, `training=False` | the running ones | stay as they are |

# %% [markdown]
# Write batch norm with both modes, in torch's form. `x` has shape `(N, C)` or `(N, C, H, W)`; `running_mean`, `running_var`
# have shape `(C,)`, and so have `weight` and `bias`, either of which may be `None`: then it is 1, or 0. In training there
# are two values or more in each channel; in use one sample is enough. Return the triple `(y, running_mean, running_var)`:
# `y` in the shape of `x`, and the running statistics as they are afterwards, in use as you were given them. The options are
# as before. You may call your functions from above. Do not change the arguments (torch changes the running statistics in
# place; here they are returned).


# %% exercise="batch_norm"
def batch_norm(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """Batch norm in training or in use: (y, running_mean, running_var)."""
    ### BEGIN SOLUTION
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    if training:
        y = batch_norm_train(x, weight, bias, eps=eps)
        return y, *update_running(running_mean, running_var, x, momentum=momentum)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    mean, scale, bias = (a.reshape(shape) for a in (running_mean, weight / np.sqrt(running_var + eps), bias))
    return scale * (x - mean) + bias, running_mean, running_var
    ### END SOLUTION


# %%
mine |= (new := usable(batch_norm))
new

# %% [markdown]
# One sample, alone and in two companies, in both modes:

# %% topics="C09-04 C09-10"
rng = np.random.default_rng(0)
sample = np.array([[5.0]])
company = {"like itself": rng.normal(5, 3, size=(7, 1)), "smaller ones": rng.normal(0, 3, size=(7, 1))}
r_mean, r_var = np.array([4.0]), np.array([9.0])
for name, others in company.items():
    together = np.concatenate([sample, others])
    y_train, _, _ = mine["batch_norm"](together, r_mean, r_var, training=True)
    y_use, _, _ = mine["batch_norm"](together, r_mean, r_var)
    print(f"among {name}: in training {y_train[0, 0]:.3f}, in use {y_use[0, 0]:.3f}")
print(f"alone: in use {mine['batch_norm'](sample, r_mean, r_var)[0][0, 0]:.3f}")

# %% [markdown]
# In use it is the same number every time. In training the company decides. Section 9 shows what comes of a network that is
# left in the wrong mode.

# %% [markdown]
# ## 4 · Folding it away
#
# In use a batch norm is $y = s\,(z - r_\mu) + \beta$ with fixed numbers, $s = \gamma / \sqrt{r_{\sigma^2} + \varepsilon}$: a
# linear map and a shift, and so is the layer before it, $z = W x + b$. Chapter 02 collapsed linear layers; here it pays:
#
# $$y_j = s_j \Big( \sum_k W_{jk}\, x_k + b_j - r_{\mu, j} \Big) + \beta_j
# = \sum_k (s_j W_{jk})\, x_k + \big( s_j\, (b_j - r_{\mu, j}) + \beta_j \big)$$
#
# One layer with other weights does the work of both. Phones and cameras run networks that were **folded** 折叠 (融合) so. The same
# holds for a convolution (chapter 10), whose weights have shape `(out, in, height, width)`: each output channel $j$ has a
# factor $s_j$.

# %% [markdown]
# Write the folding. `weight` has shape `(out, in)` or `(out, in, height, width)`, `bias` shape `(out,)` or is `None`, which
# counts as 0. The batch norm behind it has `running_mean`, `running_var`, `bn_weight` ($\gamma$) and `bn_bias` ($\beta$) of
# shape `(out,)`; either of the last two may be `None`, for 1 and 0. Return the pair `(weight, bias)` of the one layer: the
# shape of `weight`, and `(out,)`. Do not change the arguments.


# %% exercise="fuse_bn_weights"
def fuse_bn_weights(weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5):
    """Weight and bias of one layer that does what a layer and the batch norm behind it do in use."""
    ### BEGIN SOLUTION
    scale = 1 / np.sqrt(running_var + eps)
    if bn_weight is not None:
        scale = bn_weight * scale
    shift = -scale * running_mean
    if bias is not None:
        shift = shift + scale * bias
    if bn_bias is not None:
        shift = shift + bn_bias
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift
    ### END SOLUTION


# %%
mine |= (new := usable(fuse_bn_weights))
new

# %% [markdown]
# A trained network with five hidden layers and five batch norms, folded into one without any:

# %%
trained = experiments.norm_digits(epochs=1 if quick else 3, rng=np.random.default_rng(0)).model
layers, folded = trained.modules, []
for first, second in zip(layers, [*layers[1:], None]):
    if isinstance(second, modules.BatchNorm1d):
        folded += mine["fuse_bn_weights"](*first.params, *second.buffers, *second.params)
folded += layers[-1].params
before, after = trained.forward(X_test), nn.mlp(X_test, *folded)
print(
    f"{sum(p.size for p in trained.params)} parameters and {sum(b.size for b in trained.buffers)} running statistics "
    f"become {sum(p.size for p in folded)} parameters"
)
print("outputs agree within 1e-4, in float32:", np.abs(before - after).max() < 1e-4)
print(
    f"test images read right: {np.mean(before.argmax(1) == y_test):.1%} before, {np.mean(after.argmax(1) == y_test):.1%} after"
)

# %% [markdown]
# Batch norm is free in use. It is folded after the training, not before: the training needs the batches' statistics.
#
# **End of the second sitting.** You have batch norm as torch has it, forward. What is missing is the way back.

# %% [markdown]
# # Sitting 3
#
# ## 5 · The way back
#
# It is often said of batch norm that one can "simply differentiate through it". Let us do it. In training each output
# depends on every input of its channel, by three ways: directly, through the mean, and through the variance.

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8.5, 2.9))
nodes = {"$x$": (0, 1), "$\\mu$": (1.3, 0), "$\\sigma^2$": (2.6, 0), "$\\hat x$": (3.9, 1), "$y$": (5.2, 1)}
ways = [
    ("$x$", "$\\mu$"),
    ("$x$", "$\\sigma^2$"),
    ("$\\mu$", "$\\sigma^2$"),
    ("$x$", "$\\hat x$"),
    ("$\\mu$", "$\\hat x$"),
    ("$\\sigma^2$", "$\\hat x$"),
    ("$\\hat x$", "$y$"),
]
for start, end in ways:
    arrow = {"arrowstyle": "-|>", "color": "#0072B2", "linewidth": 1.8, "shrinkA": 16, "shrinkB": 16}
    ax.annotate("", xy=nodes[end], xytext=nodes[start], arrowprops=arrow)
for name, (across, up) in nodes.items():
    ax.text(across, up, name, ha="center", va="center", fontsize=15)
shapes = {"$x$": "(N, C)", "$\\mu$": "(C,)", "$\\sigma^2$": "(C,)", "$\\hat x$": "(N, C)", "$y$": "(N, C)"}
for name, shape in shapes.items():
    across, up = nodes[name]
    ax.text(across, up + (0.33 if up else -0.33), shape, ha="center", va="center", fontsize=9, color="0.35")
ax.set(xlim=(-0.4, 5.6), ylim=(-0.55, 1.55))
ax.axis("off")
plotting.show(
    ax,
    alt="Graph of batch norm. Arrows lead from x to the mean, from x and the mean to the variance, from x, the mean and the "
    "variance to x-hat, and from x-hat to y. x, x-hat and y have shape (N, C), mean and variance shape (C,).",
)

# %% [markdown]
# Go back along the arrows. The cost is $L$, and $g = \partial L / \partial y$, shape `(N, C)`, arrives from above. One
# channel at a time, $i$ runs over the $N$ samples, and $s = \sqrt{\sigma^2 + \varepsilon}$.
#
# 1. $y_i = \gamma\, \hat x_i + \beta$, so
#    $$\frac{\partial L}{\partial \hat x_i} = \gamma\, g_i$$
# 2. $\hat x_i = (x_i - \mu)\, (\sigma^2 + \varepsilon)^{-1/2}$. One $\sigma^2$ serves all samples, so the contributions add up:
#    $$\frac{\partial L}{\partial \sigma^2} = -\frac12 \sum_i \frac{\partial L}{\partial \hat x_i}\, \frac{x_i - \mu}{s^3}$$
# 3. $\mu$ enters $\hat x_i$ directly, with slope $-1/s$, and $\sigma^2$, with slope $-\frac2N \sum_i (x_i - \mu)$. That sum
#    is 0, so the second way brings nothing:
#    $$\frac{\partial L}{\partial \mu} = -\frac1s \sum_i \frac{\partial L}{\partial \hat x_i}$$
# 4. $x_i$ enters $\hat x_i$ with slope $1/s$, $\sigma^2$ with slope $\frac2N (x_i - \mu)$, and $\mu$ with slope $\frac1N$:
#    $$\frac{\partial L}{\partial x_i} = \frac1s\, \frac{\partial L}{\partial \hat x_i}
#    + \frac{2\,(x_i - \mu)}{N}\, \frac{\partial L}{\partial \sigma^2} + \frac1N\, \frac{\partial L}{\partial \mu}$$

# %% [markdown]
# Write the four steps. `grad_output` ($g$) and `x` have shape `(N, C)`, $N \ge 2$; `weight` ($\gamma$) has shape `(C,)`;
# `eps` is $\varepsilon$. Return the tuple `(grad_xhat, grad_var, grad_mean, grad_x)`: $\partial L/\partial \hat x$ and
# $\partial L/\partial x$ have shape `(N, C)`, $\partial L/\partial \sigma^2$ and $\partial L/\partial \mu$ shape `(C,)`. Do
# not change the arguments.


# %% exercise="batch_norm_backward_steps"
def batch_norm_backward_steps(grad_output, x, weight, *, eps=1e-5):
    """The way back, node by node: (grad_xhat, grad_var, grad_mean, grad_x)."""
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=0)
    s = np.sqrt(x.var(axis=0) + eps)
    grad_xhat = weight * grad_output
    grad_var = -0.5 * np.sum(grad_xhat * centred, axis=0) / s**3
    grad_mean = -np.sum(grad_xhat, axis=0) / s
    grad_x = grad_xhat / s + 2 / len(x) * centred * grad_var + grad_mean / len(x)
    return grad_xhat, grad_var, grad_mean, grad_x
    ### END SOLUTION


# %% [markdown]
# Now put 1 to 3 into 4, and write $\langle \cdot \rangle$ for the mean over the samples:
#
# $$\begin{gathered}
# \frac{\partial L}{\partial x_i}
# = \frac{\gamma\, g_i}{s} - \frac{x_i - \mu}{N s^3} \sum_j \gamma\, g_j (x_j - \mu) - \frac{1}{N s} \sum_j \gamma\, g_j \\[4pt]
# = \frac{\gamma}{s} \Big( g_i - \langle g \rangle - \hat x_i\, \langle g\, \hat x \rangle \Big)
# \end{gathered}$$
#
# One line, and it can be read: of the gradient that arrives, its mean is taken off, and so is its share along $\hat x$. What
# is left is a direction in which neither the mean nor, but for $\varepsilon$, the variance of the batch changes: along the
# others the layer's output would not change, so no gradient can point there. The parameters' gradients are sums, as ever:
# $\partial L/\partial \gamma = \sum_i g_i\, \hat x_i$, $\partial L/\partial \beta = \sum_i g_i$.
#
# For `(N, C, H, W)` means and sums are over the axes 0, 2 and 3.
#
# **In use** $\mu$ and $\sigma^2$ are the running ones, constants: two of the three ways are gone, and
# $\partial L / \partial x_i = \frac{\gamma}{s} g_i$. In the parameters' gradients $\hat x$ is that of the mode, too.

# %% [markdown]
# Write the way back in one line for $x$, for both modes. After `grad_output`, which has the shape of `x`, come the arguments
# of `batch_norm`; here `weight` and `bias` are always given; `bias` and `momentum` change nothing. Shapes are as there: `x`
# is `(N, C)` or `(N, C, H, W)`, with two values or more in each channel in training. Return
# `(grad_x, grad_weight, grad_bias)`, of the shapes of `x`, `weight`, `bias`. The running statistics get no gradient. You may
# call your functions from above. Do not change the arguments.


# %% exercise="batch_norm_backward"
def batch_norm_backward(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Gradients of the y of batch_norm: (grad_x, grad_weight, grad_bias)."""
    ### BEGIN SOLUTION
    axes = (0, *range(2, x.ndim))
    shape = (1, -1) + (1,) * (x.ndim - 2)
    var = x.var(axis=axes) if training else running_var
    s = np.sqrt(var + eps).reshape(shape)
    xhat = normalize(x, axes, eps=eps) if training else (x - running_mean.reshape(shape)) / s
    g, g_xhat = grad_output, grad_output * xhat
    grad_x = weight.reshape(shape) / s * g
    if training:
        g_mean, g_xhat_mean = g.mean(axis=axes, keepdims=True), g_xhat.mean(axis=axes, keepdims=True)
        grad_x = weight.reshape(shape) / s * (g - g_mean - xhat * g_xhat_mean)
    return grad_x, g_xhat.sum(axis=axes), g.sum(axis=axes)
    ### END SOLUTION


# %%
mine |= (new := usable(batch_norm_backward_steps, batch_norm_backward))
new

# %% [markdown]
# The four steps, the one line, and central differences, and what is left of the gradient:

# %% topics="C09-03"
rng = np.random.default_rng(0)
x, g, gamma, beta = rng.normal(size=(6, 2)), rng.normal(size=(6, 2)), np.array([1.5, -0.5]), np.zeros(2)
*_, by_steps = mine["batch_norm_backward_steps"](g, x, gamma)
in_a_line, _, _ = mine["batch_norm_backward"](g, x, np.zeros(2), np.ones(2), gamma, beta, training=True)
measured = np.empty_like(x)
for place in np.ndindex(x.shape):
    shift = np.zeros_like(x)
    shift[place] = 1e-5
    up, down = (mine["batch_norm_train"](x + sign * shift, gamma, beta) for sign in (1, -1))
    measured[place] = np.sum(g * (up - down)) / 2e-5
print("steps and line agree within 1e-12:     ", np.abs(by_steps - in_a_line).max() < 1e-12)
print("line and differences agree within 1e-8:", np.abs(in_a_line - measured).max() < 1e-8)
xhat = mine["normalize"](x, (0,))
print("sum over the samples of grad_x:     ", in_a_line.sum(axis=0).round(6) + 0.0)
print("sum over the samples of grad_x · x̂: ", (in_a_line * xhat).sum(axis=0).round(6))

# %% [markdown]
# And the plausible mistake: "$\mu$ and $\sigma^2$ are just numbers", so $\partial L/\partial x = \frac{\gamma}{s} g$ in
# training as well.

# %%
constants = gamma / np.sqrt(x.var(axis=0) + 1e-5) * g
print("largest entry of the gradient:                 ", np.abs(measured).max().round(3))
print("largest error with mean and variance constant: ", np.abs(constants - measured).max().round(3))

# %% [markdown]
# ## 6 · What follows from it
#
# **A bias before a batch norm does nothing.** The mean takes it away: $z + b$ has the mean $\mu + b$. So its gradient is
# 0, step 4 above sums to 0 over the samples. $\beta$ does its work. In code: `bias=False` in a layer that a batch norm
# follows. All *other* parameters learn. (One reads that with batch norm "the optimizer needs to adjust two numbers only,
# instead of all weights". It adjusts both.)
#
# **Where to put it.** Between the linear map and the activation, says the paper, and so does this chapter; some put it
# behind the activation. The bias is redundant in the first place only. The next cell measures, for 64 samples, a layer of 32
# units whose biases are all 1, and a ReLU, the largest entries of the gradients of weights and biases, and what comes out:

# %% topics="C09-07"
for order, said in (("pre", "norm, then ReLU"), ("post", "ReLU, then norm")):
    p = experiments.bn_placement(order, rng=np.random.default_rng(0))
    print(
        f"{said}: largest ∂W {p.weight_gradient:.1f}, largest ∂b {p.bias_gradient:.0e}; the next layer gets "
        f"mean {p.mean:.2f}, std {p.std:.2f}; ReLU lets {p.active:.0%} through"
    )

# %% [markdown]
# In the first place the gradients of the biases are rounding errors, and half of the values pass whatever the start is. In
# the second the next layer gets standardized inputs, but the start decides how many pass.
#
# **The scale of the weights does nothing, either.** Multiply $W$ by $c > 0$: $z$, $\mu$ and $\sigma$ are multiplied by $c$,
# and $\hat z$ stays the same, up to $\varepsilon$. The output does not change, so a $c$ times larger weight has a gradient
# $c$ times *smaller*:

# %% topics="C09-09"
rng = np.random.default_rng(0)
x, W, g = rng.normal(size=(64, 10)), rng.normal(size=(5, 10)), rng.normal(size=(64, 5))
still, ones, zeros = np.ones(5), np.ones(5), np.zeros(5)
for c in (0.1, 1.0, 10.0):
    z = x @ (c * W).T
    y = mine["batch_norm_train"](z, ones, zeros)
    grad_z, _, _ = mine["batch_norm_backward"](g, z, zeros, still, ones, zeros, training=True)
    print(
        f"c = {c:<4}: y of one sample {y[0, :3].round(3)}, gradient of W has length {np.linalg.norm(grad_z.T @ x):.3f}"
    )

# %% [markdown]
# Large weights get small gradients and move slowly, small ones move fast: the start sets the pace, not the size of the signal.
# That is why batch norm forgives starts, and why it forgives too small ones more quickly than too large ones.
#
# **End of the third sitting.** You have batch norm entire. Next it trains.

# %% [markdown]
# # Sitting 4
#
# ## 7 · Four bad starts
#
# The network reads digits: 784 inputs, five hidden layers of 30 ReLU units, 10 outputs, 3334 images, mini-batches of 32. It
# runs on your `batch_norm` and `batch_norm_backward`. Four starts are bad on purpose; the last is He's from chapter 05.
#
# Plain networks are given what batch norm gets: each of the two may choose among three rates, 0.1, 0.3 and 1, on the
# validation images, for each start, by one run; then three other runs read the test images. One to two minutes.


# %%
def normal(std):
    return lambda shape, *, rng: rng.normal(0, std, size=shape)


starts = {
    "too small: std 0.01": {"weights": normal(0.01)},
    "too large: std 1": {"weights": normal(1.0)},
    "biases of −5": {"bias": -5.0},
    "weights from 0 to 1": {"weights": lambda shape, *, rng: rng.uniform(0, 1, size=shape)},
    "He's start": {},
}
digits = data.load_mnist_small(dtype=np.float64)
mine_for_layers = SimpleNamespace(**{name: mine[name] for name in ("batch_norm", "batch_norm_backward")})
rates = (0.3,) if quick else (0.1, 0.3, 1.0)
epochs = 1 if quick else 3
on_test = {"test": lambda model: experiments.read_right(model, X_test, y_test)}


def digits_run(normed, seed, epochs=epochs, **options):
    return experiments.norm_digits(
        normed, data=digits, epochs=epochs, ops=mine_for_layers, rng=np.random.default_rng(seed), **options
    ).accuracy


judged = {}
for name, start in starts.items():
    for normed in (False, True):
        if quick:
            lr = rates[0]
        else:
            lr = max(rates, key=lambda lr: digits_run(normed, 100, lr=lr, **start)["validation"][-1])
        judged[name, normed] = [
            digits_run(normed, s, lr=lr, tries=on_test, **start)["test"][-1] for s in seeds
        ]
        said = ", ".join(f"{a:.1%}" for a in judged[name, normed])
        print(f"{name:>20}, {'batch norm' if normed else 'plain':>10} at {lr:<4}: {said}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8, 3.4))
for normed, mark, label in ((False, "o", "plain"), (True, "s", "with batch norm")):
    for row, name in enumerate(starts):
        ax.plot(
            judged[name, normed],
            [row + 0.15 * (1 - 2 * normed)] * len(seeds),
            mark,
            markersize=7,
            color="#0072B2" if normed else "#D55E00",
            label=label if row == 0 else None,
        )
ax.set(xlabel="test images read right", xlim=(0, 1), yticks=range(len(starts)), yticklabels=list(starts))
ax.invert_yaxis()
ax.legend(loc="lower left")
plotting.show(
    ax,
    alt="Test accuracy for five starts, plain and with batch norm. Plain networks guess, near 10 percent, from all four bad "
    "starts and read about 85 percent from He's. With batch norm too small weights and biases of −5 read about as many as "
    "He's start, too large weights fewer, and weights from 0 to 1 hardly more than guessing.",
)

# %% [markdown]
# All plain networks guess from the bad starts, at every rate that was tried. With batch norm the network with weights far
# too small and the one whose units are all dead at the start read about as many digits as from He's: a scale and a bias are
# what batch norm takes away. Weights that are too large are forgiven half: signals are fine, but gradients are small
# (section 6), so it learns slowly, as the next cell shows. The last start it does not forgive. Weights that are all positive
# make units that all say nearly the same, and standardizing leaves them alike. Batch norm repairs the mean and the scale of
# each unit; that units differ is still the start's business. It is not free, either: a step takes about twice as long. One
# run is a poor judge of a rate: at 0.1 the plain network from He's start reads 83 to 88 percent (section 9).

# %%
slow = digits_run(True, 0, epochs=1 if quick else 9, lr=1.0, tries=on_test, weights=normal(1.0))["test"]
print("too large, with batch norm, after each epoch:", ", ".join(f"{a:.0%}" for a in slow))

# %% [markdown]
# After nine epochs it is at about 90 percent.

# %% [markdown]
# ## 8 · Batches of 2 to 256
#
# $\mu$ and $\sigma^2$ of $m$ samples are off by about $\sigma/\sqrt m$ and $\sigma^2 \sqrt{2/m}$. So a standardized value
# trembles: $\hat z$ of one and the same sample is noisy, with a standard deviation of about $\sqrt{(1 + \hat z^2/2)/m}$ for
# large $m$.

# %% topics="C09-08"
sizes = [2, 4, 8, 32, 128, 256]
noise = experiments.bn_noise(sizes, rng=np.random.default_rng(0))
for m, measured in zip(sizes, noise.noise):
    print(
        f"batches of {m:>3}: a value of 1 has noise {measured:.3f}; the formula says {np.sqrt(1.5 / m):.3f}"
    )

# %% [markdown]
# Such noise disturbs the training a little, as dropout does (chapter 08), and may help against overfitting. It goes away
# with larger batches, so nobody should count on it as a regulariser. With small batches it drowns the signal. A network with
# two hidden layers of 30 units, three epochs, batches of 2 to 256, with and without batch norm at the same rate. The rates
# were tried out beforehand: among 0.01, 0.03, 0.1 and 0.3 the given one was the best for either, or within a percentage
# point of it. Each run sees each image three times, so a run with batches of 256 has 39 steps, and one with batches of 2 has
# 5001 and takes the longest. The whole cell takes one to three minutes.

# %% topics="C09-08 C09-10"
small_net = {"hidden": (30, 30), "epochs": 1 if quick else 3}
rate = {2: 0.01, 4: 0.03, 8: 0.03, 32: 0.1, 128: 0.3, 256: 0.3}
by_size = {}
for m in [8, 256] if quick else sizes:
    for normed in (True, False):
        by_size[m, normed] = [
            experiments.norm_digits(
                normed, batch_size=m, lr=rate[m], tries=on_test, rng=np.random.default_rng(s), **small_net
            ).accuracy["test"][-1]
            for s in seeds
        ]
    with_norm, plain = (", ".join(f"{a:.1%}" for a in by_size[m, normed]) for normed in (True, False))
    print(f"batches of {m:>3}, rate {rate[m]:<4}: batch norm {with_norm}; plain {plain}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3.4))
for normed, style, label in ((False, "o-", "plain"), (True, "s--", "with batch norm")):
    tried = sorted({m for m, _ in by_size})
    ax.plot(tried, [np.mean(by_size[m, normed]) for m in tried], style, label=label)
ax.set(
    xscale="log",
    xticks=sizes,
    xticklabels=sizes,
    xlabel="batch size",
    ylabel="test images read right",
    ylim=(0, 1),
)
ax.minorticks_off()
ax.legend(loc="lower center")
plotting.show(
    ax,
    alt="Test accuracy over the batch size, logarithmic. With batch norm: about half for batches of 2, near 90 percent from 4 "
    "on. Plain: near 90 percent, and about 83 percent at 256.",
)

# %% [markdown]
# At 2 there are only signs left (section 2), and half of the images are lost; at 4 batch norm is two or three points behind,
# at 8 and 32 there is no difference to speak of. At 128 and 256 it is ahead: it learns in fewer steps, and 256 leaves only
# 39. On harder data the limit lies higher than here; the usual rule of thumb is batch norm for batches of 16 and more.
#
# Batch norm also does not suit data whose statistics change between training and use, since the running statistics are those
# of the training; and sequences of different lengths, where each place would want statistics of its own. There, layer norm
# is used.

# %% [markdown]
# ## 9 · The wrong mode
#
# The plausible idea: "the mode is a detail; what worked in training will do in use". Here is a network with five batch
# norms, whose test images go through after each epoch in the mode of use, and in the mode of training: all 1000 at once, 16,
# 4 and 2 at a time, and 100 at a time sorted by digit, so that each batch holds one digit only. Half a minute.

# %% topics="C09-04"
by_digit = np.argsort(y_test, kind="stable")
tries = {"in use": lambda model: experiments.read_right(model, X_test, y_test)}
for m in (1000, 16, 4, 2):
    tries[f"training mode, {m} at a time"] = lambda model, m=m: experiments.read_right(
        model, X_test, y_test, training=True, batch_size=m
    )
tries["training mode, sorted by digit"] = lambda model: experiments.read_right(
    model, X_test[by_digit], y_test[by_digit], training=True, batch_size=100
)
modes = experiments.norm_digits(tries=tries, epochs=2 if quick else 6, rng=np.random.default_rng(0))
for name, accuracy in modes.accuracy.items():
    print(f"{name:>30}: {', '.join(f'{a:.0%}' for a in accuracy)}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8, 4))
modes.plot(ax)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
ax.set(ylabel="test images read right")
plotting.show(
    fig,
    alt="Test accuracy of one network over the epochs, tried out in six ways. In use and in training mode with all 1000 images about 90 "
    "percent, with 16 at a time about 80, with 4 about 54, with 2 about 25, sorted by digit about 13 percent.",
)

# %% [markdown]
# It is one and the same network. With all test images at once the mistake does not show, and that is the trap: it shows on
# the day when single images come in, or images of one kind. Sorted by digit, a batch of nothing but sevens is
# standardized until it looks like a batch of everything, and the network reads all ten digits into it.
#
# The other way round: training in the mode of use. The running statistics stay 0 and 1, every batch norm multiplies by
# $\gamma$ and adds $\beta$, and that is all: a plain network with a few parameters more. Under a minute.

# %%
for label, options in (
    ("batch norm", {}),
    ("left in the mode of use", {"training": False}),
    ("plain", {"norm": False}),
):
    last = [
        experiments.norm_digits(
            **options, tries=on_test, epochs=1 if quick else 3, rng=np.random.default_rng(s)
        ).accuracy["test"][-1]
        for s in seeds
    ]
    print(f"{label:>24}: {', '.join(f'{a:.0%}' for a in last)}")
stuck = experiments.norm_digits(training=False, epochs=1, rng=np.random.default_rng(0)).model
print(
    "running statistics of the first norm, trained in the mode of use:",
    [set(b.tolist()) for b in stuck.buffers[:2]],
)

# %% [markdown]
# It learns like the plain network, a few points below batch norm, and no error tells you so.
#
# One more way to the same mistake: to *try out* in training mode changes the running statistics, so the test data leak into
# the network (`read_right` puts them back). And one case where it is none: while a network is fine-tuned on little data, its
# batch norms are often left in the mode of use on purpose.

# %% [markdown]
# **Written question.** A network of fully connected layers with batch norms runs in a library that does not refuse a batch
# of one. It scores 91 % on the test images. Installed in a camera, it gets one image at a time, and answers "5" to every
# one. (a) What is the mistake, and why do all images get the same answer? (b) Why did the test not show it, and what test
# would have?

# %% [markdown] written="one-image-at-a-time" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: the network is still in training mode. For one image the mean is the image's own
# value, so $\hat z = 0$ and the output is $\beta$ whatever the image is: everything behind the first batch norm is constant.
# (With convolutions, which torch does not refuse, the mean is over the places of the one image, and some of it survives; an
# answer that says so is right as well.) Half a point for "the mode" without the reason. (b) 1 point: the test ran in large
# mixed batches, whose statistics are close to the running ones. Any test that sends the same image alone and in a batch and
# compares; or one image at a time; or batches of one class. Half a point for one half.
# ### END SOLUTION

# %% [markdown]
# **End of the fourth sitting.** You know what batch norm forgives, what it costs, and in which mode your network is.

# %% [markdown]
# # Sitting 5
#
# ## 10 · Layer norm
#
# What if there is no batch, or only a small one? **Layer norm** 层归一化 (层规范化) averages over the features of *one* sample
# instead of over the samples of one feature: axis 1 of `(N, C)`. Each sample is standardized by itself, so training and use
# are the same, nothing is remembered, and a batch of one is as good as any. Transformers are built of it. $\gamma$ and
# $\beta$ stay what they were: a number for each feature.
#
# The rule is the one that you know: take off the mean, divide by the *standard deviation*
# $\sqrt{\sigma^2 + \varepsilon}$, with the biased variance. torch says by `normalized_shape` over what: the shape of the last
# axes, which share a mean.

# %% [markdown]
# Write layer norm. `normalized_shape` is a whole number, for the last axis of `x`, or a tuple of one or more, for as many
# last axes: `x` has shape `(..., *normalized_shape)`, with any number of axes in front, or none; over a single number
# $\hat x$ is 0. `weight` and `bias` have the shape `normalized_shape`; either may be `None`, for 1 and 0. Return the shape
# of `x`. You may call your `normalize`. Do not change the arguments.


# %% exercise="layer_norm"
def layer_norm(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Each sample standardized over its last axes. Shape of x."""
    ### BEGIN SOLUTION
    count = np.size(normalized_shape)
    y = normalize(x, tuple(range(x.ndim - count, x.ndim)), eps=eps)
    if weight is not None:
        y = weight * y
    return y if bias is None else y + bias
    ### END SOLUTION


# %%
mine |= (new := usable(layer_norm))
new

# %% [markdown]
# A table in print shows layer norm for five samples with three units each, and the formula with $1/n$. Its numbers, to one
# digit, beside those of the formula:

# %% topics="C09-11 C09-12"
Z = np.array([[2.0, 5, 3], [3, 4, 6], [2, 1, 6], [1, 3, 4], [3, 6, 7]])
printed = np.array(
    [[-0.9, 1.1, -0.2], [-0.9, -0.2, 1.1], [-0.4, -0.8, 1.1], [-1.1, 0.2, 0.9], [-1.1, 0.3, 0.8]]
)
right = mine["layer_norm"](Z, (3,))
same = norm.layer_norm(Z, (3,))
print("std by the formula:", Z.std(axis=1).round(2), "  in the table: 1.5 1.5 2.6 1.5 2.1")
for z, p, r in zip(Z, printed, right):
    print(f"{z}: in the table {p}, by the formula {r.round(2)}")
by_two = (Z - Z.mean(axis=1, keepdims=True)) / Z.std(axis=1, ddof=1, keepdims=True)
print(
    f"the table against n − 1: within {np.abs(by_two - printed).max():.2f}; against n: up to {np.abs(right - printed).max():.2f} off"
)
print("nnlib's layer_norm agrees:", np.allclose(same, right))

# %% [markdown]
# The table divides by $n - 1 = 2$, not by $n = 3$ as its formula says: every number is $\sqrt{3/2} = 1.22$ times too small.
# With hundreds of units nobody would have seen it. And one more from print, "subtract the mean and divide by the
# *variance*", for the first row:

# %%
first = Z[0]
print("by the standard deviation:", ((first - first.mean()) / first.std()).round(3), " std 1")
wrong = (first - first.mean()) / first.var()
print("by the variance:          ", wrong.round(3), f" std {wrong.std():.2f}")

# %% [markdown]
# ## 11 · Instance and group norm
#
# Images have more axes, `(N, C, H, W)`, and leave more choices. **Instance norm** 实例归一化 (例正则化) takes each channel of each
# image by itself. **Group norm** 组归一化 (组正则化; 正则化 in these two names is normalisation, elsewhere it is regularisation) takes
# the channels of an image in $G$ groups of $C / G$ neighbours, the first group channels $0 \ldots C/G - 1$; with $G = 1$ all
# of an image is one group, with $G = C$ it is instance norm. For all of them $\gamma$ and $\beta$ are a number for each
# channel (layer norm in torch has one for each place).

# %% topics="C09-15"
for kind in ("batch", "layer", "instance", "group"):
    print(f"{kind:>8} norm of (N, C, H, W) averages over the axes {norm.norm_axes(kind, 4)}")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 4, figsize=(10, 2.9))
n, c = np.mgrid[0:4, 0:6]
together = {
    "batch norm": (c == 2),
    "layer norm": (n == 1),
    "instance norm": (n == 1) & (c == 2),
    "group norm, G = 2": (n == 1) & (c < 3),
}
for ax, (name, cells) in zip(panels, together.items()):
    ax.pcolormesh(np.where(cells, 1.0, 0.0), cmap="Blues", vmin=0, vmax=1.6, edgecolors="0.5", linewidth=0.8)
    ax.set(title=name, xticks=[], yticks=[], xlabel="channels C", aspect="equal")
    ax.grid(False)
panels[0].set(ylabel="samples N")
plotting.show(
    fig,
    alt="Four grids of four samples and six channels, each cell an image. One set of cells that share a mean is coloured. Batch norm: a "
    "column, one channel of all samples. Layer norm: a row, all channels of one sample. Instance norm: one cell. Group norm: three "
    "neighbouring cells of a row.",
)

# %% [markdown]
# For group norm `x` is seen as `(N, G, C / G, H, W)`, hence the axes 2, 3 and 4. Each cell of the picture is a whole plane of
# $H \times W$ numbers, which all share the mean.

# %% [markdown]
# Write group norm. `x` has shape `(N, C)`, `(N, C, L)` or `(N, C, H, W)`; `num_groups` is $G \ge 1$ and divides $C$; `weight`
# and `bias` have shape `(C,)`, and either may be `None`, for 1 and 0. Each group has two values or more. Return the shape of
# `x`. You may call your `normalize`. Do not change the arguments.


# %% exercise="group_norm"
def group_norm(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Each group of channels of each sample standardized. Shape of x."""
    ### BEGIN SOLUTION
    n, c, *places = x.shape
    groups = x.reshape(n, num_groups, c // num_groups, *places)
    y = normalize(groups, tuple(range(2, groups.ndim)), eps=eps).reshape(x.shape)
    shape = (1, -1) + (1,) * len(places)
    if weight is not None:
        y = weight.reshape(shape) * y
    return y if bias is None else y + bias.reshape(shape)
    ### END SOLUTION


# %%
mine |= (new := usable(group_norm))
new

# %% topics="C09-13 C09-14"
rng = np.random.default_rng(0)
images = rng.normal(size=(2, 6, 4, 4)) * rng.uniform(0.1, 10, size=(1, 6, 1, 1)) + 3
by_instance, _, _ = norm.instance_norm(images)
print("as many groups as channels is instance norm:", np.allclose(mine["group_norm"](images, 6), by_instance))
print(
    "instance norm over its axes:                ",
    np.allclose(mine["normalize"](images, norm.norm_axes("instance", 4)), by_instance),
)
print(
    "one group is layer norm over (C, H, W):     ",
    np.allclose(mine["group_norm"](images, 1), mine["layer_norm"](images, (6, 4, 4))),
)
print(
    "nnlib's group_norm with three groups:       ",
    np.allclose(mine["group_norm"](images, 3), norm.group_norm(images, 3)),
)
alone = mine["group_norm"](images[:1], 3)
print(
    "does an image depend on the others?         ", not np.allclose(alone, mine["group_norm"](images, 3)[:1])
)

# %% [markdown]
# So each norm is one call of `normalize` with other axes, and a reshape for groups. Which is for what?
#
# | norm | one mean for | depends on the batch | two modes | used in |
# | --- | --- | --- | --- | --- |
# | batch | a channel, all samples | yes | yes | networks for images, batches of 16 and more |
# | layer | a sample, all features | no | no | transformers, recurrent networks |
# | instance | a channel of a sample | no | no | style transfer: it removes the contrast of an image |
# | group | a group of channels of a sample | no | no | images, where batches must be small |
#
# Why layer norm for sentences? They have different lengths, and are padded with zeros; a mean over the batch would count the
# padding.

# %% [markdown]
# **Written question.** A network of fully connected layers has `Linear → BatchNorm → ReLU` five times, with biases, and
# trains with batches of 64. It has to be trained on a device that holds two samples at a time. (a) Which parameters can go
# without any loss, and why? (b) What would you put in place of the batch norm, over which axes does it average for `(N, C)`,
# and what changes in use?

# %% [markdown] written="two-samples-at-a-time" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: the biases of the linear layers; the mean takes them away, their gradient is 0, and
# $\beta$ does the same. Half a point without a reason. (b) 1 point: layer norm (or group norm), over axis 1, the features of
# one sample (group norm: a part of them); no running statistics and no second mode: in use it computes what it computed in
# training; and it cannot be folded into the layer before. Half a point for the name with the axes or the modes missing. "A
# larger momentum" or "population statistics" earn nothing: in training the batch of two still leaves only signs.
# ### END SOLUTION

# %% [markdown]
# ## 12 · Against torch
#
# Values of your functions and of torch's, for batch norm the gradients as well, in float64. Without torch the cell says so.

# %%
rng = np.random.default_rng(0)
gamma, beta, r_mean = rng.normal(size=(3, 6))
r_var = rng.uniform(1, 2, size=6)
x, g = rng.normal(size=(2, 5, 6, 4, 4))
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    F = torch.nn.functional

    def tensor(a, grad=False):
        return torch.tensor(a, requires_grad=grad)

    def apart(ours, theirs):
        return max(np.abs(a - t.detach().numpy()).max() for a, t in zip(ours, theirs))

    for training in (True, False):
        stats, inputs = [tensor(r_mean), tensor(r_var)], [tensor(a, grad=True) for a in (x, gamma, beta)]
        y = F.batch_norm(inputs[0], *stats, *inputs[1:], training=training)
        y.backward(tensor(g))
        ours = mine["batch_norm"](x, r_mean, r_var, gamma, beta, training=training)
        grads = mine["batch_norm_backward"](g, x, r_mean, r_var, gamma, beta, training=training)
        same = apart(ours, (y, *stats)) < 1e-12, apart(grads, [i.grad for i in inputs]) < 1e-12
        print(f"batch_norm, training={training}: values within 1e-12: {same[0]}, gradients: {same[1]}")
    ours = mine["layer_norm"](x, (4, 4), gamma[:4] * np.ones((4, 1)))
    theirs = F.layer_norm(tensor(x), (4, 4), tensor(gamma[:4] * np.ones((4, 1))))
    print("layer_norm within 1e-12:", apart([ours], [theirs]) < 1e-12)
    for groups in (1, 2, 3, 6):
        theirs = F.group_norm(tensor(x), groups, tensor(gamma), tensor(beta))
        print(
            f"group_norm, {groups} groups, within 1e-12:",
            apart([mine["group_norm"](x, groups, gamma, beta)], [theirs]) < 1e-12,
        )
    try:
        F.batch_norm(tensor(x[:1, :, 0, 0]), None, None, training=True)
    except ValueError as error:
        print("a batch of one:", str(error).split(",")[0])

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "… becomes a distribution of mean $\beta$ and variance $\gamma$" | standard deviation $\lvert\gamma\rvert$ | 2: 6.25 for $\gamma$ = 2.5 |
# | $\hat z = (z - \mu)/\sigma$, no $\varepsilon$ | $\sqrt{\sigma^2 + \varepsilon}$ | 2: nan for a constant unit |
# | $\varepsilon = 10^{-8}$ | torch has $10^{-5}$; say which | 2: 0.995 for 0.3015 |
# | "return $\gamma$ and $\beta$" as a step of the transform | it returns $y$; $\gamma$, $\beta$ are given, and learnt by descent | 2 |
# | in use: the mean of the $\sigma_b$ | the root of the mean of $\sigma_b^2$, times $m/(m-1)$ | 3: 0.903 for 1 |
# | "the unbiased standard deviation" | the variance is unbiased, its root is not | 3: 0.921 for 1 |
# | batch norm "pulls back to the standard normal distribution" | mean 0 and variance 1; the shape stays | 2: exponential numbers keep their skewness of 2 |
# | batch norm passes over the network "before training" | it acts in every step | 2 |
# | "no need to adjust all parameters" | all weights learn; the bias before it does not | 6 |
# | $\mathrm{BN}(Wx + b)$ | $\mathrm{BN}(Wx)$ | 6 |
# | batch norm behind the activation, "as the paper" | before it, says the paper; both are in use | 6 |
# | layer norm "divides by the variance" | by the standard deviation | 10: std 0.80 for 1 |
# | a table of layer norm with $1/n$ in the formula | its numbers have $n - 1$ | 10: −0.9 for −1.07 |
#
# ## Summary
#
# | | formula |
# | --- | --- |
# | standardize | $\hat x = (x - \mu)/\sqrt{\sigma^2 + \varepsilon}$, biased variance |
# | scale and shift | $y = \gamma \hat x + \beta$ |
# | running statistics | $r \leftarrow (1-\alpha)\, r + \alpha\, (\mu,\ \tfrac{m}{m-1} \sigma^2)$ |
# | way back in training | $\frac{\gamma}{s} (g - \langle g \rangle - \hat x \langle g \hat x \rangle)$ |
# | way back in use | $\frac{\gamma}{s}\, g$ |
# | folded | $W_j \leftarrow s_j W_j$, $b_j \leftarrow s_j (b_j - r_{\mu,j}) + \beta_j$, with $s_j = \gamma_j/\sqrt{r_{\sigma^2,j} + \varepsilon}$ |
#
# | watch out for | why |
# | --- | --- |
# | the mode | in training the others in the batch decide; in use they must not |
# | two variances | biased to standardize, unbiased to remember |
# | `momentum` | here the share of the new value |
# | a bias before the norm | has no effect and no gradient |
# | small batches | of two samples only signs are left |
# | a start in which all units are alike | batch norm does not make them differ |
#
# **Further reading.** Ioffe, Szegedy, *Batch normalization* (2015) · Ba, Kiros, Hinton, *Layer normalization* (2016) ·
# Ulyanov, Vedaldi, Lempitsky, *Instance normalization* (2016) · Ioffe, *Batch renormalization* (2017) · Wu, He, *Group
# normalization* (2018) · Santurkar, Tsipras, Ilyas, Madry, *How does batch normalization help optimization?* (2018) ·
# Goodfellow, Bengio, Courville, *Deep Learning* (2016), section 8.7.1.

# %%
progress()
