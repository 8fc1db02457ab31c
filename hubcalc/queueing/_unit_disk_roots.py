"""The roots that carry the queue M^X/D/c: z^c = exp(r (X(z) - 1)) inside the unit disk, as compiled helpers.

With r batches per service time and utilization r E[X] / c < 1 there is, for each c-th root of unity w, exactly one
root, z = w exp(d) with

    d = (r / c) (X(w exp(d)) - 1):                                                                               (1)

the right side maps the left half plane into itself and contracts it by the utilization. Halley's method solves (1)
from d = 0; a step that does not make the miss smaller is replaced by the contraction, which surely does.

References
----------
.. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
   Post Office Electrical Engineers Journal 25, 41-50.
.. [2] A. J. E. M. Janssen, J. S. H. van Leeuwaarden (2005), "Analytic computation schemes for the discrete-time bulk
   service queue", Queueing Systems 50, 141-163, doi:10.1007/s11134-005-0402-z.
"""

import math

from hubcalc.compiled import helper
from hubcalc.queueing._batch_law_kernel import Law, mates_and_slopes

_CLOSE = 1e-36  # of |step|^6 |f''/f'|^4: the square of the next step of a method of third order
_CLOSE_STEP = 1e-10  # of |step E[X]|^2, which bounds the part of the third derivative in the next step
_ROUNDING = 1e-24  # of |miss|^2: below, a miss that does not shrink is rounding
_MOST_STEPS = 300


@helper
def _exp(value: complex) -> complex:
    """Return the exponential."""
    size = math.exp(value.real)
    return complex(size * math.cos(value.imag), size * math.sin(value.imag))


@helper
def _expm1(value: complex) -> complex:
    """Return exp(value) - 1 without cancellation."""
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
def disk_root(law: Law, mean: float, pull: float, w: complex) -> tuple[complex, complex]:
    """Return the root z of (1), with pull = r / c, and z/w - 1."""
    d, z = complex(0.0, 0.0), w
    image, least = d, math.inf
    for _ in range(_MOST_STEPS):
        mates, slope, bend = mates_and_slopes(law, z)
        one = z * (mates + z * slope)  # z dX/dz
        two = one + z * z * (2.0 * slope + z * bend)  # z d/dz of that
        new_image = pull * (z * mates - 1.0)
        miss = d - new_image
        size = _size(miss)
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
        z = w * _exp(d)
    offset = _expm1(d)
    return w * (1.0 + offset), offset
