"""The analysis of one hub in many scenarios: columns computed when they are first asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc import queueing
from hubcalc.analysis.capacities import StageCapacity, counted_per_day, largest_factor, stage_capacities
from hubcalc.analysis.engine import HubState, StageState, run
from hubcalc.analysis.methods import AnalysisMethod, Column, Flags
from hubcalc.analysis.streams import column, largest, smallest
from hubcalc.cached import cached
from hubcalc.units import HOURS_PER_DAY, HOURS_PER_WEEK, per_day_to_per_hour
from hubmodels import HubBase


@dataclass(frozen=True, slots=True)
class Split:
    """Where the time of one unit goes along the main route: mean hours, and the error to expect of the wait [h]."""

    queue: Column
    service: Column
    synchronization: Column
    closure: Column
    queue_error: Column

    @property
    def dwell(self) -> Column:
        """Time from arrival to departure."""
        return column(self.queue + self.service + self.synchronization + self.closure)


class HubAnalysis:
    """A hub whose leaves may be columns, and what follows from it. `scale` names the one flow that capacities scale."""

    def __init__(
        self,
        hub: HubBase,
        rows: int,
        scale: str | None = None,
        factors: dict[str, Column] | None = None,
        method: AnalysisMethod = "auto",
    ) -> None:
        self.hub = hub
        self.rows = rows
        self.scale = scale
        self.factors = factors or {}
        self.method = method
        self.counted_flow = scale or hub.main_flow

    @cached
    def state(self) -> HubState:
        """The hub under its present flows."""
        return run(self.hub, self.factors, numerical=self.method != "fast")

    @cached
    def capacities(self) -> dict[str, StageCapacity]:
        """What each stage carries."""
        return stage_capacities(self.hub, self.scale)

    @cached
    def counted_per_day(self) -> Column:
        """The flow that capacities are counted in [units/day]."""
        return counted_per_day(self.hub, self.scale)

    @cached
    def theoretical_factor(self) -> Column:
        """Multiple of the flows at which the first stage is fully loaded."""
        return smallest(c.theoretical_factor for c in self.capacities.values())

    @cached
    def practical_factor(self) -> Column:
        """Multiple of the flows at which the first stage reaches its practical utilization."""
        return smallest(c.practical_factor for c in self.capacities.values())

    @cached
    def sustainable_factor(self) -> Column:
        """Multiple of the flows up to which the main flow meets the targets of wait and, where given, of dwell P90."""
        upper = self.theoretical_factor * np.ones(self.rows)
        bounded = np.isfinite(upper) & (upper > 0)
        found = largest_factor(self._strain, np.where(bounded, upper, 1.0))
        return np.where(bounded, found, self.theoretical_factor)

    def _strain(self, factor: Column) -> Column:
        """Give the larger of wait and dwell P90 over their targets, when the flows are multiplied by a factor."""
        scaled = [self.scale] if self.scale else list(self.hub.flows)
        grown = HubAnalysis(self.hub, self.rows, self.scale, dict.fromkeys(scaled, factor), self.method)
        targets = self.hub.targets
        closure = grown.closure if bool(np.any(grown.state.open_share < 1)) else None
        split = route_split(self.hub, grown.state, closure)
        strain = (split.queue + split.closure) / column(targets.wait_hours)
        if targets.dwell_p90_hours is None:
            return strain
        return np.maximum(strain, grown.dwell_p90 / column(targets.dwell_p90_hours))

    @cached
    def stage_ids(self) -> list[str]:
        """Ids of the stages, those of the main route first and in its order: the earlier one wins a tie."""
        route = list(self.hub.main.route)
        return route + [stage for stage in self.hub.stages if stage not in route]

    @cached
    def bottlenecks(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Indices, into `stage_ids`, of the stage with the least practical capacity and of the next one (-1: none)."""
        factors = np.stack([self.capacities[s].practical_factor * np.ones(self.rows) for s in self.stage_ids])
        order = np.argsort(rounded(factors), axis=0, kind="stable")
        loaded = np.isfinite(factors)
        first = np.where(np.take_along_axis(loaded, order[:1], 0)[0], order[0], -1)
        if len(self.stage_ids) == 1:
            return first, np.full(self.rows, -1)
        return first, np.where(np.take_along_axis(loaded, order[1:2], 0)[0], order[1], -1)

    @cached
    def utilization(self) -> Column:
        """Utilization of the stage that is loaded most, a yard's occupancy included."""
        return largest(s.load for s in self.state.stages.values())

    @cached
    def unstable(self) -> Flags:
        """Whether some stage of the main route has no steady state."""
        return largest(self.state.stages[stage].utilization for stage in self.hub.main.route) >= 1

    @cached
    def closure(self) -> dict[str, Column]:
        """Mean delay by closing times that each stage of the main route adds [h].

        All stages close together, so a chain of them delays as much as its slowest stage; each adds what it is slower
        than those before it.
        """
        delays: dict[str, Column] = {}
        grown = column(self.hub.main.per_day) * self.factors.get(self.hub.main_flow, 1.0)
        rate = np.maximum(per_day_to_per_hour(grown), np.finfo(np.float64).tiny)
        opening = self.hub.opening
        slowest, before = column(np.inf), column(0.0)
        for stage_id in self.hub.main.route:
            state = self.state.stages[stage_id]
            if not state.holds_back:
                continue
            utilization = np.maximum(state.utilization, np.finfo(np.float64).tiny)
            slowest = np.minimum(slowest, rate / self.state.open_share / utilization)
            delay = queueing.fluid_closure(
                rate, np.minimum(slowest, 1e12), opening.hours_per_day, column(opening.days_per_week)
            )
            added = np.where(np.isinf(delay), np.inf, delay - np.where(np.isinf(before), 0, before))
            # units that pass the stage by are not delayed there, but all wait for the hub to open at their first stage
            delays[stage_id] = added if not delays else _part(state.performance.visit_share, added)
            before = delay
        return delays

    @cached
    def unit_split(self) -> Split:
        """The time of one unit of the main flow."""
        return route_split(self.hub, self.state, self.closure)

    @cached
    def content_split(self) -> Split | None:
        """The time of one of its contents, if it has any."""
        if self.hub.main.contents is None:
            return None
        return content_split(self.hub, self.state, self.unit_split)

    @cached
    def dwell_p90(self) -> Column:
        """Dwell that nine units of ten do not exceed [h]: a gamma law of the dwell's mean and variance."""
        from scipy import special

        mean, variance = self.unit_split.dwell, self._dwell_variance
        sound = np.isfinite(mean) & np.isfinite(variance)
        mean, variance = np.where(sound, mean, 1.0), np.where(sound, variance, 0.0)
        spread = np.where(variance > 1e-12 * mean**2, variance, 1.0)
        quantile = special.gammaincinv(mean**2 / spread, 0.9) * spread / mean
        return np.where(sound, np.where(variance > 1e-12 * mean**2, quantile, mean), np.inf)

    @property
    def _dwell_variance(self) -> Column:
        parts = []
        for stage_id in self.hub.main.route:
            performance = self.state.stages[stage_id].performance
            visit, mean = performance.visit_share, performance.wait.hours + performance.service
            finite = np.where(np.isfinite(mean), mean, 0.0)
            second = performance.wait_variance + performance.service_variance + finite**2
            parts.append(np.where(np.isfinite(mean), visit * second - (visit * finite) ** 2, np.inf))
        return column(sum(parts)) + self._closure_variance

    @property
    def _closure_variance(self) -> Column:
        """Variance of the delay by the daily closing: uniform between 0 and C for the share C/T that arrives then."""
        closed = 1 - column(self.hub.opening.hours_per_day) / HOURS_PER_DAY
        weekly = 1 - self.state.open_share
        share = np.where(weekly > 0, np.maximum(closed, weekly * HOURS_PER_DAY / HOURS_PER_WEEK), 1.0)
        mean = np.where(np.isfinite(self.unit_split.closure), self.unit_split.closure, 0.0)
        return np.where(weekly > 0, mean**2 * np.maximum(4 / (3 * share) - 1, 0), 0.0)


def route_split(hub: HubBase, state: HubState, closure: dict[str, Column] | None = None) -> Split:
    """Add up the time of one unit of the main flow along its route; errors of the stages add up in hours."""
    visits = [state.stages[stage].performance for stage in hub.main.route]
    queue = column(sum(_part(p.visit_share, p.wait.hours) for p in visits))
    service = column(sum(_part(p.visit_share, p.service) for p in visits))
    error = column(sum(_part(p.visit_share, p.wait.error_hours) for p in visits))
    none = np.zeros_like(queue)
    closed = column(sum(closure.values())) if closure else none
    return Split(queue, service, none, closed + none, error)


def content_split(hub: HubBase, state: HubState, unit: Split) -> Split:
    """Split the same dwell for one of the contents: it waits for its own service, then for the rest of its batch."""
    visits = [state.stages[stage].performance for stage in hub.main.route]
    queue = column(sum(_part(p.content_visit_share, p.content_wait.hours) for p in visits))
    service = column(sum(_part(p.content_visit_share, p.content_service) for p in visits))
    error = column(sum(_part(p.content_visit_share, p.content_wait.error_hours) for p in visits))
    finite = np.isfinite(queue) & np.isfinite(unit.queue)
    rest = np.where(finite, unit.queue + unit.service, 0) - np.where(finite, queue + service, 0)
    return Split(queue, service, np.where(finite, np.maximum(rest, 0), np.inf), unit.closure, error)


def rounded(values: Column) -> Column:
    """Drop the digits that rounding errors have spoilt: keep twelve that count."""
    finite = np.isfinite(values) & (values != 0)
    scale = 10.0 ** (11 - np.floor(np.log10(np.abs(np.where(finite, values, 1.0)))))
    return np.where(finite, np.rint(np.where(finite, values, 1.0) * scale) / scale, values)


def _part(share: Column, hours: Column) -> Column:
    """Weigh hours with the share that meets them; a share of zero outweighs an endless wait."""
    return np.where(share > 0, share * np.where(share > 0, hours, 0.0), 0.0)


def stage_exact(analysis: HubAnalysis, stage_id: str, stage: StageState) -> Flags:
    """Say where a stage's wait is exact: its formula is, and so is what is known of its arrivals."""
    formula_exact: Flags = stage.performance.wait.error == 0
    return np.logical_and(analysis.state.exact_arrivals[stage_id], formula_exact)
