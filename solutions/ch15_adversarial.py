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
# # Chapter 15 · Adversarial training
#
# Training moves the weights so that the loss falls. The same gradient, taken with respect to the *image*, says how to move the
# pixels so that the loss rises. A little of that, and a network that reads digits well reads them wrong, while you see hardly
# any difference. This chapter computes such **adversarial examples** 对抗样本, keeps them within bounds, and trains a network that
# withstands them better, that is more **robust** 鲁棒: **adversarial training** 对抗训练.
#
# **After this chapter you can**
#
# * compute the gradient of a loss with respect to the input, and tell it from that with respect to the weights;
# * write the attacks FGSM, FGM and PGD, and say what each of them bounds;
# * bring a point back into a ball, and start from a random point of it;
# * take a training step against an attack, and say what is held fixed in it;
# * measure how much a network withstands, and name the ways to deceive yourself.
#
# **You need** softmax and cross-entropy from chapters 02 and 03, and the way back through two layers from chapter 04. Chinese terms
# stand beside the English ones where they first occur.
#
# **Time** about four hours, a third of it reading and experiments, in three sittings: 8 exercises for 21 points, and two written
# questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 1¼ | the gradient at the image, and attacks of one step |
# | 2 | 4 to 6 | 1¼ | balls, random starts, and attacks of many steps |
# | 3 | 7 to 9 | 1½ | training against attacks, and what it brings |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(fgsm)` gives a hint, each call one more. `again(fgsm)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(fgsm)` shows one way, once you
# have tried. `reset(fgsm)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import adversarial, data, experiments, losses, modules, nn, optim, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

# %% [markdown]
# ## What it is for
#
# A network with one hidden layer learns to read 4000 digits. Then every pixel of the 1000 test images is changed by 0.1, where
# 0 is black and 1 is white: once up or down at random, once up or down as its gradient says. Then both are clipped: a black pixel
# cannot get darker. Some ten seconds.

# %%
digits = data.load_mnist_small(dtype=np.float64)
X_test, y_test = digits.X_test, digits.y_test
network = experiments.robust_digits(
    digits, epsilon=0.0, epochs=2 if quick else 10, radii=(0.0,), rng=np.random.default_rng(0)
).parameters


def read_right(images, parameters=network):
    return np.mean(nn.mlp(images, *parameters).argmax(axis=1) == y_test)


noise = np.random.default_rng(1).choice([-0.1, 0.1], size=X_test.shape)
noisy = np.clip(X_test + noise, 0, 1)
slope = experiments.mlp_input_gradient(X_test, y_test, *network)
fooling = adversarial.fgsm(X_test, slope, epsilon=0.1, clip=(0, 1))
print(f"as they are: {read_right(X_test):.1%} read right")
for name, images in (("at random", noisy), ("along the gradient", fooling)):
    print(f"changed by 0.1 {name}: {read_right(images):.1%}; pixels moved: {np.mean(images != X_test):.0%}")

# %% tags=["folded"]
said = [nn.mlp(images, *network).argmax(axis=1) for images in (X_test, noisy, fooling)]
chosen = np.flatnonzero((said[0] == y_test) & (said[1] == y_test) & (said[2] != y_test))[:4]
fig, panels = plt.subplots(3, 4, figsize=(6.4, 5.2))
for row, images, answers, name in zip(panels, (X_test, noisy, fooling), said, ("as it is", "noise", "aimed")):
    for ax, i in zip(row, chosen):
        ax.imshow(images[i].reshape(28, 28), "gray", vmin=0, vmax=1)
        ax.set(title=f"{name}: read as {answers[i]}", xticks=[], yticks=[])
        ax.grid(False)
plotting.show(
    fig,
    alt="Four digits in three versions. Above as they are, in the middle with noise, below with changes of the same size along the "
    "gradient. The versions look alike, but the network misreads those of the last row.",
)

# %% [markdown]
# The plausible idea is that a network which bears noise bears any change of that size. It does not. Noise pushes a sum of 784
# terms up and down, and most of it cancels. A change that is *aimed* pushes each term the same way.

# %% [markdown]
# # Sitting 1
#
# ## 1 · The gradient at the image
#
# Our network has one hidden layer. For a batch `x` of shape `(n, d)`, with weights $W_1$ `(h, d)` and $W_2$ `(c, h)` and biases
# $b_1$ `(h,)` and $b_2$ `(c,)`,
#
# $$
# \begin{gathered}
# a = x W_1^{\mathsf T} + b_1, \qquad z = \max(a, 0)\, W_2^{\mathsf T} + b_2, \\
# J = \frac1n \sum_{i=1}^{n} -\ln \operatorname{softmax}(z_i)_{y_i}
# \end{gathered}
# $$
#
# Back-propagation (chapter 04) goes from the loss down to the first layer. For training one stops at $W_1$. One product more
# leads to the image. With $Y$ `(n, c)`, which has a 1 for the class of each sample and 0 elsewhere,
#
# $$
# \begin{gathered}
# \delta_2 = \tfrac1n\,(\operatorname{softmax}(z) - Y), \\
# \delta_1 = (\delta_2 W_2) \odot [a > 0], \\
# \nabla_x J = \delta_1 W_1
# \end{gathered}
# $$
#
# with shapes `(n, c)`, `(n, h)` and `(n, d)`. The last one has the shape of the batch: a number for each pixel.

# %% [markdown]
# Write it, with NumPy. `x` has shape `(n, d)`, $n \ge 1$, and `y` shape `(n,)`, whole numbers (dtype int) from 0 to $c - 1$; the
# other shapes are as above. Return $\nabla_x J$, shape `(n, d)`, with the $\frac1n$ of the mean. At $a = 0$ the slope of the
# maximum is taken as 0. Logits stay between −80 and 80. Do not change the arguments. (Here and in all exercises of this
# chapter, arrays but `y` hold floats, and no axis has length 0. For float32 arrays you may return float64: the check remarks on
# it, no more.)


# %% exercise="mlp_input_gradient"
def mlp_input_gradient(x, y, W1, b1, W2, b2):
    """Gradient of the mean cross-entropy with respect to x. Shape (n, d)."""
    ### BEGIN SOLUTION
    a = x @ W1.T + b1
    z = np.maximum(a, 0) @ W2.T + b2
    delta = np.exp(z - z.max(axis=1, keepdims=True))
    delta /= delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(y)), y] -= 1
    return delta / len(y) @ W2 * (a > 0) @ W1
    ### END SOLUTION


# %%
mine = usable(mlp_input_gradient)
mine

# %% [markdown]
# Is it right? Move one pixel a little, and see by how much the loss moves:

# %%
image, digit = X_test[:1], y_test[:1]
gradient = mine["mlp_input_gradient"](image, digit, *network)
pixel = np.abs(gradient[0]).argmax()
moved = np.repeat(image, 2, axis=0)
moved[:, pixel] += [1e-5, -1e-5]
up, down = (losses.cross_entropy(nn.mlp(one[None], *network), digit) for one in moved)
print(
    f"pixel {pixel}: gradient {gradient[0, pixel]:.5e}, difference quotient {(up - down) / 2e-5:.5e}; shape {gradient.shape}"
)

# %% [markdown]
# ## 2 · One step of signs
#
# How should $x$ change to raise the loss most? That depends on what one allows. The change $r$ is also called a **perturbation**
# 扰动. Let every pixel move by at most $\epsilon$. This bounds the largest change, the **L∞ norm** 范数 of $r$: $\lVert r \rVert_\infty = \max_j |r_j| \le \epsilon$. For small changes the loss is
# nearly linear, $J(x + r) \approx J(x) + \sum_j r_j g_j$ with $g = \nabla_x J$, and each term is largest if $r_j$ has the sign of
# $g_j$ and the full size:
#
# $$x_{\text{adv}} = x + \epsilon\, \operatorname{sign}(\nabla_x J)$$
#
# For small $\epsilon$ the loss rises by about $\epsilon \sum_j |g_j|$: with 784 pixels many small changes add up. This is the
# **fast gradient sign method** 快速梯度符号法, FGSM. Pixels must remain pixels, so the result is clipped to their range. (The
# $\frac1n$ of the mean makes each sample's gradient smaller. Neither its sign nor its direction, in section 3, shows that.)

# %% [markdown]
# Write FGSM. `x` and `grad_x` are arrays of one shape, with one axis or more; `epsilon` $\ge 0$. `clip` is a pair of numbers
# `(low, high)`, the range of
# valid pixels, in which `x` lies, or `None`: then nothing is clipped. Where the gradient is 0 the pixel stays. Return the
# changed input, shape of `x`. Do not change the arguments.


# %% exercise="fgsm"
def fgsm(x, grad_x, *, epsilon=0.03, clip=None):
    """The input, each pixel moved by epsilon so that the loss rises. Shape of x."""
    ### BEGIN SOLUTION
    x_adv = x + epsilon * np.sign(grad_x)
    return x_adv if clip is None else np.clip(x_adv, *clip)
    ### END SOLUTION


# %%
mine |= (new := usable(fgsm))
new

# %% [markdown]
# On the whole test set:

# %% topics="C15-02"
slope = mine["mlp_input_gradient"](X_test, y_test, *network)
for epsilon in (0.0, 0.02, 0.05, 0.1, 0.2):
    x_adv = mine["fgsm"](X_test, slope, epsilon=epsilon, clip=(0, 1))
    print(f"epsilon {epsilon:.2f}: {read_right(x_adv):.1%} read right")
print("nnlib agrees:", np.allclose(x_adv, adversarial.fgsm(X_test, slope, epsilon=0.2, clip=(0, 1))))

# %% [markdown]
# In print one finds $\epsilon\,\operatorname{sign}(\nabla_\theta L)$, with the gradient with respect to the *parameters*. It
# fails by its shape. A softmax regression with three classes of samples with two features has weights `(3, 2)`:

# %%
model = modules.Linear(2, 3, bias=False, rng=np.random.default_rng(0))
one, its_class = np.array([[0.3, -0.2]]), np.array([1])
of_x = adversarial.input_gradient(model, "cross_entropy", one, its_class)
(of_weights,) = model.grads
print("x:", one.shape, " gradient at x:", of_x.shape, " gradient at the weights:", of_weights.shape)
try:
    adversarial.fgsm(one, of_weights)
except ValueError as error:
    print("nnlib:", error)
print("plain NumPy adds them, and makes three samples of one:", (one + 0.1 * np.sign(of_weights)).shape)

# %% [markdown]
# NumPy broadcasts here and says nothing: a shape that comes out wrong may be the only warning. (With the 784 pixels of a digit and
# weights `(10, 784)` one image becomes ten.)
#
# ## 3 · One step of a given length
#
# Texts have no pixels. A word is a row of an **embedding** 词嵌入 table, some hundred numbers, and a text of $T$ words an
# array `(T, d)`. There is no natural bound for one number, so one bounds the length of the change of the whole text, its **L2
# norm** $\lVert r \rVert_2 = \sqrt{\sum_j r_j^2}$. The direction in which a linear loss rises most is the gradient's own:
#
# $$r = \epsilon\, \frac{g}{\lVert g \rVert_2}, \qquad g = \nabla_x J$$
#
# This is the **fast gradient method** 快速梯度法, FGM. The norm is taken over all numbers of *one* sample, and each sample has its own. A
# tiny `eps` keeps a gradient of 0 from being divided by 0: it divides by $\max(\lVert g \rVert_2, \text{eps})$. (A network could
# make its embeddings long, and $\epsilon$ small beside them. So the inventors of this training normalise the embeddings first.)

# %% [markdown]
# Write FGM. `emb` and `grad_emb` have one shape `(n, ...)`: the first axis counts the $n \ge 1$ samples, all further axes hold the
# numbers of a sample. The shape may be just `(n,)`: then a sample is one number. `epsilon` $\ge 0$ is the length of the change of each sample, `eps` $> 0$. Return the changed samples,
# shape of `emb`. Gradients are neither so large nor so small that squares overflow or vanish. Do not change the arguments.


# %% exercise="fgm"
def fgm(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """Each sample, moved by the length epsilon along its gradient. Shape of emb."""
    ### BEGIN SOLUTION
    rows = grad_emb.reshape(len(grad_emb), -1)
    length = np.sqrt(np.sum(rows**2, axis=1, keepdims=True))
    return emb + epsilon * (rows / np.maximum(length, eps)).reshape(emb.shape)
    ### END SOLUTION


# %%
mine |= (new := usable(fgm))
new

# %% [markdown]
# Two claims in print. One writes $r = -\epsilon g / \lVert g \rVert_2$ with $g = -\nabla_x \ln p(y \mid x)$. The other says that "a
# large gradient may cause a large change". Try both on a logistic unit, for a sample of class 1:

# %% topics="C15-03"
w, sample = np.array([1.0, -2.0, 0.5]), np.array([[0.2, 0.3, 0.5]])


def loss_of(x):
    return np.log1p(np.exp(-x @ w))[0]  # -ln p(1 | x)


grad_loss = -w / (1 + np.exp(sample @ w))[:, None]
right = mine["fgm"](sample, grad_loss, epsilon=0.5)
two_minus_signs = mine["fgm"](sample, -grad_loss, epsilon=0.5)
print(f"loss {loss_of(sample):.3f}; with two minus signs {loss_of(two_minus_signs):.3f}", end="; ")
print(f"along the gradient of the loss {loss_of(right):.3f}")
for size in (1e-6, 1.0, 1e6):
    r = mine["fgm"](sample, size * grad_loss, epsilon=0.5) - sample
    print(f"gradient times {size:g}: length of the change {np.linalg.norm(r):.3f}")
print("nnlib agrees:", np.allclose(right, adversarial.fgm(sample, grad_loss, epsilon=0.5)))

# %% [markdown]
# With $g = -\nabla_x \ln p$, which *is* the gradient of the loss, a further minus goes downhill: the sample becomes easier. One
# minus is right: $g = \nabla_x \ln p$ with $r = -\epsilon g / \lVert g \rVert_2$, or the loss's gradient with a plus. And the change
# has the length $\epsilon$ whatever the gradient's. What FGM really suffers from is in section 6: it takes one straight step.

# %% [markdown]
# **Written question.** A colleague trains a classifier of texts with FGM on the embeddings. (a) She says: "Now it withstands every
# text in which a word was exchanged for a similar one." What does a changed embedding stand for, and does FGM bound the right thing
# for her claim? (b) In her batches texts have 10 to 200 words and are padded with zeros; $\epsilon$ is the same for all. What does
# that mean for the change of one word, and what would you take care of at the padding?

# %% [markdown] written="changed-embeddings" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: a changed embedding is in general no word's at all: the attack moves in a continuous
# space between the words. It bounds the length of the change of the whole text, while an exchanged word changes one row, perhaps by
# much more than ε. So the claim does not follow; as a regularizer FGM may still help. Half a point for "no word" without the
# bound. (b) 1 point, half for each: the same length is spread over 10 or 200 words, so that in a long text a word moves less
# (with the change spread evenly, by ε/√T): scale ε by √T, or bound each word. And the gradient at the padding must
# be 0, by the mask, else part of the length is spent there, and the padding becomes something that is read.
# ### END SOLUTION

# %% [markdown]
# **End of the first sitting.** You can change an input so that the loss rises, in one step. Next, many steps, and a fence.

# %% [markdown]
# # Sitting 2
#
# ## 4 · Back into the ball
#
# All $x'$ with $\lVert x' - x \rVert \le \epsilon$ are a **ball** around $x$. For L2 it is round; for L∞ it is a box, with edges
# of $2\epsilon$. Whoever takes several steps may leave it, and must be brought back, to the nearest point of the ball. This is the
# **projection** 投影. With $r = x' - x$ it is
#
# $$
# \begin{aligned}
# L_\infty: &\quad x + \min(\max(r, -\epsilon), \epsilon) \quad \text{for each number} \\
# L_2: &\quad x + r \min\left(1, \frac{\epsilon}{\lVert r \rVert_2}\right) \quad \text{for each sample}
# \end{aligned}
# $$
#
# Then pixels are clipped to their range. Since $x$ has valid pixels, this moves no pixel away from $x$, and the result is still in
# the ball. (For $L_\infty$ it is the nearest point that is valid and in the ball; for $L_2$ not always.)

# %% [markdown]
# Write the projection. `x_adv` and `x` have one shape `(n, ...)`, $n \ge 1$, as in `fgm`; `epsilon` $\ge 0$; `norm` is `"linf"` or
# `"l2"`; `clip` is `(low, high)`, in which `x` lies, or `None`. First the ball, then the clip. Return shape `(n, ...)`. The ball
# does not move a sample that lies inside. One that equals `x` has $r = 0$ and stays, also for `epsilon` 0: mind 0/0. Squares of
# changes neither overflow nor vanish. Do not change the arguments.


# %% exercise="project"
def project(x_adv, x, *, epsilon, norm="linf", clip=None):
    """Each changed sample, brought back to within epsilon of its original, and to valid pixels."""
    ### BEGIN SOLUTION
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = np.sqrt(np.sum(r**2, axis=tuple(range(1, r.ndim)), keepdims=True))
        r = np.where(length > epsilon, r * (epsilon / np.where(length > 0, length, 1)), r)
    return x + r if clip is None else np.clip(x + r, *clip)
    ### END SOLUTION


# %%
mine |= (new := usable(project))
new

# %% tags=["folded"]
rng = np.random.default_rng(0)
points, centre = rng.normal(size=(40, 2)), np.zeros((40, 2))
fig, panels = plt.subplots(1, 2, figsize=(7.2, 3.4))
for ax, norm in zip(panels, ("linf", "l2")):
    back = mine["project"](points, centre, epsilon=1.0, norm=norm)
    for a, b in zip(points, back):
        ax.plot(*zip(a, b), "-", color="0.6", lw=0.8)
    ax.plot(*points.T, "o", ms=3, label="before")
    ax.plot(*back.T, "s", ms=4, label="after")
    ax.set(title=norm, aspect="equal", xlim=(-2.5, 2.5), ylim=(-2.5, 2.5))
panels[1].legend()
plotting.show(
    fig,
    alt="Forty points in the plane and where they are projected to. Left those outside a square come to its edge, many to a "
    "corner; right those outside a circle come straight towards its centre, to its edge. Points inside stay.",
)

# %% [markdown]
# ## 5 · A random start
#
# An attack that begins at $x$ itself climbs one hill. Others begin elsewhere in the ball, so one begins at a random point of it, and
# perhaps several times. For the box each number is drawn evenly from $-\epsilon$ to $\epsilon$. For the round ball in $d$ dimensions
# two draws are needed: a direction, and how far.
#
# * *Direction.* Normal numbers $v$ have no preferred direction, so $v / \lVert v \rVert_2$ is spread evenly over the sphere.
# * *How far.* A ball with the share $s$ of the radius has the share $s^d$ of the volume. So a point lies within it with probability
#   $s^d$, and if $u$ is uniform between 0 and 1, then $u^{1/d}$ has just this distribution.
#
# $$r = \epsilon\, u^{1/d}\, \frac{v}{\lVert v \rVert_2}$$

# %% [markdown]
# Write this. `direction` holds the $v$, shape `(n, ...)` as in `fgm`, $n \ge 1$, no sample all 0; `u` has shape `(n,)`, from 0 to
# 1, both included; $d$ is how many numbers a sample has. `epsilon` $\ge 0$ is the radius. Return $r$, shape of `direction`. Do not change the
# arguments. (That the random numbers come in as arguments makes the function easy to check.)


# %% exercise="ball_point"
def ball_point(direction, u, *, epsilon):
    """Points of the ball of that radius, one for each direction. Shape of direction."""
    ### BEGIN SOLUTION
    rows = direction.reshape(len(u), -1)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    radius = epsilon * u ** (1 / rows.shape[1])
    return (radius[:, None] * unit).reshape(direction.shape)
    ### END SOLUTION


# %%
mine |= (new := usable(ball_point))
new

# %% [markdown]
# Is it even? In the plane half of the points should lie beyond $1/\sqrt2 \approx 0.71$ of the radius, in space beyond
# $2^{-1/3} \approx 0.79$. Without the root half lie within 0.5. In 784 dimensions almost all volume is near the edge:

# %%
rng = np.random.default_rng(0)
for d in (2, 3, 784):
    direction, u = rng.normal(size=(3000, d)), rng.uniform(size=3000)
    even = np.linalg.norm(mine["ball_point"](direction, u, epsilon=1.0), axis=1)
    print(
        f"d = {d:>3}: half of the points lie beyond {np.median(even):.4f}; without the root {np.median(u):.2f}"
    )
start = adversarial.pgd_start((1000, 3), epsilon=1.0, norm="l2", rng=rng)
print(f"nnlib's pgd_start, d = 3: {np.median(np.linalg.norm(start, axis=1)):.4f}")

# %% tags=["folded"]
direction, u = rng.normal(size=(600, 2)), rng.uniform(size=600)
even = mine["ball_point"](direction, u, epsilon=1.0)
crowded = u[:, None] * direction / np.linalg.norm(direction, axis=1, keepdims=True)
fig, panels = plt.subplots(1, 2, figsize=(6.6, 3.3))
for ax, cloud, title in zip(panels, (even, crowded), ("with the root of u", "with u itself")):
    ax.plot(*cloud.T, ".", ms=3)
    ax.set(title=title, aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
plotting.show(
    fig,
    alt="Two discs of 600 random points. Left, with the root, they are spread evenly; right, with u itself, they crowd in the middle.",
)

# %% [markdown]
# ## 6 · Many small steps
#
# The loss is not linear: after a step its gradient points elsewhere. So take small steps, look again after each, and go back into the
# ball. This is **projected gradient descent** 投影梯度下降, PGD (descent on minus the loss). With $\Pi$ for the projection and $g$
# for $\nabla_x J$ at the *current* point,
#
# $$
# \begin{aligned}
# L_\infty: &\quad x' \leftarrow \Pi\left(x' + \alpha \operatorname{sign}(g)\right) \\
# L_2: &\quad x' \leftarrow \Pi\left(x' + \alpha\, \frac{g}{\lVert g \rVert_2}\right)
# \end{aligned}
# $$
#
# Small steps, and many: 小步走，多走步. Together they should be longer than $\epsilon$, so that the edge can be reached, and from a random
# start longer than $2\epsilon$, so that the other side can; $2.5\epsilon$ is usual. One step of $\alpha = \epsilon$ from $x$ is FGSM, or FGM.

# %% [markdown]
# Write PGD. `x` has shape `(n, ...)`, $n \ge 1$; `grad_fn` is a function: `grad_fn(x_adv)` gives the gradient of the loss at `x_adv`,
# an array of its shape. `start`, of the shape of `x`, is the first change, or `None` for none. `epsilon` $\ge 0$, `alpha` $> 0$,
# `steps` $\ge 0$; `norm` and `clip` are as in `project`.
#
# * Begin with `x + start`, projected: onto the ball around `x`, then clipped.
# * Then `steps` times: ask for the gradient, move, project in the same way, always around `x`. A sample whose gradient is 0 does not
#   move. All other gradients are far longer than the `eps` of `fgm`, and no square overflows or vanishes.
#
# Return the last point. Do not change the arguments. You may use your earlier functions.


# %% exercise="pgd"
def pgd(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """The point that small steps uphill reach inside the ball around x. Shape of x."""
    ### BEGIN SOLUTION
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    move = fgsm if norm == "linf" else fgm
    for _ in range(steps):
        x_adv = move(x_adv, grad_fn(x_adv), epsilon=alpha)
        x_adv = project(x_adv, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv
    ### END SOLUTION


# %%
mine |= (new := usable(pgd))
new

# %% [markdown]
# First a loss with a ridge, $-(x_2 - x_1^2)^2 + x_1/10$, from $(0.5, 0)$, and an L2 ball of radius 1. Then the digits, within a box
# and within a round ball of radius 1. Some twenty seconds.

# %% topics="C15-04"


def ridge(x):
    return -((x[:, 1] - x[:, 0] ** 2) ** 2) + x[:, 0] / 10


def ridge_gradient(x):
    off = x[:, 1] - x[:, 0] ** 2
    return np.stack([4 * x[:, 0] * off + 0.1, -2 * off], axis=1)


foot = np.array([[0.5, 0.0]])
straight = mine["fgm"](foot, ridge_gradient(foot), epsilon=1.0)
small = mine["pgd"](foot, ridge_gradient, epsilon=1.0, alpha=0.05, steps=200, norm="l2")
print(
    f"loss {ridge(foot)[0]:.3f}; after one step {ridge(straight)[0]:.3f}; after small ones {ridge(small)[0]:.3f}"
)


def slope_at(x):
    return mine["mlp_input_gradient"](x, y_test, *network)


rng = np.random.default_rng(0)
for epsilon in (0.05, 0.1):
    options = {"epsilon": epsilon, "alpha": epsilon / 4, "steps": 10, "clip": (0, 1)}
    start = rng.uniform(-epsilon, epsilon, X_test.shape)
    one_step = mine["fgsm"](X_test, slope_at(X_test), epsilon=epsilon, clip=(0, 1))
    many = mine["pgd"](X_test, slope_at, **options)
    random = mine["pgd"](X_test, slope_at, start=start, **options)
    print(f"epsilon {epsilon}: FGSM leaves {read_right(one_step):.1%}, PGD {read_right(many):.1%}", end=", ")
    print(f"PGD from a random start {read_right(random):.1%}")
print("nnlib agrees:", np.allclose(random, adversarial.pgd(X_test, slope_at, start=start, **options)))
start = mine["ball_point"](rng.normal(size=X_test.shape), rng.uniform(size=len(X_test)), epsilon=1.0)
one_step = np.clip(mine["fgm"](X_test, slope_at(X_test), epsilon=1.0), 0, 1)
many = mine["pgd"](X_test, slope_at, start=start, epsilon=1.0, alpha=0.25, steps=10, norm="l2", clip=(0, 1))
print(f"length 1: a random point leaves {read_right(np.clip(X_test + start, 0, 1)):.1%}", end=", ")
print(f"FGM {read_right(one_step):.1%}, PGD from there {read_right(many):.1%}")

# %% tags=["folded"]
options = {"epsilon": 1.0, "alpha": 0.05, "norm": "l2"}
path = [mine["pgd"](foot, ridge_gradient, steps=steps, **options) for steps in range(61)]
across, up = np.meshgrid(np.linspace(-0.7, 1.7, 80), np.linspace(-1.2, 1.2, 80))
height = ridge(np.stack([across.ravel(), up.ravel()], axis=1)).reshape(across.shape)
turn = np.linspace(0, 2 * np.pi, 200)
fig, ax = plt.subplots(figsize=(5.2, 4.4))
levels = [-3, -1.5, -0.8, -0.4, -0.2, -0.1, 0.0, 0.08]
ax.contour(across, up, height, levels=levels, colors="0.7", linestyles="-", linewidths=0.8)
ax.plot(foot[0, 0] + np.cos(turn), foot[0, 1] + np.sin(turn), "-", color="0.4", lw=1)
ax.plot(*np.concatenate([foot, straight]).T, "s-", ms=5, label="one step")
ax.plot(*np.concatenate(path).T, ".-", ms=4, label="small steps")
ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
ax.legend(loc="lower left")
plotting.show(
    ax,
    alt="Lines of equal loss of a bent ridge, and a circle. One step crosses the ridge and ends low beyond it; small steps "
    "go along the ridge to the circle.",
)

# %% [markdown]
# The straight step overshoots the ridge, and ends lower than it began. On the digits PGD leaves less than FGSM and FGM, at the same
# $\epsilon$. Whoever says that a network withstands attacks must say which. In the box the random start changes little here. It
# counts where the loss is rough near $x$, and where the worst of several starts is taken.

# %% [markdown]
# **End of the second sitting.** You can search a ball for the input that a network reads worst. Next, networks that are ready for it.

# %% [markdown]
# # Sitting 3
#
# ## 7 · What is trained
#
# Adversarial training shows the network the changed samples, with their true classes: it makes the mean of
# $-\ln P(y \mid x + r_{\text{adv}}; \theta)$ small. The $\theta$ after the semicolon are the parameters of $P$, not of $r$. The best
# network against the worst change within the ball would be
#
# $$\min_\theta\, \frac1n \sum_{i=1}^{n}\, \max_{\lVert r_i \rVert \le \epsilon} -\ln P(y_i \mid x_i + r_i; \theta)$$
#
# The attack looks for the maximum, the training step for the minimum. The loss of a step weighs changed samples and clean ones: with $J(\theta, x, y)$
# for the mean loss of the batch under the parameters $\theta$,
#
# $$\alpha\, J(\theta, x, y) + (1 - \alpha)\, J(\theta, x_{\text{adv}}, y)$$
#
# with $\alpha = \frac12$ in the paper on FGSM, and $\alpha = 0$ in many later ones: only changed samples. (This $\alpha$ is a share; it
# has nothing to do with the $\alpha$ of PGD, the length of a step.) $x_{\text{adv}}$ is found at the
# current $\theta$ and then **held fixed**: it is data. So the gradient with respect to $\theta$ is the weighted sum of two gradients, each
# as in chapter 04. In the notation of section 1,
#
# $$
# \begin{gathered}
# \nabla_{W_2} J = \delta_2^{\mathsf T} \max(a, 0), \qquad \nabla_{b_2} J = \sum_i \delta_{2, i}, \\
# \nabla_{W_1} J = \delta_1^{\mathsf T} x, \qquad \nabla_{b_1} J = \sum_i \delta_{1, i}
# \end{gathered}
# $$
#
# Mind that $a$, $\delta_2$ and $\delta_1$ are others for $x_{\text{adv}}$ than for $x$.

# %% [markdown]
# Write the gradients of the weighted loss. `x` and `x_adv` have shape `(n, d)`, $n \ge 1$; `y`, the classes of both, and the parameters
# are as in `mlp_input_gradient`, logits between −80 and 80 for both batches; `alpha` is from 0 to 1. Return the tuple `(grad_W1, grad_b1, grad_W2, grad_b2)`, each in the shape
# of its parameter. Do not change the arguments.


# %% exercise="adversarial_grads"
def adversarial_grads(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Gradients of alpha J(x) + (1 - alpha) J(x_adv): (grad_W1, grad_b1, grad_W2, grad_b2)."""
    ### BEGIN SOLUTION
    both = np.concatenate([x, x_adv])
    share = np.repeat([alpha / len(x), (1 - alpha) / len(x)], len(x))[:, None]
    a = both @ W1.T + b1
    hidden = np.maximum(a, 0)
    z = hidden @ W2.T + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    delta2 = share * (p - np.eye(len(b2))[np.tile(y, 2)])
    delta1 = delta2 @ W2 * (a > 0)
    return delta1.T @ both, delta1.sum(axis=0), delta2.T @ hidden, delta2.sum(axis=0)
    ### END SOLUTION


# %%
mine |= (new := usable(adversarial_grads))
new

# %% [markdown]
# Now the whole step, in this order: the gradient at the images; the changed images, by FGSM, clipped to $[0, 1]$; the gradients of the
# weighted loss; one step of gradient descent, $\theta \leftarrow \theta - \text{lr} \cdot \nabla_\theta$. All three are taken at the
# parameters *before* the step.

# %% [markdown]
# Write it. `x` has shape `(n, d)`, $n \ge 1$, pixels from 0 to 1; `y` and the parameters are as before. `epsilon` $\ge 0$ is that of
# FGSM, `alpha` from 0 to 1 the share of the clean loss, `lr` $\ge 0$ the rate. Logits are between −80 and 80 for both batches. Return
# the tuple of new parameters, `(W1, b1, W2, b2)`. Do not change the arguments, so the old parameters stay. You may use your
# earlier functions.


# %% exercise="fgsm_training_step"
def fgsm_training_step(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """The parameters (W1, b1, W2, b2) after one step of training against FGSM."""
    ### BEGIN SOLUTION
    theta = (W1, b1, W2, b2)
    slope = mlp_input_gradient(x, y, *theta)
    x_adv = fgsm(x, slope, epsilon=epsilon, clip=(0.0, 1.0))
    return tuple(
        old - lr * grad for old, grad in zip(theta, adversarial_grads(x, x_adv, y, *theta, alpha=alpha))
    )
    ### END SOLUTION


# %%
mine |= (new := usable(fgsm_training_step))
new

# %% [markdown]
# nnlib has the same step for any network, loss, optimizer and attack. On the same start and batch:

# %% topics="C15-01"
rng = np.random.default_rng(0)
theta = nn.mlp_parameters([784, 16, 10], rng=rng)
batch, classes = digits.X_train[:32], digits.y_train[:32]
layers = [modules.Linear(784, 16, rng=rng), modules.ReLU(), modules.Linear(16, 10, rng=rng)]
model = modules.Sequential(*layers)
for parameter, value in zip(model.params, theta):
    parameter[...] = value


def attack(x, grad_fn):
    return adversarial.fgsm(x, grad_fn(x), epsilon=0.1, clip=(0, 1))


optimizer = optim.SGD(model.params, lr=0.1)
clean, attacked = adversarial.adversarial_training_step(
    model, "cross_entropy", optimizer, batch, classes, attack=attack
)
print(f"losses before the step: {clean:.3f} clean, {attacked:.3f} under attack")
stepped = mine["fgsm_training_step"](batch, classes, *theta)
print("the same parameters after it:", all(np.allclose(p, q) for p, q in zip(model.params, stepped)))

# %% [markdown]
# ## 8 · What it brings
#
# For each of three seeds two networks with the same start, the same batches in the same order, the same rate: one is trained on the
# images as they are, the other by your step, with $\epsilon = 0.1$. Then both are attacked on the 1000 test images, with PGD of ten
# steps of a quarter of the radius. The numbers are means. All of it runs on your functions. About a minute.

# %%
radii = (0.0, 0.05, 0.1, 0.2) if quick else (0.0, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2)
functions = {
    "step": mine["fgsm_training_step"],
    "input_gradient": mine["mlp_input_gradient"],
    "attack": mine["pgd"],
}
runs = {}
for name, epsilon in (("clean", 0.0), ("adversarial", 0.1)):
    runs[name] = [
        experiments.robust_digits(
            digits,
            epsilon=epsilon,
            epochs=2 if quick else 10,
            radii=radii,
            rng=np.random.default_rng(seed),
            **functions,
        )
        for seed in seeds
    ]
    read = np.mean([run.accuracy for run in runs[name]], axis=0)
    print(f"{name:>11} training:", ", ".join(f"{a:.1%} at {radius}" for a, radius in zip(read, radii)))

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6.4, 3.5))
for (name, found), mark in zip(runs.items(), "os"):
    ax.plot(radii, np.mean([run.accuracy for run in found], axis=0), f"{mark}-", label=f"{name} training")
ax.set(xlabel="largest change of a pixel", ylabel="test images read right", ylim=(0, 1))
ax.legend()
plotting.show(
    ax,
    alt="Share of the test images read right over the radius of the attack. Without attack both networks read almost all. The curve of "
    "the one trained as usual falls steeply; that of adversarial training stays far above it up to the radius it was trained for.",
)

# %% tags=["folded"]
pick = [np.flatnonzero(y_test == d)[0] for d in (1, 3, 7, 8)]
fig, panels = plt.subplots(2, 4, figsize=(6.6, 3.5))
unused = (digits.X_train == 0).all(axis=0)
for row, (name, found) in zip(panels, runs.items()):
    slope = experiments.mlp_input_gradient(X_test, y_test, *found[0].parameters)
    share = np.abs(slope[:, unused]).sum() / np.abs(slope).sum()
    print(f"{name:>11} training: {share:.0%} of the gradient at the {unused.sum()} pixels that no image uses")
    for ax, g, digit in zip(row, slope[pick], y_test[pick]):
        ax.imshow(g.reshape(28, 28), "gray", vmin=-np.abs(g).max(), vmax=np.abs(g).max())
        ax.set(title=f"{name}: {digit}", xticks=[], yticks=[])
        ax.grid(False)
plotting.show(
    fig,
    alt="Gradients of the loss at four images, for both networks. Above, after training as usual, there is noise over the whole "
    "picture, up to its edges; below, after adversarial training, the edges are calm, and spots stand out in the middle.",
)

# %% [markdown]
# The network that was trained against attacks loses much less, also at radii it was not trained for. Where a gradient is bright,
# more ink raises the loss; where it is dark, less ink does. At pixels that are black in every image, training as usual leaves
# the weights of the first layer as they were drawn, and each of them is a way in. The attack lights such pixels up, so that
# adversarial training can unlearn them.
#
# It is not free: a step goes back three times instead of once, and of the clean images slightly fewer are read right. Nor is it
# safe: its curve falls within the radius of training, too, and beyond it further. A stronger attack than ours may find more. An
# attacker does not even need your gradient: what fools one network often fools others, it **transfers**.

# %% [markdown]
# **Written question.** A report says: "Trained against FGSM with ε = 0.1, our network reads 96 % under FGSM with ε = 0.1. It is robust."
# (a) Why is this a weak test? Name two things that a better one has. (b) Somebody makes the network so that its loss is flat near every
# sample, with gradients that are 0 or noise, and reports 98 % under PGD. Why does this say little, and how could you find out?

# %% [markdown] written="a-weak-test" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: it is judged by the very attack that it was trained against; a network can learn to mislead
# the one straight step and be lost to many small ones. Half a point for each of two: PGD with many steps; random starts, the worst
# of several counts; other radii and another norm; accuracy on clean images beside it; several seeds. (b) 1 point: attacks by
# gradients find nothing where gradients say nothing (masked gradients), though images that fool it may be near. Half a point for this; half for one
# way to find out: attack it with images made on another network; an attack without gradients, such as random search in the ball; see whether noise
# does more harm than PGD, or whether accuracy falls to 0 as ε grows: if not, the attack is broken, not the network strong.
# ### END SOLUTION

# %% [markdown]
# ## 9 · Against torch
#
# The gradients at the input and at the parameters, yours and those of torch's autograd, in float64. Without torch the cell says so.

# %%
rng = np.random.default_rng(0)
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:
    theta = nn.mlp_parameters([6, 8, 4], rng=rng)
    x, x_adv, y = rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), rng.integers(4, size=5)
    W1, b1, W2, b2 = tensors = [torch.tensor(p, requires_grad=True) for p in theta]
    t, t_adv = torch.tensor(x, requires_grad=True), torch.tensor(x_adv)

    def torch_loss(batch):
        output = torch.relu(batch @ W1.T + b1) @ W2.T + b2
        return torch.nn.functional.cross_entropy(output, torch.tensor(y))

    (theirs,) = torch.autograd.grad(torch_loss(t), t)
    apart = np.abs(mine["mlp_input_gradient"](x, y, *theta) - theirs.numpy()).max()
    print("gradient at the input within 1e-12:", apart < 1e-12)
    theirs = torch.autograd.grad(0.3 * torch_loss(t) + 0.7 * torch_loss(t_adv), tensors)
    ours = mine["adversarial_grads"](x, x_adv, y, *theta, alpha=0.3)
    apart = max(np.abs(a - b.numpy()).max() for a, b in zip(ours, theirs))
    print("gradients at the parameters within 1e-12:", apart < 1e-12)

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, misleading or not there; the sections say more.
#
# | found in print | right | where |
# | --- | --- | --- |
# | $r_{\text{adv}} = \epsilon\, \operatorname{sgn}(\nabla_\theta L)$ | $\nabla_x L$ | 2: the shapes differ |
# | $-\ln P(y \mid x + r_{\text{adv}; \theta})$ | $-\ln P(y \mid x + r_{\text{adv}}; \theta)$: $\theta$ are the parameters of $P$ | 7 |
# | $r = -\epsilon\, g / \lVert g \rVert_2$ with $g = -\nabla_x \ln p$ | one minus, not two | 3: the loss falls to 0.314, right is 1.538 |
# | FGM: "a large gradient may cause a large change" | the change has the length $\epsilon$ | 3 |
# | PGD, named without a formula | a step, then the projection | 6 |
#
# ## Summary
#
# | | formula |
# | --- | --- |
# | gradient at the input | $((\delta_2 W_2) \odot [a > 0])\, W_1$ |
# | FGSM | $x + \epsilon \operatorname{sign}(\nabla_x J)$ |
# | FGM | $x + \epsilon\, g / \lVert g \rVert_2$, for each sample |
# | projection | L∞: clip $r$; L2: $r \min(1, \epsilon / \lVert r \rVert_2)$; then valid pixels |
# | random start in the L2 ball | $\epsilon\, u^{1/d}\, v / \lVert v \rVert_2$, normal $v$ |
# | PGD | small steps, a projection after each |
# | training | $\alpha J(\theta, x) + (1 - \alpha) J(\theta, x_{\text{adv}})$, $x_{\text{adv}}$ held fixed |
#
# | watch out for | why |
# | --- | --- |
# | which gradient | with respect to $x$; a wrong shape may broadcast |
# | the sign | uphill on the loss, or downhill on $\ln p$ |
# | the axes of the norm | all numbers of a sample, not of the batch |
# | the centre of the ball | the original, not the last point |
# | one attack only | that a weak attack fails proves little |
#
# **Further reading.** Szegedy and others, *Intriguing properties of neural networks* (2014) · Goodfellow, Shlens, Szegedy,
# *Explaining and harnessing adversarial examples* (2015) · Miyato, Dai, Goodfellow, *Adversarial training methods for
# semi-supervised text classification* (2017) · Madry and others, *Towards deep learning models resistant to adversarial
# attacks* (2018) · Athalye, Carlini, Wagner, *Obfuscated gradients give a false sense of security* (2018) · Tsipras and others, *Robustness
# may be at odds with accuracy* (2019).

# %%
progress()
