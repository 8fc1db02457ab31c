"""The hours of the day at the stages of the main route, in the steady day or week."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hubcalc import queueing
from hubcalc.analysis.analyses import document_of
from hubcalc.analysis.curve import single_scenario
from hubcalc.analysis.engine import StageState
from hubcalc.analysis.fluid_week import permit_hours
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.moving import Moving
from hubcalc.analysis.openings import Clock, clocks_of, opening_of
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import Stream, column
from hubcalc.cached import cached
from hubcalc.queueing import DayMethod
from hubcalc.readings import at
from hubcalc.units import DAYS_PER_WEEK, HOURS_PER_DAY, per_hour_to_per_day
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase, Quota
from hubmodels.results import DayProfile, HourOfDay, HubReference, StageProfile, Verdict

Floats = NDArray[np.float64]

_SHORTEST_HOURS = 1e-6
_LEVEL = 1e-6
"""Lines that differ by less, relative to the longest, are as long."""
_PERMITS = "permits from midnight on, as a fluid"
_LABELS = {
    "exact": "Markov chain of the day, solved",
    "birth_death": "birth-death chain of the day",
    "fluid": "pointwise stationary fluid flow",
}


@dataclass(frozen=True)
class Served:
    """One stage in one scenario: its servers, its hours, and what comes to be served.

    Where units are not served one by one at equal servers, all resources are taken as one server that is as fast as
    they are together, with the variability that gives the stage's own mean wait (Pollaczek and Khinchine).
    """

    analysis: HubAnalysis
    stage_id: str

    @property
    def state(self) -> StageState:
        """The stage under its arrivals."""
        return self.analysis.state.stages[self.stage_id]

    @cached
    def clock(self) -> Clock:
        """When it works."""
        return clocks_of(self.analysis.hub, opening_of(self.analysis.hub))[self.stage_id]

    @cached
    def availability(self) -> float:
        """Share of its hours in which it is not interrupted."""
        return float(at(self.clock.availability, 0))

    @cached
    def visit_share(self) -> float:
        """Share of those at its door that are served."""
        return float(at(self.state.performance.visit_share, 0))

    @cached
    def utilization(self) -> float:
        """Of the open time."""
        return float(at(self.state.utilization, 0))

    def per_hour(self, stream: Stream) -> float:
        """Give the units of a flow that come to be served, per hour day and night."""
        return float(at(stream.per_hour * stream.open_share, 0)) * self.visit_share

    @cached
    def total_per_hour(self) -> float:
        """Give the units of all flows that come to be served, per hour day and night."""
        return sum(self.per_hour(stream) for stream in self.state.streams.values())

    @cached
    def queue(self) -> tuple[int, float, float]:
        """Servers, hours of service while they work, and the scv of the service for Poisson arrivals."""
        performance = self.state.performance
        scv = self._arrival_scv
        if isinstance(performance, UnitQueue):
            hours = float(at(performance.work.hours, 0)) / self.availability
            return int(at(performance.servers, 0)), hours, max(float(at(performance.work.scv, 0)) + scv - 1, 0.0)
        if isinstance(performance, Moving):  # a line of vehicles, which leave at random as fast as there is room
            return 1, 1 / self.capacity_per_hour, 1.0
        load = self.utilization
        hours = load * float(at(self.state.open_share, 0)) / self.total_per_hour
        wait = float(at(performance.wait.hours, 0))
        spread = 2 * wait * (1 - load) / (load * hours) if load < 1 else 1 + scv
        return 1, hours / self.availability, max(spread - 1, 0.0)

    @cached
    def _arrival_scv(self) -> float:
        rates = [self.per_hour(stream) for stream in self.state.streams.values()]
        scvs = [float(at(stream.scv, 0)) for stream in self.state.streams.values()]
        return float(np.average(scvs, weights=rates)) if sum(rates) > 0 else 1.0

    def limit_of(self, key: str) -> str:
        """Give the resource that is loaded most of those that a flow loads: a road has lanes for each direction."""
        stage, loads = self.analysis.hub.stages[self.stage_id], self.state.loads
        own = method_of(stage).loads(stage, self.state.streams[key])
        return max(own, key=lambda name: (float(at(own[name], 0)) > 0, float(at(loads[name], 0))))

    @cached
    def other_load(self) -> float:
        """Load by what is no flow of the hub."""
        limit, others = self.limit_of(next(iter(self.state.streams))), self.state.other_loads
        return float(at(others[limit], 0)) if limit in others else 0.0

    @cached
    def capacity_per_hour(self) -> float:
        """Units that can be served, beside what is no flow of the hub, per hour day and night."""
        return self.total_per_hour * (1 - self.other_load) / (self.utilization - self.other_load)

    @cached
    def count_variance_per_hour(self) -> float:
        """Variance of arrivals less services while there is a queue, per hour day and night [units^2/h]."""
        _, _, scv = self.queue
        busy = self.capacity_per_hour * max(scv + 1 - self._arrival_scv, 0.0)
        return self.total_per_hour * self._arrival_scv + busy

    @cached
    def known(self) -> bool:
        """Whether the Markov chain is that of the stage: Poisson arrivals at the door, one known law of service."""
        performance = self.state.performance
        if not isinstance(performance, UnitQueue) or self.clock.interruptions is not None:
            return False
        first = all(flow.entry == self.stage_id for flow in self._flows)
        known_law = bool(np.all(performance.work.phase_type | (performance.work.scv == 0)))
        return first and known_law and all(bool(np.all(s.poisson)) for s in self.state.streams.values())

    @property
    def permits(self) -> float | None:
        """Permits of a day, where the stage is a quota."""
        stage = self.analysis.hub.stages[self.stage_id]
        return float(at(column(stage.per_day), 0)) if isinstance(stage, Quota) else None

    @property
    def _flows(self) -> list[Any]:
        return [self.analysis.hub.flows[key] for key in self.state.streams]


def day_profile(
    hub: HubBase | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    method: DayMethod | Literal["auto"] = "auto",
) -> DayProfile:
    """Give arrivals, queue and wait in each hour of the day, at each stage of the main route.

    Parameters
    ----------
    hub : HubBase, mapping or str
        A hub document, or the id of one of the fixtures.
    overrides : mapping, optional
        One value by path.
    method : {"auto", "exact", "birth_death", "fluid"}, optional
        How each stage's day is solved, as in `hubcalc.queueing.solve_general_time_of_day`.

    Returns
    -------
    DayProfile
        The hours of a day where all days are alike, else those of a week; by stage.

    Raises
    ------
    DocumentError, UnknownPathError, OverrideError
        If the document or an override cannot be used.
    ArgumentError, RefusedError
        If the method is unknown, or cannot hold the numbers in line.

    Notes
    -----
    Arrivals are Poisson with a rate that is even within each hour. What leaves a stage arrives at the next one, in the
    mean pattern in which it leaves. The wait of those who come in an hour is the time until as many have left as have
    come before, in the mean, less the service; over the whole day it is that of Little's law.

    Before a daily quota units are a fluid: whoever comes while permits of the day are left passes at once, and those
    in line pass at midnight; randomness is left out, and days go on while the hub is closed.

    Examples
    --------
    >>> profile = day_profile("khorgos-gateway")
    >>> len(profile.stages[0].hours)
    24
    """
    document = document_of(hub)
    changed, given = single_scenario(document, overrides)
    analysis = HubAnalysis(changed, 1, method="fast")
    week = _Week.of(analysis)
    shapes = {key: week.weights(flow.hourly_weights) for key, flow in changed.flows.items()}
    stages = []
    for stage_id in changed.main.stages:
        served = Served(analysis, stage_id)
        queued = served.state.holds_back and not isinstance(served.state.performance, Moving)
        if not queued or served.total_per_hour == 0 or served.utilization == 0:
            continue
        profile, leaving = _stage(served, week, shapes, method)
        stages.append(profile)
        for key in served.state.streams:
            shapes[key] = served.visit_share * leaving + (1 - served.visit_share) * shapes[key]
    reference = HubReference(id=document.id, name=document.name, kind=getattr(document, "kind", ""))
    return DayProfile(hub=reference, model_version=MODEL_VERSION, overrides=given, stages=stages)


@dataclass(frozen=True)
class _Week:
    """Intervals of a day, or of a week where days differ, none of which a stage opens or closes in."""

    edges: Floats
    days: int

    @classmethod
    def of(cls, analysis: HubAnalysis) -> "_Week":
        hub = analysis.hub
        clocks = list(clocks_of(hub, opening_of(hub)).values())
        alike = all(float(at(clock.hours.days, 0)) == DAYS_PER_WEEK for clock in clocks)
        days = 1 if alike else DAYS_PER_WEEK
        span = HOURS_PER_DAY * days
        hours = np.arange(span + 1)
        found = np.unique(np.concatenate([hours, *(clock.hours.pattern.edges[0] for clock in clocks)]))
        found = found[found <= span]
        found = np.where(np.abs(found - np.round(found)) <= _SHORTEST_HOURS, np.round(found), found)
        return cls(found[np.append(True, np.diff(found) > _SHORTEST_HOURS)], days)

    @cached
    def lengths(self) -> Floats:
        return np.diff(self.edges)

    @cached
    def middles(self) -> Floats:
        return (self.edges[1:] + self.edges[:-1]) / 2

    def weights(self, hourly: tuple[float, ...] | None) -> Floats:
        """Give arrivals in each interval relative to the mean."""
        if hourly is None:
            return np.ones(self.lengths.size)
        weights = np.asarray(hourly) / np.mean(hourly)
        return column(weights[(self.middles % HOURS_PER_DAY).astype(int)])

    def opened(self, clock: Clock) -> Floats:
        """Say in which intervals a stage works: 1, else 0."""
        pattern = clock.hours.pattern
        place = np.searchsorted(pattern.edges[0], self.middles, side="right") - 1
        return column(pattern.rates[0][np.clip(place, 0, pattern.rates.shape[1] - 1)])

    @cached
    def midnights(self) -> Floats:
        """Mark the first interval of each day."""
        return np.where(self.edges[:-1] % HOURS_PER_DAY == 0, 1 / self.lengths, 0.0)

    def over_hours(self, values: Floats) -> Floats:
        """Average over whole hours."""
        hour = self.middles.astype(int)
        size = int(self.edges[-1])
        return np.bincount(hour, values * self.lengths, size) / np.bincount(hour, self.lengths, size)


def _stage(
    served: Served, week: _Week, shapes: Mapping[str, Floats], method: DayMethod | Literal["auto"]
) -> tuple[StageProfile, Floats]:
    """Solve one stage; give its hours, and the pattern of mean 1 in which units leave."""
    flows = {key: served.per_hour(stream) for key, stream in served.state.streams.items()}
    arrivals = np.sum([rate * shapes[key] for key, rate in flows.items()], axis=0)
    opened = week.opened(served.clock)
    if served.utilization >= 1:
        growth = per_hour_to_per_day(served.total_per_hour * (1 - float(at(served.state.carried_share, 0))))
        verdict = Verdict(status="unstable", method="", reason="more arrives than the stage can serve")
        told = StageProfile(
            stage=served.stage_id,
            hours=[],
            wait_mean_hours=None,
            queue_peak=None,
            queue_peak_hour=None,
            growth_per_day=growth,
            verdict=verdict,
        )
        shape = week.midnights if served.permits is not None else opened
        return told, shape / np.average(shape, weights=week.lengths)
    if served.permits is not None:
        return _permitted(served, week, arrivals, served.permits)
    servers, service, scv = served.queue
    solved = queueing.solve_general_time_of_day(
        arrivals, service, scv, servers * opened, week.lengths, periodic=True, method=method
    )
    gained = np.diff(solved.number_mean)
    leaving = np.maximum(arrivals * week.lengths - gained, 0.0) / week.lengths
    profile = StageProfile(
        stage=served.stage_id,
        hours=_hours(week, arrivals, opened * servers, service, solved),
        wait_mean_hours=float(solved.wait_mean_hours),
        queue_peak=float(solved.waiting_peak),
        queue_peak_hour=_peak_hour(week, solved),
        growth_per_day=0.0,
        verdict=_verdict(served, solved),
    )
    return profile, leaving / np.average(leaving, weights=week.lengths)


def _permitted(served: Served, week: _Week, arrivals: Floats, permits: float) -> tuple[StageProfile, Floats]:
    """Solve a daily quota, as `_stage` does other stages."""
    found = permit_hours(week.edges, arrivals, permits)
    columns = zip(*(week.over_hours(values) for values in (arrivals, found.line, found.waits)), strict=True)
    profile = StageProfile(
        stage=served.stage_id,
        hours=[
            HourOfDay(
                day=None if week.days == 1 else int(hour // HOURS_PER_DAY),
                hour=int(hour % HOURS_PER_DAY),
                arrivals_per_hour=float(rate),
                open_share=1.0,
                utilization=None,
                queue_mean=float(line),
                wait_mean_hours=float(wait),
            )
            for hour, (rate, line, wait) in enumerate(columns)
        ],
        wait_mean_hours=float(found.line @ week.lengths / (arrivals @ week.lengths)),
        queue_peak=found.peak,
        queue_peak_hour=found.peak_hour,
        growth_per_day=0.0,
        verdict=Verdict(status="approximate", method=_PERMITS, reason="that arrivals are random is left out"),
    )
    return profile, found.leaving / np.average(found.leaving, weights=week.lengths)


def _peak_hour(week: _Week, solved: queueing.GeneralTimeOfDay) -> float:
    """Give when the line is first as long as it gets, within rounding: on an even day at its start."""
    span, hour = float(week.edges[-1]), float(solved.peak_hours)
    level = np.flatnonzero(solved.waiting_average >= solved.waiting_peak * (1 - _LEVEL))
    if level.size:
        hour = min(hour, float(week.edges[level[0]]))
    return hour if hour < span - _SHORTEST_HOURS else 0.0


def _hours(
    week: _Week, arrivals: Floats, open_servers: Floats, service: float, solved: queueing.GeneralTimeOfDay
) -> list[HourOfDay]:
    busy = np.where(open_servers > 0, solved.number_average - solved.waiting_average, 0.0)
    servers, working = week.over_hours(open_servers), week.over_hours(busy)
    opened = servers / max(float(open_servers.max()), 1.0)
    waits = np.maximum(_stays(week, arrivals, solved.number_mean) - service, 0.0)
    columns = zip(
        *(week.over_hours(values) for values in (arrivals, solved.waiting_average, waits)),
        *(servers, working, opened),
        strict=True,
    )
    return [
        HourOfDay(
            day=None if week.days == 1 else int(hour // HOURS_PER_DAY),
            hour=int(hour % HOURS_PER_DAY),
            arrivals_per_hour=float(rate),
            open_share=float(share),
            utilization=min(float(used / count), 1.0) if count > 0 else None,
            queue_mean=float(line),
            wait_mean_hours=float(wait),
        )
        for hour, (rate, line, wait, count, used, share) in enumerate(columns)
    ]


def _stays(week: _Week, arrivals: Floats, number: Floats) -> Floats:
    """Give the time until as many have left as have come by the middle of each interval, in the mean."""
    come = np.concatenate([[0.0], np.cumsum(arrivals * week.lengths)])
    span, total = week.edges[-1], come[-1]
    cycles = int(np.ceil(number.max() / total)) + 2
    times = np.concatenate([*(week.edges[:-1] + k * span for k in range(cycles)), [cycles * span]])
    left = np.concatenate([*(come[:-1] - number[:-1] + k * total for k in range(cycles)), [cycles * total - number[0]]])
    left = np.maximum.accumulate(left)
    middle = (come[1:] + come[:-1]) / 2
    return column(np.maximum(np.interp(middle, left, times) - week.middles, 0.0))


def _verdict(served: Served, solved: queueing.GeneralTimeOfDay) -> Verdict:
    largest, outside = float(solved.expected_error.largest), bool(solved.expected_error.out_of_range)
    if served.known and largest == 0:
        return Verdict(status="exact", method=_LABELS[solved.method], expected_error=0.0)
    measured = served.known and not outside
    reason = "" if measured else "arrivals or service are known by two moments only"
    return Verdict(
        status="approximate",
        method=_LABELS[solved.method],
        expected_error=largest if measured else None,
        reason=reason,
    )
