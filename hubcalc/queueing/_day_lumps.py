"""M_t/G/c over a day by a birth-death chain whose line is counted in lumps of v customers.

Up to c in the system it is that of M_t/M/c. In line, lumps come at the rate lambda / v and go at c mu / v. So the flow
is kept at all times; the steady state has the probability of waiting of M/M/c and v times its queue; and with v the
ratio of the steady waits of M/G/c and M/M/c, below saturation, that steady queue is the one of M/G/c. Beyond
saturation v is such that the variance of the backlog grows by lambda + c mu scv an hour, as that of G servers does that
never rest. A scv of 1 gives v = 1: M_t/M/c itself.
"""

from collections.abc import Iterator

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._day_profile import Day, DayProfile
from hubcalc.queueing._service_ages import ServiceAges
from hubcalc.queueing._uniformization import advance
from hubcalc.queueing.general import mgc_wait_mean_hours
from hubcalc.queueing.markovian import mmc_wait_mean_hours

MOST_CYCLES = 1_000
_STEADY = 1e-10
_PIECES = 4  # of each interval, in which the rate of ends is constant
_PASSES = 2  # the starts of a piece depend on the ends in it
_LEAST_LOAD, _MOST_LOAD = 0.3, 1.0 - 1e-6  # the ratio of waits is taken between these utilizations


def lump_sizes(profile: DayProfile, scv: FloatArray) -> FloatArray:
    """Return the customers in a lump (column, interval)."""
    arrivals, count = profile.arrivals, profile.servers
    capacity = count * profile.speed
    opened = np.maximum(count, 1.0)
    variation = np.broadcast_to(scv[:, None], arrivals.shape)
    load = np.clip(arrivals / np.where(count > 0.0, capacity, 1.0), _LEAST_LOAD, _MOST_LOAD) * opened
    kinds, back = np.unique(np.stack([load, variation, opened]).reshape(3, -1), axis=1, return_inverse=True)
    ratio = mgc_wait_mean_hours(kinds[0], 1.0, kinds[1], kinds[2]) / mmc_wait_mean_hours(kinds[0], 1.0, kinds[2])
    below = ratio[back].reshape(arrivals.shape)
    with np.errstate(invalid="ignore"):
        beyond = (arrivals + capacity * variation) / np.where(capacity + arrivals > 0.0, capacity + arrivals, 1.0)
    return np.where(count == 0.0, 1.0, np.where(arrivals < capacity, below, beyond))


class LumpedChain:
    """The chains of all columns, on states 0, 1, ..., `room` of as many customers, or lumps beyond the servers."""

    def __init__(self, profile: DayProfile, scv: FloatArray, room: int) -> None:
        self.profile, self.room = profile, room
        self._lumps = lump_sizes(profile, scv)
        self._states = np.arange(room + 1.0)
        self._ages = ServiceAges.none(scv)
        self._known: dict[bytes, FloatArray] = {}

    def solve(self, periodic: bool, most_lost: float = 1.0) -> Day:
        """Run the day from the initial number, or until it repeats itself or `most_lost` is exceeded."""
        law = self._placed(np.ones((len(self.profile.initial), 1)), self.profile.initial[:, None], 0)
        for _ in range(MOST_CYCLES):
            after, day = self._run(law)
            after = self._placed(after, self._values(-1), 0)
            after /= after.sum(axis=1, keepdims=True)
            if not periodic or day.lost.max() > most_lost or np.abs(after - law).sum(axis=1).max() <= _STEADY:
                return day
            law = after
        message = f"the steady cycle is not reached in {MOST_CYCLES} repetitions"
        raise RefusedError.of(Problem(message, parameter="periodic"))

    def _growth(self, time: FloatArray) -> FloatArray:
        """Return what the ages need for pieces of these times, which mostly are the same all day."""
        known = self._known.get(time.tobytes())
        if known is None:
            known = self._known[time.tobytes()] = self._ages.growth(time)
        return known

    def _values(self, k: int) -> FloatArray:
        """Return the number in the system in each state (column, state)."""
        count, lump = self.profile.servers[:, k, None], self._lumps[:, k, None]
        return np.asarray(np.minimum(self._states, count) + lump * np.maximum(self._states - count, 0.0))

    def _placed(self, law: FloatArray, values: FloatArray, k: int) -> FloatArray:
        """Put a law on the numbers `values` on the states of interval k, between neighbors with the mean kept."""
        count, lump = self.profile.servers[:, k, None], self._lumps[:, k, None]
        place = np.minimum(values, count) + np.maximum(values - count, 0.0) / lump
        below = np.minimum(np.floor(place + 1e-9), self.room)
        upper = np.clip(place - below, 0.0, 1.0) * law
        below = below.astype(np.intp) + np.arange(len(law))[:, None] * (self.room + 2)
        size = len(law) * (self.room + 2)
        mass = np.bincount(below.ravel(), (law - upper).ravel(), size)
        mass += np.bincount((below + 1).ravel(), upper.ravel(), size)[:size]
        return np.asarray(mass.reshape(len(law), -1)[:, : self.room + 1])

    def _run(self, law: FloatArray) -> tuple[FloatArray, Day]:
        profile = self.profile
        peak, peak_hours = np.full(len(law), -1.0), np.zeros(len(law))
        number, waiting, averages = [], [], []
        for k, hours in enumerate(profile.hours):
            law = self._placed(law, self._values(k - 1), k) if k else law
            values, count = self._values(k), profile.servers[:, k, None]
            in_line = np.maximum(values - count, 0.0)
            number.append((law * values).sum(axis=1))
            waiting.append((law * in_line).sum(axis=1))
            mean = np.zeros_like(law)
            for piece, (after, part) in enumerate(self._pieces(law, k)):
                law, mean = after, mean + part / _PIECES
                queue = np.stack([waiting[-1], (law * in_line).sum(axis=1)])
                for place, now in enumerate(profile.ends[k] + hours * np.array([0, piece + 1]) / _PIECES):
                    higher = queue[place] > peak * (1.0 + 1e-12)
                    peak, peak_hours = np.where(higher, queue[place], peak), np.where(higher, now, peak_hours)
            busy = (mean * (self._states >= count)).sum(axis=1) + np.maximum(1.0 - mean.sum(axis=1), 0.0)
            averages.append(((mean * values).sum(axis=1), (mean * in_line).sum(axis=1), np.minimum(busy, 1.0)))
        number.append((law * values).sum(axis=1))
        waiting.append((law * in_line).sum(axis=1))
        everyone, in_line, busy = (np.stack(part, axis=1) for part in zip(*averages, strict=True))
        ends = np.stack(number, axis=1), np.stack(waiting, axis=1)
        lost = np.maximum(1.0 - law.sum(axis=1), 0.0)
        return law, Day(*ends, everyone, in_line, busy, peak, peak_hours, lost)

    def _pieces(self, law: FloatArray, k: int) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Give the law at the end of each piece of an interval, and its mean over the piece."""
        profile = self.profile
        speed, count, lump = profile.speed[:, k], profile.servers[:, k, None], self._lumps[:, k, None]
        step = float(profile.hours[k]) / _PIECES
        busy = np.minimum(self._states, count)
        births = np.where(self._states < count, 1.0, 1.0 / lump) * profile.arrivals[:, k, None]
        ends = np.where(self._states <= count, self._states, count / lump)
        self._ages = self._ages.opened(count[:, 0], (law * busy).sum(axis=1))
        growth = self._growth(step * speed)
        for _ in range(_PIECES):
            rate = self._ages.likely_rate(step * speed)
            for _ in range(_PASSES):
                after, part = advance(law, births, ends * (rate * speed)[:, None], step)
                served = rate * speed * step * (part * busy).sum(axis=1)
                starts = np.maximum(((after - law) * busy).sum(axis=1) + served, 0.0)
                ages, rate = self._ages.moved(growth, step * speed, starts)
            law, self._ages = after, ages
            yield after, part
