"""Formulas as docstrings have them, in plain text, as TeX: sum_k exp(x_k) becomes \\sum_{k} \\exp(x_{k}).

Only what is read without doubt is set: a sentence's first words up to the first that is English. All else stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

__all__ = ["formula", "with_formulas"]

WORD = re.compile(r"\w+")
GREEK = frozenset(
    WORD.findall(
        "alpha beta gamma delta epsilon eps zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
        " Gamma Delta Theta Lambda Sigma Phi Psi Omega"
    )
)
NAMED = frozenset(WORD.findall("exp log ln max min sin cos tanh sinh cosh det arg"))  # TeX has them
LARGE = {"sum": r"\sum", "prod": r"\prod"}
UPRIGHT = frozenset(
    WORD.findall(
        "erf sign round floor ceil clip softmax sigmoid softplus relu diag cov var std median mean norm area IoU KL"
        " erfc tr lr num fan gain clamp argmax rank TP FP FN TN"
    )
)
OPEN = NAMED | set(LARGE) | {"sqrt", "if", "else"}  # something must follow them
CLOSING = (")", "]", "}", "|", "||")
SIGNS = {
    "~": r"\sim",
    "+-": r"\pm",
    "<-": r"\leftarrow",
    "<=": r"\le",
    ">=": r"\ge",
    "!=": r"\ne",
    "||": r"\|",
    "*": r"\cdot",
    "->": r"\to",
}
TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?(?:e-?\d+)?)|(?P<hat>[A-Za-z]\^(?=[\s,;).]))|(?P<name>[A-Za-z]+\d*'*)"
    r"|(?P<sign><-|<=|>=|!=|->|\|\||\+-|[-+*/=<>~|,()\[\]:])|(?P<shift>[_^])|(?P<brace>[{}])"
    r"|(?P<dot>(?<=\s)\.(?=\s))|(?P<space>\s+)"
)
LONG = re.compile(r"[A-Za-z]\w*_\w+")  # a name of Python's, where it is one
TEXT = re.compile(r"\s*(?:[.,;:](?:\s|$)|[A-Za-z][a-z]+(?![\w^(/])|a\s|$)")  # what may follow a formula
SENTENCE = re.compile(r"(?:(?<=[.;:])|(?<=,\swith)|(?<=\swith)|(?<=,\swhere))\s+")
TELLING = re.compile(r"[=^]|<-|\|\||\bsum_|\bsqrt\(|\bexp\(|\blog\b")


class _NoFormula(Exception):
    pass


def with_formulas(text: str, plain: Callable[[str], str], names: Collection[str] = ()) -> str:
    """Markdown in which formulas stand as $TeX$ and the rest as `plain` says. names: words that are no English."""
    pieces, end = [], 0
    for start in [0, *(found.end() for found in SENTENCE.finditer(text))]:
        if start >= end:
            length, tex = _leading(text[start:], names)
            if tex:
                pieces += [plain(text[end:start]), f"${tex}$"]
                end = start + length
    pieces.append(plain(text[end:]))
    return _joined(pieces, text)


def _joined(pieces: list[str], text: str) -> str:
    """With a space where there was one; none before a comma."""
    out = ""
    for piece in filter(None, pieces):
        out += (
            "" if not out or out.endswith("\n") or piece[0] in ".,;:)" or piece.startswith("\\.") else " "
        ) + piece
    return out


def formula(text: str, names: Collection[str] = ()) -> str:
    """All of the text as TeX; empty where it is not read without doubt."""
    length, tex = _leading(text, names)
    return tex if length == len(text.rstrip()) else ""


def _leading(text: str, names: Collection[str]) -> tuple[int, str]:
    """How much of the beginning is a formula, and that in TeX."""
    end, depth, ends = 0, 0, []  # ends: outside all brackets, after a name, a number or a bracket
    for kind, word, begin in _words(text, names):
        end = begin + len(word)
        depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
        if depth < 0:
            break
        last = word not in OPEN if kind == "name" else kind in ("number", "hat") or word in CLOSING
        if depth == 0 and last:
            ends.append(end)
    for end in reversed(ends):
        follows = TEXT.match(text, end)
        if not follows or follows[0].strip() in OPEN | GREEK | UPRIGHT:
            continue
        if TELLING.search(text[:end]) and text[:end].count("|") % 2 == 0:
            try:
                return end, _tex(text[:end], names)
            except _NoFormula:
                continue
    return 0, ""


def _words(text: str, names: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """(kind, word, place) from the beginning to what is no formula. In an index every word is a name."""
    at, braces, before = 0, 0, ""
    while at < len(text):
        long = LONG.match(text, at)
        if long and long[0] in names and before != "_":
            yield "name", long[0], at
            at, before = long.end(), long[0]
            continue
        token = TOKEN.match(text, at)
        if token is None or "\n\n" in token[0]:
            return
        kind, word = str(token.lastgroup), token[0]
        braces += (word == "{") - (word == "}")
        if kind == "name" and not braces and before not in ("_", "^") and not _is_name(word, names):
            return
        if kind != "space":
            yield kind, word, at
            before = word
        at = token.end()


def _is_name(word: str, names: Collection[str]) -> bool:
    bare = word.rstrip("'")
    stem = re.sub(r"\d+$", "", bare)
    return len(stem) == 1 or stem in OPEN | UPRIGHT | GREEK or bare in names or _is_differential(bare)


def _is_differential(word: str) -> bool:
    """dw, dC1; not the English word."""
    return bool(re.fullmatch(r"d[A-Za-z]\d?", word)) and word != "do"


# ── TeX ──────────────────────────────────────────────────────────────────────────────────────────────────


def _tex(text: str, names: Collection[str]) -> str:
    return _sequence([(kind, word) for kind, word, _ in _words(text, names)], names)


Words = list[tuple[str, str]]


def _sequence(words: Words, names: Collection[str]) -> str:
    out: list[str] = []
    while words:
        kind, word = words[0]
        if kind == "shift":
            inner, words = _raised(words[1:], names)
            if word == "_" and out and re.search(r"_\{\d+\}$", out[-1]):  # a digit of the name's own
                out[-1] = f"{out[-1][:-1]},{inner}}}"
            else:
                out.append(f"{word}{{{inner}}}")
        elif word == "sqrt" and words[1:2] == [("sign", "(")]:
            inner, words = _group(words[2:], names, ")")
            out.append(f"\\sqrt{{{inner}}}")
        elif kind == "brace":
            raise _NoFormula
        else:
            out.append(_one(kind, word, names))
            words = words[1:]
    return " ".join(out)


def _group(words: Words, names: Collection[str], end: str) -> tuple[str, Words]:
    opening = {")": "(", "}": "{"}[end]
    depth, at = 1, 0
    while at < len(words) and depth:
        depth += (words[at][1] == opening) - (words[at][1] == end)
        at += 1
    if depth:
        raise _NoFormula
    return _sequence(words[: at - 1], names), words[at:]


def _raised(words: Words, names: Collection[str]) -> tuple[str, Words]:
    """What stands above or below: a group, or one number or name with its sign."""
    if not words:
        raise _NoFormula
    kind, word = words[0]
    if word in ("{", "("):
        return _group(words[1:], names, "}" if word == "{" else ")")
    if word == "-" and len(words) > 1:
        inner, rest = _raised(words[1:], names)
        return f"-{inner}", rest
    if kind in ("name", "number"):
        return _one(kind, word, names), words[1:]
    raise _NoFormula


def _one(kind: str, word: str, names: Collection[str]) -> str:
    if kind == "number":
        digits, _, power = word.partition("e")
        return f"{digits}\\times 10^{{{power}}}" if power else digits
    if kind == "dot":
        return r"\cdot"
    if kind == "hat":
        return f"\\hat{{{word[0]}}}"
    if kind != "name":
        return SIGNS.get(word, word)
    bare = word.rstrip("'")
    primes = "'" * (len(word) - len(bare))
    stem, digits = re.fullmatch(r"(.*?)(\d*)", bare).groups()  # type: ignore[union-attr]
    below = f"_{{{digits}}}" if digits else ""
    if bare in LARGE:
        return LARGE[bare]
    if stem in GREEK:
        return f"\\{'varepsilon' if stem in ('eps', 'epsilon') else stem}{below}{primes}"
    if stem in NAMED and not digits:
        return f"\\{stem}{primes}"
    if len(stem) == 1:
        return f"{stem}{below}{primes}"
    if bare in ("if", "else"):
        return f"\\text{{ {bare} }}"
    if _is_differential(bare):
        return f"\\mathrm{{d}}{bare[1]}{below}"
    if re.fullmatch("[a-z]{2}", bare) and bare not in UPRIGHT and bare not in names:  # indices: ij
        return " ".join(bare)
    return f"\\operatorname{{{bare.replace('_', chr(92) + '_')}}}{primes}"
