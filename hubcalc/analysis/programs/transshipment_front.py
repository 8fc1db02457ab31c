"""A transshipment front: a train keeps a pair of tracks while it is placed, its boxes are handled, and it is removed.

Shunting goes by the hours of the stage; cranes go to boxes in the order in which trains have been placed. A storm stops
the cranes, not the shunting.
"""

from dataclasses import replace

from hubcalc.analysis.programs.base import Cargo, Inside, Place, StageProgram, room_before
from hubcalc.analysis.programs.calendars import stage_clock
from hubcalc.analysis.programs.laws import two_moments
from hubcalc.capacity import transshipment_front as front
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Release, Seize, Work, WorkItems
from hubcalc.units import minutes_to_hours
from hubmodels import TransshipmentFront


def _inside(stage: TransshipmentFront, place: Place) -> Inside:
    tracks = place.places("track_pairs", _pairs(stage), stage_clock(stage, place.opening))
    cranes = place.servers(stage, "cranes", stage.cranes)
    placing, removing = (
        Law.constant(minutes_to_hours(minutes)) for minutes in (stage.place_minutes, stage.remove_minutes)
    )
    handling = WorkItems(cranes, box_law(stage))
    steps = (Seize(tracks), Work(tracks, placing), place.contents_part(), handling, Work(tracks, removing))
    return Inside(steps, (Release(tracks),))


def box_law(stage: TransshipmentFront) -> Law:
    """Give the crane time of one box: a random number of moves of random length, by its two moments."""
    mean, variance = front.moves_per_box(stage.yard_share, stage.rehandling_share)
    moves, spread = float(mean), float(variance)
    hours = moves / (stage.moves_per_crane_hour * stage.crane_availability)
    return two_moments(hours, stage.move_scv / moves + spread / moves**2)


def _pairs(stage: TransshipmentFront) -> int:
    return min(stage.standard_gauge_tracks, stage.broad_gauge_tracks)


def _after(stage: TransshipmentFront, cargo: Cargo) -> Cargo:
    return replace(cargo, stored_share=stage.yard_share)


def _passed(_: TransshipmentFront, cargo: Cargo) -> Cargo:
    """Give the cargo of a train that passes the front by: it leaves nothing in the yard."""
    return replace(cargo, stored_share=0.0)


TRANSSHIPMENT_FRONT = StageProgram(
    _inside, room_before(_pairs), uses_contents=lambda _: True, after=_after, passed=_passed
)
