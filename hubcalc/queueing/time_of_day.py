"""M_t/M_t/c: Poisson arrivals and exponential service that change over the day, from any start."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._day_profile import MOST_IN_SYSTEM, DayProfile, checked_profile
from hubcalc.queueing._uniformization import Piece, advance

TRUNCATION = 1e-10
"""Largest probability of ever having more in the system than is kept, with which a solution is accepted."""

_MOST_CYCLES = 2_000
_STEADY = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class TimeOfDayQueue:
    """Columns of queues over a profile: the ends of intervals, or the intervals, along the last axis.

    Attributes
    ----------
    hours : ndarray
        Ends of the intervals, from 0. [h]
    number_mean : ndarray
        Mean number in the system at these times. [1]
    waiting_mean : ndarray
        Mean number waiting at these times. [1]
    wait_probability : ndarray
        Probability that all servers are busy at these times, those of the interval that begins. [1]
    number_average : ndarray
        Mean number in the system over each interval. [1]
    waiting_average : ndarray
        Mean number waiting over each interval. [1]
    wait_probability_average : ndarray
        Share of the arrivals of each interval that find all servers busy. [1]
    wait_mean_hours : ndarray
        Area under the number waiting over the arrivals of the whole profile, by Little's law the mean wait of these if
        as many wait at its end as at its start; without the last axis, 0 where nobody comes. [h]
    delayed_share : ndarray
        Share of all arrivals that find all servers busy, without the last axis. [1]
    truncation_probability : ndarray
        Probability that the number has ever been larger than what is kept, at most `TRUNCATION`: no probability is off
        by more. [1]
    """

    hours: FloatArray
    number_mean: FloatArray
    waiting_mean: FloatArray
    wait_probability: FloatArray
    number_average: FloatArray
    waiting_average: FloatArray
    wait_probability_average: FloatArray
    wait_mean_hours: FloatArray
    delayed_share: FloatArray
    truncation_probability: FloatArray


@dataclass(frozen=True, slots=True)
class _Chain:
    """The birth-death chain of a profile."""

    profile: DayProfile

    def run(self, law: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the laws at the ends of intervals and the mean laws in them (column, interval, state)."""
        ends, averages, budget = [law], [], TRUNCATION * self.profile.hours / self.profile.hours.sum()
        for k, hours in enumerate(self.profile.hours):
            piece = self._through(ends[-1], k, float(hours))
            while np.any((ends[-1].sum(axis=1) - piece.end.sum(axis=1)) > budget[k]):
                ends[-1] = _wider(ends[-1], ends[-1].shape[1] * 3 // 2)
                piece = self._through(ends[-1], k, float(hours))
            ends.append(piece.end)
            averages.append(piece.average)
        width = ends[-1].shape[1]
        return (
            np.stack([_wider(law, width) for law in ends], axis=1),
            np.stack([_wider(law, width) for law in averages], axis=1),
        )

    def _through(self, law: FloatArray, k: int, hours: float) -> Piece:
        births = np.broadcast_to(self.profile.arrivals[:, k, None], law.shape)
        busy = np.minimum(np.arange(law.shape[1]), self.profile.servers[:, k, None])
        deaths = busy * self.profile.speed[:, k, None]
        return advance(law, births, deaths, hours)

    def solve(self, periodic: bool) -> tuple[FloatArray, FloatArray]:
        """Return what `run` does from the initial number, or in the steady cycle."""
        states = _refused_beyond_most(int(self.profile.likely_most().max()))
        law = (np.arange(states) == self.profile.initial[:, None]).astype(np.float64)
        ends, averages = self.run(law)
        for _ in range(_MOST_CYCLES if periodic else 0):
            last = ends[:, -1] / ends[:, -1].sum(axis=1, keepdims=True)
            if np.abs(last - ends[:, 0]).sum(axis=1).max() <= _STEADY:
                return ends, averages
            ends, averages = self.run(last)
        if periodic:
            message = f"the steady cycle is not reached in {_MOST_CYCLES} repetitions"
            raise RefusedError.of(Problem(message, parameter="periodic"))
        return ends, averages


def _refused_beyond_most(states: int) -> int:
    if states > MOST_IN_SYSTEM:
        message = f"the number in the system needs more than {MOST_IN_SYSTEM} states"
        raise RefusedError.of(Problem(message, parameter="arrivals_per_hour", hint="use fluid_profile"))
    return states


def _wider(law: FloatArray, states: int) -> FloatArray:
    """Return the law with room for more in the system."""
    return np.pad(law, ((0, 0), (0, _refused_beyond_most(states) - law.shape[1])))


def solve_time_of_day(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    interval_hours: ArrayLike = 1.0,
    initial_number: ArrayLike = 0.0,
    periodic: bool = False,
) -> TimeOfDayQueue:
    """Solve M_t/M_t/c over a profile of arrivals, service and open servers, from an initial backlog.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate in each interval, intervals along the last axis. [1/h]
    service_hours : array_like
        Mean of the exponential service time in each interval. [h]
    servers : array_like
        Number of servers open in each interval, whole numbers; 0 while closed. Who is in service when servers close
        goes back to the queue. [1]
    interval_hours : array_like, optional
        Length of the intervals, one for all or one each. [h]
    initial_number : array_like, optional
        Number in the system at the start, a whole number by column. [1]
    periodic : bool, optional
        Repeat the profile until it returns to the law with which it began: the steady cycle, for any initial number.

    Returns
    -------
    TimeOfDayQueue
        Means and probabilities at the ends of intervals and over each, and over the whole profile.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or `periodic` and the arrivals of a cycle reach its capacity.
    RefusedError
        If the number in the system would need more than 20,000 states, or a cycle 2,000 repetitions.

    Notes
    -----
    Exact for rates that are constant in each interval, by uniformization, but for the largest number in the system that
    is kept: what goes beyond is lost, its probability is the `truncation_probability`. A rate that changes smoothly is
    replaced by that in the middle of short intervals, with an error that falls with the square of their length.

    Examples
    --------
    A gate with two lanes, busy for an hour, 40 trucks waiting at the start:

    >>> gate = solve_time_of_day([30.0, 60.0, 20.0], 1 / 30, 2, initial_number=40)
    >>> gate.number_mean.round(2)
    array([40.  , 10.88, 14.02,  0.98])
    >>> bool(gate.truncation_probability < 1e-10)
    True

    References
    ----------
    .. [1] A. Jensen (1953), "Markoff chains as an aid in the study of Markoff processes", Skandinavisk
       Aktuarietidskrift 36, 87-91.
    .. [2] L. V. Green, P. J. Kolesar, W. Whitt (2007), "Coping with time-varying demand when setting staffing
       requirements for a service system", Production and Operations Management 16(1), 13-39,
       doi:10.1111/j.1937-5956.2007.tb00164.x.
    """
    profile, shape = checked_profile(arrivals_per_hour, service_hours, servers, interval_hours, initial_number)
    if periodic:
        profile.refuse_endless_cycles()
    ends, inside = _Chain(profile).solve(periodic)
    return _measured(profile, ends, inside, shape)


def _measured(profile: DayProfile, at_ends: FloatArray, inside: FloatArray, shape: tuple[int, ...]) -> TimeOfDayQueue:
    n = np.arange(at_ends.shape[-1], dtype=np.float64)
    later = np.concatenate([profile.servers, profile.servers[:, -1:]], axis=1)[..., None]
    count = profile.servers[..., None]
    busy = np.minimum((inside * (n >= count)).sum(axis=-1) + np.maximum(1.0 - inside.sum(axis=-1), 0.0), 1.0)
    waiting = (inside * np.maximum(n - count, 0.0)).sum(axis=-1)
    edges, between = (*shape, at_ends.shape[1]), (*shape, inside.shape[1])
    return TimeOfDayQueue(
        hours=profile.ends,
        number_mean=(at_ends @ n).reshape(edges),
        waiting_mean=(at_ends * np.maximum(n - later, 0.0)).sum(axis=-1).reshape(edges),
        wait_probability=np.minimum((at_ends * (n >= later)).sum(axis=-1), 1.0).reshape(edges),
        number_average=(inside @ n).reshape(between),
        waiting_average=waiting.reshape(between),
        wait_probability_average=busy.reshape(between),
        wait_mean_hours=profile.per_arrival(waiting * profile.hours).reshape(shape),
        delayed_share=profile.per_arrival(busy * profile.arrivals * profile.hours).reshape(shape),
        truncation_probability=np.maximum(1.0 - at_ends[:, -1].sum(axis=1), 0.0).reshape(shape),
    )
