"""Optimizers that hold the parameters of a network: each applies its rule to all of them, in place."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from nnlib._check import fail, need
from nnlib.optim._fast import adam_step_in_place, rmsprop_step_in_place, sgd_step_in_place
from nnlib.optim.adaptive import (
    adadelta_init,
    adadelta_step,
    adagrad_init,
    adagrad_step,
    rmsprop_init,
    rmsprop_step,
)
from nnlib.optim.moments import adam_init, adam_step, adamw_step
from nnlib.optim.momentum import momentum_init, momentum_step, sgd_init, sgd_step


class Optimizer:
    """Parameters, their states and the options of each group; `step(grads)` changes the parameters in place.

    params is a sequence of float arrays, or of groups {"params": [...], option: value, ...} as `param_groups`
    makes them; what a group does not say it takes from the options. `param_groups` holds one dict a group:
    a schedule writes its rate to group["lr"].
    """

    def __init__(self, params, init, rule, **options):
        groups = list(params)
        if not groups or not isinstance(groups[0], Mapping):
            groups = [{"params": groups}]
        self.rule = rule
        self.param_groups = [{**options, **group, "params": list(group["params"])} for group in groups]
        for p in self.params:
            ready = isinstance(p, np.ndarray) and p.dtype.kind == "f" and p.flags.writeable
            need(ready, type(self).__name__, "params", type(p).__name__, "writeable float arrays")
        twice = next((p for p, q in combinations(self.params, 2) if np.shares_memory(p, q)), None)
        if twice is not None:  # it would move twice a step, by a state of its own each time
            got, wanted = f"one of shape {twice.shape} twice, or in part", "arrays that share no memory"
            fail(type(self).__name__, "params", got, wanted)
        self.state = [init(p) for p in self.params]
        for group in self.param_groups:
            for p in group["params"]:  # refuse bad options now, not at the first step
                rule(p, np.zeros_like(p), init(p), **_options(group))

    @property
    def params(self):
        """All parameters, group after group: the order in which `step` takes the gradients."""
        return [p for group in self.param_groups for p in group["params"]]

    def step(self, grads):
        """Move all parameters: grads is a sequence in their order, or a dict by the groups' "param_names"."""
        if isinstance(grads, Mapping):
            grads = [grads[name] for group in self.param_groups for name in group["param_names"]]
        if len(grads) != len(self.state):
            name, wanted = f"{type(self).__name__}.step", f"one for each of {len(self.state)} parameters"
            fail(name, "grads", f"{len(grads)} arrays", wanted)
        i = 0
        for group in self.param_groups:
            options = _options(group)
            for param in group["params"]:
                self.state[i] = self._move(param, grads[i], self.state[i], options)
                i += 1

    def _move(self, param, grad, state, options):
        param[...], state = self.rule(param, grad, state, **options)
        return state

    def state_dict(self):
        """All that the next step depends on beside parameters and gradients, as plain data in copies."""
        groups = [{k: v for k, v in group.items() if k != "params"} for group in self.param_groups]
        state = [
            {k: np.copy(v) if isinstance(v, np.ndarray) else v for k, v in s._asdict().items()}
            for s in self.state
        ]
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Go on from where `state_dict` was taken; the parameters are the caller's to restore."""
        saved, groups = state_dict["state"], state_dict["param_groups"]
        name, wanted = f"{type(self).__name__}.load_state_dict", f"for {len(self.state)} parameters"
        need(len(saved) == len(self.state), name, "state", f"{len(saved)} states", wanted)
        wanted = f"of {len(self.param_groups)}"
        need(len(groups) == len(self.param_groups), name, "param_groups", f"of {len(groups)}", wanted)
        for group, then in zip(self.param_groups, groups):
            options = sorted(set(group) - {"params"})
            need(sorted(then) == options, name, "param_groups", f"one with {sorted(then)}", f"with {options}")
            names = group.get("param_names"), then.get("param_names")
            need(names[0] == names[1], name, "param_names", names[1], names[0])
        self.state = [  # nothing has changed before all of it fits
            _fitting(name, param, now, then) for param, now, then in zip(self.params, self.state, saved)
        ]
        for group, then in zip(self.param_groups, groups):
            group.update(then)


def _fitting(name, param, now, then):
    """A saved state as one of the kind of now, its arrays copies in the shape and the dtype of its parameter."""
    kind = type(now)
    need(
        sorted(then) == sorted(kind._fields), name, "state", f"one with {sorted(then)}", f"a {kind.__name__}"
    )
    arrays = {k for k in kind._fields if isinstance(getattr(now, k), np.ndarray) or np.ndim(then[k])}
    for k in arrays:
        got, wanted = f"shape {np.shape(then[k])}", f"the shape of its parameter, {param.shape}"
        need(np.shape(then[k]) == param.shape, name, k, got, wanted)
    return kind(**{k: np.array(v, dtype=param.dtype) if k in arrays else v for k, v in then.items()})


class _InPlace(Optimizer):
    """An optimizer whose step has a form that writes into parameter and state, with scratch memory shared."""

    in_place = None

    def __init__(self, params, init, rule, **options):
        super().__init__(params, init, rule, **options)
        size = {p.dtype: 0 for p in self.params}
        for p in self.params:
            size[p.dtype] = max(size[p.dtype], p.size)
        scratch = {dtype: np.empty(n, dtype) for dtype, n in size.items()}
        self._scratch = {id(p): scratch[p.dtype][: p.size].reshape(p.shape) for p in self.params}

    def _move(self, param, grad, state, options):
        grad = np.asarray(grad, dtype=param.dtype)
        if grad.shape != param.shape:
            name, wanted = f"{type(self).__name__}.step", f"the shape of its parameter, {param.shape}"
            fail(name, "a gradient", f"shape {grad.shape}", wanted)
        return self.in_place(param, grad, state, self._scratch[id(param)], **options)


class SGD(_InPlace):
    """`sgd_step` for all parameters: gradient descent, with or without momentum.

    >>> w = np.array([1.0, 2.0])
    >>> SGD([w], lr=0.5).step([np.array([1.0, -1.0])])
    >>> w
    array([0.5, 2.5])
    """

    in_place = staticmethod(sgd_step_in_place)

    def __init__(self, params, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
        options = {"momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, sgd_init, sgd_step, lr=lr, nesterov=nesterov, **options)


class Momentum(Optimizer):
    """`momentum_step` for all parameters: along the running mean of the gradients."""

    def __init__(self, params, *, lr, beta=0.9):
        super().__init__(params, momentum_init, momentum_step, lr=lr, beta=beta)


class Adagrad(Optimizer):
    """`adagrad_step` for all parameters."""

    def __init__(
        self, params, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10
    ):
        def init(param):
            return adagrad_init(param, initial_accumulator_value=initial_accumulator_value)

        super().__init__(
            params, init, adagrad_step, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps
        )


class Adadelta(Optimizer):
    """`adadelta_step` for all parameters."""

    def __init__(self, params, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        super().__init__(
            params, adadelta_init, adadelta_step, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay
        )


class RMSprop(_InPlace):
    """`rmsprop_step` for all parameters."""

    in_place = staticmethod(rmsprop_step_in_place)

    def __init__(
        self, params, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
    ):
        options = {"eps": eps, "weight_decay": weight_decay, "momentum": momentum, "centered": centered}
        super().__init__(params, rmsprop_init, rmsprop_step, lr=lr, alpha=alpha, **options)


class Adam(_InPlace):
    """`adam_step` for all parameters."""

    in_place = staticmethod(adam_step_in_place)

    def __init__(self, params, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False):
        options = {"eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        super().__init__(params, adam_init, adam_step, lr=lr, betas=betas, **options)


class AdamW(_InPlace):
    """`adamw_step` for all parameters."""

    @staticmethod
    def in_place(*args, **options):
        return adam_step_in_place(*args, decoupled=True, **options)

    def __init__(self, params, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False):
        options = {"eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        super().__init__(params, adam_init, adamw_step, lr=lr, betas=betas, **options)


def param_groups(named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")):
    """Two groups of parameters: those that weight decay shrinks, and those it leaves alone.

    Parameters
    ----------
    named_params : dict {name: array}, or sequence of (name, array)
    weight_decay : float, default 0.01, of the first group
    no_decay : sequence of str; a parameter whose name contains one of them is in the second group

    Returns
    -------
    list of two dicts {"params": [...], "param_names": [...], "weight_decay": ...}, for an optimizer

    Notes
    -----
    Biases and normalization scales are few, and shrinking them does not make the function simpler.  The groups
    change the order of the parameters, so give gradients to `step` as a dict by name.
    Devlin, Chang, Lee & Toutanova (2019), "BERT", appendix A.2, and its optimization.py.

    Examples
    --------
    >>> decay, rest = param_groups({"1.weight": np.ones((2, 2)), "1.bias": np.ones(2)})
    >>> decay["param_names"], decay["weight_decay"], rest["param_names"], rest["weight_decay"]
    (['1.weight'], 0.01, ['1.bias'], 0.0)
    """
    items = list(named_params.items() if isinstance(named_params, Mapping) else named_params)

    def group(spared, weight_decay):
        chosen = [(name, p) for name, p in items if any(part in name for part in no_decay) == spared]
        return {
            "params": [p for _, p in chosen],
            "param_names": [name for name, _ in chosen],
            "weight_decay": weight_decay,
        }

    return [group(False, weight_decay), group(True, 0.0)]


def _options(group):
    options = {name: value for name, value in group.items() if name not in ("params", "param_names")}
    return {**options, "lr": float(options["lr"])}
