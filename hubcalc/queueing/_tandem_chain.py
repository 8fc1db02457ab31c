"""The Markov chain of stations in a row with finite rooms: a finished item stays on its server while the next is full.

The state of a station is the number of its items that wait, that are finished but blocked, and that are in each phase
of service; an item that leaves lets one wait less, and one from before, if it is blocked, in: all of that at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.cached import cached
from hubcalc.queueing.phase_type import PhaseType

IntArray = NDArray[np.int64]
Moves = tuple[IntArray, IntArray, FloatArray]
_NONE = -1


class Station:
    """The states of one station, and where each step leads from each of them; -1 where it cannot be taken."""

    def __init__(self, law: PhaseType, servers: int, room: int, last: bool) -> None:
        phases = law.phases
        self.law, self.servers = law, servers
        self.blocked_slot, self.slots = phases, phases + 1
        self.states = np.array(list(_local_states(phases, servers, room, last)), dtype=np.int64)
        self.index = {tuple(state): i for i, state in enumerate(self.states.tolist())}
        self.waiting, self.held = self.states[:, 0], self.states[:, 1:]
        self.blocked = self.held[:, phases]
        self.idle = servers - self.held.sum(axis=1)
        self._steps: dict[tuple[int | None, int | None, int], IntArray] = {}
        self.full = (self.idle == 0) & (self.waiting == room)

    def __len__(self) -> int:
        return len(self.states)

    @cached
    def starts(self) -> list[tuple[int, float]]:
        """The phases in which a service may begin, with their probabilities."""
        return [(i, float(p)) for i, p in enumerate(self.law.initial) if p > 0.0]

    def step(self, leaves: int | None, takes: int | None, waiting: int) -> IntArray:
        """Return the states after an item left a slot, one entered a slot, and `waiting` more (or less) wait."""
        key = (leaves, takes, waiting)
        if key not in self._steps:
            self._steps[key] = self._step(*key)
        return self._steps[key]

    def _step(self, leaves: int | None, takes: int | None, waiting: int) -> IntArray:
        """Work out a step from every state."""
        change = np.zeros(1 + self.slots, dtype=np.int64)
        change[0] = waiting
        if leaves is not None:
            change[1 + leaves] -= 1
        if takes is not None:
            change[1 + takes] += 1
        return np.array([self.index.get(tuple(state), _NONE) for state in (self.states + change).tolist()])


def _local_states(phases: int, servers: int, room: int, last: bool) -> Iterator[tuple[int, ...]]:
    """Give the states of a station: waiting, in each phase, blocked."""
    slots = phases if last else phases + 1
    for slot in combinations_with_replacement(range(slots + 1), servers):  # the last one stands for an idle server
        held = [slot.count(i) for i in range(slots)] + [0] * (phases + 1 - slots)
        for waiting in range(room + 1 if slots not in slot else 1):
            yield (waiting, *held)


def local_count(phases: int, servers: int, room: int) -> int:
    """Return an upper bound of the number of states of a station, which is quick."""
    return comb(servers + phases + 1, servers) * (room + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Stations in a row and their joint states: `local[i]` the state of station i in each of them.

    With `source`, its phase is the last digit. With `queue_outside` any number wait before the first station.
    """

    stations: list[Station]
    source: PhaseType | None
    queue_outside: bool
    local: list[IntArray]
    strides: list[int]
    codes: IntArray

    @property
    def size(self) -> int:
        """Number of joint states."""
        return len(self.codes)


def count_at_most(stations: list[Station], phases: int, most: int) -> int:
    """Return the number of joint states with a source of some phases, or some number above `most`."""
    free, full = 1, 0  # joint states of the stations behind whose first one has room, or has none
    for station in reversed(stations):
        stuck = station.blocked > 0
        ways = np.where(stuck, full, free + full)
        free, full = int(ways[~station.full].sum()), int(ways[station.full].sum())
        if free + full > most:
            break
    return (free + full) * phases


def join(stations: list[Station], source: PhaseType | None, queue_outside: bool) -> Line:
    """Return the line with all joint states in which nobody is blocked by a station that has room."""
    phases = source.phases if source else 1
    sizes = [len(station) for station in stations]
    strides = [int(np.prod(sizes[i + 1 :], dtype=np.int64)) * phases for i in range(len(sizes))]
    joint = np.arange(sizes[-1])[:, None]
    for i in range(len(stations) - 2, -1, -1):
        mine = np.repeat(np.arange(sizes[i]), len(joint))
        rest = np.tile(joint, (sizes[i], 1))
        sound = (stations[i].blocked[mine] == 0) | stations[i + 1].full[rest[:, 0]]
        joint = np.column_stack([mine, rest])[sound]
    local = [np.repeat(joint[:, i], phases) for i in range(len(stations))]
    phase = np.tile(np.arange(phases), len(joint))
    codes = np.array(phase, dtype=np.int64)
    for here, stride in zip(local, strides, strict=True):
        codes = codes + here * stride
    return Line(stations, source, queue_outside, [*local, phase], strides, codes)


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Some of the joint states (rows), the codes they lead to so far, and the rates."""

    rows: IntArray
    codes: IntArray
    rates: FloatArray

    def take(self, mask: NDArray[np.bool_]) -> "Walk":
        """Return those of a mask."""
        return Walk(self.rows[mask], self.codes[mask], self.rates[mask])

    def move(self, line: Line, i: int, table: IntArray, share: float = 1.0) -> "Walk":
        """Return where a step of station i leads."""
        there = line.local[i][self.rows]
        return Walk(self.rows, self.codes + (table[there] - there) * line.strides[i], self.rates * share)


def moves_of(line: Line, fed: bool) -> tuple[list[Walk], list[Walk], list[Walk]]:
    """Return the moves that leave the queue outside as it is, that take one from it, and that add one.

    `fed` says that somebody waits outside; the states then are those in which the first station has no idle server.
    """
    everywhere = np.arange(line.size)
    if fed:
        everywhere = everywhere[line.stations[0].idle[line.local[0]] == 0]
    still: list[Walk] = []
    taken: list[Walk] = []
    for i, station in enumerate(line.stations):
        between = station.law.subgenerator - np.diag(np.diag(station.law.subgenerator))
        for phase in range(station.law.phases):
            inside = station.held[:, phase][line.local[i]]
            here = everywhere[inside[everywhere] > 0]
            start = Walk(here, line.codes[here], inside[here].astype(float))
            still += [
                start.move(line, i, station.step(phase, int(other), 0), float(between[phase, other]))
                for other in np.flatnonzero(between[phase])
            ]
            leaving = float(station.law.exits_per_hour[phase])
            if leaving > 0.0:
                done = Walk(start.rows, start.codes, start.rates * leaving)
                _finish(line, i, phase, done, fed, still, taken)
    added: list[Walk] = []
    if line.source is not None:
        _arrivals(line, everywhere, fed, still, added)
    return still, taken, added


def _finish(line: Line, i: int, phase: int, walk: Walk, fed: bool, still: list[Walk], taken: list[Walk]) -> None:
    """Let a service at station i end: the item goes on, or stays where it is while there is no room."""
    if i == len(line.stations) - 1:
        _leave(line, i, phase, walk, fed, still, taken)
        return
    stuck = line.stations[i + 1].full[line.local[i + 1][walk.rows]]
    station = line.stations[i]
    still.append(walk.take(stuck).move(line, i, station.step(phase, station.blocked_slot, 0)))
    for entered in _enter(line, i + 1, walk.take(~stuck)):
        _leave(line, i, phase, entered, fed, still, taken)


def _enter(line: Line, i: int, walk: Walk) -> list[Walk]:
    """Let an item come to station i, which has room."""
    station = line.stations[i]
    idle = station.idle[line.local[i][walk.rows]] > 0
    found = [walk.take(idle).move(line, i, station.step(None, phase, 0), p) for phase, p in station.starts]
    return [*found, walk.take(~idle).move(line, i, station.step(None, None, 1))]


def _leave(line: Line, i: int, slot: int, walk: Walk, fed: bool, still: list[Walk], taken: list[Walk]) -> None:
    """Free a slot of station i: the next starts, and who is blocked before it moves up, and so on up the line."""
    station = line.stations[i]
    if i == 0:
        pulled = np.full(len(walk.rows), fed and line.queue_outside)
    else:
        pulled = line.stations[i - 1].blocked[line.local[i - 1][walk.rows]] > 0
    for phase, share in station.starts:
        again = walk.take(pulled).move(line, i, station.step(slot, phase, 0), share)
        if i == 0:
            taken.append(again)
        elif len(again.rows):
            _leave(line, i - 1, line.stations[i - 1].blocked_slot, again, fed, still, taken)
    rest = walk.take(~pulled)
    waits = station.waiting[line.local[i][rest.rows]] > 0
    for phase, share in station.starts:
        still.append(rest.take(waits).move(line, i, station.step(slot, phase, -1), share))
    still.append(rest.take(~waits).move(line, i, station.step(slot, None, 0)))


def _arrivals(line: Line, everywhere: IntArray, fed: bool, still: list[Walk], added: list[Walk]) -> None:
    """Let the source change its phase or send an item, which is lost where the first station is full."""
    source = line.source
    assert source is not None  # noqa: S101 - asked by the caller
    phases = line.local[-1]
    between = source.subgenerator - np.diag(np.diag(source.subgenerator))
    for phase in range(source.phases):
        here = everywhere[phases[everywhere] == phase]
        for other in range(source.phases):
            to = line.codes[here] + other - phase
            if between[phase, other] > 0.0:
                still.append(Walk(here, to, np.full(len(here), between[phase, other])))
            rate = float(source.exits_per_hour[phase] * source.initial[other])
            if rate == 0.0:
                continue
            walk = Walk(here, to, np.full(len(here), rate))
            first = line.stations[0]
            full = first.full[line.local[0][here]]
            (added if line.queue_outside else still).append(walk.take(full))
            if not fed:
                still.extend(_enter(line, 0, walk.take(~full)))


def rates_of(line: Line, walks: list[Walk]) -> Moves:
    """Return rows, columns and rates of some moves."""
    if not walks:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    rows = np.concatenate([walk.rows for walk in walks])
    codes = np.concatenate([walk.codes for walk in walks])
    return rows, np.searchsorted(line.codes, codes), np.concatenate([walk.rates for walk in walks])
