"""Functions that refuse indices of 64 bits where memory is counted with 32."""

import numpy as np
import pytest

from grader.home.narrow import INDICES, narrowing

WIDE = np.array([0, 1, 1], np.int64)
CALLS = [
    ("bincount", (WIDE,), {}),
    ("bincount", (WIDE,), {"weights": [1.0, 2.0, 3.0]}),
    ("bincount", (WIDE, None, 5), {}),
    ("choose", (WIDE, [[5, 6, 7], [8, 9, 10]]), {}),
    ("repeat", ([4, 5, 6], WIDE), {}),
    ("repeat", ([4, 5, 6],), {"repeats": 2}),
    ("repeat", ([[4, 5, 6]], WIDE), {"axis": 1}),
    ("take", ([4.0, 5.0], WIDE), {}),
    ("take", ([4.0, 5.0],), {"indices": [True, False]}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS)
def test_they_get_indices_that_they_take(name, args, kwargs, monkeypatch):
    position, keyword = INDICES[name]
    expected = getattr(np, name)(*args, **kwargs)

    def refusing(*args, **kwargs):
        indices = kwargs[keyword] if keyword in kwargs else args[position]
        if np.asarray(indices).dtype == np.int64 and isinstance(indices, np.ndarray):
            raise TypeError("Cannot cast array data from dtype('int64') to dtype('int32')")
        return getattr(np, name)(*args, **kwargs)

    monkeypatch.setattr(np, "intp", np.int32)
    np.testing.assert_array_equal(narrowing(refusing, position, keyword)(*args, **kwargs), expected)


def test_put_writes_into_the_array_that_it_was_given():
    x = np.zeros(3)
    narrowing(np.put, *INDICES["put"])(x, WIDE, [1.0, 2.0, 3.0])
    assert x.tolist() == [1.0, 3.0, 0.0]
