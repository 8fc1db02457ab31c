"""What a simulation of a hub answers, in the words of the document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hubcalc.simulation.intervals import Estimate
from hubcalc.simulation.program import Category
from hubcalc.simulation.results import Status


@dataclass(frozen=True, slots=True)
class SimulatedValue:
    """A number with its unit and half the width of its interval; None where there is nothing to say."""

    value: float | None
    unit: str
    half_width: float | None = None
    """None where there was one observation only."""

    @classmethod
    def of(cls, estimate: Estimate | None, unit: str, factor: float = 1.0) -> "SimulatedValue":
        """Give an estimate in a unit.

        >>> SimulatedValue.of(Estimate(0.5, 0.01, 0.95, 16), "units/day", 24.0)
        SimulatedValue(value=12.0, unit='units/day', half_width=0.24)
        """
        if estimate is None:
            return cls(None, unit)
        finite = np.isfinite(estimate.half_width)
        return cls(estimate.mean * factor, unit, estimate.half_width * factor if finite else None)

    def times(self, factor: float) -> "SimulatedValue":
        """Give so many times the value."""
        if self.value is None:
            return self
        width = None if self.half_width is None else self.half_width * factor
        return SimulatedValue(self.value * factor, self.unit, width)


def total(values: Iterable[SimulatedValue], unit: str) -> SimulatedValue:
    """Add values up; half widths add up too, which is safe whatever the values have to do with each other.

    >>> total([SimulatedValue(1.0, "h", 0.1), SimulatedValue(2.0, "h", 0.2)], "h").value
    3.0
    """
    values = list(values)
    known = [value.value for value in values if value.value is not None]
    if not known or len(known) < len(values):
        return SimulatedValue(None, unit)
    widths = [value.half_width for value in values if value.half_width is not None]
    return SimulatedValue(sum(known), unit, sum(widths) if len(widths) == len(values) else None)


def largest(values: Iterable[SimulatedValue], unit: str) -> SimulatedValue:
    """Give the largest of several values that are known."""
    known = [value for value in values if value.value is not None]
    return max(known, key=lambda value: value.value or 0.0) if known else SimulatedValue(None, unit)


@dataclass(frozen=True, slots=True)
class SimulatedTimes:
    """Where the time of a unit goes, in the mean [h]."""

    queue: SimulatedValue
    service: SimulatedValue
    synchronization: SimulatedValue
    closure: SimulatedValue
    quota: SimulatedValue
    dwell: SimulatedValue

    @classmethod
    def of(cls, parts: Mapping[Category, SimulatedValue], dwell: SimulatedValue) -> "SimulatedTimes":
        """Give the parts of a dwell, of each category one."""
        return cls(**{category.name.lower(): value for category, value in parts.items()}, dwell=dwell)


@dataclass(frozen=True, slots=True)
class SimulatedStation:
    """A stage. Times are those of units of `flow` that visit it: the main flow, if it comes here."""

    stage: str
    kind: str
    flow: str
    visits_per_day: SimulatedValue
    """Units of all flows that visit the stage."""
    times: SimulatedTimes
    content_wait: SimulatedValue
    """Of one of the contents until it is worked on, or of the unit where that is what is served."""
    limit: str
    """The resource that is loaded most."""
    utilization: SimulatedValue
    """Its load: by what it could do while it is open."""
    loads: Mapping[str, SimulatedValue]
    """Of each resource."""
    blocked_share: SimulatedValue
    """Of the units that came: those that found no place in the waiting room."""
    number: SimulatedValue
    """Units that are here, in the mean over time; those that wait outside for room included."""


@dataclass(frozen=True, slots=True)
class SimulatedYard:
    """What lies in a yard [TEU]."""

    mean_teu: SimulatedValue
    p50_teu: SimulatedValue
    p95_teu: SimulatedValue


@dataclass(frozen=True, slots=True)
class SimulatedFlow:
    """A flow through the hub."""

    flow: str
    arrivals_per_day: SimulatedValue
    throughput_per_day: SimulatedValue
    turned_away_share: SimulatedValue
    times: SimulatedTimes
    dwell_quantiles: Mapping[float, SimulatedValue]
    """By probability [h]."""


@dataclass(frozen=True, slots=True)
class SimulationRun:
    """What was done."""

    status: Status
    reason: str
    """Why there are no means, if there are none."""
    replications: int
    hours: float
    """Of each replication, after the warm-up [h]."""
    warm_up_hours: float
    events: int
    seed: int
    level: float
    """Of all intervals [1]."""
    precision: float
    """What was asked for: half width of the mean dwell and wait, by the mean dwell [1]."""
    precision_reached: float | None
    precision_met: bool
    growth_per_day: float | None
    """Units by which the hub filled up in the later half of the replications, a day; about 0 in a steady state."""


@dataclass(frozen=True, slots=True)
class HubSimulation:
    """A simulated hub. Without a steady state there are no values, and `run` says why."""

    main_flow: str
    run: SimulationRun
    metrics: Mapping[str, SimulatedValue]
    """Of the main flow, by the names of the analysis, and some more; empty without a steady state."""
    stations: Mapping[str, SimulatedStation]
    flows: Mapping[str, SimulatedFlow]
    yards: Mapping[str, SimulatedYard]
