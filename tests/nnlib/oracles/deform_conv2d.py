"""Deformable convolution as torchvision.ops answers it: python -m tests.nnlib.oracles.deform_conv2d"""

import numpy as np

from tests.nnlib.oracles import save

ARGUMENTS = ("x", "offset", "weight", "bias", "mask")
DTYPES = ("float32", "float64")
# groups of the weight, groups of the offsets, with mask, size of the kernel, options
SETTINGS = {
    "plain": (1, 1, False, (3, 3), {}),
    "mask": (1, 1, True, (3, 3), {"padding": 1}),
    "groups": (2, 1, False, (2, 3), {"padding": (0, 1)}),
    "offset groups": (1, 2, True, (2, 2), {"stride": 2, "padding": 1}),
    "all": (2, 4, True, (3, 2), {"stride": (1, 2), "padding": (2, 1), "dilation": (2, 1)}),
}


def inputs():
    """{case: (arrays, options)}: offsets of two pixels and more, so that windows leave the image; or whole ones."""
    from nnlib.conv import conv_output_size

    found = {}
    for seed, (name, (groups, parts, masked, kernel, options)) in enumerate(SETTINGS.items()):
        for whole in (False, True):
            rng = np.random.default_rng([seed, whole])
            per_axis = [
                {key: value[axis] if isinstance(value, tuple) else value for key, value in options.items()}
                for axis in (0, 1)
            ]
            size = [conv_output_size(n, k, **o) for n, k, o in zip((4, 5), kernel, per_axis)]
            taps = parts * kernel[0] * kernel[1]
            offset = rng.normal(size=(2, 2 * taps, *size), scale=2)
            arrays = {
                "x": rng.normal(size=(2, 4, 4, 5)),
                "offset": np.round(offset) if whole else offset,
                "weight": rng.normal(size=(2, 4 // groups, *kernel)),
                "bias": rng.normal(size=2),
                "mask": rng.random(size=(2, taps, *size)) if masked else None,
                "grad_output": rng.normal(size=(2, 2, *size)),
            }
            for dtype in ("float64",) if whole else DTYPES:
                given = {key: a if a is None else a.astype(dtype) for key, a in arrays.items()}
                found[f"{name}, {'whole' if whole else 'real'}, {dtype}"] = given, options
    return found


def answers(given, options):
    """What torchvision.ops says of them: the value and the gradients for grad_output."""
    import torch
    from torchvision import ops

    tensors = {
        key: None if given[key] is None else torch.from_numpy(given[key].copy()).requires_grad_()
        for key in ARGUMENTS
    }
    value = ops.deform_conv2d(**{"input" if key == "x" else key: t for key, t in tensors.items()}, **options)
    wanted = {key: t for key, t in tensors.items() if t is not None}
    grads = torch.autograd.grad(value, list(wanted.values()), torch.from_numpy(given["grad_output"].copy()))
    found = {"value": value.detach(), **{f"grad_{key}": g for key, g in zip(wanted, grads)}}
    return {name: tensor.numpy() for name, tensor in found.items()}


def main():
    arrays = {}
    for key, (given, options) in inputs().items():
        arrays |= {f"{key}: {name}": a for name, a in answers(given, options).items()}
    save("deform_conv2d", arrays)


if __name__ == "__main__":
    main()
