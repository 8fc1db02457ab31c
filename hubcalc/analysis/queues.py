"""Queues of whole handling units at equal servers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hubcalc import queueing
from hubcalc.analysis import many_servers, phase_type_queues
from hubcalc.analysis.ladder import Rung, climb
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column, Estimate, Flags, Method, Moments
from hubcalc.analysis.priorities import Part, Rank, of_one_rank, rank_of_first
from hubcalc.analysis.streams import Performance, Stream, all_of, column, total, weighted
from hubcalc.cached import cached
from hubcalc.queueing.scaled_variances import scaled_wait_variance_hours2
from hubcalc.units import hours_to_minutes, minutes_to_hours
from hubmodels import Breakdowns, ServiceTime

SLOWEST_PER_HOUR = 1e-12
"""Arrivals rarer than this, once in a hundred million years, count as this rare."""
_PHASE_TYPE = frozenset({"exponential", "erlang", "hyperexponential"})
_WHOLE_WITHIN = 1e-9


@dataclass(frozen=True, slots=True, weakref_slot=True)
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
        return self.phase_type & (self.scv == 1) if self.phase_type.any() else self.phase_type

    @staticmethod
    def of(service_time: ServiceTime) -> "Service":
        """Read a service time of a document."""
        return _service_of(service_time)

    @classmethod
    def read(cls, service_time: ServiceTime) -> "Service":
        """Compute the moments of a service time of a document."""
        moments = service_time.moments()
        hours, scv = minutes_to_hours(column(moments.mean_minutes)), column(moments.scv)
        third = column(moments.third_moment_minutes3) / hours_to_minutes(1.0) ** 3
        known = np.asarray(service_time.law in _PHASE_TYPE)
        if service_time.law == "gamma":  # of a whole number of phases it is Erlang
            phases = 1 / np.clip(scv, _WHOLE_WITHIN, 2)
            known = (scv <= 1) & (np.abs(phases - np.rint(phases)) <= _WHOLE_WITHIN * phases)
        return cls(hours, np.maximum(scv, 0), third, known)

    def with_breakdowns(self, breakdowns: Breakdowns | None) -> "Service":
        """Give the time from the start of the work to its end, repairs included, where servers fail while they work.

        With S the work, failures at rate f and repairs R, it is C = S + R_1 + ... + R_N with N Poisson of mean f S, so
        E[C] = (1 + f E[R]) E[S] and so on for the higher moments [1]_.

        .. [1] D. P. Gaver (1962), "A waiting line with interrupted service, including priorities", Journal of the
           Royal Statistical Society B 24(1), 73-90.
        """
        if breakdowns is None:
            return self
        rate, mean, scv = (column(value) for value in _failures(breakdowns))
        repair = Service.from_moments(mean, scv)
        second, repair_second = self.hours**2 * (1 + self.scv), mean**2 * (1 + scv)
        stretch = 1 + rate * mean
        hours = stretch * self.hours
        square = stretch**2 * second + rate * repair_second * self.hours
        third = (
            stretch**3 * self.third_moment_hours3
            + 3 * stretch * rate * repair_second * second
            + rate * repair.third_moment_hours3 * self.hours
        )
        return Service(hours, np.maximum(square / hours**2 - 1, 0), third, np.asarray(False))

    def with_addition(self, added: Moments) -> "Service":
        """Add an independent time of which two moments are known; none where the addition is 0."""
        some = added.first > 0
        variance = np.maximum(added.second - added.first**2, 0)
        hours = self.hours + added.first
        scv = (self.hours**2 * self.scv + variance) / hours**2
        sum_of_both = Service.from_moments(hours, np.where(some, scv, self.scv))
        third = np.where(some, sum_of_both.third_moment_hours3, self.third_moment_hours3)
        return Service(hours, sum_of_both.scv, third, self.phase_type & ~some)

    @classmethod
    def from_moments(cls, hours: Column, scv: Column) -> "Service":
        """Take a gamma law of this mean and scv."""
        # a power of three takes numpy twenty times as long as two products
        return cls(hours, scv, hours * hours * hours * (1 + scv) * (1 + 2 * scv), np.asarray(False))


_service_of = by_identity(Service.read)


def _failures(breakdowns: Breakdowns) -> tuple[float, float, float]:
    """Give the rate of failures [1/h], and mean [h] and scv of the repairs."""
    return 1 / breakdowns.between_hours, breakdowns.repair_hours, breakdowns.repair_scv


@dataclass(frozen=True)
class UnitQueue(Performance):
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
    def _held(self) -> Moments | None:
        """Time for which a unit stays on its server after service, over all streams."""
        if all(stream.held is None for stream in self.streams):
            return None
        none = Moments(column(0.0), column(0.0))
        held = [stream.held or none for stream in self._visiting]
        # of the units at the door; those who visit are the same mix
        first = weighted(self._visiting, [moments.first for moments in held])
        return Moments(first, weighted(self._visiting, [moments.second for moments in held]))

    @cached
    def occupied(self) -> Service:
        """Time for which a unit occupies a server: its service, and what it is held by a full room behind it."""
        return self.work if self._held is None else self.work.with_addition(self._held)

    @cached
    def held_load(self) -> Column | None:
        """Load of the servers by units that are held; None where no unit is."""
        return None if self._held is None else self._rate * self._held.first / self.servers

    @cached
    def _utilization(self) -> Column:
        return self._rate * (self.occupied.hours / self.servers)

    @cached
    def in_order(self) -> Estimate:
        """Wait, first come, first served."""
        found = unit_wait(self._rate, self._scv, self._poisson, self.occupied, self.servers, numerical=self.numerical)
        if self._held is None:
            return found
        # that stages can be taken apart at a full room is an approximation whose error is not known
        held = self._held.first > 0
        return found.judged(lambda: np.where(held, np.nan, found.error))

    @cached
    def _rank(self) -> Rank | None:
        """Compare the first stream with all in order; None where nobody is preferred."""
        priorities = [stream.flow.priority for stream in self.streams]
        if of_one_rank(priorities):
            return None
        work = self.occupied
        moments = (work.hours, work.hours**2 * (1 + work.scv), work.third_moment_hours3)
        parts: list[Part] = [(stream.per_hour / self.servers, moments) for stream in self._visiting]
        return rank_of_first(priorities, parts)

    @cached
    def wait(self) -> Estimate:
        """Until service begins."""
        found = self.in_order
        if self._rank is None:
            return found
        exact = self._poisson & ((self.servers == 1) | self.occupied.exponential)
        return self._rank.applied(found, exact)

    @cached
    def wait_variance(self) -> Column:
        """Variance of the wait."""
        wait = self.in_order
        variance = wait_variance(wait.hours, self._rate, self.occupied, self.servers, wait.second_moment_hours2)
        return variance if self._rank is None else self._rank.variance(wait.hours, variance)

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
        return queueing.departure_scv(self._scv, self.occupied.scv, np.minimum(self._utilization, 1), self.servers)

    @cached
    def departure_poisson(self) -> Flags:
        """Departures of M/M/c are Poisson (Burke 1956)."""
        markovian = self._poisson & self.occupied.exponential
        return markovian & (self._utilization < 1) if markovian.any() else markovian

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
    many = Rung(Method.MANY_SERVERS, servers > many_servers.MOST_WITH_UNITS, _many, np.nan)
    laws = _numerical(rate, scv, poisson, service, servers) if numerical else []
    general = Rung(Method.GI_G_C, True, _ggc, _ggc_error)
    rungs = [many, *laws, general]
    if poisson.any():
        rungs = [
            Rung(Method.M_M_C, poisson & service.exponential, _mmc),
            Rung(Method.M_G_1, poisson & (servers == 1), _mg1),
            many,
            Rung(Method.M_D_C, poisson & (service.scv == 0), _mdc),
            *laws,
            Rung(Method.M_G_C, poisson, _mgc, _mgc_error),
            general,
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
    law = (service.hours, service.scv, service.third_moment_hours3)
    return scaled_wait_variance_hours2(mean, rate, *law, servers, second_moment)
