"""What an analysis answers: metrics, the station table, the split of time, and how far each number may be trusted."""

from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Model

VerdictStatus = Literal["exact", "approximate", "simulated", "unstable", "refused"]


class Verdict(Model):
    """How far a number may be trusted."""

    status: VerdictStatus = Field(description="Exact, approximate, simulated, unstable (no steady state) or refused")
    method: str = Field(description="What gave the number")
    expected_error: float | None = Field(
        None, description="Relative error to expect, measured; null where none has been measured [1]"
    )
    reason: str = Field("", description="Why it is not exact, or why there is no number")


class Metric(Model):
    """One number (or name) with its unit, verdict and range."""

    value: float | str | None = Field(description="The value; null where there is none, see the verdict")
    unit: str = Field(description="Unit of value, low and high")
    verdict: Verdict
    low: float | None = Field(
        None, description="Lower end of the range that the inputs, one at a time at P10 and P90, give"
    )
    high: float | None = Field(
        None, description="Upper end of the range that the inputs, one at a time at P10 and P90, give"
    )


class Quantity(Model):
    """A number with its unit."""

    value: float | None
    unit: str


class TimeSplit(Model):
    """Where the time of one unit goes, along the main route."""

    unit: str = Field(description="Whose time it is")
    queue_hours: float | None = Field(description="Waiting for a server [h]")
    service_hours: float | None = Field(description="Being served [h]")
    synchronization_hours: float | None = Field(description="Waiting for the rest of the same train or batch [h]")
    closure_hours: float | None = Field(description="Waiting for the hub to open [h]")
    dwell_hours: float | None = Field(description="Sum of the four [h]")


class StationResult(Model):
    """One stage of the station table. Waits and dwells are of those that visit the stage."""

    stage: str = Field(description="Id of the stage")
    kind: str = Field(description="Kind of the stage")
    limit: str = Field(description="The resource of the stage that is loaded most")
    arrivals_per_day: float = Field(description="Handling units of all flows that reach the stage [units/day]")
    utilization: float = Field(description="Offered load per server while open, of the limiting resource [1]")
    wait_mean_hours: float | None = Field(description="Mean wait of a handling unit [h]")
    content_wait_mean_hours: float | None = Field(description="Mean wait of one of its contents [h]")
    service_mean_hours: float | None = Field(description="Mean time from start of service to leaving [h]")
    closure_mean_hours: float | None = Field(description="Mean delay by closing times that this stage adds [h]")
    dwell_mean_hours: float | None = Field(description="Mean time from arrival to departure [h]")
    theoretical_capacity_per_day: float | None = Field(description="Main flow at utilization 1 here [units/day]")
    practical_capacity_per_day: float | None = Field(description="Main flow at the practical utilization [units/day]")
    capacity_is_bound: bool = Field(description="The capacities are only upper bounds [1]")
    growth_per_day: float = Field(description="Growth of the queue; 0 if stable [units/day]")
    backlog_at_horizon: float = Field(
        description="What a growing queue has come to at the horizon; 0 if stable [units]"
    )
    fewest_stable_servers: int | None = Field(
        None, description="Fewest of the limiting resource that would be stable, if unstable [servers]"
    )
    verdict: Verdict
    details: dict[str, Quantity] = Field(default_factory=dict, description="What is peculiar to this kind of stage")


class Advice(Model):
    """Something the reader of a number should know."""

    code: str
    message: str


class ScenarioResult(Model):
    """The analysis of one scenario."""

    overrides: dict[str, Any] = Field(description="The inputs that this scenario changes, by path")
    metrics: dict[str, Metric]
    stations: list[StationResult]
    time_split: TimeSplit
    content_time_split: TimeSplit | None = Field(None, description="The same for one of the contents")
    warnings: list[Advice]
    permalink: str | None = Field(None, description="Address that will always mean this very result")


class InputEvidence(Model):
    """Where one input of the analysis comes from."""

    path: str
    value: Any
    unit: str
    basis: Literal["published", "derived", "assumption", "default", "override"]
    source: str | None = None
    url: str | None = None
    year: int | None = Field(None, description="Year that the figure speaks of [year]")
    note: str = ""


class HubReference(Model):
    """Which document was analyzed."""

    id: str
    name: str
    kind: str
    version: int | None = Field(None, description="Version of the stored document; null for one given in the request")


class AnalysisReport(Model):
    """The analysis of a hub in one or more scenarios."""

    hub: HubReference
    model_version: str = Field(description="Changes only when numbers change")
    unit: str = Field(description="Handling unit of the main flow")
    content_unit: str | None = Field(None, description="What one handling unit brings")
    results: list[ScenarioResult]
    evidence: list[InputEvidence]
