"""The pages on nnlib: every public function and class with its docstring."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any

from numpydoc.docscrape import NumpyDocString

import nnlib
from docs.site.notation import with_formulas

__all__ = ["documented", "markdown", "modules", "reference_page"]

FIELDS = {"Parameters": "param", "Attributes": "ivar", "Returns": "returns", "Raises": "raises"}
SPECIAL = re.compile(r"([\\*_\[\]<>$#|~{}`^])")


def modules() -> list[str]:
    return list(nnlib.__all__)


@cache
def documented() -> dict[str, str]:
    """{where a function is written: the name that its page has}."""
    found = {}
    for module in modules():
        ours = import_module(f"nnlib.{module}")
        for name in ours.__all__:
            thing = getattr(ours, name)
            found[f"{thing.__module__}.{getattr(thing, '__name__', name)}"] = f"nnlib.{module}.{name}"
    return found


def reference_page(module: str) -> str:
    """One module as Markdown for MyST."""
    ours = import_module(f"nnlib.{module}")
    parts = [
        f"# nnlib.{module}",
        _paragraphs(inspect.getdoc(ours) or ""),
        f"```{{py:module}} nnlib.{module}\n```",
    ]
    for name in ours.__all__:
        parts += _thing(name, getattr(ours, name), f"nnlib.{module}")
    return "\n\n".join(parts) + "\n"


def _thing(name: str, thing: Any, module: str) -> list[str]:
    if not callable(thing):
        return [_entry("data", name, module, "")]
    kind = "class" if inspect.isclass(thing) else "function"
    parts = [_body(inspect.getdoc(thing) or "", _names(name, thing))]
    if kind == "class":
        parts += [
            _entry("method", f"{method}{_signature(value)}", module, _body(inspect.getdoc(value) or ""))
            for method, value in vars(thing).items()
            if not method.startswith("_") and inspect.isfunction(value) and value.__doc__
        ]
    return [_entry(kind, f"{name}{_signature(thing)}", module, "\n\n".join(parts))]


def _names(name: str, thing: Any) -> set[str]:
    long = {word for ours in documented().values() if "_" in (word := ours.rpartition(".")[2])}
    return {name, *inspect.signature(thing).parameters, *long}


def _entry(kind: str, signature: str, module: str, body: str) -> str:
    fence = "````" if kind == "method" else "`````"
    where = "" if kind == "method" else f":module: {module}\n"
    return f"{fence}{{py:{kind}}} {signature}\n{where}\n{body}\n{fence}"


def _signature(thing: Any) -> str:
    """Defaults that are functions by their names, without addresses."""
    parameters = [
        p.replace(default=_Default(p.default)) if p.default is not p.empty else p
        for p in inspect.signature(thing).parameters.values()
        if p.name != "self"
    ]
    return str(inspect.Signature([p.replace(annotation=p.empty) for p in parameters]))


class _Default:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return getattr(self.value, "__name__", None) or repr(self.value)


# ── docstrings ───────────────────────────────────────────────────────────────────────────────────────────


def _body(text: str, names: Collection[str] = ()) -> str:
    """names: of the function and its parameters, which are no English in a formula."""
    text, _, doctest = text.partition("\n\n>>> ") if "Examples\n---" not in text else (text, "", "")
    said = NumpyDocString(text)
    parts = [_paragraphs("\n".join([*said["Summary"], "", *said["Extended Summary"]]))]
    if said["Notes"]:
        parts.append(with_formulas("\n".join(said["Notes"]), _paragraphs, names))
    fields = [line for section, field in FIELDS.items() for line in _fields(field, said[section])]
    if fields:
        parts.append("\n".join(fields))
    example = "\n".join(said["Examples"]) or (f">>> {doctest}" if doctest else "")
    if example:
        parts.append(f"**Example**\n\n```pycon\n{example}\n```")
    return "\n\n".join(parts)


def _fields(field: str, entries: list[tuple[str, str, list[str]]]) -> list[str]:
    """Sphinx's fields: `:param x: array, any shape`. What is returned is one field, whatever it has of parts."""
    said = [
        (name, ". ".join(filter(None, (markdown(kind), markdown(" ".join(text))))))
        for name, kind, text in entries
    ]
    if field != "returns":
        return [f":{field} {markdown(name)}: {text}" for name, text in said]
    parts = [f"`{name}`: {text}" if name else text for name, text in said]
    return [f":returns: {'; '.join(parts)}"] if parts else []


def _paragraphs(text: str) -> str:
    return "\n\n".join(markdown(part) for part in re.split(r"\n\s*\n", text.strip()))


def markdown(text: str) -> str:
    """Plain text with `code` in it, so that Markdown shows what stands there."""
    parts = re.split(r"(``[^`]+``|`[^`]+`)", text)
    return "".join(f"`{p.strip('`')}`" if n % 2 else SPECIAL.sub(r"\\\1", p) for n, p in enumerate(parts))
