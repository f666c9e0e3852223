"""Optimizers: every rule and every class beside torch.optim, step for step; and what surrounds the steps."""

import copy
from itertools import product

import numpy as np
import pytest

from nnlib import optim
from tests.nnlib.spec import agree

SHAPES = ((), (3,), (2, 4))
STEPS = 12
RULES = {
    "SGD": (optim.sgd_init, optim.sgd_step, optim.SGD),
    "Adagrad": (optim.adagrad_init, optim.adagrad_step, optim.Adagrad),
    "Adadelta": (optim.adadelta_init, optim.adadelta_step, optim.Adadelta),
    "RMSprop": (optim.rmsprop_init, optim.rmsprop_step, optim.RMSprop),
    "Adam": (optim.adam_init, optim.adam_step, optim.Adam),
    "AdamW": (optim.adamw_init, optim.adamw_step, optim.AdamW),
}


def sweep(**choices):
    """All combinations of options, left out where None."""
    for values in product(*choices.values()):
        yield {name: value for name, value in zip(choices, values) if value is not None}


OPTIONS = [
    *(("SGD", o) for o in sweep(lr=(None, 0.1), weight_decay=(None, 0.3))),
    *(("SGD", o) for o in sweep(lr=(0.1,), momentum=(0.9,), dampening=(None, 0.4), weight_decay=(None, 0.3))),
    *(("SGD", o) for o in sweep(lr=(0.1,), momentum=(0.5,), nesterov=(True,), weight_decay=(None, 0.3))),
    *(("Adagrad", o) for o in sweep(lr=(None, 0.5), lr_decay=(None, 0.1), weight_decay=(None, 0.3))),
    *(("Adagrad", o) for o in sweep(initial_accumulator_value=(0.5,), eps=(None, 0.1))),
    *(
        ("Adadelta", o)
        for o in sweep(lr=(None, 0.5), rho=(None, 0.5), eps=(None, 0.1), weight_decay=(None, 0.3))
    ),
    *(
        ("RMSprop", o)
        for o in sweep(lr=(None, 0.1), alpha=(None, 0.5), eps=(None, 0.1), momentum=(None, 0.9))
    ),
    *(("RMSprop", o) for o in sweep(centered=(True,), momentum=(None, 0.9), weight_decay=(None, 0.3))),
    *(("Adam", o) for o in sweep(lr=(None, 0.1), betas=(None, (0.5, 0.9)), eps=(None, 0.1))),
    *(("Adam", o) for o in sweep(lr=(0.1,), weight_decay=(0.3,), amsgrad=(None, True))),
    *(("AdamW", o) for o in sweep(lr=(None, 0.1), betas=(None, (0.5, 0.9)), eps=(None, 0.1))),
    *(("AdamW", o) for o in sweep(lr=(0.1,), weight_decay=(0.0, 0.3), amsgrad=(None, True))),
]


def drawn(seed, dtype=np.float64, steps=STEPS):
    """Parameters of several shapes, and gradients of very different sizes for each step."""
    rng = np.random.default_rng(seed)
    params = [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES]
    sizes = 10.0 ** rng.integers(-3, 3, size=steps)
    grads = [[np.asarray(size * rng.normal(size=shape), dtype) for shape in SHAPES] for size in sizes]
    return params, grads


def torch_path(name, options, params, grads):
    import torch

    tensors = [torch.tensor(p, requires_grad=True) for p in params]
    optimizer = getattr(torch.optim, name)(tensors, foreach=False, **options)
    path = []
    for step in grads:
        for tensor, grad in zip(tensors, step):
            tensor.grad = torch.tensor(grad)
        optimizer.step()
        path.append([tensor.detach().numpy().copy() for tensor in tensors])
    return path


def init_options(options):
    return {k: v for k, v in options.items() if k == "initial_accumulator_value"}


def step_options(options):
    return {k: v for k, v in options.items() if k != "initial_accumulator_value"}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
def test_paths_are_torchs(name, options, dtype):
    init, step, wrapper = RULES[name]
    for seed in range(3):
        params, grads = drawn(seed, dtype)
        want = torch_path(name, options, params, grads)
        held = [p.copy() for p in params]
        optimizer = wrapper(held, **options)
        by_class = []
        for step_grads in grads:
            optimizer.step(step_grads)
            by_class.append([p.copy() for p in held])

        for i, param in enumerate(params):
            state, by_rule = init(param, **init_options(options)), []
            for step_grads in grads:
                param, state = step(param, step_grads[i], state, **step_options(options))
                by_rule.append(param)
            path = np.array([w[i] for w in want])
            agree(np.array(by_rule), path, dtype=dtype, what=f"{name} {options}, rule")
            agree(np.array([p[i] for p in by_class]), path, dtype=dtype, what=f"{name} {options}, class")


@pytest.mark.parametrize(("name", "options"), [*OPTIONS, ("Momentum", {"lr": 0.1})], ids=str)
def test_steps_change_nothing(name, options):
    init, step = RULES[name][:2] if name in RULES else (optim.momentum_init, optim.momentum_step)
    params, grads = drawn(0)
    for param, *steps in zip(params, *grads):
        state = init(param, **init_options(options))
        for grad in steps[:3]:
            for array in (param, grad, *state):
                if isinstance(array, np.ndarray):
                    array.setflags(write=False)
            param, state = step(param, grad, state, **step_options(options))
            assert not any(
                np.shares_memory(param, s) or np.shares_memory(grad, s) for s in state if s is not None
            )


@pytest.mark.parametrize("name", RULES)
def test_integers_lists_and_numpy_scalars(name):
    init, step, _ = RULES[name]
    want, _ = step(np.array([3.0, 4.0]), np.array([1.0, 2.0]), init(np.zeros(2)), lr=0.5)
    for param in ([3, 4], np.array([3, 4]), (3.0, 4.0)):
        agree(step(param, [1, 2], init(param), lr=0.5)[0], want)
    # A rate from np.logspace does not turn float32 parameters into float64.
    param = np.float32([3, 4])
    assert step(param, param, init(param), lr=np.float64(0.5))[0].dtype == np.float32
    assert all(s.dtype == np.float32 for s in init(param) if isinstance(s, np.ndarray))


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_edges(name, dtype):
    init, step, _ = RULES[name]
    with np.errstate(all="raise", under="ignore"):
        for grad in (np.zeros(2), np.full(2, 1e4), np.full(2, -1e4), np.array([1e-4, 1e4])):
            param, state = np.ones(2, dtype), init(np.ones(2, dtype))
            for _ in range(50):
                param, state = step(param, dtype(grad), state)
            assert np.isfinite(param).all()
        empty, _ = step(np.zeros((0, 3), dtype), np.zeros((0, 3)), init(np.zeros((0, 3), dtype)))
        assert empty.shape == (0, 3)
        holed, _ = step(np.ones(3, dtype), [1.0, np.nan, 1.0], init(np.ones(3, dtype)))
        assert np.isnan(holed).tolist() == [False, True, False]


def test_centered_rmsprop_survives_equal_gradients():
    param, state = np.zeros(1), optim.rmsprop_init(np.zeros(1))
    with np.errstate(all="raise", under="ignore"):
        for _ in range(3000):
            param, state = optim.rmsprop_step(
                param, np.array([0.1]), state, centered=True, alpha=0.9, eps=0.1
            )
    assert np.isfinite(param).all()


def test_defaults_are_torchs():
    import inspect

    import torch

    left_out = {"params", "foreach", "maximize", "differentiable", "fused", "capturable"} | {
        "decoupled_weight_decay"
    }
    for name, (_, step, wrapper) in RULES.items():
        theirs = inspect.signature(getattr(torch.optim, name)).parameters.items()
        theirs = {n: p.default for n, p in theirs if n not in left_out}
        ours = inspect.signature(wrapper).parameters.items()
        assert {n: p.default for n, p in ours if n != "params"} == theirs
        assert all(p.kind == p.KEYWORD_ONLY for n, p in ours if n != "params")
        options = {
            n: p.default for n, p in inspect.signature(step).parameters.items() if p.kind == p.KEYWORD_ONLY
        }
        assert options == step_options(theirs)


# Momentum as a mean of gradients


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_is_torchs_sgd_with_a_smaller_rate(beta):
    for seed in range(3):
        params, grads = drawn(seed)
        want = torch_path("SGD", {"lr": 0.1 * (1 - beta), "momentum": beta}, params, grads)
        held = [p.copy() for p in params]
        optimizer = optim.Momentum(held, lr=0.1, beta=beta)
        for t in range(STEPS):
            optimizer.step(grads[t])
            for p, w in zip(held, want[t]):
                agree(p, w)
        param, state = params[2], optim.momentum_init(params[2])
        assert isinstance(state, optim.MomentumState)
        velocity = optim.ewma(np.array([g[2] for g in grads]), beta=beta, init="zero")
        for t in range(STEPS):
            param, state = optim.momentum_step(param, grads[t][2], state, lr=0.1, beta=beta)
            agree(state.velocity, velocity[t])
        agree(param, params[2] - 0.1 * velocity.sum(axis=0))


# The steps in place


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("name", "options"), [o for o in OPTIONS if o[0] in ("SGD", "Adam", "AdamW")], ids=str
)
def test_steps_in_place_are_the_formulas(name, options, dtype):
    init, step, _ = RULES[name]
    fast = optim.sgd_step_in_place if name == "SGD" else optim.adam_step_in_place
    more = {"SGD": {}, "Adam": {}, "AdamW": {"decoupled": True, "weight_decay": 0.01}}[name]
    for seed in range(3):
        params, grads = drawn(seed, dtype)
        for i, param in enumerate(params):
            state, held, held_state = init(param), param.copy(), init(param)
            path, held_path = [], []
            for t in range(STEPS):
                param, state = step(param, grads[t][i], state, **options)
                held_state = fast(held, grads[t][i], held_state, np.empty_like(held), **{**more, **options})
                path.append(param)
                held_path.append(held.copy())
            agree(np.array(held_path), np.array(path), dtype=dtype)
            for now, want in zip(held_state, state):
                if isinstance(want, np.ndarray | np.floating):
                    agree(now, want, dtype=dtype)
                else:
                    assert now == want


def test_states_are_named_tuples_of_plain_data():
    x = np.ones(2)
    assert optim.SGDState(None) == optim.sgd_init(x)
    for init, state in (
        (optim.adagrad_init, optim.AdagradState),
        (optim.adadelta_init, optim.AdadeltaState),
        (optim.rmsprop_init, optim.RMSpropState),
        (optim.adam_init, optim.AdamState),
        (optim.adamw_init, optim.AdamState),
    ):
        assert isinstance(init(x), state)
        assert isinstance(init(x), tuple)


# Classes: groups, names, saving


def test_groups_have_their_own_options():
    params, grads = drawn(5)
    held = [p.copy() for p in params]
    groups = [{"params": held[:1], "lr": 1.0}, {"params": held[1:], "momentum": 0.0}]
    optimizer = optim.SGD(groups, lr=0.1, momentum=0.9)
    for step in grads:
        optimizer.step(step)
    agree(held[0], torch_path("SGD", {"lr": 1.0, "momentum": 0.9}, params[:1], [g[:1] for g in grads])[-1][0])
    agree(held[2], torch_path("SGD", {"lr": 0.1}, params[2:], [g[2:] for g in grads])[-1][0])
    assert all(a is b for a, b in zip(optimizer.params, held))


def test_param_groups_spare_biases_and_normalization():
    named = {
        "0.weight": np.ones((2, 2)),
        "0.bias": np.ones(2),
        "LayerNorm.weight": np.ones(2),
        "LayerNorm.bias": np.ones(2),
        "head.weight": np.ones((1, 2)),
    }
    held = {name: p.copy() for name, p in named.items()}
    groups = optim.param_groups(held, weight_decay=0.5)
    assert [g["param_names"] for g in groups] == [
        ["0.weight", "head.weight"],
        ["0.bias", "LayerNorm.weight", "LayerNorm.bias"],
    ]
    assert [g["weight_decay"] for g in groups] == [0.5, 0.0]
    optimizer = optim.AdamW(groups, lr=0.1)
    optimizer.step({name: np.zeros_like(p) for name, p in named.items()})
    for name, p in held.items():
        agree(p, named[name] * (0.95 if name in ("0.weight", "head.weight") else 1.0))
    assert optim.param_groups(list(named.items()), no_decay=())[1]["params"] == []


@pytest.mark.parametrize("name", [*RULES, "Momentum"])
def test_a_saved_optimizer_goes_on_bit_for_bit(name):
    wrapper = getattr(optim, name)
    params, grads = drawn(7)
    without, with_break = ([p.copy() for p in params] for _ in range(2))
    first, second = wrapper(without, lr=0.1), wrapper(with_break, lr=0.1)
    for t in range(STEPS):
        if t == 5:
            saved, weights = copy.deepcopy(second.state_dict()), [p.copy() for p in with_break]
            second.step(grads[0])  # what happens after saving must not matter
            for p, w in zip(with_break, weights):
                p[...] = w
            second = wrapper(with_break, lr=7.0)
            second.load_state_dict(saved)
        first.step(grads[t])
        second.step(grads[t])
    for a, b in zip(without, with_break):
        assert (a == b).all()


def test_saved_state_is_a_copy():
    params, grads = drawn(1)
    optimizer = optim.Adam(params)
    optimizer.step(grads[0])
    saved = optimizer.state_dict()
    before = saved["state"][2]["exp_avg"].copy()
    optimizer.step(grads[1])
    assert (saved["state"][2]["exp_avg"] == before).all()
    assert set(saved) == {"state", "param_groups"}
    assert "params" not in saved["param_groups"][0]


def test_classes_refuse_by_name():
    w = np.ones(3)
    with pytest.raises(
        ValueError, match=r"SGD\.step: grads must be one for each of 1 parameters; got 2 arrays"
    ):
        optim.SGD([w]).step([w, w])
    with pytest.raises(
        ValueError, match=r"Adam\.step: a gradient must be the shape of its parameter, \(3,\)"
    ):
        optim.Adam([w]).step([np.ones((3, 1))])
    with pytest.raises(ValueError, match="adagrad_step: grad must be the shape of param"):
        optim.Adagrad([w]).step([np.ones(1)])
    with pytest.raises(ValueError, match="adam_step: beta1 must be"):
        optim.Adam([w], betas=(1.0, 0.9))
    with pytest.raises(
        ValueError, match=r"SGD\.load_state_dict: state must be for 1 parameters; got 2 states"
    ):
        optim.SGD([w]).load_state_dict(optim.SGD([w, w.copy()]).state_dict())
    frozen = np.ones(2)
    frozen.setflags(write=False)
    with pytest.raises(ValueError, match="RMSprop: params must be writeable float arrays"):
        optim.RMSprop([frozen])
    assert isinstance(optim.Adadelta([w]), optim.Optimizer)


# Clipping


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, np.inf])
def test_clipping_is_torchs(norm_type, dtype):
    import torch

    for seed in range(6):
        _, grads = drawn(seed, dtype, steps=1)
        for max_norm in (0.0, 0.01, 1.0, 1e6):
            tensors = [torch.zeros(g.shape, dtype=torch.from_numpy(np.atleast_1d(g)).dtype) for g in grads[0]]
            for tensor, grad in zip(tensors, grads[0]):
                tensor.requires_grad_()
                tensor.grad = torch.tensor(grad)
            want = torch.nn.utils.clip_grad_norm_(tensors, max_norm, norm_type)
            clipped, norm = optim.clip_grad_norm(grads[0], max_norm, norm_type=norm_type)
            np.testing.assert_allclose(norm, want.item(), rtol=1e-5 if dtype == np.float32 else 1e-12)
            for g, tensor in zip(clipped, tensors):
                agree(g, tensor.grad.numpy(), dtype=dtype)
            torch.nn.utils.clip_grad_value_(tensors, 0.01)
            for g, tensor in zip(optim.clip_grad_value(clipped, 0.01), tensors):
                agree(g, tensor.grad.numpy(), dtype=dtype)


def test_clipping_edges():
    assert optim.clip_grad_norm([], 1.0) == ((), 0.0)
    (same,), norm = optim.clip_grad_norm([np.zeros((0, 2))], 1.0)
    assert same.shape == (0, 2)
    assert norm == 0
    grads, norm = optim.clip_grad_norm([np.array([np.nan]), np.array([1.0])], 1.0)
    assert np.isnan(norm)
    assert np.isnan(grads[1]).all()
    g = np.array([3.0, 4.0])
    g.setflags(write=False)
    (clipped,), _ = optim.clip_grad_norm([g], 10.0)
    agree(clipped, g)
    assert not np.shares_memory(clipped, g)
    agree(optim.clip_grad_value([np.array([-2.0, np.nan, 0.5])], 1.0)[0], [-1.0, np.nan, 0.5])


# Descent


def squares(params, X, y):
    """Gradient of the mean squared error of a linear model."""
    return 2 * X.T @ (X @ params - y) / len(X)


def regression(seed, n=23):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    return X, X @ np.array([1.0, -2.0, 0.5]) + 0.1 * rng.normal(size=n)


def torch_descent(X, y, batches, lr):
    import torch

    w = torch.zeros(X.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr)
    path = [np.zeros(X.shape[1])]
    for batch in batches:
        optimizer.zero_grad()
        (torch.from_numpy(X[batch]) @ w - torch.from_numpy(y[batch])).square().mean().backward()
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def test_batch_gradient_descent_is_torchs():
    for seed in range(5):
        X, y = regression(seed)
        path = optim.batch_gradient_descent(squares, np.zeros(3), X, y, lr=0.05, epochs=40)
        agree(path, torch_descent(X, y, [slice(None)] * 40, 0.05))


def test_stochastic_gradient_descent_is_torchs():
    for seed in range(5):
        X, y = regression(seed)
        order = np.random.default_rng(seed).integers(23, size=40)
        path = optim.stochastic_gradient_descent(squares, np.zeros(3), X, y, order, lr=0.05)
        agree(path, torch_descent(X, y, [[i] for i in order], 0.05))


@pytest.mark.parametrize("batch_size", [1, 5, 23, 100])
def test_minibatch_gradient_descent_is_torchs(batch_size):
    for seed in range(5):
        X, y = regression(seed)
        rng = np.random.default_rng(seed)
        options = {"lr": 0.05, "batch_size": batch_size, "epochs": 3}
        path = optim.minibatch_gradient_descent(squares, np.zeros(3), X, y, rng=rng, **options)
        rng, batches = np.random.default_rng(seed), []
        for _ in range(3):
            order = rng.permutation(23)
            batches += np.split(order, range(batch_size, 23, batch_size))
            assert sorted(order) == list(range(23))
        assert len(path) == 1 + 3 * -(-23 // batch_size)
        agree(path, torch_descent(X, y, batches, 0.05))


def test_steepest_descent_is_steepest():
    rng = np.random.default_rng(0)
    g = rng.normal(size=5)
    slopes = [optim.directional_derivative(g, l) for l in rng.normal(size=(500, 5))]
    assert optim.directional_derivative(g, -g) < min(slopes)
    assert optim.directional_derivative(g, -g) == pytest.approx(-np.linalg.norm(g))
