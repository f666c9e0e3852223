"""Named tuples that cross the boundary as what they are: the states of nnlib's optimizers."""

from __future__ import annotations

from typing import Any

from nnlib import optim

__all__ = ["STATES", "state_of"]

STATES: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        optim.AdadeltaState,
        optim.AdagradState,
        optim.AdamState,
        optim.MomentumState,
        optim.RMSpropState,
        optim.SGDState,
    )
}


def state_of(value: Any) -> str | None:
    """The name of the state that a value is, None for any other."""
    name = type(value).__name__
    return name if STATES.get(name) is type(value) else None
