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
# # Chapter 02 · Activations
#
# A network without activation functions is one matrix, however many layers it has. This chapter is about the
# small bends between the layers: what they do to values, what they do to gradients, and how to write them so that
# no input breaks them.
#
# **After this chapter you can**
#
# * say why a network needs a nonlinearity, and prove it with two matrices;
# * write sigmoid, the ReLU family, softplus, GELU and softmax so that they stay finite for every input;
# * write their backward passes, and test a backward pass without knowing the answer;
# * recognise saturated and dead units in a network, by numbers.
#
# **You need** NumPy arrays, broadcasting, `axis` and `keepdims`, matrix products, and derivatives up to the chain
# rule. Nothing from other chapters. Chinese terms stand beside the English ones where they first occur.
#
# **Time** about four and a half hours, in three sittings: 14 exercises for 27 points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 4 | 1½ | neurons with a bend, and two backward passes that you can test |
# | 2 | 5 to 7 | 1½ | the ReLU family and its smooth relatives |
# | 3 | 8 to 10 | 1½ | softmax that never overflows, and a look into a network at work |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it checks
# your function and says what is wrong. `hint(neuron)` gives a hint, each call one more. `again(neuron)` runs the case that
# failed as Python would, with your prints, and returns its arguments. `solution(neuron)` shows one way, once you have tried.
# `reset(neuron)` brings the untouched cell back, `progress()` shows how far you are. Cells that only draw are folded: a click on
# the three dots shows their code. The cases of a check have weights, and the parts of a pair count separately.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, compare_with_torch, hint, progress, reset, solution, usable
from nnlib import experiments, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np
from scipy.special import erf

from nnlib import activations, nn

# %% [markdown]
# ## Why bend at all
#
# Take ten layers with random weights, one input, one output. On the left the layers are linear; on the right a
# ReLU, $\max(0, z)$, stands after each but the last. Three pairs are drawn; in a pair both networks have exactly the
# same weights.


# %% tags=["folded"]
def ten_layers(x, bend, rng):
    a = x[:, None]
    for width in [12] * 9 + [1]:
        W, b = rng.normal(size=(width, a.shape[1])) * np.sqrt(2 / a.shape[1]), rng.normal(size=width) * 0.3
        z = a @ W.T + b
        a = bend(z) if width > 1 else z
    return a[:, 0]


x = np.linspace(-3, 3, 400)
fig, panels = plt.subplots(1, 2, figsize=(8, 3))
for ax, bend, name in zip(
    panels, [lambda z: z, activations.relu], ["ten linear layers", "the same, with ReLU"]
):
    for seed in range(3):
        y = ten_layers(x, bend, np.random.default_rng(seed))
        ax.plot(x, (y - y.mean()) / np.ptp(y) + seed)
    ax.set(title=name, xlabel="input", ylabel="output (scaled, shifted)")
plotting.show(
    fig,
    alt="Left: the outputs of three ten-layer linear networks are straight lines. "
    "Right: with ReLU between the layers the same weights give lines with several bends.",
)

# %% [markdown]
# The left networks have ten layers of weights and can draw nothing but straight lines. The bends on the right come
# from ReLU alone. By the end of section 2 you will have proved that this is always so.

# %% [markdown] topics="C02-01 C02-02"
# # Sitting 1
#
# ## 1 · A neuron
#
# A **linear model** predicts $f(x) = w_1 x_1 + \dots + w_d x_d + b$. Raising $x_1$ by one always adds $w_1$,
# whatever the other inputs are. So a linear model cannot express "$x_1$ helps, but only if $x_2$ is large": it has
# no interactions between features. One pixel of a photograph means little without its neighbours, and a linear
# model cannot look at neighbours together.
#
# The **artificial neuron** 人工神经元 borrows one idea from the biological one. A nerve cell collects signals on its
# dendrites, adds them up, and fires along its axon when the sum passes a threshold; the synapses decide how strongly
# each signal counts. In symbols: weigh the inputs, add them, and pass the sum through a function that is not a
# straight line.
#
# $$\begin{gathered}
# z = w \cdot x + b, \\
# a = f(z)
# \end{gathered}$$
#
# * $x$, shape `(d,)`: the inputs. For a batch of $n$ samples, shape `(n, d)`, one sample per row.
# * $w$, shape `(d,)`: the **weights** 权重. $w_j$ says how much input $j$ counts, and in which direction.
# * $b$, a number: the **bias** 偏置. It moves the point at which the neuron switches: $z > 0$ means $w \cdot x > -b$.
# * $f$: the **activation function** 激活函数, applied to every entry of $z$ on its own.
# * $a$, shape `(n,)` for a batch: the **activation** 激活值, the neuron's output.

# %% topics="C02-04" tags=["folded"]
z = np.linspace(-3, 3, 301)
ax = plotting.curves(
    z,
    {
        "step": activations.heaviside,
        "sigmoid of 1 z": activations.sigmoid,
        "sigmoid of 5 z": lambda z: activations.sigmoid(5 * z),
    },
    title="a threshold, and smooth versions of it",
    xlabel="z = w·x + b",
    ylabel="a = f(z)",
)
plotting.show(
    ax,
    alt="The step function jumps from 0 to 1 at z = 0. The sigmoid rises smoothly from 0 to 1; "
    "with 5z in place of z it is close to the step.",
)

# %% [markdown]
# The first artificial neurons used the **step function** 阶跃函数: 0 below the threshold, 1 above it. Its slope is 0
# wherever it has one, so gradient descent learns nothing from it. The sigmoid is the smooth version, and multiplying
# $w$ and $b$ by a large number brings the step back.

# %% [markdown]
# Write a neuron. `x` has shape `(n, d)` or, for a single sample, `(d,)`; `w` has shape `(d,)`; `b` is a number;
# `activation` is a function. Return the activations, shape `(n,)`, or a single number for a single sample.


# %% exercise="neuron"
def neuron(x, w, b, *, activation):
    """Output of a neuron, f(x·w + b).

    x: (n, d) or (d,). w: (d,). b: number. activation: function of an array. Returns (n,) or a number.
    """
    ### BEGIN SOLUTION
    return activation(x @ w + b)
    ### END SOLUTION


# %% topics="C02-03"
x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
w = np.array([1.0, 1.0])
for b, name in [(-0.5, "or "), (-1.5, "and")]:
    print(f"b = {b}: ", name, nn.neuron(x, w, b, activation=activations.heaviside))

# %% [markdown]
# With the same weights, the bias alone turns the neuron from OR into AND. No choice of `w` and `b` gives XOR (1 where
# exactly one input is 1): that needs an interaction. Chapter 04 builds it with two layers.

# %% [markdown]
# ## 2 · Why a nonlinearity is needed
#
# A tempting idea: one linear layer is weak, so stack several. Try it. A layer maps $x$ of shape `(d,)` to
# $W x + b$ with $W$ of shape `(h, d)`, one row per neuron, and $b$ of shape `(h,)`. Two of them give
#
# $$y = W_2 (W_1 x + b_1) + b_2 = \underbrace{W_2 W_1}_{W}\, x + \underbrace{W_2 b_1 + b_2}_{b}$$
#
# That is one layer again. By induction ten layers are one layer, too.

# %% [markdown]
# Write the function that collapses two linear layers into one. `W1` is `(h, d)`, `b1` is `(h,)`, `W2` is `(k, h)`,
# `b2` is `(k,)`. Return the pair `(W, b)` with shapes `(k, d)` and `(k,)`.


# %% exercise="collapse_linear"
def collapse_linear(W1, b1, W2, b2):
    """(W, b) such that W x + b equals W2 (W1 x + b1) + b2 for every x."""
    ### BEGIN SOLUTION
    return W2 @ W1, W2 @ b1 + b2
    ### END SOLUTION


# %% topics="C02-06"
rng = np.random.default_rng(0)
W1, b1, W2, b2 = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=(2, 4)), rng.normal(size=2)
x = rng.normal(size=3)
W, b = nn.collapse_linear(W1, b1, W2, b2)
print("largest difference of the outputs:", np.abs(W @ x + b - (W2 @ (W1 @ x + b1) + b2)).max())

narrow = rng.normal(size=(10, 2)) @ rng.normal(size=(2, 10))
print("rank of a 10 → 2 → 10 stack:", np.linalg.matrix_rank(narrow))

# %% [markdown] topics="C02-05"
# Stacking linear layers cannot add anything, and a narrow layer in between even takes something away: the
# 10 → 2 → 10 stack has rank 2, where a single 10 × 10 layer can have rank 10.
#
# **What do we want from an activation?** It must not be linear. It should have a useful slope almost everywhere,
# because learning follows slopes; a kink at one point does no harm. It should be cheap, since a network evaluates
# it millions of times (GELU is the exception that people pay for). And its outputs should neither explode nor all
# have one sign. No function has all of this; the rest of the chapter is about the trade.

# %% [markdown]
# **Written question.** In the first picture of this chapter, a ReLU network with *positive* weights and biases, fed
# with positive inputs, would have drawn a straight line as well. Explain why, and why this does not contradict what
# you have proved.

# %% [markdown] written="why-nonlinear" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point: with ReLU the pre-activations can all stay positive on the data, and then the
# network is linear there (or: the bends lie outside the data's range). 1 point: it is a statement about a region of
# inputs, not about the network everywhere; other inputs or other biases would bring the bends in.
# ### END SOLUTION

# %% [markdown]
# ## 3 · Sigmoid
#
# The **sigmoid** S 型函数 squeezes any number into $(0, 1)$, so its output can be read as a probability:
#
# $$\begin{gathered}
# \sigma(x) = \frac{1}{1 + e^{-x}}, \\
# \sigma'(x) = \sigma(x)\,(1 - \sigma(x)) \in (0, \tfrac14]
# \end{gathered}$$
#
# $x$ is an array of any shape; $\sigma$ and $\sigma'$ act on each entry. The formula is short, but computers have
# finite numbers: $e^{1000}$ is `inf` in floating point. Whether that hurts depends on how you write the formula. Here is
# the one you get by multiplying numerator and denominator by $e^{x}$:

# %%
with np.errstate(all="ignore"):  # silence the warnings, look at the values
    three = np.array([-1000.0, 0.0, 1000.0])
    print("exp(x) / (1 + exp(x)):", np.exp(three) / (1 + np.exp(three)))

# %% [markdown]
# At 1000 it divides `inf` by `inf`, which is `nan`, "not a number". A formula that is right on paper can be wrong in a
# computer.

# %% [markdown]
# Write the sigmoid for arrays of any shape. It must stay finite for entries like ±10 000.


# %% exercise="sigmoid"
def sigmoid(x):
    """1 / (1 + exp(-x)), entry by entry. x: any shape. Returns the same shape."""
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-x))
    ### END SOLUTION


# %% topics="C02-07"
grid = np.linspace(-6, 6, 301)
slope = activations.sigmoid_backward(np.ones_like(grid), grid)
ax = plotting.curves(grid, {"σ(x)": activations.sigmoid, "slope σ'(x)": slope}, title="sigmoid")
print("largest slope:", slope.max(), "  slope at x = 1:", activations.sigmoid_backward(1.0, 1.0).round(4))
print("slope at x = 5:", activations.sigmoid_backward(1.0, 5.0).round(5))
plotting.show(
    ax,
    alt="The sigmoid rises from 0 to 1; its slope is a bump of height one quarter around 0, nearly 0 beyond ±5.",
)

# %% [markdown]
# The slope is largest at 0, where it is ¼, and almost nothing beyond ±5: the unit is **saturated** 饱和. You will
# read that learning is slow when the *input* of the sigmoid is near 1. It is the *activation* that matters:
# $\sigma'(1) = 0.197$ is nearly the maximum, while an activation of $a = 0.99$ needs $x \approx 4.6$ and has the slope
# 0.0099.
#
# ### Backward passes
#
# The **loss** 损失 $L$ is one number that says how wrong a network is. Training changes the weights a little in the
# direction in which $L$ falls (gradient descent), so it needs the slope of $L$ with respect to every number in the
# network. It is found by going backwards, function by function. For $y = f(x)$ we are given $\partial L/\partial y$,
# called `grad_output`, of the shape of $y$, and want $\partial L/\partial x$, of the shape of $x$. If $x_j$ enters several
# outputs, the ways add up; for a function that acts entry by entry there is only one way:
#
# $$\begin{gathered}
# \frac{\partial L}{\partial x_j} = \sum_i \frac{\partial L}{\partial y_i}\,\frac{\partial y_i}{\partial x_j}, \\
# \text{entry by entry:}\quad \frac{\partial L}{\partial x_j} = \frac{\partial L}{\partial y_j}\; f'(x_j)
# \end{gathered}$$
# Throughout this course `f_backward(grad_output, ...)` takes `grad_output`
# and then exactly the arguments of `f`.

# %% [markdown]
# Write the backward pass of sigmoid. `grad_output` and `x` have the same shape; return the gradient with respect to
# `x`, in that shape. `x` is the *input* of the sigmoid, not its output.


# %% exercise="sigmoid_backward"
def sigmoid_backward(grad_output, x):
    """Gradient of sigmoid: grad_output * σ'(x), same shape as x."""
    ### BEGIN SOLUTION
    s = sigmoid(x)
    return grad_output * s * (1 - s)
    ### END SOLUTION


# %% [markdown]
# How can you trust a backward pass without knowing the answer? Nudge each input a little and see how the output
# moves: $f'(x) \approx \dfrac{f(x + h) - f(x - h)}{2h}$. This is a **central difference** 中心差分, and
# `nnlib.gradcheck` does it for any function, with a random `grad_output`. "Analytic" is the backward pass, "numeric" the
# central difference. Here it catches the classic slip $a(1-a)$ with $a = x$:

# %%
from nnlib.gradcheck import check_gradient

x = np.random.default_rng(1).normal(size=(2, 3))
print(check_gradient(activations.sigmoid, activations.sigmoid_backward, (x,)))
print(check_gradient(activations.sigmoid, lambda g, x: g * x * (1 - x), (x,)))

# %% [markdown]
# ### What saturation does to depth
#
# In a chain of $D$ sigmoid units, one per layer, a gradient is multiplied by $D$ slopes and $D$ weights. Each slope is at
# most ¼, so with weights of size one at most $0.25^D$ survives: the **vanishing gradient** 梯度消失. Section 10 measures
# it in wide layers.

# %% topics="C02-08"
print("10 layers, best case 0.25**10 =", 0.25**10)
fig, panels = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
for ax, z in zip(panels, [0.0, 2.0]):
    experiments.plot_gradient_chain(["sigmoid", "tanh", "relu"], depth=10, z=z, ax=ax)
    ax.set(ylim=(1e-12, 3))
panels[1].set(ylabel="")
panels[0].set(title="z = 0 in every layer")
panels[1].set(title="z = 2 in every layer")
plotting.show(
    fig,
    alt="Share of the gradient left after each of ten layers, on a logarithmic scale. With sigmoid it falls by a "
    "factor of 4 a layer at z = 0 and by about 10 at z = 2. With tanh it stays 1 at z = 0 but falls fastest at "
    "z = 2. With ReLU it is 1 at z = 2, and 0 from the first layer on at z = 0.",
)

# %% [markdown]
# ### All outputs positive
#
# A second weakness. Suppose a unit with $z = w \cdot h$ receives sigmoid outputs $h$, all positive. Its gradient is
# $\partial L/\partial w_j = (\partial L/\partial z)\, h_j$: for one sample all components have the *same sign*. If one
# weight should grow and another shrink, the unit can only get there in a zig-zag. Below, two weights start at (0, 0) and
# should reach (1, −1).

# %% topics="C02-47" tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(8, 3.2))
for ax, name in zip(panels, ["sigmoid", "tanh"]):
    walk = experiments.zigzag(name, rng=np.random.default_rng(0))
    walk.plot(ax)
    ax.set_title(f"after {name}: one sign in {walk.same_sign:.0%} of the steps")
plotting.show(
    fig,
    alt="Path of two weights towards a target of opposite signs. After sigmoid every step moves both weights the same "
    "way and the path zig-zags; after tanh the path is shorter, with fewer turns.",
)

# %% [markdown]
# ## 4 · tanh
#
# The **hyperbolic tangent** 双曲正切 has the same shape, stretched to $(-1, 1)$ and centred on zero:
#
# $$\begin{gathered}
# \tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} = 2\,\sigma(2x) - 1, \\
# \tanh'(x) = 1 - \tanh^2(x) \in (0, 1]
# \end{gathered}$$
#
# Its slope at 0 is 1, four times that of sigmoid, and its outputs have both signs. It saturates all the same.
# Use `np.tanh`: the formula above breaks beyond $|x| = 710$, and the form $(1 - e^{-2x})/(1 + e^{-2x})$, which you will
# meet, is `nan` already at $x = -400$.

# %% topics="C02-09 C02-10"
grid = np.linspace(-4, 4, 301)
print("tanh(x) - (2σ(2x) - 1):", np.abs(activations.tanh(grid) - experiments.tanh_from_sigmoid(grid)).max())
with np.errstate(all="ignore"):
    e = np.exp(-2 * np.array([-400.0]))
    print("literal formula at -400:", (1 - e) / (1 + e), "  np.tanh:", activations.tanh(np.array([-400.0])))
ax = plotting.curves(
    grid,
    {
        "tanh": activations.tanh,
        "slope of tanh": activations.tanh_backward(1.0, grid),
        "sigmoid": activations.sigmoid,
    },
    title="tanh is a stretched sigmoid",
)
plotting.show(
    ax,
    alt="tanh rises from -1 to 1 through 0, twice as high and twice as steep in x as sigmoid; "
    "its slope is 1 at 0 and nearly 0 beyond 3.",
)

# %% [markdown]
# Write the backward pass of tanh. Shapes as before. You may use `np.tanh`.


# %% exercise="tanh_backward"
def tanh_backward(grad_output, x):
    """Gradient of tanh: grad_output * tanh'(x), same shape as x."""
    ### BEGIN SOLUTION
    return grad_output * (1 - np.tanh(x) ** 2)
    ### END SOLUTION


# %% [markdown]
# **End of the first sitting.** You have the two oldest bends with their backward passes, and a way to test any other.

# %% [markdown]
# # Sitting 2
#
# ## 5 · ReLU
#
# The **rectified linear unit** 修正线性单元 keeps what is positive and drops the rest:
#
# $$\begin{gathered}
# \mathrm{relu}(x) = \max(0, x), \\
# \mathrm{relu}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}
# \end{gathered}$$
#
# Where it is active its slope is exactly 1, so nothing vanishes on the way back; it needs no exponential; and it
# sets about half of its outputs to exactly zero. At the kink $x = 0$ there is no derivative. We take 0, as torch does;
# some choice must be made, and your function and the check must make the same one.

# %% topics="C02-11 C02-12 C02-48"
import timeit

rng = np.random.default_rng(0)
many = rng.normal(size=(1000, 200))
print(f"exact zeros after relu: {experiments.sparsity(activations.relu(many)):.3f}")
seconds = {
    name: min(timeit.repeat(lambda f=getattr(activations, name): f(many), number=3, repeat=3))
    for name in ["relu", "tanh", "sigmoid", "gelu"]
}
for name, value in seconds.items():
    print(f"{name:>12}: {value / seconds['relu']:5.1f} times the time of relu")

# %% [markdown]
# The times differ from machine to machine and from run to run, the order hardly: an exponential costs several times
# a comparison, and GELU's error function more still. (Our sigmoid takes care of every digit far left, which np.tanh
# does not have to: hence its longer time.)

# %% [markdown]
# Write the backward pass of ReLU. `grad_output` and `x` have the same shape. The slope at `x == 0` is 0. Do not
# change the arrays you are given: other code still needs them.


# %% exercise="relu_backward"
def relu_backward(grad_output, x):
    """Gradient of relu: grad_output where x > 0, else 0. Same shape as x."""
    ### BEGIN SOLUTION
    return grad_output * (x > 0)
    ### END SOLUTION


# %% [markdown]
# ### Dead units, and a cap that is not clipping
#
# The flat half has a price. If a unit's pre-activation $z$ is negative for *every* sample, its gradient is zero for every
# sample: its own weights no longer move. It is a **dead unit** 死亡神经元. One large step can kill a unit, by moving its
# bias far down.

# %% topics="C02-13 C02-17"
rng = np.random.default_rng(0)
normal = rng.normal(size=(500, 100))  # the largest of 500 standard normal numbers is about 3
for shift in [0, -2, -4]:
    dead = experiments.dead_unit_fraction(activations.relu(normal + shift))
    print(f"biases moved by {shift:>2}: {dead:.0%} of 100 units dead on 500 samples")

x, upstream = np.array([3.0]), np.array([1e6])
print(
    "relu6(8) =",
    activations.relu6(8.0),
    "but at 3 it passes the gradient",
    activations.relu6_backward(upstream, x),
    "unchanged",
)
g = np.array([3e6, 4e6])
print("clipping by norm gives   ", g * min(1, 1 / np.linalg.norm(g)))

# %% [markdown]
# `relu6`, $\min(6, \max(0, z))$, is sometimes offered as "gradient clipping". It bounds *activations*: a gradient of
# a million passes through it unchanged at $x = 3$. Clipping a gradient $g$ to length $c$ (here 1) means
# $g \cdot \min(1, c/\lVert g \rVert)$.
#
# ### A slope on the left
#
# If zero slope is the problem, give the left side a small positive slope. Three variants differ in who chooses it:
#
# * **Leaky ReLU** 带泄漏的修正线性单元: a constant, 0.01 unless you say otherwise. $f(x) = x$ for $x > 0$, else
#   $\alpha x$.
# * **PReLU**: $\alpha$ is a weight and is learned, one for all units or one for each column.
# * **RReLU**: $\alpha$ is drawn at random from $[\tfrac18, \tfrac13]$ for each entry in training, and fixed at the
#   middle, 0.229, in testing.
#
# Do not be misled by "a small negative gradient" in some texts: the *output* is negative there; the slope is positive.

# %% topics="C02-14 C02-15 C02-16"
x = np.array([-2.0, -1.0, 0.0, 3.0])
rng = np.random.default_rng(0)
print("leaky_relu        ", activations.leaky_relu(x))
print("its slope         ", activations.leaky_relu_backward(np.ones(4), x))
print("prelu, weight 0.25", activations.prelu(x, np.array([0.25])))
print(
    "rrelu in training ",
    activations.rrelu(x, activations.rrelu_slope(x.shape, training=True, rng=rng)).round(3),
)
print("rrelu in testing  ", activations.rrelu(x, activations.rrelu_slope(x.shape)).round(4))

# %% [markdown]
# Write Leaky ReLU for arrays of any shape. `negative_slope` is a number; it may be larger than 1.


# %% exercise="leaky_relu"
def leaky_relu(x, *, negative_slope=0.01):
    """x where x > 0, else negative_slope * x. Same shape as x."""
    ### BEGIN SOLUTION
    return np.where(x > 0, x, negative_slope * x)
    ### END SOLUTION


# %% [markdown] topics="C02-50"
# The family grew from one idea of its authors: models that behave more like a straight line are easier to optimise.
# ReLU is linear on each side; the leaky ones are less bent than ReLU; maxout, further below, lets the network choose its
# own straight pieces.

# %% [markdown]
# Now a learned slope. PReLU computes $y = \max(0, x) + w \min(0, x)$, and both $x$ and $w$ need a gradient. `x` and
# `grad_output` have shape `(n, c)`; `weight` has shape `(c,)`, one slope for each column. Return the pair
# `(grad_x, grad_weight)` with shapes `(n, c)` and `(c,)`. At `x == 0` take the left side. Each weight enters
# $n$ outputs, one per sample: use the sum over the ways from section 3.


# %% exercise="prelu_backward"
def prelu_backward(grad_output, x, weight):
    """Gradients of prelu with respect to x (n, c) and weight (c,)."""
    ### BEGIN SOLUTION
    grad_x = np.where(x > 0, grad_output, weight * grad_output)
    grad_weight = (grad_output * np.minimum(x, 0)).sum(axis=0)
    return grad_x, grad_weight
    ### END SOLUTION


# %% [markdown]
# ## 6 · Smooth bends
#
# ### Softplus
#
# **Softplus** rounds off ReLU's corner:
#
# $$\mathrm{softplus}(x) = \frac{1}{\beta} \ln(1 + e^{\beta x})$$
#
# $\beta$ (a number) sets how sharp the corner is. Far to the left it tends to 0, far to the right to $x$, and at 0
# it is $\ln 2 / \beta$. Its slope is the sigmoid of $\beta x$. "Far to the left" means very negative: softplus(−0.01)
# is still 0.688. For $\beta x$ above a threshold (20 by default) the result is taken as $x$ itself.

# %% topics="C02-18 C02-19"
print("softplus(0), ln 2:", activations.softplus(0.0), np.log(2))
print("softplus(-0.01), softplus(-20), softplus(50):", activations.softplus(np.array([-0.01, -20.0, 50.0])))
x = np.linspace(-3, 3, 301)
ax = plotting.curves(
    x,
    {
        "softplus, β = 1": activations.softplus,
        "softplus, β = 4": lambda x: activations.softplus(x, beta=4.0),
        "relu": activations.relu,
        "slope of softplus, β = 1": activations.softplus_backward(1.0, x),
    },
    title="softplus",
)
plotting.show(
    ax, alt="Softplus lies above ReLU and approaches it far from 0; with beta 4 the corner is sharper."
)

# %% [markdown]
# Write softplus for arrays of any shape. Where `beta * x > threshold`, return `x` itself. It must stay finite for
# entries like ±10 000.


# %% exercise="softplus"
def softplus(x, *, beta=1.0, threshold=20.0):
    """log(1 + exp(beta x)) / beta, and x itself where beta x > threshold. Same shape as x."""
    ### BEGIN SOLUTION
    return np.where(beta * x > threshold, x, np.logaddexp(0, beta * x) / beta)
    ### END SOLUTION


# %% [markdown]
# ### GELU
#
# ReLU multiplies its input by 0 or 1, depending on its sign. The **Gaussian error linear unit** 高斯误差线性单元
# multiplies it by a probability: $\Phi(x)$, the chance that a standard normal number (mean 0, variance 1) is below $x$.
#
# $$\mathrm{gelu}(x) = x\,\Phi(x) = \tfrac12\, x \left(1 + \mathrm{erf}\!\left(\frac{x}{\sqrt 2}\right)\right)$$
#
# erf is the error function, here `scipy.special.erf`. Before it was cheap to compute, a formula with tanh was used,
# and many trained models still need it:
#
# $$\mathrm{gelu_{tanh}}(x) = \tfrac12\, x \left(1 + \tanh\!\left(\sqrt{2/\pi}\,(x + 0.044715\, x^3)\right)\right)$$

# %% topics="C02-20 C02-21"
x = np.linspace(-6, 6, 20001)
gap = np.abs(activations.gelu(x) - activations.gelu(x, approximate="tanh"))
print(f"largest gap between the two forms: {gap.max():.2e} at |x| = {abs(x[gap.argmax()]):.2f}")

# %% [markdown]
# The two forms differ by less than 0.0005 everywhere.

# %% [markdown]
# Write GELU in both forms, for arrays of any shape: `approximate="none"` asks for the exact one, `"tanh"` for the
# other. `erf` is imported.


# %% exercise="gelu"
def gelu(x, *, approximate="none"):
    """x Φ(x): exact with erf ("none") or by the tanh formula ("tanh"). Same shape as x."""
    ### BEGIN SOLUTION
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + erf(x / 2**0.5))
    ### END SOLUTION


# %% topics="C02-22 C02-49"
x = np.array([-1.0, 0.5, 2.0])
for n in [10, 1000, 100_000]:
    drawn = experiments.gelu_as_random_mask(x, n=n, rng=np.random.default_rng(0))
    print(f"mean of {n:>6} random masks: {drawn.round(4)}")
print("gelu:                     ", activations.gelu(x).round(4))
f = activations.gelu
print("convex for x > 0? the middle of f(2), f(4):", (f(2.0) + f(4.0)) / 2, "  f(3):", f(3.0))
print("slopes at -0.5, -1, -5:", activations.gelu_backward(np.ones(3), np.array([-0.5, -1.0, -5.0])).round(6))
fig, panels = plt.subplots(1, 2, figsize=(8, 3.2))
experiments.plot_gelu_sigma(ax=panels[0])
t = np.linspace(-4, 4, 301)
plotting.curves(
    t, {"gelu": f, "slope": activations.gelu_backward(1.0, t)}, ax=panels[1], title="GELU dips below zero"
)
plotting.show(
    fig,
    alt="Left: x times a normal gate approaches ReLU as the gate narrows. Right: GELU and its slope; "
    "the slope is negative left of -0.75 and overshoots 1 near 1.4.",
)

# %% [markdown]
# The first three lines show where GELU comes from: keep $x$ with probability $\Phi(x)$, else 0, and average. On the left
# of the picture the same with a narrower normal distribution, of width sigma: in the limit the gate is a step and the
# function is ReLU. The rest corrects two claims you may read. GELU is not convex for $x > 0$: f(3) lies *above* the middle of f(2) and f(4).
# And it does not rescue every unit: its slope is negative left of −0.75 and tends to 0 further left.
#
# ### SiLU
#
# Replace $\Phi$ by the sigmoid and you have **SiLU** (or swish): $\mathrm{silu}(x) = x\,\sigma(x)$. It looks almost
# like GELU and its gradient is a product rule.

# %% [markdown]
# Write the backward pass of SiLU. `grad_output` and `x` have the same shape. It must stay finite for entries
# like ±800.


# %% exercise="silu_backward"
def silu_backward(grad_output, x):
    """Gradient of silu(x) = x σ(x). Same shape as x."""
    ### BEGIN SOLUTION
    s = sigmoid(x)
    return grad_output * (s + x * s * (1 - s))
    ### END SOLUTION


# %% topics="C02-31 C02-32 C02-23 C02-30" tags=["folded"]
x = np.linspace(-4, 3, 301)
ax = plotting.curves(
    x,
    {
        "silu": activations.silu,
        "mish": activations.mish,
        "elu": activations.elu,
        "celu, α = 2": lambda x: activations.celu(x, alpha=2.0),
    },
    title="smooth on the left",
)
plotting.show(ax, alt="SiLU and Mish dip below zero and return to it; ELU and CELU flatten at -1 and -2.")

# %% [markdown]
# ## 7 · The rest of the zoo
#
# You will meet more names in torch. Each is a small change to something above. You need not learn them; look at the
# pictures and know where to find them.
#
# | name | formula | where it is used |
# | --- | --- | --- |
# | ELU, CELU | $x$ for $x>0$, else $\alpha(e^{x}-1)$, or $\alpha(e^{x/\alpha}-1)$ | ReLU with negative outputs |
# | SELU | $1.0507\,\mathrm{elu}(x)$ with $\alpha = 1.6733$ | keeps mean 0 and variance 1, if inputs have them and weights have variance 1/d |
# | Mish | $x \tanh(\mathrm{softplus}(x))$ | object detection |
# | LogSigmoid | $\ln \sigma(x) = -\mathrm{softplus}(-x)$ | inside losses |
# | Hardsigmoid, Hardswish, Hardtanh | cheap pieces: $\mathrm{clip}(x/6+\tfrac12, 0, 1)$, $x\,\mathrm{relu6}(x+3)/6$, $\mathrm{clip}(x,-1,1)$ | phones |
# | Softsign, Tanhshrink | $x/(1+\lvert x\rvert)$, $x - \tanh x$ | rare |
# | Hardshrink, Softshrink | 0 for $\lvert x\rvert \le \lambda$, else $x$, or $x$ moved towards 0 by $\lambda$ | sparse codes |
# | Threshold | $x$ above a threshold, else a fixed value | ReLU in general form |
# | GLU | $a\,\sigma(b)$, halves $a, b$ of the input | gates in language models |
# | Maxout | $\max_k (W_k x + b_k)$ | learns its own bends |

# %% topics="C02-29 C02-28 C02-34 C02-35"
x = np.linspace(-4, 4, 301)
z = np.random.default_rng(0).normal(size=(2000, 50))
for layer in range(1, 4):
    W = np.random.default_rng(layer).normal(size=(50, 50)) / np.sqrt(50)
    z = activations.selu(z @ W)
    print(f"after SELU layer {layer}: mean {z.mean():+.2f}, std {z.std():.2f}")
ax = plotting.curves(
    x,
    {
        "selu": activations.selu,
        "logsigmoid": activations.logsigmoid,
        "softsign": activations.softsign,
        "tanhshrink": activations.tanhshrink,
    },
    title="SELU, LogSigmoid, Softsign, Tanhshrink",
)
plotting.show(
    ax,
    alt="SELU is a scaled ELU; logsigmoid is negative; softsign rises slowly to 1; tanhshrink is flat at 0.",
)

# %% topics="C02-25 C02-26 C02-27" tags=["folded"]
ax = plotting.curves(
    x,
    {
        "hardsigmoid": activations.hardsigmoid,
        "hardtanh": activations.hardtanh,
        "hardswish": activations.hardswish,
    },
    title="cheap pieces for small hardware",
)
plotting.show(
    ax, alt="Hardsigmoid and hardtanh are ramps between two constants; hardswish is 0, a parabola, then x."
)

# %% topics="C02-24 C02-33 C02-36" tags=["folded"]
ax = plotting.curves(
    x,
    {
        "hardshrink, λ = 1": lambda x: activations.hardshrink(x, lambd=1.0),
        "softshrink, λ = 1": lambda x: activations.softshrink(x, lambd=1.0),
        "threshold 2, value −1": lambda x: activations.threshold(x, 2.0, -1.0),
    },
    title="shrinking and thresholding",
)
plotting.show(
    ax, alt="Hardshrink is 0 between -1 and 1 and jumps; softshrink is continuous; threshold jumps at 2."
)

# %% topics="C02-37 C02-38"
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 6))
print("glu halves the last axis:", x.shape, "→", activations.glu(x).shape)
pieces = np.array([[[1.0]], [[-1.0]], [[0.0]]])  # three lines: x, -x and 0.5
v = np.linspace(-2, 2, 5)[:, None]
print(
    "maxout of x, -x, 0.5 at",
    v[:, 0],
    "=",
    activations.maxout(v, pieces, np.array([[0.0], [0.0], [0.5]]))[:, 0],
)

# %% [markdown]
# **End of the second sitting.** You have every bend that stands between layers today. What is left stands at the end of a network.

# %% [markdown]
# # Sitting 3
#
# ## 8 · Softmax
#
# For a choice among $K$ classes a network puts out $K$ numbers $x_1 \dots x_K$, the **logits**. **Softmax**
# 柔性最大值 turns them into probabilities:
#
# $$p_i = \frac{e^{x_i}}{\sum_{j=1}^{K} e^{x_j}}$$
#
# Here $x$ has shape `(K,)`, or `(n, K)` for a batch; then every row is treated on its own, and every row of $p$ sums
# to 1. In general `axis` says along which axis the numbers compete. Only differences count: adding a constant to all
# logits changes nothing, because $e^{x_i + c} = e^{c} e^{x_i}$ and $e^c$ cancels.

# %% topics="C02-40 C02-41 C02-42"
print(activations.softmax([1.3, 5.1, 2.2, 0.7, 1.1]).round(4))
print(activations.softmax([1, 2, 5, 2]).round(4), "rounded to two places these sum to 0.99")
batch = np.array([[1.0, 2.0], [3.0, 1.0]])
print("rows sum to   ", activations.softmax(batch).sum(axis=1))
print("columns, axis=0", activations.softmax(batch, axis=0).sum(axis=0))

# %% [markdown]
# The formula, typed in as it stands, breaks for logits of a thousand, which a network with too large weights or unscaled
# inputs can produce. The cure is in the paragraph above: you may subtract any number from a row before you start.

# %% [markdown]
# Write softmax along `axis`. `x` is an array with one, two or three axes; return the same shape. Logits like 10 000 must
# give probabilities, not `nan`, also when one row of a batch lies near 1000 and another near 0. Do not change `x`.


# %% exercise="softmax"
def softmax(x, *, axis=-1):
    """exp(x_i) / Σ_j exp(x_j) along `axis`. Same shape as x."""
    ### BEGIN SOLUTION
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
    ### END SOLUTION


# %% topics="C02-45"
z = np.array([2.0, 2.0, 1.0])
for c in [0.1, 1, 10, 1000]:
    print(f"softmax({c:>6} · [2, 2, 1]) = {activations.softmax(c * z).round(4)}")
print("large, but equal:", activations.softmax([1000.0, 1000.0]))
bad = activations.softmax(activations.sigmoid(np.array([50.0] + [-50.0] * 9)))
print(f"sigmoid, then softmax over ten classes: at most {bad.max():.3f}")

# %% [markdown]
# Three things to notice.
#
# * Multiplying the logits by a large $c$ moves all weight to the maximum: hence the name, a *soft* maximum. Two tied
#   maxima share it, ½ each. ($1/c$ is called the temperature.)
# * Softmax saturates when the *differences* are large, not when the numbers are.
# * A common mistake puts an activation before softmax, "sigmoid in every layer". Then the logits lie in $(0, 1)$, and
#   among ten classes no probability can exceed $e/(e+9) = 0.232$, however sure the network is. The last layer stays
#   linear.
#
# ### Going back from probabilities
#
# Softmax forgets one number: logits can be recovered only up to a constant, $x_i = \ln p_i + c$. And each output
# depends on *every* logit. The table of all slopes is the **Jacobian** 雅可比矩阵
#
# $$\begin{gathered}
# \frac{\partial p_i}{\partial x_j} = \begin{cases} p_i (1 - p_i) & i = j \\ -p_i\, p_j & i \ne j \end{cases} \\
# \text{or}\quad J = \mathrm{diag}(p) - p\,p^{\mathsf T}
# \end{gathered}$$
#
# Raising a logit raises its own probability and lowers all others.

# %% topics="C02-43 C02-44"
x = np.array([1.0, 2.0, 3.0])
J = activations.softmax_jacobian(x)
print(J.round(4))
print("rows sum to", J.sum(axis=1).round(12), " diagonal > 0:", (np.diag(J) > 0).all())
p = activations.softmax(x)
back = activations.softmax_inverse(p)
print(
    "logits again, up to a constant:",
    back.round(4),
    " softmax of them equal p:",
    np.allclose(activations.softmax(back), p),
)

# %% [markdown]
# ### The logarithm of softmax
#
# Losses need $\ln p_i$ (`np.log`). Computing $p$ first and then its logarithm fails: a probability below about
# $10^{-324}$ becomes 0, and $\ln 0 = -\infty$. Take the logarithm on paper instead:
#
# $$\begin{aligned}
# \ln p_i &= x_i - \ln \sum_j e^{x_j} \\
# &= (x_i - m) - \ln \sum_j e^{x_j - m}, \quad m = \max_j x_j
# \end{aligned}$$
#
# The last sum has one term equal to 1 and none larger, so nothing overflows and the logarithm never sees a zero. The
# first sum's logarithm has a name, **log-sum-exp**.

# %% [markdown]
# Write log-softmax along `axis`. Same shapes as softmax. It must stay finite for logits like ±10 000.


# %% exercise="log_softmax"
def log_softmax(x, *, axis=-1):
    """log(softmax(x)) along `axis`, without forming the softmax. Same shape as x."""
    ### BEGIN SOLUTION
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
    ### END SOLUTION


# %% topics="C02-46"
x = np.array([1000.0, 0.0])
with np.errstate(all="ignore"):
    print("log of the literal softmax:", np.log(np.exp(x) / np.exp(x).sum()))
    print("log of a stable softmax:   ", np.log(activations.softmax(x)))
print("log_softmax:               ", activations.log_softmax(x), "  log-sum-exp:", activations.logsumexp(x))

# %% [markdown]
# ### The backward pass
#
# Write $g$ for `grad_output`. The logit $x_j$ moves every $p_i$, so by the sum of section 3 its gradient is $\sum_i g_i\,
# \partial p_i / \partial x_j$, entry $j$ of $J^{\mathsf T} g$. There is no need to build $J$, which would have $K^2$ entries
# per row: put the formula above into the sum, and a short expression is left.

# %% [markdown]
# Write the backward pass of softmax. `grad_output` and `x` have the same shape, and `x` holds the *logits*. Return the
# gradient with respect to `x`. Every row has its own sum, along `axis`.


# %% exercise="softmax_backward"
def softmax_backward(grad_output, x, *, axis=-1):
    """Gradient of softmax with respect to its logits x. Same shape as x."""
    ### BEGIN SOLUTION
    p = softmax(x, axis=axis)
    return p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))
    ### END SOLUTION


# %% [markdown]
# ## 9 · Against torch
#
# If torch is installed, the cell below gives your functions and torch's the same inputs and compares values and
# gradients, in float64 and float32, on the CPU and on a GPU if there is one. Without torch it says so.

# %%
compare_with_torch(
    *[sigmoid, sigmoid_backward, tanh_backward, relu_backward, leaky_relu, prelu_backward],
    *[softplus, gelu, silu_backward, softmax, log_softmax, softmax_backward],
)

# %% [markdown]
# ## 10 · Experiment: units at work on handwritten digits
#
# scikit-learn ships 1797 scanned digits of 8 × 8 pixels. First send 500 of them through an *untrained* stack of ten
# layers with 64 units, and a random gradient back down. How much of it reaches the first layer? (The two cells with
# pictures take a few seconds each.)
#
# The next cell says whose functions this section uses: yours, where they are right and fast enough, else nnlib's. What you
# did not write, such as the backward pass of Leaky ReLU, is nnlib's.

# %%
mine = usable(sigmoid, sigmoid_backward, tanh_backward, relu_backward, leaky_relu)
mine

# %%
bends = {
    "sigmoid": (mine["sigmoid"], mine["sigmoid_backward"]),
    "tanh": (np.tanh, mine["tanh_backward"]),
    "relu": (activations.relu, mine["relu_backward"]),
    "leaky_relu": (mine["leaky_relu"], activations.leaky_relu_backward),
}  # a function and its backward pass
X, y = experiments.digits()
fig, ax = plt.subplots()
for name, scale in [("sigmoid", 1.0), ("tanh", 1.0), ("relu", np.sqrt(2))]:
    stacks = [
        experiments.saturation(X[:500], bends[name], scale=scale, rng=np.random.default_rng(s)) for s in seeds
    ]
    stacks[0].plot(ax, label=name)
    print(
        f"{name:>8}: gradient at layer 1 relative to layer 10:", [f"{s.gradient_norm[0]:.1e}" for s in stacks]
    )
ax.set_title("what is left of a gradient on its way down")
plotting.show(
    ax,
    alt="Gradient size per layer on a logarithmic scale. Sigmoid loses about six orders of magnitude from layer 10 "
    "to layer 1; tanh keeps about half of it, ReLU nearly all.",
)

# %% [markdown]
# With sigmoid about two millionths arrive: the first layers of such a network would hardly move. With weights of a
# fitting size (chapter 05 derives it) about half arrives with tanh, and 0.7 to 1.1 times with ReLU.
#
# Now train. One hidden layer of 64 units, 150 steps of plain gradient descent on batches of 64 digits, with a
# moderate and with a large learning rate (the size of the steps). After each step we count the hidden units that are
# *off*, left of the kink for all 1797 digits, and the share of them that is *dead*: exactly 0, without any slope.

# %% topics="C02-39"
fig, ax = plt.subplots()
for name, lr in [("relu", 0.5), ("relu", 2.0), ("leaky_relu", 2.0)]:
    runs = [
        experiments.dying_units(X, y, activation=bends[name], lr=lr, rng=np.random.default_rng(s))
        for s in seeds
    ]
    runs[0].plot(ax, label=f"{name}, learning rate {lr}")
    off, dead = np.mean([r.off[-1] for r in runs]), np.mean([r.dead[-1] for r in runs])
    right = ", ".join(f"{r.accuracy:.0%}" for r in runs)
    print(f"{name:>10}, lr {lr}: off {off:.0%}, dead {dead:.0%}, digits read {right}")
ax.set_title("units that are off for every digit")
plotting.show(
    ax,
    alt="Share of hidden units that are off, over 150 steps. With ReLU and learning rate 0.5 it stays below 6 percent. "
    "With learning rate 2 it climbs to more than 80 percent within fifty steps, with ReLU and leaky ReLU alike.",
)

# %% [markdown]
# With the moderate rate a few units are dead after the first step and none dies later, and the network reads 97 % of
# the digits it was trained on. With the large rate nine units of ten are dead for the rest of the run, and what is left
# guesses. Leaky ReLU pushes most of its units left of the kink too, but none is dead: the slope there is 0.01, not 0.
# Their gradient is small, not gone, and the network still reads about a third to four fifths of the digits, depending on
# the seed.
#
# What to choose, then? Some names in this table you meet in later chapters.
#
# | situation | first choice |
# | --- | --- |
# | hidden layers, as a rule | ReLU; if units die: a smaller learning rate, Leaky ReLU, or GELU |
# | Transformers | GELU or SiLU, often with a gate (GLU) |
# | gates of a recurrent cell | sigmoid for the gate, tanh for the value |
# | output: one probability | sigmoid, inside the loss |
# | output: one of K classes | softmax, inside the loss |
# | output: any number | none |

# %% [markdown]
# **Written question.** In the last experiment a hidden unit is called dead because it is zero for all 1797 digits.
# Suppose you had looked at one batch of 64 digits only. What could you have concluded wrongly? And can a unit that is
# zero for the whole training set ever become active again?

# %% [markdown] written="dead-or-asleep" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point: a unit that is zero for a batch may be active for other samples, so one batch
# (or a small set) cannot show that it is dead; the whole training set must be checked. 1 point: even then it can come
# back if what feeds it changes (earlier layers move, the data change), while its own weights get no gradient.
# ### END SOLUTION

# %% [markdown]
# ## Formulas found in print
#
# | found in print | right | what is wrong |
# | --- | --- | --- |
# | two linear layers are one with $b = W_2 b_1 + b_1$ | $b = W_2 b_1 + b_2$ | the shapes clash unless the layers are equally wide |
# | $\mathrm{gelu}(x) = \frac12 x\,(1 + \mathrm{erf}(x))$ | $\frac12 x\,(1 + \mathrm{erf}(x/\sqrt 2))$ | 0.92 at 1 instead of 0.84 |
# | relu6 is "gradient clipping" | it caps activations (section 5) | a gradient of a million passes through |

# %%
W2, b1, b2 = np.ones((2, 4)), np.ones(4), np.ones(2)
print("W2 b1 + b2:", W2 @ b1 + b2)
try:
    W2 @ b1 + b1
except ValueError as error:
    print("W2 b1 + b1:", error)
print("½ x (1 + erf(x)) at 1:   ", 0.5 * (1 + erf(1.0)))
print("½ x (1 + erf(x/√2)) at 1:", 0.5 * (1 + erf(1 / np.sqrt(2))))

# %% [markdown]
# ## Summary
#
# | function | range | slope | watch out for |
# | --- | --- | --- | --- |
# | sigmoid | (0, 1) | σ(1 − σ) ≤ ¼ | saturates; all outputs positive |
# | tanh | (−1, 1) | 1 − tanh² ≤ 1 | saturates |
# | ReLU | [0, ∞) | 0 or 1 | dead units; slope 0 at the kink |
# | Leaky ReLU, PReLU | ℝ | α or 1 | max(x, αx) is wrong for α > 1 |
# | softplus | (0, ∞) | σ(βx) | overflow; threshold |
# | GELU, SiLU | ≥ −0.17, ≥ −0.28 | product rule | √2 in erf; two forms |
# | softmax | sums to 1 | diag(p) − p pᵀ | subtract the row maximum |
# | log-softmax | (−∞, 0] | | never log(softmax) |
#
# **Further reading.** LeCun, Bottou, Orr, Müller, *Efficient BackProp* (1998), on zero-centred units · Glorot, Bordes,
# Bengio, *Deep Sparse Rectifier Neural Networks* (2011) · Maas, Hannun, Ng, *Rectifier Nonlinearities Improve Neural
# Network Acoustic Models* (2013), Leaky ReLU · He et al., *Delving Deep into Rectifiers* (2015), PReLU · Hendrycks,
# Gimpel, *Gaussian Error Linear Units* (2016) · Goodfellow et al., *Maxout Networks* (2013).

# %%
progress()
