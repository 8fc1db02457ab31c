"""The formulas of each kind of stage, by the kind's model. A new kind is one file here and one line in this table."""

from typing import Any

from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.stages.berth import BERTH
from hubcalc.analysis.stages.booths import BOOTHS
from hubcalc.analysis.stages.ferry_or_vessel import FERRY_OR_VESSEL
from hubcalc.analysis.stages.gate import GATE
from hubcalc.analysis.stages.gauge_change import GAUGE_CHANGE
from hubcalc.analysis.stages.inspection import INSPECTION
from hubcalc.analysis.stages.line_section import LINE_SECTION
from hubcalc.analysis.stages.pairing import PAIRING
from hubcalc.analysis.stages.pipeline_section import PIPELINE_SECTION
from hubcalc.analysis.stages.platform_pool import PLATFORM_POOL
from hubcalc.analysis.stages.quota import QUOTA
from hubcalc.analysis.stages.road_section import ROAD_SECTION
from hubcalc.analysis.stages.run import RUN
from hubcalc.analysis.stages.service import SERVICE
from hubcalc.analysis.stages.train_forming import TRAIN_FORMING
from hubcalc.analysis.stages.transshipment_front import TRANSSHIPMENT_FRONT
from hubcalc.analysis.stages.yard import YARD
from hubmodels import (
    Berth,
    Booths,
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
    ServiceStage,
    StageBase,
    TrainForming,
    TransshipmentFront,
    Yard,
)

STAGE_METHODS: dict[type[StageBase], StageMethod[Any]] = {
    Berth: BERTH,
    Booths: BOOTHS,
    FerryOrVessel: FERRY_OR_VESSEL,
    Gate: GATE,
    GaugeChange: GAUGE_CHANGE,
    Inspection: INSPECTION,
    LineSection: LINE_SECTION,
    Pairing: PAIRING,
    PipelineSection: PIPELINE_SECTION,
    PlatformPool: PLATFORM_POOL,
    Quota: QUOTA,
    RoadSection: ROAD_SECTION,
    Run: RUN,
    ServiceStage: SERVICE,
    TrainForming: TRAIN_FORMING,
    TransshipmentFront: TRANSSHIPMENT_FRONT,
    Yard: YARD,
}


def method_of(stage: StageBase) -> StageMethod[Any]:
    """Give the formulas for a stage."""
    return STAGE_METHODS[type(stage)]
