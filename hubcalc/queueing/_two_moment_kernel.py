"""GI/G/c from two moments, point by point in machine code: the mean wait, its variance, and the chance of a wait.

A column of one element stands for all rows. Equations of [1]_ unless said otherwise.

References
----------
.. [1] W. Whitt (1993), "Approximations for the GI/G/m queue", Production and Operations Management 2(2), 114-161,
   doi:10.1111/j.1937-5956.1993.tb00094.x.
.. [2] W. Whitt (1983), "The queueing network analyzer", Bell System Technical Journal 62(9), 2779-2815,
   doi:10.1002/j.1538-7305.1983.tb03204.x.
"""

import math

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._crommelin_kernel import mean_queue
from hubcalc.queueing._erlang_kernel import delay_probability

_LEAST_UTILIZATION = 1e-3  # below, the corrections are held
_LEAST_LOAD = 1e-100  # whose square would vanish; nobody waits
_ROOT_TWO = math.sqrt(2.0)


@helper
def is_whole(servers: float) -> bool:
    """Return whether it is a whole number of servers."""
    return 1.0 <= servers < math.inf and servers == math.floor(servers)


@helper
def is_queue(rate: float, arrival: float, hours: float, scv: float, servers: float) -> bool:
    """Return whether arguments of GI/G/c are in range; NaN never is."""
    arrivals = 0.0 <= rate < math.inf and 0.0 <= arrival < math.inf
    return arrivals and 0.0 < hours < math.inf and 0.0 <= scv < math.inf and is_whole(servers)


@helper
def poisson_wait(load: float, scv: float, servers: float, tables: FloatArray) -> float:
    """Return the mean wait of M/G/c on the line from M/D/c to M/M/c, in service times, for a load below c."""
    constant = mean_queue(load, servers, tables) / load if load >= _LEAST_LOAD else 0.0
    exponential = delay_probability(servers, load, servers - load) / (servers - load)
    return max(constant + scv * (exponential - constant), 0.0)


@helper
def whitt_factors(arrival: float, service: float, servers: float, utilization: float) -> float:
    """Return the wait of GI/G/c over that of M/G/c (section 2), for 0 < utilization < 1."""
    spread = (math.sqrt(4.0 + 5.0 * servers) - 2.0) / (16.0 * servers * utilization)
    gamma = min(0.24, (1.0 - utilization) * (servers - 1.0) * spread)
    phi_1 = 1.0 + gamma  # for M/D/c, over half the wait of M/M/c; phi_3 likewise for D/M/c
    phi_3 = (1.0 - 4.0 * gamma) * math.exp(-2.0 * (1.0 - utilization) / (3.0 * utilization))
    log_phi_4 = math.log(min(1.0, (phi_1 + phi_3) / 2.0))
    given = _whitt_factor(arrival, service, phi_1, phi_3, log_phi_4)
    return given / _whitt_factor(1.0, service, phi_1, phi_3, log_phi_4)


@helper
def _whitt_factor(arrival: float, service: float, phi_1: float, phi_3: float, log_phi_4: float) -> float:
    """Return the wait of GI/G/c over that of M/M/c."""
    middle = (arrival + service) / 2.0
    psi = math.exp(log_phi_4 * (2.0 * max(1.0 - middle, 0.0)))
    if arrival >= service:
        above = 4.0 * arrival - 3.0 * service
        return (4.0 * (arrival - service) * phi_1 + service * psi) / (above if above > 0.0 else 1.0) * middle
    below = 2.0 * (arrival + service)
    return ((service - arrival) * phi_3 + (service + 3.0 * arrival) * psi) / below * middle


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[:, :, ::1])")
def wait_means(
    waits: FloatArray,
    arrivals: FloatArray,
    arrival_scvs: FloatArray,
    services: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
    tables: FloatArray,
) -> bool:
    """Set the mean wait of GI/G/c; inf where utilization is 1 or more. Return whether all arguments are in range."""
    each_a, each_v, each_h = int(arrivals.size > 1), int(arrival_scvs.size > 1), int(services.size > 1)
    each_s, each_c = int(scvs.size > 1), int(servers.size > 1)
    sound = True
    for i in range(waits.size):
        rate, hours, c = arrivals[i * each_a], services[i * each_h], servers[i * each_c]
        arrival, scv, load = arrival_scvs[i * each_v], scvs[i * each_s], rate * hours
        if not is_queue(rate, arrival, hours, scv, c):
            sound = False
            continue
        if load >= c:
            waits[i] = math.inf
            continue
        wait = hours * poisson_wait(load, scv, c, tables)
        if arrival != 1.0 and wait > 0.0:
            wait *= whitt_factors(arrival, scv, c, max(load / c, _LEAST_UTILIZATION))
        waits[i] = wait
    return sound


@helper
def one_server_probability(arrival: float, service: float, rho: float) -> float:
    """Return the probability of a wait at one server ([2]_, equations 48 to 50)."""
    both = rho * rho * (4.0 * arrival + service)
    if arrival <= 1.0:
        part = (1.0 + arrival + rho * service) / (1.0 + rho * (service - 1.0) + both)
    else:
        part = 4.0 * rho / (arrival + both + 1e-300)
    return rho + (arrival - 1.0) * rho * (1.0 - rho) * part


@helper
def normal_below(x: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-x / _ROOT_TWO)


@helper
def many_servers_probability(arrival: float, service: float, c: float, rho: float, exponential: float) -> float:
    """Return the probability of a wait at many servers (equations 3.5 to 3.11)."""
    room = (1.0 - rho) * math.sqrt(c)
    z = max(arrival + service, 1e-12) / (1.0 + service)
    gamma = (c - c * rho - 0.5) / math.sqrt(c * rho * z)
    per_room = exponential / max(normal_below(-room), 1e-300) if room < 30.0 else 0.0
    pi_4 = min(1.0, normal_below(-room / z) * per_room)
    pi_5 = min(1.0, normal_below(-2.0 * room / (1.0 + arrival)) * per_room)
    pi_1 = rho * rho * pi_4 + (1.0 - rho * rho) * pi_5
    if c <= 6.0 or gamma <= 0.5 or arrival >= 1.0:
        return pi_1
    pi_2 = arrival * pi_1 + (1.0 - arrival) * normal_below(-gamma)
    if gamma >= 1.0:
        return pi_2
    share = min(max(2.0 * (1.0 - arrival) * (gamma - 0.5), 0.0), 1.0)
    return share * pi_2 + (1.0 - share) * pi_1


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def wait_probabilities(
    chances: FloatArray,
    arrivals: FloatArray,
    arrival_scvs: FloatArray,
    services: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
) -> bool:
    """Set the probability of a wait in GI/G/c; 1 where utilization is 1 or more. Return whether all is in range."""
    each_a, each_v, each_h = int(arrivals.size > 1), int(arrival_scvs.size > 1), int(services.size > 1)
    each_s, each_c = int(scvs.size > 1), int(servers.size > 1)
    sound = True
    for i in range(chances.size):
        c, scv, arrival = servers[i * each_c], scvs[i * each_s], arrival_scvs[i * each_v]
        rate, hours = arrivals[i * each_a], services[i * each_h]
        load = rate * hours
        if not is_queue(rate, arrival, hours, scv, c):
            sound = False
            continue
        rho = max(load / c, _LEAST_UTILIZATION)
        if load / c >= 1.0:
            chance = 1.0
        elif load == 0.0 or (arrival == 0.0 and scv == 0.0):
            chance = 0.0
        elif c == 1.0:
            # linear in the utilization near 0
            chance = one_server_probability(arrival, scv, rho) * min(load / _LEAST_UTILIZATION, 1.0)
        else:
            chance = delay_probability(c, load, c - load)
            if arrival != 1.0:
                chance = many_servers_probability(arrival, scv, c, rho, chance)
        chances[i] = min(max(chance, 0.0), 1.0)
    return sound


@helper
def _one_server_ratio(rate: float, hours: float, scv: float, third: float) -> float:
    """Return E[W^2] / E[W]^2 of M/G/1 (Pollaczek, Khinchine and Takacs); 0 where nobody waits, or endlessly."""
    load = rate * hours
    if load >= 1.0:
        return 0.0
    mean = load * hours * (1.0 + scv) / (2.0 * (1.0 - load))
    if mean <= _LEAST_LOAD:
        return 0.0
    return 2.0 + rate * third / (3.0 * (1.0 - load)) / (mean * mean)


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def wait_variances(
    variances: FloatArray,
    means: FloatArray,
    arrivals: FloatArray,
    services: FloatArray,
    scvs: FloatArray,
    thirds: FloatArray,
    servers: FloatArray,
    seconds: FloatArray,
) -> bool:
    """Set the variance of a wait, scaled from that of M/G/1 or M/M/c, or by its second moment where that is known.

    Return whether all arguments are in range.
    """
    each_w, each_a, each_h = int(means.size > 1), int(arrivals.size > 1), int(services.size > 1)
    each_s, each_t, each_c = int(scvs.size > 1), int(thirds.size > 1), int(servers.size > 1)
    each_known = int(seconds.size > 1)
    sound = True
    for i in range(variances.size):
        mean, second, third = means[i * each_w], seconds[i * each_known], thirds[i * each_t]
        rate, hours, scv, c = arrivals[i * each_a], services[i * each_h], scvs[i * each_s], servers[i * each_c]
        if not (is_queue(rate, 1.0, hours, scv, c) and mean >= 0.0 and 0.0 <= third < math.inf):
            sound = False
            continue
        if mean == math.inf:
            variances[i] = math.inf
            continue
        if math.isfinite(second):
            ratio = second / (mean * mean) if mean > _LEAST_LOAD else 0.0
        elif c == 1.0:
            ratio = _one_server_ratio(rate, hours, scv, third)
        else:
            # a wait that is exponential with the probability C, else none, has the ratio 2 / C
            load = rate * hours
            chance = delay_probability(c, load, c - load)
            waits = load < c and chance * hours / (c - load) > _LEAST_LOAD
            ratio = 2.0 / chance if waits else 0.0
        variances[i] = mean * mean * max(ratio - 1.0, 0.0)
    return sound


@kernel("b1(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def departure_scvs(
    departures: FloatArray, arrival_scvs: FloatArray, scvs: FloatArray, utilizations: FloatArray, servers: FloatArray
) -> bool:
    """Set the scv of the intervals between departures ([2]_, section 4). Return whether all arguments are in range."""
    each_v, each_s = int(arrival_scvs.size > 1), int(scvs.size > 1)
    each_u, each_c = int(utilizations.size > 1), int(servers.size > 1)
    sound = True
    for i in range(departures.size):
        arrival, scv = arrival_scvs[i * each_v], scvs[i * each_s]
        rho, c = utilizations[i * each_u], servers[i * each_c]
        if not (0.0 <= rho <= 1.0 and is_queue(1.0, arrival, 1.0, scv, c)):
            sound = False
            continue
        busy = rho * rho
        departures[i] = 1.0 + (1.0 - busy) * (arrival - 1.0) + busy / math.sqrt(c) * (max(scv, 0.2) - 1.0)
    return sound
