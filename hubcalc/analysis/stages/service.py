"""Equal parallel servers: of whole handling units, of their contents, or of several service units for each."""

from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubmodels import ServiceStage


def _servers(stage: ServiceStage) -> dict[str, Column]:
    return {"servers": column(stage.servers)}


def _loads(stage: ServiceStage, stream: Stream) -> dict[str, Column]:
    load = stream.per_hour * _hours_of_all_servers(stage)
    return {"servers": load * column(stream.contents.mean) if stage.serves == "contents" else load}


@by_identity
def _hours_of_all_servers(stage: ServiceStage) -> Column:
    """Give the time that all servers together need for one item at the door, in the mean."""
    return column(stage.share) * column(stage.units_per_arrival) * _service(stage).hours / column(stage.servers)


def _perform(stage: ServiceStage, streams: list[Stream], numerical: bool) -> Performance:
    service, servers, share = _service(stage), column(stage.servers), column(stage.share)
    copies = column(stage.units_per_arrival)
    if stage.serves == "contents":
        joint, own = Batch.joint_and_own(streams, share, copies, column(1.0))
        return BatchQueue(streams, joint, own, service, servers)
    if (copies == 1).all():
        return UnitQueue(streams, share, service, servers, numerical)
    same = Batch.of_copies(share, copies)
    return BatchQueue(streams, same, same, service, servers)


@by_identity
def _service(stage: ServiceStage) -> Service:
    """Give the time of one service unit, repairs of its server included."""
    return Service.of(stage.service_time).with_breakdowns(stage.breakdowns)


SERVICE = StageMethod(_servers, _loads, _perform)
