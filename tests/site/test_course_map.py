"""The map: what each chapter says that it needs, and lines that lead from box to box and through none."""

import re

import pytest

from docs.site.course_map import BOX, _direct, drawing, needs

# Read by hand from the chapters' "You need".
NEEDS = {
    "01": "",
    "02": "",
    "03": "02",
    "04": "02 03",
    "05": "02 04",
    "06": "04 05",
    "07": "04 05 06",
    "08": "01 04 06",
    "09": "01 04 05",
    "10": "01 04 05",
    "11": "02 04 10",
    "12": "01 02 03",
    "13": "02 03 04 12",
    "14": "01 02 03 04 07 09",
    "15": "02 03 04",
    "16": "01 03 04 05 08",
}


def test_needs_are_those_of_the_headers():
    assert {c[2:4]: " ".join(n[2:4] for n in needed) for c, needed in needs().items()} == NEEDS


def test_a_chapter_needs_earlier_ones_only():
    assert all(need < chapter for chapter, needed in needs().items() for need in needed)


def test_direct_needs_are_enough():
    graph, direct = needs(), _direct(needs())
    for chapter in graph:
        reached, waiting = set(), list(direct[chapter])
        while waiting:
            reached.add(found := waiting.pop())
            waiting += direct[found]
        assert set(graph[chapter]) <= reached
        assert not any(set(direct[other]) & {n} for n in direct[chapter] for other in direct[chapter])


@pytest.fixture(scope="module")
def svg():
    names = {c: f"Chapter {c[2:4]} · A name of {c}" for c in needs()}
    return drawing(names, {c: f"{c}.html" for c in names})


def test_every_chapter_is_a_link(svg):
    assert re.findall(r'<a href="(ch\d\d)', svg) == [c[:4] for c in needs()]


def test_no_line_crosses_a_box(svg):
    boxes = [(float(x), float(y)) for x, y in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"', svg)]
    paths = re.findall(r'<path d="([^"]+)"', svg)
    assert len(paths) == sum(map(len, _direct(needs()).values()))
    for path in paths:
        for x, y in points(path):
            inside = [
                b for b in boxes if b[0] + 1 < x < b[0] + BOX[0] - 1 and b[1] + 1 < y < b[1] + BOX[1] - 1
            ]
            assert inside == [], path


def points(path):
    """Points along the lines and curves of a path."""
    x0 = y0 = 0.0
    for kind, numbers in re.findall(r"([MLC])([^MLC]+)", path):
        n = [float(number) for number in numbers.split()]
        for t in [step / 20 for step in range(21)]:
            if kind == "L":
                yield x0 + t * (n[0] - x0), y0 + t * (n[1] - y0)
            elif kind == "C":
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                yield (
                    sum(w * x for w, x in zip(weights, (x0, *n[::2]))),
                    sum(w * y for w, y in zip(weights, (y0, *n[1::2]))),
                )
        x0, y0 = n[-2:]
