"""Busy servers counted by phase: the servers are alike, so only how many are in each phase is kept.

With m phases, n busy servers have (n+m-1 over m-1) such states and not m^n.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray

IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Moves:
    """Where single entries of a block stand (flat), which rate they take, and how many servers share the event."""

    entries: IntArray
    rates: IntArray
    servers: FloatArray


@lru_cache(maxsize=4096)
def server_counts(busy: int, phases: int) -> NDArray[np.int64]:
    """Return every way to put `busy` servers into `phases` phases, one a row."""
    bars = np.array(list(combinations(range(busy + phases - 1), phases - 1)), dtype=np.int64)
    edges = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), busy + phases - 1)])
    return np.asarray(np.diff(edges, axis=1) - 1)


def _moves(busy: int, phases: int, kind: str) -> Moves:
    """Find the entries of one kind of event: `change` of phase, `finish` or `start` of a service."""
    rows = [tuple(row) for row in server_counts(busy, phases).tolist()]
    target = {"change": busy, "finish": busy - 1, "start": busy + 1}[kind]
    column = {tuple(row): place for place, row in enumerate(server_counts(target, phases).tolist())}
    found = []
    for place, row in enumerate(rows):
        leavers = [i for i, count in enumerate(row) if count] if kind != "start" else [-1]
        for i in leavers:
            for j in range(phases) if kind != "finish" else [-1]:
                if i != j:
                    moved = tuple(count - (k == i) + (k == j) for k, count in enumerate(row))
                    rate = i * phases + j if kind == "change" else max(i, j)
                    found.append((place * len(column) + column[moved], rate, row[i] if i >= 0 else 1))
    entries, rates, servers = np.array(found, dtype=np.intp).reshape(-1, 3).T
    return Moves(entries, rates, servers.astype(np.float64))


server_moves = lru_cache(maxsize=4096)(_moves)


@dataclass(frozen=True, slots=True)
class ServerPhases:
    """Blocks of rates between the states of busy servers, for a stack of service laws of one number of phases."""

    initial: FloatArray
    subgenerator: FloatArray
    exits: FloatArray

    def _block(self, busy: int, kind: str, flat_rates: FloatArray, columns: int) -> FloatArray:
        phases = self.initial.shape[-1]
        rows = len(server_counts(busy, phases))
        block = np.zeros((len(flat_rates), rows * columns))
        moves = server_moves(busy, phases, kind)
        block[:, moves.entries] = flat_rates[:, moves.rates] * moves.servers
        return block.reshape(-1, rows, columns)

    def states(self, busy: int) -> int:
        """Return how many states `busy` servers have."""
        return len(server_counts(busy, self.initial.shape[-1]))

    def change(self, busy: int) -> FloatArray:
        """Return the rates of changes of phase, on the diagonal minus the rates of all events."""
        stack, phases = self.initial.shape
        block = self._block(busy, "change", self.subgenerator.reshape(stack, -1), self.states(busy))
        _diagonal(block)[...] = np.diagonal(self.subgenerator, axis1=1, axis2=2) @ server_counts(busy, phases).T
        return block

    def finish(self, busy: int) -> FloatArray:
        """Return the rates of ends of service, after which one server less is busy."""
        return self._block(busy, "finish", self.exits, self.states(busy - 1))

    def start(self, busy: int) -> FloatArray:
        """Return the probabilities of the states once one server more is busy."""
        return self._block(busy, "start", self.initial, self.states(busy + 1))


def _diagonal(block: FloatArray) -> Any:
    """Return a writable view of the diagonals of a stack."""
    return np.einsum("bii->bi", block)
