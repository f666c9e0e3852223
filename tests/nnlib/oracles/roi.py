"""Pooling of boxes as torchvision.ops answers it: python -m tests.nnlib.oracles.roi"""

import numpy as np

from tests.nnlib.oracles import save

ARGUMENTS = ("x", "boxes", "offset", "grad_output")
DTYPES = ("float32", "float64")
# spatial_scale, output_size, and what roi_align takes beside them
SETTINGS = {
    "plain": (1.0, (2, 2), {}),
    "scaled": (0.25, (3, 2), {"sampling_ratio": 2}),
    "aligned": (0.5, (2, 3), {"aligned": True}),
    "aligned, one point": (1.0, (1, 1), {"aligned": True, "sampling_ratio": 1}),
}
GAMMA = 0.1


def boxes(rng, scale, *, whole):
    """Boxes within 7 x 9 pixels, over their borders, outside and of no size; whole coordinates fall on pixels."""
    corners = rng.uniform([-2, -2], [11, 9], size=(3, 2, 2))
    corners = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    corners = np.floor(corners) if whole else corners
    special = [[0, 0, 8, 6], [20, 20, 25, 25], [-9, -9, -4, -4], [3, 3, 3, 3], [2, 1, 2, 4], [-1, -1, 9, 7]]
    corners = np.concatenate([corners, special]) / scale
    return np.column_stack([rng.integers(2, size=len(corners)), corners])


def inputs():
    """{case: (setting, x, boxes, offset, grad_output)}; whole numbers in x make ties."""
    found = {}
    for seed, (setting, (scale, size, _)) in enumerate(SETTINGS.items()):
        for whole in (False, True):
            rng = np.random.default_rng([seed, whole])
            x = rng.integers(4, size=(2, 2, 7, 9)) * 1.0 if whole else rng.normal(size=(2, 2, 7, 9))
            rois = boxes(rng, scale, whole=whole)
            offset = rng.normal(size=(len(rois), 2, *size))
            grad_output = rng.normal(size=(len(rois), 2, *size))
            found[f"{setting}, {'whole' if whole else 'real'}"] = setting, x, rois, offset, grad_output
    return found


def answers(setting, x, boxes, offset, grad_output):
    """Values, and gradients of x, as torchvision computes them."""
    import torch
    from torchvision import ops

    scale, size, options = SETTINGS[setting]
    x, boxes, grad_output = (torch.from_numpy(a.copy()) for a in (x, boxes, grad_output))
    x.requires_grad_()
    values = {
        "roi_pool": ops.roi_pool(x, boxes, size, scale),
        "roi_align": ops.roi_align(x, boxes, size, scale, **options),
        "deform_roi_pool": moved_bins(x, boxes, offset, size, scale),
    }
    found = {}
    for name, y in values.items():
        (grad,) = torch.autograd.grad(y, x, grad_output)
        found |= {name: y.detach().numpy(), f"{name}_backward": grad.numpy()}
    return found


def moved_bins(x, boxes, offset, size, scale):
    """Deformable pooling, for which torchvision has no function: every moved bin is a box of its own, of one bin."""
    import torch
    from torchvision import ops

    (first_x, first_y), (width, height) = boxes[:, 1:3].T, (boxes[:, 3:] - boxes[:, 1:3]).T
    offset, values = torch.from_numpy(offset.copy()), []
    for i in range(size[0]):
        for j in range(size[1]):
            x1 = first_x + width * (j / size[1] + GAMMA * offset[:, 0, i, j])
            y1 = first_y + height * (i / size[0] + GAMMA * offset[:, 1, i, j])
            bin_ = torch.stack([boxes[:, 0], x1, y1, x1 + width / size[1], y1 + height / size[0]], dim=1)
            values.append(ops.roi_align(x, bin_, 1, scale, sampling_ratio=2, aligned=True))
    return torch.cat(values, dim=2).reshape(len(boxes), x.shape[1], *size)


def main():
    arrays = {}
    for key, (setting, *args) in inputs().items():
        arrays |= {f"{key}: {name}": a for name, a in zip(ARGUMENTS, args)}
        for dtype in DTYPES:
            found = answers(setting, *(a.astype(dtype) for a in args))
            arrays |= {f"{key}: {name}, {dtype}": a for name, a in found.items()}
    save("roi", arrays)


if __name__ == "__main__":
    main()
