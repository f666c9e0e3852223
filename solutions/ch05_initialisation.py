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
# # Chapter 05 · Initialisation and vanishing gradients
#
# Before a network learns anything, somebody has to fill its weights with numbers, the **initialisation** 权重初始化. Take them
# too small, and after twenty layers nothing is left of the signal. Take them too large, and most units are stuck, or the
# signal explodes. Take them equal, and a layer of a hundred units is worth one. This chapter finds out how large is right,
# from the number of inputs alone, and what to do when a gradient explodes all the same.
#
# **After this chapter you can**
#
# * say what makes gradients vanish or explode in a deep network, and measure it;
# * show why units that start equal stay equal;
# * compute how wide a weighted sum spreads, and choose weights so that it keeps its width from layer to layer;
# * write the starts of LeCun, Glorot and He, a sparse one, and gradient clipping by norm and by value.
#
# **You need** back-propagation from chapter 04, tanh, sigmoid and ReLU from chapter 02, and the **variance** 方差 of a random
# number: the **mean square** 均方 of its distance from its mean. Its root is the **standard deviation** 标准差. $N(m, v)$ is the
# **normal distribution** 正态分布 with mean $m$ and variance $v$. Chinese terms stand beside the English ones where they first
# occur.
#
# **Time** about five hours, a little over half of it reading and experiments, in four sittings: 13 exercises for 20 points,
# and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1, 2 | 1½ | a measure for vanishing gradients, and the reason for random weights |
# | 2 | 3, 4 | 1¼ | weights of the right size, for linear and tanh layers |
# | 3 | 5 to 7 | 1¼ | weights for any activation, and a test of twenty layers |
# | 4 | 8 to 10 | 1¼ | digits read from a good start and a bad one, and gradients that are kept short |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(fans)` gives a hint, each call one more. `again(fans)` runs the case
# that failed as Python would, with your prints, and returns its arguments. `solution(fans)` shows one way, once you have
# tried. `reset(fans)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import activations, data, experiments, init, nn, optim, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import math

import numpy as np

from nnlib.init import calculate_gain

# %% [markdown]
# ## What it is for
#
# Below is a network of 20 tanh layers with 100 units each, as it is *before* training. 200 samples from $N(0, 1)$ go in at
# the left. On the right, a gradient of 1 for each **weighted input** 加权输入 of layer 20 comes back; the line shows the
# **norm** 范数 (length, over all samples and units) of the gradient that arrives at the *input* of each layer, so at layer 1
# it has passed through 20 matrices and 19 slopes. The three lines differ in one number only, the standard deviation of the
# first weights: 0.01, 1 and $1/\sqrt{100} = 0.1$.


# %%
def deep(start, activation, seed=0):
    """For 20 layers of 100 units: standard deviation of the activations, norm of the gradient at the input, by layer."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(200, 100))
    parameters = nn.mlp_parameters([100] * 21, init=start, rng=rng)  # biases begin with 0
    stats = experiments.activation_stats(parameters, x, activation=activation)
    return stats.std, experiments.gradient_norms(parameters, x, activation=activation)


def with_std(std):
    """A start that draws from N(0, std²)."""
    return lambda shape, *, rng: init.normal(shape, std=std, rng=rng)


# %% tags=["folded"]
def draw_deep(panels, found, title):
    """found: {label: (standard deviations, gradient norms)} over the layers, on logarithmic axes."""
    for (label, lines), mark in zip(found.items(), "os^Dv"):
        for ax, line in zip(panels, lines):
            ax.semilogy(np.arange(1, 21), line, f"{mark}-", label=label, markersize=4)
    panels[0].set(xlabel="layer", ylabel="std of the activations", title=f"{title}, forward →")
    panels[1].set(
        xlabel="layer", ylabel="norm of the gradient at the layer's input", title=f"{title}, ← backward"
    )
    for ax in panels:
        ax.set_xticks([1, 5, 10, 15, 20])
    panels[1].legend(loc="center left", bbox_to_anchor=(1, 0.5))


fig, panels = plt.subplots(1, 2, figsize=(9.5, 3.2))
found = {f"std {std}": deep(with_std(std), "tanh") for std in (0.01, 1.0, 0.1)}
draw_deep(panels, found, "tanh")
for label, (std, norms) in found.items():
    print(
        f"{label:>8}: activations of layer 20 {std[-1]:.0e}, gradient at layer 1 {norms[0]:.0e}, at 20 {norms[-1]:.0e}"
    )
plotting.show(
    fig,
    alt="Left: standard deviation of the activations over 20 layers. With weights of standard deviation 0.01 it falls to "
    "1e-20, with 1 it stays near 1 because tanh is saturated, with 0.1 it falls slowly. Right: the gradient, from layer 20 "
    "back to layer 1. With 0.01 it falls to 1e-18, with 1 it grows by several powers of ten, with 0.1 it hardly changes.",
)

# %% [markdown]
# With 0.01 nothing of the input arrives, and no gradient comes back. With 1 the activations look lively, but most are close
# to −1 or 1 (78 % are beyond ±0.99: section 7), and the gradient grows from layer to layer on its way back. In between lies
# a start that does neither.

# %% [markdown]
# # Sitting 1
#
# ## 1 · A chain of layers
#
# ### Without activations
#
# Leave out the biases and the activations. What is left of a network with $L$ layers is a product of matrices:
#
# $$\hat y = W_L\, W_{L-1} \cdots W_2\, W_1\, x$$
#
# ($x$ and $\hat y$ are columns, $W_l$ has the shape `(out, in)` of its layer.) On the way back the error passes through the
# same matrices, transposed, in the opposite order (BP2 of chapter 04):
# $\delta_1 = W_2^{\mathsf T} \cdots W_L^{\mathsf T}\, \delta_L$. So what the product does to signals it does to gradients,
# too. If every layer is $c$ times the **unit matrix** 单位矩阵, the product is $c^L$, and that is enough to see the trouble:

# %% topics="C05-01"
for c in [0.5, 0.9, 1.0, 1.1, 1.5]:
    gains = experiments.linear_chain_gain([c * np.eye(10)] * 50)
    print(f"{c} times the unit matrix: after 10 layers {gains[9]:.1e}, after 50 {gains[-1]:.1e}")

# %% [markdown]
# A gradient that shrinks geometrically with the number of layers is a **vanishing gradient** 梯度消失, one that grows so is an
# **exploding gradient** 梯度爆炸. With the first, early layers do not learn; with the second, one step throws all weights away.
#
# ### What decides: not the entries
#
# It is tempting to say: weights above 1 explode, weights below 1 vanish. Here are a matrix with an entry of 2, five times,
# and a matrix of nothing but 0.5, ten times:

# %% topics="C05-01"
two = np.array([[0.0, 2.0], [0.0, 0.0]])
half = np.full((10, 10), 0.5)
print("largest entry 2, to the power 5:       largest entry", np.linalg.matrix_power(two, 5).max())
print("all entries 0.5, to the power 10:      largest entry", np.linalg.matrix_power(half, 10).max())

# %% [markdown]
# The first is exactly 0, the second has entries of nearly a million. Weights between 0 and 1 protect from nothing.
#
# What a matrix does shows in what becomes of a circle: it turns into an ellipse.


# %% tags=["folded"]
W = np.array([[1.2, 0.9], [-0.2, 0.5]])
angle = np.linspace(0, 2 * np.pi, 200)
circle = np.stack([np.cos(angle), np.sin(angle)])
U, s, Vt = np.linalg.svd(W)
U[:, 0], Vt[0] = -U[:, 0], -Vt[0]  # the other end of the same axis
fig, panels = plt.subplots(1, 2, figsize=(7.5, 3.4))
for ax, points, axes, title in zip(
    panels, [circle, W @ circle], [Vt.T, U * s], ["signals of length 1", "the same after W"]
):
    ax.plot(*points, color="#999999", linestyle="-")
    for k, colour in enumerate(["#D55E00", "#0072B2"]):
        ax.annotate(
            "",
            xy=axes[:, k],
            xytext=(0, 0),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2},
        )
    ax.set(xlim=(-2.1, 2.1), ylim=(-1.4, 1.4), aspect="equal", title=title)
panels[1].text(1.75, 0.1, f"{s[0]:.2f}", color="#D55E00", ha="center")
panels[1].text(0.05, 0.65, f"{s[1]:.2f}", color="#0072B2", ha="center")
print("singular values:", s.round(3), "  largest entry:", W.max())
plotting.show(
    fig,
    alt="Left: a circle of radius 1 with two arrows at right angles. Right: after W the circle is an ellipse, and the two "
    "arrows are its half axes, of lengths 1.51 and 0.52: the singular values.",
)

# %% [markdown]
# The half axes of the ellipse are the **singular values** 奇异值 of $W$. The largest says by how much $W$ stretches the signal
# that it stretches most. So the question for a chain is: what is the largest singular value of the *product*
# $W_l \cdots W_1$? Multiplying the layers' own largest singular values gives a bound only: what one layer stretches most,
# the next may shrink. For the matrix with the 2 that bound is $2^5 = 32$, and the truth is 0. A matrix and its transpose
# have the same singular values, so all this holds on the way back as well.

# %% [markdown]
# Write this measure. `weights` is a tuple of $L \ge 1$ matrices, $W_1$ first; the shape of $W_l$ is `(out, in)`, and its
# `in` is the `out` of the one before. Return shape `(L,)`: entry $l$ is the largest singular value of $W_l \cdots W_1$, so
# the first is that of $W_1$ alone. `np.linalg.svd(P, compute_uv=False)` gives all singular values of a matrix, the largest
# first.


# %% exercise="linear_chain_gain"
def linear_chain_gain(weights):
    """Largest singular value of W_l ... W_1 for l = 1 ... L. Shape (L,)."""
    ### BEGIN SOLUTION
    product, gains = np.eye(weights[0].shape[1], dtype=weights[0].dtype), []
    for W in weights:
        product = W @ product
        gains.append(np.linalg.svd(product, compute_uv=False)[0])
    return np.array(gains)
    ### END SOLUTION


# %%
mine = usable(linear_chain_gain)
mine

# %% topics="C05-01"
rng = np.random.default_rng(0)
print("the entry of 2:   ", mine["linear_chain_gain"]((two,) * 5))
print("nothing but 0.5:  ", mine["linear_chain_gain"]((half,) * 5))
chain = tuple(rng.normal(0, 0.1, size=(100, 100)) for _ in range(20))
gains = mine["linear_chain_gain"](chain)
bound = np.prod([np.linalg.norm(W, 2) for W in chain])
print(
    f"20 random layers, std 0.1: {gains[0]:.2f} after one, {gains[-1]:.2f} after all; the layers' own multiply to {bound:.0f}"
)
signals = rng.normal(size=(100, 200))
through = signals
for W in chain:
    through = W @ through
ratio = np.linalg.norm(through, axis=0) / np.linalg.norm(signals, axis=0)
print(
    f"200 signals of random direction: {ratio.mean():.2f} times as long on average, {ratio.max():.2f} at most"
)

# %% [markdown]
# The 20 random layers stretch what they stretch most by 6; the bound says 717 320. Signals of random direction keep
# about their length on average, and none of these grew by more than 2: 6 is the worst case.
#
# A matrix of nothing but 0.5 stretches by 5: ten inputs, each times one half, add up. That is the point: *how many* inputs
# there are counts as much as how large the weights are. Section 3 makes a rule of it.
#
# ### With activations
#
# An activation adds one more factor to each layer on the way back, its slope:
# $\delta_l = (W_{l+1}^{\mathsf T}\, \delta_{l+1}) \odot f'(z_l)$. As chapter 02 had it for one unit per layer, the slope of
# a sigmoid is at most ¼, that of tanh at most 1, that of ReLU 0 or 1. The 19 sigmoids between 20 layers leave at most
# $0.25^{19} \approx 4 \cdot 10^{-12}$ of what the weights let through. So is ReLU the end of vanishing gradients, as one
# reads? Twenty layers of 100 units again:

# %% topics="C05-02"
print("activation  std of the weights   std of layer 20   gradient at layer 20   at layer 1")
for activation, std in [
    ("sigmoid", 0.1),
    ("tanh", 0.1),
    ("relu", 0.05),
    ("relu", 0.1),
    ("relu", 0.02**0.5),
    ("relu", 0.3),
]:
    spread, norms = deep(with_std(std), activation)
    print(f"{activation:>10}  {std:>18.3f}   {spread[-1]:>15.1e}   {norms[-1]:>20.1f}   {norms[0]:>10.1e}")

# %% [markdown]
# ReLU's slope does not shrink the gradient where a unit is on; where it is off, the gradient is cut. With small weights it
# vanishes all the same, with large ones it explodes, and at one size in between, here 0.141, it does neither. ReLU makes
# the trouble smaller. The weights make it go away, and section 5 says why 0.141.
#
# ## 2 · Why not all equal?
#
# If half of the weights will end up positive and half negative, why not begin in the middle, with 0? (That is
# the **all-zero start** 全零初始化.) Or all with 0.5?
#
# Look at two hidden units with the same weights. They get the same inputs, so they have the same activation. If the weights
# that lead on from them are the same too, the same error comes back to both. Then their gradients are the same, and after
# the step they are the same again. To see it you need gradients; write them once more by hand, for the smallest network
# that has a hidden layer:
#
# $$\begin{gathered}
# a_1 = \tanh(X W_1^{\mathsf T} + b_1), \\
# o = a_1 W_2^{\mathsf T} + b_2, \\
# C = \frac{1}{2n} \sum_{i=1}^{n} \sum_{k=1}^{m} (o_{ik} - y_{ik})^2
# \end{gathered}$$
#
# | letter | shape | |
# | --- | --- | --- |
# | $X$ | `(n, d)` | $n$ samples of $d$ numbers |
# | $W_1$, $b_1$ | `(h, d)`, `(h,)` | $h$ hidden units |
# | $a_1$ | `(n, h)` | hidden activations |
# | $W_2$, $b_2$ | `(m, h)`, `(m,)` | $m$ outputs, linear |
# | $o$, $y$ | `(n, m)` | outputs and targets |
# | $C$ | a number | cost |

# %% [markdown]
# Write the gradients of $C$. The shapes are those of the table. Return the tuple `(grad_W1, grad_b1, grad_W2, grad_b2)`,
# each in the shape of its parameter. The four equations of chapter 04 are all you need; $\tanh'(z) = 1 - \tanh^2(z)$. Do
# not change the arguments.


# %% exercise="one_hidden_layer_grads"
def one_hidden_layer_grads(X, y, W1, b1, W2, b2):
    """Gradients of half the mean squared error of a tanh network: (grad_W1, grad_b1, grad_W2, grad_b2)."""
    ### BEGIN SOLUTION
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)
    ### END SOLUTION


# %%
mine = usable(one_hidden_layer_grads)
mine

# %% topics="C05-04"
rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
y = np.sin(2 * X[:, :1]) + X[:, 1:2] * X[:, 2:]
shapes = [(4, 3), (4,), (1, 4), (1,)]  # four hidden units
starts = {
    "all 0": [init.zeros(shape) for shape in shapes],
    "all 0.5": [init.constant(shape, 0.5) for shape in shapes],
    "random": [init.normal(shape, std=0.5, rng=rng) for shape in shapes],
}
for name, parameters in starts.items():
    print(
        f"{name}: first gradient of W1\n{mine['one_hidden_layer_grads'](X, y, *parameters)[0].round(3) + 0.0}"
    )

# %% [markdown]
# Your gradients say it. From 0.5 all four rows, one for each unit, are the same. From 0 they are all 0: the error comes
# back through $W_2$, and $W_2$ is 0. Only the random start has four different rows. Now 1000 steps of gradient descent
# at rate 0.2:

# %% topics="C05-04"
for name, parameters in starts.items():
    for _ in range(1000):
        grads = mine["one_hidden_layer_grads"](X, y, *parameters)
        parameters = [p - 0.2 * g for p, g in zip(parameters, grads)]
    W1, b1, W2, b2 = parameters
    cost = 0.5 * np.mean((np.tanh(X @ W1.T + b1) @ W2.T + b2 - y) ** 2)
    units = len(np.unique(W1.round(8), axis=0))
    print(f"{name:>8}: {units} different unit{'s' if units > 1 else ''} after 1000 steps, cost {cost:.3f}")
print(f"best constant output: cost {0.5 * np.var(y):.3f}")

# %% [markdown]
# After a thousand steps the four units from 0.5 are still one unit, four times. From 0 only the bias of the output has
# learnt: the network gives the mean of the targets, whatever the input. To break the **symmetry** 对称性 some of the
# parameters have to differ from unit to unit, and the simplest way is to draw the weights at random. The biases may then
# begin with 0.

# %% [markdown]
# **Written question.** (a) All weights of both layers start at 0.5, but the four biases $b_1$ of the hidden units are
# random. Do the units part? (b) $W_1$ is random, and $W_2$, $b_1$ and $b_2$ are 0. What are the gradients of $W_1$ and of
# $W_2$ in the first step, and what happens afterwards? Give the reason each time; you may try it with your function first.

# %% [markdown] written="why-units-part" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: yes. With different biases the units have different activations and different
# slopes, so their gradients differ in the first step already; what must differ is the unit as a whole, not each of its
# parameters. Half a point for "yes" without a reason. (b) 1 point: the error reaches $W_1$ through $W_2$, which is 0, so
# its gradient is 0 in the first step. That of $W_2$ is δ₂ᵀ a₁, and the activations a₁ differ from unit to unit, so the
# entries of $W_2$ become different from 0 and from each other. From the second step on $W_1$ has a gradient, and the units
# part. Half a point for one of the two halves.
# ### END SOLUTION

# %% [markdown]
# **End of the first sitting.** You can measure what a chain does to a signal, and you know that weights must be random. How
# large? That is the next question.

# %% [markdown]
# # Sitting 2
#
# ## 3 · How wide is a sum?
#
# ### Small random numbers 小随机数初始化
#
# The first idea is to take small ones: normal with standard deviation 0.01 (`0.01 * rng.normal(size=…)`: normal draws with
# *standard deviation* 1, times 0.01), or **uniform** 均匀分布 in a narrow interval around 0. How large is a weighted input
# $z = \sum_i w_i x_i$ then, for inputs from $N(0, 1)$?

# %% topics="C05-05"
rng = np.random.default_rng(0)
print("inputs   std of z, normal weights   std of z, uniform weights of the same std")
for n in [10, 100, 1000, 10_000]:
    x = rng.normal(size=(200, n))
    normal = init.normal((50, n), std=0.01, rng=rng)
    uniform = init.uniform((50, n), a=-0.01 * 3**0.5, b=0.01 * 3**0.5, rng=rng)
    print(f"{n:>6}   {(x @ normal.T).std():>24.3f}   {(x @ uniform.T).std():>41.3f}")

# %% [markdown]
# The kind of distribution does not matter for the width of $z$, only its variance does. The number of inputs matters: a
# hundred times as many make $z$ ten times as wide. The same 0.01 is tiny for one layer and large for another. And where it
# is too small, the gradient suffers, too: it is multiplied by the same weights on its way back. (A uniform number between
# $-r$ and $r$ has the standard deviation $r/\sqrt 3$; hence the $\sqrt 3$ in the cell.)
#
# ### The formula
#
# $\mathrm E[\cdot]$ 期望 is the mean over many draws. Multiplied out, the definition of the variance is
# $\mathrm{Var}(q) = \mathrm E[q^2] - \mathrm E[q]^2$; $\mathrm E[q^2]$ is the mean square. Two numbers are
# **independent** 独立 if one says nothing about the other; then the mean of their product is the product of their means.
#
# Let $s = \sum_{i=1}^n w_i x_i$, the $w_i$ and $x_i$ all independent, the $w_i$ with mean $\mathrm E[w]$ and variance
# $\mathrm{Var}(w)$, the $x_i$ with $\mathrm E[x]$ and $\mathrm{Var}(x)$. All of these are numbers. Two facts are needed.
#
# * Variances of independent terms add up: $\mathrm{Var}(s) = n\, \mathrm{Var}(w x)$.
# * With $q = wx$: $\mathrm{Var}(wx) = \mathrm E[w^2]\,\mathrm E[x^2] - \mathrm E[w]^2\, \mathrm E[x]^2$, since $w^2$
#   and $x^2$ are independent, too. Put $\mathrm E[w^2] = \mathrm{Var}(w) + \mathrm E[w]^2$ in, and the same for $x$.
#
# Multiplied out, the product $\mathrm E[w]^2\,\mathrm E[x]^2$ cancels:
#
# $$\begin{aligned}
# \mathrm{Var}(s) = n\,\Big(&\mathrm E[w]^2\, \mathrm{Var}(x) + \mathrm E[x]^2\, \mathrm{Var}(w) \\
# &+ \mathrm{Var}(w)\,\mathrm{Var}(x)\Big)
# \end{aligned}$$
#
# If both means are 0, $n\, \mathrm{Var}(w)\, \mathrm{Var}(x)$ is left. Weights are drawn with mean 0. Inputs need not have
# it: pixels and the outputs of a ReLU are never negative.

# %% [markdown]
# Write this formula. All arguments are numbers: `n` $\ge 1$ is an int, `var_w` and `var_x` are the variances of a weight
# and of an input, `mean_w` and `mean_x` (default 0) their means. Return the variance of the sum, a number.


# %% exercise="preactivation_variance"
def preactivation_variance(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """Variance of a sum of n products w·x, all independent. A number."""
    ### BEGIN SOLUTION
    return n * (mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x)
    ### END SOLUTION


# %%
mine = usable(preactivation_variance)
mine

# %% topics="C05-08"
mnist = data.load_mnist_small()
pixels = mnist.X_train.astype(float)
rng = np.random.default_rng(0)
z = pixels @ init.normal((784, 500), std=784**-0.5, rng=rng)
formula = mine["preactivation_variance"](784, 1 / 784, pixels.var(), mean_x=pixels.mean())
without_mean = mine["preactivation_variance"](784, 1 / 784, pixels.var())
print(f"pixels: mean {pixels.mean():.3f}, variance {pixels.var():.3f}")
print(
    f"weighted inputs of 500 units: mean square {np.mean(z**2):.4f}   formula {formula:.4f}   without E[x] {without_mean:.4f}"
)

# %% [markdown]
# (The weights have mean 0, so z has mean 0 over their draws, and its variance is its mean square.) The formula holds for
# real images to three percent, which is the luck of 500 draws of weights; others miss by a few percent, too. And yet pixels
# are anything but independent: it is enough that the *weights* are independent and have mean 0. What it needs from the
# inputs is only $\mathrm{Var}(x) + \mathrm E[x]^2 = \mathrm E[x^2]$, their mean square. Without the term of the mean it is
# too small.
#
# ### One unit with 1000 inputs
#
# Take 1000 inputs, half of them 1 and half 0, and draw the weights and the bias from $N(0, 1)$. The inputs that are 0 add
# nothing; the others add their weights. So $z$ is a sum of 500 weights and one bias.

# %% [markdown]
# Write the standard deviation of $z$. `n_active` $\ge 0$ is the number of inputs that are 1 (all others are 0), `w_std` the
# standard deviation of a weight, `b_std` (default 1) that of the bias. Everything is independent and has mean 0. Return a
# number.


# %% exercise="preactivation_std"
def preactivation_std(n_active, w_std, *, b_std=1.0):
    """Standard deviation of a sum of n_active weights and a bias. A number."""
    ### BEGIN SOLUTION
    return np.sqrt(n_active * w_std**2 + b_std**2)
    ### END SOLUTION


# %%
widths = usable(preactivation_std)
widths

# %% topics="C05-06 C05-07"
large, small = widths["preactivation_std"](500, 1.0), widths["preactivation_std"](500, 1000**-0.5)
print(f"weights from N(0, 1):       std of z {large:.3f}, its square {large**2:.1f}")
print(f"weights from N(0, 1/1000):  std of z {small:.3f}, its square {small**2:.1f}")
rng = np.random.default_rng(0)
for name, std in {"N(0, 1)": large, "N(0, 1/1000)": small}.items():
    z = std * rng.normal(size=100_000)
    slope = activations.sigmoid_backward(1.0, z)
    print(
        f"{name:>12}: {np.mean(np.abs(z) > 5):.0%} of the units beyond ±5, mean slope of the sigmoid {slope.mean():.3f}"
    )

# %% tags=["folded"]
z = np.linspace(-60, 60, 1201)
fig, panels = plt.subplots(2, 1, figsize=(7, 3.8), sharex=True)
for name, std, style in [("weights N(0, 1)", large, "-"), ("weights N(0, 1/1000)", small, "--")]:
    panels[0].plot(z, np.exp(-(z**2) / (2 * std**2)) / (std * np.sqrt(2 * np.pi)), style, label=name)
panels[0].set(
    ylabel="density of z", title="where the weighted input of a unit lies, and how steep the sigmoid is there"
)
panels[0].legend()
panels[1].plot(z, activations.sigmoid_backward(1.0, z), color="#009E73")
panels[1].set(xlabel="z", ylabel="slope σ′(z)")
plotting.show(
    fig,
    alt="Above: the density of z. With weights from N(0, 1/1000) it is a narrow peak around 0, with N(0, 1) a wide, flat "
    "hill from -60 to 60. Below: the slope of the sigmoid, which is above zero only between about -6 and 6.",
)

# %% [markdown]
# $\sqrt{501} \approx 22.4$ against $\sqrt{1.5} \approx 1.22$. With the wide start eight of ten units are **saturated** 饱和:
# the sigmoid is flat there, and its slope, a factor of every gradient, is on average a tenth of what the other start has.
# Divide the weights by $\sqrt{n}$, and the sum stays where the sigmoid is steep.
#
# ### And the biases? 偏置初始化
#
# There is one bias to a unit, however many inputs. A small one changes little. One from $N(0, 1)$ does: in the example
# above it gives 1 of the 1.5, twice as much as all inputs together. You will meet four conventions: 0; a small positive
# constant such as 0.01 or 0.1, so that ReLUs start switched on; $N(0, 1)$, as in the example above; and what torch's
# `Linear` does, uniform between $-1/\sqrt{n}$ and $1/\sqrt{n}$, with $n = n_{\text{in}}$ inputs. What the constant does to
# 50 ReLU units with 100 inputs:

# %% topics="C05-13"
rng = np.random.default_rng(0)
x, W = rng.normal(size=(1000, 100)), init.kaiming_normal((50, 100), rng=rng)
for name, bias in {
    "0": init.zeros((50,)),
    "0.01": init.constant((50,), 0.01),
    "0.1": init.constant((50,), 0.1),
    "N(0, 1)": init.normal((50,), rng=rng),
    "U(-0.1, 0.1)": init.uniform((50,), a=-0.1, b=0.1, rng=rng),
}.items():
    z = nn.linear(x, W, bias)
    on = np.mean(z > 0, axis=0)
    print(
        f"biases {name:>12}: std of z {z.std():.2f}, units on {on.mean():.1%} of the time (from {on.min():.0%} to {on.max():.0%})"
    )

# %% [markdown]
# With 0.1 a unit is on in 53 of 100 cases instead of 50; 0.01 does next to nothing. Only $N(0, 1)$ makes a difference, and
# not a useful one: one unit is on in 6 of 100 cases, another in 86. nnlib starts biases with 0.

# %% [markdown]
# ## 4 · From the shape to the size
#
# ### Fans
#
# How many inputs has a unit? Its **fan-in** 扇入, $n_{\text{in}}$, is the number of terms in its sum; the **fan-out** 扇出,
# $n_{\text{out}}$, is the number of units that one input reaches. For a fully connected layer with weights of shape
# `(out, in)` these are `in` and `out`. A convolution, from chapter 10 on, has weights of shape `(out, in, *kernel)`: a unit
# looks at a small window of each of `in` pictures, and its weights for one such window are a **kernel** 卷积核. An input takes
# part in as many windows as the kernel has entries. So both fans are multiplied by the number of entries of the kernel.

# %% [markdown]
# Write the fans. `shape` is a tuple of two or more positive ints, `(out, in)` or `(out, in, *kernel)`, with a kernel of any
# number of axes. Return the tuple `(fan_in, fan_out)`, two ints. `math` is imported, here and for all later
# exercises: `math.prod` multiplies the entries of a tuple, and gives 1 for an empty one.


# %% exercise="fans"
def fans(shape):
    """(fan_in, fan_out) of a layer with weights of this shape."""
    ### BEGIN SOLUTION
    size = math.prod(shape[2:])
    return shape[1] * size, shape[0] * size
    ### END SOLUTION


# %% [markdown]
# ### LeCun's rule: keep the signal
#
# Let the inputs of a layer have mean square 1. If the weights have mean 0 and variance $1/n_{\text{in}}$, the weighted
# inputs have the mean square $n_{\text{in}} \cdot \frac{1}{n_{\text{in}}} \cdot 1 = 1$ again. That is the rule of LeCun and
# others (1998):
#
# $$w \sim N\!\Big(0,\; \frac{1}{n_{\text{in}}}\Big)$$
#
# The second number in $N(\cdot\,,\cdot)$ is the variance; NumPy's `rng.normal(mean, std, size=...)` wants the standard
# deviation, its root. To draw from $N(0, s^2)$ is to draw from $N(0, 1)$ and to multiply by $s$.

# %% [markdown]
# Write this start. `shape` is as in `fans`. `rng` is a NumPy generator, `numpy.random.default_rng(...)`; it is the only
# source of randomness. Draw all numbers in one call of it with `size=shape`, from a normal distribution, so that the same
# `rng` gives you the same weights as ours does; `rng.standard_normal(size=shape)` times a number is one call as well.
# Return an array of that shape.


# %% exercise="lecun_normal"
def lecun_normal(shape, *, rng):
    """Draws from N(0, 1 / fan_in). An array of the given shape."""
    ### BEGIN SOLUTION
    fan_in, _ = fans(shape)
    return rng.normal(0, 1 / np.sqrt(fan_in), size=shape)
    ### END SOLUTION


# %% [markdown]
# ### Glorot's rule: keep the gradient, too
#
# On the way back a unit sums over the units that it reaches: in $\sum_j w_{jk} \delta_j$ the $j$ runs
# over the $n_{\text{out}}$ units. For the
# gradient to keep its size, $\mathrm{Var}(w) = 1/n_{\text{out}}$ would be right. Unless a layer is square, one cannot have
# both. Glorot and Bengio (2010) take $1/m$, with $m = (n_{\text{in}} + n_{\text{out}})/2$ the *mean* of the two fans:
#
# $$\mathrm{Var}(w) = g^2 \cdot \frac{2}{n_{\text{in}} + n_{\text{out}}}$$
#
# This start is called after either of the first author's names, **Glorot** 初始化 or **Xavier**. The **gain** 增益 $g$ is 1 for
# now; section 5 says what it is for. It multiplies the weights, so $g^2$ multiplies their variance.

# %% [markdown]
# Write the normal form. `shape` and `rng` are as before: one call of `rng` with `size=shape`, from a normal distribution
# with mean 0. `gain` (default 1) is a positive number. Return an array of that shape.


# %% exercise="xavier_normal"
def xavier_normal(shape, *, gain=1.0, rng):
    """Normal draws of mean 0 and variance gain² · 2 / (fan_in + fan_out). An array of the given shape."""
    ### BEGIN SOLUTION
    fan_in, fan_out = fans(shape)
    return rng.normal(0, gain * np.sqrt(2 / (fan_in + fan_out)), size=shape)
    ### END SOLUTION


# %% [markdown]
# The paper itself draws uniform numbers, between $-r$ and $r$. Their variance is
#
# $$\frac{1}{2r} \int_{-r}^{r} w^2\, dw = \frac{r^2}{3}$$
#
# Set it equal to the variance that is wanted, and solve for $r$.

# %% [markdown]
# Write the uniform form, with the variance of the normal one. `shape`, `gain` and `rng` are as before: one call of `rng`
# with `size=shape`, from a uniform distribution between $-r$ and $r$, the smaller limit first. Return an array of that
# shape.


# %% exercise="xavier_uniform"
def xavier_uniform(shape, *, gain=1.0, rng):
    """Draws from U(-r, r) with the variance of xavier_normal. An array of the given shape."""
    ### BEGIN SOLUTION
    r = gain * np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)
    ### END SOLUTION


# %%
mine = usable(lecun_normal, xavier_normal, xavier_uniform)
mine

# %% topics="C05-09 C05-10"
rng = np.random.default_rng(0)
shape = (300, 1000)
x, g = rng.normal(size=(200, 1000)), rng.normal(size=(200, 300))
print("weights of shape (300, 1000), inputs and gradients with mean square 1")
for name, W in {
    "LeCun": mine["lecun_normal"](shape, rng=rng),
    "Glorot, normal": mine["xavier_normal"](shape, rng=rng),
    "Glorot, uniform": mine["xavier_uniform"](shape, rng=rng),
}.items():
    print(
        f"{name:>16}: variance {W.var():.5f}, largest {np.abs(W).max():.3f}, "
        f"mean square of z {np.mean((x @ W.T) ** 2):.2f}, of the gradient {np.mean((g @ W) ** 2):.2f}"
    )

# %% [markdown]
# LeCun's $1/1000$ keeps the signal and shrinks the mean square of the gradient to 0.3, since each input gets back a sum of
# only 300 terms, each with variance 1/1000. Glorot's $2/1300 = 0.00154$ lies between: the signal grows to 1.5, and 0.46 is
# left of the gradient. The two Glorots differ only in their tails. (Some texts call $1/n_{\text{in}}$ "Xavier". The numbers
# say that it is another rule.)
#
# **End of the second sitting.** A linear layer now passes on signals of the size that it gets, and so does tanh, nearly, as
# long as its inputs are small. Other activations are next.

# %% [markdown]
# # Sitting 3
#
# ## 5 · What the activation takes
#
# A ReLU sets half of its inputs to 0. If $z$ is symmetric around 0, half of $\mathrm E[z^2]$ is lost:
# $\mathrm E[\mathrm{relu}(z)^2] = \tfrac12 \mathrm E[z^2]$. Twenty layers would leave $2^{-20}$ of the mean square. To make
# up for it the next layer's weights are multiplied by a gain $g$ such that the mean square is back where it was. For any
# activation $f$:
#
# $$g = \sqrt{\frac{\mathrm E[z^2]}{\mathrm E[f(z)^2]}}$$
#
# The mean *square* of $f(z)$ counts, not its variance: the next layer's sum has it (section 3), mean and all.

# %% [markdown]
# Write the gain as measured on draws. `f` is a function that takes an array and returns one of the same shape; `z` is an
# array of draws, with one axis or more, and $\mathrm E$ is the mean over all of its entries. `f(z)` is not 0 everywhere.
# Return one number.


# %% exercise="measured_gain"
def measured_gain(f, z):
    """Root of the mean square of z over that of f(z). A number."""
    ### BEGIN SOLUTION
    return np.sqrt(np.mean(z**2) / np.mean(f(z) ** 2))
    ### END SOLUTION


# %%
mine = usable(measured_gain)
mine

# %%
z = np.random.default_rng(0).normal(size=100_000)
print("               z from N(0, 1)   from N(0, 0.1²)   calculate_gain")
for name, param in [
    ("linear", None),
    ("relu", None),
    ("leaky_relu", 0.2),
    ("tanh", None),
    ("sigmoid", None),
    ("selu", None),
]:
    f = {
        "linear": lambda z: z,
        "leaky_relu": lambda z: activations.leaky_relu(z, negative_slope=0.2),
    }.get(name) or getattr(activations, name)
    measured = mine["measured_gain"](f, z), mine["measured_gain"](f, 0.1 * z)
    print(f"{name:>12}   {measured[0]:>14.3f}   {measured[1]:>15.3f}   {calculate_gain(name, param):>14.3f}")

# %% [markdown]
# The last column is torch's table, which nnlib has too: `calculate_gain(nonlinearity, a)`. Only its rectifiers follow from
# the formula: $\sqrt 2$ for ReLU and $\sqrt{2/(1 + a^2)}$ for one that is leaky with slope $a$ below 0, because their gain
# does not depend on the size of $z$. For tanh it does. The table's $5/3$ is a rule of thumb, a little above what $N(0, 1)$
# gives. For sigmoid the table says 1, which is no gain in this sense, and SELU was made so that its gain is 1: the table's
# ¾ is less than that.
#
# ### He's rule
#
# He and others (2015) put the gain of the rectifier into the weights. With ReLU:
#
# $$\mathrm{Var}(w) = \frac{g^2}{n}, \quad \text{for ReLU } \frac{2}{n_{\text{in}}}$$
#
# $n$ is one of the fans: $n_{\text{in}}$ (the default) keeps the signal, $n_{\text{out}}$ keeps the gradient. He's first
# name is Kaiming, and both names are in use (**He** 初始化). This is the $N(0, 2/d)$ of chapter 04.

# %% [markdown]
# Write this start. `shape` and `rng` are as before: one call of `rng` with `size=shape`, from a normal distribution with
# mean 0. `mode` is `"fan_in"` (default) or `"fan_out"`; `nonlinearity` (default `"leaky_relu"`) and `a` (default 0, the
# slope of a leaky rectifier below 0) go to `calculate_gain(nonlinearity, a)`, which is imported and gives $g$; it
# ignores `a` but for `"leaky_relu"`. With slope 0 a leaky rectifier is ReLU. Return an array of that shape.


# %% exercise="kaiming_normal"
def kaiming_normal(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """Normal draws of mean 0 and variance gain² / fan. An array of the given shape."""
    ### BEGIN SOLUTION
    fan_in, fan_out = fans(shape)
    fan = fan_in if mode == "fan_in" else fan_out
    return rng.normal(0, calculate_gain(nonlinearity, a) / np.sqrt(fan), size=shape)
    ### END SOLUTION


# %% topics="C05-11"
rng = np.random.default_rng(0)
x = activations.relu(rng.normal(size=(500, 1000)))  # what comes out of a ReLU layer
W = init.kaiming_normal((200, 1000), rng=rng)
z = nn.linear(x, W)
print(
    f"He: variance of the weights {W.var():.5f}, mean square of the inputs {np.mean(x**2):.2f}, of z {np.mean(z**2):.2f}"
)
b = init.kaiming_uniform((200, 1000), a=5**0.5, rng=rng)
print(
    f"torch's Linear, kaiming_uniform with a = √5: largest weight {np.abs(b).max():.4f} (1/√1000 = {1000**-0.5:.4f})"
)
print(f"  mean square of z {np.mean(nn.linear(x, b) ** 2):.2f}")

# %% [markdown]
# It is the *weights* that have the variance $2/n = 0.002$; one reads that the neurons have it; the weighted inputs' is 1,
# and the activations' mean square is ½. torch's own default for a linear layer is the uniform form of this rule with
# $a = \sqrt 5$, whatever activation follows. With $a = \sqrt 5$ the gain is $\sqrt{2/6}$, so $\mathrm{Var}(w) = 1/(3n)$
# and, as in exercise 8, $r = \sqrt{3/(3n)} = 1/\sqrt n$. A third of the inputs' mean square arrives in z (0.50 → 0.17), and
# ReLU takes half of that: from one z to the next a sixth is left.
#
# ## 6 · A sparse start
#
# There is another way to keep a sum from growing with the number of inputs: give each unit only a few. In a **sparse
# initialisation** 稀疏初始化 each unit is connected to, say, ten inputs that are chosen at random, and all its other weights are
# 0 (Martens, 2010, who took 15). The weights that stay need not depend on $n$.
#
# How to choose ten of $n$ at random, for each unit anew? Give every connection a random score, and keep those with the ten
# largest.

# %% [markdown]
# Write the choice. `weight` and `scores` have shape `(out, in)`; a row belongs to a unit, and no two scores of the matrix
# are alike. `k` $\ge 1$, an int (default 10), is how many entries of each row stay: those whose scores are the largest of
# the row. The others become 0. If a row has no more than `k` entries, all stay. Return shape `(out, in)`. Do not change the
# arguments.


# %% exercise="keep_k"
def keep_k(weight, scores, *, k=10):
    """In each row the k entries with the largest scores; all others 0. Shape (out, in)."""
    ### BEGIN SOLUTION
    places = np.argsort(scores, axis=1)[:, -k:]
    kept = np.zeros_like(weight)
    np.put_along_axis(kept, places, np.take_along_axis(weight, places, axis=1), axis=1)
    return kept
    ### END SOLUTION


# %%
mine = usable(keep_k)
mine

# %% topics="C05-12"
rng = np.random.default_rng(0)
print("inputs   std of z, all connected   ten connections")
for n in [100, 1000, 10_000]:
    x = rng.normal(size=(200, n))
    full = init.normal((50, n), std=0.3, rng=rng)
    few = mine["keep_k"](init.normal((50, n), std=0.3, rng=rng), rng.random((50, n)), k=10)
    print(f"{n:>6}   {(x @ full.T).std():>23.2f}   {(x @ few.T).std():>15.2f}")
columns = (init.sparse((20, 6), 0.8, rng=rng) == 0).sum(axis=0)
print("torch's sparse, 80 % zeros: in each column of 20", columns)

# %% [markdown]
# With ten connections the sum is as wide for ten thousand inputs as for a hundred: $0.3 \sqrt{10} = 0.95$. torch's
# `sparse_` counts the other way: it sets the same share of each *column*, of each input's connections, to 0.

# %% [markdown]
# ## 7 · Twenty layers
#
# Now all starts through the network of the first picture. The next cell says whose functions the experiment uses.

# %%
start = usable(lecun_normal, xavier_normal, xavier_uniform, kaiming_normal)
start

# %% topics="C05-14"
tanh_starts = {
    "std 0.01": with_std(0.01),
    "std 1": with_std(1.0),
    "LeCun": start["lecun_normal"],
    "Glorot, uniform": start["xavier_uniform"],
    "Glorot, gain 5/3": lambda shape, *, rng: start["xavier_normal"](shape, gain=5 / 3, rng=rng),
}
relu_starts = {
    "std 0.01": with_std(0.01),
    "std 1": with_std(1.0),
    "LeCun": start["lecun_normal"],
    "He": start["kaiming_normal"],
    "torch's Linear": lambda shape, *, rng: init.kaiming_uniform(shape, a=5**0.5, rng=rng),
}
found = {}
for activation, starts in {"tanh": tanh_starts, "relu": relu_starts}.items():
    found[activation] = {name: deep(draw, activation) for name, draw in starts.items()}
    print(
        f"{activation}: std of the activations, layers 1, 10, 20        gradient at the input, layers 20, 10, 1"
    )
    for name, (std, norms) in found[activation].items():
        forward, back = std[[0, 9, 19]], norms[[19, 9, 0]]
        print(
            f"{name:>17}: "
            + " ".join(f"{v:>8.1e}" for v in forward)
            + "          "
            + " ".join(f"{v:>8.1e}" for v in back)
        )
x = np.random.default_rng(0).normal(size=(200, 100))
wide = nn.mlp_parameters([100] * 21, init=with_std(1.0), rng=np.random.default_rng(0))
saturated = experiments.activation_stats(wide, x, activation="tanh").saturated
print(f"tanh, std 1: {saturated[-1]:.0%} of the activations of layer 20 are beyond ±0.99")

# %% tags=["folded"]
fig, panels = plt.subplots(2, 2, figsize=(9.5, 6))
for row, activation in zip(panels, found):
    draw_deep(row, found[activation], activation)
plotting.show(
    fig,
    alt="Four panels: activations and gradients over 20 layers, for tanh above and ReLU below. For tanh the starts of LeCun and "
    "Glorot keep both within about a power of ten; 0.01 lets both vanish, 1 saturates and lets the gradient explode. For ReLU only "
    "He's start keeps both; LeCun's loses three powers of ten, torch's default seven, 0.01 more than twenty, and 1 explodes.",
)

# %% [markdown]
# Read the tables line by line.
#
# * **tanh.** LeCun's and Glorot's starts are the same here, since the layers are square: one line covers the other. The
#   signal shrinks slowly, because tanh takes a little each time, the less the smaller it is. With the gain 5/3 it stays,
#   and the gradient grows a little on its way back, by a factor of five.
# * **ReLU.** LeCun's start halves the mean square in each layer: $2^{-20/2} = 1/1024$ after twenty (the table
#   has 1/1000 of layer 1 by chance; 19 layers would be 1/724). He's keeps it. torch's
#   default loses a factor $\sqrt 6$ a layer.
# * **std 1.** tanh looks healthy from the outside, with a standard deviation near 1, but most of it is saturated; ReLU,
#   which has no bound, gains a factor of about seven in each layer.
# * **In these two tables forward and backward go together**, except for tanh with std 1, where units are saturated. It is
#   no law: the sigmoids of section 1 keep activations of ordinary size, but they hardly depend on the sample any more, and
#   no gradient comes back. The standard deviation here is over samples and units together; it says how large the numbers
#   are, not how much they know of the input.
#
# None of this is training. But where no gradient arrives, none can begin.
#
# **End of the third sitting.** You have a start for every activation, and a test for any start that somebody suggests.

# %% [markdown]
# # Sitting 4
#
# ## 8 · Digits, from two starts
#
# Does it matter for a network with a single hidden layer? 784 inputs, 30 sigmoid units, 10 sigmoid outputs, cross-entropy;
# mini-batches of ten, rate 0.1, a little weight decay (chapter 08), and the same random numbers for both: in one start they
# are the weights, in the other they are divided by $\sqrt{n_{\text{in}}}$. Biases come from $N(0, 1)$ in both. Accuracy is
# measured on validation images, from which nothing is learnt. The next cell takes about ten seconds.

# %%
epochs = 2 if quick else 6
runs = [
    experiments.init_comparison(epochs=epochs, n_train=1000 if quick else None, rng=np.random.default_rng(s))
    for s in seeds
]
fig, ax = plt.subplots()
for name, mark in {"large": "o", "default": "s"}.items():
    accuracy = np.array([getattr(run, name) for run in runs])
    label = {"large": "N(0, 1)", "default": "N(0, 1/n)"}[name]
    ax.plot(accuracy.mean(axis=0), f"{mark}-", label=label)
    ax.fill_between(np.arange(epochs + 1), accuracy.min(axis=0), accuracy.max(axis=0), alpha=0.2)
    for epoch in (1, epochs):
        each = ", ".join(f"{a:.1%}" for a in accuracy[:, epoch])
        print(f"{label:>9}, epoch {epoch}: {each}")
ax.set(xlabel="epoch", ylabel="accuracy on the validation images", title="mean and range over the seeds")
ax.legend()
plotting.show(
    ax,
    alt="Accuracy on the validation images over six epochs. With weights from N(0, 1/n) it is about 80 percent after the first "
    "epoch and near 90 after six; with N(0, 1) it begins near 50 and is near 80 after six. The ranges over the seeds do not overlap.",
)

# %% [markdown]
# After one epoch the small start reads about eight of ten digits, the large one about half, and the ranges over the three
# seeds are far apart. After six epochs the large one is where the small one was after the first. It is still rising: what
# was saturated learns slowly, not never. In deeper networks the gradients of the last section let one
# expect worse.

# %% [markdown]
# **Written question.** A network of 20 tanh layers trains well from LeCun's start. Its owner exchanges tanh for ReLU,
# changes nothing else, and finds that it hardly learns; the activations of the last layer are about 1000 times smaller than
# the inputs. Where does the 1000 come from? What would you change, and what would happen to the gradients if you
# multiplied the weights by 3 instead?

# %% [markdown] written="why-it-does-not-learn" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point for the number: a ReLU lets half of the mean square through, so with variance 1/n each
# layer multiplies it by ½; after 20 layers that is 2⁻²⁰, and for the size of the activations its root, 2⁻¹⁰ ≈ 1/1000 (19
# steps, 1/724, are as good). Half a point for "half is lost in each layer" without the calculation. 1 point for the change:
# He's start, variance 2/n, that is √2 times the weights; and for the rest: three times the weights give 9 · ½ = 4.5 times
# the mean square in each layer, so activations and gradients explode, by a factor of √4.5 ≈ 2.1 a layer and about 3 million
# in 20. Half a point for one of the two.
# ### END SOLUTION

# %% [markdown]
# ## 9 · Clipping
#
# A good start does not last: weights change. In deep and above all in recurrent networks a single steep place can give a
# gradient that is a thousand times as long as usual, and a step along it undoes what an hour has learnt. **Gradient
# clipping** 梯度裁剪 keeps the step short and does not ask why it was long.
#
# **By norm.** Take the gradients of *all* parameters together, as one long vector $g$ of shape `(N,)`: all entries of all
# arrays in one row. Its length, the norm, is
#
# $$\begin{gathered}
# \|g\|_2 = \sqrt{\textstyle\sum_i g_i^2}, \\
# \|g\|_1 = \textstyle\sum_i |g_i|, \\
# \|g\|_\infty = \max_i |g_i|,
# \end{gathered}$$
#
# usually the first. If it is larger than a limit $c$, shorten the whole vector to length $c$; its direction stays. torch
# adds a small number to the norm, so that nothing is divided by 0, and so do we; the clipped vector is a hair shorter than
# $c$. Where words and formula differ, the formula decides:
#
# $$g \;\leftarrow\; g \cdot \min\!\Big(1,\; \frac{c}{\|g\| + 10^{-6}}\Big)$$

# %% [markdown]
# Write clipping by norm. `grads` is a tuple of one or more arrays, of any shapes, each with one axis or more. `max_norm`
# $> 0$ is $c$; `norm_type` is 2 (default), 1 or `np.inf`, and `np.linalg.norm(vector, norm_type)` knows all three. Return
# the tuple `(grads, total_norm)`: a tuple of arrays in the shapes of the given ones, and the norm *before* clipping, a
# number. One norm and one factor for all arrays. Do not change the arguments. Where a tuple is asked for, a list is as
# good.


# %% exercise="clip_grad_norm"
def clip_grad_norm(grads, max_norm, *, norm_type=2.0):
    """(clipped gradients, norm before clipping): all of them together at most max_norm long."""
    ### BEGIN SOLUTION
    total_norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]), norm_type)
    scale = min(1, max_norm / (total_norm + 1e-6))
    return tuple(scale * g for g in grads), total_norm
    ### END SOLUTION


# %% [markdown]
# **By value.** Limit each entry for itself to the interval from $-c$ to $c$. That is simpler, needs no norm, and turns the
# direction.

# %% [markdown]
# Write clipping by value. `grads` is as before, `clip_value` $> 0$ is $c$. Return a tuple of arrays in the shapes of the
# given ones. Do not change the arguments.


# %% exercise="clip_grad_value"
def clip_grad_value(grads, clip_value):
    """Every entry of every gradient limited to [-clip_value, clip_value]. A tuple of arrays."""
    ### BEGIN SOLUTION
    return tuple(np.clip(g, -clip_value, clip_value) for g in grads)
    ### END SOLUTION


# %%
short = usable(clip_grad_norm, clip_grad_value)
short

# %% topics="C05-03"
g = np.array([0.3, 40.0])
(by_norm,), norm = short["clip_grad_norm"]((g,), 1.0)
(by_value,) = short["clip_grad_value"]((g,), 1.0)
for name, clipped in {"gradient": g, "by norm": by_norm, "by value": by_value}.items():
    angle = np.degrees(np.arctan2(clipped[1], clipped[0]))
    print(f"{name:>9}: {clipped.round(4)}, length {np.linalg.norm(clipped):.3f}, direction {angle:.1f}°")

# %% [markdown]
# By norm the direction stays, at 89.6°; by value it turns to 73°, since the small entry keeps its size while the large one
# is cut.
#
# Now a step at a steep place. The simplest deep network has one unit in each of 20 layers, all with the same weight:
# $\hat y = w^{20}$ for the input 1, without activations. It should give 1, and the cost is $\tfrac12 (w^{20} - 1)^2$. Start
# at $w = 1.2$, with a rate of 0.01.

# %% topics="C05-03"
for name, limit in {"not clipped": np.inf, "clipped at 1": 1.0}.items():
    w, path = np.array([1.2]), [1.2]
    while len(path) <= 60 and abs(path[-1]) < 1000:
        g = 20 * w**19 * (w**20 - 1)
        (g,), norm = short["clip_grad_norm"]((g,), limit)
        if len(path) == 1:
            print(f"{name}: the first gradient is {norm:.0f} long")
        w = w - 0.01 * g
        path.append(float(w[0]))
    print(f"  w = {', '.join(f'{v:.4g}' for v in path[:4])}, ... {path[-1]:.4g} after {len(path) - 1} steps")

# %% [markdown]
# One step of a hundredth of that gradient takes $w$ to −237, and the next one to a number of 92 digits. Clipped, the same
# descent walks down in steps of 0.01 and arrives near 1. (A limit of ∞ clips nothing.)

# %% [markdown]
# ## 10 · Against torch
#
# torch's initialisers draw other random numbers, so weights cannot be compared one by one, only their spread. Clipping can
# be compared to 14 digits. The next cell does both, with your functions where they are right. Without torch it says
# so.

# %%
rng = np.random.default_rng(0)
shape = (400, 600)
arrays = (rng.normal(size=(30, 20)), rng.normal(size=30))
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    torch.manual_seed(0)
    for name in ["xavier_normal", "xavier_uniform", "kaiming_normal"]:
        theirs = getattr(torch.nn.init, f"{name}_")(torch.empty(shape)).std().item()
        print(
            f"{name:>15}: torch's spread is ours to 1 %: {abs(start[name](shape, rng=rng).std() / theirs - 1) < 0.01}"
        )
    for norm_type in [1.0, 2.0, np.inf]:
        tensors = [torch.zeros(a.shape, dtype=torch.float64) for a in arrays]
        for tensor, a in zip(tensors, arrays):
            tensor.grad = torch.tensor(a)
        norm = torch.nn.utils.clip_grad_norm_(tensors, 1.0, norm_type)
        clipped, total = short["clip_grad_norm"](arrays, 1.0, norm_type=norm_type)
        worst = max(np.abs(t.grad.numpy() - c).max() for t, c in zip(tensors, clipped))
        print(
            f"clip_grad_norm, norm {norm_type}: differences below 1e-14: {max(worst, abs(norm.item() / total - 1)) < 1e-14}"
        )

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading, and a few numbers show it.
#
# | found in print | right | what is wrong |
# | --- | --- | --- |
# | "$W > 1$ explodes, $W < 1$ vanishes" | singular values of the product | holds for $c \cdot I$ only (section 1) |
# | "keep the weights in $(0, 1)$, and nothing explodes" | keep the singular values near 1 | 0.5 in all places stretches by $n/2$ |
# | "with ReLU there are no vanishing gradients" | fewer | twenty layers with std 0.05 (section 1) |
# | "$\mathrm{Var}(w) = 1/n$: Xavier initialisation" | LeCun's; Glorot's has both fans | section 4 |
# | "tanh: $1/n$", as if torch did so | torch's table gives tanh the gain 5/3, to be handed over: `gain=calculate_gain("tanh")` | variance $25/9$ times as large |
# | "the neurons have variance $2/n$" | the weights have | section 5: z has 1 |
# | "the spread grows with the amount of input data" | with the number of *inputs* of a unit | more samples change nothing |
# | "gradient clipping: $\min(6, \max(0, z))$" | $g \cdot \min(1, c/\lVert g \rVert)$ | that is ReLU6; it bounds activations |
#
# The last two and the fifth as numbers. And one of words: **batch normalisation** 批量归一化 (chapter 09), which makes a network
# less sensitive to its start, is not something that happens to the data once before training; it is a layer, at work in
# every step.

# %%
rng = np.random.default_rng(0)
for samples, n in [(100, 50), (10_000, 50), (100, 5000)]:
    z = rng.normal(size=(samples, n)) @ rng.normal(0, 0.1, size=(n, 20))
    print(f"{samples:>6} samples of {n:>4} inputs: std of z {z.std():.2f}")
print("a gradient of 1e6 through ReLU6 at z = 3:", activations.relu6_backward(1e6, 3.0))
(a, b), norm = optim.clip_grad_norm((np.array([3e6]), np.array([4e6])), 1.0)
print(f"(3e6, 4e6) clipped by norm to 1: ({a[0]:.1f}, {b[0]:.1f})")
W = init.xavier_normal((1000, 1000), gain=calculate_gain("tanh"), rng=rng)
print(f"1000 inputs, tanh with torch's gain: variance {W.var():.5f}, 1/n is 0.00100")

# %% [markdown]
# ## Summary
#
# | start | variance of a weight | for |
# | --- | --- | --- |
# | all equal | 0 | biases only |
# | LeCun | $1/n_{\text{in}}$ | linear, tanh |
# | Glorot (Xavier) | $g^2 \cdot 2/(n_{\text{in}} + n_{\text{out}})$ | tanh with $g = 5/3$; a compromise with the gradient |
# | He (Kaiming) | $g^2/n_{\text{in}}$ or $g^2/n_{\text{out}}$, $g^2 = 2$ for ReLU | ReLU and its kin |
# | uniform form of any | the same, with $r = \sqrt 3$ standard deviations | makes no difference |
# | sparse | any, $k$ weights to a unit | very wide layers |
#
# | watch out for | why |
# | --- | --- |
# | standard deviation or variance | `rng.normal` takes the first, the rules give the second |
# | fan-in or fan-out | the sum forward has fan-in terms, the sum back fan-out |
# | the mean of the inputs | mean squares count, not variances |
# | a gradient too long | $g \cdot \min(1, c/(\lVert g \rVert + 10^{-6}))$, one norm for all; by value turns the direction |
# | one norm for all gradients | clipping each array for itself turns the step |
# | activations that look lively | may be saturated |
#
# **Further reading.** LeCun, Bottou, Orr, Müller, *Efficient BackProp* (1998), section 4.6 · Glorot, Bengio, *Understanding
# the difficulty of training deep feedforward neural networks* (2010) · Martens, *Deep learning via Hessian-free
# optimization* (2010) · Pascanu, Mikolov, Bengio, *On the difficulty of training recurrent neural networks* (2013), on
# clipping · He, Zhang, Ren, Sun, *Delving deep into rectifiers* (2015) · Nielsen, *Neural Networks and Deep Learning*
# (2015), chapter 3, weight initialization · Goodfellow, Bengio, Courville, *Deep Learning* (2016), sections 8.4 and
# 10.11.1.

# %%
progress()
