"""What a search has found, whichever it was."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hubcalc.studies.sizing.mixes import Floats, Levels
from hubmodels.studies.sizing import Monotonicity, SizingSearch

if TYPE_CHECKING:
    from hubcalc.studies.sizing.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Front:
    """Mixes that none beats in both cost and metric, the cheapest first."""

    levels: Levels
    costs: Floats
    values: Floats
    complete: bool
    in_all: int | None
    """Points of the whole front; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The cheapest mix, and what is known around it."""

    search: SizingSearch
    mix: NDArray[np.intp]
    cost: float
    bound: float
    analyses: int
    confirmations: int
    monotonicity: Monotonicity = "not_needed"
    pairs: int = 0
    fast_mix: NDArray[np.intp] | None = None
    """The cheapest mix by method fast, where another method had the last word."""
    savings: "dict[Requirement, float]" = field(default_factory=dict)
    """What leaving a requirement out saves, where that is known. [USD/year]"""
    front: Front | None = None


def non_dominated(costs: Floats, values: Floats) -> NDArray[np.intp]:
    """Find the rows that no other row beats in one of the two without losing in the other, the cheapest first.

    Parameters
    ----------
    costs, values : array_like, shape (rows,)
        Both better when smaller; rows with inf in `values` are left out, of equal rows the first is taken.

    Returns
    -------
    ndarray of int
        Numbers of the rows.

    Examples
    --------
    >>> non_dominated(np.array([3.0, 1.0, 2.0, 2.0]), np.array([1.0, 9.0, 4.0, 9.0])).tolist()
    [1, 2, 0]
    """
    order = np.lexsort((values, costs))
    best = np.minimum.accumulate(values[order])
    leads = np.isfinite(best) & np.concatenate([[True], best[1:] < best[:-1]])
    found: NDArray[np.intp] = order[leads]
    return found


def spread(points: int, most: int) -> NDArray[np.intp]:
    """Choose at most so many of a number of points, both ends among them.

    >>> spread(5, 3).tolist(), spread(2, 3).tolist()
    ([0, 2, 4], [0, 1])
    """
    return np.unique(np.linspace(0, points - 1, min(points, most)).round().astype(np.intp))
