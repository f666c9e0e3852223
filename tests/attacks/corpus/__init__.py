"""All hostile and broken hand-ins. To add one, put a line into one of these tables."""

from tests.attacks.corpus import (
    cells,
    files,
    floods,
    interpreter,
    outside,
    pages,
    protocol,
    readymade,
    results,
    shared,
)

__all__ = ["CORPUS", "TABLES"]

MODULES = (files, cells, interpreter, protocol, readymade, results, outside, shared, floods, pages)
TABLES = {module.__name__.rpartition(".")[2]: module.TABLE for module in MODULES}
CORPUS = [attack for table in TABLES.values() for attack in table]
