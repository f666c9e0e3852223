"""Images that have moved."""

import numpy as np


def move(images, down, right):
    """Images (..., H, W) moved by so many pixels, fewer than H and W: what moves out is lost, zeros come in."""
    to, of = (
        tuple(slice(max(s, 0), n + min(s, 0)) for s, n in zip(steps, images.shape[-2:]))
        for steps in ((down, right), (-down, -right))
    )
    moved = np.zeros_like(images)
    moved[..., *to] = images[..., *of]
    return moved
