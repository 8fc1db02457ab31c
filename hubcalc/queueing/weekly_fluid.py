"""Fluid queues over a repeated week: arrivals of any pattern, openings of any pattern, and what leaves.

Patterns of rates are constant between edges that begin at 0 and end at 168 hours; columns of them stand for many weeks
at once. What leaves one stage is what arrives at the next, so stages with different calendars can be chained. What
randomness adds is the business of the queueing formulas.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._weekly_fluid_kernel import weekly_fluid_lines, weighted_sum_lines
from hubcalc.units import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_WEEK


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyPattern:
    """Rates that repeat every week, in columns.

    Attributes
    ----------
    edges : ndarray
        Times from 0 to 168 between which rates are constant, along the last axis; some may coincide. [h]
    rates : ndarray
        Rates in between. [1/h]
    """

    edges: FloatArray
    rates: FloatArray

    @classmethod
    def constant(cls, rate: float = 1.0) -> Self:
        """Return one rate for the whole week.

        >>> WeeklyPattern.constant(2.0).mean.tolist()
        [2.0]
        """
        return cls(np.array([[0.0, float(HOURS_PER_WEEK)]]), np.array([[rate]]))

    @classmethod
    def daily(cls, weights: ArrayLike) -> Self:
        """Return the pattern of mean 1 of days that are all alike, from weights of equal parts of the day.

        Raises an ArgumentError if weights are negative or all 0.

        >>> WeeklyPattern.daily([1, 3]).rates[0, :4].tolist()
        [0.5, 1.5, 0.5, 1.5]
        """
        parts = np.atleast_1d(non_negative("weights", weights))
        if parts.ndim != 1 or not parts.any():
            message = "must be some weights of which one at least is above 0"
            raise ArgumentError.of(Problem(message, parameter="weights", allowed="weights >= 0"))
        rates = np.tile(parts / parts.mean(), DAYS_PER_WEEK)
        return cls(np.linspace(0.0, HOURS_PER_WEEK, rates.size + 1)[None], rates[None])

    @classmethod
    def openings(cls, days_per_week: ArrayLike, shifts: list[tuple[ArrayLike, ArrayLike]]) -> Self:
        """Return 1 while a calendar is open and 0 while it is closed; shifts are pairs of starting hour and hours.

        >>> noon = WeeklyPattern.openings(5, [(8, 4), (22, 8)])
        >>> (noon.mean * 168).round(9).tolist()
        [60.0]
        """
        columns = np.broadcast_arrays(
            np.atleast_1d(np.asarray(days_per_week, dtype=np.float64)),
            *(np.atleast_1d(np.asarray(part, dtype=np.float64)) for shift in shifts for part in shift),
        )
        days = columns[0]
        begins, lengths = [], []
        for start, hours in zip(columns[1::2], columns[2::2], strict=True):
            for day in range(DAYS_PER_WEEK):
                begins.append(start + HOURS_PER_DAY * day)
                lengths.append(np.where(day < days, hours, 0.0))
        begin, length = np.stack(begins, axis=1), np.stack(lengths, axis=1)
        ends = np.mod(begin + length, HOURS_PER_WEEK)
        zero = np.zeros((len(days), 1))
        edges = np.sort(np.concatenate([zero, begin, ends, zero + HOURS_PER_WEEK], axis=1), axis=1)
        middle = (edges[:, 1:] + edges[:, :-1]) / 2
        since = np.mod(middle[:, :, None] - begin[:, None, :], HOURS_PER_WEEK)
        return cls(edges, np.where((since < length[:, None, :]).any(axis=2), 1.0, 0.0))

    @property
    def mean(self) -> FloatArray:
        """Mean rate of the week, by column."""
        return np.asarray((self.rates * np.diff(self.edges)).sum(axis=1) / HOURS_PER_WEEK)

    @property
    def largest(self) -> FloatArray:
        """Largest rate that lasts, by column; pieces shorter than a second do not count."""
        return np.asarray(np.where(np.diff(self.edges) > 1 / 3600, self.rates, 0.0).max(axis=1))

    def plus(self, other: "WeeklyPattern", weight: ArrayLike, other_weight: ArrayLike) -> "WeeklyPattern":
        """Return the weighted sum of two patterns.

        >>> day = WeeklyPattern.daily([0, 1])
        >>> day.plus(WeeklyPattern.constant(), 0.5, 0.5).rates[0, :2].tolist()
        [0.5, 1.5]
        """
        rows = _rows(self, other, weight, other_weight)
        edges, rates = self._lines(rows)
        others, other_rates = other._lines(rows)
        size = rates.shape[1] + other_rates.shape[1]
        out_edges, out_rates = np.zeros((rows, size + 1)), np.zeros((rows, size))
        weighted_sum_lines(
            *(edges, rates, _line(weight, rows), others, other_rates, _line(other_weight, rows), out_edges, out_rates)
        )
        return WeeklyPattern(*_trimmed(out_edges, out_rates))

    def _lines(self, rows: int) -> tuple[FloatArray, FloatArray]:
        """Return edges and rates for so many rows."""
        edges = np.broadcast_to(self.edges, (rows, self.edges.shape[1]))
        rates = np.broadcast_to(self.rates, (rows, self.rates.shape[1]))
        return np.array(edges, order="C"), np.array(rates, order="C")


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyFluid:
    """Columns of fluid queues in their steady week.

    Attributes
    ----------
    delay_mean_hours : ndarray
        Mean delay of what arrives; inf without steady week. [h]
    delay_variance_hours2 : ndarray
        Variance of that delay over all that arrives; inf without steady week. [h2]
    departures : WeeklyPattern
        Rates of what leaves; without steady week, of the capacity. [1/h]
    """

    delay_mean_hours: FloatArray
    delay_variance_hours2: FloatArray
    departures: WeeklyPattern


def weekly_fluid(arrivals: WeeklyPattern, capacity_per_hour: ArrayLike, openings: WeeklyPattern) -> WeeklyFluid:
    """Compute the delay of a fluid that arrives in a weekly pattern at a stage that is open in another.

    Parameters
    ----------
    arrivals : WeeklyPattern
        Rates of arrival, not all 0. [1/h]
    capacity_per_hour : array_like
        Rate of service while open. [1/h]
    openings : WeeklyPattern
        1 while open, 0 while closed; values in between stand for a part of the servers. [1]

    Returns
    -------
    WeeklyFluid
        Delay and departures, in columns.

    Raises
    ------
    ArgumentError
        If the capacity is out of its range.

    Notes
    -----
    Exact for the fluid, first come, first served: numbers of arrivals and departures are straight lines between edges,
    and so is the delay between them.

    Examples
    --------
    Twelve hours closed a day, arrivals at 0.4 of the capacity while open, as `fluid_closure` has it; the variance is
    that of a delay which falls from 12 to 0 hours for those who come from the closing until the queue has gone:

    >>> day = weekly_fluid(WeeklyPattern.constant(4.0), 10.0, WeeklyPattern.openings(7, [(8, 12)]))
    >>> day.delay_mean_hours.round(9), day.delay_variance_hours2.round(9)
    (array([5.]), array([15.]))

    References
    ----------
    .. [1] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """
    capacity = positive("capacity_per_hour", capacity_per_hour)
    rows = _rows(arrivals, openings, capacity, 0.0)
    edges, rates = arrivals._lines(rows)
    breaks, opened = openings._lines(rows)
    pace, offered, share = _line(capacity, rows), arrivals.mean, openings.mean
    stable = np.broadcast_to(offered < pace * share * (1 - 1e-12), (rows,))
    size = 2 * (rates.shape[1] + opened.shape[1]) + 2
    out_edges, out_rates = np.zeros((rows, size + 1)), np.zeros((rows, size))
    moments, backlog = np.zeros((rows, 2)), np.zeros(rows)
    # a queue without steady week is sent through as one at half the load, and what it gives is not used
    eased = np.where(stable, pace, 2 * offered / np.where(share > 0, share, 1.0) + 1.0)
    weekly_fluid_lines(edges, rates, breaks, opened, eased, out_edges, out_rates, moments, backlog)
    items = offered * HOURS_PER_WEEK
    first, second = moments.T / np.where(items > 0, items, 1.0)
    left = WeeklyPattern(*_trimmed(out_edges, out_rates))
    if not stable.all():
        left = left.plus(openings, stable.astype(float), np.where(stable, 0.0, pace))
    return WeeklyFluid(
        np.where(stable, first, np.inf), np.where(stable, np.maximum(second - first**2, 0.0), np.inf), left
    )


def _rows(one: WeeklyPattern, other: WeeklyPattern, *columns: ArrayLike) -> int:
    """Return the common number of rows."""
    sizes = [len(one.rates), len(other.rates), *(np.size(column) for column in columns)]
    return max(sizes)


def _line(column: ArrayLike, rows: int) -> FloatArray:
    return np.array(np.broadcast_to(np.asarray(column, dtype=np.float64), (rows,)), order="C")


def _trimmed(edges: FloatArray, rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Drop the pieces that no row needs."""
    used = max(int((edges[:, :-1] < HOURS_PER_WEEK).any(axis=0).sum()), 1)
    return edges[:, : used + 1].copy(), rates[:, :used].copy()
