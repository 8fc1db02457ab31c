"""Tables of the moves between states of busy servers, as the compiled solver of phase-type queues takes them."""

from functools import lru_cache
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.queueing._phase_kernel import solve_queues
from hubcalc.queueing._phase_modes import find_modes
from hubcalc.queueing._server_phases import server_counts, server_moves

MOST_SERVER_STATES = 64
"""Most states of the busy servers, for each arrival phase after the first, to go by modes and not cyclic reduction."""
_KINDS = ("change", "finish", "start")


@lru_cache(maxsize=256)
def _tables(servers: int, phases: int) -> tuple[Any, ...]:
    """Return sizes of levels, ends of lists of moves, places, indexes of rates, servers that share, counts and ways."""
    sizes = [len(server_counts(busy, phases)) for busy in range(servers + 1)]
    first = {"change": 0, "finish": phases**2, "start": phases**2 + phases}
    step = {"change": 0, "finish": -1, "start": 1}
    ends, places, index, shared = [0], [], [], []
    for kind in _KINDS:
        for busy in range(servers + 1):
            if 0 <= busy + step[kind] <= servers:
                moves = server_moves(busy, phases, kind)
                places.append(np.stack(np.divmod(moves.entries, sizes[busy + step[kind]]), axis=1))
                index.append(moves.rates + first[kind])
                shared.append(moves.servers)
                ends.append(ends[-1] + len(moves.entries))
            else:
                ends.append(ends[-1])
    counts = server_counts(servers, phases)
    ways = [np.prod([float(comb(sum(row[: k + 1]), row[k])) for k in range(phases)]) for row in counts.tolist()]
    return (
        np.array(sizes, dtype=np.int64),
        np.array(ends[1:], dtype=np.int64),
        np.concatenate(places).astype(np.int64),
        np.concatenate(index).astype(np.int64),
        np.concatenate(shared),
        np.ascontiguousarray(counts, dtype=np.int64),
        np.array(ways),
    )


def solve_stack(
    laws: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    stable: NDArray[np.bool_],
    servers: int,
    with_law: bool,
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
    """Solve queues of one shape, from initial vectors and subgenerators of intervals and services.

    Return P(W > 0), E[W], E[W^2] and the mean number waiting as columns, those without a steady state included; rows
    and generators of the tail of the wait where `with_law`; and which queues are solved.
    """
    count, phases = laws[2].shape
    most = comb(servers + phases - 1, phases - 1)
    kept = count if with_law else 0
    answers = np.repeat([[1.0, np.inf, np.inf, np.inf]], count, axis=0)
    rows, tails = np.zeros((kept, most)), np.repeat(-np.eye(most)[None], kept, axis=0)
    solved = stable.copy()
    if most > MOST_SERVER_STATES * max(laws[0].shape[1] - 1, 1):
        return answers, rows, tails, np.zeros_like(solved)
    sizes, ends, places, index, shared, counts, ways = _tables(servers, phases)
    means, modes = np.empty((count, 2)), np.empty((count, most))
    thetas = np.empty((count, most if phases <= 2 else 1))
    start, between, initial, within = (np.array(law, order="C") for law in laws)
    columns = (start, between, initial, within)
    find_modes(*columns, servers, counts, ways, means, thetas, modes, solved)
    solve_queues(*columns, sizes, ends, places, index, shared, means, thetas, modes, answers, rows, tails, solved)
    return answers, rows, tails, solved
