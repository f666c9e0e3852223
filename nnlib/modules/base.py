"""What a layer is, and which function it calls."""

import nnlib


def find(ops, path):
    """The function that a module calls.

    Parameters
    ----------
    ops : nnlib, or a namespace with functions of your own
    path : str, "module.function" as in nnlib

    Returns
    -------
    function : ops.function, else ops.module.function, else nnlib's

    Notes
    -----
    Function names are unique over nnlib's modules for networks, so a namespace of your own can be flat.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> mine = SimpleNamespace(relu=lambda x: "mine")
    >>> find(mine, "activations.relu")(0.0), find(mine, "activations.tanh")(0.0)
    ('mine', np.float64(0.0))
    """
    module, _, name = path.partition(".")
    for place in (ops, getattr(ops, module, None), getattr(nnlib, module)):
        function = getattr(place, name, None)
        if callable(function):
            return function
    raise AttributeError(f"nnlib has no {path}")


class Module:
    """A layer: parameters, their gradients after a backward, and the argument of the last forward.

    Attributes
    ----------
    params : list of arrays, changed in place by an optimizer
    grads : list of arrays, gradients of the parameters after `backward`
    buffers : list of arrays, what a forward in training changes in place instead: running statistics
    ops : the namespace of functions that it calls
    """

    def __init__(self, *, ops=nnlib):
        self.params, self.grads, self.buffers, self.ops = [], [], [], ops

    def __call__(self, x, **how):
        return self.forward(x, **how)

    def forward(self, x, *, training=False, rng=None):
        """The output for x; training turns noise on, drawn from rng, and batch norm to the batch's statistics."""
        raise NotImplementedError

    def backward(self, grad_output):
        """The gradient with respect to the x of the last forward; those of the parameters go to `grads`."""
        raise NotImplementedError

    def _pair(self, path):
        return find(self.ops, path), find(self.ops, f"{path}_backward")
