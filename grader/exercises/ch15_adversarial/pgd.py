"""Projected gradient descent: many small steps, each brought back into the ball."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import adversarial
from nnlib.adversarial import fgm, fgsm, project

WAVES, SLOPE, SOME = (
    Fixture(name)
    for name in ("gradient of waves", "gradient of a slope", "gradient of waves, 0 for some samples")
)
PLACES = (0.11, 0.83, 0.37, 0.62, 0.97, 0.24, 0.49)


def climb(size, grad_fn, low=0.3, high=0.7, far=None, **given):
    """Inputs from low to high, at almost the same places in each draw; `far`: a start that reaches that far, of both
    signs in turn."""

    def draw(rng):
        x = low + (high - low) * np.resize(PLACES, size) + rng.uniform(-0.004, 0.004, size)
        signs = np.resize([1.0, -1.0, -1.0], x.size).reshape(size)
        start = (
            {}
            if far is None
            else {
                "start": far * signs * np.resize([0.75, 0.95, 0.85, 1.0], size) * rng.uniform(0.98, 1.0, size)
            }
        )
        return call(x, grad_fn, **given, **start)

    return draw


def near_the_edges(size, grad_fn, **given):
    """Pixels near 0 and 1, and in the middle."""

    def draw(rng):
        x = np.resize([0.03, 0.96, 0.5, 0.91, 0.06], size) + rng.uniform(-0.004, 0.004, size)
        return call(x, grad_fn, clip=(0.0, 1.0), **given)

    return draw


def _allowed(rng):
    size = shape(rng, (1, 2, 3), longest=3)
    x = rng.uniform(0.05, 0.95, size)
    given = options(
        rng,
        epsilon=(0.3, 0.1, 0.0),
        alpha=(0.01, 0.05, 0.3),
        steps=(1, 2, 3, 7),
        norm=("linf", "l2"),
        start=(None, rng.uniform(-0.3, 0.3, size)),
        clip=((0.0, 1.0), None),
    )
    hills = one_of(rng, WAVES, SLOPE, SOME)  # long steps over many of them make much of a little rounding
    return call(x, SLOPE if given.get("alpha") == 0.3 else hills, **given)


PGD = Exercise(
    function="pgd",
    topics=("C15-04",),
    points=4,
    difficulty=4,
    minutes=25,
    reference=adversarial.pgd,
    uses=("fgsm", "fgm", "project"),
    allowed=_allowed,
    large=climb((200, 784), WAVES, epsilon=0.1, alpha=0.025, steps=10, clip=(0.0, 1.0)),
    cases=(
        Case(
            "L-infinity, the gradient turns on the way",
            climb((3, 4), WAVES, epsilon=0.2, alpha=0.04, steps=7),
        ),
        Case(
            "L2, the gradient turns on the way",
            climb((3, 4), WAVES, epsilon=0.3, alpha=0.08, steps=6, norm="l2"),
        ),
        Case(
            "a start outside of the ball, L2",
            climb((3, 2, 2), SLOPE, far=0.5, epsilon=0.2, alpha=0.05, steps=3, norm="l2"),
            weight=3,
        ),
        Case(
            "images, L2, clipped, some gradients are 0",
            near_the_edges((3, 5, 2), SOME, epsilon=0.4, alpha=0.5, steps=4, norm="l2"),
            weight=3,
        ),
        Case("no option is given", climb((2, 4), SLOPE), weight=3),
        Case(
            "the radius is given, large numbers", climb((2, 4), SLOPE, 3000.0, 7000.0, epsilon=2.0), weight=3
        ),
        in_turn(
            "one number a sample, one sample, few steps, a start that leaves the range",
            climb((4,), WAVES, epsilon=0.1, alpha=0.3, steps=1),
            climb((3,), WAVES, norm="l2", alpha=0.05, steps=3),
            climb((1, 3), WAVES, far=0.1, steps=2),
            climb((3, 1), SOME, alpha=0.05, clip=None, start=None),
            climb((2, 1, 3), SLOPE, far=0.1, epsilon=0.0, steps=1),
            climb((1, 2, 1), WAVES, norm="l2", steps=7, clip=(0.0, 1.0)),
            climb((3, 2), SLOPE, 0.0, 0.1, far=0.3, epsilon=0.1, steps=0, norm="linf"),
            climb((2, 3), WAVES, 0.05, 0.1, far=0.3, alpha=0.05, steps=3, clip=(0.0, 1.0)),
            climb((2, 3), SOME, 0.9, 0.95, far=0.3, alpha=0.3, steps=2, norm="l2", clip=(0.0, 1.0)),
            near_the_edges((2, 5), SLOPE, epsilon=0.1, alpha=0.05, steps=3),
            climb((2, 2, 2), WAVES, far=0.3, norm="l2", alpha=0.01, steps=7),
            climb((3, 4), WAVES, far=0.12, epsilon=0.2, alpha=0.03, steps=5),
            climb((2, 4), SLOPE, epsilon=2.0),
            climb((1,), SLOPE, far=0.3, epsilon=0.1, alpha=0.05, steps=2, norm="linf", clip=(0.0, 1.0)),
            climb((3, 1), WAVES, far=0.1, alpha=0.05, steps=2),
            climb((1, 2, 1), WAVES, far=0.1, steps=3, norm="l2"),
            climb((2, 3), SLOPE, 3000.0, 7000.0, alpha=0.02, steps=3, norm="l2"),
            edge=True,
        ),
    ),
    hints=(
        "The first point is project(x + start, x, ...). The second argument, the centre of the ball, is always x.",
        "In the loop: g = grad_fn(x_adv), a move by alpha, project.",
        "A move is fgsm(x_adv, g, epsilon=alpha), or fgm(x_adv, g, epsilon=alpha) for L2.",
    ),
)


@PGD.wrong
def pgd_gradient_at_x(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You ask for the gradient once, at the first point; ask again after each step, at the current point."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    g = grad_fn(x_adv)
    for _ in range(steps):
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="no option is given")
def pgd_around_the_last_point(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """Your ball moves along with the point; its centre is always x."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x_adv, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_around_the_start(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """Your ball lies around x + start; its centre is x."""
    if start is not None:
        x = project(x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    x_adv = x
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv if steps else project(x_adv, x, epsilon=epsilon, norm=norm, clip=clip)


@PGD.wrong
def pgd_raw_gradient(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You move along the gradient itself; take its sign for L-infinity, its direction for L2."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        x_adv = project(x_adv + alpha * grad_fn(x_adv), x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="L2, the gradient turns on the way")
def pgd_always_sign(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """For L2, too, you move by the sign of the gradient; there the move is alpha along its direction."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        moved = x_adv + alpha * np.sign(grad_fn(x_adv))
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_always_direction(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """For L-infinity, too, you move along the direction of the gradient; there the move is alpha times its sign."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        moved = fgm(x_adv, grad_fn(x_adv), epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_downhill(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You go downhill; the loss is to rise."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = -grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_steps_of_epsilon(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """Your steps have the size epsilon; they have the size alpha, and epsilon is the radius."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=epsilon) if norm == "linf" else fgm(x_adv, g, epsilon=epsilon)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_steps_divided(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You divide epsilon among the steps; the size of a step is alpha."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g, size = grad_fn(x_adv), epsilon / steps
        moved = fgsm(x_adv, g, epsilon=size) if norm == "linf" else fgm(x_adv, g, epsilon=size)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_one_step_more(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You take one step too many."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps + 1):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_one_step_less(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You take one step too few."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps - 1):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_one_step(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You return after the first step: `return` stands inside the loop."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        return project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_from_x_each_time(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You take each step from x; a step goes on from where the last one ended."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x, g, epsilon=alpha) if norm == "linf" else fgm(x, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="no option is given")
def pgd_no_ball(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You never go back into the ball: project after each step."""
    x_adv = x if start is None else x + start
    for _ in range(steps):
        g = grad_fn(x_adv)
        x_adv = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = x_adv if clip is None else np.clip(x_adv, *clip)
    return x_adv


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_projected_at_the_end(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You project only once, after the last step; project after each."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        x_adv = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
    return project(x_adv, x, epsilon=epsilon, norm=norm, clip=clip)


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_box_for_l2(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You do not hand `norm` on to project, so that L2, too, is kept in the box."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, clip=clip)
    return x_adv


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_no_start(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You always begin at x; begin at x + start."""
    x_adv = project(x, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_start_instead_of_x(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You begin at `start`; it is a change, so begin at x + start."""
    x_adv = project(x if start is None else start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_start_times_epsilon(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You multiply `start` by epsilon; it is the change itself."""
    x_adv = project(x if start is None else x + epsilon * start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="a start outside of the ball, L2")
def pgd_start_not_projected(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You do not project the first point; x + start may lie outside of the ball."""
    x_adv = x if start is None else x + start
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="images, L2, clipped, some gradients are 0")
def pgd_not_clipped(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You never clip to valid pixels: hand `clip` on to project."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm)
    return x_adv


@PGD.wrong(case="images, L2, clipped, some gradients are 0")
def pgd_clipped_at_the_end(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You clip only once, after the last step; clip after each, so that every point has valid pixels."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm)
    return x_adv if clip is None else np.clip(x_adv, *clip)


@PGD.wrong(case="images, L2, clipped, some gradients are 0")
def pgd_0_by_0(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """A gradient of 0 divided by its length is nan; such a sample does not move."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        with np.errstate(invalid="ignore"):
            length = np.sqrt(np.sum(g**2, axis=tuple(range(1, x.ndim)), keepdims=True))
            moved = x_adv + alpha * (np.sign(g) if norm == "linf" else g / length)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="L2, the gradient turns on the way")
def pgd_one_norm_for_all(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You divide by one length of the whole batch; each sample has its own."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        unit = np.sign(g) if norm == "linf" else g / max(np.sqrt(np.sum(g**2)), 1e-300)
        x_adv = project(x_adv + alpha * unit, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="no option is given")
def pgd_other_radius(x, grad_fn, *, epsilon=0.03, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """Your default of epsilon is 0.03; it is 0.3."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_own_steps(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You take 40 steps whatever the caller gives as `steps`."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(40):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_own_alpha(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You take steps of 0.01 whatever the caller gives as `alpha`."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=0.01) if norm == "linf" else fgm(x_adv, g, epsilon=0.01)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_the_change(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You return the change; return the last point."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv - x


@PGD.wrong
def pgd_gradient_of_the_change(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You ask for the gradient at the change; ask at the current point, x plus the change."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv - x)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="arguments unchanged")
def pgd_in_place(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You change x in place, or `start`; they belong to who called. x_adv = x.copy() before the first +=."""
    centre, x_adv = x.copy(), x
    x_adv += 0 if start is None else start
    x_adv[...] = project(x_adv, centre, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv[...] = project(moved, centre, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv.copy()


@PGD.wrong(case="the radius is given, large numbers")
def pgd_stops_when_close(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """You stop when a step hardly moves the point; beside large numbers every step is small. Take all steps."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        moved = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
        if np.allclose(moved, x_adv):
            break
        x_adv = moved
    return x_adv


@PGD.wrong(case="images, L2, clipped, some gradients are 0")
def pgd_stops_at_0(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You stop for all samples as soon as one has the gradient 0; only that one stays."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        if norm == "l2" and not np.sum(g**2, axis=tuple(range(1, g.ndim))).all():
            break
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="no option is given")
def pgd_moves_the_centre(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    """`x_adv = x` makes no copy: your += moves x, and with it the centre of the ball. Begin with x.copy()."""
    x_adv = x if start is None else project(x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        x_adv += fgsm(0 * g, g, epsilon=alpha) if norm == "linf" else fgm(0 * g, g, epsilon=alpha)
        x_adv = project(x_adv, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_own_defaults(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You do not hand `alpha` on: fgsm then moves by its own 0.03, fgm by 1."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g) if norm == "linf" else fgm(x_adv, g)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="the radius is given, large numbers")
def pgd_other_alpha(x, grad_fn, *, epsilon=0.3, alpha=0.1, steps=40, norm="linf", start=None, clip=None):
    """Your default of alpha is 0.1; it is 0.01."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong
def pgd_step_not_used(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You project the point before the step, so that it never moves: hand the moved point to project."""
    x_adv = project(x if start is None else x + start, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        _ = x_adv + alpha * np.sign(grad_fn(x_adv))
        x_adv = project(x_adv, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


@PGD.wrong(case="images, L2, clipped, some gradients are 0")
def pgd_clipped_first(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """You clip before you go back into the ball; first the ball, then the clip."""
    low, high = (-np.inf, np.inf) if clip is None else clip
    x_adv = np.clip(x if start is None else x + start, low, high)
    x_adv = project(x_adv, x, epsilon=epsilon, norm=norm)
    for _ in range(steps):
        g = grad_fn(x_adv)
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha)
        x_adv = project(np.clip(moved, low, high), x, epsilon=epsilon, norm=norm)
    return x_adv


@PGD.right
def pgd_written_out(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    axes = tuple(range(1, x.ndim))

    def back(point):
        r = point - x
        if norm == "linf":
            r = np.clip(r, -epsilon, epsilon)
        else:
            length = np.sqrt(np.sum(r**2, axis=axes, keepdims=True))
            r = r * np.where(length > epsilon, epsilon / np.maximum(length, 1e-200), 1.0)
        return x + r if clip is None else np.clip(x + r, clip[0], clip[1])

    point = back(x if start is None else x + start)
    for _ in range(steps):
        g = grad_fn(point)
        if norm == "linf":
            g = np.sign(g)
        else:
            length = np.sqrt(np.sum(g**2, axis=axes, keepdims=True))
            g = g / np.where(length > 0, length, 1)
        point = back(point + alpha * g)
    return point


@PGD.right
def pgd_while(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    start = np.zeros_like(x) if start is None else start
    given = {"epsilon": epsilon, "norm": norm, "clip": clip}
    point = project(x + start, x, **given)
    while steps > 0:
        g = grad_fn(point)
        point = point + alpha * np.sign(g) if norm == "linf" else fgm(point, g, epsilon=alpha)
        point = project(point, x, **given)
        steps -= 1
    return point


@PGD.right
def pgd_recursive(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    def after(k):
        if k == 0:
            return project(x if start is None else start + x, x, epsilon=epsilon, norm=norm, clip=clip)
        last = after(k - 1)
        step = fgm if norm == "l2" else fgsm
        moved = step(last, grad_fn(last), epsilon=alpha)
        return project(moved, x, epsilon=epsilon, norm=norm, clip=clip)

    return after(steps)


@PGD.right
def pgd_keeps_the_change(
    x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None
):
    low, high = (-np.inf, np.inf) if clip is None else clip
    zero = np.zeros(x.shape)

    def bounded(r):
        if norm == "linf":
            r = np.minimum(np.maximum(r, -epsilon), epsilon)
        else:
            r = project(r, zero, epsilon=epsilon, norm="l2")
        return np.clip(r, low - x, high - x)

    r = bounded(zero if start is None else start)
    for _ in range(steps):
        g = grad_fn(x + r)
        r = bounded(r + fgm(zero, g, epsilon=alpha) if norm == "l2" else r + alpha * np.sign(g))
    return x + r
