"""The mean loss of the same features under several dropout masks."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import regularization
from nnlib.regularization import dropout


def features(size, count, head="square", loss="log_sum_exp", scale=1.0, make=None, **options):
    """Draws features of both signs and masks that keep more than half, each another part."""

    def draw(rng):
        h = scale * rng.uniform(0.4, 1.2, size=size)
        i = np.arange(h.size).reshape(size)
        h = np.where(i % 3 == 1, -h, h) if make is None else make(rng, size, scale)
        masks = np.stack([((i + 2 * k + 1) % (3 + k % 2) != 0).astype(float) for k in range(count)])
        return call(h, masks, head=Fixture(head), loss=Fixture(loss), **options)

    return draw


def other_p(low, high, *args, **rest):
    return lambda rng: features(*args, p=float(rng.uniform(low, high)), **rest)(rng)


def _allowed(rng):
    size, scale = shape(rng), one_of(rng, 1.0, 1.0, 1e-5)
    masks = (rng.random((int(rng.integers(1, 6)), *size)) < 0.6).astype(float)
    return call(
        floats(rng, size, (scale,)),
        masks,
        head=Fixture(one_of(rng, "tanh", "sigmoid", "square", "identity")),
        loss=Fixture(one_of(rng, "log_sum_exp", "cubes")),
        **options(rng, p=(0.5, 0.2, 0.8, 0.0)),
    )


MULTI_SAMPLE_DROPOUT_LOSS = Exercise(
    function="multi_sample_dropout_loss",
    topics=("C08-25",),
    points=1,
    difficulty=2,
    minutes=15,
    reference=regularization.multi_sample_dropout_loss,
    uses=("dropout",),
    allowed=_allowed,
    cases=(
        Case(
            "two masks",
            features((4,), 2),
            weight=2,
            example=call(
                [0.5, -1.0, 0.25],
                [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]],
                head=Fixture("square"),
                loss=Fixture("log_sum_exp"),
            ),
        ),
        Case("five masks of a batch", features((2, 3), 5, "tanh", "cubes"), weight=2),
        Case("another p", other_p(0.1, 0.3, (3, 2), 3, "sigmoid"), weight=2),
        in_turn(
            "one mask, odd shapes, p = 0, zeros, all dropped, tiny and large numbers",
            features((3,), 1, "tanh", p=0.8),
            features((1, 3), 1, p=0.0),
            features((2, 2, 2), 1, "sigmoid"),
            features((3, 1), 4, "identity", "cubes", scale=30.0, p=0.2),
            features((1, 4, 1), 3, "sigmoid", "cubes", scale=1e-5, p=0.5),
            features((2, 1, 3), 2, "identity", make=spread),
            features((1,), 3, "identity", "cubes", scale=-300.0),
            lambda rng: call(
                rng.normal(size=(2, 2)),
                np.zeros((2, 2, 2)),
                head=Fixture("sigmoid"),
                loss=Fixture("log_sum_exp"),
            ),
        ),
    ),
    hints=(
        "One pass for each mask: dropout, then head, then loss. `for mask in masks` goes through the first axis.",
        "Collect the losses, M numbers, and take their mean at the very end.",
        "return np.mean([loss(head(h * mask / (1 - p))) for mask in masks])",
    ),
)


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_mean_features(h, masks, *, head, loss, p=0.5):
    """You average the dropped features; average the losses: a loss of a mean is not the mean of the losses."""
    return loss(head(np.mean([h * mask / (1 - p) for mask in masks], axis=0)))


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_mean_outputs(h, masks, *, head, loss, p=0.5):
    """You average what the head returns; take the loss under each mask, and average those."""
    return loss(np.mean([head(h * mask / (1 - p)) for mask in masks], axis=0))


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_sum(h, masks, *, head, loss, p=0.5):
    """You sum the losses; divide by the number of masks."""
    return sum(loss(head(h * mask / (1 - p))) for mask in masks)


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_no_scaling(h, masks, *, head, loss, p=0.5):
    """You do not scale: inverted dropout divides by 1 − p."""
    return np.mean([loss(head(h * mask)) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_sum_no_scaling(h, masks, *, head, loss, p=0.5):
    """You neither scale by 1 / (1 − p) nor divide by the number of masks."""
    total = 0.0
    for mask in masks:
        total = total + loss(head(h * mask))
    return total


@MULTI_SAMPLE_DROPOUT_LOSS.wrong(case="another p")
def multi_sample_dropout_loss_divided_by_p(h, masks, *, head, loss, p=0.5):
    """You divide by p, the probability to *drop*; divide by that to keep, 1 − p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.mean([loss(head(h * mask / p)) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong(case="another p")
def multi_sample_dropout_loss_default_p(h, masks, *, head, loss, p=0.5):
    """You do not hand `p` on: 0.5 is only its default."""
    return np.mean([loss(head(h * mask / 0.5)) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_times_keep(h, masks, *, head, loss, p=0.5):
    """You multiply by 1 − p; inverted dropout divides by it."""
    return np.mean([loss(head(h * mask * (1 - p))) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_first_mask(h, masks, *, head, loss, p=0.5):
    """You use the first mask only."""
    return loss(head(h * masks[0] / (1 - p)))


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_last_mask(h, masks, *, head, loss, p=0.5):
    """You return the loss of the last mask; average over all."""
    for mask in masks:
        value = loss(head(h * mask / (1 - p)))
    return value


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_one_after_the_other(h, masks, *, head, loss, p=0.5):
    """You apply each mask to what the last one has left; each starts from `h`."""
    losses = []
    for mask in masks:
        h = h * mask / (1 - p)
        losses.append(loss(head(h)))
    return np.mean(losses)


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_after_the_head(h, masks, *, head, loss, p=0.5):
    """You drop what the head returns; the dropout comes before the head."""
    return np.mean([loss(head(h) * mask / (1 - p)) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong(case="two masks")
def multi_sample_dropout_loss_all_at_once(h, masks, *, head, loss, p=0.5):
    """You hand all masks to `loss` at once, which takes them for one large sample; call it for each mask."""
    return loss(head(h * masks / (1 - p)))


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_all_at_once_over_m(h, masks, *, head, loss, p=0.5):
    """You hand all masks to `loss` at once and divide; call it for each: it need not be a sum."""
    return loss(head(h * masks / (1 - p))) / len(masks)


@MULTI_SAMPLE_DROPOUT_LOSS.wrong(case="five masks of a batch")
def multi_sample_dropout_loss_over_samples(h, masks, *, head, loss, p=0.5):
    """You divide by len(h), the samples; divide by len(masks)."""
    return sum(loss(head(h * mask / (1 - p))) for mask in masks) / len(h)


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_no_head(h, masks, *, head, loss, p=0.5):
    """You leave the head out: loss(head(...))."""
    return np.mean([loss(h * mask / (1 - p)) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_mask_inverted(h, masks, *, head, loss, p=0.5):
    """You drop what the masks keep: 1 means that a unit stays."""
    return np.mean([loss(head(h * (1 - mask) / (1 - p))) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_bound(h, masks, *, head, loss, p=0.5):
    """You take −ln of the mean likelihood; that is the other method. Here it is the mean of the losses."""
    losses = np.array([loss(head(h * mask / (1 - p))) for mask in masks])
    low = losses.min()
    return low - np.log(np.mean(np.exp(low - losses)))


@MULTI_SAMPLE_DROPOUT_LOSS.wrong
def multi_sample_dropout_loss_each(h, masks, *, head, loss, p=0.5):
    """You return a loss for each mask; take their mean."""
    return np.array([loss(head(h * mask / (1 - p))) for mask in masks])


@MULTI_SAMPLE_DROPOUT_LOSS.right
def multi_sample_dropout_loss_by_loop(h, masks, *, head, loss, p=0.5):
    total = 0.0
    for mask in masks:
        total += loss(head(h * mask / (1 - p)))
    return total / len(masks)


@MULTI_SAMPLE_DROPOUT_LOSS.right
def multi_sample_dropout_loss_by_dropout(h, masks, *, head, loss, p=0.5):
    losses = [loss(head(dropout(h, masks[k], p=p))) for k in range(masks.shape[0])]
    return np.sum(losses) / len(losses)


@MULTI_SAMPLE_DROPOUT_LOSS.right
def multi_sample_dropout_loss_masks_scaled(h, masks, *, head, loss, p=0.5):
    scaled = h * (masks / (1 - p))
    return np.average([float(loss(head(x))) for x in scaled])


@MULTI_SAMPLE_DROPOUT_LOSS.right
def multi_sample_dropout_loss_by_where(h, masks, *, head, loss, p=0.5):
    losses = np.empty(len(masks))
    for k, mask in enumerate(masks):
        losses[k] = loss(head(np.where(mask == 0, 0.0, h) * (1 / (1 - p))))
    return losses.mean()
