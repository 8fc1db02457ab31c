"""Flows over a corridor: least cost, and under congestion."""

from pydantic import Field

from hubmodels.base import Model
from hubmodels.corridor_results.common import CorridorReport, CorridorResult, Part
from hubmodels.results import Verdict


class DemandServed(Model):
    """What becomes of one demand."""

    demand: str = Field(description="Id of the demand")
    unit: str = Field(description="What is counted")
    asked_per_day: float = Field(description="Demand [units/day]")
    served_per_day: float = Field(description="What is carried [units/day]")
    unserved_per_day: float = Field(description="What is not [units/day]")
    mean_hours: float | None = Field(description="Mean time of those carried [h]")
    cost_usd_per_unit: float | None = Field(description="Mean price of those carried [USD]")
    ways: int = Field(description="Number of ways used [1]")


class DemandFlow(DemandServed):
    """What becomes of one demand, and what could."""

    largest_per_day: float | None = Field(
        description="Largest flow of it alone, without the other demands; null if nothing limits it [units/day]"
    )
    cut: list[str] = Field(description="Hubs and lines that limit that, all of them full")


class ElementFlow(Part):
    """What passes one hub or line."""

    unit: str = Field(description="Handling unit")
    flow_per_day: float = Field(description="Of the corridor's demands [units/day]")
    other_per_day: float = Field(description="Of nobody here [units/day]")
    capacity_per_day: float | None = Field(description="For both; null if nothing limits it [units/day]")
    utilization: float | None = Field(description="Both over the capacity [1]")
    price_usd: float = Field(description="Cost saved per further handling unit of capacity a day [USD/unit]")
    verdict: Verdict = Field(description="Of the capacity")


class WayUsed(Model):
    """One way that a demand takes."""

    demand: str = Field(description="Id of the demand")
    flow_per_day: float = Field(description="What takes it [units/day]")
    elements: list[str] = Field(description="Hubs and lines, in order")
    mean_hours: float | None = Field(description="Mean time [h]")
    cost_usd: float = Field(description="Prices for one unit [USD]")


class BottleneckStep(Part):
    """One bottleneck, and what is gained once it no longer limits."""

    rank: int = Field(description="Order in which they limit [1]")
    capacity_per_day: float | None = Field(description="Its capacity [handling units/day]")
    price_usd: float = Field(description="Cost saved per further handling unit of capacity a day [USD/unit]")
    served_share_after: float = Field(description="Share of all demand served once it no longer limits [1]")
    saved_usd_per_day: float = Field(description="Cost saved by that, lost demand counted [USD/day]")


class FlowResult(CorridorResult):
    """The cheapest way to carry the demands within the capacities."""

    served_share: float = Field(description="Share of all demand that is served, in units of each [1]")
    cost_usd_per_day: float = Field(description="Prices and value of time of what is carried [USD/day]")
    largest_multiple: float | None = Field(
        description="All demands times this just fit; null if nothing limits them [1]"
    )
    relative_gap: float = Field(description="How far the cost may be above the least one, relative [1]")
    verdict: Verdict
    demands: list[DemandFlow]
    elements: list[ElementFlow]
    bottlenecks: list[BottleneckStep]
    ways: list[WayUsed]


class FlowReport(CorridorReport):
    """Least-cost flows."""

    results: list[FlowResult]


class CongestedElement(Part):
    """One hub or line under the flows of the equilibrium."""

    unit: str = Field(description="Handling unit")
    flow_per_day: float = Field(description="All that passes, others included [units/day]")
    utilization: float | None = Field(description="Over the theoretical capacity; null if nothing limits it [1]")
    mean_hours: float = Field(description="Mean time to pass at that flow [h]")
    free_hours: float = Field(description="Mean time to pass without others [h]")
    overloaded: bool = Field(
        description="Beyond its capacity: the time is the mean over the horizon, while a line grows"
    )
    optimum_flow_per_day: float = Field(description="What would pass if total cost were least [units/day]")


class EquilibriumResult(CorridorResult):
    """Flows at which no unit gains by another way."""

    relative_gap: float = Field(description="Cost above that of the cheapest ways, relative [1]")
    iterations: int = Field(description="Rounds until then [1]")
    total_hours_per_day: float = Field(description="Time of all units [unit-hours/day]")
    optimum_hours_per_day: float = Field(description="The same where total cost is least [unit-hours/day]")
    total_usd_per_day: float = Field(description="Prices and value of time of all units [USD/day]")
    optimum_usd_per_day: float = Field(description="The least that this can be [USD/day]")
    price_of_anarchy: float = Field(description="Total cost over the least one [1]")
    verdict: Verdict
    demands: list[DemandServed]
    elements: list[CongestedElement]
    ways: list[WayUsed]


class EquilibriumReport(CorridorReport):
    """Flows under congestion."""

    results: list[EquilibriumResult]
