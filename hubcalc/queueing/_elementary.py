"""Exponential function and logarithm without branches or calls, so that a loop of them becomes vector instructions.

Both are right to one unit in the last place. Nothing is contracted or reordered: a row has the same bits whether it
comes alone or among others. The argument is reduced by a whole multiple k of log 2, given in two parts [1]_; powers of
two are put together and taken apart as bits.

References
----------
.. [1] W. J. Cody, W. Waite (1980), Software Manual for the Elementary Functions, Prentice Hall, chapters 5 and 6.
"""

import math

import numpy as np

from hubcalc.compiled import helper

_LN2_HIGH = 0.6931471803691238  # ends in zeros, so that its products with k are exact
_LN2_LOW = 1.9082149292705877e-10
_PER_LN2 = 1.0 / math.log(2.0)
_WHOLE = 1.5 * 2.0**52  # added, it rounds to a whole number, which is then in the last bits
_NOTHING = 746.0  # exp of minus this is 0
_LOW, _LOW_SCALE = 600.0, 2.0**-600
_EXP = tuple(1.0 / math.factorial(n) for n in range(14))
_LOG = (
    # (2 artanh s - 2 s) / s^3 in s^2, up to sqrt(2), interpolated at Chebyshev's nodes
    0.6666666666666666,
    0.4000000000000088,
    0.28571428570803614,
    0.22222222391714003,
    0.1818179564012366,
    0.15386239703317603,
    0.1326877312518755,
    0.130866262887013,
)
_ONE_BITS, _ROOT_HALF_BITS, _WHOLE_BITS = 0x3FF0000000000000, 0x3FE6A09E667F3BCD, 0x4330000000000000
_FRACTION_BITS, _EXPONENT_BITS = 0x000FFFFFFFFFFFFF, 0xFFF


@helper(inline=True)
def decayed(x: float) -> float:
    """Return exp(-x) for x > -700."""
    held = min(x, _NOTHING)
    shifted = _WHOLE - held * _PER_LN2
    k = shifted - _WHOLE
    r = (-held - k * _LN2_HIGH) - k * _LN2_LOW
    square = r * r
    fourth = square * square
    high = (_EXP[10] + _EXP[11] * r) + square * (_EXP[12] + _EXP[13] * r)
    middle = (_EXP[6] + _EXP[7] * r) + square * (_EXP[8] + _EXP[9] * r)
    low = (_EXP[2] + _EXP[3] * r) + square * (_EXP[4] + _EXP[5] * r)
    value = 1.0 + (r + square * (low + fourth * (middle + fourth * high)))
    # in two steps, as 2^k may be below the least normal number
    is_low = k < -_LOW
    exponent = np.float64(shifted + (_LOW if is_low else 0.0)).view(np.int64) << 52
    return float(value * np.int64(exponent + _ONE_BITS).view(np.float64) * (_LOW_SCALE if is_low else 1.0))


@helper(inline=True)
def logarithm(x: float) -> float:
    """Return log x for normal numbers x > 0; below them, 0 included, a number below -708."""
    # x = 2^k (1 + f), where 1 + f is between the roots of 1/2 and of 2
    bits = np.float64(x).view(np.int64) - _ROOT_HALF_BITS + _ONE_BITS
    biased = np.int64(((bits >> 52) & _EXPONENT_BITS) | _WHOLE_BITS).view(np.float64)
    k = biased - (2.0**52 + 1023.0)
    f = np.int64((bits & _FRACTION_BITS) + _ROOT_HALF_BITS).view(np.float64) - 1.0
    s = f / (2.0 + f)
    square = s * s
    fourth = square * square
    rest = (_LOG[4] + _LOG[5] * square) + fourth * (_LOG[6] + _LOG[7] * square)
    rest = (_LOG[0] + _LOG[1] * square) + fourth * ((_LOG[2] + _LOG[3] * square) + fourth * rest)
    half = 0.5 * f * f  # log(1 + f) = f - half + s (half + square rest), of which f counts most
    return float(k * _LN2_HIGH - ((half - (s * (half + square * rest) + k * _LN2_LOW)) - f))
