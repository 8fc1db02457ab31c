"""How much the main flow waits relative to its target, stage by stage, and how that grows with the flows."""

from collections.abc import Mapping

import numpy as np

from hubcalc.analysis.capacities import StageCapacity
from hubcalc.analysis.engine import HubState
from hubcalc.analysis.largest_factor import Growth
from hubcalc.analysis.methods import Column
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.splits import met_by, visits_of
from hubcalc.analysis.streams import Performance, column
from hubmodels import HubBase, Inspection, PlatformPool, StageBase


def wait_parts(hub: HubBase, state: HubState, rows: int) -> Column:
    """Give by stage of the main route and row what a unit waits there in line and for doors to open [h]."""
    visits = visits_of(hub, state)
    found = np.zeros((len(visits), rows))
    for line, (share, stage) in zip(found, visits, strict=True):
        performance = stage.performance
        for hours in (performance.wait.hours, performance.closure.hours, stage.closure.hours):
            if hours.any():
                line += met_by(share, hours)
    return found


def growth_of(hub: HubBase, state: HubState, capacities: Mapping[str, StageCapacity], least: Column) -> Growth:
    """Say how these parts grow with the flows; capacities count as no less than `least`."""
    route = list(state.reach[hub.main_flow])
    upper, servers = np.empty((len(route), least.size)), np.empty((len(route), least.size))
    for i, stage in enumerate(route):
        upper[i] = np.maximum(capacities[stage].theoretical_factor, least)
        servers[i] = _servers(hub.stages[stage], state.stages[stage].performance)
    return Growth(upper, servers)


def _servers(stage: StageBase, performance: Performance) -> Column:
    """Count the servers of the line in which units wait, as far as that is plain: one stands for what is not."""
    if isinstance(performance, UnitQueue):
        return performance.servers
    if isinstance(stage, PlatformPool):
        return np.maximum(column(stage.platforms) / column(stage.platforms_per_unit), 1.0)
    if isinstance(stage, Inspection) and stage.serves == "unit":
        return column(stage.officers)
    return column(1.0)
