"""How much a hub can handle: theoretical, practical and sustainable flow, and the stages that limit it.

Utilization is linear in each flow, so a stage's capacity follows from its loads: with `fixed` the load of the flows
that stay and `scaled` that of the flows that grow, the factor at utilization limit u is (u - fixed) / scaled.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column
from hubcalc.analysis.plan import Plan
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import column, smallest
from hubcalc.units import per_hour_to_per_day
from hubmodels import HubBase


@dataclass(frozen=True, slots=True)
class StageCapacity:
    """Capacity of one stage as a multiple of the scaled flows; inf where they do not load it."""

    theoretical_factor: Column
    practical_factor: Column
    upper_bound: bool
    """Only a bound: the resources of the stage are taken apart, or a full room may block what it has served."""


def stage_capacities(hub: HubBase, scale: str | None) -> dict[str, StageCapacity]:
    """Give each stage's capacity; `scale` names the one flow that grows, None stands for all together.

    Each stage is taken as if nothing upstream held units back or turned them away.
    """
    plan = Plan.of(hub, {})
    streams, _ = plan.offered()
    blocked = {earlier for stage_id in plan.rooms for earlier in plan.upstream(stage_id)}
    capacities = {}
    for stage_id, flows in plan.flows_of.items():
        stage = hub.stages[stage_id]
        method = method_of(stage)
        loads = {key: method.loads(stage, streams[stage_id, key]) for key in flows}
        limit = column(stage.practical_utilization)
        others = {} if method.others is None else method.others(stage)
        theoretical, practical = [], []
        for resource in next(iter(loads.values())):
            scaled = column(sum(load[resource] for key, load in loads.items() if scale in (None, key)))
            fixed = column(sum(load[resource] for key, load in loads.items() if scale not in (None, key)))
            fixed = fixed + others.get(resource, 0.0)
            theoretical.append(_factor(1.0, fixed, scaled))
            practical.append(_factor(limit, fixed, scaled))
        bound = method.capacity_is_bound or stage_id in blocked
        capacities[stage_id] = StageCapacity(smallest(theoretical), smallest(practical), bound)
    return capacities


def _factor(limit: Column | float, fixed: Column, scaled: Column) -> Column:
    room = np.maximum(limit - fixed, 0.0)
    return np.where(scaled > 0, room / np.where(scaled > 0, scaled, 1.0), np.inf)


def counted_per_day(hub: HubBase, scale: str | None) -> Column:
    """Give the flow that capacities are counted in; NaN where it is zero, since nothing can be scaled then."""
    per_day = column(hub.flows[scale or hub.main_flow].per_day)
    return np.where(per_day > 0, per_day, np.nan)


def per_open_hour_to_per_day(per_hour: Column, share: Column) -> Column:
    """Turn a rate of the open time into one of the mean calendar day."""
    return per_hour_to_per_day(per_hour * share)
