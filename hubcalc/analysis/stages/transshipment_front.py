"""A transshipment front: boxes queue for cranes, trains for a pair of tracks.

Two queues are joined. The cranes see each train as a batch of boxes (M^X/G/c). The tracks see each train as one
customer that occupies a standard-gauge and a broad-gauge track while it is placed, handled and removed (GI/G/k).
"""

from dataclasses import dataclass, replace

import numpy as np

from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, added, column, difference, smallest, total
from hubcalc.cached import cached
from hubcalc.capacity import transshipment_front as front
from hubcalc.units import minutes_to_hours
from hubmodels import Contents, TransshipmentFront

JOINED_WAIT_ERRORS = ((0.6, 0.07), (0.7, 0.15), (0.8, 0.22))
"""Relative error of the joined wait in 19 cases of 20, up to a lesser utilization of cranes and tracks.

Measured by benchmarks/front_error.py. Where both are loaded more, the wait is too low by up to a half.
"""


@dataclass(frozen=True)
class _Front(Performance):
    """The crane queue and the track queue of a front, joined."""

    stage: TransshipmentFront
    streams: list[Stream]
    numerical: bool

    @cached
    def _cranes(self) -> BatchQueue:
        one, share = column(1.0), column(self.stage.share)
        joint, own = Batch.joint_and_own(self.streams, one, one, share)
        return BatchQueue(self.streams, joint, own, _box_service(self.stage), column(self.stage.cranes))

    @cached
    def _tracks(self) -> UnitQueue:
        work, shunting = self._cranes.work, _shunting_hours(self.stage)
        # a train that is held for want of room behind the front is added by the queue itself
        occupied = shunting + self._span_alone
        occupancy = Service.from_moments(occupied, work.scv * (work.hours / occupied) ** 2)
        return UnitQueue(self.streams, column(self.stage.share), occupancy, _track_pairs(self.stage), self.numerical)

    @cached
    def _span_alone(self) -> Column:
        """Handling of a train that finds all cranes free: it does not depend on how many trains come."""
        known, contents = _known_spans(self.stage), self.streams[0].contents
        if not known or known[-1][0] is not contents:
            known[:] = [(contents, self._cranes.span_alone)]
        return known[-1][1]

    @cached
    def _loads(self) -> dict[str, Column]:
        return _loads_together(self.stage, self.streams)

    @cached
    def wait(self) -> Estimate:
        """For a pair of tracks and, once placed, for the cranes.

        Where tracks never make a train wait, this is as good as the crane queue alone.
        """
        cranes, tracks = self._cranes.wait, self._tracks.wait
        stage, streams = self.stage, self.streams  # an estimate that held the front would keep both from being freed
        rate = total(self.streams) * column(self.stage.share)
        hours = front.joined_wait_hours(
            cranes.hours, tracks.hours, rate, self._cranes.work.hours, _track_pairs(self.stage)
        )

        def free() -> Flags:
            return np.asarray(tracks.hours <= 1e-6 * cranes.hours)

        def error() -> Column:
            longer = np.where(tracks.hours > cranes.hours, tracks.error, cranes.error)
            lesser = smallest(_loads_together(stage, streams).values())
            return np.where(free(), cranes.error, joined_wait_error(lesser) + longer)

        return Estimate(hours, error, lambda: np.where(free(), cranes.method, np.int8(Method.FRONT)).astype(np.int8))

    @property
    def wait_variance(self) -> Column:
        """That of the longer queue."""
        return np.maximum(self._cranes.wait_variance, self._tracks.wait_variance)

    @property
    def service(self) -> Column:
        """Placing, handling and removing a train."""
        return self._cranes.service + _shunting_hours(self.stage)

    @property
    def service_variance(self) -> Column:
        """Variance of that time: handling varies, shunting does not."""
        return self._cranes.service_variance

    @property
    def content_wait(self) -> Estimate:
        """The train's wait and the wait inside the train."""
        cranes = self._cranes
        inside = difference(cranes.content_wait.hours, cranes.wait.hours)
        return Estimate(self.wait.hours + inside, lambda: self.wait.error, lambda: self.wait.method)

    @property
    def content_service(self) -> Column:
        """A box's own moves, and the shunting of its train."""
        return self._cranes.content_service + _shunting_hours(self.stage)

    @cached
    def departure_scv(self) -> Column:
        """That of the queue whose resource is loaded more."""
        by_tracks = self._loads["track_pairs"] > self._loads["cranes"]
        return np.where(by_tracks, self._tracks.departure_scv, self._cranes.departure_scv)

    @property
    def departure_poisson(self) -> Flags:
        """Departures of trains are not Poisson."""
        return self._cranes.departure_poisson

    @property
    def visit_share(self) -> Column:
        """Share of the trains that are transshipped."""
        return column(self.stage.share)

    @property
    def content_visit_share(self) -> Column:
        """The boxes of these trains."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """Both utilizations, and the hours of a train."""
        handling = self._cranes.work.hours
        return {
            "crane_utilization": (self._loads["cranes"], "1"),
            "track_utilization": (self._loads["track_pairs"], "1"),
            "handling_hours_per_train": (handling, "h"),
            "track_hours_per_train": (_shunting_hours(self.stage) + handling, "h"),
        }


@by_identity
def _known_spans(_: TransshipmentFront) -> list[tuple[Contents, Column]]:
    """Keep the last span of a train that has been computed for a front, with the contents that it is for."""
    return []


def joined_wait_error(lesser_utilization: Column) -> Column:
    """Look up the error of the joined wait; NaN where both cranes and tracks are loaded too much for it."""
    bands = [lesser_utilization < limit for limit, _ in JOINED_WAIT_ERRORS]
    return np.select(bands, [error for _, error in JOINED_WAIT_ERRORS], np.nan)


def _servers(stage: TransshipmentFront) -> dict[str, Column]:
    return {"cranes": column(stage.cranes), "track_pairs": _track_pairs(stage)}


def _loads(stage: TransshipmentFront, stream: Stream) -> dict[str, Column]:
    rate = stream.per_hour * column(stage.share)
    handled = rate * (column(stream.contents.mean) * _hours_of_all_cranes(stage))
    still = _shunting_hours(stage)
    if stream.held is not None:
        still = still + stream.held.first
    return {"cranes": handled, "track_pairs": (rate * still + handled) / _track_pairs(stage)}


def _loads_together(stage: TransshipmentFront, streams: list[Stream]) -> dict[str, Column]:
    """Give the utilization of each resource by all streams."""
    parts = [_loads(stage, stream) for stream in streams]
    return {name: added(part[name] for part in parts) for name in parts[0]}


def _perform(stage: TransshipmentFront, streams: list[Stream], numerical: bool) -> Performance:
    return _Front(stage, streams, numerical)


@by_identity
def _track_pairs(stage: TransshipmentFront) -> Column:
    return np.minimum(column(stage.standard_gauge_tracks), column(stage.broad_gauge_tracks))


@by_identity
def _shunting_hours(stage: TransshipmentFront) -> Column:
    return minutes_to_hours(column(stage.place_minutes) + column(stage.remove_minutes))


@by_identity
def _box_service(stage: TransshipmentFront) -> Service:
    """Give the crane time of one box: a random number of moves of random length, and repairs on the way."""
    moves, spread = front.moves_per_box(stage.yard_share, stage.rehandling_share)
    hours = moves / (column(stage.moves_per_crane_hour) * column(stage.crane_availability))
    work = Service.from_moments(hours, column(stage.move_scv) / moves + spread / moves**2)
    return work.with_breakdowns(stage.breakdowns)


@by_identity
def _hours_of_all_cranes(stage: TransshipmentFront) -> Column:
    """Give the time that all cranes together need for one box."""
    return _box_service(stage).hours / column(stage.cranes)


def _after(stage: TransshipmentFront, stream: Stream) -> Stream:
    """Give the share of all contents that goes on through the yard; trains that pass the front by leave nothing."""
    return replace(stream, stored_share=column(stage.share) * column(stage.yard_share))


TRANSSHIPMENT_FRONT = StageMethod(_servers, _loads, _perform, after=_after, capacity_is_bound=True)
