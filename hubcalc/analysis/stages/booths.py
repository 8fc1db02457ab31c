"""Booths: passengers with one line, alone (GI/G/c) or by the busload (M^X/G/c).

A bus goes on when its last passenger is done. What a hall must hold follows from the persons in line by Little's law
[1]_, and the area of the line from Fruin's levels of service [2]_.

References
----------
.. [1] Little, J. D. C. (1961). A proof for the queuing formula: L = lambda W. Operations Research 9(3), 383-387.
       doi:10.1287/opre.9.3.383
.. [2] Fruin, J. J. (1971). Pedestrian Planning and Design. Metropolitan Association of Urban Designers and
       Environmental Planners, New York.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.methods import Column
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column, total
from hubcalc.cached import cached
from hubcalc.capacity.passenger_hall import FRUIN_QUEUE_AREA_M2, hall_area_m2, hall_persons
from hubcalc.units import per_hour_to_per_day
from hubmodels import Booths

_LEVEL_OF_SERVICE = "C"


@dataclass(frozen=True)
class _Persons(UnitQueue):
    """Passengers who come alone."""

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What the hall must hold."""
        return _hall(total(self.streams) * self.share, self.wait.hours, self.streams[0].open_share)


@dataclass(frozen=True)
class _Buses(BatchQueue):
    """Passengers who come by the busload."""

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What the hall must hold, and the hours of a bus that finds all booths free."""
        persons = total(self.streams) * self.batch.visit_share * self.batch.mean
        hall = _hall(persons, self.content_wait.hours, self.streams[0].open_share)
        return {**hall, "clearing_hours_per_bus": (self.span_alone, "h")}


def _hall(persons_per_hour: Column, wait_hours: Column, open_share: Column) -> dict[str, tuple[Column, str]]:
    """Give persons and area; without end where the line grows without end."""
    steady = np.isfinite(wait_hours)
    persons = np.where(steady, hall_persons(persons_per_hour, np.where(steady, wait_hours, 0.0)), np.inf)
    area = hall_area_m2(np.where(steady, persons, 0.0), FRUIN_QUEUE_AREA_M2[_LEVEL_OF_SERVICE])
    return {
        "persons_per_day": (per_hour_to_per_day(persons_per_hour * open_share), "persons/day"),
        "persons_in_line": (persons, "persons"),
        "line_area_m2": (np.where(steady, area, np.inf), "m2"),
    }


def _check(stage: Booths) -> Service:
    """Give the time of one person."""
    return Service.of(stage.service_time).with_breakdowns(stage.breakdowns)


def _servers(stage: Booths) -> dict[str, Column]:
    return {"booths": column(stage.booths)}


def _loads(stage: Booths, stream: Stream) -> dict[str, Column]:
    persons = stream.per_hour * column(stage.share)
    if stage.serves == "contents":
        persons = persons * column(stream.contents.mean)
    return {"booths": persons * _check(stage).hours / column(stage.booths)}


def _perform(stage: Booths, streams: list[Stream], numerical: bool) -> Performance:
    service, booths, share, one = _check(stage), column(stage.booths), column(stage.share), column(1.0)
    if stage.serves == "unit":
        return _Persons(streams, share, service, booths, numerical)
    joint, own = Batch.joint_and_own(streams, one, one, share)
    return _Buses(streams, joint, own, service, booths)


BOOTHS = StageMethod(_servers, _loads, _perform)
