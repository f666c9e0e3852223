"""nbgrader holds the schema of its metadata against the schema of schemas again at every cell, which costs more than
the cell. The schema is nbgrader's own, and right: only the cell is held against it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

__all__ = ["quick_schema"]


def quick_schema() -> None:
    """Before nbgrader looks at cells. It uses nothing of jsonschema but `validate`."""
    from nbgrader.nbgraderformat import common

    common.jsonschema = SimpleNamespace(validate=_validate)


def _validate(instance: Any, schema: Mapping[str, Any]) -> None:
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for

    error = best_match(validator_for(schema)(schema).iter_errors(instance))
    if error is not None:
        raise error
