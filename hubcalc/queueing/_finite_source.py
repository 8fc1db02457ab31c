"""M/M/c//N and Engset's M/M/c/c//N in units of the mean service time, for columns and without a loop over states.

With g the ratio of service time to the time a source runs, the states n <= c of M/M/c//N have the probabilities of a
binomial variable, with N trials of probability q = g / (1 + g), up to a factor. Those with n >= c, told by the number
k = N - n of sources that run, have Poisson probabilities with mean z = c/g, k <= e = N - c, up to a factor. So the
state c is to the first part what E, the time congestion of Engset's loss system, and to the second what B, the Erlang
loss of e servers with load z, say:

    p_c = 1 / (1/E + 1/B - 1),   P(n >= c) = p_c / B,   P(n <= c) = p_c / E.

Items that wait are idle servers of the Erlang system. An item that comes sees the state with N - 1 sources. If it waits
it does so for e' + 1 - k completions at rate c, where e' = N - 1 - c, and since sums of Poisson variables are Poisson,

    P(W > t) = P(n >= c) P(Poisson(z + c t) <= e') / P(Poisson(z) <= e').

References
----------
.. [1] L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, positive, whole_at_least_one
from hubcalc.queueing._poisson import poisson_probability
from hubcalc.queueing.erlang import erlang_b

_OVERLOADED = 1.1
_SMALLEST_TAIL = 1e-250
_LEAST_RATIO = 1e-15  # of service to running time: what is rarer or longer makes no difference


def time_congestion(sources: FloatArray, servers: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return P(N' = c) / P(N' <= c) of the binomial N' with odds `ratio`, for 0 <= c <= sources."""
    inside = (servers > 0.0) & (servers < sources) & (ratio > 0.0)
    n, c = np.where(inside, sources, 2.0), np.where(inside, servers, 1.0)
    odds = np.where(inside, ratio, 1.0)
    busy = odds / (1.0 + odds)
    with np.errstate(under="ignore"):
        tail = np.asarray(special.betainc(n - c, c + 1.0, 1.0 / (1.0 + odds)))
        # a binomial probability is one of Poisson's for those who are in, one for those who are out, over one for all
        state = poisson_probability(c, n * busy) * poisson_probability(n - c, n / (1.0 + odds))
        congestion = np.asarray(state / poisson_probability(n, n) / np.maximum(tail, _SMALLEST_TAIL))
        over = (tail < _SMALLEST_TAIL) | ((n - c) * odds > _OVERLOADED * c)
        if np.any(over):
            congestion[over] = _overloaded(n[over], c[over], odds[over])
        everyone = np.exp(-sources * np.log1p(1.0 / np.maximum(ratio, np.finfo(np.float64).tiny)))
    edge = np.where(servers == 0.0, 1.0, np.where((servers == sources) & (ratio > 0.0), everyone, 0.0))
    return np.where(inside, congestion, edge)


def _overloaded(sources: FloatArray, servers: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return the time congestion from 1/E = sum over j of c (c-1) ... (c-j+1) / ((e+1) ... (e+j) ratio^j)."""
    term = np.ones_like(ratio)
    total = np.ones_like(ratio)
    left, right = servers.copy(), sources - servers
    while np.any(term > 1e-17 * total):
        right = right + 1.0
        term = term * np.maximum(left, 0.0) / (right * ratio)
        total += term
        left = left - 1.0
    return 1.0 / total


def _loss_and_idle(servers: FloatArray, load: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Erlang's loss and the mean number of idle servers, from zero servers on."""
    some = servers > 0.0
    e = np.where(some, servers, 1.0)
    loss = np.where(some, erlang_b(e, load), 1.0)
    idle = np.asarray(servers - load * (1.0 - loss))
    heavy = some & (load > _OVERLOADED * servers)
    if np.any(heavy):
        # loss times the sum over j of j e (e-1) ... (e-j+1) / load^j
        left, z = servers[heavy].copy(), load[heavy]
        term, total, j = np.ones_like(z), np.zeros_like(z), 0.0
        while np.any(left > 0.0) and np.any(j * term >= 1e-17 * total):
            j += 1.0
            term = term * np.maximum(left, 0.0) / z
            total += j * term
            left -= 1.0
        idle[heavy] = loss[heavy] * total
    return loss, np.where(some, np.maximum(idle, 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class FiniteSource:
    """The stationary state of M/M/c//N with `ratio` the service time over the time a source runs."""

    sources: FloatArray
    servers: FloatArray
    ratio: FloatArray
    all_busy: FloatArray
    none_down: FloatArray
    queue_mean: FloatArray
    busy_mean: FloatArray

    @classmethod
    def solved(cls, sources: FloatArray, servers: FloatArray, ratio: FloatArray) -> Self:
        """Solve for columns of one shape; `sources` may be zero, `ratio` is above zero."""
        c = np.minimum(servers, sources)
        congestion = time_congestion(sources, c, ratio)
        loss, idle = _loss_and_idle(sources - c, c / ratio)
        both = congestion * loss
        total = congestion + loss - both
        at_or_above, at_or_below = congestion / total, loss / total
        busy_share = ratio / (1.0 + ratio)
        carried = busy_share * (sources - (sources - c) * congestion)
        # those below c have the mean of Engset's system, which also counts c itself
        busy = at_or_below * carried + c * np.maximum(at_or_above - both / total, 0.0)
        with np.errstate(under="ignore"):
            # P(n = 0) = (1 + g)^-N / P(N' <= c) within the binomial part
            nobody = np.exp(-sources * np.log1p(ratio)) / _binomial_tail(sources, c, ratio)
        all_busy = np.where(servers <= sources, at_or_above, 0.0)
        return cls(sources, servers, ratio, all_busy, at_or_below * nobody, at_or_above * idle, busy)

    def tail_of_arrival(self, time: FloatArray) -> FloatArray:
        """Return P(W > t), time in service times, where these sources are all but the one that comes."""
        places = np.maximum(self.sources - self.servers, 0.0)
        load, later = self.servers / self.ratio, self.servers * time
        before = np.asarray(special.gammaincc(places + 1.0, load))
        light = before > _SMALLEST_TAIL
        share = np.where(light, special.gammaincc(places + 1.0, load + later) / np.where(light, before, 1.0), 0.0)
        if np.any(~light):
            e, z, extra = places[~light], load[~light], later[~light]
            loss, loss_later = (_loss_and_idle(e, mean)[0] for mean in (z, z + extra))
            with np.errstate(under="ignore"):
                share[~light] = np.exp(e * np.log1p(extra / z) - extra) * loss / loss_later
        return np.where(self.all_busy > 0.0, self.all_busy * np.minimum(share, 1.0), 0.0)


def _binomial_tail(sources: FloatArray, most: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return P(N' <= most), at least a tiny number."""
    inside = most < sources
    tail = special.betainc(np.where(inside, sources - most, 1.0), most + 1.0, 1.0 / (1.0 + ratio))
    return np.where(inside, np.maximum(tail, np.finfo(np.float64).tiny), 1.0)


def checked(
    sources: ArrayLike,
    running_hours: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    *,
    one_less: bool = False,
    **others: FloatArray,
) -> tuple[FiniteSource, FloatArray]:
    """Return the solution for checked columns, and the service hours in its shape, which takes in that of `others`."""
    count, running, service, c, *_ = broadcast(
        sources=whole_at_least_one("sources", sources),
        running_hours=positive("running_hours", running_hours),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        **others,
    )
    ratio = np.clip(service / running, _LEAST_RATIO, 1.0 / _LEAST_RATIO)
    return FiniteSource.solved(count - 1.0 if one_less else count, c, ratio), service
