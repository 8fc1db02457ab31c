"""What the world is: documents of hubs, lines, corridors and scenarios, and the results of their analysis.

Pydantic only; imports nothing else of hubcalc.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from hubmodels.border_crossing import BorderCrossing
from hubmodels.calendars import Breakdowns, Calendar, Interruptions, Shift, Window
from hubmodels.corridor import CORRIDOR, Corridor
from hubmodels.dry_port import DryPort
from hubmodels.durations import ServiceTime
from hubmodels.evidence import Evidence, Source, Uncertainty
from hubmodels.flow import Contents, Flow
from hubmodels.hub import SCHEMA_VERSION, HubBase, Location, Opening, Targets, migrate
from hubmodels.line import LINE, LineBase, LineDocument, Pipeline, Railway, Road, SeaLeg
from hubmodels.scenario import SCENARIO, Scenario
from hubmodels.stages import (
    Berth,
    Booths,
    Examination,
    FerryOrVessel,
    Gate,
    GaugeChange,
    Inspection,
    LineSection,
    Pairing,
    PipelineSection,
    PlatformPool,
    Quota,
    RoadSection,
    Run,
    ServedStage,
    ServiceStage,
    Stage,
    StageBase,
    TrainForming,
    TransshipmentFront,
    Yard,
)
from hubmodels.terminal import Terminal

Hub = Annotated[DryPort | BorderCrossing | Terminal, Field(discriminator="kind")]
"""A hub document of any kind."""

HUB: TypeAdapter[DryPort | BorderCrossing | Terminal] = TypeAdapter(Hub)
"""Validates and writes hub documents."""

__all__ = [
    "CORRIDOR",
    "HUB",
    "LINE",
    "SCENARIO",
    "SCHEMA_VERSION",
    "Berth",
    "Booths",
    "BorderCrossing",
    "Breakdowns",
    "Calendar",
    "Contents",
    "Corridor",
    "DryPort",
    "Evidence",
    "Examination",
    "FerryOrVessel",
    "Flow",
    "Gate",
    "GaugeChange",
    "Hub",
    "HubBase",
    "Inspection",
    "Interruptions",
    "LineBase",
    "LineDocument",
    "LineSection",
    "Location",
    "Opening",
    "Pairing",
    "Pipeline",
    "PipelineSection",
    "PlatformPool",
    "Quota",
    "Railway",
    "Road",
    "RoadSection",
    "Run",
    "Scenario",
    "SeaLeg",
    "ServedStage",
    "ServiceStage",
    "ServiceTime",
    "Shift",
    "Source",
    "Stage",
    "StageBase",
    "Targets",
    "Terminal",
    "TrainForming",
    "TransshipmentFront",
    "Uncertainty",
    "Window",
    "Yard",
    "migrate",
]
