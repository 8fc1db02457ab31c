"""Which capacity limits first, and which next once it no longer does."""

from typing import TYPE_CHECKING

import numpy as np

from hubcalc.network.least_cost import least_cost_flow
from hubcalc.readings import number
from hubmodels.corridor_results import BottleneckStep

if TYPE_CHECKING:
    from hubcalc.analysis.corridors.flows import CorridorFlow

SHOWN = 5
_WORTHLESS = 1e-9
"""Shadow prices below this, relative to the loss of a unit, are roundings."""


def bottleneck_steps(flow: "CorridorFlow") -> list[BottleneckStep]:
    """Lift the most valuable capacity, solve again, and so on.

    The most valuable is the one whose further handling unit, times the units that pass, saves the most.
    """
    problem, assembly = flow.problem, flow.assembly
    counted = assembly.case.corridor.capacity
    capacities = np.array(problem.network.capacities)
    least = _WORTHLESS * float(problem.unserved_cost.max(initial=1.0))
    solved = flow.solved
    steps: list[BottleneckStep] = []
    while len(steps) < SHOWN:
        worth = solved.shadow_prices * np.where(np.isfinite(capacities), np.maximum(capacities, 1.0), 0.0)
        link = int(np.argmax(worth)) if worth.size else 0
        if not worth.size or solved.shadow_prices[link] <= least:
            break
        capacities = capacities.copy()
        capacities[link] = np.inf
        after = least_cost_flow(problem, capacities=capacities, start=solved)
        part = assembly.parts[link]
        steps.append(
            BottleneckStep(
                rank=len(steps) + 1,
                element=part.element,
                kind=part.kind,
                document=part.document_id,
                flow=part.flow_id,
                capacity_per_day=number(part.capacity_per_day(counted)),
                price_usd=float(solved.shadow_prices[link]),
                served_share_after=flow.served_share(after.served_per_day),
                saved_usd_per_day=solved.objective - after.objective,
            )
        )
        solved = after
    return steps
