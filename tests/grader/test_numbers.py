"""What wrong numbers say where nothing else explains them: a sentence that was counted, else silence."""

import json

import numpy as np
import pytest

from grader.calls import local
from grader.calls.plain import Raised, Returned
from grader.course import notebook_path
from grader.grading.grade import grade
from grader.judging.formula import find_formula
from grader.judging.judge import judge, trials
from grader.judging.outcome import Outcome
from grader.judging.place import Place
from grader.record.registry import find_chapter, find_exercise
from tests.course.answers import run_source, solutions
from tests.strongest_isolation import LEVEL


def said_of(function, source):
    """What is told of an answer, without a search for its line."""
    space = solutions(find_chapter(function))
    run_source(source, space, name=f"<{hash(source)}>")
    return told(function, lambda call, script: local.ask(space[function], call, script))


def told(function, ask):
    exercise = find_exercise(function)
    results = judge(exercise, trials(exercise), ask)
    return find_formula(exercise, results, seconds=5)


CONV2D = """\
def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    N, C, H, W = x.shape
    O, c, kh, kw = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    h = (H + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    w = (W + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    out = np.zeros((N, O, h, w))
    for o in range(O):
        first = o // (O // groups) * c
        for k in range(c):
            for i in range(kh):
                for j in range(kw):
                    rows, cols = i * dilation, j * dilation
                    part = x[:, first + k, rows : rows + h * stride : stride, cols : cols + w * stride : stride]
                    out[:, o] += weight[o, k, i, j] * part[:, :h, :w]
            if bias is not None:
                out[:, o] += bias[o]
    return out
"""
TRANSLATE = """\
def translate(x, dx, dy, *, order=1, fill=0.0):
    rows, cols = np.arange(x.shape[-2])[:, None] - dx, np.arange(x.shape[-1])[None, :] - dy
    return map_coordinates(x, rows, cols, order=order)
"""
SIGMOID = """\
def sigmoid_backward(grad_output, x):
    s = 1 / (1 + np.exp(-x))
    grad_output *= 1 - s**2
    return grad_output
"""
COVARIANCE = """\
def covariance(X, *, ddof=0):
    X = X - X.mean(axis=0)
    return np.triu(X.T @ X) / (len(X) - ddof)
"""
ROC = """\
def roc_curve(y_true, y_score):
    best = np.argsort(-y_score, kind="stable")
    hit, score = np.asarray(y_true)[best], y_score[best]
    last = np.append(score[1:] != score[:-1], True)
    tpr, fpr = np.cumsum(hit)[last] / hit.sum(), np.cumsum(1 - hit)[last] / (1 - hit).sum()
    return np.append(0, fpr), np.append(0, tpr), score[last][::-1]
"""
PERPLEXITY = """\
def perplexity(log_probs, *, axis=None):
    n = len(log_probs) if axis is None else log_probs.shape[axis]
    return 2 ** (-log_probs.sum(axis=axis) / n)
"""
BATCH_NORM = """\
def batch_norm(x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5):
    as_x = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        m = x.size // x.shape[1]
        mean = x.mean(axis=(0, *range(2, x.ndim)))
        var = x.var(axis=0) if x.ndim == 2 else x.var(axis=(2, 3)).mean(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * m / (m - 1)
    else:
        mean, var = running_mean, running_var
    y = (x - mean.reshape(as_x)) / np.sqrt(var.reshape(as_x) + eps)
    y = y if weight is None else y * weight.reshape(as_x)
    return y if bias is None else y + bias.reshape(as_x), running_mean, running_var
"""
MUTUAL_INFORMATION = """\
def mutual_information(joint, *, base=None):
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    held = joint > 0
    found = np.sum(joint[held] * np.log(joint[held] / apart[held]))
    return found / np.log(2 if base is None else base)
"""
MAJORITY_VOTE = """\
def majority_vote(labels, *, num_classes, tie_break="first", probs=None):
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    tied = votes == votes.max(axis=1, keepdims=True)
    if tie_break == "first":
        return num_classes - 1 - tied[:, ::-1].argmax(axis=1)
    return np.where(tied, probs.max(axis=0), -1.0).argmax(axis=1)
"""
TOP_K = """\
def top_k_accuracy_score(y_true, y_score, *, k=2):
    return np.isin(y_true, np.argsort(y_score, axis=1)[:, -k:]).mean()
"""

SILU = """\
def silu_backward(grad_output, x):
    s = np.exp(x) / (1 + np.exp(x))
    return grad_output * (s + x * s * (1 - s))
"""

SAID = [  # (function, source, what is said)
    (
        "conv2d",
        CONV2D,
        "wrong in every call where `bias` is given and `weight` has more than one entry along axis 1",
    ),
    ("translate", TRANSLATE, "for other arguments (`dx` and `dy` exchanged): You do not hand `fill` on"),
    ("sigmoid_backward", SIGMOID, "the rule of tanh, not of sigmoid. Besides, you change an argument."),
    ("covariance", COVARIANCE, "stand below the diagonal"),
    ("roc_curve", ROC, "Only `thresholds` is wrong: its numbers are right, in reverse order."),
    (
        "perplexity",
        PERPLEXITY,
        "In 20 of the 24 calls where a known slip would show, your numbers are those it gives: You raise 2 to",
    ),
    (
        "batch_norm",
        BATCH_NORM,
        "in 6 of the 7 calls where `training` is True and `x` has more than two axes, and right in all others (20).",
    ),
    (
        "mutual_information",
        MUTUAL_INFORMATION,
        "All of your wrong results (7 calls) are the right ones times 1.4427 (1/ln 2).",
    ),
    ("silu_backward", SILU, "All of your wrong numbers (3) are inf or nan; all others are right."),
    (
        "majority_vote",
        MAJORITY_VOTE,
        "In 6 of the 6 calls where a known slip would show, your numbers are those it gives: Of the classes that are",
    ),
]


@pytest.mark.parametrize(("function", "source", "words"), SAID, ids=[row[0] for row in SAID])
def test_wrong_numbers_say_what_they_are_or_where(function, source, words):
    assert words in said_of(function, source)


def test_a_slip_that_is_right_where_this_answer_is_wrong_has_not_been_made():
    """In three calls its shares are those of another default, and in one they are right where that one's are not."""
    assert said_of("top_k_accuracy_score", TOP_K) == ""


def test_the_right_numbers_for_other_arguments():
    reference = find_exercise("fbeta").reference
    said = told(
        "fbeta",
        lambda call, script: local.ask(
            lambda p, r, *, beta=1.0: reference(p, r, beta=2 * beta), call, script
        ),
    )
    assert said == "Your numbers are the right ones for other arguments: 2 · `beta` for `beta`."


@pytest.mark.parametrize(
    "value", [7.0, np.nan, None, "text", [[1.0], [1.0, 2.0]], (), {"a": 1}, [np.zeros(3)] * 2]
)
@pytest.mark.parametrize("function", ["softmax_backward", "roc_curve", "translate"])
def test_of_what_is_no_evidence_nothing_is_said(function, value):
    assert told(function, lambda call, script: Returned(value)) == ""


def test_where_every_call_raises_nothing_is_said():
    assert told("softmax", lambda call, script: Raised("ValueError", "no")) == ""


def test_chance_is_no_property():
    """Every third call wrong: no property of the calls has that."""
    reference, calls = find_exercise("softmax_backward").reference, []

    def ask(call, script):
        calls.append(call)
        reply = local.ask(reference, call, script)
        return Returned(reply.value + 1.5) if script is None and len(calls) % 3 == 0 else reply

    assert told("softmax_backward", ask) == ""


def outcome(**fields):
    return Outcome("f", "failed", 0.0, 1, "✗", **fields)


def test_it_is_told_beside_what_is_less_sure():
    where = "Your results are wrong in every call where `a` is 0 (3), and right in all others (9)."
    seen = "A number got too large, too small, or was divided by zero on the way."
    assert outcome(formula=where).explained == "numbers"
    assert outcome(formula=where, advice=seen).explanation == f"{where} {seen}"
    line = Place(1, "x", "", "", whole=False)
    assert outcome(place=line, advice=seen).explanation == f"{line} {seen}"
    part = Place(1, "x", "the sign", "", whole=False)
    assert outcome(formula=where, place=part).explained == "placed"
    assert outcome(formula=where, place=part).explanation == f"{part} {where}"
    whole = Place(1, "x", "the sign", "", whole=True)
    assert outcome(formula=where, place=whole).explanation == str(whole)


def test_the_class_is_told_the_same_as_home():
    notebook = json.loads(notebook_path("ch02_activations").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == "sigmoid_backward":
            cell["source"] = SIGMOID
    found = grade(notebook, "ch02_activations", seed=5, isolation=LEVEL).outcomes["sigmoid_backward"]
    assert found.explanation == said_of("sigmoid_backward", SIGMOID)
