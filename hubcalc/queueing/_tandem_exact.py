"""Tandems with finite rooms solved as Markov chains: of finitely many states, or with an endless queue before them."""

from dataclasses import dataclass

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.queueing._levels import endless, generator, stationary
from hubcalc.queueing._tandem_chain import IntArray, Line, Station, Walk, join, moves_of, rates_of
from hubcalc.queueing.phase_type import PhaseType


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What is known of a line: its throughput and, by station, mean numbers, and how many finished are blocked.

    `stuck` is the share of finished items that find the next station full. The number waiting is inf at the first
    station where it grows without end.
    """

    throughput: float
    waiting: FloatArray
    blocked: FloatArray
    stuck: FloatArray


def saturated(stations: list[Station]) -> Measures:
    """Solve a line whose first station always has work."""
    line = join(stations, None, True)
    still, taken, _ = moves_of(line, fed=True)
    rows, columns, rates = rates_of(line, still + taken)
    states = _fed(line)
    place = _places(line, states)
    found = np.zeros(line.size)
    found[states] = stationary(generator(place[rows], place[columns], rates, len(states)))
    measures = measured(line, found, 0.0)
    return Measures(measures.throughput, _endless_first(measures.waiting), measures.blocked, measures.stuck)


def finite(stations: list[Station], source: PhaseType) -> Measures:
    """Solve a line whose first station has a room, beyond which items are lost."""
    line = join(stations, source, False)
    still, _, _ = moves_of(line, fed=False)
    found = stationary(generator(*rates_of(line, still), line.size))
    return measured(line, found, 0.0)


def unlimited(stations: list[Station], source: PhaseType) -> Measures:
    """Solve a line before which any number may wait; its capacity must be above the rate of the source."""
    return measured(*unlimited_states(stations, source))


def unlimited_states(stations: list[Station], source: PhaseType) -> tuple[Line, FloatArray, float]:
    """Return such a line, the probabilities of its joint states, and the mean number that waits before it."""
    line = join(stations, source, True)
    states = _fed(line)
    place = _places(line, states)
    everywhere = np.arange(line.size)
    still, _, added = moves_of(line, fed=False)
    level_0 = generator(*rates_of(line, still), line.size).toarray()
    up_0 = _dense(line, added, everywhere, place, (line.size, len(states)))
    level_0 -= np.diag(up_0.sum(axis=1))
    still, taken, added = moves_of(line, fed=True)
    size = (len(states), len(states))
    within, down, up = (_dense(line, walks, place, place, size) for walks in (still, taken, added))
    within -= np.diag((within + down + up).sum(axis=1))
    back = np.zeros((len(states), line.size))
    back[:, states] = down
    solved = endless(level_0, up_0, back, up, within, down)
    found = solved.level_0.copy()
    found[states] += solved.above
    return line, found, solved.level_mean


def _fed(line: Line) -> IntArray:
    """Return the joint states in which the first station has no idle server."""
    return np.flatnonzero(line.stations[0].idle[line.local[0]] == 0)


def _places(line: Line, states: IntArray) -> IntArray:
    """Return where each joint state stands among some of them."""
    place = np.full(line.size, -1)
    place[states] = np.arange(len(states))
    return place


def _dense(line: Line, walks: list[Walk], rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> FloatArray:
    """Return some moves as a matrix, with the states numbered anew."""
    start, end, rates = rates_of(line, walks)
    matrix = np.zeros(shape)
    np.add.at(matrix, (rows[start], columns[end]), rates)
    return matrix


def measured(line: Line, found: FloatArray, outside: float) -> Measures:
    """Return the measures of stationary probabilities; `outside` is the mean number that waits before the line."""
    waiting, blocked, finished = [], [], []
    stuck = np.zeros(len(line.stations))
    for i, station in enumerate(line.stations):
        here = line.local[i]
        rate = station.held[:, :-1] @ station.law.exits_per_hour
        waiting.append(float(found @ station.waiting[here]) + (outside if i == 0 else 0.0))
        blocked.append(float(found @ station.blocked[here]))
        finished.append(float(found @ rate[here]))
        if i + 1 < len(line.stations):
            full = line.stations[i + 1].full[line.local[i + 1]]
            stuck[i] = float((found * full) @ rate[here]) / finished[i]
    return Measures(finished[-1], np.array(waiting), np.array(blocked), stuck)


def _endless_first(waiting: FloatArray) -> FloatArray:
    """Return the numbers waiting where they grow without end before the first station."""
    grown = waiting.copy()
    grown[0] = np.inf
    return grown
