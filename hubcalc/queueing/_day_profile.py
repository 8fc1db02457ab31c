"""What queues over a profile of the day share: checked columns of rates and servers, interval by interval."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, whole_between
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._network import station_columns

MOST_IN_SYSTEM = 20_000
_BUSY = 0.8  # above this utilization a queue spreads nearly as in overload


class Day(NamedTuple):
    """Means at the ends of intervals, averages over them, and of the largest queue on the way; by column."""

    number: FloatArray
    waiting: FloatArray
    number_average: FloatArray
    waiting_average: FloatArray
    busy_average: FloatArray
    peak: FloatArray
    peak_hours: FloatArray
    lost: FloatArray


@dataclass(frozen=True, slots=True)
class DayProfile:
    """Checked columns (column, interval), hours by interval, the number at the start by column."""

    arrivals: FloatArray
    speed: FloatArray
    servers: FloatArray
    hours: FloatArray
    initial: FloatArray

    def column(self, i: int) -> "DayProfile":
        """Return the profile of one column alone."""
        rows = slice(i, i + 1)
        return DayProfile(self.arrivals[rows], self.speed[rows], self.servers[rows], self.hours, self.initial[rows])

    @property
    def ends(self) -> FloatArray:
        """Ends of the intervals, from 0."""
        return np.concatenate([[0.0], np.cumsum(self.hours)])

    @property
    def offered(self) -> FloatArray:
        """Arrivals of the whole profile."""
        return self.arrivals @ self.hours

    def likely_most(self, scv: FloatArray | float = 1.0) -> FloatArray:
        """Return a number in the system that is seldom exceeded: the fluid's largest backlog, and its spread."""
        backlog = peak = self.initial
        spread = self.initial + 1.0
        for k, hours in enumerate(self.hours):
            arrivals, capacity = self.arrivals[:, k] * hours, self.servers[:, k] * self.speed[:, k] * hours
            spread = spread + np.where(arrivals > _BUSY * capacity, arrivals, 0.0)
            backlog = np.maximum(backlog + arrivals - capacity, 0.0)
            peak = np.maximum(peak, backlog)
        return np.asarray(peak + self.servers.max(axis=1) + 7.0 * np.sqrt(spread * np.maximum(scv, 1.0)) + 40.0)

    def per_arrival(self, by_interval: FloatArray) -> FloatArray:
        """Return the sum over the intervals for each arrival, 0 where nobody comes."""
        offered = self.offered
        return np.where(offered > 0.0, by_interval.sum(axis=1) / np.where(offered > 0.0, offered, 1.0), 0.0)

    def refuse_endless_cycles(self) -> None:
        """Raise an ArgumentError where the repeated profile has no steady state."""
        if np.any(self.offered >= (self.servers * self.speed) @ self.hours):
            message = "the arrivals of a cycle reach its capacity: there is no steady cycle"
            raise ArgumentError.of(Problem(message, parameter="arrivals_per_hour", allowed="less than the capacity"))


def checked_profile(
    arrivals: ArrayLike,
    service: ArrayLike,
    servers: ArrayLike,
    hours: ArrayLike,
    initial: ArrayLike,
    **others: FloatArray,
) -> tuple[DayProfile, tuple[int, ...]]:
    """Return the profile of all columns, and the shape that they and `others` broadcast to."""
    start = whole_between("initial_number", initial, 0, MOST_IN_SYSTEM)
    length = positive("interval_hours", hours)
    rate, time, count, begin, *_ = station_columns(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals),
        service_hours=positive("service_hours", service),
        servers=whole_between("servers", servers, 0, MOST_IN_SYSTEM),
        initial_number=start[..., None],
        interval_hours=length,
        **others,
    )
    if length.ndim > 1 or length.size not in (1, rate.shape[-1]):
        message = f"has the shape {length.shape}"
        raise ArgumentError.of(Problem(message, parameter="interval_hours", allowed="one number, or one an interval"))
    size = rate.shape[-1]
    profile = DayProfile(
        arrivals=rate.reshape(-1, size),
        speed=1.0 / time.reshape(-1, size),
        servers=count.reshape(-1, size),
        hours=np.broadcast_to(length, (size,)),
        initial=begin.reshape(-1, size)[:, 0],
    )
    return profile, rate.shape[:-1]
