"""The formulas of each kind of stage, by the kind's model. A new kind is one file here and one line in this table."""

from typing import Any

from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.stages.gate import GATE
from hubcalc.analysis.stages.service import SERVICE
from hubcalc.analysis.stages.transshipment_front import TRANSSHIPMENT_FRONT
from hubcalc.analysis.stages.yard import YARD
from hubmodels import Gate, ServiceStage, StageBase, TransshipmentFront, Yard

STAGE_METHODS: dict[type[StageBase], StageMethod[Any]] = {
    Gate: GATE,
    ServiceStage: SERVICE,
    TransshipmentFront: TRANSSHIPMENT_FRONT,
    Yard: YARD,
}


def method_of(stage: StageBase) -> StageMethod[Any]:
    """Give the formulas for a stage."""
    return STAGE_METHODS[type(stage)]
