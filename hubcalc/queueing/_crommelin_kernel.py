r"""M/D/c in units of the service time: Crommelin's roots without iteration, and Spitzer's sum where few have to wait.

The roots in the unit disk of z^c = exp(a (z - 1)), a the load and rho = a/c, are values of Euler's tree function T,
which solves T = x exp(T): with w a c-th root of unity,

    rho z = T(rho exp(-rho) w).                                                                                  (1)

With s = e x and p = sqrt(2 (1 - s)), T = s exp(T - 1), and exp(T - 1) is an analytic function of p on all of |s| <= 1,
its branch point s = 1 included. A quotient of two polynomials of degree 7 in p, fitted in 40 digits on the circle
|s| = 1, gives it within 1.2e-16. The cumulants of the queue follow from Q(z) = K (z - 1) prod (z - z_k) / (z^c - A(z)),
A(z) = exp(a (z - 1)), and, where few wait and those would be differences of nearly equal numbers, from

    log E[z^Q] = sum over n >= 1 of E[z^Y - 1] / n,   Y = (P_{na} - n c)^+, P Poisson of the mean in its index,      (2)

a sum of positive terms of which the n-th falls as exp(-n D), D = c (rho - 1 - log rho).

References
----------
.. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
   Post Office Electrical Engineers Journal 25, 41-50.
.. [2] F. Spitzer (1956), "A combinatorial lemma and its application to probability theory", Transactions of the
   American Mathematical Society 82, 323-339, doi:10.1090/S0002-9947-1956-0079851-X.
.. [3] R. M. Corless, G. H. Gonnet, D. E. G. Hare, D. J. Jeffrey, D. E. Knuth (1996), "On the Lambert W function",
   Advances in Computational Mathematics 5, 329-359, doi:10.1007/BF02124750.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

_SPITZER_FROM = 4.0  # of D
_SPITZER_TERMS = 12
_UNITY_UP_TO = 64

_UNITY = np.array(
    [[1.0 - np.exp(2j * np.pi * k / max(c, 1)) for k in range(_UNITY_UP_TO // 2 + 1)] for c in range(_UNITY_UP_TO + 1)]
)
"""1 - w for the k-th c-th root of unity w."""

_AT_MEAN = np.array([math.exp(m * math.log(max(m, 1)) - m - math.lgamma(m + 1)) for m in range(32)])
"""P(P = m) for P Poisson of the mean m."""


@helper
def root_of_unity(k: int, servers: int) -> tuple[complex, complex]:
    """Return the k-th c-th root of unity w, 0 <= k <= c/2, and 1 - w."""
    if servers <= _UNITY_UP_TO:
        gap = _UNITY[servers, k]
        return 1.0 - gap, gap
    angle = math.pi * k / servers
    s, c = math.sin(angle), math.cos(angle)
    gap = complex(2.0 * s * s, -2.0 * s * c)
    return 1.0 - gap, gap


@helper
def tree_growth(s: complex) -> complex:
    """Return exp(T - 1) for Euler's tree function T at s/e, |s| <= 1."""
    real, imaginary = 2.0 * (1.0 - s.real), -2.0 * s.imag
    x = math.sqrt(0.5 * (math.sqrt(real * real + imaginary * imaginary) + real))
    p = complex(x, imaginary / (2.0 * x)) if x > 0.0 else complex(0.0, 0.0)
    above = -3.40435665116411e-08 * p + 5.393371548894038e-06
    above = (above * p + 0.0012229471898770746) * p + 0.03035752377220727
    above = (above * p + 0.2617599597571925) * p + 0.9818317825283671
    above = (above * p + 1.6416502704809417) * p + 1.0
    below = 0.00010899955594101245 * p + 0.0046622146526770405
    below = (below * p + 0.06631974614778897) * p + 0.4366591194331738
    below = (below * p + 1.5033112318131265) * p + 2.7901487196757135
    below = (below * p + 2.641650270480953) * p + 1.0
    size = 1.0 / (below.real * below.real + below.imag * below.imag)
    return above * below.conjugate() * size


@helper
def _by_roots(load: float, servers: int) -> tuple[float, float]:
    """Return E[Q] and E[Q (Q - 1)] - E[Q]^2 from the roots."""
    # sum 1/(1 - w_k) = (c - 1)/2 over the roots of unity is taken out of the sum, against cancellation.
    # With d1, d2, d3 the derivatives of z^c - A(z) at 1, log((z - 1)/(z^c - A(z))) has the second derivative
    # d2^2/(4 d1^2) - d3/(3 d1) there, and log(z - z_k) has -1/(1 - z_k)^2
    rho, spare = load / servers, servers - load
    growth = math.exp(1.0 - rho)
    d2 = servers * (servers - 1.0) - load * load
    d3 = servers * (servers - 1.0) * (servers - 2.0) - load * load * load
    first = load * (load - (servers - 1.0)) / (2.0 * spare)
    second = d2 * d2 / (4.0 * spare * spare) - d3 / (3.0 * spare)
    for k in range(1, servers // 2 + 1):
        w, gap = root_of_unity(k, servers)
        left = 1.0 - growth * w * tree_growth(rho * growth * w)
        under = left * gap
        size = under.real * under.real + under.imag * under.imag
        over = gap - left
        shift = (over.real * under.real + over.imag * under.imag) / size  # 1/(1 - z) - 1/(1 - w)
        inverse = left.real * left.real + left.imag * left.imag
        square = (left.real * left.real - left.imag * left.imag) / (inverse * inverse)
        weight = 1.0 if 2 * k == servers else 2.0  # with the conjugate, but -1 stands alone
        first += weight * shift
        second -= weight * square
    return max(first, 0.0), second


@helper
def at_mean(m: float) -> float:
    """Return P(P = m) for P Poisson of the whole mean m, by Stirling's series."""
    if m < 32.0:
        return float(_AT_MEAN[int(m)])
    x = 1.0 / (m * m)
    series = (1.0 / 12.0 - x * (1.0 / 360.0 - x * (1.0 / 1260.0 - x / 1680.0))) / m
    return math.exp(-series) / math.sqrt(2.0 * math.pi * m)


@helper
def queue_by_spitzer(load: float, servers: float, decay: float, terms: int) -> tuple[float, float]:
    """Return E[Q] and E[Q (Q - 1)] - E[Q]^2 by (2): sums over n of E[Y]/n and E[Y (Y - 1)]/n."""
    first, second, chance = 0.0, 0.0, 1.0
    for n in range(1, terms + 1):
        chance *= decay
        mean, least = n * load, n * servers
        term = at_mean(least) * chance / n
        excess, pairs, j = 0.0, 0.0, 0.0
        # of later terms fewer digits count
        while j < 2.0 or j * j * term > 1e-17 * (second + pairs):
            j += 1.0
            term *= mean / (least + j)
            excess += j * term
            pairs += j * (j - 1.0) * term
            if term == 0.0:
                break
        first, second = first + excess, second + pairs
        if excess <= 1e-17 * first:
            break
    return first, second


@helper
def poisson_decay(load: float, servers: float) -> float:
    """Return D."""
    less = load / servers - 1.0
    return servers * (less - (math.log1p(less) if less > -0.5 else math.log(load / servers)))


@helper
def queue_by_roots(load: float, servers: int) -> float:
    """Return E[Q] from the roots."""
    rho = load / servers
    growth = math.exp(1.0 - rho)
    first = load * (load - (servers - 1.0)) / (2.0 * (servers - load))
    for k in range(1, servers // 2 + 1):
        w, gap = root_of_unity(k, servers)
        left = 1.0 - growth * w * tree_growth(rho * growth * w)
        under, over = left * gap, gap - left
        size = under.real * under.real + under.imag * under.imag
        shift = (over.real * under.real + over.imag * under.imag) / size  # 1/(1 - z) - 1/(1 - w)
        first += shift if 2 * k == servers else 2.0 * shift
    return max(first, 0.0)


@helper
def mean_queue(load: float, servers: float) -> float:
    """Return E[Q] for 0 < load < c."""
    decay = poisson_decay(load, servers)
    if decay < _SPITZER_FROM:
        return queue_by_roots(load, int(servers))
    return queue_by_spitzer(load, servers, math.exp(-decay), _SPITZER_TERMS)[0]


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1])")
def queue_cumulants(loads: FloatArray, servers: FloatArray, firsts: FloatArray, seconds: FloatArray) -> None:
    """Set E[Q] and E[Q (Q - 1)] - E[Q]^2, the derivatives of log E[z^Q] at 1; inf where unstable."""
    for i in range(loads.size):
        load, c = loads[i], servers[i]
        if load >= c:
            firsts[i] = seconds[i] = np.inf
        elif load == 0.0:
            firsts[i] = seconds[i] = 0.0
        else:
            decay = poisson_decay(load, c)
            if decay < _SPITZER_FROM:
                firsts[i], seconds[i] = _by_roots(load, int(c))
            else:
                firsts[i], seconds[i] = queue_by_spitzer(load, c, math.exp(-decay), _SPITZER_TERMS)
