"""A run: a unit is under way for a time of its own; there is nothing to wait for."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram
from hubcalc.analysis.programs.laws import time_on_the_way
from hubcalc.simulation.program import Delay
from hubmodels import Run


def _inside(stage: Run, _: Place) -> Inside:
    least = stage.length_km / stage.speed_km_per_hour + stage.stops_hours
    return Inside((Delay(time_on_the_way(least, stage.excess_mean_hours, stage.excess_scv)),))


RUN = StageProgram(_inside)
