"""Formulas of docstrings as TeX: the right ones, and nothing that is no formula."""

import pytest

from docs.site.notation import formula, with_formulas

# plain text, TeX without spaces
FORMULAS = [
    ("a = 1", "a=1"),
    (
        "softmax(x)_j = exp(x_j) / sum_k exp(x_k)",
        r"\operatorname{softmax}(x)_{j}=\exp(x_{j})/\sum_{k}\exp(x_{k})",
    ),
    ("y = x W^T + b", "y=xW^{T}+b"),
    ("r = gain sqrt(3 / fan)", r"r=\operatorname{gain}\sqrt{3/\operatorname{fan}}"),
    ("w <- w - lr dJ_i/dw", r"w\leftarroww-\operatorname{lr}\mathrm{d}J_{i}/\mathrm{d}w"),
    ("v^ = v / (1 - b2^t)", r"\hat{v}=v/(1-b_{2}^{t})"),
    ("x^(a + 1) = 2e-4", r"x^{a+1}=2\times10^{-4}"),
    ("y_{ij} = sum_{ab} x_{i + a, j}", r"y_{ij}=\sum_{ab}x_{i+a,j}"),
    ("z1_k = f'(a)", "z_{1,k}=f'(a)"),
    ("y = (x - mean) / sqrt(var + eps)", r"y=(x-\operatorname{mean})/\sqrt{\operatorname{var}+\varepsilon}"),
    ("|x| >= max(0, b) = w . x", r"|x|\ge\max(0,b)=w\cdotx"),
    ("y = x if x > 0", r"y=x\text{if}x>0"),
]


@pytest.mark.parametrize(("text", "tex"), FORMULAS, ids=[text for text, _ in FORMULAS])
def test_a_formula_is_set(text, tex):
    assert formula(text).replace(" ", "") == tex


TEXTS = [
    "Of equal scores the earlier comes first.",
    "A vector of length c stays as it is.",
    "y = the largest",  # nothing is left of it
    "m = x^(1",  # a bracket that is not closed
    "w = a | b",  # a line that is not closed
    "C = sum over samples",  # a sum of what stands in words
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_formula_stays(text):
    assert formula(text) == ""
    assert with_formulas(text, str) == text


def test_a_sentence_keeps_its_words():
    said = with_formulas("y = 2 x, which grows.  Where z = 0 nothing does; x = 1.", str)
    assert said.replace("  ", " ") == "$y = 2 x$, which grows. Where z = 0 nothing does; $x = 1$."


def test_names_of_python_are_names_where_they_are_known():
    assert formula("y = in_size - 1", {"in_size"}) == r"y = \operatorname{in\_size} - 1"
    assert formula("y = in_size - 1") == ""
