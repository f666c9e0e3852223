"""Random combinations, and the best of them."""

import numpy as np

from grader.exercises.ch07_schedules.grid_search import SCORES
from grader.exercises.ch07_schedules.log_uniform import seed
from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import search


def of(score, space="rates and widths", seed=seed, **options):
    return lambda rng: call(Fixture(score), Fixture(space), **options, rng=seed(rng))


def rates_of(seed, trials):
    """The rates that "rates and widths" draws."""
    rng = np.random.default_rng(seed.seed)
    return np.array([(10 ** rng.uniform(-3, 0), rng.integers(10, 50))[0] for _ in range(trials)])


def large_first(rng):
    """A generator whose first rate is too large."""
    return next(s for s in iter(lambda: seed(rng), None) if rates_of(s, 1)[0] > 0.5)


def large_later(rng):
    """A generator whose first rate is not too large, but a later one is."""
    return next(s for s in iter(lambda: seed(rng), None) if rates_of(s, 1)[0] < 0.5 < rates_of(s, 9).max())


def _allowed(rng):
    given = options(rng, n_iter=(1, 2, 7, 20, 30))
    return call(Fixture(one_of(rng, *SCORES[:2])), Fixture("rates and widths"), **given, rng=seed(rng))


RANDOM_SEARCH = Exercise(
    function="random_search",
    topics=("C07-11",),
    points=2,
    difficulty=3,
    minutes=12,
    reference=search.random_search,
    forbid=("nnlib.search.grid_search",),
    allowed=_allowed,
    cases=(
        Case("ten trials", of("score of lr and width", n_iter=10), weight=3),
        Case("20 trials, if nothing is said", of("score of lr and width"), weight=3),
        Case("equal scores", of("score with ties", seed=large_first, n_iter=30), weight=2),
        Case("the first run went wrong", of("score with nan", seed=large_first, n_iter=30), weight=3),
        Case("a later run went wrong", of("score with nan", seed=large_later, n_iter=9), weight=2),
        Case("values drawn twice", of("score of width", "three widths", n_iter=16), weight=2),
        in_turn(
            "one trial, one name, many",
            of("score of lr and width", n_iter=1),
            of("score with ties", seed=large_first, n_iter=40),
            of("score with ties", seed=large_first),
            of("score with nan", seed=large_first, n_iter=12),
            of("score of width", "three widths", n_iter=16),
            of("score of width", "widths", n_iter=60),
            of("score of lr and width", n_iter=20),
            weight=2,
        ),
    ),
    hints=(
        "A loop over the trials; in each a dict of all names, drawn in the order of sorted(space).",
        "params = {name: space[name](rng) for name in sorted(space)}, made anew for each trial.",
        "Score, list and best as in grid_search.",
    ),
)


@RANDOM_SEARCH.wrong
def random_search_smallest(fn, space, *, n_iter=20, rng):
    """You keep the smallest score; higher is better."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score < best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong(case="equal scores")
def random_search_last_of_equals(fn, space, *, n_iter=20, rng):
    """Of equal scores you keep the last one; the first one wins, with > and not with >=."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score >= best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong(case="the first run went wrong")
def random_search_nan_stays(fn, space, *, n_iter=20, rng):
    """A nan that comes first stays the best for ever, since no number is larger than nan; skip it."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if best is None or score > best[1]:
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong(case="a later run went wrong")
def random_search_nan_wins(fn, space, *, n_iter=20, rng):
    """np.argmax takes a nan for the largest of all; np.nanargmax passes over it."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
    best = np.argmax([score for _, score in tried])
    return (*tried[best], tried)


@RANDOM_SEARCH.wrong(case="the first run went wrong")
def random_search_nan_left_out(fn, space, *, n_iter=20, rng):
    """You leave trials with nan out of the list; they do not win, but they were tried."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        if np.isnan(score):
            continue
        tried.append((params, score))
        if best is None or score > best[1]:
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_list_missing(fn, space, *, n_iter=20, rng):
    """You return the best only; the list of all trials is asked for, too."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return best


@RANDOM_SEARCH.wrong
def random_search_best_as_a_pair(fn, space, *, n_iter=20, rng):
    """You return the best as a pair within the pair; three things are asked for: params, score, list."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return best, tried


@RANDOM_SEARCH.wrong
def random_search_scores_only(fn, space, *, n_iter=20, rng):
    """Your list holds the scores only; each trial is a tuple (params, score)."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, [score for _, score in tried])


@RANDOM_SEARCH.wrong
def random_search_score_first(fn, space, *, n_iter=20, rng):
    """Your trials are (score, params); the params come first."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, [(score, params) for params, score in tried])


@RANDOM_SEARCH.wrong
def random_search_sorted_by_score(fn, space, *, n_iter=20, rng):
    """You sort the list by the score; the trials stay in the order in which they were made."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, sorted(tried, key=lambda trial: -np.nan_to_num(trial[1], nan=-1e9)))


@RANDOM_SEARCH.wrong
def random_search_only_what_improved(fn, space, *, n_iter=20, rng):
    """Your list holds the trials only that were the best so far; all of them are asked for."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
            tried.append(best)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_n_iter_ignored(fn, space, *, n_iter=20, rng):
    """You do not use `n_iter`: 20 is only its default."""
    best, tried = None, []
    for _ in range(20):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong(case="20 trials, if nothing is said")
def random_search_default(fn, space, *, n_iter=10, rng):
    """Your default for `n_iter` is another one: it is 20."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_one_too_many(fn, space, *, n_iter=20, rng):
    """You make one trial too many."""
    best, tried = None, []
    for _ in range(n_iter + 1):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_one_too_few(fn, space, *, n_iter=20, rng):
    """You make one trial too few."""
    best, tried = None, []
    for _ in range(max(n_iter - 1, 1)):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_one_draw_for_all(fn, space, *, n_iter=20, rng):
    """You draw once, before the loop, and try the same values again and again; draw anew for each trial."""
    best, tried = None, []
    params = {name: space[name](rng) for name in sorted(space)}
    for _ in range(n_iter):
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_names_as_they_come(fn, space, *, n_iter=20, rng):
    """You draw the names in the order of the dict; draw them in alphabetical order."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in space}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_name_after_name(fn, space, *, n_iter=20, rng):
    """You draw all values of one name first and then all of the next; each trial draws all its names."""
    columns = {name: [space[name](rng) for _ in range(n_iter)] for name in sorted(space)}
    tried = []
    for i in range(n_iter):
        params = {name: columns[name][i] for name in columns}
        tried.append((params, fn(**params)))
    best = np.nanargmax([score for _, score in tried])
    return (*tried[best], tried)


@RANDOM_SEARCH.wrong
def random_search_own_generator(fn, space, *, n_iter=20, rng):
    """You make a generator of your own; hand the `rng` on that is handed in."""
    best, tried, rng = None, [], np.random.default_rng(0)
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_one_dict_for_all(fn, space, *, n_iter=20, rng):
    """You change one dict for all trials, so that in the end all of them are the last; make a new one each time."""
    best, tried, params = None, [], {}
    for _ in range(n_iter):
        params.update({name: space[name](rng) for name in sorted(space)})
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong(case="the first run went wrong")
def random_search_nan_made_a_number(fn, space, *, n_iter=20, rng):
    """You write another number for a nan into the list; it stands there as it is, it only never wins."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        score = -np.inf if np.isnan(score) else score
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_better_than_zero(fn, space, *, n_iter=20, rng):
    """You begin with a best score of 0, which no negative score ever beats; begin with none, or with -np.inf."""
    best, tried = ({}, 0.0), []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and score > best[1]:
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_best_score_missing(fn, space, *, n_iter=20, rng):
    """You return the params and the list; the best score belongs between them."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return best[0], tried


@RANDOM_SEARCH.wrong(case="values drawn twice")
def random_search_no_params_twice(fn, space, *, n_iter=20, rng):
    """You leave out params that were drawn before, so that trials are missing; each of the n_iter draws counts."""
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        if any(params == before for before, _ in tried):
            continue
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_one_dict_in_the_list(fn, space, *, n_iter=20, rng):
    """You change one dict for all trials, so that in the end all of them are the last; make a new one each time."""
    best, tried, params = None, [], {}
    for _ in range(n_iter):
        params.update({name: space[name](rng) for name in sorted(space)})
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (dict(params), score)
    return (*best, tried)


@RANDOM_SEARCH.wrong
def random_search_better_than_zero_or_none(fn, space, *, n_iter=20, rng):
    """You begin with a best score of 0, which no negative score ever beats; begin with none, or with -np.inf."""
    best_params, best_score, tried = None, 0.0, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if score > best_score:
            best_params, best_score = params, score
    return best_params, best_score, tried


@RANDOM_SEARCH.right
def random_search_by_nanargmax(fn, space, *, n_iter=20, rng):
    trials = [{name: space[name](rng) for name in sorted(space)} for _ in range(n_iter)]
    scores = [fn(**params) for params in trials]
    best = int(np.nanargmax(scores))
    return trials[best], scores[best], list(zip(trials, scores))


@RANDOM_SEARCH.right
def random_search_by_max(fn, space, *, n_iter=20, rng):
    tried = []
    for _ in range(n_iter):
        params = {}
        for name in sorted(space.keys()):
            params[name] = space[name](rng)
        tried.append((params, fn(**params)))
    params, score = max(tried, key=lambda trial: -np.inf if np.isnan(trial[1]) else trial[1])
    return params, score, tried


@RANDOM_SEARCH.right
def random_search_by_loop(fn, space, *, n_iter=20, rng):
    best, tried = None, []
    for _ in range(n_iter):
        params = {name: space[name](rng) for name in sorted(space)}
        score = fn(**params)
        tried.append((params, score))
        if not np.isnan(score) and (best is None or score > best[1]):
            best = (params, score)
    return (*best, tried)


@RANDOM_SEARCH.right
def random_search_from_minus_infinity(fn, space, *, n_iter=20, rng):
    best_params, best_score, tried = {}, -np.inf, []
    while len(tried) < n_iter:
        params = {name: space[name](rng) for name in np.sort(list(space)).tolist()}
        score = fn(**params)
        tried.append((params, score))
        if score > best_score:
            best_params, best_score = params, score
    return best_params, best_score, tried
