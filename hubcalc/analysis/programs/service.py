"""Equal parallel servers: of whole handling units, of their contents, or of several service units for each."""

from hubcalc.analysis.programs.base import Inside, Place, StageProgram, room_before, served
from hubcalc.analysis.programs.laws import law_of
from hubcalc.errors import Problem, RefusedError
from hubcalc.simulation.program import WorkItems
from hubmodels import ServiceStage


def _inside(stage: ServiceStage, place: Place) -> Inside:
    servers, law = place.servers(stage, "servers", stage.servers), law_of(stage.service_time)
    if stage.serves == "unit" and stage.units_per_arrival == 1:
        return served(servers, law)
    if stage.serves == "unit" and place.brings_contents:
        raise RefusedError.of(
            Problem(
                "several service units for each handling unit cannot be simulated where another stage of the route"
                f" of flow {place.flow_id!r} handles its contents",
                parameter=f"stages.{place.stage_id}.units_per_arrival",
                given=stage.units_per_arrival,
                hint="let it serve contents, or set it to 1 and lengthen the service time",
            )
        )
    share = stage.share if stage.serves == "contents" else 1.0
    return Inside(place.on_contents(stage, WorkItems(servers, law, share, copies=stage.units_per_arrival)))


def _contents(stage: ServiceStage) -> bool:
    return stage.serves == "contents"


SERVICE = StageProgram(
    _inside, room_before(lambda stage: stage.servers), uses_contents=_contents, share_is_of_contents=_contents
)
