"""The interval between departures: its second moment from the states that departures leave behind."""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.queueing._arrival_process import Arrivals
from hubcalc.queueing._phase_queue import PhaseQueueState, stationary
from hubcalc.queueing._server_phases import ServerPhases


def departure_moments(
    arrivals: Arrivals, service: ServerPhases, state: PhaseQueueState
) -> tuple[FloatArray, FloatArray]:
    """Return first and second moment of the interval between departures, in hours and hours squared.

    With n < c busy, the next departure comes before or after the next arrival; with c busy, arrivals do not matter.
    """
    servers = len(state.levels) - 1
    left = _left_behind(arrivals, service, state)
    one: FloatArray = np.ones((*state.unfinished.shape[:2], 1))
    first = np.asarray(np.linalg.solve(-state.unfinished, one))
    second = np.asarray(np.linalg.solve(-state.unfinished, 2.0 * first))
    sums = [(left[servers][:, None] @ moment)[:, 0, 0] for moment in (first, second)]
    for busy in range(servers - 1, -1, -1):
        within = -arrivals.local(service.change(busy))
        start = service.start(busy)
        after = [arrivals.rows(start @ moment) for moment in (first, second)]
        long = np.asarray(np.linalg.solve(within, 1.0 + after[0]))
        square = np.asarray(np.linalg.solve(within, 2.0 * long + after[1]))
        sums = [
            total + (left[busy][:, None] @ moment)[:, 0, 0] for total, moment in zip(sums, (long, square), strict=True)
        ]
        first, second = arrivals.begun(long), arrivals.begun(square)
    rate = sum((row.sum(axis=1) for row in left), start=np.zeros(len(one)))
    return sums[0] / rate, sums[1] / rate


def restless_departure_moments(state: PhaseQueueState) -> tuple[FloatArray, FloatArray]:
    """Return the two moments for servers that never rest."""
    left = stationary(state.unfinished + state.finished)[:, None] @ state.finished
    first = np.linalg.solve(-state.unfinished, np.ones((*state.unfinished.shape[:2], 1)))
    second = np.linalg.solve(-state.unfinished, 2.0 * first)
    rate = left.sum(axis=(1, 2))
    return (left @ first)[:, 0, 0] / rate, (left @ second)[:, 0, 0] / rate


def _left_behind(arrivals: Arrivals, service: ServerPhases, state: PhaseQueueState) -> list[FloatArray]:
    """Return the rates at which departures leave each state of levels 0 to c - 1, and of the servers at c and above."""
    left = []
    for busy, row in enumerate(state.levels[1:], start=1):
        shaped = row.reshape(len(row), arrivals.working.size, -1)
        left.append((shaped @ service.finish(busy)).reshape(len(row), -1))
    above = state.waiting_sum(1)[:, None] @ state.after
    by_servers = above.reshape(len(above), arrivals.working.size, -1).sum(axis=1)
    return [*left, (by_servers[:, None] @ state.finished)[:, 0]]
