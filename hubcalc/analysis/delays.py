"""Delays by closing times and interruptions, at each stage, given what those before it have let through.

Where all stages of a route close together, arrivals are even and each day has one shift, a closed formula gives the
delay of the slowest stage so far, and each stage adds what it is slower. Else arrivals are sent from stage to stage as
a fluid of weekly patterns. Interruptions add to either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Estimate, Method
from hubcalc.analysis.openings import Clock, Cut, daily_closed_share
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.routing import Way, is_one
from hubcalc.analysis.streams import all_of, column
from hubcalc.cached import cached
from hubcalc.queueing.random_closures import random_closure_delay_hours
from hubcalc.queueing.weekly_fluid import WeeklyPattern, weekly_fluid
from hubmodels import HubBase, Interruptions, ServedStage

if TYPE_CHECKING:
    from hubcalc.analysis.engine import StageState

_LEAST_INTENSITY = 1e-9
_MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Delay:
    """Delay of a visiting unit at a stage by closing times, and the load of the busiest time of the week."""

    closure: Estimate
    variance: Column
    peak_utilization: Column


@dataclass(frozen=True, slots=True)
class _Passed:
    """Of the units of a flow at the door of a stage: the share that has been delayed before, and the mean delay."""

    share: Column
    hours: Column


@dataclass(frozen=True)
class Delays:
    """The delays of all stages, computed when one of them is asked for."""

    hub: HubBase
    ways: Mapping[str, Way]
    order: Sequence[str]
    clocks: Mapping[str, Clock]
    stages: Mapping[str, "StageState"]
    clashing: bool
    """Some flow comes from a stage that closes to one that keeps other hours."""

    @cached
    def by_stage(self) -> dict[str, Delay]:
        """Give the delay at each stage."""
        one_shift = all(len(clock.hours.shifts) == 1 or np.all(clock.hours.share == 1) for clock in self._closing)
        even = all(flow.hourly_weights is None for flow in self.hub.flows.values())
        simple = even and one_shift and not self.clashing
        found = self._together() if simple else self._apart()
        for stage_id, clock in self.clocks.items():
            if clock.interruptions is not None:
                found[stage_id] = _interrupted(found[stage_id], self.stages[stage_id], clock, clock.interruptions)
        return found

    @property
    def _closing(self) -> list[Clock]:
        return [self.clocks[stage_id] for stage_id in self.order]

    def _closes(self, stage_id: str) -> bool:
        """Say whether the calendar of a stage has any effect."""
        return self.stages[stage_id].holds_back and bool((self.clocks[stage_id].hours.share < 1).any())

    def _together(self) -> dict[str, Delay]:
        """Add at each stage what it is slower than those before it, in closed form."""
        alone = {stage: self._alone(stage) for stage in self.order if self._closes(stage)}
        found = {stage: self._none(stage) for stage in self.order}
        if not alone:
            return found
        for key, way in self.ways.items():
            reach = way.reach()
            passed = {way.entry: [(column(1.0), _Passed(column(0.0), column(0.0)))]}
            for stage in way.stages:
                here = _joined(passed.pop(stage))
                if stage in alone:
                    state = self.stages[stage]
                    added = _added(alone[stage], here)
                    if next(iter(state.streams)) == key:
                        found[stage] = self._of(stage, added, here)
                    visits = state.performance.visit_share
                    hours = here.hours + np.where(visits > 0, visits * added, 0.0)
                    here = _Passed(here.share + (1 - here.share) * visits, hours)
                for following, share in way.onward[stage].items():
                    passed.setdefault(following, []).append((reach[stage] * share, here))
        return found

    def _alone(self, stage_id: str) -> Column:
        """Give the delay of a stage to which units come around the clock."""
        hours = self.clocks[stage_id].hours
        utilization = self.stages[stage_id].utilization
        stable = utilization < 1
        (_, length) = hours.shifts[0]
        # only the ratio of arrivals to capacity counts; the share of the calendar is in both
        intensity = np.where(stable, utilization, 0.0) * hours.share
        delay = queueing.fluid_closure(intensity, 1.0, length, hours.days)
        return np.where(stable | (hours.share == 1), delay, np.inf)

    def _of(self, stage_id: str, added: Column, before: _Passed) -> Delay:
        """Give mean and variance of what a stage adds: both together are those of one delay of the longer mean.

        For one closure of C hours in T and the share p of all that is delayed, delays are uniform from 0 to C, so the
        second moment is 4 / (3 p) times the square of the mean; p is C / T / (1 - arrivals / capacity).
        """
        hours, utilization = self.clocks[stage_id].hours, self.stages[stage_id].utilization
        share = daily_closed_share(hours)
        intensity = np.minimum(utilization * hours.share, 1 - 1e-9)
        delayed = np.minimum(np.where(share > 0, share, 1.0) / (1 - intensity), 1.0)
        finite = np.isfinite(added)
        mean = np.where(finite, added, 0.0)
        prior = np.where(np.isfinite(before.hours), before.hours, 0.0)
        spread = np.maximum(4 / (3 * delayed) - 1, 0) * (mean**2 + 2 * mean * prior)
        return Delay(_estimate(added), np.where(finite, np.where(mean > 0, spread, 0.0), np.inf), utilization)

    def _none(self, stage_id: str) -> Delay:
        return Delay(_estimate(column(0.0)), column(0.0), self.stages[stage_id].utilization)

    def _apart(self) -> dict[str, Delay]:
        """Send the flows from stage to stage as weekly patterns, by so many scenarios as fit in memory."""
        rows = max(state.utilization.size for state in self.stages.values())
        if rows <= _MOST_ROWS:
            return self._in_patterns(Cut())
        blocks = [
            (self._in_patterns(Cut(slice(start, start + _MOST_ROWS))), min(_MOST_ROWS, rows - start))
            for start in range(0, rows, _MOST_ROWS)
        ]

        def joined(stage: str, part: Callable[[Delay], Column]) -> Column:
            return np.concatenate([np.broadcast_to(part(block[stage]), size) for block, size in blocks])

        return {
            stage: Delay(
                _estimate(joined(stage, lambda delay: delay.closure.hours)),
                joined(stage, lambda delay: delay.variance),
                joined(stage, lambda delay: delay.peak_utilization),
            )
            for stage in self.order
        }

    def _in_patterns(self, cut: Cut) -> dict[str, Delay]:
        """Send the flows from stage to stage as weekly patterns of mean 1."""
        found = {}
        coming: dict[tuple[str, str], list[tuple[Column, WeeklyPattern]]] = {}
        reach = {key: way.reach() for key, way in self.ways.items()}
        # where routes meet in opposite order, what has not been reached yet counts as even
        even = WeeklyPattern.constant()
        for key, way in self.ways.items():
            weights = self.hub.flows[key].hourly_weights
            coming[way.entry, key] = [(column(1.0), even if weights is None else WeeklyPattern.daily(weights))]
        for stage in self.order:
            state = self.stages[stage]
            at_door = {key: _mixed(coming.get((stage, key), [(column(1.0), even)])) for key in state.streams}
            rates = {key: cut(stream.per_hour * stream.open_share) for key, stream in state.streams.items()}
            joint = _mixed([(rates[key], pattern) for key, pattern in at_door.items()])
            found[stage], after = self._fluid(stage, joint, cut)
            for key, pattern in at_door.items():
                passing = pattern
                if after is not None:
                    visits = cut(state.performance.visit_share)
                    passing = after if is_one(visits) else after.plus(pattern, visits, 1 - visits)
                for following, share in self.ways[key].onward[stage].items():
                    weight = cut(column(reach[key][stage] * share))
                    coming.setdefault((following, key), []).append((weight, passing))
        return found

    def _fluid(self, stage_id: str, arriving: WeeklyPattern, cut: Cut) -> tuple[Delay, WeeklyPattern | None]:
        """Give the delay of a stage and the pattern of what leaves it; None where units do not wait there."""
        state, hours = self.stages[stage_id], self.clocks[stage_id].hours.cut(cut)
        utilization = cut(state.utilization)
        zero = np.zeros_like(utilization)
        if not state.holds_back or not isinstance(self.hub.stages[stage_id], ServedStage):
            return Delay(_estimate(zero), zero, utilization), None
        intensity = np.maximum(utilization * hours.share, _LEAST_INTENSITY)
        fluid = weekly_fluid(arriving, 1 / intensity, hours.pattern)
        mean, variance, peak = map(_plain, (fluid.delay_mean_hours, fluid.delay_variance_hours2, arriving.largest))
        stable = utilization < 1
        closure = _estimate(np.where(stable, mean, np.inf) + zero)
        busiest = np.maximum(utilization, peak * utilization * hours.share)
        return Delay(closure, np.where(stable, variance, np.inf) + zero, busiest), _scaled(fluid.departures)


def _plain(line: Column) -> Column:
    """Give a line of one scenario as a number."""
    return column(line[0]) if line.size == 1 else line


def _joined(parts: list[tuple[Column, _Passed]]) -> _Passed:
    """Average what units have met on their ways to a stage."""
    if len(parts) == 1:
        return parts[0][1]
    weight = sum(share for share, _ in parts)
    safe = np.where(weight > 0, weight, 1.0)
    delayed = column(sum(share * passed.share for share, passed in parts)) / safe
    hours = column(sum(np.where(share > 0, share * passed.hours, 0.0) for share, passed in parts)) / safe
    return _Passed(delayed, hours)


def _added(alone: Column, before: _Passed) -> Column:
    """Give what a stage adds: all its delay for those that have not been delayed yet, what it is slower for others."""
    endless = np.isinf(alone)
    finite = np.where(endless, 0.0, alone)
    earlier = np.where(before.share > 0, before.hours / np.where(before.share > 0, before.share, 1.0), 0.0)
    slower = np.maximum(finite - earlier, 0.0)
    return np.where(endless, np.inf, before.share * slower + (1 - before.share) * finite)


def _estimate(hours: Column) -> Estimate:
    """Give a delay of a fluid: exact where there is none, else its error is not known."""
    return Estimate(
        hours,
        lambda: np.where(hours == 0, 0.0, np.nan),
        lambda: np.full(np.shape(hours), Method.CLOSURE, np.int8),
    )


def _mixed(parts: list[tuple[Column, WeeklyPattern]]) -> WeeklyPattern:
    """Average patterns by weight; where all weigh nothing, plainly."""
    if all(pattern is parts[0][1] for _, pattern in parts):
        return parts[0][1]
    total = column(sum(weight for weight, _ in parts))
    shares = [np.where(total > 0, w / np.where(total > 0, total, 1.0), 1 / len(parts)) for w, _ in parts]
    mixed, weighed = parts[0][1], shares[0]
    for share, (_, pattern) in zip(shares[1:], parts[1:], strict=True):
        mixed, weighed = mixed.plus(pattern, weighed, share), column(1.0)
    return mixed


def _scaled(pattern: WeeklyPattern) -> WeeklyPattern:
    """Bring the mean of a pattern to 1."""
    mean = pattern.mean
    return WeeklyPattern(pattern.edges, pattern.rates / np.where(mean > 0, mean, 1.0)[:, None])


def _interrupted(delay: Delay, state: "StageState", clock: Clock, stops: Interruptions) -> Delay:
    """Add what interruptions delay: the fluid of those who come meanwhile, and what they stretch wait and service.

    With wait W and service S of the open time, both last (W + S) / A in all, A the availability. Exact for M/G/1
    (Avi-Itzhak and Naor 1963).
    """
    utilization, performance = state.utilization, state.performance
    calm, closed, scv = column(stops.open_hours), column(stops.closed_hours), column(stops.closed_scv)
    waiting = random_closure_delay_hours(np.maximum(utilization, 0.0), calm, closed, scv)
    inside = performance.wait.hours + performance.service
    stretch = inside * closed / calm
    hours = delay.closure.hours + waiting + stretch
    single = isinstance(performance, UnitQueue) and np.all(performance.servers == 1)
    known = all_of(stream.poisson for stream in state.streams.values()) & (clock.hours.share == 1)
    exact = known & (performance.wait.error == 0) & single
    # the share that meets closed doors or a backlog behind them, each delayed as by the rest of an interruption
    met = np.clip((1 - clock.availability) / (1 - np.minimum(utilization, 1.0) * clock.availability), 1e-12, 1.0)
    peaked = 4 * (1 + 2 * scv) / (3 * (1 + scv))
    finite = np.isfinite(hours)
    fluid, during = np.where(finite, waiting, 0.0), np.where(finite, inside, 0.0)
    spread = fluid**2 * np.maximum(peaked / met - 1, 0.0)
    varied = performance.wait_variance + performance.service_variance
    spread = spread + during / calm * closed**2 * (1 + scv) + (closed / calm) ** 2 * np.where(finite, varied, 0.0)
    error = np.where(exact, 0.0, np.nan)
    return Delay(
        Estimate(hours, error, np.full(np.shape(hours), Method.CLOSURE, np.int8)),
        np.where(finite, delay.variance + spread, np.inf),
        delay.peak_utilization,
    )
