"""Equal parallel servers: of whole handling units, of their contents, or of several service units for each."""

from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.methods import Column
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, column
from hubmodels import ServiceStage


def _servers(stage: ServiceStage) -> dict[str, Column]:
    return {"servers": column(stage.servers)}


def _loads(stage: ServiceStage, stream: Stream) -> dict[str, Column]:
    items = column(stage.share) * column(stage.units_per_arrival)
    if stage.serves == "contents":
        items = items * column(stream.contents.mean)
    return {"servers": stream.per_hour * items * _service(stage).hours / column(stage.servers)}


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


def _service(stage: ServiceStage) -> Service:
    """Give the time of one service unit, repairs of its server included."""
    return Service.of(stage.service_time).with_breakdowns(stage.breakdowns)


SERVICE = StageMethod(_servers, _loads, _perform)
