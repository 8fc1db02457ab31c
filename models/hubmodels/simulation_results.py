"""What a simulation is asked, and what it answers: every number with its confidence interval."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Model, Rule
from hubmodels.results import Advice, HubReference, Metric

MOST_EVENTS = 500_000_000
"""Largest budget of events of one simulation."""
MOST_TRACED = 10_000
"""Most events of a trace."""
LARGEST_SEED = 2**53 - 1
"""Above, numbers of JSON are no longer exact everywhere."""

SimulationStatus = Literal["steady", "growing", "unsettled", "stuck", "out_of_events"]


class SimulationInputs(Model):
    """What decides the numbers of a simulation, besides the document: the same inputs give the same numbers."""

    overrides: dict[str, Any] = Field(default_factory=dict, description="One value by path")
    precision: float | None = Field(
        None,
        ge=0.0005,
        le=0.5,
        description="Half width of the interval of the main flow's mean dwell, by the mean; 0.01 by default [1]",
    )
    most_events: int = Field(
        20_000_000, ge=10_000, le=MOST_EVENTS, description="Budget of events; what is left open then is said [events]"
    )
    seed: int | None = Field(
        None,
        ge=0,
        le=LARGEST_SEED,
        description="Scenarios with the same one see the same random numbers; by default made from the inputs [1]",
    )
    replications: int | None = Field(
        None, ge=2, le=512, description="So many replications of `hours` each, instead of a precision [replications]"
    )
    hours: float | None = Field(
        None, gt=0, le=1e7, description="Simulated time of each of the `replications`, warm-up included [h]"
    )
    trace: int = Field(
        0, ge=0, le=MOST_TRACED, description="So many events of a run from its beginning are listed [events]"
    )

    def rules(self) -> Iterator[Rule]:
        """Give the rules of a run of fixed length: it needs both its numbers, and no precision."""
        together = (self.replications is None) == (self.hours is None)
        yield Rule(together, ("replications", "hours"), "give both for runs of fixed length, or neither")
        either = self.precision is None or self.replications is None
        yield Rule(
            either, ("precision", "replications"), "runs of fixed length go on to no precision; give one of them"
        )


class SimulatedMetric(Metric):
    """A number that was simulated, with its confidence interval of 95 %."""

    low: float | None = Field(None, description="Lower end of the confidence interval of 95 %")
    high: float | None = Field(None, description="Upper end of the confidence interval of 95 %")


class Interval(Model):
    """A number that was simulated; null where nothing was observed, its ends null where there was too little."""

    value: float | None = Field(description="The estimate")
    low: float | None = Field(None, description="Lower end of the confidence interval of 95 %")
    high: float | None = Field(None, description="Upper end of the confidence interval of 95 %")


class SimulatedTimeSplit(Model):
    """Where the time of one unit goes, in the mean."""

    queue_hours: Interval = Field(description="Waiting for a server, or for room [h]")
    service_hours: Interval = Field(description="Being served [h]")
    synchronization_hours: Interval = Field(description="Waiting for the rest of a train, a load or a partner [h]")
    closure_hours: Interval = Field(description="Waiting for opening hours [h]")
    quota_hours: Interval = Field(description="Waiting for a permit [h]")
    dwell_hours: Interval = Field(description="Sum of the five [h]")


class SimulatedStation(Model):
    """One stage. Times are those of the units of one flow that visit it."""

    stage: str = Field(description="Id of the stage")
    kind: str = Field(description="Kind of the stage")
    flow: str = Field(description="Whose times these are: the main flow, if it comes here")
    limit: str = Field(description="The resource of the stage that is loaded most")
    visits_per_day: Interval = Field(description="Handling units of all flows that visit the stage [units/day]")
    utilization: Interval = Field(description="Load of the limiting resource, by what it could do while open [1]")
    blocked_share: Interval = Field(description="Of the units that came: those that found no room [1]")
    number_mean: Interval = Field(description="Units at the stage, averaged over time [units]")
    content_wait_mean_hours: Interval = Field(description="Mean wait of one of the contents [h]")
    time_split: SimulatedTimeSplit
    loads: dict[str, Interval] = Field(description="Load of each resource of the stage [1]")


class SimulatedFlow(Model):
    """One flow through the hub."""

    flow: str = Field(description="Id of the flow")
    arrivals_per_day: Interval = Field(description="Units that come [units/day]")
    throughput_per_day: Interval = Field(description="Units that leave [units/day]")
    turned_away_share: Interval = Field(description="Of the units that came: those that found no room [1]")
    time_split: SimulatedTimeSplit
    dwell_quantiles: dict[str, Interval] = Field(description="Dwell that a share of the units does not exceed [h]")


class SimulatedYard(Model):
    """What stands in the yard of one stage."""

    stage: str = Field(description="Id of the stage")
    mean_teu: Interval = Field(description="Averaged over time [TEU]")
    p50_teu: Interval = Field(description="Not exceeded half of the time [TEU]")
    p95_teu: Interval = Field(description="Not exceeded 95 % of the time [TEU]")


class SimulationRun(Model):
    """How the simulation went."""

    status: SimulationStatus = Field(
        description="steady: means exist. growing: no steady state. unsettled: too short beside the hub's memory. "
        "stuck: units block each other for ever. out_of_events: the budget was too small to judge"
    )
    reason: str = Field(description="Why there are no means, if there are none")
    precision_reached: float | None = Field(
        description="Half width of the mean dwell of the main flow, or of its wait if wider, by the mean dwell [1]"
    )
    precision_met: bool = Field(description="Whether that is what was asked for; true in runs of fixed length")
    growth_per_day: float | None = Field(None, description="Units that came, less those that left [units/day]")
    warm_up_hours: float = Field(description="Cut off at the beginning of each replication [h]")
    hours: float = Field(description="Simulated in each replication after the warm-up [h]")
    replications: int = Field(description="Those that the estimates rest on [replications]")
    events: int = Field(description="All events, those of pilot runs included [events]")
    level: float = Field(description="Confidence level of all intervals [1]")


class TraceRow(Model):
    """One event of a run; what it has none of is null."""

    hours: float = Field(description="When [h]")
    event: str = Field(description="What happened")
    flow: str | None = Field(description="Flow of the unit")
    unit: int | None = Field(description="Number of the unit, in order of arrival or forming")
    stage: str | None = Field(description="Where")
    resource: str | None = Field(description="Of what")


class SimulationReport(Model):
    """The simulation of a hub in one scenario."""

    hub: HubReference
    model_version: str = Field(description="Changes only when numbers change")
    unit: str = Field(description="Handling unit of the main flow")
    content_unit: str | None = Field(None, description="What one handling unit brings")
    inputs: SimulationInputs = Field(description="With these and the document it can be repeated to the last digit")
    run: SimulationRun
    metrics: dict[str, SimulatedMetric]
    flows: list[SimulatedFlow]
    stations: list[SimulatedStation]
    yards: list[SimulatedYard]
    trace: list[TraceRow]
    warnings: list[Advice]
    evidence: dict[str, int] = Field(description="How many inputs rest on what: published, derived, assumption, ...")
