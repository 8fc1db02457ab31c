"""What the world is: documents of hubs, their stages and flows, and the results of their analysis.

Pydantic only; imports nothing else of hubcalc.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from hubmodels.border_crossing import BorderCrossing
from hubmodels.dry_port import DryPort
from hubmodels.durations import ServiceTime
from hubmodels.evidence import Evidence, Source, Uncertainty
from hubmodels.flow import Contents, Flow
from hubmodels.hub import SCHEMA_VERSION, HubBase, Location, Opening, Targets, migrate
from hubmodels.stages import Gate, ServiceStage, Stage, StageBase, TransshipmentFront, Yard
from hubmodels.terminal import Terminal

Hub = Annotated[DryPort | BorderCrossing | Terminal, Field(discriminator="kind")]
"""A hub document of any kind."""

HUB: TypeAdapter[DryPort | BorderCrossing | Terminal] = TypeAdapter(Hub)
"""Validates and writes hub documents."""

__all__ = [
    "HUB",
    "SCHEMA_VERSION",
    "BorderCrossing",
    "Contents",
    "DryPort",
    "Evidence",
    "Flow",
    "Gate",
    "Hub",
    "HubBase",
    "Location",
    "Opening",
    "ServiceStage",
    "ServiceTime",
    "Source",
    "Stage",
    "StageBase",
    "Targets",
    "Terminal",
    "TransshipmentFront",
    "Uncertainty",
    "Yard",
    "migrate",
]
