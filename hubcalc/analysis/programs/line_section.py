"""A line section: trains occupy it one after the other; on a single track both directions share it.

A train keeps the section for its occupation and runs the rest of the line then; where the next stage has no room it
waits at the end of the line. Passenger trains come at random, each as so many freight trains as it removes from the
timetable, and go first. The engineering window is at midnight.
"""

from hubcalc.analysis.programs.base import Inside, Outsider, Place, StageProgram
from hubcalc.analysis.programs.calendars import both, closed_from_midnight, stage_clock
from hubcalc.analysis.programs.laws import two_moments
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Delay, Release, Seize, Work
from hubcalc.units import HOURS_PER_DAY, minutes_to_hours
from hubmodels import Flow, LineSection

_FIRST = 0
"""Before all priorities of a document."""


def _inside(stage: LineSection, place: Place) -> Inside:
    track = _track(stage, place.flow)
    clock = stage_clock(stage, place.opening)
    if stage.window_hours_per_day > 0:
        path = f"stages.{place.stage_id}.window_hours_per_day"
        clock = both(clock, closed_from_midnight(stage.window_hours_per_day), path)
    section = place.servers(stage, track, 1, clock)
    occupied = (Seize(section), Work(section, occupation_law(stage)), Release(section))
    if stage.passenger_trains_per_day > 0:
        a_day = stage.removal_coefficient * stage.passenger_trains_per_day
        gaps = Law.exponential(HOURS_PER_DAY / a_day)
        for direction in ("forward", "return") if stage.tracks == "single" else (place.flow.direction,):
            name = f"{place.stage_id} passenger trains {direction}"
            place.parts.outsiders.setdefault(name, Outsider(name, gaps, occupied, _FIRST))
    running = (Delay(Law.constant(stage.line_running_hours)),) if stage.line_running_hours > 0 else ()
    return Inside((*occupied, *running))


def occupation_law(stage: LineSection) -> Law:
    """Give the time that a train keeps the section."""
    single = stage.tracks == "single"
    minutes = stage.running_minutes + stage.interval_minutes if single else stage.headway_minutes
    return two_moments(minutes_to_hours(minutes), stage.occupation_scv)


def _track(stage: LineSection, flow: Flow) -> str:
    return "track" if stage.tracks == "single" else f"{flow.direction}_track"


def _room(stage: LineSection, flow: Flow) -> tuple[str, int]:
    """On two tracks trains of each direction wait at their own end."""
    return ("room" if stage.tracks == "single" else f"{flow.direction}_room"), 1


LINE_SECTION = StageProgram(_inside, _room)
