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
# # Chapter 07 · Schedules and search
#
# Chapter 06 found that the learning rate matters more than the optimizer. This chapter asks two things about it. How should it
# change while a network trains? A rule for that is a **schedule** 学习率调度. And how does one find a good rate in the first place,
# and good values for all else that training does not learn by itself, the **hyper-parameters** 超参数? That is **search** 搜索.
#
# **After this chapter you can**
#
# * say why a rate should fall, and when it falls too fast;
# * find out with one short run which rates a network bears;
# * write the schedules in use, from step decay to the one cycle policy and warm restarts, equal to torch's;
# * say what warm-up does for Adam, and what it does not;
# * draw hyper-parameters on the scale on which they act, and search by a grid or at random.
#
# **You need** gradient descent and Adam from chapter 06, and the MNIST network of chapters 04 to 06. Chinese terms stand beside
# the English ones where they first occur.
#
# **Time** about five and a half hours, a little less than half of it reading and experiments, in four sittings: 13 exercises
# for 22 points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1, 2 | 1¼ | rates that fall, and the largest rate that a network bears |
# | 2 | 3, 4 | 1 | the schedules of the Transformer and of BERT, and a test of warm-up |
# | 3 | 5, 6 | 1¾ | rates that rise and fall: triangles, one cycle, restarts |
# | 4 | 7 to 9 | 1½ | scales to draw from, two ways to search, and torch's opinion |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(step_lr)` gives a hint, each call one more. `again(step_lr)` runs the case
# that failed as Python would, with your prints, and returns its arguments. `solution(step_lr)` shows one way, once you have
# tried. `reset(step_lr)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import experiments, lr_scheduler, nn, optim, plotting, search

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import math
from itertools import product

import numpy as np

# %% [markdown]
# ## What it is for
#
# The line of chapter 06: 200 samples, a weighted sum of two inputs with noise on the target, gradient descent on one sample at
# a time, and 20 epochs. Chapter 06 saw that the weights never settle: each sample pulls towards its own. Below is how far the
# cost of all samples is above the smallest possible one, for two rates that stay what they are, and for one that falls.


# %%
def noisy_line(seed):
    """Inputs, targets, the smallest possible cost, and the order of 4000 samples."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(200, 2)) * [1.0, 0.4]
    y = X @ [2.0, -1.0] + rng.normal(0, 0.5, size=200)
    order = np.concatenate([rng.permutation(200) for _ in range(20)])
    least = np.mean((X @ np.linalg.lstsq(X, y, rcond=None)[0] - y) ** 2) / 2
    return X, y, least, order


def above_the_minimum(schedule, seed=0):
    """Cost of all samples less the smallest possible one, after each step of one sample."""
    X, y, least, order = noisy_line(seed)
    w, above = np.zeros(2), []
    for step, i in enumerate(order):
        w = w - schedule(step) * (X[i] @ w - y[i]) * X[i]
        above.append(np.mean((X @ w - y) ** 2) / 2 - least)
    return np.array(above)


shown = {
    "rate 0.3": lambda step: 0.3,
    "rate 0.002": lambda step: 0.002,
    "from 0.3, falling": lambda step: 0.3 / (1 + 0.02 * step),
}
runs = {name: above_the_minimum(schedule) for name, schedule in shown.items()}
for name, above in runs.items():
    print(
        f"{name:>17}: {above[100:200].mean():.5f} in the first epoch, {above[-100:].mean():.5f} in the last"
    )

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8.5, 3.4))
for (name, above), style in zip(runs.items(), ("-", "--", "-")):
    ax.semilogy(np.convolve(above, np.full(50, 1 / 50), mode="valid"), style, label=name)
ax.set(xlabel="step, one sample each", ylabel="cost above the minimum")
ax.legend()
plotting.show(
    fig,
    alt="Cost above the minimum over 4000 steps, logarithmic, three lines. The rate 0.3 falls at once and stays at 0.03; the rate "
    "0.002 falls slowly through the whole run and ends near 0.005; the rate that falls is below both from the first hundreds of steps on "
    "and ends at a few hundred-thousandths.",
)

# %% [markdown]
# A large rate is fast and never arrives. A small one arrives, late. The one that falls is fast first and exact later. What it
# costs is a decision: how to fall.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Rates that fall
#
# A schedule is a function of the **step** 步 $t$: how many steps, or epochs, have been taken so far, 0 before the first. It
# returns the rate for the next one. Three simple ways to let it fall from the rate $\eta_0$ at the start, a **decay** 衰减 each:
#
# $$\begin{aligned}
# \text{inverse time 逆时衰减:}\quad & \eta_t = \frac{\eta_0}{1 + k\, t} \\
# \text{exponential 指数衰减:}\quad & \eta_t = \eta_0\, \gamma^{\,t} \\
# \text{in steps 阶梯衰减:}\quad & \eta_t = \eta_0\, \gamma^{\lfloor t / s \rfloor}
# \end{aligned}$$
#
# All are numbers: $k \ge 0$ is the **decay rate** 衰减率, $\gamma > 0$ what is kept each time, $s \ge 1$ the number of steps
# between two falls, and $\lfloor x \rfloor$ the largest whole number that is not above $x$. With $k = 0.02$ the rate is half
# after 50 steps and a third after 100; with $\gamma = 0.99$ it is half after 69 and a quarter after 138. Many say
# "learning-rate decay" and give no formula; then ask which of the three is meant.
#
# **The functions of this chapter.** `step` is an array of whole numbers $\ge 0$ of any shape, in any order; or it is one whole
# number. Return the rates in the same shape, as floats. The array is what one draws, the number is what a training loop
# needs. The same line does both if it uses NumPy's functions that go entry by entry, such as `np.where`, `np.minimum` and
# `np.floor`, and no `if`. Options are plain numbers. Do not change `step`.

# %% [markdown]
# Write inverse time decay. `lr` is $\eta_0$, `decay_rate` is $k \ge 0$.


# %% exercise="inverse_time_decay"
def inverse_time_decay(step, *, lr, decay_rate):
    """Rate that falls like one over time. Shape of step."""
    ### BEGIN SOLUTION
    return lr / (1 + decay_rate * step)
    ### END SOLUTION


# %% [markdown]
# Write exponential decay. `lr` is $\eta_0$, `gamma` is $\gamma > 0$. (Above 1 it makes the rate grow; section 2 uses that.)


# %% exercise="exponential_lr"
def exponential_lr(step, *, lr, gamma):
    """Rate that loses the same share in every step. Shape of step."""
    ### BEGIN SOLUTION
    return lr * gamma**step
    ### END SOLUTION


# %% [markdown]
# Write step decay. `lr` is $\eta_0$, `step_size` is $s$, a whole number $\ge 1$, `gamma` is $\gamma > 0$, by default 0.1. The
# first fall is at $t = s$.


# %% exercise="step_lr"
def step_lr(step, *, lr, step_size, gamma=0.1):
    """Rate that falls by a factor every step_size steps. Shape of step."""
    ### BEGIN SOLUTION
    return lr * gamma ** (step // step_size)
    ### END SOLUTION


# %%
mine = usable(inverse_time_decay, exponential_lr, step_lr)
mine

# %% [markdown]
# Three starts of the noisy line, with your schedules. What stands there is the mean over the last 100 of 4000 steps.

# %% topics="C07-01"
schedules = {
    "rate 0.3": lambda t: 0.3,
    "rate 0.05": lambda t: 0.05,
    "rate 0.002": lambda t: 0.002,
    "inverse time": lambda t: mine["inverse_time_decay"](t, lr=0.3, decay_rate=0.02),
    "exponential": lambda t: mine["exponential_lr"](t, lr=0.3, gamma=0.999),
    "in steps": lambda t: mine["step_lr"](t, lr=0.3, step_size=1000),
    "exponential, fast": lambda t: mine["exponential_lr"](t, lr=0.3, gamma=0.9),
}
for name, schedule in schedules.items():
    ends = [above_the_minimum(schedule, seed)[-100:].mean() for seed in seeds]
    total = sum(schedule(t) for t in range(4000))
    print(f"{name:>17}: {', '.join(f'{end:.5f}' for end in ends)}   sum of the rates {total:6.1f}")

# %% [markdown]
# All that fall end far below the rates that do not, except for the last one. "The sooner the rate falls, the sooner it
# settles" is right, and that is the trouble: it settles wherever it is. Its rates sum to $0.3 / (1 - 0.9) = 3$, however long
# it trains, and three is not enough to get to the minimum.
#
# That can be said exactly. Robbins and Monro proved (1951) that noisy steps like these reach the minimum if
#
# $$\sum_{t=0}^{\infty} \eta_t = \infty \qquad\text{and}\qquad \sum_{t=0}^{\infty} \eta_t^2 < \infty$$
#
# The first lets one get anywhere, the second makes the noise average out. Inverse time decay has both. A constant rate has the
# first only, exponential and step decay the second only: with them one must know how long the training is going to be.
# Networks mostly train for a planned number of epochs, so that is no great loss.

# %% [markdown]
# ## 2 · Which rate at all?
#
# Before a schedule can fall it needs a rate to fall from. On a parabola with curvature $c$ the cost falls for $\eta < 2/c$
# (chapter 06). Nobody knows the $c$ of a network, but one can see what is above it: the cost rises, oscillates or becomes nan.
# So try: the **threshold** 阈值 of the learning rate is the largest one for which the cost falls from the start, and its order
# of magnitude is all that one wants.

# %% [markdown]
# Write the search for it. `train_fn(lr, epochs)` trains from scratch at the rate `lr` and returns the costs, an array of shape
# `(n,)` with $n \ge 2$. Call it so, with two arguments by position, and hand `epochs` on. The cost **falls** at a rate if no
# entry is larger than the one before it and the last is smaller than the first. Where there is a nan, it does not fall.
#
# Try `lr0` first. If the cost falls there, try $\eta_0 f$, $\eta_0 f^2$ and so on, where $f > 1$ is `factor`, until it does not
# fall, and return the last rate at which it fell. If it does not fall at `lr0`, try $\eta_0 / f$, $\eta_0 / f^2$ and so on, and
# return the first rate at which it falls. `max_tries` guards against a search without end: the answer is always found within
# `max_tries` rates beside `lr0`; what you do where it is not is up to you.


# %% exercise="lr_threshold"
def lr_threshold(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """Largest learning rate, to within a factor, for which the cost falls from the start. A number."""

    ### BEGIN SOLUTION
    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        for _ in range(max_tries):
            if not falls(lr * factor):
                return lr
            lr = lr * factor
    for _ in range(max_tries):
        lr = lr / factor
        if falls(lr):
            return lr
    raise ValueError("no threshold found")
    ### END SOLUTION


# %%
mine |= (new := usable(lr_threshold))
new

# %% [markdown]
# On a parabola the answer is known, $2/c$. On digits it is not. The network is that of chapter 04: 784 inputs, 30 ReLU units,
# 10 outputs, trained on 3334 images in mini-batches of 20; the costs are those of the batches, averaged over each epoch.

# %% topics="C07-12"
(X, y), (X_val, y_val), (X_test, y_test) = experiments.digits_split()
per_epoch = math.ceil(len(X) / 20)


def train(schedule, *, steps=300, seed=0, **options):
    """The network of chapter 04 after some steps of SGD at the rates of a schedule."""
    rng = np.random.default_rng(seed)
    return experiments.train_with_schedule(
        X, y, schedule, steps=steps, width=30, batch_size=20, rng=rng, **options
    )


def accuracy(run, images, labels):
    """Share of images that the network of a run reads right."""
    with np.errstate(invalid="ignore", over="ignore"):
        return float(np.mean(nn.mlp(images, *run.parameters).argmax(axis=1) == labels))


def parabola(c):
    return lambda lr, epochs: (1 - c * lr) ** (2.0 * np.arange(epochs + 1))


def costs_of_digits(lr, epochs):
    return train(lambda t: lr, steps=epochs * per_epoch).loss.reshape(epochs, -1).mean(axis=1)


for c in (1.0, 20.0, 1000.0):
    found = mine["lr_threshold"](parabola(c), lr0=0.01, factor=2.0)
    print(f"curvature {c:6}: falls up to {found:.4f}, so not at {2 * found:.4f}; 2/c = {2 / c:.4f}")
print(
    f"digits: the cost falls up to a rate of {mine['lr_threshold'](costs_of_digits):.2g}, not at ten times as much"
)

# %% [markdown]
# So the rate to train with is *somewhat below* 1. Not 1 itself: that the cost falls is not yet that it falls well, as the
# table below shows, and with a factor of 10 nothing finer than the order of magnitude comes out.
#
# ### The rate-range test
#
# That took several runs. One is enough: let the rate grow from far too small to far too large within a single run, by the same
# factor each step, and watch the cost. That is the **rate-range test** 学习率范围测试, and its schedule is your exponential "decay"
# with $\gamma > 1$. From $10^{-3}$ to $100$ in 300 steps $\gamma = (100 / 0.001)^{1/299}$.

# %% topics="C07-12"
gamma = (100 / 0.001) ** (1 / 299)
sweeps = [train(lambda t: mine["exponential_lr"](t, lr=1e-3, gamma=gamma), seed=seed) for seed in seeds]
smooth = [np.convolve(run.loss, np.full(10, 0.1), mode="valid") for run in sweeps]
for run, loss in zip(sweeps, smooth):
    lr = run.lr[5 : 5 + len(loss)]
    lowest = int(np.nanargmin(loss))
    back = lowest + int(np.argmax(loss[lowest:] > loss[0]))
    print(
        f"the loss, {loss[0]:.2f} at first, is smallest, {loss[lowest]:.2f}, at a rate of {lr[lowest]:.2f}"
        f" and back above its start at {lr[back]:.2f}"
    )

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(8.5, 3.4))
for seed, (run, loss) in enumerate(zip(sweeps, smooth)):
    ax.semilogx(run.lr[5 : 5 + len(loss)], loss, label=f"start {seed}")
ax.set(xlabel="rate of the step", ylabel="loss, mean of 10 batches", ylim=(0, 4))
ax.legend()
plotting.show(
    fig,
    alt="Loss over the learning rate, which grows from 0.001 to 100 on a logarithmic axis. Flat at 2.4 up to 0.005, then falling to below 1 "
    "between 0.2 and 0.3, then rising to 2.4 and above near 1, with peaks beyond.",
)

# %% [markdown]
# Left, the rate is too small to matter. Then the loss falls, reaches its bottom, and rises steeply beyond. The bottom is at
# the edge already, so one takes a rate some times below it. Did the test tell the truth? Here are whole runs at fixed rates,
# with as many steps, judged by the *validation* images.

# %%
for fixed in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0):
    runs = [train(lambda t, lr=fixed: lr, seed=seed) for seed in seeds]
    read = ", ".join(f"{accuracy(run, X_val, y_val):.1%}" for run in runs)
    print(f"rate {fixed:5}: validation images read right {read}")

# %% [markdown]
# The test told the truth: training works best between 0.1 and 0.3, from a third of the bottom up to the bottom itself; at 1,
# about where the loss was back at its start, nearly everything is lost, at 3 everything. The sweep cost as much as one of
# these 21 runs.
#
# **End of the first sitting.** You have three rates that fall, and a way to find the rate from which to fall.

# %% [markdown]
# # Sitting 2
#
# ## 3 · Rates that rise first
#
# Large networks with attention would not train with a schedule that only falls. Their rate begins near 0, rises in a straight
# line over the first $w$ steps, and falls afterwards. The rise is called **warm-up** 预热. Two schedules are in common use.
#
# The one of the **Transformer** falls like one over the root of time, **inverse square root** 平方根倒数:
#
# $$\eta_t = \begin{cases} \eta\, \dfrac{t}{w} & t < w \\[2mm] \eta\, \sqrt{\dfrac{w}{t}} & t \ge w \end{cases}$$
#
# $\eta$ is the peak, reached at $t = w$. The paper writes it as $d^{-1/2} \min(t^{-1/2},\; t\, w^{-3/2})$, with $d$ the width
# of the network: the same for $\eta = (d\, w)^{-1/2}$.
#
# The one of **BERT** falls in a straight line, to 0 at the last step $T$:
#
# $$\eta_t = \begin{cases} \eta\, \dfrac{t}{w} & t < w \\[2mm] \eta\, \max\left(0,\; \dfrac{T - t}{T - w}\right) & t \ge w \end{cases}$$

# %% [markdown]
# Write the Transformer's schedule. `lr` is $\eta$, `warmup_steps` is $w$, a whole number $\ge 1$. At $t = 0$ the rate is 0, not
# nan: mind what you divide by.


# %% exercise="transformer_lr"
def transformer_lr(step, *, lr, warmup_steps):
    """Rate that rises linearly and then falls like one over the square root of time. Shape of step."""
    ### BEGIN SOLUTION
    rise = step / warmup_steps
    fall = np.sqrt(warmup_steps / np.maximum(step, 1))
    return lr * np.minimum(rise, fall)
    ### END SOLUTION


# %% [markdown]
# Write BERT's schedule. `lr` is $\eta$, `warmup_steps` is $w \ge 0$, `total_steps` is $T > w$, both whole numbers. With $w = 0$
# there is no warm-up: the rate at $t = 0$ is $\eta$. Steps beyond $T$ are allowed, and their rate is 0.


# %% exercise="linear_warmup_decay"
def linear_warmup_decay(step, *, lr, warmup_steps, total_steps):
    """Rate that rises linearly and then falls linearly to 0 at the last step. Shape of step."""
    ### BEGIN SOLUTION
    rise = step / max(warmup_steps, 1)
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    return lr * np.where(step < warmup_steps, rise, fall)
    ### END SOLUTION


# %%
mine |= (new := usable(transformer_lr, linear_warmup_decay))
new

# %% topics="C07-02"
t = np.arange(1, 4001)
noam = 512**-0.5 * np.minimum(t**-0.5, t * 400**-1.5)
ours = mine["transformer_lr"](t, lr=(512 * 400) ** -0.5, warmup_steps=400)
print(f"the paper's formula and ours, d = 512, w = 400: largest difference {np.abs(noam - ours).max():.0e}")
at = np.array([0, 200, 400, 1600, 4000])
print("Transformer, peak 1, at", at, ":", mine["transformer_lr"](at, lr=1.0, warmup_steps=400).round(3))

# %% [markdown]
# At four times the length of the warm-up the Transformer's rate is half; its schedule does not need to know when training
# ends. BERT's does. And it goes by a name that two schedules share: in Google's own code for BERT, the rate after warm-up is
# $\eta\,(1 - t/T)$, as if it had been falling from the first step on.

# %% topics="C07-03"
options = {"lr": 1.0, "warmup_steps": 100, "total_steps": 1000}
for step in (99, 100, 550, 1000):
    ours = float(mine["linear_warmup_decay"](step, **options))
    google = step / 100 if step < 100 else 1 - step / 1000
    print(f"step {step:4}: linear, as in Hugging Face's library {ours:.3f}; Google's {google:.3f}")

# %% tags=["folded"]
t = np.arange(1001)
fig, ax = plt.subplots(figsize=(8.5, 3))
ax.plot(t, mine["transformer_lr"](t, lr=1.0, warmup_steps=100), label="Transformer")
ax.plot(t, mine["linear_warmup_decay"](t, **options), "--", label="BERT, Hugging Face")
ax.plot(t, np.where(t < 100, t / 100, 1 - t / 1000), ":", label="BERT, Google")
ax.set(xlabel="step", ylabel="rate, as a share of the peak")
ax.legend()
plotting.show(
    fig,
    alt="Three schedules over 1000 steps that rise in a straight line for 100 steps. The Transformer's then falls fast at first and slowly "
    "later, to 0.32; the two of BERT fall in straight lines to 0; Google's jumps down from 1 to 0.9 at step 100 before it falls.",
)

# %% [markdown]
# At the end of warm-up Google's rate jumps from 0.99 to 0.9. Both work. But whoever says "BERT's schedule" should say whose.

# %% [markdown]
# ## 4 · Warm-up or not
#
# What is warm-up good for? Adam divides the average of the gradients by the root of the average of their squares, both
# corrected for their start (chapter 06). After the first step both averages hold one gradient:
# $\hat m / \sqrt{\hat v} = g / |g| = \pm 1$. *Every* weight moves by the whole rate, its direction the sign of one gradient
# from a single batch. Only later do gradients of both signs cancel in $\hat m$, and the steps become shorter. Here 1000
# weights get gradients that are nothing but noise, drawn from $N(0, 1)$: how far do they move?


# %%
rng = np.random.default_rng(0)
w = np.zeros(1000)
state, moved = optim.adam_init(w), []
for _ in range(300):
    new, state = optim.adam_step(w, rng.normal(size=1000), state, lr=1.0)
    moved.append(np.abs(new - w).mean())
    w = new
for step in (1, 2, 5, 20, 300):
    print(f"step {step:3}: a weight moves by {moved[step - 1]:.2f} of the rate, on average")

# %% [markdown]
# The first step is as long as if the gradients were sure of their direction, and five times as long as later ones. Warm-up
# makes these first steps short. Does it help? The network has five hidden layers of 30 units, and gets 400 steps of Adam with
# batches of 20. Both ways fall to 0 in a straight line; with warm-up the rates after the first 50 steps are even a seventh
# larger than without, so what it gains is not owed to small rates later.


# %%
def deep_run(lr, warmup_steps, seed):
    """Five hidden layers after 400 steps of Adam."""
    steps = 100 if quick else 400
    return experiments.train_with_schedule(
        X,
        y,
        lambda t: mine["linear_warmup_decay"](t, lr=lr, warmup_steps=warmup_steps, total_steps=steps),
        steps=steps,
        width=(30,) * 5,
        batch_size=20,
        optimizer=optim.Adam,
        rng=np.random.default_rng(seed),
    )


for lr in (0.003, 0.01, 0.03):
    for warmup_steps in (0, 50):
        runs = [deep_run(lr, warmup_steps, seed) for seed in seeds]
        read = ", ".join(f"{accuracy(run, X_val, y_val):.1%}" for run in runs)
        worst = ", ".join(f"{run.loss[:60].max():.1f}" for run in runs)
        print(
            f"rate {lr:<5} warm-up {warmup_steps:2}: validation images read right {read}; worst early loss {worst}"
        )

# %% [markdown]
# At rates of 0.003 and 0.01 the two ways differ by less than two points in each start, as much as starts of one way differ. At
# 0.03 warm-up is ahead in every start, by more than five points, and the loss no longer shoots up in the first steps. So
# warm-up does not make a network better by itself: it makes larger rates bearable. Each way at its own best rate, and only
# that is a fair comparison, hardly anything is left here. Where a network is deeper, or has attention, large rates are harder
# to bear, and warm-up is reported to decide whether training works at all.

# %% [markdown]
# **Written question.** A run with `transformer_lr`, a peak of 0.001 and 4000 steps of warm-up is to be repeated, but for 2000
# steps only, since time is short. (a) What rate does the last step get, and what goes wrong? (b) Somebody proposes
# `linear_warmup_decay` with the same peak and the same warm-up instead, and `total_steps=2000`. Why is that no answer, and
# what would you do?

# %% [markdown] written="a-short-run" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: at $t = 1999$ the rate is $0.001 \cdot 1999 / 4000 \approx 0.0005$, half of the peak
# and the largest of the run: it never falls, so the network ends while it is still thrown about, at its noisiest. Half a point
# for the number without what it means. (b) 1 point: the warm-up (4000) must be shorter than the whole run (2000), the schedule
# is not defined so; shorten the warm-up along with the run, to 5 or 10 % of it, 100 to 200 steps, and let the rate fall to
# about 0 in the rest. Half a point for "shorten the warm-up" without the fall.
# ### END SOLUTION

# %% [markdown]
# **End of the second sitting.** You have the schedules of most language models, and know what the warm-up in them is for.

# %% [markdown]
# # Sitting 3
#
# ## 5 · Up and down
#
# A rate that rises again can do some good: a large rate leaves plateaus and saddles faster, and gets out of narrow minima.
# **Cyclical learning rates** 循环学习率 go up and down between two limits in straight lines, for as long as the training lasts.
#
# The base $\eta_b$ is the lower limit, the maximum $\eta_m$ the upper one. Up takes $u$ steps, down $d$ steps, so that a
# **cycle** 周期 has $u + d$. With $c = \lfloor t / (u + d) \rfloor$, the number of cycles that are over, and
# $p = t - c\,(u + d)$, the position within the cycle:
#
# $$\begin{gathered}
# h = \begin{cases} p / u & p \le u \\ (u + d - p) / d & p > u \end{cases} \\[1mm]
# \eta_t = \eta_b + (\eta_m - \eta_b)\, h\, s
# \end{gathered}$$
#
# $h$ goes from 0 to 1 and back. The scale $s$ is up to `mode`:
#
# | `mode` | $s$ | the peaks |
# | --- | --- | --- |
# | `"triangular"` | 1 | all the same |
# | `"triangular2"` | $2^{-c}$ | half as high above the base each cycle |
# | `"exp_range"` | $\gamma^{\,t}$ | fall with every step |
#
# Usual are $u$ of 2 to 10 epochs, $\eta_b$ a third or a quarter of $\eta_m$, $\eta_m$ from a rate-range test, and an end at
# the base.

# %% [markdown]
# Write it. `base_lr` is $\eta_b$, `max_lr` is $\eta_m$, `step_size_up` is $u \ge 1$, `step_size_down` is $d \ge 1$, or `None`
# (default) for as many as $u$; both are whole numbers. `gamma`, $\gamma > 0$, is used with `"exp_range"` only. (In torch the
# class is `CyclicLR`; you may read `CycleLR`, which does not exist.)


# %% exercise="cyclic_lr"
def cyclic_lr(step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0):
    """Rate that goes up and down in straight lines between two limits. Shape of step."""
    ### BEGIN SOLUTION
    up = step_size_up
    down = up if step_size_down is None else step_size_down
    cycle = step // (up + down)
    position = step - cycle * (up + down)
    height = np.where(position <= up, position / up, (up + down - position) / down)
    if mode == "triangular2":
        height = height * 0.5**cycle
    if mode == "exp_range":
        height = height * gamma**step
    return base_lr + (max_lr - base_lr) * height
    ### END SOLUTION


# %% [markdown]
# **One cycle** 单周期策略 is what became of it: the whole training is a single cycle, with a long fall that ends far below the
# beginning. Smith found that some networks so train in a fraction of the steps. It needs three rates and the moments at which
# they are reached, $T$ the number of steps in all:
#
# | | value | at step |
# | --- | --- | --- |
# | first | $\eta_1 = \eta_m\, /$ `div_factor` | 0 |
# | peak | $\eta_m$ | $a = $ `pct_start` $\cdot\, T - 1$ |
# | last | $\eta_1\, /$ `final_div_factor` | $T - 1$ |
#
# With `three_phase=True` there are three phases instead of two: up to the peak at step $a$, down to $\eta_1$ in as many steps,
# at step $2a$, and from there to the last at $T - 1$.
#
# Within a phase, from the value $v$ at step $i$ to the value $v'$ at step $j$, let $q = (t - i) / (j - i)$ be the share that is
# over. `anneal_strategy` says how to go: `"linear"` in a straight line, `"cos"` along half a cosine, that starts and ends flat:
#
# $$\begin{aligned}
# \text{linear:}\quad & \eta_t = v + (v' - v)\, q \\
# \text{cos:}\quad & \eta_t = v' + (v - v')\, \frac{1 + \cos(\pi q)}{2}
# \end{aligned}$$

# %% [markdown]
# Write it. `max_lr` is $\eta_m$, `total_steps` is $T$. $0 <$ `pct_start` $< 1$; it and $T$ are such that each phase has a
# length above 0 ($0 < a < T - 1$, with three phases $2a < T - 1$); $a$ need not be whole. A step is at most $T - 1$.
# `anneal_strategy` is `"cos"` (default) or `"linear"`.


# %% exercise="one_cycle_lr"
def one_cycle_lr(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Rate that rises once and then falls far below where it began. Shape of step."""

    ### BEGIN SOLUTION
    def phase(start, end, v, w):
        share = (step - start) / (end - start)
        return w + (v - w) * ((1 + np.cos(np.pi * share)) / 2 if anneal_strategy == "cos" else 1 - share)

    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    last = first / final_div_factor
    if three_phase:
        rest = phase(2 * peak, end, first, last)
        fall = np.where(step <= 2 * peak, phase(peak, 2 * peak, max_lr, first), rest)
    else:
        fall = phase(peak, end, max_lr, last)
    return np.where(step <= peak, phase(0, peak, first, max_lr), fall)
    ### END SOLUTION


# %%
mine |= (new := usable(cyclic_lr, one_cycle_lr))
new

# %% topics="C07-04 C07-05"
at = np.arange(0, 13, 2)
for mode in ("triangular", "triangular2", "exp_range"):
    rates = mine["cyclic_lr"](
        at, base_lr=1.0, max_lr=4.0, step_size_up=4, step_size_down=2, mode=mode, gamma=0.9
    )
    print(f"{mode:>11}, steps {at}:", np.round(rates, 2))
ends = mine["one_cycle_lr"](np.array([0, 29, 99]), max_lr=1.0, total_steps=100)
print("one cycle of 100 steps: first, peak and last rate", ", ".join(f"{rate:.6f}" for rate in ends))

# %% [markdown]
# The last rate of one cycle is the *first* one divided by `final_div_factor`, so the peak divided by 250 000, not by 10 000.
#
# The momentum goes the other way, from 0.95 down to 0.85 at the peak and back (`one_cycle_momentum` in nnlib): where the steps
# are long the memory is short. Does one cycle keep its promise on digits? All three rules get the same 300 steps; each
# constant rate and each peak is tried, and the best by the *validation* images is judged by the *test* images.

# %%
CANDIDATES = (0.1, 0.3) if quick else (0.03, 0.1, 0.3, 1.0)
rules = {
    "constant": lambda lr: lambda t: lr,
    "one cycle": lambda lr: lambda t: mine["one_cycle_lr"](t, max_lr=lr, total_steps=300),
    "triangular": lambda lr: lambda t: mine["cyclic_lr"](t, base_lr=lr / 4, max_lr=lr, step_size_up=75),
}
for name, rule in rules.items():
    by_rate = {lr: [train(rule(lr), seed=seed) for seed in seeds] for lr in CANDIDATES}
    best = max(CANDIDATES, key=lambda lr: np.mean([accuracy(run, X_val, y_val) for run in by_rate[lr]]))
    read = [accuracy(run, X_test, y_test) for run in by_rate[best]]
    print(f"{name:>10}, best at {best}: test images read right", ", ".join(f"{a:.1%}" for a in read))

# %% [markdown]
# On average over the starts, the rules lie within two points of each other, and the starts of one rule differ by as much or
# more. One cycle is no wonder here. What can be seen is that its three starts lie close together, since it ends with tiny
# steps, while a constant rate is stopped wherever the last batch has thrown it.

# %% [markdown]
# ## 6 · Down, and again from the top
#
# The third family falls along half a cosine, to the smallest rate $\eta_{\min}$, and then starts again at the full $\eta$:
# **cosine annealing with warm restarts** 余弦退火热重启. "Warm" because the weights are kept, only the rate starts anew. The first
# fall takes $T_0$ epochs, each further one $m$ times as long as the one before. So falls begin at
#
# $$0,\quad T_0,\quad T_0 (1 + m),\quad T_0 (1 + m + m^2),\quad \ldots$$
#
# and within a fall that has begun at $b$ and takes $L$ epochs
#
# $$\eta_t = \eta_{\min} + (\eta - \eta_{\min})\, \frac{1 + \cos(\pi\, (t - b) / L)}{2}$$

# %% [markdown]
# Write it. `lr` is $\eta$, `T_0` $\ge 1$ and `T_mult` $= m \ge 1$ are whole numbers, `eta_min` is $\eta_{\min}$. `step` counts
# epochs, whole ones here. At the step of a restart the rate is $\eta$ again. You may go from fall to fall in a loop, until the
# largest step is reached. Whoever computes the number of the fall with a logarithm should know that `np.log(243) / np.log(3)`
# is 4.999999999999999.


# %% exercise="cosine_annealing_warm_restarts"
def cosine_annealing_warm_restarts(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Rate that falls along half a cosine and then starts again from the top. Shape of step."""
    ### BEGIN SOLUTION
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2
    ### END SOLUTION


# %%
mine |= (new := usable(cosine_annealing_warm_restarts))
new

# %% [markdown]
# Why restart? At the end of each fall the network has settled in some minimum. It is kept, a **snapshot** 快照, and the next
# fall ends in another one: several networks for the price of one training, which chapter 14 lets vote. The paper on snapshots
# divides the whole run of $T$ steps into $M$ cycles of $C = \lceil T / M \rceil$ and writes
# $\frac{\eta}{2}\left(\cos\frac{\pi\, \mathrm{mod}(t - 1,\, C)}{C} + 1\right)$, counting from $t = 1$: the same with
# $T_0 = C$, $m = 1$.

# %% topics="C07-06"
at = np.arange(0, 8)
print("T_0 = 2, m = 1:", np.round(mine["cosine_annealing_warm_restarts"](at, lr=1.0, T_0=2), 3))
print("T_0 = 2, m = 2:", np.round(mine["cosine_annealing_warm_restarts"](at, lr=1.0, T_0=2, T_mult=2), 3))
snapshots = lr_scheduler.snapshot_lr(np.arange(100), lr=1.0, total_steps=100, cycles=5)
ours = mine["cosine_annealing_warm_restarts"](np.arange(100), lr=1.0, T_0=20)
print(
    f"five snapshots in 100 steps, and restarts after 20: largest difference {np.abs(snapshots - ours).max():.0e}"
)
print(f"the smallest rate, of the last step before a restart: {ours.min():.4f}")

# %% tags=["folded"]
t = np.arange(300)
drawn = {
    "triangular2": mine["cyclic_lr"](t, base_lr=0.25, max_lr=1.0, step_size_up=50, mode="triangular2"),
    "one cycle": mine["one_cycle_lr"](t, max_lr=1.0, total_steps=300),
    "restarts, m = 2": mine["cosine_annealing_warm_restarts"](t, lr=1.0, T_0=43, T_mult=2),
}
fig, panels = plt.subplots(1, 3, figsize=(10, 2.8), sharey=True)
for panel, (name, rates) in zip(panels, drawn.items()):
    panel.plot(t, rates)
    panel.set(xlabel="step", title=name)
panels[0].set(ylabel="rate, as a share of the peak")
plotting.show(
    fig,
    alt="Three schedules over 300 steps. triangular2: three triangles above 0.25, each half as high as the one before. One cycle: a smooth rise "
    "from 0.04 to 1 at step 89, then a smooth fall to 0. Restarts: three falls along half a cosine from 1 to 0, of 43, 86 and 172 steps.",
)

# %% [markdown]
# The rate never reaches $\eta_{\min}$ at a whole step: at $t = b + L$ it is at the top again.
#
# **In a training loop.** nnlib has classes as torch has, that write the rate of a schedule into an optimizer:


# %% topics="C07-04 C07-05 C07-06"
def in_a_loop(scheduler, steps):
    """Rate and momentum that the optimizer has at each step."""
    group, seen = scheduler.optimizer.param_groups[0], []
    for _ in range(steps):
        seen.append(f"{group['lr']:.3f} and {group['momentum']:.2f}")
        scheduler.step()  # after optimizer.step()
    return ", ".join(seen)


def some_sgd():
    return optim.SGD([np.zeros(1)], lr=0.5, momentum=0.9)


print("CyclicLR:  ", in_a_loop(lr_scheduler.CyclicLR(some_sgd(), base_lr=0.1, max_lr=0.5, step_size_up=2), 5))
print("OneCycleLR:", in_a_loop(lr_scheduler.OneCycleLR(some_sgd(), max_lr=0.5, total_steps=10), 5))
print("restarts:  ", in_a_loop(lr_scheduler.CosineAnnealingWarmRestarts(some_sgd(), T_0=3), 5))
try:
    lr_scheduler.OneCycleLR(some_sgd(), max_lr=0.5, total_steps=10, verbose=False)
except TypeError as error:
    print("with verbose=False, as one may read:", error)

# %% [markdown]
# One question decides whether such code is right: does `scheduler.step()` come after every batch or after every epoch? It must
# fit the unit in which the schedule was written. `OneCycleLR` counts batches. An option `verbose`, which torch once had, is
# gone.
#
# **End of the third sitting.** You have all schedules that torch has names for, or can write them in a line or two.

# %% [markdown] topics="C07-07"
# # Sitting 4
#
# ## 7 · On which scale
#
# Now the search. There are many hyper-parameters, and they do not matter alike. A ranking that many agree on:
#
# 1. the learning rate;
# 2. the momentum $\beta$, the number of hidden units, the size of the mini-batch;
# 3. the number of layers, the decay of the rate; last, and mostly left at their defaults, Adam's $\beta_1$, $\beta_2$ and $\varepsilon$.

# %% [markdown]
# To try values one draws them, and the question is where from. Between 0.0001 and 1, uniformly? Then nine of ten draws lie
# above 0.1. But what a rate does depends on its order of magnitude. So let the *logarithm* be uniform, the **log-uniform**
# distribution 对数均匀分布: as many between 0.0001 and 0.001 as between 0.1 and 1.
#
# $$x = e^{u}, \qquad u \text{ uniform between } \ln(\text{low}) \text{ and } \ln(\text{high})$$

# %% [markdown]
# Write it. $0 <$ `low` $\le$ `high`. `size` is how many: a number, a tuple for a shape, or `None` (default) for one number.
# Draw with one call of `rng.uniform(from, to, size=size)`, the end that belongs to `low` first. Which base the logarithm has
# is up to you, as long as you go back with the same one.


# %% exercise="log_uniform"
def log_uniform(low, high, *, size=None, rng):
    """Numbers whose logarithm is uniform. A number, or an array of that size."""
    ### BEGIN SOLUTION
    return np.exp(rng.uniform(np.log(low), np.log(high), size=size))
    ### END SOLUTION


# %% [markdown]
# An average with $\beta$ covers about $1 / (1 - \beta)$ values (chapter 06). What acts is $1 - \beta$, so that is what should
# be log-uniform:
#
# $$\beta = 1 - x, \qquad x \text{ log-uniform between } 1 - \text{high} \text{ and } 1 - \text{low}$$

# %% [markdown]
# Write it. `low` $\le$ `high` $< 1$, $\beta$ lies between them. You may call your `log_uniform`. Draw $x$ as there, with one
# call of `rng.uniform`, the end that belongs to the *smallest* $x$, $1 -$ `high`, first. `size` as before.


# %% exercise="sample_beta"
def sample_beta(*, low=0.9, high=0.999, size=None, rng):
    """Decay rates of averages, drawn so that 1 - beta is log-uniform. A number, or an array of that size."""
    ### BEGIN SOLUTION
    return 1 - log_uniform(1 - high, 1 - low, size=size, rng=rng)
    ### END SOLUTION


# %%
mine |= (new := usable(log_uniform, sample_beta))
new

# %% topics="C07-08 C07-09"
rng = np.random.default_rng(0)
rates = {
    "uniform": rng.uniform(1e-4, 1.0, size=4000),
    "log-uniform": mine["log_uniform"](1e-4, 1.0, size=4000, rng=rng),
}
for name, drawn in rates.items():
    shares = np.histogram(np.log10(drawn), bins=[-4, -3, -2, -1, 0])[0] / len(drawn)
    print(f"{name:>11}: shares of the four decades from 0.0001 to 1:", ", ".join(f"{s:.1%}" for s in shares))
for beta in (0.9, 0.9005, 0.999, 0.9995):
    print(f"β = {beta}: a window of {1 / (1 - beta):.2f}")
betas = {"uniform": rng.uniform(0.9, 0.999, size=4000), "by 1 − β": mine["sample_beta"](size=4000, rng=rng)}
for name, drawn in betas.items():
    print(f"{name:>11}: share of β above 0.99: {np.mean(drawn > 0.99):.1%}")

# %% [markdown]
# From 0.9 to 0.9005 the window does not change, from 0.999 to 0.9995 it doubles. A uniform draw gives a tenth of its tries to
# $\beta > 0.99$, where half of the orders of magnitude are.

# %% [markdown]
# ## 8 · A grid, or at random
#
# **Grid search** 网格搜索 tries all combinations of a few values of each hyper-parameter and keeps the best.

# %% [markdown]
# Write it. `grid` is a dict: to each name a tuple of values, at least one name and one value each. `fn` takes the
# hyper-parameters by keyword, `fn(lr=0.1, width=30)`, and returns a score, higher is better; so call `fn(**params)` with a
# dict. Go through the names in alphabetical order, and through all combinations with the *last* name changing fastest, as
# `itertools.product` does. Return a tuple of three: the params of the best trial (a dict), its score, and the list of all
# trials in the order in which they were made, each a tuple `(params, score)`. Of equal scores the first one wins. A score may
# be nan, from a run that went wrong: it never wins, but stands in the list; at least one score is finite. Call `fn` once for
# each combination.


# %% exercise="grid_search"
def grid_search(fn, grid):
    """Try all combinations of values and keep the best: (best_params, best_score, tried)."""
    ### BEGIN SOLUTION
    names = sorted(grid)
    tried = []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        tried.append((params, fn(**params)))
    best = np.nanargmax([score for _, score in tried])
    return (*tried[best], tried)
    ### END SOLUTION


# %% [markdown]
# **Random search** 随机搜索 draws every value anew for every trial.

# %% [markdown]
# Write it. `space` is a dict: to each name a function of a generator that draws one value, such as
# `lambda rng: log_uniform(1e-4, 1.0, rng=rng)`. Make `n_iter` $\ge 1$ trials. For each, go through the names in alphabetical
# order and draw a value of each, `space[name](rng)`; use `rng` for nothing else. `fn`, what to return, ties and nan are as in
# `grid_search`.


# %% exercise="random_search"
def random_search(fn, space, *, n_iter=20, rng):
    """Try random combinations and keep the best: (best_params, best_score, tried)."""
    ### BEGIN SOLUTION
    tried = []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        tried.append((params, fn(**params)))
    best = np.nanargmax([score for _, score in tried])
    return (*tried[best], tried)
    ### END SOLUTION


# %%
mine |= (new := usable(grid_search, random_search))
new

# %% [markdown]
# Which one is better? A grid of 4 × 4 tries only four values of each. If one of the two hyper-parameters hardly matters, that
# is four tries of the other, each made four times. At random it is sixteen. The score below is a made-up one, a parabola in
# the logarithms of two hyper-parameters, whose best place is drawn anew for each of many runs; the weight of the second says
# how much it matters. Shown is how far the best of 16 trials falls short of the best score, 0, on average.

# %% topics="C07-10 C07-11"
FOUR = tuple(10.0 ** np.array([-3.5, -2.5, -1.5, -0.5]))


def draw(rng):
    return mine["log_uniform"](1e-4, 1.0, rng=rng)


def one_contest(weight, seed):
    """How far the best of 16 trials is below the best score: (grid, random)."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(-4, 0, size=2)

    def score(lr, decay):
        return -((np.log10(lr) - a) ** 2) - weight * (np.log10(decay) - b) ** 2

    _, by_grid, _ = mine["grid_search"](score, {"lr": FOUR, "decay": FOUR})
    _, at_random, _ = mine["random_search"](score, {"lr": draw, "decay": draw}, n_iter=16, rng=rng)
    return -by_grid, -at_random


repeats = 100 if quick else 1000
for weight in (0.0, 0.01, 0.05, 1.0):
    short = np.array([one_contest(weight, seed) for seed in range(repeats)])
    wins = np.mean(short[:, 1] < short[:, 0])
    print(
        f"weight {weight:4}: grid {short[:, 0].mean():.3f}, random {short[:, 1].mean():.3f}; random is better in {wins:.0%}"
    )

# %% [markdown]
# Where the second hardly matters, random search falls short by about half as much as the grid. "Random search is better" is
# not what this says, though: where both matter alike, the grid is better, since random points leave holes. Random search is
# for *many* hyper-parameters of which few matter, and one does not know which; and it can be stopped, or go on, at any time.

# %% tags=["folded"]
rng = np.random.default_rng(3)
points = {
    "a grid": np.array(list(product(FOUR, FOUR))),
    "at random": np.array([[draw(rng), draw(rng)] for _ in range(16)]),
}
fig, panels = plt.subplots(1, 2, figsize=(8, 3.6), sharey=True)
for panel, (name, where) in zip(panels, points.items()):
    panel.loglog(*where.T, "o")
    panel.loglog(where[:, 0], np.full(16, 1.3e-4), "|", markersize=14, color="0.4")
    panel.set(xlabel="the one that matters", title=name, xlim=(1e-4, 1), ylim=(1e-4, 1))
panels[0].set(ylabel="the one that does not")
plotting.show(
    fig,
    alt="Two panels with 16 points each, and below them their marks on the axis of the hyper-parameter that matters. The grid has four marks, "
    "each for four points; at random there are sixteen.",
)

# %% [markdown] topics="C07-14"
# ### How to go about it
#
# Begin with what gives an answer soon: a small network, few images, short runs. Get it to learn anything at all, by the rate
# alone. Then one thing after another, coarse first and finer later, and always by the accuracy on the *validation* images, not
# by the cost and not by the test images. The size of the mini-batch is a matter of time and memory: tune it for speed, and the
# rate with it. It is much as one tunes a controller in a workshop: there are rules to begin with, and then one goes back and
# forth while watching closely.

# %% [markdown]
# A penalty $\lambda$ on large weights (chapter 08) comes after the rate: first with $\lambda = 0$, then its order of
# magnitude, then finer.

# %% topics="C07-13"
rate = 0.1
found = experiments.choose_lambda(
    lambda penalty: np.mean(
        [accuracy(train(lambda t: rate, seed=seed, weight_decay=penalty), X_val, y_val) for seed in seeds]
    ),
    (0.0, 1e-3, 1.0) if quick else (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0),
)
for penalty, score in zip(found.lambdas, found.scores):
    print(f"λ = {penalty:g}: validation images read right {score:.1%}")

# %% [markdown]
# Up to 0.01 nothing happens, in a run as short as this; from 0.1 on the penalty does harm. So the place to look closer is
# between 0.001 and 0.1, with runs that are long enough to overfit. Chapter 08 has them.

# %% [markdown]
# **Written question.** You may train a network 25 times. Its rate and its momentum matter much; three further hyper-parameters
# may or may not matter. A colleague proposes a grid of 5 rates (0.1, 0.2, 0.3, 0.4, 0.5) and 5 values of the momentum (0.8,
# 0.85, 0.9, 0.95, 0.99), and to leave the rest at their defaults. (a) Name two things that you would do otherwise, and say
# why. (b) The best of the 25 reads 93.4 % of the *validation* images right. Why will it read fewer of new ones, and what
# number should be reported?

# %% [markdown] written="twenty-five-runs" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point for two of: the rates span less than one order of magnitude, take them log-uniform,
# say from 0.001 to 1, or find the range with a rate-range test first; the momentum by $1 - \beta$, from 0.2 to 0.01,
# log-uniform; draw all five at random, which gives 25 different values of each instead of 5 and finds out whether the three
# matter; coarse first, with shorter runs, then finer around the best. Half a point for one. (b) 1 point: it was chosen because
# it was the best on these images, so part of its lead is luck; report the accuracy of this one network on test images that
# took no part in the choice. Half a point for the test images without the reason.
# ### END SOLUTION

# %% [markdown]
# ## 9 · Against torch
#
# Each schedule beside torch's scheduler, step by step. Each line says whether all rates stay within $10^{-12}$ of each other.
# Without torch the cell says so.

# %%
same = [
    ("exponential_lr", "ExponentialLR", {"gamma": 0.9}, {"lr": 0.5}),
    ("step_lr", "StepLR", {"step_size": 7, "gamma": 0.3}, {"lr": 0.5}),
    ("cosine_annealing_warm_restarts", "CosineAnnealingWarmRestarts", {"T_0": 4, "T_mult": 2, "eta_min": 0.1}, {"lr": 0.5}),
    ("cyclic_lr", "CyclicLR", {"base_lr": 0.5, "max_lr": 2.0, "step_size_up": 5, "step_size_down": 3}, {}),
    ("cyclic_lr", "CyclicLR", {"base_lr": 0.5, "max_lr": 2.0, "step_size_up": 5, "mode": "triangular2"}, {}),
    ("one_cycle_lr", "OneCycleLR", {"max_lr": 2.0, "total_steps": 60}, {}),
    ("one_cycle_lr", "OneCycleLR", {"max_lr": 2.0, "total_steps": 60, "anneal_strategy": "linear", "three_phase": True}, {}),
]  # fmt: skip
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    for name, theirs, options, start in same:
        weights = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5, momentum=0.9)
        scheduler = getattr(torch.optim.lr_scheduler, theirs)(weights, **options)
        rates = []
        for _ in range(60):
            rates.append(weights.param_groups[0]["lr"])
            weights.step()
            scheduler.step()
        ours = mine[name](np.arange(60), **options, **start)
        said = ", ".join(f"{k}={v}" for k, v in options.items())
        print(f"{theirs}({said}): within 1e-12: {np.abs(ours - rates).max() < 1e-12}")

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in code. Each is wrong, outdated or incomplete; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "learning-rate decay", without a formula | one of three, at least | 1 |
# | "BERT's schedule" | two go by that name | 3: 1 for 0.9 at the end of warm-up |
# | `CycleLR` | `CyclicLR` | 5 |
# | "ends at `max_lr / final_div_factor`" | the *first* rate divided by it | 5: 4e-06 for 1e-04 |
# | `OneCycleLR(..., verbose=False)` | the option is gone | 6 |
# | "random search is better than a grid" | where few of many matter | 8: 0.401 for 0.168 where both do |

# %% [markdown]
# ## Summary
#
# | schedule | rate at step $t$ | must know the end |
# | --- | --- | --- |
# | inverse time | $\eta_0 / (1 + k t)$ | no |
# | exponential | $\eta_0\, \gamma^t$ | more or less |
# | in steps | $\eta_0\, \gamma^{\lfloor t/s \rfloor}$ | more or less |
# | Transformer | $\eta\, t/w$, then $\eta \sqrt{w/t}$ | no |
# | linear | $\eta\, t/w$, then $\eta\, (T-t)/(T-w)$ | yes |
# | triangular | up and down between two limits | no |
# | one cycle | up to the peak, down far below the start | yes |
# | cosine, restarts | half a cosine, again and again | no |
#
# | watch out for | why |
# | --- | --- |
# | a rate that falls too fast | it settles wherever it is |
# | steps or epochs | a schedule is written in one of them |
# | the peak | the rate-range test shows how high it may be |
# | the scale | rates by their logarithm, $\beta$ by that of $1 - \beta$ |
# | the judge | validation images choose, test images report |
#
# **Further reading.** Robbins, Monro, *A stochastic approximation method* (1951) · Bergstra, Bengio, *Random search for
# hyper-parameter optimization* (2012) · Bengio, *Practical recommendations for gradient-based training of deep architectures*
# (2012) · Nielsen, *Neural networks and deep learning* (2015), chapter 3 · Goodfellow, Bengio, Courville, *Deep Learning*
# (2016), chapters 8 and 11 · Smith, *Cyclical learning rates for training neural networks* (2017), with the range test ·
# Loshchilov, Hutter, *SGDR* (2017) · Huang and others, *Snapshot ensembles* (2017) · Vaswani and others, *Attention is all you
# need* (2017) · Smith, Topin, *Super-convergence* (2018) · Devlin and others, *BERT* (2019) · Liu and others, *On the variance
# of the adaptive learning rate and beyond* (2020), on warm-up.

# %%
progress()
