"""Rows for nnlib.pooling over time and for capsules: cases. Edges and errors are beside them."""

import numpy as np

from nnlib import pooling as P
from tests.nnlib.spec import Case

CHAPTERS = ("11",)
NO_GRADIENT = (P.routing_coefficients, P.self_attention_weights)
OVER_TIME = (
    "avg_pool_time",
    "chunk_avg_pool",
    "chunk_max_pool",
    "kavg_pool",
    "kmax_pool",
    "max_pool_time",
    "self_attention_pool",
    "self_attention_weights",
)
POSITIONAL_OPTIONS = (("cls_pool", "weight"), ("cls_pool", "bias"), *((name, "mask") for name in OVER_TIME))
REQUIRED_OPTIONS = (("dr_agg_loss", "lam"),)
# of no tokens, or of none that count
EMPTY_IN_EDGES = (P.avg_pool_time, P.cls_pool, P.dynamic_routing, P.max_pool_time, P.routing_coefficients)


def tokens(*shape, then=()):
    return lambda rng: (rng.normal(size=shape), *then)


def masked(*shape, then=()):
    """Tokens of which some do not count, but the first does; then come arguments before the mask."""

    def draw(rng):
        mask = rng.random(shape[:-1]) < 0.6
        mask[..., 0] = True
        return rng.normal(size=shape), *then, mask

    return draw


def first_token(h, weight=None, bias=None):
    import torch

    first = h.select(-2, 0)
    return first.clone() if weight is None else torch.tanh(torch.nn.functional.linear(first, weight, bias))


def by_pool1d(name):
    def pool(h):
        import torch

        return getattr(torch.nn.functional, name)(h.transpose(-2, -1), h.shape[-2])[..., 0]

    return pool


def by_adaptive_pool1d(name):
    def pool(h, n_chunks):
        import torch

        return getattr(torch.nn.functional, name)(h.transpose(-2, -1), n_chunks).transpose(-2, -1)

    return pool


def topk_in_order(h, k):
    import torch

    places = torch.topk(h, k, dim=-2).indices.sort(dim=-2).values
    return torch.gather(h, -2, places)


def topk_mean(h, k):
    import torch

    return torch.topk(h, k, dim=-2).values.mean(dim=-2)


def one_by_one(f):
    """A function of the values (n,) of one feature that count, applied to every sequence and feature."""

    def pool(h, *rest):
        *args, mask = rest
        columns = np.moveaxis(h, -1, -2).reshape(-1, h.shape[-2])
        masks = np.repeat(mask.reshape(-1, h.shape[-2]), h.shape[-1], axis=0)
        values = np.array([f(column, m, *args) for column, m in zip(columns, masks)])
        lead, D = h.shape[:-2], h.shape[-1]
        return (
            values.reshape(*lead, D)
            if values.ndim == 1
            else np.swapaxes(values.reshape(*lead, D, -1), -2, -1)
        )

    return pool


def kept(column, mask, k):
    places = sorted(sorted(np.flatnonzero(mask), key=lambda i: (-column[i], i))[:k])
    return column[places]


def in_order(column, mask, k):
    found = kept(column, mask, k)
    return np.pad(found, (0, k - len(found)))


def by_part(f):
    def pool(column, mask, n_chunks):
        parts = zip(np.array_split(column, n_chunks), np.array_split(mask, n_chunks))
        return [f(c[m]) if m.any() else 0.0 for c, m in parts]

    return pool


def queried(M, *shape, with_mask=False):
    def draw(rng):
        x, query = rng.normal(size=shape), rng.normal(size=(M, shape[-1]))
        mask = rng.random(shape[:-1]) < 0.6
        mask[..., -1] = True
        return (x, query, mask) if with_mask else (x, query)

    return draw


def scaled_dot_product(x, query, mask=None, scale=None):
    import torch

    query = query.expand(*x.shape[:-2], *query.shape)
    mask = None if mask is None else mask[..., None, :].expand(*x.shape[:-2], query.shape[-2], x.shape[-2])
    return torch.nn.functional.scaled_dot_product_attention(query, x, x, attn_mask=mask, scale=scale)


def weights(x, query, mask=None, scale=None):
    scores = np.einsum("...ld,md->...ml", x, query) * (x.shape[-1] ** -0.5 if scale is None else scale)
    e = np.exp(scores) * (1 if mask is None else mask[..., None, :])
    return e / e.sum(axis=-1, keepdims=True)


def document(*lengths, D):
    return lambda rng: (rng.normal(size=(sum(lengths), D)), list(lengths), *rng.normal(size=(2, D)))


def sentence_by_sentence(x, lengths, word_query, sent_query):
    import torch

    def attend(vectors, query):
        return torch.softmax(vectors @ query, dim=0) @ vectors

    sentences = [attend(words, word_query) for words in torch.split(x, lengths) if len(words)]
    return attend(torch.stack(sentences), sent_query)


def capsules(*lead, L, E, M, D, shares=False):
    def draw(rng):
        args = rng.normal(size=(*lead, L, E)), rng.normal(size=(M, D, E))
        return (*args, rng.dirichlet(np.ones(M), size=(*lead, L))) if shares else args

    return draw


def torch_predictions(h, theta):
    import torch

    return torch.stack([h @ one.T for one in theta], dim=-2)


def torch_messages(h, theta, c):
    return (c[..., None] * torch_predictions(h, theta)).sum(dim=-3)


def torch_squash(s, dim=-1):
    square = s.square().sum(dim=dim, keepdim=True)
    return square / (1 + square) * s / square.sqrt()


def torch_routing(u, n_iters=3, reverse=False):
    return routed(u, n_iters, reverse)[0]


def routed(u, n_iters=3, reverse=False):
    import torch

    u = torch.as_tensor(u)
    b = torch.zeros(u.shape[:-1], dtype=u.dtype)
    for _ in range(n_iters):
        c = torch.softmax(b, dim=-2 if reverse else -1)
        v = torch_squash((c[..., None] * u).sum(dim=-3))
        b = b + (u * v[..., None, :, :]).sum(dim=-1)
    return v, c


def classified(n, classes, *params):
    return lambda rng: (
        rng.normal(size=(n, classes)),
        rng.integers(classes, size=n),
        *(rng.normal(size=p) for p in params),
    )


def torch_objective(logits, target, *params, lam):
    import torch

    return torch.nn.functional.cross_entropy(logits, target) + lam * sum((p**2).sum() for p in params)


CASES = (
    Case(P.cls_pool, tokens(2, 5, 4), torch=first_token),
    Case(
        P.cls_pool,
        lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=(2, 4))),
        wrt=(0, 1),
        torch=first_token,
    ),
    Case(
        P.cls_pool,
        lambda rng: (rng.normal(size=(2, 5, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)),
        wrt=(0, 1, 2),
        torch=first_token,
    ),
    Case(P.max_pool_time, tokens(2, 5, 3), torch=by_pool1d("max_pool1d")),
    Case(P.max_pool_time, masked(2, 6, 3), want=one_by_one(lambda c, m: c[m].max())),
    Case(P.max_pool_time, masked(6, 3), want=one_by_one(lambda c, m: c[m].max())),
    Case(P.avg_pool_time, tokens(2, 5, 3), torch=by_pool1d("avg_pool1d")),
    Case(P.avg_pool_time, masked(2, 6, 3), want=one_by_one(lambda c, m: c[m].mean())),
    Case(P.avg_pool_time, masked(2, 2, 6, 3), want=one_by_one(lambda c, m: c[m].mean())),
    Case(P.chunk_max_pool, tokens(2, 6, 3, then=(3,)), torch=by_adaptive_pool1d("adaptive_max_pool1d")),
    Case(P.chunk_max_pool, masked(2, 8, 3, then=(3,)), want=one_by_one(by_part(np.max))),
    Case(P.chunk_avg_pool, tokens(2, 6, 3, then=(2,)), torch=by_adaptive_pool1d("adaptive_avg_pool1d")),
    Case(P.chunk_avg_pool, masked(2, 8, 3, then=(5,)), want=one_by_one(by_part(np.mean))),
    Case(P.kmax_pool, tokens(2, 7, 3, then=(3,)), torch=topk_in_order),
    Case(P.kmax_pool, tokens(4, 6, then=(4,)), torch=topk_in_order),
    Case(P.kmax_pool, masked(2, 7, 3, then=(4,)), want=one_by_one(in_order)),
    Case(P.kavg_pool, tokens(2, 7, 3, then=(3,)), torch=topk_mean),
    Case(P.kavg_pool, tokens(3, 5, 2, then=(5,)), torch=topk_mean),
    Case(P.kavg_pool, masked(2, 7, 3, then=(4,)), want=one_by_one(lambda c, m, k: kept(c, m, k).mean())),
    Case(P.self_attention_weights, queried(3, 2, 5, 4), wrt=(), want=weights, nan="spreads"),
    Case(P.self_attention_weights, queried(2, 5, 4, with_mask=True), {"scale": 1.0}, wrt=(), want=weights),
    Case(P.self_attention_pool, queried(3, 2, 5, 4), wrt=(0, 1), torch=scaled_dot_product),
    Case(P.self_attention_pool, queried(1, 5, 4), {"scale": 0.7}, wrt=(0, 1), torch=scaled_dot_product),
    Case(P.self_attention_pool, queried(2, 3, 6, 4, with_mask=True), wrt=(0, 1), torch=scaled_dot_product),
    Case(P.hierarchical_pool, document(3, 1, 4, D=5), wrt=(0, 2, 3), torch=sentence_by_sentence),
    Case(P.hierarchical_pool, document(2, 0, 3, D=2), wrt=(0, 2, 3), torch=sentence_by_sentence),
    Case(P.capsule_predictions, capsules(2, L=4, E=3, M=2, D=5), wrt=(0, 1), torch=torch_predictions),
    Case(P.capsule_predictions, capsules(L=4, E=3, M=2, D=5), wrt=(0, 1), torch=torch_predictions),
    Case(
        P.capsule_messages, capsules(2, L=4, E=3, M=2, D=5, shares=True), wrt=(0, 1, 2), torch=torch_messages
    ),
    Case(
        P.capsule_messages,
        capsules(L=3, E=2, M=3, D=2, shares=True),
        wrt=(0, 1, 2),
        torch=torch_messages,
        nan="spreads",
    ),
    Case(P.squash, tokens(3, 4), torch=torch_squash, nan="spreads"),
    Case(P.squash, tokens(3, 4, 2), {"axis": 1}, torch=torch_squash, nan="spreads"),
    *(
        Case(P.dynamic_routing, tokens(2, 4, 3, 2), {"n_iters": n, "reverse": reverse}, torch=torch_routing)
        for n in (1, 3)
        for reverse in (False, True)
    ),
    Case(P.dynamic_routing, tokens(3, 2, 4), torch=torch_routing),
    *(
        Case(
            P.routing_coefficients,
            tokens(2, 4, 3, 2),
            {"reverse": reverse},
            wrt=(),
            want=lambda u, reverse: routed(u, reverse=reverse)[1].numpy(),
        )
        for reverse in (False, True)
    ),
    Case(P.dr_agg_loss, classified(5, 3), {"lam": 0.1}, torch=torch_objective),
    Case(P.dr_agg_loss, classified(4, 2, 3, (2, 2)), {"lam": 0.3}, wrt=(0, 2, 3), torch=torch_objective),
)
