"""Is this derivative right? Central differences, and a comparison that says where a gradient is wrong."""

import math
from dataclasses import dataclass

import numpy as np

from nnlib._check import need

__all__ = ["GradientCheck", "check_gradient", "gradient_agrees", "numerical_gradient", "numerical_vjp"]


def numerical_gradient(f, x, *, eps=1e-5):
    """Gradient of a scalar function by central differences, one element at a time.

    Parameters
    ----------
    f : function of one array that returns one number
    x : array, any shape; f is called on float64 copies, x itself is not touched
    eps : float, default 1e-5, the step

    Returns
    -------
    array, shape of x, float64

    Raises
    ------
    ValueError : f returns more than one number

    Notes
    -----
    df/dx_i ~ (f(x + eps e_i) - f(x - eps e_i)) / (2 eps), wrong by O(eps^2) in the formula and by about
    1e-16 |f| / eps in rounding.  At a kink it gives the mean of the two slopes.  Empty in, empty
    out.
    LeVeque (2007), "Finite difference methods", section 1.1.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    x = np.asarray(x, dtype=np.float64)

    def shifted(index, step):
        moved = x.copy()
        moved[index] += step
        value = np.asarray(f(moved))
        need(value.size == 1, "numerical_gradient", "f(x)", f"shape {value.shape}", "one number")
        return float(value.reshape(()))

    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        gradient[index] = (shifted(index, eps) - shifted(index, -eps)) / (2 * eps)
    return gradient


def numerical_vjp(f, args, grad_output, *, wrt=0, eps=1e-5, kwargs=None):
    """What a backward function should return: the gradient of sum(grad_output * f(*args)).

    Parameters
    ----------
    f : function of the arrays in args that returns an array
    args : tuple of the positional arguments of f
    grad_output : array, shape of f(*args)
    wrt : int or tuple of int, default 0, the positions in args to differentiate
    eps : float, default 1e-5
    kwargs : dict of the keyword arguments of f, or None

    Returns
    -------
    array for an int wrt, tuple of arrays for a tuple; shapes of the arguments, float64

    Raises
    ------
    ValueError : grad_output has another shape than f(*args)

    Notes
    -----
    The vector-Jacobian product g^T df/dx, by `numerical_gradient`.  An empty argument gives an empty array.
    Griewank & Walther (2008), "Evaluating derivatives", section 3.2.

    Examples
    --------
    >>> numerical_vjp(np.multiply, (np.array([1.0, 2.0]), np.array([5.0, 7.0])), np.ones(2), wrt=1).round(6)
    array([1., 2.])
    """
    kwargs, grad_output = kwargs or {}, np.asarray(grad_output, dtype=np.float64)
    output = np.shape(f(*args, **kwargs))
    wanted = f"the shape of the output, {output}"
    need(grad_output.shape == output, "numerical_vjp", "grad_output", f"shape {grad_output.shape}", wanted)

    def gradient(position):
        def weighted(x):
            return np.sum(grad_output * f(*args[:position], x, *args[position + 1 :], **kwargs))

        return numerical_gradient(weighted, args[position], eps=eps)

    return gradient(wrt) if isinstance(wrt, int) else tuple(gradient(position) for position in wrt)


def gradient_agrees(f, grad, x, *, eps=1e-5, tol=1e-6):
    """Does a gradient agree with central differences of its function, in every entry?

    Parameters
    ----------
    f : function of one array that returns one number
    grad : function of that array that should return the gradient of f, of the shape of x
    x : array, any shape
    eps, tol : float, default 1e-5 and 1e-6

    Returns
    -------
    bool

    Raises
    ------
    ValueError : f returns more than one number

    Notes
    -----
    |a - n| <= tol max(1, |a|, |n|) for each entry a of the gradient and n of the central differences: relative
    where the gradient is large, absolute where it is small, since n itself is off by rounding.  Another shape
    or a nan does not agree.

    Examples
    --------
    >>> x = np.array([0.5, 2.0])
    >>> f = lambda x: np.sum(x**2)
    >>> gradient_agrees(f, lambda x: 2 * x, x), gradient_agrees(f, lambda x: x, x)
    (True, False)
    """
    x = np.asarray(x, dtype=np.float64)
    a, n = np.asarray(grad(x.copy())), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.all(_relative_error(a, n) <= tol))


def _relative_error(a, n):
    """|a - n| / max(1, |a|, |n|)"""
    return np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))


@dataclass(frozen=True)
class GradientCheck:
    """Where an analytic gradient is furthest from the numerical one.

    Attributes
    ----------
    ok : bool, max_error is within the tolerance
    max_error : float, largest |analytic - numeric| / max(1, |analytic|, |numeric|); inf where one is nan
    argument : int, position of the argument where that happens
    index : tuple of int, the element of it
    analytic, numeric : float, the two values there
    """

    ok: bool
    max_error: float
    argument: int
    index: tuple[int, ...]
    analytic: float
    numeric: float

    def __str__(self):
        verdict = "gradient agrees" if self.ok else "gradient is wrong"
        place = f"argument {self.argument}, element {self.index}"
        values = f"analytic {self.analytic:.6g}, numeric {self.numeric:.6g}"
        return f"{verdict}: largest error {self.max_error:.1e} at {place}: {values}"


def check_gradient(f, f_backward, args, grad_output=None, *, wrt=None, kwargs=None, eps=1e-5, tol=1e-6):
    """Compare a backward function with central differences, element by element.

    Parameters
    ----------
    f : function of args that returns an array
    f_backward : function of (grad_output, *args) that returns one array, or a tuple of them
    args : tuple of the positional arguments
    grad_output : array, shape of f(*args); by default fixed numbers of both signs, no two alike, so that a
        backward which ignores its grad_output, or sums it, is caught
    wrt : int or tuple of int, the arguments that the returned arrays belong to; by default the first ones
    kwargs : dict of keyword arguments for both, or None
    eps, tol : float, default 1e-5 and 1e-6

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError : f_backward returns another number of arrays than wrt names, or an array of another shape than
        its argument

    Notes
    -----
    Keep the arguments off kinks, where the two answers rightly differ.  Empty arguments agree.

    Examples
    --------
    >>> x = np.array([0.5, 2.0])
    >>> check_gradient(np.square, lambda grad_output, x: 2 * x * grad_output, (x,)).ok
    True
    >>> print(check_gradient(np.square, lambda grad_output, x: x * grad_output, (x,)))
    gradient is wrong: largest error 5.0e-01 at argument 0, element (1,): analytic -0.832294, numeric -1.66459
    """
    kwargs = kwargs or {}
    if grad_output is None:
        shape = np.shape(f(*args, **kwargs))
        grad_output = np.cos(1.0 + np.arange(math.prod(shape))).reshape(shape)
    analytic = f_backward(grad_output, *args, **kwargs)
    analytic = analytic if isinstance(analytic, tuple) else (analytic,)
    wrt = tuple(range(len(analytic))) if wrt is None else (wrt,) if isinstance(wrt, int) else tuple(wrt)
    need(
        len(analytic) == len(wrt),
        "check_gradient",
        "f_backward's result",
        f"{len(analytic)}",
        f"{len(wrt)} arrays",
    )
    numeric = numerical_vjp(f, args, grad_output, wrt=wrt, eps=eps, kwargs=kwargs)

    worst = GradientCheck(True, 0.0, wrt[0], (), 0.0, 0.0)
    for argument, a, n in zip(wrt, map(np.asarray, analytic), numeric):
        got, wanted = f"shape {a.shape}", f"of shape {n.shape}"
        need(a.shape == n.shape, "check_gradient", f"the gradient of argument {argument}", got, wanted)
        error = _relative_error(a, n)
        error = np.where(np.isnan(error), np.inf, error)
        if error.size and error.max() > worst.max_error:
            index = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
            largest = float(error[index])
            worst = GradientCheck(largest <= tol, largest, argument, index, float(a[index]), float(n[index]))
    return worst
