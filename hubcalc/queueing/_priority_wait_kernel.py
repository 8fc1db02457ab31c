r"""The law of the wait of each class in M/G/1 with priorities that do not interrupt, by inversion of its transform.

For class k let a stand for the classes above it, B_j for the transform of a service time with mean m_j, and sigma(s)
for the root of sigma = s + lambda_a (1 - B_a(sigma)), which takes in those who overtake. Then ([1]_, [2]_)

    1 - W_k(s) = sum_j (rho_j sigma - lambda_j (1 - B_j(sigma))) / (s - lambda_k (1 - B_k(sigma))),                  (1)

the sum over all classes. With E_j = 1 - (1 - B_j(sigma)) / (m_j sigma), which is 1 less the transform of what remains
of a service, sigma (1 - rho_a + sum_{i<k} rho_i E_i) = s, and the tail of those who wait has the transform

    G = (1 - W_k(s)) / (rho s) = sum_j (rho_j / rho) E_j / sigma
        / ((1 - rho_a + sum_{i<k} rho_i E_i) (1 - rho_a - rho_k + sum_{i<=k} rho_i E_i)),                            (2)

where nothing cancels towards saturation, as long as E_j / sigma does not: near 0 it is taken from its series. Then [3]_

    f(t) = e^(A/2) / t (G(A/2t)/2 + sum_n (-1)^n Re G((A + 2 pi i n) / 2t)),   up to e^-A,                           (3)

its partial sums averaged with binomial weights. Small tails need more than that: with G(s - gamma), (3) gives
e^(gamma t) f(t), whose error is of the order of G(-gamma) / t; gamma is what makes the error of f least, as in a
saddlepoint. It is sought right of all singularities: going left from 0 along the real axis, the first is where the
second factor of (2) is 0 (a pole), where s(sigma) has its least value (a branch point), or where some B_j ends.

Constant service times make f bend at each m_j: G has the terms K_j e^(-s m_j) / s^2,
K_j = (lambda_j/rho - lambda_j [j <= k]) e^(-lambda_a m_j), and (3) would converge slowly. So
K_j e^(-s m_j) / (s + gamma + 1/m_j)^2 is taken out of G, and its original K_j u e^(-(gamma + 1/m_j) u), u = t - m_j
above 0, is added again.

References
----------
.. [1] L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3.
.. [2] H. Takagi (1991), Queueing Analysis, volume 1: Vacation and Priority Systems, part 1, North-Holland, chapter 3.
.. [3] J. Abate, W. Whitt (1995), "Numerical inversion of Laplace transforms of probability distributions", ORSA Journal
   on Computing 7(1), 36-43, doi:10.1287/ijoc.7.1.36.
"""

import cmath
import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._root_kernel import next_share

_DAMPING = 22.0  # A
BINOMIAL = np.array([math.comb(11, j) / 2.0**11 for j in range(12)])
_FIRST_CHECK, _MOST_TERMS = 24, 4096
_AGREEMENT = 1e-9
_PRECISION = 1e-11  # of a quantile
_NO_TIME = 1e-10
_LONGEST = 1e300  # of the times, in units of the longest mean service
_MOST_STEPS = 1200
_LEAST_TAIL = 1e-300
_SMALL_TAIL = 1e-3  # below this (3) is shifted
_NEAR = 0.1  # |x| (1 + scv) below which the series is used
_CONSTANT = 1e-17  # scv
_MOST_SHIFT = 30.0  # of -sigma, per longest mean service
_SHIFT_STEPS = 14
_GOLDEN = 0.6180339887498949
_NO_BEND = 60.0
LEAST_SHARE = 1e-5
"""Least e^(gamma t) f(t) over G(-gamma) / t for a quantile; the error is about 1e-9."""


@helper
def _exponent(x: complex, scv: float) -> complex:
    """Return the logarithm of the transform of a gamma law with mean 1, or of a constant at scv 0."""
    if scv == 0.0:
        return -x
    w = scv * x
    # log(1 + w), also where w is small
    log = complex(0.5 * math.log1p(2.0 * w.real + w.real * w.real + w.imag * w.imag), math.atan2(w.imag, 1.0 + w.real))
    return -log / scv


@helper
def _expm1(z: complex) -> complex:
    """Return e^z - 1, also where z is small."""
    half = math.sin(0.5 * z.imag)
    return complex(math.expm1(z.real) * math.cos(z.imag) - 2.0 * half * half, math.exp(z.real) * math.sin(z.imag))


@helper
def _remaining(x: complex, scv: float) -> complex:
    """Return E / x, with E = 1 - (1 - B(x)) / x, for a law of mean 1."""
    if abs(x) * (1.0 + scv) >= _NEAR:
        return (1.0 + _expm1(_exponent(x, scv)) / x) / x
    # the sum over n > 1 of (-x)^(n - 2) (1 + scv) ... (1 + (n - 1) scv) / n!
    term = complex(0.5 * (1.0 + scv), 0.0)
    total, n = term, 2.0
    while abs(term.real) + abs(term.imag) > 1e-17 * scv + 1e-17:
        term *= -x * ((1.0 + n * scv) / (n + 1.0))
        total += term
        n += 1.0
    return total


@helper
def _overtaken(
    s: complex, rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int, least: float
) -> complex:
    """Return sigma(s), of a real part of `least` or more, by Newton's method from the right half-plane."""
    z = s
    for i in range(k):
        z += rates[i]
    for _ in range(200):
        ratio, slope = complex(spares[k], 0.0), complex(spares[k], 0.0)
        for i in range(k):
            x, load = z * means[i], rates[i] * means[i]
            ratio += load * (x * _remaining(x, scvs[i]))
            slope -= load * _expm1(_exponent(x, scvs[i]) * (1.0 + scvs[i]))
        step = (z * ratio - s) / slope
        z = complex(max(z.real - step.real, least), z.imag - step.imag)
        if abs(step.real) + abs(step.imag) < 1e-14 * (abs(z.real) + abs(z.imag)):
            break
    return z


@helper
def _transform(
    s: complex,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    spares: FloatArray,
    k: int,
    decay: float,
    least: float,
) -> complex:
    """Return G(s - gamma) by (2), less the terms that bend f."""
    moved = s - decay
    sigma = _overtaken(moved, rates, means, scvs, spares, k, moved.real if moved.real >= 0.0 else least) if k else moved
    above, load = 0.0, 0.0
    for i in range(rates.size):
        above += rates[i] if i < k else 0.0
        load += rates[i] * means[i]
    total, bends = 0.0j, 0.0j
    overtaken, own = complex(spares[k], 0.0), complex(spares[k + 1], 0.0)
    for i in range(rates.size):
        part = rates[i] * means[i] / load
        remaining = _remaining(sigma * means[i], scvs[i]) * means[i]
        total += part * remaining
        if i < k:
            overtaken += load * part * (remaining * sigma)
        if i <= k:
            own += load * part * (remaining * sigma)
        if scvs[i] == 0.0 and (above + moved.real) * means[i] < _NO_BEND:
            root = 1.0 + s * means[i]
            weight = part * means[i] * (1.0 - (load if i <= k else 0.0))
            bends += weight * cmath.exp(-(above + moved) * means[i]) / (root * root)
    return total / overtaken / own - bends


@helper
def _inverse(
    t: float,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    spares: FloatArray,
    k: int,
    decay: float,
    least: float,
    size: float,
) -> float:
    """Return e^(gamma t) P(W > t) of those of class k who wait, by (3), where `size` is what to measure errors by."""
    added, above, load = 0.0, 0.0, 0.0
    for i in range(rates.size):
        above += rates[i] if i < k else 0.0
        load += rates[i] * means[i]
    for i in range(rates.size):
        later = t - means[i]
        if scvs[i] == 0.0 and later > 0.0:
            weight = rates[i] * (1.0 / load - (1.0 if i <= k else 0.0)) * math.exp((decay - above) * means[i])
            added += weight * later * math.exp(-later / means[i])
    scale = math.exp(0.5 * _DAMPING) / t
    total = 0.5 * _transform(complex(0.5 * _DAMPING / t, 0.0), rates, means, scvs, spares, k, decay, least).real
    partial = np.zeros(12)
    check, sign, agreed = _FIRST_CHECK, -1.0, 0
    estimate, n = 2.0, 0
    while agreed < 2 and check <= _MOST_TERMS:
        n += 1
        s = complex(0.5 * _DAMPING / t, math.pi * n / t)
        total += sign * _transform(s, rates, means, scvs, spares, k, decay, least).real
        sign = -sign
        if n >= check:
            partial[n - check] = total
        if n == check + 11:
            before, estimate = estimate, 0.0
            for j in range(12):
                estimate += BINOMIAL[j] * partial[j]
            estimate *= scale
            agreed = agreed + 1 if abs(estimate - before) < _AGREEMENT * size else 0
            check = 2 * check
    return estimate + added


@helper
def _is_right(y: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int) -> bool:
    """Tell whether sigma = -y is right of all singularities."""
    slope, own = spares[k], spares[k + 1]
    for i in range(rates.size):
        if rates[i] > 0.0:
            x = complex(-y * means[i], 0.0)
            if -x.real * scvs[i] >= 1.0:
                return False
            load = rates[i] * means[i]
            if i < k:
                slope -= load * math.expm1(_exponent(x, scvs[i]).real * (1.0 + scvs[i]))
            if i <= k:
                own += load * (x * _remaining(x, scvs[i])).real
    return bool(slope > 0.0 and own > 0.0)


@helper
def _farthest(rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int) -> float:
    """Return the greatest y for which sigma = -y is right of all singularities, to a thousandth."""
    y = 1.0
    while y > _LEAST_TAIL and not _is_right(y, rates, means, scvs, spares, k):
        y *= 0.5
    while y < _MOST_SHIFT and _is_right(2.0 * y, rates, means, scvs, spares, k):
        y *= 2.0
    share = 0.5
    for _ in range(10):
        if _is_right(y * (1.0 + share), rates, means, scvs, spares, k):
            y *= 1.0 + share
        share *= 0.5
    return y


@helper
def _real_transform(
    y: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int
) -> tuple[float, float]:
    """Return gamma and G(-gamma) at sigma = -y."""
    total, load, overtaken, own = 0.0, 0.0, spares[k], spares[k + 1]
    for i in range(rates.size):
        part = rates[i] * means[i]
        remaining = _remaining(complex(-y * means[i], 0.0), scvs[i]).real * means[i]
        load += part
        total += part * remaining
        if i < k:
            overtaken -= part * remaining * y
        if i <= k:
            own -= part * remaining * y
    return y * overtaken, total / load / overtaken / own


@helper
def _shift(
    t: float, most: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int
) -> tuple[float, float, float]:
    """Return the gamma that makes e^(-gamma t) G(-gamma) / t least, the y that goes with it, and G(-gamma) / t."""
    left, right = 0.0, most
    for _ in range(_SHIFT_STEPS):
        y1, y2 = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        decay1, value1 = _real_transform(y1, rates, means, scvs, spares, k)
        decay2, value2 = _real_transform(y2, rates, means, scvs, spares, k)
        if (decay2 - decay1) * t > math.log(value2 / value1):
            left = y1
        else:
            right = y2
    y = 0.5 * (left + right)
    decay, value = _real_transform(y, rates, means, scvs, spares, k)
    return decay, y, value / t


@helper
def _tail(
    t: float, most: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int
) -> float:
    """Return P(W > t) of those of class k who wait."""
    if t <= _NO_TIME * means.min():  # the density of the wait is 1 / means.min() at most
        return 1.0
    t = min(t, _LONGEST)
    value = _inverse(t, rates, means, scvs, spares, k, 0.0, 0.0, 1.0)
    if value < _SMALL_TAIL:
        decay, y, size = _shift(t, most, rates, means, scvs, spares, k)
        if decay * t > 700.0:
            return 0.0
        value = math.exp(-decay * t) * _inverse(t, rates, means, scvs, spares, k, decay, -y, size)
    return min(max(value, 0.0), 1.0)


@helper
def _quantile(
    goal: float, most: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, spares: FloatArray, k: int
) -> float:
    """Return the time at which the tail of those who wait falls to `goal`, between 0 and 1; NaN where it is lost."""
    x1, f1, x2, f2, x3, f3 = 0.0, -math.log(goal), np.inf, 0.0, 0.0, 0.0
    x = means.max()
    for _ in range(_MOST_STEPS):
        tail = _tail(x, most, rates, means, scvs, spares, k)
        f = math.log(max(tail, _LEAST_TAIL)) - math.log(goal)
        if x2 == np.inf and f > 0.0:  # not far enough yet
            x1, f1 = x, f
            x *= 2.0
            continue
        if x2 == np.inf or (f > 0.0) == (f1 > 0.0):
            x3, f3 = x1, f1
            if x2 == np.inf:
                x2, f2 = x1, f1
        else:
            x3, f3, x2, f2 = x2, f2, x1, f1
        x1, f1 = x, f
        tolerance = _PRECISION * max(x1, x2) / abs(x2 - x1)
        if tolerance > 0.5 or f1 == 0.0:
            break
        share = 0.5 if x3 == x2 else next_share(x1, f1, x2, f2, x3, f3)
        x = x1 + min(max(share, tolerance), 1.0 - tolerance) * (x2 - x1)
    x = x1 if abs(f1) < abs(f2) else x2
    if goal < _SMALL_TAIL:
        decay, _, size = _shift(x, most, rates, means, scvs, spares, k)
        if goal < LEAST_SHARE * size * math.exp(-decay * x):
            return np.nan
    return x


@helper
def _read_row(
    first: int,
    arrivals: FloatArray,
    service: FloatArray,
    scv: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
    spares: FloatArray,
) -> tuple[int, int]:
    """Copy a row; return how many classes have a steady state, and n, where times are in units of 2^n hours.

    Such units do not round. The rates are no greater than the server has time for.
    """
    each_arrival, each_service, each_scv = int(arrivals.size > 1), int(service.size > 1), int(scv.size > 1)
    for i in range(rates.size):
        means[i] = service[(first + i) * each_service]
    unit = math.frexp(means.max())[1]
    stable, spares[0] = 0, 1.0
    for i in range(rates.size):
        row = first + i
        rate, scvs[i] = arrivals[row * each_arrival], scv[row * each_scv]
        if scvs[i] < _CONSTANT:
            scvs[i] = 0.0
        left = spares[i] - rate * means[i]
        if left > 0.0:
            stable += 1
        spares[i + 1] = max(left, 0.0)
        rates[i] = math.ldexp(min(rate, spares[i] / means[i]), unit)
        means[i] = math.ldexp(means[i], -unit)
    return stable, unit


@kernel("void(f8[::1], i8, b1, f8[::1], f8[::1], f8[::1], f8[::1])")
def conditional_law(
    out: FloatArray,
    classes: int,
    inverts: bool,
    arrivals: FloatArray,
    service: FloatArray,
    scv: FloatArray,
    given: FloatArray,
) -> None:
    """Fill in P(W > t) of those who wait, given t in hours; or, where it `inverts`, the time t, given P(W > t).

    A line of one element stands for all rows. A class without a steady state waits for ever. A time that cannot be told
    is NaN.
    """
    rates, means, scvs, spares = np.empty(classes), np.empty(classes), np.empty(classes), np.empty(classes + 1)
    each_given = int(given.size > 1)
    for first in range(0, out.size, classes):
        stable, unit = _read_row(first, arrivals, service, scv, rates, means, scvs, spares)
        load = 0.0
        for k in range(classes):
            load += rates[k] * means[k]
        for k in range(classes):
            value = given[(first + k) * each_given]
            if load <= 0.0 or (inverts and value >= 1.0):
                out[first + k] = 0.0
            elif k >= stable:
                out[first + k] = np.inf if inverts else 1.0
            else:
                most = _farthest(rates, means, scvs, spares, k)
                if inverts:
                    time = _quantile(value, most, rates, means, scvs, spares, k)
                    out[first + k] = math.ldexp(time, unit)
                else:
                    out[first + k] = _tail(math.ldexp(value, -unit), most, rates, means, scvs, spares, k)
