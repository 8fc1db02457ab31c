"""A road section: a free time, a delay that grows with the traffic, and a lognormal time on top.

Traffic is the mean flow of the whole day and of the whole week: of a peak the delay is more than that. The delay is
that of a volume-delay law; as long as the volume is below the capacity it is taken as the same for all.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.moving import Moving, time_on_the_way
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubcalc.cached import cached
from hubcalc.capacity.road_section import bpr_time_ratio, conical_time_ratio
from hubcalc.units import per_day_to_per_hour
from hubmodels import RoadSection

_DIRECTIONS = ("forward", "return")
_METHODS = {"bpr": Method.BPR, "conical": Method.CONICAL}


@dataclass(frozen=True)
class _Traffic(Moving):
    """Units in traffic: those of the first one's direction slow each other, and other vehicles slow them."""

    stage: RoadSection

    @cached
    def _load(self) -> Column:
        """Volume over capacity in the direction of the first stream."""
        lanes = _lanes(self.streams[0])
        own = [_loads(self.stage, stream)[lanes] for stream in self.streams]
        return column(sum(own)) + _others(self.stage)[lanes]

    @cached
    def wait(self) -> Estimate:
        """What traffic adds to the free time; a law of experience, whose error is not known."""
        hours = np.where(self._load < 1, traffic_delay_hours(self.stage, np.minimum(self._load, 1.0)), np.inf)
        hours = np.asarray(hours + np.zeros_like(self.service))
        error = np.where(hours > 0, np.nan, 0.0)
        return Estimate(hours, error, np.full(hours.shape, _METHODS[self.stage.delay_law], np.int8))

    @cached
    def departure_poisson(self) -> Flags:
        """Vehicles in traffic follow each other at headways."""
        return np.zeros(np.shape(self.service), bool)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What the time is made of, the speed that is left, and how much of the traffic is not the hub's."""
        delay, free = self.wait.hours, free_hours(self.stage)
        load, others = np.broadcast_arrays(self._load, _others(self.stage)[_lanes(self.streams[0])])
        return {
            "free_hours": (free, "h"),
            "traffic_delay_hours": (delay, "h"),
            "excess_mean_hours": (column(self.stage.excess_mean_hours), "h"),
            "speed_km_per_hour": (column(self.stage.length_km) / (free + delay), "km/h"),
            "other_traffic_share": (np.where(load > 0, others / np.where(load > 0, load, 1.0), 0.0), "1"),
        }


def free_hours(stage: RoadSection) -> Column:
    """Give the time over the empty road, without what comes on top."""
    return column(stage.length_km) / column(stage.free_speed_km_per_hour)


def traffic_delay_hours(stage: RoadSection, load: Column) -> Column:
    """Give what traffic of this volume over capacity adds to the free time."""
    if stage.delay_law == "conical":
        ratio = conical_time_ratio(load, column(stage.conical_steepness))
    else:
        ratio = bpr_time_ratio(load, column(stage.delay_factor), column(stage.delay_exponent))
    return np.asarray(free_hours(stage) * np.maximum(ratio - 1, 0.0))


def load_of(stage: RoadSection, units_per_hour: Column) -> Column:
    """Give volume over capacity of one direction."""
    return units_per_hour * column(stage.passenger_car_equivalent) / _cars_per_hour(stage) + _other_load(stage)


def _cars_per_hour(stage: RoadSection) -> Column:
    """Give the capacity of one direction in passenger cars."""
    return column(stage.lanes) * column(stage.capacity_vehicles_per_lane_hour)


def _other_load(stage: RoadSection) -> Column:
    return per_day_to_per_hour(column(stage.other_vehicles_per_day)) / _cars_per_hour(stage)


def _lanes(stream: Stream) -> str:
    return f"{stream.flow.direction}_lanes"


def _servers(stage: RoadSection) -> dict[str, Column]:
    return {f"{way}_lanes": column(stage.lanes) for way in _DIRECTIONS}


def _others(stage: RoadSection) -> dict[str, Column]:
    return {f"{way}_lanes": _other_load(stage) for way in _DIRECTIONS}


def _loads(stage: RoadSection, stream: Stream) -> dict[str, Column]:
    cars = stream.per_hour * column(stage.share) * column(stage.passenger_car_equivalent)
    load, own = cars / _cars_per_hour(stage), _lanes(stream)
    return {lanes: load if lanes == own else np.zeros_like(load) for lanes in _servers(stage)}


def _perform(stage: RoadSection, streams: list[Stream], _: bool) -> Performance:
    time = time_on_the_way(free_hours(stage), stage.excess_mean_hours, stage.excess_scv)
    return _Traffic(streams, column(stage.share), time, stage)


ROAD_SECTION = StageMethod(_servers, _loads, _perform, others=_others)
