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
# # Chapter 08 · Generalisation and regularisation
#
# A network that reads every training image right has learnt them. Whether it has learnt to *read* shows on images that it
# has never seen. **Generalisation** 泛化 is how well it does there; **regularisation** 正则化 is whatever is done in training
# for the sake of it, often at the cost of the training error. This chapter takes the error apart, writes the penalties and
# the noise that people use, and then asks on a thousand digits what each of them is worth.
#
# **After this chapter you can**
#
# * split the error of a learning method into bias, variance and noise, and tell from two error rates which one hurts;
# * write L2 and L1 penalties, their gradients and updates, whichever way the strength λ is counted, and say what prior stands
#   behind each;
# * write dropout in both conventions with its backward pass, and its relatives;
# * stop early, and say which choices that takes;
# * compare regularisers fairly: chosen on validation images, several starts, the test images once.
#
# **You need** gradients from chapter 04, SGD and weight decay from chapter 06, augmentation from chapter 01. Chinese terms
# stand beside the English ones where they first occur.
#
# **Time** about six and a half hours, a third of it reading and experiments, in four sittings: 15 exercises for 22 points, and
# two written questions for 4 more.
#
# | sitting | sections | hours | at its end you have |
# | --- | --- | --- | --- |
# | 1 | 1 to 3 | 1¾ | the three parts of the error, a network that learns by heart, the L2 penalty with its update |
# | 2 | 4 to 6 | 1½ | L1, limits, and the beliefs behind penalties |
# | 3 | 7 to 9 | 1¾ | noise in the forward pass: dropout and its relatives |
# | 4 | 10 to 13 | 1½ | early stopping, residual blocks, and five regularisers on digits |
#
# **How to work.** Run each cell in order. An exercise is a cell with a `def` for you to complete; the locked cell below it
# checks your function and says what is wrong. `hint(max_norm)` gives a hint, each call one more. `again(max_norm)` runs the
# case that failed as Python would, with your prints, and returns its arguments. `solution(max_norm)` shows one way, once you
# have tried. `reset(max_norm)` brings the untouched cell back, `progress()` shows how far you are. Cells that mostly draw are
# folded: a click on the three dots shows their code.
#
# **To go on another day**, restart the kernel, click into the cell where you stopped, and choose *Run ▸ Run All Above
# Selected Cell*: your answers run again, and your progress is kept.

# %% tags=["opening"]
import os

import matplotlib.pyplot as plt

from grader import again, check, hint, progress, reset, solution, usable
from nnlib import data, experiments, losses, metrics, nn, optim, plotting, regularization

plotting.use_style()
quick = "NN_WORKBOOK_QUICK" in os.environ  # automatic runs use fewer repetitions
seeds = range(1 if quick else 3)

# %% tags=["setup"]
import numpy as np

# %% [markdown]
# ## What it is for
#
# Twenty points on a sine, with noise, and three polynomials fitted to them. Which one would you trust between the points?

# %%
rng = np.random.default_rng(3)
x = np.linspace(-1, 1, 20)
y = np.sin(np.pi * x) + 0.3 * rng.normal(size=20)
between = np.linspace(-1, 1, 201)
fits = {degree: np.polynomial.Polynomial.fit(x, y, degree) for degree in (1, 3, 15)}
for degree, fit in fits.items():
    seen, new = np.mean((fit(x) - y) ** 2), np.mean((fit(between) - np.sin(np.pi * between)) ** 2)
    print(f"degree {degree:>2}: squared error at the points {seen:.3f}, to the sine between them {new:.3f}")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
for ax, (degree, fit) in zip(panels, fits.items()):
    ax.plot(between, np.sin(np.pi * between), "k--", linewidth=1, label="sine")
    ax.plot(x, y, "o", markersize=4, label="points")
    ax.plot(between, fit(between), label="fit")
    ax.set(xlabel="$x$", title=f"degree {degree}", ylim=(-2, 2))
panels[0].set(ylabel="$y$")
panels[0].legend()
plotting.show(
    fig,
    alt="Three fits to the same twenty noisy points on a sine. The straight line misses the bends; degree 3 follows the "
    "sine; degree 15 passes near every point and swings between them.",
)

# %% [markdown]
# The straight line cannot bend: **underfitting** 欠拟合. The polynomial of degree 15 is nearest to the points and far from the
# sine, since it fits the noise as well: **overfitting** 过拟合. The error at the points says nothing of that.

# %% [markdown]
# # Sitting 1
#
# ## 1 · Bias, variance and noise
#
# A learning method turns a training set into a model. Another training set, drawn in the same way, would have given another
# model. So ask for the expected error over training sets. Let $f(x)$ be the truth, $y = f(x) + \varepsilon$ a fresh label whose
# noise has mean 0 and variance $\sigma^2$, $\hat y(x)$ the prediction of a model, and $\bar y(x) = E[\hat y(x)]$ the mean
# prediction over all training sets. Then
#
# $$\begin{gathered}
# E\big[(\hat y - y)^2\big] \\
# = \underbrace{(\bar y - f)^2}_{\text{bias}^2}
# + \underbrace{E\big[(\hat y - \bar y)^2\big]}_{\text{variance}}
# + \underbrace{\sigma^2}_{\text{noise}}
# \end{gathered}$$
#
# * **Bias** 偏差 is what the method gets wrong on average: what it cannot express.
# * **Variance** 方差 is how much the model depends on the training set that it happened to get.
# * **Noise** 噪声 is what no model can predict.
#
# Why are there no mixed terms? $\hat y - \bar y$ has mean 0 over the training sets, and $\varepsilon$ has mean 0 and does not
# depend on them: each product has the mean 0.

# %% [markdown]
# Write the split. `y_true` has shape `(n,)`: the truth at $n \ge 1$ points, without noise. `y_preds` has shape `(r, n)`: in
# each row the predictions at these points by one model; each of the $r \ge 1$ models had a training set of its own. `noise_var`
# is $\sigma^2$. The mean prediction is that over the $r$ models, point by point; the variance divides by $r$, not by $r - 1$.
# Return the three numbers `(bias2, variance, noise)`, the first two as means over the points. Do not change the arguments.
# (Here and in all exercises of this chapter arrays hold floats, unless the text says otherwise.)


# %% exercise="bias_variance_decomposition"
def bias_variance_decomposition(y_true, y_preds, *, noise_var=0.0):
    """The squared error of a learning method in three parts: (bias2, variance, noise). Three numbers."""
    ### BEGIN SOLUTION
    mean = y_preds.mean(axis=0)
    bias2 = np.mean((mean - y_true) ** 2)
    variance = np.mean((y_preds - mean) ** 2)
    return bias2, variance, noise_var
    ### END SOLUTION


# %%
mine = usable(bias_variance_decomposition)
mine

# %% [markdown]
# Does the formula hold? Draw 2000 training sets, fit a polynomial to each, and measure its error against fresh labels, which
# have noise of their own. Then add the three parts up.

# %% topics="C08-01"
rng = np.random.default_rng(0)
points = np.linspace(-0.95, 0.95, 50)
truth = np.sin(np.pi * points)
for degree in (1, 3, 9):
    training = np.sin(np.pi * x) + 0.3 * rng.normal(size=(2000, 20))
    coefficients = np.polynomial.polynomial.polyfit(x, training.T, degree)
    preds = np.polynomial.polynomial.polyval(points, coefficients)
    fresh = truth + 0.3 * rng.normal(size=preds.shape)
    parts = mine["bias_variance_decomposition"](truth, preds, noise_var=0.09)
    print(
        f"degree {degree}: bias² {parts[0]:.4f} + variance {parts[1]:.4f} + noise {parts[2]:.4f} = {sum(parts):.4f},"
        f" measured {np.mean((preds - fresh) ** 2):.4f}"
    )

# %% tags=["folded"]
run = experiments.bias_variance_of_polynomials(sets=50 if quick else 200, rng=np.random.default_rng(0))
fig, ax = plt.subplots()
run.plot(ax)
plotting.show(
    ax,
    alt="Bias squared, variance and their sum over the degree of the polynomial, logarithmic. The bias falls in steps at every odd "
    "degree, the variance rises steadily, and the error is smallest at degree 3.",
)

# %% [markdown]
# The degree moves error from one part to the other: the simple model is biased, the flexible one varies. Neither is at fault by
# itself. Regularisation is a trade of the same kind: more bias, less variance, and the hope that the sum falls.
#
# **With a network** you have one training set, and no truth. What you have are two error rates. Let the target be what a good
# solution reaches, a careful person for example.
#
# | training error | validation error | name |
# | --- | --- | --- |
# | near the target | near the training error | a good fit |
# | near the target | well above | high variance: overfitting |
# | well above the target | near the training error | high bias: underfitting |
# | well above the target | well above that again | both |

# %% topics="C08-02"
for train_error, validation_error, target in (
    (0.01, 0.02, 0.0),
    (0.01, 0.11, 0.0),
    (0.15, 0.16, 0.0),
    (0.15, 0.30, 0.0),
    (0.15, 0.16, 0.14),
):
    name = experiments.diagnose_fit(train_error, validation_error, target_err=target)
    print(f"training {train_error:.0%}, validation {validation_error:.0%}, target {target:.0%}: {name}")

# %% [markdown] topics="C08-03"
# The third row and the last differ in the target only; it makes the last one good. What to do follows from the name. Against
# **high bias**: a larger network, another architecture, longer training, a weaker regulariser. Against **high variance**: more
# data, augmented data, a stronger regulariser, a smaller network. More data do not help against bias, and a larger network
# seldom helps against variance: to name the trouble first saves weeks. (One list in print calls early stopping and more data
# "two ways to prevent generalisation"; it is overfitting, 过拟合, that they prevent.)

# %% [markdown] topics="C08-04"
# In one sentence: training lowers the training error, and what we want low is the error on data that were never seen;
# regularisation is any change of the training that is made to lower the second, not the first. It does so by telling the method
# beforehand what a likely answer looks like: small weights, few weights, an answer that does not hang on a single unit, an
# answer that stays the same when the image moves a little. (Mind the words. 正则化 is regularisation and 归一化 normalisation,
# chapter 09; 规范化 stands for either, depending on the author.)

# %% [markdown]
# ## 2 · A network that learns by heart
#
# The MNIST network gets wider, 784 inputs, 50 ReLU units, 10 outputs, and gets few images: 1000. It is trained by plain SGD
# with a rate of 0.25 and mini-batches of 50, for 200 epochs. Loss and accuracy are measured after each epoch on the 1000
# training images, and on 666 validation images. It takes some seconds.

# %% topics="C08-05"
epochs, few = (30, 200) if quick else (200, 1000)
plain = experiments.few_digits(n_train=few, epochs=epochs, rng=np.random.default_rng(0))
for epoch in (1, 5, 10, 30, 100, 200):
    if epoch <= epochs:
        i = epoch - 1
        print(
            f"epoch {epoch:>3}: training loss {plain.training_loss[i]:.4f}, accuracy {plain.training_accuracy[i]:.1%};"
            f" validation loss {plain.validation_loss[i]:.4f}, accuracy {plain.validation_accuracy[i]:.1%}"
        )
lowest = plain.validation_loss.argmin()
print(f"lowest validation loss: {plain.validation_loss[lowest]:.4f}, after epoch {lowest + 1}")

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(10, 3.4))
shown = np.arange(1, epochs + 1)
panels[0].semilogx(shown, plain.training_loss, label="training")
panels[0].semilogx(shown, plain.validation_loss, "--", label="validation")
panels[0].axvline(lowest + 1, color="0.6", linewidth=1)
panels[0].set(xlabel="epoch", ylabel="loss")
panels[1].semilogx(shown, plain.training_accuracy, label="training")
panels[1].semilogx(shown, plain.validation_accuracy, "--", label="validation")
panels[1].set(xlabel="epoch", ylabel="accuracy")
panels[0].legend()
plotting.show(
    fig,
    alt="Left: over 200 epochs the training loss falls to zero, the validation loss falls to its minimum after a few epochs and rises again. "
    "Right: the training accuracy reaches one, the validation accuracy rises quickly and then stays where it is.",
)

# %% [markdown]
# The training loss goes to 0, and every training image is read right. The validation loss has its minimum after 7 epochs, at
# 0.40, and rises to 0.58. And the validation accuracy? It stands, at 88 %. How can the loss rise by a half while the accuracy
# stands? Two predictions for an image of class 1, an earlier and a later one:

# %% topics="C08-05"
for probabilities in ([0.1, 0.9], [0.4, 0.6]):
    loss = losses.categorical_cross_entropy([probabilities], [[0.0, 1.0]], reduction="none")
    print(f"{probabilities}: loss {loss[0]:.3f}, class {np.argmax(probabilities)}")

# %% [markdown]
# Both are right, and one costs almost five times as much. Accuracy asks only which class is first. In our run it is mostly the
# other way round: the network gets surer of everything, also of the images that it reads wrong, and those cost more and more.

# %%
X_validation, y_validation = experiments.digits_split()[1]
scores = nn.mlp(X_validation, *plain.parameters)
each = losses.cross_entropy(scores, y_validation, reduction="none")
wrong = scores.argmax(axis=1) != y_validation
print(
    f"{wrong.sum()} of {len(wrong)} are read wrong; they make {each[wrong].sum() / each.sum():.0%} of the loss"
)

# %% [markdown]
# Twelve images in a hundred make 96 % of the loss. Which of the two to watch depends on what the network is for. If somebody
# acts on its probabilities, the loss; if only the class counts, the accuracy. They may ask for different epochs, as here.

# %% [markdown]
# ## 3 · L2: large weights cost something
#
# The **L2 penalty** L2 正则化 adds the squares of all weights to the cost. For a layer with the weight matrix $W$ of shape
# `(out, in)` that is its squared **Frobenius norm** 弗罗贝尼乌斯范数, which is nothing but the sum over all entries:
#
# $$\lVert W \rVert_F^2 = \sum_{i=1}^{\text{out}} \sum_{j=1}^{\text{in}} W_{ij}^2$$
#
# The **L1 penalty** L1 正则化 adds the sizes of all weights, $\lVert W \rVert_1 = \sum_{ij} |W_{ij}|$. The strength
# $\lambda \ge 0$ says how much either counts. The cost of a network with the layers $1 \ldots L$, for $n$ training samples:
#
# $$\begin{gathered}
# J = \text{loss} + \frac{\lambda}{2n} \sum_{l=1}^{L} \lVert W^{(l)} \rVert_F^2 \\
# \text{or} \quad
# J = \text{loss} + \frac{\lambda}{n} \sum_{l=1}^{L} \lVert W^{(l)} \rVert_1
# \end{gathered}$$
#
# with the mean loss over the samples. Mind the ½: L2 has it, so that its gradient is $\frac{\lambda}{n} W$; L1 has none.
#
# **Biases** 偏置 (the $b$ of a layer, not the bias 偏差 of section 1) are left out. They multiply no input, so a large one makes no
# prediction more sensitive to the data; and they are few. With standardised inputs, to penalise them too hardly ever matters.

# %% [markdown]
# Write the cost. `data_loss` is a number, the mean loss; `weights` a list of arrays of any shapes, one for each layer: every
# entry is a weight, biases are not among them. The list may be empty. `lam` is $\lambda$, `kind` is `"l2"` (default) or `"l1"`,
# `n` by default 1. Return the number $J$. Do not change the arguments.


# %% exercise="regularized_loss"
def regularized_loss(data_loss, weights, *, lam, kind="l2", n=1):
    """The loss on the data and the penalty of all layers. A number."""
    ### BEGIN SOLUTION
    if kind == "l2":
        return data_loss + lam / (2 * n) * sum(np.sum(w**2) for w in weights)
    return data_loss + lam / n * sum(np.sum(np.abs(w)) for w in weights)
    ### END SOLUTION


# %%
mine |= (new := usable(regularized_loss))
new

# %% [markdown]
# In the sum over $i$ and $j$ the bounds have been printed the wrong way round, and the gradient of $\lVert W \rVert_F^2$ has
# been printed as $W$. Numbers decide:

# %% topics="C08-06 C08-07 C08-08"
W = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])
print("‖W‖² by the loop:", sum(W[i, j] ** 2 for i in range(2) for j in range(3)), " by numpy:", np.sum(W**2))
try:
    sum(W[i, j] ** 2 for i in range(3) for j in range(2))
except IndexError as error:
    print("with the bounds exchanged:", error)
nudged = W.copy()
nudged[0, 2] += 1e-6
print(f"slope of ‖W‖² at the entry 3, by walking: {(np.sum(nudged**2) - np.sum(W**2)) / 1e-6:.3f}")
print(f"J, L2: {mine['regularized_loss'](0.5, [W, W[:1]], lam=0.1, n=10):.4f}")
print(f"J, L1: {mine['regularized_loss'](0.5, [W, W[:1]], lam=0.1, n=10, kind='l1'):.4f}")
print(
    "nnlib, L2 of both layers:", sum(regularization.l2_penalty(w, lam=0.1, n=10) for w in (W, W[:1])).round(4)
)
print(
    "nnlib, L1 of both layers:", sum(regularization.l1_penalty(w, lam=0.1, n=10) for w in (W, W[:1])).round(4)
)
print("nnlib, one layer:", regularization.frobenius_penalty(W, lam=0.1, n=10))

# %% [markdown]
# **Why do small weights help?** Three reasons are given, and each can be looked at.
#
# * *A small change of the input changes the output little.* The slope of a linear model along $x_i$ is $w_i$.
# * *Units that saturate become nearly straight.* Near 0, $\tanh z \approx z$: a network with small weights is almost a linear
#   one, which is a simple one.
# * *It prefers many small weights to one large one.* With two equal inputs, $(1, 0)$ and $(½, ½)$ predict the same; the second
#   has half the squared length.

# %% topics="C08-17"
for scale in (0.1, 0.5, 1.0, 3.0):
    print(
        f"pre-activations up to {scale}: tanh leaves the straight line by {experiments.tanh_linear_regime(scale):.2%}"
    )
noise = 0.1 * np.random.default_rng(0).normal(size=(10_000, 4))
for w in ([1.0, 1.0, 1.0, 1.0], [4.0, 0.0, 0.0, 0.0], [0.1, 0.1, 0.1, 0.1]):
    print(f"weights {w}: noise of 0.1 in the inputs makes {np.std(noise @ w):.3f} in the output")

# %% [markdown]
# ### The update, and the size of the data
#
# The gradient of the penalty is $\frac{\lambda}{n} w$, so plain gradient descent with the rate $\eta$ becomes
#
# $$w \leftarrow \Big(1 - \frac{\eta\lambda}{n}\Big)\, w - \eta\, \nabla C$$
#
# **weight decay** 权重衰减: first the weights shrink, by the same share in every step, then comes the usual step. (That both are
# one holds for plain SGD only; chapter 06 showed what becomes of it in Adam.)
#
# With mini-batches two numbers of samples meet, and they are often confused. The gradient is a mean over the $m$ samples of the
# *batch*. The penalty belongs to the cost of all $n$ samples of the *training set*, so it keeps its $n$:
#
# $$\begin{gathered}
# w \leftarrow \Big(1 - \frac{\eta\lambda}{n}\Big)\, w - \frac{\eta}{m} \sum_{x \in \text{batch}} \frac{\partial C_x}{\partial w} \\
# b \leftarrow b - \frac{\eta}{m} \sum_{x \in \text{batch}} \frac{\partial C_x}{\partial b}
# \end{gathered}$$

# %% [markdown]
# Write this step. `w` and `b` are the weights and biases of a layer, arrays of any shapes; `grad_w_sum` and `grad_b_sum`, of
# the same shapes, are the *sums* of the gradients over the samples of the batch. `lr` is $\eta$, `lam` $\lambda$, `n` the size
# of the training set, `m` that of the batch. Return `(w, b)`. Do not change the arguments.


# %% exercise="minibatch_l2_step"
def minibatch_l2_step(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """One step on a mini-batch with an L2 penalty of the weights: (w, b)."""
    ### BEGIN SOLUTION
    w = (1 - lr * lam / n) * w - lr / m * grad_w_sum
    b = b - lr / m * grad_b_sum
    return w, b
    ### END SOLUTION


# %%
mine |= (new := usable(minibatch_l2_step))
new

# %% [markdown]
# Without a gradient, the weights decay geometrically: $w_k = (1 - \eta\lambda/n)^k\, w_0$. And if each step is to pull as
# before when the training set grows, $\lambda$ has to grow with it: what counts in a step is $\lambda / n$. (Whether it should
# is another question: the prior of section 5 keeps $\lambda$, and the data outweigh it as they come in.)

# %% topics="C08-09 C08-10 C08-11"
zero = np.zeros(1)
w, path = np.ones(1), []
for _ in range(3):
    w, _ = mine["minibatch_l2_step"](w, zero, zero, zero, lr=0.1, lam=1.0, n=1, m=1)
    path.append(round(float(w[0]), 4))
print("no gradient, ηλ/n = 0.1:", path)
w = np.ones(1)
for _ in range(3):
    w = regularization.weight_decay_step(w, zero, lr=0.1, lam=1.0)
print("nnlib's weight_decay_step:", w.round(4))
lam = experiments.rescale_lambda(0.1, n_old=1000, n_new=50_000)
print(f"λ = 0.1 for 1000 samples is λ = {lam} for 50 000")
for strength, n in ((0.1, 1000), (lam, 50_000), (0.1, 50_000)):
    w, _ = mine["minibatch_l2_step"](np.ones(1), zero, zero, zero, lr=0.5, lam=strength, n=n, m=10)
    print(f"λ = {strength}, n = {n}: a weight of 1 loses {1 - w[0]:.2g} in a step")

# %% [markdown]
# **Five conventions.** The same letter $\lambda$ stands for five things. For one weight $w = 1$, $\lambda = 0.1$ and $n = 50$
# samples, the gradient of the penalty is
#
# | penalty | where | gradient |
# | --- | --- | --- |
# | $\frac{\lambda}{2n} w^2$ | Ng, Nielsen, and here | 0.002 |
# | $\frac{\lambda}{2n} \lvert w \rvert$ | Ng, L1 | 0.001 |
# | $\frac{\lambda}{n} \lvert w \rvert$ | Nielsen, and here | 0.002 |
# | $\frac{\lambda}{2} w^2$ | Goodfellow, torch's `weight_decay`, here with `n=1` | 0.1 |
# | $\lambda w^2$ | elastic net, sklearn's `Ridge` | 0.2 |
#
# (`Ridge` has the *sum* of the squared errors before it, not the mean; sklearn's own `ElasticNet` has a ½ in its L2 part.) A
# factor of 200 between the smallest and the largest. When you take a $\lambda$ from a paper, take its formula, too. With torch,
# `weight_decay` is $\lambda / n$ for the $\lambda$ of the first row.

# %%
w = np.array([1.0])
for name, slope in (
    ("λ/2n w²", regularization.l2_penalty_backward(1.0, w, lam=0.1, n=50)),
    ("λ/2n |w|", regularization.l1_penalty_backward(1.0, w, lam=0.1, n=100)),
    ("λ/n |w|", regularization.l1_penalty_backward(1.0, w, lam=0.1, n=50)),
    ("λ/2 w²", regularization.l2_penalty_backward(1.0, w, lam=0.1)),
    ("λ w²", regularization.elastic_net_penalty_backward(1.0, w, l1=0.0, l2=0.1)),
):
    print(f"{name:>8}: gradient {slope[0]:.3f}")

# %% [markdown]
# **End of the first sitting.** You have the three parts of an error, a network whose trouble is variance, with a training error
# of 0 and a validation error far above it, and the L2 penalty with its update.

# %% [markdown]
# # Sitting 2
#
# ## 4 · L1: to exactly zero
#
# The gradient of $|w|$ is the sign of $w$, 1 or −1; at $w = 0$, where there is none, one takes 0. So L1 pulls at each weight
# with the same force, large or small:
#
# $$w \leftarrow w - \frac{\eta\lambda}{n}\, \text{sgn}(w) - \eta\, \nabla C$$
#
# L2 pulls less and less as a weight gets small, so that it never arrives. L1 arrives. But this update does not stop there: it
# steps over zero, and back again. What stops is the **soft threshold** 软阈值:
#
# $$S_t(w) = \text{sgn}(w)\, \max(|w| - t,\ 0)$$
#
# It moves each weight by $t$ towards 0, and where $|w| \le t$ it makes it 0. It is also the exact answer to a small problem:
# $S_t(w)$ is the $v$ that minimises $\tfrac12 (v - w)^2 + t |v|$. So first take the usual step along the gradient of the loss,
# then the threshold with $t = \eta\lambda/n$: a **proximal step** 近端步.

# %% [markdown]
# Write the soft threshold, entry by entry. `w` is an array of any shape, `t` $\ge 0$ a number. Return an array of the shape of
# `w`. Do not change the argument.


# %% exercise="soft_threshold"
def soft_threshold(w, *, t):
    """Each weight moved towards zero by t, and stopped there. Shape of w."""
    ### BEGIN SOLUTION
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)
    ### END SOLUTION


# %%
mine |= (new := usable(soft_threshold))
new

# %% topics="C08-12"
by_sign, by_threshold = [np.array([0.123])], [np.array([0.123])]
for _ in range(8):
    by_sign.append(regularization.l1_step(by_sign[-1], zero, lr=0.03, lam=1.0))
    by_threshold.append(mine["soft_threshold"](by_threshold[-1], t=0.03))
print("with the sign:     ", np.concatenate(by_sign).round(3))
print("with the threshold:", np.concatenate(by_threshold).round(3))

# %% [markdown]
# With the sign it ends in a swing between −0.027 and 0.003: near zero, never zero. Whoever writes L1 into a cost and trains
# with SGD gets small weights, not **sparse** 稀疏 ones.
#
# Here is what the threshold does to a linear model with 30 inputs, of which only 5 matter, and 60 samples.

# %% topics="C08-13"
rng = np.random.default_rng(0)
features = rng.normal(size=(60, 30))
true_w = np.zeros(30)
true_w[:5] = [3.0, -2.0, 1.5, 1.0, -1.0]
labels = features @ true_w + rng.normal(size=60)
shrunk = experiments.l1_vs_l2(features, labels, lams=np.array([0.01, 0.1, 0.2, 0.5, 1.0]), steps=500)
for strength, l1, l2 in zip(shrunk.lams, shrunk.l1, shrunk.l2):
    print(
        f"λ = {strength:<4}: L1 leaves {np.sum(l1 != 0):>2} of 30 weights, the largest {np.abs(l1).max():.2f};"
        f" L2 leaves {np.sum(l2 != 0)}, the largest {np.abs(l2).max():.2f}, the smallest {np.abs(l2).min():.4f}"
    )

# %% tags=["folded"]
fig, panels = plt.subplots(1, 3, figsize=(10, 3.4))
w = np.linspace(-2, 2, 201)
panels[0].plot(w, np.abs(w), label="L1")
panels[0].plot(w, w**2 / 2, "--", label="L2")
panels[0].set(xlabel="$w$", title="penalty")
panels[1].plot(w, np.sign(w), label="L1")
panels[1].plot(w, w, "--", label="L2")
panels[1].set(xlabel="$w$", title="its slope: the pull")
panels[2].plot(w, np.exp(-np.abs(w)) / 2, label="Laplace")
panels[2].plot(w, np.exp(-(w**2) / 2) / np.sqrt(2 * np.pi), "--", label="normal")
panels[2].set(xlabel="$w$", title="prior density")
for ax in panels:
    ax.legend()
plotting.show(
    fig,
    alt="Three views of L1 and L2. The penalty: a V with a kink at zero, and a parabola. The slope: a step from minus one to one, and a "
    "straight line through zero. The prior density: a Laplace with a peak at zero, and a bell.",
)

# %% [markdown]
# Three views of one thing. *As a penalty*, L1 has a kink at 0, and a minimum of the cost can sit in a kink. *As a pull*, L1's
# does not fade near 0; a weight that lowers the loss more slowly than the penalty rises is pulled to 0 and stays. *As a
# belief*, the next section.
#
# One reads that L2 is used more often in networks because L1 is sparse. That is no reason against L1: L2 is smooth and simple,
# and tends to predict better where most inputs matter a little. Where one wants to know *which* inputs matter, L1 is the one to
# take.
#
# **Elastic net** 弹性网络 takes both: sparse like L1, and of two equal inputs it keeps both, like L2. It comes *without* a ½, and
# without $n$:
#
# $$R = \lambda_1 \sum_i |w_i| + \lambda_2 \sum_i w_i^2$$

# %% [markdown]
# Write the gradient of the elastic net. `weights` is an array of any shape; `l1` is $\lambda_1$ and `l2` is $\lambda_2$, both
# $\ge 0$. At $w = 0$ the slope of $|w|$ counts as 0. `grad_output` is a number: the gradient of whatever comes after with
# respect to $R$. Return an array of the shape of `weights`. Do not change the arguments.


# %% exercise="elastic_net_penalty_backward"
def elastic_net_penalty_backward(grad_output, weights, *, l1, l2):
    """Gradient of l1 Σ|w| + l2 Σw² with respect to the weights. Shape of weights."""
    ### BEGIN SOLUTION
    return grad_output * (l1 * np.sign(weights) + 2 * l2 * weights)
    ### END SOLUTION


# %%
mine |= (new := usable(elastic_net_penalty_backward))
new

# %% topics="C08-14"
w = np.array([3.0, -4.0, 0.5])
print("penalty:", regularization.elastic_net_penalty(w, l1=1.0, l2=0.1))
print("gradient:", mine["elastic_net_penalty_backward"](1.0, w, l1=1.0, l2=0.1).round(4))
twins = np.stack([features[:, 0], features[:, 0]], axis=1)  # an input twice
for name, l1, l2 in (("L1", 0.5, 0.0), ("L2", 0.0, 0.25), ("both", 0.25, 0.125)):
    w = np.array([1.0, 0.0])
    for _ in range(300):
        slope = twins.T @ (twins @ w - labels) / len(labels)
        smooth = mine["elastic_net_penalty_backward"](1.0, w, l1=0.0, l2=l2)
        w = mine["soft_threshold"](w - 0.2 * (slope + smooth), t=0.2 * l1)
    print(f"an input that comes twice, {name:>4}: weights {w.round(3)}")

# %% [markdown]
# L1 sees the sum of the two weights only: it leaves the difference of 1 that the start happened to have. As soon as there is
# a square in the penalty, both inputs get the same.

# %% [markdown]
# ## 5 · Beliefs: the priors behind penalties
#
# Let the weights be drawn before the data are seen: each from a density $p(w)$, the **prior** 先验. The most probable weights
# given the data (**maximum a posteriori** 最大后验, MAP) minimise $-\ln p(\text{data} \mid w) - \ln p(w)$: the loss, and a penalty.
# For $d$ weights from a **normal distribution** 正态分布 with mean 0 and standard deviation $\sigma$
#
# $$-\ln p(w) = \frac{1}{2\sigma^2} \sum_i w_i^2 + d \ln(\sigma\sqrt{2\pi}),$$
#
# which is L2 with the strength $1/\sigma^2$ and a constant. For the **Laplace distribution** 拉普拉斯分布,
# $p(w_i) = \frac{1}{2b}\, e^{-|w_i|/b}$ with the scale $b > 0$, it is L1. With which strength, and which constant? Write
# $-\ln$ of the product over all weights down, and see where the 2 goes.

# %% [markdown]
# Write $-\ln p(w)$ for the Laplace prior, constant included. `w` is an array of any shape with $d \ge 1$ entries in all, `b`
# $> 0$ a number. The product itself may be too small for a float, the result is not. Return a number. Do not change the
# argument.


# %% exercise="laplace_neg_log_prior"
def laplace_neg_log_prior(w, *, b):
    """Minus the log density of independent Laplace weights. A number."""
    ### BEGIN SOLUTION
    return np.sum(np.abs(w)) / b + w.size * np.log(2 * b)
    ### END SOLUTION


# %%
mine |= (new := usable(laplace_neg_log_prior))
new

# %% topics="C08-15 C08-16"
w = np.array([0.5, -1.0, 3.0])
print(f"−ln p(w), b = 2: {mine['laplace_neg_log_prior'](w, b=2.0):.4f}")
print(f"nnlib's laplace_neg_log_prior: {regularization.laplace_neg_log_prior(w, b=2.0):.4f}")
print(
    f"the part that depends on w: with 1/b {np.sum(np.abs(w)) / 2:.3f}, as printed with 1/(2b) {np.sum(np.abs(w)) / 4:.3f}"
)
print(f"normal with σ = 2: {regularization.gaussian_neg_log_prior(w, sigma=2.0):.4f}")
print(f"its L2 penalty, strength 1/σ²: {regularization.l2_penalty(w, lam=0.25):.4f}")
draws = np.random.default_rng(0).laplace(scale=np.sqrt(0.5), size=100_000)
bell = np.random.default_rng(1).normal(size=100_000)
for name, sample in (("Laplace", draws), ("normal", bell)):
    print(
        f"{name:>7}, variance 1: {np.mean(np.abs(sample) < 0.1):.1%} below 0.1, {np.mean(np.abs(sample) > 3):.1%} beyond 3"
    )

# %% [markdown]
# The strength is $1/b$; the 2 is in the constant only, though $\frac{1}{2b}$ has been printed. Divided by $n$, to have the mean
# loss of section 3, the two are $\frac{\lambda}{2n}\sum w_i^2$ with $\lambda = 1/\sigma^2$, and $\frac{\lambda}{n}\sum|w_i|$
# with $\lambda = 1/b$. At the same variance, Laplace believes in more weights near 0 *and* in more large ones. That is what L1
# does: most to zero, a few kept large. (The **lasso** 套索 is linear regression, with normally distributed labels, and L1; with
# the labels of a logistic regression it is L1-regularised logistic regression, not the lasso.)
#
# **Soft weight sharing** 软权重共享 believes in groups. The prior is a mixture of $K$ normal distributions with the proportions
# $\pi_k$, centres $\mu_k$ and widths $\sigma_k$:
#
# $$\begin{gathered}
# R = -\sum_i \ln \sum_{k=1}^{K} \pi_k\, N(w_i;\, \mu_k, \sigma_k) \\
# N(w;\, \mu, \sigma) = \frac{1}{\sigma\sqrt{2\pi}}\; e^{-(w-\mu)^2 / 2\sigma^2}
# \end{gathered}$$
#
# Each weight is pulled to the centre that is near it, and the centres are learnt with the weights: the network finds out which
# weights could be one and the same number. With one component at 0 it is L2 again.

# %% [markdown]
# Write $R$. `w` is an array of any shape with one or more entries; `pi`, `mu`, `sigma` have shape `(K,)`, $K \ge 1$;
# proportions and widths are positive, the proportions need not sum to 1. Each weight is within 10 widths of at least one
# centre, so that a plain `exp` will do. Return a number. Do not change the arguments.


# %% exercise="soft_weight_sharing"
def soft_weight_sharing(w, pi, mu, sigma):
    """Minus the log density of the weights under a mixture of normal distributions. A number."""
    ### BEGIN SOLUTION
    z = (w[..., None] - mu) / sigma
    density = np.exp(-(z**2) / 2) / (sigma * np.sqrt(2 * np.pi))
    return -np.sum(np.log(density @ pi))
    ### END SOLUTION


# %%
mine |= (new := usable(soft_weight_sharing))
new

# %% topics="C08-29"
w = np.array([0.9, 1.1, 0.1, -0.05, 0.6])
pi, mu, sigma = np.array([0.5, 0.5]), np.array([0.0, 1.0]), np.array([0.1, 0.1])
print(f"R: {mine['soft_weight_sharing'](w, pi, mu, sigma):.4f}")
print(f"nnlib's soft_weight_sharing: {regularization.soft_weight_sharing(w, pi, mu, sigma):.4f}")
for _ in range(200):  # nothing but the prior pulls
    w = w - 0.001 * regularization.soft_weight_sharing_backward(1.0, w, pi, mu, sigma)[0]
print("after 200 steps down its gradient:", w.round(2))

# %% [markdown]
# Each weight has gone to one of the centres, 0.6 to the nearer one.

# %% [markdown]
# ## 6 · Max-norm: a limit
#
# The **max-norm constraint** 最大范数约束 costs nothing until a limit is reached. After each step, every unit whose incoming weights
# are longer than $c$ has them shortened to the length $c$, and the others are left alone. With $\lVert\cdot\rVert_2$ the usual
# length:
#
# $$w \leftarrow w \cdot \min\Big(1,\ \frac{c}{\lVert w \rVert_2}\Big) \qquad \text{for each unit}$$
#
# Its friend is a large learning rate: whatever the step does, the weights cannot explode. Values of 3 or 4 are usual, together
# with dropout. Unlike a penalty it does not pull at weights that are well inside.

# %% [markdown]
# Write it. `weight` has shape `(out, in)`: in row $i$ stand the weights of unit $i$, and the limit holds for each row. `c`
# $> 0$ is by default 3. A row may be all zeros, and stays so. Return an array of the same shape. Do not change the argument.


# %% exercise="max_norm"
def max_norm(weight, *, c=3.0):
    """Rows longer than c shortened to the length c. Shape of weight."""
    ### BEGIN SOLUTION
    length = np.linalg.norm(weight, axis=1, keepdims=True)
    return weight * (c / np.maximum(length, c))
    ### END SOLUTION


# %%
mine |= (new := usable(max_norm))
new

# %% topics="C08-18"
W = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
print(
    "lengths before:",
    np.linalg.norm(W, axis=1),
    " after:",
    np.linalg.norm(mine["max_norm"](W, c=1.0), axis=1).round(4),
)
print("nnlib's max_norm:", regularization.max_norm(W, c=1.0).tolist())

# %% [markdown] topics="C08-19"
# **In practice.** One $\lambda$ for the whole network, chosen on validation data, by factors of about three (chapter 07 says
# how to search), is what most people do; a strength of its own for each layer is rare, except perhaps for the output layer.
# Biases are usually spared; with inputs of mean 0 it hardly matters. L2 goes together with dropout, which is next.
#
# **End of the second sitting.** You have L1, limits on weights, and the beliefs behind penalties.

# %% [markdown]
# # Sitting 3
#
# ## 7 · Dropout, two conventions
#
# **Dropout** 随机失活 silences units at random: in each training step, each unit of a layer is set to 0 with probability $p$, for
# each sample anew. The next layer cannot rely on any one unit, and units cannot agree on dividing a task among them, as only
# all of them together could do it (**co-adaptation** 共适应). When the network is *used*, all units are there, since nobody wants
# random answers.
#
# Then a unit of the next layer gets more than it did in training. With $m$ a **mask** 掩码 of zeros and ones, 1 with probability
# $1 - p$, the mean of $m x$ is $(1-p)\, x$. Something must be scaled, and there are two ways:
#
# | | training | in use |
# | --- | --- | --- |
# | **vanilla** 普通 (as first published) | $y = m\, x$ | $y = (1-p)\, x$ |
# | **inverted** 反向 (torch, and everybody) | $y = m\, x / (1-p)$ | $y = x$ |
#
# And there are two meanings of $p$. Here, as in torch, it is the probability to **drop**. The paper, and some courses, call $p$
# or `keep_prob` the probability to **keep**. Whoever mixes the two has a network that is many times too loud or too quiet.
#
# The functions here get the mask as an argument, so that the backward pass sees the same one.
# `nnlib.regularization.dropout_mask(shape, p=p, rng=rng)` draws it.

# %% [markdown]
# Write vanilla dropout. `x` is an array of any shape, `mask` an array of 0.0 and 1.0 of the same shape, `p` from 0 to below 1
# the probability to *drop*, by default 0.5. With `training=True` (default) return what training gives, otherwise what use
# gives; then do not look at `mask`: it may be `None`. In training take the mask as it is, whatever `p` is. Return an array of
# the shape of `x`. Do not change the arguments.


# %% exercise="dropout_vanilla"
def dropout_vanilla(x, mask, *, p=0.5, training=True):
    """Dropout as first published: masked in training, scaled in use. Shape of x."""
    ### BEGIN SOLUTION
    return x * mask if training else x * (1 - p)
    ### END SOLUTION


# %% [markdown]
# Now inverted dropout. Arguments and options are the same. In use, return the values of `x`, as an array of its own or `x`
# itself.


# %% exercise="dropout"
def dropout(x, mask, *, p=0.5, training=True):
    """Inverted dropout: masked and scaled in training, nothing in use. Shape of x."""
    ### BEGIN SOLUTION
    return x * mask / (1 - p) if training else x
    ### END SOLUTION


# %% [markdown]
# And its backward pass. `grad_output` has the shape of `x`: the gradient of the loss with respect to $y$. Return the gradient
# with respect to `x`, of the same shape; in use that may be `grad_output` itself. All else as before.


# %% exercise="dropout_backward"
def dropout_backward(grad_output, x, mask, *, p=0.5, training=True):
    """Gradient of inverted dropout with respect to x. Shape of x."""
    ### BEGIN SOLUTION
    return grad_output * mask / (1 - p) if training else grad_output
    ### END SOLUTION


# %%
mine |= (new := usable(dropout_vanilla, dropout, dropout_backward))
new

# %% topics="C08-20 C08-21"
rng = np.random.default_rng(0)
ones = np.ones(100_000)
mask = regularization.dropout_mask(ones.shape, p=0.2, rng=rng)
for name, both in (
    ("vanilla", mine["dropout_vanilla"]),
    ("inverted", mine["dropout"]),
    ("nnlib's dropout_vanilla", regularization.dropout_vanilla),
    ("nnlib's dropout", regularization.dropout),
):
    print(
        f"{name:>23}, p = 0.2: mean in training {both(ones, mask, p=0.2).mean():.3f}, in use {both(ones, None, p=0.2, training=False).mean():.3f}"
    )
print(
    f"no scaling at all, p = 0.5: training {(ones * regularization.dropout_mask(ones.shape, rng=rng)).mean():.3f}, in use 1.000"
)
mixed = regularization.dropout_mask(ones.shape, p=0.8, rng=rng)  # 0.2 is taken for the probability to keep
print(f"the two meanings of p mixed: training {(ones * mixed).mean():.3f}, in use 0.800")
print(
    "gradient, units 1 and 3 kept:",
    mine["dropout_backward"](np.ones(3), np.ones(3), np.array([1.0, 0.0, 1.0])),
)

# %% [markdown]
# Within a convention, training and use agree on average. Without scaling, as some notes have it, the network in use is twice as
# loud as in training with $p$ = 0.5; with 0.2 to drop taken for 0.2 to keep, four times. A dropped unit gets no gradient from
# this sample, and so the weights that lead to it get none from it either.

# %% [markdown] topics="C08-23"
# **Which p?** Often 0.5 for wide fully connected layers, 0.3 or less for others, 0.2 or less at the input, none for layers with
# few units, and never at the output. It is a hyper-parameter: try it on validation data. And a warning for debugging: with
# dropout the training loss jumps about from step to step, for every step has another network. Whether the code is right is seen
# with $p = 0$, where the loss should fall smoothly; then switch dropout on.
#
# **Not before a squared loss.** A classifier is asked which score is largest, and may stay right when noise moves them all. A
# regression is asked for one exact number. With a linear output $w \cdot h$ right after inverted dropout, the expected squared
# error is $(w \cdot h - y)^2 + \frac{p}{1-p} \sum_i (w_i h_i)^2$: while training no prediction can be exact, and the larger the
# answer the worse.

# %% topics="C08-31"
h, w = np.ones(4), np.full(4, 2.5)
draws = mine["dropout"](np.tile(h, (100_000, 1)), regularization.dropout_mask((100_000, 4), rng=rng)) @ w
plain_part, penalty = experiments.dropout_squared_error(h, w, 10.0)
print(
    f"target 10, prediction in use {h @ w:g}; in training mean {draws.mean():.2f}, squared error {np.mean((draws - 10) ** 2):.1f}"
)
print(f"formula: {plain_part:.1f} + {penalty:.1f}")

# %% [markdown]
# ## 8 · What dropout averages
#
# A layer of $u$ units has $2^u$ sub-networks, one for each mask, and all of them share their weights. Training with dropout
# trains a random one of them in each step; use answers with all at once. Is one scaled pass the mean of their answers?

# %% topics="C08-22"
rng = np.random.default_rng(0)
hidden, out_weight = rng.normal(size=10) ** 2, rng.normal(size=(3, 10))


def sub_network(h, mask):
    z = out_weight @ (mask * h)
    e = np.exp(z - z.max())
    return e / e.sum()


averages = experiments.dropout_ensemble(sub_network, hidden, units=10, n_masks=1000, rng=rng)
print("mean over all 1024 masks:  ", averages.arithmetic.round(3))
print("mean over 1000 drawn masks:", averages.sampled[-1].round(3))
print("their geometric mean:      ", averages.geometric.round(3))
print("one pass, units times 1 − p:", averages.scaled.round(3))
for p in (0.1, 0.3, 0.5, 0.8):
    print(f"p = {p}: {2**10} masks of ten units, entropy {experiments.mask_entropy(10, p=p):.2f} bits")

# %% [markdown]
# One scaled pass is the *geometric* mean of all sub-networks, here exactly, since the masked layer lies right under a softmax;
# it is not far from the mean, and costs one pass instead of 1024. "$p = 0.5$ gives the most sub-networks" is not right: there
# are 1024 for every $p$ between 0 and 1. What $p = 0.5$ does is to make them equally likely, 10 bits of surprise in ten units.
#
# So dropout resembles **bagging** 装袋法 (chapter 14), with members that share weights; and since no input may be relied on,
# weights spread and stay small, as under L2. The term $\frac{p}{1-p}\sum_i (w_i h_i)^2$ of section 7 shows it: an L2 penalty in
# which each weight counts by the size of its input.
#
# **Or average by drawing.** Leave the noise on, ask a hundred times, take the mean: **Monte Carlo dropout** 蒙特卡洛随机失活. It costs
# a hundred passes, and gives one thing more: the spread of the answers, which is taken as a sign of how sure the network is.


# %% topics="C08-24"
def noisy(h, rng):
    return sub_network(h, regularization.dropout_mask(h.shape, rng=rng))


for samples in (10, 1000):
    drawn = experiments.mc_predict(noisy, hidden, n_samples=samples, rng=np.random.default_rng(0))
    print(f"{samples:>4} passes: mean {drawn.mean.round(3)}, spread {drawn.std.round(3)}")
print("one pass, no noise:", sub_network(hidden, np.full(10, 0.5)).round(3))

# %% [markdown]
# A thousand passes come within a few thousandths of the mean over all masks; ten are off by some hundredths, as a spread of
# 0.1 to 0.2, divided by the root of ten, lets one expect. The one pass without noise is the geometric mean of above.

# %% [markdown]
# ### Many masks for one batch
#
# **Multi-sample dropout** 多样本随机失活 draws several masks $m_1 \ldots m_M$ for the same features $h$, sends each result through the
# same **head** (the layers after the dropout), and averages the losses:
#
# $$\frac1M \sum_{k=1}^{M} \text{loss}\big(\text{head}(\text{dropout}(h, m_k))\big)$$
#
# All that comes before the dropout, which is usually most of the work, is computed once.

# %% [markdown]
# Write it. `h` is an array of any shape; `masks` has shape `(M, *h.shape)`, $M \ge 1$. `head` is a function of an array like
# `h`, `loss` a function of what `head` returns, which gives a number. `p` is the probability to drop, below 1, by default 0.5,
# of *inverted* dropout; you may call your `dropout`. Return the mean loss, a number. Do not change the arguments.


# %% exercise="multi_sample_dropout_loss"
def multi_sample_dropout_loss(h, masks, *, head, loss, p=0.5):
    """Mean loss of the same features under several masks. A number."""
    ### BEGIN SOLUTION
    return np.mean([loss(head(dropout(h, mask, p=p))) for mask in masks])
    ### END SOLUTION


# %%
mine |= (new := usable(multi_sample_dropout_loss))
new

# %% [markdown]
# What does it change? The mean of the losses has the same expectation for every $M$; only its spread falls. A lower bound that
# *grows* with $M$, which has been credited to it, belongs to another method: the logarithm of the *mean likelihood*, not the
# mean of the logarithms. With $L_k = -\ln p_k$ the loss under mask $k$:

# %% topics="C08-25 C08-26"
rng = np.random.default_rng(0)
for count in (1, 2, 8):
    means, bounds = [], []
    for _ in range(500 if quick else 4000):
        masks = regularization.dropout_mask((count, 10), rng=rng)
        means.append(
            mine["multi_sample_dropout_loss"](
                hidden, masks, head=lambda h: out_weight @ h, loss=lambda z: np.log(np.exp(z - z[1]).sum())
            )
        )
        log_p = [-np.log(np.exp(z - z[1]).sum()) for z in (2 * masks * hidden) @ out_weight.T]
        bounds.append(experiments.iw_log_likelihood(np.array(log_p)))
    print(
        f"M = {count}: mean of the losses {np.mean(means):.2f}, spread {np.std(means):.2f}; −ln of the mean likelihood {-np.mean(bounds):.2f}"
    )
one = np.array([[1.0, 0.0], [0.0, 1.0]])
print(
    "nnlib's multi_sample_dropout_loss:",
    regularization.multi_sample_dropout_loss(np.array([1.0, 3.0]), one, head=np.sum, loss=np.square),
)

# %% [markdown]
# The mean of the losses is 3.8 for each $M$, and its spread falls from 2.05 to 0.72: a less noisy loss, and so a less noisy
# gradient, from the same batch. The logarithm of the mean likelihood moves, from 3.81 down to 2.49.

# %% [markdown]
# ## 9 · DropConnect: cut connections, not units
#
# **DropConnect** sets single *weights* to 0, not units, for each sample with a mask $M_s$ of its own, of the shape of the
# weight matrix $W$:
#
# $$y_s = (M_s \odot W)\, x_s + b, \qquad s = 1 \ldots n$$
#
# with $\odot$ for entry by entry. Nothing is scaled; what replaces the mask in use comes below.

# %% [markdown]
# Write its forward pass in training. `x` has shape `(n, in)`, `weight` `(out, in)`, `bias` `(out,)`, and `mask`, of 0.0 and
# 1.0, `(n, out, in)`. Return shape `(n, out)`. The bias is not masked. Do not change the arguments.


# %% exercise="dropconnect"
def dropconnect(x, weight, bias, mask):
    """A linear layer some of whose connections are cut, sample by sample. Shape (n, out)."""
    ### BEGIN SOLUTION
    return np.sum(mask * weight * x[:, None, :], axis=2) + bias
    ### END SOLUTION


# %%
mine |= (new := usable(dropconnect))
new

# %% [markdown]
# "In use nothing is dropped, all connections are used", one reads. Then the weighted sums are $1/(1-p)$ times what they were on
# average in training, as with dropout. To scale by $1-p$ gives the right mean *before* the activation; but the mean of a ReLU
# is not the ReLU of the mean. The paper replaces the sum by a normal number of the same mean and variance, and averages *after*
# the activation:

# %% topics="C08-27"
rng = np.random.default_rng(3)
inputs = rng.normal(size=(1, 50))
weight = 2 / np.sqrt(50) * rng.normal(size=(1, 50))
bias = -0.5 * weight @ inputs[0] + 0.2


def relu(z):
    return np.maximum(z, 0)


masks = regularization.dropout_mask((20_000, 1, 50), rng=rng)
trained = relu(mine["dropconnect"](np.repeat(inputs, 20_000, axis=0), weight, bias, masks)).mean()
noise = regularization.standard_noise((20_000, 1, 1), rng=rng)
matched = regularization.dropconnect_inference(inputs, weight, bias, noise, p=0.5, activation=relu)
few_masks = masks[:3]
print(
    "nnlib's dropconnect:",
    regularization.dropconnect(np.repeat(inputs, 3, axis=0), weight, bias, few_masks)[:, 0].round(3),
)
print(
    "yours:              ",
    mine["dropconnect"](np.repeat(inputs, 3, axis=0), weight, bias, few_masks)[:, 0].round(3),
)
print(f"mean of relu in training:      {trained:.3f}")
print(f"all connections, not scaled:   {relu(inputs @ weight.T + bias).item():.3f}")
print(f"relu of the mean sum:          {relu(0.5 * inputs @ weight.T + bias).item():.3f}")
print(f"mean and variance matched:     {matched.item():.3f}")

# %% [markdown]
# All connections give twice the mean of training, the scaled sum less than half of it; matching mean and variance is a
# hundredth away.
#
# **End of the third sitting.** You have noise that a network must live with, on units and on connections, and you know what its
# use without noise computes.

# %% [markdown]
# # Sitting 4
#
# ## 10 · Early stopping
#
# The cheapest regulariser does nothing. **Early stopping** 早停 watches the validation loss after each epoch, keeps the
# parameters of the best one, and stops when there has been no improvement for a while. How long is a while? That is the
# **patience** 耐心值: so many epochs in a row without an improvement. What is an improvement? A value that is better than the best
# so far by more than `min_delta`.
#
# So it is not a method "whose only hyper-parameter is the number of steps": patience, how often one measures, what one measures
# (loss or accuracy, section 2), and `min_delta` are choices, too.

# %% [markdown]
# Write it for a whole series. `values` has shape `(n,)`, $n \ge 1$, all finite: the measured value after each epoch. `patience` $\ge 1$ is
# an integer, by default 10, `min_delta` $\ge 0$ by default 0. `mode` is `"min"` (default) if small values are good, `"max"` if
# large ones are. The first value counts as the best so far, $v$; a later one, $u$, replaces it if $v - u >$ `min_delta`, with
# `"max"` if $u - v >$ `min_delta`. A value that is better by less leaves $v$ where it is. Stop as soon as `patience` values in
# a row have not replaced it. Return `(best, last)`: the index of $v$ when training stops, and the index of the last value that
# was looked at, which is $n - 1$ if it never stops. Indices are integers and count from 0. Do not change the argument.


# %% exercise="early_stopping"
def early_stopping(values, *, patience=10, min_delta=0.0, mode="min"):
    """Where training stops, and whose parameters are kept: (best, last), two indices."""
    ### BEGIN SOLUTION
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1
    ### END SOLUTION


# %%
mine |= (new := usable(early_stopping))
new

# %% topics="C08-28"
for patience in (1, 3, 10):
    best, last = mine["early_stopping"](plain.validation_loss, patience=patience)
    print(
        f"patience {patience:>2}: stops after epoch {last + 1}, keeps epoch {best + 1}:"
        f" loss {plain.validation_loss[best]:.4f}, accuracy {plain.validation_accuracy[best]:.1%}"
    )
best, last = mine["early_stopping"](plain.validation_accuracy, patience=10, mode="max")
print(
    f"by accuracy, patience 10: stops after epoch {last + 1}, keeps epoch {best + 1}: accuracy {plain.validation_accuracy[best]:.1%}"
)
watcher = regularization.EarlyStopping(patience=10)
next((i for i, value in enumerate(plain.validation_loss) if watcher.step(value, [])), None)
print(f"nnlib's EarlyStopping, patience 10: keeps epoch {watcher.best_step + 1}")

# %% [markdown]
# It limits how far the weights get from their small start, so it acts much like L2. What speaks against it: one dial turns two
# things, how well the training set is fitted and how much is overfitted, which other methods keep apart.
#
# ## 11 · Residual blocks, filed in the wrong place
#
# A **residual block** 残差块 adds what a layer computes to what it was given, $y = x + F(x)$, where $F$ keeps the shape. Lists of
# regularisers name it. But it was invented against something else: plain networks with 56 layers had a higher *training* error
# than those with 20. That is not overfitting, it is optimisation. A block with $F = 0$ does nothing, so depth need do no harm;
# and the gradient has a way around $F$:
#
# $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} + \text{(the same, sent back through } F)$$

# %% [markdown]
# Write the backward pass. `x` is an array of any shape, `grad_output` of the same shape; `fn` is a pair of functions
# `(f, f_backward)`: `f(x)` is $F(x)$, and `f_backward(grad_output, x)` returns the gradient with respect to `x`, which may be
# `grad_output` itself, if $F(x) = x$. Return shape of `x`. Do not change the arguments.


# %% exercise="residual_block_backward"
def residual_block_backward(grad_output, x, *, fn):
    """Gradient of x + f(x) with respect to x. Shape of x."""
    ### BEGIN SOLUTION
    _, f_backward = fn
    return grad_output + f_backward(grad_output, x)
    ### END SOLUTION


# %%
mine |= (new := usable(residual_block_backward))
new


# %% topics="C08-30"
def half_tanh(x):
    return 0.5 * np.tanh(x)


def half_tanh_backward(grad_output, x):
    return grad_output * 0.5 * (1 - np.tanh(x) ** 2)


x0 = np.array([0.5, -1.0])
print("nnlib's residual_block:", nn.residual_block(x0, fn=(half_tanh, half_tanh_backward)).round(4))
for name, block in (
    ("plain", half_tanh_backward),
    ("residual", lambda g, x: mine["residual_block_backward"](g, x, fn=(half_tanh, half_tanh_backward))),
):
    g = np.ones(2)
    for _ in range(20):
        g = block(g, x0)
    print(f"{name:>8}: the gradient after 20 layers, all at the same x: {g[0]:.1e}")

# %% [markdown]
# Twenty plain layers leave nothing of the gradient. The blocks do not lose it; here, where all of them push the same way, it
# grows, which is what the normalisation of chapter 09 is for.

# %% [markdown]
# ## 12 · Five regularisers, a thousand digits
#
# Now all of them, on the network of section 2, which had read every training image right. The images are 1000 as before, 200
# epochs, rate 0.25 as in section 2.
#
# * **L2** with λ = 1, on your `minibatch_l2_step`;
# * **dropout** of the hidden units with $p$ = 0.2, on your `dropout` and `dropout_backward`;
# * **early stopping** of the plain runs by their validation loss, on your `early_stopping` with its patience of 10;
# * **augmentation** (chapter 01): each time an image comes, it is moved by up to 2 pixels along both axes. Training images
#   only: the validation and test images stay as they are, and nothing of them goes into the training set;
# * **L1**, on your `soft_threshold`, at the end and apart, for what it leaves of the weights.
#
# The strengths are near the best of a coarse search on the validation images, with other starts: λ from 0.3 to 3 and $p$ of 0.1
# or 0.2 differ by an image or two of 666, so we took λ = 1 and $p$ = 0.2. The patience of 10 was not tuned. What follows are
# three starts each, and the *test* images are asked at the end. It takes about a minute.

# %%
settings = {
    "plain": {},
    "L2": {"lam": 1.0 * few / 1000},
    "dropout": {"p": 0.2},
    "augmentation": {"shift": 2},
}
names = ("minibatch_l2_step", "dropout", "dropout_backward", "soft_threshold")
yours = {name: mine[name] for name in names}


def train(seed, **options):
    return experiments.few_digits(
        n_train=few, epochs=epochs, rng=np.random.default_rng(seed), **yours, **options
    )


runs = {name: [train(s, **options) for s in seeds] for name, options in settings.items()}
kept = {name: [epochs - 1] * len(seeds) for name in settings}
runs["early stopping"] = runs["plain"]
kept["early stopping"] = [mine["early_stopping"](run.validation_loss)[0] for run in runs["plain"]]
for name, several in runs.items():
    loss, validation, test = (
        np.array([getattr(run, what)[i] for run, i in zip(several, kept[name])])
        for what in ("validation_loss", "validation_accuracy", "test_accuracy")
    )
    print(
        f"{name:>14}: validation loss {loss.mean():.3f}, accuracy {validation.mean():.1%};"
        f" test {test.mean():.1%}, from {test.min():.1%} to {test.max():.1%}"
    )

# %% tags=["folded"]
fig, panels = plt.subplots(1, 2, figsize=(10, 3.6))
styles = {"plain": "-", "L2": "--", "dropout": ":", "augmentation": "-."}
for name, style in styles.items():
    for ax, what in zip(panels, ("validation_loss", "validation_accuracy")):
        values = np.array([getattr(run, what) for run in runs[name]])
        (line,) = ax.semilogx(shown, values.mean(axis=0), style, label=name)
        ax.fill_between(shown, values.min(axis=0), values.max(axis=0), color=line.get_color(), alpha=0.2)
panels[0].set(xlabel="epoch", ylabel="validation loss")
panels[1].set(xlabel="epoch", ylabel="validation accuracy")
panels[1].legend()
plotting.show(
    fig,
    alt="Validation loss and accuracy over 200 epochs, mean and range of three starts. The plain loss falls and rises again, that with "
    "dropout later and less; with L2 it stays level near 0.4, with augmentation it is the lowest, below 0.25. Three accuracies end "
    "between 88 and 90 percent, that with augmentation above 93.",
)

# %% [markdown]
# **Augmentation** is worth four points, and its worst start is better than the best of all others: it tells the network
# something about digits that no penalty knows. **L2** and **dropout** are worth about half a point each: five of 1000 test
# images, where one standard error is about a point (chapter 01). Here all starts with L2 lie above the plain ones; three
# further starts overlap. Nobody should choose by that. The four points of augmentation are forty images, and no start crosses
# over. **Early stopping** gains no accuracy here, it even costs some: it keeps the epoch of the lowest *loss*, while the
# accuracy still creeps up. But its loss is lower by a third, after a tenth of the epochs. Which of the two is the better
# network depends, once more, on what it is for.
#
# Dropout at a stronger rate, 0.5, which is so often recommended, was worse on the validation images than 0.2: fifty hidden
# units are few. A strength from somebody else's network is a guess.

# %% [markdown]
# ### λ and the number of images
#
# What is a good λ for 1000 images is it for 3000? The same number of steps for each, λ kept or rescaled, and the squared length
# of the first layer's weights at the end:

# %%
steps = 200 if quick else 4000
for images, strength in ((1, 1.0), (3, 1.0), (3, 3.0)):
    n, strength = images * few, strength * few / 1000
    run = experiments.few_digits(
        n_train=n, epochs=steps * 50 // n, lam=strength, rng=np.random.default_rng(0), **yours
    )
    print(
        f"{n} images, λ = {strength:<4g}: λ/n = {strength / n:.4f}, ‖W₁‖² = {np.sum(run.parameters[0] ** 2):5.1f},"
        f" training loss {run.training_loss[-1]:.3f}, test {run.test_accuracy[-1]:.1%}"
    )

# %% [markdown]
# With λ kept, three times as many images get a third of the pull in each step, and the weights end up more than twice as long,
# squared; with λ rescaled they come out nearer to the first. The test images do not tell the last two apart. What they do tell:
# three times as many images are worth three points, more than any penalty.
#
# ### L1 and L2 in the weights
#
# Last, what the two penalties leave of the 39 200 weights of the first layer. L1 is trained with your `soft_threshold` after
# each step.

# %%
left = {}
for name, options in {
    "plain": {},
    "L2": {},
    "L1, λ = 0.1": {"l1": 0.1 * few / 1000},
    "L1, λ = 0.5": {"l1": 0.5 * few / 1000},
}.items():
    run = runs[name][0] if name in runs else train(0, **options)
    W1 = run.parameters[0]
    left[name] = np.abs(W1[W1 != 0])
    print(
        f"{name:>11}: {np.mean(W1 == 0):.1%} of the weights are 0, {np.mean(np.abs(W1) < 0.01):.1%} below 0.01,"
        f" the largest {np.abs(W1).max():.2f}; inputs not used {np.mean((W1 == 0).all(axis=0)):.0%};"
        f" test {run.test_accuracy[-1]:.1%}"
    )

# %% tags=["folded"]
fig, ax = plt.subplots(figsize=(7, 3.6))
for (name, sizes), style in zip(left.items(), ("-", "--", ":", "-.")):
    ax.hist(sizes, bins=np.logspace(-4, 0.3, 60), histtype="step", linestyle=style, linewidth=1.8, label=name)
ax.set(
    xscale="log",
    xlabel="size of a weight that is not 0",
    ylabel="weights",
    title="what is left in the first layer",
)
ax.legend()
plotting.show(
    ax,
    alt="Histograms of the sizes of the weights that are not zero, logarithmic. The plain network has all its weights, most between 0.01 and 0.1; "
    "L2 has as many, and smaller ones; L1 has few left.",
)

# %% [markdown]
# L2 makes weights small, and none of them 0. L1 leaves less than half of them, with the larger strength a quarter, and then
# more than a third of the pixels is not looked at at all: those at the border, most of all, which are black in every image.
# Accuracy does not gain by it. What L1 gives is a smaller network, not a better one.

# %% [markdown]
# **Written question.** A colleague has 2500 photographs, trains on 2000 of them and validates on the other 500: training
# accuracy 100 %, validation accuracy 81 %, a person reaches 97 %. (a) Name the trouble, and two measures against it that fit,
# and one that would be useless, with reasons. (b) He augments all 2500 photographs first, five copies each, and then splits off the validation part. The validation accuracy rises
# to 96 %. What do you say?

# %% [markdown] written="what-is-the-trouble" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point: high variance, since the training error is 0 and the validation error 19 %; two of:
# more photographs, augmentation of the training part, L2 or dropout or early stopping, a smaller network; useless: a larger
# network or longer training, which help against bias, and there is none. Half a point for the name and the two measures without
# the useless one. (b) 1 point: copies of one photograph are on both sides of the split, so the validation part is half known:
# the number says nothing. Split first, augment the training part only. Half a point for "wrong" without the reason.
# ### END SOLUTION

# %% [markdown]
# **Written question.** A paper says "λ = 0.0005 with Adam, p = 0.9". (a) Name two questions that must be answered before you
# can repeat this in torch. (b) You train with 60 000 images and $\frac{\lambda}{2n} \lVert w \rVert^2$, λ = 6. What is torch's
# `weight_decay` for SGD, and what happens to λ and to `weight_decay` if you get 600 000 images and want the same pull in each
# step?

# %% [markdown] written="which-lambda" points=2
# ### BEGIN SOLUTION
# *Marking guide (2 points).* (a) 1 point for two of: is λ divided by $n$ (or by $2n$, or has the penalty no ½); is it a penalty
# in the gradient or decay apart from it (Adam or AdamW, chapter 06); is $p$ the probability to drop or to keep (0.9 is surely
# that to keep: `p=0.1` in torch). Half a point for one. (b) 1 point: $\lambda/n = 0.0001$; λ becomes 60, and `weight_decay`
# stays 0.0001, since it is λ/n already. Half a point for one of the two.
# ### END SOLUTION

# %% [markdown]
# ## 13 · Against torch
#
# Your functions beside torch's, in float64, values and gradients. Each line says whether they stay within $10^{-12}$ of each
# other. Torch draws its own dropout masks; which one it drew is seen in its output. Without torch the cell says so.

# %%
rng = np.random.default_rng(0)
w0, g0 = rng.normal(size=(4, 3)), rng.normal(size=(20, 4, 3))
try:
    import torch
except ImportError:
    print("torch is not installed here; this comparison is skipped.")
else:

    def compare(name, yours, theirs):
        print(f"{name:>40}: within 1e-12: {np.abs(yours - theirs.detach().numpy()).max() < 1e-12}")

    W = torch.tensor(w0, requires_grad=True)
    optimizer = torch.optim.SGD([W], lr=0.1, weight_decay=0.3 / 50)
    w = w0
    for g in g0:
        w, _ = mine["minibatch_l2_step"](w, zero, 10 * g, zero, lr=0.1, lam=0.3, n=50, m=10)
        W.grad = torch.tensor(g)
        optimizer.step()
    compare("minibatch_l2_step, SGD(weight_decay=λ/n)", w, W)
    W = torch.tensor(w0, requires_grad=True)
    compare(
        "soft_threshold, softshrink",
        mine["soft_threshold"](w0, t=0.4),
        torch.nn.functional.softshrink(W, 0.4),
    )
    (0.3 * W.abs().sum() + 0.2 * (W**2).sum()).backward()
    compare("elastic net, autograd", mine["elastic_net_penalty_backward"](1.0, w0, l1=0.3, l2=0.2), W.grad)
    laplace = torch.distributions.Laplace(torch.tensor(0.0, dtype=torch.float64), 2.0)
    compare(
        "laplace_neg_log_prior, Laplace", mine["laplace_neg_log_prior"](w0, b=2.0), -laplace.log_prob(W).sum()
    )
    pi, mu, sigma = np.array([0.3, 0.7]), np.array([0.0, 1.0]), np.array([0.5, 1.0])
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(torch.tensor(pi)),
        torch.distributions.Normal(torch.tensor(mu), torch.tensor(sigma)),
    )
    compare(
        "soft_weight_sharing, a mixture",
        mine["soft_weight_sharing"](w0, pi, mu, sigma),
        -mixture.log_prob(W).sum(),
    )
    lengths = torch.linalg.vector_norm(W, dim=1, keepdim=True)
    compare("max_norm, lengths clamped", mine["max_norm"](w0, c=1.0), W / lengths.clamp(min=1.0))
    x = torch.tensor(w0, requires_grad=True)
    dropped = torch.nn.functional.dropout(x, p=0.3)
    mask = (dropped != 0).double().numpy()
    dropped.backward(torch.tensor(g0[0]))
    compare("dropout, forward", mine["dropout"](w0, mask, p=0.3), dropped)
    compare("dropout, backward", mine["dropout_backward"](g0[0], w0, mask, p=0.3), x.grad)
    x = torch.tensor(w0, requires_grad=True)
    (x + 0.5 * torch.tanh(x)).backward(torch.tensor(g0[0]))
    pair = (half_tanh, half_tanh_backward)
    compare("residual_block_backward, autograd", mine["residual_block_backward"](g0[0], w0, fn=pair), x.grad)

# %% [markdown]
# ## Formulas found in print
#
# You will meet these, in notes and in books. Each is wrong, or misleading; the sections say by how much.
#
# | found in print | right | where |
# | --- | --- | --- |
# | "two ways to prevent generalisation" | overfitting is what they prevent | 1 |
# | $\lVert W \rVert_F^2 = \sum_{i=1}^{\text{in}} \sum_{j=1}^{\text{out}} W_{ij}^2$ | bounds exchanged | 3: `IndexError` |
# | $\partial \lVert W \rVert_F^2 / \partial W = W$ | $2W$ | 3: a slope of 6 at $w = 3$ |
# | λ without its formula | five conventions | 3: 0.001 to 0.2 |
# | "weights decay linearly", $w \mathrel{+}= -\lambda w$ | by the same share; and the rate is missing | 3: 0.729, not 0.7 |
# | "L2 is weight decay" | for plain SGD | chapter 06 |
# | "L1 gives zeros" by its gradient | with the soft threshold | 4: −0.027 and 0.003 for ever |
# | "L1 is sparse, therefore L2 is more common" | not the reason | 4 |
# | $\frac{1}{2b} \sum \lvert w \rvert$ from the Laplace prior | $\frac1b$ | 5: 1.125 for 2.25 |
# | the lasso with a logistic likelihood | the lasso is linear regression | 5 |
# | dropout without any scaling | once, in training or in use | 7: 0.5 against 1 |
# | $r \sim \text{Bernoulli}(p)$ and "dropped with probability $p$" | $1 - p$ | 7: 0.2 for 0.8 |
# | "$p = 0.5$ gives the most sub-networks" | $2^u$ for every $p$ | 8: 1024 |
# | multi-sample dropout's loss is a bound that tightens | its mean stays | 8 |
# | DropConnect: "in use all connections" | match mean and variance | 9 |
# | "steps are the only hyper-parameter" of early stopping | patience, measure, interval | 10 |
# | residual networks among the regularisers | against poor *training* error | 11 |
# | "augmentation gives more validation data" | the training part only | 12, and the written question |

# %% [markdown]
# ## Summary
#
# | method | what it does | strength | in use |
# | --- | --- | --- | --- |
# | L2 | shrinks by the same share | $\lambda/n$ | nothing |
# | L1 | shrinks by the same amount, to 0 with the soft threshold | $\lambda/n$ | nothing |
# | elastic net | both | $\lambda_1, \lambda_2$ | nothing |
# | soft weight sharing | pulls to centres that are learnt | $\pi, \mu, \sigma$ | nothing |
# | max-norm | shortens what is too long | $c$ | nothing |
# | inverted dropout | silences units, times $1/(1-p)$ | $p$ | nothing |
# | vanilla dropout | silences units | $p$ | times $1-p$ |
# | DropConnect | cuts connections | $p$ | normal sums |
# | early stopping | keeps the best epoch | patience | nothing |
# | augmentation | changes images, not labels | which changes | nothing |
#
# | watch out for | why |
# | --- | --- |
# | which λ | a factor of 200 between conventions |
# | drop or keep | $p$ means both |
# | $n$ of the training set, $m$ of the batch | the penalty has the first, the gradient the second |
# | loss or accuracy | one may rise while the other stands |
# | the validation set | choose on it, augment nothing in it, report on the test set |

# %% [markdown] topics="C08-32"
# **Recipe.** A recipe that closes one set of notes: inputs of mean 0, within $[-1, 1]$; He's start for ReLU; L2 and inverted
# dropout; batch normalisation (chapter 09). It is a good first try. The numbers of section 12 add: for images, augment first.
#
# **Further reading.** Geman, Bienenstock, Doursat, *Neural networks and the bias/variance dilemma* (1992) · Krogh, Hertz, *A
# simple weight decay can improve generalization* (1992) · Nowlan, Hinton, *Simplifying neural networks by soft weight-sharing*
# (1992) · Tibshirani, *Regression shrinkage and selection via the lasso* (1996) · Prechelt, *Early stopping, but when?* (1998)
# · Zou, Hastie, *Regularization and variable selection via the elastic net* (2005) · Beck, Teboulle, *A fast iterative
# shrinkage-thresholding algorithm* (2009) · Wan and others, *Regularization of neural networks using DropConnect* (2013) ·
# Wager, Wang, Liang, *Dropout training as adaptive regularization* (2013) · Srivastava and others, *Dropout* (2014) · Nielsen,
# *Neural networks and deep learning* (2015), chapter 3 · Goodfellow, Bengio, Courville, *Deep Learning* (2016), chapter 7 · He
# and others, *Deep residual learning for image recognition* (2016) · Gal, Ghahramani, *Dropout as a Bayesian approximation*
# (2016) · Noh and others, *Regularizing deep neural networks by noise* (2017) · Ng, *Machine learning yearning* (2018) · Inoue,
# *Multi-sample dropout for accelerated training and better generalization* (2019).

# %%
progress()
