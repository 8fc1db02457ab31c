r"""The law of the wait in M^X/D/c, in units of the service time, by an integral around the origin.

Put the time as k - u with k = 1, 2, ... and 0 < u <= 1. With i the mates ahead of an item, Q the queue at time u before
its arrival and A(u) what has come since,

    P(W > k - u) = P(Q + A(u) + i >= k c).                                                                       (1)

The generating function of these tails is (1 - z F(z)) / (1 - z), F(z) = Q(z) G(z) exp(r u (X(z) - 1)), with G that of
i and Q(z) the one of `_constant_service`. Its pole next to the origin is the root zeta > 1 of z^c = exp(r (X(z) - 1));
with B(u) the residue there,

    P(W > k - u) = B(u) zeta^(-k c) + 1/(2 pi) integral of [(1 - z F(z)) / (1 - z) - B(u) / (1 - z/zeta)] z^(-k c), (2)

over the angle of z, on the circle of radius zeta: the trapezoidal rule converges geometrically there, its points
halfway between the multiples of the angle so that none meets the pole. Each rule is compared with the one of three
times as many points, which has the third power of its error. Where zeta is so large that a batch would be lost in
rounding (few batches come), the circle is smaller and the pole is left where it is.

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
FEWEST_POINTS = 8
MOST_POINTS = 500_000
ALIKE = 1e-6  # of two rules: the error of the finer one is its third power

Wave = tuple[int, float, float, float, float, int]
"""Points on the circle, log of its radius, log zeta, the residue, 1 where the pole is taken out, points enough."""
NO_WAVE = (0, 0.0, 0.0, 0.0, 0.0, 0)


@helper
def same_queue(
    one: int, two: int, servers: FloatArray, rates: FloatArray, means: FloatArray, scvs: FloatArray, places: FloatArray
) -> bool:
    """Return whether two points are of one queue and one place in the batch."""
    if one < 0 or servers[one] != servers[two] or rates[one] != rates[two]:
        return False
    return bool(means[one] == means[two] and scvs[one] == scvs[two] and places[one] == places[two])


@helper
def decay_root(law: Law, rate: float, servers: float, mean: float, scv: float) -> float:
    """Return zeta - 1 for the root zeta > 1 of z^c = exp(r (X(z) - 1)), by Newton's method from above."""
    spare = servers - rate * mean
    # bounds of the root, since X(e^y) is at least 1 + E[X] y + E[X^2] y^2/2 and at least e^(E[X] y)
    low, high = 0.0, math.expm1(2.0 * (math.log1p(servers / rate) + 1.0) / mean)
    above = 2.0 * spare / (rate * (pair_moment(mean, scv) + mean))
    t = min(math.expm1(min(above, 700.0)), high)
    for _ in range(400):
        growth, slope = size_growth(law, t)
        miss = rate * growth - servers * math.log1p(t)
        if not miss < math.inf:
            high = t
            t = 0.5 * (low + high)
            continue
        if miss > 0.0:
            high = t
        else:
            low = t
        tilt = rate * slope - servers / (1.0 + t)
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
    product = complex(1.0, 0.0)
    for j in range(servers // 2):
        root = roots[j]
        if 2 * (j + 1) == servers:
            product *= (1.0 - root.real * inverse) / (1.0 - root.real)
        else:
            size = root.real * root.real + root.imag * root.imag
            under = 1.0 - 2.0 * root.real + size
            product *= (1.0 - (2.0 * root.real - size * inverse) * inverse) / under
    return product


@helper
def prepared(
    law: Law, mean: float, scv: float, rate: float, servers: int, place: float, roots: ComplexArray, work: ComplexArray
) -> Wave:
    """Set the roots and, in `work`, what (2) needs at each point; return the rest."""
    upper_roots(law, mean, rate / servers, servers, roots, work[0])
    spare = servers - rate * mean
    t = decay_root(law, rate, float(servers), mean, scv)
    zeta, log_zeta = 1.0 + t, math.log1p(t)
    growth, slope = size_growth(law, t)
    # zeta/(zeta - 1) times the residue of Q(z), with both polynomials divided by z^c
    residue = spare * _empty_product(complex(1.0 / zeta, 0.0), servers, roots).real / (rate * zeta * slope - servers)
    if place == LAST:
        residue *= (1.0 + growth) / zeta
    elif place != FIRST:
        residue *= growth / (mean * t)
    near = log_zeta * mean <= WIDEST
    log_radius = log_zeta if near else NARROW / mean
    wave = (0, log_radius, log_zeta, residue, 1.0 if near else 0.0, 0)
    count, before, before_next = FEWEST_POINTS, math.inf, math.inf
    while True:
        _set_points(law, mean, rate, servers, place, roots, work, count, wave)
        wave = (count, log_radius, log_zeta, residue, wave[4], count)
        lift = servers * log_radius
        here = _integral(rate, 0.5, float(servers), servers, lift, wave, work)
        here_next = _integral(rate, 0.5, servers + 1.0, servers, lift, wave, work)
        if abs(here - before) + abs(here_next - before_next) < ALIKE or 3 * count > MOST_POINTS:
            return wave
        count, before, before_next = 3 * count, here, here_next


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
