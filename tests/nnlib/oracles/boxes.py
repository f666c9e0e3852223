"""Boxes as torchvision.ops answers them: python -m tests.nnlib.oracles.boxes"""

import numpy as np

from tests.nnlib.oracles import save

DTYPES = ("float32", "float64")
SHAPES = {"some": (7, 5), "one": (1, 1), "many": (20, 15), "no first": (0, 3), "no second": (3, 0)}
THRESHOLDS = (0.0, 0.3, 0.5, 0.9)


def boxes(rng, n, *, whole=False):
    """n boxes in a square of side 100; whole coordinates make boxes touch, repeat and be empty."""
    corners = rng.uniform(0, 100, size=(n, 2, 2))
    corners = np.floor(corners / 25) if whole else corners
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def inputs():
    """{case: arrays}: pairs of sets of boxes, and sets of boxes with scores that have ties."""
    found = {}
    for seed, (size, (n, m)) in enumerate(SHAPES.items()):
        for whole in (False, True):
            rng = np.random.default_rng([seed, whole])
            for dtype in DTYPES:
                first, second = boxes(rng, n, whole=whole), boxes(rng, m, whole=whole)
                scores = rng.integers(5, size=n) / 5 if whole else rng.random(n)
                key = f"{size}, {'whole' if whole else 'real'}, {dtype}"
                found[key] = tuple(a.astype(dtype) for a in (first, second, scores))
    return found


def answers(first, second, scores):
    """What torchvision.ops says of them."""
    import torch
    from torchvision import ops

    first, second, scores = (torch.from_numpy(a.copy()) for a in (first, second, scores))
    found = {
        "box_iou": ops.box_iou(first, second),
        "generalized_box_iou": ops.generalized_box_iou(first, second),
        **{f"nms {t}": ops.nms(first, scores, t) for t in THRESHOLDS},
    }
    return {name: tensor.numpy() for name, tensor in found.items()}


def main():
    arrays = {}
    for key, args in inputs().items():
        given = dict(zip(("first", "second", "scores"), args))
        arrays |= {f"{key}: {name}": a for name, a in (given | answers(*args)).items()}
    save("boxes", arrays)


if __name__ == "__main__":
    main()
