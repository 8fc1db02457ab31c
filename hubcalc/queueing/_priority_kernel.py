"""Waits of priority classes row by row, in machine code: the classes of a row stand one after the other.

A line of one element stands for all. Loads add up from the most urgent class down; a class that finds no room beside
those above it has a wait of inf.
"""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._erlang_kernel import delay_probability, inverse_loss

NODES, WEIGHTS = np.polynomial.legendre.leggauss(7)
_RARE = 0.1  # of the scale on which the queue grows
_LEAST_LOAD = 1e-100


@kernel("void(f8[::1], i8, b1, f8[::1], f8[::1], f8[::1])")
def one_server(
    wait: FloatArray, classes: int, interrupts: bool, arrivals: FloatArray, service: FloatArray, scv: FloatArray
) -> None:
    """Fill in the mean waits of M/G/1, in hours."""
    each_arrival, each_service, each_scv = int(arrivals.size > 1), int(service.size > 1), int(scv.size > 1)
    for first in range(0, wait.size, classes):
        # lambda E[S^2] / 2, of all classes or, with interruptions, of those down to this one
        residual, above = 0.0, 0.0
        if not interrupts:
            for i in range(first, first + classes):
                hours = service[i * each_service]
                load = arrivals[i * each_arrival] * hours
                # whom the server has no time for does not hold it up: only the share of time that each class gets
                residual += 0.5 * min(load, max(1.0 - above, 0.0)) * hours * (1.0 + scv[i * each_scv])
                above += load
        above = 0.0
        for i in range(first, first + classes):
            hours = service[i * each_service]
            load = arrivals[i * each_arrival] * hours
            spare_above, spare = 1.0 - above, 1.0 - (above + load)
            interrupted = 0.0
            if interrupts:
                residual += 0.5 * load * hours * (1.0 + scv[i * each_scv])
                interrupted = hours * above
            wait[i] = (interrupted + residual / spare) / spare_above if spare > 0.0 else np.inf
            above += load


@helper
def _row_load(arrivals: FloatArray, each: int, first: int, classes: int, hours: float) -> float:
    """Return the load of all classes of a row."""
    load = 0.0
    for i in range(first, first + classes):
        load += arrivals[i * each] * hours
    return load


@kernel("void(f8[::1], i8, f8[::1], f8[::1], f8[::1])")
def many_servers(
    wait: FloatArray, classes: int, arrivals: FloatArray, service: FloatArray, servers: FloatArray
) -> None:
    """Fill in the mean waits of M/M/c without interruptions, in hours; `service` and `servers` go by row."""
    each_arrival, each_service, each_server = int(arrivals.size > 1), int(service.size > 1), int(servers.size > 1)
    for first in range(0, wait.size, classes):
        row = first // classes
        hours, c = service[row * each_service], servers[row * each_server]
        load = _row_load(arrivals, each_arrival, first, classes, hours)
        residual = delay_probability(c, load, c - load) * hours * c
        spare_above, above = c, 0.0
        for i in range(first, first + classes):
            above += arrivals[i * each_arrival] * hours
            spare = c - above
            wait[i] = residual / (spare_above * spare) if spare > 0.0 else np.inf
            spare_above = spare


@helper
def _queue(c: float, load: float) -> float:
    """Return the mean queue of M/M/c for a load below c."""
    return delay_probability(c, load, c - load) * load / (c - load)


@helper
def _queue_slope(c: float, load: float) -> float:
    """Return the derivative of the mean queue by the load: L = c a B / ((c - a) (c - a + a B)), B'/B = c/a - 1 + B."""
    a = max(load, _LEAST_LOAD)
    spare = c - a
    loss = 1.0 / inverse_loss(c, a, spare)
    growth = spare / a + loss
    both = (1.0 - loss - a * loss * growth) / (spare + a * loss)
    return c * loss / (spare + a * loss) * a / spare * (growth + both + 1.0 / a + 1.0 / spare)


@helper
def _nested_wait(c: float, above: float, own: float, queue_above: float, queue_to: float) -> float:
    """Return the divided difference of the mean queue, in service times; for a rare class the mean of the slope."""
    to = above + own
    if own > 0.0 and own >= _RARE * min(c - to, max(above / c, own)):
        return (queue_to - queue_above) / own
    mean = 0.0
    for node in range(NODES.size):
        mean += 0.5 * WEIGHTS[node] * _queue_slope(c, above + 0.5 * (1.0 + NODES[node]) * own)
    return mean


@kernel("void(f8[::1], i8, f8[::1], f8[::1], f8[::1])")
def many_servers_interrupted(
    wait: FloatArray, classes: int, arrivals: FloatArray, service: FloatArray, servers: FloatArray
) -> None:
    """Fill in the mean waits of M/M/c with interruptions, in hours; `service` and `servers` go by row."""
    each_arrival, each_service, each_server = int(arrivals.size > 1), int(service.size > 1), int(servers.size > 1)
    for first in range(0, wait.size, classes):
        row = first // classes
        hours, c = service[row * each_service], servers[row * each_server]
        above, queue_above = 0.0, 0.0
        for i in range(first, first + classes):
            own = arrivals[i * each_arrival] * hours
            if above + own < c:
                queue_to = _queue(c, above + own)
                wait[i] = hours * _nested_wait(c, above, own, queue_above, queue_to)
                queue_above = queue_to
            else:
                wait[i] = np.inf
            above += own
