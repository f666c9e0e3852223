"""All combinations of a few values, and the best of them."""

from itertools import product

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of
from nnlib import search

SCORES = ("score of lr and width", "score with ties", "score with nan")


def of(score, lrs, widths):
    """Draws a grid: rates of these orders of magnitude and widths of these tens, in this order."""

    def draw(rng):
        grid = {
            "width": tuple(10 * w + int(rng.integers(9)) for w in widths),
            "lr": tuple(float(10 ** (-k - rng.uniform(0, 0.25))) for k in lrs),
        }
        return call(Fixture(score), grid)

    return draw


def _allowed(rng):
    lrs, widths = rng.permutation(4)[: rng.integers(1, 5)], rng.permutation(4)[: rng.integers(1, 5)] + 1
    score = one_of(rng, *SCORES) if lrs.any() else SCORES[0]
    return of(score, lrs.tolist(), widths.tolist())(rng)


GRID_SEARCH = Exercise(
    function="grid_search",
    topics=("C07-10",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=search.grid_search,
    allowed=_allowed,
    cases=(
        Case(
            "two names",
            lambda rng: call(
                Fixture("score of lr and width"),
                {
                    "width": (
                        12 + int(rng.integers(5)),
                        33 + int(rng.integers(5)),
                        24 + int(rng.integers(5)),
                    ),
                    "lr": (rng.uniform(0.6, 0.9), rng.uniform(0.1, 0.2), rng.uniform(0.008, 0.012)),
                },
            ),
            weight=3,
            example=call(Fixture("score of lr and width"), {"width": (30, 10), "lr": (1.0, 0.1, 0.01)}),
        ),
        Case(
            "equal scores",
            lambda rng: call(
                Fixture("score with ties"),
                {
                    "width": (
                        12 + int(rng.integers(5)),
                        33 + int(rng.integers(5)),
                        24 + int(rng.integers(5)),
                    ),
                    "lr": (rng.uniform(0.6, 0.9), rng.uniform(0.1, 0.2), rng.uniform(0.008, 0.012)),
                },
            ),
            weight=2,
        ),
        Case(
            "the first run went wrong",
            lambda rng: call(
                Fixture("score with nan"),
                {
                    "lr": (rng.uniform(0.6, 0.9), rng.uniform(0.1, 0.2), rng.uniform(0.008, 0.012)),
                    "width": (12 + int(rng.integers(5)), 33 + int(rng.integers(5))),
                },
            ),
            weight=3,
        ),
        Case(
            "a later run went wrong",
            lambda rng: call(
                Fixture("score with nan"),
                {
                    "width": (12 + int(rng.integers(5)), 33 + int(rng.integers(5))),
                    "lr": (rng.uniform(0.008, 0.012), rng.uniform(0.6, 0.9), rng.uniform(0.1, 0.2)),
                },
            ),
            weight=2,
        ),
        in_turn(
            "one value, one name, many",
            of("score of lr and width", (1,), (2,)),
            of("score with ties", (2, 0, 1, 3), (1,)),
            of("score with nan", (1,), (2, 4, 3, 1)),
            of("score with nan", (2, 0, 3, 1), (2, 4, 3, 1)),
            lambda rng: call(Fixture("score of width"), {"width": (40, 20, 30 + int(rng.integers(5)))}),
            weight=2,
        ),
    ),
    hints=(
        "names = sorted(grid), then product(*(grid[name] for name in names)) gives all combinations in order.",
        "dict(zip(names, values)) makes the params of a trial, fn(**params) its score; put both into the list.",
        "Keep the best so far in a variable that is None at first; skip nan, and replace it if score > best.",
    ),
)


@GRID_SEARCH.wrong
def grid_search_smallest(fn, grid):
    """You keep the smallest score; higher is better."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score < best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong(case="equal scores")
def grid_search_last_of_equals(fn, grid):
    """Of equal scores you keep the last one; the first one wins, with > and not with >=."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score >= best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong(case="the first run went wrong")
def grid_search_nan_stays(fn, grid):
    """A nan that comes first stays the best for ever, since no number is larger than nan; skip it."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if best is None or score > best[1]:
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong(case="a later run went wrong")
def grid_search_nan_wins(fn, grid):
    """np.argmax takes a nan for the largest of all; np.nanargmax passes over it."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
    best = np.argmax([score for _, score in tried])
    return (*tried[best], tried)


@GRID_SEARCH.wrong(case="the first run went wrong")
def grid_search_nan_left_out(fn, grid):
    """You leave trials with nan out of the list; they do not win, but they were tried."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        if np.isnan(score):
            continue
        tried.append((params, score))
        if best is None or score > best[1]:
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_list_missing(fn, grid):
    """You return the best only; the list of all trials is asked for, too."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return best


@GRID_SEARCH.wrong
def grid_search_best_as_a_pair(fn, grid):
    """You return the best as a pair within the pair; three things are asked for: params, score, list."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return best, tried


@GRID_SEARCH.wrong
def grid_search_scores_only(fn, grid):
    """Your list holds the scores only; each trial is a tuple (params, score)."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, [score for _, score in tried])


@GRID_SEARCH.wrong
def grid_search_score_first(fn, grid):
    """Your trials are (score, params); the params come first."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, [(score, params) for params, score in tried])


@GRID_SEARCH.wrong
def grid_search_sorted_by_score(fn, grid):
    """You sort the list by the score; the trials stay in the order in which they were made."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, sorted(tried, key=lambda trial: -np.nan_to_num(trial[1], nan=-1e9)))


@GRID_SEARCH.wrong
def grid_search_only_what_improved(fn, grid):
    """Your list holds the trials only that were the best so far; all of them are asked for."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
            tried.append(best)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_best_is_the_last(fn, grid):
    """You return the last trial, not the best one."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*tried[-1], tried)


@GRID_SEARCH.wrong
def grid_search_names_as_they_come(fn, grid):
    """You take the names in the order of the dict; go through them in alphabetical order."""
    names = list(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_names_backwards(fn, grid):
    """Your first name changes fastest; the last one does."""
    names = sorted(grid, reverse=True)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_side_by_side(fn, grid):
    """You take the first value of each, then the second; all *combinations* are asked for, by product."""
    names = sorted(grid)
    best, tried = None, []
    for values in zip(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_values_sorted(fn, grid):
    """You sort the values; they are tried in the order in which they are given."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(sorted(grid[name]) for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_one_dict_for_all(fn, grid):
    """You change one dict for all trials, so that in the end all of them are the last; make a new one each time."""
    names = sorted(grid)
    best, tried, params = None, [], {}
    for values in product(*(grid[name] for name in names)):
        params.update(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_one_name_at_a_time(fn, grid):
    """You try the values of one name while the others keep their first; all combinations are asked for."""
    names = sorted(grid)
    params, tried = {name: grid[name][0] for name in names}, []
    for name in names:
        for value in grid[name]:
            trial = {**params, name: value}
            tried.append((trial, fn(**trial)))
    best = np.nanargmax([score for _, score in tried])
    return (*tried[best], tried)


@GRID_SEARCH.wrong
def grid_search_last_left_out(fn, grid):
    """Your search ends before the last combination."""
    names = sorted(grid)
    best, tried = None, []
    for values in list(product(*(grid[name] for name in names)))[:-1]:
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong(case="the first run went wrong")
def grid_search_nan_made_a_number(fn, grid):
    """You write another number for a nan into the list; it stands there as it is, it only never wins."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        score = -np.inf if np.isnan(score) else score
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_better_than_zero(fn, grid):
    """You begin with a best score of 0, which no negative score ever beats; begin with none, or with -np.inf."""
    names = sorted(grid)
    best, tried = ({}, 0.0), []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and score > best[1]:
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.wrong
def grid_search_best_score_missing(fn, grid):
    """You return the params and the list; the best score belongs between them."""
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return best[0], tried


@GRID_SEARCH.right
def grid_search_by_nanargmax(fn, grid):
    names = sorted(grid)
    trials = [dict(zip(names, values)) for values in product(*[grid[name] for name in names])]
    scores = np.array([fn(**params) for params in trials])
    best = int(np.nanargmax(scores))
    return trials[best], scores[best], list(zip(trials, scores.tolist()))


@GRID_SEARCH.right
def grid_search_by_growing_dicts(fn, grid):
    trials = [{}]
    for name in sorted(grid):
        trials = [{**params, name: value} for params in trials for value in grid[name]]
    tried = [(params, fn(**params)) for params in trials]
    numbers = [trial for trial in tried if not np.isnan(trial[1])]
    params, score = max(numbers, key=lambda trial: trial[1])
    return params, score, tried


@GRID_SEARCH.right
def grid_search_by_loop(fn, grid):
    names = sorted(grid)
    best, tried = None, []
    for values in product(*(grid[name] for name in names)):
        params = dict(zip(names, values))
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@GRID_SEARCH.right
def grid_search_by_counting(fn, grid):
    names = sorted(grid)
    shape = [len(grid[name]) for name in names]
    tried, best, best_params = [], -np.inf, None
    for places in np.ndindex(*shape):
        params = {name: grid[name][place] for name, place in zip(names, places)}
        score = fn(**params)
        tried.append((params, score))
        if score > best:
            best, best_params = score, params
    return best_params, best, tried
