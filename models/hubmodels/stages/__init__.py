"""The kinds of stages. A new kind is one file here, one in each layer that knows it, and its name in this union."""

from typing import Annotated

from pydantic import Field

from hubmodels.stages.base import StageBase
from hubmodels.stages.gate import Gate
from hubmodels.stages.service import ServiceStage
from hubmodels.stages.transshipment_front import TransshipmentFront
from hubmodels.stages.yard import Yard

Stage = Annotated[ServiceStage | TransshipmentFront | Yard | Gate, Field(discriminator="kind")]

STAGE_KINDS: tuple[str, ...] = ("service", "transshipment_front", "yard", "gate")

__all__ = ["STAGE_KINDS", "Gate", "ServiceStage", "Stage", "StageBase", "TransshipmentFront", "Yard"]
