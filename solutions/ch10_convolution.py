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
# # Chapter 10 · Convolution
#
# A fully connected layer does not know which pixels are neighbours. **Convolution** 卷积 does: one small set of weights looks at
# a few pixels that lie side by side, and it looks at every place of the image with the same weights. This chapter builds it
# three times: by loops, by one matrix product, and backward. Then it spreads, splits and bends it, and lets it read digits
# that have moved.
#
# **After this chapter you can**
#
# * say what size comes out of a convolution, how many weights it has, and how far it sees;
# * write it by loops and by columns, with stride, padding, dilation and groups, and say why columns are faster;
# * write its way back, for the image, the kernel and the bias;
# * take a convolution apart into depthwise and pointwise, and say what that saves;
# * read an image between its pixels, as deformable convolution does;
# * say what a convolution does with a moved image, and what it does not do.
#
# **You need** the fully connected layer and its gradients from chapter 04, starts from chapter 05, shifted images from
# chapter 01. Chinese terms stand beside the English ones where they first occur.
#
# **Time** about seven hours, a third of it reading and experiments, in four sittings: 10 exercises for 21 points, and two written
# questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 1¾ | convolution by loops, edges of a digit, windows as columns |
# | 2 | 4, 5 | 2¼ | convolution as a matrix product, and the way back |
# | 3 | 6 to 8 | 1½ | what it costs, how it is made cheaper, how far it sees |
# | 4 | 9 to 11 | 1½ | windows that bend, digits that move, and torch's opinion |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(unfold)` gives a hint, each call one more. `again(unfold)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(unfold)` shows one way, once you
# have tried. `reset(unfold)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os
import timeit
from types import SimpleNamespace

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import conv, data, experiments, init, modules, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

# %% [markdown]
# ## What it is for
#
# Shuffle the pixels of all digits, with the same shuffle for every image. Nobody can read them any more. Can a network?
# The first one below has fully connected layers only; the second begins with two convolutions. Both have about 11 000
# parameters. Ten to thirty seconds.

# %%
digits = data.load_mnist_small(dtype=np.float64)
start = {"init": init.kaiming_normal}


def fully_connected(hidden, rng):
    return modules.Sequential(
        modules.Flatten(),
        modules.Linear(784, hidden, rng=rng, **start),
        modules.ReLU(),
        modules.Linear(hidden, 10, rng=rng, **start),
    )


def convolutional(rng, **ops):
    return modules.Sequential(
        modules.Conv2d(1, 8, 5, stride=2, padding=2, rng=rng, **start, **ops),
        modules.ReLU(),
        modules.Conv2d(8, 16, 5, stride=2, padding=2, rng=rng, **start, **ops),
        modules.ReLU(),
        modules.Flatten(),
        modules.Linear(16 * 7 * 7, 10, rng=rng, **start),
    )


order = np.random.default_rng(0).permutation(784)
shuffled = digits._replace(X_train=digits.X_train[:, order], X_test=digits.X_test[:, order])
for name, network in (
    ("fully connected", lambda rng: fully_connected(14, rng)),
    ("convolutional", convolutional),
):
    read = []
    for images in (digits, shuffled):
        rng = np.random.default_rng(0)
        run = experiments.shifted_digits(
            network(rng), lr=0.3, epochs=1 if quick else 4, shifts=[0], data=images, rng=rng
        )
        read.append(run.accuracy[0])
    print(f"{name:>15}: {read[0]:.1%} of the test images read right; shuffled {read[1]:.1%}")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(5, 2.6))
for ax, images, title in zip(panels, (digits, shuffled), ("a digit", "the same pixels, shuffled")):
    ax.imshow(images.X_train[0].reshape(28, 28), "gray")
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(False)
plotting.show(fig, alt="Left a handwritten digit, right the same pixels in a random order: noise.")

# %% [markdown]
# To the fully connected network the shuffle is nothing: each of its units has a weight for every pixel, and does not care in
# which order they come. The convolutional network loses what it had gained. So what it had gained is that it knew who the
# neighbours are. That is the whole idea of this chapter.

# %% [markdown]
# # Sitting 1
#
# ## 1 · A window and its places
#
# A **kernel** 卷积核 is a small array of weights, say $3 \times 3$. Lay it on the image, so that it covers a **window** of nine
# pixels; multiply each weight with the pixel below it, add up: one number. Then move the kernel by one pixel, and so on,
# along all rows. The numbers, each at its place, are a new image, a **feature map** 特征图.
#
# How large is it? Take one axis, $n$ pixels long, and a kernel of $k$ weights. Four numbers decide:
#
# * the **stride** 步幅 $s$: by how many pixels the kernel moves from place to place;
# * the **padding** 填充 $p$: how many zeros are put before the first and behind the last pixel, so that the kernel may hang
#   over the edge;
# * the **dilation** 空洞率 (膨胀率) $d$: the distance between neighbouring weights. With $d = 2$ there is a gap of one pixel
#   between them. With $d > 1$ one speaks of a **dilated** convolution 空洞卷积.
#
# The kernel then spans $d\,(k - 1) + 1$ pixels. The first place is at the left end of the padded axis; the last is the last
# one at which the kernel does not stick out. So
#
# $$n' = \left\lfloor \frac{n + 2p - (d\,(k-1) + 1)}{s} \right\rfloor + 1$$

# %% [markdown]
# Write this count, for one axis. `n` ($\ge 1$) is the number of pixels, `k` ($\ge 1$) that of the weights; `stride` and
# `dilation` are at least 1, `padding` is at least 0 and stands for the zeros on *each* side. All are whole numbers, and the
# kernel fits: it spans no more than the padded axis. Return $n'$, a whole number. (Here and below a whole number may be an
# `int` or a float such as `36.0`.)


# %% exercise="conv_output_size"
def conv_output_size(n, k, *, stride=1, padding=0, dilation=1):
    """How many places a kernel has along an axis of n pixels."""
    ### BEGIN SOLUTION
    span = dilation * (k - 1) + 1
    return (n + 2 * padding - span) // stride + 1
    ### END SOLUTION


# %%
mine = usable(conv_output_size)
mine

# %% [markdown]
# Two words that libraries use. *Valid*: no padding, so that $n' = n - k + 1$ for $s = d = 1$. *Same*: as much padding as
# keeps the size for $s = 1$, $p = d\,(k-1)/2$ on each side. Where that is no whole number, torch puts the odd zero behind.

# %% topics="C10-03"
size = mine["conv_output_size"]
print("5 pixels, 3 weights, valid:           ", size(5, 3), "  same:", size(5, 3, padding=1))
print("28 pixels, 5 weights, stride 2, p = 2:", size(28, 5, stride=2, padding=2))
print("224 pixels, 7 weights, stride 2, p = 3:", size(224, 7, stride=2, padding=3))
print("zeros before and behind for same:     ", {k: conv.same_padding(k) for k in (3, 4, 5)})
print("3 weights at dilation 2, for same:    ", conv.same_padding(3, dilation=2))
print(
    "nnlib agrees:                         ",
    all(
        size(n, k, stride=s, padding=p) == conv.conv_output_size(n, k, stride=s, padding=p)
        for n in range(5, 9)
        for k in (1, 2, 5)
        for s in (1, 2, 3)
        for p in (0, 1)
    ),
)

# %% [markdown]
# With stride 2 several sizes $n$ give the same $n'$: without padding, three weights have 13 places on 27 pixels, and on 28 as
# well. The pixel that is left over is seen by no window.
#
# ## 2 · By loops
#
# Images have channels: three colours at the start, feature maps later on. So an image is an array `(C, H, W)`, channels, rows
# and columns, and a kernel has weights for every channel, `(C, kh, kw)`. It looks at all channels at once and gives *one* number
# at each place. A layer has $O$ kernels, and makes $O$ maps: `weight` has shape `(O, C, kh, kw)`, and
#
# $$y_{o, r, q} = \sum_{c = 0}^{C - 1} \sum_{i = 0}^{k_h - 1} \sum_{j = 0}^{k_w - 1} w_{o, c, i, j}\; x_{c,\, r + i,\, q + j}$$
#
# A word on words. In mathematics a convolution mirrors the kernel, $x_{r - i, q - j}$; without the mirror it is called
# **cross-correlation** 互相关. Every library for networks computes cross-correlations and calls them convolutions. The weights are
# learnt, so a mirror would only change their order.

# %% [markdown]
# Write the formula, for one image, with stride 1, no padding and no dilation. `x` has shape `(C, H, W)`, `weight` shape
# `(O, C, kh, kw)`, and the kernels are no larger than the image. Return shape `(O, H - kh + 1, W - kw + 1)`. Loops are right
# here: how slow they are is seen in section 4. Do not change the arguments. (Here and in all exercises of this chapter,
# images and weights are arrays of floats, and sizes and options are whole numbers. For float32 arrays you may return float64:
# the check remarks on it, no more.)


# %% exercise="cross_correlate"
def cross_correlate(x, weight):
    """Each kernel at each place of one image. Shape (O, H - kh + 1, W - kw + 1)."""
    ### BEGIN SOLUTION
    (out, _, kh, kw), (_, h, w) = weight.shape, x.shape
    y = np.empty((out, h - kh + 1, w - kw + 1), x.dtype)
    for o, r, q in np.ndindex(y.shape):
        y[o, r, q] = np.sum(weight[o] * x[:, r : r + kh, q : q + kw])
    return y
    ### END SOLUTION


# %%
mine |= (new := usable(cross_correlate))
new

# %% [markdown]
# What can nine weights see? Here are two kernels that nobody trained, Sobel's: the difference between right and left, and
# between below and above, each smoothed along the other axis. Your function, on digits with a ring of zeros:

# %%
across = np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])
sobel = np.stack([across, across.T])[:, None]
print("step to the right:", across.tolist())
print("step downwards:   ", across.T.tolist())
examples = digits.X_train[[np.flatnonzero(digits.y_train == d)[0] for d in (1, 7, 0)]].reshape(-1, 28, 28)
maps = np.array([mine["cross_correlate"](np.pad(image, 1)[None], sobel) for image in examples])
known = experiments.edge_maps(examples)
print("nnlib's edge_maps agrees:", np.allclose(maps, np.stack([known.rightward, known.downward], axis=1)))
for digit, share in zip((1, 7, 0), known.upright):
    print(f"the {digit}: {share:.0%} of its squared steps are steps to the right")

# %% tags=["folded"]
fig, panels = plt.subplots(3, 3, figsize=(6, 6.2))
for row, image, two in zip(panels, examples, maps):
    for ax, picture, title in zip(row, (image, *two), ("image", "step to the right", "step downwards")):
        ax.imshow(picture, "gray", vmin=-np.abs(picture).max(), vmax=np.abs(picture).max())
        ax.set(title=title if row is panels[0] else "", xticks=[], yticks=[])
        ax.grid(False)
plotting.show(
    fig,
    alt="A one, a seven and a zero, each beside its two maps. Grey is 0. Where the image becomes brighter to the right the first map "
    "is white, where it becomes darker it is black; the second map shows the same downwards. The strokes of the one show in "
    "the first map, the bar of the seven in the second, the zero in both.",
)

# %% [markdown]
# White is a step from dark to bright, black one from bright to dark, grey is no step. Trained networks often find such kernels
# by themselves, because steps are worth knowing.
#
# The plausible mistake: to take a routine that is called "convolution". NumPy's and SciPy's mirror the kernel:

# %%
row = np.array([0.0, 0, 1, 1, 0])
print("kernel [-1, 0, 1] over", row.tolist())
print("np.convolve:    ", np.convolve(row, [-1.0, 0.0, 1.0], mode="valid"))
print("np.correlate:   ", np.correlate(row, [-1.0, 0.0, 1.0], mode="valid"))
print("cross_correlate:", mine["cross_correlate"](row[None, None], np.array([[[[-1.0, 0.0, 1.0]]]])).ravel())

# %% [markdown]
# For this kernel the mirror changes the sign; for one without any symmetry it changes everything.
#
# ## 3 · Windows as columns
#
# Loops in Python are slow, matrix products are fast. So write out every window as a *column*: its $C\, k_h\, k_w$ numbers
# below one another. For an image with $L = H' W'$ places this is a matrix `(C kh kw, L)`, and the convolution becomes one
# product, of the kernels as rows and the windows as columns:
#
# $$\underbrace{Y}_{O \times L} = \underbrace{W}_{O \times C k_h k_w}\; \underbrace{X_{\text{columns}}}_{C k_h k_w \times L}$$
#
# This is known as **im2col**; torch calls it `unfold`. It copies each pixel up to $k_h k_w$ times, and is worth it.

# %% tags=["folded"]
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.9), width_ratios=[1, 1.3])
small = np.arange(12).reshape(3, 4)
cols = experiments.unfold(small[None, None].astype(float), (2, 2))[0].astype(int)
for ax, table, title in ((left, small, "image, 3 × 4"), (right, cols, "columns of 2 × 2 windows: 4 × 6")):
    marked = np.isin(table, [1, 2, 5, 6]) if ax is left else np.tile(np.arange(6) == 1, (4, 1))
    ax.pcolormesh(np.where(marked, 1.0, 0.0), cmap="Blues", vmin=0, vmax=2, edgecolors="0.5", linewidth=0.8)
    for (r, q), value in np.ndenumerate(table):
        ax.text(q + 0.5, r + 0.5, value, ha="center", va="center")
    ax.invert_yaxis()
    ax.set(title=title, xticks=[], yticks=[], aspect="equal")
    ax.grid(False)
plotting.show(
    fig,
    alt="Left an image of three rows and four columns with the numbers 0 to 11; the window 1, 2, 5, 6 is coloured. Right its six "
    "windows of two times two pixels as columns of four numbers; the second column, 1, 2, 5, 6 from top to bottom, is coloured.",
)

# %% [markdown]
# Write `unfold`, with stride, padding and dilation. `x` has shape `(N, C, H, W)`, a batch of $N$ images; `kernel_size` is the
# pair `(kh, kw)`; the options are those of `conv_output_size`, the same for rows and columns, and the kernel fits. Return
# shape `(N, C * kh * kw, L)`, $L = H' W'$:
#
# * a column for each place, the places row by row, as they stand in the output;
# * in a column the weights' order: channel by channel, in each channel row by row.
#
# The weight $(i, j)$ of the window at the place $(r, q)$ sees the pixel $(r\,s + i\,d,\; q\,s + j\,d)$ of the padded image.
# One way: fill an array `(N, C, kh, kw, H', W')` in two loops over $i$ and $j$, and reshape it at the end: for fixed $i$ and
# $j$, all places together are one slice of the padded image with step $s$. You may call your `conv_output_size`. Do not
# change the arguments.


# %% exercise="unfold"
def unfold(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """The windows of images as columns. Shape (N, C * kh * kw, L)."""
    ### BEGIN SOLUTION
    n, c, h, w = x.shape
    kh, kw = kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    columns = np.empty((n, c, kh, kw, height, width), x.dtype)
    for i in range(kh):
        for j in range(kw):
            rows = i * dilation + stride * np.arange(height)
            cols = j * dilation + stride * np.arange(width)
            columns[:, :, i, j] = padded[:, :, rows[:, None], cols]
    return columns.reshape(n, c * kh * kw, height * width)
    ### END SOLUTION


# %%
mine |= (new := usable(unfold))
new

# %% [markdown]
# Three kernels over one digit, by loops and by columns, and how much is copied:

# %%
rng = np.random.default_rng(0)
kernels = rng.normal(size=(3, 1, 5, 5))
columns = mine["unfold"](examples[:, None], (5, 5))
print("three images", examples[:, None].shape, "become columns", columns.shape)
by_columns = (kernels.reshape(3, -1) @ columns).reshape(3, 3, 24, 24)
by_loops = np.array([mine["cross_correlate"](image[None], kernels) for image in examples])
print("loops and columns agree:", np.allclose(by_columns, by_loops))
print(f"numbers in the images: {examples.size}, in the columns: {columns.size}")

# %% [markdown]
# **End of the first sitting.** You have the convolution by loops and its windows as columns.

# %% [markdown]
# # Sitting 2
#
# ## 4 · As a matrix product
#
# What is missing are the bias, one number for each kernel, added at all places, and **groups** 分组. With $G$ groups the
# channels are divided into $G$ groups of $C/G$ neighbours, and so are the kernels, $O/G$ in each; the kernels of the first
# group see the channels of the first group only, and so on. A kernel then has $C/G$ channels: `weight` has shape
# `(O, C / G, kh, kw)`. With $G = 1$ every kernel sees everything. With $G = C$ each channel is by itself, which section 6
# needs.
#
# In terms of columns: the rows of $X_\text{columns}$ stand channel by channel, so the rows of one group stand together. With
# another axis for the groups, kernels are `(G, O / G, C / G * kh * kw)` and columns `(N, G, C / G * kh * kw, L)`, and `@`
# multiplies group by group and image by image.

# %% [markdown]
# Write the convolution, in torch's form. `x` has shape `(N, C, H, W)`, `weight` shape `(O, C / groups, kh, kw)`, `bias` shape
# `(O,)`, or it is `None`: then nothing is added. The options are those of `unfold`; `groups` divides $C$ and $O$; the kernel
# fits. Return shape `(N, O, H', W')`. You may call your functions from above. Do not change the arguments.


# %% exercise="conv2d"
def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of a batch of images. Shape (N, O, H', W')."""
    ### BEGIN SOLUTION
    n, out, (kh, kw) = len(x), len(weight), weight.shape[2:]
    columns = unfold(x, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    kernels = weight.reshape(groups, out // groups, -1)
    y = kernels @ columns.reshape(n, groups, kernels.shape[2], -1)
    height = conv_output_size(x.shape[2], kh, stride=stride, padding=padding, dilation=dilation)
    y = y.reshape(n, out, height, -1)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
    ### END SOLUTION


# %%
mine |= (new := usable(conv2d))
new

# %% [markdown]
# An image of $5 \times 5$ pixels in three colours, four kernels of $3 \times 3$: four maps.

# %% topics="C10-01"
rng = np.random.default_rng(0)
image, weight = rng.normal(size=(1, 3, 5, 5)), rng.normal(size=(4, 3, 3, 3))
print("valid:   ", mine["conv2d"](image, weight).shape)
print("same:    ", mine["conv2d"](image, weight, padding=1).shape)
print("stride 2:", mine["conv2d"](image, weight, padding=1, stride=2).shape)
same = np.allclose(mine["conv2d"](image, weight, padding=1), conv.conv2d(image, weight, padding=1))
print("nnlib's conv2d agrees:", same)

# %% [markdown]
# And what the columns were for: 8 channels of $14 \times 14$ pixels, as the second layer of the network above gets them, 16
# kernels of $5 \times 5$ with stride 1, 16 images; by your loops, image by image, and by the matrix product. A few seconds.

# %%
x, weight = rng.normal(size=(16, 8, 14, 14)), rng.normal(size=(16, 8, 5, 5))
few = x[: 2 if quick else 16]
by_loops, by_columns = [], []


def loops_over_images():
    by_loops[:] = [mine["cross_correlate"](image, weight) for image in few]


def one_product():
    by_columns[:] = mine["conv2d"](x, weight)


loops = timeit.timeit(loops_over_images, number=1) / len(few) * len(x)
product = min(timeit.repeat(one_product, number=1, repeat=5))
print(f"loops: {1000 * loops:.0f} ms, columns: {1000 * product:.1f} ms, {loops / product:.0f} times faster")
print("the same numbers:", np.allclose(by_columns[: len(few)], by_loops))

# %% [markdown]
# The products and sums are the same ones. But in the loops Python is called for each of the 25 600 results, and in the product
# once, for a routine that knows the processor.

# %% [markdown]
# ## 5 · The way back
#
# The cost is $J$, and $g = \partial J/\partial y$ arrives, shape `(N, O, H', W')`. Since $Y = W X$ is a matrix product, chapter
# 04 says how to go back, for each image and each group:
#
# $$\begin{gathered}
# \frac{\partial J}{\partial W} = \sum_{\text{images}} \frac{\partial J}{\partial Y}\, X^{\mathsf T}, \\
# \frac{\partial J}{\partial X} = W^{\mathsf T}\, \frac{\partial J}{\partial Y}, \\
# \frac{\partial J}{\partial b_o} = \sum_{\text{images, places}} g_o
# \end{gathered}$$
#
# with $\partial J/\partial Y$, the $g$ of one image, as a matrix `(O, L)`, and $X$ the image's columns. The kernel's gradient
# is a sum over all images and all places, because one kernel serves them all. What is left is the way from the columns back
# to the pixels. A pixel was copied into several windows, so the gradients of all its copies are *added up* at its place. What
# was copied from the padding is dropped.

# %% [markdown]
# Write this way back. `columns` has shape `(N, C * kh * kw, L)`, in the order of `unfold`; `output_size` is the pair `(H, W)`
# of the image, `kernel_size` the pair `(kh, kw)`; the options are those of `unfold`, and $L$ is as many places as they give.
# Return shape `(N, C, H, W)`: at each pixel the sum of all numbers of `columns` that `unfold`, with the same options, would
# have copied from there; 0 where it would have copied none. You may call your functions from above. Do not change the
# arguments.


# %% exercise="fold"
def fold(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Columns added up at the pixels that they were copied from. Shape (N, C, H, W)."""
    ### BEGIN SOLUTION
    n, (h, w), (kh, kw) = len(columns), output_size, kernel_size
    height = conv_output_size(h, kh, stride=stride, padding=padding, dilation=dilation)
    width = conv_output_size(w, kw, stride=stride, padding=padding, dilation=dilation)
    windows = columns.reshape(n, -1, kh, kw, height, width)
    padded = np.zeros((n, windows.shape[1], h + 2 * padding, w + 2 * padding), columns.dtype)
    for i in range(kh):
        for j in range(kw):
            rows = i * dilation + stride * np.arange(height)
            cols = j * dilation + stride * np.arange(width)
            padded[:, :, rows[:, None], cols] += windows[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]
    ### END SOLUTION


# %%
mine |= (new := usable(fold))
new

# %% [markdown]
# The plausible mistake: "fold undoes unfold". It does not; it counts. Ones, unfolded and folded, tell how many windows see
# each pixel:

# %%
ones = np.ones((1, 1, 4, 5))
print(mine["fold"](mine["unfold"](ones, (3, 3)), (4, 5), (3, 3))[0, 0])
x, c = rng.normal(size=(1, 2, 6, 6)), rng.normal(size=(1, 18, 9))
there = np.sum(mine["unfold"](x, (3, 3), stride=2, padding=1) * c)
back = np.sum(x * mine["fold"](c, (6, 6), (3, 3), stride=2, padding=1))
print("⟨unfold(x), c⟩ = ⟨x, fold(c)⟩:", np.isclose(there, back))

# %% [markdown]
# The last line says what it is instead: `unfold` is a linear map, and `fold` is its transpose. (As a layer of its own, the way
# from $\partial J/\partial Y$ to $\partial J/\partial x$, that is `fold` of $W^{\mathsf T}$ times the input, is called
# **transposed convolution** 转置卷积; nnlib has it as `conv_transpose2d`. "Deconvolution", as one reads, it is not: it undoes
# nothing.)

# %% [markdown]
# Write the way back of the convolution. `grad_output` has shape `(N, O, H', W')`; then come the arguments of `conv2d`, with the
# same shapes and options; `bias` is always given here, whatever its default says, and its values change nothing. Return
# `(grad_x, grad_weight, grad_bias)`, of the shapes of `x`, `weight` and `bias`. You may call your functions from above. Do
# not change the arguments.


# %% exercise="conv2d_backward"
def conv2d_backward(grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Gradients of conv2d: (grad_x, grad_weight, grad_bias)."""
    ### BEGIN SOLUTION
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    g = grad_output.reshape(n, groups, out // groups, -1)
    kernels = weight.reshape(groups, out // groups, -1)
    columns = unfold(x, kernel, **options)
    grouped = columns.reshape(n, groups, kernels.shape[2], -1)
    grad_weight = np.sum(g @ grouped.swapaxes(2, 3), axis=0).reshape(weight.shape)
    grad_columns = (kernels.swapaxes(1, 2) @ g).reshape(columns.shape)
    grad_x = fold(grad_columns, x.shape[2:], kernel, **options)
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %%
mine |= (new := usable(conv2d_backward))
new

# %% [markdown]
# Against central differences, with all options at once, and against nnlib:

# %% topics="C10-02"
rng = np.random.default_rng(0)
options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
x, weight, bias = rng.normal(size=(2, 4, 7, 6)), rng.normal(size=(6, 2, 3, 2)), rng.normal(size=6)
g = rng.normal(size=mine["conv2d"](x, weight, bias, **options).shape)
grads = mine["conv2d_backward"](g, x, weight, bias, **options)
same = all(map(np.allclose, grads, conv.conv2d_backward(g, x, weight, bias, **options)))
print("nnlib's conv2d_backward agrees:", same)
for name, part, grad in zip(("x", "weight", "bias"), (x, weight, bias), grads):
    measured = np.empty_like(part)
    for place in np.ndindex(part.shape):
        kept, costs = part[place], []
        for step in (1e-5, -1e-5):
            part[place] = kept + step
            costs.append(np.sum(g * mine["conv2d"](x, weight, bias, **options)))
        part[place] = kept
        measured[place] = (costs[0] - costs[1]) / 2e-5
    print(f"grad_{name}: differences agree within 1e-7: {np.abs(measured - grad).max() < 1e-7}")
print("pixels of one channel whose gradient is 0:", int(np.sum(grads[0][0, 0] == 0)), "of 42")

# %% [markdown]
# With stride 2 and dilation 2 the weights meet only every second row and column of the padded image: nine of 42 pixels are
# seen, and the others get no gradient. Such a layer is blind to most of its image, and no error tells you so.
#
# **End of the second sitting.** You have the convolution entire.

# %% [markdown]
# # Sitting 3
#
# ## 6 · Costs, and a cheaper way
#
# A layer of $C$ channels in and $O$ out, with kernels of $k \times k$, has $k^2\, C\, O$ weights. That they do not depend on the
# image's size is what convolution saves: a fully connected layer from $28 \times 28$ pixels to as many units has 614 656
# weights, a kernel of $3 \times 3$ has nine.
#
# Still, each kernel does two jobs at once: it looks around, and it mixes the channels. One can do them one after the other:
#
# * **depthwise** 深度卷积 (逐通道卷积): each channel has a kernel of its own, `(C, 1, k, k)`, and is mixed with no other: $G = C$
#   groups. $k^2\, C$ weights. A channel may have $m$ kernels, too: `(m C, 1, k, k)`, kernels $m c$ to $m c + m - 1$ for channel
#   $c$, and $m C$ maps come out;
# * **pointwise** 逐点卷积: kernels of one pixel, `(O, C, 1, 1)`, which mix the channels and do not look around: a fully connected
#   layer at each pixel. $C\, O$ weights;
# * both in this order are the **depthwise-separable** 深度可分离 convolution, $k^2\, C + C\, O$ weights. (It is often credited to
#   Xception of 2017; Xception itself credits L. Sifre, 2014.)

# %% [markdown]
# Write how many numbers a convolution learns. `c_in`, `c_out` are the channels in and out, the kernel is `k` × `k`, all at
# least 1. `kind` is
#
# * `"regular"`: in `groups` groups, so that each kernel has `c_in / groups` channels; `groups` divides both;
# * `"depthwise"`: `c_out` is `c_in` or a multiple of it;
# * `"pointwise"`: `k` has no influence;
# * `"separable"`: one depthwise kernel for each channel, then pointwise.
#
# For all but `"regular"`, `groups` is 1. With `bias` there is one more number for each channel that comes out at the end. Return
# a whole number.


# %% exercise="conv_params"
def conv_params(c_in, c_out, k, *, kind="regular", groups=1, bias=False):
    """How many numbers a convolution learns."""
    ### BEGIN SOLUTION
    weights = {
        "regular": k * k * c_in * c_out // groups,
        "depthwise": k * k * c_out,
        "pointwise": c_in * c_out,
        "separable": k * k * c_in + c_in * c_out,
    }
    return weights[kind] + c_out * bias
    ### END SOLUTION


# %% [markdown]
# Write the depthwise-separable convolution. `x` has shape `(N, C, H, W)`, `dw_weight`, the depthwise kernels, `(m C, 1, kh, kw)`,
# $m \ge 1$, and `pw_weight`, the pointwise ones, `(O, m C, 1, 1)`; `bias` has shape `(O,)` or is `None`, and is added at
# the end. The options belong to the depthwise part, and its kernel fits. Return shape `(N, O, H', W')`. You may call your
# functions from above. Do not change the arguments.


# %% exercise="separable_conv2d"
def separable_conv2d(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """Depthwise, then pointwise convolution. Shape (N, O, H', W')."""
    ### BEGIN SOLUTION
    groups = x.shape[1]
    seen = conv2d(x, dw_weight, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return conv2d(seen, pw_weight, bias)
    ### END SOLUTION


# %%
mine |= (new := usable(conv_params, separable_conv2d))
new

# %% [markdown]
# Three channels in, four out, $3 \times 3$:

# %% topics="C10-04 C10-05 C10-06 C10-07"
count = mine["conv_params"]
print(
    f"regular {count(3, 4, 3)}, depthwise {count(3, 3, 3, kind='depthwise')} + pointwise "
    f"{count(3, 4, 3, kind='pointwise')} = separable {count(3, 4, 3, kind='separable')}"
)
rng = np.random.default_rng(0)
x, dw, pw = rng.normal(size=(1, 3, 5, 5)), rng.normal(size=(3, 1, 3, 3)), rng.normal(size=(4, 3, 1, 1))
y = mine["separable_conv2d"](x, dw, pw, padding=1)
by_parts = conv.pointwise_conv2d(conv.depthwise_conv2d(x, dw, padding=1), pw)
print("nnlib's depthwise, then pointwise:  ", np.allclose(y, by_parts))
print("nnlib's separable_conv2d:           ", np.allclose(y, conv.separable_conv2d(x, dw, pw, padding=1)))
product = pw * dw[:, 0]  # (4, 3, 3, 3): weight[o, c] of one times kernel c of the other
print("a regular one with product kernels: ", np.allclose(y, mine["conv2d"](x, product, padding=1)))
twice = conv.depthwise_conv2d(x, rng.normal(size=(6, 1, 3, 3)), padding=1)
print("depthwise with two kernels a channel:", twice.shape)

# %% [markdown]
# 39 instead of 108. The image is seen through kernels that are products: a kernel for each channel, times one number for each
# pair of channel and map. A regular layer can say more; a separable one has $\frac{1}{O} + \frac{1}{k^2}$ of its weights. The
# same ratio holds for the multiplications, since each weight is used once at each place of the output:

# %% topics="C10-13"
for c_in, c_out, n in ((3, 4, 5), (64, 128, 56), (512, 512, 14)):
    regular, separable = (
        conv.conv_macs(c_in, c_out, 3, n, n, kind=kind) for kind in ("regular", "separable")
    )
    print(
        f"{c_in:>3} → {c_out:>3} channels, 3 × 3, {n} × {n} places: {regular:>11,} multiplications, "
        f"separable {separable:>10,}, {separable / regular:.1%}; 1/O + 1/k² = {1 / c_out + 1 / 9:.1%}"
    )

# %% [markdown]
# ## 7 · How far it sees
#
# One output of a $3 \times 3$ convolution depends on $3 \times 3$ pixels. Put a second such layer on it: each of its nine inputs
# depends on $3 \times 3$ pixels, and together these are $5 \times 5$. The pixels on which one output depends are its
# **receptive field** 感受野. How long is it along one axis, from the first of these pixels to the last? With layers
# $l = 1, 2, \ldots$ from the image upwards, each layer adds its span less one, in steps as large as the strides *before* it
# have made them:
#
# $$R = 1 + \sum_l d_l\,(k_l - 1) \prod_{m < l} s_m$$
#
# With stride 1 and $d = 1$ it grows linearly, by $k - 1$ a layer. With dilations 1, 2, 4, … it is 3, 7, 15, …,
# about twice as much with each layer, and no layer needs more weights. With strides: two layers of 5, stride 2 each, see
# $1 + 4 \cdot 1 + 4 \cdot 2 = 13$. The second stride makes no difference; it would count for a third layer.

# %% [markdown]
# Write this sum. `kernel_sizes`, `dilations` and `strides` are lists of whole numbers, at least 1 each, of one length, the
# layer at the image first; either of the last two may be `None`: then it is 1 in all layers. The lists may be empty: without
# a layer one pixel is seen. Return a whole number. Do not change the lists.


# %% exercise="receptive_field"
def receptive_field(kernel_sizes, dilations=None, strides=None):
    """How long the receptive field of a stack of convolutions is, in pixels along an axis."""
    ### BEGIN SOLUTION
    layers = len(kernel_sizes)
    field, step = 1, 1
    for k, d, s in zip(kernel_sizes, dilations or [1] * layers, strides or [1] * layers):
        field += d * (k - 1) * step
        step *= s
    return field
    ### END SOLUTION


# %%
mine |= (new := usable(receptive_field))
new

# %% [markdown]
# Formula and measurement: one output's gradient, sent back through a stack of $3 \times 3$ kernels of ones, is different from 0
# at the pixels that this output depends on.


# %% topics="C10-08 C10-09"
def seen_by_one_output(dilations):
    """The rows of a 41 × 41 image that the middle output of the stack depends on."""
    kernel, g = np.ones((1, 1, 3, 3)), np.zeros((1, 1, 41, 41))
    g[0, 0, 20, 20] = 1.0
    for d in reversed(dilations):
        g, _, _ = conv.conv2d_backward(g, np.ones_like(g), kernel, np.zeros(1), dilation=d, padding=d)
    return np.unique(np.nonzero(g)[2])


field = mine["receptive_field"]
for dilations in ([1], [1, 2], [1, 2, 4], [1, 3, 4], [2, 2, 2], [1, 1, 1], [4]):
    rows = seen_by_one_output(dilations)
    print(
        f"dilations {dilations!s:>9}: by the formula {field([3] * len(dilations), list(dilations)):>2}, measured "
        f"{np.ptp(rows) + 1:>2}, rows seen {len(rows):>2}"
    )
print(
    "eight layers of 3, undilated, and dilated 1, 2, ..., 128:",
    field([3] * 8),
    field([3] * 8, [2**l for l in range(8)]),
)
print("the two layers of the network above, 5 × 5, stride 2:", field([5, 5], None, [2, 2]))

# %% [markdown]
# Two things that one reads are refuted here. "The receptive field of the kernel with dilation 4 is 15": 15 is that of the
# *stack* 1, 2, 4; the kernel alone spans 9, and of these it sees three. And "before it comes a layer with dilation 3": that
# would give 17; before 4 comes 2. Nor does dilation as such make the field grow exponentially: dilations 2, 2, 2 add 4 each
# time. And long is not dense: of the 13 rows that the stack 2, 2, 2 spans it sees seven, every second one; 1, 2, 4 sees all
# of its 15.
#
# ## 8 · A fully connected layer is a convolution
#
# Take a kernel as large as the image. It has one place, so one number comes out: a weighted sum of all pixels of all channels.
# That is a unit of a fully connected layer. A map of five channels and $3 \times 3$ pixels, and 4096 units:

# %% topics="C10-12"
rng = np.random.default_rng(0)
x, W = rng.normal(size=(1, 5, 3, 3)), rng.normal(size=(4096, 45))
connected = x.reshape(1, 45) @ W.T
convolved = mine["conv2d"](x, W.reshape(4096, 5, 3, 3))
print("fully connected:", connected.shape, " as a convolution:", convolved.shape)
print("the same numbers:", np.allclose(connected, convolved[:, :, 0, 0]))
print("nnlib's fc_as_conv:", np.allclose(connected, conv.fc_as_conv(x, W)))
larger = rng.normal(size=(1, 5, 6, 8))
everywhere = mine["conv2d"](larger, W[:10].reshape(10, 5, 3, 3))
print("ten units on an image of 6 × 8:", everywhere.shape)
print("at row 2, column 4:", np.allclose(everywhere[0, :, 2, 4], W[:10] @ larger[0, :, 2:5, 4:7].ravel()))

# %% [markdown]
# It is the same arithmetic, so nothing is gained for an image of this size. But the convolution also takes a *larger* image, and
# gives the layer's answer at each place: a network that names what it sees becomes one that says where it sees it.

# %% [markdown]
# **Written question.** A network for images of $64 \times 64$ pixels in 32 channels has a regular layer of $5 \times 5$ kernels,
# 64 of them, padding *same*. (a) How many weights has it, and how many has its depthwise-separable version? Give the ratio.
# (b) Someone replaces it by two regular $3 \times 3$ layers, 32 → 64 → 64 channels, with a ReLU between them. What is the
# receptive field of either, how many weights have the two layers, and why may they be better all the same?

# %% [markdown] written="five-or-three-and-three" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: $25 \cdot 32 \cdot 64 = 51\,200$; $25 \cdot 32 + 32 \cdot 64 = 2848$; ratio 5.6 %,
# which is $1/64 + 1/25$. Half a point for one right count. (b) 1 point: 5 × 5 either way;
# $9 \cdot 32 \cdot 64 + 9 \cdot 64 \cdot 64 = 55\,296$, a little more than 51 200 (with 32 in between it would be $9 \cdot 32 \cdot 32 + 9 \cdot 32 \cdot 64 = 27\,648$, about
# half); there is a nonlinearity more, so the two layers can say what one linear map cannot. Half a point for the field and the
# count. Without the ReLU the two would be one $5 \times 5$ convolution, but for the outermost ring of pixels, where the zeros
# put between the two layers count (chapter 02: linear layers collapse).
# ### END SOLUTION

# %% [markdown]
# **End of the third sitting.** You know what a convolution costs and how far it sees.

# %% [markdown]
# # Sitting 4
#
# ## 9 · Windows that bend
#
# A window is a square, things in pictures are not. **Deformable convolution** 可变形卷积 gives every weight an **offset** 偏移 of its
# own, at every place: the weight does not read the pixel under it, but one that lies $(\Delta r, \Delta q)$ away. The offsets
# are the output of another convolution, and are learnt. So they must have gradients, and must be allowed to be *fractions*: a
# step from pixel to pixel has none. What is the image's value between pixels?
#
# **Bilinear sampling** 双线性插值, known from chapter 01, where images were shifted: the mean of the four pixels around the
# position, each weighted by how near it is along both axes. With the position $(p_r, p_q)$ in pixels, row and column, 0 for the first ones,
#
# $$y = \sum_{r, q} \max(0,\, 1 - |p_r - r|)\; \max(0,\, 1 - |p_q - q|)\; x_{r, q}$$
#
# All but (at most) four terms of this sum are 0. The sum is over the pixels of the image: outside it there is nothing, that is,
# zeros. So half a pixel above the first row the value is half of the first row, and from one pixel on it is 0.

# %% [markdown]
# Write the sampling. `x` has shape `(N, C, H, W)`; `py` and `px` have shape `(N, P)`: rows and columns of $P$ positions for
# each image, floats from −1000 to 1000, inside the image or not. Return shape `(N, C, P)`: all channels are read at the same
# positions. Do not change the arguments.


# %% exercise="bilinear_sample"
def bilinear_sample(x, py, px):
    """Images read at positions between their pixels. Shape (N, C, P)."""
    ### BEGIN SOLUTION
    rows = np.maximum(0, 1 - np.abs(py[..., None] - np.arange(x.shape[2])))
    cols = np.maximum(0, 1 - np.abs(px[..., None] - np.arange(x.shape[3])))
    return np.einsum("npr,ncrq,npq->ncp", rows, x, cols)
    ### END SOLUTION


# %%
mine |= (new := usable(bilinear_sample))
new

# %% topics="C10-10"
little = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
for r, q in ((0, 0), (0, 0.5), (0.5, 0.5), (1, 1.5), (-0.5, 1), (-1, 1)):
    value = mine["bilinear_sample"](little, np.array([[r]]), np.array([[q]])).item()
    print(f"row {r:>4}, column {q:>3}: {value:.2f}")
rng = np.random.default_rng(0)
x, py, px = rng.normal(size=(2, 3, 5, 6)), rng.uniform(-2, 7, (2, 50)), rng.uniform(-2, 7, (2, 50))
same = np.allclose(mine["bilinear_sample"](x, py, px), conv.bilinear_sample(x, py, px))
print("nnlib's bilinear_sample agrees:", same)

# %% [markdown]
# With it a deformable convolution is six lines: where the weights of each window are, the offsets on top, the sampling, and the
# matrix product with the kernels. (nnlib's `deform_conv2d` takes offsets `(N, 2 kh kw, H', W')`, for each weight its row and
# column.) First with offsets of zero:


# %% topics="C10-11"
def deformable(x, offset, weight):
    """Stride 1, no padding: as conv2d, but each weight reads where its offset leads."""
    n, (out, c, kh, kw), (height, width) = len(x), weight.shape, offset.shape[2:]
    i, j, r, q = np.meshgrid(*map(np.arange, (kh, kw, height, width)), indexing="ij")
    offset = offset.reshape(n, kh, kw, 2, height, width)
    py, px = (r + i + offset[:, :, :, 0]).reshape(n, -1), (q + j + offset[:, :, :, 1]).reshape(n, -1)
    columns = mine["bilinear_sample"](x, py, px).reshape(n, c * kh * kw, height * width)
    return (weight.reshape(out, -1) @ columns).reshape(n, out, height, width)


x, weight = rng.normal(size=(2, 3, 7, 7)), rng.normal(size=(4, 3, 3, 3))
still, moved = np.zeros((2, 18, 5, 5)), rng.normal(size=(2, 18, 5, 5))
print(
    "offsets 0 are the plain convolution:",
    np.allclose(deformable(x, still, weight), mine["conv2d"](x, weight)),
)
print(
    "nnlib's deform_conv2d, offsets 0:   ",
    np.allclose(conv.deform_conv2d(x, still, weight), conv.conv2d(x, weight)),
)
print(
    "random offsets, against nnlib's:    ",
    np.allclose(deformable(x, moved, weight), conv.deform_conv2d(x, moved, weight)),
)

# %% [markdown]
# The offsets start at zero, so training starts with a plain convolution. (On whole pixels the sum has a kink: the slopes to
# both sides differ, and a library takes one of them, as for ReLU at 0.) Where they may lead: offsets that move each weight
# *away from the middle* of its window scale it, and offsets along circles turn it. `grid_offsets` computes such ones. A
# window twice as large is one of dilation 2; and a kernel for upright edges, turned by 90 degrees, finds level ones. The image
# for it becomes brighter by 1 a row. Across a slope of 1 a pixel Sobel's kernel gives $(1 + 2 + 1) \cdot 2 = 8$; turned by an
# angle it feels the part of the slope that lies along it, the sine:

# %% topics="C10-14"
doubled = experiments.grid_offsets((3, 3), scale=2.0)
print("rows and columns of the nine offsets that double a window:", doubled.astype(int).tolist())
x = rng.normal(size=(1, 3, 9, 9))
offsets = np.ones((1, 1, 9, 9)) * doubled[:, None, None]
scaled = conv.deform_conv2d(x, offsets, weight, padding=1)
print("is dilation 2:", np.allclose(scaled, conv.conv2d(x, weight, dilation=2, padding=2)))
r, q = np.mgrid[-5:6, -5:6].astype(float)
level, upright = r[None, None], across[None, None]  # an image that becomes brighter downwards
for angle in (0, 30, 60, 90):
    offsets = np.ones((1, 1, 9, 9)) * experiments.grid_offsets((3, 3), angle=angle)[:, None, None]
    answer = conv.deform_conv2d(level, offsets, upright)[0, 0, 4, 4]
    print(
        f"turned by {angle:>2} degrees: {answer + 0:.2f}, 8 times the sine is {8 * np.sin(np.deg2rad(angle)):.2f}"
    )

# %% [markdown]
# ## 10 · Digits that move
#
# Move the image, and the map moves along: with stride 1 and away from the edges, $\mathrm{conv}(\text{shift}(x)) =
# \text{shift}(\mathrm{conv}(x))$. This is **equivariance** 等变性. It follows from using the same weights everywhere, and a fully
# connected layer has nothing like it.

# %%
image = np.zeros((1, 1, 14, 14))
image[0, 0, 4:8, 4:8] = rng.normal(size=(4, 4))
kernel = rng.normal(size=(2, 1, 3, 3))
moved = np.roll(image, (3, 2), axis=(2, 3))
for s in (1, 2):
    a, b = (mine["conv2d"](im, kernel, stride=s, padding=1) for im in (image, moved))
    steps = {
        (dr, dq): bool(np.allclose(np.roll(a, (dr, dq), axis=(2, 3)), b))
        for dr in range(4)
        for dq in range(4)
    }
    print(
        f"stride {s}, moved by 3 rows and 2 columns: the map has moved by",
        [m for m, yes in steps.items() if yes] or "no whole step",
    )

# %% [markdown]
# With stride 2 the map of an image that moved by three rows is *another* map: three is no multiple of two. Had it moved by
# four rows and two columns, the map would have moved by two and one.
#
# It is tempting to go on: "so a convolutional network does not care where the digit is". Let us see. The digits of MNIST lie in
# the middle. Three networks learn to read them there; then the test images are moved by up to four pixels, each along one of
# eight directions (on a diagonal by as many along both axes). The convolutional network runs on your `conv2d` and
# `conv2d_backward`. It has 11 274 parameters. Of the fully connected ones the first has about as many parameters, the second
# needs about as many multiplications. Each may choose its rate among 0.03, 0.1 and 0.3 on the validation images; then it is
# judged by three other runs. One to two minutes.

# %%
ops = {"ops": SimpleNamespace(conv2d=mine["conv2d"], conv2d_backward=mine["conv2d_backward"])}
networks = {
    "convolutional": lambda rng: convolutional(rng, **ops),
    "fully connected, 14 units": lambda rng: fully_connected(14, rng),
    "fully connected, 256 units": lambda rng: fully_connected(256, rng),
}
rates, epochs = ((0.3,), 1) if quick else ((0.03, 0.1, 0.3), 5)


def trained(network, lr, seed):
    rng = np.random.default_rng(seed)
    return experiments.shifted_digits(networks[network](rng), lr=lr, epochs=epochs, data=digits, rng=rng)


judged = {}
for name in networks:
    size = sum(p.size for p in networks[name](np.random.default_rng(0)).params)
    lr = rates[0] if quick else max(rates, key=lambda lr: trained(name, lr, 100).validation)
    judged[name] = [trained(name, lr, seed) for seed in seeds]
    read = np.mean([run.accuracy for run in judged[name]], axis=0)
    print(
        f"{name:>26}, {size:>6} parameters, rate {lr}: moved by 0 to 4 pixels {', '.join(f'{a:.1%}' for a in read)}"
    )

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3.6))
for (name, runs), mark in zip(judged.items(), "os^"):
    read = np.array([run.accuracy for run in runs])
    ax.plot(runs[0].shifts, read.mean(axis=0), f"{mark}-", label=name)
ax.set(
    xlabel="test images moved by so many pixels",
    ylabel="test images read right",
    ylim=(0, 1),
    xticks=runs[0].shifts,
)
ax.legend(loc="upper right")
plotting.show(
    ax,
    alt="Share of test images read right over the shift, for three networks. All fall steeply, from above 90 percent to between "
    "10 and 20 percent at four pixels. The convolutional network lies above the two others throughout, at two pixels by "
    "more than ten percentage points.",
)

# %% [markdown]
# Where the digits lie in the middle the convolutional network is ahead, of the one with as many parameters and of the one with
# as many multiplications, which has eighteen times its parameters. Moved by one or two pixels it keeps more. But at two it has
# lost a third of the digits, and at four it reads a fifth of them. What it lacks is plain to see in its last layer: that is
# fully connected, with a weight for every *place* of the maps. The maps move along with the digit, and the last layer does not
# understand them any more. **Equivariant is not invariant** 不变性. What is missing is a step that forgets the place: pooling,
# in chapter 11. (Or images that have moved in training, too: chapter 01.)

# %% [markdown]
# **Written question.** (a) The network above is shown to somebody who says: "Convolution is translation invariant, so the drop
# must be a bug." Answer in two or three sentences, with the cell on equivariance. (b) Its digits were moved by up to four
# pixels. Name one thing in the *layers before the last* because of which the maps of a moved digit are not simply its maps,
# moved, and one change to the network by which the answer would depend less on the place.

# %% [markdown] written="equivariant-or-invariant" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: a convolution is *equivariant*: the map moves along with the image; invariant would mean
# that the output stays the same. The last layer has weights for places and was trained on maps that lie in the middle. Half a
# point for the word without the reason. (b) Half a point for one of: the strides, 4 in all, so that a shift by anything but a multiple of
# 4 pixels gives other maps; the edges, where zeros come in and digits are cut. Half a point for one of: a mean or maximum over all
# places before the last layer (pooling); stride 1 with pooling; training on moved images (not a change of the network, but it
# helps: count it).
# ### END SOLUTION

# %% [markdown]
# ## 11 · Against torch
#
# Values and gradients of your functions and of torch's, in float64. Without torch the cell says so.

# %%
rng = np.random.default_rng(0)
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

    for options in (
        {},
        {"stride": 2, "padding": 1},
        {"dilation": 2, "padding": 3},
        {"groups": 2, "stride": 3},
    ):
        parts = (
            rng.normal(size=(2, 4, 9, 8)),
            rng.normal(size=(6, 4 // options.get("groups", 1), 3, 2)),
            rng.normal(size=6),
        )
        inputs = [tensor(a, grad=True) for a in parts]
        y = F.conv2d(*inputs, **options)
        g = rng.normal(size=y.shape)
        y.backward(tensor(g))
        same = apart([mine["conv2d"](*parts, **options)], [y]) < 1e-12
        grads = mine["conv2d_backward"](g, *parts, **options)
        print(
            f"conv2d, {options}: values within 1e-12: {same}, gradients: {apart(grads, [i.grad for i in inputs]) < 1e-12}"
        )
    x, options = rng.normal(size=(2, 3, 6, 7)), {"stride": 2, "padding": 1, "dilation": 2}
    columns = mine["unfold"](x, (3, 2), **options)
    print("unfold within 1e-12:", apart([columns], [F.unfold(tensor(x), (3, 2), **options)]) < 1e-12)
    image = mine["fold"](columns, (6, 7), (3, 2), **options)
    print(
        "fold within 1e-12:  ", apart([image], [F.fold(tensor(columns), (6, 7), (3, 2), **options)]) < 1e-12
    )
    py, px = rng.uniform(-1, 7, size=(2, 2, 20))
    grid = np.stack([2 * px / 6 - 1, 2 * py / 5 - 1], axis=-1)[
        :, :, None
    ]  # torch counts from -1 to 1, columns first
    theirs = F.grid_sample(tensor(x), tensor(grid), align_corners=True)[..., 0]
    print("bilinear_sample within 1e-12:", apart([mine["bilinear_sample"](x, py, px)], [theirs]) < 1e-12)

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "the kernel has a receptive field of 7 × 7", for dilation 2; "15 × 15", for 4 | it spans 5, and 9; 7 and 15 belong to the stack 1, 2, 4 | 7 |
# | "the layer before the one with dilation 4 has dilation 3" | 2; with 3 the stack sees 17 | 7 |
# | "dilated convolutions grow the receptive field exponentially" | if the dilation doubles; with 2, 2, 2 it grows by 4 each time | 7 |
# | separable convolution "was proposed in Xception, 2017" | Sifre, 2014; Xception says so | 6 |
# | depthwise: "as many maps as channels" | or a multiple, with $m$ kernels a channel | 6 |
# | the layer mirrors the kernel, as in mathematics | it does not: cross-correlation | 2 |
# | `fold` is the inverse of `unfold`; "deconvolution" | the transpose | 5 |
# | "convolution is translation invariant" | equivariant, with stride 1 and away from the edges | 10 |
#
# ## Summary
#
# | | formula |
# | --- | --- |
# | size | $\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$ |
# | convolution | $y_{o,r,q} = b_o + \sum_{c,i,j} w_{o,c,i,j}\, x_{c,\,rs+id,\,qs+jd}$, $x$ padded |
# | by columns | $Y = W X$, with `unfold`; back $\frac{\partial J}{\partial Y} X^{\mathsf T}$, and `fold` of $W^{\mathsf T} \frac{\partial J}{\partial Y}$ |
# | weights | regular $k^2 C O$, depthwise $k^2 C$, pointwise $C O$ |
# | receptive field | $1 + \sum_l d_l (k_l - 1) \prod_{m<l} s_m$ |
# | bilinear | $\sum_{r,q} \max(0, 1 - \lvert p_r - r\rvert) \max(0, 1 - \lvert p_q - q\rvert)\, x_{r,q}$ |
#
# | watch out for | why |
# | --- | --- |
# | the order in a column | channels, then rows, then columns of the kernel, as `weight.reshape(O, -1)` has it |
# | copies of a pixel | on the way back they are added up |
# | stride with dilation | together they may leave pixels unseen |
# | a fully connected layer at the end | it knows places, and undoes the equivariance |
#
# **Further reading.** LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition* (1998) ·
# Dumoulin, Visin, *A guide to convolution arithmetic for deep learning* (2016) · Yu, Koltun, *Multi-scale context
# aggregation by dilated convolutions* (2016) · Sifre, *Rigid-motion scattering for image classification* (2014) · Chollet,
# *Xception* (2017) · Dai and others, *Deformable convolutional networks* (2017) · Long, Shelhamer, Darrell, *Fully
# convolutional networks for semantic segmentation* (2015) · Goodfellow, Bengio, Courville, *Deep Learning* (2016), chapter 9.

# %%
progress()
