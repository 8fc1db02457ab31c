"""The law of the batch size as compiled helpers: its fit, its generating function and its probabilities.

A law is the tuple (weight, first step, first exponent, second step, second exponent) of the two components that
`BatchLaw` describes. Those of a pair have one step s and exponents that differ by one, so that with b = 1 + s (z - 1),
and y = b for binomial and 1/b for negative binomial laws,

    E[z^(X-1)] = y^k (weight + (1 - weight) y),   k = |first exponent|;                                          (1)

the Poisson law has an infinite exponent, and two geometric laws have two steps and the exponents -1.

References
----------
.. [1] I. Adan, M. van Eenige, J. Resing (1995), "Fitting discrete distributions on the first two moments",
   Probability in the Engineering and Informational Sciences 9(4), 623-632, doi:10.1017/S0269964800004393.
"""

import cmath
import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

_POISSON_WITHIN = 1e-10  # of a = scv - 1/mean of X - 1: nearer than this, the law is taken as Poisson
FIXED_WITHIN = 1e-12  # of the scv: nearer than this to the least possible, the law is that one
_SQUARED_UP_TO = 128.0  # repeated squaring loses as many roundings as the exponent
_SMALL = 1e-250
_VANISHES = 1e-20  # beside one
_LOG_VANISHES = math.log(_VANISHES)
_INVERSE = 1.0 / np.arange(1.0, 65.0)

Law = tuple[float, float, float, float, float]


@helper(inline=True)
def fitted_law(mean: float, scv: float) -> Law:
    """Fit the law of X - 1, of the least scv or by the cases of [1]_, theorem 2.1."""
    m = mean - 1.0
    whole = float(np.floor(m))
    fraction = m - whole
    if scv <= fraction * (1.0 - fraction) / (mean * mean) + FIXED_WITHIN:
        return 1.0 - fraction, 1.0, whole, 1.0, whole + 1.0
    a = (scv * mean * mean - m) / (m * m)
    if a <= -_POISSON_WITHIN:  # case 1: binomials of k and k + 1 trials, -1/k <= a <= -1/(k+1)
        k = max(float(np.floor(-1.0 / a)), 1.0)
        root = math.sqrt(max(-a * k * (k + 1.0) - k, 0.0))
        weight = min(max((1.0 + a * (k + 1.0) + root) / (1.0 + a), 0.0), 1.0)
        step = min(m / (k + 1.0 - weight), 1.0)
        return weight, step, k, step, k + 1.0
    if a >= 1.0:  # case 4: two geometric laws
        u = a + math.sqrt(a * a - 1.0)  # and a - sqrt(a^2 - 1) = 1/u
        return 1.0 / (1.0 + u), -0.5 * m * (1.0 + u), -1.0, -0.5 * m * (1.0 + 1.0 / u), -1.0
    if a >= _POISSON_WITHIN:  # case 3: negative binomials of k and k + 1 failures, 1/(k+1) <= a <= 1/k
        k = max(float(np.floor(1.0 / a)), 1.0)
        root = math.sqrt(max((k + 1.0) * (1.0 - a * k), 0.0))
        weight = min(max((a * (k + 1.0) - root) / (1.0 + a), 0.0), 1.0)
        step = -m / (k + 1.0 - weight)
        return weight, step, -k, step, -k - 1.0
    return 1.0, m, math.inf, m, math.inf


@helper
def pair_moment(mean: float, scv: float) -> float:
    """Return E[X (X - 1)] of the fitted law: a scv below the least possible is raised to it."""
    fraction = mean - float(np.floor(mean))
    return mean * mean + max(scv * mean * mean, fraction * (1.0 - fraction)) - mean


@kernel("void(f8[::1], f8[::1], f8[:, ::1])")
def fit_laws(mean: FloatArray, scv: FloatArray, laws: FloatArray) -> None:
    """Fit one law for each column."""
    for i in range(mean.size):
        laws[0, i], laws[1, i], laws[2, i], laws[3, i], laws[4, i] = fitted_law(mean[i], scv[i])


@helper
def _power(base: complex, excess: complex, exponent: float) -> complex:
    """Return base**exponent for a whole exponent of 0 or more; excess is base - 1 without its rounding."""
    if exponent > _SQUARED_UP_TO:
        x, y = excess.real, excess.imag
        square = x * (2.0 + x) + y * y
        size = 0.5 * math.log1p(square) if square > -0.5 else math.log(abs(base) + 1e-300)
        return cmath.exp(exponent * complex(size, math.atan2(y, 1.0 + x)))
    # in real numbers and without branches on the bits of the exponent, which a processor cannot foresee
    left = int(exponent)
    x, y = base.real, base.imag
    real, imaginary = 1.0, 0.0
    while left > 0:
        odd = left & 1
        by_real, by_imaginary = (x, y) if odd else (1.0, 0.0)
        real, imaginary = real * by_real - imaginary * by_imaginary, real * by_imaginary + imaginary * by_real
        x, y = x * x - y * y, 2.0 * x * y
        left >>= 1
    return complex(real, imaginary)


@helper(inline=True)
def _log_and_inverse(excess: float) -> tuple[float, float]:
    """Return log(1 + excess), also without cancellation for a small excess, and 1 / (1 + excess)."""
    base = 1.0 + excess
    inverse = 1.0 / base
    return math.log(base) + (excess - (base - 1.0)) * inverse, inverse


@helper
def _inverse(value: complex) -> complex:
    """Return 1/value without the checks that a division brings."""
    x, y = value.real, value.imag
    size = x * x + y * y
    return complex(x / size, -y / size)


@helper
def mates_and_slopes(law: Law, z: complex) -> tuple[complex, complex, complex]:
    """Return G(z) = E[z^(X-1)] and its first two derivatives by z."""
    weight, step, exponent, second_step, second_exponent = law
    move = step * (z - 1.0)
    if exponent == math.inf:
        value = cmath.exp(move)
        return value, step * value, step * step * value
    if exponent == second_exponent:
        one = _inverse(1.0 + move)
        two = _inverse(1.0 + second_step * (z - 1.0))
        first, second = weight * one, (1.0 - weight) * two
        one, two = -step * one, -second_step * two
        return first + second, first * one + second * two, 2.0 * (first * one * one + second * two * two)
    # equation (1) and its derivatives by y
    k, rest = abs(exponent), 1.0 - weight
    y = 1.0 + move
    if exponent < 0.0:
        excess = -move * _inverse(y)
        y = 1.0 + excess
    else:
        excess = move
    low = _power(y, excess, max(k - 2.0, 0.0))
    middle = low * y if k >= 2.0 else low
    high = middle * y if k >= 1.0 else middle
    value = high * (weight + rest * y)
    slope = k * weight * middle + (k + 1.0) * rest * high
    bend = k * (k - 1.0) * weight * low + (k + 1.0) * k * rest * middle
    if exponent < 0.0:  # y = 1/b: dy/db = -y^2
        square = y * y
        bend = square * (square * bend + 2.0 * y * slope)
        slope = -square * slope
    return value, step * slope, step * step * bend


@helper(inline=True)
def mates_vanish(law: Law, w: complex, room: float) -> bool:
    """Say whether |E[z^(X-1)]| is below rounding for all |z - w| <= room: it is for large batches far from z = 1."""
    _, step, exponent, _, second_exponent = law
    if exponent == math.inf:
        return step * (w.real - 1.0 + room) < _LOG_VANISHES
    if exponent == second_exponent:
        return False
    y = 1.0 + step * (w - 1.0)
    # the farthest from zero for binomial and, with a step below zero, the nearest for negative binomial laws
    reach = math.sqrt(y.real * y.real + y.imag * y.imag) + step * room
    return reach > 0.0 and exponent * math.log(reach) < _LOG_VANISHES


@helper(inline=True)
def mates_at(law: Law, s: float) -> float:
    """Return G(s) for 0 < s < 1."""
    weight, step, exponent, second_step, second_exponent = law
    move = step * (s - 1.0)
    if exponent == math.inf:
        return math.exp(move)
    if exponent == second_exponent:
        return weight / (1.0 + move) + (1.0 - weight) / (1.0 + second_step * (s - 1.0))
    log_base, inverse = _log_and_inverse(move)
    y = inverse if exponent < 0.0 else 1.0 + move
    return math.exp(exponent * log_base) * (weight + (1.0 - weight) * y)


@helper(inline=True)
def sizes_and_larger(law: Law, count: int, sizes: FloatArray, larger: FloatArray) -> None:
    """Set sizes[d] = P(X = d + 1) and larger[d] = P(X > d) for d = 0 ... count - 1."""
    weight, step, exponent, second_step, second_exponent = law
    if not _set_pair(law, count, sizes):
        sizes[:count] = 0.0
        _add_component(weight, step, exponent, count, sizes)
        if weight < 1.0:
            _add_component(1.0 - weight, second_step, second_exponent, count, sizes)
    left = 1.0
    for d in range(count):
        larger[d] = left
        left = max(left - sizes[d], 0.0)


@helper(inline=True)
def _set_pair(law: Law, count: int, sizes: FloatArray) -> bool:
    """Set the coefficients of both components of (1) at once; false where that is not their form, or they are tiny."""
    weight, step, exponent, _, second_exponent = law
    if exponent == second_exponent or step == 1.0 or 0.0 <= exponent < count:
        return False
    log_base, inverse = _log_and_inverse(-step)
    term, ratio = math.exp(exponent * log_base), step * inverse
    if term < _SMALL:
        return False
    largest = term
    for j in range(min(count - 1, _INVERSE.size)):
        largest *= max((exponent - j) * ratio * _INVERSE[j], 1.0)
    if largest < _VANISHES and count <= _INVERSE.size:
        for j in range(count):
            sizes[j] = 0.0
        return True
    # (n+1 over j) is (n over j) (n+1) / (n+1-j), and (n-1 over j) is (n over j) (n-j) / n
    other = (1.0 - weight) * ((1.0 - step) * (exponent + 1.0) if exponent > 0.0 else inverse / exponent)
    for j in range(count):
        sizes[j] = term * (weight + (other / (exponent + 1.0 - j) if exponent > 0.0 else other * (exponent - j)))
        term *= (exponent - j) * ratio * _INVERSE[j] if j < _INVERSE.size else (exponent - j) * ratio / (j + 1.0)
    return True


@helper
def _add_component(share: float, step: float, exponent: float, count: int, sizes: FloatArray) -> None:
    """Add the coefficients of share (1 + step (z - 1))^exponent, from one to the next."""
    if step == 1.0 and exponent != math.inf:  # one size only
        if exponent < count:
            sizes[int(exponent)] += share
        return
    poisson = exponent == math.inf
    log_scale = -step if poisson else exponent * math.log1p(-step)
    ratio = step if poisson else step / (1.0 - step)
    n = 0.0 if poisson else exponent
    # where the first coefficients are too small for a number, they are carried on a larger scale
    term, scale = 1.0, math.exp(log_scale)
    for j in range(count):
        sizes[j] += share * term * scale
        term *= (1.0 if poisson else n - j) / (j + 1.0) * ratio
        if term > 1.0 / _SMALL:
            term *= _SMALL
            log_scale -= math.log(_SMALL)
            scale = math.exp(log_scale)
        if term <= 0.0:
            break


@helper
def size_growth(law: Law, t: float) -> tuple[float, float]:
    """Return X(1 + t) - 1, without cancellation for small t >= 0, and the slope; inf from a singularity on."""
    weight, step, exponent, second_step, second_exponent = law
    if min(step, second_step) * t <= -1.0:
        return math.inf, math.inf
    if exponent == math.inf:
        more = math.expm1(step * t)
        slope = step * (1.0 + more)
    else:
        one = math.expm1(exponent * math.log1p(step * t))
        two = math.expm1(second_exponent * math.log1p(second_step * t))
        more = weight * one + (1.0 - weight) * two
        slope = weight * exponent * step * (1.0 + one) / (1.0 + step * t)
        slope += (1.0 - weight) * second_exponent * second_step * (1.0 + two) / (1.0 + second_step * t)
    return (1.0 + t) * more + t, 1.0 + more + (1.0 + t) * slope
