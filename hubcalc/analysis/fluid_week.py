"""A line before one stage as a fluid, through the hours of the week: exact for rates that are even within each hour.

Contents are counted in hours of work of the whole stage, or in permits where a daily quota is the stage: then no hours
of work count, and at midnight so many pass at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
