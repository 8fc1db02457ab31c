"""A ferry or feeder: units gather to a load or for the timetable, a vessel takes them over, and comes back."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import SLOWEST_PER_HOUR, Service, unit_wait, wait_variance
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, all_of, column, total, weighted
from hubcalc.cached import cached
from hubcalc.queueing.bulk_fleet import BulkFleet, solve_bulk_fleet, timetable_load_wait_mean_hours
from hubcalc.units import per_hour_to_per_day
from hubmodels import FerryOrVessel

_STEADY = 1e-9  # scv
_MOST_INTERVALS = 60  # of a cycle that are counted one by one


@dataclass(frozen=True, slots=True)
class _Storm:
    """The interruptions: share of open time, and mean and second moment of what is left of one at a random moment."""

    open_share: Column
    rest_hours: Column
    rest_square: Column

    @classmethod
    def of(cls, stage: FerryOrVessel) -> "_Storm":
        """Read them; there may be none. The rest of a closed time C has E[C^2] / (2 E[C]) and E[C^3] / (3 E[C])."""
        storms = stage.interruptions
        if storms is None:
            return cls(column(1.0), column(0.0), column(0.0))
        opened, closed, scv = (column(v) for v in (storms.open_hours, storms.closed_hours, storms.closed_scv))
        rest, square = closed * (1 + scv) / 2, closed**2 * (1 + scv) * (1 + 2 * scv) / 3
        return cls(opened / (opened + closed), rest, square)


def _cycle(stage: FerryOrVessel) -> tuple[Column, Column]:
    """Give mean and scv of the time from a departure until the vessel is ready again, in calm weather."""
    over, back = Service.of(stage.passage_time), Service.of(stage.return_time)
    hours = over.hours + back.hours
    return hours, (over.hours**2 * over.scv + back.hours**2 * back.scv) / hours**2


def _held_in_port(stage: FerryOrVessel, storm: _Storm) -> Column:
    """Give the mean time for which a storm keeps a vessel that is ready, loaded and free to go.

    It left R hours ago in calm weather. With exponential times the storm lasts on with probability
    (1 - A)(1 - E[exp(-t R)]), t the rate at which the weather is forgotten, A the share of open time; t is 1 over A
    times the rest of a storm, so that short cycles lose the share 1 - A of the time, whatever the law of the storms.
    """
    if stage.interruptions is None:
        return column(0.0)
    hours, scv = _cycle(stage)
    pace = hours / (storm.open_share * storm.rest_hours)
    varied = scv > _STEADY
    spread = np.where(varied, scv, 1.0)
    forgotten = np.where(varied, (1 + pace * spread) ** (-1 / spread), np.exp(-pace))
    return np.asarray((1 - storm.open_share) * (1 - forgotten) * storm.rest_hours)


def _interval_hours(stage: FerryOrVessel) -> Column:
    """Give the mean time between departures in calm weather: of the timetable, or longer for want of vessels.

    A vessel leaves again after all V have left, at the first time H of the timetable after its cycle R, so after the
    greater of V and R / H rounded up, in intervals; R as if it were gamma distributed.
    """
    every, vessels = column(stage.departs_every_hours), column(stage.vessels)
    hours, scv = _cycle(stage)
    number = np.zeros(np.broadcast(hours, every, vessels).shape)
    shape = 1 / np.maximum(scv, _STEADY)
    for k in range(_MOST_INTERVALS):
        at = k * every / hours
        longer = np.where(scv > _STEADY, special.gammaincc(shape, at * shape), at < 1 - 1e-12)
        number = number + np.where(k < vessels, 1.0, longer)
    many = np.maximum(vessels, hours / every * (1 + 4 * np.sqrt(scv))) > _MOST_INTERVALS
    return every / vessels * np.where(many, np.maximum(vessels, hours / every + 0.5), number)


def _capacity_per_hour(stage: FerryOrVessel) -> Column:
    """Give the units that go over with full loads: by the vessels' cycles, or by the timetable."""
    storm = _Storm.of(stage)
    if stage.departs_every_hours is not None:
        lost = column(stage.departs_every_hours) * (1 / storm.open_share - 1)
        return column(stage.load) / (_interval_hours(stage) + lost)
    return column(stage.vessels) * column(stage.load) / (_cycle(stage)[0] + _held_in_port(stage, storm))


@dataclass(frozen=True)
class _Line(Performance):
    """What both kinds of line have in common: the passage, storms, and what leaves."""

    stage: FerryOrVessel
    streams: list[Stream]
    numerical: bool

    @cached
    def _visiting(self) -> list[Stream]:
        return [stream.thinned(column(self.stage.share)) for stream in self.streams]

    @cached
    def _rate(self) -> Column:
        return np.maximum(total(self._visiting), SLOWEST_PER_HOUR)

    @cached
    def _scv(self) -> Column:
        return weighted(self._visiting, [stream.scv for stream in self._visiting])

    @cached
    def _poisson(self) -> Flags:
        return all_of(stream.poisson for stream in self.streams)

    @cached
    def _storm(self) -> _Storm:
        return _Storm.of(self.stage)

    @cached
    def _capacity(self) -> Column:
        return _capacity_per_hour(self.stage)

    @cached
    def _load(self) -> Column:
        return np.asarray(self._rate / self._capacity)

    @cached
    def _departures(self) -> Column:
        """Departures per hour, with what a vessel takes in the mean."""
        raise NotImplementedError

    @property
    def service(self) -> Column:
        """The passage."""
        return Service.of(self.stage.passage_time).hours

    @property
    def service_variance(self) -> Column:
        """Variance of the passage."""
        return self.service**2 * Service.of(self.stage.passage_time).scv

    @cached
    def closure(self) -> Estimate:
        """What a storm adds: its rest, if there is one when a load is ready to go, and the backlog that it leaves.

        With u the utilization, the fluid backlog would add u / (1 - u) of the rest; the share u of it finds no room on
        the vessels that wait for the end of the storm, so that the rest is multiplied by 1 + u^2 / (1 - u).
        """
        hours = (1 - self._storm.open_share) * self._storm.rest_hours * self._backlog
        error = np.where(hours > 0, np.nan, 0.0)
        return Estimate(hours, error, np.full(hours.shape, Method.CLOSURE, np.int8))

    @cached
    def _backlog(self) -> Column:
        used = np.minimum(self._load, 1 - 1e-9)
        return np.asarray(1 + used**2 / (1 - used))

    @property
    def closure_variance(self) -> Column:
        """Variance of that time."""
        square = (1 - self._storm.open_share) * self._storm.rest_square * self._backlog**2
        return np.asarray(np.maximum(square - self.closure.hours**2, 0.0))

    @cached
    def departure_scv(self) -> Column:
        """Of the units, which come in loads of B: B (1 + c^2) - 1, with the scv of the intervals between loads.

        They vary as the time in which B units come, and the more the vessels are used, as the cycle.
        """
        loads = np.maximum(self._rate / self._departures, 1.0)
        used = np.minimum(self._load, 1.0)
        between = (1 - used**2) * self._scv / loads + used**2 * _cycle(self.stage)[1]
        return np.asarray(loads * (1 + between) - 1)

    @property
    def visit_share(self) -> Column:
        """Share of the units that are shipped."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """What a shipping line plans with; the wait for a load grows when the flow falls."""
        return {
            "capacity_per_day": (per_hour_to_per_day(self._capacity), "units/day"),
            "departures_per_day": (per_hour_to_per_day(self._departures), "departures/day"),
            "units_per_departure": (np.minimum(self._rate, self._capacity) / self._departures, "units"),
            "load_wait_hours": (self.synchronization.hours, "h"),
            "vessel_wait_hours": (self.wait.hours, "h"),
            "cycle_hours": (_cycle(self.stage)[0] + _held_in_port(self.stage, self._storm), "h"),
        }


@dataclass(frozen=True)
class _WhenLoaded(_Line):
    """A vessel leaves as soon as its least load is there: M/M^[a,b]/c, scaled to the variability of the cycle."""

    @cached
    def _fleet(self) -> BulkFleet:
        cycle = _cycle(self.stage)[0] + _held_in_port(self.stage, self._storm)
        return solve_bulk_fleet(self._rate, cycle, self.stage.vessels, self.stage.least_load, self.stage.load)

    @cached
    def _departures(self) -> Column:
        return self._fleet.departures_per_hour

    @cached
    def synchronization(self) -> Estimate:
        """With a vessel in port, until the least load is there."""
        hours = self._fleet.load_wait_mean_hours
        return Estimate(hours, np.full(hours.shape, np.nan), np.full(hours.shape, Method.BULK_FLEET, np.int8))

    @property
    def synchronization_variance(self) -> Column:
        """As of arrivals at each place in the load: with a - 1 to 0 intervals to wait for, their mean spread."""
        least = column(self.stage.least_load)
        others = np.where(least > 1, least - 1, 1.0)
        return np.asarray(self.synchronization.hours**2 * (4 * (least + 1) / (3 * others) - 1))

    @cached
    def wait(self) -> Estimate:
        """With all vessels under way, until one comes back and has room."""
        many, scv = 1 / column(self.stage.load), _cycle(self.stage)[1]
        factor = (scv + many * self._scv) / (1 + many)
        hours = self._fleet.vessel_wait_mean_hours * (1 - self._load_part + self._load_part * factor)
        return Estimate(hours, np.full(hours.shape, np.nan), np.full(hours.shape, Method.BULK_FLEET, np.int8))

    @property
    def _load_part(self) -> Column:
        return np.minimum(self._load, 1.0)

    @cached
    def wait_variance(self) -> Column:
        """As if the wait for a vessel, if there is one, were exponential."""
        mean, away = self.wait.hours, np.maximum(self._fleet.all_away_share, 1e-300)
        finite = np.isfinite(mean)
        calm = np.where(finite, mean, 0.0)
        return np.where(finite, calm**2 * (2 / away - 1), np.inf)


@dataclass(frozen=True)
class _ByTimetable(_Line):
    """Vessels leave at fixed times: half an interval, and the wait of a queue of as many servers as places on board.

    Unit n boards departure d(n) = max(next(t_n), d(n - b) + 1), which is the first after its start in a queue of b
    servers of one interval each: so the wait is that in GI/D/b plus a time uniform over an interval.
    """

    @cached
    def _interval(self) -> Column:
        return _interval_hours(self.stage)

    @cached
    def _gathering(self) -> Column:
        """Mean wait for the next departure of the timetable with the least load, if a vessel is in port."""
        return timetable_load_wait_mean_hours(self._rate, self._interval, self.stage.least_load)

    @cached
    def _departures(self) -> Column:
        """Of those of the timetable, the ones with the least load."""
        least = column(self.stage.least_load)
        gathered = np.maximum(least + np.where(least > 1, self._rate * self._interval / 2, 0.0), 1.0)
        return np.asarray(1 / np.maximum(self._interval, np.where(least > 1, gathered / self._rate, 0.0)))

    @cached
    def synchronization(self) -> Estimate:
        """Until the next departure for which the least load is there.

        Where a time of the timetable may pass for want of a vessel, intervals are geometric numbers of those of the
        timetable: half of what is missed comes on top.
        """
        missed = np.maximum(self._interval - column(self.stage.departs_every_hours), 0.0)
        hours = self._gathering + missed / 2
        plain = (column(self.stage.least_load) == 1) & self._always_in_port
        method = np.full(hours.shape, Method.TIMETABLE, np.int8)
        return Estimate(hours, np.where(plain, 0.0, np.nan) + 0 * hours, method)

    @cached
    def _always_in_port(self) -> Flags:
        """Whether a vessel leaves at each time of the timetable for sure."""
        every = column(self.stage.departs_every_hours)
        hours, scv = _cycle(self.stage)
        calm = self.stage.interruptions is None
        return np.asarray((scv == 0) & (hours <= every * column(self.stage.vessels)) & calm, bool)

    @property
    def synchronization_variance(self) -> Column:
        """Uniform over the interval, or over what it takes to gather the least load."""
        return np.asarray(self.synchronization.hours**2 / 3)

    @cached
    def _slot(self) -> Service:
        hours = self._interval
        return Service(hours, np.zeros_like(hours), hours**3, np.zeros_like(hours, bool))

    @cached
    def wait(self) -> Estimate:
        """For room on board: departures that leave without the unit; the method is that of the longer time."""
        found = unit_wait(
            self._rate, self._scv, self._poisson, self._slot, column(self.stage.load), numerical=self.numerical
        )
        longer, always = found.hours > self.synchronization.hours, self._always_in_port
        return Estimate(
            found.hours,
            lambda: np.where(always, found.error, np.nan),
            lambda: np.where(longer, found.method, Method.TIMETABLE).astype(np.int8),
            found.second_moment_hours2,
        )

    @cached
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        known = self.wait.second_moment_hours2
        return wait_variance(self.wait.hours, self._rate, self._slot, column(self.stage.load), known)


def _servers(stage: FerryOrVessel) -> dict[str, Column]:
    return {"vessels": column(stage.vessels)}


def _loads(stage: FerryOrVessel, stream: Stream) -> dict[str, Column]:
    return {"vessels": stream.per_hour * column(stage.share) / _capacity_per_hour(stage)}


def _perform(stage: FerryOrVessel, streams: list[Stream], numerical: bool) -> Performance:
    kind = _WhenLoaded if stage.departs_every_hours is None else _ByTimetable
    return kind(stage, streams, numerical)


FERRY_OR_VESSEL = StageMethod(_servers, _loads, _perform)
