"""Docstrings: the examples run, and each says what a reader needs."""

import doctest
import inspect
import re

import pytest

from tests.nnlib.modules import defined_in, modules

FUNCTIONS = [
    (f"{m.__name__}.{n}", f) for m in modules() for n, f in defined_in(m).items() if not isinstance(f, type)
]
PUBLIC = [(name, f) for name, f in FUNCTIONS if not re.search(r"_backward$|\.plot_|\.digits$", name)]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_examples_run(module):
    failed, _ = doctest.testmod(module)
    assert failed == 0


@pytest.mark.parametrize(("name", "function"), PUBLIC, ids=[name for name, _ in PUBLIC])
def test_docstring_has_its_sections(name, function):
    sections = ["Parameters", "Returns", "Examples"] if inspect.signature(function).parameters else []
    if not name.startswith("nnlib.plotting."):
        sections.append("Notes")  # the formula and its source
    for section in sections:
        assert f"\n    {section}\n    {'-' * len(section)}\n" in function.__doc__, (
            f"{name}: no section {section}"
        )


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_first_line_is_a_sentence_and_errors_are_announced(name, function):
    assert function.__doc__.splitlines()[0].rstrip()
    if "need(" in inspect.getsource(function) and not name.endswith("_backward"):
        assert "\n    Raises\n    ------\n" in function.__doc__
