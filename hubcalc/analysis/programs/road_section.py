"""A road section: a unit is slowed by the traffic of a mean hour, as in the formulas, and takes its own time on top.

Traffic is no queue of single units here, so its delay is the same for all and a simulation adds nothing to what the
formulas say of it; an overloaded road is refused, since the line of it would not be seen.
"""

import numpy as np

from hubcalc.analysis.programs.base import Inside, Measure, Place, StageProgram
from hubcalc.analysis.programs.laws import time_on_the_way
from hubcalc.analysis.stages.road_section import free_hours, load_of, traffic_delay_hours
from hubcalc.errors import Problem, RefusedError
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Category, Delay
from hubcalc.units import per_hour_to_per_day
from hubmodels import RoadSection


def _inside(stage: RoadSection, place: Place) -> Inside:
    per_hour = place.visiting_per_hour(place.flow.direction)
    load = float(load_of(stage, np.asarray(per_hour)))
    if load >= 1:
        raise RefusedError.of(
            Problem(
                "a road that is filled beyond its capacity is not simulated unit by unit",
                parameter=f"stages.{place.stage_id}",
                hint="ask for the formulas: method=fast",
            )
        )
    passing = per_hour_to_per_day(place.visiting_per_hour("forward") + place.visiting_per_hour("return"))
    # the load of the mean traffic, as units of both directions pass that make it
    place.measure(Measure(f"{place.flow.direction}_lanes", "passing", place.account.parts[0], load / passing))
    slowed = Delay(Law.constant(float(traffic_delay_hours(stage, np.asarray(load)))), Category.QUEUE)
    moving = Delay(time_on_the_way(float(free_hours(stage)), stage.excess_mean_hours, stage.excess_scv))
    return Inside((slowed, moving))


ROAD_SECTION = StageProgram(_inside)
