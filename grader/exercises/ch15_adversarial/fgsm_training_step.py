"""A step of training against the fast gradient sign method."""

import numpy as np

from grader.exercises.ch15_adversarial.mlp_input_gradient import classes, network
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import experiments
from nnlib.adversarial import fgsm
from nnlib.experiments import adversarial_grads, mlp_input_gradient


def pixels(n, d, h, c, **given):
    """Pixels near both ends of their range, and in the middle."""

    def draw(rng):
        x = np.resize([0.03, 0.96, 0.5, 0.04, 0.6, 0.97, 0.3], (n, d)) + rng.uniform(-0.01, 0.01, (n, d))
        return call(x, classes(n, c), *network(rng, d, h, c), **given)

    return draw


def unseen_pixel(n, d, h, c, **given):
    """No unit looks at the first pixel: its gradient is 0."""

    def draw(rng):
        x, y, W1, *others = pixels(n, d, h, c)(rng).args
        return call(x, y, W1 * (np.arange(d) > 0), *others, **given)

    return draw


def _allowed(rng):
    n, d, h, c = (int(one_of(rng, 1, 2, 2, 3, 4)) for _ in range(4))
    given = options(rng, epsilon=(0.1, 0.3, 0.0), alpha=(0.5, 0.2, 0.0, 1.0), lr=(0.1, 0.5, 0.0, 2.0))
    parameters = (rng.normal(size=s) for s in ((h, d), (h,), (c, h), (c,)))
    return call(rng.uniform(size=(n, d)), rng.integers(c, size=n), *parameters, **given)


FGSM_TRAINING_STEP = Exercise(
    function="fgsm_training_step",
    topics=("C15-01",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.fgsm_training_step,
    forbid=("nnlib.adversarial.adversarial_training_step",),
    uses=("mlp_input_gradient", "fgsm", "adversarial_grads"),
    returns=("W1", "b1", "W2", "b2"),
    allowed=_allowed,
    large=pixels(32, 784, 64, 10),
    cases=(
        Case(
            "one step",
            pixels(4, 5, 6, 3, epsilon=0.3, lr=1.0),
            weight=2,
        ),
        Case("alpha given", pixels(4, 5, 6, 3, epsilon=0.3, alpha=0.2, lr=0.5), weight=2),
        Case("changed samples only", pixels(4, 5, 6, 3, epsilon=0.4, alpha=0.0, lr=2.0), weight=2),
        Case("no option is given", pixels(4, 5, 6, 3), weight=3),
        in_turn(
            "one pixel, one unit, one class, epsilon 0, rate 0",
            pixels(1, 1, 1, 1),
            pixels(2, 1, 3, 2, epsilon=0.0),
            pixels(3, 2, 1, 4, alpha=1.0),
            pixels(2, 4, 2, 1, alpha=0.0, lr=2.0),
            pixels(1, 3, 4, 2, lr=0.0),
            pixels(4, 4, 4, 4, epsilon=0.3, lr=0.5),
            pixels(2, 3, 3, 2, epsilon=0.1, alpha=0.5, lr=0.1),
            unseen_pixel(4, 3, 5, 3),
            edge=True,
        ),
    ),
    hints=(
        "Three of your functions, one after the other: mlp_input_gradient, fgsm, adversarial_grads.",
        "fgsm(x, gradient, epsilon=epsilon, clip=(0, 1)) makes x_adv; hand alpha on to adversarial_grads.",
        "tuple(p - lr * g for p, g in zip((W1, b1, W2, b2), grads))",
    ),
)


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_uphill(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You add the gradients to the parameters; descent subtracts them. Uphill goes only the attack."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 + lr * g1, b1 + lr * g2, W2 + lr * g3, b2 + lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_easier_samples(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """Your attack goes downhill and makes the samples easier; it goes uphill."""
    x_adv = fgsm(x, -mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_not_clipped(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You do not clip the changed images to 0 and 1."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon)
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_clean_first(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You take a step on the clean batch first, and attack the network after it; both gradients are taken before
    the one step."""
    g1, g2, g3, g4 = adversarial_grads(x, x, y, W1, b1, W2, b2, alpha=0.0)
    W1, b1, W2, b2 = (p - lr * alpha * g for p, g in zip((W1, b1, W2, b2), (g1, g2, g3, g4)))
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=0.0)
    W1, b1, W2, b2 = (p - lr * (1 - alpha) * g for p, g in zip((W1, b1, W2, b2), (g1, g2, g3, g4)))
    return W1, b1, W2, b2


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_clean_only(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You train on the clean batch alone; the changed one counts 1 − alpha."""
    g1, g2, g3, g4 = adversarial_grads(x, x, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_changed_only(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You train on the changed batch alone; the clean one counts alpha."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x_adv, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong(case="alpha given")
def fgsm_training_step_alpha_not_handed_on(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You do not hand `alpha` on, so that it is always ½."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_epsilon_not_handed_on(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You do not hand `epsilon` on, so that fgsm takes its own, 0.03."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_own_rate(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You step with the rate 0.1 whatever the caller gives as `lr`."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - 0.1 * g1, b1 - 0.1 * g2, W2 - 0.1 * g3, b2 - 0.1 * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_raw_gradient(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You change the images by the gradient itself; FGSM takes its sign."""
    x_adv = np.clip(x + epsilon * mlp_input_gradient(x, y, W1, b1, W2, b2), 0, 1)
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_gradients(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You return the gradients; return the new parameters."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    return tuple(adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha))


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_the_changes(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You return the changes of the parameters; return the new parameters."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    grads = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return tuple(-lr * g for g in grads)


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_weights_only(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You leave the biases as they are; all four parameters take the step."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, _, g3, _ = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1, W2 - lr * g3, b2


@FGSM_TRAINING_STEP.wrong(case="alpha given")
def fgsm_training_step_batches_exchanged(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """The shares are exchanged: alpha is that of the clean batch, 1 − alpha that of the changed one."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x_adv, x, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_attack_on_its_own_answer(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You train on the classes that the network gives to the changed images; their class is still y."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    said = (np.maximum(x_adv @ W1.T + b1, 0) @ W2.T + b2).argmax(axis=1)
    clean = adversarial_grads(x, x, y, W1, b1, W2, b2)
    other = adversarial_grads(x_adv, x_adv, said, W1, b1, W2, b2)
    grads = (alpha * g + (1 - alpha) * h for g, h in zip(clean, other))
    return tuple(p - lr * g for p, g in zip((W1, b1, W2, b2), grads))


@FGSM_TRAINING_STEP.wrong(case="no option is given")
def fgsm_training_step_other_epsilon(x, y, W1, b1, W2, b2, *, epsilon=0.03, alpha=0.5, lr=0.1):
    """Your default of epsilon is 0.03; here it is 0.1."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong(case="arguments unchanged")
def fgsm_training_step_in_place(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You change the old parameters in place; p -= … does, p - … makes new ones."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    for p, g in zip((W1, b1, W2, b2), adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)):
        p -= lr * g
    return W1, b1, W2, b2


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_attack_on_the_guess(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You attack with the classes that the network gives; here the attack uses the true ones, y."""
    guess = (np.maximum(x @ W1.T + b1, 0) @ W2.T + b2).argmax(axis=1)
    x_adv = fgsm(x, mlp_input_gradient(x, guess, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.wrong
def fgsm_training_step_two_steps(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """You take the gradient of the changed batch after a step on the clean one; take both before the one step."""
    theta = W1, b1, W2, b2
    x_adv = fgsm(x, mlp_input_gradient(x, y, *theta), epsilon=epsilon, clip=(0, 1))
    for batch, share in ((x, alpha), (x_adv, 1 - alpha)):
        grads = adversarial_grads(batch, batch, y, *theta, alpha=0.0)
        theta = tuple(p - lr * share * g for p, g in zip(theta, grads))
    return theta


@FGSM_TRAINING_STEP.wrong(case="alpha given")
def fgsm_training_step_biases_without_rate(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """For the biases the factor lr is missing; they take the step with the same rate."""
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - g2, W2 - lr * g3, b2 - g4


@FGSM_TRAINING_STEP.right
def fgsm_training_step_four_lines(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    x_adv = fgsm(x, mlp_input_gradient(x, y, W1, b1, W2, b2), epsilon=epsilon, clip=(0, 1))
    g1, g2, g3, g4 = adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)
    return W1 - lr * g1, b1 - lr * g2, W2 - lr * g3, b2 - lr * g4


@FGSM_TRAINING_STEP.right
def fgsm_training_step_two_gradients(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    signs = np.sign(mlp_input_gradient(x, y, W1, b1, W2, b2))
    x_adv = np.minimum(np.maximum(x + epsilon * signs, 0), 1)
    clean = adversarial_grads(x, x, y, W1, b1, W2, b2, alpha=1.0)
    other = adversarial_grads(x_adv, x_adv, y, W1, b1, W2, b2, alpha=0.0)
    both = (alpha * g + (1 - alpha) * h for g, h in zip(clean, other))
    return tuple(p + -lr * g for p, g in zip((W1, b1, W2, b2), both))


@FGSM_TRAINING_STEP.right
def fgsm_training_step_written_out(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    n, target = len(x), np.eye(len(b2))[y]

    def back(batch):
        a = batch @ W1.T + b1
        e = np.exp(np.maximum(a, 0) @ W2.T + b2)
        top = (e / e.sum(axis=1, keepdims=True) - target) / n
        return np.maximum(a, 0), top, (top @ W2) * (a > 0)

    hidden, top, below = back(x)
    x_adv = np.clip(x + epsilon * np.sign(below @ W1), 0, 1)
    hidden_adv, top_adv, below_adv = back(x_adv)
    share = 1 - alpha
    return (
        W1 - lr * (alpha * below.T @ x + share * below_adv.T @ x_adv),
        b1 - lr * (alpha * below + share * below_adv).sum(axis=0),
        W2 - lr * (alpha * top.T @ hidden + share * top_adv.T @ hidden_adv),
        b2 - lr * (alpha * top + share * top_adv).sum(axis=0),
    )


@FGSM_TRAINING_STEP.right
def fgsm_training_step_on_copies(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    new = [p.copy() for p in (W1, b1, W2, b2)]
    gradient = mlp_input_gradient(x, y, W1, b1, W2, b2)
    x_adv = np.where(
        gradient > 0, np.minimum(x + epsilon, 1), np.where(gradient < 0, np.maximum(x - epsilon, 0), x)
    )
    for p, g in zip(new, adversarial_grads(x, x_adv, y, W1, b1, W2, b2, alpha=alpha)):
        p -= lr * g
    return tuple(new)
