"""Which arrays are inside an argument?"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["arrays"]


def arrays(value: Any) -> list[np.ndarray]:
    """The array itself, or those of a tuple or list, however deep."""
    if isinstance(value, (tuple, list)):
        return [a for v in value for a in arrays(v)]
    return [value] if isinstance(value, np.ndarray) else []
