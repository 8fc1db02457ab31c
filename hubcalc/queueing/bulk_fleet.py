"""A fleet of vessels that gathers its loads: bulk service by several servers, and a timetable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, positive, whole_between
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._bulk_fleet_kernel import fleet_states
from hubcalc.queueing._columns import run

_MOST_LOAD = 10_000
_MOST_VESSELS = 1_000
_MOST_TERMS = 400  # of a sum over intervals
_SMALLEST_LOAD = 1e-9  # arrivals in a cycle; fewer wait as long for a load as these do


@dataclass(frozen=True, slots=True, eq=False)
class BulkFleet:
    """Columns of fleets.

    Attributes
    ----------
    utilization : ndarray
        Arrivals over what the fleet moves with full loads. [1]
    load_wait_mean_hours : ndarray
        Mean wait with a vessel in port, for a load. [h]
    vessel_wait_mean_hours : ndarray
        Mean wait with all vessels under way; inf where utilization is 1 or more. [h]
    all_away_share : ndarray
        Share of the time in which all vessels are under way; 1 where utilization is 1 or more. [1]
    departures_per_hour : ndarray
        Departures. [1/h]
    """

    utilization: FloatArray
    load_wait_mean_hours: FloatArray
    vessel_wait_mean_hours: FloatArray
    all_away_share: FloatArray
    departures_per_hour: FloatArray


def solve_bulk_fleet(
    arrivals_per_hour: ArrayLike,
    cycle_hours: ArrayLike,
    vessels: ArrayLike,
    least_load: ArrayLike,
    largest_load: ArrayLike,
) -> BulkFleet:
    r"""Solve M/M^[a,b]/c: each of c vessels takes at least a and at most b of those who wait, together. Exact.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    cycle_hours : array_like
        Mean of the exponential time from a departure until the vessel can load again. [h]
    vessels : array_like
        Vessels, a whole number. [vessels]
    least_load : array_like
        Fewest items with which a vessel departs, a whole number. [items]
    largest_load : array_like
        Most items that it takes, a whole number, at least `least_load`. [items]

    Returns
    -------
    BulkFleet
        Waits for a load and for a vessel, share of time without a vessel in port, departures.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `largest_load` is below `least_load`.

    Notes
    -----
    With all vessels under way n wait with probability :math:`A r^n`, r in (0, 1) the root of
    :math:`r + r^2 + \dots + r^b = \lambda s / c`. With fewer under way, the balance of each state is solved from there
    down. One vessel is `solve_bulk_queue`; loads of one are M/M/c.

    Examples
    --------
    Three ferries that leave with at least 20 and at most 50 trucks, six hours for a trip and back:

    >>> fleet = solve_bulk_fleet(15.0, 6.0, 3, 20, 50)
    >>> round(float(fleet.load_wait_mean_hours), 4), round(float(fleet.vessel_wait_mean_hours), 4)
    (0.1357, 2.4571)

    References
    ----------
    .. [1] J. Medhi (2003), Stochastic Models in Queueing Theory, 2nd ed., Academic Press, chapter 4.
    """
    arrivals, cycle, count, least, most = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        cycle_hours=positive("cycle_hours", cycle_hours),
        vessels=whole_between("vessels", vessels, 1, _MOST_VESSELS),
        least_load=whole_between("least_load", least_load, 1, _MOST_LOAD),
        largest_load=whole_between("largest_load", largest_load, 1, _MOST_LOAD),
    )
    if np.any(most < least):
        message = "is below the fewest"
        raise ArgumentError.of(Problem(message, parameter="largest_load", allowed="at least least_load"))
    work = arrivals * cycle
    stable = work < count * most
    calm = np.where(stable, np.maximum(work, _SMALLEST_LOAD), count * most / 2.0)
    away, queue, loading, departures = run(fleet_states, 4, calm, count, least, most)
    return BulkFleet(
        utilization=np.asarray(work / (count * most)),
        load_wait_mean_hours=np.where(stable, loading / arrivals, 0.0),
        vessel_wait_mean_hours=np.where(stable, queue / arrivals, np.inf),
        all_away_share=np.where(stable, away, 1.0),
        departures_per_hour=np.asarray(np.where(stable, departures, count) / cycle),
    )


def timetable_load_wait_mean_hours(
    arrivals_per_hour: ArrayLike, interval_hours: ArrayLike, least_load: ArrayLike
) -> FloatArray:
    r"""Compute the mean wait for a departure by timetable that is skipped while too few are there.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    interval_hours : array_like
        Time between departures of the timetable. [h]
    least_load : array_like
        Fewest items with which a vessel departs, a whole number. [items]

    Returns
    -------
    ndarray
        Mean wait if the vessel takes all that have gathered. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    With N(k) the arrivals in k intervals H, Poisson, the vessel goes at the first k with :math:`N(k) \ge a`, and

    .. math:: E[W] = \frac H 2 + \frac{\sum_k E[N(k); N(k) < a]}{\lambda \sum_k P(N(k) < a)}

    with k = 0, 1, ...; where a load takes hundreds of intervals to gather, the sums are taken as integrals.

    Examples
    --------
    >>> float(timetable_load_wait_mean_hours(5.0, 12.0, 1))
    6.0

    References
    ----------
    .. [1] S. M. Ross (1996), Stochastic Processes, 2nd ed., Wiley, chapter 3.
    """
    rate, interval, least = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        interval_hours=positive("interval_hours", interval_hours),
        least_load=whole_between("least_load", least_load, 1, _MOST_LOAD),
    )
    each = rate * interval
    return np.asarray(interval / 2.0 + _skipped(each, least) / rate)


def _skipped(each: FloatArray, least: FloatArray) -> FloatArray:
    """Return the sum of E[N(k); N(k) < a] over that of P(N(k) < a), with N(k) Poisson of mean k each."""
    # beyond some hundreds of intervals to a load the sums are integrals: those of P and of N P are a/h and a(a-1)/(2h)
    fine = each * _MOST_TERMS < least + 10.0 * np.sqrt(least) + 60.0
    step = np.where(fine, 1.0, each)
    chance, number = np.ones_like(step), np.zeros_like(step)
    for k in range(1, _MOST_TERMS + 1):
        mean = k * step
        inside = special.gammaincc(least, mean)  # P(N <= a - 1)
        chance += inside
        number += np.where(least > 1.0, mean * special.gammaincc(np.maximum(least - 1.0, 1.0), mean), 0.0)
        if np.all(inside[~fine] < 1e-17):
            break
    return np.where(fine, (least - 1.0) / 2.0, number / chance)
