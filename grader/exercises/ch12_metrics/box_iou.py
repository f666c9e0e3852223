"""How much two boxes share."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import metrics


def near(boxes1, boxes2, scale=1.0, noise=0.3, place=15):
    """These boxes, stretched, with corners that waver a little, moved together to about this place."""

    def draw(rng):
        stretch, move = rng.uniform(1, 2), np.tile(place + rng.uniform(-2, 9, 2), 2)
        return call(
            *(
                scale * (stretch * (np.array(b, float) + noise * rng.random((len(b), 4))) + move)
                for b in (boxes1, boxes2)
            )
        )

    return draw


def exactly(boxes1, boxes2):
    """These boxes, multiplied by a power of 2, so that they touch where they touch."""

    def draw(rng):
        factor = one_of(rng, 1.0, 2.0, 4.0)
        return call(*(factor * np.array(boxes, float) for boxes in (boxes1, boxes2)))

    return draw


def _allowed(rng):
    scale = one_of(rng, 1.0, 1.0, 1e3)

    def boxes():
        corner = rng.uniform(-5, 5, (int(rng.integers(1, 5)), 2))
        return scale * np.concatenate([corner, corner + rng.uniform(1, 8, corner.shape)], axis=1)

    a, b = boxes(), boxes()
    return call(a, np.concatenate([a[:1], b]) if rng.random() < 0.2 else b)


OVERLAP = ([[0, 0, 12, 7], [4, 3, 13, 23]], [[5, 2, 17, 9], [-3, -6, 10, 15], [6, 4, 26, 8]])
APART = (
    [[0, 0, 10, 6], [30, 30, 42, 37]],
    [[2, 1, 6, 5], [14, 12, 20, 21], [3, 15, 9, 25], [25, -6, 40, -1]],
)
INSIDE = "boxes inside others, and apart, with negative coordinates"
LARGE = ([[0.0, 0, 12, 7]], [[5, 2, 17, 9], [-3, -6, 10, 15]])

BOX_IOU = Exercise(
    function="box_iou",
    topics=("C12-01",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=metrics.box_iou,
    allowed=_allowed,
    large=lambda rng: near(np.tile([[0, 0, 12, 7]], (10, 1)), np.tile([[5, 2, 17, 9]], (10, 1)))(rng),
    cases=(
        Case(
            "boxes that overlap",
            near(*OVERLAP),
            example=call([[0.0, 0, 4, 3]], [[2, 1, 8, 4], [1, 1, 3, 5]]),
            weight=2,
        ),
        Case(INSIDE, near(*APART, place=-99), weight=3),
        in_turn(
            "one box each, boxes that touch, equal boxes, large ones",
            exactly([[0, 0, 4, 3]], [[0, 0, 4, 3], [4, 0, 8, 3], [4, 3, 7, 9], [0, 3, 4, 6], [0, 0, 4, 6]]),
            exactly([[0, 0, 4, 3]], [[4.125, 0, 8, 3], [0, 3.125, 4, 6], [3.875, 1, 9, 9], [1, 2.875, 9, 9]]),
            exactly([[6, 5, 9, 9]], [[0, 5, 5.875, 9], [6, 0, 9, 4.875], [0, 0, 6.125, 9], [0, 0, 9, 5.125]]),
            near([[0, 0, 1.2, 1.2]], [[0.4, 0.3, 1.6, 1.5]], noise=0.1, place=3),
            near([[0, 0, 12, 7]], [[5, 2, 17, 9]]),
            near(*LARGE, scale=100.0),
            near(LARGE[1], LARGE[0], scale=1000.0),
        ),
    ),
    hints=(
        "One pair first: the intersection goes from max of the left edges to min of the right ones; so for y.",
        "A negative width or height means that there is no intersection: put 0, before you multiply.",
        "All pairs: boxes1[:, None, :2] against boxes2[None, :, :2] has shape (n, m, 2).",
    ),
)


@BOX_IOU.wrong(case=INSIDE)
def box_iou_negative_sides(boxes1, boxes2):
    """Boxes that are apart have an intersection with negative sides; put 0 in their place before you multiply.

    Of two negative sides the product is positive again."""
    a, b = boxes1[:, None], boxes2[None]
    both = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong(case=INSIDE)
def box_iou_clipped_too_late(boxes1, boxes2):
    """You cut the area off at 0, but two negative sides have a positive product: cut off the sides."""
    a, b = boxes1[:, None], boxes2[None]
    both = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).prod(axis=-1)
    both = np.maximum(both, 0)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong(case=INSIDE)
def box_iou_distances(boxes1, boxes2):
    """You take the absolute value of the sides, so boxes that are apart share something; they share 0."""
    a, b = boxes1[:, None], boxes2[None]
    both = np.abs(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong
def box_iou_counted_twice(boxes1, boxes2):
    """Your union counts the intersection twice; take it off once."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2)


@BOX_IOU.wrong
def box_iou_dice(boxes1, boxes2):
    """You return the Dice coefficient, twice the intersection over the sum; below stands the union."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return 2 * both / (area1[:, None] + area2)


@BOX_IOU.wrong
def box_iou_of_the_smaller(boxes1, boxes2):
    """You divide by the smaller box; below stands the union."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / np.minimum(area1[:, None], area2)


@BOX_IOU.wrong
def box_iou_of_the_first(boxes1, boxes2):
    """You divide by the first box; below stands the union."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    return both / (boxes1[:, 2:] - boxes1[:, :2]).prod(axis=1)[:, None]


@BOX_IOU.wrong
def box_iou_box_around_both(boxes1, boxes2):
    """You divide by the smallest box around both; the union has corners missing."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    hull = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    return np.maximum(sides, 0).prod(axis=-1) / hull.prod(axis=-1)


@BOX_IOU.wrong
def box_iou_transposed(boxes1, boxes2):
    """Your rows are the second set; rows are `boxes1`, columns `boxes2`."""
    a, b = boxes2[:, None], boxes1[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes2, boxes1))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong
def box_iou_row_by_row(boxes1, boxes2):
    """You compare the first box with the first, the second with the second; every pair is asked."""
    m = min(len(boxes1), len(boxes2))
    a, b = boxes1[:m], boxes2[:m]
    both = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0).prod(axis=1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (a, b))
    return both / (area1 + area2 - both)


@BOX_IOU.wrong
def box_iou_pixels(boxes1, boxes2):
    """You add 1 to widths and heights, as for pixels that are counted; coordinates are places: x2 − x1."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]) + 1
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2] + 1).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong
def box_iou_width_and_height(boxes1, boxes2):
    """You read the last two numbers as width and height; they are the lower right corner."""
    a, b = boxes1[:, None], boxes2[None]
    low, high = (
        np.maximum(a[..., :2], b[..., :2]),
        np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:]),
    )
    both = np.maximum(high - low, 0).prod(axis=-1)
    area1, area2 = (box[:, 2] * box[:, 3] for box in (boxes1, boxes2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong
def box_iou_edges_exchanged(boxes1, boxes2):
    """max and min are exchanged: the intersection goes from the *larger* left edge to the *smaller* right one."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong
def box_iou_squares(boxes1, boxes2):
    """Your areas are squares of the width; an area is width times height."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(sides, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2] - box[:, 0]) ** 2 for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.wrong
def box_iou_intersection(boxes1, boxes2):
    """You return the area of the intersection; divide it by that of the union."""
    a, b = boxes1[:, None], boxes2[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    return np.maximum(sides, 0).prod(axis=-1)


@BOX_IOU.wrong(case=INSIDE)
def box_iou_corners_cut_off(boxes1, boxes2):
    """You cut the corners of the intersection off at 0, but coordinates may be negative: cut off its sides."""
    a, b = boxes1[:, None], boxes2[None]
    corner = np.maximum(np.maximum(a[..., :2], b[..., :2]), 0)
    both = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - corner, 0).prod(axis=-1)
    area1, area2 = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (boxes1, boxes2))
    return both / (area1[:, None] + area2 - both)


@BOX_IOU.right
def box_iou_pair_by_pair(boxes1, boxes2):
    result = np.zeros((len(boxes1), len(boxes2)))
    for i, (x1, y1, x2, y2) in enumerate(boxes1):
        for j, (u1, v1, u2, v2) in enumerate(boxes2):
            width, height = min(x2, u2) - max(x1, u1), min(y2, v2) - max(y1, v1)
            if width > 0 and height > 0:
                union = (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - width * height
                result[i, j] = width * height / union
    return result


@BOX_IOU.right
def box_iou_by_coordinates(boxes1, boxes2):
    x1, y1, x2, y2 = boxes1.T[:, :, None]
    u1, v1, u2, v2 = boxes2.T
    both = np.maximum(np.minimum(x2, u2) - np.maximum(x1, u1), 0) * np.maximum(
        np.minimum(y2, v2) - np.maximum(y1, v1), 0
    )
    return both / ((x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - both)


@BOX_IOU.right
def box_iou_row_after_row(boxes1, boxes2):
    def area(box):
        return (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])

    rows = []
    for box in boxes1:
        low, high = np.maximum(box[:2], boxes2[:, :2]), np.minimum(box[2:], boxes2[:, 2:])
        both = np.where((high > low).all(axis=1), (high - low).prod(axis=1), 0.0)
        rows.append(both / (area(box) + area(boxes2) - both))
    return np.stack(rows)


@BOX_IOU.right
def box_iou_all_pairs_in_a_row(boxes1, boxes2):
    n, m = len(boxes1), len(boxes2)
    a, b = np.repeat(boxes1, m, axis=0), np.tile(boxes2, (n, 1))
    width = np.clip(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]), 0, None)
    height = np.clip(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]), 0, None)
    both = width * height
    areas = [(c[:, 2] - c[:, 0]) * (c[:, 3] - c[:, 1]) for c in (a, b)]
    return (both / (areas[0] + areas[1] - both)).reshape(n, m)
