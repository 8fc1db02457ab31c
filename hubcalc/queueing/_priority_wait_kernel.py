r"""The law of the wait of each class in M/G/1 with priorities that do not interrupt, by inversion of its transform.

For class k let a stand for the classes above it, B_j for the transform of a service time with mean m_j, and sigma(s)
for the root of sigma = s + lambda_a (1 - B_a(sigma)), which takes in those who overtake. Then ([1]_, [2]_)

    1 - W_k(s) = sum_j (rho_j sigma - lambda_j (1 - B_j(sigma))) / (s - lambda_k (1 - B_k(sigma))),                  (1)

the sum over all classes. The tail of those who wait has the transform G = (1 - W_k(s)) / (rho s), and is [3]_

    f(t) = e^(A/2) / t (G(A/2t)/2 + sum_n (-1)^n Re G((A + 2 pi i n) / 2t)),   up to e^-A,                           (2)

its partial sums averaged with binomial weights. Constant service times make f bend at each m_j: G has the terms
K_j e^(-s m_j) / s^2, K_j = (lambda_j/rho - lambda_j [j <= k]) e^(-lambda_a m_j), and (2) would converge slowly. So
K_j e^(-s m_j) / (s + 1/m_j)^2 is taken out of G and its original K_j u e^(-u/m_j), u = t - m_j > 0, is added again.

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
_MOST_STEPS = 1200
_LEAST_TAIL = 1e-300


@helper
def _service_transform(z: complex, mean: float, scv: float) -> complex:
    """Return the transform of a gamma law; of a constant at scv 0."""
    if scv == 0.0:
        return cmath.exp(-z * mean)
    w = scv * mean * z
    # log(1 + w), also where w is small
    log = complex(0.5 * math.log1p(2.0 * w.real + w.real * w.real + w.imag * w.imag), math.atan2(w.imag, 1.0 + w.real))
    return cmath.exp(-log / scv)


@helper
def _overtaken(s: complex, rates: FloatArray, means: FloatArray, scvs: FloatArray, k: int) -> complex:
    """Return sigma(s) for the classes before the k-th, by Newton's method from the right half-plane."""
    z = s
    for i in range(k):
        z += rates[i]
    for _ in range(100):
        value, slope = z - s, 1.0 + 0.0j
        for i in range(k):
            transform = _service_transform(z, means[i], scvs[i])
            value -= rates[i] * (1.0 - transform)
            slope -= rates[i] * means[i] * transform / (1.0 + scvs[i] * means[i] * z)
        step = value / slope
        # sigma has a real part of at least that of s
        z = complex(max(z.real - step.real, s.real), z.imag - step.imag)
        if abs(step.real) + abs(step.imag) < 1e-14 * (abs(z.real) + abs(z.imag)):
            break
    return z


@helper
def _transform(s: complex, rates: FloatArray, means: FloatArray, scvs: FloatArray, k: int) -> complex:
    """Return G, less the terms that bend f."""
    sigma = _overtaken(s, rates, means, scvs, k)
    above, load = 0.0, 0.0
    for i in range(rates.size):
        above += rates[i] if i < k else 0.0
        load += rates[i] * means[i]
    total, bends, own = 0.0j, 0.0j, 0.0j
    for i in range(rates.size):
        served = 1.0 - _service_transform(sigma, means[i], scvs[i])
        total += rates[i] * (means[i] * sigma - served)
        if i == k:
            own = rates[i] * served
        if scvs[i] == 0.0:
            root = s + 1.0 / means[i]
            bends += rates[i] * _bend(load, i <= k) * cmath.exp(-(above + s) * means[i]) / (root * root)
    return total / (load * s * (s - own)) - bends


@helper
def _bend(load: float, is_first: bool) -> float:
    """Return K_j over lambda_j e^(-lambda_a m_j)."""
    return 1.0 / load - (1.0 if is_first else 0.0)


@helper
def _tail(t: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, k: int) -> float:
    """Return P(W > t) of those of class k who wait, by (2)."""
    if t <= _NO_TIME * means.min():  # the density of the wait is 1 / means.min() at most
        return 1.0
    added, above, load = 0.0, 0.0, 0.0
    for i in range(rates.size):
        above += rates[i] if i < k else 0.0
        load += rates[i] * means[i]
    for i in range(rates.size):
        later = t - means[i]
        if scvs[i] == 0.0 and later > 0.0:
            weight = rates[i] * _bend(load, i <= k) * math.exp(-above * means[i])
            added += weight * later * math.exp(-later / means[i])
    scale = math.exp(0.5 * _DAMPING) / t
    total = 0.5 * _transform(complex(0.5 * _DAMPING / t, 0.0), rates, means, scvs, k).real
    partial = np.zeros(12)
    check, sign, agreed = _FIRST_CHECK, -1.0, 0
    estimate, n = 2.0, 0
    while agreed < 2 and check <= _MOST_TERMS:
        n += 1
        s = complex(0.5 * _DAMPING / t, math.pi * n / t)
        total += sign * _transform(s, rates, means, scvs, k).real
        sign = -sign
        if n >= check:
            partial[n - check] = total
        if n == check + 11:
            before, estimate = estimate, 0.0
            for j in range(12):
                estimate += BINOMIAL[j] * partial[j]
            estimate *= scale
            agreed = agreed + 1 if abs(estimate - before) < _AGREEMENT else 0
            check = 2 * check
    return min(max(estimate + added, 0.0), 1.0)


@helper
def _quantile(goal: float, rates: FloatArray, means: FloatArray, scvs: FloatArray, k: int) -> float:
    """Return the time at which the tail of those who wait falls to `goal`, between 0 and 1."""
    x1, f1, x2, f2, x3, f3 = 0.0, -math.log(goal), np.inf, 0.0, 0.0, 0.0
    x = means.max()
    for _ in range(_MOST_STEPS):
        f = math.log(max(_tail(x, rates, means, scvs, k), _LEAST_TAIL)) - math.log(goal)
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
    return x1 if abs(f1) < abs(f2) else x2


@helper
def _read_row(
    first: int,
    arrivals: FloatArray,
    service: FloatArray,
    scv: FloatArray,
    rates: FloatArray,
    means: FloatArray,
    scvs: FloatArray,
) -> int:
    """Copy a row, with rates no greater than the server has time for; return how many classes have a steady state."""
    each_arrival, each_service, each_scv = int(arrivals.size > 1), int(service.size > 1), int(scv.size > 1)
    stable, above = 0, 0.0
    for i in range(rates.size):
        row = first + i
        means[i], scvs[i] = service[row * each_service], scv[row * each_scv]
        rate = arrivals[row * each_arrival]
        if above + rate * means[i] < 1.0:
            stable += 1
        rates[i] = min(rate, max(1.0 - above, 0.0) / means[i])
        above += rate * means[i]
    return stable


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

    A line of one element stands for all rows. A class without a steady state waits for ever.
    """
    rates, means, scvs = np.empty(classes), np.empty(classes), np.empty(classes)
    each_given = int(given.size > 1)
    for first in range(0, out.size, classes):
        stable = _read_row(first, arrivals, service, scv, rates, means, scvs)
        load = 0.0
        for k in range(classes):
            load += rates[k] * means[k]
        for k in range(classes):
            value = given[(first + k) * each_given]
            if load <= 0.0 or (inverts and value >= 1.0):
                out[first + k] = 0.0
            elif k >= stable:
                out[first + k] = np.inf if inverts else 1.0
            elif inverts:
                out[first + k] = _quantile(value, rates, means, scvs, k)
            else:
                out[first + k] = _tail(value, rates, means, scvs, k)
