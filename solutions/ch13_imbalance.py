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
# # Chapter 13 · Imbalance, many classes, structure
#
# Softmax and cross-entropy are the standard answer to "which class?". They have assumptions that nobody says aloud: every sample
# counts alike, a sample has one class, there are not too many classes, and all mistakes are equally bad. This chapter takes these
# assumptions away, one after the other. Some samples are rare, some are easy, some have several labels, some have a million
# possible labels, and sometimes one answer is less wrong than another.
#
# **After this chapter you can**
#
# * weigh classes and samples, and say what a library divides the mean by;
# * write the focal loss and its gradient, the Dice loss, and a softmax with a temperature;
# * say which of these change what a network believes, and which only change what it decides;
# * train a logistic regression, and choose its threshold by what mistakes cost;
# * write the hinge losses for classes, for attributes and for structures;
# * make a softmax over many classes cheap with a tree.
#
# **You need** softmax and sigmoid from chapter 02, cross-entropy, its gradient and the hinge from chapter 03, the network of
# chapter 04, recall, F1 and macro-F1 from chapter 12. Chinese terms stand beside the English ones where they first occur.
#
# **Time** about five and a half hours, a third of it reading and experiments, in four sittings: 12 exercises for 24 points, and two
# written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 1½ | weights, and the focal loss with its gradient |
# | 2 | 4 to 6 | 1¼ | Dice, temperature, and five remedies compared |
# | 3 | 7 to 9 | 1½ | logistic regression, thresholds, hinges, attributes |
# | 4 | 10 to 12 | 1¼ | a tree of decisions, structures, and torch's opinion |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(focal_loss)` gives a hint, each call one more. `again(focal_loss)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(focal_loss)` shows one way, once you
# have tried. `reset(focal_loss)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, losses, metrics, nn, plotting

plotting.use_style()
seeds = range(3)

# %% tags=["setup"]
import numpy as np

from nnlib.activations import log_softmax, sigmoid, softmax

# %% [markdown]
# ## What it is for
#
# The digits of MNIST come in equal shares. Let us take nine out of ten eights away, so that the eights are one image in a hundred
# (class imbalance, 类别不平衡), and train a network with one hidden layer of 50 units as in chapter 04.

# %%
digits = data.load_mnist_small(dtype=np.float64)
eights = np.flatnonzero(digits.y_train == 8)
kept = np.setdiff1d(np.arange(len(digits.y_train)), eights[36:])
X, y = digits.X_train[kept], digits.y_train[kept]
counts = np.bincount(y)
shares = counts / len(y)
print("images of each digit:", counts.tolist(), f" share of the eights: {shares[8]:.1%}")


def network(gradient, seed, drawn=None, epochs=8, lr=0.2, batch=32):
    """784-50-10 by gradient descent; gradient(logits, labels) is that of the loss, drawn(rng) the order of the images."""
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(size=(50, 784)) * np.sqrt(2 / 784), rng.normal(size=(10, 50)) * np.sqrt(2 / 50)
    b1, b2 = np.zeros(50), np.zeros(10)
    for _ in range(epochs):
        order = rng.permutation(len(y)) if drawn is None else drawn(rng)
        for i in range(0, len(y) - batch + 1, batch):
            x = X[order[i : i + batch]]
            hidden = np.maximum(0, x @ W1.T + b1)
            delta = gradient(hidden @ W2.T + b2, y[order[i : i + batch]])
            back = (delta @ W2) * (hidden > 0)
            W2, b2 = W2 - lr * delta.T @ hidden, b2 - lr * delta.sum(axis=0)
            W1, b1 = W1 - lr * back.T @ x, b1 - lr * back.sum(axis=0)
    return lambda x: np.maximum(0, x @ W1.T + b1) @ W2.T + b2


def plain(logits, labels):
    return losses.cross_entropy_backward(1.0, logits, labels)


# in the test set all digits are equally frequent: each image counts as often as its digit occurs in training
as_it_comes = (shares / np.bincount(digits.y_test) * len(digits.y_test))[digits.y_test]
trained = [network(plain, seed) for seed in seeds]
untreated = [net(digits.X_test) for net in trained]
for net, logits in zip(trained, untreated):
    right, own = logits.argmax(axis=1) == digits.y_test, net(X[y == 8]).argmax(axis=1) == 8
    print(
        f"accuracy {np.average(right, weights=as_it_comes):.1%}; of the eights {right[digits.y_test == 8].mean():.0%} are read right, "
        f"of the 36 that it was trained on {own.mean():.0%}"
    )

# %% [markdown]
# Look at the accuracy, and all is well. Look at the eights, and about a third of them is lost. The network is not stupid: eights are
# rare, and where it is in doubt a frequent digit is the better bet. If the eights are what you are after, you must tell it. There are
# five ways to do so, and they will be compared in section 6, with your functions.

# %% [markdown]
# # Sitting 1
#
# ## 1 · What softmax does well, and what it does not
#
# Cross-entropy behind softmax has the gradient $a - y$: the classes compete. What the true class is short of, the others have too
# much. This makes it good at telling classes *apart*. It does less to keep a class *together*: once the true class leads, there is
# hardly any gradient left, however scattered its features are. And its last layer has a row of weights for each class, so it
# grows with their number.

# %% topics="C13-01"
lead = np.array([[0.0, 0, 0], [2, 0, 0], [5, 0, 0], [10, 0, 0]])
gradient = losses.cross_entropy_backward(1.0, lead, np.zeros(4, int), reduction="sum")
for z, g in zip(lead, gradient):
    print(
        f"the true class leads by {z[0]:>2.0f}: gradient {g[0]:>8.5f} for it, {g[1]:.5f} for each other; they add up to {abs(g.sum()):.0f}"
    )
far = np.array([[10.0, 0], [0, 10.0]])  # features of two samples of one class
W = np.array([[1.0, 1.0], [-1.0, -1.0]])
loss = losses.cross_entropy(far @ W.T, np.array([0, 0]))
print(
    f"two samples of one class, {np.linalg.norm(far[0] - far[1]):.1f} apart: loss {loss:.0e}, nothing pulls them together"
)
for K in (10, 1000, 100_000):
    print(f"{K:>6} classes, 512 features: {512 * K:>10} weights in the last layer")

# %% [markdown]
# ## 2 · Weights
#
# The first remedy: let a sample of class $c$ count $w_c$ times, **re-weighting** 重加权. With $a_i = \mathrm{softmax}(z_i)$ the
# loss of sample $i$ of class $c_i$ is
#
# $$L_i = -w_{c_i} \ln a_{i,c_i}$$
#
# A common choice is $w_c = n / (K\, n_c)$, with $n_c$ samples of class $c$ among $n$: all classes get the same total, and the mean
# weight of a sample is 1. What is the mean of such losses? There are two answers in use:
#
# $$\begin{gathered}
# \text{over samples:} \quad \frac1n \sum_i L_i \\
# \text{weighted:} \quad \frac{\sum_i L_i}{\sum_i w_{c_i}}
# \end{gathered}$$
#
# torch's cross-entropy, and ours of chapter 03, means the second. Multiply all weights by 10, and it stays the same. The difference
# is not only a factor: the divisor changes from mini-batch to mini-batch.

# %% topics="C13-02"
z, labels, w = np.array([[1.0, 2.0], [0.5, 0.0], [3.0, 0.0]]), np.array([0, 0, 1]), np.array([1.0, 9.0])
single = losses.cross_entropy(z, labels, weight=w, reduction="none")
print("losses:", single.round(3), " weights:", w[labels])
print(
    f"sum {single.sum():.3f}, over samples {single.mean():.3f}, weighted {losses.cross_entropy(z, labels, weight=w):.3f}"
)
print(f"all weights times 10: weighted {losses.cross_entropy(z, labels, weight=10 * w):.3f}")
print("balanced weights of our digits:", (len(y) / (10 * counts)).round(2).tolist())

# %% [markdown]
# Can the network learn the weights, too? It is tempting: one more parameter, one more gradient. But the sum of the losses is *linear* in the
# weights, and its slope is the loss of the class, which is positive. Descent makes the weights small and not the losses:

# %%
v = np.log(w)  # w = exp(v) stays positive
for step in range(301):
    each = losses.cross_entropy(z, labels, reduction="none")
    if step % 100 == 0:
        print(f"step {step:>3}: weights {np.exp(v).round(4)}, loss {np.sum(np.exp(v)[labels] * each):.4f}")
    v -= 0.1 * np.exp(v) * np.array([each[labels == c].sum() for c in (0, 1)])

# %% [markdown]
# The loss falls to nothing and the network has learnt nothing. Weights that are learnt need something that holds them, as a second
# network or a penalty $-\ln w$; here they are fixed.

# %% [markdown]
# Write the gradient with respect to the logits. `logits` has shape `(n, K)`, `target` holds `n` labels from 0 to $K - 1$, `weight`
# has shape `(K,)` and is positive. `reduction` is `"mean"` (the weighted mean, the default), `"sum"` or `"none"`. `grad_output`,
# what arrives from above, is one number for the first two, and has shape `(n,)` for `"none"`, one number a sample. Return shape
# `(n, K)`. `softmax(x, axis=-1)` of chapter 02 is imported and bears any logits. (In all exercises of this chapter there
# are at least one sample and two classes; labels are arrays of ints and all other arrays hold floats; do not change the arguments. For float32
# arrays you may return float64: the check remarks on it, no more. `grad_output` always means what it means
# here, and so do `"sum"` and `"none"`; what the mean divides by is said each time.)


# %% exercise="weighted_cross_entropy_backward"
def weighted_cross_entropy_backward(grad_output, logits, target, weight, *, reduction="mean"):
    """Gradient of the weighted cross-entropy with respect to the logits. Shape (n, K)."""
    ### BEGIN SOLUTION
    w = weight[target]
    a = softmax(logits)
    a[np.arange(len(a)), target] -= 1
    if reduction == "mean":
        w = w / w.sum()
    return (grad_output * w)[:, None] * a
    ### END SOLUTION


# %%
mine = usable(weighted_cross_entropy_backward)
mine

# %%
print(mine["weighted_cross_entropy_backward"](1.0, z, labels, w).round(4))
print("nnlib:", losses.cross_entropy_backward(1.0, z, labels, weight=w).round(4).tolist())

# %% [markdown]
# What do weights do to what the network *believes*? If the network is flexible enough, then at the minimum the predicted odds at every input are the true
# odds there times the ratio of the weights. A quarter of ill people among those with some symptom, and a weight of 3 for them:

# %%
ill = np.array([1, 0, 0, 0])
score = np.zeros((4, 2))
for _ in range(500):  # the same two scores for all four
    slope = mine["weighted_cross_entropy_backward"](1.0, score, ill, np.array([1.0, 3.0]))
    score = score - slope.sum(axis=0)
print(f"predicted probability of being ill: {softmax(score)[0, 1]:.3f}, though one in four is")

# %% [markdown]
# The odds 1 : 3 became 3 : 3. Whoever reads the output as a probability must take the weights out again.
#
# ## 3 · Easy samples and hard ones
#
# Weights know the class of a sample, not how hard it is. Detectors look at a hundred thousand boxes, nearly all of them easy
# background. Each costs little, all together they drown the rest. The **focal loss** 焦点损失 holds easy samples down. With $p = a_c$, the
# probability of the true class, and $q = 1 - p$,
#
# $$L = -\alpha_c\, (1 - p)^\gamma \ln p$$
#
# $q$ is the base, $\gamma \ge 0$ the **focusing parameter** 聚焦参数, $q^\gamma$ the **modulating factor** 调制因子. An easy sample
# has a *small* base and so a *small* factor. With $\gamma = 0$ it is the cross-entropy. $\alpha_c$ is a class weight as before. The
# mean divides by the number of samples, whatever $\alpha$ is: here as in torchvision. (The paper adds up over all boxes and
# divides by the number of those that hold an object. It has yes-or-no answers, with a sigmoid, and its best $\alpha$ is ¼ for the
# *rare* class: with $\gamma = 2$ the common one is already held down.)

# %% topics="C13-03"
for p in (0.9, 0.5, 0.1):
    z1 = np.log([[p, 1 - p]])
    plain_loss, focal = losses.cross_entropy(z1, [0]), losses.focal_loss(z1, [0])
    print(
        f"p = {p}: base {1 - p:.1f}, factor {(1 - p) ** 2:.2f}; cross-entropy {plain_loss:.3f}, focal loss {focal:.4f}"
    )
grid = np.linspace(-5, 5, 201)
ax = plotting.curves(
    grid,
    {
        f"γ = {g}": losses.focal_loss(
            np.stack([grid, 0 * grid], axis=1), np.zeros(201, int), gamma=g, reduction="none"
        )
        for g in (0.0, 0.5, 2.0, 5.0)
    },
    title="focal loss",
    xlabel="lead of the true class's logit",
    ylabel="loss",
    ylim=(0, 5),
)
plotting.show(
    ax,
    alt="Focal loss over the lead of the true class, for gamma 0, 0.5, 2 and 5. All fall; the larger gamma, the sooner the "
    "curve is flat at 0. Where the true class is far behind the curves come close together.",
)

# %% [markdown]
# Write the focal loss. `logits` has shape `(n, K)`, `target` holds `n` labels; `gamma` is 0 or at least 1; `alpha` is `None`, which
# means 1 for every class, or has shape `(K,)` and is positive. `reduction="none"` returns the $n$ losses, `"mean"` (the default) their mean over
# the samples, `"sum"` their sum. The true class may be behind by 1000, where the loss is large but finite; it never leads by more
# than 10. `log_softmax(x, axis=-1)` of chapter 02 is imported.


# %% exercise="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """−α_c (1 − p)^γ ln p of each sample, reduced. logits: (n, K), target: (n,)."""
    ### BEGIN SOLUTION
    log_p = log_softmax(logits)[np.arange(len(logits)), target]
    loss = -((1 - np.exp(log_p)) ** gamma) * log_p
    if alpha is not None:
        loss = alpha[target] * loss
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %%
mine |= (new := usable(focal_loss))
new

# %% [markdown]
# Now the way back, in two steps. By $p$ first, with the product rule:
#
# $$\frac{dL}{dp} = \alpha_c \left( \gamma\, q^{\gamma - 1} \ln p - \frac{q^\gamma}{p} \right)$$
#
# Then by the logits: $\partial p / \partial z_j = p\,(y_j - a_j)$ for one-hot $y$. Together, with the $p$ multiplied in:
#
# $$\frac{\partial L}{\partial z_j} = \alpha_c \left( q^\gamma - \gamma\, q^{\gamma - 1}\, p \ln p \right) (a_j - y_j)$$
#
# It is the gradient of the cross-entropy, $a - y$, times *another* factor than the loss has. $p \ln p$ tends to 0 with $p$.
#
# The plausible mistake: "the loss is the cross-entropy times $q^\gamma$, so the gradient is the old one times $q^\gamma$". But
# $q$ depends on the logits, too:

# %%
z1 = np.log([[0.5, 0.5]])
exact = losses.focal_loss_backward(1.0, z1, np.array([0]))[0, 0]
step = np.array([[1e-6, 0.0]])
measured = (losses.focal_loss(z1 + step, [0]) - losses.focal_loss(z1 - step, [0])) / 2e-6
print(
    f"p = 0.5, measured slope {measured:.4f}, formula {exact:.4f}, the old one times q²: {0.25 * (0.5 - 1):.4f}"
)

# %% [markdown]
# Write it. Arguments as in `focal_loss`, with `grad_output` as above. Return shape `(n, K)`. The true class may be behind by 1000,
# where $p$ is rounded to 0.


# %% exercise="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Gradient of the focal loss with respect to the logits. Shape (n, K)."""
    ### BEGIN SOLUTION
    rows, log_a = np.arange(len(logits)), log_softmax(logits)
    log_p = log_a[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    factor = q**gamma - (gamma * q ** (gamma - 1) * p * log_p if gamma else 0)
    if alpha is not None:
        factor = alpha[target] * factor
    if reduction == "mean":
        factor = factor / len(factor)
    error = np.exp(log_a)
    error[rows, target] -= 1
    return (grad_output * factor)[:, None] * error
    ### END SOLUTION


# %%
mine |= (new := usable(focal_loss_backward))
new

# %% [markdown]
# How strongly are the easy ones held down? A thousand easy samples ($p = 0.95$) beside ten hard ones ($p = 0.1$), and the share of
# the total gradient that comes from the hard ones:

# %%
z1 = np.log(np.repeat([[0.95, 0.05], [0.1, 0.9]], [1000, 10], axis=0))
for gamma in (0.0, 1.0, 2.0):
    pull = np.abs(mine["focal_loss_backward"](1.0, z1, np.zeros(1010, int), gamma=gamma)).sum(axis=1)
    print(f"γ = {gamma}: {pull[1000:].sum() / pull.sum():.0%} of the gradient is from the ten hard samples")

# %% [markdown]
# Wrong labels are hard samples, too. The focal loss listens to them most of all.
#
# *Sitting 1 is done: you can make samples count by class and by difficulty.*
#
# # Sitting 2
#
# ## 4 · Dice
#
# Which pixels of an X-ray are tumour? One or two in a hundred. The **Dice loss** Dice 损失 asks how much the predicted and the true set overlap, and
# the many pixels that are rightly left out ($p_j = 0$, $y_j = 0$) do not enter. For probabilities $p_j$ and truths $y_j \in \{0, 1\}$ of the elements $j$ of one
# sample,
#
# $$L = 1 - \frac{2 \sum_j p_j y_j + \varepsilon}{\sum_j p_j + \sum_j y_j + \varepsilon}$$
#
# If the $p_j$ are decisions, 0 or 1, and $\varepsilon = 0$, it is $1 - F_1$ (chapter 12). $\varepsilon$ keeps $0/0$ away where
# nothing is true and nothing predicted: it stands *above and below*, so that this case is no loss at all. (The paper has the
# squares $p_j^2$ below; both forms are used.)

# %% topics="C13-04"
truth = np.zeros((1, 100))
truth[0, :2] = 1
for name, p in (
    ("nothing found", np.zeros((1, 100))),
    ("half found", np.eye(1, 100)),
    ("all called tumour", np.ones((1, 100))),
):
    wrong = np.mean(p != truth)
    print(f"{name:>18}: {wrong:.0%} of the pixels wrong, Dice loss {losses.dice_loss(p, truth, eps=0.0):.3f}")
f1 = metrics.f1_score(truth[0].astype(int), np.eye(1, 100)[0].astype(int))
print(f"half found: 1 − F1 = {1 - f1:.3f}")
print("nothing there, nothing found: ", losses.dice_loss(np.zeros((1, 5)), np.zeros((1, 5))))

# %% [markdown]
# Write the Dice loss. `probs` has shape `(n, ...)`: $n$ samples with one axis of elements or several, values from 0 to 1. `target`
# has the same shape and holds 0.0 and 1.0. `eps` is at least 0; it is 0 only where every sample has a positive. The sums run over all
# elements of a sample, each sample on its own. `reduction="none"` returns the $n$ losses, `"mean"` (the default) and `"sum"` reduce
# over the samples.


# %% exercise="dice_loss"
def dice_loss(probs, target, *, eps=1.0, reduction="mean"):
    """1 − (2 Σ p y + ε) / (Σ p + Σ y + ε) of each sample, reduced."""
    ### BEGIN SOLUTION
    inside = tuple(range(1, probs.ndim))
    overlap = 2 * (probs * target).sum(axis=inside) + eps
    loss = 1 - overlap / ((probs + target).sum(axis=inside) + eps)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %%
mine |= (new := usable(dice_loss))
new

# %% [markdown]
# Note what "each sample on its own" does. One image with a large tumour and one with a small one, the small one missed:

# %%
truth, found = np.zeros((2, 100)), np.zeros((2, 100))
truth[0, :50] = found[0, :50] = truth[1, 0] = 1
print("each on its own:", mine["dice_loss"](found, truth, eps=0.0).round(3))
print(
    "all pixels in one sum:", mine["dice_loss"](found.reshape(1, -1), truth.reshape(1, -1), eps=0.0).round(3)
)

# %% [markdown]
# ## 5 · Temperature
#
# A softmax may be **softer** or harder. Divide the logits by a **temperature** 温度 $T > 0$:
#
# $$a_c = \frac{e^{z_c / T}}{\sum_k e^{z_k / T}}$$
#
# $T = 1$ is the plain softmax. With $T \to 0$ the largest takes all; with $T \to \infty$ all become equal, $1/K$. The order of the
# classes never changes. Where is this of use?
#
# * A trained network says "cat 0.999, dog 0.001, lorry 0.000001". That a dog is a thousand times likelier than a lorry is knowledge.
#   At $T = 5$ a second network can see it, and learn from it: **distillation** 知识蒸馏.
# * Networks are too sure of themselves. A temperature fitted afterwards mends this (below).

# %% topics="C13-05"
z1 = np.array([8.0, 1.0, -6.0])
for T in (0.5, 1.0, 5.0, 100.0):
    print(f"T = {T:>5}: {softmax(z1 / T).round(6)}")
q1 = np.array([[0.7, 0.2, 0.1]])
for T in (1.0, 10.0, 100.0):
    g = losses.soft_cross_entropy_backward(1.0, np.zeros((1, 3)), q1, temperature=T)
    loss = losses.soft_cross_entropy(z1[None], q1, temperature=T)
    print(f"T = {T:>5}: loss of the logits above {loss:.3f}, gradient at equal logits {g[0].round(5)}")

# %% [markdown]
# At $T = 1$ the sure logits pay for a target that is not sure; at $T = 100$ all classes are nearly equal, and the loss is near $\ln 3 =
# 1.099$. The gradient shrinks with $1/T$, and here is why. For a target distribution $q$, of shape `(n, K)`, the loss is $-\sum_c q_c \ln a_c$. It sees the logits only as $z / T$, so by the
# chain rule a factor $1/T$ comes in, which is easily forgotten:
#
# $$\frac{\partial L}{\partial z} = \frac1T \left( \mathrm{softmax}(z / T) - q \right)$$
#
# (If $q$ is itself the output of a teacher at the same temperature, the difference in the bracket shrinks with $1/T$, too; so
# distillation multiplies its loss by $T^2$.)

# %% [markdown]
# Write the gradient. `logits` and `target` have shape `(n, K)`; the rows of `target` are probabilities that add up to 1, and
# are used as they are. `temperature` is positive. `reduction` is over the $n$ samples, `grad_output` is as above. Logits may be
# in the thousands. Return shape `(n, K)`.


# %% exercise="soft_cross_entropy_backward"
def soft_cross_entropy_backward(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """Gradient with respect to the logits of the cross-entropy at a temperature. Shape (n, K)."""
    ### BEGIN SOLUTION
    slope = (softmax(logits / temperature) - target) / temperature
    if reduction == "mean":
        return grad_output * slope / len(slope)
    return np.reshape(grad_output, (-1, 1)) * slope
    ### END SOLUTION


# %%
mine |= (new := usable(soft_cross_entropy_backward))
new

# %% [markdown]
# **Calibration** 校准. Of all answers that a network gives with confidence 0.8, 80 % should be right. Sort the answers by their
# confidence into ten bins; the mean distance between confidence and accuracy, each bin counted by its answers, is the **expected
# calibration error** 期望校准误差. We train on 400 images only, each seen about 70 times, until the network knows them by heart (about ten seconds); then $T$ is fitted on the first 500 test
# images, by the sign of $dL/dT = -\frac1T \sum_j z_j\, \partial L / \partial z_j$, and judged on the other 500.


# %%
def calibration_error(a, labels):
    confidence, right = a.max(axis=1), a.argmax(axis=1) == labels
    which = np.minimum((10 * confidence).astype(int), 9)
    gaps = [abs(np.sum(confidence[which == b]) - np.sum(right[which == b])) for b in range(10)]
    return np.sum(gaps) / len(labels)


def few(rng):
    return np.resize(rng.permutation(400), len(y))


one_hot = np.eye(10)[digits.y_test]
for seed in seeds:
    net = network(plain, seed, drawn=few)
    z1 = net(digits.X_test)
    low, high = 0.1, 10.0
    for _ in range(20):
        T = np.sqrt(low * high)
        rise = -np.sum(
            z1[:500] * mine["soft_cross_entropy_backward"](1.0, z1[:500], one_hot[:500], temperature=T)
        )
        low, high = (low, T) if rise > 0 else (T, high)
    print(f"seed {seed}: {np.mean(net(X[:400]).argmax(axis=1) == y[:400]):.0%} of the 400 are read right")
    report = []
    for t in (1.0, T):
        a, labels = softmax(z1[500:] / t), digits.y_test[500:]
        report.append(
            f"loss {losses.soft_cross_entropy(z1[500:], labels, temperature=t):.3f}, calibration error {calibration_error(a, labels):.3f}, "
            f"accuracy {np.mean(a.argmax(axis=1) == labels):.1%}"
        )
    print(f"T = 1:    {report[0]}\nT = {T:.2f}: {report[1]}")

# %% [markdown]
# The network was too sure, and one number, fitted in a moment, mends part of it: the loss falls and so does the calibration error. The
# accuracy stays what it was: a temperature changes how sure the network is, and never which class it finds the likeliest. (A decision by
# a threshold, as in section 7, may change.)
#
# ## 6 · Five remedies, one rare digit
#
# Back to the eights. Beside **nothing**, five remedies:
#
# 1. **weights** $n / (K n_c)$ in the loss;
# 2. **resampling** 重采样: draw images so that all digits are equally frequent (chapter 01: $q = 0$);
# 3. **focal** loss, $\gamma = 2$;
# 4. **focal, weights**: both;
# 5. **threshold**: train as ever, and divide each probability by the share of its class before the largest is taken. With logits,
#    $z_c - \ln(n_c / n)$.
#
# Each is judged by the recall of the eights, and by the macro-F1 on images in the shares of the training set. Same network, same
# rate, same number of steps, three seeds (about fifteen seconds).

# %%
balanced = len(y) / (10 * counts)
remedies = {
    "nothing": (plain, None),
    "weights": (lambda z, c: mine["weighted_cross_entropy_backward"](1.0, z, c, balanced), None),
    "resampling": (plain, lambda rng: rng.choice(len(y), len(y), p=(1 / (10 * counts))[y])),
    "focal": (lambda z, c: mine["focal_loss_backward"](1.0, z, c), None),
    "focal, weights": (lambda z, c: mine["focal_loss_backward"](1.0, z, c, alpha=balanced), None),
}
outputs = {"nothing": untreated}
for name, (gradient, drawn) in list(remedies.items())[1:]:
    outputs[name] = [network(gradient, seed, drawn)(digits.X_test) for seed in seeds]
outputs["threshold"] = [logits - np.log(shares) for logits in untreated]
judged = {}
for name, runs in outputs.items():
    judged[name] = np.array(
        [
            (
                np.mean(z.argmax(axis=1)[digits.y_test == 8] == 8),
                metrics.f1_score(digits.y_test, z.argmax(axis=1), average="macro", sample_weight=as_it_comes),
            )
            for z in runs
        ]
    )
    recall, f1 = judged[name].mean(axis=0)
    low, high = judged[name][:, 0].min(), judged[name][:, 0].max()
    print(f"{name:>15}: eights found {recall:.0%} (from {low:.0%} to {high:.0%}), macro-F1 {f1:.3f}")

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6, 3.4))
for (name, runs), mark in zip(judged.items(), "os^vDP"):
    ax.plot(runs[:, 0], runs[:, 1], mark, label=name)
ax.set(xlabel="share of the eights that is found", ylabel="macro-F1, shares as in training")
ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
plotting.show(
    fig,
    alt="Three runs of each remedy, recall of the eights to the right, macro-F1 upwards. Threshold lies far to the right and lowest; "
    "weights, resampling and the focal loss with weights lie between, with much overlap; the focal loss without weights is spread "
    "as wide as nothing.",
)

# %% [markdown]
# What to notice:
#
# * The focal loss alone finds hardly more eights: it holds easy samples down, of whatever class. With the weights it does what the
#   weights do.
# * Weights and resampling find some more, about the same: they say the same thing in two ways. That it is not more has a reason: the
#   network comes to read nearly all of its 36 eights right anyway (the first cell), and where there is little loss there is little
#   gradient that a weight could multiply. Mind the spread: three seeds do not tell which of nothing, weights, resampling and focal
#   has the best macro-F1.
# * The threshold costs nothing, needs no training, and finds most. It has its price: other digits are called eights, and where
#   eights are rare this hurts the macro-F1. No remedy is the best by both.
#
# With a linear classifier and classes that overlap, which nobody can learn by heart, the weights have more to say: they buy recall of
# the rare class with accuracy. `experiments.imbalance` draws two such classes, one of them 50 times rarer (its focal loss has the class
# weights in it):

# %% topics="C13-06"
for method in ("none", "weight", "resample", "focal"):
    run = experiments.imbalance(50, method=method, rng=np.random.default_rng(0))
    print(
        f"{method:>9}: accuracy {run.accuracy:.3f}, recall of the common class {run.recall[0]:.2f}, of the rare {run.recall[1]:.2f}"
    )

# %% [markdown]
# **Written question.** A hospital trains a classifier for a disease that 1 in 50 has, with balanced weights. For a patient it says
# 0.6. (a) A doctor reads: "60 % of such patients are ill". Say why this is wrong, and compute what it should read. (b) Name one
# way to find as many of the ill as this classifier does, with probabilities that need no correction.

# %% [markdown] written="weights-and-belief" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: balanced weights multiply the odds of being ill by the ratio of the weights, 49 : 1. The odds
# 0.6 : 0.4 = 1.5 become 1.5 / 49 = 0.031, a probability of 3 %. 50 : 1 and 2.9 % is as good. Half a point for the reason without the number. (b) 1 point: train
# without weights, and lower the threshold (call ill from 2 % on). Resampling instead of weights distorts the odds as well: no point.
# ### END SOLUTION

# %% [markdown]
# *Sitting 2 is done: five remedies, and what each of them changes.*
#
# # Sitting 3
#
# ## 7 · Logistic regression, and where to decide
#
# The smallest classifier is one linear unit and a sigmoid, **logistic regression** 逻辑回归:
#
# $$P(y = 1 \mid x) = \sigma(z), \qquad z = w^{\mathsf T} x + b$$
#
# It minimises the mean cross-entropy, with a penalty on the weights and none on the bias:
#
# $$J = -\frac1n \sum_i \left[ y_i \ln p_i + (1 - y_i) \ln (1 - p_i) \right] + \frac{\lambda}{2} \lVert w \rVert^2, \qquad p_i = \sigma(z_i)$$
#
# $$\begin{gathered}
# \frac{\partial J}{\partial w} = \frac1n \sum_i (p_i - y_i)\, x_i + \lambda w \\
# \frac{\partial J}{\partial b} = \frac1n \sum_i (p_i - y_i)
# \end{gathered}$$
#
# $J$ is convex: it has no valley but the lowest. With a rate that is small enough, descent comes as near to the lowest loss as you like,
# wherever it starts. (Where a plane separates the classes and $\lambda = 0$, the loss goes to 0 and the weights grow without end.)

# %% [markdown]
# Write the training. `X` has shape `(n, d)`, `y` holds `n` ints, 0 or 1. Start with $w = 0$ and $b = 0$, and make `epochs` ($\ge 0$)
# steps of gradient descent, each with all samples: both gradients at the old $w$ and $b$, then $w$ and $b$ minus `lr` times their
# gradients. `lam` is $\lambda \ge 0$; `lr` is positive, and where there are more than a few steps small enough for descent to settle. Return $w$, shape `(d,)`, and $b$, a number (a float or a scalar of NumPy). `sigmoid` of chapter 02 is imported.


# %% exercise="logistic_regression"
def logistic_regression(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Weights (d,) and bias of a logistic regression, by gradient descent from 0."""
    ### BEGIN SOLUTION
    weight, bias = np.zeros(X.shape[1], X.dtype), X.dtype.type(0)
    for _ in range(epochs):
        error = (sigmoid(X @ weight + bias) - y) / len(X)
        weight = weight - lr * (error @ X + lam * weight)
        bias = bias - lr * error.sum()
    return weight, bias
    ### END SOLUTION


# %%
mine |= (new := usable(logistic_regression))
new

# %% [markdown]
# Training gives probabilities. A *decision* is another step. The usual rule is 1 where $\sigma(z) > \tfrac12$, which is where $z > 0$:
# the sigmoid need not be computed. For a **threshold** 阈值 $t$, as $\sigma$ rises,
#
# $$\sigma(z) > t \iff z > \ln \frac{t}{1 - t}$$
#
# Which $t$? If a missed positive costs $c_{\text{miss}}$ and a false alarm costs $c_{\text{alarm}}$, an alarm pays where
# $p\, c_{\text{miss}} > (1 - p)\, c_{\text{alarm}}$, so
#
# $$t = \frac{c_{\text{alarm}}}{c_{\text{alarm}} + c_{\text{miss}}}$$

# %% [markdown]
# Write the rule. `z` is an array of scores with one axis or more, each 0 or at least $10^{-6}$ in size; $0 <$ `threshold` $< 1$. Return an
# array of the same shape, 1 where $\sigma(z)$ is above the threshold, and 0 elsewhere, so also where they are equal: this is asked
# only at $z = 0$ with $t = \tfrac12$, where no rounding decides. Ints, floats or booleans all do.


# %% exercise="decide"
def decide(z, *, threshold=0.5):
    """1 where σ(z) > threshold, else 0. Shape of z."""
    ### BEGIN SOLUTION
    return (z > np.log(threshold / (1 - threshold))).astype(int)
    ### END SOLUTION


# %%
mine |= (new := usable(decide))
new

# %% [markdown]
# Two overlapping classes, 300 samples of which 30 are positive. A miss costs 9, a false alarm 1, so $t = 0.1$. The costs are
# counted on the training samples themselves:

# %% topics="C13-11"
rng = np.random.default_rng(0)
y2 = np.repeat([1, 0], [30, 270])
X2 = rng.normal(size=(300, 2)) + y2[:, None] * [1.5, 0.5]
weight, bias = mine["logistic_regression"](X2, y2, lr=0.5, epochs=500)
model = nn.LogisticRegression(lr=0.5, epochs=500).fit(X2, y2)
print(
    "nnlib's LogisticRegression agrees:", np.allclose(weight, model.weight) and np.isclose(bias, model.bias)
)
z2 = X2 @ weight + bias
print("σ(z) > 0.5 and z > 0 decide alike:", np.array_equal(sigmoid(z2) > 0.5, mine["decide"](z2) == 1))
for t in (0.5, 0.1):
    called = mine["decide"](z2, threshold=t)
    missed, alarms = np.sum((y2 == 1) & (called == 0)), np.sum((y2 == 0) & (called == 1))
    print(f"t = {t}: {missed:>2} missed, {alarms:>2} false alarms, cost {9 * missed + alarms}")

# %% [markdown]
# ## 8 · Hinges
#
# Cross-entropy is never content: a lead of 10 still earns a small gradient. A **hinge loss** 折叶损失, also 合页损失, is content with a margin. The one
# of Weston and Watkins asks the score of the true class $c$ to lead every other by a margin $m$. You have met it in chapter 03, there
# divided by the number of classes, as torch has it; here it is as in the paper, without the divisor (there $m = 2$):
#
# $$L = \sum_{j \ne c} \max(0,\; s_j - s_c + m)^p$$
#
# With $p = 2$, the **squared hinge** 平方折叶损失, a large violation costs more than in proportion, and the kink is gone.
#
# Its gradient, where class $j$ violates the margin by $v_j = \max(0, s_j - s_c + m)$: for $p = 1$, each violating class gets 1; for
# $p = 2$ it gets $2 v_j$. The true class gets minus the sum of all these. Classes that keep away get 0, and so do those that are
# exactly at the margin, where $v_j = 0$.

# %% topics="C13-07 C13-08"
s = np.array([[1.0, 2.5, 0.3]])
for p in (1, 2):
    print(
        f"p = {p}: loss {losses.multiclass_hinge_loss(s, [0], p=p):.2f}, torch's {losses.multi_margin_loss(s, [0], p=p):.4f}; gradient",
        losses.multiclass_hinge_loss_backward(1.0, s, np.array([0]), p=p)[0].round(2),
    )
ahead = np.array([[5.0, 2.5, 0.3]])
print("true class ahead by 2.5: hinge", losses.multiclass_hinge_loss(ahead, [0]), end="; ")
print(f"cross-entropy {losses.cross_entropy(ahead, [0]):.3f}")

# %% [markdown]
# Write the gradient with respect to the scores. `scores` has shape `(n, K)`, with $K \ge 2$, and `y` holds `n` labels. `margin` is
# positive, `p` is 1 or 2, `reduction` is over the $n$ samples, and `grad_output` is as above. Return shape `(n, K)`. Where a class is
# exactly at the margin, scores and margin are numbers that floats hold exactly, such as 0.75.


# %% exercise="multiclass_hinge_loss_backward"
def multiclass_hinge_loss_backward(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """Gradient of the hinge of Weston and Watkins with respect to the scores. Shape (n, K)."""
    ### BEGIN SOLUTION
    rows = np.arange(len(scores))
    v = np.maximum(0, scores - scores[rows, y][:, None] + margin)
    slope = np.where(v > 0, p * v ** (p - 1), 0)
    slope[rows, y] = 0
    slope[rows, y] = -slope.sum(axis=1)
    if reduction == "mean":
        slope = slope / len(slope)
    return np.reshape(grad_output, (-1, 1)) * slope
    ### END SOLUTION


# %%
mine |= (new := usable(multiclass_hinge_loss_backward))
new

# %% [markdown]
# ## 9 · Several labels at once
#
# **Multi-label** 多标签 classification: a picture shows a beach, the sea and a dog, but no car. The labels do not compete, so softmax
# is wrong: its probabilities add up to 1. Each **attribute** 属性 gets a classifier of its own, with a score $f_j$ that is positive for
# yes. Two losses for one sample with $K$ attributes:
#
# $$\begin{gathered}
# \text{hinge, } y_j = \pm 1: \quad L = \sum_j \max(0,\; 1 - y_j f_j) \\
# \text{logistic, } y_j = 0 \text{ or } 1: \quad L = -\sum_j \left[ y_j \ln \sigma(f_j) + (1 - y_j) \ln (1 - \sigma(f_j)) \right]
# \end{gathered}$$
#
# Mind the labels: $\pm 1$ in the first, 0 and 1 in the second. Both *add up* over the attributes of a sample; `reduction` is over the
# samples only.

# %% [markdown]
# Write the hinge. `f` has shape `(n, K)`, with $K \ge 1$, `y` the same shape and holds 1.0 and −1.0. `reduction="none"` returns the $n$ losses, `"mean"`
# (the default) and `"sum"` reduce over the samples.


# %% exercise="attribute_hinge_loss"
def attribute_hinge_loss(f, y, *, reduction="mean"):
    """Σ_j max(0, 1 − y_j f_j) of each sample, reduced. f, y: (n, K)."""
    ### BEGIN SOLUTION
    loss = np.maximum(0, 1 - y * f).sum(axis=1)
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %%
mine |= (new := usable(attribute_hinge_loss))
new

# %% [markdown]
# The logistic loss stands in print without its minus sign, as $\sum_j [y_j \ln \sigma(f_j) + \dots]$, with the gradient
# $y_j - \sigma(f_j)$. That is the log-likelihood, which is to be made *large*. Descend on it:

# %% topics="C13-09 C13-10"
f1, y1 = np.array([[1.2, -0.7]]), np.array([[1.0, 0.0]])
printed = np.sum(y1 * np.log(sigmoid(f1)) + (1 - y1) * np.log(1 - sigmoid(f1)))
print(f"as printed {printed:.4f}, the loss {losses.attribute_logistic_loss(f1, y1):.4f}")
for name, sign in (("as printed", 1), ("the loss", -1)):
    f = 0.0
    for _ in range(200):
        f -= 0.5 * sign * (1 - sigmoid(f))  # a yes: y = 1
    print(f"200 steps down {name:>10}: probability of the yes {sigmoid(f):.3g}")
print("hinge of the same scores:", losses.attribute_hinge_loss(f1, 2 * y1 - 1).round(2))

# %% [markdown]
# Write the gradient of the *loss*. `f` has shape `(n, K)`, with $K \ge 1$, `y` the same shape and holds 0.0 and 1.0. `reduction` is over the $n$ samples,
# `grad_output` is as above. Scores may be in the thousands. Return shape `(n, K)`.


# %% exercise="attribute_logistic_loss_backward"
def attribute_logistic_loss_backward(grad_output, f, y, *, reduction="mean"):
    """Gradient of the attributes' logistic loss with respect to the scores. Shape (n, K)."""
    ### BEGIN SOLUTION
    error = sigmoid(f) - y
    if reduction == "mean":
        error = error / len(error)
    return np.reshape(grad_output, (-1, 1)) * error
    ### END SOLUTION


# %%
mine |= (new := usable(attribute_logistic_loss_backward))
new

# %% [markdown]
# Attributes that depend on ten features, with noise: five yes-or-no units, trained with your gradient, against one softmax that must
# choose. For the softmax the labels of a sample share the probability evenly, and it answers yes for all classes above the cut that is best on
# the training samples.

# %%
rng = np.random.default_rng(0)
X3, Y3 = data.make_multilabel(1200, rng=rng)
Y3 = Y3.astype(float)
units, chooser = np.zeros((5, 11)), np.zeros((5, 11))
with_one = np.hstack([X3, np.ones((1200, 1))])
some = Y3[:800].sum(axis=1) > 0  # softmax needs at least one
for _ in range(300):
    x3 = with_one[:800]
    units = units - mine["attribute_logistic_loss_backward"](1.0, x3 @ units.T, Y3[:800]).T @ x3
    shared = Y3[:800][some] / Y3[:800][some].sum(axis=1, keepdims=True)
    chooser = chooser - losses.soft_cross_entropy_backward(1.0, x3[some] @ chooser.T, shared).T @ x3[some]
cuts, fitted = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3), softmax(with_one[:800] @ chooser.T)
cut = max(cuts, key=lambda t: np.mean((fitted > t) == (Y3[:800] == 1)))
print("best cut of the softmax on the training samples:", cut)
test = with_one[800:]
for name, yes in (
    ("five units", sigmoid(test @ units.T) > 0.5),
    ("one softmax", softmax(test @ chooser.T) > cut),
):
    print(f"{name:>11}: {np.mean(yes == (Y3[800:] == 1)):.1%} of the attributes right")

# %% [markdown]
# *Sitting 3 is done: two classes, many, and many at once.*
#
# # Sitting 4
#
# ## 10 · Very many classes
#
# A language model chooses among 100 000 words. Softmax needs all scores for the denominator, even if only one probability is wanted.
# **Hierarchical softmax** 分层 softmax hangs the classes on a binary tree. Each inner node $k$ has a weight vector $w_k$ and decides:
# left with probability $\sigma(w_k^{\mathsf T} h)$, right with $1 - \sigma(w_k^{\mathsf T} h) = \sigma(-w_k^{\mathsf T} h)$, where $h$ are
# the features. The probability of a class is the product along its path:
#
# $$P(c) = \prod_{k \text{ on the path to } c} \sigma(\pm w_k^{\mathsf T} h), \qquad + \text{ to go left}, \; - \text{ to go right}$$
#
# At each node the two ways share what arrives there. So the leaves add up to 1, whatever the weights are, and there is no
# denominator. A balanced tree needs $\log_2 K$ decisions for a probability: 17 for 100 000 words.
#
# A tree is written as nested pairs: `((0, 1), 2)` is a root whose left child is the pair of the classes 0 and 1, and whose right
# child is the class 2. Its inner nodes are numbered in the order in which their brackets open: the root is node 0, `(0, 1)` is node 1.

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(6, 2.6))
at = {"node 0": (2, 2), "node 1": (1, 1), "class 2": (3, 1), "class 0": (0.4, 0), "class 1": (1.6, 0)}
for a, b, text in (
    ("node 0", "node 1", "σ(w₀·h)"),
    ("node 0", "class 2", "σ(−w₀·h)"),
    ("node 1", "class 0", "σ(w₁·h)"),
    ("node 1", "class 1", "σ(−w₁·h)"),
):
    ax.annotate(
        "", at[b], at[a], arrowprops={"arrowstyle": "->", "color": "0.5", "shrinkA": 14, "shrinkB": 14}
    )
    ax.text(
        (at[a][0] + at[b][0]) / 2 + (0.15 if at[b][0] > at[a][0] else -0.75), (at[a][1] + at[b][1]) / 2, text
    )
for name, (x0, y0) in at.items():
    ax.text(x0, y0, name, ha="center", va="center")
ax.set(xlim=(-0.6, 4), ylim=(-0.3, 2.3))
ax.axis("off")
plotting.show(
    fig,
    alt="A tree: node 0 leads left to node 1 and right to class 2; node 1 leads left to class 0 and right to class 1. "
    "Left branches have sigmoid of w times h, right ones sigmoid of minus w times h.",
)

# %% [markdown]
# Write the probabilities of all classes. `h` has shape `(n, d)`; features may be in the thousands. `tree` is nested pairs (tuples) whose leaves are the classes
# $0 \dots K - 1$ as plain ints, each once, in any order, with $K \ge 2$; the tree is at most 20 deep. `node_weights` has shape `(K - 1, d)`, a row a
# node, numbered as above. Return shape `(n, K)`: column $c$ is class $c$. A probability below
# $10^{-15}$ may be rounded to 0: $1 - \sigma(z)$ and $\sigma(-z)$ are both accepted.


# %% exercise="hierarchical_softmax_probs"
def hierarchical_softmax_probs(h, tree, node_weights):
    """Probabilities of the classes at the leaves of a binary tree of decisions. Shape (n, K)."""
    ### BEGIN SOLUTION
    left = sigmoid(h @ node_weights.T)
    probs = np.empty((len(h), len(node_weights) + 1), h.dtype)
    opened = 0

    def walk(node, arrived):
        nonlocal opened
        if not isinstance(node, tuple):
            probs[:, node] = arrived
            return
        k, opened = opened, opened + 1
        walk(node[0], arrived * left[:, k])
        walk(node[1], arrived * (1 - left[:, k]))

    walk(tree, np.ones(len(h), h.dtype))
    return probs
    ### END SOLUTION


# %%
mine |= (new := usable(hierarchical_softmax_probs))
new

# %% topics="C13-12"
rng = np.random.default_rng(0)
h, tree = rng.normal(size=(4, 3)), ((0, (1, 2)), ((3, 4), (5, (6, 7))))
node_weights = rng.normal(size=(7, 3))
probs = mine["hierarchical_softmax_probs"](h, tree, node_weights)
print("the leaves add up to", probs.sum(axis=1))
target = np.array([0, 3, 7, 2])
loss = losses.hierarchical_softmax_loss(h, target, tree, node_weights)
print(
    "nnlib's loss is the mean of −ln P(target):",
    np.isclose(loss, -np.log(probs[np.arange(4), target]).mean()),
)
for K in (8, 1000, 100_000):
    print(
        f"{K:>6} classes: softmax {K:>6} products w·h for one probability, a balanced tree {int(np.ceil(np.log2(K)))}"
    )

# %% [markdown]
# Two things that it does not do. It promises little where the *likeliest* class is wanted: a branch may be left out only where its own
# probability is below that of the best leaf found, and at worst all leaves must be looked at. And the tree matters: each node must part
# two groups of classes with one linear unit, so classes that resemble each other belong under the same node, and are parted last. The plausible shortcut, to go the likelier way
# at each node, can miss the best leaf:

# %%
greedy = ((0, 1), 2)
probs = mine["hierarchical_softmax_probs"](np.ones((1, 1)), greedy, np.array([[0.2], [0.0]]))
print(
    "the likelier way leads left at the root, but the likeliest leaf is class",
    probs.argmax(),
    probs.round(3).tolist(),
)

# %% [markdown]
# ## 11 · When one answer is less wrong
#
# To read "cat" as "cut" is a smaller mistake than to read it as "dog". Let $\Delta(y^*, y) \ge 0$ be the cost of the answer $y$ where
# $y^*$ is true, with $\Delta(y^*, y^*) = 0$: say the number of wrong letters. The **structured hinge** 结构化折叶损失 asks the score of the true
# structure to lead the score of each other by the cost of answering with that one:
#
# $$L = \max_y \left[ \Delta(y^*, y) + s(y) \right] - s(y^*)$$
#
# The maximum is over *all* structures, the true one included, so $L \ge 0$. It is at least $\Delta$ of the answer with the highest
# score. So it bounds from above the cost of that answer, which itself has no useful gradient. The hard part in practice is the maximum over a huge set. Here the
# set can be listed: $S$ structures, with scores of shape `(n, S)`.

# %% topics="C13-13"
words = ["cat", "cut", "dog"]
delta = np.array([[sum(a != b for a, b in zip(u, v)) for v in words] for u in words], dtype=float)
print("cost of taking a word (row) for another (column):", delta.tolist())
for s in ([3.0, 2.5, 0.5], [3.0, 0.0, 2.5], [5.0, 3.0, 1.0]):
    print(
        f"scores {s}: every lead by 1 {losses.structured_hinge_loss(np.array([s]), np.array([0]), 1 - np.eye(3)):.1f}, "
        f"by the cost {losses.structured_hinge_loss(np.array([s]), np.array([0]), delta):.1f}"
    )

# %% [markdown]
# Write it. `scores` has shape `(n, S)`, with $S \ge 2$; `y_index` holds the numbers of the $n$ true structures; `delta` has shape `(S, S)`, at
# least 0 and 0 on the diagonal, and `delta[i, j]` is the cost of the answer $j$ where $i$ is true (it need not be symmetric).
# `reduction="none"` returns the $n$ losses, `"mean"` (the default) and `"sum"` reduce over them.


# %% exercise="structured_hinge_loss"
def structured_hinge_loss(scores, y_index, delta, *, reduction="mean"):
    """max_y [Δ(y*, y) + s(y)] − s(y*) of each sample, reduced."""
    ### BEGIN SOLUTION
    true = scores[np.arange(len(scores)), y_index]
    loss = (delta[y_index] + scores).max(axis=1) - true
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
    ### END SOLUTION


# %%
mine |= (new := usable(structured_hinge_loss))
new

# %% [markdown]
# Words of three letters over an alphabet of three: 27 structures. A letter's score depends on the letter and on the one before it. Two
# models are trained on 200 samples with noise, one with $\Delta$ the number of wrong letters, one with $\Delta = 1$ for every wrong
# word:

# %%
letters = np.array(np.meshgrid(*[range(3)] * 3, indexing="ij")).reshape(3, -1).T  # all 27 words
wrong_letters = (letters[:, None] != letters).sum(axis=2).astype(float)
seen = np.eye(3)[letters]  # (27, 3 places, 3 letters)
pairs = np.stack([np.einsum("pa,pb->ab", w[:-1], w[1:]) for w in seen]).reshape(27, 9)


def features(observed):
    """For each sample and word: how well each place fits, by letter; and the pairs of neighbours. (n, 27, 9 + 9)"""
    unary = np.einsum("npa,wpb->nwab", observed, seen).reshape(len(observed), 27, 9)
    return np.concatenate([unary, np.broadcast_to(pairs, unary.shape)], axis=2)


report = {"letters": [], "words": []}
for seed in seeds:
    rng = np.random.default_rng(seed)
    likely = np.array([w[0] != w[1] and w[1] != w[2] for w in letters])  # neighbours differ, mostly
    truth = rng.choice(27, size=1200, p=np.where(likely, 0.9 / likely.sum(), 0.1 / (~likely).sum()))
    phi = features(seen[truth] + 0.7 * rng.normal(size=(1200, 3, 3)))
    for name, cost in (("letters", wrong_letters), ("words", 1 - np.eye(27))):
        theta = np.zeros(18)
        for step in range(200):
            g = losses.structured_hinge_loss_backward(1.0, phi[:200] @ theta, truth[:200], cost)
            theta = theta - 0.3 / np.sqrt(step + 1) * np.einsum("nw,nwf->f", g, phi[:200])
        answer = (phi[200:] @ theta).argmax(axis=1)
        final = mine["structured_hinge_loss"](phi[200:] @ theta, truth[200:], cost)
        report[name].append(
            (wrong_letters[truth[200:], answer].mean(), np.mean(answer != truth[200:]), final)
        )
for name, runs in report.items():
    letter, word, final = np.mean(runs, axis=0)
    print(
        f"Δ counts {name:>7}: {letter:.3f} wrong letters a word, {word:.1%} of the words wrong, loss {final:.2f}"
    )

# %% [markdown]
# Each $\Delta$ is a little better than the other by its own measure, as one would hope; with so few letters the two models are close. Each
# bound holds: the loss is above the cost that it stands for.

# %% [markdown]
# **Written question.** (a) Take $\Delta = 1$ for every wrong structure. How does the structured hinge then differ from the hinge of Weston
# and Watkins with $m = 1$? Give scores of three classes for which the two differ. (b) Somebody leaves the true structure out of
# the maximum. What becomes of the loss of a sample that is well classified, and what does gradient descent then do?

# %% [markdown] written="one-rival-or-all" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: the structured hinge counts the worst rival only, Weston and Watkins add up all that violate
# the margin. Scores 0, 0, 0: 1 against 2. Half a point without scores. (b) 1 point: the loss becomes negative, and goes on
# falling as the true score rises: descent never stops, and samples that are right already drive the weights. Half a point for "negative" alone.
# ### END SOLUTION

# %% [markdown]
# ## 12 · Against torch
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
    z1, c, w = 2 * rng.normal(size=(6, 4)), rng.integers(4, size=6), rng.uniform(0.5, 5, 4)
    q = softmax(rng.normal(size=(6, 4)))
    yes = rng.integers(2, size=(6, 4)).astype(float)
    label = torch.tensor(c)

    def focal(t):
        log_p = F.log_softmax(t, dim=1)[torch.arange(6), label]
        return (-((1 - log_p.exp()) ** 2) * log_p).mean()

    def soft(t):
        return F.cross_entropy(t / 3, torch.tensor(q))

    def attributes(t):
        return F.binary_cross_entropy_with_logits(t, torch.tensor(yes), reduction="none").sum(dim=1).mean()

    for name, theirs, ours in (
        ("weights", lambda t: F.cross_entropy(t, label, weight=torch.tensor(w)), (c, w)),
        ("focal", focal, (c,)),
        ("temperature 3", soft, (q,)),
        ("hinge, times K", lambda t: 4 * F.multi_margin_loss(t, label, p=2), (c,)),
        ("attributes", attributes, (yes,)),
    ):
        function, options = {
            "weights": ("weighted_cross_entropy_backward", {}),
            "focal": ("focal_loss_backward", {}),
            "temperature 3": ("soft_cross_entropy_backward", {"temperature": 3.0}),
            "hinge, times K": ("multiclass_hinge_loss_backward", {"p": 2}),
            "attributes": ("attribute_logistic_loss_backward", {}),
        }[name]
        t = torch.tensor(z1, requires_grad=True)
        theirs(t).backward()
        apart = np.abs(mine[function](1.0, z1, *ours, **options) - t.grad.numpy()).max()
        print(f"{name:>15}: gradients within 1e-12: {apart < 1e-12}")

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "$r \ge 0$ is the modulating factor" of the focal loss | $\gamma$ is the focusing parameter, $(1 - p)^\gamma$ the factor | 3 |
# | "the smaller the base, the larger the weight" | the smaller: base 0.1 counts 0.01, base 0.9 counts 0.81 | 3 |
# | the mean of weighted losses, without saying which | torch: over $\sum_i w_{c_i}$; others over $n$, or a sum | 2 |
# | the hinge, with and without $1/K$ | torch divides by $K$: 0.9333 for 2.8 | 8 |
# | $L = \sum_j [y_j \ln \sigma(f_j) + \dots]$, gradient $y_j - \sigma(f_j)$ | minus it, and $\sigma(f_j) - y_j$ | 9 |
# | "Dice loss", without a formula | $1 - (2 \sum p y + \varepsilon) / (\sum p + \sum y + \varepsilon)$ | 4 |
# | the gradient of a softmax with temperature is $a - q$ | times $1/T$ | 5 |
#
# ## Summary
#
# | | loss of a sample | gradient |
# | --- | --- | --- |
# | weighted | $-w_c \ln a_c$, mean over $\sum_i w_{c_i}$ | $w_c (a - y)$ |
# | focal | $-\alpha_c q^\gamma \ln p$ | $\alpha_c (q^\gamma - \gamma q^{\gamma - 1} p \ln p)(a - y)$ |
# | Dice | $1 - (2 \sum p y + \varepsilon) / (\sum p + \sum y + \varepsilon)$ | |
# | temperature | $-\sum_c q_c \ln \mathrm{softmax}(z / T)_c$ | $(\mathrm{softmax}(z / T) - q) / T$ |
# | hinge | $\sum_{j \ne c} \max(0, s_j - s_c + m)^p$ | $p\, v_j^{p - 1}$ where $v_j > 0$, and minus their sum |
# | attributes | $\sum_j \max(0, 1 - y_j f_j)$, or logistic | $\sigma(f) - y$ for the latter |
# | tree | $-\sum_k \ln \sigma(\pm w_k^{\mathsf T} h)$ | |
# | structured | $\max_y [\Delta(y^*, y) + s(y)] - s(y^*)$ | |
#
# | watch out for | why |
# | --- | --- |
# | the divisor of a weighted mean | it changes with the library, and with the mini-batch |
# | probabilities after weights or resampling | the odds are multiplied by the weights |
# | accuracy | it does not see a rare class |
# | labels $\pm 1$ and 0, 1 | the losses for attributes differ in them |
#
# **Further reading.** Lin and others, *Focal loss for dense object detection* (2017) · Milletari, Navab, Ahmadi, *V-Net* (2016) ·
# Hinton, Vinyals, Dean, *Distilling the knowledge in a neural network* (2015) · Guo and others, *On calibration of modern neural
# networks* (2017) · He, Garcia, *Learning from imbalanced data* (2009) · Menon and others, *Long-tail learning via logit adjustment*
# (2021) · Weston, Watkins, *Support vector machines for multi-class pattern recognition* (1999) · Morin, Bengio, *Hierarchical
# probabilistic neural network language model* (2005) · Tsochantaridis and others, *Large margin methods for structured and
# interdependent output variables* (2005).

# %%
progress()
