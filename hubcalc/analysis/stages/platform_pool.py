"""A platform pool: a fleet in a closed loop, seen by an open flow.

A unit takes n of W platforms, is loaded, and leaves with them; they come back together after the return time. So W/n
groups are the servers of a queue (GI/G/c) that is held for loading and return, while the unit itself only stays until
it is loaded. The fleet carries its groups over their cycle time (Little's law [1]_).

References
----------
.. [1] Little, J. D. C. (1961). A proof for the queuing formula: L = lambda W. Operations Research 9(3), 383-387.
       doi:10.1287/opre.9.3.383
"""

from dataclasses import dataclass

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column, Estimate, Flags
from hubcalc.analysis.queues import SLOWEST_PER_HOUR, Service, UnitQueue
from hubcalc.analysis.stages.base import StageMethod
from hubcalc.analysis.streams import Performance, Stream, added, all_of, column, total, weighted
from hubcalc.cached import cached
from hubcalc.capacity.fleet import fleet_trips_per_hour
from hubcalc.units import HOURS_PER_DAY, per_hour_to_per_day
from hubmodels import PlatformPool

_NOBODY_WAITS = 1e-12


@dataclass(frozen=True)
class _Pool(Performance):
    """Units that wait for platforms."""

    stage: PlatformPool
    streams: list[Stream]
    numerical: bool

    @cached
    def _queue(self) -> UnitQueue:
        """The queue whose servers are held until the platforms are back."""
        share, groups = column(self.stage.share), _groups(self.stage)
        return UnitQueue(self.streams, share, _held(self.stage), groups, self.numerical)

    @cached
    def _loading(self) -> Service:
        return Service.of(self.stage.loading_time)

    @cached
    def _load(self) -> Column:
        return added(_loads(self.stage, stream)["platforms"] for stream in self.streams)

    @cached
    def wait(self) -> Estimate:
        """Until enough platforms are there."""
        return self._queue.wait

    @property
    def wait_variance(self) -> Column:
        """Variance of that wait."""
        return self._queue.wait_variance

    @property
    def service(self) -> Column:
        """Loading."""
        return self._loading.hours

    @property
    def service_variance(self) -> Column:
        """Variance of loading."""
        return self._loading.hours**2 * self._loading.scv

    @cached
    def _visiting(self) -> list[Stream]:
        return [stream.thinned(column(self.stage.share)) for stream in self.streams]

    @cached
    def _wait_probability(self) -> Column:
        rate = np.maximum(total(self._visiting), SLOWEST_PER_HOUR)
        held = _held(self.stage)
        return queueing.ggc_wait_probability(rate, self._arrival_scv, held.hours, held.scv, _groups(self.stage))

    @cached
    def _arrival_scv(self) -> Column:
        return weighted(self._visiting, [stream.scv for stream in self._visiting])

    @cached
    def departure_scv(self) -> Column:
        """Variability of the loaded units.

        A unit that finds platforms starts as it came; one that waits starts when a group comes back, and all groups
        together come back with the variability that the network analyzer gives to a stage that never rests: with the
        probability of waiting w, (1 - w) c_a^2 + w (1 + (max(c_s^2, 0.2) - 1) / sqrt(c)). Loading shifts each start on
        its own, which leaves the variability over longer times as it is.
        """
        held, waits = _held(self.stage), self._wait_probability
        saturated = queueing.departure_scv(1.0, held.scv, 1.0, _groups(self.stage))
        return self._arrival_scv + waits * (saturated - self._arrival_scv)

    @cached
    def departure_poisson(self) -> Flags:
        """Poisson arrivals stay Poisson where nobody waits, each only shifted by its own loading time."""
        poisson = all_of(stream.poisson for stream in self.streams)
        unshaken: Flags = poisson & (self._wait_probability < _NOBODY_WAITS)
        return unshaken

    @property
    def visit_share(self) -> Column:
        """Share of the units that need platforms."""
        return column(self.stage.share)

    @cached
    def details(self) -> dict[str, tuple[Column, str]]:
        """Where the platforms are in the mean, and how often they go round."""
        stage = self.stage
        platforms, needed = column(stage.platforms), column(stage.platforms_per_unit)
        held, steady = _held(stage).hours, self._load < 1
        # a pool that never rests sends out what it can
        starts = total(self._visiting) / np.maximum(self._load, 1)
        busy = starts * needed
        loading = busy * self._loading.hours
        away = busy * (held - self._loading.hours)
        cycle_days = held / HOURS_PER_DAY
        turnover = np.where(busy > 0, platforms / np.where(busy > 0, busy, 1.0) / HOURS_PER_DAY, np.inf)
        wanted = total(self._visiting) * needed * held
        most = per_hour_to_per_day(_units_per_hour(stage) * self.streams[0].open_share)
        return {
            "cycle_days": (cycle_days, "days"),
            "turnover_days": (turnover, "days"),
            "platforms_away": (away, "platforms"),
            "platforms_loading": (loading, "platforms"),
            "platforms_idle": (np.maximum(platforms - loading - away, 0.0), "platforms"),
            "platforms_wanted": (wanted, "platforms"),
            "wait_probability": (np.where(steady, self._wait_probability, 1.0), "1"),
            "most_units_per_day": (most, "units/day"),
        }


@by_identity
def _groups(stage: PlatformPool) -> Column:
    """Give how many units the fleet can be out with at a time; platforms beyond whole groups are of no use."""
    return np.maximum(np.floor(column(stage.platforms) / column(stage.platforms_per_unit)), 1)


@by_identity
def _held(stage: PlatformPool) -> Service:
    """Give the time for which platforms are held: loading, return, and for a share an exponential time in addition.

    Cumulants of independent times add up; the additional time is 0 or exponential of mean m, so E[Y^n] = p n! m^n.
    """
    loading, back = Service.of(stage.loading_time), Service.of(stage.return_time)
    share, mean = column(stage.empty_return_share), column(stage.empty_return_hours)
    parts = [_cumulants(loading), _cumulants(back)]
    if np.any(share > 0):
        first, second, third = share * mean, 2 * share * mean**2, 6 * share * mean**3
        parts.append((first, second - first**2, third - 3 * first * second + 2 * first**3))
    hours, variance, skewed = (added(part[i] for part in parts) for i in range(3))
    square = hours * hours
    return Service(hours, variance / square, skewed + hours * (3 * variance + square), np.asarray(False))


def _cumulants(service: Service) -> tuple[Column, Column, Column]:
    """Give mean, variance and third central moment."""
    hours, square = service.hours, service.hours**2
    variance = square * service.scv
    return hours, variance, service.third_moment_hours3 - hours * (3 * variance + square)


@by_identity
def _units_per_hour(stage: PlatformPool) -> Column:
    return fleet_trips_per_hour(_groups(stage), _held(stage).hours)


def _servers(stage: PlatformPool) -> dict[str, Column]:
    return {"platforms": column(stage.platforms)}


def _loads(stage: PlatformPool, stream: Stream) -> dict[str, Column]:
    return {"platforms": stream.per_hour * _hours_of_all_groups(stage)}


@by_identity
def _hours_of_all_groups(stage: PlatformPool) -> Column:
    """Give the time that the whole fleet needs for one unit at the door, in the mean."""
    return column(stage.share) / _units_per_hour(stage)


def _perform(stage: PlatformPool, streams: list[Stream], numerical: bool) -> Performance:
    return _Pool(stage, streams, numerical)


PLATFORM_POOL = StageMethod(_servers, _loads, _perform)
