"""How much a hub can handle: theoretical, practical and sustainable flow, and the stages that limit it.

Utilization is linear in each flow, so a stage's capacity follows from its loads: with `fixed` the load of the flows
that stay and `scaled` that of the flows that grow, the factor at utilization limit u is (u - fixed) / scaled.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.engine import Plan
from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import column, smallest
from hubcalc.units import per_hour_to_per_day
from hubmodels import HubBase

Strain = Callable[[Column], Column]
"""What is asked of a factor, over what is wanted."""

_MOST_STEPS = 60
_TOLERANCE = 1e-9
_MOST_RATIO = 1e3


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


def largest_factor(
    strain: Strain, upper: Column, strain_of: Callable[[NDArray[np.intp]], Strain] | None = None
) -> Column:
    """Find the largest factor below `upper` whose strain, such as wait over target, is at most 1, in each row.

    A wait grows with the factor and without bound towards saturation, about as f / (f* - f). So f / strain is nearly
    straight, and the Illinois variant of regula falsi on it converges in a few steps. Rows need not wait for the
    slowest: `strain_of` gives the strain of those that are left.
    """
    low, high = upper * 1e-9, upper * (1 - 1e-12)
    at_low, at_high = _surplus(strain, low, upper), _surplus(strain, high, upper)
    never, always = at_low < 0, at_high >= 0
    found = np.where(never, 0.0, np.where(always, upper, low))
    bracket = _Bracket(low, high, at_low, at_high, np.zeros(np.shape(upper)), upper)
    settled = never | always
    rows, met = np.arange(upper.size), settled
    for _ in range(_MOST_STEPS):
        if bool(np.all(met)):
            break
        if strain_of is not None and np.count_nonzero(met) >= met.size / 3:
            left = np.flatnonzero(~met)
            rows, bracket, met = rows[left], bracket.taken(left), met[left]
            strain = strain_of(rows)
        bracket, met = _narrowed(strain, bracket, met)
        found[rows] = np.where(settled[rows], found[rows], bracket.low)
    return found


@dataclass(frozen=True, slots=True)
class _Bracket:
    """Ends between which the factor lies, what is over there, and which end moved last."""

    low: Column
    high: Column
    at_low: Column
    at_high: Column
    side: Column
    upper: Column

    def taken(self, rows: NDArray[np.intp]) -> "_Bracket":
        """Give some rows."""
        ends = (self.low, self.high, self.at_low, self.at_high, self.side, self.upper)
        return _Bracket(*(end[rows] for end in ends))


def _surplus(strain: Strain, factor: Column, upper: Column) -> Column:
    """Give f / strain less f: positive below the factor that is looked for."""
    value = strain(factor)
    finite = np.isfinite(value)
    held = np.where(value > 0, np.where(finite, value, 1.0), np.finfo(np.float64).tiny)
    ratio = factor / held
    # next to no wait at a light load makes the ratio huge, and a step from there would hardly leave the other end
    return np.where(finite, np.where(ratio < _MOST_RATIO * upper, ratio, 2.0 * upper), 0.0) - factor


def _narrowed(strain: Strain, bracket: _Bracket, met: Flags) -> tuple[_Bracket, Flags]:
    """Take one step, and say where the factor is known."""
    low, high, at_low, at_high = bracket.low, bracket.high, bracket.at_low, bracket.at_high
    step = np.where(at_low > at_high, at_low / np.where(at_low > at_high, at_low - at_high, 1.0), 0.5)
    # a step that lands on an end would stall; keep it inside the bracket
    middle = low + np.clip(step, 1e-3, 1 - 1e-3) * (high - low)
    at_middle = _surplus(strain, middle, bracket.upper)
    meets = at_middle >= 0
    # an end that is kept for the second time in a row counts half: the Illinois rule against one-sided crawling
    at_high = np.where(meets, np.where(bracket.side == 1, at_high / 2, at_high), at_middle)
    at_low = np.where(meets, at_middle, np.where(bracket.side == -1, at_low / 2, at_low))
    side = np.where(meets, 1.0, -1.0)
    hit = np.abs(at_middle) <= _TOLERANCE * middle
    low = np.where(met, low, np.where(meets | hit, middle, low))
    high = np.where(met | meets, high, middle)
    known = met | hit | (high - low <= _TOLERANCE * bracket.upper)
    return _Bracket(low, high, at_low, at_high, side, bracket.upper), np.asarray(known)


def counted_per_day(hub: HubBase, scale: str | None) -> Column:
    """Give the flow that capacities are counted in; NaN where it is zero, since nothing can be scaled then."""
    per_day = column(hub.flows[scale or hub.main_flow].per_day)
    return np.where(per_day > 0, per_day, np.nan)


def per_open_hour_to_per_day(per_hour: Column, share: Column) -> Column:
    """Turn a rate of the open time into one of the mean calendar day."""
    return per_hour_to_per_day(per_hour * share)
