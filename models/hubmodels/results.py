"""What an analysis answers: metrics, the station table, the split of time, and how far each number may be trusted."""

from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Model
from hubmodels.flow import Direction

VerdictStatus = Literal["exact", "approximate", "simulated", "unstable", "refused"]


class Verdict(Model):
    """How far a number may be trusted."""

    status: VerdictStatus = Field(description="Exact, approximate, simulated, unstable (no steady state) or refused")
    method: str = Field(description="What gave the number")
    expected_error: float | None = Field(
        None, description="Relative error to expect, measured; null where none has been measured [1]"
    )
    half_width: float | None = Field(
        None,
        description="Half the width of the 95 % interval, if simulated; else null [unit of the value]",
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
    synchronization_hours: float | None = Field(
        description="Waiting for others: the rest of the same train or batch, a partner, a load [h]"
    )
    closure_hours: float | None = Field(description="Waiting for the hub, a stage or a window to open [h]")
    quota_hours: float | None = Field(description="Waiting for a permit [h]")
    dwell_hours: float | None = Field(description="Sum of the five [h]")


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
    synchronization_mean_hours: float | None = Field(description="Mean time waiting for a partner or a load [h]")
    closure_mean_hours: float | None = Field(description="Mean delay by closing times that this stage adds [h]")
    quota_mean_hours: float | None = Field(description="Mean time waiting for a permit [h]")
    dwell_mean_hours: float | None = Field(description="Mean time from arrival to departure [h]")
    blocked_share: float = Field(description="Share of those who come that find the waiting room full [1]")
    peak_utilization: float = Field(description="Utilization in the busiest time of the week [1]")
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


class FlowBalance(Model):
    """What a flow brings into the hub and takes out of it on a mean day; null where the document does not say it."""

    flow: str = Field(description="Id of the flow")
    direction: Direction = Field(description="Way through the hub")
    unit: str = Field(description="Handling unit")
    content_unit: str | None = Field(description="What one handling unit brings")
    units_in_per_day: float = Field(description="Handling units that arrive [units/day]")
    units_out_per_day: float = Field(description="Handling units that leave, regrouped where trains are [units/day]")
    units_turned_away_per_day: float = Field(description="Handling units that find no room [units/day]")
    units_growth_per_day: float = Field(description="Growth of the queues in the hub; 0 if all is stable [units/day]")
    contents_per_unit_in: float | None = Field(description="Mean contents of one that arrives [units]")
    contents_per_unit_out: float | None = Field(description="Mean contents of one that leaves [units]")
    contents_in_per_day: float | None = Field(description="Contents that arrive [units/day]")
    contents_out_per_day: float | None = Field(description="Contents that leave [units/day]")
    contents_turned_away_per_day: float | None = Field(description="Contents that find no room [units/day]")
    contents_growth_per_day: float | None = Field(description="Contents that stay in growing queues [units/day]")
    loaded_out_per_day: float | None = Field(description="Loaded contents that leave [units/day]")
    empty_out_per_day: float | None = Field(description="Empty contents that leave [units/day]")
    teu_in_per_day: float | None = Field(description="The same as contents that arrive, in TEU [TEU/day]")
    teu_out_per_day: float | None = Field(description="The same as contents that leave, in TEU [TEU/day]")
    wagons_in_per_day: float | None = Field(description="Wagons that arrive [wagons/day]")
    wagons_out_per_day: float | None = Field(description="Wagons that leave [wagons/day]")


class DirectionBalance(Model):
    """What leaves in one direction on a mean day, over all flows; null where a flow does not say it."""

    direction: Direction
    contents_out_per_day: float | None = Field(description="Contents of all flows together [units/day]")
    loaded_out_per_day: float | None = Field(description="Loaded ones [units/day]")
    empty_out_per_day: float | None = Field(description="Empty ones [units/day]")
    teu_out_per_day: float | None = Field(description="In TEU [TEU/day]")
    wagons_out_per_day: float | None = Field(description="Wagons [wagons/day]")


class YardOccupancy(Model):
    """What a yard holds."""

    stage: str = Field(description="Id of the yard")
    mean_teu: float = Field(description="Mean occupancy [TEU]")
    p50_teu: float = Field(description="Occupancy that is not exceeded in half of the time [TEU]")
    p95_teu: float = Field(description="Occupancy that is not exceeded in 19 of 20 hours [TEU]")
    p99_teu: float = Field(description="Occupancy that is not exceeded in 99 of 100 hours [TEU]")
    capacity_teu: float = Field(description="What it can hold [TEU]")
    verdict: Verdict = Field(description="Of the percentiles")


class Balance(Model):
    """Flows in and out by direction, and what gathers on one side and must be brought back."""

    flows: list[FlowBalance]
    directions: list[DirectionBalance]
    empties_to_return_per_day: float | None = Field(
        description="Contents that gather on one side, to be brought back empty beyond what flows now [units/day]"
    )
    empties_direction: Direction | None = Field(description="Direction in which these would go; null if none must")
    wagons_to_return_per_day: float | None = Field(description="Wagons that gather on one side [wagons/day]")
    wagons_direction: Direction | None = Field(description="Direction in which these would go; null if none must")
    yards: list[YardOccupancy]


class ScenarioResult(Model):
    """The analysis of one scenario."""

    overrides: dict[str, Any] = Field(description="The inputs that this scenario changes, by path")
    metrics: dict[str, Metric]
    stations: list[StationResult]
    time_split: TimeSplit
    content_time_split: TimeSplit | None = Field(
        None, description="The same for one of the contents; null where times are simulated"
    )
    balance: Balance | None = Field(None, description="What goes in and out; left out with many scenarios")
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


class CurvePoint(Model):
    """The hub at one flow."""

    flow_per_day: float = Field(description="Flow that capacities are counted in [units/day]")
    utilization: float = Field(description="Utilization of the stage that is loaded most [1]")
    wait_mean_hours: float | None = Field(description="Mean wait for servers [h]")
    wait_over_service: float | None = Field(description="The same over the mean service [1]")
    dwell_mean_hours: float | None = Field(description="Mean dwell [h]")
    dwell_p50_hours: float | None = Field(description="Dwell that half of the units do not exceed [h]")
    dwell_p90_hours: float | None = Field(description="Dwell that nine units of ten do not exceed [h]")
    dwell_p95_hours: float | None = Field(description="Dwell that 19 units of 20 do not exceed [h]")
    verdict: Verdict = Field(description="Of the mean dwell")


class WaitLevel(Model):
    """The flow at which the wait comes to a given share of the service."""

    wait_over_service: float = Field(description="Mean wait over mean service [1]")
    flow_per_day: float = Field(description="Largest flow that keeps it [units/day]")


class CapacityCurve(Model):
    """Flow against dwell, from little flow to almost the theoretical capacity."""

    hub: HubReference
    model_version: str = Field(description="Changes only when numbers change")
    unit: str = Field(description="Handling unit of the flow")
    scale: str | None = Field(description="The one flow that grows; null: all together, in their present mix")
    overrides: dict[str, Any] = Field(description="The inputs that were changed, by path")
    present_per_day: float = Field(description="The flow of the document [units/day]")
    theoretical_capacity_per_day: float = Field(description="Flow at which a stage is fully loaded [units/day]")
    practical_capacity_per_day: float = Field(description="Flow at the practical utilization of a stage [units/day]")
    points: list[CurvePoint]
    levels: list[WaitLevel]


class HourOfDay(Model):
    """One hour of a stage's day."""

    day: int | None = Field(description="Day of the week, 0 is Monday; null where all days are alike [day]")
    hour: int = Field(description="Hour of the day at which it begins, local time [h]")
    arrivals_per_hour: float = Field(description="Handling units of all flows that come to be served [units/h]")
    open_share: float = Field(description="Share of the hour in which the stage works [1]")
    utilization: float | None = Field(description="Share of the open servers that is busy; null while closed [1]")
    queue_mean: float = Field(description="Mean number in line [units]")
    wait_mean_hours: float = Field(description="Wait of those who come in this hour, opening included [h]")


class StageProfile(Model):
    """The day of one stage."""

    stage: str = Field(description="Id of the stage")
    hours: list[HourOfDay] = Field(description="None without steady state")
    wait_mean_hours: float | None = Field(description="Mean wait over the whole day, opening included [h]")
    queue_peak: float | None = Field(description="Largest mean number in line [units]")
    queue_peak_hour: float | None = Field(description="When it is reached, from the start of the first day [h]")
    growth_per_day: float = Field(description="Growth of the queue; 0 if stable [units/day]")
    verdict: Verdict = Field(description="Of the mean wait over the day")


class DayProfile(Model):
    """The hours of the day at the stages of the main route, in the steady day or week."""

    hub: HubReference
    model_version: str = Field(description="Changes only when numbers change")
    overrides: dict[str, Any] = Field(description="The inputs that were changed, by path")
    stages: list[StageProfile]


class Clearing(Model):
    """How long a queue lasts while arrivals go on."""

    hub: HubReference
    model_version: str = Field(description="Changes only when numbers change")
    overrides: dict[str, Any] = Field(description="The inputs that were changed, by path")
    stage: str = Field(description="Id of the stage before which it stands")
    unit: str = Field(description="Handling unit")
    queue: float = Field(description="Handling units in line at the start [units]")
    arrivals_per_day: float = Field(description="Those that go on arriving to be served there [units/day]")
    capacity_per_day: float = Field(description="What the stage can serve beside the other flows [units/day]")
    cleared_after_hours: float | None = Field(description="Until nobody is in line; null where it never comes [h]")
    cleared_p10_hours: float | None = Field(description="The same that is not exceeded in 1 case of 10 [h]")
    cleared_p90_hours: float | None = Field(description="The same that is not exceeded in 9 cases of 10 [h]")
    last_in_queue_hours: float | None = Field(description="Until the last of those in line is served [h]")
    growth_per_day: float = Field(description="Growth of the line where it never clears; else 0 [units/day]")
    verdict: Verdict


class Recovery(Model):
    """What a closure leaves behind."""

    hub: HubReference
    model_version: str = Field(description="Changes only when numbers change")
    overrides: dict[str, Any] = Field(description="The inputs that were changed, by path")
    stage: str = Field(description="Id of the stage that is closed")
    unit: str = Field(description="Handling unit")
    closed_hours: float = Field(description="Length of the closure [h]")
    backlog: float = Field(description="In line when it ends [units]")
    backlog_usual: float = Field(description="In line at that time in a usual week [units]")
    recovered_after_hours: float | None = Field(
        description="From its end until the line is what it usually is; null where it never is [h]"
    )
    affected: float | None = Field(description="Units that are delayed by it [units]")
    delay_mean_hours: float | None = Field(description="Mean further delay of these [h]")
    growth_per_day: float = Field(description="Growth of the line where it never recovers; else 0 [units/day]")
    verdict: Verdict
