"""Pairing: a unit waits for one of the other gauge, if its side has room."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram
from hubcalc.simulation.program import Match
from hubmodels import Pairing


def _inside(stage: Pairing, place: Place) -> Inside:
    if place.flow_id == stage.standard_gauge_flow:
        return Inside((Match(place.stage_id, 0, stage.standard_gauge_room),))
    return Inside((Match(place.stage_id, 1, stage.broad_gauge_room),))


PAIRING = StageProgram(_inside)
