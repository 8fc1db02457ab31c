"""Queues of whole handling units at equal servers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hubcalc import queueing
from hubcalc.analysis import many_servers
from hubcalc.analysis.ladder import Rung, climb
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.streams import Stream, all_of, column, total, weighted
from hubcalc.units import minutes_to_hours
from hubmodels import ServiceTime

SLOWEST_PER_HOUR = 1e-12
"""Arrivals rarer than this, once in a hundred million years, count as this rare."""
_NO_WAIT_HOURS = 1e-100  # its square would vanish
_EXPONENTIAL_AT_SCV_1 = frozenset({"exponential", "erlang", "gamma", "hyperexponential"})


@dataclass(frozen=True, slots=True)
class Service:
    """A service time in hours: columns of its first three moments, and whether it is exponential."""

    hours: Column
    scv: Column
    third_moment_hours3: Column
    exponential: Flags

    @classmethod
    def of(cls, service_time: ServiceTime) -> "Service":
        """Read a service time of a document."""
        moments = service_time.moments()
        hours, scv = minutes_to_hours(column(moments.mean_minutes)), column(moments.scv)
        third = minutes_to_hours(minutes_to_hours(minutes_to_hours(column(moments.third_moment_minutes3))))
        exponential = (scv == 1) & (service_time.law in _EXPONENTIAL_AT_SCV_1)
        return cls(hours, np.maximum(scv, 0), third, exponential)

    @classmethod
    def from_moments(cls, hours: Column, scv: Column) -> "Service":
        """Take a gamma law of this mean and scv."""
        return cls(hours, scv, hours**3 * (1 + scv) * (1 + 2 * scv), np.zeros(np.shape(scv), bool))


@dataclass(frozen=True)
class UnitQueue:
    """Units that are served one by one; each visits independently with probability `share`."""

    streams: list[Stream]
    share: Column
    work: Service
    servers: Column

    @cached_property
    def _visiting(self) -> list[Stream]:
        return [stream.thinned(self.share) for stream in self.streams]

    @cached_property
    def _rate(self) -> Column:
        return np.maximum(total(self._visiting), SLOWEST_PER_HOUR)

    @cached_property
    def _scv(self) -> Column:
        return weighted(self._visiting, [stream.scv for stream in self._visiting])

    @cached_property
    def _poisson(self) -> Flags:
        return all_of(stream.poisson for stream in self.streams)

    @cached_property
    def _utilization(self) -> Column:
        return self._rate * self.work.hours / self.servers

    @cached_property
    def wait(self) -> Estimate:
        """Until service begins."""
        return unit_wait(self._rate, self._scv, self._poisson, self.work, self.servers)

    @cached_property
    def wait_variance(self) -> Column:
        """Variance of the wait."""
        return wait_variance(self.wait.hours, self._rate, self.work, self.servers)

    @property
    def service(self) -> Column:
        """Service time."""
        return self.work.hours

    @property
    def service_variance(self) -> Column:
        """Variance of the service time."""
        return self.work.hours**2 * self.work.scv

    @property
    def content_wait(self) -> Estimate:
        """Contents wait with their unit."""
        return self.wait

    @property
    def content_service(self) -> Column:
        """Contents are served with their unit."""
        return self.service

    @cached_property
    def departure_scv(self) -> Column:
        """Variability of the departures (Whitt 1983)."""
        return queueing.departure_scv(self._scv, self.work.scv, np.minimum(self._utilization, 1), self.servers)

    @cached_property
    def departure_poisson(self) -> Flags:
        """Departures of M/M/c are Poisson (Burke 1956)."""
        return self._poisson & self.work.exponential & (self._utilization < 1)

    @property
    def visit_share(self) -> Column:
        """Share of the units that visit."""
        return self.share

    @property
    def content_visit_share(self) -> Column:
        """Share of the contents that visit."""
        return self.share

    @property
    def details(self) -> dict[str, tuple[Column, str]]:
        """Nothing peculiar."""
        return {}


def unit_wait(rate: Column, scv: Column, poisson: Flags, service: Service, servers: Column) -> Estimate:
    """Give the mean wait by the first valid rung."""
    rungs = [
        Rung(Method.M_M_C, poisson & service.exponential, _mmc),
        Rung(Method.M_G_1, poisson & (servers == 1), _mg1),
        Rung(Method.MANY_SERVERS, servers > many_servers.MOST_WITH_UNITS, many_servers.allen_cunneen, np.nan),
        Rung(Method.M_D_C, poisson & (service.scv == 0), _mdc),
        Rung(Method.M_G_C, poisson, _mgc, _mgc_error),
        Rung(Method.GI_G_C, True, queueing.ggc_wait_mean_hours, _ggc_error),
    ]
    return climb(rungs, rate, scv, service.hours, service.scv, servers)


# Each rung takes rate, arrival scv, service hours, service scv and servers.


def _mmc(rate: Column, _: Column, hours: Column, __: Column, servers: Column) -> Column:
    return queueing.mmc_wait_mean_hours(rate, hours, servers)


def _mg1(rate: Column, _: Column, hours: Column, service_scv: Column, __: Column) -> Column:
    return queueing.mg1_wait_mean_hours(rate, hours, service_scv)


def _mdc(rate: Column, _: Column, hours: Column, __: Column, servers: Column) -> Column:
    return queueing.mdc_wait_mean_hours(rate, hours, servers)


def _mgc(rate: Column, _: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    return queueing.mgc_wait_mean_hours(rate, hours, service_scv, servers)


def _mgc_error(rate: Column, _: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    """Look up the error; an scv of 1 without an exponential law is no better than one beside it."""
    beside = np.where(service_scv == 1, np.nextafter(1.0, 2.0), service_scv)
    return measured_error(1.0, beside, servers, rate * hours / servers)


def _ggc_error(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column) -> Column:
    return measured_error(scv, service_scv, servers, rate * hours / servers)


def measured_error(
    arrival_scv: Column | float, service_scv: Column, servers: Column | float, utilization: Column
) -> Column:
    """Give the largest error measured for the two-moment formula in this region; NaN where nothing was measured."""
    expected = queueing.expected_relative_error(arrival_scv, service_scv, servers, utilization)
    return np.where(expected.out_of_range, np.nan, expected.largest)


def wait_variance(mean: Column, rate: Column, service: Service, servers: Column) -> Column:
    """Give the variance of the wait: Takacs' formula at one server, else that of M/M/c scaled to the mean wait."""
    single = queueing.mg1_wait_second_moment_hours2(rate, service.hours, service.scv, service.third_moment_hours3)
    single_mean = queueing.mg1_wait_mean_hours(rate, service.hours, service.scv)
    many = queueing.mmc_wait_second_moment_hours2(rate, service.hours, servers)
    many_mean = queueing.mmc_wait_mean_hours(rate, service.hours, servers)
    one = servers == 1
    second, first = np.where(one, single, many), np.where(one, single_mean, many_mean)
    sound = np.isfinite(first) & (first > _NO_WAIT_HOURS) & np.isfinite(mean)
    ratio = np.where(sound, np.where(sound, second, 1) / np.where(sound, first, 1) ** 2, 0)
    return np.where(
        sound, np.where(sound, mean, 0) ** 2 * np.maximum(ratio - 1, 0), np.where(np.isfinite(mean), 0, np.inf)
    )
