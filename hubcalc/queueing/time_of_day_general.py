"""M_t/G/c: Poisson arrivals, open servers and service that change over the day, service of any variability."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative
from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.queueing._day_fluid import solve_fluid
from hubcalc.queueing._day_lumps import LumpedChain
from hubcalc.queueing._day_phases import PhaseDayChain
from hubcalc.queueing._day_profile import Day, DayProfile, checked_profile
from hubcalc.queueing._day_work import birth_death_work, exact_work, most_phase_states
from hubcalc.queueing.ggc_errors import ExpectedError
from hubcalc.queueing.phase_type_fits import LEAST_SCV, MOST_SCV
from hubcalc.queueing.time_of_day import TRUNCATION
from hubcalc.queueing.time_of_day_errors import DayMethod, expected_day_error

DAY_METHODS = frozenset(get_args(DayMethod))
MOST_WORK = 7e8
"""Most operations that are spent on all columns together if the method is chosen: about a second."""

_MOST_STATES = 400_000
_ENDLESS_WORK = 3e11  # minutes, even if the caller asks for it


@dataclass(frozen=True, slots=True, eq=False)
class GeneralTimeOfDay:
    """Columns of queues over a profile: the ends of intervals, or the intervals, along the last axis.

    Attributes
    ----------
    method : {"exact", "birth_death", "fluid"}
        How they were computed.
    expected_error : ExpectedError
        Relative errors of `wait_mean_hours` to expect, measured against exact chains; 0 where exact.
    hours : ndarray
        Ends of the intervals, from 0. [h]
    number_mean : ndarray
        Mean number in the system at these times. [1]
    waiting_mean : ndarray
        Mean number waiting at these times, with the servers of the interval that begins. [1]
    number_average : ndarray
        Mean number in the system over each interval. [1]
    waiting_average : ndarray
        Mean number waiting over each interval. [1]
    wait_probability_average : ndarray
        Share of the arrivals of each interval that find all servers busy. [1]
    wait_mean_hours : ndarray
        Area under the number waiting over the arrivals of the whole profile, without the last axis: by Little's law
        the mean wait of these if as many wait at its end as at its start; 0 where nobody comes. [h]
    delayed_share : ndarray
        Share of all arrivals that find all servers busy, without the last axis. [1]
    waiting_peak : ndarray
        Largest mean number waiting, at the ends of intervals and of their quarters at least. [1]
    peak_hours : ndarray
        When it is reached first. [h]
    backlog_at_end : ndarray
        Mean number waiting at the end of the profile. [1]
    truncation_probability : ndarray
        Probability that the number has ever been larger than what is kept; 0 for `fluid`, which keeps no law. [1]
    """

    method: DayMethod
    expected_error: ExpectedError
    hours: FloatArray
    number_mean: FloatArray
    waiting_mean: FloatArray
    number_average: FloatArray
    waiting_average: FloatArray
    wait_probability_average: FloatArray
    wait_mean_hours: FloatArray
    delayed_share: FloatArray
    waiting_peak: FloatArray
    peak_hours: FloatArray
    backlog_at_end: FloatArray
    truncation_probability: FloatArray


def solve_general_time_of_day(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    interval_hours: ArrayLike = 1.0,
    initial_number: ArrayLike = 0.0,
    periodic: bool = False,
    method: DayMethod | Literal["auto"] = "auto",
) -> GeneralTimeOfDay:
    r"""Solve M_t/G/c over a profile of arrivals, service and open servers, from an initial backlog.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate in each interval, intervals along the last axis. [1/h]
    service_hours : array_like
        Mean service time in each interval. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, by column. [1]
    servers : array_like
        Number of servers open in each interval, whole numbers; 0 while closed. Services that closing interrupts are
        resumed where they were left; while more are under way than servers are open they share these. [1]
    interval_hours : array_like, optional
        Length of the intervals, one for all or one each. [h]
    initial_number : array_like, optional
        Number in the system at the start, a whole number by column; none of them has been served. [1]
    periodic : bool, optional
        Repeat the profile until it returns to the state with which it began: the steady cycle.
    method : {"auto", "exact", "birth_death", "fluid"}, optional
        How to solve all columns; "auto" takes "exact" or else "birth_death" if it needs at most `MOST_WORK`, else
        "fluid".

    Returns
    -------
    GeneralTimeOfDay
        Means and probabilities at the ends of intervals and over each, and over the whole profile.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `periodic` and the arrivals of a cycle reach its capacity.
    RefusedError
        If the method cannot hold the number in the system, does not know the scv, or finds no cycle in 1,000.

    Notes
    -----
    "exact": the Markov chain of M_t/PH/c with the laws of `fit_two_moments`, servers counted by phase, by
    uniformization [1]_; only the number in line is cut, with a probability of at most `TRUNCATION`.

    "birth_death": a birth-death chain that is exact for an scv of 1; in steady state it has the wait of
    `mgc_wait_mean_hours`, in overload the mean of the fluid and the variance
    :math:`(\lambda + c \mu c_s^2) t` of the backlog.

    "fluid": the pointwise stationary fluid flow approximation [2]_, an equation for the mean number alone. It
    overrates waits in short peaks.

    Examples
    --------
    A gate with two lanes, busy for an hour, service of scv 0.5, 40 trucks waiting at the start:

    >>> gate = solve_general_time_of_day([30.0, 60.0, 20.0], 1 / 30, 0.5, 2, initial_number=40)
    >>> gate.method, gate.number_mean.round(2).tolist()
    ('exact', [40.0, 10.9, 13.25, 0.82])
    >>> float(gate.waiting_peak), float(gate.peak_hours)
    (38.0, 0.0)

    References
    ----------
    .. [1] A. Jensen (1953), "Markoff chains as an aid in the study of Markoff processes", Skandinavisk
       Aktuarietidskrift 36, 87-91.
    .. [2] W.-P. Wang, D. Tipper, S. Banerjee (1996), "A simple approximation for modeling nonstationary queues",
       Proceedings of IEEE INFOCOM '96, 255-262.
    """
    if method not in DAY_METHODS | {"auto"}:
        allowed = ", ".join(sorted(DAY_METHODS | {"auto"}))
        raise ArgumentError.of(Problem("is unknown", parameter="method", given=method, allowed=allowed))
    given = non_negative("service_scv", service_scv)
    profile, shape = checked_profile(
        arrivals_per_hour, service_hours, servers, interval_hours, initial_number, service_scv=given[..., None]
    )
    scv = np.broadcast_to(given, shape).reshape(-1)
    if periodic:
        profile.refuse_endless_cycles()
    chosen = _cheapest_enough(profile, scv, periodic) if method == "auto" else method
    solve = {"exact": _solve_exactly, "birth_death": _solve_birth_death, "fluid": solve_fluid}[chosen]
    return _measured(profile, scv, solve(profile, scv, periodic), chosen, shape)


def _cheapest_enough(profile: DayProfile, scv: FloatArray, periodic: bool) -> DayMethod:
    known = bool(np.all((scv >= LEAST_SCV) & (scv <= MOST_SCV)))
    if known and most_phase_states(profile, scv) <= _MOST_STATES and exact_work(profile, scv, periodic) <= MOST_WORK:
        return "exact"
    return "birth_death" if birth_death_work(profile, scv, periodic) <= MOST_WORK else "fluid"


def _refuse_endless_work(work: float) -> None:
    if work > _ENDLESS_WORK:
        message = f"the chain takes about {work:.0e} operations: service is too short beside the intervals"
        raise _refused(message, "service_hours", "use the method fluid")


def _refused(message: str, parameter: str, hint: str) -> RefusedError:
    return RefusedError.of(Problem(message, parameter=parameter, hint=hint))


def _solve_exactly(profile: DayProfile, scv: FloatArray, periodic: bool) -> Day:
    if np.any((scv < LEAST_SCV) | (scv > MOST_SCV)):
        message = f"there is no phase-type fit to an scv below {LEAST_SCV:g} or above {MOST_SCV:g}"
        raise _refused(message, "service_scv", "use the method birth_death")
    days = []
    for i, variation in enumerate(scv):
        column = profile.column(i)
        room = int(column.likely_most(variation)[0])
        while True:
            if most_phase_states(column, scv[i : i + 1], room) > _MOST_STATES:
                message = f"the chain needs more than {_MOST_STATES} states"
                raise _refused(message, "servers", "use the method birth_death or fluid")
            _refuse_endless_work(exact_work(column, scv[i : i + 1], periodic))
            day = PhaseDayChain(column, float(variation), room).solve(periodic, TRUNCATION)
            if day.lost <= TRUNCATION:
                break
            room = room * 3 // 2
        days.append(day)
    return Day(*(np.array(part) for part in zip(*days, strict=True)))


def _solve_birth_death(profile: DayProfile, scv: FloatArray, periodic: bool) -> Day:
    room = int(profile.likely_most(scv).max())
    while True:
        if room > _MOST_STATES:
            raise _refused(f"the chain needs more than {_MOST_STATES} states", "arrivals_per_hour", "use fluid")
        _refuse_endless_work(birth_death_work(profile, scv, periodic))
        day = LumpedChain(profile, scv, room).solve(periodic, TRUNCATION)
        if day.lost.max() <= TRUNCATION:
            return day
        room = room * 3 // 2


def _measured(
    profile: DayProfile, scv: FloatArray, day: Day, method: DayMethod, shape: tuple[int, ...]
) -> GeneralTimeOfDay:
    edges, between = (*shape, profile.hours.size + 1), (*shape, profile.hours.size)
    longest = (1.0 / profile.speed / profile.hours).max(axis=1)
    error = expected_day_error(method, scv, profile.servers.max(axis=1), longest)
    return GeneralTimeOfDay(
        method=method,
        expected_error=ExpectedError(
            error.typical.reshape(shape), error.largest.reshape(shape), error.out_of_range.reshape(shape)
        ),
        hours=profile.ends,
        number_mean=day.number.reshape(edges),
        waiting_mean=day.waiting.reshape(edges),
        number_average=day.number_average.reshape(between),
        waiting_average=day.waiting_average.reshape(between),
        wait_probability_average=day.busy_average.reshape(between),
        wait_mean_hours=profile.per_arrival(day.waiting_average * profile.hours).reshape(shape),
        delayed_share=profile.per_arrival(day.busy_average * profile.arrivals * profile.hours).reshape(shape),
        waiting_peak=day.peak.reshape(shape),
        peak_hours=day.peak_hours.reshape(shape),
        backlog_at_end=day.waiting[:, -1].reshape(shape),
        truncation_probability=day.lost.reshape(shape),
    )
