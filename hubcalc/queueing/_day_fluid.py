"""M_t/G/c over a day by the pointwise stationary fluid flow approximation: one differential equation a column.

The mean number x follows dx/dt = lambda - c mu rho(x), where rho(x) is the utilization at which the steady mean number
of M/G/c is x, with the queue of M/M/c times (1 + scv) / 2.
"""

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._day_profile import Day, DayProfile
from hubcalc.queueing.erlang import erlang_c

MOST_CYCLES = 1_000
_STEADY = 1e-9
_STEPS = 16  # of each interval
_GAMMA = 1.0 - 0.5**0.5  # makes the two-stage Rosenbrock method L-stable
_SPARE = np.exp(-np.linspace(0.0, 21.0, 1051))  # 1 - utilization of the table of steady states


@helper
def _steady(number: float, servers: float, lump: float, wait: FloatArray) -> tuple[float, float, float]:
    """Return the busy servers, their derivative, and the probability of a wait at which the mean number is steady."""
    low, high = 0, _SPARE.size - 1
    top = servers * (1.0 - _SPARE[high]) + lump * wait[high] * (1.0 - _SPARE[high]) / _SPARE[high]
    if number >= top:
        return servers, 0.0, 1.0
    while high - low > 1:
        middle = (low + high) // 2
        rho = 1.0 - _SPARE[middle]
        if servers * rho + lump * wait[middle] * rho / _SPARE[middle] > number:
            high = middle
        else:
            low = middle
    first, last = 1.0 - _SPARE[low], 1.0 - _SPARE[high]
    below = servers * first + lump * wait[low] * first / _SPARE[low]
    above = servers * last + lump * wait[high] * last / _SPARE[high]
    slope = (last - first) / (above - below)
    share = (number - below) / (above - below)
    return (
        servers * (first + slope * (number - below)),
        servers * slope,
        wait[low] + share * (wait[high] - wait[low]),
    )


@kernel(
    "void(f8[:,::1], f8[:,::1], f8[:,::1], f8[::1], f8[::1], f8[:,::1], i8[:,::1],"
    " f8[::1], f8[:,:,::1], f8[:,:,::1], f8[:,::1])"
)
def _run(
    arrivals: FloatArray,
    speed: FloatArray,
    servers: FloatArray,
    hours: FloatArray,
    lumps: FloatArray,
    waits: FloatArray,
    table: NDArray[np.int64],
    number: FloatArray,
    ends: FloatArray,
    averages: FloatArray,
    peaks: FloatArray,
) -> None:
    """Carry the number of each column through the day; write what it is at the ends, averages and the peak."""
    columns, intervals = arrivals.shape
    for i in range(columns):
        clock, x, lump = 0.0, number[i], lumps[i]
        peaks[i, 0], peaks[i, 1] = -1.0, 0.0
        for k in range(intervals):
            rate, mu, c, wait = arrivals[i, k], speed[i, k], servers[i, k], waits[table[i, k]]
            step = hours[k] / _STEPS
            averages[i, k, :] = 0.0
            for s in range(_STEPS + 1):
                busy, slope, chance = _steady(x, c, lump, wait) if c > 0.0 else (0.0, 0.0, 1.0)
                weight = (0.5 if s in (0, _STEPS) else 1.0) / _STEPS
                queue = max(x - busy, 0.0)
                averages[i, k, 0] += weight * x
                averages[i, k, 1] += weight * queue
                averages[i, k, 2] += weight * chance
                if s == 0 or k == intervals - 1:  # the last of these stays
                    ends[i, k + min(s, 1), 0], ends[i, k + min(s, 1), 1] = x, queue
                if queue > peaks[i, 0] * (1.0 + 1e-12):
                    peaks[i, 0], peaks[i, 1] = queue, clock + s * step
                if s < _STEPS:
                    held = 1.0 + _GAMMA * step * mu * slope
                    one = (rate - mu * busy) / held
                    ahead = max(x + step * one, 0.0)
                    later = _steady(ahead, c, lump, wait)[0] if c > 0.0 else 0.0
                    two = (rate - mu * later - 2.0 * one) / held
                    x = max(x + step * (1.5 * one + 0.5 * two), 0.0)
            clock += hours[k]
        number[i] = x


def solve_fluid(profile: DayProfile, scv: FloatArray, periodic: bool) -> Day:
    """Run the day from the initial number, or until it repeats itself."""
    counts, table = np.unique(profile.servers, return_inverse=True)
    waits = erlang_c(np.maximum(counts, 1.0)[:, None], np.maximum(counts, 1.0)[:, None] * (1.0 - _SPARE))
    columns, intervals = profile.arrivals.shape
    number, lumps = np.array(profile.initial), (1.0 + np.array(scv)) / 2.0
    ends, averages = np.zeros((columns, intervals + 1, 2)), np.zeros((columns, intervals, 3))
    peaks = np.zeros((columns, 2))
    arrivals, speed, servers = (
        np.array(part, order="C") for part in (profile.arrivals, profile.speed, profile.servers)
    )
    places = np.ascontiguousarray(table.reshape(columns, intervals), dtype=np.int64)
    for _ in range(MOST_CYCLES if periodic else 1):
        before = number.copy()
        _run(arrivals, speed, servers, np.array(profile.hours), lumps, waits, places, number, ends, averages, peaks)
        if not periodic or np.all(np.abs(number - before) <= _STEADY * (1.0 + before)):
            break
    else:
        message = f"the steady cycle is not reached in {MOST_CYCLES} repetitions"
        raise RefusedError.of(Problem(message, parameter="periodic"))
    return Day(
        number=ends[..., 0],
        waiting=ends[..., 1],
        number_average=averages[..., 0],
        waiting_average=averages[..., 1],
        busy_average=averages[..., 2],
        peak=peaks[:, 0],
        peak_hours=peaks[:, 1],
        lost=np.zeros(columns),
    )
