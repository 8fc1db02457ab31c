"""When stages are open, and the delays that closing times cause: on top of the queues of the open time, as a fluid.

Units that have waited for one stage to open arrive at the next one in the pattern in which the first lets them go: of
stages that close together only what a later one is slower than those before it is added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.streams import all_of, column
from hubcalc.cached import cached
from hubcalc.queueing.weekly_fluid import WeeklyPattern
from hubcalc.units import HOURS_PER_DAY, HOURS_PER_WEEK
from hubmodels import HubBase, Interruptions, ServedStage

DAYS = 7


@dataclass(frozen=True, slots=True)
class Cut:
    """Takes some scenarios out of columns; what is the same for all stays as it is."""

    rows: slice | None = None

    def __call__(self, values: Column) -> Column:
        """Cut a column."""
        return values if self.rows is None or values.size == 1 else values[self.rows]


@dataclass(frozen=True)
class Hours:
    """Weekly hours of work: shifts on the working days, each with its start and its length [h]."""

    days: Column
    shifts: tuple[tuple[Column, Column], ...]

    @classmethod
    def of(cls, days: object, shifts: Iterable[tuple[object, object]]) -> "Hours":
        """Read a calendar; the values may be columns."""
        return cls(column(days), tuple((column(start), column(hours)) for start, hours in shifts))

    @cached
    def per_day(self) -> Column:
        """Hours of a working day."""
        return column(sum(hours for _, hours in self.shifts))

    @cached
    def share(self) -> Column:
        """Open share of the week."""
        return column(queueing.open_share(np.minimum(self.per_day, HOURS_PER_DAY), self.days))

    @cached
    def pattern(self) -> WeeklyPattern:
        """1 while open, 0 while closed."""
        return WeeklyPattern.openings(self.days, list(self.shifts))

    def cut(self, cut: Cut) -> "Hours":
        """Give the hours of some scenarios."""
        columns = [self.days, *(part for shift in self.shifts for part in shift)]
        if cut.rows is None or all(values.size == 1 for values in columns):
            return self
        return Hours(cut(self.days), tuple((cut(start), cut(hours)) for start, hours in self.shifts))

    def same(self, other: "Hours") -> Flags:
        """Say where two calendars open and close together."""
        if other is self:
            return np.asarray(True)
        both = (self.share == 1) & (other.share == 1)
        if len(self.shifts) != len(other.shifts):
            return np.asarray(both)
        mine, theirs = sorted(self.shifts, key=_first), sorted(other.shifts, key=_first)
        alike = [(a == b) & (c == d) for (a, c), (b, d) in zip(mine, theirs, strict=True)]
        return np.asarray(both | all_of([self.days == other.days, *alike]))


def _first(shift: tuple[Column, Column]) -> float:
    return float(np.min(shift[0]))


@dataclass(frozen=True)
class Clock:
    """When a stage works: its hours, and what interrupts them."""

    hours: Hours
    interruptions: Interruptions | None = None

    @cached
    def availability(self) -> Column:
        """Share of its hours in which it is not interrupted."""
        if self.interruptions is None:
            return column(1.0)
        calm, closed = column(self.interruptions.open_hours), column(self.interruptions.closed_hours)
        return column(calm / (calm + closed))

    @cached
    def open_share(self) -> Column:
        """Share of the time in which it works."""
        return self.hours.share if self.interruptions is None else column(self.hours.share * self.availability)


ALWAYS = Hours.of(DAYS, [(0.0, HOURS_PER_DAY)])


def opening_of(hub: HubBase) -> Hours:
    """Give the hours of a hub."""
    opening = hub.opening
    return Hours.of(opening.days_per_week, [(opening.opens_hour, opening.hours_per_day)])


def clocks_of(hub: HubBase, opening: Hours) -> dict[str, Clock]:
    """Give the clock of each stage: its own calendar, or that of the hub; what has no servers works day and night."""
    common, always = Clock(opening), Clock(ALWAYS)
    clocks = {}
    for stage_id, stage in hub.stages.items():
        if not isinstance(stage, ServedStage):
            clocks[stage_id] = always
            continue
        hours = common.hours
        if stage.calendar is not None:
            shifts = stage.calendar.shifts.values()
            hours = Hours.of(stage.calendar.days_per_week, [(shift.starts_hour, shift.hours) for shift in shifts])
        plain = stage.interruptions is None and stage.calendar is None
        clocks[stage_id] = common if plain else Clock(hours, stage.interruptions)
    return clocks


def clash(hub: HubBase, clocks: Mapping[str, Clock]) -> Flags:
    """Say where some flow comes from a stage that closes to one of servers that keep other hours."""
    found: Flags = np.asarray(False)
    for flow in hub.flows.values():
        before: list[Hours] = []
        for stage_id in flow.stages:
            if not isinstance(hub.stages[stage_id], ServedStage):
                continue
            hours = clocks[stage_id].hours
            for earlier in before:
                found = np.asarray(found | ((earlier.share < 1) & ~earlier.same(hours)))
            before = [hours, *(earlier for earlier in before if earlier is not hours)]
    return found


def daily_closed_share(hours: Hours) -> Column:
    """Give the share of arrivals that come in the longest stretch that is closed again and again."""
    closed = 1 - np.minimum(hours.per_day, HOURS_PER_DAY) / HOURS_PER_DAY
    return np.maximum(closed, (1 - hours.share) * HOURS_PER_DAY / HOURS_PER_WEEK)
