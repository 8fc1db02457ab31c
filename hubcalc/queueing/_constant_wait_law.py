"""The law of the wait in M^X/D/c and M/D/c for columns: tails and quantiles, in units of the service time."""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.errors import Problem, RefusedError
from hubcalc.queueing._batch_law_kernel import fitted_law
from hubcalc.queueing._constant_service import ComplexArray, in_lockstep
from hubcalc.queueing._constant_waits import (
    MOST_POINTS,
    NO_WAVE,
    Wave,
    decay_root,
    never_waits,
    prepared,
    same_queue,
    tail_at,
)
from hubcalc.queueing._few_wait import few_wait_decay, few_wait_tail, queue_tails

_LEAST_RATE = 1e-100
_NEGLIGIBLE = 1e-290
_WHOLE_WITHIN = 1e-12  # of a number of service times: nearer than this to a whole number, it is meant


def refuse_unsolved(values: FloatArray) -> FloatArray:
    """Return what a kernel found, or raise a RefusedError where it gave up."""
    if np.any(np.isnan(values)):
        message = "the law of the wait cannot be had precisely: too many points of its generating function are needed"
        hint = "less variable batches, fewer servers, or the mean wait only"
        raise RefusedError.of(Problem(message, hint=hint))
    return values


@helper
def _tail(k: float, u: float, rate: float, servers: int, tails: FloatArray, wave: Wave, work: ComplexArray) -> float:
    """Return P(W > k - u) from whichever of the two solutions there is."""
    if tails.size > 0:
        return few_wait_tail(k, u, rate, servers, tails)
    return tail_at(k, u, rate, servers, wave, work)


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def constant_tail(
    servers: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    places: FloatArray,
    times: FloatArray,
    tails: FloatArray,
) -> None:
    """Set P(wait > time); 1 where unstable, NaN where it takes too many points."""
    work = np.empty((4, MOST_POINTS // 2), np.complex128)
    roots, queue, wave = np.empty(8, np.complex128), np.empty(0), NO_WAVE
    solved = -1  # the point whose solution is at hand, which neighbors of the same queue take over
    for i in range(tails.size):
        c, mean = in_lockstep(servers[i], means[i], scvs[i])
        rate = max(rates[i], _LEAST_RATE)
        if rate * mean >= c or never_waits(rates[i], mean, places[i]):
            tails[i] = 1.0 if rate * mean >= c else 0.0
            continue
        if not same_queue(solved, i, servers, rates, means, scvs, places):
            queue, wave = np.empty(0), NO_WAVE
        k, u = _cell(times[i])
        decay = few_wait_decay(rate, mean, c)
        if decay > 0.0:
            log_zeta = math.log1p(decay_root(fitted_law(mean, scvs[i]), rate, c, mean, scvs[i]))
            if math.exp(-log_zeta * c * times[i]) < _NEGLIGIBLE:
                tails[i] = 0.0
                continue
            size = int(k * c + 50.0 / log_zeta) + 3
            if size > queue.size:
                queue = np.empty(size)
                queue_tails(rate, int(c), decay, np.empty(size), queue)
        elif wave[0] == 0:
            if int(c) // 2 > roots.size:
                roots = np.empty(int(c), np.complex128)
            wave = prepared(fitted_law(mean, scvs[i]), mean, scvs[i], rate, int(c), places[i], roots, work)
        solved = i
        if wave[0] < 0:
            tails[i] = np.nan
            continue
        tail = _tail(k, u, rate, int(c), queue, wave, work)
        tails[i] = tail if tail > _NEGLIGIBLE else 0.0


@helper
def _cell(time: float) -> tuple[float, float]:
    """Return k and u of a time k - u, 0 < u <= 1."""
    whole = np.rint(time)
    start = whole if abs(time - whole) <= _WHOLE_WITHIN * whole else np.floor(time)
    return start + 1.0, min(start + 1.0 - time, 1.0)


@helper
def _inside(
    share: float, k: float, rate: float, servers: int, tails: FloatArray, wave: Wave, work: ComplexArray
) -> float:
    """Return u in (0, 1) with P(W > k - u) = share, by false position on the logarithm (the Illinois rule)."""
    low, high = 0.0, 1.0
    below = math.log(max(_tail(k, low, rate, servers, tails, wave, work), 1e-300) / share)
    above = math.log(_tail(k, high, rate, servers, tails, wave, work) / share)
    u, side = 0.5, 0
    for _ in range(100):
        u = (low * above - high * below) / (above - below)
        if not low < u < high:
            u = 0.5 * (low + high)
        here = math.log(max(_tail(k, u, rate, servers, tails, wave, work), 1e-300) / share)
        if here > 0.0:
            high, above = u, here
            below *= 0.5 if side == 1 else 1.0
            side = 1
        else:
            low, below = u, here
            above *= 0.5 if side == -1 else 1.0
            side = -1
        if high - low < 1e-14 or abs(here) < 1e-14:
            break
    return u


@helper
def _quantile(
    share: float, start: float, rate: float, servers: int, tails: FloatArray, wave: Wave, work: ComplexArray
) -> float:
    """Return the least t with P(W > t) <= share, looking from a guess at its cell k - 1 <= t < k."""
    low, high, step = 0.0, max(start, 1.0), 1.0
    # the least k with P(W >= k, in the limit from below) <= share lies in low < k <= high
    while _tail(high, 0.0, rate, servers, tails, wave, work) > share:
        low, high, step = high, high + step, 2.0 * step
    step = 1.0
    while high - low > 1.0:
        middle = max(high - step, np.floor(0.5 * (low + high))) if high - step > low else np.floor(0.5 * (low + high))
        step *= 2.0
        if _tail(middle, 0.0, rate, servers, tails, wave, work) > share:
            low = middle
        else:
            high = middle
    if _tail(high, 1.0, rate, servers, tails, wave, work) <= share:
        return high - 1.0
    return high - _inside(share, high, rate, servers, tails, wave, work)


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def constant_quantile(
    servers: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    places: FloatArray,
    shares: FloatArray,
    times: FloatArray,
) -> None:
    """Set the least time that a share `1 - shares` of the items waits no longer than; inf if unstable, NaN as above."""
    work = np.empty((4, MOST_POINTS // 2), np.complex128)
    roots, none = np.empty(8, np.complex128), np.empty(0)
    for i in range(times.size):
        c, mean = in_lockstep(servers[i], means[i], scvs[i])
        rate, share = max(rates[i], _LEAST_RATE), shares[i]
        if share >= 1.0 or rate * mean >= c or never_waits(rates[i], mean, places[i]):
            times[i] = np.inf if rate * mean >= c and share < 1.0 else 0.0
            continue
        law, decay = fitted_law(mean, scvs[i]), few_wait_decay(rate, mean, c)
        if decay > 0.0:
            # P(W > t) <= zeta^(-c t)
            log_zeta = math.log1p(decay_root(law, rate, c, mean, scvs[i]))
            most = np.ceil(-math.log(share) / (log_zeta * c)) + 1.0
            size = int(most * c + 50.0 / log_zeta) + 3
            queue = np.empty(size)
            queue_tails(rate, int(c), decay, np.empty(size), queue)
            times[i] = _quantile(share, 1.0, rate, int(c), queue, NO_WAVE, work)
            continue
        if int(c) // 2 > roots.size:
            roots = np.empty(int(c), np.complex128)
        wave = prepared(law, mean, scvs[i], rate, int(c), places[i], roots, work)
        if wave[0] < 0:
            times[i] = np.nan
            continue
        start = np.floor(math.log(max(wave[3], share) / share) / (wave[2] * c)) + 1.0
        times[i] = _quantile(share, start, rate, int(c), none, wave, work)
