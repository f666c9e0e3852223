"""Formulas as MathML, set by Temml when the site is built: a browser needs no script for them.

Also a Sphinx extension: `html_math_renderer = "temml"`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import IO

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from grader.problem import Problem

__all__ = ["NODE_MODULES", "check_there", "mathml", "setup"]

NODE_MODULES = Path(sys.prefix) / "node" / "node_modules"  # `make site` puts them there
# Inline formulas may break after a relation, so that they fit a telephone.
PROGRAM = """
const temml = require("temml");
require("readline").createInterface({ input: process.stdin }).on("line", line => {
  const [tex, displayMode] = JSON.parse(line);
  let said;
  try {
    const wrap = displayMode ? "none" : "tex";
    said = { mathml: temml.renderToString(tex, { displayMode, wrap, throwOnError: true, annotate: false }) };
  } catch (error) {
    said = { error: String(error.message) };
  }
  console.log(JSON.stringify(said));
});
"""


def check_there() -> None:
    """Raises Problem where formulas cannot be set."""
    if shutil.which("node") is None:
        raise Problem("the site needs node for its formulas. On Debian or Ubuntu: sudo apt install npm")
    for package in ("temml", "@fontsource/noto-sans-math"):
        if not (NODE_MODULES / package).is_dir():
            raise Problem(f"the site needs npm's {package} in {NODE_MODULES}; `make site` puts it there")


@cache
def _node() -> tuple[IO[str], IO[str]]:
    process = subprocess.Popen(
        ["node", "-e", PROGRAM],
        cwd=NODE_MODULES.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


@cache
def mathml(tex: str, display: bool = False) -> str:
    """Raises ValueError with Temml's words for what is no TeX."""
    ask, answer = _node()
    ask.write(json.dumps([tex, display]) + "\n")
    ask.flush()
    said = json.loads(answer.readline())
    if "error" in said:
        raise ValueError(f"the formula {tex!r} cannot be set: {said['error']}")
    return str(said["mathml"])


def _inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(f'<span class="math">{mathml(node.astext())}</span>')
    raise nodes.SkipNode


def _block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="math">{mathml(node.astext(), True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("temml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
