"""The mean waits of M/D/c and M/M/c from polynomials in the load, made when they are first needed.

With D = c (rho - 1 - log rho), both waits fall as exp(-D), and

    W exp(D) (c - a) for D < 1,   W exp(D) (c - a)^2 beyond,   a the load, W in service times,

are analytic in the load: there is no pole at c, and far below c hardly any change. The load is cut where D has the
values of `_CUTS`; in each part the coefficients fall by six or more from one to the next. The probability of a wait in
M/M/c is its mean wait times c - a. From D = 36 on all but the first term of Spitzer's sum is lost in rounding.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._crommelin_kernel import at_mean, mean_queue, poisson_decay, queue_by_roots, queue_by_spitzer
from hubcalc.queueing._elementary import decayed, logarithm
from hubcalc.queueing._erlang_kernel import delay_probability

MOST_SERVERS = 1_024.0
_CUTS = (1.0, 4.0, 12.0, 36.0, 120.0)  # of D
_PARTS = 6
_TERMS = 36  # of Spitzer's sum where D is 1 or more
_ONE_TERM_FROM = 36.0  # of D
_LEAST_LOAD = 1e-100  # below, nobody waits
_MIDDLE, _SCALE, _CONSTANT, _EXPONENTIAL, _END = 0, 1, 2, 22, 38  # columns; of coefficients, where they begin

WAIT_TABLES = np.zeros((_PARTS * (int(MOST_SERVERS) + 1), _END))
"""By number of servers and part: the middle of its loads, one over half its width, and coefficients; 0 until made."""


@helper(inline=True)
def place(load: float, servers: float) -> tuple[float, float]:
    """Return the factor of the polynomials, and their row, at one server a row that is never made."""
    rho = load / servers
    decay = max(servers * ((rho - 1.0) - logarithm(rho)), 0.0)
    part = 1.0 if decay >= _CUTS[0] else 0.0
    part += 1.0 if decay >= _CUTS[1] else 0.0
    part += 1.0 if decay >= _CUTS[2] else 0.0
    part += 1.0 if decay >= _CUTS[3] else 0.0
    part += 1.0 if decay >= _CUTS[4] else 0.0
    spare = servers - load
    held = servers if 1.0 <= servers <= MOST_SERVERS else 1.0
    return decayed(decay) / (spare if part == 0.0 else spare * spare), part + _PARTS * held


@helper(inline=True)
def _polynomial(tables: FloatArray, row: np.uint64, first: int, terms: int, x: float) -> float:
    """Return a polynomial of 4 n coefficients, as `horner` does."""
    square = x * x
    fourth = square * square
    c0 = c1 = c2 = c3 = 0.0
    for i in range(first + terms - 4, first - 1, -4):
        c0 = c0 * fourth + tables[row, i]
        c1 = c1 * fourth + tables[row, i + 1]
        c2 = c2 * fourth + tables[row, i + 2]
        c3 = c3 * fourth + tables[row, i + 3]
    return float((c0 + c1 * x) + square * (c2 + c3 * x))


@helper(inline=True)
def constant_wait(load: float, row: np.uint64, tables: FloatArray) -> float:
    """Return the mean wait of M/D/c in service times over the factor."""
    x = (load - tables[row, _MIDDLE]) * tables[row, _SCALE]
    return _polynomial(tables, row, _CONSTANT, _EXPONENTIAL - _CONSTANT, x)


@helper(inline=True)
def exponential_wait(load: float, row: np.uint64, tables: FloatArray) -> float:
    """Return the mean wait of M/M/c in service times over the factor."""
    x = (load - tables[row, _MIDDLE]) * tables[row, _SCALE]
    return _polynomial(tables, row, _EXPONENTIAL, _END - _EXPONENTIAL, x)


@helper
def _load_at(decay: float, servers: float) -> float:
    """Return the load below c at which D has a value, by Newton's method from above, where D is convex."""
    load = servers
    load -= min(math.sqrt(2.0 * decay * servers), 0.5 * servers)
    for _ in range(200):
        step = (poisson_decay(load, servers) - decay) / (1.0 - servers / load)
        load = max(load - step, 0.5 * load)
        if abs(step) <= 1e-15 * load:
            break
    return load


@helper
def _leveled(load: float, servers: float, part: int) -> tuple[float, float]:
    """Return the mean waits of M/D/c and M/M/c over the factor."""
    decay, spare = poisson_decay(load, servers), servers - load
    if decay >= _ONE_TERM_FROM:
        queue = queue_by_spitzer(load, servers, 1.0, 1)[0]
        chance = at_mean(servers) * servers / spare
    else:
        if part == 0:
            queue = queue_by_roots(load, int(servers))
        else:  # roots would leave a difference of nearly equal numbers
            queue = queue_by_spitzer(load, servers, math.exp(-decay), _TERMS)[0]
        queue *= math.exp(decay)
        chance = delay_probability(servers, load, spare) * math.exp(decay)
    power = 1.0 if part == 0 else spare
    return queue / load * spare * power, chance * power


@helper
def _fit(values: FloatArray, coefficients: FloatArray) -> None:
    """Set the coefficients, in powers of x, of the polynomial with these values at Chebyshev's nodes.

    In powers of x no digits are lost, since the coefficients of Chebyshev's polynomials fall faster than 2^-n.
    """
    size, terms = values.size, coefficients.size
    coefficients[:] = 0.0
    one, two = np.zeros(terms), np.zeros(terms)  # the powers in T_n and T_(n-1)
    one[0] = 1.0
    for n in range(terms):
        term, double = 0.0, 1.0 if n == 0 else 2.0
        for j in range(size):
            term += values[j] * math.cos(n * math.pi * (j + 0.5) / size)
        for k in range(terms - 1, -1, -1):
            coefficients[k] += one[k] * term * double / size
            following = (double * one[k - 1] if k > 0 else 0.0) - two[k]
            two[k], one[k] = one[k], following


@helper
def _tabulate(servers: float, table: FloatArray) -> None:
    """Set the rows of a number of servers."""
    size = _EXPONENTIAL - _CONSTANT  # nodes, as many as terms or more
    constant, exponential = np.empty(size), np.empty(size)
    most = servers
    for part in range(_PARTS):
        least = _load_at(_CUTS[part], servers) if part < _PARTS - 1 else 0.0
        for j in range(size):
            load = least + (most - least) * 0.5 * (1.0 + math.cos(math.pi * (j + 0.5) / size))
            constant[j], exponential[j] = _leveled(load, servers, part)
        _fit(constant, table[part, _CONSTANT:_EXPONENTIAL])
        _fit(exponential, table[part, _EXPONENTIAL:])
        table[part, _MIDDLE], table[part, _SCALE] = 0.5 * (least + most), 2.0 / (most - least)
        most = least


@kernel("void(f8[::1], f8[:, ::1])")
def make_tables(servers: FloatArray, tables: FloatArray) -> None:
    """Make the rows of all numbers of servers that need them and have none."""
    made = np.empty((_PARTS, _END))
    for i in range(servers.size):
        if 1.0 < servers[i] <= MOST_SERVERS:
            first = _PARTS * int(servers[i])
            if tables[first + _PARTS - 1, _SCALE] == 0.0:
                _tabulate(servers[i], made)
                for part in range(_PARTS):
                    for k in range(_END):
                        if k != _SCALE:
                            tables[first + part, k] = made[part, k]
                for part in range(_PARTS):
                    tables[first + part, _SCALE] = made[part, _SCALE]  # last, since it says that a row is there


@helper
def place_all(
    rates: FloatArray, hours: FloatArray, servers: FloatArray, loads: FloatArray, factors: FloatArray, rows: FloatArray
) -> None:
    """Set the loads of a tile, and their places in the tables."""
    for j in range(loads.size):
        loads[j] = rates[j] * hours[j]
    for j in range(loads.size):
        factors[j], rows[j] = place(loads[j], servers[j])


@helper
def poisson_waits(
    loads: FloatArray,
    servers: FloatArray,
    scvs: FloatArray,
    factors: FloatArray,
    rows: FloatArray,
    tables: FloatArray,
    waits: FloatArray,
) -> bool:
    """Set the mean waits of M/G/c on the line from M/D/c to M/M/c, in service times; return whether tables are there.

    At one server, and where the load is c or more, what is set has no meaning.
    """
    made = True
    for j in range(waits.size):
        load, c = loads[j], servers[j]
        row = np.uint64(np.int64(rows[j]))
        made &= (tables[row, _SCALE] != 0.0) | (c == 1.0) | (c > MOST_SERVERS)
        constant, exponential = constant_wait(load, row, tables), exponential_wait(load, row, tables)
        waits[j] = factors[j] * (constant + scvs[j] * (exponential - constant))
        if MOST_SERVERS < c > load:
            constant = mean_queue(load, c) / load if load >= _LEAST_LOAD else 0.0
            exponential = delay_probability(c, load, c - load) / (c - load)
            waits[j] = constant + scvs[j] * (exponential - constant)
    return made


@helper
def exponential_chances(
    loads: FloatArray,
    servers: FloatArray,
    factors: FloatArray,
    rows: FloatArray,
    tables: FloatArray,
    chances: FloatArray,
) -> bool:
    """Set the probability of a wait in M/M/c likewise."""
    made = True
    for j in range(chances.size):
        load, c = loads[j], servers[j]
        row = np.uint64(np.int64(rows[j]))
        made &= (tables[row, _SCALE] != 0.0) | (c == 1.0) | (c > MOST_SERVERS)
        chances[j] = min((c - load) * factors[j] * exponential_wait(load, row, tables), 1.0)
        if c > MOST_SERVERS:
            chances[j] = delay_probability(c, load, c - load)
    return made


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[:, ::1])")
def mean_queues(loads: FloatArray, servers: FloatArray, means: FloatArray, tables: FloatArray) -> bool:
    """Set E[Q] of M/D/c; inf where unstable. Return whether all tables are there."""
    made = True
    for i in range(loads.size):
        load, c = loads[i], servers[i]
        if load >= c:
            means[i] = np.inf
        elif load == 0.0:
            means[i] = 0.0
        elif c == 1.0:
            means[i] = 0.5 * load * load / (c - load)
        elif c > MOST_SERVERS:
            means[i] = mean_queue(load, c)
        else:
            factor, index = place(load, c)
            row = np.uint64(np.int64(index))
            made &= tables[row, _SCALE] != 0.0
            means[i] = load * factor * constant_wait(load, row, tables)
    return made
