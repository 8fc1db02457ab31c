"""A quota: so many permits a day; units without one wait for midnight."""

from dataclasses import dataclass, replace

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.queues import SLOWEST_PER_HOUR
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, all_of, column, total, weighted
from hubcalc.cached import cached
from hubcalc.queueing.daily_quota import MOST_PERMITS, daily_quota_wait_moments
from hubcalc.units import HOURS_PER_DAY, per_hour_to_per_day
from hubmodels import Quota


@dataclass(frozen=True)
class _Permits(Performance):
    """Units that wait for a permit, and do nothing else here.

    Arrivals are taken as independent of the hour of the day.
    """

    stage: Quota
    streams: list[Stream]

    @cached
    def _calendar(self) -> list[Stream]:
        """The streams by the hours of the calendar: days go on while a hub is closed."""
        return [_around_the_clock(stream) for stream in self.streams]

    @cached
    def _rate(self) -> Column:
        return np.maximum(total(self._calendar) * self.visit_share, SLOWEST_PER_HOUR)

    @cached
    def _poisson(self) -> Flags:
        return all_of(stream.poisson for stream in self.streams)

    @cached
    def _of_any_arrivals(self) -> tuple[Column, Column]:
        """Mean and second moment of the wait, exact for Poisson arrivals.

        In a day arrivals spread by their rate times their scv, as those of a Poisson stream do that is this scv times
        slower and comes for as many times fewer permits (heavy traffic); between whole numbers of permits the waits
        are interpolated.
        """
        visiting = [stream.thinned(self.visit_share) for stream in self._calendar]
        scv = np.where(self._poisson, 1.0, weighted(visiting, [stream.scv for stream in visiting]))
        permits = column(self.stage.per_day)
        used = self._rate * HOURS_PER_DAY / permits
        fewer = np.clip(permits / np.maximum(scv, permits / MOST_PERMITS), 1.0, MOST_PERMITS)
        low = np.floor(fewer)
        part = fewer - low
        high = low + (part > 0)
        ends = np.stack(np.broadcast_arrays(low, high))
        found = daily_quota_wait_moments(np.stack(np.broadcast_arrays(used * low, used * high)) / HOURS_PER_DAY, ends)
        first, second = (_between(moment[0], moment[1], part) for moment in found)
        return first, second

    @cached
    def quota(self) -> Estimate:
        """Until the midnight that brings a permit; 0 for those who find one on the day of their arrival."""
        mean = self._of_any_arrivals[0]
        error = np.where(self._poisson, 0.0, np.nan)
        return Estimate(mean, np.broadcast_to(error, mean.shape), np.full(mean.shape, Method.DAILY_QUOTA, np.int8))

    @cached
    def quota_variance(self) -> Column:
        """Variance of that time."""
        mean = self.quota.hours
        square = self._of_any_arrivals[1]
        finite = np.isfinite(square) & np.isfinite(mean)
        spread = np.where(finite, square, 0.0) - np.where(finite, mean, 0.0) ** 2
        return np.where(finite, np.maximum(spread, 0.0), np.inf)

    @cached
    def wait(self) -> Estimate:
        """No server is waited for; the method is that of the wait for a permit."""
        nothing = self.service
        return Estimate(nothing, nothing, np.full(nothing.shape, Method.DAILY_QUOTA, np.int8))

    @property
    def wait_variance(self) -> Column:
        """No server is waited for."""
        return self.service

    @cached
    def service(self) -> Column:
        """A permit takes no time."""
        return np.zeros_like(self._rate * column(self.stage.per_day))

    @property
    def service_variance(self) -> Column:
        """A permit takes no time."""
        return self.service

    @cached
    def departure_scv(self) -> Column:
        """As they came; that those who wait for midnight leave together is not counted."""
        arriving = weighted(self.streams, [stream.thinned(self.visit_share).scv for stream in self.streams])
        return np.broadcast_to(arriving, self.service.shape)

    @property
    def visit_share(self) -> Column:
        """Share of the units that need a permit."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """How much of the quota is used, and how many wait for midnight."""
        per_day = per_hour_to_per_day(self._rate)
        waiting = np.where(np.isfinite(self.quota.hours), self._rate * self.quota.hours, np.inf)
        return {
            "permits_used_share": (np.minimum(_load(self._rate, self.stage), 1.0), "1"),
            "permits_unused_per_day": (np.maximum(column(self.stage.per_day) - per_day, 0.0), "units/day"),
            "units_waiting_for_permit": (waiting, "units"),
        }


def _around_the_clock(stream: Stream) -> Stream:
    """Count a stream by hours of the calendar."""
    return replace(stream, per_hour=stream.per_hour * stream.open_share)


def _between(low: Column, high: Column, part: Column) -> Column:
    """Interpolate; endless if an end is."""
    finite = np.isfinite(low) & np.isfinite(high)
    ends = (np.where(finite, each, 0.0) for each in (low, high))
    start, end = ends
    return np.where(finite, start + part * (end - start), np.inf)


def _load(per_hour: Column, stage: Quota) -> Column:
    return per_hour_to_per_day(per_hour) / column(stage.per_day)


def _servers(stage: Quota) -> dict[str, Column]:
    return {"permits": column(stage.per_day)}


def _loads(stage: Quota, stream: Stream) -> dict[str, Column]:
    return {"permits": _load(_around_the_clock(stream).per_hour * column(stage.share), stage)}


def _perform(stage: Quota, streams: list[Stream], _: bool) -> Performance:
    return _Permits(stage, streams)


QUOTA = StageMethod(_servers, _loads, _perform)
