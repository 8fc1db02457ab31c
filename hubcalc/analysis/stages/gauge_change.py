"""A gauge change: wagons queue for lifting positions, trains for the tracks at which the positions stand.

The contents of a train are its wagons. Positions are shared by all tracks, as jacks or drop tables that crews move; the
tracks are taken as long as the last wagon is lifted and the train removed. The structure is that of a transshipment
front [1]_; see `hubcalc.analysis.tracks`.

References
----------
.. [1] Ballis, A. & Golias, J. (2002). Comparative evaluation of existing and innovative rail-road freight transport
       terminals. Transportation Research Part A 36(7), 593-611. doi:10.1016/S0965-8564(01)00024-6
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column
from hubcalc.analysis.queues import Service
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubcalc.analysis.tracks import TrackedHandling, TrackedServers
from hubcalc.cached import cached
from hubcalc.units import minutes_to_hours, per_hour_to_per_day
from hubmodels import GaugeChange


@dataclass(frozen=True)
class _GaugeChange(TrackedHandling):
    """Lifting joined with tracks."""

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """Both utilizations, the hours of a train that finds all positions free, and the wagons."""
        positions, tracks = self.loads
        wagons = column(sum(s.per_hour * s.open_share * column(s.contents.mean) for s in self.streams))
        alone = self.handling.span_alone
        return {
            "position_utilization": (positions, "1"),
            "track_utilization": (tracks, "1"),
            "lifting_hours_per_train": (alone, "h"),
            "track_hours_per_train": (self.given.shunting_hours + alone, "h"),
            "wagons_per_day": (per_hour_to_per_day(wagons * self.given.share), "wagons/day"),
        }


@by_identity
def _given(stage: GaugeChange) -> TrackedServers:
    lift = Service.of(stage.service_time).with_breakdowns(stage.breakdowns)
    shunting = minutes_to_hours(column(stage.place_minutes) + column(stage.remove_minutes))
    positions, tracks, shunting, share = np.broadcast_arrays(
        column(stage.positions), column(stage.tracks), shunting, column(stage.share)
    )
    return TrackedServers(lift, positions, tracks, shunting, share)


def _servers(stage: GaugeChange) -> dict[str, Column]:
    return {"positions": column(stage.positions), "tracks": column(stage.tracks)}


def _loads(stage: GaugeChange, stream: Stream) -> dict[str, Column]:
    positions, tracks = _given(stage).loads(stream)
    return {"positions": positions, "tracks": tracks}


def _perform(stage: GaugeChange, streams: list[Stream], numerical: bool) -> Performance:
    return _GaugeChange(_given(stage), streams, numerical)


GAUGE_CHANGE = StageMethod(_servers, _loads, _perform, capacity_is_bound=True)
