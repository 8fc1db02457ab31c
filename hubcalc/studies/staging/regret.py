"""Regret: what a schedule loses on a path against the best one in hindsight, and the schedule that can lose least."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.studies.staging.plans import Integers, Schedule
from hubcalc.studies.staging.schedules import Prospects, best_schedule, worth, worth_to_go
from hubcalc.studies.steps import tell
from hubmodels.studies.job import StudyStep

MOST_KEPT = 20_000
"""Beginnings of schedules that are kept at the same time."""
_MOST_ROUNDS = 25
_ROUNDING = 1e-9
"""Relative difference below which two net present values are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class LeastRegret:
    """The schedule whose largest regret over the paths is least.

    Attributes
    ----------
    schedule : int array, shape (expansions,)
        Year in which each is ready.
    regret : float
        Its largest regret. [USD]
    bound : float
        No schedule has a smaller one than this; equal to `regret` where the search was complete. [USD]
    """

    schedule: Schedule
    regret: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """Beginnings of schedules: the set each has led to, what it has earned on each path, when it built what."""

    stands: Integers
    earned: FloatArray
    schedules: Schedule
    bounds: FloatArray

    def only(self, kept: NDArray[np.intp]) -> "_Begun":
        """Take some of them."""
        return _Begun(self.stands[kept], self.earned[kept], self.schedules[kept], self.bounds[kept])


@dataclass(frozen=True, slots=True, eq=False)
class _Bounds:
    """Least regret of whatever may follow, by mixtures of the paths."""

    best: FloatArray
    mixtures: FloatArray
    to_go: FloatArray
    """Shape (mixtures, decisions + 1, sets)."""

    def of(self, earned: FloatArray, to_go: FloatArray) -> FloatArray:
        """Give the bound of beginnings: what each has earned, and its worth to go, shape (mixtures, beginnings)."""
        return np.asarray(((self.best - earned) @ self.mixtures.T - to_go.T).max(axis=1))


def least_regret(prospects: Prospects, best: FloatArray, most_kept: int = MOST_KEPT) -> LeastRegret:
    """Find the schedule with the smallest largest regret (Savage's criterion [1]_).

    Beginnings of schedules are continued year by year. One is dropped if another that has led to the same set has
    earned as much on every path, or if whatever follows it must regret more than the best schedule that is known: for
    any weights w of the paths that add up to 1, the largest regret is at least the sum of w times (best - earned),
    less the most that can still be earned under these weights.

    Parameters
    ----------
    prospects : Prospects
        What sets earn and expansions cost.
    best : array, shape (paths,)
        Net present value of the best schedule of each path. [USD]
    most_kept : int
        Beginnings that are kept at the same time. Of more, those with the weakest bounds are dropped, and the bound of
        the result says how much may have been missed.

    Returns
    -------
    LeastRegret
        The schedule, its largest regret, and a bound on that of all others.

    References
    ----------
    .. [1] L. J. Savage (1951), "The theory of statistical decision", Journal of the American Statistical Association
       46(253), 55-67.

    Examples
    --------
    Building costs 10 and earns 30 in a boom, nothing else. It regrets 10 at most, not building 20:

    >>> from hubcalc.studies.staging.plans import built_sets
    >>> values = np.array([[[0.0, 0.0]], [[30.0, 0.0]]])
    >>> found = least_regret(Prospects(built_sets([[]]), values, np.array([[10.0]])), np.array([20.0, 0.0]))
    >>> found.schedule.tolist(), found.regret, found.bound
    ([0], 10.0, 10.0)
    """
    mixtures, known = _mixtures(prospects, best)
    bounds = _Bounds(best, mixtures, np.stack([worth_to_go(prospects, weights) for weights in mixtures]))
    regrets = [float((best - worth(prospects, schedule)).max()) for schedule in known]
    regret = min(regrets)
    found = known[regrets.index(regret)]
    limit = regret - _ROUNDING * max(float(np.abs(best).max()), 1.0)
    missed = np.inf
    never = np.full((1, prospects.sets.expansions), prospects.years, dtype=np.int64)
    begun = _Begun(np.zeros(1, np.int64), np.zeros((1, prospects.paths)), never, np.zeros(1))
    expansions = prospects.sets.expansions
    for decision in range(prospects.years * expansions):
        year, years = decision // expansions, prospects.years
        step = partial(StudyStep, what="schedule of least regret", done=year, total=years, unit="years")
        tell(step)
        begun = _continued(prospects, begun, decision, bounds, limit)
        if (decision + 1) % expansions:
            continue
        begun = _undominated(begun, step)
        order = np.argsort(begun.bounds, kind="stable")
        if len(order) > most_kept:
            missed = min(missed, float(begun.bounds[order[most_kept]]))
        begun = begun.only(order[:most_kept])
    if len(begun.bounds):
        # nothing follows the last year: the bound is the regret itself, and the first is the least
        found = begun.schedules[0]
        regret = float((best - worth(prospects, found)).max())
    return LeastRegret(found, regret, min(regret, missed))


def _continued(prospects: Prospects, begun: _Begun, decision: int, bounds: _Bounds, limit: float) -> _Begun:
    """Give all beginnings after one more decision that may still regret less than the limit."""
    year, expansion = divmod(decision, prospects.sets.expansions)
    larger = prospects.sets.larger[expansion, begun.stands]
    cost = prospects.costs[expansion, year]
    builds = np.flatnonzero((larger >= 0) & np.isfinite(cost))
    schedules = begun.schedules[builds]
    schedules[:, expansion] = year
    stands = np.concatenate([begun.stands, larger[builds]])
    earned = np.concatenate([begun.earned, begun.earned[builds] - cost])
    schedules = np.concatenate([begun.schedules, schedules])
    if expansion == prospects.sets.expansions - 1:
        earned = earned + prospects.values[stands, year]
    bound = bounds.of(earned, bounds.to_go[:, decision + 1, stands])
    return _Begun(stands, earned, schedules, bound).only(np.flatnonzero(bound < limit))


def _undominated(begun: _Begun, step: Callable[[], StudyStep]) -> _Begun:
    """Drop what has earned no more on any path than another beginning that has led to the same set."""
    order = np.lexsort((-begun.earned.sum(axis=1), begun.stands))
    earned, stands = begun.earned[order], begun.stands[order]
    starts, ends = np.flatnonzero(np.diff(stands, prepend=-1)), np.flatnonzero(np.diff(stands, append=-1)) + 1
    kept: list[np.intp] = []
    for start, end in zip(starts, ends, strict=True):
        left = np.arange(start, end)
        while len(left):
            tell(step)  # so many of them may take seconds
            # the one that has earned most in all cannot be dominated
            kept.append(order[left[0]])
            left = left[(earned[left] > earned[left[0]]).any(axis=1)]
    return begun.only(np.array(kept, dtype=np.intp))


def _mixtures(prospects: Prospects, best: FloatArray) -> tuple[FloatArray, list[Schedule]]:
    """Find weights of the paths whose bound on the largest regret is greatest, by cutting planes.

    The bound of weights w is the least w-mean regret over all schedules. It is concave, and the schedule that attains
    it gives a plane above it; the highest point below all planes gives the next weights.
    """
    paths = prospects.paths
    mixtures = [*np.eye(paths), np.full(paths, 1.0 / paths)]
    known = [best_schedule(prospects, weights) for weights in mixtures]
    regrets = [best - worth(prospects, schedule) for schedule in known]
    scale = max(float(np.abs(best).max()), 1.0)
    for done in range(_MOST_ROUNDS if paths > 1 else 0):
        tell(partial(StudyStep, what="bounds on the regret", done=done, unit="bounds"))
        weights, height = _highest(np.array(regrets))
        schedule = best_schedule(prospects, weights)
        regrets.append(best - worth(prospects, schedule))
        known.append(schedule)
        if height - float(weights @ regrets[-1]) <= _ROUNDING * scale:
            break
    found = [*mixtures, weights] if paths > 1 else mixtures[:1]
    return np.array(found), known


def _highest(regrets: FloatArray) -> tuple[FloatArray, float]:
    """Find weights that maximize the least mean regret of some schedules, shape (schedules, paths)."""
    from scipy.optimize import linprog

    # in units of the largest regret, so that the tolerances of the solver mean something
    unit = max(float(regrets.max()), np.finfo(np.float64).tiny)
    schedules, paths = regrets.shape
    rows = np.hstack([-regrets / unit, np.ones((schedules, 1))])
    solved = linprog(
        c=np.append(np.zeros(paths), -1.0),
        A_ub=rows,
        b_ub=np.zeros(schedules),
        A_eq=np.append(np.ones(paths), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * paths + [(None, None)],
        method="highs",
    )
    found = np.asarray(solved.x, dtype=np.float64)
    weights = np.clip(found[:paths], 0.0, None)
    return weights / weights.sum(), float(found[paths]) * unit
