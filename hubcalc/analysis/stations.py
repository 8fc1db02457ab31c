"""The station table: one row for each stage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.capacities import per_open_hour_to_per_day
from hubcalc.analysis.engine import StageState
from hubcalc.analysis.hub import HubAnalysis, rounded, stage_exact
from hubcalc.analysis.methods import Column, Flags, Method
from hubcalc.analysis.metrics import EMPIRICAL, NOT_EXACT
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import column
from hubcalc.cached import cached
from hubcalc.readings import at, number
from hubmodels.results import Quantity, StationResult, Verdict


@dataclass(frozen=True)
class _Station:
    """Columns of one stage."""

    analysis: HubAnalysis
    stage_id: str

    @property
    def state(self) -> StageState:
        return self.analysis.state.stages[self.stage_id]

    @cached
    def per_day(self) -> Column:
        """Handling units of all flows that reach the stage [units/day]."""
        return per_open_hour_to_per_day(self.state.arrivals_per_hour, self.state.open_share)

    @cached
    def limit(self) -> NDArray[np.intp]:
        """Index of the resource that is loaded most."""
        return np.asarray(np.argmax(np.stack(np.broadcast_arrays(*self.state.loads.values())), axis=0))

    @cached
    def growth_per_day(self) -> Column:
        """What of those that visit is beyond the capacity [units/day]."""
        return column(self.per_day * self.state.performance.visit_share * (1 - self.state.carried_share))

    @cached
    def closure(self) -> Column:
        """Mean delay by closing times and windows [h]."""
        return column(self.state.closure.hours + self.state.performance.closure.hours)

    @cached
    def exact(self) -> Flags:
        """Whether the wait is exact."""
        return stage_exact(self.analysis, self.stage_id, self.state)


class StationColumns:
    """The stations of an analysis; `rows` gives the table of one scenario."""

    def __init__(self, analysis: HubAnalysis) -> None:
        self._analysis = analysis
        self._stations = [_Station(analysis, stage_id) for stage_id in analysis.hub.stages]

    def rows(self, i: int) -> list[StationResult]:
        """Give the station table of one scenario."""
        return [self._row(station, i) for station in self._stations]

    def _row(self, station: _Station, i: int) -> StationResult:
        state, analysis = station.state, self._analysis
        performance, load = state.performance, at(state.load, i)
        stage = analysis.hub.stages[station.stage_id]
        capacity = analysis.capacities[station.stage_id]
        limit = list(state.loads)[at(station.limit, i)]
        unstable = at(state.utilization, i) >= 1
        wait, service, closure = (at(c, i) for c in (performance.wait.hours, performance.service, station.closure))
        synchronization, quota = at(performance.synchronization.hours, i), at(performance.quota.hours, i)
        content_wait = at(performance.content_wait.hours, i)
        if analysis.method == "exact" and not at(station.exact, i):
            wait = content_wait = np.nan
        growth = at(station.growth_per_day, i)
        servers = at(method_of(stage).servers(stage)[limit], i)
        counted = at(analysis.counted_per_day, i)
        return StationResult(
            stage=station.stage_id,
            kind=stage.kind,
            limit=limit,
            arrivals_per_day=at(station.per_day, i),
            utilization=load,
            wait_mean_hours=number(wait),
            content_wait_mean_hours=number(content_wait),
            service_mean_hours=number(service),
            synchronization_mean_hours=number(synchronization),
            closure_mean_hours=number(closure),
            quota_mean_hours=number(quota),
            blocked_share=at(state.blocked_share, i),
            peak_utilization=at(state.peak_utilization, i),
            dwell_mean_hours=number(wait + service + synchronization + closure + quota),
            theoretical_capacity_per_day=_capacity(capacity.theoretical_factor, counted, i),
            practical_capacity_per_day=_capacity(capacity.practical_factor, counted, i),
            growth_per_day=growth,
            backlog_at_horizon=growth * at(column(analysis.hub.targets.horizon_days), i),
            fewest_stable_servers=int(np.floor(load * servers)) + 1 if unstable else None,
            capacity_is_bound=capacity.upper_bound,
            verdict=self._verdict(station, i, unstable=unstable),
            details={
                name: Quantity(value=number(at(v, i)), unit=unit) for name, (v, unit) in performance.details.items()
            },
        )

    def _verdict(self, station: _Station, i: int, *, unstable: bool) -> Verdict:
        wait = station.state.performance.wait
        method = Method(at(wait.method, i)).label
        if unstable:
            return Verdict(status="unstable", method=method, reason="more arrives than the stage can serve")
        if at(station.exact, i):
            return Verdict(status="exact", method=method, expected_error=0.0)
        if self._analysis.method == "exact":
            return Verdict(status="refused", method=method, reason=NOT_EXACT)
        error = at(wait.error, i)
        known_arrivals = at(self._analysis.state.exact_arrivals[station.stage_id], i)
        reason = "" if known_arrivals else "arrivals are not Poisson, or are known by two moments only"
        reason = reason if station.state.performance.arrivals_matter else EMPIRICAL
        return Verdict(
            status="approximate",
            method=method,
            expected_error=None if np.isnan(error) or error == 0 else error,
            reason=reason,
        )


def _capacity(factor: Column, counted: float, i: int) -> float | None:
    return number(float(rounded(column(at(factor, i) * counted))))
