"""The inverse questions row by row, in machine code: fewest servers, least room, largest load.

Whole numbers are found by doubling and bisection. A load a below c is searched for as u = log(a / (c - a)), which gives
both a and c - a to full precision and in which the logarithm of each measure is nearly straight at both ends; the load
of a loss system, which has no bound, as u = log a. A line of one element stands for all rows.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._erlang_kernel import delay_probability, inverse_loss
from hubcalc.queueing._inverse import IntegerArray
from hubcalc.queueing._root_kernel import next_share

WAIT, TAIL, BLOCKING = 0, 1, 2  # mean wait; P(wait > time); share turned away
QUEUE, TAIL_BY_SERVICE = 3, 4  # mean queue; P(wait > time) where the flow is given and the service time is sought

_FURTHEST = 700.0  # of u: e^u and e^-u are finite
_PRECISION = 2.0**-52


@helper
def full_probability(inverse: float, c: float, load: float, places: float) -> float:
    """Return P(N = K) of M/M/c/K with K = c + places, given 1/B of M/M/c/c: r^m / (1/B + r + ... + r^m)."""
    if load <= 0.0:
        return 0.0
    x = abs(math.log1p((load - c) / c)) if abs(load - c) < 0.5 * c else abs(math.log(load / c))
    power = math.exp(-places * x)
    terms = math.expm1(-places * x) / math.expm1(-x) if x > 0.0 else places
    if load > c:  # numerator and denominator over r^m
        return 1.0 / (power * inverse + terms)
    return power / (inverse + math.exp(-x) * terms)


@helper
def _measure(kind: int, c: float, load: float, hours: float, extra: float) -> float:
    """Return what has a limit; `extra` is the time of a tail in hours, or the places to wait."""
    spare = c - load
    if kind == BLOCKING:
        return full_probability(inverse_loss(c, load, spare), c, load, extra)
    probability = delay_probability(c, load, spare)
    if spare <= 0.0:
        return np.inf if kind == WAIT else 1.0
    return probability * (hours / spare) if kind == WAIT else probability * math.exp(-extra / (hours / spare))


@kernel("void(i8[::1], i8, f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def fewest_servers(
    servers: IntegerArray,
    kind: int,
    load: FloatArray,
    service: FloatArray,
    limit: FloatArray,
    extra: FloatArray,
    first: FloatArray,
) -> None:
    """Fill in the least number of servers, from `first` on, whose measure is within the limit."""
    each_load, each_service, each_limit = int(load.size > 1), int(service.size > 1), int(limit.size > 1)
    each_extra, each_first = int(extra.size > 1), int(first.size > 1)
    for i in range(servers.size):
        a, hours, goal = load[i * each_load], service[i * each_service], limit[i * each_limit]
        more = extra[i * each_extra]
        high = first[i * each_first]
        # what is spare is of the order of the root of the load
        low, step = high - 1.0, max(1.0, math.floor(0.25 * math.sqrt(a)))
        while _measure(kind, high, a, hours, more) > goal:
            low, high, step = high, high + step, 2.0 * step
        while high - low > 1.0:
            middle = math.floor(0.5 * (low + high))
            if _measure(kind, middle, a, hours, more) > goal:
                low = middle
            else:
                high = middle
        servers[i] = int(high)


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1])")
def least_places(places: FloatArray, load: FloatArray, servers: FloatArray, limit: FloatArray) -> None:
    """Fill in the least number of places to wait with which no more are turned away; inf where none is enough."""
    each_load, each_server, each_limit = int(load.size > 1), int(servers.size > 1), int(limit.size > 1)
    for i in range(places.size):
        a, c, goal = load[i * each_load], servers[i * each_server], limit[i * each_limit]
        if a * (1.0 - goal) >= c:  # without end of the room, 1 - c/a is turned away
            places[i] = np.inf
            continue
        inverse = inverse_loss(c, a, c - a)
        low, high, step = -1.0, 0.0, 1.0
        while full_probability(inverse, c, a, high) > goal and high < 2.0**62:
            low, high, step = high, high + step, 2.0 * step
        while high - low > 1.0:
            middle = math.floor(0.5 * (low + high))
            if middle <= low or middle >= high:  # beyond 2^53 not every whole number is a float
                break
            if full_probability(inverse, c, a, middle) > goal:
                low = middle
            else:
                high = middle
        places[i] = high


@helper
def _load_at(kind: int, c: float, u: float) -> float:
    """Return the load that u stands for."""
    return math.exp(u) if kind == BLOCKING else c / (1.0 + math.exp(-u))


@helper
def _log_excess(kind: int, c: float, u: float, log_goal: float, extra: float) -> float:
    """Return log of measure over goal; for blocking the difference of log p / (1 - p)."""
    load = _load_at(kind, c, u)
    if kind == BLOCKING:
        full = full_probability(inverse_loss(c, load, c - load), c, load, extra)
        if full <= 0.0:
            return -1e3
        return math.log(full) - math.log1p(-full) - log_goal if full < 1.0 else 1e3
    spare = c / (1.0 + math.exp(u))
    probability = delay_probability(c, load, spare)
    if probability <= 0.0:
        return -1e3
    total = math.log(probability) - log_goal
    if kind == WAIT:
        return total - math.log(spare)
    if kind == QUEUE:
        return total + u  # load over spare is e^u
    return total - extra * (spare if kind == TAIL else math.exp(-u))


@helper
def _root(kind: int, c: float, log_goal: float, extra: float, x1: float, f1: float, x2: float, f2: float) -> float:
    """Return u between x1 and x2 where the excess changes its sign (Chandrupatla's method)."""
    x3, f3, t = x1, f1, 0.5
    while True:
        x = x1 + t * (x2 - x1)
        f = _log_excess(kind, c, x, log_goal, extra)
        if (f > 0.0) == (f1 > 0.0):
            x3, f3 = x1, f1
        else:
            x3, f3, x2, f2 = x2, f2, x1, f1
        x1, f1 = x, f
        nearest = x1 if abs(f1) < abs(f2) else x2
        tolerance = (2.0 * _PRECISION * abs(nearest) + _PRECISION) / abs(x2 - x1)
        if tolerance > 0.5 or f1 == 0.0:
            return nearest
        t = min(max(next_share(x1, f1, x2, f2, x3, f3), tolerance), 1.0 - tolerance)


@kernel("void(f8[::1], i8, f8[::1], f8[::1], f8[::1])")
def largest_load(load: FloatArray, kind: int, servers: FloatArray, limit: FloatArray, extra: FloatArray) -> None:
    """Fill in the largest load whose measure is within the limit; times are in service times, or as `extra` says."""
    each_server, each_limit, each_extra = int(servers.size > 1), int(limit.size > 1), int(extra.size > 1)
    for i in range(load.size):
        c, goal, more = servers[i * each_server], limit[i * each_limit], extra[i * each_extra]
        log_goal = math.log(goal) - (math.log1p(-goal) if kind == BLOCKING else 0.0)
        here = math.log(c) if kind == BLOCKING else 0.0
        f_here = _log_excess(kind, c, here, log_goal, more)
        step = -1.0 if f_here > 0.0 else 1.0
        there, f_there = here, f_here
        while (f_there > 0.0) == (f_here > 0.0) and abs(there) < _FURTHEST:
            here, f_here = there, f_there
            there = min(max(there + step, -_FURTHEST), _FURTHEST)
            f_there = _log_excess(kind, c, there, log_goal, more)
            step *= 2.0
        if (f_there > 0.0) != (f_here > 0.0):
            there = _root(kind, c, log_goal, more, here, f_here, there, f_there)
        load[i] = _load_at(kind, c, there)
