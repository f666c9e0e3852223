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
# # Chapter 06 · Optimizers
#
# Back-propagation says in which direction the cost falls. An **optimizer** 优化器 says what to do with that: how far to step,
# how much to trust one gradient, and whether all weights step alike. This chapter builds the optimizers that everybody
# uses, from plain gradient descent to AdamW, one line of code after another, and then asks on real digits how much the
# choice among them matters.
#
# **After this chapter you can**
#
# * say why the negative gradient is the way down, and when a step along it goes up all the same;
# * train with all samples, one sample or a mini-batch, and say what each costs;
# * compute exponentially weighted averages, and correct their start;
# * write momentum in both conventions, Nesterov's momentum, AdaGrad, AdaDelta, RMSprop, Adam and AdamW, equal to torch's;
# * tell an L2 penalty from weight decay, and a fair comparison of optimizers from an unfair one.
#
# **You need** gradients from chapter 04 and the MNIST network of chapters 04 and 05. Chinese terms stand beside the English
# ones where they first occur.
#
# **Time** about seven hours, less than half of it reading and experiments, in five sittings: 14 exercises for 25
# points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1, 2 | 1½ | gradient descent with all samples, one, or a few |
# | 2 | 3, 4 | 1¾ | averages that forget, and momentum in both conventions |
# | 3 | 5, 6 | 1¾ | a step size for every parameter: AdaGrad, RMSprop, AdaDelta |
# | 4 | 7, 8 | 1¼ | Adam, AdamW, and parameters that do not decay |
# | 5 | 9 to 11 | 1 | saddles, six optimizers on digits, and torch's opinion |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(ewma)` gives a hint, each call one more. `again(ewma)` runs the case
# that failed as Python would, with your prints, and returns its arguments. `solution(ewma)` shows one way, once you have
# tried. `reset(ewma)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, optim, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

from nnlib.optim import AdadeltaState, AdagradState, AdamState, MomentumState, RMSpropState, SGDState

# %% [markdown]
# ## What it is for
#
# A cost of two weights, $J(w) = \tfrac12 (w_1^2 + 20\, w_2^2)$: a bowl that is much steeper one way than the other, as costs
# of networks are in thousands of ways at once. The gray lines are lines of equal cost, the minimum is at $(0, 0)$, and each
# optimizer makes 30 steps from the same point. The rates were chosen for the picture; who wins says nothing yet (section 10).


# %%
def bowl(w):
    """The cost; w has the two weights along its last axis."""
    return (w[..., 0] ** 2 + 20 * w[..., 1] ** 2) / 2


def bowl_slope(w):
    """Its gradient."""
    return w * np.array([1.0, 20.0])


start = np.array([-9.0, 1.5])
chosen = {
    "gradient descent": lambda params: optim.SGD(params, lr=0.09),
    "with momentum": lambda params: optim.SGD(params, lr=0.03, momentum=0.8),
    "Adam": lambda params: optim.Adam(params, lr=0.5),
}
run = experiments.optimizer_paths(bowl, bowl_slope, start, chosen, steps=30)
for name, path in run.paths.items():
    print(f"{name:>16}: cost {bowl(path[10]):.3f} after 10 steps, {bowl(path[30]):.3f} after 30")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8.5, 3.6))
run.plot(ax)
plotting.show(
    ax,
    alt="Contours of a narrow bowl and three paths from the left to its middle. Gradient descent zigzags across the valley and "
    "creeps along it; with momentum the path swings past the minimum once and returns; Adam swings less, goes past the minimum and "
    "has not settled.",
)

# %% [markdown]
# The three see the same gradients and do different things with them. Gradient descent is thrown from wall to wall, and
# creeps along the valley. Momentum averages the throws away and gathers speed. Adam measures how large the gradient
# usually is, for each weight on its own, and divides by it.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Downhill
#
# The **gradient** 梯度 $\nabla J$ of a cost $J(w)$ has the shape `(d,)` of $w$: its entries are the slopes along the axes. What
# is the slope in any other direction? Take a **unit vector** 单位向量 $u$ of shape `(d,)`, that is one of length 1, and walk
# along it: $J(w + h u)$ is a function of the one number $h$, and the chain rule gives its derivative at $h = 0$. That is the
# **directional derivative** 方向导数, a number:
#
# $$\frac{\partial J}{\partial u} = \nabla J \cdot u = \lVert \nabla J \rVert \cos\theta$$
#
# where $\theta$ is the angle between $u$ and the gradient. It is largest for $\theta = 0$, along the gradient, and most
# negative for $\theta = 180°$: against the gradient the cost falls fastest, by $\lVert \nabla J \rVert$ for each unit of
# length.

# %% [markdown]
# Write the directional derivative. `grad` and `direction` have shape `(d,)`, $d \ge 1$. `direction` may be longer or shorter
# than 1, its length is at least 0.1: only where it points to counts, so divide it by its length first. Return a number. Do not
# change the arguments. (Here and in all exercises of this chapter, arrays of parameters, gradients and data hold floats, not
# integers.)


# %% exercise="directional_derivative"
def directional_derivative(grad, direction):
    """Slope of a function with this gradient when one moves in a direction. A number."""
    ### BEGIN SOLUTION
    return grad @ direction / np.linalg.norm(direction)
    ### END SOLUTION


# %%
mine = usable(directional_derivative)
mine

# %% [markdown]
# One reads that the negative gradient is steepest "for convex functions". Try one that is not **convex** 凸, that is, not
# bowl-shaped everywhere: $\sin x \cos y$ at $(0.4,\, 1.1)$. The next cell walks a tiny way in 3600 directions and compares.

# %% topics="C06-01"
x, y = 0.4, 1.1
g = np.array([np.cos(x) * np.cos(y), -np.sin(x) * np.sin(y)])
angles = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
measured = (np.sin(x + 1e-6 * ways[:, 0]) * np.cos(y + 1e-6 * ways[:, 1]) - np.sin(x) * np.cos(y)) / 1e-6
computed = np.array([mine["directional_derivative"](g, u) for u in ways])
print(f"largest difference between walking and the formula: {np.abs(measured - computed).max():.0e}")
print(
    "steepest way down, by walking:",
    ways[measured.argmin()].round(3),
    "  −g/‖g‖:",
    (-g / np.linalg.norm(g)).round(3),
)

# %% [markdown]
# It is steepest *here*, for any function with a gradient; convexity is not needed. What is convex matters for is where the
# descent ends.
#
# **How far?** The gradient says what happens at the very first bit. Gradient descent takes a step of a finite length, the
# learning rate $\eta$ times the gradient:
#
# $$w \leftarrow w - \eta\, \nabla J(w)$$
#
# On $J = w^2$, with gradient $2w$, a step gives $(1 - 2\eta)\, w$:

# %%
for lr in (0.3, 0.9, 1.1):
    w, costs = 1.0, []
    for _ in range(3):
        w = w - lr * 2 * w
        costs.append(round(w**2, 3))
    print(f"rate {lr}: the cost goes 1.0,", ", ".join(map(str, costs)))

# %% [markdown]
# "With all samples the cost falls at every step" is true for a rate that is small enough only. On a parabola whose second
# derivative, the **curvature** 曲率, is $c$, small enough means $\eta < 2/c$; here $c = 2$. On the bowl above the steep way
# has $c = 20$, so $\eta < 0.1$ for both ways, and along the flat one, with $c = 1$, a step then covers less than a tenth of
# the distance. That is all the trouble of the first picture, in numbers.

# %% [markdown]
# ## 2 · All samples, one, or a few
#
# The cost of a network is a mean over $n$ samples, and so is its gradient.
#
# **Batch gradient descent** 批梯度下降 takes the gradient of all samples for each step. One step is one epoch.
#
# The functions of this section do not know what they train. They get a function `grad_fn(params, X, y)`, which returns the
# gradient of the mean cost of the samples in `X` and `y`, an array of the shape of `params`. `X` has shape `(n, d)`, a row for
# each sample; `y` has shape `(n,)` or `(n, k)`, with the target of each in the same place; $n \ge 1$.

# %% [markdown]
# Write batch gradient descent. `params` is an array of one or more axes, where to start; `X` and `y` hold the $n$ samples; `lr` is
# $\eta$, `epochs` $\ge 0$ the number of steps. Return the path: an array of shape `(1 + epochs, *params.shape)`, `params`
# first, then the parameters after each step. Do not change the arguments.


# %% exercise="batch_gradient_descent"
def batch_gradient_descent(grad_fn, params, X, y, *, lr, epochs):
    """Path of gradient descent on all samples at once. Shape (1 + epochs, *params.shape)."""
    ### BEGIN SOLUTION
    path = [params]
    for _ in range(epochs):
        path.append(path[-1] - lr * grad_fn(path[-1], X, y))
    return np.stack(path)
    ### END SOLUTION


# %%
mine |= (new := usable(batch_gradient_descent))
new

# %% [markdown]
# Where does it end? Where the gradient is 0: at a **stationary point** 驻点. For a bowl that is the minimum. Otherwise it need
# not even be a **local minimum** 局部最优（局部极小值）, the lowest place around. Start on the ridge of the **saddle** 鞍点
# $J = w_1^2 - w_2^2$, which falls without end to both sides:


# %% topics="C06-02"
def saddle_slope(w, X, y):
    """Gradient of w_1² − w_2²; there are no data."""
    return w * np.array([2.0, -2.0])


nothing = np.zeros(1)
for begin in ([1.0, 0.0], [1.0, 1e-6]):
    path = mine["batch_gradient_descent"](saddle_slope, np.array(begin), nothing, nothing, lr=0.1, epochs=100)
    print(f"from {begin}: after 50 steps {path[50].round(4)}, after 100 {path[100].round(4)}")

# %% [markdown]
# From the ridge it stops at the saddle; a millionth beside it, it gets away in the end. Section 9 comes back to that.

# %% [markdown]
# **Stochastic gradient descent** 随机梯度下降, in its strict sense, takes *one* sample for each step. Its gradient is that of the
# wrong cost, but right on average, and $n$ steps cost what one step of batch descent costs. New samples can be learnt from as
# they come. (In frameworks "SGD" is any of the three: it gets whatever gradient you computed.)
#
# Which sample when? Here an array `order` says it: whole numbers, the index of the sample for each step.

# %% [markdown]
# Write it. `params`, `X`, `y`, `lr` as before; `order` is an array of integers from 0 to $n - 1$, shape `(steps,)`, with one
# step or more. A sample may come more than once, or never. Return the path, shape `(1 + steps, *params.shape)`. `grad_fn` wants arrays *of samples*, so hand over
# a batch of one: `X[i : i + 1]` has shape `(1, d)` where `X[i]` has `(d,)`. Do not change the arguments.


# %% exercise="stochastic_gradient_descent"
def stochastic_gradient_descent(grad_fn, params, X, y, order, *, lr):
    """Path of gradient descent on one sample at a time, in this order. Shape (1 + steps, *params.shape)."""
    ### BEGIN SOLUTION
    path = [params]
    for i in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)
    ### END SOLUTION


# %%
mine |= (new := usable(stochastic_gradient_descent))
new

# %% [markdown]
# Training itself runs through all samples, shuffles them, and runs through them again.

# %% topics="C06-03"
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 2)) * [1.0, 0.4]
y = X @ [2.0, -1.0] + rng.normal(0, 0.5, size=200)


def slope(w, X, y):
    """Gradient of half the mean squared error of X w."""
    return X.T @ (X @ w - y) / len(X)


def mean_cost(w):
    return float(np.mean((X @ w - y) ** 2) / 2)


order = np.concatenate([rng.permutation(200) for _ in range(10)])
one = mine["stochastic_gradient_descent"](slope, np.zeros(2), X, y, order, lr=0.05)
best = np.linalg.lstsq(X, y, rcond=None)[0]
every = [mean_cost(w) for w in one[::200]]
print("cost after each epoch:", ", ".join(f"{c:.4f}" for c in every))
print(f"the smallest possible cost: {mean_cost(best):.4f}")
print(
    f"steps that make the cost of all samples larger: {np.mean(np.diff([mean_cost(w) for w in one]) > 0):.0%}"
)

# %% [markdown]
# The first epoch does most of the work. Then the weights wander around the minimum: each sample pulls towards its own, and
# about half of the steps make the cost of all samples larger. They do not settle as long as the rate stays what it is; chapter
# 07 lets it fall.
#
# **Mini-batch gradient descent** 小批量梯度下降 is what everybody uses: some ten to some hundred samples a step. The mean over
# $b$ of them scatters $\sqrt b$ times less than one, and the computer multiplies matrices with $b$ rows almost as fast as
# with one. Once through all samples is an epoch, with $\lceil n / b \rceil$ steps.

# %% [markdown]
# Write it. `batch_size` $\ge 1$ is $b$, `epochs` $\ge 0$ says how often. In each epoch call `rng.permutation(n)` once, with
# $n$ the number of samples, and nothing else of `rng`: it returns the numbers $0 \ldots n-1$ in a random order. Take the samples
# in that order, $b$ at a time; the last batch of an epoch is smaller if $b$ does not divide $n$, and is not left out. One step
# a batch. Return the path, shape `(1 + steps, *params.shape)` with `epochs` times $\lceil n/b \rceil$ steps. Do not change the
# arguments.


# %% exercise="minibatch_gradient_descent"
def minibatch_gradient_descent(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """Path of gradient descent on a few samples at a time, in another order each epoch."""
    ### BEGIN SOLUTION
    path = [params]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)
    ### END SOLUTION


# %%
mine |= (new := usable(minibatch_gradient_descent))
new

# %% topics="C06-04"
rng = np.random.default_rng(1)
paths = {
    "all 200": mine["batch_gradient_descent"](slope, np.zeros(2), X, y, lr=1.0, epochs=10),
    "20 at a time": mine["minibatch_gradient_descent"](
        slope, np.zeros(2), X, y, lr=0.5, batch_size=20, epochs=10, rng=rng
    ),
    "one at a time": one,
}
for name, path in paths.items():
    steps = (len(path) - 1) // 10
    print(
        f"{name:>13}: {steps:>3} steps an epoch, cost {mean_cost(path[steps]):.4f} after one, {mean_cost(path[-1]):.4f} after ten"
    )

# %% tags=["folded"]
fig, panels = plt.subplots(1, 3, figsize=(10, 3.4), sharex=True, sharey=True)
grid = np.meshgrid(np.linspace(-0.2, 2.4, 80), np.linspace(-1.6, 0.2, 80))
J = np.mean((np.stack(grid, axis=-1) @ X.T - y) ** 2, axis=-1) / 2
for ax, (name, path), colour in zip(panels, paths.items(), ["#0072B2", "#D55E00", "#009E73"]):
    ax.contour(*grid, J, levels=15, colors="0.75", linewidths=0.8)
    ax.plot(*path.T, color=colour, linewidth=1, marker="o" if len(path) < 300 else None, markersize=2.5)
    ax.plot(*best, "k*", markersize=9)
    ax.set(xlabel="$w_1$", title=name)
panels[0].set(ylabel="$w_2$")
plotting.show(
    fig,
    alt="Three paths over ten epochs from (0, 0) to the minimum, a star. With all 200 samples: ten steps on a smooth curve that "
    "almost arrives. With 20 at a time: a hundred steps that tremble near the minimum. One at a time: two thousand steps, a "
    "ball of yarn around it.",
)

# %% [markdown]
# The smooth path is not the fast one. Each has a rate that suits it. Counted in epochs few samples a step win at first; in the
# end they stay a little above the minimum, as the next figure shows. The same for a problem with five weights and 512 samples, with the time that an epoch takes:

# %% topics="C06-05"
import timeit

rng = np.random.default_rng(0)
many = rng.normal(size=(512, 5))
target = many @ np.arange(1.0, 6.0) + rng.normal(size=512)


def an_epoch(size):
    return experiments.compare_gd(many, target, [0.01], [size], epochs=1, rng=rng)


for size in (512, 32, 1):
    seconds = min(timeit.repeat(lambda size=size: an_epoch(size), number=1, repeat=5))
    print(f"batches of {size:>3}: {1e3 * seconds:.2f} ms an epoch")

# %% topics="C06-05"
rng = np.random.default_rng(1)
runs = experiments.compare_gd(many, target, [1.0, 0.3, 0.01], [512, 32, 1], epochs=20, rng=rng)
fig, ax = plt.subplots()
for r in runs:
    r.plot(ax)
    print(f"batches of {r.batch_size:>3}: cost {r.cost[1]:>7.3f} after one epoch, {r.cost[20]:.3f} after 20")
plotting.show(
    ax,
    alt="Cost of all samples over 20 epochs, logarithmic. Single samples and batches of 32 are at the bottom after one epoch "
    "and stay a little above the minimum; all 512 at once arrive after two epochs.",
)

# %% [markdown]
# Single samples arrive early and cost the most time, since 512 small products are slower than one large one. A mini-batch is
# as quick to learn, and its epochs cost many times less than those of single samples, a few times more than one large
# product. Its size is tried out, usually in powers of two, from 16 up to what memory
# holds; with fewer than some two thousand samples all at once are an option, too.
#
# A batch that is $k$ times as large is often given a rate $k$ times as large, so that an epoch goes equally far. That holds as
# long as the rate stays far below the $2/c$ of section 1; near it an epoch no longer goes as far, and beyond it the cost grows.
#
# **End of the first sitting.** You have three kinds of gradient descent that differ in one thing, how many samples a step
# asks. From here on a gradient is a gradient, wherever it comes from.

# %% [markdown]
# # Sitting 2
#
# ## 3 · Averages that forget
#
# Noisy gradients want to be averaged. But not over all steps, since the first ones were taken at other weights. The
# **exponentially weighted average** 指数加权平均 (滑动平均) $S_t$ of the values $y_1, y_2, \ldots$ keeps a share $\beta$ of the old average
# in each step and mixes in the new value:
#
# $$S_t = \beta\, S_{t-1} + (1 - \beta)\, y_t, \qquad 0 \le \beta < 1$$
#
# One number of memory, whatever the length. With $\beta = 0$ it is the last value, with $\beta$ near 1 it hardly moves.
#
# **Where does it start?** Two ways are in use, and formulas often do not say which is meant.
#
# * $S_0 = y_1$, so that $S_1 = y_1$: from the first value.
# * $S_0 = 0$, so that $S_1 = (1 - \beta)\, y_1$: from zero. Then the first averages are too small.
#
# The second can be mended. From zero, the value $y_k$ has the weight $(1 - \beta)\, \beta^{t-k}$ in $S_t$, as you see by
# inserting $S_{t-1}$, $S_{t-2}$ and so on:
#
# $$S_t = \sum_{k=1}^{t} (1 - \beta)\, \beta^{t-k}\, y_k$$
#
# and the weights sum to $1 - \beta^t$, not to 1. Divide by that: the **bias correction** 偏差修正
#
# $$\hat S_t = \frac{S_t}{1 - \beta^t}, \qquad t = 1, 2, \ldots$$
#
# $\hat S_t$ is a weighted mean whose weights sum to 1. Mind the two letters: the recursion goes on with $S_t$. Whoever
# overwrites $S_t$ with $\hat S_t$ corrects what was corrected before.

# %% [markdown]
# Write the average. `y` has shape `(n, ...)`, $n \ge 1$, and is averaged along its first axis; return the same shape, $S_1$ to
# $S_n$, or $\hat S_1$ to $\hat S_n$. `beta` is $\beta$, by default 0.9. `init` is `"first"` (default) or `"zero"`, the two
# ways to start. With `bias_correction=True`, which is asked for with `init="zero"` only, divide by $1 - \beta^t$. Do not
# change the argument.


# %% exercise="ewma"
def ewma(y, *, beta=0.9, init="first", bias_correction=False):
    """Exponentially weighted average along the first axis. Shape of y."""
    ### BEGIN SOLUTION
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.stack(averages)
    ### END SOLUTION


# %% [markdown]
# Write the weights. `t` $\ge 1$ is the number of values so far, `beta` as before, $0 \le \beta < 1$. Return shape `(t,)`: entry
# $k - 1$ is the weight of $y_k$ in the $S_t$ that started from zero, $k = 1 \ldots t$. So the newest value comes last, and has
# the weight $1 - \beta$.


# %% exercise="ewma_weights"
def ewma_weights(t, beta):
    """Weights of the values 1 ... t in the average that started from zero. Shape (t,)."""
    ### BEGIN SOLUTION
    return (1 - beta) * beta ** np.arange(t - 1, -1, -1)
    ### END SOLUTION


# %%
mine |= (new := usable(ewma, ewma_weights))
new

# %% topics="C06-06 C06-07"
values = np.array([1.0, 2.0, 3.0, 4.0])
print("from the first value:", mine["ewma"](values).round(4))
print("from zero:           ", mine["ewma"](values, init="zero").round(4))
print("corrected:           ", mine["ewma"](values, init="zero", bias_correction=True).round(4))
weights = mine["ewma_weights"](4, 0.9)
print(
    "weights of the four: ",
    weights.round(4),
    " sum",
    weights.sum().round(4),
    " 1 − 0.9⁴",
    round(1 - 0.9**4, 4),
)
print("weights · values:    ", (weights @ values).round(4))
printed = weights @ [1.0, 2.0, 3.0, 3.0]
print("as once printed, with the third value in the fourth place:", printed.round(4))
for beta in (0.9, 0.98, 0.999):
    w = mine["ewma_weights"](20_000, beta)
    old = round(1 / (1 - beta))
    print(f"β = {beta}: a value {old} steps old weighs {w[-1 - old] / w[-1]:.3f} of the newest")

# %% [markdown]
# A value $1/(1-\beta)$ steps old weighs about a third of the newest ($1/e \approx 0.37$): one says that the average is over
# the last $1/(1-\beta)$ values, the **effective window** 等效窗口, 10 for 0.9 and 1000 for 0.999. That is why $\beta$ is tried out by $1 - \beta$ = 0.1,
# 0.01, 0.001: from 0.9 to 0.9005 nothing changes, from 0.999 to 0.9995 the memory doubles.
#
# The correction matters for as long as the average is younger than that. And here is what overwriting does, for a series of
# ones, whose average ought to be 1:

# %% topics="C06-08"
ones, beta = np.ones(5), 0.9
m, overwritten = 0.0, []
for t, value in enumerate(ones, start=1):
    m = beta * m + (1 - beta) * value
    m = m / (1 - beta**t)  # the mistake: the next round begins with this
    overwritten.append(m)
print("not corrected:", mine["ewma"](ones, init="zero").round(3))
print("corrected:    ", mine["ewma"](ones, init="zero", bias_correction=True).round(3))
print("overwritten:  ", np.round(overwritten, 2))

# %% [markdown]
# ### Smooth or up to date
#
# A large $\beta$ smooths more and lags behind more. Both can be computed: on a ramp the average is $\beta/(1-\beta)$ steps
# late, and of independent noise it leaves the share $(1-\beta)/(1+\beta)$ of the variance. The next cell measures both.

# %% topics="C06-20"
smooth = experiments.ewma_smoothing(rng=np.random.default_rng(0))
for beta, lag, variance in zip(smooth.beta, smooth.lag, smooth.variance):
    print(
        f"β = {beta:<4}: lag {lag:4.1f} steps (formula {beta / (1 - beta):4.1f}),"
        f" variance left {variance:.3f} (formula {(1 - beta) / (1 + beta):.3f})"
    )

# %% tags=["folded"]
fig, ax = plt.subplots()
smooth.plot(ax)
plotting.show(
    ax,
    alt="Averages of a noisy ramp over 200 steps. With beta 0.5 the line is rough and on time, with 0.9 smoother and 9 steps late, with "
    "0.98 smooth and, at the end, almost 49 steps late.",
)

# %% [markdown]
# ## 4 · Momentum
#
# **Momentum** 动量 steps along the average of the gradients, not along the last one. Across the valley, where the sign
# changes from step to step, the gradients cancel; along it they add up.
#
# From here on an optimizer is a function for one step of one parameter, as in `nnlib.optim`. It gets the parameter, the
# gradient, and its **state** 状态, which is whatever it must remember from step to step, and it returns the new parameter
# and the new state. The state before the first step comes from a function of `nnlib`:
#
# ```python
# state = optim.momentum_init(w)
# w, state = momentum_step(w, g, state, lr=0.1)   # step after step
# ```
#
# A state is a **named tuple** 具名元组, a tuple whose parts have names. `state.velocity` reads a part, `(v,) = state` takes all of
# them, `MomentumState(v)` makes a new one. Nothing is changed in place: the old state stays what it was.

# %% topics="C06-09"
state = optim.momentum_init(np.array([1.0, 2.0]))
print(state)
print("its part:", state.velocity, "  a new one:", MomentumState(np.array([0.5, 0.5])))

# %% [markdown]
# The first convention is the average of section 3, started from zero and not corrected, called the **velocity** 速度:
#
# $$\begin{gathered}
# v \leftarrow \beta\, v + (1 - \beta)\, g, \\
# w \leftarrow w - \eta\, v
# \end{gathered}$$
#
# $w$, $g$ and $v$ have one shape, which is any.

# %% [markdown]
# Write one step. `param` ($w$) and `grad` ($g$) have one shape; `state` is a `MomentumState(velocity)`; `lr` is $\eta$, `beta`
# is $\beta$. Return the pair `(param, state)`: the new $w$ and a `MomentumState` with the new $v$. Do not change the
# arguments: `v *= beta` would.


# %% exercise="momentum_step"
def momentum_step(param, grad, state, *, lr, beta=0.9):
    """One step along the average of the gradients: (param, state)."""
    ### BEGIN SOLUTION
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v, MomentumState(v)
    ### END SOLUTION


# %% [markdown]
# The second convention is that of torch and of most papers. It keeps a *sum*, not a mean, called the **buffer** 缓冲; and as
# everything in torch is in one function, there are four options.
#
# | option | letter | what it does |
# | --- | --- | --- |
# | `momentum` | $\mu$ | share of the buffer that is kept; 0 is plain gradient descent |
# | `dampening` | $\tau$ | the gradient enters the buffer times $1 - \tau$ |
# | `weight_decay` | $\lambda$ | factor of an L2 penalty $\tfrac12 \lambda \lVert w \rVert^2$, whose gradient is $\lambda w$ |
# | `nesterov` | | look ahead: see below |
#
# First the penalty: $g \leftarrow g + \lambda w$. Without momentum, $\mu = 0$, the step is $w \leftarrow w - \eta\, g$ and
# the state stays as it is. With momentum:
#
# $$\begin{gathered}
# v \leftarrow g \quad\text{at the first step,} \\
# v \leftarrow \mu\, v + (1 - \tau)\, g \quad\text{afterwards,} \\
# w \leftarrow w - \eta\, v
# \end{gathered}$$
#
# The first gradient enters whole, whatever $\tau$ is. Before the first step the buffer is `None`.
#
# **Nesterov's momentum** 内斯特罗夫动量 uses the gradient at the place where momentum is going to carry the weights. The $w$ that is
# kept is the place ahead already, so the gradient is taken there. The last line becomes
#
# $$w \leftarrow w - \eta\, (g + \mu\, v)$$
#
# with the *new* $v$: the step is what the next step would be if the gradient stayed the same.

# %% [markdown]
# Write one step of torch's SGD. `param` and `grad` have one shape; `state` is an `SGDState(momentum_buffer)`, whose buffer is
# `None` before the first step with momentum. `nesterov=True` comes only with `momentum` $> 0$ and `dampening` 0. Return
# `(param, state)`; with `momentum` 0 the state that you were given. Do not change the arguments.


# %% exercise="sgd_step"
def sgd_step(param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """One step of gradient descent with torch's momentum: (param, state)."""
    ### BEGIN SOLUTION
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)
    ### END SOLUTION


# %%
mine |= (new := usable(momentum_step, sgd_step))
new

# %% [markdown]
# How do the two compare? Let four gradients be 1, with the same rate, and then let the rate be scaled:


# %% topics="C06-09"
def path_of(name, gradients, w=0.0, **options):
    """Where a rule takes one weight from w under given gradients, step by step."""
    w = np.array([w])
    state, path = getattr(optim, f"{name}_init")(w), []
    for g in gradients:
        w, state = mine[f"{name}_step"](w, np.array([g]), state, **options)
        path.append(float(w[0]))
    return np.array(path)


print("mean, rate 0.1:            ", path_of("momentum", [1.0] * 4, lr=0.1).round(4))
print("sum,  rate 0.1:            ", path_of("sgd", [1.0] * 4, lr=0.1, momentum=0.9).round(4))
print("sum,  rate 0.1 · (1 − 0.9):", path_of("sgd", [1.0] * 4, lr=0.01, momentum=0.9).round(4))
gradients = [1.0, 0.5, -0.3, 0.2]
print("sum with dampening 0.9:    ", path_of("sgd", gradients, lr=0.1, momentum=0.9, dampening=0.9).round(4))
print("average from the first:    ", -0.1 * np.cumsum(mine["ewma"](np.array(gradients))).round(4))
print(
    "β = 0 and plain descent:   ",
    path_of("momentum", gradients, lr=0.1, beta=0.0),
    path_of("sgd", gradients, lr=0.1),
)

# %% [markdown]
# The mean with rate $\eta$ is the sum with rate $\eta\,(1 - \beta)$, step for step; at the same rate the sum goes $1/(1-\beta)$
# times as far in the long run. With dampening 0.9 the sum becomes the average that starts from the first value. And with
# $\beta = 0$ momentum is plain gradient descent, on whatever batch the gradient is of; it does not become *batch* gradient
# descent, as one may read.
#
# A network has many parameters. The classes of `nnlib.optim`, as those of torch, hold all of them with their states:
# `optimizer = optim.Momentum(params, lr=0.1)`, and then `optimizer.step(grads)` applies the rule to each and writes the
# new values into the arrays. For one weight, and the same gradients:


# %% topics="C06-03 C06-09"
def path_of_class(make, gradients, w=0.0, **options):
    """Where an optimizer of nnlib takes one weight from w under given gradients."""
    w = np.array([w])
    held, path = make([w], **options), []
    for g in gradients:
        held.step([np.array([g])])
        path.append(float(w[0]))
    return np.array(path)


print("nnlib's Momentum:          ", path_of_class(optim.Momentum, gradients, lr=0.1).round(4))
print("momentum_step:             ", path_of("momentum", gradients, lr=0.1).round(4))
print("nnlib's SGD:               ", path_of_class(optim.SGD, gradients, lr=0.1, momentum=0.9).round(4))
print("sgd_step:                  ", path_of("sgd", gradients, lr=0.1, momentum=0.9).round(4))

# %% [markdown]
# `optim.Optimizer(params, init, step, ...)` makes such a class out of any rule. On the bowl of the beginning, with the rule as
# you wrote it:


# %% topics="C06-10"
def optimizer(name, **options):
    """A function that makes, of a list of parameters, an optimizer which moves each by your rule."""
    init, step = getattr(optim, f"{name}_init"), mine[f"{name}_step"]
    return lambda params: optim.Optimizer(params, init, step, **options)


chosen = {
    "plain, 0.03": optimizer("sgd", lr=0.03),
    "plain, 0.09": optimizer("sgd", lr=0.09),
    "momentum 0.8": optimizer("sgd", lr=0.03, momentum=0.8),
    "Nesterov 0.8": optimizer("sgd", lr=0.03, momentum=0.8, nesterov=True),
}
run = experiments.optimizer_paths(bowl, bowl_slope, start, chosen, steps=40)
print("              cost after 10, 20, 40 steps   turns across the valley in 40 steps")
for name, path in run.paths.items():
    turns = np.sum(np.diff(np.sign(path[:, 1])) != 0)
    print(f"{name:>12}: {bowl(path[10]):>10.3f} {bowl(path[20]):>8.3f} {bowl(path[40]):>8.4f} {turns:>15}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8.5, 3.6))
run.plot(ax)
plotting.show(
    ax,
    alt="The narrow bowl again. Plain descent at 0.03 creeps along the valley and has not arrived; at 0.09 it zigzags; momentum swings in "
    "wide curves past the minimum and back; Nesterov's curves are flatter.",
)

# %% [markdown]
# At the same rate, 0.03, momentum is far ahead of plain descent, since along the valley its steps grow five times as long; plain
# descent at its best rate, 0.09, is behind by less (0.0214 to 0.0033 after 40 steps). Momentum can overshoot, as a ball would. Nesterov's form brakes earlier and ends nearest.

# %% [markdown]
# **Written question.** Li trains with torch's SGD, `lr=0.1, momentum=0.9`, and it goes well. He writes the optimizer himself,
# from a book: $v \leftarrow 0.9\, v + 0.1\, g$, $w \leftarrow w - 0.1\, v$. Now training is slow. (a) What is the reason, and
# what is the one number that he should change, to what? (b) Now he goes
# back to 0.1 in his own, and tries torch with `dampening=0.9` at the same rate of 0.1, so that both mix in a tenth of each
# gradient. The first steps still differ. Whose are longer, and why?

# %% [markdown] written="two-conventions" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: his buffer is a mean of the gradients, torch's a sum, which for gradients that
# agree is $1/(1-0.9) = 10$ times as large. So his rate must be 10 times torch's: $w \leftarrow w - 1.0\, v$. Half a point for the
# reason without the number, or for changing the formula of $v$ and not a number. (b) 1 point: torch's.
# Its first buffer is the whole first gradient, undamped; his velocity starts from zero and holds a tenth of it at first, and
# nothing corrects that start. For gradients of 1 torch goes to $-0.1,\, -0.2,\, -0.3$, Li to $-0.01,\, -0.029,\, -0.0561$. Half a point for "torch's" without the reason.
# ### END SOLUTION

# %% [markdown]
# **End of the second sitting.** You have an average that forgets, and the optimizer with which most image networks were
# trained.

# %% [markdown]
# # Sitting 3
#
# ## 5 · A step size for every parameter
#
# One rate for all parameters is a compromise. Some inputs occur in one sample of a thousand, and the weights behind them
# have a gradient as seldom: when they have one, they should make use of it. **AdaGrad** 自适应梯度 divides each gradient by the
# root of the sum of all its squares so far:
#
# $$\begin{gathered}
# s \leftarrow s + g^2, \\
# w \leftarrow w - \frac{\eta}{\sqrt{s} + \varepsilon}\; g
# \end{gathered}$$
#
# All operations are by entry; $w$, $g$ and $s$ have one shape. $\varepsilon$ is a tiny number that keeps 0 from being divided
# by 0. In torch's form there are two options: the rate $\eta$ is divided by $1 + t\,\delta$, where $t$ is the number of steps
# taken *before* this one and $\delta$ is `lr_decay`; and `weight_decay` adds $\lambda w$ to the gradient first, as in
# `sgd_step`. It does the same in every rule that follows, but for AdamW.

# %% [markdown]
# Write one step of AdaGrad. `param` and `grad` have one shape; `state` is an `AdagradState(step, sum)`, the number of steps
# taken and $s$; `eps` is $\varepsilon$, added *outside* of the root. Return `(param, state)`, the new state with `step + 1`.
# Do not change the arguments.


# %% exercise="adagrad_step"
def adagrad_step(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """One step of AdaGrad: (param, state)."""
    ### BEGIN SOLUTION
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)
    ### END SOLUTION


# %%
mine |= (new := usable(adagrad_step))
new

# %% [markdown]
# A **sparse** 稀疏 input: the first feature is there in each of 2000 samples, the second in one of fifty. The weights that made
# the targets are 1 and 1, and noise of size 1 was added. One sample a step, three rates for each rule, and everything a hundred
# times; printed is by how much the two weights are off in the end, the root of the mean square.

# %% topics="C06-11"
rng = np.random.default_rng(0)
rare = rng.normal(size=(2000, 100, 2))  # a hundred times 2000 samples, for the mean
rare[np.arange(2000) % 50 > 0, :, 1] = 0
noise = rng.normal(size=(2000, 100))
for name, rates in {"sgd": (0.01, 0.03, 0.1), "adagrad": (0.1, 0.3, 1.0)}.items():
    for lr in rates:
        w = np.zeros((100, 2))
        state = getattr(optim, f"{name}_init")(w)
        for x, e in zip(rare, noise):
            off = (x * (w - 1)).sum(axis=1) - e
            w, state = mine[f"{name}_step"](w, off[:, None] * x, state, lr=lr)
        print(
            f"{name:>7}, rate {lr:<4}: the weights are off by {np.sqrt(np.mean((w - 1) ** 2, axis=0)).round(2)}"
        )
print(
    "lengths of AdaGrad's steps when the gradient stays 1:",
    -np.diff(path_of("adagrad", [1.0] * 6, lr=0.1), prepend=0).round(4),
)
print(
    "those of nnlib's Adagrad:", -np.diff(path_of_class(optim.Adagrad, [1.0] * 6, lr=0.1), prepend=0).round(4)
)

# %% [markdown]
# One rate for both is a compromise: what is quick enough for the rare weight leaves the other one trembling. AdaGrad's middle
# rate is better for both than any of the three of gradient descent. Its weakness shows in the last two lines: $s$ only grows, so the steps fall like $1/\sqrt t$ even where nothing calls for it, and in a long training they
# die out.
#
# ### The root
#
# You will meet this rule in print without its root, as `eta / (s + eps) * g`. It looks harmless. Here are the first steps of
# both for gradients of three sizes, and then 40 steps of both on the bowl.

# %% topics="C06-11"
print("gradient   with the root   without it")
for g in (100.0, 1.0, 0.01):
    right = -path_of("adagrad", [g], lr=0.5)[0]
    print(f"{g:>8}   {right:>13.3f}   {0.5 / (g**2 + 1e-10) * g:>10.3f}")


def adagrad_as_printed(param, grad, state, *, lr, eps=1e-10):
    state = optim.adagrad_step(param, grad, state)[1]
    return param - lr / (state.sum + eps) * grad, state


chosen = {
    "with the root": optimizer("adagrad", lr=1.5),
    "without": lambda params: optim.Optimizer(params, optim.adagrad_init, adagrad_as_printed, lr=1.5),
}
run = experiments.optimizer_paths(bowl, bowl_slope, start, chosen, steps=40)
for name, path in run.paths.items():
    print(
        f"{name:>13}: cost {bowl(path[0]):.1f} at first, {bowl(path[10]):.2f} after 10 steps, {bowl(path[40]):.2f} after 40"
    )
g, s = 1e-5, 1e-10
print(
    f"started near a minimum, g = {g:g}, s = {s:g}: {g / (s**0.5 + 1e-8):.3f} with the root, {g / (s + 1e-8):.0f} without"
)

# %% [markdown]
# With the root the first step is as long as the rate says, whatever the gradient: units cancel. Without, a gradient a
# hundred times as *small* makes a step a hundred times as long. On the bowl the steps are far too short where the gradient is
# large, and if it starts near a minimum, with tiny gradients, it leaps: 990 times the rate.

# %% [markdown]
# ## 6 · Averages in the place of sums
#
# **RMSprop** 均方根传播 replaces AdaGrad's sum by an average that forgets: what counts is how large the gradient was *lately*.
# From here on $v$ is the mean of *squares*.
#
# $$\begin{gathered}
# v \leftarrow \alpha\, v + (1 - \alpha)\, g^2, \\
# w \leftarrow w - \eta\, \frac{g}{\sqrt{v} + \varepsilon}
# \end{gathered}$$
#
# The denominator is the **root mean square** 均方根 of the gradients. $v$ starts from zero and is not corrected: the first step
# is $1/\sqrt{1-\alpha}$ times $\eta$ long (the second $1/\sqrt{1-\alpha^2}$ times, while gradients agree), which is 10 times with
# torch's default of 0.99. Torch has two options beside `weight_decay`:
#
# * `centered`: take the standard deviation instead, $\sqrt{v - m^2}$ with $m \leftarrow \alpha\, m + (1 - \alpha)\, g$.
# * `momentum` $\mu > 0$: let the direction be $g / (\sqrt v + \varepsilon)$, with the other root if centered. A buffer sums the
#   directions, $b \leftarrow \mu\, b + g / (\sqrt v + \varepsilon)$, and $w \leftarrow w - \eta\, b$.

# %% [markdown]
# Write one step of RMSprop. `param` and `grad` have one shape; `state` is an
# `RMSpropState(square_avg, grad_avg, momentum_buffer)`, that is $v$, $m$, $b$, each of that shape. `alpha` is $\alpha$.
# Order: weight decay, averages, root, $\varepsilon$ outside of it, momentum. Return `(param, state)`; parts of the state that
# the options do not use stay as they are. $v - m^2$ is never below 0 but for rounding; `np.maximum(..., 0)` under the
# root guards against that. Do not change the arguments.


# %% exercise="rmsprop_step"
def rmsprop_step(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """One step of RMSprop: (param, state)."""
    ### BEGIN SOLUTION
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)
    ### END SOLUTION


# %%
mine |= (new := usable(rmsprop_step))
new

# %% topics="C06-13"
options = {"lr": 1.0, "alpha": 0.9}
for g in (100.0, 1.0, 0.01):
    print(f"gradient {g:g}: the first step is {-path_of('rmsprop', [g], **options)[0]:.4f}")
lengths = -np.diff(path_of("rmsprop", [1.0] * 60, lr=0.1, alpha=0.9), prepend=0)
print(f"gradient always 1, rate 0.1: step 1 is {lengths[0]:.3f} long, step 60 {lengths[-1]:.3f}")
tiny = 1e-5
outside = -path_of("rmsprop", [tiny], **options)[0]
inside = tiny / np.sqrt(0.1 * tiny**2 + 1e-8)
print(f"gradient {tiny:g}: ε = 1e-8 outside of the root {outside:.4f}, inside of it {inside:.5f}")
like = -path_of("rmsprop", [tiny], eps=1e-4, **options)[0]
print(f"ε = 1e-4 outside: {like:.4f}")
print(f"nnlib's RMSprop:  {-path_of_class(optim.RMSprop, [tiny], **options)[0]:.4f}")

# %% [markdown]
# The steps do not die out. And *where* $\varepsilon$ stands matters: inside of the root, $\sqrt{v + \varepsilon}$, as many
# books print it, $10^{-8}$ works like $10^{-4}$ outside. torch has it outside for AdaGrad, RMSprop and Adam, and inside for
# AdaDelta, and so do we.
#
# **AdaDelta** sees one more flaw. A gradient has the units of cost per weight; divided by its own root mean square it has
# none, while a step should have those of a weight. So multiply by the root mean square of the recent *steps*. Then no
# rate is left to be chosen:
#
# $$\begin{gathered}
# v \leftarrow \rho\, v + (1 - \rho)\, g^2, \\
# \Delta = \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\; g, \\
# u \leftarrow \rho\, u + (1 - \rho)\, \Delta^2, \\
# w \leftarrow w - \eta\, \Delta
# \end{gathered}$$
#
# $\eta$ is 1 unless somebody insists. $\Delta$ is computed with the *old* $u$, since the new one needs $\Delta$.

# %% [markdown]
# Write one step of AdaDelta. `param` and `grad` have one shape; `state` is an `AdadeltaState(square_avg, acc_delta)`, that is
# $v$ and $u$, each of that shape; `rho` is $\rho$; `weight_decay` as before. Return `(param, state)`. Do not change the
# arguments.


# %% exercise="adadelta_step"
def adadelta_step(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """One step of AdaDelta: (param, state)."""
    ### BEGIN SOLUTION
    grad = grad + weight_decay * param
    v = rho * state.square_avg + (1 - rho) * grad**2
    delta = np.sqrt(state.acc_delta + eps) / np.sqrt(v + eps) * grad
    u = rho * state.acc_delta + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)
    ### END SOLUTION


# %%
mine |= (new := usable(adadelta_step))
new

# %% [markdown]
# RMSprop is called "AdaDelta with $\beta = 0.5$" in places, and RMSprop's formula goes by AdaDelta's name. Five gradients tell
# them apart:

# %% topics="C06-12"
gradients = [1.0, 0.5, -0.3, 0.2, 0.8]
print(f"AdaDelta:              {path_of('adadelta', gradients)[-1]:.5f}")
print(f"nnlib's Adadelta:      {path_of_class(optim.Adadelta, gradients)[-1]:.5f}")
print(f"RMSprop, α 0.9, rate 1: {path_of('rmsprop', gradients, lr=1.0, alpha=0.9)[-1]:.4f}")
print(f"RMSprop, α 0.5, rate 1: {path_of('rmsprop', gradients, lr=1.0, alpha=0.5)[-1]:.4f}")
v = w = 0.0
for g in gradients:
    v = 0.9 * v + 0.1 * g**2
    w -= g / np.sqrt(v + 1e-10)
print(f"the formula printed as AdaDelta's: {w:.4f}")
lengths = np.abs(np.diff(path_of("adadelta", [1.0] * 200), prepend=0))
print(
    f"AdaDelta's step when the gradient stays 1: the first {lengths[0]:.4f}, the 20th {lengths[19]:.4f}, the 200th {lengths[199]:.4f}"
)

# %% [markdown]
# What is printed as AdaDelta is RMSprop, and no $\beta$ turns one into the other. AdaDelta starts slowly, with steps of
# a few $\sqrt\varepsilon$, and lengthens them for as long as the gradients agree.
#
# **End of the third sitting.** You have three rules that find a step size for each parameter: from all squared gradients, from
# the recent ones, and from the recent ones and the recent steps.

# %% [markdown]
# # Sitting 4
#
# ## 7 · Adam
#
# **Adam** 自适应矩估计 puts together what you have: the mean of the gradients from momentum, the mean of their squares from RMSprop,
# and the bias correction for both. $t = 1, 2, \ldots$ counts the steps, this one included; by entry,
#
# $$\begin{gathered}
# m \leftarrow \beta_1\, m + (1 - \beta_1)\, g, \\
# v \leftarrow \beta_2\, v + (1 - \beta_2)\, g^2, \\
# \hat m = \frac{m}{1 - \beta_1^t}, \\
# \hat v = \frac{v}{1 - \beta_2^t}, \\
# w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}
# \end{gathered}$$
#
# The state keeps $m$ and $v$, not $\hat m$ and $\hat v$: section 3 showed what happens otherwise. Two options: `weight_decay`
# adds $\lambda w$ to $g$ first, so that it enters both means; `amsgrad` divides by the largest *uncorrected* $v$ so far, as
# torch does, that is $v_{\max} \leftarrow \max(v_{\max}, v)$ by entry, and then $\hat v = v_{\max} / (1 - \beta_2^t)$.

# %% [markdown]
# Write one step of Adam. `param` and `grad` have one shape; `state` is an
# `AdamState(step, exp_avg, exp_avg_sq, max_exp_avg_sq)`: steps taken before this one, $m$, $v$ and $v_{\max}$. `betas` is the
# pair $(\beta_1, \beta_2)$. Return `(param, state)` with `step + 1`. Without `amsgrad` $v_{\max}$ stays as it is. Do not
# change the arguments.


# %% exercise="adam_step"
def adam_step(param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False):
    """One step of Adam: (param, state)."""
    ### BEGIN SOLUTION
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)
    ### END SOLUTION


# %%
mine |= (new := usable(adam_step))
new

# %% topics="C06-14"
for g in (100.0, 1.0, 0.01):
    print(
        f"gradient always {g:g}, rate 0.1: after 1, 2 and 6 steps {path_of('adam', [g] * 6, lr=0.1)[[0, 1, 5]].round(6)}"
    )
print("signs in turn, rate 0.1:", path_of("adam", [1.0, -1.0] * 3, lr=0.1).round(3))
print("nnlib's Adam:           ", path_of_class(optim.Adam, [1.0, -1.0] * 3, lr=0.1).round(3))

# %% [markdown]
# While gradients agree, a step is as long as the rate, from the first one on; where they contradict each other, steps are
# short. Whatever the size of the gradient is: it cancels. That is why 0.001 is a good guess for so many networks.
#
# ### A short form with four slips
#
# This one has been printed, too. Its formulas were right, its code was not.
#
# ```python
# m = beta * m + (1 - beta) * grad
# v = gamma * v + (1 - gamma) * grad**2
# m = m / (1 - beta**t)
# v = v / (1 - gamma**t)
# params = params - eta / (v + epsilon) * grad
# ```
#
# The corrected means overwrite the running ones; the step takes the raw gradient in place of the mean; the root is missing;
# and `t` was never counted. The next cell counts it, and mends the others one after another, for a gradient of 2 and a rate
# of 0.1. The right path is six steps of 0.1.


# %% topics="C06-14"
def short_adam(gradients, *, lr=0.1, keep=True, mean=True, root=True):
    """The short form with some of its slips mended: keep the running means, step along the mean, take the root."""
    m = v = w = 0.0
    for t, g in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        if not keep:
            m, v = m_hat, v_hat
        w -= lr / ((np.sqrt(v_hat) if root else v_hat) + 1e-8) * (m_hat if mean else g)
    return w


twos = [2.0] * 6
print(f"as printed:                     {short_adam(twos, keep=False, mean=False, root=False):.4f}")
print(f"the root mended:                {short_adam(twos, keep=False, mean=False):.4f}")
print(f"root and mean mended:           {short_adam(twos, keep=False):.4f}")
print(f"all three mended:               {short_adam(twos):.4f}")
print(f"Adam:                           {path_of('adam', twos, lr=0.1)[-1]:.4f}")

# %% [markdown]
# "$\varepsilon$ does not influence the performance", one reads. It does as soon as gradients are of its size:

# %%
for eps in (1e-16, 1e-8, 1e-4):
    first = -path_of("adam", [1e-8], lr=1.0, eps=eps)[0]
    print(f"gradient 1e-8, rate 1, ε = {eps:g}: the first step is {first:.4f}")

# %% [markdown]
# ## 8 · Penalty or decay
#
# An **L2 penalty** L2 正则化 adds $\tfrac12 \lambda \lVert w \rVert^2$ to the cost, which keeps weights small (chapter 08 says
# what for); its gradient is $\lambda w$. **Weight decay** 权重衰减 shrinks the weights in every step:
# $w \leftarrow (1 - \eta\lambda)\, w$. For plain gradient descent the two are one, since
#
# $$w - \eta\,(g + \lambda w) = (1 - \eta\lambda)\, w - \eta\, g,$$
#
# and the names are used as if they always were. With Adam they are not. There the penalty is part of the gradient, is
# averaged with it and divided by its size: a weight with large gradients is hardly shrunk, one with small ones is shrunk
# strongly.
#
# **AdamW** takes the decay out of the gradient. First $w \leftarrow w - \eta\lambda\, w$; then Adam's step with $g$ alone, so
# that neither mean sees $\lambda$. Its default for $\lambda$ is 0.01.

# %% [markdown]
# Write one step of AdamW. Arguments, state and options are those of `adam_step`, with another default for `weight_decay`. You
# may call your `adam_step`. Return `(param, state)`. Do not change the arguments.


# %% exercise="adamw_step"
def adamw_step(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """One step of AdamW: (param, state)."""
    ### BEGIN SOLUTION
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)
    ### END SOLUTION


# %%
mine |= (new := usable(adamw_step))
new

# %% [markdown]
# First three steps of one weight from 1, with $\eta = 0.1$ and $\lambda = 0.1$, penalty against decay. Then two weights from
# 1 for 100 steps: the first has gradients of random sign and size 10, the second of size 0.1, so that on average nothing but
# the penalty or the decay moves them.

# %% topics="C06-15 C06-16"
gradients = [0.5, 0.4, 0.3]


def decayed(name, **options):
    """The rule without penalty, the weight shrunk by 1 − ηλ before each step."""
    w = np.array([1.0])
    state = getattr(optim, f"{name}_init")(w)
    for g in gradients:
        w, state = mine[f"{name}_step"](0.99 * w, np.array([g]), state, lr=0.1, **options)
    return float(w[0])


for label, name, options in [
    ("SGD", "sgd", {}),
    ("SGD, momentum 0.9", "sgd", {"momentum": 0.9}),
    ("Adam", "adam", {}),
]:
    penalty = path_of(name, gradients, w=1.0, lr=0.1, weight_decay=0.1, **options)[-1]
    print(f"{label:>17}: penalty {penalty:.4f}, decay {decayed(name, **options):.4f}")
for label, make in {"nnlib's Adam": optim.Adam, "nnlib's AdamW": optim.AdamW}.items():
    print(f"{label:>17}: {path_of_class(make, gradients, w=1.0, lr=0.1, weight_decay=0.1)[-1]:.4f}")
print(f"{'adamw_step':>17}: {path_of('adamw', gradients, w=1.0, lr=0.1, weight_decay=0.1)[-1]:.4f}")

rng = np.random.default_rng(0)
signs = rng.choice([-1.0, 1.0], size=(100, 2000, 2)) * [10.0, 0.1]
for name in ("adam", "adamw"):
    w = np.ones((2000, 2))  # each two thousand times, for the mean
    state = getattr(optim, f"{name}_init")(w)
    for g in signs:
        w, state = mine[f"{name}_step"](w, g, state, lr=0.01, weight_decay=0.1)
    large, small = w.mean(axis=0)
    print(
        f"{name:>5}: the weight with large gradients goes from 1 to {large:.3f}, the one with small ones to {small:.3f}"
    )
w, path = 1.0, []
for _ in range(3):
    w = float(mine["sgd_step"](np.array([w]), np.zeros(1), SGDState(None), lr=1.0, weight_decay=0.1)[0][0])
    path.append(round(w, 3))
print("no gradient, decay 0.1 a step:", path)

# %% [markdown]
# For plain SGD both columns agree, for momentum and Adam they do not; AdamW is Adam with decay. In the second experiment the
# penalty of Adam shrinks the second weight much more than the first, whose gradients drown it; AdamW shrinks both alike. The
# last line is a correction of words: weights do not decay "linearly", by the same amount each step, but by the same *share*:
# 0.729 after three, not 0.7.
#
# ### Who decays
#
# Biases and the scales of normalisation layers (chapter 09) are few, and small ones make no function simpler. So they are
# usually spared, and an optimizer gets its parameters in two **parameter groups** 参数组 with options of their own. BERT's code
# spares what contains `LayerNorm`, `layer_norm` or `bias`; the list below is the one that went round with its PyTorch versions.

# %% [markdown]
# Write the function that makes the groups. `named_params` is a dict {name: array}, such as
# `{"1.weight": ..., "1.bias": ...}`. A parameter whose name *contains* one of the strings in `no_decay`, anywhere, belongs to
# the second group, all others to the first; `no_decay` is a tuple of strings, which may be empty. Return a list of two dicts, each with the keys `"params"` (list of the arrays
# themselves, no copies, since the optimizer will write into them), `"param_names"` (list of their names) and `"weight_decay"`: the option in the first group, 0.0 in the second. Keep the order
# within each group. A group may be empty.


# %% exercise="param_groups"
def param_groups(named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")):
    """Two groups of parameters for an optimizer: [those that decay, those that do not]."""
    ### BEGIN SOLUTION
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    groups = []
    for names, decay in ((others, weight_decay), (spared, 0.0)):
        params = [named_params[name] for name in names]
        groups.append({"params": params, "param_names": names, "weight_decay": decay})
    return groups
    ### END SOLUTION


# %%
mine |= (new := usable(param_groups))
new

# %% topics="C06-17"
rng = np.random.default_rng(0)
named = {
    "1.weight": np.ones((3, 2)),
    "1.bias": np.ones(3),
    "LayerNorm.weight": np.ones(3),
    "2.weight": np.ones((1, 3)),
    "2.bias": np.ones(1),
}
groups = mine["param_groups"](named, weight_decay=0.1)
for group in groups:
    print(f"weight decay {group['weight_decay']}: {', '.join(group['param_names'])}")
adamw = optim.AdamW(groups, lr=0.01)
for _ in range(100):
    adamw.step({name: np.zeros_like(p) for name, p in named.items()})
print("after 100 steps without a gradient:", {name: float(p.flat[0].round(4)) for name, p in named.items()})
m, v, ratio = 0.0, 0.0, []
for _ in range(12):  # BERT's own AdamW, which corrects no bias, for gradients of 0.5 and a rate of 1
    m, v = 0.9 * m + 0.1 * 0.5, 0.999 * v + 0.001 * 0.5**2
    ratio.append(m / (np.sqrt(v) + 1e-6))
ratio /= -np.diff(path_of("adamw", [0.5] * 12, lr=1.0, weight_decay=0.0), prepend=0)
print("BERT's own steps, in steps of AdamW:", ratio.round(2))

# %% [markdown]
# A name that contains `bias` is spared, whichever layer it belongs to, so that `"LayerNorm.bias"` in the list is there for
# the reader only. The optimizer's parameters are in the order of the groups now, which is why the gradients go in by name.
# And a surprise: BERT's original code has no bias correction and an $\varepsilon$ of $10^{-6}$; its first step is three times as
# long as AdamW's, the twelfth more than six times; it begins with a tiny rate (chapter 07), so nothing breaks.
#
# **End of the fourth sitting.** You have AdamW, the optimizer of most language models, and the habit of asking what a
# `weight_decay` does.

# %% [markdown]
# # Sitting 5
#
# ## 9 · Saddles
#
# In section 2 descent stopped at a saddle. How long do the optimizers take to leave one? The cost is $w_1^2 - w_2^2$, and the
# start a thousandth beside the ridge, at $(1,\, 0.001)$. Counted are the steps until $|w_2| > 1$, all at a rate of 0.01
# (AdaDelta at its own, 1; RMSprop once more at 0.001); 2000 at most.

# %% topics="C06-18"
chosen = {
    "plain descent": optimizer("sgd", lr=0.01),
    "momentum, a mean": optimizer("momentum", lr=0.01),
    "momentum, a sum": optimizer("sgd", lr=0.01, momentum=0.9),
    "AdaGrad": optimizer("adagrad", lr=0.01),
    "AdaDelta": optimizer("adadelta", lr=1.0),
    "RMSprop": optimizer("rmsprop", lr=0.01),
    "RMSprop at 0.001": optimizer("rmsprop", lr=0.001),
    "Adam": optimizer("adam", lr=0.01),
}
for name, steps in experiments.saddle_escape(chosen, steps=2000).items():
    print(f"{name:>16}: {steps} steps")
stuck = experiments.saddle_escape(chosen, x0=(1.0, 0.0), steps=1000)
print(
    "started on the ridge itself, got away within 1000 steps:",
    [name for name, steps in stuck.items() if steps <= 1000],
)


# %% tags=["folded"]
def saddle(w):
    return w[..., 0] ** 2 - w[..., 1] ** 2


shown = {
    "plain": optimizer("sgd", lr=0.05),
    "momentum": optimizer("sgd", lr=0.05, momentum=0.9),
    "RMSprop": optimizer("rmsprop", lr=0.05),
    "Adam": optimizer("adam", lr=0.05),
}
run = experiments.optimizer_paths(saddle, lambda w: w * [2.0, -2.0], np.array([1.0, 1e-3]), shown, steps=28)
fig, ax = plt.subplots(figsize=(7, 4))
run.plot(ax)
ax.set(xlim=(-1.2, 1.2), ylim=(-0.4, 1.4))
plotting.show(
    ax,
    alt="Contours of a saddle and paths from its right. Plain descent walks along the ridge to the saddle and stays there; momentum "
    "oscillates along the ridge and then leaves upwards; RMSprop and Adam leave the ridge at once, diagonally.",
)

# %% [markdown]
# Around the saddle the gradient is small, and plain descent takes steps as small. What divides by the size of the gradient does
# not notice that: Adam's steps are about 0.01 long from the start. RMSprop owes its lead to its uncorrected first steps, ten
# times as long; at a rate of 0.001 it needs 670. Momentum as a sum gets away as soon as Adam, as a mean at the same rate it does
# not. AdaGrad adds up all squares, so its steps shrink like $1/\sqrt t$ although the gradient grows: it needs 1263. From the
# ridge itself nobody gets away: noise does that, as every mini-batch brings it.
#
# In a network with a million weights, is it minima that stop the training, or saddles? For a stationary point to be a
# minimum, the cost must curve upwards in each of a million directions; one that curves downwards makes it a saddle. So poor
# local minima are believed to be rare, and flat stretches near saddles, **plateaus** 平坦区, to cost most of the time. That is
# an argument, not a proof.
#
# **Curvature itself.** Why not use it? **Newton's method** 牛顿法 multiplies the gradient by the inverse of the **Hessian** 海森矩阵
# $H$, the `(d, d)` matrix of second derivatives: $w \leftarrow w - H^{-1} g$.

# %% topics="C06-19"
H = np.diag([1.0, 20.0])
print("on the bowl, one step from", start, "to", experiments.newton_step(start, bowl_slope(start), H) + 0.0)
H = np.diag([2.0, -2.0])
w = np.array([1.0, 0.5])
print("at the saddle, one step from", w, "to", experiments.newton_step(w, H @ w, H) + 0.0)
d = 784 * 30 + 30 + 30 * 10 + 10
print(f"the MNIST network has {d} parameters; its Hessian would have {d**2:,} entries")

# %% [markdown]
# On a bowl it arrives in one step, however narrow the bowl is. It goes to saddles as gladly, and $H$ has $d^2$ entries. All
# the rules of this chapter are cheap stand-ins for it.

# %% [markdown]
# ## 10 · Six optimizers, each at its best
#
# Which optimizer is best? Comparisons often settle that before they begin: one optimizer gets a tuned rate, the other a
# default. Here all six get the same: the network of chapter 04 (784 inputs, 30 ReLU units, 10 outputs), 3334 images,
# mini-batches of 20, five epochs, and as many tries for the rate, three, a factor of about three apart. The rate is chosen on
# the *validation* images, by the mean of three starts; where the best is the last of its list, a further try was made beforehand
# and was worse. Then it is trained from three other starts, and the *test* images judge. It runs on your rules and takes about a
# minute.

# %%
tries = {
    "SGD": ("sgd", {}, (0.03, 0.1, 0.3)),
    "momentum": ("sgd", {"momentum": 0.9}, (0.01, 0.03, 0.1)),
    "AdaGrad": ("adagrad", {}, (0.01, 0.03, 0.1)),
    "AdaDelta": ("adadelta", {}, (1.0, 3.0, 10.0)),
    "RMSprop": ("rmsprop", {}, (0.001, 0.003, 0.01)),
    "Adam": ("adam", {}, (0.0003, 0.001, 0.003)),
}
epochs = 2 if quick else 5


def train(name, lr, seed, options):
    return experiments.optimizer_digits(
        optimizer(name, lr=lr, **options), epochs=epochs, rng=np.random.default_rng(seed)
    )


best_rate, accuracy = {}, {}
for label, (name, options, rates) in tries.items():
    chosen_by = {
        lr: np.mean([train(name, lr, 100 + s, options).validation[-1] for s in seeds])
        for lr in (rates[1:2] if quick else rates)
    }
    best_rate[label] = max(chosen_by, key=chosen_by.get)
    accuracy[label] = np.array([train(name, best_rate[label], s, options).test for s in seeds])
    last = accuracy[label][:, -1]
    each = ", ".join(f"{a:.1%}" for a in last)
    print(f"{label:>9} at {best_rate[label]:<5}: test images read right {each}; mean {last.mean():.1%}")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(10, 3.6))
for (label, runs), mark in zip(accuracy.items(), "os^Dvx"):
    panels[0].plot(np.arange(1, epochs + 1), runs.mean(axis=0), f"{mark}-", markersize=5, label=label)
    panels[1].plot(runs[:, -1], [label] * len(runs), mark, markersize=7)
panels[0].set(xlabel="epoch", ylabel="accuracy on the test images", title="mean over the starts")
panels[0].legend()
panels[1].set(xlabel="accuracy after the last epoch", title="each start")
panels[1].invert_yaxis()
plotting.show(
    fig,
    alt="Left: accuracy on the test images over the epochs for six optimizers at their best rates; the lines lie close together, "
    "SGD below the others at first. Right: the accuracy of each start after the last epoch, between 89 and 93 percent; most rows overlap.",
)

# %% [markdown]
# At their own best rates the six lie within about two points of each other, and the three starts of one optimizer differ by
# up to three. A claim that one of them is better needs more starts than three, and more images than a thousand. What
# differs visibly is the first epoch: AdaGrad is first after it, plain SGD last. With a rate picked badly, the same six rows would have
# shown any order that one likes:

# %%
for label, (name, options, _) in tries.items():
    off = 10 * best_rate[label]
    bad = train(name, off, 0, options).test[-1]
    print(f"{label:>9} at {off:<5.3g}, ten times its best: {bad:.1%}")

# %% [markdown]
# The two without a division by the size of the gradient fall to guessing, or nearly. The other four lose some points, up to
# fifteen, Adam hardly any. How much care a rate needs is a property of an optimizer, too, and often the more useful one to know.

# %% [markdown]
# **Written question.** A report says: "Our optimizer X reaches 93.1 % on MNIST, Adam 91.9 %, SGD 90.2 %. All were run once
# with a rate of 0.001." (a) Name two things that make the comparison worthless, and say for each what should be done instead.
# (b) Someone adds `weight_decay=0.1` to torch's Adam in order to keep the weights small, and finds that those of the busiest
# inputs hardly shrink. Why, and what would you use?

# %% [markdown] written="a-fair-comparison" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point for two of: one rate for all three, though 0.001 is usual for Adam and far too small
# for SGD: each needs its own, from the same number of tries; one run each, while starts differ by a point or two: several
# starts, and the spread; the rate (or the moment to stop) chosen on the test images: choose on validation images; no word on
# how X's own settings were found. Half a point for one. (b) 1 point: in Adam the penalty's gradient $\lambda w$ is divided by
# $\sqrt{\hat v}$ like the rest, so it counts least for weights with large gradients, those behind busy inputs; AdamW, which
# shrinks all by the same share $\eta\lambda$. Half a point for "use AdamW" without the reason.
# ### END SOLUTION

# %% [markdown]
# ## 11 · Against torch
#
# Each rule makes 20 steps with random gradients, with each set of options, beside torch's optimizer in float64. Each
# line says whether the two paths stay within $10^{-12}$ of each other. Without torch the cell says so.

# %%
same = [
    ("sgd", "SGD", {"lr": 0.1}),
    ("sgd", "SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("sgd", "SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("adagrad", "Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1}),
    ("adadelta", "Adadelta", {"lr": 1.0, "weight_decay": 0.1}),
    ("rmsprop", "RMSprop", {"lr": 0.01}),
    ("rmsprop", "RMSprop", {"lr": 0.01, "momentum": 0.9, "centered": True, "weight_decay": 0.1}),
    ("adam", "Adam", {"lr": 0.01}),
    ("adam", "Adam", {"lr": 0.01, "weight_decay": 0.1, "amsgrad": True}),
    ("adamw", "AdamW", {"lr": 0.01, "weight_decay": 0.1}),
]
rng = np.random.default_rng(0)
begin, random_gradients = rng.normal(size=(3, 2)), rng.normal(size=(20, 3, 2))
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    for name, theirs, options in same:
        w, state = begin, getattr(optim, f"{name}_init")(begin)
        tensor = torch.nn.Parameter(torch.tensor(begin))
        torch_optimizer = getattr(torch.optim, theirs)([tensor], **options)
        worst = 0.0
        for g in random_gradients:
            w, state = mine[f"{name}_step"](w, g, state, **options)
            tensor.grad = torch.tensor(g)
            torch_optimizer.step()
            worst = max(worst, np.abs(tensor.detach().numpy() - w).max())
        said = ", ".join(f"{k}={v}" for k, v in options.items())
        print(f"{theirs:>8}({said}): within 1e-12: {worst < 1e-12}")

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "$-\nabla J$ is steepest for convex functions" | for all that have a gradient | 1 |
# | "with all samples the cost always falls" | for $\eta < 2/c$ | 1: 1, 1.44, 2.07 |
# | "otherwise it ends in a local minimum" | at a stationary point, maybe a saddle | 2 |
# | $m_4 = \ldots + (1-\beta)\,\theta_3$ | the last one is $\theta_4$ | 3: 0.8049 for 0.9049 |
# | $1 = \sum_{k=1}^{\infty} (1-\beta)\,\beta^{t-k}$ | $\sum_{k=1}^{t} = 1 - \beta^t$; the infinite sum has no value | below |
# | $m_t = m_t / (1 - \beta^t)$ | $\hat m_t$, a name of its own | 3: 1, 5.26, 17.85, … for 1, 1, 1, … |
# | "$\beta = 0$ gives batch gradient descent" | plain descent, on any batch | 4 |
# | `eta / (s + eps) * g` | the root of `s` | 5: 990 for 0.999 |
# | $\sqrt{s + \varepsilon}$ in AdaGrad, RMSprop | $\sqrt s + \varepsilon$ in torch | 6: 0.09995 for 3.1523 |
# | "RMSprop is AdaDelta with $\beta = 0.5$" | AdaDelta has no rate, and a second average | 6: −3.43 for −0.00791 |
# | RMSprop's formula under AdaDelta's name | $\sqrt{u+\varepsilon}/\sqrt{v+\varepsilon}\; g$ | 6: −6.37 for −0.00791 |
# | $m = m/(1-\beta^t)$, `grad / (v + eps)` in Adam's code | keep $m$, $v$; step along $\hat m/(\sqrt{\hat v}+\varepsilon)$ | 7: −0.0501 for −0.6 |
# | "$\varepsilon$ does not matter" | it does, where gradients are as small | 7: 0.5 for 1 |
# | "L2 regularisation is weight decay" | for plain SGD | 8: 0.7042 for 0.6782 |
# | "weight decay is linear" | by the same share | 8: 0.729 for 0.7 |

# %%
weights = mine["ewma_weights"](5, 0.9)
print(f"t = 5: the weights sum to {weights.sum():.5f}, and 1 − 0.9⁵ = {1 - 0.9**5:.5f}")
k = np.arange(1.0, 200.0)
print(f"the printed sum for t = 5, up to k = 199: {np.sum(0.1 * 0.9 ** (5 - k)):.1e}")

# %% [markdown]
# ## Summary
#
# | optimizer | state | step | default rate in torch |
# | --- | --- | --- | --- |
# | gradient descent | none | $\eta\, g$ | 0.001 |
# | momentum, a mean | $v \leftarrow \beta v + (1-\beta) g$ | $\eta\, v$ | |
# | momentum, torch | $v \leftarrow \mu v + (1-\tau) g$, first $g$ | $\eta\, v$ | 0.001 |
# | Nesterov | the same | $\eta\,(g + \mu v)$ | 0.001 |
# | AdaGrad | $s \leftarrow s + g^2$ | $\eta\, g/(\sqrt s + \varepsilon)$ | 0.01 |
# | RMSprop | $v \leftarrow \alpha v + (1-\alpha) g^2$ | $\eta\, g/(\sqrt v + \varepsilon)$ | 0.01 |
# | AdaDelta | $v$, and $u$ of the squared steps | $\sqrt{u+\varepsilon}/\sqrt{v+\varepsilon}\; g$ | 1 |
# | Adam | $m$, $v$, $t$ | $\eta\, \hat m/(\sqrt{\hat v} + \varepsilon)$ | 0.001 |
# | AdamW | the same | $\eta\lambda w$, and Adam's | 0.001 |
#
# | watch out for | why |
# | --- | --- |
# | a mean or a sum | a factor $1/(1-\beta)$ in the rate |
# | the start of an average | from zero it is too small; correct it, and keep the uncorrected one |
# | $\varepsilon$ in or outside of the root | $10^{-8}$ inside is $10^{-4}$ outside |
# | what `weight_decay` does | a penalty in the gradient, or decay |
# | the rate of the other side | compare each at its own best, over several starts |
#
# **Further reading.** Robbins, Monro, *A stochastic approximation method* (1951) · Polyak, *Some methods of speeding up the
# convergence of iteration methods* (1964) · Nesterov, *A method of solving a convex programming problem with convergence rate
# O(1/k²)* (1983) · Duchi, Hazan, Singer, *Adaptive subgradient methods* (2011) · Zeiler, *ADADELTA*
# (2012) · Hinton, Srivastava, Swersky, *Neural networks for machine learning* (2012), lecture 6e, for RMSprop · Sutskever,
# Martens, Dahl, Hinton, *On the importance of initialization and momentum in deep learning* (2013) · Dauphin and others,
# *Identifying and attacking the saddle point problem* (2014) · Kingma, Ba, *Adam* (2015) · Reddi, Kale, Kumar, *On the
# convergence of Adam and beyond* (2018), for amsgrad · Loshchilov, Hutter, *Decoupled weight decay regularization* (2019) ·
# Goodfellow, Bengio, Courville, *Deep Learning* (2016), chapter 8 · Goyal and others, *Accurate, large minibatch SGD* (2017) ·
# Devlin and others, *BERT* (2019).

# %%
progress()
