"""The bank of a record: an answer is kept by its decorator, and what is wrong with it is said at import."""

import numpy as np
import pytest

from grader.record.exercise import Case, Exercise, call, source_of


@pytest.fixture
def double():
    return Exercise(
        function="double",
        topics=(),
        points=1,
        difficulty=1,
        minutes=1,
        reference=lambda x: 2 * x,
        cases=(
            Case("a row", lambda rng: call(rng.normal(size=3))),
            Case("a matrix", lambda rng: call(rng.normal(size=(2, 3)))),
        ),
        hints=("two",),
    )


def test_the_docstring_is_the_sentence_and_the_name_the_slug(double):
    @double.wrong(case="a matrix")
    def double_one_too_many(x):
        """Twice means two,
        not three."""
        return 3 * x

    @double.wrong(slug="lambda")
    def double_lambda_(x):
        """You add."""
        return x + 2

    @double.right
    def double_by_sum(x):
        return x + x

    found = [(m.slug, m.hint, m.case) for m in double.misconceptions]
    assert found == [
        ("one-too-many", "Twice means two, not three.", "a matrix"),
        ("lambda", "You add.", "a row"),
    ]
    assert double.alternatives == (double_by_sum,)
    assert double_one_too_many(1) == 3


def unsaid(x):
    return x


def said(x):
    """You forget the 2."""
    return x


@pytest.mark.parametrize(
    ("fn", "options", "words"),
    [
        (unsaid, {}, "'unsaid': the docstring must say"),
        (said, {"case": "a raw"}, "there is no case 'a raw'; there are"),
        (said, {"slug": "taken"}, "two wrong answers are called 'taken'"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_at_import(double, fn, options, words):
    double.wrong(slug="taken")(said)
    with pytest.raises(ValueError, match=words):
        double.wrong(**options)(fn)


def test_an_answer_reads_as_a_student_would_type_it(double):
    @double.wrong(
        case="a row",
    )
    def double_half(
        x,
    ):
        """Half."""
        # a comment stays
        return np.asarray(x) / 2 + 0 * len("double_half")

    assert source_of(double_half, "double") == (
        'def double(\n    x,\n):\n    # a comment stays\n    return np.asarray(x) / 2 + 0 * len("double")\n'
    )
