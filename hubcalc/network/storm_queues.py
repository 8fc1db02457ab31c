"""Queues before a port that storms close: waits by month, and the least capacity that keeps them short."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, probability_below_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.network._storm_kernel import wait_pieces
from hubcalc.network.storms import MONTHS, ClosureCalendars
from hubcalc.units import HOURS_PER_DAY

_BISECTIONS = 60


@dataclass(frozen=True, slots=True, eq=False)
class ClosureQueues:
    """Fluid queues through calendars of closures.

    Attributes
    ----------
    years : int
        Years of each calendar.
    units_by_month, wait_mean_hours : ndarray, shape (calendars, 12)
        Arrivals, and their mean wait by the month in which they come; 0 where there are none. [units, h]
    largest_queue, queue_at_end : ndarray, shape (calendars,)
        Largest backlog, and what is left at the end; it is served then, at a port that stays open. [units]
    backlog_unit_hours : ndarray, shape (calendars,)
        Integral of the backlog over time. [unit h]
    pieces : ndarray, shape (pieces, 5)
        Straight pieces of the waits: beginning and length, arrivals an hour, waits at its beginning and its end.
    calendar_of_pieces : ndarray of int, shape (pieces,)
        Calendar of each piece.
    """

    years: int
    units_by_month: FloatArray
    wait_mean_hours: FloatArray
    largest_queue: FloatArray
    queue_at_end: FloatArray
    backlog_unit_hours: FloatArray
    pieces: FloatArray
    calendar_of_pieces: np.ndarray

    def share_within(self, hours: float) -> float:
        """Compute the share of all arrivals of all calendars that wait no longer than some hours."""
        _, length, rate, first, last = self.pieces.T
        units = length * rate
        total = float(units.sum())
        return float((units * _part_within(first, last, hours)).sum()) / total if total > 0.0 else 1.0

    def wait_quantile_hours(self, probability: float) -> float:
        """Compute the wait within which a share of all arrivals of all calendars is served [h]."""
        goal = float(probability_below_one("probability", probability))
        low, high = 0.0, float(self.pieces[:, 3:].max(initial=0.0))
        if self.share_within(0.0) >= goal:
            return 0.0
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2.0
            if self.share_within(middle) < goal:
                low = middle
            else:
                high = middle
        return high

    def days_over(self, hours: float) -> FloatArray:
        """Compute the days a year on which an arrival would wait longer than some hours, shape (calendars,) [days].

        Times in which nothing arrives do not count.
        """
        _, length, _, first, last = self.pieces.T
        over = length * (1.0 - _part_within(first, last, hours))
        totals = np.bincount(self.calendar_of_pieces, over, minlength=self.largest_queue.size)
        return totals / (HOURS_PER_DAY * self.years)


def queue_through_closures(
    calendars: ClosureCalendars, arrivals_per_hour: ArrayLike, capacity_per_hour: float
) -> ClosureQueues:
    """Send steady arrivals through a port that is closed at times, in order of arrival. Exact for the fluid.

    Parameters
    ----------
    calendars : ClosureCalendars
        When the port is closed; all begin without a queue.
    arrivals_per_hour : array_like, shape () or (12,)
        Arrivals, one value or one for each month. [units/h]
    capacity_per_hour : float
        What leaves in an open hour. [units/h]

    Returns
    -------
    ClosureQueues
        Waits and queues.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Who comes at t waits until the open time has passed that the backlog takes [1]_. Backlog and open time are straight
    between the edges of closures and months, and so are the waits; nothing is rounded to hours or days.

    Examples
    --------
    Closed for the first three days, 100 arrivals a day, 150 can leave: 300 wait, and after nine days nobody does.

    >>> from hubcalc.network.storms import closures_from
    >>> queues = queue_through_closures(closures_from([[(0.0, 72.0)]]), 100 / 24, 150 / 24)
    >>> queues.largest_queue.round(6).tolist(), queues.days_over(0.0).round(6).tolist()
    ([300.0], [9.0])

    References
    ----------
    .. [1] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """
    arrivals = non_negative("arrivals_per_hour", arrivals_per_hour)
    if arrivals.shape not in ((), (MONTHS,)):
        message = f"shape {arrivals.shape}"
        raise ArgumentError.of(Problem(message, parameter="arrivals_per_hour", allowed="one value, or 12"))
    capacity = float(positive("capacity_per_hour", capacity_per_hour))
    edges = calendars.month_edges_hours()
    rates = np.tile(np.broadcast_to(arrivals, MONTHS), calendars.years)
    most = 3 * (rates.size + 2 * int(np.diff(calendars.offsets).max(initial=0))) + 8
    room, month = np.empty((most, 5)), np.empty(most, np.int64)
    totals, pieces = np.empty((calendars.size, 3)), []
    units, waits = np.zeros((calendars.size, MONTHS)), np.zeros((calendars.size, MONTHS))
    for i in range(calendars.size):
        some = slice(calendars.offsets[i], calendars.offsets[i + 1])
        given = calendars.start_hours[some], calendars.end_hours[some], edges, rates, capacity
        count = wait_pieces(*given, room, month, totals[i])
        found, when = room[:count].copy(), month[:count] % MONTHS
        amount = found[:, 1] * found[:, 2]
        units[i] = np.bincount(when, amount, minlength=MONTHS)
        waits[i] = np.bincount(when, amount * (found[:, 3] + found[:, 4]) / 2.0, minlength=MONTHS)
        pieces.append(found)
    owners = np.repeat(np.arange(calendars.size), [len(each) for each in pieces])
    return ClosureQueues(
        years=calendars.years,
        units_by_month=units,
        wait_mean_hours=np.where(units > 0.0, waits / np.where(units > 0.0, units, 1.0), 0.0),
        largest_queue=totals[:, 0],
        queue_at_end=totals[:, 1],
        backlog_unit_hours=totals[:, 2],
        pieces=np.concatenate(pieces),
        calendar_of_pieces=owners,
    )


def smallest_capacity(
    calendars: ClosureCalendars, arrivals_per_hour: ArrayLike, wait_hours: float, *, share: float = 0.9
) -> float:
    """Find the least capacity at which a share of all arrivals waits no longer than a target.

    Parameters
    ----------
    calendars : ClosureCalendars
        When the port is closed.
    arrivals_per_hour : array_like, shape () or (12,)
        Arrivals, one value or one for each month, not all 0. [units/h]
    wait_hours : float
        Longest wait of that share. [h]
    share : float, optional
        Share of the arrivals, below 1. [1]

    Returns
    -------
    float
        Capacity of an open hour, to nine digits; inf where even the largest cannot help, since more arrivals than the
        rest come so early in closures that they wait longer for the opening alone. [units/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    A larger capacity shortens every wait, so that the share rises with it, and bisection finds the least.

    Examples
    --------
    >>> from hubcalc.network.storms import closures_from
    >>> nights = closures_from([[(24.0 * day, 24.0 * day + 12.0) for day in range(365)]])
    >>> round(smallest_capacity(nights, 4.0, 11.0, share=0.95), 3)
    24.0
    """
    arrivals = non_negative("arrivals_per_hour", arrivals_per_hour)
    target, goal = float(non_negative("wait_hours", wait_hours)), float(probability_below_one("share", share))
    low = float(arrivals.mean())
    if low <= 0.0:
        raise ArgumentError.of(Problem("nothing arrives", parameter="arrivals_per_hour", allowed="above 0"))

    def meets(capacity: float) -> bool:
        return queue_through_closures(calendars, arrivals, capacity).share_within(target) >= goal

    low, high = low * 1e-3, float(arrivals.max())
    while not meets(high):
        low, high = high, 2.0 * high
        if high > 1e7 * arrivals.max():
            return math.inf
    while high - low > 1e-9 * high:
        middle = (low + high) / 2.0
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def fewest_vessels(
    calendars: ClosureCalendars,
    arrivals_per_hour: ArrayLike,
    wait_hours: float,
    *,
    trips_per_open_hour: float,
    load: float,
    share: float = 0.9,
) -> int | None:
    """Find the fewest vessels with which a share of all arrivals waits no longer than a target for the crossing.

    Parameters
    ----------
    calendars : ClosureCalendars
        When the port is closed; vessels then stand still.
    arrivals_per_hour : array_like, shape () or (12,)
        Arrivals, one value or one for each month, not all 0. [units/h]
    wait_hours : float
        Longest wait of that share. [h]
    trips_per_open_hour : float
        Departures of one vessel in an hour that is open. [1/h]
    load : float
        What a vessel takes. [units]
    share : float, optional
        Share of the arrivals, below 1. [1]

    Returns
    -------
    int or None
        Number of vessels; None where no number of them helps.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Ferries of 54 wagons that are back after two days, for 60 wagons a day, one storm of five days a month:

    >>> from hubcalc.network.storms import closures_from
    >>> storms = closures_from([[(730.0 * month, 730.0 * month + 120.0) for month in range(12)]])
    >>> fewest_vessels(storms, 60 / 24, 60.0, trips_per_open_hour=1 / 48, load=54.0)
    13
    """
    each = float(positive("trips_per_open_hour", trips_per_open_hour)) * float(positive("load", load))
    needed = smallest_capacity(calendars, arrivals_per_hour, wait_hours, share=share)
    return None if math.isinf(needed) else math.ceil(needed / each * (1.0 - 1e-9))


def _part_within(first: FloatArray, last: FloatArray, hours: float) -> FloatArray:
    """Return the part of each piece in which the wait is at most some hours."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    level = high - low <= 1e-12 * (1.0 + high)
    return np.where(level, (low <= hours) * 1.0, np.clip((hours - low) / np.where(level, 1.0, high - low), 0.0, 1.0))
