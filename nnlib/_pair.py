"""An activation may be given by name, as a function of nnlib.activations, or as a pair of your own."""

from nnlib import activations


def pair(activation):
    """(f, f_backward) for a name such as "relu", a function of nnlib.activations, or such a pair itself."""
    if isinstance(activation, tuple):
        return activation
    name = activation if isinstance(activation, str) else activation.__name__
    return getattr(activations, name), getattr(activations, f"{name}_backward")
