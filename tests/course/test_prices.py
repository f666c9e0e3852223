"""What one slip costs, in every exercise: about what a teacher would take for it.

The slips are made by machine from the reference: what is done to its results is all that is wrong. A row says which
share of the points remains, and in which exercises the slip cannot be made, or is none.

What has not changed since `make prove` is left out, but for one chapter (passed.py).
"""

from functools import cache

import numpy as np
import pytest

from grader.calls.arrays import arrays
from grader.judging.judge import share, trials
from grader.record.registry import chapters, registry
from tests.course.answers import EXERCISES, results

SEED = 7
NEARLY = (0.2, 0.6)
NO_NUMBERS = {"gradient_agrees", "param_groups", "grid_search", "random_search"}  # yes and no, names, dicts


def each(change):
    """On every number and array that is returned."""

    def of(value, *args):
        if isinstance(value, (tuple, list)):
            return tuple(of(part, *args) for part in value)
        if value is None:  # a state that holds nothing yet
            return None
        return change(np.asarray(value), *args)

    return of


def rounded(value, *args):
    return np.round(value, 4)


def in_a_column(value, *args):
    return np.reshape(value, (-1, 1)) if np.ndim(value) == 1 else value[..., None]


def without_the_last(value, *args):
    return value[:-1]


def packed_once_more(value, *args):
    return value[0], list(value[1:])


def divided_by_samples(value, *args):
    return value / len(next(a for a in arrays(args) if np.ndim(a)))


def only_whole(value):
    if isinstance(value, (tuple, list)):
        return all(map(only_whole, value))
    return np.asarray(value).dtype.kind in "iub"


MATRICES = {"cost_delta", "delta_hidden", "grad_weight", "linear", "mlp"}  # in most of their cases
ALL = {e.function for _, e in EXERCISES}
EITHER_WAY = {"decorrelate", "whiten"}  # an eigenvector may point either way, which all results together tell
TINY_STEPS = {"adam_step", "adamw_step", "rmsprop_step"}  # as near is the parameter that they begin with
IN_ORDER = {"early_stopping", "fans"}  # two whole numbers: which is which is all that is asked
NUMBERS = {
    "bias_variance_decomposition",
    "binary_scores",
}  # three or four numbers: in a list of their own those that are left are one result
EVEN = {"binary_scores"}  # four numbers: turned around, none stays in its place


def first(exercise):
    """The first case, and what is right there."""
    (found,) = results(exercise, exercise.reference, trials(exercise)[:1])
    return found.trial.call.args, found.got


def of_numbers(exercise):
    return not arrays(first(exercise)[0])


def of_whole(exercise):
    return only_whole(first(exercise)[1])


def of_one(exercise):
    return not isinstance(first(exercise)[1], tuple)


def never(exercise):
    return False


SLIPS = {
    "the sign": (each(lambda v, *a: -v), EITHER_WAY, never),
    "twice as much": (each(lambda v, *a: 2 * v), set(), never),
    "half as much": (each(lambda v, *a: v / 2), set(), never),
    "divided by the number of samples": (each(divided_by_samples), set(), of_numbers),
    "times 1.0001": (each(lambda v, *a: 1.0001 * v), TINY_STEPS, never),
    "rounded to four places": (each(rounded), TINY_STEPS, of_whole),
    "a column": (each(in_a_column), EITHER_WAY, never),
    "transposed": (each(lambda v, *a: v.T), ALL - MATRICES, never),
    "in another order": (lambda v, *a: v[::-1], IN_ORDER | EVEN, of_one),
    "one result is missing": (without_the_last, IN_ORDER | NUMBERS | EITHER_WAY, of_one),
    "packed once more": (packed_once_more, NUMBERS | EITHER_WAY, of_one),
}


def with_slip(exercise, change):
    def answer(*args, **kwargs):
        return change(exercise.reference(*args, **kwargs), *args, *kwargs.values())

    return answer


@cache
def plan_of(name):
    """It remembers what the reference and the bank reply to it."""
    return trials(registry()[name], SEED, 1)


def remains(exercise, answer):
    return float(share(exercise, results(exercise, answer, plan_of(exercise.function))))


@pytest.mark.parametrize("chapter", chapters())
@pytest.mark.parametrize(("change", "not_here", "none"), SLIPS.values(), ids=SLIPS)
def test_one_slip_costs_about_the_same_everywhere(change, not_here, none, chapter):
    odd = {}
    for name, exercise in registry(chapter).items():
        if name not in not_here | NO_NUMBERS and not none(exercise):
            found = remains(exercise, with_slip(exercise, change))
            if not NEARLY[0] <= found <= NEARLY[1]:
                odd[name] = round(found, 2)
    assert odd == {}


# Of the bank, and of what people were seen to write: (exercise, slip): the share that remains.
NAMED = {
    ("numerical_gradient", "forward-difference"): NEARLY,
    ("mlp_backward", "no-grad-x"): NEARLY,
    ("mlp_backward", "grad-x-last"): NEARLY,
    ("mlp_backward", "nested"): NEARLY,
    ("mlp_backward", "mean"): NEARLY,
    ("linear_backward", "mean"): NEARLY,
    ("grad_weight", "mean"): NEARLY,
    ("grad_weight", "transposed"): NEARLY,
    ("delta_hidden", "mean-of-samples"): NEARLY,
    ("cost_delta", "mean-of-samples"): NEARLY,
    ("entropy", "axis-kept"): NEARLY,
    ("entropy", "epsilon"): NEARLY,
    ("entropy", "mean-for-sum"): NEARLY,
    ("xor_closed_form", "a-column"): NEARLY,
    ("collapse_linear", "wrong-order"): NEARLY,
    ("neuron_gradients", "pair-reversed"): NEARLY,
    **{
        (e.function, m.slug): NEARLY
        for _, e in EXERCISES
        for m in e.misconceptions
        if m.slug == "no-upstream"
        and e.function != "relu_backward"  # there it is a comparison, which knows nothing
    },
    ("softplus", "relu"): (0, 0.1),
    ("gradient_agrees", "always-no"): (0, 0.1),
    ("gradient_agrees", "always-yes"): (0, 0.1),
    ("tanh_backward", "upstream-inside"): (0, 0.4),
    ("softmax_backward", "no-shift"): (0.2, 0.7),
}


def test_known_slips_cost_what_a_teacher_would_take():
    odd = {}
    for (name, slug), (least, most) in NAMED.items():
        exercise = registry()[name]
        (answer,) = [m.fn for m in exercise.misconceptions if m.slug == slug]
        found = remains(exercise, answer)
        if not least <= found <= most:
            odd[name, slug] = round(found, 2)
    assert odd == {}


@pytest.mark.parametrize("chapter", chapters())
def test_no_slip_of_the_bank_is_nearly_free(chapter):
    for exercise in registry(chapter).values():
        for misconception in exercise.misconceptions:
            assert remains(exercise, misconception.fn) <= 0.8, misconception.slug
