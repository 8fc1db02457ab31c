"""What is lost when hubs and lines are, and waits through storms."""

from pydantic import Field

from hubmodels.base import Model
from hubmodels.corridor_results.common import CorridorReport, CorridorResult
from hubmodels.results import Verdict


class Outage(Model):
    """The corridor without some of its parts."""

    lost: list[str] = Field(description="What is out or degraded: hubs.<id>, lines.<id>, or nodes.<id> and links.<id>")
    lost_share: float = Field(description="Share of their capacity that is lost [1]")
    served_share: float = Field(description="Share of all demand that is still served [1]")
    unserved_per_day: float = Field(description="Further demand that is not, over all units [units/day]")
    added_hours: float | None = Field(description="Further mean time of a unit that is still carried [h]")
    carrying_usd_per_day: float = Field(
        description="Further cost of what is still carried; negative where that is less [USD/day]"
    )
    total_usd_per_day: float = Field(description="Further cost with the loss of what is not carried [USD/day]")
    worst_demand: str | None = Field(description="Demand that loses the largest share; null if none does")
    worst_served_share: float | None = Field(description="Share of it that is still served [1]")


class ResilienceResult(CorridorResult):
    """The corridor without each of its parts in turn."""

    base_served_share: float = Field(description="Share of all demand that is served before [1]")
    base_usd_per_day: float = Field(description="Cost of what is carried before [USD/day]")
    verdict: Verdict
    outages: list[Outage] = Field(description="The costliest first")


class ResilienceReport(CorridorReport):
    """What is lost when hubs and lines are."""

    results: list[ResilienceResult]


class StormMonth(Model):
    """One month of storms."""

    month: str = Field(description="Month: jan to dec")
    closed_share: float = Field(description="Share of the month that is closed [1]")
    longest_closure_p50_hours: float = Field(description="Longest closure in half of the years [h]")
    longest_closure_p90_hours: float = Field(description="Longest closure in nine years of ten [h]")
    wait_mean_hours: float | None = Field(description="Mean wait of those who come in it; null if it only grows [h]")
    wait_p90_hours: float | None = Field(description="Wait that nine of ten of them do not exceed [h]")
    longest_wait_p90_hours: float = Field(description="Longest wait in nine years of ten [h]")


class StormResult(CorridorResult):
    """Waits through years of storms at the part that they close."""

    element: str = Field(description="Place in the corridor: nodes.<id> or links.<id>")
    unit: str = Field(description="Handling unit")
    arrivals_per_day: float = Field(description="Those that come [units/day]")
    capacity_per_day: float = Field(description="What it carries on an open day [units/day]")
    years: int = Field(description="Years drawn [years]")
    seed: int = Field(description="Seed of the calendar")
    wait_target_hours: float = Field(description="Wait that nine of ten should not exceed in the worst month [h]")
    meets_target: bool = Field(description="Whether they do not")
    least_capacity_per_day: float | None = Field(description="Least capacity that meets it [units/day]")
    least_factor: float | None = Field(description="The same over the present capacity [1]")
    vessels: int | None = Field(description="Vessels of the fleet; null where there is none [vessels]")
    fewest_vessels: int | None = Field(
        description="Fewest vessels that meet it, each as fast as now; null without fleet, or where none do [vessels]"
    )
    verdict: Verdict
    months: list[StormMonth]


class StormReport(CorridorReport):
    """Waits through years of storms."""

    results: list[StormResult]
