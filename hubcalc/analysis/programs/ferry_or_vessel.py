"""A ferry: units gather, sail together, and the vessel comes back."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram
from hubcalc.analysis.programs.laws import law_of
from hubcalc.simulation.program import Board
from hubmodels import FerryOrVessel


def _inside(stage: FerryOrVessel, place: Place) -> Inside:
    vessels = place.places("vessels", stage.vessels, storms=stage.interruptions)
    trip, back = law_of(stage.passage_time), law_of(stage.return_time)
    return Inside((Board(vessels, stage.least_load, stage.load, trip, back, stage.departs_every_hours or 0.0),))


FERRY_OR_VESSEL = StageProgram(_inside)
