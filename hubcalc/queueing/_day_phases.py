"""M_t/PH/c over a day: servers counted by phase, the rates of a period in one sparse matrix, uniformization.

Whoever has begun keeps the phase. If servers close, those who have begun share what is left of the servers, so that
with all servers closed everything stands still; a place that becomes free goes to the line only once those who have
begun are no more than the servers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from hubcalc.arguments import FloatArray
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._day_profile import Day, DayProfile
from hubcalc.queueing._server_phases import ServerPhases
from hubcalc.queueing._uniformization import series_weights
from hubcalc.queueing.phase_type_fits import fit_two_moments

MOST_CYCLES = 1_000
_STEADY = 1e-10
_FORGOTTEN = 1e-15  # a law of begun services with less probability is dropped


@dataclass(frozen=True, slots=True)
class _Period:
    """Constant rates: who of the begun is where, and the sparse matrix of all rates out of each state (transposed)."""

    kept: FloatArray
    rates: Any
    fastest: float


class PhaseDayChain:
    """The chain of one column: `law[q, s]` has q in line, and s numbers the phases of all who have begun."""

    def __init__(self, profile: DayProfile, service_scv: float, room: int) -> None:
        self.profile, self.room = profile, room
        law = fit_two_moments(1.0, service_scv)
        self._phases = ServerPhases(law.initial[None], law.subgenerator[None], law.exits_per_hour[None])
        most = int(self.profile.servers.max())
        sizes = [self._phases.states(busy) for busy in range(most + 1)]
        self._first = np.concatenate([[0], np.cumsum(sizes)])
        self._begun = np.repeat(np.arange(most + 1), sizes)

    def solve(self, periodic: bool, most_lost: float = 1.0) -> Day:
        """Run the day from the initial number, or until it repeats itself or `most_lost` is exceeded."""
        law = np.zeros((self.room + 1, self._begun.size))
        law[int(self.profile.initial[0]), 0] = 1.0
        for _ in range(MOST_CYCLES):
            after, day = self._run(law)
            if not periodic or day.lost > most_lost or np.abs(after / after.sum() - law).sum() <= _STEADY:
                return day
            law = after / after.sum()
        message = f"the steady cycle is not reached in {MOST_CYCLES} repetitions"
        raise RefusedError.of(Problem(message, parameter="periodic"))

    def _run(self, law: FloatArray) -> tuple[FloatArray, Day]:
        profile = self.profile
        servers, peak = profile.servers[0].astype(int), (-1.0, 0.0)
        number, waiting, averages = [], [], []
        for k, hours in enumerate(profile.hours):
            law = self._opened(law, servers[k])
            number.append(self._number(law))
            waiting.append(self._waiting(law, servers[k]))
            peak = max(peak, (waiting[-1], -profile.ends[k]))
            mean = np.zeros_like(law)
            period = self._period(law, k)
            pieces = max(int(np.ceil(period.fastest * hours / 150.0)), 4)
            for piece in range(pieces):
                law, part = _advance(law, period, hours / pieces)
                mean += part / pieces
                now = profile.ends[k] + hours * (piece + 1) / pieces
                peak = max(peak, (self._waiting(law, servers[k]), -now))
            busy = mean[:, self._begun >= servers[k]].sum() + max(1.0 - mean.sum(), 0.0)
            averages.append((self._number(mean), self._waiting(mean, servers[k]), min(busy, 1.0)))
        number.append(self._number(law))
        waiting.append(self._waiting(law, servers[-1]))
        number_average, waiting_average, busy_average = np.array(averages).T
        lost = max(1.0 - float(law.sum()), 0.0)
        ends = (np.array(number), np.array(waiting))
        return law, Day(*ends, number_average, waiting_average, busy_average, *np.array([peak[0], -peak[1], lost]))

    def _number(self, law: FloatArray) -> float:
        return float(law.sum(axis=1) @ np.arange(len(law)) + law.sum(axis=0) @ self._begun)

    def _waiting(self, law: FloatArray, servers: int) -> float:
        interrupted = np.maximum(self._begun - servers, 0)
        return float(law.sum(axis=1) @ np.arange(len(law)) + law.sum(axis=0) @ interrupted)

    def _opened(self, law: FloatArray, servers: int) -> FloatArray:
        """Let the line go to all servers that are free."""
        law = law.copy()
        for busy in range(servers):
            here, there = (slice(self._first[b], self._first[b + 1]) for b in (busy, busy + 1))
            law[:-1, there] += law[1:, here] @ self._phases.start(busy)[0]
            law[1:, here] = 0.0
        return law

    def _period(self, law: FloatArray, k: int) -> _Period:
        """Gather the rates between all states that can be reached in interval k."""
        profile = self.profile
        servers, arrivals, speed = int(profile.servers[0, k]), profile.arrivals[0, k], profile.speed[0, k]
        begun_law = law.sum(axis=0)
        most = max(servers, int(self._begun[begun_law > _FORGOTTEN].max(initial=0)))
        kept = np.zeros(law.shape, dtype=bool)
        kept[0, self._begun <= most] = True
        kept[:, (self._begun >= servers) & (self._begun <= most)] = True
        place = np.full(law.shape, -1)
        place[kept] = np.arange(kept.sum())
        entries = []
        lines = np.arange(len(law))
        for busy in range(most + 1):
            states = slice(self._first[busy], self._first[busy + 1])
            queues = lines if busy >= servers else lines[:1]
            factor = speed * min(1.0, servers / busy) if busy else 0.0
            inside = self._phases.change(busy)[0] * factor - np.eye(states.stop - states.start) * arrivals
            entries.append(_entries(place[queues, states], place[queues, states], inside))
            if busy >= servers:  # an arrival joins the line; from the last place it is lost
                one = np.eye(states.stop - states.start) * arrivals
                entries.append(_entries(place[queues[:-1], states], place[queues[1:], states], one))
            else:
                above = slice(self._first[busy + 1], self._first[busy + 2])
                start = self._phases.start(busy)[0]
                entries.append(_entries(place[:1, states], place[:1, above], start * arrivals))
            if busy and factor > 0.0:
                below = slice(self._first[busy - 1], self._first[busy])
                finish = self._phases.finish(busy)[0] * factor
                empty = queues if busy > servers else queues[:1]
                entries.append(_entries(place[empty, states], place[empty, below], finish))
                if busy == servers:  # the next in line begins
                    following = finish @ self._phases.start(busy - 1)[0]
                    entries.append(_entries(place[queues[1:], states], place[queues[:-1], states], following))
        source, target, rate = (np.concatenate(part) for part in zip(*entries, strict=True))
        size = int(kept.sum())
        rates = sparse.csr_array((rate, (target, source)), shape=(size, size))
        return _Period(kept, rates, max(float(-rates.diagonal().min(initial=0.0)), 1e-9))


def _entries(source: FloatArray, target: FloatArray, block: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Repeat a block of rates for each length of the line."""
    rows, columns = np.nonzero(block)
    rates = np.broadcast_to(block[rows, columns], (len(source), rows.size))
    return source[:, rows].ravel(), target[:, columns].ravel(), rates.ravel()


def _advance(law: FloatArray, period: _Period, hours: float) -> tuple[FloatArray, FloatArray]:
    """Carry the law on by some hours; return it and its mean on the way."""
    weights, later = series_weights(period.fastest * hours)
    term = law[period.kept]
    end, mean = weights[0] * term, later[0] * term
    with np.errstate(under="ignore"):
        for weight, past in zip(weights[1:], later[1:], strict=True):
            term = term + (period.rates @ term) / period.fastest
            end += weight * term
            mean += past * term
    at_end, average = np.zeros_like(law), np.zeros_like(law)
    at_end[period.kept], average[period.kept] = end, mean
    return at_end, average
