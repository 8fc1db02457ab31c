"""Time from door to door."""

from pydantic import Field

from hubmodels.base import Model
from hubmodels.corridor_results.common import CorridorReport, CorridorResult, Part, Time
from hubmodels.results import Verdict


class TransitLeg(Part):
    """What one part of the way takes."""

    distance_km: float = Field(description="Length; 0 at a hub [km]")
    mean_hours: float | None = Field(description="Mean time; null without steady state [h]")
    p90_hours: float | None = Field(description="Time that nine of ten do not exceed here [h]")
    queue_hours: float | None = Field(description="Of it, waiting for a server [h]")
    service_hours: float | None = Field(description="Of it, being served or moving [h]")
    synchronization_hours: float | None = Field(description="Of it, waiting for a batch, a partner or a load [h]")
    closure_hours: float | None = Field(description="Of it, waiting for opening [h]")
    quota_hours: float | None = Field(description="Of it, waiting for a permit [h]")
    variance_share: float | None = Field(description="Share of the variance of the whole time, shocks aside [1]")
    cost_usd: float = Field(description="Price for one unit of the demand [USD]")
    utilization: float = Field(description="Utilization of the stage that is loaded most [1]")
    verdict: Verdict = Field(description="Of the mean time")


class Reliability(Model):
    """How far times stray; null without steady state."""

    buffer_index: float | None = Field(description="(P95 - mean) / mean [1]")
    planning_time_index: float | None = Field(description="P95 over the time without any waiting [1]")
    late_share: float | None = Field(description="Share of the journeys that miss the demand's deadline [1]")
    deadline_hours: float | None = Field(description="The deadline [h]")


class AlternativeWay(Model):
    """Another way from origin to destination."""

    rank: int = Field(description="Place by generalized cost, the chosen way has 1 [1]")
    elements: list[str] = Field(description="Hubs and lines, in order")
    distance_km: float = Field(description="Length [km]")
    mean_hours: float | None = Field(description="Mean time [h]")
    cost_usd: float = Field(description="Prices for one unit [USD]")
    generalized_cost_usd: float | None = Field(description="Prices and value of the mean time [USD]")


class TransitResult(CorridorResult):
    """The time of one demand along its cheapest way."""

    demand: str = Field(description="Id of the demand")
    origin: str
    destination: str
    unit: str = Field(description="What is counted")
    distance_km: float = Field(description="Length of the way [km]")
    cost_usd: float = Field(description="Prices for one unit [USD]")
    time: Time = Field(description="With shocks, if the corridor has any")
    time_without_shocks: Time | None = Field(description="As if parts were independent; null if there are no shocks")
    reliability: Reliability
    legs: list[TransitLeg]
    alternatives: list[AlternativeWay]


class TransitReport(CorridorReport):
    """Door-to-door times."""

    results: list[TransitResult]
