"""The analysis of one hub in many scenarios: columns computed when they are first asked for."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis import hub_errors
from hubcalc.analysis.capacities import StageCapacity, counted_per_day, stage_capacities
from hubcalc.analysis.dwell_law import RouteLaw
from hubcalc.analysis.engine import HubState, StageState, run
from hubcalc.analysis.largest_factor import largest_factor
from hubcalc.analysis.methods import AnalysisMethod, Column, Flags, Method
from hubcalc.analysis.moving import Moving
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.rows import HubRows
from hubcalc.analysis.simulated_rows import Simulations
from hubcalc.analysis.splits import Split, content_split, estimates_of
from hubcalc.analysis.splits import route_split as route_split
from hubcalc.analysis.strains import growth_of, wait_parts
from hubcalc.analysis.streams import Performance, all_of, column, largest, smallest
from hubcalc.analysis.time_parts import closed_of, exact_law, finite, mmc_dwell_quantile, parts_of
from hubcalc.cached import cached
from hubcalc.units import per_day_to_per_hour
from hubmodels import (
    FerryOrVessel,
    Gate,
    HubBase,
    Pairing,
    PipelineSection,
    ServiceStage,
    TrainForming,
    TransshipmentFront,
    Yard,
)

MEASURED_KINDS = (Gate, ServiceStage, TransshipmentFront, Yard)
"""Kinds of stages of which benchmarks/hub_error.py makes hubs."""
GATHERING_KINDS = (FerryOrVessel, Pairing, PipelineSection, TrainForming)
"""Kinds of stages where units wait for others to come, the longer the fewer come."""
_LESS = 1 - 1e-12
_LEAST_EXPONENT = 307
_SCALES = 10.0 ** np.arange(-_LEAST_EXPONENT, 309)


class HubAnalysis:
    """A hub whose leaves may be columns, and what follows from it. `scale` names the one flow that capacities scale."""

    def __init__(
        self,
        hub: HubBase,
        rows: int,
        scale: str | None = None,
        factors: dict[str, Column] | None = None,
        method: AnalysisMethod = "auto",
        simulator: "Simulator | None" = None,
    ) -> None:
        self.hub = hub
        self.rows = rows
        self.scale = scale
        self.factors = factors or {}
        self.method = method
        self.counted_flow = scale or hub.main_flow
        self._simulator = simulator

    @cached
    def simulated(self) -> Simulations:
        """The simulations of those rows that are simulated."""
        return self._simulator(self) if self._simulator else {}

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
    def practical_per_day(self) -> Column:
        """The flow at that factor; NaN where it is zero, so that nothing can be scaled, inf where nothing limits it."""
        return rounded(self.practical_factor * self.counted_per_day)

    @cached
    def sustainable_factor(self) -> Column:
        """Multiple of the flows up to which the main flow meets the targets of wait and, where given, of dwell P90."""
        upper = self.theoretical_factor * np.ones(self.rows)
        bounded = np.isfinite(upper) & (upper > 0)
        upper = np.where(bounded, upper, 1.0)
        present = None if self.factors else self._strain(None)
        gathers = any(isinstance(self.hub.stages[stage], GATHERING_KINDS) for stage in self.hub.main.stages)
        growth = None
        if self.hub.targets.dwell_p90_hours is None:
            growth = growth_of(self.hub, self.state, self.capacities, upper)
        found = largest_factor(self._strain, upper, self._strain_of, present, growth=growth, rises=not gathers)
        return np.where(bounded, found, self.theoretical_factor)

    def _strain_of(self, rows: NDArray[np.intp]) -> Callable[[Column], Column]:
        """Give the strain of some rows."""
        return HubAnalysis(self._rows.taken(rows), rows.size, self.scale, method=self.method)._strain  # its own class

    @cached
    def _rows(self) -> HubRows:
        return HubRows(self.hub)

    def _strain(self, factor: Column | None) -> Column:
        """Give the waits over their target, stage by stage, or the dwell P90 over its own where that is more.

        The flows are multiplied by a factor, if any.
        """
        scaled = [self.scale] if self.scale else list(self.hub.flows)
        factors = None if factor is None else dict.fromkeys(scaled, factor)
        grown = HubAnalysis(self.hub, self.rows, self.scale, factors, self.method) if factors else self
        targets = self.hub.targets
        waits = wait_parts(grown.hub, grown.state, self.rows) / column(targets.wait_hours)
        if targets.dwell_p90_hours is None:
            return waits
        return column(np.maximum(waits.sum(axis=0), grown.dwell_p90 / column(targets.dwell_p90_hours)))

    @cached
    def stage_ids(self) -> list[str]:
        """Ids of the stages, those of the main route first and in its order: the earlier one wins a tie."""
        route = list(self.hub.main.stages)
        return route + [stage for stage in self.hub.stages if stage not in route]

    @cached
    def bottlenecks(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Indices, into `stage_ids`, of the stage with the least practical capacity and of the next one (-1: none)."""
        first, following = np.full((2, self.rows), -1, np.intp)
        least, more = np.full((2, self.rows), np.inf)
        for i, stage in enumerate(self.stage_ids):
            factor = self.capacities[stage].practical_factor
            # less by more than rounding errors: the earlier stage wins a tie
            ahead, between = factor < least * _LESS, factor < more * _LESS
            following = np.where(ahead, first, np.where(between, i, following))
            more = np.where(ahead, least, np.where(between, factor, more))
            first, least = np.where(ahead, i, first), np.where(ahead, factor, least)
        return first, following

    @cached
    def factor_after_fix(self) -> Column:
        """Multiple of the flows at the practical utilization of the next bottleneck; inf where there is none."""
        least, more = np.full((2, self.rows), np.inf)
        for stage in self.stage_ids:
            factor = self.capacities[stage].practical_factor
            least, more = np.minimum(least, factor), np.minimum(more, np.maximum(least, factor))
        return more

    @cached
    def turned_away_share(self) -> Column:
        """Share of the main flow that finds no room somewhere along its route."""
        arriving = per_day_to_per_hour(column(self.hub.main.per_day) * self.factors.get(self.hub.main_flow, 1.0))
        away = self.state.turned_away[self.hub.main_flow] * self.state.open_share
        some = arriving > 0
        return column(np.where(some, away / np.where(some, arriving, 1.0), 0.0))

    @cached
    def peak_utilization(self) -> Column:
        """Load of the stage that is loaded most in the busiest time of the week."""
        return largest([self.utilization, *self.state.peak_utilization.values()])

    @cached
    def measured(self) -> Flags:
        """Where the errors of whole hubs have been measured: light, around the clock, endless rooms, one rank."""
        stages = [self.state.stages[stage] for stage in self.state.stages]
        kinds = all(isinstance(stage, MEASURED_KINDS) for stage in self.hub.stages.values())
        plain = kinds and all(flow.hourly_weights is None for flow in self.hub.flows.values())
        plain = plain and not any(getattr(stage, "breakdowns", None) for stage in self.hub.stages.values())
        open_always = all_of(stage.open_share == 1 for stage in stages)
        ranks = [column(flow.priority) for flow in self.hub.flows.values()]
        one_rank = all_of(rank == ranks[0] for rank in ranks)
        light = self.utilization <= hub_errors.MOST_UTILIZATION
        return np.asarray(light & open_always & one_rank & (self.state.blocking == 0) & plain)

    @cached
    def utilization(self) -> Column:
        """Utilization of the stage that is loaded most, a yard's occupancy included."""
        return largest(s.load for s in self.state.stages.values())

    @cached
    def unstable(self) -> Flags:
        """Whether some stage of the main route has no steady state."""
        return largest(self.state.stages[stage].utilization for stage in self.hub.main.stages) >= 1

    @cached
    def unit_split(self) -> Split:
        """The time of one unit of the main flow."""
        return route_split(self.hub, self.state)

    @cached
    def content_split(self) -> Split | None:
        """The time of one of its contents, if it has any."""
        if self.hub.main.contents is None:
            return None
        return content_split(self.hub, self.state, self.unit_split)

    @cached
    def route_law(self) -> RouteLaw:
        """The law of the dwell of a unit of the main flow, as if all had a steady state."""
        route, stages = self.hub.main, self.state.stages
        parts = {}
        for stage in route.stages:
            state = stages[stage]
            parts[stage] = parts_of(state.performance, state.utilization)
            if np.any(state.closure.hours > 0):
                parts[stage].append(closed_of(*finite(state.closure.hours, state.closure_variance)))
        visits = {stage: stages[stage].performance.visit_share for stage in route.stages}
        transitions = {stage: route.transitions[stage] for stage in route.stages}
        return RouteLaw(self.rows, parts, visits, transitions, convolved=self.method != "fast")

    def dwell_quantile(self, probability: float) -> Column:
        """Give the dwell that a share of the units does not exceed [h]; inf without steady state."""
        found = self.route_law.quantile(probability)
        only = self._only_delay
        if isinstance(only, UnitQueue):
            exact = exact_law(only) & self._mmc(only)
            if np.any(exact):
                found = np.where(exact, mmc_dwell_quantile(only, probability), found)
        elif isinstance(only, Moving):
            found = np.where(only.visit_share == 1, self.route_law.fitted(probability), found)
        return np.where(np.isfinite(self.unit_split.dwell), found, np.inf)

    @cached
    def dwell_p90(self) -> Column:
        """Dwell that nine units of ten do not exceed [h]."""
        return self.dwell_quantile(0.9)

    @cached
    def exact_dwell_law(self) -> Flags:
        """Whether the law of the dwell is known exactly, if waits and arrivals are.

        Units overtake each other at several servers, which ties waits at later stages to those before: then only the
        first and the last stage of a chain of M/M/c may have more than one [1]_. Poisson arrivals that are each shifted
        by a time of its own are Poisson and independent of it, so runs before and after one queue change nothing.

        .. [1] P. J. Burke (1969), "The dependence of sojourn times in tandem M/M/s queues", Operations Research 17(4),
           754-755.
        """
        delays = self._delays
        visited = [p for p in delays if isinstance(p, UnitQueue)]
        moving = [p for p in delays if isinstance(p, Moving)]
        known = len(visited) + len(moving) == len(delays) and (not moving or len(visited) <= 1)
        if not known or any(len(f) > 1 for f in self.hub.main.transitions.values()):
            return np.zeros(self.rows, bool)
        if len(visited) <= 1:
            return np.logical_and(all_of([np.ones(self.rows, bool), *map(exact_law, visited)]), self._fits(delays))
        chain = [self._mmc(queue) for queue in visited]
        chain += [np.asarray(queue.servers == 1) for queue in visited[1:-1]]
        return np.logical_and(all_of(chain), self.method != "fast")

    def _fits(self, delays: list[Performance]) -> Flags:
        """Say where the law is kept when nothing is convolved: of M/M/c alone, and of one run that all take."""
        if self.method != "fast" or not delays:
            return np.ones(self.rows, bool)
        only = delays[0]
        if len(delays) > 1:
            return np.zeros(self.rows, bool)
        return self._mmc(only) if isinstance(only, UnitQueue) else np.asarray(only.visit_share == 1)

    @property
    def _delays(self) -> list[Performance]:
        """What delays anybody along the main route."""
        stages = self.state.stages
        found = [stages[stage].performance for stage in self.hub.main.stages]
        return [performance for performance in found if np.any(performance.visit_share > 0)]

    @property
    def _only_delay(self) -> Performance | None:
        delays = self._delays
        return delays[0] if len(delays) == 1 and not np.any(self.unit_split.closure > 0) else None

    @staticmethod
    def _mmc(queue: UnitQueue) -> Flags:
        """Say where it is M/M/c that everybody visits."""
        flags: Flags = (queue.wait.method == Method.M_M_C) & (queue.visit_share == 1)
        return flags


Simulator = Callable[[HubAnalysis], Simulations]


def rounded(values: Column) -> Column:
    """Drop the digits that rounding errors have spoilt: keep twelve that count."""
    finite = np.isfinite(values) & (values != 0)
    plain = np.where(finite, values, 1.0)
    digits = 11 - np.floor(np.log10(np.abs(plain))).astype(np.int64)
    scale = _SCALES[np.minimum(digits + _LEAST_EXPONENT, _SCALES.size - 1)]
    return np.where(finite, np.rint(plain * scale) / scale, values)


def stage_exact(analysis: HubAnalysis, stage_id: str, stage: StageState) -> Flags:
    """Say where a stage's times are exact: its formulas are, and so is what they need to know of its arrivals."""
    return all_of([known_arrivals(analysis, stage_id), *(estimate.error == 0 for estimate in estimates_of(stage))])


def known_arrivals(analysis: HubAnalysis, stage_id: str) -> Flags:
    """Say where as much is known of a stage's arrivals as its times depend on."""
    known = analysis.state.exact_arrivals[stage_id]
    return known | (not analysis.state.stages[stage_id].performance.arrivals_matter)
