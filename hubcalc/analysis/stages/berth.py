"""Berths: vessels queue for a berth, wait there for the tide, are worked by cranes and leave.

References
----------
.. [1] UNCTAD (1985). Port Development: A Handbook for Planners in Developing Countries, 2nd ed. United Nations,
       TD/B/C.4/175/Rev.1.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column, total, weighted
from hubcalc.cached import cached
from hubcalc.capacity.access_window import wait_after_service
from hubcalc.queueing.erlang import erlang_c
from hubcalc.units import DAYS_PER_YEAR, per_hour_to_per_day
from hubmodels import Berth


@dataclass(frozen=True)
class _Quay(Performance):
    """Vessels at equal berths; the wait for the tide is part of the time for which a berth is held."""

    stage: Berth
    streams: list[Stream]
    numerical: bool

    @cached
    def _work(self) -> Service:
        """Handling of the vessels of all streams."""
        return _handling(self.stage, self.streams)

    @cached
    def _own_work(self) -> Service:
        return self._work if len(self.streams) == 1 else _handling(self.stage, self.streams[:1])

    @cached
    def _used(self) -> Column:
        """Utilization of the berths, as loads count it."""
        return column(sum(_loads(self.stage, stream)["berths"] for stream in self.streams))

    @cached
    def _tide(self) -> tuple[Column, Column]:
        return _tide_wait(self.stage, self._work, self._used)

    @cached
    def _queue(self) -> UnitQueue:
        mean, variance = self._tide
        hours = mean + column(self.stage.mooring_hours) + self._work.hours
        held = Service.from_moments(hours, (variance + self._work.hours**2 * self._work.scv) / hours**2)
        return UnitQueue(self.streams, column(self.stage.share), held, column(self.stage.berths), self.numerical)

    @cached
    def wait(self) -> Estimate:
        """Until a berth is free; no error is known where a tide makes berth times depend on each other."""
        found = self._queue.wait
        if self.stage.access is None:
            return found
        return found.judged(np.full(found.hours.shape, np.nan))

    @property
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        return self._queue.wait_variance

    @cached
    def closure(self) -> Estimate:
        """At the berth, until the window opens."""
        mean = self._tide[0]
        error = np.zeros(mean.shape) if self.stage.access is None else np.full(mean.shape, np.nan)
        return Estimate(mean, error, np.full(mean.shape, Method.ACCESS_WINDOW, np.int8))

    @property
    def closure_variance(self) -> Column:
        """Variance of that time."""
        return self._tide[1]

    @cached
    def service(self) -> Column:
        """Mooring, and handling with its breakdowns."""
        return column(self.stage.mooring_hours) + self._own_work.hours

    @property
    def service_variance(self) -> Column:
        """That of handling."""
        return self._own_work.hours**2 * self._own_work.scv

    @cached
    def content_wait(self) -> Estimate:
        """The vessel's wait, and that for the containers that are moved before."""
        own, wait = self.streams[0].contents, self.wait
        mean, scv = column(own.mean), column(own.scv)
        before = np.maximum(mean * (1 + scv) - 1, 0.0) / 2 * self._move_hours
        return Estimate(wait.hours + before, lambda: wait.error, lambda: wait.method)

    @cached
    def content_service(self) -> Column:
        """Mooring of the vessel, and its own move."""
        return column(self.stage.mooring_hours) + self._move_hours

    @cached
    def _move_hours(self) -> Column:
        return self._own_work.hours / column(self.streams[0].contents.mean)

    @property
    def departure_scv(self) -> Column:
        """That of the queue for berths."""
        return self._queue.departure_scv

    @property
    def departure_poisson(self) -> Flags:
        """Never: berth times are not exponential."""
        return np.zeros(np.shape(self._queue.departure_scv), bool)

    @property
    def visit_share(self) -> Column:
        """Share of the vessels that come to these berths."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What a port plans with: occupancy and berth hours [1]_, pace, wait over berth time, yearly containers."""
        held = self._queue.work.hours
        share = column(self.stage.share)
        moves = [stream.per_hour * column(stream.contents.mean) * share for stream in self.streams]
        teu = [
            per_hour_to_per_day(rate * stream.open_share) * DAYS_PER_YEAR * column(stream.contents.teu_per_unit)
            for rate, stream in zip(moves, self.streams, strict=True)
            if stream.contents.teu_per_unit is not None
        ]
        facts = {
            "berth_occupancy_ratio": (total(self.streams) * share * held / column(self.stage.berths), "1"),
            "berth_hours_per_vessel": (held, "h"),
            "handling_hours_per_vessel": (self._work.hours, "h"),
            "tide_wait_hours_per_vessel": (self._tide[0], "h"),
            "moves_per_berth_hour": (column(self.stage.moves_per_hour), "moves/h"),
            "moves_per_hour_of_all_berths": (column(sum(moves)), "moves/h"),
            "wait_over_berth_time": (self.wait.hours / held, "1"),
        }
        if teu:
            facts["teu_per_year"] = (column(sum(teu)), "TEU/year")
        return facts


def _handling(stage: Berth, streams: list[Stream]) -> Service:
    """Give the time that the cranes work a vessel, breakdowns included: contents times a pace that varies by itself."""
    pace = column(stage.moves_per_hour)
    mean = weighted(streams, [column(stream.contents.mean) for stream in streams])
    square = weighted(streams, [column(s.contents.mean) ** 2 * (1 + column(s.contents.scv)) for s in streams])
    scv = square / mean**2 * (1 + column(stage.handling_scv)) - 1
    return Service.from_moments(mean / pace, np.maximum(scv, 0.0)).with_breakdowns(stage.breakdowns)


def _tide_wait(stage: Berth, work: Service, used: Column) -> tuple[Column, Column]:
    """Give mean and variance of the wait for the window at a berth that is used so much.

    At a random time there is none with probability O / P, else it is uniform up to P - O: E[w] = (P - O)^2 / (2 P),
    E[w^2] = (P - O)^3 / (3 P). A vessel that comes from the queue takes its berth when the one before it leaves, which
    has come in through a window too; they are as many as wait in M/M/c.
    """
    if stage.access is None:
        return column(0.0), column(0.0)
    period, opened = column(stage.access.period_hours), column(stage.access.open_hours)
    closed = np.maximum(period - opened, 0.0)
    mean, square = closed**2 / (2 * period), closed**3 / (3 * period)
    next_mean, next_square = wait_after_service(period, opened, stage.mooring_hours, work.hours, work.scv)
    part = erlang_c(stage.berths, np.clip(used, 0.0, 1.0) * column(stage.berths))
    mean, square = mean + part * (next_mean - mean), square + part * (next_square - square)
    return np.asarray(mean), np.asarray(np.maximum(square - mean**2, 0.0))


def _servers(stage: Berth) -> dict[str, Column]:
    return {"berths": column(stage.berths)}


def _loads(stage: Berth, stream: Stream) -> dict[str, Column]:
    """Count the time for which a vessel holds a berth that is never empty, as at the capacity."""
    work = _handling(stage, [stream])
    held = _tide_wait(stage, work, column(1.0))[0] + column(stage.mooring_hours) + work.hours
    return {"berths": stream.per_hour * column(stage.share) * held / column(stage.berths)}


def _perform(stage: Berth, streams: list[Stream], numerical: bool) -> Performance:
    return _Quay(stage, streams, numerical)


BERTH = StageMethod(_servers, _loads, _perform)
