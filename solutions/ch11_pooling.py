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
# # Chapter 11 · Pooling
#
# A convolution gives a number for each place of an image, a recurrent network or a transformer a vector for each word of a
# text. At the end there shall be one answer. **Pooling** 池化 (汇合) makes few numbers out of many: the largest or the mean of a
# window, of a text, of a box in an image; a weighted mean, whose weights are learnt; or a vote, in which the parts agree on
# who gets what. Most of it has no parameters. What it has is an opinion about what may be forgotten.
#
# **After this chapter you can**
#
# * write max and average pooling in the plane, forward and backward, with stride and padding;
# * pool a text of any length into a vector of fixed length, with and without the order of its words;
# * write attention pooling with learnt queries, the squash of capsules, and routing by agreement in both directions;
# * cut boxes of any size out of a feature map and bring them to one size;
# * say what pooling does for a network whose images are shifted, and what it does not.
#
# **You need** windows, strides and padding from chapter 10, gradients from chapter 04, softmax from chapter 02. Chinese terms
# stand beside the English ones where they first occur.
#
# **Time** about eight hours, less than half of it reading and experiments, in five sittings: 13 exercises for 22
# points, and two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 2 | pooling in the plane, there and back |
# | 2 | 4, 5 | 1 | an experiment with shifted digits, and pooling by chance |
# | 3 | 6 to 8 | 1¾ | pooling over time, with order and without |
# | 4 | 9 to 11 | 2 | attention, capsules, routing |
# | 5 | 12, 13 | 1¼ | boxes, and torch's opinion |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(squash)` gives a hint, each call one more. `again(squash)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(squash)` shows one way, once you
# have tried. `reset(squash)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os
from types import SimpleNamespace

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, plotting, pooling

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

from nnlib.activations import softmax

# %% [markdown]
# ## What it is for
#
# A digit of 28 × 28 pixels, and the same digit one pixel to the right. Of each, the largest number of every 2 × 2 window, then
# of every 4 × 4 and 7 × 7 window. How many numbers are left, and how much do the two still differ?

# %%
digit = data.load_mnist_small(dtype=np.float64).X_train[0].reshape(28, 28)
moved = np.roll(digit, 1, axis=1)
for size in (1, 2, 4, 7):
    a, b = (pooling.max_pool2d(image, size) for image in (digit, moved))
    share = np.linalg.norm(a - b) / np.linalg.norm(a)
    print(f"windows of {size} × {size}: {a.size:>3} numbers; moved by a pixel they change by {share:.0%}")

# %% tags=["folded"]
fig, panels = plt.subplots(2, 4, figsize=(8.5, 4.4))
for row, (image, name) in zip(panels, ((digit, "as it is"), (moved, "a pixel to the right"))):
    row[0].set_ylabel(name)
    for ax, size in zip(row, (1, 2, 4, 7)):
        ax.imshow(pooling.max_pool2d(image, size), cmap="gray", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[], title=f"{28 // size} × {28 // size}" if image is digit else "")
        ax.grid(False)
plotting.show(
    fig,
    alt="A handwritten digit, and below it the same digit a pixel to the right, each as it is and after max pooling to 14 × 14, "
    "7 × 7 and 4 × 4 numbers. The digit stays readable at 14 × 14 and is a bright blot at 4 × 4; the two rows grow more alike.",
)

# %% [markdown]
# Fewer numbers, and less difference: that is what pooling promises. The difference becomes smaller, it does not vanish. This
# chapter measures how much of the promise is kept.

# %% [markdown]
# # Sitting 1
#
# ## 1 · The largest of each window
#
# **Max pooling** 最大池化 puts a window on the image, as a convolution does, and takes the largest number in it. There are no
# weights, and each channel is by itself: `(N, C, H, W)` becomes `(N, C, H', W')`. With the window's side $k$, stride $s$ and
# padding $p$
#
# $$\begin{gathered}
# y_{ij} = \max_{0 \le a, b < k} x_{s i - p + a,\; s j - p + b} \\
# H' = \left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1, \quad W' = \left\lfloor \frac{W + 2p - k}{s} \right\rfloor + 1
# \end{gathered}$$
#
# The size is that of chapter 10. Two things differ from a convolution. The stride is $k$ unless something else is said, so
# that windows lie side by side: an image of half the side, a **down-sampling** 下采样, for $k = 2$. And what lies outside the
# image never wins. One may say that max pooling pads with $-\infty$. Zeros would win wherever all numbers are negative.

# %% [markdown]
# Write max pooling. `x` has shape `(N, C, H, W)`, finite numbers of any sign; `kernel_size` is $k \ge 1$, `stride` is $s \ge 1$,
# or `None` for $s = k$, and `padding` is $p$ with $0 \le p \le k/2$: whole numbers, the same for rows and columns. At least
# one window fits, $k \le H + 2p$ and $k \le W + 2p$; rows and columns that are left over at the end belong to no window.
# Return shape `(N, C, H', W')`. Do not change the arguments. (Here and in all exercises of this chapter arrays hold floats, not
# integers, and no axis is empty. For float32 you may return float64.)


# %% exercise="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=0):
    """The largest number of each window. Shape (N, C, H', W')."""
    ### BEGIN SOLUTION
    stride = kernel_size if stride is None else stride
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    x = np.pad(x, around, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_size, kernel_size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))
    ### END SOLUTION


# %%
mine = usable(max_pool2d)
mine

# %% topics="C11-03"
ramp = np.arange(16.0).reshape(1, 1, 4, 4)
print("four windows:            ", mine["max_pool2d"](ramp, 2).tolist())
print("nine, that overlap:      ", mine["max_pool2d"](ramp, 2, stride=1).tolist())
below = -1 - ramp
print("all negative, padding 1: ", mine["max_pool2d"](below, 3, stride=2, padding=1).tolist())
zeros = np.pad(below, ((0, 0), (0, 0), (1, 1), (1, 1)))
print("padded with zeros:       ", mine["max_pool2d"](zeros, 3, stride=2).tolist())
print("nnlib's max_pool2d agrees:", np.array_equal(pooling.max_pool2d(ramp, 2), mine["max_pool2d"](ramp, 2)))

# %% [markdown]
# Padded with zeros, most of the answers are numbers that occur nowhere in the image.

# %% [markdown]
# ## 2 · The way back, and ties
#
# Only the winner of a window has an influence on $y$: raise it a little, and $y$ rises as much; the others may wriggle below
# it. So the gradient of a window, $g_{ij} = \partial L / \partial y_{ij}$, goes to its winner undivided, and nothing goes to
# the others:
#
# $$\frac{\partial L}{\partial x_{rc}} = \sum_{(i,j):\; (r, c)\ \text{wins window}\ (i, j)} g_{ij}$$
#
# A sum, since where windows overlap, $s < k$, one number may win several of them. And if two numbers of a window are equal
# and the largest? Then $y$ has a kink there and no gradient. Like torch, we give all of it to the *first* of them, row by
# row as one reads. Ties are not rare: behind a ReLU a window often holds nothing but zeros.

# %% [markdown]
# Write the way back. `grad_output` ($g$) has the shape `(N, C, H', W')` of `max_pool2d`'s result, the other arguments are
# those of `max_pool2d`. Return $\partial L/\partial x$, shape of `x`. Of equal winners of a window the first gets all, row by
# row. You may call your `max_pool2d`. Do not change the arguments.


# %% exercise="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Gradient of max_pool2d: what arrives at a window goes to its first winner. Shape of x."""
    ### BEGIN SOLUTION
    y = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    stride = kernel_size if stride is None else stride
    rows, columns = y.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    grad, free = np.zeros_like(x), np.ones(y.shape, bool)  # free: windows whose winner has not come by yet
    for a in range(kernel_size):
        for b in range(kernel_size):
            down = slice(a, a + stride * (rows - 1) + 1, stride)
            across = slice(b, b + stride * (columns - 1) + 1, stride)
            wins = free & (x[:, :, down, across] == y)
            grad[:, :, down, across] += wins * grad_output
            free = free & ~wins
    return grad[:, :, padding : x.shape[2] - padding, padding : x.shape[3] - padding]
    ### END SOLUTION


# %%
mine |= (new := usable(max_pool2d_backward))
new

# %% topics="C11-03"
g = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
flat = np.zeros((1, 1, 3, 3))
print("of a window of equal numbers the first wins, one of four:")
print(mine["max_pool2d_backward"](g[..., :1, :1], flat[..., :2, :2], 2)[0, 0])
peak = flat.copy()
peak[0, 0, 1, 1] = 5.0
print("the middle wins all four windows of 2 × 2 with stride 1, and collects 1 + 2 + 3 + 4:")
print(mine["max_pool2d_backward"](g, peak, 2, stride=1)[0, 0])
same = pooling.max_pool2d_backward(g, peak, 2, stride=1)
print("nnlib's agrees:", np.array_equal(same, mine["max_pool2d_backward"](g, peak, 2, stride=1)))

# %% [markdown]
# A plausible idea: "to be fair, let all equal winners have the gradient". A window of four zeros would then send back four
# times what arrived. How often does that happen? Images of noise behind a ReLU, as a network at the start would have them:

# %%
noise = np.maximum(np.random.default_rng(0).normal(size=(1, 100, 28, 28)), 0)
largest = mine["max_pool2d"](noise, 2)
winners = noise == np.repeat(np.repeat(largest, 2, axis=2), 2, axis=3)
arrived = np.ones_like(largest)
back = mine["max_pool2d_backward"](arrived, noise, 2)
tied = winners.reshape(1, 100, 14, 2, 14, 2).sum(axis=(3, 5)) > 1
print(f"windows with a tie: {tied.mean():.1%}")
print(f"what arrives: {arrived.sum():.0f}; what goes back: {back.sum():.0f}, to all winners: {winners.sum()}")

# %% [markdown]
# One window of sixteen is all zeros, $(1/2)^4$. The gradient there is stopped by the ReLU below in any case; but at equal
# numbers above zero, such as the white of a scanned page, a fourfold gradient would be felt.

# %% [markdown]
# ## 3 · The mean of each window
#
# **Average pooling** 平均池化 takes the mean instead: a convolution whose weights are all $1/k^2$, channel by channel.
#
# $$y_{ij} = \frac1{k^2} \sum_{0 \le a, b < k} x_{s i - p + a,\; s j - p + b}$$
#
# Here the padding is zeros, and they count: a window that reaches out is divided by $k^2$ all the same, so that the edges
# become darker. torch's option `count_include_pad=False` divides by the number of real pixels instead.

# %% [markdown]
# Write average pooling. All arguments and the shape of the result are as for `max_pool2d`. The zeros of the padding count.
# Do not change the arguments.


# %% exercise="avg_pool2d"
def avg_pool2d(x, kernel_size, *, stride=None, padding=0):
    """The mean of each window, the zeros of the padding counted. Shape (N, C, H', W')."""
    ### BEGIN SOLUTION
    stride = kernel_size if stride is None else stride
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_size, kernel_size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].mean(axis=(4, 5))
    ### END SOLUTION


# %% [markdown]
# The way back: each number is in the mean with the weight $1/k^2$, so each place of a window gets $g_{ij} / k^2$. A number
# that lies in several windows gets the sum, and one that lies in none, 0. What would go to the padding is dropped.

# %% [markdown]
# Write it. `grad_output` has the shape `(N, C, H', W')` of `avg_pool2d`'s result, the other arguments are those of
# `avg_pool2d`. Return $\partial L/\partial x$, shape of `x`. Do not change the arguments.


# %% exercise="avg_pool2d_backward"
def avg_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Gradient of avg_pool2d: every place of a window gets its share. Shape of x."""
    ### BEGIN SOLUTION
    stride = kernel_size if stride is None else stride
    n, c, height, width = x.shape
    rows, columns = grad_output.shape[2:]
    grad = np.zeros((n, c, height + 2 * padding, width + 2 * padding), x.dtype)
    for a in range(kernel_size):
        for b in range(kernel_size):
            down = slice(a, a + stride * (rows - 1) + 1, stride)
            across = slice(b, b + stride * (columns - 1) + 1, stride)
            grad[:, :, down, across] += grad_output / kernel_size**2
    return grad[:, :, padding : padding + height, padding : padding + width]
    ### END SOLUTION


# %%
mine |= (new := usable(avg_pool2d, avg_pool2d_backward))
new

# %%
ones = np.ones((1, 1, 4, 4))
print("white, padding 1:             ", mine["avg_pool2d"](ones, 2, padding=1)[0, 0].tolist())
without = pooling.avg_pool2d(ones, 2, padding=1, count_include_pad=False)
print("with count_include_pad=False: ", without[0, 0].tolist())
print(
    "nnlib's avg_pool2d agrees:    ", np.array_equal(pooling.avg_pool2d(ramp, 2), mine["avg_pool2d"](ramp, 2))
)
rng = np.random.default_rng(0)
x, g = rng.normal(size=(1, 1, 5, 5)), rng.normal(size=(1, 1, 3, 3))
for name in ("max_pool2d", "avg_pool2d"):
    by_hand = mine[f"{name}_backward"](g, x, 3, stride=2, padding=1)
    measured = np.empty_like(x)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at], down[at] = x[at] + 1e-5, x[at] - 1e-5
        ahead, behind = (mine[name](z, 3, stride=2, padding=1) for z in (up, down))
        measured[at] = np.sum(g * (ahead - behind)) / 2e-5
    print(f"{name}: way back and differences agree within 1e-8:", np.abs(by_hand - measured).max() < 1e-8)

# %% [markdown]
# **End of the first sitting.** You have both poolings of the plane, there and back. Next they are put into a network.

# %% [markdown]
# # Sitting 2
#
# ## 4 · Does pooling forgive a shift?
#
# "Pooling makes a network invariant to small shifts", one reads. Let us see. Two convolutions, of 8 and 16 kernels of 3 × 3,
# with ReLUs, then a linear layer that reads digits. What makes the planes smaller is changed:
#
# * **neither**: nothing; the linear layer reads 16 planes of 28 × 28;
# * **stride**: the convolutions have stride 2; it reads 16 planes of 7 × 7;
# * **average**, **max**: a pooling of 2 × 2 behind each ReLU, your functions; 7 × 7 again.
#
# Trained on 3334 images, none of which is moved, for three epochs. Then the test images are moved by 0 to 5 pixels, to the
# left, right, up and down. `change` says by how much the numbers that the linear layer reads change, as a share of their
# length. One to two minutes, most of it for "neither", which has one run; the others have three, and what is printed is their
# mean (`change` is of the first run).

# %% topics="C11-03"
names = ("max_pool2d", "max_pool2d_backward", "avg_pool2d", "avg_pool2d_backward")
mine_for_layers = SimpleNamespace(**{name: mine[name] for name in names})
size = {"epochs": 1, "n_train": 320, "pixels": 2} if quick else {}
shifts = {}
for down in ("neither", "stride", "average", "max"):
    shifts[down] = [
        experiments.pooled_digits(down, ops=mine_for_layers, rng=np.random.default_rng(s), **size)
        for s in (seeds if down != "neither" else range(1))
    ]
    run = shifts[down][0]
    said = ", ".join(f"{a:.0%}" for a in np.mean([r.accuracy for r in shifts[down]], axis=0))
    print(
        f"{down:>8}, {run.parameters:>6} parameters: {said}; change {', '.join(f'{c:.1f}' for c in run.change)}"
    )

# %% [markdown]
# At two and three pixels max pooling reads about ten in a hundred more than stride and average, but only some five more than
# the network that makes nothing smaller (one run, and fourteen times the parameters). At three pixels it has lost half of the
# images, too. The network is *not* invariant; pooling has not made it so. The reason: the linear layer at the end has a weight
# for each of the 7 × 7 places, and a shift by four pixels moves everything to the next place. Pooling helps as long as the
# winner stays in its window.
#
# Where invariance is wanted, take the maximum over *all* places, so that nothing is left that could say where. "Plane" is the
# network with max pooling, a third convolution of 32 kernels, and the maximum over each plane of 7 × 7: 32 numbers, from
# which the digit is read.

# %% topics="C11-03"
shifts["plane"] = [
    experiments.pooled_digits("plane", ops=mine_for_layers, rng=np.random.default_rng(s), **size)
    for s in seeds
]
said = ", ".join(f"{a:.0%}" for a in np.mean([r.accuracy for r in shifts["plane"]], axis=0))
print(f"plane, {shifts['plane'][0].parameters} parameters: {said}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3.6))
for (down, runs), mark in zip(shifts.items(), "xv^os"):
    mean = runs[0]._replace(accuracy=np.mean([r.accuracy for r in runs], axis=0))
    mean.plot(ax, label=down, mark=mark)
ax.set(xlabel="pixels that the test images are moved by", ylabel="read right")
plotting.show(
    ax,
    alt="Share of test images read right over the pixels that they are moved by. Four start between 90 and 94 "
    "percent, the maximum over the plane at 85. Neither, stride and average fall to about 40 percent at three pixels and below 15 at "
    "five; max lies some points above them; the maximum over the whole plane stays near 70 percent to the end.",
)

# %% [markdown]
# The smallest of the five networks, and the only one that still reads most digits five pixels away, about seven of ten. It is
# not quite invariant, because digits reach the border, and two strides of 2 remain. It has a price: on digits that are not
# moved it reads about 85 percent, some eight less than max. Where a stroke stands does say which digit it is. So: **pooling over
# windows saves numbers; pooling over everything forgets the place.** Networks for images end with such a pooling, mostly with
# the mean, "global average pooling" 全局平均池化.
#
# And why does stride come off worse than max? Both throw three of four numbers away. Stride does it blindly, max pooling keeps
# the largest. (Look at `change`: with average pooling the numbers move no more than with max pooling, and yet fewer digits are
# read. A small change is not enough; what is left must also still tell the digits apart.)

# %% [markdown]
# ## 5 · Pooling by chance
#
# **Stochastic pooling** 随机池化 (随机汇合) *draws* one number of each window, a larger one with a larger probability: of
# numbers $a_1, \ldots, a_n \ge 0$, as they are behind a ReLU, it takes $a_l$ with the probability
#
# $$p_l = \frac{a_l}{a_1 + \dots + a_n}$$
#
# It is a relative of dropout (chapter 08): the noise keeps a network from relying on the one strongest answer. And as
# there, use differs from training. In use the expected value of the draw is taken:
#
# $$y = \sum_l p_l\, a_l = \frac{a_1^2 + \dots + a_n^2}{a_1 + \dots + a_n}$$
#
# How does one draw with given probabilities? By a wheel of fortune: lay the $a_l$ side by side on a line, and let a number
# $u$, uniform in $[0, 1)$, point at the place $u \cdot (a_1 + \dots + a_n)$ of it. The place where it falls is the first $l$
# with
#
# $$a_1 + \dots + a_l > u \cdot (a_1 + \dots + a_n)$$
#
# A number 0 has no room on the line and is never drawn. If all are 0, there is nothing to draw from, and $y = 0$.

# %% [markdown]
# Write stochastic pooling. `x` has shape `(N, C, H, W)`, finite numbers $\ge 0$; `kernel_size` is $k \ge 1$, $k \le H$ and $k
# \le W$. Windows lie side by side (the stride is $k$), rows and columns that are left over at the end belong to none: $H' =
# \lfloor H/k \rfloor$, $W' = \lfloor W/k \rfloor$. The places of a window are counted row by row, as one reads. `samples`
# holds a $u$ for each window, shape `(N, C, H', W')`, each in $[0, 1)$; or it is `None`, for the expected value. A window of
# zeros gives 0, both times. Return shape `(N, C, H', W')`. Do not change the arguments.


# %% exercise="stochastic_pool2d"
def stochastic_pool2d(x, samples, kernel_size):
    """A number of each window, drawn by its share; without samples the mean so weighted. (N, C, H', W')."""
    ### BEGIN SOLUTION
    n, c, height, width = x.shape
    k, rows, columns = kernel_size, height // kernel_size, width // kernel_size
    windows = x[:, :, : rows * k, : columns * k].reshape(n, c, rows, k, columns, k)
    a = windows.swapaxes(3, 4).reshape(n, c, rows, columns, k * k)
    total = a.sum(axis=-1)
    if samples is None:
        return (a**2).sum(axis=-1) / np.where(total == 0, 1, total)
    so_far = a.cumsum(axis=-1)
    place = (so_far <= (samples * total)[..., None]).sum(axis=-1, keepdims=True)
    return np.take_along_axis(a, np.minimum(place, k * k - 1), axis=-1)[..., 0]
    ### END SOLUTION


# %%
mine |= (new := usable(stochastic_pool2d))
new

# %% [markdown]
# Draws are judged by measuring. A window with the numbers 1, 0, 2 and 5, ten thousand times:

# %% topics="C11-18"
window = np.array([[1.0, 0.0], [2.0, 5.0]])
many = np.tile(window, (10_000, 1, 1, 1))
u = pooling.stochastic_samples(many.shape, 2, rng=np.random.default_rng(0))
drawn = mine["stochastic_pool2d"](many, u, 2).ravel()
for a in (0.0, 1.0, 2.0, 5.0):
    print(f"{a:.0f} was drawn in {np.mean(drawn == a):.1%} of the cases; its share is {a / 8:.1%}")
in_use = mine["stochastic_pool2d"](many[:1], None, 2).item()
print(
    f"mean of the draws {drawn.mean():.3f}, in use {in_use:.3f}; mean of the window {window.mean():.3f}, largest 5"
)
same = pooling.stochastic_pool2d(many, u, 2)
print("nnlib's stochastic_pool2d agrees:", np.array_equal(same.ravel(), drawn))

# %% [markdown]
# In use it lies between the mean and the maximum. A plausible mistake is to take the plain mean in use, "the average of the
# draws": it is the average of draws that are all equally likely, 2 instead of 3.75.
#
# **Fractional max pooling** 分数最大池化 (分级汇合) draws something else: where the windows begin. Windows of $k = 2$ with stride 2
# shrink an image by 2 at once; to shrink it by 1.6, strides must be 1 and 2 in turn, and the order of the two is drawn. With
# $n$ places, $n'$ windows, and $u$ uniform in $[0, 1)$, window $o = 0, 1, \ldots, n' - 1$ begins at
#
# $$\lfloor (o + u)\, \alpha \rfloor - \lfloor u\, \alpha \rfloor, \qquad \alpha = \frac{n - k}{n' - 1}$$
#
# and the last one at $n - k$. Let it pool an image that says in each pixel which column it is in: the largest number of a
# window is then its last column, and we can read off where it began.

# %% topics="C11-19"
columns = np.tile(np.arange(25.0), (2000, 25, 1))
u = pooling.fractional_samples(columns.shape, rng=np.random.default_rng(0))
begins = pooling.fractional_max_pool2d(columns, u, 2, output_size=15)[:, 0] - 1
steps = np.diff(begins, axis=1)
for row in steps[:3]:
    print("steps:", " ".join(f"{s:.0f}" for s in row))
print("steps that occur:", np.unique(steps).astype(int).tolist())
print(f"share of steps of 2: {np.mean(steps == 2):.3f}; α − 1 = {23 / 14 - 1:.3f}")
print(f"ways to lay the windows of a row among 2000 draws: {len(np.unique(begins, axis=0))}")
print("first and last window begin at", np.unique(begins[:, [0, -1]]).astype(int).tolist())

# %% [markdown]
# 14 steps sum to 23, so nine are of 2 and five of 1, whatever $u$ is. Each plane of each image draws its own way, in each
# step anew. And a network may have many small steps down, where strides of 2 use up an image of 28 pixels after four.
#
# **End of the second sitting.** You know what pooling in the plane does for a shift. Now for texts.

# %% [markdown]
# # Sitting 3
#
# ## 6 · One vector for a text
#
# An encoder turns a text of $L$ **tokens** 词元, words or parts of words, into $L$ vectors $h_1, \ldots, h_L$ of $D$ features:
# shape `(L, D)`, or `(N, L, D)` for a batch. A classifier wants one vector of fixed length. Three answers without parameters:
#
# $$\begin{gathered}
# \text{first token} \quad e_d = h_{1 d} \\
# \text{max over time} \quad e_d = \max_i h_{i d} \\
# \text{mean} \quad e_d = \frac1L \sum_i h_{i d}
# \end{gathered}$$
#
# **The first token.** BERT puts a token `[CLS]` in front, and learns to gather in it what the text is about. "BERT pooling
# is picking `[CLS]`", one reads; BERT's pooler also sends it through a linear layer and tanh:

# %% topics="C11-01"
h = np.array([[0.5, -3.0], [9.0, 9.0]])
print("picked:                          ", pooling.cls_pool(h))
print("BERT's pooler, weights identity: ", pooling.cls_pool(h, np.eye(2)).round(4))

# %% [markdown]
# Whoever compares their features with BERT's "pooled output" compares with numbers between −1 and 1.
#
# **The maximum and the mean** treat all tokens alike. But the texts of a batch differ in length, and are padded with tokens
# that mean nothing. So there is a **mask** 掩码: `True` for a token that counts. It must be used in both: a padding of zeros
# would win the maximum where all features are negative, and thin out the mean.

# %% [markdown]
# Write both. `h` has shape `(L, D)` or `(N, L, D)`, $L \ge 1$, finite numbers of any sign; `mask` is a bool array of shape
# `(L,)` or `(N, L)`, or `None` if all tokens count. What stands in the tokens that do not count has no influence. A sequence
# in which no token counts gives 0. Return shape `(D,)` or `(N, D)`. Do not change the arguments.


# %% exercise="max_pool_time"
def max_pool_time(h, mask=None):
    """Largest value of each feature over the tokens that count. Shape (D,) or (N, D)."""
    ### BEGIN SOLUTION
    if mask is None:
        return h.max(axis=-2)
    counts = mask[..., None]
    largest = np.where(counts, h, -np.inf).max(axis=-2)
    return np.where(counts.any(axis=-2), largest, 0)
    ### END SOLUTION


# %% [markdown]
# And the mean over the tokens that count; arguments, shapes and the sequence in which none counts are as above.


# %% exercise="avg_pool_time"
def avg_pool_time(h, mask=None):
    """Mean of each feature over the tokens that count. Shape (D,) or (N, D)."""
    ### BEGIN SOLUTION
    if mask is None:
        return h.mean(axis=-2)
    counts = mask[..., None]
    return np.where(counts, h, 0).sum(axis=-2) / np.maximum(counts.sum(axis=-2), 1)
    ### END SOLUTION


# %%
mine |= (new := usable(max_pool_time, avg_pool_time))
new

# %% [markdown]
# Maximum or mean? Noise of $L$ tokens, and in half of the texts one token that matters, 4 more than the noise in one feature.
# How well do maximum and mean tell the two kinds of texts apart? A text is said to have the token if its pooled feature is
# above the middle of what it is on average with and without.

# %% topics="C11-02 C11-06"
rng = np.random.default_rng(0)
print("right for    " + " ".join(f"L = {L:<4}" for L in (5, 20, 80, 320)))
for pool in ("max_pool_time", "avg_pool_time"):
    right = []
    for L in (5, 20, 80, 320):
        noise = rng.normal(size=(1000, L, 1))
        marked = noise.copy()
        marked[:, 0] += 4
        without, with_it = (mine[pool](h)[:, 0] for h in (noise, marked))
        limit = (without.mean() + with_it.mean()) / 2
        right.append(((without < limit).mean() + (with_it > limit).mean()) / 2)
    print(f"{pool:>13} " + "   ".join(f"{r:.0%} " for r in right))
padded = np.array([[-1.0, -5.0], [-3.0, -2.0], [0.0, 0.0]])
real = np.array([True, True, False])
print("two tokens and a padding:", mine["max_pool_time"](padded, real), mine["avg_pool_time"](padded, real))
print("without the mask:        ", mine["max_pool_time"](padded), mine["avg_pool_time"](padded).round(2))

# %% [markdown]
# In a text of 320 tokens one token moves the mean by 1/80, while the noise of the mean is $1/\sqrt{320} = 1/18$. It is lost.
# The maximum keeps most of it, 81 % at 320 tokens; more noise has more high peaks. The other way round, where every token says
# a little, the mean is the better one; no pooling is good for everything.

# %% [markdown]
# ## 7 · More than one: k-max and chunk-max
#
# A maximum forgets how often, where, and in which order. Two remedies:
#
# **k-max pooling**: keep the $k$ largest values of each feature, *in the order in which they stand in the text*. Of
# $1, 4, 2, 5, 3$ with $k = 3$ it keeps $4, 5, 3$, not $5, 4, 3$. Features are by themselves: each has its own $k$ places.
#
# **Chunk-max pooling**: cut the text into $n$ parts that follow each other, and keep the largest of each. If $L$ tokens
# cannot be cut evenly, the first $L \bmod n$ parts have one more, $\lfloor L/n \rfloor + 1$: seven tokens in three parts are
# 3, 2 and 2.

# %% [markdown]
# Write k-max pooling. `h` has shape `(L, D)` or `(N, L, D)`, finite numbers; $1 \le k \le L$. Of equal values the first ones
# in the text are kept. Return shape `(k, D)` or `(N, k, D)`. Do not change the arguments.


# %% exercise="kmax_pool"
def kmax_pool(h, k):
    """The k largest values of each feature, in the order of the text. Shape (..., k, D)."""
    ### BEGIN SOLUTION
    places = np.argsort(-h, axis=-2, kind="stable")[..., :k, :]
    return np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)
    ### END SOLUTION


# %% [markdown]
# Write chunk-max pooling. `h` has shape `(L, D)` or `(N, L, D)`, finite numbers of any sign; $1 \le n \le L$, `n_chunks` is
# $n$. Return shape `(n, D)` or `(N, n, D)`. You may call your `max_pool_time`. Do not change the arguments.


# %% exercise="chunk_max_pool"
def chunk_max_pool(h, n_chunks):
    """Largest value of each feature in each of n_chunks parts. Shape (..., n_chunks, D)."""
    ### BEGIN SOLUTION
    parts = np.array_split(h, n_chunks, axis=-2)
    return np.stack([max_pool_time(part) for part in parts], axis=-2)
    ### END SOLUTION


# %%
mine |= (new := usable(kmax_pool, chunk_max_pool))
new

# %% [markdown]
# Each has a cousin with means: `kavg_pool` is the mean of the $k$ largest, `chunk_avg_pool` the mean of each part.

# %% topics="C11-04 C11-05 C11-07"
h = np.array([[1.0], [4.0], [2.0], [5.0], [3.0]])
print("3-max:      ", mine["kmax_pool"](h, 3).ravel(), "  nnlib's:", pooling.kmax_pool(h, 3).ravel())
print(
    "2 chunks:   ", mine["chunk_max_pool"](h, 2).ravel(), "  nnlib's:", pooling.chunk_max_pool(h, 2).ravel()
)
print("3-avg:      ", pooling.kavg_pool(h, 3))
print("2 chunk-avg:", pooling.chunk_avg_pool(h, 2).ravel().round(3))
print("1-avg is the maximum, 5-avg the mean:", pooling.kavg_pool(h, 1), pooling.kavg_pool(h, 5))

# %% [markdown]
# ## 8 · Does the order matter?
#
# Texts of 20 words from a list of 12. Two of the words matter, and each text has both, once each, at random places: "dog bites
# man" or "man bites dog". Which of them comes first? In the encoding, one feature, the first of the two has 3, the other 2,
# and all others between 0 and 1. A small network reads what the pooling leaves, trained on 1000 texts and tried on 1000 new
# ones. "Sorted" is the k-max that keeps the order of size. The runs with maximum, mean and k-max are on your functions.


# %% topics="C11-04 C11-05"
def sorted_kmax(h, k):
    return -np.sort(-h, axis=-2)[..., :k, :]


ways = {
    "maximum": (mine["max_pool_time"], None),
    "mean": (mine["avg_pool_time"], None),
    "2-max, sorted by size": (sorted_kmax, None, 2),
    "2-max, in order": (mine["kmax_pool"], None, 2),
    "2 chunks": (mine["chunk_max_pool"], None, 2),
    "4 chunks": (mine["chunk_max_pool"], None, 4),
    "20 chunks": (mine["chunk_max_pool"], None, 20),
}
epochs = 10 if quick else 40
for name, (pool, *rest) in ways.items():
    right = [
        experiments.order_of_words(pool, *rest, epochs=epochs, rng=np.random.default_rng(s)) for s in seeds
    ]
    print(f"{name:>22}: {', '.join(f'{r:.0%}' for r in right)}")
print(
    f"in different chunks: of 2 in {10 / 19:.0%} of the texts, of 4 in {15 / 19:.0%}; guessing among the others"
)
print(f"that makes {(1 + 10 / 19) / 2:.0%} and {(1 + 15 / 19) / 2:.0%}")

# %% [markdown]
# Maximum, mean and the sorted 2-max guess. Whatever is the same for both orders of the text cannot tell them apart, and no
# network behind it can. In order, 2-max is right every time. Chunks know the order if the two words are in different ones:
# the share is what one computes. With as many chunks as words nothing is pooled: all is there, and yet it is right in 7 of 10
# only. From 20 numbers the network would have to learn each pair of places by itself, and 1000 texts seem too few for that: to
# forget the right things is a help.
#
# A word of caution: here the encoding was given. If it is to be learnt together with the rest, k-max has a hard start: as long
# as the two words are not among the $k$ largest, they get no gradient.

# %% topics="C11-04"
learnt = [
    experiments.order_of_words(
        pooling.kmax_pool,
        pooling.kmax_pool_backward,
        2,
        learn=True,
        epochs=epochs,
        rng=np.random.default_rng(s),
    )
    for s in seeds
]
in_chunks = [
    experiments.order_of_words(
        pooling.chunk_max_pool,
        pooling.chunk_max_pool_backward,
        4,
        learn=True,
        epochs=epochs,
        rng=np.random.default_rng(s),
    )
    for s in seeds
]
print("2-max, encodings of 8 features learnt:   ", ", ".join(f"{r:.0%}" for r in learnt))
print("4 chunks, encodings of 8 features learnt:", ", ".join(f"{r:.0%}" for r in in_chunks))

# %% [markdown]
# About three quarters, where all would be possible; chunks lose nothing. What a pooling can express and what is found by
# descent are two questions.

# %% [markdown]
# **Written question.** A shop sorts letters of customers into "complaint" and "other". Letters have 10 to 2000 tokens, are
# encoded token by token, and are padded to 2000 in each batch. The first version takes the mean over all 2000 tokens. (a) Name
# two things that are wrong with it for short letters or for long ones, and say for each what you would change. (b) "I am not
# unhappy, I am glad" and "I am not glad, I am unhappy" have the same words. Which poolings of sections 6 and 7 could
# tell them apart, if the encoding of a token depends on the token alone?

# %% [markdown] written="letters-of-customers" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point, half for each: the padding is averaged in, so that short letters become nearly 0,
# and the length is what the classifier sees: a mask, and the mean over the tokens that count. And in a long letter the few
# words that complain are thinned out: the maximum over time, or k-max. Half only if a remedy is missing. (b) 1
# point: k-max in the order of the text (k at least 2, in a feature in which both words are among the k largest), or chunk-max,
# if the two stand in different chunks. Not the first token: it is "I" in both; not the maximum, not the mean: they give the
# same for every order of the words. Half a point for naming one that works without saying why others fail, or on what it depends.
# ### END SOLUTION

# %% [markdown]
# **End of the third sitting.** You can pool over time, and know what each way forgets. Next, pooling that learns.

# %% [markdown]
# # Sitting 4
#
# ## 9 · Attention: a mean with learnt weights
#
# Between the mean, where all tokens count the same, and the maximum, where one takes all, lies a weighted mean. **Self-attention
# pooling** 自注意力池化 lets a learnt vector decide, the **query** 查询 $q$: a token counts the more, the better it fits $q$. With
# $M$ queries $q_1, \ldots, q_M$, the rows of a matrix of shape `(M, D)`, and $\sigma$ a scale,
#
# $$\begin{gathered}
# a_{m i} = \frac{\exp(\sigma\, q_m \cdot x_i)}{\sum_{l=1}^L \exp(\sigma\, q_m \cdot x_l)} \\
# v_m = \sum_{i=1}^L a_{m i}\, x_i
# \end{gathered}$$
#
# $L$ vectors become $M$, whatever $L$ is. The scale is $1/\sqrt D$ as a rule: the dot product of two vectors of $D$ independent
# numbers of variance 1 has the standard deviation $\sqrt D$, and softmax would give nearly all to one token. A token that does
# not count has the score $-\infty$, so that its weight is exactly 0.

# %% [markdown]
# Write it. `x` has shape `(L, D)` or `(N, L, D)`, finite numbers; what stands in tokens that do not count has no influence,
# however large. `query` has shape `(M, D)`; `mask` is a bool array of shape `(L,)` or `(N, L)`, or `None` if all tokens count.
# In each sequence one or more count. `scale` is a number $\ge 0$, or `None` for $1/\sqrt D$. Scores may be in the tens of
# thousands, of either sign: `softmax(scores, axis=...)` from chapter 02 is at hand and stands that. Return shape `(M, D)` or
# `(N, M, D)`. Do not change the arguments.


# %% exercise="self_attention_pool"
def self_attention_pool(x, query, mask=None, *, scale=None):
    """A weighted mean of the tokens for each query. Shape (..., M, D)."""
    ### BEGIN SOLUTION
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x
    ### END SOLUTION


# %%
mine |= (new := usable(self_attention_pool))
new

# %% [markdown]
# The scale goes from the mean to the maximum: a query that asks for the first feature.

# %% topics="C11-08"
x = np.array([[1.0, 10.0], [4.0, 20.0], [2.0, 30.0]])
ask_first = np.array([[1.0, 0.0]])
for scale in (0.0, None, 1.0, 3.0, 10.0):
    v = mine["self_attention_pool"](x, ask_first, scale=scale)
    weights = pooling.self_attention_weights(x, ask_first, scale=scale)
    print(f"scale {scale!s:>4}: weights {weights[0].round(3)}, v = {v[0].round(2)}")
print(
    "nnlib's self_attention_pool agrees:",
    np.allclose(pooling.self_attention_pool(x, ask_first, scale=10.0), v),
)
turned = mine["self_attention_pool"](x[::-1], ask_first, scale=10.0)
print("tokens in the other order give the same:", np.allclose(turned, v))

# %% [markdown]
# With scale 0 it is the mean. With 10 it is the token that has most of the first feature: *all* of that token, where the
# maximum would take each feature from another one (4 and 30).
#
# **Long texts in two storeys.** A softmax over a thousand words spreads thin. **Hierarchical attention** 分层注意力 pools the words
# of each sentence by one query, then the sentences by another: words → sentences → document. A sentence then counts as much as
# it deserves, not as many words as it has:

# %% topics="C11-09"
words = np.array([[5.0, 0.0], *[[0.0, 1.0]] * 9])  # a short sentence of one word, a long one of nine
nothing = np.zeros(2)
print("mean over ten words:                       ", mine["avg_pool_time"](words))
print(
    "two storeys, queries of zeros:             ", pooling.hierarchical_pool(words, [1, 9], nothing, nothing)
)
sure = np.array([1.0, 0.0])
print(
    "and a query that looks for the first feature:",
    pooling.hierarchical_pool(words, [1, 9], nothing, sure).round(3),
)

# %% [markdown]
# ## 10 · Capsules
#
# A **capsule** 胶囊 is a vector whose *length*, from 0 to 1, says how sure something is to be there, and whose direction says
# how it is. The function that makes lengths so is **squash** 压缩:
#
# $$v = \frac{\lVert s \rVert^2}{1 + \lVert s \rVert^2}\; \frac{s}{\lVert s \rVert}$$
#
# Short vectors become nearly 0, since $\lVert v \rVert \approx \lVert s \rVert^2$; long ones become almost 1 long; the direction
# stays. $s = (3, 4)$ has the length 5, and $v$ the length $25/26$. At $s = 0$ the formula reads 0/0; $v$ is 0 there.

# %% [markdown]
# Write squash. `s` is an array of finite floats whose squares are finite, with one axis or more; a vector lies along `axis`.
# Vectors may be all zeros: they stay so, no nan. Return the shape of `s`. Do not change the argument.


# %% exercise="squash"
def squash(s, *, axis=-1):
    """Each vector with its length r made r² / (1 + r²). Shape of s."""
    ### BEGIN SOLUTION
    square = (s * s).sum(axis=axis, keepdims=True)
    return np.sqrt(square) / (1 + square) * s
    ### END SOLUTION


# %%
mine |= (new := usable(squash))
new

# %% topics="C11-11"
for s in ([3.0, 4.0], [0.03, 0.04], [300.0, 400.0], [0.0, 0.0]):
    v = mine["squash"](np.array(s))
    print(f"{s}: length {np.linalg.norm(s):g} becomes {np.linalg.norm(v):.6f}; v = {v.round(5)}")
print("of 3, 4 exactly 25/26:", np.isclose(np.linalg.norm(mine["squash"](np.array([3.0, 4.0]))), 25 / 26))
print("nnlib's squash:", pooling.squash(np.array([3.0, 4.0])).round(5))

# %% [markdown]
# **Messages** 信息传递. There are $L$ capsules below, $h_1, \ldots, h_L$ (words, say), and $M$ above. Capsule $i$ says of each $j$
# above what it should be: its prediction $\hat u_{ij} = \theta_j h_i$, with $h_i$ of $E$ numbers and a learnt matrix $\theta_j$ of
# shape $(D, E)$, the same for all $i$, since texts differ in length. It sends a share $c_{ij}$ of it; what arrives is added up,
# 聚集, and squashed:
#
# $$\begin{gathered}
# m_{i \to j} = c_{ij}\, \hat u_{ij}, \qquad s_j = \sum_{i=1}^L m_{i \to j}, \\
# v_j = \operatorname{squash}(s_j)
# \end{gathered}$$

# %% topics="C11-10"
rng = np.random.default_rng(0)
h, theta = rng.normal(size=(3, 4)), rng.normal(size=(2, 5, 4))  # three capsules below of 4, two above of 5
u_hat = pooling.capsule_predictions(h, theta)
equal = np.full((3, 2), 0.5)
s = pooling.capsule_messages(h, theta, equal)
print("predictions:", u_hat.shape, "  what arrives:", s.shape)
print("the sum by hand agrees:", np.allclose(s, (equal[..., None] * u_hat).sum(axis=0)))
print("lengths above:", np.linalg.norm(mine["squash"](s), axis=1).round(3))

# %% [markdown]
# ## 11 · Routing by agreement
#
# Where do the shares $c_{ij}$ come from? From agreement: $i$ should send more to a $j$ whose vector $v_j$ is like what $i$
# predicted, because then others predicted the same. But $v_j$ depends on the shares. So one goes round, a few times.
# **Dynamic routing** 动态路由, from $b_{ij} = 0$:
#
# 1. $c = \operatorname{softmax}(b)$
# 2. $s_j = \sum_i c_{ij}\, \hat u_{ij}$ and $v_j = \operatorname{squash}(s_j)$
# 3. $b_{ij} \leftarrow b_{ij} + v_j \cdot \hat u_{ij}$
#
# There are two ways to take the softmax:
#
# $$\begin{gathered}
# \text{standard:}\quad c_{ij} = \frac{\exp b_{ij}}{\sum_{j'} \exp b_{ij'}}, \qquad \sum_j c_{ij} = 1 \\
# \text{reversed:}\quad c_{ij} = \frac{\exp b_{ij}}{\sum_{i'} \exp b_{i'j}}, \qquad \sum_i c_{ij} = 1
# \end{gathered}$$
#
# **Standard**: each capsule below *sends* 1 in all, and shares it out among those above. **Reversed**: each capsule above
# *receives* 1 in all, and chooses from whom, like attention. In the first nothing that was said is lost, in the second nobody
# above goes without.

# %% [markdown]
# Write the routing. `u_hat` ($\hat u$) has shape `(L, M, D)` or `(N, L, M, D)`, axis −3 for the capsules below, −2 for those
# above, $D$ features each; the samples of a batch do not see each other. `n_iters` $\ge 1$ rounds are made; `reverse` says
# which softmax. Return $v$ as step 2 of the last round gives it, shape `(M, D)` or `(N, M, D)`. `softmax` is at hand, and you
# may call your `squash`. Do not change the arguments.


# %% exercise="dynamic_routing"
def dynamic_routing(u_hat, *, n_iters=3, reverse=False):
    """The capsules above after some rounds of routing by agreement. Shape (..., M, D)."""
    ### BEGIN SOLUTION
    b = np.zeros_like(u_hat[..., 0])
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        v = squash((c[..., None] * u_hat).sum(axis=-3))
        b = b + (u_hat * v[..., None, :, :]).sum(axis=-1)
    return v
    ### END SOLUTION


# %%
mine |= (new := usable(dynamic_routing))
new

# %% [markdown]
# Six capsules below, two above. Of the first one above, A, four of the six have the same opinion and two are at odds with them;
# of the second, B, it is the last two that agree with each other, and the four do not. How do the shares change over the
# rounds?

# %% topics="C11-12 C11-13"
angles = np.deg2rad([[0, 0], [10, 90], [-10, 180], [5, 270], [120, 40], [240, 50]])
u_hat = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
rounds = range(1, 8)
shares = {
    reverse: np.array([pooling.routing_coefficients(u_hat, n_iters=n, reverse=reverse) for n in rounds])
    for reverse in (False, True)
}
for reverse, name in ((False, "standard"), (True, "reversed")):
    c = shares[reverse]
    print(f"{name}: shares of A, from each of the six")
    for n in (1, 2, 3, 7):
        v = mine["dynamic_routing"](u_hat, n_iters=n, reverse=reverse)
        print(f"  round {n}: {c[n - 1, :, 0].round(2)}; lengths above {np.linalg.norm(v, axis=1).round(2)}")
    print(
        f"  sent by each in all: {c[-1].sum(axis=1).round(2)}; received by A and B: {c[-1].sum(axis=0).round(2)}"
    )
same = pooling.dynamic_routing(u_hat, n_iters=3, reverse=True)
print("nnlib's dynamic_routing agrees:", np.allclose(same, mine["dynamic_routing"](u_hat, reverse=True)))

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(9, 3.4), sharex=True)
for ax, (reverse, name) in zip(
    panels, ((False, "standard: each sends 1"), (True, "reversed: each receives 1"))
):
    for i in range(6):
        colour, style = ("#0072B2", "o-") if i < 4 else ("#D55E00", "s--")
        label = {0: "one of the four that agree on A", 4: "one of the two that agree on B"}.get(i)
        ax.plot(rounds, shares[reverse][:, i, 0], style, color=colour, markersize=4, label=label)
    ax.set(title=name, xlabel="round", ylim=(0, 1.02))
panels[0].set_ylabel("share that goes to A")
panels[1].legend(loc="upper right")
plotting.show(
    fig,
    alt="Shares that go to A over seven rounds of routing. Standard: all start at one half; the four that agree on A rise towards "
    "1, the two others fall towards 0. Reversed: all start at one sixth; the four rise to about one quarter each, the others fall "
    "towards 0.",
)

# %% [markdown]
# The first round knows nothing: all shares are equal. From then on those who agree gain, and whoever is at odds sends elsewhere.
# More rounds make it more extreme, not more right; three is usual.
#
# The plausible mistake is to hand the *softmax axis* to the wrong capsules. Both versions run and give the right shape. What
# tells them apart is who sums to 1.

# %% [markdown] topics="C11-15"
# **Routing or attention?** In attention pooling the query is a parameter: one for all texts, learnt by descent for the task.
# In routing $v_j$ plays the query, and it is found anew for each text, by going round: it depends on the instance, not on the
# task alone. That is the selling point: each word gates what it passes on and to whom; its authors hope that so little is said
# twice and little is lost, even in a long text (which may be routed in two storeys as well). The price is the rounds, in each
# forward pass, and back through all of them.
#
# As it was published for texts ("DR-AGG": standard 标准 DR-AGG and reversed 反向 DR-AGG), it stands where self-attention would: on
# top of a bidirectional LSTM (a recurrent network that reads in both directions), below a classifier. The words enter as GloVe
# vectors (word vectors learnt beforehand from which words stand together), random ones for unknown words; dropout before the LSTM and before the classifier's hidden layer;
# Adam; early stopping after seven steps without improvement; three rounds. The cost that is minimized is cross-entropy plus
# *all* squared parameters:
#
# $$J(\theta) = -\frac1N \sum_{n} \ln p(t_n \mid x_n; \theta) + \lambda\, \lVert \theta \rVert_2^2$$

# %% topics="C11-14"
logits, theta = np.zeros((1, 2)), np.array([3.0, -4.0])
print(f"J for two classes, guessing, λ = 0.1: {pooling.dr_agg_loss(logits, [0], theta, lam=0.1):.4f}")
print(f"ln 2 + 0.1 · 25:                      {np.log(2) + 2.5:.4f}")
_, grad_theta = pooling.dr_agg_loss_backward(1.0, logits, [0], theta, lam=0.1)
print("gradient of θ:", grad_theta, "  with λ/2, as in chapter 08:", 0.1 * theta)

# %% [markdown]
# There is no ½ in front of $\lambda$, so its gradient is $2\lambda\theta$: whoever takes the published $\lambda$ over into the
# weight decay of SGD or Adam (not AdamW) must double it.
#
# **End of the fourth sitting.** You have the poolings that look at what they pool.

# %% [markdown]
# # Sitting 5
#
# ## 12 · Boxes of any size
#
# A detector has found boxes in an image, and for each a classifier shall say what is in it. Boxes differ in size, and the
# classifier wants a fixed number of inputs. **RoI pooling** 感兴趣区域池化 (RoI 池化; RoI: region of interest) cuts each box out of
# the feature map, divides it into $n \times n$ bins, and takes the largest number of each bin.
#
# A box is a row of five numbers: the index of the image in the batch, then $x_1, y_1, x_2, y_2$: left, top, right and bottom in
# pixels of the *image*. The feature map is smaller, by 16 perhaps: `spatial_scale` is then 1/16. For each corner
#
# $$\operatorname{round}(v) = \lfloor v \cdot \text{scale} + \tfrac12 \rfloor$$
#
# and the box reaches from row $\operatorname{round}(y_1)$ to row $\operatorname{round}(y_2)$, *both included*: it has
# $h = \operatorname{round}(y_2) - \operatorname{round}(y_1) + 1$ rows, and columns likewise. Bin $i = 0, \ldots, n - 1$ takes the
# rows
#
# $$\operatorname{round}(y_1) + \left\lfloor \frac{i\, h}{n} \right\rfloor \quad \text{to, not included,} \quad
# \operatorname{round}(y_1) + \left\lceil \frac{(i + 1)\, h}{n} \right\rceil$$
#
# If $h$ is no multiple of $n$, some neighbouring bins share a row: 3 rows in two bins are rows 0, 1 and rows 1, 2. If a box is
# smaller than $n$ pixels, bins share them, too. (Careful: $x$ runs along the columns, the *last* axis of the map.)

# %% [markdown]
# Write RoI pooling. `x` has shape `(N, C, H, W)`, finite numbers of any sign; `boxes` has shape `(K, 5)` as above, floats,
# with $0 \le x_1 \le x_2$ and $0 \le y_1 \le y_2$; `output_size` is $n \ge 1$, a whole number. A box begins within the map,
# also after rounding, but may reach out of it to the right or below: bins are cut off there, and a bin of which nothing is
# left gives 0. Return shape `(K, C, n, n)`, rows before columns. Do not change the arguments.


# %% exercise="roi_pool"
def roi_pool(x, boxes, output_size, *, spatial_scale=1.0):
    """The largest number of each of n × n bins of each box. Shape (K, C, n, n)."""
    ### BEGIN SOLUTION
    n = output_size
    y = np.zeros((len(boxes), x.shape[1], n, n), x.dtype)
    for k, box in enumerate(boxes):
        image = x[int(box[0])]
        left, top, right, bottom = np.floor(box[1:] * spatial_scale + 0.5).astype(int)
        height, width = bottom - top + 1, right - left + 1
        for i in range(n):
            rows = slice(top + i * height // n, top - (-(i + 1) * height // n))
            for j in range(n):
                columns = slice(left + j * width // n, left - (-(j + 1) * width // n))
                part = image[:, rows, columns]
                if part.size:
                    y[k, :, i, j] = part.max(axis=(1, 2))
    return y
    ### END SOLUTION


# %%
mine |= (new := usable(roi_pool))
new

# %% topics="C11-16"
places = np.arange(36.0).reshape(1, 1, 6, 6)
for box in ([0, 0, 0, 3, 3], [0, 1, 1, 3, 3], [0, 2, 2, 2, 2], [0, 4, 4, 9, 9]):
    print(f"box {box[1:]}:", mine["roi_pool"](places, np.array([box], float), 2)[0, 0].tolist())
halved = mine["roi_pool"](places, np.array([[0.0, 0, 0, 6, 6]]), 2, spatial_scale=0.5)
print("box [0, 0, 6, 6] on a map of half the size:", halved[0, 0].tolist())
inside = np.array([[0.0, 0, 0, 3, 3], [0, 1.4, 0.6, 3, 3], [0, 1.6, 1.4, 3, 3]])
first = -mine["roi_pool"](-places, inside, 1)[
    :, 0, 0, 0
]  # the smallest number of a box is its top left pixel
print("corners are rounded; top left (row, column) of each box:", [divmod(int(p), 6) for p in first])
same = pooling.roi_pool(places, inside, 2)
print("nnlib's roi_pool agrees:", np.array_equal(same, mine["roi_pool"](places, inside, 2)))

# %% [markdown]
# Rounding to whole pixels of the map means up to half a pixel there, which is eight in an image that is 16 times larger. Small
# objects suffer. `pooling.roi_align` rounds nothing and reads between the pixels (bilinearly, as in chapter 01's and chapter 10's); it replaced RoI
# pooling where masks are drawn to the pixel.
#
# **Deformable RoI pooling** 可变形 RoI 池化 also moves the bins, each by an offset of its own. A first RoI pooling and a linear
# layer, 18 numbers for 3 × 3 bins (2 for each), say where to. The layer gives *normalized* offsets $\Delta\hat p_{ij}$, and
#
# $$\Delta p_{ij} = \gamma \cdot \Delta \hat p_{ij} \circ (w, h), \qquad \gamma = 0.1$$
#
# with the box's width $w$ and height $h$, so that the same numbers mean the same for large and small boxes. (Here $w = x_2 -
# x_1$, without + 1, since nothing is rounded; and the mean of points between the pixels is read, as in `roi_align`: a maximum of
# whole pixels would give the offsets no gradient.) You will read $\Delta \hat p_{ij} \in (0, 1)$. A linear layer gives any number,
# of either sign, and starts at 0. A box with $w = h = 10$, on a map that says in each pixel which column it is in, so that the
# result says how far each bin has moved:

# %% topics="C11-17"
columns = np.tile(np.arange(30.0), (1, 1, 30, 1))
box = [[0, 10.0, 10.0, 20.0, 20.0]]
still = pooling.deform_roi_pool(columns, box, np.zeros((1, 2, 3, 3)))
normalized = np.random.default_rng(0).normal(size=(1, 2, 3, 3))
for name, offset in (
    ("as the layer gives them", normalized),
    ("squeezed into (0, 1)", 1 / (1 + np.exp(-normalized))),
):
    by = (pooling.deform_roi_pool(columns, box, offset) - still).ravel()
    print(f"{name:>24}: moved by {by.round(2)}")
half = (pooling.deform_roi_pool(columns, box, np.full((1, 2, 3, 3), 0.5)) - still).mean()
print(f"               untrained: offsets 0, moved by 0; squeezed 0.5, moved by {half:.2f} to the right")

# %% [markdown]
# In $(0, 1)$ bins could move to the right and down only, and an untrained layer would already move them.

# %% [markdown]
# **Written question.** A colleague replaces all max poolings of a trained digit reader by convolutions with stride 2, because
# "both halve the planes, and a convolution can learn to be a maximum". (a) Is the second half of the sentence true? (b) The
# digits in use will be off centre by up to five pixels. What did section 4 show, and what would you advise, with or without
# pooling?

# %% [markdown] written="stride-for-pooling" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: no. A convolution is linear, and a maximum is not: for inputs $x$ and $-x$ a linear
# map gives opposite values, while the two maxima are not opposite. It can be an average pooling. (With a rectifier and more
# layers a maximum can be built: $\max(a, b) = a + \operatorname{relu}(b - a)$; an answer that says so is right.) Half a point for
# "no" without a reason. (b) 1 point: with stride 35 % were still read at three pixels, with max pooling 49 %, without either
# 44 %: none is invariant. (About these; "stride lost more, but both lost half and more" is enough.) Advice: the maximum (or mean) over the whole plane before the last layer, which costs
# some points on centred digits; or training on moved images (chapter 01); or centring the digits first. Half a point if only "keep the max pooling" is said.
# ### END SOLUTION

# %% [markdown]
# ## 13 · Against torch
#
# Values of your functions and of torch's, for the poolings of the plane the gradients as well, in float64. (torch's parts of a
# text share tokens where $L$ is no multiple of $n$; here it is one.) Without torch the cell says so.

# %%
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 3, 7, 8))
x[:, :, 2:5] = np.round(x[:, :, 2:5])  # with ties
h, query = rng.normal(size=(2, 9, 4)), rng.normal(size=(3, 4))
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    F = torch.nn.functional
    for k, options in ((2, {}), (3, {"stride": 2, "padding": 1}), (3, {"stride": 1})):
        for name in ("max_pool2d", "avg_pool2d"):
            t = torch.tensor(x, requires_grad=True)
            theirs = getattr(F, name)(t, k, **options)
            g = rng.normal(size=tuple(theirs.shape))
            theirs.backward(torch.tensor(g))
            values = np.abs(mine[name](x, k, **options) - theirs.detach().numpy()).max() < 1e-12
            grads = np.abs(mine[f"{name}_backward"](g, x, k, **options) - t.grad.numpy()).max() < 1e-12
            print(f"{name}, windows of {k}, {options}: values within 1e-12: {values}, gradients: {grads}")
    t = torch.tensor(h).swapaxes(1, 2)
    theirs = F.adaptive_max_pool1d(t, 3).swapaxes(1, 2).numpy()
    print("chunk_max_pool, three of three:", np.array_equal(mine["chunk_max_pool"](h, 3), theirs))
    q = torch.tensor(query).expand(2, 3, 4)
    theirs = F.scaled_dot_product_attention(q, torch.tensor(h), torch.tensor(h)).numpy()
    print(
        "self_attention_pool within 1e-12:",
        np.abs(mine["self_attention_pool"](h, query) - theirs).max() < 1e-12,
    )

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "pooling makes a network invariant to small shifts" | less touchy; only pooling over the whole plane forgets the place | 4 |
# | max pooling with zeros around | what lies outside never wins | 1: 0 among numbers from −1 down |
# | "BERT pooling is picking `[CLS]`" | and then a linear layer and tanh | 6: −0.995 for −3 |
# | normalized offsets in $(0, 1)$ | any number, starting at 0 | 12: half a pixel to the right untrained |
# | "reserved" routing | *reversed*: each capsule above receives 1 | 11 |
# | $\lambda \lVert\theta\rVert^2$ as if it were weight decay $\lambda$ | its gradient is $2\lambda\theta$ | 11: 0.6 for 0.3 |
# | squash as $\frac{\lVert s\rVert^2}{1+\lVert s\rVert^2}\frac{s}{\lVert s\rVert}$, without a word about 0 | 0 at 0 | 10 |
#
# ## Summary
#
# | pooling | formula | forgets |
# | --- | --- | --- |
# | max, mean of windows | $\max$, $\frac{1}{k^2}\sum$ | the place within a window |
# | stochastic | $a_l$ with $p_l = a_l / \sum a$ | by chance |
# | fractional | $\max$ of windows that begin at $\lfloor (o + u) \alpha \rfloor - \lfloor u \alpha \rfloor$ | the place within a window |
# | first token | $h_{1}$ | all that the encoder has not gathered there |
# | max, mean over time | $\max_i h_{id}$, $\frac1L\sum_i h_{id}$ | order, number, place |
# | k-max | the $k$ largest, in order | distances |
# | chunk-max | the largest of each part | order within a part |
# | attention | $\operatorname{softmax}(q x^\top / \sqrt D)\, x$ | order |
# | routing | $v = \operatorname{squash}(\sum_i c_{ij} \hat u_{ij})$, $b \mathrel{+}= v \cdot \hat u$ | order |
# | RoI | the largest of each bin of a box | size of the box |
#
# | way back | |
# | --- | --- |
# | max | $g$ to the first winner; winners of several windows add up |
# | mean | $g / k^2$ to each place |
#
# | watch out for | why |
# | --- | --- |
# | the stride | it is the window's side unless given, not 1 |
# | padding | $-\infty$ for the maximum, zeros that count for the mean, a mask for texts |
# | ties | one winner, or gradients multiply |
# | the softmax's axis in routing | both run; who sums to 1 tells them apart |
# | $x$ and $y$ of a box | $x$ is the last axis |
#
# **Further reading.** LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition* (1998) · Zeiler,
# Fergus, *Stochastic pooling* (2013) · Graham, *Fractional max-pooling* (2014) · Kalchbrenner, Grefenstette, Blunsom, *A
# convolutional neural network for modelling sentences* (2014) · Girshick, *Fast R-CNN* (2015) · Yang et al., *Hierarchical
# attention networks* (2016) · Lin et al., *A structured self-attentive sentence embedding* (2017) · Sabour, Frosst, Hinton,
# *Dynamic routing between capsules* (2017) · Dai et al., *Deformable convolutional networks* (2017) · He et al., *Mask R-CNN* (2017; RoIAlign) · Gong, Qiu, Wang, Huang,
# *Information aggregation via dynamic routing* (2018) · Devlin et al., *BERT* (2019) · Zhang, *Making convolutional networks shift-invariant again* (2019).

# %%
progress()
