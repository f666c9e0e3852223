"""Rows for nnlib.optim: averages, slopes, and what is refused. The steps are judged in test_optim.py."""

import numpy as np
from scipy import signal

from nnlib import optim
from tests.nnlib.spec import Case, Edge, Error

CHAPTERS = ("06",)
NO_GRADIENT = (optim.directional_derivative, optim.ewma, optim.ewma_weights)
ELSEWHERE = tuple(getattr(optim, name) for name in optim.__all__ if getattr(optim, name) not in NO_GRADIENT)
NAN = np.nan


def series(*shape):
    return lambda rng: (rng.normal(size=shape),)


def filtered(y, *, beta=0.9, init="first", bias_correction=False):
    """The recursion as a linear filter of SciPy."""
    start = y[:1] * beta if init == "first" else np.zeros_like(y[:1])
    averages = signal.lfilter([1 - beta], [1, -beta], y, axis=0, zi=start)[0]
    t = np.arange(1, len(y) + 1).reshape(-1, *[1] * (y.ndim - 1))
    return averages / (1 - beta**t) if bias_correction else averages


def weights_from_impulses(t, beta):
    return np.array([filtered(row, beta=beta, init="zero")[-1] for row in np.eye(t)])


def vectors(rng):
    return rng.normal(size=4), rng.normal(size=4)


def slope(grad, direction):
    """cos of the angle, times the length of the gradient."""
    angle = np.arccos(np.sum(grad * direction) / np.sqrt(np.sum(grad**2) * np.sum(direction**2)))
    return np.sqrt(np.sum(grad**2)) * np.cos(angle)


CASES = (
    Case(optim.ewma, series(12), wrt=(), want=filtered, nan="spreads"),
    Case(optim.ewma, series(30, 2), {"beta": 0.5}, wrt=(), want=filtered, nan="spreads"),
    Case(optim.ewma, series(12), {"init": "zero"}, wrt=(), want=filtered, nan="spreads"),
    Case(optim.ewma, series(9), {"beta": 0.0}, wrt=(), want=lambda y, beta: y, nan="spreads"),
    Case(
        optim.ewma,
        series(15, 3),
        {"beta": 0.99, "init": "zero", "bias_correction": True},
        wrt=(),
        want=filtered,
        nan="spreads",
    ),
    Case(optim.ewma_weights, lambda rng: (7, 0.9), wrt=(), want=weights_from_impulses),
    Case(optim.ewma_weights, lambda rng: (20, 0.5), wrt=(), want=weights_from_impulses),
    Case(optim.directional_derivative, vectors, wrt=(), want=slope),
)

EDGES = (
    Edge(optim.ewma, (np.zeros(0),), np.zeros(0)),
    Edge(optim.ewma, (np.zeros((0, 2)),), np.zeros((0, 2)), {"init": "zero"}),
    Edge(optim.ewma, ([5.0],), [5.0]),
    Edge(optim.ewma, ([5.0],), [0.5], {"init": "zero"}),
    Edge(optim.ewma, ([5.0],), [5.0], {"init": "zero", "bias_correction": True}),
    Edge(optim.ewma, (np.ones(4),), np.ones(4), {"init": "zero", "bias_correction": True}),
    Edge(optim.ewma, ([1.0, NAN, 1.0],), [1.0, NAN, NAN]),
    Edge(optim.ewma, ([1e4, -1e4],), [1e4, 8e3]),
    Edge(optim.ewma_weights, (0, 0.9), np.zeros(0)),
    Edge(optim.ewma_weights, (3, 0.0), [0.0, 0.0, 1.0]),
    Edge(optim.directional_derivative, ([3.0, 4.0], [-3e4, -4e4]), -5.0),
    Edge(optim.directional_derivative, ([3.0, 4.0], [4.0, -3.0]), 0.0),
    Edge(optim.directional_derivative, ([0.0], [2.0]), 0.0),
)

ONE = np.ones(1)
SGD = optim.sgd_init(ONE)
MOMENTUM = optim.momentum_init(ONE)
ADAGRAD = optim.adagrad_init(ONE)
ADADELTA = optim.adadelta_init(ONE)
RMSPROP = optim.rmsprop_init(ONE)
ADAM = optim.adam_init(ONE)
STEPS = (
    (optim.sgd_step, SGD, {}),
    (optim.momentum_step, MOMENTUM, {"lr": 0.1}),
    (optim.adagrad_step, ADAGRAD, {}),
    (optim.adadelta_step, ADADELTA, {}),
    (optim.rmsprop_step, RMSPROP, {}),
    (optim.adam_step, ADAM, {}),
    (optim.adamw_step, ADAM, {}),
)


def refused(op, state, words, **options):
    return Error(op, (ONE, ONE, state), words, options)


ERRORS = (
    Error(optim.ewma, (1.0,), "y must be of shape (n, ...); got one number"),
    Error(optim.ewma, ([1.0],), "beta must be at least 0 and below 1; got 1.0", {"beta": 1.0}),
    Error(optim.ewma, ([1.0],), 'init must be "first" or "zero"; got \'one\'', {"init": "one"}),
    Error(optim.ewma, ([1.0],), "bias_correction must be False for init", {"bias_correction": True}),
    Error(optim.ewma_weights, (-1, 0.9), "t must be at least 0; got -1"),
    Error(optim.ewma_weights, (3, 1.0), "beta must be at least 0 and below 1"),
    Error(optim.directional_derivative, ([1.0, 2.0], [0.0, 0.0]), "direction must be of some length; got 0"),
    Error(optim.directional_derivative, ([1.0, 2.0], [1.0]), "the shape of grad, (2,)"),
    *(
        Error(op, (np.ones(3), np.ones((3, 1)), state), "grad must be the shape of param, (3,)", options)
        for op, state, options in STEPS
    ),
    *(refused(op, state, "lr must be at least 0; got -1", lr=-1.0) for op, state, _ in STEPS),
    refused(optim.sgd_step, SGD, "momentum must be at least 0", momentum=-0.1),
    refused(optim.sgd_step, SGD, "weight_decay must be at least 0", weight_decay=-0.1),
    refused(optim.sgd_step, SGD, "nesterov must be False unless momentum is positive", nesterov=True),
    refused(optim.sgd_step, SGD, "nesterov must be", nesterov=True, momentum=0.9, dampening=0.5),
    refused(optim.momentum_step, MOMENTUM, "beta must be at least 0 and below 1; got 1", lr=0.1, beta=1),
    refused(optim.adagrad_step, ADAGRAD, "lr_decay must be at least 0", lr_decay=-1.0),
    refused(optim.adadelta_step, ADADELTA, "rho must be at least 0 and below 1", rho=1.0),
    refused(optim.rmsprop_step, RMSPROP, "alpha must be at least 0 and below 1", alpha=1.0),
    refused(optim.adam_step, ADAM, "beta1 must be at least 0 and below 1", betas=(1.0, 0.9)),
    refused(optim.adam_step, ADAM, "beta2 must be at least 0 and below 1", betas=(0.9, -0.1)),
    refused(optim.adamw_step, ADAM, "eps must be at least 0", eps=-1.0),
    Error(
        optim.adagrad_init,
        (ONE,),
        "initial_accumulator_value must be at least 0",
        {"initial_accumulator_value": -1.0},
    ),
    Error(optim.clip_grad_norm, ([ONE], -1.0), "max_norm must be at least 0; got -1"),
    Error(optim.clip_grad_norm, ([ONE], 1.0), "norm_type must be positive", {"norm_type": 0.0}),
    Error(optim.clip_grad_value, ([ONE], -1.0), "clip_value must be at least 0"),
    Error(
        optim.batch_gradient_descent,
        (None, 0.0, np.ones(3), np.ones(4)),
        "y must be of as many samples as X, 3; got 4 samples",
        {"lr": 0.1, "epochs": 1},
    ),
    Error(
        optim.stochastic_gradient_descent,
        (None, 0.0, np.ones(3), np.ones(4), np.zeros(1, int)),
        "y must be of as many samples as X, 3; got 4 samples",
        {"lr": 0.1},
    ),
    Error(
        optim.minibatch_gradient_descent,
        (None, 0.0, np.ones(3), np.ones(3)),
        "batch_size must be positive; got 0",
        {"lr": 0.1, "epochs": 1, "batch_size": 0, "rng": None},
    ),
    Error(optim.SGD, ([[1.0, 2.0]],), "params must be writeable float arrays; got list"),
    Error(optim.Adam, ([np.arange(3)],), "params must be writeable float arrays"),
)
