"""What the first code cell of a chapter does for whoever opens the notebook by itself: say how to get the course."""

__all__ = ["ADDRESS", "IN_A_BROWSER", "OPENING"]

ADDRESS = "<address of this repository>"  # once there is one; the README has it, too

OPENING = f"""try:
    import grader
    import nnlib
except ModuleNotFoundError:  # opened by itself, or with a kernel of another environment
    raise SystemExit(
        "This notebook needs the course it belongs to. In the course's folder: make lab, or choose the kernel "
        "of its .venv (if the folder was moved: delete .venv first). On Colab and the like, in a cell of its own: "
        "%pip install git+{ADDRESS}, then restart the kernel."
    ) from None

"""

IN_A_BROWSER = """# This runs in your browser. The course comes with the page: a new kernel gets it in half a minute.
# What you write, and your progress, stay in this browser only: download what you want to keep. torch, the shell and
# other processes are not here: comparisons with torch are skipped, and `grader mylib` needs an installed course.
# A browser computes slowly, so experiments take fewer repetitions; without the line with QUICK they take all.
%pip install -q nn-workbook
import os; os.environ["NN_WORKBOOK_QUICK"] = "1"

"""
