"""A line before one stage as a fluid, through the hours of the week: exact for rates that are even within each hour.

Contents are counted in hours of work of the whole stage, or in permits where a daily quota is the stage: then no hours
of work count, and at midnight so many pass at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.units import HOURS_PER_DAY, HOURS_PER_WEEK

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the week: its start and length [h], and rates of arrival and of service in it."""

    start: float
    hours: float
    arrivals: float
    capacity: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a path in which the line changes evenly: times [h], and the line at both ends."""

    start: float
    end: float
    before: float
    after: float

    @property
    def area(self) -> float:
        """Give the area under the line."""
        return (self.before + self.after) / 2 * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class FluidWeek:
    """A week of pieces that begin at its start and end at its end, none of which crosses midnight.

    `permits` may pass each day from midnight on; None where the capacity of the pieces counts.
    """

    pieces: tuple[Piece, ...]
    permits: float | None = None

    @property
    def arrivals(self) -> float:
        """Arrivals of a week."""
        return sum(piece.arrivals * piece.hours for piece in self.pieces)

    @property
    def capacity(self) -> float:
        """What a week can serve."""
        if self.permits is not None:
            return self.permits * HOURS_PER_WEEK / HOURS_PER_DAY
        return sum(piece.capacity * piece.hours for piece in self.pieces)

    def without_arrivals(self) -> "FluidWeek":
        """Give the same week if nobody came any more."""
        pieces = (Piece(piece.start, piece.hours, 0.0, piece.capacity) for piece in self.pieces)
        return FluidWeek(tuple(pieces), self.permits)

    def path(
        self, line: float, start: float = 0.0, closed_until: float = -1.0, left: float | None = None
    ) -> Iterator[tuple[Stretch, float]]:
        """Follow the line without end, from a time of the first week on.

        Gives stretches, each with the permits left at its end. Until `closed_until` nothing passes. `left` permits are
        left at the start, all of the day by default.
        """
        permits = 0.0 if self.permits is None else self.permits if left is None else left
        week = 0.0
        while True:
            for piece in self.pieces:
                begin, end = week + piece.start, week + piece.start + piece.hours
                if end <= start + _ROUNDING:
                    continue
                begin = max(begin, start)
                if self.permits is not None and begin % HOURS_PER_DAY == 0 and begin > start:
                    permits = self.permits
                for low, high in _cut(begin, end, closed_until):
                    shut = high <= closed_until + _ROUNDING
                    if self.permits is None:
                        yield from self._served(piece, low, high, line, 0.0 if shut else piece.capacity)
                        line = _later(line, piece.arrivals - (0.0 if shut else piece.capacity), high - low)
                        continue
                    for stretch, rest in _permitted(piece.arrivals, low, high, line, 0.0 if shut else permits):
                        line = stretch.after
                        permits = permits if shut else rest
                        yield stretch, permits
            week += HOURS_PER_WEEK

    @staticmethod
    def _served(piece: Piece, low: float, high: float, line: float, capacity: float) -> Iterator[tuple[Stretch, float]]:
        net = piece.arrivals - capacity
        empty = low + line / -net if net < 0 else high
        if low < empty < high and line > 0:
            yield Stretch(low, empty, line, 0.0), 0.0
            yield Stretch(empty, high, 0.0, 0.0), 0.0
        else:
            yield Stretch(low, high, line, _later(line, net, high - low)), 0.0


def _later(line: float, net: float, hours: float) -> float:
    after = line + net * hours
    return after if after > _ROUNDING * max(line, 1.0) else 0.0


def _cut(low: float, high: float, place: float) -> list[tuple[float, float]]:
    return [(low, place), (place, high)] if low < place < high else [(low, high)]


def _permitted(
    arrivals: float, low: float, high: float, line: float, permits: float
) -> Iterator[tuple[Stretch, float]]:
    """Let those in line pass at once, then those who come, while permits are left."""
    passing = min(line, permits)
    if passing > 0:
        yield Stretch(low, low, line, line - passing), permits - passing
        line, permits = line - passing, permits - passing
    spent = low + permits / arrivals if arrivals > 0 else high
    if line == 0 and low < spent:
        until = min(spent, high)
        permits = max(permits - arrivals * (until - low), 0.0)
        yield Stretch(low, until, 0.0, 0.0), permits
        low = until
    if low < high:
        yield Stretch(low, high, line, line + arrivals * (high - low)), permits


@dataclass(frozen=True, slots=True)
class PermitHours:
    """A steady day or week before a daily quota, interval by interval."""

    line: FloatArray
    """Mean number in line."""
    waits: FloatArray
    """Mean time until the midnight that brings a permit, of those who come in the interval [h]."""
    leaving: FloatArray
    """Those who pass, per hour; they who pass at midnight are spread over the first interval of the day."""
    peak: float
    """Longest line."""
    peak_hour: float
    """When it is first as long [h]."""


def permit_hours(edges: FloatArray, arrivals: FloatArray, permits: float) -> PermitHours:
    """Follow the line before a daily quota through the steady day or week, without randomness.

    Parameters
    ----------
    edges : array, shape (intervals + 1,)
        From 0 to 24 or 168; every midnight is among them [h].
    arrivals : array, shape (intervals,)
        Rates, even within each interval; fewer come in a week than the quota allows [1/h].
    permits : float
        Each day from midnight on; those that nobody uses are lost.

    Returns
    -------
    PermitHours
        By interval. It starts from the line that a week leaves that began with none, which is the steady one: of the
        reflected walk over whole days, whose drift over a week is negative, the largest rise is within a week.

    Examples
    --------
    >>> edges = np.arange(25.0)  # 72 come from 20 to 24 h, and find permits
    >>> found = permit_hours(edges, np.where(edges[:-1] < 20, 0.0, 18.0), 100.0)
    >>> float(found.waits.max()), float(found.leaving.sum())
    (0.0, 72.0)
    """
    span, lengths = float(edges[-1]), np.diff(edges)
    copies = round(HOURS_PER_WEEK / span)
    pieces = tuple(
        Piece(float(start) + copy * span, float(hours), float(rate), 0.0)
        for copy in range(copies)
        for start, hours, rate in zip(edges[:-1], lengths, arrivals, strict=True)
    )
    week = FluidWeek(pieces, permits)
    line = 0.0
    for stretch, _ in week.path(0.0):
        if stretch.end >= HOURS_PER_WEEK:
            line = stretch.after
            break
    areas, waited, ends = np.zeros(lengths.size), np.zeros(lengths.size), np.zeros(lengths.size + 1)
    ends[0] = ends[-1] = line
    levels = [(0.0, line)]
    for stretch, left in week.path(line):
        hours = stretch.end - stretch.start
        if hours > 0:
            place = int(np.searchsorted(edges, (stretch.start + stretch.end) / 2, side="right")) - 1
            areas[place] += stretch.area
            waited[place] += _permit_wait(stretch, left, permits, arrivals[place] > 0) * hours
            ends[place + 1] = stretch.after
            levels += [(stretch.start, stretch.before), (stretch.end, stretch.after)]
        if stretch.end >= span:
            break
    peak = max(level for _, level in levels)
    first = next(hour for hour, level in levels if level >= peak * (1 - _ROUNDING))
    leaving = np.maximum(arrivals - np.diff(ends) / lengths, 0.0)
    return PermitHours(areas / lengths, waited / lengths, leaving, peak, first % span)


def _permit_wait(stretch: Stretch, left: float, permits: float, coming: bool) -> float:
    """Give the mean time until a permit for those who come within a stretch; where nobody does, if somebody did."""
    if stretch.after == 0 and (coming or left > 0):
        return 0.0
    midnight = HOURS_PER_DAY * (int((stretch.start + stretch.end) / 2 // HOURS_PER_DAY) + 1)
    rise = stretch.after - stretch.before
    if rise > 0:
        days = (_nights(stretch.after, permits) - _nights(stretch.before, permits)) / rise
    else:
        days = stretch.before // permits
    return midnight + HOURS_PER_DAY * days - (stretch.start + stretch.end) / 2


def _nights(line: float, permits: float) -> float:
    """Give the sum, over those in line, of the midnights after the next one until their permit: 0 for the first."""
    whole = line // permits
    return permits * whole * (whole - 1) / 2 + whole * (line - whole * permits)
