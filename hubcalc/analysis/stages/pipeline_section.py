"""A pipeline section: tonnes flow through pumps and a line into tanks, and leave over moorings."""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags
from hubcalc.analysis.queues import SLOWEST_PER_HOUR
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, all_of, column, smallest, total, weighted
from hubcalc.cached import cached
from hubcalc.capacity.pipeline_section import coupled_flow_mean, fewer_work_probability, pumped_flow_mean
from hubcalc.units import HOURS_PER_DAY, per_hour_to_per_day
from hubmodels import PipelineSection


@dataclass(frozen=True)
class _Section(Performance):
    """A steady flow, in time spent in the line and in the tanks; nothing waits while it is below the capacity."""

    stage: PipelineSection
    streams: list[Stream]

    @cached
    def _rate(self) -> Column:
        return np.maximum(total(self.streams) * self.visit_share, SLOWEST_PER_HOUR)

    @cached
    def _capacity(self) -> Column:
        return smallest(_capacities(self.stage).values())

    @cached
    def _stays(self) -> tuple[Column, Column]:
        """Time in the line, and in tanks that are half full; at most as long as at a thousandth of the capacity."""
        flow = np.clip(self._rate, self._capacity / 1000, self._capacity)
        return column(self.stage.line_fill_tonnes) / flow, column(self.stage.tank_tonnes) / (2 * flow)

    @cached
    def wait(self) -> Estimate:
        """None below the capacity."""
        hours = np.where(self._rate < self._capacity, 0.0, np.inf)
        return Estimate(hours, np.zeros(hours.shape), np.zeros(hours.shape, np.int8))

    @property
    def wait_variance(self) -> Column:
        """None below the capacity."""
        return self.wait.hours

    @property
    def service(self) -> Column:
        """Through the line and the tanks."""
        return np.asarray(sum(self._stays) + np.zeros_like(self._rate))

    @property
    def service_variance(self) -> Column:
        """As if each level of the tanks were as likely: first in, first out."""
        return np.asarray(self._stays[1] ** 2 / 3 + np.zeros_like(self._rate))

    @cached
    def departure_scv(self) -> Column:
        """A steady flow stays as it is."""
        return weighted(self.streams, [stream.thinned(self.visit_share).scv for stream in self.streams])

    @cached
    def departure_poisson(self) -> Flags:
        """A steady flow stays as it is."""
        return all_of(stream.poisson for stream in self.streams)

    @property
    def visit_share(self) -> Column:
        """Share of the tonnes that go this way."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """Capacity with the tanks and without, how often pumps or moorings are too few, and what the tanks bridge."""
        stage, flow = self.stage, self._rate
        needed = flow / column(stage.mooring_tonnes_per_hour)
        days = column(stage.tank_tonnes) / (np.maximum(flow, self._capacity / 1000) * HOURS_PER_DAY)
        return {
            "working_capacity_tonnes_per_day": (per_hour_to_per_day(self._capacity), "t/day"),
            "capacity_without_tanks_tonnes_per_day": (per_hour_to_per_day(_coupled(stage)), "t/day"),
            "pumps_short_share": (
                fewer_work_probability(stage.pumps_needed, stage.pumps, stage.pump_availability),
                "1",
            ),
            "moorings_short_share": (
                fewer_work_probability(needed, stage.moorings, stage.mooring_availability),
                "1",
            ),
            "tank_days_without_moorings": (days, "days"),
            "line_transit_hours": (self._stays[0], "h"),
        }


def _coupled(stage: PipelineSection) -> Column:
    """Give the mean flow that passes line and moorings at the same moment [t/h]."""
    return coupled_flow_mean(
        stage.line_tonnes_per_hour,
        stage.pumps,
        stage.pumps_needed,
        stage.pump_availability,
        stage.moorings,
        stage.mooring_availability,
        stage.mooring_tonnes_per_hour,
        stage.friction_exponent,
    )


def _capacities(stage: PipelineSection) -> dict[str, Column]:
    """Give the mean flows of line and moorings [t/h].

    Tanks let each go at its own pace, so the lesser mean is the capacity, if they are large. Without tanks both are
    lowered alike, so that the lesser is the mean flow that passes both at once.
    """
    line = pumped_flow_mean(
        stage.line_tonnes_per_hour,
        stage.pumps,
        stage.pumps_needed,
        stage.pump_availability,
        stage.friction_exponent,
    )
    moorings = column(stage.moorings) * column(stage.mooring_availability) * column(stage.mooring_tonnes_per_hour)
    apart = np.where(column(stage.tank_tonnes) > 0, 1.0, _coupled(stage) / np.minimum(line, moorings))
    return {"line": line * apart, "moorings": moorings * apart}


def _servers(stage: PipelineSection) -> dict[str, Column]:
    return {"line": column(stage.pumps), "moorings": column(stage.moorings)}


def _loads(stage: PipelineSection, stream: Stream) -> dict[str, Column]:
    flow = stream.per_hour * column(stage.share)
    return {name: flow / capacity for name, capacity in _capacities(stage).items()}


def _perform(stage: PipelineSection, streams: list[Stream], _: bool) -> Performance:
    return _Section(stage, streams)


PIPELINE_SECTION = StageMethod(_servers, _loads, _perform, capacity_is_bound=True)
