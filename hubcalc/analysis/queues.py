"""Queues of whole handling units at equal servers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hubcalc import queueing
from hubcalc.analysis import many_servers, phase_type_queues
from hubcalc.analysis.ladder import Rung, climb
from hubcalc.analysis.methods import Column, Estimate, Flags, Method, Moments
from hubcalc.analysis.streams import Stream, all_of, column, total, weighted
from hubcalc.cached import cached
from hubcalc.units import minutes_to_hours
from hubmodels import ServiceTime

SLOWEST_PER_HOUR = 1e-12
"""Arrivals rarer than this, once in a hundred million years, count as this rare."""
_NO_WAIT_HOURS = 1e-100  # its square would vanish
_PHASE_TYPE = frozenset({"exponential", "erlang", "hyperexponential"})
_WHOLE_WITHIN = 1e-9


@dataclass(frozen=True, slots=True)
class Service:
    """A service time in hours: columns of its first three moments, and whether its law is known to be phase-type."""

    hours: Column
    scv: Column
    third_moment_hours3: Column
    phase_type: Flags
    """It is the law that is fitted to its two moments: exponential, Erlang, or hyperexponential of balanced means."""

    @property
    def exponential(self) -> Flags:
        """Whether it is exponential."""
        exponential: Flags = self.phase_type & (self.scv == 1)
        return exponential

    @classmethod
    def of(cls, service_time: ServiceTime) -> "Service":
        """Read a service time of a document."""
        moments = service_time.moments()
        hours, scv = minutes_to_hours(column(moments.mean_minutes)), column(moments.scv)
        third = minutes_to_hours(minutes_to_hours(minutes_to_hours(column(moments.third_moment_minutes3))))
        known = np.full(np.shape(scv), service_time.law in _PHASE_TYPE)
        if service_time.law == "gamma":  # of a whole number of phases it is Erlang
            phases = 1 / np.clip(scv, _WHOLE_WITHIN, 2)
            known = (scv <= 1) & (np.abs(phases - np.rint(phases)) <= _WHOLE_WITHIN * phases)
        return cls(hours, np.maximum(scv, 0), third, known)

    @classmethod
    def from_moments(cls, hours: Column, scv: Column) -> "Service":
        """Take a gamma law of this mean and scv."""
        return cls(hours, scv, hours**3 * (1 + scv) * (1 + 2 * scv), np.zeros(np.shape(scv), bool))


@dataclass(frozen=True)
class UnitQueue:
    """Units that are served one by one; each visits independently with probability `share`.

    Without `numerical`, only closed forms and approximations are taken.
    """

    streams: list[Stream]
    share: Column
    work: Service
    servers: Column
    numerical: bool

    @cached
    def _visiting(self) -> list[Stream]:
        return [stream.thinned(self.share) for stream in self.streams]

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
    def _utilization(self) -> Column:
        return self._rate * self.work.hours / self.servers

    @cached
    def wait(self) -> Estimate:
        """Until service begins."""
        return unit_wait(self._rate, self._scv, self._poisson, self.work, self.servers, numerical=self.numerical)

    @cached
    def wait_variance(self) -> Column:
        """Variance of the wait."""
        wait = self.wait
        return wait_variance(wait.hours, self._rate, self.work, self.servers, wait.second_moment_hours2)

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

    @cached
    def departure_scv(self) -> Column:
        """Variability of the departures (Whitt 1983)."""
        return queueing.departure_scv(self._scv, self.work.scv, np.minimum(self._utilization, 1), self.servers)

    @cached
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


def unit_wait(
    rate: Column, scv: Column, poisson: Flags, service: Service, servers: Column, *, numerical: bool
) -> Estimate:
    """Give the mean wait by the first valid rung."""
    rungs = [
        Rung(Method.M_M_C, poisson & service.exponential, _mmc),
        Rung(Method.M_G_1, poisson & (servers == 1), _mg1),
        Rung(Method.MANY_SERVERS, servers > many_servers.MOST_WITH_UNITS, _many, np.nan),
        Rung(Method.M_D_C, poisson & (service.scv == 0), _mdc),
        *(_numerical(rate, scv, poisson, service, servers) if numerical else ()),
        Rung(Method.M_G_C, poisson, _mgc, _mgc_error),
        Rung(Method.GI_G_C, True, _ggc, _ggc_error),
    ]
    return climb(rungs, rate, scv, service.hours, service.scv, servers, column(poisson), column(service.phase_type))


def _numerical(rate: Column, scv: Column, poisson: Flags, service: Service, servers: Column) -> list[Rung]:
    """List the rungs that are solved numerically, exact for the laws that are fitted."""
    given = np.broadcast_arrays(rate, scv, service.hours, service.scv, servers)
    solvable = phase_type_queues.can_solve(*given)
    exact = poisson & service.phase_type
    many_phases = ~exact & (service.scv < phase_type_queues.NEARLY_CONSTANT)
    return [
        Rung(Method.GI_D_C, phase_type_queues.can_count(*given), phase_type_queues.gi_d_c, _law_error("gi_d_c")),
        Rung(Method.PH_PH_C, solvable & ~many_phases, phase_type_queues.ph_ph_c, _law_error("ph_ph_c")),
        Rung(
            Method.NEARLY_CONSTANT,
            phase_type_queues.can_interpolate(*given),
            phase_type_queues.nearly_constant,
            _law_error("nearly_constant"),
        ),
    ]


# Each rung takes rate, arrival scv, service hours, service scv, servers, whether arrivals are Poisson and whether the
# law of service is phase-type.


def _mmc(rate: Column, _: Column, hours: Column, __: Column, servers: Column, *___: Column) -> Column:
    return queueing.mmc_wait_mean_hours(rate, hours, servers)


def _mg1(rate: Column, _: Column, hours: Column, service_scv: Column, *__: Column) -> Column:
    return queueing.mg1_wait_mean_hours(rate, hours, service_scv)


def _many(*inputs: Column) -> Column:
    return many_servers.allen_cunneen(*inputs[:5])


def _mdc(rate: Column, _: Column, hours: Column, __: Column, servers: Column, *___: Column) -> Moments:
    given = (rate, hours, servers)
    return Moments(queueing.mdc_wait_mean_hours(*given), queueing.mdc_wait_second_moment_hours2(*given))


def _mgc(rate: Column, _: Column, hours: Column, service_scv: Column, servers: Column, *__: Column) -> Column:
    return queueing.mgc_wait_mean_hours(rate, hours, service_scv, servers)


def _mgc_error(rate: Column, _: Column, hours: Column, service_scv: Column, servers: Column, *__: Column) -> Column:
    """Look up the error; an scv of 1 without an exponential law is no better than one beside it."""
    return _approximation_error(np.ones_like(rate), _beside_one(service_scv), servers, rate * hours / servers)


def _ggc(*inputs: Column) -> Column:
    return queueing.ggc_wait_mean_hours(*inputs[:5])


def _ggc_error(rate: Column, scv: Column, hours: Column, service_scv: Column, servers: Column, *_: Column) -> Column:
    return _approximation_error(_beside_one(scv), service_scv, servers, rate * hours / servers)


def _approximation_error(scv: Column, service_scv: Column, servers: Column, utilization: Column) -> Column:
    """Add what the formula misses for the laws that are fitted and what other laws of the same moments do besides."""
    law = [
        phase_type_queues.law_error(method, scv, service_scv, servers, utilization)
        for method in ("nearly_constant", "ph_ph_c")
    ]
    besides = np.where(service_scv < phase_type_queues.NEARLY_CONSTANT, *law)
    return measured_error(scv, service_scv, servers, utilization) + besides


def _law_error(method: str) -> Callable[..., Column]:
    """Give the function that looks up how much the laws matter besides their two moments."""

    def error(*inputs: Column) -> Column:
        rate, scv, hours, service_scv, servers, poisson, phase_type = inputs
        arrival = np.where(poisson, 1.0, _beside_one(scv))
        found = phase_type_queues.law_error(method, arrival, service_scv, servers, rate * hours / servers)
        exact = (poisson > 0) & ((phase_type > 0) | (service_scv == 0)) & (method != "nearly_constant")
        return np.where(exact, 0.0, found)

    return error


def _beside_one(scv: Column) -> Column:
    return np.where(scv == 1, np.nextafter(1.0, 2.0), scv)


def measured_error(
    arrival_scv: Column | float, service_scv: Column, servers: Column | float, utilization: Column
) -> Column:
    """Give the largest error measured for the two-moment formula in this region; NaN where nothing was measured."""
    expected = queueing.expected_relative_error(arrival_scv, service_scv, servers, utilization)
    return np.where(expected.out_of_range, np.nan, expected.largest)


def wait_variance(
    mean: Column, rate: Column, service: Service, servers: Column, second_moment: Column | None = None
) -> Column:
    """Give the variance of the wait.

    It follows from the second moment where that is known. Elsewhere it is that of another queue, scaled to the mean
    wait: M/G/1 (Takacs' formula) at one server, M/M/c at several.
    """
    single = queueing.mg1_wait_second_moment_hours2(rate, service.hours, service.scv, service.third_moment_hours3)
    single_mean = queueing.mg1_wait_mean_hours(rate, service.hours, service.scv)
    many = queueing.mmc_wait_second_moment_hours2(rate, service.hours, servers)
    many_mean = queueing.mmc_wait_mean_hours(rate, service.hours, servers)
    one = servers == 1
    second, first = np.where(one, single, many), np.where(one, single_mean, many_mean)
    if second_moment is not None:
        known = np.isfinite(second_moment)
        second, first = np.where(known, second_moment, second), np.where(known, mean, first)
    sound = np.isfinite(first) & (first > _NO_WAIT_HOURS) & np.isfinite(mean)
    ratio = np.where(sound, np.where(sound, second, 1) / np.where(sound, first, 1) ** 2, 0)
    return np.where(
        sound, np.where(sound, mean, 0) ** 2 * np.maximum(ratio - 1, 0), np.where(np.isfinite(mean), 0, np.inf)
    )
