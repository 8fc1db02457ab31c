"""The roots that carry the queue M^X/D/c: z^c = exp(r (X(z) - 1)) inside the unit disk, as compiled helpers.

With r batches per service time and utilization r E[X] / c < 1 there is, for each c-th root of unity w, exactly one
root, z = w exp(d) with

    d = (r / c) (X(w exp(d)) - 1):                                                                               (1)

the right side maps the left half plane into itself and contracts it by the utilization. Halley's method solves (1)
from where d would be if batches were of one size,

    d = (r / c) (X(w) exp(-r E[X] / c) - 1),                                                                      (2)

and is there at once where X(w) is small; where X(w) is near 1, it starts from d = 0. A step that does not make the
miss smaller is replaced by the contraction, which surely does.

References
----------
.. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
   Post Office Electrical Engineers Journal 25, 41-50.
.. [2] A. J. E. M. Janssen, J. S. H. van Leeuwaarden (2005), "Analytic computation schemes for the discrete-time bulk
   service queue", Queueing Systems 50, 141-163, doi:10.1007/s11134-005-0402-z.
"""

import math

from hubcalc.compiled import helper
from hubcalc.queueing._batch_law_kernel import Law, mates_and_slopes, mates_vanish

_CLOSE = 1e-36  # of |step|^6 |f''/f'|^4: the square of the next step of a method of third order
_CLOSE_STEP = 1e-10  # of |step E[X]|^2, which bounds the part of the third derivative in the next step
_ROUNDING = 1e-24  # of |miss|^2: below, a miss that does not shrink is rounding
_MOST_STEPS = 300
_NEAR = 0.01  # of |1 - X(w)|^2
_SERIES_UP_TO = 0.01  # of |d|^2: ten terms of the series of exp(d) - 1 are then enough


@helper
def _expm1(value: complex) -> complex:
    """Return exp(value) - 1 without cancellation."""
    if _size(value) < _SERIES_UP_TO:
        square = value * value
        even = 1.0 / 24.0 + square * (1.0 / 720.0 + square * (1.0 / 40320.0 + square * (1.0 / 3628800.0)))
        odd = 1.0 / 6.0 + square * (1.0 / 120.0 + square * (1.0 / 5040.0 + square * (1.0 / 362880.0)))
        return value + square * (0.5 + square * even + value * odd)
    x, half = value.real, 0.5 * value.imag
    s, c = math.sin(half), math.cos(half)
    size = math.exp(x)
    return complex(math.expm1(x) - 2.0 * size * s * s, 2.0 * size * s * c)


@helper
def _ratio(one: complex, two: complex) -> complex:
    """Return one / two without the checks that a division brings."""
    x, y = two.real, two.imag
    size = 1.0 / (x * x + y * y)
    return complex((one.real * x + one.imag * y) * size, (one.imag * x - one.real * y) * size)


@helper
def _size(value: complex) -> float:
    """Return the squared modulus."""
    return value.real * value.real + value.imag * value.imag


@helper
def disk_root(law: Law, mean: float, pull: float, w: complex) -> tuple[complex, complex, complex]:
    """Return the root z of (1), with pull = r / c, and z/w - 1; besides E[w^(X-1)]."""
    if mates_vanish(law, w, pull):
        alone = math.expm1(-pull)
        return w * (1.0 + alone), complex(alone, 0.0), complex(0.0, 0.0)
    at_unity = mates_and_slopes(law, w)[0]
    offset = root_offset(law, mean, pull, w, at_unity, math.exp(-pull * mean))
    return w * (1.0 + offset), offset, at_unity


@helper(inline=True)
def root_offset(law: Law, mean: float, pull: float, w: complex, at_unity: complex, fading: float) -> complex:
    """Return z/w - 1, given E[w^(X-1)] and exp(-r E[X] / c)."""
    image = w * at_unity
    # near w, only from w itself is the rounding of d that of 1 - X(w), by which sums over roots divide
    d = complex(0.0, 0.0) if _size(image - 1.0) < _NEAR else pull * (image * fading - 1.0)
    offset = _expm1(d)
    z = w * (1.0 + offset)
    step, image, least = complex(0.0, 0.0), d, math.inf
    mates, slope, bend = mates_and_slopes(law, z)
    for _ in range(_MOST_STEPS):
        one = z * (mates + z * slope)  # z dX/dz
        two = one + z * z * (2.0 * slope + z * bend)  # z d/dz of that
        new_image = pull * (z * mates - 1.0)
        miss = d - new_image
        size = _size(miss)
        step = complex(0.0, 0.0)
        if size >= least:
            if size < _ROUNDING:
                break
            d = image
        else:
            least, image = size, new_image
            inverse = _ratio(complex(1.0, 0.0), 1.0 - pull * one)
            newton = miss * inverse
            curve = -pull * two * inverse
            step = _ratio(newton, 1.0 - 0.5 * newton * curve)
            if d.real - step.real > 0.0:
                step = d - image
                d = image
            else:
                d -= step
                square, curvature = _size(step), _size(curve)
                small = square * mean * mean < _CLOSE_STEP
                if small and square * square * square * curvature * curvature < _CLOSE:
                    break
        offset = _expm1(d)
        step = complex(0.0, 0.0)
        z = w * (1.0 + offset)
        mates, slope, bend = mates_and_slopes(law, z)
    # a last step is left to do: with it, exp(d) - 1 becomes (1 + offset) exp(-step) - 1
    return offset - (1.0 + offset) * step * (1.0 - 0.5 * step * (1.0 - step * (1.0 / 3.0) * (1.0 - 0.25 * step)))
