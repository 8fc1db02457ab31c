"""Inverse questions: the value of one input at which one metric meets its target.

The metric must go one way as the input grows. Where more of the input helps, the least sufficient value is found (the
fewest servers); where it hurts, the largest value that is still allowed (the largest flow).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import Problem, RefusedError
from hubmodels.paths import Leaf

FloatArray = NDArray[np.float64]
Measure = Callable[[FloatArray, NDArray[np.intp]], FloatArray]
"""From values of the input and their rows to the excess over the target, relative to it: met where it is 0 or less."""

_SMALLEST, _LARGEST = 1e-9, 1e9
_NATURAL = 1_000.0
"""Up to here the bound of an input is that of the thing itself, such as hours of a day; beyond, it only stops slips."""
_HALVINGS = 64
_NOISE = 1e-9
_ROUNDING = 1e-12
"""Relative excess that is taken for rounding in counts: a target that is met exactly must not cost another server."""


@dataclass(slots=True)
class _Search:
    """Brackets of all rows: `inside` meets the target, `outside` does not."""

    inside: FloatArray
    outside: FloatArray
    done: NDArray[np.bool_]


def find(measure: Measure, leaf: Leaf, goals: Sequence[str], *, whole: bool) -> FloatArray:
    """Find the value of an input at which a target is met, for each row.

    Parameters
    ----------
    measure : callable
        From values of the input and their rows to the excess over the target.
    leaf : Leaf
        The input: its name and bounds.
    goals : sequence of str
        The target of each row in words, such as "wait_mean_hours at most 2".
    whole : bool
        Whether only whole values count.

    Returns
    -------
    ndarray
        The value, one for each goal.

    Raises
    ------
    RefusedError
        If no value within the input's bounds meets the target, or the input does not matter.
    """
    search = _bracket(measure, leaf, goals, whole=whole)
    for _ in range(_HALVINGS):
        rows = np.flatnonzero(_apart(search, whole=whole))
        if rows.size == 0:
            break
        middle = _middle(search.inside[rows], search.outside[rows], whole=whole)
        met = measure(middle, rows) <= (_ROUNDING if whole else 0.0)
        search.inside[rows[met]], search.outside[rows[~met]] = middle[met], middle[~met]
    return search.inside


def _apart(search: _Search, *, whole: bool) -> NDArray[np.bool_]:
    width = np.abs(search.inside - search.outside)
    return width > (1.0 if whole else 1e-14 * np.maximum(search.inside, search.outside))


def _middle(low: FloatArray, high: FloatArray, *, whole: bool) -> FloatArray:
    if whole:
        return np.floor((low + high) / 2.0)
    return np.asarray(np.sqrt(low) * np.sqrt(high))  # the unknown may be of any order of magnitude


def _bracket(measure: Measure, leaf: Leaf, goals: Sequence[str], *, whole: bool) -> _Search:
    """Climb from the least value by doubling steps until the target is met, or no longer met, in each row."""
    size = len(goals)
    search = _Search(np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, bool))
    first, before = np.full(size, np.nan), np.full(size, np.nan)
    least = last = np.nan
    matters = np.zeros(size, bool)
    for value in _ladder(leaf, whole=whole):
        rows = np.flatnonzero(~search.done)
        excess = measure(np.full(rows.size, value), rows)
        if np.isnan(last):
            first[:], least = excess, value
        else:
            matters[rows] |= ~(np.isclose(excess, first[rows], rtol=_NOISE, atol=_NOISE))
            _settle(search, rows, before[rows], excess, (least, last, value), _ROUNDING if whole else 0.0)
        before[rows], last = excess, value
        if search.done.all():
            return search
    if last <= _NATURAL:  # even the largest value is allowed
        allowed = ~search.done & matters & (before <= 0.0)
        search.inside[allowed] = search.outside[allowed] = last
        search.done |= allowed
    if not search.done.all():
        raise _unanswered(leaf, goals, last, before, matters, search.done)
    return search


def _settle(
    search: _Search,
    rows: NDArray[np.intp],
    before: FloatArray,
    excess: FloatArray,
    values: tuple[float, float, float],
    rounding: float,
) -> None:
    """Note in which rows the step from the last value to this one brackets the answer."""
    least, last, value = values
    met, was_met = excess <= rounding, before <= rounding
    helps, hurts = met & ~was_met, ~met & was_met
    # met from the start, and better still with more: the least value is enough
    enough = met & was_met & (excess < before - _NOISE)
    for found, inside, outside in ((helps, value, last), (hurts, last, value), (enough, least, least)):
        search.inside[rows[found]], search.outside[rows[found]] = inside, outside
        search.done[rows[found]] = True


def _ladder(leaf: Leaf, *, whole: bool) -> Iterator[float]:
    """Give values from the least to the largest allowed, by doubling."""
    low = _SMALLEST if leaf.lower is None else leaf.lower
    high = _LARGEST if leaf.upper is None else leaf.upper
    steps: FloatArray
    if whole:
        low = float(np.ceil(low)) if leaf.lower_allowed else float(np.floor(low)) + 1.0
        steps = low + np.concatenate(([0.0], np.ldexp(1.0, np.arange(0, 64))))
    else:
        low = low if leaf.lower_allowed else float(np.nextafter(low, np.inf))
        steps = np.ldexp(float(max(low, _SMALLEST)), np.arange(0, 64))
    yield from steps[steps < high].tolist()
    yield high if leaf.upper_allowed else float(np.nextafter(high, 0.0))


def _unanswered(
    leaf: Leaf,
    goals: Sequence[str],
    last: float,
    excess: FloatArray,
    matters: NDArray[np.bool_],
    done: NDArray[np.bool_],
) -> RefusedError:
    """Make the error for the first row without an answer: no value meets its target, every value does, or none matters.

    `excess` is that of the largest value, `last`.
    """
    row = int(np.flatnonzero(~done)[0])
    if not matters[row]:
        message, hint = f"does not change whether {goals[row]} is met", "look for another input"
    elif excess[row] <= 0.0:
        message, hint = f"every value up to {last:g} meets {goals[row]}", "tighten the target"
    else:
        message, hint = f"no value up to {last:g} meets {goals[row]}", "ease the target, or change another input"
    return RefusedError.of(Problem(message, parameter=leaf.path, allowed=leaf.allowed, hint=hint))
