r"""The law of the wait in M^X/M/c, in units of the mean service time, by an integral around the origin.

An item with i mates ahead of it that sees N waits for J = (N + i - c + 1)^+ completions at rate c. With A a Poisson
number of mean c t, P(W > t) = P(J > A). The generating function of P(J > 0), P(J > 1), ... is

    T(z) = (P(N >= c) - z C(z) G(z)) / (1 - z) + sum_{i<c} p_i sum_{m>=0} P(I > d_i + m) z^m,   d_i = c - 1 - i,   (1)

where G is that of the mates ahead, I, and that of N - c for N >= c follows from the flow across each level:

    C(z) = r sum_{i<c} p_i sum_{m>=0} P(X > d_i + m) z^m / (c - r z S(z)),   S(z) = (1 - X(z)) / (1 - z).            (2)

So, with B the residue of T at the root zeta > 1 of c = r z S(z), its pole next to the origin,

    P(W > t) = B exp(-c t (1 - 1/zeta)) + 1/(2 pi) integral of [T(z) - B / (1 - z/zeta)] exp(-c t (1 - 1/z)),      (3)

over the angle of z, on a circle and with points as in `_constant_waits`.

References
----------
.. [1] H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, section 9.7, doi:10.1002/047001363X.
.. [2] J. Abate, W. Whitt (1992), "Numerical inversion of probability generating functions", Operations Research
   Letters 12(4), 245-251, doi:10.1016/0167-6377(92)90050-D.
"""

import cmath
import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._batch_law_kernel import (
    Law,
    fitted_law,
    mates_and_slopes,
    pair_moment,
    size_growth,
    sizes_and_larger,
)
from hubcalc.queueing._constant_service import ComplexArray
from hubcalc.queueing._constant_waits import (
    FEWEST_POINTS,
    FIRST,
    LAST,
    MOST_FACTORS,
    MOST_POINTS,
    NO_WAVE,
    ROUNDED_TERM,
    TRIED,
    UNSOLVED,
    Wave,
    circle,
    is_enough,
    never_waits,
    place_transform,
    same_queue,
    size_excess,
)
from hubcalc.queueing._exponential_service import levels, queue_above

_LEAST_RATE = 1e-100
_ENOUGH_POINTS = 648


@helper
def _decay_root(law: Law, rate: float, servers: float, mean: float, scv: float) -> float:
    """Return zeta - 1 for the root zeta > 1 of c = r z S(z), by Newton's method from above."""
    spare = servers - rate * mean
    # bounds of the root, since z S(z) is convex, with the slope E[X (X + 1)]/2 at 1, and at least z^E[X]
    low, high = 0.0, math.expm1(math.log(servers / rate) / mean) if servers > rate else math.inf
    t = min(2.0 * spare / (rate * (pair_moment(mean, scv) + 2.0 * mean)), high)
    for _ in range(400):
        excess, bend = size_excess(law, mean, t)
        miss = rate * (mean * t + (1.0 + t) * excess / t) - spare
        if not miss < math.inf:
            high = t
            t = 0.5 * (low + high)
            continue
        if miss > 0.0:
            high = t
        else:
            low = t
        new = t - miss / (rate * (mean + ((1.0 + t) * bend - excess / t) / t))
        if not low < new < high:
            new = 0.5 * (low + high)
        if abs(new - t) <= 1e-14 * t:
            return new
        t = new
    return t


@helper
def _ahead(place: float, mean: float, servers: int, larger: FloatArray, ahead: FloatArray) -> None:
    """Set P(I > m) for m = 0 ... c - 1, I the mates ahead of an item; `larger` holds P(X > 0) ... P(X > c)."""
    beyond = mean
    for m in range(servers):
        beyond = max(beyond - larger[m], 0.0)
        ahead[m] = 0.0 if place == FIRST else (larger[m + 1] if place == LAST else beyond / mean)


@helper
def _above(rate: float, servers: int, z: complex, sizes: complex, below: FloatArray, larger: FloatArray) -> complex:
    """Return C(z) by (2), with sizes = S(z), times its denominator."""
    total = complex(0.0, 0.0)
    rest, inverse = sizes, 1.0 / z
    for d in range(servers):
        if larger[d] <= 0.0:
            break
        total += below[servers - 1 - d] * rest
        rest = (rest - larger[d]) * inverse
    return rate * total


@helper
def _set_points(
    law: Law,
    mean: float,
    rate: float,
    servers: int,
    place: float,
    all_busy: float,
    state: FloatArray,
    wave: Wave,
    work: ComplexArray,
) -> None:
    """Set T(z), less its pole, and 1 - 1/z at the points of the upper half circle."""
    count, log_radius, log_zeta, residue, near, _ = wave
    below, larger, ahead = state[0], state[2], state[3]
    for j in range(count // 2):
        log_z = complex(log_radius, math.pi * (2 * j + 1) / count)
        z = cmath.exp(log_z)
        inverse = 1.0 / z
        mates = mates_and_slopes(law, z)[0]
        sizes = (1.0 - z * mates) / (1.0 - z)
        place_pgf = place_transform(mean, place, z, mates)
        flow = _above(rate, servers, z, sizes, below, larger) / (servers - rate * z * sizes)
        tails = (all_busy - z * flow * place_pgf) / (1.0 - z)
        rest = (1.0 - place_pgf) / (1.0 - z)
        for d in range(servers):
            if ahead[d] <= 0.0:
                break
            tails += below[servers - 1 - d] * rest
            rest = (rest - ahead[d]) * inverse
        if near > 0.0:
            tails -= residue / (1.0 - cmath.exp(log_z - log_zeta))
        work[0, j] = tails
        work[1, j] = 1.0 - inverse


@helper
def _coefficient(n: float, wave: Wave, work: ComplexArray) -> float:
    """Return the coefficient of z^n of what the points hold, times radius^n."""
    total = 0.0
    for j in range(wave[0] // 2):
        angle = math.pi * (2 * j + 1) / wave[0] * n
        total += work[0, j].real * math.cos(angle) + work[0, j].imag * math.sin(angle)
    return 2.0 * total / wave[0]


@helper
def _aliased(wave: Wave, work: ComplexArray) -> float:
    """Return the largest of some coefficients that are to be 0: what the rule makes of terms it cannot tell apart."""
    most = 0.0
    for j in range(TRIED):
        here = abs(_coefficient(-1.0 - j * (wave[0] // 8) // TRIED, wave, work))
        if not here <= ROUNDED_TERM:
            return here
        most = max(most, here)
    return most


@helper
def _prepared(
    law: Law, mean: float, scv: float, rate: float, servers: int, place: float, state: FloatArray, work: ComplexArray
) -> Wave:
    """Set in `work` what (3) needs at each point; return the rest."""
    below, sizes, larger, ahead = state[0], state[1], state[2], state[3]
    sizes_and_larger(law, servers + 1, sizes, larger)
    levels(servers, rate, rate * mean, larger, below)
    all_busy, _ = queue_above(servers, rate, mean, pair_moment(mean, scv), larger, below)
    _ahead(place, mean, servers, larger, ahead)
    t = _decay_root(law, rate, float(servers), mean, scv)
    zeta, log_zeta = 1.0 + t, math.log1p(t)
    growth = size_growth(law, t)[0]
    excess, bend = size_excess(law, mean, t)
    # the denominator of (2) falls through 0 with the slope r (S + z S'), S' = (X' - S) / (z - 1)
    steep = rate * (growth / t + zeta * (bend - excess / t) / t)
    above = _above(rate, servers, complex(zeta, 0.0), complex(growth / t, 0.0), below, larger).real
    share = 1.0 if place == FIRST else ((1.0 + growth) / zeta if place == LAST else growth / (mean * t))
    residue = share * above / (steep * t)
    log_radius, near, least = circle(law, mean, log_zeta, residue)
    count, before = FEWEST_POINTS, math.inf
    while True:
        wave = (count, log_radius, log_zeta, residue, near, count)
        _set_points(law, mean, rate, servers, place, all_busy, state, wave, work)
        aliased = _aliased(wave, work)
        if is_enough(aliased, before, count, least):
            break
        count, before = 3 * count, aliased
        if 3 * count > MOST_POINTS or 3.0 * count * servers > MOST_FACTORS or math.isnan(aliased):
            return UNSOLVED
    # room for all completions that (3) counts before the other poles have died out
    most = 3 * count
    while most < _ENOUGH_POINTS:
        most *= 3
    wave = (most, log_radius, log_zeta, residue, near, count)
    _set_points(law, mean, rate, servers, place, all_busy, state, wave, work)
    return wave


@helper
def _tail(completions: float, wave: Wave, work: ComplexArray) -> float:
    """Return P(W > t) by (3), with completions = c t."""
    count, log_radius, log_zeta, residue, near, converged = wave
    pole = residue * math.exp(completions * math.expm1(-log_zeta))
    likely = completions * math.exp(-log_radius)
    needed = likely + 9.0 * math.sqrt(likely) + 40.0
    if needed > count:  # the other poles have died out
        return min(max(pole, 0.0), 1.0)
    # every third point is a rule too, and every ninth
    stride = 1
    while count // (3 * stride) >= max(needed, converged):
        stride *= 3
    total = 0.0
    for j in range(stride // 2, count // 2, stride):
        total += (work[0, j] * cmath.exp(-completions * work[1, j])).real
    return min(max(near * pole + 2.0 * total * stride / count, 0.0), 1.0)


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def exponential_tail(
    servers: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    places: FloatArray,
    times: FloatArray,
    tails: FloatArray,
) -> None:
    """Set P(wait > time); 1 where unstable, NaN where it takes too many points."""
    work = np.empty((2, MOST_POINTS // 2), np.complex128)
    state, wave = np.empty((4, 16)), NO_WAVE
    solved = -1  # the point whose solution is at hand, which neighbors of the same queue take over
    for i in range(tails.size):
        rate = max(rates[i], _LEAST_RATE)
        if rate * means[i] >= servers[i] or never_waits(rates[i], means[i], places[i]):
            tails[i] = 1.0 if rate * means[i] >= servers[i] else 0.0
            continue
        if not same_queue(solved, i, servers, rates, means, scvs, places):
            c = int(servers[i])
            if c + 1 > state.shape[1]:
                state = np.empty((4, 2 * c))
            law = fitted_law(means[i], scvs[i])
            wave = _prepared(law, means[i], scvs[i], rate, c, places[i], state, work)
            solved = i
        tails[i] = _tail(servers[i] * times[i], wave, work) if wave[0] > 0 else np.nan


@helper
def _quantile(share: float, wave: Wave, work: ComplexArray) -> float:
    """Return c t with P(W > t) = share, by false position on the logarithm (the Illinois rule)."""
    low, below = 0.0, math.log(max(_tail(0.0, wave, work), 1e-300) / share)
    if below <= 0.0:
        return 0.0
    decay = -math.expm1(-wave[2])
    high = max(math.log(max(wave[3], share) / share), 0.01) / decay
    above = math.log(max(_tail(high, wave, work), 1e-300) / share)
    while above > 0.0:
        low, below = high, above
        high *= 1.5
        above = math.log(max(_tail(high, wave, work), 1e-300) / share)
    t, side = high, 0
    for _ in range(100):
        t = (low * above - high * below) / (above - below)
        if not low < t < high:
            t = 0.5 * (low + high)
        here = math.log(max(_tail(t, wave, work), 1e-300) / share)
        if here > 0.0:
            low, below = t, here
            above *= 0.5 if side == 1 else 1.0
            side = 1
        else:
            high, above = t, here
            below *= 0.5 if side == -1 else 1.0
            side = -1
        if high - low <= 1e-14 * high or abs(here) < 1e-14:
            break
    return t


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def exponential_quantile(
    servers: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    places: FloatArray,
    shares: FloatArray,
    times: FloatArray,
) -> None:
    """Set the time that a share `shares` of the items waits longer than; inf where unstable, NaN as above."""
    work = np.empty((2, MOST_POINTS // 2), np.complex128)
    state, wave = np.empty((4, 16)), NO_WAVE
    solved = -1
    for i in range(times.size):
        rate = max(rates[i], _LEAST_RATE)
        if shares[i] >= 1.0 or rate * means[i] >= servers[i] or never_waits(rates[i], means[i], places[i]):
            times[i] = np.inf if rate * means[i] >= servers[i] and shares[i] < 1.0 else 0.0
            continue
        if not same_queue(solved, i, servers, rates, means, scvs, places):
            c = int(servers[i])
            if c + 1 > state.shape[1]:
                state = np.empty((4, 2 * c))
            law = fitted_law(means[i], scvs[i])
            wave = _prepared(law, means[i], scvs[i], rate, c, places[i], state, work)
            solved = i
        times[i] = _quantile(shares[i], wave, work) / servers[i] if wave[0] > 0 else np.nan
