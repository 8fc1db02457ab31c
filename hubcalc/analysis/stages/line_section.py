"""A line section: trains wait for a path, and passenger trains go first.

Each direction of a double track is one server that a train holds for its headway; a single track is one server of both
directions, held for running and station interval. Passenger trains are taken as further trains, Poisson and served
first without stopping the others (Cobham [1]_), each as many as the freight trains that it removes from the timetable.
With V the work that a freight train finds and s_p the load of passenger trains, it waits for V and for what comes first
in the meantime, a delay busy period [2]_:

    E[W] = E[V] / (1 - s_p),    Var[W] = Var[V] / (1 - s_p)^2 + E[V] l_p E[S^2] / (1 - s_p)^3.

V is what a train would wait without priorities: M/G/1, or GI/G/1. The engineering window closes the line: rates are
those of its open time, and the wait for the end of a window is that of a fluid, reported as closure.

References
----------
.. [1] A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2, 70-76.
.. [2] R. W. Conway, W. L. Maxwell, L. W. Miller (1967), Theory of Scheduling, Addison-Wesley, chapter 8.
"""

from dataclasses import dataclass, replace

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, all_of, column, total
from hubcalc.cached import cached
from hubcalc.capacity.railway_line import double_track_trains_per_day, single_track_pairs_per_day
from hubcalc.capacity.railway_traffic import freight_pairs_per_day
from hubcalc.units import DAYS_PER_WEEK, HOURS_PER_DAY, hours_to_minutes, minutes_to_hours, per_day_to_per_hour
from hubmodels import LineSection


@dataclass(frozen=True)
class _Line(Performance):
    """The queue for a path of the first stream's track."""

    stage: LineSection
    streams: list[Stream]
    numerical: bool

    @cached
    def _sharing(self) -> list[Stream]:
        """The streams on the first one's track, per hour in which it is open."""
        own = self.streams[0].flow.direction
        one_track = self.stage.tracks == "single"
        share, open_share = column(self.stage.share), _open_share(self.stage)
        visiting = [s.thinned(share) for s in self.streams if one_track or s.flow.direction == own]
        # where the next stage has no room a train waits at the end of the line, which holds up nobody in the section
        return [replace(stream, per_hour=stream.per_hour / open_share, held=None) for stream in visiting]

    @cached
    def _first(self) -> Stream:
        """Passenger trains, per hour in which the line is open."""
        rate = per_day_to_per_hour(_removed_per_day(self.stage)) / _open_share(self.stage)
        one = np.ones_like(rate)
        return replace(self._sharing[0], per_hour=rate, scv=one, poisson=one > 0)

    @cached
    def _queue(self) -> UnitQueue:
        """All trains of the track without priorities: its wait is the work that a train finds."""
        streams = [*self._sharing, self._first]
        return UnitQueue(streams, column(1.0), _occupation(self.stage), column(1.0), self.numerical)

    @cached
    def _left(self) -> Column:
        """Share of the open time that passenger trains leave."""
        return np.maximum(1 - self._first.per_hour * _occupation(self.stage).hours, np.finfo(np.float64).tiny)

    @cached
    def wait(self) -> Estimate:
        """For a path. Beside passenger trains exact where freight trains are Poisson, and else of unmeasured error."""
        found = self._queue.wait
        alone = all_of(s.poisson for s in self._sharing) | (self._first.per_hour == 0)
        return Estimate(found.hours / self._left, lambda: np.where(alone, found.error, np.nan), lambda: found.method)

    @cached
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        found, occupation = self._queue, _occupation(self.stage)
        square = occupation.hours**2 * (1 + occupation.scv)
        finite = np.isfinite(found.wait.hours) & np.isfinite(found.wait_variance) & (self._left > 0)
        hours, variance = (np.where(finite, each, 0.0) for each in (found.wait.hours, found.wait_variance))
        left = np.where(finite, self._left, 1.0)
        varied = variance / left**2 + hours * self._first.per_hour * square / left**3
        return np.where(finite, varied, np.inf)

    @cached
    def closure(self) -> Estimate:
        """For the end of the engineering window; a fluid, whose error is not measured."""
        window, capacity = column(self.stage.window_hours_per_day), 1 / _occupation(self.stage).hours
        rate = (total(self._sharing) + self._first.per_hour) * _open_share(self.stage)
        hours = queueing.fluid_closure(rate, capacity, HOURS_PER_DAY - window, DAYS_PER_WEEK)
        hours, window = np.broadcast_arrays(hours, window)
        return Estimate(hours, np.where(window > 0, np.nan, 0.0), np.full(hours.shape, Method.CLOSURE, np.int8))

    @cached
    def closure_variance(self) -> Column:
        """Uniform between 0 and C for those that come while a window of C hours, drawn out by its queue, lasts."""
        mean = np.where(np.isfinite(self.closure.hours), self.closure.hours, 0.0)
        # by C^2/(2 T) / (1 - u), C/T of the day is closed and as much again of it is queue: C/(1 - u)/T are delayed
        closed = column(self.stage.window_hours_per_day) / HOURS_PER_DAY
        delayed = np.clip(closed / np.maximum(1 - self._queue_load, 1e-9), 1e-9, 1.0)
        return np.where(closed > 0, mean**2 * np.maximum(4 / (3 * delayed) - 1, 0.0), 0.0)

    @cached
    def _queue_load(self) -> Column:
        """Share of the whole time in which the track is occupied, over its capacity."""
        rate = (total(self._sharing) + self._first.per_hour) * _open_share(self.stage)
        return np.minimum(rate * _occupation(self.stage).hours, 1.0)

    @property
    def service(self) -> Column:
        """Occupying the section, and running over the rest of the line."""
        return _occupation(self.stage).hours + column(self.stage.line_running_hours)

    @property
    def service_variance(self) -> Column:
        """Variance of that time, which is that of the occupation."""
        occupation = _occupation(self.stage)
        return occupation.hours**2 * occupation.scv

    @cached
    def departure_scv(self) -> Column:
        """Variability of the freight trains, all those of the stage together.

        The track's departures d are split by the share of freight, 1 + p (d - 1), and with the other track's trains,
        taken to be as regular, they are counted over the trains of both.
        """
        freight, everyone = total(self._sharing), total(self._queue.streams)
        part = np.where(everyone > 0, freight / np.where(everyone > 0, everyone, 1.0), 1.0)
        both = total(self.streams) * column(self.stage.share) / _open_share(self.stage)
        wider = np.where(freight > 0, both / np.where(freight > 0, freight, 1.0), 1.0)
        return np.maximum(1 + wider * part * (self._queue.departure_scv - 1), 0.0)

    @property
    def departure_poisson(self) -> Flags:
        """Departures follow each other at a headway."""
        return np.zeros(np.shape(self.service), bool)

    @property
    def visit_share(self) -> Column:
        """Share of the trains that run over the line."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """The line's paths, of each direction on two tracks and of both on one, and how they are used."""
        stage = self.stage
        occupation = _occupation(stage).hours
        return {
            "occupation_minutes": (hours_to_minutes(occupation), "min"),
            "paths_per_day": (_paths_per_day(stage), "trains/day"),
            "removed_paths_per_day": (_removed_per_day(stage), "trains/day"),
            "freight_paths_per_day": (_freight_paths_per_day(stage), "trains/day"),
            "occupied_share": (self._queue_load / _open_share(stage), "1"),
        }


def _occupation(stage: LineSection) -> Service:
    """Give the time that one train occupies the section."""
    minutes = (
        column(stage.running_minutes) + column(stage.interval_minutes)
        if stage.tracks == "single"
        else column(stage.headway_minutes)
    )
    hours, scv = np.broadcast_arrays(minutes_to_hours(minutes), column(stage.occupation_scv))
    return Service.from_moments(hours, scv).with_breakdowns(stage.breakdowns)


def _open_share(stage: LineSection) -> Column:
    """Give the share of the day outside the engineering window."""
    return 1 - column(stage.window_hours_per_day) / HOURS_PER_DAY


def _paths_per_day(stage: LineSection) -> Column:
    """Give the trains that a track can take, whatever they are."""
    minutes = hours_to_minutes(_occupation(stage).hours)
    window = hours_to_minutes(column(stage.window_hours_per_day))
    if stage.tracks == "single":
        return 2 * single_track_pairs_per_day(2 * minutes, window)
    return double_track_trains_per_day(minutes, window)


def _removed_per_day(stage: LineSection) -> Column:
    """Give the paths of a track that passenger trains take, in both directions on one track."""
    removed = column(stage.passenger_trains_per_day) * column(stage.removal_coefficient)
    return 2 * removed if stage.tracks == "single" else removed


def _freight_paths_per_day(stage: LineSection) -> Column:
    """Give the paths that passenger trains leave."""
    return freight_pairs_per_day(_paths_per_day(stage), _removed_per_day(stage)[..., None], 1.0)


def _resources(stage: LineSection) -> tuple[str, ...]:
    return ("track",) if stage.tracks == "single" else ("forward_track", "return_track")


def _servers(stage: LineSection) -> dict[str, Column]:
    return dict.fromkeys(_resources(stage), column(1.0))


def _loads(stage: LineSection, stream: Stream) -> dict[str, Column]:
    """Load the paths that passenger trains leave: loads of streams add up, and those trains are none."""
    rate, paths = stream.per_hour * column(stage.share), per_day_to_per_hour(_freight_paths_per_day(stage))
    load = np.where(paths > 0, rate / np.where(paths > 0, paths, 1.0), np.where(rate > 0, np.inf, 0.0))
    own = "track" if stage.tracks == "single" else f"{stream.flow.direction}_track"
    return {resource: load if resource == own else np.zeros_like(load) for resource in _resources(stage)}


def _perform(stage: LineSection, streams: list[Stream], numerical: bool) -> Performance:
    return _Line(stage, streams, numerical)


LINE_SECTION = StageMethod(_servers, _loads, _perform)
