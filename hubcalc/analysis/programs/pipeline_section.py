"""A pipeline section: a steady flow, of which a simulation of single units has nothing to say."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram
from hubcalc.errors import Problem, RefusedError
from hubmodels import PipelineSection


def _inside(_: PipelineSection, place: Place) -> Inside:
    raise RefusedError.of(
        Problem(
            "a pipeline carries a steady flow, which is not simulated unit by unit",
            parameter=f"stages.{place.stage_id}",
            hint="ask for the formulas: method=fast",
        )
    )


PIPELINE_SECTION = StageProgram(_inside)
