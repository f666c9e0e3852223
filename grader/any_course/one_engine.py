"""One engine of SQLAlchemy's for all of a run.

nbgrader makes one at each look into the gradebook, eight a notebook; each compiles the same statements again and
looks whether all tables are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader import api

__all__ = ["one_engine"]


@contextmanager
def one_engine() -> Iterator[None]:
    """While this lasts, gradebooks of one URL share an engine; each has a session of its own, as before."""
    make, tables = api.create_engine, api.Base.metadata
    make_tables: Any = tables.create_all
    engines: dict[str, Any] = {}
    complete: set[int] = set()

    def shared(url: str, **options: Any) -> Any:
        if url not in engines:
            engines[url] = make(url, **options)
        return engines[url]

    def once(bind: Any, **options: Any) -> None:
        if id(bind) not in complete:
            make_tables(bind=bind, **options)
            complete.add(id(bind))

    api.create_engine, tables.create_all = shared, once
    try:
        yield
    finally:
        api.create_engine = make
        del tables.create_all  # the class's own is behind it
        for engine in engines.values():
            engine.dispose()
