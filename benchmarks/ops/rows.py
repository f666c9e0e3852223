"""What is compared: an operation of nnlib and torch's, each as a forward, and as forward and backward together."""

import numpy as np

from nnlib import activations, conv, init, losses, nn, norm, optim, pooling, regularization


def float32(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def labels(n, classes):
    return np.random.default_rng(1).integers(classes, size=n)


def pair(module, name, torch_f, args, *, wrt=(0,), torch_kwargs=None, **kwargs):
    """(forward, forward and backward) of nnlib, and the same of torch; gradients for the arguments in wrt."""
    import torch

    f, f_backward = getattr(module, name), getattr(module, f"{name}_backward")
    tensors = [torch.from_numpy(np.array(a)) if isinstance(a, np.ndarray) else a for a in args]
    for position in wrt:
        tensors[position].requires_grad_()
    wanted = [tensors[position] for position in wrt]
    torch_kwargs = kwargs if torch_kwargs is None else torch_kwargs
    output = f(*args, **kwargs)  # the first result, where there are several, is what has a gradient
    grad = np.ones_like(output[0] if isinstance(output, tuple) else output)
    torch_grad = torch.from_numpy(np.array(grad))

    def forward():
        f(*args, **kwargs)

    def both():
        f(*args, **kwargs)
        f_backward(grad, *args, **kwargs)

    def torch_forward():
        with torch.no_grad():
            torch_f(*tensors, **torch_kwargs)

    def torch_both():
        torch.autograd.grad(torch_f(*tensors, **torch_kwargs), wanted, torch_grad)

    return (forward, torch_forward), (both, torch_both)


def activation_rows():
    from torch.nn import functional as F

    for shape in ((10, 30), (64, 128)):
        for name in (
            "relu",
            "leaky_relu",
            "elu",
            "selu",
            "softplus",
            "gelu",
            "silu",
            "mish",
            "sigmoid",
            "tanh",
            "hardswish",
            "logsigmoid",
        ):
            torch_name = {"sigmoid": "sigmoid", "tanh": "tanh"}.get(name, name)
            yield name, shape, pair(activations, name, getattr(F, torch_name), [float32(*shape)])
        for name in ("softmax", "log_softmax"):
            yield (
                name,
                shape,
                pair(activations, name, getattr(F, name), [float32(*shape)], torch_kwargs={"dim": -1}),
            )


def large_rows():
    from torch.nn import functional as F

    for name, shape, options in (
        ("relu", (512, 1024), {}),
        ("sigmoid", (512, 1024), {}),
        ("tanh", (512, 1024), {}),
        ("gelu", (512, 3072), {}),
        ("gelu", (512, 3072), {"approximate": "tanh"}),
    ):
        label = f"{name}, tanh form" if options else name
        yield label, shape, pair(activations, name, getattr(F, name), [float32(*shape)], **options)


def layer_rows():
    from torch.nn import functional as F

    for n, inputs, outputs in ((10, 784, 30), (64, 128, 64), (256, 784, 512)):
        args = [float32(n, inputs), float32(outputs, inputs, seed=1), float32(outputs, seed=2)]
        yield "linear", (n, inputs, outputs), pair(nn, "linear", F.linear, args, wrt=(0, 1, 2))


def loss_rows():
    from torch.nn import functional as F

    for n, k in ((10, 10), (256, 10), (4096, 10), (256, 1000), (4096, 1000)):
        logits, target = float32(n, k), labels(n, k)
        runs = pair(losses, "cross_entropy", F.cross_entropy, [logits, target])
        yield "cross_entropy", (n, k), runs

        def both(logits=logits, target=target):
            losses.cross_entropy_with_gradient(logits, target)

        yield "cross_entropy_with_gradient", (n, k), (None, (both, runs[1][1]))

    shape = (64, 10)
    x, other = float32(*shape), float32(*shape, seed=3)
    probs = activations.softmax(other).astype(np.float32)
    yes = (other > 0).astype(np.float32)
    for name, target in (
        ("binary_cross_entropy_with_logits", yes),
        ("mse_loss", other),
        ("l1_loss", other),
        ("smooth_l1_loss", other),
        ("huber_loss", other),
        ("kl_div", probs),
        ("soft_margin_loss", 2 * yes - 1),
        ("poisson_nll_loss", yes),
    ):
        options = {"reduction": "sum"} if name == "kl_div" else {}
        yield name, shape, pair(losses, name, getattr(F, name), [x, target], **options)


def rare_loss_rows():
    """Losses that torch lacks are written in its operations, as torchvision and tutorials do."""
    import torch
    from torch.nn import functional as F

    def focal(x, target):
        ce = F.cross_entropy(x, target, reduction="none")
        return ((1 - torch.exp(-ce)) ** 2 * ce).mean()

    def sigmoid_focal(x, target):
        p = torch.sigmoid(x)
        ce = F.binary_cross_entropy_with_logits(x, target, reduction="none")
        p_t = p * target + (1 - p) * (1 - target)
        return (0.25 * target + 0.75 * (1 - target)) * ce * (1 - p_t) ** 2

    def dice(p, y):
        return (1 - (2 * (p * y).flatten(1).sum(1) + 1) / ((p + y).flatten(1).sum(1) + 1)).mean()

    def hinge(x, target):
        return x.shape[1] * F.multi_margin_loss(x, target)

    def soft(x, target, temperature):
        return F.cross_entropy(x / temperature, target)

    for n, k in ((64, 10), (4096, 10), (256, 1000)):
        logits, target = float32(n, k), labels(n, k)
        yield "focal_loss", (n, k), pair(losses, "focal_loss", focal, [logits, target])
        options = {"temperature": 4.0}
        yield (
            "soft_cross_entropy",
            (n, k),
            pair(losses, "soft_cross_entropy", soft, [logits, target], **options),
        )
        yield (
            "multiclass_hinge_loss",
            (n, k),
            pair(losses, "multiclass_hinge_loss", hinge, [logits, target]),
        )
    for shape in ((64, 10), (16, 1, 64, 64)):
        logits = float32(*shape)
        probs = activations.sigmoid(logits)
        yes = (float32(*shape, seed=3) > 0).astype(np.float32)
        yield (
            "sigmoid_focal_loss",
            shape,
            pair(losses, "sigmoid_focal_loss", sigmoid_focal, [logits, yes]),
        )
        yield "dice_loss", shape, pair(losses, "dice_loss", dice, [probs, yes])


def noise_rows():
    """Drawing the mask is part of dropout on both sides."""
    import torch
    from torch.nn import functional as F

    rng = np.random.default_rng(0)
    for shape in ((64, 128), (512, 1024)):
        x, grad = float32(*shape), np.ones(shape, np.float32)
        tensor, torch_grad = torch.from_numpy(x.copy()).requires_grad_(), torch.from_numpy(grad)

        def forward(x=x):
            regularization.dropout(x, regularization.dropout_mask(x.shape, rng=rng))

        def both(x=x, grad=grad):
            mask = regularization.dropout_mask(x.shape, rng=rng)
            regularization.dropout(x, mask)
            regularization.dropout_backward(grad, x, mask)

        def torch_forward(tensor=tensor):
            with torch.no_grad():
                F.dropout(tensor)

        def torch_both(tensor=tensor, torch_grad=torch_grad):
            torch.autograd.grad(F.dropout(tensor), tensor, torch_grad)

        yield "dropout", shape, ((forward, torch_forward), (both, torch_both))


def norm_rows():
    """While training, with weights, biases and, for batch norm, running statistics."""
    from torch.nn import functional as F

    for shape in ((32, 64, 28, 28), (16, 8, 14, 14), (32, 128)):
        c = shape[1]
        args = [float32(*shape), np.zeros(c, np.float32), np.ones(c, np.float32), float32(c), float32(c)]
        yield "batch_norm", shape, pair(norm, "batch_norm", F.batch_norm, args, wrt=(0, 3, 4), training=True)
    for shape in ((512, 768), (32, 128)):
        d = shape[-1:]
        args = [float32(*shape), d, float32(*d), float32(*d)]
        yield "layer_norm", shape, pair(norm, "layer_norm", F.layer_norm, args, wrt=(0, 2, 3))
    shape = (32, 64, 28, 28)
    args = [float32(*shape), 8, float32(64), float32(64)]
    yield "group_norm, 8 groups", shape, pair(norm, "group_norm", F.group_norm, args, wrt=(0, 2, 3))
    args = [float32(*shape), None, None, float32(64), float32(64)]
    yield "instance_norm", shape, pair(norm, "instance_norm", F.instance_norm, args, wrt=(0, 3, 4))


def step_rows():
    """One step of an optimizer, on the parameters of [784, 30, 10] and on a million numbers."""
    import torch

    for label, shapes in (
        ("[784, 30, 10]", [(30, 784), (30,), (10, 30), (10,)]),
        ("1 million", [(1000, 1000)]),
    ):
        for name, options in (
            ("SGD", {}),
            ("SGD", {"momentum": 0.9}),
            ("Adam", {}),
            ("AdamW", {}),
            ("RMSprop", {}),
        ):
            params, grads = ([float32(*s, seed=k) for s in shapes] for k in (0, 1))
            theirs = [torch.nn.Parameter(torch.from_numpy(p.copy())) for p in params]
            for p, g in zip(theirs, grads):
                p.grad = torch.from_numpy(g.copy())
            ours = getattr(optim, name)(params, lr=1e-3, **options)
            other = getattr(torch.optim, name)(theirs, lr=1e-3, **options)
            title = f"{name} step{', momentum' if options else ''}"
            yield title, label, (((lambda ours=ours, grads=grads: ours.step(grads)), other.step), None)


def init_rows():
    import torch

    rng, shape = np.random.default_rng(0), (512, 512)
    weight = torch.empty(shape)
    for name in ("kaiming_normal", "xavier_uniform"):
        theirs = getattr(torch.nn.init, f"{name}_")
        ours = getattr(init, name)
        yield name, shape, (((lambda ours=ours: ours(shape, rng=rng)), (lambda f=theirs: f(weight))), None)


def pooling_rows():
    from torch.nn import functional as F

    image = (32, 64, 28, 28)
    for name, kernel, options in (
        ("max_pool2d", 2, {}),
        ("max_pool2d", 3, {"stride": 2, "padding": 1}),
        ("avg_pool2d", 2, {}),
        ("avg_pool2d", 3, {"stride": 2, "padding": 1}),
        ("adaptive_avg_pool2d", 7, {}),
        ("adaptive_max_pool2d", 7, {}),
    ):
        label = f"{name}, {kernel} × {kernel}" + (", stride 2" if options else "")
        yield label, image, pair(pooling, name, getattr(F, name), [float32(*image), kernel], **options)
    small = (8, 16, 14, 14)
    yield "max_pool2d, 2 × 2", small, pair(pooling, "max_pool2d", F.max_pool2d, [float32(*small), 2])

    for shape, k in (((64, 100, 200), 5), ((32, 64, 50), 3)):
        for name, theirs, args in (
            ("kmax_pool", largest_in_order, [float32(*shape), k]),
            ("kavg_pool", lambda h, k: h.topk(k, dim=1).values.mean(dim=1), [float32(*shape), k]),
            ("max_pool_time", lambda h: h.max(dim=1).values, [float32(*shape)]),
            ("avg_pool_time", lambda h: h.mean(dim=1), [float32(*shape)]),
        ):
            label = f"{name}, k = {k}" if len(args) > 1 else name
            yield label, shape, pair(pooling, name, theirs, args)


def largest_in_order(h, k):
    """k-max pooling in torch: topk, then the order of the sequence."""
    return h.gather(1, h.topk(k, dim=1).indices.sort(dim=1).values)


def conv_rows():
    """(channels in > out, kernel and options; batch and image), each with a bias."""
    from torch.nn import functional as F

    for label, (n, c, side), (out, k), options in (
        ("conv2d 1 > 8, 3 × 3", (64, 1, 28), (8, 3), {"padding": 1}),
        ("conv2d 1 > 8, 5 × 5", (64, 1, 28), (8, 5), {}),
        ("conv2d 3 > 16, 3 × 3", (16, 3, 32), (16, 3), {"padding": 1}),
        ("conv2d 16 > 32, 3 × 3", (32, 16, 32), (32, 3), {"padding": 1}),
        ("conv2d 32 > 64, 3 × 3, stride 2", (32, 32, 28), (64, 3), {"padding": 1, "stride": 2}),
        ("conv2d 32 > 32, 3 × 3, dilation 2", (16, 32, 28), (32, 3), {"padding": 2, "dilation": 2}),
        ("conv2d 64 > 64, 3 × 3", (16, 64, 28), (64, 3), {"padding": 1}),
        ("conv2d 128 > 128, 3 × 3", (16, 128, 28), (128, 3), {"padding": 1}),
        ("conv2d 64 > 128, 1 × 1", (16, 64, 28), (128, 1), {}),
        ("conv2d 64 > 64, 3 × 3, 4 groups", (16, 64, 28), (64, 3), {"padding": 1, "groups": 4}),
        ("conv2d 64 > 64, 3 × 3, depthwise", (16, 64, 28), (64, 3), {"padding": 1, "groups": 64}),
    ):
        shapes = (n, c, side, side), (out, c // options.get("groups", 1), k, k), (out,)
        args = [float32(*shape, seed=seed) for seed, shape in enumerate(shapes)]
        yield label, (n, side, side), pair(conv, "conv2d", F.conv2d, args, wrt=(0, 1, 2), **options)

    args = [float32(16, 32, 14, 14), float32(32, 16, 3, 3, seed=1), float32(16, seed=2)]
    options = {"stride": 2, "padding": 1, "output_padding": 1}
    runs = pair(conv, "conv_transpose2d", F.conv_transpose2d, args, wrt=(0, 1, 2), **options)
    yield "conv_transpose2d 32 > 16, 3 × 3, stride 2", (16, 14, 14), runs

    try:
        from torchvision.ops import deform_conv2d
    except (ImportError, RuntimeError):  # not there, or made for another torch
        deform_conv2d = sampled_convolution
    shapes = (4, 32, 28, 28), (4, 18, 28, 28), (32, 32, 3, 3), (32,)
    args = [float32(*shape, seed=seed) for seed, shape in enumerate(shapes)]
    runs = pair(conv, "deform_conv2d", deform_conv2d, args, wrt=(0, 1, 2, 3), padding=1)
    yield f"deform_conv2d 32 > 32, 3 × 3, against {deform_conv2d.__name__}", (4, 28, 28), runs


def sampled_convolution(x, offset, weight, bias, *, padding):
    """Deformable convolution from torch's parts: nine grid_samples and a product."""
    import torch
    from torch.nn import functional as F

    n, channels, height, width = x.shape
    out, _, kh, kw = weight.shape
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    read = []
    for k, (i, j) in enumerate(np.ndindex(kh, kw)):
        py, px = rows - padding + i + offset[:, 2 * k], columns - padding + j + offset[:, 2 * k + 1]
        grid = torch.stack([2 * px / (width - 1) - 1, 2 * py / (height - 1) - 1], dim=-1)
        read.append(F.grid_sample(x, grid, align_corners=True))
    windows = torch.stack(read, dim=2).reshape(n, channels * kh * kw, height * width)
    return (weight.reshape(out, -1) @ windows).reshape(n, out, height, width) + bias[:, None, None]


FAMILIES = {
    "activations": activation_rows,
    "large activations": large_rows,
    "fully connected": layer_rows,
    "convolution": conv_rows,
    "losses": loss_rows,
    "losses of unequal classes": rare_loss_rows,
    "dropout": noise_rows,
    "pooling": pooling_rows,
    "norm": norm_rows,
    "optimizers": step_rows,
    "initialisation": init_rows,
}
