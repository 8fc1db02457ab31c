"""The kinds of stages. A new kind is one file here, one in each layer that knows it, and its name in this union."""

from typing import Annotated

from pydantic import Field

from hubmodels.stages.base import ServedStage, StageBase
from hubmodels.stages.berth import Berth
from hubmodels.stages.booths import Booths
from hubmodels.stages.ferry_or_vessel import FerryOrVessel
from hubmodels.stages.gate import Gate
from hubmodels.stages.gauge_change import GaugeChange
from hubmodels.stages.inspection import Examination, Inspection
from hubmodels.stages.line_section import LineSection
from hubmodels.stages.pairing import Pairing
from hubmodels.stages.pipeline_section import PipelineSection
from hubmodels.stages.platform_pool import PlatformPool
from hubmodels.stages.quota import Quota
from hubmodels.stages.road_section import RoadSection
from hubmodels.stages.run import Run
from hubmodels.stages.service import ServiceStage
from hubmodels.stages.train_forming import TrainForming
from hubmodels.stages.transshipment_front import TransshipmentFront
from hubmodels.stages.yard import Yard

Stage = Annotated[
    ServiceStage
    | TransshipmentFront
    | Yard
    | Gate
    | Inspection
    | GaugeChange
    | Berth
    | FerryOrVessel
    | PlatformPool
    | TrainForming
    | Pairing
    | LineSection
    | Booths
    | PipelineSection
    | Quota
    | Run
    | RoadSection,
    Field(discriminator="kind"),
]

STAGE_KINDS: tuple[str, ...] = (
    "service",
    "transshipment_front",
    "yard",
    "gate",
    "inspection",
    "gauge_change",
    "berth",
    "ferry_or_vessel",
    "platform_pool",
    "train_forming",
    "pairing",
    "line_section",
    "booths",
    "pipeline_section",
    "quota",
    "run",
    "road_section",
)

__all__ = [
    "STAGE_KINDS",
    "Berth",
    "Booths",
    "Examination",
    "FerryOrVessel",
    "Gate",
    "GaugeChange",
    "Inspection",
    "LineSection",
    "Pairing",
    "PipelineSection",
    "PlatformPool",
    "Quota",
    "RoadSection",
    "Run",
    "ServedStage",
    "ServiceStage",
    "Stage",
    "StageBase",
    "TrainForming",
    "TransshipmentFront",
    "Yard",
]
