"""Answers about corridors: times, flows, equilibria, losses, series, greenhouse gases."""

from hubmodels.corridor_results.common import CorridorReference, CorridorReport, CorridorResult, Part, Time
from hubmodels.corridor_results.flows import (
    BottleneckStep,
    CongestedElement,
    DemandServed,
    ElementFlow,
    EquilibriumReport,
    EquilibriumResult,
    FlowReport,
    FlowResult,
    WayUsed,
)
from hubmodels.corridor_results.resilience import (
    Outage,
    ResilienceReport,
    ResilienceResult,
    StormMonth,
    StormReport,
    StormResult,
)
from hubmodels.corridor_results.series import (
    EmissionLeg,
    EmissionReport,
    EmissionResult,
    Indicator,
    SeriesPoint,
    TimeCostDistanceReport,
    TimeCostDistanceResult,
)
from hubmodels.corridor_results.transit import (
    AlternativeWay,
    Reliability,
    TransitLeg,
    TransitReport,
    TransitResult,
)

__all__ = [
    "AlternativeWay",
    "BottleneckStep",
    "CongestedElement",
    "CorridorReference",
    "CorridorReport",
    "CorridorResult",
    "DemandServed",
    "ElementFlow",
    "EmissionLeg",
    "EmissionReport",
    "EmissionResult",
    "EquilibriumReport",
    "EquilibriumResult",
    "FlowReport",
    "FlowResult",
    "Indicator",
    "Outage",
    "Part",
    "Reliability",
    "ResilienceReport",
    "ResilienceResult",
    "SeriesPoint",
    "StormMonth",
    "StormReport",
    "StormResult",
    "Time",
    "TimeCostDistanceReport",
    "TimeCostDistanceResult",
    "TransitLeg",
    "TransitReport",
    "TransitResult",
    "WayUsed",
]
