"""Where a mistake is, and which formula it is: certain by construction, the repair never shown, else silence."""

import json
import warnings
from dataclasses import replace

import pytest

from grader import check, hint
from grader.calls import local
from grader.course import notebook_path
from grader.grading.grade import grade
from grader.judging.changes import changes, functions_of
from grader.judging.formula import find_formula
from grader.judging.judge import judge, trials
from grader.judging.options import misspelt
from grader.judging.outcome import FORMULA, Outcome, explained
from grader.judging.place import Place
from grader.record.registry import find_chapter, find_exercise
from tests.course.answers import run_source, solutions
from tests.strongest_isolation import LEVEL


@pytest.fixture(autouse=True)
def progress_of_its_own(tmp_path, monkeypatch):
    (tmp_path / ".nn-workbook").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def time_enough(monkeypatch):
    """What is found is tried here, not how fast this machine finds it."""
    monkeypatch.setattr("grader.home.answer.SEARCH", 5.0)


def answer(source, function):
    space = solutions(find_chapter(function))
    run_source(source, space, name=f"<{hash(source)}>")
    return space[function]


PLACES = [  # (function, source, line, what to look at)
    (
        "silu_backward",
        "def silu_backward(grad_output, x):\n    s = 1 / (1 + np.exp(-x))\n"
        "    return grad_output * (s + x * s * (1 + s))",
        3,
        "the operator",
    ),
    (
        "softmax",
        "def softmax(x, *, axis=0):\n    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
        "    return e / e.sum(axis=axis, keepdims=True)",
        1,
        "the default of an argument",
    ),
    (
        "huber_loss",
        "def huber_loss(pred, target, *, reduction='mean', delta=1.0):\n    d = np.abs(pred - target)\n"
        "    loss = np.where(d > delta, d**2 / 2, delta * (d - delta / 2))\n"
        "    return loss if reduction == 'none' else loss.sum() if reduction == 'sum' else loss.mean()",
        3,
        "the comparison",
    ),
    (
        "prelu_backward",
        "def prelu_backward(grad_output, x, weight):\n    axes = (0, *range(2, x.ndim))\n"
        "    slope = weight.reshape(-1, *[1] * (x.ndim - 2))\n"
        "    grad_x = np.where(x > 0, grad_output, slope * grad_output)\n"
        "    grad_weight = np.where(x > 0, 0, x * grad_output).mean(axis=axes)\n    return grad_x, grad_weight",
        5,
        "which function is called",
    ),
    (
        "prelu_backward",
        "def prelu_backward(grad_output, x, weight):\n    n, c = x.shape\n    grad_x = np.zeros((n, c))\n"
        "    grad_weight = np.zeros(c)\n    for i in range(n):\n        for j in range(c):\n"
        "            if x[i, j] > 0:\n                grad_x[i, j] = grad_output[i, j]\n            else:\n"
        "                grad_x[i, j] = weight[j] * grad_output[i, j]\n"
        "                grad_weight[j] = grad_output[i, j] * x[i, j]\n    return grad_x, grad_weight",
        11,
        "the operator",
    ),
    (
        "linear",
        "def helper(x, weight):\n    return weight @ x.T\n\n\ndef linear(x, weight, bias=None):\n"
        "    y = helper(x, weight)\n    return y if bias is None else y + bias",
        6,  # x @ weight.T is the helper with its arguments exchanged
        "the order of the arguments",
    ),
    (  # what is left out: an option, a factor, an axis, a function, and a number of the formula
        "mutual_information",
        "def mutual_information(p_xy, *, base=None):\n    hx = entropy(p_xy.sum(axis=1), base=base)\n"
        "    hy = entropy(p_xy.sum(axis=0), base=base)\n    return hx + hy - entropy(p_xy.ravel())",
        4,
        "the options of the call",
    ),
    (
        "softmax_backward",
        "def softmax_backward(grad_output, x, *, axis=-1):\n    p = softmax(x, axis=axis)\n"
        "    gp = grad_output * p\n    return gp - gp.sum(axis=axis, keepdims=True)",
        4,
        "",
    ),
    (
        "nll_loss",
        "def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction='mean'):\n"
        "    kept = target != ignore_index\n    safe = np.where(kept, target, 0)\n"
        "    picked = np.take_along_axis(log_probs, safe[:, None], axis=1)\n"
        "    w = kept * (1.0 if weight is None else weight[safe])\n    losses = -picked * w\n"
        "    if reduction == 'none':\n        return losses\n"
        "    return losses.sum() if reduction == 'sum' else losses.sum() / w.sum()",
        4,
        "the shapes: which axis is which",
    ),
    (
        "preactivation_std",
        "def preactivation_std(n_active, w_std, *, b_std=1.0):\n    return n_active * w_std**2 + b_std**2",
        2,
        "",
    ),
    (
        "gelu",
        "def gelu(x, *, approximate='none'):\n    from scipy.special import erf\n"
        "    if approximate == 'tanh':\n        c = 0.044175\n"
        "        return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + c * x**3)))\n"
        "    return x / 2 * (1 + erf(x / np.sqrt(2)))",
        4,
        "the number",
    ),
    (  # an ε too large, and the truth of an array
        "entropy",
        "def entropy(p, *, axis=-1, base=None):\n"
        "    h = -np.sum(p * np.log(p + 1e-5), axis=axis)\n    return h if base is None else h / np.log(base)",
        2,
        "the number",
    ),
    (
        "linear",
        "def linear(x, weight, bias=None):\n    y = x @ weight.T\n    return y + bias if bias else y",
        3,
        "the condition",
    ),
]


@pytest.mark.parametrize(("function", "source", "line", "about"), PLACES, ids=[p[0] for p in PLACES])
def test_the_place_of_a_mistake(function, source, line, about):
    outcome = check(answer(source, function))
    assert outcome.place.whole
    assert outcome.place.line == line
    assert outcome.place.source == source.splitlines()[line - 1].strip()
    assert outcome.place.about == about
    if outcome.explained == "placed":
        look = f": look at {about}" if about else ""
        assert f"With one change in line {line} all cases pass{look}." in outcome.message
    assert Outcome.from_json(json.loads(json.dumps(outcome.to_json()))).place == outcome.place


def test_beside_a_name_no_line_is_shown_that_may_hold_no_mistake():
    place = Place(2, "n = len(X)", "the sign", "", True, other=5)
    placed = Outcome("f", "failed", 0.0, 1.0, "", place=place)
    assert placed.line == "line 2: n = len(X)"
    assert "in line 2 or in line 5" in placed.message
    assert replace(placed, misconception="sign").line == ""
    alone = replace(place, other=0)
    assert replace(placed, misconception="sign", place=alone).line == placed.line
    for unsure in (replace(alone, beside="Your sign is reversed."), replace(alone, whole=False)):
        assert replace(placed, misconception="sign", place=unsure).line == ""


def test_the_repair_is_not_shown_and_the_hint_says_a_little_more():
    function, source, *_ = PLACES[0]
    outcome = check(answer(source, function))
    assert "1 - s" not in outcome.message
    assert "1 - s" not in repr(hint(function))
    assert "About your last answer, line 3" in repr(hint(function))


BESIDE = [  # (function, source, line, what to look at, the other mistake)
    (
        "minibatch_l2_step",
        "def minibatch_l2_step(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):\n"
        "    w = w - lr * (grad_w_sum / m + 2 * lam / n * w)\n    return w, b - lr * grad_b_sum",
        2,
        "the number",
        "Your biases step along the sum of their gradients; divide it by m, too.",
    ),
    (
        "smooth_l1_loss_backward",
        "def smooth_l1_loss_backward(grad_output, pred, target, *, reduction='mean', beta=1.0):\n"
        "    d = pred - target\n    slope = np.where(np.abs(d) < beta, d / beta, np.sign(d))\n"
        "    g = -grad_output * slope\n    return g / (2 * d.size) if reduction == 'mean' else g",
        5,
        "the number",
        "Your sign is reversed: raising a prediction that is too large raises the loss.",
    ),
]


@pytest.mark.parametrize(
    ("function", "source", "line", "about", "other"), BESIDE, ids=[row[0] for row in BESIDE]
)
def test_of_two_mistakes_one_is_placed_and_one_is_named(function, source, line, about, other):
    outcome = check(answer(source, function))
    assert outcome.explained == "placed"
    assert (
        f"There are two mistakes. One is in line {line}: look at {about}. The other: {other}"
        in outcome.message
    )


@pytest.mark.parametrize(
    "body",
    [
        "x * mask * np.cos(p) if training else x",  # without the cosine it would not scale at all
        "x * mask / (1 - p) ** np.e if training else x * np.e",
        "0 * x + p",
    ],
)
def test_where_a_part_goes_what_is_left_is_no_evidence(body):
    outcome = check(answer(f"def dropout(x, mask, *, p=0.5, training=True):\n    return {body}", "dropout"))
    assert outcome.place is None or not outcome.place.beside


def test_what_is_missing_in_one_of_two_mistakes_may_be_said_otherwise():
    source = (
        "def kmax_pool(h, k):\n    places = np.argsort(-np.abs(h), axis=-2, kind='stable')[..., :k, :]\n"
        "    return np.take_along_axis(h, places, axis=-2)"
    )
    outcome = check(answer(source, "kmax_pool"))
    assert "There are two mistakes. One is in line 2. The other: You return the k largest" in outcome.message
    assert outcome.place.more == ""
    assert str(replace(outcome.place, whole=False, beside="")) == (
        "One change in line 2 makes more of the results right."
    )


# What is no second mistake. A change of the condition leaves what ignores the option, which is a known wrong answer.
ONE = [
    (
        "avg_pool_time",
        "def avg_pool_time(h, mask=None):\n    if mask is None:\n        return h.mean(axis=-2)\n"
        "    return (h * mask).sum(axis=-2) / mask.sum(axis=-1, keepdims=True)",
    ),
    (
        "perplexity",
        "def perplexity(log_probs, *, axis=None):\n    if axis is None:\n        return np.exp(-log_probs.mean())\n"
        "    return np.exp(-log_probs.mean(axis=axis)[:, None] + np.zeros(3))",
    ),
    (
        "gelu",
        "def gelu(x, *, approximate='none'):\n    from scipy.special import erf\n    if approximate == 'tanh':\n"
        "        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.44715 * x ** 4)))\n"
        "    return 0.5 * x * (1 + erf(x / np.sqrt(2)))",
    ),
    (  # the nearest pixel is taken to be the one before; with `order == -1` the option would be ignored
        "translate",
        "def translate(x, dx, dy, *, order=1, fill=0.0):\n    rows = np.arange(x.shape[-2])[:, None] - dy\n"
        "    cols = np.arange(x.shape[-1]) - dx\n    if order == 0:\n"
        "        rows, cols = np.floor(rows), np.floor(cols)\n"
        "    return map_coordinates(x, rows, cols, order=1, fill=fill)",
    ),
    (  # a wrong divisor, where the right one is missing; with the maximum of the mask it is 1
        "dropout_backward",
        "def dropout_backward(grad_output, x, mask, *, p=0.5, training=True):\n    if not training:\n"
        "        return grad_output.copy()\n    kept = np.mean(mask)\n"
        "    return grad_output * mask / kept if kept else 0 * grad_output",
    ),
    (  # in line 6 `b * …` is 0 for ever, as if the shares were computed once
        "dynamic_routing",
        "def dynamic_routing(u_hat, *, n_iters=3, reverse=False):\n"
        "    batch, b = u_hat if u_hat.ndim == 4 else u_hat[None], np.zeros(u_hat.shape[-3:-1])\n"
        "    for _ in range(n_iters + 1):\n        c = softmax(b, axis=0 if reverse else 1)\n"
        "        v = squash((c[None, :, :, None] * batch).sum(axis=1))\n"
        "        b = b + (v[:, None] * batch).sum(axis=-1).mean(axis=0)\n"
        "    return v if u_hat.ndim == 4 else v[0]",
    ),
    (  # one mistake, which has a name, but for a few calls where it is written otherwise
        "match_by_iou",
        "def match_by_iou(iou, scores, *, iou_threshold=0.5):\n    match = np.full(len(scores), -1)\n"
        "    free = np.ones(iou.shape[1], dtype=bool)\n"
        "    for i in np.argsort(-scores, kind='stable'):\n        if not free.any():\n            break\n"
        "        row = np.where(free, iou[i], -1.0)\n        j = row.argmax()\n        free[j] = False\n"
        "        if row[j] >= iou_threshold:\n            match[i] = j\n    return match",
    ),
    (  # with `k` for `span` the dilations would make no difference, and that has a name
        "receptive_field",
        "def receptive_field(kernel_sizes, dilations=None, strides=None):\n    n = len(kernel_sizes)\n"
        "    if dilations is None:\n        dilations = [1] * n\n    if strides is None:\n        strides = [1] * n\n"
        "    R, jump = 1, 1\n    for k, d, s in zip(kernel_sizes, dilations, strides):\n        span = d * k\n"
        "        R += (span - 1) * jump\n        jump *= s\n    return R",
    ),
    (  # the decay after the step; with `//` in place of `/` there would be none
        "sgd_epoch",
        "def sgd_epoch(X, y, *parameters, eta, mini_batch_size, cost='cross_entropy', lmbda=0.0, rng):\n"
        "    n, params = len(X), list(parameters)\n    order = rng.permutation(n)\n"
        "    for i in range(0, n, mini_batch_size):\n        idx = order[i : i + mini_batch_size]\n"
        "        grads = batch_gradients(X[idx], y[idx], *params, cost=cost)\n"
        "        for k in range(0, len(params), 2):\n"
        "            W, b = l2_step(*params[k : k + 2], *grads[k : k + 2], eta=eta, lmbda=0, n=n, m=len(idx))\n"
        "            params[k], params[k + 1] = W * (1 - eta * lmbda / n), b\n    return tuple(params)",
    ),
    (  # a batch of numbers that are all different is drawn for itself; with `replace=True` it would have a name
        "minibatch_indices",
        "def minibatch_indices(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):\n    batches = []\n"
        "    for start in range(0, n, batch_size):\n        stop = min(start + batch_size, n)\n"
        "        if drop_last and stop - start < batch_size:\n            break\n        if shuffle:\n"
        "            batches.append(rng.choice(n, size=stop - start, replace=False))\n        else:\n"
        "            batches.append(np.arange(start, stop))\n    return batches",
    ),
    (  # never put back; with `eps` in place of `2 * eps` it would be a step to one side
        "numerical_gradient",
        "def numerical_gradient(f, x, *, eps=1e-5):\n    z = x.astype(float)\n    grad = np.zeros(z.shape)\n"
        "    for i in np.ndindex(*z.shape):\n        z[i] += eps\n        high = f(z)\n        z[i] -= 2 * eps\n"
        "        low = f(z)\n        grad[i] = (high - low) / eps\n    return grad",
    ),
    (  # two, but the condition is none of them: changed, it only makes a copy
        "softmax",
        "def softmax(x, *, axis=-1):\n    if np.issubdtype(x.dtype, np.integer):\n        x = x.astype(float)\n"
        "    x -= x.max(axis=axis, keepdims=True)\n    e = np.exp(x)\n    return e / e.sum()",
    ),
]


@pytest.mark.parametrize(("function", "source"), ONE, ids=[row[0] for row in ONE])
def test_what_leads_round_a_mistake_is_no_second_one(function, source):
    outcome = check(answer(source, function))
    assert outcome.status == "failed"
    assert "two mistakes" not in outcome.message


def test_what_a_changed_answer_does_to_names_stays_in_it():
    source = "def sigmoid(x):\n    global seen\n    seen = 1\n    return 1 / (1 - np.exp(-x))"
    fn = answer(source, "sigmoid")
    before = dict(fn.__globals__)
    outcome = check(fn)
    assert outcome.place.line == 4
    changed = {name for name, value in fn.__globals__.items() if before.get(name) is not value}
    assert changed - {"__warningregistry__"} <= {"seen"}


def test_what_python_thinks_of_a_changed_answer_is_not_told():
    body = "np.exp(x) / np.where(np.exp(x) > 0, np.exp(x).sum(), 1)[..., None]"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check(answer(f"def softmax(x, *, axis=-1):\n    return {body}", "softmax"))
    assert [w.category for w in said if w.category is SyntaxWarning] == []


def test_the_class_is_told_the_same_as_home():
    notebook = json.loads(notebook_path("ch02_activations").read_text(encoding="utf-8"))
    sources = {row[0]: row[1] for row in PLACES[:2]}
    for cell in notebook["cells"]:
        if cell["id"] in sources:
            cell["source"] = sources[cell["id"]]
    verdict = grade(notebook, "ch02_activations", seed=5, isolation=LEVEL)
    for function, source in sources.items():
        assert verdict.outcomes[function].place == check(answer(source, function)).place
    again = grade(notebook, "ch02_activations", seed=5, isolation=LEVEL)
    assert again.outcomes == verdict.outcomes


# ── the formula ──────────────────────────────────────────────────────────────────────────────────────────


def formula_of(function, source):
    exercise, fn = find_exercise(function), answer(source, function)
    results = judge(exercise, trials(exercise), lambda call, script: local.ask(fn, call, script))
    return find_formula(exercise, results, seconds=5)


FORMULAS = [
    ("softplus", "def softplus(x, *, beta=1.0, threshold=20.0):\n    return 7.0 + 0 * x", ""),
    (
        "mse_loss",
        "def mse_loss(pred, target, *, reduction='mean'):\n    total, n = 0.0, 0\n    out = []\n"
        "    for p, t in zip(np.ravel(pred), np.ravel(target)):\n        out.append((p + t) ** 2)\n"
        "    out = np.array(out)\n"
        "    if reduction == 'none':\n        return out.reshape(np.shape(pred))\n"
        "    return out.sum() if reduction == 'sum' else out.mean()",
        "a sum where a difference belongs",
    ),
]


@pytest.mark.parametrize(("function", "source", "words"), FORMULAS, ids=[f[0] for f in FORMULAS])
def test_the_formula_behind_the_numbers(function, source, words):
    found = formula_of(function, source)
    assert words in found if words else found == ""


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_change_changes_one_thing_and_compiles():
    (function,) = functions_of(
        "def f(x, y=1, *, axis=-1):\n    '''Text.'''\n    return np.sum(x + y, axis=axis)"
    )
    found = list(changes(function, {"y": "2"}))
    kinds = {change.kind for change in found}
    assert {"default", "operator", "function", "axis", "keepdims", "term", "sign", "variable"} <= kinds
    assert all(change.line in (1, 3) for change in found)
    assert len({(c.kind, c.old, c.new) for c in found}) == len(found)


@pytest.mark.parametrize("source", ["def f(:", "%timeit 3", "x = 1", ""])
def test_what_does_not_parse_has_no_functions(source):
    assert functions_of(source) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "def kl_div(p, q, *, reduction='mean'):\n    return p if reduction == 'batch_mean' else q",
            "batchmean",
        ),
        ("def kl_div(p, q, *, reduction='mean'):\n    return p if reduction == 'batchmean' else q", ""),
    ],
)
def test_a_misspelt_value_is_named(source, words):
    found = misspelt(find_exercise("kl_div"), source)
    assert words in found if words else found == ""


def test_the_ways_are_counted_apart():
    def outcome(**fields):
        return Outcome("f", "failed", 0.0, 1, "✗", **fields)

    formula = outcome(formula=f"{FORMULA} with the opposite sign in one place.")
    found = [outcome(misconception="a"), formula, outcome(formula="b"), outcome()]
    assert explained([*found, Outcome("f", "passed", 1.0, 1, "✓")]) == (
        "4 wrong answers: 1 named, 1 told their formula, 1 told what their numbers show, 1 without an explanation"
    )
    assert explained([]) == ""
