"""A gate: lanes with one line; a queue of trucks."""

from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubmodels import Gate


def _servers(stage: Gate) -> dict[str, Column]:
    return {"lanes": column(stage.lanes)}


def _loads(stage: Gate, stream: Stream) -> dict[str, Column]:
    return {"lanes": stream.per_hour * _hours_of_all_lanes(stage)}


def _perform(stage: Gate, streams: list[Stream], numerical: bool) -> Performance:
    return UnitQueue(streams, column(stage.share), _service(stage), column(stage.lanes), numerical)


@by_identity
def _service(stage: Gate) -> Service:
    """Give the time of one truck, repairs of its lane included."""
    return Service.of(stage.service_time).with_breakdowns(stage.breakdowns)


@by_identity
def _hours_of_all_lanes(stage: Gate) -> Column:
    """Give the time that all lanes together need for one truck at the door, in the mean."""
    return column(stage.share) * _service(stage).hours / column(stage.lanes)


GATE = StageMethod(_servers, _loads, _perform)
