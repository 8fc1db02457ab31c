"""A run: each unit takes its running time, its stops, and a lognormal time on top; nothing limits the flow.

That distances take a least time and a skewed excess, whose coefficient of variation is 0.5 to 1.5 on the corridors of
landlocked countries, is what their transit times show [1]_.

References
----------
.. [1] Arvis, J.-F., Raballand, G., Marteau, J.-F. (2010). The Cost of Being Landlocked: Logistics Costs and Supply
       Chain Reliability. World Bank, Washington. doi:10.1596/978-0-8213-8408-4
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column
from hubcalc.analysis.moving import Moving, time_on_the_way
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubcalc.cached import cached
from hubmodels import Run

_NOTHING = "nothing"
"""What limits it."""


@dataclass(frozen=True)
class _Way(Moving):
    """Units under way."""

    stage: Run

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What the time is made of, and how many are under way (Little)."""
        return {
            "running_hours": (_running_hours(self.stage), "h"),
            "stops_hours": (column(self.stage.stops_hours), "h"),
            "excess_mean_hours": (column(self.stage.excess_mean_hours), "h"),
            "units_under_way": (self.per_hour * self.service, "units"),
        }


def _running_hours(stage: Run) -> Column:
    return column(stage.length_km) / column(stage.speed_km_per_hour)


def _servers(_: Run) -> dict[str, Column]:
    return {_NOTHING: column(1.0)}


def _loads(_: Run, stream: Stream) -> dict[str, Column]:
    return {_NOTHING: np.zeros_like(stream.per_hour)}


def _perform(stage: Run, streams: list[Stream], _: bool) -> Performance:
    least = _running_hours(stage) + column(stage.stops_hours)
    time = time_on_the_way(least, stage.excess_mean_hours, stage.excess_scv)
    return _Way(streams, column(stage.share), time, stage)


RUN = StageMethod(_servers, _loads, _perform, holds_back=False)
