"""Keep the state of a training run in a file, exactly, and without pickle."""

import json
import os
from pathlib import Path

import numpy as np

ARRAY = "array "  # what a string that stands for an array begins with


def save_checkpoint(path, state):
    """Write a state to a file; the file is replaced at once, so that a crash leaves the old one.

    Parameters
    ----------
    path : str or Path; the folder must exist
    state : dict of arrays, numbers, strings, None, and dicts and lists of them

    Returns
    -------
    None

    Raises
    ------
    TypeError : something else is in the state

    Notes
    -----
    A NumPy .npz archive of the arrays, and one JSON text for the rest.  Floats keep every bit.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/run.npz", {"epoch": 3, "params": [np.array([0.1])]})
    ...     load_checkpoint(f"{folder}/run.npz")
    {'epoch': 3, 'params': [array([0.1])]}
    """
    arrays = {}

    def pack(value):
        if isinstance(value, np.ndarray):
            key = f"{ARRAY}{len(arrays)}"
            arrays[key] = value
            return key
        if isinstance(value, dict):
            return {name: pack(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [pack(item) for item in value]
        return value.item() if isinstance(value, np.generic) else value

    text = json.dumps(pack(state))
    partial = Path(f"{path}.partial")
    with partial.open("wb") as file:
        np.savez(file, state=np.array(text), **arrays)
    os.replace(partial, path)


def load_checkpoint(path):
    """Read what `save_checkpoint` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict, as it was; tuples have become lists

    Raises
    ------
    OSError : the file is not there

    Notes
    -----
    Nothing in the file is ever run.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/run.npz", {"betas": (0.9, 0.999), "rng": None})
    ...     load_checkpoint(f"{folder}/run.npz")
    {'betas': [0.9, 0.999], 'rng': None}
    """
    with np.load(path, allow_pickle=False) as file:

        def unpack(value):
            if isinstance(value, str) and value.startswith(ARRAY):
                return file[value]
            if isinstance(value, dict):
                return {name: unpack(item) for name, item in value.items()}
            return [unpack(item) for item in value] if isinstance(value, list) else value

        return unpack(json.loads(str(file["state"])))
