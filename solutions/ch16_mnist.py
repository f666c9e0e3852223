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
# # Chapter 16 · Handwritten digits, on your own library
#
# You have written layers, costs, gradients and steps, one at a time. In this chapter they become one thing: a network that
# learns to read handwritten digits. You put it together from what you wrote, and repeat with it the experiments by which
# many people first met neural networks. At the end you take your functions home, as a package of your own.
#
# **After this chapter you can**
#
# * put together a network, its gradients, and its training from functions that you wrote;
# * carry a learning rate from one cost to another, and a weight decay from one number of images to another;
# * see overfitting in its curves, and say what weight decay does to it, and from which start;
# * choose by images that took no part in training, and measure on others, once;
# * say whether two accuracies differ, or only seem to.
#
# **You need** the costs of chapter 03, the network and its way back of chapter 04, starts from chapter 05, weight decay from
# chapter 08, and what chapter 01 says on parts of the data. Where you have not written a function, nnlib's stands in for it.
# Chinese terms stand beside the English ones where they first occur.
#
# **Time** about three and a half hours, half of it reading and experiments, in three sittings: 6 exercises for 13 points, and two
# written questions for 2 each.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 5 | 1¾ | a network that learns, all of it yours |
# | 2 | 6 to 9 | 1¼ | two costs compared, overfitting, and what helps against it |
# | 3 | 10 to 14 | ½ to ¾ | data, rivals, starts, chance; and your library |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(feedforward)` gives a hint, each call one more. `again(feedforward)` runs
# the case that failed as Python would, with your prints, and returns its arguments. `solution(feedforward)` shows one way,
# once you have tried. `reset(feedforward)` brings the untouched cell back, `progress()` shows how far you are. Cells that
# mostly draw are folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os
import timeit
from pathlib import Path

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, plotting

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer epochs and seeds
seeds = range(2 if quick else 3)

# %% tags=["setup"]
import numpy as np

from grader import my

# %% [markdown]
# # Sitting 1
#
# ## 1 · The digits and the network
#
# MNIST is 70 000 pictures of handwritten digits, $28 \times 28$ grey pixels each. With the course come 5000 of them, and
# all cells below use these. Section 12 says how to use all 70 000.
#
# The images fall into three parts, as chapter 01 says. By the first the network learns. By the second, the **validation** images
# 验证集, we choose: how long, how fast, how strong. By the third, the **test** images 测试集, nothing is chosen at all.

# %% topics="C16-01"
digits = data.load_mnist_small()
(X, y), validation, test = experiments.digits_split(digits)
for name, part in (("training", (X, y)), ("validation", validation), ("test", test)):
    print(
        f"{name:>10}: images {part[0].shape}, labels {part[1].shape}, the first five {part[1][:5].tolist()}"
    )
net = experiments.Network((784, 30, 10), rng=np.random.default_rng(0))
print("shapes of the parameters:", [p.shape for p in net.model.params])
print("numbers to learn:", sum(p.size for p in net.model.params))
print(f"before any training it reads {net.accuracy(validation):.1%} of the validation images")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6.4, 1.6))
ax.imshow(np.vstack([np.hstack(row) for row in X[:24].reshape(2, 12, 28, 28)]), cmap="gray_r")
ax.set(xticks=[], yticks=[])
ax.grid(False)
plotting.show(ax, alt="Two rows of twelve handwritten digits, dark on light, each by another hand.")

# %% [markdown]
# The network is the classic one: 784 pixels, 30 hidden units, 10 outputs, one for each digit, and a **sigmoid** after every
# layer, the last one included:
#
# $$\begin{gathered}
# a_0 = X \quad (n, 784), \\
# a_l = \sigma\!\left(a_{l-1} W_l^{\mathsf T} + b_l\right), \\
# W_1\ (30, 784), \quad b_1\ (30), \quad W_2\ (10, 30), \quad b_2\ (10)
# \end{gathered}$$
#
# What it reads is the digit whose output is largest. The ten outputs are ten separate answers to "is it a 0?", "is it a 1?",
# and so on; unlike those of softmax, they need not add up to 1.
#
# ## 2 · Forward, from `my`
#
# `my` holds all functions of the course by their names: `my.mlp` is the one that you wrote in chapter 04, if it is in your
# saved notebook, right, and not many times slower than ours; else it is nnlib's. (`my.mlp` printed in a cell does not tell.
# `my` does, in a table of all functions: section 14.) Where your notebook is graded, `my` is nnlib for everybody, so no
# point of this chapter depends on earlier ones. You need not use it; plain NumPy is as good.

# %%
for name in ("one_hot", "mlp", "cost_delta", "mlp_backward", "minibatch_l2_step"):
    getattr(my, name)  # looked up here, once, so that no cell below waits for it
print("chapter 04: my.mlp(x, W1, b1, W2, b2, ..., activation='relu'): no activation after the last layer")
print("chapter 02: my.sigmoid(x)")
print("for example:", my.sigmoid(np.array([-2.0, 0.0, 2.0])).round(3))

# %% [markdown]
# Write the network. `X` has shape `(n, d)`, $n \ge 1$ images as rows. `parameters` are `W1, b1, W2, b2, ...`: weights of shape
# `(units, inputs)` and biases of shape `(units,)`, for one layer or more. After every layer comes a sigmoid, after the last one,
# too. Return the outputs, shape `(n, units of the last layer)`. Do not change the arguments. (Here and below, images,
# weights and biases are arrays of floats, and all weighted inputs lie between −500 and 500, those of float32 arrays between −80
# and 80. For float32 arrays you may return float64: the check remarks on it, no more.)


# %% exercise="feedforward"
def feedforward(X, *parameters):
    """Outputs of a network of sigmoid units. Shape (n, units of the last layer)."""
    ### BEGIN SOLUTION
    return my.sigmoid(my.mlp(X, *parameters, activation="sigmoid"))
    ### END SOLUTION


# %%
mine = usable(feedforward)
mine

# %%
outputs = mine["feedforward"](X[:3], *net.model.params)
print(outputs.round(2))
print("digits read by the untrained network:", outputs.argmax(axis=1), "   labels:", y[:3])
print("nnlib's network agrees:", np.allclose(outputs, net.feedforward(X[:3]), atol=1e-6))

# %% [markdown]
# ## 3 · Backward, for one batch
#
# Let $t$ be the label of an image as a vector with one 1 (**one-hot** 独热), and $a$ the network's output. Two costs compete in
# this chapter, the **quadratic cost** 二次代价 and the **cross-entropy** 交叉熵, each a sum over the ten outputs:
#
# $$\begin{gathered}
# \text{quadratic:}\quad C_x = \tfrac12 \sum_j (a_j - t_j)^2, \\
# \text{cross-entropy:}\quad C_x = -\sum_j \left[ t_j \ln a_j + (1 - t_j) \ln (1 - a_j) \right]
# \end{gathered}$$
#
# Chapter 04 found the error of the last layer, $\delta = \partial C_x / \partial z$ for its weighted inputs $z$:
#
# $$\begin{gathered}
# \text{quadratic:}\quad \delta = (a - t)\, a\, (1 - a), \\
# \text{cross-entropy:}\quad \delta = a - t
# \end{gathered}$$
#
# So the two costs differ in one factor, $\sigma'(z) = a (1 - a)$, and in the last layer only. In the hidden layers the slope
# $\sigma'$ of *their* units stays, whatever the cost. (One finds in print: "for the cross-entropy, take $\sigma'$ out of the
# code", as if it were everywhere.)
#
# From $\delta$ on, the way back is that of chapter 04. Useful are
#
# * `my.one_hot(y, num_classes=k)`, from chapter 01, with `k` the number of outputs;
# * `my.cost_delta(z, t, cost="cross_entropy")` or `cost="quadratic"`, from chapter 04: $\delta$ of the last layer (its default
#   is the quadratic cost; yours below is the other);
# * `my.mlp_backward(g, x, W1, b1, W2, b2, activation="sigmoid")`, from chapter 04: `(grad_x, grad_W1, grad_b1, ...)` if `g`
#   arrives at the last layer's $z$.

# %% [markdown]
# Write the gradients of a batch, **added up** over its images: $\sum_x \partial C_x / \partial W_1$ and so on. (The sum, not
# the mean: who takes the step divides.) `X` and `parameters` are as in `feedforward`. `y` has shape `(n,)`: labels, whole
# numbers from 0 up to one less than the number of outputs. Some may be missing in a batch. `cost` is `"cross_entropy"`
# (default) or `"quadratic"`. Return a tuple `(grad_W1, grad_b1, grad_W2, grad_b2, ...)` in the order and the shapes of the
# parameters; nothing for `X`. (Where a tuple is asked for, a list is as good.) Do not change the arguments.


# %% exercise="batch_gradients"
def batch_gradients(X, y, *parameters, cost="cross_entropy"):
    """Gradients of the costs of a batch, added up over its images: (grad_W1, grad_b1, grad_W2, ...)."""
    ### BEGIN SOLUTION
    z = my.mlp(X, *parameters, activation="sigmoid")
    target = my.one_hot(y, num_classes=z.shape[1])
    delta = my.cost_delta(z, target, cost=cost)
    _, *gradients = my.mlp_backward(delta, X, *parameters, activation="sigmoid")
    return tuple(gradients)
    ### END SOLUTION


# %%
mine |= (new := usable(batch_gradients))
new

# %% [markdown]
# Against central differences, for ten images and both costs. And the mistake from print, for the cross-entropy: what happens to
# the gradient of $W_1$ when the hidden slopes are taken out, too?

# %%
params = [p.astype(float) for p in net.model.params]
few, target = X[:10].astype(float), np.eye(10)[y[:10]]


def total(cost, parameters):
    a = experiments.feedforward(few, *parameters)
    if cost == "quadratic":
        return np.sum((a - target) ** 2) / 2
    return -np.sum(target * np.log(a) + (1 - target) * np.log(1 - a))


def difference(cost, which, place, step=1e-5):
    costs = []
    for sign in (1, -1):
        moved = [p.copy() for p in params]
        moved[which][place] += sign * step
        costs.append(total(cost, moved))
    return (costs[0] - costs[1]) / (2 * step)


for cost in ("quadratic", "cross_entropy"):
    grads = mine["batch_gradients"](few, y[:10], *params, cost=cost)
    places = [(which, tuple(n // 2 for n in p.shape)) for which, p in enumerate(params)]
    apart = max(abs(grads[which][place] - difference(cost, which, place)) for which, place in places)
    print(f"{cost:>13}: gradients and differences within 1e-7: {apart < 1e-7}")

delta = experiments.feedforward(few, *params) - target
without = (delta @ params[2]).T @ few
right = mine["batch_gradients"](few, y[:10], *params)[0]
print(
    f"without the hidden slopes the gradient of W1 is {np.linalg.norm(without) / np.linalg.norm(right):.1f} times as long"
)

# %% [markdown]
# ## 4 · A step, and a decay that fits
#
# With **weight decay** 权重衰减 (L2) the cost of all $n$ training images has a penalty, $\frac{\lambda}{2n} \sum w^2$, over the
# weights and not the biases. A step on a **mini-batch** 小批量 of $m$ images is, from chapter 08,
#
# $$\begin{gathered}
# w \leftarrow \left(1 - \frac{\eta \lambda}{n}\right) w - \frac{\eta}{m} \sum_x \frac{\partial C_x}{\partial w}, \\
# b \leftarrow b - \frac{\eta}{m} \sum_x \frac{\partial C_x}{\partial b}
# \end{gathered}$$
#
# $n$ is in the decay, $m$ in the gradient. So $\lambda$ means nothing without its $n$: each step shrinks the weights by
# $\eta\lambda/n$, and if $\lambda = 0.1$ was found good on 1000 images, then on 50 000 the same step wants
#
# $$\lambda' = \lambda\, \frac{n}{n_\text{tuned}} = 0.1 \cdot \frac{50\,000}{1000} = 5$$

# %% [markdown]
# Write this step for one layer. `w` and `b` are arrays of any shapes, `grad_w_sum` and `grad_b_sum` arrays of their shapes: the
# gradients added up over the batch. `eta` is $\eta > 0$, `n` the number of training images, `m` that of the batch,
# $1 \le m \le n$. `lmbda` $\ge 0$ is the strength $\lambda$. `tuned_on` says on how many images it was found, and is a whole
# number of at least 1: rescale $\lambda$ from `tuned_on` images to `n`, and step with $\lambda'$. With `None`, the default,
# $\lambda$ is meant for the $n$ images as it is. The decay $\eta\lambda/n$, or $\eta\lambda'/n$, is less than 1. Return the
# tuple `(w, b)`, new arrays. Do not change the arguments.
# (`my.minibatch_l2_step(w, b, grad_w_sum, grad_b_sum, lr=..., lam=..., n=..., m=...)` is the one of chapter 08.)


# %% exercise="l2_step"
def l2_step(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """One step on a mini-batch with weight decay, lmbda rescaled from tuned_on images to n: (w, b)."""
    ### BEGIN SOLUTION
    lam = lmbda if tuned_on is None else lmbda * n / tuned_on
    return my.minibatch_l2_step(w, b, grad_w_sum, grad_b_sum, lr=eta, lam=lam, n=n, m=m)
    ### END SOLUTION


# %%
mine |= (new := usable(l2_step))
new

# %% [markdown]
# What is left of a weight of 1 without any gradient, after 1000 steps at $\eta = 0.5$:

# %%
zero = np.zeros(1)
for lmbda, n, tuned_on in ((0.1, 1000, None), (0.1, 50_000, None), (0.1, 50_000, 1000), (5.0, 50_000, None)):
    w = np.ones(1)
    for _ in range(1000):
        w, _ = mine["l2_step"](w, zero, zero, zero, eta=0.5, lmbda=lmbda, n=n, m=10, tuned_on=tuned_on)
    print(f"λ = {lmbda} on {n} images{f', tuned on {tuned_on}' if tuned_on else ''}: {w[0]:.3f}")

# %% [markdown]
# The second line is the plausible mistake: the same $\lambda$ on more images is almost no decay. (It is the same decay *in each
# step*. One epoch of 50 000 images has fifty times the steps of one of 1000.)
#
# ## 5 · An epoch
#
# An **epoch** 迭代期 goes once through all training images, in a random order, one mini-batch after the other: gradients, step,
# next batch. That is **stochastic gradient descent** 随机梯度下降 (SGD), chapter 06.

# %% [markdown]
# Write one epoch. `X`, `y`, `parameters` and `cost` are as in `batch_gradients`; $n$ is the number of images in `X`;
# `eta` $> 0$, `lmbda` $\ge 0$, and the decay $\eta\lambda/n$ is less than 1.
#
# * Call `rng.permutation(n)` once: this is the order. Its first `mini_batch_size` entries are the first batch, the next ones the
#   second, and so on. The last batch may be smaller; it is used like the others. (`mini_batch_size` $\ge 1$ may be more than $n$:
#   then there is one batch, of all images.)
# * For each batch take the gradients at the newest parameters, those of all layers before any layer steps. Then every layer takes
#   the step of section 4, with `eta`, with `lmbda` for the $n$ images, and with $m$ the number of images that *this* batch has.
#
# Return the new parameters, a tuple in the order and shapes of `parameters`. You may call your functions from above; a wrong
# one costs nothing here. Do not change the arguments, other than that `rng` has drawn.


# %% exercise="sgd_epoch"
def sgd_epoch(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """The parameters after one epoch of mini-batches in random order: (W1, b1, W2, b2, ...)."""
    ### BEGIN SOLUTION
    n = len(X)
    order = rng.permutation(n)
    for start in range(0, n, mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        layers = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        stepped = [l2_step(*layer, eta=eta, lmbda=lmbda, n=n, m=len(batch)) for layer in layers]
        parameters = tuple(p for step in stepped for p in step)
    return parameters
    ### END SOLUTION


# %%
mine |= (new := usable(sgd_epoch))
new

# %% [markdown]
# That is all. It learns:

# %%
rng = np.random.default_rng(0)
params = experiments.Network((784, 30, 10), rng=rng).model.params
for epoch in range(4):
    read = np.mean(mine["feedforward"](validation[0], *params).argmax(axis=1) == validation[1])
    print(f"after {epoch} epochs: {read:.1%} of the validation images read right")
    params = mine["sgd_epoch"](X, y, *params, eta=0.5, mini_batch_size=10, rng=rng)

# %% [markdown]
# (Not every epoch gains: the steps are noisy, and $\eta = 0.5$ is large.)
#
# For the experiments we want more than this: what was measured after each epoch, on which images. `Network.SGD` is a driver that
# does the book-keeping. It has four switches and returns four lists, each with an entry an epoch or empty. Given
# `epoch=sgd_epoch`, it calls *your* function for each epoch; so do all experiments of nnlib below. (Without it, it takes
# nnlib's own loop, which is faster and does the same.)

# %% topics="C16-02"
yours = {"epoch": mine["sgd_epoch"]}
net = experiments.Network((784, 30, 10), rng=np.random.default_rng(1), **yours)
found = net.SGD(
    (X[:500], y[:500]),
    epochs=3,
    mini_batch_size=10,
    eta=0.5,
    evaluation_data=validation,
    monitor_evaluation_accuracy=True,
    monitor_training_cost=True,
)
names = ("evaluation cost", "evaluation accuracy", "training cost", "training accuracy")
for name, values in zip(names, found):
    print(f"{name:>20}:", [round(value, 3) for value in values])

# %% [markdown]
# `evaluation_data` is the *validation* part. In code that one finds in print it says `evaluation_data=test_data`, and then the
# best epoch is quoted as the result. Section 9 is about what is wrong with that.
#
# **End of the first sitting.** You have a network that learns, and every line of it is yours.

# %% [markdown]
# # Sitting 2
#
# ## 6 · Two costs, and a factor of six
#
# The experiment that started it: the network with the quadratic cost, mini-batches of 10, rate $\eta = 1.8$, 30 epochs; then
# the same with the cross-entropy, and $\eta = 0.3$. Why not with the same rate?
#
# The quadratic gradient is the other one times $a(1-a)$, in the last layer. That factor is at most ¼. If the outputs $a$ were
# spread evenly from 0 to 1, it would be $\int_0^1 a (1 - a)\, da = \tfrac16$ on average. So a step with the quadratic cost is
# about six times shorter, and 1.8 for the one goes with $1.8 / 6 = 0.3$ for the other:

# %% topics="C16-05"
factor = experiments.mean_sigmoid_prime()
print(f"mean of a (1 - a): {factor:.4f}, so 1.8 becomes {1.8 * factor:.3f}")
for init in ("large", "default"):
    start = experiments.Network(cost="quadratic", init=init, rng=np.random.default_rng(0))
    a = start.feedforward(X[:1000])
    print(f"the {init} start, before training: mean of a (1 - a) = {np.mean(a * (1 - a)):.4f}")

# %% [markdown]
# A rule of thumb, no more: outputs are not spread evenly. In the start that these experiments used in print, weights from
# $N(0, 1)$, `"large"` here, many outputs are near 0 or 1, and the factor is 0.10; from a small start it is 0.22. And it is
# smallest just where an output is certain and wrong, which is where most is to be learnt. So the quadratic cost starts slowly.
#
# Now both runs, from that start, with your `sgd_epoch`, over some **seeds** 随机种子. Ten to thirty seconds.

# %% topics="C16-03 C16-04"
epochs = 3 if quick else 30
runs = {
    "quadratic, η = 1.8": [
        experiments.run_quadratic(eta=1.8, epochs=epochs, rng=np.random.default_rng(seed), **yours)
        for seed in seeds
    ],
    "cross-entropy, η = 0.3": [
        experiments.run_cross_entropy(eta=0.3, epochs=epochs, rng=np.random.default_rng(seed), **yours)
        for seed in seeds
    ],
}
for name, some in runs.items():
    read = [run.test_accuracy for run in some]
    print(
        f"{name:>22}: test images read right {', '.join(f'{a:.1%}' for a in read)}, mean {np.mean(read):.2%}"
    )

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6.4, 3.2))
for (name, some), line in zip(runs.items(), ("o-", "s--")):
    ax.plot(
        range(1, epochs + 1),
        np.mean([run.validation_accuracy for run in some], axis=0),
        line,
        markersize=4,
        label=name,
    )
ax.set(xlabel="epoch", ylabel="validation accuracy")
ax.legend(loc="lower right")
plotting.show(
    ax,
    alt="Validation accuracy over the epochs for both costs. The cross-entropy is ahead in the first epochs; later the two curves "
    "run into each other.",
)

# %% [markdown]
# The cross-entropy is ahead in the first epochs. At the end the two are level: neither has read more images than the other by
# more than chance. (In a quick run of few epochs they are not level yet.) In print one finds for 50 000 images, one start each:
# 94.87 % for the quadratic cost, 94.99 % for the cross-entropy, "a small gain that confirms the cross-entropy". Is it one?

# %% [markdown]
# Before that, another comparison: both costs with *one* rate, "so that all else is equal", half as many epochs, nnlib's faster
# loop. A few seconds.

# %%
costs = {"quadratic": experiments.run_quadratic, "cross-entropy": experiments.run_cross_entropy}
for eta in (1.8, 4.0):
    for name, run in costs.items():
        read = [run(eta=eta, epochs=epochs // 2, rng=np.random.default_rng(s)).test_accuracy for s in seeds]
        print(f"η = {eta}: {name:>13} {', '.join(f'{a:.1%}' for a in read)}, mean {np.mean(read):.1%}")

# %% [markdown]
# **Written question.** With 1.8 the cross-entropy reads more images, with 4 the quadratic cost does. (In a quick run of few epochs
# perhaps not.) So one rate, and all else is *not* equal. (a) Say with the factor $a (1 - a)$ what it is that differs, and what
# each of the two lines of numbers compares in truth. (b) Describe a comparison in which neither cost has the better of the rate:
# what is run, and which images decide what?

# %% [markdown] written="a-rate-for-each-cost" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) Half a point: the quadratic gradient is the other one times $a (1 - a)$, so at one rate the
# cross-entropy takes steps that are at least four times as long, about six times on average. Half a point: so lengths of step
# were compared: 1.8 is long enough for the one and short for the other, 4 is too long for the one; neither says which cost is
# better. (b) Half a point: a rate for each cost, searched over the same range with the same number of epochs and chosen by the
# validation images. Half a point: then each cost with its own rate, several seeds, and the test images once at the end, the gap
# set against their spread.
# ### END SOLUTION

# %% [markdown]
# ## 7 · When is a gap a gap?
#
# An accuracy $p$ measured on $n$ test images is a share in a sample. Its **standard error** 标准误差 is $\sqrt{p (1 - p) / n}$. Of the
# difference of two such shares, each from $n$ images, it is
#
# $$\mathrm{SE} = \sqrt{\frac{2\, p\, (1 - p)}{n}}, \qquad p = \frac{a + b}{2}$$
#
# if the two models are equally good in truth, and $p$, the mean of the two measured accuracies $a$ and $b$, is how good. How many
# such standard errors lie between $a$ and $b$ says how much the gap means: below 2 or so it is a tie.

# %% [markdown]
# Write this number, $z = (b - a) / \mathrm{SE}$: positive where `b` is larger. `a` and `b` are shares from 0 to 1, not both 0 and
# not both 1. They may be rounded, or means of several runs, so `a * n` need not be whole. `n` $\ge 1$ is the number of images for
# each. Return a number.


# %% exercise="accuracy_gap_z"
def accuracy_gap_z(a, b, *, n):
    """How many standard errors lie between the accuracies a and b, each measured on n images."""
    ### BEGIN SOLUTION
    pooled = (a + b) / 2
    return (b - a) / np.sqrt(2 * pooled * (1 - pooled) / n)
    ### END SOLUTION


# %%
mine |= (new := usable(accuracy_gap_z))
new

# %%
gap = mine["accuracy_gap_z"]
for a, b in ((0.9487, 0.9499), (0.9499, 0.9629)):
    print(f"in print, 10 000 test images, {a:.2%} and {b:.2%}: z = {gap(a, b, n=10_000):.2f}")
a, b = (np.mean([run.test_accuracy for run in some]) for some in runs.values())
print(
    f"above, {len(seeds)} times 1000 test images, {a:.2%} and {b:.2%}: z = {gap(a, b, n=1000 * len(seeds)):.2f}"
)

# %% [markdown]
# The gap of 0.12 points is a tie. The one of 1.3 points, which is what weight decay is said to gain (section 8), is none. (The
# formula takes the two sets of test images for independent. Here they are the same images, read twice, and three starts share
# them; so take $z$ as a rough guide.) What the cross-entropy is good for is not seen at the end of this run but at its
# beginning.
#
# ## 8 · Overfitting, and weight decay
#
# Take the first 1000 images only, and train for long: 400 epochs, $\eta = 0.5$, cross-entropy. Then the same with weight decay,
# $\lambda = 0.1$. Half a minute. The costs hold the penalty, so those with decay begin higher, and part of their fall is the
# weights' shrinking.

# %% topics="C16-06 C16-07"
size = {"n_train": 300, "epochs": 25} if quick else {"n_train": 1000, "epochs": 400}
lmbda = 0.1 * size["n_train"] / 1000
plain = experiments.run_overfit(eta=0.5, rng=np.random.default_rng(0), **size, **yours)
decayed = experiments.run_l2_small(lmbda=lmbda, eta=0.5, rng=np.random.default_rng(0), **size, **yours)
marks = [round(share * size["epochs"]) - 1 for share in (0.05, 0.25, 0.5, 1)]
for name, run in (("without decay", plain), (f"λ = {lmbda:g}", decayed)):
    print(name)
    for epoch in marks:
        print(
            f"  epoch {epoch + 1:>3}: training cost {run.training_cost[epoch]:.3f}, training accuracy "
            f"{run.training_accuracy[epoch]:.1%}; validation cost {run.validation_cost[epoch]:.3f}, validation accuracy "
            f"{run.validation_accuracy[epoch]:.1%}"
        )
print(
    f"lowest validation cost without decay: epoch {plain.validation_cost.argmin() + 1}; "
    f"with decay: epoch {decayed.validation_cost.argmin() + 1}"
)

# %% tags=["folded"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
for run, name, line in ((plain, "without decay", "-"), (decayed, f"λ = {lmbda:g}", "--")):
    left.semilogy(run.validation_cost, line, label=f"{name}, validation")
    left.semilogy(run.training_cost, line, label=f"{name}, training")
    right.plot(run.validation_accuracy, line, label=name)
left.set(xlabel="epoch", ylabel="cost")
right.set(xlabel="epoch", ylabel="validation accuracy")
left.legend(fontsize=8)
right.legend(loc="lower right")
plotting.show(
    fig,
    alt="Left the costs on a logarithmic axis: without decay the training cost falls throughout while the validation cost rises; with "
    "decay both fall. Right the validation accuracy: without decay it stands still early, with decay it goes on rising and ends higher.",
)

# %% [markdown]
# Without decay the training cost goes on falling, and every training image is soon read right. To whoever looks at the
# training images only, it is a success. On the validation images the accuracy stands still early, and the cost *rises*: the
# network becomes ever more certain, also where it is wrong. This is **overfitting** 过度拟合. With decay the validation cost
# still falls when we stop, and not only by its penalty: the cross-entropy alone, about 1.1 after ten epochs, is 0.8 by then.
# Accuracy rises along with it.
#
# Two warnings. In print the accuracy is said to stop "near epoch 275". Where it stops depends on the images, the seed and the
# eye; the lowest validation cost says more clearly that it was long before. And is it the *penalty* that helps? Start both with
# small weights, $N(0, 1/n_\text{in})$, and look again. Ten seconds.

# %%
small = {
    lam: experiments.run_l2_small(
        lmbda=lam, eta=0.5, init="default", rng=np.random.default_rng(0),
        n_train=size["n_train"], epochs=size["epochs"] // 4, **yours,
    )
    for lam in (0.0, lmbda)
}  # fmt: skip
for lam, run in small.items():
    print(
        f"small start, λ = {lam:g}: validation accuracy at the end {run.validation_accuracy[-1]:.1%}, "
        f"lowest validation cost in epoch {run.validation_cost.argmin() + 1}"
    )
print(f"large start, λ = {lmbda:g}, four times as long: {decayed.validation_accuracy[-1]:.1%}")

# %% [markdown]
# From the small start decay has little left to do *for the accuracy*: most of what it did above was to shrink weights that began
# too large. The validation cost turns here, too.
#
# Now all images of the training part, 30 epochs, without decay and with it. $\lambda$ is rescaled to their number, as `l2_step`
# does it: $\lambda = 0.1 \cdot n / 1000$, which for 50 000 images is the 5.0 that one reads in print. (The text there says
# 96.29 % for it; the picture beside the text is titled "$\lambda = 5$, max = 0.9499", the number of the run without decay.) A
# quarter of a minute to a whole one.

# %% topics="C16-08"
n = len(X)
lam = experiments.rescale_lambda(0.1, n_old=1000, n_new=n)
print(
    f"λ = 0.1 on 1000 images is λ = {lam:.4f} on {n}, and {experiments.rescale_lambda(0.1, n_old=1000, n_new=50_000):g} on 50 000"
)
full = {
    value: [
        experiments.run_l2_full(lmbda=value, eta=0.5, epochs=epochs, rng=np.random.default_rng(seed), **yours)
        for seed in seeds
    ]
    for value in (0.0, lam)
}
means = []
for value, some in full.items():
    read = [run.test_accuracy for run in some]
    means.append(np.mean(read))
    print(
        f"λ = {value:.3f}: test images read right {', '.join(f'{a:.1%}' for a in read)}, mean {means[-1]:.2%}"
    )
print(f"z = {gap(*means, n=1000 * len(seeds)):.1f}")
small_start = [
    experiments.run_l2_full(
        lmbda=value, eta=0.5, epochs=epochs, init="default", rng=np.random.default_rng(0), **yours
    ).test_accuracy
    for value in (0.0, lam)
]
print("small start, one seed: without decay {:.1%}, with it {:.1%}".format(*small_start))

# %% [markdown]
# By the rule of section 7 this alone would be a tie, just. But with each seed the run with decay is ahead, on the same test
# images, for which the formula makes no allowance: the gain is likely, and its size is open. From the small start both read about
# 93 %: the start is worth more than the decay. (A quick run of few epochs shows less.)

# %% [markdown]
# ## 9 · An evaluation that does not read the test set
#
# Many networks are trained: with several $\lambda$, rates, seeds; after each epoch it is another one. Which is the best, and how
# good is it? Do not choose the one that reads most *test* images right: the number by which it was chosen is the largest of many
# noisy ones, and so too large (chapter 01). Choose by the validation images, and measure the chosen one, and only this one,
# on the test images.

# %% [markdown]
# Write this evaluation. `validation` and `test` are pairs `(X, y)`, images `(n, d)` and labels `(n,)`, with one image or more, and
# labels as for `batch_gradients`. Each of `networks` (one or more) is a tuple of parameters `(W1, b1, W2, b2, ...)` as for
# `feedforward`; all have the same number of outputs, and they may differ in depth and in their hidden units. A network reads the
# digit whose output is largest; of equally large ones the first. (Outputs that are not equal lie well apart, and none
# rounds to 0 or 1.) Return the tuple
# `(best, accuracy)`: the place of the network that reads most validation images right, counted from 0, of equally good ones the
# first; and the share of the test images that this network reads right, from 0 to 1. Do not change the arguments.


# %% exercise="choose_and_test"
def choose_and_test(validation, test, *networks):
    """(best, accuracy): the best network by the validation images, and its accuracy on the test images."""

    ### BEGIN SOLUTION
    def share(part, network):
        images, labels = part
        return np.mean(feedforward(images, *network).argmax(axis=1) == labels)

    best = int(np.argmax([share(validation, network) for network in networks]))
    return best, share(test, networks[best])
    ### END SOLUTION


# %%
mine |= (new := usable(choose_and_test))
new

# %% [markdown]
# Every epoch of a run is a network. Your evaluation chooses among them; beside it stands what one gets by the plausible mistake,
# the best epoch by the test images, "max accuracy". Ten seconds.

# %%
rng = np.random.default_rng(0)
params, networks = experiments.Network((784, 30, 10), init="large", rng=rng).model.params, []
for _ in range(4 if quick else 40):
    params = mine["sgd_epoch"](X[:1000], y[:1000], *params, eta=0.5, mini_batch_size=10, rng=rng)
    networks.append(params)
best, accuracy = mine["choose_and_test"](validation, test, *networks)
print(f"chosen by the validation images: epoch {best + 1}, which reads {accuracy:.1%} of the test images")
flattered, number = mine["choose_and_test"](test, test, *networks)
print(
    f"chosen by the test images:       epoch {flattered + 1}, {number:.1%}: never less, and by construction"
)

# %% [markdown]
# **Written question.** Somebody reports: "Without weight decay our network read 94.99 % of the test images in its best epoch;
# with $\lambda = 5$ it read 96.29 % in its best epoch (the first run with $\eta = 0.3$, the second with 0.5). One run each. So
# weight decay makes results better, and also easier to repeat." (a) Name two things about how these numbers were found that
# speak against quoting them, and say what to do instead. (b) Which part of the conclusion holds all the same, and why? Which
# part has no evidence at all, and what would you run to get some?

# %% [markdown] written="what-the-numbers-say" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) Half a point each for two of: the best epoch was chosen by the test images, so both numbers
# are flattered: choose by validation images, test once; one run each: report three seeds or more, with their spread; the rate
# was another one in the run that is compared (or: say that all else was equal). (b) Half a point: the gap is 4.5 standard
# errors of 10 000 test images, too large for chance, and the flattery of both numbers is alike; so the gain is credible,
# although its size is not exact. Half a point: "easier to repeat" has no evidence, for one run has no spread: several seeds
# with and without decay, and compare the standard deviations, as section 11 does.
# ### END SOLUTION

# %% [markdown]
# **End of the second sitting.** You know what the two costs, the decay and the numbers are worth.

# %% [markdown]
# # Sitting 3
#
# ## 10 · More data, and another classifier
#
# The surest way against overfitting is more images. So that only their number differs, each size gets the same number of
# *steps*, so fewer epochs where there are more images, and the same decay in each step ($\eta = 0.5$, small start). This cell
# and the next take about ten seconds each.

# %% topics="C16-09"
steps = 500 if quick else 5000
sweep = experiments.data_size_sweep(steps=steps, rng=np.random.default_rng(0), **yours)
for n, accuracy in zip(sweep.sizes, sweep.accuracy):
    print(f"{n:>5} images: {accuracy:.1%} of the validation images read right")

# %% [markdown]
# (The sizes go on to 50 000; those that are not there are left out.) More images help at each size, and most where there are
# few: from 100 to 500 it is 13 points, from 500 to 2000 three. Now a rival that has no layers, the **support vector machine**
# 支持向量机 (SVM) of scikit-learn, on the same images. "The network is always above the SVM", one finds in print. The SVM has a
# number, `gamma`, whose default scikit-learn has changed since: it was $1/d$ for $d$ pixels, and is
# $1 / (d \operatorname{Var} X)$ now.

# %% topics="C16-10"
try:
    import sklearn
except ImportError:
    print("scikit-learn is not installed here; this comparison is skipped.")
else:
    sizes = (100, 500) if quick else (100, 200, 500, 1000, 2000)
    rivals = experiments.nn_vs_svm(sizes=sizes, steps=steps, rng=np.random.default_rng(0), **yours)
    for row in zip(rivals.sizes, rivals.network, rivals.svm, rivals.svm_auto):
        print("{:>5} images: network {:.1%}, SVM {:.1%}, SVM with the old gamma {:.1%}".format(*row))
    ax = rivals.plot()
    plotting.show(
        ax,
        alt="Validation accuracy over the number of training images, which is on a logarithmic axis, for the network and two SVMs. "
        "All rise. The SVM with the old gamma is lowest; the one with the present default is below the network at 100 images and "
        "above it from 200 on.",
    )

# %% [markdown]
# The network is always above the SVM with the *old* default. With the present one it is ahead on 100 images and behind from 200
# on. Who wins depends on the images and on one number that nobody had chosen. Whoever says "A is better than B" has to say on
# what, and with which settings.
#
# ## 11 · The start, and chance
#
# Weights from $N(0, 1)$ saturate the hidden units (chapter 05): the weighted input of a unit is a sum over all bright pixels. With
# $N(0, 1/n_\text{in})$ it is about as large as one pixel. The same seed, both starts, $\eta = 0.1$, with decay; about ten seconds:

# %% topics="C16-11"
starts = experiments.init_comparison(epochs=3 if quick else 20, rng=np.random.default_rng(0), **yours)
for epoch in (0, 1, 2, len(starts.large) - 1):
    print(
        f"epoch {epoch:>2}: from N(0, 1) {starts.large[epoch]:.1%}, from N(0, 1/n_in) {starts.default[epoch]:.1%}"
    )

# %% [markdown]
# The small start learns faster, and has won much of its way in one epoch.
#
# And chance? "Without regularisation every training gives another result; with it results are easy to repeat", one reads. Five
# seeds, from the large start, without decay and with it, all else equal; about half a minute:

# %% topics="C16-12"
spread = experiments.seed_spread(seeds=range(2 if quick else 5), epochs=2 if quick else 15, **yours)
for value, read, mean, std in zip(spread.lmbdas, spread.accuracy, spread.mean, spread.std):
    print(
        f"λ = {value:.2f}: {', '.join(f'{a:.1%}' for a in read)}; mean {mean:.2%}, standard deviation {100 * std:.2f} points"
    )
p = spread.mean.mean()
print(f"standard error of 1000 test images at {p:.0%}: {100 * np.sqrt(p * (1 - p) / 1000):.2f} points")

# %% [markdown]
# Compare three numbers: the spread over the seeds without decay, with it, and the standard error of the test images. The
# spread is about as large with decay as without, and no larger than what 1000 test images leave open. That decay makes runs
# repeatable is not to be seen here.
#
# ## 12 · All of MNIST
#
# If you have the four files of MNIST (`train-images-idx3-ubyte` and so on, packed or not), put them into a folder and give its
# name in the environment variable `MNIST`, or leave them in `MNIST/raw`, where torchvision puts them. The next cell then
# repeats what is found in print for 50 000 images: three runs, three seeds each, with nnlib's faster loop; about ten minutes. The
# best epoch is not asked for: each number is that of the last epoch, on the test images, once.

# %%
folder = Path(os.environ.get("MNIST", "MNIST/raw"))
try:
    everything = data.load_mnist(folder)
except FileNotFoundError:
    print("The files of MNIST are not here; the runs on 50 000 images are skipped.")
else:
    for name, run, options, said in (
        ("quadratic, η = 1.8", experiments.run_quadratic, {"eta": 1.8}, "94.87 %"),
        ("cross-entropy, η = 0.3", experiments.run_cross_entropy, {"eta": 0.3}, "94.99 %"),
        ("and λ = 5, η = 0.5", experiments.run_l2_full, {"lmbda": 5.0, "eta": 0.5}, "96.29 %"),
    ):
        read = [
            run(
                everything, epochs=1 if quick else 30, rng=np.random.default_rng(seed), **options
            ).test_accuracy
            for seed in seeds
        ]
        print(
            f"{name:>22}: {', '.join(f'{a:.2%}' for a in read)}; mean {np.mean(read):.2%}, standard deviation "
            f"{100 * np.std(read, ddof=1):.2f} points. In print, best epoch of one run: {said}"
        )

# %% [markdown]
# ## 13 · Yours, nnlib's, torch's
#
# The same run three times: the same first weights, the same order of the images, the same formulas, once with your `sgd_epoch`,
# once with nnlib's loop, once with torch. Without torch that row is missing. Some
# seconds.

# %%
rounds = 1 if quick else 5
start = [p.astype(float) for p in experiments.Network(rng=np.random.default_rng(5)).model.params]
images, labels = X.astype(float), y
rate, batch_size = 0.5, 10


def by_sgd_epoch(epoch):
    def train():
        parameters, rng = tuple(start), np.random.default_rng(5)
        for _ in range(rounds):
            parameters = epoch(images, labels, *parameters, eta=rate, mini_batch_size=batch_size, rng=rng)
        return parameters

    return train


def by_network():
    net = experiments.Network(dtype=float, rng=np.random.default_rng(5))
    for p, first in zip(net.model.params, start):
        p[...] = first
    net.rng = np.random.default_rng(5)
    net.SGD((images, labels), epochs=rounds, mini_batch_size=batch_size, eta=rate)
    return net.model.params


def by_torch():
    rng = np.random.default_rng(5)
    parameters = [torch.tensor(p, requires_grad=True) for p in start]
    W1, b1, W2, b2 = parameters
    pixels, targets = torch.tensor(images), torch.eye(10, dtype=torch.float64)[torch.tensor(labels)]
    optimizer = torch.optim.SGD(parameters, lr=rate)
    for _ in range(rounds):
        order = torch.tensor(rng.permutation(len(images)))
        for batch in order.split(batch_size):
            z = torch.sigmoid(pixels[batch] @ W1.T + b1) @ W2.T + b2
            loss = torch.nn.functional.binary_cross_entropy_with_logits(z, targets[batch], reduction="sum")
            optimizer.zero_grad()
            (loss / len(batch)).backward()
            optimizer.step()
    return [p.detach().numpy() for p in parameters]


trained_by = {
    "your sgd_epoch": by_sgd_epoch(mine["sgd_epoch"]),
    "nnlib's sgd_epoch": by_sgd_epoch(experiments.sgd_epoch),
}
trained_by["nnlib's loop"] = by_network
try:
    import torch
except ImportError:
    print("torch is not installed here; its row is missing.")
else:
    torch.set_num_threads(1)
    trained_by["torch"] = by_torch

reference = by_network()
ends, seconds = {}, {}
for name, train in trained_by.items():
    begin = timeit.default_timer()
    ends[name] = train()
    seconds[name] = (timeit.default_timer() - begin) / rounds
print(f"{'':>17}  seconds an epoch  validation accuracy  largest difference to nnlib's loop")
for name, parameters in ends.items():
    read = np.mean(experiments.feedforward(validation[0], *parameters).argmax(axis=1) == validation[1])
    apart = max(np.abs(p - q).max() for p, q in zip(parameters, reference))
    print(f"{name:>17}  {seconds[name]:>16.3f}  {read:>19.2%}  {apart:>34.0e}")

# %% [markdown]
# All rows read the same share of the images, and their parameters agree to rounding: after more than a thousand steps that is no
# luck, it is the same algorithm. What differs is the time. Each step multiplies small matrices, so most of it goes into calls,
# not arithmetic: torch has many calls a step, nnlib's loop has few.
# (In print the run with the cross-entropy "completed in 85 seconds". That is a number about somebody's computer.)
#
# ## 14 · Your library
#
# `my`, printed, says of all functions of the course whose they are, and why. Each of yours is checked when it is first asked
# for; with all of them that may take a few minutes. `my.compare()` sets those that are right beside nnlib's, and torch's where
# torch has such a function, in speed and accuracy; the cell after it does so for those of this chapter.

# %%
my

# %%
my.compare(*mine)

# %% [markdown]
# And they are yours to keep. In a terminal, in the folder of the course,
#
# ```
# .venv/bin/grader mylib
# .venv/bin/pip install ./work/mylib
# ```
#
# writes all functions that you have right, of all chapters, as a small package: modules by chapter, your docstrings, tests, and a
# README that says what is yours and what is still missing. It needs neither the grader nor nnlib. What your functions use and
# you have not written comes along from nnlib, and says so. (After a later `grader mylib`, install
# again.) Then, in the Python into which you installed it, the network of this chapter is
#
# ```
# from mylib.ch16_mnist import feedforward, sgd_epoch
# parameters = sgd_epoch(X, y, *parameters, eta=0.5, mini_batch_size=10, rng=rng)
# ```
#
# and it learns as it did here.

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "for the cross-entropy, take $\sigma'$ out of the code" | out of the last layer only | 3 |
# | `evaluation_data=test_data`, "max accuracy 0.9499" | choose by validation images, test once | 9 |
# | from 94.87 % to 94.99 %: "better" | $z = 0.39$: a tie | 7 |
# | $\eta = 0.3$ for 1.8, because $a (1 - a)$ is ⅙ on average | of outputs spread evenly; before training it was 0.10 from the large start, 0.22 from the small one | 6 |
# | accuracy stops growing "near epoch 275" | the validation cost had turned long before | 8 |
# | a picture titled "$\lambda = 5$, max = 0.9499" | 0.9629, as the text beside it says | 8 |
# | "the network is always above the SVM" | above its old default only | 10 |
# | "weight decay makes runs repeatable" | the spread over seeds is the same | 11 |
#
# ## Summary
#
# | | formula |
# | --- | --- |
# | network | $a_l = \sigma(a_{l-1} W_l^{\mathsf T} + b_l)$ |
# | last layer | $\delta = a - t$, or $(a - t)\, a\, (1 - a)$ for the quadratic cost |
# | step | $w \leftarrow (1 - \eta\lambda/n)\, w - \frac{\eta}{m} \sum_x \partial C_x/\partial w$ |
# | other number of images | $\lambda' = \lambda\, n / n_\text{tuned}$ |
# | gap | $z = (b - a) / \sqrt{2 p (1 - p) / n}$ |
#
# | watch out for | why |
# | --- | --- |
# | $n$ and $m$ | the decay knows all images, the gradient those of the batch |
# | the last batch | it is smaller, and is divided by its own size |
# | the best of many | is flattered by the images that chose it |
# | a comparison | needs the same images, tuned settings, and some seeds |
#
# **Further reading.** Nielsen, *Neural Networks and Deep Learning* (2015), chapters 1 to 3 · LeCun, Bottou, Bengio, Haffner,
# *Gradient-based learning applied to document recognition* (1998) · Bouthillier and others, *Accounting for variance in machine
# learning benchmarks* (2021) · Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning* (2009), section 7.2.

# %%
progress()
