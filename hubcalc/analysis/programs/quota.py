"""A quota: a unit waits for the first day that has a permit left."""

from hubcalc.analysis.programs.base import Inside, Measure, Place, StageProgram
from hubcalc.simulation import program
from hubmodels import Quota


def _inside(stage: Quota, place: Place) -> Inside:
    place.measure(Measure("permits", "passing", place.account.parts[0], 1 / stage.per_day))
    return Inside((program.Quota(place.stage_id, stage.per_day),))


QUOTA = StageProgram(_inside)
