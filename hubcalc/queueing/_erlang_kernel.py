r"""The Erlang formulas point by point, in machine code: 1/B for any real number of servers c > 0 and any load a.

Everything follows from the integral that continues 1/B to real c,

    J = 1/B = Gamma(c+1, a) e^a a^-c = integral over t > 0 of e^-t (1 + t/a)^c dt,        C = c / ((c - a) J + a),

whose terms are positive for a < c. With x = a/c, D = c (x - 1 - log x) and eta = sign(x - 1) sqrt(2 D / c),

    fewer than 20 servers, whole     J_k = 1 + (k/a) J_{k-1}, J_0 = 1
    near a = c                       Temme's uniform expansion,                                                      (1)
                                     J = 1 + G (sqrt(2 pi c) erfcx(sign(eta) sqrt D) / 2 + sum_k C_k(eta) c^-k)
    below                            J = G sqrt(2 pi c) e^D - S, S = sum_k a^k / ((c+1) ... (c+k))                   (2)
    above                            Legendre's continued fraction of Gamma(c+1, a)                                  (3)

where G = c! / (sqrt(2 pi c) (c/e)^c). In (1) and (2) S and erfcx are left out where e^-D is below the precision. The
difference c - a enters as an argument of its own, so that it can be given to full precision.

References
----------
.. [1] N. M. Temme (1979), "The asymptotic expansion of the incomplete gamma functions", SIAM Journal on Mathematical
   Analysis 10(4), 757-766, doi:10.1137/0510071.
.. [2] DLMF, NIST Digital Library of Mathematical Functions, sections 8.9, 8.11 and 8.12, https://dlmf.nist.gov/8.12.
.. [3] D. L. Jagerman (1974), "Some properties of the Erlang loss function", Bell System Technical Journal 53(3),
   525-551, doi:10.1002/j.1538-7305.1974.tb02756.x.
"""

import math

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel
from hubcalc.queueing._erlang_tables import ARTANH, NARROW, SCALED_ERFC, STIRLING, WIDE
from hubcalc.queueing._horner import horner

_EXPANSION_FROM = 20.0  # servers, for (1) with nine terms
_NARROW_FROM = 200.0  # servers, for (1) with five terms
_LEAST_V, _MOST_V = -0.539, 0.4  # of (a - c) / (a + c): 0.3 < a/c < 2.33, |eta| < 1.01
_NEGLIGIBLE = 40.0  # of D: e^-40 is below the precision
_INFINITE = 740.0  # of D: e^D is more than the largest number
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
_ROOT_TWO = math.sqrt(2.0)
_ERFC: tuple[float, ...] = tuple(SCALED_ERFC.tolist())


@helper(inline=True)
def leveled_erfc(y: float) -> float:
    """Return (1 + 2 y) exp(y^2) erfc(y) for y >= 0, without a loop, which would not become vector instructions."""
    x = (y - 3.0) / (y + 3.0)
    square = x * x
    fourth = square * square
    value = (_ERFC[24] + _ERFC[25] * x) + square * (_ERFC[26] + _ERFC[27] * x)
    value = fourth * value + ((_ERFC[20] + _ERFC[21] * x) + square * (_ERFC[22] + _ERFC[23] * x))
    value = fourth * value + ((_ERFC[16] + _ERFC[17] * x) + square * (_ERFC[18] + _ERFC[19] * x))
    value = fourth * value + ((_ERFC[12] + _ERFC[13] * x) + square * (_ERFC[14] + _ERFC[15] * x))
    value = fourth * value + ((_ERFC[8] + _ERFC[9] * x) + square * (_ERFC[10] + _ERFC[11] * x))
    value = fourth * value + ((_ERFC[4] + _ERFC[5] * x) + square * (_ERFC[6] + _ERFC[7] * x))
    return fourth * value + ((_ERFC[0] + _ERFC[1] * x) + square * (_ERFC[2] + _ERFC[3] * x))


@helper
def scaled_erfc(y: float) -> float:
    """Return exp(y^2) erfc(y) for y >= 0."""
    return leveled_erfc(y) / (1.0 + 2.0 * y)


@helper
def _wide_correction(eta: float, x: float) -> float:
    """Return the sum of C_k(eta) x^k, nine terms side by side."""
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = c8 = 0.0
    for i in range(WIDE.shape[0] - 1, 10, -1):  # of the higher powers of eta only these are not zero
        c0 = c0 * eta + WIDE[i, 0]
        c1 = c1 * eta + WIDE[i, 1]
        c2 = c2 * eta + WIDE[i, 2]
        c3 = c3 * eta + WIDE[i, 3]
        c4 = c4 * eta + WIDE[i, 4]
    for i in range(10, -1, -1):
        c0 = c0 * eta + WIDE[i, 0]
        c1 = c1 * eta + WIDE[i, 1]
        c2 = c2 * eta + WIDE[i, 2]
        c3 = c3 * eta + WIDE[i, 3]
        c4 = c4 * eta + WIDE[i, 4]
        c5 = c5 * eta + WIDE[i, 5]
        c6 = c6 * eta + WIDE[i, 6]
        c7 = c7 * eta + WIDE[i, 7]
        c8 = c8 * eta + WIDE[i, 8]
    high = c4 + x * (c5 + x * (c6 + x * (c7 + x * c8)))
    return c0 + x * (c1 + x * (c2 + x * (c3 + x * high)))


@helper
def _narrow_correction(eta: float, x: float) -> float:
    """Return the sum of C_k(eta) x^k, five terms side by side."""
    c0 = c1 = c2 = c3 = c4 = 0.0
    for i in range(NARROW.shape[0] - 1, -1, -1):
        c0 = c0 * eta + NARROW[i, 0]
        c1 = c1 * eta + NARROW[i, 1]
        c2 = c2 * eta + NARROW[i, 2]
        c3 = c3 * eta + NARROW[i, 3]
        c4 = c4 * eta + NARROW[i, 4]
    return c0 + x * (c1 + x * (c2 + x * (c3 + x * c4)))


@helper
def _series(c: float, a: float) -> float:
    """Return S of (2)."""
    term, total, count = 1.0, 0.0, c
    while term > 1e-17 * total:
        count += 1.0
        term *= a / count
        total += term
    return total


@helper
def _fraction(c: float, a: float, spare: float) -> float:
    """Return J by the continued fraction (3), for a >= c + 1; Steed's way of adding up its convergents."""
    partial = -spare
    inverse = 1.0 / partial
    step = inverse
    total = step
    j = 1.0
    while abs(step) > 1e-17 * total and j < 1000.0:
        partial += 2.0
        inverse = 1.0 / (partial + j * (c + 1.0 - j) * inverse)
        step *= partial * inverse - 1.0
        total += step
        j += 1.0
    return a * total


@helper
def _few_servers(c: float, a: float, spare: float) -> float:
    """Return J for fewer than 20 servers."""
    if c == math.floor(c):
        inverse, total = 1.0 / a, 1.0
        for k in range(1, int(c) + 1):
            total = 1.0 + k * inverse * total
        return total
    if spare < -1.0:
        return _fraction(c, a, spare)
    if a <= 0.0:
        return np.inf
    return math.gamma(c + 1.0) * math.exp(a) * math.pow(a, -c) - _series(c, a)


@helper
def inverse_loss(c: float, a: float, spare: float) -> float:
    """Return J = 1/B for c > 0 servers, the load a >= 0 and spare = c - a; inf where B is below 1e-308."""
    if c < _EXPANSION_FROM:
        return _few_servers(c, a, spare)
    if spare > 0.0 and spare * spare > 2.0 * _INFINITE * c:  # D > (c - a)^2 / (2 c)
        return np.inf
    v = -0.5 * spare / (0.5 * c + 0.5 * a)  # halves, as the sum may be more than the largest number
    if v < _LEAST_V:
        deviance = c * math.log(c / a) - spare
    elif v <= _MOST_V:
        # log x = 2 artanh v, and x - 1 - 2 v = v (x - 1)
        deviance = -v * (spare + 2.0 * (c * v) * v * horner(ARTANH, v * v))
    else:
        return _fraction(c, a, spare)
    if deviance > _NEGLIGIBLE and spare < 0.0:
        return _fraction(c, a, spare)
    if deviance > _INFINITE:
        return np.inf
    x = 1.0 / c
    stirling = horner(STIRLING, x)
    root = math.sqrt(c)
    if v < _LEAST_V or deviance > _NEGLIGIBLE:
        total = stirling * _ROOT_TWO_PI * root * math.exp(deviance)
        return total if deviance > _NEGLIGIBLE else total - _series(c, a)
    y = math.sqrt(deviance)
    half = 0.5 * scaled_erfc(y)
    eta = _ROOT_TWO * y / root
    if spare > 0.0:
        eta, half = -eta, math.exp(deviance) - half
    correction = _wide_correction(eta, x) if c < _NARROW_FROM else _narrow_correction(eta, x)
    return 1.0 + stirling * (_ROOT_TWO_PI * root * half + correction)


@helper
def delay_probability(c: float, a: float, spare: float) -> float:
    """Return Erlang C; 1 where nothing is spare."""
    if spare <= 0.0:
        return 1.0
    return min(c / (spare * inverse_loss(c, a, spare) + a), 1.0)


@kernel("void(f8[::1], f8[::1], f8[::1])")
def loss(out: FloatArray, servers: FloatArray, load: FloatArray) -> None:
    """Fill `out` with Erlang B; a column of one element stands for all rows."""
    each_c, each_a = int(servers.size > 1), int(load.size > 1)
    for i in range(out.size):
        c, a = servers[i * each_c], load[i * each_a]
        out[i] = min(1.0 / inverse_loss(c, a, c - a), 1.0)


@kernel("void(f8[::1], f8[::1], f8[::1])")
def delay(out: FloatArray, servers: FloatArray, load: FloatArray) -> None:
    """Fill `out` with Erlang C; a column of one element stands for all rows."""
    each_c, each_a = int(servers.size > 1), int(load.size > 1)
    for i in range(out.size):
        c, a = servers[i * each_c], load[i * each_a]
        out[i] = delay_probability(c, a, c - a)


@kernel("void(f8[::1], f8[::1], f8[::1])")
def delay_by_spare(out: FloatArray, servers: FloatArray, spare: FloatArray) -> None:
    """Fill `out` with Erlang C, given c - a; a column of one element stands for all rows."""
    each_c, each_s = int(servers.size > 1), int(spare.size > 1)
    for i in range(out.size):
        c, left = servers[i * each_c], spare[i * each_s]
        out[i] = delay_probability(c, c - left, left)
