"""The roots that carry the queue M^X/D/c: z^c = exp(r (X(z) - 1)) inside the unit disk.

With r batches per service time and utilization r E[X] / c < 1 there is, for each c-th root of unity w, exactly one
root, z = w exp(r (X(z) - 1) / c): the right side maps the closed disk into itself and contracts it by the utilization.

References
----------
.. [1] C. D. Crommelin (1932), "Delay probability formulae when the holding times are constant",
   Post Office Electrical Engineers Journal 25, 41-50.
.. [2] A. J. E. M. Janssen, J. S. H. van Leeuwaarden (2005), "Analytic computation schemes for the discrete-time bulk
   service queue", Queueing Systems 50, 141-163, doi:10.1007/s11134-005-0402-z.
"""

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.queueing.batches import BatchLaw

ComplexArray = NDArray[np.complex128]

_TOLERANCE = 4e-16
_ROUNDING = 1e-13
_MOST_STEPS = 500


def roots_of_unity(servers: int) -> ComplexArray:
    """Return the c-th roots of unity other than one, in the order of their angle."""
    angle = 2.0 * np.pi * np.arange(1, servers) / servers
    return np.asarray(np.cos(angle) + 1j * np.sin(angle))


def upper_roots(servers: int, batches_per_service: FloatArray, law: BatchLaw) -> tuple[ComplexArray, ComplexArray]:
    """Return the floor(c/2) roots with an angle up to pi, and each one's z/w - 1, of shape (points, roots)."""
    half = servers // 2
    points = batches_per_service.size
    w = np.tile(roots_of_unity(servers)[:half], points)
    row = np.repeat(np.arange(points), half)
    pull = (batches_per_service / servers)[row]
    columns = law.take(row)
    z = _solved(w, pull, columns)
    offset = np.expm1(pull * (columns.pgf(z) - 1.0))
    shape = (points, half)
    return (w * (1.0 + offset)).reshape(shape), offset.reshape(shape)


def _solved(w: ComplexArray, pull: FloatArray, law: BatchLaw) -> ComplexArray:
    """Solve F(z) = z - w exp(pull (X(z) - 1)) = 0 by Newton's method, safeguarded by the contraction.

    A Newton step that does not make |F| smaller is undone and replaced by the contraction, which surely does.
    """
    solution = w.copy()
    active = np.arange(w.size)
    z, image, least = w.copy(), w.copy(), np.full(w.shape, np.inf)
    for _ in range(_MOST_STEPS):
        here = law.take(active)
        value, slope = here.pgf_and_slope(z)
        new_image = w[active] * np.exp(pull[active] * (value - 1.0))
        miss = np.abs(z - new_image)
        worse = (miss >= least) | (np.abs(z) > 1.0 + 1e-9)
        newton = z - (z - new_image) / (1.0 - new_image * pull[active] * slope)
        done = (np.abs(newton - z) <= _TOLERANCE) | (worse & (least < _ROUNDING))
        solution[active] = z
        image = np.where(worse, image, new_image)
        z = np.where(worse, image, newton)
        least = np.where(worse, least, miss)
        active, z, image, least = active[~done], z[~done], image[~done], least[~done]
        if active.size == 0:
            break
    return solution


def all_roots(upper: ComplexArray, servers: int) -> ComplexArray:
    """Return all c - 1 roots in the order of their roots of unity, from those with an angle up to pi."""
    lower = np.conj(upper[:, : servers - 1 - servers // 2])[:, ::-1]
    return np.concatenate([upper, lower], axis=1)
