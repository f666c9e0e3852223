"""Two groups of parameters: those that decay, and those that do not."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import optim

PLAIN = ("1.weight", "2.weight", "LayerNorm2.weight", "embedding", "biAs", "weight")
NO_DECAY = (
    "1.bias",
    "2.bias",
    "LayerNorm.bias",
    "LayerNorm.weight",
    "bias",
    "encoder.LayerNorm.weight",
    "bias_table.weight",
)


def parameters(rng, *names):
    """An array for each name, of few and short numbers, since they are printed; neighbours differ in shape."""
    shapes = [(1 + i % 3, 2)[: 1 + i % 2] for i in range(len(names))]
    return {name: 1.0 * rng.integers(1, 10, size=shape) for name, shape in zip(names, shapes)}


def of(*names, **options):
    return lambda rng: call(parameters(rng, *names), **options)


def other_decay(*names, **options):
    return lambda rng: call(parameters(rng, *names), weight_decay=float(rng.uniform(0.1, 0.3)), **options)


def _allowed(rng):
    names = rng.permutation([*PLAIN, *NO_DECAY])[: int(rng.integers(1, 8))].tolist()
    given = options(rng, weight_decay=(0.1, 0.01, 1e-5, 1.0), no_decay=(("bias",), ("weight", "bias"), ()))
    return call(parameters(rng, *names), **given)


PARAM_GROUPS = Exercise(
    function="param_groups",
    topics=("C06-17",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=optim.param_groups,
    allowed=_allowed,
    cases=(
        Case(
            "two layers",
            of("1.weight", "1.bias", "2.weight", "2.bias"),
            weight=2,
            example=call({"1.weight": np.array([[1.0, 2.0]]), "1.bias": np.array([3.0])}),
        ),
        Case(
            "the name contains it",
            of(
                "embedding",
                "bias_table.weight",
                "encoder.LayerNorm.weight",
                "2.weight",
                "encoder.LayerNorm.bias",
            ),
            weight=2,
        ),
        Case("another weight decay", other_decay("2.weight", "1.weight", "2.bias", "1.bias"), weight=2),
        Case(
            "another list of names",
            of("1.weight", "norm.scale", "1.bias", "gain.1", no_decay=("scale", "gain")),
        ),
        Case("capitals count", of("biAs", "layernorm.weight", "1.bias"), weight=2),
        in_turn(
            "one name, one of the groups empty, an empty list",
            of("weight", weight_decay=0.01),
            of("2.bias", "LayerNorm.weight", weight_decay=1.0),
            of("biAs", "LayerNorm2.weight", weight_decay=1e-5),
            of("1.bias", "weight", no_decay=()),
            of("LayerNorm.bias", "embedding"),
            other_decay("weight", "1.bias", "embedding", no_decay=("weight", "bias")),
            weight=3,
        ),
    ),
    hints=(
        "`part in name` says whether `name` contains `part`; any(part in name for part in no_decay) asks for all.",
        "Make the list of the names that are spared, and that of the others, in the order of the dict.",
        "Then one dict for each list: its params, its param_names, its weight_decay, 0.0 for the spared ones.",
    ),
)


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_whole_names(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You compare whole names; a name is spared if it *contains* one of the strings."""
    spared = [name for name in named_params if name in no_decay]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_name_within_the_string(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You ask whether the string contains the name; it is the name that contains the string."""
    spared = [name for name in named_params if any(name in part for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="the name contains it")
def param_groups_at_the_end(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You look at the end of the name only; the string may stand anywhere in it."""
    spared = [name for name in named_params if name.endswith(tuple(no_decay))]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_at_the_beginning(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You look at the beginning of the name only; the string may stand anywhere in it."""
    spared = [name for name in named_params if name.startswith(tuple(no_decay))]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_all_of_them(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You ask that a name contain all of the strings; one is enough."""
    spared = [name for name in named_params if all(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="the name contains it")
def param_groups_first_string_only(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You look for the first of the strings only."""
    spared = [name for name in named_params if no_decay[:1] and no_decay[0] in name]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="another list of names")
def param_groups_default_names_always(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You do not use `no_decay`: the three names are only its default."""
    spared = [
        name
        for name in named_params
        if any(part in name for part in ("bias", "LayerNorm.bias", "LayerNorm.weight"))
    ]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_groups_exchanged(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """Your groups are exchanged: those that decay come first."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((spared, 0.0), (others, weight_decay))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_decays_exchanged(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You let the spared ones decay, and the others not."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, 0.0), (spared, weight_decay))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_both_decay(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """Your second group decays as well; its weight_decay is 0.0."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, weight_decay))
    ]


@PARAM_GROUPS.wrong(case="another weight decay")
def param_groups_default_decay_always(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You do not use `weight_decay`: 0.01 is only its default."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, 0.01), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="another weight decay")
def param_groups_sorted(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You sort the names; within a group they keep the order of the dict."""
    spared = [name for name in sorted(named_params) if any(part in name for part in no_decay)]
    others = [name for name in sorted(named_params) if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_names_for_arrays(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """ "params" holds the names; it is the list of the arrays, and "param_names" that of their names."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": names, "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_dicts_for_lists(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """Your "params" is a dict; it is the list of the arrays, and "param_names" that of their names."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": {n: named_params[n] for n in names}, "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="one name, one of the groups empty, an empty list")
def param_groups_empty_group_left_out(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You leave an empty group out; there are always two."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
        if names
    ]


@PARAM_GROUPS.wrong(case="capitals count")
def param_groups_in_small_letters(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You compare in small letters; capitals count: LayerNorm is not layernorm."""
    spared = [name for name in named_params if any(part.lower() in name.lower() for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_everything_decays(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """All parameters are in your first group, the spared ones too."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = list(named_params)
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_no_names(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """The key "param_names" is missing, the list of the names of a group."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="two layers")
def param_groups_one_array(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """Your "params" is one long array; it is a list of the arrays as they are."""
    spared = [name for name in named_params if any(part in name for part in no_decay)]
    others = [name for name in named_params if name not in spared]
    return [
        {
            "params": np.concatenate([np.zeros(0), *(named_params[n].ravel() for n in names)]),
            "param_names": names,
            "weight_decay": decay,
        }
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="the name contains it")
def param_groups_parts_between_dots(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """You compare whole parts between dots; a string may be any piece of the name."""
    spared = [name for name in named_params if name.split(".")[-1] in no_decay]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.wrong(case="the name contains it")
def param_groups_once_for_each_string(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    """A name that contains two of the strings is in your group twice; any(...) asks whether there is one."""
    spared = [name for name in named_params for part in no_decay if part in name]
    others = [name for name in named_params if name not in spared]
    return [
        {"params": [named_params[n] for n in names], "param_names": names, "weight_decay": decay}
        for names, decay in ((others, weight_decay), (spared, 0.0))
    ]


@PARAM_GROUPS.right
def param_groups_by_loop(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    decay = {"params": [], "param_names": [], "weight_decay": weight_decay}
    rest = {"params": [], "param_names": [], "weight_decay": 0.0}
    for name, array in named_params.items():
        group = decay
        for part in no_decay:
            if part in name:
                group = rest
        group["params"].append(array)
        group["param_names"].append(name)
    return [decay, rest]


@PARAM_GROUPS.right
def param_groups_by_helper(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    def group(spared, decay):
        chosen = {n: p for n, p in named_params.items() if any(s in n for s in no_decay) == spared}
        return {"params": list(chosen.values()), "param_names": list(chosen), "weight_decay": decay}

    return [group(False, weight_decay), group(True, 0.0)]


@PARAM_GROUPS.right
def param_groups_by_find(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    spared = {name: max([name.find(part) for part in no_decay], default=-1) >= 0 for name in named_params}
    groups = []
    for flag in (False, True):
        names = [name for name in named_params if spared[name] is flag]
        arrays = [named_params[name] for name in names]
        groups.append({"weight_decay": 0.0 if flag else weight_decay, "params": arrays, "param_names": names})
    return groups


@PARAM_GROUPS.right
def param_groups_in_a_tuple(
    named_params, *, weight_decay=0.01, no_decay=("bias", "LayerNorm.bias", "LayerNorm.weight")
):
    names = list(named_params)
    rest = [n for n in names if sum(n.count(part) for part in no_decay) > 0]
    decay = [n for n in names if n not in rest]
    return (
        {"params": [named_params[n] for n in decay], "param_names": decay, "weight_decay": weight_decay},
        {"params": [named_params[n] for n in rest], "param_names": rest, "weight_decay": 0},
    )
