"""What the first code cell of a chapter does for whoever opens the notebook by itself: say how to get the course."""

__all__ = ["ADDRESS", "OPENING"]

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
