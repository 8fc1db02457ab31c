"""Calendars of closures by storms, drawn month by month so that each month is closed for its share of the time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, non_negative, positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.units import HOURS_PER_DAY

MONTHS = 12
_DAYS_OF_MONTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_YEAR_EDGES = np.concatenate([[0.0], np.cumsum(_DAYS_OF_MONTHS)]) * HOURS_PER_DAY
_HOURS_PER_YEAR = float(_YEAR_EDGES[-1])


@dataclass(frozen=True, slots=True, eq=False)
class ClosureCalendars:
    """Closures of some calendars, each of the same number of years of 365 days from 1 January.

    Attributes
    ----------
    years : int
        Years of each calendar.
    start_hours, end_hours : ndarray
        When closures begin and end, calendar after calendar, in order and apart within each. [h]
    offsets : ndarray of int, shape (calendars + 1,)
        Closures of calendar i stand at `offsets[i]` to `offsets[i + 1]`.

    Raises
    ------
    ArgumentError
        If closures overlap, touch, are out of order, or lie outside the years.
    """

    years: int
    start_hours: FloatArray
    end_hours: FloatArray
    offsets: np.ndarray

    def __post_init__(self) -> None:
        between("start_hours", self.start_hours, 0.0, self.years * _HOURS_PER_YEAR)
        between("end_hours", self.end_hours, 0.0, self.years * _HOURS_PER_YEAR)
        follows = np.ones(self.start_hours.size, bool)
        follows[self.offsets[:-1][np.diff(self.offsets) > 0]] = False
        previous = np.concatenate([[-1.0], self.end_hours[:-1]])
        wrong = (self.end_hours <= self.start_hours) | (follows & (self.start_hours <= previous))
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            given = f"{self.start_hours[i]:g} to {self.end_hours[i]:g}"
            message = f"closure {i}, {given}, is empty, or not after the one before"
            raise ArgumentError.of(Problem(message, parameter="start_hours", allowed="closures in order and apart"))

    @property
    def size(self) -> int:
        """Number of calendars."""
        return len(self.offsets) - 1

    @property
    def calendar_of_closures(self) -> np.ndarray:
        """Give the calendar of each closure."""
        return np.repeat(np.arange(self.size), np.diff(self.offsets))

    def month_edges_hours(self) -> FloatArray:
        """Give the edges of the months of a calendar, shape (12 years + 1,) [h]."""
        starts = np.arange(self.years)[:, None] * _HOURS_PER_YEAR + _YEAR_EDGES[:-1]
        return np.append(starts.ravel(), self.years * _HOURS_PER_YEAR)

    def closed_shares(self) -> FloatArray:
        """Compute the closed share of each month of the year in each calendar, shape (calendars, 12)."""
        edges, shares = self.month_edges_hours(), np.empty((self.size, MONTHS))
        for i in range(self.size):
            some = slice(self.offsets[i], self.offsets[i + 1])
            # closed time up to an edge: of closures before it all, of the one around it a part
            starts, ends = self.start_hours[some], self.end_hours[some]
            passed = np.clip(edges[:, None] - starts, 0.0, ends - starts).sum(axis=1)
            shares[i] = np.diff(passed).reshape(self.years, MONTHS).sum(axis=0)
        return shares / (self.years * _DAYS_OF_MONTHS * HOURS_PER_DAY)

    def longest_closure_hours(self) -> FloatArray:
        """Find the longest closure of each calendar, shape (calendars,) [h]."""
        longest = np.zeros(self.size)
        np.maximum.at(longest, self.calendar_of_closures, self.end_hours - self.start_hours)
        return longest


def draw_closures(
    closed_shares: ArrayLike,
    mean_hours: ArrayLike,
    *,
    calendars: int,
    years: int = 1,
    scv: float = 1.0,
    seed: int = 0,
) -> ClosureCalendars:
    r"""Draw calendars of storms: exponential calms, storms of a gamma law, both by month.

    Parameters
    ----------
    closed_shares : array_like, shape (12,)
        Share of each month, January first, during which the port is closed, from 0 to 1. [1]
    mean_hours : array_like, shape () or (12,)
        Mean length of a storm. [h]
    calendars : int
        Number of calendars. [1]
    years : int, optional
        Years of each. [years]
    scv : float, optional
        Squared coefficient of variation of a storm's length; 1 is exponential, 0 constant. [1]
    seed : int, optional
        The same seed gives the same calendars. [1]

    Returns
    -------
    ClosureCalendars
        The calendars.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Within a month an alternating renewal process [1]_ in its steady state, with calms of mean :math:`L (1 - p) / p`.
    At the edge of a month whose share is higher an open port closes with probability :math:`(p' - p) / (1 - p)`; where
    it is lower a closed one opens with :math:`(p - p') / p`. What is left of a storm at the edge has the new month's
    law of residual times. So the port is closed with exactly the month's probability at every hour, and a storm may
    go on into the next month; if nothing changes at the edge, and storms are exponential, nothing is to be seen of it.

    Examples
    --------
    >>> stormy = [0.2] * 3 + [0.05] * 7 + [0.4] * 2
    >>> storms = draw_closures(stormy, 36.0, calendars=400, seed=1)
    >>> storms.size, storms.closed_shares().mean(axis=0).round(1).tolist()[-2:]
    (400, [0.4, 0.4])

    References
    ----------
    .. [1] D. R. Cox (1962), Renewal Theory, Methuen, chapter 7.
    """
    shares = between("closed_shares", closed_shares, 0.0, 1.0)
    if shares.shape != (MONTHS,):
        raise ArgumentError.of(Problem(f"shape {shares.shape}", parameter="closed_shares", allowed="12 months"))
    means = positive("mean_hours", mean_hours)
    if means.shape not in ((), (MONTHS,)):
        raise ArgumentError.of(Problem(f"shape {means.shape}", parameter="mean_hours", allowed="one value, or 12"))
    means = np.broadcast_to(means, MONTHS)
    count, span = int(whole_at_least_one("calendars", calendars)), int(whole_at_least_one("years", years))
    variability = float(non_negative("scv", scv))
    generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed)))
    closed = generator.random(count) < shares[0]
    starts, ends, owners = [], [], []
    previous = float(shares[0])
    for month in range(MONTHS * span):
        share, mean = float(shares[month % MONTHS]), float(means[month % MONTHS])
        closed = _at_edge(generator, closed, previous, share)
        begin = month // MONTHS * _HOURS_PER_YEAR + _YEAR_EDGES[month % MONTHS]
        hours = float(_DAYS_OF_MONTHS[month % MONTHS]) * HOURS_PER_DAY
        from_, to, owner, closed = _month(generator, closed, share, mean, variability, hours)
        starts.append(from_ + begin)
        ends.append(to + begin)
        owners.append(owner)
        previous = share
    return _joined(np.concatenate(starts), np.concatenate(ends), np.concatenate(owners), count, span)


def closures_from(closures: list[ArrayLike], *, years: int = 1) -> ClosureCalendars:
    """Make calendars of given closures, such as those of past years.

    Parameters
    ----------
    closures : list of array_like, each of shape (closures, 2)
        Begin and end of each closure, in hours since the beginning of the calendar. [h]
    years : int, optional
        Years of each calendar. [years]

    Returns
    -------
    ClosureCalendars
        The calendars.

    Raises
    ------
    ArgumentError
        If closures overlap, touch, are out of order, or lie outside the years.

    Examples
    --------
    >>> calendars = closures_from([[(24.0, 96.0)], []])
    >>> calendars.longest_closure_hours().tolist()
    [72.0, 0.0]
    """
    tables = [np.asarray(each, dtype=np.float64).reshape(-1, 2) for each in closures]
    both = np.concatenate(tables) if tables else np.empty((0, 2))
    offsets = np.concatenate([[0], np.cumsum([len(table) for table in tables])]).astype(np.int64)
    span = int(whole_at_least_one("years", years))
    return ClosureCalendars(span, both[:, 0].copy(), both[:, 1].copy(), offsets)


def _at_edge(generator: np.random.Generator, closed: np.ndarray, before: float, after: float) -> np.ndarray:
    """Close open ports, or open closed ones, so that the share of closed ones is that of the new month."""
    drawn = generator.random(closed.size)
    if after > before:
        return closed | (drawn * (1.0 - before) < after - before)
    return closed & (drawn * before >= before - after)


def _month(
    generator: np.random.Generator, closed: np.ndarray, share: float, mean: float, scv: float, hours: float
) -> tuple[FloatArray, FloatArray, np.ndarray, np.ndarray]:
    """Draw one month of all calendars; return begins, ends and calendars of closures, and who is closed at its end."""
    everyone = np.arange(closed.size)
    if share in (0.0, 1.0):
        owner = everyone[closed]
        return np.zeros(owner.size), np.full(owner.size, hours), owner, closed
    calm = mean * (1.0 - share) / share
    time, state = np.zeros(closed.size), closed.copy()
    # what is left of a storm: a uniform part of one drawn in proportion to its length
    longer = generator.gamma(1.0 / scv + 1.0, mean * scv, closed.size) if scv > 0.0 else np.full(closed.size, mean)
    time = np.where(state, longer * generator.random(closed.size), 0.0)
    starts, ends, owners = [np.zeros(int(state.sum()))], [np.minimum(time[state], hours)], [everyone[state]]
    state = time >= hours
    while (going := time < hours).any():
        begin = time + generator.exponential(calm, closed.size)
        length = generator.gamma(1.0 / scv, mean * scv, closed.size) if scv > 0.0 else mean
        stormy = going & (begin < hours)
        state = np.where(going, stormy & (begin + length >= hours), state)
        time = np.where(going, begin + length, time)
        starts.append(begin[stormy])
        ends.append(np.minimum(time[stormy], hours))
        owners.append(everyone[stormy])
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(owners), state


def _joined(starts: FloatArray, ends: FloatArray, owners: np.ndarray, count: int, years: int) -> ClosureCalendars:
    """Sort closures by calendar and time, and join those that touch at the edge of a month."""
    some = ends > starts
    order = np.lexsort((starts[some], owners[some]))
    starts, ends, owners = starts[some][order], ends[some][order], owners[some][order]
    goes_on = np.zeros(starts.size, bool)
    goes_on[1:] = (owners[1:] == owners[:-1]) & (starts[1:] <= ends[:-1])
    last = np.append(~goes_on[1:], True)[: starts.size]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners[~goes_on], minlength=count))]).astype(np.int64)
    return ClosureCalendars(years, starts[~goes_on], ends[last], offsets)
