"""The translation of each kind of stage, by its model. A new kind is one file here and one line in this table."""

from typing import Any

from hubcalc.analysis.programs.base import StageProgram
from hubcalc.analysis.programs.berth import BERTH
from hubcalc.analysis.programs.booths import BOOTHS
from hubcalc.analysis.programs.ferry_or_vessel import FERRY_OR_VESSEL
from hubcalc.analysis.programs.gate import GATE
from hubcalc.analysis.programs.gauge_change import GAUGE_CHANGE
from hubcalc.analysis.programs.inspection import INSPECTION
from hubcalc.analysis.programs.line_section import LINE_SECTION
from hubcalc.analysis.programs.pairing import PAIRING
from hubcalc.analysis.programs.pipeline_section import PIPELINE_SECTION
from hubcalc.analysis.programs.platform_pool import PLATFORM_POOL
from hubcalc.analysis.programs.quota import QUOTA
from hubcalc.analysis.programs.road_section import ROAD_SECTION
from hubcalc.analysis.programs.run import RUN
from hubcalc.analysis.programs.service import SERVICE
from hubcalc.analysis.programs.train_forming import TRAIN_FORMING
from hubcalc.analysis.programs.transshipment_front import TRANSSHIPMENT_FRONT
from hubcalc.analysis.programs.yard import YARD
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

STAGE_PROGRAMS: dict[type[StageBase], StageProgram[Any]] = {
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


def program_for(stage: StageBase) -> StageProgram[Any]:
    """Give the translation of a stage."""
    return STAGE_PROGRAMS[type(stage)]
