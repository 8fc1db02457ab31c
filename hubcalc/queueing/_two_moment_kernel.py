"""GI/G/c from two moments, tile by tile in machine code: the mean wait, its variance, and the chance of a wait.

A column of one element stands for all rows. The loops over a tile have neither branches nor calls, apart from those
that look into tables, so that they become vector instructions. Equations of [1]_ unless said otherwise.

References
----------
.. [1] W. Whitt (1993), "Approximations for the GI/G/m queue", Production and Operations Management 2(2), 114-161,
   doi:10.1111/j.1937-5956.1993.tb00094.x.
.. [2] W. Whitt (1983), "The queueing network analyzer", Bell System Technical Journal 62(9), 2779-2815,
   doi:10.1002/j.1538-7305.1983.tb03204.x.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._elementary import decayed, logarithm
from hubcalc.queueing._erlang_kernel import leveled_erfc
from hubcalc.queueing._tiles import TILE, piece, spread
from hubcalc.queueing._wait_tables import exponential_chances, place_all, poisson_waits

_LEAST_UTILIZATION = 1e-3  # below, the corrections are held
_LEAST_WAIT = 1e-100  # whose square would vanish; nobody waits
_FEW_SERVERS = 6.0
_MOST_ROOM = 30.0  # of (1 - rho) sqrt(c): beyond, nobody waits
_ROOT_TWO = math.sqrt(2.0)


@helper
def are_queues(
    rates: FloatArray, arrivals: FloatArray, hours: FloatArray, scvs: FloatArray, servers: FloatArray
) -> bool:
    """Return whether arguments of GI/G/c are in range; NaN never is."""
    sound = True
    for j in range(rates.size):
        rate, arrival, mean, scv, c = rates[j], arrivals[j], hours[j], scvs[j], servers[j]
        sound &= (rate >= 0.0) & (rate < math.inf) & (arrival >= 0.0) & (arrival < math.inf)
        sound &= (mean > 0.0) & (mean < math.inf) & (scv >= 0.0) & (scv < math.inf)
        sound &= (c >= 1.0) & (c < math.inf) & (c == np.floor(c))
    return sound


@helper(inline=True)
def _whitt_factor(arrival: float, service: float, c: float, load: float) -> float:
    """Return the wait of GI/G/c over that of M/G/c (section 2), for a utilization between 0 and 1."""
    inverse = c / max(load, _LEAST_UTILIZATION * c)
    gamma = min(0.24, (inverse - 1.0) * (c - 1.0) * (math.sqrt(4.0 + 5.0 * c) - 2.0) / (16.0 * c))
    phi_1 = 1.0 + gamma  # for M/D/c, over half the wait of M/M/c; phi_3 likewise for D/M/c
    phi_3 = (1.0 - 4.0 * gamma) * decayed(2.0 / 3.0 * max(inverse - 1.0, 0.0))
    fall = -logarithm(min(1.0, (phi_1 + phi_3) / 2.0))  # from 1 to phi_4
    psi = decayed(fall * max(2.0 - arrival - service, 0.0))
    poisson_psi = decayed(fall * max(1.0 - service, 0.0))
    above = 4.0 * arrival - 3.0 * service
    if arrival >= service:
        given = (4.0 * (arrival - service) * phi_1 + service * psi) / (above if above > 0.0 else 1.0)
        given *= 0.5 * (arrival + service)
    else:
        given = 0.25 * ((service - arrival) * phi_3 + (service + 3.0 * arrival) * psi)
    if service <= 1.0:
        poisson = (
            (4.0 * (1.0 - service) * phi_1 + service * poisson_psi) / (4.0 - 3.0 * service) * 0.5 * (1.0 + service)
        )
    else:
        poisson = 0.25 * ((service - 1.0) * phi_3 + (service + 3.0) * poisson_psi)
    return given / poisson


@helper
def _set_means(
    waits: FloatArray,
    poisson: FloatArray,
    loads: FloatArray,
    arrivals: FloatArray,
    hours: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
) -> None:
    """Set the mean wait of GI/G/c from that of M/G/c in service times."""
    for j in range(waits.size):
        load, c, arrival, scv = loads[j], servers[j], arrivals[j], scvs[j]
        one = 0.5 * load * (1.0 + scv) / (1.0 - load)
        wait = one if c == 1.0 else max(poisson[j], 0.0)
        factor = _whitt_factor(arrival, scv, c, load)
        wait *= 1.0 if arrival == 1.0 else factor
        waits[j] = hours[j] * wait if load < c else math.inf


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[:, ::1])")
def wait_means(
    waits: FloatArray,
    arrivals: FloatArray,
    arrival_scvs: FloatArray,
    services: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
    tables: FloatArray,
) -> bool:
    """Set the mean wait of GI/G/c; inf where utilization is 1 or more.

    Return whether all arguments are in range and all tables are there.
    """
    lines = np.empty((9, TILE))
    for k, column in enumerate((arrivals, arrival_scvs, services, scvs, servers)):
        spread(column, lines[k])
    sound = True
    for start in range(0, waits.size, TILE):
        size = min(TILE, waits.size - start)
        rates, arrival = piece(arrivals, lines[0], start, size), piece(arrival_scvs, lines[1], start, size)
        hours, scv = piece(services, lines[2], start, size), piece(scvs, lines[3], start, size)
        c, loads, factors = piece(servers, lines[4], start, size), lines[5, :size], lines[6, :size]
        rows, poisson = lines[7, :size], lines[8, :size]
        if not are_queues(rates, arrival, hours, scv, c):
            sound = False
            continue
        place_all(rates, hours, c, loads, factors, rows)
        sound &= poisson_waits(loads, c, scv, factors, rows, tables, poisson)
        _set_means(waits[start : start + size], poisson, loads, arrival, hours, scv, c)
    return sound


@helper(inline=True)
def _one_server_probability(arrival: float, service: float, rho: float) -> float:
    """Return the probability of a wait at one server ([2]_, equations 48 to 50)."""
    both = rho * rho * (4.0 * arrival + service)
    smooth = (1.0 + arrival + rho * service) / (1.0 + rho * (service - 1.0) + both)
    part = smooth if arrival <= 1.0 else 4.0 * rho / (arrival + both + 1e-300)
    return rho + (arrival - 1.0) * rho * (1.0 - rho) * part


@helper(inline=True)
def _normal_ratio(x: float, y: float) -> float:
    """Return erfc(x) / erfc(y) for 0 <= x and 0 <= y < 22."""
    scaled = leveled_erfc(x) * (1.0 + 2.0 * y) / (leveled_erfc(y) * (1.0 + 2.0 * x))
    return decayed(x * x - y * y) * scaled


@helper(inline=True)
def _many_servers_probability(arrival: float, service: float, c: float, rho: float, exponential: float) -> float:
    """Return the probability of a wait at many servers (equations 3.5 to 3.9)."""
    room = (1.0 - rho) * math.sqrt(c)
    y = min(room, _MOST_ROOM) / _ROOT_TWO
    beyond = max(arrival + service, 1e-12)
    pi_4 = min(1.0, _normal_ratio(y * ((1.0 + service) / beyond), y) * exponential)
    pi_5 = min(1.0, _normal_ratio(y * (2.0 / (1.0 + arrival)), y) * exponential)
    return rho * rho * pi_4 + (1.0 - rho * rho) * pi_5 if room < _MOST_ROOM else 0.0


@helper
def _set_probabilities(
    chances: FloatArray,
    exponential: FloatArray,
    loads: FloatArray,
    arrivals: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
) -> bool:
    """Set the probability of a wait in GI/G/c from that of M/M/c; return whether there are regular arrivals at many."""
    regular = False
    for j in range(chances.size):
        load, c, arrival, scv = loads[j], servers[j], arrivals[j], scvs[j]
        rho = max(load / c, _LEAST_UTILIZATION)
        # linear in the utilization near 0
        one = _one_server_probability(arrival, scv, rho) * min(load / _LEAST_UTILIZATION, 1.0)
        many = _many_servers_probability(arrival, scv, c, rho, exponential[j])
        chance = one if c == 1.0 else exponential[j] if arrival == 1.0 else many
        chance = 0.0 if (load == 0.0) | (arrival + scv == 0.0) else min(max(chance, 0.0), 1.0)
        chances[j] = 1.0 if load / c >= 1.0 else chance
        regular |= (c > _FEW_SERVERS) & (arrival < 1.0)
    return regular


@helper
def _set_regular(
    chances: FloatArray, loads: FloatArray, arrivals: FloatArray, scvs: FloatArray, servers: FloatArray
) -> None:
    """Bring the probability of a wait nearer to the normal law for regular arrivals at many (equations 3.10, 3.11)."""
    for j in range(chances.size):
        load, c, arrival, scv = loads[j], servers[j], arrivals[j], scvs[j]
        rho = max(load / c, _LEAST_UTILIZATION)
        z = max(arrival + scv, 1e-12) / (1.0 + scv)
        gamma = (c - c * rho - 0.5) / math.sqrt(c * rho * z)
        y = max(gamma, 0.0) / _ROOT_TWO
        normal = 0.5 * decayed(y * y) * leveled_erfc(y) / (1.0 + 2.0 * y)
        share = min(max(2.0 * (1.0 - arrival) * (gamma - 0.5), 0.0), 1.0)
        share = 1.0 if gamma >= 1.0 else share
        share = share if (c > _FEW_SERVERS) & (gamma > 0.5) & (arrival < 1.0) & (load > 0.0) else 0.0
        chances[j] = share * (arrival * chances[j] + (1.0 - arrival) * normal) + (1.0 - share) * chances[j]


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[:, ::1])")
def wait_probabilities(
    chances: FloatArray,
    arrivals: FloatArray,
    arrival_scvs: FloatArray,
    services: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
    tables: FloatArray,
) -> bool:
    """Set the probability of a wait in GI/G/c; 1 where utilization is 1 or more.

    Return whether all arguments are in range and all tables are there.
    """
    lines = np.empty((9, TILE))
    for k, column in enumerate((arrivals, arrival_scvs, services, scvs, servers)):
        spread(column, lines[k])
    sound = True
    for start in range(0, chances.size, TILE):
        size = min(TILE, chances.size - start)
        rates, arrival = piece(arrivals, lines[0], start, size), piece(arrival_scvs, lines[1], start, size)
        hours, scv = piece(services, lines[2], start, size), piece(scvs, lines[3], start, size)
        c, loads, factors = piece(servers, lines[4], start, size), lines[5, :size], lines[6, :size]
        rows, exponential = lines[7, :size], lines[8, :size]
        if not are_queues(rates, arrival, hours, scv, c):
            sound = False
            continue
        place_all(rates, hours, c, loads, factors, rows)
        sound &= exponential_chances(loads, c, factors, rows, tables, exponential)
        found = chances[start : start + size]
        if _set_probabilities(found, exponential, loads, arrival, scv, c):
            _set_regular(found, loads, arrival, scv, c)
    return sound


@helper
def _set_ratios(
    ratios: FloatArray,
    exponential: FloatArray,
    rates: FloatArray,
    hours: FloatArray,
    scvs: FloatArray,
    thirds: FloatArray,
    servers: FloatArray,
) -> None:
    """Set E[W^2] / E[W]^2 of M/G/1 at one server, of M/M/c at several; 0 where nobody waits, or endlessly."""
    for j in range(ratios.size):
        rate, c, chance = rates[j], servers[j], exponential[j]
        load = rate * hours[j]
        mean = load * hours[j] * (1.0 + scvs[j]) / (2.0 * (1.0 - load))  # Pollaczek, Khinchine and Takacs
        one = 2.0 + rate * thirds[j] / (3.0 * (1.0 - load)) / (mean * mean)
        # a wait that is exponential with the probability C, else none, has the ratio 2 / C
        mean = mean if c == 1.0 else chance * hours[j] / (c - load)
        ratio = one if c == 1.0 else 2.0 / chance
        ratios[j] = ratio if (load < c) & (mean > _LEAST_WAIT) else 0.0


@helper
def _set_variances(variances: FloatArray, means: FloatArray, seconds: FloatArray, ratios: FloatArray) -> None:
    """Set the variance of a wait from its ratio E[W^2] / E[W]^2, or by its second moment where that is known."""
    for j in range(variances.size):
        mean, second = means[j], seconds[j]
        known = second / (mean * mean) if mean > _LEAST_WAIT else 0.0
        ratio = known if abs(second) < math.inf else ratios[j]
        variances[j] = mean * mean * max(ratio - 1.0, 0.0) if mean < math.inf else math.inf


@helper
def _are_moments(means: FloatArray, thirds: FloatArray) -> bool:
    """Return whether means, which may be endless, and third moments are in range; NaN never is."""
    sound = True
    for j in range(means.size):
        sound &= (means[j] >= 0.0) & (thirds[j] >= 0.0) & (thirds[j] < math.inf)
    return sound


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[:, ::1])")
def wait_variances(
    variances: FloatArray,
    means: FloatArray,
    arrivals: FloatArray,
    services: FloatArray,
    scvs: FloatArray,
    thirds: FloatArray,
    servers: FloatArray,
    seconds: FloatArray,
    tables: FloatArray,
) -> bool:
    """Set the variance of a wait, scaled from that of M/G/1 or M/M/c, or by its second moment where that is known.

    Return whether all arguments are in range and all tables are there.
    """
    lines = np.empty((12, TILE))
    for k, column in enumerate((means, arrivals, services, scvs, thirds, servers, seconds)):
        spread(column, lines[k])
    sound = True
    for start in range(0, variances.size, TILE):
        size = min(TILE, variances.size - start)
        mean, rates = piece(means, lines[0], start, size), piece(arrivals, lines[1], start, size)
        hours, scv = piece(services, lines[2], start, size), piece(scvs, lines[3], start, size)
        third, c = piece(thirds, lines[4], start, size), piece(servers, lines[5], start, size)
        second = piece(seconds, lines[6], start, size)
        loads, factors, rows = lines[7, :size], lines[8, :size], lines[9, :size]
        exponential, ratios = lines[10, :size], lines[11, :size]
        if not (are_queues(rates, scv, hours, scv, c) and _are_moments(mean, third)):
            sound = False
            continue
        place_all(rates, hours, c, loads, factors, rows)
        sound &= exponential_chances(loads, c, factors, rows, tables, exponential)
        _set_ratios(ratios, exponential, rates, hours, scv, third, c)
        _set_variances(variances[start : start + size], mean, second, ratios)
    return sound


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def departure_scvs(
    departures: FloatArray, arrival_scvs: FloatArray, scvs: FloatArray, utilizations: FloatArray, servers: FloatArray
) -> bool:
    """Set the scv of the intervals between departures ([2]_, section 4). Return whether all arguments are in range."""
    lines = np.empty((4, TILE))
    for k, column in enumerate((arrival_scvs, scvs, utilizations, servers)):
        spread(column, lines[k])
    sound = True
    for start in range(0, departures.size, TILE):
        size = min(TILE, departures.size - start)
        arrival, scv = piece(arrival_scvs, lines[0], start, size), piece(scvs, lines[1], start, size)
        rho, c = piece(utilizations, lines[2], start, size), piece(servers, lines[3], start, size)
        sound &= _set_departures(departures[start : start + size], arrival, scv, rho, c)
    return sound


@helper
def _set_departures(
    departures: FloatArray, arrivals: FloatArray, scvs: FloatArray, utilizations: FloatArray, servers: FloatArray
) -> bool:
    """Set the scv of the intervals between departures; return whether all is in range."""
    sound = True
    for j in range(departures.size):
        arrival, scv, rho, c = arrivals[j], scvs[j], utilizations[j], servers[j]
        sound &= (rho >= 0.0) & (rho <= 1.0) & (arrival >= 0.0) & (arrival < math.inf)
        sound &= (scv >= 0.0) & (scv < math.inf) & (c >= 1.0) & (c < math.inf) & (c == np.floor(c))
        busy = rho * rho
        departures[j] = 1.0 + (1.0 - busy) * (arrival - 1.0) + busy / math.sqrt(c) * (max(scv, 0.2) - 1.0)
    return sound
