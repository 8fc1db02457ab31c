"""A gauge change: a train keeps a track while it is placed, its wagons are lifted, and it is removed.

Shunting goes by the hours of the stage. A storm stops the lifting, not the shunting.
"""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram, room_before
from hubcalc.analysis.programs.calendars import stage_clock
from hubcalc.analysis.programs.laws import law_of
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Release, Seize, Work, WorkItems
from hubcalc.units import minutes_to_hours
from hubmodels import GaugeChange


def _inside(stage: GaugeChange, place: Place) -> Inside:
    tracks = place.places("tracks", stage.tracks, stage_clock(stage, place.opening))
    positions = place.servers(stage, "positions", stage.positions)
    placing, removing = (
        Law.constant(minutes_to_hours(minutes)) for minutes in (stage.place_minutes, stage.remove_minutes)
    )
    lifting = WorkItems(positions, law_of(stage.service_time))
    steps = (Seize(tracks), Work(tracks, placing), place.contents_part(), lifting, Work(tracks, removing))
    return Inside(steps, (Release(tracks),))


GAUGE_CHANGE = StageProgram(_inside, room_before(lambda stage: stage.tracks), uses_contents=lambda _: True)
