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
# # Chapter 04 · Back-propagation
#
# A network with a hundred thousand weights has a hundred thousand slopes: how much does the cost change if *this*
# weight changes a little? Trying each weight in turn would take a hundred thousand runs of the network. This chapter
# derives all of them in one run forward and one run back, uses them to train a network that reads handwritten digits,
# and checks them without knowing the answer.
#
# **After this chapter you can**
#
# * write a fully connected layer, a network of any depth, and their backward passes, for a whole batch at once;
# * derive the four equations of back-propagation and say which of them a new cost changes;
# * test a gradient numerically, and test the test;
# * say what one hidden layer can draw, what a single neuron cannot, and what depth adds.
#
# **You need** NumPy with broadcasting and matrix products, the chain rule, and the sigmoid, ReLU and softmax of chapter
# 02 with their backward passes. The costs are those of chapter 03. Chinese terms stand beside the English ones where they
# first occur.
#
# **Time** about seven hours, in five sittings: 13 exercises for 27 points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1, 2 | 1½ | a layer with its backward pass |
# | 2 | 3 | 1¼ | the four equations, and the gradient of a network from them |
# | 3 | 4, 5 | 2 | a network that reads digits |
# | 4 | 6, 7 | 1½ | a check that finds a wrong gradient |
# | 5 | 8 to 10 | 1 | what a network can draw |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it checks
# your function and says what is wrong. `hint(linear)` gives a hint, each call one more. `again(linear)` runs the case that
# failed as Python would, with your prints, and returns its arguments. `solution(linear)` shows one way, once you have tried.
# `reset(linear)` brings the untouched cell back, `progress()` shows how far you are. Cells that only draw are folded: a click on
# the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, compare_with_torch, hint, progress, reset, solution, usable
from nnlib import data, experiments, gradcheck, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

from nnlib import activations, nn
from nnlib.activations import sigmoid, sigmoid_backward, softmax


def pair(activation):
    """The function of a name such as "relu", and its backward pass: f(z) and f_backward(grad_output, z)."""
    return getattr(activations, activation), getattr(activations, f"{activation}_backward")


# %% [markdown]
# ## What it is for
#
# **Training** 训练 looks for the weights and biases, together the **parameters** 参数 $p$, with which a network is least wrong. One
# number says how wrong it is on the training samples, the **cost** 代价 $C$ (the mean loss of chapter 03). **Gradient descent**
# 梯度下降 starts anywhere and repeats one step:
#
# $$\begin{gathered}
# p \;\leftarrow\; p - \eta\,\frac{\partial C}{\partial p} \\
# \text{for all parameters at the same time}
# \end{gathered}$$
#
# * The slope $\partial C/\partial p$ says in which direction the cost rises, and how steeply. All slopes together are the
#   **gradient** 梯度. A step goes the other way.
# * $\eta$, the **learning rate** 学习率, says how far.
# * A step may use all samples, or only some of them, a **mini-batch** 小批量. Once through all samples is an **epoch** 轮.
# * The start is random: units that start equal get equal slopes and stay equal.
#
# Everything but the slopes is one line of code. The slopes are this chapter.
#
# Below are 200 points in four quarters, coloured by whether their coordinates have the same sign. On the left a single neuron is
# trained to tell the colours apart, on the right a network with one hidden layer of eight. The two calls in the loop,
# forward and back, and the error between them, are what you will write.


# %%
def trained(X, y, hidden):
    """The classifier that gradient descent finds: 1500 steps on all points."""
    parameters = nn.mlp_parameters([2, *hidden, 1], rng=np.random.default_rng(1))
    for _ in range(1500):
        z = nn.mlp(X, *parameters, activation="tanh")
        delta = nn.cost_delta(z, y[:, None], cost="cross_entropy") / len(X)
        _, *grads = nn.mlp_backward(delta, X, *parameters, activation="tanh")
        parameters = [p - 1.0 * g for p, g in zip(parameters, grads)]
    return lambda points: (nn.mlp(points, *parameters, activation="tanh")[:, 0] > 0).astype(int)


# %% tags=["folded"]
rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=(200, 2))
y = (X[:, 0] * X[:, 1] > 0).astype(int)
fig, panels = plt.subplots(1, 2, figsize=(8, 3.6))
for ax, hidden, name in zip(panels, [(), (8,)], ["one neuron", "eight hidden units and one neuron"]):
    classify = trained(X, y, hidden)
    plotting.decision_boundary(classify, X, y, ax=ax)
    print(f"{name}: {np.mean(classify(X) == y):.0%} of the points right")
    ax.set(xlabel="x₁", ylabel="x₂", title=name)
    ax.get_legend().remove()
plotting.show(
    fig,
    alt="Points of two classes in a checkerboard of four quarters. Left: one neuron cuts the plane with a straight line "
    "and gets about two thirds of the points right. Right: a network with eight hidden units follows the four quarters.",
)

# %% [markdown]
# # Sitting 1
#
# ## 1 · A network by hand
#
# Two inputs, two hidden units, two outputs, all units sigmoid: small enough to follow every number. One sample at a time, for now.
#
# Where a formula is written out entry by entry, the layer stands above: $w^l_{jk}$ is the weight of layer $l$ that leads *to* its unit
# $j$ *from* unit $k$ of the layer before, $b^l_j$ the bias of that unit, $z^l_j$ its **weighted input** 加权输入 and $a^l_j = \sigma(z^l_j)$
# its activation. No letter of this chapter is squared that way.


# %% tags=["folded"]
def draw_network(ax):
    """Two inputs, two hidden units, two outputs, and grey lines between them."""
    columns = [["input 1", "input 2"], ["hidden 1", "hidden 2"], ["output 1", "output 2"]]
    for c in range(2):
        for k in range(2):
            for j in range(2):
                ax.plot([c, c + 1], [1 - k, 1 - j], color="#999999", linestyle="-", zorder=1)
    for c, names in enumerate(columns):
        for j, name in enumerate(names):
            ax.scatter(c, 1 - j, s=2600, color="white", edgecolor="#0072B2", zorder=3)
            ax.text(c, 1 - j, name, ha="center", va="center", fontsize=8, zorder=4)
    ax.set(xlim=(-0.4, 2.4), ylim=(-0.45, 1.45))
    ax.set_axis_off()


fig, ax = plt.subplots(figsize=(6, 2.6))
draw_network(ax)
ax.text(0.5, 1.12, "W₁, b₁", ha="center")
ax.text(1.5, 1.12, "W₂, b₂", ha="center")
plotting.show(
    fig,
    alt="Two inputs, two hidden units and two outputs. Lines lead from each input to both hidden units (W1, b1) and from "
    "each hidden unit to both outputs (W2, b2).",
)

# %% [markdown]
# ### Forward
#
# For the hidden units, written out:
#
# $$\begin{gathered}
# z^1_1 = w^1_{11} x_1 + w^1_{12} x_2 + b^1_1, \\
# z^1_2 = w^1_{21} x_1 + w^1_{22} x_2 + b^1_2, \\
# a^1_j = \sigma(z^1_j)
# \end{gathered}$$
#
# and the same again with $a^1$ in place of $x$ for the outputs. In matrices, for this one sample,
# $z^1 = W_1 x + b_1$ with
#
# $$W_1 = \begin{pmatrix} w^1_{11} & w^1_{12} \\ w^1_{21} & w^1_{22} \end{pmatrix}$$

# %% [markdown]
# Write the forward pass. `x`, `b1` and `b2` have shape `(2,)`, `W1` and `W2` shape `(2, 2)` with $w_{jk}$ in row $j$,
# column $k$. Return the tuple `(z1, a1, z2, a2)`, in this order, four arrays of shape `(2,)`. Biases may be in the hundreds,
# where a sigmoid is 0 or 1 to the last digit; nothing is cut off. `sigmoid` is imported.


# %% exercise="forward_2_2_2"
def forward_2_2_2(x, W1, b1, W2, b2):
    """(z1, a1, z2, a2): weighted inputs and activations of both layers, all units sigmoid. Each (2,)."""
    ### BEGIN SOLUTION
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2
    ### END SOLUTION


# %% topics="C04-04"
x, y = np.array([1.0, 2.0]), np.array([0.0, 1.0])
W1, b1 = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([0.0, 0.0])
W2, b2 = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([0.1, -0.2])
by_hand = x, y, W1, b1, W2, b2  # section 3 comes back to these
run = experiments.forward_2_2_2(x, W1, b1, W2, b2)
for name, values in run._asdict().items():
    print(name, values.round(4))

# %% [markdown]
# By hand: $z^1_1 = 0.1 \cdot 1 + 0.2 \cdot 2 = 0.5$ and $z^1_2 = 0.3 \cdot 1 + 0.4 \cdot 2 = 1.1$, as printed.
#
# ### Backward, output layer
#
# The cost of the sample is quadratic, $C = \tfrac12 (a^2_1 - y_1)^2 + \tfrac12 (a^2_2 - y_2)^2$. How does $w^2_{12}$, the weight from hidden
# unit 2 to output 1, get there? Through $z^2_1$, then $a^2_1$, then $C$. The chain rule multiplies the three slopes:
#
# $$\frac{\partial C}{\partial w^2_{12}}
# = \underbrace{(a^2_1 - y_1)}_{\partial C/\partial a^2_1}\;
# \underbrace{\sigma'(z^2_1)}_{\partial a^2_1/\partial z^2_1}\;
# \underbrace{a^1_2}_{\partial z^2_1/\partial w^2_{12}}$$
#
# The first two factors are shared by everything that ends in unit 1: call them $\delta^2_1 = (a^2_1 - y_1)\,\sigma'(z^2_1)$,
# the error of that unit. Then the four weights have the gradients $\delta^2_j\, a^1_k$, a table that `np.outer` makes, and
# the biases $\delta^2_j$, because $\partial z^2_j/\partial b^2_j = 1$.

# %% topics="C04-05"
delta2, grad_W2 = experiments.output_layer_grads(run.a1, run.a2, y, run.z2)
print("delta2 ", delta2.round(4))
print("grad_W2", grad_W2.round(4).tolist())


def cost(x, W1, b1, W2, b2):
    return 0.5 * np.sum((experiments.forward_2_2_2(x, W1, b1, W2, b2).a2 - y) ** 2)


moved = W2.copy()
moved[0, 1] += 1e-5
slope = (cost(x, W1, b1, moved, b2) - cost(x, W1, b1, W2, b2)) / 1e-5
print(f"w12 nudged by 1e-5 moves the cost by {slope:.4f} times that")

# %% [markdown]
# The table's entry for $w^2_{12}$, and the nudge, agree.
#
# ### Backward, hidden layer
#
# Hidden unit $k$ feeds *both* outputs, so it moves the cost in two ways, and the ways add up:
#
# $$\begin{aligned}
# \delta^1_k &= \frac{\partial C}{\partial z^1_k} \\
# &= \Big(\underbrace{\delta^2_1\, w^2_{1k}}_{\text{through output 1}} + \underbrace{\delta^2_2\, w^2_{2k}}_{\text{through output 2}}\Big)\,\sigma'(z^1_k)
# \end{aligned}$$
#
# Nothing new had to be differentiated: the errors of the layer above, $\delta^2$, are used again. That is the whole idea
# of **back-propagation** 反向传播. From $\delta^1$ the gradients follow as before: $\delta^1_k\, x_i$ for the weight from
# input $i$ to hidden unit $k$, and $\delta^1_k$ for its bias.

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6.4, 3))
draw_network(ax)
for j, (colour, label) in enumerate(zip(["#D55E00", "#009E73"], ["δ²₁ w²₁₁", "δ²₂ w²₂₁"])):
    ax.annotate(
        "",
        xy=(1.17, 1 - 0.14 * j),
        xytext=(1.83, 1 - 0.86 * j),
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2.5},
        zorder=2,
    )
    ax.text(1.5, [1.1, 0.17][j], label, color=colour, ha="center")
    ax.text(2.25, 1 - j, ["δ²₁", "δ²₂"][j], color=colour, va="center")
ax.text(1, 1.33, "add up, times σ′(z¹₁): δ¹₁", ha="center")
plotting.show(
    fig,
    alt="The two ways back to hidden unit 1. An arrow from output 1 brings its error times the weight w11 of layer 2, an arrow "
    "from output 2 its error times the weight w21. The two add up; times the slope of the hidden unit that is its error.",
)

# %% [markdown]
# Write the hidden layer's part. `x` and `z1` have shape `(2,)`: the inputs, and the weighted inputs of the hidden layer.
# `W2` has shape `(2, 2)`, and `delta2`, shape `(2,)`, holds the errors of the outputs. Return the tuple
# `(delta1, grad_W1)` of shapes `(2,)` and `(2, 2)`. `sigmoid` and `sigmoid_backward(grad_output, z)` are imported.


# %% exercise="hidden_layer_grads"
def hidden_layer_grads(x, z1, W2, delta2):
    """(delta1, grad_W1): errors of the hidden units (2,), gradient of the weights that lead to them (2, 2)."""
    ### BEGIN SOLUTION
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, np.outer(delta1, x)
    ### END SOLUTION


# %% topics="C04-06"
delta1, grad_W1 = experiments.hidden_layer_grads(x, run.z1, W2, delta2)
print("delta1                     ", delta1.round(4))
print(
    "slopes of the cost by b1   ", gradcheck.numerical_gradient(lambda b: cost(x, W1, b, W2, b2), b1).round(4)
)

# %% [markdown]
# The slopes by small nudges are $\delta^1$, one for each hidden unit. You have done one whole back-propagation. What is missing is a
# way to write it down once, for layers of any size and many samples at a time.

# %% [markdown] topics="C04-01"
# ## 2 · One layer, many samples
#
# ### Names
#
# A **fully connected network** 全连接网络, or **multilayer perceptron** 多层感知机, MLP, is a row of layers; each unit of a
# layer sees all units of the layer before. From here on all samples are computed at once: matrices have one sample a *row*.
#
# | letter | shape | meaning |
# | --- | --- | --- |
# | $x = a_0$ | `(n, d)` | inputs, one sample a row; $n$ samples |
# | $W_l$ | `(out, in)` | weights of layer $l$; $w_{jk}$ leads from unit $k$ of the layer before to unit $j$ |
# | $b_l$ | `(out,)` | biases of layer $l$ |
# | $z_l = a_{l-1} W_l^{\mathsf T} + b_l$ | `(n, out)` | weighted inputs of layer $l$ |
# | $a_l = f(z_l)$ | `(n, out)` | activations of layer $l$ |
# | $L$ | a number | how many layers have weights: the hidden ones and the output; the inputs do not count |
# | $y$ | shape of $a_L$ | targets |
# | $C$ | a number | the cost: how wrong the outputs are |
# | $\delta_l = \partial C/\partial z_l$ | shape of $z_l$ | the **error** 误差 of layer $l$ |
# | $g$ | shape of an output | `grad_output`, $\partial C/\partial$ output |
#
# Books differ in two ways. Some count the inputs as layer 1, so that our $W_1$ is their $W^2$. And some put samples in
# columns, $z = W a + b$ for one sample; with samples in rows that is $z = a W^{\mathsf T} + b$. A row of $W$ belongs to a
# unit in both.
#
# For all exercises of the chapter: arrays hold floats; an array that you are given stays as it is; and where a tuple is
# asked for, a list of the same things is as good.

# %% topics="C04-02"
X, W = np.ones((5, 3)), np.ones((10, 3))  # five samples of three numbers, ten units
try:
    np.dot(X, W)
except ValueError as error:
    print("X W: ", error)
print("X Wᵀ:", (X @ W.T).shape)

# %% [markdown]
# ### Forward
#
# A **linear layer** 线性层 (its whole name is affine, because of the bias) is
#
# $$\begin{gathered}
# z_j = \sum_k w_{jk}\, x_k + b_j, \\
# \text{for all samples at once:}\quad z = x W^{\mathsf T} + b
# \end{gathered}$$

# %% [markdown]
# Write the layer. `x` has shape `(n, in)` or, for a single sample, `(in,)`; `weight` has shape `(out, in)`; `bias` has
# shape `(out,)` or is None (the default), which means no bias. Return shape `(n, out)`, or `(out,)` for a single sample.
# No activation here.


# %% exercise="linear"
def linear(x, weight, bias=None):
    """x Wᵀ + b. x: (n, in) or (in,). weight: (out, in). bias: (out,) or None. Returns (n, out) or (out,)."""
    ### BEGIN SOLUTION
    y = x @ weight.T
    return y if bias is None else y + bias
    ### END SOLUTION


# %% [markdown]
# ### Backward
#
# We are given $g = \partial C/\partial z$, a number for each sample and output. Three things led to $z$, so three
# gradients are wanted. Take one sample and ask, for each entry, which outputs it moves and with which slope.
#
# * $x_k$ moves *every* output $z_j$, with slope $w_{jk}$. The ways add up: $\partial C/\partial x_k = \sum_j g_j\, w_{jk}$.
# * $w_{jk}$ moves $z_j$ only, with slope $x_k$: $\partial C/\partial w_{jk} = g_j\, x_k$.
# * $b_j$ moves $z_j$ only, with slope 1: $\partial C/\partial b_j = g_j$.
#
# You know all three from section 1. In a batch every sample has its own $x$, but all share $W$ and $b$: their gradients are *sums
# over the samples*. The shapes leave little choice how to write this: a gradient has the shape of what it belongs to.

# %% [markdown]
# Write the backward pass of `linear`, for a batch. `grad_output` has shape `(n, out)`, `x` `(n, in)`, `weight` `(out, in)`
# and `bias` `(out,)`. The default of `bias` is there only so that the arguments are those of `linear`: here a bias is always
# given. Return the tuple `(grad_x, grad_weight, grad_bias)`, in the shapes of `x`, `weight` and `bias`. Sums over the
# samples, not means.


# %% exercise="linear_backward"
def linear_backward(grad_output, x, weight, bias=None):
    """Gradients of linear: (grad_x, grad_weight, grad_bias), in the shapes of x, weight and bias."""
    ### BEGIN SOLUTION
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=0)
    ### END SOLUTION


# %%
rng = np.random.default_rng(0)
args = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)


def weight_transposed_in_grad_x(g, x, weight, bias):
    return g @ weight.T, g.T @ x, g.sum(axis=0)


print("right:                ", gradcheck.check_gradient(nn.linear, nn.linear_backward, args))
print("grad_x with weight.T: ", gradcheck.check_gradient(nn.linear, weight_transposed_in_grad_x, args))

# %% [markdown]
# In a square layer the slip `weight.T` raises no error: the shapes fit. Only numbers show it. `check_gradient` compares
# with small nudges of every input; in section 6 you build such a check yourself.
#
# **End of the first sitting.** You have a layer that passes values up and slopes down. A network is nothing but several of them.

# %% [markdown]
# # Sitting 2
#
# ## 3 · Four equations
#
# What was done by hand holds for layers of any size. In the middle column as most books have it, for one sample in a column; on the
# right as the code wants it, for $n$ samples in rows. $\odot$ multiplies entry by entry.
#
# | | one sample, a column | $n$ samples, in rows | in words |
# | --- | --- | --- | --- |
# | BP1 | $\delta_L = \dfrac{\partial C}{\partial a_L} \odot f'(z_L)$ | $\delta_L = \dfrac{\partial C}{\partial a_L} \odot f'(z_L)$ | the error at the top |
# | BP2 | $\delta_l = \big(W_{l+1}^{\mathsf T}\, \delta_{l+1}\big) \odot f'(z_l)$ | $\delta_l = \big(\delta_{l+1}\, W_{l+1}\big) \odot f'(z_l)$ | one layer down |
# | BP3 | $\dfrac{\partial C}{\partial b_l} = \delta_l$ | $\dfrac{\partial C}{\partial b_l} = \sum_i (\delta_l)_i$, the sum of the rows | the biases |
# | BP4 | $\dfrac{\partial C}{\partial W_l} = \delta_l\, a_{l-1}^{\mathsf T}$ | $\dfrac{\partial C}{\partial W_l} = \delta_l^{\mathsf T}\, a_{l-1}$ | the weights |
#
# To get from one column to the other, transpose: $(W^{\mathsf T} \delta)^{\mathsf T} = \delta^{\mathsf T} W$, and the column $\delta$ turned on
# its side is a row. If the cost is a *mean* over $n$ samples, divide $\delta_L$ by $n$ once, at the top; the factor then travels down by
# itself.
#
# The next picture shows the three products for a layer with 3 inputs and 2 outputs and for 5 samples. Sides that
# meet have the same length: they are summed over and vanish.


# %% tags=["folded"]
def draw_product(ax, left, right, result, title):
    """Three blocks: left times right is result. Each (name, rows, columns, names of both)."""
    across = 0.0
    for (name, rows, columns, shape), sign in zip([left, right, result], ["", "×", "="]):
        ax.text(across - 0.55, 0, sign, ha="center", va="center", fontsize=13)
        box = plt.Rectangle(
            (across, -rows / 2), columns, rows, facecolor="#56B4E9", edgecolor="black", alpha=0.5
        )
        ax.add_patch(box)
        ax.text(across + columns / 2, 0, name, ha="center", va="center")
        ax.text(across + columns / 2, -rows / 2 - 0.7, shape, ha="center", fontsize=8)
        across += columns + 1.1
    ax.set(xlim=(-0.8, across - 0.6), ylim=(-3.6, 3), title=title, aspect="equal")
    ax.set_axis_off()


n, d, m = 5, 3, 2
fig, panels = plt.subplots(1, 3, figsize=(9.6, 2.4), gridspec_kw={"width_ratios": [10.3, 11.3, 13.3]})
draw_product(panels[0], ("a", n, d, "(n, in)"), ("Wᵀ", d, m, "(in, out)"), ("z", n, m, "(n, out)"), "forward")
draw_product(
    panels[1],
    ("δ", n, m, "(n, out)"),
    ("W", m, d, "(out, in)"),
    ("δ W", n, d, "(n, in)"),
    "back, to the inputs: BP2",
)
draw_product(
    panels[2],
    ("δᵀ", m, n, "(out, n)"),
    ("a", n, d, "(n, in)"),
    ("δᵀ a", m, d, "(out, in)"),
    "back, to the weights: BP4",
)
plotting.show(
    fig,
    alt="Three matrix products drawn as blocks. Forward: a, n by in, times W transposed, in by out, gives z, n by out. Back to "
    "the inputs: delta, n by out, times W, out by in, gives n by in. Back to the weights: delta transposed, out by n, times a, "
    "n by in, gives out by in, the shape of W.",
)

# %% [markdown]
# ### BP1: the only place where the cost matters
#
# Four combinations of output and cost are in common use. $a = f(z)$, and $y$ is the target:
#
# | output $f$ | cost of one sample | $\partial C/\partial z$ |
# | --- | --- | --- |
# | `"sigmoid"` | `"quadratic"`: $\tfrac12\sum_j (a_j - y_j)^2$ | $(a - y) \odot a \odot (1 - a)$ |
# | `"sigmoid"` | `"cross_entropy"`: $-\sum_j [\,y_j \ln a_j + (1 - y_j)\ln(1 - a_j)]$ | ? |
# | `"linear"`: $a = z$ | `"quadratic"` | ? |
# | `"softmax"` | `"log_likelihood"`: $-\sum_j y_j \ln a_j$ | ? |
#
# The first row is BP1 with $\sigma' = a(1 - a)$. For the second, $\partial C/\partial a = (a - y) / (a(1 - a))$; multiply by the
# slope and see what is left.
#
# BP1 with $\odot$ is for an $f$ that works on each entry by itself. Softmax does not: every $a_i$ depends on every $z_j$, with
# the slope $a_i(1 - a_i)$ for $i = j$ and $-a_i a_j$ else, and the ways from $z_j$ to the cost add up. With
# $\partial C/\partial a_i = -y_i/a_i$,
#
# $$\frac{\partial C}{\partial z_j} = -y_j\,(1 - a_j) + \sum_{i \ne j} y_i\, a_j$$
#
# Here $y$ has a single 1, or at least sums to 1: use that, and the result has the same form as in the second row. (Chapter 03 found
# it for the mean over a batch; here each sample stands by itself.)

# %% [markdown]
# Write the error at the top for these four. `z` and `y` have shape `(n, units)`, or `(units,)` for one sample; the options
# `output` (default `"sigmoid"`) and `cost` (default `"quadratic"`) are the names in the table, and other combinations do
# not occur. Return the shape of `z`, each sample for itself (no mean over the samples). With cross-entropy `z` may be as
# large as ±1000, where $a$ is exactly 0 or 1 and a fraction with $a(1 - a)$ below is 0/0: cancel it on paper. Softmax runs
# over the last axis; `sigmoid` and `softmax` are imported.


# %% exercise="cost_delta"
def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    """∂C/∂z at the output layer, for a = f(z) and a cost by name. Shape of z."""
    ### BEGIN SOLUTION
    if output == "linear":
        return z - y
    if output == "softmax":
        return softmax(z) - y
    a = sigmoid(z)
    return a - y if cost == "cross_entropy" else (a - y) * a * (1 - a)
    ### END SOLUTION


# %% topics="C04-07 C04-12"
z, wanted = np.array([0.5, 5.0]), np.array([0.0, 0.0])  # one output a little wrong, one very wrong
a = activations.sigmoid(z)
print("outputs, where 0 was wanted:      ", a.round(4))
print("sigmoid with the quadratic cost:  ", nn.cost_delta(z, wanted).round(4))
print("sigmoid with cross-entropy:       ", nn.cost_delta(z, wanted, cost="cross_entropy").round(4))
by_bp1 = nn.delta_output((a - wanted) / (a * (1 - a)), z, activation="sigmoid")  # ∂C/∂a times the slope
print("  the same by BP1, not cancelled: ", by_bp1.round(4))
print("linear with the quadratic cost:   ", nn.cost_delta(z, wanted, output="linear").round(4))
first = np.array([1.0, 0.0])  # class 1 of 2 was wanted, class 2 is what the network says
delta = nn.cost_delta(z, first, output="softmax", cost="log_likelihood")
print(
    "softmax with log-likelihood:      ", delta.round(4), "for the outputs", activations.softmax(z).round(4)
)

# %% [markdown]
# Chapter 03 told the story of the second line: with the quadratic cost the worse mistake gets the *smaller* error, 0.0066, because
# the sigmoid is flat there, and cross-entropy cancels that slope. Log-likelihood does the same for softmax, and a linear output has
# no slope to cancel. So the cost belongs to the last layer: choose the two together.
#
# ### BP2: one layer down

# %% [markdown]
# Write BP2. `W_next` has shape `(next, here)`: the weights that lead from the units of this layer to those of the next.
# `delta_next` has shape `(n, next)`, the errors of the next layer; `z` has shape `(n, here)`, the weighted inputs of this one. For
# one sample these two have shapes `(next,)` and `(here,)`. `activation` is a name, `"sigmoid"`, `"tanh"` or `"relu"`;
# `f, f_backward = pair(activation)` gives the function and its backward pass, `f_backward(grad_output, z)`. Take the slopes
# from there, also that of ReLU at exactly 0, where one has to be chosen (it is 0). Return the shape of `z`.


# %% exercise="delta_hidden"
def delta_hidden(W_next, delta_next, z, *, activation):
    """Errors of a hidden layer from those of the next one. Shape of z."""
    ### BEGIN SOLUTION
    _, f_backward = pair(activation)
    return f_backward(delta_next @ W_next, z)
    ### END SOLUTION


# %% [markdown]
# A tempting idea: cross-entropy cancels $\sigma'$, so when you change the code from the quadratic cost to
# cross-entropy, take the factors $\sigma'$ out of it. Out of which lines? Try both, in a 3-4-2 network:

# %%
rng = np.random.default_rng(0)
x, y = rng.normal(size=(1, 3)), np.array([[0.0, 1.0]])
W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((4, 3), 4, (2, 4), 2))


def cross_entropy(W1):
    a = sigmoid(nn.linear(sigmoid(nn.linear(x, W1, b1)), W2, b2))
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


numeric = gradcheck.numerical_gradient(cross_entropy, W1)
z1 = nn.linear(x, W1, b1)
delta2 = nn.cost_delta(nn.linear(sigmoid(z1), W2, b2), y, cost="cross_entropy")
kept = nn.grad_weight(nn.delta_hidden(W2, delta2, z1, activation="sigmoid"), x)
dropped = nn.grad_weight(delta2 @ W2, x)
print(f"σ' dropped at the top only:          error {np.abs(kept - numeric).max():.0e}")
print(f"σ' dropped in the hidden layer too:  error {np.abs(dropped - numeric).max():.2f}")

# %% [markdown]
# Only the factor at the top goes. BP2 does not know what the cost was.
#
# ### BP3 and BP4: from errors to gradients
#
# A bias takes the error as it is; a weight takes the error at its upper end times the activation at its lower end. In
# words: a weight learns slowly if its input is near zero or its unit has little error.

# %% [markdown]
# Write BP4. `delta` has shape `(n, out)`, the errors of a layer, and `a_prev` shape `(n, in)`, the activations of the layer
# before; for one sample the shapes are `(out,)` and `(in,)`. Return shape `(out, in)`, summed over the samples.


# %% exercise="grad_weight"
def grad_weight(delta, a_prev):
    """Gradient of a layer's weights, summed over the samples. Shape (out, in)."""
    ### BEGIN SOLUTION
    return np.atleast_2d(delta).T @ np.atleast_2d(a_prev)
    ### END SOLUTION


# %% topics="C04-09 C04-08 C04-10"
rng = np.random.default_rng(0)
W_next, z, a_prev = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
delta = nn.delta_hidden(W_next, rng.normal(size=(5, 3)), z, activation="tanh")
W, b = rng.normal(size=(4, 2)), rng.normal(size=4)
_, by_layer, by_layer_bias = nn.linear_backward(delta, a_prev, W, b)
print("grad_bias:  ", nn.grad_bias(delta).round(3))
print("BP3 and BP4 are two of the three results of linear_backward:", end=" ")
print(np.allclose(nn.grad_bias(delta), by_layer_bias), np.allclose(nn.grad_weight(delta, a_prev), by_layer))

# %% [markdown]
# Now the four of them, one after the other, for the network of section 1: its sample as a batch of one.

# %%
x, y, W1, b1, W2, b2 = by_hand
run = experiments.forward_2_2_2(x, W1, b1, W2, b2)
delta2 = nn.cost_delta(run.z2[None], y[None])  # BP1; [None] makes a row of one sample
delta1 = nn.delta_hidden(W2, delta2, run.z1[None], activation="sigmoid")  # BP2
print("delta2 ", delta2.round(4), "  delta1 ", delta1.round(4))
print("grad_b1", nn.grad_bias(delta1).round(4))  # BP3
print("grad_W2", nn.grad_weight(delta2, run.a1[None]).round(4).tolist())  # BP4
print("grad_W1", nn.grad_weight(delta1, x[None]).round(4).tolist())

# %% [markdown]
# The numbers of section 1, to the last digit, in five lines that would do the same for a thousand units and a thousand samples.
#
# **End of the second sitting.** You have the four equations as functions. Next they are chained, for any number of layers.

# %% [markdown]
# # Sitting 3
#
# ## 4 · Any number of layers
#
# BP3 and BP4, and the matrix product in BP2, are the three results of `linear_backward`; the slope in BP2 is the backward
# pass of the activation. So a network is a chain of functions with a backward pass each, and its own backward pass calls
# them from the last to the first. Nothing else is needed, for any depth.
#
# Forward: $a_0 = x$; $z_l = a_{l-1} W_l^{\mathsf T} + b_l$ and $a_l = f(z_l)$ for $l = 1 \dots L - 1$; the result is $z_L$. The last
# layer has no activation: sigmoid and softmax belong to the cost, which takes $z_L$ (`cost_delta` does just that).

# %% [markdown]
# Write the forward pass of an MLP. `x` has shape `(n, d)`. `parameters` is a tuple of arrays, a weight and a bias for each
# layer in turn: `mlp(x, W1, b1, W2, b2, ...)`, for any number of layers from one up. `activation` is a name (default
# `"relu"`) for `pair`. Return $z_L$, shape `(n, outputs)`. Do not change `x`.


# %% exercise="mlp"
def mlp(x, *parameters, activation="relu"):
    """Fully connected layers with an activation after each but the last. Returns (n, outputs)."""
    ### BEGIN SOLUTION
    f, _ = pair(activation)
    *hidden, last = zip(parameters[::2], parameters[1::2])
    a = x
    for weight, bias in hidden:
        a = f(linear(a, weight, bias))
    return linear(a, *last)
    ### END SOLUTION


# %% topics="C04-03"
one_layer = np.eye(10), np.zeros(10)  # W and b, so that the scores come out as they are
for size in [1, 1000]:
    scores = np.where(np.arange(10) == 3, size, -8.0 * size)[None]  # class 3, and none of the others
    z = nn.mlp(scores, *one_layer)
    bends = {"linear": z, "sigmoid": activations.sigmoid(z), "relu": activations.relu(z)}
    text = ",  ".join(f"{name} {activations.softmax(v).max():.3f}" for name, v in bends.items())
    print(f"scores {size} and {-8 * size}: probability of class 3 with the output {text}")
parameters = nn.mlp_parameters([784, 30, 10], rng=np.random.default_rng(0))
print("784 → 30 → 10 has", sum(p.size for p in parameters), "weights and biases")

# %% [markdown]
# Some formulas put the activation after the last layer as well, and softmax behind it. Sigmoid outputs lie in
# $(0, 1)$, so among ten classes no probability can exceed $e/(e + 9) = 0.232$, however sure the network is. After ReLU
# a score below 0, "certainly not", is lost: with the score 1 for class 3 and −8 for the others the probability is 0.232 again, where it
# should be 0.999. Linear at the top is right.
#
# ### All the way back

# %% [markdown]
# Write the backward pass. `grad_output` has shape `(n, outputs)`: $\delta_L$, from the cost. The other arguments are those of
# `mlp`, again for any number of layers from one up; a single layer is checked too. Return one tuple,
# `(grad_x, grad_W1, grad_b1, grad_W2, grad_b2, ...)`, with gradients in the shapes and the order of the
# arguments. Sums over the samples, no means. You need the forward pass once more, because each layer's input and each
# $z_l$ take part in the way back. Slopes come from `pair`, also that of ReLU at 0. Do not change the arguments.


# %% exercise="mlp_backward"
def mlp_backward(grad_output, x, *parameters, activation="relu"):
    """Gradients of mlp: (grad_x, grad_W1, grad_b1, grad_W2, grad_b2, ...), in the shapes of the arguments."""
    ### BEGIN SOLUTION
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    inputs, zs = [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))

    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, grad_W, grad_b = linear_backward(g, inputs[l], *layers[l])
        grads = [grad_W, grad_b, *grads]
    return g, *grads
    ### END SOLUTION


# %% topics="C04-11"
import timeit

rng = np.random.default_rng(0)
X, g = rng.normal(size=(200, 64)), rng.normal(size=(200, 10)) / 200
parameters = nn.mlp_parameters([64, 30, 10], rng=rng)
at_once = nn.mlp_backward(g, X, *parameters)[1:]
one_by_one = [nn.mlp_backward(g[i : i + 1], X[i : i + 1], *parameters)[1:] for i in range(200)]
summed = [sum(grads) for grads in zip(*one_by_one)]
print("largest difference:", f"{max(np.abs(a - b).max() for a, b in zip(at_once, summed)):.0e}")
seconds = [
    min(timeit.repeat(f, number=1, repeat=5))
    for f in [
        lambda: nn.mlp_backward(g, X, *parameters),
        lambda: [nn.mlp_backward(g[i : i + 1], X[i : i + 1], *parameters) for i in range(200)],
    ]
]
print(f"200 samples one by one take {seconds[1] / seconds[0]:.0f} times as long as all at once")

# %% [markdown]
# The matrices do the sum over the samples by themselves. The result is the same up to rounding, and the loop over the
# samples, which takes around a hundred times as long in Python, is gone. That is why training works on mini-batches of some ten
# to a few hundred samples, not on one sample at a time.
#
# What does a gradient cost? Forward, each weight takes part in one multiplication a sample. Back, in two: one for
# `grad_x`, one for `grad_weight`. So *all* slopes together cost about as much as two more forward passes. Nudging each weight
# of the 784-30-10 network up and down would take 2 · 23 860 = 47 720 of them.

# %% [markdown]
# ## 5 · Reading digits
#
# The course brings 5000 images of MNIST, 28 × 28 pixels: 4000 to learn from, 1000 to be judged by. The network has 784 inputs, 30
# hidden ReLU units and 10 outputs. A step takes a mini-batch of ten images: `mlp` forward, `cost_delta` (softmax, log-likelihood,
# divided by 10) at the top, `mlp_backward`, and every parameter moves by −0.1 times its gradient. Ten epochs. No more than
# the functions you wrote.
#
# The next cell says whose functions the experiments use: yours, where they are right, with your layer below them, and fast
# enough, else nnlib's.

# %%
mine = usable(cost_delta, mlp, mlp_backward)
mine

# %% tags=["folded"]
mnist = data.load_mnist_small()
fig, ax = plt.subplots(figsize=(7, 1.1))
ax.imshow(np.hstack(mnist.X_train[:12].reshape(12, 28, 28)), cmap="gray_r")
ax.set_axis_off()
print("labels:", *mnist.y_train[:12])
plotting.show(fig, alt="Twelve handwritten digits of the training set in a row.")

# %% [markdown]
# First with always the same ten images. The first weights of a layer with $d$ inputs are drawn from $N(0, 2/d)$, so that signals
# neither swell nor fade on the way up; biases begin with 0. `mlp_parameters` does that.

# %%
X, labels = mnist.X_train[:10], mnist.y_train[:10]
parameters = nn.mlp_parameters([784, 30, 10], rng=np.random.default_rng(0))
for step in range(31):
    z = mine["mlp"](X, *parameters)
    delta = mine["cost_delta"](z, np.eye(10)[labels], output="softmax", cost="log_likelihood") / len(X)
    _, *grads = mine["mlp_backward"](delta, X, *parameters)
    parameters = [p - 0.1 * g for p, g in zip(parameters, grads)]
    if step % 10 == 0:
        cost_now = -np.mean(np.log(activations.softmax(z)[np.arange(10), labels]))
        print(
            f"step {step:>2}: cost {cost_now:.3f}, {np.sum(z.argmax(axis=1) == labels)} of ten images read correctly"
        )

# %% [markdown]
# `experiments.mlp_digits` does this with all images, ten at a time in random order. The next cell takes about 15 seconds.

# %%
epochs = 2 if quick else 10
fig, ax = plt.subplots()
table = {}
for name, hidden in {"no hidden layer": (), "30 hidden units": (30,), "100 hidden units": (100,)}.items():
    runs = [
        experiments.mlp_digits(mnist, hidden=hidden, epochs=epochs, rng=np.random.default_rng(seed), **mine)
        for seed in seeds
    ]
    accuracy, epoch = np.array([run.accuracy for run in runs]), np.arange(1, epochs + 1)
    table[name] = accuracy[:, -1]
    ax.plot(epoch, accuracy.mean(axis=0), "o-", label=name)
    ax.fill_between(epoch, accuracy.min(axis=0), accuracy.max(axis=0), alpha=0.2)
for name, accuracy in table.items():
    spread = max(accuracy) - min(accuracy)
    print(
        f"{name:>16}: {', '.join(f'{a:.1%}' for a in accuracy)}   mean {np.mean(accuracy):.1%}, spread {spread:.1%}"
    )
ax.set(
    xlabel="epoch",
    ylabel="accuracy on the test images",
    title="digits read correctly, mean and range of the starts",
)
ax.legend()
plotting.show(
    ax,
    alt="Accuracy on the test images over the epochs, lines for the mean of the starts, bands for their "
    "range. Without a hidden layer it levels off near 91 percent; with 30 hidden units it passes 93 percent, with 100 it reaches "
    "nearly 95.",
)

# %% [markdown]
# Three starts each, since one number alone says little: the random weights and the order of the images are worth about one
# percentage point, as the spread shows (largest less smallest). A difference between two networks counts if it is larger than
# that. A hidden layer of 30 reads about two of a hundred digits more than none, and its worst start is ahead of the best
# without: that counts. 100 units read about one more than 30. Here too the ranges do not overlap, but the gap between them is
# smaller than the spread of the 30 units, and a thousand test images are by themselves uncertain by 0.8 points. It is likely,
# and three starts do not settle it.
#
# **End of the third sitting.** Your functions have learnt to read. Whether they are *right* is another question, and the next section's.


# %% [markdown]
# # Sitting 4
#
# ## 6 · Is it right?
#
# ### A wrong gradient that trains
#
# A slip on purpose: leave out the slope of the hidden layer, as in section 3. Nothing breaks, and the cost falls. The next
# cell takes a few seconds.


# %%
def backward_without_slope(grad_output, x, *parameters, activation="relu"):
    W1, b1, W2, b2 = parameters
    a1 = activations.relu(nn.linear(x, W1, b1))
    g, grad_W2, grad_b2 = nn.linear_backward(grad_output, a1, W2, b2)
    return *nn.linear_backward(g, x, W1, b1), grad_W2, grad_b2  # g should pass through relu_backward first


slipped = [
    experiments.mlp_digits(
        mnist, epochs=epochs, mlp_backward=backward_without_slope, rng=np.random.default_rng(seed)
    )
    for seed in seeds
]
print("without the slope:", ", ".join(f"{run.accuracy[-1]:.1%}" for run in slipped))

rng = np.random.default_rng(0)
X, shapes = rng.normal(size=(3, 4)), [(5, 4), 5, (2, 5), 2]
small = [rng.normal(size=shape) for shape in shapes]
print(gradcheck.check_gradient(nn.mlp, nn.mlp_backward, (X, *small)))
print(gradcheck.check_gradient(nn.mlp, backward_without_slope, (X, *small)))

# %% [markdown]
# It reads well over eighty percent of the digits. Somebody who has never seen the right value would believe it, tune
# the learning rate, and add units. It is worse than no hidden layer at all, and the check says so in a second. Check first,
# train later.
#
# ### By small steps
#
# So test a gradient against the definition of a derivative. Move entry $i$ of $x$ by a small $\varepsilon$ up and down, and
# leave the others. In this section $f$ is any function of an array that gives one number:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + \varepsilon \mathbf 1_i) - f(x - \varepsilon \mathbf 1_i)}{2\varepsilon}$$
#
# ($\mathbf 1_i$ is 1 at entry $i$, else 0.) This **central difference** 中心差分 is far better than a step to one side: the curvature
# cancels, and the error falls with $\varepsilon^2$ instead of $\varepsilon$.

# %% [markdown]
# Write the numerical gradient. `f` is a function that takes an array of the shape of `x` and returns one number. `x` is an
# array with one axis or more, `eps` (default `1e-5`) the step. Return an array of the shape of `x`, float64, with the
# central difference for every entry. `x` may be float32: work in float64 all the same, the steps too;
# `x.astype(float)` is a float64 copy. Leave `x` itself unchanged to the last bit: an entry that goes up and down again by
# `eps` does not always end where it began.


# %% exercise="numerical_gradient"
def numerical_gradient(f, x, *, eps=1e-5):
    """Central differences of f, one entry of x at a time. Shape of x, float64."""
    ### BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient
    ### END SOLUTION


# %% topics="C04-18" tags=["folded"]
steps = 10.0 ** np.arange(-12, 0)
x, slope = np.array([1.0]), np.cos(1.0)
central = [abs(gradcheck.numerical_gradient(lambda x: np.sin(x[0]), x, eps=e)[0] - slope) for e in steps]
one_sided = [abs((np.sin(1 + e) - np.sin(1.0)) / e - slope) for e in steps]
fig, ax = plt.subplots()
ax.loglog(steps, central, "o-", label="central")
ax.loglog(steps, one_sided, "s--", label="to one side")
ax.set(xlabel="step ε", ylabel="error of the slope of sin at 1", title="too small, too large")
ax.legend()
best = steps[np.argmin(central)]
print(f"central: error {min(central):.0e} at ε = {best:.0e};  one side: {min(one_sided):.0e} at best")
plotting.show(
    ax,
    alt="Error of the two differences over the step, both axes logarithmic. From the right both fall, the central one twice "
    "as steeply; then rounding takes over and both rise again towards small steps. The central difference reaches "
    "about 1e-11 near a step of 1e-5.",
)

# %% [markdown]
# From the right the error falls with the step, then it rises again: the two values of $f$ agree in ever more digits, and
# what is left of their difference is rounding, about $10^{-16}/\varepsilon$. In float64 a step near $10^{-5}$ is a good
# choice. In float32, with 7 digits, no step is: hence the cast.
#
# ### A check that says yes or no
#
# Let $u$ be an entry of the gradient to be tested and $v$ the numerical one. They never agree exactly. How close is close?
# An absolute bound is too strict where gradients are large, since rounding grows with them; a relative one fails
# where the gradient is 0. So take the absolute error for small entries and the relative one for large:
#
# $$\begin{gathered}
# \frac{|u - v|}{\max(1, |u|, |v|)} \le \mathrm{tol} \\
# \text{for every entry}
# \end{gathered}$$

# %% [markdown]
# Write the gradient check. `f` takes an array and returns one number; `grad` takes the same array and returns another, which
# should be the gradient of `f`. `x` is the array, float64, with one axis or more; `eps` (default `1e-5`) is the step of the
# numerical gradient, `tol` (default `1e-6`) the bound above. Return `True` if every entry of `grad(x)` is within the bound,
# else `False` (NumPy's `np.True_` and `np.False_` are as good). Also `False` if `grad(x)` has another shape than `x`, even
# with as many entries, or holds a nan; an inf does not occur. Your check is itself checked: it is asked about right
# gradients and about wrong ones.


# %% exercise="gradient_agrees"
def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    """True if grad(x) has the shape of x and agrees with central differences of f in every entry, else False."""
    ### BEGIN SOLUTION
    u = grad(x)
    v = numerical_gradient(f, x, eps=eps)
    if u.shape != v.shape:
        return False
    error = np.abs(u - v) / np.maximum(1, np.maximum(np.abs(u), np.abs(v)))
    return bool(np.all(error <= tol))
    ### END SOLUTION


# %% [markdown]
# Now put it to work on a whole network: five slips in a backward pass, each of which returns finite numbers of the right
# shape.

# %%
checks = usable(gradient_agrees)
checks

# %%
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((3, 3), 3, (3, 3), 3))


def mean_cost(W):
    return 0.5 * np.sum((nn.mlp(X, W, b1, W2, b2, activation="tanh") - Y) ** 2) / len(X)


def right(W):
    delta = (nn.mlp(X, W, b1, W2, b2, activation="tanh") - Y) / len(X)
    return nn.mlp_backward(delta, X, W, b1, W2, b2, activation="tanh")[1]


def one_entry(W):
    g = right(W)
    g[1, 2] *= 1.1
    return g


slips = {
    "right": right,
    "1/N forgotten": lambda W: len(X) * right(W),
    "transposed": lambda W: right(W).T,
    "one entry": one_entry,
    "sign": lambda W: -right(W),
    "times 1.001": lambda W: 1.001 * right(W),
}
for name, grad in slips.items():
    cosine = np.sum(grad(W1) * right(W1)) / np.linalg.norm(grad(W1)) / np.linalg.norm(right(W1))
    print(
        f"{name:>14}: agrees {checks['gradient_agrees'](mean_cost, grad, W1)!s:>5}   cosine to the right one {cosine:+.4f}"
    )

# %% [markdown]
# The cosine says how well a gradient points in the right direction. All slips but the sign point nearly there, in this network
# even the transposed one: they would train, more or less, and nobody would notice. The check does.
#
# What it compares is two programs: the backward pass with the forward pass, and nothing else. If the forward pass computes the
# wrong thing, its gradient may be right all the same.
#
# Three rules for its use. Test in float64. Test on a small network: it takes two forward passes per weight. And stay
# off kinks: where a ReLU's $z$ is within $\varepsilon$ of 0, the two sides have different slopes, and a right gradient is
# called wrong.

# %% topics="C04-18"
kink = np.array([0.0, 1.0])
print("relu at 0 and 1, backward:", activations.relu_backward(np.ones(2), kink))
print(
    "central differences:      ",
    gradcheck.numerical_gradient(lambda z: activations.relu(z).sum(), kink).round(6),
)

# %% [markdown]
# **Written question.** A program trains a network; its cost falls, but the accuracy on new images stays poor. Its author
# says: "the gradient check passes, so the program is right". Name two mistakes that could be in the program and that no
# gradient check can find. And name a situation in which the check says no although the backward pass is right.

# %% [markdown] written="what-the-check-cannot-see" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point for two mistakes outside of the pair (f, gradient): labels or images mixed up, the wrong
# cost or a wrong forward pass (the gradient of the wrong function is checked and is right), a bad learning rate or start, a
# test set that leaked, overfitting, a layer left out of the update. Half a point for one of them. 1 point for a false alarm:
# a kink within eps (relu, abs, max), float32, a step too large or too small, a function that is random (dropout) or is changed
# by being called.
# ### END SOLUTION

# %% [markdown]
# ## 7 · Against torch
#
# If torch is installed, the next cell gives your functions and torch's the same inputs and compares values and gradients, in
# float64 and float32, on the CPU and on a GPU if there is one. Without torch it says so.

# %%
compare_with_torch(linear, linear_backward)

# %% [markdown]
# torch has no function for a whole MLP; it records what is computed and walks back through the record by itself
# (**automatic differentiation** 自动微分, autograd). The next cell compares its result with `mlp_backward`, yours if section 5 could
# use it.

# %%
rng = np.random.default_rng(0)
X, labels = rng.normal(size=(20, 5)), rng.integers(0, 3, size=20)
parameters = nn.mlp_parameters([5, 8, 8, 3], rng=rng)
z = mine["mlp"](X, *parameters, activation="tanh")
delta = mine["cost_delta"](z, np.eye(3)[labels], output="softmax", cost="log_likelihood") / 20
grads = mine["mlp_backward"](delta, X, *parameters, activation="tanh")[1:]
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    tensors = [torch.tensor(p, requires_grad=True) for p in parameters]
    a = torch.tensor(X)
    for W, b in zip(tensors[:-2:2], tensors[1:-2:2]):
        a = torch.tanh(torch.nn.functional.linear(a, W, b))
    loss = torch.nn.functional.cross_entropy(
        torch.nn.functional.linear(a, *tensors[-2:]), torch.tensor(labels)
    )
    loss.backward()
    worst = max(np.abs(t.grad.numpy() - g).max() for t, g in zip(tensors, grads))
    print(f"six gradients of a 5-8-8-3 network; differences below 1e-14: {worst < 1e-14}")

# %% [markdown]
# **End of the fourth sitting.** You have gradients, a check that finds the wrong ones, and a second opinion. What is left is what
# such networks can do.

# %% [markdown]
# # Sitting 5
#
# ## 8 · Exclusive or
#
# XOR 异或 is 1 where exactly one of two inputs is 1. A single neuron that switches at a threshold cannot compute it.
# Suppose it could, with output 1 where $w_1 x_1 + w_2 x_2 + b > 0$:
#
# * at (0, 0) it must be off: $b \le 0$;
# * at (1, 0) and (0, 1) on: $w_1 + b > 0$ and $w_2 + b > 0$; the sum of both is $w_1 + w_2 + 2b > 0$;
# * at (1, 1) off: $w_1 + w_2 + b \le 0$. Add $b \le 0$: $w_1 + w_2 + 2b \le 0$. A contradiction.
#
# The **perceptron rule** 感知机 trains such a neuron: after each mistake move $w$ and $b$ towards the right answer. It finds a
# solution whenever there is one.

# %% topics="C04-13"
for name, y in {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}.items():
    neuron = experiments.perceptron_xor(np.array(y), max_epochs=1000)
    print(
        f"{name:>4}: {len(neuron.mistakes):>4} rounds, mistakes in the last {neuron.mistakes[-1]}, "
        f"best accuracy after a round {neuron.accuracy.max():.0%}"
    )

# %% [markdown]
# After a thousand rounds it still makes mistakes on XOR. Three of four points is the most any line reaches; the rule, which
# moves after every mistake, does not even end a round there.
#
# Two hidden ReLU units suffice, and one can find the weights by thinking. The sum $x_1 + x_2$ is 0, 1, 1, 2 at the four
# corners, and 0, 1, 1, 0 is wanted: the sum, less twice what it exceeds 1 by.
#
# $$\begin{gathered}
# \mathrm{xor}(x) = w \cdot \mathrm{relu}(W x + c), \\
# W = \begin{pmatrix} 1 & 1 \\ 1 & 1 \end{pmatrix}, \quad c = \begin{pmatrix} 0 \\ -1 \end{pmatrix}, \quad w = \begin{pmatrix} 1 \\ -2 \end{pmatrix}
# \end{gathered}$$
#
# In this section $c$ are the biases of the hidden layer, $w$ the weights of the output, which has no bias.

# %% [markdown]
# Write this network for samples in rows: `X` has shape `(n, 2)`, floats of any size; return the outputs, shape `(n,)`. It is
# also checked at points between the corners and beyond them, where a truth table has no answer.


# %% exercise="xor_closed_form"
def xor_closed_form(X):
    """w · relu(W x + c) for every row of X. Shape (n,)."""
    ### BEGIN SOLUTION
    W, c, w = np.ones((2, 2), X.dtype), np.array([0, -1], X.dtype), np.array([1, -2], X.dtype)
    return np.maximum(X @ W.T + c, 0) @ w
    ### END SOLUTION


# %% topics="C04-14"
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
hidden = activations.relu(nn.linear(corners, np.ones((2, 2)), np.array([0.0, -1.0])))
for x, h, output in zip(corners, hidden, experiments.xor_closed_form(corners)):
    print(f"inputs {x}   hidden units {h}   output {output + 0.0}")

# %% [markdown]
# The hidden layer moves the points: (0, 1) and (1, 0) land on the same spot, and now a line separates the classes. That
# is what hidden layers are for, to find features in which the rest is easy.
#
# Can gradient descent find such weights by itself? Five hidden ReLU units, a linear output, squared error, one point at a
# time. The next cell trains 43 networks and takes about ten seconds.

# %% topics="C04-15"
ax = None
for seed in seeds:
    fit = experiments.xor_train(hidden=5, rng=np.random.default_rng(seed))
    ax = fit.plot(ax, label=f"start {seed}")
    print(f"start {seed}: outputs {fit.prediction.round(3) + 0.0}, cost {fit.loss[-1]:.0e}")
found = {
    hidden: np.mean(
        [
            experiments.xor_train(hidden=hidden, rng=np.random.default_rng(s)).loss[-1] < 1e-3
            for s in range(4 if quick else 20)
        ]
    )
    for hidden in (2, 5)
}
print(
    ", ".join(f"{hidden} hidden units: {share:.0%} of the starts succeed" for hidden, share in found.items())
)
ax.set_title("five hidden units learn XOR")
plotting.show(
    ax,
    alt="Squared error over 400 epochs on a logarithmic scale; with five hidden units it falls to nearly zero.",
)

# %% [markdown]
# With two units, for which you know perfect weights, fewer than half of twenty starts get there; with five, all do. That a solution
# *exists* does not mean that descent *finds* it. Keep this for the next section.

# %% [markdown]
# ## 9 · What one hidden layer can draw
#
# **Universal approximation theorem** 万能逼近定理: take any continuous function on a closed, bounded region, and any error above 0
# that you are willing to accept. There is a network with *one* hidden layer and a linear output that is nowhere further away
# from it than that, if the layer is wide enough. For sigmoids and other functions that rise from 0 to 1 this was shown in 1989
# (Cybenko; Funahashi; Hornik, Stinchcombe and White). ReLU, which is not bounded, came in 1993: Leshno, Lin, Pinkus and Schocken
# showed it for every activation that is no polynomial (and not too wild), and that no polynomial will do.
#
# For one input you can see why. A sigmoid unit with a large weight $s$ and the bias $-s\,e$ is a step at $x = e$:
# $\sigma(s\,(x - e))$ is nearly 0 left of $e$ and nearly 1 right of it. Place a step wherever the function should change, let its
# output weight be the size of the change, and add up. With edges $e_1 < \dots < e_K$ and the heights $h_1 \dots h_K$ that are
# wanted to the right of them ($h_0 = 0$, left of the first edge):
#
# $$\mathrm{stairs}(x) = \sum_{k=1}^{K} (h_k - h_{k-1})\; \sigma\big(s\,(x - e_k)\big)$$

# %% [markdown]
# Write this network. `x` has shape `(n,)`, `edges` and `heights` have shape `(K,)`, the edges rising; `steepness` (default 100)
# is $s$. Return shape `(n,)`. `sigmoid` is imported.


# %% exercise="staircase"
def staircase(x, edges, heights, *, steepness=100.0):
    """Σ_k (h_k − h_{k−1}) σ(s (x − e_k)), with h_0 = 0. Shape of x."""
    ### BEGIN SOLUTION
    jumps = heights.copy()
    jumps[1:] -= heights[:-1]
    return sigmoid(steepness * (x[:, None] - edges)) @ jumps
    ### END SOLUTION


# %% topics="C04-16"
def wave(x):
    return np.sin(4 * x) + 0.5 * np.cos(9 * x)


x = np.linspace(-1, 1, 2001)
fig, panels = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
for ax, K in zip(panels, [10, 40, 160]):
    edges = np.linspace(-1, 1, K, endpoint=False)
    steps = experiments.staircase(
        x, edges, wave(edges + 1 / K), steepness=100.0 * K
    )  # as steep for its width
    plotting.curves(x, {"wave": wave, f"{K} units": steps}, ax=ax, title=f"{K} units placed by hand")
    error = np.abs(steps - wave(x))[1:].max()  # without x = -1, the first edge, where the step is half done
    print(f"{K:>4} steps: largest error {error:.3f}")
plotting.show(
    fig,
    alt="A wavy curve and a staircase that follows it, with 10, 40 and 160 steps. With 160 the two can hardly be told apart.",
)

# %% [markdown]
# Four times the units, a quarter of the error. No training took place: we said where each unit goes. Now let gradient
# descent place fewer units, and choose how steep each is; tanh this time. For smooth units such as these there is a second
# theorem (Hornik, Stinchcombe and White, 1990): the *derivative* of the network can come as close to that of the function as one likes, too.
# The next cell takes about five seconds.

# %% topics="C04-16 C04-19" tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(9, 3.2))
for width in [3, 10, 30]:
    fits = [
        experiments.fit_1d(wave, width=width, epochs=500 if quick else 2000, rng=np.random.default_rng(s))
        for s in seeds
    ]
    errors, slopes = [f.error for f in fits], [f.slope_error for f in fits]
    print(f"{width:>3} units: rms error {np.round(errors, 4)}, of the derivative {np.round(slopes, 3)}")
    panels[0].plot(fits[0].x, fits[0].fit, label=f"{width} units")
    panels[1].plot(fits[0].x, fits[0].slope, label=f"{width} units")
panels[0].plot(fits[0].x, fits[0].target, color="black", linestyle=":", label="wave")
panels[1].plot(fits[0].x, fits[0].target_slope, color="black", linestyle=":", label="its derivative")
panels[0].set(title="trained networks, first start", xlabel="x")
panels[1].set(title="their derivatives", xlabel="x")
for ax in panels:
    ax.set_xticks([-1, 0, 1])
panels[1].legend(["3 units", "10 units", "30 units", "wanted"], loc="center left", bbox_to_anchor=(1, 0.5))
plotting.show(
    fig,
    alt="Left: the wavy curve and trained networks with 3, 10 and 30 units; three units miss some bends, the others follow. "
    "Right: the derivatives, which are followed too, less closely.",
)

# %% [markdown]
# With more units the error falls, and that of the derivative with it. The three starts (columns) differ a good deal: three units
# end between 0.15 and 0.40.
#
# What the theorem does *not* say:
#
# * **Not "represents any function".** It approximates *continuous* ones. A continuous curve that should jump from 0 to 1 passes
#   through ½, so it is wrong by at least ½ next to the jump, whatever its width (below).
# * **Not how wide.** The number of units may be astronomical.
# * **Not that training finds it.** You saw XOR with two units.
# * **Not what happens outside of the region**, nor on samples that were not in the training set.

# %% topics="C04-16"
x = np.linspace(-1, 1, 200_001)
jump = (x > 0).astype(float)
for s in [10, 100, 1000]:
    curve = experiments.staircase(x, np.array([0.0]), np.array([1.0]), steepness=float(s))
    rms = np.sqrt(np.mean((curve - jump) ** 2))
    print(f"steepness {s:>4}: rms error {rms:.4f}, largest error {np.abs(curve - jump).max():.2f}")

# %% [markdown] topics="C04-20"
# ### Straight pieces
#
# A layer of ReLUs draws straight pieces. Each unit $\mathrm{relu}(w x + b)$ has one corner, at $x = -b/w$; between two
# neighbouring corners no unit switches, so the network is exactly linear there. A hidden layer of $m$ units draws at most
# $m + 1$ pieces over one input, if you look far enough: corners may lie far out. With more inputs the corners become creases, lines or planes, and the pieces are the regions
# between them. If no crease crosses the region of your data, the whole network is a linear model *there*: "has
# ReLUs" does not mean "is nonlinear on these data".

# %%
rng = np.random.default_rng(0)
for m in [3, 9, 27]:
    w, b, v = rng.normal(size=(3, m))
    corners = np.sort(-b / w)
    ends = [corners[0] - 2, *corners, corners[-1] + 2]
    x = np.convolve(ends, [0.5, 0.5], mode="valid")[
        :, None
    ]  # one point between each two neighbouring corners
    slopes, *_ = nn.mlp_backward(np.ones((len(x), 1)), x, w[:, None], b, v[None], np.zeros(1))
    pieces = 1 + np.sum(np.abs(np.diff(slopes[:, 0])) > 1e-12)
    print(
        f"{m:>3} units: {pieces} straight pieces, the corners between {corners[0]:.2f} and {corners[-1]:.2f}"
    )

x = rng.uniform(size=(100, 4))
W1, W2 = rng.uniform(size=(6, 4)), rng.uniform(size=(2, 6))  # positive weights, positive inputs
difference = nn.mlp(x, W1, np.zeros(6), W2, np.zeros(2)) - x @ W1.T @ W2.T
print(f"ReLU network less the linear one, positive weights and inputs: {np.abs(difference).max():.0e}")

# %% [markdown]
# ## 10 · Depth against width
#
# If one hidden layer can do everything, why have more? Because of the price. Take the fold $2\,\mathrm{relu}(x) -
# 4\,\mathrm{relu}(x - \tfrac12)$ on $[0, 1]$: it goes up to 1 and down again, two pieces, two units. Feed it into itself: every pass
# through the whole range doubles the pieces.

# %% topics="C04-17"
print("layers  pieces  units, deep  units, one hidden layer")
for k in [1, 2, 4, 8, 12]:
    saw = experiments.sawtooth_depth(k)
    print(f"{k:>6}  {saw.pieces:>6}  {saw.deep:>11}  {saw.shallow:>23}")
fig, panels = plt.subplots(1, 3, figsize=(10, 2.6), sharey=True)
for ax, k in zip(panels, [1, 3, 5]):
    saw = experiments.sawtooth_depth(k)
    ax.plot(saw.x, saw.y)
    ax.set(title=f"{k} fold{'s' if k > 1 else ''}: {saw.pieces} pieces", xlabel="x")
plotting.show(
    fig,
    alt="The fold applied one, three and five times to the interval from 0 to 1: sawtooth curves with 2, 8 and 32 straight pieces.",
)

# %% [markdown]
# Twelve layers of two units draw what takes 4096 units in one layer: one for each of the 4095 corners, and one for the first
# slope. There are functions for which depth saves
# exponentially many units; not every function is like that. And depth has a price of its own: each further layer of width
# 100 adds 10 100 weights and biases, makes every step slower, and its gradient passes through one more slope. A few rows:

# %%
for hidden in [(), (30,), (100,), (100, 100), (100, 100, 100), (1000,)]:
    sizes = [784, *hidden, 10]
    count = sum(p.size for p in nn.mlp_parameters(sizes, rng=np.random.default_rng(0)))
    print(f"{' → '.join(map(str, sizes)):>30}: {count:>7} weights and biases")

# %% [markdown]
# For images of this size the first layer holds most of the weights. A useful habit: begin with one hidden layer, add a second if the
# training images themselves are not learnt, and stop when the accuracy on *new* images no longer grows.

# %% [markdown]
# **Written question.** "By the universal approximation theorem one hidden layer is enough. So a wide one will read all new
# handwritten digits correctly, if only we train it long enough." Give two different reasons why the conclusion does not follow.

# %% [markdown] written="what-the-theorem-says" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* 1 point for each of two different reasons: the theorem says that weights exist, not that training
# finds them; it does not say how wide (possibly far too wide); it is about approximating a given continuous function on a
# bounded region, while only samples of it are known, and nothing is said about new images between or beyond them
# (generalisation); some digits are ambiguous, so that there is no function to be right with; approximation leaves an error, and
# near a border between two classes a small error changes the class.
# ### END SOLUTION

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, and a few numbers show it.
#
# | found in print | right | what is wrong |
# | --- | --- | --- |
# | $a = f(x W^{\mathsf T}) + b$ | $a = f(x W^{\mathsf T} + b)$ | outside, a "sigmoid unit" can give 1.8 |
# | $W_1$ with $w_{12}$ in both corners | $w_{12}$ above, $w_{21}$ below | row 2 belongs to unit 2 |
# | $\partial C/\partial b^1 = (\delta^2_2, \delta^2_2)$ | $(\delta^1_1, \delta^1_2)$ | the errors of the wrong layer |
# | "one hidden layer without activation is a linear layer" | one of rank at most its width | 10 → 2 → 10 is not any 10 → 10 |
#
# The last layer's activation before softmax (section 4) and the dropped slopes (section 3) belong to the same family.

# %%
rng = np.random.default_rng(0)
x, W, b = rng.normal(size=(1, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
print(
    "f(x Wᵀ + b):",
    sigmoid(nn.linear(x, W, b))[0].round(3),
    "  f(x Wᵀ) + b:",
    (sigmoid(nn.linear(x, W)) + b)[0].round(3),
)

x, y, W1, b1, W2, b2 = by_hand
twice = np.array([[0.1, 0.2], [0.2, 0.4]])  # w12 in the place of w21
print("z1, w21 in its place:", W1 @ x + b1, "  w12 twice:", twice @ x + b1)

run = experiments.forward_2_2_2(x, W1, b1, W2, b2)
delta2, _ = experiments.output_layer_grads(run.a1, run.a2, y, run.z2)
print(
    "slopes by b1:",
    gradcheck.numerical_gradient(lambda b1: cost(x, W1, b1, W2, b2), b1).round(4),
    "  printed:",
    delta2[[1, 1]].round(4),
)

narrow = nn.collapse_linear(rng.normal(size=(2, 10)), np.zeros(2), rng.normal(size=(10, 2)), np.zeros(10))[0]
print("rank of 10 → 2 → 10:", np.linalg.matrix_rank(narrow), end="")
print("   of one 10 → 10 layer:", np.linalg.matrix_rank(rng.normal(size=(10, 10))))

# %% [markdown]
# ## Summary
#
# | what | shapes | in the table of section 3 |
# | --- | --- | --- |
# | a layer forward | `(n, in)` to `(n, out)` | |
# | the error at the top | `(n, outputs)` | BP1, where the cost enters and nowhere else |
# | one layer down | `(n, out)` to `(n, in)` | BP2: through the weights, then through the slope |
# | gradients of a layer | `(out, in)` and `(out,)` | BP4 and BP3: sums over the samples |
# | all of them | the shapes of the parameters | two forward passes' worth of work |
#
# | watch out for | why |
# | --- | --- |
# | `weight.T` on the way back | no error in a square layer |
# | a mean over the samples | once, at the top |
# | the hidden slope | stays, whatever the cost |
# | an activation after the last layer | caps what softmax can say |
# | a gradient that trains | may still be wrong: check it |
#
# **Further reading.** Rumelhart, Hinton, Williams, *Learning representations by back-propagating errors* (1986) · Nielsen, *Neural
# Networks and Deep Learning* (2015), chapters 2 and 4 · Goodfellow, Bengio, Courville, *Deep Learning* (2016), sections 6.1 and
# 6.5 · Minsky, Papert, *Perceptrons* (1969) · Hornik, Stinchcombe, White, *Multilayer feedforward networks are universal
# approximators* (1989) · Leshno, Lin, Pinkus, Schocken, *Multilayer feedforward networks with a nonpolynomial activation function
# can approximate any function* (1993) · Telgarsky, *Benefits of depth in neural networks* (2016).

# %%
progress()
