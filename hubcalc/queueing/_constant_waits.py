r"""The law of the wait in M^X/D/c, in units of the service time, by an integral around the origin.

Put the time as k - u with k = 1, 2, ... and 0 < u <= 1. With i the mates ahead of an item, Q the queue at time u before
its arrival and A(u) what has come since,

    P(W > k - u) = P(Q + A(u) + i >= k c).                                                                       (1)

The generating function of these tails is (1 - z F(z)) / (1 - z), F(z) = Q(z) G(z) exp(r u (X(z) - 1)), with G that of
i and Q(z) the one of `_constant_service`. Its pole next to the origin is the root zeta > 1 of z^c = exp(r (X(z) - 1));
with B(u) the residue there,

    P(W > k - u) = B(u) zeta^(-k c) + 1/(2 pi) integral of [(1 - z F(z)) / (1 - z) - B(u) / (1 - z/zeta)] z^(-k c), (2)

over the angle of z, on the circle of radius zeta, by the trapezoidal rule, its points halfway between the multiples of
the angle. The circle is smaller next to a pole of X(z), and where zeta is so large that a batch would be lost in
rounding (few batches come); in the second case the pole is left where it is.

N points on the radius R mix up the terms b_n R^n of the integrand's power series whose n differ by multiples of N. What
they give for n = -1, -2, ..., where the series has no terms, is thus b_{N-1} R^{N-1}, b_{N-2} R^{N-2}, ...: the points
are enough where several of these are negligible. At u = 0 that bounds all u, for at most c items more have come.

References
----------
.. [1] G. J. Franx (2001), "A simple solution for the M/D/c waiting time distribution", Operations Research Letters
   29(5), 221-229, doi:10.1016/S0167-6377(01)00108-0 (equation (1), for single arrivals).
.. [2] J. Abate, W. Whitt (1992), "Numerical inversion of probability generating functions", Operations Research
   Letters 12(4), 245-251, doi:10.1016/0167-6377(92)90050-D.
"""

import cmath
import math

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper
from hubcalc.queueing._batch_law_kernel import Law, mates_and_slopes, pair_moment, size_growth
from hubcalc.queueing._constant_service import ComplexArray, upper_roots

FIRST, LAST = 1.0, 2.0  # codes of the item's place in its batch; any other code is an item at random
WIDEST = 3.0  # of log(radius) E[X]: rounding grows as its exponential
NARROW = 2.0
FEWEST_POINTS = 24
MOST_POINTS = 8 * 3**11
MOST_FACTORS = 1e9  # points times servers, a second or so
_LARGE = 1e200
DECAYED = 32.0  # its exponential is negligible
LARGEST_RESIDUE = 100.0
TRIED = 4
NEGLIGIBLE_TERM = 1e-13  # of the coefficients times the powers of the radius
ROUNDED_TERM = 1e-9  # of them, where more points do not make them smaller

Wave = tuple[int, float, float, float, float, int]
"""Points on the circle, log of its radius, log zeta, the residue, 1 where the pole is taken out, points enough."""
NO_WAVE = (0, 0.0, 0.0, 0.0, 0.0, 0)
UNSOLVED = (-1, 0.0, 0.0, 0.0, 0.0, 0)


@helper
def never_waits(rate: float, mean: float, place: float) -> bool:
    """Return whether an item comes to an empty system before all its mates."""
    return bool(rate == 0.0 and (mean == 1.0 or place == FIRST))


@helper
def same_queue(
    one: int, two: int, servers: FloatArray, rates: FloatArray, means: FloatArray, scvs: FloatArray, places: FloatArray
) -> bool:
    """Return whether two points are of one queue and one place in the batch."""
    if one < 0 or servers[one] != servers[two] or rates[one] != rates[two]:
        return False
    return bool(means[one] == means[two] and scvs[one] == scvs[two] and places[one] == places[two])


@helper
def _exp_excess(y: float) -> float:
    """Return exp(y) - 1 - y without cancellation."""
    if abs(y) > 0.5:
        return math.expm1(y) - y
    total = 1.0
    for n in range(16, 2, -1):
        total = 1.0 + total * y / n
    return 0.5 * y * y * total


@helper
def log_excess(x: float) -> float:
    """Return log(1 + x) - x without cancellation."""
    if abs(x) > 0.1:
        return math.log1p(x) - x
    total = 0.0
    for n in range(18, 1, -1):
        total = 1.0 / n - x * total
    return -x * x * total


@helper
def _component_excess(step: float, exponent: float, t: float) -> tuple[float, float]:
    """Return y - 1 - kst for y = (1 + s t)^k, and how much its slope has grown."""
    if exponent == math.inf:
        return _exp_excess(step * t), step * math.expm1(step * t)
    x = step * t
    log_power = exponent * math.log1p(x)
    bend = math.expm1((exponent - 1.0) * math.log1p(x)) if exponent != 0.0 else 0.0
    return _exp_excess(log_power) + exponent * log_excess(x), exponent * step * bend


@helper
def size_excess(law: Law, mean: float, t: float) -> tuple[float, float]:
    """Return X(1 + t) - 1 - E[X] t and X'(1 + t) - E[X], without cancellation; inf from a singularity on."""
    weight, step, exponent, second_step, second_exponent = law
    if min(step, second_step) * t <= -1.0:
        return math.inf, math.inf
    one, one_slope = _component_excess(step, exponent, t)
    excess, bend = one, one_slope
    if weight < 1.0:
        two, two_slope = _component_excess(second_step, second_exponent, t)
        excess = weight * one + (1.0 - weight) * two
        bend = weight * one_slope + (1.0 - weight) * two_slope
    mates = mean - 1.0
    more = (1.0 + t) * excess + mates * t * t
    return more, mates * t + excess + t * (mates + bend) + bend


@helper
def decay_root(law: Law, rate: float, servers: float, mean: float, scv: float) -> float:
    """Return zeta - 1 for the root zeta > 1 of z^c = exp(r (X(z) - 1)), by Newton's method from above."""
    spare = servers - rate * mean
    # bounds of the root, since X(e^y) is at least 1 + E[X] y + E[X^2] y^2/2 and at least e^(E[X] y)
    low, high = 0.0, math.expm1(2.0 * (math.log1p(servers / rate) + 1.0) / mean)
    above = 2.0 * spare / (rate * (pair_moment(mean, scv) + mean))
    t = min(math.expm1(min(above, 700.0)), high)
    for _ in range(400):
        excess, bend = size_excess(law, mean, t)
        # both sides less their tangents at 1: near saturation they hardly differ
        miss = rate * excess - spare * t - servers * log_excess(t)
        if not miss < math.inf:
            high = t
            t = 0.5 * (low + high)
            continue
        if miss > 0.0:
            high = t
        else:
            low = t
        tilt = rate * bend - spare + servers * t / (1.0 + t)
        new = t - miss / tilt if tilt > 0.0 else -1.0
        if not low < new < high:
            new = 0.5 * (low + high)
        if abs(new - t) <= 1e-14 * t:
            return new
        t = new
    return t


@helper
def place_transform(mean: float, place: float, z: complex, mates: complex) -> complex:
    """Return G(z), the generating function of the mates ahead of an item, from that of all its mates."""
    if place == FIRST:
        return complex(1.0, 0.0)
    if place == LAST:
        return mates
    return (z * mates - 1.0) / (mean * (z - 1.0))


@helper
def _empty_product(inverse: complex, servers: int, roots: ComplexArray) -> complex:
    """Return prod_j (1 - z_j / z) / (1 - z_j) over all c - 1 roots, with inverse = 1/z."""
    product, scale = complex(1.0, 0.0), 0
    for j in range(servers // 2):
        root = roots[j]
        if 2 * (j + 1) == servers:
            product *= (1.0 - root.real * inverse) / (1.0 - root.real)
        else:
            size = root.real * root.real + root.imag * root.imag
            under = 1.0 - 2.0 * root.real + size
            product *= (1.0 - (2.0 * root.real - size * inverse) * inverse) / under
        most = abs(product.real) + abs(product.imag)
        if most > _LARGE:  # the large factors come first
            product /= _LARGE
            scale += 1
        elif scale > 0 and most < 1.0 / _LARGE:
            product *= _LARGE
            scale -= 1
    for _ in range(scale):
        product *= _LARGE
    return product


@helper
def circle(law: Law, mean: float, log_zeta: float, residue: float) -> tuple[float, float, float]:
    """Return the log of the circle's radius, 1 where the pole at zeta is to be taken out, and the fewest points."""
    near = log_zeta * mean <= WIDEST and abs(residue) <= LARGEST_RESIDUE
    log_radius = log_zeta if near else min(log_zeta, NARROW / mean)
    steepest, least = min(law[1], law[3]), 0.0
    if steepest < 0.0:  # X(z) has a pole, next to which the roots crowd
        log_pole = math.log1p(-1.0 / steepest)
        log_radius = min(log_radius, 0.5 * log_pole)
        least = DECAYED / (log_pole - log_radius)
    return log_radius, 1.0 if near else 0.0, least


@helper
def is_enough(aliased: float, before: float, count: int, least: float) -> bool:
    """Return whether what a rule takes amiss is negligible, or small and no longer falling: rounding only."""
    if aliased <= NEGLIGIBLE_TERM:
        return True
    return bool(max(before, aliased) <= ROUNDED_TERM and aliased > 0.1 * before and count > least)


@helper
def _aliased(rate: float, servers: int, wave: Wave, work: ComplexArray) -> float:
    """Return the largest of some coefficients that are to be 0: what the rule makes of terms it cannot tell apart."""
    most = 0.0
    for j in range(TRIED):
        level = -1.0 - j * (wave[0] // 8) // TRIED
        here = abs(_integral(rate, 0.0, level, servers, level * wave[1], wave, work))
        if not here <= ROUNDED_TERM:
            return here
        most = max(most, here)
    return most


@helper
def prepared(
    law: Law, mean: float, scv: float, rate: float, servers: int, place: float, roots: ComplexArray, work: ComplexArray
) -> Wave:
    """Set the roots and, in `work`, what (2) needs at each point; return the rest."""
    upper_roots(law, mean, rate / servers, servers, roots, work[0], work[1])
    spare = servers - rate * mean
    t = decay_root(law, rate, float(servers), mean, scv)
    zeta, log_zeta = 1.0 + t, math.log1p(t)
    growth = size_growth(law, t)[0]
    bend = size_excess(law, mean, t)[1]
    # zeta/(zeta - 1) times the residue of Q(z), with both polynomials divided by z^c
    steep = rate * (zeta * bend + mean * t) - spare  # r zeta X'(zeta) - c
    residue = spare * _empty_product(complex(1.0 / zeta, 0.0), servers, roots).real / steep
    if place == LAST:
        residue *= (1.0 + growth) / zeta
    elif place != FIRST:
        residue *= growth / (mean * t)
    log_radius, near, least = circle(law, mean, log_zeta, residue)
    count, before = FEWEST_POINTS, math.inf
    while count + servers < MOST_POINTS and float(count + servers) * servers <= MOST_FACTORS:
        wave = (count, log_radius, log_zeta, residue, near, count)
        _set_points(law, mean, rate, servers, place, roots, work, count, wave)
        aliased = _aliased(rate, servers, wave, work)
        if is_enough(aliased, before, count, least):
            # enough for all levels k c up to where only the pole is left
            count += servers + servers % 2
            wave = (count, log_radius, log_zeta, residue, near, count)
            _set_points(law, mean, rate, servers, place, roots, work, count, wave)
            return wave
        if math.isnan(aliased):
            break
        count, before = 3 * count, aliased
    return UNSOLVED


@helper
def _set_points(
    law: Law,
    mean: float,
    rate: float,
    servers: int,
    place: float,
    roots: ComplexArray,
    work: ComplexArray,
    count: int,
    wave: Wave,
) -> None:
    """Set X(z) - 1, z Q(z) G(z)/(1 - z), 1/(1 - z) and 1/(1 - z/zeta) at the points of the upper half circle."""
    _, log_radius, log_zeta, _, _, _ = wave
    for j in range(count // 2):
        angle = math.pi * (2 * j + 1) / count
        log_z = complex(log_radius, angle)
        z = cmath.exp(log_z)
        mates = mates_and_slopes(law, z)[0]
        grown = z * mates - 1.0
        idle = (servers - rate * mean) * _empty_product(1.0 / z, servers, roots)
        # (1 - 1/z) of Q(z) and 1/(1 - z) leave -1
        flow = -idle / (1.0 - cmath.exp(rate * grown - servers * log_z))
        work[0, j] = grown
        work[1, j] = flow * place_transform(mean, place, z, mates)
        work[2, j] = 1.0 / (1.0 - z)
        work[3, j] = 1.0 / (1.0 - cmath.exp(log_z - log_zeta))


@helper
def _integral(rate: float, u: float, level: float, servers: int, lift: float, wave: Wave, work: ComplexArray) -> float:
    """Return the integral of (2), times exp(lift), for any level k c."""
    count, log_radius, log_zeta, residue, near, _ = wave
    decay = lift - level * log_radius
    pole = residue * math.exp(u * servers * log_zeta + decay) if near > 0.0 else 0.0
    scale = math.exp(decay)
    total = 0.0
    for j in range(count // 2):
        angle = -level * math.pi * (2 * j + 1) / count
        turn = complex(math.cos(angle), math.sin(angle))
        flow = work[1, j] * cmath.exp(rate * u * work[0, j] + decay)
        total += ((scale * work[2, j] - flow - pole * work[3, j]) * turn).real
    return 2.0 * total / count


@helper
def tail_at(k: float, u: float, rate: float, servers: int, wave: Wave, work: ComplexArray) -> float:
    """Return P(W > k - u) by (2)."""
    count, _, log_zeta, residue, near, _ = wave
    pole = residue * math.exp((u - k) * servers * log_zeta)
    if k * servers >= count:  # the other poles have died out
        return min(max(pole, 0.0), 1.0)
    rest = _integral(rate, u, k * servers, servers, 0.0, wave, work)
    return min(max(near * pole + rest, 0.0), 1.0)
