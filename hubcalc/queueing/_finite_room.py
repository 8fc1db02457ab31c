"""M/M/c/K in units of the mean service time, without overflow or cancellation at any load.

With a the load, r = a/c, m = K - c places to wait and B the Erlang loss of M/M/c/c, the states from c on weigh
p_{c+j} = p_c r^j, those up to c together p_c / B. For r > 1 everything is taken relative to p_K instead of p_c, so that
only powers q^j of q = min(r, 1/r) <= 1 occur. Sums over them are written with x = -log q:

    sum_{j<=m} q^j = (1 - e^{-(m+1) x}) / (1 - e^{-x}),
    the mean of j under these weights = 1/(e^x - 1) - (m+1)/(e^{(m+1) x} - 1)
                                      = m/2 + f(x) - (m+1) f((m+1) x),   f(y) = 1/(e^y - 1) - 1/y + 1/2,

the last for small (m+1) x, where f(y) = sum over k of b_{2k} y^{2k-1} / (2k)! with Bernoulli's numbers b.

An item that is admitted with c + j before it waits for j + 1 completions at rate c, so that, with P_m(y) the Poisson
probability of fewer than m events where y are expected,

    P(W > t) = sum_{j<m} p_{c+j} P_{j+1}(c t) / (1 - p_K)
             = p_c (e^{-c t (1-r)} P_m(r c t) - r^m P_m(c t)) / ((1 - r) (1 - p_K)).                              (1)

Near r = 1, (1) is 0/0: it is a divided difference, computed as the mean of the derivative between r and 1.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._load import bounded_load
from hubcalc.queueing._poisson import poisson_probability
from hubcalc.queueing.erlang import erlang_b

_SMALL = 2.0  # of (m+1) x, where the series for f takes over
_ORDERS = np.arange(2, 34, 2)
_SERIES = special.bernoulli(32)[_ORDERS] / special.factorial(_ORDERS)
_NEAR = 4.0  # of m x: the derivative varies by a factor e^4 at most
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def _f(y: FloatArray) -> FloatArray:
    square = y * y
    total = np.zeros_like(y)
    for coefficient in _SERIES[::-1]:
        total = coefficient + square * total
    return np.asarray(y * total)


def _geometric_sum(x: FloatArray, terms: FloatArray) -> FloatArray:
    """Return 1 + e^-x + ... of so many terms."""
    safe = np.maximum(x, np.finfo(np.float64).tiny)
    return np.where(x > 0.0, np.expm1(-terms * safe) / np.expm1(-safe), terms)


def _geometric_mean_index(x: FloatArray, last: FloatArray) -> FloatArray:
    """Return the mean of j = 0 ... last weighted by e^(-j x)."""
    span = (last + 1.0) * x
    small = span < _SMALL
    far_x, far = np.where(small, 1.0, np.minimum(x, 700.0)), np.where(small, 1.0, np.minimum(span, 700.0))
    series = last / 2.0 + _f(np.where(small, x, 0.0)) - (last + 1.0) * _f(np.where(small, span, 0.0))
    return np.where(small, series, 1.0 / np.expm1(far_x) - (last + 1.0) / np.expm1(far))


@dataclass(frozen=True, slots=True)
class FiniteRoom:
    """The stationary state of M/M/c/K: columns of one shape, times in service times."""

    load: FloatArray
    servers: FloatArray
    places: FloatArray
    log_ratio: FloatArray
    up_to_servers: FloatArray
    at_servers: FloatArray
    full: FloatArray
    admitted: FloatArray
    queue_mean: FloatArray

    @classmethod
    def solved(cls, load: FloatArray, servers: FloatArray, room: FloatArray) -> Self:
        """Solve for the probabilities of c and of K in the system, of being admitted, and the mean queue."""
        places = room - servers
        loss = erlang_b(servers, load)
        ratio = np.maximum(load / servers, np.finfo(np.float64).tiny)
        near = np.abs(ratio - 1.0) < 0.5
        log_ratio = np.where(near, np.log1p(np.where(near, load - servers, 0.0) / servers), np.log(ratio))
        over = log_ratio > 0.0
        x = np.abs(log_ratio)
        with np.errstate(under="ignore"):
            power = np.exp(-places * x)
            others = _geometric_sum(x, places)  # q^0 + ... + q^(m-1)
            step = np.exp(-x)
            # the common weight is B/p_c for r <= 1 and B/p_K for r > 1
            weight = np.where(over, power + loss * others, 1.0 + loss * step * others)
            up_to = np.where(over, power, 1.0) / weight
            at_servers = loss * np.where(over, power, 1.0) / weight
            full = loss * np.where(over, 1.0, power) / weight
            below = np.where(over, power, 1.0) * not_lost(servers, load, loss)
            admitted = (below + loss * np.where(over, step, 1.0) * others) / weight
            mean_index = _geometric_mean_index(x, places)
            waiting = np.where(over, places - mean_index, mean_index)
            queue = loss * waiting * (others + power) / weight
        return cls(load, servers, places, log_ratio, up_to, at_servers, full, admitted, queue)

    def empty(self) -> FloatArray:
        """Return P(N = 0): Poisson's up to c, or p_c c!/a^c where its e^-a underflows."""
        a, c = self.load, self.servers
        light = a < 600.0
        load = np.where(light, a, 1.0)
        with np.errstate(under="ignore"):
            idle = np.exp(-load) / special.gammaincc(c + 1.0, load)
            log_state = np.log(np.maximum(self.at_servers, np.finfo(np.float64).tiny))
            heavy = np.exp(np.minimum(log_state + special.gammaln(c + 1.0) - c * np.log(np.maximum(a, 1.0)), 0.0))
        return np.where(light, self.up_to_servers * idle, np.where(self.at_servers > 0.0, heavy, 0.0))

    def wait_mean(self) -> FloatArray:
        """Return the mean wait of the admitted in service times."""
        some = self.load > 0.0
        return np.where(some, self.queue_mean / np.where(some, self.load * self.admitted, 1.0), 0.0)

    def tail(self, time: FloatArray) -> FloatArray:
        """Return P(W > t) of the admitted by equation (1), time in service times."""
        tau = self.servers * time
        m = np.maximum(self.places, 1.0)
        near = np.abs(self.log_ratio) < np.minimum(_NEAR / m, 0.5)
        ratio = np.exp(np.clip(self.log_ratio, -700.0, 700.0))
        with np.errstate(under="ignore", over="ignore", divide="ignore"):
            value = np.where(
                self.log_ratio > 0.0,
                self.full * _difference_over(m, tau, ratio, self.log_ratio),
                self.at_servers * _difference_under(m, tau, ratio, self.log_ratio),
            )
            if np.any(near):
                rows = (column[near] for column in (m, tau, self.log_ratio))
                value[near] = self.full[near] * _mean_derivative(*rows)
        return np.where(self.places > 0.0, np.clip(value / self.admitted, 0.0, 1.0), 0.0)


def not_lost(servers: FloatArray, load: FloatArray, loss: FloatArray) -> FloatArray:
    """Return 1 - B, also where B is near one: 1/B - 1 = c / (a B') with B' the loss of c - 1 servers."""
    rows = loss > 0.5
    result = np.asarray(1.0 - loss)
    if np.any(rows):
        c, a = servers[rows], load[rows]
        fewer = np.where(c > 1.0, erlang_b(np.maximum(c - 1.0, 1.0), a), 1.0)
        result[rows] = loss[rows] * c / (a * fewer)
    return result


def _fewer_than(count: FloatArray, mean: FloatArray) -> FloatArray:
    """Return the Poisson probability of fewer events than `count` >= 1."""
    return np.asarray(special.gammaincc(count, mean))


def _difference_under(m: FloatArray, tau: FloatArray, ratio: FloatArray, log_ratio: FloatArray) -> FloatArray:
    """Return (1) without its first factor, for r < 1."""
    low = np.where(log_ratio < 0.0, log_ratio, -1.0)
    first = np.exp(tau * np.expm1(low)) * _fewer_than(m, np.minimum(ratio, 1.0) * tau)
    return np.asarray((first - np.exp(m * low) * _fewer_than(m, tau)) / -np.expm1(low))


def _difference_over(m: FloatArray, tau: FloatArray, ratio: FloatArray, log_ratio: FloatArray) -> FloatArray:
    """Return (1) over r^m and without its first factor, for r > 1."""
    high = np.where(log_ratio > 0.0, np.minimum(log_ratio, 700.0), 1.0)
    mean = np.maximum(ratio, 1.0) * tau
    # beyond the mode the exponential overflows and the probability underflows, but nearly all is in the first term
    second = np.where(mean <= m, np.exp(np.minimum(tau * np.expm1(high) - m * high, 0.0)) * _fewer_than(m, mean), 0.0)
    heavy = mean > m
    if np.any(heavy):
        lost = erlang_b(m[heavy], mean[heavy])
        second[heavy] = poisson_probability(m[heavy], tau[heavy]) * (1.0 / lost - 1.0)
    return np.asarray((_fewer_than(m, tau) - second) / np.expm1(high))


def _mean_derivative(m: FloatArray, tau: FloatArray, log_ratio: FloatArray) -> FloatArray:
    """Return (1) over r^m and without its first factor, near r = 1.

    With u = c t and g(y) = e^{u (y-1)} y^{-m} P_m(u y), (1) is r^m (g(r) - g(1)) / (1 - r), and
    -g'(y) = e^{u (y-1)} y^{-m-1} E[(m - N)^+], where N is Poisson with mean u y.
    """
    width = np.expm1(log_ratio)
    total = np.zeros_like(tau)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        y = 1.0 + 0.5 * (1.0 + node) * width
        mean = tau * y
        shortfall = m * _fewer_than(m + 1.0, mean) - mean * _fewer_than(m, mean)
        growth = np.exp(np.minimum(tau * (y - 1.0), 700.0) - (m + 1.0) * np.log(y))
        total += 0.5 * weight * growth * np.maximum(shortfall, 0.0)
    return total


def checked(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike, room: ArrayLike, **others: FloatArray
) -> tuple[FiniteRoom, FloatArray]:
    """Return the solution for checked columns, and the service hours in its shape, which takes in that of `others`."""
    arrivals, service, count, most, *_ = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        room=whole_at_least_one("room", room),
        **others,
    )
    if np.any(most < count):
        given = float(most[most < count].flat[0])
        raise ArgumentError.of(
            Problem(f"{given:g} is out of range", parameter="room", given=given, allowed=">= servers")
        )
    return FiniteRoom.solved(bounded_load(arrivals, service), count, most), service
