"""What a chapter has for whoever opens it elsewhere: links to Colab and Binder, and a first code cell that gets the
course there, or says how to."""

from __future__ import annotations

from textwrap import indent

__all__ = ["ADDRESS", "OPENING", "REPOSITORY", "buttons", "opening"]

# The one place: "https://github.com/OWNER/NAME" once it is public, then `make build`. Until then: no links.
REPOSITORY = ""
ADDRESS = REPOSITORY or "<address of this repository>"  # the README has it, too

TELL = """\
raise SystemExit(
    "This notebook needs the course it belongs to. In the course's folder: make lab, or choose the kernel "
    "of its .venv (if the folder was moved: delete .venv first). On Colab and the like, in a cell of its own: "
    "%pip install git+{address}, then restart the kernel."
) from None
"""
# Without dependencies: Colab has NumPy, SciPy, matplotlib and scikit-learn, in versions of its own.
INSTALL = """\
import importlib, subprocess, sys

if "google.colab" in sys.modules:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "git+{address}"], check=True)
    importlib.invalidate_caches()
else:
"""


def opening(repository: str) -> str:
    """What stands before the code of the first cell."""
    address = repository or ADDRESS
    tell = TELL.replace("{address}", address)
    body = INSTALL.replace("{address}", address) + indent(tell, "    ") if repository else tell
    return (
        "try:\n    import grader\n    import nnlib\n"
        "except ModuleNotFoundError:  # opened by itself, or with a kernel of another environment\n"
        f"{indent(body, '    ')}\n"
    )


OPENING = opening(REPOSITORY)


def buttons(chapter: str, repository: str = REPOSITORY) -> str:
    """A line of links that open the chapter in Colab and on Binder, "" where there is no repository for them."""
    host, _, name = repository.partition("https://github.com/")
    if host or not name:
        return ""
    notebook = f"{chapter}/{chapter}.ipynb"
    colab = f"https://colab.research.google.com/github/{name}/blob/main/notebooks/{notebook}"
    binder = f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/work/{notebook}"
    return (
        f"*Open this chapter without installing anything:* [Colab]({colab}) *(save a copy in Drive) ·* "
        f"[Binder]({binder}) *(download what you want to keep)*"
    )
