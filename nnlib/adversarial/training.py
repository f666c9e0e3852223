"""Train on what an attack makes of the samples: the attack raises the loss, the step lowers it again."""

import numpy as np

from nnlib import losses
from nnlib._check import need
from nnlib._gradients import taken


def input_gradient(model, loss, x, y):
    """Gradient of a network's loss with respect to its input.

    Parameters
    ----------
    model : Module
    loss : name of a loss of nnlib.losses, or (f, f_backward)
    x : array, shape (n, ...), the inputs
    y : array, the targets

    Returns
    -------
    array, shape of x; the network's own gradients are overwritten, its parameters are not

    Notes
    -----
    Back-propagation goes on through the first layer down to x.  The network is used without noise.  Of a mean over
    samples it is 1/n of each sample's own gradient, which neither a sign nor a direction shows.
    Goodfellow, Shlens & Szegedy (2015), "Explaining and harnessing adversarial examples", section 4.

    Examples
    --------
    >>> from nnlib.modules import Activation
    >>> input_gradient(Activation("relu"), "mse_loss", np.array([[3.0, 2.0]]), np.array([[1.0, 1.0]]))
    array([[2., 1.]])
    """
    _, f_backward = _loss(loss)
    return model.backward(f_backward(1.0, model.forward(x), y))


def adversarial_training_step(model, loss, optimizer, x, y, *, attack, alpha=0.5, rng=None):
    """One step on the loss of a batch and on that of its adversarial counterpart.

    Parameters
    ----------
    model : Module; its parameters are changed in place
    loss : name of a loss of nnlib.losses, or (f, f_backward)
    optimizer : of nnlib.optim, made with model.params; parameters that it was not given stay as they are
    x, y : arrays, the batch
    attack : function of (x, grad_fn) that gives the changed x, where grad_fn(x) is the gradient of the loss at x:
        functools.partial(pgd, epsilon=0.1), or lambda x, grad_fn: fgsm(x, grad_fn(x), epsilon=0.1)
    alpha : float from 0 to 1, default 0.5, share of the clean loss; 0 trains on the changed samples only
    rng : numpy.random.Generator for the noise of the layers, or None for a network without

    Returns
    -------
    (clean, adversarial) : both losses before the step, floats

    Raises
    ------
    ValueError : alpha is out of range, the optimizer belongs to another network, or two layers share a parameter

    Notes
    -----
    min over theta of alpha L(theta, x, y) + (1 - alpha) L(theta, x + r, y); the change r is found at the current
    theta and then held fixed.
    Goodfellow, Shlens & Szegedy (2015), section 6; alpha = 0: Madry et al. (2018), eq. (2.1).

    Examples
    --------
    >>> from nnlib.adversarial import fgsm
    >>> from nnlib.modules import Linear
    >>> from nnlib.optim import SGD
    >>> model = Linear(1, 2, rng=np.random.default_rng(0))
    >>> def attack(x, grad_fn):
    ...     return fgsm(x, grad_fn(x), epsilon=0.5)
    >>> x, y, optimizer = np.array([[1.0], [-1.0]]), np.array([0, 1]), SGD(model.params, lr=1.0)
    >>> first, *_, last = [adversarial_training_step(model, "cross_entropy", optimizer, x, y, attack=attack)
    ...     for _ in range(20)]
    >>> all(a > b for a, b in zip(first, last)), last[1] > last[0]
    (True, True)
    """
    op = "adversarial_training_step"
    need(0 <= alpha <= 1, op, "alpha", alpha, "from 0 to 1")
    places = taken(op, model, optimizer)
    f, f_backward = _loss(loss)
    x_adv = attack(x, lambda x: input_gradient(model, loss, x, y))

    def measured(x, share):
        output = model.forward(x, training=True, rng=rng)
        model.backward(np.asarray(f_backward(share, output, y)))
        return float(f(output, y)), model.grads

    clean, grads = measured(x, alpha)
    adversarial, adversarial_grads = measured(x_adv, 1 - alpha)
    optimizer.step([grads[i] + adversarial_grads[i] for i in places])
    return clean, adversarial


def _loss(loss):
    return loss if isinstance(loss, tuple) else (getattr(losses, loss), getattr(losses, f"{loss}_backward"))
