"""A tandem of single servers taken apart at its rooms: each room with the server before it and the server behind it.

The server before a room also stands for what may starve it, the one behind for what may block it ([1]_, [2]_): the time
of the one is a service, after an empty room a wait for the next item; that of the other a service, before a full room a
wait for it. Both are fitted by two moments.

References
----------
.. [1] Y. Dallery, S. B. Gershwin (1992), "Manufacturing flow line systems: a review of models and analytical results",
   Queueing Systems 12, 3-94, doi:10.1007/BF01158636.
.. [2] Y. Dallery, Y. Frein (1993), "On decomposition methods for tandem queueing networks with blocking", Operations
   Research 41(2), 386-399, doi:10.1287/opre.41.2.386.
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.queueing._levels import bounded, endless, kron
from hubcalc.queueing._tandem_chain import Station
from hubcalc.queueing._tandem_exact import Measures, measured, unlimited_states
from hubcalc.queueing.phase_type import PhaseType
from hubcalc.queueing.phase_type_fits import fit_two_moments

LEAST_SCV, MOST_SCV = 0.05, 100.0  # of what is fitted: 20 phases at most
_MOST_PASSES = 500
_SETTLED = 1e-10
_MOST_STATES = 400  # of the first two rooms, to solve them together


@dataclass(frozen=True, slots=True)
class Moments:
    """First and second moment of a time. [h], [h2]."""

    first: float
    second: float

    def after(self, probability: float, other: "Moments") -> "Moments":
        """Return the moments of this time and, with a probability, of another one, independent of it."""
        return Moments(
            self.first + probability * other.first,
            self.second + probability * (2.0 * self.first * other.first + other.second),
        )

    def law(self) -> PhaseType:
        """Return a law of these moments."""
        scv = self.second / self.first**2 - 1.0
        return fit_two_moments(self.first, min(max(scv, LEAST_SCV), MOST_SCV))


@dataclass(frozen=True, slots=True)
class Part:
    """One room between two servers.

    `emptied` is the share of departures that leave the room and the server behind it empty, and `idle` the time until
    the next comes; `filled` the share of items that find no room, and `stuck` the time until there is some.
    """

    throughput: float
    waiting: float
    emptied: float
    idle: Moments
    filled: float
    stuck: Moments


def _rest(law: PhaseType, phases: FloatArray) -> Moments:
    """Return the moments of the rest of a time of which the phases are known, by weight."""
    total = phases.sum()
    if total <= 0.0:
        return Moments(0.0, 0.0)
    first = np.linalg.solve(-law.subgenerator, np.ones(law.phases))
    second = np.linalg.solve(-law.subgenerator, 2.0 * first)
    return Moments(float(phases @ first / total), float(phases @ second / total))


def _whole(before: PhaseType, behind: PhaseType) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the rates at a level with both servers at work, up and down from it, up to the first and down from it."""
    ahead, done = np.eye(before.phases), np.eye(behind.phases)
    sent = np.outer(before.exits_per_hour, before.initial)
    return (
        kron(before.subgenerator, done) + kron(ahead, behind.subgenerator),
        kron(sent, done),
        kron(ahead, np.outer(behind.exits_per_hour, behind.initial)),
        kron(sent, behind.initial[None]),
        kron(ahead, behind.exits_per_hour[:, None]),
    )


def finite_part(before: PhaseType, behind: PhaseType, room: int, loses: bool) -> Part:
    """Solve a room of `room` places, the one in service among them.

    With `loses` the server before it is a source, and who finds no room is lost; else it waits for room, blocked.
    """
    both, up, down, first_up, first_down = _whole(before, behind)
    within = [before.subgenerator, *[both] * room]
    ups, downs = [first_up, *[up] * (room - 1)], [first_down, *[down] * (room - 1)]
    if loses:
        within[-1] = both + up
    else:
        within.append(behind.subgenerator)
        ups.append(kron(before.exits_per_hour[:, None], np.eye(behind.phases)))
        downs.append(kron(before.initial[None], np.outer(behind.exits_per_hour, behind.initial)))
    levels = bounded(within, ups, downs)
    shape = (before.phases, behind.phases)
    open_levels = np.array(levels[1 : room + 1]).reshape(room, *shape)
    waiting = float((np.arange(room) * open_levels.sum(axis=(1, 2))).sum())
    served = open_levels.sum(axis=(0, 1))
    if not loses:
        served = served + levels[-1]
        waiting += (room - 1) * float(levels[-1].sum())
    flow = float(served @ behind.exits_per_hour)
    left = open_levels[0] @ behind.exits_per_hour
    refused = before.exits_per_hour @ open_levels[-1]
    sent = flow + (float(refused.sum()) if loses else 0.0)
    return Part(
        flow,
        waiting,
        float(left.sum()) / flow,
        _rest(before, left),
        float(refused.sum()) / sent,
        _rest(behind, refused),
    )


def endless_part(source: PhaseType, behind: PhaseType) -> Part:
    """Solve a room without end behind a source; one that the server behind it cannot cope with is never empty."""
    rate = 1.0 / float(source.mean_hours)
    nothing = Moments(0.0, 0.0)
    if rate * float(behind.mean_hours) >= 1.0 - 1e-9:
        return Part(1.0 / float(behind.mean_hours), np.inf, 0.0, nothing, 0.0, nothing)
    both, up, down, first_up, first_down = _whole(source, behind)
    found = endless(source.subgenerator, first_up, first_down, up, both, down)
    left = found.first.reshape(source.phases, behind.phases) @ behind.exits_per_hour
    waiting = found.level_mean - float(found.above.sum())
    return Part(rate, waiting, float(left.sum()) / rate, _rest(source, left), 0.0, nothing)


def _first_two(source: PhaseType, first: Moments, behind: PhaseType, room: int) -> tuple[Part, Part] | None:
    """Solve the first two rooms together, the first without end: blocking that lasts makes the queue before it grow.

    None if they cannot cope, or have too many states.
    """
    law, rate = first.law(), 1.0 / float(source.mean_hours)
    states = source.phases * (law.phases + 2) * (room * behind.phases + 1)
    if states > _MOST_STATES or finite_part(law, behind, room, loses=False).throughput <= rate * (1.0 + 1e-9):
        return None
    stations = [Station(law, 1, 0, last=False), Station(behind, 1, room - 1, last=True)]
    line, found, outside = unlimited_states(stations, source)
    measures = measured(line, found, outside)
    one, two = stations[0].states[line.local[0]], stations[1].states[line.local[1]]
    # departures that leave the second room and its server empty: nobody waits there, and nobody is blocked before it
    alone = (two[:, 0] == 0) & (one[:, -1] == 0)
    leaving = np.where(alone, found * (two[:, 1:-1] @ behind.exits_per_hour), 0.0)
    busy = one[:, 1:-1].sum(axis=1) > 0
    at_work = np.asarray(leaving @ one[:, 1:-1], dtype=np.float64)
    at_rest = np.asarray(np.bincount(line.local[-1], np.where(busy, 0.0, leaving), source.phases), dtype=np.float64)
    share = float(at_rest.sum() / leaving.sum())
    served, resting = _rest(law, at_work), _rest(source, at_rest).after(1.0, first)
    idle = Moments(
        (1.0 - share) * served.first + share * resting.first, (1.0 - share) * served.second + share * resting.second
    )
    flow, nothing = measures.throughput, Moments(0.0, 0.0)
    filled = float(measures.stuck[0])
    stuck = Moments(float(measures.blocked[0]) / (flow * filled), 0.0) if filled > 0.0 else nothing
    return (
        Part(flow, float(measures.waiting[0]), 0.0, nothing, 0.0, nothing),
        Part(flow, float(measures.waiting[1]), float(leaving.sum()) / flow, idle, filled, stuck),
    )


def solve_parts(source: PhaseType | None, services: list[Moments], rooms: list[float]) -> Measures:
    """Solve the rooms in turn until they agree: one for each station; without a source the first never lacks work.

    `rooms` has the places of each station, the server's included; that of the first may be inf.
    """
    nothing = Moments(0.0, 0.0)
    count = len(services)
    parts = [Part(0.0, np.inf, 0.0, nothing, 0.0, nothing) for _ in services]
    first = 0 if source is not None else 1

    def solved(i: int) -> Part:
        """Solve room i from what its neighbors are now: the server behind it may be blocked by the next room."""
        before = services[i - 1].after(parts[i - 1].emptied, parts[i - 1].idle).law() if i or source is None else source
        behind = _behind(services, parts, i).law()
        if np.isinf(rooms[i]):
            return endless_part(before, behind)
        return finite_part(before, behind, int(rooms[i]), loses=i == 0)

    last = np.inf
    together = source is not None and count > 1 and bool(np.isinf(rooms[0]))
    for _ in range(_MOST_PASSES):
        for i in [*range(first, count), *range(count - 2, first, -1)]:
            both = None
            if i == 1 and together and source is not None:
                both = _first_two(source, services[0], _behind(services, parts, 1).law(), int(rooms[1]))
            if both:
                parts[0], parts[1] = both
            else:
                parts[i] = solved(i)
        flow = parts[-1].throughput if count > first else 1.0 / services[0].first
        if abs(flow - last) <= _SETTLED * flow:
            break
        last = flow
    stuck = np.array([parts[i + 1].filled if i + 1 < count else 0.0 for i in range(count)])
    blocked = np.array(
        [flow * parts[i + 1].filled * parts[i + 1].stuck.first if i + 1 < count else 0.0 for i in range(count)]
    )
    return Measures(flow, np.array([part.waiting for part in parts]), blocked, stuck)


def _behind(services: list[Moments], parts: list[Part], i: int) -> Moments:
    """Return the time of the server behind room i: a service, and the wait for the next room if that is full."""
    if i + 1 == len(services):
        return services[i]
    return services[i].after(parts[i + 1].filled, parts[i + 1].stuck)
