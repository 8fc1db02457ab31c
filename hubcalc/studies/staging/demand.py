"""Paths of demand: one for each percentile, from a few years that are given or from rates of growth.

A path stays at its percentile in all years, which is how forecasts are drawn up and the widest fan that they allow;
paths do not cross. Their weights make a distribution of three points of them.

References
----------
.. [1] A. Hurst, G. C. Brown, R. I. Swanson (2000), "Swanson's 30-40-30 rule", AAPG Bulletin 84(12), 1883-1891.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from hubcalc.arguments import FloatArray, positive
from hubcalc.errors import ArgumentError, Problem

SWANSON: Mapping[str, float] = {"p10": 0.3, "p50": 0.4, "p90": 0.3}
"""Weights of percentiles whose mean is near that of the whole distribution, if that is modestly skewed [1]_."""
_ROUNDING = 1e-9


def interpolated(given: Mapping[int, float], first_year: int, years: int) -> FloatArray:
    """Give a path in every year, growing at a constant rate between the years that are given.

    Parameters
    ----------
    given : mapping
        Demand by year, above 0. [units/day]
    first_year : int
        First year of the path.
    years : int
        Number of years.

    Returns
    -------
    array, shape (years,)
        Demand in each year. [units/day]

    Raises
    ------
    ArgumentError
        If a demand is not above 0, or the years that are given do not span those that are wanted.

    Examples
    --------
    >>> interpolated({2030: 10.0, 2032: 40.0}, 2030, 3).round(9).tolist()
    [10.0, 20.0, 40.0]
    """
    at = np.array(sorted(given), dtype=np.float64)
    last_year = first_year + years - 1
    if not len(at) or at[0] > first_year or at[-1] < last_year:
        span = "nothing" if not len(at) else f"{at[0]:.0f} to {at[-1]:.0f}"
        allowed = f"years from {first_year} or before to {last_year} or after"
        raise ArgumentError.of(Problem("does not span the years", parameter="demand", given=span, allowed=allowed))
    values = positive("demand", [given[int(year)] for year in at])
    return np.asarray(np.exp(np.interp(np.arange(first_year, last_year + 1), at, np.log(values))))


def grown(per_day: float, rate: float, years: int) -> FloatArray:
    """Give a path that grows at one rate from the first year on.

    >>> grown(100.0, 0.5, 3).tolist()
    [100.0, 150.0, 225.0]
    """
    start, factor = float(positive("per_day", per_day)), float(positive("1 + rate", 1.0 + rate))
    return np.asarray(start * factor ** np.arange(years))


def path_weights(names: Sequence[str], given: Mapping[str, float] | None) -> FloatArray:
    """Give the probability that each path stands for: as given, or by Swanson's rule [1]_ for p10, p50 and p90.

    Parameters
    ----------
    names : sequence of str
        Names of the paths.
    given : mapping, optional
        Weights by name, which add up to 1. A single path needs none, nor do p10, p50 and p90.

    Returns
    -------
    array, shape (paths,)
        Weights. [1]

    Raises
    ------
    ArgumentError
        If weights are missing, are of no path, or do not add up to 1.

    References
    ----------
    .. [1] A. Hurst, G. C. Brown, R. I. Swanson (2000), "Swanson's 30-40-30 rule", AAPG Bulletin 84(12), 1883-1891.

    Examples
    --------
    >>> path_weights(["p10", "p50", "p90"], None).tolist()
    [0.3, 0.4, 0.3]
    """
    known = SWANSON if set(names) == set(SWANSON) else {names[0]: 1.0} if len(names) == 1 else None
    weights = known if given is None else given
    if weights is None or set(weights) != set(names):
        shown = "nothing" if weights is None else ", ".join(weights)
        allowed = f"one for each of {', '.join(names)}"
        raise ArgumentError.of(Problem("weights of the paths", parameter="weights", given=shown, allowed=allowed))
    found = positive("weights", [weights[name] for name in names])
    if abs(float(found.sum()) - 1.0) > _ROUNDING:
        raise ArgumentError.of(
            Problem("weights do not add up", parameter="weights", given=float(found.sum()), allowed="a sum of 1")
        )
    return found
