"""Time, cost and greenhouse gases along a way."""

from pydantic import Field

from hubmodels.base import Model
from hubmodels.corridor_results.common import CorridorReport, CorridorResult, Part
from hubmodels.results import Verdict


class SeriesPoint(Model):
    """One point of the time-cost-distance graph; a hub gives two at one distance."""

    label: str = Field(description="Hub or line")
    element: str = Field(description="Place in the corridor: nodes.<id> or links.<id>")
    mode: str = Field(description="railway, road, sea_leg, pipeline or hub")
    distance_km: float = Field(description="Distance so far [km]")
    hours: float | None = Field(description="Mean time so far [h]")
    hours_p90: float | None = Field(
        description="Time so far that nine of ten do not exceed; on very long ways at the end only [h]"
    )
    cost_usd: float = Field(description="Price so far, for one unit of the demand [USD]")


class Indicator(Model):
    """One of the trade facilitation indicators of CAREC."""

    indicator: str = Field(description="TFI1, TFI2, TFI3, SWOD or SWD")
    meaning: str = Field(description="What it measures")
    value: float | None = Field(description="The value")
    unit: str
    verdict: Verdict


class TimeCostDistanceResult(CorridorResult):
    """The way of one demand as UNESCAP draws it and CAREC measures it."""

    demand: str = Field(description="Id of the demand")
    unit: str = Field(description="What is counted")
    points: list[SeriesPoint]
    indicators: list[Indicator]


class TimeCostDistanceReport(CorridorReport):
    """Time and cost over distance."""

    results: list[TimeCostDistanceResult]


class EmissionLeg(Part):
    """Greenhouse gases of one part of the way, per unit of the demand."""

    mode: str = Field(description="railway, road, sea_leg, pipeline or hub")
    factor: str = Field(description="Id of the emission factor")
    distance_km: float = Field(description="Distance it is applied to; 0 for handling [km]")
    well_to_wheel_kg: float = Field(description="CO2 equivalents with the provision of energy [kg]")
    tank_to_wheel_kg: float = Field(description="CO2 equivalents of the operation alone [kg]")
    empty_kg: float = Field(description="Of the first, by empty running [kg]")
    basis: str = Field(description="Where the factor comes from: published, derived, assumption or override")
    source: str = Field(description="Source of the factor, or the reason")


class EmissionResult(CorridorResult):
    """Greenhouse gases of the way of one demand."""

    demand: str = Field(description="Id of the demand")
    unit: str = Field(description="What is counted")
    tonnes_per_unit: float = Field(description="Cargo in one unit [t]")
    distance_km: float = Field(description="Length of the way [km]")
    well_to_wheel_kg: float = Field(description="CO2 equivalents with the provision of energy, per unit [kg]")
    tank_to_wheel_kg: float = Field(description="CO2 equivalents of the operation alone, per unit [kg]")
    well_to_wheel_grams_per_tonne_km: float = Field(description="The first per tonne and kilometer [g]")
    tonnes_per_year: float = Field(description="The first for the whole demand [t/year]")
    verdict: Verdict
    legs: list[EmissionLeg]


class EmissionReport(CorridorReport):
    """Greenhouse gases along a way."""

    results: list[EmissionResult]
