"""Batch service: a bulk queue, and a vessel or train that leaves when it is full or after a time. Exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, positive, whole_between
from hubcalc.errors import ArgumentError, Problem

_MOST_BATCH = 10_000
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class BulkQueue:
    """Columns of bulk queues.

    Attributes
    ----------
    utilization : ndarray
        Arrivals over what the server moves with full batches. [1]
    wait_mean_hours : ndarray
        Mean wait until the service of one's batch begins; inf where utilization is 1 or more. [h]
    waiting_mean : ndarray
        Mean number waiting; inf where utilization is 1 or more. [1]
    busy_share : ndarray
        Share of time in which the server is busy; 1 where utilization is 1 or more. [1]
    batch_mean : ndarray
        Mean number in a batch; the largest batch where utilization is 1 or more. [items]
    """

    utilization: FloatArray
    wait_mean_hours: FloatArray
    waiting_mean: FloatArray
    busy_share: FloatArray
    batch_mean: FloatArray


def _geometric_sum(ratio: FloatArray, terms: FloatArray) -> FloatArray:
    """Return r + r^2 + ... + r^n for 0 <= r <= 1, exact also near 1."""
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        logs = np.log(ratio)
        value = ratio * np.expm1(terms * logs) / np.expm1(logs)
    return np.where(ratio >= 1.0, terms, np.where(ratio > 0.0, value, 0.0))


def _ratio(load: FloatArray, most: FloatArray) -> FloatArray:
    """Return the root r in (0, 1) of r + ... + r^b = load, below b, by halving."""
    low, high = np.zeros_like(load), np.ones_like(load)
    for _ in range(_MOST_STEPS):
        middle = (low + high) / 2.0
        below = _geometric_sum(middle, most) < load
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2.0


def solve_bulk_queue(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, least_batch: ArrayLike, largest_batch: ArrayLike
) -> BulkQueue:
    r"""Solve M/M^[a,b]/1: one server takes at least a and at most b of those who wait, together.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate. [1/h]
    service_hours : array_like
        Mean of the exponential service time of a batch, whatever its size: of a trip and back. [h]
    least_batch : array_like
        Fewest items with which a service begins, a whole number. [items]
    largest_batch : array_like
        Most items in a service, a whole number, at least `least_batch`. [items]

    Returns
    -------
    BulkQueue
        Wait, number waiting, share of time busy and mean size of batches.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `largest_batch` is below `least_batch`.

    Notes
    -----
    With n waiting behind a service the probability is :math:`A r^n`, with j waiting for one
    :math:`A (r + \dots + r^{j+1}) / (\lambda s\, r)`, and r in (0, 1) the root of

    .. math:: r + r^2 + \dots + r^b = \lambda s

    Examples
    --------
    A ferry that leaves with at least 20 and at most 50 trucks, two hours for a trip and back:

    >>> ferry = solve_bulk_queue(15.0, 2.0, 20, 50)
    >>> round(float(ferry.wait_mean_hours), 4), round(float(ferry.batch_mean), 4)
    (2.7438, 33.9951)

    References
    ----------
    .. [1] M. F. Neuts (1967), "A general class of bulk queues with Poisson input", Annals of Mathematical Statistics
       38(3), 759-770.
    """
    arrivals, service, least, most = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        least_batch=whole_between("least_batch", least_batch, 1, _MOST_BATCH),
        largest_batch=whole_between("largest_batch", largest_batch, 1, _MOST_BATCH),
    )
    if np.any(most < least):
        message = "is below the fewest"
        raise ArgumentError.of(Problem(message, parameter="largest_batch", allowed="at least least_batch"))
    load = arrivals * service
    stable = load < most
    r = np.where(stable, _ratio(np.where(stable, load, most / 2.0), most), 0.5)
    idle, idle_items, sums = np.zeros_like(load), np.zeros_like(load), np.zeros_like(load)
    power = np.ones_like(load)
    for j in range(int(least.max(initial=1.0))):
        sums, power = sums + power, power * r  # 1 + r + ... + r^j
        counts = j < least
        idle += np.where(counts, sums / load, 0.0)
        idle_items += np.where(counts, j * sums / load, 0.0)
    spare = 1.0 - r
    scale = 1.0 / (1.0 / spare + idle)
    busy = np.where(stable, scale / spare, 1.0)
    waiting = np.where(stable, scale * (r / spare**2 + idle_items), np.inf)
    return BulkQueue(
        utilization=load / most,
        wait_mean_hours=waiting / arrivals,
        waiting_mean=waiting,
        busy_share=busy,
        batch_mean=np.where(stable, load / busy, most),
    )


@dataclass(frozen=True, slots=True, eq=False)
class VesselFill:
    """Columns of vessels, or trains, that are always there to be filled.

    Attributes
    ----------
    wait_mean_hours : ndarray
        Mean wait of an item from its arrival to the departure. [h]
    load_mean : ndarray
        Mean number of items on board at the departure. [items]
    full_share : ndarray
        Share of departures that are full. [1]
    departures_per_hour : ndarray
        Departures. [1/h]
    """

    wait_mean_hours: FloatArray
    load_mean: FloatArray
    full_share: FloatArray
    departures_per_hour: FloatArray


def fill_vessel(arrivals_per_hour: ArrayLike, capacity: ArrayLike, longest_hours: ArrayLike) -> VesselFill:
    r"""Compute the wait for a vessel that leaves when it is full, or some time after its first item came.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate of items. [1/h]
    capacity : array_like
        Items that fill the vessel, a whole number. [items]
    longest_hours : array_like
        Time after the first item at which it leaves even so; inf where it waits until it is full. [h]

    Returns
    -------
    VesselFill
        Mean wait and load, share of full departures, and departures.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    The next vessel is there at once. Over the cycles from a first item to a departure, N Poisson with mean
    :math:`\lambda T`,

    .. math:: E[L] = 1 + \sum_{k=1}^{b-1} P(N \ge k), \quad E[W] = \frac{\sum_{k=1}^{b-1} k P(N \ge k)}{\lambda E[L]}

    which is (b - 1) / 2 intervals between items if it always waits until it is full.

    Examples
    --------
    >>> ferry = fill_vessel(5.0, 54, 10.0)
    >>> round(float(ferry.wait_mean_hours), 3), round(float(ferry.full_share), 3)
    (4.891, 0.354)
    >>> float(fill_vessel(5.0, 54, float("inf")).wait_mean_hours)
    5.3
    """
    try:
        longest = np.asarray(longest_hours, dtype=np.float64)
    except (TypeError, ValueError):
        longest = positive("longest_hours", longest_hours)  # which says what is wrong
    never = np.isposinf(longest)
    rate, size, time, patient = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        capacity=whole_between("capacity", capacity, 1, _MOST_BATCH),
        longest_hours=positive("longest_hours", np.where(never, 1.0, longest)),
        never=never.astype(np.float64),
    )
    load, area, last = np.ones_like(rate), np.zeros_like(rate), np.ones_like(rate)
    for k in range(1, int(size.max(initial=1.0))):
        reached = np.where(patient > 0.0, 1.0, special.gammainc(float(k), rate * time))  # P(N >= k)
        counts = k < size
        load += np.where(counts, reached, 0.0)
        area += np.where(counts, k * reached, 0.0)
        last = np.where(counts, reached, last)
    return VesselFill(
        wait_mean_hours=area / (rate * load), load_mean=load, full_share=last, departures_per_hour=rate / load
    )
