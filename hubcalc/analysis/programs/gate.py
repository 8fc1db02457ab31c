"""A gate: lanes with one line."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram, room_before, served
from hubcalc.analysis.programs.laws import law_of
from hubmodels import Gate


def _inside(stage: Gate, place: Place) -> Inside:
    return served(place.servers(stage, "lanes", stage.lanes), law_of(stage.service_time))


GATE = StageProgram(_inside, room_before(lambda stage: stage.lanes))
