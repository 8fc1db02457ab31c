"""How long a part of a way moves, out of the time that it takes."""

from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.readings import at
from hubcalc.units import MINUTES_PER_HOUR
from hubmodels import FerryOrVessel, LineSection
from hubmodels.stages import RoadSection, Run, Stage


def moving_hours(part: PassedPart) -> float:
    """Give the time in motion at one part; 0 at a hub. A ferry's passage holds its unloading."""
    if part.kind == "hub":
        return 0.0
    state, stages = part.analysis.state, part.document.stages
    return sum(
        float(at(reach * state.stages[key].performance.visit_share, part.row)) * _moving(stages[key])
        for key, reach in state.reach[part.flow_id].items()
    )


def _moving(stage: Stage) -> float:
    if isinstance(stage, Run):
        return stage.length_km / stage.speed_km_per_hour
    if isinstance(stage, RoadSection):
        return stage.length_km / stage.free_speed_km_per_hour
    if isinstance(stage, LineSection):
        return stage.running_minutes / MINUTES_PER_HOUR + stage.line_running_hours
    if isinstance(stage, FerryOrVessel):
        return stage.passage_time.moments().mean_minutes / MINUTES_PER_HOUR
    return 0.0
