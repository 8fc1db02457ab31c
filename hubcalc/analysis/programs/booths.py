"""Booths: a bus goes on when its last passenger is done."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram, room_before, served
from hubcalc.analysis.programs.laws import law_of
from hubcalc.simulation.program import WorkItems
from hubmodels import Booths


def _inside(stage: Booths, place: Place) -> Inside:
    booths, law = place.servers(stage, "booths", stage.booths), law_of(stage.service_time)
    if stage.serves == "contents":
        return Inside(place.on_contents(stage, WorkItems(booths, law)))
    return served(booths, law)


BOOTHS = StageProgram(
    _inside, room_before(lambda stage: stage.booths), uses_contents=lambda stage: stage.serves == "contents"
)
