"""Fluid delay of a stage that is closed at night and on some days of the week, and backlogs.

A fluid: items arrive at a constant rate, leave at the capacity while the stage is open and there is a backlog. What
randomness adds is the business of the queueing formulas.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive, whole_between
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.fluid_profiles import fluid_profile
from hubcalc.units import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_WEEK


def open_share(open_hours_per_day: ArrayLike, open_days_per_week: ArrayLike) -> FloatArray:
    """Compute the share of the week during which a stage is open.

    Parameters
    ----------
    open_hours_per_day : array_like
        Hours open on an open day, from 0 to 24. [h/day]
    open_days_per_week : array_like
        Open days in a row, a whole number from 1 to 7. [days/week]

    Returns
    -------
    ndarray
        Open hours over all hours. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(open_share(12, 7))
    0.5
    """
    hours, days = _calendar(open_hours_per_day, open_days_per_week)
    return np.asarray(hours * days / HOURS_PER_WEEK)


def _calendar(open_hours_per_day: ArrayLike, open_days_per_week: ArrayLike) -> tuple[FloatArray, FloatArray]:
    hours, days = broadcast(
        open_hours_per_day=between("open_hours_per_day", open_hours_per_day, 0.0, HOURS_PER_DAY),
        open_days_per_week=whole_between("open_days_per_week", open_days_per_week, 1, DAYS_PER_WEEK),
    )
    return hours, days


def fluid_closure(
    arrivals_per_hour: ArrayLike,
    capacity_per_hour: ArrayLike,
    open_hours_per_day: ArrayLike,
    open_days_per_week: ArrayLike,
) -> FloatArray:
    r"""Compute the mean delay per arrival that regular closing hours cause, arrivals going on all the time.

    Exact for the fluid in its stationary weekly cycle: open for the first hours of each open day, closed for the rest
    of it and on the remaining days of the week.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate, day and night; at 0 the limit of few arrivals, who only wait for the opening. [1/h]
    capacity_per_hour : array_like
        Rate of service while open. [1/h]
    open_hours_per_day : array_like
        Hours open on an open day, from 0 to 24. [h/day]
    open_days_per_week : array_like
        Open days in a row, a whole number from 1 to 7. [days/week]

    Returns
    -------
    ndarray
        Mean delay of an arrival; inf where arrivals reach the capacity of the open hours. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    For one closure of C hours in each period of T hours this is :math:`C^2 / (2 T) / (1 - \lambda/\mu)`. By Little's
    law the mean delay is the area under the backlog over the arrivals. A stable backlog that starts the week empty is
    periodic after that week: longer memories than a week only add a negative net input. So the second week is measured.

    Examples
    --------
    Twelve hours closed a day, arrivals at 0.4 of the capacity while open:

    >>> round(float(fluid_closure(4.0, 10.0, 12, 7)), 9)
    5.0

    References
    ----------
    .. [1] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """
    hours, days = _calendar(open_hours_per_day, open_days_per_week)
    arrivals, capacity, hours, days = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        capacity_per_hour=positive("capacity_per_hour", capacity_per_hour),
        open_hours_per_day=hours,
        open_days_per_week=days,
    )
    intensity = arrivals / capacity
    stable = intensity < hours * days / HOURS_PER_WEEK
    always_open = (hours == HOURS_PER_DAY) & (days == DAYS_PER_WEEK)
    delay = _weekly_delay(np.where(stable, intensity, 0.0), hours, days)
    return np.where(stable, np.where(always_open, 0.0, delay), np.inf)


def _weekly_delay(intensity: FloatArray, hours: FloatArray, days: FloatArray) -> FloatArray:
    """Return the mean backlog of the second week, counted in hours of arrivals."""
    backlog, area = np.zeros_like(intensity), np.zeros_like(intensity)
    for day in range(2 * DAYS_PER_WEEK):
        if day == DAYS_PER_WEEK:
            area = np.zeros_like(intensity)
        opened = np.where(day % DAYS_PER_WEEK < days, hours, 0.0)
        # open: the backlog shrinks by 1/intensity - 1 an hour and so lasts for `clearing` hours
        clearing = backlog * intensity / (1.0 - intensity)
        partial = (clearing > opened) | (opened == 0.0)
        speed = np.where(partial, 1.0 / np.maximum(intensity, 1e-300) - 1.0, 0.0)
        area = area + np.where(partial, (backlog - speed * opened / 2.0) * opened, backlog * clearing / 2.0)
        backlog = np.where(partial, backlog - speed * opened, 0.0)
        # closed: it grows by one an hour
        closed = HOURS_PER_DAY - opened
        area = area + (backlog + closed / 2.0) * closed
        backlog = backlog + closed
    return area / HOURS_PER_WEEK


def backlog_after_hours(
    arrivals_per_hour: ArrayLike, capacity_per_hour: ArrayLike, hours: ArrayLike, initial_backlog: ArrayLike = 0.0
) -> FloatArray:
    """Compute the backlog of a fluid after some hours of constant arrivals and constant capacity.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    capacity_per_hour : array_like
        Rate of service; 0 while closed. [1/h]
    hours : array_like
        Time that passes. [h]
    initial_backlog : array_like, optional
        Backlog at its start. [items]

    Returns
    -------
    ndarray
        Backlog at its end, at least 0. [items]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Three days of closure with 100 arrivals a day:

    >>> round(float(backlog_after_hours(100 / 24, 0, 72)), 9)
    300.0
    """
    arrivals, capacity, time, initial = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        capacity_per_hour=non_negative("capacity_per_hour", capacity_per_hour),
        hours=non_negative("hours", hours),
        initial_backlog=non_negative("initial_backlog", initial_backlog),
    )
    return np.asarray(np.maximum(initial + (arrivals - capacity) * time, 0.0))


def time_to_clear_hours(backlog: ArrayLike, arrivals_per_hour: ArrayLike, capacity_per_hour: ArrayLike) -> FloatArray:
    """Compute how long a fluid backlog lasts while arrivals go on.

    Parameters
    ----------
    backlog : array_like
        Backlog at the start. [items]
    arrivals_per_hour : array_like
        Arrival rate. [1/h]
    capacity_per_hour : array_like
        Rate of service. [1/h]

    Returns
    -------
    ndarray
        Time until the backlog is gone; inf where it never is. [h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(time_to_clear_hours(300, 100 / 24, 150 / 24)), 9)
    144.0
    """
    waiting, arrivals, capacity = broadcast(
        backlog=non_negative("backlog", backlog),
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        capacity_per_hour=non_negative("capacity_per_hour", capacity_per_hour),
    )
    spare = capacity - arrivals
    with np.errstate(over="ignore"):  # a vanishing spare capacity takes for ever
        lasting = np.where(spare > 0.0, waiting / np.where(spare > 0.0, spare, 1.0), np.inf)
    return np.where(waiting > 0.0, lasting, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyClosures:
    """Columns of fluid queues in their steady week; what belongs to each opening stands along the last axis.

    Attributes
    ----------
    open_share : float
        Open hours over all hours. [1]
    utilization : ndarray
        Arrivals over the capacity of the open hours; without steady week from 1 on. [1]
    delay_mean_hours : ndarray
        Mean delay of an arrival by the closures; inf without steady week. [h]
    largest_backlog : ndarray
        Largest backlog of the week, inf without steady week. [items]
    backlog_at_opening : ndarray
        Backlog at the start of each opening, inf without steady week. [items]
    clear_hours : ndarray
        Time from the start of each opening until the backlog is gone; inf where it is not gone at its end. [h]
    """

    open_share: float
    utilization: FloatArray
    delay_mean_hours: FloatArray
    largest_backlog: FloatArray
    backlog_at_opening: FloatArray
    clear_hours: FloatArray


def weekly_closures(
    arrivals_per_hour: ArrayLike, capacity_per_hour: ArrayLike, openings: Sequence[tuple[float, float]]
) -> WeeklyClosures:
    """Compute delay and backlogs of a week of any openings, arrivals going on all the time.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate, day and night, above 0. [1/h]
    capacity_per_hour : array_like
        Rate of service while open. [1/h]
    openings : sequence of pairs
        Start and end of each opening, in hours since the start of the week, one after the other within 168 hours. [h]

    Returns
    -------
    WeeklyClosures
        Columns of the broadcast shape.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or openings overlap or are not in order.

    Notes
    -----
    Exact for the fluid. A stable backlog that starts the week empty is periodic after that week, so the second week
    is measured.

    Examples
    --------
    Open on five days from 6 to 22, and on Saturday from 6 to 12:

    >>> days = [(24.0 * day + 6.0, 24.0 * day + 22.0) for day in range(5)] + [(126.0, 132.0)]
    >>> week = weekly_closures(4.0, 10.0, days)
    >>> round(float(week.delay_mean_hours), 3), round(float(week.largest_backlog), 3)
    (11.925, 168.0)
    >>> week.clear_hours.round(2).tolist()
    [inf, inf, 6.67, 5.33, 5.33, 5.33]

    References
    ----------
    .. [1] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """
    arrivals, capacity = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        capacity_per_hour=positive("capacity_per_hour", capacity_per_hour),
    )
    edges = _week_edges(openings)
    lengths = np.diff(edges)
    opened = np.arange(lengths.size) % 2 == 1  # closed, open, closed, ..., closed
    share = float(lengths[opened].sum() / HOURS_PER_WEEK)
    utilization = np.asarray(arrivals / capacity / share)
    stable = utilization < 1.0
    some, rates = lengths > 0.0, np.where(stable, arrivals, 0.0)[..., None]
    speeds = (capacity[..., None] * opened)[..., some]
    first = fluid_profile(rates, speeds, lengths[some])
    week = fluid_profile(rates, speeds, lengths[some], first.backlog[..., -1])
    starts = np.cumsum(some)[np.flatnonzero(opened)] - 1
    waiting = np.where(stable[..., None], week.backlog[..., starts], np.inf)
    clearing = time_to_clear_hours(week.backlog[..., starts], rates, capacity[..., None])
    cleared = stable[..., None] & (clearing <= lengths[opened] * (1.0 + 1e-12))
    return WeeklyClosures(
        open_share=share,
        utilization=utilization,
        delay_mean_hours=np.where(stable, week.delay_item_hours / (arrivals * HOURS_PER_WEEK), np.inf),
        largest_backlog=np.where(stable, week.largest_backlog, np.inf),
        backlog_at_opening=waiting,
        clear_hours=np.where(cleared, clearing, np.inf),
    )


def _week_edges(openings: Sequence[tuple[float, float]]) -> FloatArray:
    """Return 0, start and end of each opening, and the end of the week."""
    pairs = np.asarray(between("openings", openings, 0.0, HOURS_PER_WEEK))
    edges = np.concatenate([[0.0], pairs.ravel(), [float(HOURS_PER_WEEK)]])
    if pairs.ndim != 2 or pairs.shape[1] != 2 or np.any(pairs[:, 0] >= pairs[:, 1]) or np.any(np.diff(edges) < 0.0):
        message = "must be pairs of start and end, one after the other"
        raise ArgumentError.of(Problem(message, parameter="openings", allowed="0 <= start < end <= 168"))
    return edges
