"""Find the argument at which a monotone formula meets a limit: for columns, real and whole numbers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from hubcalc.arguments import FloatArray

IntegerArray = NDArray[np.int64]

_SMALLEST = 1e-300


def time_where_tail_meets(
    tail: Callable[..., FloatArray], level: FloatArray, first_guess: FloatArray, columns: tuple[FloatArray, ...]
) -> FloatArray:
    """Return the least time t >= 0 with `tail(t, *columns) <= level`, for a tail that falls steadily to zero.

    All columns have one shape. The search is on the logarithm of the tail, which is nearly a line.
    """
    time = np.zeros_like(level)
    rows = np.asarray(tail(time, *columns) > level)
    if not np.any(rows):
        return time
    level, columns = level[rows], tuple(column[rows] for column in columns)
    high = first_guess[rows]
    while np.any(short := tail(high, *columns) > level):
        high = np.where(short, 2.0 * high, high)

    def excess(t: FloatArray, goal: FloatArray, *given: FloatArray) -> FloatArray:
        return np.asarray(np.log(np.maximum(tail(t, *given), _SMALLEST)) - np.log(np.maximum(goal, _SMALLEST)))

    time[rows] = bracketed_root(excess, np.zeros_like(high), high, (level, *columns))
    return time


def bracketed_root(
    function: Callable[..., FloatArray], low: FloatArray, high: FloatArray, columns: tuple[FloatArray, ...]
) -> FloatArray:
    """Return x between `low` and `high` where `function(x, *columns)` changes its sign (Chandrupatla's method)."""
    found = elementwise.find_root(function, (low, high), args=columns)
    return np.asarray(found.x, dtype=np.float64)


def fewest_whole(fails: Callable[[FloatArray], NDArray[np.bool_]], first: FloatArray) -> FloatArray:
    """Return the least whole number from `first` on that does not fail, where a larger one never fails again."""
    low, high = first - 1.0, first.copy()  # invariant: `low` is too few; in the end `high` is enough
    step = np.ones_like(first)
    while np.any(short := fails(high)):
        low, high, step = np.where(short, high, low), np.where(short, high + step, high), 2.0 * step
    while np.any(inside := high - low > 1.0):
        middle = np.where(inside, np.floor((low + high) / 2.0), high)
        short = fails(middle)
        low, high = np.where(inside & short, middle, low), np.where(inside & ~short, middle, high)
    return high
